//! A peer that keeps no rule, held against a reference of what a receiver has to make of it; and a network that says
//! again whatever was ever said.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::{
    Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest,
};

use super::link::{Lcg, agent, controller};
use super::{NOW, drain};
use crate::record::RecordType;
use crate::{
    Instant, ReassemblyError, Record, SessionConfig, SessionContext, SessionContextRecord, SessionFailure,
    SessionOutput,
};

/// How often a Record is sent again at most.
const TRIES: u32 = 2;

/// How many Records that came too early are held.
const EARLY: usize = 4;

const CONFIG: SessionConfig =
    SessionConfig { max_retransmit_tries: Some(TRIES), buffer_records: EARLY, ..SessionConfig::DEFAULT };

/// What comes of Records, by the text of TR-369 and nothing else.
struct Reference {
    expected: u64,
    early: BTreeMap<u64, SessionContextRecord>,
    message: Option<Vec<u8>>,
    /// How often each Record was sent again that the peer may ask for.
    sent: BTreeMap<u64, u32>,
    acknowledged: u64,
}

#[derive(Debug, PartialEq)]
enum Outcome {
    Message(Vec<u8>),
    SentAgain(u64),
    Failed(SessionFailure),
}

impl Reference {
    /// With so many Records sent, in a Session Context that the peer has begun with its first one.
    fn new(sent: u64) -> Self {
        let sent = (1..=sent).map(|number| (number, 0)).collect();
        Self { expected: 2, early: BTreeMap::new(), message: None, sent, acknowledged: 0 }
    }

    fn receive(&mut self, content: &SessionContextRecord, next: u64) -> Vec<Outcome> {
        let number = content.sequence_id;
        if number > u64::MAX - 10_000 {
            return [Outcome::Failed(SessionFailure::SequenceExhausted)].into();
        }
        if number < self.expected || self.early.contains_key(&number) {
            return Vec::new();
        }
        if content.expected_id <= next {
            self.acknowledged = self.acknowledged.max(content.expected_id);
            self.sent = self.sent.split_off(&self.acknowledged);
        }
        let mut outcomes = Vec::new();
        let wanted = content.retransmit_id;
        if wanted != 0 && wanted >= self.acknowledged {
            match self.sent.get_mut(&wanted).filter(|tries| **tries < TRIES) {
                Some(tries) => *tries += 1,
                None => return [Outcome::Failed(SessionFailure::Retransmission(wanted))].into(),
            }
            outcomes.push(Outcome::SentAgain(wanted));
        }
        if number > self.expected && self.early.len() == EARLY {
            return [Outcome::Failed(SessionFailure::BufferFull)].into();
        }
        self.early.insert(number, content.clone());
        while let Some(content) = self.early.remove(&self.expected) {
            self.expected += 1;
            match self.join(content.payload_sar_state, &content.payload.concat()) {
                Ok(message) => {
                    outcomes.extend(message.filter(|bytes| !bytes.is_empty()).map(Outcome::Message))
                }
                Err(failure) => {
                    outcomes.push(Outcome::Failed(failure));
                    break;
                }
            }
        }
        outcomes
    }

    fn join(&mut self, state: i32, part: &[u8]) -> Result<Option<Vec<u8>>, SessionFailure> {
        let before = self.message.take();
        match (state, before) {
            (0, None) => Ok(Some(part.to_vec())),
            (1, None) => {
                self.message = Some(part.to_vec());
                Ok(None)
            }
            (2, Some(before)) => {
                self.message = Some([&before, part].concat());
                Ok(None)
            }
            (3, Some(before)) => Ok(Some([&before, part].concat())),
            (0 | 1, Some(_)) => Err(SessionFailure::Reassembly(ReassemblyError::Unfinished)),
            (2 | 3, None) => Err(SessionFailure::Reassembly(ReassemblyError::NoBegin)),
            (unknown, _) => Err(SessionFailure::UnknownState(unknown)),
        }
    }
}

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![
        12 => 0..9u64,
        1 => Just(u64::MAX - 10_000),
        1 => Just(u64::MAX - 9_999),
        1 => Just(u64::MAX),
    ]
}

