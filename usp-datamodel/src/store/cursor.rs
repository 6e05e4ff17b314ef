//! Reading a parameter row by row.

use core::ops::Range;

use usp_schema::ParameterId;

use crate::store::pages::Page;
use crate::store::{ROOT, RowId, Store};

/// Reads values of neighbouring rows, which mostly have the same parameter at the same place.
#[derive(Debug)]
pub(crate) struct Cursor<'m> {
    store: &'m Store,
    page: Page<'m>,
    /// The directory of the row before, and where by it a parameter stands.
    directory: &'m [u8],
    parameter: Option<ParameterId>,
    place: Option<Range<usize>>,
}

impl<'m> Cursor<'m> {
    pub(crate) fn new(store: &'m Store) -> Self {
        Self { store, page: Page::default(), directory: &[], parameter: None, place: None }
    }

    /// The value that was set, as [`Store::packed_value`] has it.
    pub(crate) fn packed_value(&mut self, row: RowId, parameter: ParameterId) -> Option<&'m [u8]> {
        if row == ROOT {
            return self.store.packed_value(row, parameter);
        }
        let values = self.store.row_values_in(row, &mut self.page);
        if self.parameter != Some(parameter) || !values.has_directory(self.directory) {
            self.directory = values.directory();
            self.parameter = Some(parameter);
            self.place = values.range_of(parameter);
        }
        values.0.get(self.place.clone()?)
    }
}
