//! What everybody else uses a Controller by.

use alloc::sync::Arc;
use core::fmt;
use core::net::SocketAddr;
use core::sync::atomic::{AtomicU32, Ordering};
use std::io;
#[cfg(unix)]
use std::path::PathBuf;

use tokio::sync::{mpsc, oneshot};
use usp_msg::{Request, RequestMessage, Response};
use usp_record::EndpointId;
#[cfg(feature = "websocket")]
use usp_record::RetryWaits;

use crate::Connection;
use crate::controller::{ListenError, RequestError};
use crate::ways::{Destination, Place};
#[cfg(feature = "websocket")]
use crate::websocket;

/// The number of a way to connections, by which it is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WayId(pub(crate) u32);

impl fmt::Display for WayId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "way {}", self.0)
    }
}

/// What came of a request.
pub(super) type Answer = Result<Response, RequestError>;
/// What came of the first try to listen: the address, if it is one of IP.
pub(super) type Listening = io::Result<Option<SocketAddr>>;

/// What the task that owns the Controller has to do.
#[derive(Debug)]
pub(super) enum Work {
    Request {
        ticket: u32,
        agent: EndpointId,
        request: Request,
        answer: oneshot::Sender<Answer>,
    },
    /// Nobody waits for the answer any more.
    GiveUp {
        ticket: u32,
    },
    Agents(oneshot::Sender<Vec<EndpointId>>),
    Connect {
        way: WayId,
        destination: Destination,
    },
    Listen {
        way: WayId,
        place: Place,
        answer: oneshot::Sender<Listening>,
    },
    Add {
        way: WayId,
        connection: Connection,
        is_accepted: bool,
    },
    Leave(WayId),
    Disconnect(EndpointId),
    Stop,
}

/// What any task uses a Controller by while a [`ControllerRuntime`](crate::ControllerRuntime) runs. Copies are cheap.
#[derive(Debug, Clone)]
pub struct ControllerHandle {
    us: EndpointId,
    works: mpsc::UnboundedSender<Work>,
    /// The last number of a way or a request.
    numbers: Arc<AtomicU32>,
}

impl ControllerHandle {
    /// The other end gives what is to be done.
    pub(super) fn new(us: EndpointId) -> (Self, mpsc::UnboundedReceiver<Work>) {
        let (works, asked) = mpsc::unbounded_channel();
        (Self { us, works, numbers: Arc::default() }, asked)
    }

    /// The Endpoint ID of the Controller.
    pub fn id(&self) -> &EndpointId {
        &self.us
    }

    /// Sends a request to an Agent, over the newest connection to it, and gives its Response. The future borrows
    /// nothing: it may become a task of its own. One that is dropped gives up on the answer, and not on what the Agent
    /// was asked to do.
    ///
    /// An Operate that wants no response gives [`RequestError::TimedOut`] where all is well.
    ///
    /// # Errors
    ///
    /// There is no Response, see [`RequestError`].
    pub fn request<Q: Into<Request>>(
        &self,
        agent: &EndpointId,
        request: Q,
    ) -> impl Future<Output = Result<Response, RequestError>> + Send + use<Q> {
        let (handle, agent, request) = (self.clone(), agent.clone(), request.into());
        async move {
            let ticket = handle.number();
            let (answer, answered) = oneshot::channel();
            handle.does(Work::Request { ticket, agent, request, answer });
            let mut waiting = Waiting { ticket, answered, works: handle.works };
            (&mut waiting.answered).await.unwrap_or(Err(RequestError::Stopped))
        }
    }

    /// The same, and gives the Response of the kind that belongs to the request.
    ///
    /// # Errors
    ///
    /// There is none, see [`RequestError`].
    pub fn ask<Q: RequestMessage>(
        &self,
        agent: &EndpointId,
        request: Q,
    ) -> impl Future<Output = Result<Q::Response, RequestError>> + Send + use<Q> {
        let answered = self.request(agent, request);
        async move { Ok(answered.await?.try_into()?) }
    }

    /// Those that can be asked at the moment: who has a connection, and whose Records a Broker passes on.
    pub async fn agents(&self) -> Vec<EndpointId> {
        let (answer, answered) = oneshot::channel();
        self.does(Work::Agents(answer));
        // Of a Controller that has stopped, nobody.
        answered.await.unwrap_or_default()
    }

    /// Connects to whoever listens at a path `[R-UDS.4]`, and connects again when the connection is gone
    /// `[R-UDS.5]`, until [`leave`](Self::leave).
    #[cfg(unix)]
    pub fn connect_uds(&self, path: impl Into<PathBuf>) -> WayId {
        self.connect(Destination::Uds(path.into()))
    }

    /// Opens a session with an Agent at an address, and opens it again when it is gone `[R-WS.19]`, until
    /// [`leave`](Self::leave).
    #[cfg(feature = "websocket")]
    pub fn connect_websocket(&self, address: websocket::Address, agent: EndpointId) -> WayId {
        let waits = RetryWaits::DEFAULT;
        self.connect(Destination::WebSocket { address, is_secure: false, peer: agent, waits })
    }

