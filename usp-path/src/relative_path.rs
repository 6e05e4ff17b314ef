use alloc::borrow::Cow;
use core::fmt;

use crate::parser::{self, Shape};
use crate::{Limits, ParsePathError, PathKind, Segments};

/// What stands behind an Object Path or Object Instance Path, as defined by TR-369 section "Relative Paths".
///
/// `Status`, `Stats.BytesSent`, `WebSocket.Host`, `1.Enable`, `Reset()`. Parameter settings, arguments and results
/// are named by relative paths, and so are the parameters that a [`SearchExpression`](crate::SearchExpression)
/// compares.
///
/// ```
/// use usp_path::{RelativePath, Segment};
///
/// let setting = RelativePath::parse("WebSocket.Host")?;
/// let names: Vec<_> = setting.segments().collect();
/// assert_eq!(names, [Segment::Name("WebSocket"), Segment::Name("Host")]);
///
/// assert!(RelativePath::parse("WebSocket..Host").is_err());
/// # Ok::<(), usp_path::ParsePathError>(())
/// ```
#[derive(Clone, Copy)]
pub struct RelativePath<'a> {
    text: &'a str,
    shape: Shape,
}

impl<'a> RelativePath<'a> {
    /// Reads a relative path, with [`Limits::DEFAULT`].
    ///
    /// # Errors
    ///
    /// Text that cannot stand behind an Object Path, the empty text included, and text over a limit.
    pub fn parse(text: &'a str) -> Result<Self, ParsePathError> {
        Self::parse_with(text, &Limits::DEFAULT)
    }

    /// Reads a relative path.
    ///
    /// # Errors
    ///
    /// As for [`parse`](Self::parse).
    pub fn parse_with(text: &'a str, limits: &Limits) -> Result<Self, ParsePathError> {
        let shape = parser::relative_path(text, limits)?;
        Ok(Self { text, shape })
    }

    /// `text` was accepted before, with this shape.
    pub(crate) const fn accepted(text: &'a str, shape: Shape) -> Self {
        Self { text, shape }
    }

    /// The text as it was written.
    pub const fn as_str(&self) -> &'a str {
        self.text
    }

    /// The text as it is printed; borrowed if it was written so.
    pub fn canonical(&self) -> Cow<'a, str> {
        crate::canonical::canonical(self.text, self.shape)
    }

    /// What the path names, as far as the text tells.
    pub const fn kind(&self) -> PathKind {
        self.shape.kind
    }

    /// Whether there is a wildcard, an expression or `#*+` in it.
    pub const fn is_search(&self) -> bool {
        self.shape.search
    }

    /// The segments, first to last.
    pub fn segments(&self) -> Segments<'a> {
        Segments::new(self.text)
    }
}

impl<'a> TryFrom<&'a str> for RelativePath<'a> {
    type Error = ParsePathError;

    fn try_from(text: &'a str) -> Result<Self, Self::Error> {
        Self::parse(text)
    }
}

crate::compare::compared_by_text!(RelativePath<'_>, canonical);

/// Prints the canonical form.
impl fmt::Display for RelativePath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::canonical::fmt_canonical(f, self.text, self.shape)
    }
}

impl fmt::Debug for RelativePath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RelativePath").field(&self.text).finish()
    }
}
