//! `value`: a literal in double quotes, or a token.
//!
//! The grammar's `number` is narrower than the standard's own examples, which compare with booleans, dateTimes
//! and numbers such as `08`; a token is what covers them all and can be told from the operators around it.

use super::located::{Located, Parsed, fault_at, fault_in};
use crate::fault::Fault;
use crate::{Constant, QuotedStr};

/// A constant as it stands in the text, without its quotes.
#[derive(Clone, Copy)]
pub(super) struct Written<'a> {
    text: &'a str,
    pub(super) is_quoted: bool,
}

impl<'a> From<Written<'a>> for Constant<'a> {
    fn from(Written { text, is_quoted }: Written<'a>) -> Self {
        if is_quoted { Self::Quoted(QuotedStr::written(text)) } else { Self::Token(text) }
    }
}

impl Written<'_> {
    /// How many bytes it has with its quotes.
    pub(super) const fn length(self) -> usize {
        self.text.len() + if self.is_quoted { 2 } else { 0 }
    }

    /// Whether printing gives back the same text.
    pub(super) fn is_canonical(self) -> bool {
        !self.is_quoted || QuotedStr::written(self.text).is_canonical()
    }
}

#[inline]
pub(super) fn constant(input: &str) -> Parsed<'_, Written<'_>> {
    match input.strip_prefix('"') {
        Some(text) => literal(input, text),
        None => token(input),
    }
}

/// `text` begins behind the quote that opens `input`.
#[inline]
fn literal<'a>(input: &'a str, text: &'a str) -> Parsed<'a, Written<'a>> {
    match text.split_once('"') {
        Some((raw, rest)) => Ok((rest, Written { text: raw, is_quoted: true })),
        None => Err(fault_in(input, input.len(), Fault::UnclosedQuote)),
    }
}

#[inline]
fn token(input: &str) -> Parsed<'_, Written<'_>> {
    let (token, rest) = split_token(input);
    // What begins with `=` could not be told from the operator before it.
    if token.is_empty() || token.starts_with('=') {
        return Err(no_constant(input));
    }
    Ok((rest, Written { text: token, is_quoted: false }))
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
#[cold]
fn no_constant(input: &str) -> nom::Err<Located> {
    let fault = match input.chars().next() {
        // Apostrophes, and the quotes that word processors put.
        Some('\'' | '`' | '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}') => Fault::WrongQuotes,
        Some('(') => Fault::Grouping,
        _ => Fault::ConstantExpected,
    };
    fault_at(input, fault)
}
