//! Each rule by which files are put together, by a set of files that has one of each.

use usp_codegen::{Arguments, DescriptionAction, Model, Object, Parameter, RequiredAccess, Version};
use usp_schema::{
    ActiveNotify, DefaultKind, ObjectAccess, ParameterAccess, PrimitiveType, Range, Size, Status,
};

fn gate() -> Model {
    Model::from_file("tests/data/sources/ex-7-1-1-gate.xml").expect("the files go together")
}

#[track_caller]
fn object<'m>(model: &'m Model, path: &str) -> &'m Object {
    model.object(path).expect("the object is in the files")
}

#[track_caller]
fn named<'m>(parameters: &'m [Parameter], name: &str) -> &'m Parameter {
    parameters.iter().find(|parameter| parameter.name() == name).expect("the parameter is in the files")
}

fn names(parameters: &[Parameter]) -> Vec<&str> {
    parameters.iter().map(Parameter::name).collect()
}

fn version(text: &str) -> Option<Version> {
    text.parse().ok()
}

#[test]
fn file_names_are_completed_and_the_latest_corrigendum_counts() {
    let model = gate();
    let files: Vec<&str> = model.files().collect();
    let folder = "tests/data/sources/";
    let expected = ["ex-7-1-1-gate.xml", "ex-7-1-10-parts.xml", "counters.xml"];
    assert_eq!(files, expected.map(|file| format!("{folder}{file}")));
    assert_eq!(model.warnings(), []);
    assert_eq!((model.name(), model.specification()), ("Gate:1.1", "urn:example:ex-7-1-1-gate"));
}

#[test]
fn elements_know_the_file_and_line_that_they_come_from() {
    let model = gate();
    let door = object(&model, "Gate.Yard.Door.{i}.");
    let place = |line| model.location(line);
    assert_eq!(place(door.line()), ("tests/data/sources/ex-7-1-10-parts.xml", 21));
    let opened = named(door.parameters(), "Opened");
    assert_eq!(place(opened.line()), ("tests/data/sources/counters.xml", 11));
    let gate = object(&model, "Gate.");
    assert_eq!(place(named(gate.parameters(), "Load").line()), ("tests/data/sources/ex-7-1-1-gate.xml", 36));
}

#[test]
fn a_change_adds_to_what_is_there() {
    let model = gate();
    let gate = object(&model, "Gate.");
    assert_eq!(names(gate.parameters()), ["Name", "Colour", "Load"]);
    let name = named(gate.parameters(), "Name");
    assert_eq!((name.access(), name.version()), (ParameterAccess::ReadWrite, version("1.1")));
    assert_eq!(name.syntax().sizes(), [Size { min: 0, max: Some(16) }]);
    let patterns: Vec<&str> = name.syntax().patterns().iter().map(|pattern| pattern.value()).collect();
    assert_eq!(patterns, ["[a-z]*"]);
    let default = name.syntax().default().unwrap();
    assert_eq!((default.kind(), default.value()), (DefaultKind::Object, "front"));

    let colour = named(gate.parameters(), "Colour");
    assert_eq!((colour.access(), colour.status()), (ParameterAccess::ReadWrite, Status::Deprecated));
    let values: Vec<_> = colour
        .syntax()
        .enumeration()
        .iter()
        .map(|value| {
            (value.value(), value.status(), value.is_optional(), value.version(), value.description())
        })
        .collect();
    assert_eq!(values[0].3, None);
    assert_eq!(values[0].4.map(|description| description.text()), Some("Like a rose."));
    let values: Vec<_> = values.iter().map(|value| (value.0, value.1, value.2, value.3)).collect();
    let expected = [
        ("Red", Status::Deleted, false, None),
        ("Green", Status::Current, true, None),
        ("Blue", Status::Current, false, version("1.1")),
    ];
    assert_eq!(values, expected);
}

#[test]
fn descriptions_are_put_together_as_they_say() {
    let model = gate();
    let gate = object(&model, "Gate.");
    let text = |description: Option<&usp_codegen::Description>| {
        let description = description.expect("there is one");
        assert_eq!(description.action(), DescriptionAction::Create);
        description.text().trim().to_owned()
    };
    assert_eq!(text(gate.description()), "A gate has two sides.\n\n\n\nSo it can\nbe shut.");
    let name = named(gate.parameters(), "Name");
    assert_eq!(text(name.description()), "Short.\n\nIts name.");
    let model_text = text(model.description());
    assert_eq!(model_text, "A gate.\n\nIt has doors.");
}

