//! A device and an operator as two programs, over WebSocket or a UNIX domain socket.

pub mod device;
pub mod operator;
mod place;

pub use place::{Place, PlaceError};

/// The Endpoint ID of the device, unless it is told another.
pub const DEVICE: &str = "os::012345-GATEWAY1";
/// The Endpoint ID of the operator, unless it is told another.
pub const OPERATOR: &str = "self::operator";
/// Where the two meet, unless they are told another place: the operator waits there, and the device calls.
pub const MEETING: &str = "ws://127.0.0.1:8080/usp";

/// Anything that can go wrong here is shown to the user and ends the program.
pub type Failure = Box<dyn core::error::Error + Send + Sync>;
