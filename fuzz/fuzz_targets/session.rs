//! Two sides of a Session Context under any schedule of sending, losing, repeating and waiting: nothing
//! panics, no Message is delivered twice, and buffers stay bounded.

#![no_main]

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use usp_record::{EndpointId, Instant, Record, Rng, SessionConfig, SessionContext, SessionOutput};

struct Lcg(u64);

impl Rng for Lcg {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (self.0 >> 56) as u8;
        }
    }
}

fuzz_target!(|schedule: &[u8]| {
    let ids: [EndpointId; 2] =
        ["os::00256D-1", "self::controller"].map(|id| EndpointId::parse(id).expect("an Endpoint ID"));
    let config = SessionConfig {
        max_retransmit_tries: Some(3),
        max_record_size: Some(512),
        buffer_bytes: 100_000,
        expiration: Some(Duration::from_secs(100)),
        ..SessionConfig::DEFAULT
    };
    let mut sides = [0, 1].map(|side| SessionContext::new(ids[side].clone(), ids[1 - side].clone(), config));
    let mut links: [VecDeque<Record>; 2] = Default::default();
    let mut delivered: [BTreeSet<u32>; 2] = Default::default();
    let (mut now, mut rng, mut number) = (Instant::from_secs(1), Lcg(1), 0u32);
    for step in schedule {
        let side = usize::from(step & 1);
        match step >> 1 & 7 {
            0 | 1 => {
                number += 1;
                let message = number.to_le_bytes().repeat(usize::from(step >> 4) * 20 + 1);
                let _ = sides[side].send(message, now, &mut rng);
            }
            2 => drop(links[side].pop_front()),
            3 => links[side].extend(links[side].front().cloned()),
            4 => now += Duration::from_millis(u64::from(step >> 4) * 700),
            _ => {
                if let Some(record) = links[side].pop_front() {
                    sides[side].receive(&record, now, &mut rng);
                }
            }
        }
        for side in 0..2 {
            sides[side].tick(now, &mut rng);
            while let Some(output) = sides[side].poll_output() {
                match output {
                    SessionOutput::Send(record) => links[1 - side].push_back(record),
                    SessionOutput::Message { payload, .. } => {
                        let number = u32::from_le_bytes(*payload.first_chunk().expect("four bytes"));
                        assert!(delivered[side].insert(number), "delivered twice");
                    }
                    _ => {}
                }
            }
            assert!(sides[side].buffered_bytes() <= 3 * config.buffer_bytes);
        }
    }
});
