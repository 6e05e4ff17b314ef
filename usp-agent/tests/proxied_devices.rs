//! An Agent with devices behind it (TR-369 appendix "Device Proxy"): each row carries the model of its device.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

mod common;

use common::Link;
use usp_agent::Now;
use usp_controller::learn_model;
use usp_controller::schema::Object;
use usp_datamodel::schema::{
    Composition, ObjectAccess, ObjectHandle, ObjectSpec, ParameterAccess, ParameterSpec, PrimitiveType,
    Schema, SchemaBuilder, SyntaxSpec,
};
use usp_msg::notify::{self, Notification};
use usp_msg::response::RespType;
use usp_msg::{Add, Get, GetSupportedDm, GetSupportedDmResp, Notify, Set, add, set};

const ROWS: &str = "Device.ProxiedDevice.{i}.";

fn image(name: &str, add: impl FnOnce(&mut SchemaBuilder, ObjectHandle)) -> Schema {
    let mut builder = SchemaBuilder::new(name, "urn:example");
    let device = builder.object(None, ObjectSpec::single("Device")).unwrap();
    add(&mut builder, device);
    builder.build().unwrap()
}

fn writable(name: &str, primitive: PrimitiveType) -> ParameterSpec {
    let access = ParameterAccess::ReadWrite;
    ParameterSpec { access, ..ParameterSpec::new(name, SyntaxSpec::new(primitive)) }
}

/// The Agent of a gateway: device 1 is a lamp, device 2 a thermostat.
fn gateway() -> Link {
    let table = |name: &str| ObjectSpec { access: ObjectAccess::AddDelete, ..ObjectSpec::table(name) };
    let proxy = image("proxy", |builder, device| {
        let rows = ObjectSpec { mount_point: true, ..table("ProxiedDevice") };
        let rows = builder.object(Some(device), rows).unwrap();
        builder.parameter(rows, writable("Description", PrimitiveType::String)).unwrap();
    });
    let lamp = image("lamp", |builder, device| {
        let lamp = builder.object(Some(device), table("Lamp")).unwrap();
        builder.parameter(lamp, writable("Level", PrimitiveType::UnsignedInt)).unwrap();
    });
    let thermostat = image("thermostat", |builder, device| {
        let heating = builder.object(Some(device), ObjectSpec::single("Heating")).unwrap();
        builder.parameter(heating, writable("Level", PrimitiveType::Decimal)).unwrap();
    });
    let mut link = Link::new();
    let whole = Composition::from(link.agent.model().schema().clone()).with(proxy).unwrap();
    let whole =
        whole.with_mount(ROWS, "lamp", lamp).unwrap().with_mount(ROWS, "thermostat", thermostat).unwrap();
    let now = Now::new(link.now);
    assert_eq!(link.agent.replace_schema(whole.schema().clone(), now), Ok(vec![]));
    let rows =
        [add::CreateObject::new("Device.ProxiedDevice."), add::CreateObject::new("Device.ProxiedDevice.")];
    link.ask(Add::new(rows)).unwrap();
    link.agent.update(now, |model| {
        model.mount("Device.ProxiedDevice.1.", "lamp").unwrap();
        model.mount("Device.ProxiedDevice.2.", "thermostat").unwrap();
    });
    link.ask(Add::new([add::CreateObject::new("Device.ProxiedDevice.1.Lamp.")])).unwrap();
    link
}

fn subscribe(link: &mut Link, id: &str, notif_type: &str, reference: &str) {
    let row = add::CreateObject::new("Device.LocalAgent.Subscription.")
        .required("Enable", "true")
        .required("ID", id)
        .required("NotifType", notif_type)
        .required("ReferenceList", reference);
    link.ask(Add::new([row])).unwrap();
}

fn supported(link: &mut Link, paths: &[String]) -> GetSupportedDmResp {
    match link.ask(GetSupportedDm::new(paths)).unwrap().resp_type {
        Some(RespType::GetSupportedDmResp(answer)) => answer,
        other => panic!("a GetSupportedDMResp was due: {other:?}"),
    }
}

/// A Controller asks for everything, then for what diverges, and knows what each device has.
#[test]
fn a_controller_learns_what_each_device_has() {
    let mut link = gateway();
    let mut all = supported(&mut link, &["Device.".into()]);
    let divergent: Vec<String> = all.req_obj_results[0]
        .supported_objs
        .iter()
        .flat_map(|object| object.divergent_paths.clone())
        .collect();
    assert_eq!(divergent, ["Device.ProxiedDevice.1.", "Device.ProxiedDevice.2."]);
    all.req_obj_results.extend(supported(&mut link, &divergent).req_obj_results);
    let learned = learn_model(&all).unwrap();
    let rows = learned.object_at(ROWS).unwrap();
    let mounted = |name: &str| -> Vec<String> {
        rows.mount(name).unwrap().subtree_objects().skip(1).map(Object::path).collect()
    };
    assert_eq!(mounted("row-1"), ["Device.ProxiedDevice.{i}.Lamp.{i}."]);
    assert_eq!(mounted("row-2"), ["Device.ProxiedDevice.{i}.Heating."]);
}

/// Subscriptions cover what is mounted, and what goes with it.
#[test]
fn a_controller_is_told_of_what_is_mounted() {
    let mut link = gateway();
    subscribe(&mut link, "levels", "ValueChange", "Device.ProxiedDevice.*.Heating.Level");
    subscribe(&mut link, "lamps", "ObjectDeletion", "Device.ProxiedDevice.*.Lamp.");
    let level = |level: &str| {
        Set::new([set::UpdateObject::new("Device.ProxiedDevice.*.Heating.").required("Level", level)])
    };
    link.ask(level("21.5")).unwrap();
    let change = notify::ValueChange {
        param_path: "Device.ProxiedDevice.2.Heating.Level".into(),
        param_value: "21.5".into(),
    };
    assert_eq!(link.told(), [Notify::new("levels", Notification::from(change))]);
    let now = Now::new(link.now);
    link.agent.update(now, |model| model.mount("Device.ProxiedDevice.1.", "thermostat")).unwrap();
    link.run();
    let gone = notify::ObjectDeletion { obj_path: "Device.ProxiedDevice.1.Lamp.1.".into() };
    assert_eq!(link.told(), [Notify::new("lamps", Notification::from(gone))]);
    let answer = link.ask(Get::new(["Device.ProxiedDevice.*.Heating.Level"])).unwrap();
    let Some(RespType::GetResp(answer)) = answer.resp_type else { panic!("{answer:?}") };
    let levels: Vec<&str> = answer.values().map(|(_, _, value)| value).collect();
    // What nobody has set is the null value of its type.
    assert_eq!(levels, ["-1", "21.5"]);
}
