use std::collections::HashMap;

use crate::model::{Arguments, Model, Object, Parameter};
use crate::{CodegenError, ErrorKind};

/// Checks that names are used once and that each object has the one around it.
pub(super) fn check_structure(model: &Model) -> Result<(), CodegenError> {
    check(model).map_err(|error| error.within("model", &model.name))
}

fn check(model: &Model) -> Result<(), CodegenError> {
    let file = model.file.as_str();
    let objects = index(file, model.objects.iter().map(|object| (object.path.as_str(), object.line)))?;
    for object in &model.objects {
        let parent = object.parent_path();
        if !parent.is_empty() && !objects.contains_key(parent) {
            let kind = ErrorKind::MissingParent(parent.to_owned());
            return Err(CodegenError::on_line(kind, file, object.line).within("object", &object.path));
        }
        check_members(file, object).map_err(|error| error.within("object", &object.path))?;
    }
    check_unique(file, model.profiles.iter().map(|profile| (profile.name.as_str(), profile.line)))?;
    Ok(())
}

fn check_members(file: &str, object: &Object) -> Result<(), CodegenError> {
    check_unique(file, parameters(&object.parameters))?;
    check_unique(file, object.commands.iter().map(|command| (command.name.as_str(), command.line)))?;
    check_unique(file, object.events.iter().map(|event| (event.name.as_str(), event.line)))?;
    for command in &object.commands {
        for arguments in [&command.input, &command.output].into_iter().flatten() {
            check_arguments(file, arguments).map_err(|error| error.within("command", &command.name))?;
        }
    }
    for event in &object.events {
        check_arguments(file, &event.arguments).map_err(|error| error.within("event", &event.name))?;
    }
    Ok(())
}

fn check_arguments(file: &str, arguments: &Arguments) -> Result<(), CodegenError> {
    check_unique(file, parameters(&arguments.parameters))?;
    let objects = index(file, arguments.objects.iter().map(|object| (object.path.as_str(), object.line)))?;
    for object in &arguments.objects {
        let parent = object.parent_path();
        if !parent.is_empty() && !objects.contains_key(parent) {
            let kind = ErrorKind::MissingParent(parent.to_owned());
            return Err(CodegenError::on_line(kind, file, object.line).within("object", &object.path));
        }
        check_unique(file, parameters(&object.parameters))
            .map_err(|error| error.within("object", &object.path))?;
    }
    Ok(())
}

fn parameters(parameters: &[Parameter]) -> impl Iterator<Item = (&str, u32)> + Clone {
    parameters.iter().map(|parameter| (parameter.name.as_str(), parameter.line))
}

/// Lists up to this length are compared name by name, which is quicker than to hash them.
const SHORT: usize = 24;

/// Checks that no name is there twice.
fn check_unique<'a, I>(file: &str, names: I) -> Result<(), CodegenError>
where
    I: Iterator<Item = (&'a str, u32)> + Clone,
{
    if names.size_hint().0 > SHORT {
        return index(file, names).map(drop);
    }
    let mut rest = names;
    while let Some((name, first)) = rest.next() {
        if let Some((_, line)) = rest.clone().find(|(other, _)| *other == name) {
            return Err(duplicate(file, name, first, line));
        }
    }
    Ok(())
}

/// The names with their lines, or the error that one is there twice.
fn index<'a>(
    file: &str,
    names: impl Iterator<Item = (&'a str, u32)>,
) -> Result<HashMap<&'a str, u32>, CodegenError> {
    let mut seen = HashMap::with_capacity(names.size_hint().0);
    for (name, line) in names {
        if let Some(first) = seen.insert(name, line) {
            return Err(duplicate(file, name, first, line));
        }
    }
    Ok(seen)
}

fn duplicate(file: &str, name: &str, first: u32, line: u32) -> CodegenError {
    CodegenError::on_line(ErrorKind::Duplicate { name: name.to_owned(), first }, file, line)
}
