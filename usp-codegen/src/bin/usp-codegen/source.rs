use std::collections::HashSet;
use std::fs;
use std::path::Path;

use usp_codegen::{Element, ElementKind, ImageOptions, Model, Warning};
use usp_schema::{Parameter, Schema, Status};

use crate::failure::Failure;
use crate::progress::Progress;

/// The elements of a file or an image.
pub(crate) fn elements(path: &Path, with_deleted: bool) -> Result<Vec<Element>, Failure> {
    let elements = Source::read(path)?.elements();
    Ok(if with_deleted { elements } else { without_deleted(elements) })
}

/// The elements of two models, so that what is the same in both is told in the same way.
///
/// An image leaves out what is deleted, profiles and data types, puts services below `Device.Services.` and states every
/// version, without its last number. So a file is compared with an image by the image that would be made of it.
pub(crate) fn to_compare(old: &Path, new: &Path) -> Result<(Vec<Element>, Vec<Element>), Failure> {
    let (old, new) = (Source::read(old)?, Source::read(new)?);
    Ok(match (&old, &new) {
        (Source::File(file), Source::Image(image)) => (as_in(image, file)?, new.elements()),
        (Source::Image(image), Source::File(file)) => (old.elements(), as_in(image, file)?),
        _ => (old.elements(), new.elements()),
    })
}

/// A model in either form.
enum Source {
    File(Box<Model>),
    Image(Schema),
}

impl Source {
    fn read(path: &Path) -> Result<Self, Failure> {
        let image = fs::read(path).ok().filter(|bytes| bytes.starts_with(b"USPI"));
        match image.map(Schema::from_vec) {
            Some(Ok(schema)) => Ok(Self::Image(schema)),
            Some(Err(error)) => Err(Failure::Image { path: path.to_owned(), error }),
            None => {
                let model = read(path)?;
                warn(model.warnings());
                Ok(Self::File(Box::new(model)))
            }
        }
    }

    fn elements(&self) -> Vec<Element> {
        match self {
            Self::File(model) => model.elements(),
            Self::Image(schema) => Element::of_schema(schema),
        }
    }
}

/// The elements of a file as an image like this one has them.
fn as_in(image: &Schema, model: &Model) -> Result<Vec<Element>, Failure> {
    let deleted_values = |parameter: Parameter<'_>| {
        parameter.syntax().enumeration().any(|value| value.status == Status::Deleted)
    };
    let with_deleted = Element::of_schema(image).iter().any(|element| element.status == Some("deleted"))
        || image.parameters().any(deleted_values);
    let schema = model.to_schema(&ImageOptions::new().include_deleted(with_deleted))?;
    Ok(Element::of_schema(&schema))
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
pub(crate) fn warn(warnings: &[Warning]) {
    for warning in warnings {
        eprintln!("warning: {warning}");
    }
}

/// Writes a file.
pub(crate) fn write(path: &Path, contents: &[u8]) -> Result<(), Failure> {
    fs::write(path, contents).map_err(|error| Failure::Write { path: path.to_owned(), error })
}
