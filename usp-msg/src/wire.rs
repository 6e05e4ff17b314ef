//! The wire format of protobuf: keys, varints and lengths, read from a slice.

use core::fmt;

use crate::schema::MessageType;

/// How deep unknown groups may nest below a Message; the limit of crate `prost`.
pub(crate) const MAX_NESTING: u32 = 100;

/// Bytes that break the rules of protobuf, and where.
///
/// The peer is at fault.
#[derive(Clone, Copy)]
pub struct WireError {
    fault: Fault,
    message: &'static MessageType,
    number: u32,
}

/// Which rule of protobuf is broken.
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

/// The wire types, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WireType {
    Varint = 0,
    Fixed64 = 1,
    Length = 2,
    StartGroup = 3,
    EndGroup = 4,
    Fixed32 = 5,
}

/// What is left to read of a message.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    pub(crate) rest: &'a [u8],
}

impl WireError {
    /// Which rule is broken.
    pub const fn fault(&self) -> Fault {
        self.fault
    }

    /// The schema's name of the message in which the fault is.
    pub const fn message(&self) -> &'static str {
        self.message.name
    }

    /// The schema's name of the field in which the fault is; `None` between fields and in unknown
    /// ones.
    pub fn field(&self) -> Option<&'static str> {
        self.message.field(self.number).map(|field| field.name)
    }

    pub(crate) const fn new(fault: Fault, message: &'static MessageType, number: u32) -> Self {
        Self { fault, message, number }
    }
}

impl PartialEq for WireError {
    fn eq(&self, other: &Self) -> bool {
        self.fault == other.fault && self.number == other.number && core::ptr::eq(self.message, other.message)
    }
}

impl Eq for WireError {}

/// For instance `GetResp.req_path_results: the value reaches past the end of its message`.
impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field() {
            Some(field) => write!(f, "{}.{field}: {}", self.message(), self.fault),
            None => write!(f, "{}: {}", self.message(), self.fault),
        }
    }
}

impl fmt::Debug for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WireError({self})")
    }
}

impl core::error::Error for WireError {}

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

impl<'a> Cursor<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Reads a field's number and wire type.
    #[inline]
    pub(crate) fn key(&mut self) -> Result<(u32, WireType), Fault> {
        Self::split_key(u32::try_from(self.varint()?).map_err(|_| Fault::Key)?)
    }

    /// Takes a key apart.
    #[inline]
    pub(crate) fn split_key(key: u32) -> Result<(u32, WireType), Fault> {
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
    #[inline]
    pub(crate) fn varint(&mut self) -> Result<u64, Fault> {
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
    #[inline]
    pub(crate) fn length_delimited(&mut self) -> Result<&'a [u8], Fault> {
        let length = self.varint()?;
        self.take(length)
    }

    /// Reads four bytes as a number.
    #[inline]
    pub(crate) fn fixed32(&mut self) -> Result<u32, Fault> {
        match self.rest {
            [a, b, c, d, rest @ ..] => {
                self.rest = rest;
                Ok(u32::from_le_bytes([*a, *b, *c, *d]))
            }
            _ => Err(Fault::Truncated),
        }
    }

    /// Skips the value of an unknown field in a message `depth` levels below the Message.
    #[inline]
    pub(crate) fn skip(&mut self, number: u32, wire_type: WireType, depth: u32) -> Result<(), Fault> {
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
