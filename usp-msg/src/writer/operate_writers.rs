//! Writers of Operate and OperateResp.

use operate_resp::OperationResult;

format_operate!(writers);

/// Writers of the messages within [`OperateResp`](crate::OperateResp).
pub mod operate_resp {
    format_within_operate_resp!(writers);
}
