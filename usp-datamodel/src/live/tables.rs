//! Live tables: the device finds their rows, such as the hosts of a network, and the model is brought into line.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use litemap::LiteMap;
use usp_collections::SortedSet;
use usp_msg::ErrorCode;
use usp_schema::{Object, ObjectId, ParameterId, Value};

use crate::fault::Fault;
use crate::key::{KeyText, key_text};
use crate::layout::enclosing_table;
use crate::model::{DataModel, RegisterError};
use crate::resolve::place::Place;
use crate::resolve::{Leaf, Match, Node, parse};
use crate::store::{ROOT, RowId};
use crate::transaction::Transaction;

/// Lists the rows of a table; the numbers are those of the rows that the table stands in, outermost first.
pub(crate) type Discovery = Box<dyn Fn(&[u32]) -> Result<Vec<DiscoveredRow>, Fault> + Send>;

/// A row as the device finds it: what makes it that row, which are all values of a Unique Key, and others that are
/// known.
///
/// ```
/// use usp_datamodel::DiscoveredRow;
///
/// let host = DiscoveredRow::new([("PhysAddress", "02:00:00:00:00:01"), ("HostName", "printer")]);
/// assert_eq!(host.values().count(), 2);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DiscoveredRow {
    values: LiteMap<String, String>,
}

impl DiscoveredRow {
    /// A row with these values, by the names of parameters.
    pub fn new<N: Into<String>, V: Into<String>>(values: impl IntoIterator<Item = (N, V)>) -> Self {
        Self { values: values.into_iter().map(|(name, text)| (name.into(), text.into())).collect() }
    }

    /// Names of parameters and texts of values.
    pub fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(name, text)| (&**name, &**text))
    }
}

/// # Live tables
///
/// Rows come and go with what the device finds, and only when the program says so: with [`refresh`](Self::refresh),
/// which asks for them, or [`reconcile`](Self::reconcile), which brings them. In between the rows stand in the model
/// like any others, and no request waits for them. They are saved too, so that a row has the same Instance Number after
/// a restart.
impl DataModel {
    /// Gives a table a list of its rows, for [`refresh`](Self::refresh). `path` is supported: `Device.Hosts.Host.{i}.`
    /// The closure gets the Instance Numbers of the rows that the table stands in, outermost first.
    ///
    /// # Errors
    ///
    /// The schema has no such table, or has it in several mounts: `Device.ProxiedDevice.{zigbee}.Lamp.{i}.` names that of
    /// one.
    pub fn live_table(
        &mut self,
        path: &str,
        list: impl Fn(&[u32]) -> Result<Vec<DiscoveredRow>, Fault> + Send + 'static,
    ) -> Result<(), RegisterError> {
        let id = self.named_table(path)?.id();
        self.live_tables.insert(id, Box::new(list));
        Ok(())
    }

    /// Brings all live tables into line that a path leads to, or that stand below what it leads to: each is listed,
    /// outer ones before those in their rows. `path` is instantiated, and may search: `Device.Hosts.Host.`, `Device.`
    ///
    /// All of it is one transaction, of the device: see [`reconcile`](Self::reconcile).
    ///
    /// # Errors
    ///
    /// As for [`reconcile`](Self::reconcile), or a table cannot be listed. Nothing has changed then.
    pub fn refresh(&mut self, path: &str) -> Result<(), Fault> {
        let matches = self.resolve(&parse(path)?)?.matches;
        if matches.is_empty() {
            return Err(Fault::absent_object(path));
        }
        let lent = LentLists { lists: core::mem::take(&mut self.live_tables), model: self };
        lent.model.refresh_with(&lent.lists, &matches)
    }

    /// Brings a table into line with the rows that the device finds. `table` is instantiated: `Device.Hosts.Host.`
    ///
    /// A row stays, with its Instance Number and what it has besides, when one is listed that has the same values for a
    /// Unique Key; the first key of the schema counts that is listed with all its values. Listed values that differ are
    /// set. Rows that are not listed are deleted with everything below them, and new ones are made `[R-ARC.8]`.
    ///
    /// It is a transaction of the device: types, Unique Keys and references hold, [`Hook`](crate::Hook)s are asked, and
    /// creations, deletions and other values are told like those that a request makes.
    ///
    /// # Errors
    ///
    /// The path does not lead to one table; a row is listed twice, without a Unique Key or with a wrong value, or fewer
    /// than the table must have (7003); or the transaction is refused. Nothing has changed then.
    pub fn reconcile(
        &mut self,
        table: &str,
        rows: impl IntoIterator<Item = DiscoveredRow>,
    ) -> Result<(), Fault> {
        let [Match { node: Node::Table { row, table: id }, leaf: Leaf::Object }] =
            self.resolve(&parse(table)?)?.matches[..]
        else {
            return Err(Fault::unsupported_path(format_args!("{table} (one table is wanted)")));
        };
        let mut transaction = Transaction::new(self);
        transaction.reconcile(row, id, rows)?;
        transaction.finish_for_device()
    }

    fn refresh_with(
        &mut self,
        tables: &LiteMap<ObjectId, Discovery>,
        matches: &[Match],
    ) -> Result<(), Fault> {
        let schema = self.schema.clone();
        let mut transaction = Transaction::new(self);
        // Objects are numbered from the outside to the inside.
        for (&id, list) in tables {
            let Some(table) = schema.object(id) else { continue };
            for parent in transaction.model.parents_in(table, matches) {
                let model = &*transaction.model;
                let rows = list(&model.numbers_of(parent)).map_err(|fault| {
                    let place = Place { row: parent, object: id };
                    let message =
                        alloc::format!("{} cannot be listed: {}", model.path_of(place), fault.message());
                    Fault::new(ErrorCode::INTERNAL_ERROR, message)
                })?;
                transaction.reconcile(parent, id, rows)?;
            }
        }
        transaction.finish_for_device()
    }

