//! Roles of Controllers: the ControllerTrust tables decide what is answered and what is told. By the scenarios of
//! TP-469 chapter 2; those that ask for one right each are tests of usp-datamodel.
// A panic is how a test reports; the fixture serves several test programs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, dead_code)]

mod common;

use common::{Link, Seeded};
use usp_agent::{Agent, Ignored, Now};
use usp_datamodel::{DataModel, Requester};
use usp_msg::get_resp::RequestedPathResult;
use usp_msg::notify::{self, Notification};
use usp_msg::operate_resp::operation_result::OperationResp;
use usp_msg::response::RespType;
use usp_msg::{Add, Delete, Error, Get, Notify, Operate, Set, add, set};

const SUB: &str = "Device.LocalAgent.Subscription.";
const TRUST: &str = "Device.LocalAgent.ControllerTrust.";
const ROLE: &str = "Device.LocalAgent.ControllerTrust.Role.";
const INTERVAL: &str = "Device.LocalAgent.Controller.1.PeriodicNotifInterval";

const ALL: [&str; 4] = ["rwxn"; 4];

impl Link {
    /// Two Controllers: the first has the role in row 1, which may do everything; the second the role in row 2, which
    /// may do nothing yet.
    fn with_roles() -> Self {
        let mut link = Self::new();
        for (row, name) in [(1, "Admin"), (2, "Guest")] {
            assert_eq!(link.role(name), format!("{ROLE}{row}."));
            link.device_set(&format!("Device.LocalAgent.Controller.{row}."), "AssignedRole", &role(row));
        }
        link.permit(1, &[("Device.", ALL)]);
        link
    }

    /// Adds an enabled role by the device.
    fn role(&mut self, name: &str) -> String {
        let row = add::CreateObject::new(ROLE).required("Name", name).required("Enable", "true");
        self.device_add(vec![row]).remove(0)
    }

    /// Adds enabled Permissions by the device, without Order.
    fn permit(&mut self, role: u32, entries: &[(&str, [&str; 4])]) -> Vec<String> {
        let rows = entries.iter().map(|entry| permission(role, entry)).collect();
        self.device_add(rows)
    }

    fn device_add(&mut self, rows: Vec<add::CreateObject>) -> Vec<String> {
        let now = Now::new(self.now);
        let add = Add::new(rows);
        let answer = self.agent.update(now, |model| model.process(&add.into(), &Requester::DEVICE));
        let Some(RespType::AddResp(answer)) = answer.unwrap().resp_type else { panic!("an Add was asked") };
        let rows = answer.created_obj_results.iter();
        rows.map(|row| row.outcome().unwrap().unwrap().instantiated_path.clone()).collect()
    }

    fn device_set(&mut self, object: &str, parameter: &str, value: &str) {
        let now = Now::new(self.now);
        let path = format!("{object}{parameter}");
        self.agent.update(now, |model| model.update_value_at(&path, value)).unwrap();
        self.run();
    }

    /// As a Controller, by its number.
    fn ask_as(
        &mut self,
        controller: usize,
        request: impl Into<usp_msg::Request>,
    ) -> Option<Result<RespType, Error>> {
        let agent = self.agent.id().clone();
        self.controllers[controller - 1].0.send(&agent, request, self.now);
        self.run();
        let (_, result) = self.controllers[controller - 1].1.answers.pop_front()?;
        Some(result.map(|response| response.resp_type.expect("a response")))
    }

    #[track_caller]
    fn get_as(&mut self, controller: usize, path: &str) -> RequestedPathResult {
        match self.ask_as(controller, Get::new([path])) {
            Some(Ok(RespType::GetResp(mut answer))) => answer.req_path_results.remove(0),
            other => panic!("{other:?}"),
        }
    }

