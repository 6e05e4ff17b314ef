//! `oper`

use super::located::{Located, Parsed, fault_at, fault_in};
use crate::Operator;
use crate::fault::Fault;

#[inline]
pub(super) fn operator(input: &str) -> Parsed<'_, Operator> {
    let (operator, length) = match input.as_bytes() {
        [b'=', b'=', ..] => (Operator::Equal, 2),
        [b'!', b'=', ..] => (Operator::NotEqual, 2),
        [b'~', b'=', ..] => (Operator::Contains, 2),
        [b'<', b'=', ..] => (Operator::LessOrEqual, 2),
        [b'>', b'=', ..] => (Operator::GreaterOrEqual, 2),
        [b'<', ..] => (Operator::Less, 1),
        [b'>', ..] => (Operator::Greater, 1),
        _ => return Err(misspelt(input)),
    };
    // What follows an operator begins a constant; more operator characters are a misspelling.
    match input.get(length..) {
        Some(rest) if !rest.bytes().next().is_some_and(is_operator_byte) => Ok((rest, operator)),
        _ => Err(misspelt(input)),
    }
}

const fn is_operator_byte(byte: u8) -> bool {
    matches!(byte, b'=' | b'<' | b'>' | b'!' | b'~')
}

/// What somebody meant who wrote no operator.
#[cold]
fn misspelt(input: &str) -> nom::Err<Located> {
    let length = input.bytes().take_while(|byte| is_operator_byte(*byte)).count();
    let fault = match input.get(..length).unwrap_or_default() {
        "=" => Fault::SingleEquals,
        "===" => Fault::TripleEquals,
        "=<" | "=>" | "=~" | "=!" => Fault::ReversedOperator,
        "" => return fault_at(input, Fault::OperatorExpected),
        _ => Fault::UnknownOperator,
    };
    fault_in(input, length, fault)
}
