//! Paths to another kind of element than the request is for: what is wrong with them does not depend on which rows there
//! are.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

extern crate alloc;

mod common;

use alloc::sync::Arc;

use common::commands::told;
use common::house::{ROOM, house};
use common::roles::{ALL, role};
use common::{Bench, codes};
use usp_datamodel::{Permissions, Requester};
use usp_msg::{Error, Operate};

const CONTROLLERS: &str = "Device.LocalAgent.Controller.";

fn refused(error: &Error) -> Vec<(&str, u32)> {
    codes(error).1
}

/// [R-DEL.1] whether or not the row above is there.
#[test]
fn r_del_1_what_is_no_row_cannot_be_deleted() {
    let mut bench = Bench::new();
    for above in ["1", "9", "[Alias==\"no\"]", "*"] {
        for (below, code) in [("E2ESession.", 7018), ("BootParameter.", 7024)] {
            for allow_partial in [false, true] {
                let path = format!("{CONTROLLERS}{above}.{below}");
                let told = bench.delete(allow_partial, &[&path]);
                match told {
                    Err(error) => assert_eq!(refused(&error), [(&*path, code)]),
                    Ok(answer) => {
                        let told = common::deleted(&answer);
                        assert!(
                            allow_partial && told.iter().all(|line| line.contains(&code.to_string())),
                            "{told:?}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn nothing_can_be_added_to_what_is_no_table() {
    let mut bench = Bench::new();
    for above in ["1", "9", "[Alias==\"no\"]"] {
        let path = format!("{CONTROLLERS}{above}.E2ESession.");
        assert_eq!(refused(&bench.add(false, &[(&path, &[])]).unwrap_err()), [(&*path, 7018)]);
    }
}

/// What a row is named by, of which there is one, none, and any number.
const ABOVE: [&str; 4] = ["1", "9", "[Alias==\"no\"]", "*"];

#[test]
fn what_is_no_command_cannot_be_run() {
    let mut bench = Bench::new();
    for above in ABOVE {
        for below in ["Alias", "E2ESession.", "E2ESession.Status", "MTP.", "Nothing()", "Reset()"] {
            let path = format!("{CONTROLLERS}{above}.{below}");
            assert_eq!(told(&bench.operate(Operate::new(&*path))), [format!("{path}: failed 7026")]);
        }
    }
}

#[test]
fn what_has_no_value_cannot_be_read() {
    let mut bench = Bench::new();
    let mut got = |path: &str| {
        let result = bench.get(path);
        (result.err_code, result.resolved_path_results.len())
    };
    for above in ABOVE {
        let path = format!("{CONTROLLERS}{above}.E2ESession.Reset()");
        assert_eq!(got(&path), (7026, 0), "{path}");
    }
    assert_eq!(got("Device.LocalAgent.Periodic!"), (7026, 0));
    // There are no Thresholds.
    assert_eq!(got("Device.LocalAgent.Threshold.*.Triggered!"), (7026, 0));
    assert_eq!(got("Device.LocalAgent.Threshold.*."), (0, 0));
}

#[test]
fn what_is_no_table_has_no_instances() {
    let mut bench = Bench::new();
    for above in ABOVE {
        for (below, code) in
            [("E2ESession.", 7018), ("Alias", 7026), ("E2ESession.Reset()", 7026), ("E2ESession.MTP.", 7026)]
        {
            let path = format!("{CONTROLLERS}{above}.{below}");
            let result = bench.instances(&[&path], false).req_path_results.remove(0);
            assert_eq!((result.err_code, result.curr_insts), (code, vec![]), "{path}");
        }
    }
}

#[test]
fn a_table_without_its_rows_cannot_be_set() {
    let mut bench = Bench::new();
    for above in ABOVE {
        let path = format!("{CONTROLLERS}{above}.MTP.");
        let error = bench.set(false, &[(&path, &[("Enable!", "true")])]).unwrap_err();
        assert_eq!(error.param_errs.len(), 1);
        assert_eq!(refused(&error), [(&*path, 7026)]);
    }
}

/// Where a reference leads only the rows say; what a path is written as, it is all the same.
#[test]
fn behind_references_the_last_step_says_what_is_meant() {
    let mut bench = house();
    for rows in 0..2 {
        let answer = bench.get("House.Room.*.Likes+.Go()");
        assert_eq!((answer.err_code, answer.resolved_path_results), (7026, vec![]), "{rows}");
        let path = "House.Room.*.Likes+.Size";
        assert_eq!(told(&bench.operate(Operate::new(path))), [format!("{path}: failed 7026")]);
        assert_eq!(told(&bench.operate(Operate::new("House.Room.*.Likes+.Go()"))), [""; 0]);
        for path in ["House.Room.*.Likes+.Go()", "House.Room.*.Likes+.Gone!"] {
            assert_eq!(bench.instances(&[path], false).req_path_results[0].err_code, 7026, "{path}");
        }
        assert_eq!(bench.instances(&["House.Room.*.Likes+.Lamp."], false).req_path_results[0].err_code, 0);
        bench.added(ROOM, &[("Likes", "House.Room.1")]);
    }
}

/// Who may not know of an object is not told what it is, whichever rows there are.
#[test]
fn what_may_not_be_known_of_is_not_told_to_be_no_table() {
    let asked = |closed: &str| -> Vec<u32> {
        let mut bench = house();
        for _ in 0..2 {
            bench.added(ROOM, &[("Kind", "Cold")]);
        }
        let roles = [role(&[("House.", ALL), (closed, ["----"; 4])])];
        let permissions = Arc::new(Permissions::compile(bench.model.schema(), &roles));
        bench.requester = Requester::controller("House.Room.1").with_permissions(permissions);
        let paths = ["1", "2", "9", "*", "[Size>99]"].map(|above| format!("House.Room.{above}.Cold."));
        let answer = bench.instances(&paths.each_ref().map(|path| &**path), false);
        answer.req_path_results.into_iter().map(|result| result.err_code).collect()
    };
    assert_eq!(asked("House.Room.*.Cold."), [7016, 7016, 7016, 0, 0]);
    assert_eq!(asked("House.Room.2."), [7018; 5]);
    assert_eq!(asked("House.Nothing."), [7018; 5]);
}

/// A path that is no Object Path is told as it was sent: it is in no model as an object (7026), or is no path (7008).
#[test]
fn paths_are_told_as_they_were_sent() {
    let mut bench = Bench::new();
    for (path, code) in [
        ("Device.Reboot()", 7026),
        ("Device.LocalAgent.Periodic!", 7026),
        ("Device.LocalAgent.Controller.1.Alias", 7026),
        ("", 7008),
    ] {
        let expected = [(path, code)];
        assert_eq!(refused(&bench.add(false, &[(path, &[])]).unwrap_err()), expected);
        assert_eq!(refused(&bench.set(false, &[(path, &[("X!", "1")])]).unwrap_err()), expected);
        assert_eq!(refused(&bench.delete(false, &[path]).unwrap_err()), expected);
    }
}

/// What is registered has a supported path; numbers and wildcards in it are told what to be.
#[test]
fn a_path_with_numbers_is_no_path_to_register() {
    let mut bench = Bench::new();
    let mut live = |path: &str| bench.model.live(path, |_| Ok(String::new())).unwrap_err().to_string();
    let written = "Device.LocalAgent.Controller.{i}.ProvisioningCode";
    for step in ["1", "*"] {
        let path = format!("{CONTROLLERS}{step}.ProvisioningCode");
        assert!(
            live(&path).ends_with(&format!(" has no parameter {path}; write {written}")),
            "{}",
            live(&path)
        );
    }
    for path in [
        "Device.LocalAgent.Controller.1.Nothing",
        "Device.Nothing",
        "Device.LocalAgent.Controller.{i}.Nothing",
    ] {
        assert!(live(path).ends_with(&format!(" has no parameter {path}")), "{}", live(path));
    }
}
