//! A Session Context while it lasts: numbers, buffers and what is missing.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;
use prost::Message as _;

use super::config::SessionConfig;
use super::segmentation::{Reassembly, ReassemblyError, segment};
use crate::record::{PayloadSecurity, RecordType};
use crate::session_context_record::PayloadSarState;
use crate::{EndpointId, Instant, Record, SessionContextRecord};
use usp_collections::SortedMap;

/// Why a Session Context ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SessionFailure {
    /// The peer, or this side, began another `[R-E2E.6, R-E2E.9]`.
    #[error("another Session Context has begun")]
    NewContext,
    /// Nothing happened for too long `[R-E2E.7]`.
    #[error("the Session Context has expired")]
    Expired,
    /// The peer is close to the end of its numbers `[R-E2E.8]`.
    #[error("the sequence_id is close to the largest number")]
    SequenceExhausted,
    /// A Record has another `payload_security` than the Session Context, whose is that of this Endpoint
    /// from the first Record on `[R-E2E.19]`.
    #[error("payload_security is not that of the Session Context")]
    SecurityChanged,
    /// The secure channel has failed: its handshake, or a payload that does not decrypt.
    #[error("the secure channel has failed")]
    SecureChannel,
    /// A Record had to be sent again and is not there any more, or was sent too often.
    #[error("the Record {0} cannot be sent again")]
    Retransmission(u64),
    /// A Record is missing and does not come, however often it is asked for.
    #[error("the Record {0} does not come")]
    Missing(u64),
    /// More Records came too early than the buffer holds.
    #[error("the buffer for Records that came too early is full")]
    BufferFull,
    /// The parts of a Message do not fit together.
    #[error("{0}")]
    Reassembly(ReassemblyError),
    /// A Record holds a `payload_sar_state` that does not exist.
    #[error("payload_sar_state {0} does not exist")]
    UnknownState(i32),
    /// A Record failed verification (R-E2E.23).
    #[error("a Record failed verification")]
    Integrity,
    /// A Record breaks a rule for Records `[R-E2E.21]`.
    #[error("a Record is not valid")]
    InvalidRecord,
    /// A Record names no Session Context `[R-E2E.24]`.
    #[error("the session_id or sequence_id is not valid")]
    InvalidSessionId,
}

/// A Session Context while it lasts.
#[derive(Debug)]
pub(super) struct Active {
    id: u64,
    /// How its payloads are protected, from the first one to the last `[R-E2E.18]`.
    security: PayloadSecurity,
    /// When it began, or when the peer was last reminded that it has.
    announced: Instant,
    /// How often the peer was reminded since it has spoken in it.
    reminders: u32,
    /// Whether the peer has spoken in it.
    established: bool,
    last_activity: Instant,
    /// The number of the next Record to send `[R-E2E.14, R-E2E.15]`.
    next: u64,
    /// Records sent that the peer may ask for again, in order `[R-E2E.16]`.
    sent: VecDeque<Sent>,
    sent_bytes: usize,
    /// The highest number that the peer has said it expects.
    acknowledged: u64,
    /// The number of the next Record to process `[R-E2E.20]`.
    expected: u64,
    /// Records that came too early.
    early: SortedMap<u64, SessionContextRecord>,
    early_bytes: usize,
    reassembly: Reassembly,
    gap: Option<Gap>,
    /// The number to ask for with the next Record.
    ask_for: u64,
    /// Bytes that all buffers together may hold, so that the budget over all peers is kept.
    room: usize,
}

#[derive(Debug)]
struct Sent {
    sequence_id: u64,
    size: usize,
    tries: u32,
    record: Record,
}

/// A Record is missing.
#[derive(Debug)]
struct Gap {
    missing: u64,
    deadline: Instant,
    tries: u32,
}

/// What a peer gets that speaks in a Session Context of before.
#[derive(Debug)]
pub(super) enum Reminder {
    /// Nothing: it was reminded a moment ago, or what it said is a stray.
    Wait,
    /// The first Record once more.
    Again(Box<Record>),
    /// A Record without payload.
    Announce,
    /// Another Session Context: it does not come over to this one, perhaps since this is one of before to it.
    GiveUp,
}

