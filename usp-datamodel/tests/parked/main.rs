//! Requests that wait for values which come later.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

extern crate alloc;

mod commands;
#[path = "../common/mod.rs"]
mod common;
mod later;
mod requests;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use core::task::Poll;

use common::Bench;
use common::house::{ROOM, house, house_with};
use common::roles::role;
use later::{Asked, Log, When, expire, guard, handle, resume, serve, tell};
use proptest::prelude::*;
use usp_datamodel::typed::ParameterPath;
use usp_datamodel::{
    ChangeKind, DataModel, Fault, Handled, Limits, NotAwaited, ParkedRequest, Permissions, Requester,
    SubscriberId,
};
use usp_msg::set::UpdateObject;
use usp_msg::{Delete, Error, Get, GetResp, Msg, Request, Set};

/// What a Get was answered with, a line each: path and value, or code and words.
fn lines(answer: &[u8]) -> Vec<String> {
    let answer: GetResp = Msg::decode(answer).unwrap().into_answer::<Get>().unwrap().unwrap();
    let mut lines = Vec::new();
    for result in &answer.req_path_results {
        if result.err_code != 0 {
            lines.push(format!("{}: {} {}", result.requested_path, result.err_code, result.err_msg));
        }
        for object in &result.resolved_path_results {
            let values = object.result_params.iter();
            lines.extend(values.map(|(name, value)| format!("{}{name}={value}", object.resolved_path)));
        }
    }
    lines
}

fn error(answer: &[u8]) -> Error {
    Msg::decode(answer).unwrap().as_error().unwrap().clone()
}

/// Three rooms, called a, b and c.
fn rooms_with(limits: Limits, when: When) -> (Bench, Log) {
    let mut bench = house_with(limits);
    for name in ["a", "b", "c"] {
        bench.added(ROOM, &[("Name", name)]);
    }
    let log = serve(&mut bench.model, when);
    bench.changes();
    (bench, log)
}

fn rooms(when: When) -> (Bench, Log) {
    rooms_with(Limits::default(), when)
}

fn drain(log: &Log) -> Vec<Asked> {
    core::mem::take(&mut *log.lock().unwrap())
}

fn get(paths: &[&str]) -> Get {
    Get::new(paths.iter().copied())
}

fn set(path: &str, name: &str, value: &str) -> Set {
    Set::new([UpdateObject::new(path).required(name, value)])
}

#[test]
fn a_get_waits_for_its_values_and_asks_for_all_of_them_at_once() {
    let (mut bench, log) = rooms(When::Later);
    let Bench { model, requester } = &mut bench;
    let parked = handle(model, requester, get(&["House.Room.*.Size", "House.Room.1.Floor"])).unwrap_err();
    let asked = drain(&log);
    let asked_for: Vec<(&str, u32)> = asked.iter().map(|asked| (asked.name, asked.room)).collect();
    assert_eq!(asked_for, [("Size", 1), ("Size", 2), ("Size", 3), ("Floor", 1)]);

    // Nothing to do before the last value is there, and others are served.
    for asked in asked[..3].iter().rev() {
        tell(model, asked);
        assert_eq!(model.drain_resumable(), []);
        assert_eq!(resume(model, requester, parked), Err(parked));
    }
    assert_eq!(
        lines(&handle(model, requester, get(&["House.Room.2.Name"])).unwrap()),
        ["House.Room.2.Name=b"]
    );
    tell(model, &asked[3]);
    assert_eq!(model.drain_resumable(), [parked]);
    let answer = lines(&resume(model, requester, parked).unwrap());
    let unreadable = "House.Room.*.Size: 7003 House.Room.{i}.Size cannot be read: no sensor in 1";
    assert_eq!(answer, [unreadable, "House.Room.1.Floor=-2"]);
    // Each was asked once, and the name of the request is used up.
    assert_eq!(drain(&log), []);
    assert_eq!(model.resume(parked, requester, &mut Vec::new()), None);
    assert_eq!(model.parked_requests().count(), 0);
}

