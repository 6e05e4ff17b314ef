//! The rows of a table by the text of one Unique Key.

use alloc::boxed::Box;
use alloc::vec::Vec;

use hashbrown::HashTable;

use crate::store::RowId;
use usp_collections::{SortedMap, SortedSet};

/// The values of a Unique Key as one text.
pub(crate) type KeyText = Box<[u8]>;

/// A hash table that keeps no keys: their text is in the rows, and whoever asks says how to compare it.
///
/// It grows a little with each row that is entered, so that no single row pays for all others.
#[derive(Debug, Default)]
pub(crate) struct KeyIndex {
    rows: HashTable<Slot>,
    /// What is left of the smaller table before; searched as well until all of it has moved.
    old: HashTable<Slot>,
    /// How many buckets of the old table have moved.
    moved: usize,
    /// How far before it is full the table grows: indexes of the same rows are not to grow at the same row.
    early: u32,
    /// Rows with a text that another row has too, as is legal inside a transaction.
    duplicates: SortedMap<KeyText, SortedSet<RowId>>,
}

/// A row with the hash of its text: a table that grows need not read its rows.
#[derive(Debug, Clone, Copy)]
struct Slot {
    row: RowId,
    hash: u32,
}

/// A text of a key, its hash, and whether an indexed row has it.
pub(crate) struct Wanted<'t, F> {
    pub(crate) text: &'t [u8],
    pub(crate) hash: u64,
    pub(crate) is_of: F,
}

/// Rows up to which a table grows at once.
const FEW: usize = 1_000;
/// Buckets of the old table that move with each new row. All have moved long before the new one is full.
const BUCKETS_A_ROW: usize = 16;

impl KeyIndex {
    /// How many rows there are in it.
    pub(crate) fn len(&self) -> usize {
        let duplicates = self.duplicates.values().map(SortedSet::len).sum::<usize>();
        self.rows.len() + self.old.len() + duplicates
    }

    /// The rows with a text, in the order of their positions.
    pub(crate) fn rows(&self, wanted: &Wanted<'_, impl Fn(RowId) -> bool>) -> Vec<RowId> {
        let Some(row) = self.find(wanted) else { return Vec::new() };
        let mut rows = alloc::vec![row];
        if let Some(others) = self.duplicates.get(wanted.text) {
            rows.extend(others);
            rows.sort_unstable();
        }
        rows
    }

    /// Whether any text is that of several rows.
    pub(crate) fn has_duplicates(&self) -> bool {
        !self.duplicates.is_empty()
    }

    /// Whether a row other than this one has a text.
    pub(crate) fn has_others(&self, wanted: &Wanted<'_, impl Fn(RowId) -> bool>, row: RowId) -> bool {
        self.find(wanted).is_some_and(|found| found != row || self.duplicates.contains_key(wanted.text))
    }

    /// Enters a row.
    pub(crate) fn insert(&mut self, wanted: &Wanted<'_, impl Fn(RowId) -> bool>, row: RowId) {
        match self.find(wanted) {
            Some(other) if other == row => {}
            Some(_) => {
                self.duplicates.get_or_insert_default(wanted.text.into()).insert(row);
            }
            None => {
                self.make_room(wanted.hash as u32);
                self.put(Slot { row, hash: wanted.hash as u32 });
            }
        }
    }

    /// Makes room for so many rows at once.
    pub(crate) fn reserve(&mut self, rows: usize) {
        self.move_buckets(usize::MAX);
        self.rows.reserve(rows, |slot| spread(slot.hash));
    }

    /// Enters a row for which there is room, unless another may have its text, by what the index knows of texts;
    /// whether it was entered.
    pub(crate) fn insert_first(&mut self, hash: u64, row: RowId) -> bool {
        let slot = Slot { row, hash: hash as u32 };
        let is_first = self.old.is_empty()
            && self.rows.find(spread(slot.hash), |other| other.hash == slot.hash).is_none();
        if is_first {
            self.put(slot);
        }
        is_first
    }

    /// Takes a row out; if another has the same text, that one takes its place.
    pub(crate) fn remove(&mut self, wanted: &Wanted<'_, impl Fn(RowId) -> bool>, row: RowId) {
        let found = match self.rows.find_entry(spread(wanted.hash as u32), |slot| wanted.is(slot)) {
            Ok(found) => Ok(found),
            Err(_) => self.old.find_entry(spread(wanted.hash as u32), |slot| wanted.is(slot)),
        };
        let Ok(mut entry) = found else { return };
        let Some(others) = self.duplicates.get_mut(wanted.text) else {
            if entry.get().row == row {
                entry.remove();
            }
            return;
        };
        if entry.get().row != row {
            others.remove(&row);
        } else if let Some(other) = others.pop_first() {
            entry.get_mut().row = other;
        }
        if others.is_empty() {
            self.duplicates.remove(wanted.text);
        }
    }

    fn find(&self, wanted: &Wanted<'_, impl Fn(RowId) -> bool>) -> Option<RowId> {
        let hash = spread(wanted.hash as u32);
        let found = self.rows.find(hash, |slot| wanted.is(slot));
        found.or_else(|| self.old.find(hash, |slot| wanted.is(slot))).map(|slot| slot.row)
    }

