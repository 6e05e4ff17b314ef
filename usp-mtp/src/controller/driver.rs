//! The Controller, its links, and who waits for what: all that the one task owns.

use core::net::SocketAddr;
use std::collections::{HashMap, HashSet};

use tokio::sync::oneshot;
use tokio::time;
use usp_controller::{Controller, Input, Output};
use usp_msg::ErrorCode;
use usp_record::{Record, Rng, reader};

use crate::controller::handle::{Listening, Work};
use crate::controller::requests::{Asked, Requests};
use crate::controller::{ControllerEvent, DisconnectReason, RequestError, WayId};
use crate::links::{Link, LinkEvent, Origin};
use crate::peers::Peers;
use crate::ways::{Way, Ways};
use crate::{Clock, Options};

/// Who is told what happens.
pub(super) type Tell = Box<dyn FnMut(ControllerEvent) + Send>;

/// The Controller, and all around it. Nothing in it waits.
pub(super) struct Driver<R> {
    controller: Controller<R>,
    clock: Clock,
    due: Option<time::Instant>,
    options: Options,
    ways: Ways,
    kept: HashMap<WayId, Way>,
    /// Who waits for the first try of a way to listen.
    opening: HashMap<WayId, oneshot::Sender<Listening>>,
    pub(super) peers: Peers,
    pub(super) requests: Requests,
    tell: Tell,
}

impl<R: Rng> Driver<R> {
    pub(super) fn new(controller: Controller<R>, ways: Ways, options: Options, tell: Tell) -> Self {
        let mut driver = Self {
            controller,
            clock: Clock::monotonic(),
            due: None,
            options,
            ways,
            kept: HashMap::new(),
            opening: HashMap::new(),
            peers: Peers::default(),
            requests: Requests::default(),
            tell,
        };
        driver.drain(None);
        driver
    }

    /// When [`time`](Self::time) is to be called.
    pub(super) fn due(&self) -> Option<time::Instant> {
        self.due
    }

    /// The moment has come.
    pub(super) fn time(&mut self) {
        self.controller.handle_input(Input::Timeout, self.clock.instant());
        self.drain(None);
    }

    /// Something has happened with a connection.
    pub(super) fn happened(&mut self, event: LinkEvent) {
        match event {
            LinkEvent::Up(link) => self.came(link),
            LinkEvent::Record { number, record } => self.take(number, &record),
            LinkEvent::Down { number, why } => {
                self.part(number, why.map_or(DisconnectReason::Unwanted, DisconnectReason::Closed));
            }
            LinkEvent::Listening { way, address } => self.listens(WayId(way), address),
            LinkEvent::CannotListen { way, error } => match self.opening.remove(&WayId(way)) {
                Some(opening) => {
                    self.kept.remove(&WayId(way));
                    let _ = opening.send(Err(error));
                }
                None => (self.tell)(ControllerEvent::CannotListen { way: WayId(way), error }),
            },
            LinkEvent::CannotOpen { way, tries, error } => {
                (self.tell)(ControllerEvent::CannotConnect { way: WayId(way), tries, error });
            }
            LinkEvent::Refused { way, error } => {
                (self.tell)(ControllerEvent::Refused { way: WayId(way), error });
            }
        }
    }

    /// Somebody wants something.
    pub(super) fn work(&mut self, work: Work) {
        match work {
            Work::Request { ticket, agent, request, answer } => {
                // Who has gone before it was sent does not want it sent.
                if answer.is_closed() {
                    return;
                }
                let Some(link) = self.peers.way_to(&agent).map(|link| link.number) else {
                    let _ = answer.send(Err(RequestError::NotConnected { agent }));
                    return;
                };
                let id = self.controller.send(&agent, request, self.clock.instant());
                self.requests.insert(id, Asked { ticket, link, answer });
                self.drain(Some(link));
            }
            Work::GiveUp { ticket } => {
                if let Some(id) = self.requests.give_up(ticket) {
                    self.controller.give_up(&id);
                    self.drain(None);
                }
            }
            Work::Agents(answer) => {
                let _ = answer.send(self.peers.all());
            }
            Work::Connect { way, destination } => {
                self.kept.insert(way, self.ways.dial(way.0, destination, self.options));
            }
            Work::Listen { way, place, answer } => {
                self.opening.insert(way, answer);
                self.kept.insert(way, self.ways.listen(way.0, place, self.options));
            }
            Work::Add { way, connection, is_accepted } => {
                let (links, keep_alive) = (self.ways.links.clone(), self.options.keep_alive);
                let origin = Origin { way: way.0, is_accepted };
                tokio::spawn(async move { links.drive(connection, origin, keep_alive).await });
            }
            Work::Leave(way) => {
                self.kept.remove(&way);
            }
            Work::Disconnect(agent) => {
                for number in self.peers.links_to(&agent) {
                    self.leave(number);
                }
            }
            // Its time is that of the task.
            Work::Stop => {}
        }
    }

