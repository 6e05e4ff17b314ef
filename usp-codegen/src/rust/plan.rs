use std::collections::HashMap;

use usp_schema::{Schema, Status};

use super::names::{Names, camel_case, identifier, snake_case, variant};
use super::selection::{Selection, full_path};
use super::types::RustType;
use crate::image::ImageOptions;
use crate::model::{Arguments, Command, Enumeration, Event, Object, Parameter};
use crate::{CodegenError, Model};

/// What is generated, with all its names: the model as Rust sees it, before a line is written.
#[derive(Debug)]
pub(super) struct Plan<'m> {
    pub(super) model: &'m Model,
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
    methods: Names,
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

impl<'m> Plan<'m> {
    pub(super) fn new(
        model: &'m Model,
        schema: &Schema,
        types: &[String],
        options: ImageOptions,
    ) -> Result<Self, CodegenError> {
        let selection = Selection::new(model, types)?;
        let mut planner = Planner {
            plan: Plan::empty(model),
            types: Names::of_types(),
            options,
            nodes: HashMap::new(),
            objects: model.objects().iter().map(|object| (full_path(model, object), object)).collect(),
        };
        planner.add_nodes(&selection, schema);
        planner.add_members(&selection);
        Ok(planner.plan)
    }

    fn empty(model: &'m Model) -> Self {
        Self {
            model,
            nodes: Vec::new(),
            commands: Vec::new(),
            events: Vec::new(),
            arguments: Vec::new(),
            enumerations: Vec::new(),
        }
    }
}

struct Planner<'m> {
    plan: Plan<'m>,
    types: Names,
    options: ImageOptions,
    /// Positions in [`Plan::nodes`] by path.
    nodes: HashMap<String, usize>,
    objects: HashMap<String, &'m Object>,
}

impl<'m> Planner<'m> {
    /// All objects that a typed path goes through, with the names of their types.
    fn add_nodes(&mut self, selection: &Selection, schema: &Schema) {
        let model = self.plan.model;
        for object in model.objects() {
            let path = full_path(model, object);
            let Some(in_schema) = schema.object_at(&path) else { continue };
            let chosen = selection.has_object(&path);
            let has_chosen_member = object
                .commands()
                .iter()
                .map(Command::name)
                .chain(object.events().iter().map(Event::name))
                .any(|member| selection.has_member(&path, &format!("{path}{member}")));
            if !chosen && !has_chosen_member {
                continue;
            }
            let node = self.node_at(&path);
            if chosen {
                let stem = short_name(&path);
                let name = self.types.take([stem.clone(), format!("{stem}Object")]);
                let parameters = in_schema.parameters().map(|one| one.name().to_owned()).collect();
                let row = RowPlan { name, id: in_schema.id().index(), parameters, fields: Vec::new() };
                if let Some(node) = self.plan.nodes.get_mut(node) {
                    node.row = Some(row);
                }
            }
        }
        for node in &mut self.plan.nodes {
            let stem = short_name(&node.path);
            node.path_type = self.types.take([format!("{stem}Path"), format!("{stem}ObjectPath")]);
        }
    }

    /// The node for a path, made with those around it if it is not there.
    fn node_at(&mut self, path: &str) -> usize {
        let mut from = 0;
        let mut index = None;
        while let Some(dot) = path.get(from..).and_then(|rest| rest.find('.')) {
            from += dot + 1;
            if path.get(from..).is_some_and(|rest| rest.starts_with("{i}.")) {
                from += "{i}.".len();
            }
            let part = path.get(..from).unwrap_or(path);
            let known = self.nodes.get(part).copied();
            index = Some(known.unwrap_or_else(|| {
                self.nodes.insert(part.to_owned(), self.plan.nodes.len());
                self.plan.nodes.push(Node {
                    path: part.to_owned(),
                    object: self.objects.get(part).copied(),
                    path_type: String::new(),
                    row: None,
                    steps: Vec::new(),
                    methods: Names::default(),
                });
                self.plan.nodes.len() - 1
            }));
        }
        index.unwrap_or_default()
    }

