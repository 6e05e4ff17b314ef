//! A sans-IO USP Agent (TR-369).
//!
//! An [`Agent`] stands between a data model (`usp-datamodel`) and the Controllers that manage it. Records go in
//! through [`Agent::handle_input`], Records come out of [`Agent::poll_output`]; sockets, threads and clocks are the
//! embedder's. Whoever wants the engine without an Agent takes `usp-datamodel`; the other end is `usp-controller`.
//!
//! # Example
//!
//! ```
//! use usp_agent::record::{EndpointId, Instant, Record, Rng};
//! use usp_agent::{Agent, Input, Now, Output};
//! # use usp_agent::datamodel::{schema::*, DataModel};
//! use usp_msg::{Get, GetResp, Msg};
//!
//! # fn model() -> Result<DataModel, Box<dyn core::error::Error>> {
//! #     let text = || SyntaxSpec::new(PrimitiveType::String);
//! #     let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:agent");
//! #     let device = builder.object(None, ObjectSpec::single("Device"))?;
//! #     let agent = builder.object(Some(device), ObjectSpec::single("LocalAgent"))?;
//! #     let seconds = SyntaxSpec::new(PrimitiveType::UnsignedInt);
//! #     builder.parameter(agent, ParameterSpec::new("UpTime", seconds))?;
//! #     builder.parameter(agent, ParameterSpec::new("EndpointID", text()))?;
//! #     let controller = builder.object(Some(agent), ObjectSpec::table("Controller"))?;
//! #     builder.parameter(controller, ParameterSpec::new("EndpointID", text()))?;
//! #     builder.parameter(controller, ParameterSpec::new("Enable", SyntaxSpec::new(PrimitiveType::Boolean)))?;
//! #     builder.unique_key(controller, true, &["EndpointID"])?;
//! #     let subscription = builder.object(Some(agent), ObjectSpec::table("Subscription"))?;
//! #     let recipient = SyntaxSpec {
//! #         reference: Some(ReferenceSpec { strong: true, target: ReferenceTarget::Row, parents: vec![] }),
//! #         ..text()
//! #     };
//! #     builder.parameter(subscription, ParameterSpec::new("Recipient", recipient))?;
//! #     let mut model = DataModel::new(builder.build()?);
//! #     let row = usp_msg::add::CreateObject::new("Device.LocalAgent.Controller.")
//! #         .required("EndpointID", "self::operator").required("Enable", "true");
//! #     model.process(&usp_msg::Add::new([row]).into(), &usp_agent::datamodel::Requester::DEVICE)?;
//! #     Ok(model)
//! # }
//! struct Entropy; // In a product, the operating system's or the chip's.
//! impl Rng for Entropy {
//!     fn fill(&mut self, bytes: &mut [u8]) {
//!         bytes.fill(4);
//!     }
//! }
//!
//! let (us, operator) = (EndpointId::parse("os::012345-ABC")?, EndpointId::parse("self::operator")?);
//! // The model holds a row for the Controller self::operator.
//! let mut agent = Agent::new(us.clone(), model()?, Entropy)?;
//!
//! let get = Msg::request("1", Get::new(["Device.LocalAgent.EndpointID"]));
//! let record = Record::no_session(&operator, &us, get.encode_to_vec()).encode_to_vec();
//! agent.handle_input(Input::Record(&record), Now::new(Instant::from_secs(10)));
//!
//! let Output::Record { to, bytes, .. } = agent.poll_output() else { panic!("a GetResp is due") };
//! let answer = Msg::decode(Record::decode(&bytes)?.payload().ok_or("no payload")?)?;
//! let Some(Ok(answer)) = answer.into_answer::<Get>() else { panic!("a GetResp is due") };
//! assert_eq!(answer.values().next(), Some(("Device.LocalAgent.", "EndpointID", "os::012345-ABC")));
//! assert_eq!(to, operator);
//! assert_eq!(agent.poll_output(), Output::Wait { until: None });
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Contract
//!
//! - **After each [`Agent::handle_input`] and [`Agent::update`], call [`Agent::poll_output`] until it returns
//!   [`Output::Wait`].** Outputs are kept until they are fetched.
//! - Time is an argument, [`Now`]; the monotonic part never goes back. Randomness is an argument, [`record::Rng`].
//! - The schema has `Device.LocalAgent.` with `EndpointID`, `UpTime`, `Controller.{i}.` and `Subscription.{i}.`
//!
//! # Untrusted input
//!
//! Everything in a Record is. What is malformed, for somebody else or from a Controller that is not an enabled row of
//! `Device.LocalAgent.Controller.` becomes [`Output::Ignored`] and changes nothing. Sizes are bounded by
//! `usp_msg::Limits`, [`datamodel::Limits`] and [`SessionLimits`]. The sender is who `from_id` says: that the MTP
//! vouches for it is the embedder's to see to, until this crate checks certificates.
//!
//! # Session Contexts
//!
//! Answers are in Records of the kind that the request came in, and what the Agent says by itself is in those that the
//! Controller used last, by the settings in the `E2ESession.` of its row. Payloads go in plain text where
//! `PayloadSecurity` is `Plaintext` there. `TLS`, the default, needs an engine of yours ([`Agent::secure_sessions`]);
//! without one such Session Contexts are refused with a Disconnect Record. A Session Context that fails starts anew
//! ([`Output::SessionRestarted`]).
//!
//! # Channels
//!
//! Whoever drives the Agent tells it of channels to Controllers by [`Input::Connected`] and [`Input::Disconnected`],
//! and before it closes them by [`Agent::disconnect`]: Connect and Disconnect Records come out in their due places. An
//! embedder that does not is given neither. [`Agent::support_mtps`] says which MTPs there are.
//!
//! Where Records come and leave by more ways than one, each of them says by which: [`Input::RecordOver`] over which
//! channel it came, and [`Via`] in [`Output::Record`] which way is its. An answer leaves as its request came, and all
//! else by the rows of `Device.LocalAgent.Controller.{i}.MTP.`, their `Enable` and `Order`.
//!
//! # Commands
//!
//! The Agent itself runs `Device.ScheduleTimer()`, and of each Controller `SendOnBoardRequest()` and
//! `E2ESession.Reset()`, unless the model has handlers for them. All others are the device's: those with a handler
//! ([`datamodel::DataModel::on_command`]) run within the request, those that are queued
//! ([`datamodel::DataModel::queue_command`]) come out as [`Output::Command`], behind the answer. What has neither fails
//! with error 7022.
//!
//! # Values that come later
//!
//! A request for a live value that the device has to fetch ([`datamodel::DataModel::live_later`]) waits, and holds up
//! nobody: the answers to others leave before its own, to the same Controller too. The device gives the value in
//! [`Agent::update`] by [`datamodel::DataModel::complete_value`]. So does the caller of a synchronous command that ends
//! later ([`datamodel::DataModel::on_command_later`]), till [`datamodel::DataModel::complete_command`]. What has not
//! come when the request has waited for 10 s ([`Agent::limit_waiting`]) cannot be read, which is error 7003 for that
//! path; a command has failed (7022). Up to 32 requests of a Controller wait, bounded together by
//! [`datamodel::Limits`]; more are refused with error 7005. The answer is made with the rights and rows of its own
//! moment. A Controller that is disabled, banned or deleted gets none, and a restart forgets who waits.
//!
//! # Starting
//!
//! Tell the Agent once after each start what led to it, by [`Input::Boot`]: it is how subscribers get `Device.Boot!`.
//! State that was saved is brought back by [`Agent::restore`], before the first input. Controllers whose
//! `OnBoardingComplete` is false get an OnBoardRequest with the first input.
//!
//! # Saving
//!
//! An Agent that was given its saved state ([`Agent::restore`], also if that is nothing yet) gives out each change as
//! [`Output::Persist`], and nothing that came after it leaves before [`Input::Persisted`] says that it is safe: no
//! answer, no notification, no command. One batch is under way at a time; what changes meanwhile shares the next, so
//! that many requests cost one sync. The order stays. Undelivered notifications with NotifRetry, timers and the cause
//! of a restart are among what is saved; an `InheritedRole` is not, since whoever checks credentials gives it anew.
//! When saving fails nothing is undone and nothing acknowledged: the whole state comes out anew until it is safe
//! ([`Input::PersistFailed`]). An Agent without saved state sends at once.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `std` | no | `file_store`: a store in files that a crash does not break |
//!
//! # What it does not do yet
//!
//! An engine for TLS, signatures, certificates. The support table of the project says more.
//!
//! # Errors and panics
//!
//! [`Agent::new`] fails when the model is no Agent's. Afterwards nothing fails, and nothing panics; a panic is a bug.
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod agent;
mod clock;
mod commands;
mod controllers;
mod events;
#[cfg(feature = "std")]
pub mod file_store;
mod io;
mod mtps;
mod notifications;
mod now;
mod persistence;
mod records;
mod replace_schema;
mod sessions;
mod set_up;
mod subscriptions;

pub use agent::{Agent, AgentError, SUPPORTED_VERSIONS};
pub use events::boot::{Boot, BootCause};
pub use io::{Ignored, Input, Output};
pub use mtps::Mtp;
pub use mtps::channel::{Channel, Via};
pub use mtps::connections::Connection;
pub use now::Now;
pub use persistence::{Batch, BatchId};
pub use sessions::SessionLimits;
pub use usp_datamodel as datamodel;
pub use usp_record as record;

/// An Agent may be handed to another thread.
const _: fn() = || {
    fn is_send<T: Send>() {}
    is_send::<Agent<()>>();
};
