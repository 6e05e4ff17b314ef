use core::fmt;
use core::str::FromStr;

/// The version of a data model in which an element appeared, such as 2.19 or 2.15.1.
///
/// ```
/// use usp_codegen::Version;
///
/// let version: Version = "2.15.1".parse()?;
/// assert!(version > Version { major: 2, minor: 15, patch: 0 });
/// assert_eq!(version.to_string(), "2.15.1");
/// # Ok::<(), usp_codegen::ParseVersionError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Version {
    /// Major version.
    pub major: u8,
    /// Minor version.
    pub minor: u8,
    /// Corrigendum; 0 where the text gives none.
    pub patch: u8,
}

/// A text is not a version: two or three numbers up to 255, parted by dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a version: expected two or three numbers up to 255, parted by dots")]
pub struct ParseVersionError;

impl FromStr for Version {
    type Err = ParseVersionError;

    fn from_str(text: &str) -> Result<Self, ParseVersionError> {
        let mut parts = text.split('.');
        let mut part = |required: bool| match parts.next() {
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse::<u8>().map_err(|_| ParseVersionError)
            }
            None if !required => Ok(0),
            _ => Err(ParseVersionError),
        };
        let version = Self { major: part(true)?, minor: part(true)?, patch: part(false)? };
        if parts.next().is_some() { Err(ParseVersionError) } else { Ok(version) }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        if self.patch > 0 {
            write!(f, ".{}", self.patch)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_version_are_inverses() {
        for text in ["2.19", "2.15.1", "1.0", "255.255.255"] {
            assert_eq!(text.parse::<Version>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn other_texts_are_no_versions() {
        for text in ["", "2", "2.", ".1", "2.x", "+2.1", "2.256", "2.1.1.1", "2.1."] {
            assert_eq!(text.parse::<Version>(), Err(ParseVersionError), "{text:?}");
        }
    }
}
