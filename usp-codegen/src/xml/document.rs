use super::data_type::{link, read_data_type};
use super::elements::meant;
use super::names::{check_title, not_full};
use super::object::read_object;
use super::parameter::read_parameter;
use super::profile::read_profile;
use super::reader::ModelReader;
use super::source::Source;
use super::tag::Tag;
use crate::model::{BibliographyEntry, Model, Template};
use crate::{CodegenError, ErrorKind};

/// Reads a full file.
pub(crate) fn read_document(source: Source<'_>) -> Result<Model, CodegenError> {
    let mut reader = ModelReader::new(source);
    let root = reader.cursor.root()?;
    if root.name() != "document" {
        return Err(root.error(ErrorKind::NotADataModel { root: root.name().to_owned() }));
    }
    let mut model = Model { file: source.file.to_owned(), ..Model::default() };
    for attribute in root.attributes() {
        let attribute = attribute?;
        if attribute.name() == "spec" {
            model.specification = attribute.trimmed();
        }
    }
    let mut names = Vec::new();
    let mut unknown = None;
    let mut drafts = Vec::new();
    while let Some(child) = reader.cursor.child()? {
        match child.name() {
            "import" => read_import(&mut reader, &child)?,
            "dataType" => drafts.push(read_data_type(&mut reader, &child)?),
            "template" => model.templates.extend(read_template(&mut reader, &child)?),
            "bibliography" => read_bibliography(&mut reader, &mut model)?,
            "model" => {
                // Data types stand before the models (the order is fixed by the schema of TR-106).
                if !drafts.is_empty() {
                    reader.types.extend(link(source, core::mem::take(&mut drafts))?);
                }
                names.push(child.label());
                if names.len() == 1 {
                    read_model(&mut reader, &child, &mut model)
                        .map_err(|error| error.within("model", &child.label()))?;
                } else {
                    reader.cursor.skip()?;
                }
            }
            // Definitions that nothing refers to in a full file.
            "component" | "description" => reader.cursor.skip()?,
            _ => {
                reader.cursor.skip_unknown(&child, "document")?;
                let is_model = |tag: &Tag<'_>| meant(tag.name()) == Some("model");
                if unknown.as_ref().is_none_or(|first| !is_model(first) && is_model(&child)) {
                    unknown = Some(child);
                }
            }
        }
    }
    model.data_types = reader.types.into_values().collect();
    model.data_types.sort_unstable_by(|one, other| (one.line, &one.name).cmp(&(other.line, &other.name)));
    model.warnings = reader.cursor.finish()?;
    match names.len() {
        0 => Err(match unknown {
            Some(tag) => tag.error(ErrorKind::unknown_element(tag.name())),
            None => CodegenError::in_file(ErrorKind::NoModel, source.file),
        }),
        1 => Ok(model),
        _ => Err(CodegenError::in_file(ErrorKind::SeveralModels(names), source.file)),
    }
}

/// An import brings nothing if nothing is named in it.
fn read_import(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<(), CodegenError> {
    match reader.cursor.child()? {
        None => Ok(()),
        Some(_) => Err(not_full(tag, "file")),
    }
}

fn read_model(reader: &mut ModelReader<'_>, tag: &Tag<'_>, model: &mut Model) -> Result<(), CodegenError> {
    let mut name = None;
    for attribute in tag.attributes() {
        let attribute = attribute?;
        match attribute.name() {
            "name" => name = Some(attribute.trimmed()),
            "isService" => model.service = attribute.boolean()?,
            "version" => model.version = Some(attribute.version()?),
            "base" => return Err(not_full(tag, "base")),
            _ => {}
        }
    }
    model.name = tag.required("name", name)?;
    check_title(tag, &model.name, "a model")?;
    while let Some(child) = reader.cursor.child()? {
        match child.name() {
            "description" => model.description = reader.description(&child)?,
            "parameter" => model.parameters.push(read_parameter(reader, &child)?),
            "object" => model.objects.push(read_object(reader, &child)?),
            "profile" => model.profiles.push(read_profile(reader, &child)?),
            "component" => return Err(not_full(&child, "ref")),
            _ => reader.cursor.skip_unknown(&child, &model.name)?,
        }
    }
    Ok(())
}

fn read_template(reader: &mut ModelReader<'_>, tag: &Tag<'_>) -> Result<Option<Template>, CodegenError> {
    let mut id = None;
    for attribute in tag.attributes() {
        let attribute = attribute?;
        if attribute.name() == "id" {
            id = Some(attribute.trimmed());
        }
    }
    let text = reader.cursor.text()?;
    Ok(id.map(|id| Template { id, text }))
}

fn read_bibliography(reader: &mut ModelReader<'_>, model: &mut Model) -> Result<(), CodegenError> {
    while let Some(reference) = reader.cursor.child()? {
        let mut entry = BibliographyEntry::default();
        for attribute in reference.attributes() {
            let attribute = attribute?;
            if attribute.name() == "id" {
                entry.id = attribute.trimmed();
            }
        }
        while let Some(child) = reader.cursor.child()? {
            match child.name() {
                "name" => entry.name = reader.cursor.text()?.trim().to_owned(),
                "title" => entry.title = reader.cursor.text()?.trim().to_owned(),
                "hyperlink" if entry.link.is_empty() => {
                    entry.link = reader.cursor.text()?.trim().to_owned();
                }
                _ => reader.cursor.skip()?,
            }
        }
        if reference.name() == "reference" && !entry.id.is_empty() {
            model.bibliography.push(entry);
        }
    }
    Ok(())
}
