//! Segmentation and reassembly, as defined by TR-369, section "Segmented Message Exchange".

use alloc::vec::Vec;

use bytes::Bytes;

use crate::session_context_record::PayloadSarState;

/// What one Record carries of a Message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Which part of the Message this is.
    pub payload_sar_state: PayloadSarState,
    /// Which part of a TLS record, or of the one plain payload, this is.
    pub payloadrec_sar_state: PayloadSarState,
    /// The payloads: one, or several whole TLS records.
    pub payload: Vec<Bytes>,
}

/// Cuts a Message into what fits into one Record each, without copying.
///
/// `units` is the plain payload alone, or the TLS records that carry the Message. `room` is what a
/// Record has for payload, in bytes; at least one is taken.
pub fn segment(units: Vec<Bytes>, room: usize) -> Vec<Segment> {
    let room = room.max(1);
    let total: usize = units.iter().map(|unit| unit.len() + UNIT_OVERHEAD).sum();
    if total <= room || units.iter().all(Bytes::is_empty) {
        let (payload_sar_state, payloadrec_sar_state) = (PayloadSarState::None, PayloadSarState::None);
        return [Segment { payload_sar_state, payloadrec_sar_state, payload: units }].into();
    }
    let alone = units.len() == 1;
    let parts = units.iter().map(|unit| count(unit.len(), room)).sum();
    let longest = room.saturating_sub(UNIT_OVERHEAD).max(1);
    let mut segments = Vec::with_capacity(parts);
    for mut unit in units {
        let count = count(unit.len(), room);
        for part in 0..count {
            let payload_sar_state = state(segments.len(), parts);
            let payloadrec_sar_state = if alone { payload_sar_state } else { state(part, count) };
            let payload = [unit.split_to(longest.min(unit.len()))].into();
            segments.push(Segment { payload_sar_state, payloadrec_sar_state, payload });
        }
    }
    segments
}

/// How many Records [`segment`] makes of one unit of this length.
pub(super) fn count(length: usize, room: usize) -> usize {
    let room = room.max(1);
    if length.saturating_add(UNIT_OVERHEAD) <= room {
        return 1;
    }
    length.div_ceil(room.saturating_sub(UNIT_OVERHEAD).max(1)).max(1)
}

/// What key and length of a payload take, for payloads up to 2 MiB; see `room` of the session.
const UNIT_OVERHEAD: usize = 4;

/// The state of part `at` out of `count`.
const fn state(at: usize, count: usize) -> PayloadSarState {
    match (at, count) {
        (_, 1) => PayloadSarState::None,
        (0, _) => PayloadSarState::Begin,
        _ if at + 1 == count => PayloadSarState::Complete,
        _ => PayloadSarState::Inprocess,
    }
}

/// Bytes from which on a buffer grows faster: moving it costs more than the room.
const LARGE: usize = 64 << 10;

/// Puts Messages together again out of the payloads of Records in order.
///
/// Each part is copied as it comes, so that nothing of the Record that it came in is kept.
#[derive(Debug, Default)]
pub struct Reassembly {
    /// What is there of a Message that is not complete.
    buffer: Option<Vec<u8>>,
}

/// The parts of a Message do not fit together, or are too many; the Session Context has failed
/// `[R-E2E.21]`. The peer is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReassemblyError {
    /// A first part, or a whole Message, before the last part of the one before.
    #[error("a Message begins before the one before it is complete")]
    Unfinished,
    /// A part that is not the first, without a first.
    #[error("a part of a Message comes without the first part")]
    NoBegin,
    /// The Message grows beyond the limit.
    #[error("the parts of a Message have more than {limit} bytes")]
    TooLarge {
        /// Bytes accepted.
        limit: usize,
    },
}

impl Reassembly {
    /// Nothing is held yet.
    pub const fn new() -> Self {
        Self { buffer: None }
    }

