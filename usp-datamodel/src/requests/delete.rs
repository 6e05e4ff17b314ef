//! Delete (TR-369 section "The Delete Message").

use alloc::string::String;
use alloc::vec::Vec;

use usp_msg::reader::{self, Valid};
use usp_msg::{Error, ErrorCode, writer};

use super::changing::{Operation, Work, run};
use super::failure::Failure;
use super::{Answer, Asker, with_dot};
use crate::fault::Fault;
use crate::model::DataModel;
use crate::permissions::{Kind, Rights};
use crate::requester::Requester;
use crate::requests::absent_instance::AbsentInstance;
use crate::requests::room::Room;
use crate::resolve::Node;
use crate::resolve::place::Place;

impl DataModel {
    /// [R-DEL.0] with allow_partial each path by itself, [R-DEL.1] without it all or nothing.
    pub(super) fn delete(
        &mut self,
        delete: &reader::Delete<'_, Valid>,
        asker: Asker<'_>,
        answer: &mut Answer<'_>,
    ) -> Result<(), Error> {
        let paths: Vec<&str> = delete.obj_paths().collect();
        run(
            self,
            asker,
            (Operation::Delete, delete.allow_partial(), &paths),
            answer,
            |work, entry| remove(work, paths[entry], delete.allow_partial()),
            |model, outcomes, answer| {
                let room = Room::new(&model.limits);
                let mut response = writer::delete_resp(answer.out, answer.msg_id);
                for (path, outcome) in paths.iter().zip(outcomes) {
                    let mut result = response.deleted_obj_results();
                    result.requested_path(path);
                    let mut status = result.oper_status();
                    match outcome {
                        Ok(Removed { affected, unaffected }) => {
                            let mut success = status.oper_success();
                            success.affected_paths(affected);
                            for (path, fault) in &unaffected {
                                let mut error = success.unaffected_path_errs();
                                error.unaffected_path(path).err_code(fault.code()).err_msg(fault.message());
                            }
                        }
                        Err(Failure { fault, .. }) => {
                            status.oper_failure().err_code(fault.code()).err_msg(fault.message());
                        }
                    }
                    drop(status);
                    drop(result);
                    room.holds(response.size())?;
                }
                Ok(())
            },
        )
    }
}

/// The rows that a path has led to, by their paths, so far as the requester may know of them.
#[derive(Debug, Default)]
struct Removed {
    affected: Vec<String>,
    unaffected: Vec<(String, Fault)>,
}

/// One entry. What a search matches and cannot be deleted is told beside what was [R-DEL.3], unless all must go.
fn remove(work: &mut Work<'_, '_>, path: &str, allow_partial: bool) -> Result<Removed, Failure> {
    let rows = rows(work, path, allow_partial).map_err(|fault| Failure::new(path, fault))?;
    let single = rows.len() == 1;
    let mut removed = Removed::default();
    for place in rows {
        let model = &*work.transaction.model;
        let instance = model.path_of(place);
        let grants = work.access.object(model, place).into_owned();
        let is_readable = grants.object(Kind::InstantiatedObj, Rights::READ);
        // Whether the row may go is asked of one that went with another too: the order of entries decides nothing.
        let allowed = match grants.object(Kind::InstantiatedObj, Rights::WRITE) {
            true => deletable(model, place, work.requester),
            false => Err(Fault::denied(&instance)),
        };
        if let Err(fault) = allowed {
            if single || !allow_partial {
                return Err(Failure::new(instance, fault));
            }
            // [R-DEL.4]
            if is_readable {
                let told = work.budget.tell(instance.len() + fault.size());
                told.map_err(|fault| Failure::new(path, fault))?;
                removed.unaffected.push((instance, fault));
            }
            continue;
        }
        // [R-ARC.12] strong references to the row are cleaned with it. One that is gone already is gone as was asked.
        work.transaction.delete(place.row);
        // [R-DEL.2]
        if is_readable {
            work.budget.tell(instance.len()).map_err(|fault| Failure::new(path, fault))?;
            removed.affected.push(instance);
        }
    }
    Ok(removed)
}

/// The rows that a path leads to; a valid path may lead to none [R-DEL.2a], unless that is not wanted (T1).
fn rows(work: &mut Work<'_, '_>, path: &str, allow_partial: bool) -> Result<Vec<Place>, Fault> {
    let text = with_dot(path);
    let resolution = work.resolve_objects(&text)?;
    let model = &*work.transaction.model;
    let is_table = || {
        let message = alloc::format!("{path} is a table: name the row, or all rows with {text}*.");
        Fault::new(ErrorCode::DELETE_FAILURE, message)
    };
    let is_single = || {
        let message = alloc::format!("{path} is a single object, only rows can be deleted");
        Fault::new(ErrorCode::OBJECT_IS_NOT_A_TABLE, message)
    };
    // [R-DEL.1] what cannot be a row is told so, whether or not there is anything.
    if !resolution.ends.any(|end| !end.is_table && model.object(end.object).is_table()) {
        return Err(if resolution.ends.any(|end| end.is_table) { is_table() } else { is_single() });
    }
    let is_absent = resolution.matches.is_empty() && !resolution.search;
    if is_absent && !allow_partial && model.absent_instance == AbsentInstance::Fails {
        return Err(Fault::absent_object(path));
    }
    let rows = resolution.matches.iter().map(|found| match found.node {
        Node::Place(place) if model.object(place.object).is_table() => Ok(place),
        Node::Table { .. } => Err(is_table()),
        Node::Place(_) => Err(is_single()),
    });
    rows.collect()
}

fn deletable(model: &DataModel, place: Place, requester: &Requester) -> Result<(), Fault> {
    let table = model.object(place.object);
    let refuse = |message: String| Err(Fault::new(ErrorCode::DELETE_FAILURE, message));
    if !table.access().can_delete() && !requester.is_device() {
        return refuse(alloc::format!("{} is a table that only the device deletes rows from", table.path()));
    }
    // A row that went with the one around it still stands in its table, and counts there.
    let beside = model.store.home(place.row).and_then(|home| {
        let rows = model.store.table(home.parent, home.table)?;
        (rows.row(home.number) == Some(place.row)).then(|| rows.len())
    });
    if beside.is_some_and(|rows| rows <= table.min_entries() as usize) {
        return refuse(alloc::format!("{} keeps at least {} rows", table.path(), table.min_entries()));
    }
    Ok(())
}
