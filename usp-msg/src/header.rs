//! The Header of a Message.

use alloc::string::String;
use core::fmt;

/// The Header: which Message this is, and its kind.
///
/// TR-369, section "USP Message". `msg_type` only advises: the body decides `[R-MSG.10]`.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct Header {
    /// Names a request among those of its sender; a Response or Error repeats it `[R-MSG.9]`. Never empty.
    #[prost(string, tag = "1")]
    pub msg_id: String,
    /// The kind of the body, as the number of a [`MsgType`]. Read it with [`Header::msg_type`].
    #[prost(enumeration = "MsgType", tag = "2")]
    pub msg_type: i32,
}

/// The kind of a Message: one of eleven requests, their Responses, or Error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
#[repr(i32)]
pub enum MsgType {
    /// Answers a request that failed as a whole.
    Error = 0,
    /// Reads parameters.
    Get = 1,
    /// Answers Get.
    GetResp = 2,
    /// Tells a Controller what happened.
    Notify = 3,
    /// Changes parameters.
    Set = 4,
    /// Answers Set.
    SetResp = 5,
    /// Runs a command.
    Operate = 6,
    /// Answers Operate.
    OperateResp = 7,
    /// Creates object instances.
    Add = 8,
    /// Answers Add.
    AddResp = 9,
    /// Deletes object instances.
    Delete = 10,
    /// Answers Delete.
    DeleteResp = 11,
    /// Asks for the Supported Data Model.
    GetSupportedDm = 12,
    /// Answers GetSupportedDM.
    GetSupportedDmResp = 13,
    /// Asks for the object instances of tables.
    GetInstances = 14,
    /// Answers GetInstances.
    GetInstancesResp = 15,
    /// Answers Notify.
    NotifyResp = 16,
    /// Asks for the supported protocol versions.
    GetSupportedProto = 17,
    /// Answers GetSupportedProtocol.
    GetSupportedProtoResp = 18,
    /// Offers paths of an Agent to a USP Broker (since 1.3).
    Register = 19,
    /// Answers Register (since 1.3).
    RegisterResp = 20,
    /// Takes offered paths back (since 1.3).
    Deregister = 21,
    /// Answers Deregister (since 1.3).
    DeregisterResp = 22,
}

impl MsgType {
    /// The name as the schema writes it, for instance `GET_SUPPORTED_DM_RESP`.
    pub const fn schema_name(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::Get => "GET",
            Self::GetResp => "GET_RESP",
            Self::Notify => "NOTIFY",
            Self::Set => "SET",
            Self::SetResp => "SET_RESP",
            Self::Operate => "OPERATE",
            Self::OperateResp => "OPERATE_RESP",
            Self::Add => "ADD",
            Self::AddResp => "ADD_RESP",
            Self::Delete => "DELETE",
            Self::DeleteResp => "DELETE_RESP",
            Self::GetSupportedDm => "GET_SUPPORTED_DM",
            Self::GetSupportedDmResp => "GET_SUPPORTED_DM_RESP",
            Self::GetInstances => "GET_INSTANCES",
            Self::GetInstancesResp => "GET_INSTANCES_RESP",
            Self::NotifyResp => "NOTIFY_RESP",
            Self::GetSupportedProto => "GET_SUPPORTED_PROTO",
            Self::GetSupportedProtoResp => "GET_SUPPORTED_PROTO_RESP",
            Self::Register => "REGISTER",
            Self::RegisterResp => "REGISTER_RESP",
            Self::Deregister => "DEREGISTER",
            Self::DeregisterResp => "DEREGISTER_RESP",
        }
    }

    /// The name as the standard's text writes it, for instance `GetSupportedDMResp`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "Error",
            Self::Get => "Get",
            Self::GetResp => "GetResp",
            Self::Notify => "Notify",
            Self::Set => "Set",
            Self::SetResp => "SetResp",
            Self::Operate => "Operate",
            Self::OperateResp => "OperateResp",
            Self::Add => "Add",
            Self::AddResp => "AddResp",
            Self::Delete => "Delete",
            Self::DeleteResp => "DeleteResp",
            Self::GetSupportedDm => "GetSupportedDM",
            Self::GetSupportedDmResp => "GetSupportedDMResp",
            Self::GetInstances => "GetInstances",
            Self::GetInstancesResp => "GetInstancesResp",
            Self::NotifyResp => "NotifyResp",
            Self::GetSupportedProto => "GetSupportedProtocol",
            Self::GetSupportedProtoResp => "GetSupportedProtocolResp",
            Self::Register => "Register",
            Self::RegisterResp => "RegisterResp",
            Self::Deregister => "Deregister",
            Self::DeregisterResp => "DeregisterResp",
        }
    }

    /// Whether a Message of this kind is a request.
    pub const fn is_request(self) -> bool {
        self.response().is_some()
    }

    /// Whether a Message of this kind is a Response; an Error is none.
    pub const fn is_response(self) -> bool {
        !self.is_request() && !matches!(self, Self::Error)
    }

    /// The kind of Response that answers a request of this kind; `None` if this is no request.
    pub const fn response(self) -> Option<Self> {
        Some(match self {
            Self::Get => Self::GetResp,
            Self::Notify => Self::NotifyResp,
            Self::Set => Self::SetResp,
            Self::Operate => Self::OperateResp,
            Self::Add => Self::AddResp,
            Self::Delete => Self::DeleteResp,
            Self::GetSupportedDm => Self::GetSupportedDmResp,
            Self::GetInstances => Self::GetInstancesResp,
            Self::GetSupportedProto => Self::GetSupportedProtoResp,
            Self::Register => Self::RegisterResp,
            Self::Deregister => Self::DeregisterResp,
            _ => return None,
        })
    }

    /// Whether a request of this kind names paths that its Response repeats.
    pub(crate) const fn has_requested_path(self) -> bool {
        self.is_request() && !matches!(self, Self::Notify | Self::GetSupportedProto)
    }
}

/// The name as in the standard's text.
impl fmt::Display for MsgType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> impl Iterator<Item = MsgType> {
        (0..=22).map(|number| MsgType::try_from(number).expect("22 kinds and Error"))
    }

    #[test]
    fn every_kind_is_a_request_a_response_or_error() {
        assert_eq!(all().filter(|kind| kind.is_request()).count(), 11);
        assert_eq!(all().filter(|kind| kind.is_response()).count(), 11);
        assert!(!MsgType::Error.is_request() && !MsgType::Error.is_response());
        assert!(MsgType::try_from(23).is_err());
    }

    #[test]
    fn the_response_bears_the_request_s_name() {
        for request in all().filter(|kind| kind.is_request()) {
            let response = request.response().expect("a request has a response");
            assert_eq!(response.name().strip_suffix("Resp"), Some(request.name()));
            assert_eq!(response.schema_name().strip_suffix("_RESP"), Some(request.schema_name()));
        }
    }
}
