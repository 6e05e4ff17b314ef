//! What is left of the limits while a request is worked on.

use crate::fault::Fault;
use crate::limits::Limits;

/// The work that a request may still cause. One budget serves all paths of the request, so that many paths cost
/// no more than one.
#[derive(Debug)]
pub(crate) struct Budget {
    limits: Limits,
    matches: usize,
    comparisons: usize,
    results: usize,
    /// Bytes that the answer may still have; `None` when there were too many.
    answer: Option<usize>,
}

impl Budget {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            matches: limits.max_matches,
            comparisons: limits.max_comparisons,
            results: limits.max_results,
            answer: Some(limits.max_answer),
        }
    }

    /// Objects that a path leads to, on its way or in the end.
    pub(crate) fn matched(&mut self, objects: usize) -> Result<(), Fault> {
        spend(&mut self.matches, objects, "objects to look at", self.limits.max_matches)
    }

    /// Rows that an expression is tried on, and objects that it reaches through references.
    pub(crate) fn compared(&mut self, rows: usize) -> Result<(), Fault> {
        spend(&mut self.comparisons, rows, "rows to compare", self.limits.max_comparisons)
    }

    /// Elements of the answer, and settings.
    pub(crate) fn result(&mut self, elements: usize) -> Result<(), Fault> {
        spend(&mut self.results, elements, "elements in its answer", self.limits.max_results)
    }

    /// Text that is kept for the answer.
    ///
    /// # Errors
    ///
    /// 7005: there is more than an answer may hold. The request has failed then, and need not be worked on.
    pub(crate) fn tell(&mut self, bytes: usize) -> Result<(), Fault> {
        self.answer = self.answer.and_then(|left| left.checked_sub(bytes));
        self.can_tell()
    }

    /// The same of what was told so far.
    pub(crate) fn can_tell(&self) -> Result<(), Fault> {
        match self.answer {
            Some(_) => Ok(()),
            None => Err(Fault::exceeded("bytes for its answer", self.limits.max_answer)),
        }
    }
}

fn spend(left: &mut usize, wanted: usize, what: &str, limit: usize) -> Result<(), Fault> {
    match left.checked_sub(wanted) {
        Some(rest) => {
            *left = rest;
            Ok(())
        }
        None => {
            // Whoever asks again gets the same answer, however little it asks for.
            *left = 0;
            Err(Fault::exceeded(what, limit))
        }
    }
}
