//! Session Contexts between the Agent and Controllers: the RECORD scenarios of TP-469 chapter 3, end to end.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

extern crate alloc;

mod common;

use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;

use common::id;
use common::wire::{
    ONE, Wire, disconnect, error, get, ids, msg, notify, plain_record, segment_record, session_record, values,
};
use usp_agent::{Input, Output, SessionLimits};
use usp_msg::{Add, Delete, Get, GetInstances, GetSupportedDm, Msg, NotifyResp, Operate, Set, add, set};
use usp_record::record::PayloadSecurity;
use usp_record::session_context_record::PayloadSarState;
use usp_record::{Record, SessionFailure};

/// A session id of the Controller.
const S: u64 = 77;

const INFO: &str = "Device.DeviceInfo.ModelName";

fn set_to(msg_id: &str, object: &str, settings: &[(&str, &str)]) -> Vec<u8> {
    let entry = settings
        .iter()
        .fold(set::UpdateObject::new(object), |entry, (name, text)| entry.required(*name, *text));
    Msg::request(msg_id, Set::new([entry])).encode_to_vec()
}

fn subscribe(kind: &str, reference: &str, retry: &str) -> Vec<u8> {
    let row = add::CreateObject::new("Device.LocalAgent.Subscription.")
        .required("Enable", "true")
        .required("ID", reference)
        .required("NotifType", kind)
        .required("NotifRetry", retry)
        .required("ReferenceList", reference);
    Msg::request("subscribe", Add::new([row])).encode_to_vec()
}

#[test]
fn tp469_3_8_the_answer_is_in_the_session_of_the_controller() {
    let mut wire = Wire::new();
    wire.device("Device.DeviceInfo.ModelName", "Box");
    let answer = wire.session([S, 1, 1, 0], &get("m1", INFO));
    assert_eq!(ids(&answer), [[S, 1, 2]]);
    assert_eq!(values(&answer[0]), [("ModelName".into(), "Box".into())]);
    assert_eq!(msg(&answer[0]).msg_id(), "m1");
    assert_eq!(wire.value(&format!("{ONE}E2ESession.Status")), "Up");
}

/// [R-E2E.6]
#[test]
fn tp469_3_9_another_session_id_starts_anew() {
    let mut wire = Wire::new();
    wire.session([S, 1, 1, 0], &get("m1", INFO));
    let answer = wire.session([S + 1, 1, 1, 0], &get("m2", INFO));
    assert_eq!(ids(&answer), [[S + 1, 1, 2]]);
    // The one before is over, and does not come back.
    assert_eq!(wire.session([S, 2, 2, 0], &get("m3", INFO)), []);
    assert_eq!(ids(&wire.session([S + 1, 2, 2, 0], &get("m4", INFO))), [[S + 1, 2, 3]]);
}

/// The default of PayloadSecurity is TLS, and of MaxRetransmitTries 0 (T18); the fixture has both set.
#[test]
fn tp469_3_10_a_session_expires_and_the_next_notify_begins_another() {
    let mut wire = Wire::new();
    let mut seq = 0;
    let mut next = |wire: &mut Wire, payload: &[u8]| {
        seq += 1;
        wire.session([S, seq, 1, 0], payload)
    };
    next(&mut wire, &subscribe("Event", "Device.LocalAgent.Periodic!", "false"));
    let entries = [
        set::UpdateObject::new(format!("{ONE}E2ESession.")).required("SessionExpiration", "60"),
        set::UpdateObject::new(ONE).required("PeriodicNotifInterval", "10"),
    ];
    let answer = next(&mut wire, &Msg::request("set", Set::new(entries)).encode_to_vec());
    assert!(msg(&answer[0]).as_response().is_some());
    wire.pass(Duration::from_secs(30));
    let told = wire.to("one");
    assert_eq!(told.len(), 3);
    assert!(ids(&told).iter().all(|[session, ..]| *session == S), "{:?}", ids(&told));
    assert!(told.iter().all(|record| notify(record).notification.is_some()));
    next(&mut wire, &set_to("set", &format!("{ONE}E2ESession."), &[("SessionExpiration", "5")]));
    wire.pass(Duration::from_secs(30));
    let told = wire.to("one");
    let sessions: Vec<u64> = ids(&told).iter().map(|[session, ..]| *session).collect();
    assert!(ids(&told).iter().all(|[_, sequence, _]| *sequence == 1), "{:?}", ids(&told));
    let different: BTreeSet<u64> = sessions.iter().copied().collect();
    assert_eq!((sessions.len(), different.len()), (3, 3));
    assert!(sessions.iter().all(|session| *session > 1), "R-E2E.3");
}

