//! Rows of `Device.LocalAgent.Subscription.`, from the table to what is told of a change.

pub(crate) mod lifetimes;
pub(crate) mod rows;
pub(crate) mod subscription;
pub(crate) mod triggers;

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::time::Duration;

use usp_collections::{SortedMap, SortedSet};
use usp_datamodel::{DataModel, Recipient, SubscriberId, Subscribing};
use usp_record::{Instant, Rng};

use crate::agent::Agent;
use crate::clock::Clock;
use crate::controllers::trust::ControllerTrust;
use crate::io::Output;
use crate::subscriptions::lifetimes::{Lifetime, Lifetimes};
use crate::subscriptions::rows::{Last, Repeats, Row, Rows};
use crate::subscriptions::subscription::Subscription;

impl<R: Rng> Agent<R> {
    /// Those of some rows of the table of Subscriptions that are not there any more.
    pub(crate) fn gone(&self, ids: &SortedSet<SubscriberId>) -> SortedSet<SubscriberId> {
        if ids.is_empty() {
            return SortedSet::new();
        }
        let Ok(rows) = Rows::find(&self.model) else { return ids.clone() };
        ids.iter().copied().filter(|&id| !rows.has(&self.model, id)).collect()
    }

    /// Takes in how all Subscriptions stand now.
    pub(crate) fn read_subscriptions(&mut self) {
        let Ok(table) = Rows::find(&self.model) else { return };
        let before = core::mem::take(&mut self.subscriptions);
        before.keys().for_each(|&id| self.model.unsubscribe(id));
        self.enter_subscriptions(&table, |model, table, entering| {
            entering.reserve(table.count(model));
            table.for_each(model, |row| entering.enter(model, row));
        });
        // Those that have gone unseen, too.
        let gone = before.keys().copied().filter(|&id| !table.has(&self.model, id)).collect();
        self.forget_subscriptions(gone);
        if self.subscriptions.values().chain(before.values()).any(Subscription::is_of_events) {
            self.refresh_all_periodic();
        }
    }

    /// Takes in how some rows of the table of Subscriptions stand now.
    pub(crate) fn refresh_subscriptions(&mut self, ids: &SortedSet<SubscriberId>) {
        if ids.is_empty() {
            return;
        }
        let Ok(table) = Rows::find(&self.model) else { return };
        let mut events_changed = false;
        for &id in ids {
            self.model.unsubscribe(id);
            let before = self.subscriptions.remove(&id);
            events_changed |= before.is_some_and(|before| before.is_of_events());
        }
        let mut gone = SortedSet::new();
        self.enter_subscriptions(&table, |model, table, entering| {
            for &id in ids {
                if table.of_row(model, id, |row| entering.enter(model, row)).is_none() {
                    gone.insert(id);
                }
            }
        });
        self.forget_subscriptions(gone);
        self.reconfigure_open(ids, &table);
        let now = ids.iter().filter_map(|id| self.subscriptions.get(id));
        if events_changed || now.into_iter().any(Subscription::is_of_events) {
            self.refresh_all_periodic();
        }
    }

    /// Has changed settings of Subscriptions count for what they still repeat: without NotifRetry nothing is (TR-181).
    fn reconfigure_open(&mut self, ids: &SortedSet<SubscriberId>, table: &Rows) {
        if self.outbox.is_empty() {
            return;
        }
        let settings = ids.iter().filter_map(|&id| {
            let read = |row: Row<'_, '_>| (row.notif_retry(), row.notif_expiration());
            Some((subscription::row(id), table.of_row(&self.model, id, read)?))
        });
        let settings: SortedMap<String, (bool, Duration)> = settings.collect();
        for (msg_id, to) in self.outbox.reconfigure(|row| settings.get(row).copied()) {
            self.outputs.push_back(Output::Undelivered { to, msg_id });
        }
    }

