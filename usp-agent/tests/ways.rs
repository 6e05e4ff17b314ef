//! By which MTP Records leave where there are several: answers as their requests came, all else by the rows of
//! `Device.LocalAgent.Controller.{i}.MTP.{i}.`
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

extern crate alloc;

mod common;

use alloc::sync::Arc;
use core::task::Poll;
use std::sync::Mutex;

use common::id;
use common::saving::Saving;
use common::wire::{AGENT, ONE, Wire, disconnect, error, get, msg, notify, plain_record, session_record};
use usp_agent::datamodel::{Requester, ValueToken};
use usp_agent::{Channel, Connection, Input, Now, Output, Via};
use usp_msg::{Add, ErrorCode, Msg, NotifyResp, Set, add, notify as kinds, set};
use usp_record::Record;
use usp_record::mqtt_connect_record::MqttVersion;
use usp_record::record::RecordType;

const INFO: &str = "Device.DeviceInfo.ModelName";
const ROWS: &str = "Device.LocalAgent.Controller.1.MTP.";

const SOCKET: Channel = Channel::new(1);
const BROKER: Channel = Channel::new(2);
const MQTT: Connection<'_> = Connection::Mqtt { version: MqttVersion::V5, subscribed_topic: "agents/1" };

/// An Agent that Controller `one` wants told of the name of the model.
fn wire() -> Wire {
    let mut wire = Wire::new();
    subscribe(&mut wire, &[]);
    wire
}

#[track_caller]
fn subscribe(wire: &mut Wire, more: &[(&str, &str)]) {
    let settings = [("Enable", "true"), ("NotifType", "ValueChange"), ("ReferenceList", INFO)];
    let row = settings
        .iter()
        .chain(more)
        .fold(add::CreateObject::new("Device.LocalAgent.Subscription."), |row, (name, text)| {
            row.required(*name, *text)
        });
    let answers = wire.give(&plain_record(Msg::request("subscribe", Add::new([row])).encode_to_vec()));
    assert!(msg(&answers[0]).as_error().is_none(), "{:?}", answers[0]);
}

/// Rows of MTPs of Controller `one`, with Protocol and Order.
fn mtps(wire: &mut Wire, rows: &[(&str, &str)]) {
    wire.update(|model| {
        for (protocol, order) in rows {
            let row = add::CreateObject::new(ROWS)
                .required("Protocol", *protocol)
                .required("Order", *order)
                .required("Enable", "true");
            model.process(&Add::new([row]).into(), &Requester::DEVICE).unwrap();
        }
    });
}

fn connect(wire: &mut Wire, connection: Connection<'_>, channel: Channel) {
    wire.input(Input::Connected { controller: &id("self::one"), connection, channel });
    let sent = wire.ways_to("one");
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].0, sent[0].1.is_connect()), (Via::Channel(channel), true));
}

fn give(wire: &mut Wire, record: &Record, channel: Channel) -> Vec<(Via, Record)> {
    wire.input(Input::RecordOver { channel, bytes: &record.encode_to_vec() });
    wire.ways_to("one")
}

/// The way of the Notify that a change of a parameter leads to.
#[track_caller]
fn told(wire: &mut Wire, text: &str) -> Via {
    wire.device(INFO, text);
    let told = wire.ways_to("one");
    assert_eq!(told.len(), 1, "{told:?}");
    let change = kinds::ValueChange { param_path: INFO.into(), param_value: text.into() };
    assert_eq!(notify(&told[0].1).notification, Some(kinds::Notification::from(change)));
    told[0].0
}

/// TR-369 section "Requests, Responses and Errors": an answer goes the way of its request. [R-MQTT.26, R-STOMP.23] with
/// a place to reply to in the request, the channel of the answer says which.
#[test]
fn r_msg_0a_an_answer_leaves_by_the_mtp_of_its_request() {
    let mut wire = wire();
    mtps(&mut wire, &[("WebSocket", "1"), ("MQTT", "2")]);
    connect(&mut wire, Connection::WebSocket, SOCKET);
    connect(&mut wire, MQTT, BROKER);
    for channel in [SOCKET, BROKER, BROKER.replying_to(7), SOCKET] {
        let answers = give(&mut wire, &plain_record(get("m1", INFO)), channel);
        assert_eq!(answers.len(), 1);
        assert_eq!((answers[0].0, msg(&answers[0].1).msg_id()), (Via::Channel(channel), "m1"));
    }
    // Within a Session Context as well.
    for (sequence, channel) in [(1, BROKER), (2, SOCKET)] {
        let record = session_record([7, sequence, sequence, 0], &get("m2", INFO));
        let answers = give(&mut wire, &record, channel);
        assert_eq!(answers.len(), 1);
        assert_eq!((answers[0].0, answers[0].1.session_context().is_some()), (Via::Channel(channel), true));
    }
}

