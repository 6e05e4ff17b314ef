//! The Message: a Header and a Body.

use alloc::string::String;

use prost::encoding::{WireType, encode_key, encode_varint, encoded_len_varint, key_len, message};

use crate::check::check;
use crate::decode_error::DecodeErrorKind;
use crate::{DecodeError, Error, Header, Limits, MsgType, Request, Response};
use body::MsgBody;

/// A USP Message: the payload of a Record.
///
/// TR-369, section "Messages". [`Msg::request`], [`Msg::response_to`] and [`Msg::error_to`] make
/// Messages whose `msg_type` agrees with the body; [`Msg::decode`](Msg::decode) reads one from
/// untrusted bytes.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct Msg {
    /// Which Message this is; required `[R-MSG.5]`.
    #[prost(message, optional, tag = "1")]
    pub header: Option<Header>,
    /// What the Message says; required `[R-MSG.5]`.
    #[prost(message, optional, tag = "2")]
    pub body: Option<Body>,
}

/// The Body of a Message: a request, a Response or an Error.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct Body {
    /// The one content; required `[R-ENC.3]`.
    #[prost(oneof = "body::MsgBody", tags = "1, 2, 3")]
    pub msg_body: Option<MsgBody>,
}

/// The contents that a [`Body`] may have.
pub mod body {
    /// A request, its Response, or the Error that answers it.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Oneof)]
    pub enum MsgBody {
        /// Asks the receiver for something.
        #[prost(message, tag = "1")]
        Request(crate::Request),
        /// Answers a request.
        #[prost(message, tag = "2")]
        Response(crate::Response),
        /// Answers a request that failed as a whole.
        #[prost(message, tag = "3")]
        Error(crate::Error),
    }
}

impl Msg {
    /// A request under an id that its sender has not in use; the kind follows from the request.
    ///
    /// ```
    /// use usp_msg::{Get, Msg, MsgType};
    ///
    /// let msg = Msg::request("id-1", Get::new(["Device.DeviceInfo."]));
    /// assert_eq!(msg.msg_type(), Some(MsgType::Get));
    /// ```
    pub fn request(msg_id: impl Into<String>, request: impl Into<Request>) -> Self {
        Self::new(msg_id.into(), MsgBody::Request(request.into()))
    }

    /// The Response to the request with this id `[R-MSG.9]`; the kind follows from the Response.
    pub fn response_to(msg_id: impl Into<String>, response: impl Into<Response>) -> Self {
        Self::new(msg_id.into(), MsgBody::Response(response.into()))
    }

    /// The Error that answers the request with this id.
    pub fn error_to(msg_id: impl Into<String>, error: Error) -> Self {
        Self::new(msg_id.into(), MsgBody::Error(error))
    }

    /// The id in the header; empty if there is no header.
    pub fn msg_id(&self) -> &str {
        self.header.as_ref().map_or("", |header| &header.msg_id)
    }

    /// The kind of Message, by its body, whatever the header says `[R-MSG.10]`.
    ///
    /// `None` if there is no body or if it is empty, which is what a kind of Message that this crate
    /// does not know looks like.
    pub fn msg_type(&self) -> Option<MsgType> {
        self.content()?.msg_type()
    }

    /// The request, if this Message is one.
    pub fn as_request(&self) -> Option<&Request> {
        match self.content()? {
            MsgBody::Request(request) => Some(request),
            _ => None,
        }
    }

    /// The Response, if this Message is one.
    pub fn as_response(&self) -> Option<&Response> {
        match self.content()? {
            MsgBody::Response(response) => Some(response),
            _ => None,
        }
    }

    /// The Error, if this Message is one.
    pub fn as_error(&self) -> Option<&Error> {
        match self.content()? {
            MsgBody::Error(error) => Some(error),
            _ => None,
        }
    }

    /// The content of the body, if there is one.
    pub fn content(&self) -> Option<&MsgBody> {
        self.body.as_ref()?.msg_body.as_ref()
    }

    /// The content of the body, taken out of the Message.
    pub fn into_content(self) -> Option<MsgBody> {
        self.body?.msg_body
    }

    /// Reads a Message from untrusted bytes, within the default [`Limits`].
    ///
    /// Unknown fields are skipped.
    ///
    /// # Errors
    ///
    /// Bytes that are no Message, and a Message over the limits.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::decode_with(bytes, &Limits::DEFAULT)
    }

    /// Reads a Message from untrusted bytes, within `limits`.
    ///
    /// # Errors
    ///
    /// As [`Msg::decode`].
    pub fn decode_with(bytes: &[u8], limits: &Limits) -> Result<Self, DecodeError> {
        check(bytes, limits)?;
        Ok(prost::Message::decode(bytes).map_err(DecodeErrorKind::Disagreement)?)
    }

    /// The bytes of the Message, of exactly their length.
    pub fn encode_to_vec(&self) -> alloc::vec::Vec<u8> {
        prost::Message::encode_to_vec(self)
    }

    /// The bytes of [`Msg::request`] with a request that is lent and not given away.
    ///
    /// ```
    /// use usp_msg::{Get, Msg, Request};
    ///
    /// let request = Request::from(Get::new(["Device.DeviceInfo."]));
    /// let bytes = Msg::encode_request("id-1", &request);
    /// assert_eq!(bytes, Msg::request("id-1", request).encode_to_vec());
    /// ```
    pub fn encode_request(msg_id: impl Into<String>, request: &Request) -> alloc::vec::Vec<u8> {
        let msg_type = request.msg_type().unwrap_or(NO_REQUEST);
        let header = Header { msg_id: msg_id.into(), msg_type: msg_type.into() };
        // The numbers of fields are those of `Msg` and `Body`.
        let body = message::encoded_len(1, request);
        let length = message::encoded_len(1, &header) + key_len(2) + encoded_len_varint(body as u64) + body;
        let mut bytes = alloc::vec::Vec::with_capacity(length);
        message::encode(1, &header, &mut bytes);
        encode_key(2, WireType::LengthDelimited, &mut bytes);
        encode_varint(body as u64, &mut bytes);
        message::encode(1, request, &mut bytes);
        bytes
    }

    fn new(msg_id: String, content: MsgBody) -> Self {
        // An empty Request or Response has no kind: GET and GET_RESP are placeholders that
        // `validate` never sees, since it refuses the body.
        let msg_type = content.msg_type().unwrap_or(match content {
            MsgBody::Request(_) => NO_REQUEST,
            MsgBody::Response(_) => MsgType::GetResp,
            MsgBody::Error(_) => MsgType::Error,
        });
        Self {
            header: Some(Header { msg_id, msg_type: msg_type.into() }),
            body: Some(Body { msg_body: Some(content) }),
        }
    }
}

/// The kind in the header of a Message whose request is empty.
const NO_REQUEST: MsgType = MsgType::Get;

impl MsgBody {
    /// The kind of Message that has this body; `None` for an empty Request or Response.
    pub fn msg_type(&self) -> Option<MsgType> {
        match self {
            Self::Request(request) => request.msg_type(),
            Self::Response(response) => response.msg_type(),
            Self::Error(_) => Some(MsgType::Error),
        }
    }
}
