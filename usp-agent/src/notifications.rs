//! From changes to Notify Messages, and from rows of Subscriptions to their end.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use usp_datamodel::typed::ObjectPath;
use usp_datamodel::{Recipient, SubscriberId};
use usp_msg::{Msg, Notify};
use usp_record::{EndpointId, Instant, RetryWaits, Rng};
use usp_schema::Value;

use crate::agent::Agent;
use crate::controller_trust::Standing;
use crate::io::Output;
use crate::outbox::Due;
use crate::subscription::{self, Subscription};

/// How many notifications wait for their NotifyResp at the most. One more is sent once and not repeated.
const MAX_OPEN: usize = 10_000;

/// When the rows of Subscriptions came to be, and when they end.
#[derive(Debug, Default)]
pub(crate) struct Lifetimes {
    created: BTreeMap<String, Instant>,
    ends: BTreeMap<String, Instant>,
}

impl Lifetimes {
    /// Takes in how long a row lives. One that is new was created now.
    fn set(&mut self, row: &str, time_to_live: Option<Duration>, now: Instant) {
        let created = *self.created.entry(row.into()).or_insert(now);
        match time_to_live.and_then(|time_to_live| created.checked_add(time_to_live)) {
            Some(end) => self.ends.insert(row.into(), end),
            None => self.ends.remove(row),
        };
    }

    fn remove(&mut self, row: &str) {
        self.created.remove(row);
        self.ends.remove(row);
    }

    /// When the next row ends.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.ends.values().min().copied()
    }

    fn ended(&self, now: Instant) -> Vec<String> {
        self.ends.iter().filter(|(_, end)| **end <= now).map(|(row, _)| row.clone()).collect()
    }
}

impl<R: Rng> Agent<R> {
    /// Does what is due: repeats notifications and ends Subscriptions.
    pub(crate) fn handle_time(&mut self) {
        while let Some(due) = self.outbox.pop_due(self.now, &mut self.rng) {
            match due {
                // A Controller that is disabled or banned is passed over; its turn comes again.
                Due::Repeat { msg_id, to, notify } => {
                    let row = self.controller_row(&to);
                    let standing = row.map(|row| self.trust.standing(&self.model, &row));
                    if matches!(standing, Some(Standing::Admitted(_))) {
                        self.send_message(&to, &Msg::request(msg_id, notify));
                    }
                }
                Due::Expired { msg_id, to } => self.outputs.push_back(Output::Undelivered { to, msg_id }),
            }
        }
        let ended = self.lifetimes.ended(self.now);
        for row in &ended {
            // A row that is gone already is as good as deleted.
            let _ = self.model.remove(ObjectPath::<()>::from_text(row));
        }
        if !ended.is_empty() {
            self.notify_changes();
        }
    }

    /// Turns what has changed into Notify Messages for whoever subscribed to it.
    pub(crate) fn notify_changes(&mut self) {
        let notices = self.model.drain_notices();
        let rows: BTreeMap<SubscriberId, String> =
            notices.iter().filter_map(|notice| subscription::row_of(notice.change.path())).collect();
        let is_gone = |id: &SubscriberId| {
            rows.get(id).is_some_and(|row| self.model.objects_at(row).is_ok_and(|found| found.is_empty()))
        };
        let gone: BTreeSet<SubscriberId> = rows.keys().copied().filter(is_gone).collect();
        let mut rights_changed = false;
        for notice in &notices {
            rights_changed |= self.trust.note(notice.change.path());
        }
        // What each Controller may be told of.
        let mut recipients: BTreeMap<String, Option<Recipient>> = BTreeMap::new();
        for notice in &notices {
            // Those count that were there before and still are: none tells of its own creation (T17).
            for id in notice.subscribers.iter().filter(|id| !gone.contains(id)) {
                let Some(subscription) = self.subscriptions.get(id) else { continue };
                let controller = &subscription.recipient;
                if !recipients.contains_key(controller) {
                    let recipient = self.trust.recipient(&self.model, controller);
                    recipients.insert(controller.clone(), recipient);
                }
                let recipient = recipients.get(controller).and_then(Option::as_ref);
                let told = recipient.and_then(|recipient| recipient.told(&self.model, &notice.change));
                if let Some(notify) = told.and_then(|change| subscription.notify(&change)) {
                    self.send_notify(*id, notify);
                }
            }
        }
        self.refresh_subscriptions(rows);
        if rights_changed {
            self.read_subscriptions();
        }
    }

    /// Takes in how all Subscriptions stand now.
    pub(crate) fn read_subscriptions(&mut self) {
        let rows = self.model.objects_at(subscription::TABLE).unwrap_or_default();
        self.refresh_subscriptions(rows.iter().filter_map(|row| subscription::row_of(row)).collect());
    }

    /// Takes in how some rows of the table of Subscriptions stand now.
    fn refresh_subscriptions(&mut self, rows: BTreeMap<SubscriberId, String>) {
        let mut gone = BTreeSet::new();
        let mut recipients: BTreeMap<String, Option<Recipient>> = BTreeMap::new();
        for (id, row) in rows {
            self.model.unsubscribe(id);
            self.subscriptions.remove(&id);
            if let Ok(Some((subscription, mut references))) = Subscription::read(&self.model, &row) {
                let controller = &subscription.recipient;
                let recipient = recipients
                    .entry(controller.clone())
                    .or_insert_with_key(|controller| self.trust.recipient(&self.model, controller));
                // What it may not search by it is not told by either [R-GIN.0].
                references.retain(|reference| {
                    recipient.as_ref().is_some_and(|recipient| recipient.may_search(&self.model, reference))
                });
                self.model.subscribe(id, subscription.kind, references);
                self.subscriptions.insert(id, subscription);
            }
            match subscription::time_to_live(&self.model, &row) {
                Ok(time_to_live) => self.lifetimes.set(&row, time_to_live, self.now),
                Err(_) => {
                    self.lifetimes.remove(&row);
                    gone.insert(row);
                }
            }
        }
        if !gone.is_empty() {
            self.outbox.retain(|row| !gone.contains(row));
        }
    }

    /// Sends a notification of a Subscription to its Controller, if that is enabled.
    fn send_notify(&mut self, id: SubscriberId, notify: Notify) {
        let Some(subscription) = self.subscriptions.get(&id) else { return };
        let (row, retry, expiration) =
            (subscription.row.clone(), subscription.retry, subscription.expiration);
        let recipient = subscription.recipient.clone();
        let read = |name: &str| self.model.value_at(&alloc::format!("{recipient}.{name}")).ok();
        let enabled = read("Enable") == Some(Value::Boolean(true));
        let id = read("EndpointID").and_then(|id| EndpointId::parse(&id.to_string()).ok());
        let Some(to) = id.filter(|_| enabled) else { return };
        let number = |name: &str, default: u32| match read(name) {
            Some(Value::UnsignedInt(number)) => number,
            _ => default,
        };
        // [R-NOT.1] [R-NOT.2] the Controller's own settings.
        let waits = RetryWaits {
            minimum: Duration::from_secs(number("USPNotifRetryMinimumWaitInterval", 5).into()),
            multiplier: number("USPNotifRetryIntervalMultiplier", RetryWaits::DEFAULT.multiplier),
        };
        let msg_id = alloc::format!("{:016x}", self.rng.next_u64());
        self.send_message(&to, &Msg::request(msg_id.clone(), notify.clone()));
        if retry && self.outbox.len() < MAX_OPEN {
            let kept = (to, notify, row);
            self.outbox.keep(msg_id, kept, waits, expiration, self.now, &mut self.rng);
        }
    }
}
