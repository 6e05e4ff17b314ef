//! The pass over untrusted bytes that comes before owned decoding: nothing is allocated, everything
//! that owned decoding would refuse is refused here with its place, and what it would cost is known.

use usp_wire::{Cursor, Fault, WireType};

use crate::decode_error::DecodeErrorKind;
use crate::schema::{Field, Kind, MAP_ENTRY, MAX_FIELD_NUMBER, MSG, MessageType};
use crate::wire::WireError;
use crate::{DecodeError, Limits};

/// Checks the bytes of a Message.
pub(crate) fn check(bytes: &[u8], limits: &Limits) -> Result<(), DecodeError> {
    let size = bytes.len();
    check_size(size, limits)?;
    let mut check = Check { limits, elements: 0, memory: 0, most: 0, in_parts: false };
    check.message(&MSG, bytes, 0)?;
    let needed = if check.in_parts { check.most } else { check.memory };
    let limit = size.saturating_mul(Limits::MEMORY_PER_BYTE).saturating_add(Limits::MEMORY_FREE);
    if needed > limit {
        return Err(DecodeErrorKind::TooMuchMemory { needed, limit }.into());
    }
    Ok(())
}

/// Checks how many bytes a Message has.
pub(crate) fn check_size(size: usize, limits: &Limits) -> Result<(), DecodeError> {
    let limit = limits.message_size;
    if size > limit { Err(DecodeErrorKind::TooLarge { size, limit }.into()) } else { Ok(()) }
}

struct Check<'l> {
    limits: &'l Limits,
    elements: usize,
    /// What owned decoding takes if each list stands in one message and each text comes once.
    memory: usize,
    /// What it takes at most, however messages are sent in parts, which are merged.
    most: usize,
    /// Whether a field that is there once at most came again.
    in_parts: bool,
}

impl Check<'_> {
    /// The depth of recursion is that of the schema, for unknown fields are skipped.
    fn message(&mut self, ty: &'static MessageType, bytes: &[u8], depth: u32) -> Result<(), DecodeError> {
        let mut counts = [0; MAX_FIELD_NUMBER + 1];
        let mut cursor = Cursor::new(bytes);
        while !cursor.is_at_end() {
            let (number, wire_type) = cursor.key().map_err(|fault| WireError::new(fault, ty, 0))?;
            let fault = |fault| WireError::new(fault, ty, number);
            let Some(field) = ty.field(number) else {
                cursor.skip(number, wire_type, depth).map_err(|fault| WireError::new(fault, ty, 0))?;
                continue;
            };
            if wire_type != field.kind.wire_type() {
                return Err(fault(Fault::OtherType).into());
            }
            match field.kind {
                Kind::Bool | Kind::Enum(_) => drop(cursor.varint().map_err(fault)?),
                Kind::Fixed32 => drop(cursor.fixed32().map_err(fault)?),
                Kind::Text => {
                    let text = cursor.length_delimited().map_err(fault)?;
                    self.charge_text(text.len())?;
                    core::str::from_utf8(text).map_err(|_| fault(Fault::Utf8))?;
                }
                Kind::Message(inner) => {
                    self.message(inner, cursor.length_delimited().map_err(fault)?, depth + 1)?;
                }
                Kind::Map => {
                    self.message(&MAP_ENTRY, cursor.length_delimited().map_err(fault)?, depth + 1)?;
                }
            }
            let count = usize::try_from(number).ok().and_then(|at| counts.get_mut(at));
            let before = count.map_or(0, |count| core::mem::replace(count, *count + 1));
            if field.repeated {
                self.element()?;
            } else {
                self.in_parts |= before > 0;
            }
        }
        self.charge_lists(ty, &counts);
        Ok(())
    }

    /// A text that comes again takes at most twice its length, for its memory doubles as it grows.
    fn charge_text(&mut self, length: usize) -> Result<(), DecodeError> {
        let limit = self.limits.text_length;
        if length > limit {
            return Err(DecodeErrorKind::TextTooLong { length, limit }.into());
        }
        if length > 0 {
            self.memory += length.max(8);
            self.most += 2 * length.max(8);
        }
        Ok(())
    }

    fn element(&mut self) -> Result<(), DecodeError> {
        self.elements += 1;
        let limit = self.limits.elements;
        if self.elements > limit { Err(DecodeErrorKind::TooManyElements { limit }.into()) } else { Ok(()) }
    }

    /// A list grows from four elements by doubling, so all steps together take twice the last one
    /// less four. That is never more than four for each element, which adds up over the parts of a list.
    fn charge_lists(&mut self, ty: &'static MessageType, counts: &[usize]) {
        for (number, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let field = u32::try_from(number).ok().and_then(|number| ty.field(number));
            let size = field.filter(|field| field.repeated).map_or(0, Field::element_size);
            let room = count.checked_next_power_of_two().unwrap_or(usize::MAX).max(4);
            let steps = room.saturating_mul(2) - 4;
            self.memory = self.memory.saturating_add(steps.saturating_mul(size));
            self.most = self.most.saturating_add(count.saturating_mul(4).saturating_mul(size));
        }
    }
}

impl Kind {
    pub(crate) const fn wire_type(self) -> WireType {
        match self {
            Self::Bool | Self::Enum(_) => WireType::Varint,
            Self::Fixed32 => WireType::Fixed32,
            Self::Text | Self::Message(_) | Self::Map => WireType::Length,
        }
    }
}

impl Field {
    fn element_size(&self) -> usize {
        match self.kind {
            Kind::Text => size_of::<alloc::string::String>(),
            Kind::Map => MAP_ENTRY.size,
            Kind::Message(ty) => ty.size,
            Kind::Bool | Kind::Fixed32 | Kind::Enum(_) => size_of::<u32>(),
        }
    }
}
