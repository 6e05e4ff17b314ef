//! GetSupportedDM where rows carry different models (TR-369 section "The GetSupportedDM Message").
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::Bench;
use common::gateway::{PROXIED, TABLE, composition, devices, image, open_table, zigbee};
use common::roles::{ALL, role};
use usp_datamodel::schema::ObjectSpec;
use usp_datamodel::{DataModel, Limits, Permissions, Requester};
use usp_msg::GetSupportedDm;
use usp_msg::get_supported_dm_resp::{ObjAccessType, RequestedObjectResult, SupportedObjectResult};

const NONE: [&str; 4] = ["----"; 4];

fn ask(bench: &mut Bench, get: GetSupportedDm) -> RequestedObjectResult {
    let answer = bench.supported(get);
    assert_eq!(answer.req_obj_results.len(), 1);
    answer.req_obj_results[0].clone()
}

/// The objects in the answer to one path; behind those that diverge the paths to ask again with.
#[track_caller]
fn told(bench: &mut Bench, path: &str) -> Vec<String> {
    let result = ask(bench, GetSupportedDm::new([path]));
    assert_eq!((result.err_code, &*result.err_msg), (0, ""), "{path}");
    // That of the model that the object is of.
    let is_mounted = ["Lamp", "Radio", "Mesh"].iter().any(|name| path.contains(name));
    let diverges = result.supported_objs.iter().any(|object| !object.divergent_paths.is_empty());
    let uri = if is_mounted && !diverges { "urn:example:mounted" } else { "urn:example:device" };
    assert_eq!(result.data_model_inst_uri, uri, "{path}");
    result.supported_objs.iter().map(line).collect()
}

fn line(object: &SupportedObjectResult) -> String {
    let instances = object.divergent_paths.iter().map(|path| path.strip_prefix(PROXIED).unwrap());
    let instances: Vec<&str> = instances.collect();
    if instances.is_empty() {
        return object.supported_obj_path.clone();
    }
    // Nothing else is said of what diverges.
    let said = [
        object.supported_params.len(),
        object.supported_commands.len(),
        object.supported_events.len(),
        object.unique_key_sets.len(),
    ];
    assert_eq!(said, [0; 4], "{object:?}");
    assert_eq!((object.access, object.is_multi_instance), (i32::from(ObjAccessType::AddDelete), true));
    format!("{} <> {}", object.supported_obj_path, instances.join(" "))
}

fn below(paths: &[&str]) -> Vec<String> {
    paths.iter().map(|path| format!("{TABLE}{path}")).collect()
}

const ZIGBEE: [&str; 4] = ["", "Status.", "Lamp.{i}.", "Mesh."];
const WIFI: [&str; 5] = ["", "Status.", "Lamp.{i}.", "Radio.", "Radio.Stats."];

#[test]
fn what_diverges_is_skipped_and_told_with_its_instances() {
    let mut bench = devices();
    let divergent = "Device.ProxiedDevice.{i}. <> 1. 2. 3.";
    assert_eq!(told(&mut bench, "Device."), ["Device.", divergent, "Device.Room.{i}."]);
    for path in [TABLE, PROXIED] {
        assert_eq!(told(&mut bench, path), [divergent]);
        let first = ask(&mut bench, GetSupportedDm::new([path]).first_level_only());
        assert_eq!(first.supported_objs.iter().map(line).collect::<Vec<_>>(), [divergent]);
    }
    // Of the children of another object nothing is told but that they are there.
    let first = ask(&mut bench, GetSupportedDm::new(["Device."]).first_level_only());
    let first: Vec<String> = first.supported_objs.iter().map(line).collect();
    assert_eq!(first, ["Device.", "Device.ProxiedDevice.{i}.", "Device.Room.{i}."]);
    // What all rows have is as unambiguous as ever.
    assert_eq!(told(&mut bench, "Device.ProxiedDevice.{i}.Status."), below(&["Status."]));
    assert_eq!(told(&mut bench, "Device.ProxiedDevice.{i}.Alias"), [TABLE]);
}

