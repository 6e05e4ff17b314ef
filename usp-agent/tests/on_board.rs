//! OnBoardRequest, by the scenarios of TP-469 chapters 1 and 9.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

mod common;

use core::time::Duration;

use common::plain::{ONE, Plain, Sent, within};
use usp_agent::datamodel::Requester;
use usp_agent::{Ignored, Output};
use usp_msg::add::CreateObject;
use usp_msg::notify::{self, Notification};
use usp_msg::operate_resp::operation_result::OperationResp;
use usp_msg::{Add, Delete, Error, ErrorCode, Msg, Operate};

const COMPLETE: &str = "Device.LocalAgent.Controller.1.OnBoardingComplete";

fn send_on_board_request() -> Operate {
    Operate::new(format!("{ONE}.SendOnBoardRequest()"))
}

/// The one OnBoardRequest that was sent since the last call.
#[track_caller]
fn request(plain: &mut Plain) -> Sent {
    let mut told = plain.told();
    assert_eq!(told.len(), 1, "{told:?}");
    let sent = told.remove(0);
    assert!(matches!(sent.notify.notification, Some(Notification::OnBoardReq(_))), "{sent:?}");
    sent
}

/// A device that knows who it is, and what its OnBoardRequest says.
fn known() -> (Plain, notify::OnBoardRequest) {
    let mut plain = Plain::new();
    for (name, text) in [("ManufacturerOUI", "012345"), ("ProductClass", "Box"), ("SerialNumber", "A1")] {
        plain.device(&format!("Device.DeviceInfo.{name}"), text);
    }
    let told = notify::OnBoardRequest {
        oui: "012345".into(),
        product_class: "Box".into(),
        serial_number: "A1".into(),
        agent_supported_protocol_versions: "1.0,1.1,1.2,1.3,1.4".into(),
    };
    (plain, told)
}

/// [R-NOT.5] [R-NOT.6] [R-NOT.7]
#[test]
fn tp469_1_60_send_on_board_request_tells_who_the_device_is() {
    let (mut plain, told) = known();
    let operate = Operate { send_resp: false, ..send_on_board_request().with_key("test60") };
    assert_eq!(plain.asked_by("one", operate), None);
    let sent = request(&mut plain);
    assert_eq!((&*sent.to, &*sent.notify.subscription_id, sent.notify.send_resp), ("self::one", "", true));
    assert_eq!(sent.notify.notification, Some(told.into()));
    // The same Message till it is answered, by the waits of R-NOT.1.
    plain.pass_secs(10);
    let again = request(&mut plain);
    assert_eq!((&again.msg_id, &again.notify), (&sent.msg_id, &sent.notify));
    within(again.after, 5, 10);
    plain.answer("one", &sent.msg_id);
    plain.pass_secs(100_000);
    assert_eq!(plain.told(), []);
}

#[test]
fn tp469_1_101_on_boarding_is_incomplete_until_the_controller_says_otherwise() {
    let mut plain = Plain::new();
    plain.asked_by("one", send_on_board_request());
    let sent = request(&mut plain);
    plain.answer("one", &sent.msg_id);
    assert_eq!(plain.value(COMPLETE), "false");
    plain.set(COMPLETE, "true");
    assert_eq!(plain.told(), []);
    // [R-NOT.5] onboarding that becomes incomplete begins anew.
    plain.set(COMPLETE, "false");
    request(&mut plain);
}

#[test]
fn tp469_1_102_on_boarding_restarts_after_its_time_until_it_is_complete() {
    let mut plain = Plain::new();
    plain.set(&format!("{ONE}.OnBoardingRestartTime"), "60");
    plain.asked_by("one", send_on_board_request());
    let first = request(&mut plain);
    plain.pass_secs(3);
    plain.answer("one", &first.msg_id);
    plain.pass(Duration::from_micros(59_999_999));
    assert_eq!(plain.told(), []);
    plain.pass(Duration::from_micros(1));
    let second = request(&mut plain);
    assert_eq!(second.after, Duration::from_secs(63));
    assert_ne!(second.msg_id, first.msg_id);
    plain.answer("one", &second.msg_id);
    plain.set(COMPLETE, "true");
    assert_eq!(plain.until, None, "the timer is off");
    plain.pass_secs(1000);
    assert_eq!(plain.told(), []);
}

