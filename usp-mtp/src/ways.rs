//! Ways to connections: others are called again and again as the MTP wants it, or may call.

use alloc::sync::Arc;
use core::future::Future;
#[cfg(feature = "websocket")]
use core::net::SocketAddr;
use core::time::Duration;
use std::io;
#[cfg(unix)]
use std::path::PathBuf;

use tokio::sync::{Semaphore, watch};
use tokio::time;
#[cfg(feature = "websocket")]
use usp_record::RetryWaits;
use usp_record::{EndpointId, Rng};

use crate::links::{LinkEvent, Links, Origin};
use crate::system::SystemRng;
#[cfg(unix)]
use crate::uds;
#[cfg(feature = "websocket")]
use crate::websocket;
use crate::{Connection, OpenError, Options};

/// Time after which a place is tried again that could not be listened at, or gave no connection.
const LISTEN_AGAIN: Duration = Duration::from_secs(5);

/// Whom to call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Destination {
    /// Whoever listens at this path.
    #[cfg(unix)]
    Uds(PathBuf),
    /// This Endpoint at this address.
    #[cfg(feature = "websocket")]
    WebSocket { address: websocket::Address, is_secure: bool, peer: EndpointId, waits: RetryWaits },
}

impl Destination {
    async fn connect(&self, ways: &Ways, options: Options) -> Result<Connection, OpenError> {
        let us = &ways.us;
        match self {
            #[cfg(unix)]
            Self::Uds(path) => uds::connect(path, us, options).await,
            #[cfg(feature = "websocket")]
            Self::WebSocket { address, is_secure: false, peer, .. } => {
                websocket::connect(address, us, peer, options).await
            }
            #[cfg(feature = "websocket")]
            Self::WebSocket { address, is_secure: true, peer, .. } => {
                let tls = ways.tls.as_ref().ok_or(OpenError::WithoutTls)?;
                websocket::connect_secured(&**tls, address, us, peer, options).await
            }
        }
    }

    /// The wait before try `n`, counted from 1 [R-UDS.5] [R-WS.19].
    #[cfg_attr(not(feature = "websocket"), allow(unused_variables, reason = "only a WebSocket counts"))]
    fn wait(&self, n: u32, rng: &mut dyn Rng) -> Duration {
        match self {
            #[cfg(unix)]
            Self::Uds(_) => Duration::from_millis(rng.in_range(1_000, 5_000)),
            #[cfg(feature = "websocket")]
            Self::WebSocket { waits, .. } => waits.wait(n, rng),
        }
    }
}

/// Where others may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A socket at this path.
    #[cfg(unix)]
    Uds(PathBuf),
    /// This resource at this address.
    #[cfg(feature = "websocket")]
    WebSocket { address: SocketAddr, is_secure: bool, path: String },
}

