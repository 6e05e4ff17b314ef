//! The image as its users see it: what was built is what is read.
// A panic is how a test reports.
#![allow(clippy::unwrap_used)]

#[path = "support/sample.rs"]
mod sample;

use sample::sample;
use usp_schema::{
    CommandSpec, EnumerationValue, InnerListSpec, ListSpec, ObjectSpec, ParameterAccess, ParameterSpec,
    PrimitiveType, Range, ReferenceTarget, Schema, SchemaBuilder, Size, Status, SyntaxSpec, TypedValue,
    Value, ValueErrorKind, ValueType, Version,
};

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
fn descriptions_are_there_when_they_are_given() {
    let schema = sample().build().unwrap();
    assert!(schema.has_descriptions());
    let device = schema.root("Device").unwrap();
    assert_eq!(device.description(), Some("The whole device, in größter Kürze."));
    assert_eq!(device.child("Interface").unwrap().description(), None);
    let alias = schema.parameter_at("Device.Interface.{i}.Alias").unwrap();
    assert_eq!(alias.description(), Some("What people call it."));
    let reset = schema.command_at("Device.Interface.{i}.Reset()").unwrap();
    assert_eq!(reset.description(), Some("Begins anew."));
    assert_eq!(schema.event_at("Device.Boot!").unwrap().description(), Some("It is there again."));
}

#[test]
fn descriptions_cost_nothing_when_they_are_taken_back() {
    let build = |described: &[&str]| {
        let mut builder = SchemaBuilder::new("D", "u");
        let device = builder.object(None, ObjectSpec::single("Device")).unwrap();
        for text in described {
            builder.describe_object(device, *text).unwrap();
        }
        builder.build().unwrap()
    };
    assert_eq!(build(&["Something.", ""]).as_bytes(), build(&[]).as_bytes());
    assert!(!build(&[]).has_descriptions());
    let mut builder = sample();
    let device = builder.child(None, "Device").unwrap();
    let error = builder.describe_parameter(device, "Missing", "Not here.").unwrap_err();
    assert_eq!(
        error.to_string(),
        "Device. names the parameter \"Missing\" as its described parameter, which does not exist there"
    );
}

#[test]
fn a_selection_keeps_sub_trees_and_the_way_to_them() {
    let whole = sample().build().unwrap();
    let small = whole.select(["Device.Interface.{i}.Stats."]).unwrap();
    assert_eq!(
        elements(&small),
        [
            "Device.",
            "Device.Interface.{i}.",
            "Device.Interface.{i}.Stats.",
            "Device.InterfaceNumberOfEntries",
            "Device.Interface.{i}.Enable",
            "Device.Interface.{i}.Stats.Bytes",
        ]
    );
    let interface = small.object_at("Device.Interface.{i}.").unwrap();
    assert_eq!(interface.unique_keys().count(), 0);
    assert_eq!(interface.num_entries_parameter().unwrap().path(), "Device.InterfaceNumberOfEntries");
    let bytes = |schema: &Schema| schema.parameter_at("Device.Interface.{i}.Stats.Bytes").unwrap().to_spec();
    assert_eq!(bytes(&small), bytes(&whole));
    assert_ne!(small.fingerprint(), whole.fingerprint());
}

#[test]
fn a_selection_may_be_of_single_elements() {
    let whole = sample().build().unwrap();
    let paths = ["Device.Interface.{i}.Reset()", "Device.Interface.{i}.Alias", "Device.Boot!"];
    let small = whole.select(paths).unwrap();
    assert_eq!(
        elements(&small),
        [
            "Device.",
            "Device.Interface.{i}.",
            "Device.InterfaceNumberOfEntries",
            "Device.Interface.{i}.Alias",
            "Device.Interface.{i}.Enable",
            "Device.Interface.{i}.Reset()",
            "Device.Boot!",
        ]
    );
    let reset = small.command_at("Device.Interface.{i}.Reset()").unwrap();
    assert_eq!(reset.description(), Some("Begins anew."));
    assert!(reset.input().unwrap().parameter("Mode").is_some());
    assert_eq!(reset.output().unwrap().child("Result").unwrap().path(), "Result.{i}.");
}

#[test]
fn a_selection_of_everything_is_the_same_image() {
    let whole = sample().build().unwrap();
    assert_eq!(whole.select(["Device."]).unwrap(), whole);
    assert_eq!(whole.select(["Device.Interface.", "Device"]).unwrap(), whole);
    let nothing = whole.select([]).unwrap();
    assert_eq!((nothing.objects().len(), nothing.name()), (0, "Device:2.19"));
}

