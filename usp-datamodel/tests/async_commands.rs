//! Asynchronous commands: Requests, completion, cancelling, limits; scenarios of TP-469 by their ids.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

extern crate alloc;

mod common;

use alloc::sync::Arc;
use std::sync::Mutex;

use common::commands::told;
use common::{Bench, lines};
use usp_datamodel::typed::{ArgumentError, Arguments, Command};
use usp_datamodel::{
    Call, Cancellation, CommandToken, CompleteError, Concurrency, DataModel, Fault, Limits, RegisterError,
};
use usp_msg::{ErrorCode, Operate};

const TIMER: &str = "Device.ScheduleTimer()";
const REQUEST: &str = "Device.LocalAgent.Request.";

/// Tokens, keys and arguments of the calls that began.
type Begun = Arc<Mutex<Vec<(CommandToken, String)>>>;

fn timer(seconds: u32, key: &str) -> Operate {
    Operate::new(TIMER).with_arg("DelaySeconds", seconds.to_string()).with_key(key)
}

/// A handler that notes what it begins; a delay of 13 seconds it refuses.
fn begins(bench: &mut Bench, command: &str) -> Begun {
    let begun = Begun::default();
    let noted = begun.clone();
    bench
        .model
        .on_async_command(command, move |call, token, arguments| {
            if arguments.contains(&("DelaySeconds", "13")) {
                return Err(Fault::new(ErrorCode::COMMAND_FAILURE, "not today"));
            }
            noted
                .lock()
                .unwrap()
                .push((token, format!("{} {} {arguments:?}", call.path(), call.command_key())));
            Ok(())
        })
        .unwrap();
    begun
}

fn token(begun: &Begun, number: usize) -> CommandToken {
    begun.lock().unwrap()[number].0
}

fn requests(bench: &mut Bench) -> Vec<String> {
    bench.model.objects_at(REQUEST).unwrap()
}

/// [R-OPR.0]: the Request is there while the command runs.
#[test]
fn tp469_1_64_a_command_runs_as_a_request_and_tells_its_end() {
    let mut bench = Bench::new();
    let begun = begins(&mut bench, TIMER);
    let answer = bench.operate(timer(30, "test64"));
    assert_eq!(told(&answer), [format!("{TIMER}: runs as {REQUEST}1.")]);
    assert_eq!(
        lines(&bench.changes()),
        [format!("+{REQUEST}1."), "Device.LocalAgent.RequestNumberOfEntries=1".to_string(),]
    );
    assert_eq!(bench.value(&format!("{REQUEST}1.Originator")), "self::one");
    assert_eq!(bench.value(&format!("{REQUEST}1.Command")), TIMER);
    assert_eq!(bench.value(&format!("{REQUEST}1.CommandKey")), "test64");
    assert_eq!(bench.value(&format!("{REQUEST}1.Status")), "Active");
    assert_eq!(bench.value(&format!("{REQUEST}1.Alias")), "cpe-1");
    assert_eq!(begun.lock().unwrap()[0].1, format!("{TIMER} test64 [(\"DelaySeconds\", \"30\")]"));

    let running: Vec<CommandToken> = bench.model.running_commands().collect();
    assert_eq!(running, [token(&begun, 0)]);
    bench.model.complete_command(running[0], Ok(vec![("Out".into(), "1".into())])).unwrap();
    assert_eq!(
        lines(&bench.changes()),
        [
            format!("{TIMER} [test64] [(\"Out\", \"1\")]"),
            format!("{REQUEST}1.Status=Success"),
            format!("-{REQUEST}1."),
            "Device.LocalAgent.RequestNumberOfEntries=0".to_string(),
        ]
    );
    assert_eq!(bench.model.running_commands().count(), 0);
    assert_eq!(bench.model.inconsistency(), None);
}

#[test]
fn a_command_that_fails_tells_why() {
    let mut bench = Bench::new();
    let begun = begins(&mut bench, TIMER);
    bench.operate(timer(30, "k"));
    bench.changes();
    let fault = Fault::new(ErrorCode::COMMAND_FAILURE, "the clock stopped");
    bench.model.complete_command(token(&begun, 0), Err(fault)).unwrap();
    assert_eq!(lines(&bench.changes())[0], format!("{TIMER} [k] failed 7022"));
    assert_eq!(requests(&mut bench), [""; 0]);
}

