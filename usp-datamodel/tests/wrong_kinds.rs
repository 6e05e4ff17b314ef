//! Paths to another kind of element than the request is for: what is wrong with them does not depend on which rows there
//! are.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

mod common;

use common::{Bench, codes};
use usp_msg::Error;

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
