//! What has become of a request.

use crate::parked::ParkedRequest;

/// What has become of a request that was given to [`DataModel::handle`](crate::DataModel::handle).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub enum Handled {
    /// The answer was appended, a Response or an Error.
    Answered,
    /// There is no answer: an Operate did not ask for one and nothing failed `[R-OPR.4]`. Nothing was appended.
    Silent,
    /// There is no answer yet: a value that the request needs comes later ([`DataModel::live_later`]), and nothing has
    /// changed; or a command ends later ([`DataModel::on_command_later`]). Nothing was appended. [`DataModel::resume`]
    /// gives the answer once [`DataModel::drain_resumable`] tells of the request, [`DataModel::expire`] when it has
    /// waited for long enough.
    ///
    /// [`DataModel::live_later`]: crate::DataModel::live_later
    /// [`DataModel::on_command_later`]: crate::DataModel::on_command_later
    /// [`DataModel::resume`]: crate::DataModel::resume
    /// [`DataModel::drain_resumable`]: crate::DataModel::drain_resumable
    /// [`DataModel::expire`]: crate::DataModel::expire
    Parked(ParkedRequest),
}
