//! Requests that nobody in his right mind would send: a panic is our fault, never the sender's.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::house::house_with;
use proptest::prelude::*;
use usp_datamodel::msg::{Add, Delete, Get, GetInstances, GetSupportedDm, Operate, Request, Set, add, set};
use usp_datamodel::{Limits, Requester};

/// Pieces that paths, constants and values are made of, in every order.
const PIECES: [&str; 44] = [
    "House",
    "Room",
    "Lamp",
    "Cold",
    "Next",
    "Doors",
    "Likes",
    "Name",
    "Size",
    "Open",
    "Kind",
    "Secret",
    ".",
    ".",
    ".",
    ".",
    "House.Room.",
    "1",
    "2",
    "0",
    "*",
    "[",
    "]",
    "==",
    "!=",
    "~=",
    "<",
    ">=",
    "&&",
    "\"",
    "\"a\"",
    "%22",
    "%25",
    "+",
    "#2",
    "#*+",
    "true",
    "-1",
    "4294967296",
    "()",
    "!",
    "{i}",
    " ",
    "é",
];

/// Paths that are right more often than chance would have it.
const PATHS: [&str; 16] = [
    "House.",
    "House.Room.",
    "House.Room.1.",
    "House.Room.*.",
    "House.Room.[Open==true].",
    "House.Room.[Name==\"a\"].Lamp.",
    "House.Room.*.Lamp.",
    "House.Room.*.Lamp.[On==false].",
    "House.Room.[Next+.Size>0&&Likes+.Open==true].",
    "House.Room.*.Next+.Doors#*+.",
    "House.Room.*.Likes+.Likes+.Likes+.",
    "House.Favourite+.Lamp.*.",
    "House.Room.1.Cold.",
    "House.Meter.",
    "House.Meter.*.",
    "House.Room.*.Doors#*+.Doors#*+.",
];

const PARAMS: [&str; 16] = [
    "Name",
    "Alias",
    "Size",
    "Open",
    "Floor",
    "Ratio",
    "Seen",
    "Token",
    "Kind",
    "Tags",
    "Next",
    "Doors",
    "Likes",
    "Secret",
    "Cold.Degrees",
    "Number",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..9).prop_map(|pieces| pieces.concat()),
        1 => ".{0,12}",
    ]
}

fn path() -> impl Strategy<Value = String> {
    let known = || prop::sample::select(PATHS.to_vec());
    prop_oneof![
        4 => known().prop_map(str::to_owned),
        2 => (known(), text()).prop_map(|(path, text)| path.to_owned() + &text),
        2 => text(),
        1 => text().prop_map(|text| format!("House.Room.[{text}].")),
    ]
}

fn settings() -> impl Strategy<Value = Vec<(String, String, bool)>> {
    let name = prop_oneof![8 => prop::sample::select(PARAMS.to_vec()).prop_map(str::to_owned), 1 => text()];
    let value =
        prop_oneof![text(), path(), prop::sample::select(vec!["Cold", "Warm", "a"]).prop_map(str::to_owned)];
    prop::collection::vec((name, value, prop::bool::weighted(0.1)), 0..4)
}

fn request() -> impl Strategy<Value = Request> {
    let paths = || prop::collection::vec(path(), 0..4);
    let entries = || prop::collection::vec((path(), settings()), 1..4);
    prop_oneof![
        (any::<bool>(), entries()).prop_map(|(allow_partial, entries)| {
            let entry = |(path, settings): (String, Vec<(String, String, bool)>)| {
                settings.into_iter().fold(add::CreateObject::new(path), |entry, (name, value, required)| {
                    if required { entry.required(name, value) } else { entry.optional(name, value) }
                })
            };
            Add { allow_partial, ..Add::new(entries.into_iter().map(entry)) }.into()
        }),
        (any::<bool>(), entries()).prop_map(|(allow_partial, entries)| {
            let entry = |(path, settings): (String, Vec<(String, String, bool)>)| {
                settings.into_iter().fold(set::UpdateObject::new(path), |entry, (name, value, required)| {
                    if required { entry.required(name, value) } else { entry.optional(name, value) }
                })
            };
            Set { allow_partial, ..Set::new(entries.into_iter().map(entry)) }.into()
        }),
        (any::<bool>(), paths()).prop_map(|(allow_partial, paths)| Delete {
            allow_partial,
            ..Delete::new(paths)
        }
        .into()),
        (paths(), 0..4_u32).prop_map(|(paths, depth)| Get::new(paths).with_max_depth(depth).into()),
        (paths(), any::<bool>()).prop_map(|(paths, first)| {
            GetInstances { first_level_only: first, ..GetInstances::new(paths) }.into()
        }),
        paths().prop_map(|paths| GetSupportedDm::new(paths).into()),
        (path(), text()).prop_map(|(path, text)| Operate::new(path).with_arg(text.clone(), text).into()),
    ]
}

proptest! {
    /// Every request is answered, within its limits, and leaves the books in order; what was refused as a whole has
    /// changed nothing.
    #[test]
    fn every_request_is_answered(requests in prop::collection::vec((request(), any::<bool>()), 1..20)) {
        let limits = Limits {
            max_rows: 8,
            max_all_rows: 24,
            max_matches: 200,
            max_comparisons: 200,
            max_results: 2000,
            max_answer: 1 << 16,
            max_rounds: 4,
            max_operations: 1,
            max_parked: 2,
            max_parked_bytes: 4096,
            max_pending_values: 16,
        };
        let mut bench = house_with(limits);
        for name in ["a", "b"] {
            bench.added("House.Room.", &[("Name", name), ("Open", "true")]);
        }
        bench.changes();
        // The device sees secured values change.
        bench.requester = Requester::DEVICE;
        for (request, by_device) in requests {
            let controller = Requester::controller("House.Room.1");
            let requester = if by_device { Requester::DEVICE } else { controller };
            let before = bench.everything();
            let answer = bench.model.process(&request, &requester);
            let after = bench.everything();
            let changes = bench.changes();
            if answer.is_err() {
                prop_assert_eq!(&after, &before, "{:?}", request);
            }
            prop_assert_eq!(changes.is_empty(), answer.is_err() || after == before, "{:?} {:?}", request, changes);
            for (path, _, _) in after.values() {
                prop_assert!(path.starts_with("House."), "{}", path);
            }
        }
    }
}
