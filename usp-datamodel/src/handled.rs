//! What has become of a request.

/// What has become of a request that was given to [`DataModel::handle`](crate::DataModel::handle).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub enum Handled {
    /// The answer was appended, a Response or an Error.
    Answered,
    /// There is no answer: an Operate did not ask for one and nothing failed `[R-OPR.4]`. Nothing was appended.
    Silent,
}
