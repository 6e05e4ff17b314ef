//! GetInstances and GetInstancesResp: asking for the object instances of tables.

use alloc::string::String;
use alloc::vec::Vec;

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
