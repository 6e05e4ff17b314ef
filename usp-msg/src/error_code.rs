//! Error codes of TR-369, section "Error Codes", and the ranges that others may fill.

use core::fmt;

/// A USP error code: a number that stays open.
///
/// The standard names the codes 7000 to 7031 for Messages and 7100 to 7106 for Records. 7200 to
/// 7299 belong to the data model in use and 7800 to 7999 to vendors, so a code that this crate has
/// no name for is no error: it survives a round trip and prints as its number. 0 stands for "no
/// error" in results.
///
/// ```
/// use usp_msg::ErrorCode;
///
/// assert_eq!(ErrorCode::INVALID_PATH.to_string(), "7026 Invalid path");
/// assert_eq!(ErrorCode::from(7801).to_string(), "7801");
/// assert!(ErrorCode::from(7801).is_vendor());
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode(u32);

/// The Message in whose results or Error a code may stand, by the table of TR-369.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodeUse {
    /// Only the `err_code` of an Error Message.
    ErrorMessage,
    /// Any Message.
    Any,
    /// Any Message with a requested path.
    RequestedPath,
    /// A Record: the Error that answers it or the Disconnect Record that ends it.
    Record,
    /// Results of, and Errors to, the named requests.
    Requests(&'static [crate::MsgType]),
}

macro_rules! codes {
    ($($constant:ident = $number:literal, $name:literal, $applies_to:expr, $description:literal;)*) => {
        impl ErrorCode {
            $(
                #[doc = concat!("`", stringify!($number), "` ", $name, ": ", $description, ".")]
                pub const $constant: Self = Self($number);
            )*
        }

        // The columns of a table stand apart, so that a program has those that it asks for.

        /// Sorted, which the test `table_is_sorted_and_holds_every_code_once` proves.
        const CODES: &[ErrorCode] = &[$(ErrorCode::$constant,)*];
        const NAMES: &[&str] = &[$($name,)*];
        const USES: &[CodeUse] = &[$($applies_to,)*];
        const DESCRIPTIONS: &[&str] = &[$($description,)*];
    };
}

use crate::MsgType::{Add, Delete, Deregister, GetInstances, Operate, Register, Set};
use CodeUse::{Any, ErrorMessage, Record, RequestedPath, Requests};

