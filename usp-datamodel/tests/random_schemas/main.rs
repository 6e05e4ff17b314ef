//! Random schemas with random rows, asked and changed in random ways, against a reference that shares no code with the
//! engine; who is told of changes, too.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

extern crate alloc;

#[path = "../common/mod.rs"]
mod common;
mod reference;
mod replacing;
mod requests;
#[path = "../access/reference.rs"]
#[allow(dead_code, reason = "the tests of access need more of it")]
mod rights;
mod roles;
mod schema;

use alloc::collections::{BTreeMap, BTreeSet};

use common::Bench;
use common::hooks::Behaviour;
use proptest::prelude::*;
use reference::{Values, World, canonical, table_of};
use requests::{End, Entry, Operation, PathChoice, RequestChoice, entries, settings, text};
use schema::{Table, build, tables};
use usp_datamodel::{ChangeKind, DataModel, Notice, Requester, SubscriberId};
use usp_msg::Operate;
use usp_msg::operate_resp::OperationResult;
use usp_msg::operate_resp::operation_result::OperationResp::ReqOutputArgs;
use usp_msg::response::RespType;

const HOOKS: usize = 3;
const KINDS: [ChangeKind; 3] =
    [ChangeKind::ValueChange, ChangeKind::ObjectCreation, ChangeKind::ObjectDeletion];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// After each request engine and reference agree on what was answered, on every value, and on who is told of
    /// which change; what was refused, be it by a hook at any position, has changed nothing; and what is saved comes
    /// back.
    #[test]
    fn any_schema_behaves_as_the_reference(
        tables in tables(),
        requests in prop::collection::vec((requests::request(), any::<u8>(), 0..HOOKS), 1..40),
        subscriptions in prop::collection::vec((0..3_usize, requests::path()), 0..8),
    ) {
        let mut bench = empty(&tables);
        let mut world = World::new(&tables);
        let references: Vec<(usize, String)> = subscriptions
            .iter()
            .map(|(kind, path)| (*kind, reference_text(&tables, *kind, path)))
            // A row that is deleted is judged as it is then, when references of it to rows before it are clean already.
            .filter(|(_, path)| !path.contains("=\"R."))
            .collect();
        for (number, (kind, reference)) in (0..).zip(&references) {
            bench.model.subscribe(SubscriberId(number), KINDS[*kind], [reference]);
        }
        let hooks = Behaviour::default();
        hooks.register(&mut bench.model, "", 0..HOOKS);
        for (request, first, failing) in &requests {
            let before = world.clone();
            let saved = bench.model.snapshot();
            // First with a hook that fails, which is asked if anything is to change.
            hooks.calls();
            hooks.fail(Some(*failing), None);
            let done = change(&mut bench, &tables, request, *first);
            let calls = hooks.calls();
            // What gives a parameter the value that it has changes nothing that a hook could refuse.
            if !done {
                prop_assert_eq!(bench.model.snapshot(), saved.clone(), "{:?} left a trace", request);
            }
            prop_assert_eq!(values(&mut bench, "R."), Some(before.values()), "{:?} with a failing hook", request);
            prop_assert_eq!(told(&mut bench), Told::new());
            if !calls.is_empty() {
                prop_assert!(!done);
                let commits = (0..=*failing).map(|hook| format!("commit {hook}"));
                let reverts = (0..*failing).rev().map(|hook| format!("revert {hook}"));
                prop_assert_eq!(calls, commits.chain(reverts).collect::<Vec<_>>());
            }
            hooks.fail(None, None);
            let saved = bench.model.snapshot();
            let done = process(&mut bench, &mut world, &tables, request, *first)?;
            if !done {
                prop_assert_eq!(bench.model.snapshot(), saved, "{:?} left a trace", request);
            }
            prop_assert_eq!(values(&mut bench, "R."), Some(world.values()), "{:?}", request);
            prop_assert_eq!(bench.model.inconsistency(), None, "{:?}", request);
            prop_assert_eq!(told(&mut bench), expected(&before, &world, &references), "{:?} {:?}", request, references);
        }
        let saved = bench.model.snapshot();
        let mut again = empty(&tables);
        prop_assert_eq!(again.model.restore([&*saved]), Ok(vec![]));
        prop_assert_eq!(again.model.snapshot(), saved);
        prop_assert_eq!(values(&mut again, "R."), Some(world.values()));
    }
}

