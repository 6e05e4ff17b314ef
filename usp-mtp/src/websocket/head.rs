//! The head of an HTTP message: what a handshake consists of.

use std::io;

use tokio::io::AsyncReadExt;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error, ProtocolError};
use tokio_tungstenite::tungstenite::handshake::machine::TryParse;
use tokio_tungstenite::tungstenite::http::HeaderMap;

use crate::websocket::stream::Stream;
use crate::{Closed, OpenError};

/// The longest head that is taken, in bytes. Those of WebSockets take a few hundred.
pub(super) const MAX_HEAD: usize = 8 << 10;

/// Why there is no head.
#[derive(Debug)]
pub(super) enum NoHead {
    /// Nothing more comes.
    Gone(io::Error),
    /// It has not ended within what is taken.
    TooLong,
    /// It is of a request that is no GET.
    Method,
    /// What came is no HTTP.
    Malformed(String),
}

impl From<NoHead> for OpenError {
    fn from(error: NoHead) -> Self {
        Self::Handshake(match error {
            NoHead::Gone(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Self::Closed(Closed::ByPeer);
            }
            NoHead::Gone(error) => return Self::Io(error),
            NoHead::TooLong => format!("it sends more than {MAX_HEAD} bytes of headers, or 124 of them"),
            NoHead::Method => "it asks for something else than GET".to_string(),
            NoHead::Malformed(error) => error,
        })
    }
}

/// Reads a head, and gives what has come after it.
pub(super) async fn read<H: TryParse>(stream: &mut Stream) -> Result<(H, Vec<u8>), NoHead> {
    let mut buffer = Vec::new();
    loop {
        let mut limited = (&mut *stream).take(u64::try_from(MAX_HEAD - buffer.len()).unwrap_or(0));
        if limited.read_buf(&mut buffer).await.map_err(NoHead::Gone)? == 0 {
            return Err(match buffer.len() {
                MAX_HEAD => NoHead::TooLong,
                _ => NoHead::Gone(io::ErrorKind::UnexpectedEof.into()),
            });
        }
        match H::try_parse(&buffer) {
            Ok(Some((length, head))) => return Ok((head, buffer.split_off(length))),
            Ok(None) => {}
            Err(Error::Capacity(CapacityError::TooManyHeaders)) => return Err(NoHead::TooLong),
            Err(Error::Protocol(ProtocolError::WrongHttpMethod)) => return Err(NoHead::Method),
            Err(error) => return Err(NoHead::Malformed(text(&error))),
        }
    }
}

/// What is wrong, without saying that it is about a WebSocket.
pub(super) fn text(error: &Error) -> String {
    match error {
        Error::Protocol(ProtocolError::HttparseError(error)) => format!("it does not speak HTTP: {error}"),
        Error::Protocol(error) => error.to_string(),
        Error::HttpFormat(error) => error.to_string(),
        error => error.to_string(),
    }
}

/// The elements of a header that is a list, in however many lines it comes.
pub(super) fn list<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| split_unquoted(line, ',')).map(str::trim).filter(|element| !element.is_empty())
}

/// Cuts a text where a character stands outside of quotes.
pub(super) fn split_unquoted(text: &str, at: char) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.split(move |character| {
        let cuts = character == at && !is_quoted;
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ => {}
        }
        cuts
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_together() {
        let parts = |text| split_unquoted(text, ',').collect::<Vec<_>>();
        assert_eq!(parts(""), [""]);
        assert_eq!(parts("a,b,"), ["a", "b", ""]);
        assert_eq!(parts(r#"a="x,y",b="\",\\",c"#), [r#"a="x,y""#, r#"b="\",\\""#, "c"]);
        assert_eq!(parts(r#"a\,"b,"#), [r"a\", r#""b,"#]);
    }
}
