//! Frames: what goes over a UNIX domain socket, as defined by TR-369 section "UNIX Domain Socket Binding".

/// The first bytes of each frame `[R-UDS.8]`.
pub(super) const SYNC: [u8; 4] = *b"_USP";
/// Bytes of the header: those, and how many bytes follow `[R-UDS.7]` `[R-UDS.9]`.
pub(super) const HEADER: usize = 8;
/// Bytes before the value of a TLV: its type, and its length `[R-UDS.10]` `[R-UDS.11]`.
pub(super) const TLV_HEADER: usize = 5;

/// What a TLV is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TlvType {
    /// The Endpoint ID of the sender `[R-UDS.12]`.
    Handshake,
    /// What is wrong, in words `[R-UDS.13]`.
    Error,
    /// An encoded Record `[R-UDS.14]`.
    Record,
}

impl TlvType {
    /// `None` for those that are passed over `[R-UDS.15]`.
    pub(super) const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Handshake),
            2 => Some(Self::Error),
            3 => Some(Self::Record),
            _ => None,
        }
    }

    const fn byte(self) -> u8 {
        match self {
            Self::Handshake => 1,
            Self::Error => 2,
            Self::Record => 3,
        }
    }
}

/// A frame with one TLV `[R-UDS.6]`; `None` where the value is longer than a frame can say.
pub(super) fn frame(tlv: TlvType, value: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(value.len()).ok()?;
    let rest = length.checked_add(u32::try_from(TLV_HEADER).ok()?)?;
    let mut frame = Vec::with_capacity(HEADER + TLV_HEADER + value.len());
    frame.extend_from_slice(&SYNC);
    frame.extend_from_slice(&rest.to_be_bytes());
    frame.push(tlv.byte());
    frame.extend_from_slice(&length.to_be_bytes());
    frame.extend_from_slice(value);
    Some(frame)
}

/// The number in these four bytes of a header.
pub(super) fn number(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of TR-369, byte for byte.
    #[test]
    fn r_uds_6_7_8_10_16_the_handshake_of_the_standard() {
        let expected =
            [&[0x5f, 0x55, 0x53, 0x50, 0, 0, 0, 0x1a, 1, 0, 0, 0, 0x15][..], b"os::00256D-0123456789"];
        assert_eq!(frame(TlvType::Handshake, b"os::00256D-0123456789"), Some(expected.concat()));
    }

    #[test]
    fn r_uds_9_11_lengths_are_in_network_order() {
        let frame = frame(TlvType::Record, &[7; 0x1_0203]).expect("short enough");
        assert_eq!(frame[4..8], [0, 1, 2, 8]);
        assert_eq!(frame[8..13], [3, 0, 1, 2, 3]);
        assert_eq!((number(&frame[4..8]), number(&frame[9..13])), (0x1_0208, 0x1_0203));
    }

    #[test]
    fn r_uds_12_13_14_types_have_their_numbers() {
        for (byte, tlv) in [(1, TlvType::Handshake), (2, TlvType::Error), (3, TlvType::Record)] {
            assert_eq!((TlvType::from_byte(byte), tlv.byte()), (Some(tlv), byte));
        }
        assert_eq!((TlvType::from_byte(0), TlvType::from_byte(4)), (None, None));
    }
}
