//! Objects that exist, and their paths.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use usp_schema::ObjectId;

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
        let mut path = String::with_capacity(USUAL_PATH);
        self.push_path(place, &mut path);
        path
    }

    /// Appends the path of an object. The depth is bounded by the schema's.
    pub(crate) fn push_path(&self, place: Place, path: &mut String) {
        let object = self.object(place.object);
        let home = self.store.home(place.row).filter(|home| home.table == place.object);
        if let Some(parent) = object.parent() {
            let row = home.map_or(place.row, |home| home.parent);
            self.push_path(Place { row, object: parent.id() }, path);
        }
        // What is mounted is right below the row.
        if object.is_mount() {
            return;
        }
        path.push_str(object.name());
        path.push('.');
        if let Some(home) = home {
            push_decimal(home.number, path);
            path.push('.');
        }
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

/// Bytes of a path of usual length.
const USUAL_PATH: usize = 48;

/// Appends a number. Formatting knows widths and signs, which cost more than the digits.
pub(crate) fn push_decimal(number: u32, text: &mut String) {
    // Writing to a String cannot fail.
    let _ = write_decimal(number, text);
}

/// The same for any text that is written to.
fn write_decimal(number: u32, text: &mut impl Write) -> fmt::Result {
    digits(number, &mut DigitBuffer::default())
        .iter()
        .try_for_each(|&digit| text.write_char(char::from(digit)))
}

/// Room for the digits of any number of 32 bits.
pub(crate) type DigitBuffer = [u8; 10];

/// The decimal digits of a number, as ASCII.
pub(crate) fn digits(number: u32, buffer: &mut DigitBuffer) -> &[u8] {
    let (mut rest, mut start) = (number, buffer.len());
    for (place, digit) in buffer.iter_mut().enumerate().rev() {
        // A digit is below ten.
        (*digit, rest, start) = (b'0' + (rest % 10) as u8, rest / 10, place);
        if rest == 0 {
            break;
        }
    }
    buffer.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn numbers_of_rows_are_written_as_numbers_are() {
        for number in [0, 1, 9, 10, 11, 99, 100, 4_009, 65_536, 999_999_999, 1_000_000_000, u32::MAX] {
            let mut text = String::new();
            push_decimal(number, &mut text);
            assert_eq!(text, number.to_string());
        }
    }
}
