//! Records that break a rule: which are answered, with what, and which are not.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

mod common;

use common::wire::{AGENT, Wire, error, get, ids, plain_record, session_record};
use proptest::collection::vec;
use proptest::prelude::*;
use usp_agent::Ignored;
use usp_msg::{Error, ErrorCode, GetResp, Msg, NotifyResp};
use usp_record::Record;

const INFO: &str = "Device.DeviceInfo.ModelName";

/// [R-ARC.0, R-ARC.1, R-ARC.2]
#[test]
fn tp469_2_1_an_endpoint_with_our_endpoint_id_is_never_answered() {
    let mut wire = Wire::new();
    for record in [plain_record(get("m1", INFO)), session_record([7, 1, 1, 0], &get("m1", INFO))] {
        let record = Record { from_id: AGENT.into(), ..record };
        assert_eq!(wire.give(&record), []);
        assert_eq!(wire.ignored.pop(), Some(Ignored::Ourselves));
    }
    wire.serves("one");
}

#[test]
fn tp469_2_2_a_record_for_somebody_else_is_never_answered() {
    let mut wire = Wire::new();
    for from in ["self::one", "self::three", "nobody"] {
        for record in [plain_record(get("m1", INFO)), session_record([7, 1, 1, 0], &get("m1", INFO))] {
            let record = Record { from_id: from.into(), to_id: "os::012345-OTHER".into(), ..record };
            assert_eq!(wire.give(&record), []);
            let expected = Ignored::NotForUs { to_id: "os::012345-OTHER".into() };
            assert_eq!(wire.ignored.pop(), Some(expected));
        }
    }
    wire.serves("one");
}

/// [R-MTP.5] sender, receiver and id are there, and it is a Request.
#[test]
fn tp469_3_1_an_erroneous_record_with_a_request_is_answered_with_an_error() {
    let request = get("m1", INFO);
    let broken: Vec<(Record, u32)> = vec![
        (Record { version: String::new(), ..plain_record(request.clone()) }, 7104),
        (Record { payload_security: 7, ..plain_record(request.clone()) }, 7104),
        (plain_record([&request[..], &[0x1A, 0x05, 1]].concat()), 7004),
        (plain_record(request[..request.len() - 1].to_vec()), 7004),
    ];
    for (record, code) in broken {
        let mut wire = Wire::new();
        let answers = wire.give(&record);
        assert_eq!(answers.len(), 1, "{record:?}");
        assert_eq!(error(&answers[0]), (code, "m1".into()));
        wire.serves("one");
    }
}

/// [R-MTP.5] within a Session Context the Error is in it.
#[test]
fn r_mtp_5_the_error_is_in_a_record_of_the_same_kind() {
    let mut wire = Wire::new();
    let request = get("m1", INFO);
    let answers = wire.session([7, 1, 1, 0], &request[..request.len() - 1]);
    assert_eq!((ids(&answers), error(&answers[0])), (vec![[7, 1, 2]], (7004, "m1".into())));
}

