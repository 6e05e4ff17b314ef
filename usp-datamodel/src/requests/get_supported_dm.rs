//! GetSupportedDM (TR-369 section "The GetSupportedDM Message").

use alloc::string::{String, ToString};

use usp_msg::get_supported_dm_resp::{
    CmdType, ObjAccessType, ParamAccessType, ParamValueType, ValueChangeType,
};
use usp_msg::reader::{self, Valid};
use usp_msg::writer::get_supported_dm_resp::{RequestedObjectResult, SupportedObjectResult};
use usp_msg::{Error, writer};
use usp_path::{Path, SupportedPath, SupportedSegment};
use usp_schema::{Command, Event, Object, ObjectAccess, Parameter, ParameterAccess, PrimitiveType};

use super::Answer;
use crate::access::Access;
use crate::budget::Budget;
use crate::fault::Fault;
use crate::model::DataModel;
use crate::permissions::{Kind, ObjectGrants, Rights};
use crate::resolve::View;
use crate::scratch::Scratch;

impl DataModel {
    /// One result for each path of the request, in its order.
    pub(super) fn get_supported_dm(
        &mut self,
        get: &reader::GetSupportedDm<'_, Valid>,
        access: &Access,
        answer: &mut Answer<'_>,
    ) -> Result<(), Error> {
        let mut scratch = core::mem::take(&mut self.scratch);
        let mut budget = Budget::new(self.limits);
        let mut response = writer::get_supported_dm_resp(answer.out, answer.msg_id);
        for path in get.obj_paths() {
            let room = self.limits.max_answer.saturating_sub(response.size());
            let mut result = response.req_obj_results();
            result.req_obj_path(path);
            let written = self.supported(path, get, access, &mut budget).and_then(|subject| {
                result.data_model_inst_uri(self.schema.specification());
                scratch.path.clear();
                let (scratch, result) = (&mut scratch, &mut result);
                let limit = self.limits.max_answer;
                Telling { get, access, scratch, result, room, limit }.subject(subject)
            });
            if let Err(fault) = written {
                result.discard();
                let mut result = response.req_obj_results();
                result.req_obj_path(path).err_code(fault.code()).err_msg(fault.message());
            }
        }
        drop(response);
        self.scratch = scratch;
        answer.fits(self)
    }

    /// What a path is about.
    fn supported(
        &self,
        path: &str,
        get: &reader::GetSupportedDm<'_, Valid>,
        access: &Access,
        budget: &mut Budget,
    ) -> Result<Subject<'_>, Fault> {
        let supported = SupportedPath::parse(path).map_err(|error| Fault::path_syntax(path, &error))?;
        if let Some(instantiated) = supported.as_instantiated().filter(|_| supported.has_instance_number()) {
            self.must_exist(&instantiated, access)?;
        }
        let generic = generic(&supported);
        let schema = self.schema();
        // [R-GSP.0] what is not there is 7026, and so is what may not be read in any row.
        let unsupported = || Fault::unsupported_path(path);
        if let Some(parameter) = schema.parameter_at(&generic) {
            let grants = access.possible(parameter.object().id());
            let is_readable = grants.parameter(parameter.id(), Rights::READ);
            return is_readable.then_some(Subject::Parameter(parameter)).ok_or_else(unsupported);
        }
        if let Some(command) = schema.command_at(&generic) {
            let is_readable = access.possible(command.object().id()).command(command.id(), Rights::READ);
            return is_readable.then_some(Subject::Command(command)).ok_or_else(unsupported);
        }
        if let Some(event) = schema.event_at(&generic) {
            let is_readable = access.possible(event.object().id()).event(event.id(), Rights::READ);
            return is_readable.then_some(Subject::Event(event)).ok_or_else(unsupported);
        }
        let object = schema.object_at(&generic).filter(|&object| is_readable(object, access));
        let object = object.ok_or_else(unsupported)?;
        budget.result(cost(object, get.first_level_only()))?;
        Ok(Subject::Object(object))
    }

    /// A path with Instance Numbers asks about objects that exist.
    fn must_exist(&self, path: &Path<'_>, access: &Access) -> Result<(), Fault> {
        let resolution = self.resolve_for(path, View::of(access), &mut Budget::new(self.limits))?;
        match resolution.matches.iter().any(|found| access.node(self, found.node).reveal()) {
            true => Ok(()),
            false => Err(Fault::absent_object(path)),
        }
    }
}

