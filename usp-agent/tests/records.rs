//! Records and Messages as they should not be, and how each is dealt with.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

mod common;

use common::{Link, id};
use proptest::prelude::*;
use usp_agent::Ignored;
use usp_msg::response::RespType;
use usp_msg::{Add, Body, Get, GetSupportedProtocol, Header, Msg, Operate, Register, add};
use usp_record::record::RecordType;
use usp_record::{Record, SessionContextRecord, WebSocketConnectRecord};

fn record_with(payload: Vec<u8>) -> Record {
    Record::no_session(&id("self::one"), &id("os::012345-AGENT"), payload)
}

fn get_record() -> Record {
    record_with(Msg::request("m1", Get::new(["Device.LocalAgent.EndpointID"])).encode_to_vec())
}

/// The one Message that the Agent sends for a Record, after the addresses of its Record were checked.
#[track_caller]
fn reply(record: &Record) -> Msg {
    let mut link = Link::new();
    let replies = link.replies(&record.encode_to_vec());
    let [reply] = &replies[..] else { panic!("one Record is due: {replies:?}") };
    assert_eq!((&*reply.from_id, &*reply.to_id, &*reply.version), ("os::012345-AGENT", "self::one", "1.4"));
    Msg::decode(reply.payload().unwrap()).unwrap()
}

#[track_caller]
fn ignored(record: &[u8], words: &str) {
    let mut link = Link::new();
    link.inject(record);
    let [ignored] = &link.ignored[..] else { panic!("one Record is ignored: {:?}", link.ignored) };
    assert_eq!(ignored.to_string(), words);
    assert_eq!(link.strays, []);
}

/// [R-E2E.1], TP-469 2.2.
#[test]
fn r_e2e_1_a_record_for_somebody_else_is_ignored() {
    let record = Record { to_id: "os::012345-OTHER".into(), ..get_record() };
    ignored(&record.encode_to_vec(), "the Record is for os::012345-OTHER");
}

#[test]
fn an_unknown_controller_is_ignored() {
    let record = Record { from_id: "self::three".into(), ..get_record() };
    ignored(&record.encode_to_vec(), "self::three is not a Controller that this Agent knows and has enabled");
}

#[test]
fn bytes_that_are_no_record_are_ignored() {
    let mut link = Link::new();
    link.inject(b"\xff\xff\xff");
    assert!(
        matches!(link.ignored[..], [Ignored::NotForUs { .. } | Ignored::Record(_)]),
        "{:?}",
        link.ignored
    );
}

#[test]
fn a_payload_that_is_no_message_is_ignored() {
    let mut link = Link::new();
    link.inject(&record_with(vec![0x0A, 0xFF]).encode_to_vec());
    assert!(matches!(link.ignored[..], [Ignored::Message { .. }]), "{:?}", link.ignored);
}

/// [R-E2E.6a]
#[test]
fn r_e2e_6a_a_session_context_is_answered_with_a_disconnect() {
    let mut link = Link::new();
    let session =
        SessionContextRecord { session_id: 5, sequence_id: 1, expected_id: 1, ..Default::default() };
    let record = Record::new(&id("self::one"), &id("os::012345-AGENT"), RecordType::SessionContext(session));
    let replies = link.replies(&record.encode_to_vec());
    let [Record { record_type: Some(RecordType::Disconnect(disconnect)), .. }] = &replies[..] else {
        panic!("a Disconnect Record is due: {replies:?}")
    };
    assert_eq!(disconnect.reason_code, 7106);
    assert_eq!(disconnect.reason, "PayloadSecurity is TLS, which this Agent does not have");
}

#[test]
fn a_connect_record_needs_no_answer() {
    let mut link = Link::new();
    let connect = RecordType::WebsocketConnect(WebSocketConnectRecord {});
    link.inject(&Record::new(&id("self::one"), &id("os::012345-AGENT"), connect).encode_to_vec());
    assert_eq!((link.ignored.len(), link.strays.len()), (0, 0));
}

/// [R-ENC.5] a request without content is answered with 7004, under its own id [R-MSG.9].
#[test]
fn r_enc_5_an_empty_body_is_an_error_message() {
    let header = Header { msg_id: "m9".into(), msg_type: 1 };
    let msg = Msg { header: Some(header), body: Some(Body { msg_body: None }) };
    let answer = reply(&record_with(msg.encode_to_vec()));
    assert_eq!(answer.msg_id(), "m9");
    let error = answer.as_error().unwrap();
    assert_eq!(
        (error.err_code, &*error.err_msg),
        (7004, "Body.msg_body has to hold one of its alternatives and holds none")
    );
}

