//! Notifications that nobody answers, and Subscriptions that end, by the scenarios of TP-469 chapter 1.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

mod common;

use core::time::Duration;

use common::{Link, id};
use usp_agent::datamodel::Requester;
use usp_agent::{Input, Now, Output};
use usp_msg::notify::Notification;
use usp_msg::request::ReqType;
use usp_msg::{Add, Delete, Msg, NotifyResp, Set, add, set};
use usp_record::{Instant, Record};

const SUB: &str = "Device.LocalAgent.Subscription.";
const PROVISIONING: &str = "Device.LocalAgent.Controller.1.ProvisioningCode";

/// A Subscription to the provisioning code, with more settings.
fn subscribe(link: &mut Link, settings: &[(&str, &str)]) {
    let row = add::CreateObject::new(SUB)
        .required("Enable", "true")
        .required("ID", "watch")
        .required("NotifType", "ValueChange")
        .required("ReferenceList", PROVISIONING);
    let row = settings.iter().fold(row, |row, (name, value)| row.required(*name, *value));
    link.ask(Add::new([row])).unwrap();
}

/// Changes the provisioning code as the device.
fn provision(link: &mut Link, code: &str) {
    let now = Now::new(link.now);
    link.agent.update(now, |model| model.update_value_at(PROVISIONING, code)).unwrap();
}

/// What the Agent sends without being answered: Message ids and values; and until when it waits then.
fn sent(link: &mut Link) -> (Vec<(String, String)>, Option<Instant>) {
    let mut sent = Vec::new();
    loop {
        match link.agent.poll_output() {
            Output::Record { bytes, .. } => {
                let msg = Msg::decode(Record::decode(&bytes).unwrap().payload().unwrap()).unwrap();
                let Some(ReqType::Notify(notify)) = msg.as_request().and_then(|r| r.req_type.as_ref()) else {
                    panic!("a Notify is due: {msg}")
                };
                let Some(Notification::ValueChange(change)) = &notify.notification else {
                    panic!("a ValueChange is due: {msg}")
                };
                sent.push((msg.msg_id().to_owned(), change.param_value.clone()));
            }
            Output::Undelivered { msg_id, .. } => sent.push((msg_id, "undelivered".into())),
            Output::Wait { until } => return (sent, until),
            other => panic!("{other:?}"),
        }
    }
}

fn at(link: &mut Link, moment: Instant) {
    link.now = moment;
    link.agent.handle_input(Input::Timeout, Now::new(moment));
}

fn answer(link: &mut Link, msg_id: &str) {
    let msg = Msg::response_to(msg_id, NotifyResp { subscription_id: "anything".into() });
    let record = Record::no_session(&id("self::one"), link.agent.id(), msg.encode_to_vec());
    link.agent.handle_input(Input::Record(&record.encode_to_vec()), Now::new(link.now));
}

#[track_caller]
fn between(moment: Option<Instant>, since: Instant, low: u64, high: u64) -> Instant {
    let moment = moment.expect("something is due");
    let waited = moment.duration_since(since);
    assert!((Duration::from_secs(low)..=Duration::from_secs(high)).contains(&waited), "{waited:?}");
    moment
}

/// [R-NOT.1] and [R-NOT.9]: the same Message again and again, until it is answered.
#[test]
fn tp469_1_54_an_unanswered_notification_is_repeated() {
    let mut link = Link::new();
    subscribe(&mut link, &[("NotifRetry", "true")]);
    provision(&mut link, "TestValue54");
    let start = link.now;
    let (first, until) = sent(&mut link);
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].1, "TestValue54");

    let first_retry = between(until, start, 5, 10);
    at(&mut link, Instant::from_micros(first_retry.micros() - 1));
    assert_eq!(sent(&mut link), (vec![], Some(first_retry)));
    at(&mut link, first_retry);
    let (again, until) = sent(&mut link);
    assert_eq!(again, first);
    let second_retry = between(until, first_retry, 10, 20);
    at(&mut link, second_retry);
    let (again, until) = sent(&mut link);
    assert_eq!(again, first);
    between(until, second_retry, 20, 40);

    answer(&mut link, &first[0].0);
    assert_eq!(sent(&mut link), (vec![], None));
    at(&mut link, Instant::from_secs(100_000));
    assert_eq!(sent(&mut link), (vec![], None));

    // [R-NOT.3] the waits of the next one begin with the first again.
    provision(&mut link, "TestValue54-2");
    let start = link.now;
    let (next, until) = sent(&mut link);
    assert_eq!((next.len(), &*next[0].1), (1, "TestValue54-2"));
    let first_retry = between(until, start, 5, 10);
    at(&mut link, first_retry);
    let (again, until) = sent(&mut link);
    assert_eq!(again, next);
    between(until, first_retry, 10, 20);
}

