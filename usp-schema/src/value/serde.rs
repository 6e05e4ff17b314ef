//! Values as they appear in Messages, for serde: texts in, texts out.

use alloc::borrow::Cow;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Base64, DateTime, Decimal, HexBinary, IpAddress, Ipv4Address, Ipv6Address, MacAddress};

macro_rules! as_text {
    ($($type:ident)*) => {$(
        /// As its text in a Message.
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        /// From its text in a Message.
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    )*};
}

as_text!(Base64 DateTime Decimal HexBinary IpAddress Ipv4Address Ipv6Address MacAddress);

#[cfg(test)]
mod tests {
    use alloc::string::ToString as _;

    use super::*;

    #[test]
    fn values_are_texts_both_ways() {
        let json = r#"["1.50","2026-01-31T12:00:00.5Z","0aFF","AAEC","192.0.2.1","2001:db8::1","00:01:02:0A:0B:0C"]"#;
        type All = (Decimal, DateTime, HexBinary, Base64, Ipv4Address, IpAddress, MacAddress);
        let all: All = serde_json::from_str(json).unwrap();
        assert_eq!(all.0, "1.5".parse().unwrap());
        assert_eq!(all.5, "2001:db8::1".parse().unwrap());
        let again: All = serde_json::from_str(&serde_json::to_string(&all).unwrap()).unwrap();
        assert_eq!(again, all);
    }

    #[test]
    fn a_text_of_another_type_is_refused_with_its_reason() {
        let error = serde_json::from_str::<MacAddress>(r#""00:01:02""#).unwrap_err().to_string();
        let reason = "00:01:02".parse::<MacAddress>().unwrap_err().to_string();
        assert!(error.starts_with(&reason), "{error}");
    }
}
