//! The fields of Set and SetResp.

macro_rules! format_set {
    ($make:ident) => {
        $make! {
            messages {
                Set = crate::Set, SET {
                    1 => allow_partial: flag;
                    2 => update_objs: list(UpdateObject);
                }

                SetResp = crate::SetResp, SET_RESP {
                    1 => updated_obj_results: list(UpdatedObjectResult);
                }
            }
            oneofs {}
        }
    };
}

macro_rules! format_within_set {
    ($make:ident) => {
        $make! {
            messages {
                UpdateObject = crate::set::UpdateObject, SET_UPDATE_OBJECT {
                    1 => obj_path: text;
                    2 => param_settings: list(UpdateParamSetting);
                }

                UpdateParamSetting = crate::set::UpdateParamSetting, SET_UPDATE_PARAM_SETTING {
                    1 => param: text;
                    2 => value: text;
                    3 => required: flag;
                }
            }
            oneofs {}
        }
    };
}

macro_rules! format_within_set_resp {
    ($make:ident) => { $make! {
        messages {
            UpdatedObjectResult = crate::set_resp::UpdatedObjectResult, SET_RESP_UPDATED_OBJECT_RESULT {
                1 => requested_path: text;
                2 => oper_status: part(OperationStatus);
            }

            OperationStatus = crate::set_resp::updated_object_result::OperationStatus, SET_STATUS {
                1..=2 => oper_status: oneof(OperStatus);
            }

            OperationFailure = crate::set_resp::updated_object_result::operation_status::OperationFailure, SET_FAILURE {
                1 => err_code: code;
                2 => err_msg: text;
                3 => updated_inst_failures: list(UpdatedInstanceFailure);
            }

            OperationSuccess = crate::set_resp::updated_object_result::operation_status::OperationSuccess, SET_SUCCESS {
                1 => updated_inst_results: list(UpdatedInstanceResult);
            }

            UpdatedInstanceFailure = crate::set_resp::UpdatedInstanceFailure, SET_RESP_UPDATED_INSTANCE_FAILURE {
                1 => affected_path: text;
                2 => param_errs: list(ParameterError);
            }

            UpdatedInstanceResult = crate::set_resp::UpdatedInstanceResult, SET_RESP_UPDATED_INSTANCE_RESULT {
                1 => affected_path: text;
                2 => param_errs: list(ParameterError);
                3 => updated_params: pairs;
            }

            ParameterError = crate::set_resp::ParameterError, SET_RESP_PARAMETER_ERROR {
                1 => param: text;
                2 => err_code: code;
                3 => err_msg: text;
            }
        }
        oneofs {
            OperStatus of OperationStatus = crate::set_resp::updated_object_result::operation_status::OperStatus {
                1 OperFailure oper_failure(part OperationFailure);
                2 OperSuccess oper_success(part OperationSuccess);
            }
        }
    } };
}
