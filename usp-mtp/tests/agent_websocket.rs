//! An Agent that a runtime drives over WebSocket. The clock stands still as long as there is anything to do.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod common;

use common::device::{Device, End};
use common::websocket::{MTPS, OWN, accepted, add_called, call, listener, with_called, with_own};
use common::{AGENT, CONTROLLER, Folder, add_controller, empty_model, id, record_of};
use tokio::time::Instant;
use usp_agent::datamodel::DataModel;
use usp_msg::{Get, Msg};
use usp_mtp::websocket::{self, Listener};
use usp_mtp::{Closed, Options};

const ID: &str = "Device.LocalAgent.EndpointID";

#[tokio::test(start_paused = true)]
async fn r_ws_5_the_agent_calls_and_answers() {
    let (listener, port) = listener().await;
    let mut device = Device::start(with_called(port, &[]));
    let mut end = End::new(CONTROLLER, accepted(&listener).await).await;
    device.told("self::controller is connected by WebSocket").await;
    assert_eq!(end.get(ID).await, AGENT);
}

#[tokio::test(start_paused = true)]
async fn r_ws_6_the_agent_may_be_called() {
    let (model, address) = with_own();
    let mut device = Device::start(model);
    device.told(&format!("{OWN}1.: waits for callers")).await;
    assert_eq!(device.value("Device.LocalAgent.MTP.1.Status").await, "Up");
    assert_eq!(device.value("Device.LocalAgent.SupportedProtocols").await, "WebSocket,UDS");
    let mut end = End::new(CONTROLLER, call(&address, CONTROLLER).await).await;
    assert_eq!(end.get(ID).await, AGENT);
    // The connection goes with its row, and so does who might call.
    device.set("Device.LocalAgent.MTP.1.Enable", "false").await;
    assert_eq!(end.goodbye().await.reason, "the MTP is not what it was");
    assert!(matches!(end.receiver.receive().await, Err(Closed::ByPeer)));
    assert_eq!(device.value("Device.LocalAgent.MTP.1.Status").await, "Down");
    let refused = websocket::connect(&address, &id(CONTROLLER), &id(AGENT), Options::DEFAULT).await;
    assert!(refused.unwrap_err().to_string().contains("refused"));
}

/// Somebody has the port already.
#[tokio::test(start_paused = true)]
async fn a_port_that_is_taken_is_an_error_of_the_mtp() {
    let (model, address) = with_own();
    let taken = Listener::bind(format!("0.0.0.0:{}", address.port).parse().unwrap()).await.unwrap();
    let mut device = Device::start(model);
    device.told(&format!("{OWN}1.: nobody can call: Address already in use (os error 98)")).await;
    assert_eq!(device.value("Device.LocalAgent.MTP.1.Status").await, "Error");
    drop(taken);
    device.told(&format!("{OWN}1.: waits for callers")).await;
    assert_eq!(device.value("Device.LocalAgent.MTP.1.Status").await, "Up");
}

#[tokio::test(start_paused = true)]
async fn who_is_no_controller_is_refused() {
    let (model, address) = with_own();
    let mut device = Device::start(model);
    device.told(&format!("{OWN}1.: waits for callers")).await;
    let (_sender, mut receiver) = call(&address, "self::stranger").await.split();
    assert!(matches!(receiver.receive().await, Err(Closed::ByPeer)));
    device.told("self::stranger is no Controller that this Agent knows and has enabled").await;
}

#[tokio::test(start_paused = true)]
async fn r_ws_4_a_second_session_takes_the_place_of_the_first() {
    let (mut model, address) = with_own();
    add_controller(&mut model, "self::other");
    let mut device = Device::start(model);
    device.told(&format!("{OWN}1.: waits for callers")).await;
    let mut first = End::new(CONTROLLER, call(&address, CONTROLLER).await).await;
    let mut other = End::new("self::other", call(&address, "self::other").await).await;
    let mut second = End::new(CONTROLLER, call(&address, CONTROLLER).await).await;
    device.told("there is another connection to self::controller: one is closed").await;
    assert!(matches!(first.receiver.receive().await, Err(Closed::ByPeer)));
    assert_eq!(second.get(ID).await, AGENT);
    assert_eq!(other.get(ID).await, AGENT, "a session with somebody else is another pair");
}

