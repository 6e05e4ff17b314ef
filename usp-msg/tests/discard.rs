//! Messages that are taken back while they are written.
// A panic is how a test reports.
#![allow(clippy::unwrap_used)]

use usp_msg::{Error, GetResp, Msg, get_resp, writer};

#[test]
fn an_element_is_taken_back_and_another_written_in_its_place() {
    let mut buffer = b"before".to_vec();
    let mut response = writer::get_resp(&mut buffer, "id-1");
    response.req_path_results().requested_path("Device.One");
    let mut result = response.req_path_results();
    result.requested_path("Device.Two.");
    let long = "x".repeat(200);
    result.resolved_path_results().resolved_path("Device.Two.").result_params([("Name", &long)]);
    assert!(result.size() > 200);
    result.discard();
    response.req_path_results().requested_path("Device.Two.").err_code(7003).err_msg("no");
    drop(response);

    let found = get_resp::RequestedPathResult::found("Device.One", []);
    let failed = get_resp::RequestedPathResult::failed("Device.Two.", 7003, "no");
    let expected = Msg::response_to("id-1", GetResp::new([found, failed]));
    assert_eq!(&buffer[..6], b"before");
    assert_eq!(Msg::decode(&buffer[6..]).unwrap(), expected);
}

#[test]
fn a_whole_message_is_taken_back_with_its_header() {
    let mut buffer = b"before".to_vec();
    let mut response = writer::set_resp(&mut buffer, "id-1");
    response.updated_obj_results().requested_path("Device.");
    response.discard();
    let mut error = writer::error(&mut buffer, "id-1");
    error.err_code(7004);
    error.discard();
    assert_eq!(buffer, b"before");
}

#[test]
fn the_size_is_that_of_what_was_written() {
    let mut buffer = b"before".to_vec();
    let mut error = writer::error(&mut buffer, "id-1");
    error.err_code(7004).err_msg("no");
    let size = error.size();
    drop(error);
    assert_eq!(size, buffer.len() - 6);
    assert_eq!(Msg::decode(&buffer[6..]).unwrap(), Msg::error_to("id-1", Error::new(7004, "no")));
}
