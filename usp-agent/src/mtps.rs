//! Which MTPs the Agent has: `SupportedProtocols`, and rows that ask for one of them (TR-181).

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use usp_datamodel::{Fault, Refusal, RegisterError, StagedChange};
use usp_msg::ErrorCode;
use usp_record::Rng;
use usp_schema::Value;

use crate::agent::Agent;
use crate::now::Now;
use crate::set_up::SetUp;

const SUPPORTED: &str = "Device.LocalAgent.SupportedProtocols";

/// The tables whose rows name an MTP.
const TABLES: [&str; 2] = ["Device.LocalAgent.MTP.{i}.", "Device.LocalAgent.Controller.{i}.MTP.{i}."];

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

/// Has rows refused that ask for an MTP that the Agent does not have. As long as nobody has said which it has, none is.
pub(crate) fn guard(set_up: &mut SetUp<'_>) -> Result<(), RegisterError> {
    for table in TABLES {
        if set_up.model.schema().object_at(table).is_none() || !set_up.comes(table) {
            continue;
        }
        set_up.model.on_prepare(table, move |changes| {
            let supported = names(changes.after(SUPPORTED));
            for change in changes.iter() {
                let path = match change {
                    StagedChange::Created { path } => alloc::format!("{path}Protocol"),
                    StagedChange::Value { path, .. } if path.ends_with(".Protocol") => path.clone(),
                    _ => continue,
                };
                let asked = changes.after(&path).map(|asked| asked.to_string()).unwrap_or_default();
                // A row may come without one, and be completed later.
                if !supported.is_empty() && !asked.is_empty() && !supported.contains(&asked) {
                    let why = alloc::format!("the Agent has {}, and not {asked}", supported.join(" and "));
                    return Err(Refusal::new(path, ErrorCode::INVALID_VALUE, why));
                }
            }
            Ok(())
        })?;
    }
    let status = "Device.LocalAgent.MTP.{i}.Status";
    if set_up.model.schema().parameter_at(status).is_some() {
        // Nobody is reached any more after a restart, until whoever drives the MTP says so.
        set_up.model.transient(status)?;
    }
    Ok(())
}

fn names(list: Option<Value>) -> Vec<String> {
    match list {
        Some(Value::List(items)) => items.iter().map(ToString::to_string).collect(),
        Some(single) => alloc::vec![single.to_string()].into_iter().filter(|name| !name.is_empty()).collect(),
        None => Vec::new(),
    }
}

impl<R: Rng> Agent<R> {
    /// Says which MTPs the device implements: `Device.LocalAgent.SupportedProtocols`. From then on rows of the tables of
    /// MTPs, of the Agent's and of Controllers', are refused that ask for another one; those that are there stay.
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
