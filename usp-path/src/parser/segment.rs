//! What stands between two dots: `name` and `inst`, and the `()` and `!` of commands and events.

use super::expression::expression;
use super::located::{Located, Parsed, fault_at, fault_in};
use super::name::{is_name_start, split_name};
use crate::fault::Fault;
use crate::instance_number::{NumberFault, positive_number};

/// What stands before the segment that is read next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing: the path begins.
    Root,
    /// The name of the root object.
    BehindRoot,
    /// An object outside of the text: the relative path begins.
    Head,
    /// A name, which may be that of a table.
    BehindName,
    /// An instance identifier or a reference that is followed.
    BehindInstance,
}

impl Place {
    /// The place behind `piece`, which stands here.
    pub(super) fn behind(self, piece: &Piece) -> Self {
        match piece {
            Piece::Name if self == Self::Root => Self::BehindRoot,
            Piece::Name | Piece::Command | Piece::Event => Self::BehindName,
            Piece::Instance | Piece::Search { .. } => Self::BehindInstance,
        }
    }
}

/// What a segment is.
pub(super) enum Piece {
    Name,
    Command,
    Event,
    /// An Instance Number.
    Instance,
    /// A wildcard or a Search Expression; whether printing it gives back the same text.
    Search {
        canonical: bool,
    },
}

/// Reads one segment. Takes Expression Components out of `components`.
#[inline]
pub(super) fn segment<'a>(input: &'a str, place: Place, components: &mut usize) -> Parsed<'a, Piece> {
    match input.bytes().next() {
        Some(first) if is_name_start(first) => name_segment(input, place),
        Some(b'0'..=b'9') if begins_like_a_name(input) => {
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
    let (end, piece, fault) = match behind.bytes().next() {
        Some(b'(') => (command_end(behind), Piece::Command, Fault::AfterCommand),
        Some(b'!') => (event_end(behind), Piece::Event, Fault::AfterEvent),
        _ => return Ok((behind, Piece::Name)),
    };
    if place == Place::Root {
        return Err(fault_at(behind, Fault::RootCommandOrEvent));
    }
    match end? {
        "" => Ok(("", piece)),
        end => Err(fault_in(end, end.len(), fault)),
    }
}

/// What stands behind `()`.
fn command_end(input: &str) -> Result<&str, nom::Err<Located>> {
    if let Some(end) = input.strip_prefix("()") {
        return Ok(end);
    }
    let arguments = input.get(1..).unwrap_or_default();
    Err(match arguments.find(')') {
        Some(length) => fault_in(arguments, length, Fault::CommandArguments),
        None => fault_at(input, Fault::ParenthesisUnclosed),
    })
}

/// What stands behind `!`.
fn event_end(input: &str) -> Result<&str, nom::Err<Located>> {
    match input.get(1..).unwrap_or_default() {
        end if end.starts_with('=') => Err(fault_in(input, 2, Fault::ComparisonOutside)),
        end => Ok(end),
    }
}

/// `inst`
fn instance_identifier<'a>(input: &'a str, components: &mut usize) -> Parsed<'a, Piece> {
    if let Some(behind) = input.strip_prefix('*') {
        return Ok((behind, Piece::Search { canonical: true }));
    }
    if input.starts_with('[') {
        let (behind, expression) = expression(input, components, &mut |_| true)?;
        return Ok((behind, Piece::Search { canonical: expression.canonical }));
    }
    let (digits, behind) = split_name(input);
    let fault = match positive_number(digits.as_bytes()) {
        Ok(_) => return Ok((behind, Piece::Instance)),
        Err(NumberFault::LeadingZero) => Fault::InstanceLeadingZero,
        Err(NumberFault::TooLarge) => Fault::InstanceTooLarge,
        Err(NumberFault::Zero | NumberFault::Empty | NumberFault::NotADigit) => Fault::InstanceZero,
    };
    Err(fault_in(input, digits.len(), fault))
}

/// Whether letters stand behind the digits with which `input` begins.
fn begins_like_a_name(input: &str) -> bool {
    !split_name(input).0.bytes().all(|byte| byte.is_ascii_digit())
}

/// No segment begins like this.
fn no_segment(input: &str, place: Place) -> nom::Err<Located> {
    match input.bytes().next() {
        Some(b'.') if matches!(place, Place::Root | Place::Head) => fault_at(input, Fault::LeadingDot),
        Some(b'.') => fault_at(input, Fault::EmptySegment),
        Some(b'+' | b'#') => fault_at(input, Fault::FollowOfNothing),
        Some(b'{') => curly_brackets(input),
        Some(b']') => fault_at(input, Fault::UnopenedBracket),
        _ if input.starts_with(char::is_whitespace) => fault_at(input, Fault::Whitespace),
        _ if place == Place::Root => fault_at(input, Fault::RootNameExpected),
        _ => fault_at(input, Fault::NameExpected),
    }
}

/// A segment does not go on like this; `place` is the place behind it.
pub(super) fn behind_segment(input: &str, place: Place) -> nom::Err<Located> {
    let name = place != Place::BehindInstance;
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
