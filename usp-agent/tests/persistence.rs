//! Nothing is acknowledged before it is safe.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

mod common;

use core::time::Duration;

use common::saving::{Left, Saving};
use common::{DeviceRows, model};
use proptest::prelude::*;
use usp_agent::datamodel::{Call, Requester};
use usp_agent::{Batch, BatchId, Connection, Ignored, Input, Now, Output};
use usp_msg::{Add, Delete, Get, Operate, add};
use usp_record::Record;

fn answers(ids: &[&str]) -> Vec<Left> {
    ids.iter().map(|id| Left::Answer((*id).into())).collect()
}

/// The first batch of a new device is all that the factory gave it.
#[test]
fn a_new_device_saves_its_whole_state_first() {
    let mut saving = Saving::new();
    assert_eq!(saving.drain(), []);
    let batch = saving.pending.clone().unwrap();
    assert_eq!((batch.id, batch.whole, batch.parts.len()), (BatchId(1), true, 1));
    saving.save();
    saving.crash();
    let rows = saving.agent.model().objects_at("Device.LocalAgent.Controller.").unwrap();
    assert_eq!(rows.len(), 2);
}

/// Rows that a device gives its model anyway would come back at each start, whoever has deleted them.
#[test]
fn saved_state_does_not_go_with_rows_that_are_there() {
    let mut saving = Saving::saved();
    let saved = saving.disk.clone();
    let mut with_rows = model();
    with_rows.add_controller("one");
    let mut agent =
        usp_agent::Agent::new(common::id("os::012345-AGENT"), with_rows, common::Seeded(2)).unwrap();
    let refused = agent.restore(saved.iter().map(Vec::as_slice)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the model has rows already, such as Device.LocalAgent.Controller.1., and saved state brings its own"
    );
    assert_eq!(agent.restore([]).unwrap(), [], "a device out of the box has rows of its own");
    saving.crash();
    assert_eq!(saving.agent.model().objects_at("Device.LocalAgent.Controller.").unwrap().len(), 2);
}

/// What was read from a disk may not be safe: nothing leaves before the whole state is, in a new place.
#[test]
fn a_start_saves_the_whole_state_anew() {
    let mut saving = Saving::saved();
    saving.set("one", "1");
    saving.save();
    saving.crash();
    saving.request("one", "read", Get::new([common::saving::CODE]));
    assert_eq!(saving.drain(), []);
    assert!(saving.pending.as_ref().unwrap().whole);
    assert_eq!(saving.save(), answers(&["read"]));
    assert_eq!(saving.disk.len(), 1);
}

#[test]
fn an_answer_waits_until_its_change_is_safe() {
    let mut saving = Saving::saved();
    saving.set("one", "1");
    assert_eq!(saving.drain(), []);
    let id = saving.write().unwrap();
    // Another batch is safe: that says nothing of this one.
    for other in [BatchId(0), BatchId(id.0 - 1), BatchId(id.0 + 1)] {
        assert_eq!(saving.input(Input::Persisted(other)), []);
        assert_eq!(saving.input(Input::PersistFailed(other)), []);
    }
    assert_eq!(saving.input(Input::Persisted(id)), answers(&["1"]));
    assert_eq!(saving.input(Input::Persisted(id)), []);
    saving.crash();
    assert_eq!(saving.value(), "1");
}

#[test]
fn an_agent_that_was_restored_from_nothing_but_its_rows_sends_at_once() {
    let mut plain = common::plain::Plain::new();
    plain.set(common::saving::CODE, "1");
    assert_eq!(plain.outputs, []);
    let moment = plain.moment();
    plain.agent.save_whole();
    plain.agent.handle_input(Input::Persisted(BatchId(0)), moment);
    plain.agent.handle_input(Input::PersistFailed(BatchId(0)), moment);
    assert_eq!(plain.agent.poll_output(), Output::Wait { until: None });
}

