//! Requests that wait for values which the device tells later.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

extern crate alloc;

mod common;

use alloc::sync::Arc;
use core::task::Poll;
use core::time::Duration;
use std::sync::Mutex;

use common::wire::{AGENT, ONE, Wire, error, get, ids, msg, plain_record, values};
use common::{DeviceRows, id, model};
use usp_agent::datamodel::{Call, DataModel, Limits, NotAwaited, ValueToken};
use usp_agent::{Batch, Ignored, Input, Output};
use usp_msg::{Msg, Set, set};
use usp_record::Record;

const SERIAL: &str = "Device.DeviceInfo.SerialNumber";
const MODEL: &str = "Device.DeviceInfo.ModelName";
const CODE: &str = "Device.DeviceInfo.ProvisioningCode";

type Asked = Arc<Mutex<Vec<ValueToken>>>;

/// Two Controllers, and a serial number that takes its time.
fn wire() -> (Wire, Asked) {
    let mut model = model();
    model.add_controller("one");
    model.add_controller("two");
    for name in ["1", "2"] {
        let path = format!("Device.LocalAgent.Controller.{name}.E2ESession.PayloadSecurity");
        model.update_value_at(&path, "Plaintext").unwrap();
    }
    model.update_value_at(MODEL, "M").unwrap();
    let asked = Asked::default();
    (Wire::with(slow(model, &asked)), asked)
}

fn slow(mut model: DataModel, asked: &Asked) -> DataModel {
    let log = Arc::clone(asked);
    let read = move |_: &[u32], token| {
        log.lock().unwrap().push(token);
        Poll::<Result<String, _>>::Pending
    };
    model.live_later(SERIAL, read).unwrap();
    model
}

/// Has the device tell what it was asked for first.
fn tell(wire: &mut Wire, asked: &Asked) -> Result<(), NotAwaited> {
    let token = asked.lock().unwrap().remove(0);
    wire.update(|model| model.complete_value(token, Ok(format!("serial {token}"))))
}

fn from(name: &str, payload: Vec<u8>) -> Vec<u8> {
    Record::no_session(&id(&format!("self::{name}")), &id(AGENT), payload).encode_to_vec()
}

fn serial(number: u32) -> Vec<(String, String)> {
    vec![("SerialNumber".into(), format!("serial {number}"))]
}

/// A change of what a search by the serial number finds.
fn change(msg_id: &str) -> Vec<u8> {
    let path = format!("{ONE}BootParameter.[ParameterName==\"{SERIAL}\"].");
    let set = Set::new([
        set::UpdateObject::new("Device.DeviceInfo.").required("ProvisioningCode", "new"),
        set::UpdateObject::new(path).required("Enable", "true"),
    ]);
    Msg::request(msg_id, set).encode_to_vec()
}

fn message_ids(records: &[Record]) -> Vec<String> {
    records.iter().map(|record| msg(record).msg_id().to_owned()).collect()
}

#[test]
fn a_request_that_waits_holds_up_nobody_and_is_answered_out_of_order() {
    let (mut wire, asked) = wire();
    assert_eq!(wire.give(&plain_record(get("slow", SERIAL))), []);
    assert_eq!(message_ids(&wire.give(&plain_record(get("quick", MODEL)))), ["quick"]);
    wire.serves("two");
    assert_eq!(wire.give(&plain_record(get("slower", SERIAL))), []);
    wire.input(Input::Record(&from("two", get("slow", SERIAL))));
    // They are answered as their values come, each to whoever asked.
    let second = asked.lock().unwrap().remove(1);
    wire.update(|model| model.complete_value(second, Ok("second".to_owned()))).unwrap();
    let answers = wire.to("one");
    assert_eq!(message_ids(&answers), ["slower"]);
    assert_eq!(values(&answers[0]), [("SerialNumber".to_owned(), "second".to_owned())]);
    tell(&mut wire, &asked).unwrap();
    assert_eq!((message_ids(&wire.to("one")), wire.to("two")), (vec!["slow".to_owned()], vec![]));
    tell(&mut wire, &asked).unwrap();
    let theirs = wire.to("two");
    assert_eq!((message_ids(&theirs), values(&theirs[0])), (vec!["slow".to_owned()], serial(3)));
    assert_eq!(wire.until, None);
    assert_eq!(wire.ignored, []);
}

