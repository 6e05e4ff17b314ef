//! Another schema for a model that lives.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

extern crate alloc;

#[path = "../common/mod.rs"]
mod common;
mod schemas;

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU32, Ordering};
use std::sync::Mutex;

use common::{Bench, lines};
use schemas::Device;
use usp_datamodel::schema::PrimitiveType;
use usp_datamodel::{
    Call, Cancellation, ChangeKind, DataModel, Limits, ReplaceSchemaError, Requester, SubscriberId, Unfit,
};
use usp_msg::{ErrorCode, GetSupportedDm, Operate};

const LINK: &str = "Device.Link.";
const WIFI: Device = Device { services: &["WiFi"], ..Device::FIRST };

fn bench(device: &Device) -> Bench {
    let mut model = DataModel::new(device.schema());
    model.record_changes(true);
    model.record_deltas(true);
    Bench { model, requester: Requester::DEVICE }
}

/// A device with WiFi: two links, of which the second stands on a unit of WiFi; a pin on the same and one on the first
/// link.
fn with_wifi() -> Bench {
    let mut bench = bench(&WIFI);
    bench.model.owned_by("Device.Pin.{i}.On").unwrap();
    bench.added("Device.WiFi.Unit.", &[("Name", "u")]);
    bench.added("Device.WiFi.Unit.1.Part.", &[("Label", "p")]);
    bench.added(LINK, &[("Name", "a"), ("Size", "7"), ("X_WiFi_Colour", "red")]);
    let on_unit = [("Name", "b"), ("Lower", "Device.WiFi.Unit.1"), ("Likes", "Device.WiFi.Unit.1")];
    bench.added(LINK, &on_unit);
    bench.added("Device.Pin.", &[("On", "Device.WiFi.Unit.1.Part.1")]);
    bench.added("Device.Pin.", &[("On", "Device.Link.1")]);
    bench.model.drain_deltas();
    bench.changes();
    bench
}

#[track_caller]
fn replaced(bench: &mut Bench, device: &Device) -> Vec<String> {
    let unfit = bench.model.replace_schema(device.schema()).unwrap();
    assert_eq!(bench.model.inconsistency(), None);
    unfit.iter().map(ToString::to_string).collect()
}

fn operate(command: &str, key: &str) -> Operate {
    Operate { command_key: key.to_owned(), send_resp: true, ..Operate::new(command) }
}

/// What is refused changes nothing.
#[track_caller]
fn refused(bench: &mut Bench, device: &Device) -> String {
    let (before, everything) = (bench.model.snapshot(), bench.everything());
    let schema = bench.model.schema().clone();
    let error = bench.model.replace_schema(device.schema()).unwrap_err();
    assert_eq!(bench.everything(), everything);
    assert_eq!(bench.model.snapshot(), before);
    assert_eq!(bench.model.schema(), &schema);
    assert_eq!((bench.changes(), bench.model.drain_deltas()), (vec![], vec![]));
    error.to_string()
}

/// A model that has what was saved, under the schema of this one.
#[track_caller]
fn restored(bench: &Bench, saved: &[Vec<u8>]) -> (Bench, Vec<Unfit>) {
    let mut model = DataModel::new(bench.model.schema().clone());
    let unfit = model.restore(saved.iter().map(Vec::as_slice)).unwrap();
    (Bench { model, requester: Requester::DEVICE }, unfit)
}

