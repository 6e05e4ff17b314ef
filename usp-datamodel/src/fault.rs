//! Why a request, or a part of one, was refused.

use alloc::string::{String, ToString};
use core::fmt;

use usp_msg::ErrorCode;
use usp_path::ParsePathError;
use usp_schema::{ValueError, ValueErrorKind};

/// A USP error code with the words that go with it.
///
/// The mapping from what went wrong to a code happens here and nowhere else. The words are for whoever sent the
/// request: they say what was wrong and what would be right, and never hold more of the input than a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    code: ErrorCode,
    message: String,
}

impl Fault {
    /// A fault with a code and words of the caller's, for command handlers and live parameters.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The error code.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// The words.
    pub fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn path_syntax(path: &str, error: &ParsePathError) -> Self {
        // A path beyond the limits of the parser may well be a right one.
        let code = match error.is_limit() {
            true => ErrorCode::RESOURCES_EXCEEDED,
            false => ErrorCode::INVALID_PATH_SYNTAX,
        };
        Self::new(code, alloc::format!("{path}: {error}"))
    }

    pub(crate) fn unsupported_path(path: impl fmt::Display) -> Self {
        Self::new(
            ErrorCode::INVALID_PATH,
            alloc::format!("{path} is not in the Supported Data Model of this Agent"),
        )
    }

    /// The requester may not do what it wants to do with this `[R-SEC.1]`.
    pub(crate) fn denied(path: impl fmt::Display) -> Self {
        Self::new(ErrorCode::PERMISSION_DENIED, alloc::format!("no permission for {path}"))
    }

    pub(crate) fn absent_object(path: impl fmt::Display) -> Self {
        Self::new(ErrorCode::OBJECT_DOES_NOT_EXIST, alloc::format!("{path} does not exist"))
    }

    pub(crate) fn value(error: &ValueError) -> Self {
        let code = match error.kind() {
            ValueErrorKind::WrongType => ErrorCode::INVALID_TYPE,
            _ => ErrorCode::INVALID_VALUE,
        };
        Self::new(code, error.to_string())
    }

    pub(crate) fn exceeded(what: &str, limit: usize) -> Self {
        Self::new(ErrorCode::RESOURCES_EXCEEDED, alloc::format!("the request needs more than {limit} {what}"))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl core::error::Error for Fault {}
