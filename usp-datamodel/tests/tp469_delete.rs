//! Delete, by the scenarios of TP-469 chapter 1.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{Bench, CTL, SUB, codes, deleted, lines, vc};
use usp_datamodel::Requester;

const VERSION: &str = "Device.LocalAgent.SoftwareVersion";
const UNKNOWN: &str = "Device.LocalAgent.InvalidObject.";
const FIRST: &str = "Device.LocalAgent.Subscription.1.";
const SECOND: &str = "Device.LocalAgent.Subscription.2.";
const ABSENT: &str = "Device.LocalAgent.Subscription.9.";
const BOOT: &str = "Device.LocalAgent.Controller.1.BootParameter.";

fn two_subscriptions() -> Bench {
    let mut bench = Bench::new();
    bench.added(SUB, &vc("one", VERSION));
    bench.added(SUB, &vc("two", VERSION));
    bench.changes();
    bench
}

/// A request that fails as a whole: the codes, and that nothing has changed.
#[track_caller]
fn refused(bench: &mut Bench, paths: &[&str]) -> (u32, Vec<(String, u32)>) {
    let before = bench.everything();
    let error = bench.delete(false, paths).unwrap_err();
    assert_eq!(bench.everything(), before);
    assert_eq!(bench.changes(), []);
    let (outer, inner) = codes(&error);
    (outer, inner.into_iter().map(|(path, code)| (path.to_owned(), code)).collect())
}

#[test]
fn tp469_1_24_delete_a_row() {
    let mut bench = two_subscriptions();
    let answer = bench.delete(false, &[FIRST]).unwrap();
    assert_eq!(deleted(&answer), [format!("{FIRST}: {FIRST}")]);
    assert_eq!(bench.found(SUB), [SECOND]);
    let changes = [format!("-{FIRST}"), "Device.LocalAgent.SubscriptionNumberOfEntries=1".to_owned()];
    assert_eq!(lines(&bench.changes()), changes);
}

/// T1: R-DEL.2a and the test plan win over R-DEL.1.
#[test]
fn tp469_1_25_delete_an_absent_row() {
    let mut bench = two_subscriptions();
    let answer = bench.delete(false, &[ABSENT]).unwrap();
    assert_eq!(deleted(&answer), [format!("{ABSENT}:")]);
    assert_eq!(bench.changes(), []);
}

#[test]
fn tp469_1_26_unsupported_object_without_partial() {
    let mut bench = two_subscriptions();
    assert_eq!(refused(&mut bench, &[UNKNOWN]), (7004, vec![(UNKNOWN.to_owned(), 7026)]));
}

#[test]
fn tp469_1_27_two_rows() {
    let mut bench = two_subscriptions();
    let answer = bench.delete(false, &[SECOND, FIRST]).unwrap();
    assert_eq!(deleted(&answer), [format!("{SECOND}: {SECOND}"), format!("{FIRST}: {FIRST}")]);
    assert_eq!(bench.found(SUB), Vec::<String>::new());
}

#[test]
fn tp469_1_28_one_of_two_is_unsupported_without_partial() {
    let mut bench = two_subscriptions();
    assert_eq!(refused(&mut bench, &[FIRST, UNKNOWN]), (7004, vec![(UNKNOWN.to_owned(), 7026)]));
    assert_eq!(bench.found(SUB), [FIRST, SECOND]);
}

#[test]
fn tp469_1_29_absent_row_with_partial() {
    let mut bench = two_subscriptions();
    assert_eq!(deleted(&bench.delete(true, &[ABSENT]).unwrap()), [format!("{ABSENT}:")]);
}

#[test]
fn tp469_1_30_unsupported_object_with_partial() {
    let mut bench = two_subscriptions();
    assert_eq!(deleted(&bench.delete(true, &[UNKNOWN]).unwrap()), [format!("{UNKNOWN}: failed 7026")]);
}

