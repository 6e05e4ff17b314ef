//! Unique Keys: their text, their values, and the values that the Agent makes up for them.

mod ascending;
pub(crate) mod index;

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hash::BuildHasher;

use usp_schema::{ObjectId, Parameter, ParameterId, PrimitiveType, Schema, Value};

use crate::key::ascending::Highest;
use crate::key::index::Wanted;
use crate::model::DataModel;
use crate::permissions::access::Access;
use crate::resolve::place::{DigitBuffer, Place, digits, push_decimal};
use crate::store::RowId;
use crate::store::fixed_tables::is_fixed;
use crate::store::packed::{packed_text, unpack};
use crate::transaction::Transaction;

pub(crate) use crate::key::index::KeyText;

/// One text for the values of a key.
pub(crate) fn key_text<'a>(values: impl ExactSizeIterator<Item = &'a str>) -> KeyText {
    let mut text = Vec::new();
    let several = values.len() > 1;
    for value in values {
        put_part(&mut text, several, value.as_bytes());
    }
    text.into_boxed_slice()
}

/// Where the text of a key goes, piece by piece.
pub(crate) trait Sink {
    /// Whether it takes the piece, and more.
    fn put(&mut self, piece: &[u8]) -> bool;
}

impl Sink for Vec<u8> {
    fn put(&mut self, piece: &[u8]) -> bool {
        self.extend_from_slice(piece);
        true
    }
}

/// Takes no text but the one that is left.
struct Expected<'t>(&'t [u8]);

impl Sink for Expected<'_> {
    fn put(&mut self, piece: &[u8]) -> bool {
        let rest = self.0.strip_prefix(piece);
        self.0 = rest.unwrap_or_default();
        rest.is_some()
    }
}

/// Puts one value of a key. Where there are several, lengths keep apart what only looks alike when joined.
fn put_part(out: &mut impl Sink, several: bool, value: &[u8]) -> bool {
    // No value is as long as numbers of 32 bits count.
    let length = value.len() as u32;
    let is_apart = !several || out.put(digits(length, &mut DigitBuffer::default())) && out.put(b":");
    is_apart && out.put(value)
}

/// Puts one value that is as rows keep it.
pub(crate) fn put_packed(out: &mut impl Sink, several: bool, packed: &[u8]) -> bool {
    match packed_text(packed) {
        Some(text) => put_part(out, several, text),
        None => put_part(out, several, unpack(packed).to_string().as_bytes()),
    }
}

