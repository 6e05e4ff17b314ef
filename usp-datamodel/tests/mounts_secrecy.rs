//! Nobody learns from an answer what a row carries that it may know nothing of.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::Bench;
use common::gateway::{PROXIED, TABLE, devices};
use common::roles::{ALL, Entry, role};
use usp_datamodel::{Change, Permissions, Requester};
use usp_msg::add::CreateObject;
use usp_msg::set::UpdateObject;
use usp_msg::{Add, Delete, Get, GetInstances, GetSupportedDm, Operate, Request, Set};

const NONE: [&str; 4] = ["----"; 4];

/// The devices, where the third carries something of which the requester knows nothing.
fn world(kind: Option<&str>, entries: &[Entry<'_>]) -> Bench {
    let mut bench = devices();
    if let Some(kind) = kind {
        bench.model.mount("Device.ProxiedDevice.3.", kind).unwrap();
        for name in ["a", "b", "c"] {
            bench.added("Device.ProxiedDevice.3.Lamp.", &[("Name", name), ("Colour", "5")]);
        }
    }
    bench.changes();
    bench.model.record_deltas(true);
    let permissions = Permissions::compile(bench.model.schema(), &[role(entries)]);
    bench.requester =
        Requester::controller("Device.LocalAgent.Controller.2").with_permissions(permissions.into());
    bench
}

/// Requests of every kind for a path.
fn requests(path: &str) -> Vec<Request> {
    let settings = [
        ("Alias", "new"),
        ("Name", "d"),
        ("Colour", "5"),
        ("Colour", "red"),
        ("Channel", "1"),
        ("Band", "x"),
        ("Lamp.Name", "x"),
        ("Mesh.Channel", "1"),
        ("Mesh.Router", "Device.ProxiedDevice.3.Lamp.1"),
        ("Radio.Band", "x"),
        ("Radio.Stats.Errors", "1"),
        ("Main", "Device.ProxiedDevice.3.Lamp.1"),
        ("Any", "Device.ProxiedDevice.3.Mesh"),
        ("Any", "Device.ProxiedDevice.3.Radio"),
        ("Oven.On", "true"),
    ];
    let mut all: Vec<Request> = vec![
        Get::new([path]).into(),
        Get::new([path]).with_max_depth(2).into(),
        GetInstances::new([path]).into(),
        GetInstances { first_level_only: true, ..GetInstances::new([path]) }.into(),
        GetSupportedDm::new([path]).into(),
        GetSupportedDm::new([path]).first_level_only().into(),
        GetSupportedDm::new([path.replace('*', "{i}")]).into(),
        Delete::new([path]).into(),
        Delete { allow_partial: true, ..Delete::new([path]) }.into(),
        Add::new([CreateObject::new(path)]).into(),
        Operate::new(format!("{path}Blink()")).into(),
    ];
    for (name, value) in settings {
        for allow_partial in [false, true] {
            let update = UpdateObject::new(path);
            all.push(Set { allow_partial, ..Set::new([update.optional(name, value)]) }.into());
            let create = CreateObject::new(path).required(name, value);
            all.push(Add { allow_partial, ..Add::new([create]) }.into());
        }
    }
    all
}

fn paths() -> Vec<String> {
    let below = [
        "",
        "Status.",
        "Lamp.",
        "Lamp.1.",
        "Lamp.9.",
        "Lamp.*.",
        "Lamp.*.Colour",
        "Lamp.[Colour==5].",
        "Lamp.[Colour==\"red\"].",
        "Lamp.[Name==\"a\"].",
        "Mesh.",
        "Mesh.Channel",
        "Mesh.Router+.",
        "Radio.",
        "Radio.Stats.",
        "Radio.Radar!",
        "Oven.",
        "LampNumberOfEntries",
    ];
    let rows = [
        "1.",
        "3.",
        "*.",
        "[Alias==\"three\"].",
        "[LampNumberOfEntries==3].",
        "[Mesh.Channel==0].",
        "[Radio.Band==\"\"].",
    ];
    let rows = rows.iter().flat_map(|row| below.map(|below| format!("{PROXIED}{row}{below}")));
    let others = [PROXIED, TABLE, "Device.", "Device.Room.", "Device.Room.*.", "Device.Room.1."];
    others.map(str::to_owned).into_iter().chain(rows).collect()
}

#[track_caller]
fn tells_nothing(entries: &[Entry<'_>]) {
    let kinds = [None, Some("zigbee"), Some("wifi")];
    let mut worlds = kinds.map(|kind| world(kind, entries));
    for request in paths().iter().flat_map(|path| requests(path)) {
        let answers: Vec<_> = worlds.iter_mut().map(|bench| answer(bench, &request)).collect();
        assert_eq!(answers[0], answers[1], "{request:?}");
        assert_eq!(answers[0], answers[2], "{request:?}");
        for (world, kind) in worlds.iter_mut().zip(kinds) {
            if !world.model.drain_deltas().is_empty() {
                assert_eq!(world.model.inconsistency(), None);
                *world = self::world(kind, entries);
            }
        }
    }
}

/// What is answered, and what the requester is told of.
fn answer(bench: &mut Bench, request: &Request) -> (String, Vec<Change>) {
    let (model, requester) = (&mut bench.model, &bench.requester);
    let answer = format!("{:?}", model.process(request, requester));
    let recipient = model.recipient(requester).unwrap();
    let notices = model.drain_changes();
    let told = notices.iter().filter_map(|change| recipient.told(model, change));
    (answer, told.map(|change| change.into_owned()).collect())
}

#[test]
fn rights_to_rows_by_number() {
    tells_nothing(&[
        ("Device.", ALL),
        ("Device.ProxiedDevice.3.Lamp.,Device.ProxiedDevice.3.Mesh.,Device.ProxiedDevice.3.Radio.", NONE),
    ]);
}

#[test]
fn no_rights_to_what_is_mounted() {
    tells_nothing(&[
        ("Device.", ALL),
        ("Device.ProxiedDevice.*.Lamp.,Device.ProxiedDevice.*.Mesh.,Device.ProxiedDevice.*.Radio.", NONE),
    ]);
}

#[test]
fn rights_to_another_row() {
    tells_nothing(&[("Device.ProxiedDevice.1.,Device.Room.", ALL)]);
}

/// (A search for what is mounted finds what is there, and covers nothing where it is not.)
#[test]
fn rights_to_rows_by_search() {
    tells_nothing(&[
        ("Device.", ALL),
        ("Device.ProxiedDevice.[Alias==\"three\"].", NONE),
        ("Device.ProxiedDevice.*.Alias", ALL),
    ]);
}
