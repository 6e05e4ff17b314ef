//! Synchronous commands that end later.

extern crate alloc;

use alloc::sync::Arc;
use core::task::Poll;
use std::sync::Mutex;

use usp_datamodel::schema::{
    CommandSpec, ObjectAccess, ObjectSpec, ParameterSpec, PrimitiveType, Schema, SchemaBuilder, SyntaxSpec,
};
use usp_datamodel::{
    Call, CommandToken, CompleteError, DataModel, Fault, Handled, Limits, ParkedRequest, Requester,
};
use usp_msg::add::CreateObject;
use usp_msg::{Add, ErrorCode, Msg, Operate};

use crate::common::commands::told;
use crate::drain;
use crate::later::{Asked, Log, expire, handle, resume};

const MEASURE: &str = "Box.Port.{i}.Measure()";

/// A box with ports that can be measured, which gives a level.
fn schema() -> Schema {
    let mut builder = SchemaBuilder::new("Box:1.0", "urn:example:box");
    let root = builder.object(None, ObjectSpec::single("Box")).unwrap();
    let port = ObjectSpec { access: ObjectAccess::AddDelete, ..ObjectSpec::table("Port") };
    let port = builder.object(Some(root), port).unwrap();
    let number = || SyntaxSpec::new(PrimitiveType::UnsignedInt);
    builder.parameter(port, ParameterSpec::new("Load", number())).unwrap();
    let measure = builder.command(port, CommandSpec::new("Measure()")).unwrap();
    let input = builder.input(measure).unwrap();
    builder.parameter(input, ParameterSpec::new("Times", number())).unwrap();
    let output = builder.output(measure).unwrap();
    builder.parameter(output, ParameterSpec::new("Level", number())).unwrap();
    builder.build().unwrap()
}

fn ports(limits: Limits) -> (DataModel, Requester) {
    let mut model = DataModel::with_limits(schema(), limits);
    let add = Add::new([
        CreateObject::new("Box.Port."),
        CreateObject::new("Box.Port."),
        CreateObject::new("Box.Port."),
    ]);
    model.process(&add.into(), &Requester::DEVICE).unwrap();
    (model, Requester::controller("Box.Port.1"))
}

/// The calls that have begun: path, arguments, token.
type Begun = Arc<Mutex<Vec<(String, String, CommandToken)>>>;

/// Measures port 2 at once, refuses port 9, and the others later.
fn serve(model: &mut DataModel) -> Begun {
    let begun = Begun::default();
    let log = Arc::clone(&begun);
    model
        .on_command_later(MEASURE, move |call, token, arguments| {
            log.lock().unwrap().push((call.path().to_owned(), format!("{arguments:?}"), token));
            match call.instances() {
                [2] => Poll::Ready(Ok(level("2"))),
                _ => Poll::Pending,
            }
        })
        .unwrap();
    begun
}

fn level(text: &str) -> Vec<(String, String)> {
    vec![("Level".to_owned(), text.to_owned())]
}

fn measure(path: &str) -> Operate {
    Operate::new(path).with_arg("Times", "03")
}

fn lines(answer: &[u8]) -> Vec<String> {
    told(&Msg::decode(answer).unwrap().into_answer::<Operate>().unwrap().unwrap())
}

fn tokens(begun: &Begun) -> Vec<CommandToken> {
    begun.lock().unwrap().drain(..).map(|(_, _, token)| token).collect()
}

