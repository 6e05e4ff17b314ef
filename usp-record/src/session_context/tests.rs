//! The RECORD scenarios of the conformance tests by their ids, and two endpoints over a bad link.

mod budget;
mod hostile_peer;
mod late_records;
mod link;
mod toy_channel;

use alloc::string::ToString;
use alloc::vec::Vec;
use core::time::Duration;

use super::*;
use crate::Integrity;
use crate::session_context_record::PayloadSarState;
use link::{Lcg, agent, controller};

const NOW: Instant = Instant::from_secs(1_000);

fn session(config: SessionConfig) -> SessionContext {
    SessionContext::new(agent(), controller(), config)
}

/// A Record from the Controller: session, sequence, expected, retransmit, payload.
fn record(ids: [u64; 4], payload: &'static [u8]) -> Record {
    let [session_id, sequence_id, expected_id, retransmit_id] = ids;
    let payload = if payload.is_empty() { Vec::new() } else { [Bytes::from_static(payload)].into() };
    let content = SessionContextRecord {
        session_id,
        sequence_id,
        expected_id,
        retransmit_id,
        payload,
        ..SessionContextRecord::default()
    };
    Record::new(&controller(), &agent(), RecordType::SessionContext(content))
}

fn drain(session: &mut SessionContext) -> Vec<SessionOutput> {
    core::iter::from_fn(|| session.poll_output()).collect()
}

/// The Messages that came out.
fn messages(output: &[SessionOutput]) -> Vec<&[u8]> {
    output
        .iter()
        .filter_map(|output| match output {
            SessionOutput::Message { payload, .. } => Some(&payload[..]),
            _ => None,
        })
        .collect()
}

/// The ids of the Records that went out: session, sequence, expected.
fn sent(output: &[SessionOutput]) -> Vec<[u64; 3]> {
    output
        .iter()
        .filter_map(|output| match output {
            SessionOutput::Send(record) => record.session_context(),
            _ => None,
        })
        .map(|content| [content.session_id, content.sequence_id, content.expected_id])
        .collect()
}

#[track_caller]
fn receives(session: &mut SessionContext, ids: [u64; 4], payload: &'static [u8], delivered: &[&[u8]]) {
    session.receive(&record(ids, payload), NOW, &mut Lcg::new(1));
    assert_eq!(messages(&drain(session)), delivered);
}

#[track_caller]
fn sends(session: &mut SessionContext, payload: &'static [u8], ids: [u64; 3]) {
    session.send(payload, NOW, &mut Lcg::new(1)).expect("accepted");
    assert_eq!(sent(&drain(session)), [ids]);
}

#[test]
fn tp469_3_8_the_answer_is_in_the_peer_s_session() {
    let mut session = session(SessionConfig::DEFAULT);
    receives(&mut session, [7, 1, 1, 0], b"get", &[b"get"]);
    sends(&mut session, b"resp", [7, 1, 2]);
}

/// [R-E2E.6]
#[test]
fn tp469_3_9_another_session_id_restarts() {
    let mut session = session(SessionConfig::DEFAULT);
    receives(&mut session, [7, 1, 1, 0], b"get", &[b"get"]);
    receives(&mut session, [8, 1, 1, 0], b"get", &[b"get"]);
    sends(&mut session, b"resp", [8, 1, 2]);
    // A Record of the former Session Context strays in.
    receives(&mut session, [7, 2, 1, 0], b"late", &[]);
    assert_eq!(session.session_id(), Some(8));
}

/// [R-E2E.7, R-E2E.14, R-E2E.15]
#[test]
fn tp469_3_10_after_expiry_the_next_message_starts_anew() {
    let mut session =
        session(SessionConfig { expiration: Some(Duration::from_secs(5)), ..SessionConfig::DEFAULT });
    let mut rng = Lcg::new(3);
    let mut ids = Vec::new();
    for now in [0, 4, 8, 13, 20] {
        session.send(&b"notify"[..], Instant::from_secs(now), &mut rng).expect("accepted");
        ids.extend(sent(&drain(&mut session)));
    }
    let [first, second, third, fourth, fifth] = ids[..] else { panic!("five Records: {ids:?}") };
    assert_eq!([first[1], second[1], third[1], fourth[1], fifth[1]], [1, 2, 3, 1, 1]);
    assert!(first[0] == third[0] && third[0] != fourth[0] && fourth[0] != fifth[0]);
    assert!(ids.iter().all(|[id, ..]| *id > 1), "[R-E2E.3] {ids:?}");
}

