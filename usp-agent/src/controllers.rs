//! Rows of `Device.LocalAgent.Controller.`, and what the Agent has to do with each.

pub(crate) mod endpoint_ids;
pub(crate) mod on_board;
pub(crate) mod peers;
pub(crate) mod trust;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use usp_datamodel::{DataModel, RegisterError};
use usp_record::{EndpointId, RetryWaits, Rng};
use usp_schema::Value;

use crate::agent::Agent;
use crate::set_up::SetUp;

pub(crate) const TABLE: &str = "Device.LocalAgent.Controller.";

/// Tables whose rows belong to the Controller that added them, beside that of Subscriptions (TR-181).
const OWNED: [&str; 3] = ["Threshold", "Monitor", "Watchdog"];

/// Has the rows that a Controller adds say so, and go when it goes.
pub(crate) fn own(set_up: &mut SetUp<'_>) -> Result<(), RegisterError> {
    for table in OWNED.map(|name| alloc::format!("Device.LocalAgent.{name}.{{i}}.")) {
        let owner = alloc::format!("{table}Controller");
        if set_up.model.schema().parameter_at(&owner).is_none() {
            continue;
        }
        if set_up.comes(&table) {
            set_up.model.on_create(&table, |requester, row| {
                row.give("Controller", requester.controller_row().unwrap_or_default());
            })?;
        }
        set_up.model.owned_by(&owner)?;
    }
    Ok(())
}

/// The number of the row that a path is of, or lies below.
pub(crate) fn number_of(path: &str) -> Option<u32> {
    path.strip_prefix(TABLE)?.split('.').next()?.parse().ok()
}

/// The path of a row, without the final dot.
pub(crate) fn row(number: u32) -> String {
    alloc::format!("{TABLE}{number}")
}

/// A parameter of a row; `None` where there is none such.
pub(crate) fn value(model: &DataModel, row: &str, name: &str) -> Option<Value> {
    model.value_at(&alloc::format!("{row}.{name}")).ok()
}

/// Whom to write to: the Endpoint ID of a row, if that is enabled.
pub(crate) fn endpoint(model: &DataModel, row: &str) -> Option<EndpointId> {
    let enabled = value(model, row, "Enable") == Some(Value::Boolean(true));
    let id = value(model, row, "EndpointID").filter(|_| enabled)?;
    EndpointId::parse(&id.to_string()).ok()
}

/// The waits between the attempts to deliver a notification `[R-NOT.1]` `[R-NOT.2]`: the Controller's own settings.
pub(crate) fn waits(model: &DataModel, row: &str) -> RetryWaits {
    let number = |name: &str, default: u32| match value(model, row, name) {
        Some(Value::UnsignedInt(number)) => number,
        _ => default,
    };
    RetryWaits {
        // Without a wait it would be repeated for ever at one moment; TR-181 begins at 1.
        minimum: Duration::from_secs(number("USPNotifRetryMinimumWaitInterval", 5).max(1).into()),
        multiplier: number("USPNotifRetryIntervalMultiplier", RetryWaits::DEFAULT.multiplier),
    }
}

/// A span of seconds that a row sets; nothing where it is zero or there is no such parameter.
pub(crate) fn seconds(model: &DataModel, row: &str, name: &str) -> Option<Duration> {
    match value(model, row, name) {
        Some(Value::UnsignedInt(seconds @ 1..)) => Some(Duration::from_secs(seconds.into())),
        _ => None,
    }
}

impl<R: Rng> Agent<R> {
    /// Takes in how some rows of Controllers stand now.
    pub(crate) fn refresh_controllers(&mut self, numbers: impl IntoIterator<Item = u32> + Clone) {
        for number in numbers.clone() {
            self.refresh_contact(number);
        }
        self.refresh_periodic(numbers);
    }

    /// Takes in how the rows of all Controllers stand now, at the start or under another schema.
    pub(crate) fn read_controllers(&mut self, at_start: bool) {
        let rows = self.model.objects_at(TABLE).unwrap_or_default();
        let numbers: Vec<u32> = rows.iter().filter_map(|row| number_of(row)).collect();
        self.show_no_session(numbers.iter().copied(), at_start);
        self.refresh_controllers(numbers);
    }
}
