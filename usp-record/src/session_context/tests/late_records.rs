//! Records that come late, or once more, and what is kept to be sent again.

use core::time::Duration;

use alloc::vec::Vec;

use bytes::Bytes;

use super::link::Lcg;
use super::{NOW, drain, messages, receives, record, sends, sent, session};
use crate::record::RecordType;
use crate::{Record, SendError, SessionConfig, SessionContext, SessionFailure, SessionMode, SessionOutput};

/// Sends `count` Messages of one byte; their Records come out.
fn send_all(session: &mut SessionContext, count: usize) -> Vec<SessionOutput> {
    for _ in 0..count {
        session.send(&b"x"[..], NOW, &mut Lcg::new(1)).expect("there is room");
    }
    drain(session)
}

/// Five Records out, in the peer's Session Context, of which the peer asks for the fifth.
fn five_are_sent() -> SessionContext {
    let mut session = session(SessionConfig { max_retransmit_tries: Some(3), ..SessionConfig::DEFAULT });
    for sequence_id in 1..10 {
        receives(&mut session, [7, sequence_id, 1, 0], b"", &[]);
    }
    assert_eq!(sent(&send_all(&mut session, 5)).last(), Some(&[7, 5, 10]));
    session
}

#[track_caller]
fn goes_on(session: &mut SessionContext, ids: [u64; 4], delivered: &[&[u8]]) {
    session.receive(&record(ids, b"x"), NOW, &mut Lcg::new(1));
    let output = drain(session);
    assert_eq!(messages(&output), delivered);
    assert_eq!(sent(&output), Vec::<[u64; 3]>::new());
    let restarts = output.iter().filter(|output| matches!(output, SessionOutput::Restarted { .. }));
    assert_eq!(restarts.count(), 0, "{output:?}");
}

#[test]
fn a_request_that_is_overtaken_by_its_acknowledgement_is_ignored() {
    let mut session = five_are_sent();
    // The peer sent 10 to ask for 5, had it before that arrived, and acknowledged it with 11, which is faster.
    goes_on(&mut session, [7, 11, 6, 0], &[]);
    goes_on(&mut session, [7, 10, 5, 5], &[b"x", b"x"]);
    sends(&mut session, b"x", [7, 6, 12]);
}

#[test]
fn a_request_that_was_lost_and_is_sent_again_as_it_was_is_ignored() {
    let mut session = five_are_sent();
    goes_on(&mut session, [7, 11, 6, 0], &[]);
    let due = session.poll_timeout().expect("10 is missing");
    session.tick(due, &mut Lcg::new(1));
    let output = drain(&mut session);
    let [SessionOutput::Send(request)] = &output[..] else { panic!("one Record: {output:?}") };
    assert_eq!(request.session_context().map(|content| content.retransmit_id), Some(10));
    goes_on(&mut session, [7, 10, 5, 5], &[b"x", b"x"]);
}

#[test]
fn what_is_not_acknowledged_is_still_sent_again_after_a_later_acknowledgement() {
    let mut session = five_are_sent();
    goes_on(&mut session, [7, 11, 4, 0], &[]);
    session.receive(&record([7, 10, 3, 5], b"x"), NOW, &mut Lcg::new(1));
    assert_eq!(sent(&drain(&mut session)), [[7, 5, 10]]);
}

/// A short Record may come in a buffer of megabytes.
#[test]
fn a_record_that_is_held_does_not_keep_what_it_came_in() {
    let mut early = record([7, 2, 1, 0], b"");
    let received = Bytes::from(alloc::vec![7; 100_000]);
    if let Some(RecordType::SessionContext(content)) = &mut early.record_type {
        content.payload = [received.slice(..1), received.slice(1..2)].into();
    }
    let mut session = session(SessionConfig::DEFAULT);
    session.receive(&early, NOW, &mut Lcg::new(1));
    drop(early);
    assert!(received.is_unique());
    receives(&mut session, [7, 1, 1, 0], b"a", &[b"a", &[7, 7]]);
}

#[test]
fn r_e2e_16_no_record_is_given_up_before_it_is_acknowledged() {
    let config = SessionConfig { buffer_records: 3, max_retransmit_tries: Some(1), ..SessionConfig::DEFAULT };
    let mut session = session(config);
    receives(&mut session, [7, 1, 1, 0], b"", &[]);
    send_all(&mut session, 3);
    assert_eq!(session.send(&b"x"[..], NOW, &mut Lcg::new(1)), Err(SendError::Full));
    assert_eq!(drain(&mut session), []);
    // The first is there, and with its acknowledgement there is room for one more.
    session.receive(&record([7, 2, 1, 1], b""), NOW, &mut Lcg::new(1));
    assert_eq!(sent(&drain(&mut session)), [[7, 1, 2]]);
    receives(&mut session, [7, 3, 2, 0], b"", &[]);
    sends(&mut session, b"x", [7, 4, 4]);
    assert_eq!(session.send(&b"x"[..], NOW, &mut Lcg::new(1)), Err(SendError::Full));
}

