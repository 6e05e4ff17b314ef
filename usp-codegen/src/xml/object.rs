use usp_schema::Status;

use super::command::read_command;
use super::event::read_event;
use super::names::{check_path, not_full};
use super::parameter::read_parameter;
use super::reader::ModelReader;
use super::tag::Tag;
use crate::CodegenError;
use crate::model::{MountType, Object, UniqueKey};

/// Reads an `object` of a model.
pub(super) fn read_object(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<Object, CodegenError> {
    read(reader, tag, false).map_err(|error| error.within("object", &tag.label()))
}

/// Reads an `object` of arguments, which has neither commands nor events.
pub(super) fn read_argument_object(
    reader: &mut ModelReader<'_>,
    tag: &Tag<'_>,
) -> Result<Object, CodegenError> {
    read(reader, tag, true).map_err(|error| error.within("object", &tag.label()))
}

fn read(reader: &mut ModelReader<'_>, tag: &Tag<'_>, argument: bool) -> Result<Object, CodegenError> {
    let mut object = read_attributes(tag)?;
    check_path(tag, &object.path)?;
    if object.is_table() == (object.max_entries == Some(1)) {
        let entries = object.max_entries.map_or("unbounded".to_owned(), |count| count.to_string());
        let message =
            format!("maxEntries is {entries}, but the path decides: with {{i}} at the end it is a table");
        reader.cursor.warn(tag.line(), &object.path, message);
    }
    while let Some(child) = reader.cursor.child()? {
        match child.name() {
            "description" => object.description = reader.description(&child)?,
            "uniqueKey" => object.unique_keys.push(read_unique_key(reader, &child)?),
            "parameter" => object.parameters.push(read_parameter(reader, &child)?),
            "command" if !argument => object.commands.push(read_command(reader, &child)?),
            "event" if !argument => object.events.push(read_event(reader, &child)?),
            "component" => return Err(not_full(&child, "ref")),
            _ => reader.cursor.skip_unknown(&child, &object.path)?,
        }
    }
    Ok(object)
}

fn read_attributes(tag: &Tag<'_>) -> Result<Object, CodegenError> {
    let mut path = None;
    let mut object = Object {
        path: String::new(),
        access: None,
        min_entries: 1,
        max_entries: Some(1),
        num_entries_parameter: None,
        enable_parameter: None,
        discriminator_parameter: None,
        mount_type: MountType::None,
        mandatory: false,
        unique_keys: Vec::new(),
        parameters: Vec::new(),
        commands: Vec::new(),
        events: Vec::new(),
        version: None,
        status: Status::Current,
        description: None,
        line: tag.line(),
    };
    for attribute in tag.attributes() {
        let attribute = attribute?;
        match attribute.name() {
            "name" => path = Some(attribute.trimmed()),
            "access" => object.access = Some(attribute.word()?),
            "minEntries" => object.min_entries = attribute.number("a count")?,
            "maxEntries" => object.max_entries = attribute.count_or_unbounded()?,
            "numEntriesParameter" => object.num_entries_parameter = Some(attribute.trimmed()),
            "enableParameter" => object.enable_parameter = Some(attribute.trimmed()),
            "discriminatorParameter" => object.discriminator_parameter = Some(attribute.trimmed()),
            "mountType" => object.mount_type = attribute.word()?,
            "mandatory" => object.mandatory = attribute.boolean()?,
            "version" => object.version = Some(attribute.version()?),
            "status" => object.status = attribute.word()?,
            "base" => return Err(not_full(tag, "base")),
            _ => {}
        }
    }
    object.path = tag.required("name", path)?;
    Ok(object)
}

fn read_unique_key(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<UniqueKey, CodegenError> {
    // Revisions of the schema before `functional` was required took it as true.
    let mut key = UniqueKey { functional: true, parameters: Vec::new(), line: tag.line() };
    for attribute in tag.attributes() {
        let attribute = attribute?;
        if attribute.name() == "functional" {
            key.functional = attribute.boolean()?;
        }
    }
    while let Some(child) = reader.cursor.child()? {
        if child.name() == "parameter" {
            let mut name = None;
            for attribute in child.attributes() {
                let attribute = attribute?;
                if attribute.name() == "ref" {
                    name = Some(attribute.trimmed());
                }
            }
            key.parameters.push(child.required("ref", name)?);
        }
        reader.cursor.skip()?;
    }
    Ok(key)
}