    /// Fields, steps, commands, events and the types that they need.
    fn add_members(&mut self, selection: &Selection) {
        let options = self.options;
        self.add_object_steps();
        for index in 0..self.plan.nodes.len() {
            let Some((object, path, row)) = self.plan.nodes.get(index).and_then(|node| {
                let row = node.row.as_ref().map(|row| (row.name.clone(), row.parameters.clone()));
                Some((node.object?, node.path.clone(), row))
            }) else {
                continue;
            };
            if let Some((name, parameters)) = row {
                let fields = self.fields(&name, &path, object, object.parameters(), &parameters);
                for field in &fields {
                    let to = Target::Parameter(field.parameter, field.rust_type.clone());
                    self.add_step(index, field.parameter.name(), "_parameter", to);
                }
                if let Some(row) = self.plan.nodes.get_mut(index).and_then(|node| node.row.as_mut()) {
                    row.fields = fields;
                }
            }
            for command in object.commands().iter().filter(|command| options.keeps(command.status())) {
                let command_path = format!("{path}{}", command.name());
                if selection.has_member(&path, &command_path) {
                    self.add_command(index, object, command, command_path);
                }
            }
            for event in object.events().iter().filter(|event| options.keeps(event.status())) {
                let event_path = format!("{path}{}", event.name());
                if selection.has_member(&path, &event_path) {
                    self.add_event(index, object, event, event_path);
                }
            }
        }
    }

    fn add_object_steps(&mut self) {
        for child in 0..self.plan.nodes.len() {
            let Some(path) = self.plan.nodes.get(child).map(|node| node.path.clone()) else { continue };
            let table = path.ends_with(".{i}.");
            let stem = path.trim_end_matches("{i}.").trim_end_matches('.');
            let Some((parent, name)) = stem.rfind('.').map(|dot| stem.split_at(dot + 1)) else { continue };
            let Some(parent) = self.nodes.get(parent).copied() else { continue };
            let chosen = self.plan.nodes.get(child).is_some_and(|node| node.row.is_some());
            if table {
                self.add_step(parent, name, "_row", Target::Row(child));
                if chosen {
                    self.add_step(parent, &format!("{name}Table"), "_rows", Target::Table(child));
                }
            } else {
                self.add_step(parent, name, "_object", Target::Object(child));
            }
        }
    }

    /// Adds a step; `kind` is put behind its name where that is taken.
    fn add_step(&mut self, node: usize, name: &str, kind: &str, to: Target<'m>) {
        let Some(node) = self.plan.nodes.get_mut(node) else { return };
        let name = snake_case(name);
        let method = node.methods.take([identifier(&name), format!("{name}{kind}")]);
        node.steps.push(Step { method, to });
    }