#[test]
fn r_e2e_16_the_parts_of_a_message_count_one_by_one() {
    let config = SessionConfig { buffer_records: 3, max_record_size: Some(512), ..SessionConfig::DEFAULT };
    let mut session = session(config);
    receives(&mut session, [7, 1, 1, 0], b"", &[]);
    assert_eq!(session.send(alloc::vec![7; 1_600], NOW, &mut Lcg::new(1)), Err(SendError::TooLarge), "four");
    session.send(alloc::vec![7; 600], NOW, &mut Lcg::new(1)).expect("two");
    assert_eq!(session.send(alloc::vec![7; 600], NOW, &mut Lcg::new(1)), Err(SendError::Full), "two more");
    session.send(alloc::vec![7; 400], NOW, &mut Lcg::new(1)).expect("one");
    assert_eq!(sent(&drain(&mut session)).len(), 3);
}

/// What is asked before a Message is made is what it meets when it is sent.
#[test]
fn the_longest_message_is_the_longest_that_is_taken() {
    let sizes = [None, Some(0), Some(512), Some(1_400)];
    for (max_record_size, buffer_records) in sizes.into_iter().flat_map(|size| [(size, 1), (size, 3)]) {
        for buffer_bytes in [1, 600, 5_000] {
            let config =
                SessionConfig { max_record_size, buffer_records, buffer_bytes, ..SessionConfig::DEFAULT };
            let longest = session(config).max_message();
            let send = |length| session(config).send(alloc::vec![7; length], NOW, &mut Lcg::new(1));
            assert_eq!(send(longest), Ok(()), "{config:?}");
            assert_eq!(send(longest + 1), Err(SendError::TooLarge), "{config:?}");
        }
    }
    let none = SessionConfig { buffer_bytes: 0, ..SessionConfig::DEFAULT };
    assert_eq!(session(none).max_message(), 0);
    // Two Records of 512 bytes, of which the rest of each is taken.
    let two = SessionConfig { max_record_size: Some(512), buffer_records: 2, ..SessionConfig::DEFAULT };
    assert!((700..1_024).contains(&session(two).max_message()));
}

#[test]
fn a_message_that_never_fits_leaves_the_session_context_whole() {
    let config = SessionConfig { buffer_records: 3, max_record_size: Some(512), ..SessionConfig::DEFAULT };
    let mut session = session(config);
    receives(&mut session, [7, 1, 1, 0], b"", &[]);
    sends(&mut session, b"x", [7, 1, 2]);
    let large = || alloc::vec![7; 1_600];
    assert_eq!(session.send(large(), NOW, &mut Lcg::new(1)), Err(SendError::TooLarge));
    assert_eq!(session.restart_with(large(), NOW, &mut Lcg::new(1)), Err(SendError::TooLarge));
    assert_eq!(session.restart_with(&b""[..], NOW, &mut Lcg::new(1)), Err(SendError::Empty));
    assert_eq!((drain(&mut session), session.session_id()), (Vec::new(), Some(7)));
    // What fits goes on in it.
    sends(&mut session, b"y", [7, 2, 2]);
    session.configure(SessionConfig { mode: SessionMode::Forbid, ..config });
    assert_eq!(session.restart_with(&b"x"[..], NOW, &mut Lcg::new(1)), Err(SendError::Forbidden));
}

/// A Message that takes all of the buffer finds it empty in the Session Context that begins with it.
#[test]
fn a_session_context_begins_anew_with_a_message_that_had_no_room() {
    let config = SessionConfig { buffer_records: 3, max_record_size: Some(512), ..SessionConfig::DEFAULT };
    let mut session = session(config);
    receives(&mut session, [7, 1, 1, 0], b"", &[]);
    sends(&mut session, b"x", [7, 1, 2]);
    let all = || alloc::vec![7; 1_100];
    assert_eq!(session.send(all(), NOW, &mut Lcg::new(1)), Err(SendError::Full));
    assert_eq!(session.session_id(), Some(7));
    session.restart_with(all(), NOW, &mut Lcg::new(1)).expect("three Records");
    let output = drain(&mut session);
    let begun = session.session_id().expect("it has begun");
    let restarted = SessionOutput::Restarted { reason: SessionFailure::NewContext, unacknowledged: 1 };
    assert_eq!(output[..2], [restarted, SessionOutput::Started { session_id: begun }]);
    assert_eq!(sent(&output), [[begun, 1, 1], [begun, 2, 1], [begun, 3, 1]]);
}

