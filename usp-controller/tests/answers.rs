//! Answers told apart, time-outs, notifications.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

use core::time::Duration;

use usp_controller::{Controller, Ignored, Input, MessageId, Output};
use usp_msg::notify::ValueChange;
use usp_msg::{Error, ErrorCode, Get, GetResp, Msg, Notify, SetResp};
use usp_record::{EndpointId, Instant, Record, Rng};

/// Counts, so that ids differ and repeat from run to run.
struct Counting(u64);

impl Rng for Counting {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0 += 1;
        bytes.iter_mut().zip(self.0.to_le_bytes()).for_each(|(to, from)| *to = from);
    }
}

const START: Instant = Instant::from_secs(50);

fn id(text: &str) -> EndpointId {
    EndpointId::parse(text).unwrap()
}

fn controller() -> Controller<Counting> {
    Controller::new(id("self::ctl"), Counting(0)).with_timeout(Duration::from_secs(5))
}

/// A Record from an Agent to the Controller.
fn from(agent: &str, msg: &Msg) -> Vec<u8> {
    Record::no_session(&id(agent), &id("self::ctl"), msg.encode_to_vec()).encode_to_vec()
}

/// Sends a Get and takes its Record off the queue.
fn asked(controller: &mut Controller<Counting>) -> MessageId {
    let sent = controller.send(&id("self::agent"), Get::new(["Device."]), START);
    assert!(matches!(controller.poll_output(), Output::Record { .. }));
    sent
}

#[track_caller]
fn ignored(msg: &Msg, agent: &str, words: &str) {
    let mut controller = controller();
    asked(&mut controller);
    controller.handle_input(Input::Record(&from(agent, msg)), START);
    let Output::Ignored(ignored) = controller.poll_output() else { panic!("it is to be ignored") };
    assert_eq!(ignored.to_string(), words);
    // The request is open as before.
    assert_eq!(controller.poll_output(), Output::Wait { until: Some(Instant::from_secs(55)) });
}

#[test]
fn an_answer_closes_its_request() {
    let mut controller = controller();
    let sent = asked(&mut controller);
    let msg = Msg::response_to(sent.as_str(), GetResp::default());
    controller.handle_input(Input::Record(&from("self::agent", &msg)), START);
    let answer =
        Output::Answer { from: id("self::agent"), id: sent.clone(), result: Ok(GetResp::default().into()) };
    assert_eq!(controller.poll_output(), answer);
    assert_eq!(controller.poll_output(), Output::Wait { until: None });
    // A second answer under the same id is nobody's.
    controller.handle_input(Input::Record(&from("self::agent", &msg)), START);
    assert!(matches!(controller.poll_output(), Output::Ignored(Ignored::Unsolicited { .. })));
}

#[test]
fn an_error_closes_its_request() {
    let mut controller = controller();
    let sent = asked(&mut controller);
    let error = Error::new(ErrorCode::REQUEST_DENIED, "no");
    let msg = Msg::error_to(sent.as_str(), error.clone());
    controller.handle_input(Input::Record(&from("self::agent", &msg)), START);
    let answer = Output::Answer { from: id("self::agent"), id: sent, result: Err(error) };
    assert_eq!(controller.poll_output(), answer);
}

/// [R-MSG.9]
#[test]
fn r_msg_9_answers_that_do_not_belong_are_ignored() {
    let other = Msg::response_to("0000000000000009", GetResp::default());
    ignored(
        &other,
        "self::agent",
        "the Message 0000000000000009 from self::agent answers nothing that is open",
    );
    let mine = Msg::response_to("0000000000000001", GetResp::default());
    ignored(
        &mine,
        "self::thief",
        "the Message 0000000000000001 from self::thief answers nothing that is open",
    );
    let wrong = Msg::response_to("0000000000000001", SetResp::default());
    ignored(&wrong, "self::agent", "self::agent answers the Get 0000000000000001 with a SetResp");
}

