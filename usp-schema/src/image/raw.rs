//! Access to the rows and pools of an image, without a panic whatever the bytes are.

use alloc::boxed::Box;

use super::layout::{
    DIRECTORY, FINGERPRINTED, FORMAT, MAGIC, MAX_RECORD_SHIFT, REQUIRED_SECTIONS, ROW_WIDTHS, SECTIONS,
    Section, fingerprint, header, object, shape, string,
};
use super::record::RecordReader;
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
    rows: [u32; SECTIONS],
    fingerprint: u64,
    widths: Widths,
}

/// What the header says of the width of columns.
#[derive(Debug, Clone, Copy)]
struct Widths {
    /// Bytes of a parameter row.
    parameter: u8,
    /// Bits of a parameter row that are its name.
    name_bits: u8,
    record_shift: u8,
}

impl Widths {
    fn read(bytes: &[u8], sections: &Sections) -> Option<Self> {
        let &[record_shift, name_bits, 0, 0, 0, 0] = bytes.get(header::WIDTHS..DIRECTORY)? else {
            return None;
        };
        let shapes = sections[Section::Shapes as usize].1 / shape::WIDTH;
        let parameter = parameter_width(name_bits, shapes);
        (record_shift <= MAX_RECORD_SHIFT && name_bits <= 16).then_some(Self {
            parameter,
            name_bits,
            record_shift,
        })
    }
}

impl Widths {
    /// How many rows each section has; of bytes, texts and descriptions that many.
    fn rows(self, sections: &Sections) -> Result<[u32; SECTIONS], ImageError> {
        let mut widths = ROW_WIDTHS;
        widths[Section::Parameters as usize] = self.parameter.into();
        let mut rows = [0; SECTIONS];
        for (section, &(_, length)) in sections.iter().enumerate() {
            // An object more says where the others end, and a parameter is read as four bytes.
            let behind = match section {
                0 => object::WIDTH,
                1 => 4 - usize::from(self.parameter),
                _ => 0,
            };
            rows[section] = length
                .checked_sub(behind)
                .filter(|whole| whole.is_multiple_of(widths[section]))
                .and_then(|whole| u32::try_from(whole / widths[section]).ok())
                .ok_or(ImageError::Inconsistent { what: "length of a section", row: section })?;
        }
        // Strings are numbered, and not their groups.
        rows[Section::Strings as usize] *= string::GROUP as u32;
        Ok(rows)
    }
}

/// The bytes of a parameter row with so many bits of a name, in an image of so many shapes.
pub(crate) fn parameter_width(name_bits: u8, shapes: usize) -> u8 {
    let bits = u32::from(name_bits) + usize::BITS - shapes.saturating_sub(1).leading_zeros();
    if bits <= 24 { 3 } else { 4 }
}

/// Where each section is: its offset and its length.
type Sections = [(usize, usize); SECTIONS];

impl RawImage {
    pub(crate) fn from_static(bytes: &'static [u8]) -> Result<Self, ImageError> {
        let (sections, fingerprint) = sections(bytes)?;
        let texts = texts(bytes, &sections)?;
        Self::validated(Storage::Static(bytes, texts), sections, fingerprint)
    }

    pub(crate) fn from_box(bytes: Box<[u8]>) -> Result<Self, ImageError> {
        let (sections, fingerprint) = sections(&bytes)?;
        let texts = Box::from(texts(&bytes, &sections)?);
        Self::validated(Storage::Owned(bytes, texts), sections, fingerprint)
    }

