//! Changes that are made but not final, as hooks see them.

use alloc::string::String;
use alloc::vec::Vec;

use usp_collections::{SortedMap, SortedSet};
use usp_schema::{Object, ObjectId, ParameterId, Schema, Value};

use crate::fault::Fault;
use crate::model::DataModel;
use crate::mounts::mount_around;
use crate::requester::Requester;
use crate::resolve::place::Place;
use crate::store::RowId;
use crate::store::packed::unpack;
use crate::transaction::check::Conflict;
use crate::transaction::hooks::Scope;
use crate::transaction::net_effect::NetEffect;
use crate::transaction::{Transaction, Undo};

/// What a request changes in the part of the model that a hook is for: the difference between before and after, one
/// item for each row that comes or goes, each parameter of a row that stays, and each mount that a row gets or loses.
#[derive(Debug)]
pub struct StagedChanges<'t> {
    model: &'t DataModel,
    requester: &'t Requester,
    changes: Vec<Located>,
    /// The values before the request of all parameters that were set, in all of the model.
    before: SortedMap<(RowId, ParameterId), Option<&'t Value>>,
    /// The rows that went, by path, with those below them; and those that came.
    deleted: SortedMap<String, RowId>,
    created: SortedSet<RowId>,
    /// What rows that stay carried before; and what they carry no more, by their paths.
    carried: SortedMap<RowId, Option<ObjectId>>,
    unmounted: SortedMap<String, (RowId, ObjectId)>,
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
    /// A row that stays carries this now, with single objects that were not there before; [`StagedChanges::after`]
    /// reads their values. Its rows are [`Created`](Self::Created).
    Mounted {
        /// Path of the row, with the final dot.
        path: String,
        /// The name of the mount.
        mount: String,
    },
    /// A row that stays carries this no more, and the single objects in it go; [`StagedChanges::before`] reads their
    /// values. Its rows are [`Deleted`](Self::Deleted).
    Unmounted {
        /// Path of the row, with the final dot.
        path: String,
        /// The name of the mount.
        mount: String,
    },
}

impl StagedChange {
    /// The path of the parameter or row.
    pub fn path(&self) -> &str {
        match self {
            Self::Value { path, .. }
            | Self::Created { path }
            | Self::Deleted { path }
            | Self::Mounted { path, .. }
            | Self::Unmounted { path, .. } => path,
        }
    }
}

