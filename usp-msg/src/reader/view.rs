//! What every view and every field of a view can do.

use alloc::string::String;

use usp_wire::{Fault, WireType};

use crate::schema::MessageType;
use crate::wire::WireError;

use super::block::{Block, Key};

/// A message read in place.
pub trait View<'a>: Default {
    /// The owned type of the same message.
    type Owned: Default;

    /// The message's row in the table of the schema.
    const TYPE: &'static MessageType;

    /// Reads a message, or a further part of one that protobuf allows to be sent in several.
    fn merge(&mut self, block: Block<'a>) -> Result<(), WireError>;

    /// Walks everything that was not read yet.
    fn check(&self) -> Result<(), WireError>;

    /// Copies everything into the owned type.
    fn owned(&self) -> Result<Self::Owned, WireError>;

    /// Reads a message that is in one part.
    #[inline]
    fn read(block: Block<'a>) -> Result<Self, WireError> {
        let mut view = Self::default();
        view.merge(block)?;
        Ok(view)
    }
}

/// A field of a view.
pub trait Slot<'a> {
    /// The type of the same field in the owned message.
    type Owned;

    /// Reads one occurrence of the field.
    fn merge(&mut self, occurrence: Occurrence<'_, 'a>) -> Result<(), WireError>;

    /// Walks what [`Slot::merge`] leaves unread.
    fn check(&self) -> Result<(), WireError> {
        Ok(())
    }

    /// Copies everything into the owned type.
    fn owned(&self) -> Result<Self::Owned, WireError>;
}

/// A field whose key was just read.
pub struct Occurrence<'b, 'a> {
    pub(crate) block: &'b mut Block<'a>,
    /// Where the key began.
    pub(crate) start: usize,
    pub(crate) key: Key,
    /// The message to blame for faults.
    pub(crate) owner: &'static MessageType,
    /// Whether this is the first occurrence in `block`.
    pub(crate) first: bool,
}

impl<'a> Occurrence<'_, 'a> {
    #[inline]
    pub(crate) fn expect(&self, wire_type: WireType) -> Result<(), WireError> {
        if self.key.is(wire_type) { Ok(()) } else { Err(self.fault(Fault::OtherType)) }
    }

    pub(crate) const fn fault(&self, fault: Fault) -> WireError {
        WireError::new(fault, self.owner, self.key.number())
    }

    #[inline]
    pub(crate) fn text(&mut self) -> Result<&'a str, WireError> {
        self.expect(WireType::Length)?;
        self.block.text().map_err(|fault| self.fault(fault))
    }

    #[inline]
    pub(crate) fn message(&mut self) -> Result<Block<'a>, WireError> {
        self.expect(WireType::Length)?;
        self.block.message().map_err(|fault| self.fault(fault))
    }

    /// The message from the key of this field on.
    pub(crate) fn rest_from_key(&self) -> Block<'a> {
        self.block.at(self.start)
    }
}

impl<'a> Slot<'a> for &'a str {
    type Owned = String;

    #[inline]
    fn merge(&mut self, mut occurrence: Occurrence<'_, 'a>) -> Result<(), WireError> {
        *self = occurrence.text()?;
        Ok(())
    }

    fn owned(&self) -> Result<String, WireError> {
        Ok(String::from(*self))
    }
}

impl<'a> Slot<'a> for u32 {
    type Owned = Self;

    #[inline]
    fn merge(&mut self, occurrence: Occurrence<'_, 'a>) -> Result<(), WireError> {
        occurrence.expect(WireType::Fixed32)?;
        *self = occurrence.block.fixed32().map_err(|fault| occurrence.fault(fault))?;
        Ok(())
    }

    fn owned(&self) -> Result<Self, WireError> {
        Ok(*self)
    }
}

impl<'a> Slot<'a> for bool {
    type Owned = Self;

    #[inline]
    fn merge(&mut self, occurrence: Occurrence<'_, 'a>) -> Result<(), WireError> {
        occurrence.expect(WireType::Varint)?;
        *self = occurrence.block.varint().map_err(|fault| occurrence.fault(fault))? != 0;
        Ok(())
    }

    fn owned(&self) -> Result<Self, WireError> {
        Ok(*self)
    }
}

/// The number of an enumeration's value; protobuf cuts larger ones to 32 bits.
impl<'a> Slot<'a> for i32 {
    type Owned = Self;

    #[inline]
    fn merge(&mut self, occurrence: Occurrence<'_, 'a>) -> Result<(), WireError> {
        occurrence.expect(WireType::Varint)?;
        *self = occurrence.block.varint().map_err(|fault| occurrence.fault(fault))? as i32;
        Ok(())
    }

    fn owned(&self) -> Result<Self, WireError> {
        Ok(*self)
    }
}

impl<'a, T: View<'a>> Slot<'a> for Option<T> {
    type Owned = Option<T::Owned>;

    #[inline]
    fn merge(&mut self, mut occurrence: Occurrence<'_, 'a>) -> Result<(), WireError> {
        let block = occurrence.message()?;
        self.get_or_insert_default().merge(block)
    }

    fn check(&self) -> Result<(), WireError> {
        self.as_ref().map_or(Ok(()), T::check)
    }

    fn owned(&self) -> Result<Option<T::Owned>, WireError> {
        self.as_ref().map(T::owned).transpose()
    }
}
