//! GetSupportedDM, by the scenarios of TP-469 chapter 1.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{Bench, CTL};
use usp_datamodel::KeysOfChildren;
use usp_msg::GetSupportedDm;
use usp_msg::get_supported_dm_resp::{
    CmdType, ObjAccessType, ParamAccessType, ParamValueType, RequestedObjectResult, SupportedObjectResult,
};

const AGENT: &str = "Device.LocalAgent.";

/// The result for one path.
fn supported(get: GetSupportedDm) -> RequestedObjectResult {
    let path = get.obj_paths[0].clone();
    let answer = Bench::new().supported(get);
    assert_eq!(answer.req_obj_results.len(), 1);
    assert_eq!(answer.req_obj_results[0].req_obj_path, path);
    answer.req_obj_results[0].clone()
}

#[track_caller]
fn object<'a>(result: &'a RequestedObjectResult, path: &str) -> &'a SupportedObjectResult {
    result.supported_objs.iter().find(|object| object.supported_obj_path == path).unwrap()
}

/// How many parameters, commands, events and keys are told.
fn counts(object: &SupportedObjectResult) -> [usize; 4] {
    [
        object.supported_params.len(),
        object.supported_commands.len(),
        object.supported_events.len(),
        object.unique_key_sets.len(),
    ]
}

#[test]
fn tp469_1_72_everything_below() {
    let result = supported(GetSupportedDm::new([AGENT]));
    assert_eq!(result.err_code, 0);
    assert_eq!(result.data_model_inst_uri, "urn:usp-rs:usp-device-1-0-0");
    assert_eq!(result.supported_objs[0].supported_obj_path, AGENT);
    let agent = object(&result, AGENT);
    let endpoint = agent.supported_params.iter().find(|p| p.param_name == "EndpointID").unwrap();
    assert_eq!(endpoint.access, i32::from(ParamAccessType::ReadOnly));
    assert_eq!(endpoint.value_type, i32::from(ParamValueType::String));
    assert_eq!(agent.supported_commands[0].command_name, "AddCertificate()");
    assert_eq!(agent.supported_commands[0].command_type, i32::from(CmdType::Sync));
    assert_eq!(agent.supported_commands[0].input_arg_names, ["Alias", "Certificate"]);
    let rows = object(&result, "Device.LocalAgent.Subscription.{i}.");
    assert_eq!((rows.access, rows.is_multi_instance), (i32::from(ObjAccessType::AddDelete), true));
    let alias = rows.supported_params.iter().find(|p| p.param_name == "Alias").unwrap();
    assert_eq!(alias.access, i32::from(ParamAccessType::ReadWrite));
    let list = rows.supported_params.iter().find(|p| p.param_name == "ReferenceList").unwrap();
    assert_eq!(list.value_type, i32::from(ParamValueType::String));
    assert!(rows.supported_params.len() > 10);
    let keys: Vec<_> = rows.unique_key_sets.iter().map(|key| key.key_names.clone()).collect();
    assert_eq!(keys, [vec!["Alias"], vec!["Recipient", "ID"]]);
    assert_has_all(AGENT, &result);
    // U7: no enumeration is left at the value that says nothing, and each kind has its mark.
    for object in &result.supported_objs {
        for parameter in &object.supported_params {
            assert!(parameter.value_type != 0 && parameter.value_change != 0, "{parameter:?}");
        }
        for command in &object.supported_commands {
            assert!(command.command_name.ends_with("()") && command.command_type != 0, "{command:?}");
        }
        assert!(object.supported_events.iter().all(|event| event.event_name.ends_with('!')), "{object:?}");
        assert_eq!(object.is_multi_instance, object.supported_obj_path.ends_with(".{i}."));
        // Only rows have keys.
        assert!(object.is_multi_instance || object.unique_key_sets.is_empty(), "{object:?}");
    }
}

/// Every object of the schema from a path on is told once, with all that it has.
#[track_caller]
fn assert_has_all(path: &str, result: &RequestedObjectResult) {
    let bench = Bench::new();
    let schema = bench.model.schema();
    let wanted = schema.object_at(path).unwrap().subtree_objects().map(|object| {
        let (commands, events) = (object.commands().len(), object.events().len());
        (object.path(), [object.parameters().len(), commands, events, object.unique_keys().count()])
    });
    let told = result.supported_objs.iter();
    let told = told.map(|object| (object.supported_obj_path.clone(), counts(object)));
    assert_eq!(told.collect::<Vec<_>>(), wanted.collect::<Vec<_>>());
}

