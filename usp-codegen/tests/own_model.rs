//! The device model of this project, from its file to an image and back.

use usp_codegen::{Config, Counts, ImageOptions, Model, Parameter};
use usp_schema::Schema;

fn model() -> Model {
    Model::from_file("../models/usp-device.xml").expect("the file is well-formed")
}

#[test]
fn it_has_all_its_elements() {
    let model = model();
    assert_eq!(model.warnings(), []);
    assert_eq!(
        model.counts(true),
        Counts {
            objects: 120,
            parameters: 957,
            commands: 48,
            events: 10,
            arguments: 158,
            argument_objects: 7,
            profiles: 0,
            data_types: 19,
        }
    );
}

#[test]
fn its_image_says_what_the_file_says() {
    let model = model();
    let schema = model.to_schema(&ImageOptions::new()).expect("the model is sound");
    let counts = model.counts(false);
    assert_eq!(schema.parameters().count(), counts.parameters);
    for object in model.objects() {
        let in_image = schema.object_at(object.path()).expect("it is in the image");
        assert_eq!(in_image.path(), object.path());
        assert_eq!(in_image.is_table(), object.is_table());
        assert_eq!(in_image.access(), object.access());
        assert_eq!(
            (in_image.min_entries(), in_image.max_entries()),
            (object.min_entries(), object.max_entries())
        );
        assert_eq!(in_image.unique_keys().count(), object.unique_keys().len());
        for parameter in object.parameters() {
            check_parameter(&schema, &format!("{}{}", object.path(), parameter.name()), parameter);
        }
        for command in object.commands() {
            let path = format!("{}{}", object.path(), command.name());
            let in_image = schema.command_at(&path).expect("it is in the image");
            assert_eq!(in_image.is_asynchronous(), command.is_async(), "{path}");
            let arguments = in_image.input().map_or(0, |input| input.parameters().len());
            assert_eq!(arguments, command.input().map_or(0, |input| input.parameters().len()), "{path}");
        }
        for event in object.events() {
            let path = format!("{}{}", object.path(), event.name());
            let in_image = schema.event_at(&path).expect("it is in the image");
            let arguments = in_image.arguments().map_or(0, |arguments| arguments.parameters().len());
            assert_eq!(arguments, event.arguments().parameters().len(), "{path}");
        }
    }
}

#[track_caller]
fn check_parameter(schema: &Schema, path: &str, parameter: &Parameter) {
    let in_image = schema.parameter_at(path).expect("it is in the image");
    let (syntax, expected) = (in_image.syntax(), parameter.syntax());
    assert_eq!(in_image.access(), parameter.access(), "{path}");
    assert_eq!(syntax.primitive_type(), expected.primitive(), "{path}");
    assert_eq!(syntax.is_list(), expected.list().is_some(), "{path}");
    assert_eq!(syntax.units(), expected.units(), "{path}");
    assert_eq!(syntax.data_type(), expected.data_type().map(|data_type| data_type.name()), "{path}");
    assert_eq!(syntax.sizes().collect::<Vec<_>>(), expected.sizes(), "{path}");
    assert_eq!(syntax.ranges().collect::<Vec<_>>(), expected.ranges(), "{path}");
    let values: Vec<&str> = syntax.enumeration().map(|value| value.value).collect();
    let expected_values: Vec<&str> = expected.enumeration().iter().map(|value| value.value()).collect();
    assert_eq!(values, expected_values, "{path}");
    assert_eq!(in_image.default().is_some(), expected.default().is_some(), "{path}");
}

#[test]
fn types_can_be_generated_for_all_of_it() {
    let config = Config::new().model("../models/usp-device.xml").types("Device.");
    let generated = config.render().expect("the model is sound");
    for item in [
        "pub fn device() -> DevicePath {",
        "pub struct IpInterfaceIpv4Address {",
        "pub ip_address: Option<schema::Ipv4Address>,",
        "pub enum LocalAgentSubscriptionNotifType {",
        "pub struct IpDiagnosticsIpPingInput {",
        "pub trait RebootHandler {",
    ] {
        assert!(generated.source.contains(item), "{item} is missing");
    }
    assert_eq!(Schema::from_vec(generated.image.clone()).expect("it loads").name(), "Device:2.19");
}
