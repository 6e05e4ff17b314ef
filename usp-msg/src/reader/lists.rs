//! The repeated fields of a view, which are also their own iterators.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use usp_wire::{Fault, WireType};

use crate::Map;
use crate::schema::{MAP_ENTRY, MessageType};
use crate::wire::WireError;

use super::block::Block;
use super::mode::{Lazy, Mode};
use super::validator::Validator;
use super::view::{Occurrence, Place, Slot, View};

/// The messages of a repeated field, read as they are reached.
///
/// In mode [`Lazy`] an item is a `Result`, and the first fault ends the iteration.
#[derive(Clone)]
pub struct List<'a, T, M> {
    pub(super) span: Span<'a>,
    marker: PhantomData<(T, M)>,
}

/// The texts of a repeated field. They were checked when the message was opened.
#[derive(Clone, Debug, Default)]
pub struct Texts<'a> {
    pub(super) span: Span<'a>,
}

/// The entries of a map as pairs of key and value, in wire order, read as they are reached.
///
/// Of several entries with one key the last counts; [`Pairs::last`](Iterator::last) of a filter
/// finds it. In mode [`Lazy`] an item is a `Result`, and the first fault ends the iteration.
#[derive(Clone)]
pub struct Pairs<'a, M> {
    pub(super) span: Span<'a>,
    marker: PhantomData<M>,
}

/// The messages of a repeated field that was validated, as bytes.
pub(crate) struct Elements<'a> {
    span: Span<'a>,
}

/// Where the occurrences of a repeated field are.
#[derive(Clone, Debug, Default)]
pub struct Span<'a> {
    /// The message, from the first occurrence on.
    block: Block<'a>,
    number: u32,
    /// Further parts of the message, if it was sent in several. A box, because it is hardly ever there.
    #[allow(clippy::box_collection, reason = "the field is to be as small as it can be")]
    more: Option<Box<VecDeque<Block<'a>>>>,
}

impl<'a> Span<'a> {
    /// Notes where the occurrences begin.
    #[inline]
    fn note(&mut self, occurrence: &Occurrence<'_, 'a>) {
        if self.number == 0 {
            self.block = occurrence.rest_from_key();
            self.number = occurrence.key.number();
        } else if occurrence.first {
            self.more.get_or_insert_default().push_back(occurrence.rest_from_key());
        }
    }

    /// Takes in this message and those that follow right after it.
    #[inline]
    pub(super) fn take_messages(&mut self, occurrence: Occurrence<'_, 'a>) -> Result<(), WireError> {
        self.note(&occurrence);
        skip_values(occurrence)
    }

    /// Takes in this text and those that follow right after it.
    #[inline]
    pub(super) fn take_texts(&mut self, mut occurrence: Occurrence<'_, 'a>) -> Result<(), WireError> {
        self.note(&occurrence);
        occurrence.text()?;
        skip_usual_texts(occurrence);
        Ok(())
    }

    /// The key of an occurrence: one byte, because the number of a list is below 16.
    #[inline]
    fn key(&self) -> u8 {
        (self.number << 3) as u8 | WireType::Length as u8
    }

    /// Goes on to the value of the next occurrence.
    #[inline]
    fn advance(&mut self) -> Result<bool, Fault> {
        if self.block.continues_with(self.key()) { Ok(true) } else { self.search() }
    }

    /// The same, past other fields and into further parts of the message.
    #[inline(never)]
    fn search(&mut self) -> Result<bool, Fault> {
        loop {
            while let Some(key) = self.block.key()? {
                if key.number() == self.number && key.is(WireType::Length) {
                    return Ok(true);
                }
                self.block.skip(key)?;
            }
            match self.more.as_mut().and_then(|more| more.pop_front()) {
                Some(block) => self.block = block,
                None => return Ok(false),
            }
        }
    }

