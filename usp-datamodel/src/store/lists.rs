//! Short lists of many owners, close together.

use alloc::vec::Vec;

use litemap::LiteMap;

/// Lists by owner, in two pieces of memory. As a map with a list of its own for each, those of a schema of 800 objects
/// take three times as much.
#[derive(Debug)]
pub(crate) struct Lists<K, T> {
    /// The owners in order, each with where its list ends.
    ends: Vec<(K, u32)>,
    items: Vec<T>,
}

impl<K: Ord + Copy, T> Lists<K, T> {
    /// The list of an owner; empty where it has none.
    pub(crate) fn get(&self, owner: K) -> &[T] {
        let Ok(at) = self.ends.binary_search_by(|(known, _)| known.cmp(&owner)) else { return &[] };
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before].1);
        &self.items[start as usize..self.ends[at].1 as usize]
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

impl<K: Ord + Copy, T> From<LiteMap<K, Vec<T>>> for Lists<K, T> {
    fn from(lists: LiteMap<K, Vec<T>>) -> Self {
        let mut all = Self {
            ends: Vec::with_capacity(lists.len()),
            items: Vec::with_capacity(lists.values().map(Vec::len).sum()),
        };
        for (owner, list) in lists {
            all.items.extend(list);
            // A schema has fewer elements than numbers of 32 bits.
            all.ends.push((owner, all.items.len() as u32));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lists_are_a_map(map in proptest::collection::btree_map(0_u8..20, proptest::collection::vec(any::<u8>(), 0..4), 0..9)) {
            let lists = Lists::from(map.clone().into_iter().collect::<LiteMap<_, _>>());
            for owner in 0..20 {
                prop_assert_eq!(lists.get(owner), map.get(&owner).map_or(&[][..], Vec::as_slice));
            }
            prop_assert_eq!(lists.is_empty(), map.values().all(Vec::is_empty));
        }
    }
}
