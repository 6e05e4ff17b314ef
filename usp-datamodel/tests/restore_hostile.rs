//! Saved state that nobody has saved: what it costs, and that something comes back of it.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use allocation_counter::measure;
use common::Bench;
use common::house::{ROOM, house};
use proptest::prelude::*;
use usp_datamodel::schema::{
    ObjectSpec, ParameterSpec, PrimitiveType, ReferenceSpec, ReferenceTarget, SchemaBuilder, SyntaxSpec,
};
use usp_datamodel::{DataModel, Unfit};

/// Most bytes that restoring holds at any time: for each byte that it is given, and in any case.
const FACTOR: usize = 128;
const IN_ANY_CASE: usize = 1 << 18;

/// Items one after the other behind the header.
struct State(Vec<u8>);

impl State {
    fn new() -> Self {
        Self(b"USP\x01".to_vec())
    }

    fn with_rooms() -> Self {
        Self::new().table("House.Room.{i}.")
    }

    fn number(mut self, mut number: usize) -> Self {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
        self
    }

    fn numbers(self, numbers: &[usize]) -> Self {
        numbers.iter().fold(self, |state, &number| state.number(number))
    }

    fn text(self, text: &str) -> Self {
        let mut state = self.number(text.len());
        state.0.extend_from_slice(text.as_bytes());
        state
    }

    fn table(self, path: &str) -> Self {
        self.number(1).text(path)
    }

    fn parameter(self, table: usize, name: &str) -> Self {
        self.numbers(&[2, table]).text(name)
    }

    /// A room with the values of the parameters from the first on.
    fn room(self, number: usize, values: &[&str]) -> Self {
        let state = self.numbers(&[3, 1, number, values.len()]);
        values.iter().enumerate().fold(state, |state, (at, value)| state.number(at).text(value))
    }

    fn repeat(self, times: usize, item: impl Fn(Self, usize) -> Self) -> Self {
        (1..=times).fold(self, item)
    }
}

/// Restores into an empty house and holds the memory that it takes.
#[track_caller]
fn restored(what: &str, state: &State) -> (Bench, Vec<Unfit>) {
    let mut bench = house();
    // Changes that nobody is told of cost nothing.
    bench.model.record_changes(false);
    let mut left_out = Vec::new();
    let used = measure(|| left_out = bench.model.restore([&*state.0]).unwrap()).bytes_max as usize;
    let most = FACTOR * state.0.len() + IN_ANY_CASE;
    assert!(used <= most, "{what}: {used} bytes for {}, {} a byte", state.0.len(), used / state.0.len());
    assert_eq!(bench.model.inconsistency(), None, "{what}");
    (bench, left_out)
}

#[test]
fn the_memory_of_restoring_is_bounded_by_its_bytes() {
    let many = 10_000;
    let forms = [
        ("rows without values", State::with_rooms().repeat(many, |state, room| state.room(room, &[]))),
        (
            "rows in rows",
            State::with_rooms()
                .table("House.Room.{i}.Lamp.{i}.")
                .room(1, &[])
                .repeat(many, |state, lamp| state.numbers(&[3, 2, 1, lamp, 0])),
        ),
        ("tables without a name", State::new().repeat(many, |state, _| state.table(""))),
        ("one table again and again", State::new().repeat(many, |state, _| state.table("House.Room.{i}."))),
        ("parameters without a name", State::new().repeat(many, |state, _| state.parameter(0, ""))),
        (
            "one parameter again and again",
            State::with_rooms().repeat(many, |state, _| state.parameter(1, "Name")),
        ),
        ("values of no row", State::with_rooms().repeat(many, |state, row| state.numbers(&[4, 1, row, 0]))),
        (
            "wrong values",
            State::with_rooms().parameter(1, "Size").repeat(many, |state, room| state.room(room, &["x"])),
        ),
        (
            "one key for all",
            State::with_rooms().parameter(1, "Name").repeat(many, |state, room| state.room(room, &["a"])),
        ),
        (
            "references to nothing",
            State::with_rooms().parameter(1, "Next").repeat(many, |state, room| state.room(room, &["x"])),
        ),
        (
            "references to one",
            State::with_rooms()
                .parameter(1, "Next")
                .repeat(many, |state, room| state.room(room, &["House.Room.1"])),
        ),
        ("a long list", State::with_rooms().parameter(1, "Doors").room(1, &[&"x,".repeat(many)])),
        (
            "numbers that were used up",
            State::with_rooms().repeat(many, |state, highest| state.numbers(&[6, 1, highest])),
        ),
        ("notes", State::new().repeat(many, |state, note| state.number(7).text(&note.to_string()).text(""))),
        (
            "rows that come and go",
            State::with_rooms().repeat(many, |state, room| state.room(room, &[]).numbers(&[5, 1, room])),
        ),
    ];
    for (what, state) in forms {
        restored(what, &state);
    }
}

