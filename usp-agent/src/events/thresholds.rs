//! Thresholds: rows of `Device.LocalAgent.Threshold.`, and the event when a value passes a mark (TR-181).
//!
//! Values are not polled: a threshold subscribes to the changes of the parameters that it watches, and remembers on
//! which side of the mark each of them was. A parameter that was not there when the threshold was set up is first
//! looked at when it changes, and cannot have passed the mark before.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;

use litemap::LiteMap;
use usp_collections::SortedSet;
use usp_datamodel::{
    Change, ChangeKind, DataModel, Refusal, RegisterError, Requester, StagedChange, SubscriberId,
};
use usp_msg::ErrorCode;
use usp_path::Path;
use usp_record::Rng;
use usp_schema::{Schema, Value};

use crate::agent::Agent;
use crate::controllers::trust::Standing;
use crate::events::read_values::read_values;
use crate::set_up::SetUp;

pub(crate) const TABLE: &str = "Device.LocalAgent.Threshold.";

/// Thresholds have the upper half of the numbers of subscribers; no table of Subscriptions gets that far.
const FIRST: u32 = 1 << 31;

/// How many parameters one threshold watches at the most.
const MAX_WATCHED: usize = 10_000;

/// The enabled thresholds by the numbers of their rows.
pub(crate) type Thresholds = LiteMap<u32, Threshold>;

#[derive(Debug)]
pub(crate) struct Threshold {
    /// Path of the row of its Controller.
    controller: String,
    test: Test,
    mark: i128,
    /// Whether it is over with the first event (TR-181, OperatingMode).
    is_single: bool,
    /// How each value stood to the mark, by the path of the parameter.
    seen: LiteMap<String, Ordering>,
}

/// ThresholdOperator (TR-181).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Rise,
    Fall,
    Cross,
    Eq,
    NotEq,
}

impl Test {
    const ALL: [(&'static str, Self); 5] = [
        ("Rise", Self::Rise),
        ("Fall", Self::Fall),
        ("Cross", Self::Cross),
        ("Eq", Self::Eq),
        ("NotEq", Self::NotEq),
    ];

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(name, _)| *name == text).map(|&(_, test)| test)
    }

    /// Whether the step from one side of the mark to the other passes the test.
    fn passes(self, before: Ordering, now: Ordering) -> bool {
        match self {
            Self::Rise => before == Ordering::Less && now == Ordering::Greater,
            Self::Fall => before == Ordering::Greater && now == Ordering::Less,
            Self::Cross => before.is_ne() && now == before.reverse(),
            Self::Eq => before.is_ne() && now.is_eq(),
            Self::NotEq => before.is_eq() && now.is_ne(),
        }
    }

    /// The side to remember: a value that rests on the mark has not left the side that it came from, for the tests that
    /// go from one side to the other.
    fn remember(self, before: Option<Ordering>, now: Ordering) -> Ordering {
        match (self, before) {
            (Self::Rise | Self::Fall | Self::Cross, Some(before)) if now.is_eq() => before,
            _ => now,
        }
    }
}

impl Threshold {
    /// Remembers where values that rest on the mark came from, if nothing else is asked than before.
    fn go_on(&mut self, before: Option<&Self>) {
        let Some(before) = before.filter(|before| (before.test, before.mark) == (self.test, self.mark))
        else {
            return;
        };
        for (path, side) in &mut self.seen {
            *side = self.test.remember(before.seen.get(path).copied(), *side);
        }
    }
}

/// The row that a path is of, or lies below, by its number.
pub(crate) fn number_of(path: &str) -> Option<u32> {
    path.strip_prefix(TABLE)?.split('.').next()?.parse().ok()
}

/// The threshold that is told as this subscriber.
pub(crate) fn of_subscriber(subscriber: SubscriberId) -> Option<u32> {
    subscriber.0.checked_sub(FIRST)
}

