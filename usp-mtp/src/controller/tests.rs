//! The driver, on links that the test makes.

use std::sync::mpsc::{Receiver as Told, channel};

use tokio::sync::{mpsc, oneshot};
use usp_controller::Controller;
use usp_msg::notify::ValueChange;
use usp_msg::{Error, Get, GetResp, Msg, Notify};
use usp_record::record::RecordType;
use usp_record::{EndpointId, Record, Rng};

use crate::controller::RequestError;
use crate::controller::driver::Driver;
use crate::controller::handle::{Answer, Work};
use crate::links::tests::link;
use crate::links::{LinkEvent, Links};
use crate::ways::Ways;
use crate::{Closed, Options, Protocol};
use Protocol::{Uds, WebSocket};

const CONTROLLER: &str = "self::operator";
const ONE: &str = "os::012345-ONE";
const TWO: &str = "os::012345-TWO";

/// Counts, so that Message ids differ and repeat from run to run.
struct Counting(u64);

impl Rng for Counting {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0 += 1;
        bytes.iter_mut().zip(self.0.to_le_bytes()).for_each(|(to, from)| *to = from);
    }
}

fn id(text: &str) -> EndpointId {
    EndpointId::parse(text).expect("an Endpoint ID")
}

/// A driver without connections.
struct Hub {
    driver: Driver<Counting>,
    told: Told<String>,
    tickets: u32,
}

/// The other end of a link that the test has made.
struct Far {
    number: u32,
    sent: mpsc::Receiver<Vec<u8>>,
}

impl Hub {
    fn new() -> Self {
        let (links, _) = Links::new();
        let (tell, told) = channel();
        let ways = Ways::new(id(CONTROLLER), links, 1);
        let tell =
            Box::new(move |event: crate::ControllerEvent| tell.send(event.to_string()).expect("heard"));
        let driver = Driver::new(Controller::new(id(CONTROLLER), Counting(0)), ways, Options::DEFAULT, tell);
        Self { driver, told, tickets: 0 }
    }

    fn up(&mut self, number: u32, peer: &str, protocol: Protocol, is_accepted: bool) -> Far {
        let (link, sent) = link(number, peer, protocol, is_accepted);
        self.driver.happened(LinkEvent::Up(link));
        Far { number, sent }
    }

    fn ask(&mut self, agent: &str) -> oneshot::Receiver<Answer> {
        self.tickets += 1;
        let (answer, answered) = oneshot::channel();
        let request = Get::new(["Device."]).into();
        self.driver.work(Work::Request { ticket: self.tickets, agent: id(agent), request, answer });
        answered
    }

    /// A Message comes over a link, from whom it says that it is from.
    fn say(&mut self, over: &Far, from: &str, msg: &Msg) {
        let record = Record::no_session(&id(from), &id(CONTROLLER), msg.encode_to_vec()).encode_to_vec();
        self.driver.happened(LinkEvent::Record { number: over.number, record });
    }

    fn events(&self) -> Vec<String> {
        self.told.try_iter().collect()
    }
}

impl Far {
    /// The ids of the Messages that were sent over it since the last call.
    fn ids(&mut self) -> Vec<String> {
        let mut ids = Vec::new();
        while let Ok(bytes) = self.sent.try_recv() {
            let record = Record::decode(&bytes).expect("a Record");
            let msg = Msg::decode(record.payload().expect("a payload")).expect("a Message");
            ids.push(msg.msg_id().to_string());
        }
        ids
    }

    fn is_closed(&mut self) -> bool {
        self.sent.try_recv() == Err(mpsc::error::TryRecvError::Disconnected)
    }
}

fn notify(msg_id: &str) -> Msg {
    let change = ValueChange { param_path: "Device.X".into(), param_value: "1".into() };
    Msg::request(msg_id, Notify::new("sub", change).with_response())
}

