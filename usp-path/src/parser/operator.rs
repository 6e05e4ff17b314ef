//! `oper`

use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::tag;
use nom::combinator::value;

use super::located::{Located, Parsed, fault_at, fault_in};
use crate::Operator;
use crate::fault::Fault;

pub(super) fn operator(input: &str) -> Parsed<'_, Operator> {
    let (rest, operator) = alt((
        value(Operator::Equal, tag("==")),
        value(Operator::NotEqual, tag("!=")),
        value(Operator::Contains, tag("~=")),
        value(Operator::LessOrEqual, tag("<=")),
        value(Operator::GreaterOrEqual, tag(">=")),
        value(Operator::Less, tag("<")),
        value(Operator::Greater, tag(">")),
    ))
    .parse(input)
    .map_err(|_: nom::Err<Located>| misspelt(input))?;

    // What follows an operator begins a constant; more operator characters are a misspelling.
    if rest.starts_with(['=', '<', '>', '!', '~']) {
        return Err(misspelt(input));
    }
    Ok((rest, operator))
}

/// What somebody meant who wrote no operator.
fn misspelt(input: &str) -> nom::Err<Located> {
    let length = input.bytes().take_while(|byte| matches!(byte, b'=' | b'<' | b'>' | b'!' | b'~')).count();
    let fault = match input.get(..length).unwrap_or_default() {
        "=" => Fault::SingleEquals,
        "===" => Fault::TripleEquals,
        "=<" | "=>" | "=~" | "=!" => Fault::ReversedOperator,
        "" => return fault_at(input, Fault::OperatorExpected),
        _ => Fault::UnknownOperator,
    };
    fault_in(input, length, fault)
}