/// Refuses thresholds that make no sense for the schema (TR-181): their path leads to no whole number, or their mark is
/// none. What is still empty is not held against them.
pub(crate) fn guard(set_up: &mut SetUp<'_>) -> Result<(), RegisterError> {
    let table = "Device.LocalAgent.Threshold.{i}.";
    if set_up.model.schema().object_at(table).is_none() || !set_up.comes(table) {
        return Ok(());
    }
    set_up.model.on_prepare(table, move |changes| {
        for path in changes
            .iter()
            .filter(|change| !matches!(change, StagedChange::Deleted { .. }))
            .map(StagedChange::path)
        {
            let Some(number) = number_of(path) else { continue };
            let text = |name: &str| {
                let value = changes.after(&alloc::format!("{TABLE}{number}.{name}"));
                value.map(|value| value.to_string()).unwrap_or_default()
            };
            let (object, name, mark) =
                (text("ReferencePath"), text("ThresholdParam"), text("ThresholdValue"));
            let refuse = |message: String| Err(Refusal::new(path, ErrorCode::INVALID_VALUE, message));
            if !object.is_empty() && name.is_empty() && !is_object(changes.schema(), &object) {
                return refuse(alloc::format!("{object} is no object of the Supported Data Model"));
            }
            if !object.is_empty()
                && !name.is_empty()
                && !is_number(changes.schema(), &watched(&object, &name))
            {
                return refuse(alloc::format!("{} leads to no whole number", watched(&object, &name)));
            }
            if !mark.is_empty() && mark.trim().parse::<i128>().is_err() {
                return refuse(alloc::format!("{mark} is no whole number"));
            }
        }
        Ok(())
    })
}

/// The path of what is watched.
fn watched(object: &str, name: &str) -> String {
    let dot = if object.ends_with('.') { "" } else { "." };
    alloc::format!("{object}{dot}{name}")
}

/// Whether a path leads to an object of the schema. Where a reference leads no text tells.
fn is_object(schema: &Schema, path: &str) -> bool {
    let dotted = watched(path, "");
    let Ok(path) = Path::parse(&dotted) else { return false };
    let is_there = |path: &str| schema.object_at(path).is_some();
    path.to_supported()
        .is_none_or(|path| is_there(path.as_str()) || is_there(&alloc::format!("{}{{i}}.", path.as_str())))
}

/// Whether a path leads to a parameter of the schema that is a whole number. Where a reference leads no text tells.
fn is_number(schema: &Schema, path: &str) -> bool {
    let Ok(path) = Path::parse(path) else { return false };
    let Some(path) = path.to_supported() else { return true };
    schema.parameter_at(path.as_str()).is_some_and(|found| {
        let syntax = found.syntax();
        !syntax.is_list() && syntax.primitive_type().null_value().whole_number().is_some()
    })
}

/// Says in the model which tests there are.
pub(crate) fn announce(model: &mut DataModel) -> Result<(), usp_datamodel::Fault> {
    let path = "Device.LocalAgent.SupportedThresholdOperator";
    if model.schema().parameter_at(path).is_none()
        || model.schema().object_at("Device.LocalAgent.Threshold.{i}.").is_none()
    {
        return Ok(());
    }
    let names: Vec<&str> = Test::ALL.iter().map(|(name, _)| *name).collect();
    model.update_value_at(path, &names.join(","))
}

impl<R: Rng> Agent<R> {
    /// Takes in how all thresholds stand now.
    pub(crate) fn read_thresholds(&mut self) {
        let rows = self.model.objects_at(TABLE).unwrap_or_default();
        let mut numbers: SortedSet<u32> = rows.iter().filter_map(|row| number_of(row)).collect();
        numbers.extend(self.thresholds.keys());
        for number in numbers {
            self.refresh_threshold(number);
        }
    }

    /// Takes in how a row stands now.
    pub(crate) fn refresh_threshold(&mut self, number: u32) {
        let subscriber = SubscriberId(FIRST.saturating_add(number));
        let before = self.thresholds.remove(&number);
        self.model.unsubscribe(subscriber);
        if let Some((mut threshold, parameter)) = self.read_threshold(number) {
            threshold.go_on(before.as_ref());
            self.model.subscribe(subscriber, ChangeKind::ValueChange, [parameter]);
            self.thresholds.insert(number, threshold);
        }
    }

