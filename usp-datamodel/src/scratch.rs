//! Memory that one request after the other works in.

use alloc::string::String;

/// Texts that are put together for an answer. They keep their memory from request to request.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// The path of the object that is looked at.
    pub(crate) path: String,
    /// The text of a value that is not kept as text.
    pub(crate) text: String,
}
