use std::io;
use std::path::PathBuf;

use usp_codegen::CodegenError;
use usp_schema::ImageError;

/// Why an action came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Codegen(#[from] CodegenError),
    #[error("{}: not a schema image that can be read: {error}", path.display())]
    Image { path: PathBuf, error: ImageError },
    #[error("{}: cannot be written: {error}", path.display())]
    Write { path: PathBuf, error: io::Error },
}
