//! Records written in place, around a Message that is written into the same buffer.
//!
//! ```
//! use usp_record::{EndpointId, reader, writer};
//!
//! let agent: EndpointId = "doc::agent".parse()?;
//! let controller: EndpointId = "doc::controller".parse()?;
//! let mut buffer = Vec::new();
//! let mut record = writer::no_session(&mut buffer, &agent, &controller);
//! record.payload().extend_from_slice(b"an encoded Message");
//! drop(record);
//!
//! let record = reader::Record::open(&buffer)?;
//! assert_eq!(record.payload(), Some(&b"an encoded Message"[..]));
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

use alloc::vec::Vec;

use usp_wire::Varint;

use crate::{EndpointId, Record};

/// Writes the payload of a Record. The Record ends when this is dropped.
#[derive(Debug)]
pub struct Payload<'w> {
    out: &'w mut Vec<u8>,
    /// Where the Record begins.
    start: usize,
    /// Where the bytes kept free for the length of the record type begin. Behind them stand the key of the payload and
    /// those for its length.
    lengths: usize,
}

/// The keys of record type and payload.
const RECORD_TYPE: u8 = 7 << 3 | 2;
const PAYLOAD: u8 = 2 << 3 | 2;

/// How many bytes are kept free for each length: as many as a Message of 128 bytes to 16 kB needs, which most are. A
/// shorter one moves down in the end, which costs least.
const ROOM: usize = 2;

/// Begins a Record that carries a whole Message without a Session Context, at the end of `out`.
///
/// Without a payload the Record is written, yet [`Record::validate`] refuses it `[R-E2E.26]`: where there is nothing to
/// say after all, [`Payload::discard`] takes it back.
pub fn no_session<'w>(out: &'w mut Vec<u8>, from: &EndpointId, to: &EndpointId) -> Payload<'w> {
    let start = out.len();
    text(out, 1, Record::VERSION);
    text(out, 2, to.as_str());
    text(out, 3, from.as_str());
    // The keys of record type and payload, each with room for its length.
    out.extend_from_slice(&[RECORD_TYPE, 0, 0, PAYLOAD, 0, 0]);
    let lengths = out.len() - ROOM - 1 - ROOM;
    Payload { out, start, lengths }
}

impl Payload<'_> {
    /// The buffer, to whose end the payload is to be written. What it holds already has to stay.
    pub fn payload(&mut self) -> &mut Vec<u8> {
        self.out
    }

    /// Takes the Record back with all that was written of its payload, as if it had not begun.
    pub fn discard(self) {
        // What ends before its payload begins is no Record to end; see `close`.
        self.out.truncate(self.start);
    }
}

impl Drop for Payload<'_> {
    fn drop(&mut self) {
        close(self.out, self.lengths);
    }
}

fn text(out: &mut Vec<u8>, number: u8, text: &str) {
    // An Endpoint ID is shorter than 128 bytes: 50 for the instance-id, 10 at most for each other
    // part. A longer text would take the way of every other length.
    match u8::try_from(text.len()) {
        Ok(length @ ..0x80) => out.extend_from_slice(&[number << 3 | 2, length]),
        _ => {
            out.push(number << 3 | 2);
            out.extend_from_slice(Varint::new(text.len() as u64).bytes());
        }
    }
    out.extend_from_slice(text.as_bytes());
}

/// Writes the two lengths, moving the payload once if they need more or less than the bytes kept free.
fn close(out: &mut Vec<u8>, outer: usize) {
    let begin = outer + ROOM + 1 + ROOM;
    // Whoever takes back what was there before has no Record to end.
    let Some(payload) = out.len().checked_sub(begin) else { return };
    if (0x80..0x3ffd).contains(&payload) {
        let length = payload + 3;
        let [low, high] = two_bytes(length);
        let [inner_low, inner_high] = two_bytes(payload);
        put(out, outer, &[low, high, PAYLOAD, inner_low, inner_high]);
        return;
    }
    if let Ok(length @ ..0x7e) = u8::try_from(payload) {
        let end = outer + 3;
        out.copy_within(begin.., end);
        out.truncate(end + payload);
        return put(out, outer, &[length + 2, PAYLOAD, length]);
    }
    let inner = Varint::new(payload as u64);
    let length = 1 + inner.bytes().len() + payload;
    let front = Varint::new(length as u64);
    let end = outer + front.bytes().len() + 1 + inner.bytes().len();
    out.resize(end.max(begin) + payload, 0);
    out.copy_within(begin..begin + payload, end);
    out.truncate(end + payload);
    put(out, outer, front.bytes());
    put(out, outer + front.bytes().len(), &[PAYLOAD]);
    put(out, end - inner.bytes().len(), inner.bytes());
}

/// A length of 128 to 16,383, as protobuf writes it.
const fn two_bytes(length: usize) -> [u8; 2] {
    [length as u8 | 0x80, (length >> 7) as u8]
}

/// Writes bytes at a place that is there.
fn put(out: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(place) = out.get_mut(at..at + bytes.len()) {
        place.copy_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_record_that_is_discarded_leaves_nothing() {
        let agent: EndpointId = "os::00256D-0123456789".parse().expect("valid");
        let controller: EndpointId = "self::controller".parse().expect("valid");
        for size in [0, 1, 200, 20_000] {
            let mut buffer = b"before".to_vec();
            let mut payload = no_session(&mut buffer, &agent, &controller);
            payload.payload().extend(core::iter::repeat_n(7, size));
            payload.discard();
            assert_eq!(buffer, b"before");
        }
    }

    #[test]
    fn r_e2e_26_a_record_without_payload_is_refused() {
        let agent: EndpointId = "os::00256D-0123456789".parse().expect("valid");
        let mut buffer = Vec::new();
        drop(no_session(&mut buffer, &agent, &agent));
        let record = Record::decode(&buffer).expect("protobuf");
        assert_eq!(record.validate().expect_err("no payload").to_string(), "payload is required and missing");
    }

    #[test]
    fn writes_what_the_owned_type_encodes() {
        let agent: EndpointId = "os::00256D-0123456789".parse().expect("valid");
        let controller: EndpointId = "self::controller".parse().expect("valid");
        for size in (0..140).chain(16_370..16_400).chain([70_000]).chain(2_097_140..2_097_153) {
            let payload = alloc::vec![7; size];
            let mut buffer = b"before".to_vec();
            no_session(&mut buffer, &agent, &controller).payload().extend_from_slice(&payload);
            let record = Record::no_session(&agent, &controller, payload.clone());
            match size {
                // An empty payload is the default, which the owned type leaves out.
                0 => assert_eq!(Record::decode(&buffer[6..]), Ok(record)),
                _ => assert_eq!(buffer[6..], record.encode_to_vec(), "{size}"),
            }
        }
    }
}
