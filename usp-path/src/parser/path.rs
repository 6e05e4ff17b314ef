//! `idmpath`: the whole path, segment by segment.

use super::expression::expression;
use super::follow::follow;
use super::located::{Located, fault_at, fault_in, located};
use super::segment::{Piece, Place, behind_segment, segment};
use crate::fault::Fault;
use crate::text::char_boundary;
use crate::{ExpressionComponent, Follow, Limits, ParsePathError, PathKind};

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
    check(text, Place::Root, Fault::Empty, limits)
}

/// Checks what may stand behind an Object Path.
pub(crate) fn relative_path(text: &str, limits: &Limits) -> Result<Shape, ParsePathError> {
    check(text, Place::Head, Fault::EmptyRelative, limits)
}

/// Checks a Search Expression with its brackets.
pub(crate) fn search_expression(text: &str, limits: &Limits) -> Result<(), ParsePathError> {
    in_limits(text, limits)?;
    let mut components = limits.max_components;
    let parsed = match text.starts_with('[') {
        true => expression(text, &mut components, &mut |_| true),
        false => Err(fault_at(text, Fault::BracketExpected)),
    };
    match parsed {
        Ok(("", _)) => Ok(()),
        Ok((behind, _)) => Err(located(fault_in(behind, behind.len(), Fault::AfterExpression), text)),
        Err(error) => Err(located(error, text)),
    }
}

/// Reads the Search Expression with which a text begins, and hands out its components. What stands behind it; `None`
/// where it is not sound, or `take` wants no more.
pub(crate) fn leading_expression<'a>(
    text: &'a str,
    limits: &Limits,
    take: &mut dyn FnMut(ExpressionComponent<'a>) -> bool,
) -> Option<&'a str> {
    in_limits(text, limits).ok()?;
    if !text.starts_with('[') {
        return None;
    }
    let mut components = limits.max_components;
    expression(text, &mut components, take).ok().map(|(behind, _)| behind)
}

fn check(text: &str, start: Place, empty: Fault, limits: &Limits) -> Result<Shape, ParsePathError> {
    if text.is_empty() {
        return Err(ParsePathError::new(empty, 0, 0));
    }
    in_limits(text, limits)?;
    Walk::new(limits).finish(text, start).map_err(|error| located(error, text))
}

fn in_limits(text: &str, limits: &Limits) -> Result<(), ParsePathError> {
    if text.len() <= limits.max_length {
        return Ok(());
    }
    let limit = char_boundary(text, limits.max_length);
    Err(ParsePathError::new(Fault::TooLong, limit, text.len()))
}

/// What is known of a path of which a part is read.
struct Walk {
    segments_left: usize,
    components_left: usize,
    search: bool,
    canonical: bool,
}

impl Walk {
    fn new(limits: &Limits) -> Self {
        Self {
            segments_left: limits.max_segments,
            components_left: limits.max_components,
            search: false,
            canonical: true,
        }
    }

    fn finish(mut self, text: &str, start: Place) -> Result<Shape, nom::Err<Located>> {
        let mut place = start;
        let mut rest = text;
        loop {
            self.count(rest)?;
            let (mut behind, piece) = segment(rest, place, &mut self.components_left)?;
            let mut next = place.behind(&piece);
            let (mut kind, mut may_be_parameter) = match piece {
                Piece::Command => return Ok(self.shape(PathKind::Command)),
                Piece::Event => return Ok(self.shape(PathKind::Event)),
                Piece::Instance => (PathKind::ObjectInstance, false),
                Piece::Search { canonical } => {
                    self.search = true;
                    self.canonical &= canonical;
                    (PathKind::ObjectInstance, false)
                }
                // The root object is never a parameter.
                Piece::Name => (PathKind::Object, place != Place::Root),
            };
            if kind == PathKind::Object && matches!(behind.as_bytes(), [b'+' | b'#', ..]) {
                behind = self.follow(behind, place)?;
                next = Place::BehindInstance;
                may_be_parameter = false;
            }
            rest = match behind.strip_prefix('.') {
                Some("") => return Ok(self.shape(kind)),
                Some(rest) => rest,
                None if !behind.is_empty() => return Err(behind_segment(behind, next)),
                None => {
                    if may_be_parameter {
                        kind = PathKind::Parameter;
                    }
                    self.canonical &= may_be_parameter;
                    return Ok(self.shape(kind));
                }
            };
            place = next;
        }
    }

    /// Reads how the reference parameter that ends at `input` is followed, and returns what is behind.
    fn follow<'a>(&mut self, input: &'a str, place: Place) -> Result<&'a str, nom::Err<Located>> {
        if place == Place::Root {
            return Err(fault_at(input, Fault::FollowOfRoot));
        }
        self.count(input)?;
        let (behind, followed) = follow(input)?;
        self.search |= followed == Follow::All;
        self.canonical &= !input.starts_with("#1+");
        Ok(behind)
    }

    fn count(&mut self, rest: &str) -> Result<(), nom::Err<Located>> {
        match self.segments_left.checked_sub(1) {
            Some(left) => self.segments_left = left,
            None => return Err(fault_in(rest, rest.len(), Fault::TooManySegments)),
        }
        Ok(())
    }

    const fn shape(&self, kind: PathKind) -> Shape {
        Shape { kind, search: self.search, canonical: self.canonical }
    }
}
