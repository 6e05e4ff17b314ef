//! `expr` and `exprcomp`

use super::constant::constant;
use super::located::{Located, Parsed, fault_at, fault_in};
use super::name::is_compared_byte;
use super::operator::operator;
use super::path::Shape;
use super::relative::relative_path;
use super::whitespace::{is_whitespace, whitespace};
use crate::fault::Fault;
use crate::{ExpressionComponent, PathKind, RelativePath};

/// What was read of a Search Expression.
pub(super) struct Expression {
    /// Printing gives back the same text.
    pub(super) canonical: bool,
}

/// Reads a Search Expression with its brackets. Takes its Expression Components out of `budget`, and hands each to
/// `take`, until that wants no more.
pub(super) fn expression<'a>(
    input: &'a str,
    budget: &mut usize,
    take: &mut dyn FnMut(ExpressionComponent<'a>) -> bool,
) -> Parsed<'a, Expression> {
    let mut rest = input.get(1..).unwrap_or_default();
    match rest.bytes().next() {
        Some(b']') => return Err(fault_in(input, 2, Fault::EmptyExpression)),
        Some(byte) if is_whitespace(byte) => return Err(fault_at(rest, Fault::WhitespaceAtBracket)),
        Some(_) => {}
        None => return Err(fault_in(input, 1, Fault::UnclosedBracket)),
    }

    let mut canonical = true;
    let mut missing = Fault::ComponentExpected;
    loop {
        // `relpath oper value`, with whitespace round the operator [R-ARC.9a].
        let (after, (path, shape)) = relative_path(rest, missing)?;
        let (after, operator) = operator(whitespace(after).0)?;
        let (after, constant) = constant(whitespace(after).0)?;
        let length = rest.len() - after.len();
        let written = path.len() + operator.as_str().len() + constant.length();
        canonical &= length == written && shape.canonical && constant.is_canonical();
        *budget = budget.checked_sub(1).ok_or(fault_in(rest, length, Fault::TooManyComponents))?;
        let path = RelativePath::accepted(path, shape);
        if !take(ExpressionComponent::accepted(path, operator, constant.into())) {
            return Err(fault_in(rest, length, missing));
        }

        let (end, gap) = whitespace(after);
        if let Some(next) = end.strip_prefix("&&") {
            let (next, second_gap) = whitespace(next);
            canonical &= gap.is_empty() && second_gap.is_empty();
            rest = next;
            missing = Fault::ComponentAfterAndExpected;
        } else if end.is_empty() {
            return Err(fault_in(input, 1, Fault::UnclosedBracket));
        } else if let Some(behind) = end.strip_prefix(']') {
            return match gap.len() {
                0 => Ok((behind, Expression { canonical })),
                gap => Err(fault_in(after, gap, Fault::WhitespaceAtBracket)),
            };
        } else {
            return Err(no_end(end, !constant.is_quoted));
        }
    }
}

/// What stands behind a comparison, and is neither `&&` nor `]`.
fn no_end(input: &str, behind_token: bool) -> nom::Err<Located> {
    let word = input.bytes().take_while(u8::is_ascii_alphabetic).count();
    match input.bytes().next() {
        Some(b'&') => fault_at(input, Fault::SingleAmpersand),
        Some(b'|') => fault_in(input, if input.starts_with("||") { 2 } else { 1 }, Fault::LogicalOr),
        Some(b',') => fault_at(input, Fault::Comma),
        Some(b'(' | b')') => fault_at(input, Fault::Grouping),
        _ if word > 0 => fault_in(input, word, Fault::LogicalWord),
        _ if input.starts_with(char::is_whitespace) => fault_at(input, Fault::Whitespace),
        _ if behind_token => fault_at(input, Fault::NotATokenCharacter),
        _ => fault_at(input, Fault::AndExpected),
    }
}

/// Walks the Expression Components of a text that [`expression`] accepted.
#[derive(Debug, Clone)]
pub(crate) struct Components<'a> {
    rest: &'a str,
}

impl<'a> Components<'a> {
    /// `text` with its brackets.
    pub(crate) fn new(text: &'a str) -> Self {
        Self { rest: text.strip_prefix('[').unwrap_or_default() }
    }
}

impl<'a> Iterator for Components<'a> {
    type Item = ExpressionComponent<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let text = match whitespace(self.rest).0.strip_prefix("&&") {
            Some(next) => whitespace(next).0,
            None => self.rest,
        };
        // What was checked need not be again, and ends where its bytes do.
        let mut has_items = false;
        let end = text.bytes().position(|byte| {
            has_items |= byte == b'#';
            !is_compared_byte(byte)
        });
        let (path, rest) = text.split_at_checked(end?)?;
        // None stands behind the bracket that closes.
        let (rest, operator) = operator(whitespace(rest).0).ok()?;
        let (rest, constant) = constant(whitespace(rest).0).ok()?;
        self.rest = rest;
        let shape = Shape {
            kind: PathKind::Parameter,
            search: has_items && path.contains("#*"),
            canonical: !(has_items && path.contains("#1+")),
        };
        Some(ExpressionComponent::accepted(RelativePath::accepted(path, shape), operator, constant.into()))
    }
}

/// How long the Search Expression is with which `text`, accepted as a path, begins.
pub(crate) fn closing_bracket(text: &str) -> usize {
    let (mut rest, mut is_quoted) = (text, false);
    while let Some((before, behind)) = rest.split_once(']') {
        is_quoted = before.bytes().fold(is_quoted, |is_quoted, byte| is_quoted ^ (byte == b'"'));
        rest = behind;
        // A bracket between quotes is text.
        if !is_quoted {
            break;
        }
    }
    text.len() - rest.len()
}