/// Paths of all objects, parameters, commands and events.
fn elements(schema: &Schema) -> Vec<String> {
    let objects = schema.objects().map(|object| object.path());
    let parameters = schema.parameters().map(|parameter| parameter.path());
    let commands = schema.commands().map(|command| command.path());
    objects.chain(parameters).chain(commands).chain(schema.events().map(|event| event.path())).collect()
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
fn decimal_numbers_keep_to_their_ranges_exactly() {
    let mut builder = SchemaBuilder::new("D", "u");
    let device = builder.object(None, ObjectSpec::single("Device")).unwrap();
    let ranges = vec![
        Range { min: Some(-1), max: Some(100), step: None },
        Range { min: Some(200), max: Some(300), step: Some(50) },
    ];
    let syntax = SyntaxSpec { ranges, ..SyntaxSpec::new(PrimitiveType::Decimal) };
    builder.parameter(device, ParameterSpec::new("Level", syntax)).unwrap();
    let schema = builder.build().unwrap();
    let level = schema.parameter_at("Device.Level").unwrap().syntax();
    for text in ["-1", "-0.99999999999999999999999999999999999999", "99.5", "100.0", "200", "250.00", "300"] {
        assert!(level.parse(text).is_ok(), "{text}");
    }
    for text in ["-1.0000000000000000000000000000000000001", "100.1", "199.9", "225", "250.5", "300.1"] {
        assert_eq!(level.parse(text).unwrap_err().kind(), ValueErrorKind::Facet, "{text}");
    }
    assert_eq!(
        level.parse("101").unwrap_err().reason(),
        "allowed are -1 to 100 or 200 to 300 in steps of 50"
    );
}

/// Lengths in bytes are taken for any text of so many, though sizes count characters.
#[test]
fn a_text_of_a_known_length_need_not_be_parsed() {
    let string = || SyntaxSpec::new(PrimitiveType::String);
    let sized = |sizes: &[(u32, Option<u32>)]| {
        let sizes = sizes.iter().map(|&(min, max)| Size { min, max }).collect();
        SyntaxSpec { sizes, ..string() }
    };
    let one = EnumerationValue::new("a");
    // The numbers of bytes, up to 20, of which every text is a value.
    let cases = [
        (string(), (0..21).collect::<Vec<usize>>()),
        (sized(&[(0, Some(7))]), (0..8).collect()),
        (sized(&[(2, Some(11))]), (8..12).collect()),
        (sized(&[(3, None)]), (12..21).collect()),
        (sized(&[(8, Some(9))]), vec![]),
        (SyntaxSpec { patterns: vec!["a*".to_string()], ..string() }, vec![]),
        (SyntaxSpec { enumeration: vec![one], ..string() }, vec![]),
        (SyntaxSpec { list: Some(ListSpec::default()), ..string() }, vec![]),
        (SyntaxSpec::new(PrimitiveType::UnsignedInt), vec![]),
    ];
    for (at, (spec, expected)) in cases.into_iter().enumerate() {
        let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:lengths");
        let device = builder.object(None, ObjectSpec::single("Device")).unwrap();
        builder.parameter(device, ParameterSpec::new("Text", spec)).unwrap();
        let schema = builder.build().unwrap();
        let parser = schema.parameter_at("Device.Text").unwrap().syntax().parser();
        let taken: Vec<usize> = (0..21).filter(|&bytes| parser.takes_text_of(bytes)).collect();
        assert_eq!(taken, expected, "case {at}");
        for bytes in taken {
            // Of as many and as few characters as so many bytes may have.
            for text in ["a".repeat(bytes), "\u{1F4A1}".repeat(bytes / 4) + &"a".repeat(bytes % 4)] {
                assert_eq!(parser.parse(&text), Ok(Value::String(text)), "case {at}");
            }
        }
    }
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
fn lists_in_a_list_have_bounds_of_their_own() {
    let mut builder = SchemaBuilder::new("D", "u");
    let device = builder.object(None, ObjectSpec::single("Device")).unwrap();
    let sizes = vec![Size { min: 0, max: Some(5) }];
    let inner = InnerListSpec { min_items: 2, max_items: Some(3), sizes };
    let list =
        ListSpec { max_items: Some(2), nested_brackets: true, inner: Some(inner), ..ListSpec::default() };
    let syntax = SyntaxSpec { list: Some(list), ..SyntaxSpec::new(PrimitiveType::Int) };
    builder.parameter(device, ParameterSpec::new("Corners", syntax.clone())).unwrap();
    let schema = builder.build().unwrap();
    let corners = schema.parameter_at("Device.Corners").unwrap().syntax();
    assert_eq!(corners.to_spec(), syntax);
    assert_eq!(corners.parse("[1,2],[3,4,5]").unwrap().to_string(), "[1,2],[3,4,5]");
    assert_eq!(corners.parse("[]").unwrap().to_string(), "[]");
    let error = |text| {
        let error = corners.parse(text).unwrap_err();
        (error.item(), error.reason().to_owned())
    };
    assert_eq!(error("[1,2],[3]"), (Some(1), "it has 1 items, at least 2 are needed".into()));
    assert_eq!(error("[1,2,3,4]"), (Some(0), "it has 4 items, at most 3 are allowed".into()));
    assert_eq!(error("[100,200]"), (Some(0), "it has 7 characters, allowed are 0 to 5".into()));
    // The outer list has bounds as well.
    assert_eq!(error("[1,2],[3,4],[5,6]"), (None, "it has 3 items, at most 2 are allowed".into()));
}

/// Types and values are taken alike.
#[test]
fn a_syntax_takes_values_of_its_type() {
    let list = |nested_brackets| Some(ListSpec { nested_brackets, ..ListSpec::default() });
    let mut builder = SchemaBuilder::new("D", "u");
    let device = builder.object(None, ObjectSpec::single("Device")).unwrap();
    for (name, list) in [("One", None), ("List", list(false)), ("Lists", list(true))] {
        let syntax = SyntaxSpec { list, ..SyntaxSpec::new(PrimitiveType::Int) };
        builder.parameter(device, ParameterSpec::new(name, syntax)).unwrap();
    }
    let schema = builder.build().unwrap();
    let taken = |ty: Option<ValueType>, value: &Value| -> Vec<String> {
        let takes = |name: &&str| {
            let syntax = schema.parameter_at(&format!("Device.{name}")).unwrap().syntax();
            assert_eq!(syntax.takes(ty.unwrap()), syntax.takes_value(value), "{name}: {value}");
            syntax.takes_value(value)
        };
        ["One", "List", "Lists"].into_iter().filter(takes).map(String::from).collect()
    };
    fn typed<V: TypedValue>(value: V) -> (Option<ValueType>, Value) {
        (V::TYPE, value.to_value())
    }
    let all = |(ty, value): (_, Value)| taken(ty, &value);
    assert_eq!(all(typed(1_i32)), ["One"]);
    assert_eq!(all(typed(vec![1_i32])), ["List", "Lists"]);
    assert_eq!(all(typed(vec![vec![1_i32]])), ["Lists"]);
    for other in [
        typed(1_u32),
        typed(1_i64),
        typed(String::new()),
        typed(vec![String::new()]),
        typed(vec![vec![1_u32]]),
    ] {
        assert_eq!(all(other), Vec::<String>::new());
    }
    // Of an empty list only the type says of what it is.
    assert!(schema.parameter_at("Device.List").unwrap().syntax().takes_value(&Value::List(vec![])));
    let deep = (0..100_000).fold(Value::Int(1), |value, _| Value::List(vec![value]));
    assert!(!schema.parameter_at("Device.Lists").unwrap().syntax().takes_value(&deep));
    // Dropping it would take a stack as deep.
    core::mem::forget(deep);
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
fn a_record_longer_than_any_needs_to_be_is_refused() {
    let mut builder = SchemaBuilder::new("D", "u");
    let device = builder.object(None, ObjectSpec::single("Device")).unwrap();
    let enumeration = (0..10_000).map(|number| EnumerationValue::new(number.to_string())).collect();
    let syntax = SyntaxSpec { enumeration, ..SyntaxSpec::new(PrimitiveType::String) };
    builder.parameter(device, ParameterSpec::new("Choice", syntax)).unwrap();
    assert_eq!(
        builder.build().unwrap_err().to_string(),
        "the model is too large for an image: more than 16384 bytes of facets or keys in one place"
    );
}

#[test]
fn a_name_longer_than_any_needs_to_be_is_refused() {
    let mut builder = SchemaBuilder::new("D", "u");
    builder.object(None, ObjectSpec::single("D".repeat(255))).unwrap();
    let error = builder.object(None, ObjectSpec::single("D".repeat(256))).unwrap_err();
    assert_eq!(error.to_string(), "the model is too large for an image: more than 255 bytes in one name");
}

#[test]
fn arguments_have_no_commands() {
    let mut builder = SchemaBuilder::new("D", "u");
    let device = builder.object(None, ObjectSpec::single("Device")).unwrap();
    let reboot = builder.command(device, CommandSpec::new("Reboot()")).unwrap();
    let input = builder.input(reboot).unwrap();
    let error = builder.command(input, CommandSpec::new("Again()")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Again() cannot be an argument: commands and events belong to objects of the model"
    );
}