#[test]
fn r_msg_4_a_request_that_comes_again_while_it_waits_is_ignored() {
    let (mut wire, asked) = wire();
    let request = plain_record(get("m1", SERIAL));
    assert_eq!(wire.give(&request), []);
    assert_eq!(wire.give(&request), []);
    let duplicate = Ignored::Duplicate { from: id("self::one"), msg_id: "m1".into() };
    assert_eq!(wire.ignored, [duplicate]);
    assert_eq!(asked.lock().unwrap().len(), 1);
    tell(&mut wire, &asked).unwrap();
    assert_eq!(message_ids(&wire.to("one")), ["m1"]);
    // From then on it is another Message.
    assert_eq!(wire.give(&request), []);
    tell(&mut wire, &asked).unwrap();
    assert_eq!(values(&wire.to("one")[0]), serial(2));
}

#[test]
fn what_does_not_come_in_time_is_7003_at_the_moment_that_the_agent_names() {
    let (mut wire, asked) = wire();
    let begin = wire.now;
    wire.give(&plain_record(get("m1", "Device.DeviceInfo.")));
    assert_eq!(wire.until, Some(begin + Duration::from_secs(10)));
    wire.pass(Duration::from_secs(4));
    wire.agent.limit_waiting(Duration::from_secs(2));
    wire.give(&plain_record(get("m2", SERIAL)));
    assert_eq!(wire.until, Some(begin + Duration::from_secs(6)));
    wire.pass(Duration::from_micros(1_999_999));
    assert_eq!(wire.to("one"), []);
    wire.pass(Duration::from_micros(1));
    let answers = wire.to("one");
    assert_eq!(message_ids(&answers), ["m2"]);
    let answer = msg(&answers[0]).into_answer::<usp_msg::Get>().unwrap().unwrap();
    let result = &answer.req_path_results[0];
    let why = "Device.DeviceInfo.SerialNumber cannot be read: its value did not come in time";
    assert_eq!((result.err_code, &*result.err_msg), (7003, why));
    assert_eq!(wire.until, Some(begin + Duration::from_secs(10)));
    tell(&mut wire, &asked).unwrap();
    assert_eq!(message_ids(&wire.to("one")), ["m1"]);
    assert_eq!((wire.until, tell(&mut wire, &asked)), (None, Err(NotAwaited)));
}

#[test]
fn a_controller_that_is_disabled_or_deleted_gets_no_answer() {
    let (mut wire, asked) = wire();
    wire.give(&plain_record(get("m1", SERIAL)));
    wire.device(&format!("{ONE}Enable"), "false");
    assert_eq!((wire.until, tell(&mut wire, &asked)), (None, Err(NotAwaited)));
    assert_eq!(wire.agent.model().parked_requests().count(), 0);
    wire.device(&format!("{ONE}Enable"), "true");
    wire.to("one");
    // Under the same Message id as well.
    wire.give(&plain_record(get("m1", SERIAL)));
    let row = usp_agent::datamodel::typed::ObjectPath::<()>::from_text(ONE);
    wire.update(|model| model.remove(row)).unwrap();
    assert_eq!((wire.until, tell(&mut wire, &asked)), (None, Err(NotAwaited)));
    assert_eq!(wire.to("one"), []);
    wire.serves("two");
}

/// [R-SEC.1] A role that is taken away in the meantime counts.
#[test]
fn the_answer_is_made_with_the_rights_of_its_own_moment() {
    let (mut wire, asked) = wire();
    wire.give(&plain_record(get("m1", SERIAL)));
    wire.update(|model| {
        let role = usp_msg::add::CreateObject::new("Device.LocalAgent.ControllerTrust.Role.")
            .required("Name", "none");
        let add = usp_msg::Add::new([role.required("Enable", "true")]);
        model.process(&add.into(), &usp_datamodel::Requester::DEVICE).unwrap();
    });
    tell(&mut wire, &asked).unwrap();
    let answer = msg(&wire.to("one")[0]).into_answer::<usp_msg::Get>().unwrap().unwrap();
    let result = &answer.req_path_results[0];
    assert_eq!((result.err_code, result.resolved_path_results.len()), (7026, 0));
}

#[test]
fn one_controller_does_not_take_the_room_of_all() {
    let (mut wire, asked) = wire();
    for number in 0..32 {
        assert_eq!(wire.give(&plain_record(get(&format!("m{number}"), SERIAL))), []);
    }
    let refused = wire.give(&plain_record(get("m32", SERIAL)));
    assert_eq!(error(&refused[0]), (7005, "m32".to_owned()));
    wire.input(Input::Record(&from("two", get("m32", SERIAL))));
    assert_eq!(wire.to("two"), []);
    assert_eq!(wire.agent.model().parked_requests().count(), 33);
    tell(&mut wire, &asked).unwrap();
    assert_eq!(message_ids(&wire.to("one")), ["m0"]);
    assert_eq!(wire.give(&plain_record(get("m32", SERIAL))), []);
    assert_eq!(Limits::default().max_parked, 256);
}

