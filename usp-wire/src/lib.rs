//! The wire format of protobuf: keys, varints and lengths, read from a slice. `no_std`, without allocation.
//!
//! The readers of `usp-msg` and `usp-record` are made on it, and their writers write lengths with [`Varint`]. It is of
//! no use without them: who reads Messages or Records takes those crates, which give [`Fault`] out again.
//!
//! ```
//! use usp_wire::{Cursor, Fault, WireType};
//!
//! let mut cursor = Cursor::new(&[0x12, 2, b'h', b'i', 0x18]);
//! assert_eq!(cursor.key(), Ok((2, WireType::Length)));
//! assert_eq!(cursor.length_delimited(), Ok(&b"hi"[..]));
//! assert_eq!(cursor.key(), Ok((3, WireType::Varint)));
//! assert_eq!(cursor.varint(), Err(Fault::Varint));
//! ```
//!
//! # Untrusted input
//!
//! Whatever the bytes are, reading gives a [`Fault`] and no panic; each call reads each byte once, and the stack grows
//! by one small frame for each nested group, up to [`MAX_NESTING`].
//!
//! # Minimum Rust version
//!
//! Rust 1.89.

#![no_std]

#[cfg(test)]
extern crate alloc;

use core::fmt;

/// How deep unknown groups may nest; the limit of crate `prost`.
pub const MAX_NESTING: u32 = 100;

/// Which rule of protobuf is broken. The peer is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// A text, a message or a number of four or eight bytes reaches past the end of the message in which it stands.
    Truncated,
    /// A number of variable length, which may be a key or a length, that does not end within its message, within ten
    /// bytes or within 64 bits.
    Varint,
    /// A field key with number 0 or beyond 32 bits.
    Key,
    /// A wire type that protobuf does not have, or the end of a group that did not begin.
    WireType,
    /// A known field with the wire type of another kind of value.
    OtherType,
    /// Text that is not UTF-8.
    Utf8,
    /// Groups nested deeper than [`MAX_NESTING`].
    Nesting,
}

/// The wire types, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireType {
    /// A number of variable length.
    Varint = 0,
    /// Eight bytes.
    Fixed64 = 1,
    /// A length, and as many bytes.
    Length = 2,
    /// The beginning of a group.
    StartGroup = 3,
    /// The end of a group.
    EndGroup = 4,
    /// Four bytes.
    Fixed32 = 5,
}

/// A number of variable length as it is written, for instance a length.
#[derive(Clone, Copy, Debug)]
pub struct Varint {
    bytes: [u8; Varint::LONGEST],
    size: usize,
}

/// What is left to read of a message.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cursor<'a> {
    /// The bytes that are left.
    pub rest: &'a [u8],
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

impl Varint {
    /// How many bytes a number of 64 bits takes at most.
    pub const LONGEST: usize = 10;

    /// A number as it is written.
    #[inline]
    pub fn new(value: u64) -> Self {
        let mut varint = Self { bytes: [0; Self::LONGEST], size: 0 };
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

    /// The bytes that are written, one to [`Varint::LONGEST`] of them.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.size).unwrap_or_default()
    }
}

impl<'a> Cursor<'a> {
    /// All of these bytes are left.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Whether nothing is left.
    pub const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Reads a field's number and wire type.
    ///
    /// # Errors
    ///
    /// [`Fault::Varint`] where no number can be read, and those of [`Cursor::split_key`].
    #[inline]
    pub fn key(&mut self) -> Result<(u32, WireType), Fault> {
        Self::split_key(u32::try_from(self.varint()?).map_err(|_| Fault::Key)?)
    }

    /// Takes a key apart: the field's number and wire type.
    ///
    /// # Errors
    ///
    /// [`Fault::Key`] for the field number 0, and [`Fault::WireType`] for one of the two wire types that do not exist.
    /// [`Cursor::key`] gives [`Fault::Key`] for keys beyond 32 bits too.
    #[inline]
    pub fn split_key(key: u32) -> Result<(u32, WireType), Fault> {
        let wire_type = match key & 7 {
            0 => WireType::Varint,
            1 => WireType::Fixed64,
            2 => WireType::Length,
            3 => WireType::StartGroup,
            4 => WireType::EndGroup,
            5 => WireType::Fixed32,
            _ => return Err(Fault::WireType),
        };
        match key >> 3 {
            0 => Err(Fault::Key),
            number => Ok((number, wire_type)),
        }
    }

