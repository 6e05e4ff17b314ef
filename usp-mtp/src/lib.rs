//! Message Transfer Protocols of TR-369 (USP): how Records travel between two Endpoints.
//!
//! A [`Connection`] is a way to another Endpoint, whichever the protocol: it takes Records, gives Records, and knows
//! how its protocol says that something is wrong. [`uds`] makes connections over UNIX domain sockets, [`websocket`]
//! over WebSocket. Everything runs on tokio; whoever has another runtime, or none, takes `usp-agent` or
//! `usp-controller`, which do not know of sockets.
#![cfg_attr(not(feature = "websocket"), allow(rustdoc::broken_intra_doc_links))]

#[cfg(any(feature = "agent", feature = "controller", feature = "websocket"))]
extern crate alloc;

mod connection;
#[cfg(feature = "controller")]
mod controller;
#[cfg(any(feature = "agent", feature = "controller"))]
mod links;
mod open_error;
mod options;
#[cfg(any(feature = "agent", feature = "controller"))]
mod system;
pub mod uds;
#[cfg(any(feature = "agent", feature = "controller"))]
mod ways;

pub use connection::{Closed, Connection, Protocol, RecordReceiver, RecordSender};
#[cfg(feature = "controller")]
pub use controller::{
    ControllerEvent, ControllerHandle, ControllerRuntime, DisconnectReason, ListenError, RequestError, WayId,
};
pub use open_error::OpenError;
pub use options::Options;
#[cfg(any(feature = "agent", feature = "controller"))]
pub use system::{Clock, SystemRng};
#[cfg(feature = "controller")]
pub use usp_controller;
pub use usp_record as record;