#[test]
fn a_search_by_values_that_come_later_asks_for_what_it_finds_in_a_second_round() {
    let (mut bench, log) = rooms(When::Later);
    let Bench { model, requester } = &mut bench;
    let parked = handle(model, requester, get(&["House.Room.[Size>6].Floor"])).unwrap_err();
    let sizes = drain(&log);
    assert_eq!(sizes.iter().map(|asked| asked.name).collect::<Vec<_>>(), ["Size"; 3]);
    // A room whose size cannot be read fails the search, as it does when it is told at once.
    let forgotten = &sizes[0];
    model.complete_value(forgotten.token.unwrap(), Ok(1_u32)).unwrap();
    sizes[1..].iter().for_each(|asked| tell(model, asked));
    assert_eq!(model.drain_resumable(), [parked]);
    assert_eq!(resume(model, requester, parked), Err(parked));
    let floors = drain(&log);
    assert_eq!(floors.iter().map(|asked| (asked.name, asked.room)).collect::<Vec<_>>(), [("Floor", 3)]);
    tell(model, &floors[0]);
    assert_eq!(model.drain_resumable(), [parked]);
    assert_eq!(lines(&resume(model, requester, parked).unwrap()), ["House.Room.3.Floor=-3"]);
}

#[test]
fn what_does_not_come_in_time_is_7003_and_the_rest_is_answered() {
    let (mut bench, log) = rooms(When::Later);
    let Bench { model, requester } = &mut bench;
    let paths = ["House.Room.2.Size", "House.Room.2.Floor", "House.Room.[Size>6].Tags", "House.Room.1.Name"];
    let parked = handle(model, requester, get(&paths)).unwrap_err();
    let asked = drain(&log);
    let floor = asked.iter().find(|asked| asked.name == "Floor").unwrap();
    let size = asked.iter().find(|asked| asked.name == "Size").unwrap();
    tell(model, floor);
    assert_eq!(
        lines(&expire(model, requester, parked)),
        [
            "House.Room.2.Size: 7003 House.Room.{i}.Size cannot be read: its value did not come in time",
            "House.Room.2.Floor=3",
            "House.Room.[Size>6].Tags: 7003 House.Room.{i}.Size cannot be read: its value did not come in time",
            "House.Room.1.Name=a",
        ]
    );
    // What comes after that is for nobody.
    assert_eq!(model.complete_value(size.token.unwrap(), Ok(5_u32)), Err(NotAwaited));
    assert_eq!(NotAwaited.to_string(), "no request waits for this value");
    assert_eq!(model.drain_resumable(), []);
    // A request that has waited for long enough does not begin to wait for something else.
    let parked = handle(model, requester, get(&["House.Room.[Size>6].Tags"])).unwrap_err();
    for asked in drain(&log) {
        model.complete_value(asked.token.unwrap(), Ok(7_u32)).unwrap();
    }
    assert_eq!(
        lines(&expire(model, requester, parked)),
        ["House.Room.[Size>6].Tags: 7003 House.Room.{i}.Tags cannot be read: its value did not come in time"]
    );
}

#[test]
fn a_request_that_waits_sees_and_changes_what_there_is_when_it_goes_on() {
    let (mut bench, log) = rooms(When::Later);
    let Bench { model, requester } = &mut bench;
    let read = handle(model, requester, get(&["House.Room.*.Size", "House.Room.2.Name"])).unwrap_err();
    let change = handle(model, requester, set("House.Room.[Size>4].", "Open", "true")).unwrap_err();
    let gone = Delete::new(["House.Room.1."]);
    handle(model, requester, gone).unwrap();
    handle(model, requester, set("House.Room.2.", "Name", "kitchen")).unwrap();
    assert_eq!(model.drain_changes().len(), 3);
    for asked in drain(&log) {
        let told = asked.token.map(|token| model.complete_value(token, Ok(asked.room * 2)));
        assert_eq!(told, Some(Ok(())));
    }
    assert_eq!(model.drain_resumable(), [read, change]);
    assert_eq!(
        lines(&resume(model, requester, read).unwrap()),
        ["House.Room.2.Size=4", "House.Room.3.Size=6", "House.Room.2.Name=kitchen"]
    );
    assert_eq!(common::lines(&model.drain_changes()), Vec::<String>::new());
    resume(model, requester, change).unwrap();
    assert_eq!(common::lines(&model.drain_changes()), ["House.Room.3.Open=true"]);
}

