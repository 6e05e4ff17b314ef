//! Where in the schema a path has come to, whether or not anything exists there.

use alloc::vec::Vec;

use usp_schema::Object;

use crate::resolve::{End, Leaf};

/// Where a path has come to.
#[derive(Debug)]
pub(crate) enum Position<'s> {
    Known(At<'s>),
    /// In one of the objects that mounts have there: which of them it is depends on the row.
    Several(Vec<At<'s>>),
    /// Behind a reference that may point to several kinds of object.
    Unknown,
}

/// A place in the schema.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<'s> {
    pub(crate) object: Object<'s>,
    /// Whether it is a table that still needs its rows named.
    pub(crate) is_table: bool,
    /// What the path names in the object.
    pub(crate) leaf: Leaf,
}

impl<'s> Position<'s> {
    /// Goes where a step leads to from here; whether it leads anywhere.
    pub(crate) fn go<I: Iterator<Item = At<'s>>>(&mut self, step: impl Fn(At<'s>) -> I) -> bool {
        let mut all: Vec<At<'s>> = match self {
            Self::Known(at) => step(*at).collect(),
            Self::Several(all) => all.iter().copied().flat_map(step).collect(),
            Self::Unknown => return true,
        };
        let is_one = all.len() == 1;
        let Some(last) = all.pop() else { return false };
        *self = if is_one {
            Self::Known(last)
        } else {
            all.push(last);
            Self::Several(all)
        };
        true
    }

    /// The same of a step that leads to one place at most.
    pub(crate) fn step(&mut self, step: impl Fn(At<'s>) -> Option<At<'s>>) -> bool {
        match self {
            Self::Known(at) => step(*at).map(|next| *at = next).is_some(),
            other => other.go(|at| step(at).into_iter()),
        }
    }

    /// Goes to the objects of a name right below; of those that are mounted to one in each mount.
    pub(crate) fn child(&mut self, name: &str) -> bool {
        match self {
            Self::Known(at) if !at.object.is_mount_point() => {
                let child = if at.is_table { None } else { at.object.child(name) };
                child.map(|child| *at = At::new(child)).is_some()
            }
            other => other.go(|at| at.child(name)),
        }
    }

    /// Goes to the parameter of a name, or else to the objects: an object may come without its final dot (T11).
    pub(crate) fn parameter_or_child(&mut self, name: &str) -> bool {
        match self {
            Self::Known(at) => match at.parameter(name) {
                Some(named) => {
                    *at = named;
                    true
                }
                None => self.child(name),
            },
            other => other.go(|at| {
                let named = at.parameter(name);
                let children = named.is_none().then(|| at.child(name));
                named.into_iter().chain(children.into_iter().flatten())
            }),
        }
    }
}

impl<'s> At<'s> {
    pub(crate) fn new(object: Object<'s>) -> Self {
        Self { object, is_table: object.is_table(), leaf: Leaf::Object }
    }

    /// The objects of a name right below it; of those that are mounted one in each mount.
    pub(crate) fn child(self, name: &str) -> impl Iterator<Item = Self> {
        let children = (!self.is_table).then(|| self.object.children_named(name));
        children.into_iter().flatten().map(Self::new)
    }

    /// The parameter of a name in it.
    pub(crate) fn parameter(self, name: &str) -> Option<Self> {
        self.leaf(|object| object.parameter(name).map(|found| Leaf::Parameter(found.id())))
    }

    /// An element of it.
    pub(crate) fn leaf(self, find: impl Fn(Object<'s>) -> Option<Leaf>) -> Option<Self> {
        let leaf = if self.is_table { None } else { find(self.object) };
        Some(Self { leaf: leaf?, ..self })
    }

    /// Its rows, whichever they are.
    pub(crate) fn rows(self) -> Option<Self> {
        self.is_table.then_some(Self { is_table: false, ..self })
    }

    pub(crate) fn end(self) -> End {
        End { object: self.object.id(), is_table: self.is_table, leaf: self.leaf }
    }
}
