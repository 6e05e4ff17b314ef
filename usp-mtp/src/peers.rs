//! Whom the links lead to, and who may speak over which.

use alloc::collections::BTreeMap;
use std::collections::HashMap;

use usp_record::EndpointId;

use crate::connection::Protocol;
use crate::links::Link;

/// Endpoints whose Records one link may pass on. Else whoever makes up Endpoint IDs would fill the memory.
const MAX_PASSED_ON: usize = 1_024;

/// The links in use.
#[derive(Debug, Default)]
pub(crate) struct Peers {
    links: HashMap<u32, Link>,
    /// Of each Endpoint at the other end of some, their numbers, the newest last.
    own: BTreeMap<EndpointId, Vec<u32>>,
    /// Endpoints whose Records come over a link of somebody else.
    passed_on: BTreeMap<EndpointId, u32>,
}

impl Peers {
    /// Takes in a link, and gives the one that it replaces; or gives it back where it must be closed.
    ///
    /// [R-WS.4] There is at most one session with an Endpoint. Who has opened one knows whether it is still wanted: the
    /// other end replaces its own. One that we have opened stays, and so does the other end's where we open another,
    /// so that two Endpoints that call each other do not both close what the other keeps.
    pub(crate) fn admit(&mut self, link: Link) -> Result<Option<Link>, Link> {
        let of_peer = self.own.get(&link.peer).into_iter().flatten();
        let mut sessions = of_peer
            .filter_map(|number| self.links.get(number))
            .filter(|other| (link.protocol, other.protocol) == (Protocol::WebSocket, Protocol::WebSocket));
        let older = sessions.next().map(|older| (older.number, older.origin.is_accepted));
        let replaced = match older {
            Some((number, true)) if link.origin.is_accepted => self.remove(number),
            Some(_) => return Err(link),
            None => None,
        };
        self.passed_on.remove(&link.peer);
        self.own.entry(link.peer.clone()).or_default().push(link.number);
        self.links.insert(link.number, link);
        Ok(replaced)
    }

    pub(crate) fn get(&self, number: u32) -> Option<&Link> {
        self.links.get(&number)
    }

    pub(crate) fn remove(&mut self, number: u32) -> Option<Link> {
        let link = self.links.remove(&number)?;
        if let Some(numbers) = self.own.get_mut(&link.peer) {
            numbers.retain(|other| *other != number);
            if numbers.is_empty() {
                self.own.remove(&link.peer);
            }
        }
        self.passed_on.retain(|_, by| *by != number);
        Some(link)
    }

    /// Whether an Endpoint may speak over a link. One whose Records are passed on can be reached by it from then on.
    ///
    /// A session over WebSocket is one between two Endpoints [R-WS.4], and its Records are theirs. Over a UNIX domain
    /// socket a Broker speaks for others too; but nobody speaks for those who are there themselves, nor for those whom
    /// somebody else speaks for.
    pub(crate) fn may_speak(&mut self, from_id: &str, number: u32) -> bool {
        let Some(link) = self.links.get(&number) else { return false };
        if from_id == link.peer.as_str() {
            return true;
        }
        if link.protocol != Protocol::Uds {
            return false;
        }
        // What is no Endpoint ID is the engine's to complain of.
        let Ok(from) = EndpointId::parse(from_id) else { return true };
        if self.own.contains_key(&from) {
            return false;
        }
        match self.passed_on.get(&from) {
            Some(by) if *by == number => return true,
            Some(by) if self.links.get(by).is_some_and(|other| other.peer != link.peer) => return false,
            _ => {}
        }
        if self.passed_on.values().filter(|by| **by == number).count() >= MAX_PASSED_ON {
            return false;
        }
        self.passed_on.insert(from, number);
        true
    }

    /// The newest link to an Endpoint; without one, that of who passes on its Records.
    pub(crate) fn way_to(&self, peer: &EndpointId) -> Option<&Link> {
        let own = self.own.get(peer).and_then(|numbers| numbers.last());
        self.links.get(own.or_else(|| self.passed_on.get(peer))?)
    }

    /// The numbers of all links to an Endpoint.
    #[cfg(feature = "controller")]
    pub(crate) fn links_to(&self, peer: &EndpointId) -> Vec<u32> {
        self.own.get(peer).cloned().unwrap_or_default()
    }

    pub(crate) fn links(&self) -> impl Iterator<Item = &Link> {
        self.links.values()
    }

    /// All that there is a way to.
    #[cfg(feature = "controller")]
    pub(crate) fn all(&self) -> Vec<EndpointId> {
        let mut all: Vec<_> = self.own.keys().chain(self.passed_on.keys()).cloned().collect();
        all.sort();
        all
    }
}
