//! Where Endpoints meet.

use core::fmt;
use core::str::FromStr;
use std::path::PathBuf;

use usp_mtp::websocket::Address;

/// Where Endpoints meet: `ws://HOST:PORT/PATH`, or `unix:PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A resource of a server of WebSockets.
    WebSocket(Address),
    /// A UNIX domain socket.
    Uds(PathBuf),
}

/// A text that names no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceError(String);

impl fmt::Display for PlaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no place: ws://HOST:PORT/PATH or unix:PATH is expected", self.0)
    }
}

impl core::error::Error for PlaceError {}

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let wrong = || PlaceError(text.to_owned());
        if let Some(path) = text.strip_prefix("unix:").filter(|path| !path.is_empty()) {
            return Ok(Self::Uds(path.into()));
        }
        let rest = text.strip_prefix("ws://").ok_or_else(wrong)?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = authority.rsplit_once(':').ok_or_else(wrong)?;
        let port = port.parse().map_err(|_| wrong())?;
        if host.is_empty() {
            return Err(wrong());
        }
        Ok(Self::WebSocket(Address { host: host.to_owned(), port, path: path.to_owned() }))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WebSocket(address) => address.fmt(f),
            Self::Uds(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_printed_as_they_are_read() {
        for text in ["ws://127.0.0.1:8080/usp", "ws://[::1]:80/", "unix:/run/usp/agent"] {
            assert_eq!(text.parse::<Place>().unwrap().to_string(), text);
        }
        for text in ["", "wss://host:1/", "ws://host/usp", "ws://:80/usp", "ws://host:port/usp", "unix:"] {
            let error = text.parse::<Place>().unwrap_err();
            assert!(error.to_string().starts_with(&format!("{text:?} is no place")), "{error}");
        }
    }
}
