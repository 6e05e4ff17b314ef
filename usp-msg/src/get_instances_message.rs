//! GetInstances and GetInstancesResp: asking for the object instances of tables.

use alloc::string::String;
use alloc::vec::Vec;

use crate::{ErrorCode, Map};

/// Asks which instances tables have. TR-369, section "The GetInstances Message".
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct GetInstances {
    /// Object Paths of tables, and Search Paths.
    #[prost(string, repeated, tag = "1")]
    pub obj_paths: Vec<String>,
    /// Whether to leave out the tables within the instances found.
    #[prost(bool, tag = "2")]
    pub first_level_only: bool,
}

impl GetInstances {
    /// Asks for the instances of these tables and of the tables within them.
    pub fn new<P: Into<String>>(obj_paths: impl IntoIterator<Item = P>) -> Self {
        Self { obj_paths: obj_paths.into_iter().map(Into::into).collect(), first_level_only: false }
    }

    /// The same request, without the tables within the instances.
    #[must_use]
    pub fn first_level_only(self) -> Self {
        Self { first_level_only: true, ..self }
    }
}

/// Answers [`GetInstances`].
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct GetInstancesResp {
    /// One result for each path of the request, in its order.
    #[prost(message, repeated, tag = "1")]
    pub req_path_results: Vec<get_instances_resp::RequestedPathResult>,
}

/// The messages within a [`GetInstancesResp`].
pub mod get_instances_resp {
    use crate::Map;
    use alloc::string::String;
    use alloc::vec::Vec;

    /// The instances under one path of the request.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct RequestedPathResult {
        /// The path, as the request wrote it.
        #[prost(string, tag = "1")]
        pub requested_path: String,
        /// 0, or the number of the [`ErrorCode`](crate::ErrorCode) that says why there is no answer.
        #[prost(fixed32, tag = "2")]
        pub err_code: u32,
        /// The error in words; empty without one.
        #[prost(string, tag = "3")]
        pub err_msg: String,
        /// The instances.
        #[prost(message, repeated, tag = "4")]
        pub curr_insts: Vec<CurrInstance>,
    }

    /// One object instance.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct CurrInstance {
        /// The Object Instance Path, with Instance Numbers and trailing dot `[R-MSG.3]`.
        #[prost(string, tag = "1")]
        pub instantiated_obj_path: String,
        /// The parameters of every Unique Key that the Controller may read `[R-GIN.1]`.
        #[prost(message, repeated, tag = "2")]
        pub unique_keys: Map,
    }
}

impl get_instances_resp::RequestedPathResult {
    /// The instances under a path; none is no error `[R-MSG.4a]`.
    pub fn found(
        requested_path: impl Into<String>,
        curr_insts: impl IntoIterator<Item = get_instances_resp::CurrInstance>,
    ) -> Self {
        Self {
            requested_path: requested_path.into(),
            curr_insts: curr_insts.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Why there is no answer for a path.
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

impl get_instances_resp::CurrInstance {
    /// An instance and its Unique Keys.
    pub fn new(instantiated_obj_path: impl Into<String>, unique_keys: impl Into<Map>) -> Self {
        Self { instantiated_obj_path: instantiated_obj_path.into(), unique_keys: unique_keys.into() }
    }
}