#[test]
fn a_component_goes_where_its_path_leads_with_its_version_raised() {
    let model = gate();
    let paths: Vec<&str> = model.objects().iter().map(Object::path).collect();
    assert_eq!(paths, ["Gate.", "Gate.Yard.", "Gate.Yard.Door.{i}."]);
    let yard = object(&model, "Gate.Yard.");
    assert_eq!(yard.version(), version("1.0"));
    assert_eq!(named(yard.parameters(), "DoorNumberOfEntries").version(), version("1.1"));
    let door = object(&model, "Gate.Yard.Door.{i}.");
    assert_eq!((door.access(), door.version()), (ObjectAccess::AddDelete, version("1.1")));
    assert_eq!(door.unique_keys().len(), 1);
    assert_eq!(named(door.parameters(), "Label").version(), version("1.1"));
    assert_eq!(named(door.parameters(), "Width").version(), None);
    // What states a later version keeps it.
    assert_eq!(named(door.parameters(), "Mark").version(), version("1.2"));
    assert_eq!(named(door.parameters(), "Opened").version(), version("1.1"));
}

#[test]
fn a_virtual_component_gives_way_to_its_namesake_where_it_was_called_from() {
    let model = gate();
    let door = object(&model, "Gate.Yard.Door.{i}.");
    assert_eq!(names(door.parameters()), ["Label", "Width", "Opened", "Mark"]);
}

#[test]
fn arguments_lose_what_only_parameters_have() {
    let model = gate();
    let gate = object(&model, "Gate.");
    let open = &gate.commands()[0];
    assert_eq!((open.name(), open.is_async(), open.version()), ("Open()", true, version("1.1")));
    let input = open.input().unwrap();
    assert_eq!(names(input.parameters()), ["Speed", "Bolt"]);
    assert!(named(input.parameters(), "Speed").is_mandatory());
    check_bolt(input, "1.3");
    let opened = &gate.events()[0];
    assert_eq!(opened.name(), "Opened!");
    check_bolt(opened.arguments(), "1.3");
    assert!(open.output().is_none());
}

#[track_caller]
fn check_bolt(arguments: &Arguments, since: &str) {
    let bolt = named(arguments.parameters(), "Bolt");
    assert_eq!((bolt.stated_access(), bolt.active_notify()), (None, ActiveNotify::Normal));
    assert_eq!(bolt.version(), version(since));
    assert_eq!(bolt.syntax().default().map(|default| default.kind()), Some(DefaultKind::Parameter));
    assert_eq!(arguments.objects().len(), 1);
    let trace = &arguments.objects()[0];
    assert_eq!((trace.path(), trace.stated_access()), ("Trace.{i}.", None));
    assert_eq!(trace.num_entries_parameter(), None);
    assert_eq!((trace.min_entries(), trace.max_entries()), (0, None));
}

#[test]
fn a_data_type_is_what_its_name_stands_for_in_its_file() {
    let model = gate();
    let found: Vec<(&str, PrimitiveType, Option<&str>)> = model
        .data_types()
        .map(|data_type| (data_type.name(), data_type.primitive(), data_type.base().map(|base| base.name())))
        .collect();
    let expected = [
        ("Label", PrimitiveType::String, None),
        ("Label_2", PrimitiveType::HexBinary, None),
        ("Count", PrimitiveType::UnsignedInt, None),
        ("Weight", PrimitiveType::UnsignedInt, None),
        ("Long", PrimitiveType::UnsignedInt, Some("Count")),
    ];
    assert_eq!(found, expected);
    let load = named(object(&model, "Gate.").parameters(), "Load");
    assert_eq!(load.syntax().data_type().map(|data_type| data_type.name()), Some("Weight"));
    assert_eq!(load.syntax().ranges(), [Range { min: None, max: Some(90), step: None }]);
    let door = object(&model, "Gate.Yard.Door.{i}.");
    assert_eq!(named(door.parameters(), "Label").syntax().patterns()[0].value(), "[0-9]+");
    assert_eq!(named(door.parameters(), "Mark").syntax().primitive(), PrimitiveType::HexBinary);
}

#[test]
fn profiles_go_with_their_component() {
    let model = gate();
    let profiles: Vec<&str> = model.profiles().iter().map(|profile| profile.name()).collect();
    assert_eq!(profiles, ["Door:1", "Yard:1"]);
    let door = &model.profiles()[0];
    assert_eq!(door.version(), version("1.1"));
    let asked: Vec<_> = door.requirements().iter().map(|one| (one.path(), one.access())).collect();
    let expected = [
        ("Gate.Yard.Door.{i}.", RequiredAccess::CreateDelete),
        ("Gate.Yard.Door.{i}.Width", RequiredAccess::ReadOnly),
        ("Gate.Yard.", RequiredAccess::Present),
        ("Gate.Yard.DoorNumberOfEntries", RequiredAccess::ReadOnly),
    ];
    assert_eq!(asked, expected);
}
