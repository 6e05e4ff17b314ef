//! Why entries of Set, Add and Delete failed, and the Error of a message that failed as a whole.

use alloc::string::String;
use alloc::vec::Vec;

use usp_collections::SortedSet;
use usp_msg::{Error, ErrorCode};

use super::changing::Operation;
use super::with_dot;
use crate::fault::{Fault, shortened};

/// Why an entry of a request failed.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) fault: Fault,
    /// The objects that failed, with the settings that did.
    pub(super) objects: Vec<(String, Vec<ParamFault>)>,
}

/// A setting that failed.
#[derive(Debug, Clone)]
pub(super) struct ParamFault {
    pub(super) param: String,
    pub(super) fault: Fault,
}

impl ParamFault {
    pub(super) fn new(param: &str, fault: Fault) -> Self {
        Self { param: shortened(param).into_owned(), fault }
    }

    /// Bytes that it takes in an answer, roughly.
    pub(super) fn size(param: &str, fault: &Fault) -> usize {
        shortened(param).len() + fault.size()
    }
}

impl Failure {
    pub(super) fn new(path: impl Into<String>, fault: Fault) -> Self {
        Self { fault, objects: alloc::vec![(path.into(), Vec::new())] }
    }

    /// An object failed because of required parameters. The code is the cause's where that is about rights (T8) or
    /// limits, or where a key is taken.
    pub(super) fn of_params(objects: Vec<(String, Vec<ParamFault>)>) -> Self {
        let first = objects.iter().flat_map(|(_, faults)| faults).next();
        let message = first.map_or_else(String::new, |first| {
            alloc::format!("required parameter {}: {}", first.param, first.fault.message())
        });
        let code = match first.map(|first| first.fault.code()) {
            Some(
                code @ (ErrorCode::PERMISSION_DENIED
                | ErrorCode::RESOURCES_EXCEEDED
                | ErrorCode::OBJECT_EXISTS_WITH_DUPLICATE_KEY),
            ) => code,
            _ => ErrorCode::REQUIRED_PARAMETER_FAILED,
        };
        Self { fault: Fault::new(code, message), objects }
    }

    /// An entry came into conflict with something that the requester may not know of.
    pub(super) fn of_unknown(operation: Operation) -> Self {
        let code = match operation {
            Operation::Delete => ErrorCode::DELETE_FAILURE,
            Operation::Add | Operation::Set => ErrorCode::VALUE_CONFLICT,
        };
        Self { fault: Fault::new(code, "it conflicts with the rest of the model"), objects: Vec::new() }
    }

    /// An entry came into conflict without having set what conflicts.
    pub(super) fn of_conflict(operation: Operation, path: String, param: &str, fault: Fault) -> Self {
        if operation == Operation::Delete {
            // Without the reference that goes with the row another row would have a key that is taken.
            let message = alloc::format!("{path}{param} would lose its target: {}", fault.message());
            return Self::new(path, Fault::new(ErrorCode::DELETE_FAILURE, message));
        }
        Self::of_params(alloc::vec![(path, alloc::vec![ParamFault::new(param, fault)])])
    }
}

/// The Error of a message that failed as a whole: 7006 where rights are the cause, 7005 where limits are, else 7004
/// (T8); inside, the code of each path.
pub(super) fn error(failures: impl Iterator<Item = Failure>) -> Error {
    let mut error = Error::new(ErrorCode::INVALID_ARGUMENTS, "");
    let (mut codes, mut message) = (SortedSet::new(), None);
    for failure in failures {
        for (path, faults) in &failure.objects {
            if faults.is_empty() {
                codes.insert(failure.fault.code());
                error = error.with_param_err(path, failure.fault.code(), failure.fault.message());
            }
            for ParamFault { param, fault } in faults {
                codes.insert(fault.code());
                let path = with_dot(path).into_owned() + param;
                error = error.with_param_err(path, fault.code(), fault.message());
            }
        }
        message.get_or_insert(failure.fault);
    }
    for outer in [ErrorCode::RESOURCES_EXCEEDED, ErrorCode::PERMISSION_DENIED] {
        if codes.contains(&outer) {
            error.err_code = outer.value();
        }
    }
    error.err_msg =
        message.map(|fault| alloc::format!("nothing was changed: {}", fault.message())).unwrap_or_default();
    error
}
