//! The device: its model, with a live parameter and a command, the rows that it starts with, and the Agent on it.

use alloc::vec::Vec;
use core::fmt;

use usp_agent::{Agent, AgentError};
use usp_datamodel::{DataModel, Fault, RegisterError, Requester};
use usp_msg::writer;
use usp_record::{EndpointId, Rng};

mod model {
    //! The image that the build script makes; typed paths come with types, of which there are none.
    #![allow(unused_macros)]

    include!(concat!(env!("OUT_DIR"), "/model.rs"));
}

/// The Endpoint ID of the Agent.
pub const AGENT: &str = "os::012345-AGENT";

/// The Endpoint ID of the Controller that the device knows.
pub const CONTROLLER: &str = "self::controller";

/// Why there is no Agent.
pub enum StartError {
    Register(RegisterError),
    Refused(usp_msg::Error),
    Write(Fault),
    Agent(AgentError),
    EndpointId,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Register(error) => error.fmt(f),
            Self::Refused(error) => error.fmt(f),
            Self::Write(error) => error.fmt(f),
            Self::Agent(error) => error.fmt(f),
            Self::EndpointId => f.write_str("that is no Endpoint ID"),
        }
    }
}

/// An Agent of a device that is set up: one Controller with a role that may do everything.
pub fn agent() -> Result<Agent<Counter>, StartError> {
    let mut model = DataModel::new(model::schema());
    model.live("Device.DeviceInfo.UpTime", |_| Ok(42_u32)).map_err(StartError::Register)?;
    model.queue_command("Device.Reboot()").map_err(StartError::Register)?;
    set_up(&mut model)?;
    let id = EndpointId::parse(AGENT).map_err(|_| StartError::EndpointId)?;
    Agent::new(id, model, Counter(0)).map_err(StartError::Agent)
}

fn set_up(model: &mut DataModel) -> Result<(), StartError> {
    let info = [("Manufacturer", "Example"), ("ManufacturerOUI", "012345"), ("SerialNumber", "AGENT")];
    for (parameter, value) in info {
        let path = alloc::format!("Device.DeviceInfo.{parameter}");
        model.update_value_at(&path, value).map_err(StartError::Write)?;
    }
    add(model, "Device.LocalAgent.ControllerTrust.Role.", &[("Enable", "true"), ("Name", "Operator")])?;
    add(
        model,
        "Device.LocalAgent.ControllerTrust.Role.1.Permission.",
        &[
            ("Enable", "true"),
            ("Targets", "Device."),
            ("Param", "rwxn"),
            ("Obj", "rwxn"),
            ("InstantiatedObj", "rwxn"),
            ("CommandEvent", "rwxn"),
        ],
    )?;
    add(
        model,
        "Device.LocalAgent.Controller.",
        &[
            ("EndpointID", CONTROLLER),
            ("Enable", "true"),
            ("OnBoardingComplete", "true"),
            ("AssignedRole", "Device.LocalAgent.ControllerTrust.Role.1"),
        ],
    )
}

/// Adds a row. Requests are written here and not made of owned types, of which the program has none then.
fn add(model: &mut DataModel, table: &str, parameters: &[(&str, &str)]) -> Result<(), StartError> {
    let mut request = Vec::new();
    let mut add = writer::add(&mut request, "");
    let mut row = add.create_objs();
    row.obj_path(table);
    for (name, value) in parameters {
        row.param_settings().param(name).value(value).required(true);
    }
    drop(row);
    drop(add);
    model.process_written(&request, &Requester::DEVICE).map_err(StartError::Refused)?;
    Ok(())
}

/// Numbers that count up: enough for Message ids that differ, and for nothing else. A product asks its chip.
pub struct Counter(u8);

impl Rng for Counter {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_add(1);
            *byte = self.0;
        }
    }
}

/// A Record of the Controller with a Get of a path.
pub fn get(msg_id: &str, path: &str) -> Result<Vec<u8>, StartError> {
    let id = |text| EndpointId::parse(text).map_err(|_| StartError::EndpointId);
    let mut bytes = Vec::new();
    let mut record = usp_record::writer::no_session(&mut bytes, &id(CONTROLLER)?, &id(AGENT)?);
    writer::get(record.payload(), msg_id).param_paths([path]);
    drop(record);
    Ok(bytes)
}