codes! {
    MESSAGE_FAILED = 7000, "Message failed", ErrorMessage,
        "the Message failed for the reason in err_msg";
    MESSAGE_NOT_SUPPORTED = 7001, "Message not supported", ErrorMessage,
        "the receiver does not know this kind of Message";
    REQUEST_DENIED = 7002, "Request denied", Any,
        "the receiver refuses and does not say why";
    INTERNAL_ERROR = 7003, "Internal error", Any,
        "the receiver's hardware or software failed";
    INVALID_ARGUMENTS = 7004, "Invalid arguments", Any,
        "a field of the Message holds a value that is not allowed";
    RESOURCES_EXCEEDED = 7005, "Resources exceeded", Any,
        "the receiver lacks memory, time or room in a table";
    PERMISSION_DENIED = 7006, "Permission denied", Any,
        "the sender has no right to do this";
    INVALID_CONFIGURATION = 7007, "Invalid configuration", Any,
        "the result would be an invalid configuration";
    INVALID_PATH_SYNTAX = 7008, "Invalid path syntax", RequestedPath,
        "the path cannot be parsed";
    PARAMETER_ACTION_FAILED = 7009, "Parameter action failed", Requests(&[Set]),
        "a parameter could not be changed";
    UNSUPPORTED_PARAMETER = 7010, "Unsupported parameter", Requests(&[Add, Set]),
        "the object has no parameter of this name";
    INVALID_TYPE = 7011, "Invalid type", Requests(&[Add, Set]),
        "the text is no literal of the parameter's data type";
    INVALID_VALUE = 7012, "Invalid value", Requests(&[Add, Set]),
        "the value lies outside the range, list or pattern of the parameter";
    PARAMETER_NOT_WRITEABLE = 7013, "Attempt to update non-writeable parameter", Requests(&[Add, Set]),
        "the parameter is read-only, or may be written once and has been";
    VALUE_CONFLICT = 7014, "Value conflict", Requests(&[Add, Set]),
        "the value contradicts another value";
    OPERATION_ERROR = 7015, "Operation error", Requests(&[Add, Set, Delete]),
        "an object could not be created, changed or deleted";
    OBJECT_DOES_NOT_EXIST = 7016, "Object does not exist", Any,
        "the path leads to no existing object";
    OBJECT_COULD_NOT_BE_CREATED = 7017, "Object could not be created", Requests(&[Add]),
        "creating the object instance failed";
    OBJECT_IS_NOT_A_TABLE = 7018, "Object is not a table", Requests(&[Add, GetInstances]),
        "the object exists once and has no instances";
    OBJECT_NOT_CREATABLE = 7019, "Attempt to create non-creatable object", Requests(&[Add]),
        "instances of this table come from the Agent alone";
    OBJECT_COULD_NOT_BE_UPDATED = 7020, "Object could not be updated", Requests(&[Set]),
        "changing the object failed";
    REQUIRED_PARAMETER_FAILED = 7021, "Required parameter failed", Requests(&[Add, Set]),
        "a parameter that the request marks as required could not be set";
    COMMAND_FAILURE = 7022, "Command failure", Requests(&[Operate]),
        "the command failed for the reason in err_msg";
    COMMAND_CANCELED = 7023, "Command canceled", Requests(&[Operate]),
        "the asynchronous command was cancelled by Cancel()";
    DELETE_FAILURE = 7024, "Delete failure", Requests(&[Delete]),
        "the object instance could not be deleted";
    OBJECT_EXISTS_WITH_DUPLICATE_KEY = 7025, "Object exists with duplicate key", Requests(&[Add, Set]),
        "another instance has the same Unique Key";
    INVALID_PATH = 7026, "Invalid path", Any,
        "the path leads to nothing in the Supported Data Model";
    INVALID_COMMAND_ARGUMENTS = 7027, "Invalid command arguments", Requests(&[Operate]),
        "an argument of the command is missing or invalid";
    REGISTER_FAILURE = 7028, "Register failure", Requests(&[Register]),
        "a path could not be registered";
    ALREADY_IN_USE = 7029, "Already in use", Requests(&[Register]),
        "another Agent has registered this path";
    DEREGISTER_FAILURE = 7030, "Deregister failure", Requests(&[Deregister]),
        "a path could not be deregistered";
    PATH_ALREADY_REGISTERED = 7031, "Path already registered", Requests(&[Deregister]),
        "the path belongs to another Agent";
    RECORD_NOT_PARSED = 7100, "Record could not be parsed", Record,
        "the bytes are no Record";
    SECURE_SESSION_REQUIRED = 7101, "Secure session required", Record,
        "the receiver wants an end-to-end TLS session";
    SECURE_SESSION_NOT_SUPPORTED = 7102, "Secure session not supported", Record,
        "the receiver knows no end-to-end TLS session";
    SEGMENTATION_NOT_SUPPORTED = 7103, "Segmentation and reassembly not supported", Record,
        "the receiver takes a payload in one Record only";
    INVALID_RECORD_VALUE = 7104, "Invalid Record value", Record,
        "a field of the Record holds a value that is not allowed";
    SESSION_CONTEXT_TERMINATED = 7105, "Session Context terminated", Record,
        "the sender ends the Session Context and keeps the connection";
    SESSION_CONTEXT_NOT_ALLOWED = 7106, "Session Context not allowed", Record,
        "the receiver accepts no Session Context";
}

impl ErrorCode {
    /// `0`, which stands in results for "no error".
    pub const NONE: Self = Self(0);

    /// The code with this number; every number is allowed.
    pub const fn new(code: u32) -> Self {
        Self(code)
    }

    /// The number, as sent.
    pub const fn value(self) -> u32 {
        self.0
    }

