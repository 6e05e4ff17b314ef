//! The models that the Broadband Forum publishes, where the environment variable `USP_MODELS` names their folder.

use std::collections::HashMap;
use std::path::PathBuf;

use usp_codegen::{Config, Counts, ImageOptions, Model, Object, Parameter, ProfileItem};
use usp_schema::{ActiveNotify, DefaultKind, ParameterAccess, ReferenceTarget};

/// The path of the published file, or nothing and a word about it where there is none.
fn published(file: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("USP_MODELS") else {
        eprintln!("SKIPPED: USP_MODELS is not set, so {file} was not read");
        return None;
    };
    Some(PathBuf::from(folder).join(file))
}

fn read(path: PathBuf) -> Model {
    Model::from_file(path).expect("published models are well-formed")
}

fn tr_181() -> Option<Model> {
    published("tr-181-2-19-1-usp-full.xml").map(read)
}

#[test]
fn tr_181_2_19_1_has_all_its_elements() {
    let Some(model) = tr_181() else { return };
    assert_eq!(model.name(), "Device:2.19");
    assert_eq!(model.specification(), "urn:broadband-forum-org:tr-181-2-19-1-usp");
    let all = Counts {
        objects: 822,
        parameters: 6722,
        commands: 179,
        events: 53,
        arguments: 1073,
        argument_objects: 69,
        profiles: 264,
        data_types: 55,
    };
    assert_eq!(model.counts(true), all);
    let current = Counts {
        objects: 809,
        parameters: 6581,
        commands: 178,
        events: 52,
        arguments: 1069,
        profiles: 243,
        ..all
    };
    assert_eq!(model.counts(false), current);
    assert_eq!(model.warnings(), []);
}

/// A build from what the Forum publishes is told nothing that is not so. In TR-104 an account is enabled by one of
/// three values, and not by a boolean.
#[test]
fn builds_from_published_models_are_told_of_true_contradictions_alone() {
    let told = [
        ("tr-181-2-19-1-usp-full.xml", None),
        ("tr-181-2-16-0-usp-full.xml", None),
        (
            "tr-104-2-0-2-usp-full.xml",
            Some(
                ":6280: VoiceService.{i}.SIP.Registrar.{i}.Account.{i}.: enableParameter names the parameter Enable, \
                 which is of type string and not boolean",
            ),
        ),
    ];
    for (file, contradiction) in told {
        let Some(path) = published(file) else { return };
        let mut expected: Vec<String> =
            read(path.clone()).warnings().iter().map(ToString::to_string).collect();
        expected.extend(contradiction.map(|message| format!("{}{message}", path.display())));
        let generated = Config::new().model(path).render().expect("published models can be generated from");
        let warnings: Vec<String> = generated.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(warnings, expected, "{file}");
    }
}

/// Parameters of objects, without arguments.
fn parameters(model: &Model) -> impl Iterator<Item = &Parameter> {
    model.objects().iter().flat_map(|object| object.parameters())
}

fn argument_objects(model: &Model) -> impl Iterator<Item = &Object> {
    model.objects().iter().flat_map(|object| {
        let commands =
            object.commands().iter().flat_map(|command| [command.input(), command.output()]).flatten();
        let events = object.events().iter().map(|event| event.arguments());
        commands.chain(events).flat_map(|arguments| arguments.objects())
    })
}

#[track_caller]
fn check_parameters(model: &Model, expected: usize, what: impl Fn(&Parameter) -> bool) {
    assert_eq!(parameters(model).filter(|parameter| what(parameter)).count(), expected);
}

#[track_caller]
fn check_objects(model: &Model, expected: usize, what: impl Fn(&Object) -> bool) {
    assert_eq!(model.objects().iter().filter(|object| what(object)).count(), expected);
}

