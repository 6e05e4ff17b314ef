//! Get and GetResp: reading parameters.

use alloc::string::String;
use alloc::vec::Vec;

use crate::{ErrorCode, Map};

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

    /// The same request, down to `max_depth` levels of objects; 0 for all `[R-GET.5]`.
    #[must_use]
    pub fn with_max_depth(self, max_depth: u32) -> Self {
        Self { max_depth, ..self }
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

impl GetResp {
    /// A Response with these results.
    pub fn new(results: impl IntoIterator<Item = get_resp::RequestedPathResult>) -> Self {
        Self { req_path_results: results.into_iter().collect() }
    }

    /// Every value with its object's path and its own relative path, in the order of the Response.
    pub fn values(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let objects = self.req_path_results.iter().flat_map(|result| &result.resolved_path_results);
        objects.flat_map(|object| {
            object.result_params.iter().map(|(name, value)| (object.resolved_path.as_str(), name, value))
        })
    }
}

impl get_resp::RequestedPathResult {
    /// What was found under a path; nothing is no error `[R-GET.1a, R-GET.1b]`.
    pub fn found(
        requested_path: impl Into<String>,
        resolved: impl IntoIterator<Item = get_resp::ResolvedPathResult>,
    ) -> Self {
        let resolved_path_results = resolved.into_iter().collect();
        Self { requested_path: requested_path.into(), resolved_path_results, ..Self::default() }
    }

    /// Why nothing could be read under a path.
    pub fn failed(
        requested_path: impl Into<String>,
        code: impl Into<ErrorCode>,
        err_msg: impl Into<String>,
    ) -> Self {
        Self {
            requested_path: requested_path.into(),
            err_code: code.into().value(),
            err_msg: err_msg.into(),
            ..Self::default()
        }
    }

    /// The error code; [`ErrorCode::NONE`] without error.
    pub const fn code(&self) -> ErrorCode {
        ErrorCode::new(self.err_code)
    }
}

impl get_resp::ResolvedPathResult {
    /// The values of one object.
    pub fn new(resolved_path: impl Into<String>, result_params: impl Into<Map>) -> Self {
        Self { resolved_path: resolved_path.into(), result_params: result_params.into() }
    }
}
