//! The compiled form: an automaton as bytes.
//!
//! ```text
//! flags        1 byte: WIDE_INDICES, WIDE_CHARACTERS, MATCHES_EMPTY
//! counts       states, classes, ranges, spans of first states, spans in all      5 indices
//! state class  for each state, the class that is read on entering it             1 index each
//! state end    for each state, the end of its spans of following states          1 index each
//! class end    for each class, the end of its ranges                             1 index each
//! spans        first and last state, inclusive                                   2 indices each
//! ranges       first and last character, inclusive                               2 characters each
//! ```
//!
//! Spans stand in the order of the states, then those of the first states, then those of the
//! accepting states. An index has one byte, or two (little-endian) with WIDE_INDICES; a character
//! one, or three with WIDE_CHARACTERS. Everything is checked once, when it is loaded, in one pass;
//! after that every index is in range.

use alloc::vec::Vec;

use super::automaton::Automaton;
use super::state_set::StateSet;
use super::{Pattern, PatternError, PatternErrorKind};

const WIDE_INDICES: u8 = 1;
const WIDE_CHARACTERS: u8 = 2;
const MATCHES_EMPTY: u8 = 4;

/// The number of counts in the header.
const COUNTS: usize = 5;

/// Where things are in a compiled pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    flags: u8,
    states: usize,
    classes: usize,
    ranges: usize,
    first_spans: usize,
    spans: usize,
}