/// A Record in the Session Context at hand. Rules are kept now and then, so that something comes of it.
fn record() -> impl Strategy<Value = SessionContextRecord> {
    let state = prop_oneof![3 => Just(0), 2 => Just(1), 3 => Just(2), 2 => Just(3), 1 => -1..5i32];
    let part = vec(any::<u8>(), 0..3).prop_map(Bytes::from);
    let retransmit_id = prop_oneof![6 => Just(0), 2 => number()];
    (number(), number(), retransmit_id, state, vec(part, 0..3)).prop_map(
        |(sequence_id, expected_id, retransmit_id, payload_sar_state, payload)| SessionContextRecord {
            session_id: 7,
            sequence_id,
            expected_id,
            retransmit_id,
            payload_sar_state,
            // Nobody goes by it.
            payloadrec_sar_state: 3 - payload_sar_state,
            payload,
        },
    )
}

/// What has come out, up to the end of the Session Context.
fn outcomes(session: &mut SessionContext) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for output in drain(session) {
        outcomes.push(match output {
            SessionOutput::Message { payload, .. } => Outcome::Message(payload.to_vec()),
            SessionOutput::Send(record) => {
                Outcome::SentAgain(record.session_context().map_or(0, |content| content.sequence_id))
            }
            SessionOutput::Restarted { reason, .. } => {
                outcomes.push(Outcome::Failed(reason));
                return outcomes;
            }
            SessionOutput::Started { .. } => continue,
        });
    }
    outcomes
}

/// A network between two sides that has heard everything and forgets nothing.
struct Replaying {
    sides: [SessionContext; 2],
    /// All Records to each side, and how many of them were delivered in their turn.
    history: [(Vec<Record>, usize); 2],
    delivered: [Vec<u32>; 2],
    started: usize,
    now: Instant,
    rng: Lcg,
    next: u32,
}

impl Replaying {
    fn new(config: SessionConfig) -> Self {
        let sides = [(agent(), controller()), (controller(), agent())];
        Self {
            sides: sides.map(|(local, peer)| SessionContext::new(local, peer, config)),
            history: [(Vec::new(), 0), (Vec::new(), 0)],
            delivered: [Vec::new(), Vec::new()],
            started: 0,
            now: NOW,
            rng: Lcg::new(5),
            next: 0,
        }
    }

    fn drain(&mut self, side: usize) {
        while let Some(output) = self.sides[side].poll_output() {
            match output {
                SessionOutput::Send(record) => self.history[1 - side].0.push(record),
                SessionOutput::Started { .. } => self.started += 1,
                SessionOutput::Restarted { .. } => {}
                SessionOutput::Message { payload, .. } => {
                    let number = payload.first_chunk().map(|bytes| u32::from_le_bytes(*bytes)).expect("ours");
                    assert!(payload.chunks(4).all(|chunk| chunk == number.to_le_bytes()), "whole");
                    self.delivered[side].push(number);
                }
            }
        }
    }

    fn send(&mut self, side: usize, size: usize) {
        let message = (self.next + 1).to_le_bytes().repeat(size + 1);
        // A side that has not heard of what it sent for too long has no room.
        if self.sides[side].send(message, self.now, &mut self.rng).is_ok() {
            self.next += 1;
        }
        self.drain(side);
    }

    fn receive(&mut self, side: usize, at: usize) {
        if let Some(record) = self.history[side].0.get(at).cloned() {
            self.sides[side].receive(&record, self.now, &mut self.rng);
            self.drain(side);
        }
    }

    /// Delivers the next Record in turn, or loses it.
    fn turn(&mut self, side: usize, is_lost: bool) -> bool {
        let (history, delivered) = &mut self.history[side];
        let at = *delivered;
        if at == history.len() {
            return false;
        }
        *delivered += 1;
        if !is_lost {
            self.receive(side, at);
        }
        true
    }

