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

format_messages!(views);
format_error!(views);

/// Views of the messages within [`Error`](crate::Error).
pub mod error {
    format_within_error!(views);
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
        <Self as View<'_>>::validate(Block::new(bytes))?;
        Self::read(Block::new(bytes))
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