/// [R-E2E.17, R-E2E.20]
#[test]
fn tp469_3_11_records_are_processed_in_order() {
    let mut session = session(SessionConfig::DEFAULT);
    receives(&mut session, [7, 1, 1, 0], b"a", &[b"a"]);
    receives(&mut session, [7, 4, 4, 0], b"d", &[]);
    receives(&mut session, [7, 2, 2, 0], b"b", &[b"b"]);
    receives(&mut session, [7, 3, 3, 0], b"c", &[b"c", b"d"]);
    sends(&mut session, b"resp", [7, 1, 5]);
}

#[test]
fn tp469_3_12_a_record_is_sent_again_as_it_was() {
    let config = SessionConfig { max_retransmit_tries: Some(3), ..SessionConfig::DEFAULT };
    let mut session = session(config);
    receives(&mut session, [7, 1, 1, 0], b"get", &[b"get"]);
    session.send(&b"resp"[..], NOW, &mut Lcg::new(1)).expect("accepted");
    let first = drain(&mut session);
    session.receive(&record([7, 2, 1, 1], b""), NOW, &mut Lcg::new(1));
    assert_eq!(drain(&mut session), first);
}

#[test]
fn tp469_3_14_two_tries_are_three_copies() {
    let config = SessionConfig { max_retransmit_tries: Some(2), ..SessionConfig::DEFAULT };
    let mut session = session(config);
    receives(&mut session, [7, 1, 1, 0], b"set", &[b"set"]);
    sends(&mut session, b"resp", [7, 1, 2]);
    for sequence_id in [2, 3] {
        session.receive(&record([7, sequence_id, 1, 1], b""), NOW, &mut Lcg::new(1));
        assert_eq!(sent(&drain(&mut session)), [[7, 1, 2]]);
    }
    session.receive(&record([7, 4, 1, 1], b""), NOW, &mut Lcg::new(1));
    let output = drain(&mut session);
    let reason = SessionFailure::Retransmission(1);
    assert!(output.contains(&SessionOutput::Restarted { reason, unacknowledged: 1 }), "{output:?}");
    assert!(sent(&output).iter().all(|[id, ..]| *id != 7));
}

/// A stray may lead the peer back to a Session Context that is over here: neither may wait for the other for ever.
#[test]
fn a_peer_that_stays_in_a_former_session_is_told_of_the_new_one_and_then_gets_another() {
    let mut rng = Lcg::new(1);
    let mut session = session(SessionConfig::DEFAULT);
    session.receive(&record([7, 1, 1, 0], b"a"), NOW, &mut rng);
    session.receive(&record([8, 1, 1, 0], b"b"), NOW, &mut rng);
    drain(&mut session);
    let mut now = NOW;
    for (seq, told) in (2..).zip([1, 2, 3]) {
        now += SessionConfig::DEFAULT.gap_wait;
        session.receive(&record([7, seq, 1, 0], b"c"), now, &mut rng);
        let output = drain(&mut session);
        assert_eq!((messages(&output), sent(&output)), (Vec::new(), Vec::from([[8, told, 2]])));
        // A moment later it may be a stray.
        session.receive(&record([7, seq, 1, 0], b"c"), now, &mut rng);
        assert_eq!(drain(&mut session), []);
    }
    now += SessionConfig::DEFAULT.gap_wait;
    session.receive(&record([7, 9, 1, 0], b"c"), now, &mut rng);
    let [[id, 1, 1]] = sent(&drain(&mut session))[..] else { panic!("another Session Context is announced") };
    assert!(id != 7 && id != 8, "{id}");
}

