//! A Get of one parameter allocates its answer and nothing else, after warm-up. Here and not in the bench `agent`, because the
//! counting allocator would slow that down.

use allocation_counter::measure;
use usp_agent::{Agent, Input, Now, Output};
use usp_codegen::{ImageOptions, Model};
use usp_datamodel::{DataModel, Requester};
use usp_msg::{Add, Get, Msg, add::CreateObject};
use usp_record::{EndpointId, Instant, Record, Rng};

struct Fours;

impl Rng for Fours {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(4);
    }
}

#[test]
fn a_get_allocates_its_answer_alone() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/usp-device.xml");
    let schema = Model::from_file(file).unwrap().to_schema(&ImageOptions::new()).unwrap();
    let mut model = DataModel::new(schema);
    let row = CreateObject::new("Device.LocalAgent.Controller.")
        .required("EndpointID", "self::one")
        .required("OnBoardingComplete", "true")
        .required("Enable", "true");
    model.process(&Add::new([row]).into(), &Requester::DEVICE).unwrap();
    let (us, one) = (EndpointId::parse("os::012345-AGENT").unwrap(), EndpointId::parse("self::one").unwrap());
    let mut agent = Agent::new(us.clone(), model, Fours).unwrap();
    let get = Msg::request("1", Get::new(["Device.DeviceInfo.ProvisioningCode"]));
    let record = Record::no_session(&one, &us, get.encode_to_vec()).encode_to_vec();
    let now = Now::new(Instant::from_secs(10));
    let mut answers = Vec::with_capacity(16);
    let mut ask = || {
        agent.handle_input(Input::Record(&record), now);
        while let Output::Record { to, bytes } = agent.poll_output() {
            answers.push((to, bytes));
        }
    };
    ask();
    ask();
    let counted = measure(&mut ask);
    let [.., (_, before), (to, last)] = &answers[..] else { panic!("three answers") };
    assert_eq!((last, *to == one), (before, true));
    let answer = Msg::decode(Record::decode(last).unwrap().payload().unwrap()).unwrap();
    let answer = answer.into_answer::<Get>().unwrap().unwrap();
    assert_eq!(answer.values().next(), Some(("Device.DeviceInfo.", "ProvisioningCode", "")));
    assert_eq!(counted.count_total, 1, "{counted:?}");
}
