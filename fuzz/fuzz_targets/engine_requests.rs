//! Requests of several Controllers with different roles, well formed and not, to a populated engine with subscribers
//! and hooks that refuse and fail: nothing panics, tables stay within their limits, the books agree with the rows after
//! each request, a request that was refused as a whole has changed nothing, and nobody changes what its roles keep from
//! it.
//!
//! The input is a series of steps. The first byte of a step says who asks and how the request is made: of the
//! pieces that the following bytes choose, or decoded from them.

#![no_main]

mod choices;

use std::sync::Arc;

use choices::Choices;
use libfuzzer_sys::fuzz_target;
use usp_datamodel::{
    ChangeKind, DataModel, Fault, Hook, Limits, Permission, Permissions, Refusal, Requester, Rights, Role,
    StagedChanges, SubscriberId,
};
use usp_msg::{
    Add, Delete, ErrorCode, Get, GetInstances, GetSupportedDm, Msg, Operate, Request, Response, Set, add, set,
};

#[path = "../../usp-datamodel/tests/common/house.rs"]
#[allow(dead_code)]
mod house;

/// What the model of rooms and lamps needs to be made.
pub struct Bench {
    pub model: DataModel,
    pub requester: Requester,
}

const LIMITS: Limits = Limits {
    max_rows: 8,
    max_all_rows: 24,
    max_matches: 300,
    max_comparisons: 300,
    max_results: 2_000,
    max_rounds: 4,
    max_operations: 2,
    max_parked: 2,
    max_parked_bytes: 4096,
    max_pending_values: 16,
    max_answer: 1 << 20,
};

const PATHS: [&str; 24] = [
    "House.",
    "House.Favourite",
    "House.Room.",
    "House.Room",
    "House.Room.1.",
    "House.Room.2.",
    "House.Room.9.",
    "House.Room.*.",
    "House.Room.[Open==true].",
    "House.Room.[Name==\"a\"].",
    "House.Room.[Size>1&&Floor!=2].",
    "House.Room.[Tags~=\"x\"].",
    "House.Room.[Next+.Open==true].",
    "House.Room.*.Lamp.",
    "House.Room.1.Lamp.",
    "House.Room.*.Lamp.*.",
    "House.Room.*.Lamp.[Number==1].",
    "House.Room.1.Next+.",
    "House.Room.*.Doors#*+.",
    "House.Room.1.Cold.",
    "House.Meter.",
    "House.Meter.*.",
    "House.Nothing.",
    "House.Room.[Name==\"a\"",
];

const PARAMS: [&str; 18] = [
    "Name",
    "Alias",
    "Size",
    "Open",
    "Floor",
    "Ratio",
    "Seen",
    "Token",
    "Kind",
    "Tags",
    "Next",
    "Doors",
    "Likes",
    "Secret",
    "Cold.Degrees",
    "Number",
    "Favourite",
    "Nothing",
];

const VALUES: [&str; 20] = [
    "a",
    "b",
    "",
    "1",
    "07",
    "-1",
    "true",
    "0",
    "4294967296",
    "x,y",
    "Cold",
    "Warm",
    "House.Room.1",
    "House.Room.2.",
    "House.Room.[Name==\"a\"]",
    "House.Room.1,House.Room.2",
    "House.Room.9",
    "2026-01-31T12:00:00Z",
    "0.5",
    "ff",
];

/// Refuses what is the size of 7, and fails to commit what has the name of `b`.
struct Moody;

impl Hook for Moody {
    fn prepare(&mut self, changes: &StagedChanges<'_>) -> Result<(), Refusal> {
        for change in changes.iter() {
            let path = format!("{}Size", change.path());
            if changes.after(&path).is_some_and(|size| size.to_string() == "7") {
                return Err(Refusal::new(path, ErrorCode::VALUE_CONFLICT, "not that size"));
            }
        }
        Ok(())
    }

    fn commit(&mut self, changes: &StagedChanges<'_>) -> Result<(), Fault> {
        let breaks = changes.iter().any(|change| {
            let name = format!("{}Name", change.path());
            changes.before(&name).or_else(|| changes.after(&name)).is_some_and(|name| name.to_string() == "b")
        });
        if breaks { Err(Fault::new(ErrorCode::INTERNAL_ERROR, "broken")) } else { Ok(()) }
    }
}

fuzz_target!(|input: &[u8]| {
    let mut bench = house::house_with(LIMITS);
    for name in ["a", "c"] {
        let row = add::CreateObject::new(house::ROOM).required("Name", name).required("Open", "true");
        bench.model.process(&Add::new([row]).into(), &bench.requester).expect("a room");
    }
    bench.model.drain_notices();
    bench.model.hook("House.Room.{i}.", Moody).expect("a table");
    let requesters = [
        Requester::controller("House.Room.1"),
        Requester::controller("House.Room.2").with_permissions(restrictions(&bench.model)),
        Requester::DEVICE,
    ];
    let mut input = Choices(input);
    while let Some(step) = input.byte() {
        let requester = &requesters[usize::from(step & 3) % 3];
        let Some(request) = input.request(step >> 2, &mut bench.model) else { continue };
        let before = everything(&mut bench.model);
        let closed = closed(&bench.model);
        let refused = bench.model.process(&request, requester).is_err();
        if requester.permissions().is_some() {
            assert_eq!(self::closed(&bench.model), closed, "without a right nothing changes");
        }
        if refused {
            assert_eq!(everything(&mut bench.model), before, "a refused request changes nothing");
            assert_eq!(bench.model.drain_notices(), [], "and nobody is told");
        }
        bench.model.drain_notices();
        bench.model.drain_leftovers();
        assert_eq!(bench.model.inconsistency(), None);
        let rooms = bench.model.objects_at(house::ROOM).expect("the table");
        assert!(rooms.len() <= LIMITS.max_rows, "{} rooms", rooms.len());
    }
});