#[test]
fn r_opr_1_commands_that_end_later_are_answered_when_the_last_has_ended() {
    let (mut model, requester) = ports(Limits::default());
    let begun = serve(&mut model);
    let parked = handle(&mut model, &requester, measure("Box.Port.*.Measure()")).unwrap_err();
    assert!(model.has_begun(parked));
    let calls: Vec<(String, String)> =
        begun.lock().unwrap().iter().map(|(path, arguments, _)| (path.clone(), arguments.clone())).collect();
    let call = |port: u32| (format!("Box.Port.{port}.Measure()"), "[(\"Times\", \"3\")]".to_owned());
    assert_eq!(calls, [call(1), call(2), call(3)]);
    let tokens = tokens(&begun);
    // One that has ended at once has no use for its token.
    assert_eq!(model.complete_command(tokens[1], Ok(level("9"))), Err(CompleteError::UnknownToken));
    model.complete_command(tokens[2], Err(Fault::new(ErrorCode::COMMAND_FAILURE, "no cable"))).unwrap();
    assert_eq!((model.drain_resumable(), resume(&mut model, &requester, parked)), (vec![], Err(parked)));
    model.complete_command(tokens[0], Ok(level("7"))).unwrap();
    assert_eq!(model.drain_resumable(), [parked]);
    assert_eq!(
        lines(&resume(&mut model, &requester, parked).unwrap()),
        [
            "Box.Port.1.Measure(): [(\"Level\", \"7\")]",
            "Box.Port.2.Measure(): [(\"Level\", \"2\")]",
            "Box.Port.3.Measure(): failed 7022"
        ]
    );
    // Nothing was run twice, and nothing is left.
    assert_eq!((begun.lock().unwrap().len(), model.parked_requests().count()), (0, 0));
    assert_eq!(model.complete_command(tokens[0], Ok(level("9"))), Err(CompleteError::UnknownToken));
}

#[test]
fn r_opr_4_a_command_without_response_is_told_of_only_when_it_fails() {
    let (mut model, requester) = ports(Limits::default());
    let begun = serve(&mut model);
    for fails in [false, true] {
        let operate = Operate { send_resp: false, ..measure("Box.Port.1.Measure()") };
        let parked = handle(&mut model, &requester, operate).unwrap_err();
        let result = if fails { Err(Fault::new(ErrorCode::COMMAND_FAILURE, "no")) } else { Ok(level("7")) };
        model.complete_command(tokens(&begun)[0], result).unwrap();
        let mut out = Vec::new();
        let handled = model.resume(parked, &requester, &mut out);
        match fails {
            false => assert_eq!((handled, out), (Some(Handled::Silent), Vec::new())),
            true => assert_eq!(lines(&out), ["Box.Port.1.Measure(): failed 7022"]),
        }
    }
}

#[test]
fn a_command_that_does_not_end_in_time_has_failed_and_the_others_are_told() {
    let (mut model, requester) = ports(Limits::default());
    let begun = serve(&mut model);
    let parked = handle(&mut model, &requester, measure("Box.Port.*.Measure()")).unwrap_err();
    let tokens = tokens(&begun);
    model.complete_command(tokens[0], Ok(level("7"))).unwrap();
    let answer = expire(&mut model, &requester, parked);
    assert_eq!(
        lines(&answer),
        [
            "Box.Port.1.Measure(): [(\"Level\", \"7\")]",
            "Box.Port.2.Measure(): [(\"Level\", \"2\")]",
            "Box.Port.3.Measure(): failed 7022"
        ]
    );
    assert!(answer.windows(19).any(|words| words == b"did not end in time"));
    assert_eq!(model.complete_command(tokens[2], Ok(level("9"))), Err(CompleteError::UnknownToken));
    assert_eq!(model.drain_resumable(), Vec::<ParkedRequest>::new());
    // Nor does anybody wait for what was given up.
    let parked = handle(&mut model, &requester, measure("Box.Port.1.Measure()")).unwrap_err();
    let token = begun.lock().unwrap()[0].2;
    assert!(model.forget(parked));
    assert_eq!(model.complete_command(token, Ok(level("9"))), Err(CompleteError::UnknownToken));
}

