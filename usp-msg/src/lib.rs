//! Messages of TR-369 (USP): every request, response and error, encoded and decoded.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

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
#[macro_use]
mod format;
mod get_instances_message;
mod get_message;
mod get_supported_dm_message;
mod get_supported_protocol_message;
mod header;
mod limits;
mod map;
mod msg;
mod notify_message;
mod operate_message;
pub mod reader;
mod register_message;
mod requests;
mod responses;
mod schema;
mod set_message;
mod text;
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
pub use limits::Limits;
pub use map::{Map, MapEntry, MapIter};
pub use msg::{Body, Msg, body};
pub use notify_message::{Notify, NotifyResp, notify};
pub use operate_message::{Operate, OperateResp, operate_resp};
pub use prost;
pub use register_message::{Register, RegisterResp, register, register_resp};
pub use requests::{Request, request};
pub use responses::{Response, response};
pub use set_message::{Set, SetResp, set, set_resp};
pub use validation::{ValidationError, ValidationErrorKind};
pub use wire::{Fault, WireError};
