use core::fmt;
use core::ops::Range;

use crate::fault::Fault;
use crate::report::Report;

/// A text that is no path: what is wrong, where, what was expected and how to mend it.
///
/// The fault is the sender's: an Agent answers it with 7008 (Invalid path syntax), or, if [`is_limit`] says so, with
/// 7005 (Resources exceeded). The error holds no copy of the text. `Display` is one line; [`render`] points at the
/// place.
///
/// ```
/// let text = r#"Device.IP.Interface.[Name="eth0"]."#;
/// let error = usp_path::Path::parse(text).unwrap_err();
/// assert_eq!(error.span(), 25..26);
/// assert_eq!(error.hint(), Some("a comparison for equality is written `==`"));
/// assert_eq!(
///     error.render(text).to_string(),
///     "Device.IP.Interface.[Name=\"eth0\"].\n\
///     \x20                        ^ a single `=` is no operator, expected one of == != ~= < > <= >=\n\
///      hint: a comparison for equality is written `==`",
/// );
/// ```
///
/// [`is_limit`]: Self::is_limit
/// [`render`]: Self::render
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsePathError {
    fault: Fault,
    start: usize,
    end: usize,
}

impl ParsePathError {
    pub(crate) const fn new(fault: Fault, start: usize, end: usize) -> Self {
        Self { fault, start, end }
    }

    /// What is wrong.
    pub const fn description(&self) -> &'static str {
        self.fault.texts().description
    }

    /// What would have been right at that place, if that can be said.
    pub const fn expected(&self) -> Option<&'static str> {
        self.fault.texts().expected
    }

    /// How to mend it, if the mistake is a known one.
    pub const fn hint(&self) -> Option<&'static str> {
        self.fault.texts().hint
    }

    /// Where the fault lies: bytes of the text that was parsed. Empty at the place where something is missing.
    ///
    /// Both ends are character boundaries of that text.
    pub const fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Whether the text is over one of the [`Limits`](crate::Limits), rather than wrong.
    pub const fn is_limit(&self) -> bool {
        matches!(self.fault, Fault::TooLong | Fault::TooManySegments | Fault::TooManyComponents)
    }

    /// The text with the fault marked under it, for people: two lines, and a third if there is a hint.
    ///
    /// `input` is the text that was parsed. Of a long text only the part around the fault is shown. Control characters
    /// and others that show nothing, or change how what follows is shown, are shown as `·`: line separators, marks of
    /// the direction of writing, marks that join with another character. So the answer is safe to log.
    pub fn render<'a>(&self, input: &'a str) -> impl fmt::Display + use<'a> {
        Report::new(*self, input)
    }
}

/// One line: place, fault, expectation, hint.
impl fmt::Display for ParsePathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid path at byte {}: {}", self.start, self.description())?;
        if let Some(expected) = self.expected() {
            write!(f, ", expected {expected}")?;
        }
        if let Some(hint) = self.hint() {
            write!(f, " ({hint})")?;
        }
        Ok(())
    }
}

impl core::error::Error for ParsePathError {}
