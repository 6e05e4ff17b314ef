//! TLS below a WebSocket, which somebody else brings.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use std::io;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use usp_record::{EndpointId, EndpointIdPattern};

use crate::OpenError;
use crate::websocket::stream::Stream;

/// TLS, by the library of whoever uses this crate.
///
/// Which certificates an end has, and whom it trusts, is settled here: an Agent that follows TR-369 lets nobody in who
/// shows no certificate, or one of an authority that it does not trust. Of how that goes nothing is known
/// outside, except whom the certificate of the other end speaks for, if [`Secured::speaking_for`] says so.
///
/// With tokio-rustls, and rustls-webpki to read names:
///
/// ```
/// use std::io;
///
/// use tokio::net::TcpStream;
/// use tokio_rustls::rustls::CommonState;
/// use tokio_rustls::rustls::pki_types::ServerName;
/// use tokio_rustls::{TlsAcceptor, TlsConnector};
/// use usp_mtp::record::{EndpointId, EndpointIdPattern};
/// use usp_mtp::websocket::{Secured, Securing, Tls};
///
/// /// Their verifiers know whom we trust; that of the acceptor wants a certificate.
/// struct Rustls {
///     connector: TlsConnector,
///     acceptor: TlsAcceptor,
/// }
///
/// impl Tls for Rustls {
///     fn connect<'a>(&'a self, stream: TcpStream, host: &'a str, _peer: &'a EndpointId) -> Securing<'a> {
///         Box::pin(async move {
///             let host = ServerName::try_from(host.to_string()).map_err(io::Error::other)?;
///             let stream = self.connector.connect(host, stream).await?;
///             let names = names(stream.get_ref().1)?;
///             Ok(Secured::new(stream).speaking_for(names))
///         })
///     }
///
///     fn accept(&self, stream: TcpStream) -> Securing<'_> {
///         Box::pin(async move {
///             let stream = self.acceptor.accept(stream).await?;
///             let names = names(stream.get_ref().1)?;
///             Ok(Secured::new(stream).speaking_for(names))
///         })
///     }
/// }
///
/// /// The Endpoint IDs in the certificate of the other end.
/// fn names(tls: &CommonState) -> io::Result<Vec<EndpointIdPattern>> {
///     let Some([first, ..]) = tls.peer_certificates() else { return Ok(Vec::new()) };
///     let certificate = webpki::EndEntityCert::try_from(first).map_err(io::Error::other)?;
///     Ok(certificate.valid_uri_names().filter_map(|uri| EndpointIdPattern::from_urn(uri).ok()).collect())
/// }
/// ```
pub trait Tls: Send + Sync {
    /// The client's part, on a stream to this host, where `peer` is expected.
    fn connect<'a>(&'a self, stream: TcpStream, host: &'a str, peer: &'a EndpointId) -> Securing<'a>;

    /// The server's part.
    fn accept(&self, stream: TcpStream) -> Securing<'_>;
}

/// A handshake of TLS; dropped, it is given up.
pub type Securing<'a> = Pin<Box<dyn Future<Output = io::Result<Secured>> + Send + 'a>>;

/// A stream whose TLS is there.
pub struct Secured {
    pub(super) stream: Stream,
    pub(super) names: Names,
}

impl Secured {
    /// A stream that says nothing of Endpoint IDs: the other end is whoever it says it is.
    pub fn new(stream: impl AsyncRead + AsyncWrite + Send + 'static) -> Self {
        Self { stream: Stream::new(stream), names: Names(None) }
    }

    /// The same, whose other end has shown a certificate that speaks for these Endpoints, and for no others: if it says
    /// that it is another one, or another one was called, no connection comes about. Without any, none ever does.
    #[must_use]
    pub fn speaking_for(self, names: impl IntoIterator<Item = EndpointIdPattern>) -> Self {
        Self { names: Names(Some(names.into_iter().collect())), ..self }
    }
}

impl fmt::Debug for Secured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secured").field("names", &self.names).finish_non_exhaustive()
    }
}

/// Whom a stream may be to; `None` is anybody.
#[derive(Debug)]
pub(super) struct Names(Option<Vec<EndpointIdPattern>>);

impl Names {
    /// Those of a stream without TLS.
    pub(super) const ANY: Self = Self(None);

    pub(super) fn check(&self, id: &EndpointId) -> Result<(), OpenError> {
        match &self.0 {
            Some(names) if !names.iter().any(|name| name.matches(id)) => {
                Err(OpenError::Certificate { id: id.clone() })
            }
            _ => Ok(()),
        }
    }
}