#[test]
fn r_ws_4_a_newer_session_of_the_other_end_replaces_its_older() {
    let mut hub = Hub::new();
    let mut older = hub.up(1, ONE, WebSocket, true);
    let mut asked = hub.ask(ONE);
    assert_eq!(older.ids().len(), 1);
    hub.up(2, ONE, WebSocket, true);
    assert!(older.is_closed());
    assert_eq!(asked.try_recv(), Ok(Err(RequestError::ConnectionLost)));
    let connected = format!("{ONE} is connected over WebSocket, way 0");
    let gone = format!("{ONE} is disconnected from WebSocket: the other end has opened another session");
    assert_eq!(hub.events(), [connected.clone(), gone, connected]);
    // What is told of the older one afterwards does not count.
    hub.driver.happened(LinkEvent::Down { number: 1, why: None });
    hub.say(&older, ONE, &notify("late"));
    assert_eq!(hub.events(), [""; 0]);
    assert_eq!(hub.driver.peers.all(), [id(ONE)]);
}

#[test]
fn r_ws_4_of_two_sessions_the_newer_is_closed_where_we_have_opened_one() {
    for (older_is_accepted, newer_is_accepted) in [(false, true), (true, false), (false, false)] {
        let mut hub = Hub::new();
        let mut older = hub.up(1, ONE, WebSocket, older_is_accepted);
        let mut newer = hub.up(2, ONE, WebSocket, newer_is_accepted);
        assert!(newer.is_closed() && !older.is_closed());
        let closed = format!("a second session with {ONE} is closed, way 0");
        assert_eq!(hub.events(), [format!("{ONE} is connected over WebSocket, way 0"), closed]);
        let _asked = hub.ask(ONE);
        assert_eq!(older.ids().len(), 1);
    }
}

#[test]
fn r_ws_4_is_for_websocket_and_for_one_agent() {
    let mut hub = Hub::new();
    let mut links = [
        hub.up(1, ONE, WebSocket, true),
        hub.up(2, ONE, Uds, true),
        hub.up(3, ONE, Uds, true),
        hub.up(4, TWO, WebSocket, true),
    ];
    assert!(links.iter_mut().all(|link| !link.is_closed()));
    assert_eq!(hub.driver.peers.all(), [id(ONE), id(TWO)]);
}

#[test]
fn requests_go_over_the_newest_link_and_answers_over_that_of_the_request() {
    let mut hub = Hub::new();
    let (mut older, mut newer) = (hub.up(1, ONE, Uds, true), hub.up(2, ONE, Uds, false));
    let _asked = hub.ask(ONE);
    assert_eq!((older.ids().len(), newer.ids().len()), (0, 1));
    // [R-NOT.10]
    hub.say(&older, ONE, &notify("n1"));
    assert_eq!((older.ids(), newer.ids().len()), (vec!["n1".to_string()], 0));
    hub.driver.happened(LinkEvent::Down { number: 2, why: Some(Closed::ByPeer) });
    let _asked = hub.ask(ONE);
    assert_eq!(older.ids().len(), 1);
}

#[test]
fn an_answer_may_come_over_any_link_of_the_agent_and_of_nobody_else() {
    let mut hub = Hub::new();
    let (older, mut newer) = (hub.up(1, ONE, Uds, true), hub.up(2, ONE, Uds, false));
    let other = hub.up(3, TWO, Uds, false);
    let mut asked = hub.ask(ONE);
    let answer = Msg::response_to(newer.ids().remove(0), GetResp::default());
    hub.say(&other, ONE, &answer);
    hub.say(&other, TWO, &answer);
    assert!(asked.try_recv().is_err(), "the request is open");
    hub.say(&older, ONE, &answer);
    assert_eq!(asked.try_recv(), Ok(Ok(GetResp::default().into())));
    assert_eq!(hub.driver.requests.len(), (0, 0));
}

#[test]
fn whoever_takes_nothing_is_closed() {
    let mut hub = Hub::new();
    let mut stuck = hub.up(1, ONE, Uds, true);
    let _other = hub.up(2, TWO, Uds, true);
    let mut asked: Vec<_> = (0..1_000).map(|_| hub.ask(ONE)).collect();
    assert!(asked.iter_mut().all(|asked| asked.try_recv().is_err()), "all of them wait");
    hub.events();
    asked.push(hub.ask(ONE));
    for mut asked in asked {
        assert_eq!(asked.try_recv(), Ok(Err(RequestError::ConnectionLost)));
    }
    let gone = format!("{ONE} is disconnected from UDS: the other end takes nothing any more");
    assert_eq!(hub.events(), [gone]);
    assert_eq!((hub.driver.requests.len(), hub.driver.due()), ((0, 0), None));
    assert_eq!(hub.driver.peers.all(), [id(TWO)]);
    assert_eq!(stuck.ids().len(), 1_000);
    assert!(stuck.is_closed());
    let not_connected = RequestError::NotConnected { agent: id(ONE) };
    assert_eq!(hub.ask(ONE).try_recv(), Ok(Err(not_connected)));
}

