//! The Error Message.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::{ErrorCode, OneLine};

/// The Error that answers a request which failed as a whole.
///
/// TR-369, section "Error Message". It is a Message of the peer, and no error of this crate's own, which are
/// [`DecodeError`](crate::DecodeError) and its kin. A program that asked for something can pass it on with `?`
/// all the same.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct Error {
    /// Why the request failed, as the number of an [`ErrorCode`](crate::ErrorCode). Read it with [`Error::code`].
    #[prost(fixed32, tag = "1")]
    pub err_code: u32,
    /// The reason in words, for people.
    #[prost(string, tag = "2")]
    pub err_msg: String,
    /// What failed where, for requests that name several paths.
    #[prost(message, repeated, tag = "3")]
    pub param_errs: Vec<error::ParamError>,
}

/// The messages within an [`Error`].
pub mod error {
    use alloc::string::String;

    /// The error of one path of the request.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct ParamError {
        /// The full path of the object or parameter that failed.
        #[prost(string, tag = "1")]
        pub param_path: String,
        /// Why it failed, as the number of an [`ErrorCode`](crate::ErrorCode).
        #[prost(fixed32, tag = "2")]
        pub err_code: u32,
        /// The reason in words, for people.
        #[prost(string, tag = "3")]
        pub err_msg: String,
    }
}

impl Error {
    /// An Error with a code and a reason.
    pub fn new(code: impl Into<ErrorCode>, err_msg: impl Into<String>) -> Self {
        Self { err_code: code.into().value(), err_msg: err_msg.into(), param_errs: Vec::new() }
    }

    /// The same Error, with the error of one more path.
    #[must_use]
    pub fn with_param_err(
        mut self,
        param_path: impl Into<String>,
        code: impl Into<ErrorCode>,
        err_msg: impl Into<String>,
    ) -> Self {
        self.param_errs.push(error::ParamError {
            param_path: param_path.into(),
            err_code: code.into().value(),
            err_msg: err_msg.into(),
        });
        self
    }

    /// The error code as an [`ErrorCode`].
    pub const fn code(&self) -> ErrorCode {
        ErrorCode::new(self.err_code)
    }
}

impl error::ParamError {
    /// The error code as an [`ErrorCode`].
    pub const fn code(&self) -> ErrorCode {
        ErrorCode::new(self.err_code)
    }
}

/// For instance `7004 Invalid arguments: no such path (Device.X: 7026 Invalid path: it is misspelt)`. A reason that
/// the Error as a whole gives already is not told again for its path.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code())?;
        if !self.err_msg.is_empty() {
            write!(f, ": {}", OneLine::new(&self.err_msg))?;
        }
        for (at, error) in self.param_errs.iter().enumerate() {
            let separator = if at == 0 { " (" } else { ", " };
            write!(f, "{separator}{}: {}", OneLine::new(&error.param_path), error.code())?;
            if !self.err_msg.contains(&error.err_msg) {
                write!(f, ": {}", OneLine::new(&error.err_msg))?;
            }
        }
        if self.param_errs.is_empty() { Ok(()) } else { f.write_str(")") }
    }
}

impl core::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn prints_code_reason_and_paths() {
        let quoted = Error::new(ErrorCode::INVALID_VALUE, "\"Hot\" is none");
        assert_eq!(quoted.to_string(), "7012 Invalid value: \"Hot\" is none");
        let error = Error::new(ErrorCode::INVALID_ARGUMENTS, "no such\npath");
        assert_eq!(error.to_string(), "7004 Invalid arguments: no such\\npath");
        let error = error.with_param_err("Device.X.", 7026, "").with_param_err("Device.Y", 7801, "");
        assert_eq!(
            error.to_string(),
            "7004 Invalid arguments: no such\\npath (Device.X.: 7026 Invalid path, Device.Y: 7801)"
        );
    }

    #[test]
    fn prints_the_reason_of_each_path_once() {
        let error = Error::new(ErrorCode::INVALID_ARGUMENTS, "nothing was changed: it is read-only")
            .with_param_err("Device.X", 7013, "it is read-only")
            .with_param_err("Device.Y", 7012, "\"Hot\" is\nnone");
        assert_eq!(
            error.to_string(),
            "7004 Invalid arguments: nothing was changed: it is read-only (Device.X: 7013 Attempt to update \
             non-writeable parameter, Device.Y: 7012 Invalid value: \"Hot\" is\\nnone)"
        );
    }

    #[test]
    fn is_passed_on_as_an_error() {
        fn ask() -> Result<(), alloc::boxed::Box<dyn core::error::Error>> {
            Err(Error::new(ErrorCode::INVALID_PATH, "no such path"))?
        }
        assert_eq!(ask().unwrap_err().to_string(), "7026 Invalid path: no such path");
    }
}
