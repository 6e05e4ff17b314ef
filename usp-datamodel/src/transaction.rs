//! Changes that are made together or not at all.
//!
//! A transaction works on the rows themselves and keeps a log of how to undo each step. A savepoint is a position
//! in the log. Whether Unique Keys are unique and strong references lead anywhere is asked at the end of the whole
//! message, since a later entry may put right what an earlier one broke (TR-369 section "Processing Order").

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_msg::ErrorCode;
use usp_schema::{Object, ObjectId, ParameterId, Value};

use crate::change::Change;
use crate::fault::Fault;
use crate::model::{DataModel, Place};
use crate::store::RowId;

/// A transaction on a model. Dropping it without [`commit`](Self::commit) undoes it.
pub(crate) struct Transaction<'m> {
    pub(crate) model: &'m mut DataModel,
    log: Vec<Undo>,
    /// The request entry that works at the moment.
    entry: usize,
    /// Which entry last touched a parameter that must be looked at in the end.
    touched: BTreeMap<(RowId, ParameterId), usize>,
}

/// A position to which a transaction can go back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Savepoint(usize);

/// How to undo a step.
#[derive(Debug)]
enum Undo {
    Value { row: RowId, parameter: ParameterId, before: Option<Value> },
    Created { row: RowId, highest: u32 },
    Deleted { row: RowId, path: String },
}

/// What the end of a message found wrong, and which entry is to blame.
#[derive(Debug)]
pub(crate) struct Conflict {
    pub(crate) entry: usize,
    pub(crate) place: Place,
    pub(crate) parameter: ParameterId,
    pub(crate) fault: Fault,
}

impl<'m> Transaction<'m> {
    pub(crate) fn new(model: &'m mut DataModel) -> Self {
        Self { model, log: Vec::new(), entry: 0, touched: BTreeMap::new() }
    }

    /// Says on behalf of which entry of the request the next steps are made.
    pub(crate) fn begin_entry(&mut self, entry: usize) {
        self.entry = entry;
    }

    pub(crate) fn savepoint(&self) -> Savepoint {
        Savepoint(self.log.len())
    }

    pub(crate) fn undo_to(&mut self, savepoint: Savepoint) {
        while self.log.len() > savepoint.0 {
            match self.log.pop() {
                Some(Undo::Value { row, parameter, before }) => {
                    self.put(row, parameter, before);
                }
                Some(Undo::Created { row, highest }) => {
                    let home = self.model.store.home(row);
                    self.unindex(row);
                    self.model.store.detach(row);
                    if let Some(home) = home {
                        self.model.store.reset_highest_number(home.parent, home.table, highest);
                    }
                    self.model.store.forget(row);
                    self.touched.retain(|&(touched, _), _| touched != row);
                }
                Some(Undo::Deleted { row, .. }) => {
                    self.model.store.attach(row);
                    for row in self.model.store.with_descendants(row) {
                        self.index(row);
                    }
                }
                None => break,
            }
        }
    }

    /// Sets a stored value.
    pub(crate) fn set(&mut self, row: RowId, parameter: ParameterId, value: Value) {
        let before = self.put(row, parameter, Some(value));
        self.log.push(Undo::Value { row, parameter, before });
        self.touch(row, parameter);
    }

    /// Makes a row with the next Instance Number `[R-ARC.8]`.
    pub(crate) fn create(&mut self, parent: RowId, table: Object<'_>) -> Result<RowId, Fault> {
        let (rows, highest) = (
            self.model.store.table(parent, table.id()).map_or(0, |rows| rows.len()),
            self.model.store.highest_number(parent, table.id()),
        );
        let limit =
            table.max_entries().map_or(usize::MAX, |max| max as usize).min(self.model.limits.max_rows);
        if rows >= limit {
            let message = alloc::format!("{} holds {limit} rows and takes no more", table.path());
            return Err(Fault::new(ErrorCode::RESOURCES_EXCEEDED, message));
        }
        let number = highest.checked_add(1).ok_or_else(|| {
            let message = alloc::format!("{} has used up its Instance Numbers", table.path());
            Fault::new(ErrorCode::RESOURCES_EXCEEDED, message)
        })?;
        let row = self.model.store.create(parent, table.id(), number);
        self.model.store.attach(row);
        self.index(row);
        self.log.push(Undo::Created { row, highest });
        let keys: Vec<ParameterId> =
            table.unique_keys().flat_map(|key| key.parameters()).map(|p| p.id()).collect();
        for parameter in keys {
            self.touch(row, parameter);
        }
        Ok(row)
    }

