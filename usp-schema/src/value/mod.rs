//! Values of parameters and arguments, as defined by TR-106 section 3.2.
//!
//! The types of a data model's parameters, with their facets, are in the schema image.

mod base64;
mod calendar;
mod date_time;
mod decimal;
mod error;
mod hex_binary;
mod integer;
mod ip_address;
mod list;
mod mac_address;
mod primitive_type;
#[cfg(feature = "serde")]
mod serde;
mod typed_value;
mod value_type;

pub use base64::Base64;
pub use date_time::DateTime;
pub use decimal::Decimal;
pub use error::{ValueError, ValueErrorKind};
pub use hex_binary::HexBinary;
pub use ip_address::{IpAddress, Ipv4Address, Ipv6Address};
use list::Brackets;
pub use list::{ListItem, ListItems, NestedBrackets};
pub use mac_address::MacAddress;
pub use primitive_type::PrimitiveType;
pub use typed_value::TypedValue;
pub use value_type::ValueType;

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt::{self, Write as _};

/// The value of a parameter or an argument: one of the TR-106 primitive types, or a list of values.
///
/// [`PrimitiveType::parse`] and [`PrimitiveType::parse_list`] read a value, `Display` writes its
/// canonical text, and reading that text gives the value again. [`TypedValue`] converts to and from
/// Rust types.
///
/// Values are equal when they are of the same type and the same after conversion: `0123` and `123`, `1` and
/// `true`, `2021-06-06T08:00:00Z` and `2021-06-06T10:00:00+02:00`. Lists are equal item by item, in order.
///
/// ```
/// use usp_schema::{PrimitiveType, Value};
///
/// let value = PrimitiveType::Boolean.parse("1")?;
/// assert_eq!(value, Value::Boolean(true));
/// assert_eq!(value.to_string(), "true");
/// # Ok::<(), usp_schema::ValueError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// Octets, written in base64.
    Base64(Base64),
    /// True or false.
    Boolean(bool),
    /// A point in time, a time since boot, or the Unknown Time.
    DateTime(DateTime),
    /// An exact decimal number.
    Decimal(Decimal),
    /// Octets, written as hexadecimal digits.
    HexBinary(HexBinary),
    /// A signed 32-bit integer.
    Int(i32),
    /// A signed 64-bit integer.
    Long(i64),
    /// Text.
    String(String),
    /// An unsigned 32-bit integer.
    UnsignedInt(u32),
    /// An unsigned 64-bit integer.
    UnsignedLong(u64),
    /// A comma-separated list. On the wire it is a string, whatever its items are.
    ///
    /// The text has no white space around the commas; items are escaped as [`ListItems`] says, and
    /// an item that is itself a list is written in square brackets. Two things have no text of
    /// their own and do not read back: an empty string as the last item, and, beside inner lists, a
    /// string that begins with `[`.
    List(Vec<Value>),
}

impl Value {
    /// The number, if this is an int, long, unsignedInt or unsignedLong: so that numbers of all four types compare.
    ///
    /// ```
    /// use usp_schema::Value;
    ///
    /// assert_eq!(Value::UnsignedInt(7).whole_number(), Value::Long(7).whole_number());
    /// assert_eq!(Value::Boolean(true).whole_number(), None);
    /// ```
    pub fn whole_number(&self) -> Option<i128> {
        match *self {
            Self::Int(number) => Some(number.into()),
            Self::Long(number) => Some(number.into()),
            Self::UnsignedInt(number) => Some(number.into()),
            Self::UnsignedLong(number) => Some(number.into()),
            _ => None,
        }
    }

    /// The primitive type, unless this is a list.
    pub fn primitive_type(&self) -> Option<PrimitiveType> {
        Some(match self {
            Self::Base64(_) => PrimitiveType::Base64,
            Self::Boolean(_) => PrimitiveType::Boolean,
            Self::DateTime(_) => PrimitiveType::DateTime,
            Self::Decimal(_) => PrimitiveType::Decimal,
            Self::HexBinary(_) => PrimitiveType::HexBinary,
            Self::Int(_) => PrimitiveType::Int,
            Self::Long(_) => PrimitiveType::Long,
            Self::String(_) => PrimitiveType::String,
            Self::UnsignedInt(_) => PrimitiveType::UnsignedInt,
            Self::UnsignedLong(_) => PrimitiveType::UnsignedLong,
            Self::List(_) => return None,
        })
    }

