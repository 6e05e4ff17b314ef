//! Why bytes are no Message.

use core::fmt;

use crate::{ErrorCode, WireError};

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
    /// The bytes break the rules of protobuf.
    #[error("{0}")]
    Malformed(WireError),
    /// The Message is larger than the receiver takes.
    #[error("the Message has {size} bytes, more than the {limit} that are accepted")]
    TooLarge {
        /// Bytes received.
        size: usize,
        /// Bytes accepted.
        limit: usize,
    },
    /// The lists and maps of the Message have more elements than the receiver takes.
    #[error("the Message has more than {limit} list elements and map entries")]
    TooManyElements {
        /// Elements accepted.
        limit: usize,
    },
    /// A text is longer than the receiver takes.
    #[error("a text has {length} bytes, more than the {limit} that are accepted")]
    TextTooLong {
        /// Bytes received.
        length: usize,
        /// Bytes accepted.
        limit: usize,
    },
    /// The Message is made so that it takes much more memory than its size lets expect.
    #[error("the Message would take {needed} bytes of memory, more than the {limit} that its size allows")]
    TooMuchMemory {
        /// Bytes of memory needed, about.
        needed: usize,
        /// Bytes of memory allowed.
        limit: usize,
    },
    /// Crate `prost` refused what the check before it accepted: a defect of this crate.
    #[error("{0}")]
    Disagreement(prost::DecodeError),
}

impl DecodeError {
    /// What is wrong.
    pub const fn kind(&self) -> &DecodeErrorKind {
        &self.kind
    }

    /// The code of the Error that may answer: 7005 over a limit, 7004 for what is malformed, 7003
    /// for a defect of this crate.
    pub const fn code(&self) -> ErrorCode {
        match self.kind {
            DecodeErrorKind::Malformed(_) => ErrorCode::INVALID_ARGUMENTS,
            DecodeErrorKind::TooLarge { .. }
            | DecodeErrorKind::TooManyElements { .. }
            | DecodeErrorKind::TextTooLong { .. }
            | DecodeErrorKind::TooMuchMemory { .. } => ErrorCode::RESOURCES_EXCEEDED,
            DecodeErrorKind::Disagreement(_) => ErrorCode::INTERNAL_ERROR,
        }
    }
}

impl From<DecodeErrorKind> for DecodeError {
    fn from(kind: DecodeErrorKind) -> Self {
        Self { kind }
    }
}

impl From<WireError> for DecodeError {
    fn from(error: WireError) -> Self {
        DecodeErrorKind::Malformed(error).into()
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl core::error::Error for DecodeError {}
