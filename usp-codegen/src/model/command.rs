use usp_schema::Status;

use super::{Description, Object, Parameter};
use crate::Version;

/// A command of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    pub(crate) name: String,
    pub(crate) asynchronous: bool,
    pub(crate) input: Option<Arguments>,
    pub(crate) output: Option<Arguments>,
    pub(crate) version: Option<Version>,
    pub(crate) status: Status,
    pub(crate) description: Option<Description>,
    pub(crate) line: u32,
}

impl Command {
    /// Its name with the parentheses, such as `IPPing()`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it goes on after the response, and tells its result by an OperationComplete notification.
    pub fn is_async(&self) -> bool {
        self.asynchronous
    }

    /// The arguments that it takes.
    pub fn input(&self) -> Option<&Arguments> {
        self.input.as_ref()
    }

    /// The arguments that it returns.
    pub fn output(&self) -> Option<&Arguments> {
        self.output.as_ref()
    }

    /// Since when it exists, where the file says so; otherwise it came with its object.
    pub fn version(&self) -> Option<Version> {
        self.version
    }

    /// Where in its life it is.
    pub fn status(&self) -> Status {
        self.status
    }

    /// What it does.
    pub fn description(&self) -> Option<&Description> {
        self.description.as_ref()
    }

    /// The line on which it is defined. In split sources lines are counted through all files, and
    /// [`Model::location`](crate::Model::location) tells which one it is.
    pub fn line(&self) -> u32 {
        self.line
    }
}

/// The arguments of a command in one direction, or of an event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Arguments {
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) objects: Vec<Object>,
}

impl Arguments {
    /// Arguments at the top.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// Objects and tables with arguments of their own. Their paths are relative to the top, and all stand side by
    /// side here: `Result.{i}.` and `Result.{i}.Hop.{i}.`.
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.parameters.is_empty() && self.objects.is_empty()
    }
}
