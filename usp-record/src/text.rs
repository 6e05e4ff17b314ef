//! Records as text for people.

use core::fmt;

use crate::Record;
use crate::record::RecordType;

/// On one line: who speaks to whom, and what the Record carries, without the payload.
///
/// ```
/// use usp_record::Record;
///
/// let record = Record::no_session(&"doc::agent".parse()?, &"doc::controller".parse()?, vec![0; 42]);
/// assert_eq!(record.to_string(), "Record 1.4 doc::agent -> doc::controller: 42 bytes");
/// # Ok::<(), usp_record::EndpointIdError>(())
/// ```
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Texts of the peer are escaped, so that they cannot forge a line.
        let [version, from, to] = [&self.version, &self.from_id, &self.to_id].map(|text| text.escape_debug());
        write!(f, "Record {version} {from} -> {to}: ")?;
        match &self.record_type {
            None => f.write_str("nothing"),
            Some(RecordType::NoSessionContext(content)) => write!(f, "{} bytes", content.payload.len()),
            Some(RecordType::SessionContext(content)) => {
                let size = content.payload.iter().map(bytes::Bytes::len).sum::<usize>();
                write!(
                    f,
                    "{size} bytes in session {} as {}, expecting {}",
                    content.session_id, content.sequence_id, content.expected_id
                )?;
                match content.retransmit_id {
                    0 => Ok(()),
                    again => write!(f, ", wanting {again} again"),
                }
            }
            Some(RecordType::WebsocketConnect(_)) => f.write_str("connected over WebSocket"),
            Some(RecordType::MqttConnect(content)) => {
                write!(f, "connected over MQTT, listening at {:?}", content.subscribed_topic)
            }
            Some(RecordType::StompConnect(content)) => {
                write!(f, "connected over STOMP, listening at {:?}", content.subscribed_destination)
            }
            Some(RecordType::UdsConnect(_)) => f.write_str("connected over a UNIX domain socket"),
            Some(RecordType::Disconnect(content)) => {
                write!(f, "disconnects, {}: {:?}", content.reason_code, content.reason)
            }
        }
    }
}
