//! What only the end of a message can tell: references lead somewhere, Unique Keys are unique, values are offered
//! (transaction/offered.rs).

use alloc::borrow::Cow;
use alloc::string::ToString;
use alloc::vec::Vec;

use litemap::LiteMap;
use usp_collections::SortedSet;
use usp_msg::ErrorCode;
use usp_schema::{ObjectId, Parameter, ParameterId, Value};

use crate::fault::{Fault, shortened};
use crate::key::KeyText;
use crate::key::index::KeyIndex;
use crate::model::DataModel;
use crate::permissions::Rights;
use crate::permissions::access::Access;
use crate::resolve::place::Place;
use crate::resolve::{Match, Node, without_dot};
use crate::store::cursor::Cursor;
use crate::store::packed::{packed_text, unpack};
use crate::store::value_view::ValueView;
use crate::store::{Home, RowId, Table};
use crate::transaction::Transaction;
use crate::transaction::touched::Entry;

/// What the end of a message found wrong, and which entry is to blame.
#[derive(Debug)]
pub(crate) struct Conflict {
    pub(crate) entry: usize,
    pub(crate) place: Place,
    /// The reference or value, or all parameters of the key.
    pub(crate) parameters: Vec<ParameterId>,
    pub(crate) fault: Fault,
}

