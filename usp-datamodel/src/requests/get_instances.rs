//! GetInstances (TR-369 section "The GetInstances Message").

use alloc::vec::Vec;

use usp_msg::get_instances_resp::{CurrInstance, RequestedPathResult};
use usp_msg::{ErrorCode, GetInstances, GetInstancesResp, Map};
use usp_schema::{Object, ObjectId};

use super::parse;
use crate::access::Access;
use crate::budget::Budget;
use crate::fault::Fault;
use crate::model::DataModel;
use crate::permissions::{Kind, Rights};
use crate::resolve::{Leaf, Node, View};
use crate::store::{ROOT, RowId};

impl DataModel {
    /// One result for each path of the request, in its order.
    pub(super) fn get_instances(&self, get: &GetInstances, access: &Access) -> GetInstancesResp {
        let mut budget = Budget::new(self.limits);
        let results = get.obj_paths.iter().map(|path| {
            let mut listing = Listing {
                model: self,
                access,
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
    access: &'a Access,
    /// Whether the rows of nested tables are listed too.
    deep: bool,
    budget: &'a mut Budget,
    found: Vec<CurrInstance>,
}

impl Listing<'_> {
    fn path(&mut self, path: &str) -> Result<(), Fault> {
        let resolution = self.model.resolve_for(&parse(path)?, View::of(self.access), self.budget)?;
        if resolution.end.is_some_and(|end| end.leaf != Leaf::Object) {
            return Err(Fault::unsupported_path(path));
        }
        let mut is_known = resolution.search;
        for found in resolution.matches {
            let grants = self.access.node(self.model, found.node);
            match (found.node, found.leaf) {
                (Node::Table { row, table }, Leaf::Object) => {
                    // What stands outside of rows is there for everybody.
                    is_known |= row == ROOT || grants.object(Kind::Obj, Rights::READ);
                    self.table(row, table)?;
                }
                // A path that ends in rows lists those rows (T9).
                (Node::Place(place), Leaf::Object) if self.model.object(place.object).is_table() => {
                    self.row(place.row)?;
                }
                _ if !grants.reveal() => {}
                (_, Leaf::Object) => {
                    return Err(Fault::new(
                        ErrorCode::OBJECT_IS_NOT_A_TABLE,
                        alloc::format!("{path} is a single object, only tables have instances"),
                    ));
                }
                _ => return Err(Fault::unsupported_path(path)),
            }
        }
        // [R-GIN.0] a row that may not be known of is as good as none.
        if self.found.is_empty() && !is_known {
            return Err(Fault::absent_object(path));
        }
        Ok(())
    }

    fn table(&mut self, row: RowId, table: ObjectId) -> Result<(), Fault> {
        let rows = self.model.store.table(row, table);
        rows.into_iter().flat_map(|rows| rows.rows()).try_for_each(|row| self.row(row))
    }

    fn row(&mut self, row: RowId) -> Result<(), Fault> {
        let Some(place) = self.model.place_of_row(row) else { return Ok(()) };
        if self.access.object(self.model, place).object(Kind::InstantiatedObj, Rights::READ) {
            self.budget.result(1)?;
            // [R-GIN.1]
            let keys: Map = self.model.unique_keys_of(row, self.access).into_iter().collect();
            self.found.push(CurrInstance::new(self.model.path_of(place), keys));
        }
        if self.deep && self.access.reveals_below(place.object) {
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
