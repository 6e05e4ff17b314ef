//! Connect and Disconnect Records: who says hello and goodbye when, as defined by TR-369, section "Message Transfer
//! Protocols".

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use litemap::LiteMap;
use usp_msg::ErrorCode;
use usp_record::mqtt_connect_record::MqttVersion;
use usp_record::record::RecordType;
use usp_record::stomp_connect_record::StompVersion;
use usp_record::{
    EndpointId, MqttConnectRecord, Record, Rng, StompConnectRecord, UdsConnectRecord, WebSocketConnectRecord,
};

use crate::agent::Agent;
use crate::io::{Ignored, Output};
use crate::now::Now;

/// The MTP of a channel to a Controller, with what the Connect Record of that MTP tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Connection<'a> {
    /// A WebSocket.
    WebSocket,
    /// An MQTT broker.
    Mqtt {
        /// The version of MQTT in use.
        version: MqttVersion,
        /// The topic, without wildcards, on which the Agent listens.
        subscribed_topic: &'a str,
    },
    /// A STOMP server, by version 1.2.
    Stomp {
        /// The destination that the Agent has subscribed to.
        subscribed_destination: &'a str,
    },
    /// A UNIX domain socket.
    Uds,
}

impl Connection<'_> {
    fn record_type(self) -> RecordType {
        match self {
            Self::WebSocket => RecordType::WebsocketConnect(WebSocketConnectRecord {}),
            Self::Mqtt { version, subscribed_topic } => RecordType::MqttConnect(MqttConnectRecord {
                version: version.into(),
                subscribed_topic: subscribed_topic.to_string(),
            }),
            Self::Stomp { subscribed_destination } => RecordType::StompConnect(StompConnectRecord {
                version: StompVersion::V12.into(),
                subscribed_destination: subscribed_destination.to_string(),
            }),
            Self::Uds => RecordType::UdsConnect(UdsConnectRecord {}),
        }
    }
}

/// The channels to Controllers that the embedder has told of, one for each Controller at the most.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    by_peer: LiteMap<String, Channel>,
}

#[derive(Debug)]
struct Channel {
    /// The bytes of its Connect Record.
    connect: Vec<u8>,
    /// Whether the Connect Record has been sent since the channel was made or a Disconnect Record was exchanged.
    is_open: bool,
}

impl Connections {
    /// Whether there is a channel on which Records are exchanged.
    pub(crate) fn is_open(&self, id: &str) -> bool {
        self.by_peer.get(id).is_some_and(|channel| channel.is_open)
    }

    /// The Connect Record that is due before any other Record `[R-MTP.6]` `[R-MTP.8]`, if one is.
    pub(crate) fn open(&mut self, id: &str) -> Option<Vec<u8>> {
        let channel = self.by_peer.get_mut(id).filter(|channel| !channel.is_open)?;
        channel.is_open = true;
        Some(channel.connect.clone())
    }

    /// A Disconnect Record was sent or received `[R-MTP.8]`.
    pub(crate) fn close(&mut self, id: &str) {
        if let Some(channel) = self.by_peer.get_mut(id) {
            channel.is_open = false;
        }
    }
}

impl<R: Rng> Agent<R> {
    /// Tells a Controller that the Agent is about to close the channel to it, for instance before the device restarts
    /// `[R-MTP.7]`. The Session Context with it is over, and forgotten.
    ///
    /// `reason_code` is one of 7100 to 7199 `[R-MTP.9]`. The Disconnect Record is among the outputs afterwards; if the
    /// channel stays nevertheless, the next Record comes after another Connect Record `[R-MTP.8]`. Without effect for an
    /// Endpoint that is no enabled row of `Device.LocalAgent.Controller.`
    pub fn disconnect(&mut self, controller: &EndpointId, reason_code: ErrorCode, reason: &str, now: Now) {
        self.begin_input(now);
        if self.admit(controller.as_str()).is_ok() {
            self.forget_session(controller.as_str());
            self.say_goodbye(controller, reason_code, reason);
        }
        self.end_input();
    }

    pub(crate) fn say_goodbye(&mut self, to: &EndpointId, reason_code: ErrorCode, reason: &str) {
        let record = Record::disconnect(&self.id, to, reason_code.value(), reason);
        self.push_record(to.clone(), record.encode_to_vec());
        self.connections.close(to.as_str());
    }

    /// [R-MTP.6] The Connect Record goes first, even before Records that were not fetched yet.
    pub(crate) fn handle_connected(
        &mut self,
        controller: &EndpointId,
        connection: Connection<'_>,
    ) -> Result<(), Ignored> {
        self.admit(controller.as_str())?;
        let record = Record::new(&self.id, controller, connection.record_type());
        let connect = record.encode_to_vec();
        let output = Output::Record { to: controller.clone(), bytes: connect.clone() };
        self.outputs.push_connect(controller, output);
        let channel = Channel { connect, is_open: true };
        self.connections.by_peer.insert(controller.to_string(), channel);
        Ok(())
    }

    /// The channel is gone. A Session Context outlives it (TR-369 section "Session Context").
    pub(crate) fn handle_disconnected(&mut self, controller: &EndpointId) {
        self.connections.by_peer.remove(controller.as_str());
    }

    /// A Controller has said that it leaves: what it knew of the Session Context it knows no more `[R-MTP.7]`.
    pub(crate) fn handle_disconnect(&mut self, from: &str) {
        self.forget_session(from);
        self.connections.close(from);
    }
}
