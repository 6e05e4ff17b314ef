//! The Response: what answers each of the eleven requests.

use crate::{
    AddResp, DeleteResp, DeregisterResp, GetInstancesResp, GetResp, GetSupportedDmResp,
    GetSupportedProtocolResp, MsgType, NotifyResp, OperateResp, RegisterResp, SetResp,
};
use response::RespType;

/// A Response, the content of a Message that answers a request.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct Response {
    /// The one Response; required `[R-ENC.3]`. Absent after decoding a kind that this crate does
    /// not know.
    #[prost(oneof = "response::RespType", tags = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11")]
    pub resp_type: Option<RespType>,
}

/// The contents that a [`Response`] may have.
pub mod response {
    /// One of the eleven Responses.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Oneof)]
    pub enum RespType {
        /// Answers [`Get`](crate::Get).
        #[prost(message, tag = "1")]
        GetResp(crate::GetResp),
        /// Answers [`GetSupportedDm`](crate::GetSupportedDm).
        #[prost(message, tag = "2")]
        GetSupportedDmResp(crate::GetSupportedDmResp),
        /// Answers [`GetInstances`](crate::GetInstances).
        #[prost(message, tag = "3")]
        GetInstancesResp(crate::GetInstancesResp),
        /// Answers [`Set`](crate::Set).
        #[prost(message, tag = "4")]
        SetResp(crate::SetResp),
        /// Answers [`Add`](crate::Add).
        #[prost(message, tag = "5")]
        AddResp(crate::AddResp),
        /// Answers [`Delete`](crate::Delete).
        #[prost(message, tag = "6")]
        DeleteResp(crate::DeleteResp),
        /// Answers [`Operate`](crate::Operate).
        #[prost(message, tag = "7")]
        OperateResp(crate::OperateResp),
        /// Answers [`Notify`](crate::Notify).
        #[prost(message, tag = "8")]
        NotifyResp(crate::NotifyResp),
        /// Answers [`GetSupportedProtocol`](crate::GetSupportedProtocol).
        #[prost(message, tag = "9")]
        GetSupportedProtocolResp(crate::GetSupportedProtocolResp),
        /// Answers [`Register`](crate::Register).
        #[prost(message, tag = "10")]
        RegisterResp(crate::RegisterResp),
        /// Answers [`Deregister`](crate::Deregister).
        #[prost(message, tag = "11")]
        DeregisterResp(crate::DeregisterResp),
    }
}

impl Response {
    /// The kind of Message that has this Response as its body; `None` if the Response is empty.
    pub fn msg_type(&self) -> Option<MsgType> {
        self.resp_type.as_ref().map(RespType::msg_type)
    }
}

impl RespType {
    /// The kind of Message that has this Response as its body.
    pub const fn msg_type(&self) -> MsgType {
        match self {
            Self::GetResp(_) => MsgType::GetResp,
            Self::GetSupportedDmResp(_) => MsgType::GetSupportedDmResp,
            Self::GetInstancesResp(_) => MsgType::GetInstancesResp,
            Self::SetResp(_) => MsgType::SetResp,
            Self::AddResp(_) => MsgType::AddResp,
            Self::DeleteResp(_) => MsgType::DeleteResp,
            Self::OperateResp(_) => MsgType::OperateResp,
            Self::NotifyResp(_) => MsgType::NotifyResp,
            Self::GetSupportedProtocolResp(_) => MsgType::GetSupportedProtoResp,
            Self::RegisterResp(_) => MsgType::RegisterResp,
            Self::DeregisterResp(_) => MsgType::DeregisterResp,
        }
    }
}

impl From<RespType> for Response {
    fn from(response: RespType) -> Self {
        Self { resp_type: Some(response) }
    }
}

macro_rules! from_response {
    ($($name:ident),* $(,)?) => {
        $(
            impl From<$name> for Response {
                fn from(response: $name) -> Self {
                    RespType::$name(response).into()
                }
            }
        )*
    };
}

from_response!(
    GetResp,
    GetSupportedDmResp,
    GetInstancesResp,
    SetResp,
    AddResp,
    DeleteResp,
    OperateResp,
    NotifyResp,
    GetSupportedProtocolResp,
    RegisterResp,
    DeregisterResp,
);
