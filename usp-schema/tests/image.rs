//! The image as its users see it: what was built is what is read, and damaged bytes are refused.
// A panic is how a test reports.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use usp_schema::{
    CommandSpec, DefaultKind, EnumerationRef, EnumerationValue, EventSpec, ImageError, ListSpec,
    ObjectAccess, ObjectSpec, ParameterAccess, ParameterSpec, PrimitiveType, Range, ReferenceSpec,
    ReferenceTarget, Schema, SchemaBuilder, Size, Status, SyntaxSpec, Value, ValueErrorKind, Version,
};

fn sample() -> SchemaBuilder {
    let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:sample");
    let device = builder.object(None, ObjectSpec::single("Device")).unwrap();
    let counter = ParameterSpec::new("InterfaceNumberOfEntries", SyntaxSpec::new(PrimitiveType::UnsignedInt));
    builder.parameter(device, counter).unwrap();
    let interface = ObjectSpec {
        access: ObjectAccess::AddDelete,
        num_entries_parameter: Some("InterfaceNumberOfEntries".into()),
        enable_parameter: Some("Enable".into()),
        version: Version { major: 2, minor: 1 },
        status: Status::Deprecated,
        ..ObjectSpec::table("Interface")
    };
    let interface = builder.object(Some(device), interface).unwrap();
    let enable = ParameterSpec {
        access: ParameterAccess::ReadWrite,
        default: Some((DefaultKind::Object, "false".into())),
        ..ParameterSpec::new("Enable", SyntaxSpec::new(PrimitiveType::Boolean))
    };
    builder.parameter(interface, enable).unwrap();
    let alias = SyntaxSpec {
        sizes: vec![Size { min: 1, max: Some(64) }],
        patterns: vec!["[A-Za-z].*".into()],
        data_type: Some("Alias".into()),
        ..SyntaxSpec::new(PrimitiveType::String)
    };
    builder.parameter(interface, ParameterSpec::new("Alias", alias)).unwrap();
    builder.unique_key(interface, false, &["Alias"]).unwrap();
    builder.unique_key(interface, true, &["Enable", "Alias"]).unwrap();
    let stats = builder.object(Some(interface), ObjectSpec::single("Stats")).unwrap();
    let bytes = SyntaxSpec {
        ranges: vec![
            Range { min: Some(0), max: Some(100), step: Some(10) },
            Range { min: Some(-1), max: Some(-1), step: None },
        ],
        units: Some("bytes".into()),
        ..SyntaxSpec::new(PrimitiveType::Long)
    };
    builder.parameter(stats, ParameterSpec::new("Bytes", bytes)).unwrap();
    let reset = builder
        .command(interface, CommandSpec { asynchronous: true, ..CommandSpec::new("Reset()") })
        .unwrap();
    let input = builder.input(reset).unwrap();
    let mode = SyntaxSpec {
        enumeration: vec![
            EnumerationValue::new("Soft"),
            EnumerationValue { optional: true, status: Status::Obsoleted, ..EnumerationValue::new("Hard") },
        ],
        list: Some(ListSpec { min_items: 1, max_items: Some(2), ..ListSpec::default() }),
        ..SyntaxSpec::new(PrimitiveType::String)
    };
    builder.parameter(input, ParameterSpec { mandatory: true, ..ParameterSpec::new("Mode", mode) }).unwrap();
    let output = builder.output(reset).unwrap();
    let results = builder.object(Some(output), ObjectSpec::table("Result")).unwrap();
    builder.parameter(results, ParameterSpec::new("Code", SyntaxSpec::new(PrimitiveType::Int))).unwrap();
    let boot = builder.event(device, EventSpec::new("Boot!")).unwrap();
    let arguments = builder.arguments(boot).unwrap();
    builder
        .parameter(arguments, ParameterSpec::new("Cause", SyntaxSpec::new(PrimitiveType::String)))
        .unwrap();
    let lower = SyntaxSpec {
        reference: Some(ReferenceSpec {
            strong: true,
            target: ReferenceTarget::Row,
            parents: vec!["Device.Interface.{i}.".into()],
        }),
        enumeration_ref: Some(EnumerationRef {
            target: "Device.Interface.{i}.Alias".into(),
            null_value: Some("None".into()),
        }),
        ..SyntaxSpec::new(PrimitiveType::String)
    };
    builder.parameter(interface, ParameterSpec::new("LowerLayer", lower)).unwrap();
    builder
}

