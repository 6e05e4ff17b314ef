//! The rights that one Permission gives to each kind of element, and those that an object and its elements have.

use alloc::vec::Vec;
use core::ops::{BitAnd, BitOr};

use usp_schema::{CommandId, EventId, ParameterId};

use super::rights::Rights;

/// What a right is about (TR-181, `Permission.{i}.`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Param,
    Obj,
    InstantiatedObj,
    CommandEvent,
}

/// The rights to all four kinds, four bits each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Grants(u16);

/// An element of an object that a Target can name by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Element {
    Parameter(ParameterId),
    Command(CommandId),
    Event(EventId),
}

/// The rights to one object and what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct ObjectGrants {
    /// Those to the object, and to each of its elements without exception.
    pub(crate) whole: Grants,
    /// Elements with rights of their own, sorted.
    pub(crate) exceptions: Vec<(Element, Grants)>,
}

impl Grants {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const ALL: Self = Self(u16::MAX);

    pub(super) fn new(param: Rights, obj: Rights, instantiated_obj: Rights, command_event: Rights) -> Self {
        let kinds = [param, obj, instantiated_obj, command_event];
        Self(kinds.iter().rev().fold(0, |bits, rights| bits << 4 | u16::from(rights.bits())))
    }

    /// The rights to elements of a kind.
    pub(crate) fn of(self, kind: Kind) -> Rights {
        Rights::from_bits((self.0 >> (4 * kind as u16)) as u8)
    }

    pub(crate) fn has(self, kind: Kind, right: Rights) -> bool {
        self.of(kind).contains(right)
    }

    /// Whether they let anything be read, written or executed: who has such a right may know that the object exists.
    pub(super) fn reveal(self) -> bool {
        const NOTIFY_ONLY: u16 = 0x8888;
        self.0 & !NOTIFY_ONLY != 0
    }
}

impl BitOr for Grants {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Grants {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl ObjectGrants {
    pub(super) const NONE: Self = Self { whole: Grants::NONE, exceptions: Vec::new() };

    /// All rights to everything.
    pub(crate) const ALL: Self = Self { whole: Grants::ALL, exceptions: Vec::new() };

    /// Exceptions that are none are left out.
    pub(super) fn new(whole: Grants, mut exceptions: Vec<(Element, Grants)>) -> Self {
        exceptions.retain(|&(_, grants)| grants != whole);
        usp_collections::sort_and_dedup(&mut exceptions);
        Self { whole, exceptions }
    }

    /// What one or the other gives.
    pub(super) fn union(&self, other: &Self) -> Self {
        let elements = self.exceptions.iter().chain(&other.exceptions).map(|&(element, _)| element);
        let exceptions = elements.map(|element| (element, self.element(element) | other.element(element)));
        Self::new(self.whole | other.whole, exceptions.collect())
    }

    /// The rights to the object itself.
    pub(crate) fn object(&self, kind: Kind, right: Rights) -> bool {
        self.whole.has(kind, right)
    }

    pub(crate) fn parameter(&self, parameter: ParameterId, right: Rights) -> bool {
        self.element(Element::Parameter(parameter)).has(Kind::Param, right)
    }

    pub(crate) fn command(&self, command: CommandId, right: Rights) -> bool {
        self.element(Element::Command(command)).has(Kind::CommandEvent, right)
    }

    pub(crate) fn event(&self, event: EventId, right: Rights) -> bool {
        self.element(Element::Event(event)).has(Kind::CommandEvent, right)
    }

    /// Whether anything in the object may be read, written or executed. Otherwise it is as if it did not exist.
    pub(crate) fn reveal(&self) -> bool {
        self.whole.reveal() || self.exceptions.iter().any(|(element, grants)| grants.of_element(*element))
    }

    fn element(&self, element: Element) -> Grants {
        if self.exceptions.is_empty() {
            return self.whole;
        }
        match self.exceptions.binary_search_by_key(&element, |&(element, _)| element) {
            Ok(at) => self.exceptions[at].1,
            Err(_) => self.whole,
        }
    }
}

impl Grants {
    /// Whether an element with these rights may be read, written or executed.
    fn of_element(self, element: Element) -> bool {
        let kind = match element {
            Element::Parameter(_) => Kind::Param,
            Element::Command(_) | Element::Event(_) => Kind::CommandEvent,
        };
        self.of(kind).bits() & !Rights::NOTIFY.bits() != 0
    }
}
