//! What an Agent costs: a Get from Record to Record, many Agents in one process, changes that many or none watch, Sets
//! that are safe before they are answered, and starting.
//!
//! Every figure is taken in rounds that time all of its cases in turns, and is that of the round in the middle. A
//! missed bar makes the bench fail. Without `--bench`, as `cargo test` runs it, and with `--test` every case is tried
//! once on small tables and nothing is timed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a bench whose own requests are refused has to stop")]

#[path = "agent/device.rs"]
mod device;
#[path = "engine/pairs.rs"]
mod pairs;
#[path = "codec/plain.rs"]
#[allow(dead_code, reason = "the bench of the codecs uses the rest")]
mod plain;
#[path = "engine/plain_answers.rs"]
#[allow(dead_code, reason = "the bench of reads uses the rest")]
mod plain_answers;
#[path = "agent/plain_records.rs"]
mod plain_records;
#[path = "agent/saving.rs"]
mod saving;

use core::hint::black_box;
use core::time::Duration;
use std::process::ExitCode;

use device::{CODE, agent, change, drain, model, now, record, set, subscribed};
use pairs::{Case, rounds};
use plain_records::{Encoding, decode};
use saving::{Appending, Durable, folder};
use usp_agent::{Input, Output};
use usp_benches::figures::Figures;
use usp_codegen::{ImageOptions, Model};
use usp_datamodel::SupportedDataModel;
use usp_msg::body::MsgBody;
use usp_msg::request::ReqType;
use usp_msg::{Get, Msg, Request};
use usp_record::Record;
use usp_schema::Schema;

const AGENT: &str = "os::012345-AGENT";
const CONTROLLER: &str = "self::one";

/// A Get from Record to Record, against decoding it and encoding a given answer with plain prost types.
const GET_BAR: f64 = 1.0;
/// Kilobytes of an Agent beyond the shared schema.
const MEMORY_BAR: f64 = 10.0;
/// A change that many watch, against as many times encoding a given Notify.
const WATCHED_BAR: f64 = 1.0;
/// A change that nobody watches, with many Subscriptions against with none.
const UNWATCHED_BAR: f64 = 2.0;
/// How often an idle Agent is woken, against how often it has something to do.
const IDLE_BAR: f64 = 1.0;
/// Sets that are safe, against appending as many bytes with as many syncs: half the rate is twice the time.
const DURABLE_BAR: f64 = 2.0;
/// Starting, against reading and checksumming the file.
const START_BAR: f64 = 3.0;

fn main() -> ExitCode {
    let asked = |option| std::env::args().any(|argument| argument == option);
    let measure = asked("--bench") && !asked("--test");
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/usp-device.xml");
    let schema = Model::from_file(file).unwrap().to_schema(&ImageOptions::new()).unwrap();
    let mut bench = Bench { schema, figures: Figures::new("agent", measure) };
    let sized = |measured, tried| if measure { measured } else { tried };
    bench.many_agents(sized(100_000, 10));
    bench.get();
    bench.watched(sized(1_000, 10));
    bench.unwatched(sized(100_000, 10));
    bench.idle();
    bench.durable_sets(sized(64, 4));
    bench.start(sized(5_000, 10));
    bench.figures.outcome()
}

struct Bench {
    schema: Schema,
    figures: Figures,
}

impl Bench {
    /// Agents that have taken a Set of their Controller, all in this process: what memory of it the system counts.
    fn many_agents(&mut self, count: u32) {
        let supported = SupportedDataModel::new(self.schema.clone());
        let Some(before) = resident() else {
            println!("SKIPPED: memory of many Agents, because the system does not tell");
            return;
        };
        let input = set("1", "some-code");
        let agents: Vec<device::Device> = (0..count)
            .map(|_| {
                let mut agent = agent(model(supported.clone()));
                agent.handle_input(Input::Record(&input), now());
                assert_ne!(drain(&mut agent), 0);
                agent
            })
            .collect();
        let kilobytes = (resident().unwrap_or(before) - before) / 1e3 / f64::from(count);
        assert_eq!(black_box(&agents).len(), count as usize);
        if self.figures.measure {
            self.figures.count(&format!("each of {count} Agents"), kilobytes, "kB", MEMORY_BAR);
        }
    }

    fn get(&mut self) {
        let mut agent = agent(model(self.schema.clone()));
        let request = record(&Msg::request("1", Get::new(["Device.DeviceInfo.ProvisioningCode"])));
        agent.update(now(), |model| model.update_value_at(CODE, "some-code")).unwrap();
        agent.handle_input(Input::Record(&request), now());
        let Output::Record { bytes, .. } = agent.poll_output() else { panic!("an answer is due") };
        assert_eq!(drain(&mut agent), 0);
        let Some(Ok(answer)) = msg(&bytes).into_answer::<Get>() else { panic!("a GetResp is due") };
        let mut encoding = Encoding::get_resp(&answer);
        assert_eq!(encoding.encode().len(), bytes.len(), "both say the same");
        let mut cases: [Case<'_>; 2] = [
            Box::new(|| {
                agent.handle_input(Input::Record(&request), now());
                drain(&mut agent)
            }),
            Box::new(|| decode(&request) + encoding.encode().len()),
        ];
        self.figure("Get, Record to Record / prost", &mut cases, |[ours, plain]| ours / plain, GET_BAR);
    }

