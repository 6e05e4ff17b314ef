//! Records of several Controllers with different roles, well formed, mutated and arbitrary, to an Agent: nothing
//! panics, buffers and tables stay within their limits, the Controller with all rights is served all the while, nobody
//! who is disabled, banned or unknown is answered, and nobody changes what its roles keep from it.
//!
//! The input is a series of steps. The first byte of a step says what it is, and the following bytes how it is made.
//! That the sender is who it says is the MTP's to see to: Records in the name of the Controller with all rights are
//! left out.

#![no_main]

mod choices;

use std::sync::OnceLock;
use std::time::Duration;

use choices::Choices;
use libfuzzer_sys::fuzz_target;
use usp_agent::record::record::RecordType;
use usp_agent::record::{EndpointId, Instant, Record, Rng, SessionContextRecord};
use usp_agent::{Agent, Channel, Connection, Input, Now, Output, SessionLimits};
use usp_codegen::{ImageOptions, Model};
use usp_datamodel::{DataModel, Limits, Requester};
use usp_msg::{
    Add, Delete, Error, ErrorCode, Get, GetInstances, GetSupportedDm, GetSupportedProtocol, Msg, NotifyResp,
    Operate, Request, Set, add, set,
};
use usp_schema::Schema;

const AGENT: &str = "os::012345-AGENT";
const ROOT: &str = "self::root";
/// Rows 2 to 5: two with few rights, one that is disabled, one that is banned. The last one has no row.
const SENDERS: [&str; 5] = ["self::reader", "self::none", "self::disabled", "self::banned", "self::stranger"];
const SECRET: &str = "what only the device writes";

const SESSION_LIMITS: SessionLimits =
    SessionLimits { peer_bytes: 60_000, peer_records: 50, total_bytes: 100_000 };

const CONTROLLER: &str = "Device.LocalAgent.Controller.";
const SUBSCRIPTION: &str = "Device.LocalAgent.Subscription.";
const ROLE: &str = "Device.LocalAgent.ControllerTrust.Role.";
const OWN_SESSION: &str = "Device.LocalAgent.Controller.2.E2ESession.";

const PATHS: [&str; 12] = [
    "Device.",
    "Device.DeviceInfo.",
    SUBSCRIPTION,
    "Device.LocalAgent.Subscription.*.",
    "Device.LocalAgent.Subscription.[Enable==true].",
    OWN_SESSION,
    CONTROLLER,
    "Device.LocalAgent.Controller.1.",
    "Device.LocalAgent.Controller.[Enable==false].",
    "Device.LocalAgent.ControllerTrust.",
    ROLE,
    "Device.LocalAgent.Controller.*.E2ESession.",
];

/// Object, parameter and value; the first ones are the reader's to set.
const SETTINGS: [(&str, &str, &str); 18] = [
    (OWN_SESSION, "SessionMode", "Require"),
    (OWN_SESSION, "SessionMode", "Allow"),
    (OWN_SESSION, "SessionMode", "Forbid"),
    (OWN_SESSION, "PayloadSecurity", "TLS"),
    (OWN_SESSION, "PayloadSecurity", "Plaintext"),
    (OWN_SESSION, "MaxUSPRecordSize", "512"),
    (OWN_SESSION, "MaxRetransmitTries", "-1"),
    (OWN_SESSION, "SessionExpiration", "7"),
    (OWN_SESSION, "SessionRetryMinimumWaitInterval", "1"),
    ("Device.LocalAgent.Subscription.*.", "NotifRetry", "true"),
    ("Device.LocalAgent.Subscription.*.", "Enable", "false"),
    ("Device.LocalAgent.Controller.2.", "AssignedRole", "Device.LocalAgent.ControllerTrust.Role.1"),
    ("Device.LocalAgent.Controller.4.", "Enable", "true"),
    ("Device.LocalAgent.Controller.1.", "Enable", "false"),
    ("Device.LocalAgent.Controller.1.", "EndpointID", "self::stranger"),
    ("Device.LocalAgent.ControllerTrust.Role.1.", "Enable", "false"),
    ("Device.DeviceInfo.", "ProvisioningCode", "mine"),
    ("Device.LocalAgent.ControllerTrust.", "BannedRole", "Device.LocalAgent.ControllerTrust.Role.1"),
];

const COMMANDS: [&str; 5] = [
    "Device.LocalAgent.Controller.2.E2ESession.Reset()",
    "Device.LocalAgent.Controller.1.E2ESession.Reset()",
    "Device.LocalAgent.Controller.2.SendOnBoardRequest()",
    "Device.Reboot()",
    "Device.ScheduleTimer()",
];

