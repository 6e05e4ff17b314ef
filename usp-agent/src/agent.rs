//! The Agent.

use alloc::collections::VecDeque;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::sync::atomic::{AtomicU32, Ordering};

use usp_datamodel::{Change, DataModel, Fault, RegisterError, Requester};
use usp_msg::body::MsgBody;
use usp_msg::request::ReqType;
use usp_msg::{
    Error, ErrorCode, GetSupportedProtocolResp, Msg, Notify, Operate, OperateResp, Request, Response,
    operate_resp::operation_result::OperationResp, response::RespType,
};
use usp_record::record::RecordType;
use usp_record::{EndpointId, Instant, Record, Rng};
use usp_schema::Value;

use crate::io::{Ignored, Input, Output};
use crate::now::Now;
use crate::subscription::{self, Subscription};

/// The versions of TR-369 that the Agent speaks `[R-MSG.1]`, as GetSupportedProtocolResp tells them.
pub const SUPPORTED_VERSIONS: &str = "1.0,1.1,1.2,1.3,1.4";

/// A USP Agent around a [`DataModel`].
///
/// It takes Records in ([`handle_input`](Self::handle_input)) and gives Records out
/// ([`poll_output`](Self::poll_output)), and does nothing else: no sockets, no threads, no clock, no locks. The
/// Controllers that it answers are the enabled rows of `Device.LocalAgent.Controller.`; the notifications that it
/// sends follow from the rows of `Device.LocalAgent.Subscription.`
///
/// **After each input, and after each [`update`](Self::update), call `poll_output` until it returns
/// [`Output::Wait`]**: outputs are kept until they are fetched.
pub struct Agent<R> {
    id: EndpointId,
    model: DataModel,
    rng: R,
    outputs: VecDeque<Output>,
    subscriptions: Vec<Subscription>,
    started: Option<Instant>,
    up_time: Arc<AtomicU32>,
}

