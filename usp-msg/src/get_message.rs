//! Get and GetResp: reading parameters.

use alloc::string::String;
use alloc::vec::Vec;

/// Asks for the values of parameters. TR-369, section "The Get Message".
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct Get {
    /// Object Paths, Parameter Paths and Search Paths; each gets a result of its own.
    #[prost(string, repeated, tag = "1")]
    pub param_paths: Vec<String>,
    /// How many levels of objects below a path to read; 0 reads them all `[R-GET.5]` (since 1.2).
    #[prost(fixed32, tag = "2")]
    pub max_depth: u32,
}

impl Get {
    /// Reads everything under these paths.
    pub fn new<P: Into<String>>(param_paths: impl IntoIterator<Item = P>) -> Self {
        Self { param_paths: param_paths.into_iter().map(Into::into).collect(), max_depth: 0 }
    }
}

/// Answers [`Get`].
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct GetResp {
    /// One result for each path of the request, in its order.
    #[prost(message, repeated, tag = "1")]
    pub req_path_results: Vec<get_resp::RequestedPathResult>,
}

/// The messages within a [`GetResp`].
pub mod get_resp {
    use crate::Map;
    use alloc::string::String;
    use alloc::vec::Vec;

    /// What was found under one path of the request.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct RequestedPathResult {
        /// The path, as the request wrote it.
        #[prost(string, tag = "1")]
        pub requested_path: String,
        /// 0, or the number of the [`ErrorCode`](crate::ErrorCode) that says why nothing could be read.
        #[prost(fixed32, tag = "2")]
        pub err_code: u32,
        /// The error in words; empty without one.
        #[prost(string, tag = "3")]
        pub err_msg: String,
        /// One result for each object that the path reaches.
        #[prost(message, repeated, tag = "4")]
        pub resolved_path_results: Vec<ResolvedPathResult>,
    }

    /// The values of one object.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct ResolvedPathResult {
        /// The Object Path, with Instance Numbers and trailing dot `[R-MSG.3]`.
        #[prost(string, tag = "1")]
        pub resolved_path: String,
        /// Values by the parameter's path relative to the object.
        #[prost(message, repeated, tag = "2")]
        pub result_params: Map,
    }
}
