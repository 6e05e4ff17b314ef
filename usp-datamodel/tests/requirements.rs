//! Rules of Add, Set and Delete by their requirement ids, on the model of rooms and lamps.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::house::{ROOM, house};
use common::{Bench, codes, deleted, told};
use usp_datamodel::{AbsentInstance, Requester};
use usp_msg::AddResp;

/// Two rooms, `a` and `b`.
fn rooms() -> Bench {
    let mut bench = house();
    for name in ["a", "b"] {
        bench.added(ROOM, &[("Name", name)]);
    }
    bench.changes();
    bench
}

/// allow_partial, settings, and the outcome: what is told of the row, or the code.
type Case<'a> = (bool, &'a [(&'a str, &'a str)], Result<&'a str, u32>);

/// One line for each result: the row and the settings that failed, or the code.
fn created(answer: &AddResp) -> Vec<String> {
    let line = |result: &usp_msg::add_resp::CreatedObjectResult| match result.outcome().unwrap() {
        Ok(success) => {
            let errors =
                success.param_errs.iter().map(|error| format!(" !{}:{}", error.param, error.err_code));
            format!("{}{}", success.instantiated_path, errors.collect::<String>())
        }
        Err(failure) => format!("failed {}", failure.err_code),
    };
    answer.created_obj_results.iter().map(line).collect()
}

/// The table of TR-369, section "Using Allow Partial and Required Parameters", for Set [R-SET.2].
#[test]
fn allow_partial_and_required_in_set() {
    let good = ("Size", "2");
    let cases: [Case<'_>; 6] = [
        (true, &[good], Ok(" Size=2")),
        (false, &[good], Ok(" Size=2")),
        (true, &[good, ("Open", "maybe")], Ok(" Size=2 !Open:7011")),
        (false, &[good, ("Open", "maybe")], Ok(" Size=2 !Open:7011")),
        (true, &[good, ("Open!", "maybe")], Err(7021)),
        (false, &[good, ("Open!", "maybe")], Err(7004)),
    ];
    for (partial, settings, expected) in cases {
        let mut bench = rooms();
        let before = bench.everything();
        let answer = bench.set(partial, &[("House.Room.1.", settings)]);
        match expected {
            Ok(line) => {
                let lines = told(&answer.unwrap());
                assert_eq!(lines, [format!("House.Room.1.: House.Room.1.{line}")]);
            }
            Err(code) => {
                match answer {
                    Ok(answer) => assert_eq!(
                        told(&answer),
                        [format!("House.Room.1.: failed {code}; House.Room.1. !Open:7011")]
                    ),
                    Err(error) => assert_eq!(codes(&error), (code, vec![("House.Room.1.Open", 7011)])),
                }
                assert_eq!(bench.everything(), before);
            }
        }
    }
}

/// The same table for Add [R-ADD.3].
#[test]
fn allow_partial_and_required_in_add() {
    let good = ("Size", "2");
    let cases: [Case<'_>; 6] = [
        (true, &[good], Ok("House.Room.3.")),
        (false, &[good], Ok("House.Room.3.")),
        (true, &[good, ("Open", "maybe")], Ok("House.Room.3. !Open:7011")),
        (false, &[good, ("Open", "maybe")], Ok("House.Room.3. !Open:7011")),
        (true, &[good, ("Open!", "maybe")], Err(7021)),
        (false, &[good, ("Open!", "maybe")], Err(7004)),
    ];
    for (partial, settings, expected) in cases {
        let mut bench = rooms();
        let before = bench.everything();
        match (bench.add(partial, &[(ROOM, settings)]), expected) {
            (Ok(answer), Ok(line)) => assert_eq!(created(&answer), [line]),
            (Ok(answer), Err(code)) => assert_eq!(created(&answer), [format!("failed {code}")]),
            (Err(error), Err(code)) => assert_eq!(codes(&error), (code, vec![("House.Room.Open", 7011)])),
            (Err(error), Ok(_)) => panic!("{error:?}"),
        }
        if expected.is_err() {
            assert_eq!(bench.everything(), before);
        }
    }
}

/// [R-ADD.0], [R-ADD.1]
#[test]
fn objects_are_created_one_by_one_or_all_together() {
    let entries: [(&str, &[(&str, &str)]); 3] =
        [(ROOM, &[("Name", "c")]), (ROOM, &[("Open!", "maybe")]), (ROOM, &[("Name", "d")])];
    let mut bench = rooms();
    let before = bench.everything();
    assert_eq!(codes(&bench.add(false, &entries).unwrap_err()), (7004, vec![("House.Room.Open", 7011)]));
    assert_eq!((bench.everything(), bench.changes()), (before, Vec::new()));
    assert_eq!(
        created(&bench.add(true, &entries).unwrap()),
        ["House.Room.3.", "failed 7021", "House.Room.4."]
    );
}

