//! Syntaxes as records.

use alloc::string::String;

use super::BuildError;
use super::pools::{Patterns, Records, too_long};
use super::strings::Strings;
use crate::image::RecordWriter;
use crate::image::layout::{MAX_RECORD, syntax as bits};
use crate::spec::{EnumerationValue, Range, ReferenceTarget, Size, SyntaxSpec};
use crate::syntax::primitive_code;

/// Writes the record that [`crate::syntax::Syntax`] reads.
pub(super) fn write<'a>(
    syntax: &'a SyntaxSpec,
    out: &mut RecordWriter,
    records: &mut Records,
    strings: &mut Strings<'a>,
    patterns: &mut Patterns<'a>,
    path: impl Fn() -> String,
) -> Result<(), BuildError> {
    out.number(primitive_code(syntax.primitive));
    out.number(flags(syntax));
    if let Some(units) = &syntax.units {
        out.number(strings.intern(units)?);
    }
    if let Some(data_type) = &syntax.data_type {
        out.number(strings.intern(data_type)?);
    }
    if let Some(list) = &syntax.list {
        out.number(list.min_items);
        out.optional(list.max_items);
        write_sizes(out, &list.sizes);
        if let Some(inner) = &list.inner {
            out.number(inner.min_items);
            out.optional(inner.max_items);
            write_sizes(out, &inner.sizes);
        }
    }
    if !syntax.sizes.is_empty() {
        write_sizes(out, &syntax.sizes);
    }
    if !syntax.ranges.is_empty() {
        write_ranges(out, &syntax.ranges);
    }
    if !syntax.patterns.is_empty() {
        write_patterns(out, &syntax.patterns, records, strings, patterns, path)?;
    }
    if !syntax.enumeration.is_empty() {
        write_enumeration(out, &syntax.enumeration, strings)?;
    }
    if let Some(reference) = &syntax.enumeration_ref {
        out.number(strings.intern(&reference.target)?);
        match &reference.null_value {
            Some(null) => out.number(u64::from(strings.intern(null)?) + 1),
            None => out.number(0_u8),
        }
    }
    if let Some(reference) = &syntax.reference {
        out.number(u8::from(reference.strong) | target_code(reference.target) << 1);
        out.number(reference.parents.len() as u64);
        for parent in &reference.parents {
            out.number(strings.intern(parent)?);
        }
    }
    Ok(())
}

fn flags(syntax: &SyntaxSpec) -> u16 {
    let list = syntax.list.as_ref();
    [
        (bits::LIST, list.is_some()),
        (bits::NESTED_BRACKETS, list.is_some_and(|list| list.nested_brackets)),
        (bits::INNER_LIST, list.is_some_and(|list| list.inner.is_some())),
        (bits::UNITS, syntax.units.is_some()),
        (bits::DATA_TYPE, syntax.data_type.is_some()),
        (bits::SIZES, !syntax.sizes.is_empty()),
        (bits::RANGES, !syntax.ranges.is_empty()),
        (bits::PATTERNS, !syntax.patterns.is_empty()),
        (bits::ENUMERATION, !syntax.enumeration.is_empty()),
        (bits::ENUMERATION_REF, syntax.enumeration_ref.is_some()),
        (bits::REFERENCE, syntax.reference.is_some()),
    ]
    .into_iter()
    .filter_map(|(bit, set)| set.then_some(bit))
    .fold(0, |all, bit| all | bit)
}

fn write_sizes(out: &mut RecordWriter, sizes: &[Size]) {
    out.number(sizes.len() as u64);
    for size in sizes {
        out.number(size.min);
        out.optional(size.max);
    }
}

fn write_ranges(out: &mut RecordWriter, ranges: &[Range]) {
    out.number(ranges.len() as u64);
    for range in ranges {
        let values = [range.min, range.max, range.step];
        let present = |set: u8, (bit, value): (usize, &Option<i128>)| set | u8::from(value.is_some()) << bit;
        out.number(values.iter().enumerate().fold(0, present));
        for value in values.into_iter().flatten() {
            out.signed(value);
        }
    }
}

/// Writes the numbers of records that hold the patterns, each with its automaton.
fn write_patterns<'a>(
    out: &mut RecordWriter,
    sources: &'a [String],
    records: &mut Records,
    strings: &mut Strings<'a>,
    patterns: &mut Patterns<'a>,
    path: impl Fn() -> String,
) -> Result<(), BuildError> {
    out.number(sources.len() as u64);
    let mut length = 0;
    for source in sources {
        let pattern = patterns.compile(source).map_err(|error| BuildError::Pattern {
            path: path(),
            pattern: source.clone(),
            source: error,
        })?;
        let mut record = RecordWriter::default();
        record.number(strings.intern(source)?);
        record.bytes(pattern);
        length += record.as_bytes().len();
        if length > MAX_RECORD {
            return Err(too_long());
        }
        out.number(records.intern(record)?);
    }
    Ok(())
}

fn write_enumeration<'a>(
    out: &mut RecordWriter,
    values: &'a [EnumerationValue],
    strings: &mut Strings<'a>,
) -> Result<(), BuildError> {
    out.number(values.len() as u64);
    for value in values {
        let flags = u8::from(value.read_only) | u8::from(value.optional) << 1 | value.status.code() << 2;
        // Most have no flags, and the string tells it.
        out.number(u32::from(strings.intern(&value.value)?) << 1 | u32::from(flags != 0));
        if flags != 0 {
            out.number(flags);
        }
    }
    Ok(())
}

fn target_code(target: ReferenceTarget) -> u8 {
    match target {
        ReferenceTarget::Single => 0,
        ReferenceTarget::Row => 1,
        ReferenceTarget::Parameter => 2,
        ReferenceTarget::Any => 3,
    }
}
