//! Models learned from what Agents say that they support.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

#[path = "support/learned.rs"]
mod learned;

use std::path::{Path, PathBuf};

use learned::told;
use usp_codegen::{ImageOptions, Model};
use usp_controller::msg::get_supported_dm_resp::{
    RequestedObjectResult, SupportedCommandResult, SupportedObjectResult, SupportedParamResult,
    SupportedUniqueKeySet,
};
use usp_controller::msg::response::RespType;
use usp_controller::msg::{GetSupportedDm, GetSupportedDmResp};
use usp_controller::schema::{
    ActiveNotify, Composition, Object, ObjectAccess, ObjectSpec, ParameterAccess, ParameterSpec,
    PrimitiveType, Schema, SchemaBuilder, SyntaxSpec,
};
use usp_controller::{LearnError, MAX_LEARNED_ELEMENTS, MAX_LEARNED_MODELS, learn_model, learn_models};
use usp_datamodel::{DataModel, Requester};

/// An engine on the learned model says word for word what the first one said; so nothing told is lost.
#[track_caller]
fn learned_and_told_again(file: &Path, objects: usize) {
    let schema = Model::from_file(file).unwrap().to_schema(&ImageOptions::default()).unwrap();
    let first = told(&schema);
    assert_eq!(first.req_obj_results[0].err_code, 0);
    assert!(first.req_obj_results[0].supported_objs.len() >= objects);
    let learned = learn_model(&first).unwrap();
    assert_eq!(learned.specification(), schema.specification());
    let paths = |schema: &Schema| schema.objects().map(|object| object.path()).collect::<Vec<_>>();
    assert_eq!(paths(&learned), paths(&schema));
    let again = told(&learned);
    let pairs = first.req_obj_results[0].supported_objs.iter().zip(&again.req_obj_results[0].supported_objs);
    pairs.for_each(|(first, again)| assert_eq!(first, again));
    assert_eq!(first, again);
}