#[test]
fn tp469_3_10_the_session_is_down_at_the_moment_it_expires() {
    let mut wire = Wire::new();
    wire.device(&format!("{ONE}E2ESession.SessionExpiration"), "60");
    wire.session([S, 1, 1, 0], &get("m1", INFO));
    assert_eq!(wire.until, Some(wire.now + Duration::from_secs(60)));
    wire.pass(Duration::from_micros(59_999_999));
    assert_eq!(wire.value(&format!("{ONE}E2ESession.Status")), "Up");
    wire.pass(Duration::from_micros(1));
    assert_eq!(wire.value(&format!("{ONE}E2ESession.Status")), "Down");
    assert_eq!(wire.until, None);
}

#[test]
fn tp469_3_11_records_are_processed_in_order() {
    let mut wire = Wire::new();
    assert_eq!(ids(&wire.session([S, 1, 1, 0], &get("a", INFO))), [[S, 1, 2]]);
    assert_eq!(wire.session([S, 4, 4, 0], &get("d", INFO)), []);
    assert_eq!(ids(&wire.session([S, 2, 2, 0], &get("b", INFO))), [[S, 2, 3]]);
    let answers = wire.session([S, 3, 3, 0], &get("c", INFO));
    let msg_ids: Vec<String> = answers.iter().map(|record| msg(record).msg_id().to_owned()).collect();
    assert_eq!(msg_ids, ["c", "d"]);
    assert_eq!(ids(&answers), [[S, 3, 5], [S, 4, 5]]);
}

/// [R-E2E.16]
#[test]
fn tp469_3_12_a_record_is_sent_again_as_it_was() {
    let mut wire = Wire::new();
    wire.device(INFO, "Box");
    let first = wire.session([S, 1, 1, 0], &get("m1", INFO));
    assert_eq!((ids(&first), msg(&first[0]).msg_id()), (vec![[S, 1, 2]], "m1"));
    // What is read meanwhile is not what was sent.
    wire.device(INFO, "Other");
    wire.pass(Duration::from_secs(60));
    assert_eq!(wire.to("one"), []);
    let again = wire.session([S, 2, 1, 1], b"");
    assert_eq!(ids(&again), [[S, 1, 2]]);
    assert_eq!(values(&again[0]), [("ModelName".into(), "Box".into())]);
    assert_eq!(again, first);
    // What the Controller says it has is not sent once more, and the Session Context goes on.
    assert_eq!(wire.session([S, 3, 2, 0], b""), []);
    assert_eq!(wire.session([S, 4, 2, 1], b""), []);
    assert_eq!(ids(&wire.session([S, 5, 2, 0], &get("m2", INFO))), [[S, 2, 6]]);
}

/// [R-E2E.13] a restart forgets Session Contexts, and how many have failed in a row.
#[test]
fn r_sec_21_no_session_context_outlives_a_restart() {
    let mut wire = Wire::new();
    let tries = set_to("m1", &format!("{ONE}E2ESession."), &[("MaxRetransmitTries", "1")]);
    wire.session([S, 1, 1, 0], &tries);
    wire.session([S, 2, 1, 1], b"");
    wire.session([S, 3, 1, 1], b"");
    let stands = |wire: &mut Wire| {
        ["Status", "CurrentRetryCount", "MaxRetransmitTries"]
            .map(|name| wire.value(&format!("{ONE}E2ESession.{name}")))
    };
    assert_eq!(stands(&mut wire), ["Up", "1", "1"]);
    let mut restored = common::model();
    assert_eq!(restored.restore([&*wire.agent.model().snapshot()]).unwrap(), []);
    let mut wire = Wire::with(restored);
    assert_eq!(stands(&mut wire), ["Down", "0", "1"]);
    assert_eq!(wire.outputs, []);
}

