//! Who is told of a change: the index of subscribers against what the resolver says, and cases by name.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

extern crate alloc;

mod common;

use alloc::collections::{BTreeMap, BTreeSet};

use common::Bench;
use common::house::house;
use proptest::prelude::*;
use usp_datamodel::{Change, ChangeKind, Notice, SubscriberId};
use usp_msg::Operate;

/// Path of each change with the numbers of its subscribers.
fn told(bench: &mut Bench) -> Vec<(String, Vec<u32>)> {
    let notices = bench.model.drain_notices().into_iter();
    notices
        .map(|Notice { change, subscribers, .. }| {
            (change.path().to_owned(), subscribers.into_iter().map(|id| id.0).collect())
        })
        .collect()
}

fn subscribe(bench: &mut Bench, id: u32, kind: ChangeKind, references: &[&str]) {
    bench.model.subscribe(SubscriberId(id), kind, references);
}

/// Who was told of the change of one path.
#[track_caller]
fn told_of(bench: &mut Bench, path: &str) -> Vec<u32> {
    let told = told(bench);
    told.iter().find(|(changed, _)| changed == path).unwrap_or_else(|| panic!("{told:?}")).1.clone()
}

/// Two rooms: `a` is open, `b` has two lamps.
fn rooms() -> Bench {
    let mut bench = house();
    bench.added("House.Room.", &[("Name", "a"), ("Open", "true")]);
    bench.added("House.Room.", &[("Name", "b"), ("Next", "House.Room.1")]);
    for number in ["7", "8"] {
        bench.added("House.Room.2.Lamp.", &[("Number", number)]);
    }
    bench.changes();
    bench
}

/// Those that are entered in a row are told what they would be told one by one, whatever comes between equal
/// references.
#[test]
fn many_subscribers_are_entered_at_once() {
    let references = [
        "House.Room.1.Floor",
        "House.Room.1.Floor",
        "no path",
        "House.Room.1.Floor",
        "House.Room.[Nothing==4].Floor",
        "House.Room.2.Next+.Floor",
        "House.Room.2.Next+.Floor",
        "House.Room.1.Floor",
        "House.Meter.",
    ];
    let mut bench = rooms();
    bench.model.subscribe_all(|model, subscribing| {
        let rooms = model.objects_at("House.Room.").unwrap().len() as u32;
        for (id, reference) in (rooms..).zip(references) {
            subscribing.subscribe(SubscriberId(id), ChangeKind::ValueChange, reference);
            subscribing.subscribe(SubscriberId(id), ChangeKind::ValueChange, reference);
        }
    });
    bench.set(false, &[("House.Room.1.", &[("Floor", "5")])]).unwrap();
    assert_eq!(told_of(&mut bench, "House.Room.1.Floor"), [2, 3, 5, 7, 8, 9]);
    for id in 2..11 {
        bench.model.unsubscribe(SubscriberId(id));
        assert_eq!(bench.model.inconsistency(), None);
    }
    bench.set(false, &[("House.Room.1.", &[("Floor", "6")])]).unwrap();
    assert_eq!(told_of(&mut bench, "House.Room.1.Floor"), [0_u32; 0]);
}

#[test]
fn references_of_every_form_cover_a_value() {
    let mut bench = rooms();
    let covering = [
        "House.",
        "House.Room.",
        "House.Room.1.",
        "House.Room.1",
        "House.Room.1.Floor",
        "House.Room.*.",
        "House.Room.*.Floor",
        "House.Room.[Name==\"a\"].Floor",
        "House.Room.[Floor==5].",
        "House.Room.[Open==true&&Floor>4].Floor",
        "House.Room.[Next==\"\"].Floor",
        "House.Room.2.Next+.Floor",
        "House.Room.*.Next+.",
        "House.Room.[Name==\"b\"].Next#1+.Floor",
    ];
    let others = [
        "House.Room.2.",
        "House.Room.1.Name",
        "House.Room.1.Lamp.",
        "House.Room.[Name==\"b\"].Floor",
        "House.Room.[Floor==4].Floor",
        "House.Room.1.Next+.Floor",
        "House.Room.[Nothing==4].Floor",
        "House.Meter.",
        "Elsewhere.",
        "no path",
        "",
    ];
    for (id, reference) in (0..).zip(covering) {
        subscribe(&mut bench, id, ChangeKind::ValueChange, &[reference]);
    }
    for (id, reference) in (100..).zip(others) {
        subscribe(&mut bench, id, ChangeKind::ValueChange, &[reference]);
    }
    for kind in [ChangeKind::ObjectCreation, ChangeKind::ObjectDeletion, ChangeKind::Event] {
        subscribe(&mut bench, 200, kind, &["House."]);
    }
    bench.set(false, &[("House.Room.1.", &[("Floor", "5")])]).unwrap();
    let all: Vec<u32> = (0..covering.len() as u32).collect();
    assert_eq!(told(&mut bench), [("House.Room.1.Floor".to_string(), all)]);
    assert_eq!(bench.model.inconsistency(), None);
}