    fn watched(&mut self, subscriptions: u32) {
        let mut agent = subscribed(&self.schema, subscriptions, |_| CODE.to_string());
        agent.update(now(), |model| model.update_value_at(CODE, "1")).unwrap();
        let Output::Record { bytes, .. } = agent.poll_output() else { panic!("a Notify is due") };
        assert_eq!(drain(&mut agent), bytes.len() * (subscriptions as usize - 1));
        let notify = msg(&bytes);
        let msg_id = notify.msg_id().to_string();
        let Some(MsgBody::Request(Request { req_type: Some(ReqType::Notify(notify)) })) =
            notify.into_content()
        else {
            panic!("a Notify is due")
        };
        let mut encoding = Encoding::notify(&msg_id, &notify);
        assert_eq!(encoding.encode().len(), bytes.len(), "both say the same");
        let mut turn = 1;
        let mut cases: [Case<'_>; 2] =
            [Box::new(|| change(&mut agent, &mut turn)), Box::new(|| encoding.encode().len())];
        let name = format!("change that {subscriptions} watch / {subscriptions} x encode");
        let per = f64::from(subscriptions);
        self.figure(&name, &mut cases, |[ours, plain]| ours / plain / per, WATCHED_BAR);
    }

    fn unwatched(&mut self, subscriptions: u32) {
        let other = |number| format!("Device.LocalAgent.Subscription.{}.NotifExpiration", number + 1_000_000);
        let mut agents = [subscriptions, 0].map(|count| subscribed(&self.schema, count, other));
        let [crowded, alone] = &mut agents;
        let mut turns = [1, 1];
        let [turn, other_turn] = &mut turns;
        let mut cases: [Case<'_>; 2] =
            [Box::new(|| change(crowded, turn) + 1), Box::new(|| change(alone, other_turn) + 1)];
        let name = format!("change that none of {subscriptions} watches / of 0");
        self.figure(&name, &mut cases, |[ours, other]| ours / other, UNWATCHED_BAR);
    }

    /// A day of an Agent that is woken when it says: once for each hour's Periodic!, and never without one.
    fn idle(&mut self) {
        let mut quiet = agent(model(self.schema.clone()));
        quiet.handle_input(Input::Timeout, now());
        assert_eq!(quiet.poll_output(), Output::Wait { until: None });
        let mut agent = agent(model(self.schema.clone()));
        let controller = "Device.LocalAgent.Controller.1.";
        agent.update(now(), |model| {
            model.update_value_at(&format!("{controller}PeriodicNotifInterval"), "3600").unwrap();
            let row = usp_msg::add::CreateObject::new("Device.LocalAgent.Subscription.")
                .required("Recipient", "Device.LocalAgent.Controller.1")
                .required("ID", "hourly")
                .required("NotifType", "Event")
                .required("ReferenceList", "Device.LocalAgent.Periodic!")
                .required("Enable", "true");
            let add = usp_msg::Add::new([row]);
            model.process(&add.into(), &usp_datamodel::Requester::DEVICE).unwrap();
        });
        let (mut wakes, mut told) = (0, 0);
        let day = device::after(Duration::from_secs(24 * 3600)).monotonic;
        loop {
            match agent.poll_output() {
                Output::Record { .. } => told += 1,
                Output::Wait { until: Some(until) } if until <= day => {
                    wakes += 1;
                    agent.handle_input(Input::Timeout, usp_agent::Now::new(until));
                }
                Output::Wait { .. } => break,
                other => panic!("the bench has made a mistake: {other:?}"),
            }
        }
        assert_eq!(told, 24);
        if self.figures.measure {
            let figure = f64::from(wakes) / f64::from(told);
            self.figures.count("wakes of an idle day / what was due", figure, "", IDLE_BAR);
        }
    }

    fn durable_sets(&mut self, batch: u32) {
        let mut durable = Durable::new(agent(model(self.schema.clone())), &folder("agent-durable"), batch);
        durable.sets(batch);
        let mut appending = Appending::new(&folder("agent-appending"));
        let bytes = vec![b'x'; durable.batch];
        let mut cases: [Case<'_>; 2] =
            [Box::new(|| durable.sets(batch)), Box::new(|| appending.append(&bytes))];
        let name = format!("{batch} Sets and a sync / appending them");
        self.figure(&name, &mut cases, |[ours, floor]| ours / floor, DURABLE_BAR);
    }

    fn start(&mut self, rows: u32) {
        let folder = folder("agent-start");
        saving::save(subscribed(&self.schema, rows, |_| CODE.to_string()), &folder);
        assert_eq!(saving::start(&self.schema, &folder), rows as usize);
        let schema = self.schema.clone();
        let mut cases: [Case<'_>; 2] =
            [Box::new(|| saving::start(&schema, &folder)), Box::new(|| saving::read(&folder))];
        let name = format!("start with {rows} rows / reading the file");
        self.figure(&name, &mut cases, |[ours, floor]| ours / floor, START_BAR);
    }

    /// The first case is ours, the second what it is compared with.
    fn figure(&mut self, name: &str, cases: &mut [Case<'_>; 2], figure: impl Fn(&[f64; 2]) -> f64, bar: f64) {
        for case in &mut *cases {
            assert_ne!(black_box(case()), 0, "{name} does something");
        }
        if self.figures.measure {
            let (figure, times) = rounds(cases, figure);
            self.figures.row(name, times, figure, bar);
        }
    }
}

fn msg(record: &[u8]) -> Msg {
    Msg::decode(Record::decode(record).unwrap().payload().unwrap()).unwrap()
}

/// Bytes of memory that the process has; `None` where the system does not tell.
fn resident() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes * 1024.0)
}
