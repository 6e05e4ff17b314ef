//! TriggerAction and TriggerConfigSettings, by the scenarios of TP-469 1.93 and 1.94.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

mod common;

use common::DeviceRows;
use common::plain::{ONE, Plain, SUB, value_change};
use usp_agent::Output;
use usp_msg::notify::Notification;
use usp_msg::{Add, Delete, Error, ErrorCode, Set, add, set};

const PROVISIONING: &str = "Device.LocalAgent.Controller.1.ProvisioningCode";
const CODE: &str = "Device.LocalAgent.Controller.1.ControllerCode";

fn configure(plain: &mut Plain, id: &str, action: &str, reference: &str, settings: &str) -> String {
    let more = [("TriggerAction", action), ("TriggerConfigSettings", settings)];
    plain.subscribe(id, "ValueChange", reference, &more)
}

/// What could not be changed, since the last call.
#[track_caller]
fn failed(plain: &mut Plain) -> Vec<(String, Error)> {
    let failed = |output| match output {
        Output::TriggerFailed { subscription, error } => (subscription, error),
        other => panic!("a failure is due, not {other:?}"),
    };
    core::mem::take(&mut plain.outputs).into_iter().map(failed).collect()
}

#[test]
fn tp469_1_93_config_changes_and_does_not_notify() {
    let mut plain = Plain::new();
    let more = [("TriggerAction", "Config"), ("NotifRetry", "true")];
    let row = plain.subscribe("notify93", "ValueChange", PROVISIONING, &more);
    plain.set(&format!("{row}TriggerConfigSettings"), &format!("{row}Enable=false"));
    assert_eq!(plain.value(&format!("{row}Enable")), "true");
    plain.set(PROVISIONING, "TestValue93");
    assert_eq!(plain.value(&format!("{row}Enable")), "false");
    assert_eq!((plain.told(), failed(&mut plain)), (vec![], vec![]));
}

/// The Notify is sent although the settings switch the Subscription off.
#[test]
fn tp469_1_94_notify_and_config_does_both() {
    let mut plain = Plain::new();
    let more = [("TriggerAction", "NotifyAndConfig"), ("NotifRetry", "true")];
    let row = plain.subscribe("notify94", "ValueChange", PROVISIONING, &more);
    plain.set(&format!("{row}TriggerConfigSettings"), &format!("{row}Enable=false"));
    plain.set(PROVISIONING, "TestValue94");
    let told = plain.told();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].notify.notification, Some(value_change(PROVISIONING, "TestValue94")));
    assert!(told[0].notify.send_resp);
    assert_eq!(plain.value(&format!("{row}Enable")), "false");
    plain.set(PROVISIONING, "again");
    assert_eq!(plain.told(), []);
}

/// Several settings, texts in quotation marks, a comma in a text as lists write it, a Search Path.
#[test]
fn settings_have_all_forms_of_paths_and_values() {
    let mut plain = Plain::new();
    let settings = format!(
        "{CODE}=\"a=b%2C c\",{ONE}.PeriodicNotifInterval=77,\
         Device.LocalAgent.Controller.[Alias==\"two\"].ProvisioningCode=\"x\""
    );
    configure(&mut plain, "c", "Config", PROVISIONING, &settings);
    plain.set(PROVISIONING, "1");
    assert_eq!(failed(&mut plain), []);
    assert_eq!(plain.value(CODE), "a=b, c");
    assert_eq!(plain.value(&format!("{ONE}.PeriodicNotifInterval")), "77");
    assert_eq!(plain.value("Device.LocalAgent.Controller.2.ProvisioningCode"), "x");
}

/// It happens after the commit of the request that triggered it, which is answered first and cannot fail by it.
#[test]
fn settings_are_all_or_nothing_and_fail_alone() {
    let mut plain = Plain::new();
    let wrong = format!("{CODE}=\"a\",{ONE}.PeriodicNotifInterval=0");
    let row = configure(&mut plain, "c", "NotifyAndConfig", PROVISIONING, &wrong);
    plain.set(PROVISIONING, "1");
    assert_eq!(plain.value(PROVISIONING), "1");
    assert_eq!(plain.value(CODE), "");
    let [(subscription, error)] = &failed(&mut plain)[..] else { panic!("one failure") };
    assert_eq!((subscription, error.param_errs[0].code()), (&row, ErrorCode::INVALID_VALUE));
    assert_eq!(error.param_errs[0].param_path, format!("{ONE}.PeriodicNotifInterval"));
    assert_eq!(plain.notifications(), [value_change(PROVISIONING, "1")]);

    plain.set(&format!("{row}TriggerConfigSettings"), "nonsense");
    plain.set(PROVISIONING, "2");
    let [(_, error)] = &failed(&mut plain)[..] else { panic!("one failure") };
    assert_eq!(error.code(), ErrorCode::INVALID_ARGUMENTS);
    assert!(error.err_msg.contains("nonsense"), "{error}");
}

/// What a trigger changes is told and triggers in turn.
#[test]
fn what_is_configured_is_told_and_triggers_others() {
    let mut plain = Plain::new();
    configure(&mut plain, "first", "Config", PROVISIONING, &format!("{CODE}=\"second\""));
    configure(&mut plain, "second", "Config", CODE, &format!("{ONE}.PeriodicNotifInterval=5"));
    plain.subscribe("watch", "ValueChange", &format!("{ONE}."), &[]);
    plain.set(PROVISIONING, "first");
    let told = [
        value_change(PROVISIONING, "first"),
        value_change(CODE, "second"),
        value_change(&format!("{ONE}.PeriodicNotifInterval"), "5"),
    ];
    assert_eq!(plain.notifications(), told);
}

