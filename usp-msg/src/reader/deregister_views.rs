//! Views of Deregister and DeregisterResp.

use deregister_resp::DeregisteredPathResult;

format_deregister!(views);

/// Views of the messages within [`DeregisterResp`](crate::DeregisterResp).
pub mod deregister_resp {
    format_within_deregister_resp!(views);
}
