//! Changes that are made together or not at all.
//!
//! A transaction works on the rows themselves and keeps a log of how to undo each step. A savepoint is a position
//! in the log. Whether Unique Keys are unique and strong references lead anywhere is asked at the end of the whole
//! message, since a later entry may put right what an earlier one broke (TR-369 section "Processing Order").

pub(crate) mod check;
pub(crate) mod hooks;
pub(crate) mod net_effect;
pub(crate) mod new_rows;
mod offered;
pub(crate) mod staged;
mod touched;

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_msg::ErrorCode;
use usp_schema::{Object, ObjectId, ParameterId, Value};

use crate::change::Change;
use crate::fault::Fault;
use crate::model::DataModel;
use crate::resolve::without_dot;
use crate::store::RowId;
use crate::store::value_view::ValueView;
use crate::subscriptions::index::SubscriberId;
use crate::transaction::net_effect::{Effect, net_effect};
use crate::transaction::touched::{Entry, Touched};

/// A transaction on a model. Dropping it without [`commit`](Self::commit) undoes it.
pub(crate) struct Transaction<'m> {
    pub(crate) model: &'m mut DataModel,
    log: Vec<Undo>,
    /// The request entry that works at the moment.
    entry: Entry,
    /// Where in the log the steps of an entry begin.
    begun: Vec<(usize, Entry)>,
    /// Rows that are in no index of keys yet: those of the entry at work, whose keys are still being given.
    fresh: Vec<RowId>,
    /// Which entry last touched a parameter that must be looked at in the end: references and parts of keys.
    touched: Touched,
    /// Whether a hook was asked last.
    concerns_hooks: bool,
}

/// Steps of a usual request.
pub(crate) const USUAL_STEPS: usize = 16;

/// A position to which a transaction can go back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Savepoint(usize);

/// How to undo a step.
#[derive(Debug)]
pub(crate) enum Undo {
    Value { row: RowId, parameter: ParameterId, before: Option<Value>, touched: Option<Entry> },
    Created { row: RowId, highest: u32 },
    Highest { parent: RowId, table: ObjectId, highest: u32 },
    Deleted { row: RowId, past: Box<Past> },
    Mount { row: RowId, before: Option<ObjectId> },
}

/// What a row that was deleted was.
#[derive(Debug)]
pub(crate) struct Past {
    pub(crate) path: String,
    pub(crate) behind: Behind,
}

/// Whose references led to a row, or one below it, before it was deleted.
pub(crate) type Behind = Vec<(RowId, Vec<SubscriberId>)>;

impl Undo {
    /// The row that was created.
    pub(crate) fn created(&self) -> Option<RowId> {
        if let Self::Created { row, .. } = self { Some(*row) } else { None }
    }

    /// The row that was deleted.
    pub(crate) fn deleted(&self) -> Option<RowId> {
        if let Self::Deleted { row, .. } = self { Some(*row) } else { None }
    }
}

impl<'m> Transaction<'m> {
    pub(crate) fn new(model: &'m mut DataModel) -> Self {
        Self {
            model,
            log: Vec::with_capacity(USUAL_STEPS),
            entry: 0,
            begun: Vec::new(),
            fresh: Vec::new(),
            touched: Touched::default(),
            concerns_hooks: false,
        }
    }

    /// Makes room for rows that are probably made.
    pub(crate) fn reserve(&mut self, rows: usize) {
        self.log.reserve(rows);
        self.begun.reserve(rows);
    }

    /// Says on behalf of which entry of the request the next steps are made.
    pub(crate) fn begin_entry(&mut self, entry: usize) {
        self.index_fresh();
        self.go_on_with(entry);
    }

    fn go_on_with(&mut self, entry: usize) {
        self.go_on(touched::entry(entry));
    }

    fn go_on(&mut self, entry: Entry) {
        self.entry = entry;
        if let Some((position, last)) = self.begun.last_mut()
            && *position == self.log.len()
        {
            *last = entry;
            return;
        }
        self.begun.push((self.log.len(), entry));
    }

    /// Goes on on behalf of the entry that made a row.
    pub(crate) fn begin_entry_of(&mut self, row: RowId) {
        if let Some((_, entry)) = self.touched.first_of(row) {
            self.go_on(entry);
        }
    }

    /// Enters new rows into the indexes of their keys.
    pub(crate) fn index_fresh(&mut self) {
        if self.fresh.is_empty() {
            return;
        }
        for row in core::mem::take(&mut self.fresh) {
            self.index_all_keys(row, true);
        }
    }