#[test]
fn the_path_of_an_instance_has_the_model_of_that_instance() {
    let mut bench = devices();
    assert_eq!(told(&mut bench, "Device.ProxiedDevice.1."), below(&ZIGBEE));
    assert_eq!(told(&mut bench, "Device.ProxiedDevice.2."), below(&WIFI));
    assert_eq!(told(&mut bench, "Device.ProxiedDevice.3"), below(&["", "Status."]));
    assert_eq!(told(&mut bench, "Device.ProxiedDevice.2.Radio."), below(&["Radio.", "Radio.Stats."]));
    let first = ask(&mut bench, GetSupportedDm::new(["Device.ProxiedDevice.2."]).first_level_only());
    let first: Vec<String> = first.supported_objs.iter().map(line).collect();
    assert_eq!(first, below(&["", "Status.", "Lamp.{i}.", "Radio."]));
    // The same path, and a type for each.
    let types = |bench: &mut Bench, path: &str| {
        let result = ask(bench, GetSupportedDm::new([path]));
        let [object] = &result.supported_objs[..] else { panic!("one object: {result:?}") };
        assert_eq!(object.supported_obj_path, "Device.ProxiedDevice.{i}.Lamp.{i}.");
        let colour = object.supported_params.iter().find(|found| found.param_name == "Colour").unwrap();
        (format!("{:?}", colour.value_type()), object.supported_commands.len())
    };
    for lamp in ["Lamp.", "Lamp.{i}.", "Lamp.1.", "Lamp"] {
        let of = |row: u32| format!("{PROXIED}{row}.{lamp}");
        assert_eq!(types(&mut bench, &of(1)), ("Int".into(), 1), "{lamp}");
        assert_eq!(types(&mut bench, &of(2)), ("String".into(), 0), "{lamp}");
    }
    assert_eq!(types(&mut bench, "Device.ProxiedDevice.1.Lamp.1.Colour").0, "Int");
    // What the row does not carry does not exist.
    for path in ["Device.ProxiedDevice.3.Lamp.", "Device.ProxiedDevice.1.Radio.", "Device.ProxiedDevice.9."] {
        let result = ask(&mut bench, GetSupportedDm::new([path]));
        assert_eq!((result.err_code, result.supported_objs.len()), (7016, 0), "{path}");
    }
}

#[test]
fn a_path_into_mounts_is_what_rows_carry() {
    let mut bench = devices();
    // One of the mounts has it, so that it is unambiguous.
    assert_eq!(told(&mut bench, "Device.ProxiedDevice.{i}.Radio."), below(&["Radio.", "Radio.Stats."]));
    assert_eq!(told(&mut bench, "Device.ProxiedDevice.{i}.Radio.Radar!"), below(&["Radio."]));
    // Two have it, and rows of both are there.
    for path in ["Lamp.", "Lamp.{i}.", "Lamp.{i}.Colour"] {
        assert_eq!(
            told(&mut bench, &format!("{TABLE}{path}")),
            ["Device.ProxiedDevice.{i}. <> 1. 2."],
            "{path}"
        );
    }
    assert_eq!(told(&mut bench, "Device.ProxiedDevice.{i}.Lamp.{i}.Blink()"), below(&["Lamp.{i}."]));
    bench.model.unmount("Device.ProxiedDevice.2.").unwrap();
    assert_eq!(told(&mut bench, "Device.ProxiedDevice.{i}.Lamp."), below(&["Lamp.{i}."]));
    // What no row carries is not supported [R-GSP.0].
    assert_eq!(ask(&mut bench, GetSupportedDm::new(["Device.ProxiedDevice.{i}.Radio."])).err_code, 7026);
    assert_eq!(ask(&mut bench, GetSupportedDm::new(["Device.ProxiedDevice.{zigbee}."])).err_code, 7008);
}

#[test]
fn rows_that_carry_the_same_do_not_diverge() {
    let mut bench = devices();
    for number in 1..=3 {
        bench.model.mount(&format!("{PROXIED}{number}."), "zigbee").unwrap();
    }
    assert_eq!(told(&mut bench, PROXIED), below(&ZIGBEE));
    for number in 1..=3 {
        bench.model.unmount(&format!("{PROXIED}{number}.")).unwrap();
    }
    assert_eq!(told(&mut bench, PROXIED), below(&["", "Status."]));
    bench.delete(false, &["Device.ProxiedDevice.*."]).unwrap();
    assert_eq!(told(&mut bench, PROXIED), below(&["", "Status."]));
}

