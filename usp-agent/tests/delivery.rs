//! Notifications over a link that loses, repeats and reorders, to an Agent that may be restarted at any moment.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

extern crate alloc;

mod common;

use alloc::collections::{BTreeMap, BTreeSet};
use core::time::Duration;

use common::plain::{Plain, Sent, value_change, within};
use proptest::prelude::*;
use proptest::sample::Index;
use usp_agent::Output;

const WATCHED: &str = "Device.DeviceInfo.SoftwareVersion";

#[derive(Debug, Clone)]
enum Step {
    /// The parameter gets another value.
    Change,
    /// A Notify arrives, and may arrive again.
    Notify(Index, bool),
    LoseNotify(Index),
    /// A NotifyResp arrives, and may arrive again.
    Answer(Index, bool),
    LoseAnswer(Index),
    Pass(u64),
    /// The Agent starts again after it was off for a while.
    Restart(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let index = any::<Index>;
    prop_oneof![
        4 => Just(Step::Change),
        4 => (index(), any::<bool>()).prop_map(|(at, again)| Step::Notify(at, again)),
        2 => index().prop_map(Step::LoseNotify),
        3 => (index(), any::<bool>()).prop_map(|(at, again)| Step::Answer(at, again)),
        1 => index().prop_map(Step::LoseAnswer),
        3 => (0_u64..60).prop_map(Step::Pass),
        1 => (0_u64..60).prop_map(Step::Restart),
    ]
}

/// The Agent, the link, and what the Controller has got.
struct World {
    plain: Plain,
    notifies: Vec<Sent>,
    /// The ids of Messages that were answered.
    answers: Vec<String>,
    changes: u32,
    /// The value that each Notify told that arrived, by Subscription and Message id.
    received: BTreeMap<(String, String), String>,
    /// The ids that the Agent knows to be answered.
    answered: BTreeSet<String>,
    /// How often each Notify was sent, and when last, since the last start.
    sent: BTreeMap<String, (u32, Duration)>,
    /// The Message ids of each Subscription.
    ids: BTreeMap<String, BTreeSet<String>>,
}

impl World {
    fn new() -> Self {
        let mut plain = Plain::with_wall("2024-05-01T12:00:00Z");
        plain.subscribe("retry", "ValueChange", WATCHED, &[("NotifRetry", "true"), ("Persistent", "true")]);
        plain.subscribe("once", "ValueChange", WATCHED, &[("Persistent", "true")]);
        Self {
            plain,
            notifies: Vec::new(),
            answers: Vec::new(),
            changes: 0,
            received: BTreeMap::new(),
            answered: BTreeSet::new(),
            sent: BTreeMap::new(),
            ids: BTreeMap::new(),
        }
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Change => {
                self.changes += 1;
                let value = self.changes.to_string();
                self.plain.device(WATCHED, &value);
            }
            Step::Notify(at, again) if !self.notifies.is_empty() => {
                let at = at.index(self.notifies.len());
                let sent = if *again { self.notifies[at].clone() } else { self.notifies.remove(at) };
                self.receive(sent);
            }
            Step::LoseNotify(at) if !self.notifies.is_empty() => {
                self.notifies.remove(at.index(self.notifies.len()));
            }
            Step::Answer(at, again) if !self.answers.is_empty() => {
                let at = at.index(self.answers.len());
                let msg_id = if *again { self.answers[at].clone() } else { self.answers.remove(at) };
                self.plain.answer("one", &msg_id);
                self.answered.insert(msg_id);
            }
            Step::LoseAnswer(at) if !self.answers.is_empty() => {
                self.answers.remove(at.index(self.answers.len()));
            }
            Step::Pass(secs) => self.plain.pass_secs(*secs),
            Step::Restart(off) => {
                self.plain = self.plain.restarted(*off);
                self.sent.clear();
                self.plain.input(usp_agent::Input::Timeout);
            }
            _ => {}
        }
        self.collect();
    }

