use usp_schema::Status;

use super::{Arguments, Description};
use crate::Version;

/// An event of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub(crate) name: String,
    pub(crate) arguments: Arguments,
    pub(crate) version: Option<Version>,
    pub(crate) status: Status,
    pub(crate) description: Option<Description>,
    pub(crate) line: u32,
}

impl Event {
    /// Its name with the exclamation mark, such as `Boot!`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The arguments that it carries.
    pub fn arguments(&self) -> &Arguments {
        &self.arguments
    }

    /// Since when it exists, where the file says so; otherwise it came with its object.
    pub fn version(&self) -> Option<Version> {
        self.version
    }

    /// Where in its life it is.
    pub fn status(&self) -> Status {
        self.status
    }

    /// What it reports.
    pub fn description(&self) -> Option<&Description> {
        self.description.as_ref()
    }

    /// The line on which it is defined. In split sources lines are counted through all files, and
    /// [`Model::location`](crate::Model::location) tells which one it is.
    pub fn line(&self) -> u32 {
        self.line
    }
}
