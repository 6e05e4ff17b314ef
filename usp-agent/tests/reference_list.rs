//! ReferenceList in each of its forms (TR-181), by what is told and what is not.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

mod common;

use common::plain::{ONE, Plain, SUB};
use proptest::prelude::*;
use usp_agent::Input;
use usp_datamodel::Requester;
use usp_msg::{Add, ErrorCode, Set, add, set};

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

/// [R-NOT.0] the same path many times, a thousand paths, and paths that lead nowhere: told once, and till the row goes.
#[test]
fn r_not_0_a_long_list_tells_once_and_goes_with_its_row() {
    let absent = (1..=998).map(|row| format!("Device.LocalAgent.Controller.{}.ProvisioningCode", row + 2));
    let searched =
        ["Device.LocalAgent.Controller.[Alias==\"none\"].ProvisioningCode", CODE].map(String::from);
    let long = absent.chain(searched).collect::<Vec<_>>().join(",");
    let repeated = vec![CODE; 1_000].join(",");
    for reference in [long, repeated] {
        let mut plain = Plain::new();
        plain.subscribe("empty", "ValueChange", "", &[]);
        let row = plain.subscribe("long", "ValueChange", &reference, &[("NotifRetry", "true")]);
        plain.device(CODE, "x");
        let told = plain.told();
        assert_eq!(told.iter().map(|sent| &*sent.notify.subscription_id).collect::<Vec<_>>(), ["long"]);
        // What waits goes with the row, and its paths with it.
        plain.ask(usp_msg::Delete::new([&*row])).unwrap();
        plain.device(CODE, "y");
        assert_eq!((plain.told(), plain.until), (vec![], None));
    }
}

/// [R-NOT.0] once it is set it stays; to say it again is no change, and a row without one may get it.
#[test]
fn r_not_0_a_reference_list_that_is_set_cannot_be_changed() {
    let mut plain = Plain::new();
    let row = plain.subscribe("a", "ValueChange", CODE, &[]);
    let set = |plain: &mut Plain, row: &str, text: &str| {
        let entry = set::UpdateObject::new(row).required("ReferenceList", text);
        plain.ask(Set::new([entry])).map(drop).map_err(|error| {
            error
                .param_errs
                .iter()
                .map(|error| (error.param_path.clone(), error.err_code))
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(set(&mut plain, &row, CODE), Ok(()));
    let refused = Err(vec![(format!("{row}ReferenceList"), ErrorCode::PARAMETER_NOT_WRITEABLE.value())]);
    assert_eq!(set(&mut plain, &row, "Device.LocalAgent.Controller.2.ProvisioningCode"), refused);
    assert_eq!(set(&mut plain, &row, ""), refused);
    assert_eq!(plain.value(&format!("{row}ReferenceList")), CODE);
    plain.device(CODE, "x");
    assert_eq!(plain.told().len(), 1);

    let late = plain.add(SUB, &[("Enable", "true"), ("ID", "late"), ("NotifType", "ValueChange")]);
    assert_eq!(set(&mut plain, &late, CODE), Ok(()));
    assert!(set(&mut plain, &late, "").is_err());
    // What is the device's own to write it may write.
    plain.device(&format!("{late}ReferenceList"), "Device.LocalAgent.Controller.2.ProvisioningCode");
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

/// Settings of a Subscription, of which most rows have those of the row before them.
const SETTINGS: [(&str, &[&str]); 6] = [
    ("Recipient", &[ONE, "Device.LocalAgent.Controller.2"]),
    ("NotifType", &["ValueChange", "ObjectCreation", "Event"]),
    (
        "ReferenceList",
        &["Device.", CODE, "Device.LocalAgent.Controller.,Device.DeviceInfo.", "Device.DeviceInfo."],
    ),
    ("NotifRetry", &["false", "true"]),
    ("Enable", &["true", "false"]),
    ("NotifExpiration", &["0", "60", "3600"]),
];

impl Plain {
    /// What is told of a new value and of a new row: to whom and what, by the Subscriptions.
    fn told_of_both(&mut self) -> Vec<String> {
        self.input(Input::Timeout);
        self.told();
        let before = self.value(CODE);
        self.device(CODE, &format!("{before}x"));
        let row = add::CreateObject::new(format!("{ONE}.BootParameter.")).required("ParameterName", before);
        self.update(|model| model.process(&Add::new([row]).into(), &Requester::DEVICE)).unwrap();
        let told = self.told().into_iter();
        let mut told: Vec<String> = told.map(|sent| format!("{} {:?}", sent.to, sent.notify)).collect();
        told.sort_unstable();
        told
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    /// At a start rows are read one behind the other, and what is like the row before is not read again. Who is told of
    /// what is as where each row was read when it was added.
    #[test]
    fn rows_that_are_read_together_are_those_read_one_by_one(
        rows in proptest::collection::vec((0..SETTINGS.len(), 0_usize..4, 0..SETTINGS.len(), 0_usize..4), 1..12),
    ) {
        let mut one_by_one = Plain::new();
        one_by_one.input(Input::Timeout);
        let mut given = [0; SETTINGS.len()];
        for (number, (column, value, other, other_value)) in rows.into_iter().enumerate() {
            for (column, value) in [(column, value), (other, other_value)] {
                given[column] = value % SETTINGS[column].1.len();
            }
            let row = add::CreateObject::new(SUB).required("ID", format!("s{number}")).required("Persistent", "true");
            let settings = SETTINGS.iter().zip(given);
            // What stands first is what is so without being given.
            let settings = settings.filter(|((name, _), at)| *at > 0 || !matches!(*name, "NotifRetry" | "NotifExpiration"));
            let row = settings.fold(row, |row, ((name, values), at)| row.required(*name, values[at]));
            one_by_one.update(|model| model.process(&Add::new([row]).into(), &Requester::DEVICE)).unwrap();
        }
        let mut together = one_by_one.restarted(0);
        prop_assert_eq!(one_by_one.told_of_both(), together.told_of_both());
    }
}