/// [R-ADD.4]: every setting that failed is told, those that are optional beside the required one.
#[test]
fn every_setting_that_failed_is_told() {
    let mut bench = rooms();
    let settings = [("Open!", "maybe"), ("Size", "many"), ("Nothing", "x"), ("Kind", "fine")];
    let all = vec![("House.Room.Open", 7011), ("House.Room.Size", 7011), ("House.Room.Nothing", 7010)];
    assert_eq!(codes(&bench.add(false, &[(ROOM, &settings)]).unwrap_err()), (7004, all));
    let optional = [("Open", "maybe"), ("Size", "many"), ("Nothing", "x"), ("Kind", "fine")];
    let answer = bench.add(false, &[(ROOM, &optional)]).unwrap();
    assert_eq!(created(&answer), ["House.Room.3. !Open:7011 !Size:7011 !Nothing:7010"]);
}

/// T6, [R-ADD.5]: a key counts as required; one that is left out is made up, and its text begins with `cpe-`.
#[test]
fn keys_are_required_and_made_up() {
    let mut bench = rooms();
    let taken = bench.add(false, &[(ROOM, &[("Name", "a")])]).unwrap_err();
    assert_eq!(codes(&taken), (7004, vec![("House.Room.Name", 7025)]));
    assert_eq!(created(&bench.add(true, &[(ROOM, &[("Name", "a")])]).unwrap()), ["failed 7025"]);
    let row = bench.added(ROOM, &[]);
    for key in ["Alias", "Name"] {
        assert_eq!(bench.value(&format!("{row}{key}")), "cpe-3");
    }
}

/// T6: the ID that is made up for a Subscription is another than those of the same Recipient.
#[test]
fn made_up_ids_are_unique_for_each_recipient() {
    let mut bench = Bench::new();
    let sub = |bench: &mut Bench| bench.added(common::SUB, &[("NotifType", "ValueChange")]);
    let first = sub(&mut bench);
    bench.requester = Requester::controller("Device.LocalAgent.Controller.2");
    let second = sub(&mut bench);
    bench.requester = Requester::controller("Device.LocalAgent.Controller.1");
    let third = sub(&mut bench);
    let ids: Vec<String> = [&first, &third].map(|row| bench.value(&format!("{row}ID"))).into();
    assert!(ids.iter().all(|id| id.starts_with("cpe-")), "{ids:?}");
    assert_ne!(ids[0], ids[1]);
    assert_eq!(bench.value(&format!("{second}Recipient")), "Device.LocalAgent.Controller.2");
}

/// [R-SET.0], [R-SET.1]
#[test]
fn objects_are_set_one_by_one_or_all_together() {
    let entries: [(&str, &[(&str, &str)]); 3] = [
        ("House.Room.1.", &[("Size", "2")]),
        ("House.Room.9.", &[("Size", "2")]),
        ("House.Room.2.", &[("Size", "2")]),
    ];
    let mut bench = rooms();
    let before = bench.everything();
    assert_eq!(codes(&bench.set(false, &entries).unwrap_err()), (7004, vec![("House.Room.9.", 7016)]));
    assert_eq!((bench.everything(), bench.changes()), (before, Vec::new()));
    assert_eq!(
        told(&bench.set(true, &entries).unwrap()),
        [
            "House.Room.1.: House.Room.1. Size=2",
            "House.Room.9.: failed 7016",
            "House.Room.2.: House.Room.2. Size=2"
        ]
    );
}

/// [R-SET.2a], [R-SET.2b]: all matches of a search are put back when one fails, and each that fails is named.
#[test]
fn a_search_is_set_as_a_whole() {
    let mut bench = rooms();
    bench.added(ROOM, &[("Name", "c")]);
    bench.set(false, &[("House.Room.2.", &[("Kind", "Cold")])]).unwrap();
    bench.changes();
    let before = bench.everything();
    let entries: [(&str, &[(&str, &str)]); 2] =
        [("House.Room.*.", &[("Size", "2"), ("Cold.Degrees!", "3")]), ("House.Room.1.", &[("Floor", "2")])];
    let failed = [("House.Room.1.Cold.Degrees", 7010), ("House.Room.3.Cold.Degrees", 7010)];
    assert_eq!(codes(&bench.set(false, &entries).unwrap_err()), (7004, failed.to_vec()));
    assert_eq!((bench.everything(), bench.changes()), (before, Vec::new()));
    assert_eq!(
        told(&bench.set(true, &entries).unwrap()),
        [
            "House.Room.*.: failed 7021; House.Room.1. !Cold.Degrees:7010; House.Room.3. !Cold.Degrees:7010",
            "House.Room.1.: House.Room.1. Floor=2"
        ]
    );
}

