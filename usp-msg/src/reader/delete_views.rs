//! Views of Delete and DeleteResp.

use delete_resp::DeletedObjectResult;

format_delete!(views);

/// Views of the messages within [`DeleteResp`](crate::DeleteResp).
pub mod delete_resp {
    format_within_delete_resp!(views);
}
