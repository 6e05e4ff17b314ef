//! The Session Context between two Endpoints, as defined by TR-369, section "Session Context".

mod active;
mod budget;
mod config;
mod secure_channel;
mod segmentation;

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;

use bytes::Bytes;

use crate::record::{PayloadSecurity, RecordType};
use crate::{EndpointId, Instant, Record, Rng, SessionContextRecord};
use active::{Active, RECORD_COST, Reminder, room_for_payload};

pub use active::SessionFailure;
pub use budget::{BudgetedSession, SessionBudget};
pub use config::{SessionConfig, SessionMode};
pub use secure_channel::{SecureChannel, SecureChannelError, TlsRole};
pub use segmentation::{Reassembly, ReassemblyError, Segment, segment};

/// One side of the one Session Context with one peer `[R-E2E.5]`: in come Records and Messages, out
/// come Records and Messages.
///
/// It numbers what is sent and keeps it until the peer has it, puts what is received in order, asks
/// for what is missing, cuts and joins what does not fit into a Record, and starts anew when a rule
/// is broken. It reads no clock, opens no socket and starts no thread: time and randomness are
/// arguments.
///
/// **After every call, [`SessionContext::poll_output`] has to be called until it gives `None`**; then
/// [`SessionContext::poll_timeout`] says when [`SessionContext::tick`] is due.
///
/// A Message arrives once and in order, or a [`SessionOutput::Restarted`] tells that a new Session
/// Context has begun and Messages of the old one may be lost.
///
/// With a [`SecureChannel`], Messages travel encrypted and in no other way; without one they travel in
/// plain text, and Records that carry TLS are refused `[R-E2E.18, R-E2E.19]`. Integrity is not in here:
/// Records come in verified and go out unsigned.
#[derive(Debug)]
pub struct SessionContext {
    local: EndpointId,
    peer: EndpointId,
    config: SessionConfig,
    active: Option<Active>,
    /// Ids of Session Contexts that are over, so that a Record that strays does not revive one.
    former: VecDeque<Former>,
    channel: Option<Box<dyn SecureChannel>>,
    /// Which side of the secure channel this is.
    role: TlsRole,
    /// Messages that wait for the next Session Context, or for the secure channel to be established.
    waiting: VecDeque<Bytes>,
    /// When the next Session Context is due, after failures in a row.
    restart_at: Option<Instant>,
    /// In a row; a reboot forgets them `[R-E2E.13]`.
    failures: u32,
    output: VecDeque<SessionOutput>,
    /// Bytes that the budget over all peers leaves to this one.
    allowance: usize,
    /// Bytes that count against that budget.
    charged: usize,
}

/// A Session Context that is over.
#[derive(Clone, Copy, Debug)]
struct Former {
    id: u64,
    /// Whether the peer has spoken in it.
    answered: bool,
}

/// What a [`SessionContext`] wants done or tells.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "Records are the usual output, and each is taken at once")]
pub enum SessionOutput {
    /// Send this Record to the peer, signed if the MTP does not protect it.
    Send(Record),
    /// A Message is complete.
    Message {
        /// How it was protected on its way.
        security: PayloadSecurity,
        /// Its bytes, decrypted.
        payload: Bytes,
    },
    /// A Session Context has begun.
    Started {
        /// Its id.
        session_id: u64,
    },
    /// The Session Context is over, and another has begun or will. Messages that the peer had not
    /// acknowledged may be lost.
    Restarted {
        /// Why.
        reason: SessionFailure,
        /// How many Records the peer had not acknowledged.
        unacknowledged: usize,
    },
}

