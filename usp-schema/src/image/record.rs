//! Variable-length records: numbers as LEB128 of at most 19 bytes, signed ones zigzag.

use alloc::vec::Vec;

/// Reads one record; after the end or a fault it yields nothing more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RecordReader<'a> {
    rest: &'a [u8],
}

impl<'a> RecordReader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// How many bytes are left.
    pub(crate) fn len(&self) -> usize {
        self.rest.len()
    }

    #[inline]
    pub(crate) fn number(&mut self) -> Option<u128> {
        // Most numbers are small.
        if let Some((&byte, rest)) = self.rest.split_first()
            && byte < 0x80
        {
            self.rest = rest;
            return Some(byte.into());
        }
        self.long_number()
    }

    fn long_number(&mut self) -> Option<u128> {
        let mut value: u128 = 0;
        for (at, &byte) in self.rest.iter().enumerate().take(19) {
            value |= u128::from(byte & 0x7F).checked_shl(7 * at as u32)?;
            if byte & 0x80 == 0 {
                self.rest = &self.rest[at + 1..];
                return Some(value);
            }
        }
        None
    }

    #[inline]
    pub(crate) fn u32(&mut self) -> Option<u32> {
        // The same without numbers of 128 bits: most are small, or the positions of strings.
        match *self.rest {
            [byte, ref rest @ ..] if byte < 0x80 => {
                self.rest = rest;
                Some(byte.into())
            }
            [low, high, ref rest @ ..] if high < 0x80 => {
                self.rest = rest;
                Some(u32::from(low & 0x7F) | u32::from(high) << 7)
            }
            _ => self.long_u32(),
        }
    }

    fn long_u32(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    #[inline]
    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.u32()?.try_into().ok()
    }

    /// A number that may be absent, written as zero or one more than itself.
    pub(crate) fn optional(&mut self) -> Option<Option<u32>> {
        match self.number()?.checked_sub(1) {
            None => Some(None),
            Some(value) => value.try_into().ok().map(Some),
        }
    }

    pub(crate) fn signed(&mut self) -> Option<i128> {
        let raw = self.number()?;
        Some((raw >> 1) as i128 ^ -((raw & 1) as i128))
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(bytes)
    }
}

/// Writes one record.
#[derive(Debug, Default)]
pub(crate) struct RecordWriter {
    bytes: Vec<u8>,
}

impl RecordWriter {
    pub(crate) fn number(&mut self, value: impl Into<u128>) {
        let mut value = value.into();
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    pub(crate) fn optional(&mut self, value: Option<u32>) {
        self.number(value.map_or(0, |value| u64::from(value) + 1));
    }

    pub(crate) fn signed(&mut self, value: i128) {
        self.number(((value << 1) ^ (value >> 127)) as u128);
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }

    /// Forgets what was written and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_round_trip(unsigned: u128, signed: i128) {
            let mut writer = RecordWriter::default();
            writer.number(unsigned);
            writer.signed(signed);
            let mut reader = RecordReader::new(writer.as_bytes());
            prop_assert_eq!(reader.number(), Some(unsigned));
            prop_assert_eq!(reader.signed(), Some(signed));
            prop_assert_eq!(reader.number(), None);
        }

        /// Small numbers are read in a shorter way, which comes to the same, longer forms than needed included.
        #[test]
        fn numbers_of_32_bits_are_numbers(bytes in proptest::collection::vec(prop_oneof![0x7E_u8..0x82, any::<u8>()], 0..8)) {
            let (mut short, mut long) = (RecordReader::new(&bytes), RecordReader::new(&bytes));
            let number = long.number();
            prop_assert_eq!(short.u32(), number.and_then(|number| number.try_into().ok()));
            prop_assert_eq!(short.len(), long.len());
            let mut shorter = RecordReader::new(&bytes);
            prop_assert_eq!(shorter.u16(), number.and_then(|number| number.try_into().ok()));
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>) {
            let mut reader = RecordReader::new(&bytes);
            let mut steps = 0;
            while reader.number().is_some() {
                steps += 1;
            }
            prop_assert!(steps <= bytes.len());
        }
    }
}
