use std::collections::HashMap;
use std::sync::Arc;

use usp_schema::{PrimitiveType, Status};

use super::facets::{primitive_type, read_facet, read_list};
use super::names::check_title;
use super::reader::ModelReader;
use super::source::Source;
use super::tag::Tag;
use crate::model::{DataType, Description, Facets, List};
use crate::{CodegenError, ErrorKind};

/// Data types may be based on each other this deep.
const MAX_CHAIN: usize = 32;

/// A data type as the file has it, its base still a name.
#[derive(Debug)]
pub(super) struct DataTypeDraft {
    name: String,
    base: Option<String>,
    primitive: Option<PrimitiveType>,
    list: Option<List>,
    facets: Facets,
    status: Status,
    description: Option<Description>,
    line: u32,
}

/// Reads a `dataType` of the document.
pub(super) fn read_data_type(
    reader: &mut ModelReader<'_>,
    tag: &Tag<'_>,
) -> Result<DataTypeDraft, CodegenError> {
    read(reader, tag).map_err(|error| error.within("data type", &tag.label()))
}

fn read(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<DataTypeDraft, CodegenError> {
    let mut name = None;
    let mut draft = DataTypeDraft {
        name: String::new(),
        base: None,
        primitive: None,
        list: None,
        facets: Facets::default(),
        status: Status::Current,
        description: None,
        line: tag.line(),
    };
    for attribute in tag.attributes() {
        let attribute = attribute?;
        match attribute.name() {
            "name" => name = Some(attribute.trimmed()),
            "base" => draft.base = Some(attribute.trimmed()),
            "status" => draft.status = attribute.word()?,
            _ => {}
        }
    }
    draft.name = tag.required("name", name)?;
    check_title(tag, &draft.name, "a data type")?;
    let mut unknown = None;
    while let Some(child) = reader.cursor.child()? {
        if child.name() == "description" {
            draft.description = reader.description(&child)?;
        } else if child.name() == "list" {
            draft.list = Some(read_list(reader, &child)?);
        } else if let Some(primitive) = primitive_type(child.name()) {
            draft.primitive = Some(primitive);
            while let Some(facet) = reader.cursor.child()? {
                if !read_facet(reader, &facet, &mut draft.facets, &draft.name)? {
                    reader.cursor.skip_unknown(&facet, &draft.name)?;
                }
            }
        } else if !read_facet(reader, &child, &mut draft.facets, &draft.name)? {
            reader.cursor.skip_unknown(&child, &draft.name)?;
            unknown.get_or_insert(child);
        }
    }
    match unknown {
        Some(child) if draft.primitive.is_none() && draft.base.is_none() => {
            Err(child.error(ErrorKind::unknown_type(child.name())))
        }
        _ => Ok(draft),
    }
}

/// Gives each data type its base, and the primitive type at the end of the chain.
pub(super) fn link(
    source: Source<'_>,
    drafts: Vec<DataTypeDraft>,
) -> Result<HashMap<String, Arc<DataType>>, CodegenError> {
    let mut waiting: HashMap<String, DataTypeDraft> = HashMap::with_capacity(drafts.len());
    let mut names = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let line = draft.line;
        names.push(draft.name.clone());
        if let Some(earlier) = waiting.insert(draft.name.clone(), draft) {
            let kind = ErrorKind::Duplicate { name: earlier.name.clone(), first: earlier.line };
            return Err(CodegenError::on_line(kind, source.file, line).within("data type", &earlier.name));
        }
    }
    let mut linked: HashMap<String, Arc<DataType>> = HashMap::with_capacity(names.len());
    for name in names {
        link_chain(source, name, &mut waiting, &mut linked)?;
    }
    Ok(linked)
}

/// Links one data type and all that it is based on, bases first.
fn link_chain(
    source: Source<'_>,
    name: String,
    waiting: &mut HashMap<String, DataTypeDraft>,
    linked: &mut HashMap<String, Arc<DataType>>,
) -> Result<(), CodegenError> {
    let mut chain: Vec<DataTypeDraft> = Vec::new();
    let mut next = Some(name);
    let mut base = None;
    while let Some(name) = next {
        if let Some(data_type) = linked.get(&name) {
            base = Some(Arc::clone(data_type));
            break;
        }
        let Some(draft) = waiting.remove(&name) else {
            let known = chain.iter().any(|draft| draft.name == name);
            let kind = if known { ErrorKind::CyclicDataType(name) } else { ErrorKind::UnknownDataType(name) };
            return Err(match chain.last() {
                Some(draft) => draft.error(source, kind),
                None => CodegenError::in_file(kind, source.file),
            });
        };
        next = draft.base.clone();
        chain.push(draft);
    }
    let above = base.as_ref().map_or(0, |base| base.chain().count());
    if let (Some(draft), true) = (chain.first(), above + chain.len() > MAX_CHAIN) {
        let kind = ErrorKind::TooLarge { what: "the number of bases of a data type", limit: MAX_CHAIN };
        return Err(draft.error(source, kind));
    }
    while let Some(draft) = chain.pop() {
        let inherited = base.as_ref().map(|base| base.primitive);
        let Some(primitive) = draft.primitive.or(inherited) else {
            return Err(draft.error(source, ErrorKind::UntypedDataType(draft.name.clone())));
        };
        let data_type = Arc::new(DataType {
            name: draft.name,
            base,
            primitive,
            list: draft.list,
            facets: draft.facets,
            status: draft.status,
            description: draft.description,
            line: draft.line,
        });
        linked.insert(data_type.name.clone(), Arc::clone(&data_type));
        base = Some(data_type);
    }
    Ok(())
}

impl DataTypeDraft {
    fn error(&self, source: Source<'_>, kind: ErrorKind) -> CodegenError {
        CodegenError::on_line(kind, source.file, self.line).within("data type", &self.name)
    }
}
