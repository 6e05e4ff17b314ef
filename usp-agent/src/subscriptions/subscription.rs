//! Subscriptions: rows of `Device.LocalAgent.Subscription.` made ready for Notify, by the rules of TR-181 `[R-NOT.0]`.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::time::Duration;

use smol_str::SmolStr;
use usp_datamodel::{Change, ChangeKind, DataModel, Refusal, RegisterError, StagedChange, SubscriberId};
use usp_msg::{ErrorCode, writer};
use usp_schema::Value;

use crate::set_up::SetUp;
use crate::subscriptions::rows::Row;

pub(crate) const TABLE: &str = "Device.LocalAgent.Subscription.";

/// An enabled Subscription.
#[derive(Debug)]
pub(crate) struct Subscription {
    /// Mostly short.
    id: SmolStr,
    pub(crate) settings: Arc<Settings>,
}

/// What many Subscriptions have in common.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Path of the row of its Controller, without the final dot.
    pub(crate) recipient: Arc<str>,
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

/// Refuses another ReferenceList to a row that has one: once it is not empty it stays (TR-181).
pub(crate) fn guard(set_up: &mut SetUp<'_>) -> Result<(), RegisterError> {
    let table = "Device.LocalAgent.Subscription.{i}.";
    if !set_up.comes(table) {
        return Ok(());
    }
    set_up.model.on_prepare(table, |changes| {
        for change in changes.iter().filter(|_| !changes.requester().is_device()) {
            let StagedChange::Value { path, before, .. } = change else { continue };
            if path.ends_with(".ReferenceList") && !before.to_string().is_empty() {
                let message = alloc::format!("{path} cannot change once it is set");
                return Err(Refusal::new(path, ErrorCode::PARAMETER_NOT_WRITEABLE, message));
            }
        }
        Ok(())
    })
}

/// The row that a path is of or lies below, by the number under which its Subscription is told of changes.
pub(crate) fn number_of(path: &str) -> Option<SubscriberId> {
    let number = path.strip_prefix(TABLE)?.split('.').next()?.parse().ok()?;
    // Beyond are the numbers of thresholds.
    Some(SubscriberId(number)).filter(|&id| crate::events::thresholds::of_subscriber(id).is_none())
}

/// Whether this is the row of a Subscription that is not enabled: nothing is done for it (TR-181, Enable).
pub(crate) fn is_disabled(model: &DataModel, row: &str) -> bool {
    number_of(row).is_some()
        && model.value_at(&alloc::format!("{row}Enable")).is_ok_and(|enabled| enabled != Value::Boolean(true))
}

/// The path of a row, with the final dot.
pub(crate) fn row(id: SubscriberId) -> String {
    alloc::format!("{TABLE}{}.", id.0)
}

impl Subscription {
    /// Reads a Subscription for the row of its Controller; `None` for one that is not enabled, or makes no sense.
    pub(crate) fn read(row: Row<'_, '_>, recipient: Arc<str>) -> Option<Self> {
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
        let settings = Settings {
            recipient,
            // A Notify that is not repeated wants no response (TR-181, NotifRetry) [R-NOT.8].
            retry: row.notif_retry(),
            expiration: row.notif_expiration(),
            persistent: row.is_persistent(),
            notifies: action != "Config",
            configures,
            kind,
        };
        Some(Self { id: row.subscription_id().into(), settings: settings.into() })
    }

    /// The Subscription of a row that is like that of this one, but for its ID.
    pub(crate) fn repeated(&self, row: Row<'_, '_>) -> Self {
        Self { id: row.subscription_id().into(), settings: Arc::clone(&self.settings) }
    }

    /// Its ID (TR-181).
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Whether it wants to be told of events.
    pub(crate) fn is_of_events(&self) -> bool {
        self.settings.kind == ChangeKind::Event
    }

    /// Whether it sends a Notify once and does nothing else.
    pub(crate) fn is_plain(&self) -> bool {
        let Settings { notifies, retry, configures, .. } = &*self.settings;
        *notifies && !retry && configures.is_none()
    }

    /// Writes the Notify Message that tells of a change.
    pub(crate) fn notify(&self, change: &Change, msg_id: &str, out: &mut Vec<u8>) {
        self.notify_once(change, msg_id, self.settings.retry, out);
    }

