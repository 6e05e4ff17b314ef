//! Why a pattern cannot be used.

/// A pattern cannot be compiled, or its compiled form cannot be loaded.
///
/// The author of the data model is at fault, or, for [`PatternErrorKind::Damaged`], whoever made the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at offset {offset} of the pattern: {reason}")]
pub struct PatternError {
    kind: PatternErrorKind,
    offset: usize,
    reason: &'static str,
}

impl PatternError {
    pub(super) fn new(kind: PatternErrorKind, offset: usize, reason: &'static str) -> Self {
        Self { kind, offset, reason }
    }

    pub(super) fn malformed(offset: usize, reason: &'static str) -> Self {
        Self::new(PatternErrorKind::Malformed, offset, reason)
    }

    pub(super) fn unsupported(offset: usize, reason: &'static str) -> Self {
        Self::new(PatternErrorKind::Unsupported, offset, reason)
    }

    /// The class of the error.
    pub fn kind(&self) -> PatternErrorKind {
        self.kind
    }

    /// Where in the pattern, or in its compiled form, counted in bytes.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// What is wrong there.
    pub fn reason(&self) -> &'static str {
        self.reason
    }
}

/// The class of a [`PatternError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PatternErrorKind {
    /// Not a regular expression.
    Malformed,
    /// A regular expression of XML Schema that this crate does not support.
    Unsupported,
    /// More states, transitions or nesting than the limits allow.
    TooLarge,
    /// The bytes are not a compiled pattern.
    Damaged,
}
