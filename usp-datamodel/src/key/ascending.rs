//! Parameters whose values ascend from row to row.

use alloc::string::ToString;

use usp_collections::SortedMap;
use usp_schema::{ObjectId, Parameter, ParameterId, Value};

use crate::model::DataModel;
use crate::resolve::place::Place;
use crate::store::RowId;

/// The highest numbers in parameters that ascend, while the rows of a message get theirs: a table is looked through once
/// for all of them.
#[derive(Debug, Default)]
pub(super) struct Highest(SortedMap<(RowId, ObjectId, ParameterId), Option<i128>>);

impl Highest {
    /// The number of a new row in a parameter that ascends: one above the highest of the others. `None` for the first
    /// row, above the last number, and for other parameters.
    pub(super) fn next(
        &mut self,
        model: &DataModel,
        place: Place,
        parameter: Parameter<'_>,
    ) -> Option<Value> {
        if !model.ascending.contains(&parameter.id()) {
            return None;
        }
        let home = model.store.home(place.row)?;
        // A row of the same request whose turn is still to come counts with its default.
        let number = |row| model.at_rest(row, parameter).into_value().whole_number();
        let of_others = || {
            let rows = model.store.table(home.parent, home.table).into_iter().flat_map(|table| table.rows());
            rows.filter(|&row| row != place.row).filter_map(number).max()
        };
        let highest = self.0.get_or_insert_with((home.parent, home.table, parameter.id()), of_others);
        parameter.syntax().parse(&(highest.as_ref()? + 1).to_string()).ok()
    }

    /// Takes notice of the number that a row has come to.
    pub(super) fn note(&mut self, model: &DataModel, place: Place, parameter: Parameter<'_>) {
        if self.0.is_empty() {
            return;
        }
        let Some(home) = model.store.home(place.row) else { return };
        if let Some(highest) = self.0.get_mut(&(home.parent, home.table, parameter.id())) {
            *highest = model.at_rest(place.row, parameter).into_value().whole_number().max(*highest);
        }
    }
}
