use super::names::Names;
use super::types::RustType;
use crate::Model;
use crate::model::{Command, Enumeration, Event, Object, Parameter};

/// What is generated, with all its names: the model as Rust sees it, before a line is written.
#[derive(Debug)]
pub(super) struct Plan<'m> {
    pub(super) model: &'m Model,
    /// Whether serde can write and read what is generated.
    pub(super) serde: bool,
    /// The chosen objects and those around them, each after the one that it is in.
    pub(super) nodes: Vec<Node<'m>>,
    pub(super) commands: Vec<CommandPlan<'m>>,
    pub(super) events: Vec<EventPlan<'m>>,
    /// Structs of arguments, each before those of the argument objects in it.
    pub(super) arguments: Vec<ArgumentsPlan<'m>>,
    pub(super) enumerations: Vec<EnumerationPlan<'m>>,
}

/// An object that a typed path leads to.
#[derive(Debug)]
pub(super) struct Node<'m> {
    /// Supported path.
    pub(super) path: String,
    /// The object; none for the objects around a service, which its file does not define.
    pub(super) object: Option<&'m Object>,
    /// Name of the path type.
    pub(super) path_type: String,
    /// The struct, for chosen objects.
    pub(super) row: Option<RowPlan<'m>>,
    /// What its path leads to.
    pub(super) steps: Vec<Step<'m>>,
    /// Function names that its path type has.
    pub(super) methods: Names,
}

/// The struct of an object.
#[derive(Debug)]
pub(super) struct RowPlan<'m> {
    pub(super) name: String,
    /// Position of the object in the image.
    pub(super) id: u32,
    /// Names of the parameters in the order of the image.
    pub(super) parameters: Vec<String>,
    /// One for each parameter, in the order of the file.
    pub(super) fields: Vec<Field<'m>>,
}

/// A field that stands for a parameter or argument.
#[derive(Debug)]
pub(super) struct Field<'m> {
    pub(super) parameter: &'m Parameter,
    pub(super) identifier: String,
    pub(super) rust_type: RustType,
    /// Position in the order of the image; 0 for arguments.
    pub(super) position: usize,
}

/// One step of a typed path, away from the root.
#[derive(Debug)]
pub(super) struct Step<'m> {
    pub(super) method: String,
    pub(super) to: Target<'m>,
}

#[derive(Debug)]
pub(super) enum Target<'m> {
    /// A single object: position in [`Plan::nodes`].
    Object(usize),
    /// A row of a table: position in [`Plan::nodes`].
    Row(usize),
    /// The table itself.
    Table(usize),
    Parameter(&'m Parameter, RustType),
    /// Position in [`Plan::commands`].
    Command(usize),
    /// Position in [`Plan::events`].
    Event(usize),
}

#[derive(Debug)]
pub(super) struct CommandPlan<'m> {
    pub(super) object: &'m Object,
    pub(super) command: &'m Command,
    /// Supported path.
    pub(super) path: String,
    /// Name of the type that stands for the command.
    pub(super) name: String,
    /// Name of the trait that carries it out.
    pub(super) handler: String,
    /// Name of the function of that trait.
    pub(super) method: String,
    /// Names of the argument structs.
    pub(super) input: Option<String>,
    pub(super) output: Option<String>,
}

#[derive(Debug)]
pub(super) struct EventPlan<'m> {
    pub(super) event: &'m Event,
    /// Supported path.
    pub(super) path: String,
    /// Name of the argument struct, which stands for the event too.
    pub(super) name: String,
}

/// A struct of arguments.
#[derive(Debug)]
pub(super) struct ArgumentsPlan<'m> {
    pub(super) name: String,
    pub(super) role: ArgumentsRole<'m>,
    /// The object whose command or event it is.
    pub(super) object: &'m Object,
    pub(super) fields: Vec<Field<'m>>,
    pub(super) parts: Vec<Part<'m>>,
}

/// Whose arguments they are.
#[derive(Debug, Clone, Copy)]
pub(super) enum ArgumentsRole<'m> {
    Input(&'m Command),
    Output(&'m Command),
    Event(&'m Event),
    /// Those of an argument object.
    Part(&'m Object),
}

/// A field that stands for an argument object.
#[derive(Debug)]
pub(super) struct Part<'m> {
    pub(super) object: &'m Object,
    pub(super) identifier: String,
    /// Name of the struct.
    pub(super) name: String,
}

/// An enumeration.
#[derive(Debug)]
pub(super) struct EnumerationPlan<'m> {
    pub(super) name: String,
    pub(super) origin: EnumerationOrigin<'m>,
    /// The parameter or argument that first uses it, and its object.
    pub(super) object: &'m Object,
    pub(super) parameter: &'m Parameter,
    pub(super) variants: Vec<(String, &'m Enumeration)>,
}

/// What an enumeration stands for the values of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum EnumerationOrigin<'m> {
    /// A named data type, and all parameters that use it.
    DataType(&'m str),
    /// The parameter or argument at this path.
    Parameter(String),
}

impl ArgumentsPlan<'_> {
    /// The names of all fields.
    pub(super) fn identifiers(&self) -> impl Iterator<Item = &str> {
        let fields = self.fields.iter().map(|field| field.identifier.as_str());
        fields.chain(self.parts.iter().map(|part| part.identifier.as_str()))
    }
}
