//! Get, by the scenarios of TP-469 chapter 1.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{Bench, CTL, SUB, names, vc};
use usp_datamodel::{Fault, Requester};
use usp_msg::{ErrorCode, GetResp, get_resp};

const AGENT: &str = "Device.LocalAgent.";
const VERSION: &str = "Device.LocalAgent.SoftwareVersion";
const FIRST: &str = "Device.LocalAgent.Subscription.1.";

/// Subscriptions that expire after these times; the odd ones are enabled.
fn expiring(times: &[&str]) -> Bench {
    let mut bench = Bench::new();
    for (number, time) in times.iter().enumerate() {
        let enable = if number % 2 == 0 { "true" } else { "false" };
        let id = number.to_string();
        bench.added(SUB, &[("ID", &id), ("Enable", enable), ("NotifExpiration", time)]);
    }
    bench
}

/// The numbers of the Subscriptions that an expression finds.
#[track_caller]
fn chosen(bench: &mut Bench, expression: &str) -> Vec<u32> {
    let found = bench.found(&format!("{SUB}[{expression}]."));
    let number = |path: &String| path.strip_prefix(SUB).unwrap().trim_end_matches('.').parse().unwrap();
    found.iter().map(number).collect()
}

/// [R-GET.2, R-GET.3]
#[test]
fn tp469_1_36_one_parameter() {
    let mut bench = Bench::new();
    let result = bench.get("Device.LocalAgent.EndpointID");
    assert_eq!(result.err_code, 0);
    let [resolved] = &result.resolved_path_results[..] else { panic!("one object: {result:?}") };
    assert_eq!(resolved.resolved_path, AGENT);
    assert_eq!(names(&resolved.result_params), ["EndpointID"]);
    assert_eq!(resolved.result_params.get("EndpointID"), Some("os::012345-AGENT"));
}

#[test]
fn tp469_1_37_two_parameters_are_not_merged() {
    let mut bench = Bench::new();
    let answer = bench.get_depth(&["Device.LocalAgent.EndpointID", VERSION], 0);
    let told: Vec<_> = answer
        .req_path_results
        .iter()
        .map(|result| {
            let resolved = &result.resolved_path_results[0];
            (&*result.requested_path, &*resolved.resolved_path, names(&resolved.result_params))
        })
        .collect();
    assert_eq!(
        told,
        [
            ("Device.LocalAgent.EndpointID", AGENT, vec!["EndpointID"]),
            (VERSION, AGENT, vec!["SoftwareVersion"]),
        ]
    );
}

#[test]
fn tp469_1_38_parameters_of_two_objects() {
    let mut bench = Bench::new();
    bench.added(SUB, &vc("get38", VERSION));
    let paths = ["Device.LocalAgent.EndpointID", "Device.LocalAgent.Subscription.1.Enable"];
    let told = results(bench.get_depth(&paths, 0));
    let [first, second] = &told[..] else { panic!("two results: {told:?}") };
    assert_eq!(first, &(paths[0].into(), 0, vec![format!("{AGENT} EndpointID=os::012345-AGENT")]));
    assert_eq!(second, &(paths[1].into(), 0, vec![format!("{FIRST} Enable=true")]));
}

/// Path, code and objects of each result, one line for each object: `path Param=value`.
fn results(answer: GetResp) -> Vec<(String, u32, Vec<String>)> {
    let object = |object: &get_resp::ResolvedPathResult| {
        let params = object.result_params.iter();
        let params: String = params.map(|(name, text)| format!(" {name}={text}")).collect();
        format!("{}{params}", object.resolved_path)
    };
    answer
        .req_path_results
        .into_iter()
        .map(|result| {
            let objects = result.resolved_path_results.iter().map(object).collect();
            (result.requested_path, result.err_code, objects)
        })
        .collect()
}

