//! A secure channel that protects nothing: records of a kind, a length and turned bits. It goes through
//! what a TLS engine goes through, with the Session Context under it. A hello carries the name in the
//! sender's certificate.

use alloc::boxed::Box;
use alloc::collections::{BTreeSet, VecDeque};
use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;

use super::link::{Lcg, agent, controller};
use super::{NOW, drain, messages, record, sent};
use crate::record::{PayloadSecurity, RecordType};
use crate::{
    EndpointId, EndpointIdPattern, Instant, Record, Rng, SecureChannel, SecureChannelError, SendError,
    SessionConfig, SessionContext, SessionFailure, SessionOutput, TlsRole,
};

#[derive(Debug)]
struct ToyChannel {
    /// The name in the certificate of this side.
    name: &'static str,
    /// The Endpoint ID that the name in the peer's certificate has to cover.
    peer: EndpointId,
    role: Option<TlsRole>,
    established: bool,
    to_send: VecDeque<Vec<Bytes>>,
}

const HELLO: u8 = 22;
const DATA: u8 = 23;
const ALERT: u8 = 21;
const NO_RENEGOTIATION: u8 = 100;

/// The longest content of a record, so that a Message takes several.
const LONGEST: usize = 300;

fn toy_record(kind: u8, content: impl Iterator<Item = u8>) -> Bytes {
    let content: Vec<u8> = content.collect();
    let length = u16::try_from(content.len()).expect("short").to_be_bytes();
    [&[kind][..], &length, &content].concat().into()
}

/// Two halves that differ.
fn exported() -> [u8; TlsRole::EXPORTED_LENGTH] {
    core::array::from_fn(|at| at as u8)
}

impl ToyChannel {
    fn fail(&mut self) -> SecureChannelError {
        self.established = false;
        self.to_send.push_back([toy_record(ALERT, core::iter::empty())].into());
        SecureChannelError
    }

    fn hello(&mut self) {
        self.to_send.push_back([toy_record(HELLO, self.name.bytes())].into());
    }

    /// [R-E2E.43] Whether the certificate is that of the peer.
    fn is_peer(&self, name: &[u8]) -> bool {
        let pattern = core::str::from_utf8(name).ok().map(EndpointIdPattern::from_urn);
        pattern.is_some_and(|pattern| pattern.is_ok_and(|pattern| pattern.matches(&self.peer)))
    }
}

impl SecureChannel for ToyChannel {
    fn begin(&mut self, role: TlsRole, _: Instant, _: &mut dyn Rng) {
        (self.role, self.established) = (Some(role), false);
        self.to_send.clear();
        if role == TlsRole::Client {
            self.hello();
        }
    }

    fn is_established(&self) -> bool {
        self.established
    }

    fn poll_records(&mut self) -> Option<Vec<Bytes>> {
        self.to_send.pop_front()
    }

    fn seal(&mut self, message: &[u8]) -> Result<Vec<Bytes>, SecureChannelError> {
        let chunks = message.chunks(LONGEST);
        Ok(chunks.map(|chunk| toy_record(DATA, chunk.iter().map(|byte| !byte))).collect())
    }

    fn open(
        &mut self,
        mut records: &[u8],
        _: Instant,
        _: &mut dyn Rng,
    ) -> Result<Option<Bytes>, SecureChannelError> {
        let mut message = Vec::new();
        while let [kind, high, low, rest @ ..] = records {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            let Some((content, rest)) = rest.split_at_checked(length) else { return Err(self.fail()) };
            records = rest;
            match (*kind, self.role, self.established) {
                (HELLO, Some(role), false) if self.is_peer(content) => {
                    if role == TlsRole::Server {
                        self.hello();
                    }
                    self.established = true;
                }
                // [R-E2E.42] Renegotiation is refused, and the session stays as it is.
                (HELLO, _, true) => {
                    self.to_send.push_back([toy_record(ALERT, [NO_RENEGOTIATION].into_iter())].into())
                }
                (ALERT, ..) if content == [NO_RENEGOTIATION] => {}
                (DATA, _, true) => message.extend(content.iter().map(|byte| !byte)),
                (ALERT, ..) => return Err(SecureChannelError),
                _ => return Err(self.fail()),
            }
        }
        Ok(Some(message.into()).filter(|message: &Bytes| !message.is_empty()))
    }

