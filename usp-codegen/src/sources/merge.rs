use std::borrow::Cow;
use std::collections::HashMap;

use quick_xml::escape::escape;

use super::data_types::DataTypes;
use super::merged::Layer;
use super::tree::Element;
use super::write::{Place, Writer, children, clamped};
use crate::CodegenError;

/// An element inside a definition or a change.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'d> {
    pub(super) layer: Layer<'d>,
    pub(super) element: Element<'d>,
}

/// The attributes of several definitions of one thing: what a later one states counts before what an earlier one
/// does. Name and base are left out, since what they say is known by now.
pub(super) fn merged_attributes<'d>(
    parts: &[Part<'d>],
    place: Place,
    types: &mut DataTypes<'d>,
) -> Result<Vec<(&'d str, Cow<'d, str>)>, CodegenError> {
    let mut merged: Vec<(&'d str, Cow<'d, str>)> = Vec::new();
    for part in parts {
        let kind = part.element.name();
        for attribute in part.element.attributes() {
            let (name, value) = match (kind, attribute.name()) {
                ("dataType", "ref" | "base") => {
                    let known = types.name(part.layer.document, &attribute.value(), part.element)?;
                    ("ref", Cow::Owned(escape(known).into_owned()))
                }
                (_, "name" | "base") | ("description", "action") => continue,
                (owner, name) if !place.keeps(owner, name) => continue,
                (_, "version") => {
                    let raw = attribute.raw();
                    (
                        "version",
                        clamped(part.layer, raw).map_or(raw.into(), |version| version.to_string().into()),
                    )
                }
                ("default", "type") if place == Place::Arguments => ("type", "parameter".into()),
                (_, name) => (name, attribute.raw().into()),
            };
            match merged.iter_mut().find(|(known, _)| *known == name) {
                Some(earlier) => earlier.1 = value,
                None => merged.push((name, value)),
            }
        }
    }
    Ok(merged)
}

/// The text of several descriptions of one thing, as pieces with the elements that they come from. Each says whether
/// it takes the place of the text so far, follows it or goes before it.
pub(super) fn merged_description<'d>(parts: &[Part<'d>]) -> Vec<(Element<'d>, Cow<'d, str>)> {
    let mut pieces: Vec<Element<'d>> = Vec::new();
    for part in parts {
        match part.element.value("action").as_deref() {
            Some("append") => pieces.push(part.element),
            Some("prefix") => pieces.insert(0, part.element),
            _ => pieces = vec![part.element],
        }
    }
    match pieces.as_slice() {
        [piece] => vec![(*piece, Cow::Borrowed(piece.content()))],
        _ => pieces.into_iter().map(|piece| (piece, Cow::Owned(outdented(piece.content())))).collect(),
    }
}

/// The text without the indentation that all its lines share, so that pieces from different depths go together.
fn outdented(text: &str) -> String {
    let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let lines = text.lines().skip(1).filter(|line| !line.trim().is_empty());
    let shared = lines.map(indentation).min().unwrap_or(0);
    let mut result = String::with_capacity(text.len());
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            result.push('\n');
        }
        let skipped = if index == 0 { 0 } else { shared.min(indentation(line)) };
        result.push_str(line.get(skipped..).unwrap_or_default());
    }
    result
}

impl<'d> Writer<'d> {
    /// A syntax to which several definitions contribute. The last type counts; facets of earlier definitions with
    /// the same type stay as far as later ones do not state that facet.
    pub(super) fn syntax(&mut self, parts: &[Part<'d>], place: Place) -> Result<(), CodegenError> {
        let first = match parts {
            [] => return Ok(()),
            [part] => return self.copy(part.layer, part.element, place, None),
            [first, ..] => first,
        };
        let attributes = self.merged_attributes(parts, place)?;
        self.start(first.element, None, &attributes);
        self.facets(&children(parts, "list"), place)?;
        let is_type = |child: &Element<'_>| !matches!(child.name(), "list" | "default" | "description");
        let mut types: Vec<Part<'d>> = Vec::new();
        for part in parts {
            for element in part.element.children().filter(is_type) {
                if types.last().is_some_and(|earlier| earlier.element.name() != element.name()) {
                    types.clear();
                }
                types.push(Part { layer: part.layer, element });
            }
        }
        self.facets(&types, place)?;
        let defaults = children(parts, "default");
        if let Some(default) = defaults.last() {
            let attributes = self.merged_attributes(&defaults, place)?;
            self.start(default.element, None, &attributes);
            self.end("default");
        }
        self.end("syntax");
        Ok(())
    }

    /// A type or a list to which several definitions contribute.
    fn facets(&mut self, parts: &[Part<'d>], place: Place) -> Result<(), CodegenError> {
        let first = match parts {
            [] => return Ok(()),
            [part] => return self.copy(part.layer, part.element, place, None),
            [first, ..] => first,
        };
        let attributes = self.merged_attributes(parts, place)?;
        self.start(first.element, None, &attributes);
        let mut names: Vec<&'d str> = Vec::new();
        for child in parts.iter().flat_map(|part| part.element.children()) {
            if !names.contains(&child.name()) {
                names.push(child.name());
            }
        }
        for name in names {
            match name {
                "description" => self.description(parts)?,
                "enumeration" | "pattern" => self.values(parts, name, place)?,
                "size" | "range" => {
                    let stating = parts.iter().rev().map(|part| children(&[*part], name));
                    let stated = stating.into_iter().find(|stated| !stated.is_empty()).unwrap_or_default();
                    stated.iter().try_for_each(|part| self.copy(part.layer, part.element, place, None))?;
                }
                _ => self.leaf(&children(parts, name), place)?,
            }
        }
        self.end(first.element.name());
        Ok(())
    }

    /// The values of the last definition that lists any, each with what earlier ones say of it.
    fn values(&mut self, parts: &[Part<'d>], name: &str, place: Place) -> Result<(), CodegenError> {
        let value = |part: &Part<'d>| {
            let found = part.element.attributes().find(|attribute| attribute.name() == "value");
            found.map_or("", |attribute| attribute.raw())
        };
        let mut values: Vec<Vec<Part<'d>>> = Vec::new();
        for part in parts {
            let stated = children(&[*part], name);
            if stated.is_empty() {
                continue;
            }
            let mut earlier: HashMap<&str, Vec<Part<'d>>> =
                values.drain(..).filter_map(|known| Some((value(known.first()?), known))).collect();
            for part in stated {
                let mut known = earlier.remove(value(&part)).unwrap_or_default();
                known.push(part);
                values.push(known);
            }
        }
        values.iter().try_for_each(|known| self.leaf(known, place))
    }

    /// An element with nothing but attributes and a description.
    fn leaf(&mut self, parts: &[Part<'d>], place: Place) -> Result<(), CodegenError> {
        match parts {
            [] => Ok(()),
            [part] => self.copy(part.layer, part.element, place, None),
            [first, ..] => {
                let attributes = self.merged_attributes(parts, place)?;
                self.start(first.element, None, &attributes);
                self.description(parts)?;
                self.end(first.element.name());
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::outdented;

    #[test]
    fn shared_indentation_goes() {
        assert_eq!(outdented("\n    One\n\n      two\n    three\n  "), "\nOne\n\n  two\nthree\n");
        assert_eq!(outdented("in one line"), "in one line");
    }
}
