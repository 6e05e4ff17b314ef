//! Hooks: what they see, how they refuse, and what becomes of the others when one fails.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

extern crate alloc;

mod common;

use alloc::sync::Arc;
use std::sync::Mutex;

use common::hooks::{self, Behaviour};
use common::house::{ROOM, house};
use common::{Bench, codes, deleted, told};
use usp_datamodel::{Refusal, RegisterError, Requester, StagedChange};
use usp_msg::ErrorCode;

/// Two rooms, the second of which leads to the first and has a lamp.
fn rooms() -> Bench {
    let mut bench = house();
    bench.added("House.Room.", &[("Name", "a")]);
    bench.added("House.Room.", &[("Name", "b"), ("Next", "House.Room.1"), ("Secret", "s")]);
    bench.added("House.Room.2.Lamp.", &[("Number", "7")]);
    bench.changes();
    bench
}

/// A hook that notes what it sees, and the values before and after of some parameters.
fn watching(bench: &mut Bench, scope: &str, parameters: &'static [&str]) -> Arc<Mutex<Vec<String>>> {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let noted = seen.clone();
    bench
        .model
        .on_prepare(scope, move |changes| {
            let mut seen = noted.lock().unwrap();
            seen.extend(hooks::lines(changes));
            let text = |value: Option<usp_datamodel::schema::Value>| {
                value.map_or("none".into(), |value| value.to_string())
            };
            for path in parameters {
                seen.push(format!("{path} {} {}", text(changes.before(path)), text(changes.after(path))));
            }
            Ok(())
        })
        .unwrap();
    seen
}

fn taken(seen: &Arc<Mutex<Vec<String>>>) -> Vec<String> {
    core::mem::take(&mut *seen.lock().unwrap())
}

#[test]
fn a_hook_sees_rows_before_and_after() {
    let mut bench = rooms();
    let parameters = &[
        "House.Room.1.Name",
        "House.Room.1.Size",
        "House.Room.2.Secret",
        "House.Room.2.Lamp.1.Number",
        "House.Room.3.Name",
        "House.RoomNumberOfEntries",
        "House.Room.9.Name",
        "no path",
    ];
    let seen = watching(&mut bench, "", parameters);
    let entries: [(&str, &[(&str, &str)]); 2] = [
        ("House.Room.1.", &[("Size", "5"), ("Name", "x"), ("Floor", "-1")]),
        ("House.Room.1.", &[("Name", "y")]),
    ];
    bench.set(false, &entries).unwrap();
    let now = |seen| {
        let mut lines = taken(seen);
        lines.sort();
        lines
    };
    assert_eq!(
        now(&seen),
        [
            "House.Room.1.Name a y",
            "House.Room.1.Name: a -> y",
            "House.Room.1.Size 1 5",
            "House.Room.1.Size: 1 -> 5",
            "House.Room.2.Lamp.1.Number 7 7",
            "House.Room.2.Secret s s",
            "House.Room.3.Name none none",
            "House.Room.9.Name none none",
            "House.RoomNumberOfEntries 2 2",
            "no path none none",
        ]
    );
    bench.added("House.Room.", &[("Name", "c")]);
    let lines = taken(&seen);
    assert!(lines.contains(&"+House.Room.3.".into()) && lines.contains(&"House.Room.3.Name none c".into()));
    bench.delete(false, &["House.Room.2."]).unwrap();
    let lines = taken(&seen);
    assert_eq!(lines[..2], ["-House.Room.2.Lamp.1.", "-House.Room.2."]);
    for line in ["House.Room.2.Secret s none", "House.Room.2.Lamp.1.Number 7 none"] {
        assert!(lines.contains(&line.into()), "{lines:?}");
    }
}

/// A request that changes nothing here is none of a hook's business.
#[test]
fn a_hook_is_asked_for_its_part_only() {
    let mut bench = rooms();
    let lamps = watching(&mut bench, "House.Room.{i}.Lamp.{i}.", &[]);
    let all = watching(&mut bench, "House.", &[]);
    bench.set(false, &[("House.Room.1.", &[("Floor", "1")])]).unwrap();
    assert_eq!(taken(&lamps), [""; 0]);
    assert_eq!(taken(&all), ["House.Room.1.Floor: -1 -> 1"]);
    bench
        .set(false, &[("House.Room.1.", &[("Floor", "1")]), ("House.Room.2.Lamp.1.", &[("On", "1")])])
        .unwrap();
    assert_eq!(taken(&lamps), ["House.Room.2.Lamp.1.On: false -> true"]);
    assert_eq!(taken(&all), ["House.Room.2.Lamp.1.On: false -> true"]);
    bench.set(false, &[("House.Room.1.", &[("Floor", "1")])]).unwrap();
    assert_eq!(taken(&all), [""; 0]);
    let unknown = bench.model.on_prepare("House.Nothing.", |_| Ok(())).unwrap_err();
    assert!(matches!(unknown, RegisterError::Unknown { kind: "object", .. }));
}

