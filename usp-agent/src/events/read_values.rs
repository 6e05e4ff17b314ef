//! What the Agent itself reads of its model with the rights of a Controller.

use alloc::string::String;
use alloc::vec::Vec;

use usp_datamodel::{DataModel, Requester};
use usp_msg::reader::{Msg, MsgBody, RespType};
use usp_msg::writer;

/// The parameters that a Get of a path answers the requester with: paths and values. `None` where the Get fails as a
/// whole.
pub(crate) fn read_values(
    model: &mut DataModel,
    path: &str,
    requester: &Requester,
) -> Option<Vec<(String, String)>> {
    let mut request = Vec::new();
    writer::get(&mut request, "").param_paths([path]);
    let answer = model.process_written(&request, requester).ok()?;
    let msg = Msg::read_whole(&answer).ok()?;
    let Some(MsgBody::Response(response)) = msg.content() else { return None };
    let Some(RespType::GetResp(response)) = response.resp_type() else { return None };
    let mut values = Vec::new();
    // Loops within loops: a flat map of views is a kilobyte of code for each view.
    for result in response.req_path_results() {
        for object in result.resolved_path_results() {
            for (name, value) in object.result_params() {
                values.push((String::from(object.resolved_path()) + name, String::from(value)));
            }
        }
    }
    Some(values)
}
