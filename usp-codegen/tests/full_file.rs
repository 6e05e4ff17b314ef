//! Every construct of a full file, by a model that has one of each.

use usp_codegen::{
    Counts, DescriptionAction, ImageOptions, Model, MountType, Object, Parameter, ProfileItem, RequiredAccess,
};
use usp_schema::{
    ActiveNotify, DefaultKind, NestedBrackets, ObjectAccess, ParameterAccess, PrimitiveType, Range,
    ReferenceTarget, Size, Status,
};

fn zoo() -> Model {
    Model::from_file("tests/files/zoo.xml").expect("the file is well-formed")
}

#[track_caller]
fn object<'m>(model: &'m Model, path: &str) -> &'m Object {
    model.object(path).expect("the object is in the file")
}

#[track_caller]
fn parameter<'m>(model: &'m Model, object_path: &str, name: &str) -> &'m Parameter {
    let parameters = object(model, object_path).parameters();
    parameters.iter().find(|parameter| parameter.name() == name).expect("the parameter is in the file")
}

const STAFF: &str = "Device.Staff.{i}.";
const ENCLOSURE: &str = "Device.Enclosure.{i}.";
const ANIMAL: &str = "Device.Enclosure.{i}.Animal.{i}.";

#[test]
fn everything_is_counted() {
    let model = zoo();
    assert_eq!((model.name(), model.specification()), ("Device:1.2", "urn:example:zoo-1-2"));
    assert!(!model.is_service());
    let all = Counts {
        objects: 8,
        parameters: 33,
        commands: 3,
        events: 2,
        arguments: 14,
        argument_objects: 5,
        profiles: 4,
        data_types: 11,
    };
    assert_eq!(model.counts(true), all);
    assert_eq!(model.counts(false), Counts { objects: 6, parameters: 30, ..all });
    assert_eq!(model.warnings(), []);
}

#[test]
fn objects_tell_how_many_rows_there_are_and_who_makes_them() {
    let model = zoo();
    let staff = object(&model, STAFF);
    assert_eq!(staff.access(), ObjectAccess::AddDelete);
    assert_eq!((staff.min_entries(), staff.max_entries()), (0, None));
    assert_eq!(staff.num_entries_parameter(), Some("StaffNumberOfEntries"));
    assert!(staff.is_table());
    let keys: Vec<(bool, &[String])> =
        staff.unique_keys().iter().map(|key| (key.is_functional(), key.parameters())).collect();
    assert_eq!(
        keys,
        [(false, &["Alias".to_owned()][..]), (true, &["Name".to_owned(), "Type".to_owned()][..])]
    );

    let enclosure = object(&model, ENCLOSURE);
    assert_eq!(enclosure.max_entries(), Some(256));
    assert_eq!(enclosure.enable_parameter(), Some("Enable"));

    let moat = object(&model, "Device.Enclosure.{i}.Moat.");
    assert_eq!((moat.min_entries(), moat.max_entries()), (0, Some(1)));
    assert_eq!(moat.discriminator_parameter(), Some("Fence"));

    let menu = object(&model, "Device.Menu.");
    assert_eq!((menu.stated_access(), menu.access()), (None, ObjectAccess::ReadOnly));
    assert_eq!((menu.min_entries(), menu.max_entries()), (1, Some(1)));
    assert_eq!(menu.mount_type(), MountType::MountPoint);
}

#[test]
fn versions_come_from_either_namespace() {
    let model = zoo();
    let version = |name| parameter(&model, "Device.", name).version().map(|version| version.to_string());
    assert_eq!(version("StaffNumberOfEntries").as_deref(), Some("1.1"));
    assert_eq!(version("EnclosureNumberOfEntries").as_deref(), Some("1.1"));
    assert_eq!(version("Name"), None);
}

#[test]
fn access_is_read_with_its_blanks() {
    let model = zoo();
    assert_eq!(parameter(&model, STAFF, "Name").access(), ParameterAccess::ReadWrite);
    assert_eq!(parameter(&model, STAFF, "Alias").access(), ParameterAccess::WriteOnceReadOnly);
    let counter = parameter(&model, "Device.", "EnclosureNumberOfEntries");
    assert_eq!((counter.stated_access(), counter.access()), (None, ParameterAccess::ReadOnly));
}