    /// Whether a value was set that says which objects exist.
    pub(crate) fn has_set_discriminator(&self) -> bool {
        self.log.iter().any(|undo| {
            matches!(undo, Undo::Value { parameter, .. } if self.model.layout.is_discriminator(*parameter))
        })
    }

    /// The entries that have set such values, in order.
    pub(crate) fn choosing_entries(&self) -> Vec<usize> {
        let chooses = |undo: &Undo| matches!(undo, Undo::Value { parameter, .. } if self.model.layout.is_discriminator(*parameter));
        let mut entries: Vec<usize> =
            self.log_by_entry().filter(|(_, undo)| chooses(undo)).map(|(entry, _)| entry).collect();
        usp_collections::sort_and_dedup(&mut entries);
        entries
    }

    pub(crate) fn log(&self) -> &[Undo] {
        &self.log
    }

    /// Notes how to undo a step that was made.
    pub(crate) fn note(&mut self, step: Undo) {
        self.log.push(step);
    }

    /// The steps so far, each with the entry that made it.
    pub(crate) fn log_by_entry(&self) -> impl Iterator<Item = (usize, &Undo)> {
        let entry = |position| {
            let begun = self.begun.partition_point(|&(begin, _)| begin <= position);
            begun.checked_sub(1).map_or(0, |last| self.begun[last].1 as usize)
        };
        self.log.iter().enumerate().map(move |(position, undo)| (entry(position), undo))
    }

    pub(crate) fn savepoint(&self) -> Savepoint {
        Savepoint(self.log.len())
    }

    pub(crate) fn undo_to(&mut self, savepoint: Savepoint) {
        while self.begun.last().is_some_and(|&(position, _)| position > savepoint.0) {
            self.begun.pop();
        }
        while self.log.len() > savepoint.0 {
            match self.log.pop() {
                Some(Undo::Value { row, parameter, before, touched }) => {
                    self.put(row, parameter, before);
                    match touched {
                        Some(entry) => self.touched.insert((row, parameter), entry),
                        None => self.touched.remove((row, parameter)),
                    }
                }
                Some(Undo::Created { row, highest }) => {
                    let home = self.model.store.home(row);
                    self.unindex(row);
                    // Rows are undone from the last on.
                    self.fresh.pop_if(|fresh| *fresh == row);
                    self.model.store.detach(row);
                    if let Some(home) = home {
                        self.model.store.reset_highest_number(home.parent, home.table, highest);
                    }
                    self.model.store.forget(row);
                    self.touched.remove_row(row);
                }
                Some(Undo::Highest { parent, table, highest }) => {
                    self.model.store.reset_highest_number(parent, table, highest);
                }
                Some(Undo::Deleted { row, .. }) => {
                    self.model.store.attach(row);
                    for row in self.model.store.with_descendants(row) {
                        self.index(row);
                    }
                }
                Some(Undo::Mount { row, before }) => self.model.store.set_mount(row, before),
                None => break,
            }
        }
    }

    /// Sets a stored value.
    pub(crate) fn set(&mut self, row: RowId, parameter: ParameterId, value: Value) {
        let touched = self.touched_by(row, parameter);
        let before = self.put(row, parameter, Some(value));
        self.log.push(Undo::Value { row, parameter, before, touched });
        self.touch(row, parameter);
    }

    /// Sets a value of a row that this transaction has made, and which is undone with its row only.
    pub(crate) fn set_for_good(&mut self, row: RowId, parameter: ParameterId, value: Value) {
        self.put(row, parameter, Some(value));
        self.touch(row, parameter);
    }

    /// Replaces a value by its canonical form, on behalf of whoever set it.
    pub(crate) fn set_settled(&mut self, row: RowId, parameter: ParameterId, value: Value) {
        let touched = self.touched_by(row, parameter);
        let before = self.put(row, parameter, Some(value));
        self.log.push(Undo::Value { row, parameter, before, touched });
    }

    /// Takes away a value that was set.
    pub(crate) fn unset(&mut self, row: RowId, parameter: ParameterId) {
        let touched = self.touched_by(row, parameter);
        let before = self.put(row, parameter, None);
        self.log.push(Undo::Value { row, parameter, before, touched });
    }

    /// Makes a row with the next Instance Number `[R-ARC.8]`.
    pub(crate) fn create(&mut self, parent: RowId, table: Object<'_>) -> Result<RowId, Fault> {
        let highest = self.model.store.highest_number(parent, table.id());
        let number = highest.checked_add(1).ok_or_else(|| {
            let message = alloc::format!("{} has used up its Instance Numbers", table.path());
            Fault::new(ErrorCode::RESOURCES_EXCEEDED, message)
        })?;
        self.create_numbered(parent, table, number)
    }

