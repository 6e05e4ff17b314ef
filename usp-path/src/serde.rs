//! Feature `serde`: paths are strings, Instance Numbers are numbers.
//!
//! A path is written in canonical form and checked when it is read; the borrowed types read only from formats
//! that hand out strings without copying them.

use core::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::{InstanceNumber, Path, PathBuf, RelativePath, SupportedPath, SupportedPathBuf};

macro_rules! borrowed {
    ($type:ident, $expecting:literal) => {
        impl Serialize for $type<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.canonical())
            }
        }

        impl<'de: 'a, 'a> Deserialize<'de> for $type<'a> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;

                impl<'de> Visitor<'de> for Text {
                    type Value = $type<'de>;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(concat!($expecting, ", borrowed from the input"))
                    }

                    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                        $type::parse(text).map_err(E::custom)
                    }
                }

                deserializer.deserialize_str(Text)
            }
        }
    };
}

macro_rules! owned {
    ($type:ident, $borrowed:ident, $expecting:literal) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;

                impl Visitor<'_> for Text {
                    type Value = $type;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expecting)
                    }

                    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                        $borrowed::parse(text).map($type::from).map_err(E::custom)
                    }
                }

                deserializer.deserialize_str(Text)
            }
        }
    };
}

borrowed!(Path, "a path");
borrowed!(RelativePath, "a relative path");
borrowed!(SupportedPath, "a supported path");
owned!(PathBuf, Path, "a path");
owned!(SupportedPathBuf, SupportedPath, "a supported path");

impl Serialize for InstanceNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.get())
    }
}

impl<'de> Deserialize<'de> for InstanceNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u32::deserialize(deserializer)?.try_into().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde_test::{Token, assert_de_tokens, assert_de_tokens_error, assert_ser_tokens, assert_tokens};

    use super::*;

    #[test]
    fn a_path_is_a_string() {
        let path: PathBuf = "Device.IP.Interface.[Name==\"eth0\"].".parse().unwrap();
        assert_tokens(&path, &[Token::Str("Device.IP.Interface.[Name==\"eth0\"].")]);
        assert_de_tokens(&path, &[Token::String("Device.IP.Interface.[Name == \"eth0\"]")]);
        let supported = SupportedPath::from_static("Device.IP.Interface.{i}");
        assert_ser_tokens(&supported, &[Token::Str("Device.IP.Interface.{i}.")]);
        assert_de_tokens(&supported, &[Token::BorrowedStr("Device.IP.Interface.{i}.")]);
        assert_de_tokens(&RelativePath::parse("Stats.").unwrap(), &[Token::BorrowedStr("Stats.")]);
    }

    #[test]
    fn what_is_read_is_checked() {
        assert_de_tokens_error::<PathBuf>(
            &[Token::Str("Device..")],
            "invalid path at byte 7: nothing stands between two dots (remove one of the dots)",
        );
        assert_de_tokens_error::<InstanceNumber>(
            &[Token::U32(0)],
            "not an Instance Number: numbering starts at 1",
        );
        assert_de_tokens_error::<Path<'_>>(
            &[Token::U8(1)],
            "invalid type: integer `1`, expected a path, borrowed from the input",
        );
    }

    #[test]
    fn an_instance_number_is_a_number() {
        assert_tokens(&InstanceNumber::new(7).unwrap(), &[Token::U32(7)]);
    }
}