#[test]
fn tp469_1_39_an_object_with_its_sub_objects() {
    let mut bench = Bench::new();
    let result = bench.get(AGENT);
    let paths: Vec<&str> = result.resolved_path_results.iter().map(|r| &*r.resolved_path).collect();
    assert_eq!(paths[0], AGENT);
    for path in ["Device.LocalAgent.Controller.1.", "Device.LocalAgent.Controller.2.E2ESession."] {
        assert!(paths.contains(&path), "{paths:?}");
    }
    let nested = result.resolved_path_results.iter().flat_map(|r| r.result_params.keys());
    assert_eq!(nested.filter(|name| name.contains('.')).count(), 0);
}

#[test]
fn tp469_1_40_a_row() {
    let mut bench = Bench::new();
    bench.added(SUB, &vc("get40", VERSION));
    let result = bench.get(FIRST);
    let [resolved] = &result.resolved_path_results[..] else { panic!("one object: {result:?}") };
    assert_eq!(resolved.resolved_path, FIRST);
    assert_eq!(resolved.result_params.len(), 13);
    assert_eq!(resolved.result_params.get("ID"), Some("get40"));
    assert_eq!(resolved.result_params.get("TimeToLive"), Some("0"));
}

/// [R-GET.0]
#[test]
fn tp469_1_41_unsupported_parameter() {
    let mut bench = Bench::new();
    let result = bench.get("Device.LocalAgent.InvalidParameter");
    assert_eq!(result.err_code, 7026);
    assert_eq!(
        result.err_msg,
        "Device.LocalAgent.InvalidParameter is not in the Supported Data Model of this Agent"
    );
    assert_eq!(result.resolved_path_results, []);
}

#[test]
fn tp469_1_42_one_of_two_is_unsupported() {
    let mut bench = Bench::new();
    let paths = ["Device.LocalAgent.EndpointID", "Device.LocalAgent.InvalidParameter"];
    let told = results(bench.get_depth(&paths, 0));
    let [first, second] = &told[..] else { panic!("two results: {told:?}") };
    assert_eq!(first, &(paths[0].into(), 0, vec![format!("{AGENT} EndpointID=os::012345-AGENT")]));
    assert_eq!(second, &(paths[1].into(), 7026, vec![]));
}

/// [R-MSG.3]
#[test]
fn tp469_1_43_unique_key_address() {
    let mut bench = Bench::new();
    bench.added(SUB, &vc("get43", VERSION));
    let keys = ["ID==\"get43\"&&Recipient==\"Device.LocalAgent.Controller.1\"", "Alias==\"cpe-1\""];
    for key in keys {
        let result = bench.get(&format!("{SUB}[{key}].Enable"));
        assert_eq!(result.resolved_path_results.len(), 1, "{key}");
        assert_eq!(result.resolved_path_results[0].resolved_path, FIRST);
        assert_eq!(names(&result.resolved_path_results[0].result_params), ["Enable"]);
    }
}

/// [R-ARC.10] every row that there is, and none that is gone.
#[test]
fn tp469_1_44_wildcard_parameter() {
    let mut bench = expiring(&["1", "2", "3", "4"]);
    bench.delete(false, &[&format!("{SUB}3.")]).unwrap();
    let path = format!("{SUB}*.Enable");
    let rows = [(1, "true"), (2, "false"), (4, "false")];
    let rows = rows.map(|(number, enable)| format!("{SUB}{number}. Enable={enable}"));
    assert_eq!(results(bench.get_depth(&[&path], 0)), [(path, 0, rows.to_vec())]);
}

/// [R-ARC.10]
#[test]
fn tp469_1_45_wildcard_rows() {
    let mut bench = expiring(&["1", "2", "3", "4"]);
    bench.delete(false, &[&format!("{SUB}3.")]).unwrap();
    let result = bench.get(&format!("{SUB}*."));
    assert_eq!((result.err_code, result.resolved_path_results.len()), (0, 3));
    for (number, row) in [1, 2, 4].into_iter().zip(&result.resolved_path_results) {
        // All of each row, as if it were asked for by its number.
        let alone = bench.get(&format!("{SUB}{number}.")).resolved_path_results;
        assert_eq!(alone, core::slice::from_ref(row));
        assert_eq!(row.result_params.len(), 13);
        assert_eq!(row.result_params.get("NotifExpiration"), Some(&*number.to_string()));
    }
}

