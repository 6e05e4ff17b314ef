//! Records and Messages that come in.

pub(crate) mod erroneous;
pub(crate) mod outputs;
pub(crate) mod parked;

use alloc::string::ToString;
use alloc::vec::Vec;

use usp_datamodel::{Handled, ParkedRequest};
use usp_msg::reader::{Msg, MsgBody, ReqType, Request, RespType, Valid};
use usp_msg::{Error, ErrorCode, Limits, ValidationError, writer};
use usp_record::record::{PayloadSecurity, RecordType};
use usp_record::{EndpointId, Record, RecordError, Rng, reader, writer as record_writer};

use crate::agent::{Agent, SUPPORTED_VERSIONS};
use crate::controllers::peers::RecordKind;
use crate::io::{Ignored, Output};
use crate::mtps::channel::{Channel, Route};
use crate::persistence::is_reading;

/// Bytes of an answer that are copied, and of the buffer that stays for the next, at the most.
const MAX_BUFFER: usize = 4096;

/// What is to be answered.
#[derive(Clone, Copy)]
pub(crate) enum Ask<'a> {
    /// A request that comes.
    New(&'a Request<'a, Valid>),
    /// One that has waited, and whose values are there.
    Resume(ParkedRequest),
    /// One that has waited for long enough.
    Expire(ParkedRequest),
}

impl<R: Rng> Agent<R> {
    pub(crate) fn handle_record(&mut self, bytes: &[u8], channel: Channel) -> Result<(), Ignored> {
        if self.outputs.is_full() {
            return Err(Ignored::Unsaved);
        }
        if let Some((from, payload)) = self.plain(bytes)
            && let Some(taken) = self.handle_no_session_record(from, payload, channel)
        {
            return taken;
        }
        let record = Record::decode(bytes).map_err(Ignored::Record)?;
        // [R-E2E.1] before anything else is looked at.
        if record.to_id != self.id.as_str() {
            return Err(Ignored::NotForUs { to_id: record.to_id });
        }
        if let Err(error) = record.validate() {
            return self.handle_invalid_record(&record, error, channel);
        }
        let from = &*record.from_id;
        self.admit(from)?;
        match &record.record_type {
            Some(RecordType::NoSessionContext(content)) => {
                self.handle_no_session_record(from, &content.payload, channel).unwrap_or(Ok(()))
            }
            Some(RecordType::SessionContext(_)) => {
                self.handle_session_record(from, &record, channel);
                Ok(())
            }
            Some(RecordType::Disconnect(content)) => {
                self.handle_disconnect(from, channel);
                let (reason, reason_code) = (content.reason.clone(), content.reason_code);
                Err(Ignored::Disconnect {
                    from: record.sender().map_err(Ignored::Record)?,
                    reason,
                    reason_code,
                })
            }
            // [R-MTP.6] a Connect Record says which way the Controller can be reached, which is the MTP's to know.
            _ => Ok(()),
        }
    }

