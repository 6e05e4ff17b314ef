//! Get (TR-369 section "The Get Message").

use core::fmt::Write;

use usp_msg::reader::{self, Valid};
use usp_msg::writer::{self, get_resp::RequestedPathResult};
use usp_msg::{Error, ErrorCode};
use usp_schema::{Parameter, ParameterId};

use super::Answer;
use crate::fault::Fault;
use crate::model::DataModel;
use crate::permissions::access::Access;
use crate::permissions::{Kind, ObjectGrants, Rights};
use crate::requests::budget::Budget;
use crate::requests::room::Room;
use crate::requests::scratch::Scratch;
use crate::resolve::place::{Place, push_decimal};
use crate::resolve::plain::{Beginning, Found, Plain};
use crate::resolve::{ElementKind, Leaf, Match, Node, View};
use crate::store::packed::unpack;
use crate::store::{ROOT, RowId};

impl DataModel {
    /// One result for each path of the request, in its order; a Get fails as such only where its answer is too large.
    pub(super) fn get(
        &mut self,
        get: &reader::Get<'_, Valid>,
        access: &Access<'_>,
        answer: &mut Answer<'_>,
    ) -> Result<(), Error> {
        let mut scratch = self.scratch.take().unwrap_or_default();
        let mut budget = Budget::new(self.limits);
        let mut response = writer::get_resp(answer.out, answer.msg_id);
        for path in get.param_paths() {
            let room = Room::new(&self.limits).beside(response.size());
            let mut result = response.req_path_results();
            result.requested_path(path);
            let (budget, scratch, model) = (&mut budget, &mut scratch, &*self);
            let mut reading = Reading { model, access, budget, scratch, result: &mut result, room };
            if let Err(fault) = reading.path(path, get.max_depth()) {
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
struct Reading<'a, 'w> {
    model: &'a DataModel,
    access: &'a Access<'a>,
    budget: &'a mut Budget,
    scratch: &'a mut Scratch,
    result: &'a mut RequestedPathResult<'w>,
    room: Room,
}

impl Reading<'_, '_> {
    fn path(&mut self, path: &str, max_depth: u32) -> Result<(), Fault> {
        match self.model.find(path) {
            Found::Whole(plain) => match self.plain_parameter(path, plain)? {
                Some((place, parameter)) => self.parameter(place, parameter),
                None => self.search(None, path, max_depth),
            },
            Found::UpTo(table) => self.search(Some(table), path, max_depth),
            Found::Nothing => self.search(None, path, max_depth),
        }
    }

    /// The parameter that a plain path leads to, where it may be read; the path of its object is at hand then.
    fn plain_parameter(&mut self, path: &str, plain: Plain) -> Result<Option<(Place, ParameterId)>, Fault> {
        let Match { node: Node::Place(place), leaf: Leaf::Parameter(parameter) } = plain.found else {
            return Ok(None);
        };
        if !self.access.object(self.model, place).parameter(parameter, Rights::READ) {
            return Ok(None);
        }
        self.budget.matched(plain.steps)?;
        let name = self.model.parameter(parameter).name();
        self.scratch.path.clear();
        self.scratch.path.push_str(path.strip_suffix(name).unwrap_or_default());
        Ok(Some((place, parameter)))
    }

    /// A path that is found up to a table at most.
    fn search(&mut self, begin: Option<Beginning>, path: &str, max_depth: u32) -> Result<(), Fault> {
        let memory = core::mem::take(&mut self.scratch.matches);
        let view = View::of(self.access);
        let mut resolution = self.model.resolve_from(begin, path, view, self.budget, memory)?;
        // A command or an event has no value, whether or not there is one.
        if !resolution.ends.lead_to(&[ElementKind::Object, ElementKind::Parameter]) {
            return Err(Fault::unsupported_path(path));
        }
        // [R-GET.1] what may not be read is not there; what may not be read in any row is not in the schema.
        let reads = |grants: &ObjectGrants, leaf| match leaf {
            Leaf::Parameter(parameter) => grants.parameter(parameter, Rights::READ),
            _ => grants.object(Kind::Obj, Rights::READ),
        };
        resolution.matches.retain(|found| reads(&self.access.node(self.model, found.node), found.leaf));
        if !resolution.ends.any(|end| reads(self.access.possible_at(end), end.leaf)) {
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
        for &Match { node, leaf } in &resolution.matches {
            let place = match node {
                Node::Place(place) => place,
                Node::Table { row, table } => Place { row, object: table },
            };
            self.put_path(begin, path, place);
            match (node, leaf) {
                (Node::Place(place), Leaf::Object) => self.object(place, levels)?,
                // A table is at the same level as its rows (T26) [R-GET.1b].
                (Node::Table { .. }, Leaf::Object) => self.rows(place, levels)?,
                (Node::Place(place), Leaf::Parameter(parameter)) => self.parameter(place, parameter)?,
                _ => return Err(Fault::unsupported_path(path)),
            }
        }
        self.scratch.matches = resolution.matches;
        Ok(())
    }

    /// Puts the path of an object where it is at hand. That of a row of the table which the requested path begins with
    /// begins as that does.
    fn put_path(&mut self, begin: Option<Beginning>, requested: &str, place: Place) {
        let path = &mut self.scratch.path;
        path.clear();
        let row = self.model.store.home(place.row).zip(begin).filter(|(home, begin)| {
            home.table == place.object && home.table == begin.table && home.parent == begin.row
        });
        match row {
            Some((home, begin)) => {
                path.push_str(requested.get(..begin.length).unwrap_or_default());
                push_decimal(home.number, path);
                path.push('.');
            }
            None => self.model.push_path(place, path),
        }
    }

    /// [R-GET.2] [R-GET.3] the parent object with this parameter alone.
    fn parameter(&mut self, place: Place, parameter: ParameterId) -> Result<(), Fault> {
        self.budget.result(2)?;
        let parameter = self.model.parameter(parameter);
        // One alone needs no pass over the values of its row, as [`resolved`](Self::resolved) makes for many.
        let mut resolved = self.result.resolved_path_results();
        resolved.resolved_path(&self.scratch.path);
        if let Some(value) = self.model.seen_unless_waiting(place.row, parameter, self.access)? {
            resolved.result_params([(parameter.name(), value.text(&mut self.scratch.text))]);
        }
        drop(resolved);
        self.room.holds(self.result.size())
    }

    /// An object, and what is below it as far as the levels reach. The depth is bounded by the schema's.
    fn object(&mut self, place: Place, levels: u32) -> Result<(), Fault> {
        let (model, access) = (self.model, self.access);
        if !access.reveals_below(place.object) {
            return Ok(());
        }
        let object = model.object(place.object);
        let grants = access.object(model, place);
        if grants.object(Kind::Obj, Rights::READ) {
            self.budget.result(1)?;
            // [R-GET.4] of an object only what may be read; nothing of one of which that is nothing (T16).
            let reads = |found: &Parameter<'_>| grants.parameter(found.id(), Rights::READ);
            let mut parameters = object.parameters().filter(reads).peekable();
            if parameters.peek().is_some() {
                self.resolved(place.row, parameters)?;
            }
        }
        let Some(levels) = levels.checked_sub(1).filter(|&levels| levels > 0) else { return Ok(()) };
        let end = self.scratch.path.len();
        for child in model.children_of(place.row, object) {
            let below = Place { row: place.row, object: child.id() };
            self.scratch.path.push_str(child.name());
            self.scratch.path.push('.');
            if child.is_table() {
                self.rows(below, levels)?;
            } else if model.exists(place.row, child) {
                self.object(below, levels)?;
            }
            self.scratch.path.truncate(end);
        }
        Ok(())
    }

    /// All rows of a table, whose path is at hand.
    fn rows(&mut self, Place { row, object }: Place, levels: u32) -> Result<(), Fault> {
        let model = self.model;
        let end = self.scratch.path.len();
        for row in model.store.table(row, object).into_iter().flat_map(|table| table.rows()) {
            let number = model.store.home(row).map_or(0, |home| home.number);
            // Writing to a String cannot fail.
            let _ = write!(self.scratch.path, "{number}.");
            self.object(Place { row, object }, levels)?;
            self.scratch.path.truncate(end);
        }
        Ok(())
    }

    /// The object whose path is at hand with some of its parameters: each is read once.
    fn resolved<'m>(
        &mut self,
        row: RowId,
        parameters: impl Iterator<Item = Parameter<'m>>,
    ) -> Result<(), Fault> {
        let (model, access) = (self.model, self.access);
        let mut resolved = self.result.resolved_path_results();
        resolved.resolved_path(&self.scratch.path);
        // Parameters come in the order in which a row keeps their values: one pass finds all.
        let mut values = model.store.row_values(row).packed().peekable();
        let mut last = None;
        for parameter in parameters {
            self.budget.result(1)?;
            let id = parameter.id();
            let (name, text) = (parameter.name(), &mut self.scratch.text);
            if model.is_stored(parameter) && !access.conceals(parameter) {
                let packed = if row != ROOT && last.is_none_or(|last| last < id) {
                    last = Some(id);
                    while values.next_if(|&(at, _)| at < id).is_some() {}
                    let value = values.next_if(|&(at, _)| at == id);
                    value.map_or_else(|| model.layout.initial(id), |(_, packed)| packed)
                } else {
                    model.stored(row, id)
                };
                resolved.result_params([(name, unpack(packed).text(text))]);
            } else if let Some(value) = model.seen_unless_waiting(row, parameter, access)? {
                resolved.result_params([(name, value.text(text))]);
            }
        }
        drop(resolved);
        self.room.holds(self.result.size())
    }
}
