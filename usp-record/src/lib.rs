//! Records of TR-369 (USP): the envelopes in which Messages travel, the names of those who send them,
//! and the Session Context in which they arrive once and in order.
//!
//! A [`Record`] carries bytes. Who wants to read the Message in them takes crate `usp-msg`; a broker or
//! proxy needs no more than this crate.
//!
//! - [`Record`] and its parts are owned types of crate [`prost`]; [`reader`] reads Records in place,
//!   [`writer`] writes one around a Message into the same buffer.
//! - [`EndpointId`] names an Agent or Controller; [`EndpointIdPattern`] is what a certificate says.
//! - [`SessionContext`] is the state machine of TR-369's end-to-end exchange, with segmentation.
//! - [`Integrity`] is where signatures come in; feature `crypto` brings those of TR-369.
//! - [`Instant`] and [`Rng`] are time and randomness as arguments, for this crate and those above it.
//!
//! # Untrusted input
//!
//! Bytes from a peer give a [`RecordError`], never a panic. An owned Record is decoded from at most
//! [`Record::DEFAULT_MAX_SIZE`] bytes with [`Record::MAX_PAYLOADS`] payloads, which is checked before memory is
//! spent; [`reader`] takes any size, for it holds nothing. The buffers of a session have the limits of
//! [`SessionConfig`], and [`SessionBudget`] those over all peers.
//!
//! # Not supported
//!
//! End-to-end TLS itself: a [`SessionContext`] carries the TLS records of a [`SecureChannel`] that the
//! caller brings.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `crypto` | no | `EcdsaP256` and `TlsSessionMac`, which implement [`Integrity`], on the crates of RustCrypto |
//! | `json` | no | `Record::to_json` and `Record::from_json`, on crate `serde_json` |
//!
//! This crate is `no_std` and needs `alloc`. Minimum Rust version: 1.89.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod authority_scheme;
#[cfg(test)]
mod differential;
mod endpoint_id;
mod endpoint_id_pattern;
mod instant;
mod integrity;
#[cfg(feature = "json")]
mod json;
pub mod reader;
mod record_error;
mod records;
mod retry;
mod rng;
mod session_context;
mod text;
mod validate;
pub mod writer;

pub use authority_scheme::AuthorityScheme;
pub use bytes;
pub use endpoint_id::{EndpointId, EndpointIdError};
pub use endpoint_id_pattern::EndpointIdPattern;
pub use instant::Instant;
pub use integrity::Integrity;
#[cfg(feature = "crypto")]
pub use integrity::{EcdsaP256, KeyError, TlsSessionMac};
#[cfg(feature = "json")]
pub use json::JsonError;
pub use prost;
pub use record_error::{RecordError, RecordErrorKind};
pub use records::{
    DisconnectRecord, MqttConnectRecord, NoSessionContextRecord, Record, SessionContextRecord,
    StompConnectRecord, UdsConnectRecord, WebSocketConnectRecord, mqtt_connect_record, record,
    session_context_record, stomp_connect_record,
};
pub use retry::RetryWaits;
pub use rng::Rng;
pub use session_context::{
    BudgetedSession, Reassembly, ReassemblyError, SecureChannel, SecureChannelError, Segment, SendError,
    SessionBudget, SessionConfig, SessionContext, SessionFailure, SessionMode, SessionOutput, TlsRole,
    segment,
};
pub use usp_wire::Fault;
