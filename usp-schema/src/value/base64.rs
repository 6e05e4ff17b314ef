//! The base64 type.

use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use ::base64::Engine as _;
use ::base64::display::Base64Display;
use ::base64::engine::general_purpose::STANDARD;

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
        Base64Display::new(&self.0, &STANDARD).fmt(f)
    }
}

impl FromStr for Base64 {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let decoded = if text.contains(is_white_space) {
            let packed: Vec<u8> = text.bytes().filter(|byte| !is_white_space(char::from(*byte))).collect();
            STANDARD.decode(packed)
        } else {
            STANDARD.decode(text)
        };
        decoded.map(Self).map_err(|_| {
            ValueError::wrong_type(
                "base64",
                "base64 is groups of four of A-Z, a-z, 0-9, + and /, the last one padded with =",
                text,
            )
        })
    }
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
    use alloc::string::ToString;

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
}