#[test]
fn tp469_1_31_one_of_two_is_unsupported_with_partial() {
    let mut bench = two_subscriptions();
    let answer = bench.delete(true, &[FIRST, UNKNOWN]).unwrap();
    assert_eq!(deleted(&answer), [format!("{FIRST}: {FIRST}"), format!("{UNKNOWN}: failed 7026")]);
    assert_eq!(bench.found(SUB), [SECOND]);
}

#[test]
fn tp469_1_32_one_of_two_is_absent_with_partial() {
    let mut bench = two_subscriptions();
    let answer = bench.delete(true, &[FIRST, ABSENT]).unwrap();
    assert_eq!(deleted(&answer), [format!("{FIRST}: {FIRST}"), format!("{ABSENT}:")]);
    assert_eq!(bench.found(SUB), [SECOND]);
}

#[test]
fn tp469_1_33_unique_key_in_the_parent_path() {
    let mut bench = Bench::new();
    let row = bench.added(BOOT, &[("ParameterName", VERSION)]);
    let path = format!("{CTL}[EndpointID==\"self::one\"&&Alias==\"one\"].BootParameter.1.");
    assert_eq!(deleted(&bench.delete(false, &[&path]).unwrap()), [format!("{path}: {row}")]);
    assert_eq!(bench.found(BOOT), Vec::<String>::new());
}

/// T10: one result for the path, however many rows.
#[test]
fn tp469_1_34_wildcard() {
    let mut bench = two_subscriptions();
    let path = format!("{SUB}*.");
    let answer = bench.delete(false, &[&path]).unwrap();
    assert_eq!(deleted(&answer), [format!("{path}: {FIRST} {SECOND}")]);
    assert_eq!(bench.found(SUB), Vec::<String>::new());
}

#[test]
fn tp469_1_35_search_expression() {
    let mut bench = Bench::new();
    for (name, enable) in [("a", "true"), ("b", "false"), ("c", "true")] {
        bench.added(BOOT, &[("ParameterName", name), ("Enable", enable)]);
    }
    let path = format!("{BOOT}[Enable==true].");
    let answer = bench.delete(false, &[&path]).unwrap();
    assert_eq!(deleted(&answer), [format!("{path}: {BOOT}1. {BOOT}3.")]);
    assert_eq!(bench.found(BOOT), [format!("{BOOT}2.")]);
}

/// T1: what owns nothing leaves nothing behind: a Recipient that goes takes its Subscriptions along.
#[test]
fn tp469_1_78_a_controller_takes_its_subscriptions_along() {
    let mut bench = Bench::new();
    bench.added(SUB, &vc("mine", VERSION));
    bench.requester = Requester::controller("Device.LocalAgent.Controller.2");
    bench.added(SUB, &vc("theirs", VERSION));
    bench.requester = Requester::controller("Device.LocalAgent.Controller.1");
    bench.changes();
    let answer = bench.delete(false, &[&format!("{CTL}2.")]).unwrap();
    assert_eq!(deleted(&answer), [format!("{CTL}2.: {CTL}2.")]);
    assert_eq!(bench.found(SUB), [FIRST]);
    let changes = lines(&bench.changes());
    assert_eq!(
        changes,
        [
            format!("-{CTL}2."),
            format!("-{SECOND}"),
            "Device.LocalAgent.ControllerNumberOfEntries=1".to_owned(),
            "Device.LocalAgent.SubscriptionNumberOfEntries=1".to_owned(),
        ]
    );
}

#[test]
fn tp469_1_90_search_that_matches_nothing() {
    let mut bench = two_subscriptions();
    let path = format!("{SUB}[Enable==false].");
    assert_eq!(deleted(&bench.delete(false, &[&path]).unwrap()), [format!("{path}:")]);
    assert_eq!(bench.found(SUB), [FIRST, SECOND]);
}

/// T11: official requests leave the final dot out.
#[test]
fn the_final_dot_may_be_missing() {
    let mut bench = two_subscriptions();
    let path = FIRST.trim_end_matches('.');
    assert_eq!(deleted(&bench.delete(false, &[path]).unwrap()), [format!("{path}: {FIRST}")]);
}

