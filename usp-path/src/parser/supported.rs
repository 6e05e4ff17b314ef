//! `sdmpath`: paths of the Supported Data Model.
//!
//! This part of the grammar is small enough to be checked by a `const fn`, so that a path in generated code is
//! checked by the compiler and costs nothing at run time.

use super::name::{is_name_byte, is_name_start};
use crate::fault::Fault;
use crate::instance_number::{NumberFault, positive_number};
use crate::{Limits, ParsePathError, PathKind};

/// What a checked supported path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SupportedShape {
    pub(crate) kind: PathKind,
    /// There is the placeholder `{i}` in it.
    pub(crate) placeholder: bool,
    /// There is an Instance Number in it.
    pub(crate) instance: bool,
    /// Printing gives back the same text.
    pub(crate) canonical: bool,
}

/// What stands before the segment that is read next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    BehindRoot,
    BehindName,
    BehindTable,
}

/// Checks a supported path.
pub(crate) const fn supported_path(text: &str, limits: &Limits) -> Result<SupportedShape, ParsePathError> {
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return Err(ParsePathError::new(Fault::Empty, 0, 0));
    }
    if bytes.len() > limits.max_length {
        let limit = crate::text::char_boundary(text, limits.max_length);
        return Err(ParsePathError::new(Fault::TooLong, limit, bytes.len()));
    }
    let mut shape =
        SupportedShape { kind: PathKind::Object, placeholder: false, instance: false, canonical: true };
    let mut place = Place::Root;
    let mut segments = 0;
    let mut at = 0;
    loop {
        if segments == limits.max_segments {
            return Err(ParsePathError::new(Fault::TooManySegments, at, bytes.len()));
        }
        segments += 1;
        let end = if is_name_start(bytes[at]) {
            let end = name_end(bytes, at);
            if end < bytes.len() && (bytes[end] == b'(' || bytes[end] == b'!') {
                return command_or_event(bytes, end, place, shape);
            }
            shape.kind = PathKind::Object;
            if end == bytes.len() && !matches!(place, Place::Root) {
                shape.kind = PathKind::Parameter;
                return Ok(shape);
            }
            place = if matches!(place, Place::Root) { Place::BehindRoot } else { Place::BehindName };
            end
        } else {
            let end = match table(bytes, at, place) {
                Ok(end) => end,
                Err(error) => return Err(error),
            };
            if bytes[at] == b'{' {
                shape.placeholder = true;
                shape.kind = PathKind::Object;
            } else if shape.placeholder {
                return Err(ParsePathError::new(Fault::InstanceAfterPlaceholder, at, end));
            } else {
                shape.instance = true;
                shape.kind = PathKind::ObjectInstance;
            }
            place = Place::BehindTable;
            end
        };
        if end == bytes.len() {
            shape.canonical = false;
            return Ok(shape);
        }
        if bytes[end] != b'.' {
            return Err(ParsePathError::new(
                behind_segment(bytes[end], place),
                end,
                end + char_length(bytes[end]),
            ));
        }
        at = end + 1;
        if at == bytes.len() {
            return Ok(shape);
        }
    }
}

/// Where the name ends that begins at `at`.
const fn name_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    while end < bytes.len() && is_name_byte(bytes[end]) {
        end += 1;
    }
    end
}

/// Where the `{i}` or Instance Number ends that begins at `at`.
const fn table(bytes: &[u8], at: usize, place: Place) -> Result<usize, ParsePathError> {
    let first = bytes[at];
    let length = char_length(first);
    if first != b'{' && !first.is_ascii_digit() {
        let fault = match first {
            b'.' if matches!(place, Place::Root) => Fault::LeadingDot,
            b'.' => Fault::EmptySegment,
            b'*' | b'[' => Fault::SearchInSupported,
            b'+' | b'#' => Fault::FollowInSupported,
            b' ' | b'\t' | b'\n' | b'\r' => Fault::Whitespace,
            _ if matches!(place, Place::Root) => Fault::RootNameExpected,
            _ => Fault::NameExpected,
        };
        return Err(ParsePathError::new(fault, at, at + length));
    }
    match place {
        Place::Root => Err(ParsePathError::new(Fault::RootNameExpected, at, at + length)),
        Place::BehindRoot => Err(ParsePathError::new(Fault::InstanceOfRoot, at, at + length)),
        Place::BehindTable => Err(ParsePathError::new(Fault::InstanceAfterInstance, at, at + length)),
        Place::BehindName if first == b'{' => placeholder_end(bytes, at),
        Place::BehindName => number_end(bytes, at),
    }
}

