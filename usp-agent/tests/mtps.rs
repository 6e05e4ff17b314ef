//! Which MTPs the Agent has, and what follows from it; and what else it says about itself.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

mod common;

use core::time::Duration;

use common::wire::{AGENT, ONE, Wire, get, msg, plain_record, values};
use usp_agent::{Mtp, Now};
use usp_msg::{Add, Msg, add};

const MTP: &str = "Device.LocalAgent.MTP.";

/// The code and text for the parameter that an Add is refused for.
fn add_row(wire: &mut Wire, table: &str, protocol: &str) -> Option<(u32, String)> {
    let row = add::CreateObject::new(table).required("Protocol", protocol);
    let answers = wire.give(&plain_record(Msg::request("m1", Add::new([row])).encode_to_vec()));
    let answer = msg(&answers[0]);
    answer.as_error().map(|error| (error.param_errs[0].err_code, error.param_errs[0].err_msg.clone()))
}

#[test]
fn rows_ask_for_the_mtps_that_there_are() {
    let mut wire = Wire::new();
    // As long as nobody has said which there are, none is refused.
    assert_eq!(add_row(&mut wire, MTP, "UDS"), None);
    let now = Now::new(wire.now);
    wire.agent.support_mtps(&[Mtp::WebSocket, Mtp::Mqtt], now).unwrap();
    let answers = wire.give(&plain_record(get("m1", "Device.LocalAgent.SupportedProtocols")));
    assert_eq!(values(&answers[0]), [("SupportedProtocols".into(), "WebSocket,MQTT".into())]);
    for table in [MTP.to_owned(), format!("{ONE}MTP.")] {
        let refused = add_row(&mut wire, &table, "STOMP");
        let supported_table = table.replace("Controller.1.", "Controller.{i}.");
        let words = format!(
            "{supported_table}{{i}}.Protocol: STOMP is not among what Device.LocalAgent.SupportedProtocols offers (WebSocket, MQTT)"
        );
        assert_eq!(refused, Some((7012, words)));
        assert_eq!(add_row(&mut wire, &table, "MQTT"), None);
    }
}

/// TR-181, Order: a row that comes without one has the lowest priority, and the first has the highest.
#[test]
fn rows_of_a_controller_are_tried_in_the_order_in_which_they_came() {
    let mut wire = Wire::new();
    let now = Now::new(wire.now);
    wire.agent.support_mtps(&[Mtp::WebSocket, Mtp::Mqtt, Mtp::Uds], now).unwrap();
    let table = format!("{ONE}MTP.");
    for (protocol, order) in [("MQTT", "1"), ("UDS", "2")] {
        assert_eq!(add_row(&mut wire, &table, protocol), None);
        let row = wire.agent.model().objects_at(&table).unwrap().pop().unwrap();
        assert_eq!(wire.value(&format!("{row}Order")), order);
    }
    wire.device(&format!("{table}1.Order"), "7");
    assert_eq!(add_row(&mut wire, &table, "WebSocket"), None);
    assert_eq!(wire.value(&format!("{table}3.Order")), "8");
}

#[test]
fn the_agent_says_who_it_is_and_since_when() {
    let mut wire = Wire::new();
    wire.pass(Duration::from_millis(90_500));
    let answers = wire.give(&plain_record(get("m1", "Device.LocalAgent.UpTime")));
    assert_eq!(values(&answers[0]), [("UpTime".into(), "90".into())]);
    let answers = wire.give(&plain_record(get("m2", "Device.LocalAgent.EndpointID")));
    assert_eq!(values(&answers[0]), [("EndpointID".into(), AGENT.into())]);
}

/// What is of the device's MTP layer is told by it, and is nothing to bring back.
#[test]
fn the_status_of_an_mtp_is_not_saved() {
    let mut wire = Wire::new();
    assert_eq!(add_row(&mut wire, MTP, "MQTT"), None);
    let row = wire.agent.model().objects_at(MTP).unwrap().remove(0);
    wire.device(&format!("{row}Status"), "Up");
    let mut restored = common::model();
    assert_eq!(restored.restore([&*wire.agent.model().snapshot()]).unwrap(), []);
    assert_eq!(restored.value_at(&format!("{row}Protocol")).unwrap().to_string(), "MQTT");
    assert_eq!(restored.value_at(&format!("{row}Status")).unwrap().to_string(), "");
}

/// Whoever reads the rows of MTPs reads them again when something has changed, and not otherwise.
#[test]
fn the_revision_is_another_one_after_changes() {
    let mut wire = Wire::new();
    let mut before = wire.agent.revision();
    let mut changed = |wire: &Wire| core::mem::replace(&mut before, wire.agent.revision()) != before;
    wire.give(&plain_record(get("m1", "Device.LocalAgent.")));
    assert!(!changed(&wire), "nothing has changed");
    assert_eq!(add_row(&mut wire, MTP, "UDS"), None);
    assert!(changed(&wire));
    wire.device(&format!("{MTP}1.Enable"), "true");
    assert!(changed(&wire));
    wire.device(&format!("{MTP}1.Enable"), "true");
    wire.pass(Duration::from_secs(9));
    assert!(!changed(&wire), "it is what it was");
}
