//! Objects that exist, and their paths.

use alloc::string::String;
use alloc::vec::Vec;

use usp_schema::{Object, ObjectId};

use crate::model::DataModel;
use crate::store::RowId;

/// An object that exists: the row that it is part of, and where in the schema it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) row: RowId,
    pub(crate) object: ObjectId,
}

impl DataModel {
    /// The Instance Numbers of a row and the rows above it, outermost first.
    pub(crate) fn numbers_of(&self, row: RowId) -> Vec<u32> {
        let mut numbers = Vec::new();
        let mut at = row;
        while let Some(home) = self.store.home(at) {
            numbers.push(home.number);
            at = home.parent;
        }
        numbers.reverse();
        numbers
    }

    /// The path of an object, with Instance Numbers and the final dot `[R-MSG.3]`.
    pub(crate) fn path_of(&self, place: Place) -> String {
        let object = self.object(place.object);
        let mut steps: Vec<Object<'_>> = object.ancestors().collect();
        steps.reverse();
        steps.push(object);
        let mut numbers = self.numbers_of(place.row).into_iter();
        let mut path = String::new();
        for step in steps {
            path.push_str(step.name());
            path.push('.');
            if step.is_table()
                && let Some(number) = numbers.next()
            {
                path += &alloc::format!("{number}.");
            }
        }
        path
    }

    /// The path of the table that a row stands in.
    pub(crate) fn path_of_table(&self, row: RowId) -> String {
        let Some(home) = self.store.home(row) else { return String::new() };
        self.path_of(Place { row: home.parent, object: home.table })
    }

    /// The place of a row itself.
    pub(crate) fn place_of_row(&self, row: RowId) -> Option<Place> {
        self.store.home(row).map(|home| Place { row, object: home.table })
    }
}
