//! Several images as one model.
// A panic is how a test reports.
#![allow(clippy::unwrap_used)]

#[path = "support/models.rs"]
mod models;

use proptest::prelude::*;
use usp_schema::{
    CommandSpec, ComposeError, Composition, EventSpec, Object, ObjectAccess, ObjectHandle, ObjectSpec,
    ParameterSpec, PrimitiveType, Schema, SchemaBuilder, SyntaxSpec, UniqueKey, Version,
};

/// An image of `Device.` with what is added to it.
fn image(name: &str, add: impl FnOnce(&mut SchemaBuilder, ObjectHandle)) -> Schema {
    let mut builder = SchemaBuilder::new(name, "urn:example");
    let device = builder.object(None, ObjectSpec::single("Device")).unwrap();
    add(&mut builder, device);
    builder.build().unwrap()
}

fn string(name: &str) -> ParameterSpec {
    ParameterSpec::new(name, SyntaxSpec::new(PrimitiveType::String))
}

/// `Device.Radio.{i}.` with the key Name, the parameters A and B, a command and an event.
fn device() -> Schema {
    image("device", |builder, device| {
        builder.parameter(device, string("Model")).unwrap();
        let radio = builder.object(Some(device), ObjectSpec::table("Radio")).unwrap();
        for name in ["Name", "A"] {
            builder.parameter(radio, string(name)).unwrap();
        }
        builder.unique_key(radio, false, &["Name"]).unwrap();
        let scan = builder.command(radio, CommandSpec::new("Scan()")).unwrap();
        let input = builder.input(scan).unwrap();
        builder.parameter(input, string("Band")).unwrap();
        builder.event(radio, EventSpec::new("Radar!")).unwrap();
    })
}

/// What the composition of [`device`] and an image says of it.
#[track_caller]
fn refused(add: impl FnOnce(&mut SchemaBuilder, ObjectHandle)) -> String {
    Composition::from(device()).with(image("vendor", add)).unwrap_err().to_string()
}

#[test]
fn what_images_add_to_one_object_is_united() {
    let vendor = image("vendor", |builder, device| {
        builder.parameter(device, string("X_A")).unwrap();
        let counted =
            ObjectSpec { num_entries_parameter: Some("X_Radios".into()), ..ObjectSpec::table("Radio") };
        builder.parameter(device, string("X_Radios")).unwrap();
        let radio = builder.object(Some(device), counted).unwrap();
        builder.parameter(radio, string("X_Name")).unwrap();
        builder.unique_key(radio, true, &["X_Name"]).unwrap();
        builder.object(Some(radio), ObjectSpec::single("X_Stats")).unwrap();
    });
    let both = Composition::from(device()).with(vendor.clone()).unwrap();
    let schema = both.schema();
    assert_eq!((schema.name(), schema.specification()), ("device", "urn:example"));
    let radio = schema.object_at("Device.Radio.{i}.").unwrap();
    let parameters: Vec<&str> = radio.parameters().map(|parameter| parameter.name()).collect();
    assert_eq!(parameters, ["A", "Name", "X_Name"]);
    let keys: Vec<String> =
        radio.unique_keys().map(|key| key.parameters().map(|p| p.name()).collect()).collect();
    assert_eq!(keys, ["Name", "X_Name"]);
    assert_eq!(radio.num_entries_parameter().map(|counter| counter.path()).unwrap(), "Device.X_Radios");
    assert!(schema.object_at("Device.Radio.{i}.X_Stats.").is_some());
    assert!(schema.command_at("Device.Radio.{i}.Scan()").unwrap().input().is_some());
    assert_eq!(both.images(), [device(), vendor.clone()]);
    assert_eq!(both.without(vendor.fingerprint()).unwrap().schema().as_bytes(), device().as_bytes());
}

#[test]
fn what_images_have_in_common_may_differ_in_its_history() {
    let newer = image("newer", |builder, device| {
        let version = Version { minor: 19, ..Version::default() };
        builder.parameter(device, ParameterSpec { version, ..string("Model") }).unwrap();
        builder.parameter(device, string("More")).unwrap();
    });
    let both = Composition::from(device()).with(newer).unwrap();
    let model = both.schema().parameter_at("Device.Model").unwrap();
    assert_eq!(model.version(), Version::default());
    assert!(both.schema().parameter_at("Device.More").is_some());
}

#[test]
fn what_contradicts_is_refused_with_image_and_path() {
    let told = |path: &str, how: &str| format!("{path} of the image vendor is already there {how}");
    assert_eq!(
        refused(|builder, device| {
            let syntax = SyntaxSpec::new(PrimitiveType::Boolean);
            builder.parameter(device, ParameterSpec::new("Model", syntax)).unwrap();
        }),
        told("Device.Model", "with another type, access or default")
    );
    let kind = "as a table in one and a single object in the other";
    assert_eq!(
        refused(|builder, device| {
            builder.object(Some(device), ObjectSpec::single("Radio")).unwrap();
        }),
        told("Device.Radio.", kind)
    );
    let single = image("single", |builder, device| {
        builder.object(Some(device), ObjectSpec::single("Radio")).unwrap();
    });
    let error = Composition::from(single).with(device()).unwrap_err();
    assert_eq!(error.to_string(), format!("Device.Radio.{{i}}. of the image device is already there {kind}"));
    assert_eq!(
        refused(|builder, device| {
            builder.object(Some(device), ObjectSpec::single("Model")).unwrap();
        }),
        told("Device.Model.", "as a parameter")
    );
    assert_eq!(
        refused(|builder, device| builder.parameter(device, string("Radio")).unwrap()),
        told("Device.Radio", "as an object")
    );
    assert_eq!(
        refused(|builder, device| {
            let table = ObjectSpec { access: ObjectAccess::AddDelete, ..ObjectSpec::table("Radio") };
            builder.object(Some(device), table).unwrap();
        }),
        told("Device.Radio.{i}.", "with other access, numbers of rows or steering parameters")
    );
    assert_eq!(
        refused(|builder, device| {
            let radio = builder.object(Some(device), ObjectSpec::table("Radio")).unwrap();
            builder.command(radio, CommandSpec::new("Scan()")).unwrap();
        }),
        told("Device.Radio.{i}.Scan()", "with other arguments")
    );
    assert_eq!(
        refused(|builder, device| {
            let radio = builder.object(Some(device), ObjectSpec::table("Radio")).unwrap();
            let event = builder.event(radio, EventSpec::new("Radar!")).unwrap();
            let arguments = builder.arguments(event).unwrap();
            builder.parameter(arguments, string("Channel")).unwrap();
        }),
        told("Device.Radio.{i}.Radar!", "with other arguments")
    );
}

