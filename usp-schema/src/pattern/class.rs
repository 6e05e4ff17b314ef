//! Sets of characters.

use alloc::vec::Vec;
use core::ops::RangeInclusive;

/// A set of characters: ascending ranges with gaps between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Class(Vec<RangeInclusive<char>>);

impl Class {
    /// `.`: everything but line ends.
    pub(super) fn wildcard() -> Self {
        Self::from_ranges(&['\n'..='\n', '\r'..='\r']).complement()
    }

    /// The class that `\` and `letter` stand for.
    pub(super) fn escape(letter: char) -> Option<Self> {
        let class = match letter.to_ascii_lowercase() {
            'd' => Self::from_ranges(&['0'..='9']),
            's' => Self::from_ranges(&['\t'..='\n', '\r'..='\r', ' '..=' ']),
            'w' => Self::from_ranges(WORD),
            'i' => Self::from_ranges(NAME_START),
            'c' => Self::from_ranges(NAME_START).union(&Self::from_ranges(NAME_OTHER)),
            _ => return None,
        };
        Some(if letter.is_ascii_uppercase() { class.complement() } else { class })
    }

    pub(super) fn from_ranges(ranges: &[RangeInclusive<char>]) -> Self {
        let mut sorted = ranges.to_vec();
        sorted.sort_unstable_by_key(|range| *range.start());
        let mut merged: Vec<RangeInclusive<char>> = Vec::with_capacity(sorted.len());
        for range in sorted {
            match merged.last_mut() {
                // The range touches or overlaps the one before it.
                Some(last) if successor(*last.end()).is_none_or(|next| *range.start() <= next) => {
                    if range.end() > last.end() {
                        *last = *last.start()..=*range.end();
                    }
                }
                _ => merged.push(range),
            }
        }
        Self(merged)
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        let mut ranges = self.0.clone();
        ranges.extend_from_slice(&other.0);
        Self::from_ranges(&ranges)
    }

    pub(super) fn complement(&self) -> Self {
        let mut gaps = Vec::with_capacity(self.0.len() + 1);
        let mut next = Some('\0');
        for range in &self.0 {
            if let Some((start, end)) = next.zip(predecessor(*range.start()))
                && start <= end
            {
                gaps.push(start..=end);
            }
            next = successor(*range.end());
        }
        gaps.extend(next.map(|start| start..=char::MAX));
        Self(gaps)
    }

    pub(super) fn ranges(&self) -> &[RangeInclusive<char>] {
        &self.0
    }
}

impl From<char> for Class {
    fn from(c: char) -> Self {
        Self([c..=c].into())
    }
}

/// The next character; surrogates are not characters.
fn successor(c: char) -> Option<char> {
    (c..=char::MAX).nth(1)
}

/// The character before.
fn predecessor(c: char) -> Option<char> {
    ('\0'..=c).nth_back(1)
}

/// ASCII without control characters, the space and what Unicode calls punctuation.
const WORD: &[RangeInclusive<char>] =
    &['$'..='$', '+'..='+', '0'..='9', '<'..='>', 'A'..='Z', '^'..='^', '`'..='z', '|'..='|', '~'..='~'];

/// XML 1.0 (fifth edition), production NameStartChar.
const NAME_START: &[RangeInclusive<char>] = &[
    ':'..=':',
    'A'..='Z',
    '_'..='_',
    'a'..='z',
    '\u{c0}'..='\u{d6}',
    '\u{d8}'..='\u{f6}',
    '\u{f8}'..='\u{2ff}',
    '\u{370}'..='\u{37d}',
    '\u{37f}'..='\u{1fff}',
    '\u{200c}'..='\u{200d}',
    '\u{2070}'..='\u{218f}',
    '\u{2c00}'..='\u{2fef}',
    '\u{3001}'..='\u{d7ff}',
    '\u{f900}'..='\u{fdcf}',
    '\u{fdf0}'..='\u{fffd}',
    '\u{10000}'..='\u{effff}',
];

/// XML 1.0 (fifth edition), what production NameChar has more.
const NAME_OTHER: &[RangeInclusive<char>] =
    &['-'..='.', '0'..='9', '\u{b7}'..='\u{b7}', '\u{300}'..='\u{36f}', '\u{203f}'..='\u{2040}'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complement_leaves_out_surrogates_and_is_its_own_inverse() {
        let class = Class::from_ranges(&['b'..='c', 'd'..='d', '\u{d000}'..='\u{d7ff}']);
        assert_eq!(class.ranges(), ['b'..='d', '\u{d000}'..='\u{d7ff}']);
        let complement = class.complement();
        assert_eq!(complement.ranges(), ['\0'..='a', 'e'..='\u{cfff}', '\u{e000}'..=char::MAX]);
        assert_eq!(complement.complement(), class);
    }

    #[test]
    fn everything_and_nothing() {
        let nothing = Class::default();
        assert_eq!(nothing.complement().ranges(), ['\0'..=char::MAX]);
        assert_eq!(nothing.complement().complement(), nothing);
        assert!(
            Class::from_ranges(&['\0'..='\u{d7ff}', '\u{e000}'..=char::MAX]).complement().ranges().is_empty()
        );
    }

    #[test]
    fn overlapping_ranges_become_one() {
        let class = Class::from_ranges(&['x'..='z', 'a'..='m', 'c'..='d', 'n'..='w']);
        assert_eq!(class.ranges(), ['a'..='z']);
    }
}