#[test]
fn within_a_session_context_answers_have_their_numbers_when_they_leave() {
    let (mut wire, asked) = wire();
    assert_eq!(ids(&wire.session([7, 1, 1, 0], &get("slow", SERIAL))), Vec::<[u64; 3]>::new());
    let quick = wire.session([7, 2, 1, 0], &get("quick", MODEL));
    assert_eq!((message_ids(&quick), ids(&quick)), (vec!["quick".to_owned()], vec![[7, 1, 3]]));
    tell(&mut wire, &asked).unwrap();
    let slow = wire.to("one");
    assert_eq!((message_ids(&slow), ids(&slow)), (vec!["slow".to_owned()], vec![[7, 2, 3]]));
}

/// The answer to a change that has waited waits once more, until it is safe, and is open till then.
#[test]
fn a_change_that_has_waited_is_saved_before_it_is_answered() {
    let mut model = model();
    model.add_controller("one");
    let asked = Asked::default();
    let mut model = slow(model, &asked);
    // The hook that guards the change wants to know the serial number.
    let knows = |changes: &usp_datamodel::StagedChanges<'_>| match changes.after(SERIAL) {
        Some(_) => Ok(()),
        None if changes.requester().is_device() => Ok(()),
        None => {
            Err(usp_datamodel::Refusal::new(CODE, usp_msg::ErrorCode::INTERNAL_ERROR, "which device is it?"))
        }
    };
    model.on_prepare("Device.DeviceInfo.", knows).unwrap();
    let mut wire = Wire::with(model);
    wire.agent.restore([]).unwrap();
    wire.input(Input::Timeout);
    let save = |wire: &mut Wire| {
        let Some(Output::Persist(Batch { id, .. })) = wire.outputs.pop() else { panic!("a batch is due") };
        wire.input(Input::Persisted(id));
    };
    save(&mut wire);
    let request = plain_record(change("m1"));
    assert_eq!(wire.give(&request), []);
    assert_eq!((wire.value(CODE), wire.outputs.len()), (String::new(), 0));
    tell(&mut wire, &asked).unwrap();
    assert_eq!((wire.value(CODE), wire.to("one")), ("new".to_owned(), vec![]));
    assert_eq!(wire.give(&request), []);
    save(&mut wire);
    assert_eq!(message_ids(&wire.to("one")), ["m1"]);
    assert_eq!(wire.ignored, [Ignored::Duplicate { from: id("self::one"), msg_id: "m1".into() }]);

    // What nobody could save any more is refused though it came before.
    wire.device(CODE, "other");
    // The device itself does not wait for what its hook asks.
    assert_eq!(tell(&mut wire, &asked), Err(NotAwaited));
    assert_eq!(wire.give(&plain_record(change("m2"))), []);
    for _ in 0..2 {
        let Some(Output::Persist(Batch { id, .. })) = wire.outputs.pop() else { panic!("a batch is due") };
        wire.input(Input::PersistFailed(id));
    }
    tell(&mut wire, &asked).unwrap();
    assert_eq!(error(&wire.to("one")[0]), (7005, "m2".to_owned()));
    assert_eq!(wire.value(CODE), "other");
}

/// An Agent that starts again knows of no request that has waited, and names no moment for it.
#[test]
fn a_restart_forgets_who_waits() {
    let (mut wire, asked) = wire();
    wire.give(&plain_record(get("m1", SERIAL)));
    let saved = wire.agent.model().snapshot();
    let mut after = Wire::with(slow(model(), &asked));
    after.agent.restore([&*saved]).unwrap();
    after.input(Input::Timeout);
    assert_eq!((after.until, after.agent.model().parked_requests().count()), (None, 0));
    assert_eq!((tell(&mut after, &asked), after.to("one")), (Err(NotAwaited), vec![]));
}