    fn pass(&mut self, time: Duration) {
        self.now += time;
        for side in 0..2 {
            self.sides[side].tick(self.now, &mut self.rng);
            self.drain(side);
        }
    }

    fn settle(&mut self) {
        for _ in 0..300 {
            while self.turn(0, false) || self.turn(1, false) {}
            let due = self.sides.iter().filter_map(SessionContext::poll_timeout).min();
            let Some(due) = due else { return };
            self.pass(due - self.now);
        }
        panic!("the two sides do not come to rest");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_comes_of_any_records_is_what_the_standard_says(
        sent in 0..4u64,
        records in vec(record(), 1..40),
    ) {
        let mut session = SessionContext::new(agent(), controller(), CONFIG);
        let mut rng = Lcg::new(1);
        let mut receive = |session: &mut SessionContext, content: &SessionContextRecord| {
            let content = RecordType::SessionContext(content.clone());
            session.receive(&Record::new(&controller(), &agent(), content), NOW, &mut rng);
        };
        let first = SessionContextRecord { session_id: 7, sequence_id: 1, expected_id: 1, ..Default::default() };
        receive(&mut session, &first);
        for _ in 0..sent {
            session.send(&b"sent"[..], NOW, &mut Lcg::new(2)).expect("room");
        }
        drain(&mut session);
        let mut reference = Reference::new(sent);
        for content in &records {
            let expected = reference.receive(content, sent + 1);
            let is_over = matches!(expected.last(), Some(Outcome::Failed(_)));
            receive(&mut session, content);
            let out = outcomes(&mut session);
            if is_over {
                // What was to be sent again goes with the Session Context, if it has not gone before.
                let told = |outcomes: Vec<Outcome>| -> Vec<Outcome> {
                    outcomes.into_iter().filter(|found| !matches!(found, Outcome::SentAgain(_))).collect()
                };
                prop_assert_eq!(told(out), told(expected), "{:?}", content);
                prop_assert!(session.session_id() != Some(7));
                return Ok(());
            }
            prop_assert_eq!(out, expected, "{:?}", content);
            prop_assert_eq!(session.session_id(), Some(7));
            prop_assert_eq!(session.poll_timeout().is_some(), !reference.early.is_empty());
        }
    }

    #[test]
    fn nothing_that_is_said_again_is_heard_again(
        schedule in vec((0..6u8, any::<u16>(), 0..2usize, 0..300usize), 0..150),
        expiration in prop_oneof![Just(None), (1..30u64).prop_map(|secs| Some(Duration::from_secs(secs)))],
    ) {
        let config = SessionConfig {
            max_retransmit_tries: None,
            max_record_size: Some(512),
            expiration,
            buffer_bytes: 20_000,
            buffer_records: 40,
            ..SessionConfig::DEFAULT
        };
        let mut link = Replaying::new(config);
        for (action, fate, side, size) in schedule {
            match action {
                0 => link.send(side, size),
                1 | 2 => drop(link.turn(side, fate % 4 == 0)),
                3 | 4 => {
                    let count = link.history[side].0.len().max(1);
                    link.receive(side, usize::from(fate) % count);
                }
                _ => link.pass(Duration::from_millis(u64::from(fate % 3_000))),
            }
            for side in &link.sides {
                // Each of the buffers, with what Records take beside their bytes.
                prop_assert!(side.buffered_bytes() <= 4 * 20_000 + 80 * 1_000, "{}", side.buffered_bytes());
            }
        }
        link.settle();
        for round in 0..4 {
            link.pass(config.gap_wait);
            link.send(round % 2, 1);
            link.settle();
        }
        for (from, to) in [(0, 1), (1, 0)] {
            link.send(from, 1);
            let last = link.next;
            link.settle();
            prop_assert_eq!(link.delivered[to].last(), Some(&last), "they understand each other");
        }
        // A side remembers so many Session Contexts that are over.
        if link.started <= 16 {
            for delivered in &link.delivered {
                let different: BTreeSet<u32> = delivered.iter().copied().collect();
                prop_assert_eq!(different.len(), delivered.len(), "once: {:?}", delivered);
            }
        }
    }
}
