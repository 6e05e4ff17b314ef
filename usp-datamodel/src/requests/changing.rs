//! What Set, Add and Delete have in common: entries, partial failure, the end of the message.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_msg::{Error, ErrorCode};
use usp_path::{RelativePath, Segment};
use usp_schema::{Object, Parameter, ParameterAccess, ParameterId};

use super::parse;
use crate::budget::Budget;
use crate::check::Conflict;
use crate::fault::Fault;
use crate::model::{DataModel, Place};
use crate::requester::Requester;
use crate::resolve::{Resolution, View};
use crate::store::RowId;
use crate::transaction::Transaction;

/// A parameter setting of a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) param: &'a str,
    pub(super) value: &'a str,
    pub(super) required: bool,
}

/// A setting that failed.
#[derive(Debug, Clone)]
pub(super) struct ParamFault {
    pub(super) param: String,
    pub(super) fault: Fault,
}

/// Why an entry of a request failed.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) fault: Fault,
    /// The objects that failed, with the settings that did.
    pub(super) objects: Vec<(String, Vec<ParamFault>)>,
}

/// The request that changes something. The same parameter may be open to Add and closed to Set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Add,
    Set,
    Delete,
}

/// What earlier rounds over the same message have found out: entries and settings that conflict in the end.
#[derive(Debug, Default)]
struct Exclusions {
    entries: BTreeMap<usize, Failure>,
    /// By entry and parameter, with the paths of the rows (of the tables, where rows are added).
    settings: BTreeMap<(usize, ParameterId), BTreeMap<String, Fault>>,
}

/// The message as it is worked on.
pub(super) struct Work<'t, 'm> {
    pub(super) transaction: &'t mut Transaction<'m>,
    pub(super) requester: &'t Requester,
    pub(super) budget: &'t mut Budget,
    operation: Operation,
    exclusions: &'t Exclusions,
    entry: usize,
    made: &'t mut Made,
}

/// The settings that entries have made, by themselves and not through a key that was made up or a default.
type Made = BTreeSet<(usize, RowId, ParameterId)>;

impl Failure {
    pub(super) fn new(path: impl Into<String>, fault: Fault) -> Self {
        Self { fault, objects: alloc::vec![(path.into(), Vec::new())] }
    }

    /// An object failed because of required parameters. The code is the cause's where that is about rights (T8) or
    /// limits, or where a key is taken.
    pub(super) fn of_params(objects: Vec<(String, Vec<ParamFault>)>) -> Self {
        let first = objects.iter().flat_map(|(_, faults)| faults).next();
        let message = first.map_or_else(String::new, |first| {
            alloc::format!("required parameter {}: {}", first.param, first.fault.message())
        });
        let code = match first.map(|first| first.fault.code()) {
            Some(
                code @ (ErrorCode::PERMISSION_DENIED
                | ErrorCode::RESOURCES_EXCEEDED
                | ErrorCode::OBJECT_EXISTS_WITH_DUPLICATE_KEY),
            ) => code,
            _ => ErrorCode::REQUIRED_PARAMETER_FAILED,
        };
        Self { fault: Fault::new(code, message), objects }
    }

    /// An entry came into conflict without having set what conflicts.
    fn of_conflict(operation: Operation, path: String, param: &str, fault: Fault) -> Self {
        if operation == Operation::Delete {
            // Without the reference that goes with the row another row would have a key that is taken.
            let message = alloc::format!("{path}{param} would lose its target: {}", fault.message());
            return Self::new(path, Fault::new(ErrorCode::DELETE_FAILURE, message));
        }
        Self::of_params(alloc::vec![(path, alloc::vec![ParamFault { param: param.to_string(), fault }])])
    }
}

/// Runs all entries of a message and checks the whole in the end.
///
/// With `allow_partial` an entry that fails is undone by itself. When the end of the message shows a conflict, the
/// whole is undone and done again without what is to blame, so that what stays is what would have been done
/// without it. Each round excludes something more; their number is limited, since each costs as much as the first.
///
/// # Errors
///
/// Without `allow_partial`, the failures of all entries. With it, 7005 when the rounds are used up.
pub(super) fn run<T, R>(
    model: &mut DataModel,
    requester: &Requester,
    (operation, allow_partial, entries): (Operation, bool, usize),
    mut apply: impl FnMut(&mut Work<'_, '_>, usize) -> Result<T, Failure>,
    finish: impl FnOnce(&DataModel, Vec<Result<T, Failure>>) -> R,
) -> Result<R, Error> {
    let mut exclusions = Exclusions::default();
    let limits = model.limits;
    for _ in 0..limits.max_rounds.max(1) {
        let mut transaction = Transaction::new(model);
        let mut budget = Budget::new(limits);
        let mut made = Made::new();
        let mut attempt = |transaction: &mut Transaction<'_>, entry| {
            if let Some(failure) = exclusions.entries.get(&entry) {
                return Err(failure.clone());
            }
            transaction.begin_entry(entry);
            let savepoint = transaction.savepoint();
            let mut work = Work {
                transaction,
                requester,
                budget: &mut budget,
                operation,
                exclusions: &exclusions,
                entry,
                made: &mut made,
            };
            let outcome = apply(&mut work, entry);
            if outcome.is_err() {
                transaction.undo_to(savepoint);
            }
            outcome
        };
        let mut outcomes: Vec<Result<T, Failure>> =
            (0..entries).map(|entry| attempt(&mut transaction, entry)).collect();
        if transaction.has_set_discriminator() {
            // The order of entries does not matter: an object may have come to exist after it was asked for.
            for (entry, outcome) in outcomes.iter_mut().enumerate().filter(|(_, outcome)| outcome.is_err()) {
                *outcome = attempt(&mut transaction, entry);
            }
        }
        if !allow_partial && outcomes.iter().any(Result::is_err) {
            return Err(error(outcomes.into_iter().filter_map(Result::err)));
        }
        transaction.complete_keys();
        let Err(conflicts) = transaction.check() else {
            let response = finish(transaction.model, outcomes);
            transaction.commit();
            return Ok(response);
        };
        exclude(&mut exclusions, &transaction, operation, &made, conflicts);
    }
    let message = "nothing was changed: what is left of the request conflicts again and again";
    Err(Error::new(ErrorCode::RESOURCES_EXCEEDED, message))
}