/// What a Subscription is about, and what it does.
const SUBSCRIBED: [(&str, &str, &str); 6] = [
    ("ValueChange", "Device.LocalAgent.Controller.2.E2ESession.Status", ""),
    ("ValueChange", OWN_SESSION, "Device.LocalAgent.Controller.1.Enable=false"),
    ("ValueChange", OWN_SESSION, "Device.LocalAgent.Controller.2.E2ESession.SessionExpiration=9"),
    ("ObjectCreation", SUBSCRIPTION, "Device.LocalAgent.ControllerTrust.Role.1.Enable=false"),
    ("Event", "Device.LocalAgent.Periodic!", ""),
    ("ObjectDeletion", "Device.LocalAgent.Subscription.*.", ""),
];

struct Lcg(u64);

impl Rng for Lcg {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (self.0 >> 56) as u8;
        }
    }
}

fuzz_target!(|input: &[u8]| {
    let mut bench = Bench::new();
    let guarded = bench.guarded();
    let mut input = Choices(input);
    let mut steps = 0_u32;
    while let Some(step) = input.byte() {
        match step % 8 {
            0 => {
                let length = usize::from(input.byte().unwrap_or_default()).min(input.0.len());
                let (record, rest) = input.0.split_at(length);
                input.0 = rest;
                bench.give(record, input.channel());
            }
            1 => bench.pass(u64::from(input.byte().unwrap_or_default()) * 3),
            2 => {
                let controller = id(SENDERS[usize::from(step >> 4) % SENDERS.len()]);
                let connection = match step & 16 {
                    0 => Connection::Stomp { subscribed_destination: "/a" },
                    _ => Connection::WebSocket,
                };
                let channel = input.channel();
                bench.input(match step & 8 {
                    0 => Input::Connected { controller: &controller, connection, channel },
                    _ => Input::Disconnected { controller: &controller, channel },
                });
            }
            _ => {
                let mut record = input.record();
                for _ in 0..input.byte().unwrap_or_default() % 4 {
                    let at = usize::from(input.byte().unwrap_or_default()) * 256
                        + usize::from(input.byte().unwrap_or_default());
                    let at = at % record.len();
                    record[at] ^= input.byte().unwrap_or_default();
                }
                bench.give(&record, input.channel());
            }
        }
        steps += 1;
        if steps.is_multiple_of(16) {
            bench.look(&guarded);
        }
    }
    bench.look(&guarded);
});

fn id(text: &str) -> EndpointId {
    EndpointId::parse(text).expect("an Endpoint ID")
}

struct Bench {
    agent: Agent<Lcg>,
    now: Instant,
    until: Option<Instant>,
    to_root: Vec<Record>,
}

impl Bench {
    fn new() -> Self {
        let mut agent = Agent::new(id(AGENT), populated(), Lcg(7)).expect("an Agent's model");
        agent.limit_sessions(SESSION_LIMITS);
        let mut bench = Self { agent, now: Instant::from_secs(100), until: None, to_root: Vec::new() };
        bench.input(Input::Timeout);
        bench
    }

    fn give(&mut self, record: &[u8], channel: Channel) {
        if Record::decode(record).is_ok_and(|record| record.from_id == ROOT) {
            return;
        }
        self.input(Input::RecordOver { channel, bytes: record });
    }

    fn pass(&mut self, secs: u64) {
        self.now += Duration::from_secs(secs);
        self.input(Input::Timeout);
        assert!(self.until.is_none_or(|until| until > self.now), "what is due is done");
    }

    fn input(&mut self, input: Input<'_>) {
        self.agent.handle_input(input, Now::new(self.now));
        for count in 0.. {
            assert!(count < 2_000, "one input leads to no flood");
            match self.agent.poll_output() {
                Output::Record { to, bytes, .. } => {
                    let record = Record::decode(&bytes).expect("a Record");
                    record.validate().expect("a sound Record");
                    assert_eq!((&*record.from_id, &*record.to_id), (AGENT, to.as_str()));
                    assert!([ROOT, SENDERS[0], SENDERS[1]].contains(&to.as_str()), "{to} is told something");
                    if to.as_str() == ROOT {
                        self.to_root.push(record);
                    }
                }
                Output::Wait { until } => {
                    self.until = until;
                    break;
                }
                _ => {}
            }
        }
        assert!(self.agent.session_bytes() <= SESSION_LIMITS.total_bytes);
    }

    fn look(&mut self, guarded: &[Option<String>]) {
        assert_eq!(self.guarded(), guarded, "without a right nothing changes");
        assert_eq!(self.agent.model().inconsistency(), None);
        self.serves_root();
    }

