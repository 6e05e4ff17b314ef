//! Comparisons that are tried on the rows of a table, one row after the other.

use alloc::vec::Vec;
use core::cmp::Reverse;
use core::ops::Range;

use usp_schema::ParameterId;

use crate::expression::comparison::Comparison;
use crate::store::pages::Page;
use crate::store::row_values::{RowValues, are_equal};
use crate::store::{RowId, Store};

/// Comparisons of stored values that all have to hold.
///
/// Neighbouring rows mostly have values for the same parameters, of the same lengths. So where the values stand is
/// looked up once and serves as long as rows have the same directory, and so does what follows from it alone: texts of
/// other lengths are not equal, and what a row was never given is what it is at first.
#[derive(Debug)]
pub(crate) struct Scan<'m, 'e> {
    store: &'m Store,
    terms: Vec<Term<'m, 'e>>,
    /// The page of the row before.
    page: Page<'m>,
    /// The directory of the row for which the places of the terms were looked up.
    directory: &'m [u8],
    /// Whether a row with this directory can fit.
    is_possible: bool,
}

#[derive(Debug)]
struct Term<'m, 'e> {
    parameter: ParameterId,
    test: Test<'e>,
    /// The value in rows that were never given one.
    initial: &'m [u8],
    /// Where the value stands in the row; `None` where the directory says enough.
    place: Option<Range<usize>>,
}

/// A comparison, taken apart where it is one of bytes.
#[derive(Debug)]
enum Test<'e> {
    Equal(&'e [u8]),
    NotEqual(&'e [u8]),
    Typed(&'e Comparison),
}

impl<'m, 'e> Scan<'m, 'e> {
    pub(crate) fn new(
        store: &'m Store,
        terms: impl Iterator<Item = (ParameterId, &'e Comparison, &'m [u8])>,
    ) -> Self {
        let term = |(parameter, comparison, initial): (_, &'e Comparison, _)| {
            let test = match comparison.packed_constant() {
                Some((constant, true)) => Test::Equal(constant),
                Some((constant, false)) => Test::NotEqual(constant),
                None => Test::Typed(comparison),
            };
            Term { parameter, test, initial, place: None }
        };
        let mut terms: Vec<Term<'m, 'e>> = terms.map(term).collect();
        // What few rows fit is asked first: a long text rather than a boolean.
        usp_collections::sort_by_key(&mut terms, |term| match term.test {
            Test::Equal(constant) => Reverse(constant.len()),
            Test::NotEqual(_) | Test::Typed(_) => Reverse(0),
        });
        Self { store, terms, page: Page::default(), directory: &[], is_possible: true }
    }

    /// Whether all comparisons hold in a row of a table.
    #[inline]
    pub(crate) fn fits(&mut self, row: RowId) -> bool {
        let row = self.store.row_values_in(row, &mut self.page);
        if self.directory.is_empty() || !row.has_directory(self.directory) {
            self.look_up(row);
        }
        self.is_possible && self.holds(row)
    }

    #[inline(never)]
    fn holds(&self, row: RowValues<'_>) -> bool {
        self.terms.iter().all(|term| match &term.place {
            Some(place) => term.test.holds(row.0.get(place.clone()).unwrap_or_default()),
            None => true,
        })
    }

    #[inline(never)]
    fn look_up(&mut self, row: RowValues<'m>) {
        self.directory = row.directory();
        self.is_possible = true;
        for term in &mut self.terms {
            term.place = row.range_of(term.parameter);
            let holds = match &term.place {
                Some(place) => term.test.holds_at_length(place.len()),
                None => Some(term.test.holds(term.initial)),
            };
            if let Some(holds) = holds {
                term.place = None;
                self.is_possible &= holds;
            }
        }
    }
}

impl Test<'_> {
    fn holds(&self, value: &[u8]) -> bool {
        match *self {
            Self::Equal(constant) => are_equal(value, constant),
            Self::NotEqual(constant) => !are_equal(value, constant),
            Self::Typed(comparison) => comparison.holds_packed(value),
        }
    }

    /// What is known of a value whose length is known.
    fn holds_at_length(&self, length: usize) -> Option<bool> {
        match *self {
            Self::Equal(constant) if constant.len() != length => Some(false),
            Self::NotEqual(constant) if constant.len() != length => Some(true),
            _ => None,
        }
    }
}