/// What the path searches by is there before the first command is run, and each is run once.
#[test]
fn a_search_waits_before_any_command_is_run() {
    let (mut model, requester) = ports(Limits::default());
    let begun = serve(&mut model);
    let asked = Log::default();
    let log = Arc::clone(&asked);
    model
        .live_later::<u32>("Box.Port.{i}.Load", move |rows, token| {
            log.lock().unwrap().push(Asked { name: "Load", room: rows[0], token: Some(token) });
            Poll::Pending
        })
        .unwrap();
    let parked = handle(&mut model, &requester, measure("Box.Port.[Load>1].Measure()")).unwrap_err();
    assert_eq!((model.has_begun(parked), begun.lock().unwrap().len()), (false, 0));
    for asked in drain(&asked) {
        model.complete_value(asked.token.unwrap(), Ok(asked.room)).unwrap();
    }
    assert_eq!(model.drain_resumable(), [parked]);
    assert_eq!(resume(&mut model, &requester, parked), Err(parked));
    assert!(model.has_begun(parked));
    let tokens = tokens(&begun);
    assert_eq!((tokens.len(), drain(&asked)), (2, vec![]));
    model.complete_command(tokens[1], Ok(level("3"))).unwrap();
    assert_eq!(model.drain_resumable(), [parked]);
    assert_eq!(
        lines(&resume(&mut model, &requester, parked).unwrap()),
        ["Box.Port.2.Measure(): [(\"Level\", \"2\")]", "Box.Port.3.Measure(): [(\"Level\", \"3\")]"]
    );
    // What its search does not learn in time is not run.
    let parked = handle(&mut model, &requester, measure("Box.Port.[Load>1].Measure()")).unwrap_err();
    let answer = expire(&mut model, &requester, parked);
    assert_eq!(lines(&answer), ["Box.Port.[Load>1].Measure(): failed 7003"]);
    assert_eq!(begun.lock().unwrap().len(), 0);
}

#[test]
fn a_command_is_refused_before_it_begins_when_too_many_wait() {
    let (mut model, requester) = ports(Limits { max_parked: 1, max_pending_values: 1, ..Limits::default() });
    let begun = serve(&mut model);
    let first = handle(&mut model, &requester, measure("Box.Port.*.Measure()")).unwrap_err();
    assert_eq!(begun.lock().unwrap().len(), 1);
    let second = handle(&mut model, &requester, measure("Box.Port.1.Measure()")).unwrap();
    assert_eq!(lines(&second), ["Box.Port.1.Measure(): failed 7005"]);
    model.complete_command(tokens(&begun)[0], Ok(level("1"))).unwrap();
    assert_eq!(
        lines(&resume(&mut model, &requester, first).unwrap()),
        [
            "Box.Port.1.Measure(): [(\"Level\", \"1\")]",
            "Box.Port.2.Measure(): failed 7005",
            "Box.Port.3.Measure(): failed 7005"
        ]
    );
}

/// Who cannot wait learns that it has no end yet.
#[test]
fn a_caller_that_cannot_wait_does_not_learn_the_end() {
    let (mut model, requester) = ports(Limits::default());
    serve(&mut model);
    let answer = model.process(&measure("Box.Port.*.Measure()").into(), &requester).unwrap();
    let Some(usp_msg::response::RespType::OperateResp(answer)) = answer.resp_type else {
        panic!("an OperateResp")
    };
    assert_eq!(
        told(&answer),
        [
            "Box.Port.1.Measure(): failed 7022",
            "Box.Port.2.Measure(): [(\"Level\", \"2\")]",
            "Box.Port.3.Measure(): failed 7022"
        ]
    );
    assert_eq!(model.parked_requests().count(), 0);
}

/// Nor does the device go on for nothing: it is told of each command that nobody waits for, as if it had expired.
#[test]
fn the_device_is_told_when_a_caller_cannot_wait() {
    let (mut model, requester) = ports(Limits::default());
    let begun = serve(&mut model);
    model.process(&measure("Box.Port.*.Measure()").into(), &requester).unwrap();
    let tokens = tokens(&begun);
    assert_eq!(tokens.len(), 3);
    assert_eq!(model.drain_calls(), [Call::Cancel(tokens[0]), Call::Cancel(tokens[2])]);
    assert_eq!(model.complete_command(tokens[2], Ok(level("9"))), Err(CompleteError::UnknownToken));
}

