//! What a transaction amounts to, for those who are told.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_collections::{SortedMap, SortedSet};
use usp_schema::{Parameter, ParameterId, Value};

use crate::change::Change;
use crate::model::DataModel;
use crate::permissions::access::is_concealed;
use crate::resolve::place::Place;
use crate::store::RowId;
use crate::store::packed::unpack;
use crate::store::value_view::ValueView;
use crate::subscriptions::index::SubscriberId;
use crate::transaction::{Behind, Undo};

/// The net effect of a log, in the order of first touch; the counts of rows come last.
///
/// Rows that were created and deleted again are not told, nor are the values of rows that are new or gone. The
/// transaction is done, but rows that were deleted are still in memory.
pub(crate) fn net_effect(model: &DataModel, log: &[Undo]) -> Vec<Effect> {
    NetEffect::new(model, log).changes(log)
}

/// A change, the row that it is of, and whose references led to that row before it was deleted.
pub(crate) struct Effect {
    pub(crate) change: Change,
    pub(crate) row: RowId,
    pub(crate) behind: Vec<SubscriberId>,
}

/// Which rows a log has made and taken away.
pub(crate) struct NetEffect<'m> {
    model: &'m DataModel,
    /// In order.
    created: Vec<RowId>,
    deleted: Vec<RowId>,
}

impl<'m> NetEffect<'m> {
    pub(crate) fn new(model: &'m DataModel, log: &[Undo]) -> Self {
        let (mut created, mut deleted) = (Vec::new(), Vec::new());
        for undo in log {
            created.extend(undo.created());
            deleted.extend(undo.deleted());
        }
        created.sort_unstable();
        deleted.sort_unstable();
        Self { model, created, deleted }
    }

    fn changes(&self, log: &[Undo]) -> Vec<Effect> {
        let mut changes = Vec::new();
        let mut seen = SortedSet::new();
        let mut counted: SortedMap<(RowId, ParameterId), i64> = SortedMap::new();
        for undo in log {
            match undo {
                Undo::Value { row, parameter, before, .. } => {
                    let is_first = log.len() == 1 || seen.insert((*row, *parameter));
                    if is_first && self.is_told(*row, *parameter) {
                        let change = self.value_change(*row, *parameter, before.as_ref());
                        changes.extend(change.map(|change| effect(change, *row)));
                    }
                }
                Undo::Created { row, .. } => {
                    if self.is_gone(*row) {
                        continue;
                    }
                    let Some(created) = self.model.creation(*row) else { continue };
                    changes.push(effect(created, *row));
                    self.count(&mut counted, *row, 1);
                }
                Undo::Highest { .. } | Undo::Mount { .. } => {}
                Undo::Deleted { row, past } => {
                    if self.is_new(*row) {
                        continue;
                    }
                    let gone = |row: RowId, path: String| Effect {
                        change: Change::ObjectDeletion { path },
                        row,
                        behind: led_to(&past.behind, row),
                    };
                    for below in self.model.store.with_descendants(*row).into_iter().skip(1).rev() {
                        let place = self.model.place_of_row(below);
                        changes.extend(place.map(|place| gone(below, self.model.path_of(place))));
                    }
                    changes.push(gone(*row, past.path.clone()));
                    self.count(&mut counted, *row, -1);
                }
            }
        }
        changes.extend(counted.into_iter().filter_map(|(at, difference)| {
            self.count_change(at, difference).map(|change| effect(change, at.0))
        }));
        changes
    }

    /// Whether a value stays and was there before, to be told where it changes.
    fn is_told(&self, row: RowId, parameter: ParameterId) -> bool {
        !self.is_new(row) && !self.is_gone(row) && self.model.carries(row, parameter)
    }

    fn count(&self, counted: &mut SortedMap<(RowId, ParameterId), i64>, row: RowId, difference: i64) {
        let Some(home) = self.model.store.home(row) else { return };
        if let Some(counter) = self.model.object(home.table).num_entries_parameter() {
            *counted.get_or_insert_default((home.parent, counter.id())) += difference;
        }
    }

    fn count_change(&self, (row, counter): (RowId, ParameterId), difference: i64) -> Option<Change> {
        if difference == 0 || !self.is_told(row, counter) {
            return None;
        }
        let counter = self.model.parameter(counter);
        let place = Place { row, object: counter.object().id() };
        let value = self.model.at_rest(row, counter).to_string();
        Some(Change::ValueChange { path: self.model.path_of(place) + counter.name(), value })
    }

    fn value_change(&self, row: RowId, parameter: ParameterId, before: Option<&Value>) -> Option<Change> {
        let parameter = self.model.parameter(parameter);
        let now = self.model.at_rest(row, parameter);
        let unchanged = match before {
            Some(before) => now.equals(before),
            None => now.equals(&unpack(self.model.layout.initial(parameter.id())).into_value()),
        };
        if unchanged {
            return None;
        }
        Some(self.model.change_to(row, parameter, now))
    }

    /// Whether a row, or one above it, is new.
    pub(crate) fn is_new(&self, row: RowId) -> bool {
        self.is_at_or_below(row, &self.created)
    }

    /// Whether a row, or one above it, is gone.
    pub(crate) fn is_gone(&self, row: RowId) -> bool {
        self.is_at_or_below(row, &self.deleted)
    }

    fn is_at_or_below(&self, row: RowId, rows: &[RowId]) -> bool {
        let mut above =
            core::iter::successors(Some(row), |&row| self.model.store.home(row).map(|home| home.parent));
        !rows.is_empty() && above.any(|row| rows.binary_search(&row).is_ok())
    }
}

impl DataModel {
    /// The change by which a value came that a parameter has now.
    pub(crate) fn value_change(&self, row: RowId, parameter: Parameter<'_>) -> Change {
        self.change_to(row, parameter, self.at_rest(row, parameter))
    }

    /// The change by which this value came.
    fn change_to(&self, row: RowId, parameter: Parameter<'_>, now: ValueView<'_>) -> Change {
        let place = Place { row, object: parameter.object().id() };
        let path = self.path_of(place) + parameter.name();
        let value = match is_concealed(parameter) {
            true => parameter.syntax().null_value().to_string(),
            false => now.into_text(),
        };
        Change::ValueChange { path, value }
    }

    /// The change by which a row came.
    pub(crate) fn creation(&self, row: RowId) -> Option<Change> {
        let path = self.path_of(self.place_of_row(row)?);
        Some(Change::ObjectCreation { path, unique_keys: self.unique_keys_of(row) })
    }
}

fn effect(change: Change, row: RowId) -> Effect {
    Effect { change, row, behind: Vec::new() }
}

fn led_to(behind: &Behind, row: RowId) -> Vec<SubscriberId> {
    behind.iter().find(|(of, _)| *of == row).map(|(_, subscribers)| subscribers.clone()).unwrap_or_default()
}
