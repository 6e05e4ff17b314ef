//! Nobody learns from an answer what a row carries that it may know nothing of.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::Bench;
use common::gateway::{PROXIED, TABLE, devices, image, open_table, writable};
use common::roles::{ALL, Entry, role};
use usp_datamodel::schema::{PrimitiveType, ReferenceSpec, ReferenceTarget};
use usp_datamodel::{Change, DataModel, Permissions, Requester};
use usp_msg::add::CreateObject;
use usp_msg::set::UpdateObject;
use usp_msg::{Add, Delete, Error, Get, GetInstances, GetSupportedDm, Operate, Request, Response, Set};

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

const SETTINGS: [(&str, &str); 15] = [
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

/// Requests of every kind for a path. All settings are in one that tells how each of them fares.
fn requests(path: &str) -> Vec<Request> {
    let each = |setting: &(&str, &str)| UpdateObject::new(path).optional(setting.0, setting.1);
    let create = |setting: &(&str, &str)| CreateObject::new(path).required(setting.0, setting.1);
    vec![
        Get::new([path]).into(),
        Get::new([path]).with_max_depth(2).into(),
        GetInstances::new([path]).into(),
        GetInstances { first_level_only: true, ..GetInstances::new([path]) }.into(),
        GetSupportedDm::new([path]).into(),
        GetSupportedDm::new([path]).first_level_only().into(),
        GetSupportedDm::new([path.replace('*', "{i}")]).into(),
        Delete::new([path]).into(),
        Delete { allow_partial: true, ..Delete::new([path]) }.into(),
        Operate::new(format!("{path}Blink()")).into(),
        Add::new([CreateObject::new(path)]).into(),
        Add { allow_partial: true, ..Add::new(SETTINGS.iter().map(create)) }.into(),
        Set { allow_partial: true, ..Set::new(SETTINGS.iter().map(each)) }.into(),
    ]
}

/// Requests that fail with the one setting that they have, where the path may lead to something with settings.
fn strict_requests(path: &str) -> Vec<Request> {
    let settings = SETTINGS.iter();
    settings
        .flat_map(|(name, value)| -> [Request; 2] {
            [
                Set::new([UpdateObject::new(path).required(*name, *value)]).into(),
                Add::new([CreateObject::new(path).required(*name, *value)]).into(),
            ]
        })
        .collect()
}

/// What is asked for, the rows by which it is found, and whether with the strict requests as well.
fn paths() -> impl Iterator<Item = (String, bool)> {
    let below = [
        ("", true),
        ("Status.", true),
        ("Lamp.", true),
        ("Lamp.1.", true),
        ("Lamp.9.", false),
        ("Lamp.*.", true),
        ("Lamp.*.Colour", false),
        ("Lamp.[Colour==5].", true),
        ("Lamp.[Colour==\"red\"].", false),
        ("Lamp.[Name==\"a\"].", false),
        ("Mesh.", true),
        ("Mesh.Channel", false),
        ("Mesh.Router+.", true),
        ("Radio.", true),
        ("Radio.Stats.", false),
        ("Radio.Radar!", false),
        ("Oven.", true),
        ("LampNumberOfEntries", false),
    ];
    let rows = [
        ("1.", false),
        ("3.", true),
        ("*.", true),
        ("[Alias==\"three\"].", false),
        ("[LampNumberOfEntries==3].", false),
        ("[Mesh.Channel==0].", false),
        ("[Radio.Band==\"\"].", false),
    ];
    let rows = rows.into_iter().flat_map(move |(row, is_strict)| {
        below.map(|(below, has_settings)| (format!("{PROXIED}{row}{below}"), is_strict && has_settings))
    });
    let others = [PROXIED, TABLE, "Device.", "Device.Room.", "Device.Room.*.", "Device.Room.1."];
    others.map(|path| (path.to_owned(), true)).into_iter().chain(rows)
}

#[track_caller]
fn tells_nothing(entries: &[Entry<'_>]) {
    let kinds = [None, Some("zigbee"), Some("wifi")];
    let mut worlds = kinds.map(|kind| world(kind, entries));
    let all = paths().flat_map(|(path, is_strict)| {
        let strict = if is_strict { strict_requests(&path) } else { Vec::new() };
        requests(&path).into_iter().chain(strict)
    });
    for request in all {
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
fn answer(bench: &mut Bench, request: &Request) -> (Result<Response, Error>, Vec<Change>) {
    let (model, requester) = (&mut bench.model, &bench.requester);
    let answer = model.process(request, requester);
    let notices = model.drain_changes();
    if notices.is_empty() {
        return (answer, Vec::new());
    }
    let recipient = model.recipient(requester).unwrap();
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

/// A row that is named by its number beside one that may be known of, as by itself, fares like one that is absent.
#[test]
fn a_row_beside_one_that_is_known_of_is_absent() {
    let lamp = |number: u32| format!("Device.ProxiedDevice.3.Lamp.{number}.");
    let hidden = lamp(1);
    let mut bench = world(Some("zigbee"), &[("Device.", ALL), (&hidden, NONE)]);
    let requests = |number: u32| -> Vec<Request> {
        let entry =
            |number, setting: (&str, &str)| UpdateObject::new(lamp(number)).required(setting.0, setting.1);
        let absent = SETTINGS.iter().map(|&setting| entry(number, setting));
        let beside = absent.clone().map(|absent| Set::new([entry(2, ("Colour", "5")), absent]).into());
        let partial = Set {
            allow_partial: true,
            ..Set::new([entry(2, ("Colour", "5"))].into_iter().chain(absent.clone()))
        };
        absent.map(|absent| Set::new([absent]).into()).chain(beside).chain([partial.into()]).collect()
    };
    for (hidden, absent) in requests(1).into_iter().zip(requests(9)) {
        let [hidden, absent] =
            [hidden, absent].map(|request| format!("{:?}", answer(&mut bench, &request).0));
        assert!(absent.contains("Lamp.9."), "{absent}");
        assert_eq!(hidden.replace("Lamp.1.", "Lamp.9."), absent);
    }
}

/// A row in whose way a Delete comes is named to those who may know of it, and to nobody else.
#[test]
fn a_conflict_does_not_name_a_row_that_may_not_be_known_of() {
    let schema = image("links", |builder, device| {
        builder.object(Some(device), open_table("Target")).unwrap();
        let link = builder.object(Some(device), open_table("Link")).unwrap();
        let parents = vec!["Device.Target.{i}.".to_owned()];
        let mut leads_to = writable("LeadsTo", PrimitiveType::String);
        leads_to.syntax.reference =
            Some(ReferenceSpec { strong: true, target: ReferenceTarget::Row, parents });
        builder.parameter(link, leads_to).unwrap();
        builder.unique_key(link, true, &["LeadsTo"]).unwrap();
    });
    let mut model = DataModel::new(schema);
    let links = ["Device.Target.1", ""].map(|to| CreateObject::new("Device.Link.").required("LeadsTo", to));
    model.process(&Add::new([CreateObject::new("Device.Target.")]).into(), &Requester::DEVICE).unwrap();
    model.process(&Add::new(links).into(), &Requester::DEVICE).unwrap();
    for (rights, is_named) in [(ALL, true), (NONE, false)] {
        let role = role(&[("Device.", ALL), ("Device.Link.", rights)]);
        let permissions = Permissions::compile(model.schema(), &[role]);
        let requester = Requester::controller("Device.Target.1").with_permissions(permissions.into());
        let refused = model.process(&Delete::new(["Device.Target.1."]).into(), &requester).unwrap_err();
        let refused = format!("{refused:?}");
        assert_eq!(refused.contains("Link"), is_named, "{refused}");
        assert_eq!(refused.contains("LeadsTo"), is_named, "{refused}");
    }
}
