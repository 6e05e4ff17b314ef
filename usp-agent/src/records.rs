//! Records and Messages that come in.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_datamodel::{Handled, Requester};
use usp_msg::reader::{Msg, MsgBody, ReqType, Request, RespType, Valid};
use usp_msg::{Error, ErrorCode, Limits, writer};
use usp_path::Constant;
use usp_record::record::RecordType;
use usp_record::{EndpointId, Record, Rng, writer as record_writer};
use usp_schema::Value;

use crate::agent::{Agent, SUPPORTED_VERSIONS};
use crate::controller_trust::Standing;
use crate::io::{Ignored, Output};

impl<R: Rng> Agent<R> {
    pub(crate) fn handle_record(&mut self, bytes: &[u8]) -> Result<(), Ignored> {
        let record = Record::decode(bytes).map_err(Ignored::Record)?;
        // [R-E2E.1] before anything else is looked at.
        if record.to_id != self.id.as_str() {
            return Err(Ignored::NotForUs { to_id: record.to_id });
        }
        record.validate().map_err(Ignored::Record)?;
        let from = record.sender().map_err(Ignored::Record)?;
        let controller =
            self.controller_row(&from).ok_or_else(|| Ignored::UnknownController { from: from.clone() })?;
        let Standing::Admitted(requester) = self.trust.standing(&self.model, &controller) else {
            return Err(Ignored::BannedController { from });
        };
        match record.record_type {
            Some(RecordType::NoSessionContext(content)) => {
                self.handle_message(&from, &requester, &content.payload)
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
    pub(crate) fn controller_row(&self, id: &EndpointId) -> Option<String> {
        let id = Constant::text(id.as_str());
        let path = alloc::format!("Device.LocalAgent.Controller.[EndpointID=={id}].");
        let row = self.model.objects_at(&path).ok()?.pop()?;
        let enabled = self.model.value_at(&alloc::format!("{row}Enable")).ok()?;
        (enabled == Value::Boolean(true)).then(|| row.trim_end_matches('.').to_string())
    }

    fn handle_message(
        &mut self,
        from: &EndpointId,
        requester: &Requester,
        payload: &[u8],
    ) -> Result<(), Ignored> {
        let msg = Msg::validate_with(payload, &Limits::DEFAULT)
            .map_err(|error| Ignored::Message { from: from.clone(), error })?;
        if let Err(error) = msg.check_rules() {
            // [R-ENC.5] [R-MTP.5] a request that can be answered is; anything else is dropped.
            let answerable = !msg.msg_id().is_empty()
                && !matches!(msg.content(), Some(MsgBody::Response(_) | MsgBody::Error(_)));
            if !answerable {
                return Err(Ignored::Invalid { from: from.clone(), error });
            }
            let refusal = Error::new(error.code(), error.to_string());
            self.send_message(from, &usp_msg::Msg::error_to(msg.msg_id(), refusal));
            return Ok(());
        }
        let Some(MsgBody::Request(request)) = msg.content() else {
            // [R-NOT.9] a NotifyResp belongs to the Notify with its Message id, whatever subscription_id it has.
            let is_error = matches!(msg.content(), Some(MsgBody::Error(_)));
            let answers_notify = match msg.content() {
                Some(MsgBody::Response(response)) => {
                    matches!(response.resp_type(), Some(RespType::NotifyResp(_)))
                }
                _ => is_error,
            };
            let answered =
                answers_notify.then(|| self.outbox.answered(msg.msg_id(), from, is_error)).flatten();
            if let Some(answered) = answered {
                if answered.is_on_board_request() {
                    self.on_board_request_answered(msg.msg_id());
                }
                return Ok(());
            }
            return Err(Ignored::Unsolicited { from: from.clone(), msg_id: msg.msg_id().to_string() });
        };
        self.answer(from, requester, msg.msg_id(), request);
        self.notify_changes();
        Ok(())
    }

    /// [R-MSG.0] one answer, [R-MSG.9] under the id of the request, written where the Record around it is.
    fn answer(&mut self, to: &EndpointId, requester: &Requester, msg_id: &str, request: &Request<'_, Valid>) {
        let mut bytes = Vec::new();
        let mut record = record_writer::no_session(&mut bytes, &self.id, to);
        let handled = match request.req_type() {
            // Which versions are spoken is the Agent's to say: its model knows none.
            Some(ReqType::GetSupportedProtocol(_)) => {
                writer::get_supported_protocol_resp(record.payload(), msg_id)
                    .agent_supported_protocol_versions(SUPPORTED_VERSIONS);
                Handled::Answered
            }
            _ => self.model.handle(msg_id, request, requester, record.payload()),
        };
        drop(record);
        if handled == Handled::Answered {
            self.outputs.push_back(Output::Record { to: to.clone(), bytes });
        }
    }
}