    /// A threshold that is enabled and makes sense, and the path of what it watches.
    fn read_threshold(&mut self, number: u32) -> Option<(Threshold, String)> {
        let value =
            |model: &DataModel, name: &str| model.value_at(&alloc::format!("{TABLE}{number}.{name}")).ok();
        if value(&self.model, "Enable") != Some(Value::Boolean(true)) {
            return None;
        }
        let text = |model: &DataModel, name: &str| value(model, name).map(|value| value.to_string());
        let path = text(&self.model, "ReferencePath").filter(|path| !path.is_empty())?;
        let name = text(&self.model, "ThresholdParam").filter(|name| !name.is_empty())?;
        let parameter = watched(&path, &name);
        let mut threshold = Threshold {
            controller: text(&self.model, "Controller").unwrap_or_default(),
            test: Test::parse(&text(&self.model, "ThresholdOperator")?)?,
            mark: text(&self.model, "ThresholdValue")?.trim().parse().ok()?,
            is_single: text(&self.model, "OperatingMode").as_deref() == Some("Single"),
            seen: LiteMap::new(),
        };
        let requester = self.rights_of(&threshold.controller)?;
        let mut values = read_values(&mut self.model, &parameter, &requester)?;
        values.truncate(MAX_WATCHED);
        for (path, text) in values {
            if let Ok(number) = text.parse::<i128>() {
                threshold.seen.insert(path, number.cmp(&threshold.mark));
            }
        }
        Some((threshold, parameter))
    }

    /// The rights by which a threshold is evaluated: those of the Controller that added it; the device's for its own.
    fn rights_of(&mut self, controller: &str) -> Option<Requester> {
        if controller.is_empty() {
            return Some(Requester::DEVICE);
        }
        match self.trust.standing(&self.model, controller) {
            Standing::Admitted(requester) => Some(requester),
            Standing::Banned => None,
        }
    }

    /// Takes in that a value which a threshold watches has changed. Gives the event, with those who are told of it: of
    /// all who subscribed only the Controller that added the threshold, or all for one of the device's.
    pub(crate) fn evaluate_threshold(
        &mut self,
        number: u32,
        change: &Change,
    ) -> Option<(Change, Vec<SubscriberId>)> {
        let Change::ValueChange { path, .. } = change else { return None };
        let controller = self.thresholds.get(&number)?.controller.clone();
        let requester = self.rights_of(&controller)?;
        // What the Controller may not read it is not told by way of a threshold either.
        let values = read_values(&mut self.model, path, &requester)?;
        let value: i128 = values.first()?.1.parse().ok()?;
        let threshold = self.thresholds.get_mut(&number)?;
        let now = value.cmp(&threshold.mark);
        let before = threshold.seen.get(path).copied();
        if before.is_some() || threshold.seen.len() < MAX_WATCHED {
            threshold.seen.insert(path.clone(), threshold.test.remember(before, now));
        }
        if !before.is_some_and(|before| threshold.test.passes(before, now)) {
            return None;
        }
        let is_single = threshold.is_single;
        let arguments = alloc::vec![
            ("ParamPath".to_string(), path.clone()),
            ("ParamValue".to_string(), value.to_string()),
        ];
        let event = Change::Event { path: alloc::format!("{TABLE}{number}.Triggered!"), arguments };
        let mut subscribers = self.model.subscribers(&event);
        if !controller.is_empty() {
            let is_its = |id: &SubscriberId| {
                self.subscriptions.get(id).is_some_and(|found| *found.settings.recipient == *controller)
            };
            subscribers.retain(is_its);
        }
        if is_single {
            self.thresholds.remove(&number);
            // A row that is gone watches nothing either.
            let _ = self.model.update_value_at(&alloc::format!("{TABLE}{number}.Enable"), "false");
        }
        Some((event, subscribers))
    }
}
