//! From changes to Notify Messages.

pub(crate) mod msg_id;
pub(crate) mod notify_form;
pub(crate) mod outbox;
mod told_again;
pub(crate) mod undelivered;

use alloc::collections::VecDeque;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::time::Duration;

use litemap::LiteMap;
use usp_collections::{SortedMap, SortedSet};
use usp_datamodel::typed::ObjectPath;
use usp_datamodel::{Change, DataModel, Notice, Recipient, SubscriberId};
use usp_record::{EndpointId, RetryWaits, Rng};

use crate::agent::Agent;
use crate::controllers;
use crate::controllers::peers::{Peer, RecordKind};
use crate::controllers::trust::ControllerTrust;
use crate::events::thresholds;
use crate::events::transfers;
use crate::io::Output;
use crate::notifications::msg_id::MsgId;
use crate::notifications::notify_form::NotifyForm;
use crate::notifications::outbox::{Due, Kept};
use crate::records::written;
use crate::subscriptions::subscription::{self, Subscription};
use crate::subscriptions::triggers::Trigger;

/// A Controller that is told something: enabled, and not banned.
struct Addressee {
    way: Way,
    /// What it may be told of.
    recipient: Recipient,
}

/// How a Controller is reached.
#[derive(Clone)]
pub(crate) struct Way {
    to: EndpointId,
    waits: RetryWaits,
}

/// Subscribers of one change that are few.
const FEW: usize = 4;

/// The Notify that was written last, for those of the same change that differ in their IDs alone.
enum Form {
    Unwanted,
    Wanted,
    /// To the Controller with this row.
    Of(Arc<str>, NotifyForm),
}

/// The Controllers of a batch of changes, by their rows.
type Addressees = SortedMap<Arc<str>, Option<Addressee>>;

impl<R: Rng> Agent<R> {
    /// Does what is due: repeats notifications, ends timers and Subscriptions, tells of intervals that have passed.
    pub(crate) fn handle_time(&mut self) {
        while let Some(due) = self.pop_due() {
            match due {
                // A Controller that is disabled, banned or without the right is passed over, and so are a Subscription that
                // is disabled and what there is no room for as long as nothing can be saved; its turn comes again.
                Due::Repeat { msg_id, of, to: before, message } => {
                    let Some((row, to)) = self.addressee_of(&of) else { continue };
                    if to != before {
                        self.outbox.readdress(&msg_id, &to);
                    }
                    if self.outputs.is_full() || subscription::is_disabled(&self.model, &of) {
                        continue;
                    }
                    if self.may_be_told_again(&row, &message) {
                        self.send_message(&to, &msg_id, |out| out.extend_from_slice(&message));
                    }
                }
                Due::Expired { msg_id, to } => self.outputs.push_back(Output::Undelivered { to, msg_id }),
            }
        }
        for id in self.lifetimes.ended(self.now) {
            let row = subscription::row(id);
            // A row that is gone already is as good as deleted; one that a hook of the device keeps has its turn again.
            if self.model.remove(ObjectPath::<()>::from_text(&row)).is_err() {
                self.lifetimes.put_off(id, self.now);
            }
        }
        self.handle_timers();
        self.handle_on_boarding();
        self.handle_periodic();
        self.notify_changes();
    }

    /// A notification whose moment has come. How long it waits for the next is what its Controller's settings say by
    /// now.
    fn pop_due(&mut self) -> Option<Due> {
        let model = &self.model;
        self.outbox.pop_due(self.now, &mut self.rng, |row| {
            controllers::waits(model, &controller_of(model, row).unwrap_or_default())
        })
    }

    /// Whom a notification is for, by the row of its Subscription or of its Controller: the row of the Controller, and
    /// its Endpoint ID if it is enabled.
    pub(crate) fn addressee_of(&self, row: &str) -> Option<(String, EndpointId)> {
        let controller = controller_of(&self.model, row)?;
        let to = controllers::endpoint(&self.model, &controller)?;
        Some((controller, to))
    }