/// A way to connections that is gone for; dropped, it is left. Connections that have come about stay.
#[derive(Debug)]
pub(crate) struct Way(#[allow(dead_code, reason = "its end is what counts")] watch::Sender<()>);

/// How connections come about: who we are, what we bear, and who is told.
#[derive(Clone)]
pub(crate) struct Ways {
    pub(crate) us: EndpointId,
    pub(crate) links: Links,
    pub(crate) slots: Arc<Semaphore>,
    #[cfg(feature = "websocket")]
    tls: Option<Arc<dyn websocket::Tls>>,
}

impl Ways {
    /// Ways of this Endpoint, on which at most so many others may have called at the same time.
    pub(crate) fn new(us: EndpointId, links: Links, max_accepted: usize) -> Self {
        Self {
            us,
            links,
            slots: Arc::new(Semaphore::new(max_accepted)),
            #[cfg(feature = "websocket")]
            tls: None,
        }
    }

    /// The same, with TLS for those that want it.
    #[cfg(feature = "websocket")]
    pub(crate) fn with_tls(self, tls: Option<Arc<dyn websocket::Tls>>) -> Self {
        Self { tls, ..self }
    }

    /// Calls, and calls again when the connection is gone.
    pub(crate) fn dial(&self, way: u32, destination: Destination, options: Options) -> Way {
        let (left, mut stop) = watch::channel(());
        let ways = self.clone();
        tokio::spawn(async move {
            let origin = Origin { way, is_accepted: false };
            // [R-WS.21] They begin with the program, and nothing of them is saved.
            // Tries in a row that have failed, and those that are no first ones: after a session that was lost, one that
            // fails is the second already that has to wait.
            let (mut tries, mut retries) = (0_u32, 0_u32);
            while let Some(opened) = unless(&mut stop, destination.connect(&ways, options)).await {
                match opened {
                    Ok(connection) => {
                        // [R-WS.20]
                        (tries, retries) = (0, 0);
                        ways.links.drive(connection, origin, options.keep_alive).await;
                    }
                    Err(error) => {
                        tries = tries.saturating_add(1);
                        ways.tell(LinkEvent::CannotOpen { way, tries, error }).await;
                    }
                }
                retries = retries.saturating_add(1);
                let wait = destination.wait(retries, &mut SystemRng);
                if unless(&mut stop, time::sleep(wait)).await.is_none() {
                    return;
                }
            }
        });
        Way(left)
    }

    /// Lets others call.
    pub(crate) fn listen(&self, way: u32, place: Place, options: Options) -> Way {
        let (left, mut stop) = watch::channel(());
        let ways = self.clone();
        tokio::spawn(async move {
            loop {
                let listening = async {
                    let error = match &place {
                        #[cfg(unix)]
                        Place::Uds(path) => ways.listen_uds(way, path, options).await,
                        #[cfg(feature = "websocket")]
                        Place::WebSocket { address, is_secure, path } => {
                            ways.listen_websocket(way, *address, *is_secure, path, options).await
                        }
                    };
                    ways.tell(LinkEvent::CannotListen { way, error }).await;
                    time::sleep(LISTEN_AGAIN).await;
                };
                if unless(&mut stop, listening).await.is_none() {
                    return;
                }
            }
        });
        Way(left)
    }

    #[cfg(unix)]
    async fn listen_uds(&self, way: u32, path: &PathBuf, options: Options) -> io::Error {
        let listener = match uds::Listener::bind(path) {
            Ok(listener) => listener,
            Err(error) => return error,
        };
        self.tell(LinkEvent::Listening { way, address: None }).await;
        loop {
            let stream = match listener.accept().await {
                Ok(stream) => stream,
                Err(error) => return error,
            };
            let us = self.us.clone();
            self.take_in(way, options, async move { uds::accept(stream, &us, options).await });
        }
    }

    #[cfg(feature = "websocket")]
    async fn listen_websocket(
        &self,
        way: u32,
        at: SocketAddr,
        is_secure: bool,
        path: &str,
        options: Options,
    ) -> io::Error {
        let tls = match (is_secure, &self.tls) {
            (false, _) => None,
            (true, Some(tls)) => Some(tls),
            (true, None) => return io::Error::new(io::ErrorKind::Unsupported, OpenError::WithoutTls),
        };
        let listener = match websocket::Listener::bind(at).await {
            Ok(listener) => listener,
            Err(error) => return error,
        };
        let path: Arc<str> = path.into();
        self.tell(LinkEvent::Listening { way, address: listener.local_addr().ok() }).await;
        loop {
            let stream = match listener.accept().await {
                Ok(stream) => stream,
                Err(error) => return error,
            };
            let (us, path, tls) = (self.us.clone(), path.clone(), tls.cloned());
            self.take_in(way, options, async move {
                match tls {
                    Some(tls) => websocket::accept_secured(&*tls, stream, &path, &us, options).await,
                    None => websocket::accept(stream, &path, &us, options).await,
                }
            });
        }
    }

    /// Finishes the handshake of somebody who has called, and uses the connection, beside all else. When too many have
    /// called already the stream is closed.
    fn take_in(
        &self,
        way: u32,
        options: Options,
        handshake: impl Future<Output = Result<Connection, OpenError>> + Send + 'static,
    ) {
        let Ok(slot) = self.slots.clone().try_acquire_owned() else { return };
        let ways = self.clone();
        tokio::spawn(async move {
            let origin = Origin { way, is_accepted: true };
            match handshake.await {
                Ok(connection) => ways.links.drive(connection, origin, options.keep_alive).await,
                Err(error) => ways.tell(LinkEvent::Refused { way, error }).await,
            }
            drop(slot);
        });
    }

    async fn tell(&self, event: LinkEvent) {
        // Where nobody listens any more, nobody needs to know.
        let _ = self.links.events.send(event).await;
    }
}

/// What comes of something, unless a way is left before.
async fn unless<T>(stop: &mut watch::Receiver<()>, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        _ = stop.changed() => None,
        done = work => Some(done),
    }
}
