//! The members that a Record and its parts have in JSON.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize};

use super::JsonError;
use super::values::{Base64, Code, Enumeration, Number, Object};
use crate::mqtt_connect_record::MqttVersion;
use crate::record::{PayloadSecurity, RecordType};
use crate::session_context_record::PayloadSarState;
use crate::stomp_connect_record::StompVersion;
use crate::{
    DisconnectRecord, MqttConnectRecord, NoSessionContextRecord, Record, SessionContextRecord,
    StompConnectRecord, UdsConnectRecord, WebSocketConnectRecord,
};

/// Declares structs whose members are all optional, in lowerCamelCase or, in `alias`, as in the schema.
macro_rules! members {
    ($($(#[$doc:meta])* $name:ident { $($member:ident $alias:literal: $ty:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Default, Serialize, Deserialize)]
            #[serde(default, deny_unknown_fields, rename_all = "camelCase")]
            pub(super) struct $name {
                $(
                    #[serde(alias = $alias, deserialize_with = "or_null", skip_serializing_if = "is_default")]
                    $member: $ty,
                )*
            }
        )*
    };
}

members! {
    /// A Record.
    RecordMembers {
        version "version": String,
        to_id "to_id": String,
        from_id "from_id": String,
        payload_security "payload_security": Enumeration<PayloadSecurity>,
        mac_signature "mac_signature": Base64,
        sender_cert "sender_cert": Base64,
        no_session_context "no_session_context": Option<Object<NoSessionContextMembers>>,
        session_context "session_context": Option<Object<SessionContextMembers>>,
        websocket_connect "websocket_connect": Option<Object<NoMembers>>,
        mqtt_connect "mqtt_connect": Option<Object<MqttConnectMembers>>,
        stomp_connect "stomp_connect": Option<Object<StompConnectMembers>>,
        disconnect "disconnect": Option<Object<DisconnectMembers>>,
        uds_connect "uds_connect": Option<Object<NoMembers>>,
        originator_id "originator_id": String,
        destination_id "destination_id": String,
    }

    /// A whole Message.
    #[derive(PartialEq)]
    NoSessionContextMembers {
        payload "payload": Base64,
    }

    /// A part of a Session Context.
    #[derive(PartialEq)]
    SessionContextMembers {
        session_id "session_id": Number,
        sequence_id "sequence_id": Number,
        expected_id "expected_id": Number,
        retransmit_id "retransmit_id": Number,
        payload_sar_state "payload_sar_state": Enumeration<PayloadSarState>,
        payloadrec_sar_state "payloadrec_sar_state": Enumeration<PayloadSarState>,
        payload "payload": Vec<Base64>,
    }

    /// The sender is there, over MQTT.
    #[derive(PartialEq)]
    MqttConnectMembers {
        version "version": Enumeration<MqttVersion>,
        subscribed_topic "subscribed_topic": String,
    }

    /// The sender is there, over STOMP.
    #[derive(PartialEq)]
    StompConnectMembers {
        version "version": Enumeration<StompVersion>,
        subscribed_destination "subscribed_destination": String,
    }

    /// The sender leaves.
    #[derive(PartialEq)]
    DisconnectMembers {
        reason "reason": String,
        reason_code "reason_code": Code,
    }

    /// The sender is there, over WebSocket or a UNIX domain socket.
    #[derive(PartialEq)]
    NoMembers {}
}

impl From<&Record> for RecordMembers {
    fn from(record: &Record) -> Self {
        let mut members = Self {
            version: record.version.clone(),
            to_id: record.to_id.clone(),
            from_id: record.from_id.clone(),
            payload_security: record.payload_security.into(),
            mac_signature: Base64(record.mac_signature.clone()),
            sender_cert: Base64(record.sender_cert.clone()),
            originator_id: record.originator_id.clone(),
            destination_id: record.destination_id.clone(),
            ..Self::default()
        };
        match &record.record_type {
            None => {}
            Some(RecordType::NoSessionContext(content)) => {
                let payload = Base64(content.payload.clone());
                members.no_session_context = Some(Object(NoSessionContextMembers { payload }));
            }
            Some(RecordType::SessionContext(content)) => {
                members.session_context = Some(Object(SessionContextMembers {
                    session_id: Number(content.session_id),
                    sequence_id: Number(content.sequence_id),
                    expected_id: Number(content.expected_id),
                    retransmit_id: Number(content.retransmit_id),
                    payload_sar_state: content.payload_sar_state.into(),
                    payloadrec_sar_state: content.payloadrec_sar_state.into(),
                    payload: content.payload.iter().cloned().map(Base64).collect(),
                }));
            }
            Some(RecordType::WebsocketConnect(_)) => members.websocket_connect = Some(Object(NoMembers {})),
            Some(RecordType::MqttConnect(content)) => {
                members.mqtt_connect = Some(Object(MqttConnectMembers {
                    version: content.version.into(),
                    subscribed_topic: content.subscribed_topic.clone(),
                }));
            }
            Some(RecordType::StompConnect(content)) => {
                members.stomp_connect = Some(Object(StompConnectMembers {
                    version: content.version.into(),
                    subscribed_destination: content.subscribed_destination.clone(),
                }));
            }
            Some(RecordType::Disconnect(content)) => {
                members.disconnect = Some(Object(DisconnectMembers {
                    reason: content.reason.clone(),
                    reason_code: Code(content.reason_code),
                }));
            }
            Some(RecordType::UdsConnect(_)) => members.uds_connect = Some(Object(NoMembers {})),
        }
        members
    }
}

impl TryFrom<RecordMembers> for Record {
    type Error = JsonError;

    fn try_from(members: RecordMembers) -> Result<Self, JsonError> {
        let contents = [
            members.no_session_context.map(|Object(content)| {
                RecordType::NoSessionContext(NoSessionContextRecord { payload: content.payload.0 })
            }),
            members.session_context.map(|Object(content)| {
                RecordType::SessionContext(SessionContextRecord {
                    session_id: content.session_id.0,
                    sequence_id: content.sequence_id.0,
                    expected_id: content.expected_id.0,
                    retransmit_id: content.retransmit_id.0,
                    payload_sar_state: content.payload_sar_state.number,
                    payloadrec_sar_state: content.payloadrec_sar_state.number,
                    payload: content.payload.into_iter().map(|payload| payload.0).collect(),
                })
            }),
            members.websocket_connect.map(|_| RecordType::WebsocketConnect(WebSocketConnectRecord {})),
            members.mqtt_connect.map(|Object(content)| {
                RecordType::MqttConnect(MqttConnectRecord {
                    version: content.version.number,
                    subscribed_topic: content.subscribed_topic,
                })
            }),
            members.stomp_connect.map(|Object(content)| {
                RecordType::StompConnect(StompConnectRecord {
                    version: content.version.number,
                    subscribed_destination: content.subscribed_destination,
                })
            }),
            members.disconnect.map(|Object(content)| {
                RecordType::Disconnect(DisconnectRecord {
                    reason: content.reason,
                    reason_code: content.reason_code.0,
                })
            }),
            members.uds_connect.map(|_| RecordType::UdsConnect(UdsConnectRecord {})),
        ];
        let count = contents.iter().flatten().count();
        if count > 1 {
            return Err(JsonError::Contents(count));
        }
        Ok(Self {
            version: members.version,
            to_id: members.to_id,
            from_id: members.from_id,
            payload_security: members.payload_security.number,
            mac_signature: members.mac_signature.0,
            sender_cert: members.sender_cert.0,
            originator_id: members.originator_id,
            destination_id: members.destination_id,
            record_type: contents.into_iter().flatten().next(),
        })
    }
}

fn or_null<'de, T: Default + Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
