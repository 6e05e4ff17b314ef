//! What requests cost that are made to cost much: in memory, and in steps where there are many rows.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use allocation_counter::measure;
use common::Bench;
use common::house::{ROOM, house_with};
use usp_datamodel::{Handled, Limits};
use usp_msg::reader::{self, MsgBody};
use usp_msg::{Add, Delete, Msg, Request, Set, add, set};

const MIB: usize = 1 << 20;

/// Bytes of an answer, where it is to have few.
const SMALL: usize = 16_384;

/// A house with so many rooms, the first of which has so many lamps.
fn rooms(count: usize, lamps: usize, limits: Limits) -> Bench {
    let mut bench = house_with(Limits::default());
    bench.add(false, &vec![(ROOM, &[][..]); count]).unwrap();
    bench.add(false, &vec![("House.Room.1.Lamp.", &[][..]); lamps]).unwrap();
    bench.changes();
    let saved = bench.model.snapshot();
    let mut bench = house_with(limits);
    bench.model.restore([&saved[..]]).unwrap();
    bench.model.record_changes(true);
    bench
}

/// The Message that answers a request, with the memory that was held for it at most and that it was written to.
fn answered(bench: &mut Bench, request: impl Into<Request>) -> (Msg, usize, usize) {
    let bytes = Msg::request("id-1", request).encode_to_vec();
    let msg = reader::Msg::validate(&bytes).unwrap();
    let Some(MsgBody::Request(request)) = msg.content() else { panic!("it is a request") };
    let mut out = Vec::new();
    let measured = measure(|| {
        let handled = bench.model.handle(msg.msg_id(), request, &bench.requester, &mut out);
        assert_eq!(handled, Handled::Answered);
    });
    (Msg::decode(&out).unwrap(), measured.bytes_max as usize, out.capacity())
}

/// A request that is refused as a whole for the size of what would answer it.
#[track_caller]
fn too_large(bench: &mut Bench, request: impl Into<Request>, most: usize) {
    let (answer, held, written) = answered(bench, request);
    let error = answer.as_error().unwrap();
    let words = format!("the request needs more than {SMALL} bytes for its answer");
    assert_eq!((error.err_code, &*error.err_msg), (7005, &*words));
    assert!(held < most && written <= 4 * SMALL, "{held} bytes held, {written} written");
    assert_eq!(bench.changes(), []);
    assert_eq!(bench.model.inconsistency(), None);
}

/// A name that is no parameter fails in each row; each fault holds the beginning of it.
#[test]
fn a_long_name_is_told_by_its_beginning() {
    let mut bench = rooms(1_000, 0, Limits::default());
    let name = "é".repeat(MIB / 2);
    for required in [true, false] {
        let update = set::UpdateObject::new("House.Room.*.");
        let update = if required { update.required(&*name, "x") } else { update.optional(&*name, "x") };
        let (answer, held, _) = answered(&mut bench, Set::new([update]));
        let told = format!("{}…", &name[..256]);
        match required {
            true => {
                let error = answer.as_error().unwrap();
                assert_eq!(error.param_errs.len(), 1_000);
                let first = &error.param_errs[0];
                assert_eq!(first.param_path, format!("House.Room.1.{told}"));
                assert_eq!(first.err_msg, format!("House.Room.{{i}}. has no parameter {told}"));
            }
            false => {
                let Some(Ok(answer)) = answer.into_answer::<Set>() else { panic!("it is no Error") };
                let success = answer.updated_obj_results[0].outcome().unwrap().unwrap();
                assert_eq!(success.updated_inst_results.len(), 1_000);
                assert_eq!(success.updated_inst_results[0].param_errs[0].param, told);
            }
        }
        assert!(held < 8 * MIB, "{held} bytes");
    }
}

/// What a reference says in vain is told by its beginning too.
#[test]
fn a_long_reference_that_leads_nowhere_is_told_by_its_beginning() {
    let mut bench = rooms(8, 0, Limits::default());
    let target = "House.Room.".to_owned() + &"9".repeat(MIB);
    let update = set::UpdateObject::new("House.Room.*.").required("Next", &*target);
    let (answer, ..) = answered(&mut bench, Set { allow_partial: true, ..Set::new([update]) });
    assert!(answer.encode_to_vec().len() < SMALL);
}

/// Faults count as they arise: a request is not worked on when there are more than an answer may hold.
#[test]
fn faults_that_no_answer_holds_end_the_request() {
    let limits = Limits { max_answer: SMALL, ..Limits::default() };
    let mut bench = rooms(1_000, 0, limits);
    for allow_partial in [true, false] {
        let wrong = |update: set::UpdateObject, name: usize| update.optional(format!("Nothing{name}"), "x");
        let update = (0..1_000).fold(set::UpdateObject::new("House.Room.*."), wrong);
        too_large(&mut bench, Set { allow_partial, ..Set::new([update]) }, MIB / 2);
        let update = set::UpdateObject::new("House.Room.*.").required("Nothing", "x");
        too_large(&mut bench, Set { allow_partial, ..Set::new(vec![update; 100]) }, MIB);
    }
}

/// A search may come into conflict in each row that it sets.
#[test]
fn rows_that_clash_in_one_entry_are_told() {
    let mut bench = rooms(5_000, 0, Limits::default());
    let update = set::UpdateObject::new("House.Room.*.").required("Name", "same");
    let (answer, ..) = answered(&mut bench, Set::new([update]));
    assert_eq!(answer.as_error().unwrap().param_errs.len(), 4_999);
    assert_eq!(bench.changes(), []);
}

/// Of an answer that is too large no more is written than shows it.
#[test]
fn an_answer_is_written_up_to_its_bound() {
    let limits = Limits { max_answer: SMALL, ..Limits::default() };
    let mut bench = rooms(1_000, 1_000, limits);
    bench.device(&[("House.Room.1.Open", "true")]);
    bench.changes();
    let update = set::UpdateObject::new("House.Room.*.").required("Kind", "k".repeat(1_000));
    too_large(&mut bench, Set::new([update]), 3 * MIB);
    too_large(&mut bench, Delete::new(["House.Room.1.Lamp.*."]), MIB);
    too_large(&mut bench, Add::new([add::CreateObject::new("House.Room.*.Lamp.")]), 3 * MIB);
}