    /// The rows that a table stands in, so far as they are in what was found.
    fn parents_in(&self, table: Object<'_>, matches: &[Match]) -> SortedSet<RowId> {
        let within = table.parent().and_then(enclosing_table).map(|outer| outer.id());
        let mut parents = SortedSet::new();
        for found in matches.iter().filter(|found| found.leaf == Leaf::Object) {
            let (row, object) = match found.node {
                Node::Place(Place { row, object }) => (row, object),
                Node::Table { row, table } => (row, table),
            };
            // The row itself is no place for the table that it is a row of.
            let is_row = matches!(found.node, Node::Place(_)) && object == table.id();
            let is_below = table.ancestors().any(|above| above.id() == object);
            if is_row || !(is_below || object == table.id()) || !(row == ROOT || self.store.is_attached(row))
            {
                continue;
            }
            let stands_in = |&row: &RowId| {
                self.store.home(row).map(|home| home.table) == within && self.has_place_for(row, table)
            };
            parents.extend(self.store.with_descendants(row).into_iter().filter(stands_in));
        }
        parents
    }
}

impl Transaction<'_> {
    /// Deletes the rows of a table that are not listed, and makes or changes the others.
    fn reconcile(
        &mut self,
        parent: RowId,
        table: ObjectId,
        rows: impl IntoIterator<Item = DiscoveredRow>,
    ) -> Result<(), Fault> {
        let schema = self.model.schema.clone();
        let Some(object) = schema.object(table) else { return Err(Fault::unsupported_path("the table")) };
        let mut listed = Vec::new();
        let (mut keys, mut kept) = (SortedSet::new(), SortedSet::new());
        for row in rows {
            let values = self.model.listed_values(object, &row)?;
            let key = self.model.listed_key(object, &values)?;
            let found = self.model.rows_by_key(parent, table, key.0, &key.1).first().copied();
            if !keys.insert(key) || found.is_some_and(|found| !kept.insert(found)) {
                return Err(misled(object, "lists a row twice"));
            }
            listed.push((found, values));
        }
        let all: Vec<RowId> =
            self.model.store.table(parent, table).into_iter().flat_map(|rows| rows.rows()).collect();
        for row in all.into_iter().filter(|row| !kept.contains(row)) {
            self.delete(row);
        }
        for (number, (found, values)) in listed.into_iter().enumerate() {
            self.begin_entry(number);
            match found {
                // It may have been owned by one that went.
                Some(row) if self.model.store.is_attached(row) => {
                    for (parameter, value) in values {
                        let before = self.model.at_rest(row, self.model.parameter(parameter));
                        if !before.equals(&value) {
                            self.set(row, parameter, value);
                        }
                    }
                }
                _ => {
                    let row = self.create(parent, object)?;
                    values.into_iter().for_each(|(parameter, value)| self.set(row, parameter, value));
                    self.fill_fixed_tables(row)?;
                }
            }
        }
        self.index_fresh();
        let rows = self.model.store.table(parent, table).map_or(0, |rows| rows.len());
        if rows < object.min_entries() as usize {
            return Err(misled(object, "lists fewer rows than there must be"));
        }
        Ok(())
    }
}

/// The lists, out of the model while it is worked on. They go back also when one of them panics.
struct LentLists<'m> {
    lists: LiteMap<ObjectId, Discovery>,
    model: &'m mut DataModel,
}

impl Drop for LentLists<'_> {
    fn drop(&mut self) {
        self.model.live_tables = core::mem::take(&mut self.lists);
    }
}

impl DataModel {
    fn listed_values(
        &self,
        table: Object<'_>,
        row: &DiscoveredRow,
    ) -> Result<Vec<(ParameterId, Value)>, Fault> {
        let value = |(name, text): (&str, &str)| {
            let Some(parameter) = table.parameter(name).filter(|&found| self.is_stored(found)) else {
                return Err(misled(table, &alloc::format!("gives {name} a value, where none is stored")));
            };
            let value = parameter
                .syntax()
                .parse(text)
                .map_err(|error| misled(table, &alloc::format!("gives {name} a wrong value: {error}")))?;
            Ok((parameter.id(), value))
        };
        row.values().map(value).collect()
    }

    /// The first key that has all its values, and its text.
    fn listed_key(
        &self,
        table: Object<'_>,
        values: &[(ParameterId, Value)],
    ) -> Result<(usize, KeyText), Fault> {
        let text = |wanted: &ParameterId| {
            values.iter().find(|(given, _)| given == wanted).map(|(_, value)| value.to_string())
        };
        for (number, key) in self.layout.keys(table.id()).enumerate() {
            if let Some(texts) = key.parameters.iter().map(text).collect::<Option<Vec<String>>>() {
                return Ok((number, key_text(texts.iter().map(String::as_str))));
            }
        }
        Err(misled(table, "lists a row without the values of a Unique Key"))
    }
}

/// The device says something of a table that makes no sense.
fn misled(table: Object<'_>, what: &str) -> Fault {
    Fault::new(ErrorCode::INTERNAL_ERROR, alloc::format!("the device {what}, in {}", table.path()))
}
