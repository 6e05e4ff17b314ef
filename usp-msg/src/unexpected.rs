//! A request or Response of another kind than was expected.

use core::fmt;

use crate::{MsgType, Request, Response};

/// The Response is of another kind than was expected: the error of `GetResp::try_from(response)` and its siblings.
///
/// ```
/// use usp_msg::{GetResp, Response, SetResp};
///
/// let response = Response::from(SetResp::default());
/// let error = GetResp::try_from(response.clone()).expect_err("it is a SetResp");
/// assert_eq!(error.to_string(), "expected GetResp, got SetResp");
/// assert_eq!(error.into_response(), response);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnexpectedResponse {
    expected: MsgType,
    response: Response,
}

impl UnexpectedResponse {
    pub(crate) fn new(expected: MsgType, response: Response) -> Self {
        Self { expected, response }
    }

    /// The kind that was expected.
    pub fn expected(&self) -> MsgType {
        self.expected
    }

    /// What is there instead, which may be a Response without content.
    pub fn response(&self) -> &Response {
        &self.response
    }

    /// Gives the Response back.
    pub fn into_response(self) -> Response {
        self.response
    }
}

impl fmt::Display for UnexpectedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, self.expected, self.response.msg_type(), "Response")
    }
}

impl core::error::Error for UnexpectedResponse {}

/// The request is of another kind than was expected: the error of `Get::try_from(request)` and its siblings.
///
/// ```
/// use usp_msg::{Get, Request, Set};
///
/// let request = Request::from(Set::default());
/// let error = Get::try_from(request.clone()).expect_err("it is a Set");
/// assert_eq!(error.to_string(), "expected Get, got Set");
/// assert_eq!(error.into_request(), request);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnexpectedRequest {
    expected: MsgType,
    request: Request,
}

impl UnexpectedRequest {
    pub(crate) fn new(expected: MsgType, request: Request) -> Self {
        Self { expected, request }
    }

    /// The kind that was expected.
    pub fn expected(&self) -> MsgType {
        self.expected
    }

    /// What is there instead, which may be a request without content.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// Gives the request back.
    pub fn into_request(self) -> Request {
        self.request
    }
}

impl fmt::Display for UnexpectedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, self.expected, self.request.msg_type(), "Request")
    }
}

impl core::error::Error for UnexpectedRequest {}

fn write(f: &mut fmt::Formatter<'_>, expected: MsgType, found: Option<MsgType>, name: &str) -> fmt::Result {
    match found {
        Some(found) => write!(f, "expected {expected}, got {found}"),
        None => write!(f, "expected {expected}, got a {name} without content"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Get, GetResp, GetSupportedProtocolResp, SetResp};
    use alloc::boxed::Box;
    use alloc::string::ToString;

    /// What a program does with an answer: `?` passes on what is wrong with it.
    fn answer(response: Response) -> Result<GetResp, Box<dyn core::error::Error>> {
        Ok(response.try_into()?)
    }

    #[test]
    fn a_question_mark_passes_on_what_was_not_expected() {
        assert_eq!(answer(GetResp::default().into()).expect("the right kind"), GetResp::default());
        let error = answer(SetResp::default().into()).expect_err("the wrong kind");
        assert_eq!(error.to_string(), "expected GetResp, got SetResp");
        let error = answer(Response::default()).expect_err("of no kind");
        assert_eq!(error.to_string(), "expected GetResp, got a Response without content");
    }

    #[test]
    fn what_was_expected_is_told_as_the_standard_calls_it() {
        let error = GetSupportedProtocolResp::try_from(Response::default()).expect_err("of no kind");
        assert_eq!(error.expected(), MsgType::GetSupportedProtoResp);
        assert_eq!(error.response(), &Response::default());
        let error = Get::try_from(Request::default()).expect_err("of no kind");
        assert_eq!(error.expected(), MsgType::Get);
        assert_eq!(error.request(), &Request::default());
        assert_eq!(error.to_string(), "expected Get, got a Request without content");
    }
}
