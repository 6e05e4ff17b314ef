//! What a runtime tells of an Agent, for logs.

use core::fmt;
use std::io;

use usp_agent::Output;
use usp_agent::file_store::WriteError;
use usp_msg::OneLine;
use usp_record::EndpointId;

use crate::{Closed, OpenError, Protocol};

/// What happens around an Agent. Nothing needs doing; it is there for logs, a line each.
#[derive(Debug)]
#[non_exhaustive]
pub enum AgentEvent {
    /// A connection to an Endpoint is there.
    Connected {
        /// Who it is.
        peer: EndpointId,
        /// By which MTP.
        protocol: Protocol,
    },
    /// It is gone; `why` is `None` where the Agent did not want it any more.
    Disconnected {
        /// Who it was.
        peer: EndpointId,
        /// By which MTP.
        protocol: Protocol,
        /// Why.
        why: Option<Closed>,
    },
    /// A connection was refused: the Endpoint is no enabled row of `Device.LocalAgent.Controller.`
    Stranger {
        /// Who called.
        peer: EndpointId,
    },
    /// A connection was closed since there is another one to the same Endpoint `[R-WS.4]`.
    Replaced {
        /// Who it is.
        peer: EndpointId,
    },
    /// An Endpoint does not take what it is sent: the connection is closed.
    Stuck {
        /// Who it is.
        peer: EndpointId,
    },
    /// A Controller cannot be reached. It is tried again.
    CannotConnect {
        /// The row of its MTP.
        row: String,
        /// How often in a row it has failed.
        tries: u32,
        /// Why.
        error: OpenError,
    },
    /// Somebody has called, and no connection has come about.
    Refused {
        /// The row of the MTP.
        row: String,
        /// Why.
        error: OpenError,
    },
    /// Controllers may call.
    Listening {
        /// The row of the MTP.
        row: String,
    },
    /// Controllers cannot call. It is tried again.
    CannotListen {
        /// The row of the MTP.
        row: String,
        /// Why.
        error: io::Error,
    },
    /// A row of an MTP wants TLS, which this runtime does not have: the MTP is not used.
    WithoutTls {
        /// The row.
        row: String,
    },
    /// A Record went nowhere: the Endpoint at the other end does not speak for its sender.
    NotPassedOn {
        /// The sender that it names.
        from_id: String,
        /// Who sent it.
        peer: EndpointId,
    },
    /// A Record did not leave, since there is no way to whom it is for.
    Unsent {
        /// Whom it was for.
        to: EndpointId,
    },
    /// State was not saved. It is tried again.
    Unsaved {
        /// Why; `None`: the runtime has no store.
        error: Option<WriteError>,
    },
    /// What the Agent itself tells: one of the outputs that need nothing done.
    Agent(Output),
}

impl fmt::Display for AgentEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connected { peer, protocol } => write!(f, "{peer} is connected by {protocol}"),
            Self::Disconnected { peer, protocol, why: Some(why) } => {
                write!(f, "{peer} is not connected by {protocol} any more: {why}")
            }
            Self::Disconnected { peer, protocol, why: None } => {
                write!(f, "the connection to {peer} by {protocol} is closed")
            }
            Self::Stranger { peer } => {
                write!(f, "{peer} is no Controller that this Agent knows and has enabled")
            }
            Self::Replaced { peer } => write!(f, "there is another connection to {peer}: one is closed"),
            Self::Stuck { peer } => {
                write!(f, "{peer} takes nothing of what it is sent: the connection is closed")
            }
            Self::CannotConnect { row, tries, error } => write!(f, "{row} (try {tries}): {error}"),
            Self::Refused { row, error } => write!(f, "{row}: a caller was refused: {error}"),
            Self::Listening { row } => write!(f, "{row}: waits for callers"),
            Self::CannotListen { row, error } => write!(f, "{row}: nobody can call: {error}"),
            Self::WithoutTls { row } => write!(f, "{row}: TLS is wanted, and there is none"),
            Self::NotPassedOn { from_id, peer } => {
                write!(f, "{peer} may not pass on a Record of {}", OneLine::brief(from_id).or("nobody"))
            }
            Self::Unsent { to } => write!(f, "there is no way to {to}, and a Record for it did not leave"),
            Self::Unsaved { error: Some(error) } => write!(f, "state is not saved: {error}"),
            Self::Unsaved { error: None } => write!(f, "state is not saved: there is no store"),
            Self::Agent(Output::Ignored(ignored)) => write!(f, "{ignored}"),
            Self::Agent(Output::Undelivered { to, msg_id }) => {
                let msg_id = OneLine::brief(msg_id);
                write!(f, "the notification {msg_id} was not delivered to {to}")
            }
            Self::Agent(Output::TriggerFailed { subscription, error }) => {
                write!(f, "{subscription} could not configure: {error}")
            }
            Self::Agent(Output::SessionRestarted { with, reason, unacknowledged }) => {
                write!(f, "the Session Context with {with} begins anew: {reason}; ")?;
                write!(f, "{unacknowledged} Records were not acknowledged")
            }
            Self::Agent(output) => write!(f, "{output:?}"),
        }
    }
}
