//! Operate and OperateResp: running commands.

use alloc::string::String;
use alloc::vec::Vec;

use crate::{ErrorCode, Map};
use operate_resp::operation_result::{CommandFailure, OperationResp, OutputArgs};

/// Runs a command. TR-369, section "The Operate Message".
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct Operate {
    /// A Command Path, or a Search Path that ends in a command.
    #[prost(string, tag = "1")]
    pub command: String,
    /// A name that OperationComplete repeats, for the Controller's own use.
    #[prost(string, tag = "2")]
    pub command_key: String,
    /// Whether the Controller wants an OperateResp `[R-OPR.4]`.
    #[prost(bool, tag = "3")]
    pub send_resp: bool,
    /// Input arguments by name.
    #[prost(message, repeated, tag = "4")]
    pub input_args: Map,
}

impl Operate {
    /// Runs a command without arguments and wants to know the outcome.
    pub fn new(command: impl Into<String>) -> Self {
        Self { command: command.into(), send_resp: true, ..Self::default() }
    }

    /// The same, under a key that OperationComplete repeats.
    #[must_use]
    pub fn with_key(self, command_key: impl Into<String>) -> Self {
        Self { command_key: command_key.into(), ..self }
    }

    /// The same, with an input argument.
    #[must_use]
    pub fn with_arg(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.input_args.insert(name, value);
        self
    }
}

/// Answers [`Operate`].
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct OperateResp {
    /// One result for each object on which the command ran; none if a Search Path matched nothing.
    #[prost(message, repeated, tag = "1")]
    pub operation_results: Vec<operate_resp::OperationResult>,
}

/// The messages within an [`OperateResp`].
pub mod operate_resp {
    use alloc::string::String;

    /// What became of the command on one object.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct OperationResult {
        /// The Command Path, with Instance Numbers `[R-MSG.3]`.
        #[prost(string, tag = "1")]
        pub executed_command: String,
        /// The outcome; required `[R-ENC.3]`.
        #[prost(oneof = "operation_result::OperationResp", tags = "2, 3, 4")]
        pub operation_resp: Option<operation_result::OperationResp>,
    }

    /// The messages within an [`OperationResult`].
    pub mod operation_result {
        use crate::Map;
        use alloc::string::String;

        /// The outcome of a command.
        #[derive(Clone, PartialEq, Eq, Hash, prost::Oneof)]
        pub enum OperationResp {
            /// The command runs asynchronously, under this instance of `Device.LocalAgent.Request.`.
            #[prost(string, tag = "2")]
            ReqObjPath(String),
            /// The command is done, with these output arguments, be they none.
            #[prost(message, tag = "3")]
            ReqOutputArgs(OutputArgs),
            /// The command failed `[R-OPR.1]`.
            #[prost(message, tag = "4")]
            CmdFailure(CommandFailure),
        }

        /// The output arguments of a command.
        #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
        pub struct OutputArgs {
            /// Output arguments by name.
            #[prost(message, repeated, tag = "1")]
            pub output_args: Map,
        }

        /// Why a command failed.
        #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
        pub struct CommandFailure {
            /// The number of the [`ErrorCode`](crate::ErrorCode).
            #[prost(fixed32, tag = "1")]
            pub err_code: u32,
            /// The error in words.
            #[prost(string, tag = "2")]
            pub err_msg: String,
        }
    }
}

impl operate_resp::OperationResult {
    /// The command is done; the output arguments are told even if there are none.
    pub fn done(executed_command: impl Into<String>, output_args: impl Into<Map>) -> Self {
        let args = OutputArgs { output_args: output_args.into() };
        Self::new(executed_command.into(), OperationResp::ReqOutputArgs(args))
    }

    /// The command runs, under an instance of `Device.LocalAgent.Request.`.
    pub fn started(executed_command: impl Into<String>, req_obj_path: impl Into<String>) -> Self {
        Self::new(executed_command.into(), OperationResp::ReqObjPath(req_obj_path.into()))
    }

    /// The command failed.
    pub fn failed(
        executed_command: impl Into<String>,
        code: impl Into<ErrorCode>,
        err_msg: impl Into<String>,
    ) -> Self {
        let failure = CommandFailure::new(code, err_msg);
        Self::new(executed_command.into(), OperationResp::CmdFailure(failure))
    }

    fn new(executed_command: String, outcome: OperationResp) -> Self {
        Self { executed_command, operation_resp: Some(outcome) }
    }
}

impl CommandFailure {
    /// A failure with a code and a reason.
    pub fn new(code: impl Into<ErrorCode>, err_msg: impl Into<String>) -> Self {
        Self { err_code: code.into().value(), err_msg: err_msg.into() }
    }

    /// The error code as an [`ErrorCode`].
    pub const fn code(&self) -> ErrorCode {
        ErrorCode::new(self.err_code)
    }
}
