//! When the rows of Subscriptions came to be, and when they end (TR-181, TimeToLive and Persistent).

use alloc::vec::Vec;
use core::time::Duration;

use usp_collections::{SortedMap, SortedSet};
use usp_datamodel::typed::ObjectPath;
use usp_datamodel::{Columns, ColumnsRow, DataModel, SubscriberId};
use usp_record::Instant;

use crate::clock::{Clock, signed};
use crate::events::thresholds;
use crate::subscriptions::rows::{Row, Rows, creation_date};
use crate::subscriptions::subscription;

/// How long a row stays that is to end and cannot be deleted.
const PUT_OFF: Duration = Duration::from_secs(60);

/// The rows of Subscriptions.
#[derive(Debug, Default)]
pub(crate) struct Lifetimes {
    /// Those that are not like most.
    rows: SortedMap<SubscriberId, Lifetime>,
    due: SortedSet<(Instant, SubscriberId)>,
    /// Up to which number most rows came to be at one moment and do not end, and that moment: they were there when rows
    /// were first taken in. Numbers are not given out again `[R-ARC.8]`, so that no row below comes later.
    most: Option<(SubscriberId, i64)>,
}

#[derive(Debug)]
pub(crate) struct Lifetime {
    /// On the monotonic clock, in microseconds; below zero for rows of before the start.
    created: i64,
    end: Option<Instant>,
}

impl Lifetimes {
    /// How long a row lives. One that is new was created at its CreationDate, or now where that is not known.
    pub(crate) fn of(&self, row: Row<'_, '_>, now: Instant, clock: Clock) -> (SubscriberId, Lifetime) {
        Self::lasting(row, self.created(row.id()), now, clock)
    }

    /// The same of a row that is known to have come to be at a moment.
    fn lasting(row: Row<'_, '_>, known: Option<i64>, now: Instant, clock: Clock) -> (SubscriberId, Lifetime) {
        let created = known.unwrap_or_else(|| {
            let dates = clock.wall(now).and_then(|now| Some((now, row.creation_date()?)));
            let age = dates.map_or(0, |(now, then)| now.saturating_sub(then));
            signed(now).saturating_sub(age.max(0))
        });
        let end = row.time_to_live().and_then(|time_to_live| {
            let micros = i64::try_from(time_to_live.as_micros()).ok()?;
            let end = created.checked_add(micros)?;
            Some(Instant::from_micros(u64::try_from(end).unwrap_or(0)))
        });
        (row.id(), Lifetime { created, end })
    }

    /// When a row that was taken in came to be.
    fn created(&self, id: SubscriberId) -> Option<i64> {
        self.rows.get(&id).map(|known| known.created).or_else(|| self.moment_of_most(id))
    }

    fn moment_of_most(&self, id: SubscriberId) -> Option<i64> {
        self.most.filter(|(last, _)| id <= *last).map(|(_, moment)| moment)
    }

    /// Takes in how long some rows live, in the order of their numbers.
    pub(crate) fn enter(&mut self, mut rows: Vec<(SubscriberId, Lifetime)>) {
        if self.most.is_none() {
            let ends = rows.first().zip(rows.last());
            self.most = ends.map(|((_, first), (last, _))| (*last, first.created));
        }
        for (id, lifetime) in &rows {
            // What is known of it is put in its place, or not kept.
            if let Some(Lifetime { end: Some(end), .. }) = self.rows.remove(id) {
                self.due.remove(&(end, *id));
            }
            self.due.extend(lifetime.end.map(|end| (end, *id)));
        }
        rows.retain(|(id, Lifetime { created, end })| {
            end.is_some() || self.moment_of_most(*id) != Some(*created)
        });
        self.rows.extend(rows);
    }

    /// Takes in that the time became known: rows of before the start count from their CreationDate. Those that came
    /// since have none, and go on counting.
    pub(crate) fn reckon(&mut self, model: &DataModel, now: Instant, clock: Clock) {
        let Ok(rows) = Rows::find(model) else { return };
        let mut lives = Vec::new();
        rows.for_each(model, |row| {
            let known = if row.creation_date().is_none() { self.created(row.id()) } else { None };
            lives.push(Self::lasting(row, known, now, clock));
        });
        *self = Self::default();
        self.enter(lives);
    }

    /// Has the turn of a row come again whose end was refused.
    pub(crate) fn put_off(&mut self, id: SubscriberId, now: Instant) {
        let Some(lifetime) = self.rows.get_mut(&id) else { return };
        let end = core::mem::replace(&mut lifetime.end, now.checked_add(PUT_OFF));
        if let Some(end) = end {
            self.due.remove(&(end, id));
        }
        self.due.extend(lifetime.end.map(|end| (end, id)));
    }

    pub(crate) fn remove(&mut self, id: SubscriberId) {
        if let Some(Lifetime { end: Some(end), .. }) = self.rows.remove(&id) {
            self.due.remove(&(end, id));
        }
    }

    /// When the next row ends.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.due.first().map(|(end, _)| *end)
    }

    /// The rows that have ended.
    pub(crate) fn ended(&self, now: Instant) -> Vec<SubscriberId> {
        if self.next().is_none_or(|end| end > now) {
            return Vec::new();
        }
        self.due.iter().take_while(|(end, _)| *end <= now).map(|&(_, id)| id).collect()
    }
}

/// Removes what does not outlive a restart: Subscriptions that are not persistent; and those whose time to live cannot
/// be counted, because nobody knew the time when they were added (TR-181).
pub(crate) fn remove_transient(model: &mut DataModel) {
    let names = ["Persistent", "TimeToLive", "CreationDate"];
    let Ok(rows) = Columns::find(model, "Device.LocalAgent.Subscription.{i}.", names) else { return };
    let has_no_end = |row: &ColumnsRow<'_, 3>| row.unsigned(1).unwrap_or(0) == 0;
    let is_dated = |row: &ColumnsRow<'_, 3>| creation_date(row.value(2)).is_some();
    let goes = |row: &ColumnsRow<'_, 3>| !row.is_true(0) || !(has_no_end(row) || is_dated(row));
    let mut gone = Vec::new();
    rows.for_each_row(model, |row| gone.extend(goes(row).then_some(SubscriberId(row.number()))));
    gone.retain(|&id| thresholds::of_subscriber(id).is_none());
    for id in gone {
        // The device may delete any row.
        let _ = model.remove(ObjectPath::<()>::from_text(subscription::row(id)));
    }
}
