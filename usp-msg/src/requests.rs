//! The Request: the eleven things that one Endpoint may ask of another.

use crate::{
    Add, Delete, Deregister, Get, GetInstances, GetSupportedDm, GetSupportedProtocol, MsgType, Notify,
    Operate, Register, Set,
};
use request::ReqType;

/// A request, the content of a Message that wants something done.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct Request {
    /// The one request; required `[R-ENC.3]`. Absent after decoding a kind that this crate does
    /// not know.
    #[prost(oneof = "request::ReqType", tags = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11")]
    pub req_type: Option<ReqType>,
}

/// The contents that a [`Request`] may have.
pub mod request {
    /// One of the eleven requests.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Oneof)]
    pub enum ReqType {
        /// Reads parameters.
        #[prost(message, tag = "1")]
        Get(crate::Get),
        /// Asks for the Supported Data Model.
        #[prost(message, tag = "2")]
        GetSupportedDm(crate::GetSupportedDm),
        /// Asks for the object instances of tables.
        #[prost(message, tag = "3")]
        GetInstances(crate::GetInstances),
        /// Changes parameters.
        #[prost(message, tag = "4")]
        Set(crate::Set),
        /// Creates object instances.
        #[prost(message, tag = "5")]
        Add(crate::Add),
        /// Deletes object instances.
        #[prost(message, tag = "6")]
        Delete(crate::Delete),
        /// Runs a command.
        #[prost(message, tag = "7")]
        Operate(crate::Operate),
        /// Tells a Controller what happened.
        #[prost(message, tag = "8")]
        Notify(crate::Notify),
        /// Asks for the supported protocol versions.
        #[prost(message, tag = "9")]
        GetSupportedProtocol(crate::GetSupportedProtocol),
        /// Offers paths of an Agent to a USP Broker (since 1.3).
        #[prost(message, tag = "10")]
        Register(crate::Register),
        /// Takes offered paths back (since 1.3).
        #[prost(message, tag = "11")]
        Deregister(crate::Deregister),
    }
}

impl Request {
    /// The kind of Message that has this request as its body; `None` if the request is empty.
    pub fn msg_type(&self) -> Option<MsgType> {
        self.req_type.as_ref().map(ReqType::msg_type)
    }
}

/// The kind of Message of a request, whether it is owned or read in place.
macro_rules! msg_type_of {
    ($request:expr) => {
        match $request {
            Self::Get(_) => $crate::MsgType::Get,
            Self::GetSupportedDm(_) => $crate::MsgType::GetSupportedDm,
            Self::GetInstances(_) => $crate::MsgType::GetInstances,
            Self::Set(_) => $crate::MsgType::Set,
            Self::Add(_) => $crate::MsgType::Add,
            Self::Delete(_) => $crate::MsgType::Delete,
            Self::Operate(_) => $crate::MsgType::Operate,
            Self::Notify(_) => $crate::MsgType::Notify,
            Self::GetSupportedProtocol(_) => $crate::MsgType::GetSupportedProto,
            Self::Register(_) => $crate::MsgType::Register,
            Self::Deregister(_) => $crate::MsgType::Deregister,
        }
    };
}
pub(crate) use msg_type_of;

impl ReqType {
    /// The kind of Message that has this request as its body.
    pub const fn msg_type(&self) -> MsgType {
        msg_type_of!(self)
    }
}

impl From<ReqType> for Request {
    fn from(request: ReqType) -> Self {
        Self { req_type: Some(request) }
    }
}

macro_rules! from_request {
    ($($name:ident),* $(,)?) => {
        $(
            impl From<$name> for Request {
                fn from(request: $name) -> Self {
                    ReqType::$name(request).into()
                }
            }
        )*
    };
}

from_request!(
    Get,
    GetSupportedDm,
    GetInstances,
    Set,
    Add,
    Delete,
    Operate,
    Notify,
    GetSupportedProtocol,
    Register,
    Deregister,
);