#[test]
fn what_both_have_stays_with_its_numbers() {
    let mut bench = bench(&Device::FIRST);
    for name in ["a", "b", "c", "d"] {
        bench.added(LINK, &[("Name", name), ("Size", "7")]);
    }
    bench.delete(false, &["Device.Link.2.", "Device.Link.4."]).unwrap();
    bench.device(&[("Device.Link.1.Status", "Up")]);
    bench.model.transient("Device.Link.{i}.Status").unwrap();
    bench.model.set_note("restart/key", Some("K-17"));
    bench.changes();
    let before = bench.everything();
    assert_eq!(replaced(&mut bench, &WIFI), Vec::<String>::new());
    assert_eq!(bench.value("Device.Link.1.Status"), "Up");
    assert_eq!(bench.model.note("restart/key"), Some("K-17"));
    assert_eq!(lines(&bench.changes()), Vec::<String>::new());
    // [R-ARC.8] numbers are not given out again.
    assert_eq!(replaced(&mut bench, &Device::FIRST), Vec::<String>::new());
    assert_eq!(bench.everything(), before);
    assert_eq!(bench.added(LINK, &[("Name", "e")]), "Device.Link.5.");
    // Keys are still unique, references still strong.
    let twice = bench.add(false, &[(LINK, &[("Name!", "a")])]).unwrap_err();
    assert_eq!(twice.param_errs[0].err_msg, "Device.Link.1. has the same unique key (Name)");
    let dangling = bench.set(false, &[("Device.Link.1.", &[("Lower!", "Device.Link.2")])]).unwrap_err();
    assert_eq!(dangling.param_errs[0].err_code, 7012);
    assert_eq!(bench.found("Device.Link.[Name==\"c\"]."), ["Device.Link.3."]);
}

#[test]
fn what_comes_has_its_defaults_and_is_supported() {
    let mut bench = bench(&Device::FIRST);
    bench.added(LINK, &[("Name", "a")]);
    assert_eq!(bench.get("Device.WiFi.").err_code, 7026);
    replaced(&mut bench, &WIFI);
    assert_eq!(bench.value("Device.WiFi.Radio.Channel"), "0");
    assert_eq!(bench.value("Device.Link.1.X_WiFi_Colour"), "");
    let supported = bench.supported(GetSupportedDm::new(["Device.WiFi."]));
    let paths: Vec<&str> = supported.req_obj_results[0]
        .supported_objs
        .iter()
        .map(|object| object.supported_obj_path.as_str())
        .collect();
    let expected =
        ["Device.WiFi.", "Device.WiFi.Radio.", "Device.WiFi.Unit.{i}.", "Device.WiFi.Unit.{i}.Part.{i}."];
    assert_eq!(paths, expected);
    assert_eq!(bench.added("Device.WiFi.Unit.", &[("Name", "u")]), "Device.WiFi.Unit.1.");
}

/// [R-ARC.12] strong references to what goes are cleaned, weak ones are left alone; what it owns goes with it.
#[test]
fn what_goes_goes_by_the_rules() {
    let mut bench = with_wifi();
    let subscribe = |bench: &mut Bench, id, kind, path| bench.model.subscribe(SubscriberId(id), kind, [path]);
    subscribe(&mut bench, 1, ChangeKind::ObjectDeletion, "Device.WiFi.Unit.");
    subscribe(&mut bench, 2, ChangeKind::ObjectDeletion, "Device.WiFi.Unit.[Name==\"u\"].Part.");
    subscribe(&mut bench, 3, ChangeKind::ValueChange, "Device.Link.[Name==\"b\"].");
    subscribe(&mut bench, 4, ChangeKind::ObjectDeletion, "Device.Pin.");
    assert_eq!(replaced(&mut bench, &Device::FIRST), Vec::<String>::new());
    let told: Vec<(String, Vec<u32>)> = bench
        .model
        .drain_notices()
        .into_iter()
        .map(|notice| (lines(&[notice.change]).remove(0), notice.subscribers.iter().map(|id| id.0).collect()))
        .collect();
    let told: Vec<(&str, &[u32])> = told.iter().map(|(line, ids)| (&**line, &**ids)).collect();
    assert_eq!(
        told,
        [
            ("-Device.WiFi.Unit.1.Part.1.", &[2][..]),
            ("-Device.WiFi.Unit.1.", &[1]),
            ("Device.Link.2.Lower=", &[3]),
            ("-Device.Pin.1.", &[4]),
            ("Device.PinNumberOfEntries=1", &[]),
            ("Device.WiFi.UnitNumberOfEntries=0", &[]),
        ]
    );
    assert_eq!(bench.value("Device.Link.2.Likes"), "Device.WiFi.Unit.1");
    assert_eq!(bench.get("Device.WiFi.Unit.1.").err_code, 7026);
}

