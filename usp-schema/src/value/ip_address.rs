//! The data types IPAddress, IPv4Address and IPv6Address.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

use super::ValueError;

/// A value of the TR-181 data type `IPAddress`: an IPv4 or an IPv6 address, or empty when unspecified.
///
/// The forms are those of [`Ipv4Address`] and [`Ipv6Address`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IpAddress(Option<IpAddr>);

/// A value of the TR-181 data type `IPv4Address`: an address or a subnet mask, or empty when unspecified.
///
/// The text is four decimal numbers with points between them. Leading zeros are read, as the data
/// type's pattern allows them (and are decimal, never octal), and not written.
///
/// ```
/// use core::net::Ipv4Addr;
/// use usp_schema::Ipv4Address;
///
/// let address: Ipv4Address = "192.168.001.254".parse()?;
/// assert_eq!(address.address(), Some(Ipv4Addr::new(192, 168, 1, 254)));
/// assert_eq!(address.to_string(), "192.168.1.254");
/// assert!("".parse::<Ipv4Address>()?.is_empty());
/// # Ok::<(), usp_schema::ValueError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ipv4Address(Option<Ipv4Addr>);

/// A value of the TR-181 data type `IPv6Address`, or empty when unspecified.
///
/// The text is any of the forms of RFC 4291 section 2.2, without a zone identifier; the form
/// written is that of RFC 5952.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ipv6Address(Option<Ipv6Addr>);

macro_rules! addresses {
    ($($ty:ident, $inner:ty, $name:literal, $form:literal, $read:expr;)*) => { $(
        impl $ty {
            /// The unspecified address, whose text is empty.
            pub const EMPTY: Self = Self(None);

            /// The address, unless it is unspecified.
            pub fn address(self) -> Option<$inner> {
                self.0
            }

            /// Whether the address is unspecified.
            pub fn is_empty(self) -> bool {
                self.0.is_none()
            }
        }

        impl fmt::Display for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0 {
                    Some(address) => address.fmt(f),
                    None => Ok(()),
                }
            }
        }

        impl FromStr for $ty {
            type Err = ValueError;

            fn from_str(text: &str) -> Result<Self, ValueError> {
                if text.is_empty() {
                    return Ok(Self::EMPTY);
                }
                let read: fn(&str) -> Option<$inner> = $read;
                read(text).map(Self::from).ok_or_else(|| ValueError::facet($name, $form, text))
            }
        }

        impl From<$inner> for $ty {
            fn from(address: $inner) -> Self {
                Self(Some(address))
            }
        }
    )* };
}

addresses! {
    IpAddress, IpAddr, "IPAddress", "it is an IPv4 or an IPv6 address, or empty", |text| {
        read_ipv4(text).map(IpAddr::from).or_else(|| read_ipv6(text).map(IpAddr::from))
    };
    Ipv4Address, Ipv4Addr, "IPv4Address", "it is an address in dotted decimal notation, or empty", read_ipv4;
    Ipv6Address, Ipv6Addr, "IPv6Address", "it is an IPv6 address without a zone, or empty", read_ipv6;
}

impl From<Ipv4Address> for IpAddress {
    fn from(address: Ipv4Address) -> Self {
        Self(address.0.map(IpAddr::from))
    }
}

impl From<Ipv6Address> for IpAddress {
    fn from(address: Ipv6Address) -> Self {
        Self(address.0.map(IpAddr::from))
    }
}

impl From<Ipv4Addr> for IpAddress {
    fn from(address: Ipv4Addr) -> Self {
        Self(Some(address.into()))
    }
}

impl From<Ipv6Addr> for IpAddress {
    fn from(address: Ipv6Addr) -> Self {
        Self(Some(address.into()))
    }
}

/// Unlike the parser of the standard library, this one reads leading zeros.
fn read_ipv4(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next()?;
        let digits = (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        *octet = part.parse().ok().filter(|_| digits)?;
    }
    parts.next().is_none().then(|| octets.into())
}

fn read_ipv6(text: &str) -> Option<Ipv6Addr> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ValueErrorKind;
    use alloc::string::ToString;

    #[track_caller]
    fn writes<T: FromStr<Err = ValueError> + ToString>(text: &str, canonical: &str) {
        assert_eq!(text.parse::<T>().unwrap().to_string(), canonical);
    }

    #[test]
    fn examples_of_the_data_type() {
        writes::<Ipv4Address>("216.52.29.100", "216.52.29.100");
        writes::<IpAddress>("192.168.1.254", "192.168.1.254");
        writes::<Ipv6Address>("1080:0:0:800:ba98:3210:11aa:12dd", "1080::800:ba98:3210:11aa:12dd");
        writes::<IpAddress>("1080::800:BA98:3210:11AA:12DD", "1080::800:ba98:3210:11aa:12dd");
        writes::<Ipv6Address>("0:0:0:0:0:0:13.1.68.3", "::d01:4403");
    }

    #[test]
    fn empty_is_unspecified() {
        assert!("".parse::<IpAddress>().unwrap().is_empty());
        assert_eq!(Ipv6Address::default().to_string(), "");
        assert_eq!(IpAddress::from(Ipv4Address::EMPTY), IpAddress::EMPTY);
        assert!(!"0.0.0.0".parse::<Ipv4Address>().unwrap().is_empty());
    }

    #[test]
    fn malformed_addresses_are_refused() {
        for text in [
            " ",
            "1.2.3",
            "1.2.3.4.5",
            "256.1.1.1",
            "1.2.3.",
            "1.2.3.+4",
            "0001.2.3.4",
            "1.2.3.4 ",
            "fe80::1%eth0",
            "::g",
        ] {
            assert_eq!(text.parse::<IpAddress>().unwrap_err().kind(), ValueErrorKind::Facet, "{text:?}");
        }
        assert!("::1".parse::<Ipv4Address>().is_err());
        assert!("1.2.3.4".parse::<Ipv6Address>().is_err());
    }
}
