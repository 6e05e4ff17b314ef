//! Subscriptions and what they are told, by the scenarios of TP-469 chapter 1.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

extern crate alloc;

mod common;

use alloc::collections::BTreeSet;
use core::time::Duration;

use common::Link;
use usp_agent::{Input, Now, Output};
use usp_datamodel::{Fault, Requester};
use usp_msg::notify::operation_complete::CommandFailure;
use usp_msg::notify::{self, Notification};
use usp_msg::operate_resp::operation_result::OperationResp;
use usp_msg::response::RespType;
use usp_msg::{Add, Delete, ErrorCode, Map, Msg, Notify, Operate, Set, add, set};
use usp_record::Record;

const SUB: &str = "Device.LocalAgent.Subscription.";
const PROVISIONING: &str = "Device.LocalAgent.Controller.1.ProvisioningCode";

#[track_caller]
fn subscribe(link: &mut Link, id: &str, notif_type: &str, reference: &str, retry: bool) -> String {
    let row = add::CreateObject::new(SUB)
        .required("Enable", "true")
        .required("ID", id)
        .required("NotifType", notif_type)
        .required("ReferenceList", reference)
        .required("NotifRetry", if retry { "true" } else { "false" });
    let answer = link.ask(Add::new([row])).unwrap();
    let Some(RespType::AddResp(answer)) = answer.resp_type else { panic!("{answer:?}") };
    answer.created_obj_results[0].outcome().unwrap().unwrap().instantiated_path.clone()
}

#[track_caller]
fn provision(link: &mut Link, code: &str) {
    let entry = set::UpdateObject::new("Device.LocalAgent.Controller.1.").required("ProvisioningCode", code);
    link.ask(Set::new([entry])).unwrap();
}

fn value_change(code: &str) -> Notification {
    notify::ValueChange { param_path: PROVISIONING.into(), param_value: code.into() }.into()
}

/// [R-NOT.0a, R-NOT.7]
#[test]
fn tp469_1_52_a_change_by_the_subscriber_itself_is_told_once() {
    let mut link = Link::new();
    subscribe(&mut link, "notify52", "ValueChange", PROVISIONING, true);
    assert_eq!(link.told(), []);
    provision(&mut link, "TestValue52");
    assert_eq!(link.told(), [Notify::new("notify52", value_change("TestValue52")).with_response()]);
    // The NotifyResp was sent and taken.
    assert_eq!(link.ignored, []);
    // The same value again is no change.
    provision(&mut link, "TestValue52");
    assert_eq!(link.told(), []);
}

/// [R-NOT.0]
#[test]
fn tp469_1_53_a_deleted_subscription_tells_nothing() {
    let mut link = Link::new();
    let row = subscribe(&mut link, "notify53", "ValueChange", PROVISIONING, true);
    provision(&mut link, "TestValue53");
    assert_eq!(link.told(), [Notify::new("notify53", value_change("TestValue53")).with_response()]);
    link.ask(Delete::new([row])).unwrap();
    provision(&mut link, "notify53-2");
    assert_eq!(link.told(), []);
    link.now += Duration::from_secs(20);
    link.agent.handle_input(Input::Timeout, Now::new(link.now));
    link.run();
    assert_eq!(link.told(), []);
}

#[test]
fn tp469_1_64_the_end_of_a_command_is_told() {
    const TIMER: &str = "Device.ScheduleTimer()";
    let mut link = Link::new();
    let now = Now::new(link.now);
    link.agent.update(now, |model| model.on_async_command(TIMER, |_, _, _| Ok(()))).unwrap();
    subscribe(&mut link, "notify64", "OperationComplete", TIMER, false);
    let operate = Operate::new(TIMER).with_arg("DelaySeconds", "30").with_key("test64");
    let answer = link.ask(operate).unwrap();
    let Some(RespType::OperateResp(answer)) = answer.resp_type else { panic!("{answer:?}") };
    let request = OperationResp::ReqObjPath("Device.LocalAgent.Request.1.".into());
    assert_eq!(answer.operation_results[0].operation_resp, Some(request));
    assert_eq!(link.told(), []);

    let fault = Fault::new(ErrorCode::COMMAND_FAILURE, "the clock stopped");
    for result in [Ok(Vec::new()), Err(fault)] {
        link.agent.update(now, |model| {
            if model.running_commands().next().is_none() {
                let again = Operate::new(TIMER).with_arg("DelaySeconds", "1").with_key("test64");
                model.process(&again.into(), &Requester::DEVICE).unwrap();
            }
            let token = model.running_commands().next().unwrap();
            model.complete_command(token, result).unwrap();
        });
    }
    link.run();
    let name = "ScheduleTimer()";
    let failure = CommandFailure::new(ErrorCode::COMMAND_FAILURE, "the clock stopped");
    let done = notify::OperationComplete::done("Device.", name, "test64", Map::default());
    let failed = notify::OperationComplete::failed("Device.", name, "test64", failure);
    assert_eq!(link.told(), [Notify::new("notify64", done), Notify::new("notify64", failed)]);
}

