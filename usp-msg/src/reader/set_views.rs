//! Views of Set and SetResp.

use set::UpdateObject;
use set_resp::UpdatedObjectResult;

format_set!(views);

/// Views of the messages within [`Set`](crate::Set).
pub mod set {
    format_within_set!(views);
}

/// Views of the messages within [`SetResp`](crate::SetResp).
pub mod set_resp {
    format_within_set_resp!(views);
}