    /// Sender and payload of the usual Record, which are found without a copy: sound, without Session Context and for
    /// this Agent.
    fn plain<'b>(&self, bytes: &'b [u8]) -> Option<(&'b str, &'b [u8])> {
        if bytes.len() > Record::DEFAULT_MAX_SIZE {
            return None;
        }
        // The view is large, and stays where it is.
        let opened = reader::Record::open(bytes);
        let record = opened.as_ref().ok()?;
        let sound = record.to_id() == self.id.as_str()
            && !record.version().is_empty()
            && record.payload_security() == i32::from(PayloadSecurity::Plaintext);
        let payload = record.payload().filter(|payload| sound && !payload.is_empty())?;
        Some((record.from_id(), payload))
    }

    /// [R-MTP.5] What a Record that breaks a rule is answered with, if it is.
    fn handle_invalid_record(
        &mut self,
        record: &Record,
        error: RecordError,
        channel: Channel,
    ) -> Result<(), Ignored> {
        match &record.record_type {
            Some(RecordType::NoSessionContext(content)) => {
                let (code, reason) = (ErrorCode::new(error.code()), error.to_string());
                let (from, payload) = (&record.from_id, &content.payload);
                let route = Route::over(channel, RecordKind::NoSession);
                self.answer_erroneous(from, route, payload, code, &reason, Ignored::Record(error))
            }
            Some(RecordType::SessionContext(_)) => {
                self.handle_invalid_session_record(&record.from_id, record);
                Err(Ignored::Record(error))
            }
            // [R-ENC.4]
            _ => Err(Ignored::Record(error)),
        }
    }

    /// Takes a Record without Session Context; `None` where it is from nobody who is admitted so far.
    fn handle_no_session_record(
        &mut self,
        from: &str,
        payload: &[u8],
        channel: Channel,
    ) -> Option<Result<(), Ignored>> {
        let route = Route::over(channel, RecordKind::NoSession);
        Some(match self.peers.get_mut(from)?.speaks_without_session(channel) {
            true => self.handle_message(from, route, payload),
            false => self.refuse_no_session(from, route, payload),
        })
    }

    pub(crate) fn handle_message(&mut self, from: &str, route: Route, payload: &[u8]) -> Result<(), Ignored> {
        // The view is large, and stays where it is.
        let mut msg = Msg::default();
        if let Err(error) = msg.replace_with(payload, &Limits::DEFAULT) {
            let Some(sender) = self.peer_id(from) else { return Ok(()) };
            let (code, reason) = (error.code(), error.to_string());
            let ignored = Ignored::Message { from: sender, error };
            return self.answer_erroneous(from, route, payload, code, &reason, ignored);
        }
        if let Err(error) = msg.check_rules() {
            return self.handle_unruly(from, route, &msg, error);
        }
        match msg.content() {
            Some(MsgBody::Request(request)) => self.handle_request(from, route, msg.msg_id(), request),
            _ => self.handle_answer(from, &msg),
        }
    }

    fn peer_id(&self, from: &str) -> Option<EndpointId> {
        self.peers.get(from).map(|peer| peer.id.clone())
    }

    /// A Message that breaks a rule which protobuf cannot express: `[R-ENC.5]` `[R-MTP.5]` a request that can be answered
    /// is; anything else is dropped.
    fn handle_unruly(
        &mut self,
        from: &str,
        route: Route,
        msg: &Msg<'_, Valid>,
        error: ValidationError,
    ) -> Result<(), Ignored> {
        let answerable = !msg.msg_id().is_empty()
            && !matches!(msg.content(), Some(MsgBody::Response(_) | MsgBody::Error(_)));
        if !answerable {
            let Some(sender) = self.peer_id(from) else { return Ok(()) };
            return Err(Ignored::Invalid { from: sender, error });
        }
        let refusal = Error::new(error.code(), error.to_string());
        self.send_error(from, route, msg.msg_id(), refusal);
        Ok(())
    }

    /// `[R-NOT.9]` a NotifyResp belongs to the Notify with its Message id, whatever subscription_id it has.
    fn handle_answer(&mut self, from: &str, msg: &Msg<'_, Valid>) -> Result<(), Ignored> {
        let Some(sender) = self.peer_id(from) else { return Ok(()) };
        let is_error = matches!(msg.content(), Some(MsgBody::Error(_)));
        let answers_notify = match msg.content() {
            Some(MsgBody::Response(response)) => {
                matches!(response.resp_type(), Some(RespType::NotifyResp(_)))
            }
            _ => is_error,
        };
        let answered =
            answers_notify.then(|| self.outbox.answered(msg.msg_id(), &sender, is_error)).flatten();
        let Some(answered) = answered else {
            return Err(Ignored::Unsolicited { from: sender, msg_id: msg.msg_id().to_string() });
        };
        if answered.is_on_board_request() {
            self.on_board_request_answered(msg.msg_id());
        }
        Ok(())
    }

    fn handle_request(
        &mut self,
        from: &str,
        route: Route,
        msg_id: &str,
        request: &Request<'_, Valid>,
    ) -> Result<(), Ignored> {
        if self.outputs.is_open(from, msg_id) || self.parked.is_open(from, msg_id) {
            // [R-MSG.4] Its answer is on its way, or waits for values. Once that has left, the same id is another
            // Message.
            let Some(sender) = self.peer_id(from) else { return Ok(()) };
            return Err(Ignored::Duplicate { from: sender, msg_id: msg_id.to_string() });
        }
        if self.refuses(request) {
            self.refuse_unsaved(from, route, msg_id);
            return Ok(());
        }
        let reads = is_reading(request);
        if let Some(parked) = self.answer(from, route, msg_id, Ask::New(request)) {
            self.park(parked, (from, route), msg_id, reads);
        }
        if !reads {
            self.notify_changes();
        }
        Ok(())
    }

    /// [R-MSG.0] one answer, [R-MSG.9] under the id of the request, [R-MSG.0a] in a Record of the same kind, by the
    /// same MTP; one without Session Context is written around the answer. Or none yet: then the request waits under
    /// this name.
    ///
    /// What the Session Context cannot carry is refused as what is too large in itself, with 7005 and before a change is
    /// made, so that an Error never answers what was done. The answer to an Operate is the exception: what was run
    /// cannot be taken back, so its answer is lost ([`Output::Undelivered`]) and no Error says otherwise.
    pub(crate) fn answer(
        &mut self,
        from: &str,
        route: Route,
        msg_id: &str,
        ask: Ask<'_>,
    ) -> Option<ParkedRequest> {
        let peer = self.peers.get(from)?;
        let (model, requester) = (&mut self.model, &peer.requester);
        let usual_limit = peer.max_in_session(route.kind).map(|most| {
            let usual = model.limit_answers(most);
            model.limit_answers(most.min(usual));
            usual
        });
        let respond = |out: &mut Vec<u8>| match ask {
            Ask::New(request) => match request.req_type() {
                // Which versions are spoken is the Agent's to say: its model knows none.
                Some(ReqType::GetSupportedProtocol(_)) => {
                    writer::get_supported_protocol_resp(out, msg_id)
                        .agent_supported_protocol_versions(SUPPORTED_VERSIONS);
                    Handled::Answered
                }
                _ => model.handle(msg_id, request, requester, out),
            },
            // One that the model does not know has been given up, and has no answer.
            Ask::Resume(name) => model.resume(name, requester, out).unwrap_or(Handled::Silent),
            Ask::Expire(name) => model.expire(name, requester, out).unwrap_or(Handled::Silent),
        };
        let (bytes, handled) = written(&mut self.buffer, route.kind, &self.id, &peer.id, respond);
        if let Some(usual) = usual_limit {
            self.model.limit_answers(usual);
        }
        match handled {
            Handled::Answered => {
                let to = peer.id.clone();
                self.outputs.note_answer(&to, msg_id);
                self.send_out(&to, route, msg_id, bytes);
                None
            }
            Handled::Parked(name) => Some(name),
            _ => None,
        }
    }

    /// Has a Message of the Agent's own written and sends it in the kind of Record that the Controller uses, by the way
    /// that the Controller is told things, if the Agent may have to do with it.
    pub(crate) fn send_message(&mut self, to: &EndpointId, msg_id: &str, write: impl FnOnce(&mut Vec<u8>)) {
        let Some(route) = self.route_to(to) else { return };
        let (bytes, ()) = written(&mut self.buffer, route.kind, &self.id, to, write);
        self.send_out(to, route, msg_id, bytes);
    }

    /// Answers a Message with an Error, by the way that it came.
    pub(crate) fn send_error(&mut self, from: &str, route: Route, msg_id: &str, error: Error) {
        let Some(to) = self.peer_id(from) else { return };
        let write = |out: &mut Vec<u8>| write_error(&error, msg_id, out);
        let (bytes, ()) = written(&mut self.buffer, route.kind, &self.id, &to, write);
        self.send_out(&to, route, msg_id, bytes);
    }

    /// Sends what was written for this kind of Record.
    pub(crate) fn send_out(&mut self, to: &EndpointId, route: Route, msg_id: &str, bytes: Vec<u8>) {
        match route.kind {
            RecordKind::NoSession => self.push_record(to.clone(), bytes, route.via),
            RecordKind::Session => {
                if !self.send_in_session(to.as_str(), bytes, route.via) {
                    let (to, msg_id) = (to.clone(), msg_id.to_string());
                    self.outputs.push_back(Output::Undelivered { to, msg_id });
                }
            }
        }
    }
}