/// What comes while a batch is written shares the next one, and leaves in the order in which it was asked.
#[test]
fn requests_share_a_batch() {
    let mut saving = Saving::saved();
    for value in ["1", "2"] {
        saving.set("one", value);
    }
    assert_eq!(saving.drain(), []);
    assert_eq!(saving.pending.as_ref().unwrap().parts.len(), 2);
    for (from, value) in [("two", "3"), ("one", "4"), ("two", "5")] {
        saving.set(from, value);
        assert_eq!(saving.drain(), []);
    }
    let id = saving.write().unwrap();
    assert_eq!(saving.input(Input::Persisted(id)), answers(&["1", "2"]));
    assert_eq!(saving.pending.as_ref().unwrap().parts.len(), 3);
    assert_eq!(saving.save(), answers(&["3", "4", "5"]));
}

/// What is read may not be there after a crash, so a read waits as well; where nothing is to be saved it does not.
#[test]
fn a_read_waits_for_the_changes_before_it_alone() {
    let mut saving = Saving::saved();
    let get = || Get::new([common::saving::CODE]);
    saving.request("two", "before", get());
    saving.set("one", "1");
    saving.request("two", "after", get());
    assert_eq!(saving.drain(), answers(&["before"]));
    assert_eq!(saving.save(), answers(&["1", "after"]));
    saving.request("two", "quiet", get());
    assert_eq!(saving.drain(), answers(&["quiet"]));
    assert_eq!(saving.pending, None);
}

#[test]
fn notifications_and_commands_wait_too() {
    let mut saving = Saving::saved();
    saving.agent.update(Now::new(saving.now), |model| model.queue_command("Device.Reboot()")).unwrap();
    saving.subscribe("watch", &[]);
    saving
        .agent
        .update(Now::new(saving.now), |model| model.update_value_at(common::saving::CODE, "9"))
        .unwrap();
    assert_eq!(saving.drain(), []);
    let left = saving.save();
    assert!(matches!(&left[..], [Left::Told(_, value)] if value == "9"), "{left:?}");
    saving.request("one", "boot", Operate::new("Device.Reboot()").with_key("key"));
    assert_eq!(saving.drain(), []);
    let left = saving.save();
    let [Left::Answer(_), Left::Other(Output::Command(Call::Run(call)))] = &left[..] else {
        panic!("{left:?}")
    };
    assert_eq!(call.path(), "Device.Reboot()");
    // What the restart is due to outlives it.
    saving.crash();
    assert_eq!(saving.agent.model().note("restart/command-key"), Some("key"));
}

/// [R-MTP.6] a Connect Record acknowledges nothing, and goes before all that waits.
#[test]
fn r_mtp_6_a_connect_record_does_not_wait() {
    let mut saving = Saving::saved();
    saving.set("one", "1");
    let one = common::id("self::one");
    let (connection, channel) = (Connection::WebSocket, usp_agent::Channel::default());
    let connected = Input::Connected { controller: &one, connection, channel };
    saving.agent.handle_input(connected, Now::new(saving.now));
    let Output::Persist(batch) = saving.agent.poll_output() else { panic!("a batch is due") };
    let Output::Record { bytes, .. } = saving.agent.poll_output() else { panic!("a Record is due") };
    assert_eq!(Record::decode(&bytes).unwrap().payload(), None);
    assert!(matches!(saving.agent.poll_output(), Output::Wait { .. }));
    saving.pending = Some(batch);
    assert_eq!(saving.save(), answers(&["1"]));
}

/// A failure acknowledges nothing and undoes nothing: the whole state is tried again, at once, and then ever more
/// seldom.
#[test]
fn what_failed_is_saved_as_a_whole() {
    let mut saving = Saving::saved();
    saving.set("one", "1");
    saving.drain();
    assert!(!saving.pending.as_ref().unwrap().whole);
    assert_eq!(saving.fail(), []);
    assert!(saving.pending.as_ref().unwrap().whole);
    for wait in [1, 2, 4, 8, 16, 32, 60, 60] {
        assert_eq!(saving.fail(), []);
        assert_eq!(saving.pending, None);
        assert_eq!(saving.until, Some(saving.now + Duration::from_secs(wait)));
        assert_eq!(saving.pass(Duration::from_micros(wait * 1_000_000 - 1)), []);
        assert_eq!(saving.pending, None);
        assert_eq!(saving.pass(Duration::from_micros(1)), []);
        assert!(saving.pending.as_ref().unwrap().whole);
    }
    assert_eq!(saving.value(), "1");
    assert_eq!(saving.save(), answers(&["1"]));
    assert_eq!(saving.until, None);
    saving.crash();
    assert_eq!(saving.value(), "1");
}

