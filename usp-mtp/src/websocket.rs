//! Records over WebSocket, as defined by TR-369 section "WebSocket Binding".
//!
//! An Endpoint is a resource of a server `[R-WS.2]`; the client says in its request who it is, and from then on both
//! send Records. [`connect`] and [`Listener`] are for TCP, [`open`] and [`accept`] for any stream of bytes, such as one
//! of TLS: `wss` is one of these over a stream whose certificates whoever opened it has looked at `[R-WS.22]`.
//!
//! That there is one connection between two Endpoints at most `[R-WS.4]` is for those to see who hold them.
//!
//! ```no_run
//! use usp_mtp::record::EndpointId;
//! use usp_mtp::{Options, websocket};
//!
//! # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
//! let us = EndpointId::parse("fqdn::acs.example.com")?;
//! let listener = websocket::Listener::bind("[::]:8080".parse()?).await?;
//! loop {
//!     let stream = listener.accept().await?;
//!     match websocket::accept(stream, "/usp", &us, Options::DEFAULT).await {
//!         Ok(connection) => println!("{} is there", connection.peer()),
//!         Err(error) => eprintln!("{error}"),
//!     }
//! }
//! # }
//! ```
//!
//! # What another end may cost
//!
//! Before both ends know each other: 8 KiB, for the head of an HTTP message. From then on: 2 KiB to read into, a
//! message of [`Options::max_record`] in however many fragments it comes, room for the fragment that is coming, which
//! is of that length at most, and 64 answers to Pings which the other end does not take. After a Close or a refusal:
//! what still comes is passed over for five seconds, or 8 MiB.

mod address;
mod boundary;
mod channel;
mod client;
mod eid;
mod head;
mod listener;
mod server;
mod stream;

use core::future::Future;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::Role;
use usp_record::EndpointId;

use crate::connection::{self, Connection};
use crate::{OpenError, Options};
pub use address::Address;
pub(crate) use channel::{Receiver, Sender};
pub use listener::Listener;
use stream::Stream;

/// The subprotocol of Records as TR-369 encodes them `[R-WS.9]`.
const SUBPROTOCOL: &str = "v1.usp";

/// Connects over TCP to the Endpoint `peer` at an address, as `us`.
///
/// # Errors
///
/// Nobody listens there, or cannot be reached within [`Options::handshake_timeout`]; or the handshake fails, see
/// [`open`].
pub async fn connect(
    address: &Address,
    us: &EndpointId,
    peer: &EndpointId,
    options: Options,
) -> Result<Connection, OpenError> {
    let stream = in_time(options, async {
        let stream = TcpStream::connect(address.socket()).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    })
    .await?;
    open(stream, address, us, peer, options).await
}

/// Makes a connection of a stream whose other end is a server of WebSockets: the client's part `[R-WS.7]`.
///
/// # Errors
///
/// The address is none; the other end refuses, is no WebSocket, does not speak USP `[R-WS.12]`, or says that it is
/// another Endpoint than `peer`; or it has not answered when [`Options::handshake_timeout`] is over.
pub async fn open<S: AsyncRead + AsyncWrite + Send + 'static>(
    stream: S,
    address: &Address,
    us: &EndpointId,
    peer: &EndpointId,
    options: Options,
) -> Result<Connection, OpenError> {
    let mut stream = Stream::new(stream);
    let rest = in_time(options, client::handshake(&mut stream, address, us, peer, options)).await?;
    Ok(connection(peer.clone(), stream, rest, Role::Client, options).await)
}

/// Makes a connection of a stream whose other end is a client of WebSockets: the server's part `[R-WS.7]`.
///
/// A client that is refused is told why, in an answer of HTTP.
///
/// # Errors
///
/// The other end asks for another path than `path`, is no WebSocket, does not speak USP `[R-WS.12a]`, or does not say
/// which Endpoint it is; or it has not asked when [`Options::handshake_timeout`] is over.
pub async fn accept<S: AsyncRead + AsyncWrite + Send + 'static>(
    stream: S,
    path: &str,
    us: &EndpointId,
    options: Options,
) -> Result<Connection, OpenError> {
    let mut stream = Stream::new(stream);
    match timeout(options.handshake_timeout, server::handshake(&mut stream, path, us)).await {
        Ok(Ok((peer, rest))) => Ok(connection(peer, stream, rest, Role::Server, options).await),
        Ok(Err(refusal)) => Err(refusal.tell(&mut stream).await),
        Err(_) => Err(OpenError::Silent),
    }
}

async fn connection(
    peer: EndpointId,
    stream: Stream,
    rest: Vec<u8>,
    role: Role,
    options: Options,
) -> Connection {
    let (sender, receiver) = channel::halves(stream, rest, role, options).await;
    Connection::new(peer, connection::Sender::WebSocket(sender), connection::Receiver::WebSocket(receiver))
}

async fn in_time<T>(
    options: Options,
    handshake: impl Future<Output = Result<T, OpenError>>,
) -> Result<T, OpenError> {
    timeout(options.handshake_timeout, handshake).await.unwrap_or(Err(OpenError::Silent))
}