const fn placeholder_end(bytes: &[u8], at: usize) -> Result<usize, ParsePathError> {
    if bytes.len() - at >= 3 && bytes[at + 1] == b'i' && bytes[at + 2] == b'}' {
        return Ok(at + 3);
    }
    let mut end = at;
    while end < bytes.len() {
        end += 1;
        if bytes[end - 1] == b'}' {
            return Err(ParsePathError::new(Fault::NotThePlaceholder, at, end));
        }
    }
    Err(ParsePathError::new(Fault::NotThePlaceholder, at, at + 1))
}

const fn number_end(bytes: &[u8], at: usize) -> Result<usize, ParsePathError> {
    let end = name_end(bytes, at);
    let (_, from) = bytes.split_at(at);
    let (digits, _) = from.split_at(end - at);
    let fault = match positive_number(digits) {
        Ok(_) => return Ok(end),
        Err(NumberFault::LeadingZero) => Fault::InstanceLeadingZero,
        Err(NumberFault::TooLarge) => Fault::InstanceTooLarge,
        Err(NumberFault::NotADigit) => Fault::NameBeginsWithDigit,
        Err(NumberFault::Zero | NumberFault::Empty) => Fault::InstanceZero,
    };
    Err(ParsePathError::new(fault, at, end))
}

/// The command or event of the name that ends at `end`, which ends the path.
const fn command_or_event(
    bytes: &[u8],
    end: usize,
    place: Place,
    mut shape: SupportedShape,
) -> Result<SupportedShape, ParsePathError> {
    if matches!(place, Place::Root) {
        return Err(ParsePathError::new(Fault::RootCommandOrEvent, end, end + 1));
    }
    let (behind, fault) = if bytes[end] == b'!' {
        shape.kind = PathKind::Event;
        (end + 1, Fault::AfterEvent)
    } else if end + 1 < bytes.len() && bytes[end + 1] == b')' {
        shape.kind = PathKind::Command;
        (end + 2, Fault::AfterCommand)
    } else {
        let mut close = end;
        while close < bytes.len() && bytes[close] != b')' {
            close += 1;
        }
        return Err(if close < bytes.len() {
            ParsePathError::new(Fault::CommandArguments, end + 1, close)
        } else {
            ParsePathError::new(Fault::ParenthesisUnclosed, end, end + 1)
        });
    };
    if behind == bytes.len() { Ok(shape) } else { Err(ParsePathError::new(fault, behind, bytes.len())) }
}

/// A segment does not go on like this.
const fn behind_segment(byte: u8, place: Place) -> Fault {
    let name = !matches!(place, Place::BehindTable);
    match byte {
        b'[' if name => Fault::BracketInName,
        b'{' if name => Fault::PlaceholderInName,
        b'*' if name => Fault::WildcardInName,
        b'+' | b'#' if name => Fault::FollowInSupported,
        b']' => Fault::UnopenedBracket,
        b')' => Fault::ParenthesisUnopened,
        b',' | b';' | b'|' => Fault::SeveralPaths,
        b'/' => Fault::Slash,
        b' ' | b'\t' | b'\n' | b'\r' => Fault::Whitespace,
        _ if name => Fault::NotANameCharacter,
        _ => Fault::DotExpected,
    }
}

/// How many bytes the character takes of which `first` is the first byte.
const fn char_length(first: u8) -> usize {
    match first {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    }
}
