//! Changes that are made but not final, as hooks see them.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use usp_schema::{ParameterId, Schema, Value};

use crate::fault::Fault;
use crate::model::DataModel;
use crate::requester::Requester;
use crate::resolve::place::Place;
use crate::store::RowId;
use crate::store::packed::unpack;
use crate::transaction::check::Conflict;
use crate::transaction::hooks::Scope;
use crate::transaction::net_effect::NetEffect;
use crate::transaction::{Transaction, Undo};

/// What a request changes in the part of the model that a hook is for: the difference between before and after, one
/// item for each row that comes or goes and each parameter of a row that stays.
#[derive(Debug)]
pub struct StagedChanges<'t> {
    model: &'t DataModel,
    requester: &'t Requester,
    changes: Vec<Located>,
    /// The values before the request of all parameters that were set, in all of the model.
    before: BTreeMap<(RowId, ParameterId), Option<&'t Value>>,
    /// The rows that went, by path, with those below them; and those that came.
    deleted: BTreeMap<String, RowId>,
    created: BTreeSet<RowId>,
}

/// A change that is not final yet.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StagedChange {
    /// A parameter of an object that was there and stays gets another value.
    Value {
        /// Full path of the parameter.
        path: String,
        /// The value that it has.
        before: Value,
        /// The value that it gets.
        after: Value,
    },
    /// A row comes; [`StagedChanges::after`] reads its values.
    Created {
        /// Path of the row, with the final dot.
        path: String,
    },
    /// A row goes; [`StagedChanges::before`] reads its values.
    Deleted {
        /// Path of the row, with the final dot.
        path: String,
    },
}

impl StagedChange {
    /// The path of the parameter or row.
    pub fn path(&self) -> &str {
        match self {
            Self::Value { path, .. } | Self::Created { path } | Self::Deleted { path } => path,
        }
    }
}

/// A change, where it is, and the entry of the request that made it last.
#[derive(Debug)]
struct Located {
    change: StagedChange,
    place: Place,
    parameter: Option<ParameterId>,
    entry: usize,
}

impl<'t> StagedChanges<'t> {
    pub(crate) fn new(transaction: &'t Transaction<'_>, scope: &Scope, requester: &'t Requester) -> Self {
        let model = &*transaction.model;
        let mut staged = Self {
            model,
            requester,
            changes: Vec::new(),
            before: BTreeMap::new(),
            deleted: BTreeMap::new(),
            created: BTreeSet::new(),
        };
        let net = NetEffect::new(model, transaction.log());
        let mut last_entry: BTreeMap<(RowId, ParameterId), usize> = BTreeMap::new();
        for (entry, undo) in transaction.log_by_entry() {
            match undo {
                Undo::Value { row, parameter, before, .. } => {
                    staged.before.entry((*row, *parameter)).or_insert(before.as_ref());
                    last_entry.insert((*row, *parameter), entry);
                }
                Undo::Created { row, .. } => {
                    staged.created.insert(*row);
                    if !net.is_gone(*row) {
                        let created = |path| StagedChange::Created { path };
                        staged.add_row(scope, *row, entry, created);
                    }
                }
                Undo::Highest { .. } | Undo::Mount { .. } => {}
                Undo::Deleted { row, .. } => {
                    for row in model.store.with_descendants(*row).into_iter().rev() {
                        if !net.is_new(row) {
                            let deleted = |path| StagedChange::Deleted { path };
                            staged.add_row(scope, row, entry, deleted);
                            let path = model.place_of_row(row).map(|place| model.path_of(place));
                            staged.deleted.extend(path.map(|path| (path, row)));
                        }
                    }
                }
            }
        }
        for (&(row, parameter), &before) in &staged.before {
            if !net.is_new(row) && !net.is_gone(row) && model.carries(row, parameter) {
                let entry = last_entry.get(&(row, parameter)).copied().unwrap_or_default();
                staged.changes.extend(value_change(model, scope, (row, parameter), before, entry));
            }
        }
        staged
    }

    fn add_row(&mut self, scope: &Scope, row: RowId, entry: usize, change: impl Fn(String) -> StagedChange) {
        let Some(place) = self.model.place_of_row(row) else { return };
        if scope.contains(place.object) {
            let change = change(self.model.path_of(place));
            self.changes.push(Located { change, place, parameter: None, entry });
        }
    }

