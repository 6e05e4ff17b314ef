//! Building and walking the plain prost types.

use core::hint::black_box;

use prost::Message as _;

use crate::payloads::{AGENT, CONTROLLER, Content, MSG_ID, Object, touch};
use crate::plain::{
    Body, Get, GetResp, GetSupportedDmResp, Header, Msg, MsgBody, NoSessionContextRecord, Notification,
    Notify, Record, RecordType, ReqType, Request, RequestedObjectResult, RequestedPathResult,
    ResolvedPathResult, RespType, Response, Set, SupportedObjectResult, SupportedParamResult, UpdateObject,
    UpdateParamSetting, ValueChange,
};

pub fn encode(content: &Content) -> Vec<u8> {
    let request = |req_type| MsgBody::Request(Request { req_type: Some(req_type) });
    let response = |resp_type| MsgBody::Response(Response { resp_type: Some(resp_type) });
    let (msg_type, body) = match content {
        Content::Get(paths) => (1, request(ReqType::Get(Get { param_paths: paths.clone(), max_depth: 2 }))),
        Content::Set(objects) => (
            4,
            request(ReqType::Set(Set {
                allow_partial: true,
                update_objs: objects.iter().map(update).collect(),
            })),
        ),
        Content::ValueChange([param_path, param_value]) => {
            let change = ValueChange { param_path: param_path.clone(), param_value: param_value.clone() };
            let notify = Notify {
                subscription_id: "subscription-1".into(),
                send_resp: true,
                notification: Some(Notification::ValueChange(change)),
            };
            (3, request(ReqType::Notify(notify)))
        }
        Content::GetResp(objects) => {
            let result = RequestedPathResult {
                requested_path: "Device.IP.".into(),
                resolved_path_results: objects.iter().map(resolved).collect(),
                ..Default::default()
            };
            (2, response(RespType::GetResp(GetResp { req_path_results: vec![result] })))
        }
        Content::GetSupportedDmResp(objects) => {
            let result = RequestedObjectResult {
                req_obj_path: "Device.".into(),
                data_model_inst_uri: "urn:broadband-forum-org:tr-181-2-19-1".into(),
                supported_objs: objects.iter().map(supported).collect(),
                ..Default::default()
            };
            (13, response(RespType::GetSupportedDmResp(GetSupportedDmResp { req_obj_results: vec![result] })))
        }
    };
    let msg = Msg {
        header: Some(Header { msg_id: MSG_ID.into(), msg_type }),
        body: Some(Body { msg_body: Some(body) }),
    };
    let payload = NoSessionContextRecord { payload: msg.encode_to_vec() };
    let record = Record {
        version: "1.4".into(),
        to_id: CONTROLLER.into(),
        from_id: AGENT.into(),
        record_type: Some(RecordType::NoSessionContext(payload)),
        ..Default::default()
    };
    record.encode_to_vec()
}

fn update(object: &Object) -> UpdateObject {
    let setting = |[param, value]: &[String; 2]| UpdateParamSetting {
        param: param.clone(),
        value: value.clone(),
        required: true,
    };
    UpdateObject {
        obj_path: object.path.clone(),
        param_settings: object.params.iter().map(setting).collect(),
    }
}

fn resolved(object: &Object) -> ResolvedPathResult {
    ResolvedPathResult {
        resolved_path: object.path.clone(),
        result_params: object.params.iter().map(|[name, value]| (name.clone(), value.clone())).collect(),
    }
}

fn supported(object: &Object) -> SupportedObjectResult {
    let param = |[name, _]: &[String; 2]| SupportedParamResult {
        param_name: name.clone(),
        access: 1,
        value_type: 8,
        value_change: 1,
    };
    SupportedObjectResult {
        supported_obj_path: object.path.clone(),
        access: 1,
        is_multi_instance: true,
        supported_params: object.params.iter().map(param).collect(),
        ..Default::default()
    }
}

pub fn decode_and_walk(bytes: &[u8]) -> usize {
    let record = Record::decode(bytes).expect("encoded by us");
    let mut sum = 0;
    for text in [&record.version, &record.to_id, &record.from_id] {
        touch(&mut sum, text);
    }
    let Some(RecordType::NoSessionContext(content)) = &record.record_type else { return 0 };
    let msg = Msg::decode(content.payload.as_slice()).expect("encoded by us");
    touch(&mut sum, msg.header.as_ref().map_or("", |header| &header.msg_id));
    match msg.body.and_then(|body| body.msg_body) {
        Some(MsgBody::Request(Request { req_type: Some(request) })) => walk_request(&request, &mut sum),
        Some(MsgBody::Response(Response { resp_type: Some(response) })) => walk_response(&response, &mut sum),
        _ => {}
    }
    sum
}

fn walk_request(request: &ReqType, sum: &mut usize) {
    match request {
        ReqType::Get(get) => get.param_paths.iter().for_each(|path| touch(sum, path)),
        ReqType::Set(set) => {
            for object in &set.update_objs {
                touch(sum, &object.obj_path);
                for setting in &object.param_settings {
                    touch(sum, &setting.param);
                    touch(sum, &setting.value);
                }
            }
        }
        ReqType::Notify(notify) => {
            touch(sum, &notify.subscription_id);
            if let Some(Notification::ValueChange(change)) = &notify.notification {
                touch(sum, &change.param_path);
                touch(sum, &change.param_value);
            }
        }
    }
}

fn walk_response(response: &RespType, sum: &mut usize) {
    match response {
        RespType::GetResp(response) => {
            for result in &response.req_path_results {
                touch(sum, &result.requested_path);
                touch(sum, &result.err_msg);
                for object in &result.resolved_path_results {
                    touch(sum, &object.resolved_path);
                    for (name, value) in &object.result_params {
                        touch(sum, name);
                        touch(sum, value);
                    }
                }
            }
        }
        RespType::GetSupportedDmResp(response) => {
            for result in &response.req_obj_results {
                touch(sum, &result.req_obj_path);
                touch(sum, &result.data_model_inst_uri);
                for object in &result.supported_objs {
                    touch(sum, &object.supported_obj_path);
                    for param in &object.supported_params {
                        touch(sum, &param.param_name);
                        black_box(param.value_type);
                    }
                }
            }
        }
    }
}
