//! An Agent, and Controllers that are no more than the Records that a test writes and reads.

use core::time::Duration;

use usp_agent::datamodel::DataModel;
use usp_agent::{Agent, Ignored, Input, Now, Output, Via};
use usp_msg::request::ReqType;
use usp_msg::{Get, Msg, Notify, Request};
use usp_record::record::RecordType;
use usp_record::session_context_record::PayloadSarState;
use usp_record::{EndpointId, Instant, Record, SessionContextRecord};

use super::{DeviceRows, Seeded, id, model, sound, sound_msg};

pub const AGENT: &str = "os::012345-AGENT";
pub const ONE: &str = "Device.LocalAgent.Controller.1.";
pub const TWO: &str = "Device.LocalAgent.Controller.2.";

pub struct Wire {
    pub agent: Agent<Seeded>,
    pub now: Instant,
    pub ignored: Vec<Ignored>,
    /// What came out and is neither a Record nor an [`Ignored`].
    pub outputs: Vec<Output>,
    pub until: Option<Instant>,
    records: Vec<(EndpointId, Via, Record)>,
}

impl Wire {
    /// With Controllers `one` and `two`, whose Session Contexts are in plain text and repeat a Record three times.
    pub fn new() -> Self {
        let mut model = model();
        for (name, row) in [("one", ONE), ("two", TWO)] {
            model.add_controller(name);
            for (name, text) in [("PayloadSecurity", "Plaintext"), ("MaxRetransmitTries", "3")] {
                model.update_value_at(&format!("{row}E2ESession.{name}"), text).unwrap();
            }
        }
        Self::with(model)
    }

    pub fn with(model: DataModel) -> Self {
        let agent = Agent::new(id(AGENT), model, Seeded(1)).unwrap();
        let mut wire = Self {
            agent,
            now: Instant::from_secs(1000),
            ignored: Vec::new(),
            outputs: Vec::new(),
            until: None,
            records: Vec::new(),
        };
        wire.input(Input::Timeout);
        wire
    }

    pub fn input(&mut self, input: Input<'_>) {
        self.agent.handle_input(input, Now::new(self.now));
        self.drain();
    }

    pub fn update<T>(&mut self, work: impl FnOnce(&mut DataModel) -> T) -> T {
        let result = self.agent.update(Now::new(self.now), work);
        self.drain();
        result
    }

    /// Sets a parameter as the device.
    #[track_caller]
    pub fn device(&mut self, path: &str, text: &str) {
        self.update(|model| model.update_value_at(path, text)).unwrap();
    }

    fn drain(&mut self) {
        loop {
            match self.agent.poll_output() {
                Output::Record { to, bytes, via } => {
                    // [R-MTP.4b] what an Agent sends keeps the rules itself, and has no field of a later version.
                    let record = sound(&bytes);
                    sound_msg(&record);
                    assert_eq!(
                        (&*record.version, &*record.from_id, &*record.to_id),
                        ("1.4", AGENT, to.as_str())
                    );
                    assert_eq!((&*record.originator_id, &*record.destination_id), ("", ""));
                    self.records.push((to, via, record));
                }
                Output::Ignored(ignored) => self.ignored.push(ignored),
                Output::Wait { until } => {
                    self.until = until;
                    return;
                }
                other => self.outputs.push(other),
            }
        }
    }

