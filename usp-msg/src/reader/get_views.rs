//! Views of Get and GetResp.

use get_resp::RequestedPathResult;

format_get!(views);

/// Views of the messages within [`GetResp`](crate::GetResp).
pub mod get_resp {
    format_within_get_resp!(views);
}
