use usp_schema::{ParameterAccess, PrimitiveType, Range, ReferenceTarget, Size, Status};

use super::names::check_length;
use super::reader::ModelReader;
use super::tag::Tag;
use crate::model::{Enumeration, EnumerationRef, Facets, List, PathRef, PathScope, Pattern};
use crate::{CodegenError, ErrorKind};

/// A type may have so many values, patterns, sizes or ranges; in TR-181 2.19.1 it is 56. Each parameter of a data type
/// has all of them in the image.
const MAX_FACETS: usize = 4096;

/// A reference may name so many places; in TR-181 2.19.1 it is 8. Each parameter of a data type has all of them.
const MAX_TARGETS: usize = 64;

/// Reads one child of a primitive type or data type into the facets; tells whether it was a facet. `item` is what
/// warnings call the type or its parameter.
pub(super) fn read_facet(
    reader: &mut ModelReader<'_>,
    tag: &Tag<'_>,
    facets: &mut Facets,
    item: &str,
) -> Result<bool, CodegenError> {
    let count = match tag.name() {
        "size" => facets.sizes.len(),
        "range" => facets.ranges.len(),
        "pattern" => facets.patterns.len(),
        "enumeration" => facets.enumeration.len(),
        _ => 0,
    };
    if count >= MAX_FACETS {
        let kind = ErrorKind::TooLarge { what: "the number of facets of one kind", limit: MAX_FACETS };
        return Err(tag.error(kind));
    }
    match tag.name() {
        "size" => facets.sizes.push(read_size(reader, tag)?),
        "range" => facets.ranges.extend(read_range(reader, tag, item)?),
        "pattern" => facets.patterns.push(read_pattern(reader, tag)?),
        "enumeration" => facets.enumeration.push(read_enumeration(reader, tag)?),
        "enumerationRef" => facets.enumeration_ref = Some(Box::new(read_enumeration_ref(reader, tag)?)),
        "pathRef" => facets.reference = Some(Box::new(read_path_ref(reader, tag)?)),
        "units" => facets.units = Some(read_units(reader, tag)?.into_boxed_str()),
        _ => return Ok(false),
    }
    Ok(true)
}