#[test]
fn tp469_1_57_creation_is_told_but_not_of_the_subscription_itself() {
    let mut link = Link::new();
    subscribe(&mut link, "notify57", "ObjectCreation", SUB, true);
    assert_eq!(link.told(), []);
    let created = subscribe(&mut link, "notify57-2", "ValueChange", PROVISIONING, true);
    let told = link.told();
    let [
        Notify { subscription_id, send_resp: true, notification: Some(Notification::ObjCreation(creation)) },
    ] = &told[..]
    else {
        panic!("one creation: {told:?}")
    };
    assert_eq!((&**subscription_id, &creation.obj_path), ("notify57", &created));
    assert_eq!(creation.unique_keys.get("ID"), Some("notify57-2"));
    assert_eq!(creation.unique_keys.get("Recipient"), Some("Device.LocalAgent.Controller.1"));
}

#[test]
fn tp469_1_58_deletion_is_told_by_the_path_of_the_table() {
    let mut link = Link::new();
    let doomed = subscribe(&mut link, "s1", "ValueChange", PROVISIONING, false);
    subscribe(&mut link, "notify58", "ObjectDeletion", SUB, true);
    link.ask(Delete::new([doomed.clone()])).unwrap();
    let deletion = notify::ObjectDeletion { obj_path: doomed };
    assert_eq!(link.told(), [Notify::new("notify58", deletion).with_response()]);
}

#[test]
fn tp469_1_84_wildcards_in_a_reference_list() {
    let mut link = Link::new();
    let table = "Device.LocalAgent.Controller.1.BootParameter.";
    let rows = ["Device.LocalAgent.SoftwareVersion", "Device.LocalAgent.EndpointID"]
        .map(|name| add::CreateObject::new(table).required("Enable", "true").required("ParameterName", name));
    link.ask(Add::new(rows)).unwrap();
    subscribe(&mut link, "notify84", "ValueChange", &format!("{table}*.Enable"), false);
    let disable = set::UpdateObject::new(format!("{table}1")).required("Enable", "false");
    link.ask(Set::new([disable])).unwrap();
    let change = notify::ValueChange { param_path: format!("{table}1.Enable"), param_value: "false".into() };
    assert_eq!(link.told(), [Notify::new("notify84", change)]);
}

/// TP-469 1.78: a Controller's Subscriptions go with it, and their end is told.
#[test]
fn tp469_1_78_deleting_a_controller_deletes_its_subscriptions() {
    let mut link = Link::new();
    let now = link.now;
    let agent = link.agent.id().clone();
    let row = add::CreateObject::new(SUB).required("ID", "of two").required("Enable", "true");
    link.controllers[1].0.send(&agent, Add::new([row]), now);
    link.run();
    subscribe(&mut link, "watch", "ObjectDeletion", SUB, false);
    link.ask(Delete::new(["Device.LocalAgent.Controller.2."])).unwrap();
    let deletion = notify::ObjectDeletion { obj_path: format!("{SUB}1.") };
    assert_eq!(link.told(), [Notify::new("watch", deletion)]);
    assert_eq!(link.agent.model().objects_at(SUB).unwrap(), [format!("{SUB}2.")]);
}

#[test]
fn what_the_device_changes_is_told_as_well() {
    let mut link = Link::new();
    subscribe(&mut link, "device", "ValueChange", "Device.DeviceInfo.", false);
    let now = Now::new(link.now);
    let version = "Device.DeviceInfo.SoftwareVersion";
    link.agent.update(now, |model| model.update_value_at(version, "2.0")).unwrap();
    link.run();
    let change = notify::ValueChange { param_path: version.into(), param_value: "2.0".into() };
    assert_eq!(link.told(), [Notify::new("device", change)]);
}

