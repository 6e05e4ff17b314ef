//! Connect and Disconnect Records, and what comes before what.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

mod common;

use common::id;
use common::wire::{AGENT, ONE, TWO, Wire, disconnect, get, ids, msg, plain_record};
use usp_agent::{Agent, Channel, Connection, Input, Now, Output};
use usp_msg::{Add, Delete, ErrorCode, Msg, Set, add, set};
use usp_record::mqtt_connect_record::MqttVersion;
use usp_record::record::RecordType;
use usp_record::{MqttConnectRecord, Record, StompConnectRecord, UdsConnectRecord, WebSocketConnectRecord};

const INFO: &str = "Device.DeviceInfo.ModelName";

fn connect(wire: &mut Wire, connection: Connection<'_>) -> Vec<Record> {
    let channel = Channel::default();
    wire.input(Input::Connected { controller: &id("self::one"), connection, channel });
    wire.to("one")
}

/// [R-MTP.6]
#[test]
fn tp469_6_12_7_10_11_17_the_connect_record_is_that_of_the_mtp() {
    let (topic, destination) = ("agents/1", "/agents/1");
    let mqtt = |version| MqttConnectRecord { version, subscribed_topic: topic.into() };
    let cases = [
        (Connection::WebSocket, RecordType::WebsocketConnect(WebSocketConnectRecord {})),
        (
            Connection::Mqtt { version: MqttVersion::V5, subscribed_topic: topic },
            RecordType::MqttConnect(mqtt(MqttVersion::V5.into())),
        ),
        (
            Connection::Mqtt { version: MqttVersion::V311, subscribed_topic: topic },
            RecordType::MqttConnect(mqtt(MqttVersion::V311.into())),
        ),
        (
            Connection::Stomp { subscribed_destination: destination },
            RecordType::StompConnect(StompConnectRecord {
                version: 0,
                subscribed_destination: destination.into(),
            }),
        ),
        (Connection::Uds, RecordType::UdsConnect(UdsConnectRecord {})),
    ];
    for (connection, record_type) in cases {
        let mut wire = Wire::new();
        let sent = connect(&mut wire, connection);
        assert_eq!(sent, [Record::new(&id(AGENT), &id("self::one"), record_type)]);
    }
}

/// [R-MTP.6] even before what was to be sent before, and was not fetched yet.
#[test]
fn r_mtp_6_the_connect_record_goes_before_records_that_wait() {
    let mut wire = Wire::new();
    let now = Now::new(wire.now);
    for name in ["self::two", "self::one"] {
        let record = Record { from_id: name.into(), ..plain_record(get("m1", INFO)) };
        wire.agent.handle_input(Input::Record(&record.encode_to_vec()), now);
    }
    let (connection, channel) = (Connection::WebSocket, Channel::default());
    let connected = Input::Connected { controller: &id("self::one"), connection, channel };
    wire.agent.handle_input(connected, now);
    let kinds: Vec<(String, bool)> = outputs(&mut wire.agent)
        .into_iter()
        .map(|(to, record)| (to, matches!(record.record_type, Some(RecordType::WebsocketConnect(_)))))
        .collect();
    let expected = [("self::two", false), ("self::one", true), ("self::one", false)];
    assert_eq!(kinds, expected.map(|(to, is_connect)| (to.to_owned(), is_connect)));
}

fn outputs(agent: &mut Agent<common::Seeded>) -> Vec<(String, Record)> {
    core::iter::from_fn(|| match agent.poll_output() {
        Output::Record { to, bytes, .. } => Some((to.to_string(), Record::decode(&bytes).unwrap())),
        _ => None,
    })
    .collect()
}

#[test]
fn a_channel_to_somebody_unknown_is_told_nothing() {
    let mut wire = Wire::new();
    let (connection, channel) = (Connection::Uds, Channel::default());
    wire.input(Input::Connected { controller: &id("self::three"), connection, channel });
    assert_eq!(wire.to("three"), []);
    assert_eq!(
        wire.ignored[0].to_string(),
        "self::three is not a Controller that this Agent knows and has enabled"
    );
}

