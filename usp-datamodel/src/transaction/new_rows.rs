//! New rows with all their values, those of one table together: rows of saved state.
//!
//! A row costs little more than its values, since it is entered into its table and into the indexes with its
//! neighbours. Until then nobody can find it.

use alloc::string::String;
use alloc::vec::Vec;
use core::hash::BuildHasher;
use core::ops::Range;

use litemap::LiteMap;
use usp_schema::{Object, ObjectId, ParameterId};

use crate::fault::Fault;
use crate::key::put_packed;
use crate::layout::Layout;
use crate::resolve::without_dot;
use crate::store::packed::{packed_text, unpack};
use crate::store::pages::OpenPage;
use crate::store::row_values::RowValues;
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
    /// Strong references by their parameters, and whether each is that of the row before.
    references: LiteMap<ParameterId, Vec<(RowId, bool)>>,
    page: OpenPage,
    last: Last,
}

/// The last row. One like it is made of it.
#[derive(Debug, Default)]
struct Last {
    table: Option<ObjectId>,
    /// Its values as they are kept, the parameters that have one, and where that stands.
    values: Vec<u8>,
    parameters: Vec<ParameterId>,
    places: Vec<Range<usize>>,
    /// What the end has to look at, in order.
    watched: Vec<ParameterId>,
    /// The strong references that were given, by their places.
    strong: Vec<(ParameterId, usize)>,
    keys: Vec<Key>,
    /// Whether a parameter of a key was not given.
    lacks_keys: bool,
    /// Room to write in.
    spare: Vec<u8>,
}

/// A key of the last row.
#[derive(Debug, Default)]
struct Key {
    /// Its parameters, and where each stands if it was given.
    parts: Vec<(ParameterId, Option<usize>)>,
    /// The text that the values make, and where that of each ends.
    text: Vec<u8>,
    ends: Vec<usize>,
}

