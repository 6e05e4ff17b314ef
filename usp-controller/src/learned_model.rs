//! What an Agent says that it supports, as a schema.

use alloc::borrow::{Cow, ToOwned};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use usp_msg::GetSupportedDmResp;
use usp_msg::get_supported_dm_resp::{
    CmdType, ObjAccessType, ParamAccessType, SupportedCommandResult, SupportedEventResult,
    SupportedObjectResult, SupportedParamResult, ValueChangeType,
};
use usp_schema::{
    ActiveNotify, BuildError, CommandSpec, EventSpec, ObjectAccess, ObjectHandle, ObjectSpec,
    ParameterAccess, ParameterSpec, PrimitiveType, Schema, SchemaBuilder, SyntaxSpec,
};

use crate::divergence::Divergence;

/// How many objects, parameters, commands, events and arguments a learned model has at most.
///
/// All of TR-181 2.19.1 has less than a third of it.
pub const MAX_LEARNED_ELEMENTS: usize = 100_000;

/// Why no model can be learned from an answer. The fault is the Agent's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LearnError {
    /// The Agent answered one of the paths with an error.
    #[error("the Agent refused {path} with {err_code}: {err_msg}")]
    Refused {
        /// The path of the request.
        path: String,
        /// The error code of USP.
        err_code: u32,
        /// What the Agent says of it.
        err_msg: String,
    },
    /// A path is not that of an object in supported form, with a dot at its end.
    #[error("\"{path}\" is not the supported path of an object")]
    Path {
        /// The path.
        path: String,
    },
    /// The answer describes one element in two ways.
    #[error("{path} is described in two ways")]
    Contradiction {
        /// The full path of the element.
        path: String,
    },
    /// The answer has more than [`MAX_LEARNED_ELEMENTS`].
    #[error("the Agent tells of more than {MAX_LEARNED_ELEMENTS} elements")]
    TooLarge,
    /// A name is not valid, a Unique Key names no parameter, or the model does not fit in an image.
    #[error(transparent)]
    Build(#[from] BuildError),
}

/// Builds a schema of what an Agent supports (TR-369 section "GetSupportedDM").
///
/// The results may come in any order, and one object more than once, as the answers to `first_level_only` do: what is
/// said of it is put together. The specification of the schema is the first `data_model_inst_uri`. What the answer
/// says less precisely than a model does becomes what is true in any case:
///
/// | in the answer | in the schema |
/// |---|---|
/// | a path of which an object above is not in the answer | that object, read-only |
/// | `PARAM_UNKNOWN`, and arguments, which have no type at all | `string`, which any value is |
/// | `PARAM_WRITE_ONLY` | `readWrite` and hidden |
/// | `VALUE_CHANGE_WILL_IGNORE` | active notification may be denied |
/// | `CMD_UNKNOWN` | synchronous |
/// | a set of unique keys | a Unique Key, non-functional |
/// | `divergent_paths` | a mount point; below it what is told in the answer to a path of an instance, mounted as `row-3` for `Device.ProxiedDevice.3.`; else nothing: ask again with these paths |
///
/// # Errors
///
/// The Agent refused a path, contradicts itself, or describes what no model can be. Time and memory are bounded by the
/// size of the answer and by [`MAX_LEARNED_ELEMENTS`].
///
/// ```
/// use usp_controller::learn_model;
/// use usp_controller::msg::GetSupportedDmResp;
/// use usp_controller::msg::get_supported_dm_resp::{RequestedObjectResult, SupportedObjectResult};
///
/// let object = SupportedObjectResult {
///     supported_obj_path: "Device.IP.Interface.{i}.".into(),
///     is_multi_instance: true,
///     ..Default::default()
/// };
/// let result = RequestedObjectResult { supported_objs: vec![object], ..Default::default() };
/// let schema = learn_model(&GetSupportedDmResp { req_obj_results: vec![result] })?;
/// assert!(schema.object_at("Device.IP.Interface.{i}.").is_some_and(|object| object.is_table()));
/// # Ok::<(), usp_controller::LearnError>(())
/// ```
pub fn learn_model(answer: &GetSupportedDmResp) -> Result<Schema, LearnError> {
    let divergence = Divergence::new(answer);
    let mut told: BTreeMap<Cow<'_, str>, Told<'_>> = BTreeMap::new();
    let mut mount_points = BTreeSet::new();
    for result in &answer.req_obj_results {
        if result.err_code != 0 {
            return Err(LearnError::Refused {
                path: result.req_obj_path.clone(),
                err_code: result.err_code,
                err_msg: result.err_msg.clone(),
            });
        }
        for object in &result.supported_objs {
            let path = object.supported_obj_path.as_str();
            if path.split('.').any(|segment| segment.starts_with('{') && segment != "{i}") {
                return Err(LearnError::Path { path: path.to_owned() });
            }
            let path = divergence.exact(path, &result.req_obj_path);
            if !object.divergent_paths.is_empty() && path.ends_with(".{i}.") {
                mount_points.insert(path.clone());
            }
            told.entry(path).or_insert_with(|| Told::new(object)).add(object)?;
        }
    }
    let uri = answer.req_obj_results.iter().map(|result| result.data_model_inst_uri.as_str());
    let uri = uri.into_iter().find(|uri| !uri.is_empty()).unwrap_or_default();
    let mut learning = Learning {
        builder: SchemaBuilder::new("learned", uri),
        tables: BTreeMap::new(),
        mount_points,
        elements: 0,
    };
    // A path stands before the longer ones that begin with it, and so does an object before those below it, and a table
    // before what is mounted there.
    for (path, told) in told {
        learning.object(&path, &told)?;
    }
    Ok(learning.builder.build()?)
}

