//! How much an answer may hold.

use crate::fault::Fault;
use crate::limits::Limits;

/// The bytes that an answer, or a part of it, may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    bytes: usize,
    /// What the whole may take.
    limit: usize,
}

impl Room {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { bytes: limits.max_answer, limit: limits.max_answer }
    }

    /// What is left of it beside what was written.
    pub(super) fn beside(self, written: usize) -> Self {
        Self { bytes: self.bytes.saturating_sub(written), ..self }
    }

    /// Whether it has so many bytes.
    ///
    /// # Errors
    ///
    /// 7005: it has not.
    pub(super) fn holds(self, bytes: usize) -> Result<(), Fault> {
        match bytes <= self.bytes {
            true => Ok(()),
            false => Err(Fault::exceeded("bytes for its answer", self.limit)),
        }
    }
}
