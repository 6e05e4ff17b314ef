//! Session Contexts with Controllers, by the settings in `Device.LocalAgent.Controller.{i}.E2ESession.` (TR-181) and
//! the rules of TR-369, section "Session Context". What goes on within one is in `usp_record::SessionContext`.

pub(crate) mod secure_channels;

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::time::Duration;

use usp_datamodel::{DataModel, RegisterError};
use usp_msg::ErrorCode;
use usp_record::bytes::Bytes;
use usp_record::record::RecordType;
use usp_record::{
    EndpointId, Instant, Record, RetryWaits, Rng, SendError, SessionConfig, SessionContext, SessionMode,
    SessionOutput,
};
use usp_schema::Value;

use crate::agent::Agent;
use crate::controllers;
use crate::controllers::peers::{Peer, RecordKind};
use crate::io::{Ignored, Output};
use crate::mtps::channel::{Channel, Route, Via};
use crate::sessions::secure_channels::SecureChannels;

/// What the Session Contexts of an Agent may hold in their buffers: Records that came too early or may have to be sent
/// again, and Messages that are not complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Bytes in each buffer of one Controller at the most. Default 8 MiB.
    ///
    /// A Message that is larger cannot travel in a Session Context, so this is to be no less than
    /// [`max_answer`](usp_datamodel::Limits::max_answer) where Controllers ask for answers of that size. A request, or
    /// the path of it, whose answer is larger is refused (7005) and changes nothing; the answer to an Operate is
    /// [`Output::Undelivered`](crate::Output::Undelivered) then.
    pub peer_bytes: usize,
    /// Records in each buffer of one Controller at the most. Default 4096. A Message of more Records cannot travel in a
    /// Session Context either, which `MaxUSPRecordSize` of the Controller decides.
    pub peer_records: usize,
    /// Bytes in all buffers of all Controllers at the most. Default 32 MiB. The Controller that holds most of them
    /// loses its Session Context when they are used up, so that it is in nobody's way.
    pub total_bytes: usize,
}

impl SessionLimits {
    /// The defaults.
    pub const DEFAULT: Self = Self { peer_bytes: 8 << 20, peer_records: 4096, total_bytes: 32 << 20 };
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What a row of a Controller says about Session Contexts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SessionSettings {
    pub(crate) config: SessionConfig,
    /// Whether Messages travel encrypted.
    pub(crate) is_tls: bool,
    /// Why there can be none, whatever the mode.
    refusal: Option<&'static str>,
}

/// A Session Context with a Controller, and what was noted of it last.
#[derive(Debug)]
pub(crate) struct Session {
    context: SessionContext,
    /// The way of its Records: that of the one that came last, or of the request that was answered last.
    via: Via,
    held: usize,
    due: Option<Instant>,
    /// Whether there was one, and how many had failed in a row, when the model was told last.
    told: (bool, u32),
}

impl SessionSettings {
    /// Reads the settings in a row of a Controller, which has no final dot.
    pub(crate) fn read(model: &DataModel, row: &str, limits: &SessionLimits, has_tls: bool) -> Self {
        let value = |name: &str| model.value_at(&alloc::format!("{row}.E2ESession.{name}")).ok();
        let number = |name: &str| match value(name) {
            Some(Value::UnsignedInt(number)) => Some(number),
            _ => None,
        };
        let mode = match value("SessionMode").map(|mode| mode.to_string()).as_deref() {
            Some("Require") => SessionMode::Require,
            Some("Forbid") => SessionMode::Forbid,
            _ => SessionMode::Allow,
        };
        let retry = RetryWaits {
            minimum: number("SessionRetryMinimumWaitInterval")
                .map_or(RetryWaits::DEFAULT.minimum, |seconds| Duration::from_secs(seconds.into())),
            multiplier: number("SessionRetryIntervalMultiplier").unwrap_or(RetryWaits::DEFAULT.multiplier),
        };
        let tries = match value("MaxRetransmitTries") {
            Some(Value::Int(tries)) => u32::try_from(tries).ok(),
            _ => SessionConfig::DEFAULT.max_retransmit_tries,
        };
        let not_zero = |number: &u32| *number != 0;
        let expiration = number("SessionExpiration").filter(not_zero);
        let max_record_size = number("MaxUSPRecordSize").filter(not_zero);
        let config = SessionConfig {
            mode,
            expiration: expiration.map(|seconds| Duration::from_secs(seconds.into())),
            max_retransmit_tries: tries,
            max_record_size: max_record_size.and_then(|size| usize::try_from(size).ok()),
            retry,
            buffer_bytes: limits.peer_bytes,
            buffer_records: limits.peer_records,
            ..SessionConfig::DEFAULT
        };
        let is_tls = value("PayloadSecurity").is_some_and(|security| security.to_string() == "TLS");
        let refusal = if value("MaxRetransmitTries").is_none() {
            Some("this Agent has no Session Contexts")
        } else if is_tls && !has_tls {
            // What is configured as protected never goes out in plain text.
            Some("PayloadSecurity is TLS, which this Agent does not have")
        } else {
            None
        };
        Self { config, is_tls, refusal }
    }