/// Two tries are three copies (T18); the third request begins another Session Context.
#[test]
fn tp469_3_14_two_tries_are_three_copies() {
    let mut wire = Wire::new();
    let tries = set_to("m1", &format!("{ONE}E2ESession."), &[("MaxRetransmitTries", "2")]);
    let copies = [
        wire.session([S, 1, 1, 0], &tries),
        wire.session([S, 2, 1, 1], b""),
        wire.session([S, 3, 1, 1], b""),
    ];
    assert!(copies.iter().all(|copy| *copy == copies[0] && copy.len() == 1), "{copies:?}");
    let after = wire.session([S, 4, 1, 1], b"");
    let [[session, 1, 1]] = ids(&after)[..] else { panic!("another Session Context: {after:?}") };
    assert_ne!(session, S);
    let lost = Output::SessionRestarted {
        with: id("self::one"),
        reason: SessionFailure::Retransmission(1),
        unacknowledged: 1,
    };
    assert_eq!(wire.outputs, [lost]);
    assert_eq!(wire.value(&format!("{ONE}E2ESession.CurrentRetryCount")), "1");
    // [R-E2E.12] the Controller comes over to it, and nothing has failed any more.
    assert_eq!(ids(&wire.session([session, 1, 2, 0], &get("m2", INFO))), [[session, 2, 2]]);
    assert_eq!(wire.value(&format!("{ONE}E2ESession.CurrentRetryCount")), "0");
}

/// [R-MTP.7] A Controller that says goodbye between two tries leaves nothing to try again, so nothing has failed.
#[test]
fn r_mtp_7_a_goodbye_between_two_tries_forgets_the_failures() {
    let mut wire = Wire::new();
    wire.session([S, 1, 1, 0], b"");
    for _ in 0..2 {
        wire.session([0, 1, 1, 0], b"");
    }
    let status = |wire: &Wire| {
        ["Status", "CurrentRetryCount"].map(|name| wire.value(&format!("{ONE}E2ESession.{name}")))
    };
    assert_eq!(status(&wire), ["Down", "2"]);
    let goodbye = Record::disconnect(&id("self::one"), &id(common::wire::AGENT), 7105_u32, "bye");
    assert_eq!(wire.give(&goodbye), []);
    assert_eq!((status(&wire), wire.until), (["Down".into(), "0".into()], None));
}

/// TR-181, SessionMode: to require a Session Context establishes one, after the answer to who required it.
#[test]
fn a_session_that_becomes_required_is_established() {
    let mut wire = Wire::new();
    let require = set_to("m1", &format!("{ONE}E2ESession."), &[("SessionMode", "Require")]);
    let records = wire.give(&plain_record(require));
    assert_eq!(msg(&records[0]).msg_id(), "m1");
    let [[session, 1, 1]] = ids(&records[1..])[..] else { panic!("a Session Context: {records:?}") };
    assert!(session > 1);
    assert_eq!(wire.value(&format!("{ONE}E2ESession.Status")), "Up");
    assert_eq!(ids(&wire.session([session, 1, 2, 0], &get("m2", INFO))), [[session, 2, 2]]);
}

/// [R-E2E.25]
#[test]
fn tp469_3_15_a_record_that_comes_again_is_answered_once() {
    let mut wire = Wire::new();
    let request = session_record([S, 1, 1, 0], &get("m1", INFO));
    assert_eq!(wire.give(&request).len(), 1);
    for _ in 0..3 {
        assert_eq!(wire.give(&request), []);
    }
}

