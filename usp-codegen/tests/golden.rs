//! Generated code as it is kept in `tests/golden`: that it is what would be generated now, and that it works.
//!
//! After a change of the generator, `USP_BLESS=1 cargo test -p usp-codegen --test golden` writes the files anew; the
//! run after that compiles and tests them.

use std::fs;
use std::path::Path;

use usp_codegen::Config;
use usp_datamodel::msg::operate_resp::OperationResult;
use usp_datamodel::msg::response::RespType;
use usp_datamodel::msg::{Operate, OperateResp};
use usp_datamodel::schema::{MacAddress, TypedValue, Value};
use usp_datamodel::typed::{
    ArgumentError, Arguments, Command, Event, Object, ObjectPath, ParameterPath, Received,
};
use usp_datamodel::{CommandCall, DataModel, Fault, Requester};

mod zoo {
    include!("golden/zoo.rs");
}

/// What nobody uses is not generated, beside what the module says of itself by its attributes.
#[deny(unused)]
mod zoo_without_types {
    include!("golden/zoo_without_types.rs");
}

use zoo::{
    CountInput, CountInputKind, CountInputWindow, CountInputWindowBreak, CountOutput, CountOutputResult,
    CountOutputResultStep, Enclosure, EnclosureAnimal, EnclosureAnimalFeed, EnclosureAnimalFeedHandler,
    EnclosureAnimalFeedOutput, EnclosureFence, EnclosureMoat, Escape, EscapeWitness, Staff, StaffType,
    Weight, device,
};

#[test]
fn golden_files_are_what_is_generated() {
    let config = Config::new().model("tests/files/zoo.xml").types("Device.").out_file("zoo");
    let generated = config.render().expect("the model is sound");
    check_golden("tests/golden/zoo.rs", generated.source.as_bytes());
    check_golden("tests/golden/zoo.image", &generated.image);
    assert_eq!(generated, config.render().expect("the model is sound"), "it is the same every time");
}

/// Without types there are the image and its schema, and nothing for types.
#[test]
fn without_types_there_is_nothing_for_types() {
    let config = Config::new().model("tests/files/zoo.xml").out_file("zoo");
    let generated = config.render().expect("the model is sound");
    check_golden("tests/golden/zoo_without_types.rs", generated.source.as_bytes());
    assert_eq!(generated.image, zoo::IMAGE, "the image does not depend on the types");
    assert!(!generated.source.contains("macro_rules"), "{}", generated.source);
    assert_eq!(zoo_without_types::schema().fingerprint(), zoo_without_types::FINGERPRINT);
}

#[track_caller]
fn check_golden(path: &str, contents: &[u8]) {
    if std::env::var_os("USP_BLESS").is_some() {
        fs::write(path, contents).expect("the file can be written");
        return;
    }
    let golden = fs::read(Path::new(path)).unwrap_or_default();
    assert!(
        golden == contents,
        "{path} is not what is generated now: see what differs after USP_BLESS=1 cargo test -p usp-codegen --test golden"
    );
}

#[test]
fn the_schema_is_that_of_the_types() {
    let schema = zoo::schema();
    assert_eq!(schema.fingerprint(), zoo::FINGERPRINT);
    check_object::<Enclosure>();
    check_object::<EnclosureMoat>();
    check_object::<Staff>();
}

/// Position and parameters are those of the image.
#[track_caller]
fn check_object<T: Object>() {
    let schema = zoo::schema();
    let object = schema.object_at(T::PATH).expect("the object is in the image");
    assert_eq!(object.id().index(), T::OBJECT);
    assert_eq!(schema.fingerprint(), T::FINGERPRINT);
    let names: Vec<&str> = object.parameters().map(|parameter| parameter.name()).collect();
    assert_eq!(names, T::PARAMETERS);
}

