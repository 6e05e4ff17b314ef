//! Add (TR-369 section "The Add Message").

use alloc::string::String;
use alloc::vec::Vec;

use usp_msg::reader::{self, Valid, add::CreateObject};
use usp_msg::writer::{self, add_resp::OperationSuccess};
use usp_msg::{Error, ErrorCode};
use usp_schema::{ObjectId, Parameter};

use super::changing::{Operation, Work, run};
use super::failure::{Failure, ParamFault};
use super::setting::Setting;
use super::{Answer, Asker, with_dot};
use crate::fault::Fault;
use crate::model::{DataModel, NewRow};
use crate::permissions::access::Access;
use crate::permissions::{Kind, Rights};
use crate::requests::room::Room;
use crate::resolve::Node;
use crate::resolve::place::Place;
use crate::store::RowId;

/// A row that was created and the optional settings that failed.
type Created = (Place, Vec<ParamFault>);

impl DataModel {
    /// [R-ADD.0] with allow_partial each entry by itself, [R-ADD.1] [R-ADD.2a] without it all or nothing.
    pub(super) fn add(
        &mut self,
        add: &reader::Add<'_, Valid>,
        asker: Asker<'_>,
        answer: &mut Answer<'_>,
    ) -> Result<(), Error> {
        let entries: Vec<CreateObject<'_, Valid>> = add.create_objs().collect();
        let paths: Vec<&str> = entries.iter().map(|entry| entry.obj_path()).collect();
        run(
            self,
            asker,
            (Operation::Add, add.allow_partial(), &paths),
            answer,
            |work, entry| create(work, &entries[entry], add.allow_partial()),
            |model, outcomes, answer| {
                let room = Room::new(&model.limits);
                let mut response = writer::add_resp(answer.out, answer.msg_id);
                for (entry, outcome) in entries.iter().zip(outcomes) {
                    // One result for each parent that a Search Path matched (T10).
                    for row in outcome.unwrap_or_else(|failure| alloc::vec![Err(failure)]) {
                        let mut result = response.created_obj_results();
                        result.requested_path(entry.obj_path());
                        let mut status = result.oper_status();
                        match row {
                            Ok(created) => {
                                write_created(model, created, asker.access, &mut status.oper_success());
                            }
                            Err(Failure { fault, .. }) => {
                                let mut failure = status.oper_failure();
                                failure.err_code(fault.code()).err_msg(fault.message());
                            }
                        }
                        drop(status);
                        drop(result);
                        room.holds(response.size())?;
                    }
                }
                Ok(())
            },
        )
    }
}

/// One entry: a row in each table that its path leads to. With allow_partial each by itself [R-ADD.0], else all or none
/// [R-ADD.2a].
fn create(
    work: &mut Work<'_, '_>,
    entry: &CreateObject<'_, Valid>,
    allow_partial: bool,
) -> Result<Vec<Result<Created, Failure>>, Failure> {
    let path = with_dot(entry.obj_path());
    let tables = tables(work, &path).map_err(|fault| Failure::new(entry.obj_path(), fault))?;
    let settings: Vec<Setting<'_>> = entry
        .param_settings()
        .map(|setting| Setting {
            param: setting.param(),
            value: setting.value(),
            required: setting.required(),
        })
        .collect();
    let independent = allow_partial && tables.len() > 1;
    let rows = tables.into_iter().map(|(parent, table)| {
        let savepoint = work.transaction.savepoint();
        match create_in(work, parent, table, &settings) {
            Err(failure) if independent => {
                work.transaction.undo_to(savepoint);
                work.budget.tell(failure.fault.size()).map_err(|fault| Failure::new(&*path, fault))?;
                Ok(Err(failure))
            }
            row => row.map(Ok),
        }
    });
    rows.collect()
}