/// [R-MTP.7] [R-MTP.9], and [R-MTP.8] if the channel stays.
#[test]
fn r_mtp_8_after_a_disconnect_record_comes_a_connect_record() {
    let mut wire = Wire::new();
    connect(&mut wire, Connection::WebSocket);
    wire.session([7, 1, 1, 0], &get("m1", INFO));
    let now = Now::new(wire.now);
    wire.agent.disconnect(&id("self::one"), ErrorCode::SESSION_CONTEXT_TERMINATED, "restarting", now);
    wire.input(Input::Timeout);
    let goodbye = wire.to("one");
    assert_eq!((goodbye.len(), disconnect(&goodbye[0])), (1, (7105, "restarting")));
    assert_eq!(wire.value(&format!("{ONE}E2ESession.Status")), "Down");
    let answers = wire.give(&plain_record(get("m2", INFO)));
    assert!(matches!(answers[0].record_type, Some(RecordType::WebsocketConnect(_))));
    assert_eq!(msg(&answers[1]).msg_id(), "m2");
    // Once.
    assert_eq!(wire.give(&plain_record(get("m3", INFO))).len(), 1);
}

#[test]
fn r_mtp_8_after_a_disconnect_record_of_the_controller_or_a_refused_session_as_well() {
    let mut wire = Wire::new();
    connect(&mut wire, Connection::Uds);
    wire.give(&Record::disconnect(&id("self::one"), &id(AGENT), 7105_u32, "bye"));
    let answers = wire.give(&plain_record(get("m1", INFO)));
    assert_eq!((answers.len(), answers[0].is_connect()), (2, true));
    wire.device(&format!("{ONE}E2ESession.SessionMode"), "Forbid");
    let refused = wire.session([7, 1, 1, 0], &get("m2", INFO));
    assert_eq!(disconnect(&refused[0]).0, 7106);
    let answers = wire.give(&plain_record(get("m3", INFO)));
    assert_eq!((answers.len(), answers[0].is_connect()), (2, true));
}

/// A channel that is gone has no Connect Record; a Session Context outlives it.
#[test]
fn a_session_outlives_its_channel() {
    let mut wire = Wire::new();
    connect(&mut wire, Connection::WebSocket);
    wire.session([7, 1, 1, 0], &get("m1", INFO));
    wire.input(Input::Disconnected { controller: &id("self::one"), channel: Channel::default() });
    assert_eq!(ids(&connect(&mut wire, Connection::WebSocket)), [] as [[u64; 3]; 0]);
    assert_eq!(ids(&wire.session([7, 2, 2, 0], &get("m2", INFO))), [[7, 2, 3]]);
}

#[test]
fn a_controller_that_is_disabled_is_told_goodbye_and_hello_again() {
    let mut wire = Wire::new();
    connect(&mut wire, Connection::WebSocket);
    let disable = Set::new([set::UpdateObject::new(ONE).required("Enable", "false")]);
    let answers = wire.give(&plain_record(Msg::request("m1", disable).encode_to_vec()));
    assert_eq!(msg(&answers[0]).msg_id(), "m1");
    assert_eq!(disconnect(&answers[1]), (7105, "the Controller is not enabled any more"));
    assert_eq!(wire.give(&plain_record(get("m2", INFO))), []);
    wire.serves("two");
    wire.device(&format!("{ONE}Enable"), "true");
    let answers = wire.give(&plain_record(get("m3", INFO)));
    assert_eq!((answers.len(), answers[0].is_connect()), (2, true));
}

/// TP-469 1.78, seen from the other side: with its row goes what is a Controller's.
#[test]
fn deleting_a_controller_deletes_what_is_its() {
    let mut wire = Wire::new();
    let subscription = add::CreateObject::new("Device.LocalAgent.Subscription.")
        .required("Enable", "true")
        .required("ID", "mine")
        .required("NotifType", "ValueChange")
        .required("NotifRetry", "true")
        .required("ReferenceList", INFO);
    let parameter = add::CreateObject::new(format!("{ONE}BootParameter.")).required("ParameterName", INFO);
    let add = Add::new([subscription, parameter]);
    wire.give(&plain_record(Msg::request("m1", add).encode_to_vec()));
    wire.device(INFO, "Box");
    assert_eq!(wire.to("one").len(), 1, "a Notify that is to be repeated");
    let delete = Msg::request("m2", Delete::new([ONE])).encode_to_vec();
    let record = Record { from_id: "self::two".into(), ..plain_record(delete) };
    wire.input(Input::Record(&record.encode_to_vec()));
    assert_eq!(wire.to("two").len(), 1);
    for table in ["Device.LocalAgent.Subscription.", "Device.LocalAgent.Controller.1.BootParameter."] {
        assert_eq!(wire.agent.model().objects_at(table).unwrap_or_default(), [] as [String; 0]);
    }
    assert_eq!(wire.agent.model().objects_at("Device.LocalAgent.Controller.").unwrap(), [TWO]);
    wire.pass(core::time::Duration::from_secs(3600));
    assert_eq!((wire.to("one"), wire.until), (vec![], None));
}
