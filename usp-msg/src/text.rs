//! Messages as text for people: on one line, or with `{:#}` as an indented tree.

use core::fmt::{self, Write};

use prost::Message as _;
use usp_wire::{Cursor, WireType};

use crate::schema::{self, EnumType, Field, Kind, MessageType};
use crate::{ErrorCode, Msg, MsgType, Request, Response};

/// On one line, or with `{:#}` as an indented tree; absent and default fields are left out.
///
/// The text is for people and logs. Its form may change; quoted values are escaped, so that a peer
/// cannot forge a line. For machines there is JSON.
///
/// ```
/// use usp_msg::{Get, Msg};
///
/// let msg = Msg::request("id-1", Get::new(["Device.Time.", "Device.DeviceInfo."]));
/// assert_eq!(msg.to_string(), r#"Get "id-1" {param_paths: ["Device.Time.", "Device.DeviceInfo."]}"#);
/// assert_eq!(
///     format!("{msg:#}"),
///     r#"Get "id-1"
///   param_paths:
///     - "Device.Time."
///     - "Device.DeviceInfo.""#
/// );
/// ```
impl fmt::Display for Msg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(kind) = self.msg_type() else {
            return write!(f, "Message {:?} without content", self.msg_id());
        };
        write!(f, "{kind} {:?}", self.msg_id())?;
        write_content(f, &schema::MSG, &self.encode_to_vec())
    }
}

/// As a [`Msg`] without its id: `Get {param_paths: ["Device.Time."]}`.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_part(f, "Request", self.msg_type(), &schema::REQUEST, &self.encode_to_vec())
    }
}

/// As a [`Msg`] without its id, for whoever has got a Response and wants to see it whole.
///
/// ```
/// use usp_msg::{Response, SetResp};
///
/// assert_eq!(Response::from(SetResp::default()).to_string(), "SetResp {}");
/// ```
impl fmt::Display for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_part(f, "Response", self.msg_type(), &schema::RESPONSE, &self.encode_to_vec())
    }
}

fn write_part(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    kind: Option<MsgType>,
    ty: &'static MessageType,
    bytes: &[u8],
) -> fmt::Result {
    let Some(kind) = kind else { return write!(f, "{name} without content") };
    write!(f, "{kind}")?;
    write_content(f, ty, bytes)
}

/// What is in the request, Response or Error, behind its kind.
fn write_content(f: &mut fmt::Formatter<'_>, ty: &'static MessageType, bytes: &[u8]) -> fmt::Result {
    let (ty, content) = content(ty, bytes);
    if f.alternate() {
        tree(f, ty, content, 1, false)
    } else {
        f.write_char(' ')?;
        line(f, ty, content)
    }
}

/// Descends through the bodies, of which each has one content, to the request, Response or Error.
fn content<'a>(ty: &'static MessageType, bytes: &'a [u8]) -> (&'static MessageType, &'a [u8]) {
    let inner = ty.fields.iter().filter(|field| field.in_oneof || field.name == "body").find_map(|field| {
        let bytes = occurrences(field, bytes).next()?.bytes;
        match field.kind {
            Kind::Message(ty) => Some((ty, bytes)),
            _ => None,
        }
    });
    match inner {
        Some((inner, bytes)) if ["Msg", "Body", "Request", "Response"].contains(&ty.name) => {
            content(inner, bytes)
        }
        _ => (ty, bytes),
    }
}

fn line(f: &mut fmt::Formatter<'_>, ty: &'static MessageType, bytes: &[u8]) -> fmt::Result {
    f.write_char('{')?;
    let mut separator = "";
    for field in ty.fields {
        let mut values = occurrences(field, bytes).peekable();
        if values.peek().is_none() {
            continue;
        }
        write!(f, "{separator}{}: ", field.name)?;
        separator = ", ";
        let (open, close) = match (field.repeated, field.kind) {
            (true, Kind::Map) => ("{", "}"),
            (true, _) => ("[", "]"),
            (false, _) => ("", ""),
        };
        f.write_str(open)?;
        for (at, value) in values.enumerate() {
            f.write_str(if at > 0 { ", " } else { "" })?;
            match field.kind {
                Kind::Message(ty) => line(f, ty, value.bytes)?,
                _ => scalar(f, field, value)?,
            }
        }
        f.write_str(close)?;
    }
    f.write_char('}')
}