/// Both call each other at the same time: the Agent's call stays, so that there is an end to it.
#[tokio::test(start_paused = true)]
async fn r_ws_4_what_the_agent_has_called_stays() {
    let (mut model, address) = with_own();
    let (listener, port) = listener().await;
    add_called(&mut model, MTPS, port, &[]);
    let mut device = Device::start(model);
    device.told(&format!("{OWN}1.: waits for callers")).await;
    let mut first = End::new(CONTROLLER, accepted(&listener).await).await;
    let (_sender, mut refused) = call(&address, CONTROLLER).await.split();
    assert!(matches!(refused.receive().await, Err(Closed::ByPeer)));
    assert_eq!(first.get(ID).await, AGENT);
}

/// The Agent calls somebody who has called it meanwhile: it does so no more, until that session is gone.
#[tokio::test(start_paused = true)]
async fn r_ws_4_whoever_is_there_is_not_called() {
    let (mut model, address) = with_own();
    let (nobody, port) = listener().await;
    drop(nobody);
    add_called(&mut model, MTPS, port, &[]);
    let mut device = Device::start(model);
    device.told(&format!("{OWN}1.: waits for callers")).await;
    let mut there = End::new(CONTROLLER, call(&address, CONTROLLER).await).await;
    let listener = Listener::bind(format!("127.0.0.1:{port}").parse().unwrap()).await.unwrap();
    let (_sender, mut refused) = accepted(&listener).await.split();
    assert!(matches!(refused.receive().await, Err(Closed::ByPeer)));
    device.told("there is another connection to self::controller: one is closed").await;
    let hour = core::time::Duration::from_secs(3600);
    let called = tokio::time::timeout(hour, async {
        tokio::select! {
            _ = listener.accept() => {}
            // Pings are answered meanwhile.
            _ = there.receiver.receive() => {}
        }
    });
    assert!(called.await.is_err(), "nobody calls, and nobody hangs up");
    assert_eq!(there.get(ID).await, AGENT);
    drop(there);
    let mut end = End::new(CONTROLLER, accepted(&listener).await).await;
    assert_eq!(end.get(ID).await, AGENT);
}

#[tokio::test(start_paused = true)]
async fn r_ws_4_a_session_is_between_two_endpoints() {
    let (mut model, address) = with_own();
    add_controller(&mut model, "self::other");
    let mut device = Device::start(model);
    device.told(&format!("{OWN}1.: waits for callers")).await;
    let mut end = End::new(CONTROLLER, call(&address, CONTROLLER).await).await;
    let asked = record_of("self::other", &Msg::request("1", Get::new([ID])));
    end.sender.send(&asked).await.unwrap();
    device.told("self::controller may not pass on a Record of self::other").await;
    assert_eq!(end.get(ID).await, AGENT);
}

/// m = 5 seconds and k = 2000, by lot, and the clock of the test jumps there.
#[tokio::test(start_paused = true)]
async fn r_ws_19_20_the_agent_calls_again_later_and_later() {
    let (nobody, port) = listener().await;
    drop(nobody);
    let mut device = Device::start(with_called(port, &[]));
    let refused = |tries: u32| {
        format!("{MTPS}1. (try {tries}): the other end cannot be reached: Connection refused (os error 111)")
    };
    device.told(&refused(1)).await;
    let mut before = Instant::now();
    for (tries, range) in [(2, 5..=10), (3, 10..=20), (4, 20..=40)] {
        device.told(&refused(tries)).await;
        let waited = before.elapsed();
        assert!(range.contains(&waited.as_secs()), "try {tries} after {waited:?}");
        before = Instant::now();
        let count = device.value("Device.LocalAgent.Controller.1.MTP.1.WebSocket.CurrentRetryCount").await;
        assert_eq!(count, tries.to_string());
    }
    let listener = Listener::bind(format!("127.0.0.1:{port}").parse().unwrap()).await.unwrap();
    let end = End::new(CONTROLLER, accepted(&listener).await).await;
    device.told("self::controller is connected by WebSocket").await;
    let count = device.value("Device.LocalAgent.Controller.1.MTP.1.WebSocket.CurrentRetryCount").await;
    assert_eq!(count, "0");
    drop((listener, end));
    device.told(&refused(1)).await;
}