    /// The name that TR-369 gives the code, if it gives one.
    pub fn name(self) -> Option<&'static str> {
        self.column(NAMES).copied()
    }

    /// What the code tells an operator, in a few words.
    pub fn description(self) -> &'static str {
        match self.column(DESCRIPTIONS) {
            Some(description) => description,
            None if self == Self::NONE => "no error",
            None if self.is_data_model() => "an error that the data model defines",
            None if self.is_vendor() => "an error that the vendor defines",
            None => "a code that TR-369 does not define",
        }
    }

    /// Where TR-369's table allows the code: `None` for codes that the table does not hold.
    pub fn applies_to(self) -> Option<CodeUse> {
        self.column(USES).copied()
    }

    /// Whether a result or Error that answers `request` may carry the code, by TR-369's table.
    ///
    /// Data-model and vendor codes may stand anywhere. Codes for Error Messages alone may not stand
    /// in a result, yet in the Error that answers any request.
    pub fn may_answer(self, request: crate::MsgType) -> bool {
        match self.applies_to() {
            Some(Requests(requests)) => requests.contains(&request),
            Some(RequestedPath) => request.has_requested_path(),
            Some(Record) => false,
            Some(Any | ErrorMessage) => true,
            None => self.is_data_model() || self.is_vendor(),
        }
    }

    /// Whether the code means "no error".
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Whether the code lies in the range of Message errors, 7000 to 7099.
    pub const fn is_message(self) -> bool {
        matches!(self.0, 7000..=7099)
    }

    /// Whether the code lies in the range of Record errors, 7100 to 7199.
    pub const fn is_record(self) -> bool {
        matches!(self.0, 7100..=7199)
    }

    /// Whether the code lies in the range left to data models, 7200 to 7299.
    pub const fn is_data_model(self) -> bool {
        matches!(self.0, 7200..=7299)
    }

    /// Whether the code lies in the range left to vendors, 7800 to 7999.
    pub const fn is_vendor(self) -> bool {
        matches!(self.0, 7800..=7999)
    }

    /// Every code that TR-369 names, in ascending order.
    pub fn named() -> impl ExactSizeIterator<Item = Self> {
        CODES.iter().copied()
    }

    /// What stands in a column of the table.
    fn column<T>(self, column: &'static [T]) -> Option<&'static T> {
        column.get(CODES.binary_search(&self).ok()?)
    }
}

impl From<u32> for ErrorCode {
    fn from(code: u32) -> Self {
        Self(code)
    }
}

impl From<ErrorCode> for u32 {
    fn from(code: ErrorCode) -> Self {
        code.0
    }
}

impl PartialEq<u32> for ErrorCode {
    fn eq(&self, other: &u32) -> bool {
        self.0 == *other
    }
}

impl PartialEq<ErrorCode> for u32 {
    fn eq(&self, other: &ErrorCode) -> bool {
        *self == other.0
    }
}

/// The number, then the name if there is one: `7026 Invalid path`.
impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{} {name}", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Debug for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ErrorCode({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MsgType;
    use alloc::string::ToString;
    use alloc::vec::Vec;

    #[test]
    fn table_is_sorted_and_holds_every_code_once() {
        let codes: Vec<u32> = ErrorCode::named().map(ErrorCode::value).collect();
        let expected: Vec<u32> = (7000..=7031).chain(7100..=7106).collect();
        assert_eq!(codes, expected);
    }

    #[test]
    fn prints_number_and_name() {
        assert_eq!(ErrorCode::RESOURCES_EXCEEDED.to_string(), "7005 Resources exceeded");
        assert_eq!(ErrorCode::new(7250).to_string(), "7250");
        assert_eq!(alloc::format!("{:?}", ErrorCode::NONE), "ErrorCode(0)");
    }

    #[test]
    fn unknown_codes_survive() {
        for number in [0, 1, 6999, 7032, 7107, 7299, 7800, 7999, u32::MAX] {
            assert_eq!(u32::from(ErrorCode::from(number)), number);
            assert_eq!(ErrorCode::from(number).name(), None);
            assert!(!ErrorCode::from(number).description().is_empty());
        }
    }

    #[test]
    fn ranges_do_not_overlap() {
        for number in 6990..8010 {
            let code = ErrorCode::new(number);
            let hits = [code.is_message(), code.is_record(), code.is_data_model(), code.is_vendor()]
                .into_iter()
                .filter(|hit| *hit)
                .count();
            assert!(hits <= 1, "{number} lies in {hits} ranges");
        }
    }

    #[test]
    fn the_table_says_which_requests_a_code_may_answer() {
        assert!(ErrorCode::INVALID_TYPE.may_answer(Set));
        assert!(!ErrorCode::INVALID_TYPE.may_answer(MsgType::Get));
        assert!(ErrorCode::INVALID_PATH_SYNTAX.may_answer(MsgType::Get));
        assert!(!ErrorCode::INVALID_PATH_SYNTAX.may_answer(MsgType::Notify));
        assert!(ErrorCode::new(7800).may_answer(MsgType::Notify));
        assert!(!ErrorCode::RECORD_NOT_PARSED.may_answer(MsgType::Get));
        assert!(!ErrorCode::new(7099).may_answer(MsgType::Get));
    }
}
