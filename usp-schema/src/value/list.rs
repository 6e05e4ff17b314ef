//! Comma-separated lists.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;
use core::iter::FusedIterator;
use core::str::FromStr;

use super::ValueError;
use super::hex_binary::nibble;
use super::primitive_type::{is_white_space, trim};

/// The items of a comma-separated list, as defined by TR-106 section 3.2.3, without copying them.
///
/// * Items are separated by one comma; white space around it belongs to the separator. The empty
///   text is the empty list, so a list of one empty item cannot be written.
/// * A comma or white space within an item is percent-encoded (RFC 3986 section 2.1): `%2C`, `%20`,
///   `%09`, `%0A`, `%0D`. [`ListItem::text`] decodes these, and `%25` for the percent sign itself.
///   Every other percent sequence is ordinary text, because TR-106 asks for no other and items are
///   often URIs. White space that was not encoded is accepted: published enumerations contain it
///   (`802.11 5 GHz`).
/// * Lists in lists: the commas of the inner list are percent-encoded, or the inner list stands in
///   square brackets where the data model allows that; see [`NestedBrackets`]. Within brackets
///   `%5B` and `%5D` stand for brackets, which are ordinary characters elsewhere except at the
///   beginning of an item.
///
/// The iterator reports whatever stands between the separators and refuses nothing;
/// [`PrimitiveType::parse_list`](crate::PrimitiveType::parse_list) does the checking.
///
/// ```
/// use usp_schema::{ListItems, NestedBrackets};
///
/// let items = ListItems::new("a, b%2Cc ,d", NestedBrackets::Legacy);
/// let texts: Vec<String> = items.map(|item| item.text().into_owned()).collect();
/// assert_eq!(texts, ["a", "b,c", "d"]);
///
/// let mut items = ListItems::new("a,[b,c],d", NestedBrackets::Permitted);
/// let inner = items.nth(1).and_then(|item| item.inner_list());
/// assert_eq!(inner.map(|items| items.count()), Some(2));
/// ```
#[derive(Clone, Debug)]
pub struct ListItems<'a> {
    /// What follows the last separator; `None` when the last item was given out.
    rest: Option<&'a str>,
    brackets: Brackets,
}

impl<'a> ListItems<'a> {
    /// The items of `text`.
    pub fn new(text: &'a str, brackets: NestedBrackets) -> Self {
        Self::with(
            text,
            match brackets {
                NestedBrackets::Legacy => Brackets::Ordinary,
                NestedBrackets::Permitted | NestedBrackets::Required => Brackets::Leading,
            },
        )
    }

    /// The items of a list that stands, or could stand, in brackets.
    pub(super) fn inner(text: &'a str) -> Self {
        Self::with(text, Brackets::Everywhere)
    }

    fn with(text: &'a str, brackets: Brackets) -> Self {
        let text = trim(text);
        Self { rest: (!text.is_empty()).then_some(text), brackets }
    }

    /// Whether a comma follows the last item, which TR-106 forbids.
    pub fn ends_with_separator(&self) -> bool {
        self.rest.is_some_and(|rest| rest.ends_with(','))
    }
}

impl<'a> Iterator for ListItems<'a> {
    type Item = ListItem<'a>;

    fn next(&mut self) -> Option<ListItem<'a>> {
        let rest = trim(self.rest?);
        let inner_end = match self.brackets {
            Brackets::Ordinary => 0,
            Brackets::Leading | Brackets::Everywhere => bracketed_length(rest),
        };
        let (raw, rest) = match rest[inner_end..].find(',') {
            Some(comma) => {
                let comma = inner_end + comma;
                (&rest[..comma], Some(&rest[comma + 1..]))
            }
            None => (rest, None),
        };
        self.rest = rest;
        Some(ListItem { raw: trim(raw), brackets: self.brackets })
    }
}

impl FusedIterator for ListItems<'_> {}

/// One item of a list, as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListItem<'a> {
    raw: &'a str,
    brackets: Brackets,
}

