//! What an Agent says that it supports, as a schema.

use alloc::borrow::{Cow, ToOwned};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use usp_msg::GetSupportedDmResp;
use usp_msg::get_supported_dm_resp::{
    CmdType, ObjAccessType, ParamAccessType, RequestedObjectResult, SupportedCommandResult,
    SupportedEventResult, SupportedObjectResult, SupportedParamResult, ValueChangeType,
};
use usp_schema::{
    ActiveNotify, BuildError, CommandSpec, ComposeError, Composition, EventSpec, ObjectAccess, ObjectHandle,
    ObjectSpec, ParameterAccess, ParameterSpec, PrimitiveType, Schema, SchemaBuilder, SyntaxSpec,
};

use crate::divergence::Divergence;

/// How many objects, parameters, commands, events, arguments and parts of Unique Keys a learned model has at most.
///
/// All of TR-181 2.19.1 has less than a third of it.
pub const MAX_LEARNED_ELEMENTS: usize = 100_000;

/// How many data models by their URI one answer tells of at most.
pub const MAX_LEARNED_MODELS: usize = 16;

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
    /// A path is not that of an object in supported form, with a dot at its end and a root object that is no table.
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
    /// The answer has more than [`MAX_LEARNED_MODELS`].
    #[error("the Agent tells of more than {MAX_LEARNED_MODELS} data models")]
    TooManyModels,
    /// A name is not valid, a Unique Key names no parameter, or the model does not fit in an image.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// What is told by one URI and what is told by another are no model together.
    #[error(transparent)]
    Compose(#[from] ComposeError),
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
    let whole = Whole::new(&answer.req_obj_results, &divergence)?;
    let uri = answer.req_obj_results.iter().map(|result| result.data_model_inst_uri.as_str());
    let uri = uri.into_iter().find(|uri| !uri.is_empty()).unwrap_or_default();
    whole.image(uri, &whole.told, &mut 0)
}

/// Builds a schema of what an Agent supports by each `data_model_inst_uri`: the specification of an image is the URI,
/// and its content what is told by it. Together they are what [`learn_model`] makes of the answer, but that an element
/// which is told by two is in both images. What is told without a URI belongs to the first.
///
/// ```
/// use usp_controller::learn_models;
/// use usp_controller::msg::GetSupportedDmResp;
/// use usp_controller::msg::get_supported_dm_resp::{RequestedObjectResult, SupportedObjectResult};
///
/// let result = |uri: &str, path: &str| RequestedObjectResult {
///     data_model_inst_uri: uri.into(),
///     supported_objs: vec![SupportedObjectResult { supported_obj_path: path.into(), ..Default::default() }],
///     ..Default::default()
/// };
/// let device = result("urn:broadband-forum-org:tr-181-2-19-1-usp", "Device.IP.");
/// let voice = result("urn:broadband-forum-org:tr-104-2-0-2-usp", "Device.Services.");
/// let learned = learn_models(&GetSupportedDmResp { req_obj_results: vec![device, voice] })?;
/// assert_eq!(learned.images().len(), 2);
/// assert_eq!(learned.images()[1].specification(), "urn:broadband-forum-org:tr-104-2-0-2-usp");
/// assert!(learned.schema().object_at("Device.Services.").is_some());
/// # Ok::<(), usp_controller::LearnError>(())
/// ```
///
/// # Errors
///
/// As for [`learn_model`], and an answer with more than [`MAX_LEARNED_MODELS`].
pub fn learn_models(answer: &GetSupportedDmResp) -> Result<Composition, LearnError> {
    let divergence = Divergence::new(answer);
    let whole = Whole::new(&answer.req_obj_results, &divergence)?;
    let mut by_uri: Vec<(&str, Vec<&RequestedObjectResult>)> = Vec::new();
    for result in &answer.req_obj_results {
        let uri = result.data_model_inst_uri.as_str();
        match by_uri.iter().position(|(known, _)| *known == uri || uri.is_empty()) {
            Some(known) => by_uri[known].1.push(result),
            None if by_uri.len() == MAX_LEARNED_MODELS => return Err(LearnError::TooManyModels),
            None => by_uri.push((uri, alloc::vec![result])),
        }
        // What came before any URI belongs to the first as well.
        if let [("", results), (_, first)] = &mut *by_uri {
            first.splice(0..0, core::mem::take(results));
            by_uri.remove(0);
        }
    }
    if by_uri.is_empty() {
        by_uri.push(("", Vec::new()));
    }
    let mut elements = 0;
    let images = by_uri.into_iter().map(|(uri, results)| {
        let part = Whole::new(results, &divergence)?;
        whole.image(uri, &part.told, &mut elements)
    });
    Ok(Composition::of(images.collect::<Result<Vec<_>, _>>()?)?)
}

