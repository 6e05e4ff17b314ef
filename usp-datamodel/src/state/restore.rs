//! Saved state brought back, under the schema that is in use now.

mod left_out;
mod rows;

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_collections::SortedMap;
use usp_msg::ErrorCode;
use usp_schema::{Object, ObjectId, Parameter, ParameterId, Parser, Value};

use crate::fault::Fault;
use crate::layout::enclosing_table;
use crate::model::DataModel;
use crate::permissions::access::Access;
use crate::state::reader::{Item, StateReader, Text};
use crate::state::restore::left_out::LeftOut;
use crate::state::restore::rows::LastRow;
use crate::store::fixed_tables::Unlisted;
use crate::store::{ROOT, RowId};
use crate::transaction::Transaction;
use crate::transaction::check::Conflict;
use crate::transaction::new_rows::NewRows;

pub use crate::state::restore::left_out::Unfit;

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
    /// The model has rows already. The fault is the caller's: rows of the device's own belong into a model for which
    /// nothing was saved; in any other they would come back whenever a Controller has deleted them.
    #[error("the model has rows already, such as {path}, and saved state brings its own")]
    HasRows {
        /// One of them, with the final dot.
        path: String,
    },
}

impl DataModel {
    /// Brings back saved state: a [`snapshot`](Self::snapshot), and the deltas
    /// ([`drain_deltas`](Self::drain_deltas)) that came after it, in their order.
    ///
    /// Rows get their Instance Numbers back, and no table gives out a number again that it gave out before `[R-ARC.8]`.
    /// What does not fit is left out, and the rest restored: tables and parameters that the schema does not have, or
    /// that are live or counted now; values that are none of their type any more; rows beyond the most that a table may
    /// have; rows with a Unique Key that a row before them has; strong references that lead nowhere in the end, and
    /// rows whose owner ([`owned_by`](Self::owned_by)) is not there. A key that the saved rows lack is made up, as for
    /// new rows. Where a fixed table was saved with other rows than it has, those that were saved take their place;
    /// rows that it lacks then are made, with numbers that it never gave out.
    ///
    /// However the bytes are made, restoring holds at most 128 times as many bytes of memory and 256 KiB, beside what
    /// is recorded for those who listen: a row without values is four bytes, and a row nevertheless.
    /// [`Limits::max_all_rows`](crate::Limits::max_all_rows) bounds it as well.
    ///
    /// It happens at start, on a model that is set up. It is a transaction, told to whoever records changes and deltas
    /// at this time; hooks are not asked, since nobody could be refused.
    ///
    /// # Errors
    ///
    /// The bytes are not what this crate has written. Then nothing is changed.
    pub fn restore<'a>(
        &mut self,
        saved: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Vec<Unfit>, RestoreError> {
        let (notes, left_out) = self.restore_all(saved)?;
        for (name, text) in notes {
            self.set_note(&name, text.as_deref());
        }
        Ok(left_out.finish())
    }

    fn restore_all<'a>(
        &mut self,
        saved: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<(NoteChanges, LeftOut), RestoreError> {
        let unlisted = Unlisted::new(self);
        let mut restore = Restore {
            transaction: Transaction::new(self),
            entry: 0,
            notes: SortedMap::new(),
            left_out: LeftOut::default(),
            unlisted,
            new_rows: NewRows::default(),
            last: LastRow::default(),
            without_keys: Vec::new(),
        };
        // All of it must be saved state, but nothing counts that was saved before the last whole state.
        let mut counted: Vec<&[u8]> = Vec::new();
        for bytes in saved {
            if StateReader::new(bytes)?.begins_anew() {
                counted.clear();
            }
            counted.push(bytes);
        }
        for bytes in counted {
            restore.read(bytes)?;
        }
        restore.settle();
        let Restore { transaction, notes, left_out, .. } = restore;
        transaction.commit();
        Ok((notes, left_out))
    }