/// Several references of one subscriber, or of one twice, make one notice.
#[test]
fn a_subscriber_is_told_once() {
    let mut bench = rooms();
    let both = ["House.", "House.Room.*.Floor", "House.Room.*.Floor"];
    subscribe(&mut bench, 3, ChangeKind::ValueChange, &both);
    bench.set(false, &[("House.Room.1.", &[("Floor", "5")])]).unwrap();
    assert_eq!(told(&mut bench), [("House.Room.1.Floor".to_string(), vec![3])]);
    bench.model.unsubscribe(SubscriberId(3));
    bench.model.unsubscribe(SubscriberId(4));
    bench.set(false, &[("House.Room.1.", &[("Floor", "6")])]).unwrap();
    assert_eq!(told(&mut bench), [("House.Room.1.Floor".to_string(), vec![])]);
    assert_eq!(bench.model.inconsistency(), None);
}

/// An expression is asked of the row as the change leaves it.
#[test]
fn expressions_are_evaluated_at_the_time_of_change() {
    let mut bench = rooms();
    subscribe(&mut bench, 1, ChangeKind::ValueChange, &["House.Room.[Open==true].Open"]);
    subscribe(&mut bench, 2, ChangeKind::ValueChange, &["House.Room.[Open==false].Open"]);
    bench.set(false, &[("House.Room.1.", &[("Open", "false")])]).unwrap();
    // More happens before anybody asks.
    bench.set(false, &[("House.Room.1.", &[("Open", "true")])]).unwrap();
    let path = || "House.Room.1.Open".to_string();
    assert_eq!(told(&mut bench), [(path(), vec![2]), (path(), vec![1])]);
}

/// A table or a row, but no table above; a deletion is matched against the row as it was.
#[test]
fn rows_that_come_and_go() {
    let mut bench = rooms();
    for kind in [ChangeKind::ObjectCreation, ChangeKind::ObjectDeletion] {
        let first = if kind == ChangeKind::ObjectCreation { 0 } else { 10 };
        let references = [
            "House.Room.",
            "House.Room.*.",
            "House.Room.[Name==\"c\"].",
            "House.Room.3.",
            "House.",
            "House.Room.*.Lamp.",
        ];
        for (id, reference) in (first..).zip(references) {
            subscribe(&mut bench, id, kind, &[reference]);
        }
    }
    subscribe(&mut bench, 20, ChangeKind::ObjectDeletion, &["House.Room.[Name==\"c\"].Lamp.[Number==9]."]);
    bench.added("House.Room.", &[("Name", "c")]);
    assert_eq!(told_of(&mut bench, "House.Room.3."), [0, 1, 2, 3]);
    bench.added("House.Room.3.Lamp.", &[("Number", "9")]);
    assert_eq!(told_of(&mut bench, "House.Room.3.Lamp.1."), [5]);
    bench.delete(false, &["House.Room.3."]).unwrap();
    let told = told(&mut bench);
    assert_eq!(
        told[..2],
        [
            ("House.Room.3.Lamp.1.".to_string(), vec![15, 20]),
            ("House.Room.3.".to_string(), vec![10, 11, 12, 13]),
        ]
    );
}

