//! An in-memory data model engine for TR-369 (USP): the rows and values of one device, under the rules of a TR-181
//! (or any TR-106) schema, and the answers to the Messages that read and change them.
//!
//! The engine is what an Agent is built around. It is not an Agent: Records, Endpoint IDs, Subscriptions, timers
//! and the wire are the business of crates `usp-agent` and `usp-record`; the syntax of paths alone is in
//! `usp-path`, the schema and its values alone in `usp-schema`. Who writes an Agent takes `usp-agent`, and meets this
//! crate as the place where device logic hooks in; who needs a TR-181 model with transactions for another
//! protocol, for a simulator or a test, takes this one.
//!
//! # The types
//!
//! - [`DataModel`] is the engine: [`handle`](DataModel::handle) answers a request on behalf of a [`Requester`], from
//!   bytes to bytes; [`process`](DataModel::process) does so with owned types.
//! - [`SupportedDataModel`] is a schema made ready for the engine, for who has many models of one.
//! - [`DataModel::live`] reads a parameter from the device whenever it is asked for; with [`DataModel::live_later`] the
//!   device takes its time, and a request waits as a [`ParkedRequest`]. [`DataModel::on_command`] and
//!   [`DataModel::on_async_command`] run commands, [`DataModel::on_create`] completes rows that Controllers add.
//! - [`DataModel::refresh`] and [`DataModel::reconcile`] bring tables into line with what the device finds.
//! - A [`Hook`] may refuse what a request changes, and then makes the device do it, or takes it back.
//! - [`DataModel::read`], [`insert`](DataModel::insert), [`update`](DataModel::update) and
//!   [`remove`](DataModel::remove) are the device's own access, typed by generated code (module [`typed`]); [`Columns`]
//!   read many rows at the cost of their values.
//! - [`DataModel::mount`] has a row carry one of the models that are mounted at its table, `Device.ProxiedDevice.{i}.`
//! - [`Permissions`] are what the [`Role`]s of a Controller allow, compiled; a [`Requester`] carries them.
//! - [`Change`] is what a committed request did: values, rows, and the events that the device raised.
//!   [`DataModel::subscribe`] has [`DataModel::drain_notices`] say whom it concerns.
//! - [`DataModel::snapshot`] and [`DataModel::drain_deltas`] give the state in bytes, as a whole and as it changes;
//!   [`DataModel::restore`] brings it back. [`DataModel::replace_schema`] gives a living model another schema.
//! - [`Fault`] is a USP error code with its words; [`Limits`] bounds what a request may cost.
//!
//! # An example
//!
//! ```
//! use usp_datamodel::msg::{Add, add::CreateObject, response::RespType};
//! use usp_datamodel::schema::{
//!     ObjectAccess, ObjectSpec, ParameterAccess, ParameterSpec, PrimitiveType, SchemaBuilder, SyntaxSpec,
//! };
//! use usp_datamodel::{Change, DataModel, Requester};
//!
//! // A schema is usually an image that a build script makes of TR-106 XML; a small one can be made by hand.
//! let mut builder = SchemaBuilder::new("Home:1.0", "urn:example:home-1-0-0");
//! let home = builder.object(None, ObjectSpec::single("Home"))?;
//! let lamps = ObjectSpec { access: ObjectAccess::AddDelete, ..ObjectSpec::table("Lamp") };
//! let lamps = builder.object(Some(home), lamps)?;
//! let name = SyntaxSpec::new(PrimitiveType::String);
//! let name = ParameterSpec { access: ParameterAccess::ReadWrite, ..ParameterSpec::new("Name", name) };
//! builder.parameter(lamps, name)?;
//! builder.unique_key(lamps, true, &["Name"])?;
//!
//! let mut model = DataModel::new(builder.build()?);
//! model.record_changes(true);
//!
//! // A Controller adds a row; a second one with the same Unique Key is refused, and nothing has changed.
//! let controller = Requester::controller("Device.LocalAgent.Controller.1");
//! let add = Add::new([CreateObject::new("Home.Lamp.").required("Name", "desk")]);
//! let response = model.process(&add.clone().into(), &controller).expect("the first of its name");
//! let Some(RespType::AddResp(added)) = response.resp_type else { panic!("an Add was asked") };
//! let created = added.created_obj_results[0].outcome().unwrap().unwrap();
//! assert_eq!(created.instantiated_path, "Home.Lamp.1.");
//!
//! let error = model.process(&add.into(), &controller).unwrap_err();
//! assert_eq!(error.param_errs[0].param_path, "Home.Lamp.Name");
//! assert_eq!(error.param_errs[0].err_msg, "Home.Lamp.1. has the same unique key (Name)");
//!
//! let changes = model.drain_changes();
//! assert!(matches!(&changes[..], [Change::ObjectCreation { path, .. }] if path == "Home.Lamp.1."));
//! # Ok::<(), usp_datamodel::schema::BuildError>(())
//! ```
//!
//! # The contract
//!
//! - A request is a transaction. What its response calls a success has been done, and everything else has left no
//!   trace: no value, no row, no Instance Number used up, no change recorded. Unique Keys are unique and strong
//!   references lead somewhere at the end of each request, not at each step within it: the order of its entries
//!   does not matter. What a Controller sets where another parameter offers the values (`enumerationRef`)
//!   is among those then, live ones included, as soon as the device has offered any.
//! - The searches and references in the paths of a Set or Delete lead to where they led before it, whichever entries come
//!   before them; which object of a union exists is what the whole of a Set makes of it. An Add is the exception: its
//!   searches find the rows that entries before them have added, so that one Message can add a row and others below it.
//! - With `allow_partial` an entry that fails fails alone, also when it fails because of another one at the end. What
//!   is done need not be all that could be: an entry that made way for another one with the same Unique Key stays out
//!   when that one then fails for a reference of its own. It succeeds when it is sent again.
//! - Hooks take part in that: what one refuses is not done, and when one fails to carry a change out, those before it
//!   take back what they did and the model is as it was. What cannot be taken back is in
//!   [`DataModel::drain_leftovers`].
//! - **Whoever switches the recording of changes on drains it after each call**; the changes wait in memory until then.
//! - There is no clock, no lock and no thread inside. Handlers run within the call that needs them; they are given
//!   what they need and never see the engine itself. [`DataModel`] is `Send`, and a schema is `Send + Sync` and cheap
//!   to clone.
//! - What a Controller has no right to is to it as if it did not exist, in answers, searches, references and errors. A
//!   Controller without [`Permissions`] may do everything.
//! - Controllers read the null value of the type in place of what the schema calls hidden, or secured where none of
//!   their roles is among the SecuredRoles, search by it in vain, and are told of it in no notice. The device sees
//!   everything.
//!
//! # Untrusted input
//!
//! Requests come from anywhere and may say anything. Every one is answered, with a response or an Error; none
//! makes the engine panic, recurse deeper than the schema does, or do more work than [`Limits`] allows. The limits
//! hold for all paths of a request together, and beyond one the answer is error 7005.
//!
//! # no_std, errors, panics
//!
//! The crate needs `alloc` and nothing else and has no `unsafe`. What can fail returns [`Fault`] (the requester's
//! fault, or the device's: code 7003) or [`RegisterError`] (the program's own). It panics only where a hook, a handler
//! or a list of rows does. Then the transaction is undone and what was registered is still there; but what the device
//! has done by then it has done, and what else it knows of the request is its own affair.
//!
//! The crates whose types appear here are at hand as [`msg`], [`path`] and [`schema`].
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `serde` | no | what generated types with serde need: feature `serde` of `usp-schema` |
#![no_std]

