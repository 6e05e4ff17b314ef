//! Bytes being read, and how far they are known to be UTF-8.

use core::ops::{Range, RangeInclusive};

use usp_wire::{Cursor, Fault, WireType};

use crate::schema::MessageType;

use super::view::Occurrence;

/// What is left of a message, with a proof of UTF-8 that reaches over many texts at once.
///
/// Checking each short text on its own costs more than everything else in reading. Keys and lengths
/// below 128 are ASCII, so one check usually proves a whole message with all its texts; a text is
/// then a slice of the proven part, for which only its two ends are looked at. A larger length is
/// not ASCII and ends a proof; the next text begins another right behind it. So no byte is checked
/// more often than twice a level of nesting, whatever the input.
#[derive(Clone, Copy, Debug, Default)]
pub struct Block<'a> {
    /// The bytes up to the end of the message. They may begin before it does.
    pub(super) bytes: &'a [u8],
    /// The next byte to read.
    pub(super) at: usize,
    /// The proof: what `bytes` begins with, as text. It may go on behind the end of the message.
    pub(super) text: &'a str,
    /// How many messages this one is nested in.
    pub(super) depth: u8,
}

/// A field's number and wire type, as on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(pub(crate) u32);

impl Key {
    #[inline]
    pub(crate) const fn number(self) -> u32 {
        self.0 >> 3
    }

    /// The key as a byte, if it is one on the wire.
    #[inline]
    pub(crate) fn short(self) -> Option<u8> {
        u8::try_from(self.0).ok().filter(|key| *key < 0x80)
    }

    /// Whether the wire type is this one.
    #[inline]
    pub(crate) const fn is(self, wire_type: WireType) -> bool {
        self.0 & 7 == wire_type as u32
    }
}

