//! The Endpoint Identifier, as defined by TR-369, section "Endpoint Identifier".

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use crate::authority_scheme::AuthorityScheme;

/// The name of an Agent or Controller: `authority-scheme ":" [authority-id] ":" instance-id`.
///
/// Rules, by scheme `[R-ARC.2a]`:
///
/// | scheme | authority-id | instance-id |
/// |---|---|---|
/// | `oui` | an OUI: 6, 7 or 9 hexadecimal digits | any |
/// | `cid` | a CID: 6 hexadecimal digits | any |
/// | `pen` | an enterprise number in decimal | any |
/// | `self`, `user`, `doc` | up to 6 unreserved characters | any |
/// | `proto` | the same, without `.` | any |
/// | `os` | empty | OUI `-` serial number |
/// | `ops` | empty | OUI `-` product class `-` serial number |
/// | `uuid` | empty | a UUID |
/// | `imei` | empty | 15 digits |
/// | `fqdn` | empty | a domain name without wildcard |
///
/// Every instance-id has 1 to 50 characters `[R-ARC.6]` out of letters, digits, `-`, `.`, `_` and
/// `%` with two hexadecimal digits `[R-ARC.5]`.
///
/// The text is kept as it came: [`EndpointId::parse`] and [`Display`](fmt::Display) are inverses,
/// and two ids are equal if their texts are.
///
/// ```
/// use usp_record::{AuthorityScheme, EndpointId};
///
/// let id: EndpointId = "os::00256D-0123456789".parse()?;
/// assert_eq!(id.scheme(), AuthorityScheme::Os);
/// assert_eq!(id.instance_id(), "00256D-0123456789");
/// assert_eq!(id.to_urn(), "urn:bbf:usp:id:os::00256D-0123456789");
///
/// assert!(EndpointId::parse("imei::12").is_err());
/// # Ok::<(), usp_record::EndpointIdError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EndpointId {
    /// Shared, since an Endpoint ID goes wherever a Record goes.
    text: Arc<str>,
    scheme: AuthorityScheme,
}

/// Why a text is no Endpoint ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointIdError {
    /// Fewer than two colons.
    #[error(
        "an Endpoint ID is written scheme:authority-id:instance-id, with an empty authority-id scheme::instance-id"
    )]
    MissingParts,
    /// The first part is no scheme of TR-369.
    #[error(
        "the part before the first colon is no authority-scheme of TR-369, which are oui, cid, pen, self, user, os, ops, \
         uuid, imei, proto, doc, fqdn"
    )]
    UnknownScheme,
    /// The middle part breaks the rule of its scheme.
    #[error("the authority-id of {scheme} has to be {}", scheme.authority_id_rule())]
    AuthorityId {
        /// The scheme.
        scheme: AuthorityScheme,
    },
    /// The last part is empty or breaks the rule of its scheme.
    #[error("the instance-id of {scheme} has to be {}", scheme.instance_id_rule())]
    InstanceId {
        /// The scheme.
        scheme: AuthorityScheme,
    },
    /// The last part has more than 50 characters `[R-ARC.6]`.
    #[error("the instance-id has {length} characters, more than 50")]
    InstanceIdTooLong {
        /// Its length.
        length: usize,
    },
    /// The last part holds a character that has to be percent-encoded `[R-ARC.5]`.
    #[error("the instance-id may hold letters, digits, '-', '.', '_' and %XX, yet byte {at} is another")]
    InstanceIdCharacter {
        /// Where, in bytes from the start of the instance-id.
        at: usize,
    },
    /// A wildcard where a certificate may not have one `[R-SEC.12]`.
    #[error("{scheme} may have no wildcard there: only the part that an OUI, CID or PEN holder assigns may")]
    Wildcard {
        /// The scheme.
        scheme: AuthorityScheme,
    },
    /// The URN form begins with something else.
    #[error("the URN of an Endpoint ID begins with urn:bbf:usp:id:")]
    NoUrn,
}

impl EndpointId {
    /// What an instance-id may have at most, in characters `[R-ARC.6]`.
    pub const MAX_INSTANCE_ID: usize = 50;

    /// What stands before an Endpoint ID in the subjectAltName of a certificate.
    pub const URN_PREFIX: &'static str = "urn:bbf:usp:id:";

    /// Reads an Endpoint ID.
    ///
    /// # Errors
    ///
    /// A text that breaks a rule of `[R-ARC.2a, R-ARC.5, R-ARC.6]`.
    pub fn parse(text: &str) -> Result<Self, EndpointIdError> {
        let scheme = check(text)?;
        Ok(Self { text: text.into(), scheme })
    }

