//! The bytes in which state is saved: snapshots of the model and deltas of its transactions, in one form.
//!
//! A version comes first, then items, each behind a tag. Names are defined where they are first needed, and rows refer
//! to them by their position: tables count from 1 (0 is what stands outside of all tables), parameters from 0. Whole
//! numbers have seven bits a byte, the low ones first; texts stand behind their length.
//!
//! | tag | item | content |
//! |---|---|---|
//! | 1 | table | its path, with the names of the mounts that it is in; or that of a mount, for the rows that carry it |
//! | 2 | parameter | position of its table, path from there |
//! | 3 | row that there is | position of the table, Instance Numbers, count of values, for each the position of the parameter and the canonical text |
//! | 4 | values that were set in a row, and what it carries | the same |
//! | 5 | row that is gone | position of the table, Instance Numbers |
//! | 6 | highest Instance Number of a table | position of the table, Instance Numbers above it, the number |
//! | 7 | note | its name, the text |
//! | 8 | note that is gone | its name |
//! | 9 | what was saved before is void | |
//!
//! The rows of a table ascend by their Instance Numbers, the values of a row by the positions of their parameters.

pub(crate) mod delta;
pub(crate) mod notes;
pub(crate) mod reader;
pub(crate) mod restore;
pub(crate) mod snapshot;

use alloc::string::String;
use alloc::vec::Vec;

use litemap::LiteMap;
use usp_schema::{Object, ObjectId, ParameterId};

use crate::model::DataModel;
use crate::replacement::correspondence::Correspondence;
use crate::store::packed::{push_number, push_slice};
use crate::store::{ROOT, RowId};

/// What every saved state begins with; the last byte is the version.
const HEADER: [u8; 4] = *b"USP\x01";

/// Bytes of the delta of one value.
const USUAL_DELTA: usize = 64;

/// The position of what stands outside of all tables.
const OUTSIDE: usize = 0;

mod tag {
    pub(crate) const TABLE: u64 = 1;
    pub(crate) const PARAMETER: u64 = 2;
    pub(crate) const ROW: u64 = 3;
    pub(crate) const VALUES: u64 = 4;
    pub(crate) const GONE: u64 = 5;
    pub(crate) const HIGHEST: u64 = 6;
    pub(crate) const NOTE: u64 = 7;
    pub(crate) const NOTE_GONE: u64 = 8;
    pub(crate) const ANEW: u64 = 9;
}

/// Writes saved state.
pub(crate) struct StateWriter<'m> {
    model: &'m DataModel,
    bytes: Vec<u8>,
    tables: LiteMap<ObjectId, u64>,
    /// By the position of the table under which the rows are saved.
    parameters: LiteMap<(u64, ParameterId), u64>,
    /// Whose elements alone are written, and then what is transient too; without one all that is saved.
    successor: Option<&'m Correspondence>,
}

impl<'m> StateWriter<'m> {
    pub(crate) fn new(model: &'m DataModel) -> Self {
        let (tables, parameters) = (LiteMap::new(), LiteMap::new());
        let mut bytes = Vec::with_capacity(USUAL_DELTA);
        bytes.extend_from_slice(&HEADER);
        Self { model, bytes, tables, parameters, successor: None }
    }

    /// Writes for another schema that takes the place of this one at once: what it has too.
    pub(crate) fn for_successor(model: &'m DataModel, successor: &'m Correspondence) -> Self {
        Self { successor: Some(successor), ..Self::new(model) }
    }

    /// Says that what follows is the whole state.
    pub(crate) fn anew(&mut self) {
        push_number(tag::ANEW, &mut self.bytes);
    }

    /// The whole state of the model.
    pub(crate) fn whole(&mut self) {
        let model = self.model;
        self.values(ROOT, model.store.values(ROOT).map(|(parameter, _)| parameter));
        let rows = model.in_saved_order(model.store.with_descendants(ROOT).into_iter());
        for &row in &rows {
            self.row(row);
        }
        for row in core::iter::once(ROOT).chain(rows) {
            for (id, table) in model.store.row(row).into_iter().flat_map(|row| row.tables()) {
                let last = table.rows().last().and_then(|row| model.store.home(row));
                let is_wanted = self.successor.is_none_or(|successor| successor.object(id).is_some());
                if is_wanted && table.highest() > last.map_or(0, |home| home.number) {
                    self.highest(row, id, table.highest());
                }
            }
        }
        for (name, text) in &model.notes {
            self.note(name, Some(text));
        }
    }

    /// Whether nothing was written.
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.len() == HEADER.len()
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// A row with all its values.
    pub(crate) fn row(&mut self, row: RowId) {
        let model = self.model;
        self.values_of((tag::ROW, true), row, model.store.values(row).map(|(parameter, _)| parameter));
    }

    /// Values of a row that is there already, or of what stands outside of all tables.
    pub(crate) fn values(&mut self, row: RowId, parameters: impl IntoIterator<Item = ParameterId>) {
        self.values_of((tag::VALUES, false), row, parameters);
    }

