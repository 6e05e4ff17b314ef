//! An Agent and two Controllers over an in-memory link, in simulated time.

extern crate alloc;

pub mod plain;
pub mod saving;
pub mod wire;

use alloc::collections::VecDeque;
use std::sync::OnceLock;

use usp_agent::{Agent, Ignored, Input, Now, Output};
use usp_codegen::{ImageOptions, Model};
use usp_controller::{Controller, MessageId, Output as ControllerOutput};
use usp_datamodel::{DataModel, SupportedDataModel};
use usp_msg::response::RespType;
use usp_msg::{Error, Msg, Notify, Request, Response};
use usp_record::{EndpointId, Instant, Record, Rng, SessionContextRecord};

/// Numbers that repeat from run to run.
pub struct Seeded(pub u64);

impl Rng for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (self.0 >> 56) as u8;
        }
    }
}

pub fn id(text: &str) -> EndpointId {
    EndpointId::parse(text).unwrap()
}

/// What a Controller has learned.
#[derive(Debug, Default)]
pub struct Heard {
    pub answers: VecDeque<(MessageId, Result<Response, Error>)>,
    pub notifies: Vec<Notify>,
    pub others: Vec<ControllerOutput>,
}

pub struct Link {
    pub agent: Agent<Seeded>,
    pub controllers: [(Controller<Seeded>, Heard); 2],
    pub ignored: Vec<Ignored>,
    /// Records of the Agent for nobody on this link.
    pub strays: Vec<(EndpointId, Vec<u8>)>,
    pub now: Instant,
}

pub fn model() -> DataModel {
    static SUPPORTED: OnceLock<SupportedDataModel> = OnceLock::new();
    let supported = SUPPORTED.get_or_init(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/usp-device.xml");
        Model::from_file(path).unwrap().to_schema(&ImageOptions::default()).unwrap().into()
    });
    DataModel::new(supported.clone())
}

/// A Record of the Agent, which keeps the rules.
#[track_caller]
pub fn sound(bytes: &[u8]) -> Record {
    let record = Record::decode(bytes).unwrap();
    record.validate().unwrap();
    record
}

/// The Message that a Record of the Agent carries in one piece and in plain text, which keeps the rules.
#[track_caller]
pub fn sound_msg(record: &Record) -> Option<Msg> {
    let whole =
        |content: &&SessionContextRecord| content.payload_sar_state == 0 && content.payload.len() == 1;
    let in_session = record.session_context().filter(whole).map(|content| &content.payload[0]);
    let payload = record.payload().or(in_session).filter(|_| record.payload_security == 0)?;
    let msg = Msg::decode(payload).unwrap();
    msg.validate().unwrap();
    assert!(!msg.msg_id().is_empty(), "{msg}");
    if let Some(RespType::GetResp(answer)) = msg.as_response().and_then(|answer| answer.resp_type.as_ref()) {
        let found = answer.req_path_results.iter().flat_map(|result| &result.resolved_path_results);
        for object in found {
            assert!(object.resolved_path.ends_with('.'), "{object:?}");
            assert!(object.result_params.keys().all(|name| !name.contains('.')), "{object:?}");
        }
    }
    Some(msg)
}

impl Link {
    pub fn new() -> Self {
        let mut agent = Agent::new(id("os::012345-AGENT"), model(), Seeded(1)).unwrap();
        let now = Instant::from_secs(1000);
        agent.update(Now::new(now), |model| {
            for (row, controller) in ["one", "two"].into_iter().enumerate() {
                model.add_controller(controller);
                assert_eq!(model.objects_at("Device.LocalAgent.Controller.").unwrap().len(), row + 1);
            }
        });
        let controllers = ["one", "two"]
            .map(|name| (Controller::new(id(&format!("self::{name}")), Seeded(7)), Heard::default()));
        let mut link = Self { agent, controllers, ignored: Vec::new(), strays: Vec::new(), now };
        link.run();
        link
    }

    /// Carries Records until nobody has any left.
    pub fn run(&mut self) {
        loop {
            let mut idle = true;
            loop {
                match self.agent.poll_output() {
                    Output::Record { to, bytes, .. } => {
                        idle = false;
                        sound_msg(&sound(&bytes));
                        match self.controllers.iter_mut().find(|(controller, _)| *controller.id() == to) {
                            Some((controller, _)) => {
                                controller.handle_input(usp_controller::Input::Record(&bytes), self.now);
                            }
                            None => self.strays.push((to, bytes)),
                        }
                    }
                    Output::Ignored(ignored) => self.ignored.push(ignored),
                    _ => break,
                }
            }
            for (controller, heard) in &mut self.controllers {
                loop {
                    match controller.poll_output() {
                        ControllerOutput::Record { bytes, .. } => {
                            idle = false;
                            self.agent.handle_input(Input::Record(&bytes), Now::new(self.now));
                        }
                        ControllerOutput::Answer { id, result, .. } => heard.answers.push_back((id, result)),
                        ControllerOutput::Notify { notify, .. } => heard.notifies.push(notify),
                        ControllerOutput::Wait { .. } => break,
                        other => heard.others.push(other),
                    }
                }
            }
            if idle {
                return;
            }
        }
    }

    /// Sends a request of the first Controller and returns its answer.
    #[track_caller]
    pub fn ask(&mut self, request: impl Into<Request>) -> Result<Response, Error> {
        let agent = self.agent.id().clone();
        let (controller, heard) = &mut self.controllers[0];
        let asked = controller.send(&agent, request, self.now);
        assert!(heard.answers.is_empty());
        self.run();
        let (answered, result) = self.controllers[0].1.answers.pop_front().expect("an answer");
        assert_eq!(answered, asked);
        result
    }

    /// What the first Controller was told since the last call.
    pub fn told(&mut self) -> Vec<Notify> {
        core::mem::take(&mut self.controllers[0].1.notifies)
    }

    /// Gives bytes to the Agent as they are, and takes the Records that it sends for it off the link.
    pub fn replies(&mut self, bytes: &[u8]) -> Vec<Record> {
        self.agent.handle_input(Input::Record(bytes), Now::new(self.now));
        let mut records = Vec::new();
        loop {
            match self.agent.poll_output() {
                Output::Record { bytes, .. } => records.push(Record::decode(&bytes).unwrap()),
                Output::Ignored(ignored) => self.ignored.push(ignored),
                _ => return records,
            }
        }
    }

    /// Gives bytes to the Agent as they are.
    pub fn inject(&mut self, bytes: &[u8]) {
        self.agent.handle_input(Input::Record(bytes), Now::new(self.now));
        self.run();
    }
}

/// Rows that the device makes.
pub trait DeviceRows {
    fn add_controller(&mut self, name: &str);
}

impl DeviceRows for DataModel {
    fn add_controller(&mut self, name: &str) {
        let row = usp_msg::add::CreateObject::new("Device.LocalAgent.Controller.")
            .required("EndpointID", format!("self::{name}"))
            .required("Alias", name)
            .required("OnBoardingComplete", "true")
            .required("Enable", "true");
        let add = usp_msg::Add::new([row]);
        self.process(&add.into(), &usp_datamodel::Requester::DEVICE).unwrap();
    }
}
