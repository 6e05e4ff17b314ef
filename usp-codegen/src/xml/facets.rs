use usp_schema::{PrimitiveType, Range, ReferenceTarget, Size, Status};

use super::reader::ModelReader;
use super::tag::Tag;
use crate::CodegenError;
use crate::model::{Enumeration, EnumerationRef, Facets, List, PathRef, PathScope, Pattern};

/// Reads one child of a primitive type or data type into the facets; tells whether it was a facet.
pub(super) fn read_facet(
    reader: &mut ModelReader<'_>,
    tag: &Tag<'_>,
    facets: &mut Facets,
) -> Result<bool, CodegenError> {
    match tag.name() {
        "size" => facets.sizes.push(read_size(reader, tag)?),
        "range" => facets.ranges.extend(read_range(reader, tag)?),
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
    Some(match name {
        "base64" => PrimitiveType::Base64,
        "boolean" => PrimitiveType::Boolean,
        "dateTime" => PrimitiveType::DateTime,
        "decimal" => PrimitiveType::Decimal,
        "hexBinary" => PrimitiveType::HexBinary,
        "int" => PrimitiveType::Int,
        "long" => PrimitiveType::Long,
        "string" => PrimitiveType::String,
        "unsignedInt" => PrimitiveType::UnsignedInt,
        "unsignedLong" => PrimitiveType::UnsignedLong,
        _ => return None,
    })
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

fn read_range(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<Option<Range>, CodegenError> {
    let mut range = Range::default();
    for attribute in tag.attributes() {
        let attribute = attribute?;
        match attribute.name() {
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
    reader.cursor.skip()?;
    Ok((range != Range::default()).then_some(range))
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
            "access" => enumeration.read_only = attribute.trimmed() == "readOnly",
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
            "targetParent" => target_parents = attribute.names(),
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
