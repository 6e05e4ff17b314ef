//! Reads what nobody looks at yet, and keeps nothing.

use usp_wire::{Cursor, Fault, WireType};

use crate::schema::{Field, Kind, MAP_ENTRY, MessageType};
use crate::wire::WireError;

use super::block::{Block, Key, usual_ranges};

/// A walk through bytes by the table of the schema, with the faults that the views would find.
///
/// It is one piece of code for all messages: made for each of them it was a tenth of a small Agent, and
/// no faster on the whole.
#[derive(Debug)]
pub(super) struct Validator<'a> {
    bytes: &'a [u8],
    /// The next byte to read.
    at: usize,
    /// The proof, as that of a [`Block`]: a text that ends before here is UTF-8, unless its end cuts a character. Its
    /// beginning cuts none, for it lies behind a length, whose last byte is ASCII.
    proven: usize,
}

impl<'a> Validator<'a> {
    pub(super) fn new(block: &Block<'a>) -> Self {
        // A proof that goes on behind the end of the message is cut there, between characters.
        let nearest = block.bytes.len().min(block.text.len());
        let within = (0..=nearest).rev().find(|at| block.text.is_char_boundary(*at));
        Self { bytes: block.bytes, at: block.at, proven: within.unwrap_or_default() }
    }

    /// Reads all messages of one field in the rest of a message that is nested in `depth` others. What lies between
    /// them was read before.
    pub(super) fn list(
        &mut self,
        number: u32,
        ty: &'static MessageType,
        depth: u32,
    ) -> Result<(), WireError> {
        let end = self.bytes.len();
        let between = |fault| WireError::new(fault, ty, 0);
        while let Some(key) = self.key(end).map_err(between)? {
            if key.number() == number && key.is(WireType::Length) {
                self.elements(key, ty, ty, end, depth)?;
            } else {
                self.skip(key, end, depth).map_err(between)?;
            }
        }
        Ok(())
    }

    /// Reads a message of `owner` behind its key, and those with the same key that follow right after it.
    fn elements(
        &mut self,
        key: Key,
        ty: &'static MessageType,
        owner: &'static MessageType,
        end: usize,
        depth: u32,
    ) -> Result<(), WireError> {
        loop {
            if ty.is_flat && self.skips_usual_elements(key, ty, end) && !self.continues_with(key, end) {
                return Ok(());
            }
            let element = self.element(end).map_err(|fault| WireError::new(fault, owner, key.number()))?;
            self.message(ty, element, depth + 1)?;
            if !self.continues_with(key, end) {
                return Ok(());
            }
        }
    }

    /// Skips a message behind its key and those with the same key that follow, as long as they and all their fields are
    /// short and proven. Tells whether there was one.
    fn skips_usual_elements(&mut self, key: Key, ty: &'static MessageType, end: usize) -> bool {
        let bytes = self.bytes.get(..end.min(self.proven)).unwrap_or_default();
        // A key in more bytes than one is not the one that stands here.
        let begin = self.at - 1;
        let (mut at, mut last) = (begin, begin);
        while let Some(end) = usual_element(bytes, at, key, ty) {
            // Behind the one before stands a key, which is no part of a character.
            (last, at) = (at, end);
        }
        let whole = if self.is_proven(at) { at } else { last };
        if whole == begin {
            return false;
        }
        self.at = whole;
        true
    }

    /// Reads an entry of a map behind its key, and those that follow right after it.
    fn entries(
        &mut self,
        key: Key,
        owner: &'static MessageType,
        end: usize,
        depth: u32,
    ) -> Result<(), WireError> {
        loop {
            let mut at = self.at - 1;
            while let Some(entry) = self.usual_entry(key, at, end) {
                at = entry;
            }
            if at >= self.at {
                self.at = at;
                if !self.continues_with(key, end) {
                    return Ok(());
                }
            }
            let element = self.element(end).map_err(|fault| WireError::new(fault, owner, key.number()))?;
            self.message(&MAP_ENTRY, element, depth + 1)?;
            if !self.continues_with(key, end) {
                return Ok(());
            }
        }
    }