/// What does not fit is named up to a number of parts and counted beyond.
#[test]
fn what_is_left_out_is_named_up_to_a_bound() {
    let many = Unfit::MOST_NAMED + 500;
    let state = State::with_rooms().parameter(1, "Size").repeat(many, |state, room| state.room(room, &["x"]));
    let (mut bench, left_out) = restored("wrong values", &state);
    let (rest, named) = left_out.split_last().unwrap();
    assert_eq!(named.len(), Unfit::MOST_NAMED);
    assert_eq!(named[999].path, "House.Room.1000.Size");
    assert_eq!(named[999].fault.code().value(), 7011);
    assert_eq!((rest.path.as_str(), &*rest.to_string()), ("", "500 more parts were left out"));
    assert_eq!(bench.found(ROOM).len(), many, "the rows are there, without the values");
}

/// Of rows with one key the first stays, references to the others are emptied, and nothing is refused as a whole.
#[test]
fn conflicts_are_left_out_and_the_rest_restored() {
    let rooms = 20;
    let state = State::with_rooms().parameter(1, "Name").parameter(1, "Next").repeat(rooms, |state, room| {
        let name = if room % 2 == 0 { "same" } else { &*format!("room {room}") };
        state.room(room, &[name, &format!("House.Room.{}", room - 1)])
    });
    let (mut bench, left_out) = restored("a chain", &state);
    let paths: Vec<&str> = left_out.iter().map(|unfit| unfit.path.as_str()).collect();
    let mut expected: Vec<String> =
        (4..=rooms).step_by(2).map(|room| format!("House.Room.{room}.")).collect();
    // There is no room before the first; what referred to a room that is gone is cleaned as ever.
    expected.push("House.Room.1.Next".to_string());
    assert_eq!(paths, expected);
    assert_eq!(bench.value("House.Room.2.Name"), "same");
    assert_eq!(bench.value("House.Room.3.Next"), "House.Room.2");
    assert_eq!(bench.value("House.Room.5.Next"), "", "its room is gone");
}

proptest! {
    /// Rows of one state are entered together; each in a state of its own they are entered one by one.
    #[test]
    fn rows_restored_together_are_those_restored_one_by_one(
        rooms in proptest::collection::btree_map(1_usize..60, (0_usize..40, proptest::option::of(0_usize..60)), 0..40),
        there in proptest::collection::btree_set(1_usize..60, 0..4),
    ) {
        let names = || State::with_rooms().parameter(1, "Name").parameter(1, "Next");
        let room = |state: State, (&number, &(name, next)): (&usize, &(usize, Option<usize>))| {
            let name = format!("room {name}");
            match next {
                Some(next) => state.room(number, &[&name, &format!("House.Room.{next}")]),
                None => state.room(number, &[&name]),
            }
        };
        let before = there.iter().fold(names(), |state, &number| state.room(number, &[]));
        let together = rooms.iter().fold(names(), room);
        let alone: Vec<State> = rooms.iter().map(|item| room(names(), item)).collect();
        let (mut one, mut other) = (house(), house());
        let told = one.model.restore([&*before.0, &*together.0]).unwrap();
        let states = core::iter::once(&before).chain(&alone).map(|state| &*state.0);
        prop_assert_eq!(told, other.model.restore(states).unwrap());
        prop_assert_eq!(one.model.inconsistency(), None);
        prop_assert_eq!(one.model.snapshot(), other.model.snapshot());
    }
}

/// Parameters of rooms in no order, one of them twice, with values of which some are none.
const MIXED: [(&str, &[&str]); 7] = [
    ("Next", &["House.Room.1", "House.Room.7.", "", "House.Room.99"]),
    ("Name", &["hall", "Küche", "attic", "cellar", "loft", "study"]),
    ("Size", &["7", "8", "many"]),
    ("Open", &["true", "false", "1"]),
    ("Tags", &["a,b", "", "x"]),
    ("Size", &["9", "10"]),
    ("Doors", &["House.Room.1,House.Room.2", "House.Room.2"]),
];

