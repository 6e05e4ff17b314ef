//! GetInstances (TR-369 section "The GetInstances Message").

use alloc::vec::Vec;

use usp_msg::get_instances_resp::{CurrInstance, RequestedPathResult};
use usp_msg::{ErrorCode, GetInstances, GetInstancesResp, Map};
use usp_schema::{Object, ObjectId};

use super::parse;
use crate::budget::Budget;
use crate::fault::Fault;
use crate::model::DataModel;
use crate::requester::Requester;
use crate::resolve::{Leaf, Node, View};
use crate::store::RowId;

impl DataModel {
    /// One result for each path of the request, in its order.
    pub(super) fn get_instances(&self, get: &GetInstances, requester: &Requester) -> GetInstancesResp {
        let mut budget = Budget::new(self.limits);
        let results = get.obj_paths.iter().map(|path| {
            let mut listing = Listing {
                model: self,
                view: View::of(requester),
                deep: !get.first_level_only,
                budget: &mut budget,
                found: Vec::new(),
            };
            match listing.path(path) {
                Ok(()) => RequestedPathResult::found(path, listing.found),
                Err(fault) => RequestedPathResult::failed(path, fault.code(), fault.message()),
            }
        });
        GetInstancesResp { req_path_results: results.collect() }
    }
}

struct Listing<'a> {
    model: &'a DataModel,
    view: View,
    /// Whether the rows of nested tables are listed too.
    deep: bool,
    budget: &'a mut Budget,
    found: Vec<CurrInstance>,
}

impl Listing<'_> {
    fn path(&mut self, path: &str) -> Result<(), Fault> {
        let resolution = self.model.resolve_for(&parse(path)?, self.view, self.budget)?;
        if resolution.matches.is_empty() && !resolution.search {
            return Err(Fault::absent_object(path));
        }
        for found in resolution.matches {
            match (found.node, found.leaf) {
                (Node::Table { row, table }, Leaf::Object) => self.table(row, table)?,
                // A path that ends in rows lists those rows (T9).
                (Node::Place(place), Leaf::Object) if self.model.object(place.object).is_table() => {
                    self.row(place.row)?;
                }
                (_, Leaf::Object) => {
                    return Err(Fault::new(
                        ErrorCode::OBJECT_IS_NOT_A_TABLE,
                        alloc::format!("{path} is a single object, only tables have instances"),
                    ));
                }
                _ => return Err(Fault::unsupported_path(path)),
            }
        }
        Ok(())
    }

    fn table(&mut self, row: RowId, table: ObjectId) -> Result<(), Fault> {
        let rows = self.model.store.table(row, table);
        rows.into_iter().flat_map(|rows| rows.rows()).try_for_each(|row| self.row(row))
    }

    fn row(&mut self, row: RowId) -> Result<(), Fault> {
        self.budget.result(1)?;
        let Some(place) = self.model.place_of_row(row) else { return Ok(()) };
        // [R-GIN.1]
        let keys: Map = self.model.unique_keys_of(row, self.view.conceals).into_iter().collect();
        self.found.push(CurrInstance::new(self.model.path_of(place), keys));
        if self.deep {
            self.below(row, self.model.object(place.object))?;
        }
        Ok(())
    }

    /// The rows of all tables below an object. The depth is bounded by the schema's.
    fn below(&mut self, row: RowId, object: Object<'_>) -> Result<(), Fault> {
        for child in object.children() {
            if child.is_table() {
                self.table(row, child.id())?;
            } else if self.model.exists(row, child) {
                self.below(row, child)?;
            }
        }
        Ok(())
    }
}