/// Writes the fields one a line; with `continues` the first stands on the line begun, after `- `.
fn tree(
    f: &mut fmt::Formatter<'_>,
    ty: &'static MessageType,
    bytes: &[u8],
    depth: usize,
    continues: bool,
) -> fmt::Result {
    let mut on_line = continues;
    for field in ty.fields {
        let mut values = occurrences(field, bytes).peekable();
        if values.peek().is_none() {
            continue;
        }
        if !core::mem::take(&mut on_line) {
            new_line(f, depth)?;
        }
        write!(f, "{}:", field.name)?;
        for value in values {
            match (field.repeated, field.kind) {
                (true, Kind::Message(ty)) => {
                    new_line(f, depth + 1)?;
                    f.write_str("- ")?;
                    tree(f, ty, value.bytes, depth + 2, true)?;
                }
                (true, kind) => {
                    new_line(f, depth + 1)?;
                    f.write_str(if matches!(kind, Kind::Map) { "" } else { "- " })?;
                    scalar(f, field, value)?;
                }
                (false, Kind::Message(ty)) if value.bytes.is_empty() => write!(f, " empty {}", ty.name)?,
                (false, Kind::Message(ty)) => tree(f, ty, value.bytes, depth + 1, false)?,
                (false, _) => {
                    f.write_char(' ')?;
                    scalar(f, field, value)?;
                }
            }
        }
    }
    Ok(())
}

fn new_line(f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
    write!(f, "\n{:1$}", "", 2 * depth)
}

fn scalar(f: &mut fmt::Formatter<'_>, field: &Field, value: Value<'_>) -> fmt::Result {
    match field.kind {
        Kind::Text => write!(f, "{:?}", value.text()),
        Kind::Bool => write!(f, "{}", value.number != 0),
        Kind::Fixed32 if field.name == "err_code" => write!(f, "{}", ErrorCode::new(value.number)),
        Kind::Fixed32 => write!(f, "{}", value.number),
        Kind::Enum(values) => match enum_name(values, value.number) {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", value.number),
        },
        Kind::Map => {
            let [key, value] = map_entry(value.bytes);
            write!(f, "{key:?}: {value:?}")
        }
        Kind::Message(_) => Ok(()),
    }
}

pub(crate) fn enum_name(values: &EnumType, number: u32) -> Option<&'static str> {
    values.values.get(usize::try_from(number).ok()?).copied()
}

pub(crate) fn map_entry(bytes: &[u8]) -> [&str; 2] {
    let mut texts = schema::MAP_ENTRY
        .fields
        .iter()
        .map(|field| occurrences(field, bytes).last().map_or("", |value| value.text()));
    [texts.next().unwrap_or_default(), texts.next().unwrap_or_default()]
}

/// A value on the wire: bytes for what has a length, else a number.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) number: u32,
}

impl<'a> Value<'a> {
    pub(crate) fn text(self) -> &'a str {
        core::str::from_utf8(self.bytes).unwrap_or_default()
    }
}

/// The values of a field in a message that this crate has encoded.
pub(crate) fn occurrences<'a>(field: &Field, bytes: &'a [u8]) -> impl Iterator<Item = Value<'a>> {
    let wanted = field.number;
    let mut cursor = Cursor::new(bytes);
    core::iter::from_fn(move || {
        while !cursor.is_at_end() {
            let (number, wire_type) = cursor.key().ok()?;
            let value = match wire_type {
                WireType::Length => Value { bytes: cursor.length_delimited().ok()?, number: 0 },
                WireType::Fixed32 => Value { bytes: &[], number: cursor.fixed32().ok()? },
                // An enumeration's number is an i32, so the upper half is its sign.
                _ => Value { bytes: &[], number: cursor.varint().ok()? as u32 },
            };
            if number == wanted {
                return Some(value);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::{Get, GetResp, SetResp, get_resp};

    /// What a Message says is what its request or Response says, behind its id.
    #[test]
    fn requests_and_responses_are_told_as_their_messages() {
        let result = get_resp::RequestedPathResult::failed("Device.\nX", 7026, "no \"such\" path");
        let response = Response::from(GetResp::new([result]));
        assert_eq!(
            format!("{response}"),
            r#"GetResp {req_path_results: [{requested_path: "Device.\nX", err_code: 7026 Invalid path, err_msg: "no \"such\" path"}]}"#
        );
        let request = Request::from(Get::new(["Device.Time."]));
        assert_eq!(format!("{request:#}"), "Get\n  param_paths:\n    - \"Device.Time.\"");
        for msg in [Msg::request("1", request.clone()), Msg::response_to("1", response.clone())] {
            let (line, tree) = match msg.as_request() {
                Some(request) => (format!("{request}"), format!("{request:#}")),
                None => (format!("{response}"), format!("{response:#}")),
            };
            assert_eq!(format!("{msg}").replacen(" \"1\"", "", 1), line);
            assert_eq!(format!("{msg:#}").replacen(" \"1\"", "", 1), tree);
        }
    }

    #[test]
    fn what_has_no_content_is_told_so() {
        assert_eq!(format!("{}", Request::default()), "Request without content");
        assert_eq!(format!("{:#}", Response::default()), "Response without content");
        assert_eq!(format!("{}", Response::from(SetResp::default())), "SetResp {}");
    }
}
