//! What protects Messages from end to end within a Session Context, as defined by TR-369, section
//! "Secure Message Exchange".

use alloc::vec::Vec;
use core::fmt;

use bytes::Bytes;

use crate::{Instant, Rng};

/// A TLS engine between the two Endpoints of a [`SessionContext`](super::SessionContext).
///
/// The Session Context carries the TLS records and sees to it that they arrive once and in order; the
/// engine makes and reads them. Which versions and ciphers it offers, that it refuses renegotiation and
/// that it asks for the peer's certificate and compares it with the peer's Endpoint ID is its part (R-E2E.40, R-E2E.42,
/// R-E2E.43).
///
/// It does no input and output of its own: after [`SecureChannel::begin`] and [`SecureChannel::open`],
/// the Session Context calls [`SecureChannel::poll_records`] until that gives `None`. Messages are
/// sealed only while [`SecureChannel::is_established`]; before, they wait in the Session Context.
pub trait SecureChannel: fmt::Debug + Send {
    /// A Session Context has begun: the TLS session of the one before is over, and a handshake begins.
    ///
    /// The Endpoint that began the Session Context is the client (R-E2E.40).
    fn begin(&mut self, role: TlsRole, now: Instant, rng: &mut dyn Rng);

    /// Whether the handshake is done, and the peer is who it should be.
    fn is_established(&self) -> bool;

    /// TLS records to send that carry no Message: of the handshake, or an alert. They travel together.
    fn poll_records(&mut self) -> Option<Vec<Bytes>>;

    /// The TLS records that carry a Message, each whole.
    ///
    /// # Errors
    ///
    /// What keeps the engine from encrypting; the Session Context starts anew.
    fn seal(&mut self, message: &[u8]) -> Result<Vec<Bytes>, SecureChannelError>;

    /// Takes TLS records from the peer, whole and in order; gives the Message if they carry one.
    ///
    /// # Errors
    ///
    /// A handshake that fails, a record that does not decrypt, an alert of the peer. The Session Context
    /// sends the alert that [`SecureChannel::poll_records`] may give, and starts anew.
    fn open(
        &mut self,
        records: &[u8],
        now: Instant,
        rng: &mut dyn Rng,
    ) -> Result<Option<Bytes>, SecureChannelError>;

    /// What the TLS session exports under [`TlsRole::EXPORTER_LABEL`], once it is established: the keys
    /// with which Records are protected then `[R-E2E.33, R-E2E.35]`.
    fn exported(&self) -> Option<[u8; TlsRole::EXPORTED_LENGTH]>;
}

/// Which side of the TLS session this Endpoint is; the one that began the Session Context is the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TlsRole {
    /// The side that sent the first message of the TLS handshake.
    Client,
    /// The other side.
    Server,
}

impl TlsRole {
    /// The label with which keys are exported from a TLS session, without context `[R-E2E.36]`.
    pub const EXPORTER_LABEL: &'static str = "EXPORTER-BBF-USP-Record";

    /// How many bytes are exported `[R-E2E.37]`.
    pub const EXPORTED_LENGTH: usize = 64;
}

/// The secure channel has failed. What exactly is the engine's to tell, and no peer learns it from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secure channel has failed")]
pub struct SecureChannelError;
