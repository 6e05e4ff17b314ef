//! `expr` and `exprcomp`

use super::constant::constant;
use super::located::{Located, Parsed, fault_at, fault_in};
use super::operator::operator;
use super::path::Shape;
use super::relative::relative_path;
use super::whitespace::{is_whitespace, whitespace};
use crate::fault::Fault;
use crate::{Constant, Operator};

/// What was read of a Search Expression.
pub(super) struct Expression {
    /// Printing gives back the same text.
    pub(super) canonical: bool,
}

/// Reads a Search Expression with its brackets. Takes its Expression Components out of `budget`.
pub(super) fn expression<'a>(input: &'a str, budget: &mut usize) -> Parsed<'a, Expression> {
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
        let (after, component) = component(rest, missing)?;
        let length = rest.len() - after.len();
        canonical &= component.is_canonical(length);
        *budget = budget.checked_sub(1).ok_or(fault_in(rest, length, Fault::TooManyComponents))?;

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
            return Err(no_end(end, component.constant));
        }
    }
}

/// The parts of an Expression Component as they stand in the text.
pub(crate) struct Component<'a> {
    pub(crate) path: &'a str,
    pub(crate) shape: Shape,
    pub(crate) operator: Operator,
    pub(crate) constant: Constant<'a>,
}

/// `relpath oper value`, with whitespace round the operator `[R-ARC.9a]`.
fn component(input: &str, missing: Fault) -> Parsed<'_, Component<'_>> {
    let (rest, (path, shape)) = relative_path(input, missing)?;
    let (rest, operator) = operator(whitespace(rest).0)?;
    let (rest, constant) = constant(whitespace(rest).0)?;
    Ok((rest, Component { path, shape, operator, constant }))
}

impl Component<'_> {
    /// Whether printing gives back the `length` bytes from which this was read.
    fn is_canonical(&self, length: usize) -> bool {
        let constant = match self.constant {
            Constant::Quoted(quoted) if !quoted.is_canonical() => return false,
            Constant::Quoted(quoted) => quoted.written_length() + 2,
            Constant::Token(token) => token.len(),
        };
        length == self.path.len() + self.operator.as_str().len() + constant && self.shape.canonical
    }
}

/// What stands behind a comparison, and is neither `&&` nor `]`.
fn no_end(input: &str, constant: Constant<'_>) -> nom::Err<Located> {
    let word = input.bytes().take_while(u8::is_ascii_alphabetic).count();
    match input.bytes().next() {
        Some(b'&') => fault_at(input, Fault::SingleAmpersand),
        Some(b'|') => fault_in(input, if input.starts_with("||") { 2 } else { 1 }, Fault::LogicalOr),
        Some(b',') => fault_at(input, Fault::Comma),
        Some(b'(' | b')') => fault_at(input, Fault::Grouping),
        _ if word > 0 => fault_in(input, word, Fault::LogicalWord),
        _ if input.starts_with(char::is_whitespace) => fault_at(input, Fault::Whitespace),
        _ if matches!(constant, Constant::Token(_)) => fault_at(input, Fault::NotATokenCharacter),
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
    type Item = Component<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let between = self.rest.bytes().take_while(|byte| *byte == b'&' || is_whitespace(*byte)).count();
        let text = self.rest.get(between..).unwrap_or_default();
        let component;
        (self.rest, component) = self::component(text, Fault::ComponentExpected).ok()?;
        Some(component)
    }
}

/// How long the Search Expression is with which `text`, accepted as a path, begins.
pub(crate) fn closing_bracket(text: &str) -> usize {
    let mut quoted = false;
    let end = text.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b']' && !quoted
    });
    end.map_or(text.len(), |at| at + 1)
}
