//! What rows carry: of the models that are mounted at their table, one or none.
//!
//! The schema has each mount as a sub-tree of its own below the table; which of them is below a row is state of the
//! row.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_msg::ErrorCode;
use usp_schema::{Command, Object, ObjectId, Parameter, ParameterId};

use crate::fault::Fault;
use crate::model::{DataModel, RegisterError};
use crate::resolve::place::Place;
use crate::store::{Row, RowId};
use crate::transaction::{Transaction, Undo};

/// # Mounts
///
/// Of the models that a [`Composition`](crate::schema::Composition) mounts at a table a row carries one or none: what
/// is below a row of `Device.ProxiedDevice.{i}.` is that of the device behind it. It is there for requests like any
/// other part of the model; a row that carries nothing has nothing mounted below it.
///
/// Program and schema name what is mounted by its supported path, or by the path with the name of the mount in place of
/// `{i}`, as [`Object::exact_path`](crate::schema::Object::exact_path) has it:
/// `Device.ProxiedDevice.{zigbee}.Lamp.{i}.Level`. Structs generated from an image that is mounted are read and written
/// below a row by paths made of text.
///
/// ```
/// use usp_datamodel::schema::{
///     Composition, ObjectAccess, ObjectSpec, ParameterSpec, PrimitiveType, SchemaBuilder, SyntaxSpec,
/// };
/// use usp_datamodel::{DataModel, Requester, msg::{Add, add::CreateObject}};
///
/// let image = |name: &str, object| {
///     let mut builder = SchemaBuilder::new(name, "urn:example:device");
///     let device = builder.object(None, ObjectSpec::single("Device"))?;
///     let object = builder.object(Some(device), object)?;
///     builder.parameter(object, ParameterSpec::new("Name", SyntaxSpec::new(PrimitiveType::String)))?;
///     builder.build()
/// };
/// let proxied = ObjectSpec {
///     access: ObjectAccess::AddDelete,
///     mount_point: true,
///     ..ObjectSpec::table("ProxiedDevice")
/// };
/// let gateway = Composition::from(image("gateway", proxied)?)
///     .with_mount("Device.ProxiedDevice.{i}.", "zigbee", image("bulb", ObjectSpec::single("Lamp"))?)?;
///
/// let mut model = DataModel::new(gateway.schema().clone());
/// let add = Add::new([CreateObject::new("Device.ProxiedDevice.")]);
/// model.process(&add.into(), &Requester::DEVICE).map_err(|error| error.err_msg)?;
/// assert!(model.value_at("Device.ProxiedDevice.1.Lamp.Name").is_err());
///
/// model.mount("Device.ProxiedDevice.1.", "zigbee")?;
/// model.update_value_at("Device.ProxiedDevice.1.Lamp.Name", "desk")?;
/// assert_eq!(model.value_at("Device.ProxiedDevice.1.Lamp.Name")?.to_string(), "desk");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
impl DataModel {
    /// Has a row carry a mount of its table. What it carried before goes, as by a Delete: rows are told as deleted, and
    /// strong references to any of it are cleaned `[R-ARC.12]`. It is saved with the row.
    ///
    /// # Errors
    ///
    /// There is no such row, its table has no mount of this name, there is no room for the rows of its fixed tables
    /// (7005), or a [hook](Self::hook) refuses the changes.
    pub fn mount(&mut self, row: &str, name: &str) -> Result<(), Fault> {
        let (row, table) = self.row_with_mounts(row)?;
        let Some(mount) = self.object(table).mount(name) else {
            let known: Vec<&str> = self.object(table).mounts().map(Object::name).collect();
            let known = if known.is_empty() { "nothing".to_string() } else { known.join(", ") };
            let path = self.object(table).path();
            let message = alloc::format!("{path} has no mount {name}: mounted is {known}");
            return Err(Fault::new(ErrorCode::INVALID_PATH, message));
        };
        let mount = mount.id();
        self.carry(row, Some(mount))
    }

    /// Has a row carry nothing, as it does at first.
    ///
    /// # Errors
    ///
    /// There is no such row, or a [hook](Self::hook) refuses the deletions.
    pub fn unmount(&mut self, row: &str) -> Result<(), Fault> {
        let (row, _) = self.row_with_mounts(row)?;
        self.carry(row, None)
    }

    /// The name of the mount that a row carries.
    ///
    /// # Errors
    ///
    /// There is no such row.
    pub fn mounted(&self, row: &str) -> Result<Option<&str>, Fault> {
        let (row, _) = self.row_with_mounts(row)?;
        Ok(self.store.mount(row).map(|mount| self.object(mount).name()))
    }

    /// A row, by its path, and its table.
    fn row_with_mounts(&self, path: &str) -> Result<(RowId, ObjectId), Fault> {
        let Place { row, object } = self.one_object(path)?;
        match self.store.home(row) {
            Some(home) if home.table == object => Ok((row, object)),
            _ => {
                let message = alloc::format!("{path} is no row, only rows carry mounts");
                Err(Fault::new(ErrorCode::INVALID_PATH, message))
            }
        }
    }

    fn carry(&mut self, row: RowId, mount: Option<ObjectId>) -> Result<(), Fault> {
        let mut transaction = Transaction::new(self);
        transaction.begin_entry(0);
        transaction.mount(row, mount);
        transaction.fill_fixed_tables(row)?;
        transaction.finish_for_device()
    }