#[test]
fn tp469_1_103_without_a_restart_time_there_is_one_request() {
    let mut plain = Plain::new();
    plain.set(&format!("{ONE}.OnBoardingRestartTime"), "0");
    plain.asked_by("one", send_on_board_request());
    let first = request(&mut plain);
    plain.answer("one", &first.msg_id);
    assert_eq!(plain.until, None);
    plain.pass_secs(60);
    assert_eq!(plain.told(), []);
}

/// The restart time counts from the answer, whenever it is set.
#[test]
fn a_restart_time_that_is_changed_counts_from_the_answer() {
    let mut plain = Plain::new();
    plain.asked_by("one", send_on_board_request());
    let first = request(&mut plain);
    plain.answer("one", &first.msg_id);
    plain.pass_secs(20);
    plain.set(&format!("{ONE}.OnBoardingRestartTime"), "50");
    plain.pass_secs(30);
    assert_eq!(request(&mut plain).after, Duration::from_secs(50));
}

/// A role that may do everything, which Controller `one` has.
fn admin(plain: &mut Plain) -> &'static str {
    const ROLES: &str = "Device.LocalAgent.ControllerTrust.Role.";
    let role = CreateObject::new(ROLES).required("Enable", "true").required("Name", "Admin");
    let rights = CreateObject::new(format!("{ROLES}1.Permission."))
        .required("Enable", "true")
        .required("Targets", "Device.");
    let rights = ["Param", "Obj", "InstantiatedObj", "CommandEvent"]
        .into_iter()
        .fold(rights, |rights, name| rights.required(name, "rwxn"));
    plain.update(|model| {
        for row in [role, rights] {
            model.process(&Add::new([row]).into(), &Requester::DEVICE).unwrap();
        }
    });
    let row = "Device.LocalAgent.ControllerTrust.Role.1";
    plain.device(&format!("{ONE}.AssignedRole"), row);
    row
}

/// [R-DIS.0] a Controller that is added is gotten in touch with; so are those that wait when the Agent starts.
#[test]
fn tp469_9_9_a_new_controller_gets_an_on_board_request() {
    let (mut plain, told) = known();
    let role = admin(&mut plain);
    let settings = [
        ("Alias", "usp-111-Controller"),
        ("EndpointID", "self::new"),
        ("Enable", "true"),
        ("AssignedRole", role),
    ];
    let row = plain.add("Device.LocalAgent.Controller.", &settings);
    let sent = request(&mut plain);
    assert_eq!(sent.to, "self::new");
    plain.add(&format!("{row}MTP."), &[("Enable", "true"), ("Protocol", "WebSocket")]);
    assert_eq!(sent.notify.notification, Some(told.into()));
    assert_eq!((&*sent.notify.subscription_id, sent.notify.send_resp), ("", true));
    // SendOnBoardRequest() begins anew: the request before it is repeated no more.
    let operate = Operate::new(format!("{row}SendOnBoardRequest()"));
    assert!(matches!(plain.operate(operate), OperationResp::ReqOutputArgs(_)));
    let anew = request(&mut plain);
    assert_ne!(anew.msg_id, sent.msg_id);
    assert_eq!((&anew.to, &anew.notify), (&sent.to, &sent.notify));
    plain.pass_secs(10);
    assert_eq!(request(&mut plain).msg_id, anew.msg_id);

    let mut restarted = plain.restarted(0);
    restarted.input(usp_agent::Input::Timeout);
    // [R-NOT.4] the waits begin again with the first.
    let sent = request(&mut restarted);
    assert_eq!(sent.to, "self::new");
    restarted.pass_secs(10);
    within(request(&mut restarted).after, 5, 10);
}

