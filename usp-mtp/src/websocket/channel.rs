//! The two directions of a WebSocket.

use alloc::sync::Arc;
use core::fmt;
use core::future::poll_fn;
use core::mem;
use core::pin::Pin;
use core::task::{Context, Poll, Waker, ready};
use core::time::Duration;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::{FutureExt, Sink, Stream as _};
use tokio::io::AsyncWrite;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message, Role, WebSocketConfig};

use crate::websocket::head::text;
use crate::websocket::stream::Stream;
use crate::{Closed, Options};

/// Bytes that are read at once, if they are there; and what is kept to read into while nothing comes.
const READ: usize = 2 << 10;
/// The longest frame after which buffers are kept.
const KEPT: usize = READ;

/// Makes the directions of a stream whose handshake is over, `rest` being what has come after it.
pub(super) async fn halves(
    mut stream: Stream,
    rest: Vec<u8>,
    role: Role,
    options: Options,
) -> (Sender, Receiver) {
    let config = WebSocketConfig::default()
        .read_buffer_size(READ)
        .write_buffer_size(0)
        .max_message_size(Some(options.max_record))
        .max_frame_size(Some(options.max_record));
    stream.begin_frames(&rest);
    let stream = WebSocketStream::from_partially_read(stream, rest, role, Some(config)).await;
    let socket = Socket { stream, role, config, receiver: None, is_closing: false };
    let shared = Arc::new(Shared(Mutex::new(socket)));
    let patience = options.keep_alive.map(|interval| interval.saturating_mul(2));
    (Sender(shared.clone()), Receiver { shared, patience, unanswered: 0 })
}

/// The direction to the other end.
pub(crate) struct Sender(Arc<Shared>);

impl Sender {
    /// [R-WS.14] [R-WS.14a] [R-WS.15]
    pub(crate) async fn send(&mut self, record: &[u8]) -> Result<(), Closed> {
        self.put(Message::Binary(Bytes::copy_from_slice(record))).await
    }

    /// [R-WS.17]
    pub(crate) async fn ping(&mut self) -> Result<(), Closed> {
        self.put(Message::Ping(Bytes::new())).await
    }

    /// [R-WS.8] Says what is wrong, or answers what the other end has said, and then waits for the other end to be done
    /// with the connection.
    pub(crate) async fn close(&mut self, why: Option<&Closed>) {
        self.0.take_over();
        let told = match close_code(why) {
            Some(code) => {
                let reason = why.map(|why| brief(why.to_string())).unwrap_or_default().into();
                self.put(Message::Close(Some(CloseFrame { code, reason }))).await
            }
            None => self.flush().await,
        };
        let is_heard = told.is_ok() && !matches!(why, Some(Closed::Io(_) | Closed::Silent));
        let mut is_broken = matches!(why, Some(Closed::Frame(_) | Closed::TooLong { .. }));
        if is_heard {
            while let Some(message) = poll_fn(|cx| self.0.lock().poll_next(cx)).await {
                is_broken |= message.is_err();
            }
        }
        let ended = poll_fn(|cx| Pin::new(self.0.lock().stream.get_mut()).poll_shutdown(cx)).await;
        // What comes after what is no frame is none either: the other end's Close is not to be found there.
        if is_heard && is_broken && ended.is_ok() {
            poll_fn(|cx| self.0.lock().stream.get_mut().poll_pass_over(cx)).await;
        }
    }

    async fn put(&mut self, message: Message) -> Result<(), Closed> {
        poll_fn(|cx| self.0.lock().stream().poll_ready(cx)).await.map_err(closed)?;
        self.0.lock().stream().start_send(message).map_err(closed)?;
        self.flush().await
    }