    /// Fields for parameters. `order` is that of the image; arguments have none.
    fn fields(
        &mut self,
        owner: &str,
        path: &str,
        object: &'m Object,
        parameters: &'m [Parameter],
        order: &[String],
    ) -> Vec<Field<'m>> {
        let mut names = Names::default();
        let mut fields = Vec::with_capacity(parameters.len());
        let options = self.options;
        for parameter in parameters.iter().filter(|parameter| options.keeps(parameter.status())) {
            let rust_type = self.rust_type(owner, path, object, parameter);
            let position = order.iter().position(|name| name == parameter.name()).unwrap_or_default();
            let identifier = names.take([identifier(&snake_case(parameter.name()))]);
            fields.push(Field { parameter, identifier, rust_type, position });
        }
        fields
    }

    fn rust_type(
        &mut self,
        owner: &str,
        path: &str,
        object: &'m Object,
        parameter: &'m Parameter,
    ) -> RustType {
        let syntax = parameter.syntax();
        let values = syntax.enumeration();
        if values.is_empty() {
            return RustType::of(syntax, None);
        }
        let shared = syntax
            .data_type()
            .filter(|_| syntax.facets.enumeration.is_empty())
            .and_then(|data_type| data_type.chain().find(|one| !one.facets.enumeration.is_empty()));
        let (stem, origin) = match shared {
            Some(data_type) => {
                let origin = EnumerationOrigin::DataType(data_type.name());
                if let Some(known) = self.plan.enumerations.iter().find(|known| known.origin == origin) {
                    return RustType::of(syntax, Some(known.name.clone()));
                }
                (camel_case(data_type.name()), origin)
            }
            None => {
                let stem = format!("{owner}{}", camel_case(parameter.name()));
                (stem, EnumerationOrigin::Parameter(format!("{path}{}", parameter.name())))
            }
        };
        let name = self.types.take([stem.clone(), format!("{stem}Value")]);
        let mut names = Names::default();
        let values = values.iter().filter(|value| value.status() != Status::Deleted);
        let variants = values.map(|value| (variant_name(&mut names, value.value()), value)).collect();
        self.plan.enumerations.push(EnumerationPlan {
            name: name.clone(),
            origin,
            object,
            parameter,
            variants,
        });
        RustType::of(syntax, Some(name))
    }

    fn add_command(&mut self, node: usize, object: &'m Object, command: &'m Command, path: String) {
        let stem = short_name(&path);
        let name = self.types.take([stem.clone(), format!("{stem}Command")]);
        let handler = self.types.take([format!("{name}Handler")]);
        let mut structs = [None, None];
        let sides = [
            (command.input(), "Input", ArgumentsRole::Input(command)),
            (command.output(), "Output", ArgumentsRole::Output(command)),
        ];
        for ((arguments, direction, role), slot) in sides.into_iter().zip(&mut structs) {
            if let Some(arguments) = arguments.filter(|arguments| !arguments.is_empty()) {
                let path = format!("{path}.{direction}.");
                let name = format!("{name}{direction}");
                *slot = Some(self.add_arguments(&name, &path, arguments, role, object));
            }
        }
        let [input, output] = structs;
        let method = identifier(&snake_case(command.name()));
        let index = self.plan.commands.len();
        self.plan.commands.push(CommandPlan { object, command, path, name, handler, method, input, output });
        self.add_step(node, command.name(), "_command", Target::Command(index));
    }

    fn add_event(&mut self, node: usize, object: &'m Object, event: &'m Event, path: String) {
        let stem = short_name(&path);
        let role = ArgumentsRole::Event(event);
        let name = self.add_arguments(&stem, &format!("{path}."), event.arguments(), role, object);
        let index = self.plan.events.len();
        self.plan.events.push(EventPlan { event, path, name });
        self.add_step(node, event.name(), "_event", Target::Event(index));
    }

    /// Plans a struct of arguments and those of its argument objects; returns its name.
    fn add_arguments(
        &mut self,
        stem: &str,
        path: &str,
        arguments: &'m Arguments,
        role: ArgumentsRole<'m>,
        object: &'m Object,
    ) -> String {
        let fallback = if matches!(role, ArgumentsRole::Event(_)) { "Event" } else { "Arguments" };
        let name = self.types.take([stem.to_owned(), format!("{stem}{fallback}")]);
        let fields = self.fields(&name, path, object, arguments.parameters(), &[]);
        let level = ArgumentsPlan { name: name.clone(), role, object, fields, parts: Vec::new() };
        // Argument objects stand side by side with paths relative to the top; each goes into the one around it.
        let mut levels: Vec<(&str, ArgumentsPlan<'m>)> = vec![("", level)];
        let options = self.options;
        for part in arguments.objects().iter().filter(|part| options.keeps(part.status())) {
            let Some(outer) = levels.iter().position(|(path, _)| *path == part.parent_path()) else {
                continue;
            };
            let Some(outer_name) = levels.get(outer).map(|(_, level)| level.name.clone()) else { continue };
            let stem = format!("{outer_name}{}", camel_case(part.name()));
            let name = self.types.take([stem.clone(), format!("{stem}Arguments")]);
            let fields =
                self.fields(&name, &format!("{path}{}", part.path()), object, part.parameters(), &[]);
            let role = ArgumentsRole::Part(part);
            let level = ArgumentsPlan { name: name.clone(), role, object, fields, parts: Vec::new() };
            if let Some((_, outer)) = levels.get_mut(outer) {
                let mut names = Names::default();
                for identifier in outer.identifiers() {
                    names.take([identifier.to_owned()]);
                }
                let field = snake_case(part.name());
                let identifier = names.take([identifier(&field), format!("{field}_object")]);
                outer.parts.push(Part { object: part, identifier, name });
            }
            levels.push((part.path(), level));
        }
        self.plan.arguments.extend(levels.into_iter().map(|(_, level)| level));
        name
    }
}

impl ArgumentsPlan<'_> {
    fn identifiers(&self) -> impl Iterator<Item = &str> {
        let fields = self.fields.iter().map(|field| field.identifier.as_str());
        fields.chain(self.parts.iter().map(|part| part.identifier.as_str()))
    }
}

/// The name for what is at a path, without the part that is the same for all: `Device.IP.Interface.{i}.` is
/// `IpInterface`.
fn short_name(path: &str) -> String {
    let short = ["Device.Services.", "Device."]
        .into_iter()
        .find_map(|root| path.strip_prefix(root).filter(|rest| !rest.is_empty()))
        .unwrap_or(path);
    let name = camel_case(short);
    if name.starts_with(|first: char| first.is_ascii_digit()) { format!("_{name}") } else { name }
}

/// The variant for a value; one that differs from an earlier one in case or signs only says in what.
fn variant_name(names: &mut Names, value: &str) -> String {
    let plain = variant(value);
    let case = if value.chars().any(char::is_lowercase) { "Lower" } else { "Upper" };
    let fallback = format!("{plain}{case}");
    names.take([plain, fallback])
}
