//! Rust types for values.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{
    Base64, DateTime, Decimal, HexBinary, IpAddress, Ipv4Address, Ipv6Address, MacAddress, PrimitiveType,
    Value, ValueError, ValueType,
};

/// A Rust type that stands for the values of a TR-106 data type.
///
/// Implemented for the Rust type of each primitive type, the address types, and `Vec<T>` for lists;
/// generated code implements it for the enumerations of a data model. Conversion is exact: an `i64`
/// comes from a `long` and from nothing else, and a single value is not a list of one.
///
/// ```
/// use usp_schema::{Ipv4Address, TypedValue, Value};
///
/// let servers = Value::List(vec![Value::String("192.0.2.1".into()), Value::String("192.0.2.2".into())]);
/// let typed = Vec::<Ipv4Address>::from_value(&servers)?;
/// assert_eq!(typed[1].to_string(), "192.0.2.2");
/// assert_eq!(typed.to_value(), servers);
/// # Ok::<(), usp_schema::ValueError>(())
/// ```
pub trait TypedValue: Sized {
    /// The type of the values that [`to_value`](Self::to_value) makes. With it a program that gives a parameter values of
    /// another type is told so before there are any.
    ///
    /// `None`, as it is unless an implementation says otherwise: only the values say so.
    const TYPE: Option<ValueType> = None;

    /// Converts from a value.
    ///
    /// # Errors
    /// [`ValueErrorKind::WrongType`](crate::ValueErrorKind::WrongType) when the value is of another
    /// type, and what the type itself refuses, as a string that is not an address.
    fn from_value(value: &Value) -> Result<Self, ValueError>;

    /// Converts to a value.
    fn to_value(&self) -> Value;
}

macro_rules! primitives {
    ($($ty:ty => $variant:ident),* $(,)?) => { $(
        impl TypedValue for $ty {
            const TYPE: Option<ValueType> = Some(ValueType::Single(PrimitiveType::$variant));

            fn from_value(value: &Value) -> Result<Self, ValueError> {
                match value {
                    Value::$variant(value) => Ok(value.clone()),
                    other => Err(mismatch(PrimitiveType::$variant.as_str(), other)),
                }
            }

            fn to_value(&self) -> Value {
                Value::$variant(self.clone())
            }
        }

        impl From<$ty> for Value {
            fn from(value: $ty) -> Self {
                Self::$variant(value)
            }
        }
    )* };
}

primitives! {
    Base64 => Base64,
    bool => Boolean,
    DateTime => DateTime,
    Decimal => Decimal,
    HexBinary => HexBinary,
    i32 => Int,
    i64 => Long,
    u32 => UnsignedInt,
    u64 => UnsignedLong,
}

macro_rules! strings {
    ($($ty:ty => $name:literal),* $(,)?) => { $(
        impl TypedValue for $ty {
            const TYPE: Option<ValueType> = String::TYPE;

            fn from_value(value: &Value) -> Result<Self, ValueError> {
                match value {
                    Value::String(text) => text.parse(),
                    other => Err(mismatch($name, other)),
                }
            }

            fn to_value(&self) -> Value {
                Value::String(self.to_string())
            }
        }
    )* };
}

strings! {
    IpAddress => "IPAddress",
    Ipv4Address => "IPv4Address",
    Ipv6Address => "IPv6Address",
    MacAddress => "MACAddress",
}

impl TypedValue for String {
    const TYPE: Option<ValueType> = Some(ValueType::Single(PrimitiveType::String));

    /// Converts from a string, or from a list, which is a string on the wire: its canonical text. So a
    /// list of lists is also a `Vec<String>`.
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::String(text) => Ok(text.clone()),
            list @ Value::List(_) => Ok(list.to_string()),
            other => Err(mismatch(PrimitiveType::String.as_str(), other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.clone())
    }
}

impl<T: TypedValue> TypedValue for Vec<T> {
    const TYPE: Option<ValueType> = Some(ValueType::List(T::TYPE.as_ref()));

    fn from_value(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::List(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| T::from_value(item).map_err(|error| error.in_item(index)))
                .collect(),
            other => Err(mismatch("list", other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::List(self.iter().map(T::to_value).collect())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

/// `found` is a value of another type than `expected`.
fn mismatch(expected: &'static str, found: &Value) -> ValueError {
    let reason = match found.primitive_type() {
        Some(ty) => Cow::Owned(format!("it is of type {ty}")),
        None => Cow::Borrowed("it is a list"),
    };
    ValueError::wrong_type(expected, reason, &found.excerpt())
}