impl Transaction<'_> {
    /// Checks everything that the transaction has touched. References are put into their canonical form on the way.
    ///
    /// # Errors
    ///
    /// The conflicts, in the order of the entries: those of keys, or else those of references, since a reference by
    /// a key that two rows have is not to blame. A reference is the fault of the entry that touched it last; of the
    /// rows with the same key, the one stays that was there first, and the others are the fault of the entries that
    /// touched their keys last.
    ///
    /// What the requester has set by itself refers to what it may know of; `access_to` says so for an entry and a
    /// parameter. A conflict with a row that it may not know of does not name that row.
    pub(crate) fn check<'a>(
        &mut self,
        access: &Access<'_>,
        access_to: &dyn Fn(usize, RowId, ParameterId) -> &'a Access<'a>,
    ) -> Result<(), Vec<Conflict>> {
        let (keys, dangling) = self.conflicts(access, access_to);
        let mut conflicts = if keys.is_empty() { dangling } else { keys };
        usp_collections::sort_by_key(&mut conflicts, |conflict| conflict.entry);
        if conflicts.is_empty() { Ok(()) } else { Err(conflicts) }
    }

    /// The conflicts of keys, and those of references.
    pub(crate) fn conflicts<'a>(
        &mut self,
        access: &Access<'_>,
        access_to: &dyn Fn(usize, RowId, ParameterId) -> &'a Access<'a>,
    ) -> (Vec<Conflict>, Vec<Conflict>) {
        self.index_fresh();
        let values = self.to_look_at(access_to);
        let (mut conflicts, mut dangling) = (Vec::new(), Vec::new());
        // References first: they may be parts of keys.
        let mut stood: LiteMap<ParameterId, bool> = LiteMap::new();
        for WatchedValue { row, parameter, entry, repeats } in values {
            let access = access_to(entry, row, parameter);
            let checked = if !self.model.layout.is_reference(parameter) {
                self.check_offered(row, parameter, access)
            } else if repeats && stood.get(&parameter) == Some(&true) {
                Ok(())
            } else {
                let stands = self.settle_reference(row, parameter, access);
                stood.insert(parameter, stands == Ok(true));
                stands.map(|_| ())
            };
            if let Err(fault) = checked {
                let place = Place { row, object: self.model.parameter(parameter).object().id() };
                dangling.push(Conflict { entry, place, parameters: alloc::vec![parameter], fault });
            }
        }
        for key in self.touched_keys() {
            self.check_key(&key, access, &mut conflicts);
        }
        (conflicts, dangling)
    }

    /// The references that were touched, and the values that another parameter offers.
    fn to_look_at<'a>(
        &self,
        access_to: &dyn Fn(usize, RowId, ParameterId) -> &'a Access<'a>,
    ) -> Vec<WatchedValue> {
        let (layout, store) = (&self.model.layout, &self.model.store);
        let (mut values, mut cursor) = (Vec::new(), Cursor::new(store));
        let mut last: LiteMap<ParameterId, (&Access<'_>, &[u8])> = LiteMap::new();
        // A table with rows that are there: those of a message mostly are in one.
        let mut attached: Option<(RowId, ObjectId, &Table)> = None;
        for ((row, parameter), entry) in self.touched() {
            let is_reference = layout.is_reference(parameter);
            if !(is_reference || layout.is_offered(parameter)) {
                continue;
            }
            let home = store.home(row);
            let is_there = home.zip(attached).is_some_and(|(home, (parent, table, rows))| {
                (home.parent, home.table) == (parent, table) && rows.row(home.number) == Some(row)
            });
            if !is_there {
                if !store.is_attached(row) {
                    continue;
                }
                attached = home.and_then(|Home { parent, table, .. }| {
                    Some((parent, table, store.table(parent, table)?))
                });
            }
            let access = access_to(entry, row, parameter);
            let value = if is_reference { cursor.packed_value(row, parameter) } else { None };
            let repeats = value.is_some_and(|value| {
                let last = last.insert(parameter, (access, value));
                last.is_some_and(|(of, last)| core::ptr::eq(of, access) && last == value)
            });
            values.push(WatchedValue { row, parameter, entry, repeats });
        }
        values
    }

    /// The keys that were touched and that more than one row has.
    fn touched_keys(&self) -> SortedSet<KeyOfRows> {
        let mut keys = SortedSet::new();
        // What was touched comes row by row for the most part, and neighbours are in one table.
        let (mut last, mut seen) = (None, Vec::new());
        let mut unique = None;
        let mut passed = None;
        for ((row, parameter), _) in self.touched() {
            // Of a row in a table without duplicates nothing else is looked at either.
            if passed == Some(row) {
                continue;
            }
            let Some(home) = self.model.store.home(row) else { continue };
            if unique == Some((home.parent, home.table)) {
                passed = Some(row);
                continue;
            }
            if !self.model.store.key_indexes(home.parent, home.table).iter().any(KeyIndex::has_duplicates) {
                unique = Some((home.parent, home.table));
                continue;
            }
            if last.replace(row) != Some(row) {
                seen.clear();
            }
            // A row that has gone is in no index.
            if !self.model.store.is_attached(row) {
                continue;
            }
            for key in self.model.layout.keys_with(home.table, parameter) {
                if seen.contains(&key) {
                    continue;
                }
                seen.push(key);
                if let Some(text) = self.model.shared_key_text(row, key) {
                    keys.insert(KeyOfRows { parent: home.parent, table: home.table, key, text });
                }
            }
        }
        keys
    }

    /// [R-KEY.2] of the rows with one key all but the first are in conflict.
    fn check_key(&self, key: &KeyOfRows, access: &Access<'_>, conflicts: &mut Vec<Conflict>) {
        let rows = self.model.rows_by_key(key.parent, key.table, key.key, &key.text).into_iter();
        // Rows that one entry has touched come in the order of their Instance Numbers.
        let mut rows: Vec<(Option<Entry>, Option<u32>, RowId)> = rows
            .map(|row| (self.last_entry(row, key), self.model.store.home(row).map(|home| home.number), row))
            .collect();
        usp_collections::sort(&mut rows);
        let Some((&(_, _, first), others)) = rows.split_first() else { return };
        for &(entry, _, row) in others {
            let place = Place { row, object: key.table };
            if let Some(entry) = entry {
                let parameters = self.parameters_of(key).to_vec();
                let fault = self.duplicate_key(first, &parameters, access);
                conflicts.push(Conflict { entry: entry as usize, place, parameters, fault });
            }
        }
    }

    fn parameters_of(&self, key: &KeyOfRows) -> &[ParameterId] {
        self.model.layout.keys(key.table).nth(key.key).map_or(&[], |key| key.parameters)
    }

    /// The entry that last touched a key of a row; rows whose key was not touched come first.
    fn last_entry(&self, row: RowId, key: &KeyOfRows) -> Option<Entry> {
        self.parameters_of(key).iter().filter_map(|&parameter| self.touched_by(row, parameter)).max()
    }

    fn duplicate_key(&self, first: RowId, parameters: &[ParameterId], access: &Access<'_>) -> Fault {
        let place = self.model.place_of_row(first);
        // Whoever may not read the key is not told which row has it.
        let known = place.filter(|&place| {
            let grants = access.object(self.model, place);
            parameters.iter().all(|&parameter| grants.parameter(parameter, Rights::READ))
        });
        let path = known.map_or_else(|| "another row".to_string(), |place| self.model.path_of(place));
        let names: Vec<&str> = parameters.iter().map(|&p| self.model.parameter(p).name()).collect();
        Fault::new(
            ErrorCode::OBJECT_EXISTS_WITH_DUPLICATE_KEY,
            alloc::format!("{path} has the same unique key ({})", names.join(", ")),
        )
    }

    /// Puts a reference into its canonical form; a strong one must lead somewhere `[R-ARC.12]`. Returns whether it had
    /// that form.
    fn settle_reference(
        &mut self,
        row: RowId,
        parameter: ParameterId,
        access: &Access<'_>,
    ) -> Result<bool, Fault> {
        let Some(packed) = self.model.store.packed_value(row, parameter) else { return Ok(true) };
        if packed_text(packed).is_some_and(<[u8]>::is_empty) {
            return Ok(true);
        }
        let (value, schema_parameter) = (unpack(packed), self.model.parameter(parameter));
        let settled = if let ValueView::Text(text) = value {
            let settled = self.model.settled_text(schema_parameter, text, access)?;
            if settled == text {
                return Ok(true);
            }
            Value::String(settled.into_owned())
        } else {
            let value = value.into_value();
            let settle = |item: &Value| self.model.settled_reference(schema_parameter, item, access);
            let settled = match &value {
                Value::List(items) => Value::List(items.iter().map(settle).collect::<Result<_, _>>()?),
                single => settle(single)?,
            };
            if settled == value {
                return Ok(true);
            }
            settled
        };
        self.set_settled(row, parameter, settled);
        Ok(false)
    }
}

