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
    if size > limits.message_size {
        return Err(DecodeErrorKind::TooLarge { size, limit: limits.message_size }.into());
    }
    let mut check = Check { limits, elements: 0, memory: 0 };
    check.message(&MSG, bytes, 0)?;
    let limit = size.saturating_mul(Limits::MEMORY_PER_BYTE).saturating_add(Limits::MEMORY_FREE);
    if check.memory > limit {
        return Err(DecodeErrorKind::TooMuchMemory { needed: check.memory, limit }.into());
    }
    Ok(())
}

struct Check<'l> {
    limits: &'l Limits,
    elements: usize,
    memory: usize,
}

impl Check<'_> {
    /// The depth of recursion is that of the schema, for unknown fields are skipped.
    fn message(&mut self, ty: &'static MessageType, bytes: &[u8], depth: u32) -> Result<(), DecodeError> {
        let mut lists = [0; MAX_FIELD_NUMBER + 1];
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
                    self.text(cursor.length_delimited().map_err(fault)?).map_err(|kind| match kind {
                        Broken::Fault(kind) => fault(kind).into(),
                        Broken::Limit(kind) => DecodeError::from(kind),
                    })?
                }
                Kind::Message(inner) => {
                    self.message(inner, cursor.length_delimited().map_err(fault)?, depth + 1)?;
                }
                Kind::Map => {
                    self.message(&MAP_ENTRY, cursor.length_delimited().map_err(fault)?, depth + 1)?;
                }
            }
            if field.repeated {
                self.element()?;
                if let Some(count) = usize::try_from(number).ok().and_then(|at| lists.get_mut(at)) {
                    *count += 1;
                }
            }
        }
        self.charge_lists(ty, &lists);
        Ok(())
    }

    fn text(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        let (length, limit) = (bytes.len(), self.limits.text_length);
        if length > limit {
            return Err(Broken::Limit(DecodeErrorKind::TextTooLong { length, limit }));
        }
        core::str::from_utf8(bytes).map_err(|_| Broken::Fault(Fault::Utf8))?;
        if length > 0 {
            self.memory += length.max(8);
        }
        Ok(())
    }

    fn element(&mut self) -> Result<(), DecodeError> {
        self.elements += 1;
        let limit = self.limits.elements;
        if self.elements > limit { Err(DecodeErrorKind::TooManyElements { limit }.into()) } else { Ok(()) }
    }

    /// A list grows from four elements by doubling, so all steps together take twice the last one
    /// less four.
    fn charge_lists(&mut self, ty: &'static MessageType, lists: &[usize]) {
        for (number, count) in lists.iter().enumerate().filter(|(_, count)| **count > 0) {
            let field = u32::try_from(number).ok().and_then(|number| ty.field(number));
            let room = count.checked_next_power_of_two().unwrap_or(usize::MAX).max(4);
            let steps = room.saturating_mul(2) - 4;
            let bytes = steps.saturating_mul(field.map_or(0, Field::element_size));
            self.memory = self.memory.saturating_add(bytes);
        }
    }
}

enum Broken {
    Fault(Fault),
    Limit(DecodeErrorKind),
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
