//! Any bytes as saved state, and any changes to good state: refused without a trace, or restored as far as they fit
//! into a model whose books agree and whose own state comes back as it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use usp_datamodel::{DataModel, Limits, Requester};

#[path = "../../usp-datamodel/tests/common/house.rs"]
#[allow(dead_code)]
mod house;

/// What the model of rooms and lamps needs to be made.
pub struct Bench {
    pub model: DataModel,
    pub requester: Requester,
}

const LIMITS: Limits = Limits { max_rows: 8, max_all_rows: 24, max_rounds: 4, ..GENEROUS };

const GENEROUS: Limits = Limits {
    max_rows: 64,
    max_all_rows: 256,
    max_matches: 1_000,
    max_comparisons: 1_000,
    max_results: 2_000,
    max_answer: 1 << 20,
    max_rounds: 32,
    max_operations: 2,
    max_parked: 2,
    max_parked_bytes: 4096,
    max_pending_values: 16,
};

/// Two rooms that refer to each other, a lamp, a number that is used up.
const GOOD: &[u8] = b"USP\x01\x02\x00\x0fHouse.Favourite\x04\x00\x01\x00\x0cHouse.Room.2\
\x01\x0fHouse.Room.{i}.\x02\x01\x04Name\x02\x01\x04Next\
\x03\x01\x01\x02\x01\x01a\x02\x0cHouse.Room.2\x03\x01\x02\x02\x01\x01b\x02\x0cHouse.Room.1\
\x01\x18House.Room.{i}.Lamp.{i}.\x02\x02\x06Number\x03\x02\x01\x01\x01\x03\x017\x06\x01\x05";

fuzz_target!(|input: &[u8]| {
    check(input);
    let mut changed = GOOD.to_vec();
    for change in input.chunks_exact(2) {
        let at = usize::from(change[0]) % changed.len();
        changed[at] = change[1];
    }
    check(&changed);
});

fn check(bytes: &[u8]) {
    let mut model = DataModel::with_limits(house::schema(), LIMITS);
    model.restore([GOOD]).expect("good state is good");
    let before = model.snapshot();
    let outcome = model.restore([bytes]);
    assert_eq!(model.inconsistency(), None);
    if outcome.is_err() {
        assert_eq!(model.snapshot(), before, "what is refused leaves no trace");
    }
    let saved = model.snapshot();
    let mut again = DataModel::with_limits(house::schema(), LIMITS);
    assert_eq!(again.restore([&*saved]), Ok(Vec::new()), "a model's own state fits");
    assert_eq!(again.snapshot(), saved);
}