    /// What nobody but the Controller with all rights and the device may change.
    fn guarded(&self) -> Vec<Option<String>> {
        let model = self.agent.model();
        let value = |path: String| model.value_at(&path).ok().map(|value| value.to_string());
        let of_controllers = (1..=6).flat_map(|row| {
            ["EndpointID", "Enable", "AssignedRole", "E2ESession.MaxUSPRecordSize"]
                .map(|name| (row, name))
                .into_iter()
                // Its own session is the reader's to set.
                .filter(|&(row, name)| row != 2 || name != "E2ESession.MaxUSPRecordSize")
                .map(|(row, name)| value(format!("{CONTROLLER}{row}.{name}")))
        });
        let of_roles = (1..=5).flat_map(|row| {
            ["Enable", "Name", "PermissionNumberOfEntries"].map(|name| value(format!("{ROLE}{row}.{name}")))
        });
        let others = ["DeviceInfo.ProvisioningCode", "LocalAgent.ControllerTrust.BannedRole"];
        let others = others.map(|name| value(format!("Device.{name}")));
        of_controllers.chain(of_roles).chain(others).collect()
    }

    fn serves_root(&mut self) {
        self.to_root.clear();
        let get = Msg::request("root", Get::new(["Device.DeviceInfo.ProvisioningCode"])).encode_to_vec();
        self.input(Input::Record(&Record::no_session(&id(ROOT), &id(AGENT), get).encode_to_vec()));
        let answer = self.to_root.pop().expect("an answer");
        let answer = Msg::decode(answer.payload().expect("without Session Context")).expect("a Message");
        let Some(Ok(answer)) = answer.into_answer::<Get>() else { panic!("a GetResp is due") };
        let values: Vec<_> = answer.values().map(|(_, _, value)| value).collect();
        assert_eq!(values, [SECRET]);
    }
}

fn populated() -> DataModel {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    let schema = SCHEMA.get_or_init(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/usp-device.xml");
        let document = Model::from_file(path).expect("the project's model");
        // What is not asked for is left out, for the sake of speed.
        let options = [
            "Device.LocalAgent.Controller.",
            "Device.LocalAgent.ControllerTrust.",
            SUBSCRIPTION,
            "Device.LocalAgent.Request.",
            "Device.LocalAgent.EndpointID",
            "Device.LocalAgent.UpTime",
            "Device.LocalAgent.Periodic!",
            "Device.DeviceInfo.ProvisioningCode",
            "Device.DeviceInfo.ModelName",
            "Device.Reboot()",
            "Device.ScheduleTimer()",
        ];
        let options = options.into_iter().fold(ImageOptions::new(), ImageOptions::select);
        document.to_schema(&options).expect("a schema")
    });
    let limits = Limits { max_rows: 12, max_all_rows: 60, max_answer: 1 << 18, ..Limits::default() };
    let mut model = DataModel::with_limits(schema.clone(), limits);
    let add = |table: &str, settings: &[(&str, &str)]| {
        settings.iter().fold(add::CreateObject::new(table), |row, (name, text)| row.required(*name, *text))
    };
    let role = |name: &str| add(ROLE, &[("Name", name), ("Enable", "true")]);
    let permission = |role: u32, order: &str, target: &str, right: &str| {
        let rights = [("Param", right), ("Obj", right), ("InstantiatedObj", right), ("CommandEvent", right)];
        let more = [("Enable", "true"), ("Order", order), ("Targets", target)];
        add(&format!("{ROLE}{role}.Permission."), &[&rights[..], &more[..]].concat())
    };
    let controller = |row: u32, name: &str, enable: &str| {
        let role = format!("{ROLE}{row}");
        add(
            CONTROLLER,
            &[
                ("EndpointID", name),
                ("Enable", enable),
                ("OnBoardingComplete", "true"),
                ("AssignedRole", &role),
                ("E2ESession.PayloadSecurity", "Plaintext"),
                ("E2ESession.MaxRetransmitTries", "3"),
            ],
        )
    };
    let rows = [
        vec![role("root"), role("reader"), role("none"), role("disabled"), role("banned")],
        vec![
            permission(1, "0", "Device.", "rwxn"),
            permission(2, "0", "Device.DeviceInfo.", "r--n"),
            permission(2, "1", SUBSCRIPTION, "rwxn"),
            permission(2, "2", OWN_SESSION, "rwxn"),
            permission(3, "0", SUBSCRIPTION, "r---"),
            permission(4, "0", "Device.", "rwxn"),
            permission(5, "0", "Device.", "rwxn"),
        ],
        vec![
            controller(1, ROOT, "true"),
            controller(2, SENDERS[0], "true"),
            controller(3, SENDERS[1], "true"),
            controller(4, SENDERS[2], "false"),
            controller(5, SENDERS[3], "true"),
        ],
    ];
    for rows in rows {
        model.process(&Add::new(rows).into(), &Requester::DEVICE).expect("rows of the device");
    }
    for (path, text) in [
        ("Device.LocalAgent.ControllerTrust.BannedRole", &*format!("{ROLE}5")),
        ("Device.DeviceInfo.ProvisioningCode", SECRET),
    ] {
        model.update_value_at(path, text).expect("a value of the device");
    }
    model
}