/// [R-KEY.1]: not by a Controller, nor by the device; to say it again is no change.
#[test]
fn a_non_functional_key_stays() {
    let mut bench = rooms();
    for requester in [bench.requester.clone(), Requester::DEVICE] {
        bench.requester = requester;
        let error = bench.set(false, &[("House.Room.1.", &[("Alias!", "other")])]).unwrap_err();
        assert_eq!(codes(&error), (7004, vec![("House.Room.1.Alias", 7013)]));
    }
    assert_eq!(
        told(&bench.set(false, &[("House.Room.1.", &[("Alias!", "cpe-1")])]).unwrap()),
        ["House.Room.1.: House.Room.1. Alias=cpe-1"]
    );
    assert_eq!(bench.changes(), []);
}

/// [R-DEL.0], [R-DEL.1]
#[test]
fn rows_are_deleted_one_by_one_or_all_together() {
    let mut bench = rooms();
    let before = bench.everything();
    let paths = ["House.Room.1.", "House.", "House.Room.2."];
    assert_eq!(codes(&bench.delete(false, &paths).unwrap_err()), (7004, vec![("House.", 7018)]));
    assert_eq!((bench.everything(), bench.changes()), (before, Vec::new()));
    assert_eq!(
        deleted(&bench.delete(true, &paths).unwrap()),
        ["House.Room.1.: House.Room.1.", "House.: failed 7018", "House.Room.2.: House.Room.2."]
    );
}

/// T1: [R-DEL.2a] or [R-DEL.1], as the embedder chooses; what a search does not find is no row that is absent.
#[test]
fn an_absent_row_is_a_success_or_an_error() {
    let mut bench = rooms();
    let absent = ["House.Room.1.", "House.Room.9."];
    assert_eq!(
        deleted(&bench.delete(false, &absent).unwrap()),
        ["House.Room.1.: House.Room.1.", "House.Room.9.:"]
    );
    bench.model.delete_absent_instance(AbsentInstance::Fails);
    let absent = ["House.Room.2.", "House.Room.9."];
    assert_eq!(codes(&bench.delete(false, &absent).unwrap_err()), (7004, vec![("House.Room.9.", 7016)]));
    assert_eq!(
        deleted(&bench.delete(false, &["House.Room.[Name==\"x\"]."]).unwrap()),
        ["House.Room.[Name==\"x\"].:"]
    );
    assert_eq!(
        deleted(&bench.delete(true, &absent).unwrap()),
        ["House.Room.2.: House.Room.2.", "House.Room.9.:"]
    );
}

/// [R-ARC.11], [R-ARC.12]: references written by key are read by number; what is deleted is taken out of all that refer
/// to it, from lists too, and weak references stay.
#[test]
fn references_by_key_lists_and_weak_ones() {
    let mut bench = rooms();
    let row = bench.added(
        ROOM,
        &[
            ("Next", "House.Room.[Name==\"a\"]."),
            ("Doors", "House.Room.[Alias==\"cpe-1\"],House.Room.2.,House.Room.1"),
            ("Likes", "House.Room.[Name==\"a\"]."),
        ],
    );
    let value = |bench: &mut Bench, name: &str| bench.value(&format!("{row}{name}"));
    assert_eq!(value(&mut bench, "Next"), "House.Room.1");
    assert_eq!(value(&mut bench, "Doors"), "House.Room.1,House.Room.2,House.Room.1");
    assert_eq!(value(&mut bench, "Likes"), "House.Room.1");
    bench.device(&[("House.Favourite", "House.Room.1.")]);
    bench.changes();
    bench.delete(false, &["House.Room.1."]).unwrap();
    assert_eq!(value(&mut bench, "Next"), "");
    assert_eq!(value(&mut bench, "Doors"), "House.Room.2");
    assert_eq!(value(&mut bench, "Likes"), "House.Room.1");
    let mut lines = common::lines(&bench.changes());
    lines.sort_unstable();
    let doors = format!("{row}Doors=House.Room.2");
    let next = format!("{row}Next=");
    assert_eq!(lines, ["-House.Room.1.", "House.Favourite=", &doors, &next, "House.RoomNumberOfEntries=2"]);
    assert_eq!(bench.model.inconsistency(), None);
}
