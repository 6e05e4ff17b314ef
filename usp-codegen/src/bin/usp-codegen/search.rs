use usp_codegen::{Description, Model, Object, Parameter};

use crate::output::Output;

/// Shows the elements whose path or description has all words; tells whether there were any.
pub(crate) fn print(model: &Model, words: &[String], output: &mut Output) -> bool {
    let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let mut some = false;
    let mut look_at = |path: &str, description: Option<&Description>| {
        let text = description.map_or("", |description| description.text());
        let haystack = format!("{path} {text}").to_lowercase();
        if words.iter().all(|word| haystack.contains(word)) {
            some = true;
            output.line(path);
            let first = text.trim().lines().next().unwrap_or_default().trim();
            if !first.is_empty() {
                output.line(&format!("    {first}"));
            }
        }
    };
    for parameter in model.parameters() {
        look_at(parameter.name(), parameter.description());
    }
    for object in model.objects() {
        look_at(object.path(), object.description());
        look_at_parameters(object.parameters(), object.path(), &mut look_at);
        for command in object.commands() {
            let path = format!("{}{}", object.path(), command.name());
            look_at(&path, command.description());
            for arguments in [command.input(), command.output()].into_iter().flatten() {
                look_at_arguments(arguments.parameters(), arguments.objects(), &path, &mut look_at);
            }
        }
        for event in object.events() {
            let path = format!("{}{}", object.path(), event.name());
            look_at(&path, event.description());
            let arguments = event.arguments();
            look_at_arguments(arguments.parameters(), arguments.objects(), &path, &mut look_at);
        }
    }
    some
}

fn look_at_arguments(
    parameters: &[Parameter],
    objects: &[Object],
    owner: &str,
    look_at: &mut dyn FnMut(&str, Option<&Description>),
) {
    look_at_parameters(parameters, &format!("{owner}."), look_at);
    for object in objects {
        let path = format!("{owner}.{}", object.path());
        look_at(&path, object.description());
        look_at_parameters(object.parameters(), &path, look_at);
    }
}

fn look_at_parameters(
    parameters: &[Parameter],
    prefix: &str,
    look_at: &mut dyn FnMut(&str, Option<&Description>),
) {
    for parameter in parameters {
        look_at(&format!("{prefix}{}", parameter.name()), parameter.description());
    }
}
