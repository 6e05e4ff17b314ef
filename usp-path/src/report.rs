use core::fmt::{self, Write};

use crate::ParsePathError;
use crate::text::char_boundary;

/// How many characters of the text are shown before and after the fault.
const CONTEXT: usize = 60;

/// A fault shown under the text in which it lies.
pub(crate) struct Report<'a> {
    error: ParsePathError,
    input: &'a str,
}

impl<'a> Report<'a> {
    pub(crate) const fn new(error: ParsePathError, input: &'a str) -> Self {
        Self { error, input }
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = self.error.span();
        let (before, from) = self.input.split_at(char_boundary(self.input, span.start));
        let (marked, after) = from.split_at(char_boundary(from, span.end.saturating_sub(span.start)));

        let shown_before = last_chars(before, CONTEXT);
        let shown_marked = first_chars(marked, CONTEXT);
        let shown_after = if shown_marked.len() == marked.len() { first_chars(after, CONTEXT) } else { "" };

        let mut column = 0;
        if shown_before.len() < before.len() {
            f.write_char('…')?;
            column += 1;
        }
        column += write_printable(f, shown_before)?;
        let width = write_printable(f, shown_marked)?.max(1);
        write_printable(f, shown_after)?;
        if shown_marked.len() + shown_after.len() < marked.len() + after.len() {
            f.write_char('…')?;
        }

        write!(f, "\n{:column$}{:^<width$} {}", "", "", self.error.description())?;
        if let Some(expected) = self.error.expected() {
            write!(f, ", expected {expected}")?;
        }
        if let Some(hint) = self.error.hint() {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

fn first_chars(text: &str, count: usize) -> &str {
    match text.char_indices().nth(count) {
        Some((at, _)) => text.split_at(at).0,
        None => text,
    }
}

fn last_chars(text: &str, count: usize) -> &str {
    match text.char_indices().rev().nth(count.saturating_sub(1)) {
        Some((at, _)) => text.split_at(at).1,
        None => text,
    }
}

/// Writes `text` on one line and returns how many characters it took.
fn write_printable(f: &mut fmt::Formatter<'_>, text: &str) -> Result<usize, fmt::Error> {
    let mut count = 0;
    for c in text.chars() {
        f.write_char(if is_printable(c) { c } else { '·' })?;
        count += 1;
    }
    Ok(count)
}

/// Whether a character is shown as it is: all that `escape_debug` leaves alone, and what it only quotes.
fn is_printable(c: char) -> bool {
    matches!(c, '"' | '\'' | '\\') || c.escape_debug().len() == 1
}
