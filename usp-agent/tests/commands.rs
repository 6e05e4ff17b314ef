//! Commands that the Agent runs and those that it gives out, by the scenarios of TP-469 chapters 1 and 9.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

mod common;

use core::time::Duration;

use common::plain::{Plain, REQUEST, Sent, unix};
use usp_agent::datamodel::{Call, Concurrency, Fault, Requester};
use usp_agent::{Input, Output};
use usp_msg::notify::operation_complete::CommandFailure;
use usp_msg::notify::{self, Notification};
use usp_msg::operate_resp::operation_result::{OperationResp, OutputArgs};
use usp_msg::{ErrorCode, Map, Operate};

const TIMER: &str = "Device.ScheduleTimer()";
const DIAGNOSTICS: &str = "Device.SelfTestDiagnostics()";

fn timer(secs: &str, key: &str) -> Operate {
    Operate::new(TIMER).with_arg("DelaySeconds", secs).with_key(key)
}

fn done(name: &str, key: &str) -> Notification {
    notify::OperationComplete::done("Device.", name, key, Map::default()).into()
}

fn failed(name: &str, key: &str, code: ErrorCode, message: &str) -> Notification {
    let failure = CommandFailure::new(code, message);
    notify::OperationComplete::failed("Device.", name, key, failure).into()
}

#[track_caller]
fn one(plain: &mut Plain) -> Sent {
    let mut told = plain.told();
    assert_eq!(told.len(), 1, "{told:?}");
    told.remove(0)
}

fn runs_as(number: u32) -> OperationResp {
    OperationResp::ReqObjPath(format!("{REQUEST}{number}."))
}

#[track_caller]
fn code(outcome: OperationResp) -> ErrorCode {
    let OperationResp::CmdFailure(failure) = outcome else { panic!("a failure is due, not {outcome:?}") };
    ErrorCode::new(failure.err_code)
}

/// [R-OPR.0]
#[test]
fn tp469_1_79_a_timer_ends_after_its_delay() {
    let mut plain = Plain::new();
    plain.subscribe("end", "OperationComplete", TIMER, &[]);
    assert_eq!(plain.operate(timer("30", "test79")), runs_as(1));
    assert_eq!(plain.value(&format!("{REQUEST}1.Status")), "Active");
    plain.pass(Duration::from_micros(29_999_999));
    assert_eq!((plain.told(), plain.rows(REQUEST).len()), (vec![], 1));
    plain.pass(Duration::from_micros(1));
    let sent = one(&mut plain);
    assert_eq!((&*sent.notify.subscription_id, sent.after.as_secs()), ("end", 30));
    assert_eq!(sent.notify.notification, Some(done("ScheduleTimer()", "test79")));
    assert_eq!((plain.rows(REQUEST), plain.until), (vec![], None));
}

/// [R-OPR.6] TP-469 9.11 as well: an empty key is legal, what the schema does not know is ignored.
#[test]
fn tp469_1_91_9_11_a_timer_with_an_unknown_argument_and_no_key() {
    let mut plain = Plain::new();
    plain.subscribe("end", "OperationComplete", TIMER, &[]);
    assert_eq!(plain.operate(timer("10", "").with_arg("InvalidArgument", "2")), runs_as(1));
    plain.pass_secs(10);
    assert_eq!(one(&mut plain).notify.notification, Some(done("ScheduleTimer()", "")));
}

/// [R-OPR.5] T15
#[test]
fn tp469_1_100_a_timer_without_a_delay_does_not_begin() {
    let mut plain = Plain::new();
    plain.subscribe("end", "OperationComplete", TIMER, &[]);
    let outcome = plain.operate(Operate::new(TIMER).with_arg("", "").with_key("test100"));
    assert_eq!(code(outcome), ErrorCode::INVALID_COMMAND_ARGUMENTS);
    assert_eq!((plain.rows(REQUEST), plain.until), (vec![], None));
    plain.pass_secs(120);
    assert_eq!(plain.told(), []);
}

