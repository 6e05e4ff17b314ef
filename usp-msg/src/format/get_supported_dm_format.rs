//! The fields of GetSupportedDM and GetSupportedDMResp.

macro_rules! format_get_supported_dm {
    ($make:ident) => {
        $make! {
            messages {
                GetSupportedDm = crate::GetSupportedDm, GET_SUPPORTED_DM {
                    1 => obj_paths: texts;
                    2 => first_level_only: flag;
                    3 => return_commands: flag;
                    4 => return_events: flag;
                    5 => return_params: flag;
                    6 => return_unique_key_sets: flag;
                }

                GetSupportedDmResp = crate::GetSupportedDmResp, GET_SUPPORTED_DM_RESP {
                    1 => req_obj_results: list(RequestedObjectResult);
                }
            }
            oneofs {}
        }
    };
}

macro_rules! format_within_get_supported_dm_resp {
    ($make:ident) => { $make! {
        messages {
            RequestedObjectResult = crate::get_supported_dm_resp::RequestedObjectResult, GET_SUPPORTED_DM_RESP_REQUESTED_OBJECT_RESULT {
                1 => req_obj_path: text;
                2 => err_code: code;
                3 => err_msg: text;
                4 => data_model_inst_uri: text;
                5 => supported_objs: list(SupportedObjectResult);
            }

            SupportedObjectResult = crate::get_supported_dm_resp::SupportedObjectResult, SUPPORTED_OBJECT_RESULT {
                1 => supported_obj_path: text;
                2 => access: variant;
                3 => is_multi_instance: flag;
                4 => supported_commands: list(SupportedCommandResult);
                5 => supported_events: list(SupportedEventResult);
                6 => supported_params: list(SupportedParamResult);
                7 => divergent_paths: texts;
                8 => unique_key_sets: list(SupportedUniqueKeySet);
            }

            SupportedParamResult = crate::get_supported_dm_resp::SupportedParamResult, SUPPORTED_PARAM_RESULT {
                1 => param_name: text;
                2 => access: variant;
                3 => value_type: variant;
                4 => value_change: variant;
            }

            SupportedCommandResult = crate::get_supported_dm_resp::SupportedCommandResult, SUPPORTED_COMMAND_RESULT {
                1 => command_name: text;
                2 => input_arg_names: texts;
                3 => output_arg_names: texts;
                4 => command_type: variant;
            }

            SupportedEventResult = crate::get_supported_dm_resp::SupportedEventResult, SUPPORTED_EVENT_RESULT {
                1 => event_name: text;
                2 => arg_names: texts;
            }

            SupportedUniqueKeySet = crate::get_supported_dm_resp::SupportedUniqueKeySet, SUPPORTED_UNIQUE_KEY_SET {
                1 => key_names: texts;
            }
        }
        oneofs {}
    } };
}
