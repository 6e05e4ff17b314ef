//! Subscriptions: rows of `Device.LocalAgent.Subscription.` made ready for Notify, by the rules of TR-181 `[R-NOT.0]`.

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::time::Duration;

use usp_datamodel::{Change, ChangeKind, DataModel, Fault, SubscriberId};
use usp_msg::notify::operation_complete::CommandFailure;
use usp_msg::notify::{self, Notification};
use usp_msg::{Map, Notify};
use usp_schema::Value;

pub(crate) const TABLE: &str = "Device.LocalAgent.Subscription.";

/// An enabled Subscription.
#[derive(Debug)]
pub(crate) struct Subscription {
    /// Path of its row, with the final dot.
    pub(crate) row: String,
    /// Path of the row of its Controller, without the final dot.
    pub(crate) recipient: String,
    id: String,
    /// What it wants to be told of (TR-181, NotifType).
    pub(crate) kind: ChangeKind,
    /// Whether a Notify is repeated until it is answered (TR-181, NotifRetry).
    pub(crate) retry: bool,
    /// For how long it is repeated; zero: for ever (TR-181, NotifExpiration).
    pub(crate) expiration: Duration,
    /// Whether it outlives a restart (TR-181, Persistent).
    pub(crate) persistent: bool,
    /// Whether it sends a Notify (TR-181, TriggerAction).
    pub(crate) notifies: bool,
    /// What it changes, if it does (TR-181, TriggerAction and TriggerConfigSettings).
    pub(crate) configures: Option<Arc<[String]>>,
}

/// The row that a path is of, with the number under which its Subscription is told of changes.
pub(crate) fn row_of(path: &str) -> Option<(SubscriberId, String)> {
    let number = path.strip_prefix(TABLE)?.split('.').next()?.parse().ok()?;
    // Beyond are the numbers of thresholds.
    let number =
        Some(number).filter(|&number| crate::thresholds::of_subscriber(SubscriberId(number)).is_none())?;
    Some((SubscriberId(number), alloc::format!("{TABLE}{number}.")))
}

impl Subscription {
    /// Reads a Subscription with its references; `None` for one that is not enabled.
    pub(crate) fn read(model: &DataModel, row: &str) -> Result<Option<(Self, Vec<String>)>, Fault> {
        let value = |name: &str| model.value_at(&alloc::format!("{row}{name}"));
        if value("Enable")? != Value::Boolean(true) {
            return Ok(None);
        }
        let kind = match &*value("NotifType")?.to_string() {
            "ValueChange" => ChangeKind::ValueChange,
            "ObjectCreation" => ChangeKind::ObjectCreation,
            "ObjectDeletion" => ChangeKind::ObjectDeletion,
            "OperationComplete" => ChangeKind::OperationComplete,
            "Event" => ChangeKind::Event,
            _ => return Ok(None),
        };
        let references = texts(&value("ReferenceList")?);
        // A schema without the parameter has the one action that there was before it.
        let action = value("TriggerAction").map(|action| action.to_string()).unwrap_or_default();
        let configures = match &*action {
            "Config" | "NotifyAndConfig" => Some(texts(&value("TriggerConfigSettings")?).into()),
            _ => None,
        };
        let subscription = Self {
            recipient: value("Recipient")?.to_string(),
            id: value("ID")?.to_string(),
            // A Notify that is not repeated wants no response (TR-181, NotifRetry) [R-NOT.8].
            retry: value("NotifRetry")? == Value::Boolean(true),
            expiration: seconds(&value("NotifExpiration")?),
            persistent: value("Persistent") == Ok(Value::Boolean(true)),
            notifies: action != "Config",
            configures,
            kind,
            row: row.to_string(),
        };
        Ok(Some((subscription, references)))
    }

    /// The Notify that tells of a change.
    pub(crate) fn notify(&self, change: &Change) -> Option<Notify> {
        let notify = Notify::new(&self.id, notification(change)?);
        Some(if self.retry { notify.with_response() } else { notify })
    }
}

/// The items of a list.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::List(items) => items.iter().map(ToString::to_string).collect(),
        single => alloc::vec![single.to_string()],
    }
}

pub(crate) fn seconds(value: &Value) -> Duration {
    match value {
        Value::UnsignedInt(seconds) => Duration::from_secs(u64::from(*seconds)),
        _ => Duration::ZERO,
    }
}

/// A change in the words of a Notify.
fn notification(change: &Change) -> Option<Notification> {
    let map = |pairs: &[(String, String)]| pairs.iter().cloned().collect::<Map>();
    Some(match change {
        Change::ValueChange { path, value } => {
            notify::ValueChange { param_path: path.clone(), param_value: value.clone() }.into()
        }
        Change::ObjectCreation { path, unique_keys } => {
            notify::ObjectCreation { obj_path: path.clone(), unique_keys: map(unique_keys) }.into()
        }
        Change::ObjectDeletion { path } => notify::ObjectDeletion { obj_path: path.clone() }.into(),
        Change::Event { path, arguments } => {
            let (obj_path, event_name) = object_and_name(path)?;
            notify::Event { obj_path, event_name, params: map(arguments) }.into()
        }
        Change::OperationComplete { path, command_key, result } => {
            let (object, name) = object_and_name(path)?;
            match result {
                Ok(output) => notify::OperationComplete::done(object, name, command_key, map(output)),
                Err(fault) => {
                    let failure = CommandFailure::new(fault.code(), fault.message());
                    notify::OperationComplete::failed(object, name, command_key, failure)
                }
            }
            .into()
        }
        _ => return None,
    })
}

/// The path of an object with its final dot, and the name of the element in it.
fn object_and_name(path: &str) -> Option<(String, String)> {
    let (object, name) = path.rsplit_once('.')?;
    Some((alloc::format!("{object}."), name.to_string()))
}
