//! The wire format of protobuf: keys, varints and lengths, read from a slice.

use core::fmt;

/// How deep unknown groups may nest below a Record; the limit of crate `prost`.
const MAX_NESTING: u32 = 100;

/// Which rule of protobuf is broken. The peer is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// A value reaches past the end of its message.
    Truncated,
    /// A number of variable length that does not end within ten bytes or within 64 bits.
    Varint,
    /// A field key with number 0 or beyond 32 bits.
    Key,
    /// A wire type that protobuf does not have, or the end of a group that did not begin.
    WireType,
    /// A known field with the wire type of another kind of value.
    OtherType,
    /// Text that is not UTF-8.
    Utf8,
    /// Groups nested deeper than 100.
    Nesting,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "the value reaches past the end of its message",
            Self::Varint => "a number does not end within ten bytes or 64 bits",
            Self::Key => "a field key is 0 or too large",
            Self::WireType => "a wire type is unknown or closes a group that was not opened",
            Self::OtherType => "the wire type is that of another kind of value",
            Self::Utf8 => "the text is not UTF-8",
            Self::Nesting => "groups are nested too deep",
        })
    }
}

pub(crate) const VARINT: u32 = 0;
pub(crate) const FIXED64: u32 = 1;
pub(crate) const LENGTH: u32 = 2;
pub(crate) const START_GROUP: u32 = 3;
pub(crate) const END_GROUP: u32 = 4;
pub(crate) const FIXED32: u32 = 5;

/// A message being read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cursor<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) at: usize,
    pub(crate) depth: u32,
}

impl<'a> Cursor<'a> {
    /// Starts a message that is nested in `depth` others.
    pub(crate) const fn new(bytes: &'a [u8], depth: u32) -> Self {
        Self { bytes, at: 0, depth }
    }

    /// Reads the number and wire type of the next field, if there is one.
    #[inline]
    pub(crate) fn key(&mut self) -> Result<Option<(u32, u32)>, Fault> {
        if self.at >= self.bytes.len() {
            return Ok(None);
        }
        let key = u32::try_from(self.varint()?).map_err(|_| Fault::Key)?;
        match (key >> 3, key & 7) {
            (0, 0..=FIXED32) => Err(Fault::Key),
            (_, 6..) => Err(Fault::WireType),
            field => Ok(Some(field)),
        }
    }

    #[inline]
    pub(crate) fn varint(&mut self) -> Result<u64, Fault> {
        match self.bytes.get(self.at..) {
            Some([byte @ ..0x80, ..]) => {
                self.at += 1;
                Ok(u64::from(*byte))
            }
            Some([low, high @ ..0x80, ..]) => {
                self.at += 2;
                Ok(u64::from(*low & 0x7f) | u64::from(*high) << 7)
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Result<u64, Fault> {
        let mut value = 0;
        for (place, byte) in self.bytes.iter().skip(self.at).take(10).enumerate() {
            // The tenth byte holds the 64th bit and no more.
            if place == 9 && *byte > 1 {
                return Err(Fault::Varint);
            }
            value |= u64::from(byte & 0x7f) << (7 * place);
            if *byte < 0x80 {
                self.at += place + 1;
                return Ok(value);
            }
        }
        Err(Fault::Varint)
    }

    #[inline]
    pub(crate) fn fixed32(&mut self) -> Result<u32, Fault> {
        let bytes = self.take(4)?;
        bytes.first_chunk().map(|bytes| u32::from_le_bytes(*bytes)).ok_or(Fault::Truncated)
    }

    /// Reads a length and as many bytes.
    #[inline]
    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], Fault> {
        let length = self.varint()?;
        self.take(length)
    }

    /// The bytes of the field with this key of one byte, if it comes next and is the last one.
    #[inline]
    pub(crate) fn last(mut self, key: u8) -> Option<&'a [u8]> {
        if *self.bytes.get(self.at)? != key {
            return None;
        }
        self.at += 1;
        let bytes = self.bytes().ok()?;
        (self.at == self.bytes.len()).then_some(bytes)
    }

    /// Reads a length and as many bytes, as a nested message.
    #[inline]
    pub(crate) fn message(&mut self) -> Result<Self, Fault> {
        Ok(Self::new(self.bytes()?, self.depth + 1))
    }

    /// Skips the value of an unknown field.
    pub(crate) fn skip(&mut self, number: u32, wire_type: u32) -> Result<(), Fault> {
        self.skip_at(number, wire_type, self.depth)
    }

    /// The stack grows by one small frame for each group, up to the limit.
    fn skip_at(&mut self, number: u32, wire_type: u32, depth: u32) -> Result<(), Fault> {
        if depth >= MAX_NESTING {
            return Err(Fault::Nesting);
        }
        match wire_type {
            VARINT => self.varint().map(drop),
            FIXED64 => self.take(8).map(drop),
            LENGTH => self.bytes().map(drop),
            FIXED32 => self.take(4).map(drop),
            START_GROUP => loop {
                match self.key()?.ok_or(Fault::Truncated)? {
                    (inner, END_GROUP) if inner == number => return Ok(()),
                    (inner, wire_type) => self.skip_at(inner, wire_type, depth + 1)?,
                }
            },
            _ => Err(Fault::WireType),
        }
    }

    #[inline]
    fn take(&mut self, length: u64) -> Result<&'a [u8], Fault> {
        let length = usize::try_from(length).map_err(|_| Fault::Truncated)?;
        let end = self.at.checked_add(length).ok_or(Fault::Truncated)?;
        let taken = self.bytes.get(self.at..end).ok_or(Fault::Truncated)?;
        self.at = end;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn varints_end_within_64_bits() {
        let varint = |bytes: &[u8]| Cursor::new(bytes, 0).varint();
        assert_eq!(varint(&[0x7f]), Ok(0x7f));
        assert_eq!(varint(&[0xff, 0x01]), Ok(0xff));
        assert_eq!(varint(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]), Ok(u64::MAX));
        assert_eq!(varint(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02]), Err(Fault::Varint));
        assert_eq!(varint(&[0x80]), Err(Fault::Varint));
    }

    #[test]
    fn groups_are_skipped_up_to_the_limit() {
        let skip = |levels: usize| {
            let mut bytes = vec![0x0b; levels - 1];
            bytes.extend(vec![0x0c; levels]);
            Cursor::new(&bytes, 0).skip(1, START_GROUP)
        };
        assert_eq!(skip(100), Ok(()));
        assert_eq!(skip(101), Err(Fault::Nesting));
        assert_eq!(skip(100_000), Err(Fault::Nesting));
    }
}