/// The caller asked for what a [`SessionContext`] cannot do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// [`SessionMode::Forbid`] is configured.
    #[error("Session Contexts are forbidden")]
    Forbidden,
    /// The peer has not acknowledged enough, so that not all Records of the Message could be kept until it has them
    /// `[R-E2E.16]`. It can be sent when the peer has told more, or [at once](SessionContext::restart_with) where what was
    /// sent before is given up.
    #[error("the buffer for Records that the peer has not acknowledged is full")]
    Full,
    /// The Message takes more Records or bytes than the buffers have, so that it cannot be sent in a Session Context of this
    /// configuration, whatever the peer acknowledges.
    #[error("the Message takes more than the buffer for Records that the peer has not acknowledged")]
    TooLarge,
    /// An empty payload is no Message.
    #[error("the payload is empty")]
    Empty,
}

/// How many ids of former Session Contexts are remembered.
const FORMER_IDS: usize = 16;

impl SessionContext {
    /// No Session Context yet, between these two.
    pub const fn new(local: EndpointId, peer: EndpointId, config: SessionConfig) -> Self {
        Self {
            local,
            peer,
            config,
            active: None,
            former: VecDeque::new(),
            channel: None,
            role: TlsRole::Client,
            waiting: VecDeque::new(),
            restart_at: None,
            failures: 0,
            output: VecDeque::new(),
            allowance: usize::MAX,
            charged: 0,
        }
    }

    /// The same, with Messages protected by this channel.
    #[must_use]
    pub fn with_channel(self, channel: Box<dyn SecureChannel>) -> Self {
        Self { channel: Some(channel), ..self }
    }

    /// What the secure channel exports while it is established, and which side of it this is: with
    /// these, Records are signed and verified then `[R-E2E.33]`.
    pub fn exported(&self) -> Option<([u8; TlsRole::EXPORTED_LENGTH], TlsRole)> {
        self.active.as_ref()?;
        let channel = self.channel.as_ref().filter(|channel| channel.is_established())?;
        Some((channel.exported()?, self.role))
    }

    /// The id of the Session Context, if there is one.
    pub fn session_id(&self) -> Option<u64> {
        self.active.as_ref().map(Active::id)
    }

    /// How often in a row a Session Context has failed `[R-E2E.12]`: `CurrentRetryCount`.
    pub const fn failures(&self) -> u32 {
        self.failures
    }

    /// When the Session Context is over if nothing happens before `[R-E2E.7]`, for whoever wants to know it or its
    /// buffers back at that moment: [`SessionContext::tick`] ends it then.
    pub fn expires_at(&self) -> Option<Instant> {
        self.active.as_ref()?.last_activity().checked_add(self.config.expiration?)
    }

    /// Bytes held in all buffers; [`SessionBudget`] bounds them over all peers.
    pub fn buffered_bytes(&self) -> usize {
        self.waiting_bytes() + self.active.as_ref().map_or(0, Active::buffered_bytes)
    }

    fn waiting_bytes(&self) -> usize {
        self.waiting.iter().map(Bytes::len).sum()
    }

    /// Tells the Session Context what room it has beside the Messages that wait.
    fn limit_active(&mut self) {
        let room = self.allowance.saturating_sub(self.waiting_bytes());
        if let Some(active) = &mut self.active {
            active.limit_to(room);
        }
    }

    /// Changes the settings; they hold from the next Record on.
    pub const fn configure(&mut self, config: SessionConfig) {
        self.config = config;
    }

    /// Sends a Message, in as many Records as it needs.
    ///
    /// Starts a Session Context if there is none, or if the last one has expired or run out of
    /// numbers `[R-E2E.3, R-E2E.7, R-E2E.9]`.
    ///
    /// # Errors
    ///
    /// See [`SendError`].
    pub fn send(
        &mut self,
        message: impl Into<Bytes>,
        now: Instant,
        rng: &mut dyn Rng,
    ) -> Result<(), SendError> {
        let message = message.into();
        self.check(&message)?;
        self.expire(now, rng);
        // The peer tells what it has with every Record that it sends, and only then is there room.
        let active = self.active.as_ref().filter(|active| !active.is_exhausted());
        if !self.has_room(message.len(), active, self.restart_at.is_some()) {
            return Err(SendError::Full);
        }
        self.waiting.push_back(message);
        if self.restart_at.is_none() && self.active.as_ref().is_none_or(Active::is_exhausted) {
            self.begin(now, rng);
        }
        self.flush(now, rng);
        Ok(())
    }

