//! State that is saved and brought back.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::house::{ROOM, house, house_with, schema};
use common::{Bench, SUB, vc};
use proptest::prelude::*;
use usp_datamodel::schema::{
    ObjectAccess, ObjectSpec, ParameterAccess, ParameterSpec, PrimitiveType, SchemaBuilder, SyntaxSpec,
};
use usp_datamodel::{DataModel, Limits, Requester, RestoreError, Unfit};
use usp_msg::Delete;

/// What was left out, one line each.
fn told(unfit: &[Unfit]) -> Vec<String> {
    unfit.iter().map(|unfit| format!("{} {}", unfit.path, unfit.fault.code().value())).collect()
}

fn furnished() -> Bench {
    let mut bench = house();
    bench.added(ROOM, &[("Name", "hall"), ("Tags", "a,b"), ("Ratio", "1.50"), ("Secret", "s3cret")]);
    bench.added(ROOM, &[("Name", "gone")]);
    bench.added(ROOM, &[("Name", "attic"), ("Next", "House.Room.1"), ("Doors", "House.Room.1,House.Room.3")]);
    bench.added("House.Room.3.Lamp.", &[("Number", "7"), ("On", "true")]);
    bench.added("House.Room.3.Lamp.", &[("Number", "8")]);
    bench.delete(false, &["House.Room.2.", "House.Room.3.Lamp.2."]).unwrap();
    bench.device(&[("House.Favourite", "House.Room.3")]);
    bench
}

#[test]
fn what_was_saved_comes_back_with_its_numbers() {
    let mut bench = furnished();
    let saved = bench.model.snapshot();
    let mut restored = house();
    assert_eq!(restored.model.restore([&*saved]), Ok(vec![]));
    assert_eq!(restored.everything(), bench.everything());
    assert_eq!(restored.model.snapshot(), saved);
    assert_eq!(restored.value("House.RoomNumberOfEntries"), "2");
    assert_eq!(restored.value("House.Room.[Name==\"attic\"].Next"), "House.Room.1");
}

/// Hidden values are saved: they are the device's own.
#[test]
fn secured_values_come_back() {
    let saved = furnished().model.snapshot();
    let mut restored = house();
    restored.model.restore([&*saved]).unwrap();
    assert_eq!(restored.model.value_at("House.Room.1.Secret").unwrap().to_string(), "s3cret");
}

#[test]
fn r_arc_8_numbers_of_rows_that_are_gone_are_not_given_out_after_a_restart() {
    let mut bench = furnished();
    bench.delete(false, &["House.Room.3."]).unwrap();
    let saved = bench.model.snapshot();
    let mut restored = house();
    restored.model.restore([&*saved]).unwrap();
    assert_eq!(restored.added(ROOM, &[("Name", "new")]), "House.Room.4.");
    assert_eq!(restored.added("House.Room.1.Lamp.", &[("Number", "1")]), "House.Room.1.Lamp.1.");
}

/// A weak reference by a key that no row had when it was set is a text, and stays one.
#[test]
fn weak_references_come_back_as_they_were() {
    let mut bench = house();
    bench.added(ROOM, &[("Name", "hall"), ("Likes", "House.Room.[Name==\"attic\"].")]);
    bench.added(ROOM, &[("Name", "attic")]);
    let saved = bench.model.snapshot();
    let mut restored = house();
    assert_eq!(restored.model.restore([&*saved]), Ok(vec![]));
    assert_eq!(restored.model.snapshot(), saved);
}

#[test]
fn names_stand_in_a_snapshot_once() {
    let mut bench = house();
    for name in ["a", "b", "c"] {
        bench.added(ROOM, &[("Name", name), ("Ratio", "2")]);
    }
    let saved = bench.model.snapshot();
    let count = |name: &[u8]| saved.windows(name.len()).filter(|window| *window == name).count();
    assert_eq!((count(b"House.Room.{i}."), count(b"Ratio"), count(b"Name")), (1, 1, 1));
}

