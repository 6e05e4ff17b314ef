//! What waits when its channel goes.

use alloc::vec::Vec;

use usp_record::{EndpointId, reader};

use crate::mtps::channel::{Channel, Via};
use crate::records::outputs::{Outputs, Queued};

/// Where an output waits.
#[derive(Clone, Copy)]
enum Place {
    Ready,
    /// Till a batch is safe.
    Held(u64),
    Fresh,
}

type Waiting = Vec<(Place, Queued)>;

impl Outputs {
    /// A channel to a Controller is gone: what waits for it takes another way, and what is about the channel itself,
    /// such as its Connect Record, goes with it.
    ///
    /// `connect` says which Connect Record is due on the other way, if one is; it is asked where something moves. What
    /// moves goes behind the last Record about that way itself which waits: behind a Disconnect Record with the Connect
    /// Record that is due then `[R-MTP.8]`.
    pub(crate) fn lose_channel(
        &mut self,
        controller: &EndpointId,
        lost: Channel,
        other: Via,
        connect: impl FnOnce() -> Option<Vec<u8>>,
    ) {
        let is_over = |queued: &Queued, way: Via| match queued {
            Queued::Record { to, via, .. } => to == controller && via.is_as(way),
            Queued::Other(_) => false,
        };
        let lost = Via::Channel(lost);
        let mut waiting = self.take_waiting();
        waiting.retain(|(_, queued)| !is_over(queued, lost) || queued.carries_message());
        let (mut last, mut due) = (None, None);
        if waiting.iter().any(|(_, queued)| is_over(queued, lost)) {
            due = connect();
            last =
                waiting.iter().rposition(|(_, queued)| is_over(queued, other) && !queued.carries_message());
        }
        if let Some(last) = last {
            let mut behind = waiting.split_off(last + 1);
            let place = waiting.last().map_or(Place::Ready, |(place, _)| *place);
            let mut moved = Waiting::new();
            if let Some(bytes) = due.take() {
                moved.push((place, Queued::Record { to: controller.clone(), bytes, via: other }));
            }
            // Loops instead of adapters, each of which would be code of its own with a drop of its own.
            let mut stays = Waiting::new();
            for (was, queued) in waiting {
                match is_over(&queued, lost) {
                    true => moved.push((place, queued)),
                    false => stays.push((was, queued)),
                }
            }
            waiting = stays;
            waiting.append(&mut moved);
            waiting.append(&mut behind);
        }
        for (_, queued) in &mut waiting {
            if is_over(queued, lost)
                && let Queued::Record { via, .. } = queued
            {
                *via = other;
            }
        }
        self.put_back(waiting);
        if let Some(connect) = due {
            self.push_connect(controller, connect, other);
        }
    }

    /// Takes out all that waits, in the order in which it is to leave.
    fn take_waiting(&mut self) -> Waiting {
        self.held_bytes = 0;
        let mut waiting = Waiting::new();
        while let Some(queued) = self.ready.pop_front() {
            waiting.push((Place::Ready, queued));
        }
        while let Some((batch, queued)) = self.held.pop_front() {
            waiting.push((Place::Held(batch), queued));
        }
        while let Some(queued) = self.fresh.pop_front() {
            waiting.push((Place::Fresh, queued));
        }
        waiting
    }

    fn put_back(&mut self, waiting: Waiting) {
        for (place, queued) in waiting {
            match place {
                Place::Ready => self.ready.push_back(queued),
                Place::Held(batch) => {
                    self.held_bytes += queued.weight();
                    self.held.push_back((batch, queued));
                }
                Place::Fresh => self.fresh.push_back(queued),
            }
        }
    }
}

impl Queued {
    /// Whether it is a Record that is not about its channel alone, as Connect and Disconnect Records are.
    fn carries_message(&self) -> bool {
        let Self::Record { bytes, .. } = self else { return false };
        let record = reader::Record::open(bytes);
        let content = record.as_ref().ok().and_then(reader::Record::content);
        matches!(content, Some(reader::Content::NoSessionContext(_) | reader::Content::SessionContext(_)))
    }
}