#[test]
fn a_change_that_waits_has_changed_nothing() {
    let (mut bench, log) = rooms(When::Later);
    let calls = common::hooks::Behaviour::default();
    calls.register(&mut bench.model, "House.Room.{i}.", 0..1);
    let before = bench.model.snapshot();
    let Bench { model, requester } = &mut bench;
    let both = Set::new([
        UpdateObject::new("House.Room.1.").required("Name", "z"),
        UpdateObject::new("House.Room.[Size>4].").required("Open", "true"),
    ]);
    let parked = handle(model, requester, both).unwrap_err();
    assert_eq!((model.snapshot(), model.drain_changes(), calls.calls()), (before.clone(), vec![], vec![]));
    assert!(model.forget(parked));
    assert!(!model.forget(parked));
    assert_eq!((model.snapshot(), model.inconsistency()), (before, None));
    let late = drain(&log)[0].token.unwrap();
    assert_eq!(model.complete_value(late, Ok(1_u32)), Err(NotAwaited));
}

/// [R-SEC.1] what may be seen is what the roles allow when the answer is made.
#[test]
fn rights_are_those_of_the_moment_when_a_request_goes_on() {
    let (mut bench, log) = rooms(When::Later);
    let Bench { model, requester } = &mut bench;
    let request = get(&["House.Room.2.Size", "House.Room.2.Floor"]);
    let parked = handle(model, requester, request.clone()).unwrap_err();
    drain(&log).iter().for_each(|asked| tell(model, asked));
    let floors = role(&[("House.Room.*.Floor", ["r---"; 4])]);
    let permissions = Permissions::compile(model.schema(), &[floors]);
    let demoted = requester.clone().with_permissions(Arc::new(permissions));
    let answer = lines(&resume(model, &demoted, parked).unwrap());
    // The same as for whoever asks now.
    let asked_now = handle(model, &demoted, request).map(|answer| lines(&answer));
    let asked_now = asked_now.unwrap_or_else(|parked| {
        drain(&log).iter().for_each(|asked| tell(model, asked));
        lines(&resume(model, &demoted, parked).unwrap())
    });
    assert_eq!(answer, asked_now);
    assert_eq!(
        answer,
        [
            "House.Room.2.Size: 7026 House.Room.2.Size is not in the Supported Data Model of this Agent",
            "House.Room.2.Floor=3"
        ]
    );
}

