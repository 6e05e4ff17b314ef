//! The rows of a table by their Instance Numbers.

use alloc::vec::Vec;

use crate::store::{ROOT, RowId};

/// Rows in the order of their numbers.
///
/// New rows have higher numbers than all before them `[R-ARC.8]`, so that they are added at the end. A row that goes
/// leaves a gap, which it may come back to; [`compact`](Self::compact) closes the gaps.
#[derive(Debug, Default)]
pub(crate) struct Instances {
    slots: Vec<Slot>,
    rows: usize,
}

/// A number and its row; the root row, which stands in no table, marks a gap.
#[derive(Debug, Clone, Copy)]
struct Slot {
    number: u32,
    row: RowId,
}

impl Instances {
    pub(crate) fn len(&self) -> usize {
        self.rows
    }

    pub(crate) fn row(&self, number: u32) -> Option<RowId> {
        let slot = self.slots[self.find(number).ok()?];
        (slot.row != ROOT).then_some(slot.row)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = RowId> + '_ {
        self.numbered().map(|(_, row)| row)
    }

    /// The rows with their numbers.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (u32, RowId)> + '_ {
        self.slots.iter().filter(|slot| slot.row != ROOT).map(|slot| (slot.number, slot.row))
    }

    /// Puts in a row whose number has none.
    pub(crate) fn insert(&mut self, number: u32, row: RowId) {
        match self.find(number) {
            Ok(at) => self.slots[at].row = row,
            Err(at) => self.slots.insert(at, Slot { number, row }),
        }
        self.rows += 1;
    }

    pub(crate) fn remove(&mut self, number: u32) {
        if let Ok(at) = self.find(number)
            && self.slots[at].row != ROOT
        {
            self.slots[at].row = ROOT;
            self.rows -= 1;
        }
    }

    /// Closes the gaps when there are more of them than rows: each row that goes pays for its gap once.
    pub(crate) fn compact(&mut self) {
        if self.slots.len() > 2 * self.rows {
            self.slots.retain(|slot| slot.row != ROOT);
            self.slots.shrink_to(2 * self.rows);
        }
    }

    /// The position of a number, or where it would be.
    fn find(&self, number: u32) -> Result<usize, usize> {
        // Where nothing was ever removed, the first row has number 1 and so on.
        let guess = (number as usize).wrapping_sub(1);
        match self.slots.get(guess) {
            Some(slot) if slot.number == number => Ok(guess),
            _ if self.slots.last().is_none_or(|last| last.number < number) => Err(self.slots.len()),
            _ => self.slots.binary_search_by_key(&number, |slot| slot.number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn instances_are_a_map(steps in proptest::collection::vec((1_u32..40, 0_u8..8), 0..80)) {
            let (mut instances, mut map) = (Instances::default(), BTreeMap::new());
            for (number, step) in steps {
                match step {
                    0..4 if !map.contains_key(&number) => {
                        map.insert(number, RowId::new(number + 100));
                        instances.insert(number, RowId::new(number + 100));
                    }
                    4..7 => {
                        map.remove(&number);
                        instances.remove(number);
                    }
                    _ => instances.compact(),
                }
                prop_assert_eq!(instances.len(), map.len());
                prop_assert!(instances.iter().eq(map.values().copied()));
                prop_assert_eq!(instances.row(number), map.get(&number).copied());
            }
        }
    }
}
