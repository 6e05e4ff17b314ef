use core::ops::Range;
use std::borrow::Cow;
use std::collections::HashMap;

use quick_xml::escape::escape;

use super::data_types::DataTypes;
use super::documents::Documents;
use super::expand::MergedModel;
use super::line_map::LineMap;
use super::merge::{Part, merged_attributes, merged_description};
use super::merged::{Container, Layer, Member, Members, Object, Profile};
use super::tree::Element;
use crate::xml::newlines;
use crate::{CodegenError, ErrorKind, Version, Warning};

/// The assembled text may be this long; that of TR-181 2.19.1 is 5 MB.
const MAX_TEXT: usize = 256 << 20;

/// The text of a full file, and where its lines come from.
#[derive(Debug)]
pub(super) struct Assembled {
    pub(super) text: String,
    pub(super) lines: LineMap,
    pub(super) warnings: Vec<Warning>,
}

impl Assembled {
    pub(super) fn write(documents: &Documents, model: &MergedModel<'_>) -> Result<Self, CodegenError> {
        let mut writer = Writer { out: Output::default(), types: DataTypes::new(documents) };
        writer.model(model)?;
        // Which data types are used is known only now, but they go in front.
        let body = core::mem::take(&mut writer.out);
        writer.out.taken = body.text.len();
        writer.head(documents)?;
        if let Some(root) = documents.root(0) {
            writer.check_length(root)?;
        }
        let mut out = writer.out;
        out.lines.append(out.line, &body.lines);
        out.text.push_str(&body.text);
        Ok(Self { text: out.text, lines: out.lines, warnings: writer.types.into_warnings() })
    }
}

/// Text that is being written.
#[derive(Debug, Default)]
struct Output {
    text: String,
    /// Newlines in the text.
    line: u32,
    lines: LineMap,
    /// Whether something was left out because there is too much.
    full: bool,
    /// Length of the text that goes behind this one.
    taken: usize,
}

impl Output {
    /// Begins a new line, which comes from this line of the sources.
    fn begin(&mut self, origin: u32) {
        self.push("\n");
        self.lines.push(self.line + 1, origin);
    }

    /// Adds a piece without newlines.
    fn word(&mut self, piece: &str) {
        if self.taken + self.text.len() + piece.len() > MAX_TEXT {
            self.full = true;
        } else {
            self.text.push_str(piece);
        }
    }

    fn push(&mut self, piece: &str) {
        let before = self.text.len();
        self.word(piece);
        if self.text.len() == before {
            return;
        }
        self.line = self.line.saturating_add(u32::try_from(newlines(piece)).unwrap_or(u32::MAX));
    }
}

/// Where an element stands, which decides over some of its attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Parameters here are never mandatory.
    Model,
    /// Arguments have no access, and their defaults are of a kind of their own.
    Arguments,
}

impl Place {
    /// Whether an element keeps this attribute here.
    pub(super) fn keeps(self, element: &str, attribute: &str) -> bool {
        match self {
            Self::Model => (element, attribute) != ("parameter", "mandatory"),
            Self::Arguments => !matches!(
                (element, attribute),
                ("parameter", "access" | "activeNotify") | ("object", "access" | "numEntriesParameter")
            ),
        }
    }
}

pub(super) struct Writer<'d> {
    out: Output,
    types: DataTypes<'d>,
}

impl<'d> Writer<'d> {
    /// What stands in front of the model. A template or reference that several files define is that of the last one.
    fn head(&mut self, documents: &'d Documents) -> Result<(), CodegenError> {
        let Some(root) = documents.root(0) else { return Ok(()) };
        self.out.push("<document");
        for attribute in root.attributes().filter(|attribute| attribute.name() == "spec") {
            self.attribute("spec", attribute.raw());
        }
        self.out.push(">");
        for found in self.types.in_order() {
            let layer = Layer { element: found.element, document: found.document, clamp: None };
            self.copy(layer, found.element, Place::Model, Some(&found.name))?;
        }
        for (outer, inner) in [("", "template"), ("bibliography", "reference")] {
            let found = last_by_id(documents, outer, inner);
            if outer.is_empty() {
                found.into_iter().for_each(|element| self.verbatim(element));
            } else if !found.is_empty() {
                self.out.push("\n<bibliography>");
                found.into_iter().for_each(|element| self.verbatim(element));
                self.out.push("</bibliography>");
            }
        }
        Ok(())
    }