#[test]
fn a_reference_to_a_single_object_that_goes_is_cleaned() {
    let mut bench = with_wifi();
    bench.set(false, &[("Device.Link.1.", &[("Lower!", "Device.WiFi.Radio")])]).unwrap();
    bench.set(false, &[("Device.Pin.2.", &[("On!", "Device.WiFi.Radio.Channel")])]).unwrap();
    bench.changes();
    assert_eq!(replaced(&mut bench, &Device::FIRST), Vec::<String>::new());
    assert_eq!(bench.value("Device.Link.1.Lower"), "");
    assert_eq!(bench.found("Device.Pin."), Vec::<String>::new());
    let told = lines(&bench.changes());
    assert!(told.contains(&"Device.Link.1.Lower=".to_owned()) && told.contains(&"-Device.Pin.2.".to_owned()));
}

/// A table that comes again is another one.
#[test]
fn a_table_that_was_gone_begins_with_the_first_number() {
    let mut bench = with_wifi();
    replaced(&mut bench, &Device::FIRST);
    replaced(&mut bench, &WIFI);
    assert_eq!(bench.value("Device.WiFi.UnitNumberOfEntries"), "0");
    assert_eq!(bench.value("Device.Link.1.X_WiFi_Colour"), "");
    assert_eq!(bench.value("Device.Link.1.Size"), "7");
    assert_eq!(bench.added("Device.WiFi.Unit.", &[("Name", "u")]), "Device.WiFi.Unit.1.");
}

#[test]
fn what_does_not_fit_is_given_up_and_told() {
    let mut bench = with_wifi();
    bench.set(false, &[("Device.Link.1.", &[("Mode!", "Fast"), ("Size!", "40")])]).unwrap();
    bench.set(false, &[("Device.Link.2.", &[("Mode!", "Slow")])]).unwrap();
    bench.changes();
    let second =
        Device { modes: &["Slow", "Off"], size: PrimitiveType::Boolean, default_size: "true", ..WIFI };
    let unfit = replaced(&mut bench, &second);
    assert_eq!(
        unfit,
        [
            "Device.Link.1.Mode was left out: \"Fast\" is not a valid string: allowed are Slow, Off",
            "Device.Link.1.Size was left out: \"40\" is not a valid boolean: only true, false, 1 and 0 are",
        ]
    );
    assert_eq!(bench.value("Device.Link.1.Size"), "true");
    assert_eq!(bench.value("Device.Link.2.Mode"), "Slow");
    let mut told = lines(&bench.changes());
    told.sort();
    // The second row had the default of the old schema.
    assert_eq!(told, ["Device.Link.1.Mode=", "Device.Link.1.Size=true", "Device.Link.2.Size=true"]);
}

#[test]
fn a_row_that_cannot_be_kept_is_refused() {
    let mut bench = with_wifi();
    bench.device(&[("Device.Link.2.Size", "7")]);
    bench.changes();
    bench.model.drain_deltas();
    let unique = Device { keys: &[&["Name"], &["Size"]], ..WIFI };
    assert_eq!(
        refused(&mut bench, &unique),
        "Device.Link.2. cannot be kept: Device.Link.1. has the same unique key (Size)"
    );
    let few = Device { most_links: Some(1), ..Device::FIRST };
    assert_eq!(
        refused(&mut bench, &few),
        "Device.Link.2. cannot be kept: Device.Link.{i}. holds 1 rows and takes no more"
    );
    // Whoever makes room first is served.
    bench.delete(false, &["Device.Link.2."]).unwrap();
    assert_eq!(replaced(&mut bench, &few), Vec::<String>::new());
    assert_eq!(replaced(&mut bench, &unique), Vec::<String>::new());
}

#[test]
fn references_that_become_strong_lead_somewhere() {
    let weak = Device { strong: false, ..Device::FIRST };
    let mut bench = bench(&weak);
    bench.added(LINK, &[("Name", "a"), ("Lower", "Device.Link.7")]);
    bench.added(LINK, &[("Name", "b"), ("Lower", "Device.Link.1")]);
    bench.changes();
    let unfit = replaced(&mut bench, &Device::FIRST);
    assert_eq!(unfit.len(), 1, "{unfit:?}");
    assert!(unfit[0].starts_with("Device.Link.1.Lower was left out: "), "{unfit:?}");
    assert_eq!(lines(&bench.changes()), ["Device.Link.1.Lower="]);
    bench.delete(false, &["Device.Link.1."]).unwrap();
    assert_eq!(bench.value("Device.Link.2.Lower"), "");
}