/// Everything but the first room, and of the lamps of the others those that are on.
fn restrictions(model: &DataModel) -> Arc<Permissions> {
    let permission = |order, target: &str, rights| Permission {
        order,
        targets: vec![target.to_owned()],
        param: rights,
        obj: rights,
        instantiated_obj: rights,
        command_event: rights,
    };
    let permissions = vec![
        permission(0, "House.", Rights::ALL),
        permission(1, "House.Room.*.Lamp.*.", Rights::NONE),
        permission(2, "House.Room.*.Lamp.[On==true].", Rights::ALL),
        permission(3, "House.Room.1.", Rights::NONE),
    ];
    Permissions::compile(model.schema(), &[Role { permissions, is_secured: false }]).into()
}

/// The values of the first room that no request of others changes; references are cleaned with what they refer to.
fn closed(model: &DataModel) -> Vec<Option<String>> {
    let names = ["Name", "Alias", "Size", "Open", "Kind", "Tags", "Likes", "Secret", "LampNumberOfEntries"];
    let value =
        |name: &&str| model.value_at(&format!("House.Room.1.{name}")).ok().map(|value| value.to_string());
    names.iter().map(value).collect()
}

fn everything(model: &mut DataModel) -> Response {
    let all = model.process(&Get::new(["House."]).into(), &Requester::DEVICE);
    all.expect("a Get is always answered")
}

impl Choices<'_> {
    /// A path, at times followed by the name of an element.
    fn path(&mut self) -> String {
        let path = *self.one_of(&PATHS);
        match self.byte().unwrap_or_default() {
            1..=60 => path.to_owned() + *self.one_of(&PARAMS),
            _ => path.to_owned(),
        }
    }

    fn paths(&mut self) -> Vec<String> {
        (0..=self.byte().unwrap_or_default() % 4).map(|_| self.path()).collect()
    }

    fn settings(&mut self) -> Vec<(&'static str, &'static str, bool)> {
        let count = self.byte().unwrap_or_default() % 5;
        (0..count)
            .map(|_| {
                (*self.one_of(&PARAMS), *self.one_of(&VALUES), self.byte().is_some_and(|byte| byte % 4 == 0))
            })
            .collect()
    }

    /// The next request; `None` where the step is another one.
    fn request(&mut self, kind: u8, model: &mut DataModel) -> Option<Request> {
        let allow_partial = kind & 8 != 0;
        Some(match kind & 7 {
            0 => {
                let entries = (0..=self.byte()? % 3).map(|_| {
                    let entry = add::CreateObject::new(self.path());
                    self.settings().into_iter().fold(entry, |entry, (name, value, required)| match required {
                        true => entry.required(name, value),
                        false => entry.optional(name, value),
                    })
                });
                Add { allow_partial, ..Add::new(entries.collect::<Vec<_>>()) }.into()
            }
            1 => {
                let entries = (0..=self.byte()? % 3).map(|_| {
                    let entry = set::UpdateObject::new(self.path());
                    self.settings().into_iter().fold(entry, |entry, (name, value, required)| match required {
                        true => entry.required(name, value),
                        false => entry.optional(name, value),
                    })
                });
                Set { allow_partial, ..Set::new(entries.collect::<Vec<_>>()) }.into()
            }
            2 => Delete { allow_partial, ..Delete::new(self.paths()) }.into(),
            3 => Get::new(self.paths()).with_max_depth(u32::from(self.byte()? % 4)).into(),
            4 => GetInstances { first_level_only: allow_partial, ..GetInstances::new(self.paths()) }.into(),
            5 => match allow_partial {
                true => GetSupportedDm::new(self.paths()).into(),
                false => Operate::new(self.path()).into(),
            },
            6 => {
                self.subscribe(model);
                return None;
            }
            _ => {
                let length = usize::from(self.byte()?).min(self.0.len());
                let (message, rest) = self.0.split_at(length);
                self.0 = rest;
                let message = Msg::decode(message).ok()?;
                message.validate().ok()?;
                message.as_request()?.clone()
            }
        })
    }

    fn subscribe(&mut self, model: &mut DataModel) {
        let kinds = [ChangeKind::ValueChange, ChangeKind::ObjectCreation, ChangeKind::ObjectDeletion];
        let choice = self.byte().unwrap_or_default();
        let subscriber = SubscriberId(u32::from(choice % 8));
        match choice >> 6 {
            0 => model.unsubscribe(subscriber),
            kind => model.subscribe(subscriber, kinds[usize::from(kind) - 1], self.paths()),
        }
    }
}
