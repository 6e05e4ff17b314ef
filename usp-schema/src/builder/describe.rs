//! Descriptions, which an image has only if they are given.

use alloc::borrow::ToOwned;
use alloc::string::String;

use super::{BuildError, CommandHandle, EventHandle, ObjectHandle, SchemaBuilder};

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
        let draft = self.objects.get_mut(object.0).ok_or(BuildError::ForeignHandle)?;
        draft.description = description.into();
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
            Some(&parameter) => self.parameters[parameter].description = description.into(),
            None => {
                let (path, parameter) = (self.path(index), parameter.to_owned());
                return Err(BuildError::UnknownParameter { path, parameter, role: "described parameter" });
            }
        }
        Ok(())
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
        let draft = self.commands.get_mut(command.0).ok_or(BuildError::ForeignHandle)?;
        draft.description = description.into();
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
        let draft = self.events.get_mut(event.0).ok_or(BuildError::ForeignHandle)?;
        draft.description = description.into();
        Ok(())
    }
}