#[test]
fn hooks_are_asked_about_what_goes_and_may_refuse_it() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let may_go = Arc::new(AtomicU32::new(0));
    let mut bench = with_wifi();
    let (notes, allowed) = (Arc::clone(&seen), Arc::clone(&may_go));
    bench
        .model
        .on_prepare("Device.WiFi.", move |changes| {
            assert!(changes.requester().is_device());
            notes.lock().unwrap().extend(common::hooks::lines(changes));
            if allowed.load(Ordering::Relaxed) == 0 {
                let code = ErrorCode::REQUEST_DENIED;
                return Err(usp_datamodel::Refusal::new("Device.WiFi.Unit.1.", code, "somebody watches TV"));
            }
            Ok(())
        })
        .unwrap();
    let error = refused(&mut bench, &Device::FIRST);
    assert_eq!(error, "what goes is refused: somebody watches TV");
    assert_eq!(
        core::mem::take(&mut *seen.lock().unwrap()),
        ["-Device.WiFi.Unit.1.Part.1.", "-Device.WiFi.Unit.1."]
    );
    may_go.store(1, Ordering::Relaxed);
    replaced(&mut bench, &Device::FIRST);
    // It was for what is gone, and is gone itself.
    replaced(&mut bench, &WIFI);
    seen.lock().unwrap().clear();
    bench.added("Device.WiFi.Unit.", &[("Name", "u")]);
    assert_eq!(*seen.lock().unwrap(), Vec::<String>::new());
}

#[test]
fn a_hook_that_fails_leaves_the_model_as_it_was() {
    let mut bench = with_wifi();
    let hooks = common::hooks::Behaviour::default();
    hooks.register(&mut bench.model, "Device.WiFi.", 0..2);
    hooks.fail(Some(1), None);
    assert_eq!(refused(&mut bench, &Device::FIRST), "what goes is refused: hook 1 broke");
    assert_eq!(hooks.calls(), ["commit 0", "commit 1", "revert 0"]);
}

#[test]
fn what_was_registered_stays_where_it_fits() {
    let mut bench = bench(&WIFI);
    let model = &mut bench.model;
    model.live("Device.Link.{i}.Size", |numbers| Ok(numbers[0])).unwrap();
    model.live("Device.WiFi.Radio.Channel", |_| Ok(36_u32)).unwrap();
    model.on_create("Device.Link.{i}.", |_, row| row.give("Likes", "Device.Reset()")).unwrap();
    model.on_command("Device.Reset()", |_, _| Ok(vec![])).unwrap();
    model.on_async_command("Device.Test()", |_, _, _| Ok(())).unwrap();
    model.on_async_command("Device.WiFi.Scan()", |_, _, _| Ok(())).unwrap();
    bench.added(LINK, &[("Name", "a")]);
    assert_eq!(replaced(&mut bench, &Device::FIRST), Vec::<String>::new());
    assert_eq!(bench.value("Device.Link.1.Size"), "1");
    bench.requester = Requester::controller("Device.LocalAgent");
    bench.added(LINK, &[("Name", "b")]);
    bench.requester = Requester::DEVICE;
    assert_eq!(bench.value("Device.Link.2.Likes"), "Device.Reset()");
    assert!(bench.model.is_command_served("Device.Reset()"));
    assert!(bench.model.is_command_served("Device.Test()"));
    // What comes again has nothing of before.
    assert_eq!(replaced(&mut bench, &WIFI), Vec::<String>::new());
    assert_eq!(bench.value("Device.WiFi.Radio.Channel"), "0");
    assert!(!bench.model.is_command_served("Device.WiFi.Scan()"));
    let other = Device { size: PrimitiveType::String, test_is_asynchronous: false, ..WIFI };
    assert_eq!(
        replaced(&mut bench, &other),
        [
            "Device.Link.{i}.Size was left out: is of another type than what is read for it",
            "Device.Test() was left out: is synchronous now, and has no handler",
        ]
    );
    let key = Device { keys: &[&["Name"], &["Size"]], ..WIFI };
    bench.model.replace_schema(WIFI.schema()).unwrap();
    bench.model.live("Device.Link.{i}.Size", |numbers| Ok(numbers[0])).unwrap();
    assert_eq!(
        replaced(&mut bench, &key),
        ["Device.Link.{i}.Size was left out: is part of a Unique Key, so that its value must be stored",]
    );
    // [R-ADD.5] what the key lacks is made up.
    assert_ne!(bench.value("Device.Link.1.Size"), bench.value("Device.Link.2.Size"));
}

