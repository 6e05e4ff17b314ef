//! Answers to Operate, as text.

use usp_msg::OperateResp;
use usp_msg::operate_resp::operation_result::OperationResp;

/// One line for each result: the command, and output or code.
pub fn told(answer: &OperateResp) -> Vec<String> {
    let line = |result: &usp_msg::operate_resp::OperationResult| {
        let outcome = match result.operation_resp.as_ref().unwrap() {
            OperationResp::ReqOutputArgs(output) => {
                format!("{:?}", output.output_args.iter().collect::<Vec<_>>())
            }
            OperationResp::CmdFailure(failure) => format!("failed {}", failure.err_code),
            OperationResp::ReqObjPath(path) => format!("runs as {path}"),
        };
        format!("{}: {outcome}", result.executed_command)
    };
    answer.operation_results.iter().map(line).collect()
}
