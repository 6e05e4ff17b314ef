//! Requests that read, well formed and not, to a populated engine: nothing panics, every request has an answer under
//! its id that decodes and keeps to the limits, and to ask twice is to be told the same.
//!
//! The first byte says who asks; the second whether the rest is a Message, or choices of what paths are made of.

#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use usp_codegen::{ImageOptions, Model};
use usp_datamodel::{DataModel, Handled, Limits, Requester};
use usp_msg::reader::{self, MsgBody, ReqType};
use usp_msg::{Add, Msg, add, writer};

const LIMITS: Limits = Limits {
    max_rows: 64,
    max_all_rows: 256,
    max_matches: 2_000,
    max_comparisons: 2_000,
    max_results: 5_000,
    max_rounds: 4,
    max_operations: 2,
    max_parked: 2,
    max_parked_bytes: 4096,
    max_pending_values: 16,
    max_answer: 1 << 16,
};

/// What an Error, or the results of paths that failed, may take on top.
const ERROR: usize = 1 << 10;

/// Pieces of paths, with the dots where they belong and where they do not.
const PIECES: [&str; 40] = [
    "Device.",
    "LocalAgent.",
    "Controller.",
    "Subscription.",
    "Request.",
    "ControllerTrust.",
    "Role.",
    "Permission.",
    "Threshold.",
    "BootParameter.",
    "MTP.",
    "EndpointID",
    "ID",
    "Enable",
    "Recipient",
    "ReferenceList",
    "NotifType",
    "AssignedRole",
    "UpTime",
    "SubscriptionNumberOfEntries",
    "1.",
    "2.",
    "999.",
    "4294967295.",
    "*.",
    "{i}.",
    "+.",
    "#1+.",
    "#2+.",
    "#*+.",
    "[Enable==true].",
    "[ID==\"a\"].",
    "[Alias==\"cpe-1\"].",
    "[ReferenceList~=\"Device.\"].",
    "[Recipient+.EndpointID==\"self::one\"].",
    "[NotifRetry!=1&&NotifExpiration>=0].",
    "[CreationDate<2026-01-31T12:00:00Z].",
    "SendOnBoardRequest()",
    "Boot!",
    ".",
];

thread_local! {
    static MODEL: RefCell<DataModel> = RefCell::new(populated());
}

/// Two Controllers with two Subscriptions each.
fn populated() -> DataModel {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/usp-device.xml");
    let document = Model::from_file(file).expect("the project's own model");
    let mut model =
        DataModel::with_limits(document.to_schema(&ImageOptions::default()).expect("a schema"), LIMITS);
    model.live("Device.LocalAgent.UpTime", |_| Ok(77_u32)).expect("a parameter");
    let controllers = ["self::one", "self::two"]
        .map(|id| add::CreateObject::new("Device.LocalAgent.Controller.").required("EndpointID", id));
    let subscriptions = [("1", "a"), ("1", "b"), ("2", "a"), ("2", "c")].map(|(controller, id)| {
        add::CreateObject::new("Device.LocalAgent.Subscription.")
            .required("Recipient", format!("Device.LocalAgent.Controller.{controller}"))
            .required("ID", id)
            .required("NotifType", "ValueChange")
            .required("ReferenceList", "Device.LocalAgent.,Device.LocalAgent.Controller.*.Enable")
    });
    for request in [Add::new(controllers), Add::new(subscriptions)] {
        model.process(&request.into(), &Requester::DEVICE).expect("rows");
    }
    model
}

fuzz_target!(|input: &[u8]| {
    let [who, kind, rest @ ..] = input else { return };
    let requester = match who % 2 {
        0 => Requester::DEVICE,
        _ => Requester::controller("Device.LocalAgent.Controller.1"),
    };
    let bytes = match kind % 4 {
        0 => rest.to_vec(),
        kind => structured(kind, rest),
    };
    let Ok(msg) = reader::Msg::read_whole(&bytes) else { return };
    let Some(MsgBody::Request(request)) = msg.content() else { return };
    let is_read = matches!(
        request.req_type(),
        None | Some(ReqType::Get(_) | ReqType::GetInstances(_) | ReqType::GetSupportedDm(_))
    );
    if !is_read {
        return;
    }
    let ask = || {
        let mut out = Vec::new();
        let handled = MODEL.with_borrow_mut(|model| model.handle("id-1", request, &requester, &mut out));
        assert_eq!(handled, Handled::Answered);
        out
    };
    let out = ask();
    assert!(out.len() <= LIMITS.max_answer + ERROR, "{} bytes", out.len());
    assert!(out.capacity() <= 4 * (LIMITS.max_answer + bytes.len() + ERROR), "{} bytes", out.capacity());
    let answer = Msg::decode(&out).expect("an answer");
    assert_eq!((answer.validate(), answer.msg_id()), (Ok(()), "id-1"));
    assert_eq!(ask(), out, "the same again");
});

/// A request for paths made of pieces: 255 ends a path, the last byte says the rest.
fn structured(kind: u8, choices: &[u8]) -> Vec<u8> {
    let (&options, choices) = choices.split_last().unwrap_or((&0, &[]));
    let paths = choices.split(|&choice| choice == u8::MAX).map(|path| {
        path.iter().map(|&choice| PIECES[usize::from(choice) % PIECES.len()]).collect::<String>()
    });
    let mut bytes = Vec::new();
    match kind {
        1 => {
            writer::get(&mut bytes, "id-1").param_paths(paths).max_depth(u32::from(options % 5));
        }
        2 => {
            writer::get_instances(&mut bytes, "id-1").obj_paths(paths).first_level_only(options & 1 != 0);
        }
        _ => {
            let mut get = writer::get_supported_dm(&mut bytes, "id-1");
            get.obj_paths(paths).first_level_only(options & 1 != 0).return_commands(options & 2 != 0);
            get.return_events(options & 4 != 0).return_params(options & 8 != 0);
            get.return_unique_key_sets(options & 16 != 0);
        }
    }
    bytes
}
