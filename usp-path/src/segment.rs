use core::fmt;

use crate::parser::{closing_bracket, follow, split_name};
use crate::{Follow, InstanceNumber, SearchExpression};

/// One step of a path.
///
/// Between dots stand names and instance identifiers. Following a reference is a step of its own:
/// `Interface+` is the name `Interface` and then [`Follow`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Segment<'a> {
    /// The name of an object, a table or a parameter.
    Name(&'a str),
    /// A row of a table by its number.
    Instance(InstanceNumber),
    /// `*`: every row of a table `[R-ARC.10]`.
    Wildcard,
    /// The rows of a table that fit, or the one row that has this unique key.
    Expression(SearchExpression<'a>),
    /// The objects that the reference parameter before it refers to.
    Follow(Follow),
    /// The name of a command, without `()`.
    Command(&'a str),
    /// The name of an event, without `!`.
    Event(&'a str),
}

impl Segment<'_> {
    /// Whether it stands for rows of the table before it: an Instance Number, a wildcard or an expression.
    pub const fn is_instance_identifier(&self) -> bool {
        matches!(self, Self::Instance(_) | Self::Wildcard | Self::Expression(_))
    }
}

/// As it stands in a path, without dots, in canonical form.
impl fmt::Display for Segment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Instance(number) => fmt::Display::fmt(number, f),
            Self::Wildcard => f.write_str("*"),
            Self::Expression(expression) => fmt::Display::fmt(expression, f),
            Self::Follow(follow) => fmt::Display::fmt(follow, f),
            Self::Command(name) => write!(f, "{name}()"),
            Self::Event(name) => write!(f, "{name}!"),
        }
    }
}

/// The segments of a path, first to last. Walks the text, which was checked before, and allocates nothing.
#[derive(Debug, Clone)]
pub struct Segments<'a> {
    rest: &'a str,
}

impl<'a> Segments<'a> {
    /// `text` was accepted as a path or relative path.
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// The text that is not walked yet, without the dot before it.
    pub const fn as_str(&self) -> &'a str {
        self.rest
    }

    /// Takes `length` bytes and the dot behind them.
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest.strip_prefix('.').unwrap_or(rest);
        taken
    }

    fn name(&mut self) -> Segment<'a> {
        let (name, behind) = split_name(self.rest);
        match behind.bytes().next() {
            Some(b'(') => {
                self.rest = "";
                Segment::Command(name)
            }
            Some(b'!') => {
                self.rest = "";
                Segment::Event(name)
            }
            _ => Segment::Name(self.take(name.len())),
        }
    }

    fn instance(&mut self) -> Option<Segment<'a>> {
        let length = split_name(self.rest).0.len();
        self.take(length).parse().ok().map(Segment::Instance)
    }

    fn follow(&mut self) -> Option<Segment<'a>> {
        let (behind, follow) = follow(self.rest).ok()?;
        self.rest = behind.strip_prefix('.').unwrap_or(behind);
        Some(Segment::Follow(follow))
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.rest.bytes().next()? {
            b'*' => {
                self.take(1);
                Some(Segment::Wildcard)
            }
            b'[' => {
                let text = self.take(closing_bracket(self.rest));
                Some(Segment::Expression(SearchExpression::new(text)))
            }
            b'+' | b'#' => self.follow(),
            b'0'..=b'9' => self.instance(),
            _ => Some(self.name()),
        }
    }
}

impl core::iter::FusedIterator for Segments<'_> {}
