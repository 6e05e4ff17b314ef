//! The two directions of a stream that frames go over.

use core::fmt;
use core::pin::Pin;
use std::io;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::Closed;
use crate::uds::frame::{HEADER, SYNC, TLV_HEADER, TlvType, frame, number};

/// Bytes that are kept to read into while nothing comes; for what is long there is as much again as has come.
const IDLE: usize = 1 << 10;

/// The direction to the other end.
pub(crate) struct Sender {
    stream: Pin<Box<dyn AsyncWrite + Send>>,
}

impl Sender {
    pub(super) fn new(stream: impl AsyncWrite + Send + 'static) -> Self {
        Self { stream: Box::pin(stream) }
    }

    /// [R-UDS.22]
    pub(crate) async fn send(&mut self, record: &[u8]) -> Result<(), Closed> {
        self.write(TlvType::Record, record).await
    }

    /// [R-UDS.23] [R-UDS.24] What is wrong with what came is told; of an Error frame that came nothing is
    /// [R-UDS.25].
    pub(crate) async fn close(&mut self, why: Option<&Closed>) {
        if let Some(why @ (Closed::Record(_) | Closed::Frame(_) | Closed::TooLong { .. })) = why {
            let _ = self.write(TlvType::Error, why.to_string().as_bytes()).await;
        }
        let _ = self.stream.shutdown().await;
    }

    pub(super) async fn write(&mut self, tlv: TlvType, value: &[u8]) -> Result<(), Closed> {
        let too_long = || io::Error::new(io::ErrorKind::InvalidInput, "no frame is that long");
        let frame = frame(tlv, value).ok_or_else(too_long)?;
        self.stream.write_all(&frame).await?;
        Ok(self.stream.flush().await?)
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

/// The direction from the other end.
pub(crate) struct Receiver {
    stream: Pin<Box<dyn AsyncRead + Send>>,
    buffer: BytesMut,
    /// Bytes that are still to come of the frame at the front of the buffer.
    frame: usize,
    /// How many of those nobody wants: they are passed over as they come.
    skip: usize,
    limit: usize,
}

impl Receiver {
    /// A frame's value of more than `limit` bytes is not taken.
    pub(super) fn new(stream: impl AsyncRead + Send + 'static, limit: usize) -> Self {
        Self { stream: Box::pin(stream), buffer: BytesMut::new(), frame: 0, skip: 0, limit }
    }

    /// The next Record. Handshakes are unexpected by now [R-UDS.19].
    pub(crate) async fn receive(&mut self) -> Result<Vec<u8>, Closed> {
        match self.next(&[TlvType::Record, TlvType::Error]).await? {
            (TlvType::Error, text) => Err(told(&text)),
            (_, record) => Ok(record),
        }
    }

    /// The next TLV of one of these types; all others are passed over, and nothing is kept of them [R-UDS.15].
    pub(super) async fn next(&mut self, wanted: &[TlvType]) -> Result<(TlvType, Vec<u8>), Closed> {
        loop {
            if let Some(found) = self.take(wanted)? {
                return Ok(found);
            }
            self.make_room();
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                let at_a_frame = self.frame == 0 && self.buffer.is_empty();
                let cut = || Closed::Frame("it ends within a frame".to_string());
                return Err(if at_a_frame { Closed::ByPeer } else { cut() });
            }
        }
    }

    /// Lets go of what a long Record has taken: there may be very many connections on which nothing comes.
    fn make_room(&mut self) {
        if self.buffer.is_empty() && self.buffer.capacity() != IDLE {
            self.buffer = BytesMut::with_capacity(IDLE);
        } else if self.buffer.len() == self.buffer.capacity() {
            self.buffer.reserve(self.buffer.len().max(IDLE));
        }
    }

    /// The next TLV of one of these types, if the buffer has all of it.
    fn take(&mut self, wanted: &[TlvType]) -> Result<Option<(TlvType, Vec<u8>)>, Closed> {
        loop {
            let passed = self.skip.min(self.buffer.len());
            self.consume(passed);
            self.skip -= passed;
            if self.skip > 0 {
                return Ok(None);
            }
            if self.frame == 0 && !self.begin_frame()? {
                return Ok(None);
            }
            if self.frame < TLV_HEADER {
                return Err(Closed::Frame(format!("{} bytes are left for a TLV", self.frame)));
            }
            let Some((header, rest)) = self.buffer.split_at_checked(TLV_HEADER) else { return Ok(None) };
            let length = number(&header[1..]);
            if length > self.frame - TLV_HEADER {
                return Err(Closed::Frame(format!("a TLV of {length} bytes is longer than its frame")));
            }
            let Some(tlv) = TlvType::from_byte(header[0]).filter(|tlv| wanted.contains(tlv)) else {
                self.consume(TLV_HEADER);
                self.skip = length;
                continue;
            };
            if length > self.limit {
                return Err(Closed::TooLong { length, limit: self.limit });
            }
            let Some(value) = rest.get(..length).map(<[u8]>::to_vec) else { return Ok(None) };
            self.consume(TLV_HEADER + length);
            return Ok(Some((tlv, value)));
        }
    }

    /// Reads the header of a frame, if the buffer has it. What is no frame is one as soon as that can be told.
    fn begin_frame(&mut self) -> Result<bool, Closed> {
        if !self.buffer.iter().zip(SYNC).all(|(byte, sync)| *byte == sync) {
            return Err(Closed::Frame("it does not begin with the bytes of one".to_string()));
        }
        let Some(header) = self.buffer.get(..HEADER) else { return Ok(false) };
        self.frame = number(&header[SYNC.len()..]);
        self.buffer.advance(HEADER);
        if self.frame == 0 {
            return Err(Closed::Frame("it is empty".to_string()));
        }
        Ok(true)
    }

    fn consume(&mut self, count: usize) {
        self.buffer.advance(count);
        self.frame -= count;
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("buffered", &self.buffer.len()).finish_non_exhaustive()
    }
}

/// What an Error frame says.
pub(super) fn told(text: &[u8]) -> Closed {
    Closed::Error(String::from_utf8_lossy(text).into_owned())
}
