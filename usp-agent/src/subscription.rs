//! Subscriptions: rows of `Device.LocalAgent.Subscription.` made ready for matching.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use usp_datamodel::{Change, DataModel, Fault};
use usp_msg::notify::{self, Notification};
use usp_msg::{Map, Notify};
use usp_path::PathBuf;
use usp_schema::Value;

pub(crate) const TABLE: &str = "Device.LocalAgent.Subscription.";

/// What a Subscription wants to be told of (TR-181, NotifType).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NotifType {
    ValueChange,
    ObjectCreation,
    ObjectDeletion,
    Event,
}

/// An enabled Subscription.
#[derive(Debug)]
pub(crate) struct Subscription {
    /// Path of its row, with the final dot.
    pub(crate) row: String,
    /// Path of the row of its Controller, without the final dot.
    pub(crate) recipient: String,
    id: String,
    notif_type: NotifType,
    references: Vec<PathBuf>,
    /// Whether a Notify is repeated until it is answered (TR-181, NotifRetry).
    pub(crate) retry: bool,
    /// For how long it is repeated; zero: for ever (TR-181, NotifExpiration).
    pub(crate) expiration: Duration,
}

/// The rows of the table, enabled or not, by path with the final dot, and how long each lives; `None`: for ever
/// (TR-181, TimeToLive).
pub(crate) type Lives = BTreeMap<String, Option<Duration>>;

/// Reads how long each row lives.
pub(crate) fn lives(model: &DataModel) -> Result<Lives, Fault> {
    let rows = model.objects_at(TABLE)?.into_iter();
    rows.map(|row| {
        let seconds = seconds(&model.value_at(&alloc::format!("{row}TimeToLive"))?);
        Ok((row, Some(seconds).filter(|seconds| !seconds.is_zero())))
    })
    .collect()
}

impl Subscription {
    /// Reads all enabled Subscriptions of kinds that this version raises.
    pub(crate) fn read_all(model: &DataModel) -> Result<Vec<Self>, Fault> {
        let rows = model.objects_at(TABLE)?;
        rows.into_iter().filter_map(|row| Self::read(model, row).transpose()).collect()
    }

    fn read(model: &DataModel, row: String) -> Result<Option<Self>, Fault> {
        let value = |name: &str| model.value_at(&alloc::format!("{row}{name}"));
        if value("Enable")? != Value::Boolean(true) {
            return Ok(None);
        }
        let notif_type = match &*value("NotifType")?.to_string() {
            "ValueChange" => NotifType::ValueChange,
            "ObjectCreation" => NotifType::ObjectCreation,
            "ObjectDeletion" => NotifType::ObjectDeletion,
            "Event" => NotifType::Event,
            _ => return Ok(None),
        };
        let references = match value("ReferenceList")? {
            Value::List(items) => items,
            single => alloc::vec![single],
        };
        // A reference that is no path covers nothing.
        let references = references.iter().filter_map(|item| item.to_string().parse().ok()).collect();
        Ok(Some(Self {
            recipient: value("Recipient")?.to_string(),
            id: value("ID")?.to_string(),
            // A Notify that is not repeated wants no response (TR-181, NotifRetry) [R-NOT.8].
            retry: value("NotifRetry")? == Value::Boolean(true),
            expiration: seconds(&value("NotifExpiration")?),
            notif_type,
            references,
            row,
        }))
    }

    /// The Notify that a change calls for, if it does.
    pub(crate) fn notify(&self, model: &DataModel, change: &Change) -> Option<Notify> {
        let (notif_type, notification) = notification(change)?;
        let covered = notif_type == self.notif_type
            && self.references.iter().any(|reference| model.covers(&reference.as_path(), change));
        covered.then(|| {
            let notify = Notify::new(&self.id, notification);
            if self.retry { notify.with_response() } else { notify }
        })
    }
}

fn seconds(value: &Value) -> Duration {
    match value {
        Value::UnsignedInt(seconds) => Duration::from_secs(u64::from(*seconds)),
        _ => Duration::ZERO,
    }
}

/// A change in the words of a Notify.
fn notification(change: &Change) -> Option<(NotifType, Notification)> {
    let map = |pairs: &[(String, String)]| pairs.iter().cloned().collect::<Map>();
    Some(match change {
        Change::ValueChange { path, value } => (
            NotifType::ValueChange,
            notify::ValueChange { param_path: path.clone(), param_value: value.clone() }.into(),
        ),
        Change::ObjectCreation { path, unique_keys } => (
            NotifType::ObjectCreation,
            notify::ObjectCreation { obj_path: path.clone(), unique_keys: map(unique_keys) }.into(),
        ),
        Change::ObjectDeletion { path } => {
            (NotifType::ObjectDeletion, notify::ObjectDeletion { obj_path: path.clone() }.into())
        }
        Change::Event { path, arguments } => {
            let (object, name) = path.rsplit_once('.')?;
            let event = notify::Event {
                obj_path: alloc::format!("{object}."),
                event_name: name.to_string(),
                params: map(arguments),
            };
            (NotifType::Event, event.into())
        }
        _ => return None,
    })
}