    /// The value of a parameter; `None` if there is none for this Controller.
    #[track_caller]
    fn value_as(&mut self, controller: usize, path: &str) -> Option<String> {
        let result = self.get_as(controller, path);
        if result.err_code != 0 {
            assert_eq!((result.err_code, result.resolved_path_results.len()), (7026, 0));
            return None;
        }
        let params = &result.resolved_path_results[0].result_params;
        Some(params.get(path.rsplit('.').next().unwrap()).unwrap().to_owned())
    }

    #[track_caller]
    fn set_as(&mut self, controller: usize, parameter: &str, value: &str) -> Result<(), u32> {
        let (object, name) = parameter.rsplit_once('.').unwrap();
        let entry = set::UpdateObject::new(format!("{object}.")).required(name, value);
        let answer = self.ask_as(controller, Set::new([entry])).expect("an answer");
        answer.map(drop).map_err(|error| error.err_code)
    }

    /// What a Controller was told since the last call.
    fn told_to(&mut self, controller: usize) -> Vec<Notify> {
        core::mem::take(&mut self.controllers[controller - 1].1.notifies)
    }

    #[track_caller]
    fn subscribe_as(&mut self, controller: usize, id: &str, notif_type: &str, reference: &str) {
        let row = add::CreateObject::new(SUB)
            .required("Enable", "true")
            .required("ID", id)
            .required("NotifType", notif_type)
            .required("ReferenceList", reference);
        let answer = self.ask_as(controller, Add::new([row])).expect("an answer").unwrap();
        assert!(matches!(answer, RespType::AddResp(_)), "{answer:?}");
    }
}

fn role(row: u32) -> String {
    format!("{ROLE}{row}")
}

fn permission(role: u32, (targets, rights): &(&str, [&str; 4])) -> add::CreateObject {
    add::CreateObject::new(format!("{ROLE}{role}.Permission."))
        .required("Enable", "true")
        .required("Targets", *targets)
        .required("Param", rights[0])
        .required("Obj", rights[1])
        .required("InstantiatedObj", rights[2])
        .required("CommandEvent", rights[3])
}

#[test]
fn without_any_role_every_controller_may_do_everything() {
    let mut link = Link::new();
    assert_eq!(link.set_as(2, INTERVAL, "77"), Ok(()));
    assert_eq!(link.value_as(2, INTERVAL).as_deref(), Some("77"));
}

#[test]
fn the_first_role_closes_the_device_for_good() {
    let mut link = Link::new();
    let row = link.role("Admin");
    assert_eq!(link.value_as(1, INTERVAL), None);
    assert_eq!(link.set_as(1, INTERVAL, "77"), Err(7006));
    let now = Now::new(link.now);
    let delete = Delete::new([row]);
    link.agent.update(now, |model| model.process(&delete.into(), &Requester::DEVICE)).unwrap();
    assert_eq!(link.value_as(1, INTERVAL), None);
}

#[test]
fn tp469_2_10_a_role_is_added() {
    let mut link = Link::with_roles();
    let row = add::CreateObject::new(ROLE).required("Enable", "true").required("Name", "Trusted");
    let Some(Ok(RespType::AddResp(answer))) = link.ask_as(1, Add::new([row])) else { panic!("an AddResp") };
    let success = answer.created_obj_results[0].outcome().unwrap().unwrap();
    assert_eq!(success.instantiated_path, format!("{ROLE}3."));
    let mut keys: Vec<&str> = success.unique_keys.keys().collect();
    keys.sort_unstable();
    assert_eq!(keys, ["Alias", "Name"]);
}

