//! Why a request, or a part of one, was refused.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::fmt;

use usp_msg::ErrorCode;
use usp_path::ParsePathError;
use usp_schema::{ValueError, ValueErrorKind};

/// A USP error code with the words that go with it.
///
/// What goes wrong in many places has its code from here, and what goes wrong in one has it there. The words are for
/// whoever sent the request: they say what was wrong and what would be right, and never hold more of the input than a
/// path, or the beginning of what is longer than one mostly is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault(Box<Told>);

/// What a [`Fault`] says. It is behind a pointer, for nearly every function of the engine returns one: a `Result` of four
/// words is moved in memory at each `?`, one of a word or two in registers.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    code: ErrorCode,
    message: String,
}

impl Fault {
    /// A fault with a code and words of the caller's, for command handlers and live parameters.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self(Box::new(Told { code, message: message.into() }))
    }

    /// The error code.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// The words.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Bytes that it takes in an answer, roughly.
    pub(crate) fn size(&self) -> usize {
        const CODE_AND_TAGS: usize = 12;
        self.0.message.len() + CODE_AND_TAGS
    }

    pub(crate) fn path_syntax(path: &str, error: &ParsePathError) -> Self {
        // A path beyond the limits of the parser may well be a right one.
        let code = match error.is_limit() {
            true => ErrorCode::RESOURCES_EXCEEDED,
            false => ErrorCode::INVALID_PATH_SYNTAX,
        };
        Self::new(code, alloc::format!("{}: {error}", shortened(path)))
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

    /// A path of the device's own that leads to something of another kind, or to several.
    pub(crate) fn not_one(path: &str, kind: &str) -> Self {
        Self::new(ErrorCode::INVALID_PATH, alloc::format!("{path} does not lead to one {kind}"))
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

/// A text of the input as faults hold it: its beginning, where it is long.
pub(crate) fn shortened(text: &str) -> Cow<'_, str> {
    if text.len() <= MOST_OF_INPUT {
        return Cow::Borrowed(text);
    }
    let mut end = MOST_OF_INPUT;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Cow::Owned(alloc::format!("{}…", &text[..end]))
}

/// Bytes of a text of the input that a fault holds at most.
const MOST_OF_INPUT: usize = 256;

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.message())
    }
}

impl core::error::Error for Fault {}
