use std::collections::VecDeque;

use usp_schema::ReferenceTarget;

use crate::Model;
use crate::model::{DataType, DescriptionAction, PathRef, Syntax};

/// Templates and data types may include each other this deep.
const MAX_DEPTH: usize = 8;
/// A description that is longer than this in bytes is cut: templates that include templates could make it any size.
const MAX_LENGTH: usize = 32 * 1024;
/// A description may hold so many macros; those behind stay as they are. Templates that include templates could make
/// them any number without a word of text.
const MAX_MACROS: usize = 4096;

/// What a description is about, for macros that stand for a part of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'m> {
    pub(crate) model: &'m Model,
    /// Path of the object that is described, or whose parameter, command or event is.
    pub(crate) object: &'m str,
    /// Name of what is described.
    pub(crate) name: &'m str,
    /// Type of the parameter that is described.
    pub(crate) syntax: Option<&'m Syntax>,
}

/// Replaces the macros in a description by words. Names and values come out between backticks, which the text has
/// nowhere else.
pub(crate) fn expand(subject: &Subject<'_>, text: &str) -> String {
    let mut out = Words { text: String::with_capacity(text.len().min(MAX_LENGTH)), cut: false, macros: 0 };
    expand_into(subject, text, 0, &mut out);
    out.text
}

/// What comes out: at most [`MAX_LENGTH`] bytes, and the sign that closes the last name.
#[derive(Debug, Default)]
struct Words {
    text: String,
    /// Whether something was left out.
    cut: bool,
    /// Macros that were expanded so far.
    macros: usize,
}

impl Words {
    /// Adds as much of the text as there is room for; nothing follows what was cut.
    fn push(&mut self, text: &str) {
        if self.cut {
            return;
        }
        let mut end = text.len().min(MAX_LENGTH.saturating_sub(self.text.len()));
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.text.push_str(text.get(..end).unwrap_or_default());
        self.cut = end < text.len();
    }

    /// Adds prose, which holds no backticks.
    fn prose(&mut self, text: &str) {
        let mut pieces = text.split('`');
        self.push(pieces.next().unwrap_or_default());
        for piece in pieces {
            if self.is_full() {
                return;
            }
            self.push("'");
            self.push(piece);
        }
    }

    /// Adds a name or a value between backticks.
    fn code(&mut self, text: &str) {
        if self.is_full() {
            return;
        }
        self.text.push('`');
        text.split('`').for_each(|piece| self.push(piece));
        self.text.push('`');
    }

    fn is_full(&self) -> bool {
        self.cut || self.text.len() >= MAX_LENGTH
    }

    /// Whether one more macro may be expanded.
    fn takes_macro(&mut self) -> bool {
        self.macros += 1;
        self.macros <= MAX_MACROS && !self.is_full()
    }
}

fn expand_into(subject: &Subject<'_>, text: &str, depth: usize, out: &mut Words) {
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let (before, from_macro) = rest.split_at(start);
        out.prose(before);
        let end = end_of_macro(from_macro);
        let (Some(end), true, true) = (end, depth < MAX_DEPTH, out.takes_macro()) else {
            return out.prose(from_macro);
        };
        let body = from_macro.get(2..end - 2).unwrap_or_default();
        expand_macro(subject, body, depth + 1, out);
        rest = from_macro.get(end..).unwrap_or_default();
    }
    out.prose(rest);
}

/// Where the macro at the beginning of the text ends, behind its closing braces.
fn end_of_macro(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => open += 1,
            b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        if open == 0 {
            return Some(index + 1);
        }
    }
    None
}

