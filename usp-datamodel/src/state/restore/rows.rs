//! Rows of saved state: those that are there already get their values, new ones are made with them.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cmp::Reverse;

use usp_schema::{ParameterId, ValueError};

use crate::fault::Fault;
use crate::resolve::place::Place;
use crate::state::reader::{SavedValue, StateReader, Text};
use crate::state::restore::{Column, Restore, Table, instantiated};
use crate::store::RowId;
use crate::store::packed::{pack, pack_text};

/// Where the last new row is, while it waits for others of its table.
#[derive(Debug, Default)]
pub(super) struct LastRow {
    table: usize,
    /// The Instance Numbers above it.
    above: Vec<u32>,
    /// Its values: parameters, with the positions of their columns.
    values: Vec<(ParameterId, usize)>,
    /// The number of its item, if it has all the values that were saved, each in its place.
    whole: Option<usize>,
}

impl Restore<'_> {
    /// Takes in a row that the reader has read, of the table at a position.
    pub(super) fn row<'a>(
        &mut self,
        (at, table): (usize, &Table<'_>),
        columns: &mut [Option<Box<Column<'a, '_>>>],
        reader: &StateReader<'a>,
        made: bool,
    ) {
        let (numbers, values) = (reader.numbers(), &*reader.values);
        if !(made && self.follows(at, numbers)) {
            self.enter_rows();
            if let Some(row) = self.find(table, numbers) {
                self.list(row, made);
                self.mount(table, row);
                for value in values {
                    if let Some(column) = &columns[value.parameter] {
                        self.value(row, column.parameter, value.text.as_str());
                    }
                }
                return;
            }
            if self.begin_rows(table, numbers, made).is_none() {
                return;
            }
            self.last.table = at;
            self.last.above.clear();
            self.last.above.extend(numbers.split_last().into_iter().flat_map(|(_, above)| above));
        }
        self.new_row(table, columns, reader);
    }

    /// Enters the new rows that wait for others.
    pub(super) fn enter_rows(&mut self) {
        self.transaction.enter_rows(&mut self.new_rows);
    }

    /// Whether a row is new, and stands in the table of the last new row.
    fn follows(&self, table: usize, numbers: &[u32]) -> bool {
        let split = numbers.split_last();
        split.is_some_and(|(&number, above)| {
            self.new_rows.goes_on_with(number) && self.last.table == table && self.last.above == above
        })
    }

    /// Begins to make rows of a table, if the saved state says that there are any.
    fn begin_rows(&mut self, table: &Table<'_>, numbers: &[u32], made: bool) -> Option<()> {
        let id = table.chain.as_ref()?.last()?.table;
        let (&number, above) = numbers.split_last()?;
        let parent = self.find(table, above);
        if (parent.is_none() || !made) && self.is_past(table, numbers) {
            return None;
        }
        if let Some(parent) = parent.filter(|_| made) {
            self.make_way(parent, id, number);
        }
        let schema = self.transaction.model.schema.clone();
        let outcome = match (parent, schema.object(id)) {
            (Some(parent), Some(object)) if made => {
                self.transaction.begin_rows(&mut self.new_rows, parent, object)
            }
            _ => Err(Fault::absent_object(instantiated(table.path, numbers))),
        };
        outcome.map_err(|fault| self.left_out.note_row(instantiated(table.path, numbers), fault)).ok()
    }

    fn new_row<'a>(
        &mut self,
        table: &Table<'_>,
        columns: &mut [Option<Box<Column<'a, '_>>>],
        reader: &StateReader<'a>,
    ) {
        let (numbers, values) = (reader.numbers(), &*reader.values);
        let Some(((parent, id), &number)) = self.new_rows.within().zip(numbers.last()) else { return };
        // Only what has changed is read where the row before was as this one.
        let changed = reader.changed.as_ref().filter(|_| self.last.whole == Some(self.entry - 1));
        let mut filled = core::mem::take(&mut self.last.values);
        let mut is_whole = true;
        let mut read = |restore: &mut Self, value: &SavedValue<'a>| {
            let column = columns[value.parameter].as_mut()?;
            restore.is_read(numbers, column, value.text).then_some((column.parameter, value.parameter))
        };
        match changed {
            Some(changed) => {
                for &place in changed {
                    if read(self, &values[place]).is_none() {
                        is_whole = false;
                        filled.retain(|&(_, at)| at != values[place].parameter);
                    }
                }
            }
            None => {
                filled.clear();
                filled.extend(values.iter().filter_map(|value| read(self, value)));
                is_whole = filled.len() == values.len();
                // Of a parameter that is there twice the last one counts.
                if !filled.is_sorted_by(|(before, _), (parameter, _)| before < parameter) {
                    usp_collections::sort_by_key(&mut filled, |&(parameter, at)| (parameter, Reverse(at)));
                    filled.dedup_by_key(|(parameter, _)| *parameter);
                    is_whole = false;
                }
            }
        }
        let packed = |at: usize| columns[at].as_ref().map_or(&[][..], |column| &column.packed);
        let row = match changed.filter(|_| is_whole) {
            Some(changed) => {
                let changed = changed.iter().map(|&place| (place, packed(values[place].parameter)));
                self.transaction.repeat_row(&mut self.new_rows, number, changed)
            }
            None => {
                let filled = filled.iter().map(|&(parameter, at)| (parameter, packed(at)));
                self.transaction.add_row(&mut self.new_rows, number, filled)
            }
        };
        if self.new_rows.lacks_keys() {
            self.without_keys.extend(row);
        }
        self.last.values = filled;
        self.last.whole = is_whole.then_some(self.entry);
        let has_mount = table.chain.iter().flatten().last().is_some_and(|step| step.mount.is_some());
        if has_mount || self.unlisted.has_table(parent, id) {
            self.enter_rows();
            row.into_iter().for_each(|row| self.mount(table, row));
        }
    }

    /// Gives a row that is there a value.
    fn value(&mut self, row: RowId, parameter: ParameterId, text: &str) {
        let model = &*self.transaction.model;
        let schema_parameter = model.parameter(parameter);
        match schema_parameter.syntax().parse(text) {
            // A weak reference stays as it was saved, whatever it leads to by now.
            Ok(value)
                if model.layout.is_reference(parameter) && !model.layout.is_strong_reference(parameter) =>
            {
                self.transaction.set_settled(row, parameter, value);
            }
            Ok(value) => self.transaction.set(row, parameter, value),
            Err(error) => {
                let place = Place { row, object: schema_parameter.object().id() };
                let path = || model.path_of(place) + schema_parameter.name();
                self.left_out.note(path, self.unfit_value(parameter, error));
            }
        }
    }

    /// Reads a value of a new row into its column; whether it is one.
    fn is_read<'a>(&mut self, numbers: &[u32], column: &mut Column<'a, '_>, text: Text<'a>) -> bool {
        // What is as in the row before is the same piece of memory.
        if column.text.is_some_and(|last| last.is(text)) {
            return true;
        }
        let read = if column.parser.takes_text_of(text.as_bytes().len()) {
            column.packed.clear();
            pack_text(text.as_bytes(), &mut column.packed);
            Ok(())
        } else {
            column.parser.parse(text.as_str()).map(|value| {
                column.packed.clear();
                pack(&value, &mut column.packed);
            })
        };
        match read {
            Ok(()) => {
                column.text = Some(text);
                true
            }
            Err(error) => {
                let fault = self.unfit_value(column.parameter, error);
                let parameter = self.transaction.model.parameter(column.parameter);
                self.left_out.note(|| instantiated(&parameter.path(), numbers), fault);
                false
            }
        }
    }

    fn unfit_value(&self, parameter: ParameterId, error: ValueError) -> Fault {
        let is_secured = self.transaction.model.parameter(parameter).is_secured();
        Fault::value(&if is_secured { error.redacted() } else { error })
    }
}