/// The Controller's own settings count.
#[test]
fn r_not_1_waits_follow_the_settings_of_the_controller() {
    let mut link = Link::new();
    let settings = set::UpdateObject::new("Device.LocalAgent.Controller.1.")
        .required("USPNotifRetryMinimumWaitInterval", "100")
        .required("USPNotifRetryIntervalMultiplier", "3000");
    link.ask(Set::new([settings])).unwrap();
    subscribe(&mut link, &[("NotifRetry", "true")]);
    provision(&mut link, "x");
    let start = link.now;
    let (_, until) = sent(&mut link);
    let retry = between(until, start, 100, 300);
    at(&mut link, retry);
    let (_, until) = sent(&mut link);
    between(until, retry, 300, 900);
}

fn set_row(link: &mut Link, row: &str, name: &str, text: &str) {
    let now = Now::new(link.now);
    link.agent.update(now, |model| model.update_value_at(&format!("{row}{name}"), text)).unwrap();
}

/// The wait that runs goes on; the next one is by the settings of its time, and the count goes on.
#[test]
fn r_not_1_changed_waits_count_from_the_next_wait_on() {
    let mut link = Link::new();
    subscribe(&mut link, &[("NotifRetry", "true")]);
    provision(&mut link, "x");
    let start = link.now;
    let (first, until) = sent(&mut link);
    let retry = between(until, start, 5, 10);
    let controller = "Device.LocalAgent.Controller.1.";
    set_row(&mut link, controller, "USPNotifRetryMinimumWaitInterval", "100");
    set_row(&mut link, controller, "USPNotifRetryIntervalMultiplier", "3000");
    assert_eq!(sent(&mut link), (vec![], until));
    at(&mut link, retry);
    let (again, until) = sent(&mut link);
    assert_eq!(again, first);
    // The second one.
    let retry = between(until, retry, 300, 900);
    set_row(&mut link, controller, "USPNotifRetryMinimumWaitInterval", "1");
    set_row(&mut link, controller, "USPNotifRetryIntervalMultiplier", "1000");
    at(&mut link, retry);
    let (again, until) = sent(&mut link);
    assert_eq!(again, first);
    between(until, retry, 1, 1);
}

/// TR-181, NotifRetry: without it nothing is repeated, nor what was to be before.
#[test]
fn a_notif_retry_that_is_switched_off_ends_what_is_repeated() {
    for is_enabled in ["true", "false"] {
        let mut link = Link::new();
        subscribe(&mut link, &[("NotifRetry", "true")]);
        provision(&mut link, "x");
        let (first, until) = sent(&mut link);
        set_row(&mut link, &format!("{SUB}1."), "Enable", is_enabled);
        assert_eq!(sent(&mut link), (vec![], until));
        set_row(&mut link, &format!("{SUB}1."), "NotifRetry", "false");
        assert_eq!(sent(&mut link), (vec![(first[0].0.clone(), "undelivered".into())], None));
        set_row(&mut link, &format!("{SUB}1."), "NotifRetry", "true");
        assert_eq!(sent(&mut link), (vec![], None));
    }
}

