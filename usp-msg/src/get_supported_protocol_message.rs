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

impl GetSupportedProtocol {
    /// Tells these versions, for instance `["1.3", "1.4"]`.
    pub fn new<V: AsRef<str>>(versions: impl IntoIterator<Item = V>) -> Self {
        Self { controller_supported_protocol_versions: join(versions) }
    }

    /// The versions told, without the spaces that some peers send.
    pub fn versions(&self) -> impl Iterator<Item = &str> {
        split(&self.controller_supported_protocol_versions)
    }
}

/// Answers [`GetSupportedProtocol`].
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct GetSupportedProtocolResp {
    /// The versions that the Agent supports, `major.minor`, separated by commas.
    #[prost(string, tag = "1")]
    pub agent_supported_protocol_versions: String,
}

impl GetSupportedProtocolResp {
    /// Tells these versions, for instance `["1.3", "1.4"]`.
    pub fn new<V: AsRef<str>>(versions: impl IntoIterator<Item = V>) -> Self {
        Self { agent_supported_protocol_versions: join(versions) }
    }

    /// The versions told, without the spaces that some peers send.
    pub fn versions(&self) -> impl Iterator<Item = &str> {
        split(&self.agent_supported_protocol_versions)
    }
}

/// Writes a list of versions, without spaces.
pub(crate) fn join<V: AsRef<str>>(versions: impl IntoIterator<Item = V>) -> String {
    let mut list = String::new();
    for version in versions {
        if !list.is_empty() {
            list.push(',');
        }
        list.push_str(version.as_ref());
    }
    list
}

/// Reads a list of versions, with or without spaces.
pub(crate) fn split(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|version| !version.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn versions_are_told_without_spaces_and_read_with_them() {
        let told = GetSupportedProtocol::new(["1.3", "1.4"]);
        assert_eq!(told.controller_supported_protocol_versions, "1.3,1.4");
        let heard = GetSupportedProtocolResp { agent_supported_protocol_versions: " 1.3 , 1.4,".into() };
        assert_eq!(heard.versions().collect::<Vec<_>>(), ["1.3", "1.4"]);
    }
}