/// [R-OPR.4] TP-469 1.65: the end is told although the call was not answered.
#[test]
fn tp469_1_65_a_timer_that_nobody_wants_an_answer_for() {
    let mut plain = Plain::new();
    plain.subscribe("end", "OperationComplete", TIMER, &[]);
    let operate = Operate { send_resp: false, ..timer("5", "test65") };
    assert_eq!(plain.asked_by("one", operate), None);
    plain.pass_secs(5);
    assert_eq!(one(&mut plain).notify.notification, Some(done("ScheduleTimer()", "test65")));
}

#[test]
fn timers_run_side_by_side_and_the_clock_on_the_wall_does_not_move_them() {
    let mut plain = Plain::with_wall("2024-05-01T12:00:00Z");
    plain.subscribe("end", "OperationComplete", "Device.", &[]);
    for (secs, key) in [("30", "a"), ("10", "b"), ("20", "c")] {
        plain.operate(timer(secs, key));
    }
    plain.wall = plain.wall.map(|wall| wall + 86_400);
    plain.pass_secs(60);
    let told: Vec<_> =
        plain.told().into_iter().map(|sent| (sent.after.as_secs(), sent.notify.notification)).collect();
    let end = |key| Some(done("ScheduleTimer()", key));
    assert_eq!(told, [(10, end("b")), (20, end("c")), (30, end("a"))]);
}

/// [R-OPR.3] firmware that waits for its time is not activated any more.
#[test]
fn tp469_9_8_cancel_ends_an_activation_that_waits_for_its_time() {
    let activate = format!("{IMAGES}1.Activate()");
    let mut plain = Plain::new();
    plain.update(|model| {
        model.queue_command(ACTIVATE).unwrap();
        let row = usp_msg::add::CreateObject::new(IMAGES).required("Alias", "bank");
        model.process(&usp_msg::Add::new([row]).into(), &Requester::DEVICE).unwrap();
    });
    plain.subscribe("end", "OperationComplete", &activate, &[]);
    plain.subscribe("boot", "Event", "Device.Boot!", &[]);
    let operate = Operate::new(&*activate)
        .with_key("test98")
        .with_arg("TimeWindow.1.Start", "120")
        .with_arg("TimeWindow.1.End", "500")
        .with_arg("TimeWindow.1.Mode", "AnyTime");
    assert_eq!(plain.operate(operate), runs_as(1));
    let Some(Call::Run(call)) = plain.calls().pop() else { panic!("the call is due") };
    assert_eq!(call.path(), activate);
    let token = call.token().unwrap();
    plain.pass_secs(60);
    let outcome = plain.operate(Operate::new(format!("{REQUEST}1.Cancel()")));
    assert_eq!(outcome, OperationResp::ReqOutputArgs(OutputArgs::default()));
    assert_eq!(plain.calls(), [Call::Cancel(token)]);
    assert_eq!(plain.value(&format!("{REQUEST}1.Status")), "Canceling");
    let fault = Fault::new(ErrorCode::COMMAND_CANCELED, "the firmware stays");
    plain.update(|model| model.complete_command(token, Err(fault))).unwrap();
    let failure = CommandFailure::new(ErrorCode::COMMAND_CANCELED, "the firmware stays");
    let end = notify::OperationComplete::failed(format!("{IMAGES}1."), "Activate()", "test98", failure);
    assert_eq!(one(&mut plain).notify.notification, Some(end.into()));
    assert_eq!(plain.rows(REQUEST), [""; 0]);
    plain.pass_secs(500);
    assert_eq!((plain.told(), plain.calls()), (vec![], vec![]));
}