/// The scenario's TLS and plain text change places: this Agent has no TLS.
#[test]
fn tp469_3_13_another_payload_security_begins_another_session() {
    let mut wire = Wire::new();
    wire.session([S, 1, 1, 0], &get("m1", INFO));
    let tls = Record {
        payload_security: PayloadSecurity::Tls12.into(),
        ..session_record([S, 2, 2, 0], &get("m2", INFO))
    };
    let answer = wire.give(&tls);
    let [[session, 1, 1]] = ids(&answer)[..] else {
        panic!("another Session Context, no answer: {answer:?}")
    };
    assert_ne!(session, S);
    assert!(answer[0].session_context().unwrap().payload.is_empty(), "no GetResp");
}

/// Sends a payload in pieces of a Record each.
fn segments(payload: &[u8], size: usize) -> Vec<(PayloadSarState, &[u8])> {
    let pieces: Vec<&[u8]> = payload.chunks(size).collect();
    let last = pieces.len() - 1;
    let state = |at| match at {
        0 => PayloadSarState::Begin,
        at if at == last => PayloadSarState::Complete,
        _ => PayloadSarState::Inprocess,
    };
    pieces.into_iter().enumerate().map(|(at, piece)| (state(at), piece)).collect()
}

#[test]
fn a_request_in_segments_is_answered_in_segments_of_the_configured_size() {
    let mut wire = Wire::new();
    wire.device(&format!("{ONE}E2ESession.MaxUSPRecordSize"), "512");
    let request = get("m1", "Device.LocalAgent.");
    let mut answers = Vec::new();
    for (at, (state, piece)) in segments(&request, 10).into_iter().enumerate() {
        assert_eq!(answers, [], "not before it is complete");
        let record = segment_record([S, 1 + at as u64, 1, 0], state, vec![piece.to_vec().into()]);
        answers = wire.give(&record);
    }
    assert!(answers.len() > 3, "{} Records", answers.len());
    assert!(answers.iter().all(|record| record.encode_to_vec().len() <= 512));
    let states: Vec<i32> =
        answers.iter().map(|record| record.session_context().unwrap().payload_sar_state).collect();
    let mut expected = vec![i32::from(PayloadSarState::Inprocess); answers.len()];
    expected[0] = PayloadSarState::Begin.into();
    expected[answers.len() - 1] = PayloadSarState::Complete.into();
    assert_eq!(states, expected);
    let whole: Vec<u8> =
        answers.iter().flat_map(|record| record.session_context().unwrap().payload.concat()).collect();
    assert_eq!(Msg::decode(&whole).unwrap().msg_id(), "m1");
}

#[test]
fn a_segment_that_is_lost_is_asked_for() {
    let mut wire = Wire::new();
    let request = get("m1", INFO);
    let segments = segments(&request, request.len().div_ceil(3));
    let record = |at: usize, sequence| {
        segment_record([S, sequence, 1, 0], segments[at].0, vec![segments[at].1.to_vec().into()])
    };
    assert_eq!(wire.give(&record(0, 1)), []);
    assert_eq!(wire.give(&record(2, 3)), []);
    let due = wire.until.expect("it waits for what is missing");
    wire.pass(due - wire.now);
    let asked = wire.to("one");
    assert_eq!(asked[0].session_context().unwrap().retransmit_id, 2);
    let answer = wire.give(&record(1, 2));
    assert_eq!(msg(&answer[0]).msg_id(), "m1");
    assert_eq!(wire.until, None, "nothing is missing any more");
}

#[test]
fn an_end_without_a_beginning_begins_another_session() {
    let mut wire = Wire::new();
    wire.session([S, 1, 1, 0], &get("m1", INFO));
    let record = segment_record([S, 2, 2, 0], PayloadSarState::Complete, vec![b"x".to_vec().into()]);
    let answer = wire.give(&record);
    let [[session, 1, 1]] = ids(&answer)[..] else { panic!("another Session Context: {answer:?}") };
    assert_ne!(session, S);
}

