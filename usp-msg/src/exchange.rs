//! Which Response belongs to which request.

use crate::body::MsgBody;
use crate::request::ReqType;
use crate::response::RespType;
use crate::{
    Add, AddResp, Delete, DeleteResp, Deregister, DeregisterResp, Error, Get, GetInstances, GetInstancesResp,
    GetResp, GetSupportedDm, GetSupportedDmResp, GetSupportedProtocol, GetSupportedProtocolResp, Msg,
    MsgType, Notify, NotifyResp, Operate, OperateResp, Register, RegisterResp, Request, Response, Set,
    SetResp, UnexpectedRequest, UnexpectedResponse,
};

/// One of the eleven requests, with the Response that answers it.
///
/// Code that sends a request and waits for the answer is generic over this trait, and gets the right
/// kind of Response from the compiler.
///
/// ```
/// use usp_msg::{Get, GetResp, Msg, RequestMessage};
///
/// /// Reads the answer to a request: the Response, or the Error of the peer.
/// fn answer<R: RequestMessage>(msg: Msg) -> Option<Result<R::Response, usp_msg::Error>> {
///     msg.into_answer::<R>()
/// }
///
/// let msg = Msg::response_to("1", GetResp::default());
/// assert_eq!(answer::<Get>(msg), Some(Ok(GetResp::default())));
/// ```
pub trait RequestMessage: Into<Request> + TryFrom<Request, Error = UnexpectedRequest> {
    /// The Response that answers this request.
    type Response: Into<Response> + TryFrom<Response, Error = UnexpectedResponse>;

    /// The kind of Message that has this request as its body.
    const MSG_TYPE: MsgType;
}

/// The caller asked for an answer that the Message cannot have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ReplyError {
    /// Only requests are answered.
    #[error("the Message is no request, so it has no answer")]
    NoRequest,
    /// The Response answers another kind of request.
    #[error("{request} is not answered by {response}")]
    WrongResponse {
        /// The kind of the request.
        request: MsgType,
        /// The kind of the Response.
        response: MsgType,
    },
    /// The Response has no content.
    #[error("the Response has no content")]
    EmptyResponse,
}

impl Msg {
    /// The Message that answers this request with a Response, under the same id `[R-MSG.9]`.
    ///
    /// # Errors
    ///
    /// The caller's mistakes: this Message is no request, or the Response answers another.
    pub fn reply(&self, response: impl Into<Response>) -> Result<Self, ReplyError> {
        let response = response.into();
        let request = self.as_request().and_then(Request::msg_type).ok_or(ReplyError::NoRequest)?;
        match response.msg_type() {
            None => Err(ReplyError::EmptyResponse),
            kind if kind == request.response() => Ok(Self::response_to(self.msg_id(), response)),
            Some(response) => Err(ReplyError::WrongResponse { request, response }),
        }
    }

    /// The Message that answers this one with an Error, under the same id `[R-MSG.9]`.
    pub fn refuse(&self, error: Error) -> Self {
        Self::error_to(self.msg_id(), error)
    }

    /// The content as the answer to a request of type `R`: its Response, or the peer's Error; `None`
    /// if the Message is neither.
    pub fn into_answer<R: RequestMessage>(self) -> Option<Result<R::Response, Error>> {
        match self.into_content()? {
            MsgBody::Response(response) => Some(Ok(response.try_into().ok()?)),
            MsgBody::Error(error) => Some(Err(error)),
            MsgBody::Request(_) => None,
        }
    }
}

