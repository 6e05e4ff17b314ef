//! The Agent.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::sync::atomic::{AtomicU32, Ordering};

use usp_collections::SortedMap;
use usp_datamodel::{Call, DataModel, Fault, RegisterError, ReplaceSchemaError, SubscriberId};
use usp_record::{EndpointId, Instant, Rng};

use crate::clock::Clock;
use crate::commands::timers::Timers;
use crate::controllers::on_board::OnBoarding;
use crate::controllers::peers::Peers;
use crate::controllers::trust::ControllerTrust;
use crate::events::periodic::Periodic;
use crate::events::thresholds::{self, Thresholds};
use crate::io::{Input, Output};
use crate::mtps::channel::Channel;
use crate::mtps::connections::Connections;
use crate::notifications::outbox::Outbox;
use crate::now::Now;
use crate::persistence::Persistence;
use crate::records::outputs::Outputs;
use crate::records::parked::Parked;
use crate::sessions::secure_channels::SecureChannels;
use crate::set_up::SetUp;
use crate::subscriptions::lifetimes::{self, Lifetimes};
use crate::subscriptions::subscription::Subscription;
use crate::subscriptions::triggers::Triggered;

/// The versions of TR-369 that the Agent speaks `[R-MSG.1]`, as GetSupportedProtocolResp tells them.
pub const SUPPORTED_VERSIONS: &str = "1.0,1.1,1.2,1.3,1.4";

/// A USP Agent around a [`DataModel`].
///
/// It takes Records in ([`handle_input`](Self::handle_input)) and gives Records out
/// ([`poll_output`](Self::poll_output)), and does nothing else: no sockets, no threads, no clock, no locks. The
/// Controllers that it answers are the enabled rows of `Device.LocalAgent.Controller.`; the notifications that it
/// sends follow from the rows of `Device.LocalAgent.Subscription.`
///
/// What a Controller may do is what its roles allow (`AssignedRole`, `InheritedRole`, or else the `UntrustedRole`),
/// from the moment on that `Device.LocalAgent.ControllerTrust.Role.` has a row. Before, and in a model without that
/// table, every enabled Controller may do everything: **a device that wants access control adds its roles before the
/// first input.** Taking the roles away again leaves Controllers without rights, not without limits.
///
/// **After each input, and after each [`update`](Self::update), call `poll_output` until it returns
/// [`Output::Wait`]**: outputs are kept until they are fetched. Several inputs that are there at the same time may come
/// before it; what they change is saved together ([`restore`](Self::restore)).
pub struct Agent<R> {
    pub(crate) id: EndpointId,
    pub(crate) model: DataModel,
    pub(crate) rng: R,
    pub(crate) outputs: Outputs,
    pub(crate) parked: Parked,
    pub(crate) persistence: Persistence,
    /// The enabled Subscriptions by the Instance Numbers of their rows, as of the last change of each.
    pub(crate) subscriptions: SortedMap<SubscriberId, Subscription>,
    pub(crate) lifetimes: Lifetimes,
    pub(crate) trust: ControllerTrust,
    pub(crate) outbox: Outbox,
    pub(crate) on_board: OnBoarding,
    pub(crate) periodic: Periodic,
    pub(crate) thresholds: Thresholds,
    pub(crate) timers: Timers,
    /// Subscriptions that are to configure.
    pub(crate) triggered: Triggered,
    pub(crate) clock: Clock,
    pub(crate) peers: Peers,
    pub(crate) connections: Connections,
    pub(crate) channels: SecureChannels,
    /// Where answers are written, so that each leaves in one allocation of its size.
    pub(crate) buffer: Vec<u8>,
    /// The moment of the last input.
    pub(crate) now: Instant,
    started: Option<Instant>,
    /// Whether there has been an input.
    has_input: bool,
    pub(crate) up_time: Arc<AtomicU32>,
    /// How often the model has told of changes.
    pub(crate) revision: u32,
}