#[test]
fn a_peer_that_stays_in_a_session_that_has_expired_gets_another() {
    let config = SessionConfig { expiration: Some(Duration::from_secs(5)), ..SessionConfig::DEFAULT };
    let mut session = session(config);
    session.receive(&record([7, 1, 1, 0], b"a"), NOW, &mut Lcg::new(1));
    session.receive(&record([7, 2, 1, 0], b"b"), NOW + Duration::from_secs(5), &mut Lcg::new(1));
    let output = drain(&mut session);
    assert_eq!(messages(&output), [b"a"]);
    let [[id, 1, 1]] = sent(&output)[..] else { panic!("another Session Context is announced: {output:?}") };
    assert_ne!(id, 7);
}

/// [R-E2E.25]
#[test]
fn tp469_3_15_duplicates_are_ignored() {
    let mut session = session(SessionConfig::DEFAULT);
    receives(&mut session, [7, 1, 1, 0], b"get", &[b"get"]);
    for _ in 0..3 {
        receives(&mut session, [7, 1, 1, 0], b"get", &[]);
    }
    receives(&mut session, [7, 3, 1, 0], b"early", &[]);
    receives(&mut session, [7, 3, 1, 0], b"early", &[]);
    receives(&mut session, [7, 2, 1, 0], b"two", &[b"two", b"early"]);
}

#[test]
fn r_e2e_6a_a_forbidden_session_is_refused_with_7106() {
    let mut session = session(SessionConfig { mode: SessionMode::Forbid, ..SessionConfig::DEFAULT });
    session.receive(&record([7, 1, 1, 0], b"get"), NOW, &mut Lcg::new(1));
    let output = drain(&mut session);
    let [SessionOutput::Send(Record { record_type: Some(RecordType::Disconnect(content)), .. })] =
        &output[..]
    else {
        panic!("one Disconnect Record: {output:?}")
    };
    assert_eq!(content.reason_code, 7106);
    assert_eq!(session.send(&b"x"[..], NOW, &mut Lcg::new(1)), Err(SendError::Forbidden));
}

#[test]
fn r_e2e_6b_termination_is_told_with_7105() {
    let mut session = session(SessionConfig::DEFAULT);
    receives(&mut session, [7, 1, 1, 0], b"get", &[b"get"]);
    session.terminate();
    let output = drain(&mut session);
    assert!(
        matches!(&output[..], [SessionOutput::Send(Record { record_type: Some(RecordType::Disconnect(content)), .. })]
            if content.reason_code == 7105),
        "{output:?}"
    );
    assert_eq!(session.session_id(), None);
}

#[test]
fn r_e2e_8_numbers_close_to_the_end_restart() {
    let mut session = session(SessionConfig::DEFAULT);
    receives(&mut session, [7, 1, 1, 0], b"get", &[b"get"]);
    session.receive(&record([7, u64::MAX - 9_999, 1, 0], b"get"), NOW, &mut Lcg::new(1));
    let reason = SessionFailure::SequenceExhausted;
    assert!(drain(&mut session).contains(&SessionOutput::Restarted { reason, unacknowledged: 0 }));
}

#[test]
fn r_e2e_9_another_session_begins_before_the_last_numbers_are_used() {
    let mut session = session(SessionConfig::DEFAULT);
    receives(&mut session, [7, 1, 1, 0], b"get", &[b"get"]);
    let active = session.active.as_mut().expect("a Session Context");
    active.skip_to(u64::MAX - 10_000);
    sends(&mut session, b"resp", [7, u64::MAX - 10_000, 2]);
    session.send(&b"notify"[..], NOW, &mut Lcg::new(1)).expect("accepted");
    let [[id, 1, 1]] = sent(&drain(&mut session))[..] else { panic!("the first Record of another one") };
    assert!(id > 1 && id != 7, "{id}");
}

/// Gives nothing but zeros.
struct Zeros;

