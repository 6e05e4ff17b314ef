//! Requests of several Controllers with different roles, well formed and not, to a populated engine with subscribers
//! and hooks that refuse and fail: nothing panics, tables stay within their limits, the books agree with the rows after
//! each request, a request that was refused as a whole has changed nothing, and nobody changes what its roles keep from
//! it.
//!
//! The input is a series of steps. The first byte of a step says who asks and how the request is made: of the
//! pieces that the following bytes choose, or decoded from them.

#![no_main]

mod choices;
mod house_requests;

use std::sync::Arc;

use choices::Choices;
use house_requests::{LIMITS, house};
use libfuzzer_sys::fuzz_target;
use usp_datamodel::{
    ChangeKind, DataModel, Fault, Hook, Permission, Permissions, Refusal, Requester, Rights, Role,
    StagedChanges, SubscriberId,
};
use usp_msg::{Add, ErrorCode, Get, Response, add};

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
        if (step >> 2) & 7 == 6 {
            subscribe(&mut input, &mut bench.model);
            continue;
        }
        let Some(request) = input.request(step >> 2) else { continue };
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

/// Changes what a subscriber wants to be told of.
fn subscribe(input: &mut Choices<'_>, model: &mut DataModel) {
    let kinds = [ChangeKind::ValueChange, ChangeKind::ObjectCreation, ChangeKind::ObjectDeletion];
    let choice = input.byte().unwrap_or_default();
    let subscriber = SubscriberId(u32::from(choice % 8));
    match choice >> 6 {
        0 => model.unsubscribe(subscriber),
        kind => model.subscribe(subscriber, kinds[usize::from(kind) - 1], input.paths()),
    }
}