    /// Deletes a row with everything below it, cleans the strong references to any of it `[R-ARC.12]` and deletes
    /// the rows that it owns.
    pub(crate) fn delete(&mut self, row: RowId) {
        let mut doomed = alloc::vec![row];
        while let Some(row) = doomed.pop() {
            let Some(place) = self.model.place_of_row(row) else { continue };
            let attached = self.model.store.home(row).is_some_and(|home| {
                self.model.store.table(home.parent, home.table).and_then(|table| table.row(home.number))
                    == Some(row)
            });
            if !attached {
                continue;
            }
            let path = self.model.path_of(place);
            for row in self.model.store.with_descendants(row) {
                self.unindex(row);
            }
            self.model.store.detach(row);
            let target = path.trim_end_matches('.').to_string();
            self.log.push(Undo::Deleted { row, path });
            for (referrer, parameter, text) in self.model.store.referrers(&target) {
                if self.model.ownership.contains(&parameter) {
                    doomed.push(referrer);
                } else {
                    self.remove_reference(referrer, parameter, &text);
                }
            }
        }
    }

    /// Checks what only the end of a message can tell: references lead somewhere, Unique Keys are unique.
    ///
    /// References are put into their canonical form on the way. Each conflict names the entry that last touched
    /// the parameter; parameters are looked at in a fixed order.
    pub(crate) fn check(&mut self) -> Result<(), Vec<Conflict>> {
        let touched: Vec<((RowId, ParameterId), usize)> =
            self.touched.iter().map(|(&at, &entry)| (at, entry)).collect();
        let mut conflicts = Vec::new();
        for &((row, parameter), entry) in &touched {
            if let Err(fault) = self.settle_reference(row, parameter) {
                let place = self.place_of_parameter(row, parameter);
                conflicts.push(Conflict { entry, place, parameter, fault });
            }
        }
        let mut reported = BTreeSet::new();
        for &((row, parameter), entry) in touched.iter().rev() {
            let Some(home) = self.model.store.home(row) else { continue };
            let keys = self.model.layout.keys(home.table);
            for (number, _) in keys.iter().enumerate().filter(|(_, key)| key.parameters.contains(&parameter))
            {
                let Some(text) = self.model.key_text_of(row, number) else { continue };
                let rows: Vec<RowId> =
                    self.model.store.rows_by_key(home.parent, home.table, number, &text).collect();
                // Of rows with the same key the one stays that was there first.
                let first = rows.iter().copied().find(|&other| {
                    other != row
                        && self.last_entry(other, number) <= self.last_entry(row, number)
                        && !reported.contains(&(other, number))
                });
                if let Some(first) = first
                    && reported.insert((row, number))
                {
                    let fault = self.duplicate_key(first, number);
                    let place = Place { row, object: home.table };
                    conflicts.push(Conflict { entry, place, parameter, fault });
                }
            }
        }
        if conflicts.is_empty() { Ok(()) } else { Err(conflicts) }
    }

    /// Makes the changes last and reports them.
    pub(crate) fn commit(mut self) {
        let log = core::mem::take(&mut self.log);
        if self.model.is_recording() {
            for change in changes(self.model, &log) {
                self.model.record(change);
            }
        }
        for undo in log {
            if let Undo::Deleted { row, .. } = undo {
                self.model.store.forget(row);
            }
        }
    }

    fn touch(&mut self, row: RowId, parameter: ParameterId) {
        if self.model.layout.is_key(parameter) || self.is_reference(parameter) {
            self.touched.insert((row, parameter), self.entry);
        }
    }

    fn is_reference(&self, parameter: ParameterId) -> bool {
        self.model.parameter(parameter).syntax().reference().is_some()
    }

    /// The entry that last touched a key of a row; rows that were there before come first.
    fn last_entry(&self, row: RowId, key: usize) -> Option<(usize, RowId)> {
        let home = self.model.store.home(row)?;
        let parameters = &self.model.layout.keys(home.table).get(key)?.parameters;
        parameters.iter().filter_map(|&p| self.touched.get(&(row, p))).max().map(|&entry| (entry, row))
    }