#[test]
fn what_waits_is_bounded() {
    let waits = |model: &mut DataModel, requester: &Requester| {
        handle(model, requester, get(&["House.Room.2.Floor", "House.Room.2.Name"]))
    };
    let refused = [
        "House.Room.2.Floor: 7005 House.Room.{i}.Floor cannot be read: too many requests wait already",
        "House.Room.2.Name=b",
    ];
    // Requests.
    let (mut bench, log) = rooms_with(Limits { max_parked: 1, ..Limits::default() }, When::Later);
    let Bench { model, requester } = &mut bench;
    let first = waits(model, requester).unwrap_err();
    assert_eq!(lines(&waits(model, requester).unwrap()), refused);
    let asked = drain(&log);
    assert_eq!(model.complete_value(asked[1].token.unwrap(), Ok(1_i32)), Err(NotAwaited));
    let change = handle(model, requester, set("House.Room.[Floor>1].", "Open", "true")).unwrap();
    assert_eq!(error(&change).err_code, 7005);
    assert!(model.forget(first));
    assert!(waits(model, requester).is_err());

    // Their bytes.
    let (mut bench, log) = rooms_with(Limits { max_parked_bytes: 1000, ..Limits::default() }, When::Later);
    let Bench { model, requester } = &mut bench;
    let long =
        [&*format!("House.Room.[Name==\"{}\"].", "x".repeat(900)), "House.Room.2.Floor"].map(str::to_owned);
    let answer = handle(model, requester, get(&[&long[0], &long[1]])).unwrap();
    assert_eq!(lines(&answer), refused[..1]);
    drain(&log);
    // The values that they are told as well.
    let parked = handle(model, requester, get(&["House.Room.2.Likes", "House.Room.3.Likes"])).unwrap_err();
    for asked in drain(&log) {
        model.complete_value(asked.token.unwrap(), Ok("x".repeat(400))).unwrap();
    }
    let answer = lines(&resume(model, requester, parked).unwrap());
    assert_eq!(answer[0].len(), "House.Room.2.Likes=".len() + 400);
    assert_eq!(
        answer[1],
        "House.Room.3.Likes: 7005 House.Room.{i}.Likes cannot be read: too many requests wait already"
    );

    // The values of one request.
    let (mut bench, log) = rooms_with(Limits { max_pending_values: 2, ..Limits::default() }, When::Later);
    let Bench { model, requester } = &mut bench;
    let parked = handle(model, requester, get(&["House.Room.2.Size", "House.Room.*.Floor"])).unwrap_err();
    drain(&log).iter().take(2).for_each(|asked| tell(model, asked));
    assert_eq!(
        lines(&resume(model, requester, parked).unwrap()),
        [
            "House.Room.2.Size=5",
            "House.Room.*.Floor: 7005 the request needs more than 2 values that come later"
        ]
    );
}

#[test]
fn who_cannot_wait_cannot_read_what_comes_later() {
    let (mut bench, log) = rooms(When::Later);
    let told = |fault: Fault| (fault.code().value(), fault.message().to_owned());
    let later =
        (7003, "House.Room.{i}.Floor cannot be read: its value comes later than the answer".to_owned());
    let result = bench.get("House.Room.2.Floor");
    assert_eq!((result.err_code, result.err_msg), later);
    let Bench { model, requester } = &mut bench;
    assert_eq!(told(model.value_at("House.Room.2.Floor").unwrap_err()), later);
    assert_eq!(told(model.report_value_change("House.Room.2.Floor").unwrap_err()), later);
    for asked in drain(&log) {
        assert_eq!(model.complete_value(asked.token.unwrap(), Ok(1_i32)), Err(NotAwaited));
    }
    // Who knows the value reports it; an expression that needs one finds nothing.
    let subscriber = [1, 2].map(SubscriberId);
    model.subscribe(subscriber[0], ChangeKind::ValueChange, ["House.Room.2.Floor"]);
    model.subscribe(
        subscriber[1],
        ChangeKind::ValueChange,
        ["House.Room.[Floor>0].Floor", "House.Room.[Floor>0].Name"],
    );
    model.report_value(ParameterPath::<i32>::from_text("House.Room.2.Floor"), &9).unwrap();
    handle(model, requester, set("House.Room.2.", "Name", "d")).unwrap();
    let notices = model.drain_notices();
    assert_eq!(common::lines(&[notices[0].change.clone()]), ["House.Room.2.Floor=9"]);
    let told_to: Vec<&[SubscriberId]> = notices.iter().map(|notice| &*notice.subscribers).collect();
    assert_eq!(told_to, [&subscriber[..1], &[]]);
    let wrong = model.report_value(ParameterPath::<bool>::from_text("House.Room.2.Floor"), &true);
    assert_eq!(
        told(wrong.unwrap_err()),
        (7003, "House.Room.{i}.Floor was read as a value of another type".into())
    );
}

