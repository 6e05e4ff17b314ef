//! OnBoardRequest: how the Agent gets in touch with a Controller for the first time `[R-NOT.5]`.
//!
//! A Controller whose `OnBoardingComplete` is false gets one when it becomes known or enabled, when the Agent starts,
//! when the parameter becomes false, and by `SendOnBoardRequest()`. It is repeated until its NotifyResp comes
//! `[R-NOT.6a]`, and sent anew `OnBoardingRestartTime` after that for as long as onboarding is not complete (TR-181).

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use litemap::LiteMap;
use usp_msg::writer;
use usp_record::{EndpointId, Instant, Rng};
use usp_schema::Value;

use crate::agent::{Agent, SUPPORTED_VERSIONS};
use crate::controllers;
use crate::notifications::msg_id::MsgId;
use crate::notifications::outbox::Kept;

/// Controllers that the Agent is getting in touch with, by the numbers of their rows.
#[derive(Debug, Default)]
pub(crate) struct OnBoarding {
    contacts: LiteMap<u32, Contact>,
}

#[derive(Debug)]
struct Contact {
    to: EndpointId,
    /// The Message that waits for its answer; `None` once it was answered.
    open: Option<String>,
    /// When it was answered.
    answered: Option<Instant>,
    /// When the next one is due.
    restart: Option<Instant>,
}

impl OnBoarding {
    /// When the next request is due.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.contacts.values().filter_map(|contact| contact.restart).min()
    }

    fn due(&self, now: Instant) -> Option<u32> {
        let due = |contact: &Contact| contact.restart.is_some_and(|restart| restart <= now);
        self.contacts.iter().find(|(_, contact)| due(contact)).map(|(&number, _)| number)
    }

    /// Takes in that a request was answered.
    fn answered(&mut self, msg_id: &str, now: Instant) -> Option<u32> {
        let is_open = |contact: &Contact| contact.open.as_deref() == Some(msg_id);
        let (&number, contact) = self.contacts.iter_mut().find(|(_, contact)| is_open(contact))?;
        (contact.open, contact.answered) = (None, Some(now));
        Some(number)
    }
}

impl<R: Rng> Agent<R> {
    /// Takes in how the row of a Controller stands now, and gets in touch with it if that is due.
    pub(crate) fn refresh_contact(&mut self, number: u32) {
        let row = controllers::row(number);
        let Some(to) = controllers::endpoint(&self.model, &row) else {
            self.forget_contact(number);
            return;
        };
        let is_complete = controllers::value(&self.model, &row, "OnBoardingComplete")
            // A schema without the parameter leaves it to SendOnBoardRequest().
            .is_none_or(|complete| complete == Value::Boolean(true));
        match self.on_board.contacts.get_mut(&number).filter(|contact| contact.to == to) {
            None if is_complete => self.forget_contact(number),
            None => self.send_on_board_request(number),
            // [R-NOT.6a] what was sent is repeated until it is answered, whatever is set meanwhile.
            Some(Contact { open: Some(_), .. }) => {}
            Some(_) if is_complete => {
                self.on_board.contacts.remove(&number);
            }
            Some(contact) => {
                let wait = controllers::seconds(&self.model, &row, "OnBoardingRestartTime");
                let due = |wait: Duration| contact.answered?.checked_add(wait);
                contact.restart = wait.and_then(due);
            }
        }
    }

    /// `SendOnBoardRequest()`: onboarding begins anew `[R-NOT.5]`. A Controller that is disabled gets its request when
    /// it is enabled.
    pub(crate) fn begin_on_boarding(&mut self, number: u32) {
        let complete = alloc::format!("{}.OnBoardingComplete", controllers::row(number));
        if self.model.value_at(&complete).is_ok() {
            // The device may write any boolean; a row that is gone has nobody to write to.
            let _ = self.model.update_value_at(&complete, "false");
        }
        self.send_on_board_request(number);
    }

    /// Does what is due.
    pub(crate) fn handle_on_boarding(&mut self) {
        while let Some(number) = self.on_board.due(self.now) {
            self.send_on_board_request(number);
        }
    }

    /// Takes in a NotifyResp that answers an OnBoardRequest.
    pub(crate) fn on_board_request_answered(&mut self, msg_id: &str) {
        if let Some(number) = self.on_board.answered(msg_id, self.now) {
            self.refresh_contact(number);
        }
    }

    /// Sends a new request in place of one that waits for its answer.
    fn send_on_board_request(&mut self, number: u32) {
        self.forget_contact(number);
        let row = controllers::row(number);
        let Some(to) = controllers::endpoint(&self.model, &row) else { return };
        let identity = |name: &str| {
            let value = self.model.value_at(&alloc::format!("Device.DeviceInfo.{name}"));
            value.map(|value| value.to_string()).unwrap_or_default()
        };
        let (oui, product_class) = (identity("ManufacturerOUI"), identity("ProductClass"));
        let serial_number = identity("SerialNumber");
        let msg_id = MsgId::new(&mut self.rng, &self.outbox).as_str().to_string();
        let mut message = Vec::new();
        // [R-NOT.6] [R-NOT.7] no Subscription, and an answer is wanted.
        let mut notify = writer::notify(&mut message, &msg_id);
        notify.send_resp(true);
        let mut request = notify.on_board_req();
        request.oui(&oui).product_class(&product_class).serial_number(&serial_number);
        request.agent_supported_protocol_versions(SUPPORTED_VERSIONS);
        drop(request);
        drop(notify);
        self.send_message(&to, &msg_id, |out| out.extend_from_slice(&message));
        let waits = controllers::waits(&self.model, &row);
        // [R-NOT.6a] it never expires.
        // After a restart a new one is sent.
        let kept = Kept {
            to: to.clone(),
            message,
            is_on_board_request: true,
            subscription: row,
            expiration: Duration::ZERO,
            spent: Duration::ZERO,
            note: None,
        };
        self.keep(msg_id.clone(), kept, waits);
        let contact = Contact { to, open: Some(msg_id), answered: None, restart: None };
        self.on_board.contacts.insert(number, contact);
    }

    fn forget_contact(&mut self, number: u32) {
        if self.on_board.contacts.remove(&number).is_some_and(|contact| contact.open.is_some()) {
            let row = controllers::row(number);
            self.outbox.retain(|kept| kept != row);
        }
    }
}
