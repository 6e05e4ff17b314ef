//! GetSupportedDM (TR-369 section "The GetSupportedDM Message").

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_msg::get_supported_dm_resp::{
    CmdType, ObjAccessType, ParamAccessType, ParamValueType, ValueChangeType,
};
use usp_msg::reader::{self, Valid};
use usp_msg::writer::get_supported_dm_resp::{RequestedObjectResult, SupportedObjectResult};
use usp_msg::{Error, writer};
use usp_path::{Path, PathBuf, SupportedPath, SupportedSegment};
use usp_schema::{Command, Event, Object, ObjectAccess, Parameter, ParameterAccess, PrimitiveType};

use super::Answer;
use super::divergence::{Carried, Scope};
use crate::fault::Fault;
use crate::model::DataModel;
use crate::permissions::access::Access;
use crate::permissions::{Kind, ObjectGrants, Rights};
use crate::requests::budget::Budget;
use crate::requests::keys_of_children::KeysOfChildren;
use crate::requests::room::Room;
use crate::requests::scratch::Scratch;
use crate::resolve::place::Place;
use crate::resolve::{Leaf, Match, Node, View};
use crate::store::RowId;

impl DataModel {
    /// One result for each path of the request, in its order.
    pub(super) fn get_supported_dm(
        &mut self,
        get: &reader::GetSupportedDm<'_, Valid>,
        access: &Access<'_>,
        answer: &mut Answer<'_>,
    ) -> Result<(), Error> {
        let mut scratch = self.scratch.take().unwrap_or_default();
        let mut budget = Budget::new(self.limits);
        let mut response = writer::get_supported_dm_resp(answer.out, answer.msg_id);
        for path in get.obj_paths() {
            let room = Room::new(&self.limits).beside(response.size());
            let mut result = response.req_obj_results();
            result.req_obj_path(path);
            let written = self.supported(path, get, access, &mut budget).and_then(|(scope, subject)| {
                result.data_model_inst_uri(subject.object().specification());
                scratch.path.clear();
                let (scratch, result, budget) = (&mut scratch, &mut result, &mut budget);
                Telling { get, scope, scratch, result, budget, room }.subject(subject)
            });
            if let Err(fault) = written {
                result.discard();
                let mut result = response.req_obj_results();
                result.req_obj_path(path).err_code(fault.code()).err_msg(fault.message());
            }
        }
        drop(response);
        self.scratch = Some(scratch);
        answer.fits(self)
    }

    /// What a path is about, and the rows that count.
    fn supported<'m>(
        &'m self,
        path: &str,
        get: &reader::GetSupportedDm<'_, Valid>,
        access: &'m Access<'m>,
        budget: &mut Budget,
    ) -> Result<(Scope<'m>, Subject<'m>), Fault> {
        let supported = SupportedPath::parse(path).map_err(|error| Fault::path_syntax(path, &error))?;
        let mut scope = Scope { model: self, access, node: None };
        // [R-GSP.0] what is not there is 7026, and so is what may not be read in any row.
        let unsupported = || Fault::unsupported_path(path);
        let subject = match instantiated(&supported) {
            Some(instantiated) => {
                let found = self.existing(&instantiated.as_path(), access, budget)?;
                scope.node = Some(found.node);
                Some(self.subject(found)).filter(|subject| subject.is_readable(access))
            }
            None => {
                if let Some(above) = up_to_numbers(&supported) {
                    scope.node = Some(self.existing(&above.as_path(), access, budget)?.node);
                }
                self.subject_at(&generic(&supported), scope, budget)?
            }
        };
        let subject = subject.ok_or_else(unsupported)?;
        if let Subject::Object(object) = subject {
            budget.result(cost(object, get.first_level_only()))?;
        }
        Ok((scope, subject))
    }

    /// What a supported path is about. Of what is mounted that is what rows carry; where they carry different things of
    /// that path, the model diverges.
    fn subject_at<'m>(
        &'m self,
        generic: &str,
        scope: Scope<'m>,
        budget: &mut Budget,
    ) -> Result<Option<Subject<'m>>, Fault> {
        let mut subjects =
            self.elements_at(generic, |object, name| object.parameter(name).map(Subject::Parameter));
        if subjects.is_empty() {
            subjects = self.elements_at(generic, |object, name| object.command(name).map(Subject::Command));
        }
        if subjects.is_empty() {
            subjects = self.elements_at(generic, |object, name| object.event(name).map(Subject::Event));
        }
        if subjects.is_empty() {
            subjects = self.schema.objects_at(generic).into_iter().map(Subject::Object).collect();
        }
        let mut carried = Vec::new();
        for subject in subjects.into_iter().filter(|subject| subject.is_readable(scope.access)) {
            if scope.is_carried(subject.object(), budget)? {
                carried.push(subject);
            }
        }
        let ([first, _, ..], objects) = (&carried[..], carried.iter().map(Subject::object)) else {
            return Ok(carried.pop());
        };
        let Some(table) =
            first.object().ancestors().filter(|above| above.is_mount()).last().and_then(Object::parent)
        else {
            return Ok(carried.pop());
        };
        let mut rows = Vec::new();
        for mount in table.mounts().filter(|mount| objects.clone().any(|object| mount.contains(object))) {
            rows.extend(scope.rows_in(mount, budget)?);
        }
        usp_collections::sort_by_key(&mut rows, |&row| self.numbers_of(row));
        Ok(Some(Subject::Divergent(table, rows)))
    }

    /// A path with Instance Numbers asks about what exists. Of what the requester may know of nowhere it is not told
    /// whether it exists.
    fn existing(&self, path: &Path<'_>, access: &Access<'_>, budget: &mut Budget) -> Result<Match, Fault> {
        let resolution = self.resolve_for(path, View::of(access), budget)?;
        if !resolution.ends.any(|end| access.possible_at(end).reveal()) {
            return Err(Fault::unsupported_path(path));
        }
        let found = resolution.matches.into_iter().find(|found| access.node(self, found.node).reveal());
        found.ok_or_else(|| Fault::absent_object(path))
    }

    fn subject(&self, Match { node, leaf }: Match) -> Subject<'_> {
        let (Node::Place(Place { object, .. }) | Node::Table { table: object, .. }) = node;
        let element = match leaf {
            Leaf::Object => None,
            Leaf::Parameter(id) => self.schema.parameter(id).map(Subject::Parameter),
            Leaf::Command(id) => self.schema.command(id).map(Subject::Command),
            Leaf::Event(id) => self.schema.event(id).map(Subject::Event),
        };
        element.unwrap_or_else(|| Subject::Object(self.object(object)))
    }
}

