//! The Controllers that the Agent has to do with at the moment, and what it keeps of each.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use litemap::LiteMap;
use usp_collections::SortedSet;
use usp_datamodel::Requester;
use usp_path::Constant;
use usp_record::{EndpointId, Instant, RecordErrorKind, Rng};
use usp_schema::Value;

use crate::agent::Agent;
use crate::controllers;
use crate::controllers::trust::Standing;
use crate::io::Ignored;
use crate::mtps::channel::{Channel, Route, Via};
use crate::sessions::{Session, SessionLimits, SessionSettings};

/// Controllers that are enabled and not banned, from the first Record from or to each of them on.
///
/// What is kept is what the model says: it is taken in anew when a row of a Controller or the roles change. So nobody
/// is in here who is not a row, and the table of Controllers bounds the memory. Nothing of it is saved, so that
/// neither a Session Context nor a role outlives a restart `[R-SEC.21]`.
#[derive(Debug, Default)]
pub(crate) struct Peers {
    /// Boxed, since a map makes room for eleven entries where an Agent has one or two Controllers.
    by_id: LiteMap<String, Box<Peer>>,
    /// When something of a Session Context is due, by Endpoint ID.
    pub(crate) due: SortedSet<(Instant, String)>,
    /// Whose Session Contexts may have something to say.
    pub(crate) stirred: SortedSet<String>,
    /// Whose Session Contexts stand in another way than the model shows.
    pub(crate) unshown: SortedSet<String>,
    /// Bytes in the buffers of all Session Contexts.
    pub(crate) held: usize,
    pub(crate) limits: SessionLimits,
}

/// A Controller that the Agent has to do with.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) id: EndpointId,
    pub(crate) requester: Requester,
    pub(crate) settings: SessionSettings,
    /// Which kind of Record it used last: it is told things in the same kind.
    pub(crate) uses: RecordKind,
    /// The way by which it was heard last.
    pub(crate) heard: Via,
    /// The way by which it is told things, as far as its rows of MTPs and the channels to it say.
    pub(crate) chosen: Via,
    /// The Session Context, from the first Record in one on.
    pub(crate) session: Option<Box<Session>>,
}

/// Whether a Message travels within a Session Context `[R-MSG.0a]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordKind {
    NoSession,
    Session,
}

impl Peers {
    pub(crate) fn get(&self, id: &str) -> Option<&Peer> {
        self.by_id.get(id).map(|peer| &**peer)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Peer> {
        self.by_id.get_mut(id).map(|peer| &mut **peer)
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Peer> {
        self.by_id.iter_mut().map(|(_, peer)| &mut **peer)
    }

    /// The Controller with this row.
    pub(crate) fn with_row(&self, number: u32) -> Option<&Peer> {
        self.by_id.values().map(|peer| &**peer).find(|peer| peer.number() == Some(number))
    }

    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// When something is due next.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.due.first().map(|(next, _)| *next)
    }
}

impl Peer {
    /// The kind of Record in which it is told something.
    pub(crate) fn kind(&self) -> RecordKind {
        if self.settings.is_required() { RecordKind::Session } else { self.uses }
    }

    /// Takes in that it has sent a Record without Session Context over a channel; whether it may.
    pub(crate) fn speaks_without_session(&mut self, channel: Channel) -> bool {
        self.heard = Via::Channel(channel);
        let may = !self.settings.is_required();
        if may {
            self.uses = RecordKind::NoSession;
        }
        may
    }

    /// How it is told something: within a Session Context by the way of that.
    fn route(&self) -> Route {
        match self.kind() {
            RecordKind::Session => Route { kind: RecordKind::Session, via: Via::Any },
            RecordKind::NoSession => Route { kind: RecordKind::NoSession, via: self.via() },
        }
    }

    /// The way by which it is told things.
    pub(crate) fn via(&self) -> Via {
        self.chosen.or(self.heard)
    }

