//! The flat list, as `usp-codegen list --format json` prints it.

use usp_codegen::{Element, ElementKind, ImageOptions, Model};

fn elements() -> Vec<Element> {
    Model::from_file("tests/files/zoo.xml").expect("the file is well-formed").elements()
}

#[track_caller]
fn check(kind: ElementKind, path: &str, json: &str) {
    let elements = elements();
    let element = elements.iter().find(|element| element.kind == kind && element.path == path);
    assert_eq!(element.expect("it is in the list").to_json(), json);
}

#[test]
fn each_kind_is_listed_with_what_is_known() {
    check(
        ElementKind::Object,
        "Device.Enclosure.{i}.",
        r#"{"path":"Device.Enclosure.{i}.","kind":"object","access":"readWrite","unique_keys":[{"functional":true,"parameters":["Number"]}],"num_entries_parameter":"EnclosureNumberOfEntries","enable_parameter":"Enable","min_entries":0,"max_entries":256}"#,
    );
    check(
        ElementKind::Object,
        "Device.Menu.",
        r#"{"path":"Device.Menu.","kind":"object","min_entries":1,"max_entries":1,"mount_point":true}"#,
    );
    check(
        ElementKind::Parameter,
        "Device.Enclosure.{i}.Number",
        r#"{"path":"Device.Enclosure.{i}.Number","kind":"parameter","access":"readWrite","type":"int","base":"int","ranges":[[-1,-1,null],[1,99,2]]}"#,
    );
    check(
        ElementKind::Parameter,
        "Device.Enclosure.{i}.Animal.{i}.Seen",
        r#"{"path":"Device.Enclosure.{i}.Animal.{i}.Seen","kind":"parameter","access":"readOnly","type":"string","base":"string","list":true,"reference":{"strength":"weak","target_type":"row","targets":["Device.Staff.","Device.Enclosure."]}}"#,
    );
    check(
        ElementKind::Parameter,
        "Device.Staff.{i}.Password",
        r#"{"path":"Device.Staff.{i}.Password","kind":"parameter","access":"readWrite","type":"string","base":"string","hidden":true}"#,
    );
    check(
        ElementKind::Parameter,
        "Device.Staff.{i}.Alias",
        r#"{"path":"Device.Staff.{i}.Alias","kind":"parameter","access":"writeOnceReadOnly","type":"ShortLabel","base":"string","sizes":[[0,15]],"patterns":["","[A-Z][a-z]*"]}"#,
    );
    check(
        ElementKind::Command,
        "Device.Count()",
        r#"{"path":"Device.Count()","kind":"command","version":"1.1","async":true}"#,
    );
    check(
        ElementKind::ArgumentObject,
        "Device.Count().Window.Break.{i}.",
        r#"{"path":"Device.Count().Window.Break.{i}.","kind":"argument-object","min_entries":0,"max_entries":null,"owner":"Device.Count()","direction":"input","mandatory":true}"#,
    );
    check(
        ElementKind::Argument,
        "Device.Count().Result.{i}.Used",
        r#"{"path":"Device.Count().Result.{i}.Used","kind":"argument","type":"string","base":"string","enumeration_ref":"Device.Count().Output.Result.{i}.Supported","owner":"Device.Count()","direction":"output"}"#,
    );
    check(
        ElementKind::Event,
        "Device.Escape!",
        r#"{"path":"Device.Escape!","kind":"event","version":"1.2"}"#,
    );
    check(
        ElementKind::Argument,
        "Device.Escape!.Witness.{i}.Name",
        r#"{"path":"Device.Escape!.Witness.{i}.Name","kind":"argument","type":"string","base":"string","owner":"Device.Escape!","direction":"event"}"#,
    );
    check(
        ElementKind::Profile,
        "Animals:1",
        r#"{"path":"Animals:1","kind":"profile","status":"deprecated"}"#,
    );
    check(
        ElementKind::Type,
        "PlainLabel",
        r#"{"path":"PlainLabel","kind":"type","type":"ShortLabel","base":"string","sizes":[[0,15]],"patterns":["","[A-Z][a-z]*"]}"#,
    );
}