/// [R-MTP.5] [R-ENC.4] whatever lacks one of the conditions; above all, never an Error for an answer.
#[test]
fn r_mtp_5_everything_else_is_ignored() {
    let request = get("m1", INFO);
    let spoil = |record: Record| Record { payload_security: 7, ..record };
    let answers = [
        Msg::response_to("m1", GetResp::default()),
        Msg::response_to("m1", NotifyResp::default()),
        Msg::error_to("m1", Error::new(ErrorCode::INTERNAL_ERROR, "no")),
    ];
    let mut records: Vec<Record> = answers
        .iter()
        .flat_map(|answer| {
            let bytes = answer.encode_to_vec();
            let cut = bytes[..bytes.len() - 1].to_vec();
            [spoil(plain_record(bytes.clone())), plain_record(cut)]
        })
        .collect();
    records.extend([
        // Nobody to answer to.
        spoil(Record { from_id: String::new(), ..plain_record(request.clone()) }),
        spoil(Record { from_id: "one".into(), ..plain_record(request.clone()) }),
        spoil(Record { from_id: "self::three".into(), ..plain_record(request.clone()) }),
        spoil(Record { from_id: AGENT.into(), ..plain_record(request.clone()) }),
        // No id.
        plain_record(Msg::request("", usp_msg::Get::new([INFO])).encode_to_vec()[..4].to_vec()),
        // Nothing.
        Record { record_type: None, ..plain_record(request.clone()) },
        plain_record(Vec::new()),
    ]);
    for record in records {
        let mut wire = Wire::new();
        wire.agent
            .handle_input(usp_agent::Input::Record(&record.encode_to_vec()), usp_agent::Now::new(wire.now));
        let first = wire.agent.poll_output();
        assert!(matches!(first, usp_agent::Output::Ignored(_)), "{record:?} {first:?}");
        assert!(matches!(wire.agent.poll_output(), usp_agent::Output::Wait { .. }));
        wire.serves("one");
    }
}

/// [R-ENC.2] an enumeration value that does not exist, within a Request.
#[test]
fn r_enc_2_an_unknown_enumeration_value_in_a_request() {
    let mut wire = Wire::new();
    let mut request = Msg::request("m1", usp_msg::Get::new([INFO]));
    request.header.as_mut().unwrap().msg_type = 99;
    // [R-MSG.10] what the body is counts.
    let answers = wire.give(&plain_record(request.encode_to_vec()));
    assert_eq!(common::wire::msg(&answers[0]).msg_id(), "m1");
    let answers = wire.give(&Record { payload_security: 3, ..plain_record(get("m2", INFO)) });
    assert_eq!(error(&answers[0]), (7104, "m2".into()));
}

/// What the Agent does with a Record of Controller `one`: Records and words.
fn outcome(wire: &mut Wire, bytes: &[u8]) -> (Vec<Record>, Vec<String>) {
    wire.ignored.clear();
    wire.input(usp_agent::Input::Record(bytes));
    (wire.to("one"), wire.ignored.iter().map(ToString::to_string).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// A Record of a Controller that was heard before takes a shorter way in; nobody notices.
    #[test]
    fn who_was_heard_before_is_treated_like_who_was_not(
        which in 0..5_usize,
        damages in vec((any::<usize>(), any::<u8>()), 0..3),
        cut in any::<usize>(),
        whole in any::<bool>(),
    ) {
        let payloads = [
            get("m1", INFO),
            Msg::response_to("m1", GetResp::default()).encode_to_vec(),
            Msg::error_to("m1", Error::new(ErrorCode::INTERNAL_ERROR, "no")).encode_to_vec(),
            b"\xFF".to_vec(),
            Vec::new(),
        ];
        let mut bytes = plain_record(payloads[which].clone()).encode_to_vec();
        for (at, damage) in damages {
            let length = bytes.len();
            bytes[at % length] ^= damage;
        }
        if !whole {
            bytes.truncate(cut % bytes.len());
        }
        let (mut stranger, mut friend) = (Wire::new(), Wire::new());
        friend.serves("one");
        let first = outcome(&mut stranger, &bytes);
        prop_assert_eq!(&outcome(&mut friend, &bytes), &first);
        // [R-MTP.5] never an Error for an answer.
        if (1..3).contains(&which) && first.0.iter().any(|record| common::wire::msg(record).as_error().is_some()) {
            let msg = Record::decode(&bytes).unwrap();
            let msg = Msg::decode(msg.payload().unwrap());
            // Damage may have taken the body away, and with it what tells an answer from a request.
            let is_answer = msg.is_ok_and(|msg| msg.as_response().is_some() || msg.as_error().is_some());
            prop_assert!(!is_answer, "an answer is answered");
        }
        friend.serves("two");
    }
}
