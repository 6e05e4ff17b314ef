//! The map.

use alloc::boxed::Box;
use alloc::vec::{self, Vec};
use core::borrow::Borrow;
use core::cmp::Ordering;
use core::fmt;
use core::slice;

use crate::order::{self, Compare, Numbers, Order, Place};
use crate::sorting::arrange;

/// A map in the order of its keys.
///
/// Its methods are those of `BTreeMap` that a protocol's bookkeeping needs. What is found in O(log n) is changed with at
/// most 128 entries or as many numbers moved, and now and then with as many pointers as there are blocks of numbers.
#[derive(Clone)]
pub struct SortedMap<K, V> {
    /// In the order of their keys as long as there is no `order`.
    entries: Vec<(K, V)>,
    /// Of more than [`order::FEW`] entries, and of those that have become fewer, down to half of that.
    order: Option<Box<Order>>,
}

impl<K, V> SortedMap<K, V> {
    /// A map without entries, which takes nothing of the heap.
    pub const fn new() -> Self {
        Self { entries: Vec::new(), order: None }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry with the least key.
    pub fn first(&self) -> Option<(&K, &V)> {
        let number = self.order.as_deref().map_or(0, Order::first);
        self.entries.get(number).map(|(key, value)| (key, value))
    }

    /// All entries, in the order of their keys.
    pub fn iter(&self) -> Iter<'_, K, V> {
        self.iter_at(Place::FIRST)
    }

    /// All entries, in the order of their keys, with their values to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.settle();
        self.entries.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// All keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &K> + Clone {
        self.iter().map(|(key, _)| key)
    }

    /// All values, in the order of their keys.
    pub fn values(&self) -> impl Iterator<Item = &V> + Clone {
        self.iter().map(|(_, value)| value)
    }

    /// All values, in the order of their keys, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.iter_mut().map(|(_, value)| value)
    }

    fn iter_at(&self, place: Place) -> Iter<'_, K, V> {
        let order = self.order.as_deref();
        let first = if order.is_none() { self.entries.get(place.at..) } else { None };
        Iter {
            first: first.unwrap_or_default().iter(),
            entries: &self.entries,
            rest: Numbers::from(order, place),
        }
    }

    /// Adds an entry at its place. Returns its number.
    #[inline(never)]
    fn put(&mut self, place: Place, entry: (K, V)) -> usize {
        let number = order::make_room(&mut self.order, self.entries.len(), place);
        self.entries.insert(number, entry);
        number
    }

    /// Moves all entries into order.
    #[inline(never)]
    fn settle(&mut self) {
        let order = order::settle(&mut self.order, self.entries.len());
        arrange(&mut self.entries, order);
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.get_key_value(key).map(|(_, value)| value)
    }

    /// The value of a key, to be changed.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let (_, number) = self.find(key).ok()?;
        Some(&mut self.entries[number].1)
    }

    /// The key that is there for a key, and its value.
    pub fn get_key_value<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        let (_, number) = self.find(key).ok()?;
        let (key, value) = &self.entries[number];
        Some((key, value))
    }

    /// Whether a key has a value.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).is_ok()
    }

    /// Gives a key a value. Returns the one that it had; the key then stays the one that is there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            Ok((_, number)) => Some(core::mem::replace(&mut self.entries[number].1, value)),
            Err(place) => {
                self.put(place, (key, value));
                None
            }
        }
    }

    /// The value of a key, which gets this one where it has none.
    pub fn get_or_insert_with(&mut self, key: K, value: impl FnOnce() -> V) -> &mut V {
        let number = match self.find(&key) {
            Ok((_, number)) => number,
            Err(place) => self.put(place, (key, value())),
        };
        &mut self.entries[number].1
    }

    /// The value of a key, which gets the default one where it has none.
    pub fn get_or_insert_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.get_or_insert_with(key, V::default)
    }

    /// Takes the value from a key.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let (place, number) = self.find(key).ok()?;
        Some(self.take(place, number).1)
    }

    /// Takes out the entry with the least key.
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        let first = Numbers::from(self.order.as_deref(), Place::FIRST).next().unwrap_or(0);
        if self.is_empty() { None } else { Some(self.take(Place::FIRST, first)) }
    }

    /// The entries whose keys are this one or follow it.
    pub fn iter_from<Q: Ord + ?Sized>(&self, key: &Q) -> Iter<'_, K, V>
    where
        K: Borrow<Q>,
    {
        self.iter_at(self.find(key).map_or_else(|place| place, |(place, _)| place))
    }

    /// The place and the number of a key, or the place where it would be.
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<(Place, usize), Place>
    where
        K: Borrow<Q>,
    {
        order::find(self.order.as_deref(), self.entries.len(), &Wanted { entries: &self.entries, key })
    }

    /// Takes out an entry that is there.
    #[inline(never)]
    fn take(&mut self, place: Place, number: usize) -> (K, V) {
        let Some(order) = &mut self.order else { return self.entries.remove(number) };
        let last = self.entries.len() - 1;
        let moved = Wanted { entries: &self.entries, key: &self.entries[last].0 };
        order::take(order, place, number, last, &moved);
        let entry = self.entries.swap_remove(number);
        if order::is_to_settle(last, self.entries.capacity()) {
            self.settle();
            self.entries.shrink_to(2 * last);
        }
        entry
    }
}

