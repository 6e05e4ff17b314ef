use usp_schema::{ActiveNotify, ParameterAccess, Status};

use super::{Description, Syntax};
use crate::Version;

/// A parameter of an object, or an argument of a command or event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    pub(crate) name: String,
    pub(crate) syntax: Syntax,
    pub(crate) access: Option<ParameterAccess>,
    pub(crate) active_notify: ActiveNotify,
    pub(crate) mandatory: bool,
    pub(crate) version: Option<Version>,
    pub(crate) status: Status,
    pub(crate) description: Option<Description>,
    pub(crate) line: u32,
}

impl Parameter {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its type.
    pub fn syntax(&self) -> &Syntax {
        &self.syntax
    }

    /// Who may change it; an argument and a parameter that says nothing are read-only.
    pub fn access(&self) -> ParameterAccess {
        self.access.unwrap_or_default()
    }

    /// The access where the file states it.
    pub fn stated_access(&self) -> Option<ParameterAccess> {
        self.access
    }

    /// How changes are reported.
    pub fn active_notify(&self) -> ActiveNotify {
        self.active_notify
    }

    /// Whether the argument has to be given.
    pub fn is_mandatory(&self) -> bool {
        self.mandatory
    }

    /// Since when it exists, where the file says so; otherwise it came with its object.
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
}