/// A row in one table, with its settings. It does not exist yet: what fails is told by the path of the table (T22).
fn create_in(
    work: &mut Work<'_, '_>,
    parent: RowId,
    table: ObjectId,
    settings: &[Setting<'_>],
) -> Result<Created, Failure> {
    let above = Place { row: parent, object: table };
    let row = create_row(work, parent, table)
        .map_err(|fault| Failure::new(work.transaction.model.path_of(above), fault))?;
    let place = Place { row, object: table };
    let applied = work
        .apply(place, settings)
        .map_err(|faults| Failure::of_params(alloc::vec![(work.transaction.model.path_of(above), faults)]))?;
    let filled = work.transaction.fill_fixed_tables(row);
    filled.map_err(|fault| Failure::new(work.transaction.model.path_of(above), fault))?;
    Ok((place, applied.faults))
}

fn tables(work: &mut Work<'_, '_>, path: &str) -> Result<Vec<(RowId, ObjectId)>, Fault> {
    let resolution = work.resolve_objects(path)?;
    let no_table = || {
        let message = alloc::format!("{path} is not a table, nothing can be added to it");
        Fault::new(ErrorCode::OBJECT_IS_NOT_A_TABLE, message)
    };
    if !resolution.ends.any(|end| end.is_table) {
        return Err(no_table());
    }
    if resolution.matches.is_empty() && !resolution.search {
        return Err(Fault::absent_object(path));
    }
    let tables = resolution.matches.iter().map(|found| match found.node {
        Node::Table { row, table } => Ok((row, table)),
        Node::Place(_) => Err(no_table()),
    });
    tables.collect()
}

fn create_row(work: &mut Work<'_, '_>, parent: RowId, table: ObjectId) -> Result<RowId, Fault> {
    let schema = work.transaction.model.schema.clone();
    let model = &*work.transaction.model;
    let Some(object) = schema.object(table) else { return Err(Fault::unsupported_path("the table")) };
    if !work.access.table(model, parent, table).object(Kind::Obj, Rights::WRITE) {
        return Err(Fault::denied(model.path_of(Place { row: parent, object: table })));
    }
    if !object.access().can_add() && !work.requester.is_device() {
        return Err(Fault::new(
            ErrorCode::OBJECT_NOT_CREATABLE,
            alloc::format!("{} is a table that only the device adds rows to", object.path()),
        ));
    }
    let mut given = NewRow { time: model.time, ..NewRow::default() };
    if !work.requester.is_device() {
        for hook in model.on_create.get(&table).into_iter().flatten() {
            hook(work.requester, &mut given);
        }
    }
    let row = work.transaction.create(parent, object)?;
    for (name, text) in given.values {
        let parameter = object.parameter(&name).ok_or_else(|| {
            let message =
                alloc::format!("the device gives {}{name} a value, which does not exist", object.path());
            Fault::new(ErrorCode::INTERNAL_ERROR, message)
        })?;
        let value = parameter.syntax().parse(&text).map_err(|error| {
            let message = alloc::format!("the device gives {} a wrong value: {error}", parameter.path());
            Fault::new(ErrorCode::INTERNAL_ERROR, message)
        })?;
        work.transaction.set(row, parameter.id(), value);
    }
    Ok(row)
}

fn write_created(
    model: &DataModel,
    (place, faults): Created,
    access: &Access<'_>,
    success: &mut OperationSuccess<'_>,
) {
    success.instantiated_path(&model.path_of(place));
    for ParamFault { param, fault } in &faults {
        success.param_errs().param(param).err_code(fault.code()).err_msg(fault.message());
    }
    let grants = access.object(model, place);
    let mut text = String::new();
    // [R-ADD.6]
    let readable = |key: &Parameter<'_>| grants.parameter(key.id(), Rights::READ);
    for key in model.key_parameters(place.object).filter(readable) {
        // Key parameters are stored, so that reading one cannot fail.
        if let Ok(value) = model.seen(place.row, key, access) {
            success.unique_keys([(key.name(), value.text(&mut text))]);
        }
    }
}
