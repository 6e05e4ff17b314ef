use nom::Parser;
use nom::bytes::complete::take_while;

use super::located::Parsed;

/// Spaces and tabs, or nothing: tolerated round operators `[R-ARC.9a]`.
pub(super) fn whitespace(input: &str) -> Parsed<'_, &str> {
    take_while(is_whitespace).parse(input)
}

pub(super) const fn is_whitespace(c: char) -> bool {
    matches!(c, ' ' | '\t')
}