fn empty(tables: &[Table]) -> Bench {
    let mut model = DataModel::new(build(tables));
    model.record_changes(true);
    serve(&mut model, tables);
    Bench { model, requester: Requester::controller("R.T0.1") }
}

fn reference_text(tables: &[Table], kind: usize, path: &PathChoice) -> String {
    text(tables, path, if kind == 0 { End::Any } else { End::Row }).0
}

/// Asks both sides. Whether a change was made; an answer that differs is an error.
fn process(
    bench: &mut Bench,
    world: &mut World,
    tables: &[Table],
    request: &RequestChoice,
    first: u8,
) -> Result<bool, TestCaseError> {
    let (done, outcomes) = changed(bench, tables, request, first);
    match request {
        RequestChoice::Add(path, choices) => {
            let (path, table) = text(tables, path, End::Table);
            let set = settings(tables, table, choices, first);
            prop_assert_eq!(done, world.add(&path, table, &set), "Add {} {:?}", path, set);
        }
        RequestChoice::Set(path, choices) => {
            let (path, table) = text(tables, path, End::Row);
            let set = settings(tables, table, choices, first).split_off(1);
            prop_assert_eq!(done, world.set(&path, table, &set), "Set {} {:?}", path, set);
        }
        RequestChoice::Delete(path) => {
            let (path, _) = text(tables, path, End::Row);
            prop_assert_eq!(done, world.delete(&path), "Delete {}", path);
        }
        RequestChoice::Several(operation, choices, partial) => {
            let all = entries(tables, *operation, choices);
            let Some(outcomes) = outcomes else {
                prop_assert!(!done && !partial && !world.clone().all(*operation, &all), "{:?}", all);
                return Ok(done);
            };
            // What succeeded is what is done without the rest, and nothing of the rest could be done with it.
            let of = |wanted: &dyn Fn(usize) -> bool| -> Vec<Entry> {
                all.iter().enumerate().filter(|(at, _)| wanted(*at)).map(|(_, entry)| entry.clone()).collect()
            };
            // Of two with one key the later fails, also if the first fails on other grounds.
            let has_key_of = |one: &Entry, other: &Entry| {
                let key = |(path, number, set): &Entry| {
                    let table = if *operation == Operation::Add { path } else { table_of(path) };
                    let (_, key) = set.iter().rev().find(|(name, _)| name == "P0")?;
                    // 7 and 007 are one number.
                    let kind = tables[*number].kinds.first()?;
                    Some((table.to_string(), canonical(*kind, key).unwrap_or_else(|| key.clone())))
                };
                key(one).is_some() && key(one) == key(other)
            };
            for failed in (0..all.len()).filter(|at| !outcomes[*at]) {
                let with = of(&|at| outcomes[at] || at == failed);
                let is_later = (0..failed).any(|at| !outcomes[at] && has_key_of(&all[at], &all[failed]));
                let fails = is_later || !world.clone().all(*operation, &with);
                prop_assert!(*partial && fails, "{:?} of {:?}", failed, all);
            }
            prop_assert!(world.all(*operation, &of(&|at| outcomes[at])), "{:?} of {:?}", outcomes, all);
        }
        RequestChoice::Operate(path) => {
            let (path, _) = text(tables, path, End::Row);
            let operate = Operate::new(format!("{path}Run()"));
            let answer = bench.model.process(&operate.into(), &bench.requester);
            let Some(RespType::OperateResp(answer)) = answer.unwrap().resp_type else {
                panic!("an OperateResp was due")
            };
            let is_done = |result: &OperationResult| matches!(result.operation_resp, Some(ReqOutputArgs(_)));
            let ran: Option<Vec<String>> = answer
                .operation_results
                .into_iter()
                .map(|result| is_done(&result).then_some(result.executed_command))
                .collect();
            let count = ran.as_ref().map(Vec::len);
            let ran: Option<BTreeSet<String>> = ran.map(|ran| ran.into_iter().collect());
            prop_assert_eq!(count, ran.as_ref().map(BTreeSet::len), "each once");
            prop_assert_eq!(ran, world.operate(&path), "Operate {}", path);
        }
        RequestChoice::Get(path) => {
            let (path, _) = text(tables, path, End::Any);
            prop_assert_eq!(values(bench, &path), world.get(&path), "Get {}", path);
        }
        RequestChoice::Instances(path, first_level_only) => {
            let (path, _) = text(tables, path, End::Table);
            let answer = bench.instances(&[&path], *first_level_only).req_path_results.remove(0);
            let rows: Vec<String> =
                answer.curr_insts.iter().map(|row| row.instantiated_obj_path.clone()).collect();
            let set: BTreeSet<String> = rows.iter().cloned().collect();
            prop_assert_eq!(set.len(), rows.len(), "each row once: {:?}", rows);
            let found = (answer.err_code == 0).then_some(set);
            prop_assert_eq!(found, world.instances(&path, *first_level_only), "GetInstances {}", path);
        }
    }
    Ok(done)
}

