//! Views of Notify and NotifyResp.

use notify::{Event, ObjectCreation, ObjectDeletion, OnBoardRequest, OperationComplete, ValueChange};

format_notify!(views);

/// Views of the messages within [`Notify`](crate::Notify).
pub mod notify {
    format_within_notify!(views);
}
