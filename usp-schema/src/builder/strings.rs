//! The strings of an image: their numbers, and texts that share what they have in common.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::BuildError;
use crate::image::layout::{MAX_STRING, MAX_TEXTS, NONE16, string};

/// The longest end of a text that is looked for at the beginning of another. With twice as much those of TR-181 would
/// be 80 bytes shorter.
const MAX_OVERLAP: usize = size_of::<u128>();

/// Strings are collected first; where they stand, and with it their numbers, is known when all are there.
#[derive(Debug, Default)]
pub(super) struct Strings<'a> {
    /// In the order in which they came. Most are told apart by the number that each begins with.
    known: BTreeMap<(u128, &'a str), usize>,
    /// Which of them was asked for each time. They are asked for in the same order again.
    asked: Vec<usize>,
    /// The numbers of what was asked for and is asked for again; none as long as strings are collected.
    numbers: Vec<u16>,
    next: usize,
    texts: String,
    groups: Vec<u8>,
}

impl<'a> Strings<'a> {
    /// The number of a string, which means nothing until they are [arranged](Self::arrange).
    pub(super) fn intern(&mut self, text: &'a str) -> Result<u16, BuildError> {
        if let Some(&number) = self.numbers.get(self.next) {
            self.next += 1;
            return Ok(number);
        }
        if text.len() > MAX_STRING {
            return Err(BuildError::TooLarge { what: "bytes in one string", limit: MAX_STRING });
        }
        let next = self.known.len();
        self.asked.push(*self.known.entry((key(text.as_bytes()), text)).or_insert(next));
        Ok(0)
    }

    /// Says that all strings are asked for once more, from the first on.
    pub(super) fn begin_again(&mut self) {
        self.next = 0;
    }

    /// Gives each string its number, in the order in which they stand in the texts.
    pub(super) fn arrange(&mut self) -> Result<(), BuildError> {
        let (strings, positions): (Vec<&str>, Vec<usize>) =
            self.known.iter().map(|(&(_, text), &position)| (text, position)).unzip();
        let (texts, starts) = Arrangement::new(&strings).texts();
        if texts.len() >= MAX_TEXTS {
            return Err(BuildError::TooLarge { what: "bytes in all strings", limit: MAX_TEXTS - 1 });
        }
        let mut order: Vec<usize> = (0..strings.len()).collect();
        order.sort_unstable_by_key(|&at| (starts[at], strings[at].len()));
        let mut groups = Groups::default();
        let mut numbers = alloc::vec![0; strings.len()];
        for at in order {
            let number = groups.push(starts[at], strings[at].len());
            // The greatest number stands for no string.
            if number >= usize::from(NONE16) {
                let what = "strings, of which long ones count several times";
                return Err(BuildError::TooLarge { what, limit: NONE16.into() });
            }
            numbers[positions[at]] = number as u16;
        }
        groups.bytes.resize(groups.bytes.len().next_multiple_of(string::WIDTH), 0);
        (self.texts, self.groups) = (texts, groups.bytes);
        self.numbers = self.asked.iter().map(|&position| numbers[position]).collect();
        Ok(())
    }

    pub(super) fn texts(&self) -> &[u8] {
        self.texts.as_bytes()
    }

    pub(super) fn groups(&self) -> &[u8] {
        &self.groups
    }
}

/// The groups of strings as the image has them.
#[derive(Default)]
struct Groups {
    bytes: Vec<u8>,
    /// Where the last group begins in the texts.
    begin: usize,
}

impl Groups {
    /// The number of a string that begins behind the one before it, or where that does.
    fn push(&mut self, start: usize, length: usize) -> usize {
        let is_full = self.bytes.len().is_multiple_of(string::WIDTH);
        let is_long = length >= usize::from(string::LONG);
        if is_full || is_long || start - self.begin > usize::from(u8::MAX) {
            // What is left of the group before stays empty.
            self.bytes.resize(self.bytes.len().next_multiple_of(string::WIDTH), 0);
            self.bytes.extend_from_slice(&start.to_le_bytes()[..3]);
            self.begin = start;
        }
        let (group, used) = (self.bytes.len() / string::WIDTH, self.bytes.len() % string::WIDTH);
        let [low, high, ..] = length.to_le_bytes();
        self.bytes.extend(if is_long {
            [low, string::LONG + high]
        } else {
            [(start - self.begin) as u8, low]
        });
        group * string::GROUP + (used - 3) / 2
    }
}