/// T13: each Permission that is added without Order goes before those that are there.
#[test]
fn permissions_without_order_ascend() {
    let mut link = Link::with_roles();
    let rows = link.permit(1, &[(INTERVAL, ["----"; 4]), (INTERVAL, ["r---"; 4])]);
    let order = |link: &mut Link, row: &str| link.value_as(1, &format!("{row}Order")).unwrap();
    assert_eq!(order(&mut link, &format!("{ROLE}1.Permission.1.")), "0");
    assert_eq!([order(&mut link, &rows[0]), order(&mut link, &rows[1])], ["1", "2"]);
    assert!(link.value_as(1, INTERVAL).is_some());
    assert_eq!(link.set_as(1, INTERVAL, "77"), Err(7006));
    // A Controller may say otherwise, as long as each Order is there once.
    let row = permission(1, &(INTERVAL, ALL)).required("Order", "1");
    let error = link.ask_as(1, Add::new([row])).unwrap().unwrap_err();
    assert_eq!(error.param_errs[0].err_code, 7025);
    let row = permission(1, &(INTERVAL, ALL)).required("Order", "70");
    link.ask_as(1, Add::new([row])).unwrap().unwrap();
    assert_eq!(link.set_as(1, INTERVAL, "77"), Ok(()));
}

/// [R-OPR.4]
#[test]
fn tp469_2_18_a_command_without_the_right_is_refused_though_no_answer_is_wanted() {
    let mut link = Link::with_roles();
    let now = Now::new(link.now);
    let runs = |model: &mut DataModel| model.on_command("Device.Reboot()", |_, _| panic!("it must not run"));
    link.agent.update(now, runs).unwrap();
    link.permit(1, &[("Device.Reboot()", ["rwxn", "rwxn", "rwxn", "r---"])]);
    let operate = Operate { send_resp: false, ..Operate::new("Device.Reboot()") };
    let Some(Ok(RespType::OperateResp(answer))) = link.ask_as(1, operate) else { panic!("an OperateResp") };
    let [result] = &answer.operation_results[..] else { panic!("one result: {answer:?}") };
    assert_eq!(result.executed_command, "Device.Reboot()");
    let Some(OperationResp::CmdFailure(failure)) = &result.operation_resp else { panic!("{result:?}") };
    assert_eq!(failure.err_code, 7006);
}

#[test]
fn tp469_2_19_told_with_the_right_to_be_notified() {
    let mut link = Link::with_roles();
    link.permit(1, &[(INTERVAL, ["rw-n", "rwxn", "rwxn", "rwxn"])]);
    link.subscribe_as(1, "s", "ValueChange", INTERVAL);
    assert_eq!(link.set_as(1, INTERVAL, "77"), Ok(()));
    let change = notify::ValueChange { param_path: INTERVAL.into(), param_value: "77".into() };
    assert_eq!(link.told_to(1), [Notify::new("s", Notification::from(change))]);
}

#[test]
fn tp469_2_20_not_told_without_the_right_to_be_notified() {
    let mut link = Link::with_roles();
    link.permit(1, &[(INTERVAL, ["rw--", "rwxn", "rwxn", "rwxn"])]);
    link.subscribe_as(1, "s", "ValueChange", INTERVAL);
    assert_eq!(link.set_as(1, INTERVAL, "77"), Ok(()));
    assert_eq!(link.told_to(1), []);
}

/// [R-SEC.7]
#[test]
fn changes_of_the_tables_count_from_the_next_request_on() {
    let mut link = Link::with_roles();
    assert_eq!(link.value_as(2, INTERVAL), None);
    let row = link.permit(2, &[(INTERVAL, ["r---", "----", "----", "----"])]).remove(0);
    assert_eq!(link.value_as(2, INTERVAL).as_deref(), Some("0"));
    assert_eq!(link.set_as(2, INTERVAL, "1"), Err(7006));
    // By a Controller, in the one or the other parameter or row.
    assert_eq!(link.set_as(1, &format!("{row}Param"), "rw--"), Ok(()));
    assert_eq!(link.set_as(2, INTERVAL, "1"), Ok(()));
    assert_eq!(link.set_as(1, &format!("{row}Enable"), "false"), Ok(()));
    assert_eq!(link.value_as(2, INTERVAL), None);
    assert_eq!(link.set_as(1, &format!("{row}Enable"), "true"), Ok(()));
    assert_eq!(link.set_as(1, &format!("{ROLE}2.Enable"), "false"), Ok(()));
    assert_eq!(link.value_as(2, INTERVAL), None);
    assert_eq!(link.set_as(1, "Device.LocalAgent.Controller.2.AssignedRole", &role(1)), Ok(()));
    assert_eq!(link.value_as(2, INTERVAL).as_deref(), Some("1"));
}