/// Asks the engine for a change; whether it was made. Reads change nothing.
fn change(bench: &mut Bench, tables: &[Table], request: &RequestChoice, first: u8) -> bool {
    changed(bench, tables, request, first).0
}

/// The same, with the outcome of each of several entries where they have one.
fn changed(
    bench: &mut Bench,
    tables: &[Table],
    request: &RequestChoice,
    first: u8,
) -> (bool, Option<Vec<bool>>) {
    let required = |settings: Vec<(String, String)>| -> Vec<(String, String)> {
        settings.into_iter().map(|(name, value)| (name + "!", value)).collect()
    };
    let done = match request {
        RequestChoice::Add(path, choices) => {
            let (path, table) = text(tables, path, End::Table);
            let set = required(settings(tables, table, choices, first));
            let set: Vec<(&str, &str)> = set.iter().map(|(name, value)| (&**name, &**value)).collect();
            bench.add(false, &[(&path, &set)]).is_ok()
        }
        RequestChoice::Set(path, choices) => {
            let (path, table) = text(tables, path, End::Row);
            let set = required(settings(tables, table, choices, first).split_off(1));
            let set: Vec<(&str, &str)> = set.iter().map(|(name, value)| (&**name, &**value)).collect();
            bench.set(false, &[(&path, &set)]).is_ok()
        }
        RequestChoice::Delete(path) => bench.delete(false, &[&text(tables, path, End::Row).0]).is_ok(),
        RequestChoice::Several(operation, choices, partial) => {
            let outcomes = several(bench, *operation, &entries(tables, *operation, choices), *partial);
            return (outcomes.is_some(), outcomes);
        }
        RequestChoice::Operate(_) | RequestChoice::Get(_) | RequestChoice::Instances(..) => false,
    };
    (done, None)
}

