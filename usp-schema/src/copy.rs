//! Elements of a schema, put into a builder.

use alloc::string::String;
use alloc::vec::Vec;

use crate::builder::{BuildError, ObjectHandle, SchemaBuilder};
use crate::command::Command;
use crate::event::Event;
use crate::image::layout::Section;
use crate::object::{Object, UniqueKey};
use crate::parameter::Parameter;
use crate::schema::Schema;
use crate::spec::{ObjectSpec, ParameterSpec};

/// A builder that is filled from a schema.
pub(crate) struct Copy {
    pub(crate) builder: SchemaBuilder,
    /// By position of the object in the schema.
    handles: Vec<Option<ObjectHandle>>,
    /// What references begin with, and what they begin with where the elements are put.
    moved: Option<(String, String)>,
}

impl Copy {
    pub(crate) fn new(builder: SchemaBuilder, schema: &Schema) -> Self {
        let handles = alloc::vec![None; schema.image().rows(Section::Objects) as usize];
        Self { builder, handles, moved: None }
    }

    /// Has all references to paths that begin with one text begin with another.
    pub(crate) fn moving(self, from: String, to: String) -> Self {
        Self { moved: Some((from, to)), ..self }
    }

    /// Says that an object of the schema is in the builder already.
    pub(crate) fn is_at(&mut self, object: Object<'_>, handle: ObjectHandle) {
        self.handles[object.id().index() as usize] = Some(handle);
    }

    /// Where the object is that another is a child of.
    pub(crate) fn parent_of(&self, object: Object<'_>) -> Option<ObjectHandle> {
        object.parent().and_then(|parent| self.handles[parent.id().index() as usize])
    }

    /// Adds an object; its parent was added before.
    pub(crate) fn object(&mut self, object: Object<'_>) -> Result<ObjectHandle, BuildError> {
        self.object_as(object, object.to_spec())
    }

    /// As [`object`](Self::object), with another description of what it is.
    pub(crate) fn object_as(
        &mut self,
        object: Object<'_>,
        spec: ObjectSpec,
    ) -> Result<ObjectHandle, BuildError> {
        let handle = match self.parent_of(object).filter(|_| object.is_mount()) {
            Some(table) => self.builder.mount(table, object.name(), object.specification())?,
            None => self.builder.object(self.parent_of(object), spec)?,
        };
        self.is_at(object, handle);
        if let Some(description) = object.description() {
            self.builder.describe_object(handle, description)?;
        }
        Ok(handle)
    }

    pub(crate) fn parameter(
        &mut self,
        handle: ObjectHandle,
        parameter: Parameter<'_>,
    ) -> Result<(), BuildError> {
        self.builder.parameter(handle, self.moved(parameter.to_spec()))?;
        match parameter.description() {
            Some(description) => self.builder.describe_parameter(handle, parameter.name(), description),
            None => Ok(()),
        }
    }

    fn moved(&self, mut spec: ParameterSpec) -> ParameterSpec {
        if let Some((from, to)) = &self.moved {
            let parents = spec.syntax.reference.iter_mut().flat_map(|reference| &mut reference.parents);
            let targets = spec.syntax.enumeration_ref.iter_mut().map(|offered| &mut offered.target);
            for path in parents.chain(targets) {
                if let Some(rest) = path.strip_prefix(&**from) {
                    *path = alloc::format!("{to}{rest}");
                }
            }
        }
        spec
    }

    pub(crate) fn unique_keys<'k>(
        &mut self,
        handle: ObjectHandle,
        keys: impl Iterator<Item = UniqueKey<'k>>,
    ) -> Result<(), BuildError> {
        for key in keys {
            let names: Vec<&str> = key.parameters().map(Parameter::name).collect();
            self.builder.unique_key(handle, key.is_functional(), &names)?;
        }
        Ok(())
    }

    pub(crate) fn command(&mut self, handle: ObjectHandle, command: Command<'_>) -> Result<(), BuildError> {
        let copied = self.builder.command(handle, command.to_spec())?;
        if let Some(description) = command.description() {
            self.builder.describe_command(copied, description)?;
        }
        if let Some(input) = command.input() {
            let handle = self.builder.input(copied)?;
            self.arguments(handle, input)?;
        }
        if let Some(output) = command.output() {
            let handle = self.builder.output(copied)?;
            self.arguments(handle, output)?;
        }
        Ok(())
    }

    pub(crate) fn event(&mut self, handle: ObjectHandle, event: Event<'_>) -> Result<(), BuildError> {
        let copied = self.builder.event(handle, event.to_spec())?;
        if let Some(description) = event.description() {
            self.builder.describe_event(copied, description)?;
        }
        if let Some(arguments) = event.arguments() {
            let handle = self.builder.arguments(copied)?;
            self.arguments(handle, arguments)?;
        }
        Ok(())
    }

    /// Fills an argument object that is there already, and adds those below it.
    fn arguments(&mut self, handle: ObjectHandle, top: Object<'_>) -> Result<(), BuildError> {
        self.handles[top.id().index() as usize] = Some(handle);
        if let Some(description) = top.description() {
            self.builder.describe_object(handle, description)?;
        }
        for object in top.subtree_objects() {
            let handle = if object == top { handle } else { self.object(object)? };
            for parameter in object.parameters() {
                self.parameter(handle, parameter)?;
            }
            self.unique_keys(handle, object.unique_keys())?;
        }
        Ok(())
    }
}
