//! Views of the Message and of what all Messages have.

use super::block::Block;
use super::mode::{Lazy, Mode, Valid};
use super::view::{Fields, View};
use super::{
    Add, AddResp, Delete, DeleteResp, Deregister, DeregisterResp, Get, GetInstances, GetInstancesResp,
    GetResp, GetSupportedDm, GetSupportedDmResp, GetSupportedProtocol, GetSupportedProtocolResp, Notify,
    NotifyResp, Operate, OperateResp, Register, RegisterResp, Set, SetResp,
};
use alloc::vec::Vec;

use crate::check::{check, check_size};
use crate::writer::Nested;
use crate::{DecodeError, Limits, MsgType, WireError};
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
        let mut msg = Self::default();
        msg.merge_part(Block::new(bytes))?;
        Ok(msg)
    }
}

impl<'a> Msg<'a, Valid> {
    /// Reads a whole Message, so that no walk through it can fail.
    ///
    /// Whether the Message says something is for [`check_rules`](Self::check_rules).
    ///
    /// # Errors
    ///
    /// Bytes that break the rules of protobuf.
    #[inline]
    pub fn read_whole(bytes: &'a [u8]) -> Result<Self, WireError> {
        let mut msg = Self::default();
        msg.take_in(bytes)?;
        Ok(msg)
    }

    /// Reads a whole Message from untrusted bytes, within `limits`.
    ///
    /// # Errors
    ///
    /// Bytes that break the rules of protobuf, and a Message over the limits.
    #[inline]
    pub fn read_whole_with(bytes: &'a [u8], limits: &Limits) -> Result<Self, DecodeError> {
        let mut msg = Self::default();
        msg.replace_with(bytes, limits)?;
        Ok(msg)
    }

    /// Reads a Message as [`read_whole_with`](Self::read_whole_with) does, in place of this one: a view is large, and need
    /// not be moved then.
    ///
    /// # Errors
    ///
    /// Those of [`read_whole_with`](Self::read_whole_with). Then it holds what was read up to there, and nothing of before.
    pub fn replace_with(&mut self, bytes: &'a [u8], limits: &Limits) -> Result<(), DecodeError> {
        (self.header, self.body) = (None, None);
        let size = bytes.len();
        check_size(size, limits)?;
        self.take_in(bytes)?;
        // An element takes two bytes at least, so that few bytes are within all limits. What an owned
        // Response would take is looked at in any case.
        let is_small = size / 2 <= limits.elements && size <= limits.text_length;
        if !is_small || !matches!(self.content(), Some(MsgBody::Request(_))) {
            check(bytes, limits)?;
        }
        Ok(())
    }

    fn take_in(&mut self, bytes: &'a [u8]) -> Result<(), WireError> {
        self.merge_part(Block::new(bytes))?;
        // What was read to find the lists is not read again.
        self.check()
    }
}

impl Request<'_, Valid> {
    /// The bytes of a Message with this request as it was sent, unknown fields included, under this id.
    ///
    /// ```
    /// use usp_msg::reader::{self, MsgBody};
    /// use usp_msg::{Get, Msg};
    ///
    /// let bytes = Msg::request("id-1", Get::new(["Device.DeviceInfo."])).encode_to_vec();
    /// let msg = reader::Msg::read_whole(&bytes)?;
    /// let Some(MsgBody::Request(request)) = msg.content() else { panic!("it is a request") };
    /// assert_eq!(request.encode("id-1"), bytes);
    /// # Ok::<(), usp_msg::WireError>(())
    /// ```
    pub fn encode(&self, msg_id: &str) -> Vec<u8> {
        let msg_type = self.req_type().map_or(MsgType::Get, ReqType::msg_type);
        let mut out = Vec::new();
        let mut body = Nested::body_root(&mut out, msg_id, msg_type, 1);
        self.req_type.parts().for_each(|part| body.bytes(part));
        drop(body);
        out
    }
}

impl<M: Mode> ReqType<'_, M> {
    /// The kind of Message that has this request as its body.
    const fn msg_type(&self) -> MsgType {
        crate::requests::msg_type_of!(self)
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
