//! Subscriptions: rows of `Device.LocalAgent.Subscription.` made ready for Notify, by the rules of TR-181 `[R-NOT.0]`.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use core::time::Duration;

use usp_datamodel::{Change, ChangeKind, SubscriberId};
use usp_msg::notify::operation_complete::CommandFailure;
use usp_msg::notify::{self, Notification};
use usp_msg::{Map, Notify};
use usp_schema::Value;

use crate::subscription_rows::Row;

pub(crate) const TABLE: &str = "Device.LocalAgent.Subscription.";

/// An enabled Subscription.
#[derive(Debug)]
pub(crate) struct Subscription {
    /// Path of the row of its Controller, without the final dot.
    pub(crate) recipient: Arc<str>,
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

/// The row that a path is of or lies below, by the number under which its Subscription is told of changes.
pub(crate) fn number_of(path: &str) -> Option<SubscriberId> {
    let number = path.strip_prefix(TABLE)?.split('.').next()?.parse().ok()?;
    // Beyond are the numbers of thresholds.
    Some(SubscriberId(number)).filter(|&id| crate::thresholds::of_subscriber(id).is_none())
}

/// The path of a row, with the final dot.
pub(crate) fn row(id: SubscriberId) -> String {
    alloc::format!("{TABLE}{}.", id.0)
}

impl Subscription {
    /// Reads a Subscription for the row of its Controller; `None` for one that is not enabled, or makes no sense.
    pub(crate) fn read(row: Row<'_>, recipient: Arc<str>) -> Option<Self> {
        if !row.is_enabled() {
            return None;
        }
        let kind = match &*row.notif_type() {
            "ValueChange" => ChangeKind::ValueChange,
            "ObjectCreation" => ChangeKind::ObjectCreation,
            "ObjectDeletion" => ChangeKind::ObjectDeletion,
            "OperationComplete" => ChangeKind::OperationComplete,
            "Event" => ChangeKind::Event,
            _ => return None,
        };
        let action = row.trigger_action();
        let configures = match &*action {
            "Config" | "NotifyAndConfig" => {
                Some(row.trigger_config_settings().map(Cow::into_owned).collect())
            }
            _ => None,
        };
        Some(Self {
            recipient,
            id: row.subscription_id().into_owned(),
            // A Notify that is not repeated wants no response (TR-181, NotifRetry) [R-NOT.8].
            retry: row.notif_retry(),
            expiration: row.notif_expiration(),
            persistent: row.is_persistent(),
            notifies: action != "Config",
            configures,
            kind,
        })
    }

    /// The Notify that tells of a change.
    pub(crate) fn notify(&self, change: &Change) -> Option<Notify> {
        let notify = Notify::new(&self.id, notification(change)?);
        Some(if self.retry { notify.with_response() } else { notify })
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