fn expand_macro(subject: &Subject<'_>, body: &str, depth: usize, out: &mut Words) {
    let mut parts = split_arguments(body).into_iter();
    let name = parts.next().unwrap_or_default().trim();
    let arguments: Vec<&str> = parts.collect();
    let first = arguments.first().map(|argument| argument.trim());
    match name {
        "param" | "command" | "event" => out.code(first.map_or(subject.name, plain_path)),
        "object" => out.code(object_name(subject, first)),
        "enum" => match first {
            Some("") => out.push("the empty value"),
            Some(value) => out.code(value),
            // The values are documented where they are defined.
            None => {}
        },
        "pattern" => match first {
            Some("") => out.push("the empty value"),
            Some(value) => out.code(value),
            None => {}
        },
        "true" | "false" => out.code(name),
        "empty" => out.push("an empty string"),
        "null" => out.push("the null value"),
        "maxval" => out.push("the largest value of the type"),
        "units" => out.push(subject.syntax.and_then(Syntax::units).unwrap_or("units")),
        "bibref" => bibliography(subject.model, &arguments, out),
        "numentries" => number_of_entries(subject, out),
        "list" => list(subject, first, depth, out),
        "reference" => reference(subject, first, depth, out),
        "datatype" => data_type(subject, first, depth, out),
        "template" => {
            let template =
                subject.model.templates.iter().find(|template| Some(template.id.as_str()) == first);
            if let Some(template) = template {
                expand_into(subject, template.text.trim(), depth, out);
            }
        }
        "deprecated" | "obsoleted" | "deleted" => change_of_status(subject, name, &arguments, depth, out),
        _ => {
            // An unknown macro says what its last argument says.
            if let Some(text) = arguments.last() {
                expand_into(subject, text, depth, out);
            }
        }
    }
}

/// Splits at the bars that are not inside inner macros.
fn split_arguments(body: &str) -> Vec<&str> {
    let mut open = 0_usize;
    body.split(|character| {
        match character {
            '{' => open += 1,
            '}' => open = open.saturating_sub(1),
            _ => {}
        }
        character == '|' && open == 0
    })
    .collect()
}

/// A path without the signs that say where it counts from.
fn plain_path(path: &str) -> &str {
    path.trim_start_matches('#').trim_start_matches('.')
}

fn object_name<'a>(subject: &Subject<'a>, argument: Option<&'a str>) -> &'a str {
    let path = argument.unwrap_or_default();
    let below = plain_path(path);
    if !below.is_empty() {
        return below;
    }
    let mut names = subject.object.split('.').rev().filter(|part| !part.is_empty() && *part != "{i}");
    names.nth(path.len()).unwrap_or("Device")
}

fn bibliography(model: &Model, arguments: &[&str], out: &mut Words) {
    let id = arguments.first().map_or("", |id| id.trim());
    let entry = model.bibliography.iter().find(|entry| entry.id == id);
    out.prose(entry.map_or(id, |entry| &entry.name));
    if let Some(section) = arguments.get(1) {
        out.push(", ");
        out.prose(section.trim());
    }
}

fn number_of_entries(subject: &Subject<'_>, out: &mut Words) {
    let table = subject.model.objects().iter().find(|object| {
        object.num_entries_parameter() == Some(subject.name) && object.parent_path() == subject.object
    });
    match table {
        Some(table) => {
            out.push("The number of rows in the ");
            out.code(table.name());
            out.push(" table.");
        }
        None => out.push("The number of rows in the table."),
    }
}

fn list(subject: &Subject<'_>, detail: Option<&str>, depth: usize, out: &mut Words) {
    out.push("Comma-separated list");
    if let Some(syntax) = subject.syntax {
        out.push(&format!(" of {} items", syntax.primitive()));
    }
    if let Some(detail) = detail.filter(|detail| !detail.is_empty()) {
        out.push(", ");
        expand_into(subject, detail, depth, out);
    }
    out.push(".");
}

fn reference(subject: &Subject<'_>, detail: Option<&str>, depth: usize, out: &mut Words) {
    out.push("The value is the path of ");
    let reference = subject.syntax.and_then(Syntax::reference);
    match (detail.filter(|detail| !detail.is_empty()), reference) {
        (Some(detail), _) => expand_into(subject, detail, depth, out),
        (None, Some(reference)) => out.push(&referred(reference)),
        (None, None) => out.push("another element"),
    }
    out.push(".");
}

