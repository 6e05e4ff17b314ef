//! Thresholds (TR-181, Device.LocalAgent.Threshold.).
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

mod common;

use common::plain::{Plain, event};
use proptest::prelude::*;
use usp_msg::notify::Notification;
use usp_msg::{Add, Delete, ErrorCode, Set, add, set};

const TABLE: &str = "Device.LocalAgent.Threshold.";
/// A parameter that only the device sets.
const WATCHED: &str = "Device.DeviceInfo.ProcessStatus.CPUUsage";

fn threshold(plain: &mut Plain, operator: &str, mark: &str, more: &[(&str, &str)]) -> String {
    let given = [
        ("Enable", "true"),
        ("ReferencePath", "Device.DeviceInfo.ProcessStatus."),
        ("ThresholdParam", "CPUUsage"),
        ("ThresholdOperator", operator),
        ("ThresholdValue", mark),
    ];
    plain.add(TABLE, &[&given[..], more].concat())
}

fn triggered(row: &str, path: &str, value: &str) -> Notification {
    event(row, "Triggered!", &[("ParamPath", path), ("ParamValue", value)])
}

/// The values that triggered, of those that the parameter had one after the other.
fn run(operator: &str, mark: &str, values: &[u32]) -> Vec<String> {
    let mut plain = Plain::new();
    let row = threshold(&mut plain, operator, mark, &[]);
    plain.subscribe("t", "Event", &format!("{row}Triggered!"), &[]);
    for value in values {
        plain.device(WATCHED, &value.to_string());
    }
    let told = plain.notifications().into_iter().map(|told| match told {
        Notification::Event(event) => event.params.get("ParamValue").unwrap().to_owned(),
        other => panic!("an event is due, not {other:?}"),
    });
    told.collect()
}

/// The values start at 0, below the mark.
#[test]
fn each_operator_has_its_steps() {
    let values = [60, 70, 50, 40, 50, 60, 50, 55, 30, 50, 20];
    assert_eq!(run("Rise", "50", &values), ["60", "60"]);
    assert_eq!(run("Fall", "50", &values), ["40", "30"]);
    assert_eq!(run("Cross", "50", &values), ["60", "40", "60", "30"]);
    assert_eq!(run("Eq", "50", &values), ["50", "50", "50", "50"]);
    assert_eq!(run("NotEq", "50", &values), ["40", "60", "55", "20"]);
}

#[test]
fn an_event_has_the_parameter_and_its_value() {
    let mut plain = Plain::new();
    let row = threshold(&mut plain, "Rise", "50", &[]);
    plain.subscribe("t", "Event", "Device.LocalAgent.Threshold.*.Triggered!", &[]);
    plain.device(WATCHED, "51");
    assert_eq!(plain.notifications(), [triggered(&row, WATCHED, "51")]);
    // It is above already.
    plain.device(WATCHED, "52");
    assert_eq!(plain.notifications(), []);
}

/// OperatingMode Single: over after the first.
#[test]
fn a_single_threshold_switches_itself_off() {
    let mut plain = Plain::new();
    let row = threshold(&mut plain, "Cross", "50", &[("OperatingMode", "Single")]);
    plain.subscribe("t", "Event", &format!("{row}Triggered!"), &[]);
    plain.device(WATCHED, "60");
    assert_eq!(plain.value(&format!("{row}Enable")), "false");
    plain.device(WATCHED, "10");
    assert_eq!(plain.notifications(), [triggered(&row, WATCHED, "60")]);
    // Enabled again it starts from where the value is.
    plain.set(&format!("{row}Enable"), "true");
    plain.device(WATCHED, "70");
    assert_eq!(plain.notifications(), [triggered(&row, WATCHED, "70")]);
}