/// A house of another version: rooms have no Ratio, a Size that is a text of few characters, and no lamps.
fn other_house(max_rooms: Option<u32>) -> DataModel {
    let mut builder = SchemaBuilder::new("House:2.0", "urn:example:house-2");
    let house = builder.object(None, ObjectSpec::single("House")).unwrap();
    let rooms =
        ObjectSpec { access: ObjectAccess::AddDelete, max_entries: max_rooms, ..ObjectSpec::table("Room") };
    let room = builder.object(Some(house), rooms).unwrap();
    for (name, primitive) in [
        ("Name", PrimitiveType::String),
        ("Alias", PrimitiveType::String),
        ("Tags", PrimitiveType::UnsignedInt),
        ("Colour", PrimitiveType::String),
        ("Label", PrimitiveType::String),
    ] {
        let spec = ParameterSpec::new(name, SyntaxSpec::new(primitive));
        builder.parameter(room, ParameterSpec { access: ParameterAccess::ReadWrite, ..spec }).unwrap();
    }
    builder.unique_key(room, true, &["Name"]).unwrap();
    builder.unique_key(room, false, &["Label"]).unwrap();
    DataModel::new(builder.build().unwrap())
}

#[test]
fn what_another_schema_lacks_is_told_once_and_the_rest_restored() {
    let saved = furnished().model.snapshot();
    let mut other = other_house(None);
    let unfit = other.restore([&*saved]).unwrap();
    let mut lines = told(&unfit);
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "House.Favourite 7010",
            "House.Room.1.Tags 7011",
            "House.Room.{i}.Doors 7010",
            "House.Room.{i}.Lamp.{i}. 7026",
            "House.Room.{i}.Next 7010",
            "House.Room.{i}.Ratio 7010",
            "House.Room.{i}.Secret 7010",
        ]
    );
    assert_eq!(other.objects_at("House.Room.").unwrap(), ["House.Room.1.", "House.Room.3."]);
    assert_eq!(other.value_at("House.Room.3.Name").unwrap().to_string(), "attic");
    // A key that is new in the schema is made up [R-ADD.5].
    assert_eq!(other.value_at("House.Room.3.Label").unwrap().to_string(), "cpe-3");
    assert_eq!(other.inconsistency(), None);
}

#[test]
fn rows_beyond_the_most_that_a_table_may_have_are_left_out() {
    let saved = furnished().model.snapshot();
    let mut other = other_house(Some(1));
    let unfit = other.restore([&*saved]).unwrap();
    assert!(told(&unfit).contains(&"House.Room.3. 7005".to_owned()), "{unfit:?}");
    assert_eq!(other.objects_at("House.Room.").unwrap(), ["House.Room.1."]);
}

#[test]
fn what_is_live_now_is_left_out() {
    let saved = furnished().model.snapshot();
    let mut restored = house();
    restored.model.live("House.Room.{i}.Tags", |_| Ok(vec!["live".to_owned()])).unwrap();
    let unfit = restored.model.restore([&*saved]).unwrap();
    assert_eq!(told(&unfit), ["House.Room.{i}.Tags 7013"]);
    assert_eq!(unfit[0].to_string(), "House.Room.{i}.Tags was left out: it is computed by the device");
}

/// The rows that were there before stay as they are.
#[test]
fn r_key_2_rows_with_the_key_of_another_are_left_out_and_references_to_them_emptied() {
    let saved = furnished().model.snapshot();
    let mut restored = house();
    for _ in 0..4 {
        restored.added(ROOM, &[]);
    }
    restored.set(false, &[("House.Room.4.", &[("Name", "hall")])]).unwrap();
    restored.delete(false, &["House.Room.1.", "House.Room.2.", "House.Room.3."]).unwrap();
    let unfit = restored.model.restore([&*saved]).unwrap();
    assert_eq!(told(&unfit), ["House.Room.1. 7025"]);
    assert_eq!(restored.model.objects_at(ROOM).unwrap(), ["House.Room.3.", "House.Room.4."]);
    assert_eq!(restored.value("House.Room.3.Next"), "");
    assert_eq!(restored.value("House.Room.3.Doors"), "House.Room.3");
    assert_eq!(restored.model.inconsistency(), None);
}

#[test]
fn r_arc_12_references_that_lead_nowhere_in_the_end_are_emptied() {
    let saved = furnished().model.snapshot();
    let mut restored = house_with(Limits { max_rows: 1, ..Limits::default() });
    let unfit = restored.model.restore([&*saved]).unwrap();
    assert_eq!(told(&unfit), ["House.Room.3. 7005", "House.Room.3.Lamp.1. 7016", "House.Favourite 7012"]);
    assert_eq!(restored.value("House.Favourite"), "");
    assert_eq!(restored.model.inconsistency(), None);
}