/// A key that is looked for.
struct Wanted<'a, K, V, Q: ?Sized> {
    entries: &'a [(K, V)],
    key: &'a Q,
}

impl<K: Borrow<Q>, V, Q: Ord + ?Sized> Compare for Wanted<'_, K, V, Q> {
    fn compare(&self, number: usize) -> Ordering {
        self.entries[number].0.borrow().cmp(self.key)
    }
}

/// Entries of a [`SortedMap`], in the order of their keys.
pub struct Iter<'a, K, V> {
    /// Those that stand in order.
    first: slice::Iter<'a, (K, V)>,
    entries: &'a [(K, V)],
    rest: Numbers<'a>,
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, value) = match self.first.next() {
            Some(entry) => entry,
            None => self.entries.get(self.rest.next()?)?,
        };
        Some((key, value))
    }
}

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        Self { first: self.first.clone(), entries: self.entries, rest: self.rest.clone() }
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Iter<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.clone()).finish()
    }
}

/// Entries taken from a [`SortedMap`], in the order of their keys.
pub type IntoIter<K, V> = vec::IntoIter<(K, V)>;

impl<K, V> IntoIterator for SortedMap<K, V> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    fn into_iter(mut self) -> Self::IntoIter {
        self.settle();
        self.entries.into_iter()
    }
}

impl<'a, K, V> IntoIterator for &'a SortedMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K: Ord, V> Extend<(K, V)> for SortedMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for SortedMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

