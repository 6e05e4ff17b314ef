//! From TR-106 XML to a schema image and typed Rust, out of a build script.
#![allow(clippy::std_instead_of_alloc, reason = "this crate runs where programs are built, always with std")]

mod config;
mod error;
mod image;
mod model;
mod resolve;
mod rust;
mod text;
mod version;
mod warning;
mod xml;

pub use config::{Config, Generated};
pub use error::{CodegenError, ErrorKind};
pub use image::ImageOptions;
pub use model::{
    Arguments, Command, Counts, DataType, DefaultValue, Description, DescriptionAction, Enumeration,
    EnumerationRef, Event, List, Model, MountType, Object, Parameter, PathRef, Pattern, Profile, ProfileItem,
    ProfileRequirement, RequiredAccess, Syntax, UniqueKey,
};
pub use version::{ParseVersionError, Version};
pub use warning::Warning;
