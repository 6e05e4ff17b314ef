use usp_schema::Status;

use super::command::read_argument;
use super::names::{check_name, not_full};
use super::reader::ModelReader;
use super::tag::Tag;
use crate::model::{Arguments, Event};
use crate::{CodegenError, ErrorKind};

/// Reads an `event`.
pub(super) fn read_event(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<Event, CodegenError> {
    read(reader, tag).map_err(|error| error.within("event", &tag.label()))
}

fn read(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<Event, CodegenError> {
    let mut name = None;
    let mut version = None;
    let mut status = Status::Current;
    for attribute in tag.attributes() {
        let attribute = attribute?;
        match attribute.name() {
            "name" => name = Some(attribute.trimmed()),
            "version" => version = Some(attribute.version()?),
            "status" => status = attribute.word()?,
            "base" => return Err(not_full(tag, "base")),
            _ => {}
        }
    }
    let name = tag.required("name", name)?;
    let Some(stem) = name.strip_suffix('!') else {
        let rule = "a name with ! at its end";
        return Err(tag.error(ErrorKind::BadName { name, kind: "an event", rule }));
    };
    check_name(tag, stem, "an event")?;
    let mut description = None;
    let mut arguments = Arguments::default();
    while let Some(child) = reader.cursor.child()? {
        if child.name() == "description" {
            description = reader.description(&child)?;
        } else if !read_argument(reader, &child, &mut arguments)? {
            reader.cursor.skip_unknown(&child, &name)?;
        }
    }
    Ok(Event { name, arguments, version, status, description, line: tag.line() })
}
