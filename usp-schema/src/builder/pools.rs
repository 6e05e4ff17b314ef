//! What an image holds once, however often it is used: records, rows, compiled patterns.

use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::vec::Vec;

use super::BuildError;
use crate::image::RecordWriter;
use crate::image::layout::{MAX_RECORD, MAX_RECORD_SHIFT, fingerprint};
use crate::pattern::{Pattern, PatternError};

/// The record pool.
#[derive(Debug, Default)]
pub(super) struct Records {
    pool: Pool,
    spare: RecordWriter,
    /// Places are counted in units of 1 << this bytes; none where no record is kept.
    shift: Option<u8>,
    /// How many units the records take with each shift.
    units: [u64; MAX_RECORD_SHIFT as usize + 1],
}

impl Records {
    pub(super) fn with_shift(shift: Option<u8>) -> Self {
        Self { shift, ..Self::default() }
    }

    /// A record to be written and given to [`intern`](Self::intern).
    pub(super) fn begin(&mut self) -> RecordWriter {
        let mut record = core::mem::take(&mut self.spare);
        record.clear();
        record
    }

    /// The place of a record. It means something if there turn out to be [no more](Self::shift) than there are places.
    pub(super) fn intern(&mut self, record: RecordWriter) -> Result<u16, BuildError> {
        let length = record.as_bytes().len();
        if length > MAX_RECORD {
            return Err(too_long());
        }
        let Some(unit) = self.shift else {
            self.spare = record;
            return Ok(0);
        };
        let before = self.pool.bytes.len();
        let offset = self.pool.intern(record.as_bytes());
        if self.pool.bytes.len() > before {
            self.pool.bytes.resize(self.pool.bytes.len().next_multiple_of(1 << unit), 0);
            for (shift, units) in self.units.iter_mut().enumerate() {
                *units += length.div_ceil(1 << shift) as u64;
            }
        }
        self.spare = record;
        Ok((offset >> unit) as u16)
    }

    /// The least shift with which there are places for all records.
    ///
    /// # Errors
    ///
    /// There are too many.
    pub(super) fn shift(&self) -> Result<u8, BuildError> {
        let fitting = self.units.iter().position(|&units| units <= u64::from(u16::MAX));
        let too_many = BuildError::TooLarge { what: "different facets and keys", limit: u16::MAX.into() };
        fitting.map(|shift| shift as u8).ok_or(too_many)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.pool.bytes
    }
}

/// A record, or what stands for one, is longer than [`MAX_RECORD`].
pub(super) fn too_long() -> BuildError {
    BuildError::TooLarge { what: "bytes of facets or keys in one place", limit: MAX_RECORD }
}

/// Rows that stand there once.
#[derive(Debug, Default)]
pub(super) struct Rows<const WIDTH: usize> {
    pool: Pool,
}

impl<const WIDTH: usize> Rows<WIDTH> {
    /// The number of a row.
    pub(super) fn intern(&mut self, row: &[u8; WIDTH]) -> u32 {
        self.pool.intern(row) / WIDTH as u32
    }

    pub(super) fn len(&self) -> usize {
        self.pool.bytes.len() / WIDTH
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.pool.bytes
    }
}

/// The patterns that were compiled so far.
#[derive(Debug, Default)]
pub(super) struct Patterns<'a> {
    compiled: BTreeMap<&'a str, Pattern>,
}

impl<'a> Patterns<'a> {
    pub(super) fn compile(&mut self, source: &'a str) -> Result<&[u8], PatternError> {
        let pattern = match self.compiled.entry(source) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(Pattern::compile(source)?),
        };
        Ok(pattern.as_bytes())
    }
}

/// Items of any content, each once, one after the other.
#[derive(Debug, Default)]
struct Pool {
    bytes: Vec<u8>,
    /// Offset and length of the first item with this fingerprint.
    first: BTreeMap<u64, (u32, u32)>,
    /// Offsets of the others. A peer may choose names so that there are many; finding one stays logarithmic.
    others: BTreeMap<Vec<u8>, u32>,
}

impl Pool {
    /// The offset of an item that is not empty.
    fn intern(&mut self, item: &[u8]) -> u32 {
        let next = self.bytes.len() as u32;
        let offset = match self.first.entry(fingerprint(item)) {
            Entry::Vacant(free) => free.insert((next, item.len() as u32)).0,
            Entry::Occupied(known) => {
                let (offset, length) = *known.get();
                let found = self.bytes.get(offset as usize..).and_then(|rest| rest.get(..length as usize));
                if found == Some(item) {
                    return offset;
                }
                *self.others.entry(item.to_vec()).or_insert(next)
            }
        };
        if offset == next {
            self.bytes.extend_from_slice(item);
        }
        offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_stands_there_once() {
        let mut pool = Pool::default();
        let items: [&[u8]; 5] = [b"one", b"two", b"one", b"three", b"two"];
        assert_eq!(items.map(|item| pool.intern(item)), [0, 3, 0, 6, 3]);
        assert_eq!(pool.bytes, b"onetwothree");
    }

    /// Two items of sixteen bytes with the same fingerprint: the second word undoes what the first has done.
    fn colliding() -> [[u8; 16]; 2] {
        let after = |first: u64| {
            let start = 0xCBF2_9CE4_8422_2325 ^ 16;
            (start ^ first).wrapping_mul(0x9E37_79B9_7F4A_7C15_u64).rotate_left(29)
        };
        [1_u64, 2].map(|first| {
            let mut item = [0; 16];
            item[..8].copy_from_slice(&first.to_le_bytes());
            item[8..].copy_from_slice(&after(first).to_le_bytes());
            item
        })
    }

    #[test]
    fn items_with_the_same_fingerprint_stay_apart() {
        let [one, other] = colliding();
        assert_eq!(fingerprint(&one), fingerprint(&other));
        let mut pool = Pool::default();
        assert_eq!([one, other, other, one].map(|item| pool.intern(&item)), [0, 16, 16, 0]);
        assert_eq!(pool.bytes, [one, other].concat());
    }
}
