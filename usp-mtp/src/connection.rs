//! A connection to another Endpoint, whichever the MTP.

use core::fmt;
use core::time::Duration;
use std::io;

use usp_msg::OneLine;
use usp_record::{EndpointId, RecordError, reader};

use crate::uds;
#[cfg(feature = "websocket")]
use crate::websocket;

/// A way to another Endpoint: both ends know each other, and Records may go.
///
/// ```
/// use usp_mtp::record::{EndpointId, Record};
/// use usp_mtp::{Connection, Options, uds};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let (us, them) = (EndpointId::parse("doc::agent")?, EndpointId::parse("doc::controller")?);
/// // Any stream of bytes will do; see `uds::connect` for sockets.
/// let (here, there) = tokio::io::duplex(1024);
/// let (ours, theirs) = tokio::join!(
///     uds::open(here, &us, Options::DEFAULT),
///     uds::accept(there, &them, Options::DEFAULT),
/// );
/// let (ours, theirs) = (ours?, theirs?);
/// assert_eq!((ours.peer(), theirs.peer()), (&them, &us));
///
/// let record = Record::no_session(&them, &us, vec![1, 2]).encode_to_vec();
/// let (mut sender, _receiver) = ours.split();
/// let (_sender, mut receiver) = theirs.split();
/// sender.send(&record).await?;
/// assert_eq!(receiver.receive().await?, record);
/// # Ok(())
/// # })
/// # }
/// ```
#[derive(Debug)]
pub struct Connection {
    peer: EndpointId,
    sender: RecordSender,
    receiver: RecordReceiver,
}

impl Connection {
    pub(crate) fn new(peer: EndpointId, sender: Sender, receiver: Receiver) -> Self {
        Self { peer, sender: RecordSender(sender), receiver: RecordReceiver(receiver) }
    }

    /// The Endpoint at the other end, as it says; over TLS, whoever opened the stream knows what its certificate says.
    pub const fn peer(&self) -> &EndpointId {
        &self.peer
    }

    /// The MTP that it is of.
    pub const fn protocol(&self) -> Protocol {
        match self.sender.0 {
            Sender::Uds(_) => Protocol::Uds,
            #[cfg(feature = "websocket")]
            Sender::WebSocket(_) => Protocol::WebSocket,
        }
    }

    /// The two directions, which may be used from two tasks.
    pub fn split(self) -> (RecordSender, RecordReceiver) {
        (self.sender, self.receiver)
    }
}

/// The MTP of a [`Connection`], by its name in TR-181.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// UNIX domain sockets.
    Uds,
    /// WebSocket.
    WebSocket,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Uds => "UDS",
            Self::WebSocket => "WebSocket",
        })
    }
}

/// The direction of a [`Connection`] that leads to the other end.
#[derive(Debug)]
pub struct RecordSender(Sender);

/// The direction of a [`Connection`] that comes from the other end.
#[derive(Debug)]
pub struct RecordReceiver(Receiver);

#[derive(Debug)]
pub(crate) enum Sender {
    Uds(uds::Sender),
    #[cfg(feature = "websocket")]
    WebSocket(websocket::Sender),
}

#[derive(Debug)]
pub(crate) enum Receiver {
    Uds(uds::Receiver),
    #[cfg(feature = "websocket")]
    WebSocket(websocket::Receiver),
}

impl RecordSender {
    /// How long the other end may take for what it is told at the end.
    pub(crate) const CLOSING: Duration = Duration::from_secs(5);

    /// Sends an encoded Record; waits as long as the other end takes nothing.
    ///
    /// A call that is given up half-way leaves half a Record behind: nothing but [`close`](Self::close) may follow.
    ///
    /// # Errors
    ///
    /// The connection is gone.
    pub async fn send(&mut self, record: &[u8]) -> Result<(), Closed> {
        match &mut self.0 {
            Sender::Uds(sender) => sender.send(record).await,
            #[cfg(feature = "websocket")]
            Sender::WebSocket(sender) => sender.send(record).await,
        }
    }

    /// Asks the other end whether it is still there, where the MTP has a way to: a Ping `[R-WS.17]`. Its answer is
    /// what [`RecordReceiver::receive`] waits for.
    ///
    /// # Errors
    ///
    /// The connection is gone.
    pub async fn ping(&mut self) -> Result<(), Closed> {
        match &mut self.0 {
            Sender::Uds(_) => Ok(()),
            #[cfg(feature = "websocket")]
            Sender::WebSocket(sender) => sender.ping().await,
        }
    }

    /// Closes the connection, and tells the other end why in the way of the MTP; `None`: since it is not needed any
    /// more.
    ///
    /// After [`RecordReceiver::receive`] has failed this is what is to be done with its error: an Error frame or a
    /// Close frame goes out where the standard wants one. Failures are not told, since the connection is gone anyway.
    pub async fn close(mut self, why: Option<&Closed>) {
        let closing = async {
            match &mut self.0 {
                Sender::Uds(sender) => sender.close(why).await,
                #[cfg(feature = "websocket")]
                Sender::WebSocket(sender) => sender.close(why).await,
            }
        };
        // Whoever takes nothing any more learns nothing any more.
        let _ = tokio::time::timeout(Self::CLOSING, closing).await;
    }
}

impl RecordReceiver {
    /// The next Record, encoded. It can be decoded as one; whether it keeps the rules for Records is the Endpoint's
    /// to see.
    ///
    /// Nothing is lost when the call is given up half-way. After an error nothing more comes: hand it to
    /// [`RecordSender::close`].
    ///
    /// # Errors
    ///
    /// The connection is gone, or must be closed.
    pub async fn receive(&mut self) -> Result<Vec<u8>, Closed> {
        let record = match &mut self.0 {
            Receiver::Uds(receiver) => receiver.receive().await?,
            #[cfg(feature = "websocket")]
            Receiver::WebSocket(receiver) => receiver.receive().await?,
        };
        // [R-UDS.23] [R-WS.16]
        reader::Record::open(&record).map_err(Closed::Record)?;
        Ok(record)
    }
}

/// Why a [`Connection`] is at its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Closed {
    /// The other end does not want it any more.
    #[error("the other end has closed the connection")]
    ByPeer,
    /// The other end says what is wrong: in an Error frame `[R-UDS.25]`, or a Close frame.
    #[error("the other end has closed the connection: {}", OneLine::brief(.0))]
    Error(String),
    /// What came is no Record `[R-UDS.23]` `[R-WS.16]`. The fault is the other end's.
    #[error("what came is no Record: {0}")]
    Record(RecordError),
    /// What came breaks the rules of the MTP `[R-UDS.24]`. The fault is the other end's.
    #[error("what came is no frame: {0}")]
    Frame(String),
    /// A Record, or what should have been one, is longer than [`Options::max_record`](crate::Options::max_record).
    #[error("a Record of {length} bytes came, and no more than {limit} are taken")]
    TooLong {
        /// Its length in bytes, as far as it is known.
        length: usize,
        /// The longest that is taken.
        limit: usize,
    },
    /// The other end has not answered in time.
    #[error("the other end has not answered in time")]
    Silent,
    /// The system says so.
    #[error("the connection has failed: {0}")]
    Io(#[from] io::Error),
}
