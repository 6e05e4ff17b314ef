use usp_schema::Status;

use super::names::{check_name, not_full};
use super::object::read_argument_object;
use super::parameter::read_parameter;
use super::reader::ModelReader;
use super::tag::Tag;
use crate::model::{Arguments, Command};
use crate::{CodegenError, ErrorKind};

/// Reads a `command`.
pub(super) fn read_command(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<Command, CodegenError> {
    read(reader, tag).map_err(|error| error.within("command", &tag.label()))
}

fn read(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<Command, CodegenError> {
    let mut name = None;
    let mut asynchronous = None;
    let mut version = None;
    let mut status = Status::Current;
    for attribute in tag.attributes() {
        let attribute = attribute?;
        match attribute.name() {
            "name" => name = Some(attribute.trimmed()),
            "async" => asynchronous = Some(attribute.boolean()?),
            "version" => version = Some(attribute.version()?),
            "status" => status = attribute.word()?,
            "base" => return Err(not_full(tag, "base")),
            _ => {}
        }
    }
    let name = tag.required("name", name)?;
    let Some(stem) = name.strip_suffix("()") else {
        let rule = "a name with () at its end";
        return Err(tag.error(ErrorKind::BadName { name, kind: "a command", rule }));
    };
    check_name(tag, stem, "a command")?;
    let mut command = Command {
        name,
        asynchronous: tag.required("async", asynchronous)?,
        input: None,
        output: None,
        version,
        status,
        description: None,
        line: tag.line(),
    };
    while let Some(child) = reader.cursor.child()? {
        match child.name() {
            "description" => command.description = reader.description(&child)?,
            "input" => command.input = Some(read_arguments(reader, &child, "input")?),
            "output" => command.output = Some(read_arguments(reader, &child, "output")?),
            "component" => return Err(not_full(&child, "ref")),
            _ => reader.cursor.skip_unknown(&child, &command.name)?,
        }
    }
    Ok(command)
}

fn read_arguments(
    reader: &mut ModelReader<'_>,
    tag: &Tag<'_>,
    direction: &str,
) -> Result<Arguments, CodegenError> {
    let mut arguments = Arguments::default();
    while let Some(child) = reader.cursor.child()? {
        let read = read_argument(reader, &child, &mut arguments);
        match read.map_err(|error| error.within(direction, ""))? {
            true => {}
            false if child.name() == "description" => reader.cursor.skip()?,
            false => reader.cursor.skip_unknown(&child, tag.name())?,
        }
    }
    Ok(arguments)
}

/// Reads one argument or argument object; tells whether it was one.
pub(super) fn read_argument(
    reader: &mut ModelReader<'_>,
    tag: &Tag<'_>,
    arguments: &mut Arguments,
) -> Result<bool, CodegenError> {
    match tag.name() {
        "parameter" => arguments.parameters.push(read_parameter(reader, tag)?),
        "object" => arguments.objects.push(read_argument_object(reader, tag)?),
        "component" => return Err(not_full(tag, "ref")),
        _ => return Ok(false),
    }
    Ok(true)
}
