//! Records to and from JSON, by the JSON mapping of proto3.
//!
//! Fields are members in lowerCamelCase, enumerations are the names of their values, 64-bit numbers are
//! texts, bytes are texts in base64, absent and default fields are left out. Reading also takes field
//! names as the schema writes them, numbers for enumerations, numbers for texts of numbers and the other
//! way round, the URL-safe alphabet of base64, base64 without padding, and `null` for an absent field.

mod members;
mod values;

use alloc::string::{String, ToString as _};

use prost::Message as _;

use crate::records::{check_payloads, check_size};
use crate::{Record, RecordError};
use members::RecordMembers;
use values::Object;

/// A text that is no Record in JSON. Whoever wrote the text is at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonError {
    /// The text is no JSON, has a member that is unknown or there twice, or a value of another type.
    #[error("{message}")]
    Text {
        /// The line of the text in which the fault is, from 1.
        line: usize,
        /// Where in the line, in bytes from 1; 0 before the first.
        column: usize,
        /// What is wrong, and where.
        message: String,
    },
    /// More than one alternative of `record_type` is there.
    #[error("the Record has {0} contents, and one is allowed")]
    Contents(usize),
    /// The Record is over a limit.
    #[error("{0}")]
    Limit(RecordError),
}

impl Record {
    /// The Record as JSON, on one line.
    ///
    /// ```
    /// use usp_record::Record;
    ///
    /// let record = Record::no_session(&"doc::agent".parse()?, &"doc::controller".parse()?, &b"\x0a\x00"[..]);
    /// let json = record.to_json();
    /// assert_eq!(
    ///     json,
    ///     r#"{"version":"1.4","toId":"doc::controller","fromId":"doc::agent","noSessionContext":{"payload":"CgA="}}"#
    /// );
    /// assert_eq!(Record::from_json(&json)?, record);
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn to_json(&self) -> String {
        // It fails only for maps with keys that are no texts, and there is no map.
        serde_json::to_string(&RecordMembers::from(self)).unwrap_or_default()
    }

