//! Everything that a model says, as lines that can be compared.

use core::fmt::Write as _;
use std::collections::HashMap;

use usp_codegen::{
    Arguments, Command, DataType, Description, Enumeration, Event, List, Model, Object, Parameter, Pattern,
    Profile, Syntax, UniqueKey,
};

/// One fact for each element, by its path. Where lines stand is left out, and white space in descriptions is folded.
pub fn facts(model: &Model) -> HashMap<String, String> {
    let mut facts = HashMap::new();
    facts.insert(
        "(model)".to_owned(),
        format!("{} {} {} {:?}", model.name(), model.specification(), model.is_service(), model.counts(true)),
    );
    for data_type in model.data_types() {
        facts.insert(format!("(type) {}", data_type.name()), data_type_fact(data_type));
    }
    parameters(&mut facts, "", model.parameters());
    for object in model.objects() {
        add_object(&mut facts, "", object);
    }
    for profile in model.profiles() {
        add_profile(&mut facts, profile);
    }
    facts
}

/// Fails with the first differences, each with what was read and what was expected.
#[track_caller]
pub fn assert_same(read: &Model, expected: &Model) {
    let (read, expected) = (facts(read), facts(expected));
    let mut differences = Vec::new();
    let mut paths: Vec<&String> = read.keys().chain(expected.keys()).collect();
    paths.sort_unstable();
    paths.dedup();
    for path in paths {
        let (read, expected) = (read.get(path), expected.get(path));
        if read != expected {
            let shown = |fact: Option<&String>| fact.map_or("nothing", String::as_str).to_owned();
            differences.push(format!(
                "{path}\n    read:     {}\n    expected: {}",
                shown(read),
                shown(expected)
            ));
        }
    }
    let (count, total) = (differences.len(), expected.len());
    differences.truncate(20);
    assert!(count == 0, "{count} of {total} differ, the first ones:\n{}", differences.join("\n"));
}

fn add_object(facts: &mut HashMap<String, String>, owner: &str, object: &Object) {
    let path = format!("{owner}{}", object.path());
    let keys: Vec<(bool, &[String])> =
        object.unique_keys().iter().map(|key: &UniqueKey| (key.is_functional(), key.parameters())).collect();
    let fact = format!(
        "{:?} entries {}..{:?} counted by {:?} enable {:?} discriminator {:?} {:?} mandatory {} keys {keys:?} {:?} {:?} {}",
        object.stated_access(),
        object.min_entries(),
        object.max_entries(),
        object.num_entries_parameter(),
        object.enable_parameter(),
        object.discriminator_parameter(),
        object.mount_type(),
        object.is_mandatory(),
        object.version(),
        object.status(),
        text(object.description()),
    );
    facts.insert(path.clone(), fact);
    parameters(facts, &path, object.parameters());
    for command in object.commands() {
        add_command(facts, &path, command);
    }
    for event in object.events() {
        add_event(facts, &path, event);
    }
}

fn add_command(facts: &mut HashMap<String, String>, owner: &str, command: &Command) {
    let path = format!("{owner}{}", command.name());
    let fact = format!(
        "async {} {:?} {:?} {}",
        command.is_async(),
        command.version(),
        command.status(),
        text(command.description())
    );
    for (direction, list) in [("Input.", command.input()), ("Output.", command.output())] {
        if let Some(list) = list {
            facts.insert(format!("{path}.{direction}"), String::new());
            arguments(facts, &format!("{path}.{direction}"), list);
        }
    }
    facts.insert(path, fact);
}

fn add_event(facts: &mut HashMap<String, String>, owner: &str, event: &Event) {
    let path = format!("{owner}{}", event.name());
    facts.insert(
        path.clone(),
        format!("{:?} {:?} {}", event.version(), event.status(), text(event.description())),
    );
    arguments(facts, &format!("{path}."), event.arguments());
}

fn arguments(facts: &mut HashMap<String, String>, owner: &str, arguments: &Arguments) {
    parameters(facts, owner, arguments.parameters());
    for object in arguments.objects() {
        add_object(facts, owner, object);
    }
}

