//! Rows that carry models of their own: what is mounted below `Device.ProxiedDevice.{i}.`
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::gateway::{PROXIED, TABLE, composition, devices, empty, image, open_table, writable, zigbee};
use common::hooks::Behaviour;
use common::roles::{ALL, role};
use common::{Bench, codes, lines, told};
use usp_datamodel::schema::{Composition, ObjectSpec, PrimitiveType, Value};
use usp_datamodel::typed::ParameterPath;
use usp_datamodel::{Change, ChangeKind, DataModel, Permissions, Requester, Role, SubscriberId};
use usp_msg::Operate;

const NONE: [&str; 4] = ["----"; 4];

/// Every value there is, one line each.
fn values(bench: &mut Bench, path: &str) -> Vec<String> {
    let result = bench.get(path);
    assert_eq!((result.err_code, &*result.err_msg), (0, ""), "{path}");
    let objects = result.resolved_path_results.iter();
    objects
        .flat_map(|object| {
            object.result_params.iter().map(|(name, value)| format!("{}{name}={value}", object.resolved_path))
        })
        .collect()
}

#[track_caller]
fn mount(bench: &mut Bench, number: u32, name: &str) {
    bench.model.mount(&format!("{PROXIED}{number}."), name).unwrap();
    assert_eq!(bench.model.inconsistency(), None);
}

#[test]
fn a_row_has_what_it_carries() {
    let mut bench = devices();
    assert_eq!(
        values(&mut bench, PROXIED),
        [
            "Device.ProxiedDevice.1.Alias=one",
            "Device.ProxiedDevice.1.LampNumberOfEntries=2",
            "Device.ProxiedDevice.1.Status.Online=false",
            "Device.ProxiedDevice.1.Lamp.1.Colour=5",
            "Device.ProxiedDevice.1.Lamp.1.Name=a",
            "Device.ProxiedDevice.1.Lamp.2.Colour=-1",
            "Device.ProxiedDevice.1.Lamp.2.Name=b",
            "Device.ProxiedDevice.1.Mesh.Channel=0",
            "Device.ProxiedDevice.1.Mesh.Router=",
            "Device.ProxiedDevice.2.Alias=two",
            "Device.ProxiedDevice.2.LampNumberOfEntries=1",
            "Device.ProxiedDevice.2.Status.Online=false",
            "Device.ProxiedDevice.2.Lamp.1.Colour=red",
            "Device.ProxiedDevice.2.Lamp.1.Name=a",
            "Device.ProxiedDevice.2.Radio.Band=",
            "Device.ProxiedDevice.2.Radio.Stats.Errors=0",
            "Device.ProxiedDevice.3.Alias=three",
            "Device.ProxiedDevice.3.LampNumberOfEntries=0",
            "Device.ProxiedDevice.3.Status.Online=false",
        ]
    );
    let rows = bench.instances(&[PROXIED], false);
    let rows: Vec<&str> =
        rows.req_path_results[0].curr_insts.iter().map(|row| row.instantiated_obj_path.as_str()).collect();
    let lamps = ["1.", "1.Lamp.1.", "1.Lamp.2.", "2.", "2.Lamp.1.", "3."];
    assert_eq!(rows, lamps.map(|row| format!("{PROXIED}{row}")));
    assert_eq!(bench.model.mounted("Device.ProxiedDevice.2."), Ok(Some("wifi")));
    assert_eq!(bench.model.mounted("Device.ProxiedDevice.3."), Ok(None));
}

