//! The rows of a table by their Instance Numbers.

use alloc::vec::Vec;

use crate::store::{ROOT, RowId};

/// Rows in the order of their numbers, in blocks: no row that is added pays for moving all others.
///
/// New rows have higher numbers than all before them `[R-ARC.8]`, so that they are added at the end. A row that goes
/// leaves a gap, which it may come back to; [`compact`](Self::compact) closes the gaps.
#[derive(Debug, Default)]
pub(crate) struct Instances {
    /// None is empty.
    blocks: Vec<Vec<Slot>>,
    rows: usize,
}

/// A number and its row; the root row, which stands in no table, marks a gap.
#[derive(Debug, Clone, Copy)]
struct Slot {
    number: u32,
    row: RowId,
}

/// Slots that a block has at most.
const SLOTS: usize = 1024;

impl Instances {
    pub(crate) fn len(&self) -> usize {
        self.rows
    }

    pub(crate) fn row(&self, number: u32) -> Option<RowId> {
        let (block, at) = self.find(number).ok()?;
        let slot = self.blocks[block][at];
        (slot.row != ROOT).then_some(slot.row)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = RowId> + '_ {
        self.numbered().map(|(_, row)| row)
    }

    /// The rows with their numbers.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (u32, RowId)> + '_ {
        self.slots().filter(|slot| slot.row != ROOT).map(|slot| (slot.number, slot.row))
    }

    fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
        self.blocks.iter().flatten().copied()
    }

    /// Puts in a row whose number has none.
    pub(crate) fn insert(&mut self, number: u32, row: RowId) {
        match self.find(number) {
            Ok((block, at)) => self.blocks[block][at].row = row,
            Err((block, at)) => self.insert_at(block, at, Slot { number, row }),
        }
        self.rows += 1;
    }

    fn insert_at(&mut self, block: usize, at: usize, slot: Slot) {
        match self.blocks.get_mut(block) {
            Some(slots) if slots.len() < SLOTS => slots.insert(at, slot),
            // A full block is cut where the slot goes in.
            Some(slots) => {
                let behind = slots.split_off(at);
                slots.push(slot);
                self.blocks.insert(block + 1, behind);
            }
            None => {
                // Most tables have few rows.
                if self.blocks.is_empty() {
                    self.blocks.reserve_exact(1);
                }
                self.blocks.push(alloc::vec![slot]);
            }
        }
    }

    pub(crate) fn remove(&mut self, number: u32) {
        if let Ok((block, at)) = self.find(number)
            && self.blocks[block][at].row != ROOT
        {
            self.blocks[block][at].row = ROOT;
            self.rows -= 1;
        }
    }

    /// Closes the gaps when there are more of them than rows: each row that goes pays for its gap once.
    pub(crate) fn compact(&mut self) {
        if self.blocks.iter().map(Vec::len).sum::<usize>() > 2 * self.rows {
            let kept: Vec<Slot> = self.slots().filter(|slot| slot.row != ROOT).collect();
            self.blocks = kept.chunks(SLOTS).map(<[Slot]>::to_vec).collect();
        }
    }

    /// The position of a number by block and in it, or where it would be.
    fn find(&self, number: u32) -> Result<(usize, usize), (usize, usize)> {
        // Where nothing was ever removed, the first row has number 1 and so on.
        let guess = (number as usize).wrapping_sub(1);
        let guess = (guess / SLOTS, guess % SLOTS);
        let is_there = |slots: &Vec<Slot>| slots.get(guess.1).is_some_and(|slot| slot.number == number);
        if self.blocks.get(guess.0).is_some_and(is_there) {
            return Ok(guess);
        }
        let Some(slots) = self.blocks.last() else { return Err((0, 0)) };
        let last = self.blocks.len() - 1;
        if slots.last().is_none_or(|slot| slot.number < number) {
            return Err(if slots.len() < SLOTS { (last, slots.len()) } else { (last + 1, 0) });
        }
        let block = self.blocks.partition_point(|slots| slots.last().is_none_or(|slot| slot.number < number));
        let at = self.blocks[block].binary_search_by_key(&number, |slot| slot.number);
        at.map(|at| (block, at)).map_err(|at| (block, at))
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

        /// Many rows, so that there are several blocks: numbers with gaps at first, then those between and more.
        #[test]
        fn blocks_are_a_map(
            rows in 1_u32..4_000,
            step in 1_u32..5,
            others in proptest::collection::vec(1_u32..20_000, 0..200),
            gone in proptest::collection::vec(1_u32..20_000, 0..200),
        ) {
            let (mut instances, mut map) = (Instances::default(), BTreeMap::new());
            for number in (1..=rows).map(|row| row * step).chain(others) {
                if map.insert(number, RowId::new(number + 100)).is_none() {
                    instances.insert(number, RowId::new(number + 100));
                }
            }
            for &number in &gone {
                map.remove(&number);
                instances.remove(number);
            }
            if gone.len() % 2 == 0 {
                let last: Vec<u32> = map.keys().copied().skip(map.len() / 3).collect();
                for number in last {
                    map.remove(&number);
                    instances.remove(number);
                }
                instances.compact();
            }
            prop_assert_eq!(instances.len(), map.len());
            prop_assert!(instances.numbered().eq(map.iter().map(|(&number, &row)| (number, row))));
            for number in 1..20_100 {
                prop_assert_eq!(instances.row(number), map.get(&number).copied());
            }
            prop_assert!(instances.blocks.iter().all(|block| (1..=SLOTS).contains(&block.len())));
        }
    }
}
