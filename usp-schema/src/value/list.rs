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
/// * Items are separated by one comma; white space around it belongs to the separator. The empty text is the
///   empty list, so a list of one empty item cannot be written.
/// * A comma or white space within an item is percent-encoded (RFC 3986 section 2.1): `%2C`, `%20`, `%09`,
///   `%0A`, `%0D`. [`ListItem::text`] decodes these, and `%25` for the percent sign itself. Every other percent
///   sequence is ordinary text, because TR-106 asks for no other and items are often URIs.
///   White space that was not encoded is accepted: published enumerations contain it (`802.11 5 GHz`).
/// * Lists in lists: the commas of the inner list are percent-encoded, or the inner list stands in square
///   brackets where the data model allows that; see [`NestedBrackets`]. With brackets allowed, `%5B` and `%5D` are
///   decoded too, so that text with brackets can be written.
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
/// assert_eq!(items.nth(1).and_then(|item| item.inner_list()), Some("b,c"));
/// ```
#[derive(Clone, Debug)]
pub struct ListItems<'a> {
    /// What follows the last separator; `None` when the last item was given out.
    rest: Option<&'a str>,
    brackets: NestedBrackets,
}

impl<'a> ListItems<'a> {
    /// The items of `text`.
    pub fn new(text: &'a str, brackets: NestedBrackets) -> Self {
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
            NestedBrackets::Legacy => 0,
            NestedBrackets::Permitted | NestedBrackets::Required => bracketed_length(rest),
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
    brackets: NestedBrackets,
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

    /// If the item is a list in square brackets, the text of that list.
    pub fn inner_list(&self) -> Option<&'a str> {
        if self.brackets == NestedBrackets::Legacy || bracketed_length(self.raw) != self.raw.len() {
            return None;
        }
        self.raw.strip_prefix('[')?.strip_suffix(']')
    }

    /// Where brackets are allowed: whether the item does not begin with a bracket, or the bracket is closed by the
    /// item's last character.
    pub fn is_balanced(&self) -> bool {
        self.brackets == NestedBrackets::Legacy || !self.raw.starts_with('[') || self.inner_list().is_some()
    }

    /// Whether brackets mark inner lists here.
    pub fn brackets(&self) -> NestedBrackets {
        self.brackets
    }
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

/// Writes an item so that it reads back as the same text.
///
/// `among_lists`: inner lists in brackets stand beside or around the item, so its own brackets are escaped too.
pub(super) fn write_item(f: &mut fmt::Formatter<'_>, item: &str, among_lists: bool) -> fmt::Result {
    let mut written = 0;
    for (at, byte) in item.bytes().enumerate() {
        let escape = match byte {
            b',' | b' ' | b'\t' | b'\r' | b'\n' => true,
            b'[' | b']' => among_lists,
            // A percent sign needs an escape only where it would be taken for the beginning of one.
            b'%' => escaped_byte(&item.as_bytes()[at..], NestedBrackets::Required).is_some(),
            _ => false,
        };
        if escape {
            write!(f, "{}%{byte:02X}", &item[written..at])?;
            written = at + 1;
        }
    }
    f.write_str(&item[written..])
}

fn unescape(raw: &str, brackets: NestedBrackets) -> Cow<'_, str> {
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
fn escaped_byte(text: &[u8], brackets: NestedBrackets) -> Option<u8> {
    let &[b'%', high, low, ..] = text else { return None };
    let byte = nibble(high)? << 4 | nibble(low)?;
    let escaped = match byte {
        b',' | b'%' => true,
        b'[' | b']' => brackets != NestedBrackets::Legacy,
        byte => is_white_space(char::from(byte)),
    };
    escaped.then_some(byte)
}

/// The length of the bracketed list at the beginning of `text`: 0 if there is none, the whole length if it is not closed.
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
mod tests {
    use super::*;
    use crate::{PrimitiveType, Value, ValueErrorKind};
    use alloc::string::ToString;
    use alloc::vec::Vec;

    const LEGACY: NestedBrackets = NestedBrackets::Legacy;
    const PERMITTED: NestedBrackets = NestedBrackets::Permitted;
    const REQUIRED: NestedBrackets = NestedBrackets::Required;

    #[track_caller]
    fn raw_items(text: &str, brackets: NestedBrackets, expected: &[&str]) {
        let items: Vec<&str> = ListItems::new(text, brackets).map(|item| item.as_str()).collect();
        assert_eq!(items, expected);
    }

    #[track_caller]
    fn strings(text: &str, brackets: NestedBrackets) -> Value {
        PrimitiveType::String.parse_list(text, brackets).unwrap()
    }

    fn list<T: Into<Value>>(items: impl IntoIterator<Item = T>) -> Value {
        Value::List(items.into_iter().map(Into::into).collect())
    }

    #[track_caller]
    fn refuses(ty: PrimitiveType, text: &str, brackets: NestedBrackets, message: &str) {
        let error = ty.parse_list(text, brackets).unwrap_err();
        assert_eq!(error.kind(), ValueErrorKind::WrongType);
        assert_eq!(error.to_string(), message);
    }

    #[test]
    fn items_are_separated_by_commas_and_the_white_space_around_them() {
        raw_items("a,b,c", LEGACY, &["a", "b", "c"]);
        raw_items(" a ,\tb\r\n, c ", LEGACY, &["a", "b", "c"]);
        raw_items("a,,b", LEGACY, &["a", "", "b"]);
        raw_items("", LEGACY, &[]);
        raw_items(" \t ", LEGACY, &[]);
        raw_items("a", LEGACY, &["a"]);
    }