    /// What a row carries, where an object is its table.
    pub(crate) fn mount_of(&self, row: RowId, object: Object<'_>) -> Option<Object<'_>> {
        if !object.is_mount_point() {
            return None;
        }
        let mount = self.object(self.store.mount(row)?);
        (mount.parent().map(Object::id) == Some(object.id())).then_some(mount)
    }

    /// The object of a name right below an object that exists; whether it exists is not asked.
    pub(crate) fn child_of(&self, place: Place, name: &str) -> Option<Object<'_>> {
        let object = self.object(place.object);
        object.child(name).or_else(|| self.mount_of(place.row, object)?.child(name))
    }

    /// The objects right below an object that exists, those that its row carries last.
    pub(crate) fn children_of<'m>(
        &'m self,
        row: RowId,
        object: Object<'m>,
    ) -> impl Iterator<Item = Object<'m>> {
        object.children().chain(self.mount_of(row, object).into_iter().flat_map(Object::children))
    }

    /// Whether a value of a row is one of what the row has: its own, or of what it carries.
    pub(crate) fn carries(&self, row: RowId, parameter: ParameterId) -> bool {
        if !self.layout.has_mounts() {
            return true;
        }
        let object = self.parameter(parameter).object();
        match mount_around(object) {
            Some(mount) => self.store.mount(row) == Some(mount.id()),
            None => true,
        }
    }

    /// The one parameter that a program names by its supported path.
    pub(crate) fn named_parameter(&self, path: &str) -> Result<Parameter<'_>, RegisterError> {
        self.only(path, "parameter", Object::parameter)
    }

    /// The one command that a program names by its supported path.
    pub(crate) fn named_command(&self, path: &str) -> Result<Command<'_>, RegisterError> {
        self.only(path, "command", Object::command)
    }

    /// The one element that a program names by its supported path: in several mounts it would be any of them.
    fn only<'m, E>(
        &'m self,
        path: &str,
        kind: &'static str,
        find: impl Fn(Object<'m>, &str) -> Option<E>,
    ) -> Result<E, RegisterError> {
        let mut found = self.elements_at(path, find).into_iter();
        match (found.next(), found.next()) {
            (Some(only), None) => Ok(only),
            (None, _) => Err(self.unknown(kind, path)),
            (Some(_), Some(_)) => Err(in_several_mounts(path)),
        }
    }

    /// The elements with a supported path: one at most, or those of several mounts.
    pub(crate) fn elements_at<'m, E>(
        &'m self,
        path: &str,
        find: impl Fn(Object<'m>, &str) -> Option<E>,
    ) -> Vec<E> {
        let Some((holder, name)) = path.rsplit_once('.') else { return Vec::new() };
        let names_rows = holder.ends_with("{i}");
        let holders = self.schema.objects_at(holder).into_iter();
        holders
            .filter(|holder| holder.is_table() == names_rows)
            .filter_map(|holder| find(holder, name))
            .collect()
    }

    /// The one table that a program names by its supported path.
    pub(crate) fn named_table(&self, path: &str) -> Result<Object<'_>, RegisterError> {
        let mut tables = self.schema.objects_at(path).into_iter().filter(|object| object.is_table());
        match (tables.next(), tables.next()) {
            (Some(only), None) => Ok(only),
            (None, _) => Err(self.unknown("table", path)),
            (Some(_), Some(_)) => Err(in_several_mounts(path)),
        }
    }
}

impl DataModel {
    /// Whether a row carries the mount that a table is in, if it is in one with nothing but single objects between.
    pub(crate) fn has_place_for(&self, row: RowId, table: Object<'_>) -> bool {
        let mount = table.parent().and_then(mount_around);
        mount.is_none_or(|mount| self.store.mount(row) == Some(mount.id()))
    }
}

fn in_several_mounts(path: &str) -> RegisterError {
    let reason = "is in several mounts: the name of one in place of {i} says which is meant";
    RegisterError::Unfit { path: String::from(path), reason }
}

/// The mount that an object is in with nothing but single objects between: it is in the row that carries it.
pub(crate) fn mount_around(object: Object<'_>) -> Option<Object<'_>> {
    let mut above = core::iter::once(object).chain(object.ancestors());
    above.find(|above| above.is_table() || above.is_mount()).filter(|found| found.is_mount())
}

impl Transaction<'_> {
    /// Has a row carry a mount of its table, or nothing. What it carried before is deleted.
    pub(crate) fn mount(&mut self, row: RowId, mount: Option<ObjectId>) {
        let before = self.model.store.mount(row);
        if before == mount {
            return;
        }
        if let Some(before) = before {
            self.clear_mount(row, before);
        }
        self.model.store.set_mount(row, mount);
        self.note(Undo::Mount { row, before });
    }

    fn clear_mount(&mut self, row: RowId, mount: ObjectId) {
        let mount = self.model.object(mount);
        let (inside, names) = (mount.subtree(), mount.children().map(Object::name));
        let names: Vec<String> = names.map(ToString::to_string).collect();
        let tables = self.model.store.row(row).into_iter().flat_map(Row::tables);
        let rows: Vec<RowId> = tables
            .filter(|(table, _)| inside.contains(&table.index()))
            .flat_map(|(_, table)| table.rows())
            .collect();
        rows.into_iter().for_each(|row| self.delete(row));
        let values = self.model.store.values(row).map(|(parameter, _)| parameter);
        let of_mount = |parameter: &ParameterId| {
            inside.contains(&self.model.parameter(*parameter).object().id().index())
        };
        let values: Vec<ParameterId> = values.filter(of_mount).collect();
        values.into_iter().for_each(|parameter| self.unset(row, parameter));
        let Some(place) = self.model.place_of_row(row) else { return };
        let path = self.model.path_of(place);
        for name in names {
            self.gone(&alloc::format!("{path}{name}"));
        }
    }
}
