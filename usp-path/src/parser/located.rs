//! A fault and its place, as nom carries it.

use nom::error::{ErrorKind, ParseError};

use crate::ParsePathError;
use crate::fault::Fault;

/// What a parser of a part of a path returns: the text behind the part, and the part.
pub(crate) type Parsed<'a, T> = Result<(&'a str, T), nom::Err<Located>>;

/// A fault, placed by how much of the text was left: parsers see only what is still to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Located {
    fault: Fault,
    left: usize,
    length: usize,
}

/// A combinator of nom did not match. Those who call one that may fail say what that means instead.
impl ParseError<&str> for Located {
    fn from_error_kind(input: &str, _: ErrorKind) -> Self {
        Self { fault: Fault::NameExpected, left: input.len(), length: first_char_length(input) }
    }

    fn append(_: &str, _: ErrorKind, other: Self) -> Self {
        other
    }
}

/// The place in `text` that one of its parsers told by what was left.
pub(super) fn located(error: nom::Err<Located>, text: &str) -> ParsePathError {
    let (fault, left, length) = match error {
        nom::Err::Error(Located { fault, left, length })
        | nom::Err::Failure(Located { fault, left, length }) => (fault, left, length),
        // Parsers of complete texts never ask for more.
        nom::Err::Incomplete(_) => (Fault::NameExpected, 0, 0),
    };
    let start = text.len().saturating_sub(left);
    ParsePathError::new(fault, start, start + length)
}

/// `fault` in the first `length` bytes of `input`.
pub(super) const fn fault_in(input: &str, length: usize, fault: Fault) -> nom::Err<Located> {
    nom::Err::Failure(Located { fault, left: input.len(), length })
}

/// `fault` in the first character of `input`, or right at its end.
pub(super) fn fault_at(input: &str, fault: Fault) -> nom::Err<Located> {
    fault_in(input, first_char_length(input), fault)
}

fn first_char_length(input: &str) -> usize {
    input.chars().next().map_or(0, char::len_utf8)
}
