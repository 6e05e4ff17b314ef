//! Where the Supported Data Model diverges: rows of one table that carry different models.

use alloc::string::String;
use alloc::vec::Vec;

use usp_schema::Object;

use crate::fault::Fault;
use crate::model::DataModel;
use crate::permissions::access::{Access, Standing};
use crate::permissions::{Element, Kind, NumberBuffer, Rights, Whereabouts};
use crate::requests::budget::Budget;
use crate::resolve::Node;
use crate::resolve::place::Place;
use crate::store::{ROOT, RowId};

/// What the rows of a mount point carry, as far as the requester may know of it.
#[derive(Debug)]
pub(super) enum Carried<'m> {
    /// All of them this: nothing, where there are no rows.
    Alike(Option<Object<'m>>),
    /// Not all of them the same: the rows.
    Divergent(Vec<RowId>),
}

/// The rows that an answer is about: all, or those at and below what an instantiated path led to.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) model: &'a DataModel,
    pub(super) access: &'a Access<'a>,
    pub(super) node: Option<Node>,
}

impl<'a> Scope<'a> {
    /// What the rows of an object carry that may be known of. An object that is no mount point carries nothing.
    pub(super) fn carried(self, table: Object<'a>, budget: &mut Budget) -> Result<Carried<'a>, Fault> {
        if table.mounts().len() == 0 {
            return Ok(Carried::Alike(None));
        }
        let rows = self.rows_in(table, budget)?;
        let mut carried: Option<Option<Object<'a>>> = None;
        for &row in &rows {
            let here = self.seen(row, table, budget)?;
            if carried.is_some_and(|others| others != here) {
                return Ok(Carried::Divergent(rows));
            }
            carried = Some(here);
        }
        Ok(Carried::Alike(carried.flatten()))
    }

    /// Whether an object stands in a row that carries it, all the way up; outside of mounts it always does.
    pub(super) fn is_carried(self, object: Object<'a>, budget: &mut Budget) -> Result<bool, Fault> {
        let mut around = core::iter::once(object).chain(object.ancestors());
        match around.find(|above| above.is_mount()) {
            Some(mount) => Ok(!self.rows_in(mount, budget)?.is_empty()),
            None => Ok(true),
        }
    }

    /// The rows that an object may stand in, as far as they may be known of: of a table its own, of a mount those that
    /// carry it. The depth is bounded by the schema's.
    pub(super) fn rows_in(self, object: Object<'a>, budget: &mut Budget) -> Result<Vec<RowId>, Fault> {
        let (model, id) = (self.model, object.id());
        let above = match self.node {
            Some(Node::Place(place)) if place.object == id => return Ok(alloc::vec![place.row]),
            Some(Node::Table { row, table }) if table == id => alloc::vec![row],
            _ => match object.parent() {
                Some(parent) => self.rows_in(parent, budget)?,
                None => alloc::vec![ROOT],
            },
        };
        if object.is_mount() {
            let Some(table) = object.parent() else { return Ok(Vec::new()) };
            let mut carriers = Vec::new();
            for row in above {
                if self.seen(row, table, budget)? == Some(object) {
                    carriers.push(row);
                }
            }
            return Ok(carriers);
        }
        if !object.is_table() {
            return Ok(above);
        }
        let mut rows = Vec::new();
        for row in above {
            let Some(table) = model.store.table(row, id) else { continue };
            budget.compared(table.len())?;
            let is_known = |&row: &RowId| self.access.object(model, Place { row, object: id }).reveal();
            rows.extend(table.rows().filter(is_known));
        }
        Ok(rows)
    }

    /// What a row carries, if the requester may read any of it there: a mount that may not be known of is none.
    fn seen(self, row: RowId, table: Object<'a>, budget: &mut Budget) -> Result<Option<Object<'a>>, Fault> {
        let Some(mount) = self.model.mount_of(row, table) else { return Ok(None) };
        if self.access.is_full() {
            return Ok(Some(mount));
        }
        // Nothing is decided here: where no Permission reveals anything below, none of it may be read.
        if !self.access.reveals_below(mount.id()) {
            return Ok(None);
        }
        for object in mount.subtree_objects().skip(1) {
            budget.compared(1)?;
            if self.may_read(row, mount, object) {
                return Ok(Some(mount));
            }
        }
        Ok(None)
    }

    /// Whether an object may be read below a row that carries it, in some row of the tables between that nobody has
    /// named.
    fn may_read(self, row: RowId, mount: Object<'a>, object: Object<'a>) -> bool {
        let between = core::iter::once(object).chain(object.ancestors());
        let tables = between.take_while(|above| *above != mount).filter(|above| above.is_table()).count();
        let place = Place { row, object: object.id() };
        let below = Below { standing: Standing { access: self.access, model: self.model, place }, tables };
        self.access.grants_where(object.id(), &below).object(Kind::Obj, Rights::READ)
            || (tables == 1
                && object.is_table()
                && self.access.table(self.model, row, object.id()).object(Kind::Obj, Rights::READ))
    }

    /// The paths of rows of a table.
    pub(super) fn paths(self, rows: &[RowId]) -> impl Iterator<Item = String> {
        let places = rows.iter().filter_map(move |&row| self.model.place_of_row(row));
        places.map(move |place| self.model.path_of(place))
    }
}

/// An object in rows that there may be below a row, as Permissions ask about it.
struct Below<'a> {
    standing: Standing<'a>,
    /// How many tables there are between.
    tables: usize,
}

impl Whereabouts for Below<'_> {
    fn numbers<'b>(&self, buffer: &'b mut NumberBuffer) -> &'b [u32] {
        let mut outer: NumberBuffer = [0; 64];
        let outer = self.standing.numbers(&mut outer);
        // No row has the number 0.
        let count = (outer.len() + self.tables).min(buffer.len());
        buffer.fill(0);
        buffer[..outer.len()].copy_from_slice(outer);
        &buffer[..count]
    }

    fn is_found(&self, search: usize) -> Option<bool> {
        self.standing.is_found(search)
    }

    fn found_elements(&self, _: usize) -> Vec<Element> {
        Vec::new()
    }
}
