//! Views of GetSupportedProtocol and GetSupportedProtocolResp.

views! {
    GetSupportedProtocol = crate::GetSupportedProtocol, GET_SUPPORTED_PROTOCOL {
        1 => controller_supported_protocol_versions: text;
    }

    GetSupportedProtocolResp = crate::GetSupportedProtocolResp, GET_SUPPORTED_PROTOCOL_RESP {
        1 => agent_supported_protocol_versions: text;
    }
}