/// [R-OPR.6], T14: unknown arguments are ignored, and neither an empty nor a repeated key is refused.
#[test]
fn tp469_1_91_equal_keys_are_no_conflict() {
    let mut bench = Bench::new();
    begins(&mut bench, TIMER);
    let operate = || timer(10, "").with_arg("InvalidArgument", "2");
    for number in 1..=3 {
        assert_eq!(told(&bench.operate(operate())), [format!("{TIMER}: runs as {REQUEST}{number}.")]);
    }
    assert_eq!(bench.model.inconsistency(), None);
    // An address by the key that several have leads to all of them.
    let path = format!("{REQUEST}[Originator==\"self::one\"&&Command==\"{TIMER}\"&&CommandKey==\"\"].");
    assert_eq!(bench.found(&path).len(), 3);
}

/// [R-OPR.7]: arguments that are left out come with their defaults.
#[test]
fn tp469_1_92_defaults_of_an_asynchronous_command() {
    let mut bench = Bench::new();
    let command = "Device.SoftwareModules.InstallDU()";
    let begun = begins(&mut bench, command);
    let answer = bench.operate(Operate::new(command).with_arg("URL", "http://x").with_key("test92"));
    assert_eq!(told(&answer), [format!("{command}: runs as {REQUEST}1.")]);
    let given = r#"("URL", "http://x")"#;
    let defaults = r#"("NumRequiredUIDs", "1"), ("Password", ""), ("Privileged", "false")"#;
    let got = begun.lock().unwrap()[0].1.clone();
    assert_eq!(got, format!("{command} test92 [{defaults}, {given}, (\"Username\", \"\")]"));
}

/// [R-OPR.5], T15: nothing has begun, and there is no Request.
#[test]
fn tp469_1_100_without_a_mandatory_argument_nothing_begins() {
    let mut bench = Bench::new();
    let begun = begins(&mut bench, TIMER);
    let answer = bench.operate(Operate::new(TIMER).with_arg("", "").with_key("test100"));
    assert_eq!(told(&answer), [format!("{TIMER}: failed 7027")]);
    assert_eq!(begun.lock().unwrap().len(), 0);
    assert_eq!(bench.changes(), []);
}

/// A command that its handler refuses leaves no trace, no used-up number either.
#[test]
fn a_command_that_does_not_begin_leaves_no_request() {
    let mut bench = Bench::new();
    begins(&mut bench, TIMER);
    assert_eq!(told(&bench.operate(timer(13, ""))), [format!("{TIMER}: failed 7022")]);
    assert_eq!(bench.changes(), []);
    assert_eq!(told(&bench.operate(timer(14, ""))), [format!("{TIMER}: runs as {REQUEST}1.")]);
}

/// [R-OPR.2]
#[test]
fn each_match_of_a_search_path_has_its_request() {
    let mut bench = Bench::new();
    let command = "Device.SoftwareModules.DeploymentUnit.{i}.Uninstall()";
    let begun = begins(&mut bench, command);
    bench.requester = usp_datamodel::Requester::DEVICE;
    for digit in 1..=2 {
        let uuid = format!("00000000-0000-0000-0000-00000000000{digit}");
        let settings = [("UUID", &*uuid), ("Version", "1"), ("ExecutionEnvRef", "")];
        bench.added("Device.SoftwareModules.DeploymentUnit.", &settings);
    }
    let answer = bench.operate(Operate::new("Device.SoftwareModules.DeploymentUnit.*.Uninstall()"));
    assert_eq!(
        told(&answer),
        [
            format!("Device.SoftwareModules.DeploymentUnit.1.Uninstall(): runs as {REQUEST}1."),
            format!("Device.SoftwareModules.DeploymentUnit.2.Uninstall(): runs as {REQUEST}2."),
        ]
    );
    // The second ends first, and after its object.
    bench.delete(false, &["Device.SoftwareModules.DeploymentUnit.2."]).unwrap();
    bench.changes();
    bench.model.complete_command(token(&begun, 1), Ok(Vec::new())).unwrap();
    assert_eq!(lines(&bench.changes())[0], "Device.SoftwareModules.DeploymentUnit.2.Uninstall() [] []");
    assert_eq!(requests(&mut bench), [format!("{REQUEST}1.")]);
}

