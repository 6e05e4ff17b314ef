//! A device that is driven, and a Controller's end of its connections.

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;
use usp_agent::Agent;
use usp_agent::datamodel::DataModel;
use usp_msg::{Add, Get, Msg, Request, add};
use usp_mtp::record::record::RecordType;
use usp_mtp::record::{DisconnectRecord, Record};
use usp_mtp::{
    AgentEvent, AgentHandle, AgentRuntime, Connection, Options, Protocol, RecordReceiver, RecordSender,
    SystemRng, uds,
};

use super::{AGENT, CONTROLLER, agent, id, message, record_of};

/// A device that is driven, and the events that it tells.
pub struct Device {
    pub handle: AgentHandle,
    events: UnboundedReceiver<AgentEvent>,
    pub run: JoinHandle<Agent<SystemRng>>,
}

impl Device {
    pub fn start(model: DataModel) -> Self {
        Self::start_with(model, |runtime| runtime)
    }

    pub fn start_with(
        model: DataModel,
        set_up: impl FnOnce(AgentRuntime<SystemRng>) -> AgentRuntime<SystemRng>,
    ) -> Self {
        let (runtime, handle) = AgentRuntime::new(agent(model));
        let (tell, events) = unbounded_channel();
        let runtime = set_up(runtime.on_event(move |event| _ = tell.send(event)));
        let run = tokio::spawn(runtime.run());
        Self { handle, events, run }
    }

    /// Waits for an event that a log would show so.
    pub async fn told(&mut self, text: &str) {
        let mut others = Vec::new();
        // A row that is tried again tells something for ever, and never that.
        while let Some(event) = self.events.recv().await.filter(|_| others.len() < 100) {
            let said = event.to_string();
            if said == text {
                return;
            }
            others.push(said);
        }
        panic!("{text:?} is not among {others:#?}");
    }

    pub async fn set(&self, path: &'static str, text: &'static str) {
        self.handle.update(move |model| model.update_value_at(path, text)).await.unwrap().unwrap();
    }

    pub async fn value(&self, path: &'static str) -> String {
        self.handle.update(move |model| model.value_at(path).unwrap().to_string()).await.unwrap()
    }
}

/// A Controller's end of a connection.
pub struct End {
    controller: &'static str,
    pub sender: RecordSender,
    pub receiver: RecordReceiver,
}

impl End {
    /// The end of a connection that the Agent has said hello on.
    pub async fn new(controller: &'static str, connection: Connection) -> Self {
        assert_eq!(connection.peer(), &id(AGENT));
        let protocol = connection.protocol();
        let (sender, receiver) = connection.split();
        let mut end = Self { controller, sender, receiver };
        // [R-MTP.6]
        let first = end.next().await;
        let said = match first.record_type {
            Some(RecordType::UdsConnect(_)) => Some(Protocol::Uds),
            Some(RecordType::WebsocketConnect(_)) => Some(Protocol::WebSocket),
            _ => None,
        };
        assert_eq!(said, Some(protocol), "{first:?}");
        end
    }

    /// That of a connection by which the Agent calls.
    pub async fn called(listener: &uds::Listener) -> Self {
        let stream = listener.accept().await.unwrap();
        Self::new(CONTROLLER, uds::accept(stream, &id(CONTROLLER), Options::DEFAULT).await.unwrap()).await
    }

    pub async fn next(&mut self) -> Record {
        Record::decode(&self.receiver.receive().await.unwrap()).unwrap()
    }

    pub async fn send(&mut self, msg: &Msg) {
        self.sender.send(&record_of(self.controller, msg)).await.unwrap();
    }

    /// What a request is answered with.
    pub async fn ask(&mut self, request: impl Into<Request>) -> Msg {
        self.send(&Msg::request("1", request.into())).await;
        message(&self.next().await)
    }

    pub async fn get(&mut self, path: &str) -> String {
        let answer = self.ask(Get::new([path])).await.into_answer::<Get>().unwrap().unwrap();
        let values: Vec<_> = answer.values().map(|(_, _, text)| text.to_string()).collect();
        values.concat()
    }

    pub async fn subscribe(&mut self, path: &str) {
        let row = add::CreateObject::new("Device.LocalAgent.Subscription.")
            .required("ID", "changes")
            .required("NotifType", "ValueChange")
            .required("ReferenceList", path)
            .required("Enable", "true");
        let answer = self.ask(Add::new([row])).await;
        assert!(answer.as_error().is_none(), "{answer}");
    }

    pub async fn goodbye(&mut self) -> DisconnectRecord {
        match self.next().await.record_type {
            Some(RecordType::Disconnect(goodbye)) => goodbye,
            other => panic!("a Disconnect Record is due, not {other:?}"),
        }
    }
}