/// Whoever runs a command learns that nobody waits for its end any more: of each that has not ended, and of none that
/// has.
#[test]
fn the_device_is_told_when_a_command_expires_or_is_forgotten() {
    for expires in [true, false] {
        let (mut model, requester) = ports(Limits::default());
        let begun = serve(&mut model);
        let parked = handle(&mut model, &requester, measure("Box.Port.*.Measure()")).unwrap_err();
        assert_eq!(model.drain_calls(), []);
        let tokens = tokens(&begun);
        model.complete_command(tokens[0], Ok(level("7"))).unwrap();
        if expires {
            let answer = expire(&mut model, &requester, parked);
            assert_eq!(
                lines(&answer),
                [
                    "Box.Port.1.Measure(): [(\"Level\", \"7\")]",
                    "Box.Port.2.Measure(): [(\"Level\", \"2\")]",
                    "Box.Port.3.Measure(): failed 7022"
                ]
            );
        } else {
            assert!(model.forget(parked));
        }
        assert_eq!(model.drain_calls(), [Call::Cancel(tokens[2])]);
        assert_eq!(model.complete_command(tokens[2], Ok(level("9"))), Err(CompleteError::UnknownToken));
        // Once.
        assert_eq!((model.forget(parked), model.drain_calls()), (false, vec![]));
    }
}

/// What nobody has fetched yet needs no stopping, and is not run.
#[test]
fn a_call_that_expires_before_it_is_fetched_is_withdrawn() {
    let (mut model, requester) = ports(Limits::default());
    model.queue_command(MEASURE).unwrap();
    let parked = handle(&mut model, &requester, measure("Box.Port.1.Measure()")).unwrap_err();
    expire(&mut model, &requester, parked);
    assert_eq!(model.drain_calls(), []);
    let parked = handle(&mut model, &requester, measure("Box.Port.1.Measure()")).unwrap_err();
    let Some(Call::Run(run)) = model.drain_calls().pop() else { panic!("a call waits") };
    model.forget(parked);
    assert_eq!(model.drain_calls(), [Call::Cancel(run.token().unwrap())]);
}

/// A program that never looks at its calls is told of no more than it may have.
#[test]
fn what_the_device_is_told_and_does_not_fetch_is_bounded() {
    let (mut model, requester) = ports(Limits { max_operations: 3, ..Limits::default() });
    serve(&mut model);
    for _ in 0..5 {
        let parked = handle(&mut model, &requester, measure("Box.Port.1.Measure()")).unwrap_err();
        model.forget(parked);
    }
    assert_eq!(model.drain_calls().len(), 3);
}

/// A command with output may be fetched like others, and its caller waits.
#[test]
fn a_synchronous_command_with_output_may_be_queued() {
    let (mut model, requester) = ports(Limits::default());
    model.queue_command(MEASURE).unwrap();
    assert!(model.is_command_served(MEASURE));
    let parked = handle(&mut model, &requester, measure("Box.Port.3.Measure()")).unwrap_err();
    let calls = model.drain_calls();
    let [Call::Run(call)] = &calls[..] else { panic!("one call: {calls:?}") };
    assert_eq!((call.path(), call.argument("Times")), ("Box.Port.3.Measure()", Some("3")));
    model.complete_command(call.token().unwrap(), Ok(level("5"))).unwrap();
    let answer = resume(&mut model, &requester, parked).unwrap();
    assert_eq!(lines(&answer), ["Box.Port.3.Measure(): [(\"Level\", \"5\")]"]);
    // Who cannot wait has it not even begun.
    model.process(&measure("Box.Port.3.Measure()").into(), &requester).unwrap();
    assert_eq!(model.drain_calls(), []);
}
