//! Operate, by the scenarios of TP-469 chapter 1 that need no time to pass.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

extern crate alloc;

mod common;

use alloc::sync::Arc;
use std::sync::Mutex;

use common::Bench;
use common::commands::told;
use usp_datamodel::{Fault, RegisterError};
use usp_msg::operate_resp::operation_result::OperationResp;
use usp_msg::{ErrorCode, Operate};

/// What a handler was told, one line for each call: path, rows, key, arguments, requester.
type Calls = Arc<Mutex<Vec<String>>>;

/// A handler that notes its calls and answers with what it got.
fn noting(bench: &mut Bench, command: &str) -> Calls {
    let calls = Calls::default();
    let noted = calls.clone();
    bench
        .model
        .on_command(command, move |call, arguments| {
            let who = call.requester().controller_row().unwrap_or("device");
            noted.lock().unwrap().push(format!(
                "{} {:?} {:?} {arguments:?} {who}",
                call.path(),
                call.instances(),
                call.command_key()
            ));
            Ok(arguments.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect())
        })
        .unwrap();
    calls
}

/// T4: the output arguments are there, though empty.
#[test]
fn tp469_1_61_a_synchronous_command() {
    let mut bench = Bench::new();
    let calls = noting(&mut bench, "Device.Reboot()");
    let answer = bench.operate(Operate::new("Device.Reboot()").with_key("test61"));
    let [result] = &answer.operation_results[..] else { panic!("one result: {answer:?}") };
    assert_eq!(result.executed_command, "Device.Reboot()");
    assert!(matches!(&result.operation_resp, Some(OperationResp::ReqOutputArgs(output))
        if output.output_args.is_empty()));
    assert_eq!(*calls.lock().unwrap(), ["Device.Reboot() [] \"test61\" [] Device.LocalAgent.Controller.1"]);
}

/// [R-OPR.6]: what the schema does not know is not an error, and does not reach the handler.
#[test]
fn tp469_1_91_unknown_arguments_are_ignored() {
    let mut bench = Bench::new();
    let calls = noting(&mut bench, "Device.Reboot()");
    let reboot = Operate::new("Device.Reboot()").with_arg("InvalidArgument", "2").with_arg("Cause.X", "1");
    assert_eq!(told(&bench.operate(reboot)), ["Device.Reboot(): []"]);
    assert_eq!(*calls.lock().unwrap(), ["Device.Reboot() [] \"\" [] Device.LocalAgent.Controller.1"]);
}

/// [R-OPR.5], T15: an argument with an empty name is none.
#[test]
fn tp469_1_100_a_mandatory_argument_is_missing() {
    let mut bench = Bench::new();
    let command = "Device.LocalAgent.AddCertificate()";
    let calls = noting(&mut bench, command);
    for operate in [Operate::new(command), Operate::new(command).with_arg("", "")] {
        let answer = bench.operate(operate.with_key("test100"));
        assert_eq!(told(&answer), [format!("{command}: failed 7027")]);
    }
    assert_eq!(calls.lock().unwrap().len(), 0);
    let timer = bench.operate(Operate::new("Device.ScheduleTimer()").with_arg("", ""));
    assert_eq!(told(&timer), ["Device.ScheduleTimer(): failed 7027"]);
}

#[test]
fn arguments_are_checked_and_come_in_canonical_form() {
    let mut bench = Bench::new();
    bench.requester = usp_datamodel::Requester::DEVICE;
    bench.added("Device.LocalAgent.Certificate.", &[("SerialNumber", "1"), ("Issuer", "x")]);
    let command = "Device.LocalAgent.Certificate.{i}.GetFingerprint()";
    let calls = noting(&mut bench, command);
    let path = "Device.LocalAgent.Certificate.1.GetFingerprint()";
    let wrong = Operate::new(path).with_arg("FingerprintAlgorithm", "MD5");
    assert_eq!(told(&bench.operate(wrong)), [format!("{path}: failed 7027")]);
    assert_eq!(calls.lock().unwrap().len(), 0);
    let right = Operate::new(path).with_arg("FingerprintAlgorithm", "SHA-256");
    assert_eq!(told(&bench.operate(right)), [format!("{path}: [(\"FingerprintAlgorithm\", \"SHA-256\")]")]);
    assert_eq!(
        *calls.lock().unwrap(),
        [format!("{path} [1] \"\" [(\"FingerprintAlgorithm\", \"SHA-256\")] device")]
    );
}