/// TR-181: only the Controller that added the threshold hears of it.
#[test]
fn only_its_controller_hears_of_a_threshold() {
    let mut plain = Plain::new();
    let row = threshold(&mut plain, "Rise", "50", &[]);
    assert_eq!(plain.value(&format!("{row}Controller")), "Device.LocalAgent.Controller.1");
    let subscription = add::CreateObject::new("Device.LocalAgent.Subscription.")
        .required("Enable", "true")
        .required("NotifType", "Event")
        .required("ReferenceList", "Device.LocalAgent.");
    plain.asked_by("two", Add::new([subscription])).unwrap().unwrap();
    plain.device(WATCHED, "60");
    assert_eq!(plain.told(), []);
    // It goes with its Controller.
    plain.asked_by("two", Delete::new(["Device.LocalAgent.Controller.1."])).unwrap().unwrap();
    assert_eq!(plain.rows(TABLE), [""; 0]);
}

/// Who was banned when the Agent started is told by its thresholds once it is not any more.
#[test]
fn a_threshold_goes_on_when_its_controller_is_not_banned_any_more() {
    let mut plain = Plain::new();
    let row = threshold(&mut plain, "Rise", "50", &[]);
    plain.subscribe("t", "Event", &format!("{row}Triggered!"), &[("Persistent", "true")]);
    let trust = "Device.LocalAgent.ControllerTrust.";
    plain.update(|model| {
        let role = add::CreateObject::new(format!("{trust}Role."))
            .required("Name", "all")
            .required("Enable", "true");
        let all = ["Param", "Obj", "InstantiatedObj", "CommandEvent"];
        let permission = add::CreateObject::new(format!("{trust}Role.1.Permission."));
        let permission = permission.required("Enable", "true").required("Targets", "Device.");
        let permission = all.iter().fold(permission, |row, name| row.required(*name, "rwxn"));
        for add in [role, permission] {
            model.process(&Add::new([add]).into(), &usp_agent::datamodel::Requester::DEVICE).unwrap();
        }
        model
            .update_value_at("Device.LocalAgent.Controller.1.AssignedRole", &format!("{trust}Role.1"))
            .unwrap();
    });
    plain.device(&format!("{trust}BannedRole"), &format!("{trust}Role.1"));
    let mut plain = plain.restarted(0);
    plain.input(usp_agent::Input::Timeout);
    plain.device(WATCHED, "60");
    plain.device(WATCHED, "40");
    assert_eq!(plain.told(), []);
    plain.device(&format!("{trust}BannedRole"), "");
    plain.device(WATCHED, "60");
    assert_eq!(plain.notifications(), [triggered(&row, WATCHED, "60")]);
}

/// TR-181: a row that looks at what the device does not have is not created; what it looks at may be named later.
#[test]
fn a_threshold_on_an_object_that_is_not_supported_is_refused() {
    let mut plain = Plain::new();
    let add = |plain: &mut Plain, path: &str| {
        plain.ask(Add::new([add::CreateObject::new(TABLE).required("ReferencePath", path)])).map(drop)
    };
    let error = add(&mut plain, "Device.Nope.").unwrap_err();
    assert_eq!(error.param_errs[0].err_code, ErrorCode::INVALID_VALUE.value(), "{error}");
    assert!(error.param_errs[0].err_msg.contains("Device.Nope. is no object"), "{error}");
    for path in [
        "Device.DeviceInfo.ProcessStatus.",
        "Device.DeviceInfo.ProcessStatus",
        "Device.LocalAgent.Controller.*.",
    ] {
        add(&mut plain, path).unwrap();
    }
    assert_eq!(plain.rows(TABLE).len(), 3);
}

/// Values of rows by a Search Path, each by itself; what is added later is first looked at when it changes.
#[test]
fn each_parameter_of_a_search_path_is_watched_by_itself() {
    let mut plain = Plain::new();
    let table = "Device.LocalAgent.Controller.";
    let given = [
        ("Enable", "true"),
        ("ReferencePath", "Device.LocalAgent.Controller.[Enable==true]."),
        ("ThresholdParam", "PeriodicNotifInterval"),
        ("ThresholdValue", "100"),
    ];
    let row = plain.add(TABLE, &given);
    plain.subscribe("t", "Event", &row, &[]);
    let interval = |number: u32| format!("{table}{number}.PeriodicNotifInterval");
    plain.device(&interval(1), "200");
    plain.device(&interval(2), "50");
    plain.device(&interval(2), "101");
    assert_eq!(
        plain.notifications(),
        [triggered(&row, &interval(1), "200"), triggered(&row, &interval(2), "101")]
    );
    let new = [("EndpointID", "self::new"), ("OnBoardingComplete", "true"), ("Enable", "true")];
    plain.add(table, &[&new[..], &[("PeriodicNotifInterval", "1")]].concat());
    for (value, told) in [("2", 0), ("300", 1), ("2", 0)] {
        plain.device(&interval(3), value);
        assert_eq!(plain.notifications().len(), told, "{value}");
    }
}

