use crate::ErrorKind;

/// Why the files of a split model do not go together.
///
/// It is the fault of the XML files, or of where they are kept. The [`CodegenError`](crate::CodegenError) around it
/// tells the file and the line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// A file that is imported is not there.
    #[error("the imported file {file} is not there; looked in {folder} for {names}")]
    MissingFile {
        /// Its name in the import.
        file: String,
        /// The folder that was searched: that of the file that imports it.
        folder: String,
        /// The names that it could have.
        names: String,
    },
    /// Files import each other.
    #[error("files import each other: {}", .0.join(" -> "))]
    ImportCycle(Vec<String>),
    /// A file does not define what is imported from it.
    #[error("{file} defines no {kind} {name}")]
    NotInFile {
        /// The imported file.
        file: String,
        /// `component`, `dataType` or `model`.
        kind: &'static str,
        /// Its name there.
        name: String,
    },
    /// A name stands for nothing in the file that uses it. Names count for one file only.
    #[error("{kind} {name} is neither defined in this file nor imported into it")]
    UnknownName {
        /// `component`, `dataType` or `model`.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// Components or models are made of each other.
    #[error("{kind}s are made of each other: {}", .names.join(" -> "))]
    Cycle {
        /// `component` or `model`.
        kind: &'static str,
        /// The names, the first one again at the end.
        names: Vec<String>,
    },
    /// What an element changes is not there.
    #[error("there is no {kind} {name} yet that base could change; name defines a new one")]
    UnknownBase {
        /// `object`, `parameter`, `command`, `event` or `profile`.
        kind: String,
        /// Its name or path.
        name: String,
    },
    /// Something is defined twice.
    #[error("{name} is defined already, at {file}:{line}; base changes what is there")]
    DefinedTwice {
        /// Its name or path.
        name: String,
        /// File of the first definition.
        file: String,
        /// Line of the first definition.
        line: u32,
    },
    /// Something is put into an object that is not there.
    #[error("the object {0} that this belongs to is not defined before it")]
    UnknownOwner(String),
    /// An element says neither what it is nor what it changes.
    #[error("<{0}> has neither name nor base")]
    Unnamed(String),
    /// An element is put where the schema of TR-106 has no place for it.
    #[error("<{element}> cannot be put into {place}")]
    Misplaced {
        /// The element.
        element: String,
        /// What it would be put into.
        place: &'static str,
    },
}

impl From<SourceError> for ErrorKind {
    fn from(error: SourceError) -> Self {
        Self::Sources(error)
    }
}
