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
use crate::io::Ignored;
use crate::mtps::channel::{Channel, Via};
use crate::mtps::{self, Mtp};
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
    const fn mtp(self) -> Mtp {
        match self {
            Self::WebSocket => Mtp::WebSocket,
            Self::Mqtt { .. } => Mtp::Mqtt,
            Self::Stomp { .. } => Mtp::Stomp,
            Self::Uds => Mtp::Uds,
        }
    }

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

/// The channels to Controllers that the embedder has told of.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    /// In the order in which they were made.
    by_peer: LiteMap<String, Vec<Connected>>,
}

#[derive(Debug)]
struct Connected {
    channel: Channel,
    mtp: Mtp,
    /// The bytes of its Connect Record.
    connect: Vec<u8>,
    /// Whether the Connect Record has been sent since the channel was made or a Disconnect Record was exchanged.
    is_open: bool,
}

impl Connections {
    fn of(&self, id: &str) -> &[Connected] {
        self.by_peer.get(id).map_or(&[], |channels| channels)
    }

    fn get_mut(&mut self, id: &str, via: Via) -> Option<&mut Connected> {
        let channels = self.by_peer.get_mut(id)?;
        channels.iter_mut().find(|connected| via.is_over(connected.channel.number()))
    }

    /// The channels on which Records are exchanged.
    pub(crate) fn opened(&self, id: &str) -> Vec<Channel> {
        self.of(id).iter().filter(|connected| connected.is_open).map(|connected| connected.channel).collect()
    }

    /// The Connect Record that is due before any other Record on a channel `[R-MTP.6]` `[R-MTP.8]`, if one is.
    pub(crate) fn open(&mut self, id: &str, via: Via) -> Option<Vec<u8>> {
        let connected = self.get_mut(id, via).filter(|connected| !connected.is_open)?;
        connected.is_open = true;
        Some(connected.connect.clone())
    }

    /// A Disconnect Record was sent or received `[R-MTP.8]`.
    fn close(&mut self, id: &str, via: Via) {
        if let Some(connected) = self.get_mut(id, via) {
            connected.is_open = false;
        }
    }

    fn insert(&mut self, id: &str, connected: Connected) {
        let channels = self.by_peer.entry(id.to_string()).or_default();
        channels.retain(|other| other.channel.number() != connected.channel.number());
        channels.push(connected);
    }

    fn remove(&mut self, id: &str, number: u32) {
        if let Some(channels) = self.by_peer.get_mut(id) {
            channels.retain(|connected| connected.channel.number() != number);
            if channels.is_empty() {
                self.by_peer.remove(id);
            }
        }
    }
}

impl<R: Rng> Agent<R> {
    /// Tells a Controller that the Agent is about to close all channels to it, for instance before the device restarts
    /// `[R-MTP.7]`. The Session Context with it is over, and forgotten.
    ///
    /// `reason_code` is one of 7100 to 7199 `[R-MTP.9]`. The Disconnect Records are among the outputs afterwards, one
    /// for each channel of [`Input::Connected`](crate::Input::Connected) or one where there is none; if a channel stays
    /// nevertheless, the next Record comes after another Connect Record `[R-MTP.8]`. Without effect for an Endpoint
    /// that is no enabled row of `Device.LocalAgent.Controller.`
    pub fn disconnect(&mut self, controller: &EndpointId, reason_code: ErrorCode, reason: &str, now: Now) {
        let channels = self.connections.of(controller.as_str()).iter().map(|connected| connected.channel);
        let mut ways: Vec<Via> = channels.map(Via::Channel).collect();
        if ways.is_empty() {
            ways.push(Via::Any);
        }
        self.disconnect_by(&ways, controller, reason_code, reason, now);
    }

    /// The same for one channel of several, for instance since the row of its MTP was disabled. The Session Context is
    /// over as well, since a Controller that gets a Disconnect Record forgets it `[R-MTP.7]`.
    pub fn disconnect_channel(
        &mut self,
        controller: &EndpointId,
        channel: Channel,
        reason_code: ErrorCode,
        reason: &str,
        now: Now,
    ) {
        self.disconnect_by(&[Via::Channel(channel)], controller, reason_code, reason, now);
    }