/// [R-E2E.8]
#[test]
fn r_e2e_8_numbers_close_to_the_end_begin_another_session() {
    let mut wire = Wire::new();
    wire.session([S, 1, 1, 0], &get("m1", INFO));
    let answer = wire.session([S, u64::MAX - 9_999, 2, 0], &get("m2", INFO));
    let [[session, 1, 1]] = ids(&answer)[..] else { panic!("another Session Context: {answer:?}") };
    assert_ne!(session, S);
}

/// [R-E2E.24] and enumeration values that do not exist: the peer is not told why.
#[test]
fn r_e2e_24_records_that_break_a_rule_begin_another_session() {
    for breaks in [
        session_record([0, 2, 2, 0], b""),
        session_record([S, 0, 2, 0], b""),
        Record { payload_security: 9, ..session_record([S, 2, 2, 0], b"") },
    ] {
        let mut wire = Wire::new();
        // Without a Session Context it is ignored.
        assert_eq!(wire.give(&breaks), []);
        assert_eq!(wire.ignored.len(), 1);
        wire.session([S, 1, 1, 0], &get("m1", INFO));
        let answer = wire.give(&breaks);
        let [[session, 1, 1]] = ids(&answer)[..] else { panic!("another Session Context: {answer:?}") };
        assert_ne!(session, S);
        wire.serves("two");
    }
}

#[test]
fn r_e2e_6a_6b_forbidden_sessions_end_with_7105_and_are_refused_with_7106() {
    let mut wire = Wire::new();
    let forbid = set_to("m1", &format!("{ONE}E2ESession."), &[("SessionMode", "Forbid")]);
    let answers = wire.session([S, 1, 1, 0], &forbid);
    assert_eq!(ids(&answers), [[S, 1, 2]], "the answer comes first");
    assert_eq!(disconnect(&answers[1]), (7105, "the Session Context is terminated"));
    assert_eq!(wire.value(&format!("{ONE}E2ESession.Status")), "Down");
    let answers = wire.session([S + 1, 1, 1, 0], &get("m2", INFO));
    assert_eq!(disconnect(&answers[0]), (7106, "Session Contexts are not allowed"));
    assert_eq!(answers.len(), 1);
    wire.serves("one");
}

#[test]
fn what_is_configured_as_protected_never_goes_in_plain_text() {
    let mut wire = Wire::new();
    wire.device(&format!("{ONE}E2ESession.PayloadSecurity"), "TLS");
    let answers = wire.session([S, 1, 1, 0], &get("m1", INFO));
    assert_eq!(disconnect(&answers[0]), (7106, "PayloadSecurity is TLS, which this Agent does not have"));
    assert_eq!(answers.len(), 1);
}

#[test]
fn a_required_session_is_begun_by_the_agent_and_what_is_outside_is_refused() {
    let mut wire = Wire::new();
    wire.give(&plain_record(subscribe("ValueChange", INFO, "false")));
    wire.device(&format!("{ONE}E2ESession.SessionMode"), "Require");
    wire.device(INFO, "Box");
    let told = wire.to("one");
    let [[session, 1, 1], [same, 2, 1]] = ids(&told)[..] else { panic!("a Session Context: {told:?}") };
    assert!(session > 1 && same == session, "R-E2E.3");
    assert_eq!(notify(&told[1]).subscription_id, INFO);
    let refused = wire.give(&plain_record(get("m1", INFO)));
    assert_eq!(error(&refused[0]), (7101, "m1".into()));
    // [R-MTP.5] never an Error for an answer.
    assert_eq!(wire.give(&plain_record(Msg::response_to("m1", NotifyResp::default()).encode_to_vec())), []);
    assert_eq!(wire.ignored[0].to_string(), "self::one has to use a Session Context");
    assert_eq!(ids(&wire.session([session, 1, 3, 0], &get("m2", INFO))), [[session, 3, 2]]);
}

