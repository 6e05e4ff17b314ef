//! Register and RegisterResp: offering paths of an Agent to a USP Broker (since 1.3).

use alloc::string::String;
use alloc::vec::Vec;

use crate::ErrorCode;
use register_resp::registered_path_result::OperationStatus;
use register_resp::registered_path_result::operation_status::{
    OperStatus, OperationFailure, OperationSuccess,
};

/// Offers paths to a USP Broker. TR-369, section "The Register Message".
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct Register {
    /// Whether a path that fails leaves the others registered (R-REG.0, R-REG.1).
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
        /// A path of the Supported Data Model, without instance identifiers (R-REG.2).
        #[prost(string, tag = "1")]
        pub path: String,
    }
}

impl Register {
    /// Registers all of these paths or none.
    pub fn new<P: Into<String>>(paths: impl IntoIterator<Item = P>) -> Self {
        let paths = paths.into_iter().map(|path| register::RegistrationPath { path: path.into() });
        Self { allow_partial: false, reg_paths: paths.collect() }
    }

    /// Registers those of the paths that it can.
    #[must_use]
    pub fn allow_partial(self) -> Self {
        Self { allow_partial: true, ..self }
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

impl register_resp::RegisteredPathResult {
    /// The path was registered.
    pub fn success(requested_path: impl Into<String>, registered_path: impl Into<String>) -> Self {
        let success = OperationSuccess { registered_path: registered_path.into() };
        Self::new(requested_path.into(), OperStatus::OperSuccess(success))
    }

    /// Why a path was not registered.
    pub fn failure(
        requested_path: impl Into<String>,
        code: impl Into<ErrorCode>,
        err_msg: impl Into<String>,
    ) -> Self {
        let failure = OperationFailure { err_code: code.into().value(), err_msg: err_msg.into() };
        Self::new(requested_path.into(), OperStatus::OperFailure(failure))
    }

    /// The outcome, if the message has one.
    pub fn outcome(&self) -> Option<Result<&OperationSuccess, &OperationFailure>> {
        Some(match self.oper_status.as_ref()?.oper_status.as_ref()? {
            OperStatus::OperSuccess(success) => Ok(success),
            OperStatus::OperFailure(failure) => Err(failure),
        })
    }

    fn new(requested_path: String, status: OperStatus) -> Self {
        Self { requested_path, oper_status: Some(OperationStatus { oper_status: Some(status) }) }
    }
}

impl OperationFailure {
    /// The error code as an [`ErrorCode`].
    pub const fn code(&self) -> ErrorCode {
        ErrorCode::new(self.err_code)
    }
}
