//! Models that are larger than any published one: what an image holds in another form, and what it does not hold.
// A panic is how a test reports.
#![allow(clippy::unwrap_used)]

#[path = "support/walk.rs"]
mod walk;

use usp_schema::{
    BuildError, DefaultKind, EnumerationValue, ObjectHandle, ObjectSpec, ParameterSpec, PrimitiveType, Range,
    Schema, SchemaBuilder, SyntaxSpec,
};

fn device() -> (SchemaBuilder, ObjectHandle) {
    let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:large");
    let device = builder.object(None, ObjectSpec::single("Device")).unwrap();
    (builder, device)
}

/// A parameter of a type that no other number has.
fn numbered(name: impl Into<String>, number: usize) -> ParameterSpec {
    let range = Range { min: None, max: Some(number as i128), step: None };
    let syntax = SyntaxSpec { ranges: vec![range], ..SyntaxSpec::new(PrimitiveType::Long) };
    ParameterSpec::new(name, syntax)
}

/// A parameter with this default.
fn with_default(number: usize, default: String) -> ParameterSpec {
    let default = Some((DefaultKind::Object, default));
    ParameterSpec {
        default,
        ..ParameterSpec::new(format!("P{number}"), SyntaxSpec::new(PrimitiveType::String))
    }
}

/// The length of a section of the image.
fn length_of(schema: &Schema, section: usize) -> usize {
    u32::from_le_bytes(schema.as_bytes()[36 + 8 * section..][..4].try_into().unwrap()) as usize
}

#[track_caller]
fn too_large(builder: &SchemaBuilder, message: &str) {
    let error = builder.build().unwrap_err();
    assert!(matches!(error, BuildError::TooLarge { .. }));
    assert_eq!(error.to_string(), format!("the model is too large for an image: more than {message}"));
}

#[test]
fn rows_of_parameters_are_wider_where_there_are_many_names_and_kinds() {
    // With so many the last name and the last shape have twelve bits each; one more makes it thirteen.
    for (count, width) in [(4_080, 3), (5_000, 4)] {
        let (mut builder, device) = device();
        for number in 0..count {
            builder.parameter(device, numbered(format!("P{number:05}"), number)).unwrap();
        }
        let schema = builder.build().unwrap();
        assert_eq!(length_of(&schema, 1), count * width + 4 - width);
        for number in [0, 1, count / 2, count - 1] {
            let parameter = schema.parameter_at(&format!("Device.P{number:05}")).unwrap();
            assert_eq!(parameter.to_spec(), numbered(format!("P{number:05}"), number));
            assert_eq!(parameter.id().index() as usize, number);
        }
        assert_eq!(schema.to_builder().unwrap().build().unwrap(), schema);
        assert_eq!(Schema::from_vec(schema.as_bytes()).unwrap(), schema);
    }
}

#[test]
fn records_are_aligned_where_they_take_more_than_sixteen_bits_can_count() {
    let (mut builder, device) = device();
    let values = |number: usize| -> Vec<EnumerationValue> {
        (0..1_000).map(|value| EnumerationValue::new(format!("{}", value + number))).collect()
    };
    for number in 0..200 {
        let syntax = SyntaxSpec { enumeration: values(number), ..SyntaxSpec::new(PrimitiveType::String) };
        builder.parameter(device, ParameterSpec::new(format!("P{number}"), syntax)).unwrap();
    }
    let schema = builder.build().unwrap();
    // Two bytes for each value: in units of eight bytes the last record begins below 65,536.
    assert!(length_of(&schema, 5) > 5 << 16);
    assert_eq!(schema.as_bytes()[26], 3);
    for number in [0, 1, 199] {
        let syntax = schema.parameter_at(&format!("Device.P{number}")).unwrap().syntax();
        assert_eq!(syntax.to_spec().enumeration, values(number));
        assert!(syntax.parse(&format!("{}", number + 999)).is_ok());
        assert!(syntax.parse(&format!("{}", number + 1_000)).is_err());
    }
    assert!(walk::read_everything(&schema) > 0);
    assert_eq!(schema.to_builder().unwrap().build().unwrap(), schema);
}

