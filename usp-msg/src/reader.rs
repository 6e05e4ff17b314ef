//! Messages read in place: no allocation, no copy, every text a `&str` of the received bytes.
//!
//! There are two ways to read. [`Msg::read_whole`] checks the whole Message in one pass; what comes
//! after cannot fail, so iterators yield plain items. That is what an Agent needs, which acts on a
//! Message that is sound as a whole or not at all. [`Msg::open`] checks as little as it can; an
//! iterator yields a `Result` for each item. That is what a proxy or a tool needs, which skims.
//!
//! Views read as protobuf says: unknown fields are skipped, of a field sent twice the last one counts,
//! of a message sent in parts the parts are merged. Only what is put together out of several parts allocates: lists, and
//! the bytes of a request.
//!
//! ```
//! use usp_msg::reader::{Msg, MsgBody, ReqType};
//! # use usp_msg::Get;
//! # let bytes = usp_msg::Msg::request("id-1", Get::new(["Device.DeviceInfo."])).encode_to_vec();
//!
//! let msg = Msg::read_whole(&bytes)?;
//! assert_eq!(msg.msg_id(), "id-1");
//! if let Some(MsgBody::Request(request)) = msg.content() {
//!     if let Some(ReqType::Get(get)) = request.req_type() {
//!         assert!(get.param_paths().eq(["Device.DeviceInfo."]));
//!     }
//! }
//! # Ok::<(), usp_msg::WireError>(())
//! ```

#[macro_use]
mod macros;

mod add_views;
mod block;
mod delete_views;
mod deregister_views;
mod get_instances_views;
mod get_supported_dm_views;
mod get_supported_protocol_views;
mod get_views;
mod kept;
mod lists;
mod message_views;
mod mode;
mod notify_views;
mod operate_views;
mod register_views;
mod set_views;
mod validator;
mod view;

pub use add_views::{Add, AddResp, add, add_resp};
pub use delete_views::{Delete, DeleteResp, delete_resp};
pub use deregister_views::{Deregister, DeregisterResp, deregister_resp};
pub use get_instances_views::{GetInstances, GetInstancesResp, get_instances_resp};
pub use get_supported_dm_views::{GetSupportedDm, GetSupportedDmResp, get_supported_dm_resp};
pub use get_supported_protocol_views::{GetSupportedProtocol, GetSupportedProtocolResp};
pub use get_views::{Get, GetResp, get_resp};
pub use lists::{List, Pairs, Texts};
pub use message_views::{Body, Error, Header, Msg, MsgBody, ReqType, Request, RespType, Response, error};
pub use mode::{Lazy, Mode, Valid};
pub use notify_views::{Notification, Notify, NotifyResp, notify};
pub use operate_views::{Operate, OperateResp, operate_resp};
pub use register_views::{Register, RegisterResp, register, register_resp};
pub use set_views::{Set, SetResp, set, set_resp};
