//! Connections while they are in use: what comes of each goes to the one task that drives the engine, and what that
//! sends waits in a queue of its own, so that one other end that takes nothing holds up nobody.

use alloc::sync::Arc;
use core::net::SocketAddr;
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use core::time::Duration;
use std::io;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{self, MissedTickBehavior};
use usp_record::EndpointId;

use crate::OpenError;
use crate::connection::{Closed, Connection, Protocol, RecordSender};

/// Records that may wait for one other end.
const MAX_WAITING: usize = 1_000;
/// Bytes of them, unless there is only one.
const MAX_WAITING_BYTES: usize = 16 << 20;
/// What may come before the engine has taken it. Whoever sends more has to wait.
const MAX_COMING: usize = 64;

/// What a connection came about by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The number of the [`Way`](crate::ways::Way).
    pub(crate) way: u32,
    /// Whether the other end has called.
    pub(crate) is_accepted: bool,
}

/// A connection in use, as whoever drives the engine sees it. Dropped, it closes once all that waits is sent.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) number: u32,
    pub(crate) peer: EndpointId,
    pub(crate) protocol: Protocol,
    pub(crate) origin: Origin,
    queue: mpsc::Sender<Vec<u8>>,
    waiting: Arc<AtomicUsize>,
    /// Ends with the link.
    _wanted: oneshot::Sender<()>,
}

impl Link {
    /// Has a Record sent, behind those that wait. Fails when too much waits: the other end takes nothing any more.
    pub(crate) fn send(&self, record: Vec<u8>) -> Result<(), Vec<u8>> {
        let length = record.len();
        let before = self.waiting.load(Ordering::Relaxed);
        if before > 0 && before.saturating_add(length) > MAX_WAITING_BYTES {
            return Err(record);
        }
        self.queue.try_send(record).map_err(|refused| refused.into_inner())?;
        self.waiting.fetch_add(length, Ordering::Relaxed);
        Ok(())
    }
}

/// What happens with connections.
#[derive(Debug)]
pub(crate) enum LinkEvent {
    /// It is there.
    Up(Link),
    /// A Record came.
    Record { number: u32, record: Vec<u8> },
    /// It is gone; `None` where we did not want it any more.
    Down { number: u32, why: Option<Closed> },
    /// It has not come about; `tries` in a row have not.
    CannotOpen { way: u32, tries: u32, error: OpenError },
    /// Others may call; `address` is where, if that is an address of IP.
    Listening {
        way: u32,
        #[cfg_attr(
            not(feature = "controller"),
            allow(dead_code, reason = "only a Controller chooses by port 0")
        )]
        address: Option<SocketAddr>,
    },
    /// Nobody can call. It is tried again.
    CannotListen { way: u32, error: io::Error },
    /// Somebody has called, and no connection has come about.
    Refused { way: u32, error: OpenError },
}

/// Where connections tell what happens on them.
#[derive(Debug, Clone)]
pub(crate) struct Links {
    pub(crate) events: mpsc::Sender<LinkEvent>,
    numbers: Arc<AtomicU32>,
}

impl Links {
    /// The other end gives what happens.
    pub(crate) fn new() -> (Self, mpsc::Receiver<LinkEvent>) {
        let (events, happens) = mpsc::channel(MAX_COMING);
        (Self { events, numbers: Arc::default() }, happens)
    }

    /// Lets a connection be used until it is gone, or nobody wants it any more.
    pub(crate) async fn drive(&self, connection: Connection, origin: Origin, keep_alive: Option<Duration>) {
        let (queue, waiting) = mpsc::channel(MAX_WAITING);
        let bytes = Arc::new(AtomicUsize::new(0));
        // None is given twice, as Agents want it of their channels.
        let number = self.numbers.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        let (peer, protocol) = (connection.peer().clone(), connection.protocol());
        let (wanted, unwanted) = oneshot::channel();
        let link = Link { number, peer, protocol, origin, queue, waiting: bytes.clone(), _wanted: wanted };
        if self.events.send(LinkEvent::Up(link)).await.is_err() {
            return;
        }
        let (mut sender, mut receiver) = connection.split();
        let reading = async {
            loop {
                match receiver.receive().await {
                    Ok(record) => {
                        let event = LinkEvent::Record { number, record };
                        if self.events.send(event).await.is_err() {
                            return None;
                        }
                    }
                    Err(closed) => return Some(closed),
                }
            }
        };
        let writing = write(&mut sender, waiting, &bytes, keep_alive);
        // Whoever takes nothing does not hold up the end either.
        let unwanted = async {
            let _ = unwanted.await;
            time::sleep(RecordSender::CLOSING).await;
        };
        let why = tokio::select! {
            why = reading => why,
            why = writing => why,
            () = unwanted => None,
        };
        sender.close(why.as_ref()).await;
        // Where nobody listens any more, nobody needs to know.
        let _ = self.events.send(LinkEvent::Down { number, why }).await;
    }
}

