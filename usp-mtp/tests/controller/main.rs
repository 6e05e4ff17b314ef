//! A Controller that a runtime drives, and Agents that the test drives, over real sockets. Nothing sleeps: where time
//! matters the clock stands still as long as there is anything to do.
#![cfg(unix)]
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod device;
#[cfg(feature = "websocket")]
mod websocket;

use core::time::Duration;
use std::io;

use device::{CONTROLLER, Device, Folder, ONE, Operator, TWO, connected, id};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time;
use usp_agent::Output;
use usp_msg::response::RespType;
use usp_msg::{Add, Get, Notify, Operate, add, notify};
use usp_mtp::record::Record;
use usp_mtp::record::record::RecordType;
use usp_mtp::{Closed, ControllerEvent, ListenError, OpenError, Options, RequestError, uds};

const NAME: &str = "Device.LocalAgent.EndpointID";
const CODE: &str = "Device.LocalAgent.Controller.1.ProvisioningCode";

fn lost(agent: &str) -> String {
    format!("{agent} is disconnected from UDS: the other end has closed the connection")
}

fn not_connected(agent: &str) -> RequestError {
    RequestError::NotConnected { agent: id(agent) }
}

/// Whether nothing comes any more. The system says it in another way where something was not read.
async fn is_closed(device: &mut Device) -> bool {
    matches!(device.gets().await, Err(Closed::ByPeer | Closed::Io(_)))
}

/// A connection in memory, where the clock may stand still: ours and the device's.
async fn in_memory(operator: &mut Operator, name: &str) -> Device {
    let (here, there) = tokio::io::duplex(1 << 16);
    let (controller, agent) = (id(CONTROLLER), id(name));
    let (ours, theirs) = tokio::join!(
        uds::accept(here, &controller, Options::DEFAULT),
        uds::open(there, &agent, Options::DEFAULT),
    );
    operator.handle.add_accepted(ours.unwrap());
    let device = Device::with(name, theirs.unwrap()).await;
    assert_eq!(operator.line().await, connected(name));
    device
}

#[tokio::test]
async fn a_request_is_answered() {
    let folder = Folder::new("answered");
    let mut operator = Operator::at(&folder).await;
    let mut device = Device::of(ONE, &folder, &mut operator).await;
    assert_eq!(operator.handle.agents().await, [id(ONE)]);

    let (answer, _) = tokio::join!(operator.handle.ask(&id(ONE), Get::new([NAME])), device.does());
    let answer = answer.unwrap();
    let values: Vec<_> = answer.values().collect();
    assert_eq!(values, [("Device.LocalAgent.", "EndpointID", ONE)]);

    // As a task of its own.
    let asked = tokio::spawn(operator.handle.request(&id(ONE), Get::new([NAME])));
    device.does().await;
    assert!(matches!(asked.await.unwrap().unwrap().resp_type, Some(RespType::GetResp(_))));
}

#[tokio::test]
async fn an_error_of_the_agent_is_its_answer() {
    let folder = Folder::new("error");
    let mut operator = Operator::at(&folder).await;
    let mut device = Device::of(ONE, &folder, &mut operator).await;
    let add = Add::new([add::CreateObject::new("Device.Nothing.")]);
    let (answer, _) = tokio::join!(operator.handle.ask(&id(ONE), add), device.does());
    let Err(RequestError::Refused(error)) = answer else { panic!("{answer:?}") };
    assert_eq!(error.err_code, 7004, "{error}");
}

