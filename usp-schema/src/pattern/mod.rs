//! The `pattern` facet of TR-106: regular expressions, compiled to small automata.
//!
//! The schema image holds the compiled form, see [`PatternRef`]; [`Pattern::compile`] makes it.

mod automaton;
mod class;
mod error;
mod format;
mod parser;
mod pattern_ref;
mod state_set;

pub use error::{PatternError, PatternErrorKind};
pub use pattern_ref::PatternRef;

use alloc::vec::Vec;
use core::str::FromStr;

use format::Layout;

/// A pattern of a TR-106 data type, compiled.
///
/// The syntax is that of the regular expressions of XML Schema (Part 2, appendix F). A pattern
/// describes the whole value: it is anchored at both ends without saying so, and `^` and `$` are
/// ordinary characters.
///
/// | syntax | matches |
/// |---|---|
/// | `a` | the character; not for `. \ ? * + ( ) { } [ ] \|` |
/// | `.` | any character but line feed and carriage return |
/// | `\.` | the character after the backslash, one of the above or `-` or `^` |
/// | `\n` `\r` `\t` | line feed, carriage return, tab |
/// | `\d` `\D` | the digits 0-9; any other character |
/// | `\s` `\S` | space, tab, carriage return, line feed; any other character |
/// | `\w` `\W` | ASCII letters, digits and the symbols ``$+<=>^`\|~``; any other character |
/// | `\i` `\I` `\c` `\C` | a character that may begin an XML name, or be in one; any other character |
/// | `[a-z\d_-]` `[^0-9]` | one of these characters; any other character |
/// | `xy` `x\|y` `(x)` | one after the other; one of the two; grouping. Each side may be empty |
/// | `x?` `x*` `x+` `x{3}` `x{3,}` `x{3,5}` | repetition |
///
/// Where this differs from XML Schema: `\d` and `\w` match ASCII alone, since data models are
/// written in ASCII and their digits are meant to be 0-9; a `?` behind a quantifier, which
/// published models contain, is read as the mark of a lazy quantifier and changes nothing. Refused
/// as unsupported: the category escapes `\p{…}` and `\P{…}`, and subtraction of one class from
/// another, `[a-z-[aeiou]]`.
///
/// Limits: [`Pattern::MAX_STATES`] characters and classes after repetitions are written out, and
/// [`Pattern::MAX_DEPTH`] groups in one another.
///
/// ```
/// use usp_schema::Pattern;
///
/// let mac: Pattern = "([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f])".parse()?;
/// assert!(mac.is_match("00:1A:2b:3C:4d:5E"));
/// assert!(!mac.is_match("00:1A:2b:3C:4d:5E:"));
///
/// let error = Pattern::compile("[a-z-[aeiou]]").unwrap_err();
/// assert_eq!(error.offset(), 4);
/// assert_eq!(error.reason(), "subtraction from a character class is not supported");
/// # Ok::<(), usp_schema::PatternError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    bytes: Vec<u8>,
    layout: Layout,
}

impl Pattern {
    /// The greatest number of states: characters and classes that the pattern consists of when
    /// every repetition is written out, as 3 for `a{3}` and 3 for `a{2,}b`.
    pub const MAX_STATES: usize = 1024;

    /// How deeply groups may be nested.
    pub const MAX_DEPTH: usize = 50;

    /// Compiles a pattern.
    ///
    /// # Errors
    /// The pattern is malformed, uses syntax that is not supported, or is too large; the error
    /// tells which and where.
    pub fn compile(source: &str) -> Result<Self, PatternError> {
        let syntax = parser::parse(source)?;
        let bytes = format::write(&automaton::build(&syntax)).ok_or_else(|| {
            PatternError::new(PatternErrorKind::TooLarge, source.len(), "it has too many transitions")
        })?;
        let layout = Layout::read(&bytes)?;
        Ok(Self { bytes, layout })
    }

    /// The compiled form, for [`PatternRef::from_bytes`].
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The pattern, borrowed.
    pub fn as_pattern_ref(&self) -> PatternRef<'_> {
        PatternRef::new(&self.bytes, self.layout)
    }

    /// Whether the pattern describes the whole of `text`.
    pub fn is_match(&self, text: &str) -> bool {
        self.as_pattern_ref().is_match(text)
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(source: &str) -> Result<Self, PatternError> {
        Self::compile(source)
    }
}

#[cfg(test)]
mod differential;
#[cfg(test)]
mod tests;
