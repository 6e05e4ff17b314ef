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
    // U7: no enumeration is left at the value that says nothing.
    for object in &result.supported_objs {
        for parameter in &object.supported_params {
            assert_ne!((parameter.value_type, parameter.value_change), (0, 0), "{parameter:?}");
        }
        assert!(object.supported_commands.iter().all(|command| command.command_type != 0));
        assert!(object.supported_obj_path.ends_with('.'), "{}", object.supported_obj_path);
        assert!(object.supported_obj_path.starts_with(AGENT), "{}", object.supported_obj_path);
    }
}

/// T12: the children tell their keys, as in the standard's example.
#[test]
fn tp469_1_73_first_level_only() {
    let result = supported(GetSupportedDm::new([AGENT]).first_level_only());
    let depth = |path: &str| path.replace(".{i}", "").matches('.').count();
    assert!(result.supported_objs.iter().skip(1).all(|object| depth(&object.supported_obj_path) == 3));
    let [params, commands, events, keys] = counts(object(&result, AGENT));
    assert!(params > 10 && commands > 0 && events > 1, "{params} {commands} {events}");
    assert_eq!(keys, 0);
    assert_eq!(counts(object(&result, "Device.LocalAgent.Controller.{i}.")), [0, 0, 0, 2]);
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
    assert!(result.supported_objs.len() > 5);
    for object in &result.supported_objs {
        assert_eq!(counts(object), [0, 0, 0, 0], "{}", object.supported_obj_path);
    }
    assert!(object(&result, "Device.LocalAgent.Controller.{i}.").is_multi_instance);
}

#[test]
fn tp469_1_75_two_tables_named_without_their_rows() {
    let get = GetSupportedDm::new([CTL, "Device.LocalAgent.MTP."]).first_level_only();
    let answer = Bench::new().supported(get);
    let [controllers, mtps] = &answer.req_obj_results[..] else { panic!("two results: {answer:?}") };
    let first = &controllers.supported_objs[0];
    assert_eq!(first.supported_obj_path, "Device.LocalAgent.Controller.{i}.");
    assert_eq!(counts(first)[3], 2);
    assert!(counts(first)[0] > 10);
    assert_eq!(mtps.supported_objs[0].supported_obj_path, "Device.LocalAgent.MTP.{i}.");
    let names: Vec<&str> = controllers.supported_objs[1..].iter().map(|o| &*o.supported_obj_path).collect();
    assert!(names.contains(&"Device.LocalAgent.Controller.{i}.BootParameter.{i}."), "{names:?}");
}

#[test]
fn tp469_1_76_the_whole_model() {
    let mut bench = Bench::new();
    let answer = bench.supported(GetSupportedDm::new(["Device."]));
    let schema = bench.model.schema();
    let objects = &answer.req_obj_results[0].supported_objs;
    let parameters: usize = objects.iter().map(|object| object.supported_params.len()).sum();
    let roots = schema.root("Device").unwrap();
    assert_eq!(objects.len(), roots.subtree().len());
    let wanted: usize = roots
        .subtree()
        .map(|id| schema.object(usp_schema::ObjectId::new(id)).unwrap().parameters().len())
        .sum();
    assert_eq!(parameters, wanted);
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
    assert!(result.supported_objs.iter().all(|object| object.supported_commands.is_empty()));
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
    let cases = [
        ("Device.Reboot()", "Device.", [0, 1, 0, 0]),
        ("Device.Boot!", "Device.", [0, 0, 1, 0]),
        ("Device.LocalAgent.EndpointID", AGENT, [1, 0, 0, 0]),
        ("Device.LocalAgent.Controller.{i}.Enable", "Device.LocalAgent.Controller.{i}.", [1, 0, 0, 0]),
    ];
    for (path, owner, wanted) in cases {
        for get in [
            GetSupportedDm::new([path]),
            GetSupportedDm { obj_paths: vec![path.into()], ..GetSupportedDm::default() },
        ] {
            let result = supported(get);
            let [object] = &result.supported_objs[..] else { panic!("one object: {result:?}") };
            assert_eq!((&*object.supported_obj_path, counts(object)), (owner, wanted));
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
