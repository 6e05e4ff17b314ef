//! Tables that always have the same number of rows (TR-106, `minEntries` and `maxEntries`).
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

extern crate alloc;

mod common;

use alloc::sync::Arc;
use std::sync::Mutex;

use common::{Bench, codes, gateway, lines};
use usp_datamodel::schema::{
    EnumerationValue, ObjectAccess, ObjectSpec, ParameterAccess, ParameterSpec, PrimitiveType, Schema,
    SchemaBuilder, SyntaxSpec,
};
use usp_datamodel::{DataModel, Limits, Requester};

const POINT: &str = "Device.WiFi.AccessPoint.";

/// A table `R.Slot.{i}.` with a key of this type and so many rows, in each row `Inner.Pin.{i}.` with two.
fn schema(key: PrimitiveType, values: &[&str], (fewest, most): (u32, Option<u32>)) -> Schema {
    let mut builder = SchemaBuilder::new("R:1.0", "urn:example:r");
    let root = builder.object(None, ObjectSpec::single("R")).unwrap();
    let slot = ObjectSpec {
        access: ObjectAccess::AddDelete,
        min_entries: fewest,
        max_entries: most,
        num_entries_parameter: Some("SlotNumberOfEntries".into()),
        ..ObjectSpec::table("Slot")
    };
    let slot = builder.object(Some(root), slot).unwrap();
    let inner = builder.object(Some(slot), ObjectSpec::single("Inner")).unwrap();
    let pin = ObjectSpec { min_entries: 2, max_entries: Some(2), ..ObjectSpec::table("Pin") };
    let pin = builder.object(Some(inner), pin).unwrap();
    let writable = |name: &str, syntax| ParameterSpec {
        access: ParameterAccess::ReadWrite,
        ..ParameterSpec::new(name, syntax)
    };
    let enumeration = values.iter().map(|value| EnumerationValue::new(*value)).collect();
    builder.parameter(slot, writable("Key", SyntaxSpec { enumeration, ..SyntaxSpec::new(key) })).unwrap();
    builder.parameter(pin, writable("Number", SyntaxSpec::new(PrimitiveType::UnsignedInt))).unwrap();
    let count = ParameterSpec::new("SlotNumberOfEntries", SyntaxSpec::new(PrimitiveType::UnsignedInt));
    builder.parameter(root, count).unwrap();
    builder.unique_key(slot, true, &["Key"]).unwrap();
    builder.unique_key(pin, true, &["Number"]).unwrap();
    builder.build().unwrap()
}

fn fixed(rows: u32) -> Schema {
    schema(PrimitiveType::String, &[], (rows, Some(rows)))
}

fn any_number() -> Schema {
    schema(PrimitiveType::String, &[], (0, None))
}

fn bench(schema: Schema) -> Bench {
    let mut model = DataModel::new(schema);
    model.record_changes(true);
    Bench { model, requester: Requester::DEVICE }
}

/// The slots by number and key.
#[track_caller]
fn slots(bench: &Bench) -> Vec<String> {
    assert_eq!(bench.model.inconsistency(), None);
    let rows = bench.model.objects_at("R.Slot.").unwrap();
    rows.iter().map(|row| format!("{row}={}", bench.model.value_at(&format!("{row}Key")).unwrap())).collect()
}

#[test]
fn rows_are_there_from_the_start() {
    let mut bench = bench(fixed(3));
    assert_eq!(slots(&bench), ["R.Slot.1.=cpe-1", "R.Slot.2.=cpe-2", "R.Slot.3.=cpe-3"]);
    assert_eq!(bench.value("R.SlotNumberOfEntries"), "3");
    assert_eq!(bench.found("R.Slot.[Key==\"cpe-2\"].Inner.Pin.[Number==2]."), ["R.Slot.2.Inner.Pin.2."]);
    assert_eq!(bench.model.objects_at("R.Slot.*.Inner.Pin.*.").unwrap().len(), 6);
    assert_eq!(bench.changes(), []);
    // None comes and none goes.
    let more = bench.add(false, &[("R.Slot.", &[("Key", "d")])]).unwrap_err();
    assert_eq!(codes(&more).0, 7005);
    let fewer = bench.delete(false, &["R.Slot.3."]).unwrap_err();
    assert_eq!(codes(&fewer), (7004, vec![("R.Slot.3.", 7024)]));
    bench.set(false, &[("R.Slot.3.", &[("Key!", "third")])]).unwrap();
    assert_eq!(slots(&bench)[2], "R.Slot.3.=third");
}