    /// Reads a Record from JSON, within the limits of [`Record::decode`].
    ///
    /// Whether the fields fit together is for [`Record::validate`].
    ///
    /// # Errors
    ///
    /// A text that is no JSON, members that the schema does not know, values of another type, more
    /// than one content, and a Record over the limits.
    pub fn from_json(json: &str) -> Result<Self, JsonError> {
        let Object(members): Object<RecordMembers> = serde_json::from_str(json).map_err(|error| {
            JsonError::Text { line: error.line(), column: error.column(), message: error.to_string() }
        })?;
        let record = Self::try_from(members)?;
        check_size(record.encoded_len()).map_err(JsonError::Limit)?;
        let payloads = record.session_context().map_or(0, |content| content.payload.len());
        check_payloads(payloads).map_err(JsonError::Limit)?;
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::RecordType;
    use crate::{
        DisconnectRecord, MqttConnectRecord, NoSessionContextRecord, RecordErrorKind, SessionContextRecord,
        StompConnectRecord, UdsConnectRecord,
    };
    use alloc::vec;
    use bytes::Bytes;
    use proptest::prelude::*;

    fn carrying(content: RecordType) -> Record {
        Record { record_type: Some(content), ..Record::default() }
    }

    #[track_caller]
    fn round_trips(record: &Record, json: &str) {
        assert_eq!(record.to_json(), json);
        assert_eq!(Record::from_json(json).as_ref(), Ok(record));
    }

    #[track_caller]
    fn refuses(json: &str, message: &str) {
        assert_eq!(Record::from_json(json).expect_err(json).to_string(), message);
    }

    #[test]
    fn every_field() {
        let content = SessionContextRecord {
            session_id: u64::MAX,
            sequence_id: 1,
            expected_id: 2,
            retransmit_id: 3,
            payload_sar_state: 1,
            payloadrec_sar_state: 3,
            payload: vec![Bytes::new(), Bytes::from_static(&[0xfb, 0xff])],
        };
        let record = Record {
            version: "1.5".into(),
            to_id: "doc::\"b\"".into(),
            from_id: "doc::a".into(),
            payload_security: 1,
            mac_signature: Bytes::from_static(&[1]),
            sender_cert: Bytes::from_static(b"cert"),
            originator_id: "doc::o".into(),
            destination_id: "doc::d".into(),
            record_type: Some(RecordType::SessionContext(content)),
        };
        round_trips(
            &record,
            r#"{"version":"1.5","toId":"doc::\"b\"","fromId":"doc::a","payloadSecurity":"TLS12","macSignature":"AQ==","senderCert":"Y2VydA==","sessionContext":{"sessionId":"18446744073709551615","sequenceId":"1","expectedId":"2","retransmitId":"3","payloadSarState":"BEGIN","payloadrecSarState":"COMPLETE","payload":["","+/8="]},"originatorId":"doc::o","destinationId":"doc::d"}"#,
        );
    }

    #[test]
    fn contents_of_every_kind() {
        round_trips(&Record::default(), "{}");
        round_trips(
            &carrying(RecordType::NoSessionContext(NoSessionContextRecord::default())),
            r#"{"noSessionContext":{}}"#,
        );
        round_trips(
            &carrying(RecordType::WebsocketConnect(crate::WebSocketConnectRecord {})),
            r#"{"websocketConnect":{}}"#,
        );
        let mqtt = MqttConnectRecord { version: 1, subscribed_topic: "t".into() };
        round_trips(
            &carrying(RecordType::MqttConnect(mqtt)),
            r#"{"mqttConnect":{"version":"V5","subscribedTopic":"t"}}"#,
        );
        let stomp = StompConnectRecord { version: 7, subscribed_destination: "d".into() };
        round_trips(
            &carrying(RecordType::StompConnect(stomp)),
            r#"{"stompConnect":{"version":7,"subscribedDestination":"d"}}"#,
        );
        let disconnect = DisconnectRecord { reason: "bye".into(), reason_code: 7105 };
        round_trips(
            &carrying(RecordType::Disconnect(disconnect)),
            r#"{"disconnect":{"reason":"bye","reasonCode":7105}}"#,
        );
        round_trips(&carrying(RecordType::UdsConnect(UdsConnectRecord {})), r#"{"udsConnect":{}}"#);
    }

    #[test]
    fn reading_is_lenient_where_proto3_says_so() {
        let content = SessionContextRecord {
            session_id: 5,
            payload: vec![[0xfb, 0xff].to_vec().into()],
            ..Default::default()
        };
        let record = Record {
            to_id: "b".into(),
            payload_security: 1,
            record_type: Some(RecordType::SessionContext(content)),
            ..Record::default()
        };
        let json = r#" { "to_id" : "\u0062", "from_id": null, "payload_security": 1, "disconnect": null,
            "session_context": {"session_id": 5, "payload": ["-_8"], "retransmitId": null} } "#;
        assert_eq!(Record::from_json(json), Ok(record));
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        refuses("", "EOF while parsing a value at line 1 column 0");
        refuses("{}x", "trailing characters at line 1 column 3");
        refuses("[]", "invalid type: sequence, expected an object at line 1 column 0");
        refuses(
            r#"{"noSessionContext":["CgA="]}"#,
            "invalid type: sequence, expected an object at line 1 column 20",
        );
        refuses(r#"{"toId":1}"#, "invalid type: integer `1`, expected a string at line 1 column 9");
        refuses(r#"{"toId":"a","to_id":"b"}"#, "duplicate field `toId` at line 1 column 19");
        refuses(
            r#"{"payloadSecurity":"NO"}"#,
            "invalid value: this text, expected the name of an enumeration's value, or a number at line 1 column 23",
        );
        refuses(r#"{"senderCert":"a"}"#, "invalid value: this text, expected base64 at line 1 column 17");
        refuses(
            r#"{"disconnect":{"reasonCode":4294967296}}"#,
            "invalid value: integer `4294967296`, expected a number from 0 to 4294967295 at line 1 column 39",
        );
        refuses(
            r#"{"udsConnect":{},"websocketConnect":{}}"#,
            "the Record has 2 contents, and one is allowed",
        );
        refuses(r#"{"udsConnect":{"x":{}}}"#, "unknown field `x`, there are no fields at line 1 column 18");
    }

    #[test]
    fn limits_hold_for_json_too() {
        let many = SessionContextRecord {
            payload: vec![Bytes::new(); Record::MAX_PAYLOADS + 1],
            ..Default::default()
        };
        let error =
            Record::from_json(&carrying(RecordType::SessionContext(many)).to_json()).expect_err("a limit");
        let (count, limit) = (Record::MAX_PAYLOADS + 1, Record::MAX_PAYLOADS);
        assert_eq!(error, JsonError::Limit(RecordErrorKind::TooManyPayloads { count, limit }.into()));
        let deep = "[".repeat(100_000);
        assert!(matches!(Record::from_json(&deep), Err(JsonError::Text { line: 1, .. })));
    }

    proptest! {
        #[test]
        fn records_round_trip(record in crate::differential::record()) {
            prop_assert_eq!(Record::from_json(&record.to_json()), Ok(record));
        }

        #[test]
        fn any_text_is_read_or_refused(json in r#"[{}\[\]":,a-zA-Z0-9+/=_ \\-]{0,60}"#) {
            if let Ok(record) = Record::from_json(&json) {
                prop_assert_eq!(Record::from_json(&record.to_json()), Ok(record));
            }
        }
    }
}