    fn model(&mut self, model: &MergedModel<'d>) -> Result<(), CodegenError> {
        let Some(last) = model.layers.last() else { return Ok(()) };
        let parts = parts(&model.layers);
        let attributes = self.merged_attributes(&parts, Place::Model)?;
        let name = last.element.value("name").unwrap_or_default();
        self.start(last.element, Some(&name), &attributes);
        self.description(&parts)?;
        self.container(&model.content, Place::Model)?;
        for profile in &model.content.profiles {
            self.profile(profile)?;
        }
        self.out.push("</model>\n</document>\n");
        self.check_length(last.element)
    }

    fn container(&mut self, container: &Container<'d>, place: Place) -> Result<(), CodegenError> {
        self.members(&container.members, place)?;
        for object in container.in_tree_order()? {
            self.object(object, place).map_err(|error| error.within("object", &object.path))?;
        }
        Ok(())
    }

    fn object(&mut self, object: &Object<'d>, place: Place) -> Result<(), CodegenError> {
        let Some(first) = object.layers.first() else { return Ok(()) };
        self.check_length(first.element)?;
        let parts = parts(&object.layers);
        let attributes = self.merged_attributes(&parts, place)?;
        self.start(first.element, Some(&object.path), &attributes);
        self.description(&parts)?;
        self.others(&parts, &["description", "parameter", "command", "event", "component"], place)?;
        self.members(&object.members, place)?;
        self.out.push("</object>");
        Ok(())
    }

    fn members(&mut self, members: &Members<'d>, place: Place) -> Result<(), CodegenError> {
        members.list.iter().try_for_each(|member| self.member(member, place))
    }

    fn member(&mut self, member: &Member<'d>, place: Place) -> Result<(), CodegenError> {
        let Some(first) = member.layers.first() else { return Ok(()) };
        self.check_length(first.element)?;
        let element = first.element;
        if element.name() == "parameter" && member.layers.len() == 1 {
            return self.copy(*first, element, place, None);
        }
        let parts = parts(&member.layers);
        let attributes = self.merged_attributes(&parts, place)?;
        let name = element.value("name").unwrap_or_default();
        self.start(element, Some(&name), &attributes);
        self.description(&parts)?;
        match element.name() {
            "parameter" => {
                self.syntax(&children(&parts, "syntax"), place)?;
                self.others(&parts, &["description", "syntax"], place)?;
            }
            "command" => {
                for (direction, container) in [("input", &member.input), ("output", &member.output)] {
                    if let (Some(container), Some(part)) = (container, children(&parts, direction).first()) {
                        self.start(part.element, None, &[]);
                        self.container(container, Place::Arguments)?;
                        self.end(direction);
                    }
                }
                self.others(&parts, &["description", "input", "output"], place)?;
            }
            _ => {
                if let Some(container) = &member.arguments {
                    self.container(container, Place::Arguments)?;
                }
                self.others(&parts, &["description", "parameter", "object", "component"], place)?;
            }
        }
        self.end(element.name());
        Ok(())
    }

    fn profile(&mut self, profile: &Profile<'d>) -> Result<(), CodegenError> {
        let Some((first, _)) = profile.layers.first() else { return Ok(()) };
        self.check_length(first.element)?;
        let layers: Vec<Layer<'d>> = profile.layers.iter().map(|(layer, _)| *layer).collect();
        let parts = parts(&layers);
        let name = first.element.value("name").unwrap_or_default();
        let mut attributes = self.merged_attributes(&parts, Place::Model)?;
        // In a profile base is no reference to what it changes: it tells what else is asked for.
        let base = first.element.attributes().find(|attribute| attribute.name() == "base");
        attributes.extend(base.map(|base| ("base", Cow::Borrowed(base.raw()))));
        self.start(first.element, Some(&name), &attributes);
        self.description(&parts)?;
        for (layer, prefix) in &profile.layers {
            for child in layer.element.children().filter(|child| child.name() != "description") {
                self.profile_item(*layer, child, prefix)?;
            }
        }
        self.end("profile");
        Ok(())
    }

