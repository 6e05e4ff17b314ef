//! What is to go out, and what waits until it is safe to.

mod lost_channel;

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hash::{Hash, Hasher};

use hashbrown::{Equivalent, HashSet};
use usp_record::EndpointId;

use crate::io::Output;
use crate::mtps::channel::Via;

/// How much may wait to be safe before no more requests are taken: outputs, and bytes in their Records.
const MAX_HELD: usize = 10_000;
const MAX_HELD_BYTES: usize = 16 << 20;

/// Outputs in the order in which they leave.
#[derive(Debug, Default)]
pub(crate) struct Outputs {
    ready: VecDeque<Queued>,
    /// Those for which a batch must be safe first, with its number.
    held: VecDeque<(u64, Queued)>,
    held_bytes: usize,
    /// Requests whose answers wait.
    open: HashSet<Asked>,
    /// The same in their order, each with its batch.
    open_until: VecDeque<(u64, Asked)>,
    /// Requests that the input at hand has answered.
    answered: Vec<Asked>,
    /// What the input at hand has brought forth.
    fresh: VecDeque<Queued>,
    /// Whether outputs wait until they are settled.
    pub(crate) saves: bool,
    /// Whether what is pushed goes out at once, since it acknowledges nothing.
    pub(crate) is_urgent: bool,
}

/// An output in a queue: a Record as it is; anything else is rare, may be large, and is kept apart.
#[derive(Debug)]
enum Queued {
    Record { to: EndpointId, bytes: Vec<u8>, via: Via },
    Other(Box<Output>),
}

impl Queued {
    fn is_to(&self, controller: &EndpointId) -> bool {
        matches!(self, Self::Record { to, .. } if to == controller)
    }

    fn weight(&self) -> usize {
        if let Self::Record { bytes, .. } = self { bytes.len() } else { 0 }
    }
}

/// A request, by its Controller and its Message id.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    from: EndpointId,
    msg_id: Arc<str>,
}

/// The same to look for one.
#[derive(Hash)]
struct AskedBy<'a> {
    from: &'a str,
    msg_id: &'a str,
}

impl Hash for Asked {
    fn hash<H: Hasher>(&self, state: &mut H) {
        AskedBy { from: self.from.as_str(), msg_id: &self.msg_id }.hash(state);
    }
}

impl Equivalent<Asked> for AskedBy<'_> {
    fn equivalent(&self, asked: &Asked) -> bool {
        *asked.msg_id == *self.msg_id && asked.from.as_str() == self.from
    }
}

impl Outputs {
    pub(crate) fn len(&self) -> usize {
        self.ready.len() + self.held.len() + self.fresh.len()
    }

    /// Whether so much waits that nothing that is to be answered may be taken in.
    pub(crate) fn is_full(&self) -> bool {
        self.held.len() >= MAX_HELD || self.held_bytes >= MAX_HELD_BYTES
    }

    /// Gives out a command, or what is there for logs: that acknowledges nothing, and waits for nothing.
    pub(crate) fn push_back(&mut self, output: Output) {
        let is_command = matches!(output, Output::Command(_));
        let queued = Queued::Other(Box::new(output));
        if is_command { self.push(queued) } else { self.ready.push_back(queued) }
    }

    pub(crate) fn push_record(&mut self, to: EndpointId, bytes: Vec<u8>, via: Via) {
        self.push(Queued::Record { to, bytes, via });
    }

    fn push(&mut self, queued: Queued) {
        let at_once = !self.saves || (self.is_urgent && !self.holds_back(&queued));
        if at_once { self.ready.push_back(queued) } else { self.fresh.push_back(queued) }
    }

    /// Whether a Record to the same Controller waits: what goes to one Controller stays in its order.
    fn holds_back(&self, queued: &Queued) -> bool {
        let Queued::Record { to, .. } = queued else { return false };
        let mut waiting = self.held.iter().map(|(_, queued)| queued).chain(&self.fresh);
        waiting.any(|queued| queued.is_to(to))
    }

    /// Gives out a Connect Record, before any other Record to the same Controller. It acknowledges nothing.
    pub(crate) fn push_connect(&mut self, to: &EndpointId, bytes: Vec<u8>, via: Via) {
        let first = self.ready.iter().position(|queued| queued.is_to(to)).unwrap_or(self.ready.len());
        self.ready.insert(first, Queued::Record { to: to.clone(), bytes, via });
    }

    /// Whether the answer to this request waits, so that the request is still being processed `[R-MSG.4]`.
    pub(crate) fn is_open(&self, from: &str, msg_id: &str) -> bool {
        !self.open.is_empty() && self.open.contains(&AskedBy { from, msg_id })
    }

    /// A request was answered: it is open for as long as the answer waits.
    pub(crate) fn note_answer(&mut self, from: &EndpointId, msg_id: &str) {
        if self.saves {
            self.answered.push(Asked { from: from.clone(), msg_id: Arc::from(msg_id) });
        }
    }

    /// What was pushed leaves when a batch is safe, or at once.
    pub(crate) fn settle(&mut self, batch: Option<u64>) {
        let Some(batch) = batch else {
            self.answered.clear();
            return self.ready.append(&mut self.fresh);
        };
        for asked in self.answered.drain(..) {
            self.open.insert(asked.clone());
            self.open_until.push_back((batch, asked));
        }
        while let Some(queued) = self.fresh.pop_front() {
            self.held_bytes += queued.weight();
            self.held.push_back((batch, queued));
        }
    }

    /// A batch is safe.
    pub(crate) fn release(&mut self, batch: u64) {
        while self.held.front().is_some_and(|(needed, _)| *needed <= batch) {
            let Some((_, queued)) = self.held.pop_front() else { return };
            self.held_bytes -= queued.weight();
            self.ready.push_back(queued);
        }
        while self.open_until.front().is_some_and(|(needed, ..)| *needed <= batch) {
            let Some((_, asked)) = self.open_until.pop_front() else { return };
            self.open.remove(&asked);
        }
    }

    pub(crate) fn pop_front(&mut self) -> Option<Output> {
        Some(match self.ready.pop_front()? {
            Queued::Record { to, bytes, via } => Output::Record { to, bytes, via },
            Queued::Other(output) => *output,
        })
    }
}
