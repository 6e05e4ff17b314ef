use core::fmt;
use core::hash::{Hash, Hasher};

use crate::parser::{self, Components};
use crate::{ExpressionComponent, Limits, ParsePathError};

/// The criteria in square brackets by which a path picks rows of a table, as defined by TR-369 section
/// "Searching with Expressions": `[Type=="Normal"&&Stats.ErrorsSent>0]`.
///
/// All its [components](Self::components) have to hold; there is no OR. If they compare every parameter of one
/// unique key with `==`, they address one row, else they search: which of the two it is only the schema knows.
///
/// Two are equal if they are written the same, whitespace and needless escapes apart; the order of the
/// components counts.
#[derive(Clone, Copy)]
pub struct SearchExpression<'a> {
    text: &'a str,
}

impl<'a> SearchExpression<'a> {
    /// `text` with its brackets was accepted by the parser.
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { text }
    }

    /// Reads a Search Expression with its brackets, with [`Limits::DEFAULT`].
    ///
    /// # Errors
    ///
    /// Text that is no Search Expression, and text over a limit.
    pub fn parse(text: &'a str) -> Result<Self, ParsePathError> {
        Self::parse_with(text, &Limits::DEFAULT)
    }

    /// Reads a Search Expression with its brackets.
    ///
    /// # Errors
    ///
    /// As for [`parse`](Self::parse).
    pub fn parse_with(text: &'a str, limits: &Limits) -> Result<Self, ParsePathError> {
        parser::search_expression(text, limits)?;
        Ok(Self { text })
    }

    /// Reads the Search Expression with which a text begins, and hands each of its components to `take` as soon as it
    /// is read: for those who use them at once, and would read them twice otherwise.
    ///
    /// Returns what stands behind the brackets. `None` where the text begins with no Search Expression within the
    /// limits, which [`Path::parse`](crate::Path::parse) of the whole tells in words, and where `take` has returned
    /// `false`. Of a text of which a later part is wrong `take` has got the components before it.
    ///
    /// ```
    /// use usp_path::{Limits, SearchExpression};
    ///
    /// let mut paths = Vec::new();
    /// let text = "[Enable==true&&Type==\"Normal\"].Status";
    /// let behind = SearchExpression::read_leading(text, &Limits::DEFAULT, &mut |component| {
    ///     paths.push(component.path().as_str());
    ///     true
    /// });
    /// assert_eq!(behind, Some(".Status"));
    /// assert_eq!(paths, ["Enable", "Type"]);
    /// ```
    pub fn read_leading(
        text: &'a str,
        limits: &Limits,
        take: &mut dyn FnMut(ExpressionComponent<'a>) -> bool,
    ) -> Option<&'a str> {
        parser::leading_expression(text, limits, take)
    }

    /// The text as it was written, brackets included.
    pub const fn as_str(&self) -> &'a str {
        self.text
    }

    /// The comparisons, in the order in which they are written; at least one.
    pub fn components(&self) -> ExpressionComponents<'a> {
        ExpressionComponents { components: Components::new(self.text) }
    }
}

impl PartialEq for SearchExpression<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text || self.components().eq(other.components())
    }
}

impl Eq for SearchExpression<'_> {}

impl Hash for SearchExpression<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for component in self.components() {
            component.hash(state);
        }
    }
}

/// Prints without whitespace `[R-ARC.9b]`.
impl fmt::Display for SearchExpression<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::canonical::write_text(f, self.text)
    }
}

impl fmt::Debug for SearchExpression<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SearchExpression").field(&self.text).finish()
    }
}

/// The comparisons of a [`SearchExpression`], in order.
#[derive(Debug, Clone)]
pub struct ExpressionComponents<'a> {
    components: Components<'a>,
}

impl<'a> Iterator for ExpressionComponents<'a> {
    type Item = ExpressionComponent<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.components.next()
    }
}

impl core::iter::FusedIterator for ExpressionComponents<'_> {}
