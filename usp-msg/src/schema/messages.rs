//! The messages and enumerations of `usp-msg`, as TR-369 1.4 publishes them.

use super::Kind::{Bool, Enum, Fixed32, Map, Message, Text};
use super::{EnumType, MessageType, either, many, message, one};
use crate::add_resp::created_object_result::operation_status as add_status;
use crate::delete_resp::deleted_object_result::operation_status as delete_status;
use crate::deregister_resp::deregistered_path_result::operation_status as deregister_status;
use crate::register_resp::registered_path_result::operation_status as register_status;
use crate::set_resp::updated_object_result::operation_status as set_status;

macro_rules! messages {
    ($($constant:ident $name:literal $owned:ty { $($how:ident $number:literal $field:ident: $kind:expr;)* })*) => {
        $(
            pub(crate) static $constant: MessageType =
                message::<$owned>($name, &[$($how($number, stringify!($field), $kind)),*]);
        )*
    };
}

macro_rules! enumerations {
    ($($constant:ident { $($value:ident)* })*) => {
        $(static $constant: EnumType = EnumType { values: &[$(stringify!($value)),*] };)*
    };
}

messages! {
    MSG "Msg" crate::Msg {
        one 1 header: Message(&HEADER);
        one 2 body: Message(&BODY);
    }

    HEADER "Header" crate::Header {
        one 1 msg_id: Text;
        one 2 msg_type: Enum(&MSG_TYPE);
    }

    BODY "Body" crate::Body {
        either 1 request: Message(&REQUEST);
        either 2 response: Message(&RESPONSE);
        either 3 error: Message(&ERROR);
    }

    REQUEST "Request" crate::Request {
        either 1 get: Message(&GET);
        either 2 get_supported_dm: Message(&GET_SUPPORTED_DM);
        either 3 get_instances: Message(&GET_INSTANCES);
        either 4 set: Message(&SET);
        either 5 add: Message(&ADD);
        either 6 delete: Message(&DELETE);
        either 7 operate: Message(&OPERATE);
        either 8 notify: Message(&NOTIFY);
        either 9 get_supported_protocol: Message(&GET_SUPPORTED_PROTOCOL);
        either 10 register: Message(&REGISTER);
        either 11 deregister: Message(&DEREGISTER);
    }

    RESPONSE "Response" crate::Response {
        either 1 get_resp: Message(&GET_RESP);
        either 2 get_supported_dm_resp: Message(&GET_SUPPORTED_DM_RESP);
        either 3 get_instances_resp: Message(&GET_INSTANCES_RESP);
        either 4 set_resp: Message(&SET_RESP);
        either 5 add_resp: Message(&ADD_RESP);
        either 6 delete_resp: Message(&DELETE_RESP);
        either 7 operate_resp: Message(&OPERATE_RESP);
        either 8 notify_resp: Message(&NOTIFY_RESP);
        either 9 get_supported_protocol_resp: Message(&GET_SUPPORTED_PROTOCOL_RESP);
        either 10 register_resp: Message(&REGISTER_RESP);
        either 11 deregister_resp: Message(&DEREGISTER_RESP);
    }

    ERROR "Error" crate::Error {
        one 1 err_code: Fixed32;
        one 2 err_msg: Text;
        many 3 param_errs: Message(&ERROR_PARAM_ERROR);
    }

    ERROR_PARAM_ERROR "ParamError" crate::error::ParamError {
        one 1 param_path: Text;
        one 2 err_code: Fixed32;
        one 3 err_msg: Text;
    }

    GET "Get" crate::Get {
        many 1 param_paths: Text;
        one 2 max_depth: Fixed32;
    }

    GET_RESP "GetResp" crate::GetResp {
        many 1 req_path_results: Message(&GET_RESP_REQUESTED_PATH_RESULT);
    }

    GET_RESP_REQUESTED_PATH_RESULT "RequestedPathResult" crate::get_resp::RequestedPathResult {
        one 1 requested_path: Text;
        one 2 err_code: Fixed32;
        one 3 err_msg: Text;
        many 4 resolved_path_results: Message(&GET_RESP_RESOLVED_PATH_RESULT);
    }

    GET_RESP_RESOLVED_PATH_RESULT "ResolvedPathResult" crate::get_resp::ResolvedPathResult {
        one 1 resolved_path: Text;
        many 2 result_params: Map;
    }

    GET_SUPPORTED_DM "GetSupportedDM" crate::GetSupportedDm {
        many 1 obj_paths: Text;
        one 2 first_level_only: Bool;
        one 3 return_commands: Bool;
        one 4 return_events: Bool;
        one 5 return_params: Bool;
        one 6 return_unique_key_sets: Bool;
    }

    GET_SUPPORTED_DM_RESP "GetSupportedDMResp" crate::GetSupportedDmResp {
        many 1 req_obj_results: Message(&GET_SUPPORTED_DM_RESP_REQUESTED_OBJECT_RESULT);
    }

    GET_SUPPORTED_DM_RESP_REQUESTED_OBJECT_RESULT "RequestedObjectResult" crate::get_supported_dm_resp::RequestedObjectResult {
        one 1 req_obj_path: Text;
        one 2 err_code: Fixed32;
        one 3 err_msg: Text;
        one 4 data_model_inst_uri: Text;
        many 5 supported_objs: Message(&SUPPORTED_OBJECT_RESULT);
    }

    SUPPORTED_OBJECT_RESULT "SupportedObjectResult" crate::get_supported_dm_resp::SupportedObjectResult {
        one 1 supported_obj_path: Text;
        one 2 access: Enum(&OBJ_ACCESS_TYPE);
        one 3 is_multi_instance: Bool;
        many 4 supported_commands: Message(&SUPPORTED_COMMAND_RESULT);
        many 5 supported_events: Message(&SUPPORTED_EVENT_RESULT);
        many 6 supported_params: Message(&SUPPORTED_PARAM_RESULT);
        many 7 divergent_paths: Text;
        many 8 unique_key_sets: Message(&SUPPORTED_UNIQUE_KEY_SET);
    }

    SUPPORTED_PARAM_RESULT "SupportedParamResult" crate::get_supported_dm_resp::SupportedParamResult {
        one 1 param_name: Text;
        one 2 access: Enum(&PARAM_ACCESS_TYPE);
        one 3 value_type: Enum(&PARAM_VALUE_TYPE);
        one 4 value_change: Enum(&VALUE_CHANGE_TYPE);
    }

    SUPPORTED_COMMAND_RESULT "SupportedCommandResult" crate::get_supported_dm_resp::SupportedCommandResult {
        one 1 command_name: Text;
        many 2 input_arg_names: Text;
        many 3 output_arg_names: Text;
        one 4 command_type: Enum(&CMD_TYPE);
    }

    SUPPORTED_EVENT_RESULT "SupportedEventResult" crate::get_supported_dm_resp::SupportedEventResult {
        one 1 event_name: Text;
        many 2 arg_names: Text;
    }

    SUPPORTED_UNIQUE_KEY_SET "SupportedUniqueKeySet" crate::get_supported_dm_resp::SupportedUniqueKeySet {
        many 1 key_names: Text;
    }

    GET_INSTANCES "GetInstances" crate::GetInstances {
        many 1 obj_paths: Text;
        one 2 first_level_only: Bool;
    }

    GET_INSTANCES_RESP "GetInstancesResp" crate::GetInstancesResp {
        many 1 req_path_results: Message(&GET_INSTANCES_RESP_REQUESTED_PATH_RESULT);
    }

    GET_INSTANCES_RESP_REQUESTED_PATH_RESULT "RequestedPathResult" crate::get_instances_resp::RequestedPathResult {
        one 1 requested_path: Text;
        one 2 err_code: Fixed32;
        one 3 err_msg: Text;
        many 4 curr_insts: Message(&GET_INSTANCES_RESP_CURR_INSTANCE);
    }

    GET_INSTANCES_RESP_CURR_INSTANCE "CurrInstance" crate::get_instances_resp::CurrInstance {
        one 1 instantiated_obj_path: Text;
        many 2 unique_keys: Map;
    }

    GET_SUPPORTED_PROTOCOL "GetSupportedProtocol" crate::GetSupportedProtocol {
        one 1 controller_supported_protocol_versions: Text;
    }

    GET_SUPPORTED_PROTOCOL_RESP "GetSupportedProtocolResp" crate::GetSupportedProtocolResp {
        one 1 agent_supported_protocol_versions: Text;
    }

    ADD "Add" crate::Add {
        one 1 allow_partial: Bool;
        many 2 create_objs: Message(&ADD_CREATE_OBJECT);
    }

    ADD_CREATE_OBJECT "CreateObject" crate::add::CreateObject {
        one 1 obj_path: Text;
        many 2 param_settings: Message(&ADD_CREATE_PARAM_SETTING);
    }

    ADD_CREATE_PARAM_SETTING "CreateParamSetting" crate::add::CreateParamSetting {
        one 1 param: Text;
        one 2 value: Text;
        one 3 required: Bool;
    }

    ADD_RESP "AddResp" crate::AddResp {
        many 1 created_obj_results: Message(&ADD_RESP_CREATED_OBJECT_RESULT);
    }

    ADD_RESP_CREATED_OBJECT_RESULT "CreatedObjectResult" crate::add_resp::CreatedObjectResult {
        one 1 requested_path: Text;
        one 2 oper_status: Message(&ADD_STATUS);
    }

    ADD_STATUS "OperationStatus" crate::add_resp::created_object_result::OperationStatus {
        either 1 oper_failure: Message(&ADD_FAILURE);
        either 2 oper_success: Message(&ADD_SUCCESS);
    }

    ADD_FAILURE "OperationFailure" add_status::OperationFailure {
        one 1 err_code: Fixed32;
        one 2 err_msg: Text;
    }

    ADD_SUCCESS "OperationSuccess" add_status::OperationSuccess {
        one 1 instantiated_path: Text;
        many 2 param_errs: Message(&ADD_RESP_PARAMETER_ERROR);
        many 3 unique_keys: Map;
    }

    ADD_RESP_PARAMETER_ERROR "ParameterError" crate::add_resp::ParameterError {
        one 1 param: Text;
        one 2 err_code: Fixed32;
        one 3 err_msg: Text;
    }

    DELETE "Delete" crate::Delete {
        one 1 allow_partial: Bool;
        many 2 obj_paths: Text;
    }

    DELETE_RESP "DeleteResp" crate::DeleteResp {
        many 1 deleted_obj_results: Message(&DELETE_RESP_DELETED_OBJECT_RESULT);
    }

    DELETE_RESP_DELETED_OBJECT_RESULT "DeletedObjectResult" crate::delete_resp::DeletedObjectResult {
        one 1 requested_path: Text;
        one 2 oper_status: Message(&DELETE_STATUS);
    }

    DELETE_STATUS "OperationStatus" crate::delete_resp::deleted_object_result::OperationStatus {
        either 1 oper_failure: Message(&DELETE_FAILURE);
        either 2 oper_success: Message(&DELETE_SUCCESS);
    }

    DELETE_FAILURE "OperationFailure" delete_status::OperationFailure {
        one 1 err_code: Fixed32;
        one 2 err_msg: Text;
    }

    DELETE_SUCCESS "OperationSuccess" delete_status::OperationSuccess {
        many 1 affected_paths: Text;
        many 2 unaffected_path_errs: Message(&DELETE_RESP_UNAFFECTED_PATH_ERROR);
    }

    DELETE_RESP_UNAFFECTED_PATH_ERROR "UnaffectedPathError" crate::delete_resp::UnaffectedPathError {
        one 1 unaffected_path: Text;
        one 2 err_code: Fixed32;
        one 3 err_msg: Text;
    }

    SET "Set" crate::Set {
        one 1 allow_partial: Bool;
        many 2 update_objs: Message(&SET_UPDATE_OBJECT);
    }

    SET_UPDATE_OBJECT "UpdateObject" crate::set::UpdateObject {
        one 1 obj_path: Text;
        many 2 param_settings: Message(&SET_UPDATE_PARAM_SETTING);
    }

    SET_UPDATE_PARAM_SETTING "UpdateParamSetting" crate::set::UpdateParamSetting {
        one 1 param: Text;
        one 2 value: Text;
        one 3 required: Bool;
    }

    SET_RESP "SetResp" crate::SetResp {
        many 1 updated_obj_results: Message(&SET_RESP_UPDATED_OBJECT_RESULT);
    }

    SET_RESP_UPDATED_OBJECT_RESULT "UpdatedObjectResult" crate::set_resp::UpdatedObjectResult {
        one 1 requested_path: Text;
        one 2 oper_status: Message(&SET_STATUS);
    }

    SET_STATUS "OperationStatus" crate::set_resp::updated_object_result::OperationStatus {
        either 1 oper_failure: Message(&SET_FAILURE);
        either 2 oper_success: Message(&SET_SUCCESS);
    }

    SET_FAILURE "OperationFailure" set_status::OperationFailure {
        one 1 err_code: Fixed32;
        one 2 err_msg: Text;
        many 3 updated_inst_failures: Message(&SET_RESP_UPDATED_INSTANCE_FAILURE);
    }

    SET_SUCCESS "OperationSuccess" set_status::OperationSuccess {
        many 1 updated_inst_results: Message(&SET_RESP_UPDATED_INSTANCE_RESULT);
    }

    SET_RESP_UPDATED_INSTANCE_FAILURE "UpdatedInstanceFailure" crate::set_resp::UpdatedInstanceFailure {
        one 1 affected_path: Text;
        many 2 param_errs: Message(&SET_RESP_PARAMETER_ERROR);
    }

    SET_RESP_UPDATED_INSTANCE_RESULT "UpdatedInstanceResult" crate::set_resp::UpdatedInstanceResult {
        one 1 affected_path: Text;
        many 2 param_errs: Message(&SET_RESP_PARAMETER_ERROR);
        many 3 updated_params: Map;
    }

    SET_RESP_PARAMETER_ERROR "ParameterError" crate::set_resp::ParameterError {
        one 1 param: Text;
        one 2 err_code: Fixed32;
        one 3 err_msg: Text;
    }

    OPERATE "Operate" crate::Operate {
        one 1 command: Text;
        one 2 command_key: Text;
        one 3 send_resp: Bool;
        many 4 input_args: Map;
    }

    OPERATE_RESP "OperateResp" crate::OperateResp {
        many 1 operation_results: Message(&OPERATE_RESP_OPERATION_RESULT);
    }

    OPERATE_RESP_OPERATION_RESULT "OperationResult" crate::operate_resp::OperationResult {
        one 1 executed_command: Text;
        either 2 req_obj_path: Text;
        either 3 req_output_args: Message(&OPERATE_OUTPUT_ARGS);
        either 4 cmd_failure: Message(&OPERATE_COMMAND_FAILURE);
    }

    OPERATE_OUTPUT_ARGS "OutputArgs" crate::operate_resp::operation_result::OutputArgs {
        many 1 output_args: Map;
    }

    OPERATE_COMMAND_FAILURE "CommandFailure" crate::operate_resp::operation_result::CommandFailure {
        one 1 err_code: Fixed32;
        one 2 err_msg: Text;
    }

    NOTIFY "Notify" crate::Notify {
        one 1 subscription_id: Text;
        one 2 send_resp: Bool;
        either 3 event: Message(&NOTIFY_EVENT);
        either 4 value_change: Message(&NOTIFY_VALUE_CHANGE);
        either 5 obj_creation: Message(&NOTIFY_OBJECT_CREATION);
        either 6 obj_deletion: Message(&NOTIFY_OBJECT_DELETION);
        either 7 oper_complete: Message(&NOTIFY_OPERATION_COMPLETE);
        either 8 on_board_req: Message(&NOTIFY_ON_BOARD_REQUEST);
    }

    NOTIFY_EVENT "Event" crate::notify::Event {
        one 1 obj_path: Text;
        one 2 event_name: Text;
        many 3 params: Map;
    }

    NOTIFY_VALUE_CHANGE "ValueChange" crate::notify::ValueChange {
        one 1 param_path: Text;
        one 2 param_value: Text;
    }

    NOTIFY_OBJECT_CREATION "ObjectCreation" crate::notify::ObjectCreation {
        one 1 obj_path: Text;
        many 2 unique_keys: Map;
    }

    NOTIFY_OBJECT_DELETION "ObjectDeletion" crate::notify::ObjectDeletion {
        one 1 obj_path: Text;
    }

    NOTIFY_OPERATION_COMPLETE "OperationComplete" crate::notify::OperationComplete {
        one 1 obj_path: Text;
        one 2 command_name: Text;
        one 3 command_key: Text;
        either 4 req_output_args: Message(&COMPLETE_OUTPUT_ARGS);
        either 5 cmd_failure: Message(&COMPLETE_COMMAND_FAILURE);
    }

    COMPLETE_OUTPUT_ARGS "OutputArgs" crate::notify::operation_complete::OutputArgs {
        many 1 output_args: Map;
    }

    COMPLETE_COMMAND_FAILURE "CommandFailure" crate::notify::operation_complete::CommandFailure {
        one 1 err_code: Fixed32;
        one 2 err_msg: Text;
    }

    NOTIFY_ON_BOARD_REQUEST "OnBoardRequest" crate::notify::OnBoardRequest {
        one 1 oui: Text;
        one 2 product_class: Text;
        one 3 serial_number: Text;
        one 4 agent_supported_protocol_versions: Text;
    }

    NOTIFY_RESP "NotifyResp" crate::NotifyResp {
        one 1 subscription_id: Text;
    }

    REGISTER "Register" crate::Register {
        one 1 allow_partial: Bool;
        many 2 reg_paths: Message(&REGISTER_REGISTRATION_PATH);
    }

    REGISTER_REGISTRATION_PATH "RegistrationPath" crate::register::RegistrationPath {
        one 1 path: Text;
    }

    REGISTER_RESP "RegisterResp" crate::RegisterResp {
        many 1 registered_path_results: Message(&REGISTER_RESP_REGISTERED_PATH_RESULT);
    }

    REGISTER_RESP_REGISTERED_PATH_RESULT "RegisteredPathResult" crate::register_resp::RegisteredPathResult {
        one 1 requested_path: Text;
        one 2 oper_status: Message(&REGISTER_STATUS);
    }

    REGISTER_STATUS "OperationStatus" crate::register_resp::registered_path_result::OperationStatus {
        either 1 oper_failure: Message(&REGISTER_FAILURE);
        either 2 oper_success: Message(&REGISTER_SUCCESS);
    }

    REGISTER_FAILURE "OperationFailure" register_status::OperationFailure {
        one 1 err_code: Fixed32;
        one 2 err_msg: Text;
    }

    REGISTER_SUCCESS "OperationSuccess" register_status::OperationSuccess {
        one 1 registered_path: Text;
    }

    DEREGISTER "Deregister" crate::Deregister {
        many 1 paths: Text;
    }

    DEREGISTER_RESP "DeregisterResp" crate::DeregisterResp {
        many 1 deregistered_path_results: Message(&DEREGISTER_RESP_DEREGISTERED_PATH_RESULT);
    }

    DEREGISTER_RESP_DEREGISTERED_PATH_RESULT "DeregisteredPathResult" crate::deregister_resp::DeregisteredPathResult {
        one 1 requested_path: Text;
        one 2 oper_status: Message(&DEREGISTER_STATUS);
    }

    DEREGISTER_STATUS "OperationStatus" crate::deregister_resp::deregistered_path_result::OperationStatus {
        either 1 oper_failure: Message(&DEREGISTER_FAILURE);
        either 2 oper_success: Message(&DEREGISTER_SUCCESS);
    }

    DEREGISTER_FAILURE "OperationFailure" deregister_status::OperationFailure {
        one 1 err_code: Fixed32;
        one 2 err_msg: Text;
    }

    DEREGISTER_SUCCESS "OperationSuccess" deregister_status::OperationSuccess {
        many 1 deregistered_path: Text;
    }

    MAP_ENTRY "MapEntry" crate::MapEntry {
        one 1 key: Text;
        one 2 value: Text;
    }
}