/// [R-ARC.9]
#[test]
fn tp469_1_46_to_1_51_operators() {
    let mut bench = expiring(&["5", "10", "20", "0"]);
    assert_eq!(chosen(&mut bench, "Enable==true"), [1, 3]);
    assert_eq!(chosen(&mut bench, "Enable!=true"), [2, 4]);
    assert_eq!(chosen(&mut bench, "NotifExpiration>10"), [3]);
    assert_eq!(chosen(&mut bench, "NotifExpiration<10"), [1, 4]);
    assert_eq!(chosen(&mut bench, "NotifExpiration>=10"), [2, 3]);
    assert_eq!(chosen(&mut bench, "NotifExpiration<=10"), [1, 2, 4]);
}

/// [R-GET.1a], T3
#[test]
fn tp469_1_82_and_1_86_search_that_matches_nothing() {
    let mut bench = Bench::new();
    assert_eq!(bench.found(&format!("{SUB}[Enable==true].")), Vec::<String>::new());
    bench.added(SUB, &[("ID", "disabled")]);
    assert_eq!(bench.found(&format!("{SUB}[Enable==true].")), Vec::<String>::new());
}

/// [R-GET.1b]
#[test]
fn tp469_1_87_a_table_without_rows() {
    let mut bench = Bench::new();
    assert_eq!(bench.found(SUB), Vec::<String>::new());
}

/// T2: [R-GET.0] an absent row is error 7026, the same asked by wildcard is an empty answer.
#[test]
fn tp469_1_85_an_absent_row() {
    let mut bench = Bench::new();
    for path in ["Device.LocalAgent.Subscription.9.", "Device.LocalAgent.Subscription.9.Enable"] {
        let result = bench.get(path);
        assert_eq!(result.err_code, 7026);
        assert_eq!(result.err_msg, format!("{path} does not exist in the Instantiated Data Model"));
    }
    assert_eq!(bench.found(&format!("{SUB}*.Enable")), Vec::<String>::new());
    assert_eq!(bench.get(&format!("{SUB}[Alias==\"x\"].Enable")).err_code, 0);
}

/// [R-GET.5], T26: a table and its rows are one level.
#[test]
fn tp469_1_89_max_depth() {
    let mut bench = Bench::new();
    bench.added("Device.LocalAgent.Controller.1.MTP.", &[("Alias", "m")]);
    let mut paths = |path: &str, depth| -> Vec<String> {
        let answer = bench.get_depth(&[path], depth);
        let resolved = answer.req_path_results[0].resolved_path_results.iter();
        resolved.map(|result| result.resolved_path.clone()).collect()
    };
    assert_eq!(paths(AGENT, 1), [AGENT]);
    let second = paths(AGENT, 2);
    assert!(second.contains(&"Device.LocalAgent.ControllerTrust.".to_owned()), "{second:?}");
    assert!(second.contains(&"Device.LocalAgent.Controller.1.".to_owned()), "{second:?}");
    assert!(!second.contains(&"Device.LocalAgent.Controller.1.MTP.1.".to_owned()), "{second:?}");
    assert!(paths(AGENT, 3).contains(&"Device.LocalAgent.Controller.1.MTP.1.".to_owned()));
    assert_eq!(paths(AGENT, 0), paths(AGENT, 64));
    assert_eq!(paths(CTL, 1), [format!("{CTL}1."), format!("{CTL}2.")]);
    assert_eq!(paths(&format!("{CTL}*."), 1), [format!("{CTL}1."), format!("{CTL}2.")]);
    assert_eq!(paths("Device.LocalAgent.EndpointID", 1), [AGENT]);
}

