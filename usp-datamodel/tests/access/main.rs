//! Permissions against a slow and obvious reference, and the law that nothing leaks: what a requester may not know of
//! makes no difference to any answer.
#![allow(clippy::unwrap_used, clippy::panic)]

extern crate alloc;

#[path = "../common/mod.rs"]
mod common;
mod reference;
mod requests;

use alloc::sync::Arc;

use common::Bench;
use common::house::house;
use proptest::prelude::*;
use reference::{Kind, Reference, Values};
use usp_datamodel::msg::get_resp::ResolvedPathResult;
use usp_datamodel::{Permissions, Requester, Rights, Role};
use usp_msg::Map;

/// A room: whether it is open, its lamps, the rooms that it refers to.
type Room = (bool, Vec<bool>, Option<u32>, Vec<u32>);

fn rooms() -> impl Strategy<Value = Vec<Room>> {
    // Nothing refers to the last two rooms, so that they may be missing.
    let doors = prop::collection::vec(1..3_u32, 0..3);
    let room = (any::<bool>(), prop::collection::vec(any::<bool>(), 0..3), prop::option::of(1..3_u32), doors);
    prop::collection::vec(room, 4)
}

/// A house with four rooms, made by the device. Their names are `r1` to `r4`.
fn furnished(rooms: &[Room]) -> Bench {
    let mut bench = house();
    bench.requester = Requester::DEVICE;
    for (number, (open, lamps, _, _)) in (1..).zip(rooms) {
        let (name, alias) = (format!("r{number}"), format!("a{number}"));
        let kind = if *open { "Cold" } else { "Warm" };
        let settings = [("Name", &*name), ("Alias", &alias), ("Kind", kind), ("Secret", "shh")];
        let row = bench.added("House.Room.", &settings);
        bench.device(&[(&format!("{row}Open"), &open.to_string())]);
        for (number, on) in (1..).zip(lamps) {
            let settings = [("Number", number.to_string()), ("On", on.to_string())];
            let settings = settings.each_ref().map(|(name, text)| (*name, text.as_str()));
            bench.added(&format!("{row}Lamp."), &settings);
        }
    }
    for (number, (_, _, next, doors)) in (1..).zip(rooms) {
        let room = |number: &u32| format!("House.Room.{number}");
        let doors = doors.iter().map(room).collect::<Vec<_>>().join(",");
        let next = next.as_ref().map(room).unwrap_or_default();
        let row = format!("House.Room.{number}.");
        bench.device(&[(&format!("{row}Next"), &next), (&format!("{row}Doors"), &doors)]);
    }
    bench.device(&[("House.Favourite", "House.Room.2")]);
    bench
}

fn restricted(bench: &mut Bench, roles: &[Role]) {
    let permissions = Arc::new(Permissions::compile(bench.model.schema(), roles));
    bench.requester = Requester::controller("House.Room.1").with_permissions(permissions);
}

/// Everything, as the device or an unrestricted Controller sees it.
fn all(bench: &mut Bench, requester: Requester) -> Vec<ResolvedPathResult> {
    let before = core::mem::replace(&mut bench.requester, requester);
    let all = bench.get("House.").resolved_path_results;
    bench.requester = before;
    all
}

fn values(bench: &mut Bench) -> Values {
    let all = all(bench, Requester::DEVICE);
    let objects = all.iter();
    objects
        .flat_map(|object| {
            object
                .result_params
                .iter()
                .map(|(name, value)| (format!("{}{name}", object.resolved_path), value.into()))
        })
        .collect()
}

