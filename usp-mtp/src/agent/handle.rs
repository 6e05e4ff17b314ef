//! What others have of an Agent that a runtime drives.

use core::fmt;

use tokio::sync::{mpsc, oneshot};
use usp_agent::datamodel::DataModel;
use usp_agent::{Agent, Boot, Input, Now};
use usp_record::Rng;

use crate::SystemRng;

/// What the runtime does between two inputs.
pub(super) type Work<R> = Box<dyn FnOnce(&mut Agent<R>, Now) + Send>;

/// What is asked of a runtime.
pub(super) enum Asked<R> {
    Work(Work<R>),
    Stop,
}

/// The runtime that drove the Agent has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the Agent has stopped")]
pub struct Stopped;

/// A hold on an Agent that an [`AgentRuntime`](crate::AgentRuntime) drives: any thread may read and change its model,
/// report what has changed, and end commands.
///
/// Work is done in the order in which it is asked for, between two inputs of the Agent. It holds up the Agent as long as
/// it takes: what has to wait, waits outside.
pub struct AgentHandle<R = SystemRng>(pub(super) mpsc::Sender<Asked<R>>);

impl<R: Rng> AgentHandle<R> {
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
        self.0.send(Asked::Work(work)).await.map_err(|_| Stopped)?;
        result.await.map_err(|_| Stopped)
    }

    /// Ends the runtime: Controllers are told that the Agent leaves `[R-MTP.7]`, what is to be saved is saved, and
    /// connections are closed.
    pub async fn stop(&self) {
        // Where it has ended already there is nothing to stop.
        let _ = self.0.send(Asked::Stop).await;
    }
}

impl<R> Clone for AgentHandle<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<R> fmt::Debug for AgentHandle<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentHandle").field("stopped", &self.0.is_closed()).finish()
    }
}