#[test]
fn values_that_nobody_reads_are_marked() {
    let model = zoo();
    assert!(parameter(&model, STAFF, "Salary").syntax().is_secured());
    assert!(parameter(&model, STAFF, "Password").syntax().is_hidden());
    assert!(parameter(&model, STAFF, "Call").syntax().is_command());
    assert!(!parameter(&model, STAFF, "Name").syntax().is_secured());
}

#[test]
fn notification_is_read() {
    let model = zoo();
    assert_eq!(parameter(&model, ENCLOSURE, "Enable").active_notify(), ActiveNotify::CanDeny);
    assert_eq!(parameter(&model, ENCLOSURE, "Number").active_notify(), ActiveNotify::Normal);
    assert_eq!(parameter(&model, "Device.Menu.", "Species").active_notify(), ActiveNotify::ForceEnabled);
}

#[test]
fn facets_come_whole_from_the_nearest_level() {
    let model = zoo();
    let alias = parameter(&model, STAFF, "Alias").syntax();
    assert_eq!(alias.primitive(), PrimitiveType::String);
    assert_eq!(alias.sizes(), [Size { min: 0, max: Some(15) }]);
    let patterns: Vec<&str> = alias.patterns().iter().map(|pattern| pattern.value()).collect();
    assert_eq!(patterns, ["", "[A-Z][a-z]*"]);

    // Its own size, the patterns of the type that its type narrows.
    let name = parameter(&model, STAFF, "Name").syntax();
    assert_eq!(name.sizes(), [Size { min: 0, max: Some(20) }]);
    assert_eq!(name.patterns().len(), 2);
    let chain: Vec<&str> =
        name.data_type().into_iter().flat_map(|data_type| data_type.chain()).map(|one| one.name()).collect();
    assert_eq!(chain, ["PlainLabel", "ShortLabel", "Label"]);

    let filled = parameter(&model, ENCLOSURE, "Filled").syntax();
    assert_eq!(filled.ranges(), [Range { min: None, max: Some(100), step: Some(5) }]);
    assert_eq!(filled.units(), Some("percent"));
}

#[test]
fn several_sizes_and_ranges_are_kept() {
    let model = zoo();
    let mask = parameter(&model, ENCLOSURE, "Mask").syntax();
    assert_eq!(mask.primitive(), PrimitiveType::HexBinary);
    assert_eq!(mask.sizes(), [Size { min: 0, max: Some(0) }, Size { min: 2, max: Some(4) }]);
    let number = parameter(&model, ENCLOSURE, "Number").syntax();
    let expected = [
        Range { min: Some(-1), max: Some(-1), step: None },
        Range { min: Some(1), max: Some(99), step: Some(2) },
    ];
    assert_eq!(number.ranges(), expected);
}

#[test]
fn lists_hold_items_of_their_type() {
    let model = zoo();
    let corners = parameter(&model, ENCLOSURE, "Corners").syntax();
    assert_eq!(corners.primitive(), PrimitiveType::Int);
    let list = corners.list().expect("it is a list");
    assert_eq!((list.min_items(), list.max_items()), (1, Some(8)));
    assert_eq!(list.sizes(), [Size { min: 0, max: Some(100) }]);
    assert_eq!(list.nested_brackets(), NestedBrackets::Required);
    let inner = corners.inner_list().expect("its items are lists");
    assert_eq!((inner.min_items(), inner.max_items()), (2, Some(2)));

    let gate = parameter(&model, ENCLOSURE, "Gate").syntax();
    assert_eq!(gate.list().map(|list| list.max_items()), Some(Some(2)));
    assert!(gate.inner_list().is_none());
    let default = gate.default().expect("it has a default");
    assert_eq!((default.kind(), default.value()), (DefaultKind::Object, "[0,0]"));
}