/// How many rows are entered together at the most.
const MOST: usize = 8192;

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
        rows.within = Some((parent, table.id()));
        Ok(())
    }

    /// Makes a row with an Instance Number that no row of the table has, and the values that it was saved with, in the
    /// order of their parameters. Weak references stay as they were saved, whatever they lead to by now.
    pub(crate) fn add_row<'v>(
        &mut self,
        rows: &mut NewRows,
        number: u32,
        values: impl Iterator<Item = (ParameterId, &'v [u8])> + Clone,
    ) -> Option<RowId> {
        let (_, table) = rows.within?;
        let (layout, last) = (&self.model.layout, &mut rows.last);
        RowValues::write(values, &mut last.values);
        if !last.note_places() || last.table != Some(table) {
            last.note_shape(table, layout);
        }
        self.finish_row(rows, number, |_| false)
    }

    /// Makes another row like the last one, but for some values, by their places in it.
    pub(crate) fn repeat_row<'v>(
        &mut self,
        rows: &mut NewRows,
        number: u32,
        changed: impl Iterator<Item = (usize, &'v [u8])> + Clone,
    ) -> Option<RowId> {
        rows.last.change(changed.clone());
        self.finish_row(rows, number, |place| changed.clone().all(|(changed, _)| changed != place))
    }

    /// Puts the last row in its place. `repeats` says of a place of a value whether it was the same in the row before.
    fn finish_row(
        &mut self,
        rows: &mut NewRows,
        number: u32,
        repeats: impl Fn(usize) -> bool,
    ) -> Option<RowId> {
        let (parent, table) = rows.within?;
        let home = Home { parent, table, number };
        let row = self.model.store.create_filled(home, &rows.last.values, &mut rows.page);
        rows.room -= 1;
        rows.rows.push((number, row));
        self.log.push(Undo::Created { row, highest: rows.highest });
        rows.highest = rows.highest.max(number);
        let (layout, last) = (&self.model.layout, &rows.last);
        for &(parameter, place) in &last.strong {
            let references = rows.references.entry(parameter).or_default();
            references.push((row, repeats(place) && !references.is_empty()));
        }
        self.touched.insert_row(row, &last.watched, self.entry);
        let Last { keys, values, places, .. } = &mut rows.last;
        for key in keys {
            let value_of = |&(parameter, place): &(ParameterId, Option<usize>)| match place {
                Some(place) => &values[places[place].clone()],
                None => layout.initial(parameter),
            };
            let text = match &*key.parts {
                // A key of one text is that text.
                [part] => packed_text(value_of(part)),
                _ => None,
            };
            let text = text.unwrap_or_else(|| key.note_text(value_of, &repeats));
            rows.hashes.push(self.model.hasher.hash_one(text));
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
        for (&parameter, references) in rows.references.iter_mut() {
            self.enter_references(parameter, references);
            references.clear();
        }
        rows.rows.clear();
        rows.hashes.clear();
    }

    /// Enters references of one parameter: neighbours often refer to one and the same.
    fn enter_references(&mut self, parameter: ParameterId, references: &[(RowId, bool)]) {
        let mut rest = references;
        while let Some(&(row, _)) = rest.first() {
            let store = &self.model.store;
            let packed = store.packed_value(row, parameter);
            let Some(ValueView::Text(text)) = packed.map(unpack) else {
                self.index_references(row, parameter, true);
                rest = &rest[1..];
                continue;
            };
            let is_same =
                |&&(row, repeats): &&(RowId, bool)| repeats || store.packed_value(row, parameter) == packed;
            let count = 1 + rest.iter().skip(1).take_while(is_same).count();
            let (same, others) = rest.split_at(count);
            if !text.is_empty() {
                let target = String::from(without_dot(text));
                let same = same.iter().map(|&(row, _)| (row, parameter));
                self.model.store.references.insert(&target, same);
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

    /// Whether the last row was made without a part of its keys.
    pub(crate) fn lacks_keys(&self) -> bool {
        self.last.lacks_keys
    }

    /// The row and the table that they are in.
    pub(crate) fn within(&self) -> Option<(RowId, ObjectId)> {
        self.within
    }
}

impl Key {
    /// Notes the text anew, from the first value on that is not that of the row before.
    fn note_text<'v>(
        &mut self,
        value_of: impl Fn(&(ParameterId, Option<usize>)) -> &'v [u8],
        repeats: &impl Fn(usize) -> bool,
    ) -> &[u8] {
        let several = self.parts.len() > 1;
        let is_same = |part: &&(ParameterId, Option<usize>)| part.1.is_some_and(repeats);
        self.ends.truncate(self.parts.iter().take_while(is_same).count());
        self.text.truncate(self.ends.last().copied().unwrap_or_default());
        for part in self.parts.iter().skip(self.ends.len()) {
            put_packed(&mut self.text, several, value_of(part));
            self.ends.push(self.text.len());
        }
        &self.text
    }
}

impl Last {
    /// The place of the value of a parameter.
    fn place(&self, parameter: ParameterId) -> Option<usize> {
        self.parameters.iter().position(|given| *given == parameter)
    }

    /// Notes where the values stand. Returns whether they are those of the same parameters as before.
    fn note_places(&mut self) -> bool {
        self.places.clear();
        let values = RowValues(&self.values);
        let (mut start, mut is_same) = (values.directory().len(), true);
        for (place, (parameter, packed)) in values.packed().enumerate() {
            match self.parameters.get_mut(place) {
                Some(before) => is_same &= core::mem::replace(before, parameter) == parameter,
                None => {
                    is_same = false;
                    self.parameters.push(parameter);
                }
            }
            self.places.push(start..start + packed.len());
            start += packed.len();
        }
        is_same &= self.parameters.len() == self.places.len();
        self.parameters.truncate(self.places.len());
        is_same
    }

    /// Notes what follows from the parameters.
    fn note_shape(&mut self, table: ObjectId, layout: &Layout) {
        self.table = Some(table);
        let of_key = |parameter: &ParameterId| (*parameter, self.place(*parameter));
        let parts = layout.keys(table).map(|key| key.parameters.iter().map(of_key).collect());
        self.keys = parts.map(|parts| Key { parts, ..Key::default() }).collect();
        self.lacks_keys = self.keys.iter().flat_map(|key| &key.parts).any(|(_, place)| place.is_none());
        let given = self.parameters.iter().enumerate().map(|(place, &given)| (given, place));
        self.strong = given.filter(|&(given, _)| layout.is_strong_reference(given)).collect();
        let watched = self.strong.iter().map(|(parameter, _)| *parameter);
        self.watched = watched.chain(layout.key_parameters(table).iter().copied()).collect();
        usp_collections::sort_and_dedup(&mut self.watched);
    }

    /// Puts other values in some places.
    fn change<'v>(&mut self, changed: impl Iterator<Item = (usize, &'v [u8])> + Clone) {
        let fits = |(place, packed): (usize, &[u8])| {
            self.places.get(place).is_some_and(|place| place.len() == packed.len())
        };
        if changed.clone().all(fits) {
            for (place, packed) in changed {
                let place = self.places.get(place).and_then(|place| self.values.get_mut(place.clone()));
                place.into_iter().for_each(|place| place.copy_from_slice(packed));
            }
            return;
        }
        let before = |place: usize| self.places.get(place).and_then(|place| self.values.get(place.clone()));
        let after = |place: usize| {
            let other = changed.clone().find(|(changed, _)| *changed == place);
            other.map(|(_, packed)| packed).or_else(|| before(place)).unwrap_or_default()
        };
        let values = self.parameters.iter().enumerate().map(|(place, &parameter)| (parameter, after(place)));
        RowValues::write(values, &mut self.spare);
        core::mem::swap(&mut self.values, &mut self.spare);
        self.note_places();
    }
}
