//! Writers of Add and AddResp.

use add::CreateObject;
use add_resp::CreatedObjectResult;

format_add!(writers);

/// Writers of the messages within [`Add`](crate::Add).
pub mod add {
    format_within_add!(writers);
}

/// Writers of the messages within [`AddResp`](crate::AddResp).
pub mod add_resp {
    format_within_add_resp!(writers);
}
