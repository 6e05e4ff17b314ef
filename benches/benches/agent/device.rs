//! An Agent with one Controller.

use core::time::Duration;

use usp_agent::{Agent, Input, Now, Output};
use usp_datamodel::{DataModel, Limits, Requester, SupportedDataModel};
use usp_msg::add::CreateObject;
use usp_msg::set::UpdateObject;
use usp_msg::{Add, Msg, Request, Set};
use usp_record::{EndpointId, Instant, Record, Rng};
use usp_schema::Schema;

use crate::{AGENT, CONTROLLER};

pub const CODE: &str = "Device.DeviceInfo.ProvisioningCode";
const ROWS_A_REQUEST: u32 = 500;

/// Numbers that are the same in every run.
pub struct Numbers(pub u64);

impl Rng for Numbers {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            *byte = (self.0 >> 32) as u8;
        }
    }
}

pub type Device = Agent<Numbers>;

pub fn now() -> Now {
    Now::new(Instant::from_secs(1000))
}

pub fn after(time: Duration) -> Now {
    Now::new(Instant::from_secs(1000) + time)
}

fn ask(model: &mut DataModel, request: &Request) {
    model.process(request, &Requester::DEVICE).unwrap();
}

/// A model with the row of the Controller.
pub fn model(schema: impl Into<SupportedDataModel>) -> DataModel {
    let limits = Limits { max_rows: 200_000, ..Limits::default() };
    let mut model = DataModel::with_limits(schema, limits);
    let controller = CreateObject::new("Device.LocalAgent.Controller.")
        .required("EndpointID", CONTROLLER)
        .required("OnBoardingComplete", "true")
        .required("Enable", "true");
    ask(&mut model, &Add::new([controller]).into());
    model
}

pub fn agent(model: DataModel) -> Device {
    Agent::new(EndpointId::parse(AGENT).unwrap(), model, Numbers(0x9E37_79B9_7F4A_7C15)).unwrap()
}

/// An Agent that has taken in its rows: so many Subscriptions to a reference, each of its own number.
pub fn subscribed(schema: &Schema, count: u32, reference: impl Fn(u32) -> String) -> Device {
    let mut model = model(schema.clone());
    for first in (1..=count).step_by(ROWS_A_REQUEST as usize) {
        let numbers = first..=count.min(first + ROWS_A_REQUEST - 1);
        let row = |number: u32| {
            CreateObject::new("Device.LocalAgent.Subscription.")
                .required("Recipient", "Device.LocalAgent.Controller.1")
                .required("ID", format!("sub-{number:08}"))
                .required("NotifType", "ValueChange")
                .required("ReferenceList", reference(number))
                .required("Persistent", "true")
                .required("Enable", "true")
        };
        ask(&mut model, &Add::new(numbers.map(row)).into());
    }
    let mut agent = agent(model);
    agent.handle_input(Input::Timeout, now());
    assert_eq!(drain(&mut agent), 0);
    agent
}

/// Fetches what leaves; bytes of all Records.
pub fn drain(agent: &mut Device) -> usize {
    let mut size = 0;
    loop {
        match agent.poll_output() {
            Output::Record { bytes, .. } => size += bytes.len(),
            Output::Wait { .. } => return size,
            other => panic!("the bench has made a mistake: {other:?}"),
        }
    }
}

/// A Record of the Controller.
pub fn record(msg: &Msg) -> Vec<u8> {
    let (to, from) = (EndpointId::parse(AGENT).unwrap(), EndpointId::parse(CONTROLLER).unwrap());
    Record::no_session(&from, &to, msg.encode_to_vec()).encode_to_vec()
}

/// A Set of one parameter.
pub fn set(msg_id: &str, value: &str) -> Vec<u8> {
    let entry = UpdateObject::new("Device.DeviceInfo.").required("ProvisioningCode", value);
    record(&Msg::request(msg_id, Set::new([entry])))
}

/// The device gives the parameter another value.
pub fn change(agent: &mut Device, turn: &mut u32) -> usize {
    *turn += 1;
    agent.update(now(), |model| model.update_value_at(CODE, &turn.to_string())).unwrap();
    drain(agent)
}
