//! Sessions over WebSocket.

use core::net::SocketAddr;

use tokio::join;
use usp_msg::Get;
use usp_mtp::websocket::{self, Address};
use usp_mtp::{Connection, ListenError, Options};

use crate::device::{CONTROLLER, Device, ONE, Operator, id};
use crate::{NAME, is_closed};

const LOCAL: &str = "127.0.0.1:0";

fn connected(way: u32) -> String {
    format!("{ONE} is connected over WebSocket, way {way}")
}

fn address(at: SocketAddr) -> Address {
    Address { host: at.ip().to_string(), port: at.port(), path: "usp".to_string() }
}

async fn open(at: SocketAddr) -> Connection {
    websocket::connect(&address(at), &id(ONE), &id(CONTROLLER), Options::DEFAULT).await.unwrap()
}

async fn is_answered(operator: &Operator, device: &mut Device) {
    let (answer, _) = join!(operator.handle.ask(&id(ONE), Get::new([NAME])), device.does());
    assert_eq!(answer.unwrap().values().next(), Some(("Device.LocalAgent.", "EndpointID", ONE)));
}

#[tokio::test]
async fn r_ws_4_an_agent_that_opens_another_session_has_that_alone() {
    let mut operator = Operator::start();
    let (_, at) = operator.handle.listen_websocket(LOCAL.parse().unwrap(), "/usp").await.unwrap();
    assert_ne!(at.port(), 0);
    let mut older = Device::with(ONE, open(at).await).await;
    assert_eq!(operator.line().await, connected(1));
    is_answered(&operator, &mut older).await;

    let mut newer = Device::with(ONE, open(at).await).await;
    let gone = format!("{ONE} is disconnected from WebSocket: the other end has opened another session");
    assert_eq!([operator.line().await, operator.line().await], [gone, connected(1)]);
    assert!(is_closed(&mut older).await);
    is_answered(&operator, &mut newer).await;
    // Nothing more is told of the older one.
    operator.handle.disconnect(&id(ONE));
    let gone = format!("{ONE} is disconnected from WebSocket: it is not wanted any more");
    assert_eq!(operator.line().await, gone);
}

#[tokio::test]
async fn r_ws_4_a_session_that_we_have_opened_stays() {
    let mut operator = Operator::start();
    let listener = websocket::Listener::bind(LOCAL.parse().unwrap()).await.unwrap();
    operator.handle.connect_websocket(address(listener.local_addr().unwrap()), id(ONE));
    let stream = listener.accept().await.unwrap();
    let ours = websocket::accept(stream, "/usp", &id(ONE), Options::DEFAULT).await.unwrap();
    let mut device = Device::with(ONE, ours).await;
    assert_eq!(operator.line().await, connected(1));

    let (_, at) = operator.handle.listen_websocket(LOCAL.parse().unwrap(), "/usp").await.unwrap();
    let mut second = Device::with(ONE, open(at).await).await;
    assert_eq!(operator.line().await, format!("a second session with {ONE} is closed, way 2"));
    assert!(is_closed(&mut second).await);
    is_answered(&operator, &mut device).await;
}

#[tokio::test]
async fn an_address_that_cannot_be_had_is_told_at_once() {
    let operator = Operator::start();
    let taken = websocket::Listener::bind(LOCAL.parse().unwrap()).await.unwrap();
    let listening = operator.handle.listen_websocket(taken.local_addr().unwrap(), "/usp").await;
    assert!(matches!(listening, Err(ListenError::Io(_))), "{listening:?}");
}
