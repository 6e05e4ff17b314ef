//! The wire format as data: each Message with its fields, one table for everything that does not
//! need the speed of typed code.
//!
//! The table drives the check before owned decoding, the walk that proves a Message sound for the views
//! (reader/validator.rs), the text form and JSON. Field numbers and names are those of the published schema of TR-369
//! `[R-ENC.0]`.

pub(crate) mod messages;

use core::mem::size_of;

#[cfg(test)]
pub(crate) use messages::{HEADER, NOTIFY_EVENT};
pub(crate) use messages::{MAP_ENTRY, MSG, REQUEST, RESPONSE};

/// A message of the schema.
pub struct MessageType {
    /// Its name in the schema.
    pub(crate) name: &'static str,
    /// What one owned value takes in memory, without what its lists and texts take.
    pub(crate) size: usize,
    /// Its fields in ascending order of their numbers.
    pub(crate) fields: &'static [Field],
    /// For each field number below 16 the key of a field that is a number of variable length or a text; for others a
    /// key of another number, so that none is theirs.
    usual: [u8; 16],
    /// Whether the message has texts of its own, in maps too, so that a proof of UTF-8 pays at its start.
    pub(crate) has_texts: bool,
    /// Whether all its fields are numbers of variable length or texts.
    pub(crate) is_flat: bool,
}

/// A field of a message.
pub(crate) struct Field {
    /// Its number, at most [`MAX_FIELD_NUMBER`].
    pub(crate) number: u32,
    /// Its name in the schema.
    pub(crate) name: &'static str,
    /// The type of its value or values.
    pub(crate) kind: Kind,
    /// Whether it may occur more than once.
    pub(crate) repeated: bool,
    /// Whether it is one of those of which only one may be there.
    pub(crate) in_oneof: bool,
}

/// The type of a field.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Text,
    Bool,
    Fixed32,
    Enum(&'static EnumType),
    Message(&'static MessageType),
    Map,
}

/// An enumeration: the names of its values, which count from 0 without gaps.
pub(crate) struct EnumType {
    pub(crate) values: &'static [&'static str],
}

/// The largest field number in use.
pub(crate) const MAX_FIELD_NUMBER: usize = 11;

impl MessageType {
    /// Whether a key is, in one byte, that of a field that is a number of variable length or a text.
    #[inline]
    pub(crate) const fn is_usual(&self, key: u8) -> bool {
        self.usual[(key >> 3) as usize & 15] == key
    }

    /// The field of this number.
    pub(crate) fn field(&self, number: u32) -> Option<&'static Field> {
        // In nearly every message the fields are numbered from 1 without gaps.
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        match self.fields.get(at) {
            Some(field) if field.number == number => Some(field),
            _ => self.fields.iter().find(|field| field.number == number),
        }
    }
}

const fn message<T>(name: &'static str, fields: &'static [Field]) -> MessageType {
    let (mut usual, mut has_texts, mut is_flat) = ([0; 16], false, true);
    usual[0] = 1 << 3;
    let mut rest = fields;
    while let [field, others @ ..] = rest {
        has_texts |= matches!(field.kind, Kind::Text | Kind::Map);
        if matches!(field.kind, Kind::Bool | Kind::Enum(_) | Kind::Text) {
            let number = field.number as usize;
            usual[number] = (number as u8) << 3 | field.kind.wire_type() as u8;
        } else {
            is_flat = false;
        }
        rest = others;
    }
    MessageType { name, size: size_of::<T>(), fields, usual, has_texts, is_flat }
}

const fn one(number: u32, name: &'static str, kind: Kind) -> Field {
    Field { number, name, kind, repeated: false, in_oneof: false }
}

const fn many(number: u32, name: &'static str, kind: Kind) -> Field {
    Field { number, name, kind, repeated: true, in_oneof: false }
}

const fn either(number: u32, name: &'static str, kind: Kind) -> Field {
    Field { number, name, kind, repeated: false, in_oneof: true }
}
