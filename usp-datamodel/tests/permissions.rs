//! Permissions of roles, by requirement and by form of Target.
#![allow(clippy::unwrap_used, clippy::panic)]

extern crate alloc;

mod common;

use alloc::sync::Arc;

use common::house::{ROOM, house, house_with};
use common::roles::{ALL, Entry, role};
use common::{Bench, codes, deleted, names, told};
use usp_datamodel::{Change, Limits, Permissions, Requester, Rights, Role};
use usp_msg::{GetSupportedDm, Request};

const NONE: [&str; 4] = ["----"; 4];

fn permitted(bench: &Bench, roles: &[Role]) -> Requester {
    let permissions = Arc::new(Permissions::compile(bench.model.schema(), roles));
    Requester::controller("House.Room.1").with_permissions(permissions)
}

/// A house with rooms `a`, `b` and `c`, each with a lamp, asked by somebody with one role.
fn house_for(entries: &[Entry<'_>]) -> Bench {
    let mut bench = house();
    for name in ["a", "b", "c"] {
        let row = bench.added(ROOM, &[("Name", name), ("Alias", name)]);
        bench.added(&format!("{row}Lamp."), &[("Number", "1")]);
    }
    bench.changes();
    bench.requester = permitted(&bench, &[role(entries)]);
    bench
}

/// The rooms of which the size is read.
fn sizes(bench: &mut Bench) -> Vec<String> {
    bench.found("House.Room.*.Size")
}

#[test]
fn targets_of_every_form() {
    let read = ["r---"; 4];
    let cases: [(&str, &[u32]); 12] = [
        ("House.", &[1, 2, 3]),
        ("House", &[1, 2, 3]),
        ("House.Room.", &[1, 2, 3]),
        ("House.Room", &[1, 2, 3]),
        ("House.Room.*.", &[1, 2, 3]),
        ("House.Room.{i}.Size", &[1, 2, 3]),
        ("House.Room.2.", &[2]),
        ("House.Room.2", &[2]),
        ("House.Room.1.Size,House.Room.3.", &[1, 3]),
        ("House.Room.[Name==\"c\"].", &[3]),
        ("House.Favourite+.Size", &[2]),
        ("House.Room.2.Lamp.,House.Cellar.,House.Room.Size,Size,", &[]),
    ];
    for (target, rooms) in cases {
        let mut bench = house_for(&[("House.RoomNumberOfEntries", read), (target, read)]);
        bench.device(&[("House.Favourite", "House.Room.2")]);
        let answer = bench.get("House.Room.*.Size");
        let found = answer.resolved_path_results.iter().map(|found| found.resolved_path.clone());
        let due: Vec<String> = rooms.iter().map(|number| format!("House.Room.{number}.")).collect();
        assert_eq!(found.collect::<Vec<_>>(), due, "{target}");
    }
}

#[test]
fn a_table_as_such_is_not_among_its_rows() {
    for (target, is_added) in [(ROOM, true), ("House.Room.{i}.", true), ("House.Room.*.", false)] {
        let mut bench = house_for(&[(target, ALL)]);
        assert_eq!(bench.add(false, &[(ROOM, &[])]).is_ok(), is_added, "{target}");
    }
}

#[test]
fn the_later_of_two_with_the_same_order_counts() {
    let mut bench = house_for(&[]);
    let mut role = role(&[("House.", NONE), ("House.", ALL)]);
    role.permissions[1].order = 0;
    bench.requester = permitted(&bench, &[role.clone()]);
    assert_eq!(sizes(&mut bench).len(), 3);
    role.permissions.reverse();
    bench.requester = permitted(&bench, &[role]);
    assert_eq!(bench.get("House.Room.*.Size").err_code, 7026);
}

/// What one role denies another gives, right by right.
#[test]
fn roles_are_united() {
    let mut bench = house_for(&[]);
    let reads = role(&[("House.", ["r---", "----", "----", "----"])]);
    let writes = role(&[("House.", ["-w--", "----", "----", "----"]), ("House.Room.2.Size", NONE)]);
    bench.requester = permitted(&bench, &[reads, writes, Role::default()]);
    let answer = bench.set(true, &[("House.Room.*.", &[("Size", "5")])]).unwrap();
    let line = "House.Room.1. Size=5; House.Room.2. !Size:7006; House.Room.3. Size=5";
    assert_eq!(told(&answer), [format!("House.Room.*.: {line}")]);
}

#[test]
fn without_roles_nothing_is_allowed() {
    let mut bench = house_for(&[]);
    bench.requester = permitted(&bench, &[]);
    assert_eq!(bench.get("House.").err_code, 7026);
    assert_eq!(codes(&bench.add(false, &[(ROOM, &[])]).unwrap_err()), (7006, vec![(ROOM, 7006)]));
}

/// [R-GET.1] nobody can tell a row that may not be read from one that does not exist, nor a parameter of the schema.
#[test]
fn r_get_1_what_may_not_be_read_is_not_there() {
    let mut bench = house_for(&[("House.", ALL), ("House.Room.2.", NONE), ("House.Room.*.Floor", NONE)]);
    let told = |bench: &mut Bench, path: &str| {
        let result = bench.get(path);
        (result.err_code, result.err_msg.replace(path, "it"))
    };
    assert_eq!(told(&mut bench, "House.Room.2."), told(&mut bench, "House.Room.9."));
    assert_eq!(told(&mut bench, "House.Room.2.Size"), told(&mut bench, "House.Room.9.Size"));
    assert_eq!(told(&mut bench, "House.Room.1.Floor"), told(&mut bench, "House.Room.1.Colour"));
    assert_eq!(told(&mut bench, "House.Room.*.Floor"), told(&mut bench, "House.Room.*.Colour"));
    assert_eq!(told(&mut bench, "House.Room.2.").0, 7026);
    // Its number is not counted either.
    assert_eq!(bench.value("House.RoomNumberOfEntries"), "2");
    assert_eq!(bench.found("House.Room.[Name==\"b\"].Size"), [""; 0]);
}

/// [R-GIN.0] [R-GIN.1]
#[test]
fn r_gin_0_rows_that_may_not_be_read_are_not_listed() {
    let rows = ["rwxn", "rwxn", "----", "rwxn"];
    let mut bench =
        house_for(&[("House.", ALL), ("House.Room.2.", rows), ("House.Room.*.Name", ["----"; 4])]);
    let list = |bench: &mut Bench, path: &str| -> (u32, Vec<String>) {
        let result = bench.instances(&[path], true).req_path_results.remove(0);
        for row in &result.curr_insts {
            assert!(!names(&row.unique_keys).contains(&"Name"), "{row:?}");
        }
        (result.err_code, result.curr_insts.into_iter().map(|row| row.instantiated_obj_path).collect())
    };
    assert_eq!(list(&mut bench, ROOM), (0, vec!["House.Room.1.".into(), "House.Room.3.".into()]));
    // A search by what may not be read finds nothing, by key or not, and is no error.
    for search in ["Name==\"a\"", "Name!=\"a\"", "Alias==\"a\"&&Name==\"a\""] {
        assert_eq!(list(&mut bench, &format!("House.Room.[{search}].")), (0, vec![]), "{search}");
    }
    assert_eq!(list(&mut bench, "House.Room.[Alias==\"a\"].").1, ["House.Room.1."]);
}

/// [R-GSP.0]
#[test]
fn r_gsp_0_the_schema_has_what_may_be_read_somewhere() {
    let mut bench = house_for(&[
        ("House.", ["r---", "r---", "----", "----"]),
        ("House.Room.*.Name", NONE),
        ("House.Room.*.Size", NONE),
        ("House.Room.3.Size", ["r---"; 4]),
        ("House.Room.*.Lamp.", NONE),
    ]);
    let ask = |bench: &mut Bench, path: &str| {
        bench.supported(GetSupportedDm::new([path])).req_obj_results.remove(0)
    };
    let answer = ask(&mut bench, ROOM);
    let objects: Vec<&str> = answer.supported_objs.iter().map(|found| &*found.supported_obj_path).collect();
    assert_eq!(objects, ["House.Room.{i}.", "House.Room.{i}.Cold.", "House.Room.{i}.Warm."]);
    let room = &answer.supported_objs[0];
    let has = |name: &str| room.supported_params.iter().any(|found| found.param_name == name);
    assert_eq!([has("Alias"), has("Name"), has("Size")], [true, false, true]);
    let keys: Vec<&Vec<String>> = room.unique_key_sets.iter().map(|key| &key.key_names).collect();
    assert_eq!(keys, [&["Alias"]]);
    for path in ["House.Room.{i}.Lamp.{i}.", "House.Room.{i}.Name", "House.Room.{i}.Lamp.{i}.On"] {
        assert_eq!(ask(&mut bench, path).err_code, 7026, "{path}");
    }
    assert_eq!(ask(&mut bench, "House.Room.{i}.Size").err_code, 0);
}

/// [R-ADD.6]
#[test]
fn r_add_6_unreadable_keys_of_a_new_row_are_left_out() {
    let mut bench = house_for(&[("House.", ALL), ("House.Room.*.Alias", ["-w--"; 4])]);
    let answer = bench.add(false, &[(ROOM, &[("Alias", "d"), ("Name", "d")])]).unwrap();
    let success = answer.created_obj_results[0].outcome().unwrap().unwrap();
    assert_eq!(names(&success.unique_keys), ["Name"]);
}

/// [R-SET.3]
#[test]
fn r_set_3_unreadable_parameters_are_set_and_not_told() {
    let mut bench = house_for(&[("House.", ALL), ("House.Room.*.Size", ["-w--"; 4])]);
    let answer = bench.set(false, &[("House.Room.1.", &[("Size!", "7"), ("Floor!", "2")])]).unwrap();
    assert_eq!(told(&answer), ["House.Room.1.: House.Room.1. Floor=2"]);
    bench.requester = Requester::DEVICE;
    assert_eq!(bench.value("House.Room.1.Size"), "7");
}

/// [R-DEL.2] [R-DEL.4]
#[test]
fn r_del_2_r_del_4_unreadable_rows_are_not_told() {
    let mut bench = house_for(&[
        ("House.", ALL),
        ("House.Room.2.", ["rwxn", "rwxn", "-w--", "rwxn"]),
        ("House.Room.3.", ["rwxn", "rwxn", "----", "rwxn"]),
    ]);
    let answer = bench.delete(true, &["House.Room.*."]).unwrap();
    assert_eq!(deleted(&answer), ["House.Room.*.: House.Room.1."]);
    bench.requester = Requester::DEVICE;
    assert_eq!(sizes(&mut bench), ["House.Room.3."]);
}

#[test]
fn a_row_that_may_not_be_known_of_is_not_changed_or_deleted() {
    let mut bench = house_for(&[("House.", ALL), ("House.Room.2.", NONE)]);
    let refused = |bench: &mut Bench, path: &str| {
        let set = bench.set(false, &[(path, &[("Size!", "2")])]).unwrap_err();
        let add = bench.add(false, &[(&format!("{path}Lamp."), &[])]).unwrap_err();
        let nothing = bench.delete(false, &[path]).unwrap();
        assert_eq!(deleted(&nothing), [format!("{path}:")]);
        [codes(&set).0, codes(&set).1[0].1, codes(&add).0, codes(&add).1[0].1]
    };
    assert_eq!(refused(&mut bench, "House.Room.2."), [7004, 7016, 7004, 7016]);
    assert_eq!(refused(&mut bench, "House.Room.9."), [7004, 7016, 7004, 7016]);
    let answer = bench.set(false, &[("House.Room.*.", &[("Size!", "2")])]).unwrap();
    assert_eq!(told(&answer), ["House.Room.*.: House.Room.1. Size=2; House.Room.3. Size=2"]);
}

/// Where no row is open, whoever asks is told so, of whatever row.
#[test]
fn what_is_closed_in_all_rows_is_refused_whether_or_not_there_is_a_row() {
    let mut bench = house_for(&[("House.Favourite", ALL)]);
    for path in ["House.Room.2.", "House.Room.9.", "House.Room.*.", "House.Room.[Open==true]."] {
        let error = bench.set(false, &[(path, &[("Size!", "2")])]).unwrap_err();
        assert_eq!(codes(&error), (7006, vec![(path, 7006)]), "{path}");
        let error = bench.delete(false, &[path]).unwrap_err();
        assert_eq!(codes(&error), (7006, vec![(path, 7006)]), "{path}");
    }
}

/// A Unique Key that is taken is refused, without saying by whom.
#[test]
fn a_key_of_a_row_that_may_not_be_read_is_taken_by_another_row() {
    let mut bench = house_for(&[("House.", ALL), ("House.Room.2.", NONE)]);
    let message = |bench: &mut Bench, name: &str| {
        let error = bench.add(false, &[(ROOM, &[("Name", name)])]).unwrap_err();
        assert_eq!(codes(&error), (7004, vec![("House.Room.Name", 7025)]));
        error.param_errs[0].err_msg.clone()
    };
    assert_eq!(message(&mut bench, "a"), "House.Room.1. has the same unique key (Name)");
    assert_eq!(message(&mut bench, "b"), "another row has the same unique key (Name)");
}

/// [R-ARC.12] for a requester a strong reference leads to what it may know of; [R-ARC.11] and keys that it may not read
/// address nothing.
#[test]
fn references_lead_to_what_may_be_known_of() {
    let mut bench =
        house_for(&[("House.", ALL), ("House.Room.2.", NONE), ("House.Room.3.Name", ["----"; 4])]);
    let refer = |bench: &mut Bench, name: &str, to: &str| {
        let set = bench.set(false, &[("House.Room.1.", &[(&*format!("{name}!"), to)])]);
        set.map(|answer| told(&answer).remove(0)).map_err(|error| codes(&error).1[0].1)
    };
    assert_eq!(refer(&mut bench, "Next", "House.Room.2"), Err(7012));
    assert_eq!(refer(&mut bench, "Next", "House.Room.9"), Err(7012));
    assert_eq!(refer(&mut bench, "Next", "House.Room.[Name==\"b\"]"), Err(7012));
    assert_eq!(refer(&mut bench, "Next", "House.Room.[Name==\"c\"]"), Err(7012));
    let line = "House.Room.1.: House.Room.1. Next=House.Room.3";
    assert_eq!(refer(&mut bench, "Next", "House.Room.[Alias==\"c\"]").as_deref(), Ok(line));
    // A weak one holds anything, and does not tell what a key leads to.
    let line = "House.Room.1.: House.Room.1. Likes=House.Room.[Name==\"b\"]";
    assert_eq!(refer(&mut bench, "Likes", "House.Room.[Name==\"b\"]").as_deref(), Ok(line));
}

/// A key that does not change may be said again, by whoever may read it.
#[test]
fn nobody_guesses_a_key_that_may_not_be_read() {
    let mut bench = Bench::new();
    let sub = bench.added(common::SUB, &[("ID", "one")]);
    let say = |bench: &mut Bench, id: &str| {
        bench.set(false, &[(&sub, &[("ID!", id)])]).map_err(|e| codes(&e).1[0].1)
    };
    assert!(say(&mut bench, "one").is_ok());
    let entries = [("Device.", ALL), ("Device.LocalAgent.Subscription.*.ID", ["-w--"; 4])];
    bench.requester = permitted(&bench, &[role(&entries)]);
    assert_eq!(say(&mut bench, "one").unwrap_err(), 7013);
    assert_eq!(say(&mut bench, "two").unwrap_err(), 7013);
}

/// A search in a Target is evaluated when a request starts.
#[test]
fn rights_are_those_at_the_start_of_a_request() {
    let open = ("House.Room.[Open==true].", ALL);
    let mut bench = house_for(&[("House.", ["r---"; 4]), ("House.Room.*.Open", ["rw--"; 4]), open]);
    let both = [("Open!", "true"), ("Size!", "9")];
    let error = bench.set(false, &[("House.Room.1.", &both)]).unwrap_err();
    assert_eq!(codes(&error), (7006, vec![("House.Room.1.Size", 7006)]));
    bench.set(false, &[("House.Room.1.", &both[..1])]).unwrap();
    let close = [("Open!", "false"), ("Size!", "9")];
    bench.set(false, &[("House.Room.1.", &close)]).unwrap();
    assert_eq!(bench.set(false, &[("House.Room.1.", &both[1..])]).unwrap_err().err_code, 7006);
}

#[test]
fn permissions_that_cannot_be_evaluated_allow_nothing() {
    let asks = |bench: &mut Bench| {
        let get = Request::from(usp_msg::Get::new(["House."]));
        bench.model.process(&get, &bench.requester).unwrap_err().err_code
    };
    let mut bench = house_with(Limits { max_comparisons: 1, ..Limits::default() });
    for name in ["a", "b"] {
        bench.added(ROOM, &[("Name", name)]);
    }
    bench.requester = permitted(&bench, &[role(&[("House.", ALL), ("House.Room.[Open==true].", NONE)])]);
    assert_eq!(asks(&mut bench), 7005);
    // Those of another model.
    let mut bench = house_for(&[]);
    let other = Bench::new();
    bench.requester = permitted(&other, &[role(&[("Device.", ALL)])]);
    assert_eq!(asks(&mut bench), 7003);
}

/// A row that is gone cannot be searched any more: it is told of where that makes no difference.
#[test]
fn deletions_are_told_by_what_is_known_of_the_row() {
    let told = |entries: &[Entry<'_>], number: u32| {
        let bench = house_for(entries);
        let recipient = bench.model.recipient(&bench.requester).unwrap();
        let change = Change::ObjectDeletion { path: format!("House.Room.{number}.Lamp.7.") };
        recipient.told(&bench.model, &change).is_some()
    };
    let search = "House.Room.*.Lamp.[On==true].";
    assert!(told(&[("House.", ALL)], 1));
    assert!(!told(&[("House.", ALL), (search, NONE)], 1));
    assert!(!told(&[("House.", ["rwx-"; 4]), (search, ALL)], 1));
    assert!(told(&[("House.", ALL), (search, ["---n"; 4])], 1));
    // By its numbers, and by what has found a row above it that is still there.
    assert!(!told(&[("House.", ALL), ("House.Room.1.Lamp.7.", NONE)], 1));
    assert!(told(&[("House.Room.[Name==\"a\"].", ALL)], 1));
    assert!(!told(&[("House.Room.[Name==\"a\"].", ALL)], 2));
}

/// Nobody learns by notices what it may not search by.
#[test]
fn subscriptions_search_by_what_may_be_read() {
    let rest = ("House.Room.2.Size", ["-wxn"; 4]);
    let bench =
        house_for(&[("House.", ALL), ("House.Room.*.Name", ["----"; 4]), rest, ("House.Favourite", NONE)]);
    let recipient = bench.model.recipient(&bench.requester).unwrap();
    let cases = [
        ("House.Room.*.Name", true),
        ("House.Room.[Alias==\"a\"].Name", true),
        ("House.Room.[Alias==\"a\"&&Name==\"a\"].Floor", false),
        ("House.Room.[Size>1].Floor", false),
        ("House.Room.[Next+.Alias==\"a\"].Floor", true),
        ("House.Room.[Next+.Name==\"a\"].Floor", false),
        ("House.Room.[Likes+.Alias==\"a\"].Floor", false),
        ("House.Room.1.Next+.Lamp.[On==true].", true),
        ("House.Favourite+.Floor", false),
        ("not a path", true),
    ];
    for (reference, may_search) in cases {
        assert_eq!(recipient.may_search(&bench.model, reference), may_search, "{reference}");
    }
}

#[test]
fn counts_are_told_of_rows_that_may_be_known_of() {
    let told = |entries: &[Entry<'_>]| {
        let mut bench = house_for(entries);
        let requester = core::mem::replace(&mut bench.requester, Requester::DEVICE);
        bench.added(ROOM, &[("Name", "d")]);
        let recipient = bench.model.recipient(&requester).unwrap();
        let changes = bench.changes();
        let count = changes.iter().find(|change| matches!(change, Change::ValueChange { .. })).unwrap();
        recipient.told(&bench.model, count).map(|change| common::lines(&[change.into_owned()]).remove(0))
    };
    assert_eq!(told(&[("House.", ALL)]).as_deref(), Some("House.RoomNumberOfEntries=4"));
    let closed = ("House.Room.2.", NONE);
    assert_eq!(told(&[("House.", ALL), closed]).as_deref(), Some("House.RoomNumberOfEntries=3"));
    assert_eq!(told(&[("House.RoomNumberOfEntries", ALL)]), None);
    assert_eq!(told(&[("House.", ["rwx-"; 4])]), None);
}

/// T13
#[test]
fn numbers_ascend_from_row_to_row() {
    let mut bench = house();
    bench.model.ascending("House.Room.{i}.Lamp.{i}.Number").unwrap();
    let row = bench.added(ROOM, &[]);
    let lamp = format!("{row}Lamp.");
    let settings: [&[(&str, &str)]; 4] = [&[], &[("Number", "7")], &[], &[]];
    let entries: Vec<_> = settings.iter().map(|set| (&*lamp, *set)).collect();
    bench.add(false, &entries).unwrap();
    let numbers: Vec<String> = (1..5).map(|number| bench.value(&format!("{lamp}{number}.Number"))).collect();
    assert_eq!(numbers, ["8", "7", "9", "10"]);
    for (path, message) in [
        ("House.RoomNumberOfEntries", "House.RoomNumberOfEntries is no whole number in a table"),
        ("House.Room.{i}.Name", "House.Room.{i}.Name is no whole number in a table"),
        ("House.Nothing", "the schema House:1.0 has no parameter House.Nothing"),
    ] {
        assert_eq!(bench.model.ascending(path).unwrap_err().to_string(), message);
    }
    assert_eq!(Rights::ALL.to_string(), "rwxn");
}

/// A number may ascend that is in no key: the first row has 1, unless a default says otherwise.
#[test]
fn numbers_beside_the_keys_ascend_too() {
    let mut bench = house();
    bench.model.ascending("House.Room.{i}.Size").unwrap();
    for row in 1..4 {
        bench.delete(false, &[&*format!("{ROOM}{row}.")]).unwrap();
    }
    let first = bench.added(ROOM, &[]);
    assert_eq!(bench.value(&format!("{first}Size")), "1");
    bench.add(false, &[(ROOM, &[("Size", "7")]), (ROOM, &[]), (ROOM, &[("Size", "7")])]).unwrap();
    let rooms = bench.found("House.Room.");
    let sizes: Vec<String> = rooms.iter().map(|row| bench.value(&format!("{row}Size"))).collect();
    assert_eq!(sizes, ["1", "7", "8", "7"]);
    // It goes back with its row, and is saved like any other.
    bench.add(false, &[(ROOM, &[]), ("House.Nothing.", &[])]).unwrap_err();
    assert_eq!(bench.found("House.Room."), rooms);
    let mut restored = usp_datamodel::DataModel::new(bench.model.schema().clone());
    assert_eq!(restored.restore([&*bench.model.snapshot()]).unwrap(), []);
    assert_eq!(restored.value_at(&format!("{}Size", rooms[2])).unwrap().to_string(), "8");
}

/// Who may not know of a row is told the same of it whether it exists or not.
#[test]
fn the_supported_data_model_does_not_tell_which_rows_exist() {
    let mut bench = house();
    bench.added(ROOM, &[]);
    bench.added(ROOM, &[]);
    let mut codes = |entries: &[Entry<'_>]| {
        let permissions = Permissions::compile(bench.model.schema(), &[role(entries)]);
        bench.requester = Requester::controller("House.Room.1").with_permissions(permissions.into());
        ["House.Room.1.", "House.Room.2.", "House.Room.9."].map(|path| {
            let answer = bench.supported(GetSupportedDm::new([path]));
            answer.req_obj_results[0].err_code
        })
    };
    assert_eq!(codes(&[("House.", NONE)]), [7026, 7026, 7026]);
    assert_eq!(codes(&[("House.Room.1.", ALL)]), [0, 7016, 7016]);
    assert_eq!(codes(&[("House.", ALL)]), [0, 0, 7016]);
}
