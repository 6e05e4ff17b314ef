use usp_schema::Status;

use super::names::not_full;
use super::reader::ModelReader;
use super::tag::Tag;
use crate::CodegenError;
use crate::model::{Profile, ProfileItem, ProfileRequirement};

/// Reads a `profile`.
pub(super) fn read_profile(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<Profile, CodegenError> {
    read(reader, tag).map_err(|error| error.within("profile", &tag.label()))
}

fn read(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<Profile, CodegenError> {
    let mut name = None;
    let mut profile = Profile {
        name: String::new(),
        base: None,
        extends: Vec::new(),
        requirements: Vec::new(),
        version: None,
        status: Status::Current,
        description: None,
        line: tag.line(),
    };
    for attribute in tag.attributes() {
        let attribute = attribute?;
        match attribute.name() {
            "name" => name = Some(attribute.trimmed()),
            "base" => profile.base = Some(attribute.trimmed()),
            "extends" => profile.extends = attribute.names(),
            "version" => profile.version = Some(attribute.version()?),
            "status" => profile.status = attribute.word()?,
            _ => {}
        }
    }
    profile.name = tag.required("name", name)?;
    while let Some(child) = reader.cursor.child()? {
        match child.name() {
            "description" => profile.description = reader.description(&child)?,
            "parameter" => {
                read_leaf(reader, &child, "", ProfileItem::Parameter, &mut profile.requirements)?;
            }
            "object" => read_profile_object(reader, &child, &mut profile.requirements)?,
            "component" => return Err(not_full(&child, "ref")),
            _ => reader.cursor.skip_unknown(&child, &profile.name)?,
        }
    }
    Ok(profile)
}

fn read_profile_object(
    reader: &mut ModelReader<'_>,
    tag: &Tag<'_>,
    requirements: &mut Vec<ProfileRequirement>,
) -> Result<(), CodegenError> {
    let object = read_requirement(tag, "", ProfileItem::Object)?;
    let path = object.path.clone();
    requirements.push(object);
    while let Some(child) = reader.cursor.child()? {
        match child.name() {
            "parameter" => read_leaf(reader, &child, &path, ProfileItem::Parameter, requirements)?,
            "command" => read_owner(reader, &child, &path, ProfileItem::Command, requirements)?,
            "event" => read_owner(reader, &child, &path, ProfileItem::Event, requirements)?,
            "description" => reader.cursor.skip()?,
            _ => reader.cursor.skip_unknown(&child, &path)?,
        }
    }
    Ok(())
}

/// Reads what is asked of a command or event and of its arguments.
fn read_owner(
    reader: &mut ModelReader<'_>,
    tag: &Tag<'_>,
    object: &str,
    kind: ProfileItem,
    requirements: &mut Vec<ProfileRequirement>,
) -> Result<(), CodegenError> {
    let owner = read_requirement(tag, object, kind)?;
    let path = format!("{}.", owner.path);
    requirements.push(owner);
    while let Some(child) = reader.cursor.child()? {
        match child.name() {
            "input" => read_arguments(reader, &format!("{path}Input."), requirements)?,
            "output" => read_arguments(reader, &format!("{path}Output."), requirements)?,
            "parameter" => read_leaf(reader, &child, &path, ProfileItem::Argument, requirements)?,
            "object" => read_argument_object(reader, &child, &path, requirements)?,
            "description" => reader.cursor.skip()?,
            _ => reader.cursor.skip_unknown(&child, &path)?,
        }
    }
    Ok(())
}

fn read_arguments(
    reader: &mut ModelReader<'_>,
    path: &str,
    requirements: &mut Vec<ProfileRequirement>,
) -> Result<(), CodegenError> {
    while let Some(child) = reader.cursor.child()? {
        match child.name() {
            "parameter" => read_leaf(reader, &child, path, ProfileItem::Argument, requirements)?,
            "object" => read_argument_object(reader, &child, path, requirements)?,
            "description" => reader.cursor.skip()?,
            _ => reader.cursor.skip_unknown(&child, path)?,
        }
    }
    Ok(())
}

fn read_argument_object(
    reader: &mut ModelReader<'_>,
    tag: &Tag<'_>,
    path: &str,
    requirements: &mut Vec<ProfileRequirement>,
) -> Result<(), CodegenError> {
    let object = read_requirement(tag, path, ProfileItem::ArgumentObject)?;
    let path = object.path.clone();
    requirements.push(object);
    while let Some(child) = reader.cursor.child()? {
        match child.name() {
            "parameter" => read_leaf(reader, &child, &path, ProfileItem::Argument, requirements)?,
            "description" => reader.cursor.skip()?,
            _ => reader.cursor.skip_unknown(&child, &path)?,
        }
    }
    Ok(())
}

fn read_leaf(
    reader: &mut ModelReader<'_>,
    tag: &Tag<'_>,
    path: &str,
    kind: ProfileItem,
    requirements: &mut Vec<ProfileRequirement>,
) -> Result<(), CodegenError> {
    requirements.push(read_requirement(tag, path, kind)?);
    reader.cursor.skip()
}

fn read_requirement(
    tag: &Tag<'_>,
    path: &str,
    kind: ProfileItem,
) -> Result<ProfileRequirement, CodegenError> {
    let mut reference = None;
    let mut requirement = ProfileRequirement {
        path: path.to_owned(),
        kind,
        access: Default::default(),
        status: Status::Current,
        line: tag.line(),
    };
    for attribute in tag.attributes() {
        let attribute = attribute?;
        match attribute.name() {
            "ref" => reference = Some(attribute.trimmed()),
            "requirement" => requirement.access = attribute.word()?,
            "status" => requirement.status = attribute.word()?,
            _ => {}
        }
    }
    requirement.path.push_str(&tag.required("ref", reference)?);
    Ok(requirement)
}
