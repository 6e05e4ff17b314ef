//! The fields of Operate and OperateResp.

macro_rules! format_operate {
    ($make:ident) => {
        $make! {
            messages {
                Operate = crate::Operate, OPERATE {
                    1 => command: text;
                    2 => command_key: text;
                    3 => send_resp: flag;
                    4 => input_args: pairs;
                }

                OperateResp = crate::OperateResp, OPERATE_RESP {
                    1 => operation_results: list(OperationResult);
                }
            }
            oneofs {}
        }
    };
}

macro_rules! format_within_operate_resp {
    ($make:ident) => { $make! {
        messages {
            OperationResult = crate::operate_resp::OperationResult, OPERATE_RESP_OPERATION_RESULT {
                1 => executed_command: text;
                2..=4 => operation_resp: oneof(OperationResp);
            }

            OutputArgs = crate::operate_resp::operation_result::OutputArgs, OPERATE_OUTPUT_ARGS {
                1 => output_args: pairs;
            }

            CommandFailure = crate::operate_resp::operation_result::CommandFailure, OPERATE_COMMAND_FAILURE {
                1 => err_code: code;
                2 => err_msg: text;
            }
        }
        oneofs {
            OperationResp of OperationResult = crate::operate_resp::operation_result::OperationResp {
                2 ReqObjPath req_obj_path(text);
                3 ReqOutputArgs req_output_args(part OutputArgs);
                4 CmdFailure cmd_failure(part CommandFailure);
            }
        }
    } };
}
