//! Clocks that nobody should have: times that go back, jump by years, and stand at their ends. The Agent neither panics
//! nor spins nor says without end what is due once.
// A panic is how a test reports; the fixture serves several test programs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, dead_code)]

mod common;

use common::id;
use common::plain::{ONE, Plain};
use proptest::prelude::*;
use usp_agent::{Input, Now, Output};
use usp_msg::{Msg, NotifyResp, Operate};
use usp_record::record::RecordType;
use usp_record::{Instant, Record, SessionContextRecord};
use usp_schema::DateTime;

/// Twice as many outputs as all that is due at one moment, and less than what an endless loop brings forth.
const MANY: usize = 200;

/// How often an Agent may ask to be woken for a moment that is there already.
const WAKES: usize = 20;

#[derive(Debug, Clone)]
enum Step {
    /// The monotonic clock shows this time.
    Show(u64),
    /// It moves on, or back.
    Move(i64),
    /// The clock on the wall shows this time, in seconds since 1970; or nothing.
    Wall(Option<i64>),
    /// A value changes that is told.
    Change(u8),
    /// A number is set in a row.
    Set(usize, u32),
    /// A timer is asked for.
    Timer(u32),
    /// What was told is answered, all of it.
    Answer,
    /// A Record of a Session Context: its numbers.
    Session(u64, u64),
    /// The device notices that the Controller has to be written to.
    OnBoard,
}

/// Numbers of seconds, those at the ends more often.
fn seconds() -> impl Strategy<Value = u32> {
    prop_oneof![Just(0), Just(1), Just(2), Just(60), Just(u32::MAX), Just(i32::MAX as u32), any::<u32>()]
}

fn step() -> impl Strategy<Value = Step> {
    let end = |end: u64| (0..3_000_000u64).prop_map(move |less| end - less);
    let moment = prop_oneof![
        Just(0),
        Just(u64::MAX),
        Just(i64::MAX as u64),
        Just(i64::MAX as u64 + 1),
        end(u64::MAX),
        end(i64::MAX as u64 + 1_500_000),
        any::<u64>(),
        0..10_000_000_000u64,
    ];
    let wall = prop_oneof![
        Just(None),
        Just(Some(0)),
        Just(Some(253_402_300_799)),
        Just(Some(-62_135_596_800)),
        (0..4_000_000_000i64).prop_map(Some),
    ];
    prop_oneof![
        3 => moment.prop_map(Step::Show),
        3 => (-20_000_000i64..40_000_000).prop_map(Step::Move),
        2 => wall.prop_map(Step::Wall),
        3 => (0..3u8).prop_map(Step::Change),
        4 => (0..SETTINGS.len(), seconds()).prop_map(|(at, secs)| Step::Set(at, secs)),
        2 => seconds().prop_map(Step::Timer),
        1 => Just(Step::Answer),
        2 => (1..4u64, 1..6u64).prop_map(|(id, sequence)| Step::Session(id, sequence)),
        1 => Just(Step::OnBoard),
    ]
}

/// Spans that a device or Controller sets, by row and name.
const SETTINGS: [(&str, &str); 9] = [
    (ONE, "PeriodicNotifInterval"),
    (ONE, "USPNotifRetryMinimumWaitInterval"),
    (ONE, "USPNotifRetryIntervalMultiplier"),
    (ONE, "OnBoardingRestartTime"),
    (ONE, "E2ESession.SessionExpiration"),
    (ONE, "E2ESession.SessionRetryMinimumWaitInterval"),
    ("Device.LocalAgent.Subscription.1", "NotifExpiration"),
    ("Device.LocalAgent.Subscription.1", "TimeToLive"),
    ("Device.LocalAgent.Subscription.2", "TimeToLive"),
];

struct Clocks {
    plain: Plain,
    now: Instant,
    wall: Option<DateTime>,
    open: Vec<String>,
}

impl Clocks {
    fn new() -> Self {
        let mut plain = Plain::new();
        let retry = [("NotifRetry", "true"), ("NotifExpiration", "30"), ("Persistent", "true")];
        plain.subscribe("retry", "ValueChange", &format!("{ONE}.ProvisioningCode"), &retry);
        plain.subscribe("periodic", "Event", "Device.LocalAgent.Periodic!", &[("NotifRetry", "true")]);
        plain.subscribe("end", "OperationComplete", "Device.", &[("NotifRetry", "true")]);
        plain.set(&format!("{ONE}.PeriodicNotifInterval"), "5");
        let now = plain.now;
        Self { plain, now, wall: None, open: Vec::new() }
    }

