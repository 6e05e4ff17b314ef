use usp_codegen::{Description, Model, Object, Parameter, Syntax};

use crate::output::Output;

/// Shows the elements whose path or description has all words; tells whether there were any.
pub(crate) fn print(model: &Model, words: &[String], output: &mut Output) -> bool {
    let words = words.iter().map(|word| word.to_lowercase()).collect();
    let mut search = Search { model, words, output, some: false };
    search.look_at_parameters(model.parameters(), "", "");
    for object in model.objects() {
        let path = object.path();
        search.look_at(path, About { object: path, name: object.name(), syntax: None }, object.description());
        search.look_at_parameters(object.parameters(), path, path);
        for command in object.commands() {
            let about = About { object: path, name: command.name(), syntax: None };
            let owner = format!("{path}{}", command.name());
            search.look_at(&owner, about, command.description());
            for arguments in [command.input(), command.output()].into_iter().flatten() {
                search.look_at_arguments(arguments.parameters(), arguments.objects(), &owner);
            }
        }
        for event in object.events() {
            let about = About { object: path, name: event.name(), syntax: None };
            let owner = format!("{path}{}", event.name());
            search.look_at(&owner, about, event.description());
            search.look_at_arguments(event.arguments().parameters(), event.arguments().objects(), &owner);
        }
    }
    search.some
}

struct Search<'m, 'o> {
    model: &'m Model,
    words: Vec<String>,
    output: &'o mut Output,
    some: bool,
}

/// What a description is about.
struct About<'m> {
    /// Path of the object that is described, or whose element is.
    object: &'m str,
    name: &'m str,
    syntax: Option<&'m Syntax>,
}

impl Search<'_, '_> {
    fn look_at(&mut self, path: &str, about: About<'_>, description: Option<&Description>) {
        let text = description.map(|text| text.in_words(self.model, about.object, about.name, about.syntax));
        let text = text.unwrap_or_default();
        let haystack = format!("{path} {text}").to_lowercase();
        if !self.words.iter().all(|word| haystack.contains(word)) {
            return;
        }
        self.some = true;
        self.output.line(path);
        let first = text.trim().lines().next().unwrap_or_default().trim();
        if !first.is_empty() {
            self.output.line(&format!("    {first}"));
        }
    }

    fn look_at_arguments(&mut self, parameters: &[Parameter], objects: &[Object], owner: &str) {
        self.look_at_parameters(parameters, &format!("{owner}."), "");
        for object in objects {
            let path = format!("{owner}.{}", object.path());
            let about = About { object: object.path(), name: object.name(), syntax: None };
            self.look_at(&path, about, object.description());
            self.look_at_parameters(object.parameters(), &path, object.path());
        }
    }

    /// Those of one object: `prefix` is its whole path, `object` the one by which it is known within its command or
    /// event.
    fn look_at_parameters(&mut self, parameters: &[Parameter], prefix: &str, object: &str) {
        for parameter in parameters {
            let about = About { object, name: parameter.name(), syntax: Some(parameter.syntax()) };
            self.look_at(&format!("{prefix}{}", parameter.name()), about, parameter.description());
        }
    }
}