extern crate alloc;

mod change;
mod commands;
mod device;
mod expression;
mod fault;
mod key;
mod layout;
mod limits;
mod live;
mod model;
mod mounts;
mod parked;
mod permissions;
mod replacement;
mod requester;
mod requests;
mod resolve;
mod state;
mod store;
mod subscriptions;
mod supported_data_model;
mod transaction;
pub mod typed;

pub use change::{Change, ChangeKind};
pub use commands::CommandCall;
pub use commands::async_command::{Cancellation, CommandToken, CompleteError, Concurrency};
pub use commands::calls::{Call, QueuedCall};
pub use fault::Fault;
pub use limits::Limits;
pub use live::reads::ValueToken;
pub use live::tables::DiscoveredRow;
pub use model::{DataModel, NewRow, RegisterError};
pub use parked::resumption::StoppedRequest;
pub use parked::{NotAwaited, ParkedRequest};
pub use permissions::{ParseRightsError, Permission, Permissions, Rights, Role};
pub use replacement::ReplaceSchemaError;
pub use requester::Requester;
pub use requests::absent_instance::AbsentInstance;
pub use requests::handled::Handled;
pub use requests::keys_of_children::KeysOfChildren;
pub use state::restore::{RestoreError, Unfit};
pub use store::columns::{Columns, ColumnsRow};
pub use subscriptions::index::SubscriberId;
pub use subscriptions::recipient::Recipient;
pub use subscriptions::{Notice, Subscribing};
pub use supported_data_model::SupportedDataModel;
pub use transaction::hooks::{Hook, Leftover, Refusal};
pub use transaction::staged::{StagedChange, StagedChanges};
pub use usp_msg as msg;
pub use usp_path as path;
pub use usp_schema as schema;

const fn is_send<T: Send>() {}
const fn is_send_and_sync<T: Send + Sync>() {}

// A model may move to another thread, and many may share a schema.
const _: () = is_send::<DataModel>();
const _: () = is_send_and_sync::<schema::Schema>();
const _: () = is_send_and_sync::<SupportedDataModel>();
