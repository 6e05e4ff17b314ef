//! One Notify for many Subscriptions: what differs is filled in.

use alloc::vec::Vec;
use core::ops::Range;

use usp_msg::reader::{Msg, MsgBody, ReqType};
use usp_record::reader;

/// A Notify in its Record, with the places of its Message id and the ID of its Subscription. Of one change to one
/// Controller nothing else differs, so that the bytes of the one before serve the next.
#[derive(Debug)]
pub(crate) struct NotifyForm {
    record: Vec<u8>,
    msg_id: Range<usize>,
    subscription_id: Range<usize>,
}

impl NotifyForm {
    /// `None` for what is no Notify in a Record.
    pub(crate) fn new(record: &[u8]) -> Option<Self> {
        let payload = reader::Record::open(record).ok()?.payload()?;
        let msg = Msg::read_whole(payload).ok()?;
        let MsgBody::Request(request) = msg.content()? else { return None };
        let Some(ReqType::Notify(notify)) = request.req_type() else { return None };
        Some(Self {
            msg_id: place_of(msg.msg_id(), record)?,
            subscription_id: place_of(notify.subscription_id(), record)?,
            record: record.to_vec(),
        })
    }

    /// The Record for another Subscription; `None` if that has an ID of another length, which takes another form.
    pub(crate) fn fill(&mut self, msg_id: &str, subscription_id: &str) -> Option<Vec<u8>> {
        let texts = [(&self.msg_id, msg_id), (&self.subscription_id, subscription_id)];
        if texts.iter().any(|(place, text)| place.len() != text.len()) {
            return None;
        }
        for (place, text) in texts {
            self.record.get_mut(place.clone())?.copy_from_slice(text.as_bytes());
        }
        Some(self.record.clone())
    }
}

/// Where in bytes a text stands that was read from them.
fn place_of(text: &str, bytes: &[u8]) -> Option<Range<usize>> {
    let start = text.as_ptr().addr().checked_sub(bytes.as_ptr().addr())?;
    let place = start..start + text.len();
    (bytes.get(place.clone())? == text.as_bytes()).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;
    use usp_msg::{Get, Msg, Notify, notify};
    use usp_record::{EndpointId, Record};

    fn record(msg: &Msg) -> Vec<u8> {
        let id = |text| EndpointId::parse(text).unwrap();
        Record::no_session(&id("self::us"), &id("self::one"), msg.encode_to_vec()).encode_to_vec()
    }

    #[test]
    fn a_form_is_filled_in_as_the_next_is_written() {
        for size in [0, 1, 60, 100, 200, 20_000] {
            let notify = |msg_id: &str, id: &str| {
                let change = notify::ValueChange { param_path: "p".into(), param_value: "v".repeat(size) };
                record(&Msg::request(msg_id, Notify::new(id, change)))
            };
            // What stands in the value as well is not what is filled in.
            let mut form = NotifyForm::new(&notify("vv", "v")).unwrap();
            for (msg_id, id) in [("m1", "a"), ("m2", "\u{7f}"), ("vv", "v")] {
                assert_eq!(form.fill(msg_id, id), Some(notify(msg_id, id)), "{size}");
            }
            for (msg_id, id) in [("m1", "ab"), ("m", "a"), ("m1", "")] {
                assert_eq!(form.fill(msg_id, id), None, "{size}");
            }
        }
    }

    #[test]
    fn nothing_else_is_a_form() {
        assert!(NotifyForm::new(&record(&Msg::request("m1", Get::new(["Device."])))).is_none());
        assert!(NotifyForm::new(b"").is_none());
        assert_eq!(place_of(&String::from("a"), b"a"), None);
    }
}