/// The four access categories of WMM come with their access point, each once.
#[test]
fn rows_come_and_go_with_the_row_that_they_are_in() {
    let mut bench = Bench::new();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&seen);
    bench
        .model
        .on_prepare(POINT, move |changes| {
            notes.lock().unwrap().extend(common::hooks::lines(changes));
            Ok(())
        })
        .unwrap();
    bench.requester = Requester::DEVICE;
    bench.added(POINT, &[("Alias", "ap")]);
    let categories = ["BE", "BK", "VI", "VO"];
    for (number, category) in (1..).zip(categories) {
        assert_eq!(bench.value(&format!("{POINT}1.AC.{number}.AccessCategory")), category);
        assert_eq!(bench.value(&format!("{POINT}1.AC.{number}.Alias")), format!("cpe-{number}"));
    }
    let rows = ["", "AC.1.", "AC.2.", "AC.3.", "AC.4."].map(|row| format!("{POINT}1.{row}"));
    let told = lines(&bench.changes());
    assert_eq!(told[..5], rows.clone().map(|row| format!("+{row}")));
    assert_eq!(told[5..], ["Device.WiFi.AccessPointNumberOfEntries=1"]);
    assert_eq!(*seen.lock().unwrap(), rows.map(|row| format!("+{row}")));
    bench.delete(false, &[&format!("{POINT}1.")]).unwrap();
    assert_eq!(bench.changes().len(), 6);
    assert_eq!(bench.added(POINT, &[("Alias", "ap")]), format!("{POINT}2."));
    assert_eq!(bench.value(&format!("{POINT}2.AC.1.AccessCategory")), "BE");
    assert_eq!(bench.model.inconsistency(), None);
}

#[test]
fn a_row_without_room_for_what_it_brings_is_refused() {
    let limits = Limits { max_all_rows: 5, ..Limits::default() };
    let mut bench =
        Bench { model: DataModel::with_limits(any_number(), limits), requester: Requester::DEVICE };
    bench.added("R.Slot.", &[("Key", "a")]);
    let before = bench.everything();
    let full = bench.add(false, &[("R.Slot.", &[("Key", "b")])]).unwrap_err();
    assert_eq!(codes(&full).0, 7005);
    assert_eq!(bench.everything(), before);
    // The number is free as well.
    bench.delete(false, &["R.Slot.1."]).unwrap();
    assert_eq!(bench.added("R.Slot.", &[("Key", "b")]), "R.Slot.2.");
}

/// A schema may want more rows than there is room for: the model is there, and holds no more than it may.
#[test]
fn limits_hold_for_what_the_schema_wants() {
    let limits = Limits { max_rows: 10, ..Limits::default() };
    for (schema, limits) in
        [(fixed(u32::MAX - 1), limits), (fixed(1_000_000), Limits { max_all_rows: 20, ..Limits::default() })]
    {
        let model = DataModel::with_limits(schema, limits);
        let rows = model.objects_at("R.Slot.").unwrap().len();
        assert!((1..=20).contains(&rows), "{rows}");
        assert_eq!(model.inconsistency(), None);
    }
}

#[test]
fn rows_whose_keys_cannot_be_made_up_are_the_devices_to_add() {
    let mut bench = bench(schema(PrimitiveType::DateTime, &[], (2, Some(2))));
    assert_eq!(slots(&bench), Vec::<String>::new());
    assert_eq!(bench.added("R.Slot.", &[("Key", "2024-01-01T00:00:00Z")]), "R.Slot.1.");
    // Fewer values than rows.
    let three = DataModel::new(schema(PrimitiveType::String, &["a", "b"], (3, Some(3))));
    let three = Bench { model: three, requester: Requester::DEVICE };
    assert_eq!(slots(&three), ["R.Slot.1.=a", "R.Slot.2.=b"]);
}

