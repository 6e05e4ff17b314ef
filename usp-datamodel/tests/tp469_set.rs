//! Set, by the scenarios of TP-469 chapter 1.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{Bench, SUB, codes, lines, told, vc};

const VERSION: &str = "Device.LocalAgent.SoftwareVersion";
const FIRST: &str = "Device.LocalAgent.Subscription.1.";
const SECOND: &str = "Device.LocalAgent.Subscription.2.";

/// Two Subscriptions: `one`, which does not expire, and `two`, which does.
fn two_subscriptions() -> Bench {
    let mut bench = Bench::new();
    assert_eq!(bench.added(SUB, &vc("one", VERSION)), FIRST);
    let mut second = vc("two", "Device.LocalAgent.EndpointID");
    second.push(("NotifExpiration", "60"));
    assert_eq!(bench.added(SUB, &second), SECOND);
    bench.changes();
    bench
}

/// A request that fails as a whole: the codes, and that nothing has changed.
#[track_caller]
fn refused(bench: &mut Bench, entries: &[(&str, &[(&str, &str)])]) -> (u32, Vec<(String, u32)>) {
    let before = bench.everything();
    let error = bench.set(false, entries).unwrap_err();
    assert_eq!(bench.everything(), before);
    assert_eq!(bench.changes(), []);
    let (outer, inner) = codes(&error);
    (outer, inner.into_iter().map(|(path, code)| (path.to_owned(), code)).collect())
}

#[test]
fn tp469_1_11_set_without_partial() {
    let mut bench = two_subscriptions();
    let answer = bench.set(false, &[(FIRST, &[("NotifRetry!", "true")])]).unwrap();
    assert_eq!(told(&answer), [format!("{FIRST}: {FIRST} NotifRetry=true")]);
    assert_eq!(bench.value(&format!("{FIRST}NotifRetry")), "true");
    assert_eq!(lines(&bench.changes()), [format!("{FIRST}NotifRetry=true")]);
}

#[test]
fn tp469_1_12_set_with_partial() {
    let mut bench = two_subscriptions();
    let answer = bench.set(true, &[(FIRST, &[("NotifRetry!", "true")])]).unwrap();
    assert_eq!(told(&answer), [format!("{FIRST}: {FIRST} NotifRetry=true")]);
    assert_eq!(bench.value(&format!("{FIRST}NotifRetry")), "true");
    assert_eq!(lines(&bench.changes()), [format!("{FIRST}NotifRetry=true")]);
}

#[test]
fn tp469_1_13_set_of_two_objects() {
    let mut bench = two_subscriptions();
    let settings: &[(&str, &str)] = &[("NotifRetry!", "true")];
    let answer = bench.set(false, &[(FIRST, settings), (SECOND, settings)]).unwrap();
    assert_eq!(
        told(&answer),
        [format!("{FIRST}: {FIRST} NotifRetry=true"), format!("{SECOND}: {SECOND} NotifRetry=true")]
    );
    for row in [FIRST, SECOND] {
        assert_eq!(bench.value(&format!("{row}NotifRetry")), "true");
    }
    assert_eq!(lines(&bench.changes()), [FIRST, SECOND].map(|row| format!("{row}NotifRetry=true")));
}

#[test]
fn tp469_1_14_unknown_parameter_without_partial() {
    let mut bench = two_subscriptions();
    let codes = refused(&mut bench, &[(FIRST, &[("InvalidParameter!", "IrrelevantValue")])]);
    assert_eq!(codes, (7004, vec![(format!("{FIRST}InvalidParameter"), 7010)]));
    assert!(!bench.get(FIRST).resolved_path_results[0].result_params.contains_key("InvalidParameter"));
}

#[test]
fn tp469_1_15_one_of_two_objects_fails_without_partial() {
    let mut bench = two_subscriptions();
    let codes =
        refused(&mut bench, &[(FIRST, &[("NotifRetry!", "true")]), (SECOND, &[("InvalidParameter!", "x")])]);
    assert_eq!(codes, (7004, vec![(format!("{SECOND}InvalidParameter"), 7010)]));
}

