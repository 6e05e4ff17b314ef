//! Sorting, by one piece of code for all kinds of lists.

use alloc::vec::Vec;
use core::cmp::Ordering;

/// Sorts a list. Equal elements stay in the order that they have.
pub fn sort<T: Ord>(list: &mut [T]) {
    sort_by(list, T::cmp);
}

/// Sorts a list by a key of its elements. Those with equal keys stay in the order that they have.
pub fn sort_by_key<T, K: Ord>(list: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(list, |a, b| key(a).cmp(&key(b)));
}

/// Sorts a list and takes out of equal elements all but one.
pub fn sort_and_dedup<T: Ord>(list: &mut Vec<T>) {
    sort(list);
    list.dedup();
}

fn sort_by<T>(list: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    // Most lists of a request are as short as that.
    if list.len() < 2 {
        return;
    }
    let order = order_of(list.len(), &|a, b| compare(&list[a], &list[b]));
    arrange(list, order);
}

/// Moves the elements of a list to where they belong: at each place of an order stands the place of the one that comes
/// there.
pub(crate) fn arrange<T>(list: &mut [T], order: Vec<usize>) {
    for (a, b) in (Swaps { order, start: 0, to: 0 }) {
        list.swap(a, b);
    }
}

/// What has to change places, for an order. Each round of places that change among themselves is gone along once.
struct Swaps {
    /// A place that is done leads to itself.
    order: Vec<usize>,
    /// Where the round began.
    start: usize,
    to: usize,
}

impl Iterator for Swaps {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        loop {
            let from = core::mem::replace(self.order.get_mut(self.to)?, self.to);
            if from != self.start {
                return Some((core::mem::replace(&mut self.to, from), from));
            }
            self.start += 1;
            self.to = self.start;
        }
    }
}

/// The places of a list of this length in the order of what is there. Empty where they are in order.
fn order_of(length: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    if (1..length).all(|at| compare(at - 1, at).is_le()) {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..length).collect();
    order.sort_unstable_by(|&a, &b| compare(a, b).then(a.cmp(&b)));
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sorts_as_the_standard_library_does(list in proptest::collection::vec((0..9_u8, any::<u8>()), 0..40)) {
            let (mut ours, mut theirs) = (list.clone(), list.clone());
            sort(&mut ours);
            theirs.sort();
            prop_assert_eq!(&ours, &theirs);

            sort_and_dedup(&mut ours);
            theirs.dedup();
            prop_assert_eq!(ours, theirs);

            // By key, those with equal keys stay as they were.
            let (mut ours, mut theirs) = (list.clone(), list);
            sort_by_key(&mut ours, |&(key, _)| key);
            theirs.sort_by_key(|&(key, _)| key);
            prop_assert_eq!(ours, theirs);
        }
    }
}
