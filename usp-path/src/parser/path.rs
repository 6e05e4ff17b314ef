//! `idmpath`: the whole path, segment by segment.

use super::expression::expression;
use super::follow::follow;
use super::located::{Located, Parsed, fault_at, fault_in};
use super::name::{is_name_start, split_name};
use crate::fault::Fault;
use crate::instance_number::{NumberFault, positive_number};
use crate::text::char_boundary;
use crate::{Follow, Limits, ParsePathError, PathKind};

/// What a checked path is, as far as its text tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) kind: PathKind,
    pub(crate) search: bool,
    /// Printing gives back the same text.
    pub(crate) canonical: bool,
}

/// Checks a path from the root object on.
pub(crate) fn path(text: &str, limits: &Limits) -> Result<Shape, ParsePathError> {
    check(text, Place::Root, limits)
}

/// Checks what may stand behind an Object Path.
pub(crate) fn relative_path(text: &str, limits: &Limits) -> Result<Shape, ParsePathError> {
    check(text, Place::Head, limits)
}

/// Checks a Search Expression with its brackets.
pub(crate) fn search_expression(text: &str, limits: &Limits) -> Result<(), ParsePathError> {
    in_limits(text, limits)?;
    let mut components = limits.max_components;
    let parsed = match text.strip_prefix('[') {
        Some(_) => expression(text, &mut components),
        None => Err(fault_at(text, Fault::BracketExpected)),
    };
    match parsed {
        Ok(("", _)) => Ok(()),
        Ok((behind, _)) => Err(located(fault_in(behind, behind.len(), Fault::AfterExpression), text)),
        Err(error) => Err(located(error, text)),
    }
}

/// What stands before the segment that is read next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing: the path begins.
    Root,
    /// The name of the root object.
    BehindRoot,
    /// An object outside of the text.
    Head,
    /// A name, which may be that of a table.
    BehindName,
    /// An instance identifier or a reference that is followed.
    BehindInstance,
}

/// What a segment is.
enum Piece {
    Name,
    Instance,
    Wildcard,
    Expression { canonical: bool },
    Command,
    Event,
}

fn check(text: &str, start: Place, limits: &Limits) -> Result<Shape, ParsePathError> {
    if text.is_empty() {
        let fault = if start == Place::Root { Fault::Empty } else { Fault::EmptyRelative };
        return Err(ParsePathError::new(fault, 0, 0));
    }
    in_limits(text, limits)?;
    segments(text, start, limits).map_err(|error| located(error, text))
}

fn in_limits(text: &str, limits: &Limits) -> Result<(), ParsePathError> {
    if text.len() > limits.max_length {
        let limit = char_boundary(text, limits.max_length);
        Err(ParsePathError::new(Fault::TooLong, limit, text.len()))
    } else {
        Ok(())
    }
}

/// The place that the parsers of `text` told by what was left.
fn located(error: nom::Err<Located>, text: &str) -> ParsePathError {
    match error {
        nom::Err::Error(located) | nom::Err::Failure(located) => located.in_text_of(text.len()),
        // Parsers of complete texts never ask for more.
        nom::Err::Incomplete(_) => ParsePathError::new(Fault::NameExpected, text.len(), text.len()),
    }
}

fn segments(text: &str, start: Place, limits: &Limits) -> Result<Shape, nom::Err<Located>> {
    let mut components = limits.max_components;
    let mut segments_left = limits.max_segments;
    let mut search = false;
    let mut canonical = true;
    let mut place = start;
    let mut rest = text;
    loop {
        segments_left =
            segments_left.checked_sub(1).ok_or(fault_in(rest, rest.len(), Fault::TooManySegments))?;
        let (mut behind, piece) = segment(rest, place, &mut components)?;
        let mut is_name = false;
        match piece {
            Piece::Name => is_name = true,
            Piece::Instance => {}
            Piece::Wildcard => search = true,
            Piece::Expression { canonical: expression } => {
                search = true;
                canonical &= expression;
            }
            Piece::Command => return Ok(Shape { kind: PathKind::Command, search, canonical }),
            Piece::Event => return Ok(Shape { kind: PathKind::Event, search, canonical }),
        }
        let mut next_place = match place {
            _ if !is_name => Place::BehindInstance,
            Place::Root => Place::BehindRoot,
            _ => Place::BehindName,
        };
        let mut kind = if is_name { PathKind::Object } else { PathKind::ObjectInstance };

        if is_name && behind.starts_with(['+', '#']) {
            if place == Place::Root {
                return Err(fault_at(behind, Fault::FollowOfRoot));
            }
            segments_left =
                segments_left.checked_sub(1).ok_or(fault_in(behind, behind.len(), Fault::TooManySegments))?;
            let (after, followed) = follow(behind)?;
            search |= followed == Follow::All;
            canonical &= !behind.starts_with("#1+");
            behind = after;
            is_name = false;
            next_place = Place::BehindInstance;
            kind = PathKind::Object;
        }

        match behind.strip_prefix('.') {
            Some("") => return Ok(Shape { kind, search, canonical }),
            Some(next) => rest = next,
            None if !behind.is_empty() => return Err(behind_segment(behind, is_name)),
            // Without the dot a name may be that of a parameter; the root object is never one.
            None if is_name && place != Place::Root => {
                return Ok(Shape { kind: PathKind::Parameter, search, canonical });
            }
            None => return Ok(Shape { kind, search, canonical: false }),
        }
        place = next_place;
    }
}