impl Layout {
    /// Checks the whole of `bytes`.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, PatternError> {
        let layout = Self::header(bytes)?;
        layout.check_indices(bytes)?;
        layout.check_ranges(bytes)?;
        Ok(layout)
    }

    /// Reads the header alone. What is behind it must have been checked before, or indices may lead anywhere.
    pub(super) fn header(bytes: &[u8]) -> Result<Self, PatternError> {
        let damaged = |offset, reason| PatternError::new(PatternErrorKind::Damaged, offset, reason);
        let &flags = bytes.first().ok_or(damaged(0, "the compiled pattern is empty"))?;
        if flags & !(WIDE_INDICES | WIDE_CHARACTERS | MATCHES_EMPTY) != 0 {
            return Err(damaged(0, "the compiled pattern has flags that this version does not know"));
        }
        let header = Self { flags, states: 0, classes: 0, ranges: 0, first_spans: 0, spans: 0 };
        if bytes.len() < header.tables() {
            return Err(damaged(bytes.len(), "the compiled pattern ends within its header"));
        }
        let count = |at: usize| header.index(bytes, 1 + at * header.index_width());
        let layout = Self {
            states: count(0),
            classes: count(1),
            ranges: count(2),
            first_spans: count(3),
            spans: count(4),
            ..header
        };
        if layout.states > Pattern::MAX_STATES {
            return Err(damaged(1, "the compiled pattern has too many states"));
        }
        if bytes.len() != layout.ranges_at() + layout.ranges * 2 * layout.character_width() {
            return Err(damaged(1, "the compiled pattern has not the length that its header gives"));
        }
        Ok(layout)
    }

    fn check_indices(self, bytes: &[u8]) -> Result<(), PatternError> {
        let damaged = |offset, reason| Err(PatternError::new(PatternErrorKind::Damaged, offset, reason));
        let width = self.index_width();
        if (0..self.states).any(|state| self.state_class(bytes, state) >= self.classes) {
            return damaged(self.tables(), "a state has a class that does not exist");
        }
        let mut before = 0;
        for state in 0..self.states {
            let end = self.index(bytes, self.state_ends_at() + state * width);
            if end < before {
                return damaged(
                    self.state_ends_at() + state * width,
                    "a state's transitions end before they begin",
                );
            }
            before = end;
        }
        if before.checked_add(self.first_spans).is_none_or(|end| end > self.spans) {
            return damaged(self.state_ends_at(), "the states have more transitions than there are");
        }
        before = 0;
        for class in 0..self.classes {
            let end = self.index(bytes, self.class_ends_at() + class * width);
            if end < before || end > self.ranges {
                return damaged(
                    self.class_ends_at() + class * width,
                    "a class has characters that do not exist",
                );
            }
            before = end;
        }
        for span in 0..self.spans {
            let (first, last) = self.span(bytes, span);
            if first > last || last >= self.states {
                return damaged(
                    self.spans_at() + span * 2 * width,
                    "a transition leads to a state that does not exist",
                );
            }
        }
        Ok(())
    }

    /// Within a class, ranges have to ascend: they are searched by halving.
    fn check_ranges(self, bytes: &[u8]) -> Result<(), PatternError> {
        for class in 0..self.classes {
            let mut next = 0;
            for range in self.class_ranges(bytes, class) {
                let (first, last) = self.range(bytes, range);
                if first < next || last < first || last > u32::from(char::MAX) {
                    let offset = self.ranges_at() + range * 2 * self.character_width();
                    return Err(PatternError::new(
                        PatternErrorKind::Damaged,
                        offset,
                        "the characters of a class are not in order",
                    ));
                }
                next = last + 1;
            }
        }
        Ok(())
    }

    pub(super) fn states(self) -> usize {
        self.states
    }

    pub(super) fn matches_empty(self) -> bool {
        self.flags & MATCHES_EMPTY != 0
    }

    /// The class that is read on entering `state`.
    pub(super) fn state_class(self, bytes: &[u8], state: usize) -> usize {
        self.index(bytes, self.tables() + state * self.index_width())
    }

    /// Adds the states that may follow `state`.
    pub(super) fn add_following<const WORDS: usize>(
        self,
        bytes: &[u8],
        state: usize,
        set: &mut StateSet<WORDS>,
    ) {
        self.add_spans(bytes, self.state_end(bytes, state), self.state_end(bytes, state + 1), set);
    }

    /// The states that may be entered first.
    pub(super) fn first<const WORDS: usize>(self, bytes: &[u8]) -> StateSet<WORDS> {
        let (mut set, start) = (StateSet::default(), self.state_end(bytes, self.states));
        self.add_spans(bytes, start, start + self.first_spans, &mut set);
        set
    }

    /// The states in which the text may end.
    pub(super) fn accepting<const WORDS: usize>(self, bytes: &[u8]) -> StateSet<WORDS> {
        let (mut set, start) = (StateSet::default(), self.state_end(bytes, self.states) + self.first_spans);
        self.add_spans(bytes, start, self.spans, &mut set);
        set
    }

    /// Whether `class` has the character `c`.
    pub(super) fn class_contains(self, bytes: &[u8], class: usize, c: char) -> bool {
        let c = u32::from(c);
        let mut candidates = self.class_ranges(bytes, class);
        while !candidates.is_empty() {
            let middle = candidates.start + candidates.len() / 2;
            let (first, last) = self.range(bytes, middle);
            if c < first {
                candidates.end = middle;
            } else if c > last {
                candidates.start = middle + 1;
            } else {
                return true;
            }
        }
        false
    }

    fn add_spans<const WORDS: usize>(
        self,
        bytes: &[u8],
        start: usize,
        end: usize,
        set: &mut StateSet<WORDS>,
    ) {
        for span in start..end {
            let (first, last) = self.span(bytes, span);
            set.insert_span(first, last);
        }
    }

    /// The end of the spans of the state before `state`.
    fn state_end(self, bytes: &[u8], state: usize) -> usize {
        match state.checked_sub(1) {
            Some(before) => self.index(bytes, self.state_ends_at() + before * self.index_width()),
            None => 0,
        }
    }

    fn class_ranges(self, bytes: &[u8], class: usize) -> core::ops::Range<usize> {
        let end = |class| self.index(bytes, self.class_ends_at() + class * self.index_width());
        class.checked_sub(1).map_or(0, end)..end(class)
    }

    fn span(self, bytes: &[u8], span: usize) -> (usize, usize) {
        let at = self.spans_at() + span * 2 * self.index_width();
        (self.index(bytes, at), self.index(bytes, at + self.index_width()))
    }

    fn range(self, bytes: &[u8], range: usize) -> (u32, u32) {
        let at = self.ranges_at() + range * 2 * self.character_width();
        (self.character(bytes, at), self.character(bytes, at + self.character_width()))
    }

    fn index_width(self) -> usize {
        if self.flags & WIDE_INDICES != 0 { 2 } else { 1 }
    }

    fn character_width(self) -> usize {
        if self.flags & WIDE_CHARACTERS != 0 { 3 } else { 1 }
    }

    /// Where the first table begins.
    fn tables(self) -> usize {
        1 + COUNTS * self.index_width()
    }

    fn state_ends_at(self) -> usize {
        self.tables() + self.states * self.index_width()
    }

    fn class_ends_at(self) -> usize {
        self.state_ends_at() + self.states * self.index_width()
    }

    fn spans_at(self) -> usize {
        self.class_ends_at() + self.classes * self.index_width()
    }

    fn ranges_at(self) -> usize {
        self.spans_at() + self.spans * 2 * self.index_width()
    }

    fn index(self, bytes: &[u8], at: usize) -> usize {
        little_endian(bytes, at, self.index_width()) as usize
    }

    fn character(self, bytes: &[u8], at: usize) -> u32 {
        little_endian(bytes, at, self.character_width())
    }
}

