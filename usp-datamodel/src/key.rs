//! Unique Keys: their text, their values, and the values that the Agent makes up for them.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write;

use usp_schema::{Object, Parameter, ParameterId, PrimitiveType, Value};

use crate::model::{DataModel, Place};
use crate::store::RowId;

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

    /// Names and values of the parameters of all keys of a row, each once.
    pub(crate) fn unique_keys_of(&self, row: RowId) -> Vec<(String, String)> {
        let Some(place) = self.place_of_row(row) else { return Vec::new() };
        let mut found: Vec<(String, String)> = Vec::new();
        for key in self.object(place.object).unique_keys() {
            for parameter in key.parameters() {
                if !found.iter().any(|(name, _)| name == parameter.name()) {
                    let value = self.at_rest(row, parameter).to_string();
                    found.push((parameter.name().to_string(), value));
                }
            }
        }
        found
    }

    /// A value for a key parameter that nobody gave `[R-ADD.5]`: one that no other row of the table has.
    ///
    /// Texts begin with `cpe-`, as TR-181 asks of an Alias that the Agent assigns. References and enumerations
    /// cannot be made up.
    pub(crate) fn generated_key_value(&self, place: Place, parameter: Parameter<'_>) -> Option<Value> {
        let syntax = parameter.syntax();
        if syntax.is_list() || syntax.reference().is_some() || syntax.enumeration().next().is_some() {
            return None;
        }
        let home = self.store.home(place.row)?;
        let keys = self.layout.keys(home.table);
        let taken = |value: &Value| {
            let concerned =
                keys.iter().enumerate().filter(|(_, key)| key.parameters.contains(&parameter.id()));
            concerned
                .filter_map(|(number, _)| {
                    Some((number, self.key_text_with(place.row, number, Some((parameter.id(), value)))?))
                })
                .any(|(number, text)| {
                    self.store.rows_by_key(home.parent, home.table, number, &text).any(|row| row != place.row)
                })
        };
        let numbers = u64::from(home.number)..;
        match syntax.primitive_type() {
            PrimitiveType::String => numbers
                .map(|number| Value::String(alloc::format!("cpe-{number}")))
                .take_while(|value| syntax.parse(&value.to_string()).is_ok())
                .find(|value| !taken(value)),
            PrimitiveType::Int
            | PrimitiveType::Long
            | PrimitiveType::UnsignedInt
            | PrimitiveType::UnsignedLong => {
                numbers.map_while(|number| syntax.parse(&number.to_string()).ok()).find(|value| !taken(value))
            }
            _ => None,
        }
    }
}

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
