//! What the end of a message has to look at: references and parts of keys that were touched, and by which entry last.

use alloc::vec::Vec;

use usp_collections::SortedMap;
use usp_schema::ParameterId;

use crate::store::RowId;

type Spot = (RowId, ParameterId);

/// The number of an entry of a message, or of an item of saved state, in few bytes.
pub(crate) type Entry = u32;

/// No message has as many entries as numbers of 32 bits count: one that had would take one for the other.
pub(crate) fn entry(number: usize) -> Entry {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Spots with the entries that touched them last.
///
/// Rows are mostly new ones, which come in their order: what comes behind all others is added to a list.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    /// In order.
    list: Vec<(Spot, Entry)>,
    /// Those that came later but stand before others.
    others: SortedMap<Spot, Entry>,
}

impl Touched {
    pub(crate) fn insert(&mut self, spot: Spot, entry: Entry) {
        if self.list.last().is_none_or(|(last, _)| *last < spot) {
            self.others.remove(&spot);
            self.list.push((spot, entry));
            return;
        }
        match self.find(spot) {
            Ok(at) => self.list[at].1 = entry,
            Err(_) => {
                self.others.insert(spot, entry);
            }
        }
    }

    /// Adds spots of a row of which there are none, in the order of the parameters.
    pub(crate) fn insert_row(&mut self, row: RowId, parameters: &[ParameterId], entry: Entry) {
        let spots = parameters.iter().map(|&parameter| ((row, parameter), entry));
        match self.list.last() {
            Some(((last, _), _)) if *last >= row => self.others.extend(spots),
            _ => self.list.extend(spots),
        }
    }

    /// Takes a spot out. What is undone was touched last, and stands near the end.
    pub(crate) fn remove(&mut self, spot: Spot) {
        self.others.remove(&spot);
        if let Ok(at) = self.find(spot) {
            self.list.remove(at);
        }
    }

    /// Takes out all spots of a row.
    pub(crate) fn remove_row(&mut self, row: RowId) {
        while let Some((spot, _)) = self.first_of(row) {
            self.remove(spot);
        }
    }

    pub(crate) fn get(&self, spot: Spot) -> Option<Entry> {
        self.find(spot).ok().map(|at| self.list[at].1).or_else(|| self.others.get(&spot).copied())
    }

    /// A spot of a row, with its entry.
    pub(crate) fn first_of(&self, row: RowId) -> Option<(Spot, Entry)> {
        let from = (row, ParameterId::new(0));
        let at = self.list.partition_point(|(spot, _)| *spot < from);
        let listed = self.list.get(at).copied();
        let other = self.others.iter_from(&from).next().map(|(&spot, &entry)| (spot, entry));
        [listed, other].into_iter().flatten().filter(|((of, _), _)| *of == row).min()
    }

    /// All spots, row by row as far as they came in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Spot, Entry)> + '_ {
        let others = self.others.iter().map(|(&spot, &entry)| (spot, entry));
        self.list.iter().copied().chain(others)
    }

    fn find(&self, spot: Spot) -> Result<usize, usize> {
        match self.list.last() {
            Some((last, _)) if *last == spot => Ok(self.list.len() - 1),
            _ => self.list.binary_search_by_key(&spot, |(spot, _)| *spot),
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
        fn touched_spots_are_a_map(steps in proptest::collection::vec((1_u32..9, 0_u32..4, 0_u8..6), 0..80)) {
            let (mut touched, mut map) = (Touched::default(), BTreeMap::new());
            for (entry, (row, parameter, step)) in (0..).zip(steps) {
                let spot = (RowId::new(row), ParameterId::new(parameter));
                match step {
                    0..4 => {
                        touched.insert(spot, entry);
                        map.insert(spot, entry);
                    }
                    4 => {
                        touched.remove(spot);
                        map.remove(&spot);
                    }
                    _ => {
                        touched.remove_row(spot.0);
                        map.retain(|(row, _), _| *row != spot.0);
                    }
                }
                prop_assert_eq!(touched.get(spot), map.get(&spot).copied());
                let first = map.iter().find(|((row, _), _)| *row == spot.0).map(|(&spot, &entry)| (spot, entry));
                prop_assert_eq!(touched.first_of(spot.0), first);
                let mut all: Vec<_> = touched.iter().collect();
                all.sort_unstable();
                prop_assert!(all.into_iter().eq(map.iter().map(|(&spot, &entry)| (spot, entry))));
            }
        }
    }
}