impl Rng for Zeros {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

#[test]
fn r_e2e_3_the_smallest_session_id_of_our_own_is_2() {
    let mut session = session(SessionConfig::DEFAULT);
    session.send(&b"notify"[..], NOW, &mut Zeros).expect("accepted");
    assert_eq!(sent(&drain(&mut session)), [[2, 1, 1]]);
}

#[test]
fn r_e2e_10_failures_in_a_row_wait_longer_and_longer() {
    let mut session = session(SessionConfig::DEFAULT);
    let mut rng = Lcg::new(5);
    // The first begins at once, the second waits 5 to 10 seconds, the third 10 to 20.
    for (low, high) in [(0, 0), (5, 10), (10, 20)] {
        session.receive(&record([0, 0, 0, 0], b""), NOW, &mut rng);
        match session.poll_timeout() {
            None => assert_eq!(high, 0),
            Some(due) => assert!((low..=high).contains(&(due - NOW).as_secs()), "{due}"),
        }
        drain(&mut session);
    }
    session.send(&b"waits"[..], NOW, &mut rng).expect("accepted");
    assert_eq!(sent(&drain(&mut session)), Vec::<[u64; 3]>::new());
    let due = session.poll_timeout().expect("a restart is due");
    session.tick(due, &mut rng);
    assert_eq!(sent(&drain(&mut session)).len(), 2);
}

#[test]
fn r_e2e_21_parts_without_a_first_one_restart() {
    let mut session = session(SessionConfig::DEFAULT);
    let mut part = record([7, 1, 1, 0], b"part");
    if let Some(RecordType::SessionContext(content)) = &mut part.record_type {
        content.payload_sar_state = PayloadSarState::Complete.into();
    }
    session.receive(&part, NOW, &mut Lcg::new(1));
    let reason = SessionFailure::Reassembly(ReassemblyError::NoBegin);
    assert!(drain(&mut session).contains(&SessionOutput::Restarted { reason, unacknowledged: 0 }));
}

/// No signature is right for it.
struct Refuses;

impl Integrity for Refuses {
    type Error = core::convert::Infallible;

    fn sign(&self, _: &[u8]) -> Result<Bytes, Self::Error> {
        Ok(Bytes::new())
    }

    fn verify(&self, _: &[u8], _: &[u8], _: &[u8]) -> bool {
        false
    }
}

/// What a receiver does: a Record that fails verification goes no further.
fn verify_and_receive(session: &mut SessionContext, record: &Record) -> Vec<SessionOutput> {
    if record.verify(&Refuses) {
        session.receive(record, NOW, &mut Lcg::new(1));
    } else {
        session.integrity_failed(NOW, &mut Lcg::new(1));
    }
    drain(session)
}

/// Takes every signature, so that what is refused is refused for want of one.
struct Accepts;

impl Integrity for Accepts {
    type Error = ();

    fn sign(&self, _: &[u8]) -> Result<Bytes, ()> {
        Ok(Bytes::from_static(b"signed"))
    }