#[test]
fn what_was_built_is_read_back() {
    let schema = sample().build().unwrap();
    assert_eq!((schema.name(), schema.specification()), ("Device:2.19", "urn:example:sample"));
    let paths: Vec<String> = schema.objects().map(|object| object.path()).collect();
    assert_eq!(paths, ["Device.", "Device.Interface.{i}.", "Device.Interface.{i}.Stats."]);

    let interface = schema.object_at("Device.Interface.{i}.").unwrap();
    assert_eq!(schema.object_at("Device.Interface"), Some(interface));
    assert!(interface.is_table() && interface.access().can_add() && interface.max_entries().is_none());
    assert_eq!(
        (interface.status(), interface.version()),
        (Status::Deprecated, Version { major: 2, minor: 1 })
    );
    assert_eq!(interface.num_entries_parameter().unwrap().path(), "Device.InterfaceNumberOfEntries");
    assert_eq!(interface.enable_parameter().unwrap().name(), "Enable");
    let names: Vec<&str> = interface.parameters().map(|parameter| parameter.name()).collect();
    assert_eq!(names, ["Alias", "Enable", "LowerLayer"]);
    let keys: Vec<(bool, Vec<&str>)> = interface
        .unique_keys()
        .map(|key| (key.is_functional(), key.parameters().map(|parameter| parameter.name()).collect()))
        .collect();
    assert_eq!(keys, [(false, vec!["Alias"]), (true, vec!["Enable", "Alias"])]);

    let enable = schema.parameter_at("Device.Interface.{i}.Enable").unwrap();
    assert_eq!((enable.access(), enable.object_default()), (ParameterAccess::ReadWrite, Some("false")));
    let lower = schema.parameter_at("Device.Interface.{i}.LowerLayer").unwrap().syntax();
    let reference = lower.reference().unwrap();
    assert!(reference.strong && reference.target == ReferenceTarget::Row);
    assert_eq!(reference.parents().collect::<Vec<_>>(), ["Device.Interface.{i}."]);
    let offered = lower.enumeration_ref().unwrap();
    assert_eq!((offered.target, offered.null_value), ("Device.Interface.{i}.Alias", Some("None")));

    let reset = schema.command_at("Device.Interface.{i}.Reset()").unwrap();
    assert!(reset.is_asynchronous());
    let mode = reset.input().unwrap().parameter("Mode").unwrap();
    assert!(mode.is_mandatory());
    let values: Vec<_> = mode.syntax().enumeration().map(|v| (v.value, v.optional, v.status)).collect();
    assert_eq!(values, [("Soft", false, Status::Current), ("Hard", true, Status::Obsoleted)]);
    assert_eq!(reset.output().unwrap().child("Result").unwrap().path(), "Result.{i}.");
    let boot = schema.event_at("Device.Boot!").unwrap();
    assert_eq!(boot.arguments().unwrap().parameters().next().unwrap().name(), "Cause");
}

#[test]
fn paths_of_tables_need_their_braces() {
    let schema = sample().build().unwrap();
    assert!(schema.parameter_at("Device.Interface.Enable").is_none());
    assert!(schema.parameter_at("Device.{i}.Enable").is_none());
    assert!(schema.object_at("Device.Interface.Stats.").is_none());
    assert!(schema.object_at("Device.Interface.{i}.Stats").is_some());
    assert!(schema.object_at("").is_none() && schema.object_at(".").is_none());
}

