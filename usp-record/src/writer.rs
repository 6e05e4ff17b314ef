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

use crate::{EndpointId, Record};

/// Writes the payload of a Record. The Record ends when this is dropped.
#[derive(Debug)]
pub struct Payload<'w> {
    out: &'w mut Vec<u8>,
    /// Where the bytes kept free for the lengths of record type and payload are.
    lengths: [usize; 2],
}

/// Begins a Record that carries a whole Message without a Session Context, at the end of `out`.
pub fn no_session<'w>(out: &'w mut Vec<u8>, from: &EndpointId, to: &EndpointId) -> Payload<'w> {
    text(out, 1, Record::VERSION);
    text(out, 2, to.as_str());
    text(out, 3, from.as_str());
    // The keys of record type and payload, each with a byte kept free for its length.
    out.extend_from_slice(&[7 << 3 | 2, 0, 2 << 3 | 2, 0]);
    let lengths = [out.len() - 3, out.len() - 1];
    Payload { out, lengths }
}

impl Payload<'_> {
    /// The buffer, to whose end the payload is to be written. What it holds already has to stay.
    pub fn payload(&mut self) -> &mut Vec<u8> {
        self.out
    }
}

impl Drop for Payload<'_> {
    fn drop(&mut self) {
        let [outer, inner] = self.lengths;
        close(self.out, outer, inner);
    }
}

fn text(out: &mut Vec<u8>, number: u8, text: &str) {
    // An Endpoint ID is shorter than 128 bytes: 50 for the instance-id, 10 at most for each other
    // part. A longer text would take the way of every other length.
    match u8::try_from(text.len()) {
        Ok(length @ ..0x80) => out.extend_from_slice(&[number << 3 | 2, length]),
        _ => {
            out.push(number << 3 | 2);
            out.extend_from_slice(Varint::new(text.len()).bytes());
        }
    }
    out.extend_from_slice(text.as_bytes());
}

/// Writes the two lengths, moving the payload once if they need more than the bytes kept free.
fn close(out: &mut Vec<u8>, outer: usize, inner: usize) {
    let payload = out.len().saturating_sub(inner + 1);
    if let (Ok(length @ ..0x7e), true) = (u8::try_from(payload), inner == outer + 2) {
        for (at, length) in [(inner, length), (outer, length + 2)] {
            if let Some(byte) = out.get_mut(at) {
                *byte = length;
            }
        }
        return;
    }
    if (0x80..0x3ff0).contains(&payload) && inner == outer + 2 {
        // Both lengths take two bytes, as with most Messages.
        let length = payload + 3;
        out.extend_from_slice(&[0, 0]);
        out.copy_within(inner + 1..inner + 1 + payload, inner + 3);
        let head = [
            length as u8 | 0x80,
            (length >> 7) as u8,
            2 << 3 | 2,
            payload as u8 | 0x80,
            (payload >> 7) as u8,
        ];
        if let Some(place) = out.get_mut(outer..outer + head.len()) {
            place.copy_from_slice(&head);
        }
        return;
    }
    let inner_length = Varint::new(payload);
    let key = inner - outer - 1;
    let outer_length = Varint::new(key + inner_length.bytes().len() + payload);
    let extra = inner_length.bytes().len() + outer_length.bytes().len() - 2;
    if extra > 0 {
        out.resize(out.len() + extra, 0);
        // The room was just made.
        out.copy_within(inner + 1..inner + 1 + payload, inner + 1 + extra);
    }
    let head = outer_length.bytes().iter().chain(&[2 << 3 | 2]).chain(inner_length.bytes());
    for (place, byte) in out.iter_mut().skip(outer).zip(head) {
        *place = *byte;
    }
}

/// A length as protobuf writes it.
struct Varint {
    bytes: [u8; 10],
    size: usize,
}

impl Varint {
    fn new(value: usize) -> Self {
        let mut varint = Self { bytes: [0; 10], size: 0 };
        let mut rest = value;
        for byte in &mut varint.bytes {
            varint.size += 1;
            *byte = (rest & 0x7f) as u8;
            rest >>= 7;
            if rest == 0 {
                break;
            }
            *byte |= 0x80;
        }
        varint
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.size).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_the_owned_type_encodes() {
        let agent: EndpointId = "os::00256D-0123456789".parse().expect("valid");
        let controller: EndpointId = "self::controller".parse().expect("valid");
        for size in [0, 1, 123, 124, 125, 126, 127, 128, 129, 16_367, 16_368, 16_380, 16_384, 70_000] {
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
