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
    /// Those that every row has.
    pub(super) certain: ObjectGrants,
    /// Where they depend on the row.
    residual: Option<Residual>,
}

/// What decides over the rights to a row.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Residual {
    /// For each role the Permissions that come into question.
    roles: Vec<Candidates>,
    /// The different numbers that Permissions are for, sorted.
    conditions: Vec<Numbers>,
    /// The conditions again, where each is the number of the outermost row and nothing else, as for most tables. Empty
    /// where one is more.
    outermost: Vec<u32>,
    /// What comes of it, by the set of conditions that a row fits, sorted: of none, and of each with those that it
    /// implies. Empty where that is not all there is to ask.
    outcomes: Vec<(u64, ObjectGrants)>,
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
    Numbered(Numbers),
    /// Those that a search finds; its position in the list of the role set.
    Found(usize),
}

/// The numbers of rows in one another, outermost first; `None` for any.
pub(super) type Numbers = Arc<[Option<u32>]>;

/// Room for the numbers of as many rows in one another as a schema has levels.
pub(crate) type NumberBuffer = [u32; 64];

/// An object that exists, or did, as Permissions ask about it.
pub(crate) trait Whereabouts {
    /// The numbers of the rows that it stands in, outermost first.
    fn numbers<'b>(&self, buffer: &'b mut NumberBuffer) -> &'b [u32];

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
    fn coverage(&self, numbers: &[u32], at: &impl Whereabouts) -> (Option<bool>, Vec<Element>) {
        match &self.rows {
            Rows::All => (Some(true), Vec::new()),
            Rows::Numbered(wanted) => (Some(fit(numbers, wanted)), Vec::new()),
            Rows::Found(search) => {
                // What a search finds says by itself whether it is an object or an element.
                let whole = if self.element.is_some() { Some(false) } else { at.is_found(*search) };
                (whole, at.found_elements(*search))
            }
        }
    }
}

/// No rights to anything.
pub(super) static NOTHING: Rule =
    Rule { possible: ObjectGrants::NONE, certain: ObjectGrants::NONE, residual: None };

impl Rule {
    pub(super) fn new(roles: Vec<Candidates>) -> Self {
        let is_residual = roles.iter().flatten().any(|candidate| candidate.rows != Rows::All);
        if is_residual {
            return Self {
                possible: union(
                    &mut roles.iter().map(|role| bound(role, Grants::NONE, |most, more| most | more)),
                ),
                certain: union(
                    &mut roles.iter().map(|role| bound(role, Grants::ALL, |least, more| least & more)),
                ),
                residual: Some(Residual::new(roles)),
            };
        }
        let all = decide_all(&roles, &|_| (Some(true), Vec::new()));
        Self { possible: all.clone(), certain: all, residual: None }
    }

    /// Whether all rows have the same rights.
    pub(super) fn is_fixed(&self) -> bool {
        self.residual.is_none()
    }

    /// The rights to the object where it stands.
    pub(super) fn grants(&self, at: &impl Whereabouts) -> Cow<'_, ObjectGrants> {
        match &self.residual {
            None => Cow::Borrowed(&self.possible),
            Some(residual) => residual.grants(at),
        }
    }
}

impl Residual {
    fn new(roles: Vec<Candidates>) -> Self {
        let mut conditions = Vec::new();
        let mut searches = false;
        for candidate in roles.iter().flatten() {
            match &candidate.rows {
                Rows::All => {}
                Rows::Numbered(numbers) => conditions.push(numbers.clone()),
                Rows::Found(_) => searches = true,
            }
        }
        usp_collections::sort_and_dedup(&mut conditions);
        let only = |numbers: &Numbers| if let [Some(number)] = **numbers { Some(number) } else { None };
        let outermost: Option<Vec<u32>> = conditions.iter().map(only).collect();
        let outermost = outermost.unwrap_or_default();
        let mut residual = Self { roles, conditions, outermost, outcomes: Vec::new() };
        if !searches && residual.conditions.len() <= u64::BITS as usize {
            let implied = residual
                .conditions
                .iter()
                .map(|numbers| residual.conditions_that(|other| implies(numbers, other)));
            let mut sets: Vec<u64> = core::iter::once(0).chain(implied).collect();
            usp_collections::sort_and_dedup(&mut sets);
            residual.outcomes = sets.into_iter().map(|set| (set, residual.outcome(set))).collect();
        }
        residual
    }

