//! Get (TR-369 section "The Get Message").

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_msg::get_resp::{RequestedPathResult, ResolvedPathResult};
use usp_msg::{ErrorCode, Get, GetResp, Map};
use usp_schema::ParameterId;

use super::parse;
use crate::budget::Budget;
use crate::fault::Fault;
use crate::model::DataModel;
use crate::place::Place;
use crate::requester::Requester;
use crate::resolve::{Leaf, Match, Node, View};

impl DataModel {
    /// One result for each path of the request, in its order; a Get as such never fails.
    pub(super) fn get(&self, get: &Get, requester: &Requester) -> GetResp {
        let mut budget = Budget::new(self.limits);
        GetResp::new(get.param_paths.iter().map(|path| {
            let mut reading = Reading { model: self, requester, budget: &mut budget, found: Vec::new() };
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
    requester: &'a Requester,
    budget: &'a mut Budget,
    found: Vec<ResolvedPathResult>,
}

impl Reading<'_> {
    fn path(&mut self, path: &str, max_depth: u32) -> Result<(), Fault> {
        let resolution = self.model.resolve_for(&parse(path)?, View::of(self.requester), self.budget)?;
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
        let value = self.model.shown(place.row, parameter, self.requester)?;
        self.found.push(ResolvedPathResult::new(self.model.path_of(place), [(parameter.name(), value)]));
        Ok(())
    }

    /// An object, and what is below it as far as the levels reach. The depth is bounded by the schema's.
    fn object(&mut self, place: Place, levels: u32) -> Result<(), Fault> {
        self.budget.result(1)?;
        let object = self.model.object(place.object);
        let mut parameters: Vec<(String, String)> = Vec::with_capacity(object.parameters().len());
        for parameter in object.parameters() {
            self.budget.result(1)?;
            let value = self.model.shown(place.row, parameter, self.requester)?;
            parameters.push((parameter.name().to_string(), value));
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
