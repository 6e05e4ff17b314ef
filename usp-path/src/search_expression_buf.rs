use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use crate::canonical::push_display;
use crate::{BuildPathError, ExpressionComponent, ParsePathError, SearchExpression};

/// An owned [`SearchExpression`], in canonical form.
///
/// ```
/// use usp_path::{Constant, ExpressionComponent, Operator, PathBuf, RelativePath, SearchExpressionBuf, Segment};
///
/// let name = ExpressionComponent::new(RelativePath::parse("Name")?, Operator::Equal, Constant::text("eth0"))?;
/// let expression = SearchExpressionBuf::new([name])?;
///
/// let mut path: PathBuf = "Device.IP.Interface.".parse()?;
/// path.push(Segment::Expression(expression.as_expression()))?;
/// assert_eq!(path.as_str(), r#"Device.IP.Interface.[Name=="eth0"]."#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SearchExpressionBuf {
    text: String,
}

impl SearchExpressionBuf {
    /// Joins `components` with `&&`.
    ///
    /// # Errors
    ///
    /// If there are no components.
    pub fn new<'a>(
        components: impl IntoIterator<Item = ExpressionComponent<'a>>,
    ) -> Result<Self, BuildPathError> {
        let mut text = String::new();
        for component in components {
            text.push_str(if text.is_empty() { "[" } else { "&&" });
            push_display(&mut text, component);
        }
        if text.is_empty() {
            return Err(BuildPathError::EmptyExpression);
        }
        text.push(']');
        Ok(Self { text })
    }

    /// The same expression, borrowed; costs nothing.
    pub fn as_expression(&self) -> SearchExpression<'_> {
        SearchExpression::new(&self.text)
    }

    /// The text in canonical form, brackets included.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Reads a Search Expression with its brackets, with [`Limits::DEFAULT`](crate::Limits::DEFAULT).
///
/// # Errors
///
/// As for [`SearchExpression::parse`].
impl FromStr for SearchExpressionBuf {
    type Err = ParsePathError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut canonical = String::with_capacity(text.len());
        push_display(&mut canonical, SearchExpression::parse(text)?);
        Ok(Self { text: canonical })
    }
}

impl fmt::Display for SearchExpressionBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for SearchExpressionBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SearchExpressionBuf").field(&self.text).finish()
    }
}
