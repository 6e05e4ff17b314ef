//! Writers of GetSupportedDM and GetSupportedDMResp.

use get_supported_dm_resp::RequestedObjectResult;

format_get_supported_dm!(writers);

/// Writers of the messages within [`GetSupportedDm`](crate::GetSupportedDmResp).
pub mod get_supported_dm_resp {
    format_within_get_supported_dm_resp!(writers);
}
