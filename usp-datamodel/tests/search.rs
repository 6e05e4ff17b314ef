//! Search Expressions, Unique Keys and references in paths (TR-369 section "Path Names").
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::Bench;
use common::house::{ROOM, house, house_with};
use usp_datamodel::{Limits, Requester};

/// Three rooms that lead to each other: hall -> kitchen -> cellar -> nowhere.
fn rooms() -> Bench {
    let mut bench = house();
    let all = [
        ("hall", "true", "10", "0", "0.5", "2020-01-01T00:00:00Z", "0A", "big,bright", "1,-2"),
        ("kitchen", "false", "9", "-1", "1.50", "2020-06-01T12:00:00+02:00", "0b", "bright", ""),
        ("cellar", "false", "100", "-2", "-3", "0001-01-01T00:00:00Z", "", "", "7"),
    ];
    for (name, open, size, floor, ratio, seen, token, tags, steps) in all {
        let settings = [
            ("Name!", name),
            ("Open!", open),
            ("Size!", size),
            ("Floor!", floor),
            ("Ratio!", ratio),
            ("Seen!", seen),
            ("Token!", token),
            ("Tags!", tags),
            ("Steps!", steps),
        ];
        bench.added(ROOM, &settings);
    }
    bench
        .set(
            false,
            &[("House.Room.1.", &[("Next!", "House.Room.2"), ("Doors!", "House.Room.2,House.Room.3")])],
        )
        .unwrap();
    bench
        .set(
            false,
            &[("House.Room.2.", &[("Next!", "House.Room.3."), ("Doors!", "House.Room.[Name==\"cellar\"]")])],
        )
        .unwrap();
    bench.set(false, &[("House.", &[("Favourite!", "House.Room.1")])]).unwrap();
    bench.added("House.Room.2.Lamp.", &[("Number", "1"), ("On", "true")]);
    bench.added("House.Room.2.Lamp.", &[("Number", "2")]);
    bench.changes();
    bench
}

/// The numbers of the rooms that an expression finds.
#[track_caller]
fn chosen(bench: &mut Bench, expression: &str) -> Vec<u32> {
    let result = bench.get(&format!("{ROOM}[{expression}].Name"));
    assert_eq!((result.err_code, &*result.err_msg), (0, ""), "{expression}");
    let number = |path: &str| path.strip_prefix(ROOM).unwrap().trim_end_matches('.').parse().unwrap();
    result.resolved_path_results.iter().map(|resolved| number(&resolved.resolved_path)).collect()
}

#[test]
fn every_operator_on_every_type() {
    let mut bench = rooms();
    let cases: &[(&str, &[u32])] = &[
        // Strings and booleans: == and != only.
        ("Name==\"hall\"", &[1]),
        ("Name!=\"hall\"", &[2, 3]),
        ("Open==true", &[1]),
        ("Open==1", &[1]),
        ("Open!=0", &[1]),
        // Numbers are compared as numbers, also beyond the range of the type.
        ("Size==010", &[1]),
        ("Size>9", &[1, 3]),
        ("Size>=10", &[1, 3]),
        ("Size<10", &[2]),
        ("Size<=-1", &[]),
        ("Size<99999999999", &[1, 2, 3]),
        ("Floor<0", &[2, 3]),
        ("Floor>=-1", &[1, 2]),
        ("Floor==+0", &[1]),
        ("Ratio==1.5", &[2]),
        ("Ratio>0.49", &[1, 2]),
        ("Ratio<=-3.0", &[3]),
        // dateTime by instant; the unknown time is before and after nothing.
        ("Seen==2020-06-01T10:00:00Z", &[2]),
        ("Seen>2020-01-01T00:00:00Z", &[2]),
        ("Seen<=2020-06-01T10:00:00Z", &[1, 2]),
        ("Seen==0001-01-01T00:00:00Z", &[3]),
        ("Seen!=0001-01-01T00:00:00Z", &[1, 2]),
        // Binary values by what they stand for.
        ("Token==\"0a\"", &[1]),
        ("Token==\"0B\"", &[2]),
        // Lists: ~= is exact membership.
        ("Tags~=\"bright\"", &[1, 2]),
        ("Tags~=\"brig\"", &[]),
        ("Tags==\"big,bright\"", &[1]),
        ("Tags!=\"\"", &[1, 2]),
        ("Steps~=-2", &[1]),
        ("Steps~=07", &[3]),
        // All components must hold.
        ("Open==false&&Size>9", &[3]),
        ("Open==false&&Size>9&&Name==\"hall\"", &[]),
        // Counters are parameters like others.
        ("LampNumberOfEntries>0", &[2]),
    ];
    for (expression, wanted) in cases {
        assert_eq!(chosen(&mut bench, expression), *wanted, "{expression}");
    }
}