    /// Why a Session Context cannot be, if it cannot.
    fn refusal(&self) -> Option<&'static str> {
        match self.config.mode {
            SessionMode::Forbid => Some("Session Contexts are not allowed"),
            _ => self.refusal,
        }
    }

    /// Whether Messages may travel in no other way.
    pub(crate) fn is_required(&self) -> bool {
        self.config.mode == SessionMode::Require
    }
}

impl Peer {
    /// Bytes of the longest Message that can be sent to it, where that goes into its Session Context.
    pub(crate) fn max_in_session(&self, kind: RecordKind) -> Option<usize> {
        let session = self.session.as_ref().filter(|_| kind == RecordKind::Session)?;
        Some(session.context.max_message())
    }

    /// The Session Context with it, which begins now if there is none.
    fn session_or_new(&mut self, local: &EndpointId, channels: &mut SecureChannels) -> &mut Session {
        self.session.get_or_insert_with(|| Session::new(local, &self.id, &self.settings, channels))
    }
}

impl Session {
    fn new(
        local: &EndpointId,
        peer: &EndpointId,
        settings: &SessionSettings,
        channels: &mut SecureChannels,
    ) -> Box<Self> {
        let context = SessionContext::new(local.clone(), peer.clone(), settings.config);
        let context = match channels.make(peer, settings) {
            Some(channel) => context.with_channel(channel),
            None => context,
        };
        Box::new(Self { context, via: Via::Any, held: 0, due: None, told: (false, 0) })
    }

    /// Whether there is a Session Context, and how many have failed in a row.
    fn status(&self) -> (bool, u32) {
        (self.context.session_id().is_some(), self.context.failures())
    }
}

/// [R-E2E.13, R-SEC.21] How Session Contexts stand is nothing to save: none outlives a restart.
pub(crate) fn keep_out_of_state(model: &mut DataModel) -> Result<(), RegisterError> {
    for name in ["Status", "CurrentRetryCount"] {
        let path = alloc::format!("{}{{i}}.E2ESession.{name}", controllers::TABLE);
        if model.schema().parameter_at(&path).is_some() {
            model.transient(&path)?;
        }
    }
    Ok(())
}

impl<R: Rng> Agent<R> {
    /// Bounds what Session Contexts hold in memory. Takes effect at once for each Controller that is heard or told of
    /// later, and for others when their rows change; to be called before the first input.
    pub fn limit_sessions(&mut self, limits: SessionLimits) {
        self.peers.limits = limits;
    }

    /// Bytes that all Session Contexts hold in their buffers, [`SessionLimits::total_bytes`] at the most.
    pub fn session_bytes(&self) -> usize {
        self.peers.held
    }