/// [R-MSG.0a] and what the Agent says by itself follows the last Record of the Controller.
#[test]
fn r_msg_0a_answers_and_notifications_are_in_records_of_the_same_kind() {
    let mut wire = Wire::new();
    wire.session([S, 1, 1, 0], &subscribe("ValueChange", INFO, "false"));
    wire.device(INFO, "a");
    assert_eq!(ids(&wire.to("one")), [[S, 2, 2]]);
    let answer = wire.give(&plain_record(get("m1", INFO)));
    assert_eq!((ids(&answer), msg(&answer[0]).msg_id()), (vec![], "m1"));
    wire.device(INFO, "b");
    let told = wire.to("one");
    assert_eq!((ids(&told), told.len()), (vec![], 1));
}

#[test]
fn a_reset_begins_another_session_after_its_answer() {
    let mut wire = Wire::new();
    let reset = Msg::request("m1", Operate::new(format!("{ONE}E2ESession.Reset()"))).encode_to_vec();
    let answers = wire.session([S, 1, 1, 0], &reset);
    let [[S, 1, 2], [session, 1, 1]] = ids(&answers)[..] else { panic!("answer, then another: {answers:?}") };
    assert_ne!(session, S);
    assert_eq!(msg(&answers[0]).msg_id(), "m1");
    assert_eq!(ids(&wire.session([session, 1, 2, 0], &get("m2", INFO))), [[session, 2, 2]]);
}

/// [R-MTP.7] what was known of the Session Context is forgotten, the numbers included.
#[test]
fn r_mtp_7_a_disconnect_record_ends_the_session() {
    let mut wire = Wire::new();
    wire.session([S, 1, 1, 0], &get("m1", INFO));
    let goodbye = Record::disconnect(&id("self::one"), &id(common::wire::AGENT), 7105_u32, "bye");
    assert_eq!(wire.give(&goodbye), []);
    assert_eq!(wire.ignored[0].to_string(), "self::one disconnects: bye (7105)");
    assert_eq!(wire.value(&format!("{ONE}E2ESession.Status")), "Down");
    assert_eq!(wire.until, None);
    assert_eq!(ids(&wire.session([S, 1, 1, 0], &get("m1", INFO))), [[S, 1, 2]]);
}

#[test]
fn a_controller_that_is_disabled_banned_or_deleted_has_no_session() {
    let disable = set_to("m1", ONE, &[("Enable", "false")]);
    let delete = Msg::request("m1", Delete::new([ONE])).encode_to_vec();
    for last in [disable, delete] {
        let mut wire = Wire::new();
        wire.session([S, 1, 1, 0], &subscribe("ValueChange", INFO, "true"));
        let answers = wire.session([S, 2, 2, 0], &last);
        assert_eq!(ids(&answers), [[S, 2, 3]], "it is answered");
        assert_eq!(disconnect(&answers[1]), (7105, "the Session Context is terminated"));
        wire.device(INFO, "Box");
        assert_eq!(wire.session([S, 3, 3, 0], &get("m2", INFO)), []);
        assert_eq!(wire.to("one"), []);
        wire.serves("two");
    }
}

/// A Controller that never sends anything tells nothing of what it has.
#[test]
fn notifications_to_a_silent_controller_do_not_pile_up() {
    let mut wire = Wire::new();
    wire.agent.limit_sessions(SessionLimits { peer_bytes: 20_000, ..SessionLimits::DEFAULT });
    wire.session([S, 1, 1, 0], &subscribe("ValueChange", INFO, "false"));
    let mut sessions = BTreeSet::new();
    for count in 0..500 {
        wire.device(INFO, &format!("{count}"));
        let told = wire.to("one");
        assert_eq!(notify(told.last().unwrap()).subscription_id, INFO, "each is sent");
        sessions.extend(ids(&told).iter().map(|[session, ..]| *session));
    }
    assert!(sessions.len() > 3, "{} Session Contexts", sessions.len());
    assert!(!wire.outputs.iter().any(|output| matches!(output, Output::Undelivered { .. })));
}

