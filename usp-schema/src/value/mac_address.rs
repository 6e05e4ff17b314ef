//! The data type MACAddress.

use core::fmt;
use core::str::FromStr;

use super::ValueError;
use super::hex_binary::nibble;

/// A value of the TR-181 data type `MACAddress`: six octets, or empty when unspecified.
///
/// The text is six pairs of hexadecimal digits of either case, separated by colons; this crate
/// writes upper-case digits.
///
/// ```
/// use usp_schema::MacAddress;
///
/// let address: MacAddress = "00:1a:2b:3c:4d:5e".parse()?;
/// assert_eq!(address.octets(), Some([0x00, 0x1a, 0x2b, 0x3c, 0x4d, 0x5e]));
/// assert_eq!(address.to_string(), "00:1A:2B:3C:4D:5E");
/// assert!("".parse::<MacAddress>()?.is_empty());
/// # Ok::<(), usp_schema::ValueError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MacAddress(Option<[u8; 6]>);

impl MacAddress {
    /// The unspecified address, whose text is empty.
    pub const EMPTY: Self = Self(None);

    /// The six octets, unless the address is unspecified.
    pub fn octets(self) -> Option<[u8; 6]> {
        self.0
    }

    /// Whether the address is unspecified.
    pub fn is_empty(self) -> bool {
        self.0.is_none()
    }
}

impl fmt::Display for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some([a, b, c, d, e, g]) => write!(f, "{a:02X}:{b:02X}:{c:02X}:{d:02X}:{e:02X}:{g:02X}"),
            None => Ok(()),
        }
    }
}

impl FromStr for MacAddress {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        if text.is_empty() {
            return Ok(Self::EMPTY);
        }
        read(text.as_bytes()).map(|octets| Self(Some(octets))).ok_or_else(|| {
            ValueError::facet(
                "MACAddress",
                "it is six pairs of hexadecimal digits with colons, or empty",
                text,
            )
        })
    }
}

impl From<[u8; 6]> for MacAddress {
    fn from(octets: [u8; 6]) -> Self {
        Self(Some(octets))
    }
}

fn read(text: &[u8]) -> Option<[u8; 6]> {
    let mut octets = [0; 6];
    let mut pairs = text.split(|byte| *byte == b':');
    for octet in &mut octets {
        let &[high, low] = pairs.next()? else { return None };
        *octet = nibble(high)? << 4 | nibble(low)?;
    }
    pairs.next().is_none().then_some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ValueErrorKind;

    #[test]
    fn malformed_addresses_are_refused_as_values_of_a_string() {
        for text in [
            " ",
            ":",
            "00:1A:2B:3C:4D",
            "00:1A:2B:3C:4D:5E:6F",
            "00:1A:2B:3C:4D:5",
            "00:1A:2B:3C:4D:5G",
            "001A2B3C4D5E",
            "00-1A-2B-3C-4D-5E",
            "00:1A:2B:3C:4D:5E ",
            "é:1A:2B:3C:4D:5E",
        ] {
            let error = text.parse::<MacAddress>().unwrap_err();
            assert_eq!(error.kind(), ValueErrorKind::Facet, "{text:?}");
        }
    }
}
