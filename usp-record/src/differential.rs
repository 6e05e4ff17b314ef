//! Owned types, reader and another implementation are compared: on sound Records of every kind and
//! on damaged ones.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use bytes::Bytes;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{
    Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use proptest::test_runner::TestCaseError;

use crate::record::RecordType;
use crate::{
    DisconnectRecord, MqttConnectRecord, NoSessionContextRecord, Record, SessionContextRecord,
    StompConnectRecord, UdsConnectRecord, WebSocketConnectRecord, reader,
};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("1.4".to_string()),
        Just("os::00256D-0123456789".to_string()),
        "\\PC{0,20}",
        "x{120,140}",
    ]
}

fn payload() -> impl Strategy<Value = Bytes> {
    vec(any::<u8>(), 0..200).prop_map(Bytes::from)
}

fn session() -> impl Strategy<Value = SessionContextRecord> {
    (any::<[u64; 4]>(), 0..4, 0..4, vec(payload(), 0..4)).prop_map(|(ids, sar, rec, payload)| {
        let [session_id, sequence_id, expected_id, retransmit_id] = ids;
        SessionContextRecord {
            session_id,
            sequence_id,
            expected_id,
            retransmit_id,
            payload_sar_state: sar,
            payloadrec_sar_state: rec,
            payload,
        }
    })
}

fn record_type() -> impl Strategy<Value = RecordType> {
    prop_oneof![
        payload().prop_map(|payload| RecordType::NoSessionContext(NoSessionContextRecord { payload })),
        session().prop_map(RecordType::SessionContext),
        Just(RecordType::WebsocketConnect(WebSocketConnectRecord {})),
        (0..2, text()).prop_map(|(version, subscribed_topic)| {
            RecordType::MqttConnect(MqttConnectRecord { version, subscribed_topic })
        }),
        text().prop_map(|subscribed_destination| {
            RecordType::StompConnect(StompConnectRecord { version: 0, subscribed_destination })
        }),
        (text(), any::<u32>()).prop_map(|(reason, reason_code)| {
            RecordType::Disconnect(DisconnectRecord { reason, reason_code })
        }),
        Just(RecordType::UdsConnect(UdsConnectRecord {})),
    ]
}

pub(crate) fn record() -> impl Strategy<Value = Record> {
    (text(), text(), text(), 0..2, payload(), payload(), text(), option::of(record_type())).prop_map(
        |(version, to_id, from_id, payload_security, mac_signature, sender_cert, other, record_type)| {
            Record {
                version,
                to_id,
                from_id,
                payload_security,
                mac_signature,
                sender_cert,
                originator_id: other.clone(),
                destination_id: other,
                record_type,
            }
        },
    )
}

/// Checks that all ways to read agree: all accept with equal content, or all refuse.
fn agree(bytes: &[u8]) -> Result<(), TestCaseError> {
    let owned = <Record as prost::Message>::decode(bytes);
    let read = reader::Record::open(bytes).map(|record| record.to_record());
    match owned {
        Ok(owned) => prop_assert_eq!(read, Ok(owned)),
        Err(error) => prop_assert!(read.is_err(), "the reader accepts and prost says {error}"),
    }
    Ok(())
}

