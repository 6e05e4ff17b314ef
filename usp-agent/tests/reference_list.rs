//! ReferenceList in each of its forms (TR-181), by what is told and what is not.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

mod common;

use common::plain::{ONE, Plain};

const CODE: &str = "Device.LocalAgent.Controller.1.ProvisioningCode";

/// [R-NOT.0] how often one change of a value is told by a reference.
#[test]
fn r_not_0_references_of_value_changes() {
    for (reference, told) in [
        (CODE, 1),
        ("Device.LocalAgent.Controller.1.", 1),
        ("Device.LocalAgent.Controller.", 1),
        ("Device.", 1),
        ("Device.LocalAgent.Controller.*.ProvisioningCode", 1),
        ("Device.LocalAgent.Controller.[Alias==\"one\"].ProvisioningCode", 1),
        ("Device.LocalAgent.Subscription.1.Recipient+.ProvisioningCode", 1),
        // Several that lead to it tell it once.
        ("Device.,Device.LocalAgent.Controller.*.ProvisioningCode", 1),
        ("Device.LocalAgent.Controller.2.", 0),
        ("Device.LocalAgent.Controller.[Alias==\"two\"].", 0),
        ("Device.LocalAgent.Controller.1.ControllerCode", 0),
    ] {
        let mut plain = Plain::new();
        plain.subscribe("v", "ValueChange", reference, &[]);
        plain.device(CODE, "x");
        assert_eq!(plain.told().len(), told, "{reference}");
    }
}

/// [R-NOT.0] a row that comes and goes, by the table, the rows and a search.
#[test]
fn r_not_0_references_of_rows() {
    let table = format!("{ONE}.BootParameter.");
    for (reference, created, deleted) in [
        (table.clone(), 1, 1),
        (format!("{table}*."), 1, 1),
        (format!("{table}1."), 1, 1),
        ("Device.LocalAgent.Controller.*.BootParameter.".to_owned(), 1, 1),
        (format!("{table}[Enable==true]."), 1, 1),
        (format!("{table}[Enable==false]."), 0, 0),
        (format!("{ONE}."), 0, 0),
    ] {
        let mut plain = Plain::new();
        plain.subscribe("c", "ObjectCreation", &reference, &[]);
        plain.subscribe("d", "ObjectDeletion", &reference, &[]);
        let row = plain.add(&table, &[("Enable", "true"), ("ParameterName", "Device.DeviceInfo.")]);
        assert_eq!(plain.told().len(), created, "{reference}");
        plain.ask(usp_msg::Delete::new([row])).unwrap();
        assert_eq!(plain.told().len(), deleted, "{reference}");
    }
}