/// T23: a comparison that makes no sense is an error with a reason, not an empty answer; also when there is no row.
#[test]
fn comparisons_that_make_no_sense_are_7008() {
    let cases = [
        ("Name>\"a\"", "in a Search Expression, Name>\"a\": a string is compared with == and != only"),
        ("Open<true", "in a Search Expression, Open<true: a boolean is compared with == and != only"),
        (
            "Open==\"true\"",
            "in a Search Expression, Open==\"true\": a boolean stands without quotes: Open==true",
        ),
        ("Size==\"1\"", "in a Search Expression, Size==\"1\": a unsignedInt stands without quotes: Size==1"),
        ("Name==hall", "in a Search Expression, Name==hall: a string stands in quotes: Name==\"hall\""),
        ("Size~=1", "in a Search Expression, Size~=1: ~= is for lists, Size is a single unsignedInt"),
        ("Tags<\"a\"", "in a Search Expression, Tags<\"a\": a list is compared with == and != only"),
        (
            "Seen<=0001-01-01T00:00:00Z",
            "in a Search Expression, Seen<=0001-01-01T00:00:00Z: the Unknown Time is compared with == and != only",
        ),
        ("Next+.Name<\"a\"", "in a Search Expression, Name<\"a\": a string is compared with == and != only"),
    ];
    for mut bench in [rooms(), house()] {
        for (expression, message) in cases {
            let result = bench.get(&format!("{ROOM}[{expression}].Name"));
            assert_eq!((result.err_code, &*result.err_msg), (7008, message));
        }
        for wrong in ["Size==many", "Open==maybe", "Seen==yesterday", "Name+.Size==1"] {
            assert_eq!(bench.get(&format!("{ROOM}[{wrong}].")).err_code, 7008, "{wrong}");
        }
        for unknown in ["Nothing==1", "Next+.Nothing==1", "Nothing+.Size==1", "Lamp.On==true"] {
            assert_eq!(bench.get(&format!("{ROOM}[{unknown}].")).err_code, 7026, "{unknown}");
        }
    }
}

#[test]
fn expressions_reach_into_single_objects_that_exist() {
    let mut bench = rooms();
    bench.set(false, &[("House.Room.1.", &[("Kind!", "Cold"), ("Cold.Degrees!", "5")])]).unwrap();
    bench.set(false, &[("House.Room.2.", &[("Kind!", "Warm"), ("Warm.Degrees!", "5")])]).unwrap();
    assert_eq!(chosen(&mut bench, "Cold.Degrees==5"), [1]);
    assert_eq!(chosen(&mut bench, "Warm.Degrees!=6"), [2]);
}

