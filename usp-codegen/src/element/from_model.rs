use usp_schema::NestedBrackets;

use super::words::{self, status};
use super::{Direction, Element, ElementKind, ItemBounds, Key, Reference};
use crate::model::{Arguments, DataType, List, Model, MountType, Object, Parameter, Profile, Syntax};

impl Model {
    /// Everything in the model as a flat list, in the order of the file: each object followed by its parameters,
    /// commands and events, each of these by its arguments; profiles and data types at the end.
    pub fn elements(&self) -> Vec<Element> {
        let mut elements = Vec::new();
        for parameter in self.parameters() {
            elements.push(of_parameter(parameter, "", ElementKind::Parameter));
        }
        for object in self.objects() {
            elements.push(of_object(object, "", ElementKind::Object));
            for parameter in object.parameters() {
                elements.push(of_parameter(parameter, object.path(), ElementKind::Parameter));
            }
            for command in object.commands() {
                let path = format!("{}{}", object.path(), command.name());
                elements.push(Element {
                    path: path.clone(),
                    kind: ElementKind::Command,
                    asynchronous: Some(command.is_async()),
                    version: command.version().map(|version| version.to_string()),
                    status: status(command.status()),
                    ..Element::default()
                });
                for (arguments, direction) in
                    [(command.input(), Direction::Input), (command.output(), Direction::Output)]
                {
                    if let Some(arguments) = arguments {
                        of_arguments(arguments, &path, direction, &mut elements);
                    }
                }
            }
            for event in object.events() {
                let path = format!("{}{}", object.path(), event.name());
                elements.push(Element {
                    path: path.clone(),
                    kind: ElementKind::Event,
                    version: event.version().map(|version| version.to_string()),
                    status: status(event.status()),
                    ..Element::default()
                });
                of_arguments(event.arguments(), &path, Direction::Event, &mut elements);
            }
        }
        elements.extend(self.profiles().iter().map(of_profile));
        elements.extend(self.data_types().map(of_data_type));
        elements
    }
}

fn of_object(object: &Object, prefix: &str, kind: ElementKind) -> Element {
    Element {
        path: format!("{prefix}{}", object.path()),
        kind,
        access: object.stated_access().map(words::object_access),
        unique_keys: object
            .unique_keys()
            .iter()
            .map(|key| Key { functional: key.is_functional(), parameters: key.parameters().to_vec() })
            .collect(),
        num_entries_parameter: object.num_entries_parameter().map(str::to_owned),
        enable_parameter: object.enable_parameter().map(str::to_owned),
        discriminator_parameter: object.discriminator_parameter().map(str::to_owned),
        min_entries: Some(object.min_entries()),
        max_entries: Some(object.max_entries()),
        mount_point: object.mount_type() == MountType::MountPoint,
        mandatory: object.is_mandatory(),
        version: object.version().map(|version| version.to_string()),
        status: status(object.status()),
        ..Element::default()
    }
}

fn of_parameter(parameter: &Parameter, prefix: &str, kind: ElementKind) -> Element {
    Element {
        path: format!("{prefix}{}", parameter.name()),
        kind,
        access: parameter.stated_access().map(words::word),
        active_notify: words::unusual(parameter.active_notify()),
        mandatory: parameter.is_mandatory(),
        version: parameter.version().map(|version| version.to_string()),
        status: status(parameter.status()),
        ..of_syntax(parameter.syntax())
    }
}

fn of_syntax(syntax: &Syntax) -> Element {
    let base = syntax.primitive().as_str();
    Element {
        declared_type: Some(syntax.data_type().map_or(base, |data_type| data_type.name()).to_owned()),
        base: Some(base),
        list: syntax.list().is_some(),
        items: items(syntax),
        sizes: syntax.sizes().to_vec(),
        ranges: syntax.ranges().to_vec(),
        patterns: syntax.patterns().iter().map(|pattern| pattern.value().to_owned()).collect(),
        enumeration: syntax.enumeration().iter().map(|value| value.value().to_owned()).collect(),
        enumeration_ref: syntax.enumeration_ref().map(|reference| reference.target().to_owned()),
        reference: syntax.reference().map(|reference| Reference {
            strength: words::strength(reference.is_strong()),
            target_type: words::word(reference.target()),
            targets: reference.targets().to_vec(),
        }),
        units: syntax.units().map(str::to_owned),
        default: syntax.default().map(|default| default.value().to_owned()),
        default_type: syntax.default().map(|default| words::word(default.kind())),
        secured: syntax.is_secured(),
        hidden: syntax.is_hidden() || syntax.is_command(),
        command: syntax.is_command(),
        ..Element::default()
    }
}

/// The bounds of a list and those of the lists in it, as an image has them.
fn items(syntax: &Syntax) -> Vec<ItemBounds> {
    let bounds = |list: &List| ItemBounds {
        min: list.min_items(),
        max: list.max_items(),
        sizes: list.sizes().to_vec(),
        nested_brackets: false,
    };
    let Some(list) = syntax.list() else { return Vec::new() };
    let outer =
        ItemBounds { nested_brackets: list.nested_brackets() != NestedBrackets::Legacy, ..bounds(list) };
    let inner = syntax.inner_list().map(bounds).filter(|inner| *inner != ItemBounds::default());
    core::iter::once(outer).chain(inner).collect()
}

fn of_arguments(arguments: &Arguments, owner: &str, direction: Direction, elements: &mut Vec<Element>) {
    let prefix = format!("{owner}.");
    let mut add = |element: Element| {
        // Access says nothing about arguments.
        let (owner, direction) = (Some(owner.to_owned()), Some(direction));
        elements.push(Element { owner, direction, access: None, ..element });
    };
    for parameter in arguments.parameters() {
        add(of_parameter(parameter, &prefix, ElementKind::Argument));
    }
    for object in arguments.objects() {
        add(of_object(object, &prefix, ElementKind::ArgumentObject));
        for parameter in object.parameters() {
            add(of_parameter(parameter, &format!("{prefix}{}", object.path()), ElementKind::Argument));
        }
    }
}

fn of_profile(profile: &Profile) -> Element {
    Element {
        path: profile.name().to_owned(),
        kind: ElementKind::Profile,
        version: profile.version().map(|version| version.to_string()),
        status: status(profile.status()),
        ..Element::default()
    }
}

fn of_data_type(data_type: &DataType) -> Element {
    // A syntax that says nothing of its own has the facets of its data type.
    let syntax = Syntax {
        primitive: data_type.primitive(),
        data_type: data_type.base.clone(),
        list: data_type.list.clone(),
        facets: data_type.facets.clone(),
        default: None,
        secured: false,
        hidden: false,
        command: false,
    };
    Element {
        path: data_type.name().to_owned(),
        kind: ElementKind::Type,
        status: status(data_type.status()),
        ..of_syntax(&syntax)
    }
}
