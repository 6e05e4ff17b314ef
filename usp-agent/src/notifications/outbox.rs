//! Notifications that wait for their NotifyResp, and when they are sent again.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use litemap::LiteMap;
use usp_collections::{SortedMap, SortedSet};
use usp_record::{EndpointId, Instant, RetryWaits, Rng};

/// How many notifications wait for their NotifyResp at the most, and bytes of their Messages.
const MAX_OPEN: usize = 10_000;
const MAX_BYTES: usize = 16 << 20;

/// What a notification counts beside the bytes of its Message where Controllers are compared.
const OVERHEAD: usize = 512;

/// Notifications by Message id, and the moments at which they are due.
///
/// There is room for so many of all Controllers together. Where it is used up, the one that holds most of it loses its
/// oldest notifications, so that none keeps the others from being told.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    open: SortedMap<String, Open>,
    due: SortedSet<(Instant, String)>,
    /// Bytes of all Messages.
    bytes: usize,
    shares: LiteMap<EndpointId, Share>,
    /// How many were kept so far.
    count: u64,
    /// The notes of those that wait no more.
    forgotten: Vec<String>,
}

/// What a Controller holds of the outbox.
#[derive(Debug, Default)]
struct Share {
    weight: usize,
    /// Its notifications, the oldest first.
    oldest: SortedMap<u64, String>,
}

/// A notification that is to be repeated until it is answered.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) to: EndpointId,
    /// The bytes of its Message, which are the same each time.
    pub(crate) message: Vec<u8>,
    /// Whether it is an OnBoardRequest.
    pub(crate) is_on_board_request: bool,
    /// Path of the row of its Subscription, with the final dot; for an OnBoardRequest that of its Controller, without.
    pub(crate) subscription: String,
    /// For how long from the first attempt on (TR-181, NotifExpiration); zero is for ever.
    pub(crate) expiration: Duration,
    /// How much of that had passed before a restart.
    pub(crate) spent: Duration,
    /// The name of the note by which it outlives a restart.
    pub(crate) note: Option<String>,
}

/// A notification that was sent and not answered.
#[derive(Debug)]
pub(crate) struct Open {
    kept: Kept,
    /// Which of all that were kept.
    number: u64,
    /// How often it was sent.
    sent: u32,
    /// When it was kept.
    since: Instant,
    /// When repeating ends; `None`: never.
    expires: Option<Instant>,
    /// When it is to be sent again, if that comes before.
    attempt: Option<Instant>,
}

/// What is to be done with a notification whose moment has come.
#[derive(Debug, PartialEq)]
pub(crate) enum Due {
    /// Send it again, under the same Message id, on behalf of a Subscription or, where it is an OnBoardRequest, of the
    /// row of a Controller.
    Repeat { msg_id: String, of: String, to: EndpointId, message: Vec<u8> },
    /// Nobody answered in time.
    Expired { msg_id: String, to: EndpointId },
}