/// While nothing can be saved, changes are refused before they are made: at once to those for whom nothing waits.
#[test]
fn changes_are_refused_while_saving_fails() {
    let mut saving = Saving::saved();
    saving.set("one", "1");
    saving.drain();
    saving.fail();
    // Once may happen.
    saving.set("one", "2");
    assert_eq!(saving.drain(), []);
    saving.fail();
    saving.set("two", "3");
    assert_eq!(saving.drain(), [Left::Refused("3".into(), 7005)]);
    saving.set("one", "4");
    saving.request("two", "read", Get::new([common::saving::CODE]));
    saving.set("two", "5");
    assert_eq!(saving.drain(), []);
    assert_eq!(saving.value(), "2");
    let left = saving.pass(Duration::from_secs(1));
    assert_eq!(left, []);
    let expected = [
        answers(&["1", "2"]),
        vec![Left::Refused("4".into(), 7005)],
        answers(&["read"]),
        vec![Left::Refused("5".into(), 7005)],
    ];
    assert_eq!(saving.save(), expected.concat());
    saving.set("two", "6");
    assert_eq!(saving.save(), answers(&["6"]));
}

/// A disk that never comes back costs bounded memory: requests are not taken in any more.
#[test]
fn too_much_that_waits_is_refused() {
    let mut saving = Saving::saved();
    saving.set("one", "1");
    saving.drain();
    for number in 1..10_000 {
        saving.request("two", &format!("read {number}"), Get::new([common::saving::CODE]));
    }
    assert_eq!(saving.drain(), []);
    for _ in 0..3 {
        saving.request("two", "one more", Get::new([common::saving::CODE]));
        assert_eq!(saving.drain(), [Left::Other(Output::Ignored(Ignored::Unsaved))]);
    }
    assert_eq!(saving.input(Input::Timeout), []);
    let left = saving.save();
    assert!(left.iter().all(|left| matches!(left, Left::Answer(_))), "{left:?}");
    assert_eq!(left.len(), 10_000);
    saving.request("two", "again", Get::new([common::saving::CODE]));
    assert_eq!(saving.drain(), answers(&["again"]));
}

/// What is not acted on is said at once, and takes no room from what waits, however much of it comes.
#[test]
fn strangers_do_not_fill_what_waits() {
    let mut saving = Saving::saved();
    saving.set("one", "1");
    assert_eq!(saving.drain(), []);
    for _ in 0..10_001 {
        saving.request("nobody", "junk", Get::new([common::saving::CODE]));
        let left = saving.drain();
        assert!(
            matches!(left[..], [Left::Other(Output::Ignored(Ignored::UnknownController { .. }))]),
            "{left:?}"
        );
    }
    saving.request("two", "read", Get::new([common::saving::CODE]));
    assert_eq!(saving.drain(), []);
    assert_eq!(saving.save(), answers(&["1", "read"]));
}

/// What the device changes while nothing can be saved is told up to the same bound. Beyond it a notification that is not
/// repeated is lost, and says so; one that is goes out later.
#[test]
fn notifications_of_a_disk_that_never_comes_back_are_bounded() {
    let lost = |left: &[Left]| {
        left.iter().filter(|left| matches!(left, Left::Other(Output::Undelivered { .. }))).count()
    };
    for retry in ["false", "true"] {
        let mut saving = Saving::saved();
        saving.subscribe("watch", &[("NotifRetry", retry)]);
        saving.set("two", "0");
        saving.drain();
        let mut given_up = 0;
        for value in 1..10_007 {
            let now = Now::new(saving.now);
            saving.agent.update(now, |model| {
                model.update_value_at(common::saving::CODE, &value.to_string()).unwrap();
            });
            given_up += lost(&saving.drain());
        }
        // The answer and the first notifications wait; of 10,007 repeated ones the oldest make room.
        assert_eq!(given_up, if retry == "true" { 7 } else { 8 });
        let left = saving.save();
        assert_eq!(left.len(), 10_000, "{retry}");
        let later = saving.until.map_or(0, |_| saving.pass(Duration::from_secs(10)).len());
        assert_eq!(later > 0, retry == "true", "{retry}: {later}");
    }
}