/// The role that the Agent gives cannot be taken by a Controller, however much it may do.
#[test]
fn r_sec_1a_the_roles_of_a_controller_can_be_read() {
    let mut link = Link::with_roles();
    let of_two = |name: &str| format!("Device.LocalAgent.Controller.2.{name}");
    link.device_set("Device.LocalAgent.Controller.2.", "InheritedRole", &role(1));
    assert_eq!(link.value_as(1, &of_two("AssignedRole")), Some(role(2)));
    assert_eq!(link.value_as(1, &of_two("InheritedRole")), Some(role(1)));
    assert_eq!(link.set_as(1, &of_two("InheritedRole"), &role(2)), Err(7004));
    assert_eq!(link.value_as(1, &of_two("InheritedRole")), Some(role(1)));
}

/// It stands for a certificate that was seen, and nobody has seen one since.
#[test]
fn r_sec_21_an_inherited_role_does_not_outlive_a_restart() {
    let mut link = Link::with_roles();
    let of_two = |name: &str| format!("Device.LocalAgent.Controller.2.{name}");
    link.device_set("Device.LocalAgent.Controller.2.", "InheritedRole", &role(1));
    assert_eq!(link.value_as(2, INTERVAL).as_deref(), Some("0"));
    let mut restored = common::model();
    assert_eq!(restored.restore([&*link.agent.model().snapshot()]).unwrap(), []);
    link.agent = Agent::new(link.agent.id().clone(), restored, Seeded(2)).unwrap();
    link.agent.restarted();
    assert_eq!(link.value_as(2, INTERVAL), None);
    assert_eq!(link.value_as(1, &of_two("InheritedRole")).as_deref(), Some(""));
    assert_eq!(link.value_as(1, &of_two("AssignedRole")), Some(role(2)));
}

#[test]
fn a_controller_has_what_one_of_its_roles_gives() {
    let mut link = Link::with_roles();
    link.role("Operator");
    link.permit(2, &[(INTERVAL, ["r---", "----", "----", "----"])]);
    link.permit(3, &[(INTERVAL, ["-w--", "----", "----", "----"])]);
    assert_eq!(link.set_as(2, INTERVAL, "5"), Err(7006));
    link.device_set("Device.LocalAgent.Controller.2.", "InheritedRole", &role(3));
    assert_eq!(link.set_as(2, INTERVAL, "5"), Ok(()));
    assert_eq!(link.value_as(2, INTERVAL).as_deref(), Some("5"));
}

#[test]
fn a_controller_without_a_role_has_the_untrusted_one() {
    let mut link = Link::with_roles();
    link.permit(2, &[(INTERVAL, ["r---", "----", "----", "----"])]);
    link.device_set("Device.LocalAgent.Controller.2.", "AssignedRole", "");
    assert_eq!(link.value_as(2, INTERVAL), None);
    link.device_set(TRUST, "UntrustedRole", &role(2));
    assert_eq!(link.value_as(2, INTERVAL).as_deref(), Some("0"));
}

#[test]
fn who_is_banned_is_neither_heard_nor_told() {
    let mut link = Link::with_roles();
    link.permit(2, &[("Device.", ALL)]);
    link.subscribe_as(2, "s", "ValueChange", INTERVAL);
    link.device_set(TRUST, "BannedRole", &role(2));
    assert_eq!(link.set_as(1, INTERVAL, "9"), Ok(()));
    assert_eq!(link.told_to(2), []);
    assert_eq!(link.ask_as(2, Get::new([INTERVAL])), None);
    assert_eq!(link.ignored, [Ignored::BannedController { from: common::id("self::two") }]);
}

