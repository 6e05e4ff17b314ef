//! The way from a request's bytes to those of its answer.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::Bench;
use common::house::{ROOM, house, house_with};
use usp_datamodel::{Fault, Handled, Limits, Requester};
use usp_msg::reader::{self, MsgBody};
use usp_msg::{
    Add, Delete, Error, Get, GetInstances, GetResp, GetSupportedDm, GetSupportedProtocol, Msg, MsgType,
    Operate, Request, Set, add, get_resp, set,
};

/// What a request is answered with, behind what the buffer holds.
#[track_caller]
fn answered(bench: &mut Bench, request: impl Into<Request>) -> Msg {
    let mut out = b"before".to_vec();
    assert_eq!(handle(bench, request, &mut out), Handled::Answered);
    assert_eq!(&out[..6], b"before");
    let answer = Msg::decode(&out[6..]).unwrap();
    assert_eq!((answer.validate(), answer.msg_id()), (Ok(()), "id-1"));
    answer
}

fn handle(bench: &mut Bench, request: impl Into<Request>, out: &mut Vec<u8>) -> Handled {
    let bytes = Msg::request("id-1", request).encode_to_vec();
    let msg = reader::Msg::read_whole(&bytes).unwrap();
    let Some(MsgBody::Request(request)) = msg.content() else { panic!("it is a request") };
    bench.model.handle(msg.msg_id(), request, &bench.requester, out)
}

#[track_caller]
fn get(bench: &mut Bench, paths: &[&str]) -> GetResp {
    answered(bench, Get::new(paths.iter().copied())).into_answer::<Get>().unwrap().unwrap()
}

#[test]
fn r_msg_0_9_every_request_has_its_answer_under_its_id() {
    let mut bench = Bench::new();
    let row = add::CreateObject::new("Device.LocalAgent.Subscription.").required("ID", "new");
    let kinds: [(Request, MsgType); 7] = [
        (Get::new(["Device."]).into(), MsgType::GetResp),
        (GetInstances::new(["Device.LocalAgent.Controller."]).into(), MsgType::GetInstancesResp),
        (GetSupportedDm::new(["Device."]).into(), MsgType::GetSupportedDmResp),
        (Set::new([set::UpdateObject::new("Device.LocalAgent.Controller.1.")]).into(), MsgType::SetResp),
        (Add::new([row]).into(), MsgType::AddResp),
        (Delete::new(["Device.LocalAgent.Subscription.1."]).into(), MsgType::DeleteResp),
        (Operate::new("Device.Reboot()").into(), MsgType::OperateResp),
    ];
    for (request, kind) in kinds {
        assert_eq!(answered(&mut bench, request).msg_type(), Some(kind));
    }
}

/// What the device asks itself comes to the same in bytes and in owned types, an Error as well.
#[test]
fn the_response_in_bytes_is_that_of_process() {
    let mut bench = house();
    let mut both = |request: Request| {
        let bytes = bench.model.process_to_bytes(&request, &Requester::DEVICE);
        let owned = bench.model.process(&request, &Requester::DEVICE);
        let read = bytes.map(|bytes| Msg::decode(&bytes).unwrap().as_response().unwrap().clone());
        assert_eq!(read, owned);
        owned
    };
    assert!(both(Get::new(["Device."]).into()).is_ok());
    assert!(both(GetSupportedDm::new(["Device."]).into()).is_ok());
    assert_eq!(both(Request::default()).unwrap_err().err_msg, "the request is empty");
    let request = Set::new([set::UpdateObject::new("Device.Nothing.").required("Name", "x")]);
    let error = both(request.clone().into()).unwrap_err();
    // What failed is told in it, as in the Error that a Controller is sent.
    assert_eq!(Some(&error), answered(&mut bench, request).as_error());
    assert_eq!(error.param_errs.len(), 1);
}

#[test]
fn r_msg_1_what_is_not_for_a_data_model_is_not_supported() {
    let refused = |bench: &mut Bench, request: Request| answered(bench, request).as_error().unwrap().err_code;
    let mut bench = house();
    assert_eq!(refused(&mut bench, GetSupportedProtocol::default().into()), 7001);
    assert_eq!(refused(&mut bench, Request::default()), 7004);
}