    /// Starts the Session Context anew, as [`restart`](Self::restart) does, with this Message in it: for a peer that has
    /// acknowledged so little that there is no room for it otherwise.
    ///
    /// # Errors
    ///
    /// See [`SendError`]; [`Full`](SendError::Full) where the Messages that wait leave no room in the new one either. Then
    /// the Session Context goes on as it was.
    pub fn restart_with(
        &mut self,
        message: impl Into<Bytes>,
        now: Instant,
        rng: &mut dyn Rng,
    ) -> Result<(), SendError> {
        let message = message.into();
        self.check(&message)?;
        if !self.has_room(message.len(), None, false) {
            return Err(SendError::Full);
        }
        self.waiting.push_back(message);
        self.restart(now, rng);
        Ok(())
    }

    /// Bytes of the longest Message that a Session Context of this configuration can carry: a longer one is
    /// [`SendError::TooLarge`].
    pub fn max_message(&self) -> usize {
        let room = room_for_payload(&self.local, &self.peer, &self.config);
        let fits = |length: usize| self.records_of(length, room) <= self.config.buffer_records;
        // More bytes never take fewer Records.
        let (mut longest, mut too_long) = (0, self.config.buffer_bytes);
        if fits(too_long) {
            return too_long;
        }
        while too_long - longest > 1 {
            let between = longest + (too_long - longest) / 2;
            if fits(between) { longest = between } else { too_long = between }
        }
        longest
    }

    /// Whether a Message can be sent in a Session Context at all.
    fn check(&self, message: &Bytes) -> Result<(), SendError> {
        if self.config.mode == SessionMode::Forbid {
            return Err(SendError::Forbidden);
        }
        if message.is_empty() {
            return Err(SendError::Empty);
        }
        if message.len() <= self.max_message() { Ok(()) } else { Err(SendError::TooLarge) }
    }

    /// [R-E2E.16] Whether all Records of one more Message of this length can be kept until the peer has them, in this
    /// Session Context or in the one that begins, which is announced by itself after a failure.
    fn has_room(&self, length: usize, active: Option<&Active>, is_announced: bool) -> bool {
        let lengths = self.waiting.iter().map(Bytes::len).chain([length]);
        let bytes: usize = lengths.clone().sum();
        let room = room_for_payload(&self.local, &self.peer, &self.config);
        let records: usize = lengths.map(|length| self.records_of(length, room)).sum();
        let (sent, held, records) = match active {
            Some(active) => (active.unacknowledged(), active.buffered_bytes(), records),
            // A handshake takes a Record of its own as well.
            None => (0, 0, records + usize::from(is_announced || self.channel.is_some())),
        };
        sent.saturating_add(records) <= self.config.buffer_records
            && held.saturating_add(bytes) <= self.config.buffer_bytes
            && held.saturating_add(bytes).saturating_add(records * RECORD_COST) <= self.allowance
    }

    /// How many Records a Message of this length takes. What a secure channel makes of it shows only when it is to be
    /// sent, so it is taken for TLS, whose records have up to 16 kB.
    fn records_of(&self, length: usize, room: usize) -> usize {
        const LONGEST: usize = 16 << 10;
        const TLS_OVERHEAD: usize = 64;
        if self.channel.is_none() {
            return segmentation::count(length, room);
        }
        let units = length.div_ceil(LONGEST);
        match segmentation::count(length.saturating_add(units * TLS_OVERHEAD), room) {
            1 => 1,
            _ => units * segmentation::count(length.min(LONGEST) + TLS_OVERHEAD, room),
        }
    }