    /// Reads a message to its end.
    #[inline]
    fn message(&mut self, ty: &'static MessageType, end: usize, depth: u32) -> Result<(), WireError> {
        if ty.has_texts && self.proven <= self.at {
            self.prove(self.at, end);
        }
        self.skip_usual(ty, end);
        if self.at < end { self.fields(ty, end, depth) } else { Ok(()) }
    }

    /// Reads fields up to the end of a message. The depth of recursion is that of the schema, for unknown fields are
    /// skipped.
    fn fields(&mut self, ty: &'static MessageType, end: usize, depth: u32) -> Result<(), WireError> {
        let between = |fault| WireError::new(fault, ty, 0);
        while let Some(key) = self.key(end).map_err(between)? {
            match ty.field(key.number()) {
                None => self.skip(key, end, depth).map_err(between)?,
                Some(field) => match field.kind {
                    Kind::Message(inner) if key.is(WireType::Length) => {
                        self.elements(key, inner, ty, end, depth)?
                    }
                    Kind::Map if key.is(WireType::Length) => self.entries(key, ty, end, depth)?,
                    _ => self
                        .value(key, field, end)
                        .map_err(|fault| WireError::new(fault, ty, field.number))?,
                },
            }
            self.skip_usual(ty, end);
        }
        Ok(())
    }

    /// Reads the length of a message of which many may follow; gives where the message ends.
    #[inline(always)]
    fn element(&mut self, end: usize) -> Result<usize, Fault> {
        let before = self.at;
        let element_end = self.length(end)?;
        // Small messages come in crowds: one proof from here serves those that follow, too.
        if element_end > self.proven && before >= self.proven && element_end - self.at < 0x80 {
            self.prove(before, end);
        }
        Ok(element_end)
    }

    /// Where the entry of a map ends whose key is at this place, if it is written in the usual way and proven.
    #[inline]
    fn usual_entry(&self, key: Key, at: usize, end: usize) -> Option<usize> {
        // The number of a map is below 16, so its key is one byte. Behind the entry's key is the key of its value.
        let [_, value] = usual_ranges(self.bytes.get(..end)?, at, key.0 as u8)?;
        self.is_proven(value.end).then_some(value.end)
    }

    /// Reads a value that is neither a message nor an entry of a map.
    fn value(&mut self, key: Key, field: &'static Field, end: usize) -> Result<(), Fault> {
        if !key.is(field.kind.wire_type()) {
            return Err(Fault::OtherType);
        }
        match field.kind {
            Kind::Bool | Kind::Enum(_) => self.varint(end).map(drop),
            Kind::Fixed32 => self.with_cursor(end, |cursor| cursor.fixed32().map(drop)),
            Kind::Text | Kind::Message(_) | Kind::Map => {
                let text_end = self.length(end)?;
                if text_end > self.proven {
                    self.prove(self.at, end);
                }
                self.at = text_end;
                if self.is_proven(text_end) { Ok(()) } else { Err(Fault::Utf8) }
            }
        }
    }

    /// Skips fields of one-byte keys as long as they are short and proven: numbers and texts.
    #[inline]
    fn skip_usual(&mut self, ty: &'static MessageType, end: usize) {
        let limit = end.min(self.proven);
        let mut rest = self.bytes.get(self.at..limit).unwrap_or_default();
        // What is left from the field on that was read last, if it is a text.
        let mut text = 0;
        while let [key, next, behind @ ..] = rest {
            // A text was whole if what follows is no part of a character.
            if *next >= 0x80 || !ty.is_usual(*key) {
                break;
            }
            if key & 7 == WireType::Varint as u8 {
                (rest, text) = (behind, 0);
            } else {
                let Some(behind) = behind.get(usize::from(*next)..) else { break };
                (rest, text) = (behind, rest.len());
            }
        }
        let at = limit.max(self.at) - rest.len();
        self.at = if text == 0 || self.is_proven(at) { at } else { limit - text };
    }

