//! The tests of TP-469 chapter 7, with an Agent that a runtime drives, against a Controller's end that is written by
//! hand where the test is about frames. The clock stands still as long as there is anything to do.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod common;
#[path = "websocket/raw.rs"]
mod raw;

use core::time::Duration;

use common::device::{Device, End};
use common::websocket::{MTPS, OWN, accepted, add_called, call, listener, with_called, with_own};
use common::{CONTROLLER, message, record_of};
use raw::{BINARY, CLOSE, PING, PONG, Raw, head};
use tokio::net::TcpStream;
use tokio::time::Instant;
use usp_agent::datamodel::DataModel;
use usp_msg::{Get, Msg};
use usp_mtp::Closed;
use usp_mtp::record::Record;
use usp_mtp::record::record::RecordType;
use usp_mtp::websocket::Listener;

const PROTOCOL: &str = "Sec-WebSocket-Protocol: v1.usp";
const INFO: &str = "Device.DeviceInfo.";

/// The Controller's end of a session that the Agent opens, answered with nothing but what is needed.
async fn answered(listener: &Listener) -> Raw<TcpStream> {
    let mut raw = Raw::server(listener.accept().await.unwrap());
    raw.answer(&[PROTOCOL]).await;
    raw
}

/// The same, on which the Agent has said hello.
async fn greeted(listener: &Listener) -> Raw<TcpStream> {
    let mut raw = answered(listener).await;
    let hello = record(&mut raw).await.record_type;
    assert!(matches!(hello, Some(RecordType::WebsocketConnect(_))), "{hello:?}");
    raw
}

async fn record(raw: &mut Raw<TcpStream>) -> Record {
    let frame = raw.frame().await;
    assert_eq!(frame.first, BINARY, "{frame:?}");
    Record::decode(&frame.payload).unwrap()
}

/// A Record with a Get.
fn get(path: &str) -> Vec<u8> {
    record_of(CONTROLLER, &Msg::request("1", Get::new([path])))
}

/// The values that the Agent gives.
async fn values(raw: &mut Raw<TcpStream>) -> Vec<(String, String)> {
    let answer = message(&record(raw).await).into_answer::<Get>().unwrap().unwrap();
    answer.values().map(|(_, name, text)| (name.to_string(), text.to_string())).collect()
}

async fn is_answered(raw: &mut Raw<TcpStream>) {
    raw.send(BINARY, &get(INFO)).await;
    assert!(values(raw).await.iter().any(|(name, _)| name == "ModelName"));
}

/// An Agent that has had a session with the Controller, and has been started anew.
async fn rebooted(listener: &Listener, model: impl Fn() -> DataModel) -> Device {
    let device = Device::start(model());
    let session = greeted(listener).await;
    device.handle.stop();
    let (stopped, ()) = tokio::join!(device.run, async {
        let mut session = session;
        let goodbye = record(&mut session).await.record_type;
        assert!(matches!(goodbye, Some(RecordType::Disconnect(_))), "{goodbye:?}");
        assert_eq!(session.frame().await.first, CLOSE);
        session.send(CLOSE, &[0x03, 0xe8]).await;
    });
    stopped.unwrap();
    Device::start(model())
}

#[tokio::test(start_paused = true)]
async fn tp469_7_1_a_session_is_opened() {
    let (listener, port) = listener().await;
    let _device = rebooted(&listener, || with_called(port, &[])).await;
    let mut raw = greeted(&listener).await;
    is_answered(&mut raw).await;
}

/// Whichever end has opened the first one.
#[tokio::test(start_paused = true)]
async fn tp469_7_2_there_is_one_session() {
    let (mut model, address) = with_own();
    let (listener, port) = listener().await;
    add_called(&mut model, MTPS, port, &[]);
    let mut device = Device::start(model);
    device.told(&format!("{OWN}1.: waits for callers")).await;
    let mut first = End::new(CONTROLLER, accepted(&listener).await).await;
    assert_ne!(first.get(INFO).await, "");
    let (_sender, mut second) = call(&address, CONTROLLER).await.split();
    assert!(matches!(second.receive().await, Err(Closed::ByPeer)), "the second one is rejected");
    assert_ne!(first.get(INFO).await, "");

    let (model, address) = with_own();
    let mut device = Device::start(model);
    device.told(&format!("{OWN}1.: waits for callers")).await;
    let mut first = End::new(CONTROLLER, call(&address, CONTROLLER).await).await;
    assert_ne!(first.get(INFO).await, "");
    let mut second = End::new(CONTROLLER, call(&address, CONTROLLER).await).await;
    assert!(matches!(first.receiver.receive().await, Err(Closed::ByPeer)), "the first one is closed");
    assert_ne!(second.get(INFO).await, "");
}

