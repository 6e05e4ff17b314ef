//! The Agent at work, and what it takes of the heap meanwhile.

use core::fmt;

use usp_agent::{Agent, Input, Now, Output};
use usp_msg::reader::{Msg, MsgBody, RespType};
use usp_record::reader::Record;
use usp_record::Instant;

use crate::device::{self, Counter, StartError};
use crate::HEAP;

/// What the Agent took, in bytes.
pub struct Heap {
    /// At most until it was at rest.
    pub start: usize,
    /// At rest: it has answered a Get and waits.
    pub rest: usize,
    /// At most during a Get of `Device.`, with the request and its answer.
    pub get: usize,
    /// The size of that answer.
    pub answer: usize,
    /// How many parameters it has.
    pub parameters: usize,
}

/// What went wrong. Its words are `Display`: `Debug` of all that may be inside would be 20 kB of the program.
pub enum Failure {
    Start(StartError),
    /// The Agent says something else than an answer.
    NoAnswer,
    /// The answer does not have the value that the device wrote.
    WrongValue,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(error) => write!(f, "the Agent does not start: {error}"),
            Self::NoAnswer => f.write_str("the Agent does not answer"),
            Self::WrongValue => f.write_str("the answer is not what the device wrote"),
        }
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self::Start(error)
    }
}

/// Starts an Agent, lets it come to rest and asks it for everything.
pub fn measure() -> Result<Heap, Failure> {
    let mut agent = device::agent()?;
    let path = "Device.DeviceInfo.SerialNumber";
    let (_, parameters) = get(&mut agent, path, |name, value| name == "SerialNumber" && value == "AGENT")?;
    if parameters != 1 {
        return Err(Failure::WrongValue);
    }
    let (start, rest) = (HEAP.use_max(), HEAP.use_curr());
    HEAP.reset();
    let (answer, parameters) = get(&mut agent, "Device.", |_, _| true)?;
    Ok(Heap { start, rest, get: HEAP.use_max(), answer, parameters })
}

/// Carries a Get to the Agent. Returns the size of the answer and how many parameters it has.
fn get(
    agent: &mut Agent<Counter>,
    path: &str,
    is_right: impl Fn(&str, &str) -> bool,
) -> Result<(usize, usize), Failure> {
    let record = device::get("1", path)?;
    agent.handle_input(Input::Record(&record), Now::new(Instant::from_secs(1)));
    let bytes = match agent.poll_output() {
        Output::Record { bytes, .. } => bytes,
        _ => return Err(Failure::NoAnswer),
    };
    let parameters = parameters(&bytes, is_right).ok_or(Failure::WrongValue)?;
    match agent.poll_output() {
        Output::Wait { .. } => Ok((bytes.len(), parameters)),
        _ => Err(Failure::NoAnswer),
    }
}

fn parameters(record: &[u8], is_right: impl Fn(&str, &str) -> bool) -> Option<usize> {
    let record = Record::open(record).ok()?;
    let msg = Msg::read_whole(record.payload()?).ok()?;
    let MsgBody::Response(response) = msg.content()? else { return None };
    let RespType::GetResp(answer) = response.resp_type()? else { return None };
    let mut count = 0;
    for result in answer.req_path_results() {
        for object in result.resolved_path_results() {
            for (name, value) in object.result_params() {
                if !is_right(name, value) {
                    return None;
                }
                count += 1;
            }
        }
    }
    Some(count)
}