/// Notes what is to blame: the setting that an entry has made, or the entry as a whole where it made none.
fn exclude(
    exclusions: &mut Exclusions,
    transaction: &Transaction<'_>,
    operation: Operation,
    made: &Made,
    conflicts: Vec<Conflict>,
) {
    let created: BTreeSet<_> = transaction.created().collect();
    let model = &*transaction.model;
    for Conflict { entry, place, parameters, fault } in conflicts {
        // A row that is not to be is told by the path of its table (T22).
        let path = match created.contains(&place.row) {
            true => model.path_of_table(place.row),
            false => model.path_of(place),
        };
        let setting = parameters.iter().find(|&&parameter| made.contains(&(entry, place.row, parameter)));
        if let Some(&parameter) = setting {
            exclusions.settings.entry((entry, parameter)).or_default().insert(path, fault);
        } else if let Some(&parameter) = parameters.first() {
            let name = model.parameter(parameter).name();
            let failure = Failure::of_conflict(operation, path, name, fault);
            exclusions.entries.entry(entry).or_insert(failure);
        }
    }
}

impl Work<'_, '_> {
    /// Finds what a path of the request leads to.
    pub(super) fn resolve(&mut self, path: &str) -> Result<Resolution, Fault> {
        let view = View::of(self.requester);
        self.transaction.model.resolve_for(&parse(path)?, view, self.budget)
    }

    /// Makes the settings of one object. Returns what was set and the settings that failed, which were all
    /// optional (TR-369 section "allow_partial and required").
    ///
    /// # Errors
    ///
    /// The settings that failed, at least one of them required. What was set before is the caller's to undo.
    pub(super) fn apply(
        &mut self,
        place: Place,
        settings: &[Setting<'_>],
    ) -> Result<Applied, Vec<ParamFault>> {
        // The order of settings does not matter: what decides over the existence of objects comes first.
        let model = &*self.transaction.model;
        let object = model.object(place.object);
        let decides = |setting: &Setting<'_>| {
            object.parameter(setting.param).is_some_and(|found| model.layout.is_discriminator(found.id()))
        };
        let first: Vec<bool> = settings.iter().map(decides).collect();
        let mut outcomes: Vec<Option<Result<ParameterId, (Fault, bool)>>> = Vec::new();
        outcomes.resize_with(settings.len(), || None);
        for round in [true, false] {
            for ((setting, outcome), _) in
                settings.iter().zip(&mut outcomes).zip(&first).filter(|(_, first)| **first == round)
            {
                *outcome = Some(self.apply_one(place, setting));
            }
        }
        let mut applied = Applied::default();
        let mut fatal = false;
        for (setting, outcome) in settings.iter().zip(outcomes) {
            match outcome {
                Some(Ok(parameter)) => applied.set.push((setting.param.to_string(), parameter)),
                Some(Err((fault, is_key))) => {
                    // [R-ADD.3] [R-SET.2] and in Add, keys count as required (T6).
                    fatal |= setting.required || (is_key && self.operation == Operation::Add);
                    applied.faults.push(ParamFault { param: setting.param.to_string(), fault });
                }
                None => {}
            }
        }
        // [R-ADD.4] every setting that failed is told.
        if fatal { Err(applied.faults) } else { Ok(applied) }
    }

