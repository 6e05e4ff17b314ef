//! A gateway with devices behind it, of two kinds or none: what is mounted at `Device.ProxiedDevice.{i}.`

use std::sync::OnceLock;

use usp_datamodel::schema::{
    CommandSpec, Composition, EventSpec, ObjectAccess, ObjectHandle, ObjectSpec, ParameterAccess,
    ParameterSpec, PrimitiveType, ReferenceSpec, ReferenceTarget, Schema, SchemaBuilder, SyntaxSpec,
};
use usp_datamodel::{DataModel, Requester, SupportedDataModel};

use super::Bench;

pub const PROXIED: &str = "Device.ProxiedDevice.";
pub const TABLE: &str = "Device.ProxiedDevice.{i}.";

/// An image of `Device.` and what is added to it.
pub fn image(name: &str, add: impl FnOnce(&mut SchemaBuilder, ObjectHandle)) -> Schema {
    let mounted = matches!(name, "zigbee" | "wifi");
    let specification = if mounted { "urn:example:mounted" } else { "urn:example:device" };
    let mut builder = SchemaBuilder::new(name, specification);
    let device = builder.object(None, ObjectSpec::single("Device")).unwrap();
    builder.parameter(device, writable("SerialNumber", PrimitiveType::String)).unwrap();
    add(&mut builder, device);
    builder.build().unwrap()
}

pub fn writable(name: &str, primitive: PrimitiveType) -> ParameterSpec {
    let access = ParameterAccess::ReadWrite;
    ParameterSpec { access, ..ParameterSpec::new(name, SyntaxSpec::new(primitive)) }
}

pub fn open_table(name: &str) -> ObjectSpec {
    ObjectSpec { access: ObjectAccess::AddDelete, ..ObjectSpec::table(name) }
}

fn reference(name: &str, strong: bool, parents: &[&str]) -> ParameterSpec {
    let parents = parents.iter().map(|&parent| parent.to_owned()).collect();
    let reference = ReferenceSpec { strong, target: ReferenceTarget::Row, parents };
    let mut spec = writable(name, PrimitiveType::String);
    spec.syntax.reference = Some(reference);
    spec
}

/// `ProxiedDevice.{i}.`, and `Room.{i}.` with references to lamps.
fn gateway() -> Schema {
    image("gateway", |builder, device| {
        let table = ObjectSpec { mount_point: true, ..open_table("ProxiedDevice") };
        let table = builder.object(Some(device), table).unwrap();
        builder.parameter(table, writable("Alias", PrimitiveType::String)).unwrap();
        builder.unique_key(table, true, &["Alias"]).unwrap();
        builder
            .parameter(
                table,
                ParameterSpec::new("LampNumberOfEntries", SyntaxSpec::new(PrimitiveType::UnsignedInt)),
            )
            .unwrap();
        let status = builder.object(Some(table), ObjectSpec::single("Status")).unwrap();
        builder.parameter(status, writable("Online", PrimitiveType::Boolean)).unwrap();
        let room = builder.object(Some(device), open_table("Room")).unwrap();
        builder.parameter(room, reference("Main", true, &["Device.ProxiedDevice.{i}.Lamp.{i}."])).unwrap();
        builder.parameter(room, reference("Any", true, &[])).unwrap();
    })
}

/// Lamps with a colour of some type.
fn lamps(builder: &mut SchemaBuilder, device: ObjectHandle, colour: PrimitiveType) -> ObjectHandle {
    let counted =
        ObjectSpec { num_entries_parameter: Some("LampNumberOfEntries".into()), ..open_table("Lamp") };
    builder.parameter(device, writable("LampNumberOfEntries", PrimitiveType::UnsignedInt)).unwrap();
    let lamp = builder.object(Some(device), counted).unwrap();
    builder.parameter(lamp, writable("Name", PrimitiveType::String)).unwrap();
    builder.unique_key(lamp, true, &["Name"]).unwrap();
    builder.parameter(lamp, writable("Colour", colour)).unwrap();
    lamp
}

/// Lamps whose colour is a number, and a mesh.
pub fn zigbee() -> Schema {
    image("zigbee", |builder, device| {
        let lamp = lamps(builder, device, PrimitiveType::Int);
        builder.command(lamp, CommandSpec::new("Blink()")).unwrap();
        builder.event(lamp, EventSpec::new("Broken!")).unwrap();
        let mesh = builder.object(Some(device), ObjectSpec::single("Mesh")).unwrap();
        builder.parameter(mesh, writable("Channel", PrimitiveType::UnsignedInt)).unwrap();
        builder.parameter(mesh, reference("Router", true, &["Device.Lamp.{i}."])).unwrap();
    })
}

/// Lamps whose colour has a name, and a radio with its statistics.
pub fn wifi() -> Schema {
    image("wifi", |builder, device| {
        lamps(builder, device, PrimitiveType::String);
        let radio = builder.object(Some(device), ObjectSpec::single("Radio")).unwrap();
        builder.parameter(radio, writable("Band", PrimitiveType::String)).unwrap();
        builder.event(radio, EventSpec::new("Radar!")).unwrap();
        let stats = builder.object(Some(radio), ObjectSpec::single("Stats")).unwrap();
        builder.parameter(stats, writable("Errors", PrimitiveType::UnsignedInt)).unwrap();
    })
}

/// The gateway with both kinds.
pub fn composition() -> Composition {
    let gateway = Composition::from(gateway());
    gateway.with_mount(TABLE, "zigbee", zigbee()).unwrap().with_mount(TABLE, "wifi", wifi()).unwrap()
}

/// The gateway with nothing in its tables.
pub fn empty() -> Bench {
    static SUPPORTED: OnceLock<SupportedDataModel> = OnceLock::new();
    let supported = SUPPORTED.get_or_init(|| composition().schema().clone().into());
    let mut bench = Bench { model: DataModel::new(supported.clone()), requester: Requester::DEVICE };
    bench.model.record_changes(true);
    bench.requester = Requester::controller("Device.LocalAgent.Controller.1");
    bench
}

/// Three devices: 1 is zigbee with the lamps `a` (colour 5) and `b`, 2 is wifi with the lamp `a` (colour red), 3 is
/// nothing.
pub fn devices() -> Bench {
    let mut bench = empty();
    for (alias, kind) in [("one", Some("zigbee")), ("two", Some("wifi")), ("three", None)] {
        let row = bench.added(PROXIED, &[("Alias", alias)]);
        if let Some(kind) = kind {
            bench.model.mount(&row, kind).unwrap();
        }
    }
    bench.added("Device.ProxiedDevice.1.Lamp.", &[("Name", "a"), ("Colour", "5")]);
    bench.added("Device.ProxiedDevice.1.Lamp.", &[("Name", "b")]);
    bench.added("Device.ProxiedDevice.2.Lamp.", &[("Name", "a"), ("Colour", "red")]);
    bench.changes();
    bench
}
