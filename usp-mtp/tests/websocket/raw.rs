//! An other end that does what a test wants, and nothing by itself.
#![allow(dead_code)] // It serves several test programs.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, duplex};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use usp_mtp::record::{EndpointId, Record};
use usp_mtp::websocket::{self, Address};
use usp_mtp::{Connection, OpenError, Options};

/// The key of the example of RFC 6455, section 1.3, and what it is answered with.
pub(crate) const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
pub(crate) const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// First bytes of frames.
pub(crate) const TEXT: u8 = 0x81;
pub(crate) const BINARY: u8 = 0x82;
pub(crate) const CLOSE: u8 = 0x88;
pub(crate) const PING: u8 = 0x89;
pub(crate) const PONG: u8 = 0x8a;

pub(crate) fn agent() -> EndpointId {
    EndpointId::parse("os::00256D-0123456789").expect("ID")
}

pub(crate) fn controller() -> EndpointId {
    EndpointId::parse("self::the%20controller").expect("ID")
}

pub(crate) fn address() -> Address {
    Address { host: "acs.example.com".to_string(), port: 8080, path: "/usp".to_string() }
}

/// A Record with a payload of so many bytes.
pub(crate) fn record(length: usize) -> Vec<u8> {
    Record::no_session(&agent(), &controller(), vec![7; length]).encode_to_vec()
}

/// The lines of a head.
pub(crate) fn head(lines: &[&str]) -> String {
    lines.join("\r\n") + "\r\n\r\n"
}

/// The lines of a request for a WebSocket, and more of them.
pub(crate) fn request(target: &str, more: &[&str]) -> String {
    let first = format!("GET {target} HTTP/1.1");
    let key = format!("Sec-WebSocket-Key: {KEY}");
    let lines = [
        &first,
        "Host: h",
        "Connection: keep-alive, Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        &key,
    ];
    head(&[&lines, more].concat())
}

/// What [`agent`] asks with.
pub(crate) fn agents_request() -> String {
    request("/usp?eid=os::00256D-0123456789", &["Sec-WebSocket-Protocol: v1.usp"])
}

/// A frame as it came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) first: u8,
    pub(crate) is_masked: bool,
    pub(crate) payload: Vec<u8>,
}

impl Frame {
    /// What a Close frame says.
    #[track_caller]
    pub(crate) fn close(&self) -> (u16, String) {
        assert_eq!(self.first, CLOSE, "{self:?}");
        let (code, reason) = self.payload.split_first_chunk().expect("a code");
        (u16::from_be_bytes(*code), String::from_utf8(reason.to_vec()).expect("UTF-8"))
    }
}

#[derive(Debug)]
pub(crate) struct Raw<S = DuplexStream> {
    pub(crate) stream: S,
    /// Whether frames go masked, as those of a client have to.
    is_client: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Raw<S> {
    pub(crate) fn client(stream: S) -> Self {
        Self { stream, is_client: true }
    }

    pub(crate) fn server(stream: S) -> Self {
        Self { stream, is_client: false }
    }

    pub(crate) async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.expect("takes it");
    }

    /// The next head, up to the line that is empty.
    pub(crate) async fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.stream.read_u8().await.expect("more of the head"));
        }
        String::from_utf8(head).expect("UTF-8")
    }

    /// Reads a request, and answers it with these lines after those that each answer has.
    pub(crate) async fn answer(&mut self, more: &[&str]) -> String {
        let request = self.head().await;
        let key = request.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: ")).expect("key");
        let accept = format!("Sec-WebSocket-Accept: {}", derive_accept_key(key.as_bytes()));
        let lines = [
            "HTTP/1.1 101 Switching Protocols",
            "Connection: keep-alive, upgrade",
            "Upgrade: WebSocket",
            &accept,
        ];
        self.write(head(&[&lines, more].concat())).await;
        request
    }

    pub(crate) async fn send(&mut self, first: u8, payload: &[u8]) {
        let bytes = frame(first, payload, self.is_client);
        self.write(bytes).await;
    }

    pub(crate) async fn frame(&mut self) -> Frame {
        let first = self.stream.read_u8().await.expect("a frame");
        let second = self.stream.read_u8().await.expect("a length");
        let length = match second & 0x7f {
            126 => u64::from(self.stream.read_u16().await.expect("a length")),
            127 => self.stream.read_u64().await.expect("a length"),
            length => u64::from(length),
        };
        let mut mask = [0; 4];
        let is_masked = second & 0x80 != 0;
        if is_masked {
            self.stream.read_exact(&mut mask).await.expect("a mask");
        }
        let mut payload = vec![0; usize::try_from(length).expect("short enough")];
        self.stream.read_exact(&mut payload).await.expect("all of it");
        payload.iter_mut().zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
        Frame { first, is_masked, payload }
    }

    /// Whether the other end has ended the stream, and nothing more has come.
    pub(crate) async fn is_over(&mut self) -> bool {
        matches!(self.stream.read(&mut [0]).await, Ok(0))
    }
}

/// The bytes of a frame.
pub(crate) fn frame(first: u8, payload: &[u8], is_masked: bool) -> Vec<u8> {
    let mut bytes = vec![first];
    let bit = if is_masked { 0x80 } else { 0 };
    match payload.len() {
        length @ 0..126 => bytes.push(bit | u8::try_from(length).expect("short")),
        length @ 126..0x1_0000 => {
            bytes.push(bit | 126);
            bytes.extend(u16::try_from(length).expect("short").to_be_bytes());
        }
        length => {
            bytes.push(bit | 127);
            bytes.extend(u64::try_from(length).expect("short").to_be_bytes());
        }
    }
    if is_masked {
        let mask = [0x37, 0xfa, 0x21, 0x3d];
        bytes.extend(mask);
        bytes.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    } else {
        bytes.extend(payload);
    }
    bytes
}

/// What comes of a request: what the server, who is [`controller`], has of it, and the client, with the head of the
/// answer.
pub(crate) async fn accept(request: &str, options: Options) -> (Result<Connection, OpenError>, Raw, String) {
    let (here, there) = duplex(64 << 10);
    let mut raw = Raw::client(there);
    let us = controller();
    let client = async {
        raw.write(request).await;
        raw.head().await
    };
    let (accepted, head) = tokio::join!(websocket::accept(here, "/usp", &us, options), client);
    (accepted, raw, head)
}

/// What comes of an answer: what the client, who is [`agent`], has of it, and the server, with the request.
pub(crate) async fn open(answer: &[&str], options: Options) -> (Result<Connection, OpenError>, Raw, String) {
    let (here, there) = duplex(64 << 10);
    let mut raw = Raw::server(there);
    let (address, us, peer) = (address(), agent(), controller());
    let (opened, request) =
        tokio::join!(websocket::open(here, &address, &us, &peer, options), raw.answer(answer));
    (opened, raw, request)
}

/// A server of ours, with a client by hand.
pub(crate) async fn server(options: Options) -> (Connection, Raw) {
    let (accepted, raw, _) = accept(&agents_request(), options).await;
    (accepted.expect("accepted"), raw)
}

/// A client of ours, with a server by hand.
pub(crate) async fn client(options: Options) -> (Connection, Raw) {
    let (opened, raw, _) = open(&["Sec-WebSocket-Protocol: v1.usp"], options).await;
    (opened.expect("opened"), raw)
}

/// The defaults, with another length of Records.
pub(crate) fn at_most(max_record: usize) -> Options {
    let mut options = Options::DEFAULT;
    options.max_record = max_record;
    options
}