/// [R-NOT.6a] [R-NOT.2]: repeated for as long as there is no NotifyResp, and an Error is none.
#[test]
fn r_not_6a_it_is_repeated_until_its_notify_resp_comes() {
    let mut plain = Plain::new();
    plain.asked_by("one", send_on_board_request());
    let sent = request(&mut plain);
    let refusal = Error::new(ErrorCode::REQUEST_DENIED, "not now");
    plain.send("one", &Msg::error_to(&*sent.msg_id, refusal));
    assert!(
        matches!(&plain.outputs[..], [Output::Ignored(Ignored::Unsolicited { .. })]),
        "{:?}",
        plain.outputs
    );
    // The answer of another Controller is none either.
    plain.answer("two", &sent.msg_id);
    // Nine waits that double and then the last one again and again: a day has 17 at least and 34 at most.
    plain.pass_secs(86_400);
    let told = plain.told();
    assert!((25..=41).contains(&told.len()), "{}", told.len());
    assert!(told.iter().all(|again| again.msg_id == sent.msg_id));
    for (retry, pair) in told.windows(2).enumerate() {
        let low = 5 << (retry + 1).min(9);
        within(pair[1].after - pair[0].after, low, 2 * low);
    }
    plain.answer("one", &sent.msg_id);
    assert_eq!(plain.until, None);
}

#[test]
fn a_controller_that_is_disabled_or_deleted_gets_none() {
    let mut plain = Plain::new();
    plain.asked_by("one", send_on_board_request());
    let sent = request(&mut plain);
    let enable = format!("{ONE}.Enable");
    plain.device(&enable, "false");
    assert_eq!(plain.until, None);
    plain.pass_secs(100);
    assert_eq!(plain.told(), []);
    // Switched on again it is gotten in touch with, since its onboarding is not complete.
    plain.device(&enable, "true");
    assert_ne!(request(&mut plain).msg_id, sent.msg_id);
    let delete = Delete::new([format!("{ONE}.")]);
    plain.asked_by("two", delete).unwrap().unwrap();
    assert_eq!((plain.until, plain.told()), (None, vec![]));
}

/// Whoever asks for one while the Controller is disabled gets it when it is enabled.
#[test]
fn a_request_for_a_disabled_controller_waits() {
    let mut plain = Plain::new();
    let two = "Device.LocalAgent.Controller.2";
    plain.device(&format!("{two}.Enable"), "false");
    let operate = Operate::new(format!("{two}.SendOnBoardRequest()"));
    assert!(matches!(plain.operate(operate), OperationResp::ReqOutputArgs(_)));
    assert_eq!((plain.told(), plain.value(&format!("{two}.OnBoardingComplete"))), (vec![], "false".into()));
    plain.device(&format!("{two}.Enable"), "true");
    assert_eq!(request(&mut plain).to, "self::two");
}

#[test]
fn a_controller_with_another_endpoint_id_is_another() {
    let mut plain = Plain::new();
    plain.asked_by("one", send_on_board_request());
    let sent = request(&mut plain);
    plain.device(&format!("{ONE}.EndpointID"), "self::three");
    let moved = request(&mut plain);
    assert_eq!((&*moved.to, moved.msg_id != sent.msg_id), ("self::three", true));
    plain.pass_secs(10);
    assert_eq!(request(&mut plain).to, "self::three");
}

/// [R-NOT.5] by policy of the device, such as what it has learned by DHCP: it runs the command itself.
#[test]
fn the_device_may_ask_for_one() {
    let mut plain = Plain::new();
    plain.update(|model| model.process(&send_on_board_request().into(), &Requester::DEVICE)).unwrap();
    assert_eq!(request(&mut plain).to, "self::one");
}
