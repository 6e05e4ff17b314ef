//! What an Endpoint bears of another one.

use core::time::Duration;

/// What an Endpoint bears of the other end of a [`Connection`](crate::Connection).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// The longest Record that is taken, in bytes; by default the longest Message that an Endpoint takes by default,
    /// 4 MiB, and 64 KiB for the Record around it. A longer one closes the connection as soon as its length is known,
    /// before memory is taken for it.
    pub max_record: usize,
    /// How long a connection may take until both ends know each other; 30 seconds by default `[R-UDS.18]`.
    pub handshake_timeout: Duration,
    /// How often a WebSocket is asked whether the other end is still there; a minute by default, and `None` is never
    /// `[R-WS.18]`. One that has not answered by the next time is closed.
    pub keep_alive: Option<Duration>,
    /// Whether a client of WebSockets says who it is in the extension `bbf-usp-protocol` as well; by default it does.
    ///
    /// It is deprecated `[R-WS.10a]`, yet there are servers that know their clients by nothing else, and a server says
    /// who it is only to those who send it `[R-WS.11a]`. Others refuse it with status 400, since RFC 6455 allows no
    /// colon in what it holds.
    pub eid_extension: bool,
}

impl Options {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        max_record: (4 << 20) + (64 << 10),
        handshake_timeout: Duration::from_secs(30),
        keep_alive: Some(Duration::from_secs(60)),
        eid_extension: true,
    };
}

impl Default for Options {
    fn default() -> Self {
        Self::DEFAULT
    }
}
