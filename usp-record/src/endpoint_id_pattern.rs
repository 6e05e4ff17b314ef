//! Endpoint IDs in certificates, which may hold a wildcard.

use alloc::boxed::Box;
use core::fmt;

use crate::authority_scheme::is_oui;
use crate::endpoint_id::{split, strip_urn};
use crate::{AuthorityScheme, EndpointId, EndpointIdError};

/// The Endpoint ID in the subjectAltName of a certificate: one, or those that a wildcard covers.
///
/// A `*` in the instance-id stands for any characters. Only `oui`, `cid`, `pen`, `os` and `ops` may
/// have one, and the OUI at the start of an instance-id of `os` or `ops` may not `[R-SEC.12]`.
///
/// ```
/// use usp_record::{EndpointId, EndpointIdPattern};
///
/// let pattern = EndpointIdPattern::from_urn("urn:bbf:usp:id:ops::00256D-STB-*")?;
/// assert!(pattern.matches(&EndpointId::parse("ops::00256D-STB-0123456789")?));
/// assert!(!pattern.matches(&EndpointId::parse("ops::00256D-HGW-0123456789")?));
/// assert!(EndpointIdPattern::from_urn("urn:bbf:usp:id:ops::*-STB-1").is_err());
/// # Ok::<(), usp_record::EndpointIdError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EndpointIdPattern {
    text: Box<str>,
}

impl EndpointIdPattern {
    /// Reads the URN form of an Endpoint ID, with or without wildcards.
    ///
    /// # Errors
    ///
    /// What [`EndpointId::from_urn`] refuses, and wildcards where they may not be.
    pub fn from_urn(urn: &str) -> Result<Self, EndpointIdError> {
        let text = strip_urn(urn)?;
        let (scheme, authority, instance) = split(text)?;
        if !instance.contains('*') {
            EndpointId::parse(text)?;
            return Ok(Self { text: text.into() });
        }
        scheme.check_authority_id(authority)?;
        let assigned = match scheme {
            AuthorityScheme::Os | AuthorityScheme::Ops => {
                instance.split_once('-').is_some_and(|(oui, _)| is_oui(oui))
            }
            _ => true,
        };
        if !scheme.allows_wildcard() || !assigned {
            return Err(EndpointIdError::Wildcard { scheme });
        }
        if instance.len() > EndpointId::MAX_INSTANCE_ID {
            return Err(EndpointIdError::InstanceIdTooLong { length: instance.len() });
        }
        match instance
            .bytes()
            .position(|byte| byte != b'*' && byte != b'%' && !AuthorityScheme::is_unreserved(byte))
        {
            Some(at) => Err(EndpointIdError::InstanceIdCharacter { at }),
            None => Ok(Self { text: text.into() }),
        }
    }

    /// Whether the certificate is good for this Endpoint.
    pub fn matches(&self, id: &EndpointId) -> bool {
        matches(self.text.as_bytes(), id.as_str().as_bytes())
    }

    /// The text, without the start of the URN.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for EndpointIdPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for EndpointIdPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EndpointIdPattern({})", self.text)
    }
}

/// Matches with `*` for any characters. A pattern has at most some 60 bytes, so that going back to the
/// last wildcard costs at most 60 times the length of the text.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut read) = (0, 0);
    let mut wildcard = None;
    while read < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                wildcard = Some((at, read));
                at += 1;
            }
            Some(byte) if text.get(read) == Some(byte) => {
                at += 1;
                read += 1;
            }
            _ => match &mut wildcard {
                Some((before, from)) => {
                    *from += 1;
                    (at, read) = (*before + 1, *from);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, id: &str, expected: bool) {
        let pattern =
            EndpointIdPattern::from_urn(&alloc::format!("urn:bbf:usp:id:{pattern}")).expect(pattern);
        assert_eq!(pattern.matches(&EndpointId::parse(id).expect(id)), expected);
    }

    #[test]
    fn without_wildcard_only_the_same_id_matches() {
        check("self::agent", "self::agent", true);
        check("self::agent", "self::agent2", false);
    }

    #[test]
    fn r_sec_12_wildcards_cover_the_instance_id() {
        check("oui:00256D:*", "oui:00256D:anything", true);
        check("oui:00256D:*", "oui:00256E:anything", false);
        check("os::00256D-*", "os::00256D-1", true);
        check("pen:3561:a*b*c", "pen:3561:abbxc", true);
        check("pen:3561:a*b*c", "pen:3561:abbxd", false);
        check("pen:3561:*a*", "pen:3561:xxa", true);
    }

    #[test]
    fn r_sec_12_wildcards_need_an_assigned_entity() {
        for urn in ["self::*", "uuid::*", "fqdn::*.example.org", "imei::*", "proto::*", "os::*-1", "ops::*"] {
            let result = EndpointIdPattern::from_urn(&alloc::format!("urn:bbf:usp:id:{urn}"));
            assert!(matches!(result, Err(EndpointIdError::Wildcard { .. })), "{urn}: {result:?}");
        }
        assert!(EndpointIdPattern::from_urn("urn:bbf:usp:id:oui:*:1").is_err());
        assert!(EndpointIdPattern::from_urn("urn:bbf:usp:id:oui:00256D:*/").is_err());
    }
}
