//! A model whose names are no names in Rust. That this file compiles is most of the test.
//!
//! `USP_BLESS=1 cargo test -p usp-codegen --test hard_names` writes the generated files anew.

use std::fs;
use std::path::Path;

use usp_codegen::{Config, Model};
use usp_datamodel::typed::Object;

mod hard_names {
    include!("golden/hard_names.rs");
}

#[test]
fn golden_files_are_what_is_generated() {
    let config = Config::new().model("tests/files/hard_names.xml").types("Device.").out_file("hard_names");
    let generated = config.render().expect("the model is sound");
    for (path, contents) in [
        ("tests/golden/hard_names.rs", generated.source.as_bytes()),
        ("tests/golden/hard_names.image", &generated.image),
    ] {
        if std::env::var_os("USP_BLESS").is_some() {
            fs::write(path, contents).expect("the file can be written");
        }
        let golden = fs::read(Path::new(path)).unwrap_or_default();
        assert!(golden == contents, "{path} is not what is generated now");
    }
}

#[test]
fn every_name_is_an_identifier() {
    use hard_names::{__, _2Gxx, _3G, _3G4, All, DeviceArea, FaultObject, Self_, SelfValue};
    let paths = [FaultObject::PATH, Self_::PATH, _3G::PATH, __::PATH];
    assert_eq!(paths, ["Device.Fault.", "Device.Self.", "Device._3G.", "Device._-."]);
    let texts = [_2Gxx::A.as_str(), SelfValue::A.as_str(), All::ALLUpper.as_str(), All::Self_.as_str()];
    assert_eq!(texts, ["a", "a", "A L L", "Self"]);
    assert_eq!(_3G4::V5.as_str(), "5");
    let areas = [DeviceArea::M, DeviceArea::MLower, DeviceArea::Other, DeviceArea::OtherUpper];
    assert_eq!(areas.map(DeviceArea::as_str), ["m²", "m", "½", "Ⓐ"]);
}

/// Lists in a list that has no brackets stay texts, as the schema reads them.
#[test]
fn lists_of_lists_have_the_type_of_their_values() {
    let schema = hard_names::schema();
    let value = |path: &str, text: &str| {
        let parameter = schema.parameter_at(path).expect("it is in the model");
        parameter.syntax().parse(text).expect("it is a value")
    };
    let mut device = hard_names::Device::default();
    for (name, text) in [("Pairs", "1,2"), ("Phrases", "a%2Cb,c"), ("Boxes", "[a,b],[c]")] {
        let position =
            hard_names::Device::PARAMETERS.iter().position(|one| *one == name).expect("it is there");
        device.assign(position, &value(&format!("Device.{name}"), text)).expect("the value has the type");
    }
    assert_eq!(device.pairs, Some(vec![1, 2]));
    assert_eq!(device.phrases, Some(vec!["a,b".to_owned(), "c".to_owned()]));
    let boxes = [vec!["a".to_owned(), "b".to_owned()], vec!["c".to_owned()]];
    assert_eq!(device.boxes, Some(boxes.to_vec()));
}

/// A name with a line end would put what follows it into the code.
#[test]
fn names_that_end_a_comment_are_refused() {
    let model = |data_type: &str, model: &str| {
        let text = format!(
            "<document spec='urn:example:a'>\n<dataType name='{data_type}'><string/></dataType>\n\
             <model name='{model}'>\n<object name='Device.'/></model></document>"
        );
        Model::from_xml("names.xml", &text)
    };
    model("Type", "Device:1.0").expect("these are names");
    let error = model("A&#10;pub fn b() {}", "Device:1.0").unwrap_err();
    assert_eq!(
        error.to_string(),
        "names.xml:2:1: in data type A\npub fn b() {}: \"A\\npub fn b() {}\" is not the name of a data type: one line \
         of text without control characters"
    );
    let error = model("Type", "A&#13;B").unwrap_err();
    assert_eq!(
        error.to_string(),
        "names.xml:3:1: in model A\rB: \"A\\rB\" is not the name of a model: one line of text without control \
         characters"
    );
}