impl DataModel {
    /// The text of a key of a row as it is now.
    pub(crate) fn key_text_of(&self, row: RowId, key: usize) -> Option<Cow<'_, [u8]>> {
        self.key_text_with(row, key, None)
    }

    /// The text that a key of a row would have, if a parameter had this value.
    fn key_text_with<'a>(
        &'a self,
        row: RowId,
        key: usize,
        instead: Option<(ParameterId, &'a Value)>,
    ) -> Option<Cow<'a, [u8]>> {
        let parameters = self.key_of_row(row, key)?;
        // A key of one text is that text.
        if let &[parameter] = parameters {
            let text = match instead.filter(|(replaced, _)| *replaced == parameter) {
                Some((_, Value::String(text))) => Some(text.as_bytes()),
                Some(_) => None,
                None => packed_text(self.stored(row, parameter)),
            };
            if let Some(text) = text {
                return Some(Cow::Borrowed(text));
            }
        }
        let mut text = Vec::with_capacity(USUAL_KEY);
        self.put_key_text(row, parameters, instead, &mut text).then_some(Cow::Owned(text))
    }

    /// The parameters of a key of a row.
    fn key_of_row(&self, row: RowId, key: usize) -> Option<&[ParameterId]> {
        let table = self.store.home(row)?.table;
        Some(self.layout.keys(table).nth(key)?.parameters)
    }

    /// Puts the text of a key, unless it is not taken. Key parameters are stored: none is live or counted.
    fn put_key_text(
        &self,
        row: RowId,
        parameters: &[ParameterId],
        instead: Option<(ParameterId, &Value)>,
        out: &mut impl Sink,
    ) -> bool {
        let several = parameters.len() > 1;
        parameters.iter().all(|&parameter| match instead {
            Some((replaced, Value::String(text))) if replaced == parameter => {
                put_part(out, several, text.as_bytes())
            }
            Some((replaced, value)) if replaced == parameter => {
                put_part(out, several, value.to_string().as_bytes())
            }
            _ => put_packed(out, several, self.stored(row, parameter)),
        })
    }

    fn has_key_text(&self, row: RowId, key: usize, text: &[u8]) -> bool {
        let mut expected = Expected(text);
        self.key_of_row(row, key).is_some_and(|key| self.put_key_text(row, key, None, &mut expected))
            && expected.0.is_empty()
    }

    /// What the indexes of a key ask for a text.
    pub(crate) fn wanted<'t>(&self, key: usize, text: &'t [u8]) -> Wanted<'t, impl Fn(RowId) -> bool> {
        let hash = self.hasher.hash_one(text);
        Wanted { text, hash, is_of: move |row| self.has_key_text(row, key, text) }
    }

    /// The rows of a table with this text of a Unique Key. More than one row is legal inside a transaction.
    pub(crate) fn rows_by_key(&self, parent: RowId, table: ObjectId, key: usize, text: &[u8]) -> Vec<RowId> {
        let index = self.store.key_indexes(parent, table).get(key);
        index.map(|index| index.rows(&self.wanted(key, text))).unwrap_or_default()
    }

    /// The text of a key of a row that is in its index, if another row has the same.
    pub(crate) fn shared_key_text(&self, row: RowId, key: usize) -> Option<KeyText> {
        let home = self.store.home(row)?;
        let index = self.store.key_indexes(home.parent, home.table).get(key)?;
        if !index.has_duplicates() {
            return None;
        }
        let text = self.key_text_of(row, key)?;
        let is_shared = index.has_others(&self.wanted(key, &text), row);
        is_shared.then(|| text.into())
    }

    /// Enters a row into the index of a Unique Key, or takes it out; before its values change and after it.
    pub(crate) fn index_key(&mut self, row: RowId, key: usize, present: bool) {
        let Some(home) = self.store.home(row) else { return };
        let mut index = self.store.take_key_index(home.parent, home.table, key);
        if let Some(text) = self.key_text_of(row, key) {
            let wanted = self.wanted(key, &text);
            if present {
                index.insert(&wanted, row);
            } else {
                index.remove(&wanted, row);
            }
        }
        self.store.put_key_index(home.parent, home.table, key, index);
    }

    /// The parameters of all keys of a table, each once.
    pub(crate) fn key_parameters(&self, table: ObjectId) -> impl Iterator<Item = Parameter<'_>> {
        self.layout.key_parameters(table).iter().map(|&parameter| self.parameter(parameter))
    }

    /// Names and values of the parameters of all keys of a row, each once, as Controllers see them.
    pub(crate) fn unique_keys_of(&self, row: RowId) -> Vec<(String, String)> {
        let Some(place) = self.place_of_row(row) else { return Vec::new() };
        let shown = |parameter: Parameter<'_>| {
            // Key parameters are stored, so that reading one cannot fail.
            let value = self.seen(row, parameter, Access::CONTROLLER).ok()?;
            Some((parameter.name().to_string(), value.to_string()))
        };
        self.key_parameters(place.object).filter_map(shown).collect()
    }

    /// Whether a default makes up a value that need not be generated: an empty text is none, nor is one that makes
    /// a key which another row has.
    fn default_serves(&self, place: Place, parameter: Parameter<'_>) -> bool {
        if parameter.object_default().is_none() {
            return false;
        }
        let value = self.at_rest(place.row, parameter);
        !value.is_text("") && self.is_free(place, parameter, &value.into_value())
    }

    /// Whether each key of a row has a value that somebody gave or that was made up, and that no other row has.
    pub(crate) fn has_own_keys(&self, place: Place) -> bool {
        (0..).zip(self.layout.keys(place.object)).all(|(number, key)| {
            let is_given = key.parameters.iter().any(|&id| {
                self.store.packed_value(place.row, id).is_some()
                    || self.default_serves(place, self.parameter(id))
            });
            is_given && self.shared_key_text(place.row, number).is_none()
        })
    }

    /// Whether no other row of the table has the keys that a row would have with this value.
    fn is_free(&self, place: Place, parameter: Parameter<'_>, value: &Value) -> bool {
        let Some(home) = self.store.home(place.row) else { return false };
        !self.layout.keys_with(home.table, parameter.id()).any(|key| {
            let text = self.key_text_with(place.row, key, Some((parameter.id(), value)));
            let index = self.store.key_indexes(home.parent, home.table).get(key);
            text.zip(index).is_some_and(|(text, index)| index.has_others(&self.wanted(key, &text), place.row))
        })
    }

    /// A value for a key parameter that nobody gave `[R-ADD.5]`: one that no other row of the table has.
    ///
    /// Texts begin with `cpe-`, as TR-181 asks of an Alias that the Agent assigns, followed by the Instance Number.
    /// References, enumerations and types other than text and whole numbers cannot be made up. The rows of a fixed
    /// table are as many as they are because there is one for each value of an enumeration: they take them in their
    /// order.
    pub(crate) fn generated_key_value(&self, place: Place, parameter: Parameter<'_>) -> Option<Value> {
        let syntax = parameter.syntax();
        if syntax.is_list() || self.layout.is_reference(parameter.id()) {
            return None;
        }
        let is_free = |value: &Value| self.is_free(place, parameter, value);
        if syntax.enumeration().next().is_some() {
            let table = Some(self.object(place.object)).filter(|&table| is_fixed(table))?;
            let values = table.parameter(parameter.name())?.syntax().enumeration();
            return values.filter_map(|offered| syntax.parse(offered.value).ok()).find(is_free);
        }
        let home = self.store.home(place.row)?;
        let candidates = 0..MAX_CANDIDATES;
        match syntax.primitive_type() {
            // Other rows can only stand in the way with names made for this very number: what they cost, they
            // cost once.
            PrimitiveType::String => candidates
                .map(|attempt| {
                    let mut text = String::with_capacity(USUAL_KEY);
                    text.push_str("cpe-");
                    push_decimal(home.number, &mut text);
                    if attempt > 0 {
                        text.push('-');
                        push_decimal(attempt, &mut text);
                    }
                    text
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
        // Of several rows each keeps clear of the keys of the others. A single one is entered when its keys are there.
        if self.created().nth(1).is_some() {
            self.index_fresh();
        }
        let mut highest = Highest::default();
        for position in 0..self.log().len() {
            let Some(row) = self.log()[position].created() else { continue };
            // What has gone again is in no index, and must not get into one.
            if self.model.store.is_attached(row) {
                self.complete_row_by(&schema, row, &mut highest, &Self::set);
            }
        }
    }

    /// The same for rows that were saved without a part of their keys: what is made up is not undone by itself, only
    /// with its row.
    pub(crate) fn complete_saved_keys(&mut self, rows: Vec<RowId>) {
        let schema = self.model.schema.clone();
        let mut highest = Highest::default();
        for row in rows {
            if self.model.store.is_attached(row) {
                self.complete_row_by(&schema, row, &mut highest, &Self::set_for_good);
            }
        }
    }

    /// The same for one row that nobody says anything about.
    pub(crate) fn complete_keys_of(&mut self, row: RowId) {
        let schema = self.model.schema.clone();
        self.complete_row_by(&schema, row, &mut Highest::default(), &Self::set_for_good);
    }

    fn complete_row_by(
        &mut self,
        schema: &Schema,
        row: RowId,
        highest: &mut Highest,
        set: &impl Fn(&mut Self, RowId, ParameterId, Value),
    ) {
        let Some(place) = self.model.place_of_row(row) else { return };
        let layout = Arc::clone(&self.model.layout);
        for &id in layout.key_parameters(place.object) {
            if self.model.store.packed_value(row, id).is_some() {
                continue;
            }
            let Some(parameter) = schema.parameter(id) else { continue };
            if let Some(value) = highest.next(self.model, place, parameter) {
                self.begin_entry_of(row);
                set(self, row, parameter.id(), value);
            } else if !self.model.default_serves(place, parameter)
                && let Some(value) = self.model.generated_key_value(place, parameter)
            {
                self.begin_entry_of(row);
                set(self, row, parameter.id(), value);
            }
            highest.note(self.model, place, parameter);
        }
        if !self.model.ascending.is_empty() {
            self.number_row_by(schema, place, highest, set);
        }
    }

    /// Gives a new row its numbers in parameters that ascend and are in no key.
    fn number_row_by(
        &mut self,
        schema: &Schema,
        place: Place,
        highest: &mut Highest,
        set: &impl Fn(&mut Self, RowId, ParameterId, Value),
    ) {
        let ascending = self.model.ascending.iter().filter_map(|&id| schema.parameter(id));
        let of_row = ascending.filter(|parameter| parameter.object().id() == place.object);
        let apart: Vec<Parameter<'_>> =
            of_row.filter(|parameter| !self.model.layout.is_key(parameter.id())).collect();
        for parameter in apart {
            let id = parameter.id();
            if self.model.store.packed_value(place.row, id).is_some() {
                continue;
            }
            // Where no default says what the first row has, it is the first.
            let first = || parameter.object_default().is_none().then(|| parameter.syntax().parse("1").ok());
            if let Some(value) = highest.next(self.model, place, parameter).or_else(|| first().flatten()) {
                self.begin_entry_of(place.row);
                set(self, place.row, id, value);
            }
            highest.note(self.model, place, parameter);
        }
    }
}

/// Bytes of a key of usual length.
const USUAL_KEY: usize = 48;

/// How many values are tried for a key before the row is refused for want of one.
const MAX_CANDIDATES: u32 = 10_000;