    /// Takes a Record of a Session Context from a Controller that is admitted.
    pub(crate) fn handle_session_record(&mut self, from: &str, record: &Record, channel: Channel) {
        let Some(peer) = self.peers.get_mut(from) else { return };
        peer.heard = Via::Channel(channel);
        if let Some(reason) = peer.settings.refusal() {
            // [R-E2E.6a]
            let to = peer.id.clone();
            let code = ErrorCode::SESSION_CONTEXT_NOT_ALLOWED;
            return self.say_goodbye(&to, Via::Channel(channel), code, reason);
        }
        peer.uses = RecordKind::Session;
        let session = peer.session_or_new(&self.id, &mut self.channels);
        session.via = Via::Channel(channel);
        session.context.receive(record, self.now, &mut self.rng);
        self.pump_session(from);
    }

    /// Takes a Record that breaks a rule: the Session Context that it belongs to starts anew, and nothing tells the
    /// peer why `[R-E2E.21]` `[R-E2E.24]`. Without one, nothing comes of it.
    pub(crate) fn handle_invalid_session_record(&mut self, from: &str, record: &Record) {
        let Some(content) = record.session_context() else { return };
        let Some(session) = self.peers.get_mut(from).and_then(|peer| peer.session.as_mut()) else { return };
        if content.session_id == 0 || session.context.session_id() == Some(content.session_id) {
            session.context.reject(self.now, &mut self.rng);
            self.pump_session(from);
        }
    }

    /// Sends a Message within the Session Context, which begins now if there is none, and by the way of that unless it
    /// is an answer, which has its own. Whether it could be taken.
    pub(crate) fn send_in_session(&mut self, to: &str, payload: Vec<u8>, via: Via) -> bool {
        let Some(peer) = self.peers.get_mut(to) else { return false };
        if peer.settings.refusal().is_some() {
            return false;
        }
        let session = peer.session_or_new(&self.id, &mut self.channels);
        session.via = via.or(session.via);
        let payload = Bytes::from(payload);
        let mut sent = session.context.send(payload.clone(), self.now, &mut self.rng);
        if sent == Err(SendError::Full) && session.context.session_id().is_some() {
            // [R-E2E.21] A peer that tells nothing of what it has cannot have all kept for it.
            sent = session.context.restart_with(payload, self.now, &mut self.rng);
        }
        self.peers.stirred.insert(to.to_string());
        sent.is_ok()
    }

    /// Starts the Session Context with a Controller anew, if it may have one (TR-181, `Reset()`).
    pub(crate) fn reset_session(&mut self, number: u32) {
        let Some(to) = controllers::endpoint(&self.model, &controllers::row(number)) else { return };
        if self.admit(to.as_str()).is_err() {
            return;
        }
        let to = to.as_str();
        let Some(peer) = self.peers.get_mut(to).filter(|peer| peer.settings.refusal().is_none()) else {
            return;
        };
        let session = peer.session_or_new(&self.id, &mut self.channels);
        session.context.restart(self.now, &mut self.rng);
        self.peers.stirred.insert(to.to_string());
    }

    /// A channel to a Controller is gone: what is said in the Session Context, which outlives it, takes another way.
    pub(crate) fn lose_channel(&mut self, id: &str, number: u32) {
        let Some(peer) = self.peers.get_mut(id) else { return };
        let session = peer.session.as_mut().map(|session| &mut session.via);
        for via in session.into_iter().chain([&mut peer.heard]) {
            if via.is_over(number) {
                *via = Via::Any;
            }
        }
        self.parked.lose_channel(id, number);
    }

    /// Takes in other settings. A Session Context that may not be any more ends `[R-E2E.6b]`.
    pub(crate) fn configure_session(&mut self, id: &str, settings: SessionSettings) {
        let Some(peer) = self.peers.get_mut(id) else { return };
        let was_required = peer.settings.is_required();
        self.take_session_settings(id, settings);
        if !was_required {
            self.establish_required(id);
        }
    }

    /// Begins the Session Context that a Controller has to have (TR-181, SessionMode), if there is none.
    fn establish_required(&mut self, id: &str) {
        let has_to = |peer: &&mut Peer| peer.settings.is_required() && peer.settings.refusal().is_none();
        let Some(peer) = self.peers.get_mut(id).filter(has_to) else { return };
        let session = peer.session_or_new(&self.id, &mut self.channels);
        if session.context.session_id().is_none() {
            session.context.restart(self.now, &mut self.rng);
            self.peers.stirred.insert(id.to_string());
        }
    }

