//! Saved state brought back, under the schema that is in use now.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use usp_msg::ErrorCode;
use usp_schema::{ObjectId, ParameterId, Value};

use crate::access::Access;
use crate::check::Conflict;
use crate::fault::Fault;
use crate::layout::enclosing_table;
use crate::model::DataModel;
use crate::place::Place;
use crate::state_format::{Item, StateReader};
use crate::store::{ROOT, RowId};
use crate::transaction::Transaction;

/// A part of saved state that does not fit the model any more and was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// The row or parameter; by its supported path where the schema has none such, once for all rows.
    pub path: String,
    /// Why.
    pub fault: Fault,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was not restored: {}", self.path, self.fault.message())
    }
}

/// Why bytes cannot be restored at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// They do not begin as saved state does.
    #[error("these bytes are no saved state")]
    NoState,
    /// A later version of this crate has written them.
    #[error("saved state of version {0} is unknown, the latest known is 1")]
    Version(u8),
    /// They are damaged.
    #[error("saved state is damaged at byte {position}, where {expected} was due")]
    Malformed {
        /// Where reading ended.
        position: usize,
        /// What was due there.
        expected: &'static str,
    },
    /// Leaving out what conflicts brings forth conflicts again and again
    /// ([`Limits::max_rounds`](crate::Limits::max_rounds)). No model has saved such state.
    #[error("what is left of the saved state conflicts again and again")]
    Conflicts,
}

impl DataModel {
    /// Brings back saved state: a [`snapshot`](Self::snapshot), and the deltas
    /// ([`drain_deltas`](Self::drain_deltas)) that came after it, in their order.
    ///
    /// Rows get their Instance Numbers back, and no table gives out a number again that it gave out before
    /// `[R-ARC.8]`. What does not fit is left out, and the rest restored: tables and parameters that the schema does not
    /// have, or that are live or counted now; values that are none of their type any more; rows beyond the most
    /// that a table may have; rows with a Unique Key that a row before them has; strong references that lead nowhere
    /// in the end, and rows whose owner ([`owned_by`](Self::owned_by)) is not there. A key that
    /// the saved rows lack is made up, as for new rows.
    ///
    /// It happens at start, on a model that is set up. It is a transaction, told to whoever records changes and deltas at
    /// this time; hooks are not asked, since nobody could be refused.
    ///
    /// # Errors
    ///
    /// The bytes are not what this crate has written. Then nothing is changed.
    pub fn restore<'a>(
        &mut self,
        saved: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Vec<Unfit>, RestoreError> {
        let (notes, unfit) = self.restore_all(saved)?;
        for (name, text) in notes {
            self.set_note(&name, text.as_deref());
        }
        Ok(unfit)
    }

    fn restore_all<'a>(
        &mut self,
        saved: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<(NoteChanges, Vec<Unfit>), RestoreError> {
        let mut restore = Restore {
            transaction: Transaction::new(self),
            entry: 0,
            notes: BTreeMap::new(),
            unfit: Vec::new(),
        };
        for bytes in saved {
            restore.read(bytes)?;
        }
        restore.settle()?;
        let Restore { transaction, notes, unfit, .. } = restore;
        transaction.commit();
        Ok((notes, unfit))
    }
}

/// Notes that were made, and those that were removed, by name.
type NoteChanges = BTreeMap<String, Option<String>>;

struct Restore<'m> {
    transaction: Transaction<'m>,
    entry: usize,
    notes: NoteChanges,
    unfit: Vec<Unfit>,
}

/// A table of the saved state, and the tables of the schema that lead to it, the outermost first; none where the
/// schema has no such table.
struct Table<'a> {
    path: &'a str,
    chain: Option<Vec<ObjectId>>,
}

