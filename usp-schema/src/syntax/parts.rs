//! The record of a syntax in the image, taken apart.

use core::fmt;

use super::{ListBounds, ListSyntax, PatternSyntax, ReferenceSyntax};
use crate::image::layout::syntax as bits;
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
                record.u32()?;
                let length = record.u32()? as usize;
                record.bytes(length)?;
            }
        }
        if flags & bits::ENUMERATION != 0 {
            self.enumeration = (record.u32()?, *record);
            read |= bits::ENUMERATION;
            if is_done(read) {
                return Some(());
            }
            for _ in 0..self.enumeration.0 {
                record.u32()?;
                record.u16()?;
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
            let source = self.image.try_string(record.u32()?)?;
            let length = record.u32()? as usize;
            // Loading has checked each pattern once.
            let pattern = PatternRef::from_checked_bytes(record.bytes(length)?)?;
            Some(PatternSyntax { source, pattern })
        })
    }

    pub(super) fn enumeration(self) -> impl Iterator<Item = EnumerationValue<&'s str>> {
        let (left, mut record) = self.enumeration;
        (0..left).map_while(move |_| {
            let value = self.image.try_string(record.u32()?)?;
            let flags = record.u16()?;
            Some(EnumerationValue {
                value,
                read_only: flags & 1 != 0,
                optional: flags & 2 != 0,
                status: Status::from_code(u8::try_from(flags >> 2).ok()?)?,
            })
        })
    }
}

/// How much is left behind a syntax record; `None` when it is not one.
pub(crate) fn end(image: &RawImage, record: RecordReader<'_>) -> Option<usize> {
    let (mut parts, mut rest) = (Parts::string(image), record);
    parts.read(&mut rest, bits::END)?;
    // Reading has skipped over these lists; whether there is sense in what they hold is asked here, once.
    let sound = |pattern: &PatternSyntax<'_>| PatternRef::from_bytes(pattern.pattern.as_bytes()).is_ok();
    let readable = parts.patterns().filter(sound).count() == parts.patterns.0 as usize
        && parts.enumeration().count() == parts.enumeration.0 as usize;
    readable.then_some(rest.len())
}

impl<'s> ListBounds<'s> {
    fn read(record: &mut RecordReader<'s>) -> Option<Self> {
        Some(Self { min_items: record.u32()?, max_items: optional(record)?, sizes: Sizes::read(record)? })
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
            optional(record)?;
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
        Some(Size { min: self.record.u32()?, max: optional(&mut self.record)? })
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

fn range(record: &mut RecordReader<'_>) -> Option<Range> {
    let present = record.u16()?;
    let mut bound = |bit: u16| -> Option<Option<i128>> {
        Some(if present & bit != 0 { Some(record.signed()?) } else { None })
    };
    Some(Range { min: bound(1)?, max: bound(2)?, step: bound(4)? })
}

/// A number that may be absent, written as zero or one more than itself.
fn optional(record: &mut RecordReader<'_>) -> Option<Option<u32>> {
    let written = record.number()?;
    match written.checked_sub(1) {
        None => Some(None),
        Some(value) => value.try_into().ok().map(Some),
    }
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