    /// Whether a text that ends here is UTF-8.
    #[inline]
    fn is_proven(&self, text_end: usize) -> bool {
        // The bytes 0x80 to 0xbf go on with a character.
        text_end == self.proven
            || text_end < self.proven && self.bytes.get(text_end).is_some_and(|byte| byte & 0xc0 != 0x80)
    }

    /// Proves as much as possible of a message from `start` on.
    fn prove(&mut self, start: usize, end: usize) {
        let bytes = self.bytes.get(start..end).unwrap_or_default();
        self.proven = match core::str::from_utf8(bytes) {
            Ok(_) => end,
            Err(error) => start + error.valid_up_to(),
        };
    }

    /// Reads the key of the next field, if there is one.
    #[inline]
    fn key(&mut self, end: usize) -> Result<Option<Key>, Fault> {
        if self.at >= end {
            return Ok(None);
        }
        let key = self.varint(end)?;
        u32::try_from(key).map(Key).map(Some).map_err(|_| Fault::Key)
    }

    /// Reads the key of the next field if it is this one, of one byte.
    #[inline]
    fn continues_with(&mut self, key: Key, end: usize) -> bool {
        let hit = self.at < end
            && self.bytes.get(self.at).is_some_and(|byte| *byte < 0x80 && u32::from(*byte) == key.0);
        self.at += usize::from(hit);
        hit
    }

    /// Reads a length; gives where what it announces ends.
    #[inline]
    fn length(&mut self, end: usize) -> Result<usize, Fault> {
        let length = usize::try_from(self.varint(end)?).map_err(|_| Fault::Truncated)?;
        match self.at.checked_add(length) {
            Some(after) if after <= end => Ok(after),
            _ => Err(Fault::Truncated),
        }
    }

    #[inline]
    fn varint(&mut self, end: usize) -> Result<u64, Fault> {
        match self.bytes.get(self.at) {
            Some(byte) if *byte < 0x80 && self.at < end => {
                self.at += 1;
                Ok(u64::from(*byte))
            }
            _ => self.with_cursor(end, Cursor::varint),
        }
    }

    /// Skips the value of an unknown field.
    #[cold]
    fn skip(&mut self, key: Key, end: usize, depth: u32) -> Result<(), Fault> {
        let (number, wire_type) = Cursor::split_key(key.0)?;
        self.with_cursor(end, |cursor| cursor.skip(number, wire_type, depth))
    }