/// [R-OPR.3] Cancel() stops a timer, which is told with 7023.
#[test]
fn cancel_ends_a_timer() {
    let mut plain = Plain::new();
    plain.subscribe("end", "OperationComplete", TIMER, &[]);
    plain.operate(timer("300", "a"));
    plain.operate(timer("400", "b"));
    plain.pass_secs(5);
    let cancel = Operate::new(format!("{REQUEST}1.Cancel()"));
    assert!(matches!(plain.operate(cancel.clone()), OperationResp::ReqOutputArgs(_)));
    let end = failed("ScheduleTimer()", "a", ErrorCode::COMMAND_CANCELED, "canceled on request");
    assert_eq!(one(&mut plain).notify.notification, Some(end));
    assert_eq!(plain.rows(REQUEST), [format!("{REQUEST}2.")]);
    assert_eq!(code(plain.operate(cancel)), ErrorCode::OBJECT_DOES_NOT_EXIST);
    plain.pass_secs(500);
    assert_eq!(one(&mut plain).notify.notification, Some(done("ScheduleTimer()", "b")));
}

/// TR-181: a timer outlives a restart, by the wall clock; one that ended meanwhile ends at once.
#[test]
fn a_timer_outlives_a_restart() {
    let mut plain = Plain::with_wall("2024-05-01T12:00:00Z");
    plain.subscribe("end", "OperationComplete", TIMER, &[("Persistent", "true")]);
    plain.operate(timer("30", "past"));
    plain.operate(timer("100", "coming"));
    plain.pass_secs(10);
    let mut plain = plain.restarted(50);
    plain.input(Input::Timeout);
    assert_eq!(one(&mut plain).notify.notification, Some(done("ScheduleTimer()", "past")));
    plain.pass_secs(39);
    assert_eq!(plain.told(), []);
    plain.pass_secs(1);
    assert_eq!(one(&mut plain).notify.notification, Some(done("ScheduleTimer()", "coming")));
    assert_eq!(plain.rows(REQUEST), [""; 0]);
    assert_eq!(plain.agent.model().notes("timer/").count(), 0);
}

/// Without the time nobody can tell how long the device was off: the delay counts anew, till the time is known.
#[test]
fn a_timer_waits_its_delay_anew_until_the_time_is_known() {
    for knows in [false, true] {
        let mut plain = Plain::with_wall("2024-05-01T12:00:00Z");
        plain.subscribe("end", "OperationComplete", TIMER, &[("Persistent", "true")]);
        plain.operate(timer("100", "t"));
        let mut plain = plain.restarted(60);
        let wall = plain.wall.take();
        plain.input(Input::Timeout);
        plain.pass_secs(30);
        assert_eq!(plain.told(), []);
        plain.wall = wall.filter(|_| knows);
        plain.input(Input::Timeout);
        plain.pass_secs(200);
        assert_eq!(one(&mut plain).after.as_secs(), if knows { 40 } else { 100 });
    }
}

/// TR-369: asynchronous commands do not outlive a restart, as a rule. Whoever subscribed is told that they failed.
#[test]
fn other_requests_have_failed_with_the_restart() {
    let mut plain = Plain::new();
    plain.update(|model| model.queue_command(DIAGNOSTICS)).unwrap();
    plain.subscribe("end", "OperationComplete", DIAGNOSTICS, &[("Persistent", "true")]);
    assert_eq!(plain.operate(Operate::new(DIAGNOSTICS).with_key("d")), runs_as(1));
    assert_eq!(plain.calls().len(), 1);
    let mut plain = plain.restarted(0);
    plain.input(Input::Timeout);
    let why = "the Agent was restarted before the command ended";
    let end = failed("SelfTestDiagnostics()", "d", ErrorCode::COMMAND_FAILURE, why);
    assert_eq!(one(&mut plain).notify.notification, Some(end));
    assert_eq!(plain.rows(REQUEST), [""; 0]);
}

