//! The value that a parameter has: live, counted, stored, or what it starts with.

use usp_schema::{Object, Parameter, ParameterId, Value};

use crate::fault::Fault;
use crate::model::DataModel;
use crate::resolve::place::Place;
use crate::store::RowId;
use crate::store::packed::unpack;
use crate::store::value_view::ValueView;

impl DataModel {
    /// The value that a parameter has now: live, counted, stored, default, or the null value of its type.
    #[inline]
    pub(crate) fn effective(&self, row: RowId, parameter: Parameter<'_>) -> Result<ValueView<'_>, Fault> {
        if let Some(read) = self.live.get(&parameter.id()) {
            return self.live_value(row, parameter, read);
        }
        Ok(self.at_rest(row, parameter))
    }

    /// The value of a parameter that is not live.
    #[inline]
    pub(crate) fn at_rest(&self, row: RowId, parameter: Parameter<'_>) -> ValueView<'_> {
        if self.layout.is_counter(parameter.id()) {
            let tables = self.layout.counted_tables(parameter.id()).iter();
            let rows = tables
                .filter_map(|&table| self.store.table(row, table))
                .map(|table| table.len())
                .sum::<usize>();
            return ValueView::Owned(Value::UnsignedInt(u32::try_from(rows).unwrap_or(u32::MAX)));
        }
        unpack(self.stored(row, parameter.id()))
    }

    /// The value that was set or else the initial one, of a parameter that is neither live nor counted, as rows keep
    /// it.
    #[inline]
    pub(crate) fn stored(&self, row: RowId, parameter: ParameterId) -> &[u8] {
        self.store.packed_value(row, parameter).unwrap_or_else(|| self.layout.initial(parameter))
    }

    /// Whether the value of a parameter is what was set, and not live or counted.
    pub(crate) fn is_stored(&self, parameter: Parameter<'_>) -> bool {
        let id = parameter.id();
        !self.live.contains_key(&id) && !self.layout.is_counter(id)
    }

    /// Whether an object and all single objects between it and one above it exist.
    pub(crate) fn exists_below(&self, above: Place, object: Object<'_>) -> bool {
        let between = core::iter::once(object).chain(object.ancestors());
        between.take_while(|object| object.id() != above.object).all(|object| self.exists(above.row, object))
    }

    /// Whether an object exists in its row. An object with a discriminator does when it is the one named there.
    pub(crate) fn exists(&self, row: RowId, object: Object<'_>) -> bool {
        match object.discriminator_parameter() {
            Some(discriminator) if !object.is_table() => {
                self.at_rest(row, discriminator).is_text(object.name())
            }
            _ => true,
        }
    }
}
