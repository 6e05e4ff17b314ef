//! What goes into a schema image: all of a model, or the part that was chosen, with or without its descriptions.

use std::path::PathBuf;

use usp_codegen::{ImageOptions, Model};
use usp_schema::Schema;

fn zoo() -> Model {
    Model::from_file("tests/files/zoo.xml").expect("the file is well-formed")
}

fn image(options: &ImageOptions) -> Schema {
    zoo().to_schema(options).expect("the model is sound")
}

fn paths(schema: &Schema) -> Vec<String> {
    schema.objects().map(|object| object.path()).collect()
}

#[test]
fn a_chosen_sub_tree_is_there_with_what_is_above_it() {
    let schema = image(&ImageOptions::new().select("Device.Enclosure.{i}.Animal.").select("Device.Closing!"));
    assert_eq!(paths(&schema)[..3], ["Device.", "Device.Enclosure.{i}.", "Device.Enclosure.{i}.Animal.{i}."]);
    assert!(schema.parameter_at("Device.Enclosure.{i}.Animal.{i}.Mother").is_some());
    assert!(schema.parameter_at("Device.Enclosure.{i}.Fence").is_none());
    assert!(schema.event_at("Device.Closing!").is_some());
    assert!(schema.event_at("Device.Escape!").is_none());
    assert!(schema.as_bytes().len() < image(&ImageOptions::new()).as_bytes().len() / 2);
}

#[test]
fn a_profile_brings_what_it_asks_for_and_what_it_builds_on() {
    let schema = image(&ImageOptions::new().profile("Zoo:2"));
    // Of Zoo:1, which it builds on.
    assert!(schema.parameter_at("Device.Name").is_some());
    assert!(schema.command_at("Device.Count()").is_some());
    assert!(schema.event_at("Device.Escape!").is_some());
    assert!(schema.command_at("Device.Open()").is_none());
    // A table of which it asks for nothing in particular comes whole, with its Unique Keys.
    let staff = schema.object_at("Device.Staff.{i}.").expect("the profile asks for it");
    assert_eq!(staff.unique_keys().count(), 2);
    assert!(schema.object_at("Device.Menu.").is_none());
}

/// A table is there though the parameters that counted its rows and switched them on are deleted.
#[test]
fn what_steers_an_object_goes_with_its_parameter() {
    let deleted = |name: &str, kind: &str| {
        format!("<parameter name='{name}' status='deleted'><syntax><{kind}/></syntax></parameter>")
    };
    let text = format!(
        "<document><model name='M:1'><object name='Device.'>{}{}</object><object name='Device.Row.{{i}}.' \
         minEntries='0' maxEntries='unbounded' numEntriesParameter='Rows' enableParameter='On' \
         discriminatorParameter='Kind'>{}</object></model></document>",
        deleted("Rows", "unsignedInt"),
        deleted("Kind", "string"),
        deleted("On", "boolean"),
    );
    let model = Model::from_xml("steered.xml", &text).expect("the file is well-formed");
    let names = |options: &ImageOptions| {
        let schema = model.to_schema(options).expect("the model is sound");
        let row = schema.object_at("Device.Row.{i}.").expect("it is in the model");
        [row.num_entries_parameter(), row.enable_parameter(), row.discriminator_parameter()]
            .map(|parameter| parameter.map(|parameter| parameter.name().to_owned()))
    };
    assert_eq!(names(&ImageOptions::new()), [None, None, None]);
    let all = ["Rows", "On", "Kind"].map(|name| Some(name.to_owned()));
    assert_eq!(names(&ImageOptions::new().include_deleted(true)), all);
}

#[test]
fn unique_keys_come_with_their_parameters() {
    let chosen = |paths: &[&str]| {
        let options = paths.iter().fold(ImageOptions::new(), |options, path| options.select(*path));
        let schema = image(&options);
        let staff = schema.object_at("Device.Staff.{i}.").expect("a parameter of it was chosen");
        staff.unique_keys().count()
    };
    assert_eq!(chosen(&["Device.Staff.{i}.Alias"]), 1);
    assert_eq!(chosen(&["Device.Staff.{i}.Name"]), 0);
    assert_eq!(chosen(&["Device.Staff.{i}.Name", "Device.Staff.{i}.Type"]), 1);
}

#[test]
fn a_path_or_profile_that_is_not_there_is_named() {
    let refused = |options: &ImageOptions| zoo().to_schema(options).expect_err("it is not there").to_string();
    let error = refused(&ImageOptions::new().profile("Zoo:9"));
    assert_eq!(
        error,
        "tests/files/zoo.xml: the model has no profile \"Zoo:9\"; usp-codegen list --kind profiles shows all that it \
         has"
    );
    assert!(
        refused(&ImageOptions::new().select("Device.Aquarium."))
            .contains("the model has no \"Device.Aquarium.\"")
    );
}

#[test]
fn descriptions_are_there_when_they_are_wanted_with_their_macros_expanded() {
    let (bare, full) = (image(&ImageOptions::new()), image(&ImageOptions::new().descriptions(true)));
    let description = |schema: &Schema, path: &str| {
        schema.parameter_at(path).expect("it is there").description().map(str::to_owned)
    };
    assert_eq!(description(&bare, "Device.StaffNumberOfEntries"), None);
    let text = description(&full, "Device.StaffNumberOfEntries").expect("it has one");
    assert!(text.contains("`Device.Staff.{i}.`") || text.contains("`Staff"), "{text}");
    assert!(!text.contains("{{"), "{text}");
    let open = full.command_at("Device.Open()").expect("it is there");
    assert_eq!(open.description(), Some("Lets visitors in."));
    let escape = full.event_at("Device.Escape!").expect("it is there");
    assert_eq!(escape.description(), Some("An animal got out."));
    // They change nothing else.
    assert_eq!(paths(&bare), paths(&full));
    assert!(bare.as_bytes().len() < full.as_bytes().len());
}

#[test]
fn every_profile_of_tr_181_makes_an_image() {
    let Some(folder) = std::env::var_os("USP_MODELS") else {
        eprintln!("SKIPPED: USP_MODELS is not set, so no published model was read");
        return;
    };
    let model = Model::from_file(PathBuf::from(folder).join("tr-181-2-19-1-usp-full.xml"))
        .expect("it is well-formed");
    let whole = model.to_schema(&ImageOptions::new()).expect("it is sound").as_bytes().len();
    let mut made = 0;
    for profile in model.profiles() {
        // TR-181 2.19.1 asks in Upload:1 and what builds on it for a parameter that it does not have.
        match model.to_schema(&ImageOptions::new().profile(profile.name())) {
            Ok(schema) => {
                assert!(schema.as_bytes().len() < whole / 4, "{} is large", profile.name());
                made += 1;
            }
            Err(error) => eprintln!("{}: {error}", profile.name()),
        }
    }
    assert!(made >= model.profiles().len() - 2, "{made} of {} profiles", model.profiles().len());
}
