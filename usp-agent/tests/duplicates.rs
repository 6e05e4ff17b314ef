//! Requests under a Message id that was there before, and Session Contexts of an Agent that saves.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

mod common;

use common::id;
use common::wire::{ONE, Wire, get, ids, msg, plain_record};
use usp_agent::{Batch, Ignored, Input, Output};
use usp_msg::{Add, Msg, add};
use usp_record::Record;

const ROWS: &str = "Device.LocalAgent.Controller.1.BootParameter.";
const INFO: &str = "Device.DeviceInfo.ModelName";

fn add_row(msg_id: &str, parameter: &str) -> Vec<u8> {
    let row = add::CreateObject::new(ROWS).required("ParameterName", parameter);
    Msg::request(msg_id, Add::new([row])).encode_to_vec()
}

/// An Agent that saves, whose first batch is safe.
fn saving() -> Wire {
    let mut wire = Wire::new();
    wire.agent.restore([]).unwrap();
    wire.input(Input::Timeout);
    save(&mut wire);
    wire
}

/// Has the batch saved that was given out last.
#[track_caller]
fn save(wire: &mut Wire) {
    let Some(Output::Persist(Batch { id, .. })) = wire.outputs.pop() else { panic!("a batch is due") };
    assert_eq!(wire.outputs, []);
    wire.input(Input::Persisted(id));
}

/// An Agent that does not save is done with a request before it takes the next one, so that each is another one (T25).
#[test]
fn r_msg_4_the_same_id_is_another_message_once_the_first_is_answered() {
    let mut wire = Wire::new();
    for parameter in [INFO, "Device.LocalAgent.UpTime"] {
        let answers = wire.give(&plain_record(add_row("m1", parameter)));
        assert!(msg(&answers[0]).as_response().is_some(), "{answers:?}");
    }
    assert_eq!(wire.agent.model().objects_at(ROWS).unwrap().len(), 2);
}

#[test]
fn r_msg_4_a_request_that_comes_again_while_its_answer_waits_is_ignored() {
    let mut wire = saving();
    let request = plain_record(add_row("m1", INFO));
    assert_eq!(wire.give(&request), []);
    for other in [request, plain_record(get("m1", INFO))] {
        assert_eq!(wire.give(&other), []);
    }
    // The same id of somebody else is another one.
    let theirs = Record { from_id: "self::two".into(), ..plain_record(get("m1", INFO)) };
    wire.input(Input::Record(&theirs.encode_to_vec()));
    save(&mut wire);
    let ignored = Ignored::Duplicate { from: id("self::one"), msg_id: "m1".into() };
    assert_eq!(wire.ignored, [ignored.clone(), ignored]);
    assert_eq!((wire.to("one").len(), wire.to("two").len()), (1, 1));
    assert_eq!(wire.agent.model().objects_at(ROWS).unwrap().len(), 1);
    // From then on it is another Message.
    let answers = wire.give(&plain_record(get("m1", INFO)));
    assert_eq!(msg(&answers[0]).msg_id(), "m1");
}

/// Within a Session Context the answer waits as well, under the number that it has.
#[test]
fn an_answer_in_a_session_waits_until_it_is_safe() {
    let mut wire = saving();
    assert_eq!(wire.session([7, 1, 1, 0], &add_row("m1", INFO)), []);
    assert_eq!(wire.session([7, 2, 1, 0], &get("m2", INFO)), []);
    save(&mut wire);
    let answers = wire.to("one");
    assert_eq!(ids(&answers), [[7, 1, 2], [7, 2, 3]]);
    assert_eq!(
        answers.iter().map(|answer| msg(answer).msg_id().to_owned()).collect::<Vec<_>>(),
        ["m1", "m2"]
    );
}

/// How a Session Context stands is seen, and saved by nobody.
#[test]
fn the_status_of_a_session_is_not_saved() {
    let mut wire = saving();
    assert_eq!(ids(&wire.session([7, 1, 1, 0], &get("m1", INFO))), [[7, 1, 2]]);
    assert_eq!(wire.value(&format!("{ONE}E2ESession.Status")), "Up");
    assert_eq!(wire.outputs, [], "nothing to save");
}
