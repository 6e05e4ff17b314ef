//! Views of Operate and OperateResp.

use operate_resp::OperationResult;

format_operate!(views);

/// Views of the messages within [`OperateResp`](crate::OperateResp).
pub mod operate_resp {
    format_within_operate_resp!(views);
}