impl Choices<'_> {
    /// One of a few channels, with or without a destination for the answer.
    fn channel(&mut self) -> Channel {
        let byte = u32::from(self.byte().unwrap_or_default());
        let channel = Channel::new(byte % 3);
        if byte < 128 { channel } else { channel.replying_to(byte) }
    }

    /// A Record of one of the senders, sound as it is made here.
    fn record(&mut self) -> Vec<u8> {
        let how = self.byte().unwrap_or_default();
        // Mostly of those who may ask for something.
        let from = id(SENDERS[match how & 15 {
            0..=8 => 0,
            9..=11 => 1,
            other => usize::from(other) - 10,
        } % SENDERS.len()]);
        let payload = match how >> 4 {
            0 => Vec::new(),
            _ => self.message().encode_to_vec(),
        };
        let record_type = match how >> 5 {
            0..=3 => {
                let [session, sequence, expected, retransmit, state] =
                    [(); 5].map(|()| u64::from(self.byte().unwrap_or_default()));
                RecordType::SessionContext(SessionContextRecord {
                    session_id: 1 + session % 4,
                    // Also close to the last of them.
                    sequence_id: if sequence == 255 { u64::MAX } else { 1 + sequence % 64 },
                    expected_id: 1 + expected % 16,
                    retransmit_id: retransmit.saturating_sub(240),
                    payload_sar_state: if state < 200 { 0 } else { (state % 5) as i32 },
                    payloadrec_sar_state: if state < 200 { 0 } else { (state % 5) as i32 },
                    payload: if payload.is_empty() { Vec::new() } else { vec![payload.into()] },
                })
            }
            4 if how & 16 == 0 => {
                return Record::disconnect(&from, &id(AGENT), 7105_u32, "bye").encode_to_vec();
            }
            _ => return Record::no_session(&from, &id(AGENT), payload).encode_to_vec(),
        };
        Record::new(&from, &id(AGENT), record_type).encode_to_vec()
    }

    fn message(&mut self) -> Msg {
        let kind = self.byte().unwrap_or_default();
        let msg_id = ["a", "b", "c"][usize::from(kind >> 4) % 3];
        let request: Request = match kind % 12 {
            0 => Get::new([*self.one_of(&PATHS)]).into(),
            1 => GetInstances::new([*self.one_of(&PATHS)]).into(),
            2 => GetSupportedDm::new([*self.one_of(&PATHS)]).into(),
            3 => GetSupportedProtocol { controller_supported_protocol_versions: "1.4".into() }.into(),
            4..=6 => {
                let entries: Vec<_> = (0..=kind >> 6)
                    .map(|_| {
                        let &(object, name, text) = self.one_of(&SETTINGS);
                        set::UpdateObject::new(object).required(name, text)
                    })
                    .collect();
                Set { allow_partial: kind & 1 != 0, ..Set::new(entries) }.into()
            }
            7 => {
                let &(notif_type, reference, trigger) = self.one_of(&SUBSCRIBED);
                let action = if trigger.is_empty() { "Notify" } else { "NotifyAndConfig" };
                let row = add::CreateObject::new(SUBSCRIPTION)
                    .required("Enable", "true")
                    .required("ID", format!("{}", self.byte().unwrap_or_default() % 16))
                    .required("NotifType", notif_type)
                    .required("NotifRetry", if kind & 128 == 0 { "true" } else { "false" })
                    .required("TriggerAction", action)
                    .required("TriggerConfigSettings", trigger)
                    .required("ReferenceList", reference);
                Add::new([row]).into()
            }
            8 => Delete::new([*self.one_of(&PATHS)]).into(),
            9 => Operate::new(*self.one_of(&COMMANDS)).into(),
            10 => return Msg::response_to(msg_id, NotifyResp { subscription_id: "1".into() }),
            _ => return Msg::error_to(msg_id, Error::new(ErrorCode::INTERNAL_ERROR, "no")),
        };
        Msg::request(msg_id, request)
    }
}
