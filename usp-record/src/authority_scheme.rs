//! The first part of an Endpoint ID and the rules that it sets for the other two `[R-ARC.2a]`.

use core::fmt;

use crate::EndpointIdError;
use crate::endpoint_id::EndpointId;

/// Who assigns an Endpoint ID, and so which rules its other parts follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuthorityScheme {
    /// `oui`: the holder of an IEEE OUI.
    Oui,
    /// `cid`: the holder of an IEEE CID.
    Cid,
    /// `pen`: the holder of an IANA Private Enterprise Number.
    Pen,
    /// `self`: the Endpoint itself.
    Self_,
    /// `user`: a person or a management system.
    User,
    /// `os`: OUI and serial number, as in TR-069.
    Os,
    /// `ops`: OUI, product class and serial number, as in TR-069.
    Ops,
    /// `uuid`: a UUID.
    Uuid,
    /// `imei`: an IMEI.
    Imei,
    /// `proto`: for prototypes only (R-ARC.4).
    Proto,
    /// `doc`: for documentation only (R-ARC.4).
    Doc,
    /// `fqdn`: the holder of a domain name (since 1.3).
    Fqdn,
}

impl AuthorityScheme {
    /// Every scheme, in the order of the standard.
    pub const ALL: [Self; 12] = [
        Self::Oui,
        Self::Cid,
        Self::Pen,
        Self::Self_,
        Self::User,
        Self::Os,
        Self::Ops,
        Self::Uuid,
        Self::Imei,
        Self::Proto,
        Self::Doc,
        Self::Fqdn,
    ];

    /// The scheme as an Endpoint ID writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Oui => "oui",
            Self::Cid => "cid",
            Self::Pen => "pen",
            Self::Self_ => "self",
            Self::User => "user",
            Self::Os => "os",
            Self::Ops => "ops",
            Self::Uuid => "uuid",
            Self::Imei => "imei",
            Self::Proto => "proto",
            Self::Doc => "doc",
            Self::Fqdn => "fqdn",
        }
    }

    /// The scheme of this name; upper case is another name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.name() == name)
    }

    /// Whether the scheme is fit for products: `proto` and `doc` are not (R-ARC.4). Whoever gives out Endpoint IDs has to
    /// ask; no Endpoint ID is refused for it.
    pub const fn is_for_production(self) -> bool {
        !matches!(self, Self::Proto | Self::Doc)
    }

    /// Whether a certificate may hold a wildcard in the instance-id `[R-SEC.12]`.
    pub const fn allows_wildcard(self) -> bool {
        matches!(self, Self::Oui | Self::Cid | Self::Pen | Self::Os | Self::Ops)
    }

    pub(crate) const fn authority_id_rule(self) -> &'static str {
        match self {
            Self::Oui => "an OUI: 6, 7 or 9 hexadecimal digits",
            Self::Cid => "a CID: 6 hexadecimal digits",
            Self::Pen => "an enterprise number in decimal",
            Self::Self_ | Self::User | Self::Doc => "at most 6 letters, digits, '-', '.' or '_'",
            Self::Proto => "at most 6 letters, digits, '-' or '_'",
            Self::Os | Self::Ops | Self::Uuid | Self::Imei | Self::Fqdn => "empty",
        }
    }

    pub(crate) const fn instance_id_rule(self) -> &'static str {
        match self {
            Self::Os => "an OUI, '-' and a serial number",
            Self::Ops => "an OUI, '-', a product class, '-' and a serial number",
            Self::Uuid => "a UUID",
            Self::Imei => "15 digits",
            Self::Fqdn => "a domain name without wildcard",
            _ => "at least one character",
        }
    }

    /// Checks the two parts after the scheme.
    pub(crate) fn check(self, authority: &str, instance: &str) -> Result<(), EndpointIdError> {
        self.check_authority_id(authority)?;
        check_characters(instance)?;
        if self.is_instance_id(instance) { Ok(()) } else { Err(EndpointIdError::InstanceId { scheme: self }) }
    }

    pub(crate) fn check_authority_id(self, authority: &str) -> Result<(), EndpointIdError> {
        let fits = match self {
            Self::Oui => is_oui(authority),
            Self::Cid => authority.len() == 6 && is_hex(authority),
            Self::Pen => authority.len() <= 10 && is_digits(authority) && authority.parse::<u32>().is_ok(),
            Self::Self_ | Self::User | Self::Doc => is_short_unreserved(authority),
            Self::Proto => is_short_unreserved(authority) && !authority.contains('.'),
            Self::Os | Self::Ops | Self::Uuid | Self::Imei | Self::Fqdn => authority.is_empty(),
        };
        if fits { Ok(()) } else { Err(EndpointIdError::AuthorityId { scheme: self }) }
    }

    /// Letters, digits, `-`, `.` and `_`, which need no percent-encoding `[R-ARC.5]`.
    pub(crate) const fn is_unreserved(byte: u8) -> bool {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
    }

    fn is_instance_id(self, instance: &str) -> bool {
        match self {
            Self::Os => {
                matches!(instance.split_once('-'), Some((oui, serial)) if is_oui(oui) && !serial.is_empty())
            }
            Self::Ops => {
                let mut parts = instance.splitn(3, '-');
                parts.next().is_some_and(is_oui)
                    && parts.next().is_some_and(|class| !class.is_empty())
                    && parts.next().is_some_and(|serial| !serial.is_empty())
            }
            Self::Uuid => is_uuid(instance),
            Self::Imei => instance.len() == 15 && is_digits(instance),
            Self::Fqdn => instance.split('.').all(is_label),
            _ => !instance.is_empty(),
        }
    }
}

impl fmt::Display for AuthorityScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn check_characters(instance: &str) -> Result<(), EndpointIdError> {
    let mut rest = instance.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = match (byte, after) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => after,
            _ if AuthorityScheme::is_unreserved(byte) => after,
            _ => {
                let at = instance.len() - rest.len();
                return Err(EndpointIdError::InstanceIdCharacter { at });
            }
        };
    }
    if instance.len() > EndpointId::MAX_INSTANCE_ID {
        return Err(EndpointIdError::InstanceIdTooLong { length: instance.len() });
    }
    Ok(())
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// 24, 28 or 36 bits (MA-L, MA-M, MA-S), the latter two since 1.4.
pub(crate) fn is_oui(text: &str) -> bool {
    matches!(text.len(), 6 | 7 | 9) && is_hex(text)
}

fn is_short_unreserved(text: &str) -> bool {
    text.len() <= 6 && text.bytes().all(AuthorityScheme::is_unreserved)
}

fn is_uuid(text: &str) -> bool {
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
    text.split('-').count() == GROUPS.len()
        && text.split('-').zip(GROUPS).all(|(group, length)| group.len() == length && is_hex(group))
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= 63
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_inverses() {
        for scheme in AuthorityScheme::ALL {
            assert_eq!(AuthorityScheme::from_name(scheme.name()), Some(scheme));
        }
        assert_eq!(AuthorityScheme::from_name("OUI"), None);
    }

    #[test]
    fn prototypes_and_documents_are_no_products() {
        let unfit = AuthorityScheme::ALL.into_iter().filter(|scheme| !scheme.is_for_production());
        assert!(unfit.eq([AuthorityScheme::Proto, AuthorityScheme::Doc]));
    }
}