/// [R-ARC.7] references are followed in paths …
#[test]
fn references_are_followed_in_paths() {
    let mut bench = rooms();
    let cases: &[(&str, &[&str])] = &[
        ("House.Room.1.Next+.Name", &["House.Room.2."]),
        ("House.Room.1.Next#1+.Next+.Name", &["House.Room.3."]),
        ("House.Room.3.Next+.Name", &[]),
        ("House.Favourite+.Doors#2+.Name", &["House.Room.3."]),
        ("House.Room.1.Doors#*+.Name", &["House.Room.2.", "House.Room.3."]),
        ("House.Room.1.Doors#3+.Name", &[]),
        // Each object once, however many references lead to it.
        ("House.Room.*.Doors#*+.Name", &["House.Room.2.", "House.Room.3."]),
        ("House.Room.1.Next+.Lamp.[On==true].Number", &["House.Room.2.Lamp.1."]),
        ("House.Room.1.Next+.Lamp.2.On", &["House.Room.2.Lamp.2."]),
    ];
    for (path, wanted) in cases {
        let result = bench.get(path);
        let resolved: Vec<&str> = result.resolved_path_results.iter().map(|r| &*r.resolved_path).collect();
        assert_eq!(resolved, *wanted, "{path} {}", result.err_msg);
    }
    assert_eq!(bench.get("House.Room.1.Name+.Size").err_code, 7008);
    assert_eq!(bench.get("House.Room.1.Next+.Nothing").err_code, 7026);
}

/// … and in expressions.
#[test]
fn references_are_followed_in_expressions() {
    let mut bench = rooms();
    assert_eq!(chosen(&mut bench, "Next+.Name==\"cellar\""), [2]);
    assert_eq!(chosen(&mut bench, "Next+.Next+.Name==\"cellar\""), [1]);
    assert_eq!(chosen(&mut bench, "Doors#*+.Name==\"cellar\""), [1, 2]);
    assert_eq!(chosen(&mut bench, "Doors#1+.Name==\"cellar\""), [2]);
    assert_eq!(chosen(&mut bench, "Next+.Size>50&&Open==false"), [2]);
}

/// T23: a reference is compared in its canonical form, however it is written [R-ARC.11].
#[test]
fn references_are_compared_in_canonical_form() {
    let mut bench = rooms();
    let forms = ["House.Room.2", "House.Room.2.", "House.Room.[Name==%22kitchen%22]"];
    for form in forms {
        assert_eq!(chosen(&mut bench, &format!("Next==\"{form}\"")), [1], "{form}");
        assert_eq!(chosen(&mut bench, &format!("Doors~=\"{form}\"")), [1], "{form}");
    }
}

/// A Unique Key is an address: found without looking at the other rows.
#[test]
fn unique_keys_cost_no_comparisons() {
    let mut bench = house_with(Limits { max_comparisons: 0, ..Limits::default() });
    for name in ["a", "b"] {
        bench.added(ROOM, &[("Name", name)]);
    }
    assert_eq!(chosen(&mut bench, "Name==\"b\""), [2]);
    assert_eq!(chosen(&mut bench, "Alias==\"cpe-1\""), [1]);
    assert_eq!(bench.get("House.Room.[Size==1].").err_code, 7005);
    assert_eq!(bench.get("House.Room.[Name!=\"b\"].").err_code, 7005);
}

/// TR-369: a quote in a constant is written %22, a percent sign %25.
#[test]
fn constants_are_decoded() {
    let mut bench = house();
    bench.added(ROOM, &[("Name", "100% \"big\"")]);
    assert_eq!(chosen(&mut bench, "Name==\"100%25 %22big%22\""), [1]);
}