    fn profile_item(
        &mut self,
        layer: Layer<'d>,
        item: Element<'d>,
        prefix: &str,
    ) -> Result<(), CodegenError> {
        if prefix.is_empty() || !matches!(item.name(), "object" | "parameter" | "command" | "event") {
            return self.copy(layer, item, Place::Model, None);
        }
        if item.name() != "object" {
            self.out.begin(item.line_of_all());
            self.out.push("<object");
            self.attribute("ref", &escape(prefix));
            self.out.push(" requirement=\"present\">");
            self.copy(layer, item, Place::Model, None)?;
            self.end("object");
            return Ok(());
        }
        let path = format!("{prefix}{}", item.required("ref")?);
        let attributes: Vec<_> = item
            .attributes()
            .map(|attribute| match attribute.name() {
                "ref" => ("ref", escape(path.as_str())),
                name => (name, Cow::Borrowed(attribute.raw())),
            })
            .collect();
        self.start(item, None, &attributes);
        item.children().try_for_each(|child| self.copy(layer, child, Place::Model, None))?;
        self.end("object");
        Ok(())
    }

    pub(super) fn description(&mut self, parts: &[Part<'d>]) -> Result<(), CodegenError> {
        let descriptions = children(parts, "description");
        match descriptions.as_slice() {
            [] => Ok(()),
            [part] => self.copy(part.layer, part.element, Place::Model, None),
            _ => {
                self.out.push("\n<description>");
                for (element, text) in merged_description(&descriptions) {
                    self.out.begin(element.line_of_all());
                    self.out.push(&text);
                    self.out.push("\n");
                }
                self.end("description");
                Ok(())
            }
        }
    }

    /// Copies the children that have other names than these.
    fn others(&mut self, parts: &[Part<'d>], known: &[&str], place: Place) -> Result<(), CodegenError> {
        for part in parts {
            for child in part.element.children().filter(|child| !known.contains(&child.name())) {
                self.copy(part.layer, child, place, None)?;
            }
        }
        Ok(())
    }

    /// The attributes of all parts, those of later parts before those of earlier ones.
    pub(super) fn merged_attributes(
        &mut self,
        parts: &[Part<'d>],
        place: Place,
    ) -> Result<Vec<(&'d str, Cow<'d, str>)>, CodegenError> {
        merged_attributes(parts, place, &mut self.types)
    }

    /// A start tag, on a line of its own.
    pub(super) fn start(
        &mut self,
        element: Element<'d>,
        name: Option<&str>,
        attributes: &[(&str, Cow<'_, str>)],
    ) {
        self.out.begin(element.line_of_all());
        self.out.word("<");
        self.out.word(element.name());
        if let Some(name) = name {
            self.attribute("name", &escape(name));
        }
        for (name, value) in attributes {
            self.attribute(name, value);
        }
        self.out.push(">");
    }

    pub(super) fn end(&mut self, name: &str) {
        self.out.word("</");
        self.out.word(name);
        self.out.word(">");
    }

    /// Writes an attribute whose value is as it stood in a file.
    fn attribute(&mut self, name: &str, raw: &str) {
        // A value that holds one kind of quote was written in the other.
        let quote = if raw.contains('"') { "'" } else { "\"" };
        for piece in [" ", name, "=", quote] {
            self.out.word(piece);
        }
        self.out.push(raw);
        self.out.word(quote);
    }

    fn verbatim(&mut self, element: Element<'d>) {
        self.out.begin(element.line_of_all());
        self.out.push(element.text());
    }

    /// Copies an element as it stands, but for what its new place asks for: versions raised, data types by their
    /// names in the model, and attributes that arguments do not have left out. A data type may get another name.
    pub(super) fn copy(
        &mut self,
        layer: Layer<'d>,
        element: Element<'d>,
        place: Place,
        name: Option<&str>,
    ) -> Result<(), CodegenError> {
        self.out.begin(element.line_of_all());
        let text = element.text();
        let mut copied = 0;
        let mut edit = |out: &mut Output, range: Range<usize>, new: &str| {
            out.push(text.get(copied..range.start).unwrap_or_default());
            out.push(new);
            copied = range.end;
        };
        for inner in element.all() {
            for attribute in inner.attributes() {
                let range = || attribute.value_range(element);
                match (inner.name(), attribute.name()) {
                    (_, "version") => {
                        let clamped = clamped(layer, attribute.raw());
                        if let Some(version) = clamped {
                            edit(&mut self.out, range(), &version.to_string());
                        }
                    }
                    ("dataType", "ref" | "base") => {
                        let written = attribute.value();
                        let chosen = self.types.name(layer.document, &written, inner)?;
                        if chosen != written {
                            edit(&mut self.out, range(), &escape(chosen));
                        }
                    }
                    ("dataType", "name") if inner == element => {
                        if let Some(name) = name {
                            edit(&mut self.out, range(), &escape(name));
                        }
                    }
                    ("default", "type") if place == Place::Arguments => {
                        edit(&mut self.out, range(), "parameter");
                    }
                    (owner, name) if !place.keeps(owner, name) => {
                        edit(&mut self.out, attribute.range(element), "");
                    }
                    _ => {}
                }
            }
        }
        self.out.push(text.get(copied..).unwrap_or_default());
        self.check_length(element)
    }

    fn check_length(&self, element: Element<'d>) -> Result<(), CodegenError> {
        if !self.out.full {
            return Ok(());
        }
        let what = "the length of the text that components expand to";
        Err(element.error(ErrorKind::TooLarge { what, limit: MAX_TEXT }))
    }
}

/// The version to write in place of this one, if it has to be another.
pub(super) fn clamped(layer: Layer<'_>, raw: &str) -> Option<Version> {
    let stated = raw.trim().parse().ok()?;
    let version = layer.clamped(stated);
    (version != stated).then_some(version)
}

pub(super) fn parts<'d>(layers: &[Layer<'d>]) -> Vec<Part<'d>> {
    layers.iter().map(|layer| Part { layer: *layer, element: layer.element }).collect()
}

/// The children of this name, of all parts.
pub(super) fn children<'d>(parts: &[Part<'d>], name: &str) -> Vec<Part<'d>> {
    let all = parts.iter().flat_map(|part| {
        let layer = part.layer;
        part.element.children().map(move |element| Part { layer, element })
    });
    all.filter(|part| part.element.name() == name).collect()
}

/// Elements with an `id`, the last one of each; in the order in which the ids first occur.
fn last_by_id<'d>(documents: &'d Documents, outer: &str, inner: &str) -> Vec<Element<'d>> {
    let mut places = HashMap::new();
    let mut found: Vec<Element<'d>> = Vec::new();
    let roots = documents.in_import_order().into_iter().filter_map(|id| documents.root(id));
    for top in roots.flat_map(Element::children) {
        let holders = (top.name() == outer).then(|| top.children()).into_iter().flatten();
        let elements = holders.chain((outer.is_empty()).then_some(top));
        for element in elements.filter(|element| element.name() == inner) {
            let Some(id) = element.value("id") else { continue };
            match places.get(&id).and_then(|index: &usize| found.get_mut(*index)) {
                Some(earlier) => *earlier = element,
                None => {
                    places.insert(id, found.len());
                    found.push(element);
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_ends_at_the_limit() {
        let mut out = Output { taken: MAX_TEXT - 3, ..Output::default() };
        out.push("ab\n");
        assert!(!out.full);
        out.push("\n");
        assert!(out.full);
        assert_eq!((out.text.as_str(), out.line), ("ab\n", 1));
    }
}
