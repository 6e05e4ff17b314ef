use usp_schema::{ListBounds, Object, Parameter, Schema, Syntax};

use super::words::{self, status};
use super::{Direction, Element, ElementKind, ItemBounds, Key, Reference};

impl Element {
    /// Everything in a schema as a flat list, in the order of the image. An image has neither profiles nor data
    /// types, and states what a file may leave out: versions and access are always there. What is mounted is listed by
    /// its exact path, with the name of the mount.
    pub fn of_schema(schema: &Schema) -> Vec<Self> {
        let mut elements = Vec::new();
        for object in schema.objects().filter(|object| !object.is_mount()) {
            let path = object.exact_path();
            elements.push(of_object(object, path.clone(), ElementKind::Object));
            for parameter in object.parameters() {
                elements.push(of_parameter(parameter, parameter.exact_path(), ElementKind::Parameter));
            }
            for command in object.commands() {
                let path = path.clone() + command.name();
                elements.push(Self {
                    path: path.clone(),
                    kind: ElementKind::Command,
                    asynchronous: Some(command.is_asynchronous()),
                    version: Some(command.version().to_string()),
                    status: status(command.status()),
                    ..Self::default()
                });
                for (arguments, direction) in
                    [(command.input(), Direction::Input), (command.output(), Direction::Output)]
                {
                    of_arguments(arguments, &path, direction, &mut elements);
                }
            }
            for event in object.events() {
                let path = path.clone() + event.name();
                elements.push(Self {
                    path: path.clone(),
                    kind: ElementKind::Event,
                    version: Some(event.version().to_string()),
                    status: status(event.status()),
                    ..Self::default()
                });
                of_arguments(event.arguments(), &path, Direction::Event, &mut elements);
            }
        }
        elements
    }
}

fn of_arguments(top: Option<Object<'_>>, owner: &str, direction: Direction, elements: &mut Vec<Element>) {
    let Some(top) = top else { return };
    // Pre-order, with the path from the owner; a loop, so that the depth of an image costs no stack.
    let mut waiting = vec![(top, format!("{owner}."))];
    while let Some((object, path)) = waiting.pop() {
        let place = |element: Element| Element {
            owner: Some(owner.to_owned()),
            direction: Some(direction),
            access: None,
            ..element
        };
        if object.id() != top.id() {
            elements.push(place(of_object(object, path.clone(), ElementKind::ArgumentObject)));
        }
        for parameter in object.parameters() {
            let path = format!("{path}{}", parameter.name());
            elements.push(place(of_parameter(parameter, path, ElementKind::Argument)));
        }
        let children: Vec<Object<'_>> = object.children().collect();
        for child in children.into_iter().rev() {
            let row = if child.is_table() { "{i}." } else { "" };
            waiting.push((child, format!("{path}{}.{row}", child.name())));
        }
    }
}

fn of_object(object: Object<'_>, path: String, kind: ElementKind) -> Element {
    let name = |parameter: Option<Parameter<'_>>| parameter.map(|parameter| parameter.name().to_owned());
    Element {
        path,
        kind,
        access: Some(words::object_access(object.access())),
        unique_keys: object
            .unique_keys()
            .map(|key| Key {
                functional: key.is_functional(),
                parameters: key.parameters().map(|parameter| parameter.name().to_owned()).collect(),
            })
            .collect(),
        num_entries_parameter: name(object.num_entries_parameter()),
        enable_parameter: name(object.enable_parameter()),
        discriminator_parameter: name(object.discriminator_parameter()),
        min_entries: Some(object.min_entries()),
        max_entries: Some(object.max_entries()),
        mount_point: object.is_mount_point(),
        mandatory: object.is_mandatory(),
        version: Some(object.version().to_string()),
        status: status(object.status()),
        ..Element::default()
    }
}

fn of_parameter(parameter: Parameter<'_>, path: String, kind: ElementKind) -> Element {
    let syntax = parameter.syntax();
    let base = syntax.primitive_type().as_str();
    Element {
        path,
        kind,
        access: Some(words::word(parameter.access())),
        declared_type: Some(syntax.data_type().unwrap_or(base).to_owned()),
        base: Some(base),
        list: syntax.is_list(),
        items: items(syntax),
        sizes: syntax.sizes().collect(),
        ranges: syntax.ranges().collect(),
        patterns: syntax.patterns().map(|pattern| pattern.source.to_owned()).collect(),
        enumeration: syntax.enumeration().map(|value| value.value.to_owned()).collect(),
        enumeration_ref: syntax.enumeration_ref().map(|reference| reference.target.to_owned()),
        reference: syntax.reference().map(|reference| Reference {
            strength: words::strength(reference.strong),
            target_type: words::word(reference.target),
            targets: reference.parents().map(str::to_owned).collect(),
        }),
        units: syntax.units().map(str::to_owned),
        default: parameter.default().map(|(_, text)| match syntax.is_list() {
            true => format!("[{text}]"),
            false => text.to_owned(),
        }),
        default_type: parameter.default().map(|(kind, _)| words::word(kind)),
        secured: parameter.is_secured(),
        hidden: parameter.is_hidden(),
        command: parameter.is_command(),
        active_notify: words::unusual(parameter.active_notify()),
        mandatory: parameter.is_mandatory(),
        version: Some(parameter.version().to_string()),
        status: status(parameter.status()),
        ..Element::default()
    }
}

fn items(syntax: Syntax<'_>) -> Vec<ItemBounds> {
    let bounds = |list: ListBounds<'_>| ItemBounds {
        min: list.min_items,
        max: list.max_items,
        sizes: list.sizes().collect(),
        nested_brackets: false,
    };
    let Some(list) = syntax.list() else { return Vec::new() };
    let outer = ItemBounds { nested_brackets: list.nested_brackets, ..bounds(list.bounds) };
    core::iter::once(outer).chain(list.inner.map(bounds)).collect()
}
