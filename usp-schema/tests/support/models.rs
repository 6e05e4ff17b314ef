//! Models of all kinds, and how they are built.

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use usp_schema::{
    ActiveNotify, BuildError, CommandSpec, DefaultKind, EnumerationRef, EnumerationValue, EventSpec,
    InnerListSpec, ListSpec, ObjectAccess, ObjectHandle, ObjectSpec, ParameterAccess, ParameterSpec,
    PrimitiveType, Range, ReferenceSpec, ReferenceTarget, Schema, SchemaBuilder, Size, Status, SyntaxSpec,
    Version,
};

/// Something with a name, and what is said of it.
#[derive(Debug, Clone)]
pub struct Element<S> {
    pub spec: S,
    pub said: Option<String>,
}

/// A whole model.
#[derive(Debug, Clone)]
pub struct Model {
    name: String,
    /// Parents stand before their children.
    pub objects: Vec<ObjectModel>,
}

/// An object with all that belongs to it.
#[derive(Debug, Clone)]
pub struct ObjectModel {
    parent: Option<usize>,
    pub spec: ObjectSpec,
    pub said: Option<String>,
    pub parameters: Vec<Element<ParameterSpec>>,
    pub keys: Vec<(bool, Vec<String>)>,
    pub commands: Vec<(Element<CommandSpec>, Option<Arguments>, Option<Arguments>)>,
    pub events: Vec<(Element<EventSpec>, Option<Arguments>)>,
}

/// The arguments of a command or event.
#[derive(Debug, Clone)]
pub struct Arguments {
    pub parameters: Vec<Element<ParameterSpec>>,
    pub objects: Vec<(ObjectSpec, Vec<Element<ParameterSpec>>)>,
}

impl Model {
    /// The supported path of an object.
    pub fn path(&self, index: usize) -> String {
        let object = &self.objects[index];
        let above = object.parent.map(|parent| self.path(parent)).unwrap_or_default();
        format!("{above}{}.{}", object.spec.name, if object.spec.table { "{i}." } else { "" })
    }

    /// Builds the model, the parts of each list in the order that the caller puts them in.
    pub fn build(&self, mut order: impl FnMut(&mut Vec<usize>)) -> Result<Schema, BuildError> {
        let mut builder = SchemaBuilder::new(self.name.as_str(), "urn:example:any");
        let mut handles: Vec<Option<ObjectHandle>> = vec![None; self.objects.len()];
        let mut ordered = |length: usize| {
            let mut numbers: Vec<usize> = (0..length).collect();
            order(&mut numbers);
            numbers
        };
        let mut waiting = ordered(self.objects.len());
        while !waiting.is_empty() {
            // Those whose parents are there, in their order; at least one is.
            let (ready, not_yet): (Vec<usize>, Vec<usize>) = waiting.into_iter().partition(|&index| {
                self.objects[index].parent.is_none_or(|parent| handles[parent].is_some())
            });
            for index in ready {
                let object = &self.objects[index];
                let parent = object.parent.and_then(|parent| handles[parent]);
                handles[index] = Some(builder.object(parent, object.spec.clone())?);
            }
            waiting = not_yet;
        }
        for index in ordered(self.objects.len()) {
            let (object, handle) = (&self.objects[index], handles[index].ok_or(BuildError::ForeignHandle)?);
            builder.describe_object(handle, object.said.as_deref().unwrap_or_default())?;
            add_parameters(&mut builder, handle, &object.parameters, &mut ordered)?;
            for (functional, names) in &object.keys {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                builder.unique_key(handle, *functional, &names)?;
            }
            for number in ordered(object.commands.len()) {
                let (command, input, output) = &object.commands[number];
                let added = builder.command(handle, command.spec.clone())?;
                builder.describe_command(added, command.said.as_deref().unwrap_or_default())?;
                if let Some(output) = output {
                    let handle = builder.output(added)?;
                    add_arguments(&mut builder, handle, output, &mut ordered)?;
                }
                if let Some(input) = input {
                    let handle = builder.input(added)?;
                    add_arguments(&mut builder, handle, input, &mut ordered)?;
                }
            }
            for number in ordered(object.events.len()) {
                let (event, arguments) = &object.events[number];
                let added = builder.event(handle, event.spec.clone())?;
                builder.describe_event(added, event.said.as_deref().unwrap_or_default())?;
                if let Some(arguments) = arguments {
                    let handle = builder.arguments(added)?;
                    add_arguments(&mut builder, handle, arguments, &mut ordered)?;
                }
            }
        }
        builder.build()
    }
}

fn add_arguments(
    builder: &mut SchemaBuilder,
    handle: ObjectHandle,
    arguments: &Arguments,
    ordered: &mut impl FnMut(usize) -> Vec<usize>,
) -> Result<(), BuildError> {
    add_parameters(builder, handle, &arguments.parameters, ordered)?;
    for number in ordered(arguments.objects.len()) {
        let (spec, parameters) = &arguments.objects[number];
        let child = builder.object(Some(handle), spec.clone())?;
        add_parameters(builder, child, parameters, ordered)?;
    }
    Ok(())
}

