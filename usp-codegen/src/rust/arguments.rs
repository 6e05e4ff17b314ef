use usp_schema::DefaultKind;

use super::code::{Code, line, open};
use super::docs::{write_docs, write_parameter_docs};
use super::plan::{ArgumentsPlan, ArgumentsRole, CommandPlan, EventPlan, Field, Part, Plan};
use super::serde::{write_field_attributes, write_struct_attributes};
use crate::image::list_text;
use crate::model::Syntax;
use crate::text::Subject;

/// Writes commands, events and the structs of their arguments.
pub(super) fn write_operations(code: &mut Code, plan: &Plan<'_>) {
    for command in &plan.commands {
        write_command(code, plan, command);
    }
    for event in &plan.events {
        write_event(code, event);
    }
    for arguments in &plan.arguments {
        write_arguments(code, plan, arguments);
    }
}

fn write_command(code: &mut Code, plan: &Plan<'_>, command: &CommandPlan<'_>) {
    let CommandPlan { name, path, handler, method, .. } = command;
    let input = command.input.as_deref().unwrap_or("()");
    let output = command.output.as_deref().unwrap_or("()");
    let subject = Subject {
        model: plan.model,
        object: command.object.path(),
        name: command.command.name(),
        syntax: None,
    };
    let facts = match command.command.is_async() {
        true => format!("`{path}`, asynchronous."),
        false => format!("`{path}`, synchronous."),
    };
    code.gap();
    write_docs(code, &subject, command.command.description(), &facts);
    line!(code, "#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]");
    line!(code, "pub struct {name};");
    code.gap();
    open!(code, "impl typed::Command for {name} {{");
    line!(code, "const PATH: &'static str = {path:?};");
    line!(code, "const ASYNC: bool = {};", command.command.is_async());
    line!(code, "type Input = {input};");
    line!(code, "type Output = {output};");
    code.close("}");
    code.gap();
    line!(code, "/// Carries out `{path}`.");
    open!(code, "pub trait {handler} {{");
    line!(code, "/// Carries out the command; `call` tells on which instance and for whom.");
    line!(code, "///");
    line!(code, "/// # Errors");
    line!(code, "///");
    line!(code, "/// The command fails, with the error code and the words for the Controller that asked.");
    let argument = if command.input.is_some() { "input" } else { "_input" };
    line!(
        code,
        "fn {method}(&mut self, call: &CommandCall<'_>, {argument}: {input}) -> Result<{output}, Fault>;"
    );
    code.close("}");
}

fn write_event(code: &mut Code, event: &EventPlan<'_>) {
    code.gap();
    open!(code, "impl typed::Event for {} {{", event.name);
    line!(code, "const PATH: &'static str = {:?};", event.path);
    code.close("}");
}

fn write_arguments(code: &mut Code, plan: &Plan<'_>, arguments: &ArgumentsPlan<'_>) {
    code.gap();
    write_struct_docs(code, plan, arguments);
    write_struct_attributes(code, plan);
    if arguments.fields.is_empty() && arguments.parts.is_empty() {
        line!(code, "pub struct {} {{}}", arguments.name);
    } else {
        open!(code, "pub struct {} {{", arguments.name);
        for field in &arguments.fields {
            write_parameter_docs(code, plan.model, arguments.object.path(), field.parameter, true);
            write_field_attributes(code, plan, field.parameter.name(), "Option::is_none");
            line!(code, "pub {}: Option<{}>,", field.identifier, field.rust_type.source());
        }
        for Part { object, identifier, name } in &arguments.parts {
            let subject = Subject {
                model: plan.model,
                object: arguments.object.path(),
                name: object.name(),
                syntax: None,
            };
            if object.is_table() {
                write_docs(code, &subject, object.description(), &format!("`{}`: rows.", object.path()));
                write_field_attributes(code, plan, object.name(), "Vec::is_empty");
                line!(code, "pub {identifier}: Vec<{name}>,");
            } else {
                write_docs(code, &subject, object.description(), &format!("`{}`: arguments.", object.path()));
                write_field_attributes(code, plan, object.name(), "Option::is_none");
                line!(code, "pub {identifier}: Option<{name}>,");
            }
        }
        code.close("}");
    }
    code.gap();
    open!(code, "impl typed::Arguments for {} {{", arguments.name);
    write_to_arguments(code, arguments);
    code.gap();
    write_from_arguments(code, arguments);
    code.close("}");
}