/// Why a data model, or another schema for it, cannot be that of an Agent. The fault is the caller's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AgentError {
    /// The schema lacks something that every Agent has.
    #[error("the model cannot be an Agent's: {0}")]
    Schema(#[from] RegisterError),
    /// The model refuses what the Agent writes into it.
    #[error("the model cannot be an Agent's: {0}")]
    Model(#[from] Fault),
    /// The model cannot have another schema.
    #[error(transparent)]
    Replace(#[from] ReplaceSchemaError),
}

impl<R: Rng> Agent<R> {
    /// An Agent with this Endpoint ID on this model.
    ///
    /// The Agent takes over what is its own under `Device.LocalAgent.`: `EndpointID`, `UpTime`, and the Recipient
    /// and CreationDate of the Subscriptions that Controllers add. The rows for Controllers are the device's to
    /// add, before or after.
    ///
    /// `rng` makes Message ids that nobody guesses.
    ///
    /// # Errors
    ///
    /// The schema lacks one of these elements.
    pub fn new(id: EndpointId, mut model: DataModel, rng: R) -> Result<Self, AgentError> {
        let (up_time, channels) = (Arc::new(AtomicU32::new(0)), SecureChannels::default());
        SetUp { model: &mut model, before: None }.run(&id, &up_time, &channels)?;
        model.update_value_at("Device.LocalAgent.EndpointID", id.as_str())?;
        thresholds::announce(&mut model)?;
        model.record_changes(true);
        Ok(Self {
            id,
            model,
            rng,
            outputs: Outputs::default(),
            parked: Parked::default(),
            persistence: Persistence::default(),
            subscriptions: SortedMap::new(),
            lifetimes: Lifetimes::default(),
            trust: ControllerTrust::default(),
            outbox: Outbox::default(),
            on_board: OnBoarding::default(),
            periodic: Periodic::default(),
            thresholds: Thresholds::new(),
            timers: Timers::default(),
            triggered: Triggered::new(),
            clock: Clock::default(),
            peers: Peers::default(),
            connections: Connections::default(),
            channels,
            buffer: Vec::new(),
            now: Instant::from_micros(0),
            started: None,
            has_input: false,
            up_time,
            revision: 0,
        })
    }

    /// The Endpoint ID of the Agent.
    pub fn id(&self) -> &EndpointId {
        &self.id
    }

    /// The data model, to read.
    pub fn model(&self) -> &DataModel {
        &self.model
    }

    /// A number that is another one whenever stored values or rows of the model have changed: for whoever goes by what
    /// stands there, such as the rows of MTPs, and would not read them after each input.
    ///
    /// ```
    /// # use usp_agent::{Agent, record::Rng};
    /// # fn reads<R: Rng>(agent: &Agent<R>, read: &mut Option<u32>) {
    /// if read.replace(agent.revision()) != Some(agent.revision()) {
    ///     // Read them.
    /// }
    /// # }
    /// ```
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// Lets the device work on its model: what it changes raises notifications like any other change.
    ///
    /// Fetch the outputs afterwards, as after an input.
    pub fn update<T>(&mut self, now: Now, work: impl FnOnce(&mut DataModel) -> T) -> T {
        self.begin_input(now);
        let result = work(&mut self.model);
        self.notify_changes();
        self.end_input();
        result
    }

    /// Says that the rows of the model are those of before a restart: Subscriptions that are not persistent go, and
    /// nobody is told (TR-181). For whoever has brought back saved state other than by [`restore`](Self::restore),
    /// once, before the first input.
    ///
    /// A timer of `Device.ScheduleTimer()` goes on by itself. Other Requests have failed, and their end is told at the
    /// first input; a device that goes on with one says so before, with
    /// [`DataModel::resume_request`](usp_datamodel::DataModel::resume_request) in [`update`](Self::update).
    pub fn restarted(&mut self) {
        lifetimes::remove_transient(&mut self.model);
        self.model.drain_notices();
    }

    /// Takes in what happened outside. Never fails: what cannot be used becomes [`Output::Ignored`].
    pub fn handle_input(&mut self, input: Input<'_>, now: Now) {
        self.begin_input(now);
        if !core::mem::replace(&mut self.has_input, true) {
            self.end_stopped_requests();
        }
        let taken = match input {
            Input::Record(bytes) => self.handle_record(bytes, Channel::default()),
            Input::RecordOver { channel, bytes } => self.handle_record(bytes, channel),
            Input::Connected { controller, connection, channel } => {
                self.handle_connected(controller, connection, channel)
            }
            Input::Disconnected { controller, channel } => {
                self.handle_disconnected(controller, channel);
                Ok(())
            }
            Input::Boot(boot) => {
                self.handle_boot(&boot);
                Ok(())
            }
            Input::Persisted(batch) => {
                self.handle_persisted(batch);
                Ok(())
            }
            Input::PersistFailed(batch) => {
                self.handle_persist_failed(batch);
                Ok(())
            }
            Input::Timeout => Ok(()),
        };
        if let Err(ignored) = taken {
            self.outputs.push_back(Output::Ignored(ignored));
        }
        self.end_input();
    }

    /// The next thing to do; [`Output::Wait`] when there is none at the moment. The moment that it names is exact:
    /// before it there is nothing to do unless an input comes.
    #[must_use]
    pub fn poll_output(&mut self) -> Output {
        loop {
            if let Some(batch) = self.next_batch() {
                return Output::Persist(batch);
            }
            match self.outputs.pop_front() {
                Some(Output::Command(Call::Run(call))) if self.is_lost(&call) => self.end_lost(&call),
                Some(output) => return output,
                None => break,
            }
        }
        let next = [
            self.outbox.next(),
            self.parked.next(),
            self.lifetimes.next(),
            self.timers.next(),
            self.on_board.next(),
            self.periodic.next(),
            self.peers.next(),
            self.persistence.next(),
        ];
        Output::Wait { until: next.into_iter().flatten().min() }
    }

    /// Does what is due, and what follows from it.
    pub(crate) fn end_input(&mut self) {
        self.handle_sessions();
        self.go_on_with_parked();
        self.handle_time();
        self.settle_sessions();
        self.settle_outputs();
    }

    pub(crate) fn begin_input(&mut self, now: Now) {
        self.now = now.monotonic;
        let was_set = self.clock.is_set();
        let is_stepped = self.clock.set(now.monotonic, now.wall);
        let is_first = self.started.is_none();
        let started = *self.started.get_or_insert(now.monotonic);
        let seconds = now.monotonic.duration_since(started).as_secs();
        self.up_time.store(u32::try_from(seconds).unwrap_or(u32::MAX), Ordering::Relaxed);
        self.model.tell_time(self.clock.date_time(now.monotonic).or(now.wall));
        if is_first {
            self.start();
        } else if is_stepped {
            self.periodic.reschedule(self.now, self.clock);
            if !was_set {
                self.timers.reschedule(self.clock);
                self.lifetimes.reckon(&self.model, self.now, self.clock);
            }
        }
    }

    /// Takes in the rows that were there before the first input.
    fn start(&mut self) {
        self.read_subscriptions();
        self.resume_notifications();
        self.resume_timers();
        self.read_controllers(true);
        self.read_thresholds();
    }
}

impl<R> fmt::Debug for Agent<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent")
            .field("id", &self.id)
            .field("model", &self.model)
            .field("outputs", &self.outputs.len())
            .field("subscriptions", &self.subscriptions.len())
            .field("unanswered", &self.outbox.len())
            .field("peers", &self.peers.len())
            .finish_non_exhaustive()
    }
}