    /// Takes what the next Record carries; gives the Message if it is complete.
    ///
    /// Completion goes by `payload_sar_state` alone. Of a whole Message in one piece nothing is
    /// copied. What is empty is no Message: it keeps the Session Context alive.
    ///
    /// # Errors
    ///
    /// Parts in the wrong order, and more than `limit` bytes. Nothing is held then.
    pub fn push(
        &mut self,
        state: PayloadSarState,
        payload: Vec<Bytes>,
        limit: usize,
    ) -> Result<Option<Bytes>, ReassemblyError> {
        let size = payload.iter().map(Bytes::len).sum::<usize>();
        let buffer = self.buffer.take();
        let length = buffer.as_ref().map_or(0, Vec::len).saturating_add(size);
        if length > limit {
            return Err(ReassemblyError::TooLarge { limit });
        }
        let mut buffer = match (state, buffer) {
            (PayloadSarState::None, None) => return Ok(join(payload)),
            (PayloadSarState::None | PayloadSarState::Begin, Some(_)) => {
                return Err(ReassemblyError::Unfinished);
            }
            (PayloadSarState::Inprocess | PayloadSarState::Complete, None) => {
                return Err(ReassemblyError::NoBegin);
            }
            (PayloadSarState::Begin, None) => Vec::new(),
            (PayloadSarState::Inprocess | PayloadSarState::Complete, Some(buffer)) => buffer,
        };
        if length > buffer.capacity() {
            // It doubles as it grows, and faster where it is large, yet never takes more than the limit.
            let factor = if buffer.capacity() < LARGE { 2 } else { 4 };
            let room = buffer.capacity().saturating_mul(factor).clamp(length, limit);
            buffer.reserve_exact(room - buffer.len());
        }
        payload.iter().for_each(|part| buffer.extend_from_slice(part));
        if state == PayloadSarState::Complete {
            return Ok(Some(buffer.into()).filter(|message: &Bytes| !message.is_empty()));
        }
        self.buffer = Some(buffer);
        Ok(None)
    }

    /// Bytes that a Message takes which is not complete.
    pub const fn held(&self) -> usize {
        match &self.buffer {
            Some(buffer) => buffer.capacity(),
            None => 0,
        }
    }
}