#[test]
fn an_event_is_told_with_its_arguments() {
    let mut link = Link::new();
    subscribe(&mut link, "boot", "Event", "Device.Boot!", false);
    subscribe(&mut link, "all", "Event", "Device.", false);
    subscribe(&mut link, "other", "Event", "Device.LocalAgent.Periodic!", false);
    let now = Now::new(link.now);
    let arguments = vec![("Cause".to_owned(), "LocalReboot".to_owned())];
    link.agent.update(now, |model| model.raise_event("Device.Boot!", arguments)).unwrap();
    link.run();
    let event = notify::Event {
        obj_path: "Device.".into(),
        event_name: "Boot!".into(),
        params: [("Cause", "LocalReboot")].into(),
    };
    assert_eq!(link.told(), [Notify::new("boot", event.clone()), Notify::new("all", event)]);
}

#[test]
fn search_expressions_in_a_reference_list_ask_the_rows() {
    let mut link = Link::new();
    let reference = "Device.LocalAgent.Controller.[Alias==\"one\"].ProvisioningCode";
    subscribe(&mut link, "search", "ValueChange", reference, false);
    let second = set::UpdateObject::new("Device.LocalAgent.Controller.2.").required("ProvisioningCode", "b");
    link.ask(Set::new([second])).unwrap();
    assert_eq!(link.told(), []);
    provision(&mut link, "a");
    assert_eq!(link.told(), [Notify::new("search", value_change("a"))]);
}

#[test]
fn nothing_is_told_of_a_refused_request() {
    let mut link = Link::new();
    subscribe(&mut link, "quiet", "ValueChange", PROVISIONING, false);
    let entry = set::UpdateObject::new("Device.LocalAgent.Controller.1.")
        .required("ProvisioningCode", "x")
        .required("Nonsense", "y");
    link.ask(Set::new([entry])).unwrap_err();
    assert_eq!(link.told(), []);
}

#[test]
fn a_disabled_controller_is_told_nothing() {
    let mut link = Link::new();
    subscribe(&mut link, "quiet", "ValueChange", "Device.DeviceInfo.", false);
    let now = Now::new(link.now);
    link.agent
        .update(now, |model| {
            model.update_value_at("Device.LocalAgent.Controller.1.Enable", "false")?;
            model.update_value_at("Device.DeviceInfo.SoftwareVersion", "2.0")
        })
        .unwrap();
    link.run();
    assert_eq!(link.told(), []);
}

/// [R-NOT.0] Many are told of one change, each under its own ID and in its own Message.
#[test]
fn many_subscriptions_of_two_controllers_are_told_each_by_itself() {
    let mut link = Link::new();
    let now = Now::new(link.now);
    // In turns, and with IDs of three lengths; each fifth wants an answer.
    let subscriptions: Vec<(String, usize, bool)> = (0..40)
        .map(|n| (format!("{}{n}", ["", "sub", "the-long-one"][n / 3 % 3]), n / 2 % 2, n % 5 == 0))
        .collect();
    let rows = subscriptions.iter().map(|(id, controller, retry)| {
        add::CreateObject::new(SUB)
            .required("Enable", "true")
            .required("Recipient", format!("Device.LocalAgent.Controller.{}", controller + 1))
            .required("ID", &**id)
            .required("NotifType", "ValueChange")
            .required("ReferenceList", PROVISIONING)
            .required("NotifRetry", retry.to_string())
    });
    let rows = Add::new(rows);
    link.agent.update(now, |model| model.process(&rows.into(), &Requester::DEVICE).unwrap());
    link.run();
    link.agent.update(now, |model| {
        model.update_value_at(PROVISIONING, "first").unwrap();
        model.update_value_at(PROVISIONING, "second").unwrap();
    });
    let mut msg_ids = BTreeSet::new();
    while let Output::Record { to, bytes, .. } = link.agent.poll_output() {
        let record = Record::decode(&bytes).unwrap();
        assert_eq!(record.to_id, to.as_str());
        assert!(msg_ids.insert(Msg::decode(record.payload().unwrap()).unwrap().msg_id().to_owned()));
        let (controller, _) =
            link.controllers.iter_mut().find(|(controller, _)| *controller.id() == to).unwrap();
        controller.handle_input(usp_controller::Input::Record(&bytes), link.now);
    }
    link.run();
    assert_eq!((msg_ids.len(), link.ignored.len()), (80, 0));
    for (number, (_, heard)) in link.controllers.iter().enumerate() {
        let expected = ["first", "second"].into_iter().flat_map(|code| {
            let own = subscriptions.iter().filter(move |(_, controller, _)| *controller == number);
            own.map(move |(id, _, retry)| {
                let notify = Notify::new(&**id, value_change(code));
                if *retry { notify.with_response() } else { notify }
            })
        });
        assert_eq!(heard.notifies, expected.collect::<Vec<_>>());
    }
}