/// TR-181, NotifExpiration: from the first attempt on, whatever it was then.
#[test]
fn a_changed_notif_expiration_counts_from_the_first_attempt() {
    let mut link = Link::new();
    subscribe(&mut link, &[("NotifRetry", "true"), ("NotifExpiration", "2")]);
    provision(&mut link, "x");
    let start = link.now;
    let (first, until) = sent(&mut link);
    assert_eq!(until, Some(start + Duration::from_secs(2)), "before there is a retry");
    let expire = |link: &mut Link, text: &str| set_row(link, &format!("{SUB}1."), "NotifExpiration", text);
    // Later, or never: the retry comes first.
    expire(&mut link, "60");
    let retry = between(sent(&mut link).1, start, 5, 10);
    expire(&mut link, "0");
    assert_eq!(sent(&mut link), (vec![], Some(retry)));
    at(&mut link, retry);
    assert_eq!(sent(&mut link).0, first);
    // Sooner: it is over.
    expire(&mut link, "12");
    assert_eq!(sent(&mut link), (vec![], Some(start + Duration::from_secs(12))));
    expire(&mut link, "3");
    assert_eq!(sent(&mut link), (vec![(first[0].0.clone(), "undelivered".into())], None));
}

#[test]
fn tp469_1_56_repeating_ends_at_the_expiration() {
    let mut link = Link::new();
    subscribe(&mut link, &[("NotifRetry", "true"), ("NotifExpiration", "20")]);
    provision(&mut link, "TestValue56");
    let start = link.now;
    let (first, mut until) = sent(&mut link);
    let mut repeated = 0;
    let end = start.checked_add(Duration::from_secs(20)).unwrap();
    while let Some(next) = until {
        at(&mut link, next);
        let (again, then) = sent(&mut link);
        if next == end {
            assert_eq!((again, then), (vec![(first[0].0.clone(), "undelivered".into())], None));
            break;
        }
        assert!(next < end);
        assert_eq!(again, first);
        (repeated, until) = (repeated + 1, then);
    }
    assert!(repeated >= 1, "a first retry lies within the 20 seconds");
}

/// TR-181: without NotifRetry a Notify is sent once and asks for no answer.
#[test]
fn without_retry_nothing_is_repeated() {
    let mut link = Link::new();
    subscribe(&mut link, &[]);
    provision(&mut link, "x");
    let (first, until) = sent(&mut link);
    assert_eq!((first.len(), until), (1, None));
}

/// What is due for repetition waits while the parameter at `path` is false, and goes out when it is true again.
#[track_caller]
fn waits_while_disabled(path: &str) {
    let mut link = Link::new();
    subscribe(&mut link, &[("NotifRetry", "true")]);
    provision(&mut link, "x");
    let (first, until) = sent(&mut link);
    let enable = |link: &mut Link, on: &str| {
        link.agent.update(Now::new(link.now), |model| model.update_value_at(path, on)).unwrap();
    };
    enable(&mut link, "false");
    at(&mut link, until.expect("a repetition is due"));
    let (silent, until) = sent(&mut link);
    assert_eq!(silent, []);
    enable(&mut link, "true");
    at(&mut link, until.expect("it stays due"));
    assert_eq!(sent(&mut link).0, first);
}

/// [R-NOT.0] nothing is done for a Subscription that is disabled; what it had to tell is told when it is enabled.
#[test]
fn r_not_0_nothing_is_repeated_for_a_disabled_subscription() {
    waits_while_disabled(&format!("{SUB}1.Enable"));
}

