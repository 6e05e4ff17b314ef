//! Session Contexts that carry the records of a TLS engine, here one that protects nothing.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

mod common;

use common::wire::{AGENT, ONE, Wire, get, ids, plain_record, session_record};
use common::{DeviceRows, Seeded, id, model};
use usp_agent::Input;
use usp_msg::{Get, Msg, Set, set};
use usp_record::bytes::Bytes;
use usp_record::record::PayloadSecurity;
use usp_record::{
    Instant, Record, Rng, SecureChannel, SecureChannelError, SessionConfig, SessionContext, SessionFailure,
    SessionOutput, TlsRole,
};

const INFO: &str = "Device.DeviceInfo.ModelName";

/// Greets, and turns all bits of what it carries.
#[derive(Debug, Default)]
struct Toy {
    is_server: bool,
    established: bool,
    to_send: Vec<Bytes>,
}

const HELLO: &[u8] = b"hello";

impl SecureChannel for Toy {
    fn begin(&mut self, role: TlsRole, _: Instant, _: &mut dyn Rng) {
        *self = Self { is_server: role == TlsRole::Server, ..Self::default() };
        if !self.is_server {
            self.to_send.push(Bytes::from_static(HELLO));
        }
    }

    fn is_established(&self) -> bool {
        self.established
    }

    fn poll_records(&mut self) -> Option<Vec<Bytes>> {
        self.to_send.pop().map(|record| vec![record])
    }

    fn seal(&mut self, message: &[u8]) -> Result<Vec<Bytes>, SecureChannelError> {
        Ok(vec![message.iter().map(|byte| !byte).collect()])
    }

    fn open(
        &mut self,
        records: &[u8],
        _: Instant,
        _: &mut dyn Rng,
    ) -> Result<Option<Bytes>, SecureChannelError> {
        if self.established {
            return Ok(Some(records.iter().map(|byte| !byte).collect()));
        }
        if records != HELLO {
            return Err(SecureChannelError);
        }
        self.established = true;
        if self.is_server {
            self.to_send.push(Bytes::from_static(HELLO));
        }
        Ok(None)
    }

    fn exported(&self) -> Option<[u8; TlsRole::EXPORTED_LENGTH]> {
        self.established.then_some([0; TlsRole::EXPORTED_LENGTH])
    }
}

fn secure() -> Wire {
    let mut model = model();
    model.add_controller("one");
    let mut agent = usp_agent::Agent::new(id(AGENT), model, Seeded(1)).unwrap();
    agent.secure_sessions(|controller| {
        assert_eq!(controller.as_str(), "self::one");
        Box::new(Toy::default())
    });
    let mut wire = Wire::new();
    wire.agent = agent;
    wire.input(Input::Timeout);
    wire
}

/// Carries Records between the Agent and a Controller until neither has any; gives what the Controller got.
fn carry(wire: &mut Wire, controller: &mut SessionContext) -> (Vec<Msg>, Vec<Record>) {
    let (mut messages, mut carried) = (Vec::new(), Vec::new());
    loop {
        let mut records = Vec::new();
        while let Some(output) = controller.poll_output() {
            match output {
                SessionOutput::Send(record) => records.push(record),
                SessionOutput::Message { payload, security } => {
                    assert_eq!(security, PayloadSecurity::Tls12);
                    messages.push(Msg::decode(&payload).unwrap());
                }
                _ => {}
            }
        }
        let answers: Vec<Record> = records.iter().flat_map(|record| wire.give(record)).collect();
        if records.is_empty() && answers.is_empty() {
            return (messages, carried);
        }
        for answer in &answers {
            controller.receive(answer, wire.now, &mut Seeded(3));
        }
        carried.extend(records.into_iter().chain(answers));
    }
}

fn controller() -> SessionContext {
    SessionContext::new(id("self::one"), id(AGENT), SessionConfig::DEFAULT)
        .with_channel(Box::new(Toy::default()))
}

#[test]
fn messages_travel_in_the_tls_of_the_embedder() {
    let mut wire = secure();
    wire.device(INFO, "Box");
    let mut controller = controller();
    controller.send(get("m1", INFO), wire.now, &mut Seeded(9)).unwrap();
    let (messages, carried) = carry(&mut wire, &mut controller);
    let [message] = &messages[..] else { panic!("one answer is due: {messages:?}") };
    let Some(Ok(answer)) = message.clone().into_answer::<Get>() else { panic!("a GetResp is due") };
    assert_eq!(answer.values().map(|(.., value)| value).collect::<Vec<_>>(), ["Box"]);
    // [R-E2E.18] from the first to the last, and nobody on the way reads it.
    assert!(carried.iter().all(|record| record.payload_security == i32::from(PayloadSecurity::Tls12)));
    let readable = |record: &Record| record.encode_to_vec().windows(3).any(|window| window == b"Box");
    assert!(carried.len() >= 4 && !carried.iter().any(readable));
}

/// [R-E2E.19] [R-E2E.21]
#[test]
fn tp469_3_13_plain_text_within_tls_is_not_answered_and_starts_anew() {
    let mut wire = secure();
    let mut controller = controller();
    controller.send(get("m1", INFO), wire.now, &mut Seeded(9)).unwrap();
    carry(&mut wire, &mut controller);
    let session = controller.session_id().unwrap();
    let answers = wire.give(&session_record([session, 3, 3, 0], &get("m2", INFO)));
    let [[another, 1, 1]] = ids(&answers)[..] else { panic!("a handshake begins: {answers:?}") };
    assert_ne!(another, session);
    assert_eq!(answers[0].session_context().unwrap().payload, [HELLO]);
    let restarted = usp_agent::Output::SessionRestarted {
        with: id("self::one"),
        reason: SessionFailure::SecurityChanged,
        unacknowledged: 1,
    };
    assert_eq!(wire.outputs, [restarted]);
}

/// [R-E2E.18] What is in one Session Context is protected in one way.
#[test]
fn another_payload_security_ends_the_session() {
    let mut wire = Wire::new();
    wire.session([7, 1, 1, 0], &get("m1", INFO));
    wire.device(&format!("{ONE}E2ESession.PayloadSecurity"), "TLS");
    let sent = wire.to("one");
    assert_eq!(common::wire::disconnect(&sent[0]), (7105, "the Session Context is terminated"));
    assert_eq!(sent.len(), 1);
}

/// Nobody shuts the only way in by settings that cannot be.
#[test]
fn a_session_that_is_required_and_cannot_be_is_refused() {
    let require = |wire: &mut Wire, more: &[(&str, &str)]| {
        let entry = set::UpdateObject::new(format!("{ONE}E2ESession.")).required("SessionMode", "Require");
        let entry = more.iter().fold(entry, |entry, (name, text)| entry.required(*name, *text));
        let answers = wire.give(&plain_record(Msg::request("m1", Set::new([entry])).encode_to_vec()));
        let answer = common::wire::msg(&answers[0]);
        answer.as_error().map(|error| (error.param_errs[0].err_code, error.param_errs[0].err_msg.clone()))
    };
    let mut wire = Wire::new();
    let why = "SessionMode Require needs PayloadSecurity to be Plaintext, since this Agent has no TLS";
    assert_eq!(require(&mut wire, &[("PayloadSecurity", "TLS")]), Some((7007, why.into())));
    wire.serves("one");
    assert_eq!(require(&mut wire, &[("PayloadSecurity", "Plaintext")]), None);
    // With an engine it can be.
    assert_eq!(require(&mut secure(), &[("PayloadSecurity", "TLS")]), None);
}