#[test]
fn enumerations_keep_what_is_said_of_each_value() {
    let model = zoo();
    let values = parameter(&model, STAFF, "Type").syntax().enumeration();
    let texts: Vec<&str> = values.iter().map(|value| value.value()).collect();
    assert_eq!(texts, ["", "Self", "3DES", "2.4GHz", "UBR", "UBR+", "Gone"]);
    assert!(values[0].is_optional());
    assert_eq!(values[1].code(), Some(1));
    assert_eq!(values[2].version().map(|version| version.to_string()).as_deref(), Some("1.2"));
    assert!(values[3].is_read_only());
    assert_eq!(values[6].status(), Status::Deleted);
}

#[track_caller]
fn check_targets(model: &Model, object_path: &str, name: &str, strong: bool, targets: &[&str]) {
    let reference = parameter(model, object_path, name).syntax().reference().expect("it is a reference");
    assert_eq!(reference.is_strong(), strong);
    assert_eq!(reference.targets(), targets);
}

#[test]
fn references_lead_to_full_paths() {
    let model = zoo();
    check_targets(&model, ANIMAL, "Mother", true, &["Device.Enclosure.{i}.Animal."]);
    check_targets(&model, ANIMAL, "Neighbour", true, &["Device.Enclosure."]);
    check_targets(&model, ANIMAL, "Anything", false, &[]);
    check_targets(&model, ANIMAL, "Seen", false, &["Device.Staff.", "Device.Enclosure."]);
    check_targets(&model, ENCLOSURE, "Keeper", false, &["Device.Staff."]);
    let anything = parameter(&model, ANIMAL, "Anything").syntax().reference();
    assert_eq!(anything.map(|reference| reference.target()), Some(ReferenceTarget::Any));

    let species = parameter(&model, ANIMAL, "Species").syntax().enumeration_ref().expect("it is one");
    assert_eq!((species.target(), species.null_value()), ("Device.Menu.Species", Some("")));
}

#[test]
fn references_of_arguments_count_from_the_arguments() {
    let model = zoo();
    let count = &object(&model, "Device.").commands()[1];
    let output = count.output().expect("it has output");
    let reference = output.parameters()[1].syntax().reference().expect("it is a reference");
    assert_eq!(reference.targets(), ["Device.Enclosure."]);
    let used = output.objects()[0].parameters()[1].syntax().enumeration_ref().expect("it is one");
    assert_eq!(used.target(), "Device.Count().Output.Result.{i}.Supported");

    let escape = &object(&model, "Device.").events()[0];
    let animal = escape.arguments().parameters()[0].syntax().reference().expect("it is a reference");
    assert_eq!(animal.targets(), ["Device.Enclosure.{i}.Animal."]);
}

#[test]
fn commands_and_events_have_arguments() {
    let model = zoo();
    let [open, count] = object(&model, "Device.").commands() else { panic!("two commands expected") };
    assert_eq!((open.name(), open.is_async()), ("Open()", false));
    assert!(open.input().is_none() && open.output().is_none());
    assert!(count.is_async());
    let input = count.input().expect("it has input");
    assert!(input.parameters()[0].is_mandatory() && !input.parameters()[1].is_mandatory());
    let default = input.parameters()[1].syntax().default().expect("it has a default");
    assert_eq!((default.kind(), default.value()), (DefaultKind::Parameter, "3"));
    let objects: Vec<(&str, bool)> =
        input.objects().iter().map(|object| (object.path(), object.is_mandatory())).collect();
    assert_eq!(objects, [("Window.", false), ("Window.Break.{i}.", true)]);

    let [escape, closing] = object(&model, "Device.").events() else { panic!("two events expected") };
    assert_eq!(escape.arguments().objects()[0].path(), "Witness.{i}.");
    assert!(closing.arguments().is_empty());
}

#[test]
fn deleted_elements_are_marked() {
    let model = zoo();
    assert_eq!(parameter(&model, ENCLOSURE, "Old").status(), Status::Deleted);
    assert_eq!(object(&model, "Device.Aviary.").status(), Status::Deleted);
    assert_eq!(parameter(&model, STAFF, "Type").status(), Status::Deprecated);
}

#[test]
fn descriptions_say_how_they_combine() {
    let model = zoo();
    let data_type =
        model.data_types().find(|data_type| data_type.name() == "ShortLabel").expect("it is there");
    let description = data_type.description().expect("it has one");
    assert_eq!(description.action(), DescriptionAction::Append);
    assert_eq!(description.text(), "It fits on a small one.");
}

