//! An Agent that a runtime drives, and a Controller's end of its connections, over real sockets. The clock stands still
//! as long as there is anything to do.
#![cfg(unix)]
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod common;

use std::path::Path;

use common::device::{Device, End};
use common::{
    AGENT, CONTROLLER, Folder, add_controller, add_row, empty_model, id, message, model, record_of,
};
use tokio::sync::mpsc::unbounded_channel;
use usp_agent::datamodel::{Call, DataModel};
use usp_msg::body::MsgBody;
use usp_msg::notify::Notification;
use usp_msg::operate_resp::operation_result::OperationResp;
use usp_msg::request::ReqType;
use usp_msg::{Get, Msg, Notify, Operate, Request, Set, set};
use usp_mtp::{Closed, Options, Stopped, uds};

const NAME: &str = "Device.DeviceInfo.ModelName";
const CODE: &str = "Device.DeviceInfo.ProvisioningCode";
const SOCKETS: &str = "Device.UnixDomainSockets.UnixDomainSocket.";
const MTPS: &str = "Device.LocalAgent.Controller.1.MTP.";

/// A socket, and an enabled row of the MTPs of the Controller that refers to it.
fn with_socket(mode: &str, path: &Path) -> DataModel {
    let mut model = model();
    add_socket(&mut model, mode, path);
    model
}

fn add_socket(model: &mut DataModel, mode: &str, path: &Path) {
    add_row(model, SOCKETS, &[("Mode", mode), ("Path", path.to_str().unwrap())]);
    add_row(model, MTPS, &[("Protocol", "UDS"), ("Enable", "true")]);
    model.update_value_at(&format!("{MTPS}1.UDS.UnixDomainSocketRef"), &format!("{SOCKETS}1")).unwrap();
}

/// A device that calls a Controller, and that Controller's end.
async fn calling(folder: &Folder) -> (Device, uds::Listener, End) {
    let path = folder.path("socket");
    let listener = uds::Listener::bind(&path).unwrap();
    let device = Device::start(with_socket("Connect", &path));
    let end = End::called(&listener).await;
    (device, listener, end)
}