#[test]
fn a_value_of_another_type_cannot_be_read() {
    let (mut bench, log) = rooms(When::Later);
    let Bench { model, requester } = &mut bench;
    let parked = handle(model, requester, get(&["House.Room.2.Floor"])).unwrap_err();
    model.complete_value(drain(&log)[0].token.unwrap(), Ok(true)).unwrap();
    assert_eq!(
        lines(&resume(model, requester, parked).unwrap()),
        ["House.Room.2.Floor: 7003 House.Room.{i}.Floor was read as a value of another type"]
    );
}

/// A value that a request has been told holds for the whole of it.
#[test]
fn each_value_is_read_once_for_a_request() {
    let mut bench = house();
    bench.added(ROOM, &[("Name", "a")]);
    let calls = Log::default();
    let log = Arc::clone(&calls);
    bench
        .model
        .live("House.Room.{i}.Size", move |rows| {
            let mut log = log.lock().unwrap();
            log.push(Asked { name: "Size", room: rows[0], token: None });
            Ok(u32::try_from(log.len()).unwrap())
        })
        .unwrap();
    let Bench { model, requester } = &mut bench;
    let paths = ["House.Room.[Size==1].Size", "House.Room.1.Size", "House.Room.*."];
    let answer = lines(&handle(model, requester, get(&paths)).unwrap());
    let sizes: Vec<&String> = answer.iter().filter(|line| line.contains("Size=")).collect();
    assert_eq!(sizes, ["House.Room.1.Size=1"; 3]);
    assert_eq!(drain(&calls).len(), 1);
    assert_eq!(lines(&handle(model, requester, get(&paths[1..2])).unwrap()), ["House.Room.1.Size=1"]);
}

/// A device whose code panics while it is asked leaves a model that can still be asked.
#[test]
fn a_panic_of_the_device_locks_nothing() {
    let mut bench = house();
    bench.model.live_later::<u32>("House.Room.{i}.Size", |_, _| panic!("the sensor broke")).unwrap();
    bench.model.live_later::<i32>("House.Room.{i}.Floor", |_, _| Poll::Ready(Ok(1))).unwrap();
    bench.added(ROOM, &[("Name", "a")]);
    let Bench { model, requester } = &mut bench;
    let caught = std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| {
        let _ = handle(model, requester, get(&["House.Room.1.Size"]));
    }));
    assert!(caught.is_err());
    assert_eq!(
        lines(&handle(model, requester, get(&["House.Room.1.Floor"])).unwrap()),
        ["House.Room.1.Floor=1"]
    );
}

/// Under another schema the values are those of other parameters: a request that waits asks anew.
#[test]
fn another_schema_lets_requests_ask_anew() {
    let (mut bench, log) = rooms(When::Later);
    let Bench { model, requester } = &mut bench;
    let parked = handle(model, requester, get(&["House.Room.2.Size", "Cellar."])).unwrap_err();
    let asked = drain(&log);
    let mut cellar = usp_datamodel::schema::SchemaBuilder::new("House:1.0", "urn:example:house");
    cellar.object(None, usp_datamodel::schema::ObjectSpec::single("Cellar")).unwrap();
    let both = usp_datamodel::schema::Composition::from(cellar.build().unwrap());
    let both = both.with(common::house::schema()).unwrap();
    assert_eq!(model.replace_schema(both.schema().clone()).unwrap(), []);
    assert_eq!(model.complete_value(asked[0].token.unwrap(), Ok(1_u32)), Err(NotAwaited));
    assert_eq!(model.drain_resumable(), [parked]);
    assert_eq!(resume(model, requester, parked), Err(parked));
    drain(&log).iter().for_each(|asked| tell(model, asked));
    assert_eq!(lines(&resume(model, requester, parked).unwrap()), ["House.Room.2.Size=5"]);
}

/// One side of the comparison: a model, what its device was asked, and the requests that wait.
struct Side {
    bench: Bench,
    log: Log,
    /// What was asked and not told.
    open: Vec<Asked>,
    /// The requests that wait by name, and what was asked for each.
    waiting: BTreeMap<ParkedRequest, usize>,
    /// The requests in the order in which they were answered.
    answered: Vec<(usize, Vec<u8>)>,
}

