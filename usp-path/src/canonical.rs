//! The one form in which every path is printed.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt::{self, Write};

use crate::parser::Shape;
use crate::{Segment, Segments};

/// The canonical form of `text`, a path of this `shape`.
pub(crate) fn canonical<'a>(text: &'a str, shape: Shape) -> Cow<'a, str> {
    if shape.canonical {
        return Cow::Borrowed(text);
    }
    let mut printed = String::with_capacity(text.len() + 1);
    match write_canonical(&mut printed, text, shape) {
        Ok(()) => Cow::Owned(printed),
        // Writing into a String does not fail.
        Err(fmt::Error) => Cow::Borrowed(text),
    }
}

/// Prints the canonical form of `text`, a path of this `shape`.
pub(crate) fn fmt_canonical(f: &mut fmt::Formatter<'_>, text: &str, shape: Shape) -> fmt::Result {
    if shape.canonical || f.width().is_some() || f.precision().is_some() {
        f.pad(&canonical(text, shape))
    } else {
        write_canonical(f, text, shape)
    }
}

fn write_canonical(out: &mut impl Write, text: &str, shape: Shape) -> fmt::Result {
    for (position, segment) in Segments::new(text).enumerate() {
        if position > 0 && !matches!(segment, Segment::Follow(_)) {
            out.write_char('.')?;
        }
        write!(out, "{segment}")?;
    }
    if shape.kind.is_object() { out.write_char('.') } else { Ok(()) }
}

/// Appends `segment` as it is printed.
pub(crate) fn push_display(text: &mut String, segment: impl fmt::Display) {
    // Writing into a String does not fail.
    let _: fmt::Result = write!(text, "{segment}");
}
