//! What goes into a Controller and what comes out.

use alloc::string::String;
use alloc::vec::Vec;

use usp_msg::{DecodeError, Error, MsgType, Notify, OneLine, Response, ValidationError};
use usp_record::{EndpointId, Instant, RecordError};

/// Something that happened outside of the Controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input<'a> {
    /// A Record came in over some MTP.
    Record(&'a [u8]),
    /// The moment has come that [`Output::Wait`] named.
    Timeout,
}

/// The id of a request that was sent: the Message id `[R-MSG.9]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub(crate) String);

impl MessageId {
    /// The id as it stands in the header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl core::fmt::Display for MessageId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that the Controller wants done, or known.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Output {
    /// Send this Record to this Agent.
    Record {
        /// The Endpoint that it is for.
        to: EndpointId,
        /// The encoded Record.
        bytes: Vec<u8>,
    },
    /// An Agent has answered a request.
    Answer {
        /// The Agent.
        from: EndpointId,
        /// The request that is answered.
        id: MessageId,
        /// The Response, of the kind that belongs to the request; or the Agent's Error.
        result: Result<Response, Error>,
    },
    /// An Agent has not answered a request in time. An answer that comes later is ignored.
    TimedOut {
        /// The Agent.
        to: EndpointId,
        /// The request.
        id: MessageId,
    },
    /// An Agent tells that something happened. A NotifyResp is on its way already where it is wanted
    /// `[R-NOT.10]`.
    Notify {
        /// The Agent.
        from: EndpointId,
        /// Its Message id: until the NotifyResp arrives the Agent tells the same again under the same id `[R-NOT.4]`.
        msg_id: String,
        /// What it tells.
        notify: Notify,
    },
    /// A Record or Message was not acted on. Nothing needs doing; it is there for logs.
    Ignored(Ignored),
    /// There is nothing more to do before this moment, or before the next input where there is none.
    Wait {
        /// When to come back with [`Input::Timeout`].
        until: Option<Instant>,
    },
}

/// Why a Record or Message was not acted on. The fault is the sender's, or the way's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Ignored {
    /// The bytes are no Record, or break a rule for Records `[R-MTP.5]` `[R-ENC.4]`.
    #[error("malformed Record: {0}")]
    Record(RecordError),
    /// The Record is for somebody else `[R-E2E.1]`.
    #[error("the Record is for {}", OneLine::brief(to_id).or("nobody"))]
    NotForUs {
        /// The receiver that it names.
        to_id: String,
    },
    /// The payload is no Message.
    #[error("malformed Message from {from}: {error}")]
    Message {
        /// The sender.
        from: EndpointId,
        /// What is wrong with the bytes.
        error: DecodeError,
    },
    /// The Message breaks a rule.
    #[error("invalid Message from {from}: {error}")]
    Invalid {
        /// The sender.
        from: EndpointId,
        /// What is wrong with the Message.
        error: ValidationError,
    },
    /// An answer to nothing that is open with this Agent `[R-MSG.9]`.
    #[error("the Message {} from {from} answers nothing that is open", OneLine::brief(msg_id))]
    Unsolicited {
        /// The sender.
        from: EndpointId,
        /// Its Message id.
        msg_id: String,
    },
    /// A Response of another kind than the request asks for. The request stays open.
    #[error("{from} answers the {request} {} with a {response}", OneLine::brief(msg_id))]
    WrongResponse {
        /// The sender.
        from: EndpointId,
        /// The Message id.
        msg_id: String,
        /// The kind of the request.
        request: MsgType,
        /// The kind of the Response.
        response: MsgType,
    },
    /// The Record belongs to a Session Context, which this version does not support.
    #[error("{from} uses a Session Context, which is not supported")]
    Session {
        /// The sender.
        from: EndpointId,
    },
    /// The Agent says that it leaves.
    #[error("{from} disconnects: {} ({reason_code})", OneLine::brief(reason))]
    Disconnect {
        /// The sender.
        from: EndpointId,
        /// Why, in words.
        reason: String,
        /// Why, as a code of 7100 to 7199.
        reason_code: u32,
    },
}
