//! What a Controller is told by what its own row says (TR-181, Device.LocalAgent.Controller.).
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

mod common;

use common::plain::{ONE, Plain, value_change};
use usp_msg::notify::{self, Notification};
use usp_msg::{Delete, Set, set};

const CONTROLLERS: &str = "Device.LocalAgent.Controller.";

/// That its row is gone is told to a Controller too, and is the last that it hears.
#[test]
fn a_controller_that_is_deleted_is_told_so_at_last() {
    for by in ["one", "two"] {
        let mut plain = Plain::new();
        plain.subscribe("gone", "ObjectDeletion", CONTROLLERS, &[("NotifRetry", "true")]);
        plain.asked_by(by, Delete::new([format!("{ONE}.")])).unwrap().unwrap();
        let told = plain.told();
        let deletion = notify::ObjectDeletion { obj_path: format!("{ONE}.") };
        let [last] = &told[..] else { panic!("by {by}: {told:?}") };
        assert_eq!((&*last.to, &*last.notify.subscription_id), ("self::one", "gone"));
        assert_eq!(last.notify.notification, Some(Notification::from(deletion)));
        assert!(!last.notify.send_resp, "nobody is left to repeat it to");
        plain.pass_secs(100);
        assert_eq!(plain.told(), []);
    }
}

#[test]
fn a_controller_that_is_disabled_is_told_so_at_last() {
    let enable = format!("{ONE}.Enable");
    for by in ["one", "two"] {
        let mut plain = Plain::new();
        plain.subscribe("off", "ValueChange", &enable, &[]);
        let entry = set::UpdateObject::new(format!("{ONE}.")).required("Enable", "false");
        plain.asked_by(by, Set::new([entry])).unwrap().unwrap();
        assert_eq!(plain.notifications(), [value_change(&enable, "false")], "disabled by {by}");
        plain.device(&format!("{ONE}.ProvisioningCode"), "x");
        plain.pass_secs(100);
        assert_eq!(plain.told(), []);
    }
}

/// Who is not concerned is told once, and who did not subscribe is told nothing.
#[test]
fn the_end_of_another_controller_is_told_as_ever() {
    let mut plain = Plain::new();
    plain.subscribe("gone", "ObjectDeletion", CONTROLLERS, &[]);
    plain.asked_by("two", Delete::new(["Device.LocalAgent.Controller.2."])).unwrap().unwrap();
    let deletion = notify::ObjectDeletion { obj_path: "Device.LocalAgent.Controller.2.".into() };
    assert_eq!(plain.notifications(), [Notification::from(deletion)]);
}

/// TransferCompletePolicy: outcomes that a Controller does not want are not told to it, and to others they are.
#[test]
fn transfers_are_told_by_the_policy_of_each_controller() {
    const EVENT: &str = "Device.LocalAgent.TransferComplete!";
    let mut plain = Plain::new();
    plain.subscribe("t", "Event", EVENT, &[]);
    for (filter, fault, told) in [
        ("Success", "0", 1),
        ("Success", "7003", 0),
        ("Failure", "0", 0),
        ("Failure", "7003", 1),
        ("Both", "0", 1),
    ] {
        plain.set(&format!("{ONE}.TransferCompletePolicy.ResultTypeFilter"), filter);
        let fault = vec![("FaultCode".to_owned(), fault.to_owned())];
        plain.update(|model| model.raise_event(EVENT, fault.clone())).unwrap();
        assert_eq!(plain.notifications().len(), told, "{filter} {fault:?}");
    }
}
