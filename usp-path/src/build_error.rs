/// A segment that cannot stand where it was put, or that is none. The caller's mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildPathError {
    /// The name is empty, begins with neither a letter nor `_`, or holds other characters than letters, digits,
    /// `_` and `-`.
    #[error("a name begins with a letter or `_` and goes on with letters, digits, `_` and `-`")]
    NotAName,
    /// The path is that of a command and ends there.
    #[error("nothing stands behind a command")]
    BehindCommand,
    /// The path is that of an event and ends there.
    #[error("nothing stands behind an event")]
    BehindEvent,
    /// The root object is no table and has no rows.
    #[error("the root object is no table, so no instance identifier stands behind it")]
    InstanceOfRoot,
    /// A row, or the target of a reference, is no table and has no rows.
    #[error("an instance identifier stands behind the name of a table, not behind a row or a reference")]
    InstanceAfterInstance,
    /// A reference can be followed only right behind the name of the parameter that holds it.
    #[error("a reference is followed right behind the name of its parameter")]
    FollowOfNothing,
    /// A Search Expression has one comparison or more; for every row of a table there is `*`.
    #[error("a Search Expression compares something; for every row of a table there is `*`")]
    EmptyExpression,
    /// A comparison takes the path of a parameter that stays in its row: names, and references that are followed.
    #[error("a comparison takes a parameter, and enters no child table")]
    NotComparable,
    /// A constant without quotes holds other characters than letters, digits and `+-.:/_=`, is empty or begins
    /// with `=`.
    #[error(
        "a constant without quotes holds letters, digits and `+-.:/_=` only, and does not begin with `=`"
    )]
    NotAToken,
}
