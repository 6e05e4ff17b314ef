//! Writers of the Error Message.

use error::ParamError;

format_error!(writers);

/// Writers of the messages within [`Error`](crate::Error).
pub mod error {
    format_within_error!(writers);
}