#[test]
fn messages_that_wait_take_room_in_the_session_context_that_begins() {
    let config = SessionConfig { buffer_records: 3, max_record_size: Some(512), ..SessionConfig::DEFAULT };
    let mut session = session(config);
    for _ in 0..2 {
        session.receive(&record([0, 0, 0, 0], b""), NOW, &mut Lcg::new(1));
    }
    session.send(alloc::vec![7; 600], NOW, &mut Lcg::new(1)).expect("two");
    drain(&mut session);
    assert_eq!(session.restart_with(alloc::vec![7; 600], NOW, &mut Lcg::new(1)), Err(SendError::Full));
    assert_eq!((drain(&mut session), session.session_id()), (Vec::new(), None));
    session.restart_with(&b"x"[..], NOW, &mut Lcg::new(1)).expect("one");
    assert_eq!(sent(&drain(&mut session)).len(), 3);
}

#[test]
fn r_e2e_16_messages_that_wait_for_the_next_session_count() {
    let config = SessionConfig { buffer_records: 3, max_record_size: Some(512), ..SessionConfig::DEFAULT };
    let mut session = session(config);
    for _ in 0..2 {
        session.receive(&record([0, 0, 0, 0], b""), NOW, &mut Lcg::new(1));
    }
    assert_eq!((session.failures(), session.session_id()), (2, None));
    drain(&mut session);
    session.send(alloc::vec![7; 600], NOW, &mut Lcg::new(1)).expect("two");
    assert_eq!(session.send(alloc::vec![7; 600], NOW, &mut Lcg::new(1)), Err(SendError::Full), "two more");
    let due = session.poll_timeout().expect("a restart is due");
    session.tick(due, &mut Lcg::new(1));
    assert_eq!(sent(&drain(&mut session)).len(), 3, "what announces the Session Context, and the two");
}

#[test]
fn nothing_begins_by_itself_once_session_contexts_are_forbidden() {
    let mut session = session(SessionConfig::DEFAULT);
    for _ in 0..2 {
        session.receive(&record([0, 0, 0, 0], b""), NOW, &mut Lcg::new(1));
    }
    session.send(&b"waits"[..], NOW, &mut Lcg::new(1)).expect("accepted");
    drain(&mut session);
    let due = session.poll_timeout().expect("a restart is due");
    session.configure(SessionConfig { mode: SessionMode::Forbid, ..SessionConfig::DEFAULT });
    session.tick(due, &mut Lcg::new(1));
    assert_eq!(drain(&mut session), []);
    assert_eq!((session.session_id(), session.poll_timeout(), session.buffered_bytes()), (None, None, 0));
}

#[test]
fn r_e2e_6b_a_session_that_becomes_forbidden_ends_at_the_next_tick() {
    let mut session = session(SessionConfig::DEFAULT);
    receives(&mut session, [7, 1, 1, 0], b"", &[]);
    receives(&mut session, [7, 3, 1, 0], b"early", &[]);
    let due = session.poll_timeout().expect("a Record is missing");
    session.configure(SessionConfig { mode: SessionMode::Forbid, ..SessionConfig::DEFAULT });
    session.tick(due, &mut Lcg::new(1));
    let output = drain(&mut session);
    let [SessionOutput::Send(Record { record_type: Some(RecordType::Disconnect(content)), .. })] =
        &output[..]
    else {
        panic!("one Disconnect Record: {output:?}")
    };
    assert_eq!(content.reason_code, 7105);
    assert_eq!((session.session_id(), session.poll_timeout()), (None, None));
}

/// [R-E2E.5] Of two Session Contexts that cross on their way one stays: the larger id, on both sides.
#[test]
fn r_e2e_5_of_two_that_begin_at_once_the_larger_id_stays() {
    let wait = SessionConfig::DEFAULT.gap_wait;
    let begun = || {
        let mut session = session(SessionConfig::DEFAULT);
        session.send(&b"notify"[..], NOW, &mut Lcg::new(1)).expect("accepted");
        drain(&mut session);
        let id = session.session_id().expect("it has begun");
        (session, id)
    };
    let heard = |session: &mut SessionContext, id, now| {
        session.receive(&record([id, 1, 1, 0], b"get"), now, &mut Lcg::new(2));
        let output = drain(session);
        (session.session_id(), messages(&output) == [b"get"])
    };
    // [R-E2E.6] The larger one of the peer is taken at once.
    let (mut session, id) = begun();
    assert_eq!(heard(&mut session, id + 1, NOW), (Some(id + 1), true));
    // The smaller one only after what told the peer of ours has had its time.
    let (mut session, id) = begun();
    assert_eq!(heard(&mut session, id - 1, NOW), (Some(id), false));
    assert_eq!(heard(&mut session, id - 1, NOW + (wait - Duration::from_micros(1))), (Some(id), false));
    assert_eq!(heard(&mut session, id - 1, NOW + wait), (Some(id - 1), true));
    // A peer that has spoken in ours means what it begins.
    let (mut session, id) = begun();
    assert_eq!(heard(&mut session, id, NOW), (Some(id), true));
    assert_eq!(heard(&mut session, id - 1, NOW), (Some(id - 1), true));
}