    /// Puts an Endpoint ID together, percent-encoding what an instance-id may not hold.
    ///
    /// The `-` between the parts of `os` and `ops` belongs to `instance`.
    ///
    /// ```
    /// use usp_record::{AuthorityScheme, EndpointId};
    ///
    /// let id = EndpointId::new(AuthorityScheme::Self_, "", "living room")?;
    /// assert_eq!(id.to_string(), "self::living%20room");
    /// assert_eq!(id.instance_id_decoded(), b"living room");
    /// # Ok::<(), usp_record::EndpointIdError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`EndpointId::parse`].
    pub fn new(scheme: AuthorityScheme, authority: &str, instance: &str) -> Result<Self, EndpointIdError> {
        let mut text = String::from(scheme.name());
        text.push(':');
        text.push_str(authority);
        text.push(':');
        percent_encode(instance, &mut text);
        // A colon in the authority-id would move the border between the parts.
        if authority.contains(':') {
            return Err(EndpointIdError::AuthorityId { scheme });
        }
        Self::parse(&text)
    }

    /// Reads the URN form, as in certificates.
    ///
    /// # Errors
    ///
    /// Another URN, and what [`EndpointId::parse`] refuses.
    pub fn from_urn(urn: &str) -> Result<Self, EndpointIdError> {
        Self::parse(strip_urn(urn)?)
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Who assigned the Endpoint ID.
    pub const fn scheme(&self) -> AuthorityScheme {
        self.scheme
    }

    /// The middle part, often empty.
    pub fn authority_id(&self) -> &str {
        self.parts().0
    }

    /// The last part, as written.
    pub fn instance_id(&self) -> &str {
        self.parts().1
    }

    /// The bytes that the last part stands for, with `%XX` resolved.
    pub fn instance_id_decoded(&self) -> Vec<u8> {
        percent_decode(self.instance_id())
    }

    /// The URN form, as in certificates.
    pub fn to_urn(&self) -> String {
        alloc::format!("{}{}", Self::URN_PREFIX, self.text)
    }

    fn parts(&self) -> (&str, &str) {
        // `parse` saw two colons.
        let after_scheme = self.text.get(self.scheme.name().len() + 1..).unwrap_or_default();
        after_scheme.split_once(':').unwrap_or_default()
    }
}

impl FromStr for EndpointId {
    type Err = EndpointIdError;

    fn from_str(text: &str) -> Result<Self, EndpointIdError> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for EndpointId {
    type Error = EndpointIdError;

    fn try_from(text: &str) -> Result<Self, EndpointIdError> {
        Self::parse(text)
    }
}

impl fmt::Display for EndpointId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for EndpointId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EndpointId({})", self.text)
    }
}

