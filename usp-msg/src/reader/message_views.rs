//! Views of the Message and of what all Messages have.

use super::block::Block;
use super::mode::{Lazy, Mode, Valid};
use super::view::View;
use super::{
    Add, AddResp, Delete, DeleteResp, Deregister, DeregisterResp, Get, GetInstances, GetInstancesResp,
    GetResp, GetSupportedDm, GetSupportedDmResp, GetSupportedProtocol, GetSupportedProtocolResp, Notify,
    NotifyResp, Operate, OperateResp, Register, RegisterResp, Set, SetResp,
};
use crate::WireError;
use error::ParamError;

views! {
    Msg = crate::Msg, MSG {
        1 => header: part(Header);
        2 => body: part(Body);
    }

    Header = crate::Header, HEADER {
        1 => msg_id: text;
        2 => msg_type: variant;
    }

    Body = crate::Body, BODY {
        1..=3 => msg_body: oneof(MsgBody);
    }

    Request = crate::Request, REQUEST {
        1..=11 => req_type: oneof(ReqType);
    }

    Response = crate::Response, RESPONSE {
        1..=11 => resp_type: oneof(RespType);
    }

    Error = crate::Error, ERROR {
        1 => err_code: code;
        2 => err_msg: text;
        3 => param_errs: list(ParamError);
    }
}

oneofs! {
    MsgBody = crate::body::MsgBody {
        1 Request(part Request);
        2 Response(part Response);
        3 Error(part Error);
    }

    ReqType = crate::request::ReqType {
        1 Get(part Get);
        2 GetSupportedDm(part GetSupportedDm);
        3 GetInstances(part GetInstances);
        4 Set(part Set);
        5 Add(part Add);
        6 Delete(part Delete);
        7 Operate(part Operate);
        8 Notify(part Notify);
        9 GetSupportedProtocol(part GetSupportedProtocol);
        10 Register(part Register);
        11 Deregister(part Deregister);
    }

    RespType = crate::response::RespType {
        1 GetResp(part GetResp);
        2 GetSupportedDmResp(part GetSupportedDmResp);
        3 GetInstancesResp(part GetInstancesResp);
        4 SetResp(part SetResp);
        5 AddResp(part AddResp);
        6 DeleteResp(part DeleteResp);
        7 OperateResp(part OperateResp);
        8 NotifyResp(part NotifyResp);
        9 GetSupportedProtocolResp(part GetSupportedProtocolResp);
        10 RegisterResp(part RegisterResp);
        11 DeregisterResp(part DeregisterResp);
    }
}

/// Views of the messages within [`Error`](crate::Error).
pub mod error {
    views! {
        ParamError = crate::error::ParamError, ERROR_PARAM_ERROR {
            1 => param_path: text;
            2 => err_code: code;
            3 => err_msg: text;
        }
    }
}

impl<'a> Msg<'a, Lazy> {
    /// Reads the outer parts of a Message; lists are read as they are walked.
    ///
    /// # Errors
    ///
    /// Bytes that break the rules of protobuf, as far as they were read.
    pub fn open(bytes: &'a [u8]) -> Result<Self, WireError> {
        Self::read(Block::new(bytes))
    }
}

impl<'a> Msg<'a, Valid> {
    /// Reads a whole Message, so that no walk through it can fail.
    ///
    /// Whether the Message says something is for [`Msg::validate`](crate::Msg::validate) of the
    /// owned type.
    ///
    /// # Errors
    ///
    /// Bytes that break the rules of protobuf.
    pub fn validate(bytes: &'a [u8]) -> Result<Self, WireError> {
        let msg = Self::read(Block::new(bytes))?;
        msg.check()?;
        Ok(msg)
    }
}

impl<'a, M: Mode> Msg<'a, M> {
    /// The id in the header; empty if there is no header.
    pub fn msg_id(&self) -> &'a str {
        self.header.as_ref().map_or("", Header::msg_id)
    }

    /// The content of the body, if there is one.
    pub fn content(&self) -> Option<&MsgBody<'a, M>> {
        self.body.as_ref()?.msg_body()
    }
}