fn notify(msg: Msg) -> Notify {
    match msg.into_content() {
        Some(MsgBody::Request(Request { req_type: Some(ReqType::Notify(notify)) })) => notify,
        other => panic!("a Notify is due, not {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn r_uds_4_the_agent_calls_and_answers() {
    let folder = Folder::new();
    let (mut device, _listener, mut end) = calling(&folder).await;
    device.told("self::controller is connected by UDS").await;
    device.set(NAME, "X1").await;
    assert_eq!(end.get(NAME).await, "X1");
}

#[tokio::test(start_paused = true)]
async fn r_uds_2_the_agent_may_be_called() {
    let folder = Folder::new();
    let path = folder.path("socket");
    let mut device = Device::start(with_socket("Listen", &path));
    device.told(&format!("{MTPS}1.: waits for callers")).await;
    let connection = uds::connect(&path, &id(CONTROLLER), Options::DEFAULT).await.unwrap();
    let mut end = End::new(CONTROLLER, connection).await;
    assert_eq!(end.get("Device.LocalAgent.EndpointID").await, AGENT);
}

/// From one to five seconds later, and the clock of the test jumps there.
#[tokio::test(start_paused = true)]
async fn r_uds_5_the_agent_calls_again() {
    let folder = Folder::new();
    let (mut device, listener, end) = calling(&folder).await;
    let begin = tokio::time::Instant::now();
    drop(end);
    device
        .told("self::controller is not connected by UDS any more: the other end has closed the connection")
        .await;
    let mut end = End::called(&listener).await;
    let waited = begin.elapsed().as_millis();
    assert!((1_000..=5_010).contains(&waited), "{waited} ms");
    assert_eq!(end.get("Device.LocalAgent.EndpointID").await, AGENT);
    // Nobody is there.
    drop((end, listener));
    let refused =
        format!("{MTPS}1. (try 1): the other end cannot be reached: No such file or directory (os error 2)");
    device.told(&refused).await;
}

#[tokio::test(start_paused = true)]
async fn r_mtp_7_a_row_that_is_disabled_says_goodbye() {
    let folder = Folder::new();
    let (mut device, listener, mut end) = calling(&folder).await;
    device.set("Device.LocalAgent.Controller.1.MTP.1.Enable", "false").await;
    let goodbye = end.goodbye().await;
    assert_eq!((goodbye.reason_code, &*goodbye.reason), (7105, "the MTP is not what it was"));
    assert!(matches!(end.receiver.receive().await, Err(Closed::ByPeer)));
    device.told("the connection to self::controller by UDS is closed").await;
    device.set("Device.LocalAgent.Controller.1.MTP.1.Enable", "true").await;
    // [R-MTP.8]
    let mut end = End::called(&listener).await;
    assert_eq!(end.get("Device.LocalAgent.EndpointID").await, AGENT);
}

#[tokio::test(start_paused = true)]
async fn r_mtp_9_who_stops_says_why() {
    let folder = Folder::new();
    let (device, _listener, mut end) = calling(&folder).await;
    device.handle.stop();
    let goodbye = end.goodbye().await;
    assert_eq!((goodbye.reason_code, &*goodbye.reason), (7105, "the Agent stops"));
    assert!(matches!(end.receiver.receive().await, Err(Closed::ByPeer)));
    let agent = device.run.await.unwrap();
    assert_eq!(agent.id(), &id(AGENT));
    assert_eq!(device.handle.update(|_| ()).await, Err(Stopped));
}

#[tokio::test(start_paused = true)]
async fn r_uds_23_what_is_no_record_ends_the_connection() {
    let folder = Folder::new();
    let (mut device, listener, mut end) = calling(&folder).await;
    end.sender.send(b"\xff\xff\xff").await.unwrap();
    let Err(Closed::Error(told)) = end.receiver.receive().await else { panic!("an Error frame is due") };
    assert!(told.starts_with("what came is no Record: "), "{told}");
    device.told(&format!("self::controller is not connected by UDS any more: {told}")).await;
    let mut end = End::called(&listener).await;
    assert_eq!(end.get("Device.LocalAgent.EndpointID").await, AGENT);
}

/// The Connect Record goes before what has waited [R-MTP.6].
#[tokio::test(start_paused = true)]
async fn r_mtp_6_what_waits_for_a_connection_goes_after_hello() {
    let folder = Folder::new();
    let (mut device, listener, mut end) = calling(&folder).await;
    end.subscribe(NAME).await;
    drop((end, listener));
    device
        .told("self::controller is not connected by UDS any more: the other end has closed the connection")
        .await;
    for name in ["X1", "X2"] {
        device.set(NAME, name).await;
    }
    let listener = uds::Listener::bind(folder.path("socket")).unwrap();
    let mut end = End::called(&listener).await;
    for name in ["X1", "X2"] {
        let Some(Notification::ValueChange(change)) = notify(message(&end.next().await)).notification else {
            panic!("a ValueChange is due")
        };
        assert_eq!((&*change.param_path, &*change.param_value), (NAME, name));
    }
}

#[tokio::test(start_paused = true)]
async fn two_controllers_do_not_hold_up_each_other() {
    let folder = Folder::new();
    let path = folder.path("socket");
    let mut model = with_socket("Listen", &path);
    add_controller(&mut model, "self::other");
    let mut device = Device::start(model);
    device.told(&format!("{MTPS}1.: waits for callers")).await;
    let connect = async |controller: &'static str| {
        End::new(controller, uds::connect(&path, &id(controller), Options::DEFAULT).await.unwrap()).await
    };
    let mut silent = connect(CONTROLLER).await;
    silent.subscribe(NAME).await;
    let mut other = connect("self::other").await;
    // The first one takes nothing of this any more, till nobody waits for it.
    let long = "x".repeat(50);
    for turn in 0..6_000 {
        let name = format!("{turn} {long}");
        device.handle.update(move |model| model.update_value_at(NAME, &name)).await.unwrap().unwrap();
        if turn % 1_000 == 0 {
            assert!(other.get(NAME).await.starts_with(&format!("{turn} ")));
        }
    }
    device.told("self::controller takes nothing of what it is sent: the connection is closed").await;
    assert!(other.get(NAME).await.starts_with("5999 "));
}

#[tokio::test(start_paused = true)]
async fn what_is_acknowledged_outlives_a_restart() {
    let folder = Folder::new();
    let (socket, state) = (folder.path("socket"), folder.path("state"));
    let listener = uds::Listener::bind(&socket).unwrap();
    let start = |model: DataModel| {
        Device::start_with(model, |mut runtime| {
            let restored = runtime.restore(folder.path("state")).unwrap();
            assert!(restored.unfit.is_empty() && restored.repair.is_none(), "{restored:?}");
            runtime
        })
    };
    let device = start(empty_model());
    let path = socket.clone();
    let rows = move |model: &mut DataModel| {
        add_controller(model, CONTROLLER);
        add_socket(model, "Connect", &path);
    };
    device.handle.update(rows).await.unwrap();
    let mut end = End::called(&listener).await;
    let set = Set::new([set::UpdateObject::new("Device.DeviceInfo.").required("ProvisioningCode", "saved")]);
    let answer = end.ask(set).await;
    assert!(answer.as_error().is_none(), "{answer}");
    // As if the power had gone.
    device.run.abort();
    let _ = device.run.await;
    drop(end);
    assert!(state.exists());
    let device = start(empty_model());
    let mut end = End::called(&listener).await;
    assert_eq!(end.get(CODE).await, "saved");
    assert_eq!(device.value(CODE).await, "saved");
}

/// Its answer is safe and on its way before the connection is closed that the request has closed.
#[tokio::test(start_paused = true)]
async fn r_mtp_7_who_disables_its_own_connection_is_answered_first() {
    let folder = Folder::new();
    let socket = folder.path("socket");
    let listener = uds::Listener::bind(&socket).unwrap();
    let device = Device::start_with(empty_model(), |mut runtime| {
        runtime.restore(folder.path("state")).unwrap();
        runtime
    });
    let rows = move |model: &mut DataModel| {
        add_controller(model, CONTROLLER);
        add_socket(model, "Connect", &socket);
    };
    device.handle.update(rows).await.unwrap();
    let mut end = End::called(&listener).await;
    let row = set::UpdateObject::new(format!("{MTPS}1.")).required("Enable", "false");
    let answer = end.ask(Set::new([row])).await;
    assert!(answer.as_error().is_none(), "{answer}");
    assert_eq!(end.goodbye().await.reason, "the MTP is not what it was");
    assert!(matches!(end.receiver.receive().await, Err(Closed::ByPeer)));
}

#[tokio::test(start_paused = true)]
async fn commands_are_run_beside_all_else() {
    let folder = Folder::new();
    let path = folder.path("socket");
    let listener = uds::Listener::bind(&path).unwrap();
    let mut model = with_socket("Connect", &path);
    model.queue_command("Device.IP.Diagnostics.IPPing()").unwrap();
    let (give, mut calls) = unbounded_channel();
    let device = Device::start_with(model, |runtime| runtime.on_command(move |call| _ = give.send(call)));
    let mut end = End::called(&listener).await;
    let answer = end
        .ask(
            Operate::new("Device.IP.Diagnostics.IPPing()")
                .with_arg("Host", "192.0.2.1")
                .with_arg("DataBlockSize", "64")
                .with_arg("NumberOfRepetitions", "1")
                .with_arg("Timeout", "1000")
                .with_arg("ProtocolVersion", "Any")
                .with_arg("DSCP", "0"),
        )
        .await;
    let answer = answer.into_answer::<Operate>().unwrap().unwrap();
    assert!(
        matches!(answer.operation_results[0].operation_resp, Some(OperationResp::ReqObjPath(_))),
        "{answer:?}"
    );
    let Some(Call::Run(call)) = calls.recv().await else { panic!("a call is due") };
    assert_eq!((call.path(), call.argument("Host")), ("Device.IP.Diagnostics.IPPing()", Some("192.0.2.1")));
    // Others are answered meanwhile.
    assert_eq!(end.get("Device.LocalAgent.EndpointID").await, AGENT);
    let requests = "Device.LocalAgent.RequestNumberOfEntries";
    assert_eq!(end.get(requests).await, "1");
    let token = call.token().unwrap();
    let ended = device.handle.update(move |model| model.complete_command(token, Ok(vec![]))).await.unwrap();
    ended.unwrap();
    assert_eq!(end.get(requests).await, "0");
}

/// A Broker passes on Records of others, though not of who is there; over WebSocket nobody does.
#[tokio::test(start_paused = true)]
async fn nobody_speaks_for_who_is_there() {
    let folder = Folder::new();
    let path = folder.path("socket");
    let mut model = with_socket("Listen", &path);
    add_controller(&mut model, "self::other");
    let mut device = Device::start(model);
    device.told(&format!("{MTPS}1.: waits for callers")).await;
    let connect = async |controller: &'static str| {
        End::new(controller, uds::connect(&path, &id(controller), Options::DEFAULT).await.unwrap()).await
    };
    let mut broker = connect(CONTROLLER).await;
    let asked = record_of("self::other", &Msg::request("1", Get::new(["Device.LocalAgent.EndpointID"])));
    broker.sender.send(&asked).await.unwrap();
    let answer = broker.next().await;
    assert_eq!((&*answer.to_id, message(&answer).msg_id()), ("self::other", "1"));
    let mut other = connect("self::other").await;
    broker.sender.send(&asked).await.unwrap();
    device.told("self::controller may not pass on a Record of self::other").await;
    assert_eq!(other.get("Device.LocalAgent.EndpointID").await, AGENT);
}
