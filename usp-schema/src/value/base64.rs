//! The base64 type.

use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use super::ValueError;
use super::primitive_type::is_white_space;

/// A value of the TR-106 type `base64`: octets.
///
/// The text is base64 with the standard alphabet and padding (RFC 4648 section 4). White space in
/// it is ignored, as XML Schema's `base64Binary` allows; unused bits before the padding must be
/// zero. Size facets count the octets, not the characters of the text.
///
/// ```
/// use usp_schema::Base64;
///
/// let value: Base64 = "aGVs bG8=".parse()?;
/// assert_eq!(value.as_bytes(), b"hello");
/// assert_eq!(value.to_string(), "aGVsbG8=");
/// # Ok::<(), usp_schema::ValueError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Base64(Vec<u8>);

impl Base64 {
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

impl fmt::Display for Base64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for group in self.0.chunks(3) {
            let octet = |at: usize| group.get(at).map_or(0, |octet| u32::from(*octet));
            let bits = octet(0) << 16 | octet(1) << 8 | octet(2);
            let sign = |at: usize| match at <= group.len() {
                true => ALPHABET[(bits >> (18 - 6 * at)) as usize & 63],
                false => b'=',
            };
            let signs = [0, 1, 2, 3].map(sign);
            f.write_str(core::str::from_utf8(&signs).map_err(|_| fmt::Error)?)?;
        }
        Ok(())
    }
}

impl FromStr for Base64 {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        decode(text).map(Self).ok_or_else(|| {
            ValueError::wrong_type(
                "base64",
                "base64 is groups of four of A-Z, a-z, 0-9, + and /, the last one padded with =",
                text,
            )
        })
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The octets of a text; `None` where it is no base64. A package that does this has several times the code.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(text.len() / 4 * 3);
    // The bits of the group of four that is being read, with a one before them; and the signs of padding in it.
    let (mut bits, mut padding) = (1_u32, 0);
    for byte in text.bytes().filter(|byte| !is_white_space(char::from(*byte))) {
        let sign = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            // The third or fourth of a group.
            b'=' if bits >= 1 << 12 => {
                padding += 1;
                0
            }
            _ => return None,
        };
        // Nothing follows padding but padding.
        if padding > 0 && byte != b'=' {
            return None;
        }
        bits = bits << 6 | u32::from(sign);
        if bits >= 1 << 24 {
            let [_, group @ ..] = bits.to_be_bytes();
            let (given, unused) = group.split_at(3 - padding);
            if unused.iter().any(|octet| *octet != 0) {
                return None;
            }
            octets.extend_from_slice(given);
            bits = 1;
        }
    }
    (bits == 1).then_some(octets)
}

impl From<Vec<u8>> for Base64 {
    fn from(octets: Vec<u8>) -> Self {
        Self(octets)
    }
}

impl From<&[u8]> for Base64 {
    fn from(octets: &[u8]) -> Self {
        Self(octets.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::base64::Engine as _;
    use ::base64::engine::general_purpose::STANDARD;
    use alloc::string::ToString;
    use proptest::prelude::*;

    /// The test vectors of RFC 4648 section 10.
    const RFC_4648: [(&str, &str); 7] = [
        ("", ""),
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foo", "Zm9v"),
        ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ];

    /// [R-ENC.6]
    #[test]
    fn rfc_4648_vectors() {
        for (octets, text) in RFC_4648 {
            assert_eq!(text.parse(), Ok(Base64::from(octets.as_bytes())));
            assert_eq!(Base64::from(octets.as_bytes()).to_string(), text);
        }
    }

    #[test]
    fn white_space_is_ignored() {
        assert_eq!(" Zm9v\r\nYm\tFy ".parse(), Ok(Base64::from(&b"foobar"[..])));
    }

    #[test]
    fn malformed_texts_are_refused() {
        for text in
            ["Zg", "Zg=", "Zg===", "Z", "Zh==", "Zm9=", "Zm9v=", "=", "Zm-_", "Zm9v\u{e9}", "Zg==Zg=="]
        {
            assert!(text.parse::<Base64>().is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn reads_what_the_package_reads(text in "[AQgvz09+/]{0,9}={0,3}[Ag=]{0,4}") {
            let octets = text.parse::<Base64>().ok().map(Base64::into_bytes);
            prop_assert_eq!(octets, STANDARD.decode(&text).ok());
        }

        #[test]
        fn writes_what_the_package_writes(octets in proptest::collection::vec(any::<u8>(), 0..20)) {
            let text = Base64::from(octets.clone()).to_string();
            prop_assert_eq!(&text, &STANDARD.encode(&octets));
            prop_assert_eq!(text.parse(), Ok(Base64(octets)));
        }
    }
}