impl<'a> Block<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, text: "", depth: 0 }
    }

    pub(crate) const fn position(&self) -> usize {
        self.at
    }

    pub(crate) const fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The same message, with `position` as the next byte to read.
    pub(crate) const fn at(self, position: usize) -> Self {
        Self { at: position, ..self }
    }

    /// Reads the key of the next field, if there is one. Whether its wire type exists shows when
    /// the value is read or skipped.
    #[inline]
    pub(crate) fn key(&mut self) -> Result<Option<Key>, Fault> {
        match self.bytes.get(self.at) {
            None => Ok(None),
            Some(byte) if *byte < 0x80 => {
                self.at += 1;
                Ok(Some(Key(u32::from(*byte))))
            }
            Some(_) => self.long_key().map(Some),
        }
    }

    /// Reads the key of the next field if it is this one, of one byte.
    #[inline]
    pub(crate) fn continues_with(&mut self, key: u8) -> bool {
        let hit = self.bytes.get(self.at) == Some(&key);
        self.at += usize::from(hit);
        hit
    }

    /// Reads a number with this field key, of one byte, if it comes next and is short.
    #[inline]
    pub(crate) fn usual_number(&mut self, key: u8) -> Option<u8> {
        let [found, number] = *self.bytes.get(self.at..)?.first_chunk()?;
        if found != key || number >= 0x80 {
            return None;
        }
        self.at += 2;
        Some(number)
    }

    /// Reads a number of four bytes with this field key, of one byte, if it comes next.
    #[inline]
    pub(crate) fn usual_fixed32(&mut self, key: u8) -> Option<u32> {
        let [found, a, b, c, d] = *self.bytes.get(self.at..)?.first_chunk()?;
        if found != key {
            return None;
        }
        self.at += 5;
        Some(u32::from_le_bytes([a, b, c, d]))
    }

    /// Reads the key of a list if it comes next, for the first time in a message of this type.
    #[inline]
    pub(crate) fn usual_list(
        &mut self,
        number: u8,
        owner: &'static MessageType,
    ) -> Option<Occurrence<'_, 'a>> {
        let (start, key) = (self.at, number << 3 | WireType::Length as u8);
        let found = self.continues_with(key);
        found.then_some(Occurrence { block: self, start, key: Key(key.into()), owner, first: true })
    }

    /// Reads a message with one of these field numbers, if it comes next and is all there. Gives the number, too.
    #[inline]
    pub(crate) fn usual_part(&mut self, numbers: RangeInclusive<u8>) -> Option<(u32, Self)> {
        let key = *self.bytes.get(self.at)?;
        let number = key >> 3;
        if key & 7 != WireType::Length as u8 || !numbers.contains(&number) {
            return None;
        }
        let mut behind = self.at(self.at + 1);
        let part = behind.message().ok()?;
        *self = behind;
        Some((number.into(), part))
    }

    #[inline]
    pub(crate) fn varint(&mut self) -> Result<u64, Fault> {
        match self.bytes.get(self.at) {
            Some(byte) if *byte < 0x80 => {
                self.at += 1;
                Ok(u64::from(*byte))
            }
            _ => self.long_varint(),
        }
    }

    #[inline]
    pub(crate) fn fixed32(&mut self) -> Result<u32, Fault> {
        let bytes = self.bytes.get(self.at..).unwrap_or_default().first_chunk().ok_or(Fault::Truncated)?;
        self.at += bytes.len();
        Ok(u32::from_le_bytes(*bytes))
    }

    /// Skips a length and as many bytes.
    #[inline]
    pub(crate) fn skip_length(&mut self) -> Result<(), Fault> {
        (_, self.at) = self.length()?;
        Ok(())
    }

    /// Skips the value of an unknown field.
    pub(crate) fn skip(&mut self, key: Key) -> Result<(), Fault> {
        let depth = u32::from(self.depth);
        let (number, wire_type) = Cursor::split_key(key.0)?;
        self.with_cursor(|cursor| cursor.skip(number, wire_type, depth))
    }

    /// Reads a length and as much text.
    #[inline]
    pub(crate) fn text(&mut self) -> Result<&'a str, Fault> {
        let (start, end) = self.length()?;
        match self.text.get(start..end) {
            Some(text) => {
                self.at = end;
                Ok(text)
            }
            None => self.unproven_text(start, end),
        }
    }

    /// Reads a length and as many bytes, as a nested message.
    #[inline]
    pub(crate) fn message(&mut self) -> Result<Self, Fault> {
        let (start, end) = self.length()?;
        self.at = end;
        // Positions and proof stay those of the outer message: nothing has to be cut but the end.
        let bytes = self.bytes.get(..end).unwrap_or_default();
        Ok(Self { bytes, at: start, text: self.text, depth: self.depth.saturating_add(1) })
    }

    /// Reads a length and as many bytes, as a nested message of which many may follow.
    #[inline(always)]
    pub(crate) fn element(&mut self) -> Result<Self, Fault> {
        let before = self.at;
        let element = self.message()?;
        if self.at <= self.text.len() || self.at - element.at >= 0x80 || before < self.text.len() {
            return Ok(element);
        }
        // Small messages come in crowds: one proof from here serves those that follow, too.
        self.prove_from(before);
        self.message()
    }

    /// Proves what it can of a message that was not read yet and of which nothing is proven.
    #[inline]
    pub(crate) fn prove(&mut self) {
        if self.text.len() <= self.at {
            self.prove_from(self.at);
        }
    }

    /// Reads an entry of the map with this field key, if it is written in the usual way and proven.
    #[inline]
    pub(crate) fn usual_entry(&mut self, map_key: u8) -> Option<(&'a str, &'a str)> {
        let [key, value] = usual_ranges(self.bytes, self.at, map_key)?;
        let end = value.end;
        let entry = (self.text.get(key)?, self.text.get(value)?);
        self.at = end;
        Some(entry)
    }

    /// Reads a text with this field key, of one byte, if it comes next, is short and proven.
    #[inline]
    pub(crate) fn usual_text(&mut self, key: u8) -> Option<&'a str> {
        let [found, length] = *self.bytes.get(self.at..)?.first_chunk()?;
        if found != key || length >= 0x80 {
            return None;
        }
        let (start, end) = (self.at + 2, self.at + 2 + usize::from(length));
        if end > self.bytes.len() {
            return None;
        }
        let text = self.text.get(start..end)?;
        self.at = end;
        Some(text)
    }

    /// Reads a length; gives where what it announces starts and ends.
    #[inline]
    fn length(&mut self) -> Result<(usize, usize), Fault> {
        let length = usize::try_from(self.varint()?).map_err(|_| Fault::Truncated)?;
        let end = self.at.checked_add(length).ok_or(Fault::Truncated)?;
        if end > self.bytes.len() { Err(Fault::Truncated) } else { Ok((self.at, end)) }
    }

    #[cold]
    fn long_key(&mut self) -> Result<Key, Fault> {
        u32::try_from(self.varint()?).map(Key).map_err(|_| Fault::Key)
    }

    fn long_varint(&mut self) -> Result<u64, Fault> {
        self.with_cursor(Cursor::varint)
    }

    fn unproven_text(&mut self, start: usize, end: usize) -> Result<&'a str, Fault> {
        // Within a proven part, only a text that begins or ends inside of a character has no slice.
        if end <= self.text.len() {
            return Err(Fault::Utf8);
        }
        self.prove_from(start);
        self.at = end - start;
        self.text.get(..self.at).ok_or(Fault::Utf8)
    }

    /// Drops what lies before `start` and proves as much as possible of the rest.
    fn prove_from(&mut self, start: usize) {
        self.bytes = self.bytes.get(start..).unwrap_or_default();
        self.at = 0;
        self.text = match core::str::from_utf8(self.bytes) {
            Ok(text) => text,
            Err(error) => {
                let front = self.bytes.get(..error.valid_up_to()).unwrap_or_default();
                core::str::from_utf8(front).unwrap_or_default()
            }
        };
    }

    fn with_cursor<T>(&mut self, read: impl FnOnce(&mut Cursor<'a>) -> Result<T, Fault>) -> Result<T, Fault> {
        let mut cursor = Cursor::new(self.bytes.get(self.at..).unwrap_or_default());
        let value = read(&mut cursor)?;
        self.at = self.bytes.len() - cursor.rest.len();
        Ok(value)
    }
}

