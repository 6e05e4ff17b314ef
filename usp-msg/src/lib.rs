//! Messages of TR-369 (USP): every request, Response and Error, read and written.
//!
//! The central types:
//!
//! - [`Msg`] and its parts are owned types of crate [`prost`], with constructors that keep header and body
//!   in agreement, [`Msg::validate`] for the rules that protobuf cannot express, and a text form for
//!   people.
//! - [`reader`] reads Messages in place, [`writer`] writes them in place. They allocate nothing, and are
//!   several times faster than owned types.
//! - [`ErrorCode`] is an error code of USP, open for codes of data models and vendors.
//! - [`RequestMessage`] ties each request to its Response.
//!
//! A Message travels as the payload of a Record, which is the business of crate `usp-record`.
//!
//! ```
//! use usp_msg::{Get, GetResp, Msg, get_resp::RequestedPathResult};
//!
//! let request = Msg::request("id-1", Get::new(["Device.DeviceInfo.Color"]));
//! let bytes = request.encode_to_vec();
//!
//! let request = Msg::decode(&bytes)?;
//! request.validate()?;
//! let result = RequestedPathResult::failed("Device.DeviceInfo.Color", 7026, "no such parameter");
//! let response = request.reply(GetResp::new([result]))?;
//! assert_eq!(
//!     response.to_string(),
//!     "GetResp \"id-1\" {req_path_results: [{requested_path: \"Device.DeviceInfo.Color\", \
//!      err_code: 7026 Invalid path, err_msg: \"no such parameter\"}]}"
//! );
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Untrusted input
//!
//! Bytes from a peer give an error with message and field, never a panic. [`Limits`] bound what a Message
//! may cost; they are checked before memory is spent, and decoding `n` bytes never takes more than
//! 64 `n` + 1 kB. How deep Messages nest is fixed by the schema, and unknown groups are skipped down to 100
//! levels, so the stack is bounded too.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `json` | no | `Msg::to_json` and `Msg::from_json` |
//!
//! This crate is `no_std` and needs `alloc`. Minimum Rust version: 1.89.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

#[macro_use]
mod format;

mod add_message;
mod check;
mod decode_error;
mod delete_message;
mod deregister_message;
#[cfg(test)]
mod differential;
mod error_code;
mod error_message;
mod exchange;
mod get_instances_message;
mod get_message;
mod get_supported_dm_message;
mod get_supported_protocol_message;
mod header;
#[cfg(feature = "json")]
mod json;
mod limits;
mod map;
mod msg;
mod notify_message;
mod one_line;
mod operate_message;
pub mod reader;
mod register_message;
mod requests;
mod responses;
mod schema;
mod set_message;
mod text;
mod unexpected;
mod validation;
mod wire;
pub mod writer;

pub use add_message::{Add, AddResp, add, add_resp};
pub use decode_error::{DecodeError, DecodeErrorKind};
pub use delete_message::{Delete, DeleteResp, delete_resp};
pub use deregister_message::{Deregister, DeregisterResp, deregister_resp};
pub use error_code::{CodeUse, ErrorCode};
pub use error_message::{Error, error};
pub use exchange::{ReplyError, RequestMessage};
pub use get_instances_message::{GetInstances, GetInstancesResp, get_instances_resp};
pub use get_message::{Get, GetResp, get_resp};
pub use get_supported_dm_message::{GetSupportedDm, GetSupportedDmResp, get_supported_dm_resp};
pub use get_supported_protocol_message::{GetSupportedProtocol, GetSupportedProtocolResp};
pub use header::{Header, MsgType};
#[cfg(feature = "json")]
pub use json::{JsonError, JsonErrorKind};
pub use limits::Limits;
pub use map::{Map, MapEntry, MapIter};
pub use msg::{Body, Msg, body};
pub use notify_message::{Notify, NotifyResp, notify};
pub use one_line::OneLine;
pub use operate_message::{Operate, OperateResp, operate_resp};
pub use prost;
pub use register_message::{Register, RegisterResp, register, register_resp};
pub use requests::{Request, request};
pub use responses::{Response, response};
pub use set_message::{Set, SetResp, set, set_resp};
pub use unexpected::{UnexpectedRequest, UnexpectedResponse};
pub use usp_wire::Fault;
pub use validation::{ValidationError, ValidationErrorKind};
pub use wire::WireError;