/// [R-ARC.8] what was saved comes back with its numbers, whatever the table was.
#[test]
fn saved_rows_take_the_place_of_those_from_the_start() {
    // The keys of the rows that were added, and the numbers that were deleted; what there is under a table of two rows.
    type Case<'a> = (&'a [&'a str], &'a [u32], &'a [&'a str]);
    let cases: [Case<'_>; 7] = [
        (&[], &[], &["R.Slot.1.=cpe-1", "R.Slot.2.=cpe-2"]),
        (&["a", "b"], &[], &["R.Slot.1.=a", "R.Slot.2.=b"]),
        (&["a"], &[], &["R.Slot.1.=a", "R.Slot.2.=cpe-2"]),
        (&["a", "b"], &[1], &["R.Slot.2.=b", "R.Slot.3.=cpe-3"]),
        (&["a", "b", "c"], &[1], &["R.Slot.2.=b", "R.Slot.3.=c"]),
        (&["a", "b", "c"], &[2, 3], &["R.Slot.1.=a", "R.Slot.4.=cpe-4"]),
        (&["a", "b", "c"], &[1, 2, 3], &["R.Slot.4.=cpe-4", "R.Slot.5.=cpe-5"]),
    ];
    for (keys, deleted, expected) in cases {
        let mut device = bench(any_number());
        for key in keys {
            device.added("R.Slot.", &[("Key", key)]);
        }
        for number in deleted {
            device.delete(false, &[&format!("R.Slot.{number}.")]).unwrap();
        }
        device.changes();
        let mut again = bench(fixed(2));
        assert_eq!(again.model.restore([&*device.model.snapshot()]), Ok(vec![]));
        assert_eq!(slots(&again), expected, "restored {keys:?} {deleted:?}");
        // The living model comes to the same.
        let before = slots(&device);
        assert_eq!(device.model.replace_schema(fixed(2)), Ok(vec![]));
        assert_eq!(slots(&device), expected, "replaced {keys:?} {deleted:?}");
        assert_eq!(device.model.snapshot(), again.model.snapshot());
        let created = expected.iter().filter(|row| !before.iter().any(|known| known == *row));
        let created: Vec<String> =
            created.map(|row| format!("+{}", row.split('=').next().unwrap())).collect();
        let told = lines(&device.changes());
        let slots_told = told.iter().filter(|line| line.starts_with("+R.Slot.") && !line.contains("Pin"));
        assert_eq!(slots_told.cloned().collect::<Vec<_>>(), created);
        assert_eq!(told.contains(&"R.SlotNumberOfEntries=2".to_owned()), before.len() != 2);
        // What has been saved there comes back there.
        let mut third = bench(fixed(2));
        assert_eq!(third.model.restore([&*again.model.snapshot()]), Ok(vec![]));
        assert_eq!(third.model.snapshot(), again.model.snapshot());
    }
    let mut bench = bench(any_number());
    for key in ["a", "b", "c"] {
        bench.added("R.Slot.", &[("Key", key)]);
    }
    let error = bench.model.replace_schema(fixed(2)).unwrap_err();
    assert_eq!(error.to_string(), "R.Slot.3. cannot be kept: R.Slot.{i}. holds 2 rows and takes no more");
}

/// State that was saved when such rows were not made: an access point without any.
#[test]
fn rows_that_were_not_saved_are_made() {
    let saved = b"USP\x01\x01\x1cDevice.WiFi.AccessPoint.{i}.\x03\x01\x07\x00";
    let mut bench = Bench::new();
    assert_eq!(bench.model.restore([&saved[..]]), Ok(vec![]));
    assert_eq!(bench.value(&format!("{POINT}7.AC.4.AccessCategory")), "VO");
    assert_eq!(bench.model.inconsistency(), None);
}

/// What is mounted has its rows where a row carries it, and no others.
#[test]
fn rows_come_with_what_is_mounted() {
    let sockets = gateway::image("sockets", |builder, device| {
        let spec = ObjectSpec { min_entries: 2, max_entries: Some(2), ..ObjectSpec::table("Socket") };
        let socket = builder.object(Some(device), spec).unwrap();
        builder.parameter(socket, gateway::writable("Name", PrimitiveType::String)).unwrap();
        builder.unique_key(socket, true, &["Name"]).unwrap();
    });
    let composed = gateway::composition().with_mount(gateway::TABLE, "sockets", sockets).unwrap();
    let mut bench = bench(composed.schema().clone());
    for (alias, mount) in [("one", "sockets"), ("two", "wifi")] {
        let row = bench.added(gateway::PROXIED, &[("Alias", alias)]);
        bench.model.mount(&row, mount).unwrap();
    }
    let rows = |bench: &Bench| {
        assert_eq!(bench.model.inconsistency(), None);
        bench.model.objects_at("Device.ProxiedDevice.*.Socket.*.").unwrap()
    };
    let first = ["Device.ProxiedDevice.1.Socket.1.", "Device.ProxiedDevice.1.Socket.2."];
    assert_eq!(rows(&bench), first);
    let told = lines(&bench.changes());
    assert!(first.iter().all(|row| told.contains(&format!("+{row}"))), "{told:?}");
    let mut again = self::bench(composed.schema().clone());
    assert_eq!(again.model.restore([&*bench.model.snapshot()]), Ok(vec![]));
    assert_eq!(again.model.snapshot(), bench.model.snapshot());
    // [R-ARC.8] mounted again, it gives out other numbers.
    bench.model.unmount("Device.ProxiedDevice.1.").unwrap();
    assert_eq!(rows(&bench), Vec::<String>::new());
    bench.model.mount("Device.ProxiedDevice.1.", "sockets").unwrap();
    assert_eq!(rows(&bench), ["Device.ProxiedDevice.1.Socket.3.", "Device.ProxiedDevice.1.Socket.4."]);
}