impl<'a> ListItem<'a> {
    /// The item as written, escapes and brackets included.
    pub fn as_str(&self) -> &'a str {
        self.raw
    }

    /// The item with its escapes decoded.
    pub fn text(&self) -> Cow<'a, str> {
        unescape(self.raw, self.brackets)
    }

    /// If the item is a list in square brackets, the items of that list.
    pub fn inner_list(&self) -> Option<ListItems<'a>> {
        if self.brackets == Brackets::Ordinary || bracketed_length(self.raw) != self.raw.len() {
            return None;
        }
        let inner = self.raw.strip_prefix('[')?.strip_suffix(']')?;
        Some(ListItems::inner(inner))
    }

    /// Where brackets mark inner lists: whether the item does not begin with a bracket, or the
    /// bracket is closed by the item's last character.
    pub fn is_balanced(&self) -> bool {
        self.brackets == Brackets::Ordinary || !self.raw.starts_with('[') || self.inner_list().is_some()
    }
}

/// What square brackets mean in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Brackets {
    /// They are ordinary characters.
    Ordinary,
    /// At the beginning of an item they begin an inner list.
    Leading,
    /// The text stands in brackets itself, so each one has to have its counterpart.
    Everywhere,
}

/// How a list in a list is written: the attribute `nestedBrackets` of a TR-106 list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NestedBrackets {
    /// Inner commas are percent-encoded, brackets are ordinary characters. The default.
    #[default]
    Legacy,
    /// The inner list may stand in square brackets, or have its commas percent-encoded.
    Permitted,
    /// The inner list stands in square brackets.
    Required,
}

impl NestedBrackets {
    /// The value of the attribute, as `required`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::Permitted => "permitted",
            Self::Required => "required",
        }
    }
}

impl fmt::Display for NestedBrackets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for NestedBrackets {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        [Self::Legacy, Self::Permitted, Self::Required]
            .into_iter()
            .find(|form| form.as_str() == text)
            .ok_or_else(|| {
                ValueError::wrong_type("nestedBrackets", "it is legacy, permitted or required", text)
            })
    }
}

/// Writes an item so that it reads back as the same text where brackets mean the same.
pub(super) fn write_item(f: &mut fmt::Formatter<'_>, item: &str, brackets: Brackets) -> fmt::Result {
    let mut written = 0;
    for (at, byte) in item.bytes().enumerate() {
        let escape = match byte {
            b',' | b' ' | b'\t' | b'\r' | b'\n' => true,
            b'[' | b']' => brackets == Brackets::Everywhere,
            // A percent sign needs an escape only where it would be taken for the beginning of one.
            b'%' => escaped_byte(&item.as_bytes()[at..], brackets).is_some(),
            _ => false,
        };
        if escape {
            write!(f, "{}%{byte:02X}", &item[written..at])?;
            written = at + 1;
        }
    }
    f.write_str(&item[written..])
}

fn unescape(raw: &str, brackets: Brackets) -> Cow<'_, str> {
    let mut text = String::new();
    let mut rest = raw;
    let mut searched = 0;
    while let Some(percent) = rest[searched..].find('%') {
        let percent = searched + percent;
        match escaped_byte(&rest.as_bytes()[percent..], brackets) {
            Some(byte) => {
                text.push_str(&rest[..percent]);
                text.push(char::from(byte));
                rest = &rest[percent + 3..];
                searched = 0;
            }
            None => searched = percent + 1,
        }
    }
    if rest.len() == raw.len() {
        return Cow::Borrowed(raw);
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// The character that the escape at the beginning of `text` stands for, if there is one there.
fn escaped_byte(text: &[u8], brackets: Brackets) -> Option<u8> {
    let &[b'%', high, low, ..] = text else { return None };
    let byte = nibble(high)? << 4 | nibble(low)?;
    let escaped = match byte {
        b',' | b'%' => true,
        b'[' | b']' => brackets == Brackets::Everywhere,
        byte => is_white_space(char::from(byte)),
    };
    escaped.then_some(byte)
}

/// The length of the bracketed list at the beginning of `text`: 0 if there is none, the whole
/// length if it is not closed.
fn bracketed_length(text: &str) -> usize {
    if !text.starts_with('[') {
        return 0;
    }
    let mut open = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => open += 1,
            // `open` is at least 1 here: it was when the loop began, and the loop ends when it is 0.
            b']' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return at + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests;
