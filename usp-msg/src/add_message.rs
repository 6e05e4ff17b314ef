//! Add and AddResp: creating object instances.

use alloc::vec::Vec;

/// Creates object instances. TR-369, section "The Add Message".
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct Add {
    /// Whether an object that fails leaves the others created `[R-ADD.0, R-ADD.1]`.
    #[prost(bool, tag = "1")]
    pub allow_partial: bool,
    /// The objects to create.
    #[prost(message, repeated, tag = "2")]
    pub create_objs: Vec<add::CreateObject>,
}

/// The messages within an [`Add`].
pub mod add {
    use alloc::string::String;
    use alloc::vec::Vec;

    /// An instance to create in each table under one path.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct CreateObject {
        /// The Object Path of a table, or since 1.3 a Search Path that ends in one.
        #[prost(string, tag = "1")]
        pub obj_path: String,
        /// Values that differ from the defaults.
        #[prost(message, repeated, tag = "2")]
        pub param_settings: Vec<CreateParamSetting>,
    }

    /// The value of one parameter of the new object.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct CreateParamSetting {
        /// The path relative to the new object.
        #[prost(string, tag = "1")]
        pub param: String,
        /// The value, in the text form of its data type `[R-ENC.6]`.
        #[prost(string, tag = "2")]
        pub value: String,
        /// Whether the object fails if this setting does `[R-ADD.3]`.
        #[prost(bool, tag = "3")]
        pub required: bool,
    }
}

/// Answers [`Add`].
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct AddResp {
    /// One result for each table found, in the order of the request.
    #[prost(message, repeated, tag = "1")]
    pub created_obj_results: Vec<add_resp::CreatedObjectResult>,
}

/// The messages within an [`AddResp`].
pub mod add_resp {
    use alloc::string::String;

    /// What became of one object to create.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct CreatedObjectResult {
        /// The path, as the request wrote it.
        #[prost(string, tag = "1")]
        pub requested_path: String,
        /// Success or failure; required `[R-ENC.3]`.
        #[prost(message, optional, tag = "2")]
        pub oper_status: Option<created_object_result::OperationStatus>,
    }

    /// The messages within a [`CreatedObjectResult`].
    pub mod created_object_result {
        /// Success or failure.
        #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
        pub struct OperationStatus {
            /// Which of the two; required `[R-ENC.3]`.
            #[prost(oneof = "operation_status::OperStatus", tags = "1, 2")]
            pub oper_status: Option<operation_status::OperStatus>,
        }

        /// The contents that an [`OperationStatus`] may have.
        pub mod operation_status {
            use super::super::ParameterError;
            use crate::Map;
            use alloc::string::String;
            use alloc::vec::Vec;

            /// Success or failure.
            #[derive(Clone, PartialEq, Eq, Hash, prost::Oneof)]
            pub enum OperStatus {
                /// The object was not created.
                #[prost(message, tag = "1")]
                OperFailure(OperationFailure),
                /// The object was created.
                #[prost(message, tag = "2")]
                OperSuccess(OperationSuccess),
            }

            /// Why the object was not created.
            #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
            pub struct OperationFailure {
                /// The number of the [`ErrorCode`](crate::ErrorCode).
                #[prost(fixed32, tag = "1")]
                pub err_code: u32,
                /// The error in words.
                #[prost(string, tag = "2")]
                pub err_msg: String,
            }

            /// The object created.
            #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
            pub struct OperationSuccess {
                /// The Object Instance Path, with its Instance Number `[R-MSG.3]`.
                #[prost(string, tag = "1")]
                pub instantiated_path: String,
                /// The settings that were not required and failed `[R-ADD.4]`.
                #[prost(message, repeated, tag = "2")]
                pub param_errs: Vec<ParameterError>,
                /// The parameters of every Unique Key that the Controller may read `[R-ADD.6]`.
                #[prost(message, repeated, tag = "3")]
                pub unique_keys: Map,
            }
        }
    }

    /// A setting that failed.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct ParameterError {
        /// The path relative to the object.
        #[prost(string, tag = "1")]
        pub param: String,
        /// The number of the [`ErrorCode`](crate::ErrorCode).
        #[prost(fixed32, tag = "2")]
        pub err_code: u32,
        /// The error in words.
        #[prost(string, tag = "3")]
        pub err_msg: String,
    }
}