/// TR-181: what the schema does not have, and what is no whole number, makes no threshold.
#[test]
fn a_threshold_that_makes_no_sense_is_refused() {
    let mut plain = Plain::new();
    let usage = ("Device.DeviceInfo.ProcessStatus.", "CPUUsage");
    for (path, name, mark) in [
        ("Device.DeviceInfo.ProcessStatus.", "Nonsense", "1"),
        ("Device.Nonsense.", "CPUUsage", "1"),
        ("Device.DeviceInfo.", "SoftwareVersion", "1"),
        ("no path", "CPUUsage", "1"),
        (usage.0, usage.1, "many"),
        (usage.0, usage.1, "1.5"),
    ] {
        let row = add::CreateObject::new(TABLE)
            .required("ReferencePath", path)
            .required("ThresholdParam", name)
            .required("ThresholdValue", mark);
        let error = plain.ask(Add::new([row])).unwrap_err();
        assert_eq!(error.param_errs[0].code(), ErrorCode::INVALID_VALUE, "{path} {name} {mark}: {error}");
    }
    assert_eq!(plain.rows(TABLE), [""; 0]);
    // A change to nonsense is refused as well, and the threshold goes on as it was.
    let row = threshold(&mut plain, "Rise", "50", &[]);
    plain.subscribe("t", "Event", "Device.LocalAgent.", &[]);
    let entry = set::UpdateObject::new(&*row).required("ThresholdParam", "Nonsense");
    plain.ask(Set::new([entry])).unwrap_err();
    plain.device(WATCHED, "60");
    assert_eq!(plain.notifications(), [triggered(&row, WATCHED, "60")]);
}

/// One that is not set up yet, or is switched off, is quiet.
#[test]
fn a_threshold_without_a_mark_is_quiet() {
    let mut plain = Plain::new();
    plain.subscribe("t", "Event", "Device.LocalAgent.", &[]);
    let row = plain.add(TABLE, &[("Enable", "true")]);
    threshold(&mut plain, "Rise", "50", &[("Alias", "off"), ("OperatingMode", "Single")]);
    plain.set(&format!("{TABLE}2.Enable"), "false");
    plain.device(WATCHED, "60");
    assert_eq!(plain.notifications(), []);
    plain.device(WATCHED, "10");
    for (name, text) in [
        ("ReferencePath", "Device.DeviceInfo.ProcessStatus"),
        ("ThresholdParam", "CPUUsage"),
        ("ThresholdValue", "20"),
    ] {
        plain.set(&format!("{row}{name}"), text);
    }
    plain.device(WATCHED, "60");
    assert_eq!(plain.notifications(), [triggered(&row, WATCHED, "60")]);
    assert_eq!(plain.value("Device.LocalAgent.SupportedThresholdOperator"), "Rise,Fall,Cross,Eq,NotEq");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Rise and Fall alternate, and together are Cross.
    #[test]
    fn crossing_is_rising_or_falling(values in prop::collection::vec(0_u32..6, 0..30)) {
        let mut rises_and_falls = Vec::new();
        let (rises, falls, crosses) = (run("Rise", "3", &values), run("Fall", "3", &values), run("Cross", "3", &values));
        prop_assert!(rises.len() == falls.len() || rises.len() == falls.len() + 1);
        for (pair, rise) in rises.iter().enumerate() {
            rises_and_falls.push(rise.clone());
            rises_and_falls.extend(falls.get(pair).cloned());
        }
        prop_assert_eq!(rises_and_falls, crosses);
    }
}
