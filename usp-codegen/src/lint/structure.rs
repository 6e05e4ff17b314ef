use std::collections::HashSet;

use usp_schema::{PrimitiveType, Status};

use super::{Findings, Rule};
use crate::Model;
use crate::model::{Object, Parameter};

/// Keys, and the parameters that objects name.
pub(super) fn check(model: &Model, findings: &mut Findings<'_>) {
    let mut deleted: HashSet<&str> = HashSet::new();
    for object in model.objects() {
        if object.status() == Status::Deleted || deleted.contains(object.parent_path()) {
            deleted.insert(object.path());
            continue;
        }
        check_keys(object, findings);
        check_named_parameters(model, object, findings);
        let (min, max) = (object.min_entries(), object.max_entries());
        if max.is_some_and(|max| min > max) {
            let message = format!("minEntries {min} is more than maxEntries {}", max.unwrap_or_default());
            findings.add(Rule::Facet, object.line(), object.path(), message);
        }
    }
}

fn check_keys(object: &Object, findings: &mut Findings<'_>) {
    if object.is_table() && object.unique_keys().is_empty() {
        let message = "the table has no unique key: a Controller knows its rows by number only".to_owned();
        findings.add(Rule::MissingKey, object.line(), object.path(), message);
    }
    for key in object.unique_keys() {
        if !object.is_table() {
            let message = "an object that is no table has a unique key".to_owned();
            findings.add(Rule::UnknownParameter, key.line(), object.path(), message);
        }
        for name in key.parameters() {
            if find(object.parameters(), name).is_none() {
                let message = format!("the unique key names the parameter {name}, which does not exist");
                findings.add(Rule::UnknownParameter, key.line(), object.path(), message);
            }
        }
    }
}

fn check_named_parameters(model: &Model, object: &Object, findings: &mut Findings<'_>) {
    let outer = match object.parent_path() {
        "" => model.parameters(),
        path => model.object(path).map_or(&[][..], |parent| parent.parameters()),
    };
    let named = [
        ("numEntriesParameter", object.num_entries_parameter(), outer, Some(PrimitiveType::UnsignedInt)),
        ("enableParameter", object.enable_parameter(), object.parameters(), Some(PrimitiveType::Boolean)),
        ("discriminatorParameter", object.discriminator_parameter(), outer, None),
    ];
    for (attribute, name, parameters, expected) in named {
        let Some(name) = name else { continue };
        let message = match (find(parameters, name), expected) {
            (None, _) => format!("{attribute} names the parameter {name}, which does not exist"),
            (Some(parameter), Some(expected)) if parameter.syntax().primitive() != expected => {
                let found = parameter.syntax().primitive();
                format!("{attribute} names the parameter {name}, which is of type {found} and not {expected}")
            }
            (Some(parameter), None) if !has_known_values(parameter) => {
                format!("{attribute} names the parameter {name}, which is no enumeration")
            }
            _ => continue,
        };
        findings.add(Rule::UnknownParameter, object.line(), object.path(), message);
    }
}

/// Whether the values are listed, here or in another parameter.
fn has_known_values(parameter: &Parameter) -> bool {
    !parameter.syntax().enumeration().is_empty() || parameter.syntax().enumeration_ref().is_some()
}

fn find<'m>(parameters: &'m [Parameter], name: &str) -> Option<&'m Parameter> {
    parameters.iter().find(|parameter| parameter.name() == name)
}