    fn with_cursor<T>(
        &mut self,
        end: usize,
        read: impl FnOnce(&mut Cursor<'a>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut cursor = Cursor::new(self.bytes.get(self.at..end).unwrap_or_default());
        let value = read(&mut cursor)?;
        self.at = end - cursor.rest.len();
        Ok(value)
    }
}

/// Where a message ends that stands at this place with this key, if it and all its fields are short.
#[inline]
fn usual_element(bytes: &[u8], at: usize, key: Key, ty: &'static MessageType) -> Option<usize> {
    let [found, length] = *bytes.get(at..)?.first_chunk()?;
    if u32::from(found) != key.0 || length >= 0x80 {
        return None;
    }
    let (start, end) = (at + 2, at + 2 + usize::from(length));
    let mut rest = bytes.get(start..end)?;
    while let [key, next, behind @ ..] = rest {
        if *next >= 0x80 || !ty.is_usual(*key) {
            return None;
        }
        let text = if key & 7 == WireType::Varint as u8 { 0 } else { usize::from(*next) };
        rest = behind.get(text..)?;
    }
    rest.is_empty().then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::messages::{SET_UPDATE_OBJECT, SET_UPDATE_PARAM_SETTING};
    use crate::schema::{HEADER, MSG, NOTIFY_EVENT};

    #[track_caller]
    fn validates(ty: &'static MessageType, bytes: &[u8], expected: Result<(), WireError>) {
        assert_eq!(Validator::new(&Block::new(bytes)).message(ty, bytes.len(), 0), expected, "{bytes:?}");
    }

    /// What is skipped is what would be read: a text may not end amid a character.
    #[test]
    fn usual_texts_are_whole() {
        // é is two bytes; the text takes one of them.
        let broken = WireError::new(Fault::Utf8, &HEADER, 1);
        validates(&HEADER, &[0x10, 1, 0x0a, 1, 0xc3, 0xa9], Err(broken));
        validates(&HEADER, &[0x0a, 1, 0xc3], Err(broken));
        validates(&HEADER, &[0x0a, 1, 0xc3, 0x0a, 1, b'x'], Err(broken));
        validates(&HEADER, &[0x10, 1, 0x0a, 2, 0xc3, 0xa9], Ok(()));
        // A character of a longer key is no part of the text.
        validates(&HEADER, &[0x0a, 1, b'x', 0x90, 0x00, 1], Ok(()));
        validates(&HEADER, &[0x0a, 1, 0xc3, 0x90, 0x00, 1], Err(broken));
    }

    /// A length that is UTF-8 by chance, so that the proof goes on behind it.
    #[test]
    fn a_long_length_is_read_as_a_whole() {
        let text = [&[0x0a, 0xc2, 0x80, 0x01][..], &[0x07; 0x4042]].concat();
        validates(&HEADER, &text, Ok(()));
    }

    #[test]
    fn usual_entries_are_whole() {
        let broken = |number| Err(WireError::new(Fault::Utf8, &MAP_ENTRY, number));
        validates(&NOTIFY_EVENT, &[0x1a, 6, 0x0a, 1, 0xc3, 0x12, 1, 0xa9], broken(1));
        validates(&NOTIFY_EVENT, &[0x1a, 6, 0x0a, 1, b'k', 0x12, 1, 0xc3], broken(2));
        let entry = [0x1a, 6, 0x0a, 1, b'k', 0x12, 1, b'v'];
        validates(&NOTIFY_EVENT, &entry, Ok(()));
        validates(&NOTIFY_EVENT, &[entry, entry].concat(), Ok(()));
        // The key in two bytes, an entry in another order, the usual one again, and an unknown field in an entry.
        let unusual = [0x9a, 0x00, 6, 0x12, 1, b'v', 0x0a, 1, b'k'];
        validates(&NOTIFY_EVENT, &[&unusual[..], &entry, &[0x1a, 2, 0x18, 1], &entry].concat(), Ok(()));
        let other_type = Err(WireError::new(Fault::OtherType, &MAP_ENTRY, 1));
        validates(&NOTIFY_EVENT, &[&entry[..], &[0x1a, 2, 0x08, 1]].concat(), other_type);
    }

    /// Messages of short fields alone are skipped together; each is held to what it would be held to on its own.
    #[test]
    fn usual_elements_are_whole() {
        let element =
            |text: &[u8]| [&[0x12, text.len() as u8 + 4, 0x18, 1, 0x12, text.len() as u8], text].concat();
        let broken = |number| Err(WireError::new(Fault::Utf8, &SET_UPDATE_PARAM_SETTING, number));
        let object = |elements: &[&[u8]]| elements.concat();
        let (first, last) = (element(b"a"), element("é".as_bytes()));
        validates(&SET_UPDATE_OBJECT, &object(&[&first, &last, &first]), Ok(()));
        validates(&SET_UPDATE_OBJECT, &object(&[&first, &last]), Ok(()));
        // Half a character at the end of any of them, with its other half in another field.
        let half = element(&[0xc3]);
        validates(&SET_UPDATE_OBJECT, &object(&[&first, &half, &first]), broken(2));
        validates(&SET_UPDATE_OBJECT, &object(&[&first, &half]), broken(2));
        let two_halves = [0x12, 6, 0x0a, 1, 0xc3, 0x12, 1, 0xa9];
        validates(&SET_UPDATE_OBJECT, &object(&[&first, &two_halves]), broken(1));
        let cut = [0x12, 3, 0x0a, 1, 0xc3, 0xa9, 1];
        validates(&SET_UPDATE_OBJECT, &object(&[&first, &cut]), broken(1));
        // A field that reaches beyond its message, one of another type, an unknown one, and a length of two bytes.
        let truncated = Err(WireError::new(Fault::Truncated, &SET_UPDATE_PARAM_SETTING, 1));
        validates(&SET_UPDATE_OBJECT, &object(&[&first, &[0x12, 3, 0x0a, 2, b'x'], &first]), truncated);
        let other_type = Err(WireError::new(Fault::OtherType, &SET_UPDATE_PARAM_SETTING, 3));
        validates(&SET_UPDATE_OBJECT, &object(&[&first, &[0x12, 2, 0x1a, 0]]), other_type);
        let varint = Err(WireError::new(Fault::Varint, &SET_UPDATE_PARAM_SETTING, 1));
        validates(&SET_UPDATE_OBJECT, &object(&[&first, &[0x12, 3, 0x18, 1, 0x0a]]), varint);
        let mixed =
            object(&[&first, &[0x12, 2, 0x28, 1], &first, &[0x12, 0x84, 0, 0x0a, 2, b'x', b'y'], &last]);
        validates(&SET_UPDATE_OBJECT, &mixed, Ok(()));
    }

    /// The proof of the outer message goes on behind the inner one, whose map is read later.
    #[test]
    fn a_proof_is_cut_where_the_message_ends() {
        let notify = |value: &[u8]| {
            let entry = [&[0x0a, 1, b'k', 0x12, value.len() as u8], value].concat();
            let event = [&[0x1a, entry.len() as u8], &*entry].concat();
            let notify = [&[0x1a, event.len() as u8], &*event, &[0x0a, 1, b's']].concat();
            [0x42, 0x0a, 0x12]
                .iter()
                .fold(notify, |bytes, key| [&[*key, bytes.len() as u8], &*bytes].concat())
        };
        let validate = |bytes: &[u8]| crate::reader::Msg::read_whole(bytes).map(drop);
        assert_eq!(validate(&notify(b"v")), Ok(()));
        assert_eq!(validate(&notify("é".as_bytes())), Ok(()));
        assert_eq!(validate(&notify(&[0xc3])), Err(WireError::new(Fault::Utf8, &MAP_ENTRY, 2)));
    }

    #[test]
    fn a_message_ends_where_its_length_says() {
        // A message of 3 bytes whose text claims 2 and has 1, and another field after it.
        let truncated = Err(WireError::new(Fault::Truncated, &HEADER, 1));
        validates(&MSG, &[0x0a, 3, 0x0a, 2, b'x', 0x12, 1, b'y'], truncated);
        // A number whose second byte lies outside.
        let varint = Err(WireError::new(Fault::Varint, &HEADER, 2));
        validates(&MSG, &[0x0a, 2, 0x10, 0x81, 0x01], varint);
        // An entry that reaches beyond its map.
        let truncated = Err(WireError::new(Fault::Truncated, &NOTIFY_EVENT, 3));
        validates(&NOTIFY_EVENT, &[0x1a, 7, 0x0a, 1, b'k', 0x12, 2, b'v'], truncated);
    }

    #[test]
    fn faults_are_blamed_as_the_views_blame_them() {
        for (bytes, fault, number) in [
            (&[0x08, 1][..], Fault::OtherType, 1),
            (&[0x0f], Fault::OtherType, 1),
            (&[0x12, 0], Fault::OtherType, 2),
            (&[0x1f], Fault::WireType, 0),
            (&[0x00, 0], Fault::Key, 0),
            (&[0x02, 0], Fault::Key, 0),
            (&[0x80], Fault::Varint, 0),
            (&[0x18, 0x80], Fault::Varint, 0),
            (&[0x0a], Fault::Varint, 1),
        ] {
            let expected = WireError::new(fault, &HEADER, number);
            validates(&HEADER, bytes, Err(expected));
            let outer = [&[0x0a, bytes.len() as u8], bytes].concat();
            assert_eq!(crate::reader::Msg::open(&outer).map(drop), Err(expected), "{bytes:?}");
        }
    }
}
