//! The Record, as defined by TR-369, section "Record Definition".

use alloc::string::String;
use alloc::vec::Vec;

use bytes::Bytes;

use crate::record_error::RecordErrorKind;
use crate::{EndpointId, RecordError, reader};

/// The envelope in which Messages travel from one Endpoint to another.
///
/// A Record says who speaks to whom and carries bytes: a whole Message, a part of one, or what opens and closes a
/// connection. To read the Message is the business of crate `usp-msg`. Fields and numbers are those of the published
/// schema `[R-ENC.1]`.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct Record {
    /// The version of TR-369 that the sender follows, [`Record::VERSION`] here; required.
    #[prost(string, tag = "1")]
    pub version: String,
    /// The Endpoint ID of the receiver; required.
    #[prost(string, tag = "2")]
    pub to_id: String,
    /// The Endpoint ID of the sender; required.
    #[prost(string, tag = "3")]
    pub from_id: String,
    /// How the payload is protected, as the number of a [`PayloadSecurity`](record::PayloadSecurity).
    #[prost(enumeration = "record::PayloadSecurity", tag = "4")]
    pub payload_security: i32,
    /// Protects the other fields; empty where the MTP does (R-E2E.29).
    #[prost(bytes = "bytes", tag = "5")]
    pub mac_signature: Bytes,
    /// The certificate with which the signature is checked, in PEM.
    #[prost(bytes = "bytes", tag = "6")]
    pub sender_cert: Bytes,
    /// Who spoke first, in a Record that is passed on (since 1.5).
    #[prost(string, tag = "14")]
    pub originator_id: String,
    /// Who is meant in the end, in a Record that is passed on (since 1.5).
    #[prost(string, tag = "15")]
    pub destination_id: String,
    /// What the Record carries; required `[R-ENC.4]`. Absent after decoding a kind that this crate
    /// does not know.
    #[prost(oneof = "record::RecordType", tags = "7, 8, 9, 10, 11, 12, 13")]
    pub record_type: Option<RecordType>,
}

/// What a [`Record`] may carry, and its enumeration.
pub mod record {
    use crate::{
        DisconnectRecord, MqttConnectRecord, NoSessionContextRecord, SessionContextRecord,
        StompConnectRecord, UdsConnectRecord, WebSocketConnectRecord,
    };

    /// What a Record carries.
    #[derive(Clone, PartialEq, Eq, Hash, prost::Oneof)]
    pub enum RecordType {
        /// A whole Message, without a Session Context.
        #[prost(message, tag = "7")]
        NoSessionContext(NoSessionContextRecord),
        /// A Message or a part of one, within a Session Context.
        #[prost(message, tag = "8")]
        SessionContext(SessionContextRecord),
        /// The sender is there, over WebSocket (since 1.2).
        #[prost(message, tag = "9")]
        WebsocketConnect(WebSocketConnectRecord),
        /// The sender is there, over MQTT (since 1.2).
        #[prost(message, tag = "10")]
        MqttConnect(MqttConnectRecord),
        /// The sender is there, over STOMP (since 1.2).
        #[prost(message, tag = "11")]
        StompConnect(StompConnectRecord),
        /// The sender leaves (since 1.2).
        #[prost(message, tag = "12")]
        Disconnect(DisconnectRecord),
        /// The sender is there, over a UNIX domain socket (since 1.3).
        #[prost(message, tag = "13")]
        UdsConnect(UdsConnectRecord),
    }

    /// How the payload is protected.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
    #[repr(i32)]
    pub enum PayloadSecurity {
        /// Not at all; the MTP may protect the whole Record.
        Plaintext = 0,
        /// By TLS between the Endpoints; only within a Session Context `[R-E2E.41]`.
        Tls12 = 1,
    }
}

use record::RecordType;

/// A whole Message, without a Session Context.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct NoSessionContextRecord {
    /// The encoded Message; not empty `[R-E2E.26]`.
    #[prost(bytes = "bytes", tag = "2")]
    pub payload: Bytes,
}

