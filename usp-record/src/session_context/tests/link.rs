//! Two sides over a link that loses, repeats and reorders Records. Nothing sleeps: time is a number.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::time::Duration;

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

use crate::session_context::{SessionConfig, SessionContext, SessionOutput};
use crate::{EndpointId, Instant, Record, Rng};

pub(super) fn agent() -> EndpointId {
    "os::00256D-0123456789".parse().expect("valid")
}

pub(super) fn controller() -> EndpointId {
    "self::controller".parse().expect("valid")
}

/// A generator of which every run repeats.
pub(super) struct Lcg(u64);

impl Lcg {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }
}

impl Rng for Lcg {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (self.0 >> 56) as u8;
        }
    }
}

/// One side: its session, what arrives for it, and what came out.
struct Side {
    session: SessionContext,
    inbox: Vec<Record>,
    delivered: Vec<u32>,
    restarts: usize,
}

struct Pair {
    sides: [Side; 2],
    now: Instant,
    rng: Lcg,
    next: u32,
}

impl Pair {
    fn new(config: SessionConfig) -> Self {
        let side = |local, peer| Side {
            session: SessionContext::new(local, peer, config),
            inbox: Vec::new(),
            delivered: Vec::new(),
            restarts: 0,
        };
        Self {
            sides: [side(agent(), controller()), side(controller(), agent())],
            now: Instant::from_secs(1),
            rng: Lcg::new(11),
            next: 0,
        }
    }

    /// Sends the next Message from a side; its number fills it.
    fn send(&mut self, from: usize, size: usize) {
        self.next += 1;
        let message = self.next.to_le_bytes().repeat(size.max(1));
        self.sides[from].session.send(message, self.now, &mut self.rng).expect("room");
        self.drain(from, 0);
    }

    /// Takes what a side has done; `fate` decides about Records: lost, repeated, or put in front.
    fn drain(&mut self, from: usize, fate: u8) {
        let to = 1 - from;
        while let Some(output) = self.sides[from].session.poll_output() {
            match output {
                SessionOutput::Send(record) => {
                    let inbox = &mut self.sides[to].inbox;
                    match fate % 8 {
                        1 | 2 => {}
                        3 => {
                            inbox.push(record.clone());
                            inbox.push(record);
                        }
                        4 => inbox.insert(0, record),
                        _ => inbox.push(record),
                    }
                }
                SessionOutput::Message { payload, .. } => {
                    let number =
                        payload.first_chunk().map(|bytes| u32::from_le_bytes(*bytes)).expect("four bytes");
                    assert!(
                        payload.chunks(4).all(|chunk| chunk == number.to_le_bytes()),
                        "a Message is damaged"
                    );
                    self.sides[from].delivered.push(number);
                }
                SessionOutput::Restarted { .. } => self.sides[from].restarts += 1,
                SessionOutput::Started { .. } => {}
            }
        }
    }

    /// Delivers one Record to a side; from the end of its queue if `late`.
    fn deliver(&mut self, to: usize, late: bool, fate: u8) {
        let side = &mut self.sides[to];
        if side.inbox.is_empty() {
            return;
        }
        let record = if late { side.inbox.pop().expect("not empty") } else { side.inbox.remove(0) };
        side.session.receive(&record, self.now, &mut self.rng);
        self.drain(to, fate);
    }

    fn tick(&mut self, passed: Duration, fate: u8) {
        self.now += passed;
        for side in 0..2 {
            self.sides[side].session.tick(self.now, &mut self.rng);
            self.drain(side, fate);
        }
    }

    /// Lets the link be good until nothing is under way.
    fn settle(&mut self) {
        for _ in 0..200 {
            while self.sides.iter().any(|side| !side.inbox.is_empty()) {
                self.deliver(0, false, 0);
                self.deliver(1, false, 0);
            }
            let due = self.sides.iter().filter_map(|side| side.session.poll_timeout()).min();
            let Some(due) = due else { return };
            self.tick(due - self.now, 0);
        }
        panic!("the two sides do not come to rest");
    }
}

/// How many cases to try, unless PROPTEST_CASES says otherwise.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(500)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn messages_arrive_once_and_in_order_or_the_session_restarts(
        schedule in vec((0..4u8, any::<u8>(), 0..2usize, 0..700usize), 0..120),
        tries in 0..12u32,
    ) {
        let config = SessionConfig {
            max_retransmit_tries: Some(tries),
            max_record_size: Some(512),
            gap_tries: 10,
            ..SessionConfig::DEFAULT
        };
        let mut pair = Pair::new(config);
        for (action, fate, side, size) in schedule {
            match action {
                0 => pair.send(side, size),
                1 => pair.deliver(side, false, fate),
                2 => pair.deliver(side, true, fate),
                _ => pair.tick(Duration::from_millis(u64::from(fate) * 20), fate),
            }
        }
        // The last Record of a side may be lost without a trace; more on a good link show it.
        pair.settle();
        for round in 0..4 {
            pair.tick(config.gap_wait, 0);
            pair.send(round % 2, 1);
            pair.settle();
        }
        // Whatever happened before, the two understand each other now.
        pair.send(0, 1);
        let last = pair.next;
        pair.settle();
        prop_assert_eq!(pair.sides[1].delivered.last(), Some(&last));
        pair.send(1, 1);
        let last = pair.next;
        pair.settle();
        prop_assert_eq!(pair.sides[0].delivered.last(), Some(&last));
        for side in &pair.sides {
            let different: BTreeSet<u32> = side.delivered.iter().copied().collect();
            prop_assert_eq!(different.len(), side.delivered.len(), "once: {:?}", side.delivered);
        }
        if pair.sides.iter().all(|side| side.restarts == 0) {
            for side in &pair.sides {
                prop_assert!(side.delivered.is_sorted(), "in order: {:?}", side.delivered);
            }
            let delivered: usize = pair.sides.iter().map(|side| side.delivered.len()).sum();
            prop_assert_eq!(delivered, pair.next as usize);
        }
    }

    #[test]
    fn random_records_do_no_harm(
        records in vec((0..4u64, any::<[u64; 3]>(), -1..5i32, 0..3usize), 0..60),
    ) {
        let mut pair = Pair::new(SessionConfig::DEFAULT);
        for (session_id, ids, state, payloads) in records {
            let content = crate::SessionContextRecord {
                session_id,
                sequence_id: ids[0] % 5,
                expected_id: ids[1],
                retransmit_id: ids[2] % 3,
                payload_sar_state: state,
                payload: core::iter::repeat_n(bytes::Bytes::from_static(&[1, 0, 0, 0]), payloads).collect(),
                ..Default::default()
            };
            let record = Record::new(&controller(), &agent(), crate::record::RecordType::SessionContext(content));
            pair.sides[0].session.receive(&record, pair.now, &mut pair.rng);
            while pair.sides[0].session.poll_output().is_some() {}
            prop_assert!(pair.sides[0].session.buffered_bytes() < 100_000);
        }
    }
}
