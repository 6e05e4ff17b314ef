//! GetSupportedProtocol and GetSupportedProtocolResp: agreeing on a protocol version.

use alloc::string::String;

/// Tells the Controller's protocol versions and asks for the Agent's. TR-369, section "The
/// GetSupportedProtocol Message".
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct GetSupportedProtocol {
    /// The versions that the Controller supports, `major.minor`, separated by commas.
    #[prost(string, tag = "1")]
    pub controller_supported_protocol_versions: String,
}

/// Answers [`GetSupportedProtocol`].
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct GetSupportedProtocolResp {
    /// The versions that the Agent supports, `major.minor`, separated by commas.
    #[prost(string, tag = "1")]
    pub agent_supported_protocol_versions: String,
}
