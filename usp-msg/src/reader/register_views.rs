//! Views of Register and RegisterResp.

use register::RegistrationPath;
use register_resp::RegisteredPathResult;

views! {
    Register = crate::Register, REGISTER {
        1 => allow_partial: flag;
        2 => reg_paths: list(RegistrationPath);
    }

    RegisterResp = crate::RegisterResp, REGISTER_RESP {
        1 => registered_path_results: list(RegisteredPathResult);
    }
}

/// Views of the messages within [`Register`](crate::Register).
pub mod register {
    views! {
        RegistrationPath = crate::register::RegistrationPath, REGISTER_REGISTRATION_PATH {
            1 => path: text;
        }
    }
}

/// Views of the messages within [`RegisterResp`](crate::RegisterResp).
pub mod register_resp {
    views! {
        RegisteredPathResult = crate::register_resp::RegisteredPathResult, REGISTER_RESP_REGISTERED_PATH_RESULT {
            1 => requested_path: text;
            2 => oper_status: part(OperationStatus);
        }

        OperationStatus = crate::register_resp::registered_path_result::OperationStatus, REGISTER_STATUS {
            1 | 2 => oper_status: oneof(OperStatus);
        }

        OperationFailure = crate::register_resp::registered_path_result::operation_status::OperationFailure, REGISTER_FAILURE {
            1 => err_code: code;
            2 => err_msg: text;
        }

        OperationSuccess = crate::register_resp::registered_path_result::operation_status::OperationSuccess, REGISTER_SUCCESS {
            1 => registered_path: text;
        }
    }

    oneofs! {
        OperStatus = crate::register_resp::registered_path_result::operation_status::OperStatus {
            1 OperFailure(part OperationFailure);
            2 OperSuccess(part OperationSuccess);
        }
    }
}
