//! The map.

use alloc::vec::{self, Vec};
use core::borrow::Borrow;
use core::cmp::Ordering;
use core::fmt;
use core::iter::Flatten;
use core::slice;

/// Entries of a block at most.
const MOST: usize = 64;

/// A map in the order of its keys.
///
/// Its methods are those of `BTreeMap` that a protocol's bookkeeping needs. What is found in O(log n) is changed with at
/// most 64 entries moved, and now and then with as many pointers as there are blocks.
#[derive(Clone)]
pub struct SortedMap<K, V> {
    /// None of them is empty, and two that follow each other have more than half a block.
    blocks: Vec<Vec<(K, V)>>,
    len: usize,
}

/// The block of an entry, and its place there.
type At = (usize, usize);

impl<K, V> SortedMap<K, V> {
    /// A map without entries, which takes nothing of the heap.
    pub const fn new() -> Self {
        Self { blocks: Vec::new(), len: 0 }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The entry with the least key.
    pub fn first(&self) -> Option<(&K, &V)> {
        self.iter().next()
    }

    /// All entries, in the order of their keys.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter { block: [].iter(), blocks: self.blocks.iter() }
    }

    /// All entries, in the order of their keys, with their values to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.blocks.iter_mut().flatten().map(|(key, value)| (&*key, value))
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
        self.blocks.iter_mut().flatten().map(|(_, value)| value)
    }

    /// Takes out the entry with the least key.
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        if self.is_empty() { None } else { Some(self.take((0, 0))) }
    }

    /// Takes out an entry that is there.
    fn take(&mut self, at: At) -> (K, V) {
        self.len -= 1;
        take(&mut self.blocks, at)
    }

    /// Adds an entry at its place.
    fn put(&mut self, at: At, entry: (K, V)) -> &mut V {
        self.len += 1;
        let (block, at) = put(&mut self.blocks, at, entry);
        &mut self.blocks[block][at].1
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let (block, at) = self.find(key).ok()?;
        Some(&self.blocks[block][at].1)
    }

    /// The value of a key, to be changed.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let (block, at) = self.find(key).ok()?;
        Some(&mut self.blocks[block][at].1)
    }

    /// The key that is there for a key, and its value.
    pub fn get_key_value<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        let (block, at) = self.find(key).ok()?;
        let (key, value) = &self.blocks[block][at];
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
            Ok((block, at)) => Some(core::mem::replace(&mut self.blocks[block][at].1, value)),
            Err(at) => {
                self.put(at, (key, value));
                None
            }
        }
    }

    /// The value of a key, which gets this one where it has none.
    pub fn get_or_insert_with(&mut self, key: K, value: impl FnOnce() -> V) -> &mut V {
        match self.find(&key) {
            Ok((block, at)) => &mut self.blocks[block][at].1,
            Err(at) => self.put(at, (key, value())),
        }
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
        let at = self.find(key).ok()?;
        Some(self.take(at).1)
    }

    /// The entries whose keys are this one or follow it.
    pub fn iter_from<Q: Ord + ?Sized>(&self, key: &Q) -> Iter<'_, K, V>
    where
        K: Borrow<Q>,
    {
        let (block, at) = self.find(key).unwrap_or_else(|at| at);
        let mut blocks = self.blocks.get(block..).unwrap_or_default().iter();
        let block = blocks.next().and_then(|entries| entries.get(at..)).unwrap_or_default().iter();
        Iter { block, blocks }
    }

    /// The place of a key, or the one where it would be.
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<At, At>
    where
        K: Borrow<Q>,
    {
        let first_of = |block: usize| self.blocks.get(block).and_then(|entries| entries.first());
        let block = search(self.blocks.len(), &|block| {
            first_of(block).map_or(Ordering::Greater, |(first, _)| first.borrow().cmp(key))
        });
        let block = match block {
            Ok(block) => return Ok((block, 0)),
            Err(block) => block.saturating_sub(1),
        };
        let entries = self.blocks.get(block).map(Vec::as_slice).unwrap_or_default();
        let at = search(entries.len(), &|at| {
            entries.get(at).map_or(Ordering::Greater, |(here, _)| here.borrow().cmp(key))
        });
        match at {
            Ok(at) => Ok((block, at)),
            Err(at) => Err((block, at)),
        }
    }
}

// What follows knows of entries their size alone, and of keys nothing: one piece of code serves many kinds of maps, as
// long as it is not compiled into what calls it.

