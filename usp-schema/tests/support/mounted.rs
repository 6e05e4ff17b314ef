//! The small model, and mounts.

use usp_schema::{CommandSpec, ObjectSpec, ParameterSpec, PrimitiveType, SchemaBuilder, SyntaxSpec};

use crate::sample::sample;

/// The sample with a table that carries two models, which describe one element differently.
pub fn mounted() -> SchemaBuilder {
    let mut builder = sample();
    let device = builder.child(None, "Device").unwrap();
    let point = ObjectSpec { mount_point: true, ..ObjectSpec::table("Proxied") };
    let point = builder.object(Some(device), point).unwrap();
    builder.object(Some(point), ObjectSpec::single("Status")).unwrap();
    let count = ParameterSpec::new("LampNumberOfEntries", SyntaxSpec::new(PrimitiveType::UnsignedInt));
    builder.parameter(point, count).unwrap();
    for (name, primitive) in [("zigbee", PrimitiveType::Int), ("wifi", PrimitiveType::String)] {
        let mount = builder.mount(point, name, "urn:example:mounted").unwrap();
        let lamp = ObjectSpec {
            num_entries_parameter: Some("LampNumberOfEntries".into()),
            ..ObjectSpec::table("Lamp")
        };
        let lamp = builder.object(Some(mount), lamp).unwrap();
        builder.parameter(lamp, ParameterSpec::new("Colour", SyntaxSpec::new(primitive))).unwrap();
        builder.command(lamp, CommandSpec::new("Blink()")).unwrap();
        builder
            .object(Some(mount), ObjectSpec::single(if name == "wifi" { "Radio" } else { "Mesh" }))
            .unwrap();
    }
    builder
}