#[test]
fn tp469_1_16_one_of_two_objects_fails_with_partial() {
    let mut bench = two_subscriptions();
    let entries: [(&str, &[(&str, &str)]); 2] =
        [(FIRST, &[("NotifRetry!", "true")]), (SECOND, &[("InvalidParameter!", "x")])];
    let answer = bench.set(true, &entries).unwrap();
    assert_eq!(
        told(&answer),
        [
            format!("{FIRST}: {FIRST} NotifRetry=true"),
            format!("{SECOND}: failed 7021; {SECOND} !InvalidParameter:7010"),
        ]
    );
    assert_eq!(bench.value(&format!("{FIRST}NotifRetry")), "true");
}

/// T5: optional parameters that fail never fail the message.
#[test]
fn tp469_1_17_optional_parameter_fails() {
    for allow_partial in [true, false] {
        let mut bench = two_subscriptions();
        let settings = [("NotifRetry", "true"), ("InvalidParameter", "x")];
        let answer = bench.set(allow_partial, &[(FIRST, &settings)]).unwrap();
        assert_eq!(told(&answer), [format!("{FIRST}: {FIRST} NotifRetry=true !InvalidParameter:7010")]);
        assert_eq!(bench.value(&format!("{FIRST}NotifRetry")), "true");
    }
}

#[test]
fn tp469_1_18_unique_key_address() {
    let mut bench = two_subscriptions();
    for key in ["Recipient==\"Device.LocalAgent.Controller.1\"&&ID==\"two\"", "Alias==\"cpe-2\""] {
        let path = format!("{SUB}[{key}].");
        let answer = bench.set(false, &[(&*path, &[("NotifRetry!", "true")])]).unwrap();
        assert_eq!(told(&answer), [format!("{path}: {SECOND} NotifRetry=true")]);
    }
    assert_eq!(bench.value(&format!("{FIRST}NotifRetry")), "false");
}

#[test]
fn tp469_1_19_wildcard() {
    let mut bench = two_subscriptions();
    let path = format!("{SUB}*.");
    let answer = bench.set(false, &[(&*path, &[("NotifRetry!", "true")])]).unwrap();
    assert_eq!(told(&answer), [format!("{path}: {FIRST} NotifRetry=true; {SECOND} NotifRetry=true")]);
    assert_eq!(bench.value(&format!("{SECOND}NotifRetry")), "true");
}

/// T7.
#[test]
fn tp469_1_20_wildcard_fails_without_partial() {
    let mut bench = two_subscriptions();
    let codes = refused(&mut bench, &[(&*format!("{SUB}*."), &[("InvalidParameter!", "x")])]);
    let errors = [FIRST, SECOND].map(|row| (format!("{row}InvalidParameter"), 7010));
    assert_eq!(codes, (7004, errors.to_vec()));
}

/// [R-SET.2a]: the matches of one path are all updated or none.
#[test]
fn tp469_1_21_wildcard_fails_with_partial() {
    let mut bench = two_subscriptions();
    let before = bench.everything();
    let path = format!("{SUB}*.");
    let answer = bench.set(true, &[(&*path, &[("Enable!", "InvalidValue")])]).unwrap();
    let line = format!("{path}: failed 7021; {FIRST} !Enable:7011; {SECOND} !Enable:7011");
    assert_eq!(told(&answer), [line]);
    assert_eq!(bench.everything(), before);
    assert_eq!(bench.changes(), []);
}

/// [R-SET.2a]: one match that fails undoes the others, whatever came first.
#[test]
fn a_search_path_is_undone_when_one_match_fails() {
    let mut bench = Bench::new();
    bench.requester = usp_datamodel::Requester::DEVICE;
    let things = "Device.IoTCapability.";
    bench.added(things, &[("Name", "lamp"), ("Class", "BinaryControl")]);
    bench.added(things, &[("Name", "motor"), ("Class", "LevelControl")]);
    bench.changes();
    let before = bench.everything();
    let path = format!("{things}*.");
    let answer = bench.set(true, &[(&*path, &[("BinaryControl.Value!", "true")])]).unwrap();
    let line = format!("{path}: failed 7021; {things}2. !BinaryControl.Value:7010");
    assert_eq!(told(&answer), [line]);
    assert_eq!(bench.everything(), before);
    assert_eq!(bench.changes(), []);
    // By itself the first is set.
    bench.set(true, &[(&format!("{things}1."), &[("BinaryControl.Value!", "true")])]).unwrap();
    assert_eq!(bench.value(&format!("{things}1.BinaryControl.Value")), "true");
}