#[test]
fn paths_go_through_whatever_rows_carry() {
    let mut bench = devices();
    let cases: [(&str, &[&str]); 14] = [
        ("*.Lamp.*.Colour", &["1.Lamp.1.", "1.Lamp.2.", "2.Lamp.1."]),
        ("*.Lamp.", &["1.Lamp.1.", "1.Lamp.2.", "2.Lamp.1."]),
        ("*.Mesh.", &["1.Mesh."]),
        ("*.Radio.Stats.", &["2.Radio.Stats."]),
        ("*.Radio", &["2.Radio.", "2.Radio.Stats."]),
        ("2.Lamp.1", &["2.Lamp.1."]),
        // What makes sense in one of the mounts only finds nothing in the others.
        ("*.Lamp.[Colour==5].", &["1.Lamp.1."]),
        ("*.Lamp.[Colour==\"red\"].Name", &["2.Lamp.1."]),
        ("*.Lamp.[Name==\"a\"].Name", &["1.Lamp.1.", "2.Lamp.1."]),
        // Rows are found by what they carry.
        ("[Mesh.Channel==0].Alias", &["1."]),
        ("[Radio.Stats.Errors<1].Alias", &["2."]),
        ("[Alias==\"two\"].Lamp.[Name==\"a\"].Name", &["2.Lamp.1."]),
        ("[Alias==\"three\"].Lamp.", &[]),
        ("[Status.Online==false].Radio.", &["2.Radio.", "2.Radio.Stats."]),
    ];
    for (path, found) in cases {
        let found: Vec<String> = found.iter().map(|found| format!("{PROXIED}{found}")).collect();
        assert_eq!(bench.found(&format!("{PROXIED}{path}")), found, "{path}");
    }
    // 7026: no mount has it, or this row has not [R-GET.0].
    for path in
        ["*.Oven.", "*.Lamp.*.Taste", "*.Lamp.Colour", "1.Radio.", "3.Lamp.", "1.zigbee.", "1.zigbee.Lamp."]
    {
        assert_eq!(bench.get(&format!("{PROXIED}{path}")).err_code, 7026, "{path}");
    }
    assert_eq!(bench.get("Device.ProxiedDevice.*.Lamp.[Taste==1].").err_code, 7026);
    assert_eq!(bench.get("Device.ProxiedDevice.[Oven.On==true].").err_code, 7026);
}

#[test]
fn each_mount_has_types_of_its_own() {
    let mut bench = devices();
    let entries: [(&str, &[(&str, &str)]); 2] = [
        ("Device.ProxiedDevice.1.Lamp.1.", &[("Colour!", "red")]),
        ("Device.ProxiedDevice.2.Lamp.1.", &[("Colour!", "blue")]),
    ];
    assert_eq!(
        told(&bench.set(true, &entries).unwrap()),
        [
            "Device.ProxiedDevice.1.Lamp.1.: failed 7021; Device.ProxiedDevice.1.Lamp.1. !Colour:7011",
            "Device.ProxiedDevice.2.Lamp.1.: Device.ProxiedDevice.2.Lamp.1. Colour=blue",
        ]
    );
    // Below a row by a relative path, as far as it carries it.
    let below: [(&str, &[(&str, &str)]); 1] = [("Device.ProxiedDevice.*.", &[("Radio.Band", "5GHz")])];
    let answer = told(&bench.set(true, &below).unwrap());
    assert_eq!(
        answer,
        ["Device.ProxiedDevice.*.: Device.ProxiedDevice.1. !Radio.Band:7010; Device.ProxiedDevice.2. \
          Radio.Band=5GHz; Device.ProxiedDevice.3. !Radio.Band:7010"]
    );
    assert_eq!(
        lines(&bench.changes()),
        ["Device.ProxiedDevice.2.Lamp.1.Colour=blue", "Device.ProxiedDevice.2.Radio.Band=5GHz"]
    );
    let error = bench.add(false, &[("Device.ProxiedDevice.3.Lamp.", &[])]).unwrap_err();
    assert_eq!(codes(&error).1, [("Device.ProxiedDevice.3.Lamp.", 7016)]);
    let error = bench.add(false, &[("Device.ProxiedDevice.3.Oven.", &[])]).unwrap_err();
    assert_eq!(codes(&error).1, [("Device.ProxiedDevice.3.Oven.", 7026)]);
}