    /// The changes: rows first, in the order of the request, and then values. At least one.
    pub fn iter(&self) -> impl Iterator<Item = &StagedChange> {
        self.changes.iter().map(|located| &located.change)
    }

    /// Whether there are none, as never when a hook is called.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The schema of the model.
    pub fn schema(&self) -> &Schema {
        &self.model.schema
    }

    /// Who asks for the changes; the device itself, where it reports them.
    pub fn requester(&self) -> &Requester {
        self.requester
    }

    /// The value that a parameter will have, by its instantiated path, anywhere in the model; `None` if there is no
    /// such parameter or it cannot be read.
    pub fn after(&self, path: &str) -> Option<Value> {
        self.model.value_at(path).ok()
    }

    /// The value that a parameter had before the request, by its instantiated path with Instance Numbers, anywhere in
    /// the model; `None` if there was no such parameter or it cannot be read.
    pub fn before(&self, path: &str) -> Option<Value> {
        let (row, parameter) = self.place_before(path)?;
        if self.created.contains(&row) {
            return None;
        }
        match self.before.get(&(row, parameter)) {
            Some(before) => Some(value_before(self.model, parameter, *before)),
            None => {
                let value = self.model.effective(row, self.model.parameter(parameter)).ok()?;
                Some(value.into_value())
            }
        }
    }

    /// Row and parameter of a path as it led before the request.
    fn place_before(&self, path: &str) -> Option<(RowId, ParameterId)> {
        if let Ok((place, parameter)) = self.model.one_parameter(path) {
            return Some((place.row, parameter));
        }
        // The innermost row that has gone and that the path goes through.
        let within = |end: usize| self.deleted.get(&path[..end]).map(|&row| (row, &path[end..]));
        let ends = path.char_indices().rev().filter(|&(_, char)| char == '.').map(|(at, _)| at + 1);
        let (row, rest) = ends.map(within).find_map(|found| found)?;
        let mut object = self.model.object(self.model.store.home(row)?.table);
        let mut steps = rest.split('.').peekable();
        while let Some(step) = steps.next() {
            if steps.peek().is_none() {
                return Some((row, object.parameter(step)?.id()));
            }
            let child = self.model.child_of(Place { row, object: object.id() }, step);
            object = child.filter(|child| !child.is_table())?;
        }
        None
    }

    /// The conflicts that a refusal because of a path amounts to.
    pub(crate) fn blame(&self, path: &str, fault: Fault) -> Option<Conflict> {
        let named = self.changes.iter().find(|located| located.change.path() == path);
        // A parameter of a row that comes.
        let of_row = || {
            let (place, parameter) = self.model.one_parameter(path).ok()?;
            let row = self.changes.iter().find(|located| located.place.row == place.row)?;
            Some((place, Some(parameter), row.entry))
        };
        let last = || self.changes.iter().max_by_key(|located| located.entry);
        let of = |located: &Located| (located.place, located.parameter, located.entry);
        let (place, parameter, entry) = named.map(of).or_else(of_row).or_else(|| last().map(of))?;
        Some(Conflict { entry, place, parameters: parameter.into_iter().collect(), fault })
    }
}

fn value_change(
    model: &DataModel,
    scope: &Scope,
    (row, parameter): (RowId, ParameterId),
    before: Option<&Value>,
    entry: usize,
) -> Option<Located> {
    let schema_parameter = model.parameter(parameter);
    let place = Place { row, object: schema_parameter.object().id() };
    if !scope.contains(place.object) {
        return None;
    }
    let before = value_before(model, parameter, before);
    let after = model.at_rest(row, schema_parameter).into_value();
    if before == after {
        return None;
    }
    let path = model.path_of(place) + schema_parameter.name();
    let change = StagedChange::Value { path, before, after };
    Some(Located { change, place, parameter: Some(parameter), entry })
}

/// The value that was set, or else the initial one.
fn value_before(model: &DataModel, parameter: ParameterId, before: Option<&Value>) -> Value {
    before.cloned().unwrap_or_else(|| unpack(model.layout.initial(parameter)).into_value())
}
