use core::fmt::Write as _;

use usp_schema::{ParameterAccess, Range, Size, Status};

use super::code::Code;
use crate::Model;
use crate::model::{Description, Parameter, Syntax};
use crate::text::{Subject, doc_lines, expand, referred};

/// Writes the documentation of an item: what its description says, then the facts.
pub(super) fn write_docs(
    code: &mut Code,
    subject: &Subject<'_>,
    description: Option<&Description>,
    facts: &str,
) {
    let width = code.doc_width();
    let mut lines = description
        .map(|description| doc_lines(&expand(subject, description.text()), width))
        .unwrap_or_default();
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.extend(doc_lines(facts, width));
    code.doc(lines.iter().map(String::as_str));
}

/// Writes the documentation of a field.
pub(super) fn write_parameter_docs(
    code: &mut Code,
    model: &Model,
    object: &str,
    parameter: &Parameter,
    argument: bool,
) {
    let subject = Subject { model, object, name: parameter.name(), syntax: Some(parameter.syntax()) };
    write_docs(code, &subject, parameter.description(), &facts(parameter, argument));
}

/// One sentence with name, type, limits, rights and default of a parameter or argument.
fn facts(parameter: &Parameter, argument: bool) -> String {
    let syntax = parameter.syntax();
    let mut facts = format!("`{}`: ", parameter.name());
    type_facts(syntax, &mut facts);
    if argument && parameter.is_mandatory() {
        facts.push_str(", mandatory");
    }
    if !argument {
        facts.push_str(match parameter.access() {
            ParameterAccess::ReadOnly => ", read-only",
            ParameterAccess::ReadWrite => ", read-write",
            ParameterAccess::WriteOnceReadOnly => ", written when the row is created",
        });
    }
    if syntax.is_secured() {
        facts.push_str(", secured");
    }
    if syntax.is_hidden() || syntax.is_command() {
        facts.push_str(", never read back");
    }
    if let Some(default) = syntax.default() {
        match default.value() {
            "" | "[]" => facts.push_str(", empty by default"),
            value => push(&mut facts, format_args!(", `{}` by default", value.replace('`', "'"))),
        }
    }
    if parameter.status() != Status::Current {
        push(&mut facts, format_args!(", {}", parameter.status()));
    }
    facts.push('.');
    facts
}

fn type_facts(syntax: &Syntax, facts: &mut String) {
    if syntax.list().is_some() {
        facts.push_str(if syntax.inner_list().is_some() { "list of lists of " } else { "list of " });
    }
    push(facts, format_args!("{}", syntax.primitive()));
    if let Some(data_type) = syntax.data_type() {
        push(facts, format_args!(" (`{}`)", data_type.name()));
    }
    if let Some(reference) = syntax.reference() {
        push(facts, format_args!(", path of {}", referred(reference)));
    }
    if let Some(units) = syntax.units() {
        push(facts, format_args!(" in {units}"));
    }
    match syntax.list().map(|list| (list.min_items(), list.max_items())) {
        None | Some((0, None)) => {}
        Some((0, Some(max))) => push(facts, format_args!(", at most {max} items")),
        Some((min, None)) => push(facts, format_args!(", at least {min} items")),
        Some((min, Some(max))) if min == max => push(facts, format_args!(", {min} items")),
        Some((min, Some(max))) => push(facts, format_args!(", {min} to {max} items")),
    }
    for (index, size) in syntax.sizes().iter().enumerate() {
        facts.push_str(if index == 0 { ", length " } else { " or " });
        facts.push_str(&size_text(*size));
    }
    for (index, range) in syntax.ranges().iter().enumerate() {
        facts.push_str(if index == 0 { ", " } else { " or " });
        facts.push_str(&range_text(*range));
    }
}

fn size_text(size: Size) -> String {
    match (size.min, size.max) {
        (min, None) => format!("at least {min}"),
        (min, Some(max)) if min == max => min.to_string(),
        (0, Some(max)) => format!("at most {max}"),
        (min, Some(max)) => format!("{min} to {max}"),
    }
}

fn range_text(range: Range) -> String {
    let mut text = match (range.min, range.max) {
        (None, None) => "any".to_owned(),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (Some(min), Some(max)) if min == max => min.to_string(),
        (Some(min), Some(max)) => format!("{min} to {max}"),
    };
    if let Some(step) = range.step {
        push(&mut text, format_args!(" in steps of {step}"));
    }
    text
}

fn push(text: &mut String, arguments: core::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = text.write_fmt(arguments);
}