#[test]
fn what_a_row_carried_is_deleted() {
    let mut bench = devices();
    for (main, any) in [("1.Lamp.1", "1.Mesh"), ("2.Lamp.1", "1.Lamp.2"), ("1.Lamp.2", "1.Status")] {
        let (main, any) = (format!("{PROXIED}{main}"), format!("{PROXIED}{any}"));
        bench.added("Device.Room.", &[("Main", &*main), ("Any", &*any)]);
    }
    bench.device(&[
        ("Device.ProxiedDevice.1.Mesh.Channel", "11"),
        ("Device.ProxiedDevice.1.Mesh.Router", "Device.ProxiedDevice.1.Lamp.1"),
        ("Device.ProxiedDevice.1.Status.Online", "true"),
    ]);
    bench.changes();
    mount(&mut bench, 1, "wifi");
    assert_eq!(
        lines(&bench.changes()),
        [
            "-Device.ProxiedDevice.1.Lamp.1.",
            "Device.Room.1.Main=",
            "-Device.ProxiedDevice.1.Lamp.2.",
            "Device.Room.2.Any=",
            "Device.Room.3.Main=",
            "Device.Room.1.Any=",
            "Device.ProxiedDevice.1.LampNumberOfEntries=0",
        ]
    );
    assert_eq!(
        values(&mut bench, "Device.ProxiedDevice.1."),
        [
            "Device.ProxiedDevice.1.Alias=one",
            "Device.ProxiedDevice.1.LampNumberOfEntries=0",
            "Device.ProxiedDevice.1.Status.Online=true",
            "Device.ProxiedDevice.1.Radio.Band=",
            "Device.ProxiedDevice.1.Radio.Stats.Errors=0",
        ]
    );
    // It is not what it was when it is mounted again.
    mount(&mut bench, 1, "zigbee");
    assert_eq!(
        values(&mut bench, "Device.ProxiedDevice.1.Mesh."),
        ["Device.ProxiedDevice.1.Mesh.Channel=0", "Device.ProxiedDevice.1.Mesh.Router="]
    );
    // To mount the same again changes nothing.
    mount(&mut bench, 2, "wifi");
    assert_eq!(bench.value("Device.ProxiedDevice.2.Lamp.1.Colour"), "red");
    assert_eq!(lines(&bench.changes()), [""; 0]);
    bench.model.unmount("Device.ProxiedDevice.2.").unwrap();
    assert_eq!(bench.model.mounted("Device.ProxiedDevice.2."), Ok(None));
    assert_eq!(
        lines(&bench.changes()),
        [
            "-Device.ProxiedDevice.2.Lamp.1.",
            "Device.Room.2.Main=",
            "Device.ProxiedDevice.2.LampNumberOfEntries=0"
        ]
    );
    // A row that is gone leaves nothing to the row that comes after it.
    mount(&mut bench, 3, "wifi");
    bench.delete(false, &["Device.ProxiedDevice.3."]).unwrap();
    let row = bench.added(PROXIED, &[]);
    assert_eq!(bench.model.mounted(&row), Ok(None));
    bench.everything();
}

#[test]
fn a_hook_may_refuse_and_fail() {
    let mut bench = devices();
    bench.device(&[("Device.ProxiedDevice.1.Mesh.Channel", "11")]);
    let (before, saved) = (bench.everything(), bench.model.snapshot());
    let hooks = Behaviour::default();
    hooks.register(&mut bench.model, TABLE, 0..1);
    hooks.fail(Some(0), None);
    bench.changes();
    let fault = bench.model.mount("Device.ProxiedDevice.1.", "wifi").unwrap_err();
    assert_eq!(fault.message(), "hook 0 broke");
    assert_eq!((bench.everything(), bench.model.snapshot()), (before, saved));
    assert_eq!(lines(&bench.changes()), [""; 0]);
    hooks.fail(None, None);
    hooks.calls();
    mount(&mut bench, 1, "wifi");
    assert_eq!(hooks.calls(), ["commit 0"]);
}