#[test]
fn a_token_is_good_once() {
    let mut bench = Bench::new();
    let begun = begins(&mut bench, TIMER);
    bench.operate(timer(1, ""));
    let token = token(&begun, 0);
    assert_eq!(bench.model.complete_command(token, Ok(Vec::new())), Ok(()));
    bench.changes();
    assert_eq!(bench.model.complete_command(token, Ok(Vec::new())), Err(CompleteError::UnknownToken));
    assert_eq!(bench.changes(), []);
}

/// A Request that the device removes takes its command with it no further than its row.
#[test]
fn a_request_that_was_removed_is_not_missed() {
    let mut bench = Bench::new();
    let begun = begins(&mut bench, TIMER);
    bench.operate(timer(1, "a"));
    bench.requester = usp_datamodel::Requester::DEVICE;
    bench.delete(false, &[&format!("{REQUEST}1.")]).unwrap();
    bench.operate(timer(2, "b"));
    bench.changes();
    bench.model.complete_command(token(&begun, 0), Ok(Vec::new())).unwrap();
    assert_eq!(lines(&bench.changes()), [format!("{TIMER} [a] []")]);
    assert_eq!(requests(&mut bench), [format!("{REQUEST}2.")]);
}

#[test]
fn more_than_a_command_may_run_are_refused() {
    let mut bench = Bench::new();
    begins(&mut bench, TIMER);
    bench.model.limit_command(TIMER, Concurrency::refuse(2)).unwrap();
    for _ in 0..2 {
        bench.operate(timer(1, ""));
    }
    bench.changes();
    assert_eq!(told(&bench.operate(timer(1, ""))), [format!("{TIMER}: failed 7005")]);
    assert_eq!(bench.changes(), []);
}

/// Queued commands begin in the order of their calls, one that cannot begin ends, and beyond the queue is 7005.
#[test]
fn more_than_a_command_may_run_wait_for_their_turn() {
    let mut bench = Bench::new();
    let begun = begins(&mut bench, TIMER);
    bench.model.limit_command(TIMER, Concurrency::queue(1, 3)).unwrap();
    for (seconds, key) in [(1, "a"), (13, "b"), (2, "c"), (3, "d")] {
        bench.operate(timer(seconds, key));
    }
    assert_eq!(told(&bench.operate(timer(4, "e"))), [format!("{TIMER}: failed 7005")]);
    let status = |bench: &mut Bench, row: u32| bench.value(&format!("{REQUEST}{row}.Status"));
    assert_eq!(
        [1, 2, 3, 4].map(|row| status(&mut bench, row)),
        ["Active", "Requested", "Requested", "Requested"]
    );
    assert_eq!(begun.lock().unwrap().len(), 1);
    bench.changes();
    bench.model.complete_command(token(&begun, 0), Ok(Vec::new())).unwrap();
    assert_eq!(
        lines(&bench.changes()),
        [
            format!("{TIMER} [a] []"),
            format!("{REQUEST}1.Status=Success"),
            format!("-{REQUEST}1."),
            "Device.LocalAgent.RequestNumberOfEntries=3".to_string(),
            format!("{TIMER} [b] failed 7022"),
            format!("{REQUEST}2.Status=Error"),
            format!("-{REQUEST}2."),
            "Device.LocalAgent.RequestNumberOfEntries=2".to_string(),
            format!("{REQUEST}3.Status=Active"),
        ]
    );
    assert_eq!(begun.lock().unwrap()[1].1, format!("{TIMER} c [(\"DelaySeconds\", \"2\")]"));
    assert_eq!(status(&mut bench, 4), "Requested");
}

