//! What a request may cost, and that a refused one leaves nothing behind.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::house::{ROOM, house, house_with};
use common::{Bench, codes, deleted, lines, told};
use usp_datamodel::{Limits, Requester};
use usp_msg::{Error, GetSupportedDm};

/// A house with these rooms and this limit, with nothing recorded yet.
fn rooms(names: &[&str], limits: Limits) -> Bench {
    let mut bench = house_with(limits);
    for name in names {
        bench.added(ROOM, &[("Name", name)]);
    }
    bench.changes();
    bench
}

/// A request that fails with this outer code and changes nothing.
#[track_caller]
fn refused<T: core::fmt::Debug>(
    bench: &mut Bench,
    code: u32,
    request: impl FnOnce(&mut Bench) -> Result<T, Error>,
) -> Error {
    bench.model.record_changes(true);
    let before = bench.value("House.RoomNumberOfEntries");
    let error = request(bench).unwrap_err();
    assert_eq!(error.err_code, code, "{error:?}");
    assert_eq!(bench.value("House.RoomNumberOfEntries"), before);
    assert_eq!(bench.model.inconsistency(), None);
    assert_eq!(bench.changes(), []);
    error
}

#[test]
fn a_full_table_takes_no_more() {
    let mut bench = rooms(&["a", "b"], Limits { max_rows: 2, ..Limits::default() });
    let error = refused(&mut bench, 7005, |bench| bench.add(false, &[(ROOM, &[("Name", "c")])]));
    assert_eq!(error.param_errs[0].param_path, ROOM);
    assert_eq!(error.param_errs[0].err_msg, "House.Room.{i}. holds 2 rows and takes no more");
    bench.delete(false, &["House.Room.1."]).unwrap();
    assert_eq!(bench.added(ROOM, &[("Name", "c")]), "House.Room.3.");
}

#[test]
fn a_full_model_takes_no_more() {
    let mut bench = rooms(&["a", "b"], Limits { max_all_rows: 3, ..Limits::default() });
    let path = "House.Room.*.Lamp.";
    let error = refused(&mut bench, 7005, |bench| bench.add(false, &[(path, &[])]));
    assert_eq!(error.param_errs[0].err_msg, "the model holds 3 rows and takes no more");
    assert_eq!(bench.added("House.Room.1.Lamp.", &[]), "House.Room.1.Lamp.1.");
}

#[test]
fn the_schema_bounds_a_table_on_both_sides() {
    let mut bench = house();
    let meters = "House.Meter.";
    for serial in ["a", "b", "c"] {
        bench.added(meters, &[("Serial", serial)]);
    }
    let error = refused(&mut bench, 7005, |bench| bench.add(false, &[(meters, &[("Serial", "d")])]));
    assert_eq!(error.param_errs[0].err_msg, "House.Meter.{i}. holds 3 rows and takes no more");
    // One row has to stay: with partial the first that would be too many, without it all.
    let path = "House.Meter.*.";
    refused(&mut bench, 7004, |bench| bench.delete(false, &[path]));
    let answer = bench.delete(true, &[path]).unwrap();
    assert_eq!(deleted(&answer), [format!("{path}: House.Meter.1. House.Meter.2. !House.Meter.3.:7024")]);
    let error = refused(&mut bench, 7004, |bench| bench.delete(false, &["House.Meter.3."]));
    let failed = &error.param_errs[0];
    let words = "House.Meter.{i}. keeps at least 1 rows";
    assert_eq!((failed.err_code, &*failed.err_msg), (7024, words));
}

/// One budget serves all paths of a request: many small ones cost no more than a large one.
#[test]
fn many_paths_share_one_budget() {
    let mut bench = rooms(&["a", "b", "c"], Limits { max_comparisons: 7, ..Limits::default() });
    let search = "House.Room.[Size==1].Name";
    let answer = bench.get_depth(&[search; 4], 0);
    let codes: Vec<u32> = answer.req_path_results.iter().map(|result| result.err_code).collect();
    assert_eq!(codes, [0, 0, 7005, 7005]);
    let message = "the request needs more than 7 rows to compare";
    assert_eq!(answer.req_path_results[3].err_msg, message);
    let path = "House.Room.[Size==1].";
    let entry: (&str, &[(&str, &str)]) = (path, &[("Open!", "true")]);
    refused(&mut bench, 7005, |bench| bench.set(false, &[entry; 3]));
    let answer = bench.set(true, &[entry; 3]).unwrap();
    assert_eq!(told(&answer)[2], format!("{path}: failed 7005"));
}

