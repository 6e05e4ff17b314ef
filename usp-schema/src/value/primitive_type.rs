//! The primitive types of TR-106.

use alloc::borrow::Cow;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use super::integer;
use super::list::{ListItem, ListItems, NestedBrackets};
use super::{Base64, DateTime, Decimal, HexBinary, Value, ValueError};

/// A primitive type of TR-106: what a parameter's value is on the wire, whatever data type it is
/// derived from.
///
/// The lexical forms are those of XML Schema, as TR-106 restricts them. White space (space, tab, carriage
/// return, line feed) around a value is ignored for every type but `string`, as XML Schema's `whiteSpace`
/// facet `collapse` says; for `string` every character belongs to the value.
///
/// | type | reads | writes (the canonical form) |
/// |---|---|---|
/// | `base64` | RFC 4648 with padding; white space inside is ignored | without white space |
/// | `boolean` | `true`, `false`, `1`, `0` and nothing else | `true`, `false` |
/// | `dateTime` | see [`DateTime`] | see [`DateTime`] |
/// | `decimal` | see [`Decimal`] | see [`Decimal`] |
/// | `hexBinary` | an even number of digits of either case | upper-case digits |
/// | the integers | an optional sign and digits, leading zeros too | no `+`, no leading zeros |
/// | `string` | any text | the same text |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PrimitiveType {
    /// `base64`: octets, written in base64.
    Base64,
    /// `boolean`: true or false.
    Boolean,
    /// `dateTime`: a point in time, a time since boot, or the Unknown Time.
    DateTime,
    /// `decimal`: an exact decimal number.
    Decimal,
    /// `hexBinary`: octets, written as hexadecimal digits.
    HexBinary,
    /// `int`: −2147483648 to 2147483647.
    Int,
    /// `long`: −9223372036854775808 to 9223372036854775807.
    Long,
    /// `string`: text.
    String,
    /// `unsignedInt`: 0 to 4294967295.
    UnsignedInt,
    /// `unsignedLong`: 0 to 18446744073709551615.
    UnsignedLong,
}

impl PrimitiveType {
    /// All primitive types, in alphabetical order of their names.
    pub const ALL: [Self; 10] = [
        Self::Base64,
        Self::Boolean,
        Self::DateTime,
        Self::Decimal,
        Self::HexBinary,
        Self::Int,
        Self::Long,
        Self::String,
        Self::UnsignedInt,
        Self::UnsignedLong,
    ];

    /// How deeply lists may be nested in one another in a text; TR-106 itself needs two levels.
    pub const MAX_LIST_DEPTH: usize = 4;

