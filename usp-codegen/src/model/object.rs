use usp_schema::{ObjectAccess, Status};

use super::{Command, Description, Event, Parameter};
use crate::Version;

/// An object or a table of the model, or an argument object of a command or event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    pub(crate) path: String,
    pub(crate) access: Option<ObjectAccess>,
    pub(crate) min_entries: u32,
    pub(crate) max_entries: Option<u32>,
    pub(crate) num_entries_parameter: Option<String>,
    pub(crate) enable_parameter: Option<String>,
    pub(crate) discriminator_parameter: Option<String>,
    pub(crate) mount_type: MountType,
    pub(crate) mandatory: bool,
    pub(crate) unique_keys: Vec<UniqueKey>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) commands: Vec<Command>,
    pub(crate) events: Vec<Event>,
    pub(crate) version: Option<Version>,
    pub(crate) status: Status,
    pub(crate) description: Option<Description>,
    pub(crate) line: u32,
}

/// Whether sub-trees of other devices may appear below an object (TR-369 appendix "Proxying").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MountType {
    /// No.
    #[default]
    None,
    /// It may itself be mounted.
    Mountable,
    /// Mountable objects may appear below it.
    MountPoint,
}

/// Parameters whose values together are different in each row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UniqueKey {
    pub(crate) functional: bool,
    pub(crate) parameters: Vec<String>,
    pub(crate) line: u32,
}

impl UniqueKey {
    /// Whether the key has a meaning beyond naming the row. One that has not never changes `[R-KEY.1]`.
    pub fn is_functional(&self) -> bool {
        self.functional
    }

    /// Names of the parameters.
    pub fn parameters(&self) -> &[String] {
        &self.parameters
    }

    /// The line on which it is defined. In split sources lines are counted through all files, and
    /// [`Model::location`](crate::Model::location) tells which one it is.
    pub fn line(&self) -> u32 {
        self.line
    }
}

impl Object {
    /// Its path with `{i}` for instance numbers, such as `Device.IP.Interface.{i}.`. An argument object's path is
    /// relative to the arguments, such as `Result.{i}.`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Its own name, such as `Interface`.
    pub fn name(&self) -> &str {
        let path = self.row_path();
        path.rsplit('.').next().unwrap_or(path)
    }

    /// Path of the object around it; empty at the top.
    pub fn parent_path(&self) -> &str {
        let path = self.row_path();
        path.rfind('.').and_then(|dot| path.get(..=dot)).unwrap_or_default()
    }

    /// Whether it is a table: the path then ends with `{i}.`.
    pub fn is_table(&self) -> bool {
        self.path.ends_with(".{i}.")
    }

    /// Who may add and delete rows.
    pub fn access(&self) -> ObjectAccess {
        self.access.unwrap_or_default()
    }

    /// The access where the file states it.
    pub fn stated_access(&self) -> Option<ObjectAccess> {
        self.access
    }

    /// Fewest rows; 0 for a single object that may be absent.
    pub fn min_entries(&self) -> u32 {
        self.min_entries
    }

    /// Most rows; `None`: unbounded.
    pub fn max_entries(&self) -> Option<u32> {
        self.max_entries
    }

    /// Name of the parameter in the object around it that counts the rows.
    pub fn num_entries_parameter(&self) -> Option<&str> {
        self.num_entries_parameter.as_deref()
    }

    /// Name of the parameter that switches a row on.
    pub fn enable_parameter(&self) -> Option<&str> {
        self.enable_parameter.as_deref()
    }

    /// Name of the parameter in the object around it whose value says whether this object exists.
    pub fn discriminator_parameter(&self) -> Option<&str> {
        self.discriminator_parameter.as_deref()
    }

    /// Whether sub-trees of other devices may appear here.
    pub fn mount_type(&self) -> MountType {
        self.mount_type
    }

    /// Whether the argument object has to be given.
    pub fn is_mandatory(&self) -> bool {
        self.mandatory
    }

    /// The unique keys of a table.
    pub fn unique_keys(&self) -> &[UniqueKey] {
        &self.unique_keys
    }

    /// Its parameters in the order of the file.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// Its commands in the order of the file.
    pub fn commands(&self) -> &[Command] {
        &self.commands
    }

    /// Its events in the order of the file.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Since when it exists, where the file says so; otherwise it came with the object around it.
    pub fn version(&self) -> Option<Version> {
        self.version
    }

    /// Where in its life it is.
    pub fn status(&self) -> Status {
        self.status
    }

    /// What it stands for.
    pub fn description(&self) -> Option<&Description> {
        self.description.as_ref()
    }

    /// The line on which it is defined. In split sources lines are counted through all files, and
    /// [`Model::location`](crate::Model::location) tells which one it is.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The path without its last dot and without the `{i}` of its rows.
    fn row_path(&self) -> &str {
        let path = self.path.strip_suffix('.').unwrap_or(&self.path);
        path.strip_suffix(".{i}").unwrap_or(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(path: &str) -> Object {
        Object {
            path: path.to_owned(),
            access: None,
            min_entries: 1,
            max_entries: Some(1),
            num_entries_parameter: None,
            enable_parameter: None,
            discriminator_parameter: None,
            mount_type: MountType::None,
            mandatory: false,
            unique_keys: Vec::new(),
            parameters: Vec::new(),
            commands: Vec::new(),
            events: Vec::new(),
            version: None,
            status: Status::Current,
            description: None,
            line: 1,
        }
    }

    #[test]
    fn a_path_tells_name_and_parent() {
        for (path, name, parent, table) in [
            ("Device.", "Device", "", false),
            ("Device.IP.", "IP", "Device.", false),
            ("Device.IP.Interface.{i}.", "Interface", "Device.IP.", true),
            ("Device.IP.Interface.{i}.Stats.", "Stats", "Device.IP.Interface.{i}.", false),
            ("VoiceService.{i}.", "VoiceService", "", true),
            ("Result.{i}.Hop.{i}.", "Hop", "Result.{i}.", true),
        ] {
            let object = object(path);
            assert_eq!((object.name(), object.parent_path(), object.is_table()), (name, parent, table));
        }
    }
}
