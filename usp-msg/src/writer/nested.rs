//! Bytes being written, and the lengths that are not known yet.

use alloc::vec::Vec;

use usp_wire::Varint;

use crate::MsgType;

/// A message that is being written at the end of a buffer.
///
/// Its length stands before it and is known only in the end, so one byte is kept free for it. If the
/// length turns out to need more, the message moves; that costs less than to walk the data twice,
/// and most messages are short.
#[derive(Debug)]
pub struct Nested<'w> {
    out: &'w mut Vec<u8>,
    /// Where the message begins, with its key; for a Message, with its header.
    start: usize,
    /// Where the byte for the length is.
    at: usize,
    /// How many messages end together: this one, and those around it that hold nothing else. Their
    /// keys and lengths stand one right before the other.
    levels: u8,
}

impl<'w> Nested<'w> {
    /// Begins the content of a Message that is no Error: its header is written, and three messages are opened.
    pub(crate) fn root(out: &'w mut Vec<u8>, msg_id: &str, msg_type: MsgType, keys: [u8; 3]) -> Self {
        let start = out.len();
        if let Ok(length @ 1..0x7a) = u8::try_from(msg_id.len()) {
            out.extend_from_slice(&[key(1, LENGTH), length + 4, key(1, LENGTH), length]);
            out.extend_from_slice(msg_id.as_bytes());
            let [first, second, third] = keys;
            out.extend_from_slice(&[key(2, VARINT), msg_type as u8, first, 0, second, 0, third, 0]);
            let at = out.len() - 1;
            return Self { out, start, at, levels: 3 };
        }
        put_header(out, msg_id, msg_type);
        let [.., at] = keys.map(|key| open(out, key));
        Self { out, start, at, levels: 3 }
    }

    /// Begins a Message whose body is an Error, which has one level less.
    pub(crate) fn error_root(out: &'w mut Vec<u8>, msg_id: &str) -> Self {
        Self::body_root(out, msg_id, MsgType::Error, 3)
    }

    /// Begins a Message up to the content of its body that has this field number.
    pub(crate) fn body_root(out: &'w mut Vec<u8>, msg_id: &str, msg_type: MsgType, number: u8) -> Self {
        let start = out.len();
        put_header(out, msg_id, msg_type);
        let [.., at] = [2, number].map(|number| open(out, key(number, LENGTH)));
        Self { out, start, at, levels: 2 }
    }

    /// Takes everything back.
    pub(crate) fn discard(mut self) {
        self.out.truncate(self.start);
        self.levels = 0;
    }

    /// How many bytes were written since the beginning.
    pub(crate) fn size(&self) -> usize {
        self.out.len() - self.start
    }

    #[inline]
    pub(crate) fn message(&mut self, number: u8) -> Nested<'_> {
        let start = self.out.len();
        let at = open(self.out, key(number, LENGTH));
        Nested { out: self.out, start, at, levels: 1 }
    }

    /// Writes fields that are written already.
    pub(crate) fn bytes(&mut self, fields: &[u8]) {
        self.out.extend_from_slice(fields);
    }

    /// Writes a text, unless it is empty, which is the default.
    #[inline]
    pub(crate) fn text(&mut self, number: u8, text: &str) {
        if !text.is_empty() {
            put_text(self.out, key(number, LENGTH), text);
        }
    }

    /// Writes a text, even if it is empty: an element of a list or an alternative.
    #[inline]
    pub(crate) fn element(&mut self, number: u8, text: &str) {
        put_text(self.out, key(number, LENGTH), text);
    }

    #[inline]
    pub(crate) fn fixed32(&mut self, number: u8, value: u32) {
        if value != 0 {
            let [a, b, c, d] = value.to_le_bytes();
            self.out.extend_from_slice(&[key(number, FIXED32), a, b, c, d]);
        }
    }

    #[inline]
    pub(crate) fn varint(&mut self, number: u8, value: u64) {
        put_varint_field(self.out, key(number, VARINT), value);
    }

    /// Writes an entry of a map.
    #[inline]
    pub(crate) fn entry(&mut self, number: u8, name: &str, value: &str) {
        let content = name.len().saturating_add(value.len());
        match (u8::try_from(name.len()), u8::try_from(value.len()), u8::try_from(content)) {
            (Ok(name_length @ 1..), Ok(value_length @ 1..), Ok(content @ ..0x7c)) => {
                self.out.reserve(usize::from(content) + 6);
                self.out.extend_from_slice(&[key(number, LENGTH), content + 4, key(1, LENGTH), name_length]);
                self.out.extend_from_slice(name.as_bytes());
                self.out.extend_from_slice(&[key(2, LENGTH), value_length]);
                self.out.extend_from_slice(value.as_bytes());
            }
            _ => {
                let mut entry = self.message(number);
                entry.text(1, name);
                entry.text(2, value);
            }
        }
    }
}

impl Drop for Nested<'_> {
    #[inline]
    fn drop(&mut self) {
        match self.levels {
            1 => close(self.out, self.at),
            0 => {}
            levels => close_all(self.out, self.at, levels),
        }
    }
}

const VARINT: u8 = 0;
const LENGTH: u8 = 2;
const FIXED32: u8 = 5;

/// The key of a field, one byte because no number of the schema exceeds 15.
#[inline]
const fn key(number: u8, wire_type: u8) -> u8 {
    number << 3 | wire_type
}

/// Writes a key and keeps a byte free; gives its place.
#[inline]
fn open(out: &mut Vec<u8>, key: u8) -> usize {
    out.extend_from_slice(&[key, 0]);
    out.len() - 1
}