/// A device whose diagnostics go on after a restart says so before the first input.
#[test]
fn a_request_that_the_device_resumes_goes_on() {
    let mut plain = Plain::new();
    plain.update(|model| model.queue_command(DIAGNOSTICS)).unwrap();
    plain.subscribe("end", "OperationComplete", DIAGNOSTICS, &[("Persistent", "true")]);
    plain.operate(Operate::new(DIAGNOSTICS).with_key("d"));
    let mut plain = plain.restarted(0);
    let token = plain.update(|model| model.resume_request(&format!("{REQUEST}1."))).unwrap();
    plain.input(Input::Timeout);
    assert_eq!(plain.told(), []);
    plain.update(|model| model.complete_command(token, Ok(Vec::new()))).unwrap();
    assert_eq!(one(&mut plain).notify.notification, Some(done("SelfTestDiagnostics()", "d")));
}

/// T14: the answer leaves before the restart begins; and without an answer the call is given out all the same.
#[test]
fn tp469_1_61_1_62_reboot_is_given_out_after_its_answer() {
    let mut plain = Plain::new();
    plain.update(|model| model.queue_command("Device.Reboot()")).unwrap();
    let record = |operate: Operate| {
        let msg = usp_msg::Msg::request("1", operate);
        let (from, to) = (common::id("self::one"), common::id("os::012345-AGENT"));
        usp_record::Record::no_session(&from, &to, msg.encode_to_vec()).encode_to_vec()
    };
    let moment = plain.moment();
    plain
        .agent
        .handle_input(Input::Record(&record(Operate::new("Device.Reboot()").with_key("test61"))), moment);
    let Output::Record { bytes, .. } = plain.agent.poll_output() else { panic!("the answer is due") };
    let answer = common::sound_msg(&common::sound(&bytes)).expect("a Message");
    let Some(Ok(answer)) = answer.into_answer::<Operate>() else { panic!("an OperateResp is due") };
    let [result] = &answer.operation_results[..] else { panic!("one result: {answer:?}") };
    assert_eq!(result.executed_command, "Device.Reboot()");
    let nothing = OperationResp::ReqOutputArgs(OutputArgs { output_args: Map::default() });
    assert_eq!(result.operation_resp, Some(nothing));
    let Output::Command(Call::Run(call)) = plain.agent.poll_output() else { panic!("the call is due") };
    assert_eq!((call.path(), call.command_key(), call.token()), ("Device.Reboot()", "test61", None));
    assert!(matches!(plain.agent.poll_output(), Output::Wait { until: None }));

    let operate = Operate { send_resp: false, ..Operate::new("Device.Reboot()").with_key("test62") };
    plain.agent.handle_input(Input::Record(&record(operate)), moment);
    let Output::Command(Call::Run(call)) = plain.agent.poll_output() else { panic!("the call is due") };
    assert_eq!(call.command_key(), "test62");
    // No answer comes later either.
    assert!(matches!(plain.agent.poll_output(), Output::Wait { until: None }));
}

/// A command of the device is fetched, run elsewhere and completed; Cancel() is a wish.
#[test]
fn commands_of_the_device_are_given_out_and_completed() {
    let mut plain = Plain::new();
    plain.update(|model| model.queue_command(DIAGNOSTICS)).unwrap();
    plain.subscribe("end", "OperationComplete", DIAGNOSTICS, &[]);
    plain.operate(Operate::new(DIAGNOSTICS).with_key("a"));
    let Some(Call::Run(call)) = plain.calls().pop() else { panic!("the call is due") };
    let token = call.token().unwrap();
    plain.operate(Operate::new(format!("{REQUEST}1.Cancel()")));
    assert_eq!(plain.calls(), [Call::Cancel(token)]);
    assert_eq!(plain.told(), []);
    let output = vec![("Status".to_owned(), "Complete".to_owned())];
    plain.update(|model| model.complete_command(token, Ok(output))).unwrap();
    let told =
        notify::OperationComplete::done("Device.", "SelfTestDiagnostics()", "a", [("Status", "Complete")]);
    assert_eq!(one(&mut plain).notify.notification, Some(told.into()));
}

const IMAGES: &str = "Device.DeviceInfo.FirmwareImage.";
const ACTIVATE: &str = "Device.DeviceInfo.FirmwareImage.{i}.Activate()";