    /// The same, whether or not it is repeated until there is a response.
    pub(crate) fn notify_once(&self, change: &Change, msg_id: &str, wants_response: bool, out: &mut Vec<u8>) {
        let mut notify = writer::notify(out, msg_id);
        notify.subscription_id(&self.id).send_resp(wants_response);
        match change {
            Change::ValueChange { path, value } => {
                notify.value_change().param_path(path).param_value(value);
            }
            Change::ObjectCreation { path, unique_keys } => {
                notify.obj_creation().obj_path(path).unique_keys(pairs(unique_keys));
            }
            Change::ObjectDeletion { path } => {
                notify.obj_deletion().obj_path(path);
            }
            Change::Event { path, arguments } => {
                let (object, name) = object_and_name(path);
                notify.event().obj_path(object).event_name(name).params(pairs(arguments));
            }
            Change::OperationComplete { path, command_key, result } => {
                let (object, name) = object_and_name(path);
                let mut complete = notify.oper_complete();
                complete.obj_path(object).command_name(name).command_key(command_key);
                match result {
                    Ok(output) => {
                        complete.req_output_args().output_args(pairs(output));
                    }
                    Err(fault) => {
                        complete.cmd_failure().err_code(fault.code()).err_msg(fault.message());
                    }
                }
            }
            // Nobody subscribes to what has no NotifType.
            _ => {}
        }
    }
}

pub(crate) fn seconds(value: &Value) -> Duration {
    match value {
        Value::UnsignedInt(seconds) => Duration::from_secs(u64::from(*seconds)),
        _ => Duration::ZERO,
    }
}

fn pairs(pairs: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    pairs.iter().map(|(name, text)| (&**name, &**text))
}

/// The path of an object with its final dot, and the name of the element in it.
fn object_and_name(path: &str) -> (&str, &str) {
    path.split_at(path.rfind('.').map_or(0, |dot| dot + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use usp_datamodel::Fault;
    use usp_msg::notify::OperationComplete;
    use usp_msg::notify::operation_complete::CommandFailure;
    use usp_msg::{ErrorCode, Msg, Notify, notify};

    #[track_caller]
    fn is_written(change: &Change, notification: impl Into<notify::Notification>) {
        let settings = |retry| Settings {
            recipient: "Device.LocalAgent.Controller.1".into(),
            kind: change.kind(),
            retry,
            expiration: Duration::ZERO,
            persistent: false,
            notifies: true,
            configures: None,
        };
        let notify = Notify::new("sub-1", notification.into());
        for (retry, notify) in [(false, notify.clone()), (true, notify.with_response())] {
            let subscription = Subscription { id: "sub-1".into(), settings: settings(retry).into() };
            let mut written = Vec::new();
            subscription.notify(change, "m-1", &mut written);
            assert_eq!(Msg::decode(&written), Ok(Msg::request("m-1", notify.clone())));
            assert_eq!(written, Msg::request("m-1", notify).encode_to_vec());
        }
    }

    #[test]
    fn each_kind_of_change_has_its_words() {
        let text = |text: &str| text.to_string();
        let pairs = || alloc::vec![(text("Name"), text("lan")), (text("Empty"), text(""))];
        let map = || pairs().into_iter().collect();
        is_written(
            &Change::ValueChange { path: text("Device.A.B"), value: text("") },
            notify::ValueChange { param_path: text("Device.A.B"), param_value: text("") },
        );
        is_written(
            &Change::ObjectCreation { path: text("Device.T.3."), unique_keys: pairs() },
            notify::ObjectCreation { obj_path: text("Device.T.3."), unique_keys: map() },
        );
        is_written(
            &Change::ObjectDeletion { path: text("Device.T.3.") },
            notify::ObjectDeletion { obj_path: text("Device.T.3.") },
        );
        is_written(
            &Change::Event { path: text("Device.LocalAgent.Periodic!"), arguments: pairs() },
            notify::Event {
                obj_path: text("Device.LocalAgent."),
                event_name: text("Periodic!"),
                params: map(),
            },
        );
        let complete = |result| Change::OperationComplete {
            path: text("Device.IP.Ping()"),
            command_key: text("k"),
            result,
        };
        is_written(&complete(Ok(pairs())), OperationComplete::done("Device.IP.", "Ping()", "k", map()));
        let failure = CommandFailure::new(ErrorCode::COMMAND_CANCELED, "stopped");
        is_written(
            &complete(Err(Fault::new(ErrorCode::COMMAND_CANCELED, "stopped"))),
            OperationComplete::failed("Device.IP.", "Ping()", "k", failure),
        );
    }
}
