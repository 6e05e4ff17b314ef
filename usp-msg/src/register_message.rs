//! Register and RegisterResp: offering paths of an Agent to a USP Broker (since 1.3).

use alloc::vec::Vec;

/// Offers paths to a USP Broker. TR-369, section "The Register Message".
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct Register {
    /// Whether a path that fails leaves the others registered `[R-REG.0, R-REG.1]`.
    #[prost(bool, tag = "1")]
    pub allow_partial: bool,
    /// The paths.
    #[prost(message, repeated, tag = "2")]
    pub reg_paths: Vec<register::RegistrationPath>,
}

/// The messages within a [`Register`].
pub mod register {
    use alloc::string::String;

    /// A path to register.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct RegistrationPath {
        /// A path of the Supported Data Model, without instance identifiers `[R-REG.2]`.
        #[prost(string, tag = "1")]
        pub path: String,
    }
}

/// Answers [`Register`].
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct RegisterResp {
    /// One result for each path of the request, in its order.
    #[prost(message, repeated, tag = "1")]
    pub registered_path_results: Vec<register_resp::RegisteredPathResult>,
}

/// The messages within a [`RegisterResp`].
pub mod register_resp {
    use alloc::string::String;

    /// What became of one path of the request.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct RegisteredPathResult {
        /// The path, as the request wrote it.
        #[prost(string, tag = "1")]
        pub requested_path: String,
        /// Success or failure; required `[R-ENC.3]`.
        #[prost(message, optional, tag = "2")]
        pub oper_status: Option<registered_path_result::OperationStatus>,
    }

    /// The messages within a [`RegisteredPathResult`].
    pub mod registered_path_result {
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

            /// Success or failure.
            #[derive(Clone, PartialEq, Eq, Hash, prost::Oneof)]
            pub enum OperStatus {
                /// The path was not registered.
                #[prost(message, tag = "1")]
                OperFailure(OperationFailure),
                /// The path was registered.
                #[prost(message, tag = "2")]
                OperSuccess(OperationSuccess),
            }

            /// Why the path was not registered.
            #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
            pub struct OperationFailure {
                /// The number of the [`ErrorCode`](crate::ErrorCode).
                #[prost(fixed32, tag = "1")]
                pub err_code: u32,
                /// The error in words.
                #[prost(string, tag = "2")]
                pub err_msg: String,
            }

            /// The path registered.
            #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
            pub struct OperationSuccess {
                /// The path.
                #[prost(string, tag = "1")]
                pub registered_path: String,
            }
        }
    }
}
