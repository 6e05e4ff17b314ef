//! Writers of Deregister and DeregisterResp.

use deregister_resp::DeregisteredPathResult;

format_deregister!(writers);

/// Writers of the messages within [`DeregisterResp`](crate::DeregisterResp).
pub mod deregister_resp {
    format_within_deregister_resp!(writers);
}
