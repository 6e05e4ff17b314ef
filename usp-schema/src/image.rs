//! The bytes behind a [`Schema`](crate::Schema): layout, safe access, validation.

mod descriptions;
pub(crate) mod layout;
mod raw;
mod record;
mod validate;

pub(crate) use descriptions::Descriptions;
pub use raw::ImageError;
pub(crate) use raw::RawImage;
pub(crate) use record::{RecordReader, RecordWriter};
