//! Which Endpoint IDs rows of Controllers may have: nobody is locked out by a mistake.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

mod common;

use common::wire::{AGENT, ONE, TWO, Wire, msg, plain_record};
use usp_msg::{Add, Msg, Request, Set, add, set};

const TABLE: &str = "Device.LocalAgent.Controller.";

/// The codes of what an Error blames, and its text; nothing for success.
#[track_caller]
fn ask(wire: &mut Wire, request: impl Into<Request>) -> Option<(u32, String)> {
    let answers = wire.give(&plain_record(Msg::request("m1", request.into()).encode_to_vec()));
    let answer = msg(&answers[0]);
    let error = answer.as_error()?;
    let [param] = &error.param_errs[..] else { panic!("one parameter is to blame: {error:?}") };
    Some((param.err_code, param.err_msg.clone()))
}

fn give(wire: &mut Wire, row: &str, endpoint_id: &str) -> Option<(u32, String)> {
    ask(wire, Set::new([set::UpdateObject::new(row).required("EndpointID", endpoint_id)]))
}

#[test]
fn an_empty_or_malformed_endpoint_id_is_refused() {
    for wrong in ["", "one", "self:", "self::", "self::a b", "oui:00256D:box::"] {
        for row in [ONE, TWO] {
            let mut wire = Wire::new();
            let (code, words) = give(&mut wire, row, wrong).expect("refused");
            assert_eq!(code, 7012, "{wrong:?} {words}");
            assert!(words.starts_with(&format!("{wrong:?} is no Endpoint ID: ")), "{words}");
            wire.serves("one");
            wire.serves("two");
        }
    }
}

#[test]
fn the_endpoint_id_of_another_controller_or_of_the_agent_is_refused() {
    let mut wire = Wire::new();
    let (code, _) = give(&mut wire, ONE, "self::two").expect("refused");
    assert_eq!(code, 7025);
    let (code, _) = give(&mut wire, TWO, "self::one").expect("refused");
    assert_eq!(code, 7025);
    let own = give(&mut wire, ONE, AGENT);
    assert_eq!(
        own,
        Some((7012, "this is the Endpoint ID of the Agent, which does not talk to itself".into()))
    );
    wire.serves("one");
    wire.serves("two");
}

#[test]
fn a_row_is_added_with_an_endpoint_id_or_not_at_all() {
    let row = || add::CreateObject::new(TABLE).required("Enable", "true");
    for wrong in [row(), row().required("EndpointID", ""), row().required("EndpointID", AGENT)] {
        let mut wire = Wire::new();
        assert!(ask(&mut wire, Add::new([wrong])).is_some());
        assert_eq!(wire.agent.model().objects_at(TABLE).unwrap(), [ONE, TWO]);
    }
    let mut wire = Wire::new();
    assert_eq!(ask(&mut wire, Add::new([row().required("EndpointID", "self::three")])), None);
    wire.serves("three");
}

/// [R-DIS.0]
#[test]
fn another_endpoint_id_counts_from_the_next_record_on() {
    let mut wire = Wire::new();
    wire.serves("two");
    assert_eq!(give(&mut wire, TWO, "self::dos"), None);
    wire.serves("dos");
    wire.serves("one");
    wire.update(|model| model.update_value_at(&format!("{ONE}EndpointID"), "self::uno")).unwrap();
    assert_eq!(wire.give(&plain_record(common::wire::get("m2", "Device.LocalAgent.EndpointID"))), []);
    wire.serves("uno");
    wire.serves("dos");
}

/// One that is mistyped would lock it out, though it is a sound one; to say the same again does no harm.
#[test]
fn a_controller_does_not_change_its_own_endpoint_id() {
    let mut wire = Wire::new();
    let (code, words) = give(&mut wire, ONE, "self::won").expect("refused");
    assert_eq!(code, 7012);
    assert!(words.ends_with("add a row for the new one"), "{words}");
    assert_eq!(give(&mut wire, ONE, "self::one"), None);
    wire.serves("one");
    let row = add::CreateObject::new(TABLE).required("Enable", "true").required("EndpointID", "self::three");
    assert_eq!(ask(&mut wire, Add::new([row])), None);
    wire.serves("three");
}

/// What the device writes is held to it as well: a default of the factory may be mistyped.
#[test]
fn the_device_is_refused_too() {
    let mut wire = Wire::new();
    let fault = wire.update(|model| model.update_value_at(&format!("{ONE}EndpointID"), "")).unwrap_err();
    assert_eq!(fault.code().value(), 7012);
    wire.serves("one");
}
