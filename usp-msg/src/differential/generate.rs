//! Bytes of Messages made from random bytes and the table of the schema.

use alloc::vec::Vec;

use crate::schema::{Field, Kind, MAP_ENTRY, MSG, MessageType};

/// How freely the generator uses protobuf.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Style {
    /// As encoders write.
    Usual,
    /// Fields in any order and more than once, messages in parts, unknown fields, groups, long
    /// varints.
    Wild,
}

/// A Message; the same one for the same entropy, the emptiest one for none.
pub(super) fn generate(entropy: &[u8], style: Style) -> Vec<u8> {
    let mut generator = Generator { entropy: entropy.iter(), style };
    let mut out = Vec::new();
    generator.message(&MSG, &mut out);
    out
}

struct Generator<'e> {
    entropy: core::slice::Iter<'e, u8>,
    style: Style,
}

impl Generator<'_> {
    /// Random, and 0 when the entropy is used up.
    fn below(&mut self, bound: usize) -> usize {
        usize::from(self.entropy.next().copied().unwrap_or(0)) % bound
    }

    fn message(&mut self, ty: &'static MessageType, out: &mut Vec<u8>) {
        match self.style {
            Style::Usual => {
                let chosen = self.below(ty.fields.len());
                for (at, field) in ty.fields.iter().enumerate() {
                    let count = match (field.in_oneof, field.repeated) {
                        (true, _) => usize::from(chosen.max(first_of_oneof(ty)) == at),
                        (false, true) => self.below(4),
                        (false, false) => usize::from(ty.fields.len() < 3 || self.below(4) > 0),
                    };
                    for _ in 0..count {
                        self.field(field, out);
                    }
                }
            }
            Style::Wild => {
                for _ in 0..self.below(2 * ty.fields.len() + 1) {
                    let at = self.below(ty.fields.len() + 1);
                    match ty.fields.get(at) {
                        Some(field) => self.field(field, out),
                        None => self.unknown(out, 0),
                    }
                }
            }
        }
    }

    fn field(&mut self, field: &Field, out: &mut Vec<u8>) {
        self.varint(u64::from(field.number << 3 | field.kind.wire_type() as u32), out);
        match field.kind {
            Kind::Text => {
                let text = self.text();
                self.bytes(&text, out);
            }
            Kind::Bool => {
                let value = self.below(2) as u64;
                self.varint(value, out);
            }
            Kind::Enum(values) => {
                let known = self.style == Style::Usual || self.below(8) > 0;
                let value = if known {
                    self.below(values.values.len()) as u64
                } else {
                    u64::MAX - self.below(9) as u64
                };
                self.varint(value, out);
            }
            Kind::Fixed32 => {
                let value = [0, 7026, 7004, 1, u32::MAX][self.below(5)];
                out.extend(value.to_le_bytes());
            }
            Kind::Message(ty) => {
                let mut inner = Vec::new();
                self.message(ty, &mut inner);
                self.bytes(&inner, out);
            }
            Kind::Map => {
                let mut inner = Vec::new();
                self.message(&MAP_ENTRY, &mut inner);
                self.bytes(&inner, out);
            }
        }
    }

    fn unknown(&mut self, out: &mut Vec<u8>, depth: usize) {
        let number = [12, 15, 16, 100, 536_870_911][self.below(5)];
        let wire_type = [0, 1, 2, 5, 3][self.below(if depth < 3 { 5 } else { 4 })];
        self.varint(number << 3 | wire_type, out);
        match wire_type {
            0 => self.varint(u64::from(number as u32) << 20, out),
            1 => out.extend([0xfe; 8]),
            2 => {
                let text = self.text();
                self.bytes(&text, out);
            }
            5 => out.extend([0x9f; 4]),
            _ => {
                for _ in 0..self.below(3) {
                    self.unknown(out, depth + 1);
                }
                self.varint(number << 3 | 4, out);
            }
        }
    }

    fn bytes(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.varint(bytes.len() as u64, out);
        out.extend(bytes);
    }

    fn varint(&mut self, mut value: u64, out: &mut Vec<u8>) {
        // One in sixteen numbers is written longer than it has to be.
        let padding = if self.style == Style::Wild && self.below(16) == 1 { self.below(4) } else { 0 };
        let start = out.len();
        while value >= 0x80 {
            out.push(value as u8 | 0x80);
            value >>= 7;
        }
        out.push(value as u8);
        for _ in 0..padding.min(10 - (out.len() - start)) {
            if let Some(last) = out.last_mut() {
                *last |= 0x80;
            }
            out.push(0);
        }
    }

    fn text(&mut self) -> Vec<u8> {
        const TEXTS: [&str; 8] =
            ["", "Device.", "Alias", "Größe", "x", "€", "😀 smile", "Device.IP.Interface.1."];
        let text = TEXTS[self.below(TEXTS.len())];
        let repeat = [1, 1, 1, 3, 9, 40][self.below(6)];
        let mut text = text.as_bytes().repeat(repeat);
        if self.style == Style::Wild && self.below(64) == 63 {
            // Ends within a character, which is no UTF-8.
            text.push(0xc3);
        }
        text
    }
}

fn first_of_oneof(ty: &MessageType) -> usize {
    ty.fields.iter().position(|field| field.in_oneof).unwrap_or(0)
}
