//! An Agent and a Controller in Session Contexts over a link that loses, repeats and reorders, while either side may
//! start again at any moment.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

extern crate alloc;

mod common;

use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use core::time::Duration;

use common::wire::{AGENT, ONE, Wire, get};
use common::{Seeded, id, model};
use proptest::prelude::*;
use usp_agent::{Input, Output};
use usp_msg::body::MsgBody;
use usp_msg::notify::Notification;
use usp_msg::request::ReqType;
use usp_msg::{Add, Msg, NotifyResp, Operate, Request, add};
use usp_record::{Record, SessionConfig, SessionContext, SessionOutput};

const WATCHED: &str = "Device.DeviceInfo.SoftwareVersion";

#[derive(Debug, Clone)]
enum Step {
    /// The parameter gets another value.
    Change,
    /// The Controller asks for something.
    Ask,
    /// The Controller asks for another Session Context.
    Reset,
    /// A Record arrives at the Agent, or at the Controller, from so far (of 256) in those on their way; and may arrive
    /// again.
    Arrive(bool, u8, bool),
    Lose(bool, u8),
    Pass(u64),
    /// The Controller forgets its Session Context.
    ControllerRestarts,
    /// The Agent starts again with what was saved.
    AgentRestarts,
}

fn step() -> impl Strategy<Value = Step> {
    let (side, index) = (any::<bool>, any::<u8>);
    // Mostly in order, as most links are.
    let at = prop_oneof![3 => Just(0), 1 => index()];
    prop_oneof![
        3 => Just(Step::Change),
        3 => Just(Step::Ask),
        1 => Just(Step::Reset),
        12 => (side(), at, any::<u8>()).prop_map(|(side, at, again)| Step::Arrive(side, at, again < 60)),
        2 => (side(), index()).prop_map(|(side, at)| Step::Lose(side, at)),
        3 => (0_u64..9).prop_map(Step::Pass),
        1 => Just(Step::ControllerRestarts),
        1 => Just(Step::AgentRestarts),
    ]
}

fn nth(at: u8, length: usize) -> usize {
    usize::from(at) * length / 256
}

struct World {
    wire: Wire,
    controller: SessionContext,
    rng: Seeded,
    to_agent: Vec<Record>,
    to_controller: Vec<Record>,
    asked: u32,
    restarts: u64,
    changes: u32,
    /// Whether a side has started again, and knows nothing of the Session Contexts of before.
    forgot: bool,
    /// How often each request was answered.
    answered: BTreeMap<String, u32>,
    /// The values that were told.
    told: BTreeSet<String>,
    /// The ids of the Notifies, each with its value.
    notifies: BTreeMap<String, String>,
}

fn controller() -> SessionContext {
    let config = SessionConfig { max_retransmit_tries: Some(3), ..SessionConfig::DEFAULT };
    SessionContext::new(id("self::one"), id(AGENT), config)
}

impl World {
    fn new(max_record_size: &str) -> Self {
        let mut wire = Wire::new();
        for (name, text) in [("SessionMode", "Require"), ("MaxUSPRecordSize", max_record_size)] {
            wire.device(&format!("{ONE}E2ESession.{name}"), text);
        }
        let mut world = Self {
            wire,
            controller: controller(),
            rng: Seeded(5),
            to_agent: Vec::new(),
            to_controller: Vec::new(),
            asked: 0,
            restarts: 0,
            changes: 0,
            forgot: false,
            answered: BTreeMap::new(),
            told: BTreeSet::new(),
            notifies: BTreeMap::new(),
        };
        let row = add::CreateObject::new("Device.LocalAgent.Subscription.")
            .required("Enable", "true")
            .required("ID", "watch")
            .required("NotifType", "ValueChange")
            .required("NotifRetry", "true")
            .required("Persistent", "true")
            .required("ReferenceList", WATCHED);
        world.send(&Msg::request("subscribe", Add::new([row])));
        world.settle(Duration::from_secs(1));
        assert_eq!(world.answered.get("subscribe"), Some(&1));
        world
    }

    fn send(&mut self, msg: &Msg) {
        // What does not fit waits for another attempt of whoever asks.
        let _ = self.controller.send(msg.encode_to_vec(), self.wire.now, &mut self.rng);
        self.collect();
    }

