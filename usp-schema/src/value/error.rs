//! What was wrong with a value.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use core::fmt::{self, Write as _};

/// A text or a [`Value`](crate::Value) is not what a type or a parameter asks for.
///
/// The error says which type was expected, why the value does not fit, and what was found, shortened to
/// a few characters: its size does not depend on the size of the input. The fault is always that of whoever
/// supplied the value.
///
/// ```
/// use usp_schema::{PrimitiveType, ValueErrorKind};
///
/// let error = PrimitiveType::UnsignedInt.parse("4294967296").unwrap_err();
/// assert_eq!(error.kind(), ValueErrorKind::OutOfRange);
/// assert_eq!(
///     error.to_string(),
///     "\"4294967296\" is not a valid unsignedInt: it does not lie in 0 to 4294967295"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ValueError(Box<Refusal>);

/// What a [`ValueError`] says, behind a pointer so that a `Result` with one is short.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}{found} is not a valid {expected}: {reason}")]
struct Refusal {
    kind: ValueErrorKind,
    expected: Cow<'static, str>,
    reason: Cow<'static, str>,
    place: Place,
    found: Found,
}

impl ValueError {
    /// The text or value cannot be read as the type `expected` at all (USP error 7011).
    pub fn wrong_type(
        expected: impl Into<Cow<'static, str>>,
        reason: impl Into<Cow<'static, str>>,
        found: &str,
    ) -> Self {
        Self::new(ValueErrorKind::WrongType, expected.into(), reason.into(), found)
    }

    /// The text has the form of the type `expected`, but the type has no such value (USP error 7012).
    pub fn out_of_range(
        expected: impl Into<Cow<'static, str>>,
        reason: impl Into<Cow<'static, str>>,
        found: &str,
    ) -> Self {
        Self::new(ValueErrorKind::OutOfRange, expected.into(), reason.into(), found)
    }

    /// The value belongs to the primitive type, but a facet of `expected` (size, range, enumeration,
    /// pattern, number of items) excludes it (USP error 7012).
    pub fn facet(
        expected: impl Into<Cow<'static, str>>,
        reason: impl Into<Cow<'static, str>>,
        found: &str,
    ) -> Self {
        Self::new(ValueErrorKind::Facet, expected.into(), reason.into(), found)
    }

    /// The class of the error, from which the USP error code follows.
    pub fn kind(&self) -> ValueErrorKind {
        self.0.kind
    }

    /// The type that was expected: a TR-106 primitive type or a data type by name.
    pub fn expected(&self) -> &str {
        &self.0.expected
    }

    /// Why the value does not fit.
    pub fn reason(&self) -> &str {
        &self.0.reason
    }

    /// The beginning of what was found: at most [`ValueError::FOUND_LIMIT`] characters of it; empty after
    /// [`ValueError::redacted`].
    pub fn found(&self) -> &str {
        &self.0.found.text
    }

    /// For an error inside a list, the position of the item in the outermost list, counted from zero.
    pub fn item(&self) -> Option<usize> {
        self.0.place.0
    }

    /// The same error without any part of the value, for parameters whose value is secret
    /// (TR-106 `secured`).
    #[must_use]
    pub fn redacted(mut self) -> Self {
        self.0.found = Found { text: String::new(), rest: Rest::Hidden };
        self
    }

    /// The same error, located in item `index` of a list.
    #[must_use]
    pub fn in_item(mut self, index: usize) -> Self {
        self.0.place = Place(Some(index));
        self
    }

    /// How many characters of the value an error keeps.
    pub const FOUND_LIMIT: usize = 40;

    fn new(
        kind: ValueErrorKind,
        expected: Cow<'static, str>,
        reason: Cow<'static, str>,
        found: &str,
    ) -> Self {
        Self(Box::new(Refusal { kind, expected, reason, place: Place(None), found: Found::shortened(found) }))
    }
}

/// The class of a [`ValueError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ValueErrorKind {
    /// Not a literal of the type: USP error 7011, invalid type.
    WrongType,
    /// A literal of the right form whose value the type cannot hold, as 4294967296 for an unsignedInt:
    /// USP error 7012, invalid value.
    OutOfRange,
    /// A value of the type that a facet of the parameter excludes: USP error 7012, invalid value.
    Facet,
}

/// The item of a list that the error is about.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place(Option<usize>);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(index) => write!(f, "item {index} of the list: "),
            None => Ok(()),
        }
    }
}

/// The beginning of the offending text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    text: String,
    rest: Rest,
}

/// What became of the text that [`Found`] does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Rest {
    Nothing,
    CutOff,
    Hidden,
}

impl Found {
    fn shortened(text: &str) -> Self {
        match text.char_indices().nth(ValueError::FOUND_LIMIT) {
            Some((end, _)) => Self { text: text[..end].into(), rest: Rest::CutOff },
            None => Self { text: text.into(), rest: Rest::Nothing },
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rest {
            Rest::Nothing => write_quoted(&self.text, f),
            Rest::CutOff => {
                write_quoted(&self.text, f)?;
                f.write_str(" and more")
            }
            Rest::Hidden => f.write_str("the value"),
        }
    }
}

/// Writes a text of a peer in quotes and on one line. `Debug` would need tables of all of Unicode, and a program for a
/// microcontroller may be built without it.
fn write_quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_char('"')?;
    for shown in text.chars() {
        match shown {
            '"'
            | '\\'
            | '\0'..='\x1f'
            | '\x7f'..='\u{9f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                fmt::Display::fmt(&shown.escape_default(), f)?;
            }
            _ => f.write_char(shown)?,
        }
    }
    f.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn message_names_value_type_and_reason() {
        let error = ValueError::wrong_type("boolean", "only true, false, 1 and 0 are", "True");
        assert_eq!(error.to_string(), "\"True\" is not a valid boolean: only true, false, 1 and 0 are");
        assert_eq!(error.kind(), ValueErrorKind::WrongType);
    }

    #[test]
    fn nothing_of_a_value_leaves_its_quotes_or_its_line() {
        let error = ValueError::facet("string", "it is too long", "a\"b\\\n\u{1b}\u{202e}'ü");
        let shown = "\"a\\\"b\\\\\\n\\u{1b}\\u{202e}'ü\" is not a valid string: it is too long";
        assert_eq!(error.to_string(), shown);
    }

    #[test]
    fn long_values_are_cut_at_a_character_boundary() {
        let error = ValueError::facet("string", "it is too long", &"é".repeat(1_000_000));
        assert_eq!(error.found(), "é".repeat(ValueError::FOUND_LIMIT));
        assert!(error.to_string().contains("and more"), "{error}");
    }

    #[test]
    fn redacted_keeps_nothing_of_the_value() {
        let error = ValueError::facet("string", "it is too long", "secret").in_item(2).redacted();
        assert_eq!(error.found(), "");
        assert_eq!(error.to_string(), "item 2 of the list: the value is not a valid string: it is too long");
        assert_eq!(error.item(), Some(2));
    }
}