/// Writes the length of everything behind `at` into the byte kept free there.
#[inline]
fn close(out: &mut Vec<u8>, at: usize) {
    let length = out.len() - at - 1;
    match (u8::try_from(length), out.get_mut(at)) {
        (Ok(length @ ..0x80), Some(byte)) => *byte = length,
        _ => close_long(out, at, length),
    }
}

fn put_header(out: &mut Vec<u8>, msg_id: &str, msg_type: MsgType) {
    let header = open(out, key(1, LENGTH));
    if !msg_id.is_empty() {
        put_text(out, key(1, LENGTH), msg_id);
    }
    put_varint_field(out, key(2, VARINT), msg_type as u64);
    close(out, header);
}

#[inline(never)]
fn close_long(out: &mut Vec<u8>, at: usize, length: usize) {
    let varint = Varint::new(length as u64);
    make_room(out, at + 1, varint.bytes().len() - 1);
    copy(out, at, varint.bytes());
}

/// Writes the lengths of up to three messages that end together, and moves what they hold only once.
fn close_all(out: &mut Vec<u8>, at: usize, levels: u8) {
    let mut length = out.len() - at - 1;
    if let Ok(mut short @ ..0x7a) = u8::try_from(length) {
        // Every length fits into the byte kept free, as in most Messages of one value.
        for level in 0..usize::from(levels) {
            if let Some(byte) = out.get_mut(at - 2 * level) {
                *byte = short;
            }
            short += 2;
        }
        return;
    }
    if (0x80..0x3ff0).contains(&length) {
        return close_all_in_two_bytes(out, at, levels, length);
    }
    // Before the content stand pairs of a key and the byte kept free; from the innermost outwards
    // each length counts what was found for those before it.
    let mut head = [0; 3 * (1 + Varint::LONGEST)];
    let mut begin = head.len();
    let mut pair = at - 1;
    for level in 0..levels {
        let varint = Varint::new(length as u64);
        let size = varint.bytes().len();
        begin -= size;
        copy(&mut head, begin, varint.bytes());
        begin -= 1;
        copy(&mut head, begin, out.get(pair..=pair).unwrap_or_default());
        length += size + 1;
        if level + 1 < levels {
            pair -= 2;
        }
    }
    let head = head.get(begin..).unwrap_or_default();
    make_room(out, at + 1, head.len() - 2 * usize::from(levels));
    copy(out, pair, head);
}

/// The same where every length takes two bytes, as in Messages of a few values.
fn close_all_in_two_bytes(out: &mut Vec<u8>, at: usize, levels: u8, mut length: usize) {
    let levels = usize::from(levels);
    make_room(out, at + 1, levels);
    let Some(head) = out.get_mut(at + 1 - 2 * levels..at + 1 + levels) else { return };
    // From the innermost outwards, so that no key is overwritten before it has moved.
    for level in (0..levels).rev() {
        let key = head.get(2 * level).copied().unwrap_or_default();
        copy(head, 3 * level, &[key, length as u8 | 0x80, (length >> 7) as u8]);
        length += 3;
    }
}

/// Writes bytes at a place where there is room for them.
#[inline]
fn copy(out: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(places) = out.get_mut(at..at + bytes.len()) {
        places.copy_from_slice(bytes);
    }
}

/// Moves everything from `start` on up by `room` bytes.
fn make_room(out: &mut Vec<u8>, start: usize, room: usize) {
    let end = out.len();
    if room > 0 {
        out.resize(end + room, 0);
        // The room was just made.
        out.copy_within(start..end, start + room);
    }
}

#[inline]
fn put_text(out: &mut Vec<u8>, key: u8, text: &str) {
    match u8::try_from(text.len()) {
        Ok(length @ ..0x80) => out.extend_from_slice(&[key, length]),
        _ => {
            out.push(key);
            put_varint(out, text.len() as u64);
        }
    }
    out.extend_from_slice(text.as_bytes());
}

#[inline]
fn put_varint_field(out: &mut Vec<u8>, key: u8, value: u64) {
    match value {
        0 => {}
        1..0x80 => out.extend_from_slice(&[key, value as u8]),
        _ => {
            out.push(key);
            put_varint(out, value);
        }
    }
}

#[cold]
fn put_varint(out: &mut Vec<u8>, value: u64) {
    match value {
        // The length of nearly every long text.
        0x80..0x4000 => out.extend_from_slice(&[value as u8 | 0x80, (value >> 7) as u8]),
        _ => out.extend_from_slice(Varint::new(value).bytes()),
    }
}

#[cfg(test)]
mod tests {
    use crate::{ErrorCode, Get, Msg, writer};
    use alloc::vec::Vec;

    /// Where a length, or one of those around it, begins to need one more byte.
    #[test]
    fn lengths_of_every_size() {
        for size in (0..300).chain(16_300..16_420).chain(2_097_100..2_097_160) {
            let path = "p".repeat(size);
            let mut out = Vec::new();
            writer::get(&mut out, "id").param_paths([&path]);
            assert_eq!(out, Msg::request("id", Get::new([&*path])).encode_to_vec(), "{size}");
            let mut out = Vec::new();
            writer::error(&mut out, "id").err_code(ErrorCode::INTERNAL_ERROR).err_msg(&path);
            let error = crate::Error::new(ErrorCode::INTERNAL_ERROR, &*path);
            assert_eq!(out, Msg::error_to("id", error).encode_to_vec(), "{size}");
        }
    }
}