/// [R-OPR.1]: one result for each match; one that fails does not stop the others.
#[test]
fn a_search_path_runs_the_command_on_each_match() {
    let mut bench = Bench::new();
    bench
        .model
        .on_command("Device.LocalAgent.Controller.{i}.E2ESession.Reset()", |call, _| match call.instances() {
            [1] => Err(Fault::new(ErrorCode::COMMAND_FAILURE, "no session")),
            _ => Ok(Vec::new()),
        })
        .unwrap();
    let answer = bench.operate(Operate::new("Device.LocalAgent.Controller.*.E2ESession.Reset()"));
    assert_eq!(
        told(&answer),
        [
            "Device.LocalAgent.Controller.1.E2ESession.Reset(): failed 7022",
            "Device.LocalAgent.Controller.2.E2ESession.Reset(): []",
        ]
    );
}

/// [R-MSG.4a]
#[test]
fn a_search_path_that_matches_nothing_runs_nothing() {
    let mut bench = Bench::new();
    let path = "Device.LocalAgent.Controller.[Alias==\"none\"].E2ESession.Reset()";
    assert_eq!(bench.operate(Operate::new(path)).operation_results, []);
}

/// [R-OPR.1]: nothing that is wrong with the path makes an Error of it.
#[test]
fn every_way_to_fail_has_its_code() {
    let mut bench = Bench::new();
    let cases = [
        ("Device.Nothing()", 7026),
        ("Device.LocalAgent.Controller.9.E2ESession.Reset()", 7016),
        ("Device.LocalAgent.", 7026),
        ("Device.LocalAgent.UpTime", 7026),
        ("Device.Reboot(", 7008),
        ("", 7008),
        // No handler: the device does not run it.
        ("Device.Reboot()", 7022),
        ("Device.SelfTestDiagnostics()", 7022),
    ];
    for (path, code) in cases {
        assert_eq!(told(&bench.operate(Operate::new(path))), [format!("{path}: failed {code}")]);
    }
}

#[test]
fn handlers_are_for_synchronous_commands_of_the_schema() {
    let mut bench = Bench::new();
    let unknown = bench.model.on_command("Device.Nothing()", |_, _| Ok(Vec::new())).unwrap_err();
    assert!(
        matches!(&unknown, RegisterError::Unknown { kind: "command", path, .. } if path == "Device.Nothing()")
    );
    let unfit = bench.model.on_command("Device.ScheduleTimer()", |_, _| Ok(Vec::new())).unwrap_err();
    assert!(
        matches!(&unfit, RegisterError::Unfit { path, .. } if path == "Device.ScheduleTimer()"),
        "{unfit}"
    );
}

/// Of an argument that is given twice the last counts, as in every protobuf map.
#[test]
fn the_last_of_two_equal_arguments_counts() {
    let mut bench = Bench::new();
    noting(&mut bench, "Device.LocalAgent.AddCertificate()");
    let mut operate = Operate::new("Device.LocalAgent.AddCertificate()");
    operate.input_args = [("Certificate", "first"), ("Certificate", "last")].into_iter().collect();
    let answer = bench.operate(operate);
    assert_eq!(told(&answer), ["Device.LocalAgent.AddCertificate(): [(\"Certificate\", \"last\")]"]);
}

/// [R-OPR.5], [R-OPR.7] hold in rows of arguments, too; what is wrong with the arguments comes before what is wrong
/// with the device.
#[test]
fn rows_of_arguments_are_checked() {
    let mut bench = Bench::new();
    let command = "Device.SoftwareModules.InstallDU()";
    let failure = |bench: &mut Bench, arguments: &[(&str, &str)]| {
        let mut operate = Operate::new(command);
        operate.input_args = arguments.iter().copied().collect();
        match bench.operate(operate).operation_results.remove(0).operation_resp {
            Some(OperationResp::CmdFailure(failure)) => failure.err_msg,
            other => panic!("a failure was due: {other:?}"),
        }
    };
    assert_eq!(failure(&mut bench, &[]), "the mandatory argument URL is missing");
    assert_eq!(
        failure(&mut bench, &[("URL", "http://x"), ("EnvVariable.1.Key", "a")]),
        "the mandatory argument EnvVariable.1.Value is missing"
    );
    // A row without a number is no argument, and ignored.
    assert_eq!(
        failure(&mut bench, &[("URL", "http://x"), ("EnvVariable.Key", "a"), ("EnvVariable.0.Key", "a")]),
        "Device.SoftwareModules.InstallDU(): this device does not run the command"
    );
}
