//! Set and SetResp: changing parameters.

use alloc::string::String;
use alloc::vec::Vec;

use crate::ErrorCode;
use set_resp::updated_object_result::OperationStatus;
use set_resp::updated_object_result::operation_status::{OperStatus, OperationFailure, OperationSuccess};

/// Changes parameters of existing objects. TR-369, section "The Set Message".
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct Set {
    /// Whether an object that fails leaves the others changed `[R-SET.0, R-SET.1]`.
    #[prost(bool, tag = "1")]
    pub allow_partial: bool,
    /// The objects to change.
    #[prost(message, repeated, tag = "2")]
    pub update_objs: Vec<set::UpdateObject>,
}

/// The messages within a [`Set`].
pub mod set {
    use alloc::string::String;
    use alloc::vec::Vec;

    /// The objects under one path and their new values.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct UpdateObject {
        /// An Object Path, Object Instance Path or Search Path.
        #[prost(string, tag = "1")]
        pub obj_path: String,
        /// The new values.
        #[prost(message, repeated, tag = "2")]
        pub param_settings: Vec<UpdateParamSetting>,
    }

    /// The new value of one parameter.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct UpdateParamSetting {
        /// The path relative to the object.
        #[prost(string, tag = "1")]
        pub param: String,
        /// The value, in the text form of its data type `[R-ENC.6]`.
        #[prost(string, tag = "2")]
        pub value: String,
        /// Whether the object fails if this setting does `[R-SET.2]`.
        #[prost(bool, tag = "3")]
        pub required: bool,
    }
}

impl Set {
    /// Changes all of these objects or none.
    pub fn new(update_objs: impl IntoIterator<Item = set::UpdateObject>) -> Self {
        Self { allow_partial: false, update_objs: update_objs.into_iter().collect() }
    }

    /// Changes those of the objects that it can.
    #[must_use]
    pub fn allow_partial(self) -> Self {
        Self { allow_partial: true, ..self }
    }
}

impl set::UpdateObject {
    /// The objects under a path, without new values yet.
    pub fn new(obj_path: impl Into<String>) -> Self {
        Self { obj_path: obj_path.into(), param_settings: Vec::new() }
    }

    /// The same, with a new value that has to be accepted for the object to change.
    #[must_use]
    pub fn required(self, param: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(param.into(), value.into(), true)
    }

    /// The same, with a new value that may be refused.
    #[must_use]
    pub fn optional(self, param: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(param.into(), value.into(), false)
    }

    fn with(mut self, param: String, value: String, required: bool) -> Self {
        self.param_settings.push(set::UpdateParamSetting { param, value, required });
        self
    }
}

/// Answers [`Set`].
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct SetResp {
    /// One result for each object path of the request, in its order.
    #[prost(message, repeated, tag = "1")]
    pub updated_obj_results: Vec<set_resp::UpdatedObjectResult>,
}

/// The messages within a [`SetResp`].
pub mod set_resp {
    use crate::Map;
    use alloc::string::String;
    use alloc::vec::Vec;

    /// What became of one path of the request.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct UpdatedObjectResult {
        /// The path, as the request wrote it.
        #[prost(string, tag = "1")]
        pub requested_path: String,
        /// Success or failure; required `[R-ENC.3]`.
        #[prost(message, optional, tag = "2")]
        pub oper_status: Option<updated_object_result::OperationStatus>,
    }

    /// The messages within an [`UpdatedObjectResult`].
    pub mod updated_object_result {
        /// Success or failure.
        #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
        pub struct OperationStatus {
            /// Which of the two; required `[R-ENC.3]`.
            #[prost(oneof = "operation_status::OperStatus", tags = "1, 2")]
            pub oper_status: Option<operation_status::OperStatus>,
        }

        /// The contents that an [`OperationStatus`] may have.
        pub mod operation_status {
            use super::super::{UpdatedInstanceFailure, UpdatedInstanceResult};
            use alloc::string::String;
            use alloc::vec::Vec;

            /// Success or failure.
            #[derive(Clone, PartialEq, Eq, Hash, prost::Oneof)]
            pub enum OperStatus {
                /// Nothing was changed under the path.
                #[prost(message, tag = "1")]
                OperFailure(OperationFailure),
                /// The objects under the path were changed, except for settings in their errors.
                #[prost(message, tag = "2")]
                OperSuccess(OperationSuccess),
            }

            /// Why nothing was changed.
            #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
            pub struct OperationFailure {
                /// The number of the [`ErrorCode`](crate::ErrorCode).
                #[prost(fixed32, tag = "1")]
                pub err_code: u32,
                /// The error in words.
                #[prost(string, tag = "2")]
                pub err_msg: String,
                /// The objects that failed.
                #[prost(message, repeated, tag = "3")]
                pub updated_inst_failures: Vec<UpdatedInstanceFailure>,
            }

            /// What was changed; empty if the path matched nothing `[R-MSG.4a]`.
            #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
            pub struct OperationSuccess {
                /// One result for each object.
                #[prost(message, repeated, tag = "1")]
                pub updated_inst_results: Vec<UpdatedInstanceResult>,
            }
        }
    }

    /// An object that failed.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct UpdatedInstanceFailure {
        /// The Object Path, with Instance Numbers `[R-MSG.3]`.
        #[prost(string, tag = "1")]
        pub affected_path: String,
        /// The settings that failed.
        #[prost(message, repeated, tag = "2")]
        pub param_errs: Vec<ParameterError>,
    }

    /// An object that was changed.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct UpdatedInstanceResult {
        /// The Object Path, with Instance Numbers `[R-MSG.3]`.
        #[prost(string, tag = "1")]
        pub affected_path: String,
        /// The settings that were not required and failed.
        #[prost(message, repeated, tag = "2")]
        pub param_errs: Vec<ParameterError>,
        /// The values of the parameters that were set, by relative path `[R-SET.3]`.
        #[prost(message, repeated, tag = "3")]
        pub updated_params: Map,
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

impl set_resp::UpdatedObjectResult {
    /// The objects changed under a path; none if a Search Path matched nothing `[R-MSG.4a]`.
    pub fn success(
        requested_path: impl Into<String>,
        updated_inst_results: impl IntoIterator<Item = set_resp::UpdatedInstanceResult>,
    ) -> Self {
        let updated_inst_results = updated_inst_results.into_iter().collect();
        Self::new(requested_path.into(), OperStatus::OperSuccess(OperationSuccess { updated_inst_results }))
    }

    /// Why nothing was changed under a path.
    pub fn failure(
        requested_path: impl Into<String>,
        code: impl Into<ErrorCode>,
        err_msg: impl Into<String>,
        updated_inst_failures: impl IntoIterator<Item = set_resp::UpdatedInstanceFailure>,
    ) -> Self {
        let failure = OperationFailure {
            err_code: code.into().value(),
            err_msg: err_msg.into(),
            updated_inst_failures: updated_inst_failures.into_iter().collect(),
        };
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

impl set_resp::ParameterError {
    /// A setting that failed, by its relative path.
    pub fn new(param: impl Into<String>, code: impl Into<ErrorCode>, err_msg: impl Into<String>) -> Self {
        Self { param: param.into(), err_code: code.into().value(), err_msg: err_msg.into() }
    }

    /// The error code as an [`ErrorCode`].
    pub const fn code(&self) -> ErrorCode {
        ErrorCode::new(self.err_code)
    }
}