/// The Agent, which is the client, leaves it to the server to end the stream, and does so itself when that does not.
#[tokio::test(start_paused = true)]
async fn tp469_7_4_a_close_is_answered_and_the_stream_ends() {
    let (listener, port) = listener().await;
    let _device = Device::start(with_called(port, &[]));
    let mut raw = greeted(&listener).await;
    let start = Instant::now();
    raw.send(CLOSE, &[0x03, 0xe8]).await;
    assert_eq!(raw.frame().await.close(), (1000, String::new()));
    assert!(raw.is_over().await);
    assert_eq!(start.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn tp469_7_6_what_is_no_record_closes_with_1003() {
    let (listener, port) = listener().await;
    let _device = Device::start(with_called(port, &[]));
    for malformed in [&b"\xff"[..], &get(INFO)[..20], b"no Record"] {
        let mut raw = greeted(&listener).await;
        raw.send(BINARY, malformed).await;
        assert_eq!(raw.frame().await.close().0, 1003, "{malformed:?}");
        raw.send(CLOSE, &[0x03, 0xeb]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn tp469_7_7_a_ping_is_answered_and_a_pong_is_borne() {
    let (listener, port) = listener().await;
    let _device = Device::start(with_called(port, &[]));
    let mut raw = greeted(&listener).await;
    let start = Instant::now();
    raw.send(PING, b"are you there?").await;
    let pong = raw.frame().await;
    assert_eq!((pong.first, &*pong.payload), (PONG, &b"are you there?"[..]));
    assert_eq!(start.elapsed(), Duration::ZERO);
    raw.send(PONG, b"nobody has asked").await;
    is_answered(&mut raw).await;
}

#[tokio::test(start_paused = true)]
async fn tp469_7_8_a_session_that_is_lost_is_opened_again() {
    let (listener, port) = listener().await;
    let settings = [("SessionRetryMinimumWaitInterval", "7"), ("SessionRetryIntervalMultiplier", "3000")];
    let _device = Device::start(with_called(port, &settings));
    let mut raw = greeted(&listener).await;
    raw.send(BINARY, &get(&format!("{MTPS}1."))).await;
    let row = values(&mut raw).await;
    for setting in settings {
        assert!(row.iter().any(|(name, text)| setting == (name, text)), "{setting:?}: {row:?}");
    }

    drop(raw);
    // Between m and m times k, and each time k times later: the first try again, and those that follow one that fails.
    for range in [7..=21, 21..=63, 63..=189] {
        let before = Instant::now();
        let mut refused = Raw::server(listener.accept().await.unwrap());
        let waited = before.elapsed();
        assert!(range.contains(&waited.as_secs()), "{range:?}: {waited:?}");
        refused.head().await;
        refused.write(head(&["HTTP/1.1 503 Service Unavailable", "Connection: close"])).await;
    }
    let mut raw = greeted(&listener).await;
    is_answered(&mut raw).await;
}

#[tokio::test(start_paused = true)]
async fn tp469_7_10_the_connect_record_goes_first() {
    let (listener, port) = listener().await;
    let _device = rebooted(&listener, || with_called(port, &[])).await;
    let mut raw = answered(&listener).await;
    let start = Instant::now();
    let first = record(&mut raw).await;
    assert!(matches!(first.record_type, Some(RecordType::WebsocketConnect(_))), "{first:?}");
    assert_eq!(start.elapsed(), Duration::ZERO, "30 seconds are allowed");
}

/// The Agent offers the extension, and the Controller does not take it.
#[tokio::test(start_paused = true)]
async fn tp469_7_11_an_answer_without_the_extension_is_fine() {
    let (listener, port) = listener().await;
    let _device = rebooted(&listener, || with_called(port, &[])).await;
    let mut raw = Raw::server(listener.accept().await.unwrap());
    let request = raw.answer(&[PROTOCOL]).await;
    assert!(request.contains("\r\nSec-WebSocket-Extensions: bbf-usp-protocol; "), "{request}");
    record(&mut raw).await;
    is_answered(&mut raw).await;
}

#[tokio::test(start_paused = true)]
async fn tp469_7_12_fragments_are_put_together() {
    let (listener, port) = listener().await;
    let _device = Device::start(with_called(port, &[]));
    let mut raw = greeted(&listener).await;
    let (get, mut first) = (get(INFO), 0x02);
    let (last, begin) = get.split_last().unwrap();
    for fragment in begin.chunks(9) {
        raw.send(core::mem::replace(&mut first, 0x00), fragment).await;
    }
    raw.send(0x80, &[*last]).await;
    assert!(values(&mut raw).await.iter().any(|(name, _)| name == "ModelName"));
}