#[test]
fn nothing_is_kept_for_those_who_have_given_up() {
    let mut hub = Hub::new();
    let mut link = hub.up(1, ONE, Uds, true);
    let asked = hub.ask(ONE);
    assert_eq!(hub.driver.requests.len(), (1, 1));
    assert!(hub.driver.due().is_some());
    drop(asked);
    hub.driver.work(Work::GiveUp { ticket: 1 });
    assert_eq!((hub.driver.requests.len(), hub.driver.due()), ((0, 0), None));
    let sent = link.ids();
    hub.events();
    hub.say(&link, ONE, &Msg::response_to(sent[0].as_str(), GetResp::default()));
    let ignored = format!("ignored: the Message {} from {ONE} answers nothing that is open", sent[0]);
    assert_eq!(hub.events(), [ignored]);
    // Nothing was sent for those who have gone before.
    let (answer, answered) = oneshot::channel();
    drop(answered);
    let request = Get::new(["Device."]).into();
    hub.driver.work(Work::Request { ticket: 2, agent: id(ONE), request, answer });
    assert_eq!(link.ids(), [""; 0]);
}

#[test]
fn over_websocket_everybody_speaks_for_themselves() {
    let mut hub = Hub::new();
    let mut link = hub.up(1, ONE, WebSocket, true);
    hub.events();
    hub.say(&link, TWO, &notify("n1"));
    assert_eq!(hub.events(), [format!("ignored: {ONE} may not pass on a Record of {TWO}")]);
    assert_eq!(link.ids(), [""; 0]);
    assert_eq!(hub.driver.peers.all(), [id(ONE)]);
    let not_connected = RequestError::NotConnected { agent: id(TWO) };
    assert_eq!(hub.ask(TWO).try_recv(), Ok(Err(not_connected)));
}

#[test]
fn over_uds_a_broker_passes_on_records_of_others() {
    let mut hub = Hub::new();
    let mut broker = hub.up(1, ONE, Uds, true);
    hub.say(&broker, TWO, &notify("n1"));
    assert_eq!(broker.ids(), ["n1"]);
    assert_eq!(hub.driver.peers.all(), [id(ONE), id(TWO)]);
    let mut asked = hub.ask(TWO);
    let answer = Msg::error_to(broker.ids().remove(0), Error::new(7002, "no"));
    hub.say(&broker, TWO, &answer);
    assert_eq!(asked.try_recv(), Ok(Err(RequestError::Refused(Error::new(7002, "no")))));

    // It goes with the Broker.
    let mut asked = hub.ask(TWO);
    hub.driver.happened(LinkEvent::Down { number: 1, why: Some(Closed::ByPeer) });
    assert_eq!(asked.try_recv(), Ok(Err(RequestError::ConnectionLost)));
    assert_eq!(hub.driver.peers.all(), []);
}

#[test]
fn nobody_speaks_for_who_is_there_or_is_passed_on_by_somebody_else() {
    let mut hub = Hub::new();
    let broker = hub.up(1, ONE, Uds, true);
    let mut thief = hub.up(2, "self::thief", Uds, true);
    hub.say(&broker, TWO, &notify("n1"));
    hub.events();
    let refused = format!("ignored: self::thief may not pass on a Record of {TWO}");
    hub.say(&thief, TWO, &notify("n2"));
    assert_eq!((hub.events(), thief.ids().len()), (vec![refused.clone()], 0));

    // By another connection the same Broker may.
    let mut second = hub.up(3, ONE, Uds, true);
    hub.events();
    hub.say(&second, TWO, &notify("n3"));
    assert_eq!(second.ids(), ["n3"]);

    // Who is there itself needs no Broker.
    let _own = hub.up(4, TWO, WebSocket, true);
    hub.events();
    hub.say(&thief, TWO, &notify("n4"));
    hub.say(&broker, TWO, &notify("n5"));
    let broker_too = format!("ignored: {ONE} may not pass on a Record of {TWO}");
    assert_eq!(hub.events(), [refused, broker_too]);
}