    /// The same over TLS, which [`ControllerRuntime::with_tls`](crate::ControllerRuntime::with_tls) has brought.
    #[cfg(feature = "websocket")]
    pub fn connect_wss(&self, address: websocket::Address, agent: EndpointId) -> WayId {
        let waits = RetryWaits::DEFAULT;
        self.connect(Destination::WebSocket { address, is_secure: true, peer: agent, waits })
    }

    /// Lets Agents connect to a socket at a path `[R-UDS.2]`, until [`leave`](Self::leave).
    ///
    /// # Errors
    ///
    /// It cannot be had at the first try. Afterwards it is tried again where something goes wrong.
    #[cfg(unix)]
    pub async fn listen_uds(&self, path: impl Into<PathBuf>) -> Result<WayId, ListenError> {
        Ok(self.listen(Place::Uds(path.into())).await?.0)
    }

    /// Lets Agents open sessions at an address, with the resource at a path, until [`leave`](Self::leave). Gives the
    /// address as it is, with the port that the system chose where that was 0.
    ///
    /// # Errors
    ///
    /// As of [`listen_uds`](Self::listen_uds).
    #[cfg(feature = "websocket")]
    pub async fn listen_websocket(
        &self,
        address: SocketAddr,
        path: impl Into<String>,
    ) -> Result<(WayId, SocketAddr), ListenError> {
        self.listen_at(address, false, path.into()).await
    }

    /// The same over TLS, which [`ControllerRuntime::with_tls`](crate::ControllerRuntime::with_tls) has brought.
    ///
    /// # Errors
    ///
    /// As of [`listen_uds`](Self::listen_uds); and nobody has brought any.
    #[cfg(feature = "websocket")]
    pub async fn listen_wss(
        &self,
        address: SocketAddr,
        path: impl Into<String>,
    ) -> Result<(WayId, SocketAddr), ListenError> {
        self.listen_at(address, true, path.into()).await
    }

    /// Uses a connection that somebody else has opened, for instance over a stream of another kind. When it is gone, it
    /// is gone.
    pub fn add_opened(&self, connection: Connection) -> WayId {
        self.add(connection, false)
    }

    /// Uses a connection that the other end has opened, and somebody else has accepted. It does not count among
    /// [`with_max_connections`](crate::ControllerRuntime::with_max_connections).
    pub fn add_accepted(&self, connection: Connection) -> WayId {
        self.add(connection, true)
    }

    /// Does not connect or listen on a way any more. Connections that have come about stay, until
    /// [`disconnect`](Self::disconnect).
    pub fn leave(&self, way: WayId) {
        self.does(Work::Leave(way));
    }

    /// Closes all connections to an Agent, after it was told so with a Disconnect Record `[R-MTP.7]`. Where there is a
    /// way to it, it is connected again.
    pub fn disconnect(&self, agent: &EndpointId) {
        self.does(Work::Disconnect(agent.clone()));
    }

    /// Stops the Controller: [`ControllerRuntime::run`](crate::ControllerRuntime::run) comes to its end.
    pub fn stop(&self) {
        self.does(Work::Stop);
    }

    fn connect(&self, destination: Destination) -> WayId {
        let way = WayId(self.number());
        self.does(Work::Connect { way, destination });
        way
    }

    #[cfg(feature = "websocket")]
    async fn listen_at(
        &self,
        address: SocketAddr,
        is_secure: bool,
        path: String,
    ) -> Result<(WayId, SocketAddr), ListenError> {
        let (way, bound) = self.listen(Place::WebSocket { address, is_secure, path }).await?;
        Ok((way, bound.unwrap_or(address)))
    }

    async fn listen(&self, place: Place) -> Result<(WayId, Option<SocketAddr>), ListenError> {
        let way = WayId(self.number());
        let (answer, answered) = oneshot::channel();
        self.does(Work::Listen { way, place, answer });
        let address = answered.await.map_err(|_| ListenError::Stopped)??;
        Ok((way, address))
    }

    fn add(&self, connection: Connection, is_accepted: bool) -> WayId {
        let way = WayId(self.number());
        self.does(Work::Add { way, connection, is_accepted });
        way
    }

    fn number(&self) -> u32 {
        self.numbers.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }

    fn does(&self, work: Work) {
        // Where nobody works any more, whoever waits for an answer sees that there is none.
        let _ = self.works.send(work);
    }
}

/// A wait for an answer. Whoever gives it up says so, and nothing is kept for them.
struct Waiting {
    ticket: u32,
    answered: oneshot::Receiver<Answer>,
    works: mpsc::UnboundedSender<Work>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if !self.answered.is_terminated() {
            let _ = self.works.send(Work::GiveUp { ticket: self.ticket });
        }
    }
}