#[test]
fn tp469_1_22_search_expression() {
    let mut bench = two_subscriptions();
    let path = format!("{SUB}[NotifExpiration>0].");
    let answer = bench.set(false, &[(&*path, &[("NotifRetry!", "true")])]).unwrap();
    assert_eq!(told(&answer), [format!("{path}: {SECOND} NotifRetry=true")]);
    assert_eq!(bench.value(&format!("{FIRST}NotifRetry")), "false");
}

/// [R-MSG.4a], T3: a success that is there and empty.
#[test]
fn tp469_1_23_search_that_matches_nothing() {
    let mut bench = two_subscriptions();
    let path = format!("{SUB}[Recipient==\"InvalidValue\"].");
    for allow_partial in [true, false] {
        let answer = bench.set(allow_partial, &[(&*path, &[("NotifRetry!", "true")])]).unwrap();
        assert_eq!(answer.updated_obj_results.len(), 1);
        let success = answer.updated_obj_results[0].outcome().unwrap().unwrap();
        assert_eq!(success.updated_inst_results, []);
    }
}

/// [R-KEY.1]
#[test]
fn tp469_1_96_a_non_functional_key_does_not_change() {
    let mut bench = Bench::new();
    let row = bench.added(SUB, &[("ID", "add96")]);
    bench.changes();
    let codes = refused(&mut bench, &[(&*row, &[("ID!", "add96-NEW")])]);
    assert_eq!(codes, (7004, vec![(format!("{row}ID"), 7013)]));
    assert_eq!(bench.value(&format!("{row}ID")), "add96");
}

/// [R-KEY.1]: what is said again does not change.
#[test]
fn a_key_may_be_set_to_what_it_is() {
    let mut bench = Bench::new();
    let row = bench.added(SUB, &[("ID", "same")]);
    bench.changes();
    let answer = bench.set(false, &[(&*row, &[("ID!", "same"), ("Enable!", "true")])]).unwrap();
    assert_eq!(told(&answer), [format!("{row}: {row} ID=same Enable=true")]);
    assert_eq!(lines(&bench.changes()), [format!("{row}Enable=true")]);
}

/// [R-KEY.2]: a functional key may change, to a value that no other row has.
#[test]
fn a_functional_key_changes_and_stays_unique() {
    let mut bench = Bench::new();
    let roles = "Device.LocalAgent.ControllerTrust.Role.";
    bench.added(roles, &[("Name", "first")]);
    let second = bench.added(roles, &[("Name", "second")]);
    bench.changes();
    let codes = refused(&mut bench, &[(&*second, &[("Name!", "first")])]);
    assert_eq!(codes, (7004, vec![(format!("{second}Name"), 7025)]));
    let answer = bench.set(false, &[(&*second, &[("Name!", "third")])]).unwrap();
    assert_eq!(told(&answer), [format!("{second}: {second} Name=third")]);
    assert_eq!(bench.found(&format!("{roles}[Name==\"third\"].")), [&*second]);
    assert_eq!(bench.found(&format!("{roles}[Name==\"second\"].")), Vec::<String>::new());
}

/// T5: a key that clashes is, in a Set, a setting like another: optional, it alone fails.
#[test]
fn an_optional_key_that_clashes_fails_alone() {
    let mut bench = Bench::new();
    let roles = "Device.LocalAgent.ControllerTrust.Role.";
    bench.added(roles, &[("Name", "first")]);
    let second = bench.added(roles, &[("Name", "second")]);
    let answer = bench.set(false, &[(&*second, &[("Name", "first"), ("Enable", "true")])]).unwrap();
    assert_eq!(told(&answer), [format!("{second}: {second} Enable=true !Name:7025")]);
    assert_eq!(bench.value(&format!("{second}Name")), "second");
}

