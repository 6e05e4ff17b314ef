//! Notify and NotifyResp: telling a Controller what happened.

use alloc::string::String;

use crate::{ErrorCode, Map};
use notify::Notification;
use notify::operation_complete::{CommandFailure, OperationResp, OutputArgs};

/// Tells a Controller what happened. TR-369, section "The Notify Message".
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct Notify {
    /// The ID of the Subscription; empty for OnBoardRequest `[R-NOT.7]`.
    #[prost(string, tag = "1")]
    pub subscription_id: String,
    /// Whether the Agent wants a NotifyResp, and repeats until it comes `[R-NOT.8]`.
    #[prost(bool, tag = "2")]
    pub send_resp: bool,
    /// What happened; required `[R-ENC.3]`.
    #[prost(oneof = "notify::Notification", tags = "3, 4, 5, 6, 7, 8")]
    pub notification: Option<Notification>,
}

/// The messages within a [`Notify`].
pub mod notify {
    use crate::Map;
    use alloc::string::String;

    /// What happened.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Oneof)]
    pub enum Notification {
        /// An event of the data model occurred.
        #[prost(message, tag = "3")]
        Event(Event),
        /// A parameter has a new value.
        #[prost(message, tag = "4")]
        ValueChange(ValueChange),
        /// An object instance was created.
        #[prost(message, tag = "5")]
        ObjCreation(ObjectCreation),
        /// An object instance was deleted.
        #[prost(message, tag = "6")]
        ObjDeletion(ObjectDeletion),
        /// An asynchronous command ended.
        #[prost(message, tag = "7")]
        OperComplete(OperationComplete),
        /// The Agent wants to be onboarded.
        #[prost(message, tag = "8")]
        OnBoardReq(OnBoardRequest),
    }

    /// An event of the data model occurred.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct Event {
        /// The Object Path of the object that has the event.
        #[prost(string, tag = "1")]
        pub obj_path: String,
        /// The name, with `!`.
        #[prost(string, tag = "2")]
        pub event_name: String,
        /// The arguments by name.
        #[prost(message, repeated, tag = "3")]
        pub params: Map,
    }

    /// A parameter has a new value.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct ValueChange {
        /// The Parameter Path.
        #[prost(string, tag = "1")]
        pub param_path: String,
        /// The new value.
        #[prost(string, tag = "2")]
        pub param_value: String,
    }

    /// An object instance was created.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct ObjectCreation {
        /// The Object Instance Path.
        #[prost(string, tag = "1")]
        pub obj_path: String,
        /// The parameters of every Unique Key that the Controller may read.
        #[prost(message, repeated, tag = "2")]
        pub unique_keys: Map,
    }

    /// An object instance was deleted.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct ObjectDeletion {
        /// The Object Instance Path.
        #[prost(string, tag = "1")]
        pub obj_path: String,
    }

    /// An asynchronous command ended.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct OperationComplete {
        /// The Object Path of the object that has the command.
        #[prost(string, tag = "1")]
        pub obj_path: String,
        /// The name, with `()`.
        #[prost(string, tag = "2")]
        pub command_name: String,
        /// The `command_key` of the Operate that started the command.
        #[prost(string, tag = "3")]
        pub command_key: String,
        /// The outcome; required `[R-ENC.3]`.
        #[prost(oneof = "operation_complete::OperationResp", tags = "4, 5")]
        pub operation_resp: Option<operation_complete::OperationResp>,
    }

    /// The messages within an [`OperationComplete`].
    pub mod operation_complete {
        use crate::Map;
        use alloc::string::String;

        /// The outcome of a command.
        #[derive(Clone, PartialEq, Eq, Hash, prost::Oneof)]
        pub enum OperationResp {
            /// The command is done, with these output arguments, be they none.
            #[prost(message, tag = "4")]
            ReqOutputArgs(OutputArgs),
            /// The command failed or was cancelled.
            #[prost(message, tag = "5")]
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

    /// The Agent wants to be onboarded; always sent with `send_resp` `[R-NOT.5]`.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
    pub struct OnBoardRequest {
        /// The manufacturer's OUI: six upper-case hexadecimal digits.
        #[prost(string, tag = "1")]
        pub oui: String,
        /// The class of product for which the serial number is unique.
        #[prost(string, tag = "2")]
        pub product_class: String,
        /// The serial number.
        #[prost(string, tag = "3")]
        pub serial_number: String,
        /// The versions that the Agent supports, `major.minor`, separated by commas.
        #[prost(string, tag = "4")]
        pub agent_supported_protocol_versions: String,
    }
}

impl Notify {
    /// Tells what happened, for a Subscription, and wants no NotifyResp `[R-NOT.8]`.
    pub fn new(subscription_id: impl Into<String>, notification: impl Into<Notification>) -> Self {
        Self {
            subscription_id: subscription_id.into(),
            send_resp: false,
            notification: Some(notification.into()),
        }
    }

    /// Asks to be onboarded, which is always answered `[R-NOT.5, R-NOT.7]`.
    pub fn on_board_request(request: notify::OnBoardRequest) -> Self {
        Self::new("", request).with_response()
    }

    /// The same, with the wish for a NotifyResp.
    #[must_use]
    pub fn with_response(self) -> Self {
        Self { send_resp: true, ..self }
    }
}

/// Answers [`Notify`].
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct NotifyResp {
    /// The ID of the Subscription, as in the Notify `[R-NOT.10]`; the Agent ignores it `[R-NOT.9]`.
    #[prost(string, tag = "1")]
    pub subscription_id: String,
}

macro_rules! from_notification {
    ($($variant:ident: $name:ident),* $(,)?) => {
        $(
            impl From<notify::$name> for Notification {
                fn from(notification: notify::$name) -> Self {
                    Self::$variant(notification)
                }
            }
        )*
    };
}

from_notification!(
    Event: Event,
    ValueChange: ValueChange,
    ObjCreation: ObjectCreation,
    ObjDeletion: ObjectDeletion,
    OperComplete: OperationComplete,
    OnBoardReq: OnBoardRequest,
);

impl notify::OperationComplete {
    /// A command that is done; the output arguments are told even if there are none.
    pub fn done(
        obj_path: impl Into<String>,
        command_name: impl Into<String>,
        command_key: impl Into<String>,
        output_args: impl Into<Map>,
    ) -> Self {
        let args = OutputArgs { output_args: output_args.into() };
        Self {
            obj_path: obj_path.into(),
            command_name: command_name.into(),
            command_key: command_key.into(),
            operation_resp: Some(OperationResp::ReqOutputArgs(args)),
        }
    }

    /// A command that failed or was cancelled.
    pub fn failed(
        obj_path: impl Into<String>,
        command_name: impl Into<String>,
        command_key: impl Into<String>,
        failure: CommandFailure,
    ) -> Self {
        Self {
            obj_path: obj_path.into(),
            command_name: command_name.into(),
            command_key: command_key.into(),
            operation_resp: Some(OperationResp::CmdFailure(failure)),
        }
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

impl NotifyResp {
    /// Answers a Notify by repeating its Subscription's ID `[R-NOT.10]`.
    pub fn to(notify: &Notify) -> Self {
        Self { subscription_id: notify.subscription_id.clone() }
    }
}
