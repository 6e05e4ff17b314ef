//! Plain prost types for the messages of the bench, as prost-build makes them: `String` and `HashMap`.

use std::collections::HashMap;

macro_rules! messages {
    ($($name:ident { $($(#[$attribute:meta])* $field:ident: $type:ty,)* })*) => {
        $(
            #[derive(Clone, PartialEq, prost::Message)]
            pub struct $name {
                $($(#[$attribute])* pub $field: $type,)*
            }
        )*
    };
}

messages! {
    Record {
        #[prost(string, tag = "1")] version: String,
        #[prost(string, tag = "2")] to_id: String,
        #[prost(string, tag = "3")] from_id: String,
        #[prost(int32, tag = "4")] payload_security: i32,
        #[prost(bytes = "vec", tag = "5")] mac_signature: Vec<u8>,
        #[prost(bytes = "vec", tag = "6")] sender_cert: Vec<u8>,
        #[prost(oneof = "RecordType", tags = "7")] record_type: Option<RecordType>,
    }
    NoSessionContextRecord {
        #[prost(bytes = "vec", tag = "2")] payload: Vec<u8>,
    }
    Msg {
        #[prost(message, optional, tag = "1")] header: Option<Header>,
        #[prost(message, optional, tag = "2")] body: Option<Body>,
    }
    Header {
        #[prost(string, tag = "1")] msg_id: String,
        #[prost(int32, tag = "2")] msg_type: i32,
    }
    Body {
        #[prost(oneof = "MsgBody", tags = "1, 2")] msg_body: Option<MsgBody>,
    }
    Request {
        #[prost(oneof = "ReqType", tags = "1, 4, 8")] req_type: Option<ReqType>,
    }
    Response {
        #[prost(oneof = "RespType", tags = "1, 2")] resp_type: Option<RespType>,
    }
    Get {
        #[prost(string, repeated, tag = "1")] param_paths: Vec<String>,
        #[prost(fixed32, tag = "2")] max_depth: u32,
    }
    GetResp {
        #[prost(message, repeated, tag = "1")] req_path_results: Vec<RequestedPathResult>,
    }
    RequestedPathResult {
        #[prost(string, tag = "1")] requested_path: String,
        #[prost(fixed32, tag = "2")] err_code: u32,
        #[prost(string, tag = "3")] err_msg: String,
        #[prost(message, repeated, tag = "4")] resolved_path_results: Vec<ResolvedPathResult>,
    }
    ResolvedPathResult {
        #[prost(string, tag = "1")] resolved_path: String,
        #[prost(map = "string, string", tag = "2")] result_params: HashMap<String, String>,
    }
    Set {
        #[prost(bool, tag = "1")] allow_partial: bool,
        #[prost(message, repeated, tag = "2")] update_objs: Vec<UpdateObject>,
    }
    UpdateObject {
        #[prost(string, tag = "1")] obj_path: String,
        #[prost(message, repeated, tag = "2")] param_settings: Vec<UpdateParamSetting>,
    }
    UpdateParamSetting {
        #[prost(string, tag = "1")] param: String,
        #[prost(string, tag = "2")] value: String,
        #[prost(bool, tag = "3")] required: bool,
    }
    Notify {
        #[prost(string, tag = "1")] subscription_id: String,
        #[prost(bool, tag = "2")] send_resp: bool,
        #[prost(oneof = "Notification", tags = "4")] notification: Option<Notification>,
    }
    ValueChange {
        #[prost(string, tag = "1")] param_path: String,
        #[prost(string, tag = "2")] param_value: String,
    }
    GetSupportedDmResp {
        #[prost(message, repeated, tag = "1")] req_obj_results: Vec<RequestedObjectResult>,
    }
    RequestedObjectResult {
        #[prost(string, tag = "1")] req_obj_path: String,
        #[prost(fixed32, tag = "2")] err_code: u32,
        #[prost(string, tag = "3")] err_msg: String,
        #[prost(string, tag = "4")] data_model_inst_uri: String,
        #[prost(message, repeated, tag = "5")] supported_objs: Vec<SupportedObjectResult>,
    }
    SupportedObjectResult {
        #[prost(string, tag = "1")] supported_obj_path: String,
        #[prost(int32, tag = "2")] access: i32,
        #[prost(bool, tag = "3")] is_multi_instance: bool,
        #[prost(message, repeated, tag = "4")] supported_commands: Vec<SupportedCommandResult>,
        #[prost(message, repeated, tag = "5")] supported_events: Vec<SupportedEventResult>,
        #[prost(message, repeated, tag = "6")] supported_params: Vec<SupportedParamResult>,
        #[prost(string, repeated, tag = "7")] divergent_paths: Vec<String>,
        #[prost(message, repeated, tag = "8")] unique_key_sets: Vec<SupportedUniqueKeySet>,
    }
    SupportedParamResult {
        #[prost(string, tag = "1")] param_name: String,
        #[prost(int32, tag = "2")] access: i32,
        #[prost(int32, tag = "3")] value_type: i32,
        #[prost(int32, tag = "4")] value_change: i32,
    }
    SupportedCommandResult {
        #[prost(string, tag = "1")] command_name: String,
        #[prost(string, repeated, tag = "2")] input_arg_names: Vec<String>,
        #[prost(string, repeated, tag = "3")] output_arg_names: Vec<String>,
        #[prost(int32, tag = "4")] command_type: i32,
    }
    SupportedEventResult {
        #[prost(string, tag = "1")] event_name: String,
        #[prost(string, repeated, tag = "2")] arg_names: Vec<String>,
    }
    SupportedUniqueKeySet {
        #[prost(string, repeated, tag = "1")] key_names: Vec<String>,
    }
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub enum RecordType {
    #[prost(message, tag = "7")]
    NoSessionContext(NoSessionContextRecord),
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub enum MsgBody {
    #[prost(message, tag = "1")]
    Request(Request),
    #[prost(message, tag = "2")]
    Response(Response),
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub enum ReqType {
    #[prost(message, tag = "1")]
    Get(Get),
    #[prost(message, tag = "4")]
    Set(Set),
    #[prost(message, tag = "8")]
    Notify(Notify),
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub enum RespType {
    #[prost(message, tag = "1")]
    GetResp(GetResp),
    #[prost(message, tag = "2")]
    GetSupportedDmResp(GetSupportedDmResp),
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Notification {
    #[prost(message, tag = "4")]
    ValueChange(ValueChange),
}
