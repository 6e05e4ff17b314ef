use usp_schema::{ActiveNotify, Status};

use super::names::{check_name, not_full};
use super::reader::ModelReader;
use super::syntax::read_syntax;
use super::tag::Tag;
use crate::model::Parameter;
use crate::{CodegenError, ErrorKind};

/// Reads a `parameter` of an object, of a model or of arguments.
pub(super) fn read_parameter(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<Parameter, CodegenError> {
    read(reader, tag).map_err(|error| error.within("parameter", &tag.label()))
}

fn read(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<Parameter, CodegenError> {
    let mut name = None;
    let mut access = None;
    let mut active_notify = ActiveNotify::Normal;
    let mut mandatory = false;
    let mut version = None;
    let mut status = Status::Current;
    for attribute in tag.attributes() {
        let attribute = attribute?;
        match attribute.name() {
            "name" => name = Some(attribute.trimmed()),
            "access" => access = Some(attribute.word()?),
            "activeNotify" => active_notify = attribute.word()?,
            "mandatory" => mandatory = attribute.boolean()?,
            "version" => version = Some(attribute.version()?),
            "status" => status = attribute.word()?,
            "base" => return Err(not_full(tag, "base")),
            _ => {}
        }
    }
    let name = tag.required("name", name)?;
    check_name(tag, &name, "a parameter")?;
    let mut syntax = None;
    let mut description = None;
    while let Some(child) = reader.cursor.child()? {
        match child.name() {
            "description" => description = reader.description(&child)?,
            "syntax" => syntax = Some(read_syntax(reader, &child, &name)?),
            _ => reader.cursor.skip_unknown(&child, &name)?,
        }
    }
    let Some(syntax) = syntax else {
        return Err(tag.error(ErrorKind::MissingElement("the <parameter> has no <syntax>")));
    };
    let line = tag.line();
    Ok(Parameter { name, syntax, access, active_notify, mandatory, version, status, description, line })
}
