//! Records over WebSocket, as defined by TR-369 section "WebSocket Binding".
//!
//! An Endpoint is a resource of a server `[R-WS.2]`; the client says in its request who it is, and from then on both
//! send Records. [`connect`] and [`Listener`] are for TCP, [`open`] and [`accept`] for any stream of bytes.
//!
//! For `wss` there are [`connect_secured`] and [`accept_secured`], with TLS that you bring ([`Tls`]): which library it
//! is of, where keys are, and who is trusted, is a matter of the device. What is looked at here is that the certificate
//! of the other end speaks for the Endpoint ID that this says it has, where the TLS gives its names.
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
//! Before both ends know each other, besides what TLS takes: 8 KiB, for the head of an HTTP message. From then on: 2 KiB
//! to read into, a message of [`Options::max_record`] in however many fragments it comes, room for the fragment that is
//! coming, which is of that length at most, and 64 answers to Pings which the other end does not take. After a Close or a
//! refusal: what still comes is passed over for five seconds, or 8 MiB.

mod address;
mod boundary;
mod channel;
mod client;
mod eid;
mod head;
mod listener;
mod server;
mod stream;
mod tls;

use core::future::Future;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::protocol::Role;
use usp_record::EndpointId;

use crate::connection::{self, Connection};
use crate::{OpenError, Options};
pub use address::Address;
pub(crate) use channel::{Receiver, Sender};
pub use listener::Listener;
use stream::Stream;
use tls::Names;
pub use tls::{Secured, Securing, Tls};

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
    let begun = Instant::now();
    let stream = in_time(options, tcp(address)).await?;
    open(stream, address, us, peer, left(options, begun)).await
}

/// Connects over TLS: [`connect`] for `wss`.
///
/// # Errors
///
/// Those of [`connect`]; there is no TLS with the other end; or its certificate does not speak for `peer`. All of it
/// together may take [`Options::handshake_timeout`].
pub async fn connect_secured(
    tls: &dyn Tls,
    address: &Address,
    us: &EndpointId,
    peer: &EndpointId,
    options: Options,
) -> Result<Connection, OpenError> {
    let begun = Instant::now();
    let secured = in_time(options, async {
        let stream = tcp(address).await?;
        tls.connect(stream, address.socket().0, peer).await.map_err(OpenError::Tls)
    })
    .await?;
    // Whoever is somebody else does not learn who we are.
    secured.names.check(peer)?;
    client(secured.stream, address, us, peer, left(options, begun)).await
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
    client(Stream::new(stream), address, us, peer, options).await
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
    server(Stream::new(stream), &Names::ANY, path, us, options).await
}

/// Makes a connection over TLS of a stream that a [`Listener`] has given: [`accept`] for `wss`.
///
/// # Errors
///
/// Those of [`accept`]; there is no TLS with the other end; or its certificate does not speak for the Endpoint that it
/// says it is, which it is told with status 403. All of it together may take [`Options::handshake_timeout`].
pub async fn accept_secured(
    tls: &dyn Tls,
    stream: TcpStream,
    path: &str,
    us: &EndpointId,
    options: Options,
) -> Result<Connection, OpenError> {
    let begun = Instant::now();
    let secured = in_time(options, async { tls.accept(stream).await.map_err(OpenError::Tls) }).await?;
    server(secured.stream, &secured.names, path, us, left(options, begun)).await
}

async fn tcp(address: &Address) -> Result<TcpStream, OpenError> {
    let stream = TcpStream::connect(address.socket()).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn client(
    mut stream: Stream,
    address: &Address,
    us: &EndpointId,
    peer: &EndpointId,
    options: Options,
) -> Result<Connection, OpenError> {
    let rest = in_time(options, client::handshake(&mut stream, address, us, peer, options)).await?;
    Ok(connection(peer.clone(), stream, rest, Role::Client, options).await)
}

async fn server(
    mut stream: Stream,
    names: &Names,
    path: &str,
    us: &EndpointId,
    options: Options,
) -> Result<Connection, OpenError> {
    match timeout(options.handshake_timeout, server::handshake(&mut stream, names, path, us)).await {
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

/// The same, less the time that has passed since a handshake has begun.
fn left(options: Options, begun: Instant) -> Options {
    Options { handshake_timeout: options.handshake_timeout.saturating_sub(begun.elapsed()), ..options }
}

async fn in_time<T>(
    options: Options,
    handshake: impl Future<Output = Result<T, OpenError>>,
) -> Result<T, OpenError> {
    timeout(options.handshake_timeout, handshake).await.unwrap_or(Err(OpenError::Silent))
}
