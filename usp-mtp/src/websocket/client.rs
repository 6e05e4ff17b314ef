//! The client's part of the handshake.

use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::handshake::client::{Response, generate_key};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::http::StatusCode;
use usp_record::EndpointId;

use crate::websocket::eid::{self, Extensions};
use crate::websocket::head::{self, list};
use crate::websocket::stream::Stream;
use crate::websocket::{Address, SUBPROTOCOL};
use crate::{OpenError, Options};

/// Asks for a WebSocket; gives what has come already after the answer.
pub(super) async fn handshake(
    stream: &mut Stream,
    address: &Address,
    us: &EndpointId,
    peer: &EndpointId,
    options: Options,
) -> Result<Vec<u8>, OpenError> {
    let key = generate_key();
    stream.write_all(request(address, us, &key, options)?.as_bytes()).await?;
    stream.flush().await?;
    let (response, rest) = head::read::<Response>(stream).await?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        let reason = String::from_utf8_lossy(&rest).trim_end().to_string();
        return Err(OpenError::Refused { status: response.status().as_u16(), reason });
    }
    check(&response, &key, peer)?;
    Ok(rest)
}

/// The request [R-WS.9] [R-WS.10] [R-WS.10b].
fn request(address: &Address, us: &EndpointId, key: &str, options: Options) -> Result<String, OpenError> {
    let mut lines = vec![
        format!("GET {} HTTP/1.1", eid::with_query(&address.resource()?, us)),
        format!("Host: {}", address.authority()?),
        "Upgrade: websocket".to_string(),
        "Connection: Upgrade".to_string(),
        format!("Sec-WebSocket-Key: {key}"),
        "Sec-WebSocket-Version: 13".to_string(),
        format!("Sec-WebSocket-Protocol: {SUBPROTOCOL}"),
    ];
    if options.eid_extension {
        // [R-WS.10a]
        lines.push(format!("{}: {}", eid::EXTENSIONS, eid::extension(us)));
    }
    Ok(lines.join("\r\n") + "\r\n\r\n")
}

/// Whether an answer is that of a WebSocket of an Endpoint (RFC 6455 section 4.1).
fn check(response: &Response, key: &str, peer: &EndpointId) -> Result<(), OpenError> {
    let headers = response.headers();
    let says = |name: &str, token: &str| list(headers, name).any(|said| said.eq_ignore_ascii_case(token));
    if !says("Upgrade", "websocket") || !says("Connection", "Upgrade") {
        return Err(OpenError::Handshake("it switches to something else".to_string()));
    }
    let accept = headers.get("Sec-WebSocket-Accept").map(|accept| accept.as_bytes());
    if accept != Some(derive_accept_key(key.as_bytes()).as_bytes()) {
        return Err(OpenError::Handshake("its Sec-WebSocket-Accept is not that of the request".to_string()));
    }
    // [R-WS.12]
    if !list(headers, "Sec-WebSocket-Protocol").eq([SUBPROTOCOL]) {
        return Err(OpenError::NoSubprotocol);
    }
    let extensions = Extensions::read(headers);
    if let Some(other) = extensions.other {
        return Err(OpenError::Handshake(format!("it wants the extension {other}, which was not offered")));
    }
    // [R-WS.11b]
    let Some(id) = extensions.eid else { return Ok(()) };
    match eid::parse(id)? {
        actual if actual == *peer => Ok(()),
        actual => Err(OpenError::OtherEndpoint { expected: peer.clone(), actual }),
    }
}