/// What a reference led to until its target was deleted.
#[test]
fn a_deletion_behind_a_reference_is_told() {
    let mut bench = rooms();
    subscribe(&mut bench, 1, ChangeKind::ObjectDeletion, &["House.Room.2.Next+."]);
    subscribe(&mut bench, 2, ChangeKind::ObjectDeletion, &["House.Room.1.Next+."]);
    bench.delete(false, &["House.Room.1."]).unwrap();
    assert_eq!(told_of(&mut bench, "House.Room.1."), [1]);
}

/// Nobody learns of a secured value by subscribing to it.
#[test]
fn secured_values_are_not_searched_by() {
    let mut bench = rooms();
    subscribe(&mut bench, 1, ChangeKind::ValueChange, &["House.Room.[Secret==\"s\"].Floor"]);
    subscribe(&mut bench, 2, ChangeKind::ValueChange, &["House.Room.[Secret==\"\"].Floor"]);
    bench.set(false, &[("House.Room.1.", &[("Secret", "s"), ("Floor", "4")])]).unwrap();
    assert_eq!(told_of(&mut bench, "House.Room.1.Floor"), [2]);
}

#[test]
fn events_and_ends_of_commands_are_covered_by_path_and_object() {
    let mut bench = Bench::new();
    let timer = "Device.ScheduleTimer()";
    bench.model.on_async_command(timer, |_, _, _| Ok(())).unwrap();
    for (first, kind, path) in
        [(0, ChangeKind::OperationComplete, timer), (10, ChangeKind::Event, "Device.Boot!")]
    {
        for (id, reference) in (first..).zip([path, "Device.", "Device.LocalAgent.", "Device.Other()"]) {
            subscribe(&mut bench, id, kind, &[reference]);
        }
    }
    bench.operate(Operate::new(timer).with_arg("DelaySeconds", "1"));
    let token = bench.model.running_commands().next().unwrap();
    bench.model.complete_command(token, Ok(Vec::new())).unwrap();
    assert_eq!(told_of(&mut bench, timer), [0, 1]);
    bench.model.raise_event("Device.Boot!", Vec::new()).unwrap();
    assert_eq!(told(&mut bench), [("Device.Boot!".to_string(), vec![10, 11])]);
}

const REFERENCES: [&str; 16] = [
    "House.",
    "House.Favourite",
    "House.Room.",
    "House.Room.1.",
    "House.Room.2.Open",
    "House.Room.*.",
    "House.Room.*.Lamp.",
    "House.Room.*.Lamp.*.",
    "House.Room.*.Lamp.1.On",
    "House.Room.[Open==true].",
    "House.Room.[Name==\"a\"].",
    "House.Room.[Open==false&&Name!=\"b\"].Lamp.",
    "House.Room.[Floor>1].Floor",
    "House.Room.[Open==true].Lamp.[Number>1].",
    "House.Room.[Name==\"b\"].Lamp.[Number==2].On",
    "House.Room.[Kind==\"Cold\"].Cold.",
];

