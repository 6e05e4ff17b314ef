//! What every view and every field of a view can do.

use alloc::string::String;

use usp_wire::{Fault, WireType};

use crate::schema::MessageType;
use crate::wire::WireError;

use super::block::{Block, Key};
use super::lists::Span;

/// What code that reads any message needs of a view, however the fields are written.
pub trait Fields<'a> {
    /// The message's row in the table of the schema.
    fn message_type(&self) -> &'static MessageType;

    /// Where the field of this number is kept. Of a oneof it is the place of this alternative, in place of another.
    ///
    /// # Errors
    ///
    /// A fault in what is replaced and was not read yet.
    fn place(&mut self, number: u32) -> Result<Place<'_, 'a>, WireError>;

    /// Reads a message into the view, or a further part of one that protobuf allows to be sent in several.
    fn merge_part(&mut self, block: Block<'a>) -> Result<(), WireError>;
}

/// Where the value of a field is kept.
pub enum Place<'v, 'a> {
    /// The message has no such field.
    Unknown,
    Text(&'v mut &'a str),
    Fixed32(&'v mut u32),
    Flag(&'v mut bool),
    Variant(&'v mut i32),
    Texts(&'v mut Span<'a>),
    /// Messages, or the entries of a map.
    Messages(&'v mut Span<'a>),
    Part(&'v mut (dyn Fields<'a> + 'v)),
}

/// Reads what is left of a message that holds others, its fields in any order. `seen` has the bits of the lists that
/// were met before.
///
/// It is one piece of code for all of them: what is written in the usual way does not come here, and made for each it was
/// 15 kB of an embedded Agent. Elements of lists, of which there are many, have code of their own, [`View::merge`].
pub(super) fn merge_fields<'a>(
    view: &mut dyn Fields<'a>,
    mut block: Block<'a>,
    mut seen: u16,
) -> Result<(), WireError> {
    let owner = view.message_type();
    let between = |fault| WireError::new(fault, owner, 0);
    loop {
        let start = block.position();
        let Some(key) = block.key().map_err(between)? else { return Ok(()) };
        let bit = 1 << (key.number() & 15);
        match view.place(key.number())? {
            Place::Unknown => block.skip(key).map_err(between)?,
            place => {
                let first = seen & bit == 0;
                seen |= bit;
                place.merge(Occurrence { block: &mut block, start, key, owner, first })?;
            }
        }
    }
}

impl<'a> Place<'_, 'a> {
    /// Reads one occurrence of the field.
    pub(super) fn merge(self, mut occurrence: Occurrence<'_, 'a>) -> Result<(), WireError> {
        match self {
            Self::Unknown => Ok(()),
            Self::Text(text) => text.merge(occurrence),
            Self::Fixed32(number) => number.merge(occurrence),
            Self::Flag(flag) => flag.merge(occurrence),
            Self::Variant(variant) => variant.merge(occurrence),
            Self::Texts(span) => span.take_texts(occurrence),
            Self::Messages(span) => span.take_messages(occurrence),
            Self::Part(part) => part.merge_part(occurrence.message()?),
        }
    }
}

/// A message read in place.
pub trait View<'a>: Default + Fields<'a> {
    /// The owned type of the same message.
    type Owned: Default;

    /// The message's row in the table of the schema.
    const TYPE: &'static MessageType;

    /// Reads a message that is in one part, as an element of a list is.
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

    /// Where the field of this number is kept, as [`Fields::place`] has it.
    fn place(&mut self, number: u32) -> Result<Place<'_, 'a>, WireError>;

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

    #[inline]
    fn place(&mut self, _: u32) -> Result<Place<'_, 'a>, WireError> {
        Ok(Place::Text(self))
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

    #[inline]
    fn place(&mut self, _: u32) -> Result<Place<'_, 'a>, WireError> {
        Ok(Place::Fixed32(self))
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

    #[inline]
    fn place(&mut self, _: u32) -> Result<Place<'_, 'a>, WireError> {
        Ok(Place::Flag(self))
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

    #[inline]
    fn place(&mut self, _: u32) -> Result<Place<'_, 'a>, WireError> {
        Ok(Place::Variant(self))
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
        self.get_or_insert_default().merge_part(block)
    }

    #[inline]
    fn place(&mut self, _: u32) -> Result<Place<'_, 'a>, WireError> {
        Ok(Place::Part(self.get_or_insert_default()))
    }

    fn check(&self) -> Result<(), WireError> {
        self.as_ref().map_or(Ok(()), T::check)
    }

    fn owned(&self) -> Result<Option<T::Owned>, WireError> {
        self.as_ref().map(T::owned).transpose()
    }
}