/// What came of a Record.
#[derive(Debug, Default)]
pub(super) struct Accepted {
    /// The Record that the peer wants again.
    pub(super) retransmit: Option<Record>,
    /// Payloads that are complete.
    pub(super) messages: Vec<Bytes>,
    /// Why the Session Context has failed nevertheless; what is complete is delivered before
    /// `[R-E2E.22]`.
    pub(super) failure: Option<SessionFailure>,
}

/// How far from the largest number a Session Context has to end `[R-E2E.8, R-E2E.9]`.
const LAST_NUMBERS: u64 = 10_000;

impl Active {
    pub(super) const fn new(id: u64, security: PayloadSecurity, now: Instant) -> Self {
        Self {
            id,
            security,
            announced: now,
            reminders: 0,
            established: false,
            last_activity: now,
            next: 1,
            sent: VecDeque::new(),
            sent_bytes: 0,
            acknowledged: 0,
            expected: 1,
            early: SortedMap::new(),
            early_bytes: 0,
            reassembly: Reassembly::new(),
            gap: None,
            ask_for: 0,
            room: usize::MAX,
        }
    }

    pub(super) const fn id(&self) -> u64 {
        self.id
    }

    /// Has the next Record that is sent carry this number.
    #[cfg(test)]
    pub(super) const fn skip_to(&mut self, sequence_id: u64) {
        self.next = sequence_id;
    }

    pub(super) const fn is_established(&self) -> bool {
        self.established
    }

    /// Whether this Session Context stays although the peer begins another.
    ///
    /// [R-E2E.6] has each side give way, and [R-E2E.5] has one Session Context for both: sides that begin one at the same
    /// time both give way, and miss each other again. The standard leaves open who stays, so the larger id wins over the
    /// smaller one for as long as what told the peer of it may be on its way. That is `gap_wait`, after which a Record
    /// counts as missing everywhere else; it is no number of the standard. Afterwards, or once the peer has spoken in
    /// this one, another id is no coincidence, and [R-E2E.6] holds to the letter. A peer that always gives way comes over
    /// to the larger id as well.
    pub(super) fn wins_over(&self, other: u64, config: &SessionConfig, now: Instant) -> bool {
        !self.established && self.id > other && now - self.announced < config.gap_wait
    }

    /// What to do about a peer that speaks in a Session Context of before.
    pub(super) fn remind(&mut self, config: &SessionConfig, now: Instant) -> Reminder {
        if now - self.announced < config.gap_wait {
            return Reminder::Wait;
        }
        if self.reminders >= config.gap_tries {
            return Reminder::GiveUp;
        }
        self.announced = now;
        self.reminders += 1;
        match self.sent.front() {
            Some(first) if !self.established => Reminder::Again(Box::new(first.record.clone())),
            _ => Reminder::Announce,
        }
    }

    pub(super) const fn last_activity(&self) -> Instant {
        self.last_activity
    }

    pub(super) fn idle(&self, now: Instant) -> Duration {
        now - self.last_activity
    }

    pub(super) fn unacknowledged(&self) -> usize {
        self.sent.len()
    }

    pub(super) const fn buffered_bytes(&self) -> usize {
        self.sent_bytes + self.early_bytes + self.reassembly.held()
    }

    /// Bounds what all buffers together may hold; what is too much goes with the next Record.
    pub(super) const fn limit_to(&mut self, room: usize) {
        self.room = room;
    }

    pub(super) const fn is_exhausted(&self) -> bool {
        self.next > u64::MAX - LAST_NUMBERS
    }

    pub(super) fn gap_deadline(&self) -> Option<Instant> {
        self.gap.as_ref().map(|gap| gap.deadline)
    }

    /// Makes the Records that carry a payload.
    pub(super) fn send(
        &mut self,
        local: &EndpointId,
        peer: &EndpointId,
        config: &SessionConfig,
        units: Vec<Bytes>,
        now: Instant,
    ) -> Vec<Record> {
        let segments = segment(units, room_for_payload(local, peer, config)).into_iter();
        segments
            .map(|segment| {
                let mut content = self.content();
                content.payload_sar_state = segment.payload_sar_state.into();
                content.payloadrec_sar_state = segment.payloadrec_sar_state.into();
                content.payload = segment.payload;
                self.keep(local, peer, config, content, now)
            })
            .collect()
    }

    /// Makes a Record without payload.
    pub(super) fn send_empty(
        &mut self,
        local: &EndpointId,
        peer: &EndpointId,
        config: &SessionConfig,
        now: Instant,
    ) -> Record {
        let content = self.content();
        self.keep(local, peer, config, content, now)
    }