    /// Reads all occurrences, which are messages of this type. No views are made: nobody looks at them.
    fn check(&self, ty: &'static MessageType) -> Result<(), WireError> {
        if self.number == 0 {
            return Ok(());
        }
        let more = self.more.iter().flat_map(|more| more.iter());
        core::iter::once(&self.block)
            .chain(more)
            .try_for_each(|block| Validator::new(block).list(self.number, ty, block.depth.into()))
    }

    /// Reads the next occurrence, which is a message.
    #[inline]
    fn read_message<T: View<'a>>(&mut self) -> Option<Result<T, WireError>> {
        let block =
            self.advance().and_then(|found| if found { self.block.element().map(Some) } else { Ok(None) });
        let item = match block {
            Ok(None) => return None,
            Ok(Some(block)) => T::read(block),
            // The keys and lengths of this message were read before.
            Err(fault) => Err(WireError::new(fault, T::TYPE, 0)),
        };
        if item.is_err() {
            self.end();
        }
        Some(item)
    }

    fn end(&mut self) {
        *self = Self::default();
    }
}

impl<'a, T, M> List<'a, T, M> {
    /// The bytes of each message, for who looks at less than a view does.
    pub(crate) fn into_bytes(self) -> Elements<'a> {
        Elements { span: self.span }
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let element = match self.span.advance() {
            Ok(true) => self.span.block.message().ok()?,
            Ok(false) | Err(_) => return None,
        };
        element.bytes.get(element.at..)
    }
}

impl<'a, T: View<'a>, M: Mode> List<'a, T, M> {
    fn lazy(&self) -> List<'a, T, Lazy> {
        List { span: self.span.clone(), marker: PhantomData }
    }
}

impl<'a, T: View<'a>, M: Mode> Iterator for List<'a, T, M> {
    type Item = M::Of<T>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.span.read_message().map(M::of)
    }
}

impl<'a> Iterator for Texts<'a> {
    type Item = &'a str;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match self.span.block.usual_text(self.span.key()) {
            Some(text) => Some(text),
            None => self.next_unusual(),
        }
    }
}

impl<'a> Texts<'a> {
    fn next_unusual(&mut self) -> Option<&'a str> {
        match self.span.advance() {
            Ok(true) => self.span.block.text().ok(),
            Ok(false) | Err(_) => None,
        }
    }
}

impl<'a, M: Mode> Pairs<'a, M> {
    fn lazy(&self) -> Pairs<'a, Lazy> {
        Pairs { span: self.span.clone(), marker: PhantomData }
    }

    #[inline]
    fn read_next(&mut self) -> Option<Result<(&'a str, &'a str), WireError>> {
        match self.span.block.usual_entry(self.span.key()) {
            Some(entry) => Some(Ok(entry)),
            None => self.read_unusual(),
        }
    }

    fn read_unusual(&mut self) -> Option<Result<(&'a str, &'a str), WireError>> {
        let entry = match self.span.advance() {
            Ok(false) => return None,
            Ok(true) => self
                .span
                .block
                .element()
                .map_err(|fault| WireError::new(fault, &MAP_ENTRY, 0))
                .and_then(Entry::read)
                .map(|entry| (entry.key, entry.value)),
            Err(fault) => Err(WireError::new(fault, &MAP_ENTRY, 0)),
        };
        if entry.is_err() {
            self.span.end();
        }
        Some(entry)
    }
}

impl<'a, M: Mode> Iterator for Pairs<'a, M> {
    type Item = M::Of<(&'a str, &'a str)>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.read_next().map(M::of)
    }
}

#[derive(Default)]
struct Entry<'a> {
    key: &'a str,
    value: &'a str,
}