    fn exported(&self) -> Option<[u8; TlsRole::EXPORTED_LENGTH]> {
        self.established.then(exported)
    }
}

/// The session of the Agent and that of the Controller.
fn both(config: SessionConfig) -> [SessionContext; 2] {
    with_names(config, ["urn:bbf:usp:id:os::00256D-*", "urn:bbf:usp:id:self::controller"])
}

/// The same, with these names in the certificates.
fn with_names(config: SessionConfig, names: [&'static str; 2]) -> [SessionContext; 2] {
    let [agent_name, controller_name] = names;
    [(agent(), controller(), agent_name), (controller(), agent(), controller_name)].map(
        |(local, peer, name)| {
            let (to_send, role) = (VecDeque::new(), None);
            let channel = ToyChannel { name, peer: peer.clone(), role, established: false, to_send };
            SessionContext::new(local, peer, config).with_channel(Box::new(channel))
        },
    )
}

/// Carries Records to and fro until there are none; gives the Messages and the Records of each side.
fn exchange(sides: &mut [SessionContext; 2]) -> ([Vec<Vec<u8>>; 2], [Vec<Record>; 2]) {
    let (mut received, mut records) = <([Vec<Vec<u8>>; 2], [Vec<Record>; 2])>::default();
    loop {
        let output = [drain(&mut sides[0]), drain(&mut sides[1])];
        if output.iter().all(Vec::is_empty) {
            return (received, records);
        }
        for (from, output) in output.into_iter().enumerate() {
            received[from].extend(messages(&output).into_iter().map(Vec::from));
            for output in output {
                if let SessionOutput::Send(record) = output {
                    sides[1 - from].receive(&record, NOW, &mut Lcg::new(from as u64));
                    records[from].push(record);
                }
            }
        }
    }
}

/// A Record with TLS records from the Controller.
fn tls(ids: [u64; 4], payload: &'static [u8]) -> Record {
    Record { payload_security: PayloadSecurity::Tls12.into(), ..record(ids, payload) }
}

fn restarted(output: &[SessionOutput]) -> Vec<SessionFailure> {
    output
        .iter()
        .filter_map(|output| match output {
            SessionOutput::Restarted { reason, .. } => Some(*reason),
            _ => None,
        })
        .collect()
}

/// [R-E2E.18]
#[test]
fn messages_wait_for_the_handshake_that_the_originator_begins() {
    let mut sides = both(SessionConfig { max_record_size: Some(512), ..SessionConfig::DEFAULT });
    let message: Vec<u8> = (0..2_000).map(|at| at as u8).collect();
    sides[0].send(message.clone(), NOW, &mut Lcg::new(1)).expect("accepted");
    sides[0].send(&b"second"[..], NOW, &mut Lcg::new(1)).expect("accepted");
    assert_eq!(sides[0].exported(), None);
    let (received, records) = exchange(&mut sides);
    assert_eq!(received, [Vec::new(), [message, b"second".to_vec()].into()]);
    assert_eq!(sides[0].exported(), Some((exported(), TlsRole::Client)));
    assert_eq!(sides[1].exported(), Some((exported(), TlsRole::Server)));
    // Hello, seven TLS records of the first Message one in each Record, the second; and one Hello back.
    assert_eq!(records.each_ref().map(Vec::len), [9, 1]);
    for record in records.iter().flatten() {
        assert_eq!(record.payload_security, i32::from(PayloadSecurity::Tls12));
        assert_eq!(record.validate(), Ok(()));
    }
    let states: Vec<[i32; 2]> = records[0]
        .iter()
        .filter_map(Record::session_context)
        .map(|content| [content.payload_sar_state, content.payloadrec_sar_state])
        .collect();
    assert_eq!(states, [[0, 0], [1, 0], [2, 0], [2, 0], [2, 0], [2, 0], [2, 0], [3, 0], [0, 0]]);
    sides[1].send(&b"answer"[..], NOW, &mut Lcg::new(1)).expect("accepted");
    assert_eq!(exchange(&mut sides).0, [[b"answer".to_vec()].into(), Vec::new()]);
    sides[0].terminate();
    assert_eq!(sides[0].exported(), None, "the keys end with the Session Context");
}

#[test]
fn several_tls_records_share_a_record() {
    let mut sides = both(SessionConfig::DEFAULT);
    sides[0].send(&[7; 700][..], NOW, &mut Lcg::new(1)).expect("accepted");
    let (_, records) = exchange(&mut sides);
    let payloads = records[0].last().and_then(Record::session_context).map(|content| content.payload.len());
    assert_eq!(payloads, Some(3));
}

#[test]
fn tp469_3_5_handshakes_that_fail_wait_longer_and_longer() {
    let [mut agent, _] = both(SessionConfig::DEFAULT);
    agent.send(&b"notify"[..], NOW, &mut Lcg::new(1)).expect("accepted");
    let (mut now, mut waits) = (NOW, Vec::new());
    for _ in 0..4 {
        let output = drain(&mut agent);
        let [[id, 1, 1]] = sent(&output)[..] else { panic!("one client hello: {output:?}") };
        let mut alert = tls([id, 1, 2, 0], &[ALERT, 0, 0]);
        alert.from_id = controller().as_str().into();
        agent.receive(&alert, now, &mut Lcg::new(9));
        if let Some(due) = agent.poll_timeout() {
            assert_eq!(restarted(&drain(&mut agent)), [SessionFailure::SecureChannel]);
            waits.push((due - now).as_secs());
            now = due;
            agent.tick(now, &mut Lcg::new(now.secs()));
        }
    }
    // The first failure begins anew at once; then 5 to 10, 10 to 20 and 20 to 40 seconds pass.
    let [first, second, third] = waits[..] else { panic!("three waits: {waits:?}") };
    assert!(
        (5..=10).contains(&first) && (10..=20).contains(&second) && (20..=40).contains(&third),
        "{waits:?}"
    );
    // Without alerts the Session Context comes up, and the Message goes out.
    let mut sides = [agent, both(SessionConfig::DEFAULT).into_iter().next_back().expect("two sides")];
    assert_eq!(exchange(&mut sides).0[1], [b"notify".to_vec()]);
}

/// The session's part of TP-469 3.6; the TLS engine's is not there yet.
#[test]
fn renegotiation_is_refused_and_the_session_goes_on() {
    let mut sides = both(SessionConfig::DEFAULT);
    sides[1].send(&b"get"[..], NOW, &mut Lcg::new(1)).expect("accepted");
    assert_eq!(exchange(&mut sides).0[0], [b"get".to_vec()]);
    let id = sides[0].session_id().expect("a Session Context");
    // A second hello in the place of the Controller's third Record.
    let hello = tls([id, 3, 2, 0], b"\x16\0\0");
    sides[0].receive(&hello, NOW, &mut Lcg::new(2));
    let output = drain(&mut sides[0]);
    let [SessionOutput::Send(Record { record_type: Some(RecordType::SessionContext(alert)), .. })] =
        &output[..]
    else {
        panic!("an alert and nothing else: {output:?}")
    };
    assert_eq!(alert.payload, [Bytes::from_static(&[ALERT, 0, 1, NO_RENEGOTIATION])]);
    assert_eq!(sides[0].session_id(), Some(id));
    // Sealed as the toy does it: the bits turned.
    sides[0].receive(&tls([id, 4, 3, 0], b"\x17\0\x02\x9e\x9d"), NOW, &mut Lcg::new(2));
    assert_eq!(messages(&drain(&mut sides[0])), [b"ab"]);
}

/// The session's part of TP-469 3.7.
#[test]
fn a_controller_with_another_name_in_its_certificate_is_refused() {
    let names = ["urn:bbf:usp:id:os::00256D-0123456789", "urn:bbf:usp:id:self::somebody-else"];
    let mut sides = with_names(SessionConfig::DEFAULT, names);
    sides[1].send(&b"get"[..], NOW, &mut Lcg::new(1)).expect("it waits for the handshake");
    let output = drain(&mut sides[1]);
    let hello = output.iter().find_map(|output| match output {
        SessionOutput::Send(record) => Some(record),
        _ => None,
    });
    sides[0].receive(hello.expect("the client hello"), NOW, &mut Lcg::new(2));
    let output = drain(&mut sides[0]);
    assert_eq!(restarted(&output), [SessionFailure::SecureChannel]);
    assert_eq!(messages(&output), Vec::<&[u8]>::new());
    assert_eq!(sides[0].exported(), None);
    // The Agent names itself in its own hello, and the Controller takes it for who it is.
    let first = output.iter().filter_map(|output| match output {
        SessionOutput::Send(record) => record.session_context(),
        _ => None,
    });
    let payloads: Vec<&[Bytes]> = first.map(|content| &content.payload[..]).collect();
    assert_eq!(payloads, [[toy_record(ALERT, core::iter::empty())], [toy_record(HELLO, names[0].bytes())]]);
}

#[test]
fn tp469_3_13_plain_text_ends_the_session_of_tls() {
    let mut sides = both(SessionConfig::DEFAULT);
    sides[1].send(&b"get"[..], NOW, &mut Lcg::new(1)).expect("accepted");
    assert_eq!(exchange(&mut sides).0[0], [b"get".to_vec()]);
    let id = sides[0].session_id().expect("a Session Context");
    sides[0].receive(&record([id, 3, 2, 0], b"get"), NOW, &mut Lcg::new(2));
    let output = drain(&mut sides[0]);
    assert_eq!(messages(&output), Vec::<&[u8]>::new());
    assert_eq!(restarted(&output), [SessionFailure::SecurityChanged]);
    let [[new, 1, 1]] = sent(&output)[..] else { panic!("one client hello: {output:?}") };
    assert_ne!(new, id);
}

#[test]
fn r_e2e_19_tls_is_refused_without_a_channel() {
    let mut session = SessionContext::new(agent(), controller(), SessionConfig::DEFAULT);
    session.receive(&tls([7, 1, 1, 0], b"client hello"), NOW, &mut Lcg::new(1));
    let output = drain(&mut session);
    assert_eq!(messages(&output), Vec::<&[u8]>::new());
    assert_eq!(restarted(&output), [SessionFailure::SecurityChanged]);
}

#[test]
fn r_e2e_21_what_does_not_decrypt_ends_the_session_with_an_alert() {
    let mut sides = both(SessionConfig::DEFAULT);
    sides[1].send(&b"get"[..], NOW, &mut Lcg::new(1)).expect("accepted");
    exchange(&mut sides);
    let id = sides[0].session_id().expect("a Session Context");
    sides[0].receive(&tls([id, 3, 2, 0], b"???"), NOW, &mut Lcg::new(2));
    let output = drain(&mut sides[0]);
    assert_eq!(restarted(&output), [SessionFailure::SecureChannel]);
    let SessionOutput::Send(Record { record_type: Some(RecordType::SessionContext(alert)), .. }) = &output[0]
    else {
        panic!("the alert comes first: {output:?}")
    };
    assert_eq!((alert.session_id, &alert.payload[..]), (id, &[Bytes::from_static(&[ALERT, 0, 0])][..]));
}

#[test]
fn messages_that_wait_for_the_handshake_are_bounded() {
    let config = SessionConfig { buffer_bytes: 100, ..SessionConfig::DEFAULT };
    let [mut agent, _] = both(config);
    assert_eq!(agent.send(&[7; 60][..], NOW, &mut Lcg::new(1)), Ok(()));
    assert_eq!(agent.send(&[7; 60][..], NOW, &mut Lcg::new(1)), Err(SendError::Full));
}

#[cfg(feature = "crypto")]
#[test]
fn an_answer_in_tls_is_signed_with_the_exported_keys() {
    let mut sides = both(SessionConfig::DEFAULT);
    sides[1].send(&b"get"[..], NOW, &mut Lcg::new(1)).expect("accepted");
    exchange(&mut sides);
    let [agent, controller] = sides.each_ref().map(|side| {
        let (exported, role) = side.exported().expect("established");
        crate::TlsSessionMac::new(&exported, role)
    });
    sides[0].send(&b"resp"[..], NOW, &mut Lcg::new(1)).expect("accepted");
    let output = drain(&mut sides[0]);
    let [SessionOutput::Send(record)] = &output[..] else { panic!("one Record: {output:?}") };
    let mut record = record.clone();
    record.sign(&agent).expect("there is a key");
    assert_eq!(record.mac_signature.len(), 32);
    assert!(record.verify(&controller));
    assert!(!record.verify(&agent), "each side has a key of its own");
}

/// The peer is away, and nothing that it says would bring the Messages on.
#[test]
fn messages_that_wait_for_a_handshake_without_an_answer_go_on_after_expiry() {
    let config = SessionConfig { expiration: Some(Duration::from_secs(60)), ..SessionConfig::DEFAULT };
    let [mut agent, mut controller] = both(config);
    agent.send(&b"notify"[..], NOW, &mut Lcg::new(1)).expect("it waits for the handshake");
    let mut ids = BTreeSet::from([agent.session_id()]);
    assert_eq!(sent(&drain(&mut agent)).len(), 1);
    let (mut now, mut hello) = (NOW, None);
    // It begins anew at once, and then after 5 to 10 and 10 to 20 seconds.
    for (low, high) in [(0, 0), (5, 10), (10, 20)] {
        assert_eq!(agent.poll_timeout(), Some(now + Duration::from_secs(60)));
        now += Duration::from_secs(60);
        agent.tick(now, &mut Lcg::new(now.secs()));
        if let (None, Some(due)) = (agent.session_id(), agent.poll_timeout()) {
            assert!((low..=high).contains(&(due - now).as_secs()), "{due}");
            now = due;
            agent.tick(now, &mut Lcg::new(now.secs()));
        }
        let output = drain(&mut agent);
        assert_eq!(restarted(&output), [SessionFailure::Expired]);
        let [[id, 1, 1]] = sent(&output)[..] else { panic!("one client hello: {output:?}") };
        assert!(ids.insert(Some(id)), "{id} is another");
        hello = output.into_iter().next_back();
    }
    assert_eq!(agent.failures(), 3);
    // The last hello arrives.
    let Some(SessionOutput::Send(hello)) = hello else { panic!("a client hello") };
    controller.receive(&hello, now, &mut Lcg::new(2));
    let (received, _) = exchange(&mut [agent, controller]);
    assert_eq!(received[1], [b"notify".to_vec()]);
}

#[test]
fn a_session_in_which_nothing_waits_expires_without_another() {
    let config = SessionConfig { expiration: Some(Duration::from_secs(60)), ..SessionConfig::DEFAULT };
    let mut sides = both(config);
    sides[0].send(&b"notify"[..], NOW, &mut Lcg::new(1)).expect("accepted");
    exchange(&mut sides);
    assert_eq!(sides[0].poll_timeout(), None);
    sides[0].tick(NOW + Duration::from_secs(60), &mut Lcg::new(1));
    assert_eq!(restarted(&drain(&mut sides[0])), [SessionFailure::Expired]);
    assert_eq!((sides[0].session_id(), sides[0].poll_timeout(), sides[0].failures()), (None, None, 0));
}
