//! From specs to an image.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::string::String;
use alloc::vec::Vec;

use crate::image::is_name;
use crate::image::layout::{MAX_DEPTH, MAX_NAME};
use crate::object::push_step;
use crate::schema::Schema;
use crate::spec::{CommandSpec, EventSpec, ObjectSpec, ParameterSpec};

mod describe;
mod emit;
mod error;
mod mounts;
mod numbering;
mod pools;
mod strings;
mod syntax;

pub use error::BuildError;

use describe::Descriptions;

/// Collects objects, parameters, commands and events in any order and builds a [`Schema`] of them.
///
/// The order of insertion does not matter: the image sorts siblings by name, so that equal models give equal
/// images with equal fingerprints. Only the Unique Keys of a table, and what a [`SyntaxSpec`](crate::SyntaxSpec)
/// lists, keep the order that they are given in.
///
/// Names may come from a peer that is not trusted: they are checked when they are added, and adding one element takes
/// time logarithmic in the number of its siblings.
///
/// ```
/// use usp_schema::{ObjectSpec, ParameterSpec, PrimitiveType, SchemaBuilder, SyntaxSpec};
///
/// let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:device");
/// let device = builder.object(None, ObjectSpec::single("Device"))?;
/// let interface = builder.object(Some(device), ObjectSpec::table("Interface"))?;
/// builder.parameter(interface, ParameterSpec::new("Alias", SyntaxSpec::new(PrimitiveType::String)))?;
/// builder.unique_key(interface, false, &["Alias"])?;
/// let schema = builder.build()?;
///
/// let object = schema.object_at("Device.Interface.{i}.").expect("just added");
/// assert_eq!(object.parameter("Alias").expect("just added").path(), "Device.Interface.{i}.Alias");
/// # Ok::<(), usp_schema::BuildError>(())
/// ```
#[derive(Debug, Clone)]
pub struct SchemaBuilder {
    name: String,
    specification: String,
    roots: BTreeMap<String, usize>,
    objects: Vec<ObjectDraft>,
    /// Their names are with the objects that they belong to, and no longer in here.
    parameters: Vec<ParameterSpec>,
    commands: Vec<CommandDraft>,
    events: Vec<EventDraft>,
    descriptions: Descriptions,
}

/// An object in a [`SchemaBuilder`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectHandle(usize);

/// A command in a [`SchemaBuilder`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CommandHandle(usize);

/// An event in a [`SchemaBuilder`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EventHandle(usize);

/// An object, and by name where its parts are in the lists of the builder.
#[derive(Debug, Clone)]
struct ObjectDraft {
    spec: ObjectSpec,
    parent: Option<usize>,
    /// Whether it belongs to a command or event and not to the model.
    argument: bool,
    children: BTreeMap<String, usize>,
    /// What is mounted below its rows, by the names of the mounts.
    mounts: BTreeMap<String, usize>,
    /// If it is a mount itself, the specification of what is mounted.
    mount: Option<String>,
    parameters: BTreeMap<String, usize>,
    commands: BTreeMap<String, usize>,
    events: BTreeMap<String, usize>,
    unique_keys: Vec<(bool, Vec<String>)>,
}

#[derive(Debug, Clone)]
struct CommandDraft {
    spec: CommandSpec,
    input: Option<usize>,
    output: Option<usize>,
}

#[derive(Debug, Clone)]
struct EventDraft {
    spec: EventSpec,
    arguments: Option<usize>,
}