/// A change, where it is, and the entry of the request that made it last.
#[derive(Debug)]
pub(crate) struct Located {
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
            before: SortedMap::new(),
            deleted: SortedMap::new(),
            created: SortedSet::new(),
            carried: SortedMap::new(),
            unmounted: SortedMap::new(),
        };
        let net = NetEffect::new(model, transaction.log());
        let mut last_entry: SortedMap<(RowId, ParameterId), usize> = SortedMap::new();
        for (entry, undo) in transaction.log_by_entry() {
            match undo {
                Undo::Value { row, parameter, before, .. } => {
                    staged.before.get_or_insert_with((*row, *parameter), || before.as_ref());
                    last_entry.insert((*row, *parameter), entry);
                }
                Undo::Created { row, .. } => {
                    staged.created.insert(*row);
                    if !net.is_gone(*row) {
                        let created = |path| StagedChange::Created { path };
                        staged.add_row(scope, *row, entry, created);
                    }
                }
                Undo::Mount { row, before } => {
                    if !net.is_new(*row) && !net.is_gone(*row) && !staged.carried.contains_key(row) {
                        staged.carried.insert(*row, *before);
                        staged.add_mounts(scope, *row, *before, entry);
                    }
                }
                Undo::Highest { .. } => {}
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

    fn add_mounts(&mut self, scope: &Scope, row: RowId, before: Option<ObjectId>, entry: usize) {
        let (model, after) = (self.model, self.model.store.mount(row));
        let Some(place) = model.place_of_row(row).filter(|_| before != after) else { return };
        let path = model.path_of(place);
        if let Some(mount) = before {
            self.unmounted.insert(path.clone(), (row, mount));
        }
        for (mount, comes) in [(before, false), (after, true)] {
            let Some(mount) = mount.map(|mount| model.object(mount)) else { continue };
            if scope.contains(mount.id()) || has_single_object(mount, scope) {
                let (path, mount) = (path.clone(), String::from(mount.name()));
                let change = match comes {
                    true => StagedChange::Mounted { path, mount },
                    false => StagedChange::Unmounted { path, mount },
                };
                self.changes.push(Located { change, place, parameter: None, entry });
            }
        }
    }

    /// The changes: rows and mounts first, in the order of the request, and then values. At least one.
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
        if self.created.contains(&row) || self.has_come(row, parameter) {
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

    /// Whether a parameter is one of what a row carries now and did not before.
    fn has_come(&self, row: RowId, parameter: ParameterId) -> bool {
        let mount = || mount_around(self.model.parameter(parameter).object()).map(Object::id);
        self.carried.get(&row).is_some_and(|before| mount().is_some_and(|mount| *before != Some(mount)))
    }

    /// Row and parameter of a path as it led before the request.
    fn place_before(&self, path: &str) -> Option<(RowId, ParameterId)> {
        // What is there now may stand where something else was: that looks first.
        self.in_what_has_gone(path).or_else(|| {
            let (place, parameter) = self.model.one_parameter(path).ok()?;
            Some((place.row, parameter))
        })
    }

    /// Row and parameter of a path into a row that has gone or into what a row carries no more.
    fn in_what_has_gone(&self, path: &str) -> Option<(RowId, ParameterId)> {
        if self.deleted.is_empty() && self.unmounted.is_empty() {
            return None;
        }
        // The innermost that the path goes through.
        let within = |end: usize| {
            let (above, rest) = path.split_at(end);
            if let Some(&row) = self.deleted.get(above) {
                let table = self.model.object(self.model.store.home(row)?.table);
                return self.parameter_below(row, table, rest);
            }
            let &(row, mount) = self.unmounted.get(above)?;
            self.parameter_below(row, self.model.object(mount), rest)
        };
        let ends = path.char_indices().rev().filter(|&(_, char)| char == '.').map(|(at, _)| at + 1);
        ends.map(within).find_map(|found| found)
    }

    /// A parameter of a row by its path below an object in it.
    fn parameter_below(
        &self,
        row: RowId,
        mut object: Object<'t>,
        path: &str,
    ) -> Option<(RowId, ParameterId)> {
        let mut steps = path.split('.').peekable();
        while let Some(step) = steps.next() {
            if steps.peek().is_none() {
                return Some((row, object.parameter(step)?.id()));
            }
            let child = self.model.child_of(Place { row, object: object.id() }, step);
            object = child.filter(|child| !child.is_table())?;
        }
        None
    }

    /// The change that was made last.
    pub(crate) fn last(&self) -> Option<&Located> {
        self.changes.iter().max_by_key(|located| located.entry)
    }

    /// The conflict that a refusal because of a path amounts to; because of the last change where the path is none of
    /// them.
    pub(crate) fn blame(&self, path: &str, fault: Fault, last: &Located) -> Conflict {
        let named = self.changes.iter().find(|located| located.change.path() == path);
        // A parameter of a row that comes.
        let of_row = || {
            let (place, parameter) = self.model.one_parameter(path).ok()?;
            let row = self.changes.iter().find(|located| located.place.row == place.row)?;
            Some((place, Some(parameter), row.entry))
        };
        let of = |located: &Located| (located.place, located.parameter, located.entry);
        let (place, parameter, entry) = named.map(of).or_else(of_row).unwrap_or_else(|| of(last));
        Conflict { entry, place, parameters: parameter.into_iter().collect(), fault }
    }
}

/// Whether there is an object of a hook in what a row carries, rows below it aside.
fn has_single_object(object: Object<'_>, scope: &Scope) -> bool {
    let mut single = object.children().filter(|child| !child.is_table());
    single.any(|child| scope.contains(child.id()) || has_single_object(child, scope))
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
