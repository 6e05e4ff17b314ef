//! What a Controller is told again, and what not since its rights have changed.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_datamodel::Change;
use usp_msg::reader::{Msg, MsgBody, Notification, ReqType, Valid};
use usp_record::Rng;

use crate::agent::Agent;
use crate::controllers::trust::Standing;

impl<R: Rng> Agent<R> {
    /// Whether the Controller with this row may be told, by its rights as they are now, what a Notify of before says
    /// `[R-SEC.1]`.
    pub(crate) fn may_be_told_again(&mut self, controller: &str, notify: &[u8]) -> bool {
        let Standing::Admitted(requester) = self.trust.standing(&self.model, controller) else {
            return false;
        };
        let change = match said(notify) {
            Some(Said::Change(change)) => change,
            // It tells a Controller of the Agent alone.
            Some(Said::OnBoardRequest) => return true,
            None => return false,
        };
        let recipient = self.model.recipient(&requester);
        let Some(told) = recipient.as_ref().ok().and_then(|recipient| recipient.told(&self.model, &change))
        else {
            return false;
        };
        match (&*told, &change) {
            // Without those that may not be read any more it would be another Message.
            (
                Change::ObjectCreation { unique_keys: readable, .. },
                Change::ObjectCreation { unique_keys, .. },
            ) => readable.len() == unique_keys.len(),
            _ => true,
        }
    }
}

/// What a Notify says, as far as rights are concerned.
enum Said {
    Change(Change),
    OnBoardRequest,
}

/// What the bytes of a Notify say; `None` for any other, which the Agent neither makes nor reads from a note.
fn said(notify: &[u8]) -> Option<Said> {
    let msg = Msg::<Valid>::read_whole(notify).ok()?;
    let Some(MsgBody::Request(request)) = msg.content() else { return None };
    let Some(ReqType::Notify(notify)) = request.req_type() else { return None };
    let below = |object: &str, name: &str| object.to_string() + name;
    Some(Said::Change(match notify.notification()? {
        Notification::ValueChange(value) => Change::ValueChange {
            path: value.param_path().to_string(),
            value: value.param_value().to_string(),
        },
        Notification::ObjCreation(row) => {
            let keys = row.unique_keys().map(|(name, text)| (name.to_string(), text.to_string()));
            Change::ObjectCreation { path: row.obj_path().to_string(), unique_keys: keys.collect() }
        }
        Notification::ObjDeletion(row) => Change::ObjectDeletion { path: row.obj_path().to_string() },
        Notification::Event(event) => {
            Change::Event { path: below(event.obj_path(), event.event_name()), arguments: Vec::new() }
        }
        Notification::OperComplete(end) => Change::OperationComplete {
            path: below(end.obj_path(), end.command_name()),
            command_key: String::new(),
            result: Ok(Vec::new()),
        },
        Notification::OnBoardReq(_) => return Some(Said::OnBoardRequest),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use usp_msg::{Get, Msg, Notify, notify};

    #[test]
    fn what_tells_of_nothing_says_nothing() {
        let nothing = Notify { subscription_id: "a".into(), send_resp: true, notification: None };
        for unread in [Msg::request("m", nothing), Msg::request("m", Get::new(["Device."]))] {
            assert!(said(&unread.encode_to_vec()).is_none(), "{unread:?}");
        }
        assert!(said(b"\xff").is_none());
        let value = notify::ValueChange { param_path: "p".into(), param_value: "v".into() };
        let value = said(&Msg::request("m", Notify::new("a", value)).encode_to_vec());
        assert!(matches!(value, Some(Said::Change(Change::ValueChange { .. }))));
        let request =
            said(&Msg::request("m", Notify::new("", notify::OnBoardRequest::default())).encode_to_vec());
        assert!(matches!(request, Some(Said::OnBoardRequest)));
    }
}