#[test]
fn the_order_of_insertion_does_not_matter() {
    let build = |names: [&str; 2]| {
        let mut builder = SchemaBuilder::new("D", "u");
        let root = builder.object(None, ObjectSpec::single("Device")).unwrap();
        for name in names {
            builder.parameter(root, ParameterSpec::new(name, SyntaxSpec::new(PrimitiveType::Int))).unwrap();
        }
        builder.build().unwrap()
    };
    assert_eq!(build(["A", "B"]).fingerprint(), build(["B", "A"]).fingerprint());
    assert_ne!(build(["A", "B"]).fingerprint(), build(["A", "C"]).fingerprint());
}

#[track_caller]
fn refused(path: &str, text: &str, kind: ValueErrorKind, message: &str) {
    let schema = sample().build().unwrap();
    let parameter = schema.parameter_at(path).unwrap();
    let error = parameter.syntax().parse(text).unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, message));
}

#[test]
fn facets_are_checked_with_words() {
    let alias = "Device.Interface.{i}.Alias";
    refused(
        alias,
        "",
        ValueErrorKind::Facet,
        "\"\" is not a valid string: it has 0 characters, allowed are 1 to 64",
    );
    refused(
        alias,
        "1a",
        ValueErrorKind::Facet,
        "\"1a\" is not a valid string: it does not match \"[A-Za-z].*\"",
    );
    let bytes = "Device.Interface.{i}.Stats.Bytes";
    refused(
        bytes,
        "15",
        ValueErrorKind::Facet,
        "\"15\" is not a valid long: allowed are 0 to 100 in steps of 10 or -1",
    );
    refused(
        bytes,
        "x",
        ValueErrorKind::WrongType,
        "\"x\" is not a valid long: an integer is an optional sign and decimal digits",
    );
    let schema = sample().build().unwrap();
    let parse = |path: &str, text: &str| schema.parameter_at(path).unwrap().syntax().parse(text);
    assert_eq!(parse(bytes, "-1"), Ok(Value::Long(-1)));
    assert_eq!(parse(bytes, "+0100"), Ok(Value::Long(100)));
}

#[test]
fn list_facets_are_checked_with_words() {
    let schema = sample().build().unwrap();
    let mode = schema.command_at("Device.Interface.{i}.Reset()").unwrap().input().unwrap();
    let mode = mode.parameter("Mode").unwrap().syntax();
    assert_eq!(mode.parse("Soft, Hard").unwrap().to_string(), "Soft,Hard");
    assert_eq!(mode.parse("Soft,Soft,Hard").unwrap_err().reason(), "it has 3 items, at most 2 are allowed");
    let error = mode.parse("Soft,Mild").unwrap_err();
    assert_eq!((error.item(), error.reason()), (Some(1), "allowed are Soft, Hard"));
}

#[test]
fn facets_of_items_in_brackets_are_about_their_text() {
    let mut builder = SchemaBuilder::new("D", "u");
    let device = builder.object(None, ObjectSpec::single("Device")).unwrap();
    let syntax = SyntaxSpec {
        list: Some(ListSpec { nested_brackets: true, ..ListSpec::default() }),
        patterns: vec!["[0-7](,[0-7]){3}".into()],
        ..SyntaxSpec::new(PrimitiveType::String)
    };
    builder.parameter(device, ParameterSpec::new("Encoding", syntax)).unwrap();
    let schema = builder.build().unwrap();
    let syntax = schema.parameter_at("Device.Encoding").unwrap().syntax();
    assert_eq!(syntax.parse("[1,2,3,4],[7,6,5,4]").unwrap().to_string(), "[1,2,3,4],[7,6,5,4]");
    assert_eq!(syntax.parse("[1,2,3,4],[7,6,5,9]").unwrap_err().item(), Some(1));
}