/// [R-MSG.1] requests that are not for an Agent.
#[test]
fn r_msg_1_a_register_is_not_supported_by_an_agent() {
    let mut link = Link::new();
    let error = link.ask(Register::default()).unwrap_err();
    assert_eq!((error.err_code, &*error.err_msg), (7001, "this Message is not for a data model"));
}

#[test]
fn tp469_1_80_supported_protocol_versions() {
    let mut link = Link::new();
    let request =
        GetSupportedProtocol { controller_supported_protocol_versions: "1.0,1.1,1.2,1.3,1.4".into() };
    let Some(RespType::GetSupportedProtocolResp(answer)) = link.ask(request).unwrap().resp_type else {
        panic!("a GetSupportedProtocolResp is due")
    };
    assert_eq!(answer.agent_supported_protocol_versions, "1.0,1.1,1.2,1.3,1.4");
}

/// [R-OPR.4] no answer when none is wanted, unless the command failed (TP-469 2.18).
#[test]
fn r_opr_4_an_operate_without_response() {
    let mut link = Link::new();
    let now = usp_agent::Now::new(link.now);
    link.agent.update(now, |model| {
        model.on_command("Device.Reboot()", |_, _| Ok(Vec::new())).unwrap();
    });
    let agent = link.agent.id().clone();
    let now = link.now;
    let quiet = |command: &str| Operate { send_resp: false, ..Operate::new(command) };
    link.controllers[0].0.send(&agent, quiet("Device.Reboot()"), now);
    link.run();
    assert_eq!(link.controllers[0].1.answers.len(), 0);
    link.controllers[0].0.send(&agent, quiet("Device.FactoryReset()"), now);
    link.run();
    assert_eq!(link.controllers[0].1.answers.len(), 1);
}

#[test]
fn a_response_that_nobody_waits_for_is_ignored() {
    let mut link = Link::new();
    let msg = Msg::response_to("m1", usp_msg::GetResp::default());
    link.inject(&record_with(msg.encode_to_vec()).encode_to_vec());
    assert_eq!(link.ignored[0].to_string(), "the Message m1 from self::one answers nothing that is open");
}

/// Every byte of a valid Record set to every kind of wrong: a panic is our bug, never the input's.
#[test]
fn a_damaged_record_never_panics_and_never_changes_another_row() {
    let row = add::CreateObject::new("Device.LocalAgent.Subscription.").required("ID", "x");
    let record = record_with(Msg::request("m1", Add::new([row])).encode_to_vec()).encode_to_vec();
    let mut link = Link::new();
    for at in 0..record.len() {
        for to in [0x00, 0x01, 0x7F, 0x80, 0xFF, record[at] ^ 1, record[at] ^ 0x20] {
            let mut damaged = record.clone();
            damaged[at] = to;
            link.inject(&damaged);
        }
        link.inject(&record[..at]);
    }
    let controllers = link.agent.model().objects_at("Device.LocalAgent.Controller.").unwrap();
    assert_eq!(controllers, ["Device.LocalAgent.Controller.1.", "Device.LocalAgent.Controller.2."]);
    let answer = link.ask(Get::new(["Device.LocalAgent.EndpointID"])).unwrap();
    let Some(RespType::GetResp(answer)) = answer.resp_type else { panic!("{answer:?}") };
    let values: Vec<_> = answer.values().collect();
    assert_eq!(values, [("Device.LocalAgent.", "EndpointID", "os::012345-AGENT")]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_bytes_are_ignored_without_a_panic(bytes: Vec<u8>, payload: Vec<u8>) {
        let mut link = Link::new();
        link.inject(&bytes);
        link.inject(&record_with(payload).encode_to_vec());
        prop_assert!(link.ask(Get::new(["Device."])).is_ok());
    }
}

/// [R-MSG.9] [R-MSG.0a]
#[test]
fn r_msg_9_the_answer_carries_the_id_of_the_request() {
    let answer = reply(&get_record());
    assert_eq!(answer.msg_id(), "m1");
    let Some(RespType::GetResp(get)) = answer.as_response().and_then(|r| r.resp_type.as_ref()) else {
        panic!("a GetResp is due: {answer:?}")
    };
    assert_eq!(get.values().collect::<Vec<_>>(), [("Device.LocalAgent.", "EndpointID", "os::012345-AGENT")]);
}
