//! The set.

use core::borrow::Borrow;
use core::fmt;

use crate::map::{self, SortedMap};

/// A set in order; see [`SortedMap`].
#[derive(Clone, PartialEq, Eq)]
pub struct SortedSet<T>(SortedMap<T, ()>);

impl<T> SortedSet<T> {
    /// A set without elements, which takes nothing of the heap.
    pub const fn new() -> Self {
        Self(SortedMap::new())
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The least element.
    pub fn first(&self) -> Option<&T> {
        self.0.first().map(|(element, ())| element)
    }

    /// All elements, in order.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self.0.iter())
    }
}

impl<T: Ord> SortedSet<T> {
    /// Whether it has this element.
    pub fn contains<Q: Ord + ?Sized>(&self, element: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.0.contains_key(element)
    }

    /// Adds an element. Returns whether it is new.
    pub fn insert(&mut self, element: T) -> bool {
        self.0.insert(element, ()).is_none()
    }

    /// Takes out an element. Returns whether it was there.
    pub fn remove<Q: Ord + ?Sized>(&mut self, element: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.0.remove(element).is_some()
    }

    /// Takes out the least element.
    pub fn pop_first(&mut self) -> Option<T> {
        self.0.pop_first().map(|(element, ())| element)
    }

    /// The elements that are this one or follow it.
    pub fn iter_from<Q: Ord + ?Sized>(&self, element: &Q) -> Iter<'_, T>
    where
        T: Borrow<Q>,
    {
        Iter(self.0.iter_from(element))
    }
}

/// Elements of a [`SortedSet`], in order.
pub struct Iter<'a, T>(map::Iter<'a, T, ()>);

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(element, ())| element)
    }
}

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: fmt::Debug> fmt::Debug for Iter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.clone()).finish()
    }
}

/// Elements taken from a [`SortedSet`], in order.
pub struct IntoIter<T>(map::IntoIter<T, ()>);

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.next().map(|(element, ())| element)
    }
}

impl<T> IntoIterator for SortedSet<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        IntoIter(self.0.into_iter())
    }
}

impl<'a, T> IntoIterator for &'a SortedSet<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T: Ord> Extend<T> for SortedSet<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, elements: I) {
        for element in elements {
            self.insert(element);
        }
    }
}

impl<'a, T: Ord + Copy + 'a> Extend<&'a T> for SortedSet<T> {
    fn extend<I: IntoIterator<Item = &'a T>>(&mut self, elements: I) {
        self.extend(elements.into_iter().copied());
    }
}

impl<T: Ord> FromIterator<T> for SortedSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        let mut set = Self::new();
        set.extend(elements);
        set
    }
}

impl<T: Ord, const N: usize> From<[T; N]> for SortedSet<T> {
    fn from(elements: [T; N]) -> Self {
        elements.into_iter().collect()
    }
}

impl<T> Default for SortedSet<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for SortedSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn does_what_a_b_tree_does(
            elements in proptest::collection::vec(0..400_u16, 0..300),
            gone in proptest::collection::vec(0..400_u16, 0..100),
        ) {
            let (mut ours, mut theirs) = (SortedSet::new(), BTreeSet::new());
            for &element in &elements {
                prop_assert_eq!(ours.insert(element), theirs.insert(element));
            }
            for element in &gone {
                prop_assert_eq!(ours.contains(element), theirs.contains(element));
                prop_assert_eq!(ours.remove(element), theirs.remove(element));
                prop_assert!(ours.iter_from(element).eq(theirs.range(element..)));
            }
            prop_assert_eq!(ours.len(), theirs.len());
            prop_assert_eq!(ours.first(), theirs.first());
            prop_assert_eq!(alloc::format!("{ours:?}"), alloc::format!("{theirs:?}"));
            let mut again = SortedSet::new();
            again.extend(&ours);
            prop_assert_eq!(&again, &ours);
            let popped: Vec<u16> = core::iter::from_fn(|| again.pop_first()).collect();
            prop_assert!(popped.iter().eq(&theirs));
            prop_assert!(ours.into_iter().eq(theirs));
        }
    }
}
