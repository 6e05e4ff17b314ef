//! A populated model on the project's own data model, and requests in a line each.
// A panic is how a test reports; the fixture serves several test programs, each of which needs a part of it.
#![allow(clippy::unwrap_used, clippy::panic, dead_code)]

pub mod commands;
pub mod gateway;
pub mod hooks;
pub mod house;
pub mod roles;

use usp_codegen::{ImageOptions, Model};
use usp_datamodel::{Change, DataModel, Limits, Requester};
use usp_msg::response::RespType;
use usp_msg::{
    Add, AddResp, Delete, DeleteResp, Error, Get, GetInstances, GetInstancesResp, GetResp, GetSupportedDm,
    GetSupportedDmResp, Map, Msg, Operate, OperateResp, Request, Set, SetResp, add, delete_resp, get_resp,
    set, set_resp,
};

pub const SUB: &str = "Device.LocalAgent.Subscription.";
pub const CTL: &str = "Device.LocalAgent.Controller.";

/// The model with two Controllers and nothing else in the tables.
pub struct Bench {
    pub model: DataModel,
    pub requester: Requester,
}

impl Bench {
    pub fn new() -> Self {
        Self::with_limits(Limits::default())
    }

    pub fn with_limits(limits: Limits) -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/usp-device.xml");
        let document = Model::from_file(path).unwrap();
        let schema = document.to_schema(&ImageOptions::default()).unwrap();
        let mut model = DataModel::with_limits(schema, limits);
        model
            .on_create("Device.LocalAgent.Subscription.{i}.", |requester, row| {
                row.give("Recipient", requester.controller_row().unwrap_or_default());
            })
            .unwrap();
        model.owned_by("Device.LocalAgent.Subscription.{i}.Recipient").unwrap();
        model.live("Device.LocalAgent.UpTime", |_| Ok(77_u32)).unwrap();
        let mut bench = Self { model, requester: Requester::DEVICE };
        bench.device(&[("Device.LocalAgent.EndpointID", "os::012345-AGENT")]);
        for name in ["one", "two"] {
            let endpoint = format!("self::{name}");
            bench
                .add(false, &[(CTL, &[("EndpointID", &*endpoint), ("Alias", name), ("Enable", "true")])])
                .unwrap();
        }
        bench.requester = Requester::controller("Device.LocalAgent.Controller.1");
        bench.model.record_changes(true);
        bench
    }

    /// Values that the device sets.
    #[track_caller]
    pub fn device(&mut self, values: &[(&str, &str)]) {
        for (path, text) in values {
            self.model.update_value_at(path, text).unwrap();
        }
    }

    /// What a request comes to; each answer keeps the rules for Messages.
    fn response(&mut self, request: impl Into<Request>) -> Result<RespType, Error> {
        let result = self.model.process(&request.into(), &self.requester);
        let msg = match result.clone() {
            Ok(response) => Msg::response_to("id", response),
            Err(error) => Msg::error_to("id", error),
        };
        assert_eq!(msg.validate(), Ok(()));
        let response = result?.resp_type.unwrap();
        assert_sound(&response);
        Ok(response)
    }

    /// A setting whose name ends in `!` is required.
    pub fn add(
        &mut self,
        allow_partial: bool,
        entries: &[(&str, &[(&str, &str)])],
    ) -> Result<AddResp, Error> {
        let entries = entries.iter().map(|(path, settings)| {
            settings.iter().fold(add::CreateObject::new(*path), |entry, (name, text)| {
                match name.strip_suffix('!') {
                    Some(name) => entry.required(name, *text),
                    None => entry.optional(*name, *text),
                }
            })
        });
        let add = Add { allow_partial, ..Add::new(entries) };
        match self.response(add)? {
            RespType::AddResp(answer) => Ok(answer),
            other => panic!("an AddResp was due: {other:?}"),
        }
    }

    /// As `add`, of one row that must succeed; gives its path.
    #[track_caller]
    pub fn added(&mut self, path: &str, settings: &[(&str, &str)]) -> String {
        let answer = self.add(false, &[(path, settings)]).unwrap();
        let success = answer.created_obj_results[0].outcome().unwrap().unwrap();
        assert_eq!(success.param_errs, []);
        success.instantiated_path.clone()
    }

    pub fn set(
        &mut self,
        allow_partial: bool,
        entries: &[(&str, &[(&str, &str)])],
    ) -> Result<SetResp, Error> {
        let entries = entries.iter().map(|(path, settings)| {
            settings.iter().fold(set::UpdateObject::new(*path), |entry, (name, text)| {
                match name.strip_suffix('!') {
                    Some(name) => entry.required(name, *text),
                    None => entry.optional(*name, *text),
                }
            })
        });
        let set = Set { allow_partial, ..Set::new(entries) };
        match self.response(set)? {
            RespType::SetResp(answer) => Ok(answer),
            other => panic!("a SetResp was due: {other:?}"),
        }
    }

    pub fn delete(&mut self, allow_partial: bool, paths: &[&str]) -> Result<DeleteResp, Error> {
        let delete = Delete { allow_partial, ..Delete::new(paths.iter().copied()) };
        match self.response(delete)? {
            RespType::DeleteResp(answer) => Ok(answer),
            other => panic!("a DeleteResp was due: {other:?}"),
        }
    }

    pub fn get_depth(&mut self, paths: &[&str], max_depth: u32) -> GetResp {
        let get = Get::new(paths.iter().copied()).with_max_depth(max_depth);
        match self.response(get).unwrap() {
            RespType::GetResp(answer) => answer,
            other => panic!("a GetResp was due: {other:?}"),
        }
    }

    /// The result for one path.
    pub fn get(&mut self, path: &str) -> get_resp::RequestedPathResult {
        let answer = self.get_depth(&[path], 0);
        assert_eq!(answer.req_path_results.len(), 1);
        assert_eq!(answer.req_path_results[0].requested_path, path);
        answer.req_path_results[0].clone()
    }

    /// The resolved paths for one path that must be without error.
    #[track_caller]
    pub fn found(&mut self, path: &str) -> Vec<String> {
        let result = self.get(path);
        assert_eq!((result.err_code, result.err_msg.as_str()), (0, ""), "{path}");
        result.resolved_path_results.into_iter().map(|result| result.resolved_path).collect()
    }

    /// The one value of a parameter.
    #[track_caller]
    pub fn value(&mut self, path: &str) -> String {
        let result = self.get(path);
        assert_eq!(result.resolved_path_results.len(), 1, "{result:?}");
        let params = &result.resolved_path_results[0].result_params;
        params.get(path.rsplit('.').next().unwrap()).unwrap().to_owned()
    }

    pub fn instances(&mut self, paths: &[&str], first_level_only: bool) -> GetInstancesResp {
        let get = GetInstances { first_level_only, ..GetInstances::new(paths.iter().copied()) };
        match self.response(get).unwrap() {
            RespType::GetInstancesResp(answer) => answer,
            other => panic!("a GetInstancesResp was due: {other:?}"),
        }
    }

    pub fn supported(&mut self, get: GetSupportedDm) -> GetSupportedDmResp {
        match self.response(get).unwrap() {
            RespType::GetSupportedDmResp(answer) => answer,
            other => panic!("a GetSupportedDmResp was due: {other:?}"),
        }
    }

    pub fn operate(&mut self, operate: Operate) -> OperateResp {
        match self.response(operate).unwrap() {
            RespType::OperateResp(answer) => answer,
            other => panic!("an OperateResp was due: {other:?}"),
        }
    }

    pub fn changes(&mut self) -> Vec<Change> {
        self.model.drain_changes()
    }

    /// Everything that there is, to compare before and after. The indexes must agree with it.
    #[track_caller]
    pub fn everything(&mut self) -> GetResp {
        assert_eq!(self.model.inconsistency(), None);
        let root = self.model.schema().roots().next().unwrap().path();
        self.get_depth(&[&root], 0)
    }
}

