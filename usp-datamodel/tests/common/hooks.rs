//! Hooks that note what they are asked and fail where they are told to.

extern crate alloc;

use alloc::sync::Arc;
use std::sync::Mutex;

use usp_datamodel::{DataModel, Fault, Hook, StagedChange, StagedChanges};
use usp_msg::ErrorCode;

/// One line for each call.
pub type Calls = Arc<Mutex<Vec<String>>>;

/// What the hooks of a model do.
#[derive(Debug, Clone, Default)]
pub struct Behaviour {
    pub calls: Calls,
    /// The hooks that fail to commit and to revert.
    pub failing: Arc<Mutex<(Option<usize>, Option<usize>)>>,
}

struct Numbered {
    number: usize,
    behaviour: Behaviour,
}

impl Numbered {
    fn note(&self, step: &str) {
        self.behaviour.calls.lock().unwrap().push(format!("{step} {}", self.number));
    }

    fn outcome(&self, failing: Option<usize>, step: &str) -> Result<(), Fault> {
        self.note(step);
        if failing == Some(self.number) {
            return Err(Fault::new(ErrorCode::COMMAND_FAILURE, format!("hook {} broke", self.number)));
        }
        Ok(())
    }
}

impl Hook for Numbered {
    fn commit(&mut self, changes: &StagedChanges<'_>) -> Result<(), Fault> {
        assert!(!changes.is_empty());
        let failing = self.behaviour.failing.lock().unwrap().0;
        self.outcome(failing, "commit")
    }

    fn revert(&mut self, changes: &StagedChanges<'_>) -> Result<(), Fault> {
        assert!(!changes.is_empty());
        let failing = self.behaviour.failing.lock().unwrap().1;
        self.outcome(failing, "revert")
    }
}

impl Behaviour {
    /// Registers hooks of these numbers for a part of the model.
    pub fn register(&self, model: &mut DataModel, scope: &str, numbers: core::ops::Range<usize>) {
        for number in numbers {
            model.hook(scope, Numbered { number, behaviour: self.clone() }).unwrap();
        }
    }

    pub fn fail(&self, commit: Option<usize>, revert: Option<usize>) {
        *self.failing.lock().unwrap() = (commit, revert);
    }

    pub fn calls(&self) -> Vec<String> {
        core::mem::take(&mut *self.calls.lock().unwrap())
    }
}

/// Staged changes, one line each: `path: before -> after`, `+row`, `-row`, `row carries mount`, `row carries mount no
/// more`.
pub fn lines(changes: &StagedChanges<'_>) -> Vec<String> {
    let line = |change: &StagedChange| match change {
        StagedChange::Value { path, before, after } => format!("{path}: {before} -> {after}"),
        StagedChange::Created { path } => format!("+{path}"),
        StagedChange::Deleted { path } => format!("-{path}"),
        StagedChange::Mounted { path, mount } => format!("{path} carries {mount}"),
        StagedChange::Unmounted { path, mount } => format!("{path} carries {mount} no more"),
        other => panic!("a kind of change that the tests do not know: {other:?}"),
    };
    changes.iter().map(line).collect()
}
