//! Random requests against a reference model that shares no code with the engine.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

extern crate alloc;

#[path = "../common/mod.rs"]
mod common;
mod reference;
mod requests;

use alloc::collections::BTreeSet;

use common::Bench;
use common::hooks::Behaviour;
use common::house::house;
use proptest::prelude::*;
use reference::{House, Values};
use requests::{Request, Setting};
use usp_datamodel::Change;

proptest! {
    /// A snapshot and the deltas after it, in order, are the snapshot of now: rows, values, numbers that were used up.
    /// To apply the deltas again changes nothing.
    #[test]
    fn deltas_on_an_older_snapshot_are_the_snapshot_of_now(
        requests in prop::collection::vec(requests::request(), 1..24), saved_after in 0..24_usize
    ) {
        let mut bench = house();
        bench.model.record_deltas(true);
        let mut saved = vec![bench.model.snapshot()];
        for (number, request) in requests.iter().enumerate() {
            let before = bench.model.snapshot();
            process(&mut bench, request);
            let deltas = bench.model.drain_deltas();
            prop_assert!(deltas.len() <= 1);
            prop_assert_eq!(deltas.is_empty(), before == bench.model.snapshot(), "{:?}", request);
            saved.extend(deltas);
            if number == saved_after {
                saved = vec![bench.model.snapshot()];
            }
        }
        let now = bench.model.snapshot();
        let mut restored = house();
        prop_assert_eq!(restored.model.restore(saved.iter().map(Vec::as_slice)), Ok(vec![]));
        prop_assert_eq!(restored.model.snapshot(), now.clone());
        prop_assert_eq!(restored.everything(), bench.everything());
        restored.model.record_deltas(true);
        prop_assert_eq!(restored.model.restore(saved[1..].iter().map(Vec::as_slice)), Ok(vec![]));
        prop_assert_eq!(restored.model.snapshot(), now);
        prop_assert_eq!(restored.model.inconsistency(), None);
    }

    /// A hook that fails, whichever it is, leaves all as it was: nothing is changed, told or used up, and the hooks
    /// before it have taken back what they did. Requests that change nothing reach no hook.
    #[test]
    fn a_failing_hook_leaves_no_trace(
        requests in prop::collection::vec((requests::request(), 0..6_usize), 1..24)
    ) {
        let mut bench = house();
        let mut reference = House::default();
        let hooks = Behaviour::default();
        hooks.register(&mut bench.model, "House.Room.{i}.", 0..1);
        hooks.register(&mut bench.model, "", 1..3);
        hooks.register(&mut bench.model, "House.Room.{i}.Lamp.{i}.", 3..4);
        for (request, failing) in &requests {
            let before = (bench.everything(), reference.values());
            hooks.fail(Some(*failing), None);
            let done = process(&mut bench, request);
            let calls = hooks.calls();
            if calls.contains(&format!("commit {failing}")) {
                prop_assert_eq!(done, None, "{:?}", request);
                prop_assert_eq!(bench.everything(), before.0, "{:?}", request);
                prop_assert_eq!(bench.changes(), []);
                let of = |step: &str| -> Vec<String> {
                    let calls = calls.iter().filter_map(|call| call.strip_prefix(step));
                    calls.filter(|number| *number != failing.to_string()).map(Into::into).collect()
                };
                let mut reverted = of("revert ");
                reverted.reverse();
                prop_assert_eq!(of("commit "), reverted);
            } else {
                prop_assert_eq!(&done, &reference.process(request), "{:?}", request);
                let told = told(&bench.changes());
                prop_assert_eq!(told.is_empty(), calls.is_empty(), "{:?} {:?}", told, calls);
                prop_assert_eq!(told, difference(&before.1, &reference.values()), "{:?}", request);
            }
            prop_assert_eq!(values(&mut bench), reference.values(), "{:?}", request);
        }
    }

    /// After each request engine and reference agree on what was done and on every value; what was refused has
    /// changed nothing; the changes that are told are the difference between before and after.
    #[test]
    fn the_engine_does_what_the_reference_does(
        requests in prop::collection::vec(requests::request(), 1..24)
    ) {
        let mut bench = house();
        let mut reference = House::default();
        let mut before = reference.values();
        for request in &requests {
            let done = process(&mut bench, request);
            prop_assert_eq!(&done, &reference.process(request), "{:?}", request);
            let after = reference.values();
            prop_assert_eq!(values(&mut bench), after.clone(), "{:?}", request);
            prop_assert_eq!(bench.model.inconsistency(), None, "{:?}", request);
            let changes = bench.changes();
            prop_assert_eq!(told(&changes), difference(&before, &after), "{:?} {:?}", request, changes);
            before = after;
        }
    }
}