    /// Does what follows from requests and from changes, and from what is changed because of them: runs the commands of
    /// the Agent, tells whoever subscribed, and makes the changes of those Subscriptions that configure. All of it
    /// happens with the input that has led to it, without any wait `[R-NOT.0a]`.
    pub(crate) fn notify_changes(&mut self) {
        let mut depth = 0;
        while !self.model.is_drained() || !self.triggered.is_empty() {
            self.run_calls();
            let notices = self.model.drain_notices();
            self.tell_of(notices);
            let triggered = core::mem::take(&mut self.triggered);
            if !triggered.is_empty() {
                self.configure(triggered, depth);
                depth += 1;
            }
        }
        self.forget_delivered();
    }

    /// Tells of what has changed, and takes in what the changes mean for the Agent. Apart, since most inputs change
    /// nothing.
    #[inline(never)]
    fn tell_of(&mut self, notices: Vec<Notice>) {
        self.revision = self.revision.wrapping_add(1);
        let mut rights_changed = false;
        let (mut rows, mut controllers, mut thresholds) =
            (SortedSet::new(), SortedSet::new(), SortedSet::new());
        let local = |path: &&str| path.starts_with("Device.LocalAgent.");
        for path in notices.iter().map(|notice| notice.change.path()).filter(local) {
            rights_changed |= self.trust.note(path);
            rows.extend(subscription::number_of(path));
            controllers.extend(controllers::number_of(path));
            thresholds.extend(thresholds::number_of(path));
        }
        let gone = self.gone(&rows);
        let last = self.last_words(&notices);
        let told = notices.into_iter().map(|Notice { change, mut subscribers, .. }| {
            // Those count that were there before and still are: none tells of its own creation (T17).
            subscribers.retain(|id| !gone.contains(id));
            (change, subscribers)
        });
        self.tell(told.filter(|(_, subscribers)| !subscribers.is_empty()).collect());
        for (id, change, to) in last {
            self.tell_last(id, &change, &to);
        }
        self.refresh_subscriptions(&rows);
        self.show_no_session(controllers.iter().copied(), false);
        self.refresh_peers(&controllers, rights_changed);
        self.refresh_controllers(controllers);
        for number in thresholds {
            self.refresh_threshold(number);
        }
        if rights_changed {
            self.read_subscriptions();
            self.read_thresholds();
        }
    }

    /// Tells Subscriptions of what has happened, in the words of each, and has those act that configure.
    pub(crate) fn tell(&mut self, told: Vec<(Change, Vec<SubscriberId>)>) {
        if told.is_empty() {
            return;
        }
        let mut addressees = Addressees::new();
        let mut told = VecDeque::from(told);
        while let Some((change, subscribers)) = told.pop_front() {
            // For a few to keep a form costs more than it saves.
            let mut form = if subscribers.len() < FEW { Form::Unwanted } else { Form::Wanted };
            for id in subscribers {
                match thresholds::of_subscriber(id) {
                    Some(threshold) => told.extend(self.evaluate_threshold(threshold, &change)),
                    None => self.tell_one(id, &change, &mut addressees, &mut form),
                }
            }
        }
    }