macro_rules! exchanges {
    ($($request:ident, $response:ident, $msg_type:ident, $response_type:ident;)*) => {
        $(
            impl RequestMessage for $request {
                type Response = $response;
                const MSG_TYPE: MsgType = MsgType::$msg_type;
            }

            /// The error gives the request back if it is of another kind.
            impl TryFrom<Request> for $request {
                type Error = UnexpectedRequest;

                fn try_from(request: Request) -> Result<Self, UnexpectedRequest> {
                    match request.req_type {
                        Some(ReqType::$request(request)) => Ok(request),
                        req_type => Err(UnexpectedRequest::new(Self::MSG_TYPE, Request { req_type })),
                    }
                }
            }

            /// The error gives the Response back if it is of another kind.
            impl TryFrom<Response> for $response {
                type Error = UnexpectedResponse;

                fn try_from(response: Response) -> Result<Self, UnexpectedResponse> {
                    match response.resp_type {
                        Some(RespType::$response(response)) => Ok(response),
                        resp_type => {
                            let response = Response { resp_type };
                            Err(UnexpectedResponse::new(MsgType::$response_type, response))
                        }
                    }
                }
            }
        )*
    };
}

exchanges! {
    Get, GetResp, Get, GetResp;
    GetSupportedDm, GetSupportedDmResp, GetSupportedDm, GetSupportedDmResp;
    GetInstances, GetInstancesResp, GetInstances, GetInstancesResp;
    Set, SetResp, Set, SetResp;
    Add, AddResp, Add, AddResp;
    Delete, DeleteResp, Delete, DeleteResp;
    Operate, OperateResp, Operate, OperateResp;
    Notify, NotifyResp, Notify, NotifyResp;
    GetSupportedProtocol, GetSupportedProtocolResp, GetSupportedProto, GetSupportedProtoResp;
    Register, RegisterResp, Register, RegisterResp;
    Deregister, DeregisterResp, Deregister, DeregisterResp;
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn r_msg_9_a_reply_has_the_request_s_id_and_kind() {
        let request = Msg::request("id-7", Get::new(["Device."]));
        let reply = request.reply(GetResp::default()).expect("the right kind");
        assert_eq!((reply.msg_id(), reply.msg_type()), ("id-7", Some(MsgType::GetResp)));
        let refusal = request.refuse(Error::new(7000, ""));
        assert_eq!((refusal.msg_id(), refusal.msg_type()), ("id-7", Some(MsgType::Error)));
    }

    #[test]
    fn misuse_is_told() {
        let request = Msg::request("id-7", Get::new(["Device."]));
        let error = request.reply(SetResp::default()).expect_err("the wrong kind");
        assert_eq!(error.to_string(), "Get is not answered by SetResp");
        assert_eq!(request.reply(Response::default()), Err(ReplyError::EmptyResponse));
        let response = Msg::response_to("id-7", GetResp::default());
        assert_eq!(response.reply(GetResp::default()), Err(ReplyError::NoRequest));
    }

    #[test]
    fn an_answer_of_another_kind_is_none() {
        assert_eq!(Msg::response_to("1", SetResp::default()).into_answer::<Get>(), None);
        assert_eq!(Msg::request("1", Get::default()).into_answer::<Get>(), None);
        let error = Error::new(7002, "no");
        assert_eq!(Msg::error_to("1", error.clone()).into_answer::<Get>(), Some(Err(error)));
    }

    #[test]
    fn the_table_agrees_with_the_kinds() {
        fn check<R: RequestMessage>(request: R, response: R::Response) {
            assert_eq!(request.into().msg_type(), Some(R::MSG_TYPE));
            assert_eq!(response.into().msg_type(), R::MSG_TYPE.response());
            let unexpected = R::Response::try_from(Response::default()).err().expect("of no kind");
            assert_eq!(Some(unexpected.expected()), R::MSG_TYPE.response());
        }
        check(Get::default(), GetResp::default());
        check(GetSupportedDm::default(), GetSupportedDmResp::default());
        check(GetInstances::default(), GetInstancesResp::default());
        check(Set::default(), SetResp::default());
        check(Add::default(), AddResp::default());
        check(Delete::default(), DeleteResp::default());
        check(Operate::default(), OperateResp::default());
        check(Notify::default(), NotifyResp::default());
        check(GetSupportedProtocol::default(), GetSupportedProtocolResp::default());
        check(Register::default(), RegisterResp::default());
        check(Deregister::default(), DeregisterResp::default());
    }
}
