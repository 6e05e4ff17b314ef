//! The checksum CRC-32 of IEEE 802.3, as ZIP and PNG have it.

/// What each byte does to the checksum.
const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut sum, mut bit) = (byte as u32, 0);
        while bit < 8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 };
            bit += 1;
        }
        table[byte] = sum;
        byte += 1;
    }
    table
};

/// A checksum that takes its bytes in pieces.
#[derive(Debug, Clone, Copy)]
pub(super) struct Crc32(u32);

impl Crc32 {
    pub(super) const fn new() -> Self {
        Self(u32::MAX)
    }

    pub(super) fn with(self, bytes: &[u8]) -> Self {
        let step = |sum: u32, byte: &u8| (sum >> 8) ^ TABLE[usize::from((sum as u8) ^ byte)];
        Self(bytes.iter().fold(self.0, step))
    }

    pub(super) const fn value(self) -> u32 {
        !self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_of_the_algorithm() {
        assert_eq!(Crc32::new().with(b"123456789").value(), 0xCBF4_3926);
        assert_eq!(Crc32::new().with(b"1234").with(b"").with(b"56789").value(), 0xCBF4_3926);
        assert_eq!(Crc32::new().value(), 0);
    }
}