    /// The set of the conditions that pass a test.
    fn conditions_that(&self, test: impl Fn(&[Option<u32>]) -> bool) -> u64 {
        let passing = self.conditions.iter().enumerate().filter(|(_, numbers)| test(numbers));
        passing.fold(0, |set, (bit, _)| set | 1 << bit)
    }

    /// The rights to rows that fit a set of conditions.
    fn outcome(&self, set: u64) -> ObjectGrants {
        decide_all(&self.roles, &|candidate| {
            let covers = match &candidate.rows {
                Rows::All => true,
                Rows::Numbered(numbers) => {
                    self.conditions.binary_search(numbers).is_ok_and(|bit| set & (1 << bit) != 0)
                }
                Rows::Found(_) => false,
            };
            (Some(covers), Vec::new())
        })
    }

    fn grants(&self, at: &impl Whereabouts) -> Cow<'_, ObjectGrants> {
        let mut buffer: NumberBuffer = [0; 64];
        let numbers = at.numbers(&mut buffer);
        if !self.outcomes.is_empty() {
            let set = match numbers {
                [number, ..] if !self.outermost.is_empty() => {
                    // They are different: one holds at the most.
                    self.outermost.binary_search(number).map_or(0, |bit| 1 << bit)
                }
                _ => self.conditions_that(|wanted| fit(numbers, wanted)),
            };
            if let Ok(found) = self.outcomes.binary_search_by_key(&set, |&(set, _)| set) {
                return Cow::Borrowed(&self.outcomes[found].1);
            }
        }
        Cow::Owned(decide_all(&self.roles, &|candidate| candidate.coverage(numbers, at)))
    }
}

/// Whether rows begin with these numbers.
fn fit(numbers: &[u32], wanted: &[Option<u32>]) -> bool {
    wanted.len() <= numbers.len()
        && wanted.iter().zip(numbers).all(|(wanted, number)| wanted.is_none_or(|wanted| wanted == *number))
}

/// Whether rows that begin with these numbers begin with the others too.
fn implies(numbers: &[Option<u32>], others: &[Option<u32>]) -> bool {
    others.len() <= numbers.len()
        && others.iter().zip(numbers).all(|(other, number)| other.is_none() || other == number)
}

/// Says of a Permission whether it covers an object, if that is known, and which elements of it besides.
type Coverage<'a> = dyn Fn(&Candidate) -> (Option<bool>, Vec<Element>) + 'a;

/// The rights by all roles together.
fn decide_all(roles: &[Candidates], coverage: &Coverage<'_>) -> ObjectGrants {
    union(&mut roles.iter().map(|role| decide(role, coverage)))
}

/// The rights by one role: of the Permissions that cover an element the one with the highest Order counts, and it
/// counts alone. Where it is not known whether one covers the object, what is given is given either way.
fn decide(role: &[Candidate], coverage: &Coverage<'_>) -> ObjectGrants {
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

/// The rights that one role gives to some row at the most, or to every row at the least: those of all Permissions that
/// may be the one that counts, put together.
fn bound(role: &[Candidate], start: Grants, join: fn(Grants, Grants) -> Grants) -> ObjectGrants {
    let of = |element: Option<Element>| {
        let mut grants = start;
        for candidate in role.iter().filter(|found| found.element.is_none() || found.element == element) {
            grants = join(grants, candidate.grants);
            // What covers it in all rows leaves nothing to the others.
            if candidate.rows == Rows::All {
                return grants;
            }
        }
        // It may be that none of them does.
        join(grants, Grants::NONE)
    };
    let elements = role.iter().filter_map(|candidate| candidate.element);
    ObjectGrants::new(of(None), elements.map(|element| (element, of(Some(element)))).collect())
}

/// The rights by several roles: what one of them gives.
fn union(roles: &mut dyn Iterator<Item = ObjectGrants>) -> ObjectGrants {
    roles.reduce(|one, other| one.union(&other)).unwrap_or_default()
}