/// Who never answers uses up its own room, and not that of the others.
#[test]
fn the_oldest_of_whoever_holds_most_makes_room() {
    let mut link = Link::new();
    subscribe(&mut link, &[("NotifRetry", "true")]);
    let other = add::CreateObject::new(SUB)
        .required("Enable", "true")
        .required("ID", "other")
        .required("NotifType", "ValueChange")
        .required("NotifRetry", "true")
        .required("Recipient", "Device.LocalAgent.Controller.2")
        .required("ReferenceList", "Device.LocalAgent.Controller.2.ProvisioningCode");
    let now = Now::new(link.now);
    link.agent.update(now, |model| model.process(&Add::new([other]).into(), &Requester::DEVICE)).unwrap();
    let other = |link: &mut Link, code: &str| {
        let path = "Device.LocalAgent.Controller.2.ProvisioningCode";
        link.agent.update(Now::new(link.now), |model| model.update_value_at(path, code)).unwrap();
        sent(link).0
    };
    let waits = other(&mut link, "early");
    let mut first = Vec::new();
    for turn in 0..9_999 {
        provision(&mut link, &turn.to_string());
        first.extend(sent(&mut link).0);
    }
    assert_eq!(first.len(), 9_999, "there was room for all");
    // The next one takes the place of the oldest of its Controller, and so does that of the other.
    provision(&mut link, "one more");
    let given_up = |number: usize| (first[number].0.clone(), "undelivered".to_owned());
    assert_eq!(sent(&mut link).0[1..], [given_up(0)]);
    let late = other(&mut link, "late");
    assert_eq!(late[1..], [given_up(1)]);
    // What waits for the other is still repeated.
    at(&mut link, Instant::from_secs(1010));
    let again = sent(&mut link).0;
    assert!([&waits[0], &late[0]].iter().all(|told| again.contains(told)));
    assert!(!again.contains(&first[0]) && again.contains(&first[2]));
}

#[test]
fn an_answer_of_another_controller_does_not_count() {
    let mut link = Link::new();
    subscribe(&mut link, &[("NotifRetry", "true")]);
    provision(&mut link, "x");
    let (first, until) = sent(&mut link);
    let msg = Msg::response_to(&*first[0].0, NotifyResp { subscription_id: "watch".into() });
    let record = Record::no_session(&id("self::two"), link.agent.id(), msg.encode_to_vec());
    link.agent.handle_input(Input::Record(&record.encode_to_vec()), Now::new(link.now));
    assert!(matches!(link.agent.poll_output(), Output::Ignored(_)));
    assert_eq!(sent(&mut link), (vec![], until));
}

#[test]
fn notifications_of_a_deleted_subscription_are_not_repeated() {
    let mut link = Link::new();
    subscribe(&mut link, &[("NotifRetry", "true")]);
    provision(&mut link, "x");
    let (first, until) = sent(&mut link);
    assert!(first.len() == 1 && until.is_some());
    link.ask(Delete::new([format!("{SUB}1.")])).unwrap();
    assert_eq!(sent(&mut link), (vec![], None));
}

#[test]
fn tp469_1_55_a_subscription_lives_as_long_as_its_time_to_live() {
    let mut link = Link::new();
    subscribe(&mut link, &[("TimeToLive", "20")]);
    let end = link.now.checked_add(Duration::from_secs(20)).unwrap();
    assert_eq!(sent(&mut link), (vec![], Some(end)));
    at(&mut link, Instant::from_micros(end.micros() - 1));
    provision(&mut link, "before");
    assert_eq!(sent(&mut link).0.len(), 1);
    at(&mut link, end);
    assert_eq!(link.agent.model().objects_at(SUB).unwrap(), Vec::<String>::new());
    provision(&mut link, "after");
    assert_eq!(sent(&mut link), (vec![], None));
}

#[test]
fn a_time_to_live_that_is_changed_counts_from_the_creation() {
    let mut link = Link::new();
    subscribe(&mut link, &[]);
    let created = link.now;
    link.now = created.checked_add(Duration::from_secs(10)).unwrap();
    let shorter = set::UpdateObject::new(format!("{SUB}1.")).required("TimeToLive", "15");
    link.ask(Set::new([shorter])).unwrap();
    assert_eq!(sent(&mut link), (vec![], created.checked_add(Duration::from_secs(15))));
}

/// A Controller that is switched off is not written to; what waited for it goes out when it is switched on again.
#[test]
fn nothing_is_repeated_to_a_disabled_controller() {
    waits_while_disabled("Device.LocalAgent.Controller.1.Enable");
}
