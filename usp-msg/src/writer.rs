//! Messages written in place, from borrowed data into the caller's buffer: no tree of owned values is
//! built, each value is read once, and a buffer that is used again needs no allocation.
//!
//! A function for each kind of Message, for instance [`get_resp()`], writes the header and gives the
//! writer of its content. Writers nest: a method that begins a message gives its writer, and the
//! message ends when that is dropped. The whole Message ends with the first writer.
//!
//! The Message is appended to what the buffer holds, so that a Record can stand around it. Its size
//! is what the buffer grew by, known before anything is sent. A message that turns out not to be
//! wanted, because reading a value failed halfway or there is no room, takes itself back (`discard`).
//!
//! ```
//! use usp_msg::writer;
//!
//! let mut buffer = Vec::new();
//! let mut response = writer::get_resp(&mut buffer, "id-1");
//! let mut result = response.req_path_results();
//! result.requested_path("Device.Time.");
//! result
//!     .resolved_path_results()
//!     .resolved_path("Device.Time.")
//!     .result_params([("Enable", "true"), ("Status", "Synchronized")]);
//! drop(result);
//! drop(response);
//!
//! let msg = usp_msg::Msg::decode(&buffer)?;
//! assert_eq!(
//!     msg.to_string(),
//!     "GetResp \"id-1\" {req_path_results: [{requested_path: \"Device.Time.\", \
//!      resolved_path_results: [{resolved_path: \"Device.Time.\", \
//!      result_params: {\"Enable\": \"true\", \"Status\": \"Synchronized\"}}]}]}"
//! );
//! # Ok::<(), usp_msg::DecodeError>(())
//! ```

#[macro_use]
mod macros;

mod add_writers;
mod delete_writers;
mod deregister_writers;
mod error_writers;
mod get_instances_writers;
mod get_supported_dm_writers;
mod get_supported_protocol_writers;
mod get_writers;
mod nested;
mod notify_writers;
mod operate_writers;
mod register_writers;
mod roots;
mod set_writers;

pub use add_writers::{Add, AddResp, add, add_resp};
pub use delete_writers::{Delete, DeleteResp, delete_resp};
pub use deregister_writers::{Deregister, DeregisterResp, deregister_resp};
pub use error_writers::{Error, error};
pub use get_instances_writers::{GetInstances, GetInstancesResp, get_instances_resp};
pub use get_supported_dm_writers::{GetSupportedDm, GetSupportedDmResp, get_supported_dm_resp};
pub use get_supported_protocol_writers::{GetSupportedProtocol, GetSupportedProtocolResp};
pub use get_writers::{Get, GetResp, get_resp};
pub(crate) use nested::Nested;
pub use notify_writers::{Notify, NotifyResp, notify};
pub use operate_writers::{Operate, OperateResp, operate_resp};
pub use register_writers::{Register, RegisterResp, register, register_resp};
pub use roots::{
    add, add_resp, delete, delete_resp, deregister, deregister_resp, error, get, get_instances,
    get_instances_resp, get_resp, get_supported_dm, get_supported_dm_resp, get_supported_protocol,
    get_supported_protocol_resp, notify, notify_resp, operate, operate_resp, register, register_resp, set,
    set_resp,
};
pub use set_writers::{Set, SetResp, set, set_resp};