/// Refuses floors below zero, rooms by the name of `no`, and the deletion of `a`.
fn refusing(bench: &mut Bench) {
    let refuse = |path: &str, message: &str| Err(Refusal::new(path, ErrorCode::VALUE_CONFLICT, message));
    bench
        .model
        .on_prepare("House.Room.{i}.", move |changes| {
            for change in changes.iter() {
                match change {
                    StagedChange::Value { path, after, .. }
                        if path.ends_with("Floor") && after.to_string() == "-2" =>
                    {
                        return refuse(path, "there is no cellar");
                    }
                    StagedChange::Created { path } => {
                        let name = format!("{path}Name");
                        if changes.after(&name).is_some_and(|name| name.to_string() == "no") {
                            return refuse(&name, "not that name");
                        }
                        if changes
                            .after(&format!("{path}Floor"))
                            .is_some_and(|floor| floor.to_string() == "99")
                        {
                            return refuse(path, "too high");
                        }
                    }
                    StagedChange::Deleted { path }
                        if changes
                            .before(&format!("{path}Name"))
                            .is_some_and(|name| name.to_string() == "a") =>
                    {
                        return refuse(path, "a stays");
                    }
                    _ => {}
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_refusal_blames_the_setting_that_it_names() {
    let mut bench = rooms();
    refusing(&mut bench);
    let before = bench.everything();
    let required: [(&str, &[(&str, &str)]); 2] =
        [("House.Room.1.", &[("Floor!", "-2"), ("Size", "3")]), ("House.Room.2.", &[("Size", "3")])];
    let error = bench.set(false, &required).unwrap_err();
    assert_eq!(codes(&error), (7004, vec![("House.Room.1.Floor", 7014)]));
    assert_eq!(error.param_errs[0].err_msg, "there is no cellar");
    assert_eq!((bench.everything(), bench.changes()), (before, Vec::new()));
    assert_eq!(
        told(&bench.set(true, &required).unwrap()),
        ["House.Room.1.: failed 7021; House.Room.1. !Floor:7014", "House.Room.2.: House.Room.2. Size=3"]
    );
    // An optional setting fails alone, whatever allow_partial says.
    let optional: [(&str, &[(&str, &str)]); 1] = [("House.Room.1.", &[("Floor", "-2"), ("Size", "4")])];
    for _ in 0..2 {
        let answer = bench.set(false, &optional).unwrap();
        assert_eq!(told(&answer), ["House.Room.1.: House.Room.1. Size=4 !Floor:7014"]);
    }
}

#[test]
fn a_refusal_blames_the_row_that_it_names() {
    let mut bench = rooms();
    refusing(&mut bench);
    let before = bench.everything();
    let error = bench.add(false, &[("House.Room.", &[("Name", "no")])]).unwrap_err();
    assert_eq!(codes(&error), (7004, vec![("House.Room.Name", 7014)]));
    let error = bench.add(false, &[("House.Room.", &[("Floor", "99")])]).unwrap_err();
    assert_eq!(codes(&error), (7004, vec![("House.Room.", 7014)]));
    let error = bench.delete(false, &["House.Room.1."]).unwrap_err();
    assert_eq!(codes(&error), (7004, vec![("House.Room.1.", 7014)]));
    assert_eq!(bench.everything(), before);
    assert_eq!(
        deleted(&bench.delete(true, &["House.Room.1.", "House.Room.2."]).unwrap()),
        ["House.Room.1.: failed 7014", "House.Room.2.: House.Room.2."]
    );
    let answer =
        bench.add(true, &[("House.Room.", &[("Floor", "99")]), ("House.Room.", &[("Name", "c")])]).unwrap();
    let outcomes: Vec<bool> =
        answer.created_obj_results.iter().map(|result| result.outcome().unwrap().is_ok()).collect();
    assert_eq!(outcomes, [false, true]);
}

/// A path that is none of the changes: one entry after the other is to blame, and none of them stays.
#[test]
fn a_refusal_without_a_reason_blames_all() {
    let mut bench = rooms();
    bench.model.on_prepare("", |_| Err(Refusal::new("nowhere", ErrorCode::REQUEST_DENIED, "no"))).unwrap();
    let before = bench.everything();
    let entries: [(&str, &[(&str, &str)]); 2] =
        [("House.Room.1.", &[("Size!", "3")]), ("House.Room.2.", &[("Size!", "3")])];
    let error = bench.set(false, &entries).unwrap_err();
    assert_eq!(codes(&error), (7004, vec![("House.Room.2.Size", 7002)]));
    assert_eq!(
        told(&bench.set(true, &entries).unwrap()),
        [
            "House.Room.1.: failed 7021; House.Room.1. !Size:7002",
            "House.Room.2.: failed 7021; House.Room.2. !Size:7002",
        ]
    );
    assert_eq!(bench.everything(), before);
}

#[test]
fn hooks_are_committed_in_order_and_reverted_in_reverse() {
    let mut bench = rooms();
    let behaviour = Behaviour::default();
    behaviour.register(&mut bench.model, "House.Room.{i}.", 0..2);
    behaviour.register(&mut bench.model, "House.Room.{i}.Lamp.{i}.", 2..3);
    behaviour.register(&mut bench.model, "", 3..4);
    let set = |bench: &mut Bench, floor: &str| bench.set(true, &[("House.Room.1.", &[("Floor", floor)])]);
    set(&mut bench, "1").unwrap();
    assert_eq!(behaviour.calls(), ["commit 0", "commit 1", "commit 3"]);
    bench.changes();
    let before = bench.everything();
    for (failing, calls) in [
        (0, vec!["commit 0"]),
        (1, vec!["commit 0", "commit 1", "revert 0"]),
        (3, vec!["commit 0", "commit 1", "commit 3", "revert 1", "revert 0"]),
    ] {
        behaviour.fail(Some(failing), None);
        let error = set(&mut bench, "2").unwrap_err();
        assert_eq!(error.err_code, 7003);
        assert_eq!(error.err_msg, format!("nothing was changed: hook {failing} broke"));
        assert_eq!(behaviour.calls(), calls);
        assert_eq!(bench.everything(), before);
        assert_eq!((bench.changes(), bench.model.drain_leftovers()), (Vec::new(), Vec::new()));
    }
}

#[test]
fn what_cannot_be_reverted_is_reported() {
    let mut bench = rooms();
    let behaviour = Behaviour::default();
    behaviour.register(&mut bench.model, "House.Room.{i}.", 0..1);
    behaviour.register(&mut bench.model, "House.", 1..3);
    behaviour.fail(Some(2), Some(0));
    let before = bench.everything();
    let error = bench.set(false, &[("House.Room.1.", &[("Floor", "2")])]).unwrap_err();
    assert_eq!(error.err_code, 7003);
    assert_eq!(
        error.err_msg,
        "nothing was changed: hook 2 broke; House.Room.{i}. could not be taken back: hook 0 broke"
    );
    assert_eq!(behaviour.calls(), ["commit 0", "commit 1", "commit 2", "revert 1", "revert 0"]);
    assert_eq!(bench.everything(), before);
    let leftovers = bench.model.drain_leftovers();
    assert_eq!(leftovers.len(), 1);
    assert_eq!(
        (leftovers[0].scope.as_str(), leftovers[0].fault.message()),
        ("House.Room.{i}.", "hook 0 broke")
    );
    assert_eq!(bench.model.drain_leftovers(), []);
}

/// What is refused in the preparation has not reached the device.
#[test]
fn nothing_is_committed_after_a_refusal() {
    let mut bench = rooms();
    let behaviour = Behaviour::default();
    behaviour.register(&mut bench.model, "", 0..1);
    refusing(&mut bench);
    bench.set(false, &[("House.Room.1.", &[("Floor!", "-2")])]).unwrap_err();
    bench.delete(true, &["House.Room.1."]).unwrap();
    assert_eq!(behaviour.calls(), [""; 0]);
}

#[test]
fn a_hook_knows_who_asks() {
    let mut bench = rooms();
    let seen: Arc<Mutex<Vec<bool>>> = Arc::default();
    let noted = seen.clone();
    bench
        .model
        .on_prepare("", move |changes| {
            noted.lock().unwrap().push(changes.requester().is_device());
            Ok(())
        })
        .unwrap();
    bench.set(false, &[("House.Room.1.", &[("Floor", "1")])]).unwrap();
    bench.requester = Requester::DEVICE;
    bench.set(false, &[("House.Room.1.", &[("Floor", "2")])]).unwrap();
    assert_eq!(*seen.lock().unwrap(), [false, true]);
}

/// A hook that panics is asked again next time, and so are the others: the model is not without them.
#[test]
fn hooks_outlive_a_panic() {
    let mut bench = house();
    bench.added(ROOM, &[]);
    bench
        .model
        .on_prepare("House.Room.{i}.", |changes| {
            assert!(changes.iter().all(|change| !change.path().ends_with(".Kind")), "the device is broken");
            Err(Refusal::new("", ErrorCode::VALUE_CONFLICT, "no"))
        })
        .unwrap();
    let before = bench.everything();
    let mut set = |name| bench.set(false, &[("House.Room.1.", &[(name, "x")])]);
    std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| set("Kind!"))).unwrap_err();
    let error = set("Name!").unwrap_err();
    assert_eq!(codes(&error), (7004, vec![("House.Room.1.Name", 7014)]));
    assert_eq!(bench.everything(), before);
}
