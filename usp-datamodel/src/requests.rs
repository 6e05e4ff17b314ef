//! The requests of TR-369 that concern the data model, one file each.

pub(crate) mod absent_instance;
mod add;
pub(crate) mod budget;
mod changing;
mod delete;
mod divergence;
mod failure;
mod get;
mod get_instances;
mod get_supported_dm;
pub(crate) mod handled;
pub(crate) mod keys_of_children;
pub(crate) mod operate;
mod room;
pub(crate) mod scratch;
mod searched;
mod set;
mod setting;

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use usp_msg::reader::{self, MsgBody, ReqType, Valid};
use usp_msg::{Error, ErrorCode, Msg, Operate, Request, Response, WireError, request, writer};

use crate::fault::Fault;
use crate::live::reads::Refusal;
use crate::model::DataModel;
use crate::permissions::access::Access;
use crate::requester::Requester;
use crate::requests::handled::Handled;
use crate::requests::room::Room;

impl DataModel {
    /// Answers a request `[R-MSG.0]`: Get, GetInstances, GetSupportedDM, Set, Add, Delete or Operate. The Message that
    /// answers it, a Response or an Error under the id of the request `[R-MSG.9]`, is appended to `out`, so that a
    /// Record can stand around it.
    ///
    /// A request either does what its response says, or the model is as it was. Changes are there for
    /// [`drain_changes`](Self::drain_changes) when this returns.
    ///
    /// A request that needs a value which [comes later](Self::live_later) is [parked](Handled::Parked) and answered by
    /// [`resume`](Self::resume).
    ///
    /// An Error answers a request that failed as a whole. Requests that are not for the data model (Notify, Register,
    /// Deregister, GetSupportedProtocol) fail with 7001 (Message not supported).
    ///
    /// ```
    /// use usp_datamodel::schema::{ObjectSpec, ParameterSpec, PrimitiveType, SchemaBuilder, SyntaxSpec};
    /// use usp_datamodel::{DataModel, Handled, Requester};
    /// use usp_msg::reader::{self, MsgBody};
    /// use usp_msg::{Get, Msg};
    ///
    /// let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:device");
    /// let device = builder.object(None, ObjectSpec::single("Device"))?;
    /// builder.parameter(device, ParameterSpec::new("UpTime", SyntaxSpec::new(PrimitiveType::UnsignedInt)))?;
    /// let mut model = DataModel::new(builder.build()?);
    ///
    /// let bytes = Msg::request("id-1", Get::new(["Device.UpTime"])).encode_to_vec();
    /// let msg = reader::Msg::read_whole(&bytes)?;
    /// let Some(MsgBody::Request(request)) = msg.content() else { panic!("it is a request") };
    /// let mut out = Vec::new();
    /// let handled = model.handle(msg.msg_id(), request, &Requester::DEVICE, &mut out);
    ///
    /// assert_eq!(handled, Handled::Answered);
    /// let Some(Ok(answer)) = Msg::decode(&out)?.into_answer::<Get>() else { panic!("Get is always answered") };
    /// assert_eq!(answer.values().next(), Some(("Device.", "UpTime", "0")));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn handle(
        &mut self,
        msg_id: &str,
        request: &reader::Request<'_, Valid>,
        requester: &Requester,
        out: &mut Vec<u8>,
    ) -> Handled {
        self.reads.get_mut().begin(None, None);
        let handled = self.answer_or_error(msg_id, request, requester, out);
        self.park_if_waiting((msg_id, request), requester, handled, out)
    }

    /// Answers what succeeds and what fails; unless the request [waits](Self::is_waiting), then nothing is appended.
    pub(crate) fn answer_or_error(
        &mut self,
        msg_id: &str,
        request: &reader::Request<'_, Valid>,
        requester: &Requester,
        out: &mut Vec<u8>,
    ) -> Handled {
        let start = out.len();
        let answered = self.answer(msg_id, request, requester, out);
        if self.is_waiting() {
            out.truncate(start);
            return Handled::Silent;
        }
        match answered {
            Ok(handled) => handled,
            Err(error) => {
                out.truncate(start);
                write_error(&error, msg_id, out);
                Handled::Answered
            }
        }
    }

    /// The same with owned types, for comfort. An Operate is always answered, and so is a request for values that
    /// [come later](Self::live_later): they cannot be read.
    ///
    /// # Errors
    ///
    /// The Error that answers a request which failed as a whole.
    pub fn process(&mut self, request: &Request, requester: &Requester) -> Result<Response, Error> {
        let answer = self.process_to_bytes(request, requester)?;
        let msg = reader::Msg::read_whole(&answer).map_err(no_answer)?;
        match msg.content() {
            Some(MsgBody::Response(response)) => response.to_message().map_err(no_answer),
            _ => Err(unanswered()),
        }
    }

    /// As [`process`](Self::process), but the Response is the bytes of its Message, whose id is empty: for those who
    /// read little of it, by a view. A program in which nobody calls `process` is without what makes owned Responses.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn process_to_bytes(&mut self, request: &Request, requester: &Requester) -> Result<Vec<u8>, Error> {
        let bytes = match &request.req_type {
            Some(request::ReqType::Operate(operate)) if !operate.send_resp => {
                Msg::encode_request("", &Operate { send_resp: true, ..operate.clone() }.into())
            }
            _ => Msg::encode_request("", request),
        };
        self.process_written(&bytes, requester)
    }

    /// As [`process_to_bytes`](Self::process_to_bytes), of the bytes of a Message with a request, under whose id the
    /// answer is: for those who write it by a [writer]. A program in which nobody calls the other two is without what
    /// makes bytes of owned requests of all kinds.
    ///
    /// ```
    /// use usp_datamodel::schema::{ObjectSpec, ParameterSpec, PrimitiveType, SchemaBuilder, SyntaxSpec};
    /// use usp_datamodel::{DataModel, Requester};
    /// use usp_msg::{Get, Msg, writer};
    ///
    /// let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:device");
    /// let device = builder.object(None, ObjectSpec::single("Device"))?;
    /// builder.parameter(device, ParameterSpec::new("UpTime", SyntaxSpec::new(PrimitiveType::UnsignedInt)))?;
    /// let mut model = DataModel::new(builder.build()?);
    ///
    /// let mut request = Vec::new();
    /// writer::get(&mut request, "").param_paths(["Device.UpTime"]);
    /// let answer = model.process_written(&request, &Requester::DEVICE).map_err(|error| error.err_msg)?;
    /// let Some(Ok(answer)) = Msg::decode(&answer)?.into_answer::<Get>() else { panic!("Get is always answered") };
    /// assert_eq!(answer.values().next(), Some(("Device.", "UpTime", "0")));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As there, for what is no whole Message with a request, and for an Operate that wants no answer: it is done.
    pub fn process_written(&mut self, message: &[u8], requester: &Requester) -> Result<Vec<u8>, Error> {
        let mut out = Vec::with_capacity(USUAL_ANSWER);
        let msg = reader::Msg::read_whole(message).map_err(no_answer)?;
        let Some(MsgBody::Request(request)) = msg.content() else { return Err(unanswered()) };
        self.reads.get_mut().begin(None, Some(Refusal::NobodyWaits));
        let answered = self.answer(msg.msg_id(), request, requester, &mut out);
        let is_waiting = self.is_waiting();
        self.reads.get_mut().end();
        match answered? {
            Handled::Answered if !is_waiting => Ok(out),
            _ => Err(unanswered()),
        }
    }

    fn answer(
        &mut self,
        msg_id: &str,
        request: &reader::Request<'_, Valid>,
        requester: &Requester,
        out: &mut Vec<u8>,
    ) -> Result<Handled, Error> {
        // [R-SEC.1] what the requester may do is known before anything is done.
        let access = Access::begin(self, requester).map_err(as_a_whole)?;
        let asker = Asker { requester, access: &access };
        let mut answer = Answer { msg_id, start: out.len(), out };
        match request.req_type() {
            Some(ReqType::Get(get)) => self.get(get, &access, &mut answer)?,
            Some(ReqType::GetInstances(get)) => self.get_instances(get, &access, &mut answer)?,
            Some(ReqType::GetSupportedDm(get)) => self.get_supported_dm(get, &access, &mut answer)?,
            Some(ReqType::Set(set)) => self.set(set, asker, &mut answer)?,
            Some(ReqType::Add(add)) => self.add(add, asker, &mut answer)?,
            Some(ReqType::Delete(delete)) => self.delete(delete, asker, &mut answer)?,
            Some(ReqType::Operate(operate)) => return Ok(self.operate(operate, asker, &mut answer)),
            Some(
                ReqType::Notify(_)
                | ReqType::Register(_)
                | ReqType::Deregister(_)
                | ReqType::GetSupportedProtocol(_),
            ) => {
                let message = "this Message is not for a data model";
                return Err(Error::new(ErrorCode::MESSAGE_NOT_SUPPORTED, message));
            }
            None => return Err(Error::new(ErrorCode::INVALID_ARGUMENTS, "the request is empty")),
        }
        Ok(Handled::Answered)
    }
}

