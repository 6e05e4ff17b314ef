use std::collections::HashMap;

use usp_schema::Schema;

use super::names::{Names, camel_case, identifier, snake_case, variant};
use super::plan::{
    ArgumentsPlan, ArgumentsRole, CommandPlan, EnumerationOrigin, EnumerationPlan, EventPlan, Field, Node,
    Part, Plan, RowPlan, Step, Target,
};
use super::selection::{Selection, full_path};
use super::types::RustType;
use crate::image::ImageOptions;
use crate::model::{Arguments, Command, Event, Object, Parameter};
use crate::{CodegenError, Model};

impl<'m> Plan<'m> {
    pub(super) fn new(
        model: &'m Model,
        schema: &Schema,
        types: &[String],
        options: &'m ImageOptions,
    ) -> Result<Self, CodegenError> {
        let selection = Selection::new(model, types)?;
        let mut planner = Planner {
            plan: Plan::empty(model),
            types: Names::of_types(),
            options,
            nodes: HashMap::new(),
            objects: HashMap::new(),
        };
        planner.name_objects(schema);
        planner.add_nodes(&selection, schema);
        planner.add_members(&selection);
        Ok(planner.plan)
    }

    fn empty(model: &'m Model) -> Self {
        Self {
            model,
            serde: false,
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
    options: &'m ImageOptions,
    /// Positions in [`Plan::nodes`] by path.
    nodes: HashMap<String, usize>,
    /// All objects by path.
    objects: HashMap<String, NamedObject<'m>>,
}

/// An object with the names of its types, which it has whether they are generated or not: so they stay the same
/// whatever is chosen.
struct NamedObject<'m> {
    object: &'m Object,
    row: String,
    path_type: String,
}

impl<'m> Planner<'m> {
    /// Gives all objects of the image their names, structs first.
    fn name_objects(&mut self, schema: &Schema) {
        let model = self.plan.model;
        let mut order = Vec::new();
        for object in model.objects() {
            let path = full_path(model, object);
            if schema.object_at(&path).is_some() {
                let stem = short_name(&path);
                let row = self.types.take([stem.clone(), format!("{stem}Object")]);
                order.push(path.clone());
                self.objects.insert(path, NamedObject { object, row, path_type: String::new() });
            }
        }
        for path in order {
            let path_type = self.path_type(&path);
            if let Some(named) = self.objects.get_mut(&path) {
                named.path_type = path_type;
            }
        }
    }

    fn path_type(&mut self, path: &str) -> String {
        let stem = short_name(path);
        self.types.take([format!("{stem}Path"), format!("{stem}ObjectPath")])
    }

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
                let name = self.objects.get(&path).map(|named| named.row.clone()).unwrap_or_default();
                let parameters = in_schema.parameters().map(|one| one.name().to_owned()).collect();
                let row = RowPlan { name, id: in_schema.id().index(), parameters, fields: Vec::new() };
                if let Some(node) = self.plan.nodes.get_mut(node) {
                    node.row = Some(row);
                }
            }
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
            index = Some(match self.nodes.get(part) {
                Some(known) => *known,
                None => self.add_node(part),
            });
        }
        index.unwrap_or_default()
    }

    fn add_node(&mut self, path: &str) -> usize {
        let (object, path_type) = match self.objects.get(path) {
            Some(named) => (Some(named.object), named.path_type.clone()),
            // The objects around a service are not in its file.
            None => (None, self.path_type(path)),
        };
        let index = self.plan.nodes.len();
        self.nodes.insert(path.to_owned(), index);
        self.plan.nodes.push(Node {
            path: path.to_owned(),
            object,
            path_type,
            row: None,
            steps: Vec::new(),
            methods: Names::default(),
        });
        index
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
        let method = node.methods.take([name.clone(), format!("{name}{kind}")]);
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
            let identifier = names.take([snake_case(parameter.name())]);
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
        let mut names = Names::of_variants();
        let options = self.options;
        let values = values.iter().filter(|value| options.keeps(value.status()));
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
                let mut names = Names::with(outer.identifiers());
                let field = snake_case(part.name());
                let identifier = names.take([field.clone(), format!("{field}_object")]);
                outer.parts.push(Part { object: part, identifier, name });
            }
            levels.push((part.path(), level));
        }
        self.plan.arguments.extend(levels.into_iter().map(|(_, level)| level));
        name
    }
}

/// The name for what is at a path, without the part that is the same for all: `Device.IP.Interface.{i}.` is
/// `IpInterface`.
fn short_name(path: &str) -> String {
    let short = ["Device.Services.", "Device."]
        .into_iter()
        .find_map(|root| path.strip_prefix(root).filter(|rest| !rest.is_empty()))
        .unwrap_or(path);
    camel_case(short)
}

/// The variant for a value; one that differs from an earlier one in case or signs only says in what.
fn variant_name(names: &mut Names, value: &str) -> String {
    let plain = variant(value);
    let case = if value.chars().any(char::is_lowercase) { "Lower" } else { "Upper" };
    let fallback = format!("{plain}{case}");
    names.take([plain, fallback])
}
