//! What a step of docs/embedding.md has made, for the steps after it.

use core::error::Error;

use usp_agent::record::{EndpointId, Instant, Record, Rng};
use usp_agent::{Agent, Now};
use usp_controller::Controller;
use usp_datamodel::{DataModel, Requester};
use usp_msg::{Add, Msg, Notify, Request, Response, add};

use crate::model::{LocalAgentController, device};
use crate::queue::Queue;
use crate::{bare, fans};

/// What may go wrong in a step.
pub type Failure = Box<dyn Error>;

/// Numbers in their order, in place of a generator that nobody can foretell.
#[derive(Debug, Default)]
pub struct Counting(u64);

impl Rng for Counting {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0 += 1;
        bytes.iter_mut().zip(self.0.to_be_bytes().iter().rev()).for_each(|(to, from)| *to = *from);
    }
}

/// The Agent of the gateway as it comes from the factory.
///
/// # Errors
///
/// The model refuses what the device says of itself.
pub fn agent() -> Result<Agent<Counting>, Failure> {
    let mut gateway = bare()?;
    factory_rows(&mut gateway)?;
    agent_on(gateway)
}

/// Adds the rows that a device has from the factory: its fans, and the Controller `self::operator`.
///
/// # Errors
///
/// The rows are there.
pub fn factory_rows(gateway: &mut DataModel) -> Result<(), Failure> {
    fans(gateway)?;
    let operator = LocalAgentController {
        endpoint_id: Some("self::operator".into()),
        enable: Some(true),
        on_boarding_complete: Some(true),
        ..Default::default()
    };
    gateway.insert(device().local_agent().controller_table(), &operator)?;
    Ok(())
}

/// The Agent on a model of the gateway.
///
/// # Errors
///
/// None: the model is an Agent's.
pub fn agent_on(gateway: DataModel) -> Result<Agent<Counting>, Failure> {
    Ok(Agent::new(EndpointId::parse("os::012345-GATEWAY1")?, gateway, Counting::default())?)
}

/// A Message in a Record of `self::operator` to that Agent.
///
/// # Errors
///
/// None: both Endpoint IDs are sound.
pub fn asked(message: &Msg) -> Result<Vec<u8>, Failure> {
    let (from, to) = (EndpointId::parse("self::operator")?, EndpointId::parse("os::012345-GATEWAY1")?);
    Ok(Record::no_session(&from, &to, message.encode_to_vec()).encode_to_vec())
}

/// Has the operator be told of Periodic! each minute.
///
/// # Errors
///
/// The model refuses it.
pub fn subscribe_to_periodic(agent: &mut Agent<Counting>, now: Now) -> Result<(), Failure> {
    agent.update(now, |model| {
        model.update_value(device().local_agent().controller(1).periodic_notif_interval(), 60)?;
        let row = add::CreateObject::new("Device.LocalAgent.Subscription.")
            .required("Recipient", "Device.LocalAgent.Controller.1")
            .required("ID", "alive")
            .required("NotifType", "Event")
            .required("ReferenceList", "Device.LocalAgent.Periodic!")
            .required("Enable", "true");
        model.process(&Add::new([row]).into(), &Requester::DEVICE)?;
        Ok(())
    })
}

/// Does all that is due to an Agent.
pub fn serve(agent: &mut Agent<Counting>, inbox: &mut Queue, outbox: &mut Queue, now: Instant) {
    while let Some(record) = inbox.pop() {
        agent.handle_input(usp_agent::Input::Record(&record), Now::new(now));
    }
    agent.handle_input(usp_agent::Input::Timeout, Now::new(now));
    loop {
        match agent.poll_output() {
            usp_agent::Output::Record { bytes, .. } => outbox.push(&bytes),
            usp_agent::Output::Wait { .. } => return,
            _ => {}
        }
    }
}

/// The Agent and its Controller, with a queue each way.
pub struct Both {
    agent: Agent<Counting>,
    controller: Controller<Counting>,
    to_agent: Queue,
    from_agent: Queue,
    answers: Vec<Result<Response, usp_msg::Error>>,
    told: Vec<Notify>,
}

impl Both {
    /// Nothing is on its way yet.
    ///
    /// # Errors
    ///
    /// As for [`agent`].
    pub fn new() -> Result<Self, Failure> {
        let operator = EndpointId::parse("self::operator")?;
        Ok(Self {
            agent: agent()?,
            controller: Controller::new(operator, Counting::default()),
            to_agent: Queue::default(),
            from_agent: Queue::default(),
            answers: Vec::new(),
            told: Vec::new(),
        })
    }

    /// Asks, and waits for the answer.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn ask(
        &mut self,
        request: impl Into<Request>,
        now: Instant,
    ) -> Result<Result<Response, usp_msg::Error>, Failure> {
        self.controller.send(self.agent.id(), request, now);
        self.carry(now);
        Ok(self.answers.pop().ok_or("no answer has come")?)
    }

    /// Something happens on the device.
    pub fn change<T>(&mut self, now: Instant, work: impl FnOnce(&mut DataModel) -> T) -> T {
        self.agent.update(Now::new(now), work)
    }

    /// What the Controller was told since the last time.
    pub fn told(&mut self, now: Instant) -> Vec<Notify> {
        self.carry(now);
        core::mem::take(&mut self.told)
    }

    /// Carries Records until nobody has more to send.
    fn carry(&mut self, now: Instant) {
        loop {
            match self.controller.poll_output() {
                usp_controller::Output::Record { bytes, .. } => self.to_agent.push(&bytes),
                usp_controller::Output::Answer { result, .. } => self.answers.push(result),
                usp_controller::Output::Notify { notify, .. } => self.told.push(notify),
                usp_controller::Output::Wait { .. } => {
                    serve(&mut self.agent, &mut self.to_agent, &mut self.from_agent, now);
                    let Some(record) = self.from_agent.pop() else { return };
                    self.controller.handle_input(usp_controller::Input::Record(&record), now);
                }
                _ => {}
            }
        }
    }
}