/// Looks for a place among so many in order, by what each of them is to what is wanted.
#[inline(never)]
fn search(count: usize, compare: &dyn Fn(usize) -> Ordering) -> Result<usize, usize> {
    let (mut from, mut to) = (0, count);
    while from < to {
        let middle = from.midpoint(to);
        match compare(middle) {
            Ordering::Less => from = middle + 1,
            Ordering::Equal => return Ok(middle),
            Ordering::Greater => to = middle,
        }
    }
    Err(from)
}

/// Adds an entry at its place. Returns the one that it has then.
#[inline(never)]
fn put<T>(blocks: &mut Vec<Vec<T>>, (mut block, mut at): At, entry: T) -> At {
    match blocks.get(block).map(Vec::len) {
        None => insert(blocks, block, Vec::new()),
        Some(MOST) => {
            // What comes in order fills its blocks.
            let is_end = at == MOST && block + 1 == blocks.len();
            let kept = if is_end { MOST } else { MOST / 2 };
            split(blocks, block, kept);
            if at >= kept {
                (block, at) = (block + 1, at - kept);
            }
        }
        Some(_) => {}
    }
    blocks[block].insert(at, entry);
    (block, at)
}

/// Takes out an entry that is there.
#[inline(never)]
fn take<T>(blocks: &mut Vec<Vec<T>>, (block, at): At) -> T {
    let entry = blocks[block].remove(at);
    join(blocks, block);
    if let Some(before) = block.checked_sub(1) {
        join(blocks, before);
    }
    entry
}

/// Makes one of this block and the next where they are small; leaves out one that is empty.
#[inline(never)]
fn join<T>(blocks: &mut Vec<Vec<T>>, block: usize) {
    let len = |block: usize| blocks.get(block).map(Vec::len);
    match (len(block), len(block + 1)) {
        (Some(0), _) => drop(remove(blocks, block)),
        (Some(here), Some(next)) if here + next <= MOST / 2 => {
            let mut next = remove(blocks, block + 1);
            blocks[block].append(&mut next);
        }
        _ => {}
    }
}

#[inline(never)]
fn split<T>(blocks: &mut Vec<Vec<T>>, block: usize, kept: usize) {
    let behind = blocks[block].split_off(kept);
    insert(blocks, block + 1, behind);
}

#[inline(never)]
fn insert<T>(blocks: &mut Vec<Vec<T>>, at: usize, block: Vec<T>) {
    blocks.insert(at, block);
}

#[inline(never)]
fn remove<T>(blocks: &mut Vec<Vec<T>>, at: usize) -> Vec<T> {
    blocks.remove(at)
}

/// Entries of a [`SortedMap`], in the order of their keys.
pub struct Iter<'a, K, V> {
    block: slice::Iter<'a, (K, V)>,
    blocks: slice::Iter<'a, Vec<(K, V)>>,
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((key, value)) = self.block.next() {
                return Some((key, value));
            }
            self.block = self.blocks.next()?.iter();
        }
    }
}

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        Self { block: self.block.clone(), blocks: self.blocks.clone() }
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Iter<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.clone()).finish()
    }
}

/// Entries taken from a [`SortedMap`], in the order of their keys.
pub type IntoIter<K, V> = Flatten<vec::IntoIter<Vec<(K, V)>>>;

impl<K, V> IntoIterator for SortedMap<K, V> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.blocks.into_iter().flatten()
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
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl<K: Eq, V: Eq> Eq for SortedMap<K, V> {}

#[cfg(test)]
mod tests {
    use super::*;
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
            1 => (key(), 0..90_u16).prop_map(|(from, count)| Step::Clear(from, from + count)),
        ]
    }

    impl<K: Ord, V> SortedMap<K, V> {
        /// What holds of every map.
        fn assert_whole(&self) {
            let lens: Vec<usize> = self.blocks.iter().map(Vec::len).collect();
            assert_eq!(lens.iter().sum::<usize>(), self.len);
            assert!(lens.iter().all(|&len| (1..=MOST).contains(&len)), "{lens:?}");
            assert!(lens.windows(2).all(|pair| pair[0] + pair[1] > MOST / 2), "{lens:?}");
            assert!(self.keys().is_sorted_by(|a, b| a < b));
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
        assert_eq!(map.blocks.len(), 1000_usize.div_ceil(MOST));
    }
}
