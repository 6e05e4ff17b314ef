//! From the elements of a file to a model whose parts know each other.

mod references;
mod relative_path;
mod structure;
mod walk;

use crate::CodegenError;
use crate::model::Model;

pub(crate) use walk::for_each_place;

/// Checks how the elements fit together and finds the targets of references.
pub(crate) fn resolve(model: &mut Model) -> Result<(), CodegenError> {
    structure::check_structure(model)?;
    references::resolve_references(model)
}