proptest! {
    /// Neighbours that are like each other but for some values are made of each other, and must not differ for it.
    #[test]
    fn rows_that_repeat_others_are_those_restored_one_by_one(
        rooms in proptest::collection::vec((1_usize..3, 0_usize..6, 0_usize..9, 0_u8..4), 0..40),
    ) {
        let columns = || MIXED.iter().fold(State::with_rooms(), |state, (name, _)| state.parameter(1, name));
        let (mut values, mut number) = ([None; MIXED.len()], 0);
        let mut alone = Vec::new();
        for (step, column, value, changes) in rooms {
            // Most rooms have one value that the one before them has not, or one less.
            for turn in 0..changes {
                let column = (column + 3 * usize::from(turn)) % MIXED.len();
                values[column] = MIXED[column].1.get(value % (MIXED[column].1.len() + 1));
            }
            number += step;
            let given: Vec<_> = values.iter().enumerate().filter_map(|(at, text)| Some((at, (*text)?))).collect();
            alone.push(move |state: State| {
                let state = state.numbers(&[3, 1, number, given.len()]);
                given.iter().fold(state, |state, &(at, text)| state.number(at).text(text))
            });
        }
        let together = alone.iter().fold(columns(), |state, room| room(state));
        let alone: Vec<State> = alone.iter().map(|room| room(columns())).collect();
        let (mut one, mut other) = (house(), house());
        let told = one.model.restore([&*together.0]).unwrap();
        prop_assert_eq!(told, other.model.restore(alone.iter().map(|state| &*state.0)).unwrap());
        prop_assert_eq!(one.model.inconsistency(), None);
        prop_assert_eq!(one.model.snapshot(), other.model.snapshot());
    }
}

/// Damage behind rows that wait to be entered leaves nothing of them.
#[test]
fn nothing_is_left_of_rows_before_damage() {
    let state = State::with_rooms().parameter(1, "Name").parameter(1, "Next");
    let state = state.repeat(3, |state, room| state.room(room, &[&room.to_string(), "House.Room.1"]));
    let mut bench = house();
    let empty = bench.model.snapshot();
    bench.model.restore([&*state.number(99).0]).unwrap_err();
    assert_eq!(bench.model.inconsistency(), None);
    assert_eq!(bench.model.snapshot(), empty);
    let room = bench.added(ROOM, &[("Name", "3")]);
    assert_eq!(room, "House.Room.1.", "no number was given out");
}

/// A row that goes empties the reference to it, which is the key of the next row, which is in conflict then: that takes
/// as many rounds as there are rows, and each looks at one row only.
#[test]
fn conflicts_that_lead_to_conflicts_are_left_out_to_the_last() {
    let rows = 2_000;
    let mut builder = SchemaBuilder::new("Chain:1.0", "urn:example:chain");
    let root = builder.object(None, ObjectSpec::single("Chain")).unwrap();
    let link = builder.object(Some(root), ObjectSpec::table("Link")).unwrap();
    let reference = ReferenceSpec {
        strong: true,
        target: ReferenceTarget::Row,
        parents: vec!["Chain.Link.{i}.".to_string()],
    };
    let syntax = SyntaxSpec { reference: Some(reference), ..SyntaxSpec::new(PrimitiveType::String) };
    builder.parameter(link, ParameterSpec::new("Next", syntax)).unwrap();
    builder.unique_key(link, false, &["Next"]).unwrap();
    let mut model = DataModel::new(builder.build().unwrap());

    let state = State::new().table("Chain.Link.{i}.").parameter(1, "Next").repeat(rows, |state, row| {
        state.room(row, &[&if row > 2 { format!("Chain.Link.{}", row - 1) } else { String::new() }])
    });
    let left_out = model.restore([&*state.0]).unwrap();
    assert_eq!(model.inconsistency(), None);
    assert_eq!(model.objects_at("Chain.Link.").unwrap(), ["Chain.Link.1."]);
    let (rest, named) = left_out.split_last().unwrap();
    assert_eq!(named.last().unwrap().path, "Chain.Link.1001.");
    assert!(named.iter().all(|unfit| unfit.fault.code().value() == 7025));
    assert_eq!(rest.to_string(), "999 more parts were left out");
}