/// What a path of the request is about.
#[derive(Clone)]
enum Subject<'s> {
    Object(Object<'s>),
    Parameter(Parameter<'s>),
    Command(Command<'s>),
    Event(Event<'s>),
    /// Below a table whose rows carry different models.
    Divergent(Object<'s>, Vec<RowId>),
}

impl<'s> Subject<'s> {
    fn object(&self) -> Object<'s> {
        match self {
            Self::Object(object) | Self::Divergent(object, _) => *object,
            Self::Parameter(parameter) => parameter.object(),
            Self::Command(command) => command.object(),
            Self::Event(event) => event.object(),
        }
    }

    /// Whether it may be read in some row.
    fn is_readable(&self, access: &Access<'_>) -> bool {
        let grants = access.possible(self.object().id());
        match self {
            Self::Object(object) | Self::Divergent(object, _) => is_readable(*object, access),
            Self::Parameter(parameter) => grants.parameter(parameter.id(), Rights::READ),
            Self::Command(command) => grants.command(command.id(), Rights::READ),
            Self::Event(event) => grants.event(event.id(), Rights::READ),
        }
    }
}

/// How many elements the answer about an object has at most.
fn cost(object: Object<'_>, first_level_only: bool) -> usize {
    let elements =
        |object: Object<'_>| 1 + object.parameters().len() + object.commands().len() + object.events().len();
    match first_level_only {
        true => elements(object) + object.children().len(),
        false => own_objects(object).map(elements).sum(),
    }
}

/// An object and what is below it, without what is mounted.
fn own_objects(top: Object<'_>) -> impl Iterator<Item = Object<'_>> {
    let mut mounted_to = 0;
    top.subtree_objects().filter(move |object| {
        if object.is_mount() && *object != top {
            mounted_to = mounted_to.max(object.subtree().end);
        }
        object.id().index() >= mounted_to
    })
}

/// A path with Instance Numbers and without `{i}`, but for one at its end, which may as well be missing.
fn instantiated(path: &SupportedPath<'_>) -> Option<PathBuf> {
    if !path.has_instance_number() {
        return None;
    }
    let text = path.to_string();
    let text = text.trim_end_matches('.').strip_suffix("{i}").unwrap_or(&text);
    Path::parse(text).ok().map(|path| path.to_path_buf())
}

/// What a path with Instance Numbers and `{i}` behind them is about: the row up to which it has numbers.
fn up_to_numbers(path: &SupportedPath<'_>) -> Option<PathBuf> {
    let is_number = |segment| matches!(segment, SupportedSegment::Instance(_));
    let last = path.segments().enumerate().filter(|&(_, segment)| is_number(segment)).last()?.0;
    let mut text = String::new();
    for segment in path.segments().take(last + 1) {
        text += &segment.to_string();
        text.push('.');
    }
    Path::parse(&text).ok().map(|path| path.to_path_buf())
}

/// A path with `{i}` in place of Instance Numbers.
fn generic(path: &SupportedPath<'_>) -> String {
    let mut generic = String::new();
    for segment in path.segments() {
        if !generic.is_empty() {
            generic.push('.');
        }
        match segment {
            SupportedSegment::Instance(_) => generic.push_str("{i}"),
            other => generic += &other.to_string(),
        }
    }
    generic
}

/// The answer to one path as it is written.
struct Telling<'a, 'w> {
    get: &'a reader::GetSupportedDm<'a, Valid>,
    scope: Scope<'a>,
    scratch: &'a mut Scratch,
    result: &'a mut RequestedObjectResult<'w>,
    budget: &'a mut Budget,
    room: Room,
}

impl<'a> Telling<'a, '_> {
    /// For other than objects all flags are ignored.
    fn subject(&mut self, subject: Subject<'a>) -> Result<(), Fault> {
        let object = subject.object();
        self.scratch.path.push_str(&object.path());
        if let Subject::Object(object) = subject {
            return self.object(object, true);
        }
        let mut supported = self.result.supported_objs();
        write_object(object, &self.scratch.path, &mut supported);
        match subject {
            Subject::Object(_) => {}
            Subject::Parameter(parameter) => write_parameter(parameter, &mut supported),
            Subject::Command(command) => write_command(command, &mut self.scratch.text, &mut supported),
            Subject::Event(event) => write_event(event, &mut self.scratch.text, &mut supported),
            Subject::Divergent(_, rows) => {
                self.budget.result(rows.len())?;
                supported.divergent_paths(self.scope.paths(&rows));
            }
        }
        Ok(())
    }

    /// An object, whose path is at hand, and those below it. Where its rows carry different models, what is below it is
    /// left out: it is asked for by the paths of the rows.
    fn object(&mut self, object: Object<'a>, is_readable: bool) -> Result<(), Fault> {
        let mount = match object.is_mount_point() {
            false => Carried::Alike(None),
            true => self.scope.carried(object, self.budget)?,
        };
        let mount = match mount {
            Carried::Alike(mount) => mount,
            Carried::Divergent(rows) if is_readable => {
                self.budget.result(rows.len())?;
                let mut supported = self.result.supported_objs();
                write_object(object, &self.scratch.path, &mut supported);
                supported.divergent_paths(self.scope.paths(&rows));
                drop(supported);
                return self.room.holds(self.result.size());
            }
            Carried::Divergent(_) => None,
        };
        if is_readable {
            self.full(object)?;
        }
        self.below(object)?;
        let Some(mount) = mount else { return Ok(()) };
        self.budget.result(cost(mount, self.get.first_level_only()))?;
        self.below(mount)
    }

    fn below(&mut self, object: Object<'a>) -> Result<(), Fault> {
        let (end, access) = (self.scratch.path.len(), self.scope.access);
        for child in object.children() {
            self.scratch.path.push_str(child.name());
            self.scratch.path.push_str(if child.is_table() { ".{i}." } else { "." });
            let is_readable = is_readable(child, access);
            if !self.get.first_level_only() {
                self.object(child, is_readable)?;
            } else if is_readable {
                let mut supported = self.result.supported_objs();
                write_object(child, &self.scratch.path, &mut supported);
                let told = self.scope.model.keys_of_children == KeysOfChildren::Told;
                if told && self.get.return_unique_key_sets() {
                    write_unique_keys(child, access, &mut supported);
                }
            }
            self.scratch.path.truncate(end);
        }
        Ok(())
    }

    /// An object with the elements that were asked for and may be read.
    fn full(&mut self, object: Object<'_>) -> Result<(), Fault> {
        let (get, grants) = (self.get, self.scope.access.possible(object.id()));
        let mut supported = self.result.supported_objs();
        write_object(object, &self.scratch.path, &mut supported);
        if get.return_commands() {
            let readable = object.commands().filter(|found| grants.command(found.id(), Rights::READ));
            readable.for_each(|command| write_command(command, &mut self.scratch.text, &mut supported));
        }
        if get.return_events() {
            let readable = object.events().filter(|found| grants.event(found.id(), Rights::READ));
            readable.for_each(|event| write_event(event, &mut self.scratch.text, &mut supported));
        }
        if get.return_params() {
            let readable = object.parameters().filter(|found| grants.parameter(found.id(), Rights::READ));
            readable.for_each(|parameter| write_parameter(parameter, &mut supported));
        }
        if get.return_unique_key_sets() {
            write_unique_keys(object, self.scope.access, &mut supported);
        }
        drop(supported);
        self.room.holds(self.result.size())
    }
}

/// Whether an object may be read, as such or as a table, wherever it stands.
fn is_readable(object: Object<'_>, access: &Access<'_>) -> bool {
    let reads = |grants: &ObjectGrants| grants.object(Kind::Obj, Rights::READ);
    reads(access.possible(object.id())) || (object.is_table() && reads(access.possible_of_table(object.id())))
}

/// An object without its elements.
fn write_object(object: Object<'_>, path: &str, supported: &mut SupportedObjectResult<'_>) {
    let access = match object.access() {
        ObjectAccess::ReadOnly => ObjAccessType::ReadOnly,
        ObjectAccess::AddDelete => ObjAccessType::AddDelete,
        ObjectAccess::AddOnly => ObjAccessType::AddOnly,
        ObjectAccess::DeleteOnly => ObjAccessType::DeleteOnly,
    };
    supported.supported_obj_path(path).access(access).is_multi_instance(object.is_table());
}

/// The keys of which all parameters may be read.
fn write_unique_keys(object: Object<'_>, access: &Access<'_>, supported: &mut SupportedObjectResult<'_>) {
    let grants = access.possible(object.id());
    for key in object.unique_keys() {
        if access.is_full() || key.parameters().all(|found| grants.parameter(found.id(), Rights::READ)) {
            supported.unique_key_sets().key_names(key.parameters().map(Parameter::name));
        }
    }
}

fn write_parameter(parameter: Parameter<'_>, supported: &mut SupportedObjectResult<'_>) {
    let access = match parameter.access() {
        ParameterAccess::ReadOnly => ParamAccessType::ReadOnly,
        ParameterAccess::ReadWrite | ParameterAccess::WriteOnceReadOnly => ParamAccessType::ReadWrite,
    };
    let value_type = value_type(parameter);
    let mut written = supported.supported_params();
    written.param_name(parameter.name()).access(access).value_type(value_type);
    // Every change is reported to whoever subscribes.
    written.value_change(ValueChangeType::Allowed);
}

fn value_type(parameter: Parameter<'_>) -> ParamValueType {
    match parameter.syntax().base_type() {
        PrimitiveType::Base64 => ParamValueType::Base64,
        PrimitiveType::Boolean => ParamValueType::Boolean,
        PrimitiveType::DateTime => ParamValueType::DateTime,
        PrimitiveType::Decimal => ParamValueType::Decimal,
        PrimitiveType::HexBinary => ParamValueType::HexBinary,
        PrimitiveType::Int => ParamValueType::Int,
        PrimitiveType::Long => ParamValueType::Long,
        PrimitiveType::String => ParamValueType::String,
        PrimitiveType::UnsignedInt => ParamValueType::UnsignedInt,
        PrimitiveType::UnsignedLong => ParamValueType::UnsignedLong,
    }
}

fn write_command(command: Command<'_>, text: &mut String, supported: &mut SupportedObjectResult<'_>) {
    let mut written = supported.supported_commands();
    written.command_name(command.name());
    text.clear();
    for_each_argument(command.input(), text, &mut |path| {
        written.input_arg_names([path]);
    });
    for_each_argument(command.output(), text, &mut |path| {
        written.output_arg_names([path]);
    });
    written.command_type(if command.is_asynchronous() { CmdType::Async } else { CmdType::Sync });
}

fn write_event(event: Event<'_>, text: &mut String, supported: &mut SupportedObjectResult<'_>) {
    let mut written = supported.supported_events();
    written.event_name(event.name());
    text.clear();
    for_each_argument(event.arguments(), text, &mut |path| {
        written.arg_names([path]);
    });
}

/// Tells the paths of all arguments relative to the command or event, with `{i}`. `path` is that of `object`.
fn for_each_argument(object: Option<Object<'_>>, path: &mut String, tell: &mut dyn FnMut(&str)) {
    let Some(object) = object else { return };
    let end = path.len();
    for argument in object.parameters() {
        path.push_str(argument.name());
        tell(path);
        path.truncate(end);
    }
    for child in object.children() {
        path.push_str(child.name());
        path.push_str(if child.is_table() { ".{i}." } else { "." });
        for_each_argument(Some(child), path, tell);
        path.truncate(end);
    }
}
