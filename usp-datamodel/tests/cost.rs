//! What requests cost that are made to cost much: in memory, and in steps where there are many rows.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use core::task::Poll;

use allocation_counter::{AllocationInfo, measure};
use common::Bench;
use common::gateway::{open_table, writable};
use common::house::{ROOM, house_with};
use usp_datamodel::schema::{CommandSpec, ObjectSpec, PrimitiveType, SchemaBuilder};
use usp_datamodel::{CommandCall, DataModel, Handled, Limits, Requester};
use usp_msg::reader::{self, MsgBody};
use usp_msg::{Add, Delete, Msg, Operate, Request, Set, add, set};

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

/// The Message that answers a request, what was allocated for it, and the room that it was written to.
fn answered(bench: &mut Bench, request: impl Into<Request>) -> (Msg, AllocationInfo, usize) {
    let bytes = Msg::request("id-1", request).encode_to_vec();
    let msg = reader::Msg::read_whole(&bytes).unwrap();
    let Some(MsgBody::Request(request)) = msg.content() else { panic!("it is a request") };
    let mut out = Vec::new();
    let measured = measure(|| {
        let handled = bench.model.handle(msg.msg_id(), request, &bench.requester, &mut out);
        assert_eq!(handled, Handled::Answered);
    });
    (Msg::decode(&out).unwrap(), measured, out.capacity())
}

/// A request that is refused as a whole for the size of what would answer it.
#[track_caller]
fn too_large(bench: &mut Bench, request: impl Into<Request>, most: usize) {
    let (answer, measured, written) = answered(bench, request);
    let held = measured.bytes_max as usize;
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
        let (answer, measured, _) = answered(&mut bench, Set::new([update]));
        let held = measured.bytes_max as usize;
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

/// A table of rows, each with a command that takes numbered arguments.
fn boxes(count: usize) -> Bench {
    let mut builder = SchemaBuilder::new("Shelf:1.0", "urn:example:shelf");
    let shelf = builder.object(None, ObjectSpec::single("Shelf")).unwrap();
    let rows = builder.object(Some(shelf), open_table("Box")).unwrap();
    builder.parameter(rows, writable("Alias", PrimitiveType::String)).unwrap();
    builder.unique_key(rows, true, &["Alias"]).unwrap();
    let command = builder.command(rows, CommandSpec::new("Fill()")).unwrap();
    let input = builder.input(command).unwrap();
    let items = builder.object(Some(input), ObjectSpec::table("Item")).unwrap();
    builder.parameter(items, writable("Count", PrimitiveType::UnsignedInt)).unwrap();
    let mut model = DataModel::new(builder.build().unwrap());
    model.record_changes(true);
    let mut bench = Bench { model, requester: Requester::DEVICE };
    bench.add(false, &vec![("Shelf.Box.", &[][..]); count]).unwrap();
    bench
}

/// The arguments of an Operate are the same for all that its path leads to, and are read once.
#[test]
fn arguments_are_read_once_for_all_matches() {
    const MATCHES: usize = 100;
    const ARGUMENTS: usize = 200;
    let mut bench = boxes(MATCHES);
    let handler = |_: &CommandCall<'_>, arguments: &[(&str, &str)]| {
        assert_eq!(arguments.len(), ARGUMENTS);
        assert_eq!(arguments[0], ("Item.1.Count", "7"));
        Ok(vec![])
    };
    bench.model.on_command("Shelf.Box.{i}.Fill()", handler).unwrap();
    // In falling order, so that each would stand before the others.
    let mut operate = Operate { send_resp: true, ..Operate::new("Shelf.Box.*.Fill()") };
    for number in (1..=ARGUMENTS).rev() {
        operate = operate.with_arg(format!("Item.{number}.Count"), "007");
    }
    let (answer, measured, _) = answered(&mut bench, operate);
    let Some(Ok(answer)) = answer.into_answer::<Operate>() else { panic!("no answer") };
    assert_eq!(answer.operation_results.len(), MATCHES);
    let allocations = measured.count_total as usize;
    assert!(allocations < 16 * MATCHES + 16 * ARGUMENTS, "{allocations} allocations");
}

