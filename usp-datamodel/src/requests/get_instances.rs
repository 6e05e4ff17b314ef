//! GetInstances (TR-369 section "The GetInstances Message").

use core::fmt::Write;

use usp_msg::reader::{self, Valid};
use usp_msg::writer::{self, get_instances_resp::RequestedPathResult};
use usp_msg::{Error, ErrorCode};
use usp_schema::{Object, ObjectId};

use super::Answer;
use crate::fault::Fault;
use crate::model::DataModel;
use crate::permissions::access::Access;
use crate::permissions::{Kind, Rights};
use crate::requests::budget::Budget;
use crate::requests::room::Room;
use crate::requests::scratch::Scratch;
use crate::resolve::place::Place;
use crate::resolve::{ElementKind, End, Leaf, Node, View};
use crate::store::{ROOT, RowId};

impl DataModel {
    /// One result for each path of the request, in its order.
    pub(super) fn get_instances(
        &mut self,
        get: &reader::GetInstances<'_, Valid>,
        access: &Access<'_>,
        answer: &mut Answer<'_>,
    ) -> Result<(), Error> {
        let mut scratch = self.scratch.take().unwrap_or_default();
        let mut budget = Budget::new(self.limits);
        let mut response = writer::get_instances_resp(answer.out, answer.msg_id);
        for path in get.obj_paths() {
            let room = Room::new(&self.limits).beside(response.size());
            let mut result = response.req_path_results();
            result.requested_path(path);
            let mut listing = Listing {
                model: self,
                access,
                deep: !get.first_level_only(),
                budget: &mut budget,
                scratch: &mut scratch,
                result: &mut result,
                room,
                found: false,
            };
            if let Err(fault) = listing.path(path) {
                // What was found before the fault is no part of the answer.
                result.discard();
                let mut result = response.req_path_results();
                result.requested_path(path).err_code(fault.code()).err_msg(fault.message());
            }
        }
        drop(response);
        self.scratch = Some(scratch);
        answer.fits(self)
    }
}

/// The answer to one path as it is written.
struct Listing<'a, 'w> {
    model: &'a DataModel,
    access: &'a Access<'a>,
    /// Whether the rows of nested tables are listed too.
    deep: bool,
    budget: &'a mut Budget,
    scratch: &'a mut Scratch,
    result: &'a mut RequestedPathResult<'w>,
    room: Room,
    /// Whether a row was listed.
    found: bool,
}

impl Listing<'_, '_> {
    fn path(&mut self, path: &str) -> Result<(), Fault> {
        let resolution = self.model.resolve_text(path, View::of(self.access), self.budget)?;
        if !resolution.ends.lead_to(&[ElementKind::Object]) {
            return Err(Fault::unsupported_path(path));
        }
        let (model, access) = (self.model, self.access);
        let is_single = || {
            let message = alloc::format!("{path} is a single object, only tables have instances");
            Fault::new(ErrorCode::OBJECT_IS_NOT_A_TABLE, message)
        };
        // What has no instances is told so, whether or not there is any, to those who may know of it.
        let has_instances = |end: End| end.leaf == Leaf::Object && model.object(end.object).is_table();
        if !resolution.ends.any(has_instances) && resolution.ends.any(|end| access.possible_at(end).reveal())
        {
            return Err(is_single());
        }
        let mut is_known = resolution.search;
        for found in resolution.matches {
            let grants = self.access.node(self.model, found.node);
            self.scratch.path.clear();
            match (found.node, found.leaf) {
                (Node::Table { row, table }, Leaf::Object) => {
                    // What stands outside of rows is there for everybody.
                    is_known |= row == ROOT || grants.object(Kind::Obj, Rights::READ);
                    self.model.push_path(Place { row, object: table }, &mut self.scratch.path);
                    self.table(row, table)?;
                }
                // A path that ends in rows lists those rows (T9).
                (Node::Place(place), Leaf::Object) if self.model.object(place.object).is_table() => {
                    self.model.push_path(place, &mut self.scratch.path);
                    self.row(place)?;
                }
                _ if !grants.reveal() => {}
                (_, Leaf::Object) => return Err(is_single()),
                _ => return Err(Fault::unsupported_path(path)),
            }
        }
        // [R-GIN.0] a row that may not be known of is as good as none.
        if !self.found && !is_known {
            return Err(Fault::absent_object(path));
        }
        Ok(())
    }

    /// All rows of a table, whose path is at hand.
    fn table(&mut self, row: RowId, table: ObjectId) -> Result<(), Fault> {
        let model = self.model;
        let end = self.scratch.path.len();
        for row in model.store.table(row, table).into_iter().flat_map(|table| table.rows()) {
            let number = model.store.home(row).map_or(0, |home| home.number);
            // Writing to a String cannot fail.
            let _ = write!(self.scratch.path, "{number}.");
            self.row(Place { row, object: table })?;
            self.scratch.path.truncate(end);
        }
        Ok(())
    }

    /// A row, whose path is at hand.
    fn row(&mut self, place: Place) -> Result<(), Fault> {
        let (model, object) = (self.model, self.model.object(place.object));
        let grants = self.access.object(model, place);
        if grants.object(Kind::InstantiatedObj, Rights::READ) {
            self.budget.result(1)?;
            self.found = true;
            let mut instance = self.result.curr_insts();
            instance.instantiated_obj_path(&self.scratch.path);
            // [R-GIN.1]
            for key in
                model.key_parameters(place.object).filter(|key| grants.parameter(key.id(), Rights::READ))
            {
                let value = model.seen(place.row, key, self.access)?;
                instance.unique_keys([(key.name(), value.text(&mut self.scratch.text))]);
            }
            drop(instance);
            self.room.holds(self.result.size())?;
        }
        if self.deep && self.access.reveals_below(place.object) {
            self.below(place.row, object)?;
        }
        Ok(())
    }

    /// The rows of all tables below an object, whose path is at hand. The depth is bounded by the schema's.
    fn below(&mut self, row: RowId, object: Object<'_>) -> Result<(), Fault> {
        let end = self.scratch.path.len();
        let model = self.model;
        for child in model.children_of(row, object) {
            self.scratch.path.push_str(child.name());
            self.scratch.path.push('.');
            if child.is_table() {
                self.table(row, child.id())?;
            } else if model.exists(row, child) {
                self.below(row, child)?;
            }
            self.scratch.path.truncate(end);
        }
        Ok(())
    }
}