    async fn flush(&mut self) -> Result<(), Closed> {
        poll_fn(|cx| self.0.lock().stream().poll_flush(cx)).await.map_err(closed)
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

/// The direction from the other end.
pub(crate) struct Receiver {
    shared: Arc<Shared>,
    /// How long nothing may come.
    patience: Option<Duration>,
    /// Pings that have come since the other end has last taken what it was sent.
    unanswered: usize,
}

impl Receiver {
    /// So many answers to Pings may be kept. Whoever sends them as often as once a second and takes nothing for a
    /// minute is not interested in answers.
    const MAX_UNANSWERED: usize = 64;

    /// The next Record, in however many fragments it comes [R-WS.14b]. Pings are answered on the way [R-WS.13].
    pub(crate) async fn receive(&mut self) -> Result<Vec<u8>, Closed> {
        loop {
            match self.next().await?.ok_or(Closed::ByPeer)?.map_err(closed)? {
                Message::Binary(record) => return Ok(record.into()),
                // [R-WS.16]
                Message::Text(_) => return Err(Closed::Frame("it is one of text".to_string())),
                Message::Close(frame) => return Err(told(frame)),
                Message::Ping(_) => self.count_ping().await?,
                Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }

    async fn count_ping(&mut self) -> Result<(), Closed> {
        if !self.shared.lock().stream.get_ref().is_blocked() {
            self.unanswered = 0;
            return Ok(());
        }
        self.unanswered += 1;
        if self.unanswered > Self::MAX_UNANSWERED {
            return Err(Closed::Frame("it is one of many Pings, whose answers are not taken".to_string()));
        }
        // A task that has done much is told that streams are blocked, so that it lets others go on. After that it can
        // be seen whether this one is.
        let mut has_yielded = false;
        let others = |cx: &mut Context<'_>| match mem::replace(&mut has_yielded, true) {
            true => Poll::Ready(()),
            false => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        };
        poll_fn(others).await;
        Ok(())
    }

    async fn next(&mut self) -> Result<Option<Result<Message, Error>>, Closed> {
        loop {
            let next = poll_fn(|cx| self.shared.lock().poll_receive(cx));
            let Some(deadline) = self.deadline() else { return next.await };
            if let Ok(next) = timeout_at(deadline, next).await {
                return next;
            }
            // Bytes may have come since, of what is no message yet.
            if self.deadline() == Some(deadline) {
                return Err(Closed::Silent);
            }
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.shared.lock().stream.get_ref().heard().checked_add(self.patience?)
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("unanswered", &self.unanswered).finish_non_exhaustive()
    }
}

/// What both directions need: whoever receives answers Pings, and whoever closes waits for an answer.
struct Shared(Mutex<Socket>);

struct Socket {
    stream: WebSocketStream<Stream>,
    role: Role,
    config: WebSocketConfig,
    /// Who waits for a Record.
    receiver: Option<Waker>,
    is_closing: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Socket> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes receiving the sender's, who closes.
    fn take_over(&self) {
        let mut socket = self.lock();
        socket.is_closing = true;
        if let Some(receiver) = socket.receiver.take() {
            receiver.wake();
        }
    }
}

impl Socket {
    fn stream(&mut self) -> Pin<&mut WebSocketStream<Stream>> {
        Pin::new(&mut self.stream)
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Message, Error>>> {
        self.stream().poll_next(cx)
    }

    fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Result<Message, Error>>, Closed>> {
        if self.is_closing {
            let text = "this end has closed it";
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::NotConnected, text).into()));
        }
        // A stream wakes only who has asked last.
        self.receiver = Some(cx.waker().clone());
        let mut polled = self.poll_next(cx);
        if polled.is_pending() && self.let_go() {
            polled = self.poll_next(cx);
        }
        let next = ready!(polled);
        self.receiver = None;
        Poll::Ready(Ok(next))
    }
}

impl Socket {
    /// Lets go of buffers that a long frame has made long, where they are empty: there may be very many connections on
    /// which nothing comes. Whoever keeps them has no way to be told to, and is made anew.
    fn let_go(&mut self) -> bool {
        let stream = self.stream.get_ref();
        if stream.longest() <= KEPT || !stream.is_quiet() {
            return false;
        }
        let Some(ended) = self.made_anew(Stream::ended()) else { return false };
        let mut stream = mem::replace(&mut self.stream, ended).into_inner();
        stream.begin_frames(&[]);
        // Nothing is waited for: the future is there for the sake of handshakes.
        if let Some(made) = self.made_anew(stream) {
            self.stream = made;
        }
        true
    }

    fn made_anew(&self, stream: Stream) -> Option<WebSocketStream<Stream>> {
        WebSocketStream::from_raw_socket(stream, self.role, Some(self.config)).now_or_never()
    }
}

/// What a Close frame of ours says; `None` where the other end has sent one already, or hears nothing.
const fn close_code(why: Option<&Closed>) -> Option<CloseCode> {
    match why {
        None => Some(CloseCode::Normal),
        // [R-WS.16]
        Some(Closed::Record(_) | Closed::Frame(_)) => Some(CloseCode::Unsupported),
        Some(Closed::TooLong { .. }) => Some(CloseCode::Size),
        Some(Closed::Silent) => Some(CloseCode::Away),
        Some(Closed::ByPeer | Closed::Error(_) | Closed::Io(_)) => None,
    }
}

/// As much of a text as a Close frame holds besides the code.
fn brief(mut text: String) -> String {
    const MOST: usize = 123;
    text.truncate((0..=MOST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0));
    text
}

/// What a Close frame of the other end says.
fn told(frame: Option<CloseFrame>) -> Closed {
    match frame {
        None => Closed::ByPeer,
        Some(frame) if matches!(frame.code, CloseCode::Normal | CloseCode::Away) => Closed::ByPeer,
        Some(frame) => Closed::Error(format!("{} {}", frame.code, frame.reason).trim_end().to_string()),
    }
}

fn closed(error: Error) -> Closed {
    match error {
        // One cannot be sent after a Close.
        Error::ConnectionClosed | Error::AlreadyClosed | Error::Protocol(ProtocolError::SendAfterClosing) => {
            Closed::ByPeer
        }
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
            io::Error::new(io::ErrorKind::UnexpectedEof, "it ends without a Close frame").into()
        }
        Error::Io(error) => Closed::Io(error),
        Error::Capacity(CapacityError::MessageTooLong { size, max_size }) => {
            Closed::TooLong { length: size, limit: max_size }
        }
        error => Closed::Frame(text(&error)),
    }
}