fn add_parameters(
    builder: &mut SchemaBuilder,
    handle: ObjectHandle,
    parameters: &[Element<ParameterSpec>],
    ordered: &mut impl FnMut(usize) -> Vec<usize>,
) -> Result<(), BuildError> {
    for number in ordered(parameters.len()) {
        let parameter = &parameters[number];
        builder.parameter(handle, parameter.spec.clone())?;
        let said = parameter.said.as_deref().unwrap_or_default();
        builder.describe_parameter(handle, &parameter.spec.name, said)?;
    }
    Ok(())
}

/// Models of up to eight objects.
pub fn model() -> impl Strategy<Value = Model> {
    let objects = vec((any::<Index>(), object_model()), 1..8);
    ("[A-Z][a-z]{0,8}:[1-9]", objects).prop_map(|(name, objects)| {
        let mut model = Model { name, objects: Vec::new() };
        for (at, (parent, mut object)) in objects.into_iter().enumerate() {
            // The number makes names of siblings different, and from those of parameters, which have none.
            object.spec.name = format!("{}{at}", object.spec.name);
            // Position 0 stands for no parent.
            object.parent = parent.index(at + 1).checked_sub(1);
            model.objects.push(object);
            steer(&mut model, at);
        }
        model
    })
}

/// Lets an object name parameters that there are: of itself, and of its parent.
fn steer(model: &mut Model, at: usize) {
    let first = |object: &ObjectModel| object.parameters.first().map(|parameter| parameter.spec.name.clone());
    let own = first(&model.objects[at]);
    let above = model.objects[at].parent.and_then(|parent| first(&model.objects[parent]));
    let object = &mut model.objects[at];
    object.spec.enable_parameter = own;
    object.spec.num_entries_parameter = above.clone().filter(|_| object.spec.table);
    object.spec.discriminator_parameter = above.filter(|_| !object.spec.table);
}

fn object_model() -> impl Strategy<Value = ObjectModel> {
    let commands = vec((command(), option::of(arguments()), option::of(arguments())), 0..2);
    let events = vec((event(), option::of(arguments())), 0..2);
    (object(), said(), parameters(4), vec((any::<bool>(), any::<Index>()), 0..3), commands, events).prop_map(
        |(spec, said, parameters, keys, mut commands, mut events)| {
            let names = |count: Index| -> Vec<String> {
                let count = count.index(parameters.len()) + 1;
                parameters.iter().rev().take(count).map(|parameter| parameter.spec.name.clone()).collect()
            };
            let keys = if parameters.is_empty() { Vec::new() } else { keys };
            let keys = keys.into_iter().map(|(functional, count)| (functional, names(count))).collect();
            for (at, (command, ..)) in commands.iter_mut().enumerate() {
                command.spec.name = format!("{}{at}()", command.spec.name);
            }
            for (at, (event, _)) in events.iter_mut().enumerate() {
                event.spec.name = format!("{}{at}!", event.spec.name);
            }
            ObjectModel { parent: None, spec, said, parameters, keys, commands, events }
        },
    )
}

fn arguments() -> impl Strategy<Value = Arguments> {
    (parameters(2), vec((object(), parameters(2)), 0..2)).prop_map(|(parameters, mut objects)| {
        for (at, (object, _)) in objects.iter_mut().enumerate() {
            object.name = format!("{}{at}", object.name);
        }
        Arguments { parameters, objects }
    })
}

/// A name that ends in a letter.
fn name() -> impl Strategy<Value = String> {
    "[A-Z_]([A-Za-z0-9_-]{0,6}[a-z])?"
}

fn said() -> impl Strategy<Value = Option<String>> {
    option::weighted(0.3, "\\PC{1,20}")
}

fn object() -> impl Strategy<Value = ObjectSpec> {
    let access = select(&[
        ObjectAccess::ReadOnly,
        ObjectAccess::AddDelete,
        ObjectAccess::AddOnly,
        ObjectAccess::DeleteOnly,
    ]);
    let entries = (any::<u32>(), option::of(0..u32::MAX));
    (name(), any::<bool>(), access, entries, any::<[bool; 2]>(), version(), status()).prop_map(
        |(name, table, access, (min_entries, max_entries), [mount_point, mandatory], version, status)| {
            ObjectSpec {
                table,
                access,
                min_entries,
                max_entries,
                mount_point,
                mandatory,
                version,
                status,
                ..ObjectSpec::single(name)
            }
        },
    )
}

fn command() -> impl Strategy<Value = Element<CommandSpec>> {
    (name(), any::<bool>(), version(), status(), said()).prop_map(
        |(name, asynchronous, version, status, said)| Element {
            spec: CommandSpec { name, asynchronous, version, status },
            said,
        },
    )
}

