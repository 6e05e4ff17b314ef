//! Writing and walking with the writers and readers of these crates.

use core::hint::black_box;

use usp_msg::reader::get_supported_dm_resp::SupportedObjectResult;
use usp_msg::reader::{Lazy, Msg, MsgBody, Notification, ReqType, RespType, Valid};
use usp_msg::writer;
use usp_record::{EndpointId, reader, writer as record_writer};

use crate::payloads::{Content, MSG_ID, Object, touch};

/// Writes into a buffer that is used again and again.
pub fn encode(content: &Content, from: &EndpointId, to: &EndpointId, buffer: &mut Vec<u8>) {
    buffer.clear();
    let mut record = record_writer::no_session(buffer, from, to);
    let out = record.payload();
    match content {
        Content::Get(paths) => {
            writer::get(out, MSG_ID).param_paths(paths).max_depth(2);
        }
        Content::Set(objects) => {
            let mut set = writer::set(out, MSG_ID);
            set.allow_partial(true);
            for object in objects {
                let mut update = set.update_objs();
                update.obj_path(&object.path);
                for [param, value] in &object.params {
                    update.param_settings().param(param).value(value).required(true);
                }
            }
        }
        Content::ValueChange([path, value]) => {
            let mut notify = writer::notify(out, MSG_ID);
            notify.subscription_id("subscription-1").send_resp(true);
            notify.value_change().param_path(path).param_value(value);
        }
        Content::GetResp(objects) => {
            let mut response = writer::get_resp(out, MSG_ID);
            let mut result = response.req_path_results();
            result.requested_path("Device.IP.");
            for Object { path, params } in objects {
                let pairs = params.iter().map(|[name, value]| (name, value));
                result.resolved_path_results().resolved_path(path).result_params(pairs);
            }
        }
        Content::GetSupportedDmResp(objects) => {
            let mut response = writer::get_supported_dm_resp(out, MSG_ID);
            let mut result = response.req_obj_results();
            result.req_obj_path("Device.").data_model_inst_uri("urn:broadband-forum-org:tr-181-2-19-1");
            for Object { path, params } in objects {
                let mut object = result.supported_objs();
                object.supported_obj_path(path).access(1).is_multi_instance(true);
                for [name, _] in params {
                    object.supported_params().param_name(name).access(1).value_type(8).value_change(1);
                }
            }
        }
    }
}

fn open<'a>(bytes: &'a [u8], sum: &mut usize) -> &'a [u8] {
    let record = reader::Record::open(bytes).expect("encoded by us");
    for text in [record.version(), record.to_id(), record.from_id()] {
        touch(sum, text);
    }
    record.payload().unwrap_or_default()
}

/// Reads lazily: every item is a `Result`.
pub fn decode_and_walk(bytes: &[u8]) -> usize {
    let mut sum = 0;
    let msg = Msg::<Lazy>::open(open(bytes, &mut sum)).expect("encoded by us");
    touch(&mut sum, msg.msg_id());
    match msg.content() {
        Some(MsgBody::Request(request)) => match request.req_type() {
            Some(ReqType::Get(get)) => get.param_paths().for_each(|path| touch(&mut sum, path)),
            Some(ReqType::Set(set)) => {
                for object in set.update_objs() {
                    let object = object.expect("encoded by us");
                    touch(&mut sum, object.obj_path());
                    for setting in object.param_settings() {
                        let setting = setting.expect("encoded by us");
                        touch(&mut sum, setting.param());
                        touch(&mut sum, setting.value());
                    }
                }
            }
            Some(ReqType::Notify(notify)) => {
                touch(&mut sum, notify.subscription_id());
                if let Some(Notification::ValueChange(change)) = notify.notification() {
                    touch(&mut sum, change.param_path());
                    touch(&mut sum, change.param_value());
                }
            }
            _ => {}
        },
        Some(MsgBody::Response(response)) => match response.resp_type() {
            Some(RespType::GetResp(response)) => {
                for result in response.req_path_results() {
                    let result = result.expect("encoded by us");
                    touch(&mut sum, result.requested_path());
                    touch(&mut sum, result.err_msg());
                    for object in result.resolved_path_results() {
                        let object = object.expect("encoded by us");
                        touch(&mut sum, object.resolved_path());
                        for pair in object.result_params() {
                            let (name, value) = pair.expect("encoded by us");
                            touch(&mut sum, name);
                            touch(&mut sum, value);
                        }
                    }
                }
            }
            Some(RespType::GetSupportedDmResp(response)) => {
                for result in response.req_obj_results() {
                    let result = result.expect("encoded by us");
                    touch(&mut sum, result.req_obj_path());
                    touch(&mut sum, result.data_model_inst_uri());
                    for object in result.supported_objs() {
                        let object: SupportedObjectResult<'_, Lazy> = object.expect("encoded by us");
                        touch(&mut sum, object.supported_obj_path());
                        for param in object.supported_params() {
                            let param = param.expect("encoded by us");
                            touch(&mut sum, param.param_name());
                            black_box(param.value_type());
                        }
                    }
                }
            }
            _ => {}
        },
        _ => {}
    }
    sum
}

/// Validates the whole Message first; then items are there for certain.
pub fn validate_and_walk(bytes: &[u8]) -> usize {
    let mut sum = 0;
    let msg = Msg::<Valid>::read_whole(open(bytes, &mut sum)).expect("encoded by us");
    touch(&mut sum, msg.msg_id());
    match msg.content() {
        Some(MsgBody::Request(request)) => match request.req_type() {
            Some(ReqType::Get(get)) => get.param_paths().for_each(|path| touch(&mut sum, path)),
            Some(ReqType::Set(set)) => {
                for object in set.update_objs() {
                    touch(&mut sum, object.obj_path());
                    for setting in object.param_settings() {
                        touch(&mut sum, setting.param());
                        touch(&mut sum, setting.value());
                    }
                }
            }
            Some(ReqType::Notify(notify)) => {
                touch(&mut sum, notify.subscription_id());
                if let Some(Notification::ValueChange(change)) = notify.notification() {
                    touch(&mut sum, change.param_path());
                    touch(&mut sum, change.param_value());
                }
            }
            _ => {}
        },
        Some(MsgBody::Response(response)) => match response.resp_type() {
            Some(RespType::GetResp(response)) => {
                for result in response.req_path_results() {
                    touch(&mut sum, result.requested_path());
                    touch(&mut sum, result.err_msg());
                    for object in result.resolved_path_results() {
                        touch(&mut sum, object.resolved_path());
                        for (name, value) in object.result_params() {
                            touch(&mut sum, name);
                            touch(&mut sum, value);
                        }
                    }
                }
            }
            Some(RespType::GetSupportedDmResp(response)) => {
                for result in response.req_obj_results() {
                    touch(&mut sum, result.req_obj_path());
                    touch(&mut sum, result.data_model_inst_uri());
                    for object in result.supported_objs() {
                        touch(&mut sum, object.supported_obj_path());
                        for param in object.supported_params() {
                            touch(&mut sum, param.param_name());
                            black_box(param.value_type());
                        }
                    }
                }
            }
            _ => {}
        },
        _ => {}
    }
    sum
}