    /// What the Agent has sent goes on the link.
    fn collect(&mut self) {
        for sent in self.plain.told() {
            assert!(!self.answered.contains(&sent.msg_id), "answered, and sent again: {sent:?}");
            let subscription = sent.notify.subscription_id.clone();
            let is_new = self.ids.entry(subscription.clone()).or_default().insert(sent.msg_id.clone());
            assert!(is_new || subscription == "retry", "sent again without NotifRetry: {sent:?}");
            // [R-NOT.1] the n-th wait since the start, the first after the first attempt.
            let (count, last) = self.sent.get(&sent.msg_id).copied().unwrap_or((0, sent.after));
            if count > 0 {
                let low = 5 << (count - 1).min(9);
                within(sent.after - last, low, 2 * low);
            }
            self.sent.insert(sent.msg_id.clone(), (count + 1, sent.after));
            self.notifies.push(sent);
        }
        for output in self.plain.outputs.drain(..) {
            // A NotifyResp that comes twice answers nothing; nothing is given up.
            assert!(matches!(output, Output::Ignored(_)), "{output:?}");
        }
    }

    fn receive(&mut self, sent: Sent) {
        let Sent { msg_id, notify, .. } = sent;
        let value = (0..=self.changes)
            .map(|value| value.to_string())
            .find(|value| notify.notification == Some(value_change(WATCHED, value)));
        let value = value.expect("a value that the parameter had");
        let key = (notify.subscription_id, msg_id.clone());
        let before = self.received.insert(key, value.clone());
        assert!(before.is_none_or(|before| before == value), "two contents under one id");
        if notify.send_resp {
            self.answers.push(msg_id);
        }
    }