    /// Takes in what the model has that this one succeeds, under another schema.
    ///
    /// # Errors
    ///
    /// The first row that cannot be kept.
    pub(crate) fn succeed(&mut self, state: &[u8]) -> Result<Vec<Unfit>, Unfit> {
        let malformed = |error: RestoreError| Unfit {
            path: String::new(),
            fault: Fault::new(ErrorCode::INTERNAL_ERROR, error.to_string()),
        };
        let (_, left_out) = self.restore_all([state]).map_err(malformed)?;
        if let Some(row) = left_out.row { Err(row) } else { Ok(left_out.finish()) }
    }
}

/// Bytes of a usual row.
const USUAL_ROW: usize = 100;

/// Notes that were made, and those that were removed, by name.
type NoteChanges = SortedMap<String, Option<String>>;

struct Restore<'m> {
    transaction: Transaction<'m>,
    entry: usize,
    notes: NoteChanges,
    left_out: LeftOut,
    unlisted: Unlisted,
    new_rows: NewRows,
    /// The last new row.
    last: LastRow,
    /// New rows that were saved without a part of their keys.
    without_keys: Vec<RowId>,
}

/// A table of the saved state, and the tables of the schema that lead to it, the outermost first; none where the
/// schema has no such table.
struct Table<'a> {
    path: &'a str,
    chain: Option<Vec<Step>>,
}

/// A table on the way, and what its row has to carry for it.
#[derive(Debug, Clone, Copy)]
struct Step {
    table: ObjectId,
    mount: Option<ObjectId>,
}

/// A parameter of the saved state. Rows often have the value of the row before, which is not read again.
struct Column<'a, 's> {
    parameter: ParameterId,
    parser: Parser<'s>,
    text: Option<Text<'a>>,
    /// The value of the text, as rows keep it.
    packed: Vec<u8>,
}

impl<'s> Column<'_, 's> {
    fn new(parameter: Parameter<'s>) -> Self {
        let parser = parameter.syntax().parser();
        Self { parameter: parameter.id(), parser, text: None, packed: Vec::new() }
    }
}

