//! What a Message says, without regard to the order of map entries and fields.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_wire::{Cursor, WireType};

use crate::schema::{Kind, MAP_ENTRY, MessageType};

/// The content of a message: fields by name; values that are the default are left out.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Tree {
    scalars: BTreeMap<&'static str, Vec<String>>,
    messages: BTreeMap<&'static str, Vec<Tree>>,
    maps: BTreeMap<&'static str, BTreeMap<String, String>>,
}

/// Reads the bytes of a sound message.
pub(super) fn tree(ty: &'static MessageType, bytes: &[u8]) -> Tree {
    let mut tree = Tree::default();
    let mut cursor = Cursor::new(bytes);
    while !cursor.is_at_end() {
        let (number, wire_type) = cursor.key().expect("sound");
        let field = ty.field(number).expect("known");
        let (number, bytes) = match wire_type {
            WireType::Length => (0, cursor.length_delimited().expect("sound")),
            WireType::Fixed32 => (u64::from(cursor.fixed32().expect("sound")), &[][..]),
            _ => (cursor.varint().expect("sound"), &[][..]),
        };
        match field.kind {
            Kind::Message(ty) => tree.messages.entry(field.name).or_default().push(self::tree(ty, bytes)),
            Kind::Map => {
                let entry = self::tree(&MAP_ENTRY, bytes);
                let part = |name| entry.scalars.get(name).map_or_else(String::new, |values| values.concat());
                tree.maps.entry(field.name).or_default().insert(part("key"), part("value"));
            }
            Kind::Text => {
                let text = core::str::from_utf8(bytes).expect("sound");
                if !text.is_empty() || field.repeated || field.in_oneof {
                    tree.scalars.entry(field.name).or_default().push(text.into());
                }
            }
            Kind::Bool | Kind::Enum(_) | Kind::Fixed32 => {
                if number != 0 {
                    tree.scalars.entry(field.name).or_default().push(number.to_string());
                }
            }
        }
    }
    tree
}
