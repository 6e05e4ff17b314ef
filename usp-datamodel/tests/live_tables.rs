//! Tables whose rows the device finds.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

extern crate alloc;

mod common;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::Mutex;

use common::Bench;
use common::gateway::{PROXIED, devices};
use common::house::{ROOM, house, house_with};
use common::lines;
use proptest::prelude::*;
use usp_datamodel::{DiscoveredRow, Fault, Limits, Refusal, RegisterError};
use usp_msg::ErrorCode;

const LAMP: &str = "House.Room.{i}.Lamp.{i}.";

fn room(name: &str) -> DiscoveredRow {
    DiscoveredRow::new([("Name", name)])
}

fn rooms(names: &[&str]) -> Vec<DiscoveredRow> {
    names.iter().map(|name| room(name)).collect()
}

/// The changes but those of the number of rows.
fn changes(bench: &mut Bench) -> BTreeSet<String> {
    let all = lines(&bench.changes()).into_iter();
    all.filter(|line| !line.starts_with("House.RoomNumberOfEntries=")).collect()
}

fn told(fault: Result<(), Fault>) -> (u32, String) {
    let fault = fault.unwrap_err();
    (fault.code().value(), fault.message().to_owned())
}

/// The names of the rooms by their numbers.
fn names(bench: &mut Bench) -> BTreeMap<u32, String> {
    let rows = bench.model.objects_at(ROOM).unwrap();
    let number = |row: &String| row.trim_end_matches('.').rsplit('.').next().unwrap().parse().unwrap();
    rows.iter()
        .map(|row| (number(row), bench.model.value_at(&format!("{row}Name")).unwrap().to_string()))
        .collect()
}

/// What is found for a table, to be changed while the model has it.
type Found = Arc<Mutex<Result<Vec<DiscoveredRow>, Fault>>>;

/// R-ARC.8: a row that is still there has its number still, and no number is given out twice.
#[test]
fn r_arc_8_rows_keep_their_numbers_as_long_as_they_are_found() {
    let mut bench = house();
    let found = Found::new(Mutex::new(Ok(rooms(&["a", "b"]))));
    let list = Arc::clone(&found);
    bench
        .model
        .live_table("House.Room.{i}.", move |within| {
            assert!(within.is_empty());
            list.lock().unwrap().clone()
        })
        .unwrap();
    // Nothing comes by itself.
    assert_eq!(names(&mut bench), BTreeMap::new());
    bench.model.refresh(ROOM).unwrap();
    assert_eq!(lines(&bench.changes()), ["+House.Room.1.", "+House.Room.2.", "House.RoomNumberOfEntries=2"]);
    bench.device(&[("House.Room.2.Open", "true"), ("House.Favourite", "House.Room.1")]);
    bench.changes();

    let with_size = DiscoveredRow::new([("Name", "b"), ("Size", "007")]);
    *found.lock().unwrap() = Ok(vec![room("c"), with_size]);
    bench.model.refresh("House.").unwrap();
    let changes = changes(&mut bench);
    let expected = ["+House.Room.3.", "-House.Room.1.", "House.Favourite=", "House.Room.2.Size=7"];
    assert_eq!(changes, expected.map(str::to_owned).into());
    assert_eq!(bench.value("House.Room.2.Open"), "true");
    // What is as it was makes no change.
    bench.model.refresh(ROOM).unwrap();
    assert_eq!(bench.changes(), []);
    *found.lock().unwrap() = Ok(rooms(&["a"]));
    bench.model.refresh(ROOM).unwrap();
    assert_eq!(names(&mut bench), [(4, "a".to_owned())].into());
}

