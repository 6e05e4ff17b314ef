//! Bytes on their way in one direction.

use alloc::collections::VecDeque;

/// A queue of bytes, in which each Record stands behind its length in four bytes, the highest first.
///
/// It is here in place of a transport. WebSocket, MQTT and STOMP have frames of their own; a stream of bytes needs
/// some.
#[derive(Debug, Default)]
pub struct Queue(VecDeque<u8>);

impl Queue {
    /// Puts a Record at the end.
    pub fn push(&mut self, record: &[u8]) {
        // A Record of 4 GB would be refused by the other end all the same.
        let length = u32::try_from(record.len()).unwrap_or(u32::MAX);
        self.push_bytes(&length.to_be_bytes());
        self.push_bytes(record);
    }

    /// Puts bytes at the end, as they come in: a Record may come in pieces.
    pub fn push_bytes(&mut self, bytes: &[u8]) {
        self.0.extend(bytes);
    }

    /// Takes the first Record; `None` while not all of it is there.
    pub fn pop(&mut self) -> Option<Vec<u8>> {
        let head: Vec<u8> = self.0.iter().copied().take(4).collect();
        let length = usize::try_from(u32::from_be_bytes(head.try_into().ok()?)).ok()?;
        if self.0.len() - 4 < length {
            return None;
        }
        self.0.drain(..4);
        Some(self.0.drain(..length).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_out_whole_and_in_order() {
        let mut queue = Queue::default();
        let mut sent = Queue::default();
        sent.push(b"one");
        sent.push(b"");
        sent.push(b"three");
        let mut received = Vec::new();
        for byte in sent.0 {
            queue.push_bytes(&[byte]);
            received.extend(queue.pop());
        }
        assert_eq!(received, [&b"one"[..], b"", b"three"]);
        assert_eq!(queue.pop(), None);
    }
}