/// What a reference points to, in words: "a row of `Device.IP.Interface.`".
pub(crate) fn referred(reference: &PathRef) -> String {
    let mut words = match reference.target() {
        ReferenceTarget::Row => "a row".to_owned(),
        ReferenceTarget::Parameter => "a parameter".to_owned(),
        ReferenceTarget::Single => "an object".to_owned(),
        ReferenceTarget::Any => "another element".to_owned(),
    };
    for (index, target) in reference.targets().iter().enumerate() {
        words.push_str(if index == 0 { " of `" } else { " or `" });
        words.extend(target.chars().filter(|character| *character != '`'));
        words.push('`');
    }
    words
}

/// `{{datatype}}` is the name of the data type, `{{datatype|expand}}` what is said of it.
fn data_type(subject: &Subject<'_>, argument: Option<&str>, depth: usize, out: &mut Words) {
    let Some(data_type) = subject.syntax.and_then(Syntax::data_type) else { return };
    if argument != Some("expand") {
        return out.code(data_type.name());
    }
    for description in descriptions(data_type) {
        let inner = Subject { name: data_type.name(), ..*subject };
        if !out.text.is_empty() && !out.text.ends_with('\n') {
            out.push("\n\n");
        }
        expand_into(&inner, description.trim(), depth, out);
    }
}

/// The texts that together describe a data type, as it takes them over from those that it is based on.
fn descriptions(data_type: &DataType) -> Vec<&str> {
    let mut texts = VecDeque::new();
    let mut after = 0;
    for description in data_type.chain().filter_map(DataType::description) {
        // Everything so far stands in for, behind or before what comes from this level.
        texts.insert(after, description.text());
        match description.action() {
            DescriptionAction::Create | DescriptionAction::Replace => break,
            DescriptionAction::Append => {}
            DescriptionAction::Prefix => after += 1,
        }
    }
    texts.into()
}

