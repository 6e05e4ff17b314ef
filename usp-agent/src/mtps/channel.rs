//! The ways that Records take: over which channel one came, and over which MTP one leaves.

use crate::controllers::peers::RecordKind;

/// A channel over which Records travel: a WebSocket, a client of an MQTT broker, a socket. The embedder counts them as
/// it likes; the Agent tells them apart by their numbers.
///
/// An embedder with a single one needs no numbers: [`Channel::default`] is 0, and what [`Input::Record`] came over.
/// **The number of a channel that is gone is not given to another**, since something may still be on its way to it.
///
/// Over MQTT and STOMP many Controllers share a channel, and a Record says where its answer is to go `[R-MQTT.26]`.
/// That destination has a number as well, which comes back with the answer:
///
/// ```
/// use usp_agent::Channel;
///
/// let broker = Channel::new(2);
/// // A Record that came with the Response Topic which the embedder knows as 7.
/// let channel = broker.replying_to(7);
/// assert_eq!((channel.number(), channel.reply_to()), (2, Some(7)));
/// ```
///
/// [`Input::Record`]: crate::Input::Record
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Channel {
    number: u32,
    reply_to: Option<u32>,
}

impl Channel {
    /// The channel with this number.
    pub const fn new(number: u32) -> Self {
        Self { number, reply_to: None }
    }

    /// The same channel, as the way of a Record that wants its answer at the destination with this number.
    #[must_use]
    pub const fn replying_to(self, destination: u32) -> Self {
        Self { number: self.number, reply_to: Some(destination) }
    }

    /// The number of the channel.
    pub const fn number(self) -> u32 {
        self.number
    }

    /// The number of the destination that the Record which came wants its answer at; `None`: where the Controller is
    /// told things.
    pub const fn reply_to(self) -> Option<u32> {
        self.reply_to
    }
}

/// The way that a Record is to leave by.
///
/// What answers leaves as what it answers came (TR-369, section "Requests, Responses and Errors"). What the Agent says
/// by itself goes to the row of `Device.LocalAgent.Controller.{i}.MTP.` that is enabled and has the lowest `Order`, of
/// those with a channel if there is one ([`Input::Connected`]). Without such rows it goes where the Controller was
/// heard last. What is said within a Session Context follows the last Record of that.
///
/// [`Input::Connected`]: crate::Input::Connected
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Via {
    /// Over this channel. It has not gone, as far as the Agent was told: a Record that waits when its channel goes
    /// takes another way.
    Channel(Channel),
    /// By the MTP that the row with this Instance Number of the Controller's table `MTP.` describes: the Agent knows of
    /// no channel for it, nor for another row that is enabled.
    Mtp(u32),
    /// Nothing tells: the Controller was never heard, and has no row of `MTP.` that is enabled.
    #[default]
    Any,
}

/// How a Message travels: in which kind of Record, and by which way. [`Via::Any`] is decided when the Record leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) kind: RecordKind,
    pub(crate) via: Via,
}

impl Route {
    /// That of what came over a channel, and of what answers it.
    pub(crate) fn over(channel: Channel, kind: RecordKind) -> Self {
        Self { kind, via: Via::Channel(channel) }
    }
}

impl Via {
    /// Whether it is over the channel with this number.
    pub(crate) fn is_over(self, number: u32) -> bool {
        matches!(self, Self::Channel(channel) if channel.number == number)
    }

    /// Whether it is the same way as another, wherever on the channel an answer is to go.
    pub(crate) fn is_as(self, other: Self) -> bool {
        match other {
            Self::Channel(channel) => self.is_over(channel.number),
            other => self == other,
        }
    }

    /// This way, or another where nothing tells.
    pub(crate) fn or(self, other: Self) -> Self {
        if self == Self::Any { other } else { self }
    }
}
