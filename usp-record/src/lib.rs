//! Records and Endpoint Identifiers of TR-369 (USP).
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod authority_scheme;
#[cfg(test)]
mod differential;
mod endpoint_id;
mod instant;
pub mod reader;
mod record_error;
mod records;
mod retry;
mod rng;
mod session_context;
mod validate;
mod wire;
pub mod writer;

pub use authority_scheme::AuthorityScheme;
pub use bytes;
pub use endpoint_id::{EndpointId, EndpointIdError};
pub use instant::Instant;
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
    Reassembly, ReassemblyError, Segment, SendError, SessionConfig, SessionContext, SessionFailure,
    SessionMode, SessionOutput, segment,
};
pub use wire::Fault;
