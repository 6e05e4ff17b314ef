//! Which MTPs the Agent has: `SupportedProtocols`, which offers them to the rows that ask for one (TR-181).

pub(crate) mod channel;
pub(crate) mod connections;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use usp_datamodel::{DataModel, Fault, RegisterError};
use usp_record::Rng;
use usp_schema::Value;

use crate::agent::Agent;
use crate::controllers;
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

impl Mtp {
    const ALL: [Self; 4] = [Self::WebSocket, Self::Stomp, Self::Mqtt, Self::Uds];

    const fn as_str(self) -> &'static str {
        match self {
            Self::WebSocket => "WebSocket",
            Self::Stomp => "STOMP",
            Self::Mqtt => "MQTT",
            Self::Uds => "UDS",
        }
    }
}

impl fmt::Display for Mtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Keeps out of saved state what the device's MTPs say of themselves: after a restart nobody is reached until whoever
/// drives them says so.
pub(crate) fn keep_out_of_state(model: &mut DataModel) -> Result<(), RegisterError> {
    let status = "Device.LocalAgent.MTP.{i}.Status";
    match model.schema().parameter_at(status) {
        Some(_) => model.transient(status),
        None => Ok(()),
    }
}

/// Has a row of an MTP that comes without Order be of the lowest priority (TR-181, Order).
pub(crate) fn order(model: &mut DataModel) -> Result<(), RegisterError> {
    let order = "Device.LocalAgent.Controller.{i}.MTP.{i}.Order";
    match model.schema().parameter_at(order) {
        Some(_) => model.ascending(order),
        None => Ok(()),
    }
}

/// A row of the table `MTP.` of a Controller.
pub(crate) struct MtpRow {
    pub(crate) number: u32,
    pub(crate) mtp: Mtp,
    pub(crate) is_enabled: bool,
}

/// The MTPs of a Controller, whose row has no final dot, in the order in which they are to be used (TR-181, Order).
/// Rows that have no Protocol yet are not among them.
pub(crate) fn of_controller(model: &DataModel, controller: &str) -> Vec<MtpRow> {
    let rows = model.objects_at(&alloc::format!("{controller}.MTP.")).unwrap_or_default();
    let rows = rows.iter().filter_map(|path| {
        let row = path.trim_end_matches('.');
        let number = row.rsplit('.').next()?.parse().ok()?;
        let value = |name| controllers::value(model, row, name);
        let protocol = value("Protocol")?.to_string();
        let mtp = Mtp::ALL.into_iter().find(|mtp| mtp.as_str() == protocol)?;
        let is_enabled = value("Enable") == Some(Value::Boolean(true));
        // Models before 2.15 have none: there the Instance Numbers say.
        let order = match value("Order") {
            Some(Value::UnsignedInt(order)) => order,
            _ => 0,
        };
        Some((order, MtpRow { number, mtp, is_enabled }))
    });
    let mut rows: Vec<(u32, MtpRow)> = rows.collect();
    usp_collections::sort_by_key(&mut rows, |(order, row)| (*order, row.number));
    rows.into_iter().map(|(_, row)| row).collect()
}

impl<R: Rng> Agent<R> {
    /// Says which MTPs the device implements: `Device.LocalAgent.SupportedProtocols`. From then on Controllers cannot
    /// ask for another one in the tables of MTPs, the Agent's and those of Controllers; rows that are there stay.
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
