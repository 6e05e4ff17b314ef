//! What is to be safe before an answer leaves.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::Bench;
use common::house::{ROOM, house};

fn recorded() -> Bench {
    let mut bench = house();
    bench.model.record_deltas(true);
    bench
}

/// A house that has nothing but what deltas say.
#[track_caller]
fn restored(deltas: &[Vec<u8>]) -> Bench {
    let mut bench = house();
    assert_eq!(bench.model.restore(deltas.iter().map(Vec::as_slice).chain([&b"USP\x01"[..]])), Ok(vec![]));
    bench
}

#[test]
fn nothing_is_recorded_unless_it_is_switched_on() {
    let mut bench = house();
    bench.added(ROOM, &[("Name", "hall")]);
    assert_eq!(bench.model.drain_deltas(), Vec::<Vec<u8>>::new());
}

#[test]
fn each_transaction_that_changes_something_is_one_delta() {
    let mut bench = recorded();
    bench.added(ROOM, &[("Name", "hall")]);
    bench.set(false, &[("House.Room.1.", &[("Size", "2"), ("Open", "true")])]).unwrap();
    assert_eq!(bench.model.drain_deltas().len(), 2);
    assert_eq!(bench.model.drain_deltas(), Vec::<Vec<u8>>::new());
    // To say again what is there changes nothing, nor does what is refused.
    bench.set(false, &[("House.Room.1.", &[("Size", "2")])]).unwrap();
    bench.set(false, &[("House.Room.1.", &[("Size!", "many")])]).unwrap_err();
    bench.found(ROOM);
    assert_eq!(bench.model.drain_deltas(), Vec::<Vec<u8>>::new());
}

#[test]
fn a_delta_holds_what_changed_and_nothing_else() {
    let mut bench = recorded();
    bench.added(ROOM, &[("Name", "hall"), ("Tags", "untouched")]);
    bench.model.drain_deltas();
    bench.set(false, &[("House.Room.1.", &[("Size", "12")])]).unwrap();
    let expected = b"USP\x01\x01\x0fHouse.Room.{i}.\x02\x01\x04Size\x04\x01\x01\x01\x00\x0212";
    assert_eq!(bench.model.drain_deltas(), [expected]);
}

#[test]
fn changes_of_the_device_itself_are_recorded() {
    let mut bench = recorded();
    bench.added(ROOM, &[("Name", "hall")]);
    bench.device(&[("House.Favourite", "House.Room.1")]);
    let mut copy = restored(&bench.model.drain_deltas());
    assert_eq!(copy.everything(), bench.everything());
    assert_eq!(copy.value("House.Favourite"), "House.Room.1");
}

#[test]
fn r_arc_12_references_cleaned_with_a_row_are_in_its_delta() {
    let mut bench = recorded();
    bench.added(ROOM, &[("Name", "hall")]);
    bench.added(ROOM, &[("Name", "attic"), ("Next", "House.Room.1")]);
    bench.delete(false, &["House.Room.1."]).unwrap();
    let deltas = bench.model.drain_deltas();
    assert_eq!(deltas.len(), 3);
    let mut copy = restored(&deltas);
    assert_eq!(copy.found(ROOM), ["House.Room.2."]);
    assert_eq!(copy.everything(), bench.everything());
}

#[test]
fn r_arc_8_a_delta_says_that_a_number_is_used_up() {
    let mut bench = recorded();
    bench.added(ROOM, &[("Name", "hall")]);
    bench.delete(false, &["House.Room.1."]).unwrap();
    let mut copy = restored(&bench.model.drain_deltas());
    assert_eq!(copy.added(ROOM, &[("Name", "attic")]), "House.Room.2.");
}

/// Values of a row that no snapshot holds are told and make no row of a few values.
#[test]
fn values_of_an_absent_row_make_no_row() {
    let mut bench = recorded();
    bench.added(ROOM, &[("Name", "hall")]);
    bench.model.drain_deltas();
    bench.set(false, &[("House.Room.1.", &[("Size", "2")])]).unwrap();
    let deltas = bench.model.drain_deltas();
    let mut other = house();
    let unfit = other.model.restore([&*deltas[0]]).unwrap();
    assert_eq!(unfit.len(), 1);
    assert_eq!((unfit[0].path.as_str(), unfit[0].fault.code().value()), ("House.Room.1.", 7016));
    assert_eq!(other.found(ROOM), [""; 0]);
}

/// A later snapshot says that the row has come and gone: what a delta from before says of rows in it is past.
#[test]
fn deltas_that_a_snapshot_holds_already_are_applied_again_without_a_word() {
    let mut bench = recorded();
    bench.added(ROOM, &[("Name", "hall")]);
    bench.model.drain_deltas();
    bench.added("House.Room.1.Lamp.", &[("Number", "1")]);
    bench.set(false, &[("House.Room.1.", &[("Size", "2")])]).unwrap();
    bench.delete(false, &["House.Room.1."]).unwrap();
    let (deltas, now) = (bench.model.drain_deltas(), bench.model.snapshot());
    let mut copy = house();
    let saved = core::iter::once(&*now).chain(deltas.iter().map(Vec::as_slice));
    assert_eq!(copy.model.restore(saved), Ok(vec![]));
    assert_eq!(copy.model.snapshot(), now);
}

/// What the holder notes is saved like the rows, and read over damage and other schemas as they are.
#[test]
fn notes_are_saved_and_come_back() {
    let mut bench = recorded();
    bench.model.set_note("timer/2", Some("60"));
    bench.model.set_note("timer/1", Some("a\nb"));
    bench.model.set_note("timer/1", Some("a\nb"));
    bench.model.set_note("zone", Some("x"));
    bench.model.set_note("timer/2", None);
    bench.model.set_note("never", None);
    let deltas = bench.model.drain_deltas();
    assert_eq!(deltas.len(), 4, "what is no change is no delta");
    let saved = [deltas.concat().len(), bench.model.snapshot().len()];
    assert!(saved[1] < saved[0]);
    for state in [deltas, vec![bench.model.snapshot()]] {
        let again = restored(&state);
        assert_eq!(again.model.notes("").collect::<Vec<_>>(), [("timer/1", "a\nb"), ("zone", "x")]);
        assert_eq!(again.model.notes("timer/").collect::<Vec<_>>(), [("timer/1", "a\nb")]);
        assert_eq!(again.model.note("timer/2"), None);
    }
}

/// How things are at the moment is nobody's to bring back.
#[test]
fn what_is_transient_is_not_saved() {
    let mut bench = recorded();
    bench.model.transient("House.Room.{i}.Size").unwrap();
    assert_eq!(
        bench.model.transient("House.Room.{i}.Sizes").unwrap_err().to_string(),
        "the schema House:1.0 has no parameter House.Room.{i}.Sizes"
    );
    bench.added(ROOM, &[("Name", "hall"), ("Size", "12")]);
    let mut copy = restored(&bench.model.drain_deltas());
    assert_eq!(copy.value("House.Room.1.Name"), "hall");
    assert_eq!(copy.value("House.Room.1.Size"), "1", "the default");
    bench.set(false, &[("House.Room.1.", &[("Size", "13")])]).unwrap();
    assert_eq!(bench.model.drain_deltas(), Vec::<Vec<u8>>::new());
    let mut copy = restored(&[bench.model.snapshot()]);
    assert_eq!(copy.value("House.Room.1.Size"), "1", "the default");
}