/// The compiled form of `automaton`; `None` if it has more transitions or ranges than can be counted.
pub(super) fn write(automaton: &Automaton) -> Option<Vec<u8>> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let mut state_ends = Vec::with_capacity(automaton.states.len());
    for state in &automaton.states {
        spans.extend(state.follow.spans());
        state_ends.push(spans.len());
    }
    spans.extend(automaton.first.spans());
    let first_spans = spans.len() - state_ends.last().copied().unwrap_or(0);
    spans.extend(automaton.accepting.spans());

    let mut ranges: Vec<u32> = Vec::new();
    let mut class_ends = Vec::with_capacity(automaton.classes.len());
    for class in &automaton.classes {
        ranges.extend(
            class.ranges().iter().flat_map(|range| [u32::from(*range.start()), u32::from(*range.end())]),
        );
        class_ends.push(ranges.len() / 2);
    }

    // No index is greater than one of these.
    let counts = [automaton.states.len(), class_ends.len(), ranges.len() / 2, first_spans, spans.len()];
    let greatest = counts.into_iter().max()?;
    let index_width = if u8::try_from(greatest).is_ok() { 1 } else { 2 };
    u16::try_from(greatest).ok()?;
    let character_width = if ranges.iter().all(|c| u8::try_from(*c).is_ok()) { 1 } else { 3 };

    let mut flags = 0;
    flags |= if index_width == 2 { WIDE_INDICES } else { 0 };
    flags |= if character_width == 3 { WIDE_CHARACTERS } else { 0 };
    flags |= if automaton.matches_empty { MATCHES_EMPTY } else { 0 };
    let mut bytes = Vec::from([flags]);
    let indices = counts
        .into_iter()
        .chain(automaton.states.iter().map(|state| state.class))
        .chain(state_ends)
        .chain(class_ends)
        .chain(spans.into_iter().flat_map(|(first, last)| [first, last]));
    for index in indices {
        bytes.extend_from_slice(&index.to_le_bytes()[..index_width]);
    }
    for character in ranges {
        bytes.extend_from_slice(&character.to_le_bytes()[..character_width]);
    }
    Some(bytes)
}

/// The number that `width` bytes from `at` on write; bytes that are not there are zero.
fn little_endian(bytes: &[u8], at: usize, width: usize) -> u32 {
    let number = bytes.get(at..at + width).unwrap_or_default();
    number.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
}