/// Keys are looked at when the whole message is done: rows may exchange theirs.
#[test]
fn two_rows_exchange_their_keys_in_one_message() {
    let mut bench = Bench::new();
    let roles = "Device.LocalAgent.ControllerTrust.Role.";
    let first = bench.added(roles, &[("Name", "a")]);
    let second = bench.added(roles, &[("Name", "b")]);
    let answer = bench.set(false, &[(&*first, &[("Name!", "b")]), (&*second, &[("Name!", "a")])]).unwrap();
    assert_eq!(told(&answer), [format!("{first}: {first} Name=b"), format!("{second}: {second} Name=a")]);
    assert_eq!(bench.found(&format!("{roles}[Name==\"a\"].")), [&*second]);
}

/// T27: writeOnceReadOnly is open while a row is made, and closed afterwards.
#[test]
fn tp469_1_104_written_once() {
    let mut bench = Bench::new();
    let row = bench.added("Device.NAT.PortMapping.", &[("Alias", "web"), ("Origin", "System")]);
    bench.changes();
    let codes = refused(&mut bench, &[(&*row, &[("Origin!", "Controller")])]);
    assert_eq!(codes, (7004, vec![(format!("{row}Origin"), 7013)]));
    for (id, settings) in [("given", &[("Alias", "test-1-104")][..]), ("made up", &[])] {
        let row = bench.added(SUB, &[settings, &[("ID", id)]].concat());
        let alias = bench.value(&format!("{row}Alias"));
        bench.changes();
        let codes = refused(&mut bench, &[(&*row, &[("Alias!", "test-1-104-new-alias")])]);
        assert_eq!(codes, (7004, vec![(format!("{row}Alias"), 7013)]));
        assert_eq!(bench.value(&format!("{row}Alias")), alias);
    }
}

/// T11: official requests leave the final dot out.
#[test]
fn tp469_1_84_the_final_dot_may_be_missing() {
    let mut bench = two_subscriptions();
    let path = FIRST.trim_end_matches('.');
    let answer = bench.set(false, &[(path, &[("Enable!", "false")])]).unwrap();
    assert_eq!(told(&answer), [format!("{path}: {FIRST} Enable=false")]);
}

/// Every parameter that was set is told [R-SET.3]; a change is only what differs.
#[test]
fn setting_the_same_value_is_told_and_is_no_change() {
    let mut bench = two_subscriptions();
    let settings = [("Enable!", "1"), ("NotifExpiration!", "07")];
    let answer = bench.set(false, &[(FIRST, &settings)]).unwrap();
    assert_eq!(told(&answer), [format!("{FIRST}: {FIRST} Enable=true NotifExpiration=7")]);
    assert_eq!(lines(&bench.changes()), [format!("{FIRST}NotifExpiration=7")]);
}

#[test]
fn settings_reach_into_single_objects_below() {
    let mut bench = Bench::new();
    let controller = "Device.LocalAgent.Controller.1.";
    let answer = bench.set(false, &[(controller, &[("E2ESession.MaxRetransmitTries!", "3")])]).unwrap();
    assert_eq!(told(&answer), [format!("{controller}: {controller} E2ESession.MaxRetransmitTries=3")]);
    assert_eq!(bench.value("Device.LocalAgent.Controller.1.E2ESession.MaxRetransmitTries"), "3");
}

/// A value has one place: the last setting of a parameter counts, and it is told once.
#[test]
fn the_same_parameter_twice_in_one_entry() {
    let mut bench = two_subscriptions();
    let settings = [("NotifExpiration!", "1"), ("NotifExpiration!", "2")];
    let answer = bench.set(false, &[(FIRST, &settings)]).unwrap();
    assert_eq!(told(&answer), [format!("{FIRST}: {FIRST} NotifExpiration=2")]);
    assert_eq!(lines(&bench.changes()), [format!("{FIRST}NotifExpiration=2")]);
}

