//! The rows of the model and their values, with the indexes that follow them.
//!
//! Everything outside of tables belongs to the root row. A row holds the values of its own object and of the single
//! objects below it, and the tables right below those. Only what was set is stored.

pub(crate) mod columns;
pub(crate) mod consistency;
pub(crate) mod cursor;
pub(crate) mod fixed_tables;
pub(crate) mod initial;
pub(crate) mod instances;
pub(crate) mod lists;
pub(crate) mod packed;
pub(crate) mod pages;
pub(crate) mod referrers;
pub(crate) mod row_values;
pub(crate) mod segments;
pub(crate) mod value_view;
pub(crate) mod values;

use alloc::boxed::Box;
use alloc::vec::Vec;

use usp_collections::SortedMap;
use usp_schema::{ObjectId, ParameterId, Value};

use crate::key::index::KeyIndex;
use crate::store::instances::Instances;
use crate::store::packed::{pack, unpack};
use crate::store::pages::{OpenPage, Page, Pages};
use crate::store::referrers::ReferenceIndex;
use crate::store::row_values::RowValues;
use crate::store::segments::Segments;
use crate::store::value_view::ValueView;

/// Position of a row; valid as long as the row lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RowId(u32);

/// The row that holds what stands outside of all tables.
pub(crate) const ROOT: RowId = RowId(0);

/// A row of a table, or the root row.
#[derive(Debug)]
pub(crate) struct Row {
    /// The table and the row above, except for the root row.
    pub(crate) home: Option<Home>,
    // Most rows have no tables: they pay for a pointer, not for a map.
    tables: Option<Box<SortedMap<ObjectId, Table>>>,
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Home {
    pub(crate) parent: RowId,
    pub(crate) table: ObjectId,
    pub(crate) number: u32,
}

/// The rows of one table in one row.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Instances,
    /// The highest Instance Number that was ever given out: numbers are not used again `[R-ARC.8]`.
    highest: u32,
    /// For each Unique Key, the rows by the text of that key.
    keys: Vec<KeyIndex>,
}

/// The row that was made last. Its values stand here and not in their page, since more of them are on the way: they
/// go there together when the next row is made.
#[derive(Debug, Default)]
struct Draft {
    row: Option<RowId>,
    bytes: Vec<u8>,
}

/// Memory that one value after the other is written with.
#[derive(Debug, Default)]
struct Work {
    packed: Vec<u8>,
    row: Vec<u8>,
}

/// All rows.
#[derive(Debug)]
pub(crate) struct Store {
    rows: Segments<Option<Row>>,
    free: Vec<u32>,
    /// The values of each row.
    values: Pages,
    draft: Draft,
    work: Work,
    /// The values outside of all tables, which may be many: a piece for each few parameters.
    root_values: Pages,
    /// What is mounted at rows that carry something.
    mounts: SortedMap<RowId, ObjectId>,
    /// Rows and parameters by the path that they refer to, for strong references.
    pub(crate) references: ReferenceIndex,
}

impl Store {
    pub(crate) fn new() -> Self {
        let mut rows = Segments::new();
        rows.push(Some(Row::new(None)));
        Self {
            rows,
            free: Vec::new(),
            values: Pages::default(),
            draft: Draft::default(),
            work: Work::default(),
            root_values: Pages::default(),
            mounts: SortedMap::new(),
            references: ReferenceIndex::new(),
        }
    }

    pub(crate) fn row(&self, row: RowId) -> Option<&Row> {
        self.rows.get(row.0 as usize)?.as_ref()
    }

    fn row_mut(&mut self, row: RowId) -> Option<&mut Row> {
        self.rows.get_mut(row.0 as usize)?.as_mut()
    }

    /// How many rows there are in all tables.
    pub(crate) fn len(&self) -> usize {
        self.rows.len() - self.free.len() - 1
    }

    /// Whether a row and all rows above it stand in their tables.
    pub(crate) fn is_attached(&self, row: RowId) -> bool {
        let mut at = row;
        while at != ROOT {
            let Some(home) = self.home(at) else { return false };
            if self.table(home.parent, home.table).and_then(|table| table.row(home.number)) != Some(at) {
                return false;
            }
            at = home.parent;
        }
        true
    }

    pub(crate) fn home(&self, row: RowId) -> Option<Home> {
        self.row(row)?.home
    }

    /// The mount that a row carries.
    pub(crate) fn mount(&self, row: RowId) -> Option<ObjectId> {
        self.mounts.get(&row).copied()
    }

