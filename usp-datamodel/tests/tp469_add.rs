//! Add, by the scenarios of TP-469 chapter 1.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{Bench, CTL, SUB, codes, deleted, names, vc};
use usp_datamodel::Change;

const VERSION: &str = "Device.LocalAgent.SoftwareVersion";
const UNKNOWN: &str = "Device.LocalAgent.InvalidObject.";

/// Adds one Subscription in which nothing is wrong.
#[track_caller]
fn one_good_row(allow_partial: bool, id: &str) {
    let mut bench = Bench::new();
    let answer = bench.add(allow_partial, &[(SUB, &vc(id, VERSION))]).unwrap();
    let [result] = &answer.created_obj_results[..] else { panic!("one result: {answer:?}") };
    assert_eq!(result.requested_path, SUB);
    let success = result.outcome().unwrap().unwrap();
    assert_eq!(success.instantiated_path, "Device.LocalAgent.Subscription.1.");
    assert_eq!(success.param_errs, []);
    assert_eq!(names(&success.unique_keys), ["Alias", "ID", "Recipient"]);
    assert_eq!(success.unique_keys.get("ID"), Some(id));
    assert_eq!(success.unique_keys.get("Recipient"), Some("Device.LocalAgent.Controller.1"));
    assert_holds(&mut bench, &success.instantiated_path, id, VERSION);
    assert_eq!(bench.value("Device.LocalAgent.SubscriptionNumberOfEntries"), "1");
    let row = success.instantiated_path.clone();
    let answer = bench.delete(false, &[&row]).unwrap();
    assert_eq!(deleted(&answer), [format!("{row}: {row}")]);
}

/// A Subscription is what [`vc`] asks for.
#[track_caller]
fn assert_holds(bench: &mut Bench, row: &str, id: &str, reference: &str) {
    let wanted = [("Enable", "true"), ("ID", id), ("NotifType", "ValueChange"), ("ReferenceList", reference)];
    for (name, text) in wanted {
        assert_eq!(bench.value(&format!("{row}{name}")), text, "{row}{name}");
    }
}

#[test]
fn tp469_1_1_add_without_partial_all_good() {
    one_good_row(false, "add1");
}

#[test]
fn tp469_1_2_add_with_partial_all_good() {
    one_good_row(true, "add2");
}

#[test]
fn tp469_1_3_required_parameter_fails_without_partial() {
    let mut bench = Bench::new();
    let before = bench.everything();
    let settings = [
        ("Enable!", "InvalidValue"),
        ("ID", "add3"),
        ("NotifType", "ValueChange"),
        ("ReferenceList", VERSION),
    ];
    let error = bench.add(false, &[(SUB, &settings)]).unwrap_err();
    assert_eq!(codes(&error), (7004, vec![("Device.LocalAgent.Subscription.Enable", 7011)]));
    assert_eq!(bench.everything(), before);
    assert_eq!(bench.changes(), []);
}

#[test]
fn tp469_1_4_unsupported_object_without_partial() {
    let mut bench = Bench::new();
    let before = bench.everything();
    let error = bench.add(false, &[(UNKNOWN, &vc("add4", VERSION))]).unwrap_err();
    assert_eq!(codes(&error), (7004, vec![(UNKNOWN, 7026)]));
    assert_eq!(bench.everything(), before);
    assert_eq!(bench.changes(), []);
}

#[test]
fn tp469_1_5_two_objects_without_partial() {
    let mut bench = Bench::new();
    let (first, second) = (vc("add51", VERSION), vc("add52", "Device.LocalAgent.EndpointID"));
    let answer = bench.add(false, &[(SUB, &first), (SUB, &second)]).unwrap();
    let paths: Vec<&str> = answer
        .created_obj_results
        .iter()
        .map(|result| {
            assert_eq!(result.requested_path, SUB);
            let success = result.outcome().unwrap().unwrap();
            assert_eq!(success.param_errs, []);
            assert_eq!(names(&success.unique_keys), ["Alias", "ID", "Recipient"]);
            success.instantiated_path.as_str()
        })
        .collect();
    assert_eq!(paths, ["Device.LocalAgent.Subscription.1.", "Device.LocalAgent.Subscription.2."]);
    assert_holds(&mut bench, paths[0], "add51", VERSION);
    assert_holds(&mut bench, paths[1], "add52", "Device.LocalAgent.EndpointID");
}