    fn validated(storage: Storage, sections: Sections, fingerprint: u64) -> Result<Self, ImageError> {
        let bytes: &[u8] = match &storage {
            Storage::Static(bytes, _) => bytes,
            Storage::Owned(bytes, _) => bytes,
        };
        let widths = Widths::read(bytes, &sections).ok_or(BROKEN_HEADER)?;
        let rows = widths.rows(&sections)?;
        let image = Self { storage, sections, rows, fingerprint, widths };
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

    /// The name of the model.
    pub(crate) fn model_name(&self) -> u16 {
        u16_at(self.bytes(), header::NAME)
    }

    /// The specification of the model.
    pub(crate) fn model_specification(&self) -> u16 {
        u16_at(self.bytes(), header::SPECIFICATION)
    }

    /// How many objects the model has, without those of arguments.
    pub(crate) fn model_objects(&self) -> u32 {
        u16_at(self.bytes(), header::MODEL_OBJECTS).into()
    }

    /// How many rows a section has.
    #[inline]
    pub(crate) fn rows(&self, section: Section) -> u32 {
        self.rows[section as usize]
    }

    #[inline]
    pub(crate) fn section(&self, section: Section) -> &[u8] {
        let (offset, length) = self.sections[section as usize];
        self.bytes().get(offset..offset + length).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn u16(&self, section: Section, width: usize, row: u32, column: usize) -> u16 {
        // Loading reads no row that a section does not have, and nobody has a number of one afterwards: it is enough
        // that the image has the bytes.
        u16_at(self.bytes(), self.sections[section as usize].0 + row as usize * width + column)
    }

    /// The bytes of a row, zeros where there is none.
    #[inline]
    pub(crate) fn row<const WIDTH: usize>(&self, section: Section, row: u32) -> &[u8; WIDTH] {
        let rest = self.bytes().get(self.sections[section as usize].0 + row as usize * WIDTH..);
        rest.and_then(<[u8]>::first_chunk).unwrap_or(&[0; WIDTH])
    }

    /// The name of a parameter and its shape.
    #[inline]
    pub(crate) fn parameter(&self, row: u32) -> (u16, u16) {
        let Widths { parameter, name_bits, .. } = self.widths;
        let at = self.sections[Section::Parameters as usize].0 + row as usize * usize::from(parameter);
        let whole = u32_at(self.bytes(), at);
        // In a row of three bytes the fourth is of the next row.
        let above = 32 - 8 * u32::from(parameter);
        // There are sixteen bits of a name at most, and loading takes no shape of a higher number.
        ((whole & ((1 << name_bits) - 1)) as u16, (whole << above >> above >> name_bits) as u16)
    }

    /// The bytes of all parameters, without what is behind them.
    pub(super) fn parameter_bytes(&self) -> usize {
        self.rows(Section::Parameters) as usize * usize::from(self.widths.parameter)
    }

    /// What begins with the record in this place; nothing where there is none.
    #[inline]
    pub(crate) fn record(&self, place: u16) -> RecordReader<'_> {
        let (offset, length) = self.sections[Section::Records as usize];
        let rest = self.bytes().get(offset + self.record_at(place)..offset + length);
        RecordReader::new(rest.unwrap_or_default())
    }

    /// Where the record in this place begins in its section.
    #[inline]
    pub(super) fn record_at(&self, place: u16) -> usize {
        usize::from(place) << self.widths.record_shift
    }

    /// The string of this number; empty where there is none.
    #[inline]
    pub(crate) fn string(&self, number: u16) -> &str {
        self.try_string(number.into()).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn try_string(&self, number: u32) -> Option<&str> {
        if number >= self.rows(Section::Strings) {
            return None;
        }
        let (start, length) = place_of(self.row(Section::Strings, number / string::GROUP as u32), number);
        let texts: &str = match &self.storage {
            Storage::Static(_, texts) => texts,
            Storage::Owned(_, texts) => texts,
        };
        texts.get(start..start + length)
    }

    /// All strings, for whoever compares many of them.
    #[inline]
    pub(crate) fn names(&self) -> Names<'_> {
        let begin = |section| self.sections[section as usize].0;
        Names { bytes: self.bytes(), groups: begin(Section::Strings), texts: begin(Section::Texts) }
    }
}

/// The bytes of strings. Nothing is asked of their characters.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    /// All of the image.
    bytes: &'a [u8],
    /// Where the groups of strings begin, and where their texts do.
    groups: usize,
    texts: usize,
}

impl<'a> Names<'a> {
    /// Those of the string of this number, which there is.
    #[inline]
    pub(crate) fn bytes(self, number: u16) -> &'a [u8] {
        let group = self.groups + usize::from(number) / string::GROUP * string::WIDTH;
        let Some(group) = self.bytes.get(group..).and_then(<[u8]>::first_chunk) else { return &[] };
        let (start, length) = place_of(group, number.into());
        self.bytes.get(self.texts + start..self.texts + start + length).unwrap_or_default()
    }
}

/// Where the string of this number begins in the texts, and its length, by its group.
#[inline]
fn place_of(group: &[u8; string::WIDTH], number: u32) -> (usize, usize) {
    let start = usize::from(group[0]) | usize::from(group[1]) << 8 | usize::from(group[2]) << 16;
    let at = 3 + 2 * (number as usize % string::GROUP);
    let (low, high) = (usize::from(group[at]), group[at + 1]);
    match high.checked_sub(string::LONG) {
        None => (start + low, usize::from(high)),
        Some(high) => (start, low | usize::from(high) << 8),
    }
}

const BROKEN_HEADER: ImageError = ImageError::Inconsistent { what: "header", row: 0 };

/// Checks the header and reads the directory.
fn sections(bytes: &[u8]) -> Result<(Sections, u64), ImageError> {
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
        return Err(BROKEN_HEADER);
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

fn texts<'a>(bytes: &'a [u8], sections: &Sections) -> Result<&'a str, ImageError> {
    let (offset, length) = sections[Section::Texts as usize];
    let texts = bytes.get(offset..offset + length).unwrap_or_default();
    core::str::from_utf8(texts)
        .map_err(|error| ImageError::Inconsistent { what: "texts", row: error.valid_up_to() })
}

#[inline]
fn u16_at(bytes: &[u8], at: usize) -> u16 {
    let found = bytes.get(at..).and_then(|rest| rest.first_chunk());
    found.map_or(0, |&found| u16::from_le_bytes(found))
}

#[inline]
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let found = bytes.get(at..).and_then(|rest| rest.first_chunk());
    found.map_or(0, |&found| u32::from_le_bytes(found))
}