fn parameters(facts: &mut HashMap<String, String>, owner: &str, parameters: &[Parameter]) {
    for parameter in parameters {
        let fact = format!(
            "{:?} {:?} mandatory {} {:?} {:?} {} {}",
            parameter.stated_access(),
            parameter.active_notify(),
            parameter.is_mandatory(),
            parameter.version(),
            parameter.status(),
            syntax(parameter.syntax()),
            text(parameter.description()),
        );
        facts.insert(format!("{owner}{}", parameter.name()), fact);
    }
}

fn add_profile(facts: &mut HashMap<String, String>, profile: &Profile) {
    let name = format!("(profile) {}", profile.name());
    let fact = format!(
        "{:?} {:?} {:?} {:?} {}",
        profile.base(),
        profile.extends(),
        profile.version(),
        profile.status(),
        text(profile.description())
    );
    for requirement in profile.requirements() {
        let fact = format!("{:?} {:?} {:?}", requirement.kind(), requirement.access(), requirement.status());
        facts.insert(format!("{name} {}", requirement.path()), fact);
    }
    facts.insert(name, fact);
}

fn syntax(syntax: &Syntax) -> String {
    let mut fact = format!("{:?}", syntax.primitive());
    let mut add = |what: &str, value: String| {
        let _ = write!(fact, " {what} {value}");
    };
    if let Some(data_type) = syntax.data_type() {
        add("type", data_type.name().to_owned());
    }
    add("list", syntax.list().map_or(String::new(), list));
    add("inner list", syntax.inner_list().map_or(String::new(), list));
    add("sizes", format!("{:?}", syntax.sizes()));
    add("ranges", format!("{:?}", syntax.ranges()));
    add("patterns", patterns(syntax.patterns()));
    add("values", values(syntax.enumeration()));
    if let Some(reference) = syntax.enumeration_ref() {
        let (written, target) = (reference.target_param(), reference.target());
        add("value of", format!("{written} {target} {:?}", reference.null_value()));
    }
    if let Some(reference) = syntax.reference() {
        let (strong, target) = (reference.is_strong(), reference.target());
        let (written, targets) = (reference.target_parents(), reference.targets());
        add("path of", format!("{strong} {target:?} {written:?} {targets:?}"));
    }
    add("units", format!("{:?}", syntax.units()));
    if let Some(default) = syntax.default() {
        add("default", format!("{:?} {:?}", default.kind(), default.value()));
    }
    let flags = [syntax.is_secured(), syntax.is_hidden(), syntax.is_command()];
    add("flags", format!("{flags:?}"));
    fact
}

fn data_type_fact(data_type: &DataType) -> String {
    format!(
        "{:?} based on {:?} {:?} {}",
        data_type.primitive(),
        data_type.base().map(DataType::name),
        data_type.status(),
        text(data_type.description())
    )
}

fn list(list: &List) -> String {
    format!("{}..{:?} {:?} {:?}", list.min_items(), list.max_items(), list.sizes(), list.nested_brackets())
}

fn patterns(patterns: &[Pattern]) -> String {
    let fact = |pattern: &Pattern| {
        let about = text(pattern.description());
        format!("{:?} {:?} {:?} {about}", pattern.value(), pattern.version(), pattern.status())
    };
    patterns.iter().map(fact).collect::<Vec<String>>().join("; ")
}

fn values(values: &[Enumeration]) -> String {
    let fact = |value: &Enumeration| {
        let about = text(value.description());
        let (code, optional, read_only) = (value.code(), value.is_optional(), value.is_read_only());
        let (version, status) = (value.version(), value.status());
        format!("{:?} {code:?} {optional} {read_only} {version:?} {status:?} {about}", value.value())
    };
    values.iter().map(fact).collect::<Vec<String>>().join("; ")
}

fn text(description: Option<&Description>) -> String {
    description.map_or(String::new(), |description| {
        format!("{:?}", description.text().split_whitespace().collect::<Vec<&str>>().join(" "))
    })
}
