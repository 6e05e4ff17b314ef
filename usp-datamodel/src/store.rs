//! The rows of the model and their values, with the indexes that follow them.
//!
//! Everything outside of tables belongs to the root row. A row holds the values of its own object and of the single
//! objects below it, and the tables right below those. Only what was set is stored.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use usp_schema::{ObjectId, ParameterId, Value};

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
    values: BTreeMap<ParameterId, Value>,
    tables: BTreeMap<ObjectId, Table>,
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
    rows: BTreeMap<u32, RowId>,
    /// The highest Instance Number that was ever given out: numbers are not used again `[R-ARC.8]`.
    highest: u32,
    /// For each Unique Key, the rows by the text of that key. More than one row is legal inside a transaction.
    keys: Vec<Index<RowId>>,
}

/// Entries by text.
pub(crate) type Index<T> = BTreeMap<Box<str>, BTreeSet<T>>;

/// The values of a Unique Key as one text.
pub(crate) type KeyText = Box<str>;

/// All rows.
#[derive(Debug)]
pub(crate) struct Store {
    rows: Vec<Option<Row>>,
    free: Vec<u32>,
    /// Rows and parameters by the path that they refer to, for strong references.
    referrers: Index<(RowId, ParameterId)>,
}

impl Store {
    pub(crate) fn new() -> Self {
        let root = Row { home: None, values: BTreeMap::new(), tables: BTreeMap::new() };
        Self { rows: alloc::vec![Some(root)], free: Vec::new(), referrers: BTreeMap::new() }
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

    pub(crate) fn table(&self, row: RowId, table: ObjectId) -> Option<&Table> {
        self.row(row)?.tables.get(&table)
    }

    /// The value that was set.
    pub(crate) fn value(&self, row: RowId, parameter: ParameterId) -> Option<&Value> {
        self.row(row)?.values.get(&parameter)
    }

    /// Sets or removes a value and returns the one before. Indexes are the caller's to keep.
    pub(crate) fn replace_value(
        &mut self,
        row: RowId,
        parameter: ParameterId,
        value: Option<Value>,
    ) -> Option<Value> {
        let values = &mut self.row_mut(row)?.values;
        match value {
            Some(value) => values.insert(parameter, value),
            None => values.remove(&parameter),
        }
    }

    /// Makes a row that stands in no table yet.
    pub(crate) fn create(&mut self, parent: RowId, table: ObjectId, number: u32) -> RowId {
        let home = Some(Home { parent, table, number });
        let row = Row { home, values: BTreeMap::new(), tables: BTreeMap::new() };
        match self.free.pop() {
            Some(free) => {
                self.rows[free as usize] = Some(row);
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
            let table = parent.tables.entry(home.table).or_default();
            table.rows.insert(home.number, row);
            table.highest = table.highest.max(home.number);
        }
    }

    /// Takes a row out of its table; it and everything below it stays in memory.
    pub(crate) fn detach(&mut self, row: RowId) {
        let Some(home) = self.home(row) else { return };
        if let Some(table) = self.row_mut(home.parent).and_then(|row| row.tables.get_mut(&home.table)) {
            table.rows.remove(&home.number);
        }
    }

    /// The number that the next row of a table gets.
    pub(crate) fn highest_number(&self, row: RowId, table: ObjectId) -> u32 {
        self.table(row, table).map_or(0, |table| table.highest)
    }

    /// Gives back numbers that nobody has seen.
    pub(crate) fn reset_highest_number(&mut self, row: RowId, table: ObjectId, highest: u32) {
        if let Some(table) = self.row_mut(row).and_then(|row| row.tables.get_mut(&table)) {
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
                let tables = row_content.tables.into_values();
                doomed.extend(tables.flat_map(|table| table.rows.into_values()));
            }
        }
    }

    /// A row and all rows below it, the row first, rows above before rows below.
    pub(crate) fn with_descendants(&self, row: RowId) -> Vec<RowId> {
        let mut all = alloc::vec![row];
        let mut next = 0;
        while let Some(&row) = all.get(next) {
            let tables = self.row(row).into_iter().flat_map(|row| row.tables.values());
            let below: Vec<RowId> = tables.flat_map(|table| table.rows.values().copied()).collect();
            all.extend(below);
            next += 1;
        }
        all
    }

    /// Enters a row into the index of a Unique Key, or takes it out.
    pub(crate) fn index_key(&mut self, row: RowId, key: usize, text: &str, present: bool) {
        let Some(home) = self.home(row) else { return };
        let Some(parent) = self.row_mut(home.parent) else { return };
        let keys = &mut parent.tables.entry(home.table).or_default().keys;
        if keys.len() <= key {
            keys.resize_with(key + 1, BTreeMap::new);
        }
        update_index(&mut keys[key], text, row, present);
    }

    /// The rows of a table with this text of a Unique Key.
    pub(crate) fn rows_by_key(
        &self,
        row: RowId,
        table: ObjectId,
        key: usize,
        text: &str,
    ) -> impl Iterator<Item = RowId> + '_ {
        let index = self.table(row, table).and_then(|table| table.keys.get(key));
        index.and_then(|index| index.get(text)).into_iter().flatten().copied()
    }

