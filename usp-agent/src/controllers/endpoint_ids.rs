//! Which Endpoint IDs a row of `Device.LocalAgent.Controller.` may have, so that no Controller locks itself or another
//! out by a mistake.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_datamodel::{Refusal, RegisterError, StagedChange, StagedChanges};
use usp_msg::ErrorCode;
use usp_record::EndpointId;

use crate::set_up::SetUp;

const ROWS: &str = "Device.LocalAgent.Controller.{i}.";

/// Has rows refused whose EndpointID is empty, none at all, or that of the Agent itself, with which the Agent would
/// never talk `[R-ARC.2]`; and that a Controller gives its own row another one, by which a slip of the pen would lock
/// it out. It adds a row for the new one, and deletes the old one when it is heard. That no two rows have the same is
/// the Unique Key's to say.
pub(crate) fn guard(set_up: &mut SetUp<'_>, own: &EndpointId) -> Result<(), RegisterError> {
    if !set_up.comes(ROWS) {
        return Ok(());
    }
    let own = own.clone();
    set_up.model.on_prepare(ROWS, move |changes| {
        for path in given(changes) {
            let id = changes.after(&path).map(|id| id.to_string()).unwrap_or_default();
            let refuse = |why: String| Err(Refusal::new(path.clone(), ErrorCode::INVALID_VALUE, why));
            match EndpointId::parse(&id) {
                Ok(id) if id == own => {
                    return refuse(
                        "this is the Endpoint ID of the Agent, which does not talk to itself".into(),
                    );
                }
                Ok(_) if is_own_row(changes, &path) => {
                    return refuse(
                        "a Controller does not change its own Endpoint ID, under which it would not be heard \
                         any more; add a row for the new one"
                            .into(),
                    );
                }
                Ok(_) => {}
                Err(error) => return refuse(alloc::format!("{id:?} is no Endpoint ID: {error}")),
            }
        }
        Ok(())
    })
}

/// Whether this is the EndpointID of the Controller that asks.
fn is_own_row(changes: &StagedChanges<'_>, path: &str) -> bool {
    let own = changes.requester().controller_row();
    own.is_some_and(|row| path.strip_prefix(row) == Some(".EndpointID"))
}

/// The paths of the EndpointIDs that are given by these changes: of rows that come, and where it changes.
fn given(changes: &StagedChanges<'_>) -> Vec<String> {
    let rows_alone = |path: &str| path.split('.').count() == 5;
    changes
        .iter()
        .filter_map(|change| match change {
            // What lies below a row is in the scope as well.
            StagedChange::Created { path } if rows_alone(path) => Some(alloc::format!("{path}EndpointID")),
            StagedChange::Value { path, .. } if path.ends_with(".EndpointID") => Some(path.clone()),
            _ => None,
        })
        .collect()
}
