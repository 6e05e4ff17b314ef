//! Values that another parameter offers (TR-106, `enumerationRef`).
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

extern crate alloc;

mod common;

use alloc::sync::Arc;
use core::task::Poll;
use std::sync::Mutex;

use common::{Bench, roles::role, told};
use usp_datamodel::schema::{
    EnumerationRef, ListSpec, ObjectAccess, ObjectSpec, ParameterAccess, ParameterSpec, PrimitiveType,
    SchemaBuilder, SyntaxSpec,
};
use usp_datamodel::{DataModel, Fault, Handled, Permissions, Requester};
use usp_msg::reader::{self, MsgBody};
use usp_msg::{Error, ErrorCode, Msg, Set, set};

const RADIO: &str = "Home.Radio.";

/// Two radios; each has Standards among its Supported, a Mode of its Security, or `Off`, and a Band of those of the
/// home.
fn radios() -> Bench {
    let mut builder = SchemaBuilder::new("Home:1.0", "urn:example:home");
    let home = builder.object(None, ObjectSpec::single("Home")).unwrap();
    let radio = ObjectSpec { access: ObjectAccess::AddDelete, ..ObjectSpec::table("Radio") };
    let radio = builder.object(Some(home), radio).unwrap();
    let security = builder.object(Some(radio), ObjectSpec::single("Security")).unwrap();
    let string = || SyntaxSpec::new(PrimitiveType::String);
    let list = || SyntaxSpec { list: Some(ListSpec::default()), ..string() };
    let offered = |syntax: SyntaxSpec, target: &str, none: Option<&str>| SyntaxSpec {
        enumeration_ref: Some(EnumerationRef { target: target.into(), null_value: none.map(Into::into) }),
        ..syntax
    };
    let writable = |name: &str, syntax| ParameterSpec {
        access: ParameterAccess::ReadWrite,
        ..ParameterSpec::new(name, syntax)
    };
    let numbers =
        SyntaxSpec { list: Some(ListSpec::default()), ..SyntaxSpec::new(PrimitiveType::UnsignedInt) };
    for (object, parameter) in [
        (home, ParameterSpec::new("Bands", numbers)),
        (radio, ParameterSpec::new("Supported", list())),
        (radio, writable("Standards", offered(list(), "Home.Radio.{i}.Supported", None))),
        (radio, writable("Mode", offered(string(), "Home.Radio.{i}.Security.Modes", Some("Off")))),
        (radio, writable("Band", offered(string(), "Home.Bands", None))),
        (radio, writable("Name", string())),
        (security, ParameterSpec::new("Modes", list())),
    ] {
        builder.parameter(object, parameter).unwrap();
    }
    let model = DataModel::new(builder.build().unwrap());
    let mut bench = Bench { model, requester: Requester::controller("Home.Radio.1") };
    for supported in ["a,n", "g"] {
        let row = bench.added(RADIO, &[]);
        bench.device(&[
            (&format!("{row}Supported"), supported),
            (&format!("{row}Security.Modes"), "WPA2,WPA3"),
        ]);
    }
    bench.device(&[("Home.Bands", "2,5")]);
    bench
}

/// Sets one parameter that is required; the words of the refusal.
fn set_one(bench: &mut Bench, path: &str, value: &str) -> Result<(), (u32, String)> {
    let (object, name) = path.rsplit_once('.').unwrap();
    let request = Set::new([set::UpdateObject::new(format!("{object}.")).required(name, value)]);
    bench.model.process(&request.into(), &bench.requester).map(drop).map_err(|error: Error| {
        let [error] = &error.param_errs[..] else { panic!("one parameter: {error:?}") };
        (error.err_code, error.err_msg.clone())
    })
}

#[test]
fn a_controller_sets_what_is_offered_in_the_same_row() {
    let mut bench = radios();
    set_one(&mut bench, "Home.Radio.1.Standards", "n,a").unwrap();
    assert_eq!(bench.value("Home.Radio.1.Standards"), "n,a");
    let refused = set_one(&mut bench, "Home.Radio.2.Standards", "g,a").unwrap_err();
    let words = "Home.Radio.{i}.Standards: a is not among what Home.Radio.{i}.Supported offers (g)";
    assert_eq!(refused, (7012, words.to_owned()));
    assert_eq!(bench.value("Home.Radio.2.Standards"), "");
}

#[test]
fn what_offers_may_be_below_the_row_or_around_it_and_of_another_type() {
    let mut bench = radios();
    set_one(&mut bench, "Home.Radio.1.Mode", "WPA3").unwrap();
    let refused = set_one(&mut bench, "Home.Radio.1.Mode", "WEP").unwrap_err();
    let words =
        "Home.Radio.{i}.Mode: WEP is not among what Home.Radio.{i}.Security.Modes offers (WPA2, WPA3)";
    assert_eq!(refused, (7012, words.to_owned()));
    set_one(&mut bench, "Home.Radio.1.Band", "5").unwrap();
    assert_eq!(set_one(&mut bench, "Home.Radio.1.Band", "6").unwrap_err().0, 7012);
}

