//! The rules that a Record keeps, whatever its payload says.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic)]

use usp_record::record::{PayloadSecurity, RecordType};
use usp_record::{
    DisconnectRecord, EndpointId, NoSessionContextRecord, Record, RecordErrorKind, SessionContextRecord,
};

fn record(record_type: RecordType) -> Record {
    let id = |text| EndpointId::parse(text).unwrap();
    Record::new(&id("self::one"), &id("self::two"), record_type)
}

fn plain() -> Record {
    record(RecordType::NoSessionContext(NoSessionContextRecord { payload: "message".into() }))
}

fn of_session(content: SessionContextRecord) -> Record {
    record(RecordType::SessionContext(content))
}

const SESSION: SessionContextRecord = SessionContextRecord {
    session_id: 7,
    sequence_id: 1,
    expected_id: 1,
    retransmit_id: 0,
    payload_sar_state: 0,
    payloadrec_sar_state: 0,
    payload: Vec::new(),
};

#[track_caller]
fn refuses(record: &Record, kind: &RecordErrorKind, words: &str) {
    // What was decoded is judged like what was built.
    for record in [record, &Record::decode(&record.encode_to_vec()).unwrap()] {
        let error = record.validate().unwrap_err();
        assert_eq!((error.kind(), &*error.to_string(), error.code()), (kind, words, 7104));
    }
}

#[track_caller]
fn misses(record: &Record, field: &'static str) {
    refuses(record, &RecordErrorKind::Missing(field), &format!("{field} is required and missing"));
}

#[test]
fn r_mtp_4b_required_fields_are_there() {
    assert_eq!(plain().validate(), Ok(()));
    misses(&Record { version: String::new(), ..plain() }, "version");
    misses(&Record { to_id: String::new(), ..plain() }, "to_id");
    misses(&Record { from_id: String::new(), ..plain() }, "from_id");
}

/// The numbers count from 1, and no Session Context has the id 0.
#[test]
fn r_mtp_4b_the_numbers_of_a_session_context_are_there() {
    assert_eq!(of_session(SESSION).validate(), Ok(()), "a Record without payload is one");
    misses(&of_session(SessionContextRecord { session_id: 0, ..SESSION }), "session_id");
    misses(&of_session(SessionContextRecord { sequence_id: 0, ..SESSION }), "sequence_id");
    misses(&of_session(SessionContextRecord { expected_id: 0, ..SESSION }), "expected_id");
}

#[test]
fn r_e2e_26_without_a_session_context_there_is_a_payload() {
    misses(&record(RecordType::NoSessionContext(NoSessionContextRecord::default())), "payload");
}

#[test]
fn r_e2e_41_tls_is_for_session_contexts() {
    let payload_security = PayloadSecurity::Tls12.into();
    assert_eq!(Record { payload_security, ..of_session(SESSION) }.validate(), Ok(()));
    refuses(
        &Record { payload_security, ..plain() },
        &RecordErrorKind::TlsWithoutSession,
        "payload_security is TLS12 outside of a Session Context",
    );
}

#[test]
fn r_enc_2_numbers_that_no_enumeration_has() {
    let unknown = |field, value| RecordErrorKind::UnknownEnum { field, value };
    for (field, record) in [
        ("payload_security", Record { payload_security: 9, ..plain() }),
        ("payload_sar_state", of_session(SessionContextRecord { payload_sar_state: 9, ..SESSION })),
        ("payloadrec_sar_state", of_session(SessionContextRecord { payloadrec_sar_state: 9, ..SESSION })),
    ] {
        let words = format!("{field} holds 9, which its enumeration does not know");
        refuses(&record, &unknown(field, 9), &words);
    }
}

#[test]
fn r_enc_4_a_record_carries_something() {
    let nothing = Record { record_type: None, ..plain() };
    refuses(&nothing, &RecordErrorKind::NoContent, "record_type is missing or of an unknown kind");
    let disconnect = RecordType::Disconnect(DisconnectRecord::default());
    assert_eq!(record(disconnect).validate(), Ok(()));
}