    /// Takes a Record of this Session Context.
    pub(super) fn receive(
        &mut self,
        security: i32,
        content: &SessionContextRecord,
        config: &SessionConfig,
        now: Instant,
    ) -> Result<Accepted, SessionFailure> {
        self.last_activity = now;
        self.established = true;
        self.reminders = 0;
        if security != i32::from(self.security) {
            // [R-E2E.18, R-E2E.19]
            return Err(SessionFailure::SecurityChanged);
        }
        if content.sequence_id > u64::MAX - LAST_NUMBERS {
            return Err(SessionFailure::SequenceExhausted);
        }
        if content.sequence_id < self.expected || self.early.contains_key(&content.sequence_id) {
            // [R-E2E.25] It was here before.
            return Ok(Accepted::default());
        }
        self.acknowledge(content.expected_id);
        // A request to send again is met at once, even out of order: if both sides wait for a missing
        // Record, neither request would ever be in order.
        let mut accepted =
            Accepted { retransmit: self.retransmit(content.retransmit_id, config)?, ..Accepted::default() };
        if content.sequence_id > self.expected {
            self.hold(content, config)?;
        } else {
            accepted.failure = self.process(content.clone(), config, &mut accepted.messages).err();
        }
        self.watch_gap(config, now);
        Ok(accepted)
    }

    /// Whether a missing Record has to be asked for now.
    pub(super) fn ask_again(&mut self, config: &SessionConfig, now: Instant) -> Result<bool, SessionFailure> {
        let Some(gap) = self.gap.as_mut().filter(|gap| gap.deadline <= now) else { return Ok(false) };
        if gap.tries >= config.gap_tries {
            return Err(SessionFailure::Missing(gap.missing));
        }
        gap.tries += 1;
        gap.deadline = now + config.gap_wait;
        self.ask_for = gap.missing;
        Ok(true)
    }

    /// [R-E2E.16] What is below the peer's `expected_id` need not be kept. A number that is lower than
    /// one seen before, or higher than what was sent, says nothing.
    fn acknowledge(&mut self, expected_id: u64) {
        if expected_id > self.next {
            return;
        }
        self.acknowledged = self.acknowledged.max(expected_id);
        while self.sent.front().is_some_and(|sent| sent.sequence_id < expected_id) {
            self.sent_bytes -= self.sent.pop_front().map_or(0, |sent| sent.size);
        }
    }

    fn retransmit(
        &mut self,
        retransmit_id: u64,
        config: &SessionConfig,
    ) -> Result<Option<Record>, SessionFailure> {
        // A Record that was overtaken, or is sent again as it was, may ask for what its sender has had since.
        if retransmit_id == 0 || retransmit_id < self.acknowledged {
            return Ok(None);
        }
        let failure = SessionFailure::Retransmission(retransmit_id);
        let sent = self.sent.iter_mut().find(|sent| sent.sequence_id == retransmit_id).ok_or(failure)?;
        if config.max_retransmit_tries.is_some_and(|limit| sent.tries >= limit) {
            return Err(failure);
        }
        sent.tries = sent.tries.saturating_add(1);
        Ok(Some(sent.record.clone()))
    }

    /// Holds a Record that came too early. Its payload is copied: it may share the bytes of much more than itself.
    fn hold(&mut self, content: &SessionContextRecord, config: &SessionConfig) -> Result<(), SessionFailure> {
        let payload = [Bytes::from(content.payload.concat())].into();
        let content = SessionContextRecord { payload, ..*content };
        let size = held_size(&content);
        let bytes = self.early_bytes.saturating_add(size);
        let total = self.buffered_bytes().saturating_add(size);
        if bytes > config.buffer_bytes || total > self.room || self.early.len() >= config.buffer_records {
            return Err(SessionFailure::BufferFull);
        }
        self.early_bytes = bytes;
        self.early.insert(content.sequence_id, content);
        Ok(())
    }

