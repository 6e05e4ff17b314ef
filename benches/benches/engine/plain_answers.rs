//! The same answers as plain prost types, built from strings that are already at hand.

use prost::Message as _;
use usp_msg::{GetResp, GetSupportedDmResp};

use crate::plain::{
    self, Body, Header, Msg, MsgBody, RequestedObjectResult, RequestedPathResult, ResolvedPathResult,
    RespType, Response, SupportedCommandResult, SupportedEventResult, SupportedObjectResult,
    SupportedParamResult, SupportedUniqueKeySet,
};

pub fn get_resp(answer: &GetResp) -> usize {
    encode(2, RespType::GetResp(plain_get_resp(answer)))
}

/// The answer as the plain type.
pub fn plain_get_resp(answer: &GetResp) -> plain::GetResp {
    let result = |result: &usp_msg::get_resp::RequestedPathResult| RequestedPathResult {
        requested_path: result.requested_path.clone(),
        resolved_path_results: result
            .resolved_path_results
            .iter()
            .map(|found| ResolvedPathResult {
                resolved_path: found.resolved_path.clone(),
                result_params: found
                    .result_params
                    .iter()
                    .map(|(name, value)| (name.to_string(), value.to_string()))
                    .collect(),
            })
            .collect(),
        ..Default::default()
    };
    plain::GetResp { req_path_results: answer.req_path_results.iter().map(result).collect() }
}

pub fn get_supported_dm_resp(answer: &GetSupportedDmResp) -> usize {
    let result = |result: &usp_msg::get_supported_dm_resp::RequestedObjectResult| RequestedObjectResult {
        req_obj_path: result.req_obj_path.clone(),
        data_model_inst_uri: result.data_model_inst_uri.clone(),
        supported_objs: result.supported_objs.iter().map(object).collect(),
        ..Default::default()
    };
    let results = answer.req_obj_results.iter().map(result).collect();
    encode(13, RespType::GetSupportedDmResp(plain::GetSupportedDmResp { req_obj_results: results }))
}

fn object(object: &usp_msg::get_supported_dm_resp::SupportedObjectResult) -> SupportedObjectResult {
    SupportedObjectResult {
        supported_obj_path: object.supported_obj_path.clone(),
        access: object.access,
        is_multi_instance: object.is_multi_instance,
        supported_commands: object
            .supported_commands
            .iter()
            .map(|command| SupportedCommandResult {
                command_name: command.command_name.clone(),
                input_arg_names: command.input_arg_names.clone(),
                output_arg_names: command.output_arg_names.clone(),
                command_type: command.command_type,
            })
            .collect(),
        supported_events: object
            .supported_events
            .iter()
            .map(|event| SupportedEventResult {
                event_name: event.event_name.clone(),
                arg_names: event.arg_names.clone(),
            })
            .collect(),
        supported_params: object
            .supported_params
            .iter()
            .map(|parameter| SupportedParamResult {
                param_name: parameter.param_name.clone(),
                access: parameter.access,
                value_type: parameter.value_type,
                value_change: parameter.value_change,
            })
            .collect(),
        divergent_paths: object.divergent_paths.clone(),
        unique_key_sets: object
            .unique_key_sets
            .iter()
            .map(|set| SupportedUniqueKeySet { key_names: set.key_names.clone() })
            .collect(),
    }
}

fn encode(msg_type: i32, response: RespType) -> usize {
    let body = MsgBody::Response(Response { resp_type: Some(response) });
    let header = Header { msg_id: "id-1".to_string(), msg_type };
    Msg { header: Some(header), body: Some(Body { msg_body: Some(body) }) }.encode_to_vec().len()
}
