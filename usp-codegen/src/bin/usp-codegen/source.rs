use std::collections::HashSet;
use std::fs;
use std::path::Path;

use usp_codegen::{Element, ElementKind, Model};
use usp_schema::Schema;

use crate::failure::Failure;
use crate::progress::Progress;

/// The elements of a file or an image.
pub(crate) fn elements(path: &Path, with_deleted: bool) -> Result<Vec<Element>, Failure> {
    let image = fs::read(path).ok().filter(|bytes| bytes.starts_with(b"USPI"));
    let elements = match image {
        Some(bytes) => match Schema::from_vec(bytes) {
            Ok(schema) => Element::of_schema(&schema),
            Err(error) => return Err(Failure::Image { path: path.to_owned(), error }),
        },
        None => {
            let model = read(path)?;
            warn(&model);
            model.elements()
        }
    };
    Ok(if with_deleted { elements } else { without_deleted(elements) })
}

/// The model of a file, full or the root of split sources.
pub(crate) fn read(path: &Path) -> Result<Model, Failure> {
    let _progress = Progress::begin("reading", path);
    Ok(Model::from_file(path)?)
}

/// What is inside a deleted element is as good as deleted.
fn without_deleted(elements: Vec<Element>) -> Vec<Element> {
    let mut gone: HashSet<String> = HashSet::new();
    let mut kept = Vec::with_capacity(elements.len());
    for element in elements {
        let inside = around(&element.path).any(|path| gone.contains(path));
        if inside || element.status == Some("deleted") {
            if element.kind != ElementKind::Profile {
                gone.insert(element.path);
            }
        } else {
            kept.push(element);
        }
    }
    kept
}

/// The paths of the objects and owners around a path, from the inside out.
fn around(path: &str) -> impl Iterator<Item = &str> {
    let mut end = path.trim_end_matches('.').len();
    core::iter::from_fn(move || {
        end = path.get(..end)?.rfind('.')?;
        path.get(..=end)
    })
    .flat_map(|object| [object, object.trim_end_matches('.')])
}

/// Says on standard error what is odd about a model.
pub(crate) fn warn(model: &Model) {
    for warning in model.warnings() {
        eprintln!("warning: {warning}");
    }
}

/// Writes a file.
pub(crate) fn write(path: &Path, contents: &[u8]) -> Result<(), Failure> {
    fs::write(path, contents).map_err(|error| Failure::Write { path: path.to_owned(), error })
}
