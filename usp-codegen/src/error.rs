use core::fmt;
use std::io;
use std::path::Path;

use usp_schema::PrimitiveType;

use crate::xml::{meant, meant_type};

/// Why a data model could not be read, or code could not be generated from it.
///
/// The message names the file, the line and the column, then what was being read, then what is wrong and, where
/// there is one obvious way to put it right, that way:
///
/// ```
/// use usp_codegen::Model;
///
/// let xml = r#"<document spec="urn:example:demo">
///   <model name="Demo:1.0">
///     <object name="Device." access="readonly"/>
///   </model>
/// </document>"#;
/// let error = Model::from_xml("demo.xml", xml).unwrap_err();
/// assert_eq!(error.line(), Some(3));
/// assert_eq!(
///     error.to_string(),
///     "demo.xml:3:5: in model Demo:1.0, object Device.: attribute access is \"readonly\", expected readOnly or \
///      readWrite"
/// );
/// ```
pub struct CodegenError(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    file: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
    /// Innermost last; filled from the inside out while the error travels up.
    context: Vec<String>,
}

/// What is wrong, apart from where.
///
/// The first group is the fault of the XML file, the second of the caller's options, the last of the machine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file is not well-formed XML.
    #[error("not well-formed XML: {0}")]
    Xml(String),
    /// The file is not UTF-8.
    #[error("not UTF-8 text: byte {offset} is {byte:#04x}; save the file as UTF-8")]
    NotUtf8 {
        /// Offset of the first byte that is wrong.
        offset: usize,
        /// That byte.
        byte: u8,
    },
    /// The file is XML, but its root element is not `document`.
    #[error("not a TR-106 data model: the root element is <{root}>, expected <document>")]
    NotADataModel {
        /// Name of the root element.
        root: String,
    },
    /// The document defines no model.
    #[error("the document holds no <model>: it defines data types or components for other files to import")]
    NoModel,
    /// The document defines no model, but has an element that TR-106 does not have.
    #[error("the document holds no <model>, but <{name}>, which is not known there{}", hint(.suggestion))]
    UnknownElement {
        /// Name of the element.
        name: String,
        /// The element that might have been meant, such as `<model>`.
        suggestion: Option<String>,
    },
    /// The document defines several models, and one has to be chosen.
    #[error("the document holds more than one <model>: {}; put each into a file of its own", .0.join(", "))]
    SeveralModels(Vec<String>),
    /// The document has to be combined with other definitions first, which takes the file and not its text alone.
    #[error(
        "{construct} takes its content from another definition, which this text alone does not hold: \
         read it from its file, or use the *-full.xml that the Broadband Forum publishes beside each model"
    )]
    NotFull {
        /// The construct that gives it away, such as `<component ref="Alias">`.
        construct: String,
    },
    /// An attribute that has to be there is missing.
    #[error("attribute {attribute} is missing")]
    MissingAttribute {
        /// Its name.
        attribute: &'static str,
    },
    /// An attribute has a value that its type does not allow.
    #[error("attribute {attribute} is {value:?}, expected {expected}")]
    BadAttribute {
        /// Its name.
        attribute: String,
        /// Its value in the file.
        value: String,
        /// What it may be.
        expected: String,
    },
    /// An element that has to be there is missing.
    #[error("{0}")]
    MissingElement(&'static str),
    /// A name does not follow the syntax of its kind.
    #[error("{name:?} is not the name of {kind}: {rule}")]
    BadName {
        /// The name in the file.
        name: String,
        /// What it should name, with its article.
        kind: &'static str,
        /// The rule that it breaks.
        rule: &'static str,
    },
    /// What stands in the place of a type is none.
    #[error(
        "{name:?} is not the name of a type: it is <dataType ref=\"...\"/> or one of {}{}",
        type_names(),
        hint(.suggestion)
    )]
    UnknownType {
        /// The name in the file.
        name: String,
        /// The type that might have been meant.
        suggestion: Option<String>,
    },
    /// Two elements have the same name.
    #[error("{name} is defined twice, first on line {first}")]
    Duplicate {
        /// The name.
        name: String,
        /// Line of the first definition.
        first: u32,
    },
    /// A syntax or a data type refers to a data type that the document does not define.
    #[error("data type {0} is not defined in this document")]
    UnknownDataType(String),
    /// A data type is its own base, directly or through others.
    #[error("data type {0} is based on itself")]
    CyclicDataType(String),
    /// A data type has neither a primitive type nor a base.
    #[error("data type {0} has neither a primitive type nor a base")]
    UntypedDataType(String),
    /// An object's parent is not in the model.
    #[error("the parent object {0} is not defined")]
    MissingParent(String),
    /// The files that the model is put together from do not go together.
    #[error(transparent)]
    Sources(crate::SourceError),
    /// A limit of this reader is exceeded.
    #[error("{what} is over the limit of {limit}")]
    TooLarge {
        /// What is too large or too many.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// No schema image can be made of the model.
    #[error("no schema image can be made of it: {0}")]
    Image(#[source] usp_schema::BuildError),

    /// A sub-tree was chosen that the model does not have.
    #[error("the model has no object {path}{}", hint(.suggestion))]
    NoSuchObject {
        /// The path that was asked for.
        path: String,
        /// An object of the model with a similar path.
        suggestion: Option<String>,
    },
    /// A profile was chosen that the model does not have.
    #[error("the model has no profile {name:?}; usp-codegen list --kind profiles shows all that it has")]
    UnknownProfile {
        /// Its name.
        name: String,
    },
    /// An option has a value that cannot be used.
    #[error("{option} is {value:?}: {reason}")]
    BadOption {
        /// The option's name.
        option: &'static str,
        /// Its value.
        value: String,
        /// Why it cannot be used.
        reason: &'static str,
    },
    /// No model file was named.
    #[error("no model file was named: say which one with model()")]
    NoModelFile,
    /// Outside a build script there is no `OUT_DIR`, and no directory was given instead.
    #[error(
        "the environment variable OUT_DIR is not set: outside a build script, say where to write with out_dir()"
    )]
    NoOutDir,

    /// A file cannot be read.
    #[error("cannot be read: {0}")]
    Read(#[source] io::Error),
    /// A file cannot be written.
    #[error("cannot be written: {0}")]
    Write(#[source] io::Error),
}

impl ErrorKind {
    /// The error for a document without a model that has this element.
    pub(crate) fn unknown_element(name: &str) -> Self {
        let suggestion = meant(name).map(|element| format!("<{element}>"));
        Self::UnknownElement { name: name.to_owned(), suggestion }
    }

    /// The error for an element that stands where a type is due.
    pub(crate) fn unknown_type(name: &str) -> Self {
        Self::UnknownType { name: name.to_owned(), suggestion: meant_type(name).map(str::to_owned) }
    }
}

impl CodegenError {
    /// What is wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The file, where one is concerned.
    pub fn file(&self) -> Option<&Path> {
        self.0.file.as_deref().map(Path::new)
    }

    /// The line in that file, counted from 1.
    pub fn line(&self) -> Option<u32> {
        self.0.line
    }

    /// The column in that line, in characters and counted from 1.
    pub fn column(&self) -> Option<u32> {
        self.0.column
    }

    /// What was being read, from the outside in: `model Device:2.19`, `object Device.IP.`, `parameter Enable`.
    pub fn context(&self) -> impl Iterator<Item = &str> {
        self.0.context.iter().rev().map(String::as_str)
    }

    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner { kind, file: None, line: None, column: None, context: Vec::new() }))
    }

    pub(crate) fn in_file(kind: ErrorKind, file: &str) -> Self {
        let mut error = Self::new(kind);
        error.0.file = Some(file.to_owned());
        error
    }

    pub(crate) fn on_line(kind: ErrorKind, file: &str, line: u32) -> Self {
        let mut error = Self::in_file(kind, file);
        error.0.line = Some(line);
        error
    }

    pub(crate) fn at(kind: ErrorKind, file: &str, line: u32, column: u32) -> Self {
        let mut error = Self::on_line(kind, file, line);
        error.0.column = Some(column);
        error
    }

    /// The same error at the place in the sources that a line of the assembled text stands for.
    #[must_use]
    pub(crate) fn located<'f>(mut self, locate: impl FnOnce(u32) -> Option<(&'f str, u32)>) -> Self {
        if let Some((file, line)) = self.0.line.and_then(locate) {
            self.0.file = Some(file.to_owned());
            self.0.line = Some(line);
        }
        self
    }

    /// The same error, with one more level of "in …" around it.
    #[must_use]
    pub(crate) fn within(mut self, what: &str, name: &str) -> Self {
        let mut level = String::with_capacity(what.len() + 1 + name.len());
        level.push_str(what);
        if !name.is_empty() {
            level.push(' ');
            level.push_str(name);
        }
        self.0.context.push(level);
        self
    }
}

impl fmt::Display for CodegenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.0.file {
            write!(f, "{file}:")?;
            for number in [self.0.line, self.0.column].into_iter().flatten() {
                write!(f, "{number}:")?;
            }
            f.write_str(" ")?;
        }
        let mut separator = "in ";
        for level in self.context() {
            write!(f, "{separator}{level}")?;
            separator = ", ";
        }
        if !self.0.context.is_empty() {
            f.write_str(": ")?;
        }
        self.0.kind.fmt(f)
    }
}

/// The message, because that is what `fn main() -> Result<(), CodegenError>` of a build script shows.
impl fmt::Debug for CodegenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for CodegenError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        core::error::Error::source(&self.0.kind)
    }
}

/// What a message says at its end of what might have been meant.
pub(crate) fn hint(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map_or_else(String::new, |meant| format!("; did you mean {meant}?"))
}

fn type_names() -> String {
    PrimitiveType::ALL.map(PrimitiveType::as_str).join(", ")
}