    /// Reads a number of variable length.
    ///
    /// # Errors
    ///
    /// [`Fault::Varint`]; nothing is read then.
    #[inline]
    pub fn varint(&mut self) -> Result<u64, Fault> {
        match self.rest {
            [byte, rest @ ..] if *byte < 0x80 => {
                self.rest = rest;
                Ok(u64::from(*byte))
            }
            [low, high, rest @ ..] if *high < 0x80 => {
                self.rest = rest;
                Ok(u64::from(*low & 0x7f) | u64::from(*high) << 7)
            }
            _ => self.long_varint(),
        }
    }

    #[cold]
    fn long_varint(&mut self) -> Result<u64, Fault> {
        let mut value = 0;
        for (at, byte) in self.rest.iter().take(10).enumerate() {
            // The tenth byte holds the 64th bit and no more.
            if at == 9 && *byte > 1 {
                return Err(Fault::Varint);
            }
            value |= u64::from(byte & 0x7f) << (7 * at);
            if *byte < 0x80 {
                self.rest = self.rest.get(at + 1..).unwrap_or_default();
                return Ok(value);
            }
        }
        Err(Fault::Varint)
    }

    /// Reads a length and the bytes that it announces.
    ///
    /// # Errors
    ///
    /// [`Fault::Varint`] where the length cannot be read, [`Fault::Truncated`] where fewer bytes are left.
    #[inline]
    pub fn length_delimited(&mut self) -> Result<&'a [u8], Fault> {
        let length = self.varint()?;
        self.take(length)
    }

    /// Reads four bytes as a number, the lowest first.
    ///
    /// # Errors
    ///
    /// [`Fault::Truncated`] where fewer bytes are left; nothing is read then.
    #[inline]
    pub fn fixed32(&mut self) -> Result<u32, Fault> {
        match self.rest {
            [a, b, c, d, rest @ ..] => {
                self.rest = rest;
                Ok(u32::from_le_bytes([*a, *b, *c, *d]))
            }
            _ => Err(Fault::Truncated),
        }
    }

    /// The bytes of the field with this key of one byte, if it comes next and is the last one.
    #[inline]
    pub fn last(mut self, key: u8) -> Option<&'a [u8]> {
        let [first, rest @ ..] = self.rest else { return None };
        if *first != key {
            return None;
        }
        self.rest = rest;
        let bytes = self.length_delimited().ok()?;
        self.rest.is_empty().then_some(bytes)
    }

    /// Skips the value of an unknown field in a message that is nested in `depth` others.
    ///
    /// # Errors
    ///
    /// [`Fault::Truncated`] and [`Fault::Varint`] where the value does not end within the message, [`Fault::WireType`]
    /// for the end of a group that did not begin, and what the keys within a group may give; [`Fault::Nesting`] for
    /// groups deeper than [`MAX_NESTING`], with `depth` counted.
    #[inline]
    pub fn skip(&mut self, number: u32, wire_type: WireType, depth: u32) -> Result<(), Fault> {
        match wire_type {
            WireType::Varint => self.varint().map(drop),
            WireType::Fixed64 => self.take(8).map(drop),
            WireType::Length => self.length_delimited().map(drop),
            WireType::Fixed32 => self.take(4).map(drop),
            WireType::StartGroup => self.skip_group(number, depth),
            WireType::EndGroup => Err(Fault::WireType),
        }
    }

    /// Skips to the end of the group `number`; the stack grows by one small frame a level.
    #[cold]
    fn skip_group(&mut self, number: u32, depth: u32) -> Result<(), Fault> {
        if depth >= MAX_NESTING {
            return Err(Fault::Nesting);
        }
        loop {
            match self.key()? {
                (inner, WireType::EndGroup) if inner == number => return Ok(()),
                _ if depth + 1 >= MAX_NESTING => return Err(Fault::Nesting),
                (inner, wire_type) => self.skip(inner, wire_type, depth + 1)?,
            }
        }
    }

    #[inline]
    fn take(&mut self, length: u64) -> Result<&'a [u8], Fault> {
        let length = usize::try_from(length).map_err(|_| Fault::Truncated)?;
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Fault::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for shift in 0..64 {
            for value in [(1 << shift) - 1, 1 << shift, u64::MAX >> shift] {
                assert_eq!(Cursor::new(Varint::new(value).bytes()).varint(), Ok(value));
            }
        }
        assert_eq!(Varint::new(0).bytes(), [0]);
        assert_eq!(Varint::new(300).bytes(), [0xac, 0x02]);
        assert_eq!(Varint::new(u64::MAX).bytes().len(), Varint::LONGEST);
    }

    #[track_caller]
    fn varint(bytes: &[u8], expected: Result<u64, Fault>) {
        assert_eq!(Cursor::new(bytes).varint(), expected);
    }

    #[test]
    fn varints_of_every_length() {
        varint(&[0x7f], Ok(0x7f));
        varint(&[0x80, 0x00], Ok(0));
        varint(&[0xff, 0x7f], Ok(0x3fff));
        varint(&[0x80, 0x80, 0x01], Ok(0x4000));
        varint(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], Ok(u64::MAX));
        varint(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02], Err(Fault::Varint));
        varint(&[0x80; 10], Err(Fault::Varint));
        varint(&[0x80], Err(Fault::Varint));
        varint(&[], Err(Fault::Varint));
    }

    #[test]
    fn keys_are_checked() {
        assert_eq!(Cursor::new(&[0x0a]).key(), Ok((1, WireType::Length)));
        assert_eq!(Cursor::new(&[0x02]).key(), Err(Fault::Key));
        assert_eq!(Cursor::new(&[0x0e]).key(), Err(Fault::WireType));
        assert_eq!(Cursor::new(&[0x82, 0x80, 0x80, 0x80, 0x10]).key(), Err(Fault::Key));
    }

    #[test]
    fn lengths_stay_within_the_message() {
        assert_eq!(Cursor::new(&[2, b'a', b'b', 7]).length_delimited(), Ok(b"ab".as_slice()));
        assert_eq!(Cursor::new(&[2, b'a']).length_delimited(), Err(Fault::Truncated));
        let huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        assert_eq!(Cursor::new(&huge).length_delimited(), Err(Fault::Truncated));
    }

    #[test]
    fn the_last_field_is_the_whole_rest() {
        let last = |bytes: &'static [u8]| Cursor::new(bytes).last(0x12);
        assert_eq!(last(&[0x12, 2, b'h', b'i']), Some(&b"hi"[..]));
        assert_eq!(last(&[0x12, 0]), Some(&b""[..]));
        assert_eq!(last(&[0x12, 2, b'h', b'i', 0x18]), None, "more comes");
        assert_eq!(last(&[0x12, 3, b'h', b'i']), None, "not all is there");
        assert_eq!(last(&[0x1a, 2, b'h', b'i']), None, "another field");
        assert_eq!(last(&[]), None);
    }

    #[test]
    fn groups_are_skipped_up_to_the_limit() {
        let nested = |levels: usize| -> Vec<u8> {
            let mut bytes = vec![0x0b; levels - 1];
            bytes.extend(vec![0x0c; levels]);
            bytes
        };
        let skip = |levels| Cursor::new(&nested(levels)).skip(1, WireType::StartGroup, 0);
        assert_eq!(skip(1), Ok(()));
        assert_eq!(skip(100), Ok(()));
        assert_eq!(skip(101), Err(Fault::Nesting));
        assert_eq!(skip(100_000), Err(Fault::Nesting));
        assert_eq!(Cursor::new(&[0x14]).skip(1, WireType::StartGroup, 0), Err(Fault::WireType));
    }
}
