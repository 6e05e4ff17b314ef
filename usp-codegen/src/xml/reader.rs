use std::collections::HashMap;
use std::sync::Arc;

use super::cursor::Cursor;
use super::source::Source;
use super::tag::Tag;
use crate::model::{DataType, Description};
use crate::{CodegenError, ErrorKind};

/// What reading an element needs: the place in the file, and the data types that names there stand for.
pub(crate) struct ModelReader<'x> {
    pub(crate) cursor: Cursor<'x>,
    pub(crate) types: HashMap<String, Arc<DataType>>,
}

impl<'x> ModelReader<'x> {
    pub(crate) fn new(source: Source<'x>) -> Self {
        Self { cursor: Cursor::new(source), types: HashMap::new() }
    }

    pub(crate) fn data_type(&self, tag: &Tag<'_>, name: &str) -> Result<Arc<DataType>, CodegenError> {
        match self.types.get(name) {
            Some(data_type) => Ok(Arc::clone(data_type)),
            None => Err(tag.error(ErrorKind::UnknownDataType(name.to_owned()))),
        }
    }

    /// Reads a `description`.
    pub(crate) fn description(&mut self, tag: &Tag<'_>) -> Result<Option<Description>, CodegenError> {
        let mut action = None;
        for attribute in tag.attributes() {
            let attribute = attribute?;
            if attribute.name() == "action" {
                action = Some(attribute.word()?);
            }
        }
        let text = self.cursor.text()?;
        if text.trim().is_empty() && action.is_none() {
            return Ok(None);
        }
        Ok(Some(Description { action: action.unwrap_or_default(), text }))
    }
}
