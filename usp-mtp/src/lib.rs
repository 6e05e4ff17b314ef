//! Message Transfer Protocols of TR-369 (USP): how Records travel between two Endpoints.
//!
//! A [`Connection`] is a way to another Endpoint, whichever the protocol: it takes Records, gives Records, and knows
//! how its protocol says that something is wrong. [`uds`] makes connections over UNIX domain sockets, [`websocket`]
//! over WebSocket. On them an [`AgentRuntime`] drives an Agent as its own data model says, and a [`ControllerRuntime`]
//! a Controller. Everything runs on tokio; whoever has another runtime, or none, takes `usp-agent` or
//! `usp-controller`, which know nothing of sockets.
//!
//! # Example
//!
//! A device calls an operator's socket, and the operator asks it for its name:
//!
//! ```
//! # #[cfg(all(unix, feature = "agent", feature = "controller"))]
//! # mod example {
//! use usp_agent::Agent;
//! # use usp_agent::datamodel::{DataModel, Requester};
//! use usp_controller::Controller;
//! use usp_msg::Get;
//! use usp_mtp::record::EndpointId;
//! use usp_mtp::{AgentRuntime, ControllerEvent, ControllerRuntime, SystemRng};
//!
//! # pub async fn run(model: DataModel, socket: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let (us, device) = (EndpointId::parse("self::operator")?, EndpointId::parse("os::012345-ABC")?);
//! let (runtime, operator) = ControllerRuntime::new(Controller::new(us, SystemRng));
//! let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
//! tokio::spawn(runtime.on_event(move |event| _ = tell.send(event)).run());
//! operator.listen_uds(socket).await?;
//!
//! // The model has a row for the operator, and one for the socket that the Agent is to connect to.
//! let (runtime, agent) = AgentRuntime::new(Agent::new(device.clone(), model, SystemRng)?);
//! let running = tokio::spawn(runtime.on_event(|event| eprintln!("{event}")).run());
//! while !matches!(told.recv().await, Some(ControllerEvent::Connected { .. })) {}
//!
//! agent.update(|model| model.update_value_at("Device.DeviceInfo.ModelName", "X1")).await??;
//! let answer = operator.ask(&device, Get::new(["Device.DeviceInfo.ModelName"])).await?;
//! assert_eq!(answer.values().next(), Some(("Device.DeviceInfo.", "ModelName", "X1")));
//! agent.stop();
//! running.await?;
//! operator.stop();
//! # Ok(())
//! # }
//! # pub fn main() {
//! #     use usp_msg::{Add, add};
//! #     let xml = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/usp-device.xml");
//! #     let model = usp_codegen::Model::from_file(xml).unwrap();
//! #     let mut model = DataModel::new(model.to_schema(&usp_codegen::ImageOptions::default()).unwrap());
//! #     let mut row = |table: &str, settings: &[(&str, &str)]| {
//! #         let row = add::CreateObject::new(table);
//! #         let row = settings.iter().fold(row, |row, (name, text)| row.required(*name, *text));
//! #         model.process(&Add::new([row]).into(), &Requester::DEVICE).unwrap();
//! #     };
//! #     let socket = std::env::temp_dir().join(format!("usp-mtp-page-{}", std::process::id()));
//! #     let socket = socket.to_str().unwrap();
//! #     row("Device.LocalAgent.Controller.", &[("EndpointID", "self::operator"), ("Enable", "true")]);
//! #     row("Device.UnixDomainSockets.UnixDomainSocket.", &[("Mode", "Connect"), ("Path", socket)]);
//! #     row("Device.LocalAgent.Controller.1.MTP.", &[("Protocol", "UDS"), ("Enable", "true")]);
//! #     let reference = "Device.LocalAgent.Controller.1.MTP.1.UDS.UnixDomainSocketRef";
//! #     model.update_value_at(reference, "Device.UnixDomainSockets.UnixDomainSocket.1").unwrap();
//! #     let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
//! #     runtime.block_on(run(model, socket)).unwrap();
//! # }
//! # }
//! # #[cfg(all(unix, feature = "agent", feature = "controller"))]
//! # fn main() { example::main() }
//! # #[cfg(not(all(unix, feature = "agent", feature = "controller")))]
//! # fn main() {}
//! ```
//!
//! # Contract
//!
//! - Time is tokio's: nothing here waits by the wall clock, and a test may pause it.
//! - One task owns an engine, and each connection is a task of its own: another end that takes nothing, or is slow to
//!   say who it is, holds up nobody.
//! - [`RecordReceiver::receive`] may be given up and called again; [`RecordSender::send`] may not.
//!
//! # Untrusted input
//!
//! Everything that comes is. What breaks the rules of an MTP, or is no Record, ends its connection with what the
//! standard wants said, and a runtime goes on with all others. Sizes, times and numbers of connections are bounded by
//! [`Options`] and the limits of the runtimes. **Who the other end is, is what it says**, unless it is connected by TLS
//! that names it ([`websocket::Tls`]), which you bring. Without, addresses, firewalls and the rights of sockets decide
//! who may connect; [`uds::open`] and its siblings take any stream of bytes.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `agent` | no | [`AgentRuntime`], which drives an Agent |
//! | `controller` | no | [`ControllerRuntime`], which drives a Controller |
//! | `websocket` | yes | [`websocket`]: Records over WebSocket |
//!
//! # What it does not do yet
//!
//! MQTT, STOMP, discovery; the trust of certificates by the tables of TR-181. The support table of the project says more.
//!
//! # Errors and panics
//!
//! [`OpenError`] is why there is no connection, [`Closed`] why there is none any more. Nothing panics on input; where the
//! operating system has no random bytes to give, [`SystemRng`] does.
#![cfg_attr(
    not(all(feature = "agent", feature = "controller", feature = "websocket")),
    allow(rustdoc::broken_intra_doc_links)
)]

#[cfg(any(feature = "agent", feature = "controller", feature = "websocket"))]
extern crate alloc;

#[cfg(feature = "agent")]
mod agent;
mod connection;
#[cfg(feature = "controller")]
mod controller;
#[cfg(any(feature = "agent", feature = "controller"))]
mod links;
mod open_error;
mod options;
#[cfg(any(feature = "agent", feature = "controller"))]
mod peers;
#[cfg(any(feature = "agent", feature = "controller"))]
mod system;
pub mod uds;
#[cfg(any(feature = "agent", feature = "controller"))]
mod ways;
#[cfg(feature = "websocket")]
pub mod websocket;

#[cfg(feature = "agent")]
pub use agent::{AgentEvent, AgentHandle, AgentRuntime, Restored, Stopped, StoreError};
pub use connection::{Closed, Connection, Protocol, RecordReceiver, RecordSender};
#[cfg(feature = "controller")]
pub use controller::{
    ControllerEvent, ControllerHandle, ControllerRuntime, DisconnectReason, ListenError, RequestError, WayId,
};
pub use open_error::OpenError;
pub use options::Options;
#[cfg(any(feature = "agent", feature = "controller"))]
pub use system::{Clock, SystemRng};
#[cfg(feature = "controller")]
pub use usp_controller;
pub use usp_record as record;
