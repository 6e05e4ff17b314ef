//! Access to the rows and pools of an image, without a panic whatever the bytes are.

use alloc::boxed::Box;

use super::layout::{
    DIRECTORY, FINGERPRINTED, FORMAT, LONG_STRING, MAGIC, REQUIRED_SECTIONS, SECTIONS, Section, fingerprint,
};
use super::validate;

/// Why bytes are not a schema image that this version of the crate can use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// The bytes do not begin like an image.
    #[error("not a schema image: it does not begin with \"USPI\"")]
    NotAnImage,
    /// The image was written by another version of the builder.
    #[error("schema image of format {found}, this build reads format {FORMAT}: generate the image again")]
    Format {
        /// The format that the image states.
        found: u16,
    },
    /// The image is shorter or longer than it says.
    #[error("schema image of {found} bytes, its header says {expected}: it was cut or glued")]
    Length {
        /// The length in the header.
        expected: usize,
        /// How many bytes there are.
        found: usize,
    },
    /// The content is not what was written.
    #[error("damaged schema image: the fingerprint does not match its content")]
    Fingerprint,
    /// The fingerprint matches, but a table contradicts itself.
    #[error("inconsistent schema image: {what} at row {row}")]
    Inconsistent {
        /// The table and column.
        what: &'static str,
        /// The row.
        row: usize,
    },
}

/// Bytes that are borrowed for ever (an image in the program) or owned (a file, a learned model).
#[derive(Debug)]
enum Storage {
    Static(&'static [u8], &'static str),
    Owned(Box<[u8]>, Box<str>),
}

/// An image whose structure has been validated.
#[derive(Debug)]
pub(crate) struct RawImage {
    storage: Storage,
    sections: Sections,
    fingerprint: u64,
}

/// Where each section is: its offset and its length.
type Sections = [(usize, usize); SECTIONS];

impl RawImage {
    pub(crate) fn from_static(bytes: &'static [u8]) -> Result<Self, ImageError> {
        let (sections, fingerprint) = header(bytes)?;
        let strings = strings(bytes, &sections)?;
        Self::validated(Storage::Static(bytes, strings), sections, fingerprint)
    }

    pub(crate) fn from_box(bytes: Box<[u8]>) -> Result<Self, ImageError> {
        let (sections, fingerprint) = header(&bytes)?;
        let strings = Box::from(strings(&bytes, &sections)?);
        Self::validated(Storage::Owned(bytes, strings), sections, fingerprint)
    }

    fn validated(storage: Storage, sections: Sections, fingerprint: u64) -> Result<Self, ImageError> {
        let image = Self { storage, sections, fingerprint };
        validate::validate(&image)?;
        Ok(image)
    }