/// A table in the rows of another is listed for each of them, those included that have just come.
#[test]
fn tables_are_listed_from_the_outside_to_the_inside() {
    let mut bench = house();
    let calls = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&calls);
    bench
        .model
        .live_table(LAMP, move |within| {
            log.lock().unwrap().push(within.to_vec());
            Ok((1..=within[0]).map(|number| DiscoveredRow::new([("Number", number.to_string())])).collect())
        })
        .unwrap();
    bench.model.live_table("House.Room.{i}.", |_| Ok(rooms(&["a", "b"]))).unwrap();
    let called = || core::mem::take(&mut *calls.lock().unwrap());
    bench.model.refresh("House.").unwrap();
    assert_eq!(called(), [vec![1], vec![2]]);
    assert_eq!(bench.model.objects_at("House.Room.*.Lamp.*.").unwrap().len(), 3);
    // Only what is asked for is listed.
    bench.model.refresh("House.Room.2.Lamp.").unwrap();
    assert_eq!(called(), [vec![2]]);
    bench.model.refresh("House.Room.[Name==\"a\"].").unwrap();
    assert_eq!(called(), [vec![1]]);
    bench.model.refresh("House.Room.1.Lamp.1.").unwrap();
    assert_eq!(called(), Vec::<Vec<u32>>::new());
    assert_eq!(told(bench.model.refresh("House.Room.9.")), (7016, "House.Room.9. does not exist".into()));
    assert_eq!(bench.model.inconsistency(), None);
}

#[test]
fn what_makes_no_sense_changes_nothing() {
    let mut bench = house_with(Limits { max_rows: 4, ..Limits::default() });
    bench.model.reconcile(ROOM, rooms(&["a", "b"])).unwrap();
    bench.model.live("House.Room.{i}.Floor", |_| Ok(1_i32)).unwrap();
    bench
        .model
        .on_prepare("House.Room.{i}.", |changes| {
            match changes.iter().any(|change| {
                changes
                    .after(&format!("{}Name", change.path()))
                    .is_some_and(|name| name.to_string() == "cellar")
            }) {
                true => Err(Refusal::new("", ErrorCode::VALUE_CONFLICT, "no cellar")),
                false => Ok(()),
            }
        })
        .unwrap();
    bench.changes();
    let before = bench.model.snapshot();
    let row = |values: &[(&str, &str)]| DiscoveredRow::new(values.iter().copied());
    let refused = [
        (rooms(&["c", "c"]), 7003, "the device lists a row twice, in House.Room.{i}."),
        (rooms(&["c", "a", "a"]), 7003, "the device lists a row twice, in House.Room.{i}."),
        (
            vec![row(&[("Size", "1")])],
            7003,
            "the device lists a row without the values of a Unique Key, in House.Room.{i}.",
        ),
        (
            vec![row(&[("Name", "c"), ("Floor", "1")])],
            7003,
            "the device gives Floor a value, where none is stored, in House.Room.{i}.",
        ),
        (
            vec![row(&[("Name", "c"), ("Nothing", "1")])],
            7003,
            "the device gives Nothing a value, where none is stored, in House.Room.{i}.",
        ),
        (rooms(&["c", "cellar"]), 7014, "no cellar"),
        (rooms(&["c", "d", "e", "f", "g"]), 7005, "House.Room.{i}. holds 4 rows and takes no more"),
        (vec![row(&[("Name", "c"), ("Next", "House.Room.77")])], 7012, ""),
    ];
    for (rows, code, message) in refused {
        let fault = told(bench.model.reconcile(ROOM, rows));
        assert_eq!(fault.0, code, "{fault:?}");
        assert!(message.is_empty() || fault.1 == message, "{fault:?}");
        assert_eq!((bench.model.snapshot(), bench.changes()), (before.clone(), vec![]));
    }
    let wrong = told(bench.model.reconcile(ROOM, [row(&[("Name", "c"), ("Size", "x")])]));
    assert!(wrong.1.starts_with("the device gives Size a wrong value: "), "{wrong:?}");
    assert_eq!(told(bench.model.reconcile("House.Room.1.", [])).0, 7026);
    assert_eq!(told(bench.model.reconcile("House.Room.*.Lamp.", [])).0, 7026);
    assert_eq!(
        told(bench.model.reconcile("House.Meter.", [])),
        (7003, "the device lists fewer rows than there must be, in House.Meter.{i}.".into())
    );
    let broken = |_: &[u32]| Err(Fault::new(ErrorCode::COMMAND_FAILURE, "no link"));
    bench.model.live_table("House.Room.{i}.", broken).unwrap();
    for _ in 0..2 {
        let fault = told(bench.model.refresh(ROOM));
        assert_eq!(fault, (7003, "House.Room. cannot be listed: no link".into()));
    }
    assert_eq!((bench.model.snapshot(), bench.changes()), (before, vec![]));
    let unknown = bench.model.live_table("House.Room.{i}.Cold.", broken).unwrap_err();
    assert!(matches!(unknown, RegisterError::Unknown { kind: "table", .. }), "{unknown}");
}