enumerations! {
    MSG_TYPE {
        ERROR GET GET_RESP NOTIFY SET SET_RESP OPERATE OPERATE_RESP ADD ADD_RESP DELETE DELETE_RESP
        GET_SUPPORTED_DM GET_SUPPORTED_DM_RESP GET_INSTANCES GET_INSTANCES_RESP NOTIFY_RESP
        GET_SUPPORTED_PROTO GET_SUPPORTED_PROTO_RESP REGISTER REGISTER_RESP DEREGISTER
        DEREGISTER_RESP
    }
    PARAM_ACCESS_TYPE { PARAM_READ_ONLY PARAM_READ_WRITE PARAM_WRITE_ONLY }
    OBJ_ACCESS_TYPE { OBJ_READ_ONLY OBJ_ADD_DELETE OBJ_ADD_ONLY OBJ_DELETE_ONLY }
    PARAM_VALUE_TYPE {
        PARAM_UNKNOWN PARAM_BASE_64 PARAM_BOOLEAN PARAM_DATE_TIME PARAM_DECIMAL PARAM_HEX_BINARY
        PARAM_INT PARAM_LONG PARAM_STRING PARAM_UNSIGNED_INT PARAM_UNSIGNED_LONG
    }
    VALUE_CHANGE_TYPE { VALUE_CHANGE_UNKNOWN VALUE_CHANGE_ALLOWED VALUE_CHANGE_WILL_IGNORE }
    CMD_TYPE { CMD_UNKNOWN CMD_SYNC CMD_ASYNC }
}