#[test]
fn a_fault_halfway_takes_back_what_was_written() {
    let mut bench = house();
    bench.added(ROOM, &[("Name", "a")]);
    bench.model.live("House.Room.{i}.Size", |_| Err::<u32, _>(Fault::new(7003.into(), "no sensor"))).unwrap();
    let answer = get(&mut bench, &["House.RoomNumberOfEntries", "House.", "House.Room.1.Name"]);
    let resolved = |path: &str, name: &str, value: &str| {
        [get_resp::ResolvedPathResult::new(path, [(name.to_string(), value.to_string())])]
    };
    let expected = GetResp::new([
        get_resp::RequestedPathResult::found(
            "House.RoomNumberOfEntries",
            resolved("House.", "RoomNumberOfEntries", "1"),
        ),
        get_resp::RequestedPathResult::failed(
            "House.",
            7003,
            "House.Room.{i}.Size cannot be read: no sensor",
        ),
        get_resp::RequestedPathResult::found("House.Room.1.Name", resolved("House.Room.1.", "Name", "a")),
    ]);
    assert_eq!(answer, expected);
}

#[test]
fn a_path_whose_answer_is_too_large_fails_alone() {
    let mut bench = house_with(Limits { max_answer: 400, ..Limits::default() });
    bench.added(ROOM, &[("Name", "a")]);
    bench.added(ROOM, &[("Name", "b")]);
    let answer = get(&mut bench, &["House.", "House.Room.2.Name"]);
    assert_eq!(answer.req_path_results[0].err_code, 7005);
    assert_eq!(answer.req_path_results[0].err_msg, "the request needs more than 400 bytes for its answer");
    assert_eq!(answer.values().collect::<Vec<_>>(), [("House.Room.2.", "Name", "b")]);
    let answer = answered(&mut bench, GetSupportedDm::new(["House.", "House.Favourite"]));
    let answer = answer.into_answer::<GetSupportedDm>().unwrap().unwrap();
    assert_eq!(answer.req_obj_results.iter().map(|result| result.err_code).collect::<Vec<_>>(), [7005, 0]);
}

#[test]
fn rows_that_make_too_large_an_answer_are_not_listed() {
    let mut bench = house_with(Limits { max_answer: 200, ..Limits::default() });
    for number in 0..10 {
        bench.added(ROOM, &[("Name", &*format!("room {number}"))]);
    }
    let answer = answered(&mut bench, GetInstances::new(["House.Room.", "House.Room.9."]));
    let answer = answer.into_answer::<GetInstances>().unwrap().unwrap();
    let codes: Vec<u32> = answer.req_path_results.iter().map(|result| result.err_code).collect();
    assert_eq!(codes, [7005, 0]);
    assert_eq!(answer.req_path_results[1].curr_insts[0].instantiated_obj_path, "House.Room.9.");
}

#[test]
fn errors_of_paths_cannot_make_an_answer_too_large_either() {
    let mut bench = house_with(Limits { max_answer: 400, ..Limits::default() });
    let answer = answered(&mut bench, Get::new(["House.Nothing"; 20]));
    assert_eq!(
        answer.as_error(),
        Some(&Error::new(7005, "the request needs more than 400 bytes for its answer"))
    );
}

#[test]
fn a_change_whose_answer_is_too_large_is_not_made() {
    let mut bench = house_with(Limits { max_answer: 300, ..Limits::default() });
    for number in 0..10 {
        bench.added(ROOM, &[("Name", &*format!("room {number}"))]);
    }
    bench.changes();
    let rename = |path| Set::new([set::UpdateObject::new(path).required("Kind", "Cold")]);
    let error = answered(&mut bench, rename("House.Room.*."));
    assert_eq!(error.as_error().map(|error| error.err_code), Some(7005));
    assert_eq!((bench.changes(), bench.value("House.Room.1.Kind")), (vec![], String::new()));
    assert_eq!(bench.model.inconsistency(), None);
    answered(&mut bench, rename("House.Room.1.")).into_answer::<Set>().unwrap().unwrap();
    assert_eq!(bench.value("House.Room.1.Kind"), "Cold");
}

#[test]
fn r_opr_4_an_operate_without_an_answer_is_silent_unless_it_fails() {
    let mut bench = Bench::new();
    let (path, mut out) = ("Device.LocalAgent.Controller.1.SendOnBoardRequest()", b"before".to_vec());
    bench.requester = Requester::DEVICE;
    let silent = Operate { send_resp: false, ..Operate::new(path) };
    // Nobody runs the command.
    let failed = answered(&mut bench, silent.clone()).into_answer::<Operate>().unwrap().unwrap();
    assert_eq!(failed.operation_results[0].executed_command, path);
    bench
        .model
        .on_command("Device.LocalAgent.Controller.{i}.SendOnBoardRequest()", |_, _| Ok(vec![]))
        .unwrap();
    assert_eq!((handle(&mut bench, silent, &mut out), &*out), (Handled::Silent, &b"before"[..]));
    assert_eq!(answered(&mut bench, Operate::new(path)).msg_type(), Some(MsgType::OperateResp));
}