fn write_struct_docs(code: &mut Code, plan: &Plan<'_>, arguments: &ArgumentsPlan<'_>) {
    match arguments.role {
        ArgumentsRole::Input(command) => {
            line!(code, "/// What `{}{}` takes.", arguments.object.path(), command.name());
        }
        ArgumentsRole::Output(command) => {
            line!(code, "/// What `{}{}` returns.", arguments.object.path(), command.name());
        }
        ArgumentsRole::Event(event) => {
            let object = arguments.object.path();
            let subject = Subject { model: plan.model, object, name: event.name(), syntax: None };
            write_docs(code, &subject, event.description(), &format!("`{object}{}`.", event.name()));
        }
        ArgumentsRole::Part(object) => {
            line!(code, "/// Arguments below `{}`.", object.path());
        }
    }
}

fn write_to_arguments(code: &mut Code, arguments: &ArgumentsPlan<'_>) {
    open!(code, "fn to_arguments(&self) -> Vec<(String, String)> {{");
    if arguments.fields.is_empty() && arguments.parts.is_empty() {
        line!(code, "Vec::new()");
    } else {
        line!(code, "let mut writer = ArgumentWriter::default();");
        for Field { parameter, identifier, .. } in &arguments.fields {
            line!(code, "writer.value({:?}, &self.{identifier});", parameter.name());
        }
        for Part { object, identifier, .. } in &arguments.parts {
            let kind = if object.is_table() { "rows" } else { "object" };
            line!(code, "writer.{kind}({:?}, &self.{identifier});", object.name());
        }
        line!(code, "writer.finish()");
    }
    code.close("}");
}

fn write_from_arguments(code: &mut Code, arguments: &ArgumentsPlan<'_>) {
    let empty = arguments.fields.is_empty() && arguments.parts.is_empty();
    let name = if empty { "_" } else { "arguments" };
    open!(code, "fn from_arguments({name}: &[(&str, &str)]) -> Result<Self, typed::ArgumentError> {{");
    if empty {
        line!(code, "Ok(Self {{}})");
    } else {
        line!(code, "let reader = ArgumentReader::new(arguments);");
        open!(code, "Ok(Self {{");
        for Field { parameter, identifier, .. } in &arguments.fields {
            let syntax = parameter.syntax();
            let (name, form) = (parameter.name(), form(syntax));
            let default = syntax.default().filter(|default| default.kind() == DefaultKind::Parameter);
            match default.map(|default| default.value()) {
                _ if parameter.is_mandatory() => {
                    line!(code, "{identifier}: reader.mandatory({name:?}, {form})?,");
                }
                Some(default) => {
                    let default = if syntax.list().is_some() { list_text(default) } else { default };
                    line!(code, "{identifier}: reader.or_default({name:?}, {default:?}, {form})?,");
                }
                None => line!(code, "{identifier}: reader.optional({name:?}, {form})?,"),
            }
        }
        for Part { object, identifier, .. } in &arguments.parts {
            let kind = if object.is_table() { "rows" } else { "object" };
            line!(code, "{identifier}: reader.{kind}({:?})?,", object.name());
        }
        code.close("})");
    }
    code.close("}");
}

/// How the text of an argument is read.
fn form(syntax: &Syntax) -> String {
    let primitive = format!("PrimitiveType::{:?}", syntax.primitive());
    match syntax.list() {
        None => primitive,
        Some(list) => format!("({primitive}, NestedBrackets::{:?})", list.nested_brackets()),
    }
}
