//! An Agent whose Controller is the test itself: it decides what is answered, and what time it is.

use core::time::Duration;

use usp_agent::datamodel::{Call, DataModel};
use usp_agent::{Agent, Boot, Input, Now, Output};
use usp_msg::body::MsgBody;
use usp_msg::notify::{self, Notification};
use usp_msg::operate_resp::operation_result::OperationResp;
use usp_msg::request::ReqType;
use usp_msg::response::RespType;
use usp_msg::{Add, Error, Msg, Notify, NotifyResp, Operate, Request, Response, Set, add, set};
use usp_record::{EndpointId, Instant, Record};
use usp_schema::DateTime;

use super::{DeviceRows, Seeded, id, model, sound, sound_msg};

pub const SUB: &str = "Device.LocalAgent.Subscription.";
pub const ONE: &str = "Device.LocalAgent.Controller.1";
pub const REQUEST: &str = "Device.LocalAgent.Request.";

/// A Notify, and when it left for whom under which Message id.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// Whole microseconds after the start of the test.
    pub after: Duration,
    pub to: String,
    pub msg_id: String,
    pub notify: Notify,
}

pub struct Plain {
    pub agent: Agent<Seeded>,
    pub start: Instant,
    pub now: Instant,
    /// The wall clock at the start, in seconds since 1970, if the device knows the time.
    pub wall: Option<i64>,
    sent: Vec<Sent>,
    answers: Vec<(String, Result<Response, Error>)>,
    /// Everything else that came out.
    pub outputs: Vec<Output>,
    /// Until when the Agent waits.
    pub until: Option<Instant>,
    asked: u32,
    /// How often it was started.
    life: u64,
}

impl Plain {
    /// With the Controllers `one` and `two`, which are on board, and a clock that is not set.
    pub fn new() -> Self {
        let mut model = model();
        model.add_controller("one");
        model.add_controller("two");
        Self::with(model, None)
    }

    pub fn with_wall(wall: &str) -> Self {
        let mut plain = Self::new();
        plain.wall = Some(unix(wall));
        plain
    }

    /// On a model that is there, before the first input.
    pub fn with(model: DataModel, wall: Option<i64>) -> Self {
        Self::started(model, wall, 1)
    }

    fn started(model: DataModel, wall: Option<i64>, life: u64) -> Self {
        let agent = Agent::new(id("os::012345-AGENT"), model, Seeded(life)).unwrap();
        let start = Instant::from_secs(1000);
        Self {
            agent,
            start,
            now: start,
            wall,
            sent: Vec::new(),
            answers: Vec::new(),
            outputs: Vec::new(),
            until: None,
            asked: 0,
            life,
        }
    }

    /// The same device after it was switched off for a while: what was saved is there, and nothing else.
    pub fn restarted(&self, off: u64) -> Self {
        self.restarted_by(off, self.life + 1)
    }

    /// The same, with these random numbers.
    pub fn restarted_with(&self, life: u64) -> Self {
        self.restarted_by(0, life)
    }

    fn restarted_by(&self, off: u64, life: u64) -> Self {
        let wall = self.wall.map(|wall| wall + (self.now - self.start).as_secs() as i64 + off as i64);
        let mut model = model();
        assert_eq!(model.restore([&*self.agent.model().snapshot()]).unwrap(), []);
        let mut plain = Self::started(model, wall, life);
        plain.agent.restarted();
        plain
    }

    pub fn moment(&self) -> Now {
        let wall = self.wall.map(|wall| {
            let elapsed = (self.now - self.start).as_micros() as i64;
            let micros = (elapsed % 1_000_000) as u32;
            DateTime::from_unix(wall + elapsed / 1_000_000, micros * 1000).unwrap()
        });
        Now { monotonic: self.now, wall }
    }

    pub fn input(&mut self, input: Input<'_>) {
        let moment = self.moment();
        self.agent.handle_input(input, moment);
        self.drain();
    }

    pub fn update<T>(&mut self, work: impl FnOnce(&mut DataModel) -> T) -> T {
        let moment = self.moment();
        let result = self.agent.update(moment, work);
        self.drain();
        result
    }

    #[track_caller]
    pub fn device(&mut self, path: &str, text: &str) {
        self.update(|model| model.update_value_at(path, text)).unwrap();
    }

    pub fn boot(&mut self, boot: Boot<'_>) {
        self.input(Input::Boot(boot));
    }

    fn drain(&mut self) {
        loop {
            match self.agent.poll_output() {
                Output::Record { to, bytes, .. } => self.receive(&to, &bytes),
                Output::Wait { until } => {
                    self.until = until;
                    return;
                }
                other => self.outputs.push(other),
            }
        }
    }

    fn receive(&mut self, to: &EndpointId, bytes: &[u8]) {
        let record = sound(bytes);
        assert_eq!((&*record.from_id, &*record.to_id), (self.agent.id().as_str(), to.as_str()));
        let msg = sound_msg(&record).expect("no Session Context was begun");
        let msg_id = msg.msg_id().to_owned();
        match msg.into_content() {
            Some(MsgBody::Request(Request { req_type: Some(ReqType::Notify(notify)) })) => {
                let (to, after) = (to.to_string(), self.now - self.start);
                self.sent.push(Sent { after, to, msg_id, notify });
            }
            Some(MsgBody::Response(response)) => self.answers.push((msg_id, Ok(response))),
            Some(MsgBody::Error(error)) => self.answers.push((msg_id, Err(error))),
            other => panic!("neither an answer nor a Notify: {other:?}"),
        }
    }