#[test]
fn what_cannot_be_mounted_says_why() {
    let mut bench = devices();
    let said =
        |bench: &mut Bench, row: &str, name: &str| bench.model.mount(row, name).unwrap_err().to_string();
    assert_eq!(
        said(&mut bench, "Device.ProxiedDevice.1.", "oven"),
        "7026 Invalid path: Device.ProxiedDevice.{i}. has no mount oven: mounted is wifi, zigbee"
    );
    let room = bench.added("Device.Room.", &[]);
    assert_eq!(
        said(&mut bench, &room, "wifi"),
        "7026 Invalid path: Device.Room.{i}. has no mount wifi: mounted is nothing"
    );
    assert_eq!(
        said(&mut bench, "Device.", "wifi"),
        "7026 Invalid path: Device. is no row, only rows carry mounts"
    );
    assert!(said(&mut bench, "Device.ProxiedDevice.9.", "wifi").starts_with("7016"));
    assert!(bench.model.unmount("Device.ProxiedDevice.9.").is_err());
    assert!(bench.model.mounted("Device.ProxiedDevice.1.Mesh.").is_err());
}

#[test]
fn the_program_says_which_mount_it_means() {
    let mut bench = devices();
    let lamp = "Device.ProxiedDevice.{i}.Lamp.{i}.";
    let ambiguous = format!("{lamp}Colour");
    let error = bench.model.live(&ambiguous, |_| Ok(1_i32)).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{ambiguous} is in several mounts: the name of one in place of {{i}} says which is meant")
    );
    assert!(bench.model.on_create(lamp, |_, _| ()).is_err());
    bench.model.live("Device.ProxiedDevice.{zigbee}.Lamp.{i}.Colour", |at| Ok(10 * at[0] as i32)).unwrap();
    bench.model.live("Device.ProxiedDevice.{i}.Radio.Stats.Errors", |_| Ok(7_u32)).unwrap();
    bench
        .model
        .on_create("Device.ProxiedDevice.{wifi}.Lamp.{i}.", |_, row| row.give("Colour", "green"))
        .unwrap();
    bench
        .model
        .on_command("Device.ProxiedDevice.{i}.Lamp.{i}.Blink()", |call, _| {
            assert_eq!(call.instances(), [1, 2]);
            Ok(vec![])
        })
        .unwrap();
    bench.added("Device.ProxiedDevice.2.Lamp.", &[("Name", "b")]);
    assert_eq!(
        values(&mut bench, "Device.ProxiedDevice.*.Lamp.*.Colour"),
        ["1.Lamp.1.Colour=10", "1.Lamp.2.Colour=10", "2.Lamp.1.Colour=red", "2.Lamp.2.Colour=green"]
            .map(|value| format!("{PROXIED}{value}"))
    );
    assert_eq!(bench.value("Device.ProxiedDevice.2.Radio.Stats.Errors"), "7");
    let answer = bench.operate(Operate::new("Device.ProxiedDevice.*.Lamp.[Name==\"b\"].Blink()"));
    let ran: Vec<&str> = answer.operation_results.iter().map(|result| &*result.executed_command).collect();
    assert_eq!(ran, ["Device.ProxiedDevice.1.Lamp.2.Blink()"]);
    bench.model.raise_event("Device.ProxiedDevice.1.Lamp.1.Broken!", vec![]).unwrap();
    assert!(bench.model.raise_event("Device.ProxiedDevice.2.Lamp.1.Broken!", vec![]).is_err());
    assert_eq!(bench.model.value_at("Device.ProxiedDevice.1.Lamp.1.Colour"), Ok(Value::Int(10)));
}

