//! Which changes a path stands for: the meaning of a Subscription's ReferenceList.

use usp_path::{Path, Segment};
use usp_schema::Object;

use crate::change::Change;
use crate::expression::Expression;
use crate::model::DataModel;
use crate::store::{ROOT, RowId};

impl DataModel {
    /// Whether a path, as it stands in the ReferenceList of a Subscription, covers a change.
    ///
    /// - A value change is covered by the path of the parameter and of any object above it.
    /// - A creation or deletion is covered by the path of the table or of the row. (TR-181 names tables for
    ///   ObjectCreation and rows for ObjectDeletion; TP-469 names tables for both.)
    /// - An event, or the end of a command, is covered by its own path and by that of any object above it.
    ///
    /// Wildcards and Search Expressions are asked of the rows on the way as they are now. A row that is gone
    /// matches by number and wildcard only. A reference that is followed covers what it leads to now.
    pub fn covers(&self, path: &Path<'_>, change: &Change) -> bool {
        let changed = change.path();
        if path.segments().any(|segment| matches!(segment, Segment::Follow(_))) {
            return self.covers_behind_references(path, changed);
        }
        let Some(left) = self.steps_beyond(path, changed) else { return false };
        match change {
            Change::ValueChange { .. } | Change::Event { .. } | Change::OperationComplete { .. } => true,
            // What is left of the row's path behind that of its table is the Instance Number.
            Change::ObjectCreation { .. } | Change::ObjectDeletion { .. } => {
                left == 0 || (left == 1 && ends_in_number(changed))
            }
        }
    }

    /// How many steps a path without wildcards has beyond this one; `None` if it does not begin with it.
    fn steps_beyond(&self, path: &Path<'_>, changed: &str) -> Option<usize> {
        let mut steps = changed.trim_end_matches('.').split('.');
        let mut at = Position { model: self, object: None, row: Some(ROOT) };
        for segment in path.segments() {
            let step = steps.next()?;
            let matches = match segment {
                Segment::Name(name) => name == step && at.enter(step),
                Segment::Instance(number) => step.parse() == Ok(number.get()) && at.enter(step),
                Segment::Wildcard => is_number(step) && at.enter(step),
                Segment::Expression(expression) => is_number(step) && at.enter(step) && at.fits(&expression),
                Segment::Command(name) => step.strip_suffix("()") == Some(name),
                Segment::Event(name) => step.strip_suffix('!') == Some(name),
                Segment::Follow(_) => false,
            };
            if !matches {
                return None;
            }
        }
        Some(steps.count())
    }

    fn covers_behind_references(&self, path: &Path<'_>, changed: &str) -> bool {
        let resolved = self.resolve(path).map(|resolution| resolution.matches).unwrap_or_default();
        resolved.iter().any(|found| {
            let covered = self.path_of_match(*found);
            changed.strip_prefix(&*covered).is_some_and(|rest| covered.ends_with('.') || rest.is_empty())
        })
    }
}

/// Where the path of a change has come to, as far as it still exists.
struct Position<'m> {
    model: &'m DataModel,
    object: Option<Object<'m>>,
    row: Option<RowId>,
}

impl Position<'_> {
    /// Takes one step; always possible, but what does not exist is lost sight of.
    fn enter(&mut self, step: &str) -> bool {
        if let Ok(number) = step.parse() {
            let table = self.object.map(Object::id);
            self.row = self
                .row
                .zip(table)
                .and_then(|(row, table)| self.model.store.table(row, table))
                .and_then(|table| table.row(number));
        } else {
            self.object = match self.object {
                None => self.model.schema.root(step),
                Some(object) => object.child(step),
            };
        }
        true
    }

    fn fits(&self, expression: &usp_path::SearchExpression<'_>) -> bool {
        let Some((object, row)) = self.object.zip(self.row) else { return false };
        Expression::compile(self.model, object.id(), expression)
            .and_then(|expression| expression.matches(self.model, row))
            .unwrap_or(false)
    }
}

fn is_number(step: &str) -> bool {
    step.bytes().all(|byte| byte.is_ascii_digit())
}

fn ends_in_number(path: &str) -> bool {
    path.trim_end_matches('.').rsplit('.').next().is_some_and(is_number)
}
