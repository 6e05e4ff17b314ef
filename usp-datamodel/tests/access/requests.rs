//! Random requests to a furnished house. Names that are set are not those of rooms that are there: a Unique Key that is
//! taken is refused, and that says that it is taken.

use proptest::prelude::*;
use usp_msg::{Add, Delete, Get, GetInstances, GetSupportedDm, Request, Set, add, set};

const ROWS: [&str; 12] = [
    "House.Room.1.",
    "House.Room.2.",
    "House.Room.3.",
    "House.Room.4.",
    "House.Room.9.",
    "House.Room.*.",
    "House.Room.[Open==true].",
    "House.Room.[Name==\"r2\"].",
    "House.Room.[Secret==\"shh\"].",
    "House.Room.[Next+.Name==\"r2\"].",
    "House.Room.[LampNumberOfEntries>0].",
    "House.Room.[Next==\"House.Room.[Name==%22r2%22]\"].",
];

const BELOW: [&str; 12] = [
    "",
    "Lamp.",
    "Lamp.1.",
    "Lamp.*.",
    "Lamp.[On==true].",
    "Lamp.9.",
    "Cold.",
    "Warm.",
    "Name",
    "LampNumberOfEntries",
    "Next+.Name",
    "Cold.Degrees",
];

pub fn request() -> impl Strategy<Value = Request> {
    let paths = || prop::collection::vec(path(), 1..4);
    let get =
        (paths(), 0..4_u32).prop_map(|(paths, depth)| Request::from(Get::new(paths).with_max_depth(depth)));
    let instances = (paths(), any::<bool>()).prop_map(|(paths, first_level_only)| {
        Request::from(GetInstances { first_level_only, ..GetInstances::new(paths) })
    });
    let supported = paths().prop_map(|paths| Request::from(GetSupportedDm::new(paths)));
    let delete = (paths(), any::<bool>())
        .prop_map(|(paths, allow_partial)| Request::from(Delete { allow_partial, ..Delete::new(paths) }));
    let row = || prop::sample::select(ROWS.to_vec()).prop_map(str::to_owned);
    let changed = move || prop_oneof![2 => row(), 1 => path()];
    let entries = move || prop::collection::vec((changed(), prop::collection::vec(setting(), 0..3)), 1..3);
    let set = (entries(), any::<bool>()).prop_map(|(entries, allow_partial)| {
        let entries = entries.into_iter().map(|(path, settings)| {
            settings.into_iter().fold(set::UpdateObject::new(path), |entry, (name, value, required)| {
                if required { entry.required(name, value) } else { entry.optional(name, value) }
            })
        });
        Request::from(Set { allow_partial, ..Set::new(entries) })
    });
    let add = (entries(), any::<bool>()).prop_map(|(entries, allow_partial)| {
        let entries = entries.into_iter().map(|(path, settings)| {
            settings.into_iter().fold(add::CreateObject::new(path), |entry, (name, value, required)| {
                if required { entry.required(name, value) } else { entry.optional(name, value) }
            })
        });
        Request::from(Add { allow_partial, ..Add::new(entries) })
    });
    prop_oneof![2 => get, 2 => instances, 1 => supported, 2 => delete, 4 => set, 2 => add]
}

fn path() -> impl Strategy<Value = String> {
    let below = (prop::sample::select(ROWS.to_vec()), prop::sample::select(BELOW.to_vec()));
    prop_oneof![
        8 => below.prop_map(|(row, below)| format!("{row}{below}")),
        1 => Just("House.".to_owned()),
        2 => Just("House.Room.".to_owned()),
        1 => Just("House.Favourite+.".to_owned()),
        1 => Just("House.Room.{i}.Lamp.{i}.".to_owned()),
    ]
}

fn setting() -> impl Strategy<Value = (&'static str, &'static str, bool)> {
    let rooms = vec![
        "",
        "House.Room.1",
        "House.Room.3.",
        "House.Room.9",
        "House.Room.[Name==\"r2\"]",
        "House.Room.[Name==\"r4\"].",
        "House.Room.2,House.Room.3",
    ];
    let setting = prop_oneof![
        2 => (Just("Name"), prop::sample::select(vec!["n", "m", "x"])),
        1 => (Just("Alias"), prop::sample::select(vec!["n", "m", "a1"])),
        2 => (Just("Size"), prop::sample::select(vec!["1", "77", "many"])),
        1 => (Just("Open"), prop::sample::select(vec!["true", "false"])),
        3 => (prop::sample::select(vec!["Next", "Doors", "Likes"]), prop::sample::select(rooms.clone())),
        1 => (Just("Favourite"), prop::sample::select(rooms)),
        1 => (prop::sample::select(vec!["On", "Cold.Degrees", "Warm.Degrees"]), Just("1")),
        1 => (Just("Number"), prop::sample::select(vec!["7", "8"])),
        1 => (prop::sample::select(vec!["Nothing", "LampNumberOfEntries"]), Just("1")),
    ];
    (setting, any::<bool>()).prop_map(|((name, value), required)| (name, value, required))
}