#[test]
fn tp469_1_6_one_good_one_unsupported_leaves_nothing() {
    let mut bench = Bench::new();
    let before = bench.everything();
    let error = bench.add(false, &[(SUB, &vc("add61", VERSION)), (UNKNOWN, &[("ID", "add62")])]).unwrap_err();
    assert_eq!(codes(&error), (7004, vec![(UNKNOWN, 7026)]));
    assert_eq!(bench.everything(), before);
    assert_eq!(bench.changes(), []);
}

#[test]
fn tp469_1_7_required_fails_in_one_of_two() {
    let mut bench = Bench::new();
    let first = [("Enable!", "InvalidValue"), ("ID", "add71"), ("NotifType", "ValueChange")];
    let second = [("Enable", "true"), ("ID", "add72"), ("NotifType", "ValueChange")];
    let error = bench.add(false, &[(SUB, &first), (SUB, &second)]).unwrap_err();
    assert_eq!(codes(&error).1, [("Device.LocalAgent.Subscription.Enable", 7011)]);
    assert_eq!(bench.found(SUB), Vec::<String>::new());
}

#[test]
fn tp469_1_8_required_fails_with_partial() {
    let mut bench = Bench::new();
    let answer = bench.add(true, &[(SUB, &[("Enable!", "InvalidValue"), ("ID", "add8")])]).unwrap();
    let failure = answer.created_obj_results[0].outcome().unwrap().unwrap_err();
    assert_eq!(failure.err_code, 7021);
    assert_eq!(
        failure.err_msg,
        "required parameter Enable: \"InvalidValue\" is not a valid boolean: only true, false, 1 and 0 are"
    );
    assert_eq!(bench.found(SUB), Vec::<String>::new());
}

#[test]
fn tp469_1_9_one_good_one_bad_with_partial() {
    let mut bench = Bench::new();
    let good =
        [("Enable", "true"), ("ID", "add91"), ("NotifType", "ValueChange"), ("ReferenceList", VERSION)];
    let mut bad = good.to_vec();
    bad.push(("InvalidParameter!", "IrrelevantValue"));
    let answer = bench.add(true, &[(SUB, &good), (SUB, &bad)]).unwrap();
    let [first, second] = &answer.created_obj_results[..] else { panic!("two results: {answer:?}") };
    assert_eq!((&*first.requested_path, &*second.requested_path), (SUB, SUB));
    let success = first.outcome().unwrap().unwrap();
    assert_eq!(success.instantiated_path, "Device.LocalAgent.Subscription.1.");
    assert_eq!(success.param_errs, []);
    assert_eq!(names(&success.unique_keys), ["Alias", "ID", "Recipient"]);
    assert_eq!(second.outcome().unwrap().unwrap_err().err_code, 7021);
    assert_eq!(bench.found(SUB), ["Device.LocalAgent.Subscription.1."]);
    assert_holds(&mut bench, "Device.LocalAgent.Subscription.1.", "add91", VERSION);
}

#[test]
fn of_two_rows_with_the_same_key_the_first_survives_partial() {
    let mut bench = Bench::new();
    let answer = bench.add(true, &[(SUB, &vc("same", VERSION)), (SUB, &vc("same", VERSION))]).unwrap();
    assert!(answer.created_obj_results[0].outcome().unwrap().is_ok());
    assert_eq!(answer.created_obj_results[1].outcome().unwrap().unwrap_err().err_code, 7025);
    let error = bench.add(false, &[(SUB, &vc("same", VERSION))]).unwrap_err();
    assert_eq!(codes(&error).1.iter().map(|(_, code)| *code).collect::<Vec<_>>(), [7025]);
    assert_eq!(
        error.param_errs[0].err_msg,
        "Device.LocalAgent.Subscription.1. has the same unique key (Recipient, ID)"
    );
    assert_eq!(bench.found(SUB), ["Device.LocalAgent.Subscription.1."]);
}