    fn tell_one(&mut self, id: SubscriberId, change: &Change, addressees: &mut Addressees, form: &mut Form) {
        let Some(subscription) = self.subscriptions.get(&id) else { return };
        let controller = &subscription.settings.recipient;
        let addressee = addressee(&mut self.trust, &self.model, controller, addressees);
        let Some(Addressee { way, recipient }) = addressee else { return };
        if !transfers::is_wanted(&self.model, controller, change) {
            return;
        }
        let Some(change) = recipient.told(&self.model, change) else { return };
        let is_of_many =
            subscription.is_plain() && !matches!(form, Form::Unwanted) && !self.outputs.is_full();
        let peer = self.peers.get(way.to.as_str()).filter(|peer| peer.kind() == RecordKind::NoSession);
        let Some(via) = peer.filter(|_| is_of_many).map(Peer::via) else {
            return self.tell_as(id, &change, way);
        };
        let msg_id = MsgId::new(&mut self.rng, &self.outbox);
        let filled = match form {
            // One Controller is told of one change in the same words.
            Form::Of(other, form) if **other == **controller => form.fill(msg_id.as_str(), subscription.id()),
            _ => None,
        };
        let bytes = filled.unwrap_or_else(|| {
            let write = |out: &mut Vec<u8>| subscription.notify(&change, msg_id.as_str(), out);
            let (bytes, ()) = written(&mut self.buffer, RecordKind::NoSession, &self.id, &way.to, write);
            if let Some(new) = NotifyForm::new(&bytes) {
                *form = Form::Of(Arc::clone(controller), new);
            }
            bytes
        });
        self.push_record(way.to.clone(), bytes, via);
    }

    /// What Controllers are told of their own end: that their row is gone, or not enabled any more, is the last that they
    /// hear (TR-181, Controller and its Enable).
    fn last_words(&self, notices: &[Notice]) -> Vec<(SubscriberId, Change, EndpointId)> {
        let mut last = Vec::new();
        for Notice { change, subscribers, .. } in notices {
            let Some(number) = parting(change) else { continue };
            let row = controllers::row(number);
            let Some(peer) = self.peers.with_row(number) else { continue };
            if controllers::endpoint(&self.model, &row).is_some() {
                continue;
            }
            let is_its = |id: &&SubscriberId| {
                self.subscriptions.get(id).is_some_and(|found| *found.settings.recipient == *row)
            };
            last.extend(subscribers.iter().filter(is_its).map(|&id| (id, change.clone(), peer.id.clone())));
        }
        last
    }

    /// Tells a Controller of its end, once: nobody is left to repeat it to.
    fn tell_last(&mut self, id: SubscriberId, change: &Change, to: &EndpointId) {
        let Some((subscription, peer)) = self.subscriptions.get(&id).zip(self.peers.get(to.as_str())) else {
            return;
        };
        let Ok(recipient) = self.model.recipient(&peer.requester) else { return };
        let told = recipient.told(&self.model, change).filter(|_| subscription.settings.notifies);
        let Some(change) = told else { return };
        let msg_id = MsgId::new(&mut self.rng, &self.outbox);
        let mut message = Vec::new();
        subscription.notify_once(&change, msg_id.as_str(), false, &mut message);
        self.send_message(to, msg_id.as_str(), |out| out.extend_from_slice(&message));
    }

    /// Tells a Subscription of a change in the words in which its Controller is told of it.
    pub(crate) fn tell_as(&mut self, id: SubscriberId, change: &Change, Way { to, waits }: &Way) {
        let Some(subscription) = self.subscriptions.get(&id) else { return };
        if let Some(settings) = &subscription.settings.configures {
            self.triggered.entry(id).or_insert_with(|| Trigger {
                subscription: subscription::row(id),
                controller: subscription.settings.recipient.to_string(),
                settings: settings.clone(),
            });
        }
        if !subscription.settings.notifies {
            return;
        }
        let msg_id = MsgId::new(&mut self.rng, &self.outbox);
        let msg_id = msg_id.as_str();
        let is_full = self.outputs.is_full();
        if !subscription.settings.retry {
            if is_full {
                let (to, msg_id) = (to.clone(), msg_id.to_string());
                self.outputs.push_back(Output::Undelivered { to, msg_id });
            } else if let Some(route) = self.route_to(to)
                && let Some(subscription) = self.subscriptions.get(&id)
            {
                let (bytes, ()) = written(&mut self.buffer, route.kind, &self.id, to, |out| {
                    subscription.notify(change, msg_id, out)
                });
                self.send_out(to, route, msg_id, bytes);
            }
            return;
        }
        let (expiration, is_noted, spent) =
            (subscription.settings.expiration, subscription.settings.persistent, Duration::ZERO);
        let mut message = Vec::new();
        subscription.notify(change, msg_id, &mut message);
        if !is_full {
            self.send_message(to, msg_id, |out| out.extend_from_slice(&message));
        }
        let row = subscription::row(id);
        let note = is_noted.then(|| self.note_notify(msg_id, to, &row, &message));
        let to = to.clone();
        let kept =
            Kept { to, message, is_on_board_request: false, subscription: row, expiration, spent, note };
        self.keep(msg_id.to_string(), kept, *waits);
    }