#[test]
fn everything_is_listed_once() {
    let elements = elements();
    let model = Model::from_file("tests/files/zoo.xml").expect("the file is well-formed");
    let counts = model.counts(true);
    for (kind, count) in [
        (ElementKind::Object, counts.objects),
        (ElementKind::Parameter, counts.parameters),
        (ElementKind::Command, counts.commands),
        (ElementKind::Event, counts.events),
        (ElementKind::Argument, counts.arguments),
        (ElementKind::ArgumentObject, counts.argument_objects),
        (ElementKind::Profile, counts.profiles),
        (ElementKind::Type, counts.data_types),
    ] {
        assert_eq!(elements.iter().filter(|element| element.kind == kind).count(), count, "{kind}");
    }
}

#[test]
fn an_image_lists_the_same() {
    for file in ["tests/files/zoo.xml", "tests/files/hard_names.xml", "../models/usp-device.xml"] {
        check_image(file);
    }
}

#[track_caller]
fn check_image(file: &str) {
    let model = Model::from_file(file).expect("the file is well-formed");
    let schema = model.to_schema(&ImageOptions::new().include_deleted(true)).expect("the model is sound");
    let mut from_image = Element::of_schema(&schema);
    for element in &mut from_image {
        // Only what the file states can be the same.
        element.version = None;
        element.access = None;
    }
    for mut element in model.elements() {
        if matches!(element.kind, ElementKind::Profile | ElementKind::Type) {
            continue;
        }
        element.version = None;
        element.access = None;
        assert!(from_image.contains(&element), "{}", element.to_json());
    }
    let counts = model.counts(true);
    let all = counts.objects + counts.parameters + counts.commands + counts.events;
    assert_eq!(from_image.len(), all + counts.arguments + counts.argument_objects);
}

/// What mounts have of one path is told apart by their names; the mounts themselves are no elements.
#[test]
fn what_is_mounted_is_listed_by_its_exact_path() {
    use usp_schema::{
        CommandSpec, Composition, ObjectSpec, ParameterSpec, PrimitiveType, SchemaBuilder, SyntaxSpec,
    };
    let image = |spec: ObjectSpec| {
        let mut builder = SchemaBuilder::new("Device:2.19", "urn:example");
        let device = builder.object(None, ObjectSpec::single("Device")).expect("a root");
        let object = builder.object(Some(device), spec).expect("an object");
        let string = SyntaxSpec::new(PrimitiveType::String);
        builder.parameter(object, ParameterSpec::new("Name", string)).expect("a parameter");
        builder.command(object, CommandSpec::new("Reset()")).expect("a command");
        builder.build().expect("a model")
    };
    let point = ObjectSpec { mount_point: true, ..ObjectSpec::table("ProxiedDevice") };
    let mut whole = Composition::from(image(point));
    for name in ["wifi", "zigbee"] {
        let lamp = image(ObjectSpec::table("Lamp"));
        whole = whole.with_mount("Device.ProxiedDevice.{i}.", name, lamp).expect("a mount");
    }
    let paths: Vec<String> =
        Element::of_schema(whole.schema()).into_iter().map(|element| element.path).collect();
    assert_eq!(
        paths,
        [
            "Device.",
            "Device.ProxiedDevice.{i}.",
            "Device.ProxiedDevice.{i}.Name",
            "Device.ProxiedDevice.{i}.Reset()",
            "Device.ProxiedDevice.{wifi}.Lamp.{i}.",
            "Device.ProxiedDevice.{wifi}.Lamp.{i}.Name",
            "Device.ProxiedDevice.{wifi}.Lamp.{i}.Reset()",
            "Device.ProxiedDevice.{zigbee}.Lamp.{i}.",
            "Device.ProxiedDevice.{zigbee}.Lamp.{i}.Name",
            "Device.ProxiedDevice.{zigbee}.Lamp.{i}.Reset()",
        ]
    );
}