impl Outbox {
    pub(crate) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.open.len()
    }

    /// The oldest notification of the Controller that holds most. An OnBoardRequest is none of them: there is one of each
    /// Controller, and it is repeated whatever happens `[R-NOT.6a]`.
    fn oldest_of_most(&self) -> Option<String> {
        let most = self.shares.values().max_by_key(|share| share.weight)?;
        most.oldest.values().next().cloned()
    }

    fn enter_share(&mut self, msg_id: &str, of: &EndpointId, number: u64, weight: usize) {
        let share = self.shares.entry(of.clone()).or_default();
        share.weight += weight;
        share.oldest.insert(number, String::from(msg_id));
    }

    fn leave_share(&mut self, of: &EndpointId, number: u64, weight: usize) {
        let Some(share) = self.shares.get_mut(of) else { return };
        if share.oldest.remove(&number).is_some() {
            share.weight -= weight;
        }
        if share.oldest.is_empty() {
            self.shares.remove(of);
        }
    }

    pub(crate) fn contains(&self, msg_id: &str) -> bool {
        self.open.contains_key(msg_id)
    }

    /// Keeps a notification that was just sent for the first time. Gives those back that are given up for it.
    pub(crate) fn keep(
        &mut self,
        msg_id: String,
        kept: Kept,
        waits: RetryWaits,
        now: Instant,
        rng: &mut dyn Rng,
    ) -> Vec<(String, EndpointId)> {
        let mut given_up = Vec::new();
        while self.open.len() >= MAX_OPEN || self.bytes + kept.message.len() > MAX_BYTES {
            let Some(oldest) = self.oldest_of_most() else { break };
            let Some(open) = self.remove(&oldest) else { break };
            given_up.push((oldest, open.kept.to));
        }
        self.count += 1;
        self.bytes += kept.message.len();
        let mut open = Open { kept, number: self.count, sent: 1, since: now, expires: None, attempt: None };
        if !open.is_on_board_request() {
            self.enter_share(&msg_id, &open.kept.to, open.number, open.weight());
        }
        open.expire();
        open.schedule(waits, now, rng);
        self.due.extend(open.next().map(|next| (next, msg_id.clone())));
        self.open.insert(msg_id, open);
        given_up
    }

    /// Takes in other settings of Subscriptions, by their rows: NotifRetry and NotifExpiration. What is not to be
    /// repeated any more is forgotten and given back; what has expired by now is due at once.
    pub(crate) fn reconfigure(
        &mut self,
        settings: impl Fn(&str) -> Option<(bool, Duration)>,
    ) -> Vec<(String, EndpointId)> {
        let mut given_up = Vec::new();
        for (msg_id, open) in self.open.iter_mut() {
            let Some((retry, expiration)) = settings(&open.kept.subscription) else { continue };
            if !retry {
                given_up.push((msg_id.clone(), open.kept.to.clone()));
            } else if expiration != open.kept.expiration {
                let before = open.next();
                open.kept.expiration = expiration;
                open.expire();
                if let Some(before) = before {
                    self.due.remove(&(before, msg_id.clone()));
                }
                self.due.extend(open.next().map(|next| (next, msg_id.clone())));
            }
        }
        for (msg_id, _) in &given_up {
            self.remove(msg_id);
        }
        given_up
    }

    /// The notes of those that wait no more since the last call.
    pub(crate) fn take_forgotten(&mut self) -> Vec<String> {
        core::mem::take(&mut self.forgotten)
    }

    /// Takes in that the Controller of a notification has another Endpoint ID now.
    pub(crate) fn readdress(&mut self, msg_id: &str, to: &EndpointId) {
        let Some(open) = self.open.get_mut(msg_id) else { return };
        let before = core::mem::replace(&mut open.kept.to, to.clone());
        if !open.is_on_board_request() {
            let (number, weight) = (open.number, open.weight());
            self.leave_share(&before, number, weight);
            self.enter_share(msg_id, to, number, weight);
        }
    }

    /// Forgets a notification that its Controller has answered, and gives it back `[R-NOT.3]`. An Error answers it as
    /// well, since to repeat what a Controller refuses serves nobody; but not an OnBoardRequest `[R-NOT.6a]`.
    pub(crate) fn answered(&mut self, msg_id: &str, by: &EndpointId, is_error: bool) -> Option<Open> {
        let open = self.open.get(msg_id).filter(|open| open.kept.to == *by)?;
        let refused = is_error && open.is_on_board_request();
        if refused { None } else { self.remove(msg_id) }
    }

    /// Forgets what belongs to Subscriptions that are gone.
    pub(crate) fn retain(&mut self, lives: impl Fn(&str) -> bool) {
        let gone = self.open.iter().filter(|(_, open)| !lives(&open.kept.subscription));
        let gone: Vec<String> = gone.map(|(msg_id, _)| msg_id.clone()).collect();
        for msg_id in gone {
            self.remove(&msg_id);
        }
    }

    /// When the next notification is due.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.due.first().map(|(next, _)| *next)
    }

    /// A notification whose moment has come; one that is to be repeated is scheduled anew, by the waits that count now
    /// for the row of its Subscription or Controller.
    pub(crate) fn pop_due(
        &mut self,
        now: Instant,
        rng: &mut dyn Rng,
        waits: impl FnOnce(&str) -> RetryWaits,
    ) -> Option<Due> {
        if self.next()? > now {
            return None;
        }
        let (_, msg_id) = self.due.pop_first()?;
        let open = self.open.get_mut(&msg_id)?;
        if open.expires.is_some_and(|expires| expires <= now) {
            let to = open.kept.to.clone();
            self.remove(&msg_id);
            return Some(Due::Expired { msg_id, to });
        }
        open.sent = open.sent.saturating_add(1);
        open.schedule(waits(&open.kept.subscription), now, rng);
        self.due.extend(open.next().map(|next| (next, msg_id.clone())));
        let Kept { to, message, subscription, .. } = &open.kept;
        Some(Due::Repeat { of: subscription.clone(), to: to.clone(), message: message.clone(), msg_id })
    }

    fn remove(&mut self, msg_id: &str) -> Option<Open> {
        let mut open = self.open.remove(msg_id)?;
        self.bytes -= open.kept.message.len();
        self.leave_share(&open.kept.to, open.number, open.weight());
        self.forgotten.extend(open.kept.note.take());
        if let Some(next) = open.next() {
            self.due.remove(&(next, String::from(msg_id)));
        }
        Some(open)
    }
}

impl Open {
    fn weight(&self) -> usize {
        self.kept.message.len() + OVERHEAD
    }

    pub(crate) fn is_on_board_request(&self) -> bool {
        self.kept.is_on_board_request
    }

    /// The wait before the next attempt `[R-NOT.1]` `[R-NOT.2]`.
    fn schedule(&mut self, waits: RetryWaits, now: Instant, rng: &mut dyn Rng) {
        self.attempt = now.checked_add(waits.wait(self.sent, rng));
    }

    /// When repeating ends by its NotifExpiration, which counts from the first attempt.
    fn expire(&mut self) {
        let Kept { expiration, spent, .. } = self.kept;
        let left = expiration.saturating_sub(spent);
        self.expires = if expiration.is_zero() { None } else { self.since.checked_add(left) };
    }

    /// When it is due: the next attempt, cut short by the expiration.
    fn next(&self) -> Option<Instant> {
        match (self.attempt, self.expires) {
            (Some(attempt), Some(expires)) => Some(attempt.min(expires)),
            (attempt, expires) => attempt.or(expires),
        }
    }
}
