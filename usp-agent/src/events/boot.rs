//! Boot!: the Agent has started (TR-181).

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_collections::SortedSet;
use usp_datamodel::{Change, DataModel, QueuedCall, Requester};
use usp_record::Rng;
use usp_schema::PrimitiveType;

use crate::agent::Agent;
use crate::controllers::trust::Standing;
use crate::events::read_values::read_values;

const BOOT: &str = "Device.Boot!";

/// Names of notes: the restart that was asked for, and the version that ran last.
const KEY: &str = "restart/command-key";
const CAUSE: &str = "restart/cause";
const REASON: &str = "restart/reason";
const VERSION: &str = "software-version";

/// What led to a start of the device, as `Device.Boot!` tells it (TR-181).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BootCause {
    /// Restarted at the device, by power loss or by a fault.
    LocalReboot,
    /// Restarted by `Device.Reboot()` or by another management protocol.
    RemoteReboot,
    /// Reset to factory values; at whose wish is not known.
    FactoryReset,
    /// Reset to factory values at the device.
    LocalFactoryReset,
    /// Reset to factory values by `Device.FactoryReset()` or by another management protocol.
    RemoteFactoryReset,
}

impl BootCause {
    /// The value of the argument `Cause`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LocalReboot => "LocalReboot",
            Self::RemoteReboot => "RemoteReboot",
            Self::FactoryReset => "FactoryReset",
            Self::LocalFactoryReset => "LocalFactoryReset",
            Self::RemoteFactoryReset => "RemoteFactoryReset",
        }
    }
}

/// What the device knows of its start; see [`Input::Boot`](crate::Input::Boot).
///
/// What is `None` the Agent fills in from what it has noted, if its notes outlived the restart: the call of
/// `Device.Reboot()` or `Device.FactoryReset()` that it gave out last, as [`Output::Command`](crate::Output::Command),
/// and the software that ran before. A start that nobody asked for by USP is a `LocalReboot` with an empty key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Boot<'a> {
    /// What led to it.
    pub cause: Option<BootCause>,
    /// The key of the Operate that led to it; empty for none.
    pub command_key: Option<&'a str>,
    /// Why, in words.
    pub reason: Option<&'a str>,
    /// Whether other firmware runs than before. `None`: whether `Device.DeviceInfo.SoftwareVersion` differs from what
    /// it was at the last start that the Agent was told of.
    pub firmware_updated: Option<bool>,
}

/// Notes a call that restarts the device, for the Boot! that follows.
pub(crate) fn note_restart(model: &mut DataModel, call: &QueuedCall) {
    let cause = match call.path() {
        "Device.Reboot()" => BootCause::RemoteReboot,
        "Device.FactoryReset()" => BootCause::RemoteFactoryReset,
        _ => return,
    };
    model.set_note(KEY, Some(call.command_key()));
    // TR-181: without the argument the restart is a remote one.
    model.set_note(
        CAUSE,
        Some(call.argument("Cause").filter(|cause| !cause.is_empty()).unwrap_or(cause.as_str())),
    );
    model.set_note(REASON, call.argument("Reason"));
}

impl<R: Rng> Agent<R> {
    /// Tells everybody who subscribed to it, each with the parameters that it wants to hear of.
    pub(crate) fn handle_boot(&mut self, boot: &Boot<'_>) {
        let arguments = self.boot_arguments(boot);
        let event = Change::Event { path: BOOT.to_string(), arguments };
        for (controller, subscribers) in self.subscribers_by_controller(&event) {
            let Change::Event { path, arguments } = &event else { continue };
            let mut arguments = arguments.clone();
            arguments.push(("ParameterMap".to_string(), self.boot_parameters(&controller)));
            arguments.retain(|(name, _)| self.is_boot_argument(name));
            let told = Change::Event { path: path.clone(), arguments };
            self.tell(alloc::vec![(told, subscribers)]);
        }
    }

