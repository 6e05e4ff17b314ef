//! Deregister and DeregisterResp: taking offered paths back from a USP Broker (since 1.3).

use alloc::string::String;
use alloc::vec::Vec;

/// Takes offered paths back. TR-369, section "The Deregister Message".
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct Deregister {
    /// The paths; an empty text means every path of this Agent `[R-DEREG.2]`.
    #[prost(string, repeated, tag = "1")]
    pub paths: Vec<String>,
}

/// Answers [`Deregister`].
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct DeregisterResp {
    /// One result for each path of the request, in its order.
    #[prost(message, repeated, tag = "1")]
    pub deregistered_path_results: Vec<deregister_resp::DeregisteredPathResult>,
}

/// The messages within a [`DeregisterResp`].
pub mod deregister_resp {
    use alloc::string::String;

    /// What became of one path of the request.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct DeregisteredPathResult {
        /// The path, as the request wrote it.
        #[prost(string, tag = "1")]
        pub requested_path: String,
        /// Success or failure; required `[R-ENC.3]`.
        #[prost(message, optional, tag = "2")]
        pub oper_status: Option<deregistered_path_result::OperationStatus>,
    }

    /// The messages within a [`DeregisteredPathResult`].
    pub mod deregistered_path_result {
        /// Success or failure.
        #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
        pub struct OperationStatus {
            /// Which of the two; required `[R-ENC.3]`.
            #[prost(oneof = "operation_status::OperStatus", tags = "1, 2")]
            pub oper_status: Option<operation_status::OperStatus>,
        }

        /// The contents that an [`OperationStatus`] may have.
        pub mod operation_status {
            use alloc::string::String;
            use alloc::vec::Vec;

            /// Success or failure.
            #[derive(Clone, PartialEq, Eq, Hash, prost::Oneof)]
            pub enum OperStatus {
                /// The path was not deregistered.
                #[prost(message, tag = "1")]
                OperFailure(OperationFailure),
                /// The path was deregistered.
                #[prost(message, tag = "2")]
                OperSuccess(OperationSuccess),
            }

            /// Why the path was not deregistered.
            #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
            pub struct OperationFailure {
                /// The number of the [`ErrorCode`](crate::ErrorCode).
                #[prost(fixed32, tag = "1")]
                pub err_code: u32,
                /// The error in words.
                #[prost(string, tag = "2")]
                pub err_msg: String,
            }

            /// The paths deregistered.
            #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
            pub struct OperationSuccess {
                /// The paths; several if the request said "every path".
                #[prost(string, repeated, tag = "1")]
                pub deregistered_path: Vec<String>,
            }
        }
    }
}