/// References must not be followed for ever: the text of one may name rows by number and Unique Key, nothing else.
#[test]
fn a_reference_whose_text_searches_leads_nowhere() {
    let mut bench = rooms();
    let texts = [
        "House.Room.[Likes+.Size==1]",
        "House.Room.[Size==10]",
        "House.Room.[Name==\"hall\"&&Size==10]",
        "House.Room.*",
        "House.Room.1.Likes+",
        "House.Room.[Likes==\"House.Room.[Likes==%22x%22]\"]",
        "not a path",
    ];
    for text in texts {
        bench.set(false, &[("House.Room.1.", &[("Likes!", text)])]).unwrap();
        assert_eq!(bench.value("House.Room.1.Likes"), text);
        assert_eq!(bench.get("House.Room.1.Likes+.Name").resolved_path_results, [], "{text}");
        assert_eq!(chosen(&mut bench, "Likes+.Size==10"), Vec::<u32>::new());
        let error = bench.set(false, &[("House.Room.1.", &[("Next!", text)])]).unwrap_err();
        assert_eq!(error.param_errs[0].err_code, 7012, "{text}");
    }
    let deep = (0..12).fold("x".to_owned(), |inner, _| {
        format!("House.Room.[Likes==\"{}\"]", inner.replace('%', "%25").replace('"', "%22"))
    });
    bench.set(false, &[("House.Room.1.", &[("Likes!", &*deep)])]).unwrap();
    assert_eq!(bench.get("House.Room.1.Likes+.Name").err_code, 7026);
}

/// A weak reference takes anything, also what it does not announce.
#[test]
fn weak_references_lead_to_any_object() {
    let mut bench = rooms();
    bench.set(false, &[("House.Room.*.", &[("Likes!", "House.Room.[Name==\"kitchen\"].Lamp.1.")])]).unwrap();
    assert_eq!(bench.value("House.Room.1.Likes"), "House.Room.2.Lamp.1");
    assert_eq!(
        bench.get("House.Room.1.Likes+.On").resolved_path_results[0].resolved_path,
        "House.Room.2.Lamp.1."
    );
    assert_eq!(chosen(&mut bench, "Likes+.On==true"), [1, 2, 3]);
    // T11, where the schema does not say what is behind the reference.
    bench.set(false, &[("House.Room.3.", &[("Likes!", "House.Room.2")])]).unwrap();
    let lamps = bench.get("House.Room.3.Likes+.Lamp");
    assert_eq!(lamps.resolved_path_results.len(), 2, "{}", lamps.err_msg);
    // The target goes, the weak reference stays [R-ARC.12].
    bench.delete(false, &["House.Room.2.Lamp.1."]).unwrap();
    assert_eq!(bench.value("House.Room.1.Likes"), "House.Room.2.Lamp.1");
    assert_eq!(chosen(&mut bench, "Likes+.On==true"), Vec::<u32>::new());
}

/// A strong reference to something else than it announces is refused.
#[test]
fn strong_references_lead_to_what_they_announce() {
    let mut bench = rooms();
    for (text, why) in [
        ("House.Room.9", "does not exist"),
        ("House.Room.2.Lamp.1", "is not of the kind that it may refer to"),
        ("House.", "is not of the kind that it may refer to"),
        ("House.Room.", "does not exist"),
    ] {
        let error = bench.set(false, &[("House.Room.1.", &[("Next!", text)])]).unwrap_err();
        assert_eq!(error.param_errs[0].err_code, 7012);
        let message = format!("House.Room.{{i}}.Next refers to {text}, which {why}");
        assert_eq!(error.param_errs[0].err_msg, message);
    }
}

/// What a Controller may not read it may not search by either, also behind a reference and through a key.
#[test]
fn concealed_values_are_not_found() {
    let mut bench = rooms();
    bench.set(false, &[("House.Room.2.", &[("Secret!", "s3cret")])]).unwrap();
    assert_eq!(chosen(&mut bench, "Secret==\"s3cret\""), Vec::<u32>::new());
    assert_eq!(chosen(&mut bench, "Next+.Secret==\"s3cret\""), Vec::<u32>::new());
    assert_eq!(chosen(&mut bench, "Secret==\"\""), [1, 2, 3]);
    bench.requester = Requester::DEVICE;
    assert_eq!(chosen(&mut bench, "Secret==\"s3cret\""), [2]);
    assert_eq!(chosen(&mut bench, "Next+.Secret==\"s3cret\""), [1]);
}