    /// Takes a Record from the peer, addressed to this Endpoint and verified.
    ///
    /// Records of another kind than [`RecordType::SessionContext`] are ignored. Of a Record that is held, because it
    /// came too early or carries a part of a Message, the payload is copied; a whole Message in its turn is given out
    /// as it came, and shares the bytes of the Record if that was read by [`Record::decode_shared`].
    pub fn receive(&mut self, record: &Record, now: Instant, rng: &mut dyn Rng) {
        let Some(RecordType::SessionContext(content)) = &record.record_type else { return };
        if self.config.mode == SessionMode::Forbid {
            return self.disconnect(7106, "Session Contexts are not allowed");
        }
        self.expire(now, rng);
        let id = content.session_id;
        if self.session_id() != Some(id) {
            if id == 0 || content.sequence_id == 0 {
                // [R-E2E.24]
                return self.fail(SessionFailure::InvalidSessionId, now, rng);
            }
            match self.former.iter_mut().find(|former| former.id == id) {
                Some(Former { answered: true, .. }) => return self.remind(now, rng),
                Some(former) => {
                    // Both sides began a Session Context at the same time, and the peer came over to
                    // ours after we went over to its. Its numbers are used up, so there has to be a third.
                    former.answered = true;
                    return self.fail(SessionFailure::InvalidSessionId, now, rng);
                }
                None => {}
            }
            if self.active.as_ref().is_some_and(|active| active.wins_over(id, &self.config, now)) {
                return;
            }
            // [R-E2E.4, R-E2E.6]
            self.begin_with(id, TlsRole::Server, now, rng);
        }
        self.restart_at = None;
        if self.channel.is_none() {
            // [R-E2E.12]
            self.failures = 0;
        }
        if let Err(failure) = self.accept(record.payload_security, content, now, rng) {
            return self.fail(failure, now, rng);
        }
        if self.channel.as_ref().is_some_and(|channel| channel.is_established()) {
            // Before, Records arrive even if every handshake fails, and failures have to wait
            // longer and longer.
            self.failures = 0;
        }
        self.flush(now, rng);
    }

    /// Has a Record failed verification within the Session Context? Then it starts anew, and nothing
    /// tells the peer why (R-E2E.23).
    pub fn integrity_failed(&mut self, now: Instant, rng: &mut dyn Rng) {
        if self.active.is_some() {
            self.fail(SessionFailure::Integrity, now, rng);
        }
    }

    /// Has a Record of the Session Context broken a rule, so that it cannot be taken? Then it starts anew, and nothing
    /// tells the peer why `[R-E2E.21, R-E2E.24]`.
    pub fn reject(&mut self, now: Instant, rng: &mut dyn Rng) {
        if self.active.is_some() {
            self.fail(SessionFailure::InvalidRecord, now, rng);
        }
    }

    /// Does what is due at this time. A Session Context that was there before [`SessionMode::Forbid`] was configured
    /// ends `[R-E2E.6b]`.
    pub fn tick(&mut self, now: Instant, rng: &mut dyn Rng) {
        if self.config.mode == SessionMode::Forbid {
            return self.terminate();
        }
        self.expire(now, rng);
        if self.restart_at.is_some_and(|due| due <= now) {
            self.restart_at = None;
            self.begin(now, rng);
            // The first record of a handshake announces the Session Context as well.
            if self.channel.is_none() {
                self.announce(now);
            }
            self.flush(now, rng);
        }
        if let Some(active) = &mut self.active {
            match active.ask_again(&self.config, now) {
                Ok(false) => {}
                Ok(true) => self.announce(now),
                Err(failure) => self.fail(failure, now, rng),
            }
        }
    }

    /// Starts the Session Context anew, or one where there is none, and tells the peer.
    ///
    /// What waits is sent in the new one; what the peer has not acknowledged may be lost.
    pub fn restart(&mut self, now: Instant, rng: &mut dyn Rng) {
        if self.config.mode == SessionMode::Forbid {
            return;
        }
        self.restart_at = None;
        self.begin(now, rng);
        // A Message that waits, or the first record of a handshake, announces the Session Context as well.
        if self.channel.is_none() && self.waiting.is_empty() {
            self.announce(now);
        }
        self.flush(now, rng);
    }