    /// From now on nothing is lost.
    fn calm_down(&mut self) {
        for _ in 0..4 {
            while let Some(sent) = self.notifies.pop() {
                self.receive(sent);
            }
            while let Some(msg_id) = self.answers.pop() {
                self.plain.answer("one", &msg_id);
                self.answered.insert(msg_id);
            }
            self.collect();
            self.plain.pass_secs(5_200);
            self.collect();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// The law: with NotifRetry each change arrives, under one id; without, it is sent once. What was answered is sent
    /// no more, whatever else happens, and the Agent is quiet in the end.
    #[test]
    fn with_retry_nothing_is_lost_and_nothing_made_up(steps in prop::collection::vec(step(), 0..60)) {
        let mut world = World::new();
        for step in &steps {
            world.take(step);
        }
        world.calm_down();
        prop_assert_eq!(world.plain.until, None);
        prop_assert_eq!(world.plain.agent.model().notes("notify/").count(), 0);
        let mut arrived: Vec<u32> = world
            .received
            .iter()
            .filter(|((subscription, _), _)| subscription == "retry")
            .map(|(_, value)| value.parse().unwrap())
            .collect();
        arrived.sort_unstable();
        let all: Vec<u32> = (1..=world.changes).collect();
        prop_assert_eq!(&arrived, &all);
        for subscription in ["retry", "once"] {
            let ids = world.ids.get(subscription).map_or(0, BTreeSet::len);
            prop_assert_eq!(ids, all.len(), "{}", subscription);
        }
    }
}

/// [R-NOT.4] what was not delivered before a restart is sent again, in its order, with the first wait.
#[test]
fn r_not_4_waits_begin_anew_after_a_restart() {
    let mut world = World::new();
    for _ in 0..3 {
        world.take(&Step::Change);
    }
    world.plain.pass_secs(300);
    world.collect();
    let of = |sent: &[Sent]| -> Vec<String> {
        let retried = sent.iter().filter(|sent| sent.notify.subscription_id == "retry");
        retried.map(|sent| sent.msg_id.clone()).collect()
    };
    let first = of(&world.notifies)[..3].to_vec();
    let mut plain = world.plain.restarted(1000);
    plain.input(usp_agent::Input::Timeout);
    assert_eq!(of(&plain.told()), first);
    plain.pass_secs(10);
    let again = plain.told();
    let mut ids = of(&again);
    ids.sort_unstable();
    let mut sorted = first;
    sorted.sort_unstable();
    assert_eq!(ids, sorted);
    assert!(again.iter().all(|sent| sent.after >= Duration::from_secs(5)));
}

/// What expired while the device was off is not sent; who is not persistent has nothing to send.
#[test]
fn what_expired_meanwhile_is_given_up() {
    let mut plain = Plain::with_wall("2024-05-01T12:00:00Z");
    let retry = [("NotifRetry", "true"), ("NotifExpiration", "100")];
    plain.subscribe("kept", "ValueChange", WATCHED, &[&retry[..], &[("Persistent", "true")]].concat());
    plain.subscribe("lost", "ValueChange", WATCHED, &retry);
    plain.device(WATCHED, "1");
    let told = plain.told();
    assert_eq!(told.len(), 2);
    for (off, count) in [(60, 1), (100, 0)] {
        let mut plain = plain.restarted(off);
        plain.input(usp_agent::Input::Timeout);
        let again = plain.told();
        assert_eq!(again.len(), count);
        let undelivered = |output: &Output| matches!(output, Output::Undelivered { msg_id, .. } if *msg_id == told[0].msg_id);
        if count == 1 {
            assert_eq!((&again[0].msg_id, &again[0].notify), (&told[0].msg_id, &told[0].notify));
            // It expires 100 s after the first attempt.
            plain.pass_secs(40);
        }
        assert!(plain.outputs.iter().any(undelivered), "{:?}", plain.outputs);
        assert_eq!((plain.until, plain.agent.model().notes("notify/").count()), (None, 0));
    }
}

/// An expiration that is changed after a restart counts from the first attempt, which was before.
#[test]
fn an_expiration_that_is_changed_after_a_restart_counts_from_the_first_attempt() {
    let mut plain = Plain::with_wall("2024-05-01T12:00:00Z");
    let settings = [("NotifRetry", "true"), ("NotifExpiration", "100"), ("Persistent", "true")];
    plain.subscribe("kept", "ValueChange", WATCHED, &settings);
    plain.device(WATCHED, "1");
    let told = plain.told();
    let mut plain = plain.restarted(60);
    plain.input(usp_agent::Input::Timeout);
    assert_eq!(plain.told().len(), 1);
    let start = plain.now;
    plain.device("Device.LocalAgent.Subscription.1.NotifExpiration", "64");
    assert_eq!(plain.until, Some(start + Duration::from_secs(4)));
    plain.pass_secs(4);
    let undelivered =
        |output: &Output| matches!(output, Output::Undelivered { msg_id, .. } if *msg_id == told[0].msg_id);
    assert!(plain.outputs.iter().any(undelivered), "{:?}", plain.outputs);
    assert_eq!((plain.until, plain.agent.model().notes("notify/").count()), (None, 0));
}

/// A Subscription that goes takes what it has not delivered with it, notes included.
#[test]
fn notes_go_with_their_subscription() {
    let mut world = World::new();
    world.take(&Step::Change);
    assert_eq!(world.plain.agent.model().notes("notify/").count(), 1);
    world.plain.ask(usp_msg::Delete::new(["Device.LocalAgent.Subscription.1."])).unwrap();
    assert_eq!(world.plain.agent.model().notes("notify/").count(), 0);
    assert_eq!(world.plain.until, None);
}

/// Numbers that are no random ones, as after a start without entropy, make no two notifications one.
#[test]
fn message_ids_of_open_notifications_are_not_given_out_again() {
    let mut plain = Plain::new();
    plain.subscribe("retry", "ValueChange", WATCHED, &[("NotifRetry", "true"), ("Persistent", "true")]);
    plain.device(WATCHED, "1");
    plain.device(WATCHED, "2");
    plain.told();
    // The same numbers come again, and the third of them is the second id.
    let mut plain = plain.restarted_with(1);
    plain.input(usp_agent::Input::Timeout);
    plain.device(WATCHED, "3");
    let number = |sent: Sent| u64::from_str_radix(&sent.msg_id, 16).unwrap();
    let [first, second, third] = plain.told().into_iter().map(number).collect::<Vec<_>>()[..] else {
        panic!("three notifications")
    };
    assert_ne!(first, second);
    assert_eq!(third, second + 1);
}

/// A Controller whose Endpoint ID is corrected gets what the old one never got.
#[test]
fn what_is_repeated_goes_where_its_controller_is_now() {
    let mut plain = Plain::new();
    plain.subscribe("retry", "ValueChange", WATCHED, &[("NotifRetry", "true")]);
    plain.device(WATCHED, "1");
    let first = plain.told().remove(0);
    plain.device("Device.LocalAgent.Controller.1.EndpointID", "self::moved");
    plain.pass_secs(10);
    let told = plain.told();
    assert_eq!((&*told[0].to, &told[0].msg_id, told.len()), ("self::moved", &first.msg_id, 1));
    plain.answer("one", &first.msg_id);
    assert!(plain.until.is_some(), "the old one is nobody now");
    plain.answer("moved", &first.msg_id);
    assert_eq!(plain.until, None);
}
