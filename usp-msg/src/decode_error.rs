//! Why bytes are no Message.

use core::fmt;

use crate::ErrorCode;

/// Bytes from a peer that are no Message, or one over the [`Limits`](crate::Limits).
///
/// The peer is at fault. [`DecodeError::code`] says what to answer, if the peer is to be answered
/// at all `[R-MTP.5]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    kind: DecodeErrorKind,
}

/// What is wrong with the bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The Message is larger than the receiver takes.
    #[error("the Message has {size} bytes, more than the {limit} that are accepted")]
    TooLarge {
        /// Bytes received.
        size: usize,
        /// Bytes accepted.
        limit: usize,
    },
    /// The bytes break the rules of protobuf or name a wrong type for a field.
    #[error("{0}")]
    Protobuf(prost::DecodeError),
}

impl DecodeError {
    /// What is wrong.
    pub const fn kind(&self) -> &DecodeErrorKind {
        &self.kind
    }

    /// The code of the Error that may answer: 7005 over a limit, else 7004.
    pub const fn code(&self) -> ErrorCode {
        match self.kind {
            DecodeErrorKind::TooLarge { .. } => ErrorCode::RESOURCES_EXCEEDED,
            DecodeErrorKind::Protobuf(_) => ErrorCode::INVALID_ARGUMENTS,
        }
    }
}

impl From<DecodeErrorKind> for DecodeError {
    fn from(kind: DecodeErrorKind) -> Self {
        Self { kind }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl core::error::Error for DecodeError {}
