//! Requests that wait for values which come later: whose they are, and until when they wait.
//!
//! Nothing of this is saved: a Controller whose request has met a restart asks again.

use alloc::string::{String, ToString};
use core::time::Duration;

use litemap::LiteMap;
use usp_collections::SortedSet;
use usp_datamodel::ParkedRequest;
use usp_msg::{Error, ErrorCode};
use usp_record::{Instant, Rng};

use crate::agent::Agent;
use crate::mtps::channel::{Route, Via};
use crate::records::Ask;

/// Most requests of one Controller that wait at the same time, so that none takes the room of all.
const MAX_OF_ONE: usize = 32;

/// How long a request waits unless the embedder says otherwise.
const PATIENCE: Duration = Duration::from_secs(10);

/// The requests that wait.
#[derive(Debug)]
pub(crate) struct Parked {
    requests: LiteMap<ParkedRequest, Waiting>,
    due: SortedSet<(Instant, ParkedRequest)>,
    /// Their Message ids, by the Endpoint IDs of their Controllers.
    open: LiteMap<String, LiteMap<String, ParkedRequest>>,
    patience: Duration,
}

/// One request that waits.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    from: String,
    route: Route,
    msg_id: String,
    /// Whether it only reads.
    reads: bool,
    until: Option<Instant>,
}

impl Default for Parked {
    fn default() -> Self {
        Self { requests: LiteMap::new(), due: SortedSet::new(), open: LiteMap::new(), patience: PATIENCE }
    }
}

impl Parked {
    /// When the next one has waited for long enough.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.due.first().map(|(until, _)| *until)
    }

    /// Whether a request waits, so that it is still being processed `[R-MSG.4]`.
    pub(crate) fn is_open(&self, from: &str, msg_id: &str) -> bool {
        self.open.get(from).is_some_and(|ids| ids.contains_key(msg_id))
    }

    /// Whether a Controller has as many requests waiting as it may have.
    fn is_full(&self, from: &str) -> bool {
        self.open.get(from).is_some_and(|ids| ids.len() >= MAX_OF_ONE)
    }

    fn insert(&mut self, name: ParkedRequest, waiting: Waiting) {
        self.due.extend(waiting.until.map(|until| (until, name)));
        self.open.entry(waiting.from.clone()).or_default().insert(waiting.msg_id.clone(), name);
        self.requests.insert(name, waiting);
    }

    /// A channel to a Controller is gone: what came over it is answered another way.
    pub(crate) fn lose_channel(&mut self, from: &str, number: u32) {
        for name in self.open.get(from).into_iter().flat_map(LiteMap::values) {
            if let Some(waiting) =
                self.requests.get_mut(name).filter(|waiting| waiting.route.via.is_over(number))
            {
                waiting.route.via = Via::Any;
            }
        }
    }

    fn remove(&mut self, name: ParkedRequest) -> Option<Waiting> {
        let waiting = self.requests.remove(&name)?;
        if let Some(until) = waiting.until {
            self.due.remove(&(until, name));
        }
        if let Some(ids) = self.open.get_mut(&waiting.from) {
            ids.remove(&waiting.msg_id);
            if ids.is_empty() {
                self.open.remove(&waiting.from);
            }
        }
        Some(waiting)
    }
}

impl<R: Rng> Agent<R> {
    /// Says how long a request may wait for live values that come later
    /// ([`DataModel::live_later`](usp_datamodel::DataModel::live_later)) and for synchronous commands to end
    /// ([`DataModel::on_command_later`](usp_datamodel::DataModel::on_command_later)): 10 s unless said otherwise. What
    /// has not come by then cannot be read (7003), and a command that has not ended has failed (7022). It counts for
    /// requests that come from now on.
    pub fn limit_waiting(&mut self, patience: Duration) {
        self.parked.patience = patience;
    }

    /// Lets a request wait; one that comes when its Controller has too many waiting is refused.
    pub(crate) fn park(
        &mut self,
        name: ParkedRequest,
        (from, route): (&str, Route),
        msg_id: &str,
        reads: bool,
    ) {
        if self.parked.is_full(from) {
            self.model.forget(name);
            let refusal = Error::new(ErrorCode::RESOURCES_EXCEEDED, "too many requests wait already");
            if let Some(peer) = self.peers.get(from) {
                self.outputs.note_answer(&peer.id, msg_id);
            }
            self.send_error(from, route, msg_id, refusal);
            return;
        }
        let until = self.now.checked_add(self.parked.patience);
        let (from, msg_id) = (from.to_string(), msg_id.to_string());
        self.parked.insert(name, Waiting { from, route, msg_id, reads, until });
    }

    /// Goes on with the requests whose values are there, and with those that have waited for long enough.
    pub(crate) fn go_on_with_parked(&mut self) {
        for name in self.model.drain_resumable() {
            self.answer_parked(name, Ask::Resume(name));
        }
        while let Some(&(until, name)) = self.parked.due.first()
            && until <= self.now
        {
            self.answer_parked(name, Ask::Expire(name));
        }
    }

    fn answer_parked(&mut self, name: ParkedRequest, ask: Ask<'_>) {
        let Some(waiting) = self.parked.remove(name) else { return };
        let Waiting { from, route, msg_id, reads, .. } = &waiting;
        // What a command has done is told in any case.
        if self.persistence.is_failing() && !reads && !self.model.has_begun(name) {
            self.model.forget(name);
            return self.refuse_unsaved(from, *route, msg_id);
        }
        // One that has to wait for more waits no longer than before.
        if self.answer(from, *route, msg_id, ask).is_some() {
            self.parked.insert(name, waiting);
        }
        self.notify_changes();
    }

    /// Gives up what a Controller waits for: the Agent has nothing more to do with it.
    pub(crate) fn forget_parked(&mut self, from: &str) {
        let names = self.parked.open.get(from).into_iter().flat_map(LiteMap::values);
        for name in names.copied().collect::<alloc::vec::Vec<_>>() {
            self.parked.remove(name);
            self.model.forget(name);
        }
    }
}
