//! From a change to those who want to be told of it.

use alloc::string::ToString;
use alloc::vec::Vec;

use usp_path::{Path, SearchExpression};
use usp_schema::{Object, ObjectId};

use crate::change::{Change, ChangeKind};
use crate::expression::Expression;
use crate::model::DataModel;
use crate::permissions::access::Access;
use crate::resolve::place::Place;
use crate::resolve::without_dot;
use crate::store::{ROOT, RowId};
use crate::subscriptions::index::{Entry, Node, RowExpression, RowSteps, SubscriberId, TOP};

impl DataModel {
    /// The subscribers of a change, each once, in their order. `row` is the row of what has changed, which may have
    /// left its table already; without it the rows are found by their numbers.
    pub(crate) fn subscribers_of(&self, change: &Change, row: Option<RowId>) -> Vec<SubscriberId> {
        if self.subscriptions.is_empty() {
            return Vec::new();
        }
        self.matching(change, row, false)
    }

    /// The subscribers whose references lead to a row that is about to be deleted: afterwards they lead there no more.
    pub(crate) fn subscribers_behind(&self, deletion: &Change, row: RowId) -> Vec<SubscriberId> {
        self.matching(deletion, Some(row), true)
    }

    /// The row that the Instance Numbers of a path lead to; `None` where it is gone.
    pub(crate) fn row_by_numbers(&self, steps: &[&str]) -> Option<RowId> {
        let (mut row, mut at): (RowId, Option<ObjectId>) = (ROOT, None);
        for step in steps {
            match (number_of(step), at) {
                (Some(number), Some(table)) => row = self.store.table(row, table)?.row(number)?,
                (Some(_), None) => return None,
                (None, None) => at = Some(self.schema.root(step)?.id()),
                (None, Some(object)) => at = self.child_of(Place { row, object }, step).map(Object::id),
            }
        }
        Some(row)
    }

    fn matching(&self, change: &Change, row: Option<RowId>, only_behind: bool) -> Vec<SubscriberId> {
        let found = Vec::new();
        let mut walk = Matching { model: self, change, kind: change.kind(), row, only_behind, found };
        walk.run();
        let mut found = walk.found;
        usp_collections::sort_and_dedup(&mut found);
        found
    }
}

/// A change on its way through the tree.
struct Matching<'m, 'c> {
    model: &'m DataModel,
    change: &'c Change,
    kind: ChangeKind,
    row: Option<RowId>,
    only_behind: bool,
    found: Vec<SubscriberId>,
}

impl Matching<'_, '_> {
    fn run(&mut self) {
        let steps: Vec<&str> = without_dot(self.change.path()).split('.').collect();
        let mut nodes = alloc::vec![TOP];
        self.collect(TOP, None);
        let mut numbers = 0;
        for (position, step) in steps.iter().enumerate() {
            nodes = match number_of(step) {
                Some(number) => {
                    numbers += 1;
                    self.enter_row(&nodes, number, &steps[..=position], numbers)
                }
                None => nodes.iter().filter_map(|&node| self.node(node).name(step)).collect(),
            };
            if nodes.is_empty() {
                return;
            }
            let rest = steps.len() - position - 1;
            for &node in &nodes {
                self.collect(node, Some(self.is_covered(rest, steps.last().copied())));
            }
        }
    }

    fn node(&self, node: u32) -> &Node {
        self.model.subscriptions.node(node)
    }

    /// Whether a path covers what lies so many steps beyond it: all below for values, events and commands (TR-181,
    /// ReferenceList), the rows of the table itself for creations and deletions.
    fn is_covered(&self, rest: usize, last: Option<&str>) -> bool {
        match self.kind {
            ChangeKind::ObjectCreation | ChangeKind::ObjectDeletion => {
                rest == 0 || (rest == 1 && last.is_some_and(|step| number_of(step).is_some()))
            }
            ChangeKind::ValueChange | ChangeKind::Event | ChangeKind::OperationComplete => true,
        }
    }

    /// Those who stand at a node. Paths behind references are asked where they lead.
    fn collect(&mut self, node: u32, covered: Option<bool>) {
        let model = self.model;
        for Entry { subscriber, kind, behind } in &model.subscriptions.node(node).entries {
            let is_meant = *kind == self.kind
                && match behind {
                    Some(path) => self.leads_here(path),
                    None => covered == Some(true) && !self.only_behind,
                };
            if is_meant {
                self.found.push(*subscriber);
            }
        }
    }

    fn leads_here(&self, path: &str) -> bool {
        let Ok(path) = Path::parse(path) else { return false };
        let matches = self.model.resolve(&path).map(|resolution| resolution.matches).unwrap_or_default();
        matches.iter().any(|&found| {
            let covered = self.model.path_of_match(found);
            let Some(rest) = self.change.path().strip_prefix(&*covered) else { return false };
            let steps: Vec<&str> = rest.split('.').filter(|step| !step.is_empty()).collect();
            (rest.is_empty() || covered.ends_with('.')) && self.is_covered(steps.len(), steps.last().copied())
        })
    }

    /// The nodes for a row: by its number, for all rows, or by an expression that it fits.
    fn enter_row(&self, tables: &[u32], number: u32, steps: &[&str], depth: usize) -> Vec<u32> {
        let mut nodes = Vec::new();
        for rows in tables.iter().filter_map(|&table| self.node(table).rows.as_deref()) {
            nodes.extend(rows.numbers.get(&number));
            nodes.extend(rows.wildcard);
            if (!rows.by_value.is_empty() || !rows.others.is_empty())
                && let Some(row) = self.row_at(steps, depth)
            {
                self.enter_by_expression(rows, row, &mut nodes);
            }
        }
        nodes
    }

    fn enter_by_expression(&self, rows: &RowSteps, row: RowId, nodes: &mut Vec<u32>) {
        let fits = |node: &u32| {
            self.node(*node).expression.as_deref().is_some_and(|expression| self.fits(expression, row))
        };
        for (&parameter, values) in &rows.by_value {
            let value = self.model.seen(row, self.model.parameter(parameter), Access::CONTROLLER);
            let asked = value.ok().and_then(|value| values.get(&*value.to_string()));
            nodes.extend(asked.into_iter().flatten().copied().filter(fits));
        }
        nodes.extend(rows.others.iter().copied().filter(fits));
    }

    fn fits(&self, expression: &RowExpression, row: RowId) -> bool {
        if let Some(compiled) = &expression.compiled {
            return compiled.matches(self.model, row).unwrap_or(false);
        }
        let Some(table) = self.model.store.home(row).map(|home| home.table) else { return false };
        SearchExpression::parse(&expression.text)
            .ok()
            .and_then(|parsed| Expression::compile(self.model, table, &parsed).ok())
            .and_then(|compiled| compiled.matches(self.model, row).ok())
            .unwrap_or(false)
    }

    /// The row that the steps of the change lead to, the last of which is the number at this depth.
    fn row_at(&self, steps: &[&str], depth: usize) -> Option<RowId> {
        let Some(row) = self.row else { return self.model.row_by_numbers(steps) };
        let home = |row: &RowId| self.model.store.home(*row).map(|home| home.parent);
        let mut rows: Vec<RowId> = core::iter::successors(Some(row), home).collect();
        // The outermost is the root row, which has no number.
        rows.reverse();
        rows.get(depth).copied()
    }
}

fn number_of(step: &str) -> Option<u32> {
    if step.starts_with(|first: char| first.is_ascii_digit()) { step.parse().ok() } else { None }
}
