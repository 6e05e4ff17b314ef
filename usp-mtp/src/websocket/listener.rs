//! A socket that waits for clients.

use core::net::SocketAddr;
use std::io;

use tokio::net::{TcpListener, TcpStream};

/// A TCP socket that waits for clients.
#[derive(Debug)]
pub struct Listener(TcpListener);

impl Listener {
    /// Listens at an address; port 0 lets the system choose one, see [`local_addr`](Self::local_addr).
    ///
    /// # Errors
    ///
    /// Somebody listens there already, or the system does not allow it.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        TcpListener::bind(address).await.map(Self)
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// The system says so.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }

    /// The stream of the next client, to be handed to [`accept`](crate::websocket::accept).
    ///
    /// # Errors
    ///
    /// The system is out of resources; trying again later may help.
    pub async fn accept(&self) -> io::Result<TcpStream> {
        let (stream, _) = self.0.accept().await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}