#[test]
fn matches_results_and_settings_are_bounded() {
    let mut bench = rooms(&["a", "b", "c"], Limits { max_matches: 9, ..Limits::default() });
    assert_eq!(bench.get("House.Room.*.").err_code, 0);
    assert_eq!(bench.get_depth(&["House.Room.*."; 3], 0).req_path_results[2].err_code, 7005);

    let mut bench = rooms(&["a", "b", "c"], Limits { max_results: 40, ..Limits::default() });
    assert_eq!(bench.get("House.").err_code, 7005);
    assert_eq!(bench.get_depth(&["House.", "House."], 1).req_path_results[1].err_code, 0);
    let many: Vec<(&str, &str)> = [("Open!", "true")].repeat(41);
    refused(&mut bench, 7005, |bench| bench.set(false, &[("House.Room.1.", &many)]));
    let supported = bench.supported(GetSupportedDm::new(["House.Room.", "House.Room."]));
    let codes: Vec<u32> = supported.req_obj_results.iter().map(|result| result.err_code).collect();
    assert_eq!(codes, [0, 7005]);
    let rooms = bench.instances(&["House.Room."; 14], true);
    let codes: Vec<u32> = rooms.req_path_results.iter().map(|result| result.err_code).collect();
    assert_eq!(codes.iter().filter(|&&code| code == 7005).count(), 1);
}

/// Each bound on a request is told with the words for what was too much, and the number that it is bounded by.
#[test]
fn a_bound_is_told_in_words() {
    let told_of = |limits: Limits, paths: &[&str]| {
        let answer = rooms(&["a", "b", "c"], limits).get_depth(paths, 0);
        let last = answer.req_path_results.last().unwrap();
        (last.err_code, last.err_msg.clone())
    };
    let matches = Limits { max_matches: 2, ..Limits::default() };
    let words = "the request needs more than 2 objects to look at";
    assert_eq!(told_of(matches, &["House.Room.*."]), (7005, words.to_owned()));

    let results = Limits { max_results: 40, ..Limits::default() };
    let words = "the request needs more than 40 elements in its answer";
    assert_eq!(told_of(results, &["House."]), (7005, words.to_owned()));

    let comparisons = Limits { max_comparisons: 2, ..Limits::default() };
    let words = "the request needs more than 2 rows to compare";
    assert_eq!(told_of(comparisons, &["House.Room.[Size==1]."]), (7005, words.to_owned()));

    let answer = Limits { max_answer: 200, ..Limits::default() };
    let words = "the request needs more than 200 bytes for its answer";
    assert_eq!(told_of(answer, &["House."]), (7005, words.to_owned()));
}

/// A change whose answer would be too large is told so, and is not made.
#[test]
fn a_change_with_too_large_an_answer_is_refused_in_words() {
    let mut bench = rooms(&["a"], Limits { max_answer: 200, ..Limits::default() });
    let entry: (&str, &[(&str, &str)]) = ("House.Room.1.", &[("Open!", "true")]);
    let error = refused(&mut bench, 7005, |bench| bench.set(false, &[entry; 20]));
    assert_eq!(error.err_msg, "the request needs more than 200 bytes for its answer");
    assert_eq!(bench.value("House.Room.1.Open"), "false");
}