/// Where texts stand relative to one another.
struct Arrangement<'s> {
    /// In ascending order, each once.
    strings: &'s [&'s str],
    /// The string that one is the beginning or the end of, and where in it.
    within: Vec<Option<(usize, usize)>>,
    /// The string that follows on one, and how many bytes they have in common.
    next: Vec<Option<(usize, usize)>>,
    has_previous: Vec<bool>,
}

impl<'s> Arrangement<'s> {
    fn new(strings: &'s [&'s str]) -> Self {
        let count = strings.len();
        let mut this = Self {
            strings,
            within: alloc::vec![None; count],
            next: alloc::vec![None; count],
            has_previous: alloc::vec![false; count],
        };
        this.find_beginnings();
        this.find_ends();
        this.overlap();
        this
    }

    /// In ascending order, what begins with a string follows on it.
    fn find_beginnings(&mut self) {
        for (at, pair) in self.strings.windows(2).enumerate() {
            if pair[1].starts_with(pair[0]) {
                self.within[at] = Some((at + 1, 0));
            }
        }
    }

    /// The same from behind.
    fn find_ends(&mut self) {
        let backwards = |at: usize| self.strings[at].bytes().rev();
        let mut order: Vec<(u128, usize)> =
            (0..self.strings.len()).map(|at| (key_of_end(self.strings[at].as_bytes()), at)).collect();
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| backwards(a.1).cmp(backwards(b.1))));
        for pair in order.windows(2) {
            let (inner, outer) = (pair[0].1, pair[1].1);
            let (short, long) = (self.strings[inner], self.strings[outer]);
            if self.within[inner].is_none() && long.ends_with(short) {
                self.within[inner] = Some((outer, long.len() - short.len()));
            }
        }
    }

    /// Has strings follow on others that end as they begin, those with most in common first.
    fn overlap(&mut self) {
        let whole: Vec<usize> = (0..self.strings.len()).filter(|&at| self.within[at].is_none()).collect();
        let texts: Vec<&[u8]> = whole.iter().map(|&at| self.strings[at].as_bytes()).collect();
        let keys: Vec<u128> = texts.iter().map(|text| key(text)).collect();
        let from = |key: u128| keys.partition_point(|&other| other < key);
        // What no text begins with is soon known of most ends.
        let mut beginnings = alloc::vec![0_u64; 1 << 10];
        for text in texts.iter().filter_map(|text| text.first_chunk()) {
            beginnings[usize::from(u16::from_be_bytes(*text) >> 6)] |= 1 << (text[1] & 63);
        }
        let by_first_byte: Vec<usize> = (0..=u8::MAX).map(|byte| from(key(&[byte]))).collect();
        let mut free = Free::new(texts.len());
        // Of each end of a chain the other: what is at both ends must not be joined.
        let mut other_end: Vec<usize> = (0..texts.len()).collect();
        for length in (1..=MAX_OVERLAP).rev() {
            for (at, text) in texts.iter().enumerate() {
                let Some(begin) = text.len().checked_sub(length + 1) else { continue };
                if self.next[whole[at]].is_some() {
                    continue;
                }
                let end = &text[begin + 1..];
                let begins = |two: &[u8; 2]| {
                    beginnings[usize::from(u16::from_be_bytes(*two) >> 6)] >> (two[1] & 63) & 1 != 0
                };
                if end.first_chunk().is_some_and(|two| !begins(two)) {
                    continue;
                }
                let bucket = by_first_byte[usize::from(end[0])]
                    ..by_first_byte.get(usize::from(end[0]) + 1).copied().unwrap_or(texts.len());
                let wanted = key(end);
                let first = bucket.start + keys[bucket].partition_point(|&key| key < wanted);
                let found = free.from(first).and_then(|found| {
                    if found == other_end[at] { free.from(found + 1) } else { Some(found) }
                });
                let Some(found) = found.filter(|&found| texts[found].starts_with(end)) else { continue };
                free.take(found);
                self.next[whole[at]] = Some((whole[found], length));
                self.has_previous[whole[found]] = true;
                let (first, last) = (other_end[at], other_end[found]);
                (other_end[first], other_end[last]) = (last, first);
            }
        }
    }

    /// The texts, and where each string begins in them.
    fn texts(&self) -> (String, Vec<usize>) {
        let strings = self.strings;
        let (mut texts, mut starts) = (String::new(), alloc::vec![0; strings.len()]);
        for first in 0..strings.len() {
            let mut at =
                Some((first, 0)).filter(|_| self.within[first].is_none() && !self.has_previous[first]);
            while let Some((string, common)) = at {
                starts[string] = texts.len() - common;
                // The first string begins with the end of the text before, and characters are not cut in two by it.
                texts.push_str(strings[string].get(common..).unwrap_or_default());
                at = self.next[string];
            }
        }
        // What one is within is longer than itself.
        let mut inner: Vec<usize> = (0..strings.len()).filter(|&at| self.within[at].is_some()).collect();
        inner.sort_unstable_by_key(|&at| core::cmp::Reverse(strings[at].len()));
        for at in inner {
            if let Some((outer, offset)) = self.within[at] {
                starts[at] = starts[outer] + offset;
            }
        }
        (texts, starts)
    }
}