fn write_error(error: &Error, msg_id: &str, out: &mut Vec<u8>) {
    let mut written = writer::error(out, msg_id);
    written.err_code(error.err_code).err_msg(&error.err_msg);
    for failed in &error.param_errs {
        let mut entry = written.param_errs();
        entry.param_path(&failed.param_path).err_code(failed.err_code).err_msg(&failed.err_msg);
    }
}

/// Has a Message written: within a Record if it travels without Session Context, else alone. The buffer is used again,
/// so that the bytes are in one allocation of their size.
pub(crate) fn written<T>(
    buffer: &mut Vec<u8>,
    kind: RecordKind,
    from: &EndpointId,
    to: &EndpointId,
    write: impl FnOnce(&mut Vec<u8>) -> T,
) -> (Vec<u8>, T) {
    buffer.clear();
    let result = match kind {
        RecordKind::NoSession => write(record_writer::no_session(buffer, from, to).payload()),
        RecordKind::Session => write(buffer),
    };
    // What is large leaves as it is, and is not kept.
    if buffer.len() > MAX_BUFFER {
        return (core::mem::take(buffer), result);
    }
    let bytes = buffer.to_vec();
    if buffer.capacity() > MAX_BUFFER {
        *buffer = Vec::new();
    }
    (bytes, result)
}
