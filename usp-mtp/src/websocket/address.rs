//! Where an Endpoint is.

use core::fmt;

use crate::OpenError;

/// Where an Endpoint is a resource of a server of WebSockets `[R-WS.1]` `[R-WS.2]`: what the parameters of
/// `Device.LocalAgent.Controller.{i}.MTP.{i}.WebSocket.` say.
///
/// ```
/// use usp_mtp::websocket::Address;
///
/// let address = Address { host: "2001:db8::1".to_string(), port: 8080, path: "usp".to_string() };
/// assert_eq!(address.to_string(), "ws://[2001:db8::1]:8080/usp");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// `Host`: a name, or an IP address; brackets around one of IPv6 are optional.
    pub host: String,
    /// `Port`.
    pub port: u16,
    /// `Path`, with or without a slash before it.
    pub path: String,
}

impl Address {
    /// For the system to connect to.
    pub(super) fn socket(&self) -> (&str, u16) {
        (self.bare_host(), self.port)
    }

    /// What a request says in its Host header.
    pub(super) fn authority(&self) -> Result<String, OpenError> {
        let host = self.bare_host();
        let is_valid = |byte: u8| byte.is_ascii_graphic() && !b"/?#@\\[]".contains(&byte);
        if host.is_empty() || !host.bytes().all(is_valid) {
            return Err(OpenError::Address(self.to_string()));
        }
        Ok(self.host_and_port())
    }

    /// What a request asks for, without what is added to it to say who asks.
    pub(super) fn resource(&self) -> Result<String, OpenError> {
        match self.path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') {
            true => Ok(absolute(&self.path)),
            false => Err(OpenError::Address(self.to_string())),
        }
    }

    fn bare_host(&self) -> &str {
        self.host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(&self.host)
    }

    fn host_and_port(&self) -> String {
        match self.bare_host() {
            // The zone is a matter of this host, which means nothing to another.
            host if host.contains(':') => {
                format!("[{}]:{}", host.split('%').next().unwrap_or(host), self.port)
            }
            host => format!("{host}:{}", self.port),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ws://{}{}", self.host_and_port(), absolute(&self.path))
    }
}

/// A path as requests say it.
pub(super) fn absolute(path: &str) -> String {
    format!("/{}", path.strip_prefix('/').unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(host: &str, path: &str) -> Address {
        Address { host: host.to_string(), port: 443, path: path.to_string() }
    }

    #[track_caller]
    fn check(host: &str, authority: &str, socket: &str) {
        let address = address(host, "");
        assert_eq!(address.authority().expect(host), authority);
        assert_eq!(address.socket(), (socket, 443));
    }

    #[test]
    fn hosts_are_names_or_addresses() {
        check("acs.example.com", "acs.example.com:443", "acs.example.com");
        check("192.0.2.1", "192.0.2.1:443", "192.0.2.1");
        check("2001:db8::1", "[2001:db8::1]:443", "2001:db8::1");
        check("[2001:db8::1]", "[2001:db8::1]:443", "2001:db8::1");
        check("fe80::1%eth0", "[fe80::1]:443", "fe80::1%eth0");
    }

    #[test]
    fn r_ws_2_a_path_begins_with_one_slash() {
        for (path, resource) in [("", "/"), ("/", "/"), ("usp", "/usp"), ("/usp/agent", "/usp/agent")] {
            assert_eq!(address("h", path).resource().expect(path), resource);
        }
    }

    /// Nothing in an address adds to the request.
    #[test]
    fn what_is_no_address_is_refused() {
        for host in ["", "a b", "a\r\nX: y", "a/b", "ü", "user@host"] {
            let error = address(host, "").authority().expect_err(host);
            assert!(matches!(error, OpenError::Address(_)), "{host}");
        }
        for path in ["a b", "a\r\nX: y", "/a#b", "/ü"] {
            assert!(matches!(address("h", path).resource(), Err(OpenError::Address(_))), "{path}");
        }
        let error = address("a\r\nX", "p").authority().expect_err("lines");
        assert_eq!(error.to_string(), "ws://a\\r\\nX:443/p is no address of a WebSocket");
    }
}
