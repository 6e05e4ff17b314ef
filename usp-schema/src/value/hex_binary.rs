//! The hexBinary type.

use alloc::vec::Vec;
use core::fmt::{self, Write as _};
use core::str::FromStr;

use super::ValueError;
use super::primitive_type::trim;

/// A value of the TR-106 type `hexBinary`: octets.
///
/// The text is two hexadecimal digits for each octet, of either case; the canonical form has
/// upper-case digits, as XML Schema says. Size facets count the octets, not the digits.
///
/// ```
/// use usp_schema::HexBinary;
///
/// let value: HexBinary = "00c0ffEE".parse()?;
/// assert_eq!(value.as_bytes(), [0x00, 0xc0, 0xff, 0xee]);
/// assert_eq!(value.to_string(), "00C0FFEE");
/// assert!("ABC".parse::<HexBinary>().is_err());
/// # Ok::<(), usp_schema::ValueError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct HexBinary(Vec<u8>);

impl HexBinary {
    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The octets, given away.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The number of octets.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no octets.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for HexBinary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| {
            f.write_char(digit(octet >> 4))?;
            f.write_char(digit(octet & 15))
        })
    }
}

impl FromStr for HexBinary {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let (pairs, rest) = trim(text).as_bytes().as_chunks::<2>();
        if !rest.is_empty() {
            return Err(ValueError::wrong_type("hexBinary", "the number of digits is odd", text));
        }
        pairs
            .iter()
            .map(|&[high, low]| Some(nibble(high)? << 4 | nibble(low)?))
            .collect::<Option<_>>()
            .map(Self)
            .ok_or_else(|| {
                ValueError::wrong_type("hexBinary", "only the digits 0-9, A-F and a-f are allowed", text)
            })
    }
}

impl From<Vec<u8>> for HexBinary {
    fn from(octets: Vec<u8>) -> Self {
        Self(octets)
    }
}

impl From<&[u8]> for HexBinary {
    fn from(octets: &[u8]) -> Self {
        Self(octets.to_vec())
    }
}

/// The upper-case digit for a number below 16.
fn digit(nibble: u8) -> char {
    char::from(if nibble < 10 { b'0' + nibble } else { b'A' + nibble - 10 })
}

/// The value of a hexadecimal digit.
pub(super) fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    /// [R-ENC.6]
    #[test]
    fn reads_both_cases_and_writes_upper_case() {
        let value: HexBinary = "00fFaB90".parse().unwrap();
        assert_eq!(value.as_bytes(), [0x00, 0xff, 0xab, 0x90]);
        assert_eq!(value.to_string(), "00FFAB90");
    }

    #[test]
    fn empty_and_surrounding_white_space() {
        assert_eq!("".parse(), Ok(HexBinary::default()));
        assert_eq!(" 0A\n".parse(), Ok(HexBinary::from(&[10_u8][..])));
    }

    #[test]
    fn malformed_texts_are_refused() {
        for text in ["0", "abc", "0x", "0g", "+1", "0 0", "00 00", "é", "٠٠"] {
            assert!(text.parse::<HexBinary>().is_err(), "{text:?}");
        }
    }
}
