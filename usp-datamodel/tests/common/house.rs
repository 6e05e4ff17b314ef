//! A small model made by hand: rooms with lamps.
//!
//! `House.Room.{i}.` has the keys Alias and (functional) Name, a list of tags, strong references to rooms, a weak
//! one to anything, a secured parameter and a union of two objects; `House.Room.{i}.Lamp.{i}.` has the functional
//! key Number; `House.Meter.{i}.` keeps one row at least and has three at most.

use usp_datamodel::schema::{
    DefaultKind, ListSpec, ObjectAccess, ObjectSpec, ParameterAccess, ParameterSpec, PrimitiveType,
    ReferenceSpec, ReferenceTarget, Schema, SchemaBuilder, SyntaxSpec,
};
use usp_datamodel::{DataModel, Limits, Requester};

use super::Bench;

pub const ROOM: &str = "House.Room.";

/// An empty house, asked by a Controller, with changes recorded.
pub fn house() -> Bench {
    house_with(Limits::default())
}

pub fn house_with(limits: Limits) -> Bench {
    let mut model = DataModel::with_limits(schema(), limits);
    model.record_changes(true);
    Bench { model, requester: Requester::controller("House.Room.1") }
}

pub fn schema() -> Schema {
    let mut builder = SchemaBuilder::new("House:1.0", "urn:example:house");
    let house = builder.object(None, ObjectSpec::single("House")).unwrap();
    let table = |name: &str| ObjectSpec {
        access: ObjectAccess::AddDelete,
        num_entries_parameter: Some(format!("{name}NumberOfEntries")),
        ..ObjectSpec::table(name)
    };
    let room = builder.object(Some(house), table("Room")).unwrap();
    let lamp = builder.object(Some(room), table("Lamp")).unwrap();
    let meter = ObjectSpec { min_entries: 1, max_entries: Some(3), ..table("Meter") };
    let meter = builder.object(Some(house), meter).unwrap();
    let choice =
        |name: &str| ObjectSpec { discriminator_parameter: Some("Kind".into()), ..ObjectSpec::single(name) };
    let cold = builder.object(Some(room), choice("Cold")).unwrap();
    let warm = builder.object(Some(room), choice("Warm")).unwrap();

    let count = |name: &str| ParameterSpec::new(name, SyntaxSpec::new(PrimitiveType::UnsignedInt));
    let writable = |name: &str, syntax| ParameterSpec {
        access: ParameterAccess::ReadWrite,
        ..ParameterSpec::new(name, syntax)
    };
    let plain = |name: &str, primitive| writable(name, SyntaxSpec::new(primitive));
    let list = |primitive| SyntaxSpec { list: Some(ListSpec::default()), ..SyntaxSpec::new(primitive) };
    let refers = |syntax: SyntaxSpec, strong| {
        let parents = if strong { vec!["House.Room.{i}.".to_owned()] } else { Vec::new() };
        let target = if strong { ReferenceTarget::Row } else { ReferenceTarget::Any };
        SyntaxSpec { reference: Some(ReferenceSpec { strong, target, parents }), ..syntax }
    };
    let string = || SyntaxSpec::new(PrimitiveType::String);

    let all = [
        (house, count("RoomNumberOfEntries")),
        (house, count("MeterNumberOfEntries")),
        (house, writable("Favourite", refers(string(), true))),
        (room, count("LampNumberOfEntries")),
        (
            room,
            ParameterSpec {
                access: ParameterAccess::WriteOnceReadOnly,
                ..plain("Alias", PrimitiveType::String)
            },
        ),
        (room, plain("Name", PrimitiveType::String)),
        (
            room,
            ParameterSpec {
                default: Some((DefaultKind::Object, "1".into())),
                ..plain("Size", PrimitiveType::UnsignedInt)
            },
        ),
        (room, plain("Open", PrimitiveType::Boolean)),
        (room, plain("Floor", PrimitiveType::Int)),
        (room, plain("Ratio", PrimitiveType::Decimal)),
        (room, plain("Seen", PrimitiveType::DateTime)),
        (room, plain("Token", PrimitiveType::HexBinary)),
        (room, plain("Kind", PrimitiveType::String)),
        (room, writable("Tags", list(PrimitiveType::String))),
        (room, writable("Steps", list(PrimitiveType::Int))),
        (room, writable("Next", refers(string(), true))),
        (room, writable("Doors", refers(list(PrimitiveType::String), true))),
        (room, writable("Likes", refers(string(), false))),
        (room, ParameterSpec { secured: true, ..plain("Secret", PrimitiveType::String) }),
        (cold, plain("Degrees", PrimitiveType::Int)),
        (warm, plain("Degrees", PrimitiveType::Int)),
        (lamp, plain("Number", PrimitiveType::UnsignedInt)),
        (lamp, plain("On", PrimitiveType::Boolean)),
        (meter, plain("Serial", PrimitiveType::String)),
    ];
    for (object, parameter) in all {
        builder.parameter(object, parameter).unwrap();
    }
    builder.unique_key(room, false, &["Alias"]).unwrap();
    builder.unique_key(room, true, &["Name"]).unwrap();
    builder.unique_key(lamp, true, &["Number"]).unwrap();
    builder.build().unwrap()
}