    /// Compares with a value of the same type, as a Search Expression does.
    ///
    /// Numbers and dateTime are ordered; for values of the other types, and for lists, the answer
    /// is `Equal` or nothing. Nothing also for values of different types, and for a dateTime that
    /// has no order against the other (see [`DateTime`]).
    ///
    /// ```
    /// use core::cmp::Ordering;
    /// use usp_schema::Value;
    ///
    /// assert_eq!(Value::Int(-1).compare(&Value::Int(3)), Some(Ordering::Less));
    /// assert_eq!(Value::Boolean(true).compare(&Value::Boolean(false)), None);
    /// assert_eq!(Value::Int(1).compare(&Value::Long(1)), None);
    /// ```
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::DateTime(a), Self::DateTime(b)) => a.partial_cmp(b),
            (Self::Decimal(a), Self::Decimal(b)) => Some(a.cmp(b)),
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(b)),
            (Self::Long(a), Self::Long(b)) => Some(a.cmp(b)),
            (Self::UnsignedInt(a), Self::UnsignedInt(b)) => Some(a.cmp(b)),
            (Self::UnsignedLong(a), Self::UnsignedLong(b)) => Some(a.cmp(b)),
            (a, b) => (a == b).then_some(Ordering::Equal),
        }
    }

    /// For a list whose data model asks for brackets around inner lists
    /// ([`NestedBrackets::Required`]): the same list in which every string that holds a comma, and is
    /// therefore a list written as a string, is that list. Other values stay as they are.
    ///
    /// ```
    /// use usp_schema::Value;
    ///
    /// let list = Value::List(vec!["a".into(), "b,c".into()]);
    /// assert_eq!(list.to_string(), "a,b%2Cc");
    /// assert_eq!(list.with_inner_lists().to_string(), "a,[b,c]");
    /// ```
    #[must_use]
    pub fn with_inner_lists(self) -> Self {
        let Self::List(items) = self else { return self };
        let items = items.into_iter().map(|item| match item {
            // What is no list remains a string.
            Self::String(text) if text.contains(',') => {
                PrimitiveType::String.parse_inner_list(&text).unwrap_or(Self::String(text))
            }
            other => other,
        });
        Self::List(items.collect())
    }

    /// The beginning of the canonical text, long enough for an error message and computed no further.
    fn excerpt(&self) -> String {
        let mut excerpt = Excerpt(String::new());
        // The only error is that there is more text than fits, and that is what is wanted.
        let _ = write!(excerpt, "{self}");
        excerpt.0
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base64(value) => value.fmt(f),
            Self::Boolean(value) => value.fmt(f),
            Self::DateTime(value) => value.fmt(f),
            Self::Decimal(value) => value.fmt(f),
            Self::HexBinary(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::Long(value) => value.fmt(f),
            Self::String(value) => f.write_str(value),
            Self::UnsignedInt(value) => value.fmt(f),
            Self::UnsignedLong(value) => value.fmt(f),
            Self::List(items) => write_list(f, items, Brackets::Leading),
        }
    }
}

/// Writes the items of a list that stands in brackets itself, or does not.
fn write_list(f: &mut fmt::Formatter<'_>, items: &[Value], brackets: Brackets) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_char(',')?;
        }
        match item {
            Value::List(items) => {
                f.write_char('[')?;
                write_list(f, items, Brackets::Everywhere)?;
                f.write_char(']')?;
            }
            Value::String(text) => list::write_item(f, text, brackets)?,
            // The canonical texts of the other types have neither commas nor white space nor percent signs.
            other => write!(f, "{other}")?,
        }
    }
    Ok(())
}

/// Collects a little more text than a [`ValueError`] keeps, then refuses the rest.
struct Excerpt(String);

impl fmt::Write for Excerpt {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if self.0.len() > 4 * ValueError::FOUND_LIMIT {
                return Err(fmt::Error);
            }
            self.0.push(c);
        }
        Ok(())
    }
}

#[cfg(test)]
mod laws;

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn values_are_compared_after_conversion() {
        let parse = |ty: PrimitiveType, text| ty.parse(text).unwrap();
        assert_eq!(parse(PrimitiveType::Int, "0123"), parse(PrimitiveType::Int, "123"));
        assert_eq!(parse(PrimitiveType::Boolean, "1"), parse(PrimitiveType::Boolean, " true "));
        assert_eq!(parse(PrimitiveType::HexBinary, "ab"), parse(PrimitiveType::HexBinary, "AB"));
        assert_ne!(parse(PrimitiveType::String, "ab"), parse(PrimitiveType::String, "AB"));
        assert_ne!(parse(PrimitiveType::Int, "1"), parse(PrimitiveType::UnsignedInt, "1"));
    }

    /// [R-ENC.6]
    #[test]
    fn only_the_four_boolean_literals_are_read() {
        for (text, value) in [("true", true), ("1", true), ("false", false), ("0", false)] {
            assert_eq!(PrimitiveType::Boolean.parse(text), Ok(Value::Boolean(value)));
        }
        for text in ["True", "TRUE", "yes", "on", "01", "", "2", "true false", "\u{a0}true"] {
            let error = PrimitiveType::Boolean.parse(text).unwrap_err();
            assert_eq!(error.kind(), ValueErrorKind::WrongType, "{text:?}");
        }
    }

    /// [R-ENC.6]
    #[test]
    fn null_values_of_tr_106() {
        let nulls = ["", "false", "0001-01-01T00:00:00Z", "-1", "", "-1", "-1", "", "0", "0"];
        for (ty, text) in PrimitiveType::ALL.into_iter().zip(nulls) {
            assert_eq!(ty.null_value().primitive_type(), Some(ty));
            assert_eq!(ty.null_value().to_string(), text);
        }
    }

    #[test]
    fn names_of_the_types_read_back() {
        for ty in PrimitiveType::ALL {
            assert_eq!(ty.to_string().parse(), Ok(ty));
        }
        assert!("UnsignedInt".parse::<PrimitiveType>().is_err());
    }

    #[test]
    fn a_single_value_is_not_a_list() {
        let error = Vec::<i32>::from_value(&Value::Int(1)).unwrap_err();
        assert_eq!(error.to_string(), "\"1\" is not a valid list: it is of type int");
        let error = i32::from_value(&Value::List([Value::Int(1)].into())).unwrap_err();
        assert_eq!(error.to_string(), "\"1\" is not a valid int: it is a list");
    }

    #[test]
    fn errors_about_long_values_write_no_more_than_they_keep() {
        let error = i32::from_value(&Value::String("x".repeat(1_000_000))).unwrap_err();
        assert_eq!(error.found(), "x".repeat(ValueError::FOUND_LIMIT));
    }

    /// A table of values should not pay for the widest type more than it must.
    #[test]
    fn a_value_has_at_most_32_bytes() {
        assert!(size_of::<Value>() <= 32);
    }
}
