use usp_schema::Status;

use super::Description;
use crate::Version;

/// A named set of elements that an implementation may claim to support.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub(crate) name: String,
    pub(crate) base: Option<String>,
    pub(crate) extends: Vec<String>,
    pub(crate) requirements: Vec<ProfileRequirement>,
    pub(crate) version: Option<Version>,
    pub(crate) status: Status,
    pub(crate) description: Option<Description>,
    pub(crate) line: u32,
}

/// One element that a profile asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileRequirement {
    pub(crate) path: String,
    pub(crate) kind: ProfileItem,
    pub(crate) access: RequiredAccess,
    pub(crate) status: Status,
    pub(crate) line: u32,
}

/// What kind of element a profile asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProfileItem {
    /// An object or table.
    Object,
    /// A parameter.
    Parameter,
    /// A command.
    Command,
    /// An event.
    Event,
    /// An argument object of a command or event.
    ArgumentObject,
    /// An argument of a command or event.
    Argument,
}

/// How much of an element a profile asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RequiredAccess {
    /// That it is there.
    #[default]
    Present,
    /// An object whose presence is left open, because only some of its parts are asked for.
    NotSpecified,
    /// A table to which rows can be added.
    Create,
    /// A table from which rows can be deleted.
    Delete,
    /// A table to which rows can be added and from which they can be deleted.
    CreateDelete,
    /// A parameter that can be read.
    ReadOnly,
    /// A parameter that can be read and written.
    ReadWrite,
    /// A parameter that can be given a value when its row is created.
    WriteOnceReadOnly,
}

impl Profile {
    /// Its name with its version, such as `IPPing:2`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The earlier version of the profile, all of which is asked for as well.
    pub fn base(&self) -> Option<&str> {
        self.base.as_deref()
    }

    /// Other profiles, all of which are asked for as well.
    pub fn extends(&self) -> &[String] {
        &self.extends
    }

    /// What the profile itself adds, in the order of the file.
    pub fn requirements(&self) -> &[ProfileRequirement] {
        &self.requirements
    }

    /// Since when it exists, where the file says so.
    pub fn version(&self) -> Option<Version> {
        self.version
    }

    /// Where in its life it is.
    pub fn status(&self) -> Status {
        self.status
    }

    /// What it is for.
    pub fn description(&self) -> Option<&Description> {
        self.description.as_ref()
    }

    /// The line on which it is defined. In split sources lines are counted through all files, and
    /// [`Model::location`](crate::Model::location) tells which one it is.
    pub fn line(&self) -> u32 {
        self.line
    }
}

impl ProfileRequirement {
    /// Full path of the element. Arguments follow the path of their owner, with `Input.` or `Output.` for a command:
    /// `Device.IP.Diagnostics.IPPing().Output.SuccessCount`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What kind of element it is.
    pub fn kind(&self) -> ProfileItem {
        self.kind
    }

    /// How much of it is asked for.
    pub fn access(&self) -> RequiredAccess {
        self.access
    }

    /// Where in its life the requirement is.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The line of the file on which it stands.
    pub fn line(&self) -> u32 {
        self.line
    }
}
