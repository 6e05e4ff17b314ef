//! A vendor's file that extends a standard model.

use usp_codegen::{Config, Counts, ImageOptions, Model};
use usp_schema::{ActiveNotify, DefaultKind, ParameterAccess, ReferenceTarget};

use crate::facts::facts;

const VENDOR: &str = "../models/vendor/x-example-device.xml";
const STANDARD: &str = "../models/usp-device.xml";

fn model(file: &str) -> Model {
    Model::from_file(file).expect("the file is in the project")
}

#[test]
fn everything_of_the_standard_model_stays_as_it_is() {
    let (extended, standard) = (facts(&model(VENDOR)), facts(&model(STANDARD)));
    for (path, fact) in &standard {
        if path != "(model)" {
            assert_eq!(extended.get(path), Some(fact), "{path}");
        }
    }
    let added: Vec<&String> = extended.keys().filter(|path| !standard.contains_key(*path)).collect();
    assert!(
        added.iter().all(|path| path.contains("X_EXAMPLE-COM_") || *path == "(type) FanSpeed"),
        "{added:?}"
    );
}

#[test]
fn what_the_vendor_adds_is_there() {
    let (extended, standard) = (model(VENDOR), model(STANDARD));
    assert_eq!(extended.name(), "Device:2.19");
    assert_eq!(extended.specification(), "urn:example-com:x-example-device-1-0-0");
    assert_eq!(extended.warnings(), []);
    let before = standard.counts(true);
    let expected = Counts {
        objects: before.objects + 2,
        parameters: before.parameters + 8,
        commands: before.commands + 1,
        events: before.events + 1,
        arguments: before.arguments + 7,
        argument_objects: before.argument_objects + 1,
        profiles: before.profiles + 1,
        data_types: before.data_types + 1,
    };
    let unused: Vec<&str> = standard
        .data_types()
        .map(|data_type| data_type.name())
        .filter(|name| !extended.data_types().any(|data_type| data_type.name() == *name))
        .collect();
    assert_eq!(unused, Vec::<&str>::new());
    assert_eq!(extended.counts(true), expected);

    let radio = extended.object("Device.WiFi.Radio.{i}.").unwrap();
    let fan = radio.parameters().last().unwrap();
    assert_eq!((fan.name(), fan.access()), ("X_EXAMPLE-COM_Fan", ParameterAccess::ReadWrite));
    let reference = fan.syntax().reference().unwrap();
    assert_eq!(reference.target(), ReferenceTarget::Row);
    assert_eq!(reference.targets(), ["Device.X_EXAMPLE-COM_Cooling.Fan."]);

    let cooling = extended.object("Device.X_EXAMPLE-COM_Cooling.").unwrap();
    let spin_up = &cooling.commands()[0];
    assert_eq!((spin_up.name(), spin_up.is_async()), ("SpinUp()", true));
    let duration = &spin_up.input().unwrap().parameters()[1];
    let default = duration.syntax().default().unwrap();
    assert_eq!((default.kind(), default.value()), (DefaultKind::Parameter, "10"));
    let result = &spin_up.output().unwrap().objects()[0];
    let speed = &result.parameters()[0];
    assert_eq!((speed.name(), speed.stated_access()), ("Speed", None));
    assert_eq!(speed.syntax().units(), Some("percent"));
    let event = &cooling.events()[0];
    let names: Vec<&str> = event.arguments().parameters().iter().map(|one| one.name()).collect();
    assert_eq!((event.name(), names), ("Overheated!", vec!["Fan", "Speed", "Temperature"]));
    assert_eq!(speed.active_notify(), ActiveNotify::Normal);
}

#[test]
fn an_image_and_types_are_made_of_it() {
    let schema = model(VENDOR).to_schema(&ImageOptions::new()).expect("the model is sound");
    let image = schema.as_bytes();
    assert!(image.windows(14).any(|window| window == b"X_EXAMPLE-COM_"));
    let config = Config::new().model(VENDOR).types("Device.X_EXAMPLE-COM_Cooling.");
    let generated = config.render().expect("types can be made of it");
    assert_eq!(generated.image, image);
    let inputs: Vec<String> = generated.inputs.iter().map(|path| path.display().to_string()).collect();
    assert_eq!(inputs, [VENDOR, "../models/vendor/../usp-device.xml"]);
}