    /// Lets time pass: the Agent is woken whenever it asks for it, and at no other time.
    pub fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(until) = self.until.filter(|until| *until <= end) {
            self.now = until.max(self.now);
            self.input(Input::Timeout);
            assert!(self.until.is_none_or(|next| next > self.now), "the Agent spins");
        }
        self.now = end;
    }

    /// The Records to a Controller since the last call.
    pub fn to(&mut self, name: &str) -> Vec<Record> {
        self.ways_to(name).into_iter().map(|(_, record)| record).collect()
    }

    /// The same, with the way of each.
    pub fn ways_to(&mut self, name: &str) -> Vec<(Via, Record)> {
        let to = id(&format!("self::{name}"));
        let (theirs, others) =
            core::mem::take(&mut self.records).into_iter().partition(|(for_, ..)| *for_ == to);
        self.records = others;
        theirs.into_iter().map(|(_, via, record)| (via, record)).collect()
    }

    /// Gives the Agent a Record of Controller `one`, and takes what it sends to that.
    pub fn give(&mut self, record: &Record) -> Vec<Record> {
        self.input(Input::Record(&record.encode_to_vec()));
        self.to("one")
    }

    /// Gives the Agent a Record of a Session Context from Controller `one`: session, sequence, expected, retransmit.
    pub fn session(&mut self, ids: [u64; 4], payload: &[u8]) -> Vec<Record> {
        self.give(&session_record(ids, payload))
    }

    #[track_caller]
    pub fn value(&self, path: &str) -> String {
        self.agent.model().value_at(path).unwrap().to_string()
    }

    /// The Agent still serves a Controller, without Session Context.
    #[track_caller]
    pub fn serves(&mut self, name: &str) {
        self.to(name);
        let get = get("serves", "Device.LocalAgent.EndpointID");
        let record = Record::no_session(&id(&format!("self::{name}")), &id(AGENT), get);
        self.input(Input::Record(&record.encode_to_vec()));
        let answer = self.to(name).pop().expect("an answer");
        assert_eq!(values(&answer), [("EndpointID".into(), AGENT.into())]);
    }
}

pub fn get(msg_id: &str, path: &str) -> Vec<u8> {
    Msg::request(msg_id, Get::new([path])).encode_to_vec()
}

pub fn plain_record(payload: Vec<u8>) -> Record {
    Record::no_session(&id("self::one"), &id(AGENT), payload)
}

pub fn session_record(ids: [u64; 4], payload: &[u8]) -> Record {
    let payloads = if payload.is_empty() { Vec::new() } else { vec![payload.to_vec().into()] };
    segment_record(ids, PayloadSarState::None, payloads)
}

pub fn segment_record(
    [session_id, sequence_id, expected_id, retransmit_id]: [u64; 4],
    state: PayloadSarState,
    payload: Vec<usp_record::bytes::Bytes>,
) -> Record {
    let content = SessionContextRecord {
        session_id,
        sequence_id,
        expected_id,
        retransmit_id,
        payload_sar_state: state.into(),
        payloadrec_sar_state: state.into(),
        payload,
    };
    Record::new(&id("self::one"), &id(AGENT), RecordType::SessionContext(content))
}

/// Session, sequence and expected ids of Records of a Session Context.
pub fn ids(records: &[Record]) -> Vec<[u64; 3]> {
    let contents = records.iter().filter_map(Record::session_context);
    contents.map(|content| [content.session_id, content.sequence_id, content.expected_id]).collect()
}

/// The Message that a Record carries in one piece.
#[track_caller]
pub fn msg(record: &Record) -> Msg {
    let in_session = record.session_context().and_then(|content| content.payload.first());
    Msg::decode(record.payload().or(in_session).expect("a payload")).unwrap()
}

/// Names and values in a GetResp.
#[track_caller]
pub fn values(record: &Record) -> Vec<(String, String)> {
    let Some(Ok(answer)) = msg(record).into_answer::<Get>() else { panic!("a GetResp is due: {record:?}") };
    answer.values().map(|(_, name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The code of the Error that a Record carries, and the id of the Message that it answers.
#[track_caller]
pub fn error(record: &Record) -> (u32, String) {
    let msg = msg(record);
    let error = msg.as_error().unwrap_or_else(|| panic!("an Error is due: {msg:?}"));
    (error.err_code, msg.msg_id().to_owned())
}

/// The Notify that a Record carries.
#[track_caller]
pub fn notify(record: &Record) -> Notify {
    match msg(record).as_request() {
        Some(Request { req_type: Some(ReqType::Notify(notify)) }) => notify.clone(),
        other => panic!("a Notify is due: {other:?}"),
    }
}

/// The code of a Disconnect Record.
#[track_caller]
pub fn disconnect(record: &Record) -> (u32, &str) {
    match &record.record_type {
        Some(RecordType::Disconnect(content)) => (content.reason_code, &content.reason),
        other => panic!("a Disconnect Record is due: {other:?}"),
    }
}