/// Which results are successes; `None` if the whole request was refused.
fn process(bench: &mut Bench, request: &Request) -> Option<Vec<bool>> {
    match request {
        Request::Add { partial, entries } => {
            let paths: Vec<(String, Vec<(String, &str)>)> =
                entries.iter().map(|(table, set)| (table.to_string(), marked(set))).collect();
            let answer = bench.add(*partial, &borrowed(&borrowed_settings(&paths))).ok()?;
            Some(answer.created_obj_results.iter().map(|result| result.outcome().unwrap().is_ok()).collect())
        }
        Request::Set { partial, entries } => {
            let paths: Vec<(String, Vec<(String, &str)>)> =
                entries.iter().map(|(row, set)| (row.to_string(), marked(set))).collect();
            let answer = bench.set(*partial, &borrowed(&borrowed_settings(&paths))).ok()?;
            Some(answer.updated_obj_results.iter().map(|result| result.outcome().unwrap().is_ok()).collect())
        }
        Request::Delete { partial, rows } => {
            let paths: Vec<String> = rows.iter().map(ToString::to_string).collect();
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            let answer = bench.delete(*partial, &paths).ok()?;
            Some(answer.deleted_obj_results.iter().map(|result| result.outcome().unwrap().is_ok()).collect())
        }
    }
}

/// Names and values as the fixture takes them: required ones are marked.
fn marked(settings: &[Setting]) -> Vec<(String, &str)> {
    let mark = |setting: &Setting| if setting.required { "!" } else { "" };
    settings.iter().map(|setting| (format!("{}{}", setting.param, mark(setting)), setting.value)).collect()
}

type Borrowed<'a> = Vec<(&'a str, Vec<(&'a str, &'a str)>)>;

fn borrowed_settings<'a>(entries: &'a [(String, Vec<(String, &str)>)]) -> Borrowed<'a> {
    let settings = |set: &'a [(String, &str)]| set.iter().map(|(name, value)| (&**name, *value)).collect();
    entries.iter().map(|(path, set)| (&**path, settings(set))).collect()
}

fn borrowed<'a>(entries: &'a Borrowed<'_>) -> Vec<(&'a str, &'a [(&'a str, &'a str)])> {
    entries.iter().map(|(path, set)| (*path, &set[..])).collect()
}

/// The values of the engine, those parameters only that the reference knows.
fn values(bench: &mut Bench) -> Values {
    let known = ["Alias", "Name", "Size", "Open", "Next", "Doors", "Number", "On", "Favourite"];
    let result = bench.get("House.");
    assert_eq!(result.err_code, 0, "{}", result.err_msg);
    let mut values = Values::new();
    for object in &result.resolved_path_results {
        for (name, value) in object.result_params.iter() {
            let counter = matches!(name, "RoomNumberOfEntries" | "LampNumberOfEntries");
            if known.contains(&name) || counter {
                values.insert(format!("{}{name}", object.resolved_path), value.into());
            }
        }
    }
    values
}

/// Changes as text, in order of text; a thing must not be told twice.
fn told(changes: &[Change]) -> BTreeSet<String> {
    let lines = common::lines(changes);
    let told: BTreeSet<String> = lines.iter().cloned().collect();
    assert_eq!(told.len(), lines.len(), "{lines:?}");
    told
}

/// What should be told of the way from one state to the other.
fn difference(before: &Values, after: &Values) -> BTreeSet<String> {
    let rows = |values: &Values| -> BTreeSet<String> {
        let objects = values.keys().map(|path| format!("{}.", path.rsplit_once('.').unwrap().0));
        objects.filter(|path| path != "House.").collect()
    };
    let (old, new) = (rows(before), rows(after));
    let made = new.difference(&old).map(|row| format!("+{row}"));
    let gone = old.difference(&new).map(|row| format!("-{row}"));
    let changed = after.iter().filter(|(path, value)| before.get(*path).is_some_and(|old| old != *value));
    made.chain(gone).chain(changed.map(|(path, value)| format!("{path}={value}"))).collect()
}
