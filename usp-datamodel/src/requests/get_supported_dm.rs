//! GetSupportedDM (TR-369 section "The GetSupportedDM Message").

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_msg::get_supported_dm_resp::{
    CmdType, ObjAccessType, ParamAccessType, ParamValueType, RequestedObjectResult, SupportedCommandResult,
    SupportedEventResult, SupportedObjectResult, SupportedParamResult, SupportedUniqueKeySet,
    ValueChangeType,
};
use usp_msg::{GetSupportedDm, GetSupportedDmResp};
use usp_path::{Path, SupportedPath, SupportedSegment};
use usp_schema::{
    Command, Event, Object, ObjectAccess, ObjectId, Parameter, ParameterAccess, PrimitiveType, UniqueKey,
};

use crate::access::Access;
use crate::budget::Budget;
use crate::fault::Fault;
use crate::model::DataModel;
use crate::permissions::{Kind, ObjectGrants, Rights};
use crate::resolve::View;

impl DataModel {
    /// One result for each path of the request, in its order.
    pub(super) fn get_supported_dm(&self, get: &GetSupportedDm, access: &Access) -> GetSupportedDmResp {
        let mut budget = Budget::new(self.limits);
        let results = get.obj_paths.iter().map(|path| match self.supported(path, get, access, &mut budget) {
            Ok(objects) => RequestedObjectResult::found(path, self.schema().specification(), objects),
            Err(fault) => RequestedObjectResult::failed(path, fault.code(), fault.message()),
        });
        GetSupportedDmResp { req_obj_results: results.collect() }
    }