    /// TR-106 section 3.2.3: the three elements "a", "b,c" and "d".
    #[test]
    fn example_of_tr_106() {
        assert_eq!(strings("a,b%2Cc,d", LEGACY), list(["a", "b,c", "d"]));
        let nested = Value::List(alloc::vec!["a".into(), list(["b", "c"]), "d".into()]);
        assert_eq!(strings("a,[b,c],d", PERMITTED), nested);
        assert_eq!(strings("a,[b,c],d", REQUIRED).to_string(), "a,[b,c],d");
        assert_eq!(strings("a,[b,c],d", LEGACY), list(["a", "[b", "c]", "d"]));
    }

    #[test]
    fn escapes_of_commas_and_white_space_are_decoded_and_written() {
        assert_eq!(strings("a%2cb,c%20d%09%0A%0D", LEGACY), list(["a,b", "c d\t\n\r"]));
        assert_eq!(list(["a,b", "c d\t\n\r"]).to_string(), "a%2Cb,c%20d%09%0A%0D");
    }

    #[test]
    fn other_percent_sequences_are_text() {
        let uris = "http://h/a%2Fb,50%,%zz,%2,%C3%A9";
        assert_eq!(strings(uris, LEGACY), list(["http://h/a%2Fb", "50%", "%zz", "%2", "%C3%A9"]));
        assert_eq!(strings(uris, LEGACY).to_string(), uris);
    }

    #[test]
    fn a_percent_sign_is_escaped_where_it_would_begin_an_escape() {
        assert_eq!(strings("%252C,%25", LEGACY), list(["%2C", "%"]));
        assert_eq!(list(["%2C", "%", "%25"]).to_string(), "%252C,%,%2525");
    }

    /// Published enumerations contain white space, so Controllers will send it.
    #[test]
    fn white_space_within_an_item_is_read_and_written_escaped() {
        let bands = strings("802.11 2.4 GHz,802.11 5 GHz", LEGACY);
        assert_eq!(bands, list(["802.11 2.4 GHz", "802.11 5 GHz"]));
        assert_eq!(bands.to_string(), "802.11%202.4%20GHz,802.11%205%20GHz");
    }

    #[test]
    fn a_comma_behind_the_last_item_is_refused() {
        let message = r#""a,b," is not a valid list of string: a comma follows the last item"#;
        refuses(PrimitiveType::String, "a,b,", LEGACY, message);
        refuses(
            PrimitiveType::String,
            ", ",
            LEGACY,
            r#"", " is not a valid list of string: a comma follows the last item"#,
        );
    }

    #[test]
    fn items_are_of_the_type() {
        assert_eq!(PrimitiveType::Int.parse_list("1, +2,-03", LEGACY), Ok(list([1, 2, -3])));
        refuses(
            PrimitiveType::Int,
            "1,x",
            LEGACY,
            "item 1 of the list: \"x\" is not a valid int: an integer is an optional sign and decimal digits",
        );
        let error = PrimitiveType::UnsignedInt.parse_list("4294967296", LEGACY).unwrap_err();
        assert_eq!((error.kind(), error.item()), (ValueErrorKind::OutOfRange, Some(0)));
    }

    #[test]
    fn inner_lists_in_brackets() {
        let ints = |text| PrimitiveType::Int.parse_list(text, REQUIRED).unwrap();
        assert_eq!(ints("[1,2],[3]"), list([list([1, 2]), list([3])]));
        assert_eq!(ints("[1,2] , [ 3 , 4 ]").to_string(), "[1,2],[3,4]");
        assert_eq!(ints("[]"), list([list::<i32>([])]));
        assert_eq!(ints("[]").to_string(), "[]");
        assert_eq!(ints("[[1],[2,3]]").to_string(), "[[1],[2,3]]");
    }

    #[test]
    fn brackets_in_text_among_inner_lists_are_escaped() {
        let value = Value::List(alloc::vec![list(["a]", "[b"]), "[c".into(), "d%5B".into()]);
        assert_eq!(value.to_string(), "[a%5D,%5Bb],%5Bc,d%255B");
        assert_eq!(strings(&value.to_string(), REQUIRED), value);
    }

    #[test]
    fn brackets_without_counterpart_are_refused() {
        for text in ["[a,b", "[a]b", "[a],[b", "[[a]"] {
            let error = PrimitiveType::String.parse_list(text, REQUIRED).unwrap_err();
            assert_eq!(error.reason(), "a square bracket has no counterpart", "{text:?}");
        }
        assert_eq!(strings("a],b[c]", REQUIRED), list(["a]", "b[c]"]));
    }

    #[test]
    fn nesting_is_limited() {
        let nested = |depth| "[".repeat(depth) + "1" + &"]".repeat(depth);
        let inner_lists = PrimitiveType::MAX_LIST_DEPTH - 1;
        assert!(PrimitiveType::Int.parse_list(&nested(inner_lists), REQUIRED).is_ok());
        let error = PrimitiveType::Int.parse_list(&nested(inner_lists + 1), REQUIRED).unwrap_err();
        assert_eq!(error.reason(), "its lists are nested too deeply");
        assert!(PrimitiveType::Int.parse_list(&nested(100_000), REQUIRED).is_err());
        assert!(PrimitiveType::Int.parse_list(&"[".repeat(100_000), REQUIRED).is_err());
    }

    #[test]
    fn names_of_the_attribute() {
        for form in [LEGACY, PERMITTED, REQUIRED] {
            assert_eq!(form.as_str().parse(), Ok(form));
        }
        assert!("Required".parse::<NestedBrackets>().is_err());
    }
}
