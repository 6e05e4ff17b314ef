//! How much a Message may cost before it is refused.

/// What a receiver takes from a peer, charged before memory is spent.
///
/// How deep messages nest is fixed by the schema and needs no option. Memory is bounded too,
/// whatever the options: decoding `n` bytes takes at most [`Limits::MEMORY_PER_BYTE`] times `n` plus
/// [`Limits::MEMORY_FREE`] bytes of memory. Honest Messages stay far below; those made of thousands
/// of empty elements do not, and are refused.
///
/// ```
/// use usp_msg::{ErrorCode, Limits, Msg};
///
/// let limits = Limits { message_size: 16, ..Limits::DEFAULT };
/// let error = Msg::decode_with(&[0; 17], &limits).unwrap_err();
/// assert_eq!(error.code(), ErrorCode::RESOURCES_EXCEEDED);
/// assert_eq!(error.to_string(), "the Message has 17 bytes, more than the 16 that are accepted");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of an encoded Message; 4 MiB by default, several times the GetSupportedDMResp of the
    /// whole Device:2 data model.
    pub message_size: usize,
    /// List elements and map entries of a Message, all lists together; 262,144 by default.
    pub elements: usize,
    /// Bytes of one text; 1 MiB by default.
    pub text_length: usize,
}

impl Limits {
    /// The documented defaults.
    pub const DEFAULT: Self = Self { message_size: 4 << 20, elements: 1 << 18, text_length: 1 << 20 };

    /// Bytes of memory that a byte of a Message may take.
    pub const MEMORY_PER_BYTE: usize = 64;

    /// Bytes of memory that any Message may take in addition.
    pub const MEMORY_FREE: usize = 1024;
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