/// Reads a `list`.
pub(super) fn read_list(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<List, CodegenError> {
    let mut list = List::default();
    for attribute in tag.attributes() {
        let attribute = attribute?;
        match attribute.name() {
            "minItems" => list.min_items = attribute.number("a count")?,
            "maxItems" => list.max_items = attribute.count_or_unbounded()?,
            "nestedBrackets" => list.nested_brackets = attribute.word()?,
            _ => {}
        }
    }
    while let Some(child) = reader.cursor.child()? {
        match child.name() {
            "size" => list.sizes.push(read_size(reader, &child)?),
            _ => reader.cursor.skip()?,
        }
    }
    Ok(list)
}

/// The primitive type that an element of this name stands for.
pub(super) fn primitive_type(name: &str) -> Option<PrimitiveType> {
    name.parse().ok()
}

fn read_size(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<Size, CodegenError> {
    let mut size = Size { min: 0, max: None };
    for attribute in tag.attributes() {
        let attribute = attribute?;
        match attribute.name() {
            "minLength" => size.min = attribute.number("a length")?,
            "maxLength" => size.max = Some(attribute.number("a length")?),
            _ => {}
        }
    }
    reader.cursor.skip()?;
    Ok(size)
}

/// Reads a `range`; none if it says nothing. A bound that is no whole number is left out, with a warning: images hold
/// whole numbers alone.
fn read_range(
    reader: &mut ModelReader<'_>,
    tag: &Tag<'_>,
    item: &str,
) -> Result<Option<Range>, CodegenError> {
    let mut range = Range::default();
    let mut left_out = false;
    for attribute in tag.attributes() {
        let attribute = attribute?;
        match attribute.name() {
            "minInclusive" | "maxInclusive" | "step" if attribute.is_fraction() => {
                let (name, value) = (attribute.name(), attribute.trimmed());
                let message = format!("{name} {value} is no whole number and is left out");
                reader.cursor.warn(tag.line(), item, message);
                left_out = true;
            }
            "minInclusive" => range.min = Some(attribute.number("a whole number")?),
            "maxInclusive" => range.max = Some(attribute.number("a whole number")?),
            "step" => {
                let step = attribute.number::<i128>("a whole number above zero")?;
                if step < 1 {
                    return Err(attribute.error("a whole number above zero"));
                }
                range.step = Some(step);
            }
            _ => {}
        }
    }
    if left_out {
        // Steps would be counted from another number.
        range.step = None;
    }
    reader.cursor.skip()?;
    // A range whose bounds are left out is that of all numbers, and stands beside others.
    Ok((left_out || range != Range::default()).then_some(range))
}

fn read_pattern(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<Pattern, CodegenError> {
    let mut value = None;
    let mut pattern = Pattern {
        value: String::new(),
        version: None,
        status: Status::Current,
        description: None,
        line: tag.line(),
    };
    for attribute in tag.attributes() {
        let attribute = attribute?;
        match attribute.name() {
            "version" => pattern.version = Some(attribute.version()?),
            "status" => pattern.status = attribute.word()?,
            "value" => value = Some(attribute.text()),
            _ => {}
        }
    }
    pattern.value = tag.required("value", value)?;
    while let Some(child) = reader.cursor.child()? {
        match child.name() {
            "description" => pattern.description = reader.description(&child)?,
            _ => reader.cursor.skip()?,
        }
    }
    Ok(pattern)
}

fn read_enumeration(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<Enumeration, CodegenError> {
    let mut value = None;
    let mut enumeration = Enumeration {
        value: String::new(),
        code: None,
        optional: false,
        read_only: false,
        version: None,
        status: Status::Current,
        description: None,
        line: tag.line(),
    };
    for attribute in tag.attributes() {
        let attribute = attribute?;
        match attribute.name() {
            "code" => enumeration.code = Some(attribute.number("a whole number")?),
            "optional" => enumeration.optional = attribute.boolean()?,
            "access" => {
                enumeration.read_only = attribute.word::<ParameterAccess>()? == ParameterAccess::ReadOnly
            }
            "version" => enumeration.version = Some(attribute.version()?),
            "status" => enumeration.status = attribute.word()?,
            "value" => value = Some(attribute.text()),
            _ => {}
        }
    }
    enumeration.value = tag.required("value", value)?;
    while let Some(child) = reader.cursor.child()? {
        match child.name() {
            "description" => enumeration.description = reader.description(&child)?,
            _ => reader.cursor.skip()?,
        }
    }
    Ok(enumeration)
}

fn read_enumeration_ref(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<EnumerationRef, CodegenError> {
    let mut target_param = None;
    let mut scope = PathScope::Normal;
    let mut null_value = None;
    for attribute in tag.attributes() {
        let attribute = attribute?;
        match attribute.name() {
            "targetParam" => target_param = Some(attribute.trimmed()),
            "targetParamScope" => scope = attribute.word()?,
            "nullValue" => null_value = Some(attribute.text()),
            _ => {}
        }
    }
    let target_param = tag.required("targetParam", target_param)?;
    check_length(tag, &target_param)?;
    reader.cursor.skip()?;
    Ok(EnumerationRef { target_param, target_param_scope: scope, null_value, target: String::new() })
}

fn read_path_ref(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<PathRef, CodegenError> {
    let mut strong = None;
    let mut target = ReferenceTarget::Any;
    let mut scope = PathScope::Normal;
    let mut target_parents = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute?;
        match attribute.name() {
            "refType" => match attribute.trimmed().as_str() {
                "strong" => strong = Some(true),
                "weak" => strong = Some(false),
                _ => return Err(attribute.error("weak or strong")),
            },
            "targetType" => target = attribute.word()?,
            "targetParent" => {
                target_parents = attribute.names();
                if target_parents.len() > MAX_TARGETS {
                    let what = "the number of targets of a pathRef";
                    return Err(tag.error(ErrorKind::TooLarge { what, limit: MAX_TARGETS }));
                }
                target_parents.iter().try_for_each(|target| check_length(tag, target))?;
            }
            "targetParentScope" => scope = attribute.word()?,
            _ => {}
        }
    }
    let strong = tag.required("refType", strong)?;
    reader.cursor.skip()?;
    Ok(PathRef { strong, target, target_parent_scope: scope, target_parents, targets: Vec::new() })
}

fn read_units(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<String, CodegenError> {
    let mut value = None;
    for attribute in tag.attributes() {
        let attribute = attribute?;
        if attribute.name() == "value" {
            value = Some(attribute.text());
        }
    }
    let value = tag.required("value", value)?;
    reader.cursor.skip()?;
    Ok(value)
}
