use std::sync::Arc;

use usp_schema::PrimitiveType;

use super::facets::{primitive_type, read_facet, read_list};
use super::reader::ModelReader;
use super::tag::Tag;
use crate::model::{DataType, DefaultValue, Facets, Syntax};
use crate::{CodegenError, ErrorKind};

/// Reads a `syntax`.
pub(super) fn read_syntax(
    reader: &mut ModelReader<'_>,
    tag: &Tag<'_>,
    item: &str,
) -> Result<Syntax, CodegenError> {
    let mut syntax = Syntax {
        primitive: PrimitiveType::String,
        data_type: None,
        list: None,
        facets: Facets::default(),
        default: None,
        secured: false,
        hidden: false,
        command: false,
    };
    for attribute in tag.attributes() {
        let attribute = attribute?;
        match attribute.name() {
            "secured" => syntax.secured = attribute.boolean()?,
            "hidden" => syntax.hidden = attribute.boolean()?,
            "command" => syntax.command = attribute.boolean()?,
            _ => {}
        }
    }
    let mut typed = false;
    let mut untyped = None;
    while let Some(child) = reader.cursor.child()? {
        match child.name() {
            "list" => syntax.list = Some(read_list(reader, &child)?),
            "default" => syntax.default = Some(read_default(reader, &child)?),
            "dataType" => {
                let data_type = read_data_type_use(reader, &child)?;
                syntax.primitive = data_type.primitive;
                syntax.data_type = Some(data_type);
                read_facets(reader, &mut syntax.facets, item)?;
                typed = true;
            }
            name => match primitive_type(name) {
                Some(primitive) => {
                    syntax.primitive = primitive;
                    read_facets(reader, &mut syntax.facets, item)?;
                    typed = true;
                }
                None => {
                    reader.cursor.skip_unknown(&child, item)?;
                    untyped.get_or_insert(child);
                }
            },
        }
    }
    match (typed, untyped) {
        (true, _) => Ok(syntax),
        // What stands where a type is due is mostly a type by the name of another language.
        (false, Some(child)) => Err(child.error(ErrorKind::unknown_type(child.name()))),
        (false, None) => Err(tag.error(ErrorKind::MissingElement("the <syntax> names no type"))),
    }
}

/// The data type that a syntax names, with `ref` or, where it adds facets, with `base`.
fn read_data_type_use(reader: &ModelReader<'_>, tag: &Tag<'_>) -> Result<Arc<DataType>, CodegenError> {
    let mut name = None;
    for attribute in tag.attributes() {
        let attribute = attribute?;
        if matches!(attribute.name(), "ref" | "base") {
            name = Some(attribute.trimmed());
        }
    }
    let name = tag.required("ref", name)?;
    reader.data_type(tag, &name)
}

fn read_facets(reader: &mut ModelReader<'_>, facets: &mut Facets, item: &str) -> Result<(), CodegenError> {
    while let Some(child) = reader.cursor.child()? {
        if !read_facet(reader, &child, facets, item)? {
            reader.cursor.skip_unknown(&child, item)?;
        }
    }
    Ok(())
}

fn read_default(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<DefaultValue, CodegenError> {
    let mut kind = None;
    let mut value = None;
    for attribute in tag.attributes() {
        let attribute = attribute?;
        match attribute.name() {
            "type" => kind = Some(attribute.word()?),
            "value" => value = Some(attribute.text()),
            _ => {}
        }
    }
    let kind = tag.required("type", kind)?;
    let value = tag.required("value", value)?;
    reader.cursor.skip()?;
    Ok(DefaultValue { kind, value })
}
