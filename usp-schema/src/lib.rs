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
//! # The types
//!
//! | | what is built | what is read |
//! |---|---|---|
//! | the model | [`SchemaBuilder`] | [`Schema`] |
//! | objects, tables, arguments as a whole | [`ObjectSpec`] | [`Object`], [`UniqueKey`] |
//! | parameters, single arguments | [`ParameterSpec`] | [`Parameter`] |
//! | types and facets | [`SyntaxSpec`] | [`Syntax`] |
//! | commands and events | [`CommandSpec`], [`EventSpec`] | [`Command`], [`Event`] |
//!
//! What is read borrows from the schema and is `Copy`. [`ObjectId`] and its like are positions: they outlive the
//! borrow, and belong to the schema with the same [`fingerprint`](Schema::fingerprint).
//!
//! ```
//! use usp_schema::{
//!     ObjectSpec, ParameterSpec, PrimitiveType, Range, Schema, SchemaBuilder, SyntaxSpec, Value,
//! };
//!
//! let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:lamp");
//! let device = builder.object(None, ObjectSpec::single("Device"))?;
//! let lamp = builder.object(Some(device), ObjectSpec::table("X_ACME_Lamp"))?;
//! let percent = Range { min: Some(0), max: Some(100), step: None };
//! let syntax = SyntaxSpec { ranges: vec![percent], ..SyntaxSpec::new(PrimitiveType::UnsignedInt) };
//! builder.parameter(lamp, ParameterSpec::new("Brightness", syntax))?;
//! let image = builder.build()?.as_bytes().to_vec();
//!
//! let schema = Schema::from_vec(image)?;
//! let brightness = schema.parameter_at("Device.X_ACME_Lamp.{i}.Brightness").expect("just added");
//! assert_eq!(brightness.syntax().parse("+050")?, Value::UnsignedInt(50));
//! let error = brightness.syntax().parse("101").unwrap_err();
//! assert_eq!(error.to_string(), "\"101\" is not a valid unsignedInt: allowed are 0 to 100");
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Large and small images
//!
//! An image of the whole of TR-181 2.19.1 has 149 kB; it may stay in read-only memory. [`Schema::select`] makes a
//! smaller one of the sub-trees that a device supports. Descriptions are for tools and left out unless they are given
//! to the builder: [`SchemaBuilder::describe_object`] and its like.
//!
//! A [`Composition`] is the opposite: the model of several images, such as that of a device, of the vendor parameters
//! on its objects, and of services that come and go.
//!
//! # Mounts
//!
//! Rows of one table may have different models below them: each `Device.ProxiedDevice.{i}.` stands for another device
//! (TR-369, appendix "Device Proxy"). A composition [mounts](Composition::with_mount) an image for each such model. In
//! the schema a mount is an object between the table and what is mounted, whose name is no part of paths; so each model
//! is a sub-tree of its own. Which of them a row carries is the engine's to know.
//!
//! Equal models give equal images, whatever the order in which they were built. An image of another format version is
//! refused, and has to be generated again: the format is no exchange format.
//!
//! # Untrusted input
//!
//! An image may come from anywhere. It is validated before anything is read from it, in one pass, in time proportional
//! to its length and with less memory than it has itself; afterwards no access can fail. A sub-tree can be walked
//! by recursion: an image is at most 64 objects deep, and no object is in it twice. The fingerprint detects accidents;
//! against forgery, sign the file.
//!
//! | at most | |
//! |---|---|
//! | objects, with those of arguments; commands; events | 65,534 of each |
//! | parameters, with arguments | 65,534 |
//! | different strings: names, defaults, values, patterns | 65,535, fewer where many are long |
//! | bytes of all strings, those counted once that are part of others | 16,777,215 |
//! | different facets and keys | 65,535 |
//! | objects in one another | 64 |
//! | bytes of a name | 255 |
//! | bytes of another string (a default, a unit, a pattern) | 16,383 |
//! | bytes of the facets of one parameter, or the keys of one table, as the image has them | 16,384 |
//!
//! Strings are numbered in groups of sixteen, and a group ends where one begins 256 bytes behind the first, or has 192
//! bytes: so 4,095 strings of that length are as many as there may be. TR-181 2.19.1 has 5,954 strings in 375 groups.
//!
//! A value is read in time proportional to its text, patterns without backtracking; lists are nested
//! [`PrimitiveType::MAX_LIST_DEPTH`] deep at most.
//!
//! # Errors and panics
//!
//! [`ImageError`] says why an image is refused, [`BuildError`] what contradicts itself in a model, [`ValueError`] why a
//! text is no value of a parameter and [`PatternError`] what is wrong with a pattern. No input makes this crate panic.
//!
//! The crate is `no_std` and needs `alloc`, and has no unsafe code. It builds with Rust 1.89.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `serde` | no | `Serialize` and `Deserialize` for the types of values, as their texts |
#![no_std]

extern crate alloc;

mod builder;
mod command;
mod composition;
mod copy;
mod event;
mod ids;
mod image;
mod mounting;
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
pub use composition::{ComposeError, Composition};
pub use event::Event;
pub use ids::{CommandId, EventId, ObjectId, ParameterId};
pub use image::ImageError;
pub use object::{Object, UniqueKey, UniqueKeys};
pub use parameter::Parameter;
pub use pattern::{Pattern, PatternError, PatternErrorKind, PatternRef};
pub use schema::Schema;
pub use spec::{
    CommandSpec, EnumerationRef, EnumerationValue, EventSpec, InnerListSpec, ListSpec, ObjectSpec,
    ParameterSpec, Range, ReferenceSpec, ReferenceTarget, Size, SyntaxSpec,
};
pub use syntax::{ListBounds, ListSyntax, Parser, PatternSyntax, ReferenceSyntax, Syntax};
pub use terms::{ActiveNotify, DefaultKind, ObjectAccess, ParameterAccess, Status, Version};
pub use value::{
    Base64, DateTime, Decimal, HexBinary, IpAddress, Ipv4Address, Ipv6Address, ListItem, ListItems,
    MacAddress, NestedBrackets, PrimitiveType, TypedValue, Value, ValueError, ValueErrorKind, ValueType,
};
