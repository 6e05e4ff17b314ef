//! The requests of TR-369 that concern the data model, one file each.

mod add;
mod changing;
mod delete;
mod failure;
mod get;
mod get_instances;
mod get_supported_dm;
pub(crate) mod operate;
mod set;
mod setting;

use alloc::string::String;

use usp_msg::request::ReqType;
use usp_msg::{Error, ErrorCode, Request, Response};
use usp_path::Path;

use crate::access::Access;
use crate::fault::Fault;
use crate::model::DataModel;
use crate::requester::Requester;

impl DataModel {
    /// Answers a request `[R-MSG.0]`: Get, GetInstances, GetSupportedDM, Set, Add, Delete or Operate.
    ///
    /// A request either does what its response says, or the model is as it was. Changes are there for
    /// [`drain_changes`](Self::drain_changes) when this returns.
    ///
    /// # Errors
    ///
    /// The Error Message that answers a request which failed as a whole. Requests that are not for the data model
    /// (Notify, Register, Deregister, GetSupportedProtocol) fail with 7001 (Message not supported).
    pub fn process(&mut self, request: &Request, requester: &Requester) -> Result<Response, Error> {
        // [R-SEC.1] what the requester may do is known before anything is done.
        let access =
            Access::begin(self, requester).map_err(|fault| Error::new(fault.code(), fault.message()))?;
        let asker = Asker { requester, access: &access };
        match &request.req_type {
            Some(ReqType::Get(get)) => Ok(self.get(get, &access).into()),
            Some(ReqType::GetInstances(get)) => Ok(self.get_instances(get, &access).into()),
            Some(ReqType::GetSupportedDm(get)) => Ok(self.get_supported_dm(get, &access).into()),
            Some(ReqType::Set(set)) => self.set(set, asker).map(Into::into),
            Some(ReqType::Add(add)) => self.add(add, asker).map(Into::into),
            Some(ReqType::Delete(delete)) => self.delete(delete, asker).map(Into::into),
            Some(ReqType::Operate(operate)) => Ok(self.operate(operate, asker).into()),
            Some(
                ReqType::Notify(_)
                | ReqType::Register(_)
                | ReqType::Deregister(_)
                | ReqType::GetSupportedProtocol(_),
            ) => Err(Error::new(ErrorCode::MESSAGE_NOT_SUPPORTED, "this Message is not for a data model")),
            None => Err(Error::new(ErrorCode::INVALID_ARGUMENTS, "the request is empty")),
        }
    }
}

/// Who asks, and what they may do.
#[derive(Debug, Clone, Copy)]
struct Asker<'a> {
    requester: &'a Requester,
    access: &'a Access,
}

/// Reads a path of a request.
fn parse(text: &str) -> Result<Path<'_>, Fault> {
    Path::parse(text).map_err(|error| Fault::path_syntax(text, &error))
}

/// An Object Path with its final dot, which senders leave out at times (T11).
fn with_dot(path: &str) -> String {
    let mut path = String::from(path);
    if !path.ends_with('.') {
        path.push('.');
    }
    path
}