    fn take_session_settings(&mut self, id: &str, settings: SessionSettings) {
        let Some(peer) = self.peers.get_mut(id) else { return };
        if peer.settings.is_tls != settings.is_tls {
            // [R-E2E.18] How payloads are protected does not change within a Session Context.
            let uses = peer.uses;
            self.end_session(id);
            let Some(peer) = self.peers.get_mut(id) else { return };
            (peer.settings, peer.uses) = (settings, uses);
            return;
        }
        peer.settings = settings;
        let Some(session) = &mut peer.session else { return };
        session.context.configure(settings.config);
        if settings.refusal().is_some() {
            session.context.terminate();
            peer.uses = RecordKind::NoSession;
        }
        // Another expiration is another moment at which something is due.
        self.peers.stirred.insert(id.to_string());
    }

    /// Ends the Session Context, and tells the peer after what it was still to be told.
    pub(crate) fn end_session(&mut self, id: &str) {
        if let Some(session) = self.peers.get_mut(id).and_then(|peer| peer.session.as_mut()) {
            session.context.terminate();
        }
        self.forget_session(id);
    }

    /// Forgets the Session Context, after what was to be sent in it has gone out.
    pub(crate) fn forget_session(&mut self, id: &str) {
        let Some(peer) = self.peers.get_mut(id) else { return };
        peer.uses = RecordKind::NoSession;
        let Some(mut session) = peer.session.take() else { return };
        let (to, via, told) = (peer.id.clone(), session.via, session.told);
        let row = peer.requester.controller_row().unwrap_or_default().to_string();
        while let Some(output) = session.context.poll_output() {
            if let SessionOutput::Send(record) = output {
                self.push_session_record(&to, &record, via);
            }
        }
        self.peers.held = self.peers.held.saturating_sub(session.held);
        if let Some(due) = session.due {
            self.peers.due.remove(&(due, id.to_string()));
        }
        if told != (false, 0) {
            self.write_status(&row, (false, 0));
        }
    }

    /// Does what is due in Session Contexts.
    pub(crate) fn handle_sessions(&mut self) {
        while let Some((due, id)) = self.peers.due.first().cloned() {
            if due > self.now {
                return;
            }
            self.peers.due.pop_first();
            if let Some(session) = self.peers.get_mut(&id).and_then(|peer| peer.session.as_mut()) {
                session.due = None;
                session.context.tick(self.now, &mut self.rng);
            }
            self.pump_session(&id);
        }
    }

    /// Gives out what Session Contexts have to say until none has any more, and shows how they stand.
    pub(crate) fn settle_sessions(&mut self) {
        // To show how they stand may be told within Session Contexts in turn. That this never ends is ruled out by the
        // bound; what is left is shown with the next input.
        for _ in 0..4 {
            while let Some(id) = self.peers.stirred.pop_first() {
                self.pump_session(&id);
            }
            if !self.show_status() {
                return;
            }
            self.notify_changes();
        }
        while let Some(id) = self.peers.stirred.pop_first() {
            self.pump_session(&id);
        }
    }

    fn pump_session(&mut self, id: &str) {
        while let Some((to, via, output)) = self.peers.get_mut(id).and_then(|peer| {
            let session = peer.session.as_mut()?;
            let output = session.context.poll_output()?;
            Some((peer.id.clone(), session.via, output))
        }) {
            match output {
                SessionOutput::Send(record) => self.push_session_record(&to, &record, via),
                SessionOutput::Message { payload, .. } => {
                    let route = Route { kind: RecordKind::Session, via };
                    if let Err(ignored) = self.handle_message(id, route, &payload) {
                        self.outputs.push_back(Output::Ignored(ignored));
                    }
                }
                SessionOutput::Restarted { reason, unacknowledged } => {
                    self.outputs.push_back(Output::SessionRestarted { with: to, reason, unacknowledged });
                }
                _ => {}
            }
        }
        self.note_session(id);
        self.bound_sessions();
    }

