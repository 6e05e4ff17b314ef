//! How much a Message may cost before it is refused.

/// What a receiver takes from a peer, charged before memory is spent.
///
/// ```
/// use usp_msg::{Limits, Msg};
///
/// let limits = Limits { message_size: 16, ..Limits::DEFAULT };
/// let error = Msg::decode_with(&[0; 17], limits).unwrap_err();
/// assert_eq!(error.code(), usp_msg::ErrorCode::RESOURCES_EXCEEDED);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of an encoded Message; 4 MiB by default, which holds several times the
    /// GetSupportedDMResp of the whole Device:2 data model.
    pub message_size: usize,
}

impl Limits {
    /// The documented defaults.
    pub const DEFAULT: Self = Self { message_size: 4 << 20 };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