    /// Processes a Record whose turn it is, and those that came before their turn.
    fn process(
        &mut self,
        content: SessionContextRecord,
        config: &SessionConfig,
        messages: &mut Vec<Bytes>,
    ) -> Result<(), SessionFailure> {
        let mut next = Some(content);
        while let Some(content) = next {
            self.expected += 1;
            let state = content.payload_sar_state;
            let state = PayloadSarState::try_from(state).map_err(|_| SessionFailure::UnknownState(state))?;
            let limit = config.buffer_bytes.min(self.room.saturating_sub(self.sent_bytes + self.early_bytes));
            let message = self.reassembly.push(state, content.payload, limit);
            messages.extend(message.map_err(SessionFailure::Reassembly)?);
            next = self.early.remove(&self.expected);
            self.early_bytes -= next.as_ref().map_or(0, held_size);
        }
        Ok(())
    }

    /// Begins to wait when a Record is missing, and stops when it is there.
    fn watch_gap(&mut self, config: &SessionConfig, now: Instant) {
        if self.early.is_empty() {
            self.gap = None;
        } else if self.gap.as_ref().is_none_or(|gap| gap.missing != self.expected) {
            self.gap = Some(Gap { missing: self.expected, deadline: now + config.gap_wait, tries: 0 });
        }
    }

    /// The next Record's content without payload; it always tells what is expected `[R-E2E.17]`.
    fn content(&mut self) -> SessionContextRecord {
        let sequence_id = self.next;
        self.next = self.next.saturating_add(1);
        SessionContextRecord {
            session_id: self.id,
            sequence_id,
            expected_id: self.expected,
            retransmit_id: core::mem::take(&mut self.ask_for),
            ..SessionContextRecord::default()
        }
    }

    /// Makes a Record and keeps it until the peer has it.
    fn keep(
        &mut self,
        local: &EndpointId,
        peer: &EndpointId,
        config: &SessionConfig,
        content: SessionContextRecord,
        now: Instant,
    ) -> Record {
        self.last_activity = now;
        let (sequence_id, size) = (content.sequence_id, held_size(&content));
        let mut record = Record::new(local, peer, RecordType::SessionContext(content));
        record.payload_security = self.security.into();
        self.sent_bytes += size;
        self.sent.push_back(Sent { sequence_id, size, tries: 0, record: record.clone() });
        // There was room when the Message was taken. Where a Record without payload or a secure channel takes more, the
        // oldest go; if the peer asks for one of them, the Session Context fails.
        while self.sent.len() > config.buffer_records
            || self.buffered_bytes() > self.room && !self.sent.is_empty()
        {
            self.sent_bytes -= self.sent.pop_front().map_or(0, |sent| sent.size);
        }
        record
    }
}

/// The bytes that a Record has for its payload.
pub(super) fn room_for_payload(local: &EndpointId, peer: &EndpointId, config: &SessionConfig) -> usize {
    config.max_record_size.map_or(usize::MAX, |size| {
        size.max(SessionConfig::MIN_RECORD_SIZE).saturating_sub(overhead(local, peer))
    })
}

/// What a Record with one payload takes while it is held, beside the bytes of that; see [`held_size`].
pub(super) const RECORD_COST: usize = size_of::<Record>() + size_of::<Bytes>() + 64;

/// What a Record takes while it is held: many short payloads, or none, take more than their bytes.
fn held_size(content: &SessionContextRecord) -> usize {
    size_of::<Record>() + content.payload.len() * size_of::<Bytes>() + content.encoded_len()
}

/// The content of a Record with the largest numbers.
fn longest_content(payload: Vec<Bytes>) -> SessionContextRecord {
    SessionContextRecord {
        session_id: u64::MAX,
        sequence_id: u64::MAX,
        expected_id: u64::MAX,
        retransmit_id: u64::MAX,
        payload_sar_state: PayloadSarState::Complete.into(),
        payloadrec_sar_state: PayloadSarState::Complete.into(),
        payload,
    }
}

/// What a Record takes beside its payload, at most, in bytes.
fn overhead(local: &EndpointId, peer: &EndpointId) -> usize {
    let mut record = Record::new(local, peer, RecordType::SessionContext(longest_content(Vec::new())));
    record.payload_security = PayloadSecurity::Tls12.into();
    // The length of the content grows by up to three bytes with the payload.
    record.encoded_len() + 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_record_takes_more_than_is_counted_before() {
        for size in [0, 1, 127, 128, 20_000, 3_000_000] {
            let content = longest_content([alloc::vec![7; size].into()].into());
            assert!(held_size(&content) <= size + RECORD_COST, "{size}");
        }
    }
}
