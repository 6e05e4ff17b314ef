//! Writers of Get and GetResp.

use get_resp::RequestedPathResult;

format_get!(writers);

/// Writers of the messages within [`GetResp`](crate::GetResp).
pub mod get_resp {
    format_within_get_resp!(writers);
}