impl Restore<'_> {
    fn read(&mut self, bytes: &[u8]) -> Result<(), RestoreError> {
        let outcome = self.read_items(bytes);
        self.enter_rows();
        outcome
    }

    fn read_items(&mut self, bytes: &[u8]) -> Result<(), RestoreError> {
        let mut reader = StateReader::new(bytes)?;
        self.transaction.reserve(bytes.len() / USUAL_ROW);
        let schema = self.transaction.model.schema.clone();
        let mut tables = alloc::vec![Table { path: "", chain: Some(Vec::new()) }];
        // Most of them may be unknown.
        let mut columns: Vec<Option<Box<Column<'_, '_>>>> = Vec::new();
        while let Some(item) = reader.next()? {
            self.entry += 1;
            self.transaction.begin_entry(self.entry);
            match item {
                Item::Table { path } => tables.push(Table { path, chain: self.chain(path) }),
                Item::Parameter { table, name } => {
                    let parameter = self.parameter(&tables[table], name).and_then(|id| schema.parameter(id));
                    columns.push(parameter.map(|parameter| Box::new(Column::new(parameter))));
                }
                Item::Row { made, table } => self.row((table, &tables[table]), &mut columns, &reader, made),
                Item::Gone { table, numbers } => {
                    self.enter_rows();
                    if let Some(row) = self.find(&tables[table], &numbers) {
                        let home = self.transaction.model.store.home(row);
                        self.unlisted.parents.extend(home.map(|home| home.parent));
                        self.transaction.delete(row);
                    }
                }
                Item::Note { name, text } => {
                    self.notes.insert(name.to_string(), text.map(ToString::to_string));
                }
                Item::Anew => {}
                Item::Highest { table, numbers, highest } => {
                    self.enter_rows();
                    let table = &tables[table];
                    // Numbers of what was mounted once are not given out again when it is mounted again.
                    let split = table.chain.as_ref().and_then(|chain| chain.split_last());
                    if let Some((last, above)) = split
                        && let Some(parent) = self.row_at(above, &numbers)
                    {
                        let id = last.table;
                        self.make_way(parent, id, highest);
                        self.transaction.raise_highest(parent, id, highest);
                    }
                }
            }
        }
        Ok(())
    }

    /// The tables that lead to a table of the schema, or to what its rows carry; the table itself the last.
    fn chain(&mut self, path: &str) -> Option<Vec<Step>> {
        let schema = &self.transaction.model.schema;
        let known = |path: &str| schema.object_at(path).filter(|found| found.exact_path() == path);
        let found = known(path).filter(|found| found.is_table() || found.is_mount());
        if let Some(found) = found {
            return Some(steps_to(found));
        }
        // The rows stay, though what they carried is known no more.
        let rows = path.strip_suffix("}.").and_then(|path| path.rsplit_once('{'));
        let bare = rows.and_then(|(above, _)| known(&alloc::format!("{above}{{i}}.")));
        let chain = bare.filter(|bare| bare.is_table()).map(steps_to);
        self.leave_out(path.to_string(), Fault::unsupported_path(path));
        chain
    }

    /// Has a row carry what it carried when it was saved.
    fn mount(&mut self, table: &Table<'_>, row: RowId) {
        let mount = table.chain.as_ref().and_then(|chain| chain.last()).and_then(|step| step.mount);
        if self.transaction.model.store.mount(row) != mount {
            self.transaction.mount(row, mount);
            self.unlisted.parents.insert(row);
        }
    }

    /// A parameter of the schema that can be restored. What is unknown with its table is told with the table.
    fn parameter(&mut self, table: &Table<'_>, name: &str) -> Option<ParameterId> {
        let chain = table.chain.as_ref()?;
        let model = &*self.transaction.model;
        let path = alloc::format!("{}{name}", table.path);
        let last = chain.last().copied();
        let at = |path: &str| model.schema.parameter_at(path).filter(|found| found.exact_path() == path);
        // In the rows that carry a mount, what it has and what all rows of the table have.
        let of_table = || {
            let table = model.object(last?.table);
            at(&(table.exact_path() + name))
        };
        let found = at(&path).or_else(of_table).filter(|found| {
            enclosing_table(found.object()).map(|table| table.id()) == last.map(|last| last.table)
        });
        let fault = match found {
            Some(found) if model.is_stored(found) => return Some(found.id()),
            Some(_) => Fault::new(ErrorCode::PARAMETER_NOT_WRITEABLE, "it is computed by the device"),
            None => Fault::new(ErrorCode::UNSUPPORTED_PARAMETER, "the schema has no such parameter"),
        };
        self.leave_out(path, fault);
        None
    }

    /// Takes notice that a row stays. Where the saved state says that it is there, it says so of all rows before it.
    fn list(&mut self, row: RowId, is_there: bool) {
        self.unlisted.list(self.transaction.model, row);
        if let Some(home) = self.transaction.model.store.home(row).filter(|_| is_there) {
            self.make_way(home.parent, home.table, home.number);
        }
    }

    /// Deletes rows of a fixed table that were not there when the state was saved.
    fn make_way(&mut self, parent: RowId, table: ObjectId, number: u32) {
        for row in self.unlisted.making_way(self.transaction.model, (parent, table), number) {
            self.transaction.delete(row);
        }
    }

    /// Makes the rows that fixed tables lack.
    fn fill_fixed_tables(&mut self) {
        let model = &*self.transaction.model;
        if !model.layout.has_fixed_tables() {
            return;
        }
        let mut parents = core::mem::take(&mut self.unlisted.parents);
        parents.insert(ROOT);
        // Most rows are of tables that have no fixed ones below them.
        let has_fixed = |row: &RowId| {
            let home = model.store.home(*row);
            home.is_some_and(|home| !model.layout.fixed_tables(Some(home.table)).is_empty())
        };
        parents.extend(self.transaction.created().filter(has_fixed));
        self.transaction.begin_entry(self.entry + 1);
        for row in parents {
            if !self.transaction.model.store.is_attached(row) {
                continue;
            }
            if let Err(fault) = self.transaction.fill_fixed_tables(row) {
                let model = &*self.transaction.model;
                let path = model.place_of_row(row).map(|place| model.path_of(place)).unwrap_or_default();
                self.left_out.note_row(path, fault);
            }
        }
    }

    /// The row that numbers lead to: one of the table, or with a number less the one that the table stands in.
    fn find(&self, table: &Table<'_>, numbers: &[u32]) -> Option<RowId> {
        self.row_at(table.chain.as_ref()?, numbers)
    }

    fn row_at(&self, chain: &[Step], numbers: &[u32]) -> Option<RowId> {
        let store = &self.transaction.model.store;
        let mut row = ROOT;
        for (at, (step, &number)) in chain.iter().zip(numbers).enumerate() {
            row = store.table(row, step.table)?.row(number)?;
            // What is in a mount is below the rows that carry it.
            if at + 1 < chain.len() && step.mount.is_some() && store.mount(row) != step.mount {
                return None;
            }
        }
        Some(row)
    }

    /// Whether a row, or one above it, is known to have come and gone: a delta that is applied again may speak of it.
    fn is_past(&self, table: &Table<'_>, numbers: &[u32]) -> bool {
        let (store, mut row) = (&self.transaction.model.store, ROOT);
        for (&Step { table, .. }, &number) in table.chain.iter().flatten().zip(numbers) {
            match store.table(row, table).and_then(|table| table.row(number)) {
                Some(below) => row = below,
                None => return number <= store.highest_number(row, table),
            }
        }
        false
    }

    /// Rows of fixed tables of which nothing was saved have keys that were made up. Where a saved row has the same by now
    /// they get another.
    fn give_up_keys(&mut self) {
        let model = &*self.transaction.model;
        let mut given_up = Vec::new();
        for ((parent, table), row) in self.unlisted.rows().filter(|&(_, row)| model.store.is_attached(row)) {
            for (number, key) in model.layout.keys(table).enumerate() {
                let text = model.key_text_of(row, number);
                if text.is_some_and(|text| model.rows_by_key(parent, table, number, &text).len() > 1) {
                    given_up.extend(key.parameters.iter().map(|&parameter| (row, parameter)));
                }
            }
        }
        for (row, parameter) in given_up {
            self.transaction.unset(row, parameter);
            self.without_keys.push(row);
        }
    }

    /// Leaves out what conflicts, until nothing does. Each round looks at what the round before has touched, and takes
    /// away a row or a reference, so that all rounds together cost what the rows and references do.
    fn settle(&mut self) {
        self.give_up_keys();
        self.transaction.complete_saved_keys(core::mem::take(&mut self.without_keys));
        self.fill_fixed_tables();
        for round in 0.. {
            let (keys, dangling) = self.transaction.conflicts(Access::DEVICE, &|_, _, _| Access::DEVICE);
            if keys.is_empty() && dangling.is_empty() {
                break;
            }
            // A reference by a key that two rows have may lead somewhere when one of them is gone. Nobody saves such
            // references: after a few rounds they are not waited for.
            let is_early = round < self.transaction.model.limits.max_rounds;
            let (now, later) =
                if keys.is_empty() || !is_early { (dangling, Vec::new()) } else { (Vec::new(), dangling) };
            let later = later.iter().flat_map(|conflict| {
                let row = conflict.place.row;
                conflict.parameters.iter().map(move |&parameter| ((row, parameter), conflict.entry))
            });
            self.transaction.retouch(later);
            for mut conflicts in [keys, now] {
                usp_collections::sort_by_key(&mut conflicts, |conflict| conflict.entry);
                for conflict in conflicts {
                    self.leave_out_conflict(conflict);
                }
            }
        }
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
                self.left_out.note_row(path, fault);
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
        self.left_out.note(|| path, fault);
    }
}

/// The tables on the way to a table or mount, and the mounts on the way.
fn steps_to(object: Object<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut mount = None;
    for above in core::iter::once(object).chain(object.ancestors()) {
        if above.is_mount() {
            mount = Some(above.id());
        } else if above.is_table() {
            steps.push(Step { table: above.id(), mount: mount.take() });
        }
    }
    steps.reverse();
    steps
}

/// A supported path with Instance Numbers.
fn instantiated(path: &str, numbers: &[u32]) -> String {
    let mut numbers = numbers.iter();
    let mut text = String::new();
    for (position, part) in path.split('{').enumerate() {
        if position > 0 {
            text.extend(numbers.next().map(ToString::to_string));
        }
        let rest = if position > 0 { part.split_once('}').map(|(_, rest)| rest) } else { None };
        text.push_str(rest.unwrap_or(part));
    }
    text
}