/// `{{deprecated|2.15|because …}}` and its likes.
fn change_of_status(subject: &Subject<'_>, status: &str, arguments: &[&str], depth: usize, out: &mut Words) {
    out.push(match status {
        "deprecated" => "Deprecated",
        "obsoleted" => "Obsoleted",
        _ => "Deleted",
    });
    if let Some(version) = arguments.first() {
        out.push(" in ");
        out.push(version.trim());
    }
    if let Some(reason) = arguments.get(1) {
        out.push(" ");
        expand_into(subject, reason.trim(), depth, out);
    }
    if !out.text.ends_with('.') {
        out.push(".");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"<document>
        <dataType name="Base"><description>Base {{datatype}}.</description><string/></dataType>
        <dataType name="After" base="Base"><description action="append">After.</description></dataType>
        <dataType name="Before" base="After"><description action="prefix">Before.</description></dataType>
        <dataType name="Instead" base="Before"><description action="replace">Instead.</description></dataType>
        <template id="T">a {{true}} template</template>
        <template id="LOOP">loop {{template|LOOP}}</template>
        <bibliography><reference id="R1"><name>RFC 1</name></reference></bibliography>
        <model name="M:1">
          <object name="Device."><parameter name="RowNumberOfEntries"><syntax><int/></syntax></parameter></object>
          <object name="Device.Row.{i}." numEntriesParameter="RowNumberOfEntries" maxEntries="unbounded" minEntries="0">
            <parameter name="P"><syntax><dataType ref="Before"><units value="miles"/></dataType></syntax></parameter>
            <parameter name="L"><syntax><list/><int/></syntax></parameter>
            <parameter name="R">
              <syntax><string><pathRef refType="weak" targetType="row" targetParent=".Row."/></string></syntax>
            </parameter>
          </object>
        </model>
      </document>"#;

    #[track_caller]
    fn check(name: &str, text: &str, expected: &str) {
        let model = Model::from_xml("macros.xml", FILE).unwrap();
        let row = model.object("Device.Row.{i}.").unwrap();
        let parameter = row.parameters().iter().find(|parameter| parameter.name() == name).unwrap();
        let syntax = Some(parameter.syntax());
        let subject = Subject { model: &model, object: row.path(), name, syntax };
        assert_eq!(expand(&subject, text), expected);
    }

    #[test]
    fn names_stand_between_backticks() {
        check(
            "P",
            "{{param}} {{param|#.Row.{i}.L}} {{object}} {{object|#}}",
            "`P` `Row.{i}.L` `Row` `Device`",
        );
        check("P", "{{command|.Reset()|model}} {{event|Boot!}}", "`Reset()` `Boot!`");
        check("P", "{{enum|A}} {{enum|}} {{enum}}{{pattern|x*}}", "`A` the empty value `x*`");
        check("P", "a `b` c", "a 'b' c");
    }

    #[test]
    fn facts_take_the_place_of_macros() {
        check(
            "P",
            "{{units}}, {{true}}, {{empty}}, {{null}}",
            "miles, `true`, an empty string, the null value",
        );
        check("P", "{{bibref|R1|section 2}}, {{bibref|R2}}", "RFC 1, section 2, R2");
        check(
            "L",
            "{{list}} {{list|of {{units}}}}",
            "Comma-separated list of int items. Comma-separated list of int items, of units.",
        );
        check("R", "{{reference}}", "The value is the path of a row of `Device.Row.`.");
        check("R", "{{reference|a {{object}}}}", "The value is the path of a `Row`.");
        check("P", "{{deprecated|1.2|because {{param|L}} is}}", "Deprecated in 1.2 because `L` is.");
    }

    #[test]
    fn the_parameter_that_counts_rows_says_of_which_table() {
        let model = Model::from_xml("macros.xml", FILE).unwrap();
        let subject = Subject { model: &model, object: "Device.", name: "RowNumberOfEntries", syntax: None };
        assert_eq!(expand(&subject, "{{numentries}}"), "The number of rows in the `Row` table.");
    }

    #[test]
    fn data_types_take_over_what_is_said_of_their_bases() {
        check("P", "{{datatype}}", "`Before`");
        check("P", "{{datatype|expand}}", "Before.\n\nBase `Before`.\n\nAfter.");
    }

    #[test]
    fn templates_are_included_but_not_for_ever() {
        check("P", "{{template|T}} {{template|none}}", "a `true` template ");
        check("P", "{{template|LOOP}}", &format!("{}{{{{template|LOOP}}}}", "loop ".repeat(MAX_DEPTH)));
    }

    /// Text that no macro stands in is cut as well, whole characters only.
    #[test]
    fn a_description_ends_at_its_limit() {
        let long = "€".repeat(20_000);
        let file = FILE.replace("a {{true}} template", &format!("{long}{{{{param}}}}`{long}`"));
        let model = Model::from_xml("macros.xml", &file).unwrap();
        let subject = Subject { model: &model, object: "Device.", name: "P", syntax: None };
        let expected = "€".repeat(MAX_LENGTH / 3);
        for text in [&format!("{long}{{{{param}}}} a"), "{{template|T}}{{template|T}}"] {
            assert_eq!(expand(&subject, text), expected);
        }
        let code = expand(&subject, &format!("{{{{enum|{long}}}}}"));
        assert_eq!(code.trim_matches('`'), expected);
        assert!(code.ends_with('`'), "what is opened is closed");
    }

    /// Templates of nothing but templates take no time without end.
    #[test]
    fn macros_without_words_are_counted() {
        let file = FILE.replace("loop {{template|LOOP}}", &"{{template|LOOP}}".repeat(100));
        let model = Model::from_xml("macros.xml", &file).unwrap();
        let subject = Subject { model: &model, object: "Device.", name: "P", syntax: None };
        assert!(expand(&subject, "{{template|LOOP}}").len() <= MAX_LENGTH + 2);
    }

    #[test]
    fn broken_macros_stay_as_they_are() {
        check("P", "a {{param", "a {{param");
        check("P", "a }} {{unknown|text}} {{unknown}}.", "a }} text .");
        check("P", &"{{".repeat(100_000), &"{{".repeat(MAX_LENGTH / 2));
    }
}
