//! The functions that begin a Message.

use alloc::vec::Vec;

use super::nested::Nested;
use super::{
    Add, AddResp, Delete, DeleteResp, Deregister, DeregisterResp, Error, Get, GetInstances, GetInstancesResp,
    GetResp, GetSupportedDm, GetSupportedDmResp, GetSupportedProtocol, GetSupportedProtocolResp, Notify,
    NotifyResp, Operate, OperateResp, Register, RegisterResp, Set, SetResp,
};
use crate::MsgType;

/// Begins an [`Error`](crate::Error) Message at the end of `out`.
pub fn error<'w>(out: &'w mut Vec<u8>, msg_id: &str) -> Error<'w> {
    Nested::error_root(out, msg_id).into()
}

macro_rules! roots {
    ($($name:ident = $message:ident, $msg_type:ident, $alternative:literal $number:literal;)*) => {$(
        #[doc = concat!("Begins a [`", stringify!($message), "`](crate::", stringify!($message), ") Message at the end of `out`.")]
        pub fn $name<'w>(out: &'w mut Vec<u8>, msg_id: &str) -> $message<'w> {
            let keys = [2 << 3 | 2, $alternative << 3 | 2, $number << 3 | 2];
            Nested::root(out, msg_id, MsgType::$msg_type, keys).into()
        }
    )*};
}

roots! {
    get = Get, Get, 1 1;
    get_supported_dm = GetSupportedDm, GetSupportedDm, 1 2;
    get_instances = GetInstances, GetInstances, 1 3;
    set = Set, Set, 1 4;
    add = Add, Add, 1 5;
    delete = Delete, Delete, 1 6;
    operate = Operate, Operate, 1 7;
    notify = Notify, Notify, 1 8;
    get_supported_protocol = GetSupportedProtocol, GetSupportedProto, 1 9;
    register = Register, Register, 1 10;
    deregister = Deregister, Deregister, 1 11;
    get_resp = GetResp, GetResp, 2 1;
    get_supported_dm_resp = GetSupportedDmResp, GetSupportedDmResp, 2 2;
    get_instances_resp = GetInstancesResp, GetInstancesResp, 2 3;
    set_resp = SetResp, SetResp, 2 4;
    add_resp = AddResp, AddResp, 2 5;
    delete_resp = DeleteResp, DeleteResp, 2 6;
    operate_resp = OperateResp, OperateResp, 2 7;
    notify_resp = NotifyResp, NotifyResp, 2 8;
    get_supported_protocol_resp = GetSupportedProtocolResp, GetSupportedProtoResp, 2 9;
    register_resp = RegisterResp, RegisterResp, 2 10;
    deregister_resp = DeregisterResp, DeregisterResp, 2 11;
}
