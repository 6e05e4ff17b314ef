//! The stream of bytes below a WebSocket.

use core::future::poll_fn;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::io;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::Instant;

use crate::websocket::boundary::Boundary;

/// A stream that knows when something has come, and whether the other end takes what goes.
pub(super) struct Stream {
    io: Pin<Box<dyn Io>>,
    heard: Instant,
    is_blocked: bool,
    passed_over: usize,
    /// Of the frames that come.
    boundary: Boundary,
    /// Bytes of the longest piece that was written.
    longest: usize,
}

trait Io: AsyncRead + AsyncWrite + Send {}

impl<S: AsyncRead + AsyncWrite + Send> Io for S {}

impl Stream {
    /// So many bytes are passed over: more than there can be on the way of a Record that was too long.
    const MOST_PASSED_OVER: usize = 8 << 20;

    pub(super) fn new(io: impl AsyncRead + AsyncWrite + Send + 'static) -> Self {
        Self {
            io: Box::pin(io),
            heard: Instant::now(),
            is_blocked: false,
            passed_over: 0,
            boundary: Boundary::default(),
            longest: 0,
        }
    }

    /// When the last byte has come.
    ///
    /// Bytes count, and not frames: a Record that is long on its way over a slow line is a sign of life as well.
    pub(super) const fn heard(&self) -> Instant {
        self.heard
    }

    /// Whether the other end has not taken all that was written.
    pub(super) const fn is_blocked(&self) -> bool {
        self.is_blocked
    }

    /// One that is at its end, and takes nothing.
    pub(super) fn ended() -> Self {
        Self::new(tokio::io::join(tokio::io::empty(), tokio::io::sink()))
    }

    /// From here on frames come, of which these bytes have come already.
    pub(super) fn begin_frames(&mut self, rest: &[u8]) {
        self.boundary = Boundary::default();
        self.boundary.follow(rest);
        self.longest = 0;
    }

    /// Whether nothing is under way in either direction: all that came were whole messages, and all that goes has gone.
    pub(super) const fn is_quiet(&self) -> bool {
        self.boundary.is_at_end() && !self.is_blocked
    }

    /// The length of the longest frame, there or back, since frames began.
    pub(super) fn longest(&self) -> usize {
        usize::try_from(self.boundary.longest()).unwrap_or(usize::MAX).max(self.longest)
    }

    /// Ends our direction, and waits until the other end has ended the other one.
    pub(super) async fn finish(&mut self) {
        if self.shutdown().await.is_ok() {
            poll_fn(|cx| self.poll_pass_over(cx)).await;
        }
    }

    /// Passes over what still comes, if it comes to an end. Were it left unread, the system would tell the other end of
    /// a failure, which may overtake what was written last.
    pub(super) fn poll_pass_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut passed = [0; 1024];
        loop {
            let mut passed = ReadBuf::new(&mut passed);
            let is_over = ready!(self.io.as_mut().poll_read(cx, &mut passed)).is_err();
            self.passed_over += passed.filled().len();
            if is_over || passed.filled().is_empty() || self.passed_over > Self::MOST_PASSED_OVER {
                return Poll::Ready(());
            }
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = to.filled().len();
        let polled = self.io.as_mut().poll_read(cx, to);
        if let Some(come) = to.filled().get(before..).filter(|come| !come.is_empty()) {
            self.heard = Instant::now();
            self.boundary.follow(come);
        }
        polled
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        let polled = self.io.as_mut().poll_write(cx, from);
        self.longest = self.longest.max(from.len());
        self.is_blocked = polled.is_pending();
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = self.io.as_mut().poll_flush(cx);
        self.is_blocked = polled.is_pending();
        polled
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io.as_mut().poll_shutdown(cx)
    }
}
