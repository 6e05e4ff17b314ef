//! Delete and DeleteResp: deleting object instances.

use alloc::string::String;
use alloc::vec::Vec;

use crate::ErrorCode;
use delete_resp::deleted_object_result::OperationStatus;
use delete_resp::deleted_object_result::operation_status::{OperStatus, OperationFailure, OperationSuccess};

/// Deletes object instances. TR-369, section "The Delete Message".
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct Delete {
    /// Whether a path that fails leaves the others deleted `[R-DEL.0, R-DEL.1]`.
    #[prost(bool, tag = "1")]
    pub allow_partial: bool,
    /// Object Instance Paths and Search Paths.
    #[prost(string, repeated, tag = "2")]
    pub obj_paths: Vec<String>,
}

impl Delete {
    /// Deletes the instances under all of these paths or under none.
    pub fn new<P: Into<String>>(obj_paths: impl IntoIterator<Item = P>) -> Self {
        Self { allow_partial: false, obj_paths: obj_paths.into_iter().map(Into::into).collect() }
    }

    /// Deletes those of the instances that it can.
    #[must_use]
    pub fn allow_partial(self) -> Self {
        Self { allow_partial: true, ..self }
    }
}

/// Answers [`Delete`].
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct DeleteResp {
    /// One result for each path of the request, in its order.
    #[prost(message, repeated, tag = "1")]
    pub deleted_obj_results: Vec<delete_resp::DeletedObjectResult>,
}

/// The messages within a [`DeleteResp`].
pub mod delete_resp {
    use alloc::string::String;

    /// What became of one path of the request.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct DeletedObjectResult {
        /// The path, as the request wrote it.
        #[prost(string, tag = "1")]
        pub requested_path: String,
        /// Success or failure; required `[R-ENC.3]`.
        #[prost(message, optional, tag = "2")]
        pub oper_status: Option<deleted_object_result::OperationStatus>,
    }

    /// The messages within a [`DeletedObjectResult`].
    pub mod deleted_object_result {
        /// Success or failure.
        #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
        pub struct OperationStatus {
            /// Which of the two; required `[R-ENC.3]`.
            #[prost(oneof = "operation_status::OperStatus", tags = "1, 2")]
            pub oper_status: Option<operation_status::OperStatus>,
        }

        /// The contents that an [`OperationStatus`] may have.
        pub mod operation_status {
            use super::super::UnaffectedPathError;
            use alloc::string::String;
            use alloc::vec::Vec;

            /// Success or failure.
            #[derive(Clone, PartialEq, Eq, Hash, prost::Oneof)]
            pub enum OperStatus {
                /// Nothing was deleted under the path.
                #[prost(message, tag = "1")]
                OperFailure(OperationFailure),
                /// What could be deleted was deleted.
                #[prost(message, tag = "2")]
                OperSuccess(OperationSuccess),
            }

            /// Why nothing was deleted.
            #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
            pub struct OperationFailure {
                /// The number of the [`ErrorCode`](crate::ErrorCode).
                #[prost(fixed32, tag = "1")]
                pub err_code: u32,
                /// The error in words.
                #[prost(string, tag = "2")]
                pub err_msg: String,
            }

            /// What was deleted; empty if the path matched nothing `[R-DEL.2a]`.
            #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
            pub struct OperationSuccess {
                /// The Object Instance Paths deleted that the Controller may read `[R-DEL.2]`.
                #[prost(string, repeated, tag = "1")]
                pub affected_paths: Vec<String>,
                /// The instances that were matched and not deleted `[R-DEL.3]`.
                #[prost(message, repeated, tag = "2")]
                pub unaffected_path_errs: Vec<UnaffectedPathError>,
            }
        }
    }

    /// An instance that was matched and not deleted.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct UnaffectedPathError {
        /// The Object Instance Path.
        #[prost(string, tag = "1")]
        pub unaffected_path: String,
        /// The number of the [`ErrorCode`](crate::ErrorCode).
        #[prost(fixed32, tag = "2")]
        pub err_code: u32,
        /// The error in words.
        #[prost(string, tag = "3")]
        pub err_msg: String,
    }
}

impl delete_resp::DeletedObjectResult {
    /// What was deleted under a path; nothing if the path matched nothing `[R-DEL.2a]`.
    pub fn success(requested_path: impl Into<String>, deleted: OperationSuccess) -> Self {
        Self::new(requested_path.into(), OperStatus::OperSuccess(deleted))
    }

    /// Why nothing was deleted under a path.
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

impl OperationSuccess {
    /// These instances were deleted, and none that was matched was left.
    pub fn new<P: Into<String>>(affected_paths: impl IntoIterator<Item = P>) -> Self {
        let affected_paths = affected_paths.into_iter().map(Into::into).collect();
        Self { affected_paths, unaffected_path_errs: Vec::new() }
    }
}

impl OperationFailure {
    /// The error code as an [`ErrorCode`].
    pub const fn code(&self) -> ErrorCode {
        ErrorCode::new(self.err_code)
    }
}

impl delete_resp::UnaffectedPathError {
    /// The error code as an [`ErrorCode`].
    pub const fn code(&self) -> ErrorCode {
        ErrorCode::new(self.err_code)
    }
}
