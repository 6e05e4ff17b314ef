//! What was left out of saved state, told part by part up to a bound.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use usp_msg::ErrorCode;

use crate::fault::Fault;

/// A part of saved state, or of a model that got another schema, that does not fit any more and was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// The row or parameter; by its supported path where the schema has none such, once for all rows. Empty in the last
    /// of many ([`MOST_NAMED`](Self::MOST_NAMED)).
    pub path: String,
    /// Why.
    pub fault: Fault,
}

impl Unfit {
    /// How many parts are named one by one, so that damaged state costs no more memory than it needs. Where there are
    /// more, one that follows them has no path, and says how many.
    pub const MOST_NAMED: usize = 1_000;
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            return f.write_str(self.fault.message());
        }
        write!(f, "{} was left out: {}", self.path, self.fault.message())
    }
}

/// What was left out so far.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    named: Vec<Unfit>,
    unnamed: usize,
    /// The first row.
    pub(super) row: Option<Unfit>,
}

impl LeftOut {
    pub(super) fn note_row(&mut self, path: String, fault: Fault) {
        self.row.get_or_insert_with(|| Unfit { path: path.clone(), fault: fault.clone() });
        self.note(|| path, fault);
    }

    pub(super) fn note(&mut self, path: impl FnOnce() -> String, fault: Fault) {
        if self.named.len() < Unfit::MOST_NAMED {
            self.named.push(Unfit { path: path(), fault });
        } else {
            self.unnamed += 1;
        }
    }

    pub(super) fn finish(mut self) -> Vec<Unfit> {
        if self.unnamed > 0 {
            let message = alloc::format!("{} more parts were left out", self.unnamed);
            self.named.push(Unfit {
                path: String::new(),
                fault: Fault::new(ErrorCode::RESOURCES_EXCEEDED, message),
            });
        }
        self.named
    }
}