fn segment<'a>(input: &'a str, place: Place, components: &mut usize) -> Parsed<'a, Piece> {
    match input.bytes().next() {
        Some(first) if is_name_start(first) => name_segment(input, place),
        Some(b'0'..=b'9') if !split_digits(input).1.is_empty() => {
            Err(fault_in(input, split_name(input).0.len(), Fault::NameBeginsWithDigit))
        }
        Some(b'0'..=b'9' | b'*' | b'[') => match place {
            Place::Root => Err(fault_at(input, Fault::RootNameExpected)),
            Place::BehindRoot => Err(fault_at(input, Fault::InstanceOfRoot)),
            Place::BehindInstance => Err(fault_at(input, Fault::InstanceAfterInstance)),
            Place::Head | Place::BehindName => instance_identifier(input, components),
        },
        _ => Err(no_segment(input, place)),
    }
}

/// A name, or the command or event of that name, which ends the path.
fn name_segment(input: &str, place: Place) -> Parsed<'_, Piece> {
    let (_, behind) = split_name(input);
    let piece = match behind.bytes().next() {
        Some(b'(') => Piece::Command,
        Some(b'!') => Piece::Event,
        _ => return Ok((behind, Piece::Name)),
    };
    if place == Place::Root {
        return Err(fault_at(behind, Fault::RootCommandOrEvent));
    }
    let (after, fault) = match piece {
        Piece::Command => (command_end(behind)?, Fault::AfterCommand),
        _ => (behind.get(1..).unwrap_or_default(), Fault::AfterEvent),
    };
    if after.is_empty() {
        Ok((after, piece))
    } else if after.starts_with('=') {
        Err(fault_in(behind, 2, Fault::ComparisonOutside))
    } else {
        Err(fault_in(after, after.len(), fault))
    }
}

/// What stands behind `()`.
fn command_end(input: &str) -> Result<&str, nom::Err<Located>> {
    if let Some(after) = input.strip_prefix("()") {
        return Ok(after);
    }
    let arguments = input.get(1..).unwrap_or_default();
    Err(match arguments.find(')') {
        Some(length) => fault_in(arguments, length, Fault::CommandArguments),
        None => fault_at(input, Fault::ParenthesisUnclosed),
    })
}

fn instance_identifier<'a>(input: &'a str, components: &mut usize) -> Parsed<'a, Piece> {
    if let Some(rest) = input.strip_prefix('*') {
        return Ok((rest, Piece::Wildcard));
    }
    if input.starts_with('[') {
        let (rest, expression) = expression(input, components)?;
        return Ok((rest, Piece::Expression { canonical: expression.canonical }));
    }
    let (digits, rest) = split_name(input);
    match positive_number(digits.as_bytes()) {
        Ok(_) => Ok((rest, Piece::Instance)),
        Err(fault) => Err(fault_in(
            input,
            digits.len(),
            match fault {
                NumberFault::LeadingZero => Fault::InstanceLeadingZero,
                NumberFault::TooLarge => Fault::InstanceTooLarge,
                NumberFault::Zero | NumberFault::Empty | NumberFault::NotADigit => Fault::InstanceZero,
            },
        )),
    }
}

/// Splits a name or number behind its leading digits.
fn split_digits(input: &str) -> (&str, &str) {
    let (name, _) = split_name(input);
    let length = name.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(name.len());
    name.split_at(length)
}

/// No segment begins like this.
fn no_segment(input: &str, place: Place) -> nom::Err<Located> {
    match input.bytes().next() {
        Some(b'.') if place == Place::Root || place == Place::Head => fault_at(input, Fault::LeadingDot),
        Some(b'.') => fault_at(input, Fault::EmptySegment),
        Some(b'+' | b'#') => fault_at(input, Fault::FollowOfNothing),
        Some(b'{') => curly_brackets(input),
        Some(b']') => fault_at(input, Fault::UnopenedBracket),
        _ if input.starts_with(char::is_whitespace) => fault_at(input, Fault::Whitespace),
        _ if place == Place::Root => fault_at(input, Fault::RootNameExpected),
        _ => fault_at(input, Fault::NameExpected),
    }
}

/// A segment does not go on like this.
fn behind_segment(input: &str, name: bool) -> nom::Err<Located> {
    match input.bytes().next() {
        Some(b'[') if name => fault_at(input, Fault::BracketInName),
        Some(b'*') if name => fault_at(input, Fault::WildcardInName),
        Some(b'{') => curly_brackets(input),
        Some(b']') => fault_at(input, Fault::UnopenedBracket),
        Some(b')') => fault_at(input, Fault::ParenthesisUnopened),
        Some(b'=' | b'<' | b'>' | b'~') => fault_at(input, Fault::ComparisonOutside),
        Some(b',' | b';' | b'|') => fault_in(input, input.len(), Fault::SeveralPaths),
        Some(b'/') => fault_at(input, Fault::Slash),
        _ if input.starts_with(char::is_whitespace) => fault_at(input, Fault::Whitespace),
        _ if name => fault_at(input, Fault::NotANameCharacter),
        _ => fault_at(input, Fault::DotExpected),
    }
}

fn curly_brackets(input: &str) -> nom::Err<Located> {
    if input.starts_with("{i}") {
        return fault_in(input, 3, Fault::Placeholder);
    }
    let length = input.find('}').map_or(1, |at| at + 1);
    fault_in(input, length, Fault::CurlyBrackets)
}