#[test]
fn references_lead_into_mounts() {
    let mut bench = devices();
    let room =
        bench.added("Device.Room.", &[("Main", "Device.ProxiedDevice.[Alias==\"two\"].Lamp.[Name==\"a\"].")]);
    assert_eq!(bench.value(&format!("{room}Main")), "Device.ProxiedDevice.2.Lamp.1");
    assert_eq!(bench.found("Device.Room.1.Main+.Colour"), ["Device.ProxiedDevice.2.Lamp.1."]);
    assert_eq!(bench.found("Device.Room.[Main+.Colour==\"red\"]."), [room]);
    // A reference of what is mounted leads where it is mounted, and to its own kind.
    let router = |bench: &mut Bench, to: &str| {
        let to = format!("{PROXIED}{to}");
        bench.set(false, &[("Device.ProxiedDevice.1.Mesh.", &[("Router!", &*to)])]).is_ok()
    };
    assert!(router(&mut bench, "1.Lamp.2"));
    assert!(!router(&mut bench, "2.Lamp.1"));
    assert_eq!(bench.found("Device.ProxiedDevice.1.Mesh.Router+."), ["Device.ProxiedDevice.1.Lamp.2."]);
}

#[test]
fn subscriptions_cover_what_is_mounted() {
    let mut bench = devices();
    let value = ChangeKind::ValueChange;
    let wanted = [
        (value, "Device.ProxiedDevice.*.Lamp.*.Colour"),
        (value, "Device.ProxiedDevice.*.Lamp.[Colour==\"blue\"].Colour"),
        (value, "Device.ProxiedDevice.*.Lamp.[Colour==6].Colour"),
        (value, "Device.ProxiedDevice.[Mesh.Channel==0].Lamp."),
        (ChangeKind::ObjectDeletion, "Device.ProxiedDevice.*.Lamp."),
        (value, "Device.ProxiedDevice.*.Oven.[On==true]."),
    ];
    for (id, (kind, path)) in (0..).zip(wanted) {
        bench.model.subscribe(SubscriberId(id), kind, [path]);
    }
    bench.device(&[
        ("Device.ProxiedDevice.1.Lamp.1.Colour", "6"),
        ("Device.ProxiedDevice.2.Lamp.1.Colour", "blue"),
    ]);
    bench.model.unmount("Device.ProxiedDevice.2.").unwrap();
    let told: Vec<(String, Vec<u32>)> = bench
        .model
        .drain_notices()
        .into_iter()
        .map(|notice| (lines(&[notice.change]).concat(), notice.subscribers.iter().map(|id| id.0).collect()))
        .collect();
    let told: Vec<(&str, &[u32])> = told.iter().map(|(change, ids)| (&**change, &**ids)).collect();
    assert_eq!(
        told,
        [
            ("Device.ProxiedDevice.1.Lamp.1.Colour=6", &[0, 2, 3][..]),
            ("Device.ProxiedDevice.2.Lamp.1.Colour=blue", &[0, 1]),
            ("-Device.ProxiedDevice.2.Lamp.1.", &[4]),
            ("Device.ProxiedDevice.2.LampNumberOfEntries=0", &[]),
        ]
    );
}

/// A model of some schema with what was saved, and the paths of what did not fit.
fn restored(schema: usp_datamodel::schema::Schema, saved: &[Vec<u8>]) -> (Bench, Vec<String>) {
    let mut model = DataModel::new(schema);
    model.record_changes(true);
    let mut bench = Bench { model, requester: Requester::DEVICE };
    let unfit = bench.model.restore(saved.iter().map(Vec::as_slice)).unwrap();
    assert_eq!(bench.model.inconsistency(), None);
    (bench, unfit.into_iter().map(|unfit| unfit.path).collect())
}

