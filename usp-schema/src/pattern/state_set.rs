//! Sets of states.

use super::Pattern;

/// The words that a set of all states takes.
pub(super) const ALL_WORDS: usize = Pattern::MAX_STATES.div_ceil(64);

/// A set of numbers below 64 × `WORDS`; greater ones are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StateSet<const WORDS: usize = ALL_WORDS>([u64; WORDS]);

impl<const WORDS: usize> StateSet<WORDS> {
    pub(super) const EMPTY: Self = Self([0; WORDS]);

    pub(super) fn insert(&mut self, state: usize) {
        if let Some(word) = self.0.get_mut(state / 64) {
            *word |= 1 << (state % 64);
        }
    }

    pub(super) fn insert_span(&mut self, first: usize, last: usize) {
        let (low, high) = (first / 64, last / 64);
        for (at, word) in self.0.iter_mut().enumerate().take(high.saturating_add(1)).skip(low) {
            let from = if at == low { u64::MAX << (first % 64) } else { u64::MAX };
            let to = if at == high { u64::MAX >> (63 - last % 64) } else { u64::MAX };
            *word |= from & to;
        }
    }

    pub(super) fn extend(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word |= other;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub(super) fn intersects(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).any(|(word, other)| word & other != 0)
    }

    /// The members, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            let mut word = *word;
            core::iter::from_fn(move || {
                let bit = word.checked_ilog2().map(|_| word.trailing_zeros() as usize)?;
                word &= word - 1;
                Some(at * 64 + bit)
            })
        })
    }

    /// The members as spans of consecutive numbers, each from its first to its last.
    pub(super) fn spans(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let mut members = self.iter().peekable();
        core::iter::from_fn(move || {
            let first = members.next()?;
            let mut last = first;
            while members.next_if_eq(&(last + 1)).is_some() {
                last += 1;
            }
            Some((first, last))
        })
    }
}

impl<const WORDS: usize> Default for StateSet<WORDS> {
    fn default() -> Self {
        Self::EMPTY
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn spans_cross_words() {
        let mut set: StateSet = StateSet::EMPTY;
        for (first, last) in [(0, 0), (3, 5), (60, 130), (191, 191), (1000, 1023)] {
            set.insert_span(first, last);
        }
        assert_eq!(set.spans().collect::<Vec<_>>(), [(0, 0), (3, 5), (60, 130), (191, 191), (1000, 1023)]);
        assert_eq!(set.iter().count(), 1 + 3 + 71 + 1 + 24);
        let mut same = StateSet::EMPTY;
        set.iter().for_each(|state| same.insert(state));
        assert_eq!(set, same);
    }

    #[test]
    fn numbers_beyond_the_limit_are_ignored() {
        let mut set: StateSet = StateSet::EMPTY;
        set.insert(Pattern::MAX_STATES);
        set.insert_span(Pattern::MAX_STATES, usize::MAX);
        assert!(set.is_empty());
        set.insert_span(1023, usize::MAX);
        assert_eq!(set.iter().collect::<Vec<_>>(), [1023]);
        let mut small = StateSet::<1>::EMPTY;
        small.insert_span(63, 1023);
        small.insert(64);
        assert_eq!(small.iter().collect::<Vec<_>>(), [63]);
    }
}
