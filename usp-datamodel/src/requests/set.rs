//! Set (TR-369 section "The Set Message").

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use usp_msg::set::UpdateObject;
use usp_msg::set_resp::{ParameterError, UpdatedInstanceFailure, UpdatedInstanceResult, UpdatedObjectResult};
use usp_msg::{Error, Set, SetResp};

use super::changing::{Operation, Work, run};
use super::failure::{Failure, ParamFault};
use super::setting::{Applied, Setting};
use super::{Asker, with_dot};
use crate::access::Access;
use crate::fault::Fault;
use crate::model::DataModel;
use crate::place::Place;
use crate::resolve::{Leaf, Node};

impl DataModel {
    /// [R-SET.0] with allow_partial each object by itself, [R-SET.1] without it all or nothing.
    pub(super) fn set(&mut self, set: &Set, asker: Asker<'_>) -> Result<SetResp, Error> {
        let entries = &set.update_objs;
        run(
            self,
            asker,
            (Operation::Set, set.allow_partial, entries.len()),
            |work, entry| update(work, &entries[entry]),
            |model, outcomes| {
                let results = entries.iter().zip(outcomes).map(|(entry, outcome)| match outcome {
                    Ok(updated) => UpdatedObjectResult::success(
                        &entry.obj_path,
                        updated
                            .into_iter()
                            .map(|(place, applied)| result(model, place, applied, asker.access)),
                    ),
                    Err(failure) => failed(&entry.obj_path, failure),
                });
                SetResp { updated_obj_results: results.collect() }
            },
        )
    }
}

/// One entry: all objects that its path leads to, or none of them [R-SET.2a].
fn update(work: &mut Work<'_, '_>, entry: &UpdateObject) -> Result<Vec<(Place, Applied)>, Failure> {
    let path = &entry.obj_path;
    let places = places(work, path).map_err(|fault| Failure::new(path, fault))?;
    let settings: Vec<Setting<'_>> = entry
        .param_settings
        .iter()
        .map(|setting| Setting { param: &setting.param, value: &setting.value, required: setting.required })
        .collect();
    let mut updated = Vec::with_capacity(places.len());
    let mut failed: Vec<(String, Vec<ParamFault>)> = Vec::new();
    for place in places {
        match work.apply(place, &settings) {
            Ok(applied) => updated.push((place, applied)),
            // [R-SET.2b] all matches are tried, so that the answer names each that fails.
            Err(faults) => failed.push((work.transaction.model.path_of(place), faults)),
        }
    }
    if failed.is_empty() { Ok(updated) } else { Err(Failure::of_params(failed)) }
}

/// The objects that the path leads to; none is fine for a search [R-MSG.4a].
fn places(work: &mut Work<'_, '_>, path: &str) -> Result<Vec<Place>, Fault> {
    let resolution = work.resolve_objects(&with_dot(path))?;
    if resolution.matches.is_empty() && !resolution.search {
        return Err(Fault::absent_object(path));
    }
    resolution
        .matches
        .iter()
        .map(|found| match (found.node, found.leaf) {
            (Node::Place(place), Leaf::Object) => Ok(place),
            _ => Err(Fault::unsupported_path(format_args!("{path} (a table without its rows)"))),
        })
        .collect()
}

fn result(model: &DataModel, place: Place, applied: Applied, access: &Access) -> UpdatedInstanceResult {
    let mut told = BTreeSet::new();
    UpdatedInstanceResult {
        affected_path: model.path_of(place),
        param_errs: applied.faults.into_iter().map(param_error).collect(),
        // All that were set, each once, as they read now, whether or not they have changed; [R-SET.3] of those that
        // may be read.
        updated_params: applied
            .set
            .into_iter()
            .filter(|&(_, id)| told.insert(id))
            .map(|(param, id)| (param, model.parameter(id)))
            .filter(|&(_, parameter)| access.reads(model, place.row, parameter))
            .filter_map(|(param, parameter)| Some((param, model.shown(place.row, parameter, access).ok()?)))
            .collect(),
    }
}

fn failed(path: &str, failure: Failure) -> UpdatedObjectResult {
    let instances = failure.objects.into_iter().filter(|(_, faults)| !faults.is_empty());
    UpdatedObjectResult::failure(
        path,
        failure.fault.code(),
        failure.fault.message(),
        instances.map(|(affected_path, faults)| UpdatedInstanceFailure {
            affected_path,
            param_errs: faults.into_iter().map(param_error).collect(),
        }),
    )
}

fn param_error(failed: ParamFault) -> ParameterError {
    ParameterError::new(failed.param, failed.fault.code(), failed.fault.message())
}