#[test]
fn tp469_1_10_unique_key_in_the_parent_path() {
    let mut bench = Bench::new();
    let path = format!("{CTL}[EndpointID==\"self::one\"&&Alias==\"one\"].BootParameter.");
    let answer = bench.add(false, &[(&*path, &[("Enable", "true"), ("ParameterName", VERSION)])]).unwrap();
    let [result] = &answer.created_obj_results[..] else { panic!("one result: {answer:?}") };
    assert_eq!(result.requested_path, path);
    let success = result.outcome().unwrap().unwrap();
    let row = "Device.LocalAgent.Controller.1.BootParameter.1.";
    assert_eq!((&*success.instantiated_path, &success.param_errs[..]), (row, &[][..]));
    assert_eq!(names(&success.unique_keys), ["Alias", "ParameterName"]);
    assert_eq!(bench.value(&format!("{row}Enable")), "true");
    assert_eq!(bench.value(&format!("{row}ParameterName")), VERSION);
}

#[test]
fn tp469_1_57_creation_is_a_change_with_its_keys() {
    let mut bench = Bench::new();
    bench.added(SUB, &vc("notify57-2", VERSION));
    let changes = bench.changes();
    let [Change::ObjectCreation { path, unique_keys }, Change::ValueChange { path: counter, value }] =
        &changes[..]
    else {
        panic!("a creation and the new number of entries: {changes:?}")
    };
    assert_eq!(path, "Device.LocalAgent.Subscription.1.");
    assert!(unique_keys.contains(&("ID".into(), "notify57-2".into())));
    assert!(unique_keys.contains(&("Recipient".into(), "Device.LocalAgent.Controller.1".into())));
    assert_eq!((&**counter, &**value), ("Device.LocalAgent.SubscriptionNumberOfEntries", "1"));
}

/// [R-ADD.5], and T6: keys that nobody gives are made up.
#[test]
fn tp469_1_81_keys_are_generated() {
    let mut bench = Bench::new();
    let settings =
        |reference| [("Enable", "true"), ("NotifType", "ValueChange"), ("ReferenceList", reference)];
    let (first, second) = (settings(VERSION), settings("Device.LocalAgent.EndpointID"));
    let answer = bench.add(false, &[(SUB, &first), (SUB, &second)]).unwrap();
    let keys: Vec<_> = answer
        .created_obj_results
        .iter()
        .map(|result| {
            let success = result.outcome().unwrap().unwrap();
            assert_eq!(success.param_errs, []);
            assert_eq!(names(&success.unique_keys), ["Alias", "ID", "Recipient"]);
            // What is told is what the row has.
            for (name, text) in success.unique_keys.iter() {
                assert_eq!(bench.value(&format!("{}{name}", success.instantiated_path)), text);
            }
            &success.unique_keys
        })
        .collect();
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[0].get("ID"), keys[1].get("ID"));
    assert_ne!(keys[0].get("Alias"), keys[1].get("Alias"));
    for keys in &keys {
        assert!(keys.get("Alias").unwrap().starts_with("cpe-"), "{keys:?}");
        assert_ne!(keys.get("ID"), Some(""));
        assert_eq!(keys.get("Recipient"), Some("Device.LocalAgent.Controller.1"));
    }
}

/// T27: an Alias begins with a letter; T6: keys are required whatever the flag says.
#[test]
fn tp469_1_88_invalid_alias_fails_the_message() {
    let mut bench = Bench::new();
    let settings = [("Enable", "True"), ("Alias", "88InvalidAlias"), ("NotifType", "ValueChange")];
    let error = bench.add(false, &[(SUB, &settings)]).unwrap_err();
    let (_, errors) = codes(&error);
    assert!(errors.contains(&("Device.LocalAgent.Subscription.Alias", 7012)), "{errors:?}");
    assert_eq!(bench.found(SUB), Vec::<String>::new());
}

