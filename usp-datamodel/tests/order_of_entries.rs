//! What the order of the entries of a Message decides, and what it does not: TR-369, section "Selecting Objects and
//! Parameters", has the outcome independent of it.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(dead_code)] // The fixture serves several test programs.

extern crate alloc;

mod common;

use alloc::sync::Arc;

use common::house::{ROOM, house};
use common::roles::{Entry as Granted, role};
use common::{Bench, codes, deleted, told};
use usp_datamodel::{AbsentInstance, Permissions, Requester};

/// Two rooms, `a` and `b`, of which `a` is cold.
fn rooms() -> Bench {
    let mut bench = house();
    for (name, kind, size) in [("a", "Cold", "1"), ("b", "", "2")] {
        bench.added(ROOM, &[("Name", name), ("Kind", kind), ("Size", size)]);
    }
    bench
}

type Entry<'a> = (&'a str, &'a [(&'a str, &'a str)]);

/// What a Set comes to, whatever the order of its entries: results in one order, and the values after it.
#[track_caller]
fn set_in_any_order(entries: [Entry<'_>; 2]) -> (Vec<String>, Vec<String>) {
    let outcome = |allow_partial, swapped: bool| {
        let mut bench = rooms();
        let mut entries = entries;
        if swapped {
            entries.swap(0, 1);
        }
        let mut told = match bench.set(allow_partial, &entries) {
            Ok(answer) => told(&answer),
            Err(error) => {
                let told = error.param_errs.iter();
                told.map(|error| format!("{}: failed {}", error.param_path, error.err_code)).collect()
            }
        };
        if swapped {
            told.reverse();
        }
        let values = ["1.Name", "1.Kind", "1.Size", "1.Open", "2.Name", "2.Kind", "2.Size", "2.Open"];
        let values = values.map(|name| bench.value(&format!("{ROOM}{name}")));
        assert_eq!(bench.model.inconsistency(), None);
        (told, values.to_vec())
    };
    let in_order = outcome(false, false);
    assert_eq!(outcome(false, true), in_order);
    assert_eq!(outcome(true, true), outcome(true, false));
    in_order
}

#[test]
fn the_searches_of_a_set_see_the_values_before_it() {
    let (told, values) = set_in_any_order([
        ("House.Room.[Size==1].", &[("Size!", "2")]),
        ("House.Room.[Size==2].", &[("Size!", "1"), ("Open!", "true")]),
    ]);
    assert_eq!(
        told,
        [
            "House.Room.[Size==1].: House.Room.1. Size=2",
            "House.Room.[Size==2].: House.Room.2. Size=1 Open=true"
        ]
    );
    assert_eq!(values, ["a", "Cold", "2", "false", "b", "", "1", "true"]);
}

/// Keys need only be unique in the end.
#[test]
fn two_rows_found_by_their_keys_change_keys() {
    let (_, values) = set_in_any_order([
        ("House.Room.[Name==\"a\"].", &[("Name!", "b")]),
        ("House.Room.[Name==\"b\"].", &[("Name!", "a")]),
    ]);
    assert_eq!(values, ["b", "Cold", "1", "false", "a", "", "2", "false"]);
}

#[test]
fn a_reference_is_followed_to_where_it_led_before() {
    for swapped in [false, true] {
        let mut bench = rooms();
        bench.set(false, &[("House.", &[("Favourite!", "House.Room.1")])]).unwrap();
        let mut entries: [Entry<'_>; 2] =
            [("House.", &[("Favourite!", "House.Room.2")]), ("House.Favourite+.", &[("Size!", "9")])];
        if swapped {
            entries.swap(0, 1);
        }
        bench.set(false, &entries).unwrap();
        assert_eq!([bench.value("House.Room.1.Size"), bench.value("House.Room.2.Size")], ["9", "2"]);
    }
}

/// Which object of a union exists is what the Message makes of it, behind a search too.
#[test]
fn an_object_that_another_entry_chooses_is_found() {
    for path in ["House.Room.2.Cold.", "House.Room.*.Cold.", "House.Room.[Size==2].Cold."] {
        let (told, values) =
            set_in_any_order([(path, &[("Degrees!", "-7")]), ("House.Room.2.", &[("Kind!", "Cold")])]);
        let both = "House.Room.1.Cold. Degrees=-7; House.Room.2.Cold. Degrees=-7";
        let found = if path.contains('*') { both } else { "House.Room.2.Cold. Degrees=-7" };
        assert_eq!(told, [format!("{path}: {found}"), "House.Room.2.: House.Room.2. Kind=Cold".into()]);
        assert_eq!(values[5], "Cold");
    }
}

#[test]
fn an_object_that_another_entry_drops_is_absent() {
    let warm: Entry<'_> = ("House.Room.1.", &[("Kind!", "Warm")]);
    let (told, values) = set_in_any_order([("House.Room.1.Cold.", &[("Degrees!", "-7")]), warm]);
    assert_eq!(told, ["House.Room.1.Cold.: failed 7016"]);
    assert_eq!(values[1], "Cold");
    for path in ["House.Room.*.Cold.", "House.Room.[Size==1].Cold.", "House.Room.[Name==\"a\"].Cold."] {
        let (told, values) = set_in_any_order([(path, &[("Degrees!", "-7")]), warm]);
        assert_eq!(told, [format!("{path}: "), "House.Room.1.: House.Room.1. Kind=Warm".into()]);
        assert_eq!(values[1], "Warm");
    }
}

/// What an entry does to itself is no matter of order either.
#[test]
fn settings_of_one_entry_may_choose_and_set() {
    let set = [("Cold.Degrees!", "-7"), ("Kind!", "Cold")];
    let (told, _) =
        set_in_any_order([("House.Room.*.", &set), ("House.Room.[Kind==\"\"].", &[("Size!", "5")])]);
    assert_eq!(told[1], "House.Room.[Kind==\"\"].: House.Room.2. Size=5");
}

/// A row that is deleted takes references to it along, by which another entry finds what it is to delete.
#[test]
fn the_searches_of_a_delete_see_the_rows_before_it() {
    for swapped in [false, true] {
        let mut bench = rooms();
        bench.set(false, &[("House.Room.2.", &[("Next!", "House.Room.1")])]).unwrap();
        let mut paths = ["House.Room.1.", "House.Room.[Next==\"House.Room.1\"]."];
        if swapped {
            paths.swap(0, 1);
        }
        let answer = bench.delete(false, &paths).unwrap();
        let mut told = deleted(&answer);
        told.sort_unstable();
        let expected =
            ["House.Room.1.: House.Room.1.", "House.Room.[Next==\"House.Room.1\"].: House.Room.2."];
        assert_eq!(told, expected);
        assert_eq!(bench.value("House.RoomNumberOfEntries"), "0");
    }
}

/// What a Delete comes to, whatever the order of its entries: results by their paths.
#[track_caller]
fn deleted_in_any_order(bench: impl Fn() -> Bench, allow_partial: bool, paths: [&str; 2]) -> Vec<String> {
    let [in_order, swapped] = [paths, [paths[1], paths[0]]].map(|paths| {
        let mut bench = bench();
        let mut told = match bench.delete(allow_partial, &paths) {
            Ok(answer) => deleted(&answer),
            Err(error) => {
                let (outer, inner) = codes(&error);
                let failed = inner.iter().map(|(path, code)| format!("{path}: failed {code}"));
                failed.chain([format!("Error {outer}")]).collect()
            }
        };
        told.sort_unstable();
        assert_eq!(bench.model.inconsistency(), None);
        (told, bench.found(ROOM))
    });
    assert_eq!(in_order, swapped);
    in_order.0
}

/// [R-DEL.1] A row that goes with the one around it was there, whichever of the two is named first; so was one that is
/// named twice.
#[test]
fn r_del_1_a_row_and_one_below_it_go_in_any_order() {
    for outcome in [AbsentInstance::Succeeds, AbsentInstance::Fails] {
        let bench = || {
            let mut bench = rooms();
            bench.added("House.Room.1.Lamp.", &[("Number", "1")]);
            bench.model.delete_absent_instance(outcome);
            bench
        };
        let both = ["House.Room.1.", "House.Room.1.Lamp.1."];
        for allow_partial in [false, true] {
            let told = deleted_in_any_order(bench, allow_partial, both);
            assert_eq!(told, both.map(|path| format!("{path}: {path}")));
            let twice = deleted_in_any_order(bench, allow_partial, [both[0]; 2]);
            assert_eq!(twice, [both[0]; 2].map(|path| format!("{path}: {path}")));
        }
        let told = deleted_in_any_order(bench, false, ["House.Room.1.", "House.Room.1.Lamp.2."]);
        match outcome {
            AbsentInstance::Succeeds => assert_eq!(told[1], "House.Room.1.Lamp.2.:"),
            AbsentInstance::Fails => assert_eq!(told, ["Error 7004", "House.Room.1.Lamp.2.: failed 7016"]),
        }
    }
}

/// [R-SEC.1] What may not be deleted by itself is told so, also where it goes with the row around it.
#[test]
fn r_sec_1_a_row_that_may_not_be_deleted_is_refused_in_any_order() {
    let bench = || {
        let mut bench = rooms();
        bench.added("House.Room.1.Lamp.", &[("Number", "1")]);
        let entries: [Granted<'_>; 2] = [("House.", ["rwxn"; 4]), ("House.Room.*.Lamp.", ["r---"; 4])];
        let permissions = Permissions::compile(bench.model.schema(), &[role(&entries)]);
        bench.requester = Requester::controller("House.Room.2").with_permissions(Arc::new(permissions));
        bench
    };
    let both = ["House.Room.1.", "House.Room.1.Lamp.1."];
    let told = deleted_in_any_order(bench, false, both);
    assert_eq!(told, ["Error 7006", "House.Room.1.Lamp.1.: failed 7006"]);
    let told = deleted_in_any_order(bench, true, both);
    assert_eq!(told, ["House.Room.1.: House.Room.1.", "House.Room.1.Lamp.1.: failed 7006"]);
}

/// An Add is the exception: a row that it adds can be found by what comes after it.
#[test]
fn the_searches_of_an_add_see_the_rows_that_were_added_before_them() {
    let add = |entries: &[Entry<'_>]| {
        let mut bench = rooms();
        let answer = bench.add(false, entries).unwrap();
        let paths = answer.created_obj_results.iter();
        let paths = paths.map(|result| result.outcome().unwrap().unwrap().instantiated_path.clone());
        paths.collect::<Vec<_>>()
    };
    let room: Entry<'_> = (ROOM, &[("Name", "c")]);
    let lamp: Entry<'_> = ("House.Room.[Name==\"c\"].Lamp.", &[]);
    assert_eq!(add(&[room, lamp]), ["House.Room.3.", "House.Room.3.Lamp.1."]);
    assert_eq!(add(&[lamp, room]), ["House.Room.3."]);
}