impl<'a> Entry<'a> {
    fn read(mut block: Block<'a>) -> Result<Self, WireError> {
        let mut entry = Self::default();
        block.prove();
        let fault = |number| move |fault| WireError::new(fault, &MAP_ENTRY, number);
        while let Some(key) = block.key().map_err(fault(0))? {
            match (key.number(), key.is(WireType::Length)) {
                (1, true) => entry.key = block.text().map_err(fault(1))?,
                (2, true) => entry.value = block.text().map_err(fault(2))?,
                (number @ 1..=2, false) => return Err(fault(number)(Fault::OtherType)),
                _ => block.skip(key).map_err(fault(0))?,
            }
        }
        Ok(entry)
    }
}

impl<'a, T: View<'a>, M: Mode> Slot<'a> for List<'a, T, M> {
    type Owned = Vec<T::Owned>;

    #[inline]
    fn merge(&mut self, occurrence: Occurrence<'_, 'a>) -> Result<(), WireError> {
        self.span.take_messages(occurrence)
    }

    #[inline]
    fn place(&mut self, _: u32) -> Result<Place<'_, 'a>, WireError> {
        Ok(Place::Messages(&mut self.span))
    }

    fn check(&self) -> Result<(), WireError> {
        self.span.check(T::TYPE)
    }

    fn owned(&self) -> Result<Self::Owned, WireError> {
        // Collecting would be made anew for each type, and larger.
        let (mut span, mut owned) = (self.span.clone(), Vec::new());
        while let Some(item) = span.read_message::<T>() {
            owned.push(item?.owned()?);
        }
        Ok(owned)
    }
}

impl<'a> Slot<'a> for Texts<'a> {
    type Owned = Vec<String>;

    #[inline]
    fn merge(&mut self, occurrence: Occurrence<'_, 'a>) -> Result<(), WireError> {
        self.span.take_texts(occurrence)
    }

    #[inline]
    fn place(&mut self, _: u32) -> Result<Place<'_, 'a>, WireError> {
        Ok(Place::Texts(&mut self.span))
    }

    fn owned(&self) -> Result<Vec<String>, WireError> {
        Ok(self.clone().map(String::from).collect())
    }
}

impl<'a, M: Mode> Slot<'a> for Pairs<'a, M> {
    type Owned = Map;

    #[inline]
    fn merge(&mut self, occurrence: Occurrence<'_, 'a>) -> Result<(), WireError> {
        self.span.take_messages(occurrence)
    }

    #[inline]
    fn place(&mut self, _: u32) -> Result<Place<'_, 'a>, WireError> {
        Ok(Place::Messages(&mut self.span))
    }

    fn check(&self) -> Result<(), WireError> {
        self.span.check(&MAP_ENTRY)
    }

    fn owned(&self) -> Result<Map, WireError> {
        self.lazy().collect()
    }
}

/// Skips the texts of the same field that follow right after one, as far as they are short and proven.
#[inline]
fn skip_usual_texts(occurrence: Occurrence<'_, '_>) {
    if let Some(key) = occurrence.key.short() {
        while occurrence.block.usual_text(key).is_some() {}
    }
}

/// Skips this element and those that follow right after it.
#[inline]
fn skip_values(occurrence: Occurrence<'_, '_>) -> Result<(), WireError> {
    occurrence.expect(WireType::Length)?;
    occurrence.block.skip_length().map_err(|fault| occurrence.fault(fault))?;
    if let Some(key) = occurrence.key.short() {
        while occurrence.block.continues_with(key) {
            occurrence.block.skip_length().map_err(|fault| occurrence.fault(fault))?;
        }
    }
    Ok(())
}

impl<T, M> Default for List<'_, T, M> {
    fn default() -> Self {
        Self { span: Span::default(), marker: PhantomData }
    }
}

impl<M> Default for Pairs<'_, M> {
    fn default() -> Self {
        Self { span: Span::default(), marker: PhantomData }
    }
}

impl<'a, T: View<'a> + fmt::Debug, M: Mode> fmt::Debug for List<'a, T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.lazy()).finish()
    }
}

impl<M: Mode> fmt::Debug for Pairs<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.lazy()).finish()
    }
}