#[test]
fn fields_have_the_types_of_their_parameters() {
    let enclosure = Enclosure {
        enable: Some(true),
        number: Some(-1),
        fence: Some(EnclosureFence::Moat),
        filled: Some(50),
        corners: Some(vec![vec![0, 0], vec![3, -4]]),
        gate: Some(vec![1, 2]),
        camera: Some(MacAddress::from([0, 1, 2, 0xA, 0xB, 0xC])),
        viewers: Some(vec![
            "192.0.2.1".parse().expect("an address"),
            "2001:db8::1".parse().expect("an address"),
        ]),
        weight_units: Some(vec![Weight::G, Weight::GUpper]),
        mask: Some(vec![0xFF].into()),
        ..Enclosure::default()
    };
    let mut texts = Vec::new();
    enclosure.values(&mut |position, value| texts.push((Enclosure::PARAMETERS[position], value.to_string())));
    texts.sort();
    let expected = [
        ("Camera", "00:01:02:0A:0B:0C"),
        ("Corners", "[0,0],[3,-4]"),
        ("Enable", "true"),
        ("Fence", "Moat"),
        ("Filled", "50"),
        ("Gate", "1,2"),
        ("Mask", "FF"),
        ("Number", "-1"),
        ("Viewers", "192.0.2.1,2001:db8::1"),
        ("WeightUnits", "g,G"),
    ];
    assert_eq!(texts, expected.map(|(name, text)| (name, text.to_owned())));
    assert_eq!(read_back(&enclosure), enclosure);
}

/// What comes out of a struct, put into another.
fn read_back<T: Object>(object: &T) -> T {
    let mut copy = T::default();
    object.values(&mut |position, value| copy.assign(position, &value).expect("the value is of its type"));
    copy
}

#[test]
fn a_value_of_another_type_is_refused() {
    let mut enclosure = Enclosure::default();
    let position = |name| Enclosure::PARAMETERS.iter().position(|one| *one == name).expect("it is there");
    let error = enclosure.assign(position("Enable"), &Value::Int(1)).expect_err("it is a boolean");
    assert_eq!(error.expected(), "boolean");
    let error =
        enclosure.assign(position("Fence"), &Value::from("Wall")).expect_err("there is no such value");
    assert_eq!((error.expected(), error.found()), ("EnclosureFence", "Wall"));
    assert_eq!(enclosure, Enclosure::default());
    assert_eq!(enclosure.assign(usize::MAX, &Value::Int(1)), Ok(()));
}