/// A value that the end of a message looks at.
struct WatchedValue {
    row: RowId,
    parameter: ParameterId,
    /// The entry that touched it last.
    entry: usize,
    /// Whether it is a reference that is, for the same requester, that of the row before: the rows of a message often
    /// refer to one and the same. What stood there in its canonical form stands here: canonical references have numbers
    /// only, so that settling others does not change what they lead to.
    repeats: bool,
}

/// The rows of a table that share the text of a Unique Key.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct KeyOfRows {
    parent: RowId,
    table: ObjectId,
    key: usize,
    text: KeyText,
}

impl DataModel {
    /// The canonical form of one reference.
    ///
    /// # Errors
    ///
    /// 7012 for a strong reference that leads nowhere, or to something else than the parameter may refer to.
    pub(crate) fn settled_reference(
        &self,
        parameter: Parameter<'_>,
        item: &Value,
        access: &Access<'_>,
    ) -> Result<Value, Fault> {
        let text = item.to_string();
        Ok(match self.settled_text(parameter, &text, access)? {
            settled if settled == text => item.clone(),
            settled => Value::String(settled.into_owned()),
        })
    }

    /// The same for its text, of which the canonical form is often a part or the whole.
    fn settled_text<'t>(
        &self,
        parameter: Parameter<'_>,
        text: &'t str,
        access: &Access<'_>,
    ) -> Result<Cow<'t, str>, Fault> {
        let Some(reference) = parameter.syntax().reference().filter(|_| !text.is_empty()) else {
            return Ok(Cow::Borrowed(text));
        };
        let refuse = |why: &str| {
            let message = alloc::format!("{} refers to {}, which {why}", parameter.path(), shortened(text));
            Err(Fault::new(ErrorCode::INVALID_VALUE, message))
        };
        let Some((found, canonical)) = self.canonical_target_for(text, access) else {
            if reference.strong {
                return refuse("does not exist");
            }
            return Ok(Cow::Borrowed(without_dot(text)));
        };
        if let Match { node: Node::Place(place), .. } = found
            && reference.strong
            && !self.may_refer_to(reference, place.object)
        {
            return refuse("is not of the kind that it may refer to");
        }
        Ok(canonical)
    }
}
