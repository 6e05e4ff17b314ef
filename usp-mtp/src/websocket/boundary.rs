//! Where frames end, in what comes over a WebSocket (RFC 6455, section 5.2).

/// Follows the bytes that come, without keeping any: whether they have ended with a message.
///
/// Whoever reads frames keeps a buffer as long as the longest of them. This tells when there is nothing in it, so that
/// it may go.
#[derive(Debug, Default)]
pub(super) struct Boundary {
    header: [u8; Self::LONGEST],
    /// Bytes of the header that have come.
    known: usize,
    /// Bytes of the payload that are still to come.
    left: u64,
    /// Whether more fragments are to come.
    is_fragmented: bool,
    longest: u64,
}

impl Boundary {
    /// Bytes of the longest header: two, eight of a length, four of a mask.
    const LONGEST: usize = 14;

    /// Takes in what has come.
    pub(super) fn follow(&mut self, mut bytes: &[u8]) {
        while let Some((first, rest)) = bytes.split_first() {
            if self.left > 0 {
                let passed = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
                self.left -= passed as u64;
                bytes = &bytes[passed..];
                continue;
            }
            bytes = rest;
            self.header[self.known] = *first;
            self.known += 1;
            if let Some(payload) = self.payload() {
                self.known = 0;
                self.left = payload;
                self.longest = self.longest.max(payload);
                let opcode = self.header[0] & 0x0f;
                // Control frames may come between fragments.
                if opcode < 8 {
                    self.is_fragmented = self.header[0] & 0x80 == 0;
                }
            }
        }
    }

    /// Whether the last byte was that of a message.
    pub(super) const fn is_at_end(&self) -> bool {
        self.known == 0 && self.left == 0 && !self.is_fragmented
    }

    /// The length of the longest payload of a frame.
    pub(super) const fn longest(&self) -> u64 {
        self.longest
    }

    /// The length of the payload, as soon as the whole header has come.
    fn payload(&self) -> Option<u64> {
        let [_, second, ..] = self.header;
        let extended = match second & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let mask = if second & 0x80 == 0 { 0 } else { 4 };
        if self.known < 2 || self.known < 2 + extended + mask {
            return None;
        }
        let number = |bytes: &[u8]| bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        Some(if extended == 0 { u64::from(second & 0x7f) } else { number(&self.header[2..2 + extended]) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(first: u8, length: usize, mask: bool) -> Vec<u8> {
        let marked = |length: u8| length | if mask { 0x80 } else { 0 };
        let mut frame = vec![first];
        match length {
            0..=125 => frame.push(marked(length as u8)),
            126..=0xffff => {
                frame.push(marked(126));
                frame.extend((length as u16).to_be_bytes());
            }
            _ => {
                frame.push(marked(127));
                frame.extend((length as u64).to_be_bytes());
            }
        }
        frame.resize(frame.len() + if mask { 4 } else { 0 } + length, 0xff);
        frame
    }

    /// Whether a message has ended, after each byte.
    fn ends(bytes: &[u8]) -> Vec<bool> {
        let mut boundary = Boundary::default();
        bytes
            .iter()
            .map(|byte| {
                boundary.follow(&[*byte]);
                boundary.is_at_end()
            })
            .collect()
    }

    #[test]
    fn a_message_ends_with_its_last_byte() {
        for length in [0, 1, 125, 126, 0xffff, 0x1_0000] {
            for mask in [false, true] {
                let bytes = frame(0x82, length, mask);
                let ends = ends(&bytes);
                assert_eq!(ends.iter().position(|end| *end), Some(bytes.len() - 1), "{length}, {mask}");
                let mut boundary = Boundary::default();
                boundary.follow(&[&bytes[..], &bytes].concat());
                assert_eq!((boundary.is_at_end(), boundary.longest()), (true, length as u64));
            }
        }
    }

    #[test]
    fn between_fragments_no_message_has_ended() {
        let (first, ping, last) = (frame(0x02, 3, true), frame(0x89, 2, true), frame(0x80, 3, true));
        let bytes = [&first[..], &ping, &last].concat();
        let ends = ends(&bytes);
        assert_eq!(ends.iter().position(|end| *end), Some(bytes.len() - 1));
    }

    /// A length that nobody means is only counted.
    #[test]
    fn a_length_of_many_bytes_costs_none() {
        let mut boundary = Boundary::default();
        boundary.follow(&[0x82, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]);
        assert!(!boundary.is_at_end());
        assert_eq!(boundary.left, u64::MAX - 3);
    }
}