/// [R-OPR.0] [R-OPR.3] operations go on; those whose command goes are told to have ended, and have no Request any more.
#[test]
fn operations_go_on_unless_their_command_goes() {
    let canceled = Arc::new(Mutex::new(Vec::new()));
    let mut bench = bench(&WIFI);
    let tokens = Arc::clone(&canceled);
    for path in ["Device.Test()", "Device.WiFi.Scan()"] {
        bench.model.on_async_command(path, |_, _, _| Ok(())).unwrap();
    }
    bench
        .model
        .on_cancel("Device.WiFi.Scan()", move |token| {
            tokens.lock().unwrap().push(token);
            Ok(Cancellation::Canceling)
        })
        .unwrap();
    for (path, key) in [("Device.WiFi.Scan()", "scan"), ("Device.Test()", "test")] {
        bench.operate(operate(path, key));
    }
    bench.changes();
    let [scan, test] = bench.model.running_commands().collect::<Vec<_>>()[..] else { panic!("two run") };
    bench.model.subscribe(SubscriberId(9), ChangeKind::OperationComplete, ["Device.WiFi."]);
    replaced(&mut bench, &Device::FIRST);
    let notices = bench.model.drain_notices();
    assert_eq!(notices[0].subscribers, [SubscriberId(9)]);
    let changes: Vec<_> = notices.into_iter().map(|notice| notice.change).collect();
    assert_eq!(
        lines(&changes),
        [
            "Device.WiFi.Scan() [scan] failed 7023",
            "Device.LocalAgent.Request.1.Status=Canceled",
            "-Device.LocalAgent.Request.1.",
        ]
    );
    assert_eq!(*canceled.lock().unwrap(), [scan]);
    assert_eq!(bench.model.running_commands().collect::<Vec<_>>(), [test]);
    assert_eq!(bench.model.request_of(test).as_deref(), Some("Device.LocalAgent.Request.2."));
    bench.model.complete_command(scan, Ok(vec![])).unwrap_err();
    bench.model.complete_command(test, Ok(vec![])).unwrap();
    assert_eq!(bench.found("Device.LocalAgent.Request."), Vec::<String>::new());
    // No token is given out twice.
    bench.operate(operate("Device.Test()", "again"));
    assert!(bench.model.running_commands().all(|token| token > test));
}

#[test]
fn calls_that_wait_to_be_fetched_go_with_their_command() {
    let mut bench = bench(&WIFI);
    for path in ["Device.Reset()", "Device.WiFi.Scan()"] {
        bench.model.queue_command(path).unwrap();
    }
    for (path, key) in
        [("Device.WiFi.Scan()", "one"), ("Device.Reset()", "reset"), ("Device.WiFi.Scan()", "two")]
    {
        bench.operate(operate(path, key));
        if key == "one" {
            assert_eq!(bench.model.drain_calls().len(), 1);
        }
    }
    let one = bench.model.running_commands().next().unwrap();
    replaced(&mut bench, &Device::FIRST);
    // Who called Reset() has its answer already.
    let calls = bench.model.drain_calls();
    let [Call::Run(reset), Call::Cancel(token)] = &calls[..] else { panic!("{calls:?}") };
    assert_eq!((reset.command_key(), *token), ("reset", one));
    assert_eq!(bench.model.running_commands().next(), None);
    bench.operate(operate("Device.Reset()", "again"));
    assert_eq!(bench.model.drain_calls().len(), 1);
}