/// T11: official requests leave the final dot out.
#[test]
fn the_final_dot_may_be_missing() {
    let mut bench = Bench::new();
    assert_eq!(bench.found("Device.LocalAgent.Controller"), bench.found(CTL));
    assert_eq!(bench.found("Device.LocalAgent")[0], AGENT);
    assert_eq!(bench.found("Device.LocalAgent.Controller.1")[0], format!("{CTL}1."));
}

#[test]
fn a_path_that_cannot_be_read_is_7008_and_others_go_on() {
    let mut bench = Bench::new();
    let answer = bench.get_depth(&["Device..", "Device.LocalAgent.UpTime", "", "Device.A.[x]."], 0);
    let codes: Vec<u32> = answer.req_path_results.iter().map(|result| result.err_code).collect();
    assert_eq!(codes, [7008, 0, 7008, 7008]);
    let uptime = &answer.req_path_results[1].resolved_path_results[0];
    assert_eq!(uptime.result_params.get("UpTime"), Some("77"));
}

#[test]
fn commands_and_events_cannot_be_read() {
    let mut bench = Bench::new();
    for path in ["Device.Reboot()", "Device.Boot!"] {
        assert_eq!(bench.get(path).err_code, 7026, "{path}");
    }
}

#[test]
fn a_live_parameter_that_fails_is_7003_for_its_path_alone() {
    let mut bench = Bench::new();
    let broken = |_: &[u32]| Err::<u32, _>(Fault::new(ErrorCode::INTERNAL_ERROR, "the sensor is gone"));
    bench.model.live("Device.LocalAgent.UpTime", broken).unwrap();
    let answer = bench.get_depth(&["Device.LocalAgent.UpTime", "Device.LocalAgent.EndpointID"], 0);
    let [failed, fine] = &answer.req_path_results[..] else { panic!("two results: {answer:?}") };
    assert_eq!(failed.err_code, 7003);
    assert_eq!(failed.err_msg, "Device.LocalAgent.UpTime cannot be read: the sensor is gone");
    assert_eq!(fine.err_code, 0);
}

/// TR-106 A.2.3.5: a secured parameter reads as the null value of its type, and cannot be guessed either.
#[test]
fn secured_parameters_are_empty_for_controllers_and_visible_to_the_device() {
    let mut bench = Bench::new();
    bench.requester = Requester::DEVICE;
    let point = bench.added("Device.WiFi.AccessPoint.", &[("Alias", "ap")]);
    let secret = format!("{point}Security.KeyPassphrase");
    bench.changes();
    bench.device(&[(&secret, "top secret")]);
    // Who is told of the change gets no more to see than who reads.
    assert_eq!(common::lines(&bench.changes()), [format!("{secret}=")]);
    assert_eq!(bench.value(&secret), "top secret");
    assert_eq!(bench.model.value_at(&secret).unwrap().to_string(), "top secret");
    let guess = "Device.WiFi.AccessPoint.[Security.KeyPassphrase==\"top secret\"].";
    assert_eq!(bench.found(guess)[0], point);
    bench.requester = Requester::controller("Device.LocalAgent.Controller.1");
    assert_eq!(bench.value(&secret), "");
    assert_eq!(bench.found(guess), Vec::<String>::new());
    let empty = "Device.WiFi.AccessPoint.[Security.KeyPassphrase==\"\"].";
    assert_eq!(bench.found(empty)[0], point);
    let answer = bench.set(false, &[(&*point, &[("Security.KeyPassphrase!", "12345678")])]).unwrap();
    assert_eq!(common::told(&answer), [format!("{point}: {point} Security.KeyPassphrase=")]);
    // A wrong secret is not repeated.
    let error = bench.set(false, &[(&*point, &[("Security.KeyPassphrase!", "short")])]).unwrap_err();
    assert!(!error.param_errs[0].err_msg.contains("short"), "{error:?}");
    assert_eq!(error.param_errs[0].err_code, 7012);
}
