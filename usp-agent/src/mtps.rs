//! Which MTPs the Agent has: `SupportedProtocols`, which offers them to the rows that ask for one (TR-181).

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use usp_datamodel::{DataModel, Fault, RegisterError};
use usp_record::Rng;

use crate::agent::Agent;
use crate::now::Now;

const SUPPORTED: &str = "Device.LocalAgent.SupportedProtocols";

/// A protocol that carries Records, by the names of TR-181.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mtp {
    /// WebSocket.
    WebSocket,
    /// STOMP.
    Stomp,
    /// MQTT.
    Mqtt,
    /// UNIX domain sockets.
    Uds,
}

impl fmt::Display for Mtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WebSocket => "WebSocket",
            Self::Stomp => "STOMP",
            Self::Mqtt => "MQTT",
            Self::Uds => "UDS",
        })
    }
}

/// Keeps out of saved state what the device's MTPs say of themselves: after a restart nobody is reached until whoever drives
/// them says so.
pub(crate) fn keep_out_of_state(model: &mut DataModel) -> Result<(), RegisterError> {
    let status = "Device.LocalAgent.MTP.{i}.Status";
    match model.schema().parameter_at(status) {
        Some(_) => model.transient(status),
        None => Ok(()),
    }
}

impl<R: Rng> Agent<R> {
    /// Says which MTPs the device implements: `Device.LocalAgent.SupportedProtocols`. From then on Controllers cannot ask
    /// for another one in the tables of MTPs, the Agent's and those of Controllers; rows that are there stay.
    ///
    /// Whoever drives the MTPs reads these tables, and keeps `Status` of the rows of `Device.LocalAgent.MTP.` by
    /// [`update`](Self::update); it is not saved.
    ///
    /// # Errors
    ///
    /// The schema has no such parameter, or not these values.
    pub fn support_mtps(&mut self, mtps: &[Mtp], now: Now) -> Result<(), Fault> {
        let names: Vec<String> = mtps.iter().map(ToString::to_string).collect();
        self.update(now, |model| model.update_value_at(SUPPORTED, &names.join(",")))
    }
}