    /// What a row that is there already carries now, with values of it.
    pub(crate) fn mounted(&mut self, row: RowId, parameters: impl IntoIterator<Item = ParameterId>) {
        self.values_of((tag::VALUES, true), row, parameters);
    }

    /// A row that is gone.
    pub(crate) fn gone(&mut self, row: RowId) {
        let table = self.model.store.home(row).map_or(OUTSIDE as u64, |home| self.table(home.table));
        self.begin(tag::GONE, table, row);
    }

    /// The highest Instance Number that a table ever gave out.
    pub(crate) fn highest(&mut self, parent: RowId, table: ObjectId, highest: u32) {
        let table = self.table(table);
        self.begin(tag::HIGHEST, table, parent);
        push_number(highest.into(), &mut self.bytes);
    }

    /// A note, or that it is gone.
    pub(crate) fn note(&mut self, name: &str, text: Option<&str>) {
        push_number(if text.is_some() { tag::NOTE } else { tag::NOTE_GONE }, &mut self.bytes);
        push_slice(name.as_bytes(), &mut self.bytes);
        if let Some(text) = text {
            push_slice(text.as_bytes(), &mut self.bytes);
        }
    }

    /// What is live, counted or transient is not saved, though it may have been stored before it became so.
    fn values_of(
        &mut self,
        (tag, even_without): (u64, bool),
        row: RowId,
        parameters: impl IntoIterator<Item = ParameterId>,
    ) {
        let model = self.model;
        let successor = self.successor;
        let saved = parameters.into_iter().filter(|&parameter| {
            let is_wanted = match successor {
                Some(successor) => successor.parameter(parameter).is_some(),
                None => !model.transient.contains(&parameter),
            };
            is_wanted && model.is_stored(model.parameter(parameter))
        });
        let mut saved = saved.peekable();
        if !even_without && saved.peek().is_none() {
            return;
        }
        let table = self.table_of(row);
        let mut values: Vec<(u64, ParameterId)> =
            saved.map(|parameter| (self.parameter(table, parameter), parameter)).collect();
        usp_collections::sort(&mut values);
        self.begin(tag, table, row);
        push_number(values.len() as u64, &mut self.bytes);
        let mut scratch = String::new();
        for (position, parameter) in values {
            let Some(value) = model.store.value(row, parameter) else { continue };
            push_number(position, &mut self.bytes);
            push_slice(value.text(&mut scratch).as_bytes(), &mut self.bytes);
        }
    }

    fn begin(&mut self, tag: u64, table: u64, row: RowId) {
        push_number(tag, &mut self.bytes);
        push_number(table, &mut self.bytes);
        for number in self.model.numbers_of(row) {
            push_number(number.into(), &mut self.bytes);
        }
    }

    fn table_of(&mut self, row: RowId) -> u64 {
        let Some(home) = self.model.store.home(row) else { return OUTSIDE as u64 };
        self.table(self.model.store.mount(row).unwrap_or(home.table))
    }

    /// The position of a table, or of a mount in place of it, which is defined if it was not yet.
    fn table(&mut self, table: ObjectId) -> u64 {
        let next = self.tables.len() as u64 + 1;
        *self.tables.entry(table).or_insert_with(|| {
            push_number(tag::TABLE, &mut self.bytes);
            push_slice(self.model.object(table).exact_path().as_bytes(), &mut self.bytes);
            next
        })
    }

    fn parameter(&mut self, table: u64, parameter: ParameterId) -> u64 {
        let next = self.parameters.len() as u64;
        *self.parameters.entry((table, parameter)).or_insert_with(|| {
            let parameter = self.model.parameter(parameter);
            push_number(tag::PARAMETER, &mut self.bytes);
            push_number(table, &mut self.bytes);
            let start = self.bytes.len();
            push_names(parameter.object(), &mut self.bytes);
            self.bytes.extend_from_slice(parameter.name().as_bytes());
            // The length stands before the names.
            let end = self.bytes.len();
            push_number((end - start) as u64, &mut self.bytes);
            let length = self.bytes.len() - end;
            if let Some(slice) = self.bytes.get_mut(start..) {
                slice.rotate_right(length);
            }
            next
        })
    }
}

/// Appends the names of an object and those above it, each with a dot, up to the row that they are part of or the mount
/// that it carries. The depth is bounded by the schema's.
fn push_names(object: Object<'_>, names: &mut Vec<u8>) {
    if object.is_table() || object.is_mount() {
        return;
    }
    if let Some(parent) = object.parent() {
        push_names(parent, names);
    }
    names.extend_from_slice(object.name().as_bytes());
    names.push(b'.');
}

impl DataModel {
    /// Rows of tables in the order in which they are saved: those above first.
    pub(crate) fn in_saved_order(&self, rows: impl Iterator<Item = RowId>) -> Vec<RowId> {
        let place = |row| self.store.home(row).map(|home| (home.table, self.numbers_of(row), row));
        let mut places: Vec<(ObjectId, Vec<u32>, RowId)> =
            rows.filter(|&row| row != ROOT).filter_map(place).collect();
        usp_collections::sort(&mut places);
        places.into_iter().map(|(_, _, row)| row).collect()
    }
}