#[test]
fn tp469_1_95_add_over_a_search_path_makes_a_row_for_each_parent() {
    let mut bench = Bench::new();
    // The second is not enabled, so that the expression says whose rows there are.
    let third = [("EndpointID", "self::three"), ("Alias", "three"), ("Enable", "true")];
    bench.added(CTL, &third);
    bench.device(&[("Device.LocalAgent.Controller.2.Enable", "false")]);
    let path = format!("{CTL}[Enable==true].BootParameter.");
    let answer = bench.add(false, &[(&*path, &[("Enable", "true"), ("ParameterName", VERSION)])]).unwrap();
    let rows: Vec<_> = answer
        .created_obj_results
        .iter()
        .map(|r| {
            assert_eq!(r.requested_path, path);
            r.outcome().unwrap().unwrap().instantiated_path.as_str()
        })
        .collect();
    assert_eq!(
        rows,
        [
            "Device.LocalAgent.Controller.1.BootParameter.1.",
            "Device.LocalAgent.Controller.3.BootParameter.1.",
        ]
    );
    assert_eq!(bench.found(&format!("{CTL}*.BootParameter.")), rows);
    for row in rows {
        assert_eq!(bench.value(&format!("{row}ParameterName")), VERSION);
        assert_eq!(bench.value(&format!("{row}Enable")), "true");
    }
}

/// [R-MSG.4a]
#[test]
fn add_over_a_search_that_matches_nothing_succeeds_with_nothing() {
    let mut bench = Bench::new();
    let path = format!("{CTL}[Enable==false].BootParameter.");
    let answer = bench.add(false, &[(&*path, &[("Enable", "true")])]).unwrap();
    assert_eq!(answer.created_obj_results, []);
}

#[test]
fn a_table_that_only_the_device_fills_is_closed_to_controllers() {
    let mut bench = Bench::new();
    let request = "Device.LocalAgent.Request.";
    let error = bench.add(false, &[(request, &[("Command", "Device.Reboot()")])]).unwrap_err();
    assert_eq!(codes(&error), (7004, vec![(request, 7019)]));
}

#[test]
fn optional_parameters_that_fail_leave_the_row() {
    let mut bench = Bench::new();
    let answer = bench.add(false, &[(SUB, &[("ID", "x"), ("Enable", "maybe"), ("Nonsense", "1")])]).unwrap();
    let success = answer.created_obj_results[0].outcome().unwrap().unwrap();
    let errors: Vec<_> = success.param_errs.iter().map(|e| (e.param.as_str(), e.err_code)).collect();
    assert_eq!(errors, [("Enable", 7011), ("Nonsense", 7010)]);
    assert_eq!(bench.value("Device.LocalAgent.Subscription.1.Enable"), "false");
}

#[test]
fn instance_numbers_are_not_used_again() {
    let mut bench = Bench::new();
    let first = bench.added(SUB, &vc("a", VERSION));
    bench.delete(false, &[&first]).unwrap();
    assert_eq!(bench.added(SUB, &vc("b", VERSION)), "Device.LocalAgent.Subscription.2.");
    // A row that never was leaves no gap.
    bench.add(false, &[(SUB, &[("Enable!", "x")])]).unwrap_err();
    assert_eq!(bench.added(SUB, &vc("c", VERSION)), "Device.LocalAgent.Subscription.3.");
}

/// [R-ARC.12] and [R-ARC.11].
#[test]
fn strong_references_lead_somewhere_and_read_back_by_number() {
    let mut bench = Bench::new();
    let interface = "Device.IP.Interface.";
    bench.added(interface, &[("Alias", "lan")]);
    let error = bench
        .add(false, &[(interface, &[("Alias", "wan"), ("LowerLayers!", "Device.IP.Interface.9")])])
        .unwrap_err();
    assert_eq!(codes(&error).1, [("Device.IP.Interface.LowerLayers", 7012)]);
    let wan = bench.added(interface, &[("LowerLayers!", "Device.IP.Interface.[Alias==\"lan\"].")]);
    assert_eq!(bench.value(&format!("{wan}LowerLayers")), "Device.IP.Interface.1");
    bench.delete(false, &["Device.IP.Interface.1."]).unwrap();
    assert_eq!(bench.value(&format!("{wan}LowerLayers")), "");
}
