//! Add and AddResp: creating object instances.

use alloc::string::String;
use alloc::vec::Vec;

use crate::ErrorCode;
use add_resp::created_object_result::OperationStatus;
use add_resp::created_object_result::operation_status::{OperStatus, OperationFailure, OperationSuccess};

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

impl Add {
    /// Creates all of these objects or none.
    pub fn new(create_objs: impl IntoIterator<Item = add::CreateObject>) -> Self {
        Self { allow_partial: false, create_objs: create_objs.into_iter().collect() }
    }

    /// Creates those of the objects that it can.
    #[must_use]
    pub fn allow_partial(self) -> Self {
        Self { allow_partial: true, ..self }
    }
}

impl add::CreateObject {
    /// An instance in the table under a path, with default values yet.
    pub fn new(obj_path: impl Into<String>) -> Self {
        Self { obj_path: obj_path.into(), param_settings: Vec::new() }
    }

    /// The same, with a value that has to be accepted for the object to be created.
    #[must_use]
    pub fn required(self, param: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(param.into(), value.into(), true)
    }

    /// The same, with a value that may be refused.
    #[must_use]
    pub fn optional(self, param: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(param.into(), value.into(), false)
    }

    fn with(mut self, param: String, value: String, required: bool) -> Self {
        self.param_settings.push(add::CreateParamSetting { param, value, required });
        self
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

impl add_resp::CreatedObjectResult {
    /// The object created under a path.
    pub fn success(requested_path: impl Into<String>, created: OperationSuccess) -> Self {
        Self::new(requested_path.into(), OperStatus::OperSuccess(created))
    }

    /// Why no object was created under a path.
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

impl add_resp::ParameterError {
    /// A setting that failed, by its relative path.
    pub fn new(param: impl Into<String>, code: impl Into<ErrorCode>, err_msg: impl Into<String>) -> Self {
        Self { param: param.into(), err_code: code.into().value(), err_msg: err_msg.into() }
    }

    /// The error code as an [`ErrorCode`].
    pub const fn code(&self) -> ErrorCode {
        ErrorCode::new(self.err_code)
    }
}