#[test]
fn mounts_within_mounts_diverge_by_themselves() {
    let hub = image("hub", |builder, device| {
        let node = ObjectSpec { mount_point: true, ..open_table("Node") };
        builder.object(Some(device), node).unwrap();
    });
    let whole = composition().with_mount(TABLE, "hub", hub).unwrap();
    let whole = whole.with_mount("Device.ProxiedDevice.{hub}.Node.{i}.", "zigbee", zigbee()).unwrap();
    let mut bench = devices();
    bench.model = DataModel::new(whole.schema().clone());
    for row in ["Device.ProxiedDevice.1.", "Device.ProxiedDevice.2."] {
        bench.added(PROXIED, &[]);
        bench.model.mount(row, "hub").unwrap();
        bench.added(&format!("{row}Node."), &[]);
    }
    assert_eq!(told(&mut bench, PROXIED), below(&["", "Status.", "Node.{i}."]));
    bench.model.mount("Device.ProxiedDevice.2.Node.1.", "zigbee").unwrap();
    let nodes = "Device.ProxiedDevice.{i}.Node.{i}.";
    let divergent = format!("{nodes} <> 1.Node.1. 2.Node.1.");
    assert_eq!(told(&mut bench, PROXIED), [below(&["", "Status."]), vec![divergent]].concat());
    // Below one of the rows they do not.
    let deep = ["Node.{i}.", "Node.{i}.Lamp.{i}.", "Node.{i}.Mesh."];
    assert_eq!(told(&mut bench, "Device.ProxiedDevice.2."), [below(&["", "Status."]), below(&deep)].concat());
    assert_eq!(told(&mut bench, "Device.ProxiedDevice.1."), below(&["", "Status.", "Node.{i}."]));
    assert_eq!(told(&mut bench, &format!("{nodes}Mesh.")), below(&["Node.{i}.Mesh."]));
}

fn restricted(bench: &mut Bench, entries: &[(&str, [&str; 4])]) {
    let permissions = Permissions::compile(bench.model.schema(), &[role(entries)]);
    bench.requester =
        Requester::controller("Device.LocalAgent.Controller.2").with_permissions(permissions.into());
}