#[test]
fn subscriptions_that_are_not_persistent_are_deleted_after_restoring() {
    let mut bench = Bench::new();
    let kept: Vec<_> = vc("kept", "Device.LocalAgent.").into_iter().chain([("Persistent", "true")]).collect();
    bench.added(SUB, &kept);
    bench.added(SUB, &vc("lost", "Device.LocalAgent."));
    let saved = bench.model.snapshot();
    let mut restored = Bench::new();
    assert_eq!(restored.model.restore([&*saved]), Ok(vec![]));
    let transient = Delete::new(["Device.LocalAgent.Subscription.[Persistent==false]."]);
    restored.model.process(&transient.into(), &Requester::DEVICE).unwrap();
    assert_eq!(restored.found(SUB), ["Device.LocalAgent.Subscription.1."]);
    assert_eq!(restored.value("Device.LocalAgent.Subscription.1.ID"), "kept");
    // What the device gave to the row is there, though it is read-only.
    assert_eq!(
        restored.value("Device.LocalAgent.Subscription.1.Recipient"),
        "Device.LocalAgent.Controller.1"
    );
}

#[test]
fn what_is_no_saved_state_is_refused_by_name() {
    let mut model = DataModel::new(schema());
    let mut restore = |bytes: &[u8]| model.restore([bytes]).unwrap_err();
    assert_eq!(restore(b""), RestoreError::NoState);
    assert_eq!(restore(b"JSON"), RestoreError::NoState);
    assert_eq!(restore(b"USP\x02"), RestoreError::Version(2));
    assert_eq!(restore(b"USP\x01\x0a"), RestoreError::Malformed { position: 5, expected: "a tag" });
    // What begins anew does so at its start.
    assert_eq!(restore(b"USP\x01\x09\x09"), RestoreError::Malformed { position: 6, expected: "a tag" });
    assert_eq!(restore(b"USP\x01\x03\x01"), RestoreError::Malformed { position: 6, expected: "a table" });
    assert_eq!(
        restore(b"USP\x01\x01\x7f").to_string(),
        "saved state is damaged at byte 6, where a text in UTF-8 was due"
    );
}

/// A text may not come into the row of another table.
#[test]
fn parameters_belong_to_their_table() {
    let bytes = b"USP\x01\x01\x0fHouse.Room.{i}.\x02\x01\x0fLamp.{i}.Number\x03\x01\x01\x01\x00\x011";
    let mut bench = house();
    let unfit = bench.model.restore([&bytes[..]]).unwrap();
    assert_eq!(told(&unfit), ["House.Room.{i}.Lamp.{i}.Number 7010"]);
    assert_eq!(bench.found(ROOM), ["House.Room.1."]);
    assert_eq!(bench.model.inconsistency(), None);
}

proptest! {
    /// Damaged state is restored as far as it fits, or refused and leaves no trace; a panic is our bug.
    #[test]
    fn damaged_state_leaves_a_whole_model(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        length in any::<prop::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let mut bytes = furnished().model.snapshot();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut {
            bytes.truncate(length.index(bytes.len()));
        }
        let mut restored = furnished();
        let before = restored.everything();
        let outcome = restored.model.restore([&*bytes]);
        let after = restored.everything();
        if outcome.is_err() {
            prop_assert_eq!(after, before);
        }
    }

    #[test]
    fn arbitrary_items_leave_a_whole_model(items in prop::collection::vec(0_u8..12, 0..200)) {
        let mut bytes = b"USP\x01\x01\x0fHouse.Room.{i}.\x01\x18House.Room.{i}.Lamp.{i}.".to_vec();
        for (table, name) in [(1, "Name"), (1, "Next"), (1, "Alias"), (2, "Number"), (0, "House.Favourite")] {
            bytes.extend([2, table, name.len() as u8]);
            bytes.extend_from_slice(name.as_bytes());
        }
        bytes.extend(items);
        let mut bench = house();
        let _ = bench.model.restore([&*bytes]);
        prop_assert_eq!(bench.model.inconsistency(), None);
    }
}
