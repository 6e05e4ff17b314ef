//! The grammar of XML Schema's regular expressions.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::iter::Peekable;
use core::ops::RangeInclusive;
use core::str::CharIndices;

use super::class::Class;
use super::{Pattern, PatternError, PatternErrorKind};

/// A regular expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// The empty text.
    Empty,
    /// One character of the class.
    Class(Class),
    /// All nodes, one after the other.
    Concat(Vec<Self>),
    /// One of the nodes.
    Alternate(Vec<Self>),
    /// The node, `min` to `max` times; it is not [`Node::Empty`].
    Repeat { node: Box<Self>, min: usize, max: Option<usize> },
}

/// Reads a whole pattern.
pub(super) fn parse(source: &str) -> Result<Node, PatternError> {
    let mut parser = Parser { source, chars: source.char_indices().peekable(), depth: 0 };
    let (node, _) = parser.alternatives()?;
    match parser.chars.peek() {
        None => Ok(node),
        // Only a closing parenthesis ends the alternatives early.
        Some(_) => {
            Err(PatternError::malformed(parser.offset(), "a parenthesis is closed that was not opened"))
        }
    }
}

struct Parser<'a> {
    source: &'a str,
    chars: Peekable<CharIndices<'a>>,
    /// Groups that are open.
    depth: usize,
}

/// A node and the number of its states.
type Counted = (Node, usize);