    fn moment(&self) -> Now {
        Now { monotonic: self.now, wall: self.wall }
    }

    fn input(&mut self, input: Input<'_>) {
        let moment = self.moment();
        self.plain.agent.handle_input(input, moment);
        self.settle();
    }

    fn update(&mut self, path: &str, text: &str) {
        let moment = self.moment();
        // What the schema does not allow is refused, which is no matter of time.
        let _ = self.plain.agent.update(moment, |model| model.update_value_at(path, text));
        self.settle();
    }

    fn send(&mut self, msg: &Msg) {
        let record = Record::no_session(&id("self::one"), self.plain.agent.id(), msg.encode_to_vec());
        self.input(Input::Record(&record.encode_to_vec()));
    }

    /// Fetches what came of an input, and wakes the Agent for as long as it wants that at once.
    fn settle(&mut self) {
        for _ in 0..WAKES {
            let until = self.drain();
            if until.is_none_or(|until| until > self.now) {
                return;
            }
            let moment = self.moment();
            self.plain.agent.handle_input(Input::Timeout, moment);
        }
        panic!("the Agent spins at {}", self.now);
    }

    fn drain(&mut self) -> Option<Instant> {
        for _ in 0..MANY {
            match self.plain.agent.poll_output() {
                Output::Wait { until } => return until,
                Output::Record { bytes, .. } => {
                    let record = common::sound(&bytes);
                    if let Some(msg) = common::sound_msg(&record).filter(|msg| msg.as_request().is_some()) {
                        self.open.push(msg.msg_id().to_owned());
                    }
                }
                _ => {}
            }
        }
        panic!("there is no end to what is due at {}", self.now);
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Show(micros) => {
                self.now = Instant::from_micros(micros);
                self.input(Input::Timeout);
            }
            Step::Move(micros) => {
                self.now = Instant::from_micros(self.now.micros().saturating_add_signed(micros));
                self.input(Input::Timeout);
            }
            Step::Wall(wall) => {
                self.wall = wall.map(|seconds| DateTime::from_unix(seconds, 0).unwrap());
                self.input(Input::Timeout);
            }
            Step::Change(code) => self.update(&format!("{ONE}.ProvisioningCode"), &code.to_string()),
            Step::Set(at, seconds) => {
                let (row, name) = SETTINGS[at];
                self.update(&format!("{row}.{name}"), &seconds.to_string());
            }
            Step::Timer(seconds) => {
                let timer =
                    Operate::new("Device.ScheduleTimer()").with_arg("DelaySeconds", seconds.to_string());
                self.send(&Msg::request("timer", timer));
            }
            Step::Answer => {
                for msg_id in core::mem::take(&mut self.open) {
                    self.send(&Msg::response_to(&msg_id, NotifyResp { subscription_id: String::new() }));
                }
            }
            Step::Session(session_id, sequence_id) => {
                let expected_id = 1;
                let content =
                    SessionContextRecord { session_id, sequence_id, expected_id, ..Default::default() };
                let content = RecordType::SessionContext(content);
                let record = Record::new(&id("self::one"), self.plain.agent.id(), content);
                self.input(Input::Record(&record.encode_to_vec()));
            }
            Step::OnBoard => self.update(&format!("{ONE}.OnBoardingComplete"), "false"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_clocks_show_the_agent_comes_to_rest(steps in prop::collection::vec(step(), 1..40)) {
        let mut clocks = Clocks::new();
        for step in &steps {
            clocks.take(step);
        }
        // It still does what it is there for.
        clocks.now = Instant::from_secs(20_000_000);
        clocks.input(Input::Timeout);
        clocks.update(&format!("{ONE}.ProvisioningCode"), "last");
        prop_assert_eq!(clocks.plain.value(&format!("{ONE}.ProvisioningCode")), "last");
    }
}

/// Where the clock ends there is no next interval: it is told once, and never again.
#[test]
fn an_interval_at_the_end_of_the_clock_is_told_once() {
    for wall in [None, Some(DateTime::from_unix(1_700_000_000, 0).unwrap())] {
        let mut clocks = Clocks::new();
        clocks.wall = wall;
        clocks.input(Input::Timeout);
        clocks.now = Instant::MAX;
        clocks.input(Input::Timeout);
        assert_eq!(clocks.open.len(), 1, "{wall:?}");
        clocks.input(Input::Timeout);
        assert_eq!(clocks.open.len(), 1, "{wall:?}");
    }
}
