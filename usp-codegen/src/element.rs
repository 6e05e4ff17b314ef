//! A model as a flat list: one entry for each element, with everything that is known of it.

mod from_model;
mod from_schema;
mod json;
mod words;

use core::fmt;

use usp_schema::{Range, Size};

/// One element of a data model, as `usp-codegen list` shows it and `usp-codegen diff` compares it.
///
/// Values are texts as the file has them; what the file does not state is absent. Facets are the resolved ones. Left out
/// are descriptions, what is said of single values of an enumeration beside the value, and what profiles ask for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Element {
    /// Path with `{i}` for Instance Numbers; name of a profile or data type; for arguments the path of their owner,
    /// a dot, and their path from there.
    pub path: String,
    /// What it is.
    pub kind: ElementKind,
    /// Who may write it, or add and delete rows.
    pub access: Option<&'static str>,
    /// The type that is named: a data type, or a primitive type.
    pub declared_type: Option<String>,
    /// The primitive type.
    pub base: Option<&'static str>,
    /// Whether values are lists.
    pub list: bool,
    /// Bounds of the list, and behind them those of the lists in it if there are any.
    pub items: Vec<ItemBounds>,
    /// Bounds on the length.
    pub sizes: Vec<Size>,
    /// Bounds on numbers.
    pub ranges: Vec<Range>,
    /// Regular expressions for texts.
    pub patterns: Vec<String>,
    /// Values of an enumeration.
    pub enumeration: Vec<String>,
    /// Path of the parameter that holds the allowed values.
    pub enumeration_ref: Option<String>,
    /// What a reference leads to.
    pub reference: Option<Reference>,
    /// Unit of a number.
    pub units: Option<String>,
    /// The default; a list stands in square brackets.
    pub default: Option<String>,
    /// When the default applies: `object`, `factory`, `implementation` or `parameter`.
    pub default_type: Option<&'static str>,
    /// Since when it exists.
    pub version: Option<String>,
    /// Where in its life it is; absent where it is in force.
    pub status: Option<&'static str>,
    /// Whether only few may read it.
    pub secured: bool,
    /// Whether it is never read back; a command is not either.
    pub hidden: bool,
    /// Whether setting it is a command, and reading it says nothing.
    pub command: bool,
    /// What the Agent notifies of by itself: `canDeny`, `forceEnabled` or `forceDefaultEnabled`.
    pub active_notify: Option<&'static str>,
    /// Unique keys of a table.
    pub unique_keys: Vec<Key>,
    /// The parameter that counts the rows.
    pub num_entries_parameter: Option<String>,
    /// The parameter that switches a row on.
    pub enable_parameter: Option<String>,
    /// The parameter that says whether the object exists.
    pub discriminator_parameter: Option<String>,
    /// Fewest rows.
    pub min_entries: Option<u32>,
    /// Most rows; the inner `None`: unbounded.
    pub max_entries: Option<Option<u32>>,
    /// Whether models of other devices may be mounted below it.
    pub mount_point: bool,
    /// Whether a command goes on after the response.
    pub asynchronous: Option<bool>,
    /// Path of the command or event that an argument belongs to.
    pub owner: Option<String>,
    /// Which way an argument goes.
    pub direction: Option<Direction>,
    /// Whether an argument has to be given.
    pub mandatory: bool,
}

/// What an [`Element`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ElementKind {
    /// An object or table.
    #[default]
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
    /// A profile.
    Profile,
    /// A data type.
    Type,
}

impl ElementKind {
    /// The word for it, such as `argument-object`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Parameter => "parameter",
            Self::Command => "command",
            Self::Event => "event",
            Self::ArgumentObject => "argument-object",
            Self::Argument => "argument",
            Self::Profile => "profile",
            Self::Type => "type",
        }
    }
}

impl fmt::Display for ElementKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Which way an argument goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To the command.
    Input,
    /// From the command.
    Output,
    /// With the event.
    Event,
}

impl Direction {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
            Self::Event => "event",
        }
    }
}

/// What a reference leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reference {
    /// `strong` or `weak`.
    pub strength: &'static str,
    /// `any`, `parameter`, `row` or `single`.
    pub target_type: &'static str,
    /// Full supported paths.
    pub targets: Vec<String>,
}

/// Bounds of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ItemBounds {
    /// Fewest items.
    pub min: u32,
    /// Most items; `None`: unbounded.
    pub max: Option<u32>,
    /// Bounds on the length of the whole list as text.
    pub sizes: Vec<Size>,
    /// Whether its items may stand in square brackets.
    pub nested_brackets: bool,
}

/// A unique key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Key {
    /// Whether it has a meaning beyond naming the row.
    pub functional: bool,
    /// Names of its parameters.
    pub parameters: Vec<String>,
}