    /// Lets time pass: the Agent is woken whenever it asks for it, and at no other time.
    pub fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(until) = self.until.filter(|until| *until <= end) {
            assert!(until >= self.now || self.now == end, "what is due is done: {until:?} {:?}", self.now);
            self.now = until.max(self.now);
            self.input(Input::Timeout);
            assert!(self.until.is_none_or(|next| next > self.now), "the Agent spins");
        }
        self.now = end;
    }

    pub fn pass_secs(&mut self, secs: u64) {
        self.pass(Duration::from_secs(secs));
    }

    /// Notifications since the last call.
    pub fn told(&mut self) -> Vec<Sent> {
        core::mem::take(&mut self.sent)
    }

    /// The same to Controller `one`, without the rest.
    pub fn notifications(&mut self) -> Vec<Notification> {
        let told = self.told();
        let to_one = told.into_iter().filter(|sent| sent.to == "self::one");
        to_one.map(|sent| sent.notify.notification.unwrap()).collect()
    }

    pub fn send(&mut self, from: &str, msg: &Msg) {
        let record = Record::no_session(&id(&format!("self::{from}")), self.agent.id(), msg.encode_to_vec());
        self.input(Input::Record(&record.encode_to_vec()));
    }

    /// A request of a Controller, and its answer if there is one.
    pub fn asked_by(&mut self, from: &str, request: impl Into<Request>) -> Option<Result<Response, Error>> {
        self.asked += 1;
        let msg_id = format!("ask-{}", self.asked);
        self.send(from, &Msg::request(&*msg_id, request));
        let found = self.answers.iter().position(|(answered, _)| *answered == msg_id)?;
        Some(self.answers.remove(found).1)
    }

    #[track_caller]
    pub fn ask(&mut self, request: impl Into<Request>) -> Result<RespType, Error> {
        let answer = self.asked_by("one", request).expect("an answer");
        answer.map(|response| response.resp_type.expect("an answer is something"))
    }

    #[track_caller]
    pub fn set(&mut self, path: &str, text: &str) {
        let (object, name) = path.rsplit_once('.').unwrap();
        self.ask(Set::new([set::UpdateObject::new(format!("{object}.")).required(name, text)])).unwrap();
    }

    #[track_caller]
    pub fn add(&mut self, table: &str, settings: &[(&str, &str)]) -> String {
        let row = add::CreateObject::new(table);
        let row = settings.iter().fold(row, |row, (name, text)| row.required(*name, *text));
        let RespType::AddResp(answer) = self.ask(Add::new([row])).unwrap() else {
            panic!("an AddResp is due")
        };
        answer.created_obj_results[0].outcome().unwrap().unwrap().instantiated_path.clone()
    }

    /// A Subscription with more settings.
    #[track_caller]
    pub fn subscribe(&mut self, id: &str, kind: &str, reference: &str, more: &[(&str, &str)]) -> String {
        let given = [("Enable", "true"), ("ID", id), ("NotifType", kind), ("ReferenceList", reference)];
        self.add(SUB, &[&given[..], more].concat())
    }

    /// What an Operate of one command comes to.
    #[track_caller]
    pub fn operate(&mut self, operate: Operate) -> OperationResp {
        let RespType::OperateResp(answer) = self.ask(operate).unwrap() else {
            panic!("an OperateResp is due")
        };
        let [result] = &answer.operation_results[..] else { panic!("one result: {answer:?}") };
        result.operation_resp.clone().unwrap()
    }

    pub fn answer(&mut self, from: &str, msg_id: &str) {
        self.send(from, &Msg::response_to(msg_id, NotifyResp { subscription_id: "whatever".into() }));
    }

    #[track_caller]
    pub fn value(&self, path: &str) -> String {
        self.agent.model().value_at(path).unwrap().to_string()
    }

    pub fn rows(&self, path: &str) -> Vec<String> {
        self.agent.model().objects_at(path).unwrap()
    }

    /// The commands that were given out.
    pub fn calls(&mut self) -> Vec<Call> {
        let outputs = core::mem::take(&mut self.outputs);
        let call = |output| match output {
            Output::Command(call) => call,
            other => panic!("commands are due, not {other:?}"),
        };
        outputs.into_iter().map(call).collect()
    }
}

pub fn unix(text: &str) -> i64 {
    text.parse::<DateTime>().unwrap().unix_seconds().unwrap()
}

pub fn value_change(path: &str, text: &str) -> Notification {
    notify::ValueChange { param_path: path.into(), param_value: text.into() }.into()
}

pub fn event(object: &str, name: &str, params: &[(&str, &str)]) -> Notification {
    let params = params.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    notify::Event { obj_path: object.into(), event_name: name.into(), params }.into()
}

#[track_caller]
pub fn within(time: Duration, low: u64, high: u64) {
    let range = Duration::from_secs(low)..=Duration::from_secs(high);
    assert!(range.contains(&time), "{time:?} is not in {range:?}");
}