/// Why a data model cannot be the model of an Agent. The fault is the caller's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AgentError {
    /// The schema lacks something that every Agent has.
    #[error("the model cannot be an Agent's: {0}")]
    Schema(#[from] RegisterError),
    /// The model refuses what the Agent writes into it.
    #[error("the model cannot be an Agent's: {0}")]
    Model(#[from] Fault),
}

impl<R: Rng> Agent<R> {
    /// An Agent with this Endpoint ID on this model.
    ///
    /// The Agent takes over what is its own under `Device.LocalAgent.`: `EndpointID`, `UpTime`, and the Recipient
    /// and CreationDate of the Subscriptions that Controllers add. The rows for Controllers are the device's to
    /// add, before or after.
    ///
    /// `rng` makes Message ids that nobody guesses.
    ///
    /// # Errors
    ///
    /// The schema lacks one of these elements.
    pub fn new(id: EndpointId, mut model: DataModel, rng: R) -> Result<Self, AgentError> {
        let up_time = Arc::new(AtomicU32::new(0));
        let shared = Arc::clone(&up_time);
        model.live("Device.LocalAgent.UpTime", move |_| Ok(shared.load(Ordering::Relaxed)))?;
        model.update_value_at("Device.LocalAgent.EndpointID", id.as_str())?;
        model.on_create("Device.LocalAgent.Subscription.{i}.", |requester, row| {
            row.give("Recipient", requester.controller_row().unwrap_or_default());
            if let Some(time) = row.time() {
                row.give("CreationDate", time.to_string());
            }
        })?;
        // The Subscriptions of a Controller go when the Controller goes (TR-181, Recipient).
        model.owned_by("Device.LocalAgent.Subscription.{i}.Recipient")?;
        model.record_changes(true);
        let subscriptions = Subscription::read_all(&model)?;
        let outputs = VecDeque::new();
        Ok(Self { id, model, rng, outputs, subscriptions, started: None, up_time })
    }

    /// The Endpoint ID of the Agent.
    pub fn id(&self) -> &EndpointId {
        &self.id
    }

    /// The data model, to read.
    pub fn model(&self) -> &DataModel {
        &self.model
    }

    /// Lets the device work on its model: what it changes raises notifications like any other change.
    ///
    /// Fetch the outputs afterwards, as after an input.
    pub fn update<T>(&mut self, now: Now, work: impl FnOnce(&mut DataModel) -> T) -> T {
        self.tell(now);
        let result = work(&mut self.model);
        self.notify_changes();
        result
    }

    /// Takes in what happened outside. Never fails: what cannot be used becomes [`Output::Ignored`].
    pub fn handle_input(&mut self, input: Input<'_>, now: Now) {
        self.tell(now);
        match input {
            Input::Record(bytes) => {
                if let Err(ignored) = self.handle_record(bytes) {
                    self.outputs.push_back(Output::Ignored(ignored));
                }
            }
            Input::Timeout => {}
        }
    }

    /// The next thing to do; [`Output::Wait`] when there is none at the moment.
    #[must_use]
    pub fn poll_output(&mut self) -> Output {
        self.outputs.pop_front().unwrap_or(Output::Wait { until: None })
    }

    fn tell(&mut self, now: Now) {
        let started = *self.started.get_or_insert(now.monotonic);
        let seconds = now.monotonic.duration_since(started).as_secs();
        self.up_time.store(u32::try_from(seconds).unwrap_or(u32::MAX), Ordering::Relaxed);
        self.model.tell_time(now.wall);
    }

    fn handle_record(&mut self, bytes: &[u8]) -> Result<(), Ignored> {
        let record = Record::decode(bytes).map_err(Ignored::Record)?;
        // [R-E2E.1] before anything else is looked at.
        if record.to_id != self.id.as_str() {
            return Err(Ignored::NotForUs { to_id: record.to_id });
        }
        record.validate().map_err(Ignored::Record)?;
        let from = record.sender().map_err(Ignored::Record)?;
        let controller =
            self.controller_row(&from).ok_or_else(|| Ignored::UnknownController { from: from.clone() })?;
        match record.record_type {
            Some(RecordType::NoSessionContext(content)) => {
                self.handle_message(&from, controller, &content.payload)
            }
            Some(RecordType::SessionContext(_)) => {
                // [R-E2E.6a] sessions are not supported yet.
                let code = ErrorCode::SESSION_CONTEXT_NOT_ALLOWED.value();
                let reason = "this Agent does not support Session Contexts";
                self.send(&from, &Record::disconnect(&self.id, &from, code, reason));
                Ok(())
            }
            Some(RecordType::Disconnect(content)) => {
                Err(Ignored::Disconnect { from, reason: content.reason, reason_code: content.reason_code })
            }
            // [R-MTP.6] a Connect Record says which way the Controller can be reached, which is the MTP's to know.
            _ => Ok(()),
        }
    }

    /// The enabled row of a Controller, without the final dot.
    fn controller_row(&self, id: &EndpointId) -> Option<String> {
        let escaped = id.as_str().replace('%', "%25").replace('"', "%22");
        let path = alloc::format!("Device.LocalAgent.Controller.[EndpointID==\"{escaped}\"].");
        let row = self.model.objects_at(&path).ok()?.pop()?;
        let enabled = self.model.value_at(&alloc::format!("{row}Enable")).ok()?;
        (enabled == Value::Boolean(true)).then(|| row.trim_end_matches('.').to_string())
    }

    fn handle_message(
        &mut self,
        from: &EndpointId,
        controller: String,
        payload: &[u8],
    ) -> Result<(), Ignored> {
        let msg = Msg::decode(payload).map_err(|error| Ignored::Message { from: from.clone(), error })?;
        if let Err(error) = msg.validate() {
            // [R-ENC.5] [R-MTP.5] a request that can be answered is; anything else is dropped.
            let answerable = !msg.msg_id().is_empty()
                && !matches!(msg.content(), Some(MsgBody::Response(_) | MsgBody::Error(_)));
            if !answerable {
                return Err(Ignored::Invalid { from: from.clone(), error });
            }
            self.send_message(from, &msg.refuse(Error::new(error.code(), error.to_string())));
            return Ok(());
        }
        let Some(request) = msg.as_request() else {
            // [R-NOT.9] a NotifyResp is not asked for its id; nothing is repeated yet, so nothing is open.
            return match msg.as_response().and_then(|response| response.resp_type.as_ref()) {
                Some(RespType::NotifyResp(_)) => Ok(()),
                _ => Err(Ignored::Unsolicited { from: from.clone(), msg_id: msg.msg_id().to_string() }),
            };
        };
        // [R-MSG.0] one answer, [R-MSG.9] under the id of the request.
        let reply = match self.answer(request, &Requester::controller(controller)) {
            Ok(Some(response)) => Some(Msg::response_to(msg.msg_id(), response)),
            Ok(None) => None,
            Err(error) => Some(msg.refuse(error)),
        };
        if let Some(reply) = reply {
            self.send_message(from, &reply);
        }
        self.notify_changes();
        Ok(())
    }

    fn answer(&mut self, request: &Request, requester: &Requester) -> Result<Option<Response>, Error> {
        match &request.req_type {
            Some(ReqType::GetSupportedProtocol(_)) => Ok(Some(
                GetSupportedProtocolResp { agent_supported_protocol_versions: SUPPORTED_VERSIONS.into() }
                    .into(),
            )),
            Some(ReqType::Operate(operate)) => {
                let response = self.model.process(request, requester)?;
                Ok(operate_response(operate, response))
            }
            _ => self.model.process(request, requester).map(Some),
        }
    }

    /// Turns what has changed into Notify Messages for whoever subscribed to it.
    fn notify_changes(&mut self) {
        let changes = self.model.drain_changes();
        if changes.is_empty() {
            return;
        }
        let concerns_subscriptions = |change: &Change| change.path().starts_with(subscription::TABLE);
        let concerned = changes.iter().any(concerns_subscriptions);
        let current = if concerned { Subscription::read_all(&self.model).ok() } else { None };
        let mut notifications: Vec<(String, Notify)> = Vec::new();
        for change in &changes {
            // Those count that were there before and still are: none tells of its own creation (T17).
            let alive = self.subscriptions.iter().filter(|subscription| {
                let row_lives =
                    |current: &Vec<Subscription>| current.iter().any(|other| other.row == subscription.row);
                current.as_ref().is_none_or(row_lives)
            });
            for subscription in alive {
                if let Some(notify) = subscription.notify(&self.model, change) {
                    notifications.push((subscription.recipient.clone(), notify));
                }
            }
        }
        for (recipient, notify) in notifications {
            self.send_notify(&recipient, notify);
        }
        if let Some(current) = current {
            self.subscriptions = current;
        }
    }

    fn send_notify(&mut self, recipient: &str, notify: Notify) {
        let read = |name: &str| self.model.value_at(&alloc::format!("{recipient}.{name}")).ok();
        let enabled = read("Enable") == Some(Value::Boolean(true));
        let id = read("EndpointID").and_then(|id| EndpointId::parse(&id.to_string()).ok());
        if let Some(id) = id.filter(|_| enabled) {
            let msg_id = alloc::format!("{:016x}", self.rng.next_u64());
            self.send_message(&id, &Msg::request(msg_id, notify));
        }
    }

    fn send_message(&mut self, to: &EndpointId, msg: &Msg) {
        self.send(to, &Record::no_session(&self.id, to, msg.encode_to_vec()));
    }

    fn send(&mut self, to: &EndpointId, record: &Record) {
        self.outputs.push_back(Output::Record { to: to.clone(), bytes: record.encode_to_vec() });
    }
}

/// The answer to an Operate: none is sent when none is wanted, except to tell of a failure `[R-OPR.4]` (T8).
fn operate_response(operate: &Operate, response: Response) -> Option<Response> {
    if operate.send_resp {
        return Some(response);
    }
    let Some(RespType::OperateResp(OperateResp { operation_results })) = &response.resp_type else {
        return None;
    };
    let failed = operation_results
        .iter()
        .any(|result| matches!(result.operation_resp, Some(OperationResp::CmdFailure(_))));
    failed.then_some(response)
}

impl<R> fmt::Debug for Agent<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent")
            .field("id", &self.id)
            .field("model", &self.model)
            .field("outputs", &self.outputs.len())
            .field("subscriptions", &self.subscriptions.len())
            .finish_non_exhaustive()
    }
}