/// A Message or a part of one, within a Session Context.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct SessionContextRecord {
    /// Names the Session Context between the two Endpoints.
    #[prost(uint64, tag = "1")]
    pub session_id: u64,
    /// Counts the sender's Records in this Session Context, from 1 `[R-E2E.14]`.
    #[prost(uint64, tag = "2")]
    pub sequence_id: u64,
    /// The `sequence_id` that the sender wants next `[R-E2E.17]`.
    #[prost(uint64, tag = "3")]
    pub expected_id: u64,
    /// The `sequence_id` that the sender wants once more, or 0.
    #[prost(uint64, tag = "4")]
    pub retransmit_id: u64,
    /// Which part of a Message this is, as the number of a
    /// [`PayloadSarState`](session_context_record::PayloadSarState).
    #[prost(enumeration = "session_context_record::PayloadSarState", tag = "5")]
    pub payload_sar_state: i32,
    /// Which part of a TLS record this is, as the number of a
    /// [`PayloadSarState`](session_context_record::PayloadSarState).
    #[prost(enumeration = "session_context_record::PayloadSarState", tag = "6")]
    pub payloadrec_sar_state: i32,
    /// The parts: one in plain text, one for each TLS record otherwise, none to keep the Session
    /// Context alive.
    #[prost(bytes = "bytes", repeated, tag = "7")]
    pub payload: Vec<Bytes>,
}

/// The enumeration of a [`SessionContextRecord`].
pub mod session_context_record {
    /// Which part of a whole a payload is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
    #[repr(i32)]
    pub enum PayloadSarState {
        /// The whole.
        None = 0,
        /// The first part.
        Begin = 1,
        /// A part between first and last.
        Inprocess = 2,
        /// The last part.
        Complete = 3,
    }
}

/// The sender is there, over WebSocket.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct WebSocketConnectRecord {}

/// The sender is there, over a UNIX domain socket.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct UdsConnectRecord {}

/// The sender is there, over MQTT.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct MqttConnectRecord {
    /// The MQTT version, as the number of an [`MqttVersion`](mqtt_connect_record::MqttVersion).
    #[prost(enumeration = "mqtt_connect_record::MqttVersion", tag = "1")]
    pub version: i32,
    /// Where the sender listens, without wildcards.
    #[prost(string, tag = "2")]
    pub subscribed_topic: String,
}

/// The enumeration of an [`MqttConnectRecord`].
pub mod mqtt_connect_record {
    /// A version of MQTT.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
    #[repr(i32)]
    pub enum MqttVersion {
        /// MQTT 3.1.1
        V311 = 0,
        /// MQTT 5.0
        V5 = 1,
    }
}

/// The sender is there, over STOMP.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct StompConnectRecord {
    /// The STOMP version, as the number of a [`StompVersion`](stomp_connect_record::StompVersion).
    #[prost(enumeration = "stomp_connect_record::StompVersion", tag = "1")]
    pub version: i32,
    /// Where the sender listens.
    #[prost(string, tag = "2")]
    pub subscribed_destination: String,
}

/// The enumeration of a [`StompConnectRecord`].
pub mod stomp_connect_record {
    /// A version of STOMP.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
    #[repr(i32)]
    pub enum StompVersion {
        /// STOMP 1.2
        V12 = 0,
    }
}

/// The sender leaves, or ends the Session Context.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct DisconnectRecord {
    /// Why, in words.
    #[prost(string, tag = "1")]
    pub reason: String,
    /// Why, as a USP error code of 7100 to 7199, for instance 7105.
    #[prost(fixed32, tag = "2")]
    pub reason_code: u32,
}

impl Record {
    /// The version of TR-369 that this crate writes into its Records.
    pub const VERSION: &'static str = "1.4";

    /// What a receiver takes by default, in bytes of a whole Record: a Message of 4 MiB fits.
    pub const DEFAULT_MAX_SIZE: usize = (4 << 20) + 4096;

    /// How many payloads a Record of a Session Context may have: TLS puts one record into each, and
    /// plain text has a single one.
    pub const MAX_PAYLOADS: usize = 1024;

    /// A Record of this kind.
    pub fn new(from: &EndpointId, to: &EndpointId, record_type: RecordType) -> Self {
        Self {
            version: Self::VERSION.into(),
            to_id: to.as_str().into(),
            from_id: from.as_str().into(),
            record_type: Some(record_type),
            ..Self::default()
        }
    }

    /// A Record that carries a whole Message without a Session Context.
    ///
    /// `payload` is the encoded Message; it may not be empty `[R-E2E.26]`, which
    /// [`Record::validate`] checks.
    pub fn no_session(from: &EndpointId, to: &EndpointId, payload: impl Into<Bytes>) -> Self {
        let content = NoSessionContextRecord { payload: payload.into() };
        Self::new(from, to, RecordType::NoSessionContext(content))
    }