    /// The indexes of the Unique Keys of a table, as they are kept.
    pub(crate) fn key_indexes(&self, row: RowId, table: ObjectId) -> &[Index<RowId>] {
        self.table(row, table).map_or(&[], |table| &table.keys)
    }

    /// The index of strong references, as it is kept.
    pub(crate) fn reference_index(&self) -> &Index<(RowId, ParameterId)> {
        &self.referrers
    }

    /// Notes that a parameter refers to a path, or no longer does.
    pub(crate) fn index_reference(
        &mut self,
        target: &str,
        row: RowId,
        parameter: ParameterId,
        present: bool,
    ) {
        update_index(&mut self.referrers, target, (row, parameter), present);
    }

    /// The parameters that refer to a path (without final dot) or to anything below it, and what they refer to.
    pub(crate) fn referrers(&self, target: &str) -> Vec<(RowId, ParameterId, String)> {
        let mut found = Vec::new();
        let mut collect = |path: &str, referrers: &BTreeSet<(RowId, ParameterId)>| {
            found.extend(referrers.iter().map(|&(row, parameter)| (row, parameter, path.into())));
        };
        if let Some(referrers) = self.referrers.get(target) {
            collect(target, referrers);
        }
        let below: Box<str> = alloc::format!("{target}.").into();
        for (path, referrers) in
            self.referrers.range(below.clone()..).take_while(|(path, _)| path.starts_with(&*below))
        {
            collect(path, referrers);
        }
        found
    }
}

impl Row {
    /// The tables right below.
    pub(crate) fn tables(&self) -> impl Iterator<Item = (ObjectId, &Table)> {
        self.tables.iter().map(|(&id, table)| (id, table))
    }

    /// The values that were set.
    pub(crate) fn values(&self) -> impl Iterator<Item = (ParameterId, &Value)> {
        self.values.iter().map(|(&parameter, value)| (parameter, value))
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
        self.rows.get(&number).copied()
    }

    /// The rows in the order of their Instance Numbers.
    pub(crate) fn rows(&self) -> impl Iterator<Item = RowId> + '_ {
        self.rows.values().copied()
    }
}

fn update_index<T: Ord>(index: &mut Index<T>, text: &str, entry: T, present: bool) {
    if present {
        match index.get_mut(text) {
            Some(entries) => {
                entries.insert(entry);
            }
            None => {
                index.insert(text.into(), BTreeSet::from([entry]));
            }
        }
    } else if let Some(entries) = index.get_mut(text) {
        entries.remove(&entry);
        if entries.is_empty() {
            index.remove(text);
        }
    }
}
