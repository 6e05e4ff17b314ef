//! TR-106 values and facets, and the compiled schema image of a TR-181 data model.
//!
//! A [`Schema`] is a whole data model (TR-181 2.19.1 has 822 objects and 6,722 parameters) read straight from a
//! compact image that needs no relocation and no parsing: `include_bytes!` it, read it from a file, or build it at
//! run time with a [`SchemaBuilder`]. A [`Value`] is one TR-106 value: read from text, printed in canonical form,
//! compared as TR-106 says, and checked against the facets of its parameter by [`Syntax::parse`].
//!
//! Whoever wants to turn TR-106 XML into a schema wants `usp-codegen`; whoever wants rows and requests wants
//! `usp-datamodel`.
//!
//! # Untrusted input
//!
//! An image is validated in one pass, in time proportional to its length, before anything is read from it; the
//! passes afterwards cannot fail. A value is read in time proportional to its text, patterns without backtracking.
#![no_std]

extern crate alloc;

mod builder;
mod command;
mod event;
mod ids;
mod image;
mod object;
mod parameter;
mod pattern;
mod schema;
mod selection;
mod spec;
mod syntax;
mod terms;
mod value;

pub use builder::{BuildError, CommandHandle, EventHandle, ObjectHandle, SchemaBuilder};
pub use command::Command;
pub use event::Event;
pub use ids::{CommandId, EventId, ObjectId, ParameterId};
pub use image::ImageError;
pub use object::{Object, UniqueKey, UniqueKeys};
pub use parameter::Parameter;
pub use pattern::{Pattern, PatternError, PatternErrorKind, PatternRef};
pub use schema::Schema;
pub use spec::{
    CommandSpec, EnumerationRef, EnumerationValue, EventSpec, ListSpec, ObjectSpec, ParameterSpec, Range,
    ReferenceSpec, ReferenceTarget, Size, SyntaxSpec,
};
pub use syntax::{ListSyntax, PatternSyntax, ReferenceSyntax, Syntax};
pub use terms::{ActiveNotify, DefaultKind, ObjectAccess, ParameterAccess, Status, Version};
pub use value::{
    Base64, DateTime, Decimal, HexBinary, IpAddress, Ipv4Address, Ipv6Address, ListItem, ListItems,
    MacAddress, NestedBrackets, PrimitiveType, TypedValue, Value, ValueError, ValueErrorKind,
};
