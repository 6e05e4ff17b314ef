//! What answers cost in allocations.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use core::hint::black_box;

use allocation_counter::measure;
use common::Bench;
use common::house::{ROOM, house};
use usp_datamodel::{
    DataModel, Handled, Permission, Permissions, Requester, Rights, Role, SupportedDataModel,
};
use usp_msg::add::CreateObject;
use usp_msg::reader::{self, MsgBody};
use usp_msg::{Add, Get, GetInstances, GetSupportedDm, Msg, Request};

/// How many allocations the second of two equal requests takes, both answered into the same buffer.
#[track_caller]
fn allocations(bench: &mut Bench, request: impl Into<Request>) -> u64 {
    let bytes = Msg::request("id-1", request).encode_to_vec();
    let msg = reader::Msg::read_whole(&bytes).unwrap();
    let Some(MsgBody::Request(request)) = msg.content() else { panic!("it is a request") };
    let mut out = Vec::new();
    let mut ask = || {
        out.clear();
        let handled = bench.model.handle(msg.msg_id(), request, &bench.requester, &mut out);
        assert_eq!(handled, Handled::Answered);
    };
    ask();
    let counted = measure(&mut ask).count_total;
    let answer = Msg::decode(&out).unwrap();
    assert_eq!((answer.as_error(), answer.to_string().contains("err_code")), (None, false), "{answer}");
    counted
}

/// Two rooms with lamps.
fn rooms() -> Bench {
    let mut bench = house();
    for name in ["a", "b"] {
        let room = bench.added(ROOM, &[("Name", name), ("Open", "true"), ("Floor", "-3")]);
        bench.added(&format!("{room}Lamp."), &[("On", "true")]);
    }
    bench
}

#[test]
fn reads_by_number_allocate_nothing_after_the_first() {
    let mut bench = rooms();
    for path in
        ["House.Room.1.Name", "House.Room.2.Floor", "House.RoomNumberOfEntries", "House.Room.1.Lamp.1."]
    {
        assert_eq!(allocations(&mut bench, Get::new([path])), 0, "{path}");
    }
}

#[test]
fn models_of_one_supported_data_model_share_it_and_nothing_else() {
    let supported = SupportedDataModel::new(house().model.schema().clone());
    let mut models = Vec::with_capacity(2);
    let mut make = || models.push(DataModel::new(supported.clone()));
    let shared = measure(&mut make).bytes_current;
    make();
    let alone = measure(|| drop(black_box(DataModel::new(supported.schema().clone())))).bytes_max;
    assert!(0 < shared && 5 * shared < alone as i64, "{shared} of {alone} bytes");
    let [one, other] = &mut models[..] else { panic!("two were made") };
    one.process(&Add::new([CreateObject::new(ROOM)]).into(), &Requester::DEVICE).unwrap();
    let rooms = |model: &DataModel| model.value_at("House.RoomNumberOfEntries").unwrap().to_string();
    assert_eq!((&*rooms(one), &*rooms(other)), ("1", "0"));
}

#[test]
fn what_a_read_allocates_does_not_grow_with_its_answer() {
    let mut few = rooms();
    let mut many = rooms();
    for number in 0..200 {
        many.added(ROOM, &[("Name", &*format!("room {number}")), ("Kind", "Cold")]);
    }
    let requests: [Request; 4] = [
        Get::new(["House."]).into(),
        Get::new(["House.Room."]).into(),
        GetInstances::new(["House.Room."]).into(),
        GetSupportedDm::new(["House."]).into(),
    ];
    for request in requests {
        assert_eq!(
            allocations(&mut many, request.clone()),
            allocations(&mut few, request.clone()),
            "{request:?}"
        );
    }
}

/// Most objects are alike to a role, so that it takes a few words for each of them, while it is compiled too.
#[test]
fn compiling_a_role_takes_a_few_words_for_each_object() {
    let bench = Bench::new();
    let schema = bench.model.schema();
    let all = Permission { targets: vec!["Device.".into()], param: Rights::READ, ..Permission::default() };
    let role = [Role { permissions: vec![all], is_secured: false }];
    let taken = measure(|| drop(black_box(Permissions::compile(schema, &role)))).bytes_max;
    let objects = schema.objects().len() as u64;
    assert!(taken < 48 * objects, "{taken} bytes for {objects} objects");
}
