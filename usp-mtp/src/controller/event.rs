//! What happens at a Controller without having been asked for.

use core::fmt;
use core::net::SocketAddr;
use std::io;

use usp_controller::Ignored;
use usp_msg::{Notify, OneLine};
use usp_record::EndpointId;

use crate::controller::WayId;
use crate::{Closed, OpenError, Protocol};

/// Something that happened without having been asked for. As a text it is a line of a log.
#[derive(Debug)]
#[non_exhaustive]
pub enum ControllerEvent {
    /// A connection to an Agent is there, not always the first.
    Connected {
        /// The Agent.
        agent: EndpointId,
        /// The MTP.
        protocol: Protocol,
        /// What it came about by.
        way: WayId,
    },
    /// A connection to an Agent is gone. What was asked over it has failed.
    Disconnected {
        /// The Agent.
        agent: EndpointId,
        /// The MTP.
        protocol: Protocol,
        /// Why.
        why: DisconnectReason,
    },
    /// An Agent tells that something happened. A NotifyResp is on its way where it is wanted `[R-NOT.10]`.
    Notify {
        /// The Agent.
        from: EndpointId,
        /// Its Message id: until the NotifyResp arrives the Agent tells the same again under the same id `[R-NOT.4]`.
        msg_id: String,
        /// What it tells.
        notify: Notify,
    },
    /// A Record or Message was not acted on.
    Ignored(Ignored),
    /// A Record came over the connection of an Endpoint that may not pass it on, and was not acted on.
    NotPassedOn {
        /// The sender that it names.
        from_id: String,
        /// The Endpoint at the other end of the connection.
        peer: EndpointId,
    },
    /// A second session with an Agent was closed again `[R-WS.4]`.
    SecondSession {
        /// The Agent.
        agent: EndpointId,
        /// What it came about by.
        way: WayId,
    },
    /// A connection has not come about. It is tried again.
    CannotConnect {
        /// The way on which it was tried.
        way: WayId,
        /// How many tries in a row have failed.
        tries: u32,
        /// Why.
        error: OpenError,
    },
    /// Somebody has called, and no connection has come about.
    Refused {
        /// Where it was.
        way: WayId,
        /// Why.
        error: OpenError,
    },
    /// Others may call again.
    Listening {
        /// Where it is.
        way: WayId,
        /// The address, if it is one of IP.
        address: Option<SocketAddr>,
    },
    /// Nobody can call any more. It is tried again.
    CannotListen {
        /// Where it was.
        way: WayId,
        /// Why.
        error: io::Error,
    },
}

impl fmt::Display for ControllerEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connected { agent, protocol, way } => {
                write!(f, "{agent} is connected over {protocol}, {way}")
            }
            Self::Disconnected { agent, protocol, why } => {
                write!(f, "{agent} is disconnected from {protocol}: {why}")
            }
            Self::Notify { from, msg_id, notify } => {
                let subscription = OneLine::brief(&notify.subscription_id).or("none");
                write!(f, "{from} sends the Notify {}, subscription {subscription}", OneLine::brief(msg_id))
            }
            Self::Ignored(ignored) => write!(f, "ignored: {ignored}"),
            Self::NotPassedOn { from_id, peer } => {
                write!(
                    f,
                    "ignored: {peer} may not pass on a Record of {}",
                    OneLine::brief(from_id).or("nobody")
                )
            }
            Self::SecondSession { agent, way } => write!(f, "a second session with {agent} is closed, {way}"),
            Self::CannotConnect { way, tries: 1, error } => write!(f, "{way} leads nowhere: {error}"),
            Self::CannotConnect { way, tries, error } => {
                write!(f, "{way} leads nowhere after {tries} tries: {error}")
            }
            Self::Refused { way, error } => write!(f, "refused who came by {way}: {error}"),
            Self::Listening { way, address: Some(address) } => write!(f, "{way} is open at {address}"),
            Self::Listening { way, address: None } => write!(f, "{way} is open"),
            Self::CannotListen { way, error } => write!(f, "nobody can come by {way}: {error}"),
        }
    }
}

/// Why a connection in use is gone.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DisconnectReason {
    /// It has failed, or the other end does not want it any more.
    #[error(transparent)]
    Closed(#[from] Closed),
    /// The other end takes nothing any more: too much waits for it.
    #[error("the other end takes nothing any more")]
    Stuck,
    /// The other end has opened another session `[R-WS.4]`.
    #[error("the other end has opened another session")]
    Replaced,
    /// It is not wanted any more: by [`ControllerHandle::disconnect`](crate::ControllerHandle::disconnect), or since the
    /// Controller stops.
    #[error("it is not wanted any more")]
    Unwanted,
}