    /// Number of its row in the table of Controllers.
    fn number(&self) -> Option<u32> {
        controllers::number_of(self.requester.controller_row()?)
    }
}

impl<R: Rng> Agent<R> {
    /// Sees to it that a Controller is among the [`Peers`], if the Agent may have to do with it.
    pub(crate) fn admit(&mut self, id: &str) -> Result<(), Ignored> {
        if self.peers.by_id.contains_key(id) {
            return Ok(());
        }
        let endpoint = EndpointId::parse(id).map_err(|error| {
            Ignored::Record(RecordErrorKind::EndpointId { field: "from_id", error }.into())
        })?;
        if endpoint == self.id {
            // [R-ARC.0, R-ARC.1, R-ARC.2] A Controller may have it as well; these two just never talk.
            return Err(Ignored::Ourselves);
        }
        let Some(row) = self.controller_row(&endpoint) else {
            return Err(Ignored::UnknownController { from: endpoint });
        };
        let Standing::Admitted(requester) = self.trust.standing(&self.model, &row) else {
            return Err(Ignored::BannedController { from: endpoint });
        };
        let settings = self.session_settings(&row);
        let chosen = self.choose_via(id, &row);
        let (uses, heard) = (RecordKind::NoSession, Via::Any);
        let peer = Peer { id: endpoint, requester, settings, uses, heard, chosen, session: None };
        self.peers.by_id.insert(id.to_string(), Box::new(peer));
        Ok(())
    }

    fn session_settings(&self, row: &str) -> SessionSettings {
        SessionSettings::read(&self.model, row, &self.peers.limits, self.channels.exist())
    }

    /// The enabled row of a Controller, without the final dot.
    pub(crate) fn controller_row(&self, id: &EndpointId) -> Option<String> {
        let id = Constant::text(id.as_str());
        let path = alloc::format!("{}[EndpointID=={id}].", controllers::TABLE);
        let row = self.model.objects_at(&path).ok()?.pop()?;
        let enabled = self.model.value_at(&alloc::format!("{row}Enable")).ok()?;
        (enabled == Value::Boolean(true)).then(|| row.trim_end_matches('.').to_string())
    }

    /// Takes in how Controllers stand, whose rows have changed, or all if their rights have.
    pub(crate) fn refresh_peers(&mut self, rows: &SortedSet<u32>, rights_changed: bool) {
        if rows.is_empty() && !rights_changed {
            return;
        }
        let concerned =
            |peer: &Peer| rights_changed || peer.number().is_some_and(|number| rows.contains(&number));
        let concerned: Vec<EndpointId> =
            self.peers.by_id.values().filter(|peer| concerned(peer)).map(|peer| peer.id.clone()).collect();
        for id in concerned {
            self.refresh_peer(&id);
        }
    }

    fn refresh_peer(&mut self, id: &EndpointId) {
        let Some(row) = self.controller_row(id) else {
            return self.part(id, "the Controller is not enabled any more");
        };
        let Standing::Admitted(requester) = self.trust.standing(&self.model, &row) else {
            return self.part(id, "the Controller is banned");
        };
        let (settings, chosen) = (self.session_settings(&row), self.choose_via(id.as_str(), &row));
        let Some(peer) = self.peers.get_mut(id.as_str()) else { return };
        (peer.requester, peer.chosen) = (requester, chosen);
        if peer.settings != settings {
            self.configure_session(id.as_str(), settings);
        }
    }

    /// Has nothing more to do with a Controller, and tells it so if it is there: what was answered goes out before.
    fn part(&mut self, id: &EndpointId, reason: &str) {
        self.end_session(id.as_str());
        self.forget_parked(id.as_str());
        for channel in self.connections.opened(id.as_str()) {
            // [R-MTP.7] [R-MTP.9] of the codes for Records this one is the nearest.
            let code = usp_msg::ErrorCode::SESSION_CONTEXT_TERMINATED;
            self.say_goodbye(id, Via::Channel(channel), code, reason);
        }
        self.peers.by_id.remove(id.as_str());
        self.peers.stirred.remove(id.as_str());
        self.peers.unshown.remove(id.as_str());
    }

    /// How a Controller is told something; `None` if the Agent may not have to do with it.
    pub(crate) fn route_to(&mut self, to: &EndpointId) -> Option<Route> {
        if let Some(peer) = self.peers.get(to.as_str()) {
            return Some(peer.route());
        }
        self.admit(to.as_str()).ok()?;
        self.peers.get(to.as_str()).map(Peer::route)
    }

    /// This way, or where nothing tells the one by which a Controller is told things.
    pub(crate) fn decided(&self, to: &str, via: Via) -> Via {
        match via {
            Via::Any => self.peers.get(to).map(Peer::via).unwrap_or_default(),
            told => told,
        }
    }

    /// Gives out a Record, after the Connect Record that may be due before it `[R-MTP.8]`.
    pub(crate) fn push_record(&mut self, to: EndpointId, bytes: Vec<u8>, via: Via) {
        let via = self.decided(to.as_str(), via);
        if let Some(connect) = self.connections.open(to.as_str(), via) {
            self.outputs.push_record(to.clone(), connect, via);
        }
        self.outputs.push_record(to, bytes, via);
    }
}
