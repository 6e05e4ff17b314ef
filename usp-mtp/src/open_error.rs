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
    /// The other end gives as its Endpoint ID what is none, or nothing `[R-UDS.21]` `[R-WS.10b]`.
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
    /// TLS has not come about: one end does not trust the other, or they have nothing in common.
    #[error("there is no TLS with the other end: {}", OneLine::brief(&.0.to_string()))]
    Tls(io::Error),
    /// TLS is wanted, and nobody has brought any. The fault is the caller's.
    #[error("TLS is wanted, and there is none")]
    WithoutTls,
    /// The certificate of the other end does not speak for the Endpoint that was called, or that it says it is.
    #[error("the certificate of the other end does not speak for {id}")]
    Certificate {
        /// The Endpoint.
        id: EndpointId,
    },
    /// What was called is no address: its host or its path holds what neither may. The fault is the caller's.
    #[error("{} is no address of a WebSocket", OneLine::brief(.0))]
    Address(String),
    /// The other end, a server of HTTP, does not give us a WebSocket.
    #[error("the other end refuses with status {status}: {}", OneLine::brief(reason).or("it does not say why"))]
    Refused {
        /// The status of its answer.
        status: u16,
        /// What it says in words, as far as that has come.
        reason: String,
    },
    /// The other end, a client of HTTP, asks for another path than that of the Endpoint `[R-WS.2]`.
    #[error("there is no Endpoint at {}", OneLine::brief(.0))]
    Path(String),
    /// The handshake of the other end is not that of a WebSocket `[R-WS.7]`.
    #[error("the other end does not open a WebSocket: {}", OneLine::brief(.0))]
    Handshake(String),
    /// The WebSocket of the other end does not carry Records `[R-WS.12]` `[R-WS.12a]`.
    #[error("the other end does not name v1.usp in its Sec-WebSocket-Protocol")]
    NoSubprotocol,
}
