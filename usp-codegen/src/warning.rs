use core::fmt;

/// So many elements of a file are warned of one by one.
pub(crate) const MAX_WARNINGS: usize = 1000;

/// Something in a data model file that is odd but does not stop the reader.
///
/// Warnings are handed back, never printed; a build script built with [`Config`](crate::Config) shows them as
/// `cargo:warning`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) item: String,
    pub(crate) message: String,
    pub(crate) kind: WarningKind,
}

/// What a warning is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WarningKind {
    /// An element as it stands in the file.
    Element,
    /// A reference whose target is not in the model.
    Reference,
}

impl Warning {
    pub(crate) fn is_reference(&self) -> bool {
        self.kind == WarningKind::Reference
    }

    /// The file.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line, counted from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// Path or name of the element concerned.
    pub fn item(&self) -> &str {
        &self.item
    }

    /// What is odd, and what the reader made of it.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file, self.line, self.item, self.message)
    }
}
