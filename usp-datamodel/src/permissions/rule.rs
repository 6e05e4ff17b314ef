//! What the Permissions of a role set come down to in one object of the schema.

use alloc::borrow::Cow;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::grants::{Element, Grants, ObjectGrants};

/// The rights to an object of the schema, in all rows alike or depending on the row.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Rule {
    /// Those that some row may have, which are the rights in the Supported Data Model; where nothing depends on the
    /// row, those that every row has.
    pub(super) possible: ObjectGrants,
    /// Where they depend on the row: for each role the Permissions that come into question.
    residual: Option<Vec<Candidates>>,
}

/// The Permissions of one role that cover something in an object, in falling Order. Behind one that covers all of it
/// in all rows there are no more.
pub(super) type Candidates = Vec<Candidate>;

/// A Permission as far as it concerns one object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Candidate {
    pub(super) grants: Grants,
    /// What it covers in the object: one element, or everything.
    pub(super) element: Option<Element>,
    pub(super) rows: Rows,
}

/// The rows in which a Permission covers something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Rows {
    All,
    /// Those with these numbers, outermost first; `None` for any.
    Numbered(Arc<[Option<u32>]>),
    /// Those that a search finds; its position in the list of the role set.
    Found(usize),
}

/// An object that exists, or did, as Permissions ask about it.
pub(crate) trait Whereabouts {
    /// Whether the rows that it stands in begin with these numbers, outermost first; `None` for any.
    fn has_numbers(&self, numbers: &[Option<u32>]) -> bool;

    /// Whether a search has found it or an object above it; `None` when that cannot be known any more.
    fn is_found(&self, search: usize) -> Option<bool>;

    /// The elements of it that a search has found.
    fn found_elements(&self, search: usize) -> Vec<Element>;
}

impl Candidate {
    /// Whether it covers the whole object in all rows, so that nothing behind it counts.
    pub(super) fn is_final(&self) -> bool {
        self.element.is_none() && self.rows == Rows::All
    }

    /// Whether it covers its part of an object, and the elements that it covers besides.
    fn coverage(&self, at: &impl Whereabouts) -> (Option<bool>, Vec<Element>) {
        match &self.rows {
            Rows::All => (Some(true), Vec::new()),
            Rows::Numbered(numbers) => (Some(at.has_numbers(numbers)), Vec::new()),
            Rows::Found(search) => {
                // What a search finds says by itself whether it is an object or an element.
                let whole = if self.element.is_some() { Some(false) } else { at.is_found(*search) };
                (whole, at.found_elements(*search))
            }
        }
    }
}

/// No rights to anything.
pub(super) static NOTHING: Rule = Rule { possible: ObjectGrants::NONE, residual: None };

impl Rule {
    pub(super) fn new(roles: Vec<Candidates>) -> Self {
        let possible = union(roles.iter().map(|candidates| most(candidates)));
        let is_residual = roles.iter().flatten().any(|candidate| candidate.rows != Rows::All);
        if is_residual {
            return Self { possible, residual: Some(roles) };
        }
        let certain = |candidate: &Candidate| match candidate.rows {
            Rows::All => (Some(true), Vec::new()),
            _ => (Some(false), Vec::new()),
        };
        Self { possible: union(roles.iter().map(|role| decide(role, certain))), residual: None }
    }

    /// Whether all rows have the same rights.
    pub(super) fn is_fixed(&self) -> bool {
        self.residual.is_none()
    }

    /// The rights to the object where it stands.
    pub(super) fn grants(&self, at: &impl Whereabouts) -> Cow<'_, ObjectGrants> {
        match &self.residual {
            None => Cow::Borrowed(&self.possible),
            Some(roles) => {
                Cow::Owned(union(roles.iter().map(|role| decide(role, |candidate| candidate.coverage(at)))))
            }
        }
    }
}

/// The rights by one role: of the Permissions that cover an element the one with the highest Order counts, and it
/// counts alone. Where it is not known whether one covers the object, what is given is given either way.
fn decide(role: &[Candidate], coverage: impl Fn(&Candidate) -> (Option<bool>, Vec<Element>)) -> ObjectGrants {
    let (mut limit, mut exceptions) = (Grants::ALL, Vec::new());
    for candidate in role {
        let (covers, mut elements) = coverage(candidate);
        if covers == Some(true) {
            elements.extend(candidate.element);
        }
        for element in elements {
            if !exceptions.iter().any(|&(found, _)| found == element) {
                exceptions.push((element, limit & candidate.grants));
            }
        }
        match covers {
            Some(true) if candidate.element.is_none() => {
                return ObjectGrants::new(limit & candidate.grants, exceptions);
            }
            None => limit = limit & candidate.grants,
            Some(_) => {}
        }
    }
    ObjectGrants::new(Grants::NONE, exceptions)
}

/// The rights that one role gives to some row at the most.
fn most(role: &[Candidate]) -> ObjectGrants {
    let of = |element: Option<Element>| {
        let mut grants = Grants::NONE;
        for candidate in role.iter().filter(|found| found.element.is_none() || found.element == element) {
            grants = grants | candidate.grants;
            // What covers it in all rows leaves nothing to the others.
            if candidate.rows == Rows::All {
                break;
            }
        }
        grants
    };
    let elements = role.iter().filter_map(|candidate| candidate.element);
    ObjectGrants::new(of(None), elements.map(|element| (element, of(Some(element)))).collect())
}

/// The rights by several roles: what one of them gives.
fn union(roles: impl Iterator<Item = ObjectGrants>) -> ObjectGrants {
    roles.reduce(|one, other| one.union(&other)).unwrap_or_default()
}