/// What waits for its turn on a row that goes meanwhile has nothing to be run on: it ends, and the next one begins.
#[test]
fn what_waits_on_a_row_that_goes_does_not_begin() {
    let mut bench = Bench::new();
    let command = "Device.SoftwareModules.DeploymentUnit.{i}.Uninstall()";
    let path = |row: u32| format!("Device.SoftwareModules.DeploymentUnit.{row}.Uninstall()");
    let begun = begins(&mut bench, command);
    bench.model.limit_command(command, Concurrency::queue(1, 3)).unwrap();
    bench.requester = usp_datamodel::Requester::DEVICE;
    for digit in 1..=3 {
        let uuid = format!("00000000-0000-0000-0000-00000000000{digit}");
        let settings = [("UUID", &*uuid), ("Version", "1"), ("ExecutionEnvRef", "")];
        bench.added("Device.SoftwareModules.DeploymentUnit.", &settings);
    }
    bench.operate(Operate::new("Device.SoftwareModules.DeploymentUnit.*.Uninstall()").with_key("k"));
    bench.delete(false, &["Device.SoftwareModules.DeploymentUnit.2."]).unwrap();
    bench.changes();
    bench.model.complete_command(token(&begun, 0), Ok(Vec::new())).unwrap();
    let ends: Vec<String> = lines(&bench.changes()).into_iter().filter(|line| line.contains("()")).collect();
    assert_eq!(ends, [format!("{} [k] []", path(1)), format!("{} [k] failed 7016", path(2))]);
    let paths: Vec<String> = begun.lock().unwrap().iter().map(|(_, call)| call.clone()).collect();
    assert_eq!(paths, [1, 3].map(|row| format!("{} k [(\"RetainData\", \"false\")]", path(row))));
    assert_eq!(requests(&mut bench), [format!("{REQUEST}3.")]);
}

/// Where more may run than before, those that wait begin, and none that comes later overtakes them.
#[test]
fn what_waits_begins_when_more_may_run() {
    let mut bench = Bench::new();
    let begun = begins(&mut bench, TIMER);
    bench.model.limit_command(TIMER, Concurrency::queue(1, 5)).unwrap();
    for (seconds, key) in [(1, "a"), (13, "b"), (2, "c"), (3, "d"), (4, "e")] {
        bench.operate(timer(seconds, key));
    }
    let keys = |begun: &Begun| -> Vec<String> {
        let begun = begun.lock().unwrap();
        begun.iter().map(|(_, call)| call.split(' ').nth(1).unwrap().to_owned()).collect()
    };
    assert_eq!(keys(&begun), ["a"]);
    bench.model.limit_command(TIMER, Concurrency::queue(3, 5)).unwrap();
    assert_eq!(keys(&begun), ["a", "c", "d"]);
    assert_eq!(requests(&mut bench), [1, 3, 4, 5].map(|row| format!("{REQUEST}{row}.")));
    // A new handler is without a limit.
    let begun = begins(&mut bench, TIMER);
    bench.operate(timer(5, "f"));
    assert_eq!(keys(&begun), ["e", "f"]);
}

/// A token stays that of its call, also where the call does not begin.
#[test]
fn a_refused_call_does_not_leave_its_token_to_the_next() {
    let mut bench = Bench::new();
    let tokens = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&tokens);
    bench
        .model
        .on_async_command(TIMER, move |_, token, _| {
            noted.lock().unwrap().push(token);
            Err(Fault::new(ErrorCode::COMMAND_FAILURE, "not today"))
        })
        .unwrap();
    bench.operate(timer(1, "a"));
    bench.operate(timer(1, "b"));
    let tokens = tokens.lock().unwrap();
    assert_ne!(tokens[0], tokens[1]);
}

/// A command whose handler panics has its handler still.
#[test]
fn handlers_outlive_a_panic() {
    let mut bench = Bench::new();
    bench
        .model
        .on_async_command(TIMER, |call, _, _| {
            assert_ne!(call.command_key(), "broken");
            Ok(())
        })
        .unwrap();
    let broken = core::panic::AssertUnwindSafe(|| bench.operate(timer(1, "broken")));
    std::panic::catch_unwind(broken).unwrap_err();
    assert_eq!(requests(&mut bench), [""; 0]);
    assert_eq!(told(&bench.operate(timer(1, "whole"))), [format!("{TIMER}: runs as {REQUEST}1.")]);
}

