//! What drives an Agent over the MTPs that its own data model describes.

mod event;
mod handle;
mod rows;

use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
#[cfg(feature = "websocket")]
use alloc::sync::Arc;
use core::fmt;
use std::path::Path;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time;
use usp_agent::datamodel::{Call, RestoreError, Unfit};
use usp_agent::file_store::{FileStore, OpenError, Repair, WriteError};
use usp_agent::{Agent, Batch, BatchId, Channel, Connection, Input, Mtp, Output, Via};
use usp_msg::ErrorCode;
use usp_record::reader::{self, Content};
use usp_record::{EndpointId, Instant, Rng};

pub use event::AgentEvent;
use handle::Work;
pub use handle::{AgentHandle, Stopped};
use rows::{Source, Wanted};

use crate::connection::Protocol;
use crate::links::{Link, LinkEvent, Links, Origin};
use crate::peers::Peers;
use crate::ways::{Way, Ways};
#[cfg(feature = "websocket")]
use crate::websocket::Tls;
use crate::{Clock, Options};

/// Work that handles may have asked for before it is done.
const MAX_ASKED: usize = 64;
/// Records that wait for a connection to one Controller, and bytes of them. The oldest make room.
const MAX_WAITING: usize = 100;
const MAX_WAITING_BYTES: usize = 1 << 20;

/// Drives an [`Agent`] over the MTPs that its data model describes.
///
/// What there is to do is in the tables of TR-181: Controllers are called by the enabled rows of
/// `Device.LocalAgent.Controller.{i}.MTP.` `[R-WS.5]`, and may call by those of `Device.LocalAgent.MTP.` `[R-WS.6]`; a
/// change of a row takes effect at once. Of the protocols it knows `WebSocket` (feature `websocket`) and `UDS`, and
/// says so in `Device.LocalAgent.SupportedProtocols` where that is empty; rows of others are not its own. Without
/// [`with_tls`](Self::with_tls) rows whose `EnableEncryption` is true are not used, and
/// [`AgentEvent::WithoutTls`] says so.
///
/// The runtime is one task, [`run`](Self::run), that owns the Agent; connections are tasks of their own. Everybody
/// else works with the Agent by an [`AgentHandle`].
///
/// # Who is who
///
/// - There is one session over WebSocket at most with a Controller `[R-WS.4]`. When that opens another, it knows that the
///   older one is gone, and that is closed. One that the Agent has opened stays, and so does one of the Controller that
///   is there when the Agent opens another: the newer is closed, and the Agent calls again when there is none. Who is
///   no enabled row of `Device.LocalAgent.Controller.` is hung up on.
/// - Over WebSocket an Endpoint speaks for itself alone. Over a UNIX domain socket a Broker passes on Records of others,
///   and they are told things by the same connection; though not of those who have a connection of their own, or whom
///   another one passes on, and of 1,024 at the most. Records that break this go nowhere, and are
///   [`AgentEvent::NotPassedOn`].
///
/// The Endpoint ID at the other end of a connection is what that says, unless there is TLS and its certificate says whom
/// it speaks for ([`Secured::speaking_for`](crate::websocket::Secured::speaking_for)). Without, addresses and the rights
/// of sockets are what decides who may say so.
///
/// # Limits
///
/// A Controller for which 1,000 Records or 16 MiB wait takes nothing any more: its connection is closed
/// ([`AgentEvent::Stuck`]). For one that is not there up to 100 Records or 1 MiB wait, of which the oldest make room
/// ([`AgentEvent::Unsent`]).
///
/// ```no_run
/// use usp_agent::datamodel::{Call, DataModel};
/// use usp_agent::{Agent, Boot};
/// use usp_mtp::record::EndpointId;
/// use usp_mtp::{AgentRuntime, SystemRng};
///
/// # async fn device(model: DataModel) -> Result<(), Box<dyn std::error::Error>> {
/// let agent = Agent::new(EndpointId::parse("os::012345-ABC")?, model, SystemRng)?;
/// let (runtime, handle) = AgentRuntime::new(agent);
/// let calls = handle.clone();
/// let runtime = runtime.on_event(|event| eprintln!("{event}")).on_command(move |call| {
///     let calls = calls.clone();
///     tokio::spawn(async move {
///         let Call::Run(call) = call else { return };
///         // The work of the command is done here, beside all else.
///         let Some(token) = call.token() else { return };
///         let _ = calls.update(move |model| model.complete_command(token, Ok(vec![]))).await;
///     });
/// });
/// tokio::spawn(runtime.run());
/// handle.boot(Boot::default()).await?;
/// handle.update(|model| model.update_value_at("Device.DeviceInfo.ModelName", "X1")).await??;
/// # Ok(())
/// # }
/// ```
pub struct AgentRuntime<R> {
    agent: Agent<R>,
    asked: mpsc::Receiver<Work<R>>,
    stop: watch::Receiver<bool>,
    clock: Clock,
    options: Options,
    max_connections: usize,
    tell: Box<dyn FnMut(AgentEvent) + Send>,
    run_command: Box<dyn FnMut(Call) + Send>,
    #[cfg(feature = "websocket")]
    tls: Option<Arc<dyn Tls>>,
    store: Option<FileStore>,
    saving: Option<JoinHandle<Saved>>,
    /// Connections; the numbers of links are those of channels.
    peers: Peers,
    /// Those that are closed as soon as the Disconnect Record has left, which may wait for a disk.
    leaving: BTreeSet<u32>,
    ways: BTreeMap<Source, Gone>,
    /// The revision of the model that they are of.
    arranged: Option<u32>,
    last_way: u32,
    /// Records that go as soon as there is a connection.
    waiting: BTreeMap<EndpointId, VecDeque<Vec<u8>>>,
    until: Option<Instant>,
}