    fn enter_subscriptions(
        &mut self,
        table: &Rows,
        enter: impl for<'m> FnOnce(&'m DataModel, &'m Rows, &mut Entering<'_, '_, 'm>),
    ) {
        let Self { model, trust, lifetimes, now, clock, .. } = self;
        let (mut read, mut lives) = (Vec::new(), Vec::new());
        model.subscribe_all(|model, subscribing| {
            let (lifetimes, now, clock) = (&*lifetimes, *now, *clock);
            let recipients = SortedMap::new();
            let (read, lives) = (&mut read, &mut lives);
            let (last, references, is_read) = (None, ("".into(), Vec::new()), false);
            enter(
                model,
                table,
                &mut Entering {
                    subscribing,
                    trust,
                    lifetimes,
                    now,
                    clock,
                    recipients,
                    last,
                    references,
                    is_read,
                    read,
                    lives,
                },
            );
        });
        self.subscriptions.extend(read);
        self.lifetimes.enter(lives);
    }

    fn forget_subscriptions(&mut self, gone: SortedSet<SubscriberId>) {
        if gone.is_empty() {
            return;
        }
        gone.iter().for_each(|&id| self.lifetimes.remove(id));
        let rows: SortedSet<String> = gone.into_iter().map(subscription::row).collect();
        self.outbox.retain(|row| !rows.contains(row));
    }
}

/// Takes in rows of the table of Subscriptions, which are in no index.
struct Entering<'a, 's, 'm> {
    subscribing: &'a mut Subscribing<'s>,
    trust: &'a mut ControllerTrust,
    lifetimes: &'a Lifetimes,
    now: Instant,
    clock: Clock,
    /// The Controllers of the rows so far.
    recipients: SortedMap<Arc<str>, Option<Recipient>>,
    /// The last row, and what it came to: neighbours often differ in nothing but their IDs.
    last: Option<Last<'m>>,
    /// The row of its Controller, and the paths that the Controller may be told of by.
    references: (Arc<str>, Vec<String>),
    /// Whether it is a Subscription: the last of those that were read.
    is_read: bool,
    read: &'a mut Vec<(SubscriberId, Subscription)>,
    lives: &'a mut Vec<(SubscriberId, Lifetime)>,
}

impl<'m> Entering<'_, '_, 'm> {
    fn reserve(&mut self, rows: usize) {
        self.read.reserve(rows);
        self.lives.reserve(rows);
    }

    fn enter(&mut self, model: &DataModel, row: Row<'_, 'm>) {
        let id = row.id();
        self.lives.push(self.lifetimes.of(row, self.now, self.clock));
        let repeats = self.last.as_ref().map(|last| row.repeats(last)).unwrap_or_default();
        if !repeats.references {
            self.references = self.references(model, row);
        }
        let (controller, paths) = &self.references;
        let like = self.read.last().filter(|_| self.is_read);
        let subscription = match (repeats, like) {
            (Repeats { references: true, settings: true }, Some((_, like))) => Some(like.repeated(row)),
            (Repeats { settings: true, .. }, None) => None,
            _ => Subscription::read(row, Arc::clone(controller)),
        };
        self.last = Some(row.to_last());
        self.is_read = subscription.is_some();
        if let Some(subscription) = subscription {
            for path in paths {
                self.subscribing.subscribe(id, subscription.settings.kind, path);
            }
            self.read.push((id, subscription));
        }
    }

    /// The Controller of a row, and what it may be told of by.
    fn references(&mut self, model: &DataModel, row: Row<'_, '_>) -> (Arc<str>, Vec<String>) {
        let text = row.recipient();
        let recipients = &mut self.recipients;
        if !recipients.contains_key(&*text) {
            recipients.insert((&*text).into(), self.trust.recipient(model, &text));
        }
        let Some((controller, recipient)) = recipients.get_key_value(&*text) else {
            return (text.into(), Vec::new());
        };
        // What it may not search by it is not told by either [R-GIN.0].
        let may = |path: &Cow<'_, str>| {
            recipient.as_ref().is_some_and(|recipient| recipient.may_search(model, path))
        };
        let paths = row.reference_list().filter(may).map(Cow::into_owned).collect();
        (Arc::clone(controller), paths)
    }
}