#[test]
fn profiles_list_full_paths() {
    let model = zoo();
    let zoo_1 = &model.profiles()[0];
    let requirements: Vec<(&str, ProfileItem, RequiredAccess)> = zoo_1
        .requirements()
        .iter()
        .map(|requirement| (requirement.path(), requirement.kind(), requirement.access()))
        .collect();
    use ProfileItem::{Argument, ArgumentObject, Command, Event, Object, Parameter};
    use RequiredAccess::{Present, ReadOnly, ReadWrite};
    assert_eq!(
        requirements,
        [
            ("Device.", Object, Present),
            ("Device.Name", Parameter, ReadWrite),
            ("Device.Count()", Command, Present),
            ("Device.Count().Input.Kind", Argument, Present),
            ("Device.Count().Input.Window.Break.{i}.", ArgumentObject, Present),
            ("Device.Count().Input.Window.Break.{i}.Minutes", Argument, ReadOnly),
            ("Device.Count().Output.Total", Argument, Present),
            ("Device.Escape!", Event, Present),
            ("Device.Escape!.Animal", Argument, Present),
        ]
    );
    let zoo_2 = &model.profiles()[1];
    assert_eq!(
        (zoo_2.base(), zoo_2.extends()),
        (Some("Zoo:1"), &["Animals:1".to_owned(), "Staff:1".to_owned()][..])
    );
    assert_eq!(model.profiles()[2].status(), Status::Deprecated);
}

/// Whatever a profile builds on comes before it, by whichever way it is reached.
#[test]
fn profiles_come_behind_all_that_they_build_on() {
    let order = |profiles: &str| {
        let text =
            format!("<document><model name='M:1'><object name='Device.'/>{profiles}</model></document>");
        let model = Model::from_xml("profiles.xml", &text).expect("the file is well-formed");
        let order = model.profile_with_bases("A:1").expect("there is one");
        order.iter().map(|profile| profile.name().to_owned()).collect::<Vec<_>>().join(" ")
    };
    let c = "<profile name='C:1'/>";
    let b = "<profile name='B:1' extends='C:1'/>";
    assert_eq!(order(&format!("<profile name='A:1' base='B:1' extends='C:1'/>{b}{c}")), "C:1 B:1 A:1");
    assert_eq!(order(&format!("<profile name='A:1' extends='C:1 B:1'/>{b}{c}")), "C:1 B:1 A:1");
    assert_eq!(order("<profile name='A:1' base='B:1'/><profile name='B:1' base='A:1'/>"), "B:1 A:1");
}

#[test]
fn an_image_holds_the_model_without_what_is_deleted() {
    let schema = zoo().to_schema(&ImageOptions::new()).expect("the model is sound");
    assert_eq!(schema.name(), "Device:1.2");
    assert_eq!((schema.commands().len(), schema.events().len()), (3, 2));
    assert!(schema.object_at("Device.Aviary.").is_none());
    assert!(schema.object_at("Device.Aviary.Nest.{i}.").is_none());
    assert!(schema.parameter_at("Device.Enclosure.{i}.Old").is_none());

    let gate = schema.parameter_at("Device.Enclosure.{i}.Gate").expect("it is in the model");
    assert_eq!(gate.default(), Some((DefaultKind::Object, "0,0")));
    let staff_type = schema.parameter_at("Device.Staff.{i}.Type").expect("it is in the model");
    assert_eq!(staff_type.syntax().enumeration().count(), 6);
    let keeper = schema.parameter_at("Device.Enclosure.{i}.Keeper").expect("it is in the model");
    let reference = keeper.syntax().reference().expect("it is a reference");
    assert_eq!(reference.parents().collect::<Vec<_>>(), ["Device.Staff."]);
}

#[test]
fn an_image_holds_what_is_deleted_when_asked() {
    let schema = zoo().to_schema(&ImageOptions::new().include_deleted(true)).expect("the model is sound");
    assert!(schema.object_at("Device.Aviary.Nest.{i}.").is_some());
    let old = schema.parameter_at("Device.Enclosure.{i}.Old").expect("it was asked for");
    assert_eq!(old.status(), Status::Deleted);
}