    /// Makes a row with an Instance Number that no row of the table has.
    pub(crate) fn create_numbered(
        &mut self,
        parent: RowId,
        table: Object<'_>,
        number: u32,
    ) -> Result<RowId, Fault> {
        self.room(parent, table)?;
        let highest = self.model.store.highest_number(parent, table.id());
        let row = self.model.store.create(parent, table.id(), number);
        self.model.store.attach(row);
        self.fresh.push(row);
        self.log.push(Undo::Created { row, highest });
        for &parameter in self.model.layout.key_parameters(table.id()) {
            self.touched.insert((row, parameter), self.entry);
        }
        Ok(row)
    }

    /// How many more rows a table may have: one at least.
    ///
    /// # Errors
    ///
    /// 7005 where there is no room for any.
    fn room(&self, parent: RowId, table: Object<'_>) -> Result<usize, Fault> {
        let rows = self.model.store.table(parent, table.id()).map_or(0, |rows| rows.len());
        let limit =
            table.max_entries().map_or(usize::MAX, |max| max as usize).min(self.model.limits.max_rows);
        if rows >= limit {
            let message = alloc::format!("{} holds {limit} rows and takes no more", table.path());
            return Err(Fault::new(ErrorCode::RESOURCES_EXCEEDED, message));
        }
        // Positions of rows are 32 bits wide, whatever the limit.
        let all = self.model.store.len();
        let limit_of_all = self.model.limits.max_all_rows.min(u32::MAX as usize - 1);
        if all >= limit_of_all {
            let message = alloc::format!("the model holds {all} rows and takes no more");
            return Err(Fault::new(ErrorCode::RESOURCES_EXCEEDED, message));
        }
        Ok((limit - rows).min(limit_of_all - all))
    }

    /// Has a table give out no numbers up to this one any more.
    pub(crate) fn raise_highest(&mut self, parent: RowId, table: ObjectId, number: u32) {
        let highest = self.model.store.highest_number(parent, table);
        if number > highest {
            self.model.store.raise_highest_number(parent, table, number);
            self.log.push(Undo::Highest { parent, table, highest });
        }
    }

    /// Deletes a row with everything below it, cleans the strong references to any of it `[R-ARC.12]` and deletes
    /// the rows that it owns.
    pub(crate) fn delete(&mut self, row: RowId) {
        self.index_fresh();
        let mut doomed = alloc::vec![row];
        while let Some(row) = doomed.pop() {
            let Some(place) = self.model.place_of_row(row) else { continue };
            if !self.model.store.is_attached(row) {
                continue;
            }
            let path = self.model.path_of(place);
            let doomed_rows = self.model.store.with_descendants(row);
            let behind = self.subscribers_behind(&doomed_rows);
            for row in doomed_rows {
                self.unindex(row);
            }
            self.model.store.detach(row);
            let target = without_dot(&path).to_string();
            self.log.push(Undo::Deleted { row, past: Box::new(Past { path, behind }) });
            doomed.extend(self.clean_references(&target));
        }
    }

    /// Cleans the strong references to a path (without final dot) and to anything below it `[R-ARC.12]`. Gives the rows
    /// that what is there owns.
    pub(crate) fn clean_references(&mut self, target: &str) -> Vec<RowId> {
        let mut owned = Vec::new();
        for (referrer, parameter, text) in self.model.store.references.referrers(target) {
            if self.model.ownership.contains(&parameter) {
                owned.push(referrer);
            } else {
                self.remove_reference(referrer, parameter, &text);
            }
        }
        owned
    }

    /// The same, and deletes the rows that it owned.
    pub(crate) fn gone(&mut self, target: &str) {
        self.clean_references(target).into_iter().for_each(|row| self.delete(row));
    }

    fn subscribers_behind(&self, rows: &[RowId]) -> Behind {
        if !self.model.is_recording() || !self.model.subscriptions.has_behind() {
            return Behind::new();
        }
        let behind = |&row: &RowId| {
            let path = self.model.path_of(self.model.place_of_row(row)?);
            let subscribers = self.model.subscribers_behind(&Change::ObjectDeletion { path }, row);
            (!subscribers.is_empty()).then_some((row, subscribers))
        };
        rows.iter().filter_map(behind).collect()
    }

