//! The optional section of descriptions.

use super::layout::Section;
use super::raw::{ImageError, RawImage, u32_at};

/// The descriptions of an image, or of one that has none.
#[derive(Clone, Copy)]
pub(crate) struct Descriptions<'i> {
    image: &'i RawImage,
    section: &'i [u8],
}

impl<'i> Descriptions<'i> {
    pub(crate) fn new(image: &'i RawImage) -> Self {
        Self { image, section: image.section(Section::Descriptions) }
    }

    /// The description of a row of the objects, parameters, commands or events.
    pub(crate) fn of(self, table: Section, row: u32) -> Option<&'i str> {
        let before: usize = TABLES
            .iter()
            .take_while(|&&before| before != table)
            .map(|&before| self.image.rows(before) as usize)
            .sum();
        self.number(before + row as usize).filter(|text| !text.is_empty())
    }

    /// Reads each description once.
    pub(super) fn validate(self) -> Result<(), ImageError> {
        if self.section.is_empty() {
            return Ok(());
        }
        let rows = self.rows();
        for row in 0..rows {
            self.number(row).ok_or(ImageError::Inconsistent { what: "description", row })?;
        }
        let texts = self.section.len().checked_sub(4 * rows);
        let used = rows.checked_sub(1).map_or(0, |last| u32_at(self.section, 4 * last) as usize);
        if texts == Some(used) {
            return Ok(());
        }
        Err(ImageError::Inconsistent { what: "length of the descriptions", row: rows })
    }

    /// The text of this number, which may be empty; none where the section contradicts itself.
    fn number(self, number: usize) -> Option<&'i str> {
        let texts = self.section.get(4 * self.rows()..)?;
        let start = number.checked_sub(1).map_or(0, |before| u32_at(self.section, 4 * before) as usize);
        let end = u32_at(self.section, 4 * number) as usize;
        core::str::from_utf8(texts.get(start..end)?).ok()
    }

    fn rows(self) -> usize {
        TABLES.iter().map(|&table| self.image.rows(table) as usize).sum()
    }
}

/// The tables whose rows have descriptions.
const TABLES: [Section; 4] = [Section::Objects, Section::Parameters, Section::Commands, Section::Events];
