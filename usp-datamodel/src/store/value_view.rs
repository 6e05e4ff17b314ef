//! A value as it is read: borrowed from the row where that is possible.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Write};

use usp_schema::Value;

use crate::resolve::place::push_decimal;
use crate::store::packed::PackedItems;

/// A value that was read and not copied.
#[derive(Debug, Clone)]
pub(crate) enum ValueView<'a> {
    /// A string of a row.
    Text(&'a str),
    /// A list of a row.
    List(PackedItems<'a>),
    /// Anything else, and what does not come from a row.
    Owned(Value),
}

impl ValueView<'_> {
    pub(crate) fn into_value(self) -> Value {
        match self {
            Self::Text(text) => Value::String(text.to_string()),
            Self::List(items) => Value::List(items.map(ValueView::into_value).collect()),
            Self::Owned(value) => value,
        }
    }

    /// The canonical text.
    pub(crate) fn into_text(self) -> String {
        match self {
            Self::Text(text) => String::from(text),
            Self::Owned(Value::String(text)) => text,
            other => other.to_string(),
        }
    }

    /// The canonical text: lent where the value is one, else written into `scratch`.
    pub(crate) fn text<'t>(&'t self, scratch: &'t mut String) -> &'t str {
        match self {
            Self::Text(text) => text,
            Self::Owned(Value::String(text)) => text,
            Self::Owned(Value::Boolean(value)) => ["false", "true"][usize::from(*value)],
            Self::Owned(Value::UnsignedInt(number)) => {
                scratch.clear();
                push_decimal(*number, scratch);
                scratch
            }
            other => {
                scratch.clear();
                // Writing to a String cannot fail.
                let _ = write!(scratch, "{other}");
                scratch
            }
        }
    }

    /// Whether it is this string.
    pub(crate) fn is_text(&self, wanted: &str) -> bool {
        match self {
            Self::Text(text) => *text == wanted,
            Self::Owned(Value::String(text)) => text == wanted,
            _ => false,
        }
    }

    /// Whether it is equal to a value, as values are.
    pub(crate) fn equals(&self, other: &Value) -> bool {
        match (self, other) {
            (Self::Text(text), Value::String(other)) => text == other,
            (Self::List(items), Value::List(others)) => {
                let mut others = others.iter();
                items.clone().all(|item| others.next().is_some_and(|other| item.equals(other)))
                    && others.next().is_none()
            }
            (Self::Owned(value), other) => value == other,
            _ => false,
        }
    }

    /// The texts of the items of a list, or the text of a single value.
    pub(crate) fn texts(&self) -> Vec<String> {
        match self {
            Self::List(items) => items.map(|item| item.to_string()).collect(),
            Self::Owned(Value::List(items)) => items.iter().map(ToString::to_string).collect(),
            Self::Text(text) => alloc::vec![String::from(*text)],
            single => alloc::vec![single.to_string()],
        }
    }

    /// The text of one item of a list; a single value is the first.
    pub(crate) fn text_of(&self, item: usize) -> Option<String> {
        match self {
            Self::List(items) => items.clone().nth(item).map(|item| item.to_string()),
            Self::Owned(Value::List(items)) => items.get(item).map(ToString::to_string),
            single => (item == 0).then(|| single.to_string()),
        }
    }
}

impl fmt::Display for ValueView<'_> {
    /// The canonical text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::List(_) => self.clone().into_value().fmt(f),
            Self::Owned(value) => value.fmt(f),
        }
    }
}
