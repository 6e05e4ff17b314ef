//! `value`: a literal in double quotes, or a token.
//!
//! The grammar's `number` is narrower than the standard's own examples, which compare with booleans, dateTimes
//! and numbers such as `08`; a token is what covers them all and can be told from the operators around it.

use super::located::{Parsed, fault_at, fault_in};
use crate::fault::Fault;
use crate::{Constant, QuotedStr};

pub(super) fn constant(input: &str) -> Parsed<'_, Constant<'_>> {
    match input.strip_prefix('"') {
        Some(text) => literal(input, text),
        None => token(input),
    }
}

/// `text` begins behind the quote that opens `input`.
fn literal<'a>(input: &'a str, text: &'a str) -> Parsed<'a, Constant<'a>> {
    match text.split_once('"') {
        Some((raw, rest)) => Ok((rest, Constant::Quoted(QuotedStr::written(raw)))),
        None => Err(fault_in(input, input.len(), Fault::UnclosedQuote)),
    }
}

fn token(input: &str) -> Parsed<'_, Constant<'_>> {
    let (token, rest) = split_token(input);
    // What begins with `=` could not be told from the operator before it.
    if token.is_empty() || token.starts_with('=') {
        return Err(fault_at(input, no_constant(input)));
    }
    Ok((rest, Constant::Token(token)))
}

/// Whether `text` as a whole is a constant without quotes.
pub(crate) fn is_token(text: &str) -> bool {
    let (token, rest) = split_token(text);
    !token.is_empty() && rest.is_empty() && !token.starts_with('=')
}

/// Splits behind the longest prefix of token bytes.
fn split_token(input: &str) -> (&str, &str) {
    let length = input.bytes().position(|byte| !is_token_byte(byte)).unwrap_or(input.len());
    input.split_at(length)
}

/// Letters, digits and what stands in signed and decimal numbers, dateTimes and Base64 text.
const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b':' | b'/' | b'_' | b'=')
}

/// What begins where a constant should.
fn no_constant(input: &str) -> Fault {
    match input.chars().next() {
        // Apostrophes, and the quotes that word processors put.
        Some('\'' | '`' | '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}') => Fault::WrongQuotes,
        Some('(') => Fault::Grouping,
        _ => Fault::ConstantExpected,
    }
}
