//! Writers of GetSupportedProtocol and GetSupportedProtocolResp.

format_get_supported_protocol!(writers);