    #[inline]
    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.storage {
            Storage::Static(bytes, _) => bytes,
            Storage::Owned(bytes, _) => bytes,
        }
    }

    pub(crate) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// A number of the header.
    pub(crate) fn header_u32(&self, at: usize) -> u32 {
        u32_at(self.bytes(), at)
    }

    /// How many rows of this width the section has.
    pub(crate) fn rows(&self, section: Section, width: usize) -> usize {
        self.sections[section as usize].1 / width
    }

    #[inline]
    pub(crate) fn section(&self, section: Section) -> &[u8] {
        let (offset, length) = self.sections[section as usize];
        self.bytes().get(offset..offset + length).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn u16(&self, section: Section, width: usize, row: u32, column: usize) -> u16 {
        u16_at(self.section(section), row as usize * width + column)
    }

    #[inline]
    pub(crate) fn u32(&self, section: Section, width: usize, row: u32, column: usize) -> u32 {
        u32_at(self.section(section), row as usize * width + column)
    }

    /// The string at this offset of the pool; empty where there is none.
    #[inline]
    pub(crate) fn string(&self, offset: u32) -> &str {
        self.try_string(offset).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn try_string(&self, offset: u32) -> Option<&str> {
        let pool = self.pool();
        let (start, length) = place_in(pool.as_bytes(), offset)?;
        pool.get(start..start.checked_add(length)?)
    }

    /// All strings, for whoever compares many of them.
    #[inline]
    pub(crate) fn pool(&self) -> &str {
        match &self.storage {
            Storage::Static(_, pool) => pool,
            Storage::Owned(_, pool) => pool,
        }
    }
}

/// The bytes of the string at this offset of a pool; none where there is none.
#[inline]
pub(crate) fn string_bytes(pool: &[u8], offset: u32) -> &[u8] {
    let place = place_in(pool, offset);
    place.and_then(|(start, length)| pool.get(start..)?.get(..length)).unwrap_or_default()
}

/// Where the string at this offset of a pool begins, and its length.
#[inline]
fn place_in(pool: &[u8], offset: u32) -> Option<(usize, usize)> {
    let offset = offset as usize;
    let first = *pool.get(offset)?;
    if first < LONG_STRING {
        return Some((offset + 1, usize::from(first)));
    }
    let low = usize::from(*pool.get(offset + 1)?);
    let high = usize::from(*pool.get(offset + 2)?);
    Some((offset + 3, low | high << 7))
}

/// Checks the header and reads the directory.
fn header(bytes: &[u8]) -> Result<(Sections, u64), ImageError> {
    if bytes.get(..4) != Some(&MAGIC) {
        return Err(ImageError::NotAnImage);
    }
    let format = u16_at(bytes, 4);
    if format != FORMAT {
        return Err(ImageError::Format { found: format });
    }
    let least = DIRECTORY + 8 * REQUIRED_SECTIONS;
    let expected = u32_at(bytes, FINGERPRINTED) as usize;
    if bytes.len() < least || expected != bytes.len() {
        return Err(ImageError::Length { expected: expected.max(least), found: bytes.len() });
    }
    let stated = u64::from(u32_at(bytes, 8)) | u64::from(u32_at(bytes, 12)) << 32;
    if fingerprint(&bytes[FINGERPRINTED..]) != stated {
        return Err(ImageError::Fingerprint);
    }
    if u16_at(bytes, 6) != 0 {
        return Err(ImageError::Inconsistent { what: "header", row: 0 });
    }
    Ok((directory(bytes)?, stated))
}

/// The sections, which follow on the directory and on one another; one that is not there is empty.
fn directory(bytes: &[u8]) -> Result<Sections, ImageError> {
    let broken = |row| ImageError::Inconsistent { what: "section directory", row };
    let mut next = u32_at(bytes, DIRECTORY) as usize;
    let present = [REQUIRED_SECTIONS, SECTIONS].into_iter().find(|count| DIRECTORY + 8 * count == next);
    let present = present.ok_or(broken(0))?;
    let mut sections = [(bytes.len(), 0); SECTIONS];
    for (row, section) in sections.iter_mut().enumerate().take(present) {
        let offset = u32_at(bytes, DIRECTORY + 8 * row) as usize;
        let length = u32_at(bytes, DIRECTORY + 8 * row + 4) as usize;
        if offset != next {
            return Err(broken(row));
        }
        next = offset.checked_add(length).filter(|&end| end <= bytes.len()).ok_or(broken(row))?;
        *section = (offset, length);
    }
    // A section that is optional is left out rather than empty.
    if present == SECTIONS && sections[SECTIONS - 1].1 == 0 {
        return Err(broken(present - 1));
    }
    if next == bytes.len() { Ok(sections) } else { Err(broken(present)) }
}

fn strings<'a>(bytes: &'a [u8], sections: &Sections) -> Result<&'a str, ImageError> {
    let (offset, length) = sections[Section::Strings as usize];
    let pool = bytes.get(offset..offset + length).unwrap_or_default();
    core::str::from_utf8(pool)
        .map_err(|error| ImageError::Inconsistent { what: "string pool", row: error.valid_up_to() })
}

#[inline]
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    match bytes.get(at..at + 2) {
        Some(&[a, b]) => u16::from_le_bytes([a, b]),
        _ => 0,
    }
}

#[inline]
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    match bytes.get(at..at + 4) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]),
        _ => 0,
    }
}
