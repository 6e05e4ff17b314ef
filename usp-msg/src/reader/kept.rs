//! A oneof whose message is kept as bytes, too, so that it can be written again without a copy of what it says.

use alloc::vec::Vec;

use crate::wire::WireError;

use super::block::Block;
use super::view::{Occurrence, Place, Slot};

/// The one content of a message, and the bytes of that message.
#[derive(Clone, Debug, Default)]
pub struct Kept<'a, T> {
    pub(super) content: T,
    bytes: &'a [u8],
    /// Further parts of the message, if it was sent in several.
    more: Vec<&'a [u8]>,
}

impl<'a, T> Kept<'a, T> {
    /// Keeps what is left of a part of the message.
    #[inline]
    pub(super) fn keep(&mut self, block: &Block<'a>) {
        let part = block.bytes.get(block.at..).unwrap_or_default();
        if self.bytes.is_empty() {
            self.bytes = part;
        } else if !part.is_empty() {
            self.more.push(part);
        }
    }

    /// The parts of the message. One behind the other they are the message in one part: so protobuf merges.
    pub(super) fn parts(&self) -> impl Iterator<Item = &'a [u8]> {
        core::iter::once(self.bytes).chain(self.more.iter().copied())
    }
}

impl<'a, T: Slot<'a>> Slot<'a> for Kept<'a, T> {
    type Owned = T::Owned;

    fn merge(&mut self, occurrence: Occurrence<'_, 'a>) -> Result<(), WireError> {
        self.content.merge(occurrence)
    }

    #[inline]
    fn place(&mut self, number: u32) -> Result<Place<'_, 'a>, WireError> {
        self.content.place(number)
    }

    fn check(&self) -> Result<(), WireError> {
        self.content.check()
    }

    fn owned(&self) -> Result<Self::Owned, WireError> {
        self.content.owned()
    }
}
