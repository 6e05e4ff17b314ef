//! What the device is told, by hooks and of its commands, when rows carry other models.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

extern crate alloc;

mod common;

use alloc::sync::Arc;
use std::sync::Mutex;

use common::gateway::{PROXIED, TABLE, composition, devices, image};
use common::hooks;
use common::{Bench, lines};
use usp_datamodel::schema::{CommandSpec, ObjectSpec};
use usp_datamodel::{DataModel, Fault, Refusal, Requester};
use usp_msg::{ErrorCode, Operate};

const ONE: &str = "Device.ProxiedDevice.1.";
const CHANNEL: &str = "Device.ProxiedDevice.1.Mesh.Channel";

/// What a hook for a part of the model was asked: the changes, and then values before and after.
type Seen = Arc<Mutex<Vec<String>>>;

fn watch(model: &mut DataModel, scope: &str, values: &'static [&'static str]) -> Seen {
    let seen = Seen::default();
    let log = Arc::clone(&seen);
    let prepare =
        move |changes: &usp_datamodel::StagedChanges<'_>| {
            let mut log = log.lock().unwrap();
            log.extend(hooks::lines(changes));
            let text = |value: Option<usp_datamodel::schema::Value>| value.map(|value| value.to_string());
            log.extend(values.iter().map(|path| {
                format!("{path}: {:?} {:?}", text(changes.before(path)), text(changes.after(path)))
            }));
            Ok(())
        };
    model.on_prepare(scope, prepare).unwrap();
    seen
}

fn taken(seen: &Seen) -> Vec<String> {
    core::mem::take(&mut *seen.lock().unwrap())
}

/// Single objects go with a mount as rows do: whoever has set them on the device learns it.
#[test]
fn hooks_see_the_values_that_go_with_a_mount() {
    let mut bench = devices();
    bench.device(&[(CHANNEL, "11")]);
    let scope = "Device.ProxiedDevice.{zigbee}.Mesh.";
    let seen = watch(&mut bench.model, scope, &[CHANNEL, "Device.ProxiedDevice.1.Mesh.Router"]);
    bench.model.unmount(ONE).unwrap();
    assert_eq!(
        taken(&seen),
        [
            "Device.ProxiedDevice.1. carries zigbee no more",
            "Device.ProxiedDevice.1.Mesh.Channel: Some(\"11\") None",
            "Device.ProxiedDevice.1.Mesh.Router: Some(\"\") None",
        ]
    );
    bench.model.mount(ONE, "zigbee").unwrap();
    assert_eq!(
        taken(&seen),
        [
            "Device.ProxiedDevice.1. carries zigbee",
            "Device.ProxiedDevice.1.Mesh.Channel: None Some(\"0\")",
            "Device.ProxiedDevice.1.Mesh.Router: None Some(\"\")",
        ]
    );
    // What another mount has is no concern of it; nor is a row that carried nothing else.
    bench.model.mount("Device.ProxiedDevice.3.", "wifi").unwrap();
    bench.model.mount(ONE, "zigbee").unwrap();
    assert_eq!(taken(&seen), [""; 0]);
}

/// What comes in place of something that has the same names does not hide it.
#[test]
fn before_is_what_a_row_carried_and_after_what_it_carries() {
    let mut bench = devices();
    let seen = watch(
        &mut bench.model,
        "",
        &[
            "Device.ProxiedDevice.1.Lamp.1.Colour",
            "Device.ProxiedDevice.1.Mesh.Channel",
            "Device.ProxiedDevice.1.Radio.Stats.Errors",
            "Device.ProxiedDevice.1.Alias",
        ],
    );
    bench.device(&[(CHANNEL, "11")]);
    taken(&seen);
    bench.model.mount(ONE, "wifi").unwrap();
    assert_eq!(
        taken(&seen),
        [
            "-Device.ProxiedDevice.1.Lamp.1.",
            "-Device.ProxiedDevice.1.Lamp.2.",
            "Device.ProxiedDevice.1. carries zigbee no more",
            "Device.ProxiedDevice.1. carries wifi",
            "Device.ProxiedDevice.1.Lamp.1.Colour: Some(\"5\") None",
            "Device.ProxiedDevice.1.Mesh.Channel: Some(\"11\") None",
            "Device.ProxiedDevice.1.Radio.Stats.Errors: None Some(\"0\")",
            "Device.ProxiedDevice.1.Alias: Some(\"one\") Some(\"one\")",
        ]
    );
}

