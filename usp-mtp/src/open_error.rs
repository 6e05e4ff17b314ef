//! Why there is no connection.

use std::io;

use usp_msg::OneLine;
use usp_record::{EndpointId, EndpointIdError};

use crate::Closed;

/// Why no [`Connection`](crate::Connection) has come about.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The system does not get there.
    #[error("the other end cannot be reached: {0}")]
    Io(#[from] io::Error),
    /// The other end has not finished the handshake within
    /// [`Options::handshake_timeout`](crate::Options::handshake_timeout) `[R-UDS.18]`.
    #[error("the other end has not finished the handshake in time")]
    Silent,
    /// The connection was closed before both ends knew each other.
    #[error(transparent)]
    Closed(#[from] Closed),
    /// The other end gives as its Endpoint ID what is none `[R-UDS.21]`.
    #[error("{} is no Endpoint ID of the other end: {error}", OneLine::brief(id).or("nothing"))]
    EndpointId {
        /// What it gives.
        id: String,
        /// What is wrong with it.
        error: EndpointIdError,
    },
    /// The other end is somebody else than who was called.
    #[error("the other end is {actual}, and not {expected}")]
    OtherEndpoint {
        /// Who was called.
        expected: EndpointId,
        /// Who answers.
        actual: EndpointId,
    },
}
