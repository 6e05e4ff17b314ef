//! When the rows of Subscriptions came to be, and when they end (TR-181, TimeToLive and Persistent).

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use usp_datamodel::{DataModel, Fault};
use usp_record::Instant;
use usp_schema::Value;

use crate::clock::{Clock, signed, unix_micros};

/// The rows of Subscriptions by their paths.
#[derive(Debug, Default)]
pub(crate) struct Lifetimes {
    rows: BTreeMap<String, Lifetime>,
    due: BTreeSet<(Instant, String)>,
}

#[derive(Debug)]
struct Lifetime {
    /// On the monotonic clock, in microseconds; below zero for rows of before the start.
    created: i64,
    end: Option<Instant>,
}

/// How long a row lives; `None`: for ever.
///
/// # Errors
///
/// There is no such row.
fn time_to_live(model: &DataModel, row: &str) -> Result<Option<Duration>, Fault> {
    Ok(match model.value_at(&alloc::format!("{row}TimeToLive"))? {
        Value::UnsignedInt(seconds @ 1..) => Some(Duration::from_secs(seconds.into())),
        _ => None,
    })
}

/// When a row was created by its CreationDate, in microseconds since 1970.
fn creation_date(model: &DataModel, row: &str) -> Option<i64> {
    match model.value_at(&alloc::format!("{row}CreationDate")).ok()? {
        Value::DateTime(time) => unix_micros(time),
        _ => None,
    }
}

impl Lifetimes {
    /// Takes in how long a row lives. One that is new was created at its CreationDate, or now where that is not known.
    ///
    /// # Errors
    ///
    /// There is no such row.
    pub(crate) fn refresh(
        &mut self,
        model: &DataModel,
        row: &str,
        now: Instant,
        clock: Clock,
    ) -> Result<(), Fault> {
        let time_to_live = time_to_live(model, row)?;
        if let Some(Lifetime { end: Some(end), .. }) = self.rows.get(row) {
            self.due.remove(&(*end, row.to_string()));
        }
        let lifetime = self.rows.entry(row.to_string()).or_insert_with(|| {
            let age =
                clock.wall(now).zip(creation_date(model, row)).map(|(now, then)| now.saturating_sub(then));
            Lifetime { created: signed(now).saturating_sub(age.unwrap_or(0).max(0)), end: None }
        });
        lifetime.end = time_to_live.and_then(|time_to_live| {
            let micros = i64::try_from(time_to_live.as_micros()).ok()?;
            let end = lifetime.created.checked_add(micros)?;
            Some(Instant::from_micros(u64::try_from(end).unwrap_or(0)))
        });
        self.due.extend(lifetime.end.map(|end| (end, row.to_string())));
        Ok(())
    }

    /// Takes in that the time became known: rows of before count from their CreationDate.
    pub(crate) fn reckon(&mut self, model: &DataModel, now: Instant, clock: Clock) {
        self.due.clear();
        for row in core::mem::take(&mut self.rows).into_keys() {
            // A row that is gone is told of in its time.
            let _ = self.refresh(model, &row, now, clock);
        }
    }

    pub(crate) fn remove(&mut self, row: &str) {
        if let Some(Lifetime { end: Some(end), .. }) = self.rows.remove(row) {
            self.due.remove(&(end, row.to_string()));
        }
    }

    /// When the next row ends.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.due.first().map(|(end, _)| *end)
    }

    /// The rows that have ended.
    pub(crate) fn ended(&self, now: Instant) -> Vec<String> {
        self.due.iter().take_while(|(end, _)| *end <= now).map(|(_, row)| row.clone()).collect()
    }
}

/// Removes what does not outlive a restart: Subscriptions that are not persistent; and those whose time to live cannot be
/// counted, because nobody knew the time when they were added (TR-181).
pub(crate) fn remove_transient(model: &mut DataModel) {
    let rows = model.objects_at(crate::subscription::TABLE).unwrap_or_default();
    for row in rows {
        let persistent = model.value_at(&alloc::format!("{row}Persistent")) == Ok(Value::Boolean(true));
        let ends = time_to_live(model, &row).is_ok_and(|time_to_live| time_to_live.is_some());
        if !persistent || (ends && creation_date(model, &row).is_none()) {
            // The device may delete any row.
            let _ = model.remove(usp_datamodel::typed::ObjectPath::<()>::from_text(&row));
        }
    }
}
