//! The bytes behind a [`Schema`](crate::Schema): layout, safe access, validation.

pub(crate) mod layout;
mod raw;
mod record;
mod validate;

pub use raw::ImageError;
pub(crate) use raw::{LONG as LONG_STRING, MAX_STRING, RawImage};
pub(crate) use record::{RecordReader, RecordWriter};