/// [R-GSP.0] What may not be read is not in the model: it makes nothing diverge, and no row is named that is not known.
#[test]
fn permissions_do_not_tell_of_mounts() {
    let mut bench = devices();
    let divergent = |rows: &str| vec![format!("{TABLE} <> {rows}")];
    restricted(&mut bench, &[("Device.", ALL)]);
    assert_eq!(told(&mut bench, PROXIED), divergent("1. 2. 3."));
    restricted(&mut bench, &[("Device.", ALL), ("Device.ProxiedDevice.1.", NONE)]);
    assert_eq!(told(&mut bench, PROXIED), divergent("2. 3."));
    // Rows that may be known of, of which nothing is known that is mounted.
    let only_rows = [
        ("Device.ProxiedDevice.*.", ALL),
        ("Device.ProxiedDevice.*.Lamp.", NONE),
        ("Device.ProxiedDevice.*.Mesh.", NONE),
        ("Device.ProxiedDevice.*.Radio.", NONE),
    ];
    restricted(&mut bench, &only_rows);
    assert_eq!(told(&mut bench, PROXIED), below(&["", "Status."]));
    for row in ["1.", "2.", "3."] {
        assert_eq!(told(&mut bench, &format!("{PROXIED}{row}Status.")), below(&["Status."]));
    }
    // The same rights and the model of one row: whether the others carry it too is not told.
    let one = [
        ("Device.ProxiedDevice.*.", ["r---", "r---", "r---", "r---"]),
        ("Device.ProxiedDevice.*.Lamp.", NONE),
        ("Device.ProxiedDevice.*.Mesh.", NONE),
        ("Device.ProxiedDevice.*.Radio.", NONE),
        ("Device.ProxiedDevice.1.Mesh.", ALL),
    ];
    let answers: Vec<Vec<String>> = [None, Some("zigbee"), Some("wifi")]
        .into_iter()
        .map(|kind| {
            let mut bench = devices();
            if let Some(kind) = kind {
                bench.model.mount("Device.ProxiedDevice.3.", kind).unwrap();
            }
            restricted(&mut bench, &one);
            assert_eq!(told(&mut bench, "Device.ProxiedDevice.3."), below(&["", "Status."]));
            assert_eq!(told(&mut bench, "Device.ProxiedDevice.1."), below(&["", "Status.", "Mesh."]));
            assert_eq!(told(&mut bench, "Device.ProxiedDevice.{i}.Mesh."), below(&["Mesh."]));
            told(&mut bench, PROXIED)
        })
        .collect();
    assert_eq!(answers, [divergent("1. 2. 3."), divergent("1. 2. 3."), divergent("1. 2. 3.")]);
    // A right to rows below that may come counts as one.
    restricted(
        &mut bench,
        &[
            (PROXIED, ["r---", "r---", "r---", "r---"]),
            ("Device.ProxiedDevice.*.Radio.", NONE),
            ("Device.ProxiedDevice.*.Mesh.", NONE),
            ("Device.ProxiedDevice.*.Lamp.", NONE),
            ("Device.ProxiedDevice.1.Lamp.*.", ALL),
        ],
    );
    assert_eq!(told(&mut bench, PROXIED), divergent("1. 2. 3."));
    assert_eq!(told(&mut bench, "Device.ProxiedDevice.{i}.Lamp."), below(&["Lamp.{i}."]));
    // What carries a mount that nothing may be known of is as good as bare.
    restricted(
        &mut bench,
        &[(PROXIED, ALL), ("Device.ProxiedDevice.*.Lamp.", NONE), ("Device.ProxiedDevice.*.Mesh.", NONE)],
    );
    bench.model.unmount("Device.ProxiedDevice.2.").unwrap();
    assert_eq!(told(&mut bench, PROXIED), below(&["", "Status."]));
    assert_eq!(ask(&mut bench, GetSupportedDm::new(["Device.ProxiedDevice.{i}.Mesh."])).err_code, 7026);
}

#[test]
fn rows_that_diverge_are_bounded_like_all_answers() {
    let limits = Limits { max_results: 30, ..Limits::default() };
    let mut bench = Bench {
        model: DataModel::with_limits(composition().schema().clone(), limits),
        requester: Requester::controller("Device.LocalAgent.Controller.1"),
    };
    for _ in 0..40 {
        bench.added(PROXIED, &[]);
    }
    assert_eq!(ask(&mut bench, GetSupportedDm::new([PROXIED])).err_code, 0);
    bench.model.mount("Device.ProxiedDevice.40.", "zigbee").unwrap();
    let result = ask(&mut bench, GetSupportedDm::new([PROXIED]));
    assert_eq!((result.err_code, result.supported_objs.len()), (7005, 0));
    assert_eq!(ask(&mut bench, GetSupportedDm::new(["Device.ProxiedDevice.40.Mesh."])).err_code, 0);
}

/// The numbers of a path count also where `{i}` stands behind them: it is about that row, and about one that exists.
#[test]
fn numbers_before_placeholders_lead_to_their_row() {
    let mut bench = devices();
    let mut asked = |path: &str| {
        let result = ask(&mut bench, GetSupportedDm::new([format!("Device.ProxiedDevice.{path}")]));
        let types = result.supported_objs.iter().flat_map(|object| &object.supported_params);
        let divergent: usize = result.supported_objs.iter().map(|object| object.divergent_paths.len()).sum();
        (result.err_code, types.map(|parameter| parameter.value_type).collect::<Vec<_>>(), divergent)
    };
    let rows = ["1", "2"].map(|row| asked(&format!("{row}.Lamp.1.Colour")).1);
    assert_ne!(rows[0], rows[1], "they carry different models");
    for (row, colour) in ["1", "2"].into_iter().zip(rows) {
        assert_eq!(asked(&format!("{row}.Lamp.{{i}}.Colour")), (0, colour, 0));
    }
    assert_eq!(asked("{i}.Lamp.{i}.Colour").2, 2);
    assert_eq!(asked("2.Lamp.{i}.Blink()").0, 7026);
    assert_eq!(asked("9.Lamp.{i}.Colour").0, 7016);
}