/// [R-MTP.5] so does an Error that answers an erroneous Record or Message.
#[test]
fn r_mtp_5_an_error_leaves_by_the_mtp_of_what_it_answers() {
    let mut wire = wire();
    connect(&mut wire, Connection::WebSocket, SOCKET);
    let mut payload = get("m1", INFO);
    payload.extend([0x1F, 0xFF]);
    let answers = give(&mut wire, &plain_record(payload), BROKER);
    assert_eq!((answers[0].0, error(&answers[0].1).1), (Via::Channel(BROKER), "m1".into()));
    wire.device(&format!("{ONE}E2ESession.SessionMode"), "Require");
    wire.to("one");
    let answers = give(&mut wire, &plain_record(get("m2", INFO)), BROKER);
    assert_eq!((answers[0].0, error(&answers[0].1)), (Via::Channel(BROKER), (7101, "m2".into())));
    wire.device(&format!("{ONE}E2ESession.SessionMode"), "Forbid");
    wire.to("one");
    let answers = give(&mut wire, &session_record([7, 1, 1, 0], &get("m3", INFO)), BROKER);
    assert_eq!((answers[0].0, disconnect(&answers[0].1).0), (Via::Channel(BROKER), 7106));
}

/// TR-181, Order: the lowest number is attempted first, and what is there is used.
#[test]
fn a_notify_leaves_by_the_enabled_row_of_lowest_order_that_has_a_channel() {
    let mut wire = wire();
    // Nobody has said anything but that it was heard over the only channel.
    assert_eq!(told(&mut wire, "a"), Via::Channel(Channel::default()));
    mtps(&mut wire, &[("MQTT", "2"), ("WebSocket", "1"), ("UDS", "3")]);
    // There is no channel yet: the embedder is told which row to try.
    assert_eq!(told(&mut wire, "b"), Via::Mtp(2));
    connect(&mut wire, MQTT, BROKER);
    assert_eq!(told(&mut wire, "c"), Via::Channel(BROKER));
    connect(&mut wire, Connection::WebSocket, SOCKET);
    assert_eq!(told(&mut wire, "d"), Via::Channel(SOCKET));
    // Whatever it was heard over last.
    give(&mut wire, &plain_record(get("m1", INFO)), BROKER);
    assert_eq!(told(&mut wire, "e"), Via::Channel(SOCKET));
    wire.device(&format!("{ROWS}2.Order"), "4");
    assert_eq!(told(&mut wire, "f"), Via::Channel(BROKER));
    wire.device(&format!("{ROWS}2.Order"), "1");
    wire.device(&format!("{ROWS}2.Enable"), "false");
    assert_eq!(told(&mut wire, "g"), Via::Channel(BROKER));
    // A row that has no channel is tried where no other has one either.
    wire.input(Input::Disconnected { controller: &id("self::one"), channel: BROKER });
    assert_eq!(told(&mut wire, "h"), Via::Mtp(1));
    wire.device(&format!("{ROWS}1.Enable"), "false");
    assert_eq!(told(&mut wire, "i"), Via::Mtp(3));
    // The rows of one are nothing to another.
    assert_eq!(wire.ways_to("two"), []);
}

/// Rows of the same Order: the one that was made first.
#[test]
fn of_rows_of_one_order_the_first_is_used() {
    let mut wire = wire();
    mtps(&mut wire, &[("UDS", "1"), ("WebSocket", "1")]);
    assert_eq!(told(&mut wire, "a"), Via::Mtp(1));
    connect(&mut wire, Connection::WebSocket, SOCKET);
    assert_eq!(told(&mut wire, "b"), Via::Channel(SOCKET));
}

