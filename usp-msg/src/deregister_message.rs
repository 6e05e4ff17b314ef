//! Deregister and DeregisterResp: taking offered paths back from a USP Broker (since 1.3).

use alloc::string::String;
use alloc::vec::Vec;

use crate::ErrorCode;
use deregister_resp::deregistered_path_result::OperationStatus;
use deregister_resp::deregistered_path_result::operation_status::{
    OperStatus, OperationFailure, OperationSuccess,
};

/// Takes offered paths back. TR-369, section "The Deregister Message".
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct Deregister {
    /// The paths; an empty text means every path of this Agent (R-DEREG.2).
    #[prost(string, repeated, tag = "1")]
    pub paths: Vec<String>,
}

impl Deregister {
    /// Takes these paths back.
    pub fn new<P: Into<String>>(paths: impl IntoIterator<Item = P>) -> Self {
        Self { paths: paths.into_iter().map(Into::into).collect() }
    }

    /// Takes every path of this Agent back (R-DEREG.2).
    pub fn everything() -> Self {
        Self::new([""])
    }
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

impl deregister_resp::DeregisteredPathResult {
    /// The paths that were deregistered for a path of the request; several if it said "every path".
    pub fn success<P: Into<String>>(
        requested_path: impl Into<String>,
        deregistered: impl IntoIterator<Item = P>,
    ) -> Self {
        let deregistered_path = deregistered.into_iter().map(Into::into).collect();
        Self::new(requested_path.into(), OperStatus::OperSuccess(OperationSuccess { deregistered_path }))
    }

    /// Why a path was not deregistered.
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