/// A number, written in as many bytes as asked for where that is more than it takes.
fn varint(mut number: u64, length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f || bytes.len() + 1 < length {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// Fields with every liberty of protobuf, and some that it does not give: unknown numbers, other wire types than the
/// field has, parts of a oneof after one another, numbers in more bytes than they take, groups that do not end.
fn fields() -> impl Strategy<Value = Vec<u8>> {
    let key = |number: u32, wire: u32, length: usize| varint(u64::from(number << 3 | wire), length);
    let number =
        || prop_oneof![8 => 1..15u32, 1 => Just(0), 1 => 15..20u32, 1 => any::<u32>().prop_map(|n| n >> 3)];
    let length = || prop_oneof![6 => Just(1), 1 => 2..6usize, 1 => 9..12usize];
    let wire =
        prop_oneof![5 => Just(0), 1 => Just(1), 1 => Just(3), 1 => Just(4), 1 => Just(5), 1 => 6..8u32];
    let value = prop_oneof![0..5u64, Just(u64::from(u32::MAX)), Just(u64::MAX), any::<u64>()];
    let plain = (number(), wire, value, length(), length()).prop_map(
        move |(number, wire, value, of_key, of_value)| {
            let mut bytes = key(number, wire, of_key);
            match wire {
                0 => bytes.extend(varint(value, of_value)),
                1 => bytes.extend(value.to_le_bytes()),
                5 => bytes.extend((value as u32).to_le_bytes()),
                _ => {}
            }
            bytes
        },
    );
    plain.boxed().prop_recursive(3, 24, 4, move |inner| {
        let nested = vec(inner.clone(), 0..4).prop_map(|parts| parts.concat());
        let content = prop_oneof![2 => nested.clone(), 1 => text().prop_map(String::into_bytes), 1 => vec(any::<u8>(), 0..6)];
        let delimited = (number(), content, length()).prop_map(move |(number, content, length)| {
            [key(number, 2, 1), varint(content.len() as u64, length), content].concat()
        });
        let group = (number(), nested.clone(), number()).prop_map(move |(begin, content, end)| {
            let end = if end % 4 == 0 { end } else { begin };
            [key(begin, 3, 1), content, key(end, 4, 1)].concat()
        });
        prop_oneof![4 => delimited, 1 => group, 3 => nested]
    })
}

/// How many cases to try, unless PROPTEST_CASES says otherwise.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1_000)
}

/// The parts were once put in front of one another, which took the square of their number.
#[test]
fn a_record_in_very_many_parts_is_read_in_order() {
    let bytes: Vec<u8> =
        (0..150_000u32).flat_map(|part| [8 << 3 | 2, 3, 7 << 3 | 2, 1, part as u8]).collect();
    let owned = <Record as prost::Message>::decode(bytes.as_slice()).expect("sound");
    assert_eq!(owned.session_context().map(|content| content.payload.len()), Some(150_000));
    assert_eq!(reader::Record::open(&bytes).map(|record| record.to_record()), Ok(owned));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sound_records(record in record()) {
        let bytes = record.encode_to_vec();
        let decoded = Record::decode(&bytes);
        prop_assert_eq!(decoded.as_ref(), Ok(&record));
        let shared = Record::decode_shared(bytes.clone().into());
        prop_assert_eq!(shared.as_ref(), Ok(&record));
        agree(&bytes)?;
    }

    #[test]
    fn records_in_parts(parts in vec(record(), 2..5)) {
        let bytes: Vec<u8> = parts.iter().flat_map(Record::encode_to_vec).collect();
        agree(&bytes)?;
    }

    #[test]
    fn records_with_every_liberty_of_protobuf(parts in vec(fields(), 0..8), whole in record(), place in any::<u8>()) {
        let mut parts = parts;
        agree(&parts.concat())?;
        parts.insert(usize::from(place) % (parts.len() + 1), whole.encode_to_vec());
        agree(&parts.concat())?;
    }

    #[test]
    fn damaged_records(
        parts in vec(record(), 1..3),
        damage in vec((any::<u16>(), any::<u8>()), 1..4),
        cut in any::<u16>(),
    ) {
        let mut bytes: Vec<u8> = parts.iter().flat_map(Record::encode_to_vec).collect();
        for (place, value) in damage {
            let length = bytes.len().max(1);
            if let Some(byte) = bytes.get_mut(usize::from(place) % length) {
                *byte = value;
            }
        }
        agree(&bytes)?;
        bytes.truncate(usize::from(cut) % (bytes.len() + 1));
        agree(&bytes)?;
    }

    #[test]
    fn random_bytes(bytes in vec(any::<u8>(), 0..60)) {
        agree(&bytes)?;
    }

    /// [R-ENC.1]
    #[test]
    fn rusp_lib_reads_and_writes_the_same(record in record()) {
        // It knows the fields of 1.4 and no Record without content.
        let record = Record { originator_id: String::new(), destination_id: String::new(), ..record };
        let ours = record.encode_to_vec();
        let theirs = rusp_lib::usp_decoder::try_decode_record(&ours).expect("sound");
        let bytes = theirs.to_vec().expect("encodable");
        prop_assert_eq!(Record::decode(&bytes), Ok(record));
    }
}