#[tokio::test]
async fn who_is_not_connected_is_not_asked() {
    let operator = Operator::start();
    assert_eq!(operator.handle.ask(&id(ONE), Get::new([NAME])).await, Err(not_connected(ONE)));
    assert_eq!(operator.handle.agents().await, []);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_is_waited_for_no_longer_than_it_may() {
    let mut operator = Operator::start();
    let mut device = in_memory(&mut operator, ONE).await;
    let begin = time::Instant::now();
    assert_eq!(operator.handle.ask(&id(ONE), Get::new([NAME])).await, Err(RequestError::TimedOut));
    let waited = begin.elapsed();
    assert!(waited >= Duration::from_secs(60) && waited < Duration::from_secs(61), "{waited:?}");
    // It comes too late.
    let asked = device.does().await;
    let line = format!("ignored: the Message {} from {ONE} answers nothing that is open", asked.msg_id());
    assert_eq!(operator.line().await, line);
}

#[tokio::test(start_paused = true)]
async fn what_was_asked_over_a_connection_that_is_lost_has_failed_at_once() {
    let mut operator = Operator::start();
    let mut device = in_memory(&mut operator, ONE).await;
    let begin = time::Instant::now();
    let (agent, get) = (id(ONE), Get::new([NAME]));
    let (answer, ()) = tokio::join!(operator.handle.ask(&agent, get.clone()), async {
        device.gets().await.unwrap();
        drop(device);
    });
    assert_eq!((answer, begin.elapsed()), (Err(RequestError::ConnectionLost), Duration::ZERO));
    assert_eq!(operator.line().await, lost(ONE));
    assert_eq!(operator.handle.ask(&agent, get).await, Err(not_connected(ONE)));
}

#[tokio::test]
async fn r_not_10_a_notify_is_told_and_answered() {
    let folder = Folder::new("notify");
    let mut operator = Operator::at(&folder).await;
    let mut device = Device::of(ONE, &folder, &mut operator).await;
    let subscription = add::CreateObject::new("Device.LocalAgent.Subscription.")
        .required("Enable", "true")
        .required("ID", "code")
        .required("NotifType", "ValueChange")
        .required("ReferenceList", CODE)
        .required("NotifRetry", "true");
    let (added, _) = tokio::join!(operator.handle.ask(&id(ONE), Add::new([subscription])), device.does());
    added.unwrap();

    device.provisions("seven").await;
    let ControllerEvent::Notify { from, msg_id, notify } = operator.event().await else {
        panic!("a Notify is due")
    };
    let change = notify::ValueChange { param_path: CODE.into(), param_value: "seven".into() };
    assert_eq!((from, notify), (id(ONE), Notify::new("code", change).with_response()));
    let answer = device.does().await;
    assert_eq!(answer.to_string(), format!("NotifyResp {msg_id:?} {{subscription_id: \"code\"}}"));
    // It is not told again.
    assert_eq!(device.agent.poll_output(), Output::Wait { until: None });
}

#[tokio::test]
async fn two_agents_are_asked_at_once() {
    let folder = Folder::new("two");
    let mut operator = Operator::at(&folder).await;
    let mut one = Device::of(ONE, &folder, &mut operator).await;
    let mut two = Device::of(TWO, &folder, &mut operator).await;
    assert_eq!(operator.handle.agents().await, [id(ONE), id(TWO)]);
    let other = operator.handle.clone();
    let (first, second) = (id(ONE), id(TWO));
    // The first answers last.
    let (from_one, from_two, ()) = tokio::join!(
        operator.handle.ask(&first, Get::new([NAME])),
        other.ask(&second, Get::new([NAME])),
        async {
            let asked = one.gets().await.unwrap();
            two.does().await;
            one.takes(&asked).await;
        },
    );
    let (from_one, from_two) = (from_one.unwrap(), from_two.unwrap());
    assert_eq!(from_one.values().next(), Some(("Device.LocalAgent.", "EndpointID", ONE)));
    assert_eq!(from_two.values().next(), Some(("Device.LocalAgent.", "EndpointID", TWO)));
}

#[tokio::test]
async fn an_agent_may_come_by_another_connection() {
    let folder = Folder::new("another");
    let mut operator = Operator::at(&folder).await;
    let mut device = Device::of(ONE, &folder, &mut operator).await;
    let newer = uds::connect(folder.socket(), &id(ONE), Options::DEFAULT).await.unwrap();
    let older = device.moves(newer).await;
    assert_eq!(operator.line().await, connected(ONE));
    assert_eq!(operator.handle.agents().await, [id(ONE)]);
    let (answer, _) = tokio::join!(operator.handle.ask(&id(ONE), Get::new([NAME])), device.does());
    answer.unwrap();
    // The older one goes, and nothing is lost by that.
    drop(older);
    assert_eq!(operator.line().await, lost(ONE));
    let (answer, _) = tokio::join!(operator.handle.ask(&id(ONE), Get::new([NAME])), device.does());
    answer.unwrap();
}

/// [R-UDS.23]
#[tokio::test]
async fn who_sends_what_is_no_record_is_closed_and_told() {
    let folder = Folder::new("garbage");
    let mut operator = Operator::at(&folder).await;
    let mut one = Device::of(ONE, &folder, &mut operator).await;
    let mut two = Device::of(TWO, &folder, &mut operator).await;
    one.sends_bytes(b"garbage").await;
    let line = operator.line().await;
    let begin = format!("{ONE} is disconnected from UDS: what came is no Record: ");
    assert!(line.starts_with(&begin), "{line}");
    let Err(Closed::Error(told)) = one.gets().await else { panic!("it is to be told") };
    assert!(told.starts_with("what came is no Record: "), "{told}");
    // Nobody else is concerned.
    let (answer, _) = tokio::join!(operator.handle.ask(&id(TWO), Get::new([NAME])), two.does());
    answer.unwrap();
    assert_eq!(operator.handle.agents().await, [id(TWO)]);
}

#[tokio::test]
async fn who_does_not_say_who_they_are_is_refused() {
    let folder = Folder::new("refused");
    let mut operator = Operator::at(&folder).await;
    let mut stranger = UnixStream::connect(folder.socket()).await.unwrap();
    stranger.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let line = "refused who came by way 1: what came is no frame: it does not begin with the bytes of one";
    assert_eq!(operator.line().await, line);
    let mut told = Vec::new();
    stranger.read_to_end(&mut told).await.unwrap();
    assert_eq!(told[..4], *b"_USP");
    assert_eq!(operator.handle.agents().await, []);
}

#[tokio::test]
async fn nobody_waits_for_what_was_given_up() {
    let folder = Folder::new("given-up");
    let mut operator = Operator::at(&folder).await;
    let mut device = Device::of(ONE, &folder, &mut operator).await;
    let asked = tokio::select! {
        answer = operator.handle.ask(&id(ONE), Get::new([NAME])) => panic!("{answer:?}"),
        asked = device.gets() => asked.unwrap(),
    };
    // Whatever was asked before is done when this is: the Controller does not know of it any more.
    operator.handle.agents().await;
    let asked = device.takes(&asked).await;
    let line = format!("ignored: the Message {} from {ONE} answers nothing that is open", asked.msg_id());
    assert_eq!(operator.line().await, line);
}

/// Over a pair of Agents that are stopped while they are asked: [R-MTP.7], [R-MTP.9].
#[tokio::test]
async fn r_mtp_7_at_the_end_agents_are_told_and_requests_have_failed() {
    let folder = Folder::new("stop");
    let mut operator = Operator::at(&folder).await;
    let mut one = Device::of(ONE, &folder, &mut operator).await;
    let mut two = Device::of(TWO, &folder, &mut operator).await;
    let (agent, handle) = (id(ONE), operator.handle.clone());
    let (answer, ()) = tokio::join!(handle.ask(&agent, Get::new([NAME])), async {
        one.gets().await.unwrap();
        handle.stop();
    });
    assert_eq!(answer, Err(RequestError::Stopped));
    for device in [&mut one, &mut two] {
        let record = Record::decode(device.gets().await.unwrap().as_slice()).unwrap();
        assert_eq!(record.from_id, CONTROLLER);
        let Some(RecordType::Disconnect(goodbye)) = record.record_type else { panic!("{record:?}") };
        assert_eq!(goodbye.reason_code, 7105);
        assert!(is_closed(device).await);
    }
    assert_eq!(operator.run.await.unwrap().id(), &id(CONTROLLER));

    assert_eq!(handle.ask(&agent, Get::new([NAME])).await, Err(RequestError::Stopped));
    assert_eq!(handle.agents().await, []);
    assert!(matches!(handle.listen_uds(folder.socket()).await, Err(ListenError::Stopped)));
    handle.stop();
}

#[tokio::test(start_paused = true)]
async fn whoever_takes_nothing_does_not_hold_up_the_end() {
    let mut operator = Operator::start();
    let device = in_memory(&mut operator, ONE).await;
    // More than fits between the two.
    let long = Operate::new("Device.Long()").with_arg("Text", "x".repeat(1 << 17));
    let (agent, handle) = (id(ONE), operator.handle.clone());
    let (answer, ()) = tokio::join!(handle.request(&agent, long), async {
        handle.agents().await;
        handle.stop();
    });
    assert_eq!(answer, Err(RequestError::Stopped));
    time::timeout(Duration::from_secs(30), operator.run).await.expect("it ends").unwrap();
    drop(device);
}

#[tokio::test]
async fn a_place_that_cannot_be_had_is_told_at_once() {
    let folder = Folder::new("place");
    let mut operator = Operator::start();
    let way = operator.handle.listen_uds(folder.socket()).await.unwrap();
    let other = Operator::start();
    let Err(ListenError::Io(error)) = other.handle.listen_uds(folder.socket()).await else {
        panic!("somebody listens there")
    };
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    // That was found out by a call.
    let line = "refused who came by way 1: the other end has closed the connection";
    assert_eq!(operator.line().await, line);

    // Who is connected stays when it is left.
    let mut device = Device::of(ONE, &folder, &mut operator).await;
    operator.handle.leave(way);
    while other.handle.listen_uds(folder.socket()).await.is_err() {
        tokio::task::yield_now().await;
    }
    let (answer, _) = tokio::join!(operator.handle.ask(&id(ONE), Get::new([NAME])), device.does());
    answer.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_place_that_could_not_be_had_is_not_tried_again() {
    let folder = Folder::new("not-again");
    let operator = Operator::start();
    let taken = uds::Listener::bind(folder.socket()).unwrap();
    assert!(matches!(operator.handle.listen_uds(folder.socket()).await, Err(ListenError::Io(_))));
    drop(taken);
    // The clock stands still: this is over at once.
    time::sleep(Duration::from_secs(60)).await;
    assert!(!folder.socket().exists());
}

#[tokio::test]
async fn no_more_than_so_many_may_call() {
    let folder = Folder::new("many");
    let mut operator = Operator::start_with(|runtime| runtime.with_max_connections(1));
    operator.handle.listen_uds(folder.socket()).await.unwrap();
    let device = Device::of(ONE, &folder, &mut operator).await;
    let refused = uds::connect(folder.socket(), &id(TWO), Options::DEFAULT).await;
    assert!(matches!(refused, Err(OpenError::Closed(_) | OpenError::Io(_))), "{refused:?}");
    drop(device);
    assert_eq!(operator.line().await, lost(ONE));
}

/// [R-UDS.4]
#[tokio::test(start_paused = true)]
async fn r_uds_5_an_agent_is_called_again_and_again() {
    let folder = Folder::new("dial");
    let mut operator = Operator::start();
    let way = operator.handle.connect_uds(folder.socket());
    let line = operator.line().await;
    assert!(line.starts_with("way 1 leads nowhere: the other end cannot be reached: "), "{line}");
    let listener = uds::Listener::bind(folder.socket()).unwrap();
    let agent = id(ONE);
    let take_in = async || {
        let stream = listener.accept().await.unwrap();
        Device::with(ONE, uds::accept(stream, &agent, Options::DEFAULT).await.unwrap()).await
    };
    for _ in 0..2 {
        let begin = time::Instant::now();
        let mut device = take_in().await;
        let waited = begin.elapsed();
        assert!(waited >= Duration::from_secs(1) && waited <= Duration::from_secs(6), "{waited:?}");
        loop {
            let line = operator.line().await;
            if line == connected(ONE) {
                break;
            }
            assert!(line.contains(" leads nowhere"), "{line}");
        }
        let (answer, _) = tokio::join!(operator.handle.ask(&agent, Get::new([NAME])), device.does());
        answer.unwrap();
        drop(device);
        assert_eq!(operator.line().await, lost(ONE));
    }
    // Whom nobody calls any more waits in vain.
    operator.handle.leave(way);
    assert!(time::timeout(Duration::from_secs(60), listener.accept()).await.is_err());
}

#[tokio::test]
async fn an_agent_is_disconnected_with_a_word() {
    let folder = Folder::new("disconnect");
    let mut operator = Operator::at(&folder).await;
    let mut device = Device::of(ONE, &folder, &mut operator).await;
    operator.handle.disconnect(&id(ONE));
    let record = Record::decode(device.gets().await.unwrap().as_slice()).unwrap();
    assert!(matches!(record.record_type, Some(RecordType::Disconnect(_))), "{record:?}");
    assert!(is_closed(&mut device).await);
    assert_eq!(operator.line().await, format!("{ONE} is disconnected from UDS: it is not wanted any more"));
    assert_eq!(operator.handle.agents().await, []);
}
