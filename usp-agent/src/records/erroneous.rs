//! What is answered to a Record that breaks a rule, as defined by TR-369, section "Error Codes and Error Records".

use alloc::string::String;

use usp_msg::{Error, ErrorCode};
use usp_record::Rng;

use crate::agent::Agent;
use crate::io::Ignored;
use crate::mtps::channel::Route;

/// Longest Message id that is taken from a Message which could not be read, in bytes.
const MAX_ID: usize = 1024;

impl<R: Rng> Agent<R> {
    /// [R-MTP.5] An erroneous Record is answered with an Error if it is from a Controller that the Agent has to do
    /// with, and carries a Request with an id; never if it carries an answer. Otherwise it is ignored.
    pub(crate) fn answer_erroneous(
        &mut self,
        from: &str,
        route: Route,
        payload: &[u8],
        code: ErrorCode,
        reason: &str,
        ignored: Ignored,
    ) -> Result<(), Ignored> {
        let msg_id = request_id(payload).ok_or_else(|| ignored.clone())?;
        self.admit(from).map_err(|_| ignored)?;
        let error = Error::new(code, String::from(reason));
        self.send_error(from, route, msg_id, error);
        Ok(())
    }
}

/// The Message id of a Request, in bytes that may be no Message otherwise: whatever of the fields that tell can be
/// read.
fn request_id(payload: &[u8]) -> Option<&str> {
    let (mut msg_id, mut is_request) = (None, false);
    for (number, content) in Fields(payload) {
        match number {
            HEADER => {
                let id = Fields(content).find(|(number, _)| *number == MSG_ID).map(|(_, id)| id);
                msg_id = id.and_then(|id| core::str::from_utf8(id).ok());
            }
            // The first field of the body says what it is; there is no other.
            BODY => is_request = Fields(content).next().is_some_and(|(number, _)| number == REQUEST),
            _ => {}
        }
    }
    msg_id.filter(|id| is_request && !id.is_empty() && id.len() <= MAX_ID)
}

// Numbers of fields: of a Message, of its header, of its body.
const HEADER: u64 = 1;
const BODY: u64 = 2;
const MSG_ID: u64 = 1;
const REQUEST: u64 = 1;

/// The fields with a length in bytes of protobuf, up to where they cannot be read any more. One that is cut off is
/// given as far as it goes.
struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = (u64, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let key = self.varint()?;
            let skipped = match key & 7 {
                0 => self.varint().map(|_| 0)?,
                1 => 8,
                2 => {
                    let length = usize::try_from(self.varint()?).ok()?;
                    let (content, rest) = self.0.split_at(length.min(self.0.len()));
                    self.0 = rest;
                    return Some((key >> 3, content));
                }
                5 => 4,
                _ => return None,
            };
            self.0 = self.0.get(skipped..)?;
        }
    }
}

impl Fields<'_> {
    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use usp_msg::{Get, GetResp, Msg};

    #[test]
    fn the_id_of_a_request_is_found_where_the_rest_is_broken() {
        let request = Msg::request("m1", Get::new(["Device."])).encode_to_vec();
        assert_eq!(request_id(&request), Some("m1"));
        let mut cut = request.clone();
        cut.truncate(request.len() - 3);
        assert_eq!(request_id(&cut), Some("m1"));
        let mut trailing = request;
        trailing.extend([0x1F, 0xFF]);
        assert_eq!(request_id(&trailing), Some("m1"));
    }

    #[test]
    fn r_mtp_5_an_answer_has_none() {
        assert_eq!(request_id(&Msg::response_to("m1", GetResp::default()).encode_to_vec()), None);
        let error = Error::new(ErrorCode::INTERNAL_ERROR, "no");
        assert_eq!(request_id(&Msg::error_to("m1", error).encode_to_vec()), None);
        assert_eq!(request_id(b""), None);
        assert_eq!(request_id(&[0xFF; 40]), None);
    }
}