    /// Makes one setting. What went wrong comes with whether it went wrong with a part of a key.
    fn apply_one(&mut self, place: Place, setting: &Setting<'_>) -> Result<ParameterId, (Fault, bool)> {
        self.budget.result(1).map_err(|fault| (fault, true))?;
        let model = &*self.transaction.model;
        let parameter = find(model, place, setting.param).map_err(|fault| (fault, false))?;
        let (id, is_key) = (parameter.id(), model.layout.is_key(parameter.id()));
        let fail = |fault| Err((fault, is_key));
        if let Some(rows) = self.exclusions.settings.get(&(self.entry, id)) {
            let object = Place { row: place.row, object: parameter.object().id() };
            let path = match self.operation {
                Operation::Add => model.path_of_table(place.row),
                _ => model.path_of(object),
            };
            if let Some(fault) = rows.get(&path) {
                return fail(fault.clone());
            }
        }
        if let Err(fault) = writable(model, place, parameter, self.operation, self.requester) {
            return fail(fault);
        }
        let value = match parameter.syntax().parse(setting.value) {
            Ok(value) => value,
            Err(error) if parameter.is_secured() => return fail(Fault::value(&error.redacted())),
            Err(error) => return fail(Fault::value(&error)),
        };
        if let Err(fault) = alias_rule(parameter, setting.value) {
            return fail(fault);
        }
        self.made.insert((self.entry, place.row, id));
        self.transaction.set(place.row, id, value);
        Ok(id)
    }
}

/// What was set in one object.
#[derive(Debug, Default)]
pub(super) struct Applied {
    /// Relative path as given, and parameter.
    pub(super) set: Vec<(String, ParameterId)>,
    /// Optional settings that failed.
    pub(super) faults: Vec<ParamFault>,
}

/// The parameter that a setting names: of the object itself or of a single object below it.
fn find<'m>(model: &'m DataModel, place: Place, param: &str) -> Result<Parameter<'m>, Fault> {
    let object = model.object(place.object);
    if let Some(parameter) = object.parameter(param) {
        return Ok(parameter);
    }
    let unsupported = || {
        let message = alloc::format!("{} has no parameter {param}", object.path());
        Fault::new(ErrorCode::UNSUPPORTED_PARAMETER, message)
    };
    let relative = RelativePath::parse(param).map_err(|_| unsupported())?;
    let mut at: Object<'_> = object;
    let mut segments = relative.segments().peekable();
    while let Some(segment) = segments.next() {
        let Segment::Name(name) = segment else { break };
        if segments.peek().is_none() {
            return at.parameter(name).ok_or_else(unsupported);
        }
        at = at
            .child(name)
            .filter(|child| !child.is_table() && model.exists(place.row, *child))
            .ok_or_else(unsupported)?;
    }
    Err(unsupported())
}

fn writable(
    model: &DataModel,
    place: Place,
    parameter: Parameter<'_>,
    operation: Operation,
    requester: &Requester,
) -> Result<(), Fault> {
    let refuse = |why: &str| {
        let message = alloc::format!("{} {why}", parameter.path());
        Err(Fault::new(ErrorCode::PARAMETER_NOT_WRITEABLE, message))
    };
    if model.live.contains_key(&parameter.id()) || model.layout.counted_table(parameter.id()).is_some() {
        return refuse("is computed by the device and cannot be set");
    }
    if operation == Operation::Set && model.layout.is_immutable_key(place.object, parameter.id()) {
        // [R-KEY.1]
        return refuse("is part of a Unique Key and cannot change once it is set");
    }
    match parameter.access() {
        ParameterAccess::ReadOnly if !requester.is_device() => refuse("is read-only"),
        ParameterAccess::WriteOnceReadOnly if operation == Operation::Set && !requester.is_device() => {
            refuse("can be set while the object is created and not afterwards")
        }
        _ => Ok(()),
    }
}

/// What TR-181 says of an Alias in words, and not as a facet: it is not empty and begins with a letter (T27).
fn alias_rule(parameter: Parameter<'_>, text: &str) -> Result<(), Fault> {
    let is_alias = matches!(parameter.syntax().data_type(), Some("Alias" | "_AliasUSP"));
    if !is_alias || text.starts_with(|first: char| first.is_alphabetic()) {
        return Ok(());
    }
    let message = alloc::format!("{} begins with a letter", parameter.path());
    Err(Fault::new(ErrorCode::INVALID_VALUE, message))
}

/// The Error of a message that failed as a whole: 7006 where rights are the cause, 7005 where limits are, else 7004
/// (T8); inside, the code of each path.
fn error(failures: impl Iterator<Item = Failure>) -> Error {
    let mut error = Error::new(ErrorCode::INVALID_ARGUMENTS, "");
    let (mut codes, mut message) = (BTreeSet::new(), None);
    for failure in failures {
        for (path, faults) in &failure.objects {
            if faults.is_empty() {
                codes.insert(failure.fault.code());
                error = error.with_param_err(path, failure.fault.code(), failure.fault.message());
            }
            for ParamFault { param, fault } in faults {
                codes.insert(fault.code());
                let path = super::with_dot(path) + param;
                error = error.with_param_err(path, fault.code(), fault.message());
            }
        }
        message.get_or_insert(failure.fault);
    }
    for outer in [ErrorCode::RESOURCES_EXCEEDED, ErrorCode::PERMISSION_DENIED] {
        if codes.contains(&outer) {
            error.err_code = outer.value();
        }
    }
    error.err_msg =
        message.map(|fault| alloc::format!("nothing was changed: {}", fault.message())).unwrap_or_default();
    error
}
