//! Why bytes are no Record, or a Record is none to act on.

use core::fmt;

use crate::{EndpointIdError, Fault};

/// A Record, or bytes that should be one, that a receiver cannot use.
///
/// The peer is at fault. Most such Records are to be ignored; [`RecordError::code`] is for the
/// Error that may answer where `[R-MTP.5]` allows one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordError {
    kind: RecordErrorKind,
}

/// What is wrong with a Record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordErrorKind {
    /// There are more bytes than the receiver takes.
    #[error("the Record has {size} bytes, more than the {limit} that are accepted")]
    TooLarge {
        /// Bytes received.
        size: usize,
        /// Bytes accepted.
        limit: usize,
    },
    /// There are more payloads than the receiver takes.
    #[error("the Record has {count} payloads, more than the {limit} that are accepted")]
    TooManyPayloads {
        /// Payloads received.
        count: usize,
        /// Payloads accepted.
        limit: usize,
    },
    /// The bytes break the rules of protobuf.
    #[error("Record.{}: {fault}", field.unwrap_or("?"))]
    Malformed {
        /// The field in which the fault is; `None` between fields and in unknown ones.
        field: Option<&'static str>,
        /// Which rule is broken.
        fault: Fault,
    },
    /// Crate `prost` refused what the check before it accepted: a defect of this crate.
    #[error("{0}")]
    Disagreement(prost::DecodeError),
    /// A required field is missing or empty `[R-MTP.4b]`.
    #[error("{0} is required and missing")]
    Missing(&'static str),
    /// The Record carries nothing, or a kind that this version does not know `[R-ENC.4]`.
    #[error("record_type is missing or of an unknown kind")]
    NoContent,
    /// A field holds no Endpoint ID.
    #[error("{field}: {error}")]
    EndpointId {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        error: EndpointIdError,
    },
    /// A field holds a number that its enumeration does not know `[R-ENC.2]`.
    #[error("{field} holds {value}, which its enumeration does not know")]
    UnknownEnum {
        /// The field.
        field: &'static str,
        /// The number.
        value: i32,
    },
    /// TLS outside of a Session Context `[R-E2E.41]`.
    #[error("payload_security is TLS12 outside of a Session Context")]
    TlsWithoutSession,
}

impl RecordError {
    /// What is wrong.
    pub const fn kind(&self) -> &RecordErrorKind {
        &self.kind
    }

    /// The USP error code: 7100 for bytes that are no Record, 7104 for a wrong value.
    pub const fn code(&self) -> u32 {
        match self.kind {
            RecordErrorKind::TooLarge { .. }
            | RecordErrorKind::Malformed { .. }
            | RecordErrorKind::Disagreement(_) => 7100,
            _ => 7104,
        }
    }
}

impl From<RecordErrorKind> for RecordError {
    fn from(kind: RecordErrorKind) -> Self {
        Self { kind }
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl core::error::Error for RecordError {}
