//! What an Agent allocates. Here and not in the bench `agent`, because the counting allocator would slow that down.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

use allocation_counter::measure;
use usp_agent::{Agent, Input, Now, Output};
use usp_codegen::{ImageOptions, Model};
use usp_datamodel::{DataModel, Requester, SupportedDataModel};
use usp_msg::{Add, Get, Msg, add::CreateObject};
use usp_record::{EndpointId, Instant, Record, Rng};

struct Fours;

impl Rng for Fours {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(4);
    }
}

fn supported() -> SupportedDataModel {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/usp-device.xml");
    Model::from_file(file).unwrap().to_schema(&ImageOptions::new()).unwrap().into()
}

/// An Agent with one Controller.
fn agent(supported: &SupportedDataModel) -> Agent<Fours> {
    let mut model = DataModel::new(supported.clone());
    let row = CreateObject::new("Device.LocalAgent.Controller.")
        .required("EndpointID", "self::one")
        .required("OnBoardingComplete", "true")
        .required("Enable", "true");
    model.process(&Add::new([row]).into(), &Requester::DEVICE).unwrap();
    Agent::new(EndpointId::parse("os::012345-AGENT").unwrap(), model, Fours).unwrap()
}

/// A Record of the Controller.
fn get(agent: &Agent<Fours>) -> Vec<u8> {
    let get = Msg::request("1", Get::new(["Device.DeviceInfo.ProvisioningCode"]));
    Record::no_session(&one(), agent.id(), get.encode_to_vec()).encode_to_vec()
}

fn one() -> EndpointId {
    EndpointId::parse("self::one").unwrap()
}

fn now() -> Now {
    Now::new(Instant::from_secs(10))
}

#[test]
fn an_agent_holds_few_bytes_beyond_what_all_agents_share() {
    let supported = supported();
    let record = get(&agent(&supported));
    let mut agents = Vec::with_capacity(1);
    let held = measure(|| {
        let mut agent = agent(&supported);
        agent.handle_input(Input::Record(&record), now());
        assert!(matches!(agent.poll_output(), Output::Record { .. }));
        assert!(matches!(agent.poll_output(), Output::Wait { .. }));
        agents.push(agent);
    });
    let bytes = held.bytes_current + size_of_val(&agents[..]) as i64;
    assert!(bytes <= 10_000, "{bytes}");
}

#[test]
fn a_get_allocates_its_answer_alone() {
    let mut agent = agent(&supported());
    let (record, now) = (get(&agent), now());
    let mut answers = Vec::with_capacity(16);
    let mut ask = || {
        agent.handle_input(Input::Record(&record), now);
        while let Output::Record { to, bytes, .. } = agent.poll_output() {
            answers.push((to, bytes));
        }
    };
    ask();
    ask();
    let counted = measure(&mut ask);
    let [.., (_, before), (to, last)] = &answers[..] else { panic!("three answers") };
    assert_eq!((last, *to == one()), (before, true));
    let answer = Msg::decode(Record::decode(last).unwrap().payload().unwrap()).unwrap();
    let answer = answer.into_answer::<Get>().unwrap().unwrap();
    assert_eq!(answer.values().next(), Some(("Device.DeviceInfo.", "ProvisioningCode", "")));
    assert_eq!(counted.count_total, 1, "{counted:?}");
}