impl Side {
    fn new(when: When) -> Self {
        let (mut bench, log) = rooms(when);
        guard(&mut bench.model);
        Self { bench, log, open: Vec::new(), waiting: BTreeMap::new(), answered: Vec::new() }
    }

    fn handle(&mut self, number: usize, request: &Request) {
        let handled = handle(&mut self.bench.model, &self.bench.requester, request.clone());
        self.settle(number, handled);
    }

    fn settle(&mut self, number: usize, handled: Result<Vec<u8>, ParkedRequest>) {
        let asked = drain(&self.log);
        let each: BTreeSet<(&str, u32)> = asked.iter().map(|asked| (asked.name, asked.room)).collect();
        assert_eq!(each.len(), asked.len(), "each is asked once");
        self.open.extend(asked.into_iter().filter(|asked| asked.token.is_some()));
        match handled {
            Ok(answer) => self.answered.push((number, answer)),
            Err(parked) => {
                self.waiting.insert(parked, number);
            }
        }
    }

    /// Tells one value, and goes on with what waited for it.
    fn tell(&mut self, pick: usize) {
        if self.open.is_empty() {
            return;
        }
        let asked = self.open.remove(pick % self.open.len());
        tell(&mut self.bench.model, &asked);
        for parked in self.bench.model.drain_resumable() {
            let number = self.waiting.remove(&parked).unwrap();
            let handled = resume(&mut self.bench.model, &self.bench.requester, parked);
            self.settle(number, handled);
        }
    }
}

proptest! {
    /// Whatever waits, for however long, in whatever order its values come: the answers are, byte by byte, those of a
    /// device that tells the same values at once to the same requests in the order in which they went on, and so are
    /// rows and changes.
    #[test]
    fn answers_that_come_later_are_those_that_come_at_once(
        requests in prop::collection::vec((requests::request(), 0..6_usize), 1..16),
        picks in prop::collection::vec(any::<u16>(), 64),
        mixed in any::<bool>(),
    ) {
        let mut later = Side::new(if mixed { When::Mixed } else { When::Later });
        let mut picks = picks.into_iter().cycle().map(usize::from);
        for (number, (request, told)) in requests.iter().enumerate() {
            later.handle(number, request);
            for pick in picks.by_ref().take(*told) {
                later.tell(pick);
            }
        }
        while !later.open.is_empty() {
            later.tell(picks.next().unwrap_or_default());
        }
        prop_assert_eq!(later.waiting.len(), 0);
        prop_assert_eq!(later.answered.len(), requests.len());
        prop_assert_eq!(later.bench.model.parked_requests().count(), 0);

        let mut at_once = Side::new(When::AtOnce);
        for (number, answer) in &later.answered {
            at_once.handle(*number, &requests[*number].0);
            let (_, expected) = at_once.answered.last().unwrap();
            prop_assert_eq!(
                Msg::decode(answer).unwrap(), Msg::decode(expected).unwrap(), "{:?}", requests[*number].0
            );
            prop_assert_eq!(answer, expected);
        }
        prop_assert_eq!(later.bench.model.snapshot(), at_once.bench.model.snapshot());
        prop_assert_eq!(later.bench.changes(), at_once.bench.changes());
        prop_assert_eq!(later.bench.model.inconsistency(), None);
    }
}

/// What may be handed over and kept.
#[test]
fn what_became_of_a_request_says_its_name() {
    let (mut bench, _) = rooms(When::Later);
    let Bench { model, requester } = &mut bench;
    let parked = handle(model, requester, get(&["House.Room.2.Size"])).unwrap_err();
    assert_eq!(Handled::Parked(parked), Handled::Parked(model.parked_requests().next().unwrap()));
    assert_eq!(parked.to_string(), "1");
}