    /// The name in TR-106 and in data model XML, as `unsignedInt`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Base64 => "base64",
            Self::Boolean => "boolean",
            Self::DateTime => "dateTime",
            Self::Decimal => "decimal",
            Self::HexBinary => "hexBinary",
            Self::Int => "int",
            Self::Long => "long",
            Self::String => "string",
            Self::UnsignedInt => "unsignedInt",
            Self::UnsignedLong => "unsignedLong",
        }
    }

    /// Whether `<`, `>`, `<=` and `>=` mean something for values of this type in a Search Expression:
    /// for numbers and dateTime, not for the others.
    pub fn is_ordered(self) -> bool {
        match self {
            Self::DateTime
            | Self::Decimal
            | Self::Int
            | Self::Long
            | Self::UnsignedInt
            | Self::UnsignedLong => true,
            Self::Base64 | Self::Boolean | Self::HexBinary | Self::String => false,
        }
    }

    /// The null value that TR-106 gives the type: empty, `false`, 0 (unsigned), −1 (signed and decimal),
    /// the Unknown Time.
    pub fn null_value(self) -> Value {
        match self {
            Self::Base64 => Value::Base64(Base64::default()),
            Self::Boolean => Value::Boolean(false),
            Self::DateTime => Value::DateTime(DateTime::UNKNOWN),
            Self::Decimal => Value::Decimal(Decimal::from(-1)),
            Self::HexBinary => Value::HexBinary(HexBinary::default()),
            Self::Int => Value::Int(-1),
            Self::Long => Value::Long(-1),
            Self::String => Value::String(alloc::string::String::new()),
            Self::UnsignedInt => Value::UnsignedInt(0),
            Self::UnsignedLong => Value::UnsignedLong(0),
        }
    }

    /// Reads a value of this type from its text.
    ///
    /// ```
    /// use usp_schema::{PrimitiveType, Value};
    ///
    /// assert_eq!(PrimitiveType::Int.parse("+0123")?, Value::Int(123));
    /// assert_eq!(PrimitiveType::Boolean.parse("1")?, Value::Boolean(true));
    /// assert!(PrimitiveType::Boolean.parse("True").is_err());
    /// # Ok::<(), usp_schema::ValueError>(())
    /// ```
    ///
    /// # Errors
    /// [`ValueErrorKind::WrongType`](crate::ValueErrorKind::WrongType) when the text is not a
    /// literal of the type, [`ValueErrorKind::OutOfRange`](crate::ValueErrorKind::OutOfRange) when
    /// it is one but the type cannot hold it.
    pub fn parse(self, text: &str) -> Result<Value, ValueError> {
        Ok(match self {
            Self::Base64 => Value::Base64(text.parse()?),
            Self::Boolean => Value::Boolean(parse_boolean(text)?),
            Self::DateTime => Value::DateTime(text.parse()?),
            Self::Decimal => Value::Decimal(text.parse()?),
            Self::HexBinary => Value::HexBinary(text.parse()?),
            Self::Int => Value::Int(integer::parse(text, self)?),
            Self::Long => Value::Long(integer::parse(text, self)?),
            Self::String => Value::String(text.to_string()),
            Self::UnsignedInt => Value::UnsignedInt(integer::parse(text, self)?),
            Self::UnsignedLong => Value::UnsignedLong(integer::parse(text, self)?),
        })
    }

    /// Reads a comma-separated list of values of this type, as defined by TR-106 section 3.2.3.
    ///
    /// The empty text is the empty list. White space around a comma is not part of the items. How
    /// an item that is itself a list is written depends on `brackets`; such an item becomes a
    /// [`Value::List`] of its own. [`ListItems`] describes the syntax.
    ///
    /// ```
    /// use usp_schema::{NestedBrackets, PrimitiveType, Value};
    ///
    /// let list = PrimitiveType::Int.parse_list("[1,2], [3,4]", NestedBrackets::Required)?;
    /// let pair = |a, b| Value::List(vec![Value::Int(a), Value::Int(b)]);
    /// assert_eq!(list, Value::List(vec![pair(1, 2), pair(3, 4)]));
    /// assert_eq!(list.to_string(), "[1,2],[3,4]");
    /// # Ok::<(), usp_schema::ValueError>(())
    /// ```
    ///
    /// # Errors
    /// As [`PrimitiveType::parse`] for an item, with its position in [`ValueError::item`];
    /// [`ValueErrorKind::WrongType`](crate::ValueErrorKind::WrongType) for a comma after the last
    /// item, square brackets without a counterpart, or lists nested deeper than
    /// [`PrimitiveType::MAX_LIST_DEPTH`].
    pub fn parse_list(self, text: &str, brackets: NestedBrackets) -> Result<Value, ValueError> {
        let list = self.parse_items(ListItems::new(text, brackets), text, Self::MAX_LIST_DEPTH)?;
        Ok(if brackets == NestedBrackets::Legacy { list } else { list.with_inner_lists() })
    }

    /// Reads a list that stands, or could stand, in brackets.
    pub(super) fn parse_inner_list(self, text: &str) -> Result<Value, ValueError> {
        self.parse_items(ListItems::inner(text), text, Self::MAX_LIST_DEPTH - 1)
    }

    /// Reads the items of the list `text`, with `depth` levels of lists left to use.
    fn parse_items(self, items: ListItems<'_>, text: &str, depth: usize) -> Result<Value, ValueError> {
        let wrong = |reason: &'static str| {
            ValueError::wrong_type(Cow::Owned(alloc::format!("list of {self}")), reason, text)
        };
        let Some(depth) = depth.checked_sub(1) else {
            return Err(wrong("its lists are nested too deeply"));
        };
        if items.ends_with_separator() {
            return Err(wrong("a comma follows the last item"));
        }
        let items: Vec<Value> = items
            .enumerate()
            .map(|(index, item)| self.parse_item(&item, depth).map_err(|error| error.in_item(index)))
            .collect::<Result<_, _>>()?;
        Ok(Value::List(items))
    }

    fn parse_item(self, item: &ListItem<'_>, depth: usize) -> Result<Value, ValueError> {
        if let Some(inner) = item.inner_list() {
            return self.parse_items(inner, item.as_str(), depth);
        }
        if !item.is_balanced() {
            return Err(ValueError::wrong_type(
                Cow::Owned(alloc::format!("list of {self}")),
                "a square bracket has no counterpart",
                item.as_str(),
            ));
        }
        match self {
            Self::String => self.parse(&item.text()),
            // No literal of the other types has a comma or white space in it that could be escaped.
            _ => self.parse(item.as_str()),
        }
    }
}

impl fmt::Display for PrimitiveType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for PrimitiveType {
    type Err = ValueError;

    /// Reads the name that [`PrimitiveType::as_str`] gives.
    fn from_str(name: &str) -> Result<Self, ValueError> {
        Self::ALL.into_iter().find(|ty| ty.as_str() == name).ok_or_else(|| {
            ValueError::wrong_type("primitive type name", "TR-106 has no primitive type of this name", name)
        })
    }
}

fn parse_boolean(text: &str) -> Result<bool, ValueError> {
    match trim(text) {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(ValueError::wrong_type("boolean", "only true, false, 1 and 0 are", text)),
    }
}

/// `text` without the white space around it, white space being what XML calls so.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(is_white_space)
}

/// Whether `c` is white space in the sense of XML.
pub(super) fn is_white_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}