#[test]
fn the_null_value_is_always_allowed() {
    let mut bench = radios();
    set_one(&mut bench, "Home.Radio.1.Mode", "Off").unwrap();
    assert_eq!(bench.value("Home.Radio.1.Mode"), "Off");
}

#[test]
fn nothing_is_refused_before_the_device_has_said_what_it_offers() {
    let mut bench = radios();
    bench.device(&[("Home.Radio.2.Supported", ""), ("Home.Radio.2.Security.Modes", "")]);
    set_one(&mut bench, "Home.Radio.2.Standards", "z").unwrap();
    set_one(&mut bench, "Home.Radio.2.Mode", "WEP").unwrap();
}

#[test]
fn the_device_is_not_asked_whether_it_offers_what_it_sets() {
    let mut bench = radios();
    bench.device(&[("Home.Radio.1.Standards", "be")]);
    assert_eq!(bench.value("Home.Radio.1.Standards"), "be");
    // Nor is a Controller that sets something else.
    set_one(&mut bench, "Home.Radio.1.Name", "first").unwrap();
}

#[test]
fn an_optional_parameter_that_is_not_offered_fails_by_itself() {
    let mut bench = radios();
    let entry: &[(&str, &str)] = &[("Standards", "g"), ("Name", "first")];
    let answer = bench.set(true, &[("Home.Radio.*.", entry)]).unwrap();
    let line =
        "Home.Radio.*.: Home.Radio.1. Name=first !Standards:7012; Home.Radio.2. Name=first Standards=g";
    let lines = told(&answer);
    assert!(
        lines == [line] || lines == [line.replace("Name=first Standards=g", "Standards=g Name=first")],
        "{lines:?}"
    );
    assert_eq!(bench.value("Home.Radio.1.Standards"), "");
}

#[test]
fn an_added_row_keeps_to_what_the_home_offers() {
    let mut bench = radios();
    let refused = bench.add(false, &[(RADIO, &[("Band!", "6")])]).unwrap_err();
    assert_eq!(
        (refused.param_errs[0].param_path.as_str(), refused.param_errs[0].err_code),
        ("Home.Radio.Band", 7012)
    );
    assert_eq!(bench.added(RADIO, &[("Band", "2")]), "Home.Radio.3.");
}

/// What one may not read is not told in the words of a refusal.
#[test]
fn what_is_offered_is_named_to_those_alone_who_may_read_it() {
    let mut bench = radios();
    let writes = role(&[("Home.Radio.*.Mode", ["rw--", "r---", "r---", "----"])]);
    let permissions = Arc::new(Permissions::compile(bench.model.schema(), &[writes]));
    bench.requester = bench.requester.clone().with_permissions(permissions);
    let refused = set_one(&mut bench, "Home.Radio.1.Mode", "WEP").unwrap_err();
    assert_eq!(
        refused,
        (7012, "Home.Radio.{i}.Mode: WEP is not among what Home.Radio.{i}.Security.Modes offers".to_owned())
    );
}

#[test]
fn what_is_offered_may_be_live_and_come_later() {
    let mut bench = radios();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    bench
        .model
        .live_later::<Vec<String>>("Home.Radio.{i}.Security.Modes", move |rows, token| {
            assert_eq!(rows, [1]);
            log.lock().unwrap().push(token);
            Poll::Pending
        })
        .unwrap();
    for (mode, fine) in [("WPA4", true), ("WPA3", false)] {
        let entry = set::UpdateObject::new("Home.Radio.1.").required("Mode", mode);
        let bytes = Msg::request("set-1", Set::new([entry])).encode_to_vec();
        let msg = reader::Msg::read_whole(&bytes).unwrap();
        let Some(MsgBody::Request(request)) = msg.content() else { panic!("it is a request") };
        let mut answer = Vec::new();
        let handled = bench.model.handle(msg.msg_id(), request, &bench.requester, &mut answer);
        let Handled::Parked(parked) = handled else { panic!("nobody knows yet: {handled:?}") };
        let token = asked.lock().unwrap().pop().unwrap();
        bench.model.complete_value(token, Ok(vec!["WPA4".to_owned()])).unwrap();
        assert_eq!(bench.model.resume(parked, &bench.requester, &mut answer), Some(Handled::Answered));
        let answered = Msg::decode(&answer).unwrap().into_answer::<Set>().unwrap();
        assert_eq!(answered.is_ok(), fine, "{mode}: {answered:?}");
        assert_eq!(bench.value("Home.Radio.1.Mode"), "WPA4");
    }
}

#[test]
fn what_cannot_be_read_offers_nothing() {
    let mut bench = radios();
    let broken = || Fault::new(ErrorCode::INTERNAL_ERROR, "the radio is off");
    bench.model.live::<Vec<String>>("Home.Radio.{i}.Supported", move |_| Err(broken())).unwrap();
    let refused = set_one(&mut bench, "Home.Radio.1.Standards", "a").unwrap_err();
    assert_eq!(refused, (7003, "Home.Radio.{i}.Supported cannot be read: the radio is off".to_owned()));
}
