//! From split sources to the text of one full file.
//!
//! The Broadband Forum keeps a model in many files that import data types, components and other models from each
//! other, and vendors extend models in the same way. The rules for putting them together work on the XML itself
//! (a component is a piece of text that is put in place of each reference to it), so that is what this module does:
//! it assembles the text of a full file, which the reader for full files then reads.
//!
//! - `documents` reads the files, each once, and knows what names stand for in each of them.
//! - `expand` walks the model, its base models and components, and puts everything in its place in `merged`.
//! - `write` turns that into text, most of which is copied from the files as it stands, and notes where each line
//!   comes from.

use std::path::Path;

use self::documents::Documents;
use self::expand::MergedModel;
use self::write::Assembled;
use crate::resolve::resolve;
use crate::xml::{Source, read_document};
use crate::{CodegenError, Model};

mod data_types;
mod documents;
mod entities;
mod error;
mod expand;
mod file_name;
mod files;
mod first_version;
mod line_map;
mod merge;
mod merged;
mod tree;
mod write;

pub(crate) use entities::declares_types;
pub use error::SourceError;
pub(crate) use files::Files;
pub(crate) use line_map::LineMap;

/// Reads a model from this file, whose contents are known already, and the files that it imports.
pub(crate) fn read_sources(path: &Path, bytes: &[u8]) -> Result<Model, CodegenError> {
    let documents = Documents::read(path, bytes)?;
    let files = Files::new(documents.files());
    let Assembled { text, lines, warnings } = assemble(&documents)?;
    let warnings: Vec<_> = documents.into_warnings().into_iter().chain(warnings).collect();
    let name = path.to_string_lossy();
    let source = Source { file: &name, text: &text, lines: Some(&lines) };
    let read = read_document(source).and_then(|mut model| resolve(&mut model).map(|()| model));
    let mut model = read.map_err(|error| error.located(|line| files.locate(line)))?;
    model.files = files;
    for warning in &mut model.warnings {
        if let Some((file, line)) = model.files.locate(warning.line) {
            (warning.file, warning.line) = (file.to_owned(), line);
        }
    }
    model.warnings.splice(0..0, warnings);
    Ok(model)
}

fn assemble(documents: &Documents) -> Result<Assembled, CodegenError> {
    let model = documents.model()?;
    let merged = MergedModel::build(documents, 0, model)?;
    Assembled::write(documents, &merged)
}
