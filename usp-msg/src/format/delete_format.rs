//! The fields of Delete and DeleteResp.

macro_rules! format_delete {
    ($make:ident) => {
        $make! {
            messages {
                Delete = crate::Delete, DELETE {
                    1 => allow_partial: flag;
                    2 => obj_paths: texts;
                }

                DeleteResp = crate::DeleteResp, DELETE_RESP {
                    1 => deleted_obj_results: list(DeletedObjectResult);
                }
            }
            oneofs {}
        }
    };
}

macro_rules! format_within_delete_resp {
    ($make:ident) => { $make! {
        messages {
            DeletedObjectResult = crate::delete_resp::DeletedObjectResult, DELETE_RESP_DELETED_OBJECT_RESULT {
                1 => requested_path: text;
                2 => oper_status: part(OperationStatus);
            }

            OperationStatus = crate::delete_resp::deleted_object_result::OperationStatus, DELETE_STATUS {
                1..=2 => oper_status: oneof(OperStatus);
            }

            OperationFailure = crate::delete_resp::deleted_object_result::operation_status::OperationFailure, DELETE_FAILURE {
                1 => err_code: code;
                2 => err_msg: text;
            }

            OperationSuccess = crate::delete_resp::deleted_object_result::operation_status::OperationSuccess, DELETE_SUCCESS {
                1 => affected_paths: texts;
                2 => unaffected_path_errs: list(UnaffectedPathError);
            }

            UnaffectedPathError = crate::delete_resp::UnaffectedPathError, DELETE_RESP_UNAFFECTED_PATH_ERROR {
                1 => unaffected_path: text;
                2 => err_code: code;
                3 => err_msg: text;
            }
        }
        oneofs {
            OperStatus of OperationStatus = crate::delete_resp::deleted_object_result::operation_status::OperStatus {
                1 OperFailure oper_failure(part OperationFailure);
                2 OperSuccess oper_success(part OperationSuccess);
            }
        }
    } };
}
