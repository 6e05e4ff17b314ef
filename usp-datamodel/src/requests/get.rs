//! Get (TR-369 section "The Get Message").

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_msg::get_resp::{RequestedPathResult, ResolvedPathResult};
use usp_msg::{ErrorCode, Get, GetResp, Map};
use usp_schema::ParameterId;

use super::parse;
use crate::access::Access;
use crate::budget::Budget;
use crate::fault::Fault;
use crate::model::DataModel;
use crate::permissions::{Kind, ObjectGrants, Rights};
use crate::place::Place;
use crate::resolve::{Leaf, Match, Node, View};

impl DataModel {
    /// One result for each path of the request, in its order; a Get as such never fails.
    pub(super) fn get(&self, get: &Get, access: &Access) -> GetResp {
        let mut budget = Budget::new(self.limits);
        GetResp::new(get.param_paths.iter().map(|path| {
            let mut reading = Reading { model: self, access, budget: &mut budget, found: Vec::new() };
            match reading.path(path, get.max_depth) {
                Ok(()) => RequestedPathResult::found(path, reading.found),
                Err(fault) => RequestedPathResult::failed(path, fault.code(), fault.message()),
            }
        }))
    }
}

/// The answer to one path as it grows.
struct Reading<'a> {
    model: &'a DataModel,
    access: &'a Access,
    budget: &'a mut Budget,
    found: Vec<ResolvedPathResult>,
}

impl Reading<'_> {
    fn path(&mut self, path: &str, max_depth: u32) -> Result<(), Fault> {
        let mut resolution = self.model.resolve_for(&parse(path)?, View::of(self.access), self.budget)?;
        // [R-GET.1] what may not be read is not there; what may not be read in any row is not in the schema.
        let reads = |grants: &ObjectGrants, leaf| match leaf {
            Leaf::Parameter(parameter) => grants.parameter(parameter, Rights::READ),
            _ => grants.object(Kind::Obj, Rights::READ),
        };
        resolution.matches.retain(|found| reads(&self.access.node(self.model, found.node), found.leaf));
        if let Some(end) = resolution.end
            && !reads(self.access.possible_at(resolution.end), end.leaf)
        {
            return Err(Fault::unsupported_path(path));
        }
        // [R-GET.0] a path without search that leads to nothing; a search may [R-GET.1a].
        if resolution.matches.is_empty() && !resolution.search {
            return Err(Fault::new(
                ErrorCode::INVALID_PATH,
                alloc::format!("{path} does not exist in the Instantiated Data Model"),
            ));
        }
        // [R-GET.5] 0 means all levels.
        let levels = if max_depth == 0 { u32::MAX } else { max_depth };
        for Match { node, leaf } in resolution.matches {
            match (node, leaf) {
                (Node::Place(place), Leaf::Object) => self.object(place, levels)?,
                // A table is at the same level as its rows (T26) [R-GET.1b].
                (Node::Table { row, table }, Leaf::Object) => {
                    let rows = self.model.store.table(row, table);
                    for row in rows.into_iter().flat_map(|rows| rows.rows()) {
                        self.object(Place { row, object: table }, levels)?;
                    }
                }
                (Node::Place(place), Leaf::Parameter(parameter)) => self.parameter(place, parameter)?,
                _ => return Err(Fault::unsupported_path(path)),
            }
        }
        Ok(())
    }

    /// [R-GET.2] [R-GET.3] the parent object with this parameter alone.
    fn parameter(&mut self, place: Place, parameter: ParameterId) -> Result<(), Fault> {
        self.budget.result(1)?;
        let parameter = self.model.parameter(parameter);
        let value = self.model.shown(place.row, parameter, self.access)?;
        self.found.push(ResolvedPathResult::new(self.model.path_of(place), [(parameter.name(), value)]));
        Ok(())
    }

    /// An object, and what is below it as far as the levels reach. The depth is bounded by the schema's.
    fn object(&mut self, place: Place, levels: u32) -> Result<(), Fault> {
        if !self.access.reveals_below(place.object) {
            return Ok(());
        }
        let object = self.model.object(place.object);
        let grants = self.access.object(self.model, place);
        let mut parameters: Vec<(String, String)> = Vec::new();
        if grants.object(Kind::Obj, Rights::READ) {
            self.budget.result(1)?;
            parameters.reserve_exact(object.parameters().len());
            // [R-GET.4] of an object only what may be read; nothing of one of which that is nothing (T16).
            for parameter in object.parameters().filter(|found| grants.parameter(found.id(), Rights::READ)) {
                self.budget.result(1)?;
                let value = self.model.shown(place.row, parameter, self.access)?;
                parameters.push((parameter.name().to_string(), value));
            }
        }
        if !parameters.is_empty() {
            let parameters: Map = parameters.into_iter().collect();
            self.found.push(ResolvedPathResult::new(self.model.path_of(place), parameters));
        }
        let Some(levels) = levels.checked_sub(1).filter(|&levels| levels > 0) else { return Ok(()) };
        for child in object.children() {
            if child.is_table() {
                let rows = self.model.store.table(place.row, child.id());
                for row in rows.into_iter().flat_map(|rows| rows.rows()) {
                    self.object(Place { row, object: child.id() }, levels)?;
                }
            } else if self.model.exists(place.row, child) {
                self.object(Place { row: place.row, object: child.id() }, levels)?;
            }
        }
        Ok(())
    }
}
