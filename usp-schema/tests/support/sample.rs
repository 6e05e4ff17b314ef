//! A small model with one of everything.

use usp_schema::{
    CommandSpec, DefaultKind, EnumerationRef, EnumerationValue, EventSpec, ListSpec, ObjectAccess,
    ObjectSpec, ParameterAccess, ParameterSpec, PrimitiveType, Range, ReferenceSpec, ReferenceTarget,
    SchemaBuilder, Size, Status, SyntaxSpec, Version,
};

/// Its builder.
pub fn sample() -> SchemaBuilder {
    let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:sample");
    let device = builder.object(None, ObjectSpec::single("Device")).unwrap();
    builder.describe_object(device, "The whole device, in größter Kürze.").unwrap();
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
    builder.describe_parameter(interface, "Alias", "What people call it.").unwrap();
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
    builder.describe_command(reset, "Begins anew.").unwrap();
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
    builder.describe_event(boot, "It is there again.").unwrap();
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
