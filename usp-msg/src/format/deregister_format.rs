//! The fields of Deregister and DeregisterResp.

macro_rules! format_deregister {
    ($make:ident) => {
        $make! {
            messages {
                Deregister = crate::Deregister, DEREGISTER {
                    1 => paths: texts;
                }

                DeregisterResp = crate::DeregisterResp, DEREGISTER_RESP {
                    1 => deregistered_path_results: list(DeregisteredPathResult);
                }
            }
            oneofs {}
        }
    };
}

macro_rules! format_within_deregister_resp {
    ($make:ident) => { $make! {
        messages {
            DeregisteredPathResult = crate::deregister_resp::DeregisteredPathResult, DEREGISTER_RESP_DEREGISTERED_PATH_RESULT {
                1 => requested_path: text;
                2 => oper_status: part(OperationStatus);
            }

            OperationStatus = crate::deregister_resp::deregistered_path_result::OperationStatus, DEREGISTER_STATUS {
                1..=2 => oper_status: oneof(OperStatus);
            }

            OperationFailure = crate::deregister_resp::deregistered_path_result::operation_status::OperationFailure, DEREGISTER_FAILURE {
                1 => err_code: code;
                2 => err_msg: text;
            }

            OperationSuccess = crate::deregister_resp::deregistered_path_result::operation_status::OperationSuccess, DEREGISTER_SUCCESS {
                1 => deregistered_path: texts;
            }
        }
        oneofs {
            OperStatus of OperationStatus = crate::deregister_resp::deregistered_path_result::operation_status::OperStatus {
                1 OperFailure oper_failure(part OperationFailure);
                2 OperSuccess oper_success(part OperationSuccess);
            }
        }
    } };
}
