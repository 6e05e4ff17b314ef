//! The fields of GetSupportedProtocol and GetSupportedProtocolResp.

macro_rules! format_get_supported_protocol {
    ($make:ident) => {
        $make! {
            messages {
                GetSupportedProtocol = crate::GetSupportedProtocol, GET_SUPPORTED_PROTOCOL {
                    1 => controller_supported_protocol_versions: text;
                }

                GetSupportedProtocolResp = crate::GetSupportedProtocolResp, GET_SUPPORTED_PROTOCOL_RESP {
                    1 => agent_supported_protocol_versions: text;
                }
            }
            oneofs {}
        }
    };
}
