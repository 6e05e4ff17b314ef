//! The fields of GetInstances and GetInstancesResp.

macro_rules! format_get_instances {
    ($make:ident) => {
        $make! {
            messages {
                GetInstances = crate::GetInstances, GET_INSTANCES {
                    1 => obj_paths: texts;
                    2 => first_level_only: flag;
                }

                GetInstancesResp = crate::GetInstancesResp, GET_INSTANCES_RESP {
                    1 => req_path_results: list(RequestedPathResult);
                }
            }
            oneofs {}
        }
    };
}

macro_rules! format_within_get_instances_resp {
    ($make:ident) => { $make! {
        messages {
            RequestedPathResult = crate::get_instances_resp::RequestedPathResult, GET_INSTANCES_RESP_REQUESTED_PATH_RESULT {
                1 => requested_path: text;
                2 => err_code: code;
                3 => err_msg: text;
                4 => curr_insts: list(CurrInstance);
            }

            CurrInstance = crate::get_instances_resp::CurrInstance, GET_INSTANCES_RESP_CURR_INSTANCE {
                1 => instantiated_obj_path: text;
                2 => unique_keys: pairs;
            }
        }
        oneofs {}
    } };
}
