//! Records and Messages that come in.

use alloc::string::{String, ToString};

use usp_datamodel::Requester;
use usp_msg::body::MsgBody;
use usp_msg::operate_resp::operation_result::OperationResp;
use usp_msg::request::ReqType;
use usp_msg::response::RespType;
use usp_msg::{Error, ErrorCode, GetSupportedProtocolResp, Msg, Operate, OperateResp, Request, Response};
use usp_path::Constant;
use usp_record::record::RecordType;
use usp_record::{EndpointId, Record, Rng};
use usp_schema::Value;

use crate::agent::{Agent, SUPPORTED_VERSIONS};
use crate::controller_trust::Standing;
use crate::io::Ignored;

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
            // [R-NOT.9] a NotifyResp belongs to the Notify with its Message id, whatever subscription_id it has.
            // An Error is an answer as well: to repeat what a Controller refuses serves nobody.
            let answers_notify = matches!(
                msg.content(),
                Some(
                    MsgBody::Error(_)
                        | MsgBody::Response(Response { resp_type: Some(RespType::NotifyResp(_)) })
                )
            );
            if answers_notify && self.outbox.answered(msg.msg_id(), from) {
                return Ok(());
            }
            return Err(Ignored::Unsolicited { from: from.clone(), msg_id: msg.msg_id().to_string() });
        };
        // [R-MSG.0] one answer, [R-MSG.9] under the id of the request.
        let reply = match self.answer(request, requester) {
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