#[test]
fn what_rows_carry_is_saved_by_name() {
    let mut bench = devices();
    bench.device(&[
        ("Device.ProxiedDevice.1.Mesh.Channel", "11"),
        ("Device.ProxiedDevice.1.Mesh.Router", "Device.ProxiedDevice.1.Lamp.2"),
        ("Device.ProxiedDevice.2.Radio.Band", "5GHz"),
    ]);
    bench.added("Device.Room.", &[("Main", "Device.ProxiedDevice.2.Lamp.1")]);
    let saved = bench.model.snapshot();
    let schema = bench.model.schema().clone();
    let (mut again, unfit) = restored(schema.clone(), core::slice::from_ref(&saved));
    assert_eq!(unfit, [""; 0]);
    assert_eq!(again.everything(), bench.everything());
    assert_eq!(again.model.snapshot(), saved);
    // A schema that has one of the mounts no more keeps the rows, without what they carried.
    let part = composition().without_mount(TABLE, "zigbee").unwrap();
    let (mut again, unfit) = restored(part.schema().clone(), &[saved]);
    assert_eq!(
        unfit,
        [
            "Device.ProxiedDevice.{zigbee}.",
            "Device.ProxiedDevice.{zigbee}.Mesh.Channel",
            "Device.ProxiedDevice.{zigbee}.Mesh.Router",
            "Device.ProxiedDevice.{zigbee}.Lamp.{i}."
        ]
    );
    assert_eq!(again.value("Device.ProxiedDevice.1.Alias"), "one");
    assert_eq!(again.model.mounted("Device.ProxiedDevice.1."), Ok(None));
    assert_eq!(again.value("Device.ProxiedDevice.2.Lamp.1.Colour"), "red");
}

#[test]
fn deltas_tell_what_rows_carry() {
    let mut bench = devices();
    let schema = bench.model.schema().clone();
    let mut saved = vec![bench.model.snapshot()];
    bench.model.record_deltas(true);
    mount(&mut bench, 3, "zigbee");
    bench.added("Device.ProxiedDevice.3.Lamp.", &[("Name", "c")]);
    bench.device(&[("Device.ProxiedDevice.3.Mesh.Channel", "3"), ("Device.ProxiedDevice.3.Alias", "drei")]);
    mount(&mut bench, 1, "wifi");
    bench.added("Device.ProxiedDevice.1.Lamp.", &[("Name", "d"), ("Colour", "pink")]);
    bench.model.unmount("Device.ProxiedDevice.2.").unwrap();
    let row = bench.added(PROXIED, &[("Alias", "four")]);
    bench.model.mount(&row, "wifi").unwrap();
    bench.delete(false, &["Device.ProxiedDevice.3."]).unwrap();
    // To mount what is there already is no change.
    let deltas = bench.model.drain_deltas();
    mount(&mut bench, 1, "wifi");
    assert_eq!(bench.model.drain_deltas(), Vec::<Vec<u8>>::new());
    // After each of them the state is that of the time, and to apply all of them again changes nothing.
    saved.extend(deltas.clone());
    let (mut again, unfit) = restored(schema.clone(), &saved);
    assert_eq!((unfit, again.everything()), (vec![], bench.everything()));
    let later: Vec<Vec<u8>> = core::iter::once(bench.model.snapshot()).chain(deltas).collect();
    let (mut again, unfit) = restored(schema, &later);
    assert_eq!((unfit, again.everything()), (vec![], bench.everything()));
    assert_eq!(again.model.snapshot(), bench.model.snapshot());
}

fn restricted(bench: &mut Bench, entries: &[(&str, [&str; 4])]) {
    let roles: [Role; 1] = [role(entries)];
    let permissions = Permissions::compile(bench.model.schema(), &roles);
    bench.requester =
        Requester::controller("Device.LocalAgent.Controller.2").with_permissions(permissions.into());
}