    /// The arguments that are the same for everybody. What was noted of the restart is used up.
    fn boot_arguments(&mut self, boot: &Boot<'_>) -> Vec<(String, String)> {
        let noted = |name: &str| self.model.note(name).map(ToString::to_string);
        let cause = boot.cause.map(|cause| cause.as_str().to_string()).or_else(|| noted(CAUSE));
        let key = boot.command_key.map(ToString::to_string).or_else(|| noted(KEY));
        let reason = boot.reason.map(ToString::to_string).or_else(|| noted(REASON));
        let version =
            self.model.value_at("Device.DeviceInfo.SoftwareVersion").map(|version| version.to_string());
        let version = version.ok();
        let differs = noted(VERSION).is_some_and(|before| version.as_ref().is_some_and(|now| *now != before));
        for name in [KEY, CAUSE, REASON] {
            self.model.set_note(name, None);
        }
        self.model.set_note(VERSION, version.as_deref());
        alloc::vec![
            ("CommandKey".to_string(), key.unwrap_or_default()),
            ("Cause".to_string(), cause.unwrap_or_else(|| BootCause::LocalReboot.as_str().to_string())),
            ("Reason".to_string(), reason.unwrap_or_default()),
            ("FirmwareUpdated".to_string(), boot.firmware_updated.unwrap_or(differs).to_string()),
        ]
    }

    /// Older models lack some arguments.
    fn is_boot_argument(&self, name: &str) -> bool {
        let event = self.model.schema().event_at(BOOT);
        event.and_then(|event| event.arguments()).is_some_and(|arguments| arguments.parameter(name).is_some())
    }

    /// The parameters that the enabled rows of a Controller's BootParameter table name, as far as it may read them, as
    /// one JSON object: by their paths; whole numbers and booleans as such, all else as text.
    fn boot_parameters(&mut self, controller: &str) -> String {
        let Standing::Admitted(requester) = self.trust.standing(&self.model, controller) else {
            return String::from("{}");
        };
        let rows = self.model.objects_at(&alloc::format!("{controller}.BootParameter.[Enable==true]."));
        let names = rows.unwrap_or_default().into_iter().filter_map(|row| {
            let name = self.model.value_at(&alloc::format!("{row}ParameterName")).ok()?.to_string();
            (!name.is_empty()).then_some(name)
        });
        let names: Vec<String> = names.collect();
        let mut json = String::from("{");
        let mut told = SortedSet::new();
        for name in names {
            self.write_values(&name, &requester, &mut told, &mut json);
        }
        json.push('}');
        json
    }

    fn write_values(
        &mut self,
        name: &str,
        requester: &Requester,
        told: &mut SortedSet<String>,
        json: &mut String,
    ) {
        for (path, text) in read_values(&mut self.model, name, requester).unwrap_or_default() {
            if !told.insert(path.clone()) {
                continue;
            }
            if told.len() > 1 {
                json.push(',');
            }
            write_text(&path, json);
            json.push(':');
            match self.type_of(&path) {
                Some(ty) if is_literal(ty) && !text.is_empty() => json.push_str(&text),
                _ => write_text(&text, json),
            }
        }
    }

    fn type_of(&self, path: &str) -> Option<PrimitiveType> {
        let is_number = |step: &str| step.bytes().all(|byte| byte.is_ascii_digit());
        let supported: Vec<&str> =
            path.split('.').map(|step| if is_number(step) { "{i}" } else { step }).collect();
        let parameter = self.model.schema().parameter_at(&supported.join("."))?;
        let syntax = parameter.syntax();
        (!syntax.is_list()).then(|| syntax.primitive_type())
    }
}

/// Whether the canonical text of a value is one in JSON too.
fn is_literal(ty: PrimitiveType) -> bool {
    use PrimitiveType::{Boolean, Int, Long, UnsignedInt, UnsignedLong};
    matches!(ty, Boolean | Int | Long | UnsignedInt | UnsignedLong)
}

/// A text in quotation marks (RFC 8259 section 7).
fn write_text(text: &str, json: &mut String) {
    json.push('"');
    for c in text.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            c if c.is_control() => json.push_str(&alloc::format!("\\u{:04x}", u32::from(c))),
            c => json.push(c),
        }
    }
    json.push('"');
}
