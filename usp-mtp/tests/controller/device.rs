//! A device at the other end of a connection: its Agent is driven by the test.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;
use usp_agent::datamodel::{DataModel, Requester, SupportedDataModel};
use usp_agent::{Agent, Channel, Connection as Told, Input, Now, Output};
use usp_codegen::{ImageOptions, Model};
use usp_msg::{Add, Msg, Set, add, set};
use usp_mtp::record::{EndpointId, Instant, Record};
use usp_mtp::usp_controller::Controller;
use usp_mtp::{
    Closed, Connection, ControllerEvent, ControllerHandle, ControllerRuntime, Options, Protocol,
    RecordReceiver, RecordSender, SystemRng, uds,
};

pub const CONTROLLER: &str = "self::operator";
pub const ONE: &str = "os::012345-ONE";
pub const TWO: &str = "os::012345-TWO";

pub fn id(text: &str) -> EndpointId {
    EndpointId::parse(text).unwrap()
}

/// A folder of its own, gone at the end.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("usp-mtp-{test}-{}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub fn socket(&self) -> PathBuf {
        self.0.join("socket")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A Controller that is driven.
pub struct Operator {
    pub handle: ControllerHandle,
    events: UnboundedReceiver<ControllerEvent>,
    pub run: JoinHandle<Controller<SystemRng>>,
}

impl Operator {
    pub fn start() -> Self {
        Self::start_with(|runtime| runtime)
    }

    pub fn start_with(
        set_up: impl FnOnce(ControllerRuntime<SystemRng>) -> ControllerRuntime<SystemRng>,
    ) -> Self {
        let (runtime, handle) = ControllerRuntime::new(Controller::new(id(CONTROLLER), SystemRng));
        let (tell, events) = unbounded_channel();
        let runtime = set_up(runtime).on_event(move |event| tell.send(event).unwrap_or_default());
        Self { handle, events, run: tokio::spawn(runtime.run()) }
    }

    /// A Controller at whose socket Agents may call.
    pub async fn at(folder: &Folder) -> Self {
        let operator = Self::start();
        operator.handle.listen_uds(folder.socket()).await.unwrap();
        operator
    }

    /// The next event.
    pub async fn event(&mut self) -> ControllerEvent {
        self.events.recv().await.unwrap()
    }

    /// The next event, as a line.
    pub async fn line(&mut self) -> String {
        self.event().await.to_string()
    }
}

pub fn connected(agent: &str) -> String {
    format!("{agent} is connected over UDS, way 1")
}

/// A device with a connection.
pub struct Device {
    pub agent: Agent<SystemRng>,
    over: Protocol,
    sender: RecordSender,
    receiver: RecordReceiver,
}

impl Device {
    const NOW: Now = Now::new(Instant::from_secs(1_000));

    /// A device that has called at a socket, and said in a Connect Record that it is there.
    pub async fn calls(name: &str, socket: &Path) -> Self {
        Self::with(name, uds::connect(socket, &id(name), Options::DEFAULT).await.unwrap()).await
    }

    /// The same, after the Controller has seen it.
    pub async fn of(name: &str, folder: &Folder, operator: &mut Operator) -> Self {
        let device = Self::calls(name, &folder.socket()).await;
        assert_eq!(operator.line().await, connected(name));
        device
    }

    pub async fn with(name: &str, connection: Connection) -> Self {
        assert_eq!(connection.peer(), &id(CONTROLLER));
        let over = connection.protocol();
        let (sender, receiver) = connection.split();
        let agent = Agent::new(id(name), model(), SystemRng).unwrap();
        let mut device = Self { agent, over, sender, receiver };
        device.says_that_it_is_there().await;
        device
    }

    /// The same device over another connection, and what is left of the one before.
    pub async fn moves(&mut self, connection: Connection) -> (RecordSender, RecordReceiver) {
        let (sender, receiver) = connection.split();
        let before =
            (core::mem::replace(&mut self.sender, sender), core::mem::replace(&mut self.receiver, receiver));
        self.says_that_it_is_there().await;
        before
    }

    async fn says_that_it_is_there(&mut self) {
        let connection = if self.over == Protocol::Uds { Told::Uds } else { Told::WebSocket };
        let (controller, channel) = (&id(CONTROLLER), Channel::default());
        let connected = Input::Connected { controller, connection, channel };
        self.agent.handle_input(connected, Self::NOW);
        self.sends().await;
    }

    /// Does one thing that the Controller wants, and answers.
    pub async fn does(&mut self) -> Msg {
        let record = self.receiver.receive().await.unwrap();
        self.takes(&record).await
    }

    /// The next Record, which nothing is done with.
    pub async fn gets(&mut self) -> Result<Vec<u8>, Closed> {
        self.receiver.receive().await
    }

    /// Does what a Record says; gives the Message in it.
    pub async fn takes(&mut self, record: &[u8]) -> Msg {
        self.agent.handle_input(Input::Record(record), Self::NOW);
        self.sends().await;
        Msg::decode(Record::decode(record).unwrap().payload().unwrap()).unwrap()
    }

    /// Sets the ProvisioningCode of the Controller, of which subscribers are told.
    pub async fn provisions(&mut self, code: &str) {
        let row =
            set::UpdateObject::new("Device.LocalAgent.Controller.1.").required("ProvisioningCode", code);
        let set = Set::new([row]).into();
        self.agent.update(Self::NOW, |model| model.process(&set, &Requester::DEVICE)).unwrap();
        self.sends().await;
    }

    /// Sends bytes as they are.
    pub async fn sends_bytes(&mut self, bytes: &[u8]) {
        self.sender.send(bytes).await.unwrap();
    }

    async fn sends(&mut self) {
        loop {
            match self.agent.poll_output() {
                Output::Record { bytes, .. } => self.sender.send(&bytes).await.unwrap(),
                Output::Wait { .. } => return,
                other => panic!("{other:?}"),
            }
        }
    }
}

fn model() -> DataModel {
    static SUPPORTED: OnceLock<SupportedDataModel> = OnceLock::new();
    let supported = SUPPORTED.get_or_init(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/usp-device.xml");
        Model::from_file(path).unwrap().to_schema(&ImageOptions::default()).unwrap().into()
    });
    let mut model = DataModel::new(supported.clone());
    let row = add::CreateObject::new("Device.LocalAgent.Controller.")
        .required("EndpointID", CONTROLLER)
        .required("OnBoardingComplete", "true")
        .required("Enable", "true");
    model.process(&Add::new([row]).into(), &Requester::DEVICE).unwrap();
    model
}
