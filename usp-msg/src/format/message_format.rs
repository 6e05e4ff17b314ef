//! The fields of the Message and of what all Messages have.

macro_rules! format_messages {
    ($make:ident) => {
        $make! {
            messages {
                Msg = crate::Msg, MSG {
                    1 => header: part(Header);
                    2 => body: part(Body);
                }

                Header = crate::Header, HEADER {
                    1 => msg_id: text;
                    2 => msg_type: variant;
                }

                Body = crate::Body, BODY {
                    1..=3 => msg_body: oneof(MsgBody);
                }

                Request = crate::Request, REQUEST {
                    1..=11 => req_type: kept(ReqType);
                }

                Response = crate::Response, RESPONSE {
                    1..=11 => resp_type: oneof(RespType);
                }
            }
            oneofs {
                MsgBody of Body = crate::body::MsgBody {
                    1 Request request(part Request);
                    2 Response response(part Response);
                    3 Error error(part Error);
                }

                ReqType of Request = crate::request::ReqType {
                    1 Get get(part Get);
                    2 GetSupportedDm get_supported_dm(part GetSupportedDm);
                    3 GetInstances get_instances(part GetInstances);
                    4 Set set(part Set);
                    5 Add add(part Add);
                    6 Delete delete(part Delete);
                    7 Operate operate(part Operate);
                    8 Notify notify(part Notify);
                    9 GetSupportedProtocol get_supported_protocol(part GetSupportedProtocol);
                    10 Register register(part Register);
                    11 Deregister deregister(part Deregister);
                }

                RespType of Response = crate::response::RespType {
                    1 GetResp get_resp(part GetResp);
                    2 GetSupportedDmResp get_supported_dm_resp(part GetSupportedDmResp);
                    3 GetInstancesResp get_instances_resp(part GetInstancesResp);
                    4 SetResp set_resp(part SetResp);
                    5 AddResp add_resp(part AddResp);
                    6 DeleteResp delete_resp(part DeleteResp);
                    7 OperateResp operate_resp(part OperateResp);
                    8 NotifyResp notify_resp(part NotifyResp);
                    9 GetSupportedProtocolResp get_supported_protocol_resp(part GetSupportedProtocolResp);
                    10 RegisterResp register_resp(part RegisterResp);
                    11 DeregisterResp deregister_resp(part DeregisterResp);
                }
            }
        }
    };
}

macro_rules! format_error {
    ($make:ident) => {
        $make! {
            messages {
                Error = crate::Error, ERROR {
                    1 => err_code: code;
                    2 => err_msg: text;
                    3 => param_errs: list(ParamError);
                }
            }
            oneofs {}
        }
    };
}

macro_rules! format_within_error {
    ($make:ident) => {
        $make! {
            messages {
                ParamError = crate::error::ParamError, ERROR_PARAM_ERROR {
                    1 => param_path: text;
                    2 => err_code: code;
                    3 => err_msg: text;
                }
            }
            oneofs {}
        }
    };
}