#[derive(Debug, Clone)]
enum Step {
    Subscribe(u32, ChangeKind, usize),
    Unsubscribe(u32),
    Add(&'static str, &'static str),
    Set(&'static str, &'static str, &'static str),
    Delete(&'static str),
}

fn step() -> impl Strategy<Value = Step> {
    let kinds = [ChangeKind::ValueChange, ChangeKind::ObjectCreation, ChangeKind::ObjectDeletion];
    let names = prop::sample::select(vec!["a", "b", "c"]);
    let rooms = prop::sample::select(vec!["House.Room.1.", "House.Room.2.", "House.Room.3."]);
    let lamps = prop::sample::select(vec!["House.Room.1.Lamp.1.", "House.Room.*.Lamp.2."]);
    let values = prop::sample::select(vec![
        ("Open", "true"),
        ("Open", "false"),
        ("Floor", "1"),
        ("Floor", "2"),
        ("Kind", "Cold"),
        ("Cold.Degrees", "1"),
        ("Cold.Degrees", "2"),
        ("Name", "a"),
        ("Name", "d"),
    ]);
    let of_lamp =
        prop::sample::select(vec![("On", "true"), ("On", "false"), ("Number", "2"), ("Number", "3")]);
    prop_oneof![
        4 => (0..6_u32, prop::sample::select(kinds.to_vec()), 0..REFERENCES.len())
            .prop_map(|(id, kind, reference)| Step::Subscribe(id, kind, reference)),
        1 => (0..6_u32).prop_map(Step::Unsubscribe),
        2 => names.prop_map(|name| Step::Add("House.Room.", name)),
        1 => Just(Step::Add("House.Room.*.Lamp.", "")),
        3 => (rooms.clone(), values).prop_map(|(row, (name, text))| Step::Set(row, name, text)),
        2 => (lamps.clone(), of_lamp).prop_map(|(row, (name, text))| Step::Set(row, name, text)),
        1 => prop_oneof![rooms, lamps].prop_map(Step::Delete),
    ]
}

proptest! {
    /// Each change is told to those whose references lead to it, as the resolver sees it: values and new rows in the
    /// model after the request, rows that go in the model before it.
    #[test]
    fn the_index_tells_whom_the_resolver_would(steps in prop::collection::vec(step(), 1..40)) {
        let mut bench = house();
        let mut subscribed: BTreeMap<u32, BTreeSet<(ChangeKind, usize)>> = BTreeMap::new();
        for step in steps {
            let before = led_to(&mut bench);
            match step {
                Step::Subscribe(id, kind, reference) => {
                    subscribe(&mut bench, id, kind, &[REFERENCES[reference]]);
                    subscribed.entry(id).or_default().insert((kind, reference));
                }
                Step::Unsubscribe(id) => {
                    bench.model.unsubscribe(SubscriberId(id));
                    subscribed.remove(&id);
                }
                Step::Add(table, "") => drop(bench.add(true, &[(table, &[])])),
                Step::Add(table, name) => drop(bench.add(true, &[(table, &[("Name", name)])])),
                Step::Set(row, name, text) => drop(bench.set(true, &[(row, &[(name, text)])])),
                Step::Delete(row) => drop(bench.delete(true, &[row])),
            }
            let after = led_to(&mut bench);
            for Notice { change, subscribers, .. } in bench.model.drain_notices() {
                let (led_to, kind) = match change {
                    Change::ObjectDeletion { .. } => (&before, ChangeKind::ObjectDeletion),
                    Change::ObjectCreation { .. } => (&after, ChangeKind::ObjectCreation),
                    _ => (&after, ChangeKind::ValueChange),
                };
                let covers = |&(wanted, reference): &(ChangeKind, usize)| {
                    wanted == kind && led_to[reference].contains(change.path())
                };
                let expected: Vec<SubscriberId> = subscribed
                    .iter()
                    .filter(|(_, references)| references.iter().any(covers))
                    .map(|(&id, _)| SubscriberId(id))
                    .collect();
                prop_assert_eq!(subscribers, expected, "{:?}", change);
            }
            prop_assert_eq!(bench.model.inconsistency(), None);
        }
        for id in 0..6 {
            bench.model.unsubscribe(SubscriberId(id));
        }
        prop_assert_eq!(bench.model.inconsistency(), None, "nothing is left in the index");
    }
}

/// The parameters and rows that each reference leads to.
fn led_to(bench: &mut Bench) -> Vec<BTreeSet<String>> {
    REFERENCES.iter().map(|reference| led_to_by(bench, reference)).collect()
}

fn led_to_by(bench: &mut Bench, reference: &str) -> BTreeSet<String> {
    let result = bench.get(reference);
    let objects = result.resolved_path_results.iter();
    let mut found: BTreeSet<String> = objects
        .flat_map(|object| {
            object.result_params.iter().map(|(name, _)| format!("{}{name}", object.resolved_path))
        })
        .collect();
    // A row that is named, or the rows of a table that is.
    let rows = bench.model.objects_at(reference).unwrap_or_default();
    found.extend(
        rows.into_iter()
            .filter(|row| row.trim_end_matches('.').ends_with(|last: char| last.is_ascii_digit())),
    );
    found
}