#[test]
fn tr_181_2_19_1_has_every_construct_as_often_as_counted_by_hand() {
    let Some(model) = tr_181() else { return };
    let mut types: HashMap<&str, usize> = HashMap::new();
    for parameter in parameters(&model) {
        *types.entry(parameter.syntax().primitive().as_str()).or_default() += 1;
    }
    let expected = [
        ("base64", 46),
        ("boolean", 1025),
        ("dateTime", 136),
        ("decimal", 8),
        ("hexBinary", 151),
        ("int", 260),
        ("long", 10),
        ("string", 2294),
        ("unsignedInt", 2166),
        ("unsignedLong", 626),
    ];
    assert_eq!(types, HashMap::from(expected));

    check_objects(&model, 422, |object| object.is_table());
    check_objects(&model, 420, |object| object.num_entries_parameter().is_some());
    check_objects(&model, 147, |object| object.enable_parameter() == Some("Enable"));
    check_objects(&model, 19, |object| object.discriminator_parameter().is_some());
    check_objects(&model, 747, |object| object.stated_access().is_some());
    let keys =
        || model.objects().iter().chain(argument_objects(&model)).flat_map(|object| object.unique_keys());
    assert_eq!(keys().filter(|key| key.is_functional()).count(), 285);
    assert_eq!(keys().count(), 615);
    assert_eq!(keys().map(|key| key.parameters().len()).sum::<usize>(), 717);

    check_parameters(&model, 280, |one| one.access() == ParameterAccess::WriteOnceReadOnly);
    check_parameters(&model, 2120, |one| one.access() == ParameterAccess::ReadWrite);
    check_parameters(&model, 737, |one| one.stated_access().is_none());
    check_parameters(&model, 904, |one| one.active_notify() != ActiveNotify::Normal);
    check_parameters(&model, 43, |one| one.syntax().is_secured());
    check_parameters(&model, 1, |one| one.syntax().is_command());
    check_parameters(&model, 417, |one| one.syntax().list().is_some());
    check_parameters(&model, 1355, |one| !one.syntax().sizes().is_empty());
    check_parameters(&model, 9, |one| one.syntax().sizes().len() > 1);
    check_parameters(&model, 734, |one| !one.syntax().ranges().is_empty());
    check_parameters(&model, 21, |one| one.syntax().ranges().len() > 1);
    check_parameters(&model, 219, |one| !one.syntax().patterns().is_empty());
    check_parameters(&model, 605, |one| !one.syntax().enumeration().is_empty());
    check_parameters(&model, 49, |one| one.syntax().enumeration_ref().is_some());
    check_parameters(&model, 354, |one| one.syntax().reference().is_some());
    check_parameters(&model, 347, |one| {
        one.syntax().reference().is_some_and(|reference| reference.is_strong())
    });
    let to_rows = |one: &Parameter| {
        one.syntax().reference().is_some_and(|reference| reference.target() == ReferenceTarget::Row)
    };
    check_parameters(&model, 353, to_rows);
    check_parameters(&model, 1299, |one| one.syntax().units().is_some());
    let default =
        |kind| move |one: &Parameter| one.syntax().default().is_some_and(|default| default.kind() == kind);
    check_parameters(&model, 1106, default(DefaultKind::Object));
    check_parameters(&model, 57, default(DefaultKind::Factory));
    check_parameters(&model, 21, default(DefaultKind::Implementation));

    let asynchronous =
        model.objects().iter().flat_map(|object| object.commands()).filter(|one| one.is_async());
    assert_eq!(asynchronous.count(), 83);
    let requirements = |kind| {
        let all = model.profiles().iter().flat_map(|profile| profile.requirements());
        all.filter(|requirement| requirement.kind() == kind).count()
    };
    assert_eq!(requirements(ProfileItem::Object), 707);
    assert_eq!(requirements(ProfileItem::Parameter), 3357);
    assert_eq!(requirements(ProfileItem::Command), 45);
    assert_eq!(requirements(ProfileItem::Event), 31);
}

#[test]
fn tr_181_2_19_1_fits_into_an_image() {
    let Some(model) = tr_181() else { return };
    let schema = model.to_schema(&ImageOptions::new().include_deleted(true)).expect("the model is sound");
    assert_eq!(schema.parameters().count(), 6722);
    assert_eq!((schema.commands().len(), schema.events().len()), (179, 53));
    let size = schema.as_bytes().len();
    assert!(size <= 320_000, "{size} bytes");
}

#[test]
fn a_service_is_put_below_services() {
    let Some(path) = published("tr-104-2-0-2-usp-full.xml") else { return };
    let model = read(path.clone());
    assert!(model.is_service());
    let counts = model.counts(true);
    assert_eq!((counts.objects, counts.parameters, counts.commands), (110, 840, 3));
    let schema = model.to_schema(&ImageOptions::new()).expect("the model is sound");
    let counter = schema.parameter_at("Device.Services.VoiceServiceNumberOfEntries");
    assert!(counter.is_some());
    assert!(schema.object_at("Device.Services.VoiceService.{i}.").is_some());

    let config = Config::new().model(path).types("Device.Services.VoiceService.{i}.CallControl.");
    let source = config.render().expect("the model is sound").source;
    assert!(source.contains("pub fn voice_service(&self, instance: impl Into<typed::InstanceSelector>)"));
    assert!(source.contains("pub struct VoiceServiceCallControlLine {"));
}

#[test]
fn the_version_before_reads_as_well() {
    let Some(path) = published("tr-181-2-16-0-usp-full.xml") else { return };
    let counts = read(path).counts(true);
    assert_eq!((counts.objects, counts.parameters, counts.commands, counts.events), (669, 5320, 108, 17));
}

#[test]
fn the_text_of_one_of_several_files_is_refused_with_advice() {
    let Some(path) = published("tr-181-2-19-1-sources/tr-181-2-19-1-usp.xml") else { return };
    let text = std::fs::read_to_string(path).expect("it can be read");
    let error = Model::from_xml("root.xml", &text).map(|_| ()).expect_err("it imports its parts");
    assert!(error.to_string().contains("read it from its file, or use the *-full.xml"), "{error}");
    assert!(error.line().is_some());
}