/// What is said of all objects, by their paths, with the mounts that they are in.
type All<'a> = BTreeMap<Cow<'a, str>, Told<'a>>;

/// All that is told of a model.
struct Whole<'a> {
    told: All<'a>,
    /// The tables whose rows have models of their own.
    mount_points: BTreeSet<Cow<'a, str>>,
}

impl<'a> Whole<'a> {
    fn new(
        results: impl IntoIterator<Item = &'a RequestedObjectResult>,
        divergence: &Divergence<'a>,
    ) -> Result<Self, LearnError> {
        let mut whole = Self { told: All::new(), mount_points: BTreeSet::new() };
        for result in results {
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
                    whole.mount_points.insert(path.clone());
                }
                whole.told.entry(path).or_insert_with(|| Told::new(object)).add(object)?;
            }
        }
        Ok(whole)
    }

    /// The image of what is told of a part of it, whose elements are counted.
    fn image(&self, uri: &str, part: &All<'_>, elements: &mut usize) -> Result<Schema, LearnError> {
        let builder = SchemaBuilder::new("learned", uri);
        let mut learning =
            Learning { builder, uri, whole: self, tables: BTreeMap::new(), elements: *elements };
        // A path stands before the longer ones that begin with it, and so does an object before those below it, and a
        // table before what is mounted there.
        for (path, told) in part {
            learning.object(path, told)?;
        }
        *elements = learning.elements;
        Ok(learning.builder.build()?)
    }
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
    uri: &'a str,
    whole: &'a Whole<'a>,
    /// Which objects are there, and whether they are tables.
    tables: BTreeMap<ObjectHandle, bool>,
    elements: usize,
}

impl Learning<'_> {
    fn object(&mut self, path: &str, told: &Told<'_>) -> Result<(), LearnError> {
        // A root object is no table in any path (TR-369).
        let is_rows = |segment: &str| segment.starts_with('{');
        let names = path.strip_suffix('.').filter(|names| !names.split('.').nth(1).is_some_and(is_rows));
        let Some(names) = names else {
            return Err(LearnError::Path { path: path.to_owned() });
        };
        let object = self.object_at(None, names)?;
        if told.is_multi_instance != path.ends_with(".{i}.") {
            return Err(LearnError::Contradiction { path: path.to_owned() });
        }
        let mut params = told.params.clone();
        // Keys are told without parameters of children, and where parameters were not asked for.
        let known = self.whole.told.get(path).map(|known| &known.params).filter(|known| !known.is_empty());
        let mut keys: Vec<_> = known.map(|_| told.keys.iter().collect()).unwrap_or_default();
        keys.sort_by_key(|(_, place)| **place);
        for name in keys.iter().flat_map(|(key, _)| key.iter()) {
            let found = known.and_then(|known| known.get_key_value(name.as_str()));
            params.extend(found.map(|(name, param)| (*name, *param)));
        }
        for param in params.values() {
            self.count()?;
            self.builder.parameter(object, parameter(param))?;
        }
        for (key, _) in keys {
            key.iter().try_for_each(|_| self.count())?;
            let names: Vec<&str> = key.iter().map(String::as_str).collect();
            self.builder.unique_key(object, false, &names)?;
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

    /// The object at these names; it is added, and what is missing above it, as the whole answer tells of it.
    fn object_at(&mut self, top: Option<ObjectHandle>, names: &str) -> Result<ObjectHandle, LearnError> {
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
                    let told = self.whole.told.get(&*path).filter(|_| top.is_none());
                    let access = told.map_or(spec.access, |told| access(told.access));
                    let mount_point = top.is_none() && self.whole.mount_points.contains(&*path);
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
        Ok(self.builder.mount(table, name, self.uri)?)
    }

    /// Arguments are names, or paths such as `Result.{i}.Code`.
    fn arguments(&mut self, top: ObjectHandle, names: &[String]) -> Result<(), LearnError> {
        for path in names {
            self.count()?;
            let (object, name) = match path.rsplit_once('.') {
                Some((above, name)) => (self.object_at(Some(top), above)?, name),
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
