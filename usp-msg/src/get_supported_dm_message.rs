//! GetSupportedDM and GetSupportedDMResp: asking for the Supported Data Model.

use alloc::string::String;
use alloc::vec::Vec;

use crate::ErrorCode;

/// Asks what a data model can hold. TR-369, section "The GetSupportedDM Message".
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct GetSupportedDm {
    /// Supported paths (with `{i}`) or instantiated ones; since 1.4 of commands, events and
    /// parameters too.
    #[prost(string, repeated, tag = "1")]
    pub obj_paths: Vec<String>,
    /// Whether to stop at the children of the objects asked for.
    #[prost(bool, tag = "2")]
    pub first_level_only: bool,
    /// Whether to list commands.
    #[prost(bool, tag = "3")]
    pub return_commands: bool,
    /// Whether to list events.
    #[prost(bool, tag = "4")]
    pub return_events: bool,
    /// Whether to list parameters.
    #[prost(bool, tag = "5")]
    pub return_params: bool,
    /// Whether to list Unique Keys (since 1.4).
    #[prost(bool, tag = "6")]
    pub return_unique_key_sets: bool,
}

impl GetSupportedDm {
    /// Asks for everything there is to know under these paths.
    pub fn new<P: Into<String>>(obj_paths: impl IntoIterator<Item = P>) -> Self {
        Self {
            obj_paths: obj_paths.into_iter().map(Into::into).collect(),
            first_level_only: false,
            return_commands: true,
            return_events: true,
            return_params: true,
            return_unique_key_sets: true,
        }
    }

    /// The same request, for the objects named and their children alone.
    #[must_use]
    pub fn first_level_only(self) -> Self {
        Self { first_level_only: true, ..self }
    }
}

/// Answers [`GetSupportedDm`].
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct GetSupportedDmResp {
    /// One result for each path of the request, in its order.
    #[prost(message, repeated, tag = "1")]
    pub req_obj_results: Vec<get_supported_dm_resp::RequestedObjectResult>,
}

/// The messages and enumerations within a [`GetSupportedDmResp`].
pub mod get_supported_dm_resp {
    use alloc::string::String;
    use alloc::vec::Vec;

