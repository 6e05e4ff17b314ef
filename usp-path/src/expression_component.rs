use core::fmt;

use crate::parser::is_token;
use crate::{BuildPathError, Constant, Operator, PathKind, RelativePath, Segment};

/// One comparison of a [`SearchExpression`](crate::SearchExpression): a parameter, an operator and a constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ExpressionComponent<'a> {
    path: RelativePath<'a>,
    operator: Operator,
    constant: Constant<'a>,
}

impl<'a> ExpressionComponent<'a> {
    /// Compares the parameter at `path`, relative to the row, with `constant`.
    ///
    /// # Errors
    ///
    /// If `path` does not end with the name of a parameter or enters a child table, and if `constant` is a token
    /// with characters that no token holds.
    pub fn new(
        path: RelativePath<'a>,
        operator: Operator,
        constant: Constant<'a>,
    ) -> Result<Self, BuildPathError> {
        let in_row = |segment| matches!(segment, Segment::Name(_) | Segment::Follow(_));
        if path.kind() != PathKind::Parameter || !path.segments().all(in_row) {
            return Err(BuildPathError::NotComparable);
        }
        match constant {
            Constant::Token(token) if !is_token(token) => Err(BuildPathError::NotAToken),
            _ => Ok(Self { path, operator, constant }),
        }
    }

    /// The parts were accepted by the parser.
    pub(crate) const fn accepted(path: RelativePath<'a>, operator: Operator, constant: Constant<'a>) -> Self {
        Self { path, operator, constant }
    }

    /// The parameter that is compared, relative to the row of the table.
    ///
    /// It holds names and references that are followed, ends with a name and never enters a child table.
    pub const fn path(&self) -> RelativePath<'a> {
        self.path
    }

    /// How it is compared.
    pub const fn operator(&self) -> Operator {
        self.operator
    }

    /// What it is compared with.
    pub const fn constant(&self) -> Constant<'a> {
        self.constant
    }
}

/// Prints without whitespace `[R-ARC.9b]`.
impl fmt::Display for ExpressionComponent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.path, self.operator, self.constant)
    }
}