/// A Controller that comes to the Agent's own server has no row in its table of MTPs.
#[test]
fn a_controller_that_has_come_by_itself_is_told_over_its_channel() {
    let mut wire = wire();
    connect(&mut wire, Connection::WebSocket, SOCKET);
    assert_eq!(told(&mut wire, "a"), Via::Channel(SOCKET));
    // What it was heard over since says nothing about what stands open.
    give(&mut wire, &plain_record(get("m1", INFO)), Channel::new(9));
    assert_eq!(told(&mut wire, "b"), Via::Channel(SOCKET));
    wire.input(Input::Disconnected { controller: &id("self::one"), channel: SOCKET });
    assert_eq!(told(&mut wire, "c"), Via::Channel(Channel::new(9)));
    wire.input(Input::Disconnected { controller: &id("self::one"), channel: Channel::new(9) });
    assert_eq!(told(&mut wire, "d"), Via::Any);
}

/// TR-181, Enable of a row of MTP: the response to the request that disables it is sent first.
#[test]
fn the_answer_to_what_disables_an_mtp_still_leaves_by_it() {
    let mut wire = wire();
    mtps(&mut wire, &[("WebSocket", "1"), ("MQTT", "2")]);
    connect(&mut wire, Connection::WebSocket, SOCKET);
    connect(&mut wire, MQTT, BROKER);
    let disable = set::UpdateObject::new(format!("{ROWS}1.")).required("Enable", "false");
    let set = Msg::request("m1", Set::new([disable])).encode_to_vec();
    let answers = give(&mut wire, &plain_record(set), SOCKET);
    assert_eq!((answers.len(), answers[0].0), (1, Via::Channel(SOCKET)));
    // What it says by itself goes the other way, though the channel is not closed yet.
    assert_eq!(told(&mut wire, "a"), Via::Channel(BROKER));
    wire.input(Input::Disconnected { controller: &id("self::one"), channel: BROKER });
    wire.device(&format!("{ROWS}2.Enable"), "false");
    wire.input(Input::Disconnected { controller: &id("self::one"), channel: SOCKET });
    assert_eq!(told(&mut wire, "b"), Via::Any);
}

/// [R-NOT.1] each repetition takes the way that there is at its time.
#[test]
fn r_not_1_a_repetition_leaves_by_the_way_of_its_time() {
    let mut wire = Wire::new();
    subscribe(&mut wire, &[("NotifRetry", "true")]);
    mtps(&mut wire, &[("WebSocket", "1"), ("MQTT", "2")]);
    connect(&mut wire, Connection::WebSocket, SOCKET);
    connect(&mut wire, MQTT, BROKER);
    assert_eq!(told(&mut wire, "a"), Via::Channel(SOCKET));
    wire.input(Input::Disconnected { controller: &id("self::one"), channel: SOCKET });
    wire.pass(core::time::Duration::from_secs(10));
    let repeated = wire.ways_to("one");
    assert_eq!((repeated.len(), repeated[0].0), (1, Via::Channel(BROKER)));
    // It does not matter over which the NotifyResp comes.
    let response = NotifyResp { subscription_id: notify(&repeated[0].1).subscription_id };
    let response = Msg::response_to(msg(&repeated[0].1).msg_id(), response).encode_to_vec();
    assert_eq!(give(&mut wire, &plain_record(response), Channel::new(8)), []);
    wire.pass(core::time::Duration::from_secs(3600));
    assert_eq!(wire.ways_to("one"), []);
}

/// What is said within a Session Context follows the last Record of it, until that channel goes.
#[test]
fn a_session_follows_the_last_record_of_it() {
    let mut wire = wire();
    mtps(&mut wire, &[("WebSocket", "1"), ("MQTT", "2")]);
    connect(&mut wire, Connection::WebSocket, SOCKET);
    connect(&mut wire, MQTT, BROKER);
    give(&mut wire, &session_record([7, 1, 1, 0], &get("m1", INFO)), BROKER);
    assert_eq!(told_in_session(&mut wire, "a"), Via::Channel(BROKER));
    // A Record that asks for another again is answered where it came from.
    let again = give(&mut wire, &session_record([7, 2, 1, 2], &[]), SOCKET);
    assert_eq!((again.len(), again[0].0), (1, Via::Channel(SOCKET)));
    assert_eq!(told_in_session(&mut wire, "b"), Via::Channel(SOCKET));
    wire.input(Input::Disconnected { controller: &id("self::one"), channel: SOCKET });
    assert_eq!(told_in_session(&mut wire, "c"), Via::Channel(BROKER));
}