    fn push_session_record(&mut self, to: &EndpointId, record: &Record, via: Via) {
        if matches!(record.record_type, Some(RecordType::Disconnect(_))) {
            self.push_goodbye(to, record, via);
        } else {
            self.push_record(to.clone(), record.encode_to_vec(), via);
        }
    }

    /// Notes when something is due in a Session Context, and what it holds.
    fn note_session(&mut self, id: &str) {
        let Some(session) = self.peers.get_mut(id).and_then(|peer| peer.session.as_mut()) else { return };
        let context = &session.context;
        let due = [context.poll_timeout(), context.expires_at()].into_iter().flatten().min();
        let held = context.buffered_bytes();
        let (before_due, before_held) = (session.due, session.held);
        (session.due, session.held) = (due, held);
        if session.status() != session.told {
            self.peers.unshown.insert(id.to_string());
        }
        self.peers.held = self.peers.held.saturating_sub(before_held).saturating_add(held);
        if due != before_due {
            if let Some(before) = before_due {
                self.peers.due.remove(&(before, id.to_string()));
            }
            self.peers.due.extend(due.map(|due| (due, id.to_string())));
        }
    }

    /// Ends the Session Contexts that hold most, until all together hold no more than they may.
    fn bound_sessions(&mut self) {
        while self.peers.held > self.peers.limits.total_bytes {
            let holds = |id: &str, session: &Session| (session.held, id.to_string());
            let most = self
                .peers
                .iter_mut()
                .filter_map(|peer| peer.session.as_deref().map(|session| holds(peer.id.as_str(), session)));
            let Some((_, id)) = most.max() else { return };
            let Some(session) = self.peers.get_mut(&id).and_then(|peer| peer.session.as_mut()) else {
                return;
            };
            session.context.terminate();
            self.peers.stirred.insert(id.clone());
            self.note_session(&id);
            let held = self.peers.get(&id).and_then(|peer| Some(peer.session.as_ref()?.held));
            if held != Some(0) {
                // Only what is in no buffer is left, or the books are wrong; either way nothing is gained by going on.
                return;
            }
        }
    }

    /// Writes into the model how Session Contexts stand; whether anything has changed.
    fn show_status(&mut self) -> bool {
        let mut changed = false;
        while let Some(id) = self.peers.unshown.pop_first() {
            let Some(peer) = self.peers.get_mut(&id) else { continue };
            let Some(session) = &mut peer.session else { continue };
            let status = session.status();
            if core::mem::replace(&mut session.told, status) != status {
                let row = peer.requester.controller_row().unwrap_or_default().to_string();
                self.write_status(&row, status);
                changed = true;
            }
        }
        changed
    }

    /// Shows of rows that are new that there is no Session Context; of all that were there at the start.
    pub(crate) fn show_no_session(&mut self, rows: impl IntoIterator<Item = u32>, at_start: bool) {
        for row in rows.into_iter().map(controllers::row) {
            let status =
                controllers::value(&self.model, &row, "E2ESession.Status").map(|status| status.to_string());
            if status.is_some_and(|status| status.is_empty() || (at_start && status != "Down")) {
                self.write_status(&row, (false, 0));
            }
        }
    }

    fn write_status(&mut self, row: &str, (is_up, failures): (bool, u32)) {
        let status = if is_up { "Up" } else { "Down" };
        for (name, text) in [("Status", status), ("CurrentRetryCount", &*failures.to_string())] {
            // A model without the parameter, or a row that is gone, has nothing to show.
            let _ = self.model.update_value_at(&alloc::format!("{row}.E2ESession.{name}"), text);
        }
    }

    /// Refuses a Message outside of a Session Context that has to be in one.
    pub(crate) fn refuse_no_session(
        &mut self,
        from: &str,
        route: Route,
        payload: &[u8],
    ) -> Result<(), Ignored> {
        let reason = "E2ESession.SessionMode is Require: Messages have to be in a Session Context";
        let Some(peer) = self.peers.get(from) else { return Ok(()) };
        let refused = Ignored::SessionRequired { from: peer.id.clone() };
        self.answer_erroneous(from, route, payload, ErrorCode::SECURE_SESSION_REQUIRED, reason, refused)
    }
}
