//! Fixed tables: those that always have the same number of rows (TR-106, `minEntries` and `maxEntries` are equal), such
//! as the four access categories of WMM. Their rows come with the object that the table is in.

use alloc::vec::Vec;

use litemap::LiteMap;
use usp_collections::SortedSet;
use usp_schema::{Object, ObjectId};

use crate::fault::Fault;
use crate::model::DataModel;
use crate::resolve::place::Place;
use crate::store::{ROOT, RowId};
use crate::transaction::Transaction;

/// Whether a table always has the same number of rows.
pub(crate) fn is_fixed(table: Object<'_>) -> bool {
    table.is_table() && table.min_entries() > 0 && table.max_entries() == Some(table.min_entries())
}

impl DataModel {
    /// Makes the rows that are there from the start on, as far as there is room.
    pub(crate) fn fill_fixed_tables(&mut self) {
        if self.layout.fixed_tables(None).is_empty() {
            return;
        }
        let mut transaction = Transaction::new(self);
        // Nobody could be told of a limit that is below what the schema needs: adding rows will say so.
        let _ = transaction.fill_fixed_tables(ROOT);
        transaction.commit();
    }

    fn count_rows(&self, parent: RowId, table: ObjectId) -> usize {
        self.store.table(parent, table).map_or(0, |rows| rows.len())
    }
}

impl Transaction<'_> {
    /// Makes the rows that the fixed tables right below a row lack, and those of fixed tables below these. Their keys
    /// are made up, enumerations from their values; where that cannot be done, the device has to add the rows.
    ///
    /// # Errors
    ///
    /// 7005: there is no room for them.
    pub(crate) fn fill_fixed_tables(&mut self, row: RowId) -> Result<(), Fault> {
        let table = self.model.store.home(row).map(|home| home.table);
        if self.model.layout.fixed_tables(table).is_empty() {
            return Ok(());
        }
        let schema = self.model.schema.clone();
        let mut parents = alloc::vec![row];
        while let Some(parent) = parents.pop() {
            let within = self.model.store.home(parent).map(|home| home.table);
            for at in 0..self.model.layout.fixed_tables(within).len() {
                let id = self.model.layout.fixed_tables(within)[at];
                let Some(table) = schema.object(id) else { continue };
                if !self.model.has_place_for(parent, table) {
                    continue;
                }
                while self.model.count_rows(parent, id) < table.min_entries() as usize {
                    let savepoint = self.savepoint();
                    let row = self.create(parent, table)?;
                    self.complete_keys_of(row);
                    self.index_fresh();
                    if !self.model.has_own_keys(Place { row, object: id }) {
                        self.undo_to(savepoint);
                        break;
                    }
                    parents.push(row);
                }
            }
        }
        Ok(())
    }
}

/// Rows of fixed tables that were there before saved state is brought back, and that it has not spoken of so far.
#[derive(Debug, Default)]
pub(crate) struct Unlisted {
    rows: LiteMap<(RowId, ObjectId), LiteMap<u32, RowId>>,
    /// In which rows there are fixed tables that may lack rows.
    pub(crate) parents: SortedSet<RowId>,
}

impl Unlisted {
    pub(crate) fn new(model: &DataModel) -> Self {
        let mut unlisted = Self::default();
        if !model.layout.has_fixed_tables() {
            return unlisted;
        }
        for parent in model.store.with_descendants(ROOT) {
            let within = model.store.home(parent).map(|home| home.table);
            for &table in model.layout.fixed_tables(within) {
                let rows = model.store.table(parent, table).into_iter().flat_map(|rows| rows.numbered());
                unlisted.rows.insert((parent, table), rows.collect());
            }
        }
        unlisted
    }

    /// The rows that nothing was said of, with where they stand.
    pub(crate) fn rows(&self) -> impl Iterator<Item = ((RowId, ObjectId), RowId)> {
        self.rows.iter().flat_map(|(&within, rows)| rows.values().map(move |&row| (within, row)))
    }

    /// Whether it is about the rows of a table.
    pub(crate) fn has_table(&self, parent: RowId, table: ObjectId) -> bool {
        self.rows.contains_key(&(parent, table))
    }

    /// Takes notice that a row stays as it is.
    pub(crate) fn list(&mut self, model: &DataModel, row: RowId) {
        if let Some(home) = model.store.home(row).filter(|_| !self.rows.is_empty())
            && let Some(rows) = self.rows.get_mut(&(home.parent, home.table))
        {
            rows.remove(&home.number);
        }
    }

    /// Rows that make way, since the saved table had other rows: it has given out numbers up to this one, and of those
    /// only rows that are listed were left. For a row to be made, all if there is no room otherwise.
    pub(crate) fn making_way(
        &mut self,
        model: &DataModel,
        (parent, table): (RowId, ObjectId),
        number: u32,
    ) -> Vec<RowId> {
        let Some(rows) = self.rows.get_mut(&(parent, table)) else { return Vec::new() };
        let (later, before): (Vec<_>, Vec<_>) =
            core::mem::take(rows).into_iter().partition(|&(of, _)| of > number);
        let mut going: Vec<RowId> = before.into_iter().map(|(_, row)| row).collect();
        // Others may have gone on other grounds.
        going.retain(|&row| model.store.is_attached(row));
        let most = model.object(table).max_entries().map_or(usize::MAX, |most| most as usize);
        let is_listed = model.store.table(parent, table).is_some_and(|rows| rows.row(number).is_some());
        if !is_listed && model.count_rows(parent, table) - going.len() >= most {
            going.extend(later.into_iter().map(|(_, row)| row));
        } else {
            rows.extend(later);
        }
        self.parents.insert(parent);
        going
    }
}