/// All that an answer says of one object.
struct Told<'a> {
    access: i32,
    is_multi_instance: bool,
    params: BTreeMap<&'a str, &'a SupportedParamResult>,
    commands: BTreeMap<&'a str, &'a SupportedCommandResult>,
    events: BTreeMap<&'a str, &'a SupportedEventResult>,
    /// Each once, with its place in the answer.
    keys: BTreeMap<&'a [String], usize>,
}

impl<'a> Told<'a> {
    fn new(object: &SupportedObjectResult) -> Self {
        Self {
            access: object.access,
            is_multi_instance: object.is_multi_instance,
            params: BTreeMap::new(),
            commands: BTreeMap::new(),
            events: BTreeMap::new(),
            keys: BTreeMap::new(),
        }
    }

    fn add(&mut self, object: &'a SupportedObjectResult) -> Result<(), LearnError> {
        let path = &object.supported_obj_path;
        if (self.access, self.is_multi_instance) != (object.access, object.is_multi_instance) {
            return Err(LearnError::Contradiction { path: path.clone() });
        }
        for param in &object.supported_params {
            once(&mut self.params, path, &param.param_name, param)?;
        }
        for command in &object.supported_commands {
            once(&mut self.commands, path, &command.command_name, command)?;
        }
        for event in &object.supported_events {
            once(&mut self.events, path, &event.event_name, event)?;
        }
        for key in &object.unique_key_sets {
            let place = self.keys.len();
            self.keys.entry(&key.key_names).or_insert(place);
        }
        Ok(())
    }
}

/// Takes what is said of an element; to say the same again is no fault.
fn once<'a, T: PartialEq>(
    known: &mut BTreeMap<&'a str, &'a T>,
    path: &str,
    name: &'a str,
    element: &'a T,
) -> Result<(), LearnError> {
    match known.insert(name, element) {
        Some(before) if before != element => Err(LearnError::Contradiction { path: path.to_owned() + name }),
        _ => Ok(()),
    }
}

struct Learning<'a> {
    builder: SchemaBuilder,
    /// The tables whose rows have models of their own.
    mount_points: BTreeSet<Cow<'a, str>>,
    /// Which objects are there, and whether they are tables.
    tables: BTreeMap<ObjectHandle, bool>,
    elements: usize,
}