    /// Keeps a notification that was just sent for the first time, or could not be so far. Says which others are given
    /// up for it.
    pub(crate) fn keep(&mut self, msg_id: String, kept: Kept, waits: RetryWaits) {
        for (msg_id, to) in self.outbox.keep(msg_id, kept, waits, self.now, &mut self.rng) {
            self.outputs.push_back(Output::Undelivered { to, msg_id });
        }
    }

    /// The Subscriptions that are told of an event, by the rows of their Controllers.
    pub(crate) fn subscribers_by_controller(&self, event: &Change) -> LiteMap<String, Vec<SubscriberId>> {
        let mut by_controller: LiteMap<String, Vec<SubscriberId>> = LiteMap::new();
        for id in self.model.subscribers(event) {
            if let Some(subscription) = self.subscriptions.get(&id) {
                by_controller.entry(subscription.settings.recipient.to_string()).or_default().push(id);
            }
        }
        by_controller
    }
}

/// The Controller that a change parts from: its row is gone, or not enabled any more.
fn parting(change: &Change) -> Option<u32> {
    let row = match change {
        Change::ObjectDeletion { path } => path.strip_suffix('.')?,
        Change::ValueChange { path, value } if value == "false" => path.strip_suffix(".Enable")?,
        _ => return None,
    };
    controllers::number_of(row).filter(|&number| row == controllers::row(number))
}

/// The row of the Controller of a notification, by the row of its Subscription or, for an OnBoardRequest, by that
/// itself.
fn controller_of(model: &DataModel, row: &str) -> Option<String> {
    match subscription::number_of(row) {
        Some(_) => Some(model.value_at(&alloc::format!("{row}Recipient")).ok()?.to_string()),
        None => Some(String::from(row)),
    }
}

/// How a Controller is told, and what of.
fn addressee<'a>(
    trust: &mut ControllerTrust,
    model: &DataModel,
    controller: &Arc<str>,
    addressees: &'a mut Addressees,
) -> Option<&'a Addressee> {
    let addressee = addressees.get_or_insert_with(Arc::clone(controller), || {
        let recipient = trust.recipient(model, controller);
        recipient.zip(controllers::endpoint(model, controller)).map(|(recipient, to)| {
            let waits = controllers::waits(model, controller);
            Addressee { way: Way { to, waits }, recipient }
        })
    });
    addressee.as_ref()
}

/// What Controllers are told of changes by their rights as they are, to be told later.
pub(crate) fn told_as(
    trust: &mut ControllerTrust,
    subscriptions: &SortedMap<SubscriberId, Subscription>,
    model: &DataModel,
    notices: Vec<Notice>,
) -> Vec<(SubscriberId, Change, Option<Way>)> {
    for notice in &notices {
        trust.note(notice.change.path());
    }
    let (mut told, mut addressees) = (Vec::new(), Addressees::new());
    for Notice { change, subscribers, .. } in notices {
        for id in subscribers {
            if thresholds::of_subscriber(id).is_some() {
                told.push((id, change.clone(), None));
                continue;
            }
            let Some(subscription) = subscriptions.get(&id) else { continue };
            let addressee = addressee(trust, model, &subscription.settings.recipient, &mut addressees);
            let Some(Addressee { way, recipient }) = addressee else { continue };
            if let Some(change) = recipient.told(model, &change) {
                told.push((id, change.into_owned(), Some(way.clone())));
            }
        }
    }
    told
}