#[test]
fn nobody_fills_the_memory_with_names() {
    let mut hub = Hub::new();
    let (maker, other) = (hub.up(1, ONE, Uds, true), hub.up(2, TWO, Uds, true));
    let quiet = Msg::request("n", Notify::new("sub", ValueChange::default()));
    for number in 0..1_100 {
        hub.say(&maker, &format!("self::made-up-{number}"), &quiet);
    }
    assert_eq!(hub.driver.peers.all().len(), 2 + 1_024);
    hub.say(&other, "self::behind-two", &quiet);
    assert_eq!(hub.driver.peers.all().len(), 2 + 1_024 + 1);
    hub.driver.happened(LinkEvent::Down { number: 1, why: Some(Closed::ByPeer) });
    assert_eq!(hub.driver.peers.all().len(), 2);
}

/// [R-MTP.9]
#[test]
fn r_mtp_7_at_the_end_everybody_is_told() {
    let mut hub = Hub::new();
    let mut links = [hub.up(1, ONE, Uds, true), hub.up(2, TWO, WebSocket, false)];
    let mut asked = hub.ask(ONE);
    links[0].ids();
    hub.events();
    let Hub { driver, told, .. } = hub;
    let (mut controller, closing) = driver.stop();
    assert_eq!(closing, [1, 2].into());
    assert_eq!(asked.try_recv(), Ok(Err(RequestError::Stopped)));
    assert_eq!(controller.poll_output(), usp_controller::Output::Wait { until: None });
    for (link, agent) in links.iter_mut().zip([ONE, TWO]) {
        let record = Record::decode(link.sent.try_recv().expect("a goodbye").as_slice()).expect("a Record");
        record.validate().expect("it keeps the rules");
        assert_eq!((record.from_id.as_str(), record.to_id.as_str()), (CONTROLLER, agent));
        let Some(RecordType::Disconnect(goodbye)) = record.record_type else { panic!("a goodbye is due") };
        assert_eq!(goodbye.reason_code, 7105);
        assert!(link.is_closed());
    }
    let mut events: Vec<String> = told.try_iter().collect();
    events.sort();
    let gone = [(ONE, Uds), (TWO, WebSocket)]
        .map(|(agent, mtp)| format!("{agent} is disconnected from {mtp}: it is not wanted any more"));
    assert_eq!(events, gone);
}

#[test]
fn r_mtp_7_one_agent_is_told_before_its_connections_are_closed() {
    let mut hub = Hub::new();
    let (mut one, mut two) = (hub.up(1, ONE, Uds, true), hub.up(2, TWO, Uds, true));
    hub.driver.work(Work::Disconnect(id(ONE)));
    let record = Record::decode(one.sent.try_recv().expect("a goodbye").as_slice()).expect("a Record");
    assert!(matches!(record.record_type, Some(RecordType::Disconnect(_))));
    assert!(one.is_closed() && !two.is_closed());
    assert_eq!(hub.driver.peers.all(), [id(TWO)]);
}

/// What peers say stays in its line.
#[test]
fn events_are_lines() {
    let from_id = "x\ny".repeat(100);
    let event = crate::ControllerEvent::NotPassedOn { from_id, peer: id(ONE) };
    let line = event.to_string();
    assert!(line.starts_with("ignored: os::012345-ONE may not pass on a Record of x\\nyx"), "{line}");
    assert!(!line.contains('\n') && line.len() < 300, "{line}");
    let notify = Notify::new("s\nt", ValueChange::default());
    let event = crate::ControllerEvent::Notify { from: id(ONE), msg_id: "1\n2".into(), notify };
    assert_eq!(event.to_string(), format!("{ONE} sends the Notify 1\\n2, subscription s\\nt"));

    let closed = Closed::Error("a\nb".into());
    let why = crate::DisconnectReason::Closed(closed);
    assert_eq!(why.to_string(), "the other end has closed the connection: a\\nb");
}
