//! TP-469 chapter 2, roles: what a Controller may do, by scenario id. Permissions are compiled as an Agent would from
//! its `ControllerTrust` tables.
#![allow(clippy::unwrap_used, clippy::panic)]

extern crate alloc;

mod common;

use alloc::sync::Arc;

use common::roles::{ALL, Entry, role};
use common::{Bench, CTL, SUB, codes, deleted, names, told, vc};
use usp_datamodel::{Permissions, Requester, Role};
use usp_msg::Operate;
use usp_msg::operate_resp::operation_result::OperationResp;

const BP: &str = "Device.LocalAgent.Controller.1.BootParameter.";

/// A role that may do everything, but for entries of rising Order.
fn all_but(entries: &[Entry<'_>]) -> Role {
    role(&[&[("Device.", ALL)], entries].concat())
}

impl Bench {
    fn permit(&mut self, roles: &[Role]) {
        let permissions = Arc::new(Permissions::compile(self.model.schema(), roles));
        let controller = Requester::controller("Device.LocalAgent.Controller.1");
        self.requester = controller.with_permissions(permissions);
    }

    fn restrict(&mut self, entries: &[Entry<'_>]) {
        self.permit(&[all_but(entries)]);
    }

    /// As somebody who may do everything.
    fn freely<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let free = Requester::controller("Device.LocalAgent.Controller.1");
        let before = core::mem::replace(&mut self.requester, free);
        let result = work(self);
        self.requester = before;
        result
    }

    fn boot_parameter(&mut self) -> String {
        let name = "Device.DeviceInfo.SoftwareVersion";
        self.freely(|bench| bench.added(BP, &[("Enable", "true"), ("ParameterName", name)]))
    }
}

#[test]
fn tp469_2_11_add_with_the_right() {
    let mut bench = Bench::new();
    bench.restrict(&[(SUB, ["rwxn", "rw--", "rwxn", "rwxn"])]);
    let path = bench.added(SUB, &[]);
    assert_eq!(bench.found(&path), [path]);
}

#[test]
fn tp469_2_12_add_without_the_right() {
    let mut bench = Bench::new();
    bench.restrict(&[(SUB, ["rwxn", "r---", "rwxn", "rwxn"])]);
    let error = bench.add(false, &[(SUB, &[])]).unwrap_err();
    assert_eq!(codes(&error), (7006, vec![(SUB, 7006)]));
    assert_eq!(error.err_msg, "nothing was changed: no permission for Device.LocalAgent.Subscription.");
    assert!(bench.found(SUB).is_empty());
}

#[test]
fn tp469_2_13_delete_with_the_right() {
    let mut bench = Bench::new();
    let path = bench.added(SUB, &[]);
    bench.restrict(&[(SUB, ["rwxn", "rwxn", "rw--", "rwxn"])]);
    let answer = bench.delete(false, &[&path]).unwrap();
    assert_eq!(deleted(&answer), [format!("{path}: {path}")]);
    assert_eq!(bench.found(SUB), Vec::<String>::new());
}

#[test]
fn tp469_2_14_delete_without_the_right() {
    let mut bench = Bench::new();
    let path = bench.added(SUB, &[]);
    bench.restrict(&[(SUB, ["rwxn", "rwxn", "r---", "rwxn"])]);
    let error = bench.delete(false, &[&path]).unwrap_err();
    assert_eq!(codes(&error), (7006, vec![(&*path, 7006)]));
    assert_eq!(bench.found(SUB), [path]);
}

#[test]
fn tp469_2_15_set_with_the_right_to_one_row() {
    let mut bench = Bench::new();
    let path = bench.added(SUB, &[]);
    bench.restrict(&[(SUB, ["r---"; 4]), (&path, ["rw--", "rwxn", "rwxn", "rwxn"])]);
    let answer = bench.set(false, &[(&path, &[("Enable!", "true")])]).unwrap();
    assert_eq!(told(&answer), [format!("{path}: {path} Enable=true")]);
}

#[test]
fn tp469_2_16_set_without_the_right_to_one_row() {
    let mut bench = Bench::new();
    let path = bench.added(SUB, &[]);
    bench.restrict(&[(&path, ["r---", "rwxn", "rwxn", "rwxn"])]);
    let error = bench.set(false, &[(&path, &[("Enable!", "true")])]).unwrap_err();
    assert_eq!(codes(&error), (7006, vec![(&*format!("{path}Enable"), 7006)]));
    assert_eq!(bench.value(&format!("{path}Enable")), "false");
}

#[test]
fn tp469_2_17_operate_with_the_right() {
    let mut bench = Bench::new();
    bench.model.on_command("Device.Reboot()", |_, _| Ok(Vec::new())).unwrap();
    bench.restrict(&[("Device.Reboot()", ["rwxn", "rwxn", "rwxn", "r-x-"])]);
    let answer = bench.operate(Operate::new("Device.Reboot()"));
    assert_eq!(answer.operation_results.len(), 1);
    let response = answer.operation_results[0].operation_resp.as_ref().unwrap();
    assert!(matches!(response, OperationResp::ReqOutputArgs(output) if output.output_args.is_empty()));
}

#[test]
fn tp469_2_18_operate_without_the_right() {
    let mut bench = Bench::new();
    bench.model.on_command("Device.Reboot()", |_, _| panic!("it must not run")).unwrap();
    bench.restrict(&[("Device.Reboot()", ["rwxn", "rwxn", "rwxn", "r---"])]);
    let answer = bench.operate(Operate::new("Device.Reboot()"));
    assert_eq!(answer.operation_results.len(), 1);
    let response = answer.operation_results[0].operation_resp.as_ref().unwrap();
    assert!(
        matches!(response, OperationResp::CmdFailure(failure) if failure.err_code == 7006),
        "{response:?}"
    );
}

#[test]
fn tp469_2_21_the_entry_with_the_highest_order_counts_alone() {
    let mut bench = Bench::new();
    let row = bench.boot_parameter();
    let (closed, open) = ((&*row, ["----"; 4]), (&*row, ["rw--"; 4]));
    bench.restrict(&[closed, open]);
    let answer = bench.get(BP);
    let params = &answer.resolved_path_results[0].result_params;
    assert_eq!(names(params), ["Alias", "Enable", "ParameterName"]);
    bench.restrict(&[closed, open, (&row, ["----", "rw--", "rw--", "rw--"])]);
    // T16: an object of which nothing is left is left out.
    assert!(bench.found(BP).is_empty());
}

#[test]
fn tp469_2_22_one_parameter_is_closed() {
    let mut bench = Bench::new();
    let row = bench.boot_parameter();
    let name = format!("{row}ParameterName");
    bench.restrict(&[(&row, ["rw--"; 4]), (&name, ["----"; 4])]);
    let answer = bench.get(&row);
    assert_eq!((answer.err_code, answer.resolved_path_results.len()), (0, 1));
    assert_eq!(names(&answer.resolved_path_results[0].result_params), ["Alias", "Enable"]);
    assert_eq!(bench.get(&name).err_code, 7026);
}

#[test]
fn tp469_2_23_add_below_each_controller_with_partial() {
    let mut bench = Bench::new();
    bench.restrict(&[
        ("Device.LocalAgent.Controller.1.BootParameter.", ["rw--"; 4]),
        ("Device.LocalAgent.Controller.2.BootParameter.", ["r---"; 4]),
    ]);
    let entry = ("Device.LocalAgent.Controller.*.BootParameter", &[("Enable!", "false")][..]);
    let answer = bench.add(true, &[entry]).unwrap();
    // [R-ADD.0] one parent that fails fails alone.
    let codes: Vec<u32> = answer
        .created_obj_results
        .iter()
        .map(|result| result.outcome().unwrap().map_or_else(|failure| failure.err_code, |_| 0))
        .collect();
    assert_eq!(codes, [0, 7006]);
    assert_eq!(bench.found("Device.LocalAgent.Controller.*.BootParameter."), [format!("{BP}1.")]);
}

/// [R-ADD.2a] one parent that fails leaves nothing below the others.
#[test]
fn tp469_2_24_add_below_each_controller_without_partial() {
    let mut bench = Bench::new();
    bench.restrict(&[
        ("Device.LocalAgent.Controller.1.BootParameter.", ["rw--"; 4]),
        ("Device.LocalAgent.Controller.2.BootParameter.", ["r---"; 4]),
    ]);
    let before = bench.freely(Bench::everything);
    let entry = ("Device.LocalAgent.Controller.*.BootParameter", &[("Enable!", "false")][..]);
    let error = bench.add(false, &[entry]).unwrap_err();
    assert_eq!(codes(&error), (7006, vec![("Device.LocalAgent.Controller.2.BootParameter.", 7006)]));
    assert_eq!(bench.freely(Bench::everything), before);
    assert_eq!(bench.changes(), []);
    assert!(bench.found("Device.LocalAgent.Controller.*.BootParameter.").is_empty());
}

#[test]
fn tp469_2_25_what_may_not_be_set_has_its_default() {
    let mut bench = Bench::new();
    bench.restrict(&[("Device.LocalAgent.Subscription.*.Enable", ["r---"; 4])]);
    let settings = [
        ("ID", "add1"),
        ("NotifType", "ValueChange"),
        ("ReferenceList!", "Device.DeviceInfo.SoftwareVersion"),
    ];
    let path = bench.added(SUB, &settings);
    assert_eq!(bench.value(&format!("{path}Enable")), "false");
}

#[test]
fn tp469_2_26_what_may_not_be_set_and_is_required() {
    let mut bench = Bench::new();
    bench.restrict(&[("Device.LocalAgent.Subscription.*.Enable", ["r---"; 4])]);
    let settings = [
        ("ID", "add26"),
        ("NotifType", "ValueChange"),
        ("ReferenceList!", "Device.DeviceInfo.SoftwareVersion"),
        ("Enable!", "true"),
    ];
    let answer = bench.add(true, &[(SUB, &settings)]).unwrap();
    assert_eq!(answer.created_obj_results.len(), 1);
    assert_eq!(answer.created_obj_results[0].outcome().unwrap().unwrap_err().err_code, 7006);
    assert!(bench.found(SUB).is_empty());
}

#[test]
fn tp469_2_27_secured_values_are_for_secured_roles() {
    let mut bench = Bench::new();
    let client = bench.added("Device.MQTT.Client.", &[("Name", "a"), ("Password", "secret")]);
    let secret = format!("{client}Password");
    let value = |bench: &mut Bench, role: Role| {
        bench.permit(&[role]);
        let answer = bench.get(&secret);
        answer
            .resolved_path_results
            .first()
            .map(|found| found.result_params.get(secret.rsplit('.').next().unwrap()).unwrap().to_owned())
    };
    assert_eq!(value(&mut bench, all_but(&[])).as_deref(), Some(""));
    let secured = Role { is_secured: true, ..all_but(&[]) };
    assert_eq!(value(&mut bench, secured).as_deref(), Some("secret"));
    let blind = Role { is_secured: true, ..all_but(&[(&secret, ["-w--"; 4])]) };
    assert_eq!(value(&mut bench, blind), None);
}

/// The Subscription is accepted; what is sent is the Agent's business.
#[test]
fn tp469_2_20_subscribing_without_the_right_to_be_notified() {
    let mut bench = Bench::new();
    let target = format!("{CTL}1.PeriodicNotifInterval");
    bench.restrict(&[(&target, ["rw--", "rwxn", "rwxn", "rwxn"])]);
    let settings = vc("2.20", &target);
    bench.added(SUB, &settings);
    let answer = bench.set(false, &[(&format!("{CTL}1."), &[("PeriodicNotifInterval!", "77")])]).unwrap();
    assert_eq!(told(&answer), [format!("{CTL}1.: {CTL}1. PeriodicNotifInterval=77")]);
}