#[test]
fn every_way_to_fail_has_its_code() {
    let mut bench = two_subscriptions();
    let absent = "Device.LocalAgent.Subscription.9.";
    let cases: &[(&str, (&str, &str), &str, u32)] = &[
        (absent, ("Enable!", "true"), absent, 7016),
        ("Device.Nowhere.", ("Enable!", "true"), "Device.Nowhere.", 7026),
        ("Device.LocalAgent.Subscription.[", ("Enable!", "true"), "Device.LocalAgent.Subscription.[", 7008),
        (SUB, ("Enable!", "true"), SUB, 7026),
        (FIRST, ("Nothing!", "true"), "Device.LocalAgent.Subscription.1.Nothing", 7010),
        (FIRST, ("Enable!", "yes"), "Device.LocalAgent.Subscription.1.Enable", 7011),
        (FIRST, ("NotifType!", "Whatever"), "Device.LocalAgent.Subscription.1.NotifType", 7012),
        (
            FIRST,
            ("CreationDate!", "2020-01-01T00:00:00Z"),
            "Device.LocalAgent.Subscription.1.CreationDate",
            7013,
        ),
        ("Device.LocalAgent.", ("UpTime!", "1"), "Device.LocalAgent.UpTime", 7013),
        (
            "Device.LocalAgent.",
            ("ControllerNumberOfEntries!", "1"),
            "Device.LocalAgent.ControllerNumberOfEntries",
            7013,
        ),
    ];
    for &(path, setting, blamed, code) in cases {
        let codes = refused(&mut bench, &[(path, &[setting])]);
        assert_eq!(codes, (7004, vec![(blamed.to_owned(), code)]), "{path} {setting:?}");
    }
}

/// Live and counted parameters belong to the device's own code: no Set reaches them, not even its own.
#[test]
fn live_and_counted_parameters_are_closed_to_the_device_too() {
    let mut bench = two_subscriptions();
    bench.requester = usp_datamodel::Requester::DEVICE;
    for name in ["UpTime!", "SubscriptionNumberOfEntries!"] {
        let codes = refused(&mut bench, &[("Device.LocalAgent.", &[(name, "1")])]);
        assert_eq!(codes.1[0].1, 7013);
    }
}

/// The standard's text on processing order: a discriminator may come after what it makes exist.
#[test]
fn a_discriminator_may_be_set_after_the_object_that_it_chooses() {
    let mut bench = Bench::new();
    bench.requester = usp_datamodel::Requester::DEVICE;
    let thing = bench.added("Device.IoTCapability.", &[("Name", "lamp"), ("Class", "LevelControl")]);
    let within = [("BinaryControl.Value!", "true"), ("Class!", "BinaryControl")];
    let answer = bench.set(false, &[(&*thing, &within)]).unwrap();
    assert_eq!(told(&answer), [format!("{thing}: {thing} BinaryControl.Value=true Class=BinaryControl")]);
    bench.set(false, &[(&*thing, &[("Class!", "LevelControl")])]).unwrap();
    let control = format!("{thing}BinaryControl.");
    let across: [(&str, &[(&str, &str)]); 2] =
        [(&control, &[("Value!", "true")]), (&thing, &[("Class!", "BinaryControl")])];
    bench.set(false, &across).unwrap();
    assert_eq!(bench.value(&format!("{control}Value")), "true");
}

/// An object whose discriminator names another does not exist.
#[test]
fn an_object_that_the_discriminator_does_not_choose_is_absent() {
    let mut bench = Bench::new();
    bench.requester = usp_datamodel::Requester::DEVICE;
    let thing = bench.added("Device.IoTCapability.", &[("Name", "lamp"), ("Class", "BinaryControl")]);
    bench.changes();
    let level = format!("{thing}LevelControl.");
    let codes = refused(&mut bench, &[(&*level, &[("Value!", "1")])]);
    assert_eq!(codes, (7004, vec![(level.clone(), 7016)]));
    let codes = refused(&mut bench, &[(&*thing, &[("LevelControl.Value!", "1")])]);
    assert_eq!(codes, (7004, vec![(format!("{thing}LevelControl.Value"), 7010)]));
    assert_eq!(bench.get(&format!("{level}Value")).err_code, 7026);
    assert_eq!(bench.found(&thing), [thing.clone(), format!("{thing}BinaryControl.")]);
}
