//! Boot!, by the scenario of TP-469 9.10, and what outlives a restart.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

extern crate alloc;

mod common;

use alloc::collections::BTreeMap;

use common::plain::{ONE, Plain, SUB, value_change};
use usp_agent::datamodel::{Refusal, StagedChanges};
use usp_agent::{Boot, BootCause, Input};
use usp_msg::notify::Notification;
use usp_msg::{Add, ErrorCode, Operate, add};

const BOOT: &str = "Device.Boot!";
const PROVISIONING: &str = "Device.LocalAgent.Controller.1.ProvisioningCode";

/// The arguments of the one Boot! that was told to a Controller since the last call.
#[track_caller]
fn boot_told(plain: &mut Plain, to: &str) -> BTreeMap<String, String> {
    let told = plain.told();
    let mut told: Vec<_> = told.into_iter().filter(|sent| sent.to == to).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    let Some(Notification::Event(event)) = told.remove(0).notify.notification else {
        panic!("an event is due")
    };
    assert_eq!((&*event.obj_path, &*event.event_name), ("Device.", "Boot!"));
    event.params.iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

fn arguments(cause: &str, key: &str, reason: &str, updated: &str, map: &str) -> BTreeMap<String, String> {
    let given = [
        ("Cause", cause),
        ("CommandKey", key),
        ("Reason", reason),
        ("FirmwareUpdated", updated),
        ("ParameterMap", map),
    ];
    given.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

/// One Add with both objects, Reboot() as the device's command, restart, Boot!.
#[test]
fn tp469_9_10_boot_tells_the_boot_parameters() {
    let mut plain = Plain::new();
    plain.update(|model| model.queue_command("Device.Reboot()")).unwrap();
    plain.device("Device.DeviceInfo.SoftwareVersion", "1.0");
    let subscription = add::CreateObject::new(SUB)
        .required("NotifType", "Event")
        .required("ReferenceList", BOOT)
        .required("Persistent", "true")
        .required("Enable", "true");
    let parameter = add::CreateObject::new(format!("{ONE}.BootParameter."))
        .required("Enable", "true")
        .required("ParameterName", "Device.DeviceInfo.SoftwareVersion");
    plain.ask(Add::new([subscription, parameter])).unwrap();
    let reboot = Operate::new("Device.Reboot()").with_key("test910").with_arg("Reason", "a \"test\"");
    plain.operate(reboot);
    assert_eq!(plain.calls().len(), 1);

    let mut plain = plain.restarted(5);
    plain.input(Input::Timeout);
    assert_eq!(plain.told(), [], "Boot! waits until the device says what led to its start");
    plain.boot(Boot::default());
    let map = r#"{"Device.DeviceInfo.SoftwareVersion":"1.0"}"#;
    assert_eq!(
        boot_told(&mut plain, "self::one"),
        arguments("RemoteReboot", "test910", "a \"test\"", "false", map)
    );

    // The next start is none that was asked for, and runs other software.
    let mut plain = plain.restarted(5);
    plain.device("Device.DeviceInfo.SoftwareVersion", "2.0");
    plain.told();
    plain.boot(Boot::default());
    let map = r#"{"Device.DeviceInfo.SoftwareVersion":"2.0"}"#;
    assert_eq!(boot_told(&mut plain, "self::one"), arguments("LocalReboot", "", "", "true", map));
}

#[test]
fn what_the_device_says_of_its_start_counts() {
    let mut plain = Plain::new();
    plain.subscribe("boot", "Event", BOOT, &[]);
    let boot = Boot {
        cause: Some(BootCause::LocalFactoryReset),
        command_key: Some("k"),
        reason: Some("button"),
        firmware_updated: Some(true),
    };
    plain.boot(boot);
    let told = boot_told(&mut plain, "self::one");
    assert_eq!(told, arguments("LocalFactoryReset", "k", "button", "true", "{}"));
    // Every cause is one of the schema's.
    let schema = plain.agent.model().schema().clone();
    let argument = schema.event_at(BOOT).unwrap().arguments().unwrap().parameter("Cause").unwrap();
    let causes = [
        BootCause::LocalReboot,
        BootCause::RemoteReboot,
        BootCause::FactoryReset,
        BootCause::LocalFactoryReset,
        BootCause::RemoteFactoryReset,
    ];
    let names: Vec<&str> = argument.syntax().enumeration().map(|value| value.value).collect();
    assert_eq!(causes.map(BootCause::as_str), names[..]);
}

/// TR-181: an argument of the command says what Boot! repeats.
#[test]
fn factory_reset_may_say_its_cause() {
    let mut plain = Plain::new();
    plain.update(|model| model.queue_command("Device.FactoryReset()")).unwrap();
    for (cause, told) in [("", "RemoteFactoryReset"), ("LocalFactoryReset", "LocalFactoryReset")] {
        let operate = Operate::new("Device.FactoryReset()").with_key("f");
        let operate = if cause.is_empty() { operate } else { operate.with_arg("Cause", cause) };
        plain.operate(operate);
        assert_eq!(plain.agent.model().note("restart/cause"), Some(told));
    }
}

/// Each Controller has its own parameters, by paths of every form, as far as it may read them; numbers and booleans are
/// such in JSON, a parameter that two rows lead to is told once.
#[test]
fn the_parameter_map_is_json_of_what_each_controller_asked_for() {
    let mut plain = Plain::new();
    plain.device("Device.DeviceInfo.ManufacturerOUI", "012345");
    plain.device("Device.DeviceInfo.Description", "a \"b\"\\\n\u{1}é");
    let names = [
        "Device.DeviceInfo.Description",
        "Device.LocalAgent.UpTime",
        "Device.LocalAgent.Controller.*.Enable",
        "Device.LocalAgent.Controller.[Alias==\"two\"].Enable",
        "Device.LocalAgent.Nonsense",
        "Device.DeviceInfo.TemperatureStatus.",
    ];
    for name in names {
        plain.add(&format!("{ONE}.BootParameter."), &[("Enable", "true"), ("ParameterName", name)]);
    }
    let off = [("Enable", "false"), ("ParameterName", "Device.DeviceInfo.ManufacturerOUI")];
    plain.add(&format!("{ONE}.BootParameter."), &off);
    let two = "Device.LocalAgent.Controller.2.BootParameter.";
    plain.add(two, &[("Enable", "true"), ("ParameterName", "Device.DeviceInfo.ManufacturerOUI")]);
    plain.subscribe("boot", "Event", BOOT, &[]);
    let row = add::CreateObject::new(SUB)
        .required("NotifType", "Event")
        .required("ReferenceList", "Device.")
        .required("Enable", "true");
    plain.asked_by("two", Add::new([row])).unwrap().unwrap();
    plain.pass_secs(7);
    plain.boot(Boot::default());
    let told = plain.told();
    let map = |to: &str| {
        let sent = told.iter().find(|sent| sent.to == to).unwrap();
        let Some(Notification::Event(event)) = &sent.notify.notification else { panic!("an event is due") };
        event.params.get("ParameterMap").unwrap().to_owned()
    };
    let one = [
        r#""Device.DeviceInfo.Description":"a \"b\"\\\u000a\u0001é""#,
        r#""Device.LocalAgent.UpTime":7"#,
        r#""Device.LocalAgent.Controller.1.Enable":true"#,
        r#""Device.LocalAgent.Controller.2.Enable":true"#,
        r#""Device.DeviceInfo.TemperatureStatus.TemperatureSensorNumberOfEntries":0"#,
    ];
    assert_eq!(map("self::one"), format!("{{{}}}", one.join(",")));
    assert_eq!(map("self::two"), r#"{"Device.DeviceInfo.ManufacturerOUI":"012345"}"#);
}

/// TR-181, Persistent: what is not goes with the restart, and nobody is told.
#[test]
fn subscriptions_that_are_not_persistent_go_with_the_restart() {
    let mut plain = Plain::new();
    let kept = plain.subscribe("kept", "ValueChange", PROVISIONING, &[("Persistent", "true")]);
    plain.subscribe("gone", "ValueChange", PROVISIONING, &[]);
    plain.subscribe("watch", "ObjectDeletion", SUB, &[("Persistent", "true")]);
    let mut plain = plain.restarted(0);
    plain.input(Input::Timeout);
    assert_eq!(plain.rows(SUB), [kept, format!("{SUB}3.")]);
    assert_eq!(plain.told(), []);
    plain.device(PROVISIONING, "x");
    assert_eq!(plain.notifications(), [value_change(PROVISIONING, "x")]);
}

/// TR-181, TimeToLive: it counts from CreationDate, through restarts.
#[test]
fn a_time_to_live_goes_on_through_a_restart() {
    let mut plain = Plain::with_wall("2024-05-01T12:00:00Z");
    plain.subscribe("a", "ValueChange", PROVISIONING, &[("Persistent", "true"), ("TimeToLive", "100")]);
    plain.pass_secs(30);
    let mut plain = plain.restarted(20);
    plain.input(Input::Timeout);
    plain.pass_secs(49);
    assert_eq!(plain.rows(SUB).len(), 1);
    plain.pass_secs(1);
    assert_eq!(plain.rows(SUB).len(), 0);
}

/// The same where the device learns the time a while after its start.
#[test]
fn a_time_to_live_is_reckoned_when_the_time_is_known() {
    let mut plain = Plain::with_wall("2024-05-01T12:00:00Z");
    plain.subscribe("a", "ValueChange", PROVISIONING, &[("Persistent", "true"), ("TimeToLive", "100")]);
    let mut plain = plain.restarted(70);
    let wall = plain.wall.take();
    plain.input(Input::Timeout);
    plain.pass_secs(20);
    plain.wall = wall;
    plain.input(Input::Timeout);
    plain.pass_secs(9);
    assert_eq!(plain.rows(SUB).len(), 1);
    plain.pass_secs(1);
    assert_eq!(plain.rows(SUB).len(), 0);
}

/// A row that came before the device knew the time has no date, and goes on counting when the time is known.
#[test]
fn a_time_to_live_goes_on_when_the_time_becomes_known() {
    let mut plain = Plain::new();
    plain.subscribe("a", "ValueChange", PROVISIONING, &[("TimeToLive", "100")]);
    plain.pass_secs(60);
    plain.wall = Some(common::plain::unix("2024-05-01T12:00:00Z"));
    plain.input(Input::Timeout);
    plain.pass_secs(39);
    assert_eq!(plain.rows(SUB).len(), 1);
    plain.pass_secs(1);
    assert_eq!(plain.rows(SUB).len(), 0);
}

/// A device that knew the time goes on knowing it, whatever an input says.
#[test]
fn a_row_has_its_date_by_the_time_that_was_known_before() {
    let mut plain = Plain::with_wall("2024-05-01T12:00:00Z");
    plain.input(Input::Timeout);
    plain.wall = None;
    plain.pass_secs(90);
    let row = plain.subscribe("a", "ValueChange", PROVISIONING, &[]);
    assert_eq!(plain.value(&format!("{row}CreationDate")), "2024-05-01T12:01:30Z");
}

/// A hook of the device may keep a row that is to end; it is tried again, and not for ever at one moment.
#[test]
fn a_row_that_the_device_keeps_is_deleted_later() {
    use alloc::sync::Arc;
    use core::sync::atomic::{AtomicBool, Ordering};

    let mut plain = Plain::new();
    let keeps = Arc::new(AtomicBool::new(true));
    let asked = Arc::clone(&keeps);
    plain.update(|model| {
        let refuse = move |_: &StagedChanges<'_>| match asked.load(Ordering::Relaxed) {
            true => Err(Refusal::new(SUB, ErrorCode::REQUEST_DENIED, "it is needed")),
            false => Ok(()),
        };
        model.on_prepare(SUB, refuse).unwrap();
    });
    keeps.store(false, Ordering::Relaxed);
    plain.subscribe("a", "ValueChange", PROVISIONING, &[("TimeToLive", "10")]);
    keeps.store(true, Ordering::Relaxed);
    plain.pass_secs(69);
    assert_eq!(plain.rows(SUB).len(), 1);
    keeps.store(false, Ordering::Relaxed);
    plain.pass_secs(1);
    assert_eq!(plain.rows(SUB).len(), 0);
}

/// TR-181, TimeToLive: given later it counts from when the row came to be, without a date from the start or the Add.
#[test]
fn a_time_to_live_that_is_given_later_counts_from_the_row() {
    let mut plain = Plain::new();
    let subscribe = |plain: &mut Plain, ids: &[&str]| {
        for id in ids {
            plain.subscribe(id, "ValueChange", PROVISIONING, &[("Persistent", "true")]);
        }
    };
    let set = |plain: &mut Plain, row: u32, time: &str| plain.set(&format!("{SUB}{row}.TimeToLive"), time);
    let rows =
        |numbers: &[u32]| -> Vec<String> { numbers.iter().map(|row| format!("{SUB}{row}.")).collect() };
    subscribe(&mut plain, &["a", "b", "c"]);
    let mut plain = plain.restarted(0);
    plain.input(Input::Timeout);
    plain.pass_secs(30);
    subscribe(&mut plain, &["d", "e"]);
    plain.pass_secs(20);
    set(&mut plain, 2, "60");
    set(&mut plain, 4, "60");
    plain.pass_secs(9);
    assert_eq!(plain.rows(SUB), rows(&[1, 2, 3, 4, 5]));
    plain.pass_secs(1);
    assert_eq!(plain.rows(SUB), rows(&[1, 3, 4, 5]), "60 s after the start");
    plain.pass_secs(29);
    assert_eq!(plain.rows(SUB), rows(&[1, 3, 4, 5]));
    plain.pass_secs(1);
    assert_eq!(plain.rows(SUB), rows(&[1, 3, 5]), "60 s after its Add");
    // Taken back and given again.
    for time in ["100", "0", "95"] {
        set(&mut plain, 3, time);
    }
    plain.pass_secs(4);
    assert_eq!(plain.rows(SUB), rows(&[1, 3, 5]));
    plain.pass_secs(1);
    assert_eq!(plain.rows(SUB), rows(&[1, 5]));
    plain.pass_secs(1000);
    assert_eq!(plain.rows(SUB), rows(&[1, 5]));
}

/// TR-181: without absolute time a Subscription with a time to live ends with the restart.
#[test]
fn a_time_to_live_without_a_date_ends_with_the_restart() {
    let mut plain = Plain::new();
    plain.subscribe("a", "ValueChange", PROVISIONING, &[("Persistent", "true"), ("TimeToLive", "100")]);
    plain.subscribe("b", "ValueChange", PROVISIONING, &[("Persistent", "true")]);
    let mut plain = plain.restarted(0);
    plain.input(Input::Timeout);
    assert_eq!(plain.rows(SUB), [format!("{SUB}2.")]);
}