/// A synchronous command whose end takes its time: it comes out, its caller waits and others do not, and it is not run
/// again for who asks again.
#[test]
fn r_opr_1_a_synchronous_command_that_ends_later_holds_up_nobody() {
    const FINGERPRINT: &str = "Device.LocalAgent.Certificate.{i}.GetFingerprint()";
    let (mut wire, _) = wire();
    wire.update(|model| {
        let row =
            usp_msg::add::CreateObject::new("Device.LocalAgent.Certificate.").required("SerialNumber", "1");
        model.process(&usp_msg::Add::new([row]).into(), &usp_datamodel::Requester::DEVICE).unwrap();
        model.queue_command(FINGERPRINT).unwrap();
    });
    let call = |msg_id: &str| {
        let operate = usp_msg::Operate::new("Device.LocalAgent.Certificate.1.GetFingerprint()");
        plain_record(
            Msg::request(msg_id, operate.with_arg("FingerprintAlgorithm", "SHA-256")).encode_to_vec(),
        )
    };
    let begin = wire.now;
    let token = |wire: &mut Wire| {
        let outputs = core::mem::take(&mut wire.outputs);
        let [Output::Command(Call::Run(run))] = &outputs[..] else { panic!("a call: {outputs:?}") };
        run.token().unwrap()
    };
    assert_eq!(wire.give(&call("c1")), []);
    let first = token(&mut wire);
    assert_eq!(wire.give(&call("c1")), []);
    assert_eq!((wire.outputs.len(), wire.ignored.len()), (0, 1));
    assert_eq!(message_ids(&wire.give(&plain_record(get("quick", MODEL)))), ["quick"]);
    wire.update(|model| model.complete_command(first, Ok(vec![("Fingerprint".into(), "ab".into())])))
        .unwrap();
    let answers = wire.to("one");
    assert_eq!(message_ids(&answers), ["c1"]);
    let told = msg(&answers[0]).into_answer::<usp_msg::Operate>().unwrap().unwrap();
    let output =
        |answer: &usp_msg::OperateResp| match answer.operation_results[0].operation_resp.clone().unwrap() {
            usp_msg::operate_resp::operation_result::OperationResp::ReqOutputArgs(output) => {
                output.output_args.get("Fingerprint").map(str::to_owned).ok_or(0)
            }
            usp_msg::operate_resp::operation_result::OperationResp::CmdFailure(failure) => {
                Err(failure.err_code)
            }
            other => panic!("output or failure: {other:?}"),
        };
    assert_eq!(output(&told), Ok("ab".to_owned()));
    // One that does not end in time has failed.
    assert_eq!(wire.give(&call("c2")), []);
    assert_eq!(wire.until, Some(begin + Duration::from_secs(10)));
    wire.pass(Duration::from_secs(10));
    let told = msg(&wire.to("one")[0]).into_answer::<usp_msg::Operate>().unwrap().unwrap();
    assert_eq!(output(&told), Err(7022));
    let [Output::Command(Call::Run(run)), cancel] = &core::mem::take(&mut wire.outputs)[..] else {
        panic!("the call, and that nobody waits for its end any more")
    };
    let late = run.token().unwrap();
    assert_eq!(*cancel, Output::Command(Call::Cancel(late)));
    assert!(wire.update(|model| model.complete_command(late, Ok(Vec::new()))).is_err());
    assert_eq!(wire.to("one"), []);
    // Nor does one whose Controller is disabled meanwhile.
    assert_eq!(wire.give(&call("c3")), []);
    let gone = token(&mut wire);
    wire.device("Device.LocalAgent.Controller.1.Enable", "false");
    assert_eq!(wire.outputs, [Output::Command(Call::Cancel(gone))]);
}

/// A synchronous command whose row goes before the device was given the call is not run, and its caller does not wait.
#[test]
fn a_caller_is_told_that_the_row_of_its_command_has_gone() {
    let row = "Device.LocalAgent.Certificate.1.";
    let (mut wire, _) = wire();
    wire.update(|model| {
        let row =
            usp_msg::add::CreateObject::new("Device.LocalAgent.Certificate.").required("SerialNumber", "1");
        model.process(&usp_msg::Add::new([row]).into(), &usp_datamodel::Requester::DEVICE).unwrap();
        model.queue_command("Device.LocalAgent.Certificate.{i}.GetFingerprint()").unwrap();
    });
    let operate = usp_msg::Operate::new(format!("{row}GetFingerprint()"));
    let operate = Msg::request("c1", operate.with_arg("FingerprintAlgorithm", "SHA-256"));
    let now = usp_agent::Now::new(wire.now);
    wire.agent.handle_input(Input::Record(&plain_record(operate.encode_to_vec()).encode_to_vec()), now);
    wire.update(|model| {
        model.process(&usp_msg::Delete::new([row]).into(), &usp_datamodel::Requester::DEVICE).unwrap();
    });
    let answers = wire.to("one");
    assert_eq!((message_ids(&answers), &wire.outputs[..]), (vec!["c1".to_owned()], &[][..]));
    let told = msg(&answers[0]).into_answer::<usp_msg::Operate>().unwrap().unwrap();
    let failed = told.operation_results[0].operation_resp.clone().unwrap();
    let usp_msg::operate_resp::operation_result::OperationResp::CmdFailure(failure) = failed else {
        panic!("a failure is due: {failed:?}")
    };
    assert_eq!((failure.err_code, wire.until), (7016, None));
}
