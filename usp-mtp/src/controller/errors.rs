//! Why there is no answer, and why nobody can call.

use std::io;

use usp_msg::{Error, UnexpectedResponse};
use usp_record::EndpointId;

/// Why a request has no Response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// There is no connection to the Agent; nothing was sent.
    #[error("there is no connection to {agent}")]
    NotConnected {
        /// The Agent.
        agent: EndpointId,
    },
    /// The connection was lost before the answer came. Whether the Agent has done what it was asked is not known.
    #[error("the connection was lost before the answer came")]
    ConnectionLost,
    /// The Agent has not answered within the time that the Controller gives it
    /// ([`Controller::with_timeout`](usp_controller::Controller::with_timeout)). Whether it has done what it was asked
    /// is not known.
    #[error("the answer has not come in time")]
    TimedOut,
    /// The Agent's answer is an Error.
    #[error("the answer is an Error: {0}")]
    Refused(Error),
    /// The Agent's answer is none to this request.
    #[error(transparent)]
    Unexpected(#[from] UnexpectedResponse),
    /// The Controller has stopped.
    #[error("the Controller has stopped")]
    Stopped,
}

/// Why nobody can call at a place.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// The system does not let us.
    #[error("nobody can call there: {0}")]
    Io(#[from] io::Error),
    /// The Controller has stopped.
    #[error("the Controller has stopped")]
    Stopped,
}
