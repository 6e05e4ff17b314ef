//! Writing JSON out of the encoded Message and the table of the schema.

use alloc::string::String;
use core::fmt::Write as _;

use crate::schema::{Field, Kind, MSG, MessageType};
use crate::text::{Value, enum_name, map_entry, occurrences};

/// The JSON of a Message that this crate has encoded.
pub(super) fn print(bytes: &[u8]) -> String {
    let mut json = String::with_capacity(2 * bytes.len());
    message(&mut json, &MSG, bytes);
    json
}

fn message(json: &mut String, ty: &'static MessageType, bytes: &[u8]) {
    json.push('{');
    let mut separator = "";
    for field in ty.fields {
        let mut values = occurrences(field, bytes).peekable();
        if values.peek().is_none() {
            continue;
        }
        json.push_str(separator);
        separator = ",";
        json.push('"');
        json.extend(camel_case(field.name));
        json.push_str("\":");
        let (open, close) = match (field.repeated, field.kind) {
            (true, Kind::Map) => ("{", "}"),
            (true, _) => ("[", "]"),
            (false, _) => ("", ""),
        };
        json.push_str(open);
        for (at, next) in values.enumerate() {
            json.push_str(if at > 0 { "," } else { "" });
            value(json, field, next);
        }
        json.push_str(close);
    }
    json.push('}');
}

fn value(json: &mut String, field: &Field, value: Value<'_>) {
    match field.kind {
        Kind::Text => text(json, value.text()),
        Kind::Bool => json.push_str(if value.number != 0 { "true" } else { "false" }),
        Kind::Fixed32 => number(json, i64::from(value.number)),
        Kind::Enum(values) => match enum_name(values, value.number) {
            Some(name) => text(json, name),
            None => number(json, i64::from(value.number as i32)),
        },
        Kind::Message(ty) => message(json, ty, value.bytes),
        Kind::Map => {
            let [key, value] = map_entry(value.bytes);
            text(json, key);
            json.push(':');
            text(json, value);
        }
    }
}

fn number(json: &mut String, number: i64) {
    // Writing to a String never fails.
    let _ = write!(json, "{number}");
}

fn text(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\0'..='\u{1f}' => {
                let _ = write!(json, "\\u{:04x}", u32::from(character));
            }
            other => json.push(other),
        }
    }
    json.push('"');
}

/// A name of the schema in lowerCamelCase.
pub(super) fn camel_case(name: &str) -> impl Iterator<Item = char> {
    let mut upper = false;
    name.chars().filter_map(move |character| match character {
        '_' => {
            upper = true;
            None
        }
        other if core::mem::take(&mut upper) => Some(other.to_ascii_uppercase()),
        other => Some(other),
    })
}
