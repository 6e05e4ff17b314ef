//! The record of a syntax in the image, taken apart.

use core::fmt;

use super::{ListBounds, ListSyntax, PatternSyntax, ReferenceSyntax};
use crate::image::layout::{MAX_RECORD, syntax as bits};
use crate::image::{RawImage, RecordReader};
use crate::pattern::PatternRef;
use crate::spec::{EnumerationRef, EnumerationValue, Range, ReferenceTarget, Size};
use crate::terms::Status;
use crate::value::PrimitiveType;

/// A record taken apart: lists stay undecoded, as their number of items and what begins with the first.
#[derive(Clone, Copy)]
pub(super) struct Parts<'s> {
    image: &'s RawImage,
    pub(super) primitive: PrimitiveType,
    pub(super) units: Option<&'s str>,
    pub(super) data_type: Option<&'s str>,
    pub(super) list: Option<ListSyntax<'s>>,
    pub(super) sizes: Sizes<'s>,
    pub(super) ranges: (u32, RecordReader<'s>),
    pub(super) patterns: (u32, RecordReader<'s>),
    pub(super) enumeration: (u32, RecordReader<'s>),
    pub(super) enumeration_ref: Option<EnumerationRef<&'s str>>,
    pub(super) reference: Option<ReferenceSyntax<'s>>,
}

impl<'s> Parts<'s> {
    /// A plain string.
    pub(super) fn string(image: &'s RawImage) -> Self {
        let empty = RecordReader::new(&[]);
        Self {
            image,
            primitive: PrimitiveType::String,
            units: None,
            data_type: None,
            list: None,
            sizes: Sizes { left: 0, record: empty },
            ranges: (0, empty),
            patterns: (0, empty),
            enumeration: (0, empty),
            enumeration_ref: None,
            reference: None,
        }
    }

    /// Reads a record, up to the last of the wanted facets that it has.
    pub(super) fn read(&mut self, record: &mut RecordReader<'s>, wanted: u16) -> Option<()> {
        let image = self.image;
        self.primitive = primitive(record.u16()?)?;
        let flags = record.u16()?;
        let is_done = |last: u16| wanted & (flags | bits::END) & !last == 0;
        let string = |record: &mut RecordReader<'s>| image.try_string(record.u32()?);
        if flags & bits::UNITS != 0 {
            self.units = Some(string(record)?);
        }
        if flags & bits::DATA_TYPE != 0 {
            self.data_type = Some(string(record)?);
        }
        let mut read = bits::UNITS | bits::DATA_TYPE;
        if is_done(read) {
            return Some(());
        }
        if flags & bits::LIST != 0 {
            self.list = Some(ListSyntax {
                bounds: ListBounds::read(record)?,
                nested_brackets: flags & bits::NESTED_BRACKETS != 0,
                inner: match flags & bits::INNER_LIST {
                    0 => None,
                    _ => Some(ListBounds::read(record)?),
                },
            });
        }
        if flags & bits::SIZES != 0 {
            self.sizes = Sizes::read(record)?;
        }
        if flags & bits::RANGES != 0 {
            self.ranges = (record.u32()?, *record);
            for _ in 0..self.ranges.0 {
                range(record)?;
            }
        }
        read |= bits::LIST | bits::SIZES | bits::RANGES;
        if is_done(read) {
            return Some(());
        }
        if flags & bits::PATTERNS != 0 {
            self.patterns = (record.u32()?, *record);
            read |= bits::PATTERNS;
            // What comes last need not be skipped.
            if is_done(read) {
                return Some(());
            }
            for _ in 0..self.patterns.0 {
                record.u16()?;
            }
        }
        if flags & bits::ENUMERATION != 0 {
            self.enumeration = (record.u32()?, *record);
            read |= bits::ENUMERATION;
            if is_done(read) {
                return Some(());
            }
            for _ in 0..self.enumeration.0 {
                enumeration_value(record)?;
            }
        }
        if flags & bits::ENUMERATION_REF != 0 {
            let target = string(record)?;
            let null_value = match record.u32()? {
                0 => None,
                null => Some(image.try_string(null - 1)?),
            };
            self.enumeration_ref = Some(EnumerationRef { target, null_value });
        }
        if flags & bits::REFERENCE != 0 {
            let kind = record.u16()?;
            let parents = Strings { image, left: record.u32()?, record: *record };
            self.reference =
                Some(ReferenceSyntax { strong: kind & 1 != 0, target: target(kind >> 1)?, parents });
            if is_done(!bits::END) {
                return Some(());
            }
            for _ in 0..parents.left {
                string(record)?;
            }
        }
        Some(())
    }

    pub(super) fn ranges(self) -> impl Iterator<Item = Range> + 's {
        let (left, mut record) = self.ranges;
        (0..left).map_while(move |_| range(&mut record))
    }

    pub(super) fn patterns(self) -> impl Iterator<Item = PatternSyntax<'s>> {
        let (left, mut record) = self.patterns;
        (0..left).map_while(move |_| {
            let (source, bytes) = pattern(&mut self.image.record(record.u16()?))?;
            // Loading has checked each pattern once.
            let pattern = PatternRef::from_checked_bytes(bytes)?;
            Some(PatternSyntax { source: self.image.try_string(source)?, pattern })
        })
    }

    pub(super) fn enumeration(self) -> impl Iterator<Item = EnumerationValue<&'s str>> {
        let (left, mut record) = self.enumeration;
        (0..left).map_while(move |_| {
            let (value, flags) = enumeration_value(&mut record)?;
            let value = self.image.try_string(value)?;
            Some(EnumerationValue {
                value,
                read_only: flags & 1 != 0,
                optional: flags & 2 != 0,
                status: Status::from_code(u8::try_from(flags >> 2).ok()?)?,
            })
        })
    }
}

