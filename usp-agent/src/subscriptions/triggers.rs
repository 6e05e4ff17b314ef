//! TriggerAction: what a Subscription changes when it happens (TR-181, TriggerConfigSettings).
//!
//! The settings are one Set of the Recipient, all or nothing, made after the change that triggered it is done and
//! answered. What it changes can trigger others, to a limit, since Subscriptions may well trigger each other in a
//! circle.

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use litemap::LiteMap;
use usp_datamodel::SubscriberId;
use usp_msg::{Error, ErrorCode, writer};
use usp_record::Rng;

use crate::agent::Agent;
use crate::controllers::trust::Standing;
use crate::io::Output;

/// How many times in a row what a trigger has changed may trigger again.
pub(crate) const MAX_DEPTH: usize = 8;

/// Subscriptions that were triggered and are to configure; each once for all that has happened meanwhile.
pub(crate) type Triggered = LiteMap<SubscriberId, Trigger>;

/// What a Subscription is to change, as it stood when it was triggered.
#[derive(Debug)]
pub(crate) struct Trigger {
    /// Path of the row of the Subscription.
    pub(crate) subscription: String,
    /// Path of the row of its Recipient.
    pub(crate) controller: String,
    /// TriggerConfigSettings.
    pub(crate) settings: Arc<[String]>,
}

impl<R: Rng> Agent<R> {
    /// Makes the changes of those that were triggered by what others of them have changed, `depth` times in a row so
    /// far.
    pub(crate) fn configure(&mut self, triggered: Triggered, depth: usize) {
        for (_, trigger) in triggered {
            let done = if depth < MAX_DEPTH {
                self.configure_one(&trigger)
            } else {
                let message = alloc::format!("triggers have triggered each other {MAX_DEPTH} times");
                Err(Error::new(ErrorCode::RESOURCES_EXCEEDED, message))
            };
            if let Err(error) = done {
                let subscription = trigger.subscription;
                self.outputs.push_back(Output::TriggerFailed { subscription, error });
            }
        }
    }

    fn configure_one(&mut self, trigger: &Trigger) -> Result<(), Error> {
        // With the rights of the Recipient, whoever has triggered it [R-SEC.1].
        let Standing::Admitted(requester) = self.trust.standing(&self.model, &trigger.controller) else {
            return Err(Error::new(ErrorCode::PERMISSION_DENIED, "the Recipient is banned"));
        };
        if trigger.settings.is_empty() {
            return Ok(());
        }
        let mut request = Vec::new();
        let mut set = writer::set(&mut request, "");
        for setting in trigger.settings.iter() {
            let (object, name, value) = read(setting).ok_or_else(|| {
                let message = alloc::format!("{setting} is no setting: path=value is wanted");
                Error::new(ErrorCode::INVALID_ARGUMENTS, message)
            })?;
            set.update_objs().obj_path(&object).param_settings().param(name).value(value).required(true);
        }
        drop(set);
        self.model.process_written(&request, &requester).map(drop)
    }
}

/// Object, parameter and value of a setting: `Device.X.Enable=false`, `Device.X.Name="a text"`.
fn read(setting: &str) -> Option<(String, &str, &str)> {
    let (path, value) = setting.split_at(end_of_path(setting)?);
    let value = value.strip_prefix('=')?.trim();
    // A text stands in quotation marks, everything else without; without them a text means the same.
    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    let (object, name) = path.trim().rsplit_once('.')?;
    (!name.is_empty()).then(|| (object.to_string() + ".", name, value))
}

/// Where the path ends: at the first `=` that is not in a Search Expression.
fn end_of_path(setting: &str) -> Option<usize> {
    let (mut depth, mut quoted) = (0_usize, false);
    setting.char_indices().find_map(|(position, c)| {
        match c {
            '"' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            '=' if !quoted && depth == 0 => return Some(position),
            _ => {}
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_read_behind_search_expressions_and_in_front_of_values() {
        let read = |setting| read(setting).map(|(object, name, value)| (object, name.to_string(), value));
        let some = |object: &str, name: &str, value| Some((object.to_string(), name.to_string(), value));
        assert_eq!(read("Device.A.Enable=false"), some("Device.A.", "Enable", "false"));
        assert_eq!(read("Device.A.Name=\"a=b\""), some("Device.A.", "Name", "a=b"));
        assert_eq!(read("Device.A.Name=\"\""), some("Device.A.", "Name", ""));
        assert_eq!(read("Device.A.Name=\""), some("Device.A.", "Name", "\""));
        assert_eq!(read(" Device.A.N = 7 "), some("Device.A.", "N", "7"));
        assert_eq!(
            read("Device.T.[Name==\"]=\"&&Order>=2].Size=3"),
            some("Device.T.[Name==\"]=\"&&Order>=2].", "Size", "3")
        );
        for wrong in ["", "=", "Device", "Device=1", "Device.T.[Name==1].Size", "Device.A.=1"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