/// The whole payload, if it is not empty; of one in one piece nothing is copied.
pub(super) fn join(mut payload: Vec<Bytes>) -> Option<Bytes> {
    match payload.len() {
        0 | 1 => payload.pop(),
        _ => Some(payload.concat().into()),
    }
    .filter(|payload| !payload.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use PayloadSarState::{Begin, Complete, Inprocess, None as Whole};

    fn states(units: &[usize], room: usize) -> Vec<(PayloadSarState, PayloadSarState)> {
        let units = units.iter().map(|size| Bytes::from(alloc::vec![7; *size])).collect();
        let segments = segment(units, room);
        segments.iter().map(|segment| (segment.payload_sar_state, segment.payloadrec_sar_state)).collect()
    }

    #[test]
    fn what_fits_stays_whole() {
        assert_eq!(states(&[100], 104), [(Whole, Whole)]);
        assert_eq!(states(&[40, 40], 104), [(Whole, Whole)]);
        assert_eq!(states(&[0], 1), [(Whole, Whole)]);
    }

    #[test]
    fn one_unit_over_several_records_has_equal_states() {
        assert_eq!(states(&[250], 104), [(Begin, Begin), (Inprocess, Inprocess), (Complete, Complete)]);
        assert_eq!(states(&[101], 104), [(Begin, Begin), (Complete, Complete)]);
    }

    #[test]
    fn several_tls_records_one_in_each_record() {
        assert_eq!(states(&[90, 90, 90], 104), [(Begin, Whole), (Inprocess, Whole), (Complete, Whole)]);
    }

    /// The figure of the standard: the first two TLS records over three Records each, the third in one.
    #[test]
    fn the_figure_of_the_standard() {
        assert_eq!(
            states(&[250, 250, 50], 104),
            [
                (Begin, Begin),
                (Inprocess, Inprocess),
                (Inprocess, Complete),
                (Inprocess, Begin),
                (Inprocess, Inprocess),
                (Inprocess, Complete),
                (Complete, Whole),
            ]
        );
    }

    #[test]
    fn reassembly_is_the_inverse_of_segmentation() {
        for size in [1, 99, 100, 101, 1000] {
            let message = Bytes::from_iter((0..size).map(|at| at as u8));
            let mut reassembly = Reassembly::default();
            let mut delivered = Vec::new();
            for segment in segment([message.clone()].into(), 104) {
                delivered.extend(
                    reassembly.push(segment.payload_sar_state, segment.payload, 2000).expect("in order"),
                );
            }
            assert_eq!(delivered, [message]);
        }
    }

    #[test]
    fn wrong_orders_fail() {
        let part = || Vec::from([Bytes::from_static(b"part")]);
        let mut reassembly = Reassembly::default();
        assert_eq!(reassembly.push(Complete, part(), 99), Err(ReassemblyError::NoBegin));
        assert_eq!(reassembly.push(Inprocess, part(), 99), Err(ReassemblyError::NoBegin));
        assert_eq!(reassembly.push(Begin, part(), 99), Ok(None));
        assert_eq!(reassembly.push(Begin, part(), 99), Err(ReassemblyError::Unfinished));
        assert_eq!(reassembly.push(Begin, part(), 99), Ok(None));
        assert_eq!(reassembly.push(Whole, part(), 99), Err(ReassemblyError::Unfinished));
        assert_eq!(reassembly.push(Begin, part(), 7), Ok(None));
        assert_eq!(reassembly.push(Inprocess, part(), 7), Err(ReassemblyError::TooLarge { limit: 7 }));
        assert_eq!(reassembly.held(), 0);
    }

    #[test]
    fn an_empty_payload_is_no_message() {
        let mut reassembly = Reassembly::default();
        assert_eq!(reassembly.push(Whole, Vec::new(), 99), Ok(None));
        assert_eq!(reassembly.push(Whole, [Bytes::new()].into(), 99), Ok(None));
    }

    /// A Record may hold a thousand of them, in two bytes each.
    #[test]
    fn empty_parts_take_nothing() {
        let empty = || alloc::vec![Bytes::new(); 1_000];
        let mut reassembly = Reassembly::default();
        assert_eq!(reassembly.push(Begin, empty(), 99), Ok(None));
        for _ in 0..1_000 {
            assert_eq!(reassembly.push(Inprocess, empty(), 99), Ok(None));
        }
        assert_eq!(reassembly.held(), 0);
        assert_eq!(
            reassembly.push(Complete, [Bytes::from_static(b"end")].into(), 99),
            Ok(Some("end".into()))
        );
        assert_eq!(reassembly.push(Begin, empty(), 99), Ok(None));
        assert_eq!(reassembly.push(Complete, empty(), 99), Ok(None), "an empty Message is none");
    }

    #[test]
    fn short_parts_take_what_is_counted() {
        let mut reassembly = Reassembly::default();
        assert_eq!(reassembly.push(Begin, Vec::new(), 10_000), Ok(None));
        for at in 1..=10 {
            assert_eq!(
                reassembly.push(Inprocess, alloc::vec![Bytes::from_static(b"x"); 1_000], 10_000),
                Ok(None)
            );
            assert!((at * 1_000..=10_000).contains(&reassembly.held()), "{}", reassembly.held());
            assert_eq!(reassembly.buffer.as_ref().map(Vec::capacity), Some(reassembly.held()));
        }
        let more = reassembly.push(Inprocess, [Bytes::from_static(b"x")].into(), 10_000);
        assert_eq!(more, Err(ReassemblyError::TooLarge { limit: 10_000 }));
        assert_eq!(reassembly.held(), 0);
    }

    /// A payload may share the bytes of all that was received with it.
    #[test]
    fn what_is_held_does_not_keep_what_it_came_in() {
        let received = Bytes::from(alloc::vec![7; 4_096]);
        let mut reassembly = Reassembly::default();
        assert_eq!(reassembly.push(Begin, [received.slice(..1)].into(), 99), Ok(None));
        assert!(received.is_unique());
    }
}