impl SchemaBuilder {
    /// Begins a model with this name (`Device:2.19`) and specification URN.
    pub fn new(name: impl Into<String>, specification: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            specification: specification.into(),
            roots: BTreeMap::new(),
            objects: Vec::new(),
            parameters: Vec::new(),
            commands: Vec::new(),
            events: Vec::new(),
            descriptions: Descriptions::default(),
        }
    }

    /// Adds an object below another, or a root object.
    ///
    /// # Errors
    ///
    /// The name is not valid or taken, by what is mounted there too; there are too many objects above it; or the handle
    /// is another builder's.
    pub fn object(
        &mut self,
        parent: Option<ObjectHandle>,
        spec: ObjectSpec,
    ) -> Result<ObjectHandle, BuildError> {
        let parent = parent.map(|parent| self.checked(parent)).transpose()?;
        self.check_name(&spec.name, "", parent)?;
        let above = parent.map(|parent| &self.objects[parent]);
        let taken = match above {
            Some(above) => {
                above.children.contains_key(&spec.name) || above.parameters.contains_key(&spec.name)
            }
            None => self.roots.contains_key(&spec.name),
        };
        if taken {
            let place = parent.map(|parent| self.path(parent)).unwrap_or_default();
            return Err(BuildError::Duplicate { path: place + &spec.name + "." });
        }
        self.check_beside_mounts(parent, &spec.name)?;
        self.check_depth(parent)?;
        let argument = above.is_some_and(|above| above.argument);
        let index = self.objects.len();
        let siblings = match parent {
            Some(parent) => &mut self.objects[parent].children,
            None => &mut self.roots,
        };
        siblings.insert(spec.name.clone(), index);
        Ok(self.push(spec, parent, argument))
    }

    /// The object of this name that was added below another, or as a root object.
    pub fn child(&self, parent: Option<ObjectHandle>, name: &str) -> Option<ObjectHandle> {
        let siblings = match parent {
            Some(parent) => &self.objects.get(parent.0)?.children,
            None => &self.roots,
        };
        siblings.get(name).copied().map(ObjectHandle)
    }

    /// Adds a parameter to an object, or an argument to the input, output or arguments of a command or event.
    ///
    /// # Errors
    ///
    /// The name is not valid or taken, or the handle is another builder's.
    pub fn parameter(&mut self, object: ObjectHandle, mut spec: ParameterSpec) -> Result<(), BuildError> {
        let index = self.checked(object)?;
        self.check_name(&spec.name, "", Some(index))?;
        self.check_not_mount(index, &spec.name)?;
        self.check_beside_mounts(Some(index), &spec.name)?;
        let draft = &mut self.objects[index];
        if draft.children.contains_key(&spec.name) {
            return Err(BuildError::Duplicate { path: self.path(index) + &spec.name });
        }
        match draft.parameters.entry(core::mem::take(&mut spec.name)) {
            Entry::Vacant(free) => free.insert(self.parameters.len()),
            Entry::Occupied(taken) => {
                let name = taken.key().clone();
                return Err(BuildError::Duplicate { path: self.path(index) + &name });
            }
        };
        self.parameters.push(spec);
        Ok(())
    }

    /// Adds a Unique Key to a table: names of parameters of that table, all of which together are unique.
    ///
    /// # Errors
    ///
    /// The handle is another builder's, or that of a mount. Whether the parameters exist is checked by
    /// [`build`](Self::build).
    pub fn unique_key(
        &mut self,
        object: ObjectHandle,
        functional: bool,
        parameters: &[&str],
    ) -> Result<(), BuildError> {
        let index = self.checked(object)?;
        self.check_not_mount(index, "a unique key")?;
        let names = parameters.iter().map(|&name| name.to_owned()).collect();
        self.objects[index].unique_keys.push((functional, names));
        Ok(())
    }

    /// Adds a command to an object.
    ///
    /// # Errors
    ///
    /// The name does not end in `()`, is not valid or is taken, the object belongs to a command or event, or the
    /// handle is another builder's.
    pub fn command(&mut self, object: ObjectHandle, spec: CommandSpec) -> Result<CommandHandle, BuildError> {
        let index = self.checked(object)?;
        self.check_name(&spec.name, "()", Some(index))?;
        self.check_model_object(index, &spec.name)?;
        let command = self.commands.len();
        match self.objects[index].commands.entry(spec.name.clone()) {
            Entry::Vacant(free) => free.insert(command),
            Entry::Occupied(_) => {
                return Err(BuildError::Duplicate { path: self.path(index) + &spec.name });
            }
        };
        self.commands.push(CommandDraft { spec, input: None, output: None });
        Ok(CommandHandle(command))
    }

    /// The object that takes the input arguments of a command; made when first asked for.
    ///
    /// # Errors
    ///
    /// The handle is another builder's.
    pub fn input(&mut self, command: CommandHandle) -> Result<ObjectHandle, BuildError> {
        let existing = self.commands.get(command.0).ok_or(BuildError::ForeignHandle)?.input;
        let input = self.arguments_object(existing);
        self.commands[command.0].input = Some(input.0);
        Ok(input)
    }

    /// The object that takes the output arguments of a command; made when first asked for.
    ///
    /// # Errors
    ///
    /// The handle is another builder's.
    pub fn output(&mut self, command: CommandHandle) -> Result<ObjectHandle, BuildError> {
        let existing = self.commands.get(command.0).ok_or(BuildError::ForeignHandle)?.output;
        let output = self.arguments_object(existing);
        self.commands[command.0].output = Some(output.0);
        Ok(output)
    }

    /// Adds an event to an object.
    ///
    /// # Errors
    ///
    /// The name does not end in `!`, is not valid or is taken, the object belongs to a command or event, or the
    /// handle is another builder's.
    pub fn event(&mut self, object: ObjectHandle, spec: EventSpec) -> Result<EventHandle, BuildError> {
        let index = self.checked(object)?;
        self.check_name(&spec.name, "!", Some(index))?;
        self.check_model_object(index, &spec.name)?;
        let event = self.events.len();
        match self.objects[index].events.entry(spec.name.clone()) {
            Entry::Vacant(free) => free.insert(event),
            Entry::Occupied(_) => {
                return Err(BuildError::Duplicate { path: self.path(index) + &spec.name });
            }
        };
        self.events.push(EventDraft { spec, arguments: None });
        Ok(EventHandle(event))
    }

    /// The object that takes the arguments of an event; made when first asked for.
    ///
    /// # Errors
    ///
    /// The handle is another builder's.
    pub fn arguments(&mut self, event: EventHandle) -> Result<ObjectHandle, BuildError> {
        let existing = self.events.get(event.0).ok_or(BuildError::ForeignHandle)?.arguments;
        let arguments = self.arguments_object(existing);
        self.events[event.0].arguments = Some(arguments.0);
        Ok(arguments)
    }

    /// Builds the schema.
    ///
    /// # Errors
    ///
    /// A key or steering parameter does not exist, a pattern does not compile, or the model is too large.
    pub fn build(&self) -> Result<Schema, BuildError> {
        let bytes = emit::Emitter::new(self)?.emit()?;
        Ok(Schema::from_vec(bytes)?)
    }

    fn push(&mut self, spec: ObjectSpec, parent: Option<usize>, argument: bool) -> ObjectHandle {
        self.objects.push(ObjectDraft {
            spec,
            parent,
            argument,
            children: BTreeMap::new(),
            mounts: BTreeMap::new(),
            mount: None,
            parameters: BTreeMap::new(),
            commands: BTreeMap::new(),
            events: BTreeMap::new(),
            unique_keys: Vec::new(),
        });
        ObjectHandle(self.objects.len() - 1)
    }

    fn arguments_object(&mut self, existing: Option<usize>) -> ObjectHandle {
        match existing {
            Some(index) => ObjectHandle(index),
            None => self.push(ObjectSpec::single(""), None, true),
        }
    }

    fn checked(&self, object: ObjectHandle) -> Result<usize, BuildError> {
        if object.0 < self.objects.len() { Ok(object.0) } else { Err(BuildError::ForeignHandle) }
    }

    /// The supported path, for messages.
    fn path(&self, index: usize) -> String {
        let mut chain: Vec<usize> = self.chain(index).collect();
        chain.reverse();
        let mut path = String::new();
        for draft in chain.into_iter().map(|index| &self.objects[index]) {
            push_step(&mut path, &draft.spec.name, draft.spec.table, draft.mount.is_some());
        }
        path
    }

    /// An object, its parent, and so on; no longer than [`MAX_DEPTH`].
    fn chain(&self, index: usize) -> impl Iterator<Item = usize> {
        core::iter::successors(Some(index), |&index| self.objects[index].parent)
    }

    /// Whether a name is one, with the ending that tells commands and events.
    fn check_name(&self, name: &str, suffix: &str, parent: Option<usize>) -> Result<(), BuildError> {
        if !is_name(name, suffix) {
            let place = parent.map_or_else(|| "the model".to_owned(), |parent| self.path(parent));
            return Err(BuildError::Name { name: name.to_owned(), place });
        }
        if name.len() > MAX_NAME {
            return Err(BuildError::TooLarge { what: "bytes in one name", limit: MAX_NAME });
        }
        Ok(())
    }

    fn check_depth(&self, parent: Option<usize>) -> Result<(), BuildError> {
        if parent.is_some_and(|parent| self.chain(parent).count() >= MAX_DEPTH) {
            return Err(BuildError::TooLarge { what: "levels of objects", limit: MAX_DEPTH });
        }
        Ok(())
    }

    /// Commands and events are of the model; the arguments of a command have none.
    fn check_model_object(&self, index: usize, name: &str) -> Result<(), BuildError> {
        self.check_not_mount(index, name)?;
        if !self.objects[index].argument {
            return Ok(());
        }
        Err(BuildError::Misplaced { name: name.to_owned() })
    }
}
