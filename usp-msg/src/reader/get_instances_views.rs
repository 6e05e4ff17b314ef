//! Views of GetInstances and GetInstancesResp.

use get_instances_resp::RequestedPathResult;

format_get_instances!(views);

/// Views of the messages within [`GetInstancesResp`](crate::GetInstancesResp).
pub mod get_instances_resp {
    format_within_get_instances_resp!(views);
}