/// T12: the children tell their keys, as in the standard's example.
#[test]
fn tp469_1_73_first_level_only() {
    let result = supported(GetSupportedDm::new([AGENT]).first_level_only());
    let whole = supported(GetSupportedDm::new([AGENT]));
    assert_eq!(result.supported_objs[0], whole.supported_objs[0], "all of the object itself");
    assert_eq!(counts(&result.supported_objs[0]), [17, 1, 3, 0]);
    assert_eq!(
        children(&result),
        [
            ("Certificate.{i}.", 2),
            ("Controller.{i}.", 2),
            ("ControllerTrust.", 0),
            ("MTP.{i}.", 1),
            ("Monitor.{i}.", 1),
            ("Request.{i}.", 2),
            ("Subscription.{i}.", 2),
            ("Threshold.{i}.", 1),
            ("Watchdog.{i}.", 1),
        ]
    );
}

/// The objects below the one that was asked for, which tell no more than their keys: relative path and number of keys.
#[track_caller]
fn children(result: &RequestedObjectResult) -> Vec<(&str, usize)> {
    let (parent, children) = result.supported_objs.split_first().unwrap();
    let mut told = Vec::new();
    for child in children {
        let [parameters, commands, events, keys] = counts(child);
        assert_eq!([parameters, commands, events], [0, 0, 0], "{child:?}");
        told.push((child.supported_obj_path.strip_prefix(&*parent.supported_obj_path).unwrap(), keys));
    }
    told
}

/// T12: or the children tell nothing but themselves, as chosen. The object itself has its keys either way.
#[test]
fn tp469_1_75_children_without_keys() {
    let mut bench = Bench::new();
    bench.model.supported_keys_of_children(KeysOfChildren::LeftOut);
    let answer = bench.supported(GetSupportedDm::new([AGENT, CTL]).first_level_only());
    let [agent, controllers] = &answer.req_obj_results[..] else { panic!("two results: {answer:?}") };
    assert_eq!(counts(object(agent, "Device.LocalAgent.Controller.{i}.")), [0, 0, 0, 0]);
    assert_eq!(counts(&controllers.supported_objs[0])[3], 2);
    assert!(controllers.supported_objs.iter().skip(1).all(|child| counts(child) == [0, 0, 0, 0]));
    // Below all levels it makes no difference.
    let whole = bench.supported(GetSupportedDm::new([AGENT]));
    assert_eq!(counts(object(&whole.req_obj_results[0], "Device.LocalAgent.Controller.{i}."))[3], 2);
}

#[test]
fn tp469_1_74_nothing_but_objects() {
    let get = GetSupportedDm {
        return_commands: false,
        return_events: false,
        return_params: false,
        return_unique_key_sets: false,
        ..GetSupportedDm::new([AGENT]).first_level_only()
    };
    let result = supported(get);
    for object in &result.supported_objs {
        assert_eq!(counts(object), [0, 0, 0, 0], "{}", object.supported_obj_path);
    }
    let told: Vec<_> = result
        .supported_objs
        .iter()
        .map(|object| (&*object.supported_obj_path, object.access, object.is_multi_instance))
        .collect();
    let (closed, open) = (i32::from(ObjAccessType::ReadOnly), i32::from(ObjAccessType::AddDelete));
    assert_eq!(
        told,
        [
            (AGENT, closed, false),
            ("Device.LocalAgent.Certificate.{i}.", closed, true),
            ("Device.LocalAgent.Controller.{i}.", open, true),
            ("Device.LocalAgent.ControllerTrust.", closed, false),
            ("Device.LocalAgent.MTP.{i}.", open, true),
            ("Device.LocalAgent.Monitor.{i}.", open, true),
            ("Device.LocalAgent.Request.{i}.", closed, true),
            ("Device.LocalAgent.Subscription.{i}.", open, true),
            ("Device.LocalAgent.Threshold.{i}.", open, true),
            ("Device.LocalAgent.Watchdog.{i}.", open, true),
        ]
    );
}