    /// A Record that says that the sender leaves, with a code of 7100 to 7199 and a reason in words
    /// `[R-MTP.9]`.
    pub fn disconnect(
        from: &EndpointId,
        to: &EndpointId,
        reason_code: impl Into<u32>,
        reason: impl Into<String>,
    ) -> Self {
        let content = DisconnectRecord { reason: reason.into(), reason_code: reason_code.into() };
        Self::new(from, to, RecordType::Disconnect(content))
    }

    /// Reads a Record from untrusted bytes, up to [`Record::DEFAULT_MAX_SIZE`] of them.
    ///
    /// Unknown fields are skipped. Whether the fields fit together is for [`Record::validate`].
    ///
    /// # Errors
    ///
    /// Bytes that are no Record, or too many.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        Ok(check(bytes)?.to_record())
    }

    /// Reads a Record from untrusted bytes without copying the payload, which then shares them.
    ///
    /// As long as the payload or a signature lives, all of `bytes` stays in memory, and so does the buffer that they
    /// were cut from. Whoever keeps a short payload for long, of what may be a large buffer, copies it, as a
    /// [`SessionContext`](crate::SessionContext) does with all that it holds. [`Record::decode`] copies at once.
    ///
    /// # Errors
    ///
    /// As [`Record::decode`].
    pub fn decode_shared(bytes: Bytes) -> Result<Self, RecordError> {
        check(&bytes)?;
        Ok(prost::Message::decode(bytes).map_err(RecordErrorKind::Disagreement)?)
    }

    /// The bytes of the Record, of exactly their length.
    pub fn encode_to_vec(&self) -> Vec<u8> {
        prost::Message::encode_to_vec(self)
    }

    /// Checks the rules that a receiver checks before it looks into the payload.
    ///
    /// # Errors
    ///
    /// A required field that is empty `[R-MTP.4b]`, an Endpoint ID or an enumeration value that
    /// TR-369 does not know `[R-ENC.2]`, no content `[R-ENC.4]`, a Record without Session Context
    /// and payload `[R-E2E.26]` or with TLS `[R-E2E.41]`.
    pub fn validate(&self) -> Result<(), RecordError> {
        crate::validate::record(self).map_err(RecordError::from)
    }

    /// The sender.
    ///
    /// # Errors
    ///
    /// A text that is no Endpoint ID.
    pub fn sender(&self) -> Result<EndpointId, RecordError> {
        endpoint_id("from_id", &self.from_id)
    }

    /// The receiver.
    ///
    /// # Errors
    ///
    /// A text that is no Endpoint ID.
    pub fn receiver(&self) -> Result<EndpointId, RecordError> {
        endpoint_id("to_id", &self.to_id)
    }

    /// The whole Message that a Record without Session Context carries.
    pub fn payload(&self) -> Option<&Bytes> {
        match self.record_type.as_ref()? {
            RecordType::NoSessionContext(content) => Some(&content.payload),
            _ => None,
        }
    }

    /// The part that belongs to a Session Context, if any.
    pub fn session_context(&self) -> Option<&SessionContextRecord> {
        match self.record_type.as_ref()? {
            RecordType::SessionContext(content) => Some(content),
            _ => None,
        }
    }

    /// Whether this is one of the four Connect Records `[R-MTP.6]`.
    pub const fn is_connect(&self) -> bool {
        matches!(
            self.record_type,
            Some(
                RecordType::WebsocketConnect(_)
                    | RecordType::MqttConnect(_)
                    | RecordType::StompConnect(_)
                    | RecordType::UdsConnect(_)
            )
        )
    }
}

/// Everything that decoding would refuse is refused here, before memory is spent.
fn check(bytes: &[u8]) -> Result<reader::Record<'_>, RecordError> {
    check_size(bytes.len())?;
    let record = reader::Record::open(bytes)?;
    if let Some(reader::Content::SessionContext(context)) = record.content() {
        check_payloads(context.payload().count())?;
    }
    Ok(record)
}

pub(crate) fn check_size(size: usize) -> Result<(), RecordError> {
    let limit = Record::DEFAULT_MAX_SIZE;
    if size > limit { Err(RecordErrorKind::TooLarge { size, limit }.into()) } else { Ok(()) }
}

pub(crate) fn check_payloads(count: usize) -> Result<(), RecordError> {
    let limit = Record::MAX_PAYLOADS;
    if count > limit { Err(RecordErrorKind::TooManyPayloads { count, limit }.into()) } else { Ok(()) }
}

pub(crate) fn endpoint_id(field: &'static str, text: &str) -> Result<EndpointId, RecordError> {
    Ok(EndpointId::parse(text).map_err(|error| RecordErrorKind::EndpointId { field, error })?)
}