#[test]
fn permissions_do_not_tell_of_mounts() {
    let mut bench = devices();
    // A Target covers what is there in each mount.
    restricted(&mut bench, &[("Device.ProxiedDevice.*.Lamp.*.Colour", ["r---", "r---", "r---", "----"])]);
    let colours = values(&mut bench, "Device.ProxiedDevice.*.Lamp.*.Colour");
    assert_eq!(colours.len(), 3, "{colours:?}");
    assert_eq!(bench.get("Device.ProxiedDevice.*.Lamp.*.Name").err_code, 7026);
    restricted(&mut bench, &[(PROXIED, ALL), ("Device.ProxiedDevice.*.Radio.", NONE)]);
    // What nobody may read is not in the schema, which is no other answer than that of what no mount has.
    let unknown = |bench: &mut Bench, name: &str| {
        let get = bench.get(&format!("{PROXIED}*.{name}."));
        let add = bench.add(false, &[(&format!("{PROXIED}2.{name}."), &[])]).unwrap_err();
        (get.err_code, get.err_msg.replace(name, ""), codes(&add).0)
    };
    assert_eq!(unknown(&mut bench, "Radio").0, 7026);
    assert_eq!(unknown(&mut bench, "Radio").1, unknown(&mut bench, "Oven").1);
    assert!(!values(&mut bench, PROXIED).iter().any(|value| value.contains("Radio")));
    // Nor is what may not be set in a row another thing where the row does not carry it.
    let set = |bench: &mut Bench, row: u32| {
        let row = format!("{PROXIED}{row}.");
        let error = bench.set(false, &[(&*row, &[("Radio.Band!", "5GHz"), ("Alias", "new")])]).unwrap_err();
        error.param_errs.iter().map(|error| (error.err_code, error.err_msg.clone())).collect::<Vec<_>>()
    };
    assert_eq!(set(&mut bench, 1), set(&mut bench, 2));
    assert_eq!(set(&mut bench, 2)[0].0, 7006);
    restricted(&mut bench, &[(PROXIED, ALL), ("Device.ProxiedDevice.1.Radio.", NONE)]);
    assert_eq!((set(&mut bench, 1)[0].0, set(&mut bench, 3)[0].0), (7006, 7010));
    restricted(&mut bench, &[(PROXIED, ALL), ("Device.ProxiedDevice.*.Radio.", NONE)]);
    // A right to one device is none to another that carries the same.
    mount(&mut bench, 3, "zigbee");
    restricted(&mut bench, &[("Device.ProxiedDevice.1.", ALL)]);
    assert!(
        values(&mut bench, "Device.ProxiedDevice.*.Mesh.").iter().all(|value| value.contains(".1.Mesh."))
    );
    assert_eq!(bench.get("Device.ProxiedDevice.3.Mesh.").err_code, 7026);
}

#[test]
fn notices_of_what_is_carried_no_more_need_the_rights_to_all_of_it() {
    let told = |entries: &[(&str, [&str; 4])]| {
        let mut bench = devices();
        restricted(&mut bench, entries);
        bench.model.unmount("Device.ProxiedDevice.1.").unwrap();
        let recipient = bench.model.recipient(&bench.requester).unwrap();
        let change = Change::ObjectDeletion { path: "Device.ProxiedDevice.1.Lamp.1.".into() };
        recipient.told(&bench.model, &change).is_some()
    };
    assert!(told(&[("Device.", ALL)]));
    assert!(told(&[("Device.ProxiedDevice.*.Lamp.*.", ALL)]));
    assert!(told(&[("Device.ProxiedDevice.1.Lamp.", ALL)]));
    assert!(!told(&[("Device.ProxiedDevice.2.", ALL)]));
    assert!(!told(&[("Device.", ALL), ("Device.ProxiedDevice.1.Lamp.", NONE)]));
    let mut bench = devices();
    restricted(&mut bench, &[("Device.", ALL), ("Device.ProxiedDevice.*.Lamp.*.Colour", NONE)]);
    let recipient = bench.model.recipient(&bench.requester).unwrap();
    for (reference, may_search) in [
        ("Device.ProxiedDevice.*.Lamp.[Colour==5].", false),
        ("Device.ProxiedDevice.*.Lamp.[Name==\"a\"].", true),
        ("Device.ProxiedDevice.[Mesh.Channel==0].", true),
    ] {
        assert_eq!(recipient.may_search(&bench.model, reference), may_search, "{reference}");
    }
}

