//! The bytes behind a [`Schema`](crate::Schema): layout, safe access, validation.

mod descriptions;
pub(crate) mod layout;
mod name;
mod raw;
mod record;
mod validate;

pub(crate) use descriptions::Descriptions;
pub(crate) use name::{is_mount_name, is_name};
pub use raw::ImageError;
pub(crate) use raw::{RawImage, parameter_width};
pub(crate) use record::{RecordReader, RecordWriter};