/// Changes that pile up while a batch is written are kept to a bound: the whole state says it shorter.
#[test]
fn many_unsaved_changes_become_the_whole_state() {
    let mut saving = Saving::saved();
    saving.set("one", "1");
    saving.drain();
    let now = Now::new(saving.now);
    let large = "x".repeat(100_000);
    for turn in 0..60 {
        let note = format!("{turn}{large}");
        saving.agent.update(now, |model| model.set_note("large", Some(&note)));
    }
    let id = saving.write().unwrap();
    saving.input(Input::Persisted(id));
    let Batch { whole, parts, .. } = saving.pending.clone().unwrap();
    assert!(whole && parts[0].len() < 200_000, "{whole} {}", parts[0].len());
    saving.save();
    saving.crash();
    assert_eq!(saving.agent.model().note("large"), Some(&*format!("59{large}")));
}

/// What does not fit is told, and gone for good: it must not come back in the place of what was added since.
#[test]
fn what_was_left_out_does_not_come_back() {
    let mut saving = Saving::saved();
    saving.subscribe("watch", &[("Persistent", "true")]);
    let mut disk = saving.disk.clone();
    // The same row under another number, as if an older device had allowed it.
    let mut other = model();
    other.add_controller("one");
    other.record_deltas(true);
    let add = |id: &str| {
        let row = add::CreateObject::new("Device.LocalAgent.Subscription.");
        row.required("ID", id).required("Recipient", "Device.LocalAgent.Controller.1")
    };
    for id in ["gone", "watch"] {
        other.process(&Add::new([add(id)]).into(), &Requester::DEVICE).unwrap();
    }
    disk.push(other.drain_deltas().pop().unwrap());
    let (mut saving, unfit) = Saving::start(model(), disk, 5);
    let told: Vec<String> = unfit.iter().map(|unfit| unfit.path.clone()).collect();
    assert_eq!(told, ["Device.LocalAgent.Subscription.2."]);
    saving.drain();
    assert!(saving.pending.as_ref().unwrap().whole);
    saving.save();
    saving.crash();
}

/// [R-ARC.8] Subscriptions that are not persistent go with a restart. That they went is saved: another may have their
/// ID.
#[test]
fn what_goes_with_a_restart_is_saved_as_gone() {
    let mut saving = Saving::saved();
    saving.subscribe("watch", &[]);
    saving.crash();
    let rows = |saving: &Saving| saving.agent.model().objects_at("Device.LocalAgent.Subscription.").unwrap();
    assert_eq!(rows(&saving), [""; 0]);
    saving.subscribe("watch", &[("Persistent", "true")]);
    saving.crash();
    assert_eq!(rows(&saving), ["Device.LocalAgent.Subscription.2."]);
}

/// The Endpoint ID is the device's to say, whatever was saved.
#[test]
fn an_agent_keeps_its_endpoint_id() {
    let saving = Saving::saved();
    let new = common::id("os::012345-OTHER");
    let mut agent = usp_agent::Agent::new(new, model(), common::Seeded(1)).unwrap();
    assert_eq!(agent.restore(saving.disk.iter().map(Vec::as_slice)).unwrap(), []);
    let shown = agent.model().value_at("Device.LocalAgent.EndpointID").unwrap();
    assert_eq!(shown.to_string(), "os::012345-OTHER");
}

#[test]
fn bytes_that_are_no_state_change_nothing() {
    let mut agent =
        usp_agent::Agent::new(common::id("os::012345-OTHER"), model(), common::Seeded(1)).unwrap();
    agent.restore([&b"nonsense"[..]]).unwrap_err();
    agent.handle_input(Input::Timeout, Now::new(usp_record::Instant::from_secs(1)));
    assert_eq!(agent.poll_output(), Output::Wait { until: None });
}

