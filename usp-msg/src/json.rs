//! Messages to and from JSON, by the JSON mapping of proto3.
//!
//! Fields are members in lowerCamelCase, enumerations are the names of their values, maps are objects,
//! absent and default fields are left out. Reading also takes field names as the schema writes them,
//! numbers for enumerations, and `null` for an absent field.

mod lexer;
mod parse;
mod print;

use alloc::string::String;
use core::fmt;

use crate::{DecodeError, Limits, Msg};

/// A text that is no Message in JSON. Whoever wrote the text is at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    kind: JsonErrorKind,
    offset: usize,
}

/// What is wrong with the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonErrorKind {
    /// Something else than JSON allows here.
    #[error("expected {0}")]
    Expected(&'static str),
    /// A member that the message does not have.
    #[error("{message} has no field of this name")]
    UnknownField {
        /// The schema's name of the message.
        message: &'static str,
    },
    /// A member that is there twice, or two alternatives of a oneof.
    #[error("{message} has {field}, or an alternative to it, twice")]
    Duplicate {
        /// The schema's name of the message.
        message: &'static str,
        /// The schema's name of the field.
        field: &'static str,
    },
    /// An escape sequence that JSON does not have, or half of a surrogate pair.
    #[error("the escape sequence is none")]
    Escape,
    /// The Message is over a limit.
    #[error("{0}")]
    Limit(DecodeError),
}

impl JsonError {
    /// What is wrong.
    pub const fn kind(&self) -> &JsonErrorKind {
        &self.kind
    }

    /// Where, in bytes from the start of the text.
    pub const fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {}: {}", self.offset, self.kind)
    }
}

impl core::error::Error for JsonError {}

impl Msg {
    /// The Message as JSON, on one line.
    ///
    /// ```
    /// use usp_msg::{Get, Msg};
    ///
    /// let json = Msg::request("id-1", Get::new(["Device.Time."])).to_json();
    /// assert_eq!(
    ///     json,
    ///     r#"{"header":{"msgId":"id-1","msgType":"GET"},"body":{"request":{"get":{"paramPaths":["Device.Time."]}}}}"#
    /// );
    /// ```
    pub fn to_json(&self) -> String {
        print::print(&self.encode_to_vec())
    }

    /// Reads a Message from JSON, within the default [`Limits`].
    ///
    /// # Errors
    ///
    /// A text that is no JSON, members that the schema does not know, values of another type, and a
    /// Message over the limits.
    pub fn from_json(json: &str) -> Result<Self, JsonError> {
        let bytes = parse::parse(json)?;
        Self::decode_with(&bytes, &Limits::DEFAULT)
            .map_err(|error| JsonError { kind: JsonErrorKind::Limit(error), offset: json.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        AddResp, ErrorCode, GetResp, GetSupportedDmResp, Operate, add_resp, get_resp, get_supported_dm_resp,
    };
    use alloc::string::ToString;

    #[track_caller]
    fn refuses(json: &str, message: &str) {
        assert_eq!(Msg::from_json(json).expect_err(json).to_string(), message);
    }

    #[track_caller]
    fn round_trips(msg: &Msg, json: &str) {
        assert_eq!(msg.to_json(), json);
        assert_eq!(Msg::from_json(json).as_ref(), Ok(msg));
    }

    #[test]
    fn values_of_every_kind() {
        let values = [("Alias", "a \"b\" \\ \u{1}\n"), ("Größe", "😀")];
        let object = get_resp::ResolvedPathResult::new("Device.", values);
        let found = get_resp::RequestedPathResult::found("Device.", [object]);
        let failed = get_resp::RequestedPathResult::failed("Device.X", ErrorCode::INVALID_PATH, "");
        round_trips(
            &Msg::response_to("1", GetResp::new([found, failed])),
            r#"{"header":{"msgId":"1","msgType":"GET_RESP"},"body":{"response":{"getResp":{"reqPathResults":[{"requestedPath":"Device.","resolvedPathResults":[{"resolvedPath":"Device.","resultParams":{"Alias":"a \"b\" \\ \u0001\n","Größe":"😀"}}]},{"requestedPath":"Device.X","errCode":7026}]}}}}"#,
        );
        round_trips(
            &Msg::request("2", Operate::new("Device.Reboot()").with_arg("Cause", "")),
            r#"{"header":{"msgId":"2","msgType":"OPERATE"},"body":{"request":{"operate":{"command":"Device.Reboot()","sendResp":true,"inputArgs":{"Cause":""}}}}}"#,
        );
    }

    #[test]
    fn empty_messages_are_there() {
        let result = add_resp::CreatedObjectResult::success("Device.A.", Default::default());
        round_trips(
            &Msg::response_to("1", AddResp { created_obj_results: [result].into() }),
            r#"{"header":{"msgId":"1","msgType":"ADD_RESP"},"body":{"response":{"addResp":{"createdObjResults":[{"requestedPath":"Device.A.","operStatus":{"operSuccess":{}}}]}}}}"#,
        );
    }

    #[test]
    fn enumerations_are_names_or_numbers() {
        let object = get_supported_dm_resp::SupportedObjectResult { access: 99, ..Default::default() };
        let result = get_supported_dm_resp::RequestedObjectResult {
            supported_objs: [object].into(),
            ..Default::default()
        };
        round_trips(
            &Msg::response_to("1", GetSupportedDmResp { req_obj_results: [result].into() }),
            r#"{"header":{"msgId":"1","msgType":"GET_SUPPORTED_DM_RESP"},"body":{"response":{"getSupportedDmResp":{"reqObjResults":[{"supportedObjs":[{"access":99}]}]}}}}"#,
        );
    }

    #[test]
    fn reading_is_lenient_where_proto3_says_so() {
        let msg = Msg::request("1", crate::Get::new(["Device."]).with_max_depth(2));
        let json = r#" { "header" : {"msg_id": "1", "msg_type": 1},
            "body": {"request": {"get": {"param_paths": ["\u0044evice."], "max_depth": "2"}}, "error": null} } "#;
        assert_eq!(Msg::from_json(json), Ok(msg));
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        refuses("", "at byte 0: expected '{'");
        refuses("{}x", "at byte 2: expected the end");
        refuses(r#"{"head":{}}"#, "at byte 1: Msg has no field of this name");
        refuses(r#"{"header":{"msgId":1}}"#, "at byte 19: expected a text");
        refuses(
            r#"{"header":{"msgType":"HELLO"}}"#,
            "at byte 21: expected the name of an enumeration's value, or a number",
        );
        refuses(r#"{"header":{"msgId":"\x"}}"#, "at byte 20: the escape sequence is none");
        refuses(r#"{"header":{"msgId":"\ud800"}}"#, "at byte 20: the escape sequence is none");
        refuses(r#"{"header":{},"header":{}}"#, "at byte 13: Msg has header, or an alternative to it, twice");
        refuses(
            r#"{"body":{"request":{},"response":{}}}"#,
            "at byte 22: Body has response, or an alternative to it, twice",
        );
        refuses(r#"{"body":{"error":{"errCode":-1}}}"#, "at byte 28: expected a number from 0 to 4294967295");
    }
}