    fn verify(&self, _: &[u8], _: &[u8], _: &[u8]) -> bool {
        true
    }
}

#[test]
fn tp469_3_1_bytes_that_are_no_record_have_a_code_and_what_follows_is_read() {
    // Not even a prefix of a Record, or one byte that is wrong, is taken for something else.
    let whole = Record::no_session(&controller(), &agent(), &b"get"[..]).encode_to_vec();
    for bytes in [&b"\xff\xff"[..], &whole[..whole.len() - 1], b"GET / HTTP/1.1\r\n"] {
        let error = Record::decode(bytes).expect_err("no Record");
        assert_eq!(error.code(), 7100, "{error}");
    }
    let without = |change: fn(&mut Record)| {
        let mut record = Record::no_session(&controller(), &agent(), &b"get"[..]);
        change(&mut record);
        let record = Record::decode(&record.encode_to_vec()).expect("protobuf");
        let error = record.validate().expect_err("a required field is missing");
        assert_eq!(error.code(), 7104, "{error}");
        error.to_string()
    };
    assert_eq!(without(|record| record.version.clear()), "version is required and missing");
    assert_eq!(without(|record| record.to_id.clear()), "to_id is required and missing");
    assert_eq!(without(|record| record.from_id.clear()), "from_id is required and missing");
    assert_eq!(without(|record| record.record_type = None), "record_type is missing or of an unknown kind");
    assert_eq!(Record::decode(&whole).map(|record| record.validate()), Ok(Ok(())));
}

#[test]
fn a_record_without_signature_does_not_verify_and_begins_nothing() {
    let mut session = session(SessionConfig::DEFAULT);
    let mut get = record([7, 1, 1, 0], b"get");
    assert!(!get.verify(&Accepts), "no signature is not a right one");
    session.integrity_failed(NOW, &mut Lcg::new(1));
    assert_eq!((drain(&mut session), session.session_id()), (Vec::new(), None));
    assert!(!Record::no_session(&controller(), &agent(), &b"get"[..]).verify(&Accepts));
    // The same Record, signed, is.
    assert_eq!(get.sign(&Accepts), Ok(()));
    assert!(get.verify(&Accepts));
    session.receive(&get, NOW, &mut Lcg::new(1));
    assert_eq!(messages(&drain(&mut session)), [b"get"]);
}

#[test]
fn a_first_record_that_fails_verification_gets_no_answer() {
    let mut session = session(SessionConfig::DEFAULT);
    let mut first = record([7, 1, 1, 0], b"client hello");
    first.mac_signature = Bytes::from_static(b"wrong");
    assert_eq!(verify_and_receive(&mut session, &first), []);
    assert_eq!(session.session_id(), None);
}

#[test]
fn a_record_that_fails_verification_restarts_without_a_word() {
    let mut session = session(SessionConfig::DEFAULT);
    receives(&mut session, [7, 1, 1, 0], b"get", &[b"get"]);
    let output = verify_and_receive(&mut session, &record([7, 2, 1, 0], b"get"));
    assert_eq!(messages(&output), Vec::<&[u8]>::new());
    let reason = SessionFailure::Integrity;
    assert!(output.contains(&SessionOutput::Restarted { reason, unacknowledged: 0 }), "{output:?}");
    // The first Record of another Session Context is all that the peer gets to see.
    let [[id, 1, 1]] = sent(&output)[..] else { panic!("one Record: {output:?}") };
    assert!(id > 1 && id != 7);
}

#[test]
fn r_e2e_24_a_record_of_no_session_restarts() {
    for ids in [[0, 1, 1, 0], [9, 0, 1, 0]] {
        let mut session = session(SessionConfig::DEFAULT);
        receives(&mut session, [7, 1, 1, 0], b"get", &[b"get"]);
        session.receive(&record(ids, b"get"), NOW, &mut Lcg::new(1));
        let output = drain(&mut session);
        assert_eq!(messages(&output), Vec::<&[u8]>::new());
        let reason = SessionFailure::InvalidSessionId;
        assert!(output.contains(&SessionOutput::Restarted { reason, unacknowledged: 0 }), "{output:?}");
    }
}

#[test]
fn r_e2e_4_the_peer_s_first_record_begins_the_one_session() {
    let mut session = session(SessionConfig::DEFAULT);
    session.receive(&record([7, 1, 1, 0], b""), NOW, &mut Lcg::new(1));
    assert_eq!(drain(&mut session), [SessionOutput::Started { session_id: 7 }]);
    sends(&mut session, b"one", [7, 1, 2]);
    sends(&mut session, b"two", [7, 2, 2]);
    // [R-E2E.5] Another one takes its place.
    receives(&mut session, [8, 1, 1, 0], b"", &[]);
    sends(&mut session, b"three", [8, 1, 2]);
}

#[test]
fn r_e2e_22_what_came_before_the_fault_is_delivered() {
    let mut session = session(SessionConfig::DEFAULT);
    let mut part = record([7, 2, 1, 0], b"part without a first");
    if let Some(RecordType::SessionContext(content)) = &mut part.record_type {
        content.payload_sar_state = PayloadSarState::Inprocess.into();
    }
    session.receive(&part, NOW, &mut Lcg::new(1));
    assert_eq!(messages(&drain(&mut session)), Vec::<&[u8]>::new());
    session.receive(&record([7, 1, 1, 0], b"whole"), NOW, &mut Lcg::new(1));
    let output = drain(&mut session);
    assert_eq!(messages(&output), [b"whole"]);
    let reason = SessionFailure::Reassembly(ReassemblyError::NoBegin);
    assert!(output.contains(&SessionOutput::Restarted { reason, unacknowledged: 0 }), "{output:?}");
}

#[test]
fn r_e2e_16_a_lost_segment_is_asked_for_and_sent_again() {
    let config =
        SessionConfig { max_record_size: Some(512), max_retransmit_tries: Some(1), ..SessionConfig::DEFAULT };
    let mut agent = session(config);
    let mut controller = SessionContext::new(controller(), link::agent(), config);
    let message: Vec<u8> = (0..1_200).map(|at| at as u8).collect();
    agent.send(message.clone(), NOW, &mut Lcg::new(1)).expect("accepted");
    let output = drain(&mut agent);
    assert_eq!(sent(&output).iter().map(|[_, sequence_id, _]| *sequence_id).collect::<Vec<_>>(), [1, 2, 3]);
    for (at, output) in output.iter().filter(|output| matches!(output, SessionOutput::Send(_))).enumerate() {
        let SessionOutput::Send(record) = output else { continue };
        if at != 1 {
            controller.receive(record, NOW, &mut Lcg::new(2));
        }
    }
    assert_eq!(messages(&drain(&mut controller)), Vec::<&[u8]>::new());
    let due = controller.poll_timeout().expect("a Record is missing");
    controller.tick(due, &mut Lcg::new(2));
    let output = drain(&mut controller);
    let [SessionOutput::Send(request)] = &output[..] else { panic!("one Record: {output:?}") };
    assert_eq!(request.session_context().map(|content| content.retransmit_id), Some(2));
    agent.receive(request, due, &mut Lcg::new(1));
    let output = drain(&mut agent);
    let [SessionOutput::Send(again)] = &output[..] else { panic!("one Record: {output:?}") };
    controller.receive(again, due, &mut Lcg::new(2));
    assert_eq!(messages(&drain(&mut controller)), [&message[..]]);
}

#[test]
fn buffers_are_bounded() {
    let config = SessionConfig { buffer_records: 3, buffer_bytes: 1_000, ..SessionConfig::DEFAULT };
    let mut session = session(config);
    for sequence_id in [3, 4, 5] {
        receives(&mut session, [7, sequence_id, 1, 0], b"early", &[]);
    }
    session.receive(&record([7, 6, 1, 0], b"early"), NOW, &mut Lcg::new(1));
    let reason = SessionFailure::BufferFull;
    assert!(drain(&mut session).contains(&SessionOutput::Restarted { reason, unacknowledged: 0 }));
    assert_eq!(session.send(alloc::vec![0; 1_001], NOW, &mut Lcg::new(1)), Err(SendError::TooLarge));
    assert_eq!(session.send(Vec::new(), NOW, &mut Lcg::new(1)), Err(SendError::Empty));
}

#[test]
fn records_keep_the_configured_size() {
    let config = SessionConfig { max_record_size: Some(600), ..SessionConfig::DEFAULT };
    let mut session = session(config);
    session.send(alloc::vec![7; 100_000], NOW, &mut Lcg::new(1)).expect("accepted");
    let sizes: Vec<usize> = drain(&mut session)
        .iter()
        .filter_map(|output| match output {
            SessionOutput::Send(record) => Some(record.encode_to_vec().len()),
            _ => None,
        })
        .collect();
    assert!(sizes.len() > 160 && sizes.len() < 260, "{}", sizes.len());
    assert!(sizes.iter().all(|size| *size <= 600), "{sizes:?}");
}
