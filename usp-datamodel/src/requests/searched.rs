//! What the searches of a Message match: the order of its entries does not matter, so they are done before the first
//! entry changes anything. In a Delete any path is searched for, since what an entry names may go with another.

use alloc::vec::Vec;

use super::changing::{Operation, find_objects};
use super::with_dot;
use crate::fault::Fault;
use crate::model::DataModel;
use crate::permissions::access::Access;
use crate::requests::budget::Budget;
use crate::resolve::{Match, Node, Resolution, View};
use crate::store::ROOT;

/// What the paths of entries led to before the Message, of those whose values decide over it.
#[derive(Debug, Default)]
pub(super) struct Searched(Vec<(usize, Found)>);

/// What a path led to before the Message, whatever the unions on its way may come to be.
#[derive(Debug)]
pub(super) struct Found(Result<Resolution, Fault>);

impl Searched {
    /// Searches before anything is changed. In an Add a search finds the rows that entries before it have added, so that
    /// a Message can add a row and others below it.
    pub(super) fn before(
        model: &DataModel,
        access: &Access<'_>,
        budget: &mut Budget,
        operation: Operation,
        paths: &[&str],
    ) -> Self {
        if operation == Operation::Add || paths.len() < 2 {
            return Self::default();
        }
        let view = View { any_of_union: true, ..View::of(access) };
        let is_decided = |path: &str| operation == Operation::Delete || path.contains(['[', '*', '+']);
        let searches = paths.iter().enumerate().filter(|(_, path)| is_decided(path));
        let mut found = Vec::new();
        for (entry, path) in searches {
            let mut resolution = find_objects(model, view, budget, &with_dot(path));
            if let Ok(resolution) = &mut resolution {
                resolution.matches.shrink_to_fit();
                // It is held until the end. Whoever works on the entries is told when that is too much.
                if budget.tell(size_of_val(&*resolution.matches)).is_err() {
                    break;
                }
            }
            found.push((entry, Found(resolution)));
        }
        Self(found)
    }

    /// What the path of an entry led to, if it was searched for.
    pub(super) fn by(&self, entry: usize) -> Option<&Found> {
        let at = self.0.binary_search_by_key(&entry, |&(entry, _)| entry).ok()?;
        Some(&self.0[at].1)
    }
}

impl Found {
    /// What exists of it by the unions as they are.
    ///
    /// # Errors
    ///
    /// What is wrong with the path.
    pub(super) fn existing(&self, model: &DataModel) -> Result<Resolution, Fault> {
        let mut resolution = self.0.clone()?;
        resolution.matches.retain(|&found| exists(model, found));
        Ok(resolution)
    }
}

/// Whether none of the objects that a path led through is one of a union that is not chosen.
fn exists(model: &DataModel, Match { node, .. }: Match) -> bool {
    let (mut row, mut object) = match node {
        Node::Place(place) => (place.row, model.object(place.object)),
        // A table is there if what it stands in is.
        Node::Table { row, table } => match model.object(table).parent() {
            Some(above) => (row, above),
            None => return true,
        },
    };
    loop {
        let within =
            core::iter::once(object).chain(object.ancestors()).take_while(|object| !object.is_table());
        if !within.into_iter().all(|object| model.exists(row, object)) {
            return false;
        }
        let Some(home) = model.store.home(row).filter(|_| row != ROOT) else { return true };
        let Some(above) = model.object(home.table).parent() else { return true };
        (row, object) = (home.parent, above);
    }
}