    fn supported(
        &self,
        path: &str,
        get: &GetSupportedDm,
        access: &Access,
        budget: &mut Budget,
    ) -> Result<Vec<SupportedObjectResult>, Fault> {
        let supported = SupportedPath::parse(path).map_err(|error| Fault::path_syntax(path, &error))?;
        if let Some(instantiated) = supported.as_instantiated().filter(|_| supported.has_instance_number()) {
            self.must_exist(&instantiated, access)?;
        }
        let generic = generic(&supported);
        let schema = self.schema();
        // [R-GSP.0] what is not there is 7026, and so is what may not be read in any row. For other than objects all
        // flags are ignored.
        let unsupported = || Fault::unsupported_path(path);
        if let Some(parameter) = schema.parameter_at(&generic) {
            if !access.possible(parameter.object().id()).parameter(parameter.id(), Rights::READ) {
                return Err(unsupported());
            }
            let mut result = bare(parameter.object());
            result.supported_params.push(supported_param(parameter));
            return Ok(alloc::vec![result]);
        }
        if let Some(command) = schema.command_at(&generic) {
            if !access.possible(command.object().id()).command(command.id(), Rights::READ) {
                return Err(unsupported());
            }
            let mut result = bare(command.object());
            result.supported_commands.push(supported_command(command));
            return Ok(alloc::vec![result]);
        }
        if let Some(event) = schema.event_at(&generic) {
            if !access.possible(event.object().id()).event(event.id(), Rights::READ) {
                return Err(unsupported());
            }
            let mut result = bare(event.object());
            result.supported_events.push(supported_event(event));
            return Ok(alloc::vec![result]);
        }
        let object = schema.object_at(&generic).filter(|&object| is_readable(object, access));
        let object = object.ok_or_else(unsupported)?;
        budget.result(cost(object, get))?;
        let mut objects = alloc::vec![full(object, get, access)];
        if get.first_level_only {
            // The unique keys of the children are part of the answer, as in the standard's example (T12).
            let children = object.children().filter(|&child| is_readable(child, access));
            objects.extend(children.map(|child| SupportedObjectResult {
                unique_key_sets: unique_key_sets(child, get, access),
                ..bare(child)
            }));
        } else {
            let below = object.subtree_objects().skip(1).filter(|&below| is_readable(below, access));
            objects.extend(below.map(|below| full(below, get, access)));
        }
        Ok(objects)
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

/// How many elements the answer about an object has at most.
fn cost(object: Object<'_>, get: &GetSupportedDm) -> usize {
    let elements =
        |object: Object<'_>| 1 + object.parameters().len() + object.commands().len() + object.events().len();
    if get.first_level_only {
        return elements(object) + object.children().len();
    }
    let objects = object.subtree().filter_map(|id| object.schema().object(ObjectId::new(id)));
    objects.map(elements).sum()
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

/// An object without its elements.
fn bare(object: Object<'_>) -> SupportedObjectResult {
    let access = match object.access() {
        ObjectAccess::ReadOnly => ObjAccessType::ReadOnly,
        ObjectAccess::AddDelete => ObjAccessType::AddDelete,
        ObjectAccess::AddOnly => ObjAccessType::AddOnly,
        ObjectAccess::DeleteOnly => ObjAccessType::DeleteOnly,
    };
    SupportedObjectResult {
        supported_obj_path: object.path(),
        access: access.into(),
        is_multi_instance: object.is_table(),
        ..SupportedObjectResult::default()
    }
}

/// An object with the elements that were asked for and may be read.
fn full(object: Object<'_>, get: &GetSupportedDm, access: &Access) -> SupportedObjectResult {
    let grants = access.possible(object.id());
    let mut result = bare(object);
    if get.return_params {
        let readable = object.parameters().filter(|found| grants.parameter(found.id(), Rights::READ));
        result.supported_params = readable.map(supported_param).collect();
    }
    if get.return_commands {
        let readable = object.commands().filter(|found| grants.command(found.id(), Rights::READ));
        result.supported_commands = readable.map(supported_command).collect();
    }
    if get.return_events {
        let readable = object.events().filter(|found| grants.event(found.id(), Rights::READ));
        result.supported_events = readable.map(supported_event).collect();
    }
    result.unique_key_sets = unique_key_sets(object, get, access);
    result
}

/// The keys of which all parameters may be read.
fn unique_key_sets(object: Object<'_>, get: &GetSupportedDm, access: &Access) -> Vec<SupportedUniqueKeySet> {
    if !get.return_unique_key_sets {
        return Vec::new();
    }
    let grants = access.possible(object.id());
    let readable = object
        .unique_keys()
        .filter(|key| key.parameters().all(|found| grants.parameter(found.id(), Rights::READ)));
    let names = |key: UniqueKey<'_>| key.parameters().map(|found| found.name().to_string()).collect();
    readable.map(|key| SupportedUniqueKeySet { key_names: names(key) }).collect()
}

/// Whether an object may be read, as such or as a table, wherever it stands.
fn is_readable(object: Object<'_>, access: &Access) -> bool {
    let reads = |grants: &ObjectGrants| grants.object(Kind::Obj, Rights::READ);
    reads(access.possible(object.id())) || (object.is_table() && reads(access.possible_of_table(object.id())))
}

fn supported_param(parameter: Parameter<'_>) -> SupportedParamResult {
    let access = match parameter.access() {
        ParameterAccess::ReadOnly => ParamAccessType::ReadOnly,
        ParameterAccess::ReadWrite | ParameterAccess::WriteOnceReadOnly => ParamAccessType::ReadWrite,
    };
    SupportedParamResult {
        param_name: parameter.name().to_string(),
        access: access.into(),
        value_type: value_type(parameter).into(),
        // Every change is reported to whoever subscribes.
        value_change: ValueChangeType::Allowed.into(),
    }
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

fn supported_command(command: Command<'_>) -> SupportedCommandResult {
    let command_type = if command.is_asynchronous() { CmdType::Async } else { CmdType::Sync };
    SupportedCommandResult {
        command_name: command.name().to_string(),
        input_arg_names: argument_names(command.input()),
        output_arg_names: argument_names(command.output()),
        command_type: command_type.into(),
    }
}

fn supported_event(event: Event<'_>) -> SupportedEventResult {
    SupportedEventResult {
        event_name: event.name().to_string(),
        arg_names: argument_names(event.arguments()),
    }
}

/// Paths of all arguments relative to the command or event, with `{i}`.
fn argument_names(arguments: Option<Object<'_>>) -> Vec<String> {
    let Some(root) = arguments else { return Vec::new() };
    let objects = root.subtree().filter_map(|id| root.schema().object(ObjectId::new(id)));
    objects.flat_map(|object| object.parameters().map(|parameter| parameter.path())).collect()
}