/// What is saved of a row is how it is to be used, and not how that went before.
#[tokio::test(start_paused = true)]
async fn r_ws_21_an_agent_that_starts_anew_counts_anew() {
    const COUNT: &str = "Device.LocalAgent.Controller.1.MTP.1.WebSocket.CurrentRetryCount";
    let folder = Folder::new();
    let (nobody, port) = listener().await;
    drop(nobody);
    let start = || {
        Device::start_with(empty_model(), |mut runtime| {
            assert!(runtime.restore(folder.path("state")).unwrap().unfit.is_empty());
            runtime
        })
    };
    let refused = |tries: u32| {
        format!("{MTPS}1. (try {tries}): the other end cannot be reached: Connection refused (os error 111)")
    };
    let mut device = start();
    let rows = move |model: &mut DataModel| {
        add_controller(model, CONTROLLER);
        add_called(model, MTPS, port, &[]);
    };
    device.handle.update(rows).await.unwrap();
    device.told(&refused(4)).await;
    assert_eq!(device.value(COUNT).await, "4");
    device.handle.stop();
    device.run.await.unwrap();

    let mut device = start();
    device.told(&refused(1)).await;
    assert_eq!(device.value(COUNT).await, "1");
    let before = Instant::now();
    device.told(&refused(2)).await;
    let waited = before.elapsed();
    assert!((5..=10).contains(&waited.as_secs()), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn r_ws_19_the_waits_are_those_of_the_row() {
    let (nobody, port) = listener().await;
    drop(nobody);
    let settings = [("SessionRetryMinimumWaitInterval", "100"), ("SessionRetryIntervalMultiplier", "1000")];
    let mut device = Device::start(with_called(port, &settings));
    for tries in 1..4 {
        let before = Instant::now();
        let refused =
            format!("try {tries}): the other end cannot be reached: Connection refused (os error 111)");
        device.told(&format!("{MTPS}1. ({refused}")).await;
        let waited = before.elapsed().as_secs();
        assert_eq!(waited, if tries == 1 { 0 } else { 100 }, "try {tries}");
    }
}

#[tokio::test(start_paused = true)]
async fn r_ws_16_what_is_no_record_is_told_and_the_agent_calls_again() {
    let (listener, port) = listener().await;
    let mut device = Device::start(with_called(port, &[]));
    let mut end = End::new(CONTROLLER, accepted(&listener).await).await;
    end.sender.send(&[0xff; 3]).await.unwrap();
    let Err(Closed::Error(told)) = end.receiver.receive().await else { panic!("a Close frame is due") };
    assert!(told.starts_with("1003 what came is no Record: "), "{told}");
    device.told(&format!("self::controller is not connected by WebSocket any more: {}", &told[5..])).await;
    let mut end = End::new(CONTROLLER, accepted(&listener).await).await;
    assert_eq!(end.get(ID).await, AGENT);
}

/// Nothing comes from the other end, no Pong either, since nobody reads there.
#[tokio::test(start_paused = true)]
async fn r_ws_18_who_is_silent_for_two_intervals_is_gone() {
    let (listener, port) = listener().await;
    let mut device = Device::start(with_called(port, &[("KeepAliveInterval", "7")]));
    let end = End::new(CONTROLLER, accepted(&listener).await).await;
    let begin = Instant::now();
    device
        .told(
            "self::controller is not connected by WebSocket any more: the other end has not answered in time",
        )
        .await;
    assert_eq!(begin.elapsed().as_secs(), 14);
    drop(end);
}

/// One that answers is there as long as it likes.
#[tokio::test(start_paused = true)]
async fn r_ws_17_who_answers_pings_stays() {
    let (listener, port) = listener().await;
    let _device = Device::start(with_called(port, &[("KeepAliveInterval", "7")]));
    let mut end = End::new(CONTROLLER, accepted(&listener).await).await;
    let hour = tokio::time::timeout(core::time::Duration::from_secs(3600), end.receiver.receive()).await;
    assert!(hour.is_err(), "nothing but Pings comes");
    assert_eq!(end.get(ID).await, AGENT);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_wants_tls_is_not_used_without() {
    let (listener, port) = listener().await;
    let mut device = Device::start(with_called(port, &[("EnableEncryption", "true")]));
    device.told(&format!("{MTPS}1.: TLS is wanted, and there is none")).await;
    device.set("Device.LocalAgent.Controller.1.MTP.1.WebSocket.EnableEncryption", "false").await;
    let mut end = End::new(CONTROLLER, accepted(&listener).await).await;
    assert_eq!(end.get(ID).await, AGENT);
}
