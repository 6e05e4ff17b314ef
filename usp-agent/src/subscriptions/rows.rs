//! The table of Subscriptions, read row by row; what a row means is in `subscription.rs`.

use alloc::borrow::Cow;
use core::time::Duration;

use usp_datamodel::{Columns, ColumnsRow, DataModel, RegisterError, SubscriberId};
use usp_schema::Value;

use crate::clock::unix_micros;
use crate::events::thresholds;

/// What the Agent reads of a row.
const NAMES: [&str; 12] = [
    "Enable",
    "NotifType",
    "ReferenceList",
    "Recipient",
    "ID",
    "NotifRetry",
    "NotifExpiration",
    "Persistent",
    "TriggerAction",
    "TriggerConfigSettings",
    "TimeToLive",
    "CreationDate",
];

/// The same by its place in a row.
mod column {
    pub(super) const ENABLE: usize = 0;
    pub(super) const NOTIF_TYPE: usize = 1;
    pub(super) const REFERENCE_LIST: usize = 2;
    pub(super) const RECIPIENT: usize = 3;
    pub(super) const ID: usize = 4;
    pub(super) const NOTIF_RETRY: usize = 5;
    pub(super) const NOTIF_EXPIRATION: usize = 6;
    pub(super) const PERSISTENT: usize = 7;
    pub(super) const TRIGGER_ACTION: usize = 8;
    pub(super) const TRIGGER_CONFIG_SETTINGS: usize = 9;
    pub(super) const TIME_TO_LIVE: usize = 10;
    pub(super) const CREATION_DATE: usize = 11;
}

/// What says to whom a row belongs and what it wants to be told of.
const REFERENCES: [usize; 2] = [column::RECIPIENT, column::REFERENCE_LIST];

/// All that a Subscription is but for its ID and what its row refers to.
const SETTINGS: [usize; 7] = [
    column::ENABLE,
    column::NOTIF_TYPE,
    column::NOTIF_RETRY,
    column::NOTIF_EXPIRATION,
    column::PERSISTENT,
    column::TRIGGER_ACTION,
    column::TRIGGER_CONFIG_SETTINGS,
];

/// The table, ready to be read.
pub(crate) struct Rows(Columns<{ NAMES.len() }>);

/// A row, enabled or not. What the schema does not have is empty, false or zero.
#[derive(Clone, Copy)]
pub(crate) struct Row<'r, 'm>(&'r ColumnsRow<'m, { NAMES.len() }>);

/// The row before the one at hand.
pub(crate) struct Last<'m>(ColumnsRow<'m, { NAMES.len() }>);

/// What a row has like another one.
#[derive(Clone, Copy, Default)]
pub(crate) struct Repeats {
    /// Its Recipient and ReferenceList.
    pub(crate) references: bool,
    /// All else but for its ID.
    pub(crate) settings: bool,
}

impl Rows {
    pub(crate) fn find(model: &DataModel) -> Result<Self, RegisterError> {
        Columns::find(model, "Device.LocalAgent.Subscription.{i}.", NAMES).map(Self)
    }

    /// What is to be known of a row; `None` where there is none.
    pub(crate) fn of_row<'m, T>(
        &'m self,
        model: &'m DataModel,
        id: SubscriberId,
        read: impl FnOnce(Row<'_, 'm>) -> T,
    ) -> Option<T> {
        self.0.row(model, id.0).map(|row| read(Row(&row)))
    }

    pub(crate) fn has(&self, model: &DataModel, id: SubscriberId) -> bool {
        self.0.row(model, id.0).is_some()
    }

    /// How many rows there are.
    pub(crate) fn count(&self, model: &DataModel) -> usize {
        self.0.row_count(model)
    }

    /// Visits all rows that can be told of anything: numbers beyond are those of thresholds.
    pub(crate) fn for_each<'m>(&'m self, model: &'m DataModel, mut visit: impl FnMut(Row<'_, 'm>)) {
        self.0.for_each_row(model, |row| {
            if thresholds::of_subscriber(SubscriberId(row.number())).is_none() {
                visit(Row(row));
            }
        });
    }
}

impl<'m> Row<'_, 'm> {
    pub(crate) fn id(&self) -> SubscriberId {
        SubscriberId(self.0.number())
    }

    pub(crate) fn is_enabled(&self) -> bool {
        self.0.is_true(column::ENABLE)
    }

    pub(crate) fn to_last(self) -> Last<'m> {
        Last(*self.0)
    }

    /// What it is known to have like another row, without a reading.
    pub(crate) fn repeats(&self, other: &Last<'m>) -> Repeats {
        Repeats {
            references: self.0.repeats(&other.0, REFERENCES),
            settings: self.0.repeats(&other.0, SETTINGS),
        }
    }

    pub(crate) fn subscription_id(&self) -> Cow<'m, str> {
        self.text(column::ID)
    }

    pub(crate) fn notif_type(&self) -> Cow<'m, str> {
        self.text(column::NOTIF_TYPE)
    }

    /// The paths of what it wants to be told of.
    pub(crate) fn reference_list(&self) -> impl Iterator<Item = Cow<'m, str>> + use<'m> {
        self.0.texts(column::REFERENCE_LIST)
    }

    /// Path of the row of its Controller, without the final dot.
    pub(crate) fn recipient(&self) -> Cow<'m, str> {
        self.text(column::RECIPIENT)
    }

    pub(crate) fn notif_retry(&self) -> bool {
        self.0.is_true(column::NOTIF_RETRY)
    }

    /// For how long a notification is repeated; zero: for ever.
    pub(crate) fn notif_expiration(&self) -> Duration {
        Duration::from_secs(self.0.unsigned(column::NOTIF_EXPIRATION).unwrap_or(0).into())
    }

    pub(crate) fn is_persistent(&self) -> bool {
        self.0.is_true(column::PERSISTENT)
    }

    /// Empty where the schema has the one action that there was before the parameter.
    pub(crate) fn trigger_action(&self) -> Cow<'m, str> {
        self.text(column::TRIGGER_ACTION)
    }

    pub(crate) fn trigger_config_settings(&self) -> impl Iterator<Item = Cow<'m, str>> + use<'m> {
        self.0.texts(column::TRIGGER_CONFIG_SETTINGS)
    }

    /// How long the row lives; `None`: for ever.
    pub(crate) fn time_to_live(&self) -> Option<Duration> {
        let seconds = self.0.unsigned(column::TIME_TO_LIVE).filter(|seconds| *seconds != 0)?;
        Some(Duration::from_secs(seconds.into()))
    }

    /// When it was created by its CreationDate, in microseconds since 1970.
    pub(crate) fn creation_date(&self) -> Option<i64> {
        creation_date(self.0.value(column::CREATION_DATE))
    }

    fn text(&self, column: usize) -> Cow<'m, str> {
        self.0.text(column).unwrap_or_default()
    }
}

/// The moment of a CreationDate, in microseconds since 1970; `None` for one that is not known.
pub(crate) fn creation_date(value: Option<Value>) -> Option<i64> {
    match value? {
        Value::DateTime(time) => unix_micros(time),
        _ => None,
    }
}