#[test]
fn the_projects_model_is_learned() {
    learned_and_told_again(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../models/usp-device.xml")), 20);
}

#[test]
fn all_of_tr_181_is_learned() {
    let Some(models) = std::env::var_os("USP_MODELS").map(PathBuf::from) else {
        println!("SKIPPED: USP_MODELS names no folder");
        return;
    };
    learned_and_told_again(&models.join("tr-181-2-19-1-usp-full.xml"), 700);
}

fn object(path: &str) -> SupportedObjectResult {
    SupportedObjectResult {
        supported_obj_path: path.to_owned(),
        is_multi_instance: path.ends_with("{i}."),
        ..Default::default()
    }
}

fn parameter(name: &str, value_type: i32) -> SupportedParamResult {
    SupportedParamResult { param_name: name.to_owned(), value_type, ..Default::default() }
}

fn learn(supported_objs: Vec<SupportedObjectResult>) -> Result<Schema, LearnError> {
    let result = RequestedObjectResult { supported_objs, ..Default::default() };
    learn_model(&GetSupportedDmResp { req_obj_results: vec![result] })
}

#[track_caller]
fn refused(objects: Vec<SupportedObjectResult>, words: &str) {
    assert_eq!(learn(objects).unwrap_err().to_string(), words);
}

#[test]
fn what_is_said_of_one_object_is_put_together() {
    let key = SupportedUniqueKeySet { key_names: vec!["Alias".to_owned()] };
    let bare = SupportedObjectResult { unique_key_sets: vec![key], ..object("Device.Log.{i}.") };
    let full =
        SupportedObjectResult { supported_params: vec![parameter("Alias", 8)], ..object("Device.Log.{i}.") };
    let schema = learn(vec![bare.clone(), full.clone()]).unwrap();
    assert_eq!(schema.object_at("Device.Log.{i}.").unwrap().unique_keys().count(), 1);
    assert_eq!(learn(vec![full, bare.clone()]).unwrap(), schema);
    // Without its parameters a key cannot be kept.
    assert_eq!(learn(vec![bare]).unwrap().object_at("Device.Log.{i}.").unwrap().unique_keys().count(), 0);
}

/// What an answer says less precisely than a model does becomes what is true in any case.
#[test]
fn what_is_said_vaguely_becomes_what_is_true_in_any_case() {
    use usp_controller::msg::get_supported_dm_resp::CmdType;
    let access = |name: &str, access, value_type, value_change| SupportedParamResult {
        access,
        value_change,
        ..parameter(name, value_type)
    };
    let reset = SupportedCommandResult {
        command_name: "Reset()".to_owned(),
        output_arg_names: vec!["Result.{i}.Step.Name".to_owned()],
        command_type: CmdType::Unknown as i32,
        ..Default::default()
    };
    let interface = SupportedObjectResult {
        access: 1,
        supported_params: vec![
            access("Enable", 1, 2, 1),
            access("LastChange", 0, 9, 2),
            // PARAM_UNKNOWN, PARAM_WRITE_ONLY.
            access("X_ACME_Secret", 2, 0, 0),
        ],
        supported_commands: vec![reset],
        ..object("Device.IP.Interface.{i}.")
    };
    let schema = learn(vec![interface]).unwrap();
    // The objects above were not told of.
    let objects: Vec<_> = schema.objects().map(|object| (object.path(), object.access())).collect();
    let expected = [
        ("Device.", ObjectAccess::ReadOnly),
        ("Device.IP.", ObjectAccess::ReadOnly),
        ("Device.IP.Interface.{i}.", ObjectAccess::AddDelete),
    ];
    assert_eq!(objects, expected.map(|(path, access)| (path.to_owned(), access)));
    let found = |name: &str| {
        let found = schema.parameter_at(&format!("Device.IP.Interface.{{i}}.{name}")).unwrap();
        (found.primitive_type(), found.access(), found.is_hidden(), found.active_notify())
    };
    use ParameterAccess::{ReadOnly, ReadWrite};
    assert_eq!(found("Enable"), (PrimitiveType::Boolean, ReadWrite, false, ActiveNotify::Normal));
    assert_eq!(found("LastChange"), (PrimitiveType::UnsignedInt, ReadOnly, false, ActiveNotify::CanDeny));
    assert_eq!(found("X_ACME_Secret"), (PrimitiveType::String, ReadWrite, true, ActiveNotify::Normal));
    let reset = schema.command_at("Device.IP.Interface.{i}.Reset()").unwrap();
    assert!(!reset.is_asynchronous());
    let outputs = reset.output().unwrap().subtree_objects().flat_map(|object| object.parameters());
    assert_eq!(outputs.map(|argument| argument.path()).collect::<Vec<_>>(), ["Result.{i}.Step.Name"]);
}

#[test]
fn an_agent_that_contradicts_itself_is_refused_with_the_path() {
    let with = |value_type| SupportedObjectResult {
        supported_params: vec![parameter("A", value_type)],
        ..object("Device.")
    };
    refused(vec![with(2), with(3)], "Device.A is described in two ways");
    refused(vec![object("Device.IP."), object("Device.IP.{i}.")], "Device.IP.{i}. is described in two ways");
    let multi = SupportedObjectResult { is_multi_instance: true, ..object("Device.IP.") };
    refused(vec![multi], "Device.IP. is described in two ways");
}

#[test]
fn what_is_no_model_is_refused() {
    refused(vec![object("Device")], "\"Device\" is not the supported path of an object");
    refused(vec![object("")], "\"\" is not the supported path of an object");
    refused(vec![object("Device.a b.")], "\"a b\" in Device. is not a name of a data model element");
    refused(vec![object("Root.{i}.")], "\"Root.{i}.\" is not the supported path of an object");
    for path in [".", "..", "{i}.", "Device..", "Device.A.{i}.{i}.", "Device.1.", "Device.*."] {
        assert!(matches!(learn(vec![object(path)]), Err(LearnError::Build(_))), "{path}");
    }
    let key = SupportedUniqueKeySet { key_names: vec!["Id".to_owned()] };
    let log = SupportedObjectResult {
        supported_params: vec![parameter("Alias", 8)],
        unique_key_sets: vec![key],
        ..object("Device.Log.{i}.")
    };
    refused(
        vec![log],
        "Device.Log.{i}. names the parameter \"Id\" as its unique key, which does not exist there",
    );
}

#[test]
fn a_refused_path_is_told() {
    let result = RequestedObjectResult {
        req_obj_path: "Device.Nothing.".to_owned(),
        err_code: 7026,
        err_msg: "no such path".to_owned(),
        ..Default::default()
    };
    let error = learn_model(&GetSupportedDmResp { req_obj_results: vec![result] }).unwrap_err();
    assert_eq!(error.to_string(), "the Agent refused Device.Nothing. with 7026: no such path");
}

/// A byte must not buy an object without end.
#[test]
fn long_answers_and_deep_paths_are_bounded() {
    let many = (0..=MAX_LEARNED_ELEMENTS).map(|number| format!("A{number}")).collect();
    let command = SupportedCommandResult {
        command_name: "Run()".to_owned(),
        input_arg_names: many,
        ..Default::default()
    };
    let device = SupportedObjectResult { supported_commands: vec![command], ..object("Device.") };
    assert_eq!(learn(vec![device]), Err(LearnError::TooLarge));
    let deep = "A.".repeat(500_000);
    refused(vec![object(&deep)], "the model is too large for an image: more than 64 levels of objects");
}

/// An image of `Device.` with tables or objects that have one parameter each; a table `Node` is a mount point.
fn image(objects: &[(&str, bool, PrimitiveType)]) -> Schema {
    let mut builder = SchemaBuilder::new("image", "urn:example");
    let device = builder.object(None, ObjectSpec::single("Device")).unwrap();
    for &(name, is_table, primitive) in objects {
        let spec = if is_table { ObjectSpec::table(name) } else { ObjectSpec::single(name) };
        let mount_point = matches!(name, "ProxiedDevice" | "Node");
        let added = builder.object(Some(device), ObjectSpec { mount_point, ..spec }).unwrap();
        builder.parameter(added, ParameterSpec::new("Value", SyntaxSpec::new(primitive))).unwrap();
    }
    builder.build().unwrap()
}

/// Row 1 has numbered lamps, row 2 a lamp with a name, row 3 two nodes, of which the second has numbered lamps; row 4
/// nothing.
fn devices(schema: Schema, names: [&str; 4]) -> DataModel {
    let mut model = DataModel::new(schema);
    let add = |model: &mut DataModel, table: &str| {
        let add = usp_controller::msg::Add::new([usp_controller::msg::add::CreateObject::new(table)]);
        model.process(&add.into(), &Requester::DEVICE).unwrap();
    };
    (0..4).for_each(|_| add(&mut model, "Device.ProxiedDevice."));
    model.mount("Device.ProxiedDevice.1.", names[0]).unwrap();
    model.mount("Device.ProxiedDevice.2.", names[1]).unwrap();
    model.mount("Device.ProxiedDevice.3.", names[2]).unwrap();
    (0..2).for_each(|_| add(&mut model, "Device.ProxiedDevice.3.Node."));
    model.mount("Device.ProxiedDevice.3.Node.2.", names[3]).unwrap();
    model
}

fn asked(model: &mut DataModel, paths: &[&str]) -> GetSupportedDmResp {
    let get = GetSupportedDm::new(paths.iter().copied());
    match model.process(&get.into(), &Requester::DEVICE).unwrap().resp_type {
        Some(RespType::GetSupportedDmResp(answer)) => answer,
        other => panic!("a GetSupportedDMResp was due: {other:?}"),
    }
}

/// What each instance is said to have is below that instance, and an engine says it again.
#[test]
fn rows_that_carry_different_models_are_learned_by_instance() {
    let table = "Device.ProxiedDevice.{i}.";
    let (numbered, named) = (PrimitiveType::Int, PrimitiveType::String);
    let whole = Composition::from(image(&[("ProxiedDevice", true, named), ("Room", false, named)]))
        .with_mount(table, "zigbee", image(&[("Lamp", true, numbered)]))
        .unwrap()
        .with_mount(table, "wifi", image(&[("Lamp", false, named), ("Radio", false, named)]))
        .unwrap()
        .with_mount(table, "hub", image(&[("Node", true, named)]))
        .unwrap()
        .with_mount("Device.ProxiedDevice.{hub}.Node.{i}.", "zigbee", image(&[("Lamp", true, numbered)]))
        .unwrap();
    let mut first = devices(whole.schema().clone(), ["zigbee", "wifi", "hub", "zigbee"]);
    let rows = [
        "Device.",
        "Device.ProxiedDevice.1.",
        "Device.ProxiedDevice.2",
        "Device.ProxiedDevice.3.",
        "Device.ProxiedDevice.3.Node.1.",
        "Device.ProxiedDevice.3.Node.2.Lamp.",
    ];
    let answer = asked(&mut first, &rows);
    let learned = learn_model(&answer).unwrap();
    let exact: Vec<String> = learned.objects().map(Object::exact_path).collect();
    assert_eq!(
        exact,
        [
            "Device.",
            table,
            "Device.ProxiedDevice.{row-1}.",
            "Device.ProxiedDevice.{row-1}.Lamp.{i}.",
            "Device.ProxiedDevice.{row-2}.",
            "Device.ProxiedDevice.{row-2}.Lamp.",
            "Device.ProxiedDevice.{row-2}.Radio.",
            "Device.ProxiedDevice.{row-3}.",
            "Device.ProxiedDevice.{row-3}.Node.{i}.",
            "Device.ProxiedDevice.{row-3}.Node.{row-3-2}.",
            "Device.ProxiedDevice.{row-3}.Node.{row-3-2}.Lamp.{i}.",
            "Device.Room.",
        ]
    );
    let kind = |path: &str| learned.parameter_at(path).unwrap().primitive_type();
    assert_eq!(kind("Device.ProxiedDevice.{row-1}.Lamp.{i}.Value"), numbered);
    assert_eq!(kind("Device.ProxiedDevice.{row-2}.Lamp.Value"), named);
    assert_eq!(kind("Device.ProxiedDevice.{i}.Value"), named);
    let mut again = devices(learned, ["row-1", "row-2", "row-3", "row-3-2"]);
    assert_eq!(asked(&mut again, &rows), answer);
    // Without the instances there is nothing below, and what follows is there.
    let outside = learn_model(&asked(&mut first, &["Device."])).unwrap();
    assert_eq!(outside.objects().map(Object::path).collect::<Vec<_>>(), ["Device.", table, "Device.Room."]);
    assert!(outside.object_at(table).unwrap().is_mount_point());
}

/// Two instances whose models differ are told of as such, or contradict each other.
#[test]
fn instances_that_are_not_told_as_divergent_contradict() {
    let result = |requested: &str, divergent: &[&str], value_type| {
        let diverging = SupportedObjectResult {
            divergent_paths: divergent.iter().map(|&path| path.to_owned()).collect(),
            ..object("Device.P.{i}.")
        };
        let below = SupportedObjectResult {
            supported_params: vec![parameter("X", value_type)],
            ..object("Device.P.{i}.A.")
        };
        RequestedObjectResult {
            req_obj_path: requested.to_owned(),
            supported_objs: vec![diverging, below],
            ..Default::default()
        }
    };
    let learn = |divergent: &[&str]| {
        let req_obj_results = vec![result("Device.P.1.", divergent, 2), result("Device.P.2.", divergent, 8)];
        learn_model(&GetSupportedDmResp { req_obj_results }).map(|schema| schema.objects().len())
    };
    assert_eq!(learn(&["Device.P.1.", "Device.P.2."]), Ok(6));
    // What is no row of the table says nothing.
    for divergent in
        [&[][..], &["Device.P.{i}."], &["Device.P.1"], &["Device.Q.1."], &["Device.P.1.A."], &[""]]
    {
        let contradiction = LearnError::Contradiction { path: "Device.P.{i}.A.X".into() };
        assert_eq!(learn(divergent), Err(contradiction), "{divergent:?}");
    }
    refused(
        vec![object("Device.P.{row-1}.A.")],
        "\"Device.P.{row-1}.A.\" is not the supported path of an object",
    );
}

fn by_uri(uri: &str, objects: Vec<SupportedObjectResult>) -> RequestedObjectResult {
    RequestedObjectResult {
        data_model_inst_uri: uri.to_owned(),
        supported_objs: objects,
        ..Default::default()
    }
}

/// An Agent with several data models tells of each by its URI [R-GSP.0].
#[test]
fn each_uri_is_an_image() {
    let log = || SupportedObjectResult { access: 1, ..object("Device.Log.{i}.") };
    let key = SupportedUniqueKeySet { key_names: vec!["Id".to_owned()] };
    let entry = SupportedObjectResult {
        supported_params: vec![parameter("Text", 8)],
        ..object("Device.Log.{i}.Entry.{i}.")
    };
    let answer = GetSupportedDmResp {
        req_obj_results: vec![
            // What is told without a URI belongs to the first.
            by_uri("", vec![object("Device.Info.")]),
            by_uri(
                "urn:device",
                vec![SupportedObjectResult {
                    supported_params: vec![parameter("Id", 8), parameter("Alias", 8)],
                    ..log()
                }],
            ),
            by_uri("urn:vendor", vec![SupportedObjectResult { unique_key_sets: vec![key], ..log() }, entry]),
            by_uri("urn:device", vec![object("Device.More.")]),
        ],
    };
    let models = learn_models(&answer).unwrap();
    let images = models.images();
    let paths = |schema: &Schema| schema.objects().map(|object| object.path()).collect::<Vec<_>>();
    assert_eq!(images.iter().map(Schema::specification).collect::<Vec<_>>(), ["urn:device", "urn:vendor"]);
    assert_eq!(paths(&images[0]), ["Device.", "Device.Info.", "Device.Log.{i}.", "Device.More."]);
    assert_eq!(paths(&images[1]), ["Device.", "Device.Log.{i}.", "Device.Log.{i}.Entry.{i}."]);
    // A key has its parameters with it, and an object the access that is told of it elsewhere.
    let log = images[1].object_at("Device.Log.{i}.").unwrap();
    assert_eq!(log.parameters().map(|parameter| parameter.name()).collect::<Vec<_>>(), ["Id"]);
    assert_eq!((log.unique_keys().count(), log.access()), (1, ObjectAccess::AddDelete));
    // Together they are what is learned as one.
    assert_eq!(told(models.schema()), told(&learn_model(&answer).unwrap()));
    assert_eq!(models.without(images[1].fingerprint()).unwrap().schema(), &images[0]);
    assert_eq!(learn_models(&GetSupportedDmResp::default()).unwrap().images().len(), 1);
}

#[test]
fn an_answer_has_no_models_without_end() {
    let results = |count: usize| GetSupportedDmResp {
        req_obj_results: (0..count)
            .map(|number| by_uri(&format!("urn:{number}"), vec![object(&format!("Device.A{number}."))]))
            .collect(),
    };
    let most = learn_models(&results(MAX_LEARNED_MODELS)).unwrap();
    assert_eq!(most.images().len(), MAX_LEARNED_MODELS);
    let more = results(MAX_LEARNED_MODELS + 1);
    assert_eq!(learn_models(&more).unwrap_err(), LearnError::TooManyModels);
    // As one it may be any of them.
    assert_eq!(learn_model(&more).unwrap().objects().len(), MAX_LEARNED_MODELS + 2);
}

/// Keys are bounded like other elements, and those of one table by what an image holds in one place.
#[test]
fn keys_without_end_are_bounded() {
    let names: Vec<String> = (0..17).map(|number| format!("P{number}")).collect();
    let set = |bits: u32| -> Vec<String> {
        let chosen = names.iter().enumerate().filter(|(at, _)| bits & 1 << at != 0);
        chosen.map(|(_, name)| name.clone()).collect()
    };
    let table = |keys: core::ops::Range<u32>| SupportedObjectResult {
        supported_params: names.iter().map(|name| parameter(name, 8)).collect(),
        unique_key_sets: keys.map(|bits| SupportedUniqueKeySet { key_names: set(bits) }).collect(),
        ..object("Device.T.{i}.")
    };
    assert_eq!(learn(vec![table(1..1 << 17)]), Err(LearnError::TooLarge));
    let schema = learn(vec![table(1..500)]).unwrap();
    assert_eq!(told(&schema).req_obj_results[0].supported_objs[1].unique_key_sets.len(), 499);
    assert!(matches!(learn(vec![table(1..10_000)]), Err(LearnError::Build(_))));
}