/// Which of several entries succeeded; `None` where the request failed.
fn several(bench: &mut Bench, operation: Operation, all: &[Entry], partial: bool) -> Option<Vec<bool>> {
    let required = |(path, _, settings): &Entry| {
        let settings = settings.iter().map(|(name, value)| (format!("{name}!"), value.clone()));
        (path.clone(), settings.collect::<Vec<_>>())
    };
    let all: Vec<(String, Vec<(String, String)>)> = all.iter().map(required).collect();
    let texts: Vec<Vec<(&str, &str)>> =
        all.iter().map(|(_, set)| set.iter().map(|(name, value)| (&**name, &**value)).collect()).collect();
    let entries: Vec<(&str, &[(&str, &str)])> =
        all.iter().zip(&texts).map(|((path, _), set)| (&**path, &**set)).collect();
    match operation {
        Operation::Add => {
            let answer = bench.add(partial, &entries).ok()?.created_obj_results;
            Some(answer.iter().map(|result| result.outcome().unwrap().is_ok()).collect())
        }
        Operation::Set => {
            let answer = bench.set(partial, &entries).ok()?.updated_obj_results;
            Some(answer.iter().map(|result| result.outcome().unwrap().is_ok()).collect())
        }
        Operation::Delete => {
            let paths: Vec<&str> = entries.iter().map(|(path, _)| *path).collect();
            let answer = bench.delete(partial, &paths).ok()?.deleted_obj_results;
            let is_done = |result: &usp_msg::delete_resp::DeletedObjectResult| {
                result.outcome().unwrap().is_ok_and(|success| success.unaffected_path_errs.is_empty())
            };
            Some(answer.iter().map(is_done).collect())
        }
    }
}

/// Gives the commands of all tables a handler.
fn serve(model: &mut DataModel, tables: &[Table]) {
    for path in schema::commands(tables) {
        model.on_command(&path, |_, _| Ok(Vec::new())).unwrap();
    }
}

/// What a Get answers, by full path; `None` where it fails.
fn values(bench: &mut Bench, path: &str) -> Option<Values> {
    let result = bench.get(path);
    let mut values = Values::new();
    for object in &result.resolved_path_results {
        for (name, value) in object.result_params.iter() {
            let twice = values.insert(format!("{}{name}", object.resolved_path), value.into());
            assert_eq!(twice, None, "each value once");
        }
    }
    (result.err_code == 0).then_some(values)
}

type Told = BTreeMap<String, Vec<u32>>;

fn told(bench: &mut Bench) -> Told {
    told_of(bench.model.drain_notices())
}

fn told_of(notices: Vec<Notice>) -> Told {
    let lines = notices.into_iter().map(|notice| {
        let line = common::lines(core::slice::from_ref(&notice.change)).remove(0);
        (line, notice.subscribers.into_iter().map(|id| id.0).collect())
    });
    let lines: Vec<(String, Vec<u32>)> = lines.collect();
    let told: Told = lines.iter().cloned().collect();
    assert_eq!(told.len(), lines.len(), "nothing is told twice: {lines:?}");
    told
}

/// What is to be told of the way from one state to the other: of deletions to those whose paths led there before, of
/// the rest to those whose paths lead there now.
fn expected(before: &World, after: &World, references: &[(usize, String)]) -> Told {
    let subscribers = |kind: usize, world: &World, covers: &dyn Fn(&str) -> bool| -> Vec<u32> {
        (0..)
            .zip(references)
            .filter(|(_, (of, reference))| {
                *of == kind && world.targets(reference).iter().any(|at| covers(at))
            })
            .map(|(number, _)| number)
            .collect()
    };
    let (old, new) = (before.rows(), after.rows());
    let row = |row: &str, at: &str| at == row || at == table_of(row);
    let mut told = Told::new();
    for made in new.difference(&old) {
        told.insert(format!("+{made}"), subscribers(1, after, &|at| row(made, at)));
    }
    for gone in old.difference(&new) {
        told.insert(format!("-{gone}"), subscribers(2, before, &|at| row(gone, at)));
    }
    let old = before.values();
    for (path, value) in after.values() {
        if old.get(&path).is_some_and(|old| *old != value) {
            let covers = |at: &str| at == path || at.ends_with('.') && path.starts_with(at);
            told.insert(format!("{path}={value}"), subscribers(0, after, &covers));
        }
    }
    told
}
