//! Values that proto3 writes into JSON in a way of its own.

use core::fmt;
use core::marker::PhantomData;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::mqtt_connect_record::MqttVersion;
use crate::record::PayloadSecurity;
use crate::session_context_record::PayloadSarState;
use crate::stomp_connect_record::StompVersion;

/// What has to be an object; by itself serde would also take a list of the values.
#[derive(Default, PartialEq, Serialize)]
#[serde(transparent)]
pub(super) struct Object<T>(pub(super) T);

/// Bytes, as base64.
#[derive(Default, PartialEq)]
pub(super) struct Base64(pub(super) Bytes);

/// A number of 64 bits, as a text: not every reader of JSON has such numbers.
#[derive(Default, PartialEq)]
pub(super) struct Number(pub(super) u64);

/// A number of 32 bits.
#[derive(Default, PartialEq)]
pub(super) struct Code(pub(super) u32);

/// A value of an enumeration, by its name if it has one.
pub(super) struct Enumeration<E> {
    pub(super) number: i32,
    names: PhantomData<E>,
}

/// The names of an enumeration's values in the schema, which count from 0 without gaps.
pub(super) trait Names {
    const NAMES: &'static [&'static str];
}

impl Names for PayloadSecurity {
    const NAMES: &'static [&'static str] = &["PLAINTEXT", "TLS12"];
}

impl Names for PayloadSarState {
    const NAMES: &'static [&'static str] = &["NONE", "BEGIN", "INPROCESS", "COMPLETE"];
}

impl Names for MqttVersion {
    const NAMES: &'static [&'static str] = &["V3_1_1", "V5"];
}

impl Names for StompVersion {
    const NAMES: &'static [&'static str] = &["V1_2"];
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members)).map(Object)
            }
        }

        from.deserialize_map(Members(PhantomData))
    }
}

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&ENGINE.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Base64;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("base64")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Base64, E> {
                let engine = if text.contains(['-', '_']) { &URL_SAFE_ENGINE } else { &ENGINE };
                let bytes = engine.decode(text);
                bytes.map(|bytes| Base64(bytes.into())).map_err(|_| unexpected(&self))
            }
        }

        from.deserialize_str(Text)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct TextOrNumber;

        impl Visitor<'_> for TextOrNumber {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number that is not negative")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Number, E> {
                text.parse().map(Number).map_err(|_| unexpected(&self))
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Number, E> {
                Ok(Number(number))
            }
        }

        from.deserialize_any(TextOrNumber)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u32(self.0)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Number(number) = Number::deserialize(from)?;
        let code = u32::try_from(number).map(Code);
        code.map_err(|_| {
            D::Error::invalid_value(Unexpected::Unsigned(number), &"a number from 0 to 4294967295")
        })
    }
}

impl<E: Names> Serialize for Enumeration<E> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match usize::try_from(self.number).ok().and_then(|at| E::NAMES.get(at)) {
            Some(name) => to.serialize_str(name),
            None => to.serialize_i32(self.number),
        }
    }
}

impl<'de, E: Names> Deserialize<'de> for Enumeration<E> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct NameOrNumber<E>(PhantomData<E>);

        impl<E: Names> Visitor<'_> for NameOrNumber<E> {
            type Value = Enumeration<E>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of an enumeration's value, or a number")
            }

            fn visit_str<F: serde::de::Error>(self, name: &str) -> Result<Enumeration<E>, F> {
                let at = E::NAMES.iter().position(|other| *other == name);
                let number = at.and_then(|at| i32::try_from(at).ok());
                number.map(Enumeration::from).ok_or_else(|| unexpected(&self))
            }

            fn visit_i64<F: serde::de::Error>(self, number: i64) -> Result<Enumeration<E>, F> {
                let narrow = i32::try_from(number).map(Enumeration::from);
                narrow.map_err(|_| F::invalid_value(Unexpected::Signed(number), &self))
            }

            fn visit_u64<F: serde::de::Error>(self, number: u64) -> Result<Enumeration<E>, F> {
                let narrow = i32::try_from(number).map(Enumeration::from);
                narrow.map_err(|_| F::invalid_value(Unexpected::Unsigned(number), &self))
            }
        }

        from.deserialize_any(NameOrNumber(PhantomData))
    }
}

impl<E> From<i32> for Enumeration<E> {
    fn from(number: i32) -> Self {
        Self { number, names: PhantomData }
    }
}

impl<E> Default for Enumeration<E> {
    fn default() -> Self {
        Self::from(0)
    }
}

impl<E> PartialEq for Enumeration<E> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

/// Writes padding, and reads base64 with or without it.
const CONFIG: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
static ENGINE: GeneralPurpose = GeneralPurpose::new(&STANDARD, CONFIG);
static URL_SAFE_ENGINE: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, CONFIG);

/// A text that is something else, without a copy of it, which may be long.
fn unexpected<E: serde::de::Error>(expected: &dyn serde::de::Expected) -> E {
    E::invalid_value(Unexpected::Other("this text"), expected)
}
