//! Random requests for rooms, whose values may come later.

use proptest::prelude::*;
use usp_msg::add::CreateObject;
use usp_msg::set::UpdateObject;
use usp_msg::{Add, Delete, Get, GetInstances, Request, Set};

pub fn request() -> impl Strategy<Value = Request> {
    let get = (prop::collection::vec(read(), 1..4), 0..4_u32)
        .prop_map(|(paths, depth)| Get::new(paths.iter().map(String::as_str)).with_max_depth(depth).into());
    let instances = prop::collection::vec(rooms(), 1..3)
        .prop_map(|paths| GetInstances::new(paths.iter().map(String::as_str)).into());
    let set = (any::<bool>(), prop::collection::vec((rooms(), settings()), 1..4)).prop_map(
        |(allow_partial, entries)| {
            let entries = entries.into_iter().map(|(path, settings)| {
                settings.into_iter().fold(UpdateObject::new(path), |entry, (name, value, required)| {
                    if required { entry.required(name, value) } else { entry.optional(name, value) }
                })
            });
            Set { allow_partial, ..Set::new(entries) }.into()
        },
    );
    let tables =
        prop_oneof![2 => Just("House.Room.".to_owned()), 1 => rooms().prop_map(|room| room + "Lamp.")];
    let add = (any::<bool>(), prop::collection::vec((tables, settings()), 1..4)).prop_map(
        |(allow_partial, entries)| {
            let entries = entries.into_iter().map(|(path, settings)| {
                settings.into_iter().fold(CreateObject::new(path), |entry, (name, value, required)| {
                    if required { entry.required(name, value) } else { entry.optional(name, value) }
                })
            });
            Add { allow_partial, ..Add::new(entries) }.into()
        },
    );
    let delete = (any::<bool>(), prop::collection::vec(rooms(), 1..3)).prop_map(|(allow_partial, paths)| {
        Delete { allow_partial, ..Delete::new(paths.iter().map(String::as_str)) }.into()
    });
    prop_oneof![4 => get, 1 => instances, 3 => set, 3 => add, 1 => delete]
}

fn read() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["Size", "Floor", "Tags", "Likes", "Name", "Nothing", "", "Lamp."]);
    prop_oneof![
        6 => (rooms(), name).prop_map(|(room, name)| room + name),
        1 => Just("House.".to_owned()),
        1 => rooms().prop_map(|room| room + "Likes+.Floor"),
    ]
}

fn rooms() -> impl Strategy<Value = String> {
    let searches = [
        "*",
        "[Size>4]",
        "[Size>2&&Floor<2]",
        "[Open==true&&Floor>-3]",
        "[Tags==\"t1\"]",
        "[Likes+.Size<9]",
        "[Next+.Size>1&&Likes+.Floor>0]",
        "[Name==\"a\"]",
        "[Floor>\"x\"]",
    ];
    let row = prop_oneof![
        2 => (1..6_u32).prop_map(|number| number.to_string()),
        3 => prop::sample::select(searches.to_vec()).prop_map(str::to_owned),
    ];
    row.prop_map(|row| format!("House.Room.{row}."))
}

fn settings() -> impl Strategy<Value = Vec<(&'static str, &'static str, bool)>> {
    let settings = [
        ("Name", "a"),
        ("Name", "b"),
        ("Name", "c"),
        ("Open", "true"),
        ("Open", "maybe"),
        ("Next", "House.Room.1."),
        ("Next", "House.Room.3."),
        ("Size", "3"),
        ("Number", "2"),
    ];
    let setting = (prop::sample::select(settings.to_vec()), any::<bool>());
    prop::collection::vec(setting.prop_map(|((name, value), required)| (name, value, required)), 0..3)
}