/// What a path of the request is about.
enum Subject<'s> {
    Object(Object<'s>),
    Parameter(Parameter<'s>),
    Command(Command<'s>),
    Event(Event<'s>),
}

/// How many elements the answer about an object has at most.
fn cost(object: Object<'_>, first_level_only: bool) -> usize {
    let elements =
        |object: Object<'_>| 1 + object.parameters().len() + object.commands().len() + object.events().len();
    match first_level_only {
        true => elements(object) + object.children().len(),
        false => object.subtree_objects().map(elements).sum(),
    }
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
    access: &'a Access,
    scratch: &'a mut Scratch,
    result: &'a mut RequestedObjectResult<'w>,
    /// How many bytes it may take, and how many the whole answer.
    room: usize,
    limit: usize,
}

impl Telling<'_, '_> {
    /// For other than objects all flags are ignored.
    fn subject(&mut self, subject: Subject<'_>) -> Result<(), Fault> {
        let object = match &subject {
            Subject::Object(object) => *object,
            Subject::Parameter(parameter) => parameter.object(),
            Subject::Command(command) => command.object(),
            Subject::Event(event) => event.object(),
        };
        self.scratch.path.push_str(&object.path());
        if matches!(subject, Subject::Object(_)) {
            return self.object(object);
        }
        let mut supported = self.result.supported_objs();
        write_object(object, &self.scratch.path, &mut supported);
        match subject {
            Subject::Object(_) => {}
            Subject::Parameter(parameter) => write_parameter(parameter, &mut supported),
            Subject::Command(command) => write_command(command, &mut self.scratch.text, &mut supported),
            Subject::Event(event) => write_event(event, &mut self.scratch.text, &mut supported),
        }
        Ok(())
    }

    /// An object that may be read, whose path is at hand, and those below it.
    fn object(&mut self, object: Object<'_>) -> Result<(), Fault> {
        self.full(object)?;
        self.below(object)
    }

    fn below(&mut self, object: Object<'_>) -> Result<(), Fault> {
        let end = self.scratch.path.len();
        for child in object.children() {
            self.scratch.path.push_str(child.name());
            self.scratch.path.push_str(if child.is_table() { ".{i}." } else { "." });
            let is_readable = is_readable(child, self.access);
            if !self.get.first_level_only() {
                if is_readable {
                    self.full(child)?;
                }
                self.below(child)?;
            } else if is_readable {
                let mut supported = self.result.supported_objs();
                write_object(child, &self.scratch.path, &mut supported);
                // The unique keys of the children are part of the answer, as in the standard's example (T12).
                if self.get.return_unique_key_sets() {
                    write_unique_keys(child, self.access, &mut supported);
                }
            }
            self.scratch.path.truncate(end);
        }
        Ok(())
    }

    /// An object with the elements that were asked for and may be read.
    fn full(&mut self, object: Object<'_>) -> Result<(), Fault> {
        let (get, grants) = (self.get, self.access.possible(object.id()));
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
            write_unique_keys(object, self.access, &mut supported);
        }
        drop(supported);
        match self.result.size() <= self.room {
            true => Ok(()),
            false => Err(Fault::exceeded("bytes for its answer", self.limit)),
        }
    }
}

/// Whether an object may be read, as such or as a table, wherever it stands.
fn is_readable(object: Object<'_>, access: &Access) -> bool {
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
fn write_unique_keys(object: Object<'_>, access: &Access, supported: &mut SupportedObjectResult<'_>) {
    let grants = access.possible(object.id());
    for key in object.unique_keys() {
        if key.parameters().all(|found| grants.parameter(found.id(), Rights::READ)) {
            supported.unique_key_sets().key_names(key.parameters().map(Parameter::name));
        }
    }
}

fn write_parameter(parameter: Parameter<'_>, supported: &mut SupportedObjectResult<'_>) {
    let access = match parameter.access() {
        ParameterAccess::ReadOnly => ParamAccessType::ReadOnly,
        ParameterAccess::ReadWrite | ParameterAccess::WriteOnceReadOnly => ParamAccessType::ReadWrite,
    };
    let mut written = supported.supported_params();
    written.param_name(parameter.name()).access(access).value_type(value_type(parameter));
    // Every change is reported to whoever subscribes.
    written.value_change(ValueChangeType::Allowed);
}

/// The base type; a list is a string.
fn value_type(parameter: Parameter<'_>) -> ParamValueType {
    let syntax = parameter.syntax();
    if syntax.is_list() {
        return ParamValueType::String;
    }
    match syntax.primitive_type() {
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