    fn disconnect_by(
        &mut self,
        ways: &[Via],
        controller: &EndpointId,
        reason_code: ErrorCode,
        reason: &str,
        now: Now,
    ) {
        self.begin_input(now);
        if self.admit(controller.as_str()).is_ok() {
            self.forget_session(controller.as_str());
            for via in ways {
                self.say_goodbye(controller, *via, reason_code, reason);
            }
        }
        self.end_input();
    }

    pub(crate) fn say_goodbye(&mut self, to: &EndpointId, via: Via, reason_code: ErrorCode, reason: &str) {
        self.push_goodbye(to, &Record::disconnect(&self.id, to, reason_code.value(), reason), via);
    }

    /// Gives out a Disconnect Record.
    pub(crate) fn push_goodbye(&mut self, to: &EndpointId, record: &Record, via: Via) {
        let via = self.decided(to.as_str(), via);
        self.push_record(to.clone(), record.encode_to_vec(), via);
        self.connections.close(to.as_str(), via);
    }

    /// [R-MTP.6] The Connect Record goes first, even before Records that were not fetched yet.
    pub(crate) fn handle_connected(
        &mut self,
        controller: &EndpointId,
        connection: Connection<'_>,
        channel: Channel,
    ) -> Result<(), Ignored> {
        self.admit(controller.as_str())?;
        let record = Record::new(&self.id, controller, connection.record_type());
        let connect = record.encode_to_vec();
        self.outputs.push_connect(controller, connect.clone(), Via::Channel(channel));
        let connected = Connected { channel, mtp: connection.mtp(), connect, is_open: true };
        self.connections.insert(controller.as_str(), connected);
        self.refresh_via(controller);
        Ok(())
    }

    /// The channel is gone. A Session Context outlives it (TR-369 section "Session Context").
    pub(crate) fn handle_disconnected(&mut self, controller: &EndpointId, channel: Channel) {
        self.connections.remove(controller.as_str(), channel.number());
        self.lose_channel(controller.as_str(), channel.number());
        self.refresh_via(controller);
        let other = self.decided(controller.as_str(), Via::Any);
        let connect = || self.connections.open(controller.as_str(), other);
        self.outputs.lose_channel(controller, channel, other, connect);
    }

    /// A Controller has said that it leaves: what it knew of the Session Context it knows no more `[R-MTP.7]`.
    pub(crate) fn handle_disconnect(&mut self, from: &str, channel: Channel) {
        self.forget_session(from);
        self.connections.close(from, Via::Channel(channel));
    }

    /// The way by which a Controller is to be told things, by the rows of its MTPs and the channels to it; its row has
    /// no final dot.
    pub(crate) fn choose_via(&self, id: &str, row: &str) -> Via {
        let rows = mtps::of_controller(&self.model, row);
        let channels = self.connections.of(id);
        let enabled = || rows.iter().filter(|row| row.is_enabled);
        let by_row = enabled().find_map(|row| channels.iter().rfind(|connected| connected.mtp == row.mtp));
        // A Controller that has come by itself needs no row.
        let of_no_row = |connected: &&Connected| rows.iter().all(|row| row.mtp != connected.mtp);
        match by_row.or_else(|| channels.iter().rfind(of_no_row)) {
            Some(connected) => Via::Channel(connected.channel),
            None => enabled().next().map_or(Via::Any, |row| Via::Mtp(row.number)),
        }
    }

    /// Takes in that there are other channels to a Controller.
    fn refresh_via(&mut self, controller: &EndpointId) {
        let id = controller.as_str();
        let Some(row) = self.peers.get(id).and_then(|peer| peer.requester.controller_row()) else { return };
        let chosen = self.choose_via(id, row);
        if let Some(peer) = self.peers.get_mut(id) {
            peer.chosen = chosen;
        }
    }
}