impl Parser<'_> {
    /// branch ("|" branch)*
    fn alternatives(&mut self) -> Result<Counted, PatternError> {
        let (first, mut states) = self.branch()?;
        let mut branches = Vec::from([first]);
        while self.take('|') {
            let (branch, size) = self.branch()?;
            states = self.sum(states, size)?;
            // One empty branch says as much as several.
            if branch != Node::Empty || !branches.contains(&Node::Empty) {
                branches.push(branch);
            }
        }
        let node = if branches.len() > 1 { Node::Alternate(branches) } else { branches.remove(0) };
        Ok((node, states))
    }

    /// (atom quantifier?)*
    fn branch(&mut self) -> Result<Counted, PatternError> {
        let (mut pieces, mut states) = (Vec::new(), 0);
        while let Some(&(_, c)) = self.chars.peek()
            && c != '|'
            && c != ')'
        {
            let atom = self.atom()?;
            let (piece, size) = self.quantified(atom)?;
            states = self.sum(states, size)?;
            if piece != Node::Empty {
                pieces.push(piece);
            }
        }
        let node = match pieces.len() {
            0 => Node::Empty,
            1 => pieces.remove(0),
            _ => Node::Concat(pieces),
        };
        Ok((node, states))
    }

    fn atom(&mut self) -> Result<Counted, PatternError> {
        let offset = self.offset();
        let Some((_, c)) = self.chars.next() else { return Ok((Node::Empty, 0)) };
        let class = match c {
            '(' => return self.group(offset),
            '.' => Class::wildcard(),
            '[' => self.class_expression(offset)?,
            '\\' => match self.escape(offset)? {
                Escape::Character(c) => Class::from(c),
                Escape::Class(class) => class,
            },
            '?' | '*' | '+' => {
                return Err(PatternError::malformed(offset, "there is nothing here that could be repeated"));
            }
            '{' | '}' | ']' => {
                return Err(PatternError::malformed(
                    offset,
                    "this bracket needs a backslash to stand for itself",
                ));
            }
            c => Class::from(c),
        };
        Ok((Node::Class(class), 1))
    }

    /// What follows "(".
    fn group(&mut self, offset: usize) -> Result<Counted, PatternError> {
        if self.chars.peek().is_some_and(|&(_, c)| c == '?') {
            return Err(PatternError::unsupported(offset, "XML Schema has no groups of the form (?"));
        }
        self.depth += 1;
        if self.depth > Pattern::MAX_DEPTH {
            return Err(PatternError::new(
                PatternErrorKind::TooLarge,
                offset,
                "groups are nested too deeply",
            ));
        }
        let node = self.alternatives()?;
        self.depth -= 1;
        if !self.take(')') {
            return Err(PatternError::malformed(offset, "this parenthesis is not closed"));
        }
        Ok(node)
    }

    /// The quantifier behind `node`, if there is one.
    fn quantified(&mut self, (node, states): Counted) -> Result<Counted, PatternError> {
        let offset = self.offset();
        let (min, max) = match self.chars.next_if(|(_, c)| matches!(c, '?' | '*' | '+' | '{')) {
            Some((_, '?')) => (0, Some(1)),
            Some((_, '*')) => (0, None),
            Some((_, '+')) => (1, None),
            Some(_) => self.quantity(offset)?,
            None => return Ok((node, states)),
        };
        // A lazy quantifier prefers a shorter match, but finds one whenever a greedy one does.
        self.take('?');
        if matches!(self.chars.peek(), Some((_, '?' | '*' | '+' | '{'))) {
            return Err(PatternError::malformed(self.offset(), "a quantifier follows a quantifier"));
        }
        if max.is_some_and(|max| max < min) {
            return Err(PatternError::malformed(offset, "the upper bound is less than the lower one"));
        }
        let copies = max.unwrap_or_else(|| min.max(1));
        if node == Node::Empty || copies == 0 {
            return Ok((Node::Empty, 0));
        }
        let states = self.sum(0, states.saturating_mul(copies))?;
        Ok((Node::Repeat { node: Box::new(node), min, max }, states))
    }

    /// What follows "{": n "}", n "," "}" or n "," m "}".
    fn quantity(&mut self, offset: usize) -> Result<(usize, Option<usize>), PatternError> {
        let malformed = PatternError::malformed(offset, "a quantifier has the form {n}, {n,} or {n,m}");
        let min = self.number().ok_or(malformed)?;
        let max = if self.take(',') { self.number() } else { Some(min) };
        if self.take('}') { Ok((min, max)) } else { Err(malformed) }
    }

    fn number(&mut self) -> Option<usize> {
        let mut number: Option<usize> = None;
        while let Some(digit) = self.chars.peek().and_then(|(_, c)| c.to_digit(10)) {
            self.chars.next();
            // A number that saturates is too large for every pattern.
            number = Some(number.unwrap_or(0).saturating_mul(10).saturating_add(digit as usize));
        }
        number
    }

    /// What follows "\".
    fn escape(&mut self, offset: usize) -> Result<Escape, PatternError> {
        let Some((_, letter)) = self.chars.next() else {
            return Err(PatternError::malformed(offset, "nothing follows the backslash"));
        };
        Ok(match letter {
            'n' => Escape::Character('\n'),
            'r' => Escape::Character('\r'),
            't' => Escape::Character('\t'),
            '\\' | '|' | '.' | '?' | '*' | '+' | '(' | ')' | '{' | '}' | '-' | '[' | ']' | '^' => {
                Escape::Character(letter)
            }
            'p' | 'P' => {
                return Err(PatternError::unsupported(
                    offset,
                    "classes by Unicode category are not supported",
                ));
            }
            letter => match Class::escape(letter) {
                Some(class) => Escape::Class(class),
                None => return Err(PatternError::malformed(offset, "XML Schema does not know this escape")),
            },
        })
    }

    /// What follows "[".
    fn class_expression(&mut self, offset: usize) -> Result<Class, PatternError> {
        let negative = self.take('^');
        if self.next_is(']') {
            return Err(PatternError::malformed(offset, "this character class is empty"));
        }
        let mut ranges = Vec::new();
        while !self.take(']') {
            if self.chars.peek().is_none() {
                return Err(PatternError::malformed(offset, "this character class is not closed"));
            }
            self.class_member(&mut ranges)?;
        }
        let class = Class::from_ranges(&ranges);
        Ok(if negative { class.complement() } else { class })
    }

    /// A character, a range or an escape within a class; `ranges` are those before it.
    fn class_member(&mut self, ranges: &mut Vec<RangeInclusive<char>>) -> Result<(), PatternError> {
        let offset = self.offset();
        let low = match self.chars.next() {
            None => return Ok(()),
            Some((_, '[')) => {
                return Err(PatternError::malformed(offset, "[ needs a backslash within a character class"));
            }
            Some((_, '-')) if self.next_is('[') => {
                let reason = "subtraction from a character class is not supported";
                return Err(PatternError::unsupported(offset, reason));
            }
            Some((_, '-')) if !ranges.is_empty() && !self.next_is(']') => {
                let reason = "- needs a backslash unless it is the first or last character of the class";
                return Err(PatternError::malformed(offset, reason));
            }
            Some((_, '-')) => {
                ranges.push('-'..='-');
                return Ok(());
            }
            Some((_, '\\')) => match self.escape(offset)? {
                Escape::Character(c) => c,
                Escape::Class(class) => {
                    ranges.extend_from_slice(class.ranges());
                    return Ok(());
                }
            },
            Some((_, c)) => c,
        };
        let high = self.upper_bound(low)?;
        if high < low {
            return Err(PatternError::malformed(offset, "the range ends before it begins"));
        }
        ranges.push(low..=high);
        Ok(())
    }

    /// The end of the range that begins with `low`: `low` itself unless "-" and a character follow.
    fn upper_bound(&mut self, low: char) -> Result<char, PatternError> {
        let mut ahead = self.chars.clone().skip(1);
        if !self.next_is('-') || ahead.next().is_none_or(|(_, c)| matches!(c, ']' | '[')) {
            return Ok(low);
        }
        self.chars.next();
        let offset = self.offset();
        match self.chars.next() {
            Some((_, '\\')) => match self.escape(offset)? {
                Escape::Character(c) => Ok(c),
                Escape::Class(_) => Err(PatternError::malformed(offset, "a range ends with one character")),
            },
            Some((_, '-')) => {
                Err(PatternError::malformed(offset, "- needs a backslash at the end of a range"))
            }
            Some((_, c)) => Ok(c),
            None => Ok(low),
        }
    }

    /// The sum of two numbers of states, within the limit.
    fn sum(&mut self, a: usize, b: usize) -> Result<usize, PatternError> {
        match a.checked_add(b) {
            Some(sum) if sum <= Pattern::MAX_STATES => Ok(sum),
            _ => Err(PatternError::new(
                PatternErrorKind::TooLarge,
                self.offset(),
                "the pattern, with its repetitions written out, has too many characters",
            )),
        }
    }

    fn next_is(&mut self, expected: char) -> bool {
        self.chars.peek().is_some_and(|&(_, c)| c == expected)
    }

    fn take(&mut self, expected: char) -> bool {
        self.chars.next_if(|&(_, c)| c == expected).is_some()
    }

    /// Where the next character stands.
    fn offset(&mut self) -> usize {
        self.chars.peek().map_or(self.source.len(), |&(offset, _)| offset)
    }
}

enum Escape {
    Character(char),
    Class(Class),
}