#[test]
fn all_commands_together_are_limited() {
    let limits = Limits { max_operations: 1, ..Limits::default() };
    let schema = Bench::new().model.schema().clone();
    let requester = usp_datamodel::Requester::DEVICE;
    let mut bench = Bench { model: DataModel::with_limits(schema, limits), requester };
    begins(&mut bench, TIMER);
    begins(&mut bench, "Device.SelfTestDiagnostics()");
    bench.operate(timer(1, ""));
    let answer = bench.operate(Operate::new("Device.SelfTestDiagnostics()"));
    assert_eq!(told(&answer), ["Device.SelfTestDiagnostics(): failed 7005"]);
}

/// A handler for Cancel() that answers each wish with what comes next.
fn cancels(bench: &mut Bench, mut answers: Vec<Result<Cancellation, Fault>>) {
    bench.model.on_cancel(TIMER, move |_| answers.remove(0)).unwrap();
}

fn cancel(bench: &mut Bench, row: u32) -> Vec<String> {
    let answer = bench.operate(Operate::new(format!("{REQUEST}{row}.Cancel()")));
    told(&answer).into_iter().map(|line| line.replace(&format!("{REQUEST}{row}.Cancel(): "), "")).collect()
}

/// [R-OPR.3]
#[test]
fn tp469_9_8_a_request_is_canceled() {
    let mut bench = Bench::new();
    let begun = begins(&mut bench, TIMER);
    let busy = Fault::new(ErrorCode::COMMAND_FAILURE, "busy");
    cancels(&mut bench, vec![Err(busy), Ok(Cancellation::Canceling), Ok(Cancellation::Canceled)]);
    bench.operate(timer(1, "a"));
    bench.operate(timer(1, "b"));
    bench.changes();

    assert_eq!(cancel(&mut bench, 1), ["failed 7022"]);
    assert_eq!(bench.changes(), []);
    // It stops later; to ask again changes nothing.
    for _ in 0..2 {
        assert_eq!(cancel(&mut bench, 1), ["[]"]);
    }
    assert_eq!(lines(&bench.changes()), [format!("{REQUEST}1.Status=Canceling")]);
    let canceled = Fault::new(ErrorCode::COMMAND_CANCELED, "stopped");
    bench.model.complete_command(token(&begun, 0), Err(canceled)).unwrap();
    let end =
        [format!("{TIMER} [a] failed 7023"), format!("{REQUEST}1.Status=Canceled"), format!("-{REQUEST}1.")];
    assert_eq!(lines(&bench.changes())[..3], end);
    // It stops at once.
    assert_eq!(cancel(&mut bench, 2), ["[]"]);
    let end =
        [format!("{TIMER} [b] failed 7023"), format!("{REQUEST}2.Status=Canceled"), format!("-{REQUEST}2.")];
    assert_eq!(lines(&bench.changes())[..3], end);
    let late = bench.model.complete_command(token(&begun, 1), Ok(Vec::new()));
    assert_eq!(late, Err(CompleteError::UnknownToken));
    assert_eq!(cancel(&mut bench, 2), ["failed 7016"]);
}

#[test]
fn without_a_handler_only_what_waits_is_canceled() {
    let mut bench = Bench::new();
    let begun = begins(&mut bench, TIMER);
    bench.model.limit_command(TIMER, Concurrency::queue(1, 1)).unwrap();
    bench.operate(timer(1, "a"));
    bench.operate(timer(1, "b"));
    assert_eq!(cancel(&mut bench, 1), ["failed 7022"]);
    assert_eq!(cancel(&mut bench, 2), ["[]"]);
    assert_eq!(requests(&mut bench), [format!("{REQUEST}1.")]);
    bench.model.complete_command(token(&begun, 0), Ok(Vec::new())).unwrap();
    assert_eq!(begun.lock().unwrap().len(), 1, "what was canceled does not begin");
}

#[test]
fn handlers_are_for_asynchronous_commands_of_the_schema() {
    let mut bench = Bench::new();
    let unfit = |error: RegisterError| matches!(error, RegisterError::Unfit { .. });
    assert!(unfit(bench.model.on_async_command("Device.Reboot()", |_, _, _| Ok(())).unwrap_err()));
    assert!(unfit(bench.model.on_cancel(TIMER, |_| Ok(Cancellation::Canceled)).unwrap_err()));
    assert!(unfit(bench.model.limit_command(TIMER, Concurrency::refuse(1)).unwrap_err()));
    let unknown = bench.model.on_async_command("Device.Nothing()", |_, _, _| Ok(())).unwrap_err();
    assert!(matches!(unknown, RegisterError::Unknown { kind: "command", .. }));
}

