//! What an image holds once, however often it is used: strings, records, compiled patterns.

use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::vec::Vec;

use super::BuildError;
use crate::image::RecordWriter;
use crate::image::layout::{LONG_STRING, MAX_RECORD, MAX_STRING, fingerprint};
use crate::pattern::{Pattern, PatternError};

/// The string pool.
#[derive(Debug, Default)]
pub(super) struct Strings {
    pool: Pool,
    prefixed: Vec<u8>,
}

impl Strings {
    pub(super) fn intern(&mut self, text: &str) -> Result<u32, BuildError> {
        if text.len() > MAX_STRING {
            return Err(BuildError::TooLarge { what: "bytes in one string", limit: MAX_STRING });
        }
        self.prefixed.clear();
        if text.len() < usize::from(LONG_STRING) {
            self.prefixed.push(text.len() as u8);
        } else {
            self.prefixed.extend([LONG_STRING, (text.len() & 0x7F) as u8, (text.len() >> 7) as u8]);
        }
        self.prefixed.extend_from_slice(text.as_bytes());
        Ok(self.pool.intern(&self.prefixed))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.pool.bytes
    }
}

/// The record pool.
#[derive(Debug, Default)]
pub(super) struct Records {
    pool: Pool,
    spare: RecordWriter,
}

impl Records {
    /// A record to be written and given to [`intern`](Self::intern).
    pub(super) fn begin(&mut self) -> RecordWriter {
        let mut record = core::mem::take(&mut self.spare);
        record.clear();
        record
    }

    pub(super) fn intern(&mut self, record: RecordWriter) -> Result<u32, BuildError> {
        if record.as_bytes().len() > MAX_RECORD {
            return Err(BuildError::TooLarge {
                what: "bytes of facets or keys in one place",
                limit: MAX_RECORD,
            });
        }
        let offset = self.pool.intern(record.as_bytes());
        self.spare = record;
        Ok(offset)
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