    /// Ends the Session Context while the connection stays, and tells the peer `[R-E2E.6b]`.
    pub fn terminate(&mut self) {
        self.waiting.clear();
        self.restart_at = None;
        if let Some(active) = self.active.take() {
            self.remember(&active);
            self.disconnect(7105, "the Session Context is terminated");
        }
    }

    /// The next thing to do; to be called until it gives `None`.
    #[must_use]
    pub fn poll_output(&mut self) -> Option<SessionOutput> {
        self.output.pop_front()
    }

    /// When [`SessionContext::tick`] is due, if ever. Expiry needs no call unless Messages wait for a secure channel:
    /// it shows at the next use.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let gap = self.active.as_ref().and_then(Active::gap_deadline);
        let expiry = if self.waiting.is_empty() { None } else { self.expires_at() };
        [gap, self.restart_at, expiry].into_iter().flatten().min()
    }

    /// Sends what waits, if there is a Session Context to send it in.
    fn flush(&mut self, now: Instant, rng: &mut dyn Rng) {
        self.flush_channel(now);
        while self.active.is_some() && self.channel.as_ref().is_none_or(|channel| channel.is_established()) {
            let Some(message) = self.waiting.pop_front() else { return };
            match &mut self.channel {
                None => self.transmit([message].into(), now),
                Some(channel) => match channel.seal(&message) {
                    Ok(records) => self.transmit(records, now),
                    Err(SecureChannelError) => return self.fail(SessionFailure::SecureChannel, now, rng),
                },
            }
        }
    }

    /// Sends what the secure channel has to say by itself.
    fn flush_channel(&mut self, now: Instant) {
        while let Some(records) = self.channel.as_mut().and_then(|channel| channel.poll_records()) {
            self.transmit(records, now);
        }
    }

    /// Sends a payload, or the TLS records that stand for it.
    fn transmit(&mut self, units: Vec<Bytes>, now: Instant) {
        self.limit_active();
        if let Some(active) = &mut self.active {
            let records = active.send(&self.local, &self.peer, &self.config, units, now);
            self.output.extend(records.into_iter().map(SessionOutput::Send));
        }
    }

    /// Sends a Record without payload, which tells the peer of a new Session Context or of a gap.
    fn announce(&mut self, now: Instant) {
        self.limit_active();
        if let Some(active) = &mut self.active {
            let record = active.send_empty(&self.local, &self.peer, &self.config, now);
            self.output.push_back(SessionOutput::Send(record));
        }
    }

    fn accept(
        &mut self,
        security: i32,
        content: &SessionContextRecord,
        now: Instant,
        rng: &mut dyn Rng,
    ) -> Result<(), SessionFailure> {
        self.limit_active();
        let Some(active) = &mut self.active else { return Ok(()) };
        let accepted = active.receive(security, content, &self.config, now)?;
        self.output.extend(accepted.retransmit.map(SessionOutput::Send));
        for payload in accepted.messages {
            self.deliver(payload, now, rng)?;
        }
        accepted.failure.map_or(Ok(()), Err)
    }

    /// Delivers a payload that is complete, decrypted if there is a secure channel.
    fn deliver(&mut self, payload: Bytes, now: Instant, rng: &mut dyn Rng) -> Result<(), SessionFailure> {
        let security = self.security();
        let message = match &mut self.channel {
            None => Some(payload),
            Some(channel) => {
                let opened = channel.open(&payload, now, rng);
                // An alert goes out in the Session Context that it ends.
                self.flush_channel(now);
                opened.map_err(|SecureChannelError| SessionFailure::SecureChannel)?
            }
        };
        self.output.extend(message.map(|payload| SessionOutput::Message { security, payload }));
        Ok(())
    }

    const fn security(&self) -> PayloadSecurity {
        if self.channel.is_some() { PayloadSecurity::Tls12 } else { PayloadSecurity::Plaintext }
    }

    /// Starts a Session Context with an id of our own, greater than 1 `[R-E2E.3]`.
    fn begin(&mut self, now: Instant, rng: &mut dyn Rng) {
        let before = self.session_id();
        let mut id = rng.in_range(2, u64::MAX);
        if before == Some(id) || self.former.iter().any(|former| former.id == id) {
            // Two of 2^64 are equal so rarely that any other one will do.
            id = if id == u64::MAX { 2 } else { id + 1 };
        }
        self.begin_with(id, TlsRole::Client, now, rng);
    }

    fn begin_with(&mut self, id: u64, role: TlsRole, now: Instant, rng: &mut dyn Rng) {
        if let Some(former) = self.active.replace(Active::new(id, self.security(), now)) {
            self.remember(&former);
            let unacknowledged = former.unacknowledged();
            self.output
                .push_back(SessionOutput::Restarted { reason: SessionFailure::NewContext, unacknowledged });
        }
        self.output.push_back(SessionOutput::Started { session_id: id });
        self.role = role;
        if let Some(channel) = &mut self.channel {
            // Nothing of the TLS session before may go out in this Session Context.
            while channel.poll_records().is_some() {}
            channel.begin(role, now, rng);
        }
    }

    /// The peer still speaks in a Session Context that is over. It may be a stray; or what told the peer of the new one
    /// was lost; or the peer has come back to the old one, since a stray has led it there. So the peer is told which
    /// one it is, now and then, and there is another one if that does not help, or if there is none.
    fn remind(&mut self, now: Instant, rng: &mut dyn Rng) {
        match self.active.as_mut().map(|active| active.remind(&self.config, now)) {
            Some(Reminder::Wait) => {}
            Some(Reminder::Again(record)) => self.output.push_back(SessionOutput::Send(*record)),
            Some(Reminder::Announce) => self.announce(now),
            Some(Reminder::GiveUp) => self.fail(SessionFailure::InvalidSessionId, now, rng),
            None if self.restart_at.is_none() => self.restart(now, rng),
            None => {}
        }
    }

    /// Gives the Session Context up `[R-E2E.21]`, and tries again.
    fn fail(&mut self, reason: SessionFailure, now: Instant, rng: &mut dyn Rng) {
        let former = self.active.take();
        let unacknowledged = former.as_ref().map_or(0, Active::unacknowledged);
        if let Some(former) = &former {
            self.remember(former);
        }
        self.output.push_back(SessionOutput::Restarted { reason, unacknowledged });
        self.try_again(now, rng);
    }

    /// Has the next Session Context begin: at once after a first failure, and after a wait that grows if failures
    /// follow one another `[R-E2E.10]`.
    fn try_again(&mut self, now: Instant, rng: &mut dyn Rng) {
        self.failures = self.failures.saturating_add(1);
        self.restart_at = Some(match self.failures {
            1 => now,
            failures => now + self.config.retry.wait(failures - 1, rng),
        });
        if self.failures == 1 {
            self.tick(now, rng);
        }
    }

    /// [R-E2E.7] After the time without activity the Session Context is gone. With Messages that wait, because a
    /// handshake got no answer, that is a failure like others.
    fn expire(&mut self, now: Instant, rng: &mut dyn Rng) {
        let Some(expiration) = self.config.expiration else { return };
        if self.active.as_ref().is_some_and(|active| active.idle(now) >= expiration)
            && let Some(former) = self.active.take()
        {
            self.remember(&former);
            let unacknowledged = former.unacknowledged();
            self.output
                .push_back(SessionOutput::Restarted { reason: SessionFailure::Expired, unacknowledged });
            if !self.waiting.is_empty() {
                self.try_again(now, rng);
            }
        }
    }

    fn remember(&mut self, former: &Active) {
        if self.former.len() == FORMER_IDS {
            self.former.pop_front();
        }
        self.former.push_back(Former { id: former.id(), answered: former.is_established() });
    }

    fn disconnect(&mut self, reason_code: u32, reason: &str) {
        let record = Record::disconnect(&self.local, &self.peer, reason_code, String::from(reason));
        self.output.push_back(SessionOutput::Send(record));
    }
}

#[cfg(test)]
mod tests;