/// As generated code writes it.
struct ScheduleTimer;

#[derive(Debug, Default)]
struct Delay {
    seconds: u32,
}

impl Arguments for Delay {
    fn to_arguments(&self) -> Vec<(String, String)> {
        vec![("DelaySeconds".into(), self.seconds.to_string())]
    }

    fn from_arguments(arguments: &[(&str, &str)]) -> Result<Self, ArgumentError> {
        let found = arguments.iter().find(|(name, _)| *name == "DelaySeconds");
        let (_, text) = found.ok_or_else(|| ArgumentError::missing("DelaySeconds"))?;
        Ok(Self { seconds: text.parse().unwrap() })
    }
}

impl Command for ScheduleTimer {
    const PATH: &'static str = TIMER;
    const ASYNC: bool = true;
    type Input = Delay;
    type Output = ();
}

struct SelfTest;

impl Command for SelfTest {
    const PATH: &'static str = "Device.SelfTestDiagnostics()";
    const ASYNC: bool = true;
    type Input = ();
    type Output = ();
}

#[test]
fn typed_handlers_get_structs() {
    let mut bench = Bench::new();
    let begun: Arc<Mutex<Vec<(CommandToken, u32)>>> = Arc::default();
    let noted = begun.clone();
    bench
        .model
        .on_async_command_typed::<ScheduleTimer>(move |_, token, input| {
            noted.lock().unwrap().push((token, input.seconds));
            Ok(())
        })
        .unwrap();
    bench.operate(timer(30, "k"));
    let (token, seconds) = begun.lock().unwrap()[0];
    assert_eq!(seconds, 30);
    let wrong = bench.model.complete_command_typed::<SelfTest>(token, Ok(()));
    assert_eq!(
        wrong.unwrap_err().to_string(),
        "the token is for Device.ScheduleTimer(), not for Device.SelfTestDiagnostics()"
    );
    assert_eq!(bench.model.complete_command_typed::<ScheduleTimer>(token, Ok(())), Ok(()));
    assert!(lines(&bench.changes()).contains(&format!("{TIMER} [k] []")));
}

/// Calls that wait to be fetched are Requests all the same, in the order of the calls.
#[test]
fn queued_commands_are_run_by_whoever_fetches_them() {
    let mut bench = Bench::new();
    bench.model.queue_command(TIMER).unwrap();
    assert!(bench.model.is_command_served(TIMER));
    assert_eq!(told(&bench.operate(timer(30, "a"))), [format!("{TIMER}: runs as {REQUEST}1.")]);
    bench.operate(timer(40, "b"));
    let calls = bench.model.drain_calls();
    let [Call::Run(first), Call::Run(second)] = &calls[..] else { panic!("two calls: {calls:?}") };
    assert_eq!((first.path(), first.command_key(), first.instances()), (TIMER, "a", &[][..]));
    assert_eq!(first.argument("DelaySeconds"), Some("30"));
    assert_eq!(second.arguments(), [("DelaySeconds".to_owned(), "40".to_owned())]);
    assert_eq!(bench.model.drain_calls(), []);

    bench.changes();
    bench.model.complete_command(second.token().unwrap(), Ok(Vec::new())).unwrap();
    assert_eq!(lines(&bench.changes())[0], format!("{TIMER} [b] []"));
    assert_eq!(requests(&mut bench), [format!("{REQUEST}1.")]);
}

