//! The fields of Add and AddResp.

macro_rules! format_add {
    ($make:ident) => {
        $make! {
            messages {
                Add = crate::Add, ADD {
                    1 => allow_partial: flag;
                    2 => create_objs: list(CreateObject);
                }

                AddResp = crate::AddResp, ADD_RESP {
                    1 => created_obj_results: list(CreatedObjectResult);
                }
            }
            oneofs {}
        }
    };
}

macro_rules! format_within_add {
    ($make:ident) => {
        $make! {
            messages {
                CreateObject = crate::add::CreateObject, ADD_CREATE_OBJECT {
                    1 => obj_path: text;
                    2 => param_settings: list(CreateParamSetting);
                }

                CreateParamSetting = crate::add::CreateParamSetting, ADD_CREATE_PARAM_SETTING {
                    1 => param: text;
                    2 => value: text;
                    3 => required: flag;
                }
            }
            oneofs {}
        }
    };
}

macro_rules! format_within_add_resp {
    ($make:ident) => { $make! {
        messages {
            CreatedObjectResult = crate::add_resp::CreatedObjectResult, ADD_RESP_CREATED_OBJECT_RESULT {
                1 => requested_path: text;
                2 => oper_status: part(OperationStatus);
            }

            OperationStatus = crate::add_resp::created_object_result::OperationStatus, ADD_STATUS {
                1..=2 => oper_status: oneof(OperStatus);
            }

            OperationFailure = crate::add_resp::created_object_result::operation_status::OperationFailure, ADD_FAILURE {
                1 => err_code: code;
                2 => err_msg: text;
            }

            OperationSuccess = crate::add_resp::created_object_result::operation_status::OperationSuccess, ADD_SUCCESS {
                1 => instantiated_path: text;
                2 => param_errs: list(ParameterError);
                3 => unique_keys: pairs;
            }

            ParameterError = crate::add_resp::ParameterError, ADD_RESP_PARAMETER_ERROR {
                1 => param: text;
                2 => err_code: code;
                3 => err_msg: text;
            }
        }
        oneofs {
            OperStatus of OperationStatus = crate::add_resp::created_object_result::operation_status::OperStatus {
                1 OperFailure oper_failure(part OperationFailure);
                2 OperSuccess oper_success(part OperationSuccess);
            }
        }
    } };
}