#[test]
fn an_empty_string_says_that_an_enumeration_is_not_set() {
    let mut enclosure = Enclosure { fence: Some(EnclosureFence::Wire), ..Enclosure::default() };
    let position = Enclosure::PARAMETERS.iter().position(|one| *one == "Fence").expect("it is there");
    enclosure.assign(position, &Value::from("")).expect("nothing is set");
    assert_eq!(enclosure.fence, None);

    // Unless the empty string is one of its values.
    let mut staff = Staff::default();
    let position = Staff::PARAMETERS.iter().position(|one| *one == "Type").expect("it is there");
    staff.assign(position, &Value::from("")).expect("it is a value");
    assert_eq!(staff.r#type, Some(StaffType::Empty));
}

#[test]
fn enumerations_and_their_texts_are_inverses() {
    let texts: Vec<&str> = StaffType::ALL.iter().map(|value| value.as_str()).collect();
    assert_eq!(texts, ["", "Self", "3DES", "2.4GHz", "UBR", "UBR+"]);
    for value in StaffType::ALL {
        assert_eq!(value.as_str().parse(), Ok(*value));
        assert_eq!(StaffType::from_value(&value.to_value()), Ok(*value));
        assert_eq!(value.to_string(), value.as_str());
    }
    assert_eq!(StaffType::Self_.as_str(), "Self");
    let error = "Gone".parse::<StaffType>().expect_err("it is deleted");
    assert_eq!((error.expected(), error.found()), ("StaffType", "Gone"));
}

#[test]
fn paths_lead_to_everything() {
    assert_eq!(device().to_string(), "Device.");
    assert_eq!(device().name().as_str(), "Device.Name");
    assert_eq!(device().enclosure_table().as_str(), "Device.Enclosure.");
    let enclosure = device().enclosure(3);
    assert_eq!(enclosure.moat().depth().as_str(), "Device.Enclosure.3.Moat.Depth");
    assert_eq!(enclosure.animal(4).feed().as_str(), "Device.Enclosure.3.Animal.4.Feed()");
    assert_eq!(device().staff(1).r#type().as_str(), "Device.Staff.1.Type");
    assert_eq!(device().escape().as_str(), "Device.Escape!");

    let as_object: ObjectPath<Enclosure> = enclosure.clone().into();
    assert_eq!(zoo::EnclosurePath::from(as_object), enclosure);
    assert_eq!(enclosure.as_ref().as_str(), "Device.Enclosure.3.");
    let row = device().enclosure_table().row(3);
    assert_eq!(zoo::EnclosurePath::from(row).gate().as_str(), "Device.Enclosure.3.Gate");
}

fn pairs(arguments: &[(String, String)]) -> Vec<(&str, &str)> {
    arguments.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
}

#[test]
fn arguments_and_their_texts_are_inverses() {
    let input = CountInput {
        kind: Some(CountInputKind::Animals),
        rounds: Some(2),
        paths: Some(vec!["a b".to_owned(), "c".to_owned()]),
        window: Some(CountInputWindow {
            from: Some("0001-01-01T00:00:00Z".parse().expect("a time")),
            r#break: vec![
                CountInputWindowBreak { minutes: Some(5) },
                CountInputWindowBreak { minutes: Some(10) },
            ],
        }),
    };
    let texts = input.to_arguments();
    assert_eq!(
        pairs(&texts),
        [
            ("Kind", "Animals"),
            ("Rounds", "2"),
            ("Paths", "a%20b,c"),
            ("Window.From", "0001-01-01T00:00:00Z"),
            ("Window.Break.1.Minutes", "5"),
            ("Window.Break.2.Minutes", "10"),
        ]
    );
    assert_eq!(CountInput::from_arguments(&pairs(&texts)), Ok(input));
}

#[test]
fn rows_of_arguments_stand_in_each_other() {
    let output = CountOutput {
        result: vec![
            CountOutputResult {
                used: Some("one".to_owned()),
                step: vec![CountOutputResultStep { count: Some(7) }],
                ..CountOutputResult::default()
            },
            CountOutputResult { supported: Some(vec!["two".to_owned()]), ..CountOutputResult::default() },
        ],
        ..CountOutput::default()
    };
    let texts = output.to_arguments();
    assert_eq!(
        pairs(&texts),
        [("Result.1.Used", "one"), ("Result.1.Step.1.Count", "7"), ("Result.2.Supported", "two")]
    );
    assert_eq!(CountOutput::from_arguments(&pairs(&texts)), Ok(output));
}

#[test]
fn r_opr_5_a_missing_mandatory_argument_is_named() {
    assert_eq!(CountInput::from_arguments(&[]), Err(ArgumentError::missing("Kind")));
    let texts = [("Kind", "Animals"), ("Window.Break.7.Other", "")];
    assert_eq!(CountInput::from_arguments(&texts), Err(ArgumentError::missing("Window.Break.7.Minutes")));
}

#[test]
fn r_opr_6_unknown_arguments_are_ignored() {
    let texts =
        [("Kind", "Visitors"), ("Kinds", "x"), ("Window", "x"), ("Window.Break.x.Minutes", "1"), ("", "x")];
    let input = CountInput::from_arguments(&texts).expect("what is needed is there");
    assert_eq!(input.kind, Some(CountInputKind::Visitors));
    assert_eq!(input.window.map(|window| window.r#break), Some(Vec::new()));
}

#[test]
fn r_opr_7_arguments_left_out_have_their_defaults() {
    let input = CountInput::from_arguments(&[("Kind", "Animals")]).expect("what is needed is there");
    assert_eq!(input.rounds, Some(3));
    assert_eq!(input.paths, Some(vec!["all".to_owned(), "some".to_owned()]));
    assert_eq!(input.window, None);
}

#[test]
fn a_text_of_another_type_is_named() {
    let texts = [("Kind", "Animals"), ("Window.Break.2.Minutes", "many")];
    let error = CountInput::from_arguments(&texts).expect_err("it is no number");
    assert!(error.to_string().starts_with("the argument Window.Break.2.Minutes: "), "{error}");
}

#[test]
fn commands_and_events_know_their_paths() {
    assert_eq!((zoo::Count::PATH, zoo::Count::ASYNC), ("Device.Count()", true));
    assert_eq!((zoo::Open::PATH, zoo::Open::ASYNC), ("Device.Open()", false));
    assert_eq!(Escape::PATH, "Device.Escape!");
    let escape = Escape {
        animal: Some("Device.Enclosure.1.Animal.2.".to_owned()),
        witness: vec![EscapeWitness { name: Some("Ann".to_owned()) }],
    };
    let texts = escape.to_arguments();
    assert_eq!(pairs(&texts), [("Animal", "Device.Enclosure.1.Animal.2."), ("Witness.1.Name", "Ann")]);
    assert_eq!(Escape::from_arguments(&pairs(&texts)), Ok(escape));
    assert_eq!(zoo::Closing {}.to_arguments(), []);
}

/// A Controller meets an Agent of another version: what fits is typed, and nothing is lost.
#[test]
fn an_answer_is_typed_or_raw() {
    let answer = [
        ("Device.Enclosure.3.", "Number", "7"),
        ("Device.Enclosure.3.", "Fence", "Laser"),
        ("Device.Enclosure.3.", "X_EXAMPLE_Roof", "glass"),
        // Another object in the same answer.
        ("Device.Enclosure.3.Moat.", "Depth", "2"),
        ("Device.Enclosure.1.", "Number", "much"),
        // The same object, asked for by another path.
        ("Device.Enclosure.3.", "Enable", "true"),
        ("no path", "Number", "1"),
        ("", "", ""),
    ];
    let received = Received::<Enclosure>::all(&zoo::schema(), answer);
    let [third, first] = &received[..] else { panic!("two rows: {received:?}") };
    assert_eq!(third.path, device().enclosure(3).into());
    let object = Enclosure { number: Some(7), enable: Some(true), ..Enclosure::default() };
    assert_eq!(third.object, object);
    let words: Vec<String> = third.raw.iter().map(ToString::to_string).collect();
    assert_eq!(
        words,
        [
            "Fence: \"Laser\" is not a valid string: allowed are Wire, Moat",
            "X_EXAMPLE_Roof: the schema has no such parameter",
        ]
    );
    assert_eq!(third.raw[0].text, "Laser");
    assert_eq!((first.path.as_str(), &first.object), ("Device.Enclosure.1.", &Enclosure::default()));
    assert_eq!(first.raw[0].text, "much");
    let moats = Received::<EnclosureMoat>::all(&zoo::schema(), answer);
    assert_eq!(moats.len(), 1);
    assert_eq!(moats[0].object, EnclosureMoat { depth: Some(2) });
}

#[test]
fn a_value_is_typed_or_raw() {
    let fence = device().enclosure(3).fence();
    assert_eq!(fence.receive(&zoo::schema(), "Wire"), Ok(EnclosureFence::Wire));
    let raw = fence.receive(&zoo::schema(), "Laser").expect_err("no such fence");
    assert_eq!((raw.name.as_str(), raw.text.as_str()), ("Device.Enclosure.3.Fence", "Laser"));
    let unknown = ParameterPath::<bool>::from_text("Device.Enclosure.3.X_EXAMPLE_Roof");
    let raw = unknown.receive(&zoo::schema(), "glass").expect_err("no such parameter");
    assert_eq!(raw.to_string(), "Device.Enclosure.3.X_EXAMPLE_Roof: the schema has no such parameter");
}

#[test]
fn rows_go_into_the_engine_and_come_out() {
    let mut model = DataModel::new(zoo::schema());
    let enclosure = Enclosure {
        number: Some(3),
        fence: Some(EnclosureFence::Wire),
        gate: Some(vec![1, 2]),
        ..Enclosure::default()
    };
    let path = model.insert(device().enclosure_table(), &enclosure).expect("the row keeps to the schema");
    let row = model.read(&path).expect("the row is there");
    assert_eq!((row.number, row.fence, row.gate), (Some(3), Some(EnclosureFence::Wire), Some(vec![1, 2])));
    assert_eq!(row.enable, Some(false), "the default");

    model.update_value(device().enclosure(1).gate(), vec![5, 6]).expect("the list keeps to the schema");
    assert_eq!(model.value(device().enclosure(1).gate()), Ok(vec![5, 6]));
    assert_eq!(model.value(device().enclosure_number_of_entries()), Ok(1));
}

/// The type of a generated path is that of the values which its parameter may be given when it is read.
#[test]
fn a_live_parameter_takes_the_type_of_its_path() {
    fn live<V: TypedValue>(name: &str, _: &ParameterPath<V>) -> String {
        let mut model = DataModel::new(zoo::schema());
        let read = |_: &[u32]| -> Result<V, Fault> { panic!("nobody reads it") };
        let registered = model.live(&format!("Device.Enclosure.{{i}}.{name}"), read);
        registered.err().map(|error| error.to_string()).unwrap_or_default()
    }
    let enclosure = || device().enclosure(1);
    for refused in [
        live("Enable", &enclosure().enable()),
        live("Fence", &enclosure().fence()),
        live("Filled", &enclosure().filled()),
        live("Corners", &enclosure().corners()),
        live("Gate", &enclosure().gate()),
        live("Camera", &enclosure().camera()),
        live("Viewers", &enclosure().viewers()),
        live("WeightUnits", &enclosure().weight_units()),
        live("Mask", &enclosure().mask()),
    ] {
        assert_eq!(refused, "");
    }
    for (refused, expected) in [
        (
            live("Filled", &enclosure().fence()),
            "Filled is of type unsignedInt, and is given values of type string",
        ),
        (
            live("WeightUnits", &enclosure().fence()),
            "WeightUnits is of type list of string, and is given values of type string",
        ),
        (
            live("Corners", &enclosure().viewers()),
            "Corners is of type list of list of int, and is given values of type list of string",
        ),
    ] {
        assert_eq!(refused, format!("Device.Enclosure.{{i}}.{expected}"));
    }
}

/// A device that carries out one command.
#[derive(Default)]
struct Keeper {
    fed: Vec<u32>,
}

impl EnclosureAnimalFeedHandler for Keeper {
    fn feed(&mut self, call: &CommandCall<'_>, _input: ()) -> Result<EnclosureAnimalFeedOutput, Fault> {
        self.fed.extend(call.instances());
        Ok(EnclosureAnimalFeedOutput { eaten: Some(true) })
    }
}

#[test]
fn a_command_runs_through_its_handler() {
    let mut model = DataModel::new(zoo::schema());
    let enclosure = Enclosure { number: Some(5), ..Enclosure::default() };
    model.insert(device().enclosure_table(), &enclosure).expect("the row keeps to the schema");
    let animals = device().enclosure(1).animal_table();
    model.insert(animals, &EnclosureAnimal::default()).expect("the row keeps to the schema");

    let mut keeper = Keeper::default();
    model
        .on_command_typed::<EnclosureAnimalFeed>(move |call, input| {
            let output = keeper.feed(call, input)?;
            assert_eq!(keeper.fed, [1, 1]);
            Ok(output)
        })
        .expect("the command is in the schema");
    let operate = Operate::new(device().enclosure(1).animal(1).feed());
    let response = model.process(&operate.into(), &Requester::DEVICE).expect("the request is sound");
    let expected = OperationResult::done("Device.Enclosure.1.Animal.1.Feed()", [("Eaten", "true")]);
    let Some(RespType::OperateResp(OperateResp { operation_results })) = response.resp_type else {
        panic!("an OperateResp is expected: {response:?}");
    };
    assert_eq!(operation_results, [expected]);
}
