//! Writers of Notify and NotifyResp.

use notify::{Event, ObjectCreation, ObjectDeletion, OnBoardRequest, OperationComplete, ValueChange};

format_notify!(writers);

/// Writers of the messages within [`Notify`](crate::Notify).
pub mod notify {
    format_within_notify!(writers);
}