/// The first bytes of a text as a number, which ascends as texts do.
fn key(text: &[u8]) -> u128 {
    u128::from_be_bytes(text.first_chunk().copied().unwrap_or_else(|| {
        let mut first = [0; MAX_OVERLAP];
        first[..text.len()].copy_from_slice(text);
        first
    }))
}

/// The same from behind.
fn key_of_end(text: &[u8]) -> u128 {
    u128::from_le_bytes(text.last_chunk().copied().unwrap_or_else(|| {
        let mut last = [0; MAX_OVERLAP];
        last[MAX_OVERLAP - text.len()..].copy_from_slice(text);
        last
    }))
}

/// Which of a row of things were not taken yet.
struct Free {
    /// For each thing itself, or one behind it before which all are taken.
    next: Vec<usize>,
}

impl Free {
    fn new(count: usize) -> Self {
        Self { next: (0..=count).collect() }
    }

    /// The first that is free, from this one on.
    fn from(&mut self, mut at: usize) -> Option<usize> {
        while self.next[at] != at {
            self.next[at] = self.next[self.next[at]];
            at = self.next[at];
        }
        (at + 1 < self.next.len()).then_some(at)
    }

    fn take(&mut self, at: usize) {
        self.next[at] = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;
    use alloc::string::ToString;
    use proptest::prelude::*;

    fn arranged(strings: &[&str]) -> String {
        Arrangement::new(strings).texts().0
    }

    #[test]
    fn texts_share_beginnings_ends_and_what_lies_between() {
        assert_eq!(arranged(&[]), "");
        assert_eq!(arranged(&["", "Interface", "InterfaceNumberOfEntries"]), "InterfaceNumberOfEntries");
        assert_eq!(arranged(&["BytesSent", "Sent", "nt"]), "BytesSent");
        assert_eq!(arranged(&["BytesSent", "SentPackets"]), "BytesSentPackets");
        // The longest overlap first: "abc" and "bcd" have two letters in common.
        assert_eq!(arranged(&["abc", "bcd", "cx"]), "abcdcx");
        // What would follow on itself.
        assert_eq!(arranged(&["aba", "bab"]), "abab");
    }

    proptest! {
        #[test]
        fn each_string_is_where_it_is_said_to_be(set in prop::collection::btree_set("[abé]{0,6}|[a-c]{180,300}", 0..40)) {
            let set: BTreeSet<String> = set;
            let strings: Vec<&str> = set.iter().map(String::as_str).collect();
            let (texts, starts) = Arrangement::new(&strings).texts();
            for (string, start) in strings.iter().zip(starts) {
                prop_assert_eq!(texts.get(start..start + string.len()), Some(*string));
            }
            let whole: usize = strings.iter().map(|string| string.len()).sum();
            prop_assert!(texts.len() <= whole, "{} of {}", texts.len(), whole.to_string());
        }
    }
}
