//! Periodic!: when each Controller is told that its interval has passed (TR-181, PeriodicNotifInterval and
//! PeriodicNotifTime).
//!
//! The wall clock gives the phase: the moments lie whole intervals before or after PeriodicNotifTime. Without a wall
//! clock, or with the Unknown Time, the interval counts from when there was somebody to tell.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use litemap::LiteMap;
use usp_collections::SortedSet;
use usp_datamodel::{Change, SubscriberId};
use usp_record::{Instant, Rng};
use usp_schema::Value;

use crate::agent::Agent;
use crate::clock::{Clock, signed, unix_micros};
use crate::controllers;

const PERIODIC: &str = "Device.LocalAgent.Periodic!";

/// A moment that was met a little early, since clocks drift, is not met again so soon afterwards.
const DRIFT: i64 = 500_000;

/// Controllers that subscribed to Periodic!, by the numbers of their rows.
#[derive(Debug, Default)]
pub(crate) struct Periodic {
    cycles: LiteMap<u32, Cycle>,
    due: SortedSet<(Instant, u32)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cycle {
    /// In microseconds; not zero.
    interval: i64,
    /// PeriodicNotifTime, in microseconds since 1970.
    reference: Option<i64>,
    /// When it began.
    begun: Instant,
    next: Instant,
}

impl Cycle {
    /// The first moment that lies more than `margin` microseconds after `now`.
    fn after(&self, now: Instant, margin: i64, clock: Clock) -> Instant {
        let count = |reference: i64, here: i64| {
            let (reference, here) = (i128::from(reference), i128::from(here) + i128::from(margin));
            let interval = i128::from(self.interval);
            let periods = (here - reference).div_euclid(interval) + 1;
            i64::try_from(reference + periods * interval).unwrap_or(i64::MAX)
        };
        let by_wall = self.reference.zip(clock.wall(now));
        match by_wall.and_then(|(reference, wall)| clock.instant(count(reference, wall))) {
            Some(next) => next,
            None => {
                let next = count(signed(self.begun), signed(now));
                Instant::from_micros(u64::try_from(next).unwrap_or(0))
            }
        }
    }
}

impl Periodic {
    /// When the next Controller is due.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.due.first().map(|(next, _)| *next)
    }

    /// Takes in how often a Controller is to be told and by which reference; `None`: never.
    fn set(&mut self, number: u32, wanted: Option<(i64, Option<i64>)>, now: Instant, clock: Clock) {
        let before = self.cycles.get(&number).copied();
        if before.map(|cycle| (cycle.interval, cycle.reference)) == wanted {
            return;
        }
        if let Some(before) = before {
            self.cycles.remove(&number);
            self.due.remove(&(before.next, number));
        }
        if let Some((interval, reference)) = wanted {
            let mut cycle = Cycle { interval, reference, begun: now, next: now };
            cycle.next = cycle.after(now, 0, clock);
            self.cycles.insert(number, cycle);
            self.due.insert((cycle.next, number));
        }
    }

    /// A Controller whose moment has come; its next one is set, if there is one.
    fn pop_due(&mut self, now: Instant, clock: Clock) -> Option<u32> {
        let &(next, number) = self.due.first().filter(|(next, _)| *next <= now)?;
        self.due.remove(&(next, number));
        let cycle = self.cycles.get_mut(&number)?;
        cycle.next = cycle.after(now, DRIFT.min(cycle.interval / 2), clock);
        // Where the clock ends there is none.
        if cycle.next > now {
            self.due.insert((cycle.next, number));
        }
        Some(number)
    }

    /// Takes in that the wall clock was set.
    pub(crate) fn reschedule(&mut self, now: Instant, clock: Clock) {
        self.due = SortedSet::new();
        for (&number, cycle) in &mut self.cycles {
            // A moment that has come is told first, whatever the clock says now.
            if cycle.next > now {
                cycle.next = cycle.after(now, 0, clock);
            }
            self.due.insert((cycle.next, number));
        }
    }
}

impl<R: Rng> Agent<R> {
    /// Takes in how the row of a Controller stands now, or who subscribed to Periodic!.
    pub(crate) fn refresh_periodic(&mut self, numbers: impl IntoIterator<Item = u32>) {
        let mut numbers = numbers.into_iter().peekable();
        if numbers.peek().is_none() {
            return;
        }
        let watchers = self.periodic_watchers();
        for number in numbers {
            let row = controllers::row(number);
            let interval = controllers::seconds(&self.model, &row, "PeriodicNotifInterval").filter(|_| {
                watchers.contains_key(&row) && controllers::endpoint(&self.model, &row).is_some()
            });
            let reference = match controllers::value(&self.model, &row, "PeriodicNotifTime") {
                Some(Value::DateTime(time)) => unix_micros(time),
                _ => None,
            };
            let micros = |interval: Duration| i64::try_from(interval.as_micros()).ok();
            let wanted = interval.and_then(micros).map(|interval| (interval, reference));
            self.periodic.set(number, wanted, self.now, self.clock);
        }
    }

    /// Takes in that Subscriptions to events have changed.
    pub(crate) fn refresh_all_periodic(&mut self) {
        let watchers = self.periodic_watchers();
        let mut numbers: SortedSet<u32> = self.periodic.cycles.keys().copied().collect();
        numbers.extend(watchers.keys().filter_map(|row| controllers::number_of(row)));
        self.refresh_periodic(numbers);
    }

    /// Tells those whose moment has come.
    pub(crate) fn handle_periodic(&mut self) {
        while let Some(number) = self.periodic.pop_due(self.now, self.clock) {
            let subscribers = self.periodic_watchers().remove(&controllers::row(number));
            self.tell(alloc::vec![(periodic_event(), subscribers.unwrap_or_default())]);
        }
    }

    /// Those who subscribed to Periodic!, by the rows of their Controllers.
    fn periodic_watchers(&self) -> LiteMap<String, Vec<SubscriberId>> {
        self.subscribers_by_controller(&periodic_event())
    }
}

fn periodic_event() -> Change {
    Change::Event { path: String::from(PERIODIC), arguments: Vec::new() }
}