    fn ask(&mut self) -> String {
        self.asked += 1;
        let msg_id = format!("ask-{}", self.asked);
        self.send(&Msg::decode(&get(&msg_id, "Device.LocalAgent.")).unwrap());
        msg_id
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Change => {
                self.changes += 1;
                self.wire.device(WATCHED, &self.changes.to_string());
            }
            Step::Ask => drop(self.ask()),
            Step::Reset => {
                let reset = Operate { send_resp: false, ..Operate::new(format!("{ONE}E2ESession.Reset()")) };
                self.send(&Msg::request("reset", reset));
            }
            Step::Arrive(true, at, again) if !self.to_agent.is_empty() => {
                let at = nth(*at, self.to_agent.len());
                let record = if *again { self.to_agent[at].clone() } else { self.to_agent.remove(at) };
                self.wire.input(Input::Record(&record.encode_to_vec()));
            }
            Step::Arrive(false, at, again) if !self.to_controller.is_empty() => {
                let at = nth(*at, self.to_controller.len());
                let record =
                    if *again { self.to_controller[at].clone() } else { self.to_controller.remove(at) };
                self.controller.receive(&record, self.wire.now, &mut self.rng);
            }
            Step::Lose(side, at) => {
                let link = if *side { &mut self.to_agent } else { &mut self.to_controller };
                if !link.is_empty() {
                    link.remove(nth(*at, link.len()));
                }
            }
            Step::Pass(secs) => self.pass(Duration::from_secs(*secs)),
            Step::ControllerRestarts => {
                self.controller = controller();
                self.forgot = true;
            }
            Step::AgentRestarts => {
                self.restart_agent();
                self.forgot = true;
            }
            _ => {}
        }
        self.collect();
    }

    fn restart_agent(&mut self) {
        let mut restored = model();
        assert_eq!(restored.restore([&*self.wire.agent.model().snapshot()]).unwrap(), []);
        let now = self.wire.now;
        // Randomness does not repeat itself.
        self.restarts += 1;
        let rng = Seeded(self.restarts.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut agent = usp_agent::Agent::new(id(AGENT), restored, rng).unwrap();
        agent.restarted();
        self.wire.agent = agent;
        self.wire.now = now + Duration::from_secs(1);
        self.wire.input(Input::Timeout);
    }

    fn pass(&mut self, time: Duration) {
        let end = self.wire.now + time;
        loop {
            let next = [self.wire.until, self.controller.poll_timeout()].into_iter().flatten().min();
            let Some(next) = next.filter(|next| *next <= end) else { break };
            let wait = next.max(self.wire.now) - self.wire.now;
            self.wire.pass(wait);
            self.wire.input(Input::Timeout);
            self.controller.tick(self.wire.now, &mut self.rng);
            self.collect();
            let next = [self.wire.until, self.controller.poll_timeout()].into_iter().flatten().min();
            assert!(next.is_none_or(|next| next > self.wire.now), "somebody spins");
        }
        self.wire.pass(end.max(self.wire.now) - self.wire.now);
    }

    /// What both have to say goes on the link; what the Controller got is looked at.
    fn collect(&mut self) {
        let mut answers = VecDeque::new();
        loop {
            while let Some(output) = self.controller.poll_output() {
                match output {
                    SessionOutput::Send(record) => self.to_agent.push(record),
                    SessionOutput::Message { payload, .. } => answers.extend(self.hear(&payload)),
                    _ => {}
                }
            }
            match answers.pop_front() {
                Some(answer) => {
                    let answer: Msg = answer;
                    let _ = self.controller.send(answer.encode_to_vec(), self.wire.now, &mut self.rng);
                }
                None => break,
            }
        }
        self.to_controller.extend(self.wire.to("one"));
        for output in self.wire.outputs.drain(..) {
            assert!(matches!(output, Output::SessionRestarted { .. }), "{output:?}");
        }
    }

    fn hear(&mut self, payload: &[u8]) -> Option<Msg> {
        let Ok(msg) = Msg::decode(payload) else {
            // Segments of before and after, under the same numbers.
            assert!(self.forgot, "Messages arrive whole");
            return None;
        };
        let msg_id = msg.msg_id().to_owned();
        match msg.into_content() {
            Some(MsgBody::Request(Request { req_type: Some(ReqType::Notify(notify)) })) => {
                let Some(Notification::ValueChange(change)) = &notify.notification else {
                    panic!("a ValueChange is due: {notify:?}")
                };
                let before = self.notifies.insert(msg_id.clone(), change.param_value.clone());
                assert!(
                    before.is_none_or(|before| before == change.param_value),
                    "two contents under one id"
                );
                self.told.insert(change.param_value.clone());
                Some(Msg::response_to(msg_id, NotifyResp::to(&notify)))
            }
            Some(MsgBody::Response(_)) => {
                let answered = self.answered.entry(msg_id).or_default();
                *answered += 1;
                // Whoever starts again does not know a Record of before that arrives again.
                assert!(*answered == 1 || self.forgot, "a request is answered once");
                None
            }
            other => panic!("neither a Notify nor a Response: {other:?}"),
        }
    }

    /// From now on everything arrives, once and in order.
    fn settle(&mut self, time: Duration) {
        let end = self.wire.now + time;
        loop {
            while !self.to_agent.is_empty() || !self.to_controller.is_empty() {
                for record in core::mem::take(&mut self.to_agent) {
                    self.wire.input(Input::Record(&record.encode_to_vec()));
                    self.collect();
                }
                for record in core::mem::take(&mut self.to_controller) {
                    self.controller.receive(&record, self.wire.now, &mut self.rng);
                    self.collect();
                }
            }
            if self.wire.now >= end {
                return;
            }
            let next = [self.wire.until, self.controller.poll_timeout()].into_iter().flatten().min();
            let next = next.map_or(end, |next| next.min(end)).max(self.wire.now);
            self.pass(next - self.wire.now);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// The law: a request is answered at most once; with NotifRetry each change is told whatever is lost; and once the
    /// link is good again, so are both sides.
    #[test]
    fn nothing_is_lost_for_good_and_sessions_recover(
        steps in prop::collection::vec(step(), 0..120),
        segments in any::<bool>(),
    ) {
        let mut world = World::new(if segments { "512" } else { "0" });
        for step in &steps {
            world.take(step);
        }
        world.settle(Duration::from_secs(20_000));
        let changes: BTreeSet<String> = (1..=world.changes).map(|change| change.to_string()).collect();
        prop_assert_eq!(&world.told, &changes);
        // What was in a Session Context that ended is lost, until somebody asks again. If both sides have started again
        // and strays have led both back to a Session Context of before, Records seem to have been there already, until
        // their numbers are higher than those of the strays [R-E2E.25].
        let is_answered = (0..=steps.len()).any(|_| {
            let msg_id = world.ask();
            world.settle(Duration::from_secs(20_000));
            world.answered.get(&msg_id) == Some(&1)
        });
        prop_assert!(is_answered, "a request is answered in the end");
        prop_assert!(world.wire.agent.session_bytes() < 100_000);
        let told = world.notifies.len();
        world.settle(Duration::from_secs(20_000));
        prop_assert_eq!(world.notifies.len(), told, "what was answered is told no more");
        world.wire.serves("two");
    }
}