impl Restore<'_> {
    fn read(&mut self, bytes: &[u8]) -> Result<(), RestoreError> {
        let mut reader = StateReader::new(bytes)?;
        let mut tables = alloc::vec![Table { path: "", chain: Some(Vec::new()) }];
        let mut parameters: Vec<Option<ParameterId>> = Vec::new();
        while let Some(item) = reader.next()? {
            self.entry += 1;
            self.transaction.begin_entry(self.entry);
            match item {
                Item::Table { path } => tables.push(Table { path, chain: self.chain(path) }),
                Item::Parameter { table, name } => parameters.push(self.parameter(&tables[table], name)),
                Item::Row { made, table, numbers, values } => {
                    let table = &tables[table];
                    let Some(row) = self.row(table, &numbers, made) else { continue };
                    for (parameter, text) in values {
                        if let Some(parameter) = parameters[parameter] {
                            self.value(row, parameter, text);
                        }
                    }
                }
                Item::Gone { table, numbers } => {
                    if let Some(row) = self.find(&tables[table], &numbers) {
                        self.transaction.delete(row);
                    }
                }
                Item::Note { name, text } => {
                    self.notes.insert(name.to_string(), text.map(ToString::to_string));
                }
                Item::Highest { table, numbers, highest } => {
                    let table = &tables[table];
                    let parent = self.find(table, &numbers);
                    let id = table.chain.as_ref().and_then(|chain| chain.last());
                    if let (Some(parent), Some(&id)) = (parent, id) {
                        self.transaction.raise_highest(parent, id, highest);
                    }
                }
            }
        }
        Ok(())
    }

    /// The tables that lead to a table of the schema, itself the last.
    fn chain(&mut self, path: &str) -> Option<Vec<ObjectId>> {
        let model = &*self.transaction.model;
        let table = model.schema.object_at(path).filter(|table| table.is_table() && table.path() == path);
        let Some(table) = table else {
            self.leave_out(path.to_string(), Fault::unsupported_path(path));
            return None;
        };
        let above = core::iter::once(table).chain(table.ancestors()).filter(|above| above.is_table());
        let mut chain: Vec<ObjectId> = above.map(|table| table.id()).collect();
        chain.reverse();
        Some(chain)
    }

    /// A parameter of the schema that can be restored. What is unknown with its table is told with the table.
    fn parameter(&mut self, table: &Table<'_>, name: &str) -> Option<ParameterId> {
        let chain = table.chain.as_ref()?;
        let model = &*self.transaction.model;
        let path = alloc::format!("{}{name}", table.path);
        let here = chain.last().copied();
        let found = model
            .schema
            .parameter_at(&path)
            .filter(|found| enclosing_table(found.object()).map(|table| table.id()) == here);
        let fault = match found {
            Some(found) if model.is_stored(found) => return Some(found.id()),
            Some(_) => Fault::new(ErrorCode::PARAMETER_NOT_WRITEABLE, "it is computed by the device"),
            None => Fault::new(ErrorCode::UNSUPPORTED_PARAMETER, "the schema has no such parameter"),
        };
        self.leave_out(path, fault);
        None
    }

    /// The row with these numbers, which is made if need be.
    fn row(&mut self, table: &Table<'_>, numbers: &[u32], made: bool) -> Option<RowId> {
        if let Some(row) = self.find(table, numbers) {
            return Some(row);
        }
        let &id = table.chain.as_ref()?.last()?;
        let (&number, above) = numbers.split_last()?;
        let parent = self.find(table, above);
        if (parent.is_none() || !made) && self.is_past(table, numbers) {
            return None;
        }
        let schema = self.transaction.model.schema.clone();
        let outcome = match (parent, schema.object(id)) {
            (Some(parent), Some(object)) if made => self.transaction.create_numbered(parent, object, number),
            _ => Err(Fault::absent_object(instantiated(table.path, numbers))),
        };
        outcome.map_err(|fault| self.leave_out(instantiated(table.path, numbers), fault)).ok()
    }

    /// The row that numbers lead to: one of the table, or with a number less the one that the table stands in.
    fn find(&self, table: &Table<'_>, numbers: &[u32]) -> Option<RowId> {
        let (store, chain) = (&self.transaction.model.store, table.chain.as_ref()?);
        chain
            .iter()
            .zip(numbers)
            .try_fold(ROOT, |row, (&table, &number)| store.table(row, table)?.row(number))
    }

    /// Whether a row, or one above it, is known to have come and gone: a delta that is applied again may speak of it.
    fn is_past(&self, table: &Table<'_>, numbers: &[u32]) -> bool {
        let (store, mut row) = (&self.transaction.model.store, ROOT);
        for (&table, &number) in table.chain.iter().flatten().zip(numbers) {
            match store.table(row, table).and_then(|table| table.row(number)) {
                Some(below) => row = below,
                None => return number <= store.highest_number(row, table),
            }
        }
        false
    }

    fn value(&mut self, row: RowId, parameter: ParameterId, text: &str) {
        let model = &*self.transaction.model;
        let schema_parameter = model.parameter(parameter);
        match schema_parameter.syntax().parse(text) {
            // A weak reference stays as it was saved, whatever it leads to by now.
            Ok(value)
                if model.layout.is_reference(parameter) && !model.layout.is_strong_reference(parameter) =>
            {
                self.transaction.set_settled(row, parameter, value);
            }
            Ok(value) => self.transaction.set(row, parameter, value),
            Err(error) => {
                let error = if schema_parameter.is_secured() { error.redacted() } else { error };
                let place = Place { row, object: schema_parameter.object().id() };
                let path = model.path_of(place) + schema_parameter.name();
                self.leave_out(path, Fault::value(&error));
            }
        }
    }

    /// Leaves out what conflicts, until nothing does.
    fn settle(&mut self) -> Result<(), RestoreError> {
        self.transaction.complete_keys();
        for _ in 0..self.transaction.model.limits.max_rounds.max(1) {
            let Err(conflicts) = self.transaction.check(Access::DEVICE, |_, _, _| Access::DEVICE) else {
                return Ok(());
            };
            for conflict in conflicts {
                self.leave_out_conflict(conflict);
            }
        }
        Err(RestoreError::Conflicts)
    }

    fn leave_out_conflict(&mut self, Conflict { place, parameters, fault, .. }: Conflict) {
        let model = &*self.transaction.model;
        if !model.store.is_attached(place.row) {
            return;
        }
        let reference = parameters.first().copied().filter(|parameter| {
            fault.code() != ErrorCode::OBJECT_EXISTS_WITH_DUPLICATE_KEY
                && !model.ownership.contains(parameter)
        });
        match reference {
            Some(parameter) => {
                let path = model.path_of(place) + model.parameter(parameter).name();
                let kept = self.without_dangling(place.row, parameter);
                self.transaction.set(place.row, parameter, kept);
                self.leave_out(path, fault);
            }
            None => {
                let path = model.place_of_row(place.row).map(|row| model.path_of(row)).unwrap_or_default();
                self.transaction.delete(place.row);
                self.leave_out(path, fault);
            }
        }
    }

    /// A reference that leads nowhere is empty; a list of references keeps those that lead somewhere.
    fn without_dangling(&self, row: RowId, parameter: ParameterId) -> Value {
        let model = &*self.transaction.model;
        let schema_parameter = model.parameter(parameter);
        match model.at_rest(row, schema_parameter).into_value() {
            Value::List(items) => {
                let leads =
                    |item: &Value| model.settled_reference(schema_parameter, item, Access::DEVICE).is_ok();
                Value::List(items.into_iter().filter(leads).collect())
            }
            _ => Value::String(String::new()),
        }
    }

    fn leave_out(&mut self, path: String, fault: Fault) {
        self.unfit.push(Unfit { path, fault });
    }
}

/// A supported path with Instance Numbers.
fn instantiated(path: &str, numbers: &[u32]) -> String {
    let mut numbers = numbers.iter();
    let mut text = String::new();
    for (position, part) in path.split("{i}").enumerate() {
        if position > 0 {
            text.extend(numbers.next().map(ToString::to_string));
        }
        text.push_str(part);
    }
    text
}