#[test]
fn images_come_once_and_go_once() {
    let (one, two) = (device(), image("two", |_, _| {}));
    let both = Composition::from(one.clone()).with(two.clone()).unwrap();
    assert_eq!(both.with(two.clone()), Err(ComposeError::AlreadyThere { image: "two".into() }));
    let alone = both.without(one.fingerprint()).unwrap();
    assert_eq!(alone, Composition::from(two.clone()));
    assert_eq!(alone.without(two.fingerprint()), Err(ComposeError::LastImage));
    let fingerprint = one.fingerprint();
    assert_eq!(alone.without(fingerprint), Err(ComposeError::NotThere { fingerprint }));
}

#[test]
fn several_images_at_once_are_each_another() {
    assert_eq!(Composition::of([]).unwrap_err(), ComposeError::LastImage);
    let error = Composition::of([device(), device()]).unwrap_err();
    assert!(matches!(error, ComposeError::AlreadyThere { .. }), "{error}");
}

/// The part of a model that has the elements whose bit is set.
fn part(schema: &Schema, elements: &[String], chosen: impl Fn(usize) -> bool) -> Schema {
    let paths = elements.iter().enumerate().filter(|&(at, _)| chosen(at)).map(|(_, path)| &**path);
    schema.select(paths).unwrap()
}

fn elements(model: &models::Model, schema: &Schema) -> Vec<String> {
    let objects = (0..model.objects.len()).map(|index| model.path(index));
    let parameters = schema.parameters().map(|parameter| parameter.path());
    let commands = schema.commands().map(|command| command.path());
    let events = schema.events().map(|event| event.path());
    objects.chain(parameters).chain(commands).chain(events).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Parts of a model compose to what is selected of it at once, and come apart again. (Of its keys, the next test.)
    #[test]
    fn parts_compose_to_the_whole(mut model in models::model(), sets in sets()) {
        model.objects.iter_mut().for_each(|object| object.keys.clear());
        let schema = model.build(|_| {}).unwrap();
        let elements = elements(&model, &schema);
        let parts = parts(&schema, &elements, &sets);
        let mut composed = compose(&parts);
        let whole = part(&schema, &elements, |at| sets.iter().any(|set| is_in(set, at)));
        prop_assert_eq!(composed.schema().as_bytes(), whole.as_bytes());
        for part in &parts[1..] {
            composed = composed.without(part.fingerprint()).unwrap();
        }
        prop_assert_eq!(composed.schema().as_bytes(), parts[0].as_bytes());
    }

    /// An object has the Unique Keys of each image that no image before has, in the order of the images.
    #[test]
    fn keys_are_united(model in models::model(), sets in sets()) {
        let schema = model.build(|_| {}).unwrap();
        let parts = parts(&schema, &elements(&model, &schema), &sets);
        for object in compose(&parts).schema().objects() {
            let mut expected = Vec::new();
            for same in parts.iter().filter_map(|part| part.object_at(&object.path())) {
                let before = expected.clone();
                expected.extend(keys(same).into_iter().filter(|key| !before.contains(key)));
            }
            prop_assert_eq!(keys(object), expected);
        }
    }
}

/// Whether each element is in a part; more than the elements of most models.
fn sets() -> impl Strategy<Value = Vec<Vec<bool>>> {
    prop::collection::vec(prop::collection::vec(any::<bool>(), 1..40), 1..4)
}

fn is_in(set: &[bool], at: usize) -> bool {
    set[at % set.len()]
}

/// The parts that the sets stand for, each once.
fn parts(schema: &Schema, elements: &[String], sets: &[Vec<bool>]) -> Vec<Schema> {
    let mut parts: Vec<Schema> = Vec::new();
    for set in sets {
        let part = part(schema, elements, |at| is_in(set, at));
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts
}

/// One after the other, and all at once: it is the same.
fn compose(parts: &[Schema]) -> Composition {
    let first = Composition::from(parts[0].clone());
    let composed = parts[1..].iter().fold(first, |composed, part| composed.with(part.clone()).unwrap());
    assert_eq!(Composition::of(parts.to_vec()).unwrap(), composed);
    composed
}

fn keys(object: Object<'_>) -> Vec<(bool, Vec<String>)> {
    let names = |key: UniqueKey<'_>| key.parameters().map(|parameter| parameter.name().to_owned()).collect();
    object.unique_keys().map(|key| (key.is_functional(), names(key))).collect()
}
