//! Views of Add and AddResp.

use add::CreateObject;
use add_resp::CreatedObjectResult;

format_add!(views);

/// Views of the messages within [`Add`](crate::Add).
pub mod add {
    format_within_add!(views);
}

/// Views of the messages within [`AddResp`](crate::AddResp).
pub mod add_resp {
    format_within_add_resp!(views);
}