#[test]
fn strings_have_up_to_sixteen_thousand_bytes() {
    let (mut builder, device) = device();
    let text = |length: usize| format!("{length}").repeat(length / 2 + 1)[..length].to_owned();
    let lengths = [1, 126, 127, 190, 191, 192, 193, 255, 256, 511, 512, 5_000, 16_383];
    for length in lengths {
        builder.parameter(device, with_default(length, text(length))).unwrap();
    }
    let schema = builder.build().unwrap();
    for length in lengths {
        let parameter = schema.parameter_at(&format!("Device.P{length}")).unwrap();
        assert_eq!(parameter.object_default(), Some(&*text(length)));
    }
    assert!(walk::read_everything(&schema) > 0);
    builder.parameter(device, with_default(16_384, text(16_384))).unwrap();
    too_large(&builder, "16383 bytes in one string");
}

#[test]
fn a_model_of_too_many_parameters_is_refused() {
    let (mut builder, device) = device();
    let add = |builder: &mut SchemaBuilder, number: usize| {
        let (row, name) = (format!("O{}", number / 1_000), format!("P{}", number % 1_000));
        let object = builder.child(Some(device), &row);
        let object = object.unwrap_or_else(|| builder.object(Some(device), ObjectSpec::single(row)).unwrap());
        builder.parameter(object, ParameterSpec::new(name, SyntaxSpec::new(PrimitiveType::Int))).unwrap();
    };
    (0..65_534).for_each(|number| add(&mut builder, number));
    let schema = builder.build().unwrap();
    assert_eq!(schema.parameters().count(), 65_534);
    let last = schema.parameters().last().unwrap();
    // By its position alone it finds its object.
    assert_eq!(schema.parameter(last.id()).unwrap().path(), last.path());
    assert_eq!(schema.parameter_at(&last.path()), Some(last));
    add(&mut builder, 65_534);
    too_large(&builder, "65534 parameters");
}

#[test]
fn a_model_of_too_many_strings_is_refused() {
    let defaults = |count: usize, text: &dyn Fn(usize) -> String| {
        let (mut builder, device) = device();
        for number in 0..count {
            builder.parameter(device, with_default(number, text(number))).unwrap();
        }
        builder
    };
    let what = "65535 strings, of which long ones count several times";
    // Each of these begins a group of sixteen.
    let long = |number: usize| format!("{number:04}").repeat(50);
    assert!(defaults(3_500, &long).build().is_ok());
    too_large(&defaults(4_096, &long), what);
    // These and the names are too many, however short.
    too_large(&defaults(40_000, &|number| format!("!{number}")), what);
    let longest = |number: usize| format!("{number:04}").repeat(4_095);
    too_large(&defaults(1_100, &longest), "16777215 bytes in all strings");
}

#[test]
fn a_model_of_too_many_facets_is_refused() {
    let (mut builder, device) = device();
    // With the type of a parameter and the bounds of a table each of these brings two.
    for number in 0..33_000 {
        let table = ObjectSpec { max_entries: Some(number), ..ObjectSpec::table(format!("T{number}")) };
        let table = builder.object(Some(device), table).unwrap();
        builder.parameter(table, numbered("P", number as usize)).unwrap();
    }
    too_large(&builder, "65535 different facets and keys");
}

#[test]
fn patterns_of_one_parameter_are_together_no_longer_than_its_facets() {
    let (mut builder, device) = device();
    let patterns = |count| vec!["[a-z]{1,60}".to_owned(); count];
    let spec = |count| {
        let syntax = SyntaxSpec { patterns: patterns(count), ..SyntaxSpec::new(PrimitiveType::String) };
        ParameterSpec::new(format!("P{count}"), syntax)
    };
    builder.parameter(device, spec(20)).unwrap();
    let schema = builder.build().unwrap();
    // The pattern stands there once.
    assert!(length_of(&schema, 5) < 1_000);
    assert_eq!(schema.parameter_at("Device.P20").unwrap().to_spec(), spec(20));
    builder.parameter(device, spec(200)).unwrap();
    too_large(&builder, "16384 bytes of facets or keys in one place");
}