    /// What the data model supports under one path of the request.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct RequestedObjectResult {
        /// The path, as the request wrote it.
        #[prost(string, tag = "1")]
        pub req_obj_path: String,
        /// 0, or the number of the [`ErrorCode`](crate::ErrorCode) that says why there is no answer.
        #[prost(fixed32, tag = "2")]
        pub err_code: u32,
        /// The error in words; empty without one.
        #[prost(string, tag = "3")]
        pub err_msg: String,
        /// The URI of the data model that defines the objects.
        #[prost(string, tag = "4")]
        pub data_model_inst_uri: String,
        /// The objects, parents before children.
        #[prost(message, repeated, tag = "5")]
        pub supported_objs: Vec<SupportedObjectResult>,
    }

    /// One object of the Supported Data Model.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct SupportedObjectResult {
        /// The path, with `{i}` for instance identifiers and with trailing dot.
        #[prost(string, tag = "1")]
        pub supported_obj_path: String,
        /// What a Controller may do with instances.
        #[prost(enumeration = "ObjAccessType", tag = "2")]
        pub access: i32,
        /// Whether this is a table.
        #[prost(bool, tag = "3")]
        pub is_multi_instance: bool,
        /// The commands of the object.
        #[prost(message, repeated, tag = "4")]
        pub supported_commands: Vec<SupportedCommandResult>,
        /// The events of the object.
        #[prost(message, repeated, tag = "5")]
        pub supported_events: Vec<SupportedEventResult>,
        /// The parameters of the object.
        #[prost(message, repeated, tag = "6")]
        pub supported_params: Vec<SupportedParamResult>,
        /// Paths to instances whose data models differ; ask again with each (since 1.2).
        #[prost(string, repeated, tag = "7")]
        pub divergent_paths: Vec<String>,
        /// The Unique Keys of the table, one set for each key (since 1.4).
        #[prost(message, repeated, tag = "8")]
        pub unique_key_sets: Vec<SupportedUniqueKeySet>,
    }

    /// One parameter of an object.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct SupportedParamResult {
        /// The name, relative to the object.
        #[prost(string, tag = "1")]
        pub param_name: String,
        /// Whether the parameter may be read and written.
        #[prost(enumeration = "ParamAccessType", tag = "2")]
        pub access: i32,
        /// The base data type (since 1.2).
        #[prost(enumeration = "ParamValueType", tag = "3")]
        pub value_type: i32,
        /// Whether ValueChange notifications are possible (since 1.2).
        #[prost(enumeration = "ValueChangeType", tag = "4")]
        pub value_change: i32,
    }

    /// One command of an object.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct SupportedCommandResult {
        /// The name, relative to the object, with `()`.
        #[prost(string, tag = "1")]
        pub command_name: String,
        /// The names of the input arguments.
        #[prost(string, repeated, tag = "2")]
        pub input_arg_names: Vec<String>,
        /// The names of the output arguments.
        #[prost(string, repeated, tag = "3")]
        pub output_arg_names: Vec<String>,
        /// Whether the command answers at once or later (since 1.2).
        #[prost(enumeration = "CmdType", tag = "4")]
        pub command_type: i32,
    }

    /// One event of an object.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct SupportedEventResult {
        /// The name, relative to the object, with `!`.
        #[prost(string, tag = "1")]
        pub event_name: String,
        /// The names of the arguments.
        #[prost(string, repeated, tag = "2")]
        pub arg_names: Vec<String>,
    }

    /// One Unique Key of a table (since 1.4).
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct SupportedUniqueKeySet {
        /// The names of the parameters that make up the key.
        #[prost(string, repeated, tag = "1")]
        pub key_names: Vec<String>,
    }

    /// Whether a parameter may be read and written.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
    #[repr(i32)]
    pub enum ParamAccessType {
        /// Read only.
        ReadOnly = 0,
        /// Read and written; also what may be written once.
        ReadWrite = 1,
        /// Written only.
        WriteOnly = 2,
    }

    /// What a Controller may do with the instances of a table.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
    #[repr(i32)]
    pub enum ObjAccessType {
        /// Neither create nor delete; also what is no table.
        ReadOnly = 0,
        /// Create and delete.
        AddDelete = 1,
        /// Create.
        AddOnly = 2,
        /// Delete.
        DeleteOnly = 3,
    }

    /// The base data type of a parameter, by TR-106 (since 1.2).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
    #[repr(i32)]
    pub enum ParamValueType {
        /// Not told: the Agent is older than 1.2.
        Unknown = 0,
        /// base64
        Base64 = 1,
        /// boolean
        Boolean = 2,
        /// dateTime
        DateTime = 3,
        /// decimal
        Decimal = 4,
        /// hexBinary
        HexBinary = 5,
        /// int
        Int = 6,
        /// long
        Long = 7,
        /// string; also lists, enumerations and references
        String = 8,
        /// unsignedInt
        UnsignedInt = 9,
        /// unsignedLong
        UnsignedLong = 10,
    }

    /// Whether a parameter can raise ValueChange notifications (since 1.2).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
    #[repr(i32)]
    pub enum ValueChangeType {
        /// Not told: the Agent is older than 1.2.
        Unknown = 0,
        /// It can.
        Allowed = 1,
        /// A subscription is accepted and never raised.
        WillIgnore = 2,
    }

    /// When a command answers (since 1.2).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
    #[repr(i32)]
    pub enum CmdType {
        /// Not told: the Agent is older than 1.2.
        Unknown = 0,
        /// In the OperateResp.
        Sync = 1,
        /// Later, in an OperationComplete notification.
        Async = 2,
    }
}

impl get_supported_dm_resp::RequestedObjectResult {
    /// The objects supported under a path.
    pub fn found(
        req_obj_path: impl Into<String>,
        data_model_inst_uri: impl Into<String>,
        supported_objs: impl IntoIterator<Item = get_supported_dm_resp::SupportedObjectResult>,
    ) -> Self {
        Self {
            req_obj_path: req_obj_path.into(),
            data_model_inst_uri: data_model_inst_uri.into(),
            supported_objs: supported_objs.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Why there is no answer for a path.
    pub fn failed(
        req_obj_path: impl Into<String>,
        code: impl Into<ErrorCode>,
        err_msg: impl Into<String>,
    ) -> Self {
        Self {
            req_obj_path: req_obj_path.into(),
            err_code: code.into().value(),
            err_msg: err_msg.into(),
            ..Self::default()
        }
    }

    /// The error code; [`ErrorCode::NONE`] without error.
    pub const fn code(&self) -> ErrorCode {
        ErrorCode::new(self.err_code)
    }
}