impl<K: Ord, V, const N: usize> From<[(K, V); N]> for SortedMap<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for SortedMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().fmt(f)
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for SortedMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl<K: Eq, V: Eq> Eq for SortedMap<K, V> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::FEW;
    use alloc::collections::BTreeMap;
    use proptest::collection::vec;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u16, u8),
        GetOrInsert(u16, u8),
        Change(u16, u8),
        Remove(u16),
        PopFirst,
        /// Changes all values, for which entries are moved into order.
        ChangeAll(u8),
        /// Takes out what lies between two keys, so that blocks become small.
        Clear(u16, u16),
    }

    fn step() -> impl Strategy<Value = Step> {
        let key = || 0..600_u16;
        prop_oneof![
            6 => (key(), any::<u8>()).prop_map(|(key, value)| Step::Insert(key, value)),
            3 => (key(), any::<u8>()).prop_map(|(key, value)| Step::GetOrInsert(key, value)),
            1 => (key(), any::<u8>()).prop_map(|(key, value)| Step::Change(key, value)),
            3 => key().prop_map(Step::Remove),
            1 => Just(Step::PopFirst),
            1 => any::<u8>().prop_map(Step::ChangeAll),
            1 => (key(), 0..90_u16).prop_map(|(from, count)| Step::Clear(from, from + count)),
        ]
    }

    impl<K: Ord, V> SortedMap<K, V> {
        /// What holds of every map.
        fn assert_whole(&self) {
            match &self.order {
                None => assert!(self.len() <= FEW),
                Some(order) => {
                    order.assert_whole(self.len());
                    assert!(self.len() > FEW / 2);
                    assert!(self.len() > self.entries.capacity() / 4);
                }
            }
            assert!(self.keys().is_sorted_by(|a, b| a < b));
            assert_eq!(self.keys().count(), self.len());
        }
    }

    proptest! {
        #[test]
        fn does_what_a_b_tree_does(steps in vec(step(), 0..900)) {
            let (mut ours, mut theirs) = (SortedMap::new(), BTreeMap::new());
            for step in steps {
                match step {
                    Step::Insert(key, value) => prop_assert_eq!(ours.insert(key, value), theirs.insert(key, value)),
                    Step::GetOrInsert(key, value) => prop_assert_eq!(
                        ours.get_or_insert_with(key, || value),
                        theirs.entry(key).or_insert_with(|| value)
                    ),
                    Step::Change(key, value) => {
                        let (mine, other) = (ours.get_mut(&key), theirs.get_mut(&key));
                        prop_assert_eq!(&mine, &other);
                        if let (Some(mine), Some(other)) = (mine, other) {
                            (*mine, *other) = (value, value);
                        }
                    }
                    Step::Remove(key) => prop_assert_eq!(ours.remove(&key), theirs.remove(&key)),
                    Step::PopFirst => prop_assert_eq!(ours.pop_first(), theirs.pop_first()),
                    Step::ChangeAll(by) => {
                        ours.values_mut().for_each(|value| *value = value.wrapping_add(by));
                        theirs.values_mut().for_each(|value| *value = value.wrapping_add(by));
                    }
                    Step::Clear(from, to) => {
                        for key in from..to {
                            prop_assert_eq!(ours.remove(&key), theirs.remove(&key));
                        }
                    }
                }
                ours.assert_whole();
            }
            prop_assert_eq!(ours.len(), theirs.len());
            prop_assert_eq!(ours.is_empty(), theirs.is_empty());
            prop_assert_eq!(ours.first(), theirs.first_key_value());
            for key in 0..601 {
                prop_assert_eq!(ours.get(&key), theirs.get(&key));
                prop_assert_eq!(ours.get_key_value(&key), theirs.get_key_value(&key));
                prop_assert_eq!(ours.contains_key(&key), theirs.contains_key(&key));
                prop_assert!(ours.iter_from(&key).eq(theirs.range(key..)));
            }
            prop_assert!(ours.iter().eq(theirs.iter()));
            prop_assert!(ours.values().eq(theirs.values()));
            prop_assert!(ours.values_mut().eq(theirs.values_mut()));
            prop_assert!(ours.iter_mut().eq(theirs.iter_mut()));
            prop_assert_eq!(alloc::format!("{ours:?}"), alloc::format!("{theirs:?}"));
            let mut counts = SortedMap::from([(0, 1)]);
            *counts.get_or_insert_default(0) += 1;
            *counts.get_or_insert_default(7) += 1;
            prop_assert_eq!(counts, SortedMap::from([(0, 2), (7, 1)]));
            let again: SortedMap<_, _> = ours.iter().map(|(&key, &value)| (key, value)).collect();
            again.assert_whole();
            prop_assert_eq!(&again, &ours);
            prop_assert!(ours.into_iter().eq(theirs));
        }
    }

    #[test]
    fn entries_in_order_fill_their_blocks() {
        let map: SortedMap<u32, ()> = (0..1000).map(|key| (key, ())).collect();
        assert_eq!(map.order.map(|order| order.blocks()), Some(1000_usize.div_ceil(128)));
    }
}