/// Where key and value of an entry are whose field key is at this place, if it is written in the usual way.
#[inline]
pub(super) fn usual_ranges(bytes: &[u8], at: usize, map_key: u8) -> Option<[Range<usize>; 2]> {
    let [field_key, length, 0x0a, key_length] = *bytes.get(at..)?.first_chunk()? else {
        return None;
    };
    let key_start = at + 4;
    let key_end = key_start + usize::from(key_length);
    let [0x12, value_length] = *bytes.get(key_end..)?.first_chunk()? else { return None };
    let value_start = key_end + 2;
    let value_end = value_start + usize::from(value_length);
    let short = (length | key_length | value_length) < 0x80;
    let fits = value_end == at + 2 + usize::from(length) && value_end <= bytes.len();
    if field_key != map_key || !short || !fits {
        return None;
    }
    Some([key_start..key_end, value_start..value_end])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A proof goes on behind the end of a message, but nothing may be read there.
    #[test]
    fn nothing_is_read_behind_the_end_of_a_message() {
        // A message of 3 bytes whose text claims 2 and has 1, and another field after it.
        let bytes = [0x0a, 3, 0x0a, 2, b'x', 0x12, 1, b'y'];
        let outer = || {
            let mut outer = Block::new(&bytes);
            outer.prove();
            assert_eq!(outer.key(), Ok(Some(Key(0x0a))));
            outer.message().expect("its length is right")
        };
        assert_eq!(outer().usual_text(0x0a), None);
        let mut inner = outer();
        assert_eq!(inner.key(), Ok(Some(Key(0x0a))));
        assert_eq!(inner.text(), Err(Fault::Truncated));
        // An entry of a map that reaches beyond the message as well.
        let bytes = [0x0a, 6, 0x1a, 7, 0x0a, 1, b'k', 0x12, 2, b'v', b'w'];
        let mut outer = Block::new(&bytes);
        outer.prove();
        assert_eq!(outer.key(), Ok(Some(Key(0x0a))));
        let mut inner = outer.message().expect("its length is right");
        assert_eq!(inner.usual_entry(0x1a), None);
    }
}
