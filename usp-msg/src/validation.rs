//! Whether a Message says something: the rules of TR-369 that protobuf cannot express.

mod results;

use core::fmt;

use crate::reader::{self, Valid};
use crate::{ErrorCode, Msg, MsgType};

use ValidationErrorKind::{EmptyOneof, Missing, NotSupported, UnknownEnum};

/// A Message that was decoded and breaks a rule of TR-369.
///
/// The peer is at fault, or the caller that built the Message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationError {
    kind: ValidationErrorKind,
}

/// Which rule is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ValidationErrorKind {
    /// A part that TR-369 requires is missing `[R-MSG.5, R-MTP.4b]`.
    #[error("{0} is required and missing")]
    Missing(&'static str),
    /// None of the alternatives of a oneof is there `[R-ENC.3]`.
    #[error("{0} has to hold one of its alternatives and holds none")]
    EmptyOneof(&'static str),
    /// An enumeration field holds a number without name `[R-ENC.2]`.
    #[error("{field} holds {value}, which its enumeration does not know")]
    UnknownEnum {
        /// The field.
        field: &'static str,
        /// The number.
        value: i32,
    },
    /// The header tells a kind of Message that this version does not know, and the body has none
    /// that it knows `[R-MSG.1]`.
    #[error("Messages of kind {0} are not supported")]
    NotSupported(i32),
}

impl ValidationError {
    /// Which rule is broken.
    pub const fn kind(&self) -> ValidationErrorKind {
        self.kind
    }

    /// The code of the Error that may answer: 7001 for an unknown kind of Message, else 7004
    /// `[R-ENC.5]`.
    pub const fn code(&self) -> ErrorCode {
        match self.kind {
            NotSupported(_) => ErrorCode::MESSAGE_NOT_SUPPORTED,
            _ => ErrorCode::INVALID_ARGUMENTS,
        }
    }
}

impl From<ValidationErrorKind> for ValidationError {
    fn from(kind: ValidationErrorKind) -> Self {
        Self { kind }
    }
}

impl fmt::Display for ValidationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl core::error::Error for ValidationError {}

impl Msg {
    /// Checks the rules of TR-369 that protobuf cannot express.
    ///
    /// Where `msg_type` and body disagree the body wins, so that is no error `[R-MSG.10]`.
    ///
    /// # Errors
    ///
    /// A missing header, `msg_id` or body `[R-MSG.5]`, a oneof without content `[R-ENC.3]`, an
    /// enumeration value without name `[R-ENC.2]`, a kind of Message without name `[R-MSG.1]`.
    pub fn validate(&self) -> Result<(), ValidationError> {
        Ok(check_owned(self)?)
    }
}

impl reader::Msg<'_, Valid> {
    /// Checks the rules of TR-369 that protobuf cannot express, as [`Msg::validate`] does; without allocation.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn check_rules(&self) -> Result<(), ValidationError> {
        Ok(check_view(self)?)
    }
}

/// Declares the check of a Message, once for owned types and once for views: `optional` and `value` say what follows the
/// name of such a field, and `results` checks what a Response lists.
macro_rules! check {
    ($check:ident($msg:ty) by $types:path; optional $optional:tt value $value:tt results $results:path) => {
        check! { @ $check ($msg) $types; $optional $value $results }
    };
    (@ $check:ident($msg:ty) $types:path; [$($optional:tt)*] [$($value:tt)*] $results:path) => {
        fn $check(msg: &$msg) -> Result<(), ValidationErrorKind> {
            use $types::{MsgBody, Notification, ReqType};
            // [R-MSG.6, R-MSG.7, R-MSG.8] More than one of each cannot be: in protobuf, what repeats is one and the
            // same field.
            let header = msg.header$($optional)*.ok_or(Missing("Msg.header"))?;
            if header.msg_id$($value)*.is_empty() {
                return Err(Missing("Header.msg_id"));
            }
            let msg_type = header.msg_type$($value)*;
            let body = msg.body$($optional)*.ok_or(Missing("Msg.body"))?;
            let content = body.msg_body$($optional)*;
            let is_known = match content {
                Some(MsgBody::Request(request)) => request.req_type$($optional)*.is_some(),
                Some(MsgBody::Response(response)) => response.resp_type$($optional)*.is_some(),
                Some(MsgBody::Error(_)) => true,
                None => false,
            };
            if MsgType::try_from(msg_type).is_err() && !is_known {
                return Err(NotSupported(msg_type));
            }
            match content.ok_or(EmptyOneof("Body.msg_body"))? {
                MsgBody::Request(request) => {
                    let request = request.req_type$($optional)*.ok_or(EmptyOneof("Request.req_type"))?;
                    if let ReqType::Notify(notify) = request {
                        match notify.notification$($optional)*.ok_or(EmptyOneof("Notify.notification"))? {
                            Notification::OperComplete(complete)
                                if complete.operation_resp$($optional)*.is_none() =>
                            {
                                return Err(EmptyOneof("OperationComplete.operation_resp"));
                            }
                            _ => {}
                        }
                    }
                }
                MsgBody::Response(response) => {
                    $results(response.resp_type$($optional)*.ok_or(EmptyOneof("Response.resp_type"))?)?;
                }
                MsgBody::Error(_) => {}
            }
            enumeration::<MsgType>("Header.msg_type", msg_type)
        }
    };
}

