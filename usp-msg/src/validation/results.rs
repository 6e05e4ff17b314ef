//! The rules for what a Response lists: results, and in a GetSupportedDMResp what is supported.
//!
//! They stand here twice, for owned types and for the bytes of what was validated; the differential tests hold the two
//! together. Made of views for each kind of result, the second took 26 kB of an embedded Agent.

use usp_wire::{Cursor, WireType};

use crate::get_supported_dm_resp::{
    CmdType, ObjAccessType, ParamAccessType, ParamValueType, ValueChangeType,
};
use crate::reader::{self, Valid};
use crate::response::RespType;

use super::ValidationErrorKind::{self, EmptyOneof, Missing};
use super::enumeration;

type Checked = Result<(), ValidationErrorKind>;

const NO_STATUS: ValidationErrorKind = Missing("oper_status");
const EMPTY_STATUS: ValidationErrorKind = EmptyOneof("OperationStatus.oper_status");
const EMPTY_RESULT: ValidationErrorKind = EmptyOneof("OperationResult.operation_resp");

pub(super) fn owned(response: &RespType) -> Checked {
    /// Every result has a status, and every status says success or failure.
    macro_rules! statuses {
        ($results:expr) => {
            for result in &$results {
                let status = result.oper_status.as_ref().ok_or(NO_STATUS)?;
                status.oper_status.as_ref().ok_or(EMPTY_STATUS)?;
            }
        };
    }
    match response {
        RespType::SetResp(response) => statuses!(response.updated_obj_results),
        RespType::AddResp(response) => statuses!(response.created_obj_results),
        RespType::DeleteResp(response) => statuses!(response.deleted_obj_results),
        RespType::RegisterResp(response) => statuses!(response.registered_path_results),
        RespType::DeregisterResp(response) => statuses!(response.deregistered_path_results),
        RespType::OperateResp(response) => {
            for result in &response.operation_results {
                result.operation_resp.as_ref().ok_or(EMPTY_RESULT)?;
            }
        }
        RespType::GetSupportedDmResp(response) => {
            for object in response.req_obj_results.iter().flat_map(|result| &result.supported_objs) {
                object_access(object.access)?;
                for param in &object.supported_params {
                    parameter(param.access, param.value_type, param.value_change)?;
                }
                for command in &object.supported_commands {
                    command_type(command.command_type)?;
                }
            }
        }
        RespType::GetResp(_)
        | RespType::GetInstancesResp(_)
        | RespType::NotifyResp(_)
        | RespType::GetSupportedProtocolResp(_) => {}
    }
    Ok(())
}

pub(super) fn in_place(response: &reader::RespType<'_, Valid>) -> Checked {
    use reader::RespType;
    let (mut results, check) = match response {
        RespType::SetResp(response) => (response.updated_obj_results().into_bytes(), status as fn(_) -> _),
        RespType::AddResp(response) => (response.created_obj_results().into_bytes(), status as _),
        RespType::DeleteResp(response) => (response.deleted_obj_results().into_bytes(), status as _),
        RespType::RegisterResp(response) => (response.registered_path_results().into_bytes(), status as _),
        RespType::DeregisterResp(response) => {
            (response.deregistered_path_results().into_bytes(), status as _)
        }
        RespType::OperateResp(response) => (response.operation_results().into_bytes(), operation as _),
        RespType::GetSupportedDmResp(response) => (response.req_obj_results().into_bytes(), supported as _),
        RespType::GetResp(_)
        | RespType::GetInstancesResp(_)
        | RespType::NotifyResp(_)
        | RespType::GetSupportedProtocolResp(_) => return Ok(()),
    };
    results.try_for_each(check)
}

/// The result of a Set, Add, Delete, Register or Deregister. A status may be sent in parts.
fn status(result: &[u8]) -> Checked {
    let mut parts = parts(result, 2).peekable();
    parts.peek().ok_or(NO_STATUS)?;
    if parts.any(|status| has_one_of(status, 1, 2)) { Ok(()) } else { Err(EMPTY_STATUS) }
}

fn operation(result: &[u8]) -> Checked {
    if has_one_of(result, 2, 4) { Ok(()) } else { Err(EMPTY_RESULT) }
}

fn supported(result: &[u8]) -> Checked {
    parts(result, 5).try_for_each(|object| {
        let [access, ..] = numbers(object);
        object_access(access)?;
        parts(object, 6).try_for_each(|param| {
            let [access, value_type, value_change] = numbers(param);
            parameter(access, value_type, value_change)
        })?;
        parts(object, 4).try_for_each(|command| {
            let [.., kind] = numbers(command);
            command_type(kind)
        })
    })
}

fn object_access(access: i32) -> Checked {
    enumeration::<ObjAccessType>("SupportedObjectResult.access", access)
}

fn parameter(access: i32, value_type: i32, value_change: i32) -> Checked {
    enumeration::<ParamAccessType>("SupportedParamResult.access", access)?;
    enumeration::<ParamValueType>("SupportedParamResult.value_type", value_type)?;
    enumeration::<ValueChangeType>("SupportedParamResult.value_change", value_change)
}

fn command_type(command_type: i32) -> Checked {
    enumeration::<CmdType>("SupportedCommandResult.command_type", command_type)
}

/// The fields of a message that was validated.
struct Fields<'a> {
    cursor: Cursor<'a>,
}

/// The value of a field, if it is of a kind that is looked at.
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Other,
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u32, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        // Everything was read before, so that the one fault left is that of the end.
        let (number, wire_type) = self.cursor.key().ok()?;
        let value = match wire_type {
            WireType::Varint => Value::Number(self.cursor.varint().ok()?),
            WireType::Length => Value::Bytes(self.cursor.length_delimited().ok()?),
            _ => {
                self.cursor.skip(number, wire_type, 0).ok()?;
                Value::Other
            }
        };
        Some((number, value))
    }
}

const fn fields(message: &[u8]) -> Fields<'_> {
    Fields { cursor: Cursor::new(message) }
}

/// The messages of a field, or the parts of one.
fn parts(message: &[u8], wanted: u32) -> impl Iterator<Item = &[u8]> {
    fields(message).filter_map(move |field| match field {
        (number, Value::Bytes(part)) if number == wanted => Some(part),
        _ => None,
    })
}

/// Whether one of the fields with these numbers is there.
fn has_one_of(message: &[u8], first: u32, last: u32) -> bool {
    fields(message).any(|(number, _)| (first..=last).contains(&number))
}

/// The enumeration's values in the fields 2 to 4. Of a field that comes again the last counts.
fn numbers(message: &[u8]) -> [i32; 3] {
    let mut numbers = [0; 3];
    for (number, value) in fields(message) {
        if let (Some(place), Value::Number(value)) = (numbers.get_mut(number.wrapping_sub(2) as usize), value)
        {
            *place = value as i32;
        }
    }
    numbers
}