/// Subscriptions to what is not there yet are told when it comes.
#[test]
fn subscriptions_outlive_what_they_are_for() {
    let mut bench = bench(&Device::FIRST);
    let paths = [
        "Device.WiFi.Unit.",
        "Device.WiFi.Unit.*.",
        "Device.WiFi.Unit.[Name==\"u\"].",
        "Device.WiFi.Unit.1.",
        "Device.Link.[X_WiFi_Colour==\"red\"].Lower+.",
    ];
    for (number, path) in (0..).zip(paths) {
        bench.model.subscribe(SubscriberId(number), ChangeKind::ObjectCreation, [path]);
    }
    for _ in 0..2 {
        replaced(&mut bench, &WIFI);
        bench.changes();
        bench.added("Device.WiFi.Unit.", &[("Name", "u")]);
        let notices = bench.model.drain_notices();
        let told: Vec<u32> = notices[0].subscribers.iter().map(|id| id.0).collect();
        assert_eq!(told, [0, 1, 2, 3]);
        replaced(&mut bench, &Device::FIRST);
    }
    for number in 0..5 {
        bench.model.unsubscribe(SubscriberId(number));
    }
    assert_eq!(bench.model.inconsistency(), None);
}

/// What is saved comes back as the model is, under each of the schemas.
#[test]
fn deltas_say_what_a_restart_needs() {
    let mut bench = with_wifi();
    let mut saved = vec![bench.model.snapshot()];
    bench.set(false, &[("Device.Link.1.", &[("Mode!", "Fast")])]).unwrap();
    let second = Device { modes: &["Slow"], ..Device::FIRST };
    for device in [&second, &WIFI, &Device { size: PrimitiveType::String, ..WIFI }, &Device::FIRST] {
        replaced(&mut bench, device);
        saved.extend(bench.model.drain_deltas());
        let (again, unfit) = restored(&bench, &saved);
        assert_eq!(unfit, []);
        assert_eq!(again.model.snapshot(), bench.model.snapshot());
        bench.added(LINK, &[("Name", device.default_size)]);
        bench.delete(false, &["Device.Link.[Name==\"1\"]."]).unwrap();
        bench.model.set_note("seen", Some("yes"));
        saved.extend(bench.model.drain_deltas());
        let (mut again, unfit) = restored(&bench, &saved);
        assert_eq!(unfit, []);
        assert_eq!(again.model.snapshot(), bench.model.snapshot());
        assert_eq!(again.everything(), bench.everything());
    }
}

#[test]
fn farewell_sees_the_model_without_what_goes_under_the_old_schema() {
    let mut bench = with_wifi();
    let mut seen = Vec::new();
    bench
        .model
        .replace_schema_after(Device::FIRST.schema(), |model, notices| {
            assert_eq!(model.objects_at("Device.WiFi.Unit.").unwrap(), Vec::<String>::new());
            assert_eq!(model.schema(), &WIFI.schema());
            seen = notices;
        })
        .unwrap();
    assert_eq!(seen.len(), 6);
    assert_eq!(bench.changes(), []);
    // Nothing to do, nothing to see.
    bench.model.replace_schema_after(Device::FIRST.schema(), |_, _| panic!("nothing goes")).unwrap();
}

#[test]
fn the_model_may_hold_as_many_rows_as_before() {
    let limits = Limits { max_all_rows: 2, ..Limits::default() };
    let mut model = DataModel::with_limits(Device::FIRST.schema(), limits);
    model.record_changes(true);
    let mut bench = Bench { model, requester: Requester::DEVICE };
    for name in ["a", "b"] {
        bench.added(LINK, &[("Name", name)]);
    }
    assert_eq!(replaced(&mut bench, &WIFI), Vec::<String>::new());
    assert_eq!(bench.add(false, &[(LINK, &[("Name!", "c")])]).unwrap_err().err_code, 7005);
    let error = ReplaceSchemaError::Refused(usp_datamodel::Fault::new(ErrorCode::REQUEST_DENIED, "no"));
    assert_eq!(error.to_string(), "what goes is refused: no");
}