    fn duplicate_key(&self, first: RowId, key: usize) -> Fault {
        let place = self.model.place_of_row(first);
        let path = place.map(|place| self.model.path_of(place)).unwrap_or_default();
        let names: Vec<&str> = place
            .and_then(|place| self.model.layout.keys(place.object).get(key))
            .map(|key| key.parameters.iter().map(|&p| self.model.parameter(p).name()).collect())
            .unwrap_or_default();
        Fault::new(
            ErrorCode::OBJECT_EXISTS_WITH_DUPLICATE_KEY,
            alloc::format!("{path} has the same unique key ({})", names.join(", ")),
        )
    }

    fn place_of_parameter(&self, row: RowId, parameter: ParameterId) -> Place {
        Place { row, object: self.model.parameter(parameter).object().id() }
    }

    /// Stores a value and keeps the indexes right.
    fn put(&mut self, row: RowId, parameter: ParameterId, value: Option<Value>) -> Option<Value> {
        let home = self.model.store.home(row).filter(|_| self.model.layout.is_key(parameter));
        let keys: Vec<usize> = home
            .map(|home| {
                let keys = self.model.layout.keys(home.table).iter().enumerate();
                keys.filter(|(_, key)| key.parameters.contains(&parameter))
                    .map(|(number, _)| number)
                    .collect()
            })
            .unwrap_or_default();
        self.index_keys(row, &keys, false);
        let strong = self.model.layout.is_strong_reference(parameter);
        if strong {
            self.index_references(row, parameter, false);
        }
        let before = self.model.store.replace_value(row, parameter, value);
        self.index_keys(row, &keys, true);
        if strong {
            self.index_references(row, parameter, true);
        }
        before
    }

    fn index(&mut self, row: RowId) {
        self.index_row(row, true);
    }

    fn unindex(&mut self, row: RowId) {
        self.index_row(row, false);
    }

    /// Enters a row into all indexes, or takes it out.
    fn index_row(&mut self, row: RowId, present: bool) {
        let Some(home) = self.model.store.home(row) else { return };
        let keys: Vec<usize> = (0..self.model.layout.keys(home.table).len()).collect();
        self.index_keys(row, &keys, present);
        let references: Vec<ParameterId> = self
            .model
            .store
            .row(row)
            .into_iter()
            .flat_map(|row| row.values())
            .map(|(parameter, _)| parameter)
            .filter(|&parameter| self.model.layout.is_strong_reference(parameter))
            .collect();
        for parameter in references {
            self.index_references(row, parameter, present);
        }
    }

    fn index_keys(&mut self, row: RowId, keys: &[usize], present: bool) {
        for &key in keys {
            if let Some(text) = self.model.key_text_of(row, key) {
                self.model.store.index_key(row, key, &text, present);
            }
        }
    }

    fn index_references(&mut self, row: RowId, parameter: ParameterId, present: bool) {
        let targets: Vec<String> = match self.model.store.value(row, parameter) {
            Some(Value::List(items)) => items.iter().map(ToString::to_string).collect(),
            Some(value) => alloc::vec![value.to_string()],
            None => Vec::new(),
        };
        for target in targets.iter().filter(|target| !target.is_empty()) {
            self.model.store.index_reference(target.trim_end_matches('.'), row, parameter, present);
        }
    }

    /// Empties a reference, or takes the item out of its list.
    fn remove_reference(&mut self, row: RowId, parameter: ParameterId, target: &str) {
        let emptied = match self.model.store.value(row, parameter) {
            Some(Value::List(items)) => {
                let kept = items.iter().filter(|item| item.to_string().trim_end_matches('.') != target);
                Value::List(kept.cloned().collect())
            }
            Some(_) => Value::String(String::new()),
            None => return,
        };
        let before = self.put(row, parameter, Some(emptied));
        self.log.push(Undo::Value { row, parameter, before });
    }

    /// Puts a reference into its canonical form; a strong one must lead somewhere `[R-ARC.12]`.
    fn settle_reference(&mut self, row: RowId, parameter: ParameterId) -> Result<(), Fault> {
        let schema_parameter = self.model.parameter(parameter);
        let Some(reference) = schema_parameter.syntax().reference() else { return Ok(()) };
        let Some(value) = self.model.store.value(row, parameter).cloned() else { return Ok(()) };
        let settle = |item: &Value| -> Result<Value, Fault> {
            let text = item.to_string();
            if text.is_empty() {
                return Ok(item.clone());
            }
            if reference.strong && !self.model.leads_somewhere(&text) {
                return Err(Fault::new(
                    ErrorCode::INVALID_VALUE,
                    alloc::format!("{} refers to {text}, which does not exist", schema_parameter.path()),
                ));
            }
            Ok(Value::String(self.model.canonical_reference(&text)))
        };
        let settled = match &value {
            Value::List(items) => Value::List(items.iter().map(settle).collect::<Result<_, _>>()?),
            single => settle(single)?,
        };
        if settled != value {
            let before = self.put(row, parameter, Some(settled));
            self.log.push(Undo::Value { row, parameter, before });
        }
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        self.undo_to(Savepoint(0));
    }
}