/// The rows of the house, outer ones before inner ones.
fn rows(values: &Values) -> Vec<String> {
    let mut rows: Vec<String> = values
        .keys()
        .map(|path| path[..=path.rfind('.').unwrap()].to_owned())
        .filter(|object| object.trim_end_matches('.').ends_with(|last: char| last.is_ascii_digit()))
        .collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// The value of a parameter as a requester sees it who may read it.
fn seen(reference: &Reference<'_>, path: &str, value: &str) -> String {
    let Some(table) = path.strip_suffix("NumberOfEntries") else { return value.into() };
    let rows = rows(reference.values);
    let direct = rows.iter().filter(|row| {
        row.strip_prefix(table)
            .and_then(|rest| rest.strip_prefix('.'))
            .is_some_and(|number| number.trim_end_matches('.').bytes().all(|byte| byte.is_ascii_digit()))
    });
    direct.filter(|row| reference.reads(row, Kind::InstantiatedObj)).count().to_string()
}

proptest! {
    /// [R-GET.1] [R-GET.4] [R-GIN.0] [R-GIN.1] [R-SEC.1]: of what there is, exactly that is told which may be read.
    #[test]
    fn reads_tell_what_the_reference_allows(rooms in rooms(), roles in reference::roles(true)) {
        let mut bench = furnished(&rooms);
        let everything = all(&mut bench, Requester::controller("House.Room.1"));
        let values = values(&mut bench);
        let reference = Reference { roles: &roles, values: &values };
        restricted(&mut bench, &roles);

        let expected: Vec<ResolvedPathResult> = everything
            .iter()
            .filter(|object| reference.reads(&object.resolved_path, Kind::Obj))
            .map(|object| {
                let params = object.result_params.iter().filter_map(|(name, value)| {
                    let path = format!("{}{name}", object.resolved_path);
                    reference.reads(&path, Kind::Param).then(|| (name.into(), seen(&reference, &path, value)))
                });
                ResolvedPathResult::new(object.resolved_path.clone(), params.collect::<Vec<(String, String)>>().into_iter().collect::<Map>())
            })
            .filter(|object| !object.result_params.is_empty())
            .collect();
        let answer = bench.get("House.");
        if reference.reads("House.", Kind::Obj) {
            prop_assert_eq!(answer.err_code, 0);
            prop_assert_eq!(answer.resolved_path_results, expected);
        } else {
            prop_assert_eq!((answer.err_code, answer.resolved_path_results), (7026, vec![]));
        }

        for (path, value) in &values {
            let answer = bench.get(path);
            let name = path.rsplit('.').next().unwrap();
            if reference.reads(path, Kind::Param) {
                let told = answer.resolved_path_results[0].result_params.get(name).unwrap();
                let value = if name == "Secret" { "" } else { value };
                prop_assert_eq!(told, seen(&reference, path, value));
            } else {
                prop_assert_eq!((answer.err_code, answer.resolved_path_results.len()), (7026, 0), "{}", path);
            }
        }

        let answer = bench.instances(&["House.Room."], false);
        let told: Vec<(String, Vec<(String, String)>)> = answer.req_path_results[0]
            .curr_insts
            .iter()
            .map(|row| {
                let keys = row.unique_keys.iter().map(|(name, value)| (name.into(), value.into()));
                (row.instantiated_obj_path.clone(), keys.collect())
            })
            .collect();
        let readable = rows(&values).into_iter().filter(|row| reference.reads(row, Kind::InstantiatedObj));
        let due: Vec<(String, Vec<(String, String)>)> = readable
            .map(|row| {
                let keys = ["Alias", "Name", "Number"].iter().map(|name| (*name, format!("{row}{name}")));
                let keys = keys.filter(|(_, path)| reference.reads(path, Kind::Param));
                let keys = keys.filter_map(|(name, path)| Some((name.to_owned(), values.get(&path)?.clone())));
                (row.clone(), keys.collect())
            })
            .collect();
        prop_assert_eq!(told, due);
    }

    /// A search finds the rows that fit, as far as its parameters may be read [R-GIN.0]: no more, whatever it asks.
    #[test]
    fn searches_find_what_the_reference_allows(rooms in rooms(), roles in reference::roles(true)) {
        let mut bench = furnished(&rooms);
        let values = values(&mut bench);
        let reference = Reference { roles: &roles, values: &values };
        restricted(&mut bench, &roles);
        let open = |row: &str| values[&format!("{row}Open")] == "true";
        let next = |row: &str| Some(values[&format!("{row}Next")].clone()).filter(|next| !next.is_empty());
        let reads = |path: String| reference.reads(&path, Kind::Param);
        type Fits<'a> = Box<dyn Fn(&str) -> bool + 'a>;
        let searches: [(&str, Fits<'_>); 5] = [
            ("[Open==true]", Box::new(|row| reads(format!("{row}Open")) && open(row))),
            ("[Open!=true]", Box::new(|row| reads(format!("{row}Open")) && !open(row))),
            ("[Name==\"r2\"]", Box::new(|row| reads(format!("{row}Name")) && row.ends_with(".2."))),
            ("[Secret==\"shh\"]", Box::new(|_| false)),
            ("[Next+.Name!=\"r9\"]", Box::new(|row| {
                reads(format!("{row}Next")) && next(row).is_some_and(|next| reads(format!("{next}.Name")))
            })),
        ];
        for (search, fits) in searches {
            let answer = bench.get(&format!("House.Room.{search}.Size"));
            let told: Vec<String> = answer.resolved_path_results.into_iter().map(|found| found.resolved_path).collect();
            let due: Vec<String> = (1..5)
                .map(|number| format!("House.Room.{number}."))
                .filter(|row| fits(row) && reads(format!("{row}Size")))
                .collect();
            prop_assert_eq!(told, due, "{}", search);
        }
    }

    /// What a requester may not know of makes no difference to what it is answered, whatever it asks, nor to what it
    /// can read afterwards.
    #[test]
    fn nothing_leaks(
        rooms in rooms(),
        roles in reference::roles(false),
        requests in prop::collection::vec(requests::request(), 1..8),
    ) {
        let (mut one, mut other) = (furnished(&rooms), furnished(&rooms));
        disguise(&mut other, &roles);
        for bench in [&mut one, &mut other] {
            restricted(bench, &roles);
        }
        for request in &requests {
            let ask = |bench: &mut Bench| bench.model.process(request, &bench.requester);
            prop_assert_eq!(ask(&mut one), ask(&mut other), "{:?}", request);
            prop_assert_eq!(one.everything(), other.everything(), "{:?}", request);
            let reads = |bench: &mut Bench| bench.instances(&["House.Room.", "House.Room.*.Lamp."], false);
            prop_assert_eq!(reads(&mut one), reads(&mut other), "{:?}", request);
        }
    }
}

proptest! {
    /// [R-SEC.1] nothing changes but by a right to it, whatever is asked and however it ends.
    #[test]
    fn nothing_is_written_without_a_right(
        rooms in rooms(),
        roles in reference::roles(true),
        requests in prop::collection::vec(requests::request(), 1..8),
    ) {
        let mut bench = furnished(&rooms);
        restricted(&mut bench, &roles);
        let mut before = values(&mut bench);
        for request in &requests {
            let _ = bench.model.process(request, &bench.requester);
            let after = values(&mut bench);
            let reference = Reference { roles: &roles, values: &before };
            unlawful(&reference, &after).map_or(Ok(()), |what| Err(TestCaseError::fail(format!("{what}: {request:?}"))))?;
            before = after;
        }
    }
}

/// The first difference between before and after that no right allows.
fn unlawful(before: &Reference<'_>, after: &Values) -> Option<String> {
    let (old, new) = (rows(before.values), rows(after));
    let table = |row: &str| row.trim_end_matches('.').rsplit_once('.').unwrap().0.to_owned() + ".";
    let may_go = |row: &str| before.allows(row, Kind::InstantiatedObj, Rights::WRITE);
    for row in old.iter().filter(|row| !new.contains(row)) {
        // A row goes with one above it.
        if !old.iter().any(|above| row.starts_with(above) && may_go(above) && !new.contains(above)) {
            return Some(format!("{row} was deleted"));
        }
    }
    for row in new.iter().filter(|row| !old.contains(row)) {
        if !before.allows(&table(row), Kind::Obj, Rights::WRITE) {
            return Some(format!("{row} was added"));
        }
    }
    let changed =
        after.iter().filter(|(path, value)| before.values.get(*path).is_some_and(|old| old != *value));
    for (path, value) in changed {
        let is_computed = path.ends_with("NumberOfEntries");
        // [R-ARC.12] a strong reference loses what is deleted.
        let name = path.rsplit('.').next().unwrap();
        let is_cleaned = matches!(name, "Next" | "Doors" | "Favourite") && {
            let items = value.split(',').filter(|item| !item.is_empty());
            items.into_iter().all(|item| before.values[path].split(',').any(|old| old == item))
        };
        if !is_computed && !is_cleaned && !before.allows(path, Kind::Param, Rights::WRITE) {
            return Some(format!("{path} was set to {value}"));
        }
    }
    None
}

/// Changes all that the roles keep from a requester: other values where it reads none, and no rows of which it may not
/// know.
fn disguise(bench: &mut Bench, roles: &[Role]) {
    let values = values(bench);
    let reference = Reference { roles, values: &values };
    for (path, value) in &values {
        let (object, name) = path.rsplit_once('.').unwrap();
        let hidden = !reference.reads(path, Kind::Param);
        let other = match name {
            "Secret" => "psst".to_owned(),
            _ if !hidden => continue,
            "Name" => format!("hidden{}", object.len() + value.len()) + value,
            "Size" | "Floor" => "77".to_owned(),
            "Open" | "On" => (value != "true").to_string(),
            "Tags" => "x,y".to_owned(),
            "Likes" => "House.Room.1".to_owned(),
            "Next" | "Doors" | "Favourite" => String::new(),
            _ => continue,
        };
        bench.device(&[(path, &other)]);
    }
    let left: Vec<String> = rows(&values)
        .into_iter()
        .filter(|row| !reference.reveals(row))
        // A strong reference to it would be emptied, which is seen where that may be read.
        .filter(|row| {
            let target = row.trim_end_matches('.');
            let refers = |value: &str| value.split(',').any(|item| item == target);
            !values.iter().any(|(path, value)| refers(value) && reference.reads(path, Kind::Param))
        })
        .collect();
    let before = core::mem::replace(&mut bench.requester, Requester::DEVICE);
    // Inner ones are deleted with the outer ones.
    for row in left {
        bench.delete(false, &[&row]).unwrap();
    }
    bench.requester = before;
}