#[derive(Debug, Clone)]
enum Step {
    /// A Controller sets the parameter to the next number.
    Set(bool),
    Poll,
    /// The disk is done with the batch, and says so.
    Persisted,
    /// The disk has failed; the batch may be there nevertheless.
    Failed(bool),
    /// The power fails while a batch is on its way, and it arrives or not.
    Crash(bool),
    /// A Notify arrives and is answered, or is lost, or its answer is.
    Notify(usize, bool, bool),
    Pass(u64),
    SaveWhole,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => any::<bool>().prop_map(Step::Set),
        4 => Just(Step::Poll),
        5 => Just(Step::Persisted),
        1 => any::<bool>().prop_map(Step::Failed),
        1 => any::<bool>().prop_map(Step::Crash),
        4 => (any::<usize>(), any::<bool>(), any::<bool>())
            .prop_map(|(at, arrives, answered)| Step::Notify(at, arrives, answered)),
        2 => (0_u64..40).prop_map(Step::Pass),
        1 => Just(Step::SaveWhole),
    ]
}

struct World {
    saving: Saving,
    /// The values that were set, and that no crash has taken back.
    set: Vec<u32>,
    /// The values that were refused while saving failed. A crash may take the word of it, never make a change of it.
    refused: Vec<u32>,
    next: u32,
    acknowledged: u32,
    /// Notifies on the way, and what they tell.
    on_the_way: Vec<(String, u32)>,
    told: Vec<u32>,
}

impl World {
    fn new() -> Self {
        let mut saving = Saving::saved();
        saving.subscribe("watch", &[("NotifRetry", "true"), ("Persistent", "true")]);
        Self {
            saving,
            set: vec![],
            refused: vec![],
            next: 1,
            acknowledged: 0,
            on_the_way: vec![],
            told: vec![],
        }
    }