    fn put(&mut self, slot: Slot) {
        self.rows.insert_unique(spread(slot.hash), slot, |slot| spread(slot.hash));
    }

    /// Moves some of the old table, or makes a larger one and the full one the old.
    fn make_room(&mut self, hash: u32) {
        let early = self.early as usize % (self.rows.capacity() / 8 + 1);
        if self.rows.len() + early >= self.rows.capacity() && self.rows.len() >= FEW {
            self.early = hash;
            self.move_buckets(usize::MAX);
            let larger = HashTable::with_capacity(2 * self.rows.len());
            self.old = core::mem::replace(&mut self.rows, larger);
            self.moved = 0;
        }
        self.move_buckets(BUCKETS_A_ROW);
    }

    fn move_buckets(&mut self, buckets: usize) {
        let end = self.old.num_buckets().min(self.moved.saturating_add(buckets));
        for bucket in self.moved..end {
            if let Ok(entry) = self.old.get_bucket_entry(bucket) {
                let (slot, _) = entry.remove();
                self.put(slot);
            }
        }
        self.moved = end;
        if self.old.is_empty() && end > 0 {
            self.old = HashTable::new();
            self.moved = 0;
        }
    }
}

impl<F: Fn(RowId) -> bool> Wanted<'_, F> {
    fn is(&self, slot: &Slot) -> bool {
        slot.hash == self.hash as u32 && (self.is_of)(slot.row)
    }
}

/// Hash tables look at the first bits and the last: all of them depend on all that is kept.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use alloc::string::ToString;
    use proptest::prelude::*;

    /// A hash that many texts share.
    fn hash(text: &[u8]) -> u64 {
        text.len() as u64
    }

    proptest! {
        /// Rows and their texts, some with the same, against a plain list.
        #[test]
        fn rows_are_found_by_their_text(steps in proptest::collection::vec((1_u32..12, 0_u32..20), 0..60)) {
            let mut index = KeyIndex::default();
            let mut texts: BTreeMap<RowId, Option<KeyText>> = BTreeMap::new();
            for (row, text) in steps {
                let row = RowId::new(row);
                let text_of = |row| texts.get(&row).and_then(Option::as_deref);
                if let Some(text) = text_of(row) {
                    let is_of = |other| text_of(other) == Some(text);
                    index.remove(&Wanted { text, hash: hash(text), is_of }, row);
                }
                // Every other step takes the row out for good.
                texts.insert(row, (text < 10).then(|| text.to_string().into_bytes().into()));
                let text_of = |row| texts.get(&row).and_then(Option::as_deref);
                if let Some(text) = text_of(row) {
                    let is_of = |other| other != row && text_of(other) == Some(text);
                    index.insert(&Wanted { text, hash: hash(text), is_of }, row);
                }
                for text in (0..10).map(|text: u32| text.to_string().into_bytes()) {
                    let is_of = |other| text_of(other) == Some(&*text);
                    let expected: Vec<RowId> =
                        texts.keys().copied().filter(|&row| text_of(row) == Some(&*text)).collect();
                    let wanted = Wanted { text: &text, hash: hash(&text), is_of };
                    let others = expected.iter().any(|&other| other != row);
                    prop_assert_eq!(index.has_others(&wanted, row), others);
                    prop_assert!(index.has_duplicates() || expected.len() < 2);
                    prop_assert_eq!(index.rows(&wanted), expected);
                }
                prop_assert_eq!(index.len(), texts.values().flatten().count());
            }
        }
    }

    /// All rows are found while the table grows and afterwards; some go in the middle of it.
    #[test]
    fn rows_are_found_while_the_table_grows() {
        let text = |row: u32| row.to_string().into_bytes();
        let spread_hash = |row: u32| u64::from(row.wrapping_mul(0x85EB_CA6B));
        let mut index = KeyIndex::default();
        let mut grew = 0;
        for new in 1..=10_000_u32 {
            let before = index.rows.capacity();
            let wanted_text = text(new);
            let is_of = |row| row == RowId::new(new);
            index.insert(&Wanted { text: &wanted_text, hash: spread_hash(new), is_of }, RowId::new(new));
            grew += usize::from(index.rows.capacity() > before && before > FEW);
            if new % 7 == 0 {
                let gone = new / 2;
                let is_of = |row| row == RowId::new(gone);
                index.remove(&Wanted { text: &text(gone), hash: spread_hash(gone), is_of }, RowId::new(gone));
            }
            if new % 501 == 0 || !index.old.is_empty() && new % 13 == 0 {
                let gone = |row: u32| (1..=new / 7).any(|seven| seven * 7 / 2 == row);
                for row in [1, 2, new / 3, new / 2 + 1, new - 1, new].into_iter().filter(|&row| row > 0) {
                    let is_of = |other| other == RowId::new(row);
                    let found = index.rows(&Wanted { text: &text(row), hash: spread_hash(row), is_of });
                    assert_eq!(!found.is_empty(), !gone(row), "{row} of {new}");
                }
            }
        }
        assert!(grew >= 3, "{grew}");
        assert_eq!(index.len(), 10_000 - 10_000 / 7);
    }
}
