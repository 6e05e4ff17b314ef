//! Whether the engine's books agree with its rows.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};

use usp_schema::{Object, ObjectId, ParameterId};

use crate::model::DataModel;
use crate::resolve::without_dot;
use crate::store::referrers::ReferenceIndex;
use crate::store::value_view::ValueView;
use crate::store::{ROOT, RowId, Table};

impl DataModel {
    /// The first thing that is wrong inside of the model; `None`, as ever, if all is well.
    ///
    /// Rebuilds every index from the rows and compares, asks whether all Unique Keys are unique and all strong
    /// references lead somewhere. It takes as long as reading the whole model: for tests and fuzz targets, which
    /// ask it after each request.
    #[doc(hidden)]
    pub fn inconsistency(&self) -> Option<String> {
        self.consistent().err()
    }

    fn consistent(&self) -> Result<(), String> {
        let rows = self.store.with_descendants(ROOT);
        if rows.len() != self.store.len() + 1 || rows.iter().collect::<BTreeSet<_>>().len() != rows.len() {
            return Err(alloc::format!(
                "{} rows are in tables, {} in memory",
                rows.len() - 1,
                self.store.len()
            ));
        }
        if self.subscriptions.has_unused_nodes() {
            return Err("the index of subscriptions keeps what nobody needs".to_string());
        }
        let mut references = ReferenceIndex::new();
        for &row in &rows {
            let Some(content) = self.store.row(row) else { return Err("a row is missing".to_string()) };
            for (table, rows) in content.tables() {
                self.consistent_table(row, table, rows)?;
            }
            for (parameter, value) in self.store.values(row) {
                self.consistent_value(row, parameter, &value, &mut references)?;
            }
        }
        if references == self.store.references {
            return Ok(());
        }
        Err("the index of references is not what the values say".to_string())
    }

    fn consistent_table(&self, parent: RowId, table: ObjectId, rows: &Table) -> Result<(), String> {
        let path = self.object(table).path();
        self.consistent_mount(parent, self.object(table), rows)?;
        let keys = self.layout.keys(table).len();
        for row in rows.rows() {
            let Some(home) = self.store.home(row) else { return Err(alloc::format!("{path} has no row")) };
            if home.parent != parent || home.table != table || rows.row(home.number) != Some(row) {
                return Err(alloc::format!("{path} has a row that belongs elsewhere"));
            }
            if home.number == 0 || home.number > rows.highest() {
                return Err(alloc::format!("{path}{} has a number that was not given out", home.number));
            }
            for key in 0..keys {
                let text = self.key_text_of(row, key).ok_or_else(|| alloc::format!("{path} has no key"))?;
                match self.rows_by_key(parent, table, key, &text)[..] {
                    [only] if only == row => {}
                    [] | [_] => return Err(alloc::format!("an index of {path} is not what its rows say")),
                    _ => return Err(alloc::format!("{path} has two rows with one key")),
                }
            }
        }
        let kept = self.store.key_indexes(parent, table);
        let same = kept.len() <= keys && kept.iter().all(|index| index.len() == rows.len());
        if same { Ok(()) } else { Err(alloc::format!("an index of {path} has rows that are gone")) }
    }

    /// The rows of what is mounted are below rows that carry it.
    fn consistent_mount(&self, row: RowId, table: Object<'_>, rows: &Table) -> Result<(), String> {
        if rows.len() == 0 || self.has_place_for(row, table) {
            return Ok(());
        }
        Err(alloc::format!("{} has rows where it is not mounted", table.exact_path()))
    }

    fn consistent_value(
        &self,
        row: RowId,
        parameter: ParameterId,
        value: &ValueView<'_>,
        references: &mut ReferenceIndex,
    ) -> Result<(), String> {
        if !self.carries(row, parameter) {
            return Err(alloc::format!(
                "a value of {} is in no mount",
                self.parameter(parameter).exact_path()
            ));
        }
        if !self.layout.is_strong_reference(parameter) {
            return Ok(());
        }
        for item in value.texts().into_iter().filter(|item| !item.is_empty()) {
            let leads_to = self.reference_target(&item).map(|found| self.path_of_match(found));
            if leads_to.is_none_or(|path| without_dot(&path) != item) {
                return Err(alloc::format!("{} refers to {item}", self.parameter(parameter).path()));
            }
            references.insert(&item, core::iter::once((row, parameter)));
        }
        Ok(())
    }
}