/// Commands that end later are counted, and not counted again for each that is run after them.
#[test]
fn a_search_may_run_many_commands_that_end_later() {
    let mut bench = boxes(2_000);
    bench.model.on_command_later("Shelf.Box.{i}.Fill()", |_, _, _| Poll::Pending).unwrap();
    let operate = Operate { send_resp: true, ..Operate::new("Shelf.Box.*.Fill()") };
    let bytes = Msg::request("id-1", operate).encode_to_vec();
    let msg = reader::Msg::read_whole(&bytes).unwrap();
    let Some(MsgBody::Request(request)) = msg.content() else { panic!("it is a request") };
    let mut out = Vec::new();
    let handled = bench.model.handle(msg.msg_id(), request, &bench.requester, &mut out);
    assert!(matches!(handled, Handled::Parked(_)), "{handled:?}");
}

/// A table is looked through once for the numbers of all rows that a message adds to it; numbers that are given in
/// between count.
#[test]
fn many_numbers_ascend_in_one_message() {
    let mut bench = rooms(2, 0, Limits::default());
    bench.model.ascending("House.Room.{i}.Lamp.{i}.Number").unwrap();
    bench.model.ascending("House.Room.{i}.Size").unwrap();
    let (one, two) = ("House.Room.1.Lamp.", "House.Room.2.Lamp.");
    let mut entries: Vec<(&str, &[(&str, &str)])> = vec![];
    for _ in 0..1_000 {
        entries.extend([(one, &[][..]), (two, &[][..])]);
    }
    entries[500] = (one, &[("Number", "5000")]);
    bench.add(false, &entries).unwrap();
    let number =
        |bench: &mut Bench, row: String| bench.value(&format!("{row}Number")).parse::<usize>().unwrap();
    for row in [1, 2, 250, 999, 1_000] {
        let number_of_one = number(&mut bench, format!("{one}{row}."));
        let expected = if row < 251 { 5_000 + row } else { 5_000 + row - 1 };
        assert_eq!(number_of_one, expected, "{row}");
        let lowest = number(&mut bench, format!("{two}1."));
        assert_eq!(number(&mut bench, format!("{two}{row}.")), lowest + row - 1);
    }
    assert_eq!(number(&mut bench, format!("{one}251.")), 5_000);
    assert_eq!(bench.model.inconsistency(), None);
}

/// One entry may add rows to many tables: each finds at once that it is new, and is undone at once where it fails.
#[test]
fn a_search_may_add_rows_to_many_tables() {
    let mut bench = rooms(3_000, 1, Limits::default());
    let number = bench.value("House.Room.1.Lamp.1.Number");
    let entry = add::CreateObject::new("House.Room.*.Lamp.").required("Number", &*number);
    let entry = entry.required("On", "perhaps");
    let (answer, ..) = answered(&mut bench, Add { allow_partial: true, ..Add::new([entry]) });
    let Some(Ok(answer)) = answer.into_answer::<Add>() else { panic!("it is no Error") };
    assert_eq!(answer.created_obj_results.len(), 3_000);
    assert_eq!(bench.changes(), []);
    let entry = add::CreateObject::new("House.Room.*.Lamp.").required("On", "true");
    let (answer, ..) = answered(&mut bench, Add::new([entry]));
    assert_eq!(answer.as_error(), None);
    assert_eq!(bench.model.inconsistency(), None);
}

/// References that lead nowhere cost what others do.
#[test]
fn references_that_lead_nowhere_are_paid_for() {
    let limits = Limits { max_comparisons: 6, max_matches: 7, ..Limits::default() };
    let mut bench = rooms(4, 0, limits);
    for room in 1..5 {
        bench.device(&[(&*format!("House.Room.{room}.Likes"), "House.Nowhere")]);
    }
    let code = |bench: &mut Bench, path: &str| bench.get(path).err_code;
    assert_eq!(code(&mut bench, "House.Room.*."), 0);
    assert_eq!(code(&mut bench, "House.Room.[Likes#1+.Name==\"a\"]."), 7005);
    assert_eq!(code(&mut bench, "House.Room.*.Likes#1+."), 7005);
    // The second item of one is not there, and costs nothing.
    assert_eq!(code(&mut bench, "House.Room.[Likes#2+.Name==\"a\"]."), 0);
}
