//! The rules that a Record has to keep before its payload is looked at.

use crate::record::{PayloadSecurity, RecordType};
use crate::record_error::RecordErrorKind;
use crate::session_context_record::PayloadSarState;
use crate::{Record, SessionContextRecord, endpoint_id};
use crate::{mqtt_connect_record::MqttVersion, stomp_connect_record::StompVersion};

pub(crate) fn record(record: &Record) -> Result<(), RecordErrorKind> {
    required("version", !record.version.is_empty())?;
    endpoint("to_id", &record.to_id)?;
    endpoint("from_id", &record.from_id)?;
    let security = enumeration::<PayloadSecurity>("payload_security", record.payload_security)?;
    let content = record.record_type.as_ref().ok_or(RecordErrorKind::NoContent)?;
    if security == PayloadSecurity::Tls12 && matches!(content, RecordType::NoSessionContext(_)) {
        return Err(RecordErrorKind::TlsWithoutSession);
    }
    match content {
        RecordType::NoSessionContext(content) => required("payload", !content.payload.is_empty()),
        RecordType::SessionContext(content) => session_context(content),
        RecordType::MqttConnect(content) => enumeration::<MqttVersion>("version", content.version).map(drop),
        RecordType::StompConnect(content) => {
            enumeration::<StompVersion>("version", content.version).map(drop)
        }
        RecordType::WebsocketConnect(_) | RecordType::UdsConnect(_) | RecordType::Disconnect(_) => Ok(()),
    }
}

/// [R-MTP.4b] The three ids are required, and none of them may be 0.
fn session_context(content: &SessionContextRecord) -> Result<(), RecordErrorKind> {
    required("session_id", content.session_id != 0)?;
    required("sequence_id", content.sequence_id != 0)?;
    required("expected_id", content.expected_id != 0)?;
    enumeration::<PayloadSarState>("payload_sar_state", content.payload_sar_state)?;
    enumeration::<PayloadSarState>("payloadrec_sar_state", content.payloadrec_sar_state)?;
    Ok(())
}

fn required(field: &'static str, present: bool) -> Result<(), RecordErrorKind> {
    if present { Ok(()) } else { Err(RecordErrorKind::Missing(field)) }
}

fn endpoint(field: &'static str, text: &str) -> Result<(), RecordErrorKind> {
    required(field, !text.is_empty())?;
    match endpoint_id::check(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(RecordErrorKind::EndpointId { field, error }),
    }
}

fn enumeration<E: TryFrom<i32>>(field: &'static str, value: i32) -> Result<E, RecordErrorKind> {
    E::try_from(value).map_err(|_| RecordErrorKind::UnknownEnum { field, value })
}
