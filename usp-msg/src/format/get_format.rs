//! The fields of Get and GetResp.

macro_rules! format_get {
    ($make:ident) => {
        $make! {
            messages {
                Get = crate::Get, GET {
                    1 => param_paths: texts;
                    2 => max_depth: number;
                }

                GetResp = crate::GetResp, GET_RESP {
                    1 => req_path_results: list(RequestedPathResult);
                }
            }
            oneofs {}
        }
    };
}

macro_rules! format_within_get_resp {
    ($make:ident) => {
        $make! {
            messages {
                RequestedPathResult = crate::get_resp::RequestedPathResult, GET_RESP_REQUESTED_PATH_RESULT {
                    1 => requested_path: text;
                    2 => err_code: code;
                    3 => err_msg: text;
                    4 => resolved_path_results: list(ResolvedPathResult);
                }

                ResolvedPathResult = crate::get_resp::ResolvedPathResult, GET_RESP_RESOLVED_PATH_RESULT {
                    1 => resolved_path: text;
                    2 => result_params: pairs;
                }
            }
            oneofs {}
        }
    };
}