/// What is mounted at the rows of a table is listed for those that carry it, and for no others.
#[test]
fn a_live_table_of_a_mount_is_listed_where_it_is_mounted() {
    let mut bench = devices();
    let list = |within: &[u32]| {
        assert_eq!(within, [1]);
        Ok(vec![room("b"), room("c")])
    };
    bench.model.live_table("Device.ProxiedDevice.{zigbee}.Lamp.{i}.", list).unwrap();
    bench.model.refresh("Device.").unwrap();
    assert_eq!(bench.model.inconsistency(), None);
    let lamps = bench.model.objects_at("Device.ProxiedDevice.*.Lamp.*.").unwrap();
    assert_eq!(lamps, ["1.Lamp.2.", "1.Lamp.3.", "2.Lamp.1."].map(|row| format!("{PROXIED}{row}")));
    let ambiguous = bench.model.live_table("Device.ProxiedDevice.{i}.Lamp.{i}.", list).unwrap_err();
    assert!(ambiguous.to_string().contains("is in several mounts"), "{ambiguous}");
}

/// A list that panics is asked again next time.
#[test]
fn lists_outlive_a_panic() {
    let mut bench = house();
    let found = Found::new(Mutex::new(Ok(vec![])));
    let list = Arc::clone(&found);
    let is_broken = Arc::new(AtomicBool::new(true));
    let broken = Arc::clone(&is_broken);
    bench
        .model
        .live_table("House.Room.{i}.", move |_| {
            assert!(!broken.load(Ordering::Relaxed), "the device is broken");
            list.lock().unwrap().clone()
        })
        .unwrap();
    std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| bench.model.refresh(ROOM))).unwrap_err();
    is_broken.store(false, Ordering::Relaxed);
    *found.lock().unwrap() = Ok(rooms(&["a"]));
    bench.model.refresh(ROOM).unwrap();
    assert_eq!(names(&mut bench), [(1, "a".to_owned())].into());
}

proptest! {
    /// After each list the table has the rows that are listed and no others, those that were there under their numbers
    /// and new ones under numbers that none has had; what is told is the difference; and the same list again changes
    /// nothing.
    #[test]
    fn a_table_is_what_was_listed_last(
        lists in prop::collection::vec(prop::collection::btree_set(0_u8..8, 0..6), 1..12)
    ) {
        let mut bench = house();
        let mut highest = 0;
        for list in &lists {
            let before = names(&mut bench);
            let listed: Vec<String> = list.iter().map(|name| format!("n{name}")).collect();
            bench.model.reconcile(ROOM, listed.iter().map(|name| room(name))).unwrap();
            let after = names(&mut bench);
            let found: BTreeSet<&String> = after.values().collect();
            prop_assert_eq!(found, listed.iter().collect());
            prop_assert_eq!(after.len(), listed.len());
            let stay = |number: &u32, name: &String| before.get(number) == Some(name);
            for (number, name) in &after {
                prop_assert_eq!(before.values().any(|old| old == name), stay(number, name));
                prop_assert!(stay(number, name) || *number > highest);
            }
            let gone = before.keys().filter(|number| !after.contains_key(number)).map(|number| format!("-House.Room.{number}."));
            let come = after.keys().filter(|number| !before.contains_key(number)).map(|number| format!("+House.Room.{number}."));
            let changes = changes(&mut bench);
            prop_assert_eq!(changes, gone.chain(come).collect());
            highest = after.keys().copied().max().unwrap_or_default().max(highest);
            bench.model.reconcile(ROOM, listed.iter().rev().map(|name| room(name))).unwrap();
            prop_assert_eq!((bench.changes(), bench.model.inconsistency()), (vec![], None));
        }
    }
}
