//! Set (TR-369 section "The Set Message").

use alloc::string::String;
use alloc::vec::Vec;

use usp_collections::SortedSet;
use usp_msg::Error;
use usp_msg::reader::{self, Valid, set::UpdateObject};
use usp_msg::writer::{
    self,
    set_resp::{OperationFailure, OperationSuccess},
};
use usp_schema::ParameterId;

use super::changing::{Operation, Work, run};
use super::failure::{Failure, ParamFault};
use super::setting::{Applied, Setting};
use super::{Answer, Asker, with_dot};
use crate::fault::Fault;
use crate::model::DataModel;
use crate::permissions::access::Access;
use crate::requests::room::Room;
use crate::requests::scratch::Scratch;
use crate::resolve::place::Place;
use crate::resolve::{Leaf, Node};

impl DataModel {
    /// [R-SET.0] with allow_partial each object by itself, [R-SET.1] without it all or nothing.
    pub(super) fn set(
        &mut self,
        set: &reader::Set<'_, Valid>,
        asker: Asker<'_>,
        answer: &mut Answer<'_>,
    ) -> Result<(), Error> {
        let entries: Vec<UpdateObject<'_, Valid>> = set.update_objs().collect();
        let paths: Vec<&str> = entries.iter().map(|entry| entry.obj_path()).collect();
        let mut settings = Vec::new();
        let mut scratch = self.scratch.take().unwrap_or_default();
        let done = run(
            self,
            asker,
            (Operation::Set, set.allow_partial(), &paths),
            answer,
            |work, entry| update(work, &entries[entry], &mut settings),
            |model, outcomes, answer| {
                let room = Room::new(&model.limits);
                let mut response = writer::set_resp(answer.out, answer.msg_id);
                for (entry, outcome) in entries.iter().zip(outcomes) {
                    // What is written of an answer that is too large is not sent.
                    let room = room.beside(response.size());
                    let mut result = response.updated_obj_results();
                    result.requested_path(entry.obj_path());
                    let mut status = result.oper_status();
                    match outcome {
                        Ok(updated) => {
                            let mut success = status.oper_success();
                            for (place, applied) in updated {
                                write_updated(
                                    model,
                                    (place, applied),
                                    asker.access,
                                    &mut scratch,
                                    &mut success,
                                );
                                room.holds(success.size())?;
                            }
                        }
                        Err(failure) => write_failure(failure, &mut status.oper_failure()),
                    }
                    drop(status);
                    room.holds(result.size())?;
                }
                Ok(())
            },
        );
        self.scratch = Some(scratch);
        done
    }
}

/// One entry: all objects that its path leads to, or none of them [R-SET.2a]. `settings` is memory for those of one
/// entry after the other.
fn update<'a>(
    work: &mut Work<'_, '_>,
    entry: &UpdateObject<'a, Valid>,
    settings: &mut Vec<Setting<'a>>,
) -> Result<Vec<(Place, Applied<'a>)>, Failure> {
    let path = entry.obj_path();
    let (at_hand, others) = places(work, path).map_err(|fault| Failure::new(path, fault))?;
    settings.clear();
    settings.extend(entry.param_settings().map(|setting| Setting {
        param: setting.param(),
        value: setting.value(),
        required: setting.required(),
    }));
    let mut updated = Vec::with_capacity(usize::from(at_hand.is_some()) + others.len());
    let mut failed: Vec<(String, Vec<ParamFault>)> = Vec::new();
    for place in at_hand.into_iter().chain(others) {
        match work.apply(place, settings) {
            Ok(applied) => updated.push((place, applied)),
            // [R-SET.2b] all matches are tried, so that the answer names each that fails.
            Err(faults) => {
                let path = work.transaction.model.path_of(place);
                let can_tell = work.budget.tell(path.len());
                failed.push((path, faults));
                if can_tell.is_err() {
                    break;
                }
            }
        }
    }
    if failed.is_empty() { Ok(updated) } else { Err(Failure::of_params(failed)) }
}

/// The object that the path leads to and that is at hand, or the objects that it leads to; none is fine for a search
/// [R-MSG.4a].
fn places(work: &mut Work<'_, '_>, path: &str) -> Result<(Option<Place>, Vec<Place>), Fault> {
    if let Some(place) = work.at_hand(path)? {
        return Ok((Some(place), Vec::new()));
    }
    if let Some(place) = work.plain_object(path)? {
        return Ok((Some(place), Vec::new()));
    }
    let resolution = work.resolve_objects(&with_dot(path))?;
    let is_table = || Fault::unsupported_path(format_args!("{path} (a table without its rows)"));
    // A table as such has no parameters, whether or not there is one.
    if !resolution.ends.any(|end| !end.is_table) {
        return Err(is_table());
    }
    if resolution.matches.is_empty() && !resolution.search {
        return Err(Fault::absent_object(path));
    }
    let places = resolution.matches.iter().map(|found| match (found.node, found.leaf) {
        (Node::Place(place), Leaf::Object) => Ok(place),
        _ => Err(is_table()),
    });
    Ok((None, places.collect::<Result<_, _>>()?))
}

fn write_updated(
    model: &DataModel,
    (place, applied): (Place, Applied<'_>),
    access: &Access<'_>,
    Scratch { path, text, .. }: &mut Scratch,
    success: &mut OperationSuccess<'_>,
) {
    let mut updated = success.updated_inst_results();
    path.clear();
    model.push_path(place, path);
    updated.affected_path(path);
    for ParamFault { param, fault } in &applied.faults {
        updated.param_errs().param(param).err_code(fault.code()).err_msg(fault.message());
    }
    // All that were set, each once, as they read now, whether or not they have changed; [R-SET.3] of those that may be
    // read.
    let mut told = Told::default();
    for (at, &(param, id)) in applied.set.iter().enumerate() {
        let parameter = model.parameter(id);
        if told.is_new(&applied.set[..at], id)
            && access.reads(model, place.row, parameter)
            && let Ok(value) = model.seen(place.row, parameter, access)
        {
            updated.updated_params([(param, value.text(text))]);
        }
    }
}

/// Which parameters were told: looked up where they are many, and looked for where they are few.
#[derive(Default)]
struct Told(SortedSet<ParameterId>);

impl Told {
    fn is_new(&mut self, before: &[(&str, ParameterId)], id: ParameterId) -> bool {
        const FEW: usize = 16;
        if before.len() < FEW {
            return before.iter().all(|&(_, told)| told != id);
        }
        if self.0.is_empty() {
            self.0.extend(before.iter().map(|&(_, told)| told));
        }
        self.0.insert(id)
    }
}

fn write_failure(Failure { fault, objects }: Failure, failure: &mut OperationFailure<'_>) {
    failure.err_code(fault.code()).err_msg(fault.message());
    for (path, faults) in objects.iter().filter(|(_, faults)| !faults.is_empty()) {
        let mut failed = failure.updated_inst_failures();
        failed.affected_path(path);
        for ParamFault { param, fault } in faults {
            failed.param_errs().param(param).err_code(fault.code()).err_msg(fault.message());
        }
    }
}
