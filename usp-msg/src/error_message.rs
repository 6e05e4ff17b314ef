//! The Error Message.

use alloc::string::String;
use alloc::vec::Vec;

/// The Error that answers a request which failed as a whole.
///
/// TR-369, section "Error Message". It is a Message of the peer, not a Rust error of this crate;
/// those are [`DecodeError`](crate::DecodeError) and its kin.
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
