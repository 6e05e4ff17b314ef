//! Writers of the Message and of what all Messages have.

use super::{
    Add, AddResp, Delete, DeleteResp, Deregister, DeregisterResp, Get, GetInstances, GetInstancesResp,
    GetResp, GetSupportedDm, GetSupportedDmResp, GetSupportedProtocol, GetSupportedProtocolResp, Notify,
    NotifyResp, Operate, OperateResp, Register, RegisterResp, Set, SetResp,
};
use error::ParamError;

format_messages!(writers);

/// Writers of the messages within [`Error`](crate::Error).
pub mod error {
    format_within_error!(writers);
}
