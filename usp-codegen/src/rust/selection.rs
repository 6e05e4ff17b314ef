use crate::model::Object;
use crate::spelling::nearest;
use crate::{CodegenError, ErrorKind, Model};

/// The parts of a model that types are generated for.
#[derive(Debug)]
pub(super) struct Selection {
    /// Paths of sub-trees, with a dot at the end, and of single commands and events.
    paths: Vec<String>,
}

impl Selection {
    /// Checks that each path is that of something in the model.
    pub(super) fn new(model: &Model, paths: &[String]) -> Result<Self, CodegenError> {
        let mut selection = Self { paths: Vec::with_capacity(paths.len()) };
        for path in paths {
            let mut path = path.trim().to_owned();
            if !path.ends_with(['.', ')', '!']) {
                path.push('.');
            }
            if !is_in(model, &path) {
                let suggestion = nearest_object(model, &path);
                let kind = ErrorKind::NoSuchObject { path, suggestion };
                return Err(CodegenError::in_file(kind, model.file()));
            }
            selection.paths.push(path);
        }
        Ok(selection)
    }

    /// Whether the object at this path is in a chosen sub-tree.
    pub(super) fn has_object(&self, path: &str) -> bool {
        self.paths.iter().any(|chosen| path.starts_with(chosen.as_str()))
    }

    /// Whether the command or event at this path is chosen, by itself or with its object.
    pub(super) fn has_member(&self, object: &str, path: &str) -> bool {
        self.has_object(object) || self.paths.iter().any(|chosen| chosen == path)
    }
}

/// The path at which an object is at run time: services are below `Device.Services.`.
pub(super) fn full_path(model: &Model, object: &Object) -> String {
    format!("{}{}", model.prefix(), object.path())
}

fn is_in(model: &Model, path: &str) -> bool {
    model.objects().iter().any(|object| {
        let object_path = full_path(model, object);
        if object_path.starts_with(path) {
            return true;
        }
        let Some(member) = path.strip_prefix(object_path.as_str()) else { return false };
        object.commands().iter().any(|command| command.name() == member)
            || object.events().iter().any(|event| event.name() == member)
    })
}

/// The object that might have been meant.
fn nearest_object(model: &Model, path: &str) -> Option<String> {
    let candidates = model.objects().iter().map(|object| full_path(model, object));
    nearest(path, candidates.map(|candidate| (candidate.clone(), candidate.replace("{i}.", ""))))
}