    /// The rows that carry something, and what.
    pub(crate) fn mounts(&self) -> impl Iterator<Item = (RowId, ObjectId)> + '_ {
        self.mounts.iter().map(|(&row, &mount)| (row, mount))
    }

    /// Has a row carry a mount, or nothing. What is below it is the caller's to keep.
    pub(crate) fn set_mount(&mut self, row: RowId, mount: Option<ObjectId>) {
        match mount {
            Some(mount) => self.mounts.insert(row, mount),
            None => self.mounts.remove(&row),
        };
    }

    pub(crate) fn table(&self, row: RowId, table: ObjectId) -> Option<&Table> {
        self.row(row)?.tables.as_ref()?.get(&table)
    }

    fn table_mut(&mut self, row: RowId, table: ObjectId) -> Option<&mut Table> {
        self.row_mut(row)?.tables.as_mut()?.get_mut(&table)
    }

    /// The value that was set.
    pub(crate) fn value(&self, row: RowId, parameter: ParameterId) -> Option<ValueView<'_>> {
        self.packed_value(row, parameter).map(unpack)
    }

    /// The value that was set, in its few bytes.
    #[inline]
    pub(crate) fn packed_value(&self, row: RowId, parameter: ParameterId) -> Option<&[u8]> {
        match row {
            ROOT => RowValues(self.root_values.get(neighbourhood(parameter))).get(parameter),
            row => self.row_values(row).get(parameter),
        }
    }

    /// The values that were set in a row of a table.
    pub(crate) fn row_values(&self, row: RowId) -> RowValues<'_> {
        RowValues(self.row_bytes(row))
    }

    fn row_bytes(&self, row: RowId) -> &[u8] {
        if self.draft.row == Some(row) { &self.draft.bytes } else { self.values.get(row.0) }
    }

    /// The same, with the page at hand of the row that was asked for before.
    pub(crate) fn row_values_in<'m>(&'m self, row: RowId, page: &mut Page<'m>) -> RowValues<'m> {
        if self.draft.row == Some(row) {
            return RowValues(&self.draft.bytes);
        }
        RowValues(self.values.get_in(row.0, page))
    }

    /// The values that were set in a row.
    pub(crate) fn values(&self, row: RowId) -> impl Iterator<Item = (ParameterId, ValueView<'_>)> {
        let of_root = (row == ROOT).then_some(&self.root_values).into_iter().flat_map(Pages::iter);
        of_root.chain([self.row_bytes(row)]).flat_map(|bytes| RowValues(bytes).iter())
    }

    /// Sets or removes a value and returns the one before. Indexes are the caller's to keep.
    pub(crate) fn replace_value(
        &mut self,
        row: RowId,
        parameter: ParameterId,
        value: Option<&Value>,
    ) -> Option<Value> {
        // A row that is gone leaves its position to another.
        self.row(row)?;
        let Work { packed, row: bytes } = &mut self.work;
        packed.clear();
        if let Some(value) = value {
            pack(value, packed);
        }
        let packed = value.map(|_| &**packed);
        if self.draft.row == Some(row) {
            let before = RowValues(&self.draft.bytes).with(parameter, packed, bytes);
            core::mem::swap(&mut self.draft.bytes, bytes);
            return before;
        }
        let (pages, position) = match row {
            ROOT => (&mut self.root_values, neighbourhood(parameter)),
            row => (&mut self.values, row.0),
        };
        let range = RowValues(pages.get(position)).range_of(parameter);
        if let (Some(range), Some(packed)) = (range, packed)
            && range.len() == packed.len()
            && let Some(bytes) = pages.get_mut(position).get_mut(range)
        {
            let before = unpack(bytes).into_value();
            bytes.copy_from_slice(packed);
            return Some(before);
        }
        let before = RowValues(pages.get(position)).with(parameter, packed, bytes);
        pages.set(position, bytes);
        before
    }

    /// Makes a row the one whose values are still coming in.
    fn open(&mut self, row: RowId) {
        if let Some(last) = self.draft.row.replace(row) {
            self.values.set(last.0, &self.draft.bytes);
        }
        self.draft.bytes.clear();
    }

    /// Makes a row that stands in no table yet.
    pub(crate) fn create(&mut self, parent: RowId, table: ObjectId, number: u32) -> RowId {
        let id = self.new_row(Home { parent, table, number });
        self.open(id);
        id
    }

    /// Makes a row that stands in no table yet, with its values ([`RowValues`]). They are there when the page is closed
    /// ([`enter_rows`](Self::enter_rows)).
    pub(crate) fn create_filled(&mut self, home: Home, values: &[u8], page: &mut OpenPage) -> RowId {
        let id = self.new_row(home);
        if !values.is_empty() {
            self.values.append(id.0, values, page);
        }
        id
    }

    /// Puts rows that were made together into their table, in the order of their numbers.
    pub(crate) fn enter_rows(
        &mut self,
        (parent, table): (RowId, ObjectId),
        rows: &[(u32, RowId)],
        page: &mut OpenPage,
    ) {
        self.values.close(page);
        if let Some(parent) = self.row_mut(parent) {
            let table = parent.tables.get_or_insert_default().get_or_insert_default(table);
            for &(number, row) in rows {
                table.rows.insert(number, row);
                table.highest = table.highest.max(number);
            }
        }
    }

    fn new_row(&mut self, home: Home) -> RowId {
        let row = Row::new(Some(home));
        match self.free.pop() {
            Some(free) => {
                if let Some(slot) = self.rows.get_mut(free as usize) {
                    *slot = Some(row);
                }
                RowId(free)
            }
            None => {
                self.rows.push(Some(row));
                RowId((self.rows.len() - 1) as u32)
            }
        }
    }

    /// Puts a row into its table.
    pub(crate) fn attach(&mut self, row: RowId) {
        let Some(home) = self.home(row) else { return };
        if let Some(parent) = self.row_mut(home.parent) {
            let table = parent.tables.get_or_insert_default().get_or_insert_default(home.table);
            table.rows.insert(home.number, row);
            table.highest = table.highest.max(home.number);
        }
    }

    /// Takes a row out of its table; it and everything below it stays in memory.
    pub(crate) fn detach(&mut self, row: RowId) {
        let Some(home) = self.home(row) else { return };
        if let Some(table) = self.table_mut(home.parent, home.table) {
            table.rows.remove(home.number);
        }
    }

    /// The highest number that a table has given out.
    pub(crate) fn highest_number(&self, row: RowId, table: ObjectId) -> u32 {
        self.table(row, table).map_or(0, |table| table.highest)
    }

    /// Has a table give out no numbers up to this one any more.
    pub(crate) fn raise_highest_number(&mut self, row: RowId, table: ObjectId, highest: u32) {
        if let Some(row) = self.row_mut(row) {
            row.tables.get_or_insert_default().get_or_insert_default(table).highest = highest;
        }
    }

    /// Gives back numbers that nobody has seen.
    pub(crate) fn reset_highest_number(&mut self, row: RowId, table: ObjectId, highest: u32) {
        if let Some(table) = self.table_mut(row, table) {
            table.highest = highest;
        }
    }

    /// Forgets a detached row and everything below it.
    pub(crate) fn forget(&mut self, row: RowId) {
        let mut doomed = alloc::vec![row];
        while let Some(row) = doomed.pop() {
            let Some(slot) = self.rows.get_mut(row.0 as usize) else { continue };
            if let Some(row_content) = slot.take() {
                self.free.push(row.0);
                self.mounts.remove(&row);
                if self.draft.row == Some(row) {
                    self.draft = Draft::default();
                } else {
                    self.values.set(row.0, &[]);
                }
                doomed.extend(row_content.tables().flat_map(|(_, table)| table.rows()));
            }
        }
    }

    /// Forgets that there were rows in a table which nobody can bring back any more.
    pub(crate) fn compact(&mut self, row: RowId, table: ObjectId) {
        if let Some(table) = self.table_mut(row, table) {
            table.rows.compact();
        }
    }

    /// A row and all rows below it, the row first, rows above before rows below.
    pub(crate) fn with_descendants(&self, row: RowId) -> Vec<RowId> {
        let mut all = alloc::vec![row];
        let mut next = 0;
        while let Some(&row) = all.get(next) {
            let tables = self.row(row).into_iter().flat_map(Row::tables);
            all.extend(tables.flat_map(|(_, table)| table.rows()));
            next += 1;
        }
        all
    }

    /// Takes an index out of its table, to change it with the rows at hand; [`put_key_index`](Self::put_key_index)
    /// puts it back.
    pub(crate) fn take_key_index(&mut self, row: RowId, table: ObjectId, key: usize) -> KeyIndex {
        let index = self.table_mut(row, table).and_then(|table| table.keys.get_mut(key));
        index.map(core::mem::take).unwrap_or_default()
    }

    /// Puts an index into its table.
    pub(crate) fn put_key_index(&mut self, row: RowId, table: ObjectId, key: usize, index: KeyIndex) {
        let Some(row) = self.row_mut(row) else { return };
        let keys = &mut row.tables.get_or_insert_default().get_or_insert_default(table).keys;
        if keys.len() <= key {
            keys.resize_with(key + 1, KeyIndex::default);
        }
        keys[key] = index;
    }

    /// The indexes of the Unique Keys of a table, as they are kept.
    pub(crate) fn key_indexes(&self, row: RowId, table: ObjectId) -> &[KeyIndex] {
        self.table(row, table).map_or(&[], |table| &table.keys)
    }
}

impl RowId {
    #[cfg(test)]
    pub(crate) fn new(position: u32) -> Self {
        Self(position)
    }
}

impl Row {
    fn new(home: Option<Home>) -> Self {
        Self { home, tables: None }
    }

    /// The tables right below.
    pub(crate) fn tables(&self) -> impl Iterator<Item = (ObjectId, &Table)> {
        self.tables.iter().flat_map(|tables| tables.iter()).map(|(&id, table)| (id, table))
    }
}

impl Table {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The highest Instance Number that was ever given out.
    pub(crate) fn highest(&self) -> u32 {
        self.highest
    }

    pub(crate) fn row(&self, number: u32) -> Option<RowId> {
        self.rows.row(number)
    }

    /// The rows in the order of their Instance Numbers.
    pub(crate) fn rows(&self) -> impl Iterator<Item = RowId> + '_ {
        self.rows.iter()
    }

    /// The same, with their numbers.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (u32, RowId)> + '_ {
        self.rows.numbered()
    }
}

/// Parameters whose values are kept together outside of tables.
fn neighbourhood(parameter: ParameterId) -> u32 {
    parameter.index() / 16
}