    fn left(&mut self, left: Vec<Left>) {
        for left in left {
            match left {
                Left::Answer(value) => {
                    let value: u32 = value.parse().unwrap();
                    assert!(value > self.acknowledged, "in order");
                    self.acknowledged = value;
                }
                Left::Told(msg_id, value) => self.on_the_way.push((msg_id, value.parse().unwrap())),
                Left::Refused(value, 7005) => {
                    assert!(self.refused.contains(&value.parse().unwrap()), "{value}")
                }
                // An answer to a Notify that was answered before it was sent again.
                Left::Other(Output::Ignored(Ignored::Unsolicited { .. })) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    fn crash(&mut self, arrives: bool) {
        if arrives {
            self.saving.write();
        }
        self.saving.crash();
        let value = self.saving.value().parse().unwrap_or(0_u32);
        assert!(value >= self.acknowledged, "{value} < {}", self.acknowledged);
        assert!(value == 0 || self.set.contains(&value), "{value} of {:?}", self.set);
        self.set.retain(|set| *set <= value);
        self.acknowledged = value;
        let left = self.saving.input(Input::Timeout);
        self.left(left);
    }

    fn take(&mut self, step: Step) {
        let left = match step {
            Step::Set(one) => {
                let next = self.next.to_string();
                self.saving.set(if one { "one" } else { "two" }, &next);
                let changed = self.saving.value() == next;
                if changed { &mut self.set } else { &mut self.refused }.push(self.next);
                self.next += 1;
                vec![]
            }
            Step::Poll => self.saving.drain(),
            Step::Persisted => match self.saving.write() {
                Some(id) => self.saving.input(Input::Persisted(id)),
                None => vec![],
            },
            Step::Failed(arrives) => {
                let Some(batch) = self.saving.pending.clone() else { return };
                if arrives {
                    self.saving.write();
                }
                self.saving.pending = None;
                self.saving.input(Input::PersistFailed(batch.id))
            }
            Step::Crash(arrives) => return self.crash(arrives),
            Step::Notify(at, arrives, answered) if !self.on_the_way.is_empty() => {
                let (msg_id, value) = self.on_the_way.remove(at % self.on_the_way.len());
                if arrives {
                    self.told.push(value);
                    if answered {
                        self.saving.answer(&msg_id);
                    }
                }
                vec![]
            }
            Step::Notify(..) => vec![],
            Step::Pass(secs) => self.saving.pass(Duration::from_secs(secs)),
            Step::SaveWhole => {
                self.saving.agent.save_whole();
                vec![]
            }
        };
        self.left(left);
    }

    /// From now on everything works.
    fn calm_down(&mut self) {
        for _ in 0..40 {
            let left = self.saving.save();
            self.left(left);
            for (msg_id, value) in core::mem::take(&mut self.on_the_way) {
                self.told.push(value);
                self.saving.answer(&msg_id);
            }
            let left = self.saving.save();
            self.left(left);
            let left = self.saving.pass(Duration::from_secs(6_000));
            self.left(left);
        }
    }
}

/// The law: what was acknowledged survives each crash, in its order; what was told is true after it; and each change
/// that survives is told to who set NotifRetry.
fn holds(steps: impl IntoIterator<Item = Step>) {
    let mut world = World::new();
    for step in steps {
        world.take(step);
    }
    world.calm_down();
    assert_eq!(world.saving.until, None);
    assert_eq!(world.saving.agent.model().notes("notify/").count(), 0);
    world.told.sort_unstable();
    world.told.dedup();
    assert_eq!(world.told, world.set);
    let last = world.set.last().copied().unwrap_or(0);
    assert_eq!(world.acknowledged, last);
    world.crash(false);
    assert_eq!(world.saving.value().parse().unwrap_or(0), last);
}

/// A command waits with its answer until it is safe, and does not begin if its row goes meanwhile.
#[test]
fn a_command_that_waits_to_be_safe_does_not_begin_without_its_row() {
    let table = "Device.DeviceInfo.FirmwareImage.";
    for goes in [false, true] {
        let mut saving = Saving::saved();
        let now = Now::new(saving.now);
        saving.agent.update(now, |model| {
            model.queue_command("Device.DeviceInfo.FirmwareImage.{i}.Download()").unwrap();
            let row = add::CreateObject::new(table).required("Alias", "bank");
            model.process(&Add::new([row]).into(), &Requester::DEVICE).unwrap();
        });
        saving.save();
        let operate = Operate::new(format!("{table}1.Download()"));
        let operate = operate.with_arg("URL", "http://a/b").with_arg("AutoActivate", "true");
        saving.request("one", "run", operate);
        assert_eq!(saving.drain(), []);
        if goes {
            let delete = Delete::new([format!("{table}1.")]);
            saving.agent.update(now, |model| model.process(&delete.into(), &Requester::DEVICE)).unwrap();
        }
        let left = saving.save();
        assert_eq!(left.first(), Some(&Left::Answer("run".into())));
        let begins = matches!(&left[1..], [Left::Other(Output::Command(_))]);
        let running = saving.agent.model().running_commands().count();
        assert_eq!((begins, running), (!goes, usize::from(!goes)), "{left:?}");
    }
}

/// What the law met once: the sixth change is refused, since two batches failed, and the crash takes the word of it.
#[test]
fn a_refusal_that_a_crash_takes_is_no_change() {
    let mut steps = vec![Step::Set(false); 4];
    steps.extend([
        Step::Pass(10),
        Step::Set(false),
        Step::Persisted,
        Step::Failed(false),
        Step::Failed(false),
        Step::Pass(1),
        Step::Notify(0, true, true),
        Step::Set(false),
        Step::Persisted,
        Step::Set(false),
        Step::Failed(false),
        Step::Crash(true),
    ]);
    let mut world = World::new();
    for step in steps.clone() {
        world.take(step);
    }
    assert_eq!((&world.set[..], &world.refused[..]), (&[1, 2, 3, 4, 5, 7][..], &[6][..]));
    holds(steps);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_restart_at_any_step_loses_nothing_acknowledged(steps in prop::collection::vec(step(), 0..80)) {
        holds(steps);
    }
}