/// A hook for rows alone is not asked about objects that it does not know.
#[test]
fn a_hook_for_a_table_in_a_mount_sees_its_rows_alone() {
    let mut bench = devices();
    let seen = watch(&mut bench.model, "Device.ProxiedDevice.{zigbee}.Lamp.{i}.", &[]);
    bench.model.unmount(ONE).unwrap();
    assert_eq!(taken(&seen), ["-Device.ProxiedDevice.1.Lamp.1.", "-Device.ProxiedDevice.1.Lamp.2."]);
    bench.model.mount(ONE, "zigbee").unwrap();
    assert_eq!(taken(&seen), [""; 0]);
}

/// The device's own changes end like those of a Message: a refusal undoes all, whatever path it names.
#[test]
fn what_a_hook_refuses_of_a_mount_is_undone() {
    let mut bench = devices();
    bench.device(&[(CHANNEL, "11")]);
    let (before, saved) = (bench.everything(), bench.model.snapshot());
    for path in [ONE, CHANNEL, "Device.Nonsense", ""] {
        let mut refused = DataModel::new(bench.model.schema().clone());
        assert_eq!(refused.restore([&*saved]).unwrap(), []);
        let mut refused = Bench { model: refused, requester: bench.requester.clone() };
        refused.model.record_changes(true);
        let refuse = move |_: &usp_datamodel::StagedChanges<'_>| {
            Err(Refusal::new(path, ErrorCode::REQUEST_DENIED, "it is in use"))
        };
        refused.model.on_prepare("Device.ProxiedDevice.{zigbee}.Mesh.", refuse).unwrap();
        for outcome in [refused.model.unmount(ONE), refused.model.mount(ONE, "wifi")] {
            let fault = outcome.unwrap_err();
            assert_eq!((fault.code(), fault.message()), (ErrorCode::REQUEST_DENIED, "it is in use"));
        }
        assert_eq!(
            (refused.everything(), refused.model.snapshot(), lines(&refused.changes())),
            (before.clone(), saved.clone(), vec![])
        );
        assert_eq!(refused.model.inconsistency(), None);
    }
}

/// [R-OPR.3] a command that runs in what goes is stopped by nobody: it ends when the device says so, and that is told.
#[test]
fn r_opr_3_a_command_runs_on_when_its_mount_goes() {
    const WARM: &str = "Device.ProxiedDevice.{heater}.Heater.Warm()";
    let heater = image("heater", |builder, device| {
        let heater = builder.object(Some(device), ObjectSpec::single("Heater")).unwrap();
        let asynchronous = CommandSpec { asynchronous: true, ..CommandSpec::new("Warm()") };
        builder.command(heater, asynchronous).unwrap();
    });
    let schema = composition().with_mount(TABLE, "heater", heater).unwrap().schema().clone();
    let mut bench = Bench { model: DataModel::new(schema), requester: Requester::DEVICE };
    bench.model.record_changes(true);
    let row = bench.added(PROXIED, &[("Alias", "one")]);
    bench.model.mount(&row, "heater").unwrap();
    bench.model.queue_command(WARM).unwrap();
    let command = format!("{row}Heater.Warm()");
    let start = |bench: &mut Bench, key: &str| {
        let operate = Operate::new(command.as_str()).with_key(key);
        bench.model.process(&operate.into(), &Requester::DEVICE).unwrap();
        let Some(usp_datamodel::Call::Run(run)) = bench.model.drain_calls().pop() else { panic!("a call") };
        run.token().unwrap()
    };
    let (first, second) = (start(&mut bench, "first"), start(&mut bench, "second"));
    bench.changes();
    bench.model.unmount(&row).unwrap();
    assert_eq!(bench.model.drain_calls(), []);
    assert_eq!(bench.model.running_commands().collect::<Vec<_>>(), [first, second]);
    // One ends after it has gone, and one after it has come again.
    bench.model.complete_command(first, Ok(Vec::new())).unwrap();
    bench.model.mount(&row, "heater").unwrap();
    let fault = Fault::new(ErrorCode::COMMAND_FAILURE, "unplugged");
    bench.model.complete_command(second, Err(fault)).unwrap();
    let told = lines(&bench.changes());
    assert_eq!(told, [format!("{command} [first] []"), format!("{command} [second] failed 7022")]);
    assert_eq!(bench.model.running_commands().count(), 0);
    // It is a command like any other again.
    start(&mut bench, "third");
    assert_eq!(bench.model.inconsistency(), None);
}
