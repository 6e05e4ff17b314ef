//! Delete and DeleteResp: deleting object instances.

use alloc::string::String;
use alloc::vec::Vec;

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
