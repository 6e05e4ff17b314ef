//! Devices that tell their values at once, and devices that tell the same values later.

extern crate alloc;

use alloc::sync::Arc;
use core::task::Poll;
use std::sync::Mutex;

use usp_datamodel::schema::TypedValue;
use usp_datamodel::{DataModel, Fault, Handled, ParkedRequest, Refusal, Requester, ValueToken};
use usp_msg::reader::{self, MsgBody};
use usp_msg::{ErrorCode, Msg, Request};

/// What a device was asked for: the parameter, the room, and the token where it is to come later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub name: &'static str,
    pub room: u32,
    pub token: Option<ValueToken>,
}

/// What devices were asked for and have not told yet, and how often each was asked.
pub type Log = Arc<Mutex<Vec<Asked>>>;

/// When a device tells its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    AtOnce,
    Later,
    /// Of some rooms at once.
    Mixed,
}

/// Something that a device says of a room, to be made into a value of any type.
fn number(name: &str, room: u32) -> Result<u32, Fault> {
    let number = name.len() as u32 * 7 + room * 5;
    match number % 11 {
        0 => Err(Fault::new(ErrorCode::COMMAND_FAILURE, format!("no sensor in {room}"))),
        rest => Ok(rest),
    }
}

pub fn size(room: u32) -> Result<u32, Fault> {
    number("Size", room)
}

pub fn floor(room: u32) -> Result<i32, Fault> {
    number("Floors", room).map(|floor| floor as i32 - 5)
}

pub fn tags(room: u32) -> Result<Vec<String>, Fault> {
    number("Tags", room).map(|tags| (0..tags % 3).map(|tag| format!("t{tag}")).collect())
}

pub fn likes(room: u32) -> Result<String, Fault> {
    number("Likes it", room).map(|likes| format!("House.Room.{}", likes % 5))
}

/// Makes four parameters of the rooms live.
pub fn serve(model: &mut DataModel, when: When) -> Log {
    let log = Log::default();
    one(model, &log, when, "Size", size);
    one(model, &log, when, "Floor", floor);
    one(model, &log, when, "Tags", tags);
    one(model, &log, when, "Likes", likes);
    log
}

fn one<V: TypedValue + 'static>(
    model: &mut DataModel,
    log: &Log,
    when: When,
    name: &'static str,
    value: impl Fn(u32) -> Result<V, Fault> + Send + 'static,
) {
    let log = Arc::clone(log);
    let path = format!("House.Room.{{i}}.{name}");
    model
        .live_later(&path, move |rows, token| {
            let later = when == When::Later
                || (when == When::Mixed && (rows[0] + name.len() as u32).is_multiple_of(2));
            log.lock().unwrap().push(Asked { name, room: rows[0], token: later.then_some(token) });
            if later { Poll::Pending } else { Poll::Ready(value(rows[0])) }
        })
        .unwrap();
}

/// Tells what was asked.
pub fn tell(model: &mut DataModel, asked: &Asked) {
    let (token, room) = (asked.token.unwrap(), asked.room);
    let told = match asked.name {
        "Size" => model.complete_value(token, size(room)),
        "Floor" => model.complete_value(token, floor(room)),
        "Tags" => model.complete_value(token, tags(room)),
        _ => model.complete_value(token, likes(room)),
    };
    told.unwrap();
}

/// Hands a request over; the answer where there is one, or the name under which it waits.
pub fn handle(
    model: &mut DataModel,
    requester: &Requester,
    request: impl Into<Request>,
) -> Result<Vec<u8>, ParkedRequest> {
    let bytes = Msg::request("id-1", request).encode_to_vec();
    let msg = reader::Msg::read_whole(&bytes).unwrap();
    let Some(MsgBody::Request(request)) = msg.content() else { panic!("it is a request") };
    let mut out = Vec::new();
    let handled = model.handle(msg.msg_id(), request, requester, &mut out);
    outcome(handled, out)
}

pub fn resume(
    model: &mut DataModel,
    requester: &Requester,
    parked: ParkedRequest,
) -> Result<Vec<u8>, ParkedRequest> {
    let mut out = Vec::new();
    let handled = model.resume(parked, requester, &mut out).unwrap();
    outcome(handled, out)
}

pub fn expire(model: &mut DataModel, requester: &Requester, parked: ParkedRequest) -> Vec<u8> {
    let mut out = Vec::new();
    let handled = model.expire(parked, requester, &mut out).unwrap();
    outcome(handled, out).unwrap()
}

fn outcome(handled: Handled, out: Vec<u8>) -> Result<Vec<u8>, ParkedRequest> {
    match handled {
        Handled::Parked(parked) => {
            assert_eq!(out, Vec::<u8>::new());
            Err(parked)
        }
        _ => Ok(out),
    }
}

/// Has a hook refuse changes of rooms whose size it cannot learn, or does not like.
pub fn guard(model: &mut DataModel) {
    let prepare = |changes: &usp_datamodel::StagedChanges<'_>| {
        for change in changes.iter() {
            let room: String = change.path().splitn(4, '.').take(3).collect::<Vec<_>>().join(".");
            let size = changes.after(&format!("{room}.Size")).map(|size| size.to_string());
            let is_there = changes.after(&format!("{room}.Name")).is_some();
            if is_there && size.as_deref().is_none_or(|size| size == "7") {
                let why = format!("a room of size {size:?}");
                return Err(Refusal::new(change.path(), ErrorCode::VALUE_CONFLICT, why));
            }
        }
        Ok(())
    };
    model.on_prepare("House.Room.{i}.", prepare).unwrap();
}