    /// Ends all, and gives the numbers of links that are about to close.
    pub(super) fn stop(mut self) -> (Controller<R>, HashSet<u32>) {
        let numbers: Vec<u32> = self.peers.links().map(|link| link.number).collect();
        for id in core::mem::take(&mut self.requests).stop() {
            self.controller.give_up(&id);
        }
        for number in &numbers {
            self.leave(*number);
        }
        (self.controller, numbers.into_iter().collect())
    }

    fn came(&mut self, link: Link) {
        let (agent, protocol, way) = (link.peer.clone(), link.protocol, WayId(link.origin.way));
        match self.peers.admit(link) {
            Ok(replaced) => {
                if let Some(older) = replaced {
                    self.gone(&older, DisconnectReason::Replaced);
                }
                (self.tell)(ControllerEvent::Connected { agent, protocol, way });
            }
            Err(_second) => (self.tell)(ControllerEvent::SecondSession { agent, way }),
        }
    }

    /// Takes in a Record, unless the link is none any more.
    fn take(&mut self, number: u32, record: &[u8]) {
        let Some(link) = self.peers.get(number) else { return };
        let peer = link.peer.clone();
        if let Ok(opened) = reader::Record::open(record)
            && !self.peers.may_speak(opened.from_id(), number)
        {
            let from_id = opened.from_id().to_string();
            (self.tell)(ControllerEvent::NotPassedOn { from_id, peer });
            return;
        }
        self.controller.handle_input(Input::Record(record), self.clock.instant());
        self.drain(Some(number));
    }

    /// Does what the Controller wants done. Records go by this link: a request by that which was chosen for it, an
    /// answer by that which the request came by.
    fn drain(&mut self, link: Option<u32>) {
        loop {
            match self.controller.poll_output() {
                Output::Record { bytes, .. } => self.send(link, bytes),
                Output::Answer { id, result, .. } => {
                    self.requests.answer(&id, result.map_err(RequestError::Refused));
                }
                Output::TimedOut { id, .. } => self.requests.answer(&id, Err(RequestError::TimedOut)),
                Output::Notify { from, msg_id, notify } => {
                    (self.tell)(ControllerEvent::Notify { from, msg_id, notify });
                }
                Output::Ignored(ignored) => (self.tell)(ControllerEvent::Ignored(ignored)),
                Output::Wait { until } => {
                    self.due = until.and_then(|until| self.clock.when(until));
                    return;
                }
                _ => {}
            }
        }
    }

    fn send(&mut self, link: Option<u32>, record: Vec<u8>) {
        let Some(link) = link.and_then(|number| self.peers.get(number)) else { return };
        if link.send(record).is_err() {
            self.part(link.number, DisconnectReason::Stuck);
        }
    }

    /// Closes a link, after a goodbye [R-MTP.7] that says why [R-MTP.9].
    fn leave(&mut self, number: u32) {
        let Some(link) = self.peers.get(number) else { return };
        let (code, reason) = (ErrorCode::SESSION_CONTEXT_TERMINATED, "the Controller closes the connection");
        let goodbye = Record::disconnect(self.controller.id(), &link.peer, code.value(), reason);
        // Whoever is stuck learns nothing any more.
        let _ = link.send(goodbye.encode_to_vec());
        self.part(number, DisconnectReason::Unwanted);
    }

    fn part(&mut self, number: u32, why: DisconnectReason) {
        if let Some(link) = self.peers.remove(number) {
            self.gone(&link, why);
        }
    }

    /// A link is gone, and with it what was asked over it.
    fn gone(&mut self, link: &Link, why: DisconnectReason) {
        for id in self.requests.lost(link.number) {
            self.controller.give_up(&id);
        }
        (self.tell)(ControllerEvent::Disconnected { agent: link.peer.clone(), protocol: link.protocol, why });
    }

    fn listens(&mut self, way: WayId, address: Option<SocketAddr>) {
        match self.opening.remove(&way) {
            // Nobody knows the number of a way whose maker has gone.
            Some(opening) => {
                if opening.send(Ok(address)).is_err() {
                    self.kept.remove(&way);
                }
            }
            None => (self.tell)(ControllerEvent::Listening { way, address }),
        }
    }
}