#[test]
fn a_request_times_out_at_its_deadline_and_not_before() {
    let mut controller = controller();
    let sent = asked(&mut controller);
    controller.handle_input(Input::Timeout, Instant::from_millis(54_999));
    assert_eq!(controller.poll_output(), Output::Wait { until: Some(Instant::from_secs(55)) });
    controller.handle_input(Input::Timeout, Instant::from_secs(55));
    assert_eq!(controller.poll_output(), Output::TimedOut { to: id("self::agent"), id: sent.clone() });
    let late = Msg::response_to(sent.as_str(), GetResp::default());
    controller.handle_input(Input::Record(&from("self::agent", &late)), Instant::from_secs(56));
    assert!(matches!(controller.poll_output(), Output::Ignored(Ignored::Unsolicited { .. })));
}

#[test]
fn nothing_is_left_of_a_request_that_is_given_up() {
    let mut controller = controller();
    let sent = asked(&mut controller);
    assert!(controller.give_up(&sent));
    assert!(!controller.give_up(&sent), "it is not open any more");
    assert_eq!(controller.poll_output(), Output::Wait { until: None });
    let late = Msg::response_to(sent.as_str(), GetResp::default());
    controller.handle_input(Input::Record(&from("self::agent", &late)), START);
    assert!(matches!(controller.poll_output(), Output::Ignored(Ignored::Unsolicited { .. })));
}

/// [R-NOT.8] [R-NOT.10]
#[test]
fn r_not_10_a_notify_is_answered_when_it_asks_for_it() {
    let change = ValueChange { param_path: "Device.X".into(), param_value: "1".into() };
    let notify = Notify::new("sub", change);
    let mut controller = controller();
    let quiet = Msg::request("n1", notify.clone());
    controller.handle_input(Input::Record(&from("self::agent", &quiet)), START);
    let told = Output::Notify { from: id("self::agent"), msg_id: "n1".into(), notify: notify.clone() };
    assert_eq!(controller.poll_output(), told);

    let notify = notify.with_response();
    let asking = Msg::request("n2", notify.clone());
    controller.handle_input(Input::Record(&from("self::agent", &asking)), START);
    let Output::Record { to, bytes } = controller.poll_output() else { panic!("a NotifyResp is due") };
    let record = Record::decode(&bytes).unwrap();
    let reply = Msg::decode(record.payload().unwrap()).unwrap();
    assert_eq!((to, reply.msg_id()), (id("self::agent"), "n2"));
    assert_eq!(reply.to_string(), "NotifyResp \"n2\" {subscription_id: \"sub\"}");
    let told = Output::Notify { from: id("self::agent"), msg_id: "n2".into(), notify };
    assert_eq!(controller.poll_output(), told);
}

/// [R-MSG.1]
#[test]
fn r_msg_1_a_controller_answers_requests_for_agents_with_an_error() {
    let mut controller = controller();
    let get = Msg::request("g1", Get::new(["Device."]));
    controller.handle_input(Input::Record(&from("self::agent", &get)), START);
    let Output::Record { bytes, .. } = controller.poll_output() else { panic!("an Error is due") };
    let reply = Msg::decode(Record::decode(&bytes).unwrap().payload().unwrap()).unwrap();
    assert_eq!((reply.msg_id(), reply.as_error().unwrap().err_code), ("g1", 7001));
}

#[test]
fn ids_stay_apart_when_randomness_repeats() {
    struct Stuck;
    impl Rng for Stuck {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(1);
        }
    }
    let mut controller = Controller::new(id("self::ctl"), Stuck);
    let ids = [(); 3].map(|()| controller.send(&id("self::agent"), Get::new(["Device."]), START));
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2], "{ids:?}");
}

/// A valid Record with each byte set wrong: a panic is our bug, never the input's.
#[test]
fn a_damaged_record_never_panics() {
    let change = ValueChange { param_path: "Device.X".into(), param_value: "1".into() };
    let record = from("self::agent", &Msg::request("n1", Notify::new("sub", change)));
    let mut controller = controller();
    let mut told = 0;
    for at in 0..record.len() {
        for to in [0x00, 0x7F, 0x80, 0xFF, record[at] ^ 1] {
            let mut damaged = record.clone();
            damaged[at] = to;
            controller.handle_input(Input::Record(&damaged), START);
            controller.handle_input(Input::Record(&record[..at]), START);
            while !matches!(controller.poll_output(), Output::Wait { .. }) {
                told += 1;
            }
        }
    }
    assert!(told > record.len(), "each damaged Record shows somehow: {told}");
}
