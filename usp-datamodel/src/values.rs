//! The value that a parameter has: live, counted, stored, or what it starts with.

use alloc::borrow::Cow;

use usp_msg::ErrorCode;
use usp_schema::{DefaultKind, Object, Parameter, Value};

use crate::fault::Fault;
use crate::model::DataModel;
use crate::store::{ROOT, RowId};

impl DataModel {
    /// The value that a parameter has now: live, counted, stored, default, or the null value of its type.
    pub(crate) fn effective(&self, row: RowId, parameter: Parameter<'_>) -> Result<Cow<'_, Value>, Fault> {
        if let Some(read) = self.live.get(&parameter.id()) {
            let value = read(&self.numbers_of(row)).map_err(|fault| {
                let text = alloc::format!("{} cannot be read: {}", parameter.path(), fault.message());
                Fault::new(ErrorCode::INTERNAL_ERROR, text)
            })?;
            let wanted = parameter.syntax().null_value();
            if core::mem::discriminant(&wanted) != core::mem::discriminant(&value) {
                let text = alloc::format!("{} was read as a value of another type", parameter.path());
                return Err(Fault::new(ErrorCode::INTERNAL_ERROR, text));
            }
            return Ok(Cow::Owned(value));
        }
        Ok(self.at_rest(row, parameter))
    }

    /// The value of a parameter that is not live.
    pub(crate) fn at_rest(&self, row: RowId, parameter: Parameter<'_>) -> Cow<'_, Value> {
        if let Some(table) = self.layout.counted_table(parameter.id()) {
            let rows = self.store.table(row, table).map_or(0, |table| table.len());
            return Cow::Owned(Value::UnsignedInt(u32::try_from(rows).unwrap_or(u32::MAX)));
        }
        match self.store.value(row, parameter.id()) {
            Some(value) => Cow::Borrowed(value),
            None => Cow::Owned(initial_value(row == ROOT, parameter)),
        }
    }

    /// Whether the value of a parameter is what was set, and not live or counted.
    pub(crate) fn is_stored(&self, parameter: Parameter<'_>) -> bool {
        let id = parameter.id();
        !self.live.contains_key(&id) && self.layout.counted_table(id).is_none()
    }

    /// The value that a parameter has in a row before anybody sets it.
    pub(crate) fn initial_in_row(&self, parameter: Parameter<'_>) -> Value {
        initial_value(false, parameter)
    }

    /// The value that a parameter has before anybody sets it.
    pub(crate) fn initial(&self, row: RowId, parameter: Parameter<'_>) -> Value {
        initial_value(row == ROOT, parameter)
    }

    /// Whether an object exists in its row. An object with a discriminator does when it is the one named there.
    pub(crate) fn exists(&self, row: RowId, object: Object<'_>) -> bool {
        match object.discriminator_parameter() {
            Some(discriminator) if !object.is_table() => {
                matches!(&*self.at_rest(row, discriminator), Value::String(name) if name == object.name())
            }
            _ => true,
        }
    }
}

/// What a parameter starts with: rows take the object default, the fixed objects any default that is stated.
fn initial_value(is_root: bool, parameter: Parameter<'_>) -> Value {
    let syntax = parameter.syntax();
    let default = match parameter.default() {
        Some((DefaultKind::Object, text)) => Some(text),
        Some((_, text)) if is_root => Some(text),
        _ => None,
    };
    // A default that its own facets exclude is no default; the lint of the generator reports it.
    default.and_then(|text| syntax.parse(text).ok()).unwrap_or_else(|| syntax.null_value())
}
