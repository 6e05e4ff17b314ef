//! Nothing is acknowledged before it is safe: what is to be saved goes out as a [`Batch`], and what it acknowledges
//! waits until the embedder says that it is saved.

use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use usp_datamodel::{RestoreError, Unfit};
use usp_msg::reader::{ReqType, Request, Valid};
use usp_msg::{Error, ErrorCode};
use usp_record::{Instant, Rng};

use crate::agent::Agent;
use crate::controllers::peers::RecordKind;
use crate::mtps::channel::Route;

/// Bytes of changes that are kept for the next batch at the most; beyond them the whole state takes their place.
const MAX_UNSAVED: usize = 4 << 20;

/// The longest wait between two attempts to save.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// Which batch; later ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchId(pub u64);

impl fmt::Display for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What is to be saved together. It is safe when all of it will be there after any crash; a part of it is worth
/// nothing.
///
/// [`Agent::restore`] takes the parts of the last whole batch and of all that followed, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// What [`Input::Persisted`](crate::Input::Persisted) names.
    pub id: BatchId,
    /// Whether the parts are the whole state, so that all that was saved before may go.
    pub whole: bool,
    /// A snapshot, or deltas of transactions.
    pub parts: Vec<Vec<u8>>,
}

/// What is to be saved and what is being saved.
#[derive(Debug, Default)]
pub(crate) struct Persistence {
    is_on: bool,
    /// Whether the next batch is the whole state.
    whole_due: bool,
    unsaved: Vec<Vec<u8>>,
    unsaved_bytes: usize,
    /// The number of the batch that was given out last.
    last: u64,
    in_flight: bool,
    /// How many batches have failed in a row.
    failures: u32,
    /// Before when it is not tried again.
    retry: Option<Instant>,
}

impl Persistence {
    fn is_due(&self) -> bool {
        self.whole_due || !self.unsaved.is_empty()
    }

    /// The batch that must be safe before anything leaves; `None` where all is.
    fn awaited(&self) -> Option<u64> {
        if self.is_due() { Some(self.last + 1) } else { self.in_flight.then_some(self.last) }
    }

    fn take_in(&mut self, deltas: Vec<Vec<u8>>) {
        self.unsaved_bytes += deltas.iter().map(Vec::len).sum::<usize>();
        self.unsaved.extend(deltas);
        self.whole_due |= self.unsaved_bytes > MAX_UNSAVED;
        if self.whole_due {
            self.clear();
        }
    }

    fn clear(&mut self) -> Vec<Vec<u8>> {
        self.unsaved_bytes = 0;
        core::mem::take(&mut self.unsaved)
    }

    /// Whether changes are refused, since saving has failed twice in a row.
    pub(crate) fn is_failing(&self) -> bool {
        self.failures > 1
    }

    /// When it is tried again.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.retry.filter(|_| !self.in_flight)
    }
}

impl<R: Rng> Agent<R> {
    /// Brings back saved state, and has all changes saved from now on: once, before the first input, on an Agent whose
    /// model is set up but has no rows yet. `saved` are the parts of the last whole [`Batch`] and of those that
    /// followed, in their order; nothing where nothing was saved so far, and then the rows are there that the device
    /// gives its model from the factory.
    ///
    /// What is restored is what [`DataModel::restore`](usp_datamodel::DataModel::restore) says, and followed by
    /// [`restarted`](Self::restarted). `EndpointID` is that of this Agent, whatever was saved. What does not fit is
    /// told, and gone with the first batch.
    ///
    /// From now on each change comes out as [`Output::Persist`](crate::Output::Persist), and whatever comes after a
    /// change waits until that is safe. The first batch is the whole state: after an error of a disk nobody knows
    /// whether what was read is what the power leaves of it, and what was left out must not come back when there is a
    /// place for it again.
    ///
    /// # Errors
    ///
    /// The bytes are not what an Agent has given out, or there are some and the model has rows, but for those of fixed
    /// tables. Then nothing is changed.
    pub fn restore<'a>(
        &mut self,
        saved: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Vec<Unfit>, RestoreError> {
        let mut saved = saved.into_iter().peekable();
        let is_new = saved.peek().is_none();
        if let Some(path) = self.model.any_row().filter(|_| !is_new) {
            return Err(RestoreError::HasRows { path });
        }
        // Nobody is told of what was there before: it is read when the Agent starts.
        self.model.record_changes(is_new);
        let unfit = self.model.restore(saved);
        self.model.record_changes(true);
        let unfit = unfit?;
        self.model.record_deltas(true);
        if !is_new {
            // The model was an Agent's a moment ago; that it takes the value was seen then.
            let _ = self.model.update_value_at("Device.LocalAgent.EndpointID", self.id.as_str());
            self.restarted();
        }
        self.persistence.is_on = true;
        self.persistence.whole_due = true;
        self.outputs.saves = true;
        Ok(unfit)
    }

