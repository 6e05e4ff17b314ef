//! The rows of a table by the text of one Unique Key.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use hashbrown::HashTable;

use crate::store::RowId;

/// The values of a Unique Key as one text.
pub(crate) type KeyText = Box<str>;

/// A hash table that keeps no keys: their text is in the rows, and whoever asks says how to compare it.
#[derive(Debug, Default)]
pub(crate) struct KeyIndex {
    rows: HashTable<RowId>,
    /// Rows with a text that another row has too, as is legal inside a transaction.
    duplicates: BTreeMap<KeyText, BTreeSet<RowId>>,
}

/// A text of a key, its hash, and whether an indexed row has it.
pub(crate) struct Wanted<'t, F> {
    pub(crate) text: &'t str,
    pub(crate) hash: u64,
    pub(crate) is_of: F,
}

impl KeyIndex {
    /// How many rows there are in it.
    pub(crate) fn len(&self) -> usize {
        self.rows.len() + self.duplicates.values().map(BTreeSet::len).sum::<usize>()
    }

    /// The rows with a text, in the order of their positions.
    pub(crate) fn rows(&self, wanted: &Wanted<'_, impl Fn(RowId) -> bool>) -> Vec<RowId> {
        let Some(&row) = self.rows.find(wanted.hash, |&row| (wanted.is_of)(row)) else { return Vec::new() };
        let mut rows = alloc::vec![row];
        if let Some(others) = self.duplicates.get(wanted.text) {
            rows.extend(others);
            rows.sort_unstable();
        }
        rows
    }

    /// Enters a row; `hash_of` is the hash of any row that is there.
    pub(crate) fn insert(
        &mut self,
        wanted: &Wanted<'_, impl Fn(RowId) -> bool>,
        row: RowId,
        hash_of: impl Fn(RowId) -> u64,
    ) {
        match self.rows.find(wanted.hash, |&other| (wanted.is_of)(other)) {
            Some(&other) if other == row => {}
            Some(_) => {
                self.duplicates.entry(wanted.text.into()).or_default().insert(row);
            }
            None => {
                self.rows.insert_unique(wanted.hash, row, |&other| hash_of(other));
            }
        }
    }

    /// Takes a row out; if another has the same text, that one takes its place.
    pub(crate) fn remove(&mut self, wanted: &Wanted<'_, impl Fn(RowId) -> bool>, row: RowId) {
        let Ok(mut entry) = self.rows.find_entry(wanted.hash, |&other| (wanted.is_of)(other)) else { return };
        let Some(others) = self.duplicates.get_mut(wanted.text) else {
            if *entry.get() == row {
                entry.remove();
            }
            return;
        };
        if *entry.get() != row {
            others.remove(&row);
        } else if let Some(other) = others.pop_first() {
            *entry.get_mut() = other;
        }
        if others.is_empty() {
            self.duplicates.remove(wanted.text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use proptest::prelude::*;

    /// A hash that many texts share.
    fn hash(text: &str) -> u64 {
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
                texts.insert(row, (text < 10).then(|| text.to_string().into()));
                let text_of = |row| texts.get(&row).and_then(Option::as_deref);
                if let Some(text) = text_of(row) {
                    let is_of = |other| other != row && text_of(other) == Some(text);
                    index.insert(&Wanted { text, hash: hash(text), is_of }, row, |row| {
                        hash(text_of(row).unwrap_or_default())
                    });
                }
                for text in (0..10).map(|text: u32| text.to_string()) {
                    let is_of = |other| text_of(other) == Some(&*text);
                    let expected: Vec<RowId> =
                        texts.keys().copied().filter(|&row| text_of(row) == Some(&*text)).collect();
                    prop_assert_eq!(index.rows(&Wanted { text: &text, hash: hash(&text), is_of }), expected);
                }
                prop_assert_eq!(index.len(), texts.values().flatten().count());
            }
        }
    }
}