#[track_caller]
fn told_in_session(wire: &mut Wire, text: &str) -> Via {
    wire.device(INFO, text);
    let told = wire.ways_to("one");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].1.session_context().is_some());
    told[0].0
}

/// [R-MTP.6] [R-MTP.8] each channel has its own Connect Record, and its own Disconnect Record.
#[test]
fn r_mtp_8_each_channel_begins_and_ends_by_itself() {
    let mut wire = wire();
    connect(&mut wire, Connection::WebSocket, SOCKET);
    connect(&mut wire, MQTT, BROKER);
    give(&mut wire, &Record::disconnect(&id("self::one"), &id(AGENT), 7105_u32, "bye"), SOCKET);
    // Only where it said so.
    assert_eq!(give(&mut wire, &plain_record(get("m1", INFO)), BROKER.replying_to(3)).len(), 1);
    let answers = give(&mut wire, &plain_record(get("m2", INFO)), SOCKET);
    assert_eq!((answers.len(), answers[0].1.is_connect()), (2, true));
    assert_eq!((answers[0].0, answers[1].0), (Via::Channel(SOCKET), Via::Channel(SOCKET)));
    // The device closes one of them, as when its row was disabled, or both.
    let (one, code) = (id("self::one"), ErrorCode::SESSION_CONTEXT_TERMINATED);
    wire.agent.disconnect_channel(&one, BROKER, code, "no more MQTT", Now::new(wire.now));
    wire.input(Input::Timeout);
    let goodbyes = wire.ways_to("one");
    assert_eq!((goodbyes.len(), goodbyes[0].0), (1, Via::Channel(BROKER)));
    assert_eq!(disconnect(&goodbyes[0].1), (7105, "no more MQTT"));
    assert_eq!(give(&mut wire, &plain_record(get("m3", INFO)), BROKER).len(), 2);
    wire.agent.disconnect(&one, code, "restarting", Now::new(wire.now));
    wire.input(Input::Timeout);
    let ways: Vec<Via> = wire.ways_to("one").into_iter().map(|(via, _)| via).collect();
    assert_eq!(ways, [Via::Channel(SOCKET), Via::Channel(BROKER)]);
}

/// [R-MTP.7] a Controller that is disabled is told so on each channel.
#[test]
fn r_mtp_7_goodbye_is_said_on_each_channel() {
    let mut wire = wire();
    connect(&mut wire, Connection::WebSocket, SOCKET);
    connect(&mut wire, MQTT, BROKER);
    wire.device(&format!("{ONE}Enable"), "false");
    let goodbyes = wire.ways_to("one");
    let ways: Vec<(Via, u32)> = goodbyes.iter().map(|(via, record)| (*via, disconnect(record).0)).collect();
    assert_eq!(ways, [(Via::Channel(SOCKET), 7105), (Via::Channel(BROKER), 7105)]);
}

/// A request that waits is answered the way it came, or another when that is gone.
#[test]
fn r_msg_0a_a_late_answer_leaves_by_the_mtp_of_its_request() {
    for (is_lost, expected) in [(false, BROKER), (true, SOCKET)] {
        let mut wire = Wire::new();
        mtps(&mut wire, &[("WebSocket", "1"), ("MQTT", "2")]);
        connect(&mut wire, Connection::WebSocket, SOCKET);
        connect(&mut wire, MQTT, BROKER);
        let asked = Arc::new(Mutex::new(None));
        let noted = Arc::clone(&asked);
        let read = move |_: &[u32], token| {
            *noted.lock().unwrap() = Some(token);
            Poll::<Result<String, _>>::Pending
        };
        wire.update(|model| model.live_later("Device.DeviceInfo.SerialNumber", read)).unwrap();
        assert_eq!(give(&mut wire, &plain_record(get("m1", "Device.DeviceInfo.SerialNumber")), BROKER), []);
        if is_lost {
            wire.input(Input::Disconnected { controller: &id("self::one"), channel: BROKER });
        }
        let token: ValueToken = asked.lock().unwrap().take().expect("the device was asked");
        wire.update(|model| model.complete_value(token, Ok("S1".to_owned()))).unwrap();
        let answers = wire.ways_to("one");
        assert_eq!((answers.len(), answers[0].0), (1, Via::Channel(expected)));
        assert_eq!(msg(&answers[0].1).msg_id(), "m1");
    }
}