/// With two images, one of which runs and the other waits for its turn, and a call that is not fetched yet.
fn activating() -> Plain {
    let mut plain = Plain::new();
    plain.update(|model| {
        model.queue_command(ACTIVATE).unwrap();
        model.limit_command(ACTIVATE, Concurrency::queue(1, 1)).unwrap();
        for name in ["a", "b"] {
            let row = usp_msg::add::CreateObject::new(IMAGES).required("Alias", name);
            model.process(&usp_msg::Add::new([row]).into(), &Requester::DEVICE).unwrap();
        }
    });
    plain.subscribe("end", "OperationComplete", IMAGES, &[]);
    let operate = Operate::new(format!("{IMAGES}*.Activate()"))
        .with_key("k")
        .with_arg("TimeWindow.1.Start", "120")
        .with_arg("TimeWindow.1.End", "500")
        .with_arg("TimeWindow.1.Mode", "AnyTime");
    let msg = usp_msg::Msg::request("run", operate);
    let (from, to) = (common::id("self::one"), common::id("os::012345-AGENT"));
    let record = usp_record::Record::no_session(&from, &to, msg.encode_to_vec()).encode_to_vec();
    let moment = plain.moment();
    plain.agent.handle_input(Input::Record(&record), moment);
    plain
}

/// A command has nothing to be run on when its row goes before the device has fetched the call.
#[test]
fn a_call_that_was_not_fetched_does_not_begin_without_its_row() {
    let mut plain = activating();
    let path = format!("{IMAGES}1.");
    plain.update(|model| model.process(&usp_msg::Delete::new([&*path]).into(), &Requester::DEVICE)).unwrap();
    let calls = plain.calls();
    let [Call::Run(call)] = &calls[..] else { panic!("one call is due: {calls:?}") };
    assert_eq!(call.path(), format!("{IMAGES}2.Activate()"));
    let failure = CommandFailure::new(ErrorCode::OBJECT_DOES_NOT_EXIST, "gone before the command began");
    let end = notify::OperationComplete::failed(path, "Activate()", "k", failure);
    assert_eq!(one(&mut plain).notify.notification, Some(end.into()));
    assert_eq!(plain.rows(REQUEST), [format!("{REQUEST}2.")]);
}

/// Other calls stay where they are when a row goes.
#[test]
fn calls_that_were_not_fetched_outlive_other_rows() {
    let mut plain = activating();
    plain.update(|model| {
        let row = usp_msg::add::CreateObject::new(IMAGES).required("Alias", "c");
        model.process(&usp_msg::Add::new([row]).into(), &Requester::DEVICE).unwrap();
        let path = format!("{IMAGES}3.");
        model.process(&usp_msg::Delete::new([&*path]).into(), &Requester::DEVICE).unwrap();
    });
    let calls = plain.calls();
    let [Call::Run(call)] = &calls[..] else { panic!("one call is due: {calls:?}") };
    assert_eq!((call.path(), plain.told()), (&*format!("{IMAGES}1.Activate()"), vec![]));
}

/// Nothing that a device must do is faked.
#[test]
fn what_the_device_does_not_run_fails() {
    let mut plain = Plain::new();
    for command in ["Device.Reboot()", "Device.FactoryReset()", DIAGNOSTICS] {
        assert_eq!(code(plain.operate(Operate::new(command))), ErrorCode::COMMAND_FAILURE, "{command}");
    }
    // A timer that the device runs itself is the device's.
    let mut model = common::model();
    common::DeviceRows::add_controller(&mut model, "one");
    model.on_async_command(TIMER, |_, _, _| Err(Fault::new(ErrorCode::COMMAND_FAILURE, "no clock"))).unwrap();
    let mut plain = Plain::with(model, Some(unix("2024-05-01T12:00:00Z")));
    assert_eq!(code(plain.operate(timer("1", ""))), ErrorCode::COMMAND_FAILURE);
}
