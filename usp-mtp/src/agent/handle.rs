//! What others have of an Agent that a runtime drives.

use alloc::sync::Arc;
use core::fmt;

use tokio::sync::{mpsc, oneshot, watch};
use usp_agent::datamodel::DataModel;
use usp_agent::{Agent, Boot, Input, Now};
use usp_record::Rng;

use crate::SystemRng;

/// What the runtime does between two inputs.
pub(super) type Work<R> = Box<dyn FnOnce(&mut Agent<R>, Now) + Send>;

/// The runtime that drove the Agent has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the Agent has stopped")]
pub struct Stopped;

/// A hold on an Agent that an [`AgentRuntime`](crate::AgentRuntime) drives: any thread may read and change its model,
/// report what has changed, and end commands.
///
/// Work is done in the order in which it is asked for, between two inputs of the Agent. It holds up the Agent as long as
/// it takes: what has to wait, waits outside.
pub struct AgentHandle<R = SystemRng> {
    works: mpsc::Sender<Work<R>>,
    stop: Arc<watch::Sender<bool>>,
}

impl<R: Rng> AgentHandle<R> {
    pub(super) fn new(works: mpsc::Sender<Work<R>>, stop: watch::Sender<bool>) -> Self {
        Self { works, stop: Arc::new(stop) }
    }

    /// Lets the device work on its model: what it changes is told to Controllers, like any other change.
    ///
    /// # Errors
    ///
    /// The runtime has ended; the work is not done, or nobody knows.
    pub async fn update<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut DataModel) -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        self.with_agent(|agent, now| agent.update(now, work)).await
    }

    /// Tells the Agent what led to this start, once: whoever has subscribed to `Device.Boot!` hears of it.
    ///
    /// # Errors
    ///
    /// The runtime has ended.
    pub async fn boot(&self, boot: Boot<'static>) -> Result<(), Stopped> {
        self.with_agent(move |agent, now| agent.handle_input(Input::Boot(boot), now)).await
    }

    /// Lets somebody work with the Agent itself. Its outputs are the runtime's to fetch.
    ///
    /// # Errors
    ///
    /// The runtime has ended; the work is not done, or nobody knows.
    pub async fn with_agent<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Agent<R>, Now) -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        let (done, result) = oneshot::channel();
        let work: Work<R> = Box::new(move |agent, now| {
            // Whoever asked may have gone: the work is done all the same.
            let _ = done.send(work(agent, now));
        });
        self.works.send(work).await.map_err(|_| Stopped)?;
        result.await.map_err(|_| Stopped)
    }

    /// Ends [`AgentRuntime::run`](crate::AgentRuntime::run), which takes leave of everybody; without effect where it
    /// has ended.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }
}

impl<R> Clone for AgentHandle<R> {
    fn clone(&self) -> Self {
        Self { works: self.works.clone(), stop: self.stop.clone() }
    }
}

impl<R> fmt::Debug for AgentHandle<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentHandle").field("stopped", &self.works.is_closed()).finish()
    }
}

/// Any thread may use it.
const _: fn() = || {
    fn is_shared<T: Clone + Send + Sync + 'static>() {}
    is_shared::<AgentHandle>();
};
