//! The one form in which every path is printed.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt::{self, Write};

use crate::parser::Shape;

/// The canonical form of `text`, a path of this `shape`.
pub(crate) fn canonical<'a>(text: &'a str, shape: Shape) -> Cow<'a, str> {
    if shape.canonical {
        return Cow::Borrowed(text);
    }
    let mut printed = String::with_capacity(text.len() + 1);
    match write_path(&mut printed, text, shape) {
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
        write_path(f, text, shape)
    }
}

fn write_path(out: &mut impl Write, text: &str, shape: Shape) -> fmt::Result {
    write_text(out, text)?;
    if shape.kind.is_object() && !text.ends_with('.') { out.write_char('.') } else { Ok(()) }
}

/// Copies an accepted `text`, but for whitespace outside of strings, percent signs that escape nothing inside of
/// them, and `#1+`, which means `+`.
pub(crate) fn write_text(out: &mut impl Write, text: &str) -> fmt::Result {
    let mut quoted = false;
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate() {
        let from_here = || text.get(at..).unwrap_or_default();
        let (printed, length) = match byte {
            b'"' => {
                quoted = !quoted;
                continue;
            }
            b' ' | b'\t' if !quoted => ("", 1),
            b'#' if !quoted && from_here().starts_with("#1+") => ("+", 3),
            b'%' if quoted && !from_here().starts_with("%22") && !from_here().starts_with("%25") => {
                ("%25", 1)
            }
            _ => continue,
        };
        out.write_str(text.get(copied..at).unwrap_or_default())?;
        out.write_str(printed)?;
        copied = at + length;
    }
    out.write_str(text.get(copied..).unwrap_or_default())
}

/// Appends `segment` as it is printed.
pub(crate) fn push_display(text: &mut String, segment: impl fmt::Display) {
    // Writing into a String does not fail.
    let _: fmt::Result = write!(text, "{segment}");
}