#[test]
fn tp469_1_75_two_tables_named_without_their_rows() {
    let get = GetSupportedDm::new([CTL, "Device.LocalAgent.MTP."]).first_level_only();
    let answer = Bench::new().supported(get);
    let [controllers, mtps] = &answer.req_obj_results[..] else { panic!("two results: {answer:?}") };
    assert_eq!((&*controllers.req_obj_path, controllers.err_code), (CTL, 0));
    assert_eq!((&*mtps.req_obj_path, mtps.err_code), ("Device.LocalAgent.MTP.", 0));
    let whole = supported(GetSupportedDm::new([AGENT]));
    for (result, path) in
        [(controllers, "Device.LocalAgent.Controller.{i}."), (mtps, "Device.LocalAgent.MTP.{i}.")]
    {
        assert_eq!(&result.supported_objs[0], object(&whole, path));
    }
    assert!(counts(&controllers.supported_objs[0])[0] > 10);
    let below =
        [("BootParameter.{i}.", 2), ("E2ESession.", 0), ("MTP.{i}.", 2), ("TransferCompletePolicy.", 0)];
    assert_eq!(children(controllers), below);
    assert_eq!(children(mtps), [("MQTT.", 0), ("STOMP.", 0), ("UDS.", 0), ("WebSocket.", 0)]);
}

#[test]
fn tp469_1_76_the_whole_model() {
    let result = supported(GetSupportedDm::new(["Device."]));
    assert_eq!((result.err_code, &*result.data_model_inst_uri), (0, "urn:usp-rs:usp-device-1-0-0"));
    assert!(result.supported_objs.len() > 100);
    assert_has_all("Device.", &result);
}

/// What a profile of TR-181 asks for: objects, and their parameters with `=` before those that may be read only.
#[track_caller]
fn assert_has(objects: &[(&str, &[&str])]) {
    for (path, parameters) in objects {
        let result = supported(GetSupportedDm::new([*path]));
        let object = object(&result, path);
        for name in *parameters {
            let (name, access) = match name.strip_prefix('=') {
                Some(name) => (name, ParamAccessType::ReadOnly),
                None => (*name, ParamAccessType::ReadWrite),
            };
            let found = object.supported_params.iter().find(|found| found.param_name == name);
            assert_eq!(
                found.unwrap_or_else(|| panic!("{path}{name}")).access,
                i32::from(access),
                "{path}{name}"
            );
        }
    }
}

/// [R-STOMP.0, R-STOMP.1] by the profiles STOMPConn:1, STOMPController:1, STOMPAgent:1 and STOMPHeartbeat:1.
#[test]
fn tp469_6_1_the_model_has_what_stomp_needs() {
    let connection: &[&str] = &[
        "Alias",
        "Enable",
        "=Status",
        "Host",
        "Port",
        "VirtualHost",
        "ServerRetryInitialInterval",
        "ServerRetryIntervalMultiplier",
        "ServerRetryMaxInterval",
        "EnableHeartbeats",
        "OutgoingHeartbeat",
        "IncomingHeartbeat",
    ];
    assert_has(&[
        ("Device.STOMP.", &["=ConnectionNumberOfEntries"]),
        ("Device.STOMP.Connection.{i}.", connection),
        ("Device.LocalAgent.Controller.{i}.MTP.{i}.STOMP.", &["Reference", "Destination"]),
        ("Device.LocalAgent.MTP.{i}.STOMP.", &["Reference", "Destination", "=DestinationFromServer"]),
    ]);
    let rows = supported(GetSupportedDm::new(["Device.STOMP.Connection."]));
    assert_eq!(rows.supported_objs[0].access, i32::from(ObjAccessType::AddDelete));
}

/// By the profiles UDSAgent:1 and UDSController:1.
#[test]
fn r_uds_1_the_model_has_what_unix_domain_sockets_need() {
    assert_has(&[
        ("Device.UnixDomainSockets.", &["=UnixDomainSocketNumberOfEntries"]),
        ("Device.UnixDomainSockets.UnixDomainSocket.{i}.", &["Alias", "=Mode", "=Path"]),
        ("Device.LocalAgent.MTP.{i}.UDS.", &["UnixDomainSocketRef"]),
        ("Device.LocalAgent.Controller.{i}.MTP.{i}.UDS.", &["UnixDomainSocketRef", "=USPServiceRef"]),
    ]);
}

/// [R-GSP.0]
#[test]
fn tp469_1_77_unsupported_object() {
    let result = supported(GetSupportedDm::new(["Device.LocalAgent.UnsupportedObject."]));
    assert_eq!(result.err_code, 7026);
    assert_eq!(result.supported_objs, []);
}

#[test]
fn tp469_1_97_commands_only() {
    let get = GetSupportedDm {
        return_events: false,
        return_params: false,
        return_unique_key_sets: false,
        ..GetSupportedDm::new(["Device."])
    };
    let result = supported(get);
    for object in &result.supported_objs {
        let [params, _, events, keys] = counts(object);
        assert_eq!((params, events, keys), (0, 0, 0));
    }
    let timer = &object(&result, "Device.").supported_commands;
    let timer = timer.iter().find(|command| command.command_name == "ScheduleTimer()").unwrap();
    assert_eq!(timer.input_arg_names, ["DelaySeconds"]);
    assert_eq!(timer.command_type, i32::from(CmdType::Async));
    let firmware = &object(&result, "Device.DeviceInfo.FirmwareImage.{i}.").supported_commands;
    let activate = firmware.iter().find(|command| command.command_name == "Activate()").unwrap();
    assert!(activate.input_arg_names.contains(&"TimeWindow.{i}.Start".to_owned()), "{activate:?}");
}