/// Gives the Agent a Record over the broker, whose channel goes before anybody has fetched the answers.
#[track_caller]
fn answered_after_loss(wire: &mut Wire, record: &Record) -> Vec<(Via, Record)> {
    let (bytes, now) = (record.encode_to_vec(), Now::new(wire.now));
    wire.agent.handle_input(Input::RecordOver { channel: BROKER.replying_to(7), bytes: &bytes }, now);
    wire.input(Input::Disconnected { controller: &id("self::one"), channel: BROKER });
    wire.ways_to("one")
}

/// What waits to be fetched when its channel goes leaves by another channel, or as its row of an MTP says, or anyhow.
#[test]
fn a_queued_answer_takes_another_way_when_its_channel_goes() {
    for (rows, has_socket, expected) in [
        (&[("WebSocket", "1"), ("MQTT", "2")][..], true, Via::Channel(SOCKET)),
        (&[("WebSocket", "1"), ("MQTT", "2")], false, Via::Mtp(1)),
        (&[], true, Via::Channel(SOCKET)),
        (&[], false, Via::Any),
    ] {
        for in_session in [false, true] {
            let mut wire = Wire::new();
            mtps(&mut wire, rows);
            if has_socket {
                connect(&mut wire, Connection::WebSocket, SOCKET);
            }
            connect(&mut wire, MQTT, BROKER);
            let record = match in_session {
                true => session_record([7, 1, 1, 0], &get("m1", INFO)),
                false => plain_record(get("m1", INFO)),
            };
            let answers = answered_after_loss(&mut wire, &record);
            assert_eq!((answers.len(), answers[0].0), (1, expected), "{rows:?} {has_socket} {in_session}");
            assert_eq!(answers[0].1.session_context().is_some(), in_session);
        }
    }
}

/// A channel that many share is lost for one Controller at a time.
#[test]
fn a_queued_record_to_another_controller_keeps_its_way() {
    let mut wire = Wire::new();
    let mut record = plain_record(get("m2", INFO));
    record.from_id = "self::two".into();
    let (bytes, now) = (record.encode_to_vec(), Now::new(wire.now));
    wire.agent.handle_input(Input::RecordOver { channel: BROKER, bytes: &bytes }, now);
    assert_eq!(answered_after_loss(&mut wire, &plain_record(get("m1", INFO))).len(), 1);
    let answers = wire.ways_to("two");
    assert_eq!((answers.len(), answers[0].0), (1, Via::Channel(BROKER)));
}

/// [R-MTP.8] on the other way the Connect Record is due first; that of the lost channel and its goodbye go with it.
#[test]
fn r_mtp_8_connect_records_do_not_change_their_channel() {
    let mut wire = Wire::new();
    let (one, now) = (id("self::one"), Now::new(wire.now));
    connect(&mut wire, Connection::WebSocket, SOCKET);
    let bye = Record::disconnect(&one, &id(AGENT), 7105_u32, "bye");
    assert_eq!(give(&mut wire, &bye, SOCKET), []);
    wire.agent.handle_input(Input::Connected { controller: &one, connection: MQTT, channel: BROKER }, now);
    let answers = answered_after_loss(&mut wire, &plain_record(get("m1", INFO)));
    let ways: Vec<(Via, bool)> = answers.iter().map(|(via, record)| (*via, record.is_connect())).collect();
    assert_eq!(ways, [(Via::Channel(SOCKET), true), (Via::Channel(SOCKET), false)]);
    assert!(matches!(answers[0].1.record_type, Some(RecordType::WebsocketConnect(_))));

    connect(&mut wire, MQTT, BROKER);
    wire.agent.disconnect_channel(&one, BROKER, ErrorCode::SESSION_CONTEXT_TERMINATED, "no more", now);
    wire.input(Input::Disconnected { controller: &one, channel: BROKER });
    assert_eq!(wire.ways_to("one"), []);
}

/// What a Record is, by a word.
fn word(record: &Record) -> String {
    match &record.record_type {
        Some(RecordType::Disconnect(_)) => "bye".into(),
        Some(RecordType::NoSessionContext(_)) => msg(record).msg_id().to_owned(),
        _ if record.is_connect() => "hello".into(),
        other => panic!("none was sent: {other:?}"),
    }
}