/// Paths of objects end in a dot, names within them are relative, and no enumeration is left at the value that says
/// nothing (U5 to U7).
fn assert_sound(response: &RespType) {
    let object = |path: &str| assert!(path.ends_with('.'), "{path}");
    let names = |names: &Map| {
        let relative = |name: &str| !name.starts_with("Device.") && !name.ends_with('.');
        assert!(names.keys().all(relative), "{names:?}");
    };
    match response {
        RespType::GetResp(answer) => {
            for found in answer.req_path_results.iter().flat_map(|result| &result.resolved_path_results) {
                object(&found.resolved_path);
                assert!(found.result_params.keys().all(|name| !name.contains('.')), "{found:?}");
            }
        }
        RespType::GetInstancesResp(answer) => {
            for row in answer.req_path_results.iter().flat_map(|result| &result.curr_insts) {
                object(&row.instantiated_obj_path);
                names(&row.unique_keys);
            }
        }
        RespType::AddResp(answer) => {
            for success in answer.created_obj_results.iter().filter_map(|result| result.outcome()?.ok()) {
                object(&success.instantiated_path);
                names(&success.unique_keys);
            }
        }
        RespType::SetResp(answer) => {
            for result in &answer.updated_obj_results {
                match result.outcome().unwrap() {
                    Ok(success) => success.updated_inst_results.iter().for_each(|row| {
                        object(&row.affected_path);
                        names(&row.updated_params);
                    }),
                    Err(failure) => {
                        failure.updated_inst_failures.iter().for_each(|row| object(&row.affected_path));
                    }
                }
            }
        }
        RespType::DeleteResp(answer) => {
            for success in answer.deleted_obj_results.iter().filter_map(|result| result.outcome()?.ok()) {
                success.affected_paths.iter().for_each(|path| object(path));
                success.unaffected_path_errs.iter().for_each(|error| object(&error.unaffected_path));
            }
        }
        RespType::GetSupportedDmResp(answer) => {
            for found in answer.req_obj_results.iter().flat_map(|result| &result.supported_objs) {
                object(&found.supported_obj_path);
                for parameter in &found.supported_params {
                    assert!(parameter.value_type != 0 && parameter.value_change != 0, "{parameter:?}");
                    assert!(!parameter.param_name.contains('.'), "{parameter:?}");
                }
                for command in &found.supported_commands {
                    assert!(command.command_name.ends_with("()") && command.command_type != 0, "{command:?}");
                }
                assert!(
                    found.supported_events.iter().all(|event| event.event_name.ends_with('!')),
                    "{found:?}"
                );
            }
        }
        _ => {}
    }
}

