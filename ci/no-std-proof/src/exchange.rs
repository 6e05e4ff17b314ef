//! One Get, from a Controller to an Agent and back.

use usp_agent::{Agent, Now};
use usp_controller::Controller;
use usp_datamodel::DataModel;
use usp_msg::{response::RespType, Get, Response};
use usp_path::{Path, PathKind};
use usp_record::{EndpointId, Instant, Rng};

/// The Endpoint ID of the Controller.
pub const CONTROLLER: &str = "self::controller";

/// What the device says when it is asked for its UpTime, in seconds.
pub const UPTIME: u32 = 42;

const AGENT: &str = "os::012345-AGENT";

/// What went wrong; the number is the exit code.
#[derive(Debug, Clone, Copy)]
pub enum Failure {
    /// The schema cannot be built.
    Schema = 2,
    /// The live parameter cannot be registered.
    Register,
    /// The row of the Controller cannot be added.
    AddController,
    /// An Endpoint ID is not valid.
    EndpointId,
    /// The model is not good enough for an Agent.
    Agent,
    /// A path cannot be parsed.
    Path,
    /// The Controller sends no Record.
    NothingSent,
    /// The Agent answers with no Record.
    NothingAnswered,
    /// The Controller does not take the Record for the answer to its request.
    NoAnswer,
    /// The answer does not have the value of the parameter.
    WrongValue,
}

/// Carries a Get for the UpTime to an Agent on this model and its answer back.
pub fn uptime_is_told(model: DataModel) -> Result<(), Failure> {
    let (agent_id, controller_id) = (endpoint(AGENT)?, endpoint(CONTROLLER)?);
    let mut agent = Agent::new(agent_id.clone(), model, Counter(1)).map_err(|_| Failure::Agent)?;
    let mut controller = Controller::new(controller_id, Counter(100));
    let now = Instant::from_secs(1);

    let path = Path::parse("Device.DeviceInfo.UpTime").map_err(|_| Failure::Path)?;
    let path = path.expect_kind(PathKind::Parameter).map_err(|_| Failure::Path)?;
    let asked = controller.send(&agent_id, Get::new([path.as_str()]), now);
    let usp_controller::Output::Record { bytes, .. } = controller.poll_output() else {
        return Err(Failure::NothingSent);
    };

    agent.handle_input(usp_agent::Input::Record(&bytes), Now::new(now));
    let usp_agent::Output::Record { bytes, .. } = agent.poll_output() else {
        return Err(Failure::NothingAnswered);
    };

    controller.handle_input(usp_controller::Input::Record(&bytes), now);
    match controller.poll_output() {
        usp_controller::Output::Answer { id, result: Ok(response), .. } if id == asked => check(&response),
        _ => Err(Failure::NoAnswer),
    }
}

fn check(response: &Response) -> Result<(), Failure> {
    let Some(RespType::GetResp(answer)) = &response.resp_type else {
        return Err(Failure::WrongValue);
    };
    // 42, as UPTIME is written on the wire.
    match answer.req_path_results.as_slice() {
        [result] => match result.resolved_path_results.as_slice() {
            [found] if found.result_params.get("UpTime") == Some("42") => Ok(()),
            _ => Err(Failure::WrongValue),
        },
        _ => Err(Failure::WrongValue),
    }
}

fn endpoint(text: &str) -> Result<EndpointId, Failure> {
    EndpointId::parse(text).map_err(|_| Failure::EndpointId)
}

/// Numbers that count up: enough for Message ids that differ, and for nothing else.
struct Counter(u8);

impl Rng for Counter {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_add(1);
            *byte = self.0;
        }
    }
}
