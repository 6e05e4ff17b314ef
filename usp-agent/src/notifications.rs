//! From changes to Notify Messages, and from rows of Subscriptions to their end.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use usp_datamodel::Change;
use usp_datamodel::typed::ObjectPath;
use usp_msg::{Msg, Notify};
use usp_record::{EndpointId, Instant, RetryWaits, Rng};
use usp_schema::Value;

use crate::agent::Agent;
use crate::io::Output;
use crate::outbox::Due;
use crate::subscription::{self, Lives, Subscription};

/// How many notifications wait for their NotifyResp at the most. One more is sent once and not repeated.
const MAX_OPEN: usize = 10_000;

/// When the rows of Subscriptions came to be, and when they end.
#[derive(Debug, Default)]
pub(crate) struct Lifetimes {
    created: BTreeMap<String, Instant>,
    ends: BTreeMap<String, Instant>,
}

impl Lifetimes {
    /// Takes in how the table stands now. A row that is new was created now.
    pub(crate) fn update(&mut self, lives: &Lives, now: Instant) {
        self.created.retain(|row, _| lives.contains_key(row));
        self.ends.clear();
        for (row, time_to_live) in lives {
            let created = *self.created.entry(row.clone()).or_insert(now);
            let end = time_to_live.and_then(|time_to_live| created.checked_add(time_to_live));
            self.ends.extend(end.map(|end| (row.clone(), end)));
        }
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
                // A Controller that is disabled is passed over; its turn comes again.
                Due::Repeat { msg_id, to, notify } if self.controller_row(&to).is_some() => {
                    self.send_message(&to, &Msg::request(msg_id, notify));
                }
                Due::Repeat { .. } => {}
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
        let changes = self.model.drain_changes();
        if changes.is_empty() {
            return;
        }
        let concerns_subscriptions = |change: &Change| change.path().starts_with(subscription::TABLE);
        let concerned = changes.iter().any(concerns_subscriptions);
        let lives = if concerned { subscription::lives(&self.model).ok() } else { None };
        let mut notifications: Vec<(usize, Notify)> = Vec::new();
        for change in &changes {
            // Those count that were there before and still are: none tells of its own creation (T17).
            for (number, subscription) in self.subscriptions.iter().enumerate() {
                let is_alive = lives.as_ref().is_none_or(|lives| lives.contains_key(&subscription.row));
                let notify = if is_alive { subscription.notify(&self.model, change) } else { None };
                notifications.extend(notify.map(|notify| (number, notify)));
            }
        }
        for (number, notify) in notifications {
            self.send_notify(number, notify);
        }
        if let Some(lives) = lives {
            self.refresh_subscriptions(&lives);
        }
    }

    /// Takes in how the table of Subscriptions stands now.
    pub(crate) fn refresh_subscriptions(&mut self, lives: &Lives) {
        if let Ok(subscriptions) = Subscription::read_all(&self.model) {
            self.subscriptions = subscriptions;
        }
        self.lifetimes.update(lives, self.now);
        self.outbox.retain(|row| lives.contains_key(row));
    }

    /// Sends a notification of a Subscription to its Controller, if that is enabled.
    fn send_notify(&mut self, number: usize, notify: Notify) {
        let Some(subscription) = self.subscriptions.get(number) else { return };
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
