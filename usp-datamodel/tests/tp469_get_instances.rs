//! GetInstances, by the scenarios of TP-469 chapter 1.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{Bench, CTL, SUB, names};

const BOOT: &str = "Device.LocalAgent.Controller.1.BootParameter.";

/// The rows that are listed for one path without error.
#[track_caller]
fn listed(bench: &mut Bench, path: &str, first_level_only: bool) -> Vec<String> {
    let answer = bench.instances(&[path], first_level_only);
    let [result] = &answer.req_path_results[..] else { panic!("one result: {answer:?}") };
    assert_eq!((&*result.requested_path, result.err_code), (path, 0), "{}", result.err_msg);
    result.curr_insts.iter().map(|row| row.instantiated_obj_path.clone()).collect()
}

/// Two Controllers; the first has a BootParameter and an MTP.
fn nested() -> Bench {
    let mut bench = Bench::new();
    bench.added(BOOT, &[("ParameterName", "Device.LocalAgent.SoftwareVersion")]);
    bench.added("Device.LocalAgent.Controller.1.MTP.", &[("Alias", "m")]);
    bench
}

#[test]
fn tp469_1_66_first_level_only() {
    let mut bench = nested();
    assert_eq!(listed(&mut bench, CTL, true), [format!("{CTL}1."), format!("{CTL}2.")]);
    let answer = bench.instances(&[CTL], true);
    for (row, name) in answer.req_path_results[0].curr_insts.iter().zip(["one", "two"]) {
        assert_eq!(names(&row.unique_keys), ["Alias", "EndpointID"]);
        assert_eq!(row.unique_keys.get("EndpointID"), Some(&*format!("self::{name}")));
        assert_eq!(row.unique_keys.get("Alias"), Some(name));
    }
}

#[test]
fn tp469_1_67_all_levels() {
    let mut bench = nested();
    let mut rows = listed(&mut bench, CTL, false);
    rows.sort_unstable();
    let mtp = "Device.LocalAgent.Controller.1.MTP.1.".to_owned();
    assert_eq!(rows, [format!("{CTL}1."), format!("{BOOT}1."), mtp, format!("{CTL}2.")]);
}

#[test]
fn tp469_1_68_two_tables() {
    let mut bench = nested();
    bench.added("Device.LocalAgent.MTP.", &[("Alias", "a")]);
    let answer = bench.instances(&[CTL, "Device.LocalAgent.MTP."], true);
    let told: Vec<_> = answer
        .req_path_results
        .iter()
        .map(|result| {
            let rows = result.curr_insts.iter().map(|row| &*row.instantiated_obj_path);
            (&*result.requested_path, result.err_code, rows.collect::<Vec<_>>())
        })
        .collect();
    let controllers = vec!["Device.LocalAgent.Controller.1.", "Device.LocalAgent.Controller.2."];
    let mtps = vec!["Device.LocalAgent.MTP.1."];
    assert_eq!(told, [(CTL, 0, controllers), ("Device.LocalAgent.MTP.", 0, mtps)]);
}

#[test]
fn tp469_1_70_wildcard() {
    let mut bench = nested();
    let path = format!("{CTL}*.MTP.");
    assert_eq!(listed(&mut bench, &path, true), ["Device.LocalAgent.Controller.1.MTP.1."]);
}

#[test]
fn tp469_1_71_search_expression() {
    let mut bench = nested();
    let path = format!("{CTL}[Alias==\"one\"].BootParameter.");
    assert_eq!(listed(&mut bench, &path, false), [format!("{BOOT}1.")]);
}

#[test]
fn tp469_1_83_search_that_matches_nothing() {
    let mut bench = nested();
    let path = format!("{CTL}[Alias==\"none\"].BootParameter.");
    assert_eq!(listed(&mut bench, &path, false), Vec::<String>::new());
}

/// T9: a path that ends in rows lists those rows; a single object has none.
#[test]
fn rows_and_single_objects() {
    let mut bench = nested();
    assert_eq!(listed(&mut bench, &format!("{CTL}1."), true), [format!("{CTL}1.")]);
    assert_eq!(listed(&mut bench, &format!("{CTL}1."), false).len(), 3);
    let answer = bench.instances(&["Device.LocalAgent."], true);
    assert_eq!(answer.req_path_results[0].err_code, 7018);
}

#[test]
fn every_way_to_fail_has_its_code() {
    let mut bench = nested();
    let cases = [
        ("Device.LocalAgent.Nothing.", 7026),
        ("Device.LocalAgent.Controller.9.MTP.", 7016),
        ("Device.LocalAgent.Controller.9.", 7016),
        ("Device.LocalAgent.UpTime", 7026),
        ("Device..", 7008),
    ];
    for (path, code) in cases {
        let answer = bench.instances(&[path], false);
        assert_eq!(answer.req_path_results[0].err_code, code, "{path}");
        assert_eq!(answer.req_path_results[0].curr_insts, [], "{path}");
    }
    assert_eq!(listed(&mut bench, SUB, false), Vec::<String>::new());
}

/// T11
#[test]
fn the_final_dot_may_be_missing() {
    let mut bench = nested();
    assert_eq!(
        listed(&mut bench, "Device.LocalAgent.Controller", true),
        [format!("{CTL}1."), format!("{CTL}2.")]
    );
}