/// A path that is too deep, or has too long an expression, is no wrong path: it needs more than the Agent gives.
#[test]
fn depth_of_paths_and_length_of_expressions_are_bounded() {
    let mut bench = rooms(&["a"], Limits::default());
    let deep = format!("House.{}", "Room.1.".repeat(32));
    let result = bench.get(&deep);
    assert_eq!(result.err_code, 7005);
    let words = "the path has more segments than the limit";
    assert_eq!(result.err_msg, format!("{deep}: invalid path at byte 228: {words}"));

    let search = |components: usize| format!("House.Room.[{}].", vec!["Size==1"; components].join("&&"));
    let result = bench.get(&search(32));
    assert_eq!((result.err_code, result.resolved_path_results.is_empty()), (0, false));
    let result = bench.get(&search(33));
    assert_eq!(result.err_code, 7005);
    let words = ": the path has more Expression Components than the limit";
    assert!(result.err_msg.ends_with(words), "{}", result.err_msg);
}

/// Each entry takes the name of the next room, and the last cannot: every round shows one conflict more.
#[test]
fn a_long_chain_of_conflicts_is_given_up() {
    let names: Vec<String> = (0..40).map(|number| format!("room{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let chain = |length: usize| -> Vec<(String, [(&str, &str); 1])> {
        (1..=length).map(|number| (format!("House.Room.{number}."), [("Name!", names[number])])).collect()
    };
    let mut bench = rooms(&names, Limits::default());
    let long = chain(39);
    let long: Vec<(&str, &[(&str, &str)])> = long.iter().map(|(path, set)| (&**path, &set[..])).collect();
    refused(&mut bench, 7005, |bench| bench.set(true, &long));
    let short = chain(20);
    let short: Vec<(&str, &[(&str, &str)])> = short.iter().map(|(path, set)| (&**path, &set[..])).collect();
    let answer = bench.set(true, &short).unwrap();
    assert!(told(&answer).iter().all(|line| line.contains("failed 7025")), "{answer:?}");
    assert_eq!(bench.changes(), []);
}

/// What is made up keeps clear of what is said, wherever in the message that stands.
#[test]
fn generated_keys_keep_clear_of_those_that_are_given() {
    let mut bench = house();
    let answer = bench.add(false, &[(ROOM, &[]), (ROOM, &[("Alias", "cpe-1"), ("Name", "cpe-1")])]).unwrap();
    let first = answer.created_obj_results[0].outcome().unwrap().unwrap();
    assert_eq!(first.unique_keys.get("Alias"), Some("cpe-1-1"));
    assert_eq!(first.unique_keys.get("Name"), Some("cpe-1-1"));
    assert_eq!(bench.model.inconsistency(), None);
}

/// A default that another row has is no key: numbers are made up then (T13).
#[test]
fn a_default_that_is_taken_is_not_used_as_a_key() {
    let mut bench = Bench::new();
    bench.added("Device.LocalAgent.ControllerTrust.Role.", &[("Name", "r")]);
    let permissions = "Device.LocalAgent.ControllerTrust.Role.1.Permission.";
    for order in ["0", "2", "3"] {
        let row = bench.added(permissions, &[]);
        assert_eq!(bench.value(&format!("{row}Order")), order);
    }
}

/// [R-ARC.12]: where the reference is a part of a key, its row and another may clash once it is emptied.
#[test]
fn a_delete_that_would_break_a_key_elsewhere_is_refused() {
    let mut bench = Bench::new();
    bench.requester = Requester::DEVICE;
    let (certificates, credentials) =
        ("Device.LocalAgent.Certificate.", "Device.LocalAgent.ControllerTrust.Credential.");
    for serial in ["1", "2"] {
        bench.added(certificates, &[("SerialNumber", serial), ("Issuer", "x")]);
        let certificate = format!("Device.LocalAgent.Certificate.{serial}");
        bench.added(credentials, &[("Credential", &certificate)]);
    }
    bench.changes();
    bench.delete(false, &["Device.LocalAgent.Certificate.1."]).unwrap();
    assert_eq!(bench.value("Device.LocalAgent.ControllerTrust.Credential.1.Credential"), "");
    bench.changes();
    let before = bench.everything();
    let error = bench.delete(false, &["Device.LocalAgent.Certificate.2."]).unwrap_err();
    let path = "Device.LocalAgent.ControllerTrust.Credential.2.";
    assert_eq!(codes(&error), (7004, vec![(path, 7024)]));
    assert_eq!(bench.everything(), before);
    assert_eq!(bench.changes(), []);
}

#[test]
fn a_row_made_and_lost_in_one_message_is_not_told() {
    let mut bench = rooms(&["a"], Limits::default());
    let entries: [(&str, &[(&str, &str)]); 2] = [(ROOM, &[("Name", "b")]), (ROOM, &[("Name", "a")])];
    bench.add(true, &entries).unwrap();
    assert_eq!(lines(&bench.changes()), ["+House.Room.2.", "House.RoomNumberOfEntries=2"]);
}

/// T22: each parent that an Add over a search touches is told by its own path.
#[test]
fn errors_of_an_add_over_a_search_name_the_table() {
    let mut bench = rooms(&["a", "b"], Limits::default());
    bench.added("House.Room.2.Lamp.", &[("Number", "1")]);
    let error =
        refused(&mut bench, 7004, |bench| bench.add(false, &[("House.Room.*.Lamp.", &[("Number", "1")])]));
    assert_eq!(codes(&error).1, [("House.Room.2.Lamp.Number", 7025)]);
}

/// A failed entry does not hide who is to blame for what another one did.
#[test]
fn blame_goes_to_the_entry_whose_change_stays() {
    let mut bench = rooms(&["a", "b"], Limits::default());
    let entries: [(&str, &[(&str, &str)]); 2] =
        [("House.Room.2.", &[("Name!", "a")]), ("House.Room.2.", &[("Name!", "c"), ("Nothing!", "x")])];
    let answer = bench.set(true, &entries).unwrap();
    assert_eq!(
        told(&answer),
        [
            "House.Room.2.: failed 7025; House.Room.2. !Name:7025",
            "House.Room.2.: failed 7021; House.Room.2. !Nothing:7010",
        ]
    );
}

/// A reference by a key that two rows have in vain asked for leads somewhere once one of them is refused.
#[test]
fn a_clash_of_keys_is_not_blamed_on_references_to_them() {
    let mut bench = rooms(&["a", "b"], Limits::default());
    let entries: [(&str, &[(&str, &str)]); 2] =
        [("House.Room.2.", &[("Name!", "a")]), ("House.Room.1.", &[("Next!", "House.Room.[Name==\"a\"]")])];
    let answer = bench.set(true, &entries).unwrap();
    assert_eq!(told(&answer)[1], "House.Room.1.: House.Room.1. Next=House.Room.1");
}

/// Keys are judged before references: what made way for an entry does not come back when that one fails too.
#[test]
fn an_entry_that_made_way_succeeds_when_it_is_sent_again() {
    let mut bench = rooms(&["a"], Limits::default());
    let with_next: &[(&str, &str)] = &[("Name!", "b"), ("Next!", "House.Room.9")];
    let alone: (&str, &[(&str, &str)]) = (ROOM, &[("Name!", "b")]);
    let answer = bench.add(true, &[(ROOM, with_next), alone]).unwrap();
    let failure = |at: usize| answer.created_obj_results[at].outcome().unwrap().unwrap_err();
    assert_eq!([failure(0).err_code, failure(1).err_code], [7021, 7025]);
    assert!(failure(0).err_msg.contains("refers to House.Room.9"), "{}", failure(0).err_msg);
    assert_eq!(bench.found(ROOM), ["House.Room.1."]);
    assert_eq!(bench.changes(), []);
    assert_eq!(bench.model.inconsistency(), None);
    let again = bench.add(true, &[alone]).unwrap();
    assert!(again.created_obj_results[0].outcome().unwrap().is_ok());
    assert_eq!(bench.value("House.Room.2.Name"), "b");
}

/// Ten thousand rows with one name: found out in one go, not pair by pair.
#[test]
fn a_large_message_of_clashing_rows_is_answered() {
    let mut bench = house();
    let entry: (&str, &[(&str, &str)]) = (ROOM, &[("Name", "same")]);
    let answer = bench.add(true, &vec![entry; 10_000]).unwrap();
    let made = answer.created_obj_results.iter().filter(|result| result.outcome().unwrap().is_ok());
    assert_eq!(made.count(), 1);
    assert_eq!(bench.value("House.RoomNumberOfEntries"), "1");
    assert_eq!(bench.model.inconsistency(), None);
}
