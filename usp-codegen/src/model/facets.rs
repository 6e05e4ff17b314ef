use usp_schema::{NestedBrackets, Range, Size, Status};

use super::{Description, EnumerationRef, PathRef};
use crate::Version;

/// What one syntax or one data type states of its own about its values.
///
/// Each kind of facet is taken whole from the nearest level that states it (TR-106 section "Data types"): a syntax
/// that names two ranges replaces all ranges of its data type, and leaves that type's sizes alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Facets {
    pub(crate) sizes: Vec<Size>,
    pub(crate) ranges: Vec<Range>,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) enumeration: Vec<Enumeration>,
    pub(crate) enumeration_ref: Option<Box<EnumerationRef>>,
    pub(crate) reference: Option<Box<PathRef>>,
    pub(crate) units: Option<Box<str>>,
}

/// A regular expression that values may match; they have to match one of those that are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    pub(crate) value: String,
    pub(crate) version: Option<Version>,
    pub(crate) status: Status,
    pub(crate) description: Option<Description>,
    pub(crate) line: u32,
}

impl Pattern {
    /// The expression in the syntax of XML Schema; the empty one allows the empty string.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Since when it is allowed, where the file says so.
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

/// One value of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enumeration {
    pub(crate) value: String,
    pub(crate) code: Option<i64>,
    pub(crate) optional: bool,
    pub(crate) read_only: bool,
    pub(crate) version: Option<Version>,
    pub(crate) status: Status,
    pub(crate) description: Option<Description>,
    pub(crate) line: u32,
}

impl Enumeration {
    /// The value; may be empty.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The number that the value has in the SNMP or MoCA management information that it was taken from.
    pub fn code(&self) -> Option<i64> {
        self.code
    }

    /// Whether support of the value is optional.
    pub fn is_optional(&self) -> bool {
        self.optional
    }

    /// Whether only the Agent may set the value.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Since when it is allowed, where the file says so.
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

/// What a list of values must keep to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    pub(crate) min_items: u32,
    pub(crate) max_items: Option<u32>,
    pub(crate) sizes: Vec<Size>,
    pub(crate) nested_brackets: NestedBrackets,
}

impl List {
    /// Fewest items.
    pub fn min_items(&self) -> u32 {
        self.min_items
    }

    /// Most items; `None`: unbounded.
    pub fn max_items(&self) -> Option<u32> {
        self.max_items
    }

    /// Bounds on the length in characters of the whole list as text; empty: any length.
    pub fn sizes(&self) -> &[Size] {
        &self.sizes
    }

    /// How an item that is a list itself is written.
    pub fn nested_brackets(&self) -> NestedBrackets {
        self.nested_brackets
    }
}
