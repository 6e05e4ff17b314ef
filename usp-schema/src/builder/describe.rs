//! Descriptions, which an image has only if they are given.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::emit::image_length;
use super::numbering::Numbering;
use super::{BuildError, CommandHandle, EventHandle, ObjectHandle, SchemaBuilder};

/// What was said of each draft, none of it empty.
#[derive(Debug, Clone, Default)]
pub(super) struct Descriptions {
    objects: BTreeMap<usize, String>,
    parameters: BTreeMap<usize, String>,
    commands: BTreeMap<usize, String>,
    events: BTreeMap<usize, String>,
}

/// Descriptions are for tools that show a model to people. An Agent has no use for them: with those of TR-181 its
/// image is several times as large.
impl SchemaBuilder {
    /// Says what an object is for; an empty text takes back what was said.
    ///
    /// # Errors
    ///
    /// The handle is another builder's.
    pub fn describe_object(
        &mut self,
        object: ObjectHandle,
        description: impl Into<String>,
    ) -> Result<(), BuildError> {
        let index = self.checked(object)?;
        describe(&mut self.descriptions.objects, index, description.into());
        Ok(())
    }

    /// Says what a parameter or argument is for; an empty text takes back what was said.
    ///
    /// # Errors
    ///
    /// The object has no such parameter, or the handle is another builder's.
    pub fn describe_parameter(
        &mut self,
        object: ObjectHandle,
        parameter: &str,
        description: impl Into<String>,
    ) -> Result<(), BuildError> {
        let index = self.checked(object)?;
        match self.objects[index].parameters.get(parameter) {
            Some(&parameter) => {
                describe(&mut self.descriptions.parameters, parameter, description.into());
                Ok(())
            }
            None => {
                let (path, parameter) = (self.path(index), parameter.to_owned());
                Err(BuildError::UnknownParameter { path, parameter, role: "described parameter" })
            }
        }
    }

    /// Says what a command does; an empty text takes back what was said.
    ///
    /// # Errors
    ///
    /// The handle is another builder's.
    pub fn describe_command(
        &mut self,
        command: CommandHandle,
        description: impl Into<String>,
    ) -> Result<(), BuildError> {
        self.commands.get(command.0).ok_or(BuildError::ForeignHandle)?;
        describe(&mut self.descriptions.commands, command.0, description.into());
        Ok(())
    }

    /// Says when an event occurs; an empty text takes back what was said.
    ///
    /// # Errors
    ///
    /// The handle is another builder's.
    pub fn describe_event(
        &mut self,
        event: EventHandle,
        description: impl Into<String>,
    ) -> Result<(), BuildError> {
        self.events.get(event.0).ok_or(BuildError::ForeignHandle)?;
        describe(&mut self.descriptions.events, event.0, description.into());
        Ok(())
    }
}

fn describe(descriptions: &mut BTreeMap<usize, String>, index: usize, description: String) {
    if description.is_empty() {
        descriptions.remove(&index);
    } else {
        descriptions.insert(index, description);
    }
}

impl Descriptions {
    /// The section of the image, if there is one to write: where the description of each row ends, then the texts.
    pub(super) fn section(&self, numbering: &Numbering<'_>) -> Result<Option<Vec<u8>>, BuildError> {
        let all = [&self.objects, &self.parameters, &self.commands, &self.events];
        if all.iter().all(|descriptions| descriptions.is_empty()) {
            return Ok(None);
        }
        let (mut ends, mut texts) = (Vec::new(), String::new());
        for (descriptions, rows) in all.into_iter().zip(numbering.rows()) {
            for row in rows {
                texts += descriptions.get(&row).map_or("", String::as_str);
                ends.extend_from_slice(&image_length(texts.len())?.to_le_bytes());
            }
        }
        ends.extend_from_slice(texts.as_bytes());
        Ok(Some(ends))
    }
}
