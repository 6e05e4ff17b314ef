//! TransferComplete!: which transfers a Controller hears of (TR-181, TransferCompletePolicy).

use alloc::string::ToString;

use usp_datamodel::{Change, DataModel};

use crate::controllers;

const TRANSFER_COMPLETE: &str = "Device.LocalAgent.TransferComplete!";

/// Whether the Controller with this row wants to hear of a change: of transfers those that ended as its policy says, or
/// all where it says nothing.
pub(crate) fn is_wanted(model: &DataModel, controller: &str, change: &Change) -> bool {
    let Change::Event { path, arguments } = change else { return true };
    if path != TRANSFER_COMPLETE {
        return true;
    }
    let has_failed = arguments.iter().any(|(name, text)| name == "FaultCode" && text != "0");
    let filter = controllers::value(model, controller, "TransferCompletePolicy.ResultTypeFilter");
    match filter.map(|filter| filter.to_string()).as_deref() {
        Some("Success") => !has_failed,
        Some("Failure") => has_failed,
        _ => true,
    }
}
