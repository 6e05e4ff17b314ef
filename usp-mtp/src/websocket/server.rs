//! The server's part of the handshake.

use core::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::handshake::server::{Request, create_response};
use tokio_tungstenite::tungstenite::http::StatusCode;
use usp_record::EndpointId;

use crate::OpenError;
use crate::websocket::SUBPROTOCOL;
use crate::websocket::address::absolute;
use crate::websocket::eid::{self, Extensions};
use crate::websocket::head::{self, NoHead, list, text};
use crate::websocket::stream::Stream;
use crate::websocket::tls::Names;

/// Waits for a request for a WebSocket at a path, and answers it; gives who asks, and what has come already after the
/// request.
pub(super) async fn handshake(
    stream: &mut Stream,
    names: &Names,
    path: &str,
    us: &EndpointId,
) -> Result<(EndpointId, Vec<u8>), Refusal> {
    let (request, rest) = head::read::<Request>(stream).await?;
    let (peer, answer) = check(&request, names, path, us)?;
    stream.write_all(answer.as_bytes()).await.map_err(OpenError::from)?;
    stream.flush().await.map_err(OpenError::from)?;
    Ok((peer, rest))
}

/// Who asks, and the answer that makes it a WebSocket.
fn check(
    request: &Request,
    names: &Names,
    path: &str,
    us: &EndpointId,
) -> Result<(EndpointId, String), Refusal> {
    let headers = request.headers();
    // [R-WS.2]
    if request.uri().path() != absolute(path) {
        return Err(Refusal::new(StatusCode::NOT_FOUND, OpenError::Path(request.uri().path().to_string())));
    }
    let created = create_response(request);
    let created = created.map_err(|error| {
        // With what is said in each answer of this status, a client knows how it should have asked.
        Refusal::new(StatusCode::UPGRADE_REQUIRED, OpenError::Handshake(text(&error)))
    })?;
    let accept = created.headers().get("Sec-WebSocket-Accept").and_then(|accept| accept.to_str().ok());
    // [R-WS.12a]
    if !list(headers, "Sec-WebSocket-Protocol").any(|protocol| protocol == SUBPROTOCOL) {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, OpenError::NoSubprotocol));
    }
    // [R-WS.11c] The extension is not missed; what the query says goes before it.
    let extensions = Extensions::read(headers);
    let peer = eid::parse(eid::in_query(request.uri()).or(extensions.eid).unwrap_or_default())
        .map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, error))?;
    names.check(&peer).map_err(|error| Refusal::new(StatusCode::FORBIDDEN, error))?;
    let mut lines = vec![
        "HTTP/1.1 101 Switching Protocols".to_string(),
        "Upgrade: websocket".to_string(),
        "Connection: Upgrade".to_string(),
        format!("Sec-WebSocket-Accept: {}", accept.unwrap_or_default()),
        // [R-WS.11]
        format!("Sec-WebSocket-Protocol: {SUBPROTOCOL}"),
    ];
    if extensions.has_ours {
        // [R-WS.11a]
        lines.push(format!("{}: {}", eid::EXTENSIONS, eid::extension(us)));
    }
    Ok((peer, lines.join("\r\n") + "\r\n\r\n"))
}

/// Why a client gets no WebSocket.
#[derive(Debug)]
pub(super) struct Refusal {
    /// What it is told; `None` where it is gone.
    status: Option<StatusCode>,
    error: OpenError,
}

impl Refusal {
    /// How long the client may take for what it is told.
    const TELLING: Duration = Duration::from_secs(5);

    const fn new(status: StatusCode, error: OpenError) -> Self {
        Self { status: Some(status), error }
    }

    /// Tells the client why, if there still is one.
    pub(super) async fn tell(self, stream: &mut Stream) -> OpenError {
        if let Some(status) = self.status {
            let text = format!("{}\n", self.error);
            let mut lines = vec![
                format!("HTTP/1.1 {status}"),
                "Connection: close".to_string(),
                "Content-Type: text/plain; charset=utf-8".to_string(),
                format!("Content-Length: {}", text.len()),
            ];
            match status {
                StatusCode::METHOD_NOT_ALLOWED => lines.push("Allow: GET".to_string()),
                StatusCode::UPGRADE_REQUIRED => {
                    lines.push("Upgrade: websocket".to_string());
                    lines.push("Sec-WebSocket-Version: 13".to_string());
                }
                _ => {}
            }
            let answer = lines.join("\r\n") + "\r\n\r\n" + &text;
            let telling = async {
                if stream.write_all(answer.as_bytes()).await.is_ok() {
                    stream.finish().await;
                }
            };
            // Whoever takes nothing any more learns nothing any more.
            let _ = timeout(Self::TELLING, telling).await;
        }
        self.error
    }
}

impl From<NoHead> for Refusal {
    fn from(error: NoHead) -> Self {
        let status = match error {
            NoHead::Gone(_) => None,
            NoHead::TooLong => Some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
            NoHead::Method => Some(StatusCode::METHOD_NOT_ALLOWED),
            NoHead::Malformed(_) => Some(StatusCode::BAD_REQUEST),
        };
        Self { status, error: error.into() }
    }
}

impl From<OpenError> for Refusal {
    fn from(error: OpenError) -> Self {
        Self { status: None, error }
    }
}
