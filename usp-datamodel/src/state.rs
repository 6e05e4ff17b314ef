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
pub(crate) mod restore;
pub(crate) mod snapshot;

use alloc::string::String;
use alloc::vec::Vec;

use litemap::LiteMap;
use usp_schema::{Object, ObjectId, ParameterId};

use crate::model::DataModel;
use crate::replacement::correspondence::Correspondence;
use crate::state::restore::RestoreError;
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
        values.sort_unstable();
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

/// One item of saved state. Positions are those of names that were defined before it.
#[derive(Debug)]
pub(crate) enum Item<'a> {
    Table {
        path: &'a str,
    },
    Parameter {
        table: usize,
        name: &'a str,
    },
    /// A row or its values. Its numbers and values are the reader's, till the next item.
    Row {
        made: bool,
        table: usize,
    },
    Gone {
        table: usize,
        numbers: Vec<u32>,
    },
    Highest {
        table: usize,
        numbers: Vec<u32>,
        highest: u32,
    },
    Note {
        name: &'a str,
        text: Option<&'a str>,
    },
    Anew,
}

/// Reads saved state item by item. Its own memory is a few times that of the bytes.
#[derive(Debug)]
pub(crate) struct StateReader<'a> {
    bytes: &'a [u8],
    at: usize,
    tables: Vec<TableSeen>,
    /// The table of each parameter, and its last text.
    parameters: Vec<(usize, &'a str)>,
    /// The Instance Numbers of the last row.
    pub(crate) numbers: Vec<u32>,
    /// Its values, each by the position of its parameter.
    pub(crate) values: Vec<(usize, &'a str)>,
}

#[derive(Debug, Default)]
struct TableSeen {
    /// How many Instance Numbers its rows have.
    depth: usize,
    last: Option<Vec<u32>>,
}

impl<'a> StateReader<'a> {
    /// Begins to read.
    ///
    /// # Errors
    ///
    /// The bytes are no saved state, or of a version that this one does not know.
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, RestoreError> {
        let [first @ .., version] = HEADER;
        match bytes.split_first_chunk::<4>() {
            Some((header, _)) if header.starts_with(&first) && header[3] == version => {}
            Some((header, _)) if header.starts_with(&first) => return Err(RestoreError::Version(header[3])),
            _ => return Err(RestoreError::NoState),
        }
        let outside = TableSeen::default();
        Ok(Self {
            bytes,
            at: HEADER.len(),
            tables: alloc::vec![outside],
            parameters: Vec::new(),
            numbers: Vec::new(),
            values: Vec::new(),
        })
    }

    /// Whether what was saved before does not count any more.
    pub(crate) fn begins_anew(&self) -> bool {
        self.bytes.get(self.at).copied().map(u64::from) == Some(tag::ANEW)
    }

    /// The next item; `None` at the end.
    ///
    /// # Errors
    ///
    /// The bytes are no item.
    pub(crate) fn next(&mut self) -> Result<Option<Item<'a>>, RestoreError> {
        if self.at == self.bytes.len() {
            return Ok(None);
        }
        let item = match self.number("a tag")? {
            tag::TABLE => {
                let path = self.text()?;
                let depth = path.matches('{').count();
                self.tables.push(TableSeen { depth, last: None });
                Item::Table { path }
            }
            tag::PARAMETER => {
                let table = self.table()?;
                self.parameters.push((table, ""));
                Item::Parameter { table, name: self.text()? }
            }
            tag @ (tag::ROW | tag::VALUES) => self.row(tag == tag::ROW)?,
            tag::GONE => {
                let table = self.table_with_rows()?;
                let mut numbers = Vec::new();
                self.read_numbers(self.tables[table].depth, &mut numbers)?;
                Item::Gone { table, numbers }
            }
            tag::HIGHEST => {
                let table = self.table_with_rows()?;
                let mut numbers = Vec::new();
                self.read_numbers(self.tables[table].depth - 1, &mut numbers)?;
                Item::Highest { table, numbers, highest: self.small("a highest Instance Number")? }
            }
            tag @ (tag::NOTE | tag::NOTE_GONE) => {
                let name = self.text()?;
                let text = if tag == tag::NOTE { Some(self.text()?) } else { None };
                Item::Note { name, text }
            }
            // It is nowhere but at the start.
            tag::ANEW if self.at == HEADER.len() + 1 => Item::Anew,
            _ => return Err(self.malformed("a tag")),
        };
        Ok(Some(item))
    }

    fn row(&mut self, made: bool) -> Result<Item<'a>, RestoreError> {
        let table = if made { self.table_with_rows()? } else { self.table()? };
        let mut numbers = core::mem::take(&mut self.numbers);
        numbers.clear();
        self.read_numbers(self.tables[table].depth, &mut numbers)?;
        match &mut self.tables[table].last {
            Some(last) if *last >= numbers => return Err(self.malformed("rows that ascend")),
            Some(last) => last.clone_from(&numbers),
            none => *none = Some(numbers.clone()),
        }
        self.numbers = numbers;
        let count = self.number("a count of values")?;
        self.values.clear();
        for _ in 0..count {
            let parameter = self.position("a parameter of the table")?;
            let follows = self.values.last().is_none_or(|&(last, _)| last < parameter);
            let last = self.parameters.get(parameter).filter(|(of, _)| follows && *of == table);
            let Some(&(_, last)) = last else { return Err(self.malformed("a parameter of the table")) };
            let text = self.text_after(last)?;
            self.parameters[parameter].1 = text;
            self.values.push((parameter, text));
        }
        Ok(Item::Row { made, table })
    }

    fn table(&mut self) -> Result<usize, RestoreError> {
        let table = self.position("a table")?;
        if table < self.tables.len() { Ok(table) } else { Err(self.malformed("a table")) }
    }

    /// A table, and not what stands outside of all tables.
    fn table_with_rows(&mut self) -> Result<usize, RestoreError> {
        let table = self.table()?;
        if self.tables[table].depth > 0 { Ok(table) } else { Err(self.malformed("a table with rows")) }
    }

    fn read_numbers(&mut self, depth: usize, numbers: &mut Vec<u32>) -> Result<(), RestoreError> {
        let number = |reader: &mut Self| match reader.small("an Instance Number")? {
            0 => Err(reader.malformed("an Instance Number")),
            number => Ok(number),
        };
        // No room is made by size: the depth is what the bytes say.
        for _ in 0..depth {
            numbers.push(number(self)?);
        }
        Ok(())
    }

    fn text(&mut self) -> Result<&'a str, RestoreError> {
        self.text_after("")
    }

    /// A text; one that is the same as the last is that one.
    fn text_after(&mut self, last: &'a str) -> Result<&'a str, RestoreError> {
        let length = self.position("a length")?;
        let end = self.at.checked_add(length).filter(|&end| end <= self.bytes.len());
        let bytes = end.map(|end| &self.bytes[self.at..end]);
        let text = match bytes {
            Some(bytes) if bytes == last.as_bytes() => Some(last),
            bytes => bytes.and_then(|bytes| core::str::from_utf8(bytes).ok()),
        };
        let text = text.ok_or_else(|| self.malformed("a text in UTF-8"))?;
        self.at += length;
        Ok(text)
    }

    fn position(&mut self, expected: &'static str) -> Result<usize, RestoreError> {
        let number = self.number(expected)?;
        usize::try_from(number).map_err(|_| self.malformed(expected))
    }

    fn small(&mut self, expected: &'static str) -> Result<u32, RestoreError> {
        let number = self.number(expected)?;
        u32::try_from(number).map_err(|_| self.malformed(expected))
    }

    fn number(&mut self, expected: &'static str) -> Result<u64, RestoreError> {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let Some(&byte) = self.bytes.get(self.at) else { break };
            self.at += 1;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(self.malformed(expected))
    }

    fn malformed(&self, expected: &'static str) -> RestoreError {
        RestoreError::Malformed { position: self.at, expected }
    }
}

impl DataModel {
    /// Rows of tables in the order in which they are saved: those above first.
    pub(crate) fn in_saved_order(&self, rows: impl Iterator<Item = RowId>) -> Vec<RowId> {
        let place = |row| self.store.home(row).map(|home| (home.table, self.numbers_of(row), row));
        let mut places: Vec<(ObjectId, Vec<u32>, RowId)> =
            rows.filter(|&row| row != ROOT).filter_map(place).collect();
        places.sort_unstable();
        places.into_iter().map(|(_, _, row)| row).collect()
    }
}