/// A SetResp, one line for each result: what was set where, and the codes of what failed.
///
/// `path: object Param=value !Param:code; object …` or, for a failure, `path: failed code; object !Param:code`.
pub fn told(answer: &SetResp) -> Vec<String> {
    let errors = |errors: &[set_resp::ParameterError]| {
        errors.iter().map(|error| format!(" !{}:{}", error.param, error.err_code)).collect::<String>()
    };
    let line = |result: &set_resp::UpdatedObjectResult| {
        let objects: Vec<String> = match result.outcome().unwrap() {
            Ok(success) => success
                .updated_inst_results
                .iter()
                .map(|object| {
                    let set = object.updated_params.iter();
                    let set: String = set.map(|(name, value)| format!(" {name}={value}")).collect();
                    format!("{}{set}{}", object.affected_path, errors(&object.param_errs))
                })
                .collect(),
            Err(failure) => core::iter::once(format!("failed {}", failure.err_code))
                .chain(
                    failure
                        .updated_inst_failures
                        .iter()
                        .map(|object| format!("{}{}", object.affected_path, errors(&object.param_errs))),
                )
                .collect(),
        };
        format!("{}: {}", result.requested_path, objects.join("; "))
    };
    answer.updated_obj_results.iter().map(line).collect()
}

/// A DeleteResp, one line for each result: `path: row row !row:code` or `path: failed code`.
pub fn deleted(answer: &DeleteResp) -> Vec<String> {
    let line = |result: &delete_resp::DeletedObjectResult| {
        let what = match result.outcome().unwrap() {
            Ok(success) => {
                let rows = success.affected_paths.iter().map(|path| format!(" {path}"));
                let left = success.unaffected_path_errs.iter();
                rows.chain(left.map(|error| format!(" !{}:{}", error.unaffected_path, error.err_code)))
                    .collect::<String>()
            }
            Err(failure) => format!(" failed {}", failure.err_code),
        };
        format!("{}:{what}", result.requested_path)
    };
    answer.deleted_obj_results.iter().map(line).collect()
}

/// Changes, one line each: `path=value`, `+row`, `-row`.
pub fn lines(changes: &[Change]) -> Vec<String> {
    let line = |change: &Change| match change {
        Change::ValueChange { path, value } => format!("{path}={value}"),
        Change::ObjectCreation { path, .. } => format!("+{path}"),
        Change::ObjectDeletion { path } => format!("-{path}"),
        Change::OperationComplete { path, command_key, result: Ok(output) } => {
            format!("{path} [{command_key}] {output:?}")
        }
        Change::OperationComplete { path, command_key, result: Err(fault) } => {
            format!("{path} [{command_key}] failed {}", fault.code().value())
        }
        other => panic!("a kind of change that the tests do not know: {other:?}"),
    };
    changes.iter().map(line).collect()
}

/// The standard Subscription of the TP-469 scenarios.
pub fn vc<'a>(id: &'a str, reference: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("Enable", "true"), ("ID", id), ("NotifType", "ValueChange"), ("ReferenceList!", reference)]
}

/// Outer code, and path and code of each parameter error.
pub fn codes(error: &Error) -> (u32, Vec<(&str, u32)>) {
    let errors = error.param_errs.iter().map(|error| (error.param_path.as_str(), error.err_code));
    (error.err_code, errors.collect())
}

pub fn names(map: &Map) -> Vec<&str> {
    let mut names: Vec<&str> = map.keys().collect();
    names.sort_unstable();
    names
}