/// A way that is gone for.
struct Gone {
    number: u32,
    wanted: Wanted,
    /// `None` where it cannot be, or need not.
    way: Option<Way>,
    /// Whether it need not be, since there is another connection.
    rests: bool,
}

/// What could not be brought back of saved state.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Restored {
    /// What the store had to leave out, since a disk or a crash has broken it.
    pub repair: Option<Repair>,
    /// What does not fit the model.
    pub unfit: Vec<Unfit>,
}

/// Why saved state cannot be brought back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] OpenError),
    /// What it holds is not for this Agent, or comes too late.
    #[error(transparent)]
    State(#[from] RestoreError),
}

/// What has come of saving a batch, with the store.
type Saved = (FileStore, BatchId, Result<(), WriteError>);

impl<R: Rng + Send + 'static> AgentRuntime<R> {
    /// So many others may have called at the same time unless
    /// [`with_max_connections`](Self::with_max_connections) says otherwise.
    pub const DEFAULT_MAX_CONNECTIONS: usize = 32;

    /// What drives this Agent, and what others use it by. What is asked of the handle before [`run`](Self::run) waits.
    pub fn new(agent: Agent<R>) -> (Self, AgentHandle<R>) {
        let (asks, asked) = mpsc::channel(MAX_ASKED);
        let (stops, stop) = watch::channel(false);
        let runtime = Self {
            agent,
            asked,
            stop,
            clock: Clock::system(),
            options: Options::DEFAULT,
            max_connections: Self::DEFAULT_MAX_CONNECTIONS,
            tell: Box::new(|_| {}),
            run_command: Box::new(|_| {}),
            #[cfg(feature = "websocket")]
            tls: None,
            store: None,
            saving: None,
            peers: Peers::default(),
            leaving: BTreeSet::new(),
            ways: BTreeMap::new(),
            arranged: None,
            last_way: 0,
            waiting: BTreeMap::new(),
            until: None,
        };
        (runtime, AgentHandle::new(asks, stops))
    }

    /// The same, bearing other things of those at the other ends. The `KeepAliveInterval` of a row goes before
    /// [`Options::keep_alive`].
    #[must_use]
    pub fn with_options(self, options: Options) -> Self {
        Self { options, ..self }
    }

    /// The same, where at most so many others may have called at the same time; who calls then is hung up on.
    #[must_use]
    pub fn with_max_connections(self, max_connections: usize) -> Self {
        Self { max_connections, ..self }
    }

    /// The same, with another clock: of a device that does not know the date, or of an Agent that has had inputs before,
    /// with the clock that those were told of.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The same, telling somebody what happens; whoever was told before is not any more. All else waits meanwhile.
    #[must_use]
    pub fn on_event(self, tell: impl FnMut(AgentEvent) + Send + 'static) -> Self {
        Self { tell: Box::new(tell), ..self }
    }

    /// The same, handing somebody the calls of commands that the device runs ([`Output::Command`]); without, nobody
    /// runs them. All else waits meanwhile: what takes long belongs into a task of its own.
    #[must_use]
    pub fn on_command(self, run: impl FnMut(Call) + Send + 'static) -> Self {
        Self { run_command: Box::new(run), ..self }
    }

    /// The same, with TLS for the rows whose `EnableEncryption` is true.
    #[cfg(feature = "websocket")]
    #[must_use]
    pub fn with_tls(self, tls: Arc<dyn Tls>) -> Self {
        Self { tls: Some(tls), ..self }
    }

    /// Brings back what a store has, and has changes saved there from now on, before anything leaves that tells of
    /// them. See [`Agent::restore`] for when: before the model has rows and the Agent inputs.
    ///
    /// What could not be brought back is told, and gone with the first batch.
    ///
    /// # Errors
    ///
    /// The folder cannot be used, or what it holds is not for this Agent.
    pub fn restore(&mut self, folder: impl AsRef<Path>) -> Result<Restored, StoreError> {
        let (store, saved) = FileStore::open(folder)?;
        let unfit = self.agent.restore(saved.parts())?;
        self.store = Some(store);
        Ok(Restored { repair: saved.repair().cloned(), unfit })
    }

    /// Runs until [`AgentHandle::stop`]; handles that are dropped do not end it. Then Controllers are told so with a
    /// Disconnect Record `[R-MTP.7]`, what is to be saved is saved, and others have a few seconds to take what waits for
    /// them.
    ///
    /// Gives the Agent back. When the future is dropped instead connections are closed without a word, and what was not
    /// saved is not acknowledged.
    pub async fn run(mut self) -> Agent<R> {
        let (links, mut happens) = Links::new();
        let ways = Ways::new(self.agent.id().clone(), links, self.max_connections);
        #[cfg(feature = "websocket")]
        let ways = ways.with_tls(self.tls.clone());
        self.support_mtps();
        self.agent.handle_input(Input::Timeout, self.clock.now());
        let mut has_handles = true;
        loop {
            self.settle();
            self.arrange(&ways);
            self.settle();
            let due = self.until.and_then(|until| self.clock.when(until));
            let (asked, saving, stop) = (&mut self.asked, &mut self.saving, &mut self.stop);
            tokio::select! {
                Some(event) = happens.recv() => self.happened(event),
                work = asked.recv(), if has_handles => match work {
                    Some(work) => work(&mut self.agent, self.clock.now()),
                    None => has_handles = false,
                },
                () = stopped(stop) => break,
                saved = finished(saving) => self.saved(saved),
                () = reached(due) => self.agent.handle_input(Input::Timeout, self.clock.now()),
            }
        }
        self.leave(happens).await;
        self.agent
    }

    /// Says which protocols Controllers may ask for, unless the device has said so.
    fn support_mtps(&mut self) {
        let supported = self.agent.model().value_at("Device.LocalAgent.SupportedProtocols");
        if supported.is_ok_and(|protocols| protocols.to_string().is_empty()) {
            let mtps: &[Mtp] =
                if cfg!(feature = "websocket") { &[Mtp::WebSocket, Mtp::Uds] } else { &[Mtp::Uds] };
            // A model whose parameter has other values keeps them.
            let _ = self.agent.support_mtps(mtps, self.clock.now());
        }
    }

    /// Does what the Agent wants done.
    fn settle(&mut self) {
        loop {
            match self.agent.poll_output() {
                Output::Record { to, bytes, via } => self.send(to, bytes, via),
                Output::Persist(batch) => self.save(batch),
                Output::Command(call) => (self.run_command)(call),
                Output::Wait { until } => {
                    self.until = until;
                    return;
                }
                output => (self.tell)(AgentEvent::Agent(output)),
            }
        }
    }

    fn send(&mut self, to: EndpointId, record: Vec<u8>, via: Via) {
        let link = match via {
            Via::Channel(channel) => self.peers.get(channel.number()),
            _ => self.peers.way_to(&to),
        };
        match (link, via) {
            (Some(link), _) => {
                let number = link.number;
                let is_last = self.leaving.contains(&number) && is_goodbye(&record);
                let sent = link.send(record);
                if sent.is_err() || is_last {
                    self.close(number);
                }
                if sent.is_err() {
                    (self.tell)(AgentEvent::Stuck { peer: to });
                }
            }
            (None, Via::Mtp(_)) => self.wait(to, record),
            (None, _) => (self.tell)(AgentEvent::Unsent { to }),
        }
    }

    /// Keeps a Record until there is a connection. A notification that is told again is kept once.
    fn wait(&mut self, to: EndpointId, record: Vec<u8>) {
        let waiting = self.waiting.entry(to.clone()).or_default();
        if waiting.contains(&record) {
            return;
        }
        waiting.push_back(record);
        let bytes = |waiting: &VecDeque<Vec<u8>>| waiting.iter().map(Vec::len).sum::<usize>();
        while waiting.len() > MAX_WAITING || bytes(waiting) > MAX_WAITING_BYTES {
            waiting.pop_front();
            (self.tell)(AgentEvent::Unsent { to: to.clone() });
        }
    }

    fn save(&mut self, batch: Batch) {
        let Some(mut store) = self.store.take() else {
            (self.tell)(AgentEvent::Unsaved { error: None });
            self.agent.handle_input(Input::PersistFailed(batch.id), self.clock.now());
            return;
        };
        // A disk may take its time.
        self.saving = Some(tokio::task::spawn_blocking(move || {
            let written = store.write(&batch);
            (store, batch.id, written)
        }));
    }

    fn saved(&mut self, saved: Option<Saved>) {
        // Without: the task has panicked, and with it the store is gone; the Agent waits for ever. A panic of ours is
        // a bug, and is told by its own means.
        let Some((store, batch, written)) = saved else { return };
        let now = self.clock.now();
        match written {
            Ok(()) => {
                self.agent.handle_input(Input::Persisted(batch), now);
                if store.is_long() {
                    self.agent.save_whole();
                }
            }
            Err(error) => {
                (self.tell)(AgentEvent::Unsaved { error: Some(error) });
                self.agent.handle_input(Input::PersistFailed(batch), now);
            }
        }
        self.store = Some(store);
    }

    fn happened(&mut self, event: LinkEvent) {
        match event {
            LinkEvent::Up(link) => self.connected(link),
            LinkEvent::Record { number, record } => self.received(number, &record),
            LinkEvent::Down { number, why } => {
                if let Some(Link { peer, protocol, .. }) = self.forget(number) {
                    (self.tell)(AgentEvent::Disconnected { peer, protocol, why });
                }
            }
            LinkEvent::CannotOpen { way, tries, error } => {
                let Some(row) = self.row(way) else { return };
                self.count_tries(&row, tries);
                (self.tell)(AgentEvent::CannotConnect { row, tries, error });
            }
            LinkEvent::Refused { way, error } => {
                let Some(row) = self.row(way) else { return };
                (self.tell)(AgentEvent::Refused { row, error });
            }
            LinkEvent::Listening { way, .. } => {
                let Some(row) = self.row(way) else { return };
                self.tell_status(&row, "Up");
                (self.tell)(AgentEvent::Listening { row });
            }
            LinkEvent::CannotListen { way, error } => {
                let Some(row) = self.row(way) else { return };
                self.tell_status(&row, "Error");
                (self.tell)(AgentEvent::CannotListen { row, error });
            }
        }
    }

    fn received(&mut self, number: u32, record: &[u8]) {
        // What came over a connection that is to be closed is not for the Agent any more.
        let Some(link) = self.peers.get(number) else { return };
        let peer = link.peer.clone();
        if let Ok(opened) = reader::Record::open(record)
            && !self.peers.may_speak(opened.from_id(), number)
        {
            let from_id = opened.from_id().to_string();
            (self.tell)(AgentEvent::NotPassedOn { from_id, peer });
            return;
        }
        let input = Input::RecordOver { channel: Channel::new(number), bytes: record };
        self.agent.handle_input(input, self.clock.now());
    }

    /// A connection is there: the Connect Record goes first, and then what waits [R-MTP.6].
    fn connected(&mut self, link: Link) {
        // The way was left while the handshake went on.
        let Some(row) = self.row(link.origin.way) else { return };
        let (peer, protocol) = (link.peer.clone(), link.protocol);
        if protocol == Protocol::WebSocket && !rows::knows(self.agent.model(), &peer) {
            (self.tell)(AgentEvent::Stranger { peer });
            return;
        }
        let (channel, origin) = (Channel::new(link.number), link.origin);
        match self.peers.admit(link) {
            Ok(None) => {}
            Ok(Some(older)) => {
                (self.tell)(AgentEvent::Replaced { peer: peer.clone() });
                self.lost(&older);
                (self.tell)(AgentEvent::Disconnected { peer: older.peer, protocol, why: None });
            }
            Err(_second) => {
                (self.tell)(AgentEvent::Replaced { peer });
                self.rest(origin);
                return;
            }
        }
        if !origin.is_accepted {
            self.count_tries(&row, 0);
        }
        let connection = match protocol {
            Protocol::Uds => Connection::Uds,
            Protocol::WebSocket => Connection::WebSocket,
        };
        let connected = Input::Connected { controller: &peer, connection, channel };
        self.agent.handle_input(connected, self.clock.now());
        (self.tell)(AgentEvent::Connected { peer: peer.clone(), protocol });
        self.settle();
        for record in self.waiting.remove(&peer).unwrap_or_default() {
            self.send(peer.clone(), record, Via::Channel(channel));
        }
    }

    /// Does not call any more as long as there is another connection.
    fn rest(&mut self, origin: Origin) {
        if let Some(gone) =
            self.ways.values_mut().find(|gone| gone.number == origin.way && !origin.is_accepted)
        {
            gone.way = None;
            gone.rests = true;
        }
    }

    /// Closes a connection, once all that waits is sent.
    fn close(&mut self, number: u32) {
        if let Some(Link { peer, protocol, .. }) = self.forget(number) {
            (self.tell)(AgentEvent::Disconnected { peer, protocol, why: None });
        }
    }

    fn forget(&mut self, number: u32) -> Option<Link> {
        let link = self.peers.remove(number)?;
        self.lost(&link);
        Some(link)
    }

    /// Takes in that a link is gone.
    fn lost(&mut self, link: &Link) {
        self.leaving.remove(&link.number);
        if self.ways.values().any(|gone| gone.rests) {
            self.ways.retain(|_, gone| !gone.rests);
            self.arranged = None;
        }
        let gone = Input::Disconnected { controller: &link.peer, channel: Channel::new(link.number) };
        self.agent.handle_input(gone, self.clock.now());
    }

    /// Goes for the ways that the model wants now, and for no others.
    fn arrange(&mut self, ways: &Ways) {
        let revision = Some(self.agent.revision());
        if core::mem::replace(&mut self.arranged, revision) == revision {
            return;
        }
        let mut wanted = rows::wanted(self.agent.model(), self.options);
        self.waiting.retain(|to, _| rows::knows(self.agent.model(), to));
        let differs = |source: &Source, gone: &Gone| wanted.get(source) != Some(&gone.wanted);
        let left: Vec<Source> = self
            .ways
            .iter()
            .filter(|(source, gone)| differs(source, gone))
            .map(|(source, _)| source.clone())
            .collect();
        for source in left {
            let Some(gone) = self.ways.remove(&source) else { continue };
            self.leave_way(gone.number);
            self.tell_status(&source.row, "Down");
        }
        wanted.retain(|source, _| !self.ways.contains_key(source));
        for (source, wanted) in wanted {
            self.last_way = self.last_way.wrapping_add(1);
            let number = self.last_way;
            let way = match wanted.clone() {
                #[cfg(feature = "websocket")]
                wanted if wanted.is_secure() && self.tls.is_none() => {
                    self.tell_status(&source.row, "Error");
                    (self.tell)(AgentEvent::WithoutTls { row: source.row.clone() });
                    None
                }
                Wanted::Dial { destination, options } => Some(ways.dial(number, destination, options)),
                Wanted::Listen { place, options } => Some(ways.listen(number, place, options)),
            };
            self.ways.insert(source, Gone { number, wanted, way, rests: false });
        }
    }

    /// Says goodbye on the connections that have come about by a way, which closes them [R-MTP.7].
    fn leave_way(&mut self, way: u32) {
        let of_it = self.peers.links().filter(|link| link.origin.way == way);
        let links: Vec<(u32, EndpointId)> = of_it.map(|link| (link.number, link.peer.clone())).collect();
        for (number, peer) in links {
            let (code, reason) = (ErrorCode::SESSION_CONTEXT_TERMINATED, "the MTP is not what it was");
            if rows::knows(self.agent.model(), &peer) {
                self.leaving.insert(number);
                self.agent.disconnect_channel(&peer, Channel::new(number), code, reason, self.clock.now());
            } else {
                // The Agent says nothing to it.
                self.close(number);
            }
        }
    }

    /// Says goodbye to everybody, saves what is to be saved, and closes all connections.
    async fn leave(&mut self, mut happens: mpsc::Receiver<LinkEvent>) {
        self.ways.clear();
        let peers: BTreeSet<EndpointId> = self.peers.links().map(|link| link.peer.clone()).collect();
        for peer in peers {
            let (code, reason) = (ErrorCode::SESSION_CONTEXT_TERMINATED, "the Agent stops");
            self.agent.disconnect(&peer, code, reason, self.clock.now());
        }
        self.settle();
        while self.saving.is_some() {
            let saved = finished(&mut self.saving).await;
            self.saved(saved);
            self.settle();
        }
        let mut open: BTreeSet<u32> = self.peers.links().map(|link| link.number).collect();
        self.peers = Peers::default();
        while !open.is_empty() {
            match happens.recv().await {
                Some(LinkEvent::Down { number, .. }) => _ = open.remove(&number),
                Some(_) => {}
                None => return,
            }
        }
    }

    /// The row that a way is described by, as long as it is gone for.
    fn row(&self, way: u32) -> Option<String> {
        let (source, _) = self.ways.iter().find(|(_, gone)| gone.number == way)?;
        Some(source.row.clone())
    }

    /// `Status` of a row of the Agent's own MTPs, where the model has one.
    fn tell_status(&mut self, row: &str, status: &str) {
        if row.starts_with("Device.LocalAgent.MTP.") {
            let path = format!("{row}Status");
            self.set(&path, status);
        }
    }

    /// `CurrentRetryCount` of a row of a Controller's MTPs, where the model has one.
    fn count_tries(&mut self, row: &str, tries: u32) {
        if row.starts_with("Device.LocalAgent.Controller.") {
            let path = format!("{row}WebSocket.CurrentRetryCount");
            self.set(&path, &tries.to_string());
        }
    }

    /// What only tells how it goes: a model that has no place for it goes without.
    fn set(&mut self, path: &str, text: &str) {
        if self.agent.model().value_at(path).is_ok_and(|value| value.to_string() != text) {
            let _ = self.agent.update(self.clock.now(), |model| model.update_value_at(path, text));
        }
    }
}

/// Whether a Record of ours is a Disconnect Record.
fn is_goodbye(record: &[u8]) -> bool {
    let content = reader::Record::open(record).ok().and_then(|record| record.content().cloned());
    matches!(content, Some(Content::Disconnect { .. }))
}

/// What has come of saving; pending where nothing is being saved. `None`: the task has panicked.
async fn finished(saving: &mut Option<JoinHandle<Saved>>) -> Option<Saved> {
    match saving {
        Some(task) => {
            let saved = task.await.ok();
            *saving = None;
            saved
        }
        None => core::future::pending().await,
    }
}

/// Pending where nobody is left who could say so.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stopped| *stopped).await.is_err() {
        core::future::pending().await
    }
}

/// Pending where there is no such moment.
async fn reached(moment: Option<time::Instant>) {
    match moment {
        Some(moment) => time::sleep_until(moment).await,
        None => core::future::pending().await,
    }
}

impl<R> fmt::Debug for AgentRuntime<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentRuntime")
            .field("links", &self.peers.links().count())
            .field("ways", &self.ways.len())
            .finish_non_exhaustive()
    }
}
