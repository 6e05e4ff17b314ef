//! The fields of Register and RegisterResp.

macro_rules! format_register {
    ($make:ident) => {
        $make! {
            messages {
                Register = crate::Register, REGISTER {
                    1 => allow_partial: flag;
                    2 => reg_paths: list(RegistrationPath);
                }

                RegisterResp = crate::RegisterResp, REGISTER_RESP {
                    1 => registered_path_results: list(RegisteredPathResult);
                }
            }
            oneofs {}
        }
    };
}

macro_rules! format_within_register {
    ($make:ident) => {
        $make! {
            messages {
                RegistrationPath = crate::register::RegistrationPath, REGISTER_REGISTRATION_PATH {
                    1 => path: text;
                }
            }
            oneofs {}
        }
    };
}

macro_rules! format_within_register_resp {
    ($make:ident) => { $make! {
        messages {
            RegisteredPathResult = crate::register_resp::RegisteredPathResult, REGISTER_RESP_REGISTERED_PATH_RESULT {
                1 => requested_path: text;
                2 => oper_status: part(OperationStatus);
            }

            OperationStatus = crate::register_resp::registered_path_result::OperationStatus, REGISTER_STATUS {
                1..=2 => oper_status: oneof(OperStatus);
            }

            OperationFailure = crate::register_resp::registered_path_result::operation_status::OperationFailure, REGISTER_FAILURE {
                1 => err_code: code;
                2 => err_msg: text;
            }

            OperationSuccess = crate::register_resp::registered_path_result::operation_status::OperationSuccess, REGISTER_SUCCESS {
                1 => registered_path: text;
            }
        }
        oneofs {
            OperStatus of OperationStatus = crate::register_resp::registered_path_result::operation_status::OperStatus {
                1 OperFailure oper_failure(part OperationFailure);
                2 OperSuccess oper_success(part OperationSuccess);
            }
        }
    } };
}