#[test]
fn a_model_that_contradicts_itself_is_refused() {
    let mut builder = sample();
    let other = builder.object(None, ObjectSpec::table("Other")).unwrap();
    builder.unique_key(other, true, &["Missing"]).unwrap();
    let message = builder.build().unwrap_err().to_string();
    assert_eq!(
        message,
        "Other.{i}. names the parameter \"Missing\" as its unique key, which does not exist there"
    );
    let again = sample().object(None, ObjectSpec::single("Device")).unwrap_err().to_string();
    assert_eq!(again, "Device. is there twice");
    let name = sample().object(None, ObjectSpec::single("9")).unwrap_err().to_string();
    assert_eq!(name, "\"9\" in the model is not a name of a data model element");
}

#[test]
fn a_model_too_deep_is_refused() {
    let mut builder = SchemaBuilder::new("D", "u");
    let mut parent = None;
    let error = loop {
        match builder.object(parent, ObjectSpec::single("Deep")) {
            Ok(object) => parent = Some(object),
            Err(error) => break error,
        }
    };
    assert_eq!(error.to_string(), "the model is too large for an image: more than 64 levels of objects");
    builder.build().unwrap();
}

#[test]
fn a_cut_or_damaged_image_is_refused() {
    let schema = sample().build().unwrap();
    let image = schema.as_bytes();
    assert_eq!(Schema::from_vec(image).unwrap(), schema);
    assert_eq!(Schema::from_vec(b"PK".as_slice()).unwrap_err(), ImageError::NotAnImage);
    for cut in 0..image.len() {
        assert!(Schema::from_vec(&image[..cut]).is_err(), "cut at {cut}");
    }
    let mut other = image.to_vec();
    other[4] = 99;
    assert_eq!(Schema::from_vec(other).unwrap_err(), ImageError::Format { found: 99 });
    let mut other = image.to_vec();
    *other.last_mut().unwrap() ^= 1;
    assert_eq!(Schema::from_vec(other).unwrap_err(), ImageError::Fingerprint);
}

/// An image with a byte changed and the fingerprint made right again: the damage is in the structure.
fn forged(at: usize, to: u8) -> Vec<u8> {
    let mut image = sample().build().unwrap().as_bytes().to_vec();
    let at = 20 + at % (image.len() - 20);
    image[at] = to;
    let fingerprint = usp_schema_fingerprint(&image[16..]);
    image[8..16].copy_from_slice(&fingerprint.to_le_bytes());
    image
}

/// The fingerprint, written down a second time for the test.
fn usp_schema_fingerprint(bytes: &[u8]) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325 ^ bytes.len() as u64;
    let mut step = |word: u64| hash = (hash ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15_u64).rotate_left(29);
    let whole = bytes.len() / 8 * 8;
    bytes[..whole].chunks(8).for_each(|word| step(u64::from_le_bytes(word.try_into().unwrap())));
    bytes[whole..].iter().for_each(|&byte| step(byte.into()));
    hash ^ (hash >> 32)
}

/// Reads everything that there is to read.
fn walk(schema: &Schema) -> usize {
    let mut seen = 0;
    for object in schema.objects() {
        seen += object.path().len() + object.unique_keys().map(|key| key.parameters().count()).sum::<usize>();
        seen += object.children().filter(|child| child.parent() == Some(object)).count();
        for parameter in object.parameters() {
            let syntax = parameter.syntax();
            seen += parameter.path().len() + syntax.enumeration().count() + syntax.patterns().count();
            let _ = syntax.parse("1");
        }
    }
    for command in schema.commands() {
        seen += command.path().len();
        seen += [command.input(), command.output()]
            .into_iter()
            .flatten()
            .map(|o| o.parameters().len())
            .sum::<usize>();
    }
    seen + schema.events().map(|event| event.path().len()).sum::<usize>()
}

proptest! {
    #[test]
    fn a_forged_image_is_refused_or_readable(at: usize, to: u8) {
        if let Ok(schema) = Schema::from_vec(forged(at, to)) {
            prop_assert!(walk(&schema) > 0);
        }
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes: Vec<u8>) {
        prop_assert!(Schema::from_vec(bytes).is_err());
    }
}
