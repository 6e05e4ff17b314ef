//! What goes into an Agent and what comes out.

use alloc::string::String;
use alloc::vec::Vec;

use usp_datamodel::Call;
use usp_msg::{DecodeError, Error, OneLine, ValidationError};
use usp_record::{EndpointId, Instant, RecordError, SessionFailure};

use crate::events::boot::Boot;
use crate::mtps::channel::{Channel, Via};
use crate::mtps::connections::Connection;
use crate::persistence::{Batch, BatchId};

/// Something that happened outside of the Agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input<'a> {
    /// A Record came in over the only channel that there is, [`Channel::default`].
    Record(&'a [u8]),
    /// A Record came in over one of several channels. What answers it leaves by the same.
    RecordOver {
        /// Where it came from, told of before by [`Input::Connected`] or not.
        channel: Channel,
        /// The encoded Record.
        bytes: &'a [u8],
    },
    /// A channel to a Controller is there, whoever made it: the Connect Record for it is given out, and whoever sends
    /// for the Agent sends that first, before any Record to this Controller that waits for the channel `[R-MTP.6]`.
    Connected {
        /// The other end.
        controller: &'a EndpointId,
        /// The MTP, and what the Connect Record tells of it.
        connection: Connection<'a>,
        /// The name of the channel for Records that come and leave over it. A Controller may have several.
        channel: Channel,
    },
    /// The channel to a Controller is gone.
    Disconnected {
        /// The other end.
        controller: &'a EndpointId,
        /// The channel. What was to be answered over it goes another way, Records that wait to be fetched included;
        /// its own Connect and Disconnect Records do not go any more.
        channel: Channel,
    },
    /// The moment has come that [`Output::Wait`] named.
    Timeout,
    /// The device has started, and this is what led to it: `Device.Boot!` is told to those who subscribed. Once after
    /// each start.
    Boot(Boot<'a>),
    /// The batch of [`Output::Persist`] is safe: what waited for it leaves. Without effect for any other.
    Persisted(BatchId),
    /// The batch of [`Output::Persist`] is not safe, or nobody knows. What waits for it goes on waiting, and the whole
    /// state comes out as the next batch: at once, and after further failures in a row when 1, 2, 4, up to 60 s have
    /// passed.
    ///
    /// From the second failure in a row until one batch is safe, requests that could change something are not tried:
    /// nobody could promise that it lasts. They are answered with error 7005 (Resources exceeded), at once where
    /// nothing else to the Controller waits.
    PersistFailed(BatchId),
}

/// Something that the Agent wants done, or known.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// Send this Record to this Controller.
    Record {
        /// The Endpoint that it is for.
        to: EndpointId,
        /// The encoded Record.
        bytes: Vec<u8>,
        /// By which way; nothing to look at where there is only one.
        via: Via,
    },
    /// Save this, and say so by [`Input::Persisted`] or [`Input::PersistFailed`]; only of an Agent that saves
    /// ([`Agent::restore`](crate::Agent::restore)). There is one at a time: what changes until then shares the next.
    ///
    /// Whatever came after a change waits until that is safe, also what only reads, since it may tell of the change.
    Persist(Batch),
    /// A Record or Message was not acted on. Nothing needs doing; it is there for logs.
    Ignored(Ignored),
    /// A notification was repeated until its NotifExpiration, or until its Subscription lost NotifRetry, and never
    /// answered; or it had to make room for others, since its Controller had most of 10,000 notifications or 16 MiB that
    /// wait for an answer; or a Message was for a Session Context that cannot be, or whose buffers are full or smaller than
    /// the Message, which leaves it as it is: of answers only that to an Operate, since other requests are refused then; or
    /// it came while too much waits to be saved. Nothing needs doing; it is there for logs.
    Undelivered {
        /// The Controller that it was for.
        to: EndpointId,
        /// Its Message id.
        msg_id: String,
    },
    /// A command is to be run by the device: one that was given to [`DataModel::queue_command`]. It follows the answer
    /// to the request that called it, unless that waits for its end. One that has a token is ended by it, in
    /// [`Agent::update`] with [`DataModel::complete_command`]; one whose row goes before it is given out has ended with
    /// 7016 (Object does not exist) and is not. Or one that runs is to be stopped: at the wish of a
    /// Controller, or since the one that called it has waited for long enough or has gone.
    ///
    /// [`Agent::update`]: crate::Agent::update
    /// [`DataModel::queue_command`]: usp_datamodel::DataModel::queue_command
    /// [`DataModel::complete_command`]: usp_datamodel::DataModel::complete_command
    Command(Call),
    /// A Subscription was to change something when it happened (TriggerAction), and could not. Nothing needs doing; it
    /// is there for logs.
    TriggerFailed {
        /// Path of the row of the Subscription.
        subscription: String,
        /// Why: what a Set of its Recipient would have been answered.
        error: Error,
    },
    /// A Session Context has ended, and another has begun or will with the next Message. Nothing needs doing; it is
    /// there for logs.
    SessionRestarted {
        /// The Controller.
        with: EndpointId,
        /// Why.
        reason: SessionFailure,
        /// How many Records the Controller had not acknowledged. Notifications among them that want an answer are sent
        /// again.
        unacknowledged: usize,
    },
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
    /// The sender has the Endpoint ID of this Agent, and such two never talk `[R-ARC.2]`.
    #[error("the Record is from an Endpoint with the Endpoint ID of this Agent")]
    Ourselves,
    /// A Record without Session Context that is no Request, from a Controller whose Messages have to be in one.
    #[error("{from} has to use a Session Context")]
    SessionRequired {
        /// The sender.
        from: EndpointId,
    },
    /// No enabled row of `Device.LocalAgent.Controller.` has this Endpoint ID.
    #[error("{from} is not a Controller that this Agent knows and has enabled")]
    UnknownController {
        /// The sender.
        from: EndpointId,
    },
    /// Too much waits for [`Input::Persisted`]: 10,000 Records and commands, or Records of 16 MiB.
    #[error("too much waits to be saved")]
    Unsaved,
    /// The Controller has the BannedRole (TR-181).
    #[error("{from} is banned")]
    BannedController {
        /// The sender.
        from: EndpointId,
    },
    /// The payload is no Message `[R-MTP.5]`.
    #[error("malformed Message from {from}: {error}")]
    Message {
        /// The sender.
        from: EndpointId,
        /// What is wrong with the bytes.
        error: DecodeError,
    },
    /// The Message breaks a rule and cannot be answered, since it is no request or has no id.
    #[error("invalid Message from {from}: {error}")]
    Invalid {
        /// The sender.
        from: EndpointId,
        /// What is wrong with the Message.
        error: ValidationError,
    },
    /// A request under the Message id of another that is still being processed `[R-MSG.4]`: one that waits for values
    /// which come later, or whose answer waits for [`Input::Persisted`].
    #[error("the request {} from {from} is being processed already", OneLine::brief(msg_id))]
    Duplicate {
        /// The sender.
        from: EndpointId,
        /// Its Message id.
        msg_id: String,
    },
    /// A Response or Error that answers nothing that is open `[R-MSG.9]`.
    #[error("the Message {} from {from} answers nothing that is open", OneLine::brief(msg_id))]
    Unsolicited {
        /// The sender.
        from: EndpointId,
        /// Its Message id.
        msg_id: String,
    },
    /// The Controller says that it leaves.
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

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    /// What a log says of a stranger is one line, and not long.
    #[test]
    fn texts_of_peers_make_no_lines() {
        let ignored = Ignored::NotForUs { to_id: "os::x\n2026-11-27 ERROR \u{1b}[31m".into() };
        assert_eq!(ignored.to_string(), "the Record is for os::x\\n2026-11-27 ERROR \\u{1b}[31m");
        assert_eq!(Ignored::NotForUs { to_id: String::new() }.to_string(), "the Record is for nobody");
        let from = EndpointId::parse("self::one").expect("valid");
        let long = Ignored::Unsolicited { from, msg_id: "m".repeat(200) };
        let expected =
            alloc::format!("the Message {}... from self::one answers nothing that is open", "m".repeat(100));
        assert_eq!(long.to_string(), expected);
    }
}