/// The wish to cancel waits like a call; whoever runs the command ends it.
#[test]
fn r_opr_3_a_queued_command_is_told_to_stop() {
    let mut bench = Bench::new();
    bench.model.queue_command(TIMER).unwrap();
    bench.operate(timer(30, "a"));
    let Some(Call::Run(call)) = bench.model.drain_calls().pop() else { panic!("a call waits") };
    let cancel = Operate::new(format!("{REQUEST}1.Cancel()"));
    assert_eq!(told(&bench.operate(cancel)), [format!("{REQUEST}1.Cancel(): []")]);
    assert_eq!(bench.value(&format!("{REQUEST}1.Status")), "Canceling");
    let token = call.token().unwrap();
    assert_eq!(bench.model.drain_calls(), [Call::Cancel(token)]);
    bench.changes();
    let fault = Fault::new(ErrorCode::COMMAND_CANCELED, "stopped");
    bench.model.complete_command(token, Err(fault)).unwrap();
    assert_eq!(lines(&bench.changes())[0], format!("{TIMER} [a] failed 7023"));
}

/// T14: a command without output is answered first and done afterwards.
#[test]
fn tp469_1_61_a_synchronous_command_may_be_queued_if_it_has_no_output() {
    let limits = Limits { max_operations: 2, ..Limits::default() };
    let mut bench = Bench::with_limits(limits);
    bench.model.queue_command("Device.Reboot()").unwrap();
    let reboot = || Operate::new("Device.Reboot()").with_key("test61").with_arg("Reason", "update");
    assert_eq!(told(&bench.operate(reboot())), ["Device.Reboot(): []"]);
    bench.operate(reboot());
    // A caller cannot fill the memory.
    assert_eq!(told(&bench.operate(reboot())), ["Device.Reboot(): failed 7005"]);
    let calls = bench.model.drain_calls();
    let [Call::Run(call), Call::Run(_)] = &calls[..] else { panic!("two calls: {calls:?}") };
    assert_eq!((call.command_key(), call.token()), ("test61", None));
    assert_eq!(call.argument("Reason"), Some("update"));
    // A handler takes the place of the queue.
    bench.model.on_command("Device.Reboot()", |_, _| Ok(Vec::new())).unwrap();
    bench.operate(reboot());
    assert_eq!(bench.model.drain_calls(), []);
}

#[test]
fn what_cannot_be_queued_is_said_at_once() {
    let mut bench = Bench::new();
    let unknown = bench.model.queue_command("Device.Nonsense()").unwrap_err();
    assert!(matches!(unknown, RegisterError::Unknown { kind: "command", .. }), "{unknown}");
    assert!(!bench.model.is_command_served("Device.Nonsense()"));
}

/// A Request that comes back with the saved state is taken up again, or ended.
#[test]
fn requests_that_outlived_a_restart_are_resumed_or_ended() {
    let mut bench = Bench::new();
    bench.model.queue_command(TIMER).unwrap();
    bench.operate(timer(30, "a"));
    bench.operate(timer(40, "b"));
    assert_eq!(bench.model.stopped_requests(), []);
    let saved = bench.model.snapshot();

    let mut bench = Bench::new();
    assert_eq!(bench.model.restore([&*saved]).unwrap(), []);
    let stopped = bench.model.stopped_requests();
    let told: Vec<_> = stopped.iter().map(|stopped| (&*stopped.row, &*stopped.command_key)).collect();
    let rows = [format!("{REQUEST}1."), format!("{REQUEST}2.")];
    assert_eq!(told, [(&*rows[0], "a"), (&*rows[1], "b")]);
    assert!(stopped.iter().all(|stopped| stopped.command == TIMER));

    let first = bench.model.resume_request(&rows[0]).unwrap();
    assert_eq!(bench.model.resume_request(&rows[0]).unwrap_err().code(), ErrorCode::OBJECT_DOES_NOT_EXIST);
    assert_eq!(bench.model.stopped_requests()[..], stopped[1..]);
    let second = bench.model.resume_request(&rows[1]).unwrap();
    bench.changes();
    bench.model.complete_command(first, Ok(Vec::new())).unwrap();
    let lost = Fault::new(ErrorCode::COMMAND_FAILURE, "the device was restarted");
    bench.model.complete_command(second, Err(lost)).unwrap();
    let changes = lines(&bench.changes());
    assert_eq!(changes[0], format!("{TIMER} [a] []"));
    assert!(changes.contains(&format!("{TIMER} [b] failed 7022")), "{changes:?}");
    assert_eq!(requests(&mut bench), [""; 0]);
    assert_eq!(bench.model.inconsistency(), None);
}