impl DataModel {
    /// The text of a reference with Instance Numbers and without final dot; a text that leads nowhere without its
    /// final dot `[R-ARC.11]`.
    pub(crate) fn canonical_reference(&self, text: &str) -> String {
        match self.resolve_reference(text) {
            Some(place) => self.path_of(place).trim_end_matches('.').to_string(),
            None => text.trim_end_matches('.').to_string(),
        }
    }

    fn leads_somewhere(&self, text: &str) -> bool {
        self.resolve_reference(text).is_some() || self.one_parameter(text).is_ok()
    }
}

/// What a log amounts to: the net effect, in order of first touch.
fn changes(model: &DataModel, log: &[Undo]) -> Vec<Change> {
    let created: BTreeSet<RowId> = log
        .iter()
        .filter_map(|undo| if let Undo::Created { row, .. } = undo { Some(*row) } else { None })
        .collect();
    let deleted: BTreeSet<RowId> = log
        .iter()
        .filter_map(|undo| if let Undo::Deleted { row, .. } = undo { Some(*row) } else { None })
        .collect();
    let mut changes = Vec::new();
    let mut seen = BTreeSet::new();
    let mut counted: BTreeMap<(RowId, ObjectId), i64> = BTreeMap::new();
    for undo in log {
        match undo {
            Undo::Value { row, parameter, before } => {
                if seen.insert((*row, *parameter))
                    && !is_below(model, *row, |row| created.contains(&row) || deleted.contains(&row))
                {
                    changes.extend(value_change(model, *row, *parameter, before.as_ref()));
                }
            }
            Undo::Created { row, .. } if !is_below(model, *row, |row| deleted.contains(&row)) => {
                let Some(place) = model.place_of_row(*row) else { continue };
                let path = model.path_of(place);
                changes.push(Change::ObjectCreation { path, unique_keys: model.unique_keys_of(*row) });
                if let Some(home) = model.store.home(*row) {
                    *counted.entry((home.parent, home.table)).or_default() += 1;
                }
            }
            Undo::Created { .. } => {}
            Undo::Deleted { row, path } => {
                if is_below(model, *row, |row| created.contains(&row)) {
                    continue;
                }
                for below in model.store.with_descendants(*row).into_iter().skip(1).rev() {
                    let Some(place) = model.place_of_row(below) else { continue };
                    changes.push(Change::ObjectDeletion { path: model.path_of(place) });
                }
                changes.push(Change::ObjectDeletion { path: path.clone() });
                if let Some(home) = model.store.home(*row) {
                    *counted.entry((home.parent, home.table)).or_default() -= 1;
                }
            }
        }
    }
    let gone = |row| is_below(model, row, |row| created.contains(&row) || deleted.contains(&row));
    for ((row, table), difference) in counted {
        let counter = model.object(table).num_entries_parameter();
        if let Some(counter) = counter.filter(|_| difference != 0 && !gone(row)) {
            let place = Place { row, object: counter.object().id() };
            let value = model.at_rest(row, counter).to_string();
            changes.push(Change::ValueChange { path: model.path_of(place) + counter.name(), value });
        }
    }
    changes
}

fn value_change(
    model: &DataModel,
    row: RowId,
    parameter: ParameterId,
    before: Option<&Value>,
) -> Option<Change> {
    let schema_parameter = model.parameter(parameter);
    let now = model.at_rest(row, schema_parameter);
    let unchanged = match before {
        Some(before) => *before == *now,
        None => model.initial(row, schema_parameter) == *now,
    };
    if unchanged {
        return None;
    }
    let place = Place { row, object: schema_parameter.object().id() };
    Some(Change::ValueChange { path: model.path_of(place) + schema_parameter.name(), value: now.to_string() })
}

/// Whether a row or one above it is of a kind.
fn is_below(model: &DataModel, row: RowId, mut is: impl FnMut(RowId) -> bool) -> bool {
    let mut at = Some(row);
    while let Some(row) = at {
        if is(row) {
            return true;
        }
        at = model.store.home(row).map(|home| home.parent);
    }
    false
}
