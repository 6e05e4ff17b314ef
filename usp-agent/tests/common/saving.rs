//! An Agent that saves, and a disk that is as far as the test says.

use core::time::Duration;

use usp_agent::datamodel::{DataModel, Unfit};
use usp_agent::{Agent, Batch, BatchId, Input, Now, Output};
use usp_msg::body::MsgBody;
use usp_msg::notify::Notification;
use usp_msg::request::ReqType;
use usp_msg::{Add, Error, Msg, NotifyResp, Request, Set, add, set};
use usp_record::{EndpointId, Instant, Record};

use super::{DeviceRows, Seeded, id, model};

/// A parameter that Controllers may set.
pub const CODE: &str = "Device.DeviceInfo.ProvisioningCode";

/// What left the Agent, in a few words.
#[derive(Debug, Clone, PartialEq)]
pub enum Left {
    /// The Response to a Message.
    Answer(String),
    Refused(String, u32),
    /// A Message id, and the value that is told.
    Told(String, String),
    Other(Output),
}

pub struct Saving {
    pub agent: Agent<Seeded>,
    pub now: Instant,
    pub until: Option<Instant>,
    /// What is safe: the parts of the last whole batch and of those since.
    pub disk: Vec<Vec<u8>>,
    /// The batch that was given out last, as long as nobody said what came of it.
    pub pending: Option<Batch>,
    life: u64,
}

impl Saving {
    /// A device out of the box, with two Controllers and a clock that is not set; its first batch is not safe yet.
    pub fn new() -> Self {
        let mut model = model();
        model.add_controller("one");
        model.add_controller("two");
        Self::start(model, Vec::new(), 1).0
    }

    /// The same with everything saved.
    pub fn saved() -> Self {
        let mut saving = Self::new();
        saving.input(Input::Timeout);
        saving.save();
        saving
    }

    pub fn start(model: DataModel, disk: Vec<Vec<u8>>, life: u64) -> (Self, Vec<Unfit>) {
        let mut agent = Agent::new(id("os::012345-AGENT"), model, Seeded(life)).unwrap();
        let unfit = agent.restore(disk.iter().map(Vec::as_slice)).unwrap();
        let now = Instant::from_secs(1000);
        (Self { agent, now, until: None, disk, pending: None, life }, unfit)
    }

    /// The device after a crash: what is on the disk is there, and nothing else.
    pub fn crash(&mut self) {
        let (again, unfit) = Self::start(model(), core::mem::take(&mut self.disk), self.life + 1);
        assert_eq!(unfit, []);
        *self = again;
    }

    pub fn send(&mut self, from: &str, msg: &Msg) {
        let record = Record::no_session(&id(&format!("self::{from}")), self.agent.id(), msg.encode_to_vec());
        self.agent.handle_input(Input::Record(&record.encode_to_vec()), Now::new(self.now));
    }

    pub fn request(&mut self, from: &str, msg_id: &str, request: impl Into<Request>) {
        self.send(from, &Msg::request(msg_id, request));
    }

    /// Sets the parameter that all tests set.
    pub fn set(&mut self, from: &str, value: &str) {
        let entry = set::UpdateObject::new("Device.DeviceInfo.").required("ProvisioningCode", value);
        self.request(from, value, Set::new([entry]));
    }

    /// A Subscription of Controller `one` to that parameter.
    pub fn subscribe(&mut self, name: &str, more: &[(&str, &str)]) {
        let given = [("Enable", "true"), ("ID", name), ("NotifType", "ValueChange"), ("ReferenceList", CODE)];
        let row = add::CreateObject::new("Device.LocalAgent.Subscription.");
        let row = given.iter().chain(more).fold(row, |row, (name, text)| row.required(*name, *text));
        self.request("one", name, Add::new([row]));
        assert_eq!(self.save(), [Left::Answer(name.into())]);
    }

    pub fn answer(&mut self, msg_id: &str) {
        self.send("one", &Msg::response_to(msg_id, NotifyResp { subscription_id: "whatever".into() }));
    }

    /// What leaves now.
    pub fn drain(&mut self) -> Vec<Left> {
        let mut left = Vec::new();
        loop {
            match self.agent.poll_output() {
                Output::Persist(batch) => {
                    assert_eq!(self.pending, None, "one at a time");
                    self.pending = Some(batch);
                }
                Output::Wait { until } => {
                    self.until = until;
                    return left;
                }
                Output::Record { to, bytes, .. } => left.push(read(&to, &bytes)),
                other => left.push(Left::Other(other)),
            }
        }
    }

    pub fn input(&mut self, input: Input<'_>) -> Vec<Left> {
        self.agent.handle_input(input, Now::new(self.now));
        self.drain()
    }

    /// Puts the batch that is pending on the disk; gives its id.
    pub fn write(&mut self) -> Option<BatchId> {
        let batch = self.pending.take()?;
        if batch.whole {
            self.disk.clear();
        }
        self.disk.extend(batch.parts);
        Some(batch.id)
    }

    /// Saves all that is to be saved; what left then.
    pub fn save(&mut self) -> Vec<Left> {
        let mut left = self.drain();
        while let Some(id) = self.write() {
            left.extend(self.input(Input::Persisted(id)));
        }
        left
    }

    /// Lets the batch that is pending fail.
    pub fn fail(&mut self) -> Vec<Left> {
        let id = self.pending.take().expect("a batch").id;
        self.input(Input::PersistFailed(id))
    }

    /// Lets time pass, until the Agent is to be woken at the most.
    pub fn pass(&mut self, time: Duration) -> Vec<Left> {
        let end = self.now + time;
        self.now = self.until.map_or(end, |until| until.min(end));
        self.input(Input::Timeout)
    }

    #[track_caller]
    pub fn value(&self) -> String {
        self.agent.model().value_at(CODE).unwrap().to_string()
    }
}

fn read(to: &EndpointId, bytes: &[u8]) -> Left {
    let record = Record::decode(bytes).unwrap();
    let msg = Msg::decode(record.payload().expect("a payload")).unwrap();
    let msg_id = msg.msg_id().to_owned();
    match msg.into_content() {
        Some(MsgBody::Response(_)) => Left::Answer(msg_id),
        Some(MsgBody::Error(Error { err_code, .. })) => Left::Refused(msg_id, err_code),
        Some(MsgBody::Request(Request { req_type: Some(ReqType::Notify(notify)) })) => {
            let Some(Notification::ValueChange(told)) = notify.notification else { panic!("{notify:?}") };
            Left::Told(msg_id, told.param_value)
        }
        other => panic!("to {to}: {other:?}"),
    }
}
