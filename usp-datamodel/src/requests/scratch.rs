//! Memory that one request after the other works in.

use alloc::string::String;
use alloc::vec::Vec;

use crate::resolve::Match;

/// What is put together for an answer. It keeps its memory from request to request.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// The path of the object that is looked at.
    pub(crate) path: String,
    /// The text of a value that is not kept as text.
    pub(crate) text: String,
    /// What a path leads to.
    pub(crate) matches: Vec<Match>,
}