impl Learning<'_> {
    fn object(&mut self, path: &str, told: &Told<'_>) -> Result<(), LearnError> {
        let Some(names) = path.strip_suffix('.') else {
            return Err(LearnError::Path { path: path.to_owned() });
        };
        let object = self.object_at(None, names, access(told.access))?;
        if told.is_multi_instance != path.ends_with(".{i}.") {
            return Err(LearnError::Contradiction { path: path.to_owned() });
        }
        for param in told.params.values() {
            self.count()?;
            self.builder.parameter(object, parameter(param))?;
        }
        // Keys are told without parameters of children, and where parameters were not asked for.
        if !told.params.is_empty() {
            let mut keys: Vec<_> = told.keys.iter().collect();
            keys.sort_by_key(|(_, place)| **place);
            for (key, _) in keys {
                let names: Vec<&str> = key.iter().map(String::as_str).collect();
                self.builder.unique_key(object, false, &names)?;
            }
        }
        for command in told.commands.values() {
            self.count()?;
            let asynchronous = command.command_type == i32::from(CmdType::Async);
            let spec = CommandSpec { asynchronous, ..CommandSpec::new(command.command_name.as_str()) };
            let added = self.builder.command(object, spec)?;
            let input = self.builder.input(added)?;
            self.arguments(input, &command.input_arg_names)?;
            let output = self.builder.output(added)?;
            self.arguments(output, &command.output_arg_names)?;
        }
        for event in told.events.values() {
            self.count()?;
            let added = self.builder.event(object, EventSpec::new(event.event_name.as_str()))?;
            let arguments = self.builder.arguments(added)?;
            self.arguments(arguments, &event.arg_names)?;
        }
        Ok(())
    }

    /// The object at these names; it is added, and what is missing above it.
    fn object_at(
        &mut self,
        top: Option<ObjectHandle>,
        names: &str,
        access: ObjectAccess,
    ) -> Result<ObjectHandle, LearnError> {
        let mut segments = names.split('.').peekable();
        let (mut above, mut path) = (top, String::new());
        while let Some(name) = segments.next() {
            let rows = segments.next_if(|next| *next == "{i}" || (top.is_none() && next.starts_with('{')));
            let table = rows.is_some();
            path.extend([name, if table { ".{i}." } else { "." }]);
            let object = match self.builder.child(above, name) {
                Some(known) if self.tables.get(&known) == Some(&table) => known,
                Some(_) => return Err(LearnError::Contradiction { path: names.to_owned() + "." }),
                None => {
                    self.count()?;
                    let spec = if table { ObjectSpec::table(name) } else { ObjectSpec::single(name) };
                    let access = if segments.peek().is_none() { access } else { spec.access };
                    let mount_point = top.is_none() && self.mount_points.contains(&*path);
                    let added = self.builder.object(above, ObjectSpec { access, mount_point, ..spec })?;
                    self.tables.insert(added, table);
                    added
                }
            };
            above = Some(match rows.filter(|rows| *rows != "{i}") {
                None => object,
                Some(rows) => {
                    path.truncate(path.len() - "{i}.".len());
                    path.extend([rows, "."]);
                    self.mount(object, rows.trim_matches(['{', '}']))?
                }
            });
        }
        above.ok_or_else(|| LearnError::Path { path: names.to_owned() })
    }

    /// The model of a row, which is added where it is not there.
    fn mount(&mut self, table: ObjectHandle, name: &str) -> Result<ObjectHandle, LearnError> {
        if let Some(known) = self.builder.mounted(table, name) {
            return Ok(known);
        }
        self.count()?;
        Ok(self.builder.mount(table, name)?)
    }

    /// Arguments are names, or paths such as `Result.{i}.Code`.
    fn arguments(&mut self, top: ObjectHandle, names: &[String]) -> Result<(), LearnError> {
        for path in names {
            self.count()?;
            let (object, name) = match path.rsplit_once('.') {
                Some((above, name)) => (self.object_at(Some(top), above, ObjectAccess::ReadOnly)?, name),
                None => (top, path.as_str()),
            };
            let syntax = SyntaxSpec::new(PrimitiveType::String);
            self.builder.parameter(object, ParameterSpec::new(name, syntax))?;
        }
        Ok(())
    }

    /// Short names in a long answer must not buy more memory than a model has.
    fn count(&mut self) -> Result<(), LearnError> {
        self.elements += 1;
        if self.elements > MAX_LEARNED_ELEMENTS { Err(LearnError::TooLarge) } else { Ok(()) }
    }
}

fn access(code: i32) -> ObjectAccess {
    match ObjAccessType::try_from(code) {
        Ok(ObjAccessType::AddDelete) => ObjectAccess::AddDelete,
        Ok(ObjAccessType::AddOnly) => ObjectAccess::AddOnly,
        Ok(ObjAccessType::DeleteOnly) => ObjectAccess::DeleteOnly,
        Ok(ObjAccessType::ReadOnly) | Err(_) => ObjectAccess::ReadOnly,
    }
}

fn parameter(param: &SupportedParamResult) -> ParameterSpec {
    // ParamValueType is in alphabetical order from 1 on, as PrimitiveType is; 0 is PARAM_UNKNOWN.
    let code = usize::try_from(param.value_type).ok().and_then(|code| code.checked_sub(1));
    let known = code.and_then(|code| PrimitiveType::ALL.get(code));
    let syntax = SyntaxSpec::new(known.copied().unwrap_or(PrimitiveType::String));
    let read_only = param.access == i32::from(ParamAccessType::ReadOnly);
    let ignored = param.value_change == i32::from(ValueChangeType::WillIgnore);
    ParameterSpec {
        access: if read_only { ParameterAccess::ReadOnly } else { ParameterAccess::ReadWrite },
        hidden: param.access == i32::from(ParamAccessType::WriteOnly),
        active_notify: if ignored { ActiveNotify::CanDeny } else { ActiveNotify::Normal },
        ..ParameterSpec::new(param.param_name.as_str(), syntax)
    }
}