/// Subscriptions that trigger each other for ever come to an end, and the Agent goes on.
#[test]
fn triggers_in_a_circle_come_to_an_end() {
    let mut plain = Plain::new();
    // Each takes back what the other did, which triggers both again.
    let rows = ["a", "b"].map(|id| {
        configure(&mut plain, id, "NotifyAndConfig", PROVISIONING, &format!("{PROVISIONING}=\"{id}\""))
    });
    plain.set(PROVISIONING, "start");
    let failures = failed(&mut plain);
    let told: Vec<_> = failures.iter().map(|(row, error)| (row.clone(), error.code())).collect();
    assert_eq!(told, rows.clone().map(|row| (row, ErrorCode::RESOURCES_EXCEEDED)));
    assert_eq!(plain.value(PROVISIONING), "b");
    // One Notify to each for the Set, and for each of two changes in each of eight rounds.
    assert_eq!(plain.notifications().len(), 2 + 8 * 4);
    plain.ask(Delete::new(rows)).unwrap();
    plain.set(PROVISIONING, "end");
    assert_eq!((plain.value(PROVISIONING), failed(&mut plain)), ("end".into(), vec![]));
}

/// A Subscription that is triggered several times by one request configures once.
#[test]
fn several_changes_of_one_request_configure_once() {
    let mut plain = Plain::new();
    let reference = format!("{PROVISIONING},{CODE}");
    configure(&mut plain, "c", "NotifyAndConfig", &reference, &format!("{ONE}.PeriodicNotifInterval=9"));
    plain.subscribe("watch", "ValueChange", &format!("{ONE}.PeriodicNotifInterval"), &[]);
    let entry = set::UpdateObject::new(format!("{ONE}."))
        .required("ProvisioningCode", "1")
        .required("ControllerCode", "2");
    plain.ask(Set::new([entry])).unwrap();
    let told = [
        value_change(PROVISIONING, "1"),
        value_change(CODE, "2"),
        value_change(&format!("{ONE}.PeriodicNotifInterval"), "9"),
    ];
    let mut notifications = plain.notifications();
    notifications[..2].sort_by_key(|told| !format!("{told:?}").contains("Provisioning"));
    assert_eq!(notifications, told);
}

/// A Controller that is switched off configures nothing either.
#[test]
fn a_disabled_recipient_configures_nothing() {
    let mut plain = Plain::new();
    configure(&mut plain, "c", "Config", "Device.DeviceInfo.SoftwareVersion", &format!("{CODE}=\"a\""));
    plain.device(&format!("{ONE}.Enable"), "false");
    plain.device("Device.DeviceInfo.SoftwareVersion", "2");
    assert_eq!(plain.value(CODE), "");
    assert_eq!(failed(&mut plain), []);
}

/// [R-SEC.1] the rights are those of the Recipient, not of whoever triggers.
#[test]
fn settings_are_made_with_the_rights_of_the_recipient() {
    let mut model = common::model();
    model.add_controller("one");
    model.add_controller("two");
    let mut plain = Plain::with(model, None);
    let role = |plain: &mut Plain, name: &str, permissions: &[(&str, &str)]| {
        let roles = "Device.LocalAgent.ControllerTrust.Role.";
        let row = add::CreateObject::new(roles).required("Name", name).required("Enable", "true");
        plain.update(|model| {
            model.process(&Add::new([row]).into(), &usp_agent::datamodel::Requester::DEVICE).unwrap();
            let row = model.objects_at(&format!("{roles}[Name==\"{name}\"].")).unwrap().remove(0);
            for (targets, param) in permissions {
                let permission = add::CreateObject::new(format!("{row}Permission."))
                    .required("Enable", "true")
                    .required("Targets", *targets)
                    .required("Param", *param)
                    .required("Obj", "rw-n")
                    .required("InstantiatedObj", "rw-n")
                    .required("CommandEvent", "r-xn");
                model
                    .process(&Add::new([permission]).into(), &usp_agent::datamodel::Requester::DEVICE)
                    .unwrap();
            }
            row.trim_end_matches('.').to_owned()
        })
    };
    let full = role(&mut plain, "full", &[("Device.", "rw-n")]);
    let narrow = role(&mut plain, "narrow", &[("Device.", "r--n"), (SUB, "rw-n"), (CODE, "rw-n")]);
    plain.device(&format!("{ONE}.AssignedRole"), &narrow);
    plain.device("Device.LocalAgent.Controller.2.AssignedRole", &full);
    let allowed = configure(&mut plain, "a", "Config", PROVISIONING, &format!("{CODE}=\"yes\""));
    let refused =
        configure(&mut plain, "r", "Config", PROVISIONING, &format!("{ONE}.PeriodicNotifInterval=9"));
    let entry = set::UpdateObject::new(format!("{ONE}.")).required("ProvisioningCode", "by two");
    plain.asked_by("two", Set::new([entry])).unwrap().unwrap();
    assert_eq!(plain.value(CODE), "yes");
    assert_eq!(plain.value(&format!("{ONE}.PeriodicNotifInterval")), "0");
    let failures = failed(&mut plain);
    let [(subscription, error)] = &failures[..] else { panic!("one failure: {failures:?}") };
    assert_eq!((subscription, error.code()), (&refused, ErrorCode::PERMISSION_DENIED));
    assert_ne!(allowed, refused);
}

/// Events trigger as well as changes.
#[test]
fn an_event_triggers() {
    let mut plain = Plain::new();
    let settings = format!("{CODE}=\"booted\"");
    let more = [("TriggerAction", "NotifyAndConfig"), ("TriggerConfigSettings", &*settings)];
    plain.subscribe("boot", "Event", "Device.Boot!", &more);
    plain.boot(usp_agent::Boot::default());
    assert_eq!(plain.value(CODE), "booted");
    assert!(matches!(plain.notifications()[..], [Notification::Event(_)]));
}
