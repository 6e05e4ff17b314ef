//! Requests that wait for values which come late, out of order or never, in between others that change what they wait
//! for: nothing panics, no more wait than the limits allow, the books agree with the rows after each step, what waits
//! has changed nothing yet, and each request is answered once.
//!
//! The input is a series of steps: a request as in `engine_requests`, a value that comes, or the end of a request's
//! patience.

#![no_main]

mod choices;
mod house_requests;
#[path = "../../usp-datamodel/tests/parked/later.rs"]
#[allow(dead_code)]
mod later;

use std::collections::BTreeSet;

use choices::Choices;
use house_requests::house;
use later::{Asked, When, floor, guard, likes, serve, size, tags};
use libfuzzer_sys::fuzz_target;
use usp_datamodel::{DataModel, Handled, Limits, ParkedRequest, Requester};
use usp_msg::reader::{self, MsgBody};
use usp_msg::{Add, Msg, Request, add};

const LIMITS: Limits =
    Limits { max_parked: 3, max_pending_values: 8, max_answer: 1 << 16, ..house_requests::LIMITS };

fuzz_target!(|input: &[u8]| {
    let mut bench = house::house_with(LIMITS);
    for name in ["a", "c"] {
        let row = add::CreateObject::new(house::ROOM).required("Name", name).required("Open", "true");
        bench.model.process(&Add::new([row]).into(), &bench.requester).expect("a room");
    }
    let log = serve(&mut bench.model, When::Mixed);
    guard(&mut bench.model);
    let (model, requester) = (&mut bench.model, &bench.requester);
    let mut waiting: BTreeSet<ParkedRequest> = BTreeSet::new();
    let mut input = Choices(input);
    while let Some(step) = input.byte() {
        match step & 3 {
            0 | 1 => {
                let before = model.snapshot();
                let Some(request) = input.request(step >> 2) else { continue };
                if let Some(parked) = handled(model, requester, request) {
                    assert_eq!(model.snapshot(), before, "what waits has changed nothing");
                    assert!(waiting.insert(parked), "names are given out once");
                }
            }
            2 => {
                let mut log = log.lock().expect("nothing panicked");
                log.retain(|asked| asked.token.is_some());
                if !log.is_empty() {
                    let at = usize::from(input.byte().unwrap_or_default()) % log.len();
                    tell(model, &log.swap_remove(at));
                }
            }
            _ => {
                let Some(&parked) = waiting.iter().nth(usize::from(step >> 3) % waiting.len().max(1)) else {
                    continue;
                };
                let mut answer = Vec::new();
                if step & 4 == 0 {
                    let done = model.expire(parked, requester, &mut answer).expect("it waited");
                    assert!(!matches!(done, Handled::Parked(_)), "an expired request is at its end");
                    assert_answer(&answer);
                } else {
                    assert!(model.forget(parked), "it waited");
                }
                waiting.remove(&parked);
            }
        }
        for parked in model.drain_resumable() {
            let mut answer = Vec::new();
            match model.resume(parked, requester, &mut answer) {
                Some(Handled::Parked(again)) => assert!(waiting.contains(&again), "it waits under its name"),
                Some(_) => {
                    assert_answer(&answer);
                    assert!(waiting.remove(&parked), "a request is answered once");
                }
                None => assert!(!waiting.contains(&parked), "what waits can go on"),
            }
        }
        assert_eq!(model.parked_requests().collect::<BTreeSet<_>>(), waiting);
        assert!(waiting.len() <= LIMITS.max_parked, "{} wait", waiting.len());
        assert_eq!(model.inconsistency(), None);
        model.drain_changes();
    }
});

/// Hands a request over; the name under which it waits.
fn handled(model: &mut DataModel, requester: &Requester, request: Request) -> Option<ParkedRequest> {
    let bytes = Msg::request("id", request).encode_to_vec();
    let msg = reader::Msg::read_whole(&bytes).ok()?;
    let Some(MsgBody::Request(request)) = msg.content() else { return None };
    let mut answer = Vec::new();
    match model.handle(msg.msg_id(), request, requester, &mut answer) {
        Handled::Parked(parked) => {
            assert_eq!(answer, [], "what waits is not answered yet");
            Some(parked)
        }
        _ => {
            assert_answer(&answer);
            None
        }
    }
}

/// Tells a value; without effect where nobody waits for it any more.
fn tell(model: &mut DataModel, asked: &Asked) {
    let (Some(token), room) = (asked.token, asked.room) else { return };
    let _ = match asked.name {
        "Size" => model.complete_value(token, size(room)),
        "Floor" => model.complete_value(token, floor(room)),
        "Tags" => model.complete_value(token, tags(room)),
        _ => model.complete_value(token, likes(room)),
    };
}

fn assert_answer(bytes: &[u8]) {
    let answer = Msg::decode(bytes).expect("an answer is a Message");
    assert_eq!(answer.validate(), Ok(()));
    assert_eq!(answer.msg_id(), "id");
}
