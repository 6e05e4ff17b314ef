//! What drives a Controller over connections: [`usp_controller`] knows of Records, [`ways`](crate::ways) and
//! [`links`](crate::links) of connections, and one task knows of both.

mod driver;
mod errors;
mod event;
mod handle;
mod requests;
#[cfg(test)]
mod tests;

#[cfg(feature = "websocket")]
use alloc::sync::Arc;
use core::fmt;

use tokio::sync::mpsc;
use tokio::time;
use usp_controller::Controller;
use usp_record::Rng;

use crate::Options;
use crate::links::{LinkEvent, Links};
use crate::ways::Ways;
#[cfg(feature = "websocket")]
use crate::websocket;
use driver::{Driver, Tell};
pub use errors::{ListenError, RequestError};
pub use event::{ControllerEvent, DisconnectReason};
use handle::Work;
pub use handle::{ControllerHandle, WayId};

/// Drives a [`Controller`] over connections: one task, which owns it.
///
/// Everybody else has a [`ControllerHandle`], which says whom to connect to, where Agents may call, and what to ask
/// them. What happens without having been asked for is told by [`on_event`](Self::on_event).
///
/// ```no_run
/// use usp_mtp::record::EndpointId;
/// use usp_mtp::usp_controller::Controller;
/// use usp_mtp::{ControllerRuntime, SystemRng};
/// use usp_msg::Get;
///
/// # async fn operate() -> Result<(), Box<dyn std::error::Error>> {
/// let controller = Controller::new(EndpointId::parse("self::operator")?, SystemRng);
/// let (runtime, handle) = ControllerRuntime::new(controller);
/// let running = tokio::spawn(runtime.on_event(|event| println!("{event}")).run());
///
/// handle.listen_uds("/var/run/usp/controller_path").await?;
/// for agent in handle.agents().await {
///     let answer = handle.ask(&agent, Get::new(["Device.DeviceInfo."])).await?;
///     for (object, parameter, value) in answer.values() {
///         println!("{agent}: {object}{parameter} is {value}");
///     }
/// }
///
/// handle.stop();
/// let _controller = running.await?;
/// # Ok(())
/// # }
/// ```
///
/// # Who is who
///
/// - An Agent has at most one session over WebSocket `[R-WS.4]`. When it opens another, it knows that the older one is
///   gone, and that is closed. One that we have opened stays, and so does one of the Agent that is there when we open
///   another: the newer is closed.
/// - Over UNIX domain sockets an Agent may have several connections, for instance one to its socket and one to ours.
///   Requests go over the newest, answers over the one that the request came by.
/// - Over WebSocket an Endpoint speaks for itself alone. Over a UNIX domain socket a Broker passes on Records of
///   others, and they can be asked by the same connection. But whoever has a connection of its own speaks over that
///   alone, whoever is passed on by one Endpoint is not by another at the same time, and one connection passes on
///   1,024 Endpoints at the most. Records that break this go nowhere, and are [`ControllerEvent::NotPassedOn`].
///
/// The Endpoint ID at the other end of a connection is what that says. Whoever needs more lets only those connect who
/// may: by the rights of a socket, or by TLS ([`with_tls`](Self::with_tls)).
///
/// # Limits
///
/// An Agent for which 1,000 Records or 16 MiB wait takes nothing any more: its connection is closed
/// ([`DisconnectReason::Stuck`]).
pub struct ControllerRuntime<R> {
    controller: Controller<R>,
    options: Options,
    max_connections: usize,
    tell: Tell,
    #[cfg(feature = "websocket")]
    tls: Option<Arc<dyn websocket::Tls>>,
    works: mpsc::UnboundedReceiver<Work>,
}

impl<R: Rng> ControllerRuntime<R> {
    /// So many others may have called at the same time unless
    /// [`with_max_connections`](Self::with_max_connections) says otherwise.
    pub const DEFAULT_MAX_CONNECTIONS: usize = 1_024;

    /// What drives this Controller, and what others use it by. What is asked of the handle before
    /// [`run`](Self::run) waits.
    ///
    /// Requests that are open in the Controller already are nobody's: their answers go nowhere.
    pub fn new(controller: Controller<R>) -> (Self, ControllerHandle) {
        let (handle, works) = ControllerHandle::new(controller.id().clone());
        let runtime = Self {
            controller,
            options: Options::DEFAULT,
            max_connections: Self::DEFAULT_MAX_CONNECTIONS,
            tell: Box::new(|_| ()),
            #[cfg(feature = "websocket")]
            tls: None,
            works,
        };
        (runtime, handle)
    }

    /// The same, bearing other things of those at the other ends.
    #[must_use]
    pub fn with_options(self, options: Options) -> Self {
        Self { options, ..self }
    }

    /// The same, where at most so many others may have called at the same time; who calls then is hung up on.
    #[must_use]
    pub fn with_max_connections(self, max_connections: usize) -> Self {
        Self { max_connections, ..self }
    }

    /// The same, telling somebody what happens; whoever was told before is not any more. All else waits meanwhile.
    #[must_use]
    pub fn on_event(self, tell: impl FnMut(ControllerEvent) + Send + 'static) -> Self {
        Self { tell: Box::new(tell), ..self }
    }

    /// The same, with TLS for [`ControllerHandle::connect_wss`] and [`ControllerHandle::listen_wss`].
    #[cfg(feature = "websocket")]
    #[must_use]
    pub fn with_tls(self, tls: Arc<dyn websocket::Tls>) -> Self {
        Self { tls: Some(tls), ..self }
    }

    /// Runs until [`ControllerHandle::stop`]; handles that are dropped do not end it. Then each Agent is told so with a
    /// Disconnect Record, and has a few seconds to take what waits for it.
    ///
    /// Gives the Controller back; no request is open in it. When the future is dropped instead the connections are
    /// closed all the same, without a word.
    pub async fn run(self) -> Controller<R> {
        let mut works = self.works;
        let (links, mut happens) = Links::new();
        let ways = Ways::new(self.controller.id().clone(), links, self.max_connections);
        #[cfg(feature = "websocket")]
        let ways = ways.with_tls(self.tls);
        let mut driver = Driver::new(self.controller, ways, self.options, self.tell);
        loop {
            let due = driver.due();
            let moment = async {
                match due {
                    Some(due) => time::sleep_until(due).await,
                    None => core::future::pending().await,
                }
            };
            tokio::select! {
                Some(event) = happens.recv() => driver.happened(event),
                Some(work) = works.recv() => match work {
                    Work::Stop => break,
                    work => driver.work(work),
                },
                () = moment => driver.time(),
            }
        }
        // Whoever asks for something from here on learns that it is too late.
        drop(works);
        let (controller, mut closing) = driver.stop();
        while !closing.is_empty() {
            match happens.recv().await {
                Some(LinkEvent::Down { number, .. }) => closing.remove(&number),
                Some(_) => continue,
                None => break,
            };
        }
        controller
    }
}

impl<R> fmt::Debug for ControllerRuntime<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ControllerRuntime")
            .field("controller", &self.controller)
            .field("options", &self.options)
            .field("max_connections", &self.max_connections)
            .finish_non_exhaustive()
    }
}

/// Any thread may run it, and any number of threads may use it.
const _: fn() = || {
    fn is_send<T: Send>(_: T) {}
    fn is_shared<T: Clone + Send + Sync + 'static>() {}
    is_shared::<ControllerHandle>();
    let _ = |runtime: ControllerRuntime<crate::SystemRng>| is_send(runtime.run());
};