/// A Session Context with Controller `one` that carries two Records of 512 bytes at the most.
fn narrow() -> Wire {
    let mut wire = Wire::new();
    wire.agent.limit_sessions(SessionLimits { peer_records: 2, ..SessionLimits::DEFAULT });
    wire.device(&format!("{ONE}E2ESession.MaxUSPRecordSize"), "512");
    assert_eq!(ids(&wire.session([S, 1, 1, 0], &get("small", INFO))), [[S, 1, 2]]);
    wire
}

/// [R-MSG.0] A path that takes more Records than are kept is answered with 7005, and the Session Context goes on.
#[test]
fn r_msg_0_a_path_whose_answer_never_fits_is_told_so() {
    let mut wire = narrow();
    // With one Record that is not acknowledged yet, and with none.
    for (sequence, acknowledged) in [(2, 1), (3, 3)] {
        let answer = wire.session([S, sequence, acknowledged, 0], &get("large", "Device.LocalAgent."));
        assert_eq!(ids(&answer), [[S, sequence, sequence + 1]]);
        let Some(Ok(told)) = msg(&answer[0]).into_answer::<Get>() else { panic!("{answer:?}") };
        assert_eq!(told.req_path_results[0].err_code, 7005);
    }
    let request = GetSupportedDm::new(["Device.LocalAgent."]);
    let answer = wire.session([S, 4, 4, 0], &Msg::request("large", request).encode_to_vec());
    let Some(Ok(told)) = msg(&answer[0]).into_answer::<GetSupportedDm>() else { panic!("{answer:?}") };
    assert_eq!(told.req_obj_results[0].err_code, 7005);
    assert_eq!(wire.outputs, []);
}

/// [R-MSG.0] Where not even that fits, there is an Error.
#[test]
fn r_msg_0_a_request_whose_answer_never_fits_gets_an_error() {
    let many = || ["Device.LocalAgent.Controller."; 40];
    for request in [
        Msg::request("large", Get::new(many())),
        Msg::request("large", GetSupportedDm::new(many())),
        Msg::request("large", GetInstances::new(many())),
    ] {
        let mut wire = narrow();
        let answer = wire.session([S, 2, 2, 0], &request.encode_to_vec());
        assert_eq!(ids(&answer), [[S, 2, 3]]);
        assert_eq!(error(&answer[0]), (7005, "large".into()));
        assert_eq!(wire.outputs, []);
    }
}

/// [R-MSG.0] An Error says that nothing was done: what cannot be answered with success is not done.
#[test]
fn r_msg_0_what_changes_is_not_done_where_its_answer_does_not_fit() {
    let mut wire = narrow();
    let rows: Vec<_> = (0..40)
        .map(|row| add::CreateObject::new("Device.LocalAgent.Subscription.").required("ID", format!("{row}")))
        .collect();
    let request = Msg::request("large", Add::new(rows)).encode_to_vec();
    let answer = wire.session([S, 2, 2, 0], &request);
    assert_eq!(error(&answer[0]), (7005, "large".into()));
    assert_eq!(wire.value("Device.LocalAgent.SubscriptionNumberOfEntries"), "0");
    assert_eq!(wire.outputs, []);
    // Without Session Context the same is done: the limit is that of the one answer.
    let answer = wire.give(&plain_record(request));
    assert!(msg(&answer[0]).into_answer::<Add>().is_some_and(|answer| answer.is_ok()));
    assert_eq!(wire.value("Device.LocalAgent.SubscriptionNumberOfEntries"), "40");
}

