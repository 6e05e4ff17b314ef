//! The fields of Notify and NotifyResp.

macro_rules! format_notify {
    ($make:ident) => {
        $make! {
            messages {
                Notify = crate::Notify, NOTIFY {
                    1 => subscription_id: text;
                    2 => send_resp: flag;
                    3..=8 => notification: oneof(Notification);
                }

                NotifyResp = crate::NotifyResp, NOTIFY_RESP {
                    1 => subscription_id: text;
                }
            }
            oneofs {
                Notification of Notify = crate::notify::Notification {
                    3 Event event(part Event);
                    4 ValueChange value_change(part ValueChange);
                    5 ObjCreation obj_creation(part ObjectCreation);
                    6 ObjDeletion obj_deletion(part ObjectDeletion);
                    7 OperComplete oper_complete(part OperationComplete);
                    8 OnBoardReq on_board_req(part OnBoardRequest);
                }
            }
        }
    };
}

macro_rules! format_within_notify {
    ($make:ident) => {
        $make! {
            messages {
                Event = crate::notify::Event, NOTIFY_EVENT {
                    1 => obj_path: text;
                    2 => event_name: text;
                    3 => params: pairs;
                }

                ValueChange = crate::notify::ValueChange, NOTIFY_VALUE_CHANGE {
                    1 => param_path: text;
                    2 => param_value: text;
                }

                ObjectCreation = crate::notify::ObjectCreation, NOTIFY_OBJECT_CREATION {
                    1 => obj_path: text;
                    2 => unique_keys: pairs;
                }

                ObjectDeletion = crate::notify::ObjectDeletion, NOTIFY_OBJECT_DELETION {
                    1 => obj_path: text;
                }

                OperationComplete = crate::notify::OperationComplete, NOTIFY_OPERATION_COMPLETE {
                    1 => obj_path: text;
                    2 => command_name: text;
                    3 => command_key: text;
                    4..=5 => operation_resp: oneof(OperationResp);
                }

                OutputArgs = crate::notify::operation_complete::OutputArgs, COMPLETE_OUTPUT_ARGS {
                    1 => output_args: pairs;
                }

                CommandFailure = crate::notify::operation_complete::CommandFailure, COMPLETE_COMMAND_FAILURE {
                    1 => err_code: code;
                    2 => err_msg: text;
                }

                OnBoardRequest = crate::notify::OnBoardRequest, NOTIFY_ON_BOARD_REQUEST {
                    1 => oui: text;
                    2 => product_class: text;
                    3 => serial_number: text;
                    4 => agent_supported_protocol_versions: text;
                }
            }
            oneofs {
                OperationResp of OperationComplete = crate::notify::operation_complete::OperationResp {
                    4 ReqOutputArgs req_output_args(part OutputArgs);
                    5 CmdFailure cmd_failure(part CommandFailure);
                }
            }
        }
    };
}
