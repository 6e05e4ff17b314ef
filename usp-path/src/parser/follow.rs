//! `reffollow`

use nom::Parser;
use nom::character::complete::{char, digit1};
use nom::combinator::opt;

use super::located::{Parsed, fault_at, fault_in};
use crate::Follow;
use crate::fault::Fault;
use crate::instance_number::{NumberFault, positive_number};

/// `+`, `#n+` or `#*+`.
pub(crate) fn follow(input: &str) -> Parsed<'_, Follow> {
    let (item, followed) = match opt(char('#')).parse(input)? {
        (rest, None) => (rest, Follow::FIRST),
        (rest, Some(_)) => list_item(rest)?,
    };
    let (rest, plus) = opt(char('+')).parse(item)?;
    match plus {
        Some(_) => Ok((rest, followed)),
        None => Err(fault_at(item, Fault::FollowPlusExpected)),
    }
}

fn list_item(input: &str) -> Parsed<'_, Follow> {
    if let (rest, Some(_)) = opt(char('*')).parse(input)? {
        return Ok((rest, Follow::All));
    }
    let (rest, Some(digits)) = opt(digit1).parse(input)? else {
        return Err(fault_at(input, Fault::FollowItemExpected));
    };
    let number: &str = digits;
    let fault = match positive_number(number.as_bytes()) {
        Ok(item) => return Ok((rest, Follow::Item(item))),
        Err(NumberFault::LeadingZero) => Fault::FollowItemLeadingZero,
        Err(NumberFault::TooLarge) => Fault::FollowItemTooLarge,
        Err(NumberFault::Zero | NumberFault::Empty | NumberFault::NotADigit) => Fault::FollowItemZero,
    };
    Err(fault_in(input, number.len(), fault))
}
