//! Building and walking the types of quick-protobuf that are in rusp-lib, without what rusp-lib does
//! around them.

use core::hint::black_box;

use quick_protobuf::{BytesReader, MessageRead, MessageWrite, Writer};
use rusp_lib::usp::mod_Body::OneOfmsg_body as MsgBody;
use rusp_lib::usp::mod_GetResp::{RequestedPathResult, ResolvedPathResult};
use rusp_lib::usp::mod_GetSupportedDMResp::{
    ObjAccessType, ParamAccessType, ParamValueType, RequestedObjectResult, SupportedObjectResult,
    SupportedParamResult, ValueChangeType,
};
use rusp_lib::usp::mod_Header::MsgType;
use rusp_lib::usp::mod_Notify::{OneOfnotification as Notification, ValueChange};
use rusp_lib::usp::mod_Request::OneOfreq_type as ReqType;
use rusp_lib::usp::mod_Response::OneOfresp_type as RespType;
use rusp_lib::usp::mod_Set::{UpdateObject, UpdateParamSetting};
use rusp_lib::usp::{Body, Get, GetResp, GetSupportedDMResp, Header, Msg, Notify, Request, Response, Set};
use rusp_lib::usp_record::mod_Record::OneOfrecord_type as RecordType;
use rusp_lib::usp_record::{NoSessionContextRecord, Record};

use crate::payloads::{AGENT, CONTROLLER, Content, MSG_ID, Object, touch};

pub fn encode(content: &Content) -> Vec<u8> {
    let request = |req_type| MsgBody::request(Request { req_type });
    let response = |resp_type| MsgBody::response(Response { resp_type });
    let (msg_type, msg_body) = match content {
        Content::Get(paths) => {
            (MsgType::GET, request(ReqType::get(Get { param_paths: paths.clone(), max_depth: 2 })))
        }
        Content::Set(objects) => {
            let update_objs = objects.iter().map(update).collect();
            (MsgType::SET, request(ReqType::set(Set { allow_partial: true, update_objs })))
        }
        Content::ValueChange([param_path, param_value]) => {
            let change = ValueChange { param_path: param_path.clone(), param_value: param_value.clone() };
            let notify = Notify {
                subscription_id: "subscription-1".into(),
                send_resp: true,
                notification: Notification::value_change(change),
            };
            (MsgType::NOTIFY, request(ReqType::notify(notify)))
        }
        Content::GetResp(objects) => {
            let result = RequestedPathResult {
                requested_path: "Device.IP.".into(),
                resolved_path_results: objects.iter().map(resolved).collect(),
                ..Default::default()
            };
            (MsgType::GET_RESP, response(RespType::get_resp(GetResp { req_path_results: vec![result] })))
        }
        Content::GetSupportedDmResp(objects) => {
            let result = RequestedObjectResult {
                req_obj_path: "Device.".into(),
                data_model_inst_uri: "urn:broadband-forum-org:tr-181-2-19-1".into(),
                supported_objs: objects.iter().map(supported).collect(),
                ..Default::default()
            };
            let resp = GetSupportedDMResp { req_obj_results: vec![result] };
            (MsgType::GET_SUPPORTED_DM_RESP, response(RespType::get_supported_dm_resp(resp)))
        }
    };
    let msg = Msg { header: Some(Header { msg_id: MSG_ID.into(), msg_type }), body: Some(Body { msg_body }) };
    let record = Record {
        version: "1.4".into(),
        to_id: CONTROLLER.into(),
        from_id: AGENT.into(),
        record_type: RecordType::no_session_context(NoSessionContextRecord { payload: write(&msg) }),
        ..Default::default()
    };
    write(&record)
}

fn write(message: &impl MessageWrite) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.get_size());
    message.write_message(&mut Writer::new(&mut out)).expect("encodable");
    out
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
        access: ParamAccessType::PARAM_READ_WRITE,
        value_type: ParamValueType::PARAM_STRING,
        value_change: ValueChangeType::VALUE_CHANGE_ALLOWED,
    };
    SupportedObjectResult {
        supported_obj_path: object.path.clone(),
        access: ObjAccessType::OBJ_ADD_DELETE,
        is_multi_instance: true,
        supported_params: object.params.iter().map(param).collect(),
        ..Default::default()
    }
}

fn read<'a, M: MessageRead<'a>>(bytes: &'a [u8]) -> M {
    M::from_reader(&mut BytesReader::from_bytes(bytes), bytes).expect("encoded by us")
}

pub fn decode_and_walk(bytes: &[u8]) -> usize {
    let record: Record = read(bytes);
    let mut sum = 0;
    for text in [&record.version, &record.to_id, &record.from_id] {
        touch(&mut sum, text);
    }
    let RecordType::no_session_context(content) = &record.record_type else { return 0 };
    let msg: Msg = read(&content.payload);
    touch(&mut sum, msg.header.as_ref().map_or("", |header| &header.msg_id));
    match msg.body.map(|body| body.msg_body) {
        Some(MsgBody::request(request)) => walk_request(&request.req_type, &mut sum),
        Some(MsgBody::response(response)) => walk_response(&response.resp_type, &mut sum),
        _ => {}
    }
    sum
}

fn walk_request(request: &ReqType, sum: &mut usize) {
    match request {
        ReqType::get(get) => get.param_paths.iter().for_each(|path| touch(sum, path)),
        ReqType::set(set) => {
            for object in &set.update_objs {
                touch(sum, &object.obj_path);
                for setting in &object.param_settings {
                    touch(sum, &setting.param);
                    touch(sum, &setting.value);
                }
            }
        }
        ReqType::notify(notify) => {
            touch(sum, &notify.subscription_id);
            if let Notification::value_change(change) = &notify.notification {
                touch(sum, &change.param_path);
                touch(sum, &change.param_value);
            }
        }
        _ => {}
    }
}

fn walk_response(response: &RespType, sum: &mut usize) {
    match response {
        RespType::get_resp(response) => {
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
        RespType::get_supported_dm_resp(response) => {
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
        _ => {}
    }
}