#[test]
fn tp469_2_27_secured_values_are_for_secured_roles() {
    let mut link = Link::with_roles();
    link.permit(2, &[("Device.MQTT.", ALL)]);
    let client =
        add::CreateObject::new("Device.MQTT.Client.").required("Name", "a").required("Password", "secret");
    let secret = format!("{}Password", link.device_add(vec![client])[0]);
    assert_eq!(link.value_as(2, &secret).as_deref(), Some(""));
    assert_eq!(link.set_as(1, &format!("{TRUST}SecuredRoles"), &role(2)), Ok(()));
    assert_eq!(link.value_as(2, &secret).as_deref(), Some("secret"));
    assert_eq!(link.value_as(1, &secret).as_deref(), Some(""));
    // A change is told with its value to whoever reads it.
    link.permit(2, &[(SUB, ALL)]);
    link.subscribe_as(2, "s", "ValueChange", &secret);
    link.subscribe_as(1, "s", "ValueChange", &secret);
    link.device_set("Device.MQTT.Client.1.", "Password", "other");
    let change = |value: &str| {
        let change = notify::ValueChange { param_path: secret.clone(), param_value: value.into() };
        Notify::new("s", Notification::from(change))
    };
    assert_eq!(link.told_to(2), [change("other")]);
    assert_eq!(link.told_to(1), [change("")]);
}

/// [R-GIN.0] nobody is told by what it may not search by, and a change of its rights counts from then on.
#[test]
fn subscriptions_search_by_what_their_controller_may_read() {
    let mut link = Link::with_roles();
    link.permit(2, &[(SUB, ALL), ("Device.MQTT.", ALL), ("Device.MQTT.Client.*.Name", ["----"; 4])]);
    let row = add::CreateObject::new("Device.MQTT.Client.").required("Name", "a");
    link.device_add(vec![row]);
    let searched = "Device.MQTT.Client.[Name==\"a\"].KeepAliveTime";
    link.subscribe_as(2, "s", "ValueChange", searched);
    link.device_set("Device.MQTT.Client.1.", "KeepAliveTime", "7");
    assert_eq!(link.told_to(2), []);
    link.permit(2, &[("Device.MQTT.Client.", ALL)]);
    link.device_set("Device.MQTT.Client.1.", "KeepAliveTime", "8");
    let told = link.told_to(2);
    let Some(Notification::ValueChange(change)) = &told[0].notification else { panic!("{told:?}") };
    assert_eq!((told.len(), &*change.param_value), (1, "8"));
}

/// [R-ADD.6] in notifications, and the right to hear of rows that come and go.
#[test]
fn rows_that_come_and_go_are_told_by_the_rights_to_them() {
    let mut link = Link::with_roles();
    let clients = "Device.MQTT.Client.";
    link.permit(2, &[(SUB, ALL), (clients, ["r---", "rwxn", "r--n", "----"])]);
    link.permit(2, &[("Device.MQTT.Client.*.Name", ["----"; 4]), ("Device.MQTT.Client.2.", ["r---"; 4])]);
    for kind in ["ObjectCreation", "ObjectDeletion"] {
        link.subscribe_as(2, kind, kind, clients);
    }
    let row = |name: &str| add::CreateObject::new(clients).required("Name", name).required("Alias", name);
    link.device_add(vec![row("a"), row("b")]);
    link.run();
    let told = link.told_to(2);
    let Some(Notification::ObjCreation(creation)) = &told[0].notification else { panic!("{told:?}") };
    assert_eq!((told.len(), &*creation.obj_path), (1, "Device.MQTT.Client.1."));
    assert_eq!(creation.unique_keys.iter().collect::<Vec<_>>(), [("Alias", "a")]);
    link.ask_as(1, Delete::new(["Device.MQTT.Client.*."])).unwrap().unwrap();
    let told = link.told_to(2);
    let Some(Notification::ObjDeletion(deletion)) = &told[0].notification else { panic!("{told:?}") };
    assert_eq!((told.len(), &*deletion.obj_path), (1, "Device.MQTT.Client.1."));
}