#[test]
fn what_is_mounted_may_carry_something_itself() {
    let hub = image("hub", |builder, device| {
        let node = ObjectSpec { mount_point: true, ..open_table("Node") };
        let node = builder.object(Some(device), node).unwrap();
        builder.parameter(node, writable("Id", PrimitiveType::Int)).unwrap();
    });
    let nodes = "Device.ProxiedDevice.{hub}.Node.{i}.";
    let whole: Composition = composition().with_mount(TABLE, "hub", hub).unwrap();
    let whole = whole.with_mount(nodes, "zigbee", zigbee()).unwrap();
    let mut bench = empty();
    bench.model = DataModel::new(whole.schema().clone());
    bench.model.record_changes(true);
    bench.added(PROXIED, &[]);
    mount(&mut bench, 1, "hub");
    let node = bench.added("Device.ProxiedDevice.1.Node.", &[("Id", "4")]);
    bench.model.mount(&node, "zigbee").unwrap();
    bench.added("Device.ProxiedDevice.1.Node.1.Lamp.", &[("Name", "deep"), ("Colour", "9")]);
    assert_eq!(
        bench.found("Device.ProxiedDevice.*.Node.*.Lamp.[Colour==9]."),
        ["Device.ProxiedDevice.1.Node.1.Lamp.1."]
    );
    let saved = bench.model.snapshot();
    let (mut again, unfit) = restored(whole.schema().clone(), &[saved]);
    assert_eq!((unfit, again.everything()), (vec![], bench.everything()));
    bench.changes();
    mount(&mut bench, 1, "zigbee");
    assert_eq!(
        lines(&bench.changes()),
        ["-Device.ProxiedDevice.1.Node.1.Lamp.1.", "-Device.ProxiedDevice.1.Node.1."]
    );
}

#[test]
fn another_schema_keeps_the_mounts_that_it_has() {
    let mut bench = devices();
    bench.device(&[
        ("Device.ProxiedDevice.1.Mesh.Channel", "11"),
        ("Device.ProxiedDevice.2.Radio.Band", "5GHz"),
    ]);
    bench.added("Device.Room.", &[("Main", "Device.ProxiedDevice.1.Lamp.1")]);
    bench.changes();
    let after = composition().with(image("more", |builder, device| {
        builder.parameter(device, writable("X_A", PrimitiveType::Int)).unwrap();
    }));
    let after = after.unwrap().without_mount(TABLE, "zigbee").unwrap();
    assert_eq!(bench.model.replace_schema(after.schema().clone()), Ok(vec![]));
    assert_eq!(
        lines(&bench.changes()),
        [
            "-Device.ProxiedDevice.1.Lamp.1.",
            "Device.Room.1.Main=",
            "-Device.ProxiedDevice.1.Lamp.2.",
            "Device.ProxiedDevice.1.LampNumberOfEntries=0",
        ]
    );
    assert_eq!(bench.model.inconsistency(), None);
    assert_eq!(bench.model.mounted("Device.ProxiedDevice.1."), Ok(None));
    assert_eq!(bench.model.mounted("Device.ProxiedDevice.2."), Ok(Some("wifi")));
    assert_eq!(bench.value("Device.ProxiedDevice.2.Radio.Band"), "5GHz");
    assert_eq!(bench.value("Device.ProxiedDevice.2.Lamp.1.Colour"), "red");
}

/// What a Controller is told below a row it reads by the mount that has such a value.
#[test]
fn received_values_are_of_one_of_the_mounts() {
    let bench = devices();
    let schema = bench.model.schema();
    let colour = "Device.ProxiedDevice.2.Lamp.1.Colour";
    assert_eq!(ParameterPath::<String>::from_text(colour).receive(schema, "red"), Ok("red".into()));
    assert_eq!(ParameterPath::<i32>::from_text(colour).receive(schema, "5"), Ok(5));
    let raw = ParameterPath::<i32>::from_text(colour).receive(schema, "red").unwrap_err();
    assert_eq!((&*raw.name, &*raw.text), (colour, "red"));
    let unknown = ParameterPath::<i32>::from_text("Device.ProxiedDevice.2.Lamp.1.Taste");
    assert!(unknown.receive(schema, "5").unwrap_err().error.is_none());
}
