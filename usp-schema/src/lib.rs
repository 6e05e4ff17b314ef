//! TR-106 values and facets, and the compiled schema image of a TR-181 data model.
#![no_std]

extern crate alloc;

mod pattern;
mod value;

pub use pattern::{Pattern, PatternError, PatternErrorKind, PatternRef};
pub use value::{
    Base64, DateTime, Decimal, HexBinary, IpAddress, Ipv4Address, Ipv6Address, ListItem, ListItems,
    MacAddress, NestedBrackets, PrimitiveType, TypedValue, Value, ValueError, ValueErrorKind,
};
