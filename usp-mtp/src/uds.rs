//! Records over UNIX domain sockets, as defined by TR-369 section "UNIX Domain Socket Binding".
//!
//! The client says first who it is, then the server; from then on both send Records. [`connect`] and [`Listener`] are
//! for sockets, [`open`] and [`accept`] for any stream of bytes, such as one of TLS.
//!
//! ```no_run
//! use usp_mtp::record::EndpointId;
//! use usp_mtp::{Options, uds};
//!
//! # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
//! let us = EndpointId::parse("self::broker")?;
//! let listener = uds::Listener::bind("/var/run/usp/broker_agent_path")?;
//! loop {
//!     let stream = listener.accept().await?;
//!     let connection = uds::accept(stream, &us, Options::DEFAULT).await?;
//!     println!("{} is there", connection.peer());
//! }
//! # }
//! ```

mod channel;
mod frame;
#[cfg(unix)]
mod listener;

use core::future::Future;
#[cfg(unix)]
use std::path::Path;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use usp_record::EndpointId;

use crate::connection::{self, Connection};
use crate::{OpenError, Options};
use channel::told;
pub(crate) use channel::{Receiver, Sender};
use frame::TlvType;
#[cfg(unix)]
pub use listener::Listener;

/// Connects to the socket at a path, and says there that we are `us` `[R-UDS.4]` `[R-UDS.16]`.
///
/// # Errors
///
/// Nobody listens there; or the handshake fails, see [`open`].
#[cfg(unix)]
pub async fn connect(
    path: impl AsRef<Path>,
    us: &EndpointId,
    options: Options,
) -> Result<Connection, OpenError> {
    open(tokio::net::UnixStream::connect(path).await?, us, options).await
}

/// Makes a connection of a stream whose other end waits for us to say who we are: the client's part.
///
/// # Errors
///
/// The other end closes the stream, sends an Error frame or an Endpoint ID that is none, which it is told
/// `[R-UDS.21]`; or it has not said who it is when [`Options::handshake_timeout`] is over `[R-UDS.18]`.
pub async fn open<S: AsyncRead + AsyncWrite + Send + 'static>(
    stream: S,
    us: &EndpointId,
    options: Options,
) -> Result<Connection, OpenError> {
    let (mut sender, mut receiver) = halves(stream, options);
    in_time(options, async {
        sender.write(TlvType::Handshake, us.as_str().as_bytes()).await?;
        let peer = who(&mut sender, &mut receiver).await?;
        Ok(connection(peer, sender, receiver))
    })
    .await
}

/// Makes a connection of a stream whose other end says first who it is: the server's part `[R-UDS.17]`.
///
/// # Errors
///
/// As of [`open`].
pub async fn accept<S: AsyncRead + AsyncWrite + Send + 'static>(
    stream: S,
    us: &EndpointId,
    options: Options,
) -> Result<Connection, OpenError> {
    let (mut sender, mut receiver) = halves(stream, options);
    in_time(options, async {
        let peer = who(&mut sender, &mut receiver).await?;
        sender.write(TlvType::Handshake, us.as_str().as_bytes()).await?;
        Ok(connection(peer, sender, receiver))
    })
    .await
}

fn halves<S: AsyncRead + AsyncWrite + Send + 'static>(stream: S, options: Options) -> (Sender, Receiver) {
    let (reader, writer) = tokio::io::split(stream);
    (Sender::new(writer), Receiver::new(reader, options.max_record))
}

fn connection(peer: EndpointId, sender: Sender, receiver: Receiver) -> Connection {
    Connection::new(peer, connection::Sender::Uds(sender), connection::Receiver::Uds(receiver))
}

async fn in_time<T>(
    options: Options,
    handshake: impl Future<Output = Result<T, OpenError>>,
) -> Result<T, OpenError> {
    timeout(options.handshake_timeout, handshake).await.unwrap_or(Err(OpenError::Silent))
}

/// What the other end says in its Handshake. Records before that are passed over [R-UDS.20].
async fn who(sender: &mut Sender, receiver: &mut Receiver) -> Result<EndpointId, OpenError> {
    let said = match receiver.next(&[TlvType::Handshake, TlvType::Error]).await {
        Ok((TlvType::Error, text)) => Err(told(&text)),
        Ok((_, id)) => Ok(id),
        Err(closed) => Err(closed),
    };
    let id = match said {
        Ok(id) => String::from_utf8_lossy(&id).into_owned(),
        Err(closed) => {
            sender.close(Some(&closed)).await;
            return Err(closed.into());
        }
    };
    match EndpointId::parse(&id) {
        Ok(peer) => Ok(peer),
        Err(error) => {
            // [R-UDS.21]
            let error = OpenError::EndpointId { id, error };
            let _ = sender.write(TlvType::Error, error.to_string().as_bytes()).await;
            sender.close(None).await;
            Err(error)
        }
    }
}