/// Bytes of an answer of usual length.
const USUAL_ANSWER: usize = 256;

/// The Message that answers a request, at the end of a buffer.
#[derive(Debug)]
struct Answer<'a> {
    /// The id of the request.
    msg_id: &'a str,
    /// Where the Message begins.
    start: usize,
    out: &'a mut Vec<u8>,
}

impl Answer<'_> {
    /// An Error of a size that may be sent: this one, or 7005 where it is larger.
    fn error_that_fits(&mut self, error: Error, model: &DataModel) -> Error {
        write_error(&error, self.msg_id, self.out);
        let fits = self.fits(model);
        self.out.truncate(self.start);
        fits.err().unwrap_or(error)
    }

    /// Whether an answer that is written is of a size that may be sent.
    ///
    /// # Errors
    ///
    /// 7005: it is larger.
    fn fits(&self, model: &DataModel) -> Result<(), Error> {
        Room::new(&model.limits).holds(self.out.len() - self.start).map_err(as_a_whole)
    }
}

/// The Error of a request that failed for one reason.
fn as_a_whole(fault: Fault) -> Error {
    Error::new(fault.code(), fault.message())
}

// Neither of these two can be, but for a Message that somebody else wrote.

fn unanswered() -> Error {
    Error::new(ErrorCode::INTERNAL_ERROR, "there is no answer")
}

fn no_answer(reason: WireError) -> Error {
    Error::new(ErrorCode::INTERNAL_ERROR, alloc::format!("no answer: {reason}"))
}

fn write_error(error: &Error, msg_id: &str, out: &mut Vec<u8>) {
    let mut written = writer::error(out, msg_id);
    written.err_code(error.err_code).err_msg(&error.err_msg);
    for failed in &error.param_errs {
        written
            .param_errs()
            .param_path(&failed.param_path)
            .err_code(failed.err_code)
            .err_msg(&failed.err_msg);
    }
}

/// Who asks, and what they may do.
#[derive(Debug, Clone, Copy)]
struct Asker<'a> {
    requester: &'a Requester,
    access: &'a Access<'a>,
}

/// An Object Path with its final dot, which senders leave out at times (T11). What is no Object Path stays as it is.
fn with_dot(path: &str) -> Cow<'_, str> {
    let is_other = path.is_empty() || path.ends_with(['.', ')', '!']);
    if is_other { Cow::Borrowed(path) } else { Cow::Owned(String::from(path) + ".") }
}
