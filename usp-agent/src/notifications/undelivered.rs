//! Notifications that outlive a restart before they are delivered.
//!
//! Who sets NotifRetry wants each notification, and who sets Persistent wants the Subscription to outlive a restart:
//! what such a one has not delivered is noted beside the rows, and sent again when the Agent starts, under its Message
//! id, with the waits beginning anew `[R-NOT.4]`. What others have not delivered is lost with the restart.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use usp_msg::reader::{Msg, MsgBody, ReqType, Valid};
use usp_record::{EndpointId, Rng};
use usp_schema::Base64;

use crate::agent::Agent;
use crate::controllers;
use crate::io::Output;
use crate::notifications::outbox::Kept;
use crate::subscriptions::subscription;

/// Names of notes: a number that ascends and the Message id follow.
const NOTE: &str = "notify/";

/// A notification as it is noted.
struct Noted {
    name: String,
    msg_id: String,
    to: EndpointId,
    subscription: String,
    /// When it was sent first, by the wall clock, if that was known.
    first: Option<i64>,
    /// The bytes of its Message.
    message: Vec<u8>,
}

impl Noted {
    /// Reads a note; `None` for one that this Agent has not written.
    fn read(name: &str, text: &str) -> Option<Self> {
        let (_, msg_id) = name.strip_prefix(NOTE)?.split_once('/')?;
        let mut parts = text.splitn(4, ' ');
        let to = EndpointId::parse(parts.next()?).ok()?;
        let subscription = parts.next()?.to_string();
        let first = parts.next()?.parse().ok();
        let bytes: Base64 = parts.next()?.parse().ok()?;
        let message = bytes.as_bytes().to_vec();
        is_notify(&message, msg_id).then(|| Self {
            name: name.to_string(),
            msg_id: msg_id.to_string(),
            to,
            subscription,
            first,
            message,
        })
    }
}

impl<R: Rng> Agent<R> {
    /// Notes a notification that was just sent for the first time; gives the name of the note.
    pub(crate) fn note_notify(&mut self, msg_id: &str, to: &EndpointId, row: &str, message: &[u8]) -> String {
        let last = self.model.notes(NOTE).last().and_then(|(name, _)| number_of(name));
        let number = last.map_or(0, |last| last.wrapping_add(1));
        let name = alloc::format!("{NOTE}{number:016x}/{msg_id}");
        let first = self.clock.wall(self.now).map(|first| first.to_string()).unwrap_or_default();
        let message = Base64::from(message.to_vec());
        self.model.set_note(&name, Some(&alloc::format!("{to} {row} {first} {message}")));
        name
    }

    /// Removes the notes of what waits for its answer no more.
    pub(crate) fn forget_delivered(&mut self) {
        for name in self.outbox.take_forgotten() {
            self.model.set_note(&name, None);
        }
    }

    /// Sends what was not delivered before a restart, in the order in which it was sent first.
    pub(crate) fn resume_notifications(&mut self) {
        let notes: Vec<(String, String)> =
            self.model.notes(NOTE).map(|(name, text)| (name.to_string(), text.to_string())).collect();
        for (name, text) in notes {
            let kept = Noted::read(&name, &text).is_some_and(|noted| self.resume_notification(noted));
            if !kept {
                self.model.set_note(&name, None);
            }
        }
    }

    /// Sends one again, unless its Subscription is gone or the time for it has passed. Returns whether it waits for its
    /// answer.
    fn resume_notification(&mut self, noted: Noted) -> bool {
        let Noted { name, msg_id, to, subscription, first, message } = noted;
        let value = |name: &str| self.model.value_at(&alloc::format!("{subscription}{name}"));
        // One that was switched off meanwhile delivers what it had to tell when it is switched on.
        let (Ok(recipient), Ok(expiration)) = (value("Recipient"), value("NotifExpiration")) else {
            return false;
        };
        let (controller, expiration) = (recipient.to_string(), subscription::seconds(&expiration));
        // NotifExpiration counts from the first attempt (TR-181); without the time it counts anew.
        let past = first.zip(self.clock.wall(self.now)).map_or(0, |(first, now)| now.saturating_sub(first));
        let past = Duration::from_micros(u64::try_from(past).unwrap_or(0));
        if !expiration.is_zero() && past >= expiration {
            self.outputs.push_back(Output::Undelivered { to, msg_id });
            return false;
        }
        let addressee = controllers::endpoint(&self.model, &controller);
        let to = addressee.clone().unwrap_or(to);
        // A Controller or Subscription that is disabled is passed over, as with every repetition, and so is a Controller
        // that has to show its credentials before it has the right to it again [R-SEC.21].
        if addressee.is_some()
            && !subscription::is_disabled(&self.model, &subscription)
            && self.may_be_told_again(&controller, &message)
        {
            self.send_message(&to, &msg_id, |out| out.extend_from_slice(&message));
        }
        let note = Some(name);
        let kept =
            Kept { to, message, is_on_board_request: false, subscription, expiration, spent: past, note };
        let waits = controllers::waits(&self.model, &controller);
        self.keep(msg_id, kept, waits);
        true
    }
}

/// Whether bytes are a Notify with a Message id, which tells of something.
fn is_notify(message: &[u8], msg_id: &str) -> bool {
    let Ok(msg) = Msg::<Valid>::read_whole(message) else { return false };
    let Some(MsgBody::Request(request)) = msg.content() else { return false };
    let Some(ReqType::Notify(notify)) = request.req_type() else { return false };
    msg.msg_id() == msg_id && notify.notification().is_some()
}

/// The number in the name of a note.
fn number_of(name: &str) -> Option<u64> {
    let (number, _) = name.strip_prefix(NOTE)?.split_once('/')?;
    u64::from_str_radix(number, 16).ok()
}