    /// Makes the next batch the whole state, so that what was saved before may go. Without effect on an Agent that does
    /// not save.
    pub fn save_whole(&mut self) {
        if self.persistence.is_on {
            self.persistence.whole_due = true;
            self.persistence.clear();
        }
    }

    /// The next batch, if one is to be given out: one at a time, so that what comes meanwhile shares the next.
    pub(crate) fn next_batch(&mut self) -> Option<Batch> {
        let persistence = &mut self.persistence;
        let waits = persistence.retry.is_some_and(|retry| self.now < retry);
        if !persistence.is_due() || persistence.in_flight || waits {
            return None;
        }
        let whole = core::mem::take(&mut persistence.whole_due);
        let deltas = persistence.clear();
        let parts = if whole { alloc::vec![self.model.snapshot()] } else { deltas };
        persistence.last += 1;
        persistence.in_flight = true;
        Some(Batch { id: BatchId(persistence.last), whole, parts })
    }

    /// Takes in what has changed, and says what must be safe before the outputs leave.
    pub(crate) fn settle_outputs(&mut self) {
        if self.persistence.is_on {
            let deltas = self.model.drain_deltas();
            self.persistence.take_in(deltas);
            self.outputs.settle(self.persistence.awaited());
        }
    }

    pub(crate) fn handle_persisted(&mut self, id: BatchId) {
        let persistence = &mut self.persistence;
        if persistence.in_flight && persistence.last == id.0 {
            persistence.in_flight = false;
            persistence.failures = 0;
            persistence.retry = None;
            self.outputs.release(id.0);
        }
    }

    /// What has failed may be saved in part, or look so until the power fails: only the whole state is sure to replace
    /// it.
    pub(crate) fn handle_persist_failed(&mut self, id: BatchId) {
        let persistence = &mut self.persistence;
        if persistence.in_flight && persistence.last == id.0 {
            persistence.in_flight = false;
            persistence.whole_due = true;
            persistence.clear();
            let wait = match persistence.failures {
                0 => Duration::ZERO,
                failures => Duration::from_secs(1 << (failures - 1).min(6)).min(MAX_WAIT),
            };
            persistence.failures = persistence.failures.saturating_add(1);
            persistence.retry = self.now.checked_add(wait);
        }
    }

    /// Whether a request is not even tried, because nobody could promise what it changes.
    pub(crate) fn refuses(&self, request: &Request<'_, Valid>) -> bool {
        self.persistence.is_failing() && !is_reading(request)
    }

    /// Answers such a request, at once where nothing else to its Controller waits.
    pub(crate) fn refuse_unsaved(&mut self, from: &str, route: Route, msg_id: &str) {
        let refusal = Error::new(ErrorCode::RESOURCES_EXCEEDED, "nothing can be saved at the moment");
        self.outputs.is_urgent = route.kind == RecordKind::NoSession;
        self.send_error(from, route, msg_id, refusal);
        self.outputs.is_urgent = false;
    }
}

/// Whether a request can change nothing.
pub(crate) fn is_reading(request: &Request<'_, Valid>) -> bool {
    matches!(
        request.req_type(),
        Some(
            ReqType::Get(_)
                | ReqType::GetSupportedDm(_)
                | ReqType::GetInstances(_)
                | ReqType::GetSupportedProtocol(_)
        )
    )
}
