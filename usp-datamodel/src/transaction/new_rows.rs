//! New rows with all their values, those of one table together: rows of saved state.
//!
//! A row costs little more than its values, since it is entered into its table and into the indexes with its
//! neighbours. Until then nobody can find it.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hash::BuildHasher;

use usp_schema::{Object, ObjectId, ParameterId};

use crate::fault::Fault;
use crate::key::push_key_text;
use crate::store::packed::unpack;
use crate::store::pages::OpenPage;
use crate::store::value_view::ValueView;
use crate::store::{Home, RowId};
use crate::transaction::{Transaction, Undo};

/// Rows that were made and are still to be entered.
#[derive(Debug, Default)]
pub(crate) struct NewRows {
    /// The row and the table that they are in.
    within: Option<(RowId, ObjectId)>,
    /// The highest Instance Number that the table gave out before them.
    highest: u32,
    /// How many more there is room for.
    room: usize,
    /// With their Instance Numbers, which ascend.
    rows: Vec<(u32, RowId)>,
    /// Of the texts of their keys, row by row.
    hashes: Vec<u64>,
    strong_references: Vec<(RowId, ParameterId)>,
    page: OpenPage,
    /// Of all keys of the table, each once.
    key_parameters: Vec<ParameterId>,
    /// Of the row at work: what the end has to look at, and the text of a key.
    watched: Vec<ParameterId>,
    key: Vec<u8>,
}

/// How many rows are entered together at the most.
const MOST: usize = 1024;

impl Transaction<'_> {
    /// Begins to make rows of a table.
    ///
    /// # Errors
    ///
    /// There is no room for any.
    pub(crate) fn begin_rows(
        &mut self,
        rows: &mut NewRows,
        parent: RowId,
        table: Object<'_>,
    ) -> Result<(), Fault> {
        self.enter_rows(rows);
        rows.room = self.room(parent, table)?;
        rows.highest = self.model.store.highest_number(parent, table.id());
        rows.key_parameters.clear();
        rows.key_parameters.extend(self.model.layout.key_parameters(table.id()));
        rows.within = Some((parent, table.id()));
        Ok(())
    }

    /// Makes a row with an Instance Number that no row of the table has, and the values that it was saved with, in the
    /// order of their parameters. Weak references stay as they were saved, whatever they lead to by now.
    pub(crate) fn add_row(
        &mut self,
        rows: &mut NewRows,
        number: u32,
        values: &[(ParameterId, &[u8])],
    ) -> Option<RowId> {
        let (parent, table) = rows.within?;
        let home = Home { parent, table, number };
        let row = self.model.store.create_filled(home, values.iter().copied(), &mut rows.page);
        rows.room -= 1;
        rows.rows.push((number, row));
        self.log.push(Undo::Created { row, highest: rows.highest });
        rows.highest = rows.highest.max(number);
        let layout = Arc::clone(&self.model.layout);
        rows.watched.clear();
        rows.watched.extend(&rows.key_parameters);
        for &(parameter, _) in values {
            if layout.is_strong_reference(parameter) {
                rows.strong_references.push((row, parameter));
                rows.watched.push(parameter);
            }
        }
        rows.watched.sort_unstable();
        rows.watched.iter().for_each(|&parameter| self.touched.insert((row, parameter), self.entry));
        for key in layout.keys(table) {
            rows.key.clear();
            let of_key = key.parameters.iter().map(|parameter| {
                let set = values.iter().find(|(of, _)| of == parameter).map(|&(_, packed)| packed);
                set.unwrap_or_else(|| layout.initial(*parameter))
            });
            push_key_text(of_key, &mut rows.key);
            rows.hashes.push(self.model.hasher.hash_one(&*rows.key));
        }
        Some(row)
    }

    /// Enters the rows that were made.
    pub(crate) fn enter_rows(&mut self, rows: &mut NewRows) {
        let Some(within @ (parent, table)) = rows.within.take() else { return };
        self.model.store.enter_rows(within, &rows.rows, &mut rows.page);
        let keys = self.model.layout.keys(table).len();
        for key in 0..keys {
            let mut index = self.model.store.take_key_index(parent, table, key);
            index.reserve(rows.rows.len());
            let hashes = rows.hashes.iter().skip(key).step_by(keys);
            for (&(_, row), &hash) in rows.rows.iter().zip(hashes) {
                if !index.insert_first(hash, row)
                    && let Some(text) = self.model.key_text_of(row, key)
                {
                    index.insert(&self.model.wanted(key, &text), row);
                }
            }
            self.model.store.put_key_index(parent, table, key, index);
        }
        self.enter_references(&rows.strong_references);
        rows.rows.clear();
        rows.hashes.clear();
        rows.strong_references.clear();
    }

    /// Enters references: neighbours often refer to one and the same.
    fn enter_references(&mut self, references: &[(RowId, ParameterId)]) {
        let mut rest = references;
        while let Some(&(row, parameter)) = rest.first() {
            let store = &self.model.store;
            let packed = store.packed_value(row, parameter);
            let Some(ValueView::Text(text)) = packed.map(unpack) else {
                self.index_references(row, parameter, true);
                rest = &rest[1..];
                continue;
            };
            let is_same = |&&(row, of): &&(RowId, ParameterId)| {
                of == parameter && store.packed_value(row, of) == packed
            };
            let (same, others) = rest.split_at(rest.iter().take_while(is_same).count());
            if !text.is_empty() {
                let target = String::from(text.trim_end_matches('.'));
                self.model.store.index_references(&target, same);
            }
            rest = others;
        }
    }
}

impl NewRows {
    /// Whether a row of the same table, with a number beyond those of all its rows, can follow.
    pub(crate) fn goes_on_with(&self, number: u32) -> bool {
        self.within.is_some() && number > self.highest && self.room > 0 && self.rows.len() < MOST
    }

    /// The parameters of all keys of their table.
    pub(crate) fn key_parameters(&self) -> &[ParameterId] {
        &self.key_parameters
    }

    /// The row and the table that they are in.
    pub(crate) fn within(&self) -> Option<(RowId, ObjectId)> {
        self.within
    }
}