/// What was run cannot be taken back, so no Error says that it was not. An Error that does not fit is told to nobody
/// either.
#[test]
fn what_cannot_be_told_by_an_error_is_undelivered() {
    let mut wire = narrow();
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    wire.update(|model| {
        model.on_command("Device.Reboot()", move |_, _| {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(Vec::new())
        })
    })
    .unwrap();
    let large = "m".repeat(2000);
    let operate = Operate { send_resp: true, ..Operate::new("Device.Reboot()") };
    let operate = Msg::request(large.clone(), operate).encode_to_vec();
    for (sequence, request) in [(2, operate), (3, get(&large, INFO))] {
        assert_eq!(wire.session([S, sequence, 2, 0], &request), []);
        let [Output::Undelivered { to, msg_id }] = &core::mem::take(&mut wire.outputs)[..] else {
            panic!("it is undelivered, and that is all")
        };
        assert_eq!((to.as_str(), msg_id), ("self::one", &large));
        assert_eq!(runs.load(Ordering::Relaxed), 1, "the command has run once");
    }
    assert_eq!(ids(&wire.session([S, 4, 2, 0], &get("small", INFO))), [[S, 2, 5]]);
}

/// One that fills the buffers loses its own Session Context, and nobody else's.
#[test]
fn the_buffers_of_all_sessions_together_are_bounded() {
    let mut wire = Wire::new();
    let limits = SessionLimits { peer_bytes: 100_000, peer_records: 1000, total_bytes: 50_000 };
    wire.agent.limit_sessions(limits);
    let two = |wire: &mut Wire, sequence, msg_id: &str| {
        let record = session_record([S, sequence, sequence, 0], &get(msg_id, INFO));
        let record = Record { from_id: "self::two".into(), ..record };
        wire.input(Input::Record(&record.encode_to_vec()));
        wire.to("two")
    };
    assert_eq!(ids(&two(&mut wire, 1, "a")), [[S, 1, 2]]);
    let mut ended = None;
    for sequence in 3..100 {
        let answers = wire.session([S, sequence, 1, 0], &[7; 1000]);
        if let [last] = &answers[..] {
            ended = Some((sequence, disconnect(last).0));
            break;
        }
        assert_eq!(answers, []);
    }
    let (sequence, code) = ended.expect("the buffers end somewhere");
    assert_eq!(code, 7105);
    assert!((30..=50).contains(&sequence), "{sequence} Records of 1,000 bytes in 50,000");
    assert_eq!(ids(&two(&mut wire, 2, "b")), [[S, 2, 3]]);
}

/// [R-E2E.5] one Session Context for each pair: the same id with two Controllers is two Session Contexts.
#[test]
fn r_e2e_5_sessions_of_different_controllers_have_nothing_to_do_with_each_other() {
    let mut wire = Wire::new();
    let one = session_record([S, 1, 1, 0], &get("a", INFO));
    let two = Record { from_id: "self::two".into(), ..session_record([S, 1, 1, 0], &get("b", INFO)) };
    assert_eq!(ids(&wire.give(&one)), [[S, 1, 2]]);
    wire.input(Input::Record(&two.encode_to_vec()));
    let answer = wire.to("two");
    assert_eq!((ids(&answer), msg(&answer[0]).msg_id()), (vec![[S, 1, 2]], "b"));
}

#[test]
fn a_get_supported_dm_shows_the_session_table() {
    let mut wire = Wire::new();
    let request =
        GetSupportedDm { first_level_only: true, ..GetSupportedDm::new([format!("{ONE}E2ESession.")]) };
    let answer = wire.session([S, 1, 1, 0], &Msg::request("m1", request).encode_to_vec());
    let Some(Ok(told)) = msg(&answer[0]).into_answer::<GetSupportedDm>() else { panic!("{answer:?}") };
    let [result] = &told.req_obj_results[..] else { panic!("one result: {told:?}") };
    assert_eq!((result.err_code, &*result.err_msg), (0, ""));
    let [table] = &result.supported_objs[..] else { panic!("one object: {result:?}") };
    assert_eq!(table.supported_obj_path, "Device.LocalAgent.Controller.{i}.E2ESession.");
    assert!(table.supported_params.iter().any(|found| found.param_name == "SessionMode"), "{table:?}");
    assert_eq!(ids(&answer), [[S, 1, 2]]);
}