/// Rows below go first, each with its own notice.
#[test]
fn a_row_goes_with_everything_below_it_and_each_row_is_told() {
    let mut bench = Bench::new();
    bench.added(BOOT, &[("ParameterName", "a")]);
    bench.added("Device.LocalAgent.Controller.1.MTP.", &[("Alias", "m")]);
    bench.changes();
    bench.delete(false, &["Device.LocalAgent.Controller.1."]).unwrap();
    let mut changes = lines(&bench.changes());
    assert_eq!(changes.remove(2), "-Device.LocalAgent.Controller.1.");
    assert_eq!(changes[2], "Device.LocalAgent.ControllerNumberOfEntries=1");
    changes.truncate(2);
    changes.sort_unstable();
    assert_eq!(changes, [format!("-{BOOT}1."), "-Device.LocalAgent.Controller.1.MTP.1.".to_owned()]);
}

/// What cannot be deleted: tables as such, single objects, parameters, rows of tables that belong to the device.
#[test]
fn every_way_to_fail_has_its_code() {
    let mut bench = two_subscriptions();
    bench.requester = Requester::DEVICE;
    bench.added("Device.LocalAgent.Request.", &[("Command", "Device.Reboot()")]);
    bench.requester = Requester::controller("Device.LocalAgent.Controller.1");
    bench.changes();
    let cases = [
        (SUB, 7024),
        ("Device.LocalAgent.", 7018),
        ("Device.LocalAgent.Request.1.", 7024),
        ("Device.LocalAgent.Subscription.[", 7008),
        ("Device.LocalAgent.Subscription.[Enable>true].", 7008),
        ("Device.LocalAgent.Subscription.[Nothing==true].", 7026),
    ];
    for (path, code) in cases {
        assert_eq!(refused(&mut bench, &[path]), (7004, vec![(path.to_owned(), code)]));
        assert_eq!(deleted(&bench.delete(true, &[path]).unwrap()), [format!("{path}: failed {code}")]);
    }
    let (outer, inner) = refused(&mut bench, &["Device.LocalAgent.UpTime"]);
    assert_eq!((outer, inner[0].1), (7004, 7026));
}

/// [R-DEL.3], [R-DEL.1]
#[test]
fn rows_that_stay_are_told_with_partial_and_fail_the_message_without() {
    let mut bench = Bench::new();
    bench.requester = Requester::DEVICE;
    let point = "Device.WiFi.AccessPoint.";
    bench.added(point, &[("Alias", "ap")]);
    bench.changes();
    // The schema keeps four rows in this table.
    let path = format!("{point}1.AC.*.");
    let (outer, inner) = refused(&mut bench, &[&path]);
    assert_eq!((outer, inner), (7004, vec![(format!("{point}1.AC.1."), 7024)]));
    let answer = bench.delete(true, &[&path]).unwrap();
    let kept: String = [1, 2, 3, 4].map(|number| format!(" !{point}1.AC.{number}.:7024")).concat();
    assert_eq!(deleted(&answer), [format!("{path}:{kept}")]);
    // The row above takes them along all the same.
    bench.delete(false, &[&format!("{point}1.")]).unwrap();
    assert_eq!(bench.found(point), Vec::<String>::new());
}

/// [R-ARC.12]: a list loses the item; the change is told.
#[test]
fn references_to_what_was_deleted_are_cleaned_and_told() {
    let mut bench = Bench::new();
    let interface = "Device.IP.Interface.";
    for alias in ["a", "b", "c"] {
        bench.added(interface, &[("Alias", alias)]);
    }
    let both = "Device.IP.Interface.1,Device.IP.Interface.2";
    bench.set(false, &[(&*format!("{interface}3."), &[("LowerLayers!", both)])]).unwrap();
    bench.changes();
    bench.delete(false, &[&format!("{interface}1.")]).unwrap();
    assert_eq!(
        lines(&bench.changes()),
        [
            "-Device.IP.Interface.1.",
            "Device.IP.Interface.3.LowerLayers=Device.IP.Interface.2",
            "Device.IP.InterfaceNumberOfEntries=2",
        ]
    );
}
