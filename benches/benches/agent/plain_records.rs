//! What a Controller's Get and an Agent's Notify cost with plain prost types, from Record to Record.

use prost::Message as _;
use usp_msg::{GetResp, Notify};

use crate::plain::{
    self, Body, Header, Msg, MsgBody, NoSessionContextRecord, Notification, Record, RecordType, ReqType,
    Request, RespType, Response, ValueChange,
};
use crate::plain_answers::plain_get_resp;

/// A Message in a Record, as a struct that only has to be encoded.
pub struct Encoding {
    record: Record,
    msg: Msg,
}

impl Encoding {
    pub fn get_resp(answer: &GetResp) -> Self {
        let response = RespType::GetResp(plain_get_resp(answer));
        Self::new("1", 2, MsgBody::Response(Response { resp_type: Some(response) }))
    }

    /// A Notify of a value that has changed.
    pub fn notify(msg_id: &str, notify: &Notify) -> Self {
        let Some(usp_msg::notify::Notification::ValueChange(change)) = &notify.notification else {
            panic!("the bench has changed a value: {notify:?}")
        };
        let change =
            ValueChange { param_path: change.param_path.clone(), param_value: change.param_value.clone() };
        let notify = plain::Notify {
            subscription_id: notify.subscription_id.clone(),
            send_resp: notify.send_resp,
            notification: Some(Notification::ValueChange(change)),
        };
        Self::new(msg_id, 3, MsgBody::Request(Request { req_type: Some(ReqType::Notify(notify)) }))
    }

    fn new(msg_id: &str, msg_type: i32, body: MsgBody) -> Self {
        let header = Header { msg_id: msg_id.to_string(), msg_type };
        let msg = Msg { header: Some(header), body: Some(Body { msg_body: Some(body) }) };
        let record = Record {
            version: "1.4".to_string(),
            to_id: crate::CONTROLLER.to_string(),
            from_id: crate::AGENT.to_string(),
            ..Default::default()
        };
        Self { record, msg }
    }

    /// Encodes Message and Record.
    pub fn encode(&mut self) -> Vec<u8> {
        let payload = self.msg.encode_to_vec();
        self.record.record_type = Some(RecordType::NoSessionContext(NoSessionContextRecord { payload }));
        self.record.encode_to_vec()
    }
}

/// Decodes Record and Message.
pub fn decode(bytes: &[u8]) -> usize {
    let record = Record::decode(bytes).unwrap();
    let Some(RecordType::NoSessionContext(content)) = record.record_type else { return 0 };
    Msg::decode(&*content.payload).unwrap().body.map_or(0, |_| content.payload.len())
}