/// [R-MTP.8] a Disconnect Record that waits on the other way is not overtaken: after it comes another Connect Record.
#[test]
fn r_mtp_8_what_moves_goes_behind_the_goodbye_on_its_new_way() {
    for (is_reopened, expected) in
        [(false, &["m2", "bye", "hello", "m1", "m3"][..]), (true, &["m2", "bye", "hello", "m1", "m4", "m3"])]
    {
        let mut wire = Wire::new();
        let (one, code) = (id("self::one"), ErrorCode::SESSION_CONTEXT_TERMINATED);
        connect(&mut wire, Connection::WebSocket, SOCKET);
        connect(&mut wire, MQTT, BROKER);
        let now = Now::new(wire.now);
        let ask = |wire: &mut Wire, msg_id, channel| {
            let bytes = plain_record(get(msg_id, INFO)).encode_to_vec();
            wire.agent.handle_input(Input::RecordOver { channel, bytes: &bytes }, now);
        };
        ask(&mut wire, "m1", BROKER.replying_to(3));
        ask(&mut wire, "m2", SOCKET);
        wire.agent.disconnect_channel(&one, SOCKET, code, "no more", now);
        if is_reopened {
            ask(&mut wire, "m4", SOCKET);
        }
        ask(&mut wire, "m3", BROKER);
        wire.input(Input::Disconnected { controller: &one, channel: BROKER });
        let sent = wire.ways_to("one");
        assert_eq!(sent.iter().map(|(_, record)| word(record)).collect::<Vec<_>>(), expected);
        assert!(sent.iter().all(|(via, _)| *via == Via::Channel(SOCKET)), "{sent:?}");
    }
}

/// The same where both wait until a change is safe.
#[test]
fn r_mtp_8_a_held_answer_goes_behind_the_held_goodbye_on_its_new_way() {
    let mut saving = Saving::saved();
    let (one, now) = (id("self::one"), Now::new(saving.now));
    // Records that leave, and the batch that is to be saved.
    let fetch = |saving: &mut Saving| {
        let (mut sent, mut batch) = (Vec::new(), None);
        loop {
            match saving.agent.poll_output() {
                Output::Record { bytes, via, .. } => sent.push((via, word(&Record::decode(&bytes).unwrap()))),
                Output::Persist(persist) => batch = Some(persist.id),
                _ => return (sent, batch),
            }
        }
    };
    for (connection, channel) in [(Connection::WebSocket, SOCKET), (MQTT, BROKER)] {
        saving.agent.handle_input(Input::Connected { controller: &one, connection, channel }, now);
    }
    assert_eq!(fetch(&mut saving).0.len(), 2);
    let set = set::UpdateObject::new(ONE).required("ProvisioningCode", "1");
    let bytes = plain_record(Msg::request("m1", Set::new([set])).encode_to_vec()).encode_to_vec();
    saving.agent.handle_input(Input::RecordOver { channel: BROKER, bytes: &bytes }, now);
    let code = ErrorCode::SESSION_CONTEXT_TERMINATED;
    saving.agent.disconnect_channel(&one, SOCKET, code, "no more", now);
    let (sent, batch) = fetch(&mut saving);
    assert_eq!(sent, []);
    saving.agent.handle_input(Input::Disconnected { controller: &one, channel: BROKER }, now);
    saving.agent.handle_input(Input::Persisted(batch.unwrap()), now);
    let expected = ["bye", "hello", "m1"].map(|word| (Via::Channel(SOCKET), word.to_owned()));
    assert_eq!(fetch(&mut saving).0, expected);
}

/// So does an answer that waits until its change is safe.
#[test]
fn a_held_answer_takes_another_way_when_its_channel_goes() {
    let mut saving = Saving::saved();
    saving.set("one", "1");
    assert_eq!(saving.drain(), []);
    let (batch, now) = (saving.write().unwrap(), Now::new(saving.now));
    let gone = Input::Disconnected { controller: &id("self::one"), channel: Channel::default() };
    saving.agent.handle_input(gone, now);
    saving.agent.handle_input(Input::Persisted(batch), now);
    let Output::Record { via, .. } = saving.agent.poll_output() else { panic!("the answer is safe") };
    assert_eq!(via, Via::Any);
}
