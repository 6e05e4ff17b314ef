//! A compiled pattern in someone else's memory.

use super::PatternError;
use super::format::Layout;
use super::state_set::{ALL_WORDS, StateSet};

/// A compiled pattern, borrowed from the bytes that [`Pattern::as_bytes`](super::Pattern::as_bytes)
/// gave, as they stand in a schema image.
///
/// Matching allocates nothing and needs a few hundred bytes of stack, for sets of
/// [`Pattern::MAX_STATES`](super::Pattern::MAX_STATES) bits. Its time is proportional to the length
/// of the text times the size of the automaton at most, whatever text and pattern are.
///
/// ```
/// use usp_schema::{Pattern, PatternRef};
///
/// let bytes = Pattern::compile(r"\d+(\.\d+)*")?.as_bytes().to_vec();
/// let version = PatternRef::from_bytes(&bytes)?;
/// assert!(version.is_match("2.19.1"));
/// assert!(!version.is_match("2.19."));
/// # Ok::<(), usp_schema::PatternError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PatternRef<'a> {
    bytes: &'a [u8],
    layout: Layout,
}

impl<'a> PatternRef<'a> {
    /// Checks the bytes of a compiled pattern, in time linear in their number.
    ///
    /// # Errors
    /// [`PatternErrorKind::Damaged`](super::PatternErrorKind::Damaged) when they are not what
    /// [`Pattern::as_bytes`](super::Pattern::as_bytes) gives. Bytes that pass the check are safe to
    /// use, whoever made them.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, PatternError> {
        Layout::read(bytes).map(|layout| Self { bytes, layout })
    }

    /// From bytes that [`from_bytes`](Self::from_bytes) took before, without checking them again.
    pub(crate) fn from_checked_bytes(bytes: &'a [u8]) -> Option<Self> {
        let layout = Layout::header(bytes).ok()?;
        Some(Self { bytes, layout })
    }

    /// From bytes that have been checked.
    pub(super) fn new(bytes: &'a [u8], layout: Layout) -> Self {
        Self { bytes, layout }
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The number of states of the automaton.
    pub fn states(&self) -> usize {
        self.layout.states()
    }

    /// Whether the pattern describes the whole of `text`.
    pub fn is_match(&self, text: &str) -> bool {
        if text.is_empty() {
            return self.layout.matches_empty();
        }
        // Most patterns are small, and small sets are quickly gone through.
        if self.layout.states() <= 64 {
            self.is_match_with::<1>(text)
        } else {
            self.is_match_with::<ALL_WORDS>(text)
        }
    }

    /// Matches a text that is not empty, with sets that hold every state of this automaton.
    fn is_match_with<const WORDS: usize>(&self, text: &str) -> bool {
        let mut candidates: StateSet<WORDS> = self.layout.first(self.bytes);
        let mut entered = StateSet::EMPTY;
        for c in text.chars() {
            entered = self.entered(&candidates, c);
            if entered.is_empty() {
                return false;
            }
            candidates = StateSet::EMPTY;
            for state in entered.iter() {
                self.layout.add_following(self.bytes, state, &mut candidates);
            }
        }
        entered.intersects(&self.layout.accepting(self.bytes))
    }

    /// Those of `candidates` that reading `c` enters.
    fn entered<const WORDS: usize>(&self, candidates: &StateSet<WORDS>, c: char) -> StateSet<WORDS> {
        let mut entered = StateSet::EMPTY;
        // States of the same class often stand side by side.
        let (mut class, mut contains) = (usize::MAX, false);
        for state in candidates.iter() {
            let of_state = self.layout.state_class(self.bytes, state);
            if of_state != class {
                class = of_state;
                contains = self.layout.class_contains(self.bytes, class, c);
            }
            if contains {
                entered.insert(state);
            }
        }
        entered
    }
}