/// Sends what waits, and asks now and then whether the other end is there [R-WS.17] [R-WS.18]. Ends when nobody has
/// anything to send any more.
async fn write(
    sender: &mut RecordSender,
    mut waiting: mpsc::Receiver<Vec<u8>>,
    bytes: &AtomicUsize,
    keep_alive: Option<Duration>,
) -> Option<Closed> {
    // An interval must not be zero; one that is never reached stands for none.
    let period = keep_alive.filter(|period| !period.is_zero()).unwrap_or(Duration::MAX / 4);
    let first = time::Instant::now().checked_add(period);
    let mut due = first.map(|first| time::interval_at(first, period));
    if let Some(due) = &mut due {
        due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    }
    loop {
        let asks = async {
            match &mut due {
                Some(due) => due.tick().await,
                None => core::future::pending().await,
            }
        };
        let sent = tokio::select! {
            record = waiting.recv() => {
                let record = record?;
                let sent = sender.send(&record).await;
                bytes.fetch_sub(record.len(), Ordering::Relaxed);
                sent
            }
            _ = asks => sender.ping().await,
        };
        if let Err(closed) = sent {
            return Some(closed);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{Options, uds};

    fn id(text: &str) -> EndpointId {
        EndpointId::parse(text).expect("an Endpoint ID")
    }

    /// A link without a connection, and what is sent over it.
    pub(crate) fn link(
        number: u32,
        peer: &str,
        protocol: Protocol,
        is_accepted: bool,
    ) -> (Link, mpsc::Receiver<Vec<u8>>) {
        let (queue, sent) = mpsc::channel(MAX_WAITING);
        let origin = Origin { way: 0, is_accepted };
        let (waiting, (wanted, _)) = (Arc::default(), oneshot::channel());
        (Link { number, peer: id(peer), protocol, origin, queue, waiting, _wanted: wanted }, sent)
    }

    /// A link over a stream whose other end takes no more than a few bytes, and that end.
    async fn narrow() -> (Link, mpsc::Receiver<LinkEvent>, Connection) {
        let (links, mut happens) = Links::new();
        let (here, there) = tokio::io::duplex(64);
        let (us, them) = (id("self::us"), id("self::them"));
        let (ours, theirs) = tokio::join!(
            uds::open(here, &us, Options::DEFAULT),
            uds::accept(there, &them, Options::DEFAULT),
        );
        let origin = Origin { way: 1, is_accepted: false };
        let ours = ours.expect("both ends know each other");
        tokio::spawn(async move { links.drive(ours, origin, None).await });
        let Some(LinkEvent::Up(link)) = happens.recv().await else { panic!("the link is there") };
        (link, happens, theirs.expect("both ends know each other"))
    }

    fn record() -> Vec<u8> {
        usp_record::Record::no_session(&id("self::us"), &id("self::them"), vec![1; 500]).encode_to_vec()
    }

    #[tokio::test(start_paused = true)]
    async fn what_waits_is_sent_before_a_link_closes() {
        let (link, mut happens, theirs) = narrow().await;
        let sent = [(); 3].map(|()| record());
        for record in &sent {
            link.send(record.clone()).expect("there is room");
        }
        drop(link);
        let (_sender, mut receiver) = theirs.split();
        for record in sent {
            assert_eq!(receiver.receive().await.expect("it comes"), record);
        }
        assert!(matches!(receiver.receive().await, Err(Closed::ByPeer)));
        assert!(matches!(happens.recv().await, Some(LinkEvent::Down { number: 1, why: None })));
    }

    #[tokio::test(start_paused = true)]
    async fn a_link_whose_other_end_takes_nothing_is_closed_in_the_end() {
        let (link, mut happens, _theirs) = narrow().await;
        link.send(record()).expect("there is room");
        let begin = time::Instant::now();
        drop(link);
        let gone = time::timeout(RecordSender::CLOSING * 10, happens.recv()).await.expect("it is closed");
        assert!(matches!(gone, Some(LinkEvent::Down { number: 1, why: None })));
        assert!(begin.elapsed() >= RecordSender::CLOSING, "it was not given its time");
    }

    #[tokio::test]
    async fn more_than_a_queue_holds_is_refused() {
        let (link, _sent) = link(1, "self::them", Protocol::Uds, true);
        let large = vec![0; MAX_WAITING_BYTES + 1];
        // One alone may be as long as it likes.
        link.send(large).expect("nothing waits");
        assert_eq!(link.send(vec![7]), Err(vec![7]));
        let (link, _sent) = self::link(2, "self::them", Protocol::Uds, true);
        for _ in 0..MAX_WAITING {
            link.send(vec![7]).expect("there is room");
        }
        assert_eq!(link.send(vec![7]), Err(vec![7]));
    }
}
