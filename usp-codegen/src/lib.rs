//! From TR-106 XML to a schema image and typed Rust, out of a build script.
//!
//! Data models for USP (TR-369) are published as XML in the form of TR-106: TR-181 for devices, TR-104 for voice
//! services, and so on. This crate reads such a file into a [`Model`], makes the compact image of it that
//! `usp-schema` reads, and writes Rust types for the parts that a program deals with.
//!
//! Whoever has the image already, or builds a schema at run time, needs `usp-schema` alone. Whoever wants rows and
//! requests wants `usp-datamodel`.
//!
//! # In a build script
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), usp_codegen::CodegenError> {
//!     usp_codegen::Config::new()
//!         .model("models/usp-device.xml")
//!         .types("Device.IP.")
//!         .types("Device.LocalAgent.Subscription.")
//!         .generate()
//! }
//! ```
//!
//! See [`Config`] for what can be chosen and how the generated code gets into the crate.
//!
//! # What is generated
//!
//! Everything is generated into one file that can be included in any module; it needs `usp-datamodel` and nothing
//! else, and no `std`.
//!
//! | in the model | in Rust |
//! |---|---|
//! | the whole model | `IMAGE`, `FINGERPRINT`, `schema()` |
//! | the root object | `device()`, where typed paths begin: `device().ip().interface(1).enable()` |
//! | an object `Device.IP.Interface.{i}.` | `IpInterface`, a struct with one `Option` for each parameter, and `IpInterfacePath` |
//! | a table | two functions of the path around it: `interface(1)` leads to a row, `interface_table()` to the table |
//! | a parameter `MACAddress` | a field and a path function `mac_address` |
//! | an enumeration | an enum `IpInterfaceStatus` of exactly its values; of a data type, one enum for all that use it |
//! | a command `IPPing()` | `IpDiagnosticsIpPing`, the structs `…Input` and `…Output`, the trait `…Handler` |
//! | an event `Boot!` | the struct `Boot` of its arguments |
//!
//! Types are named by their path without `Device.`, in the case of Rust. A name parts into words before a capital
//! that follows a small letter or a digit and before the last of several capitals if a small letter follows
//! (`IPPing` is `ip_ping`); a version belongs to its word (`IPv4Address` is `ipv4_address`), a plural to its
//! abbreviation (`SSIDs` is `ssids`), and a few terms in mixed case are one word (`WiFi`, `QoS`, `MoCA`). A keyword
//! is written raw (`r#type`). A value that begins with a digit gets a `V` in front (`V2_4GHz`), a sign is spelled
//! out (`UBR+` is `UbrPlus`), the empty value is `Empty`. Letters beyond those of Western Europe are left out.
//! Where two names would be the same, the one that comes later in the file gets a word or a number behind it.
//!
//! | TR-106 type | Rust type |
//! |---|---|
//! | boolean, int, unsignedInt, long, unsignedLong | `bool`, `i32`, `u32`, `i64`, `u64` |
//! | string | `String`; an enum where it is an enumeration |
//! | the data types `IPAddress`, `IPv4Address`, `IPv6Address`, `MACAddress` and those based on them | `IpAddress`, `Ipv4Address`, `Ipv6Address`, `MacAddress` |
//! | decimal, dateTime, base64, hexBinary | `Decimal`, `DateTime`, `Base64`, `HexBinary` |
//! | a list of these | `Vec` of these |
//! | a list of lists | `Vec<Vec<…>>` where inner lists may stand in brackets (`nestedBrackets`) |
//!
//! Lists in a list that has no brackets are not taken apart: such an item is a text with commas in it, and only lists of
//! strings have any. Bounds of ranges are whole numbers, for decimal numbers too; a bound with a fraction is left out,
//! with a warning.
//!
//! With [`Config::serde`] structs and enumerations implement serde's traits, under the names of the data model.
//!
//! # At run time
//!
//! ```
//! use usp_codegen::{ImageOptions, Model};
//!
//! # let xml = r#"<document spec="urn:example:demo"><model name="Device:1.0"><object name="Device.">
//! #   <parameter name="Uptime"><syntax><unsignedInt/></syntax></parameter></object></model></document>"#;
//! let model = Model::from_xml("demo.xml", xml)?;
//! for warning in model.warnings() {
//!     eprintln!("{warning}");
//! }
//! let schema = model.to_schema(&ImageOptions::new())?;
//! assert!(schema.parameter_at("Device.Uptime").is_some());
//! # Ok::<(), usp_codegen::CodegenError>(())
//! ```
//!
//! # Which files are read
//!
//! Full files: those that define everything that they use, as the Broadband Forum publishes them beside its split
//! sources (`*-full.xml`). Every construct that occurs in a published full file is read: data types that narrow each
//! other, lists and lists of lists, sizes, ranges with steps, patterns, enumerations, references in every form,
//! unique keys, union objects, mount points, commands and events with argument tables, profiles, deprecated and
//! deleted elements, models of services.
//!
//! Split sources as well, and vendor files: a file that imports data types, components or models from others, or
//! that adds to the model of another file. [`Model::from_file`] follows the imports; its page states the limits. Text
//! alone, as [`Model::from_xml`] takes it, has no other files beside it and is refused with [`ErrorKind::NotFull`] when
//! it needs any. Not read at all, because nothing here depends on them: identifiers for SNMP and MoCA, `forcedInform`,
//! the hints for the Forum's report tool.
//!
//! # Errors, warnings, limits
//!
//! Errors name the file, the line and the element; nothing is printed, nothing is half written, and no file makes this
//! crate panic. What is odd but harmless is a [`Warning`]; a build is warned as well of what contradicts itself, as
//! [`Model::lint`] finds it. Reading takes time and memory in proportion to the file: nothing is expanded that the
//! file could make large, and nesting costs no stack.
//!
//! | at most | |
//! |---|---|
//! | bytes of a name, or of an object's path | 1024 when read, 255 for each name in an image |
//! | data types based on each other | 32 |
//! | sizes, ranges, patterns, values of one type | 4096 each |
//! | targets of a reference | 64 |
//! | references together, and facets in an image, those of a data type counted for each parameter that uses it | 64 MiB |
//! | bytes of a description in words, and macros in it | 32 KiB, 4096 |
//! | warnings about elements of one file, and about what contradicts itself | 1000 each, and one that there are more |
//! | what split sources expand to | see [`Model::from_file`] |
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `cli` | no | the command `usp-codegen`: `cargo install usp-codegen --features cli` |
#![allow(clippy::std_instead_of_alloc, reason = "this crate runs where programs are built, always with std")]

mod config;
mod element;
mod error;
mod image;
mod lint;
mod model;
mod resolve;
mod rust;
mod sources;
mod spelling;
mod text;
mod version;
mod warning;
mod xml;

pub use config::{Config, Generated};
pub use element::{Direction, Element, ElementKind, ItemBounds, Key, Reference};
pub use error::{CodegenError, ErrorKind};
pub use image::ImageOptions;
pub use lint::{Finding, Rule};
pub use model::{
    Arguments, Command, Counts, DataType, DefaultValue, Description, DescriptionAction, Enumeration,
    EnumerationRef, Event, List, Model, MountType, Object, Parameter, PathRef, Pattern, Profile, ProfileItem,
    ProfileRequirement, RequiredAccess, Syntax, UniqueKey,
};
pub use sources::SourceError;
pub use version::{ParseVersionError, Version};
pub use warning::Warning;