impl AsRef<str> for EndpointId {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

/// Checks a text without keeping it; gives its scheme.
pub(crate) fn check(text: &str) -> Result<AuthorityScheme, EndpointIdError> {
    let (scheme, authority, instance) = split(text)?;
    scheme.check(authority, instance)?;
    Ok(scheme)
}

/// Cuts a text at its first two colons.
pub(crate) fn split(text: &str) -> Result<(AuthorityScheme, &str, &str), EndpointIdError> {
    let (scheme, rest) = text.split_once(':').ok_or(EndpointIdError::MissingParts)?;
    let (authority, instance) = rest.split_once(':').ok_or(EndpointIdError::MissingParts)?;
    let scheme = AuthorityScheme::from_name(scheme).ok_or(EndpointIdError::UnknownScheme)?;
    Ok((scheme, authority, instance))
}

/// Takes the URN prefix away; its letters may have either case (RFC 8141), the rest may not.
pub(crate) fn strip_urn(urn: &str) -> Result<&str, EndpointIdError> {
    match urn.split_at_checked(EndpointId::URN_PREFIX.len()) {
        Some((prefix, text)) if prefix.eq_ignore_ascii_case(EndpointId::URN_PREFIX) => Ok(text),
        _ => Err(EndpointIdError::NoUrn),
    }
}

fn percent_encode(instance: &str, text: &mut String) {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    for byte in instance.bytes() {
        if AuthorityScheme::is_unreserved(byte) {
            text.push(char::from(byte));
        } else {
            let digits = HEX.get(usize::from(byte >> 4)).into_iter().chain(HEX.get(usize::from(byte & 15)));
            text.push('%');
            text.extend(digits);
        }
    }
}

fn percent_decode(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digits = after.split_at_checked(2).filter(|_| byte == b'%');
        let code =
            digits.and_then(|(digits, _)| u8::from_str_radix(core::str::from_utf8(digits).ok()?, 16).ok());
        match (code, digits) {
            (Some(code), Some((_, after))) => {
                decoded.push(code);
                rest = after;
            }
            _ => {
                decoded.push(byte);
                rest = after;
            }
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[track_caller]
    fn accepts(text: &str) {
        let id = EndpointId::parse(text).expect(text);
        assert_eq!(id.to_string(), text);
        let parts = [id.scheme().name(), id.authority_id(), id.instance_id()];
        assert_eq!(parts.join(":"), text);
        assert_eq!(EndpointId::from_urn(&id.to_urn()).as_ref(), Ok(&id));
    }

    #[track_caller]
    fn refuses(text: &str, message: &str) {
        assert_eq!(EndpointId::parse(text).expect_err(text).to_string(), message);
    }

    /// [R-ARC.2a] The examples of the standard's table.
    #[test]
    fn r_arc_2a_examples_of_the_standard() {
        accepts("oui:00256D:my-unique-bbf-id-42");
        accepts("cid:3AA3F8:my-unique-usp-id-42");
        accepts("pen:3561:my-unique-bbf-id-42");
        accepts("self::my-Agent");
        accepts("os::00256D-0123456789");
        accepts("ops::00256D-STB-0123456789");
        accepts("uuid::f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
        accepts("imei::990000862471854");
        accepts("proto::my-Agent");
        accepts("fqdn::www.example.org");
    }

    #[test]
    fn r_arc_2a_authority_id_by_scheme() {
        accepts("oui:0025A6B:x");
        accepts("oui:0025A6B01:x");
        accepts("self:abc.-_:x");
        accepts("user:home:x");
        accepts("doc:123456:x");
        refuses("oui:0025:x", "the authority-id of oui has to be an OUI: 6, 7 or 9 hexadecimal digits");
        refuses("cid:0025G6:x", "the authority-id of cid has to be a CID: 6 hexadecimal digits");
        refuses("pen::x", "the authority-id of pen has to be an enterprise number in decimal");
        refuses("pen:35x:x", "the authority-id of pen has to be an enterprise number in decimal");
        refuses(
            "self:1234567:x",
            "the authority-id of self has to be at most 6 letters, digits, '-', '.' or '_'",
        );
        refuses("proto:a.b:x", "the authority-id of proto has to be at most 6 letters, digits, '-' or '_'");
        refuses("os:1:00256D-1", "the authority-id of os has to be empty");
    }

    #[test]
    fn r_arc_2a_instance_id_by_scheme() {
        accepts("os::00256D-with-dashes-1");
        accepts("ops::00256D-A%2DB-1");
        refuses("os::00256D", "the instance-id of os has to be an OUI, '-' and a serial number");
        refuses("os::00256D-", "the instance-id of os has to be an OUI, '-' and a serial number");
        refuses(
            "ops::00256D-0123456789",
            "the instance-id of ops has to be an OUI, '-', a product class, '-' and a serial number",
        );
        refuses("uuid::f81d4fae7dec11d0a76500a0c91e6bf6", "the instance-id of uuid has to be a UUID");
        refuses("imei::99000086247185", "the instance-id of imei has to be 15 digits");
        for name in ["*.example.org", "-a.org", "a-.org", "a..org", "a_b.org", "%41.org", "a.org."] {
            assert!(EndpointId::parse(&alloc::format!("fqdn::{name}")).is_err(), "{name}");
        }
    }

    #[test]
    fn r_arc_5_characters_of_the_instance_id() {
        accepts("proto::a%2Fb%c3%BC.-_9");
        refuses("proto::", "the instance-id of proto has to be at least one character");
        for (text, at) in [("proto::a/b", 1), ("proto::ab~", 2), ("proto::a:b", 1), ("proto::ü", 0)] {
            assert_eq!(EndpointId::parse(text), Err(EndpointIdError::InstanceIdCharacter { at }), "{text}");
        }
        for text in ["proto::a%", "proto::a%2", "proto::a%2x", "proto::a%%41"] {
            assert_eq!(
                EndpointId::parse(text),
                Err(EndpointIdError::InstanceIdCharacter { at: 1 }),
                "{text}"
            );
        }
    }

    #[test]
    fn r_arc_6_length_of_the_instance_id() {
        accepts(&alloc::format!("proto::{}", "a".repeat(50)));
        refuses(
            &alloc::format!("proto::{}", "a".repeat(51)),
            "the instance-id has 51 characters, more than 50",
        );
    }

    #[test]
    fn parts_and_schemes() {
        refuses(
            "proto:my-Agent",
            "an Endpoint ID is written scheme:authority-id:instance-id, with an empty authority-id scheme::instance-id",
        );
        let schemes = AuthorityScheme::ALL.map(AuthorityScheme::name).join(", ");
        let unknown = alloc::format!(
            "the part before the first colon is no authority-scheme of TR-369, which are {schemes}"
        );
        refuses("mac::001122", &unknown);
        refuses("PROTO::x", &unknown);
        refuses(
            "",
            "an Endpoint ID is written scheme:authority-id:instance-id, with an empty authority-id scheme::instance-id",
        );
    }

    #[test]
    fn new_encodes_what_the_instance_id_may_not_hold() {
        let id = EndpointId::new(AuthorityScheme::Proto, "", "a:b/ü%").expect("encoded");
        assert_eq!(id.as_str(), "proto::a%3Ab%2F%C3%BC%25");
        assert_eq!(id.instance_id_decoded(), "a:b/ü%".as_bytes());
        assert!(EndpointId::new(AuthorityScheme::Proto, "a:", "b").is_err());
    }

    #[test]
    fn urn_prefix_has_no_case() {
        let id = EndpointId::from_urn("URN:BBF:usp:id:self::a").expect("a URN");
        assert_eq!(id.as_str(), "self::a");
        assert_eq!(EndpointId::from_urn("self::a"), Err(EndpointIdError::NoUrn));
        assert_eq!(EndpointId::from_urn("urn:bbf:usp:i\u{fc}::a"), Err(EndpointIdError::NoUrn));
    }
}