#[test]
fn tp469_1_98_events_only() {
    let get = GetSupportedDm {
        return_commands: false,
        return_params: false,
        return_unique_key_sets: false,
        ..GetSupportedDm::new(["Device."])
    };
    let result = supported(get);
    let boot = &object(&result, "Device.").supported_events[0];
    assert_eq!(boot.event_name, "Boot!");
    assert_eq!(boot.arg_names, ["Cause", "CommandKey", "FirmwareUpdated", "ParameterMap", "Reason"]);
    let whole = supported(GetSupportedDm::new(["Device."]));
    assert_eq!(result.supported_objs.len(), whole.supported_objs.len());
    for (told, all) in result.supported_objs.iter().zip(&whole.supported_objs) {
        assert_eq!(counts(told), [0, 0, all.supported_events.len(), 0], "{}", told.supported_obj_path);
        assert_eq!(told.supported_events, all.supported_events);
    }
}

/// T11: without the final dot.
#[test]
fn tp469_1_99_unique_keys_only() {
    let get = GetSupportedDm {
        return_commands: false,
        return_events: false,
        return_params: false,
        ..GetSupportedDm::new(["Device.LocalAgent.Subscription"])
    };
    let result = supported(get);
    let [subscription] = &result.supported_objs[..] else { panic!("one object: {result:?}") };
    assert_eq!(counts(subscription), [0, 0, 0, 2]);
    let keys: Vec<_> = subscription.unique_key_sets.iter().map(|key| key.key_names.clone()).collect();
    assert_eq!(keys, [vec!["Alias"], vec!["Recipient", "ID"]]);
}

/// For what is no object all flags are ignored.
#[test]
fn tp469_1_105_to_1_107_one_command_event_or_parameter() {
    let controllers = "Device.LocalAgent.Controller.{i}.";
    let cases = [
        ("Device.Reboot()", "Device.", "Reboot()", [0, 1, 0, 0]),
        ("Device.Boot!", "Device.", "Boot!", [0, 0, 1, 0]),
        ("Device.LocalAgent.EndpointID", AGENT, "EndpointID", [1, 0, 0, 0]),
        ("Device.LocalAgent.Controller.{i}.Enable", controllers, "Enable", [1, 0, 0, 0]),
    ];
    for (path, owner, name, wanted) in cases {
        for get in [
            GetSupportedDm::new([path]),
            GetSupportedDm { obj_paths: vec![path.into()], ..GetSupportedDm::default() },
        ] {
            let result = supported(get);
            assert_eq!(result.err_code, 0, "{}", result.err_msg);
            let [object] = &result.supported_objs[..] else { panic!("one object: {result:?}") };
            assert_eq!((&*object.supported_obj_path, counts(object)), (owner, wanted));
            let parameters = object.supported_params.iter().map(|found| &*found.param_name);
            let commands = object.supported_commands.iter().map(|found| &*found.command_name);
            let events = object.supported_events.iter().map(|found| &*found.event_name);
            assert_eq!(parameters.chain(commands).chain(events).collect::<Vec<_>>(), [name]);
        }
    }
}

/// A path with Instance Numbers asks about rows that exist.
#[test]
fn instantiated_paths() {
    let result = supported(GetSupportedDm::new(["Device.LocalAgent.Controller.1."]));
    assert_eq!(result.supported_objs[0].supported_obj_path, "Device.LocalAgent.Controller.{i}.");
    let result = supported(GetSupportedDm::new(["Device.LocalAgent.Controller.1.Enable"]));
    assert_eq!(counts(&result.supported_objs[0]), [1, 0, 0, 0]);
    let result = supported(GetSupportedDm::new(["Device.LocalAgent.Controller.9."]));
    assert_eq!((result.err_code, &*result.err_msg), (7016, "Device.LocalAgent.Controller.9. does not exist"));
}

#[test]
fn what_cannot_be_read_is_7008() {
    for path in ["Device..", "", "Device.LocalAgent.Controller.{x}."] {
        assert_eq!(supported(GetSupportedDm::new([path])).err_code, 7008, "{path}");
    }
}
