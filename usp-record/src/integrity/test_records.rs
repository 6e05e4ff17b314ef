//! Records for the tests of integrity.

#[cfg(feature = "crypto")]
use alloc::vec::Vec;

use bytes::Bytes;
#[cfg(feature = "crypto")]
use proptest::prelude::*;

use crate::record::RecordType;
use crate::{Record, SessionContextRecord};

pub(crate) fn record() -> Record {
    let content = SessionContextRecord {
        session_id: 0x0102,
        sequence_id: 3,
        expected_id: 4,
        retransmit_id: 0,
        payload_sar_state: 1,
        payloadrec_sar_state: 2,
        payload: [Bytes::from_static(b"payload")].into(),
    };
    Record {
        version: "1.4".into(),
        to_id: "to".into(),
        from_id: "from".into(),
        payload_security: 1,
        sender_cert: Bytes::from_static(b"cert"),
        record_type: Some(RecordType::SessionContext(content)),
        ..Record::default()
    }
}

/// The Record with one bit turned over, in a protected field or in the signature.
#[cfg(feature = "crypto")]
pub(crate) fn tampered(record: &Record, field: i32, at: &prop::sample::Index, bit: i32) -> Record {
    let mut changed = record.clone();
    let flip = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        let at = at.index(bytes.len());
        // The highest bit is left alone, so that texts stay ASCII.
        bytes[at] ^= 1 << bit;
        bytes
    };
    let text = |text: &str| alloc::string::String::from_utf8(flip(text.as_bytes())).expect("ASCII");
    let Some(RecordType::SessionContext(content)) = &mut changed.record_type else {
        panic!("a Record of a Session Context");
    };
    match field {
        0 => changed.version = text(&record.version),
        1 => changed.to_id = text(&record.to_id),
        2 => changed.from_id = text(&record.from_id),
        3 => changed.payload_security ^= 1 << bit,
        4 => changed.sender_cert = flip(&record.sender_cert).into(),
        5 => content.session_id ^= 1 << (8 * bit),
        6 => content.sequence_id ^= 1 << (8 * bit),
        7 => content.expected_id ^= 1 << (8 * bit),
        8 => content.retransmit_id ^= 1 << (8 * bit),
        9 => content.payload_sar_state ^= 1 << bit,
        10 => content.payloadrec_sar_state ^= 1 << bit,
        _ => changed.mac_signature = flip(&record.mac_signature).into(),
    }
    changed
}

/// The bytes of hexadecimal digits.
#[cfg(feature = "crypto")]
#[track_caller]
pub(crate) fn hex(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2).map(|pair| core::str::from_utf8(pair).expect("ASCII"));
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("hexadecimal digits")).collect()
}