fn event() -> impl Strategy<Value = Element<EventSpec>> {
    (name(), version(), status(), said())
        .prop_map(|(name, version, status, said)| Element { spec: EventSpec { name, version, status }, said })
}

/// So many parameters at most, with different names.
fn parameters(most: usize) -> impl Strategy<Value = Vec<Element<ParameterSpec>>> {
    btree_set(name(), 0..=most).prop_flat_map(|names| names.into_iter().map(parameter).collect::<Vec<_>>())
}

fn parameter(name: String) -> impl Strategy<Value = Element<ParameterSpec>> {
    let access =
        select(&[ParameterAccess::ReadOnly, ParameterAccess::ReadWrite, ParameterAccess::WriteOnceReadOnly]);
    let kind = select(&[
        DefaultKind::Object,
        DefaultKind::Factory,
        DefaultKind::Implementation,
        DefaultKind::Parameter,
    ]);
    let active_notify = select(&[
        ActiveNotify::Normal,
        ActiveNotify::CanDeny,
        ActiveNotify::ForceEnabled,
        ActiveNotify::ForceDefaultEnabled,
    ]);
    let default = option::of((kind, ".{0,200}"));
    (syntax(), access, default, any::<[bool; 4]>(), active_notify, version(), status(), said()).prop_map(
        move |(
            syntax,
            access,
            default,
            [secured, hidden, command, mandatory],
            active_notify,
            version,
            status,
            said,
        )| {
            let spec = ParameterSpec {
                access,
                default,
                secured,
                hidden,
                command,
                mandatory,
                active_notify,
                version,
                status,
                ..ParameterSpec::new(name.as_str(), syntax)
            };
            Element { spec, said }
        },
    )
}

fn syntax() -> impl Strategy<Value = SyntaxSpec> {
    let bounds = || (any::<u32>(), option::of(0..u32::MAX), vec(size(), 0..3));
    let inner =
        bounds().prop_map(|(min_items, max_items, sizes)| InnerListSpec { min_items, max_items, sizes });
    let list = (bounds(), any::<bool>(), option::of(inner)).prop_map(
        |((min_items, max_items, sizes), nested_brackets, inner)| ListSpec {
            min_items,
            max_items,
            sizes,
            nested_brackets,
            inner,
        },
    );
    let pattern =
        select(&["", "[A-Za-z].*", "([0-9A-F]{2}:){5}[0-9A-F]{2}", "\\d{1,3}|[é-ü]+"]).prop_map(String::from);
    let facets = (vec(size(), 0..3), vec(range(), 0..3), vec(pattern, 0..3), vec(enumeration(), 0..4));
    let enumeration_ref = option::of((".{0,9}", option::of(".{0,9}")))
        .prop_map(|reference| reference.map(|(target, null_value)| EnumerationRef { target, null_value }));
    let texts = (option::of(".{0,9}"), option::of(".{0,150}"));
    (select(&PrimitiveType::ALL), option::of(list), facets, enumeration_ref, option::of(reference()), texts)
        .prop_map(
            |(
                primitive,
                list,
                (sizes, ranges, patterns, enumeration),
                enumeration_ref,
                reference,
                (data_type, units),
            )| {
                SyntaxSpec {
                    list,
                    sizes,
                    ranges,
                    patterns,
                    enumeration,
                    enumeration_ref,
                    reference,
                    data_type,
                    units,
                    ..SyntaxSpec::new(primitive)
                }
            },
        )
}

fn size() -> impl Strategy<Value = Size> {
    (any::<u32>(), option::of(any::<u32>())).prop_map(|(min, max)| Size { min, max })
}

fn range() -> impl Strategy<Value = Range> {
    let bound = || option::of(any::<i128>());
    (bound(), bound(), bound()).prop_map(|(min, max, step)| Range { min, max, step })
}

fn enumeration() -> impl Strategy<Value = EnumerationValue> {
    (".{0,12}", any::<[bool; 2]>(), status()).prop_map(|(value, [read_only, optional], status)| {
        EnumerationValue { value, read_only, optional, status }
    })
}

fn reference() -> impl Strategy<Value = ReferenceSpec> {
    let target = select(&[
        ReferenceTarget::Single,
        ReferenceTarget::Row,
        ReferenceTarget::Parameter,
        ReferenceTarget::Any,
    ]);
    (any::<bool>(), target, vec("[A-Z][a-z]{0,4}[.]", 0..3))
        .prop_map(|(strong, target, parents)| ReferenceSpec { strong, target, parents })
}

fn version() -> impl Strategy<Value = Version> {
    any::<(u8, u8)>().prop_map(|(major, minor)| Version { major, minor })
}

fn status() -> impl Strategy<Value = Status> {
    select(&[Status::Current, Status::Deprecated, Status::Obsoleted, Status::Deleted])
}