    /// Makes the changes last and reports them.
    pub(crate) fn commit(mut self) {
        self.index_fresh();
        let log = core::mem::take(&mut self.log);
        if self.model.is_recording() {
            for Effect { change, row, behind } in net_effect(self.model, &log) {
                self.model.record_of(change, Some(row), behind);
            }
        }
        self.model.record_delta(&log);
        for undo in log {
            if let Undo::Deleted { row, .. } = undo {
                let home = self.model.store.home(row);
                self.model.store.forget(row);
                if let Some(home) = home {
                    self.model.store.compact(home.parent, home.table);
                }
            }
        }
    }

    fn touch(&mut self, row: RowId, parameter: ParameterId) {
        if self.model.layout.is_watched(parameter) {
            self.touched.insert((row, parameter), self.entry);
        }
    }

    /// Leaves nothing to look at in the end but these.
    pub(crate) fn retouch(&mut self, touched: impl IntoIterator<Item = ((RowId, ParameterId), usize)>) {
        self.touched = Touched::default();
        touched.into_iter().for_each(|(at, entry)| self.touched.insert(at, touched::entry(entry)));
    }

    /// The references and parts of keys that were touched, and by which entry last.
    pub(crate) fn touched(&self) -> impl Iterator<Item = ((RowId, ParameterId), usize)> + '_ {
        self.touched.iter().map(|(spot, entry)| (spot, entry as usize))
    }

    pub(crate) fn touched_by(&self, row: RowId, parameter: ParameterId) -> Option<Entry> {
        if !self.model.layout.is_watched(parameter) {
            return None;
        }
        self.touched.get((row, parameter))
    }

    /// The rows that the transaction has made, in that order.
    pub(crate) fn created(&self) -> impl Iterator<Item = RowId> + '_ {
        self.log.iter().filter_map(Undo::created)
    }

    /// Stores a value and keeps the indexes right.
    fn put(&mut self, row: RowId, parameter: ParameterId, value: Option<Value>) -> Option<Value> {
        if !self.model.layout.is_watched(parameter) {
            return self.model.store.replace_value(row, parameter, value.as_ref());
        }
        // It mostly is the last of them, if it is one.
        let is_indexed =
            self.model.layout.is_key(parameter) && !self.fresh.iter().rev().any(|&fresh| fresh == row);
        let home = self.model.store.home(row).filter(|_| is_indexed);
        let keys: Vec<usize> =
            home.map(|home| self.model.layout.keys_with(home.table, parameter).collect()).unwrap_or_default();
        self.index_keys(row, &keys, false);
        let strong = self.model.layout.is_strong_reference(parameter);
        if strong {
            self.index_references(row, parameter, false);
        }
        let before = self.model.store.replace_value(row, parameter, value.as_ref());
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
        self.index_all_keys(row, present);
        let references: Vec<ParameterId> = self
            .model
            .store
            .values(row)
            .map(|(parameter, _)| parameter)
            .filter(|&parameter| self.model.layout.is_strong_reference(parameter))
            .collect();
        for parameter in references {
            self.index_references(row, parameter, present);
        }
    }

    fn index_all_keys(&mut self, row: RowId, present: bool) {
        let Some(home) = self.model.store.home(row) else { return };
        let keys = self.model.layout.keys(home.table).len();
        for key in 0..keys {
            self.model.index_key(row, key, present);
        }
    }

    fn index_keys(&mut self, row: RowId, keys: &[usize], present: bool) {
        for &key in keys {
            self.model.index_key(row, key, present);
        }
    }

    fn index_references(&mut self, row: RowId, parameter: ParameterId, present: bool) {
        let Some(value) = self.model.store.value(row, parameter) else { return };
        let several;
        let targets = match value {
            ValueView::Text(target) => &[String::from(target)][..],
            value => {
                several = value.texts();
                &several
            }
        };
        for target in targets.iter().filter(|target| !target.is_empty()) {
            let (target, references) = (without_dot(target), &mut self.model.store.references);
            if present {
                references.insert(target, core::iter::once((row, parameter)));
            } else {
                references.remove(target, (row, parameter));
            }
        }
    }

    /// Empties a reference, or takes the item out of its list.
    fn remove_reference(&mut self, row: RowId, parameter: ParameterId, target: &str) {
        let emptied = match self.model.store.value(row, parameter).map(ValueView::into_value) {
            Some(Value::List(items)) => {
                let kept = items.into_iter().filter(|item| without_dot(&item.to_string()) != target);
                Value::List(kept.collect())
            }
            Some(_) => Value::String(String::new()),
            None => return,
        };
        self.set(row, parameter, emptied);
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        self.undo_to(Savepoint(0));
    }
}
