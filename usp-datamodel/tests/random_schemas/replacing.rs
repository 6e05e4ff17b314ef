//! Another random schema for a model that lives, there and back.

use alloc::collections::BTreeSet;

use proptest::prelude::*;
use usp_datamodel::{Change, DataModel, SubscriberId};

use crate::common::Bench;
use crate::reference::World;
use crate::requests::{self, RequestChoice};
use crate::schema::{Kind, Table, build, other_tables};
use crate::{KINDS, Told, empty, expected, process, reference_text, serve, told, told_of, values};

type Requests = Vec<(RequestChoice, u8)>;

fn some_requests() -> impl Strategy<Value = Requests> {
    prop::collection::vec((requests::request(), any::<u8>()), 0..20)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    /// What both schemas have stays as the reference says, those who subscribed are told of the rest, and what is saved
    /// comes back. What is refused changes nothing. Afterwards the model goes on as if nothing had been.
    #[test]
    fn another_schema_keeps_what_it_has_too(
        (first, second) in other_tables(),
        requests in (some_requests(), some_requests(), some_requests()),
        subscriptions in prop::collection::vec((0..3_usize, requests::path()), 0..8),
    ) {
        let mut bench = empty(&first);
        bench.model.record_deltas(true);
        let mut world = World::new(&first);
        let mut tables = &first;
        let mut saved: Vec<Vec<u8>> = Vec::new();
        // What expressions make of parameters of other types is another matter.
        let references = subscriptions.iter().map(|(kind, path)| (*kind, reference_text(&first, *kind, path)));
        let references: Vec<(usize, String)> = references.filter(|(_, path)| !path.contains('[')).collect();
        for (number, (kind, reference)) in (0..).zip(&references) {
            bench.model.subscribe(SubscriberId(number), KINDS[*kind], [reference]);
        }
        for (requests, next) in [(requests.0, &second), (requests.1, &first), (requests.2, &second)] {
            for (request, key) in &requests {
                process(&mut bench, &mut world, tables, request, *key)?;
            }
            saved.extend(bench.model.drain_deltas());
            bench.model.drain_changes();
            let before = bench.model.snapshot();
            let done = bench.model.replace_schema(build(next)).is_ok();
            prop_assert_eq!(bench.model.inconsistency(), None);
            let after = world.replaced(next);
            prop_assert_eq!(done, after.is_some());
            match after {
                None => {
                    prop_assert_eq!(bench.model.schema(), &build(tables));
                    prop_assert_eq!(bench.model.snapshot(), before);
                    prop_assert_eq!(told(&mut bench).len() + bench.model.drain_deltas().len(), 0);
                }
                Some(after) => {
                    prop_assert_eq!(told_in_the_end(&mut bench), expected(&world, &after, &references));
                    world = after;
                    tables = next;
                    serve(&mut bench.model, tables);
                }
            }
            prop_assert_eq!(values(&mut bench, "R."), Some(world.values()));
            saved.extend(bench.model.drain_deltas());
            comes_back(&bench, tables, &saved)?;
        }
    }
}

/// A reference that is cleaned under the old schema may go with its parameter, or get the default of another type under
/// the new one: what it is in the end counts.
fn told_in_the_end(bench: &mut Bench) -> Told {
    let mut notices = bench.model.drain_notices();
    let mut seen = BTreeSet::new();
    notices.reverse();
    notices.retain(|notice| match &notice.change {
        Change::ValueChange { path, .. } => seen.insert(path.clone()) && bench.model.value_at(path).is_ok(),
        _ => true,
    });
    told_of(notices)
}

/// What was saved from the start on is the model, under the schema that it has now.
fn comes_back(bench: &Bench, tables: &[Table], saved: &[Vec<u8>]) -> Result<(), TestCaseError> {
    let mut again = DataModel::new(build(tables));
    prop_assert_eq!(again.restore(saved.iter().map(Vec::as_slice)), Ok(vec![]));
    prop_assert_eq!(again.snapshot(), bench.model.snapshot());
    prop_assert_eq!(again.inconsistency(), None);
    Ok(())
}

/// A row that was there before has the key that is made up for another one, which gets the next.
#[test]
fn a_key_that_is_made_up_gives_way_to_one_that_was_there() {
    let table = |key, fixed| Table { parent: None, behind: false, key, fixed, kinds: vec![Kind::Number] };
    let second = [table(true, Some(2))];
    for (before, after) in [("1", ["1", "2"]), ("2", ["2", "3"]), ("3", ["3", "2"])] {
        let mut bench = empty(&[table(false, None)]);
        bench.add(false, &[("R.T0.", &[("P0", before)])]).unwrap();
        assert_eq!(bench.model.replace_schema(build(&second)), Ok(vec![]));
        let keys = ["R.T0.1.P0", "R.T0.2.P0"].map(|path| bench.value(path));
        assert_eq!(keys, after);
        assert_eq!(bench.model.inconsistency(), None);
    }
}