/// The names of the owned types, as [`reader`] has them.
mod owned {
    pub(super) use crate::body::MsgBody;
    pub(super) use crate::notify::Notification;
    pub(super) use crate::request::ReqType;
}

check! { check_owned(Msg) by owned; optional [.as_ref()] value [] results results::owned }
check! { check_view(reader::Msg<'_, Valid>) by reader; optional [()] value [()] results results::in_place }

fn enumeration<E: TryFrom<i32>>(field: &'static str, value: i32) -> Result<(), ValidationErrorKind> {
    E::try_from(value).map(drop).map_err(|_| UnknownEnum { field, value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::MsgBody;
    use crate::get_supported_dm_resp::RequestedObjectResult;
    use crate::{
        AddResp, Body, Error, Get, GetResp, GetSupportedDmResp, Header, Notify, OperateResp, Request,
        Response, SetResp, add_resp, get_supported_dm_resp, notify, operate_resp, set_resp,
    };
    use alloc::string::ToString;

    #[track_caller]
    fn refuses(msg: &Msg, code: ErrorCode, message: &str) {
        let error = msg.validate().expect_err("refused");
        assert_eq!((error.to_string().as_str(), error.code()), (message, code));
    }

    #[track_caller]
    fn wrong(msg: &Msg, message: &str) {
        refuses(msg, ErrorCode::INVALID_ARGUMENTS, message);
    }

    /// [R-MSG.6, R-MSG.7, R-MSG.8]
    #[test]
    fn r_msg_5_header_id_and_body_are_required() {
        let msg = Msg::request("1", Get::default());
        assert_eq!(msg.validate(), Ok(()));
        wrong(&Msg { header: None, ..msg.clone() }, "Msg.header is required and missing");
        wrong(&Msg { body: None, ..msg.clone() }, "Msg.body is required and missing");
        wrong(&Msg::request("", Get::default()), "Header.msg_id is required and missing");
    }

    #[test]
    fn r_msg_10_the_body_wins_over_msg_type() {
        let mut msg = Msg::request("1", Get::default());
        msg.header = Some(Header { msg_id: "1".into(), msg_type: MsgType::Set.into() });
        assert_eq!(msg.validate(), Ok(()));
        assert_eq!(msg.msg_type(), Some(MsgType::Get));
    }

    #[test]
    fn r_msg_1_unknown_kinds_are_not_supported() {
        let header = Some(Header { msg_id: "1".into(), msg_type: 23 });
        let msg = Msg { header, body: Some(Body { msg_body: Some(MsgBody::Request(Request::default())) }) };
        refuses(&msg, ErrorCode::MESSAGE_NOT_SUPPORTED, "Messages of kind 23 are not supported");
    }

    #[test]
    fn r_enc_2_unknown_enum_values() {
        let mut msg = Msg::request("1", Get::default());
        msg.header = Some(Header { msg_id: "1".into(), msg_type: -1 });
        wrong(&msg, "Header.msg_type holds -1, which its enumeration does not know");
        let param = get_supported_dm_resp::SupportedParamResult { value_type: 11, ..Default::default() };
        let object = get_supported_dm_resp::SupportedObjectResult {
            supported_params: [param].into(),
            ..Default::default()
        };
        let result = RequestedObjectResult { supported_objs: [object].into(), ..Default::default() };
        let msg = Msg::response_to("1", GetSupportedDmResp { req_obj_results: [result].into() });
        wrong(&msg, "SupportedParamResult.value_type holds 11, which its enumeration does not know");
    }

    #[test]
    fn r_enc_3_every_oneof_has_content() {
        wrong(
            &Msg::request("1", Request::default()),
            "Request.req_type has to hold one of its alternatives and holds none",
        );
        wrong(
            &Msg::response_to("1", Response::default()),
            "Response.resp_type has to hold one of its alternatives and holds none",
        );
        wrong(
            &Msg::request("1", Notify::default()),
            "Notify.notification has to hold one of its alternatives and holds none",
        );
        wrong(
            &Msg::request("1", Notify::new("s", notify::OperationComplete::default())),
            "OperationComplete.operation_resp has to hold one of its alternatives and holds none",
        );
        let result = operate_resp::OperationResult::default();
        wrong(
            &Msg::response_to("1", OperateResp { operation_results: [result].into() }),
            "OperationResult.operation_resp has to hold one of its alternatives and holds none",
        );
        let result = add_resp::CreatedObjectResult::default();
        wrong(
            &Msg::response_to("1", AddResp { created_obj_results: [result].into() }),
            "oper_status is required and missing",
        );
        let result =
            set_resp::UpdatedObjectResult { oper_status: Some(Default::default()), ..Default::default() };
        wrong(
            &Msg::response_to("1", SetResp { updated_obj_results: [result].into() }),
            "OperationStatus.oper_status has to hold one of its alternatives and holds none",
        );
    }

    #[test]
    fn errors_and_empty_answers_are_complete() {
        assert_eq!(Msg::error_to("1", Error::new(7000, "")).validate(), Ok(()));
        assert_eq!(Msg::response_to("1", GetResp::default()).validate(), Ok(()));
    }
}