/// How much is left behind a syntax record; `None` when it is not one. Each pattern is in a record of its own, whose
/// length the function tells, or `None` when it is not one.
pub(crate) fn end(
    image: &RawImage,
    record: RecordReader<'_>,
    mut pattern_length: impl FnMut(u16) -> Option<usize>,
) -> Option<usize> {
    let (mut parts, mut rest) = (Parts::string(image), record);
    parts.read(&mut rest, bits::END)?;
    // Reading has skipped over these lists; whether there is sense in what they hold is asked here, once. Together the
    // patterns are no longer than if they stood here, so that a value is not matched against the same one all day.
    let (count, mut places) = parts.patterns;
    let mut length = 0;
    for _ in 0..count {
        length += pattern_length(places.u16()?)?;
        if length > MAX_RECORD {
            return None;
        }
    }
    (parts.enumeration().count() == parts.enumeration.0 as usize).then_some(rest.len())
}

/// How much is left behind the record of a pattern; `None` when it is not one.
pub(crate) fn pattern_end(image: &RawImage, mut record: RecordReader<'_>) -> Option<usize> {
    let (source, bytes) = pattern(&mut record)?;
    image.try_string(source)?;
    PatternRef::from_bytes(bytes).is_ok().then_some(record.len())
}

/// How long the record of a pattern is.
pub(crate) fn pattern_length(mut record: RecordReader<'_>) -> Option<usize> {
    let whole = record.len();
    pattern(&mut record)?;
    Some(whole - record.len())
}

/// The source of a pattern, and what was compiled from it.
fn pattern<'s>(record: &mut RecordReader<'s>) -> Option<(u32, &'s [u8])> {
    let (source, length) = (record.u32()?, record.u32()? as usize);
    Some((source, record.bytes(length)?))
}

impl<'s> ListBounds<'s> {
    fn read(record: &mut RecordReader<'s>) -> Option<Self> {
        Some(Self { min_items: record.u32()?, max_items: record.optional()?, sizes: Sizes::read(record)? })
    }
}

/// Lengths that are read when they are asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes<'s> {
    left: u32,
    record: RecordReader<'s>,
}

impl<'s> Sizes<'s> {
    /// Reads the count and skips the sizes, which are read again when asked for.
    fn read(record: &mut RecordReader<'s>) -> Option<Self> {
        let sizes = Self { left: record.u32()?, record: *record };
        for _ in 0..sizes.left {
            record.u32()?;
            record.optional()?;
        }
        Some(sizes)
    }
}

impl Sizes<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.left == 0
    }
}

impl Iterator for Sizes<'_> {
    type Item = Size;

    fn next(&mut self) -> Option<Size> {
        self.left = self.left.checked_sub(1)?;
        Some(Size { min: self.record.u32()?, max: self.record.optional()? })
    }
}

/// Strings that are read when they are asked for.
#[derive(Clone, Copy)]
pub(super) struct Strings<'s> {
    image: &'s RawImage,
    left: u32,
    record: RecordReader<'s>,
}

impl<'s> Iterator for Strings<'s> {
    type Item = &'s str;

    fn next(&mut self) -> Option<&'s str> {
        self.left = self.left.checked_sub(1)?;
        self.image.try_string(self.record.u32()?)
    }
}

impl fmt::Debug for Strings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

/// The string of an enumerated value, and its flags: a bit below the string says whether there are any.
fn enumeration_value(record: &mut RecordReader<'_>) -> Option<(u32, u16)> {
    let value = record.u32()?;
    Some((value >> 1, if value & 1 == 0 { 0 } else { record.u16()? }))
}

fn range(record: &mut RecordReader<'_>) -> Option<Range> {
    let present = record.u16()?;
    let mut bound = |bit: u16| -> Option<Option<i128>> {
        Some(if present & bit != 0 { Some(record.signed()?) } else { None })
    };
    Some(Range { min: bound(1)?, max: bound(2)?, step: bound(4)? })
}

fn target(code: u16) -> Option<ReferenceTarget> {
    match code {
        0 => Some(ReferenceTarget::Single),
        1 => Some(ReferenceTarget::Row),
        2 => Some(ReferenceTarget::Parameter),
        3 => Some(ReferenceTarget::Any),
        _ => None,
    }
}

pub(super) fn primitive(code: u16) -> Option<PrimitiveType> {
    PrimitiveType::ALL.get(usize::from(code)).copied()
}

/// The number of a primitive type in a record.
pub(crate) fn primitive_code(primitive: PrimitiveType) -> u8 {
    PrimitiveType::ALL.iter().position(|&known| known == primitive).unwrap_or_default() as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::SchemaBuilder;
    use crate::image::RecordWriter;

    /// Patterns stand apart, so that a short record can name a long one again and again.
    #[test]
    fn patterns_are_no_longer_together_than_a_record() {
        let schema = SchemaBuilder::new("D", "u").build().unwrap_or_else(|error| unreachable!("{error}"));
        let left = |patterns: u8, length: usize| {
            let mut record = RecordWriter::default();
            record.number(primitive_code(PrimitiveType::String));
            record.number(bits::PATTERNS);
            record.number(patterns);
            (0..patterns).for_each(|_| record.number(7_u8));
            end(schema.image(), RecordReader::new(record.as_bytes()), |place| (place == 7).then_some(length))
        };
        assert_eq!(left(4, MAX_RECORD / 4), Some(0));
        assert_eq!(left(4, MAX_RECORD / 4 + 1), None);
        assert_eq!(left(127, MAX_RECORD / 4), None);
    }
}
