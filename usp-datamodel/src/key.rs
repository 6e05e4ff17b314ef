//! Unique Keys: their text, their values, and the values that the Agent makes up for them.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write;

use usp_schema::{Object, Parameter, ParameterId, PrimitiveType, Value};

use crate::model::DataModel;
use crate::place::Place;
use crate::store::RowId;
use crate::transaction::Transaction;

pub(crate) use crate::store::KeyText;

/// One text for the values of a key. Lengths keep apart what only looks alike when joined.
pub(crate) fn key_text<'a>(values: impl Iterator<Item = &'a str>) -> KeyText {
    let mut text = String::new();
    for value in values {
        // Writing to a String cannot fail.
        let _ = write!(text, "{}:{value}", value.len());
    }
    Box::from(text)
}

impl DataModel {
    /// The text of a key of a row as it is now.
    pub(crate) fn key_text_of(&self, row: RowId, key: usize) -> Option<KeyText> {
        self.key_text_with(row, key, None)
    }

    /// The text that a key of a row would have, if a parameter had this value.
    fn key_text_with(
        &self,
        row: RowId,
        key: usize,
        instead: Option<(ParameterId, &Value)>,
    ) -> Option<KeyText> {
        let home = self.store.home(row)?;
        let key = self.layout.keys(home.table).get(key)?;
        let values: Vec<String> = key
            .parameters
            .iter()
            .map(|&parameter| match instead {
                Some((replaced, value)) if replaced == parameter => value.to_string(),
                _ => self.at_rest(row, self.parameter(parameter)).to_string(),
            })
            .collect();
        Some(key_text(values.iter().map(String::as_str)))
    }

    /// Names and values of the parameters of all keys of a row, each once; to Controllers as they see them.
    pub(crate) fn unique_keys_of(&self, row: RowId, conceals: bool) -> Vec<(String, String)> {
        let Some(place) = self.place_of_row(row) else { return Vec::new() };
        let shown = |parameter: &Parameter<'_>| {
            // Key parameters are stored, so that reading one cannot fail.
            let value = self.seen(row, *parameter, conceals).ok()?;
            Some((parameter.name().to_string(), value.to_string()))
        };
        key_parameters(self.object(place.object)).iter().filter_map(shown).collect()
    }

    /// Whether a default makes up a value that need not be generated: an empty text is none, nor is one that makes
    /// a key which another row has.
    fn default_serves(&self, place: Place, parameter: Parameter<'_>) -> bool {
        let value = self.at_rest(place.row, parameter);
        let is_empty = matches!(&*value, Value::String(text) if text.is_empty());
        parameter.object_default().is_some() && !is_empty && self.is_free(place, parameter, &value)
    }

    /// Whether no other row of the table has the keys that a row would have with this value.
    fn is_free(&self, place: Place, parameter: Parameter<'_>, value: &Value) -> bool {
        let Some(home) = self.store.home(place.row) else { return false };
        !self.layout.keys_with(home.table, parameter.id()).any(|key| {
            let text = self.key_text_with(place.row, key, Some((parameter.id(), value)));
            text.is_some_and(|text| {
                self.store.rows_by_key(home.parent, home.table, key, &text).any(|row| row != place.row)
            })
        })
    }

    /// A value for a key parameter that nobody gave `[R-ADD.5]`: one that no other row of the table has.
    ///
    /// Texts begin with `cpe-`, as TR-181 asks of an Alias that the Agent assigns, followed by the Instance Number.
    /// References, enumerations and types other than text and whole numbers cannot be made up.
    pub(crate) fn generated_key_value(&self, place: Place, parameter: Parameter<'_>) -> Option<Value> {
        let syntax = parameter.syntax();
        if syntax.is_list() || syntax.reference().is_some() || syntax.enumeration().next().is_some() {
            return None;
        }
        let home = self.store.home(place.row)?;
        let is_free = |value: &Value| self.is_free(place, parameter, value);
        let candidates = 0..MAX_CANDIDATES;
        match syntax.primitive_type() {
            // Other rows can only stand in the way with names made for this very number: what they cost, they
            // cost once.
            PrimitiveType::String => candidates
                .map(|attempt| match attempt {
                    0 => alloc::format!("cpe-{}", home.number),
                    more => alloc::format!("cpe-{}-{more}", home.number),
                })
                .map_while(|text| syntax.parse(&text).ok())
                .find(is_free),
            PrimitiveType::Int
            | PrimitiveType::Long
            | PrimitiveType::UnsignedInt
            | PrimitiveType::UnsignedLong => candidates
                .map(|attempt| u64::from(home.number) + u64::from(attempt))
                .map_while(|number| syntax.parse(&number.to_string()).ok())
                .find(is_free),
            _ => None,
        }
    }
}

impl Transaction<'_> {
    /// [R-ADD.5] gives values to the keys of new rows that neither the Controller, the device nor a default has
    /// given any, or whose default another row has. It happens when the message is done, so that what is made up
    /// keeps clear of what was said.
    pub(crate) fn complete_keys(&mut self) {
        let schema = self.model.schema.clone();
        let rows: Vec<RowId> = self.created().collect();
        for row in rows {
            let Some(place) = self.model.place_of_row(row) else { continue };
            let Some(table) = schema.object(place.object) else { continue };
            for parameter in key_parameters(table) {
                if self.model.store.value(row, parameter.id()).is_none()
                    && !self.model.default_serves(place, parameter)
                    && let Some(value) = self.model.generated_key_value(place, parameter)
                {
                    self.begin_entry_of(row);
                    self.set(row, parameter.id(), value);
                }
            }
        }
    }
}

/// How many values are tried for a key before the row is refused for want of one.
const MAX_CANDIDATES: u32 = 10_000;

/// The parameters of all keys of a table, each once.
pub(crate) fn key_parameters<'s>(table: Object<'s>) -> Vec<Parameter<'s>> {
    let mut found: Vec<Parameter<'s>> = Vec::new();
    for parameter in table.unique_keys().flat_map(|key| key.parameters()) {
        if !found.contains(&parameter) {
            found.push(parameter);
        }
    }
    found
}
